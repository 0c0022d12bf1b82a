"""Read what an author says on teaching a lesson, and hold its planned session against the lesson and its exercise."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from alliance.building.notebooks.minutes import Section, lesson_sections
from alliance.building.sources.errors import SourceError
from alliance.building.sources.sections import headings
from alliance.building.sources.source import Cell, Source, read_tasks
from alliance.checking.keys import split_section

HEADINGS = ("Prepare", "Misunderstandings", "Discuss", "At home", "In a semester")
SESSION = 90
"""Minutes that a single session has at most."""
UNUSED = 15
"""Minutes of it that may stay without a plan."""
KINDS = ("sections", "tasks", "question", "minutes")
READING = re.compile(r"^- \*\*(.+?)\*\*", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Part:
    """A piece of text under a heading, with the lines of the source on which its heading and its text begin."""

    title: str
    text: str
    line: int
    text_line: int = 0


@dataclasses.dataclass(frozen=True)
class Block:
    """One stretch of a session: what is done in it, how, and the minutes that a slow reader needs.

    `sections`, `tasks` and `question` say what of the lesson it takes; a block without them is the class's own.
    """

    minutes: int
    do: str
    sections: Sequence[str] = ()
    tasks: Sequence[str] = ()
    question: int = 0


@dataclasses.dataclass(frozen=True)
class Task:
    """A task of the exercise, as a plan sees it: the minutes a fast and a slow learner needs, and what goes wrong.

    `read_again` is the heading that a learner is sent to; `taught_in` is the section of the lesson in which it stands,
    or empty where it belongs to an earlier lesson.
    """

    task: str
    title: str
    form: str
    fast: int
    slow: int
    read_again: str
    taught_in: str
    misconceptions: Sequence[str]


@dataclasses.dataclass(frozen=True)
class Teaching:
    """How a lesson is taught. `parts` has one entry for each of HEADINGS; `setup` is code that its numbers need."""

    lesson: Source
    exercise: Source
    source: Source
    setup: Sequence[Cell]
    parts: Mapping[str, Part]
    misunderstandings: Sequence[Part]
    questions: Sequence[Part]
    sections: Sequence[Section]
    tasks: Sequence[Task]
    blocks: Sequence[Block]

    @property
    def minutes(self) -> int:
        """The minutes of the planned session."""
        return sum(block.minutes for block in self.blocks)

    @property
    def sections_left(self) -> list[Section]:
        """The sections that the session leaves for home."""
        taken = {title for block in self.blocks for title in block.sections}
        return [one for one in self.sections if one.title not in taken]

    @property
    def tasks_left(self) -> list[Task]:
        """The tasks that the session leaves for home."""
        taken = {name for block in self.blocks for name in block.tasks}
        return [one for one in self.tasks if one.task not in taken]

    @property
    def left(self) -> tuple[int, int]:
        """The minutes that are left for home, for a fast and for a slow learner."""
        return _minutes([*self.sections_left, *self.tasks_left])

    @property
    def whole(self) -> tuple[int, int]:
        """The minutes of the whole lesson with its exercise, for a fast and for a slow learner."""
        return _minutes([*self.sections, *self.tasks])


def _minutes(pieces: Sequence[Section | Task]) -> tuple[int, int]:
    return round(sum(one.fast for one in pieces)), round(sum(one.slow for one in pieces))


def read_teaching(source: Source, lesson: Source, exercise: Source) -> Teaching:
    """Return how a lesson is taught.

    Raises SourceError for a heading that is missing or unknown, a question without points for two readings, a section
    or task that the lesson does not have, and a session whose minutes do not fit.
    """
    if str(source.about.get("teaching")) != lesson.number:
        raise SourceError(source.path, 1, f'the front matter must say `teaching: "{lesson.number}"`.')
    parts = _parts(source)
    questions = _entries(source, parts["Discuss"], 2, 4)
    for question in questions:
        _check_readings(source, question)
    misunderstandings = _entries(source, parts["Misunderstandings"], 2, 3)
    sections, tasks = lesson_sections(lesson), _tasks(exercise, lesson)
    blocks = _blocks(source, sections, tasks, len(questions))
    setup = [cell for cell in source.cells if cell.kind == "code"]
    return Teaching(lesson, exercise, source, setup, parts, misunderstandings, questions, sections, tasks, blocks)


def _tasks(exercise: Source, lesson: Source) -> list[Task]:
    sections = _section_of_each_heading(lesson)
    return [
        Task(
            task=one.task,
            title=one.title,
            form=str(one.question.meta["form"]),
            fast=int(one.question.meta["minutes"][0]),
            slow=int(one.question.meta["minutes"][1]),
            read_again=heading if number == lesson.number else f"lesson {number}: {heading}",
            taught_in=sections.get(heading, "") if number == lesson.number else "",
            misconceptions=list(dict.fromkeys(str(cell.meta["misconception"]) for cell in one.wrong)),
        )
        for one in read_tasks(exercise)[1]
        for number, heading in [split_section(one.section, exercise.number)]
    ]


def _section_of_each_heading(lesson: Source) -> dict[str, str]:
    """Return for each heading of a lesson the section, of the second level, in which it stands."""
    titles = {one.title for one in lesson_sections(lesson)}
    found, section = {}, ""
    for heading in headings(lesson):
        section = heading if heading in titles else section
        found[heading] = section
    return found


# --- texts ---------------------------------------------------------------------------------------------------


def _pieces(text: str, mark: str, line: int) -> Iterator[Part]:
    """Yield the pieces of a text that begin with a heading; `line` is that of the text's first line."""
    starts = list(re.finditer(rf"^{mark} (.+)$", text, re.MULTILINE))
    for i, start in enumerate(starts):
        end = starts[i + 1].start() if i + 1 < len(starts) else len(text)
        body = text[start.end() : end]
        here = line + text[: start.start()].count("\n")
        blank = len(body) - len(body.lstrip("\n"))
        yield Part(start.group(1).strip(), body.strip("\n"), here, here + blank)


