"""Write an answer as JSON-able data and read it back, so that it can leave the kernel and be kept in a key."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from alliance.answers.forms import Answer, Column, Panel, Series


def to_json(answer: Answer) -> dict[str, Any]:
    """Return an Answer as JSON-able data; `from_json` gives the same Answer back."""
    data: dict[str, Any] = {"type": answer.type}
    if answer.value is not None:
        data["value"] = _json_number(answer.value) if answer.type == "number" else answer.value
    if answer.shown:
        data["shown"] = answer.shown
    if answer.rows:
        data["rows"] = answer.rows
    if answer.cut:
        data["cut"] = True
    if answer.changed:
        data["changed"] = True
    if answer.items:
        data["items"] = {key: to_json(item) for key, item in answer.items.items()}
    if answer.labels:
        data["labels"] = [_column_to_json(column) for column in answer.labels]
    if answer.columns:
        data["columns"] = [_column_to_json(column) for column in answer.columns]
    if answer.results:
        data["results"] = [to_json(result) for result in answer.results]
    if answer.panels:
        data["panels"] = [_panel_to_json(panel) for panel in answer.panels]
    return data


KINDS = frozenset(
    ("number", "truth", "text", "date", "record", "series", "table", "plot", "function", "other", "none", "untried")
)


def from_json(data: Mapping[str, Any]) -> Answer:
    """Return the Answer that `to_json` wrote. Raises KeyError or ValueError when `data` is something else."""
    value = data.get("value")
    if data["type"] not in KINDS:
        raise ValueError(f"{data['type']!r} is no kind of answer")
    return Answer(
        type=data["type"],
        value=float(value) if data["type"] == "number" and value is not None else value,
        shown=data.get("shown", ""),
        rows=data.get("rows", 0),
        cut=data.get("cut", False),
        items={key: from_json(item) for key, item in data.get("items", {}).items()},
        labels=[_column_from_json(column) for column in data.get("labels", [])],
        columns=[_column_from_json(column) for column in data.get("columns", [])],
        results=[from_json(result) for result in data.get("results", [])],
        panels=[_panel_from_json(panel) for panel in data.get("panels", [])],
        changed=data.get("changed", False),
    )


def _json_number(number: float) -> float | str:
    return number if math.isfinite(number) else str(number)


def _column_to_json(column: Column) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": column.kind, "values": _values_to_json(column.kind, column.values)}
    if column.name is not None:
        data["name"] = column.name
    if column.instants is not None:
        data["instants"] = _values_to_json("date", column.instants)
    return data


def _values_to_json(kind: str, values: np.ndarray) -> list[Any]:
    if kind == "date":
        return [None if text == "NaT" else text for text in np.datetime_as_string(values).tolist()]
    if kind == "text":
        return list(values)
    if np.isfinite(values).all():
        return list(values.tolist())
    if np.isinf(values).any():
        return [_json_number(x) if not math.isnan(x) else None for x in values.tolist()]
    return [None if math.isnan(x) else x for x in values.tolist()]


def _column_from_json(data: Mapping[str, Any]) -> Column:
    instants = data.get("instants")
    return Column(
        data.get("name"),
        data["kind"],
        _values_from_json(data["kind"], data["values"]),
        None if instants is None else _values_from_json("date", instants),
    )


def _values_from_json(kind: str, values: list[Any]) -> np.ndarray:
    if kind == "date":
        return np.array([np.datetime64("NaT") if x is None else x for x in values], dtype="datetime64[ns]")
    if kind == "text":
        texts = np.empty(len(values), dtype=object)
        texts[:] = values
        return texts
    return np.array(values, dtype=float)  # None becomes NaN, "inf" infinity


SERIES_EXTRAS = ("beside", "look", "drawn", "hidden", "faults")
PANEL_EXTRAS = ("faults", "unread", "claimed")
"""What is written only where there is something to write."""


def _panel_to_json(panel: Panel) -> dict[str, Any]:
    return {
        "title": panel.title,
        "labels": panel.labels,
        "scales": panel.scales,
        "texts": panel.texts,
        "series": [
            {
                "mark": series.mark,
                "label": series.label,
                "data": {key: _column_to_json(column) for key, column in series.data.items()},
                **{name: getattr(series, name) for name in SERIES_EXTRAS if getattr(series, name)},
            }
            for series in panel.series
        ],
        **{name: getattr(panel, name) for name in PANEL_EXTRAS if getattr(panel, name)},
    }


def _panel_from_json(data: Mapping[str, Any]) -> Panel:
    series = [
        Series(
            item["mark"],
            item["label"],
            {k: _column_from_json(c) for k, c in item["data"].items()},
            **{name: item[name] for name in SERIES_EXTRAS if name in item},
        )
        for item in data["series"]
    ]
    extras = {name: data[name] for name in PANEL_EXTRAS if name in data}
    return Panel(data["title"], data["labels"], data["scales"], series, data["texts"], **extras)
