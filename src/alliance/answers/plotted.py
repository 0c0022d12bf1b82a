"""Compare what two plots show: marks, data, series names, axis labels with units, scales."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliance.answers.columns import NUMERIC, Tolerance, apart, in_kind_of, plain, scale_slip, show
from alliance.answers.portable import Column, Panel, Series
from alliance.answers.spec import Spec

MARK_WORDS = {
    "line": "a line",
    "point": "dots",
    "bar": "bars",
    "cell": "the cells of a heat map",
    "area": "a filled area",
}
DRAWING = Tolerance(absolute=1e-9, relative=1e-9)


def compare_panels(expected: Sequence[Panel], given: Sequence[Panel], spec: Spec) -> str | None:
    """Return None when the given panels show what the expected ones show, otherwise what differs first."""
    if not any(panel.series for panel in given):
        return f"The plot `{spec.answer}` is empty: nothing is drawn on these axes."
    if len(expected) == 1:
        messages = [_compare_panel(expected[0], panel, spec) for panel in given]
        return None if None in messages else messages[0]
    if len(given) != len(expected):
        return f"`{spec.answer}` has {len(given)} panels; {len(expected)} are expected."
    free = list(given)
    for wanted in expected:
        messages = [_compare_panel(wanted, panel, spec) for panel in free]
        if None not in messages:
            return f"Panel “{wanted.title}”: {messages[0]}"
        free.pop(messages.index(None))
    return None


def _compare_panel(expected: Panel, given: Panel, spec: Spec) -> str | None:
    marks = set(spec.marks) or {series.mark for series in expected.series}
    if marks == {"bar"}:
        message = _compare_drawing(expected, given, marks, spec)
        return message and (None if _compare_drawing(expected, _turned(given), marks, spec) is None else message)
    return _compare_drawing(expected, given, marks, spec)


def _turned(panel: Panel) -> Panel:
    """Return the panel with its axes exchanged: lying bars show the same as standing ones."""
    names = {"x": "y", "y": "x"}
    return dataclasses.replace(
        panel,
        labels={names[k]: v for k, v in panel.labels.items()},
        scales={names[k]: v for k, v in panel.scales.items()},
        series=[
            dataclasses.replace(series, data={names.get(k, k): column for k, column in series.data.items()})
            for series in panel.series
        ],
    )


def _compare_drawing(expected: Panel, given: Panel, marks: set[str], spec: Spec) -> str | None:
    kinds = {series.mark for series in expected.series} | marks
    wanted = [series for series in expected.series if series.mark in marks or not spec.marks]
    drawn = [series for series in given.series if series.mark in kinds]
    if not drawn:
        have = " and ".join(sorted({MARK_WORDS[series.mark] for series in given.series}))
        asked = " or ".join(MARK_WORDS[mark] for mark in sorted(marks))
        return f"Your plot shows {have}; the task asks for {asked}."
    return (
        _compare_data(wanted, drawn, spec)
        or _compare_names(wanted, drawn, given.texts, spec)
        or _compare_axis("x", expected, given, spec.x)
        or _compare_axis("y", expected, given, spec.y)
    )


def _compare_data(wanted: Sequence[Series], drawn: Sequence[Series], spec: Spec) -> str | None:
    """Match each wanted series with a drawn one of the same data."""
    free = list(drawn)
    unmatched = []
    for series in wanted:
        match = next((i for i, other in enumerate(free) if _difference(series, other, spec) is None), None)
        if match is None:
            unmatched.append(series)
        else:
            free.pop(match)
    if unmatched:
        if not free or len(drawn) < len(wanted):
            return f"Your plot shows {len(drawn)} series; {len(wanted)} are expected{_named(unmatched[0])}."
        rival = _closest(unmatched[0], free)
        title = f"Series “{unmatched[0].label}”: " if unmatched[0].label and len(wanted) > 1 else ""
        return f"{title}{_difference(unmatched[0], rival, spec)}"
    if free:
        return (
            f"Your plot shows {len(drawn)} series; {len(wanted)} "
            f"{'is' if len(wanted) == 1 else 'are'} expected. Not asked for: {_describe(free[0])}."
        )
    return None


def _named(series: Series) -> str:
    return f" (among them “{series.label}”)" if series.label else ""


def _describe(series: Series) -> str:
    name = f"“{series.label}”" if series.label else MARK_WORDS[series.mark]
    count = len(next(iter(series.data.values())))
    return f"{name} with {count} {'value' if count == 1 else 'values'}"


def _closest(series: Series, others: Sequence[Series]) -> Series:
    """Return the drawn series with the same name, or else of the most similar length."""
    for other in others:
        if other.label and series.label and plain(other.label) == plain(series.label):
            return other
    size = len(series.data["x"])
    return min(others, key=lambda other: abs(len(other.data["x"]) - size))


def _difference(wanted: Series, drawn: Series, spec: Spec) -> str | None:
    """Return how two series differ in their data, or None. Rows are found by x (and y where x repeats)."""
    if set(wanted.data) != set(drawn.data):
        return f"Your plot shows {MARK_WORDS[drawn.mark]}; {MARK_WORDS[wanted.mark]} are expected."
    columns: dict[str, tuple[Column, Column]] = {}
    for name, column in wanted.data.items():
        same_kind = in_kind_of(column, drawn.data[name])
        if isinstance(same_kind, str):
            return f"The {name} axis {same_kind}"
        columns[name] = (column, same_kind)
    a, b = (_sorted_rows({name: pair[i] for name, pair in columns.items()}) for i in (0, 1))
    places = _places(columns)
    only_wanted, only_drawn = _left_over(a, b, places)
    if only_wanted or only_drawn:
        return _left_over_message(only_wanted, only_drawn, len(b["x"]), len(a["x"]))
    tolerance = spec.limits if spec.tolerance is not None else DRAWING
    for name in [name for name in a if name not in places]:
        wrong = apart(a[name], b[name], tolerance)
        if wrong.any():
            first = int(np.flatnonzero(wrong)[0])
            where = ", ".join(f"{place} = {_show(a[place], first)}" for place in places)
            slip = scale_slip(a[name].values, b[name].values, spec.unit) if a[name].kind in NUMERIC else None
            if slip and wrong.sum() == np.count_nonzero(a[name].values):
                return f"What is drawn {slip}"
            return (
                f"at {where} your plot shows {show(b[name], first)}, expected {show(a[name], first)} "
                f"({int(wrong.sum())} of {len(wrong)} values differ)."
            )
    return None


def _places(columns: Mapping[str, tuple[Column, Column]]) -> list[str]:
    """Return the axes that say where a mark belongs: x, or y for lying bars, or both where x repeats or in a grid."""
    wanted = {name: pair[0] for name, pair in columns.items()}
    if "value" in wanted:
        return ["x", "y"]
    for place in ("x", "y"):
        is_name = wanted[place].kind in {"text", "date"}
        if is_name and len(pd.unique(wanted[place].values)) == len(wanted[place]):
            return [place]
    unique_x = len(np.unique(wanted["x"].values)) == len(wanted["x"]) if wanted["x"].kind != "text" else False
    return ["x"] if unique_x else ["x", "y"]


def _sorted_rows(data: Mapping[str, Column]) -> dict[str, Column]:
    """Return the rows without missing values, sorted by x, then y, so that drawing order does not matter."""
    frame = pd.DataFrame(
        {
            name: [plain(x) for x in c.values]
            if c.kind == "text"
            else (c.values if c.kind == "date" else c.values.astype(float).round(9))
            for name, c in data.items()
        }
    )
    kept = frame.dropna().sort_values(list(frame.columns), kind="stable").index.to_numpy()
    return {name: column.take(kept) for name, column in data.items()}


def _left_over(a: Mapping[str, Column], b: Mapping[str, Column], places: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return places that only the wanted or only the drawn series has, as a reader would write them."""
    wanted, drawn = (_place_counts(rows, places) for rows in (a, b))
    only_wanted = [_show_place(key, a, places) for key in (wanted - drawn).elements()]
    only_drawn = [_show_place(key, b, places) for key in (drawn - wanted).elements()]
    return only_wanted, only_drawn


