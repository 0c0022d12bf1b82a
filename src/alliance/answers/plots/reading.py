"""Read what a matplotlib plot shows: panels with their marks, labels and scales; whoever drew it.

Seaborn, pandas and matplotlib draw the same chart with different artists: categories are positions with tick
labels or numbers (`places`), series carry their name on the artist or only in the legend (`names`), dates are days
or periods. What is here and in `marks` undoes these differences, so that two plots of the same data read the same.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

from alliance.answers.forms import Panel
from alliance.answers.plots.faults import axis_faults
from alliance.answers.plots.marks import Marks, scale_of


def axes_of(value: Any) -> list[Any]:
    """Return the matplotlib Axes that a value stands for; an empty list when it is no plot.

    `value` may be an Axes, a Figure, a seaborn grid, an artist such as a line, or a list or array of these.
    """
    if "matplotlib" not in sys.modules:
        return []
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.container import Container
    from matplotlib.figure import FigureBase

    if isinstance(value, Axes):
        return [value]
    if isinstance(value, FigureBase):
        return [axes for axes in value.axes if axes.get_label() != "<colorbar>"]
    if isinstance(value, Container) and len(value):
        return axes_of(value[0])
    if isinstance(value, Artist):
        return [value.axes] if value.axes is not None else []
    if type(value).__module__.startswith("seaborn"):
        figure = getattr(value, "figure", None) or _figure_of_objects(value)
        if isinstance(figure, FigureBase):
            return axes_of(figure)
    if isinstance(value, np.ndarray) and value.dtype == object:
        value = list(value.flat)
    if isinstance(value, list | tuple) and 0 < len(value) <= 1000:
        found = [axes_of(item) for item in value]
        if all(found):
            return list(dict.fromkeys(axes for group in found for axes in group))
    return []


def _figure_of_objects(value: Any) -> Any:
    """Return the figure of a plot made with seaborn.objects; one that was not drawn yet is drawn."""
    if type(value).__name__ == "Plot" and hasattr(value, "_target"):
        target = value._target
        if target is not None and _shows_data(target):
            return target if hasattr(target, "axes") and not hasattr(target, "get_xaxis") else target.figure
        with warnings.catch_warnings():  # seaborn's own use of pandas is nothing that a learner could change
            warnings.simplefilter("ignore")
            value = value.plot()
    return getattr(value, "_figure", None)


def _shows_data(target: Any) -> bool:
    axes = axes_of(target)
    return any(one.lines or one.patches or one.collections for one in axes)


def read_panels(axes: Iterable[Any], closely: bool = False) -> list[Panel]:
    """Return one Panel per Axes that shows data. Shared axis labels and a figure's title are carried over.

    An answer is read `closely`: what cannot be seen, what deceives, and what only looks like a mark is noted, too.
    """
    axes = list(axes)
    panels = [read_panel(one, closely) for one in axes]
    panels = [panel for panel in panels if panel.series] or panels[:1]
    for name in ("x", "y"):
        shared = next((panel.labels[name] for panel in panels if panel.labels[name]), "")
        for panel in panels:
            panel.labels[name] = panel.labels[name] or shared
    figure = axes[0].get_figure(root=True)
    for name, shared in (("x", figure.get_supxlabel()), ("y", figure.get_supylabel())):
        for panel in panels:
            panel.labels[name] = panel.labels[name] or shared
    if len(panels) == 1 and not panels[0].title and figure.get_suptitle():
        panels[0].title = figure.get_suptitle()
    return panels


def read_panel(ax: Any, closely: bool = False) -> Panel:
    """Return what one Axes shows."""
    marks = Marks(ax, closely)
    panel = Panel(
        title=ax.get_title() or ax.get_title("left") or ax.get_title("right"),
        labels={"x": ax.get_xlabel(), "y": ax.get_ylabel()},
        scales={"x": scale_of(ax.xaxis), "y": scale_of(ax.yaxis)},
        series=marks.read(),
        texts=[text.get_text() for text in ax.texts if text.get_text()],
    )
    if closely:
        panel.series += marks.stairs_as_lines()
        marks.note_unread()
        panel.unread = sorted(set(marks.unread))
        panel.faults = [*marks.x.faults, *marks.y.faults, *axis_faults(ax, marks, panel.series)]
        panel.claimed = [side.name for side in (marks.x, marks.y) if side.claimed]
    return panel
