"""Find the course's root folder, from wherever a command or a notebook is started."""

from __future__ import annotations

from pathlib import Path

MARKS = ("lessons", "data", "exercises")


class CourseNotFound(Exception):
    """No folder of the course was found; the message says where was looked."""


def find_root(start: Path) -> Path:
    """Return the nearest folder at or above `start` that holds the course, or the one this package is installed from.

    Raises CourseNotFound.
    """
    start = start.resolve()
    candidates = [start, *start.parents, *Path(__file__).resolve().parents]
    for folder in candidates:
        if all((folder / mark).is_dir() for mark in MARKS[:2]):
            return folder
    raise CourseNotFound(
        f"No course folder (with {' and '.join(MARKS[:2])} in it) was found at or above {start}: change into the course's folder first."
    )
