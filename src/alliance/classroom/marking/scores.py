"""Work out a notebook's points: what the grader found, the teacher's marks and weights, and parts that are right."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from alliance.checking.keys import load_key
from alliance.classroom.keeping.results import NOT_GRADED, Graded, TaskResult, Trace
from alliance.classroom.marking.by_hand import Mark, Marks
from alliance.classroom.marking.weights import Weights


@dataclasses.dataclass(frozen=True)
class TaskScore:
    """A task's points (None: not judged) of those possible; whether by hand; the comment; which parts are right.

    `parts` is empty where they gave no points.
    """

    task: str
    points: float | None
    possible: float
    by_hand: bool = False
    comment: str = ""
    parts: Sequence[str] = ()


@dataclasses.dataclass(frozen=True)
class Score:
    """What a notebook is worth: its tasks', and what the teacher added or took away for the exercise as a whole.

    `counts` is False where the grader gives the notebook no points, not even none, and the teacher gave none by hand.
    """

    tasks: Mapping[str, TaskScore]
    added: float = 0
    comment: str = ""
    counts: bool = True

    @property
    def unjudged(self) -> bool:
        """Whether a task is not judged yet, which must not count as wrong."""
        return any(task.points is None for task in self.tasks.values())

    @property
    def points(self) -> float | None:
        """The sum; None where there are no points."""
        if self.unjudged or not self.counts:
            return None
        return rounded(sum(task.points or 0 for task in self.tasks.values()) + self.added)

    @property
    def possible(self) -> float:
        """The most there is."""
        return rounded(sum(task.possible for task in self.tasks.values()))


def rounded(points: float) -> float:
    """Return points as they are written: with two decimals at most, whole ones as whole numbers."""
    number = round(points, 2)
    return int(number) if number == int(number) else number


def possible(exercise: str, weights: Weights) -> float:
    """Return the most points there are in an exercise."""
    return rounded(sum(weights.of_task(task) for task in load_key(exercise).tasks))


def score(graded: Graded, marks: Marks, weights: Weights, partial: bool, learner: str = "") -> Score:
    """Return a notebook's score. Where it is a group's, `learner` is the member whose own marks come first."""
    owners = [name for name in (graded.learner, learner) if name]
    tasks = {}
    for result in graded.tasks:
        mark = _joined([marks.of(owner, graded.exercise, result.task) for owner in owners])
        worth = weights.of_task(result.task)
        if mark.points is not None:
            tasks[result.task] = TaskScore(result.task, mark.points, worth, True, mark.comment)
        else:
            tasks[result.task] = _found(result, graded.traces.get(result.task, Trace()), worth, partial, mark.comment)
    whole = _joined([marks.of(owner, graded.exercise) for owner in owners])
    by_hand = whole.points is not None or any(task.by_hand for task in tasks.values())
    return Score(tasks, whole.points or 0, whole.comment, by_hand or graded.points is not None)


def _joined(marks: Sequence[Mark]) -> Mark:
    """Return several marks of one task as one: the last points and the last comment that there are."""
    points = [mark.points for mark in marks if mark.points is not None]
    comments = [mark.comment for mark in marks if mark.comment]
    return Mark(points[-1] if points else None, comments[-1] if comments else "")


def _found(result: TaskResult, trace: Trace, worth: float, partial: bool, comment: str) -> TaskScore:
    """Return a task's score as the grader has it."""
    if result.outcome == NOT_GRADED:
        return TaskScore(result.task, None, worth, comment=comment)
    if result.outcome == "right":
        return TaskScore(result.task, worth, worth, comment=comment)
    parts = [name for name, right in trace.parts.items() if right] if partial and result.outcome == "wrong" else []
    share = len(parts) / len(trace.parts) if parts else 0
    return TaskScore(result.task, rounded(worth * share), worth, comment=comment, parts=parts)
