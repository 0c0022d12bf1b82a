"""Write a page for one learner: what is right, what is wrong and why, and what to read again.

A page says nothing that `check` would not say, and names nobody but the learner.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from alliance.checking.keys import Key, load_key
from alliance.classroom.keeping.results import NOT_COMPUTED, NOT_GRADED, OUTCOMES, WORDS, TaskResult
from alliance.classroom.marking.deadlines import UNKNOWN
from alliance.classroom.marking.scores import Score, TaskScore
from alliance.classroom.reporting.books.cells import title
from alliance.classroom.reporting.people import ClassView, Notebook, Person
from alliance.classroom.reporting.syllabus import Reading, reading
from alliance.pages import template

TEMPLATE = "feedback.html.jinja"
UNREADABLE = "unreadable"
BETWEEN_TEACHERS = {"not on the roster", "missing", "moved", "group", "fewer points"}
"""Kinds of remarks that are not for a learner's page: they name others, or are said there in another way."""
SIGNS = dict(zip(OUTCOMES, ("✔", "◐", "✘", "!", "○", "–"), strict=True))
MEANINGS = {
    "right": "The answer means the same as the course's, however you came to it.",
    NOT_COMPUTED: (
        "The answer is right for these data, but it did not change when the data were exchanged for others. It counts "
        "as right when your code computes it from the tables, so that it would be right for other data, too."
    ),
    "wrong": (
        "There is an answer, and it differs from what was asked; or the code had to be stopped. The reason is given."
    ),
    "raised": "The code stopped with an error before there was an answer. The last line of the error is given.",
    "not tried": "The code is as it was given, or the dots are still there.",
    NOT_GRADED: (
        "The grader could not judge this task. That is its fault and not yours, and it does not count as wrong. Your "
        "teacher can have it judged again."
    ),
}


@dataclasses.dataclass(frozen=True)
class TaskRow:
    """A task as the page shows it."""

    task: str
    title: str
    outcome: str
    word: str
    message: str
    again: Reading | None
    written: str
    rubric: Sequence[str]
    score: TaskScore


@dataclasses.dataclass(frozen=True)
class ExercisePart:
    """An exercise as the page shows it; `again` are the sections to read, each once, in the order of the tasks.

    `file` is empty where another member of the group handed it in. `in_points` says whether points are more than a
    count of right tasks.
    """

    number: str
    title: str
    file: str
    right: int
    rows: Sequence[TaskRow]
    again: Sequence[Reading]
    remarks: Sequence[str]
    score: Score
    late: str
    group: str
    in_points: bool


def feedback_page(person: Person, view: ClassView | None = None) -> str:
    """Return the page of a learner as HTML that needs no script and asks for nothing outside.

    view: the class, for the exercises that others have handed in.
    """
    parts = [_part(person, notebook) for notebook in person.notebooks.values()]
    met = {row.outcome for part in parts for row in part.rows}
    files = {part.file for part in parts}
    missing = [exercise for exercise in (view.exercises if view else ()) if exercise not in person.notebooks]
    page: str = template(Path(__file__).parent, TEMPLATE).render(
        name=person.enrolled.name,
        parts=parts,
        missing=[title(exercise) for exercise in missing],
        unreadable=[remark for remark in person.remarks if remark.kind == UNREADABLE],
        other_files=[
            remark
            for remark in person.remarks
            if remark.kind not in {UNREADABLE, *BETWEEN_TEACHERS} and (not remark.file or remark.file not in files)
        ],
        meanings={outcome: MEANINGS[outcome] for outcome in OUTCOMES if outcome in met},
        words=WORDS,
        signs=SIGNS,
    )
    return page


def _part(person: Person, notebook: Notebook) -> ExercisePart:
    graded, score = notebook.graded, notebook.score
    key = load_key(graded.exercise)
    rows = [_row(key, result, score) for result in graded.tasks]
    again = list(dict.fromkeys(row.again for row in rows if row.again))
    own = [
        remark.text for remark in person.remarks if remark.file == graded.file and remark.kind not in BETWEEN_TEACHERS
    ]
    return ExercisePart(
        graded.exercise[:2],
        key.title,
        "" if notebook.group else graded.file,
        graded.right,
        rows,
        again,
        list(dict.fromkeys([*own, *graded.remarks])),
        score,
        "" if notebook.late == UNKNOWN else notebook.late,
        notebook.group,
        score.points != graded.points or score.possible != len(graded.tasks),
    )


def _row(key: Key, result: TaskResult, score: Score) -> TaskRow:
    task = key.tasks[result.task]
    outcome = result.outcome
    message = {"wrong": result.message, "raised": result.message, NOT_COMPUTED: result.twin}.get(outcome, "")
    again = reading(task) if outcome not in {"right", NOT_GRADED} else None
    word = WORDS.get(outcome, outcome)
    own = score.tasks[result.task]
    return TaskRow(result.task, task.title, outcome, word, message, again, result.written, result.rubric, own)
