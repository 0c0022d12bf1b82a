"""Report on a class by task: how many tried, what went wrong, how well the task tells learners apart. No names."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from alliance.checking.keys import Task, load_key
from alliance.classroom.keeping.csvfile import as_csv
from alliance.classroom.keeping.results import NOT_GRADED, OUTCOMES, WORDS, TaskResult
from alliance.classroom.reporting.books.cells import title
from alliance.classroom.reporting.people import ClassView, Notebook
from alliance.classroom.reporting.syllabus import Reading, reading
from alliance.pages import bars, template

TEMPLATE = "items.html.jinja"
LOOKS = dict(zip(OUTCOMES, ("solid", "stripes", "cross", "lines", "outline", "dots"), strict=True))
"""What each outcome's part of a bar looks like."""
OTHER = "other"
LEAST = 10
"""Notebooks below which a discrimination is not computed: one learner more or fewer would change it too much."""
NEXT, OFTEN = 3, 2
"""How many mistakes are put first, and how often one must have been met: once is one learner, not the class."""
TASK_LABEL, EXERCISE_LABEL = 60, 290
COLUMNS = (
    *("exercise", "task", "title", "form", "handed_in", "tried", "right", "not_computed", "wrong", "error"),
    *("not_tried", "not_graded", "wrong_by_misconception", "median_changed_lines"),
    *("discrimination", "why_no_discrimination"),
)


@dataclasses.dataclass(frozen=True)
class Item:
    """What a class did with one task.

    `counts` is by outcome. `wrong` counts named mistakes, from the most frequent on, and `other` ones.
    `changed` is the median of changed lines over those who tried (see `traces/effort.py`), None where nobody did.
    `texts` are what was written, where that is the task, in the order of the alphabet, so that nobody is known by it.
    `discrimination` is between -1 and 1; where it is None, `why_not` says why.
    """

    exercise: str
    task: Task
    counts: Mapping[str, int]
    wrong: Mapping[str, int]
    changed: float | None
    discrimination: float | None
    why_not: str
    texts: Sequence[str] = ()

    @property
    def handed_in(self) -> int:
        """The number of notebooks."""
        return sum(self.counts.values())

    @property
    def tried(self) -> int:
        """The number of notebooks in which the task was tried, as far as it was judged."""
        return self.handed_in - self.counts["not tried"] - self.counts[NOT_GRADED]


@dataclasses.dataclass(frozen=True)
class Lead:
    """A misconception that is worth a lesson: where it was met, how often, and what the teacher should know of it."""

    task: Task
    name: str
    count: int
    tried: int
    note: str
    message: str
    again: Reading | None


def items(view: ClassView) -> list[Item]:
    """Return the items of every exercise that somebody handed in, in the order of the course."""
    found: list[Item] = []
    for exercise in view.exercises:
        own = [person.notebooks[exercise] for person in view.people if exercise in person.notebooks]
        notebooks = [notebook for notebook in own if not notebook.group]  # a group's counts once
        scores = _scores(notebooks)
        for name, task in load_key(exercise).tasks.items():
            results = [(notebook, _of(notebook, name)) for notebook in notebooks]
            counts = Counter(result.outcome for _, result in results)
            lines = [
                notebook.changed[name]
                for notebook, result in results
                if result.outcome not in {"not tried", NOT_GRADED} and name in notebook.changed
            ]
            value, why_not = discrimination(scores, name)
            found.append(
                Item(
                    exercise,
                    task,
                    {outcome: counts[outcome] for outcome in OUTCOMES},
                    _mistakes(task, [result for _, result in results]),
                    float(pd.Series(lines).median()) if lines else None,
                    value,
                    why_not,
                    sorted(result.written for _, result in results if result.written),
                )
            )
    return found


def _of(notebook: Notebook, task: str) -> TaskResult:
    """Return what became of a task; one that the result does not have was not judged."""
    return next((one for one in notebook.graded.tasks if one.task == task), TaskResult(task, NOT_GRADED))


def _mistakes(task: Task, results: Sequence[TaskResult]) -> dict[str, int]:
    """Return how often each named mistake was met, the most frequent first, and last the others."""
    known = [wrong.name for wrong in task.wrong]
    met = Counter(result.misconception for result in results if result.outcome == "wrong")
    named = {name: met[name] for name in sorted(known, key=lambda name: (-met[name], known.index(name))) if met[name]}
    other = met.total() - sum(named.values())
    return {**named, OTHER: other} if other else named