def _place_counts(rows: Mapping[str, Column], places: Sequence[str]) -> Any:
    from collections import Counter

    keys: list[list[Any]] = []
    for name in places:
        column = rows[name]
        if column.kind == "text":
            keys.append([plain(x) for x in column.values])
        elif column.kind == "date":
            keys.append([str(x) for x in column.values])
        else:
            keys.append([float(f"{x:.9g}") for x in column.values])
    return Counter(zip(*keys, strict=True))


def _show_place(key: Sequence[Any], rows: Mapping[str, Column], places: Sequence[str]) -> str:
    parts = []
    for name, value in zip(places, key, strict=True):
        kind = rows[name].kind
        text = f"“{value}”" if kind == "text" else str(value)[:10] if kind == "date" else f"{value:g}"
        parts.append(f"{name} = {text}")
    return ", ".join(parts)


def _left_over_message(only_wanted: Sequence[str], only_drawn: Sequence[str], drawn: int, wanted: int) -> str:
    parts = []
    if only_wanted:
        parts.append(f"nothing is drawn at {only_wanted[0]}")
    if only_drawn:
        parts.append(f"a value is drawn at {only_drawn[0]} that is not asked for")
    size = f" ({drawn} values drawn, {wanted} expected)" if drawn != wanted else ""
    return f"{'; '.join(parts)}{size}."


