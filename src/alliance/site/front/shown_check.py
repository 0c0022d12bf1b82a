"""Show what `check` says of a wrong and of a right answer: both are run and judged when the site is built."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from alliance.answers import portable
from alliance.building.notebooks.navigation import Course
from alliance.building.notebooks.variants import run_cells, working_in
from alliance.building.sources.prose import fill
from alliance.building.sources.source import Cell, TaskSource, read_source
from alliance.building.sources.turns import read_turns
from alliance.checking.incell import Shown
from alliance.checking.keys import find_task
from alliance.checking.verdicts import judge
from alliance.site.errors import SiteError

LESSON, TASK, WRONG = "00", "0.a", "upside-down"
"""A task that needs nothing but division, and of its wrong answers the one that nearly everybody has given once."""
LINK = re.compile(r"\s*\(?\[[^\]]*\]\([^)]*\)\)?")


@dataclass(frozen=True)
class Attempt:
    """Code that answers a task, and the verdict: its state, and as JupyterLab shows it."""

    code: str
    state: str
    verdict: Markup


@dataclass(frozen=True)
class ShownCheck:
    """A task with a wrong and a right answer to it. lesson: the stem of its lesson."""

    question: str
    check: str
    attempts: tuple[Attempt, Attempt]
    lesson: str


def shown_check(root: Path, course: Course) -> ShownCheck | None:
    """Return the task with both answers judged; None in a course without its lesson. Raises SiteError.

    A wrong answer that is judged as right, or a right one that is not, stops the build of the site.
    """
    stem = course.lesson_of(LESSON)
    if stem is None:
        return None
    path = root / "authoring" / "lessons" / f"{stem}.md"
    task = next((one for one in read_turns(read_source(path)) if one.task == TASK), None)
    if task is None:
        return None
    wrong = next((cell for cell in task.wrong if cell.meta.get("name") == WRONG), None)
    if wrong is None:
        raise SiteError(f"{path} has no wrong answer “{WRONG}” in task {TASK}, which the first page shows.")
    attempts = (_attempt(root, path, task, wrong), _attempt(root, path, task, task.answer))
    if [one.state for one in attempts] != ["wrong", "right"]:
        raise SiteError(f"The answers to task {TASK} are judged as {', '.join(one.state for one in attempts)}.")
    known = find_task(TASK)
    question = fill(task.question.text.split("\n\n", 1)[0], _nothing, root / "data")
    return ShownCheck(LINK.sub("", question).replace("\n", " "), known.check, attempts, stem)


def _attempt(root: Path, path: Path, task: TaskSource, cell: Cell) -> Attempt:
    """Run an answer and judge what it gives."""
    with working_in(root / "lessons"):
        given = run_cells(path, [*([task.start] if task.start else []), cell])
    known = find_task(task.task)
    verdict = judge(known, portable(given.get(known.spec.answer, ...), known.spec.calls), cell.text)
    return Attempt(cell.text, verdict.state, Markup(Shown(verdict)._repr_html_()))


def _nothing(expression: str) -> str:
    """Compute no number: the question names claims only."""
    raise SiteError(f"The question of task {TASK}, which the first page shows, has a number to be computed.")
