"""Make one line, bar or dot the point of a figure, and all others its grey context."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from alliance.drawing.lines import _hex
from alliance.style import CONTEXT, STRONG

if TYPE_CHECKING:
    from matplotlib.axes import Axes

THICKER = 1.5


def highlight(ax: Axes, *names: str, color: Any = STRONG) -> Axes:
    """Draw the named lines or bars in one strong colour and thicker, all others in grey behind them.

    `names`: labels of lines, or names along the axis for bars. Returns the Axes. Raises ValueError, with the names that
    are there, when one is not.
    """
    lines, bars = _lines(ax), _bars(ax)
    known = [*lines, *bars]
    for name in names:
        if name not in known:
            raise ValueError(f"“{name}” is not drawn here. There are: {', '.join(dict.fromkeys(known)) or 'none'}.")
    for name, artists in lines.items():
        for line in artists:
            strong = name in names
            line.set_color(color if strong else CONTEXT)
            line.set_zorder(3 if strong else 1.5)
            if strong:
                line.set_linewidth(line.get_linewidth() * THICKER)
    for name, patches in bars.items():
        for patch in patches:
            patch.set_facecolor(color if name in names else CONTEXT)
    _recolour_legend(ax, names, color)
    return ax


def _lines(ax: Axes) -> dict[str, list[Any]]:
    """Return the lines by their labels; seaborn's are named by the legend's colours."""
    named = {}
    legend = ax.get_legend()
    if legend is not None:
        for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=False):
            if hasattr(handle, "get_color"):
                named[_hex(handle.get_color())] = text.get_text()
    found: dict[str, list[Any]] = {}
    for line in ax.lines:
        label = str(line.get_label())
        if label.startswith("_child"):
            label = named.get(_hex(line.get_color()), "")
            if label:
                line.set_label(f"_{label}")  # its colour will not tell its name any more
        label = label.lstrip("_")
        if label:
            found.setdefault(label, []).append(line)
    return found


def _bars(ax: Axes) -> dict[str, list[Any]]:
    """Return the bars by the names that stand along their axis."""
    found: dict[str, list[Any]] = {}
    for box in ax.containers:
        patches = list(getattr(box, "patches", []))
        if not patches:
            continue
        lying = getattr(box, "orientation", "vertical") == "horizontal"
        axis = ax.yaxis if lying else ax.xaxis
        ticks = dict(zip(axis.get_ticklocs(), (text.get_text() for text in axis.get_ticklabels()), strict=False))
        for patch in patches:
            middle = patch.get_y() + patch.get_height() / 2 if lying else patch.get_x() + patch.get_width() / 2
            for place, name in ticks.items():
                if name and abs(place - middle) < 0.5:
                    found.setdefault(name, []).append(patch)
    return found


def _recolour_legend(ax: Axes, names: Iterable[str], color: Any) -> None:
    legend = ax.get_legend()
    if legend is None:
        return
    for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=False):
        shade = color if text.get_text() in set(names) else CONTEXT
        if hasattr(handle, "set_color"):
            handle.set_color(shade)
