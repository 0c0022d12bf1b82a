"""Find what a lesson lets its reader predict, and the cell whose output would give the answer away."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alliance.building.sources.source import Cell
from alliance.building.sources.turns import HEADING, Part

PREDICT = re.compile(r"^\*\*Predict\.\*\*(?P<asked>.*)", re.MULTILINE | re.DOTALL)
ANSWER = "<details>"


def folded(parts: Sequence[Part]) -> list[Cell]:
    """Return the code cells whose output is folded: each the next one after a prediction.

    A prediction whose answer stands folded below it, in its own cell, folds no output.
    """
    found = []
    for place, part in enumerate(parts):
        asked = PREDICT.search(part.text) if isinstance(part, Cell) and part.kind == "markdown" else None
        if asked is None or ANSWER in asked["asked"]:
            continue
        cell = next_code(parts[place + 1 :])
        if cell is not None:
            found.append(cell)
    return found


def next_code(parts: Sequence[Part]) -> Cell | None:
    """Return the code cell that comes before a heading and before a task; None where there is none."""
    for part in parts:
        if not isinstance(part, Cell) or (part.kind == "markdown" and HEADING.search(part.text)):
            return None
        if part.kind == "code":
            return part
    return None
