"""Word what all gradebooks share: an exercise's title, a learner's points, names in a row."""

from __future__ import annotations

from collections.abc import Sequence, Sized

from alliance.checking.keys import load_key
from alliance.classroom.reporting.people import Person


def title(exercise: str) -> str:
    """Return what an exercise is called in a gradebook: `05 Japan's defence budget`."""
    return f"{exercise[:2]} {load_key(exercise).title}"


def points_of(person: Person, exercise: str) -> float | None:
    """Return a learner's points in an exercise; None where there is no notebook, or it is not judged yet."""
    notebook = person.notebooks.get(exercise)
    return notebook.score.points if notebook else None


def number_of(things: Sized, one: str, several: str) -> str:
    """Return how many there are, and the word for one or several."""
    return f"{len(things)} {one if len(things) == 1 else several}"


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return names in a row, the first few of them."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
