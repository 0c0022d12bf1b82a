"""Say which lesson introduces a construct, and where it is practised: the course's skill matrix."""

from __future__ import annotations

import ast
import csv
import dataclasses
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from alliance.building.constructs import constructs
from alliance.building.source import Source, read_source, read_tasks


@dataclasses.dataclass(frozen=True)
class Chapter:
    """What a lesson and its exercise contain: what it introduces, what its code uses, what its tasks ask for.

    `introduces` is to be learned and will be asked for; `shows` is explained where it is used, and not asked for.
    `practised` maps a construct to the tasks whose reference answer uses it.
    """

    number: str
    introduces: Sequence[str]
    shows: Sequence[str]
    shown: frozenset[str]
    given: frozenset[str]
    practised: Mapping[str, Sequence[str]]


@dataclasses.dataclass(frozen=True)
class Skill:
    """One construct to be learned: the lesson that introduces it, other lessons that use it, tasks that practise it."""

    name: str
    introduced: str
    shown: Sequence[str]
    practised: Sequence[str]

    @property
    def is_hole(self) -> bool:
        """Whether no task ever asks for it."""
        return not self.practised


def read_chapters(root: Path) -> list[Chapter]:
    """Return the course's chapters in order of their numbers. Raises SourceError for a source that cannot be read."""
    lessons = {path.stem[:2]: read_source(path) for path in sorted((root / "authoring" / "lessons").glob("*.md"))}
    exercises = {path.stem[:2]: read_source(path) for path in sorted((root / "authoring" / "exercises").glob("*.md"))}
    return [_chapter(number, lesson, exercises.get(number)) for number, lesson in lessons.items()]


def _chapter(number: str, lesson: Source, exercise: Source | None) -> Chapter:
    shown = constructs(cell.text for cell in lesson.cells if cell.kind == "code")
    given: set[str] = set()
    practised: dict[str, list[str]] = {}
    if exercise is not None:
        introduction, tasks = read_tasks(exercise)
        setup = [cell.text for cell in introduction if cell.kind == "code"]
        for task in tasks:
            start = [task.start.text] if task.start else []
            given |= constructs([*setup, *start])
            for name in constructs([task.answer.text], known=_defined([*setup, *start])):
                practised.setdefault(name, []).append(task.task)
    introduces = [str(name) for name in lesson.about["introduces"]]
    shows = [str(name) for name in lesson.about.get("shows", [])]
    return Chapter(number, introduces, shows, frozenset(shown), frozenset(given), practised)


def _defined(codes: Sequence[str]) -> set[str]:
    """Return the names of the functions that pieces of code define."""
    return {node.name for code in codes for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef)}


def skills(chapters: Sequence[Chapter]) -> list[Skill]:
    """Return all constructs in the order in which the course introduces them."""
    found = []
    for chapter in chapters:
        for name in chapter.introduces:
            shown = [one.number for one in chapters if one.number != chapter.number and name in one.shown]
            practised = [task for one in chapters for task in one.practised.get(name, ())]
            found.append(Skill(name, chapter.number, shown, practised))
    return found


def untaught(chapters: Sequence[Chapter]) -> list[tuple[str, str, str]]:
    """Return (chapter, where, construct) for all that is used before a lesson has introduced it."""
    known: set[str] = set()
    missing = []
    for chapter in chapters:
        known |= {*chapter.introduces, *chapter.shows}
        missing += [(chapter.number, "lesson", name) for name in sorted(chapter.shown - known)]
        missing += [(chapter.number, "given code", name) for name in sorted(chapter.given - known)]
        missing += [
            (chapter.number, f"task {tasks[0]}", name)
            for name, tasks in sorted(chapter.practised.items())
            if name not in known
        ]
    return missing


def as_csv(found: Sequence[Skill]) -> str:
    """Return the matrix as CSV: one row a construct."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["construct", "introduced", "shown_again", "practised"])
    for one in found:
        writer.writerow([one.name, one.introduced, " ".join(one.shown), " ".join(one.practised)])
    return text.getvalue()
