"""Measure how long a lesson takes, section by section, and an exercise, task by task."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterable, Sequence

from alliance.building.sources.prose import EXPRESSION
from alliance.building.sources.source import Cell, Source
from alliance.building.sources.turns import seen_cells

Range = tuple[float, float]

WORDS_PER_MINUTE: Range = (180, 238)
"""Slow and fast. 238 is the mean of adults who read non-fiction in their first language (M. Brysbaert, “How many
words do we read per minute?”, Journal of Memory and Language 109, 2019). The slow rate, three quarters of it, is an
assumption: many of the course's readers read in their second language, and the text is technical."""
SECONDS_PER_CELL: Range = (10, 20)
SECONDS_PER_CODE_LINE: Range = (4, 8)
SECONDS_PER_QUESTION: Range = (30, 90)
"""Assumptions: to run a cell and look at what it shows, to read a line of code, to answer a question on the way."""
PREAMBLE = "Beginning"


@dataclasses.dataclass(frozen=True)
class Section:
    """A section of a lesson, and the minutes it takes a fast and a slow reader."""

    title: str
    fast: float
    slow: float


def lesson_sections(source: Source) -> list[Section]:
    """Return the sections of a lesson in order; a section begins at a heading of the second level."""
    parts: list[tuple[str, list[Cell]]] = [(PREAMBLE, [])]
    for cell in seen_cells(source):
        if cell.kind != "markdown":
            parts[-1][1].append(cell)
            continue
        for i, piece in enumerate(re.split(r"^## ", cell.text, flags=re.MULTILINE)):
            if i:
                title, _, piece = piece.partition("\n")
                parts.append((title.strip(), []))
            parts[-1][1].append(dataclasses.replace(cell, text=piece))
    measured = [Section(title, *_minutes(cells)) for title, cells in parts]
    return [one for one in measured if one.slow > 0]


def _minutes(cells: Iterable[Cell]) -> Range:
    """Return the minutes that cells take a fast and a slow reader; a task takes what its question says."""
    words = questions = code_cells = lines = 0
    tasks: list[Range] = []
    for cell in cells:
        if cell.role == "question":
            tasks.append(cell.meta["minutes"])
        elif cell.kind == "code":
            code_cells += 1
            lines += _lines(cell.text)
        else:
            questions += cell.text.count("<details>")
            fenced = re.findall(r"^```.*?^```", cell.text, re.DOTALL | re.MULTILINE)
            lines += sum(_lines(block) - 2 for block in fenced)
            words += len(_prose(cell.text).split())

    def minutes(i: int) -> float:
        seconds = code_cells * SECONDS_PER_CELL[i] + lines * SECONDS_PER_CODE_LINE[i]
        asked = sum(task[i] for task in tasks) + questions * SECONDS_PER_QUESTION[i] / 60
        return words / WORDS_PER_MINUTE[1 - i] + seconds / 60 + asked

    return minutes(0), minutes(1)


def _lines(code: str) -> int:
    return sum(1 for line in code.splitlines() if line.strip())


def _prose(text: str) -> str:
    """Return the words that are read: no fenced code, no addresses or tags; a computed number counts as one word."""
    text = re.sub(r"^```.*?^```", " ", text, flags=re.DOTALL | re.MULTILINE)
    text = EXPRESSION.sub("number", text)
    return re.sub(r"\]\([^)]*\)|<[^>]*>|[|*`#-]", " ", text)


def total(sections: Sequence[Section]) -> tuple[int, int]:
    """Return the minutes of a whole lesson as a range, both ends rounded outwards to five minutes."""
    fast, slow = sum(one.fast for one in sections), sum(one.slow for one in sections)
    return 5 * math.floor(fast / 5), 5 * math.ceil(slow / 5)


def exercise_total(source: Source) -> tuple[int, int]:
    """Return the minutes of an exercise: those of its tasks, added up."""
    stated = [cell.meta["minutes"] for cell in source.cells if cell.role == "question"]
    return sum(int(low) for low, _ in stated), sum(int(high) for _, high in stated)
