"""Put a learner's cells into a new edition of a notebook, where both can be had without guessing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

Cells = dict[str, dict[str, Any]]


class _NoMerge(Exception):
    """A person has to look."""


def was_only_run(given: bytes, mine: bytes) -> bool:
    """Return whether a notebook says what it said when it was handed out, whatever outputs it has by now."""
    try:
        old, own = _cells(_notebook(given)), _cells(_notebook(mine))
    except _NoMerge:
        return False
    return list(old) == list(own) and all(_says(old[name]) == _says(own[name]) for name in old)


def merged(given: bytes, mine: bytes, new: bytes) -> bytes | None:
    """Return the new notebook with what the learner wrote in it; None where that cannot be told apart.

    given: the notebook as it was handed out, mine: as the learner saved it, new: as it is handed out now. A cell that
    only one of the two sides changed is that side's; cells of the learner's own stand behind the cell that they stood
    behind; what the learner deleted stays away. None where both changed the same cell, the learner moved the
    course's cells, or cells have no ids of their own.
    """
    try:
        old, own, coming = (_notebook(one) for one in (given, mine, new))
        cells = _merged(_cells(old), _cells(own), _cells(coming))
    except _NoMerge:
        return None
    about = {name: own["metadata"][name] for name in ("kernelspec", "language_info") if name in own["metadata"]}
    made = {
        **coming,
        "cells": cells,
        "metadata": {**coming["metadata"], **about},
        "nbformat_minor": max(coming["nbformat_minor"], own["nbformat_minor"]),
    }
    try:
        return (json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")
    except UnicodeEncodeError:  # half a letter, which JSON can hold and no text
        return None


def _merged(given: Cells, mine: Cells, new: Cells) -> list[dict[str, Any]]:
    """Return the cells of the merged notebook in order. Raises _NoMerge."""
    course = [name for name in mine if name in given]
    if course != [name for name in given if name in mine]:
        raise _NoMerge  # the learner has moved them
    made: Cells = {}
    for name, cell in new.items():
        if name in mine and name in given:
            made[name] = _of_both(given[name], mine[name], cell)
        elif name in mine or (name in given and _says(cell) != _says(given[name])):
            raise _NoMerge  # an id that both gave to a cell; or a cell deleted here and changed there
        elif name not in given:
            made[name] = cell
    if any(name not in new and _says(mine[name]) != _says(given[name]) for name in course):
        raise _NoMerge  # written in here, and deleted there
    order = list(made)
    place = 0
    for name, cell in mine.items():
        if name in made:
            place = order.index(name) + 1
        elif name not in given:
            order.insert(place, name)
            made[name] = cell
            place += 1
    return [made[name] for name in order]


def _of_both(given: Mapping[str, Any], mine: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return a cell that all three notebooks have. Raises _NoMerge where both sides changed it."""
    old, own, coming = _says(given), _says(mine), _says(new)
    if own == coming or coming == old:
        return mine
    if own == old:
        return new
    raise _NoMerge


def _says(cell: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what somebody wrote in a cell: its kind, its text, pictures put into the text."""
    return cell["cell_type"], "".join(cell["source"]).rstrip("\n"), cell.get("attachments") or {}


def _notebook(content: bytes) -> dict[str, Any]:
    """Return a notebook of format 4 as plain data. Raises _NoMerge for anything else."""
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _NoMerge from None
    if not isinstance(data, dict) or data.get("nbformat") != 4 or not isinstance(data.get("metadata"), dict):
        raise _NoMerge
    if not isinstance(data.get("nbformat_minor"), int) or not isinstance(data.get("cells"), list):
        raise _NoMerge
    return data


def _cells(notebook: Mapping[str, Any]) -> Cells:
    """Return a notebook's cells by id. Raises _NoMerge where one is damaged, or ids are missing or not unique."""
    cells: Sequence[Any] = notebook["cells"]
    if not all(isinstance(cell, dict) and isinstance(cell.get("id"), str) and _is_sound(cell) for cell in cells):
        raise _NoMerge
    found = {cell["id"]: cell for cell in cells}
    if len(found) != len(cells):
        raise _NoMerge
    return found


def _is_sound(cell: Mapping[str, Any]) -> bool:
    source = cell.get("source")
    lines = isinstance(source, list) and all(isinstance(line, str) for line in source)
    return isinstance(cell.get("cell_type"), str) and (isinstance(source, str) or lines)