def _show(column: Column, row: int) -> str:
    return f"{column.values[row]:g}" if column.kind == "number" else show(column, row)


def _compare_names(wanted: Sequence[Series], drawn: Sequence[Series], texts: Sequence[str], spec: Spec) -> str | None:
    """Check that each of several series carries its own name: in the legend, or as a text beside it."""
    named = [series for series in wanted if series.label]
    if len(named) < 2 or spec.labels == "none":
        return None
    written = " | ".join(plain(text) or "" for text in texts)
    known = {plain(series.label): str(series.label) for series in named}
    for series in named:
        label = plain(series.label) or ""
        mine = [other for other in drawn if _difference(series, other, spec) is None]
        names = [plain(other.label) for other in mine if other.label]
        if label in names or (not names and label in written):
            continue
        if any(name in known for name in names):
            wrong = next(name for name in names if name in known)
            return f"The series named “{known[wrong]}” shows the data of “{series.label}”: the names are exchanged."
        if not names:
            return f"The series do not say what they are: add a legend or a text “{series.label}” beside its line."
        if not any(name and (name in label or label in name) for name in names):
            return f"The series named “{mine[0].label}” should be called “{series.label}”."
    return None


def _words(rule: Mapping[str, Any]) -> list[str]:
    """Return the words of which an axis label must contain one; none when any label will do."""
    says = rule.get("says", ())
    return [says] if isinstance(says, str) else list(says)


def _label_says(label: str, words: Sequence[str]) -> bool:
    return not words or any((plain(word) or "") in (plain(label) or "") for word in words)


def same_mistake(wrong: Sequence[Panel], given: Sequence[Panel], spec: Spec) -> bool:
    """Return whether a plot equals a wrong one, which may itself break the task's rules for axis labels.

    The data, marks, names and scales must be those of the wrong plot; each label must keep or break its rule as
    the wrong plot's does.
    """
    rules = {"x": spec.x, "y": spec.y}
    kept = [
        [_label_says(panel.labels[name], _words(rule)) for panel in panels[:1] for name, rule in rules.items()]
        for panels in (wrong, given)
    ]
    return kept[0] == kept[1] and compare_panels(wrong, given, dataclasses.replace(spec, x={}, y={})) is None


def _compare_axis(name: str, expected: Panel, given: Panel, rule: Mapping[str, Any]) -> str | None:
    """Check an axis's scale and that its label says the unit."""
    scale = rule.get("scale", expected.scales[name])
    if given.scales[name] != scale:
        words = {"log": "logarithmic", "linear": "linear"}
        asked, have = words.get(scale, scale), words.get(given.scales[name], given.scales[name])
        return f"The {name} axis is {have}; the task asks for a {asked} one."
    label = given.labels[name]
    says = _words(rule)
    if not _label_says(label, says):
        what = f"is “{label}”" if label else "is empty"
        return (
            f"The label of the {name} axis {what}; it should say “{says[0]}”, so that a reader knows what is counted."
        )
    if expected.labels[name] and not label:
        return f"The {name} axis has no label: say what is counted, and in which unit."
    return None
