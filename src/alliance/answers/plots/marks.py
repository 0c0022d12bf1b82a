"""Read the marks of one Axes as series: lines, bars, dots, areas and cells, whoever made their artists."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliance.answers.forms import Column, Series, column_of, quoted
from alliance.answers.plots.arranging import LONE_CORNER
from alliance.answers.plots.names import Legend, Look, colour_of, look_of, shape_of
from alliance.answers.plots.places import Side, fits_label, show_place
from alliance.answers.plots.seen import TRANSPARENT, Sheet

BACKGROUND = "background"
"""Artists with this `gid` (coasts, grids of one's own) are scenery: they are neither described nor compared."""
NAMED = "named: "
"""Artists whose `gid` begins so are named in the figure without a legend, such as lines at their ends."""


def _gid(artist: Any) -> Any:
    """Return an artist's `gid`; boxes of error bars have none."""
    return artist.get_gid() if hasattr(artist, "get_gid") else None


class Marks:
    """The marks of one Axes. Read `closely`, as an answer is, also what hides, and what only looks like a mark."""

    def __init__(self, ax: Any, closely: bool = False) -> None:
        self.ax = ax
        self.closely = closely
        has_bars = any(_is_bars(box) for box in ax.containers)
        self.x = Side(ax.xaxis, closely, has_bars)
        self.y = Side(ax.yaxis, closely, has_bars)
        self.legend = Legend(ax)
        self.sheet = Sheet(ax, (self.x, self.y))
        self.unread: list[str] = []
        self.bars: list[_Bar] = []

    def read(self) -> list[Series]:
        """Return all series, in the order lines, bars, dots, areas, cells."""
        return [*self._lines(), *self._bars(), *self._points(), *self._areas(), *self._cells()]

    # --- what all kinds share ------------------------------------------------------------------------------------

    def _skips(self, artist: Any) -> bool:
        """Return whether an artist is scenery, or hidden where hiding is not looked for."""
        return artist.get_gid() == BACKGROUND or (not self.closely and not artist.get_visible())

    def _name(self, look: Look | None, artist: Any) -> str | None:
        own = self._own_label(artist)
        if not self.closely and own is not None:
            return own
        return self.legend.name(look or Look(), own)

    def _own_label(self, named: Any) -> str | None:
        """Return the name that an artist carries, if a legend shows it: a name that nobody can see names nothing."""
        artist = named.patches[0] if getattr(named, "patches", None) else named
        if not self.closely and str(_gid(artist)).startswith(NAMED):
            return str(_gid(artist)).removeprefix(NAMED)
        label = str(named.get_label() or "")
        return label if label and not label.startswith("_") and self.legend.shown else None

    def _hidden(self, whys: str | Sequence[str], x: np.ndarray, y: np.ndarray, clipped: bool = True) -> list[str]:
        """Return for each place why it is hidden; empty where all can be seen."""
        if not self.closely:
            return []
        beyond = self.sheet.outside(x, y) if clipped else [""] * len(x)
        first = [whys] * len(x) if isinstance(whys, str) else list(whys)
        hidden = [why or gone for why, gone in zip(first, beyond, strict=True)]
        return hidden if any(hidden) else []

    # --- lines ---------------------------------------------------------------------------------------------------

    def _lines(self) -> list[Series]:
        """Return lines and dots drawn with `plot`, without reference lines, error bars and legend samples."""
        from matplotlib.container import ErrorbarContainer
        from matplotlib.lines import AxLine

        boxes = [box for box in self.ax.containers if isinstance(box, ErrorbarContainer)]
        caps = {cap for box in boxes for cap in box.lines[1]}
        self._box_of = {box.lines[0]: box for box in boxes if box.lines[0] is not None}
        drawn = []
        for line in self.ax.lines:
            if isinstance(line, AxLine) or line in caps or self._skips(line):
                continue
            if not all(line.get_transform().contains_branch_seperately(self.ax.transData)):
                continue  # drawn in the Axes' own units: axhline, axvline
            x, y = np.asarray(line.get_xdata(orig=False), float), np.asarray(line.get_ydata(orig=False), float)
            if len(x) and not np.isnan(y).all() and not np.isnan(x).all():
                drawn.append((line, x, y))
        marks, owner = self._mark_places([(x, y) for _, x, y in drawn])
        kept = [one for i, one in enumerate(drawn) if not _is_error_bar(one[1], one[2], marks[owner != i])]
        loose = self._loose_lines() if self.closely else []
        beside = _texts_beside(self.ax, [(x, y) for _, x, y in kept] + [(x, y) for _, x, y, _ in loose])
        found = [self._line(line, x, y, texts) for (line, x, y), texts in zip(kept, beside, strict=False)]
        for (collection, x, y, colour), texts in zip(loose, beside[len(kept) :], strict=True):
            look = Look(colour_of(colour), "-", None, None)
            why = self.sheet.collection(collection, 1)[0]
            data = {"x": self.x.column(x), "y": self.y.column(y)}
            label = self._name(look, collection)
            series = Series("line", label, data, texts, f"line|{look}", "", self._hidden(why, x, y))
            found.append(_with_order(series, x, y))
        return found

    def _line(self, line: Any, x: np.ndarray, y: np.ndarray, texts: list[str]) -> Series:
        data = {
            "x": self.x.column(x, line.get_xdata(orig=True)),
            "y": self.y.column(y, line.get_ydata(orig=True)),
        }
        look = look_of(line)
        stroke, marker = self.sheet.line(line)
        dots = stroke == "none" or (self.closely and bool(stroke) and not marker)
        why = marker if dots else (stroke and marker and stroke)
        if not why and not dots and marker and int((~np.isnan(x + y)).sum()) == 1:
            why = LONE_CORNER
        label = self._name(look, self._box_of.get(line, line)) or self._name(look, line)
        mark = "point" if dots else "line"
        series = Series(mark, label, data, texts, f"{mark}|{look}" if self.closely else "")
        series.hidden = self._hidden(why if why != "none" else TRANSPARENT, x, y, line.get_clip_on())
        if self.closely and not dots:
            series.drawn = "" if line.get_drawstyle() == "default" else "step"
            return _with_order(series, x, y)
        return series

    def _loose_lines(self) -> list[tuple[Any, np.ndarray, np.ndarray, Any]]:
        """Return lines that stand together in one collection, as seaborn.objects draws them: (…, x, y, colour)."""
        from matplotlib.collections import LineCollection

        found = []
        inside = self._of_error_bars()
        for lines in self.ax.collections:
            if not isinstance(lines, LineCollection) or self._skips(lines) or lines in inside:
                continue
            if not all(lines.get_transform().contains_branch_seperately(self.ax.transData)):
                continue
            segments = [np.asarray(segment, float) for segment in lines.get_segments()]
            if not segments or all(_is_level(segment) for segment in segments):
                continue
            colours = lines.get_colors()
            for i, segment in enumerate(segments):
                colour = colours[i % len(colours)] if len(colours) else None
                found.append((lines, segment[:, 0], segment[:, 1], colour))
        return found

    def _of_error_bars(self) -> set[Any]:
        from matplotlib.container import ErrorbarContainer

        boxes = [box for box in self.ax.containers if isinstance(box, ErrorbarContainer)]
        return {part for box in boxes for part in box.lines[2]}

    def _mark_places(self, lines: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
        """Return where values are drawn, as rows of x and y (corners, dots, ends of bars), and of which line."""
        from matplotlib.collections import PathCollection

        places = [np.column_stack(line) for line in lines]
        places += [_offsets(dots) for dots in self.ax.collections if isinstance(dots, PathCollection)]
        for box in self.ax.containers:
            if _is_bars(box):
                corners = [(p.get_x(), p.get_y(), p.get_width(), p.get_height()) for p in box.patches]
                places += [
                    np.array([(x + width / 2, y + height), (x + width, y + height / 2)])
                    for x, y, width, height in corners
                ]
        owner = np.repeat(np.arange(len(places)), [len(place) for place in places])
        return (np.concatenate(places), owner) if places else (np.empty((0, 2)), owner)

    # --- bars ----------------------------------------------------------------------------------------------------

    def _bars(self) -> list[Series]:
        """Return bar series; bars of one series that were drawn one container per category are joined again."""
        found: list[_Bars] = []
        for box in self.ax.containers:
            if not _is_bars(box):
                continue
            upright = box.orientation != "horizontal"
            patches = [patch for patch in box.patches if not self._skips(patch)]
            for look, mine in self._by_name(patches):
                label = self._name(look, box)
                found.append(_Bars(label, upright, f"bar|{look}", [self._bar(patch, upright) for patch in mine]))
        if self.closely:
            found += [*self._loose_bars(), *self._stairs()]
        self.bars = [bar for group in found for bar in group.rows]
        joined = [group for group in self._joined_bars(found) if group.rows]
        if self.closely and len(joined) == 1:
            self._add_empty(joined[0])
        return [self._bar_series(group) for group in joined]

    def _add_empty(self, group: _Bars) -> None:
        """Add a bar of no length for each name on the axis without a bar: seaborn.objects leaves these out."""
        from matplotlib.category import UnitData

        side = self.x if group.upright else self.y
        others = [marks for marks in self.ax.collections if type(marks).__name__ != "PatchCollection"]
        if not isinstance(side.axis.units, UnitData) or self.ax.lines or others:
            return
        middles = np.array([bar.middle for bar in group.rows])
        for place in side.names:
            if not (np.abs(middles - place) <= 0.5).any():
                group.rows.append(_Bar(place, 0.0, 0.0, 0.8, ""))

    def _by_name(self, patches: list[Any]) -> list[tuple[Look, list[Any]]]:
        """Return the bars of one container, apart where the legend names them by their looks."""
        groups: dict[Look, list[Any]] = {}
        for patch in patches:
            groups.setdefault(look_of(patch) or Look(), []).append(patch)
        if not self.closely or len({self.legend.name(look) for look in groups}) < len(groups):
            return [(next(iter(groups)), patches)] if groups else []
        return list(groups.items())

    def _bar(self, patch: Any, upright: bool) -> _Bar:
        x, y, width, height = patch.get_x(), patch.get_y(), patch.get_width(), patch.get_height()
        why = self.sheet.bar(patch, upright) if self.closely else ""
        if upright:
            return _Bar(x + width / 2, height, y, abs(width), why)
        return _Bar(y + height / 2, width, x, abs(height), why)

    def _loose_bars(self) -> list[_Bars]:
        """Return bars that stand in no container: single rectangles, collections of them, thick lines from zero."""
        from matplotlib.collections import LineCollection, PatchCollection, PolyCollection
        from matplotlib.patches import Rectangle

        contained = {patch for box in self.ax.containers if _is_bars(box) for patch in box.patches}
        boxes: list[tuple[np.ndarray, str, Look, Any]] = []
        if not contained:
            for patch in self.ax.patches:
                inside = isinstance(patch, Rectangle) and not self._skips(patch)
                if inside and all(patch.get_transform().contains_branch_seperately(self.ax.transData)):
                    corners = patch.get_patch_transform().transform(patch.get_path().vertices)
                    boxes.append((corners, self.sheet.patch(patch), look_of(patch) or Look(), patch))
        inside_of_errors = self._of_error_bars()
        for marks in self.ax.collections:
            if self._skips(marks) or marks in inside_of_errors:
                continue
            if not all(marks.get_transform().contains_branch_seperately(self.ax.transData)):
                continue
            if isinstance(marks, LineCollection):
                paths = [np.asarray(one, float) for one in marks.get_segments()]
                if not paths or not all(_is_level(one) for one in paths):
                    continue
                ends = np.array([[one[0], one[-1]] for one in paths])
                axis = 1 if np.allclose(ends[:, 0, 0], ends[:, 1, 0]) else 0
                if (ends[:, :, axis] == 0).any(axis=1).all() and len({tuple(e[:, 1 - axis]) for e in ends}) > 1:
                    looks, whys = [look_of(marks) or Look()] * len(paths), self.sheet.collection(marks, len(paths))
                    rows = [_level_bar(one, axis, why) for one, why in zip(ends, whys, strict=True)]
                    return [_Bars(self._name(looks[0], marks), axis == 1, f"bar|{looks[0]}", rows)]
                self.unread.append("line segments")
                continue
            if type(marks).__name__ not in {"PatchCollection", "PolyCollection"}:
                continue
            if isinstance(marks, PatchCollection | PolyCollection):
                paths = [path.vertices for path in marks.get_paths() if len(path.vertices)]
                if not paths or not all(_is_box(path) for path in paths):
                    continue
                faces = marks.get_facecolors()
                for i, (path, why) in enumerate(zip(paths, self.sheet.collection(marks, len(paths)), strict=True)):
                    colour = colour_of(faces[i % len(faces)]) if len(faces) else None
                    boxes.append((path, why, Look(colour), marks))
        return self._grouped_boxes(boxes)

    def _grouped_boxes(self, boxes: list[tuple[np.ndarray, str, Look, Any]]) -> list[_Bars]:
        """Return rectangles as bars, those of one look together; they stand on the side on which they begin alike."""
        if not boxes:
            return []
        lows = np.array([corners.min(axis=0) for corners, *_ in boxes])
        highs = np.array([corners.max(axis=0) for corners, *_ in boxes])
        zero_based = [int((np.isclose(lows[:, i], 0) | np.isclose(highs[:, i], 0)).sum()) for i in (0, 1)]
        upright = zero_based[1] >= zero_based[0]
        groups: dict[str, _Bars] = {}
        for (_, why, look, artist), low, high in zip(boxes, lows, highs, strict=True):
            i = 1 if upright else 0
            down = np.isclose(high[i], 0)
            length = low[i] - high[i] if down else high[i] - low[i]
            middle, thick = (low[1 - i] + high[1 - i]) / 2, high[1 - i] - low[1 - i]
            key = f"bar|{look}"
            group = groups.setdefault(key, _Bars(self._name(look, artist), upright, key, []))
            group.rows.append(_Bar(float(middle), float(length), float(high[i] if down else low[i]), float(thick), why))
        return list(groups.values())

    def _stairs(self) -> list[_Bars]:
        """Return filled stairs as bars."""
        found = []
        for patch in self._step_patches(filled=True):
            values, edges, base = patch.get_data()
            look = look_of(patch) or Look()
            bases = np.broadcast_to(np.asarray(base if base is not None else 0.0, float), np.shape(values))
            why = self.sheet.patch(patch)
            rows = [
                _Bar(float(low + high) / 2, float(value - start), float(start), float(high - low), why)
                for value, low, high, start in zip(values, edges[:-1], edges[1:], bases, strict=True)
            ]
            found.append(_Bars(self._name(look, patch), patch.orientation == "vertical", f"bar|{look}", rows))
        return found

    def _step_patches(self, filled: bool) -> list[Any]:
        from matplotlib.patches import StepPatch

        steps = [patch for patch in self.ax.patches if isinstance(patch, StepPatch) and not self._skips(patch)]
        return [patch for patch in steps if bool(patch.get_fill()) == filled]

    def _joined_bars(self, found: list[_Bars]) -> list[_Bars]:
        """Join containers of one bar each whose label is missing or only repeats their category."""
        if len(found) < 2 or any(len(group.rows) > 1 for group in found):
            return found
        for group in found:
            side = self.x if group.upright else self.y
            names = side.column(np.array([bar.middle for bar in group.rows]), reach=0.5) if group.rows else None
            if group.label is not None and group.rows and (names is None or names.values[0] != group.label):
                return found
        rows = sorted((bar for group in found for bar in group.rows), key=lambda bar: (bar.middle, bar.length))
        return [_Bars(None, found[0].upright, "", rows)]

    def _bar_series(self, group: _Bars) -> Series:
        rows = [bar for bar in group.rows if not np.isnan(bar.length)]
        middles = np.array([bar.middle for bar in rows], float)
        lengths = np.array([bar.length for bar in rows], float)
        if group.upright:
            data = {"x": self.x.column(middles, reach=0.5), "y": self.y.column(lengths)}
        else:
            data = {"y": self.y.column(middles, reach=0.5), "x": self.x.column(lengths)}
        series = Series("bar", group.label, data, look=group.look if self.closely else "")
        ends = np.array([bar.base + bar.length for bar in rows], float)
        x, y = (middles, ends) if group.upright else (ends, middles)
        series.hidden = self._hidden([bar.why for bar in rows], x, y)
        if self.closely:
            series.faults = self._base_faults(rows, group.upright)
        return series

    def _base_faults(self, rows: Sequence[_Bar], upright: bool) -> list[str]:
        """Return a sentence where bars begin elsewhere than at zero, or where the axis cuts their beginning off."""
        axis, name = (self.ax.yaxis, "y") if upright else (self.ax.xaxis, "x")
        if scale_of(axis) != "linear":
            return []
        largest = max((abs(bar.base) + abs(bar.length) for bar in self.bars), default=0.0)
        near = 1e-6 * largest
        for bar in rows:
            if abs(bar.base) <= near:
                continue
            others = [
                one.base + one.length for one in self.bars if one is not bar and abs(one.middle - bar.middle) < 1e-6
            ]
            if not any(abs(end - bar.base) <= near for end in others):
                return [
                    f"A bar begins at {show_place(bar.base)} and not at zero, so its end does not stand at its value. "
                    "Draw all bars from zero."
                ]
        low, high = sorted(axis.get_view_interval())
        slack = (high - low) * 0.01
        if rows and not low - slack <= 0 <= high + slack:
            return [
                f"The {name} axis runs from {show_place(low)} to {show_place(high)} and leaves zero out, so the "
                "lengths of the bars mislead. Let it begin at zero."
            ]
        return []

    # --- dots ----------------------------------------------------------------------------------------------------

    def _points(self) -> list[Series]:
        """Return scatter series; one collection of several colours is split into the legend's series."""
        from matplotlib.collections import PathCollection

        found: dict[Any, list[tuple[np.ndarray, list[str], Look]]] = {}
        for dots in self.ax.collections:
            if not isinstance(dots, PathCollection) or self._skips(dots):
                continue
            where = _offsets(dots)
            if len(where) == 0 or np.isnan(where).all():
                continue
            whys = self.sheet.collection(dots, len(where), sized=True) if self.closely else [""] * len(where)
            looks = _dot_looks(dots, len(where))
            parts: list[tuple[str | None, Look, np.ndarray]]
            if len(set(looks)) == 1:
                parts = [(self._name(looks[0], dots), looks[0], np.arange(len(where)))]
            else:
                named = {look: self.legend.name(look) for look in set(looks)}
                labels = [named[look] for look in looks]
                if len(set(labels)) > 1:
                    of_name = {
                        one: [i for i, name in enumerate(labels) if name == one] for one in dict.fromkeys(labels)
                    }
                    parts = [(label, looks[mine[0]], np.array(mine)) for label, mine in of_name.items()]
                else:
                    label = labels[0] or self._own_label(dots)
                    parts = [
                        (label if self.closely else self._own_label(dots) or labels[0], Look(), np.arange(len(where)))
                    ]
            for label, look, rows in parts:
                key = (label, str(look) if self.closely and label is None else "")
                found.setdefault(key, []).append((where[rows], [whys[i] for i in rows], look))
        series = []
        for (label, _), pieces in found.items():
            xy = np.concatenate([piece[0] for piece in pieces])
            why = [one for piece in pieces for one in piece[1]]
            data = {"x": self.x.column(xy[:, 0], reach=0.45), "y": self.y.column(xy[:, 1], reach=0.45)}
            one = Series("point", label, data, look=f"point|{pieces[0][2]}" if self.closely else "")
            one.hidden = self._hidden(why, xy[:, 0], xy[:, 1])
            series.append(one)
        return series

    # --- areas ---------------------------------------------------------------------------------------------------

    def _areas(self) -> list[Series]:
        """Return filled areas: for each x the lower and the upper edge (`y` and `y_high`)."""
        from matplotlib.collections import PolyCollection
        from matplotlib.patches import Polygon

        found = []
        for area in self.ax.collections:
            kind = type(area).__name__
            if not isinstance(area, PolyCollection) or kind in {"QuadMesh", "PolyQuadMesh"} or self._skips(area):
                continue
            corners = [path.vertices for path in area.get_paths() if len(path.vertices)]
            if not corners:
                continue
            if self.closely and kind == "PolyCollection":
                if all(_is_box(path) for path in corners):
                    continue  # bars
                if len(corners) > 1:
                    self.unread.append("tiles")
                    continue
            why = self.sheet.collection(area, 1)[0] if self.closely else ""
            found.append(self._area(np.concatenate(corners), area, why))
        if self.closely:
            for patch in self.ax.patches:
                if isinstance(patch, Polygon) and not self._skips(patch):
                    if not all(patch.get_transform().contains_branch_seperately(self.ax.transData)):
                        continue
                    found.append(self._area(patch.get_xy(), patch, self.sheet.patch(patch)))
        return found

    def _area(self, corners: np.ndarray, area: Any, why: str) -> Series:
        edges = pd.DataFrame(corners, columns=["x", "y"]).groupby("x")["y"].agg(["min", "max"])
        x, low, high = edges.index.to_numpy(float), edges["min"].to_numpy(), edges["max"].to_numpy()
        data = {"x": self.x.column(x), "y": self.y.column(low), "y_high": self.y.column(high)}
        look = look_of(area) or Look()
        if not self.closely:
            return Series("area", self._own_label(area), data)
        return Series("area", self._name(look, area), data, [], f"area|{look}", "", self._hidden(why, x, high))

    # --- cells ---------------------------------------------------------------------------------------------------

    def _cells(self) -> list[Series]:
        """Return the cells of a heat map: column label, row label and value of each that is not empty."""
        from matplotlib.collections import QuadMesh
        from matplotlib.image import AxesImage

        found = []
        for grid in [*self.ax.collections, *self.ax.images]:
            tiled = type(grid).__name__ == "PolyQuadMesh" and self.closely
            if not (tiled or isinstance(grid, QuadMesh | AxesImage)) or self._skips(grid):
                continue
            values: Any = np.ma.filled(np.ma.asarray(grid.get_array(), dtype=float), np.nan)
            if values.ndim == 3:
                continue  # a picture, not data
            if isinstance(grid, AxesImage):
                across, down = _image_places(grid, values.shape)
                column, row = np.meshgrid(across, down)
            else:
                edges = grid.get_coordinates()
                shape = (edges.shape[0] - 1, edges.shape[1] - 1)
                if values.size != shape[0] * shape[1]:
                    self.unread.append("tiles")
                    continue
                values = values.reshape(shape)
                across = (edges[0, :-1, 0] + edges[0, 1:, 0]) / 2
                down = (edges[:-1, 0, 1] + edges[1:, 0, 1]) / 2
                column, row = np.meshgrid(across, down)
            kept = ~np.isnan(values)
            x, y = column[kept], row[kept]
            data = {
                "x": self.x.column(x, reach=0.01),
                "y": self.y.column(y, reach=0.01),
                "value": column_of(pd.Series(values[kept])),
            }
            series = Series("cell", None, data)
            if self.closely:
                alpha = grid.get_alpha()
                faint = not grid.get_visible() or (alpha is not None and np.ndim(alpha) == 0 and alpha < 0.05)
                series.hidden = self._hidden(TRANSPARENT if faint else "", x, y)
                series.faults = self._cell_faults(grid, x, y, values[kept])
            found.append(series)
        return found

    def _cell_faults(self, grid: Any, x: np.ndarray, y: np.ndarray, values: np.ndarray) -> list[str]:
        """Return sentences where numbers written into the cells are not theirs, or all cells look alike."""
        places = {(round(a, 6), round(b, 6)): value for a, b, value in zip(x, y, values, strict=True)}
        written = 0
        for text in self.ax.texts:
            place = tuple(round(float(part), 6) for part in text.get_unitless_position())
            if place in places and text.get_text().strip() and text.get_visible():
                written += 1
                if fits_label(places[place], text.get_text()) is False:
                    return [
                        f"In a cell of the value {places[place]:g} stands {quoted(text.get_text())}: the "
                        "numbers written into the cells are not those that are drawn. Let the library write them, with "
                        "annot=True."
                    ]
        if written < len(values) and len(np.unique(values)) > 1 and len(np.unique(grid.to_rgba(values), axis=0)) == 1:
            return [
                "All cells have one colour although their values differ, so the plot shows nothing. "
                "Leave the limits of the colours to the library, or choose a map of colours that tells values apart."
            ]
        return []

    def stairs_as_lines(self) -> list[Series]:
        """Return the outlines of stairs as lines of steps, each value over the middle of its step."""
        found = []
        for patch in self._step_patches(filled=False):
            values, edges, _ = patch.get_data()
            values, edges = np.asarray(values, float), np.asarray(edges, float)
            middles = (edges[:-1] + edges[1:]) / 2
            whole = (edges == np.round(edges)).all() and not (middles == np.round(middles)).all()
            x, y = (edges[:-1] if whole else middles), values
            if patch.orientation != "vertical":
                x, y = y, x
            look = Look(colour_of(patch.get_edgecolor()), "-", None, None)
            data = {"x": self.x.column(x), "y": self.y.column(y)}
            why = self.sheet.patch(patch)
            found.append(
                Series("line", self._name(look, patch), data, [], f"line|{look}", "step", self._hidden(why, x, y))
            )
        return found

    def note_unread(self) -> None:
        """Note kinds of drawing that are not read."""
        from matplotlib.patches import FancyArrow, FancyArrowPatch, Polygon, Rectangle, StepPatch, Wedge

        for patch in self.ax.patches:
            if self._skips(patch) or isinstance(patch, Rectangle | Polygon | StepPatch | FancyArrow | FancyArrowPatch):
                continue
            if all(patch.get_transform().contains_branch_seperately(self.ax.transData)):
                self.unread.append("the slices of a pie" if isinstance(patch, Wedge) else "shapes")


@dataclasses.dataclass
class _Bar:
    """A bar: its middle across, its length from its base (negative for one that points down), its width."""

    middle: float
    length: float
    base: float
    width: float
    why: str


@dataclasses.dataclass
class _Bars:
    """Bars that belong together."""

    label: str | None
    upright: bool
    look: str
    rows: list[_Bar]


def _level_bar(ends: np.ndarray, axis: int, why: str) -> _Bar:
    """Return a line that begins at zero as a bar."""
    values = ends[:, axis]
    length = values[int(np.argmax(np.abs(values)))]
    return _Bar(float(ends[0, 1 - axis]), float(length), 0.0, 0.0, why)


def scale_of(axis: Any) -> str:
    """Return an axis's scale by what it does to values, whatever its name: linear, log, or the name."""
    name = str(axis.get_scale())
    if name != "function":
        return name
    low, high = sorted(float(end) for end in axis.get_view_interval())
    forward: Callable[[np.ndarray], Any] = axis.get_transform().transform
    steps = np.linspace(low, high, 5)
    with np.errstate(all="ignore"):
        if _is_even(np.asarray(forward(steps), float)):
            return "linear"
        if low > 0 and _is_even(np.asarray(forward(np.geomspace(low, high, 5)), float)):
            return "log"
    return name


def _is_even(values: np.ndarray) -> bool:
    gaps = np.diff(values)
    return bool(np.isfinite(gaps).all() and np.allclose(gaps, gaps.mean(), rtol=1e-6, atol=0))


def _with_order(series: Series, x: np.ndarray, y: np.ndarray) -> Series:
    """Return a line with a sentence where it runs back, or where names stand in for numbers or dates."""
    kept = ~(np.isnan(x) | np.isnan(y))
    x, y = x[kept], y[kept]
    if len(x) > 2 and not (_is_steady(x) or _is_steady(y)):
        row = int(np.argmax(np.diff(x) * np.sign(x[-1] - x[0] or 1.0) < 0))
        series.faults.append(
            f"The line {_called(series)}runs back: after x = {_value(series.data['x'], kept, row)} it goes to "
            f"x = {_value(series.data['x'], kept, row + 1)}. Sort the rows along x before you draw."
        )
    return series


def _called(series: Series) -> str:
    return f"{quoted(series.label)} " if series.label else ""


def _value(column: Column, kept: np.ndarray, row: int) -> str:
    from alliance.answers.columns import show

    return show(column, int(np.flatnonzero(kept)[row]))


def _is_steady(values: np.ndarray) -> bool:
    steps = np.diff(values)
    return bool((steps >= 0).all() or (steps <= 0).all())


def _is_level(segment: np.ndarray) -> bool:
    """Return whether a segment has two ends and lies along or up an axis."""
    return len(segment) == 2 and bool((segment[0] == segment[1]).any())


def _is_box(path: np.ndarray) -> bool:
    """Return whether corners are those of an upright rectangle."""
    corners = np.unique(np.round(path, 9), axis=0)
    return len(corners) in {2, 4} and len(np.unique(corners[:, 0])) <= 2 and len(np.unique(corners[:, 1])) <= 2


def _is_bars(box: Any) -> bool:
    from matplotlib.container import BarContainer

    return isinstance(box, BarContainer)


def _offsets(dots: Any) -> np.ndarray:
    """Return where the dots of a collection stand (float64, shape (dots, 2)), NaN where one is masked."""
    return np.asarray(np.ma.filled(np.ma.asarray(dots.get_offsets(), dtype=float), np.nan))


def _dot_looks(dots: Any, count: int) -> list[Look]:
    """Return the look of each dot: one for all, or each its own."""
    if dots.get_array() is not None:
        dots.update_scalarmappable()
    colours = dots.get_facecolors()
    if not len(colours) or not np.any(colours[:, 3]):
        colours = dots.get_edgecolors()
    unique, codes = np.unique(np.round(colours, 2), axis=0, return_inverse=True) if len(colours) else (colours, [])
    tones = [colour_of(unique[code]) for code in np.asarray(codes, int).ravel()] or [None]
    known = {id(path): shape_of(path) for path in dots.get_paths()[:count]}
    shapes = [known[id(path)] for path in dots.get_paths()[:count]] or [None]
    hatch = dots.get_hatch() or None
    made: dict[tuple[Any, Any], Look] = {}
    looks = []
    for i in range(count):
        key = (tones[i % len(tones)], shapes[i % len(shapes)])
        looks.append(made.setdefault(key, Look(key[0], None, key[1], None, hatch)))
    return looks


def _image_places(grid: Any, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return the middles of an image's columns and rows."""
    left, right, bottom, top = (float(edge) for edge in grid.get_extent())
    first, last = (top, bottom) if grid.origin == "upper" else (bottom, top)
    across = left + (np.arange(shape[1]) + 0.5) * (right - left) / shape[1]
    down = first + (np.arange(shape[0]) + 0.5) * (last - first) / shape[0]
    return np.round(across, 9), np.round(down, 9)


def _is_error_bar(x: np.ndarray, y: np.ndarray, marks: np.ndarray) -> bool:
    """Return whether a line is an error bar as seaborn draws it: a short one, up or across, through another mark."""
    if len(x) not in {2, 8}:  # without caps, with caps
        return False
    kept = ~(np.isnan(x) | np.isnan(y))
    x, y = x[kept], y[kept]
    if not len(x):
        return False
    for along, across, column in ((y, x, 1), (x, y, 0)):
        if np.ptp(across) >= 1 or (len(x) == 2 and np.ptp(across) > 0):
            continue
        middle = (across.min() + across.max()) / 2
        here = np.abs(marks[:, 1 - column] - middle) < 1e-6
        inside = (marks[:, column] > along.min()) & (marks[:, column] < along.max())
        if (here & inside).any():
            return True
    return False


def _texts_beside(ax: Any, lines: list[tuple[np.ndarray, np.ndarray]]) -> list[list[str]]:
    """Return for each line the texts that stand nearer to it than to any other line."""
    beside: list[list[str]] = [[] for _ in lines]
    texts = [text for text in ax.texts if text.get_text() and text.get_visible()]
    if len(lines) < 2 or not texts:
        return beside
    ax.get_xlim(), ax.get_ylim()  # asks matplotlib to fit the axes to the data before places on the page are computed
    pixels = [ax.transData.transform(np.column_stack(line)) for line in lines]
    for text in texts:
        if hasattr(text, "xycoords") and text.xycoords == "data":
            place = ax.transData.transform((float(ax.convert_xunits(text.xy[0])), float(ax.convert_yunits(text.xy[1]))))
        else:
            place = text.get_transform().transform(text.get_unitless_position())
        gaps = [np.nanmin(np.hypot(*(corners - place).T)) for corners in pixels]
        beside[int(np.argmin(gaps))].append(text.get_text())
    return beside
