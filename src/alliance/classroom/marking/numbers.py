"""Give learners numbers in place of names, drawn once and kept in `names.csv`."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from alliance.classroom.keeping.csvfile import as_csv
from alliance.classroom.keeping.results import write_whole
from alliance.classroom.keeping.sheets import read_sheet

FILE = "names.csv"
COLUMNS = ("number", "learner", "name")
DIGITS = 4


def read_numbers(path: Path) -> dict[str, str]:
    """Return the numbers by learners' folders; none where there is no file. Raises UnreadableSheet."""
    if not path.exists():
        return {}
    rows = read_sheet(path, COLUMNS, ("number", "learner")).rows
    return {row["learner"]: row["number"].zfill(DIGITS) for row in rows}


def draw_numbers(path: Path, names: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return a number for everybody; who has none yet gets one, by lot. Raises UnreadableSheet or OSError.

    names: folders with the names that go with them.
    """
    people = dict(names)
    numbers = read_numbers(path)
    free = [number for i in range(10**DIGITS) if (number := f"{i:0{DIGITS}}") not in set(numbers.values())]
    new = [folder for folder in people if folder not in numbers]
    for folder in new:
        numbers[folder] = free.pop(secrets.randbelow(len(free)))
    if new:
        rows = [[number, folder, people.get(folder, "")] for folder, number in sorted(numbers.items())]
        write_whole(path, as_csv(COLUMNS, rows))
    return numbers
