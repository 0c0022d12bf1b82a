"""Read the names of a plot's series from its legend, as a reader does: the sample's look, then the text beside it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

NONE = {None, "None", "none", "", " "}


@dataclasses.dataclass(frozen=True)
class Look:
    """What a reader tells marks apart by; None where a mark has no such thing."""

    colour: Any = None
    dash: Any = None
    marker: Any = None
    width: Any = None
    hatch: str | None = None

    def __str__(self) -> str:
        return "|".join("" if part is None else repr(part) for part in self._parts())

    def _parts(self) -> tuple[Any, ...]:
        return self.colour, self.dash, self.marker, self.width, self.hatch


class Legend:
    """The names that the legends of a plot show."""

    def __init__(self, ax: Any) -> None:
        self.entries: list[tuple[Look, str]] = []
        self.shown = False
        for legend in [ax.get_legend(), *ax.get_figure(root=True).legends]:
            if legend is None or not legend.get_visible():
                continue
            self.shown = True
            for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=False):
                look = look_of(handle)
                if look is not None and text.get_text().strip() and text.get_visible():
                    self.entries.append((look, text.get_text()))

    def name(self, look: Look, own: str | None = None) -> str | None:
        """Return the legend's text for a mark of this look; `own` is the name that the mark itself carries.

        The own name counts only where the legend shows it and the look does not tell more.
        """
        texts = {text for _, text in self.entries}
        own = own if own in texts else None
        if look.colour is None and own is not None:
            return own
        close = [entry for entry in self.entries if entry[0].colour == look.colour] if look.colour else []
        for part in ("hatch", "dash", "marker", "width"):
            if len({text for _, text in close}) > 1:
                mine = getattr(look, part)
                exact = [entry for entry in close if getattr(entry[0], part) == mine]
                close = exact or close
        names = {text for _, text in close}
        if len(names) == 1:
            return names.pop()
        if names:
            return own if own in names else None
        for part in ("dash", "marker", "width"):
            mine = getattr(look, part)
            names = {text for entry, text in self.entries if getattr(entry, part) == mine and mine is not None}
            if len(names) == 1:
                return names.pop()
        return None


def look_of(mark: Any) -> Look | None:
    """Return the look of a drawn mark or of a legend's sample; None for one that shows nothing."""
    if mark is None or not hasattr(mark, "get_visible") or not mark.get_visible() or mark.get_alpha() == 0:
        return None
    if hasattr(mark, "get_drawstyle"):
        drawn = mark.get_linestyle() not in NONE and mark.get_linewidth() > 0
        marker = line_marker(mark)
        if not drawn and marker is None:
            return None
        colour = colour_of(mark.get_color()) if drawn else _marker_colour(mark)
        return Look(colour, dash_of(mark) if drawn else None, marker, ("width", round(float(mark.get_linewidth()), 3)))
    if hasattr(mark, "get_segments"):
        colours = mark.get_colors()
        return Look(colour_of(colours[0]) if len(colours) else None, "-", None, None)
    if hasattr(mark, "get_offsets") and hasattr(mark, "get_facecolors"):
        return Look(_one_colour(mark), None, _one_shape(mark), None, mark.get_hatch() or None)
    if hasattr(mark, "get_facecolor"):
        colour = mark.get_facecolor()
        if np.ndim(colour) == 2:
            colour = colour[0] if len(colour) else None
        pale = colour is not None and len(colour) == 4 and (colour[3] == 0 or min(colour[:3]) > 0.95)
        edge = mark.get_edgecolor()
        edge = edge[0] if np.ndim(edge) == 2 and len(edge) else edge
        if pale and len(edge) == 4 and edge[3] > 0:
            colour = edge
        return Look(colour_of(colour), None, None, None, mark.get_hatch() or None)
    return None


def _marker_colour(line: Any) -> Any:
    face = line.get_markerfacecolor()
    return colour_of(line.get_markeredgecolor() if isinstance(face, str) and face in NONE else face)


def _one_colour(dots: Any) -> Any:
    """Return the colour that all marks of a collection share, else None."""
    colours = dots.get_facecolors()
    if not len(colours) or (len(colours) == 1 and colours[0][3] == 0):
        colours = dots.get_edgecolors()
    found = {colour_of(colour) for colour in colours}
    return found.pop() if len(found) == 1 else None


def _one_shape(dots: Any) -> Any:
    found = {shape_of(path) for path in dots.get_paths()} if len(dots.get_paths()) <= 12 else set()
    return found.pop() if len(found) == 1 else None


def colour_of(colour: Any) -> Any:
    """Return a colour as rounded RGB, so that the mark's and the legend's can be compared."""
    from matplotlib.colors import to_rgb

    try:
        return tuple(round(float(part), 2) for part in to_rgb(colour))
    except (ValueError, TypeError):
        return None


def dash_of(line: Any) -> Any:
    """Return what tells a line's dash pattern apart, in units of its width."""
    if not line.is_dashed():
        return "-"
    pattern = getattr(line, "_unscaled_dash_pattern", (0, None))[1]
    return tuple(round(float(part), 2) for part in pattern) if pattern else "-"


def line_marker(line: Any) -> Any:
    """Return what tells a line's marker apart; None for a line without one."""
    from matplotlib.markers import MarkerStyle

    if line.get_marker() in NONE or line.get_markersize() == 0:
        return None
    style = MarkerStyle(line.get_marker())
    return shape_of(style.get_path().transformed(style.get_transform()))


def shape_of(path: Any) -> Any:
    """Return what tells one shape of a dot from another, whatever its size."""
    corners = path.vertices - path.vertices.mean(axis=0)
    return "shape", len(corners), tuple(np.round(corners / (np.abs(corners).max() or 1), 2).ravel().tolist())