def _parts(source: Source) -> dict[str, Part]:
    """Return the texts under the fixed headings. Raises SourceError when one is missing, empty, unknown or repeated."""
    parts: dict[str, Part] = {}
    for cell in source.cells:
        if cell.kind != "markdown":
            continue
        if not cell.text.startswith("## "):
            raise SourceError(
                source.path, cell.line, "this text stands under no heading of its own, and would be lost."
            )
        for one in _pieces(cell.text, "##", cell.line):
            if one.title not in HEADINGS:
                raise SourceError(
                    source.path, one.line, f"“{one.title}” is not one of the headings: {', '.join(HEADINGS)}."
                )
            if one.title in parts:
                raise SourceError(source.path, one.line, f"the heading “{one.title}” stands twice.")
            if not one.text.strip():
                raise SourceError(source.path, one.line, f"nothing stands under the heading “{one.title}”.")
            parts[one.title] = one
    for heading in HEADINGS:
        if heading not in parts:
            raise SourceError(source.path, 1, f"the heading “## {heading}” is missing.")
    return parts


def _entries(source: Source, part: Part, low: int, high: int) -> list[Part]:
    """Return the entries of a part that is made of them. Raises SourceError when there are too few or too many."""
    entries = list(_pieces(part.text, "###", part.text_line))
    if not part.text.startswith("### ") or not low <= len(entries) <= high:
        raise SourceError(
            source.path,
            part.line,
            f"“{part.title}” is made of {low} to {high} entries, each under a heading “### …”; it has {len(entries)}.",
        )
    return entries


def _check_readings(source: Source, question: Part) -> None:
    """Raise SourceError unless a question has points for exactly two readings, each with a name and a text."""
    names = READING.findall(question.text)
    if len(names) != 2:
        raise SourceError(
            source.path,
            question.line,
            f"this question has points for {len(names)} readings; it needs two, each written "
            "“- **whose reading.** points”.",
        )


