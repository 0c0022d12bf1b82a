"""Draw lines that break where their counting does, name them at their ends, and mark what explains a bend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from alliance.answers.plots.marks import BACKGROUND, NAMED
from alliance.drawing.spread import spread
from alliance.framing import lay_out
from alliance.style import QUIET, dress_notebook, ink

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DASHED = (0, (2.5, 1.5))
LETTER_HEIGHT = 1.15
"""Height of a line of letters, in their size."""


def draw_line(
    values: pd.Series,
    *,
    ax: Axes | None = None,
    breaks: Iterable[Any] = (),
    estimates: Iterable[Any] = (),
    label: str | None = None,
    color: Any = None,
    **looks: Any,
) -> Axes:
    """Draw a series of numbers as a line that breaks where the series does, and estimates differently.

    `values`: a pandas Series, numbers by year or date, in order. `breaks`: the years (or dates) that count by a new
    rule: the line ends before each and begins anew at it. `estimates`: the years whose value is an estimate (a draft,
    a forecast): a hollow mark at the end of a dashed line; where all are, one dashed line with hollow marks. A missing
    value is a gap. `label` names the line (left out: the Series' name), `color` and further arguments are matplotlib's.
    Returns the Axes, `ax` or a new one.

    Raises KeyError when a year in `breaks` or `estimates` is not in `values`.
    """
    ax = ax or _axes()
    values = values.sort_index()
    breaks, estimates = list(breaks), list(estimates)
    for year in [*breaks, *estimates]:
        if year not in values.index:
            raise KeyError(f"{year} is not in the index of the series, which runs from {_ends(values)}.")
    label = label if label is not None else str(values.name or "_values")
    color = color if color is not None else ax._get_lines.get_next_color()
    guessed = values.index.isin(estimates)
    number = np.cumsum(values.index.isin(breaks))
    hollow = {"marker": "o", "mfc": "white", "mew": 1.8}
    first = True
    for part in range(int(number.max(initial=0)) + 1):
        mine = number == part
        if guessed.all():  # no known value, so the dashed line is the line itself
            own = {"linestyle": DASHED, **hollow, **looks, "label": label if part == 0 else f"_{label}"}
            ax.plot(values.index[mine], values[mine].to_numpy(float), color=color, **own)
            continue
        for solid, x, y in _runs(values.index[mine], values[mine].to_numpy(float), guessed[mine]):
            own = {"linestyle": "-" if solid else DASHED, **looks}
            (line,) = ax.plot(x, y, color=color, **own)
            if not solid:
                line.set_gid(BACKGROUND)  # the hollow marks below are what is described
            elif (alone := _alone(y)).size:
                line.set(marker="o", markersize=5, markevery=alone.tolist())
            line.set_label(label if solid and first else f"_{label}")
            first = first and not solid
    if guessed.any() and not guessed.all():
        named = label if first else f"{label} (estimate)"
        hollow |= {"linestyle": "none", "label": named, "zorder": 3}
        ax.plot(values.index[guessed], values[guessed].to_numpy(float), color=color, **hollow)
    return ax


def _runs(x: Any, y: np.ndarray, guessed: np.ndarray) -> Iterable[tuple[bool, Any, np.ndarray]]:
    """Return (solid, x, y) for each stretch of known values, and for each that leads to or from an estimate."""
    solid = np.where(guessed, np.nan, y)
    if not np.isnan(solid).all():
        yield True, x[~guessed | _between(guessed)], solid[~guessed | _between(guessed)]
    for i in range(1, len(x)):
        if (guessed[i] or guessed[i - 1]) and not np.isnan(y[i - 1 : i + 1]).any():
            yield False, x[i - 1 : i + 1], y[i - 1 : i + 1]


def _alone(y: np.ndarray) -> np.ndarray:
    """Return the places of values between two gaps: a line of one point shows nothing."""
    there = np.concatenate([[False], ~np.isnan(y), [False]])
    return np.flatnonzero(there[1:-1] & ~there[:-2] & ~there[2:])


def _between(guessed: np.ndarray) -> np.ndarray:
    """Return which estimates stand between known values: the solid line must have a gap there."""
    known = np.flatnonzero(~guessed)
    inside = np.zeros(len(guessed), bool)
    if len(known):
        inside[known[0] : known[-1]] = True
    return guessed & inside


def _ends(values: pd.Series) -> str:
    return f"{values.index[0]} to {values.index[-1]}"


def label_line_ends(
    ax: Axes, names: Mapping[str, str] | None = None, *, numbers: str | None = None, skip: Sequence[str] = ()
) -> Axes:
    """Name each line at its right end, in its colour, instead of in a legend; names that would overlap move apart.

    Lines are those with a label, whether seaborn, pandas or `draw_line` has drawn them. `names`: {label: words} for
    other words than the label. `numbers`: how to write the last value behind the name, such as "{:,.0f}". `skip`:
    labels that get no name. Call it last, when the limits of the axes are set. Returns the Axes.
    """
    names = dict(names or {})
    ends = [end for end in _line_ends(ax, names) if end[0] not in skip]
    if not ends:
        raise ValueError('There is no line with a label here: give each line a label, as in label="Japan".')
    size = _points(ax)
    lay_out(ax.figure)
    places = np.array([ax.transData.transform((x, y)) for _, x, y, _ in ends]) * 72 / ax.figure.dpi
    texts = [names.get(label, label) + (f" {numbers.format(y)}" if numbers else "") for label, _, y, _ in ends]
    heights = [size * LETTER_HEIGHT * (text.count("\n") + 1) for text in texts]
    wanted = [float(place[1]) for place in places]
    right = max(float(place[0]) for place in places)
    for text, place, moved, (_, x, y, color) in zip(texts, places, spread(wanted, heights), ends, strict=True):
        ax.annotate(
            text, (x, y), xytext=(right - place[0] + 6, moved - place[1]), textcoords="offset points", va="center",
            ha="left", color=ink(color), annotation_clip=False, linespacing=LETTER_HEIGHT,
        )  # fmt: skip
    if ax.get_legend() is not None:
        ax.get_legend().remove()
    return ax


def _line_ends(ax: Axes, names: Mapping[str, str]) -> list[tuple[str, float, float, Any]]:
    """Return (label, x, y, colour) of the last point of each labelled line; one label has one end, its rightmost."""
    found: dict[str, tuple[str, float, float, Any]] = {}
    legend = ax.get_legend()
    named = {}  # seaborn's lines carry no label: the legend tells their colours
    if legend is not None:
        for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=False):
            if hasattr(handle, "get_color"):
                named[_hex(handle.get_color())] = text.get_text()
    for line in ax.lines:
        label = str(line.get_label())
        if line.get_gid() == BACKGROUND:
            continue
        if label.startswith("_child"):
            label = named.get(_hex(line.get_color()), "")
        label = label.lstrip("_").removesuffix(" (estimate)")
        x, y = np.asarray(line.get_xdata(orig=False), float), np.asarray(line.get_ydata(orig=False), float)
        there = np.flatnonzero(~np.isnan(x) & ~np.isnan(y))
        if not label or not len(there):
            continue
        line.set_gid(f"{NAMED}{names.get(label, label)}")
        last = there[np.argmax(x[there])]
        if label not in found or x[last] > found[label][1]:
            found[label] = (label, float(x[last]), float(y[last]), line.get_color())
    return list(found.values())


def _hex(colour: Any) -> str:
    from matplotlib.colors import to_hex

    return str(to_hex(colour))


def mark_event(ax: Axes, when: Any, text: str, *, side: str = "right", height: float = 1.0) -> Axes:
    """Mark the moment of an event by a dotted line with words beside its top: what explains a bend or a break.

    `when`: a year or date of the axis across. `side`: "right" or "left" of the line. `height`: where the words end, as
    a part of the axes' height (1 is the top). Returns the Axes.
    """
    if side not in {"left", "right"}:
        raise ValueError(f'side must be "left" or "right", not {side!r}.')
    ax.axvline(when, color=QUIET, linestyle=":", linewidth=1.3, zorder=1)
    shift, align = (5, "left") if side == "right" else (-5, "right")
    ax.annotate(
        text, (when, height), xycoords=("data", "axes fraction"), xytext=(shift, -2), textcoords="offset points",
        ha=align, va="top", color=QUIET, linespacing=1.2,
    )  # fmt: skip
    return ax


def _points(ax: Axes) -> float:
    from matplotlib import rcParams
    from matplotlib.font_manager import FontProperties

    return float(FontProperties(size=rcParams["font.size"]).get_size_in_points())


def _axes() -> Axes:
    """Return new Axes, in a notebook in the house style, which may have waited for this to load matplotlib."""
    import matplotlib.pyplot as plt

    dress_notebook()
    return plt.subplots()[1]
