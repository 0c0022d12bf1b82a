"""Find what a lesson lets its reader predict, and the cell whose output would give the answer away."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Any

from alliance.building.sources.prose import as_python, expressions
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


def visible_answers(parts: Sequence[Part], notebook: Any, *, strict: bool) -> Iterator[tuple[int, str]]:
    """Yield line and reason for each prediction whose answer can be seen before it is asked for.

    `notebook` is the lesson as built. `strict` is for lessons in which the next code cell always shows the answer; in
    others it may be folded below the question, in its own cell, or come later.
    """
    built = {str(cell.source): cell for cell in notebook.cells if cell.cell_type == "code"}
    for place, part in enumerate(parts):
        if not isinstance(part, Cell) or part.kind != "markdown" or not (asked := PREDICT.search(part.text)):
            continue
        if ANSWER in asked["asked"]:
            if strict:
                yield part.line, "its answer stands below it: let the next code cell show it"
            continue
        cell = next_code(parts[place + 1 :])
        if cell is None:
            yield part.line, "no code cell comes after it, before the next heading or task, that would show the answer"
            continue
        made = built.get(cell.text)
        if made is None or not made.outputs:
            if strict:
                yield cell.line, "the code cell after a prediction shows nothing"
        elif not made.metadata.get("jupyter", {}).get("outputs_hidden"):
            yield cell.line, "the output that answers a prediction is not folded"
        if _value(cell) & {_dumped(one) for one in expressions(_before(parts, place, cell))}:
            yield part.line, "the text above the cell computes what the cell shows"


def _before(parts: Sequence[Part], place: int, cell: Cell) -> str:
    """Return the text from a prediction to its cell."""
    return "\n".join(one.text for one in parts[place : list(parts).index(cell)] if isinstance(one, Cell))


def _value(cell: Cell) -> set[str | None]:
    """Return what a cell shows, its last expression, without regard to how it is written."""
    body = ast.parse(cell.text).body
    return {ast.dump(body[-1].value)} if body and isinstance(body[-1], ast.Expr) else set()


def _dumped(expression: str) -> str | None:
    """Return an expression of the prose, without its format, in the form of `_value`."""
    try:
        tree = ast.parse(as_python(expression), mode="eval").body
    except SyntaxError:
        return None
    first = tree.values[0] if isinstance(tree, ast.JoinedStr) and tree.values else None
    return ast.dump(first.value) if isinstance(first, ast.FormattedValue) else None
