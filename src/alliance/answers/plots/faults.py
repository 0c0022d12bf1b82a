"""Say how the axes of a plot deceive: turned round, far too long, without names, with names for dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from alliance.answers.columns import plain
from alliance.answers.forms import Series, quoted
from alliance.answers.plots.marks import Marks
from alliance.answers.plots.places import Side, show_place

TOO_LONG = 25
"""How many times as long as its values an axis must be for their differences to vanish."""


def axis_faults(ax: Any, marks: Marks, series: Sequence[Series]) -> list[str]:
    """Return sentences on how the axes deceive about what is drawn, the gravest first."""
    found: list[str] = []
    for side in (marks.x, marks.y):
        values = [one for one in series if _is_scale_of(one, side.name)]
        if values:
            found += _turned(side, values)
            found += _too_long(ax, side, values)
        found += _without_names(ax, side, series)
        found += _uneven(side, series)
    return found


def _is_scale_of(series: Series, name: str) -> bool:
    """Return whether values are read along this axis: both of lines and dots, the one along which bars lie."""
    if series.mark == "cell" or series.data[name].kind == "text" or not len(series.data[name]):
        return False
    return series.mark != "bar" or next(iter(series.data)) != name


def _turned(side: Side, series: Sequence[Series]) -> list[str]:
    """Return a sentence where the axis of values runs down, or time runs to the left."""
    if side.name == "x" and all(one.mark == "point" for one in series):
        return []
    if not side.axis.get_inverted():
        return []
    if side.name == "y":
        return ["The y axis is turned upside down: what rises looks as if it fell. Let it run upwards."]
    return ["The x axis runs from right to left. Let it run from left to right."]


def _too_long(ax: Any, side: Side, series: Sequence[Series]) -> list[str]:
    """Return a sentence where the limits are so wide that the values cannot be told apart."""
    from alliance.answers.plots.marks import scale_of

    if scale_of(side.axis) != "linear":
        return []
    low, high = sorted(float(end) for end in side.axis.get_view_interval())
    ends = [low_high for low_high in (_drawn(ax, side.name)) if np.isfinite(low_high)]
    inside = [end for end in ends if low <= end <= high]
    if len(inside) < 2:
        return []
    anchored = not (side.name == "x" and all(one.mark in {"line", "area"} for one in series))
    if anchored and low <= 0 <= high:
        inside.append(0.0)
    needed = max(inside) - min(inside)
    if needed <= 0 or high - low <= TOO_LONG * needed:
        return []
    if side.is_date:
        return [
            f"The limits or ticks of the {side.name} axis are so wide that the dates fall together. Choose them nearer."
        ]
    return [
        f"The limits or ticks of the {side.name} axis, {show_place(low)} to {show_place(high)}, are so wide that the "
        "values cannot be told apart. Choose some that the values fill."
    ]


def _drawn(ax: Any, name: str) -> list[float]:
    """Return the lowest and highest position of what is drawn, reference lines included."""
    column = 0 if name == "x" else 1
    ends: list[float] = []
    for line in ax.lines:
        if line.get_visible():
            values = np.asarray(line.get_xdata(orig=False) if name == "x" else line.get_ydata(orig=False), float)
            inside = line.get_transform().contains_branch_seperately(ax.transData)[column]
            if inside and len(values) and np.isfinite(values).any():
                ends += [float(np.nanmin(values)), float(np.nanmax(values))]
    for marks in ax.collections:
        if not marks.get_visible():
            continue
        box = marks.get_datalim(ax.transData)
        ends += [float(box.x0), float(box.x1)] if name == "x" else [float(box.y0), float(box.y1)]
    if ax.patches:
        box = ax.dataLim
        ends += [float(box.x0), float(box.x1)] if name == "x" else [float(box.y0), float(box.y1)]
    return ends


def _without_names(ax: Any, side: Side, series: Sequence[Series]) -> list[str]:
    """Return a sentence where marks stand at names that nobody can read."""
    names = {str(name) for one in series if one.data[side.name].kind == "text" for name in one.data[side.name].values}
    if not names or _labels_shown(ax, side):
        return []
    written = {plain(text.get_text()) for text in ax.texts if text.get_visible()}
    written |= {plain(text) for _, text in marks_legend(ax)}
    if all(plain(name) in written for name in names):
        return []
    example = quoted(sorted(names)[0])
    return [f"The {side.name} axis does not show the names of what is drawn, such as {example}. Show its tick labels."]


def marks_legend(ax: Any) -> list[tuple[Any, str]]:
    """Return the samples and texts of the legends."""
    from alliance.answers.plots.names import Legend

    return list(Legend(ax).entries)


def _labels_shown(ax: Any, side: Side) -> bool:
    from matplotlib.ticker import NullFormatter, NullLocator

    shared = ax.get_shared_x_axes() if side.name == "x" else ax.get_shared_y_axes()
    if len(shared.get_siblings(ax)) > 1:
        return True  # the names may stand at another panel
    if not ax.axison or not side.axis.get_visible():
        return False
    if isinstance(side.axis.get_major_formatter(), NullFormatter):
        return False
    locator = side.axis.get_major_locator()
    if isinstance(locator, NullLocator) or not len(side.axis.get_majorticklocs()):
        return False
    drawn: dict[str, Any] = side.axis.get_tick_params(which="major")
    sides = ("labelbottom", "labeltop") if side.name == "x" else ("labelleft", "labelright")
    return any(drawn.get(one, drawn.get("label1On", True)) for one in sides)


def _uneven(side: Side, series: Sequence[Series]) -> list[str]:
    """Return a sentence where numbers or dates were drawn as names, evenly or out of order."""
    if not side.names:
        return []
    places = sorted(side.names)
    column = side.column(np.array(places))
    if column.kind not in {"number", "date"} or len(places) < 3:
        return []
    if not any(one.mark in {"line", "area", "point"} for one in series):
        return []
    values = column.values.astype("int64").astype(float) if column.kind == "date" else column.values
    steps = np.diff(values) / np.diff(places)
    thing = "dates" if column.kind == "date" else "numbers"
    fix = "pd.to_datetime" if column.kind == "date" else "pd.to_numeric"
    if not ((steps > 0).all() or (steps < 0).all()):
        return [
            f"The {thing} along the {side.name} axis are drawn as if they were names, and stand out of order. "
            f"Turn them into {thing} first, for example with {fix}."
        ]
    if np.abs(steps).max() > 1.5 * np.abs(steps).min():
        return [
            f"The {thing} along the {side.name} axis are drawn as if they were names, all equally far apart. "
            f"Turn them into {thing} first, for example with {fix}."
        ]
    return []
