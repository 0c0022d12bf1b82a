"""Read what a matplotlib plot shows: marks, series, data, labels, scales; whoever drew it.

Seaborn, pandas and matplotlib draw the same chart with different artists: categories are positions with tick
labels or numbers, series carry their name on the artist or only in the legend, dates are days or periods. The
functions here undo these differences, so that two plots of the same data read the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from alliance.answers.forms import Column, Panel, Series, column_of

BACKGROUND = "background"
"""Artists with this `gid` (coasts, grids of one's own) are scenery: they are neither described nor compared."""

Values = list[Any] | np.ndarray


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
    figure = getattr(value, "figure", None)
    if isinstance(figure, FigureBase) and type(value).__module__.startswith("seaborn"):
        return axes_of(figure)
    if isinstance(value, np.ndarray) and value.dtype == object:
        value = list(value.flat)
    if isinstance(value, list | tuple) and 0 < len(value) <= 1000:
        found = [axes_of(item) for item in value]
        if all(found):
            return list(dict.fromkeys(axes for group in found for axes in group))
    return []


def read_panels(axes: Iterable[Any]) -> list[Panel]:
    """Return one Panel per Axes that shows data. Shared axis labels and a figure's title are carried over."""
    axes = list(axes)
    panels = [read_panel(one) for one in axes]
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


def read_panel(ax: Any) -> Panel:
    """Return what one Axes shows."""
    names = _legend_names(ax)
    series = [*_lines(ax, names), *_bars(ax, names), *_points(ax, names), *_areas(ax), *_cells(ax)]
    return Panel(
        title=ax.get_title() or ax.get_title("left") or ax.get_title("right"),
        labels={"x": ax.get_xlabel(), "y": ax.get_ylabel()},
        scales={"x": ax.get_xscale(), "y": ax.get_yscale()},
        series=series,
        texts=[text.get_text() for text in ax.texts if text.get_text()],
    )


def _lines(ax: Any, names: dict[Any, str]) -> list[Series]:
    """Return lines and dots drawn with `plot`, without reference lines, error bars and legend samples."""
    from matplotlib.container import ErrorbarContainer
    from matplotlib.lines import AxLine

    boxes = [box for box in ax.containers if isinstance(box, ErrorbarContainer)]
    caps = {cap for box in boxes for cap in box.lines[1]}
    box_names = {box.lines[0]: _own_label(box) for box in boxes if box.lines[0] is not None}
    drawn = []
    for line in ax.lines:
        if isinstance(line, AxLine) or line in caps or _is_scenery(line):
            continue
        if not all(line.get_transform().contains_branch_seperately(ax.transData)):
            continue  # drawn in the Axes' own units: axhline, axvline
        x, y = np.asarray(line.get_xdata(orig=False), float), np.asarray(line.get_ydata(orig=False), float)
        if len(x) and not np.isnan(y).all() and not np.isnan(x).all():
            drawn.append((line, x, y))
    marks, owner = _mark_places(ax, [(x, y) for _, x, y in drawn])
    drawn = [one for i, one in enumerate(drawn) if not _is_error_bar(one[1], one[2], marks[owner != i])]
    beside = _texts_beside(ax, [(x, y) for _, x, y in drawn])
    found = []
    for (line, x, y), texts in zip(drawn, beside, strict=True):
        dots = line.get_linestyle() in {"None", "none", "", " "}
        data = {
            "x": _column(ax.xaxis, x, line.get_xdata(orig=True)),
            "y": _column(ax.yaxis, y, line.get_ydata(orig=True)),
        }
        name = _own_label(line) or box_names.get(line) or _line_name(line, names)
        found.append(Series("point" if dots else "line", name, data, texts))
    return found


def _line_name(line: Any, names: dict[Any, str]) -> str | None:
    """Return the legend's text for a line, by colour and dash, by colour alone, or by width."""
    colour = _colour(line.get_color())
    keys = [(colour, _dash(line)), colour, _marker(line), _width(line)]
    return next((names[key] for key in keys if key in names), None)


def _mark_places(ax: Any, lines: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Return where values are drawn, as rows of x and y (corners of lines, dots, ends of bars), and of which line."""
    from matplotlib.collections import PathCollection

    places = [np.column_stack(line) for line in lines]
    places += [_offsets(dots) for dots in ax.collections if isinstance(dots, PathCollection)]
    for box in ax.containers:
        if _is_bars(box):
            corners = [(p.get_x(), p.get_y(), p.get_width(), p.get_height()) for p in box.patches]
            places += [
                np.array([(x + width / 2, y + height), (x + width, y + height / 2)]) for x, y, width, height in corners
            ]
    owner = np.repeat(np.arange(len(places)), [len(place) for place in places])
    return (np.concatenate(places), owner) if places else (np.empty((0, 2)), owner)


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


def _bars(ax: Any, names: dict[Any, str]) -> list[Series]:
    """Return bar series; bars of one series that were drawn one container per category are joined again."""
    found: list[tuple[str | None, str, list[tuple[float, float]]]] = []
    for box in ax.containers:
        if not _is_bars(box):
            continue
        upright = box.orientation != "horizontal"
        bars = [patch for patch in box.patches if not _is_scenery(patch)]
        if not bars:
            continue
        heights = [(p.get_height() if upright else p.get_width()) for p in bars]
        middles = [(p.get_x() + p.get_width() / 2 if upright else p.get_y() + p.get_height() / 2) for p in bars]
        label = _own_label(box) or names.get(_colour(bars[0].get_facecolor()))
        rows = [pair for pair in zip(middles, heights, strict=True) if not np.isnan(pair[1])]
        found.append((label, "v" if upright else "h", rows))
    return [
        Series("bar", label, _bar_data(ax, direction, rows))
        for label, direction, rows in _joined_bars(ax, found)
        if rows
    ]


def _joined_bars(ax: Any, found: list[tuple[str | None, str, list[tuple[float, float]]]]) -> list[Any]:
    """Join containers of one bar each whose label is missing or only repeats their category."""
    singles = [item for item in found if len(item[2]) <= 1]
    if len(found) < 2 or len(singles) != len(found):
        return found
    for label, direction, rows in found:
        axis = ax.xaxis if direction == "v" else ax.yaxis
        names = _names_at(axis, np.array([row[0] for row in rows[:1]]), 0.5)
        if label is not None and rows and (names is None or names[0] != label):
            return found
    rows = sorted(row for item in found for row in item[2])
    return [(None, found[0][1], rows)]


def _bar_data(ax: Any, direction: str, rows: list[tuple[float, float]]) -> dict[str, Column]:
    middles, heights = (np.array(values, float) for values in zip(*rows, strict=True))
    if direction == "v":
        return {"x": _column(ax.xaxis, middles, reach=0.5), "y": _column(ax.yaxis, heights)}
    return {"y": _column(ax.yaxis, middles, reach=0.5), "x": _column(ax.xaxis, heights)}


def _points(ax: Any, names: dict[Any, str]) -> list[Series]:
    """Return scatter series; one collection of several colours is split into the legend's series."""
    from matplotlib.collections import PathCollection

    found: dict[str | None, list[np.ndarray]] = {}
    for dots in ax.collections:
        if not isinstance(dots, PathCollection) or _is_scenery(dots):
            continue
        where = _offsets(dots)
        if len(where) == 0 or np.isnan(where).all():
            continue
        labels = _dot_names(dots, names)
        if len(set(labels)) > 1 and len(labels) == len(where):
            for label in dict.fromkeys(labels):
                found.setdefault(label, []).append(where[[one == label for one in labels]])
        else:
            found.setdefault(_own_label(dots) or labels[0], []).append(where)
    series = []
    for label, parts in found.items():
        xy = np.concatenate(parts)
        data = {"x": _column(ax.xaxis, xy[:, 0], reach=0.45), "y": _column(ax.yaxis, xy[:, 1], reach=0.45)}
        series.append(Series("point", label, data))
    return series


def _offsets(dots: Any) -> np.ndarray:
    """Return where the dots of a collection stand (float64, shape (dots, 2)), NaN where one is masked."""
    return np.asarray(np.ma.filled(np.ma.asarray(dots.get_offsets(), dtype=float), np.nan))


def _dot_names(dots: Any, names: dict[Any, str]) -> list[str | None]:
    """Return the legend's text for each dot, or for all in one, by their colours or by their shapes."""
    by_colour = [names.get(_colour(colour)) for colour in dots.get_facecolors()] or [None]
    by_shape = [names.get(_shape(path)) for path in dots.get_paths()] or [None]
    return by_colour if any(by_colour) or not any(by_shape) else by_shape


def _areas(ax: Any) -> list[Series]:
    """Return filled areas: for each x the lower and the upper edge (`y` and `y_high`)."""
    from matplotlib.collections import PolyCollection

    found = []
    for area in ax.collections:
        if (
            not isinstance(area, PolyCollection)
            or type(area).__name__ in {"QuadMesh", "PolyQuadMesh"}
            or _is_scenery(area)
        ):
            continue
        corners = [path.vertices for path in area.get_paths() if len(path.vertices)]
        if not corners:
            continue
        edges = pd.DataFrame(np.concatenate(corners), columns=["x", "y"]).groupby("x")["y"].agg(["min", "max"])
        data = {
            "x": _column(ax.xaxis, edges.index.to_numpy(float)),
            "y": _column(ax.yaxis, edges["min"].to_numpy()),
            "y_high": _column(ax.yaxis, edges["max"].to_numpy()),
        }
        found.append(Series("area", _own_label(area), data))
    return found


def _cells(ax: Any) -> list[Series]:
    """Return the cells of a heat map: column label, row label and value of each that is not empty."""
    from matplotlib.collections import QuadMesh
    from matplotlib.image import AxesImage

    found = []
    for grid in [*ax.collections, *ax.images]:
        if not isinstance(grid, QuadMesh | AxesImage) or _is_scenery(grid):
            continue
        values: Any = np.ma.filled(np.ma.asarray(grid.get_array(), dtype=float), np.nan)
        if values.ndim == 3:
            continue  # a picture, not data
        if isinstance(grid, QuadMesh):
            edges = grid.get_coordinates()
            values = values.reshape(edges.shape[0] - 1, edges.shape[1] - 1)
            across = (edges[0, :-1, 0] + edges[0, 1:, 0]) / 2
            down = (edges[:-1, 0, 1] + edges[1:, 0, 1]) / 2
        else:
            across, down = np.arange(values.shape[1], dtype=float), np.arange(values.shape[0], dtype=float)
        column, row = np.meshgrid(across, down)
        kept = ~np.isnan(values)
        data = {
            "x": _column(ax.xaxis, column[kept], reach=0.01),
            "y": _column(ax.yaxis, row[kept], reach=0.01),
            "value": column_of(pd.Series(values[kept])),
        }
        found.append(Series("cell", None, data))
    return found


def _is_bars(box: Any) -> bool:
    from matplotlib.container import BarContainer

    return isinstance(box, BarContainer)


def _is_scenery(artist: Any) -> bool:
    return not artist.get_visible() or artist.get_gid() == BACKGROUND


def _own_label(artist: Any) -> str | None:
    """Return the name that an artist carries, if a legend shows it: a name that nobody can see names nothing."""
    label = str(artist.get_label() or "")
    return label if label and not label.startswith("_") and _has_legend(artist) else None


def _has_legend(artist: Any) -> bool:
    """Return whether there is a legend on the axes, or on the figure, of an artist or of a container of artists."""
    parts = [artist] if hasattr(artist, "axes") else [part for part in artist.get_children() if part is not None]
    axes = next((part.axes for part in parts if part.axes is not None), None)
    return axes is not None and (axes.get_legend() is not None or bool(axes.get_figure(root=True).legends))


def _colour(colour: Any) -> Any:
    """Return a colour as rounded RGB, so that the artist's and the legend's can be compared."""
    from matplotlib.colors import to_rgb

    try:
        return tuple(round(float(part), 2) for part in to_rgb(colour))
    except ValueError:
        return None


def _dash(line: Any) -> Any:
    """Return what tells a line's dash pattern apart, in units of its width."""
    if not line.is_dashed():
        return "-"
    pattern = getattr(line, "_unscaled_dash_pattern", (0, None))[1]
    return tuple(round(float(part), 2) for part in pattern) if pattern else "-"


def _width(line: Any) -> Any:
    return "width", round(float(line.get_linewidth()), 3)


def _marker(line: Any) -> Any:
    """Return what tells a line's marker apart; None for a line without one."""
    from matplotlib.markers import MarkerStyle

    if line.get_marker() in {None, "None", "none", "", " "}:
        return None
    style = MarkerStyle(line.get_marker())
    return _shape(style.get_path().transformed(style.get_transform()))


def _shape(path: Any) -> Any:
    """Return what tells one shape of a dot from another, whatever its size."""
    corners = path.vertices - path.vertices.mean(axis=0)
    return "shape", len(corners), tuple(np.round(corners / (np.abs(corners).max() or 1), 2).ravel().tolist())


def _legend_names(ax: Any) -> dict[Any, str]:
    """Return the legend's texts by colour, and by colour and dash, where that is unambiguous."""
    legends = [ax.get_legend(), *ax.get_figure(root=True).legends]
    names: dict[Any, set[str]] = {}
    for legend in legends:
        if legend is None:
            continue
        for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=False):
            colour = _handle_colour(handle)
            if colour is None:
                continue
            names.setdefault(colour, set()).add(text.get_text())
            if hasattr(handle, "is_dashed"):
                for key in ((colour, _dash(handle)), _marker(handle), _width(handle)):
                    names.setdefault(key, set()).add(text.get_text())
    return {key: texts.pop() for key, texts in names.items() if len(texts) == 1 and key is not None}


def _handle_colour(handle: Any) -> Any:
    if handle is None:
        return None
    if hasattr(handle, "get_color") and not hasattr(handle, "get_facecolor"):
        drawn = handle.get_linestyle() not in {"None", "", " "}
        return _colour(handle.get_color() if drawn else handle.get_markerfacecolor())
    colour = handle.get_facecolor()
    if isinstance(colour, np.ndarray) and colour.ndim == 2:
        return _colour(colour[0]) if len(colour) else None
    return _colour(colour)


def _column(axis: Any, positions: np.ndarray, original: Any = None, reach: float = 1e-9) -> Column:
    """Return positions on an axis as the values they stand for: numbers, dates or category names.

    `reach` is how far from its tick a mark may stand and still belong to the tick's category (dodged bars and
    jittered dots stand beside it).
    """
    if original is not None and len(original) == len(positions):
        series = pd.Series(original)
        if isinstance(series.dtype, pd.PeriodDtype):
            return column_of(pd.Series(series.dt.to_timestamp()))
        if column_of(series).kind == "date":
            return column_of(series)
    if _is_date_axis(axis):
        return Column(None, "date", _dates_at(axis, positions))
    names = _names_at(axis, positions, reach)
    if names is None:
        return Column(None, "number", np.asarray(positions, float))
    texts = pd.Series([str(name).replace("\N{MINUS SIGN}", "-") for name in names], dtype=object)
    as_numbers = pd.to_numeric(texts, errors="coerce")
    if as_numbers.notna().all():
        return Column(None, "number", as_numbers.to_numpy(float))
    as_dates = pd.to_datetime(texts, errors="coerce", format="%Y-%m-%d")
    if as_dates.notna().all():
        return column_of(as_dates)
    return Column(None, "text", np.array([str(name) for name in names], dtype=object))


def _is_date_axis(axis: Any) -> bool:
    converter = axis.get_converter()
    return "Date" in type(converter).__name__ or "Period" in type(converter).__name__


def _dates_at(axis: Any, positions: np.ndarray) -> np.ndarray:
    """Return positions of a date axis as datetime64[ns]; pandas counts periods there, matplotlib days."""
    frequency = getattr(axis.axes, "freq", None)
    if frequency is not None and "Period" in type(axis.get_converter()).__name__:
        periods: Any = pd.PeriodIndex
        firsts = periods.from_ordinals(positions.astype(int), freq=frequency).to_timestamp()
        return np.asarray(firsts, dtype="datetime64[ns]")
    from matplotlib.dates import get_epoch

    first_day: Any = get_epoch
    epoch = np.datetime64(first_day()).astype("datetime64[ns]")
    moments = epoch + np.round(positions * 86_400_000_000).astype("timedelta64[us]").astype("timedelta64[ns]")
    return np.asarray(moments, dtype="datetime64[ns]")


def _names_at(axis: Any, positions: np.ndarray, reach: float) -> list[str] | None:
    """Return the category names at positions of an axis, or None when it is not a categorical one."""
    ticks = _category_ticks(axis)
    if not ticks:
        return None
    places = np.array(list(ticks))
    nearest = np.abs(positions[:, None] - places[None, :]).argmin(axis=1)
    if (np.abs(places[nearest] - positions) > reach).any():
        return None
    return [ticks[places[i]] for i in nearest]


def _category_ticks(axis: Any) -> dict[float, str]:
    """Return tick positions and their texts where these are names, not a scale.

    Matplotlib keeps the names of a text axis itself; pandas' bars and seaborn's heat maps put texts on the
    positions 0, 1, 2 … (or 0.5, 1.5, 2.5 …).
    """
    from matplotlib.category import UnitData
    from matplotlib.ticker import FixedLocator, NullFormatter, ScalarFormatter

    if isinstance(axis.units, UnitData):
        return {float(place): str(name) for name, place in axis.units._mapping.items()}
    formatter, locator = axis.get_major_formatter(), axis.get_major_locator()
    if not isinstance(locator, FixedLocator) or isinstance(formatter, ScalarFormatter | NullFormatter):
        return {}
    places = [float(place) for place in locator.locs]
    if not places or places[0] not in {0.0, 0.5} or any(place % 1 != places[0] for place in places):
        return {}
    texts = [str(text) for text in formatter.format_ticks(places)]
    return {place: text for place, text in zip(places, texts, strict=True) if text}
