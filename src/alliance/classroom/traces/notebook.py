"""Gather what one graded notebook shows beside its verdicts, by task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alliance.answers import Answer
from alliance.checking.submission import Submission
from alliance.classroom.keeping.results import TaskResult, Trace
from alliance.classroom.traces.effort import changed_lines
from alliance.classroom.traces.likeness import code_print, value_print
from alliance.classroom.traces.parts import right_parts


def traces_of(submission: Submission, results: Sequence[TaskResult], answers: Mapping[str, Answer]) -> dict[str, Trace]:
    """Return the traces of a notebook's tasks. answers: what the run gave, by the tasks' variables."""
    changed, codes = changed_lines(submission), codes_of(submission)
    found = {}
    for result in results:
        task = submission.key.tasks[result.task]
        given = answers.get(task.spec.answer, Answer("untried"))
        code, lines = code_print(codes.get(result.task, ()))
        wrong = result.state == "wrong"
        few = given.type == "truth" or (given.type == "text" and task.spec.choices)  # wrong in one of a few ways
        value, shown = value_print(given) if wrong and not result.misconception and not few else ("", "")
        found[result.task] = Trace(
            changed.get(result.task),
            code,
            lines,
            value,
            shown,
            right_parts(task, given) if wrong else {},
        )
    return found


def codes_of(submission: Submission) -> dict[str, list[str]]:
    """Return the code cells of each task."""
    codes: dict[str, list[str]] = {}
    for section in submission.sections:
        if section.task is not None:
            codes.setdefault(section.task, []).extend(section.cells)
    return codes
