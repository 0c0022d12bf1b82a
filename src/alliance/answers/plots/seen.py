"""Say of each mark of a plot whether a reader can see it, and if not, why."""

from __future__ import annotations

from typing import Any

import numpy as np

FAINTEST = 0.05
"""How far a colour must be from the background's, on a scale from 0 to 1, to be told from it."""
THINNEST = 0.15
"""Points below which a line or an edge is not drawn so that it could be seen."""
SLACK = 3.0
"""Pixels by which the middle of a mark may stand outside the limits: half of it is then still inside."""

TRANSPARENT = "transparent"
PALE = "of the same colour as the background"
SIZELESS = "without any width or size"
OFF = "switched off"


class Sheet:
    """What marks are drawn on: the limits of the axes and the colour behind them."""

    def __init__(self, ax: Any, sides: Any = ()) -> None:
        self.ax = ax
        self.sides = {side.name: side for side in sides}
        ax.get_xlim(), ax.get_ylim()  # asks matplotlib to fit the axes to the data before places are computed
        self.box = ax.bbox
        self.ground = _ground(ax)
        self.off = not ax.get_visible()
        self._known: dict[Any, str] = {}
        x, y = sorted(ax.get_xlim()), sorted(ax.get_ylim())
        self._scale = (abs(ax.bbox.width) / ((x[1] - x[0]) or 1), abs(ax.bbox.height) / ((y[1] - y[0]) or 1))

    def outside(self, x: np.ndarray, y: np.ndarray) -> list[str]:
        """Return for each point "" where it lies within the limits, else which limits leave it out."""
        if not len(x):
            return []
        with np.errstate(all="ignore"):
            places = self.ax.transData.transform(np.column_stack([np.asarray(x, float), np.asarray(y, float)]))
        reasons = [""] * len(places)
        for name, column, low, high in (("x", 0, self.box.x0, self.box.x1), ("y", 1, self.box.y0, self.box.y1)):
            values = places[:, column]
            gone = ~((values >= min(low, high) - SLACK) & (values <= max(low, high) + SLACK))
            if gone.any():
                reason = f"outside the limits of the {name} axis, {self._limits(name)}"
                for row in np.flatnonzero(gone & ~np.isnan(x) & ~np.isnan(y)):
                    reasons[row] = reasons[row] or reason
        return reasons

    def _limits(self, name: str) -> str:
        from alliance.answers.plots.places import show_place

        low, high = sorted(self.ax.get_xlim() if name == "x" else self.ax.get_ylim())
        side = self.sides.get(name)
        if side is not None and side.is_date:
            moments = side.column(np.array([low, high])).values
            return f"{str(moments[0])[:10]} to {str(moments[1])[:10]}"
        return f"{show_place(low)} to {show_place(high)}"

    def faint(self, colour: Any, alpha: Any = None) -> str:
        """Return why a colour cannot be seen here, "" when it can."""
        key = (colour if isinstance(colour, str) else tuple(np.ravel(colour).tolist()), str(alpha))
        if key not in self._known:
            self._known[key] = self._faint(colour, alpha)
        return self._known[key]

    def _faint(self, colour: Any, alpha: Any) -> str:
        from matplotlib.colors import to_rgba

        try:
            red, green, blue, opacity = to_rgba(colour)
        except (ValueError, TypeError):
            return ""
        if alpha is not None and np.ndim(alpha) == 0:
            opacity = float(alpha)
        if opacity < FAINTEST:
            return TRANSPARENT
        contrast = max(abs(a - b) for a, b in zip((red, green, blue), self.ground, strict=True)) * opacity
        return PALE if contrast < FAINTEST else ""

    def line(self, line: Any) -> tuple[str, str]:
        """Return why the stroke of a line cannot be seen, and why its markers cannot ("" where they can)."""
        if self.off or not line.get_visible():
            return OFF, OFF
        if line.get_linestyle() in {"None", "none", "", " "}:
            stroke = "none"
        elif line.get_linewidth() < THINNEST:
            stroke = SIZELESS
        else:
            stroke = self.faint(line.get_color(), line.get_alpha())
        if line.get_marker() in {None, "None", "none", "", " "}:
            marker = "none"
        elif line.get_markersize() < 2 * THINNEST:
            marker = SIZELESS
        else:
            marker = self.faint(line.get_markerfacecolor(), line.get_alpha())
            if marker and line.get_markeredgewidth() >= THINNEST:
                marker = self.faint(line.get_markeredgecolor(), line.get_alpha())
        return stroke, marker

    def patch(self, patch: Any) -> str:
        """Return why a filled shape cannot be seen."""
        if self.off or not patch.get_visible():
            return OFF
        inside = self.faint(patch.get_facecolor()) if patch.get_fill() else TRANSPARENT
        edged = patch.get_linewidth() >= THINNEST and patch.get_linestyle() not in {"None", "none", "", " "}
        edge = self.faint(patch.get_edgecolor()) if edged else TRANSPARENT
        hatch = "" if patch.get_hatch() and not self.faint(patch.get_edgecolor()) else TRANSPARENT
        return inside if edge and hatch else ""

    def bar(self, patch: Any, upright: bool) -> str:
        """Return why a bar cannot be seen: as a shape, or because it has no width."""
        why = self.patch(patch)
        if why:
            return why
        across = abs(patch.get_width()) * self._scale[0] if upright else abs(patch.get_height()) * self._scale[1]
        edged = patch.get_linewidth() >= THINNEST and not self.faint(patch.get_edgecolor())
        return SIZELESS if np.isfinite(across) and across < 0.05 and not edged else ""

    def collection(self, marks: Any, count: int, sized: bool = False) -> list[str]:
        """Return for each mark of a collection why it cannot be seen."""
        if self.off or not marks.get_visible():
            return [OFF] * count
        if marks.get_array() is not None:
            marks.update_scalarmappable()
        faces, edges, widths = marks.get_facecolors(), marks.get_edgecolors(), np.atleast_1d(marks.get_linewidths())
        sizes = np.atleast_1d(marks.get_sizes()) if sized else np.array([])
        opacity = marks.get_alpha()
        key_count = max(len(faces), len(edges), len(widths), len(sizes), 1)
        whys = []
        for i in range(min(count, key_count)):
            face = self.faint(faces[i % len(faces)], opacity) if len(faces) else TRANSPARENT
            wide = len(widths) and widths[i % len(widths)] >= THINNEST
            edge = self.faint(edges[i % len(edges)], opacity) if len(edges) and wide else TRANSPARENT
            why = face if face and edge else ""
            if not why and len(sizes) and sizes[i % len(sizes)] < 0.3:
                why = SIZELESS
            whys.append(why)
        return [whys[i % len(whys)] for i in range(count)] if whys else [""] * count


def _ground(ax: Any) -> tuple[float, float, float]:
    """Return the colour behind the marks as RGB."""
    from matplotlib.colors import to_rgba

    ground = np.array([1.0, 1.0, 1.0])
    for patch in (ax.get_figure(root=True).patch, ax.patch if ax.axison else None):
        if patch is not None and patch.get_visible():
            *colour, opacity = to_rgba(patch.get_facecolor())
            ground = ground * (1 - opacity) + np.array(colour) * opacity
    return float(ground[0]), float(ground[1]), float(ground[2])
