"""Find the tasks of lessons and exercises that deal with a claim: those whose question or code names it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from myst_parser.mdit_to_docutils.base import default_slugify

from alliance.building.notebooks.claim_links import CLAIM_ID
from alliance.building.notebooks.navigation import Course
from alliance.building.sources.source import TaskSource, read_source, read_tasks
from alliance.building.sources.turns import read_turns

NAMED = re.compile(rf"(?<![\w-]){CLAIM_ID}(?!\w|-\w)")


@dataclass(frozen=True)
class TaskLink:
    """A task: its name such as "8.2", its title, and its address from the site's root."""

    task: str
    title: str
    address: str


def tasks_by_claim(root: Path, course: Course) -> Mapping[str, Sequence[TaskLink]]:
    """Return for each claim that a task names the tasks that do so, in the order of the course."""
    found: dict[str, list[TaskLink]] = {}
    for task, address in _tasks(root, course):
        cells = [cell for cell in (task.question, task.start, task.answer) if cell is not None]
        link = TaskLink(task.task, task.title.replace("`", ""), address)
        for claim in dict.fromkeys(name for cell in cells for name in NAMED.findall(cell.text)):
            found.setdefault(claim, []).append(link)
    return found


def _tasks(root: Path, course: Course) -> Iterator[tuple[TaskSource, str]]:
    """Yield every task with the address at which it stands: an exercise's has an anchor of its own."""
    folder = root / "authoring"
    for number in sorted({stem[:2] for stem in [*course.lessons, *course.exercises]}):
        lesson, exercise = course.lesson_of(number), course.exercise_of(number)
        if lesson:
            for task in read_turns(read_source(folder / "lessons" / f"{lesson}.md")):
                yield task, f"lessons/{lesson}.html"
        if exercise:
            for task in read_tasks(read_source(folder / "exercises" / f"{exercise}.md"))[1]:
                anchor = default_slugify(f"{task.task} {task.title}".replace("`", ""))
                yield task, f"exercises/{exercise}.html#{anchor}"
