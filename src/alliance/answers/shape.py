"""Say whether an answer has the shape that a task asks for, without knowing the values that it expects."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping

import numpy as np

from alliance.answers.columns import in_kind_of
from alliance.answers.compare import (
    ASKED,
    SCALARS,
    alone,
    compare_function,
    compare_record,
    missing_number,
    no_choice,
    no_date,
    no_text,
    not_drawn,
    refusal,
    wrong_type,
)
from alliance.answers.forms import Answer, Column, Panel, quoted
from alliance.answers.plots.comparing import compare_make, compare_panels
from alliance.answers.spec import Spec
from alliance.answers.tables import (
    as_series,
    as_table,
    asked_columns,
    columns_by_name,
    is_numbering,
    lacks_labels,
    named_keys,
    not_so_many,
    other_levels,
)
from alliance.answers.texts import length_misfit, words_asked

ANYTHING = "other"
"""The type of a shape that every answer has."""
INTERCHANGEABLE = {("text", "number"), ("text", "truth"), ("text", "date"), ("date", "number"), ("number", "date")}
"""Kinds (asked for, given) that can mean the same, which only the values tell: years as dates, numbers in words."""


def shape_of(expected: Answer) -> Answer:
    """Return an expected answer without its values.

    What stays: types and kinds, a record's keys, names of columns, numbers of rows, a plot's marks and scales and
    which of its axes have a label.
    """
    if expected.type in {"other", "none", "untried"} or (expected.type == "number" and math.isnan(expected.value)):
        return Answer(ANYTHING)
    labels = [] if expected.type == "table" and is_numbering(expected.labels) else expected.labels
    return Answer(
        expected.type,
        rows=expected.rows,
        items={key: shape_of(item) for key, item in expected.items.items()} if expected.type == "record" else {},
        labels=[_emptied(column) for column in labels],
        columns=[_emptied(column) for column in expected.columns],
        panels=[_undrawn(panel) for panel in expected.panels],
        results=[shape_of(result) for result in expected.results],
        changed=expected.changed,
    )


def _emptied(column: Column) -> Column:
    return Column(column.name, column.kind, column.values[:0])


def _undrawn(panel: Panel) -> Panel:
    """Return a panel without data, names and texts; a label stands for any label."""
    bare = [
        dataclasses.replace(
            series, label=None, data={axis: _emptied(column) for axis, column in series.data.items()}, beside=[]
        )
        for series in panel.series
    ]
    return Panel("", {axis: "any" if label else "" for axis, label in panel.labels.items()}, panel.scales, bare, [])


def misfit(shape: Answer, given: Answer, spec: Spec) -> str | None:
    """Return None when an answer has the shape asked for, otherwise one or two sentences that say how it differs.

    Every answer that `compare` would call the same as the expected one has its shape.
    """
    if shape.type == ANYTHING:
        return None
    refused = refusal(shape, given, spec)
    if refused:
        return refused
    if spec.demands:
        return no_text(given, spec) or length_misfit(str(alone(given).value), spec.answer, spec.demands)
    if shape.type in SCALARS:
        return _scalar_misfit(shape, given, spec)
    if shape.type == "record":
        return compare_record(shape, given, spec, misfit)
    if shape.type == "function":
        return compare_function(shape, given, spec, misfit)
    if shape.type == "plot":
        return not_drawn(shape, given, spec) or compare_panels(shape.panels, given.panels, spec, compare_make)
    return (_series_misfit if shape.type == "series" else _table_misfit)(shape, given, spec)


def _scalar_misfit(shape: Answer, given: Answer, spec: Spec) -> str | None:
    given = alone(given)
    refused = refusal(shape, given, spec)
    if refused:
        return refused
    if shape.type in {"number", "truth"} and given.type in {"number", "truth"}:
        return missing_number(spec) if math.isnan(given.value) else None
    if shape.type == "date" and given.type in {"date", "text"}:
        return no_date(given, spec)
    if shape.type == "text" and given.type in {"text", "date"}:
        return no_choice(given, spec)
    return wrong_type(shape, given, spec)


def _series_misfit(shape: Answer, given: Answer, spec: Spec) -> str | None:
    found = as_series(shape, given, spec)
    if isinstance(found, str):
        return found or wrong_type(shape, given, spec)
    levels = other_levels(shape, found, spec) if shape.labels and found.labels else None
    message = levels or not_so_many(shape, found, spec, "values") or lacks_labels(shape, found, spec)
    return message or _kind_misfit(f"`{spec.answer}`", shape.columns[0], found.columns[0])


def _table_misfit(shape: Answer, given: Answer, spec: Spec) -> str | None:
    given = as_table(shape, given)
    if given.type != "table":
        return wrong_type(shape, given, spec)
    wanted = asked_columns(shape)
    message = not_so_many(shape, given, spec, "rows")
    if given.cut:
        return message  # its values were too many to be kept
    found = columns_by_name(wanted, given, named_keys(wanted, spec))
    if isinstance(found, str):
        return f"`{spec.answer}` {found}"
    if message:
        return message
    for column, own in zip(wanted, found, strict=True):
        message = _kind_misfit(f"Column {quoted(str(column.name))} of `{spec.answer}`", column, own)
        if message:
            return message
    return None


def _kind_misfit(title: str, wanted: Column, given: Column) -> str | None:
    if (wanted.kind, given.kind) in INTERCHANGEABLE or not np.size(given.values):
        return None
    same_kind = in_kind_of(wanted, given)
    return f"{title} {same_kind}" if isinstance(same_kind, str) else None


def describe_shape(shape: Answer, spec: Spec) -> str:
    """Return in words what a task asks for, with units: `a number (unit: percent)`."""
    asked = ASKED.get(shape.type, "a value")
    size = f"{shape.rows:,} {'row' if shape.rows == 1 else 'rows'}"
    if spec.demands:
        return f"{asked} of {words_asked(spec.demands)}"
    if shape.type == "series":
        asked = f"{shape.rows:,} {'value' if shape.rows == 1 else 'values'}, as a list or Series"
    if shape.type == "table":
        asked = f"a table of {size} with {_listed('the column', [c.name for c in asked_columns(shape) if c.name])}"
    if shape.type == "record":
        asked = f"a dictionary with {_listed('the key', list(shape.items))}"
    if isinstance(spec.unit, Mapping):
        units = "; ".join(f"{quoted(name)}: {unit}" for name, unit in spec.unit.items())
        return f"{asked} (units: {units})"
    return f"{asked} (unit: {spec.unit})" if spec.unit else asked


def _listed(what: str, names: list[str]) -> str:
    return f"{what}{'' if len(names) == 1 else 's'} {', '.join(map(quoted, names))}"
