"""Draw what a whole is made of, two years of each thing, intervals, and shares for and against; label bars."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from alliance.answers.plots.marks import BACKGROUND, NAMED
from alliance.drawing.lines import _axes, _points
from alliance.framing import lay_out
from alliance.style import CONTEXT, PALETTE, QUIET, SECOND, STRONG, ink

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

ROOM = 0.62
"""Width of a letter, in its size: what decides whether two names stand on one line."""


def draw_parts(
    parts: Mapping[str, float] | pd.Series | pd.DataFrame,
    *,
    ax: Axes | None = None,
    numbers: str = "{:,.0f}",
    colors: Sequence[Any] | None = None,
) -> Axes:
    """Draw a whole as one bar cut into its parts, each with its name above and its number inside.

    `parts`: {name: number} or a Series, for one bar; or a DataFrame with a row for each bar and a column for each
    part, whose names then stand above the topmost bar. `numbers`: how a number is written, "{:.0f}%" for shares.
    `colors`: one a part; left out, the first is strong, the second grey. Returns the Axes, `ax` or a new one, whose
    axis across is the sum.

    Raises ValueError when a part is negative or missing.
    """
    table = parts if isinstance(parts, pd.DataFrame) else pd.DataFrame([dict(parts)], index=["all"])
    table = table.astype(float)
    if table.isna().any(axis=None) or (table < 0).any(axis=None):
        raise ValueError("A part of a whole must be a number that is not negative: see which is missing or below zero.")
    if ax is None:
        ax = _axes()
        ax.figure.set_figheight(0.9 + 0.62 * len(table))
    colors = list(colors or [STRONG, *_SHADES])
    names = [str(name) for name in table.index]
    sums = np.zeros(len(table))
    found: list[Number] = []
    for i, (part, column) in enumerate(table.items()):
        values, color = column.to_numpy(), colors[i % len(colors)]
        ax.barh(names, values, left=sums, height=0.62, color=color, label=str(part), gid=f"{NAMED}{part}")
        found += _numbers(names, sums, values, numbers, color)
        sums = sums + values
    ax.set(xlim=(0, float(sums.max()) or 1), ylim=(len(table) - 0.5, -0.5))
    ax.grid(False)
    ax.tick_params(axis="both", length=0, labelleft=isinstance(parts, pd.DataFrame))
    ax.spines["bottom"].set_visible(False)
    ax.set_xticks([])
    _write_for_scale(ax, lambda: [*_name_parts(ax, table.iloc[0], colors), *_write_inside(ax, found)])
    return ax


_SHADES = ("#A9A9A9", SECOND, PALETTE[2], PALETTE[3], "#CFCFCF")


def _on(color: Any) -> str:
    """Return the colour of letters on a coloured ground: black or white, whichever contrasts more."""
    from matplotlib.colors import to_rgb

    red, green, blue = (part**2.2 for part in to_rgb(color))
    return "black" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 else "white"


def _scale(ax: Axes) -> float:
    """Return how many points one unit across is, once the figure is shown at its width."""
    lay_out(ax.figure)
    low, high = ax.get_xlim()
    return float(ax.get_window_extent().width * 72 / ax.figure.dpi / abs(high - low))


def _write_for_scale(ax: Axes, write: Callable[[], list[Text]]) -> None:
    """Write words that need room, and write them anew whenever the limits of the axis across are changed."""
    there = write()

    def again(_: Axes) -> None:
        for words in there:
            if words.axes is ax:  # nobody has taken them away
                words.remove()
        there[:] = write()

    ax.callbacks.connect("xlim_changed", again)


def label_bars(ax: Axes, *, numbers: str = "{:,.0f}") -> Axes:
    """Write its number at the end of each bar that is there, whether seaborn, pandas or matplotlib has drawn it.

    `numbers`: how a number is written, "{:.1f}" for one decimal. A bar without a number gets none. Call it when the
    bars have their colours. Returns the Axes. Raises ValueError when there are no bars.
    """
    from matplotlib.container import BarContainer  # here, because matplotlib is loaded by the first drawing

    found = [one for one in ax.containers if isinstance(one, BarContainer)]
    if not found:
        raise ValueError("There are no bars here: draw them first, for example with sns.barplot, and then label them.")
    for bars in found:
        texts = [numbers.format(value) if np.isfinite(value) else "" for value in np.asarray(bars.datavalues, float)]
        ax.bar_label(bars, labels=texts, padding=4, annotation_clip=False)
    return ax


class Number(NamedTuple):
    """A number that belongs into a bar: its middle (units of the axis across), its row, its words, its bar."""

    middle: float
    row: str
    words: str
    length: float
    color: str


def _numbers(names: Sequence[str], starts: Any, lengths: Any, numbers: str, color: Any) -> list[Number]:
    """Return the length of each bar as a number for its middle; a bar without length has none."""
    return [
        Number(start + length / 2, name, numbers.format(abs(length)), abs(length), _on(color))
        for name, start, length in zip(names, starts, lengths, strict=True)
        if length
    ]


def _write_inside(ax: Axes, numbers: Iterable[Number]) -> list[Text]:
    """Write the numbers into their bars, without those that do not fit; return what is written."""
    scale, written = _scale(ax), []
    for one in numbers:
        text = ax.text(one.middle, one.row, one.words, ha="center", va="center", color=one.color)
        if one.length * scale < text.get_window_extent().width * 72 / ax.figure.dpi:
            text.remove()
        else:
            written.append(text)
    return written


def _name_parts(ax: Axes, first: pd.Series, colors: Sequence[Any]) -> list[Text]:
    """Write the parts' names above the topmost bar, each from the left edge of its part; return what is written.

    Where one would run into the next, it goes a line higher, with a thin line down to its part.
    """
    scale, size = _scale(ax), _points(ax)
    starts = np.concatenate([[0.0], np.cumsum(first.to_numpy())[:-1]])
    written = []
    levels: list[float] = []  # how far to the right each line of names is taken, in points
    top = -0.5
    for i in reversed(range(len(first))):
        name, left = str(first.index[i]), float(starts[i] * scale)
        width, end = len(name) * size * ROOM, float(first.sum() * scale)
        if i == len(first) - 1 and left + width > end:  # to the left, not beyond the bar
            place, align, left, right = first.sum(), "right", end - width, end
        else:
            place, align, right = starts[i], "left", left + width
        level = next((n for n, taken in enumerate(levels) if right + size / 2 < taken), len(levels))
        if level == len(levels):
            levels.append(left)
        else:
            levels[level] = left
        written.append(ax.annotate(
            name, (place, top), xytext=(0, 2 + level * size * 1.25), textcoords="offset points", va="bottom",
            ha=align, color=ink(colors[i % len(colors)]), annotation_clip=False,
        ))  # fmt: skip
        if level:
            written.append(ax.annotate(
                "", (starts[i], top), xytext=(0, 2 + level * size * 1.25), textcoords="offset points",
                annotation_clip=False, arrowprops={"arrowstyle": "-", "color": "#B3B3B3", "shrinkA": 0, "shrinkB": 0},
            ))  # fmt: skip
    return written


def draw_dumbbells(
    table: pd.DataFrame,
    before: Any,
    after: Any,
    *,
    ax: Axes | None = None,
    numbers: str | None = "{:,.0f}",
    color: Any = STRONG,
) -> Axes:
    """Draw for each row two dots on one line: a hollow one for the earlier year, a full one for the later.

    `table`: numbers, a row for each thing, named by the index, drawn from top to bottom. `before`, `after`: the names
    of the two columns, such as 2023 and 2024. `numbers`: how the numbers beside the dots are written, None for none.
    Returns the Axes, `ax` or a new one. Raises KeyError when a column is not there.
    """
    _need(table, before, after)
    ax = ax or _rows(len(table))
    names = [str(name) for name in table.index]
    left, right = table[before].to_numpy(float), table[after].to_numpy(float)
    ax.hlines(names, left, right, color=CONTEXT, linewidth=3, gid=BACKGROUND, zorder=1)
    ax.plot(left, names, "o", markersize=9, color=QUIET, mfc="white", mew=1.8, label=str(before), zorder=2)
    ax.plot(right, names, "o", markersize=9, color=color, label=str(after), zorder=3)
    if numbers:
        for name, one, other in zip(names, left, right, strict=True):
            for value, beyond, shade in ((one, other, QUIET), (other, one, ink(color))):
                outward = 1 if value > beyond or (value == beyond and shade != QUIET) else -1
                ax.annotate(
                    numbers.format(value) if np.isfinite(value) else "", (value, name), xytext=(9 * outward, 0),
                    textcoords="offset points", ha="left" if outward > 0 else "right", va="center", color=shade,
                )  # fmt: skip
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.margins(x=0.12)
    ax.grid(axis="y", visible=False)
    _legend_above(ax)
    return ax


def draw_intervals(
    table: pd.DataFrame,
    low: Any,
    high: Any,
    *,
    middle: Any = None,
    ax: Axes | None = None,
    mark: float | None = None,
    color: Any = STRONG,
) -> Axes:
    """Draw for each row the interval from one column to another as a bar, with a dot for the best estimate.

    `table`: a row for each thing, named by the index, drawn from top to bottom. `low`, `high`, `middle`: names of
    columns (`middle` may be left out). `mark`: a number for which a dashed line is drawn, such as what an article
    prints. Returns the Axes, `ax` or a new one. Raises KeyError when a column is not there, ValueError where an
    interval ends before it begins.
    """
    _need(table, low, high, *([] if middle is None else [middle]))
    if (table[low] > table[high]).any():
        raise ValueError(f"An interval ends before it begins: {(table[low] > table[high]).idxmax()}.")
    ax = ax or _rows(len(table))
    names = [str(name) for name in table.index]
    ax.hlines(names, table[low], table[high], color=color, alpha=0.35, linewidth=9, gid=BACKGROUND, zorder=1)
    ends = {"markersize": 13, "mew": 2.4, "color": color, "linestyle": "none", "zorder": 2}
    ax.plot(table[low], names, marker="|", label="low end", gid=f"{NAMED}low end", **ends)
    ax.plot(table[high], names, marker="|", label="high end", gid=f"{NAMED}high end", **ends)
    if middle is not None:
        looks = {"markersize": 8, "color": ink(color), "label": str(middle), "gid": f"{NAMED}{middle}"}
        ax.plot(table[middle], names, "o", zorder=3, **looks)
    if mark is not None:
        ax.axvline(mark, color=SECOND, linestyle="--", linewidth=1.8, zorder=0)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.grid(axis="y", visible=False)
    return ax


def draw_against(
    table: pd.DataFrame,
    against: Sequence[Any],
    favour: Sequence[Any],
    *,
    ax: Axes | None = None,
    numbers: str | None = "{:.0f}",
) -> Axes:
    """Draw shares against to the left of zero and shares in favour to the right, a row for each question or state.

    `table`: numbers that are not negative, a row for each thing, drawn from top to bottom. `against`, `favour`: names
    of columns, each from the middle outwards, such as ["criticised", "condemned"] and ["noted", "welcomed"].
    `numbers`: how the numbers in the bars are written, None for none. Returns the Axes, `ax` or a new one; the axis
    across shows both sides as positive numbers. Raises KeyError when a column is not there, ValueError when a number
    is negative.
    """
    _need(table, *against, *favour)
    if (table[[*against, *favour]] < 0).any(axis=None):
        raise ValueError("Shares for and against are given as numbers that are not negative.")
    ax = ax or _rows(len(table))
    names = [str(name) for name in table.index]
    found: list[Number] = []
    for columns, sign, strong in ((against, -1, SECOND), (favour, 1, STRONG)):
        start = np.zeros(len(table))
        for i, column in enumerate(columns):
            values = sign * table[column].fillna(0).to_numpy(float)
            color = _paler(strong, (i + 1) / len(columns))
            ax.barh(names, values, left=start, height=0.7, color=color, label=str(column))
            if numbers:
                found += _numbers(names, start, values, numbers, color)
            start = start + values
    ax.axvline(0, color=QUIET, linewidth=1.2)
    ax.xaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.grid(axis="y", visible=False)
    _legend_above(ax)
    _write_for_scale(ax, lambda: _write_inside(ax, found))
    return ax


def _paler(color: Any, part: float) -> str:
    """Return a colour mixed with white: 1 leaves it as it is, 0 leaves a third of it."""
    from matplotlib.colors import to_hex, to_rgb

    own = 1 / 3 + part * 2 / 3
    return str(to_hex([own * one + 1 - own for one in to_rgb(color)]))


def _need(table: pd.DataFrame, *columns: Any) -> None:
    for column in columns:
        if column not in table.columns:
            raise KeyError(f"The table has no column {column!r}. It has {', '.join(map(repr, table.columns))}.")


def _rows(count: int) -> Axes:
    """Return new Axes that are as high as their rows need."""
    ax = _axes()
    ax.figure.set_figheight(1.1 + 0.42 * max(count, 1))
    return ax


def _legend_above(ax: Axes) -> None:
    """Put the legend above the axes, at the left edge of the figure, in as many columns as its width holds."""
    from matplotlib.transforms import blended_transform_factory

    handles, labels = ax.get_legend_handles_labels()
    size = _points(ax)
    column = max(map(len, labels)) * size * ROOM + 4 * size
    columns = max(1, min(len(labels), int(ax.figure.get_figwidth() * 72 / column)))
    ax.legend(
        handles, labels, loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, borderpad=0.1, borderaxespad=0.2,
        handletextpad=0.4, columnspacing=1.2,
        bbox_transform=blended_transform_factory(ax.figure.transFigure, ax.transAxes),
    )  # fmt: skip
