"""Draw coasts, rings of equal distance, ways from place to place, and the names of places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from alliance.answers.plots.marks import BACKGROUND
from alliance.drawing.globe import EARTH_RADIUS_KM, km_between
from alliance.drawing.lines import _axes, _points
from alliance.framing import lay_out
from alliance.style import STRONG, ink

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COASTLINES = Path("../data/coastlines.csv")
LAND, SHORE, SEA = "#EFEBDD", "#9C9686", "#F4F8FB"


def draw_coasts(
    ax: Axes | None = None,
    *,
    west: float = 118,
    east: float = 146,
    south: float = 20.5,
    north: float = 46,
    coastlines: pd.DataFrame | None = None,
) -> Axes:
    """Draw the coasts of East Asia between four degrees, without borders; return the Axes, `ax` or new ones.

    `west`, `east`: degrees east, within 115 to 150; `south`, `north`: degrees north, within 20 to 48. `coastlines`: a
    table with the columns ring, longitude and latitude; left out, the course's own (Natural Earth, public domain).
    A degree across is shortened as it is on the globe in the middle of the map. Raises FileNotFoundError where the
    course's table is not beside the notebook's folder.
    """
    if coastlines is None:
        if not COASTLINES.is_file():
            raise FileNotFoundError(
                "The coasts are in data/coastlines.csv, which is not beside this notebook's folder: give the table as "
                "coastlines=, or run the notebook where it lies in the course."
            )
        coastlines = pd.read_csv(COASTLINES)
    if ax is None:
        ax = _axes()
        ax.figure.set_size_inches(6.5, min(8.0, 6.5 * (north - south) / ((east - west) * _shrink(south, north))))
    for _, ring in coastlines.groupby("ring", sort=False):
        ax.fill(ring["longitude"], ring["latitude"], facecolor=LAND, edgecolor=SHORE, linewidth=0.7, gid=BACKGROUND,
                zorder=0)  # fmt: skip
    ax.set(xlim=(west, east), ylim=(south, north), aspect=1 / _shrink(south, north), xlabel="", ylabel="")
    ax.set_facecolor(SEA)
    ax.grid(False)
    ax.tick_params(length=0)
    ax.xaxis.set_major_formatter(lambda degrees, _: f"{degrees:g}°E")
    ax.yaxis.set_major_formatter(lambda degrees, _: f"{degrees:g}°N")
    ax.locator_params(nbins=5)
    return ax


def _shrink(south: float, north: float) -> float:
    """Return how long a degree of longitude is in the middle of the map, in degrees of latitude."""
    return float(np.cos(np.radians((south + north) / 2)))


def draw_ring(
    ax: Axes, latitude: float, longitude: float, km: float, *, label: str | None = None, color: Any = STRONG
) -> Axes:
    """Draw all points at a distance from a centre, as they lie on the globe, and write the distance at the top.

    `latitude`, `longitude`: of the centre, in degrees; `km`: the distance in kilometres, measured along great circles
    on a sphere of 6,371 km. `label`: other words than "1,500 km". Returns the Axes.

    The formula is the direct problem on a sphere, as in Ed Williams' Aviation Formulary, “Lat/lon given radial and
    distance”.
    """
    bearing, angle = np.radians(np.arange(0, 361)), km / EARTH_RADIUS_KM
    start = np.radians(latitude)
    end = np.arcsin(np.sin(start) * np.cos(angle) + np.cos(start) * np.sin(angle) * np.cos(bearing))
    over = np.arctan2(np.sin(bearing) * np.sin(angle) * np.cos(start), np.cos(angle) - np.sin(start) * np.sin(end))
    latitudes, longitudes = np.degrees(end), longitude + np.degrees(over)
    ax.plot(longitudes, latitudes, linestyle=(0, (4, 2)), linewidth=1.6, color=color, gid=BACKGROUND, zorder=2)
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    inside = (
        (longitudes > west) & (longitudes < east) & (latitudes > south) & (latitudes < north - 0.03 * (north - south))
    )
    if inside.any():
        top = np.flatnonzero(inside)[np.argmax(latitudes[inside])]
        ax.text(longitudes[top], latitudes[top], label or f"{km:,.0f} km", ha="center", va="center", color=ink(color),
                zorder=4, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85})  # fmt: skip
    return ax


def draw_distance(ax: Axes, one: Any, other: Any, *, label: str | None = None, color: Any = STRONG) -> Axes:
    """Draw a line from one place to another and write its length in the middle.

    `one`, `other`: what has a `latitude` and a `longitude` in degrees, such as a row of a table. `label`: other words
    than "330 km". Returns the Axes. The line is straight on the map; its length is measured on the globe.
    """
    x, y = [one["longitude"], other["longitude"]], [one["latitude"], other["latitude"]]
    ax.plot(x, y, color=color, linewidth=1.8, linestyle=(0, (4, 2)), gid=BACKGROUND, zorder=2)
    words = label or f"{km_between(one, other):,.0f} km"
    ax.text(sum(x) / 2, sum(y) / 2, words, ha="center", va="center", color=ink(color), zorder=4,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85})  # fmt: skip
    return ax


def name_places(
    ax: Axes, places: pd.DataFrame, names: Iterable[str] | Mapping[str, str] | None = None, *, color: Any = "black"
) -> Axes:
    """Mark places with dots and write their names beside them, on the side where no other name is.

    `places`: a table with the columns latitude and longitude, whose index names the places. `names`: which of them, or
    {place: other words}; left out, all that lie on the map. Returns the Axes. Raises KeyError when a place is not in
    the table. Set the limits of the map before.
    """
    words = {name: name for name in (places.index if names is None else names)}
    if isinstance(names, Mapping):
        words = {str(name): str(text) for name, text in names.items()}
    for name in words:
        if name not in places.index:
            raise KeyError(f"{name} is not in the table of places.")
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    points = places.loc[list(words), ["longitude", "latitude"]]
    points = points[points["longitude"].between(west, east) & points["latitude"].between(south, north)]
    ax.plot(points["longitude"], points["latitude"], "o", color=color, markersize=6, label="place", zorder=3)
    lay_out(ax.figure)
    dots = ax.transData.transform(points.to_numpy()) * 72 / ax.figure.dpi if len(points) else np.empty((0, 2))
    taken: list[Box] = [(x - 4, y - 4, x + 4, y + 4) for x, y in dots] + _written(ax)
    for name, point, (x, y) in zip(points.index, points.to_numpy(), dots, strict=True):
        text = words[str(name)]
        size = _size(text, _points(ax))
        ha, va, right, up = min(_SIDES, key=lambda side: _covered(_box(x, y, size, side), taken))
        taken.append(_box(x, y, size, (ha, va, right, up)))
        ax.annotate(text, point, xytext=(right, up), textcoords="offset points", ha=ha, va=va, zorder=4, color=color,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.75})  # fmt: skip
    return ax


Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""
Side = tuple[str, str, float, float]
"""How a name stands to its dot: alignment across and up, and the move in points."""
_SIDES: tuple[Side, ...] = (
    ("left", "center", 7, 0), ("right", "center", -7, 0), ("center", "bottom", 0, 6), ("center", "top", 0, -6),
    ("left", "bottom", 5, 5), ("left", "top", 5, -5), ("right", "bottom", -5, 5), ("right", "top", -5, -5),
)  # fmt: skip


def _written(ax: Axes) -> list[Box]:
    """Return the boxes of the texts that are there, such as the distances of rings."""
    points = 72 / ax.figure.dpi
    return [tuple(float(edge) * points for edge in text.get_window_extent().extents) for text in ax.texts]


def _size(text: str, letters: float) -> tuple[float, float]:
    """Return about how wide and high a text is, in points."""
    lines = text.split("\n")
    return max(map(len, lines)) * letters * 0.56, len(lines) * letters * 1.3


def _box(x: float, y: float, size: tuple[float, float], side: Side) -> Box:
    (ha, va, right, up), (width, height) = side, size
    left = x + right - {"left": 0, "center": 0.5, "right": 1}[ha] * width
    bottom = y + up - {"bottom": 0, "center": 0.5, "top": 1}[va] * height
    return left, bottom, left + width, bottom + height


def _covered(box: Box, taken: Iterable[Box]) -> float:
    """Return how much of other boxes a box would cover."""
    left, bottom, right, top = box
    return sum(
        max(0.0, min(right, other[2]) - max(left, other[0])) * max(0.0, min(top, other[3]) - max(bottom, other[1]))
        for other in taken
    )
