"""Know a lesson's sections by their headings, and refuse a task that sends its learner to a section that is none."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from alliance.building.sources.errors import SourceError
from alliance.building.sources.source import Source, read_tasks
from alliance.checking.keys import split_section

HEADING = re.compile(r"^#{2,3} +(.+?) *$", re.MULTILINE)
EARLIER = re.compile(r'"section":\s*"(\d\d): ')
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)

Headings = Mapping[str, Sequence[str]]
"""The headings of each lesson, by its two digits."""


def headings(source: Source) -> list[str]:
    """Return the headings of the second and third level in a lesson's text, in order."""
    texts = [FENCED.sub("", cell.text) for cell in source.cells if cell.kind == "markdown"]
    return [heading for text in texts for heading in HEADING.findall(text)]


def refuse_unknown_sections(exercise: Source, lessons: Headings) -> None:
    """Raise SourceError, with headings that are near, where a task names a section that its lesson does not have."""
    _, tasks = read_tasks(exercise)
    for task in tasks:
        line = task.question.line
        number, heading = split_section(task.section, exercise.number)
        if number not in lessons:
            raise SourceError(
                exercise.path, line, f"task {task.task} names a section of lesson {number}: there is none."
            )
        if number > exercise.number:
            raise SourceError(
                exercise.path, line, f"task {task.task} names a section of lesson {number}, which comes later."
            )
        if heading in lessons[number] or not lessons[number]:
            continue  # a lesson without headings could not be read, which is said where it is built
        near = difflib.get_close_matches(heading, lessons[number], n=3, cutoff=0.4) or lessons[number]
        known = ", ".join(f"“{one}”" for one in near)
        raise SourceError(
            exercise.path,
            line,
            f"lesson {number} has no section “{heading}”, which task {task.task} names. Near: {known}.",
        )


def named_by(text: str, number: str, lessons: Headings) -> list[list[str]]:
    """Return number and headings of every lesson that an exercise's tasks name, by the text of its source."""
    return [[one, *lessons.get(one, [])] for one in sorted({number, *EARLIER.findall(text)})]