# --- the session ---------------------------------------------------------------------------------------------


def _blocks(source: Source, sections: Sequence[Section], tasks: Sequence[Task], questions: int) -> list[Block]:
    """Return the blocks of the session with their minutes. Raises SourceError when they do not fit."""
    planned = source.about.get("session")
    if not planned:
        raise SourceError(source.path, 1, "the front matter has no `session:`; docs/teachers.md has what it says.")
    line = line_of(source.path, "session:")
    if not all(isinstance(one, Mapping) for one in planned):
        raise SourceError(source.path, line, "each block of the session begins with “- ” and names what it takes.")
    blocks = [_block(source, one, sections, tasks, questions) for one in planned]
    titles = [title for block in blocks for title in block.sections]
    if titles != [one.title for one in sections if one.title in titles]:
        raise SourceError(source.path, line, "the session takes a section twice, or not in the lesson's order.")
    names = [name for block in blocks for name in block.tasks]
    if len(set(names)) < len(names):
        raise SourceError(source.path, line, "the session takes a task twice.")
    if not any(block.tasks for block in blocks):
        raise SourceError(source.path, line, "the session has no task; learners are to write something themselves.")
    if not any(block.question for block in blocks):
        raise SourceError(source.path, line, "the session has no question for discussion.")
    seen: set[str] = set()
    needed = {one.task: one.taught_in for one in tasks}
    for block in blocks:
        seen.update(block.sections)
        for name in block.tasks:
            if needed[name] and needed[name] not in seen:
                what = f"the session takes task {name} before the section that it needs, “{needed[name]}”."
                raise SourceError(source.path, line, what)
    minutes = sum(block.minutes for block in blocks)
    if not SESSION - UNUSED <= minutes <= SESSION:
        raise SourceError(
            source.path, line, f"the session takes {minutes} minutes; it may take {SESSION - UNUSED} to {SESSION}."
        )
    return blocks


def _block(
    source: Source, planned: Mapping[str, Any], sections: Sequence[Section], tasks: Sequence[Task], questions: int
) -> Block:
    do = str(planned.get("do", ""))
    line = line_of(source.path, do or "session:")
    kinds = [kind for kind in KINDS if kind in planned and not (kind == "minutes" and "question" in planned)]
    if len(kinds) != 1:
        raise SourceError(source.path, line, f"a block of the session names one of {', '.join(KINDS)}.")
    if kinds == ["sections"]:
        slow = {one.title: one.slow for one in sections}
        titles = [_known(source, str(title), slow, "section of the lesson") for title in planned["sections"]]
        return Block(math.ceil(sum(slow[title] for title in titles)), do, sections=titles)
    if kinds == ["tasks"]:
        most = {one.task: one.slow for one in tasks}
        names = [_known(source, str(name), most, "task of the exercise") for name in planned["tasks"]]
        return Block(sum(most[name] for name in names), do, tasks=names)
    minutes = planned.get("minutes")
    if not isinstance(minutes, int) or minutes < 1:
        raise SourceError(source.path, line, "this block of the session needs `minutes`, a whole number.")
    if kinds == ["question"]:
        if planned["question"] not in range(1, questions + 1):
            raise SourceError(source.path, line, f"there is no question {planned['question']} under “Discuss”.")
        return Block(minutes, do, question=planned["question"])
    if not do:
        raise SourceError(source.path, line, "a block without sections, tasks or question must say what to `do`.")
    return Block(minutes, do)


def _known(source: Source, name: str, known: Mapping[str, float], what: str) -> str:
    if name not in known:
        raise SourceError(
            source.path, line_of(source.path, name), f"“{name}” is no {what}. There are: {'; '.join(known)}."
        )
    return name


def line_of(path: Path, text: str) -> int:
    """Return the first line of a file (from 1) in which a text begins, or 1: YAML does not keep the lines itself."""
    first = text.split("\n", 1)[0][:60]
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((i for i, line in enumerate(lines, 1) if first in line), 1)
