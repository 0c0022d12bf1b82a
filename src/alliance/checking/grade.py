"""Grade a learner's notebook: run it in a bounded kernel, judge each task outside of it."""

from __future__ import annotations

import dataclasses
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from alliance.answers import Answer, Spec, is_untried
from alliance.checking.kernel import LearnerKernel, Limits, Outcome
from alliance.checking.keys import Kind, Task
from alliance.checking.submission import Section, Submission, read_submission
from alliance.checking.verdicts import Verdict, judge_within_bounds, not_run, raised, stopped


@dataclasses.dataclass(frozen=True)
class Grade:
    """The verdicts on one notebook, by task in the notebook's order, and remarks about the file.

    `stopped` says that code above the first task was stopped, on which any of them may depend.
    """

    path: Path
    stem: str
    title: str
    verdicts: dict[str, Verdict]
    remarks: list[str]
    kind: Kind = "exercises"
    stopped: bool = False


@dataclasses.dataclass
class _Clock:
    """How long a notebook's code may still run: each task, in however many pieces it stands, and all together."""

    limits: Limits
    used: dict[str, float] = dataclasses.field(default_factory=dict)
    end: float = 0.0

    def __post_init__(self) -> None:
        self.end = time.monotonic() + self.limits.whole

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.end

    def left(self, task: str) -> float:
        """Return the seconds that a task has left, at most 0 for none."""
        return min(self.limits.seconds - self.used.get(task, 0.0), self.end - time.monotonic())

    def why(self, outcome: Outcome) -> str:
        """Return why code was stopped, as its author is told it."""
        if outcome.status == "timeout" and self.is_over:
            return (
                f"All code of your notebook together did not end within {self.limits.whole:g} seconds, so what was "
                "left was not run. Which cell takes so long?"
            )
        return _why(outcome, self.limits)


class Kernel(Protocol):
    """What grading needs of that which runs a learner's code."""

    def run(self, code: str, seconds: float | None = None) -> Outcome:
        """Run one cell."""

    def answer(self, spec: Spec) -> Answer:
        """Return the value of a task's answer variable."""


class Start(Protocol):
    """Start a kernel for one notebook: the limits of a task, and the code that runs before the first cell."""

    def __call__(self, limits: Limits, setup: str) -> AbstractContextManager[Kernel]:
        """Return the kernel, which ends with its block."""


def grade_file(path: Path, limits: Limits | None = None) -> Grade:
    """Return the verdicts on a notebook file. Raises UnreadableNotebook with one sentence."""
    return grade_submission(read_submission(path), limits or Limits())


def grade_submission(submission: Submission, limits: Limits, start: Start | None = None) -> Grade:
    """Run a submission and return its verdicts. The file is only read, never changed.

    `start` gives the kernel; without it an ordinary one is started in the file's own folder.
    """
    key = submission.key
    verdicts: dict[str, Verdict] = {}
    errors: dict[str, str] = {}
    codes = _codes(submission)
    remarks = list(submission.remarks)
    above = ""
    with start(limits, key.setup) if start else _ordinary(submission.path, limits, key.setup) as kernel:
        clock = _Clock(limits)
        for section in submission.sections:
            task = key.tasks.get(section.task or "")
            failure = _run_section(kernel, section, task, clock, errors)
            if task is None:
                above = failure or above
                continue
            if failure:
                verdicts[task.task] = stopped(task, failure)
            elif verdicts.get(task.task) is None or verdicts[task.task].state in {"not tried", "raised"}:
                verdicts[task.task] = _verdict(kernel, task, errors, codes)
        # An answer may stand in a later cell than its task; what is still untried is looked up once more.
        for name, task in key.tasks.items():
            if name not in verdicts or verdicts[name].state in {"not tried", "raised"}:
                if clock.is_over:
                    verdicts.setdefault(name, stopped(task, clock.why(Outcome("timeout"))))
                else:
                    verdicts[name] = _verdict(kernel, task, errors, codes)
    for name, kind in submission.not_code.items():
        if verdicts[name].state == "not tried":
            verdicts[name] = not_run(key.tasks[name], kind)
    ordered = {name: verdicts[name] for name in key.tasks}
    if above:
        remarks.append(f"Code above the first task was stopped, and what it defines is missing below. {above}")
    return Grade(submission.path, key.stem, key.title, ordered, remarks, key.kind, bool(above))


def _ordinary(path: Path, limits: Limits, setup: str) -> AbstractContextManager[Kernel]:
    return LearnerKernel(path.resolve().parent, limits, setup)


def _run_section(
    kernel: Kernel, section: Section, task: Task | None, clock: _Clock, errors: dict[str, str]
) -> str | None:
    """Run a section's cells, with the task's own start first; return why it had to be stopped, if it was."""
    name = section.task or ""
    given = [task.start] if task and task.start else []
    for code in [*given, *section.cells]:
        seconds = clock.left(name)
        if seconds <= 0:
            return clock.why(Outcome("timeout"))
        began = time.monotonic()
        outcome = kernel.run(code, seconds)
        if outcome.status in {"ok", "raised", "timeout"}:
            clock.used[name] = clock.used.get(name, 0.0) + time.monotonic() - began
        if outcome.status == "raised" and task:
            errors[task.task] = outcome.error
        elif outcome.status not in {"ok", "raised"}:
            return clock.why(outcome)
    return None


def _why(outcome: Outcome, limits: Limits) -> str:
    return {
        "timeout": (
            f"Your code did not end within {limits.seconds:g} seconds and was stopped. Is there a loop without an end?"
        ),
        "dead": (
            "Python itself stopped while it ran your code: it ran out of memory, "
            "or the code ended the process (exit, kill)."
        ),
        "flooded": (
            f"Your code printed more than {limits.output // 1_000_000} MB and was stopped. "
            "Print a few rows instead, with head()."
        ),
    }[outcome.status]


def _codes(submission: Submission) -> dict[str, str]:
    """Return what the learner wrote for each task, as one text."""
    codes: dict[str, str] = {}
    for section in submission.sections:
        name = section.task or ""
        codes[name] = "\n".join([*([codes[name]] if name in codes else []), *section.cells])
    return codes


def _verdict(kernel: Kernel, task: Task, errors: dict[str, str], codes: dict[str, str]) -> Verdict:
    given = kernel.answer(task.spec)
    if is_untried(given) and task.task in errors:
        return raised(task, errors[task.task])
    verdict = judge_within_bounds(task, given, codes.get(task.task, ""))
    if verdict.state == "not tried" and task.task in errors:
        return raised(task, errors[task.task])
    return verdict