def _scores(notebooks: Sequence[Notebook]) -> pd.DataFrame:
    """Return one row a notebook, one column a task: 1 for right, 0 for anything else, of those that are all judged."""
    judged = [notebook.graded for notebook in notebooks if notebook.graded.points is not None]
    return pd.DataFrame([{task.task: int(task.outcome == "right") for task in one.tasks} for one in judged])


def discrimination(scores: pd.DataFrame, task: str) -> tuple[float | None, str]:
    """Return the corrected item–total correlation of a task, or None and why there is none.

    scores: one row a learner, one column a task of the same exercise, 1 for right and 0 for anything else. It is the
    correlation (Pearson's r, which is the point-biserial one here) of the task's column with the sum of the other
    columns: high where those who are right in it are right elsewhere too, below zero where it is the other way round.
    """
    if len(scores) < LEAST:
        return None, f"fewer than {LEAST} notebooks of which every task was judged"
    own, rest = scores[task], scores.drop(columns=task).sum(axis=1)
    if own.nunique() < 2:
        return None, "everybody was right" if own.iloc[0] else "nobody was right"
    if rest.nunique() < 2:
        return None, "all have the same number of other tasks right"
    return float(own.corr(rest)), ""


def chance(notebooks: int) -> float:
    """Return the size below which 19 of 20 discriminations lie that come by chance alone, from so many notebooks."""
    return 2 / math.sqrt(notebooks)


def leads(found: Sequence[Item]) -> list[Lead]:
    """Return the named mistakes that were met most often, and more than once, by task: what to teach next."""
    met = [
        (item, wrong, item.wrong[wrong.name])
        for item in found
        for wrong in item.task.wrong
        if item.wrong.get(wrong.name, 0) >= OFTEN
    ]
    met.sort(key=lambda one: -one[2])  # the order of the course where two are met as often
    return [
        Lead(item.task, wrong.name, count, item.tried, wrong.misconception, wrong.message, reading(item.task))
        for item, wrong, count in met[:NEXT]
    ]


def items_csv(found: Sequence[Item]) -> str:
    """Return the items as CSV, one row a task."""
    return as_csv(
        COLUMNS,
        [
            [
                item.exercise,
                item.task.task,
                item.task.title,
                item.task.form,
                item.handed_in,
                item.tried,
                *(item.counts[outcome] for outcome in OUTCOMES),
                "; ".join(f"{name}: {count}" for name, count in item.wrong.items()),
                item.changed,
                None if item.discrimination is None else round(item.discrimination, 3),
                item.why_not,
            ]
            for item in found
        ],
    )


def items_page(found: Sequence[Item], learners: int) -> str:
    """Return the page: figures and tables by exercise, and what to teach next. learners: how many handed in."""
    by_exercise = {item.exercise: [one for one in found if one.exercise == item.exercise] for item in found}
    page: str = template(Path(__file__).parent, TEMPLATE).render(
        learners=learners,
        overview=_overview(by_exercise),
        exercises=[
            {"number": exercise[:2], "title": title(exercise), "items": own, "figure": _figure(exercise, own)}
            for exercise, own in by_exercise.items()
        ],
        leads=leads(found),
        outcomes=OUTCOMES,
        words=WORDS,
        looks={WORDS.get(outcome, outcome): look for outcome, look in LOOKS.items()},
        layout=bars,
        least=LEAST,
        chance=[(size, chance(size)) for size in (LEAST, 4 * LEAST)],
    )
    return page


def _counts(rows: Mapping[str, Mapping[str, int]], of: str) -> pd.DataFrame:
    """Return one row a group and one column an outcome, called as people are told it, and their sum."""
    table = pd.DataFrame(list(rows.values()), index=list(rows), columns=list(OUTCOMES)).rename(columns=WORDS)
    table[of] = table.sum(axis=1)
    return table


def _parts() -> list[str]:
    return [WORDS.get(outcome, outcome) for outcome in OUTCOMES]


def _figure(exercise: str, own: Sequence[Item]) -> bars.Figure:
    counts = _counts({item.task.task: item.counts for item in own}, "notebooks")
    name = f"tasks-{exercise[:2]}"
    return bars.figure(name, f"{title(exercise)}: outcomes by task", counts, _parts(), "notebooks", {}, TASK_LABEL)


def _overview(by_exercise: Mapping[str, Sequence[Item]]) -> bars.Figure:
    rows = {
        exercise: {outcome: sum(item.counts[outcome] for item in own) for outcome in OUTCOMES}
        for exercise, own in by_exercise.items()
    }
    labels = {exercise: title(exercise) for exercise in by_exercise}
    counts = _counts(rows, "verdicts")
    return bars.figure("overview", "Outcomes by exercise", counts, _parts(), "verdicts", labels, EXERCISE_LABEL)
