"""Say which lesson introduces a construct, and where it is practised: the course's skill matrix."""

from __future__ import annotations

import ast
import csv
import dataclasses
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from alliance.building.sources.source import Cell, Source, TaskSource, read_source, read_tasks
from alliance.building.sources.turns import read_turns, seen_cells
from alliance.building.taught.constructs import first_uses


@dataclasses.dataclass(frozen=True)
class Chapter:
    """What a lesson and its exercise contain: what it introduces, what its code uses, what the tasks in both ask for.

    `introduces` is to be learned and will be asked for; `shows` is explained where it is used, and not asked for.
    `practised` maps a construct to the tasks whose reference answer uses it. `lines` says where: for the lesson, the
    given code or a task, and a construct, the line of the source on which it stands first.
    """

    number: str
    introduces: Sequence[str]
    shows: Sequence[str]
    shown: frozenset[str]
    given: frozenset[str]
    practised: Mapping[str, Sequence[str]]
    lines: Mapping[tuple[str, str], int] = dataclasses.field(default_factory=dict)


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
    cells = [cell for cell in seen_cells(lesson) if cell.kind == "code"]
    shown = _lines(cells)
    lines = {("lesson", name): line for name, line in shown.items()}
    given: set[str] = set()
    practised: dict[str, list[str]] = {}

    def practise(task: TaskSource, handed_out: Sequence[Cell]) -> None:
        for name, line in _lines([task.answer], _defined([cell.text for cell in handed_out])).items():
            practised.setdefault(name, []).append(task.task)
            lines[f"task {task.task}", name] = line

    for task in read_turns(lesson):
        practise(task, cells)  # those below it as well: what they define is the lesson's own
    if exercise is not None:
        introduction, tasks = read_tasks(exercise)
        setup = [cell for cell in introduction if cell.kind == "code"]
        for task in tasks:
            handed_out = [*setup, *(cell for cell in (task.start, task.stub) if cell)]
            for name, line in _lines(handed_out).items():
                given.add(name)
                lines.setdefault(("given code", name), line)
            practise(task, handed_out)
    introduces = [str(name) for name in lesson.about["introduces"]]
    shows = [str(name) for name in lesson.about.get("shows", [])]
    return Chapter(number, introduces, shows, frozenset(shown), frozenset(given), practised, lines)


def _lines(cells: Sequence[Cell], known: Iterable[str] = ()) -> dict[str, int]:
    """Return the constructs of code cells with the lines of the source on which they stand first."""
    found = first_uses([cell.text for cell in cells], known)
    return {name: cells[piece].line + line - 1 for name, (piece, line) in found.items()}


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
        used = [("lesson", name) for name in sorted(chapter.shown - known)]
        used += [("given code", name) for name in sorted(chapter.given - known)]
        used += [(f"task {tasks[0]}", name) for name, tasks in sorted(chapter.practised.items()) if name not in known]
        for where, name in used:
            line = chapter.lines.get((where, name))
            missing.append((chapter.number, f"{where}, line {line}" if line else where, name))
    return missing


def as_csv(found: Sequence[Skill]) -> str:
    """Return the matrix as CSV: one row a construct."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["construct", "introduced", "shown_again", "practised"])
    for one in found:
        writer.writerow([one.name, one.introduced, " ".join(one.shown), " ".join(one.practised)])
    return text.getvalue()
