"""Write what a figure shows as plain tables, one a panel, that can be stored with it: the data behind the figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from alliance.answers.forms import Column, Panel, Series

MAX_ROWS = 1000
"""Rows that are kept of each panel: no figure of the course shows more."""

SIGNIFICANT_DIGITS = 6
MARKS = {"line": "line", "point": "dots", "bar": "bars", "cell": "cells", "area": "area"}
EXTRA = {"y_high": "upper edge", "value": "value"}


def tables(panels: Sequence[Panel]) -> list[dict[str, Any]]:
    """Return one table a panel as JSON-able data, in the order of drawing; panels without data are left out.

    Each has `title` (text, may be empty), `columns` (texts), `rows` (lists of text, number or None for a gap, as many
    as there are columns) and `more` (how many further rows were drawn, 0 when all are there). Numbers that are not
    whole have six significant digits; dates are ISO texts.
    """
    return [_table(panel) for panel in panels if panel.series]


def _table(panel: Panel) -> dict[str, Any]:
    named = len(panel.series) > 1 or panel.series[0].label is not None
    keys = ["x", "y", *(key for key in EXTRA if any(key in series.data for series in panel.series))]
    rows = [row for series in panel.series for row in _rows(series, keys, named)]
    return {
        "title": panel.title,
        "columns": [*(["series"] if named else []), *_headings(panel, keys)],
        "rows": rows[:MAX_ROWS],
        "more": max(0, len(rows) - MAX_ROWS),
    }


def _headings(panel: Panel, keys: Sequence[str]) -> list[str]:
    """Return the axes' labels as headings; where they are missing or alike, the axes' own names tell them apart."""
    x, y = (" ".join(panel.labels[name].split()) for name in ("x", "y"))
    if x == y:
        x, y = (f"{name}: {label}" if label else "" for name, label in (("across", x), ("up", y)))
    return [x or _unlabelled("x", panel), y or _unlabelled("y", panel), *(EXTRA[key] for key in keys[2:])]


def _unlabelled(name: str, panel: Panel) -> str:
    """Return a heading for an axis without a label: most often names stand along it, which need none."""
    if all(series.data[name].kind == "text" for series in panel.series):
        return "name"
    return {"x": "across", "y": "up"}[name]


def _rows(series: Series, keys: Sequence[str], named: bool) -> list[list[Any]]:
    columns = [_cells(series.data[key]) if key in series.data else None for key in keys]
    name = [series.label or MARKS[series.mark]] if named else []
    count = len(series.data["x"])
    return [[*name, *(cells[row] if cells else None for cells in columns)] for row in range(count)]


def _cells(column: Column) -> list[Any]:
    if column.kind == "date":
        return [None if np.isnat(moment) else _date(moment) for moment in column.values]
    if column.kind == "text":
        return [str(text) for text in column.values]
    return [_number(float(value)) for value in column.values]


def _date(moment: np.datetime64) -> str:
    """Return a moment as an ISO text, without a time of day where it is midnight."""
    day, _, time = np.datetime_as_string(moment, unit="m").partition("T")
    return day if time == "00:00" else f"{day} {time}"


def _number(value: float) -> int | float | str | None:
    if np.isnan(value):
        return None
    if np.isinf(value):
        return "infinity" if value > 0 else "minus infinity"
    return int(value) if value == round(value) else float(f"{value:.{SIGNIFICANT_DIGITS}g}")
