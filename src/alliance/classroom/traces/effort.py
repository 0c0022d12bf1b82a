"""Count the lines of code that a learner changed in each task, against what was handed out.

A notebook does not tell how often something was tried: it holds the last state alone, and the numbers beside its
cells count runs of the whole notebook. What it does tell is how far the code is from the code that was given.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from alliance.checking.submission import Submission


def changed_lines(submission: Submission) -> Mapping[str, int]:
    """Return for each task that the notebook has code for how many lines of it were changed, added or removed.

    Compared are all code cells of the task, without its check, with the given start and stub. Blank lines and spaces
    at the end of a line do not count; a line put in place of another counts once.
    """
    own: dict[str, list[str]] = {}
    for section in submission.sections:
        if section.task is not None:
            own.setdefault(section.task, []).extend(section.cells)
    tasks = submission.key.tasks
    return {name: distance(_lines([tasks[name].start, tasks[name].stub]), _lines(cells)) for name, cells in own.items()}


def _lines(cells: Iterable[str]) -> list[str]:
    return [line.rstrip() for cell in cells for line in cell.splitlines() if line.strip()]


def distance(given: list[str], own: list[str]) -> int:
    """Return how many lines were changed, added or removed between two texts."""
    blocks = difflib.SequenceMatcher(None, given, own, autojunk=False).get_opcodes()
    return sum(
        max(to_given - given_at, to_own - own_at)
        for tag, given_at, to_given, own_at, to_own in blocks
        if tag != "equal"
    )
