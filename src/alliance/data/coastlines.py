"""Reduce Natural Earth's 1:10m land polygons to the coasts of East Asia that the course draws.

An author who wants another region or a finer line downloads Natural Earth's land layer as TopoJSON
(`land-10m.json` of the package `world-atlas`, which redistributes Natural Earth 4.1.0 unchanged) and runs

    python -m alliance.data.coastlines land-10m.json data/coastlines.csv

Natural Earth is in the public domain. The steps, all in degrees on the plate carrée plane, are: decode the
TopoJSON arcs; clip every ring to the region (Sutherland and Hodgman, 1974); thin it by `TOLERANCE` (Douglas
and Peucker, 1973) if it has many points, and not at all if it is a small island; round to three decimals.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Ring = list[Point]

REGION = (115.0, 20.0, 150.0, 48.0)  # west, south, east, north in degrees
TOLERANCE = 0.012  # degrees, about 1.3 km north to south
SMALL_ISLAND_POINTS = 60  # rings up to this length keep every point, so that Yonaguni keeps its shape
DECIMALS = 3  # about 100 m
SOURCE_ID = "ne_land_10m"


def decode_rings(topology: dict[str, Any], name: str = "land") -> Iterator[Ring]:
    """Yield every ring (longitude, latitude) of one object of a quantised TopoJSON topology."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[Ring] = []
    for arc in topology["arcs"]:
        x = y = 0
        points: Ring = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(points)
    for geometry in topology["objects"][name]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for polygon in polygons:
            for indices in polygon:
                ring: Ring = []
                for index in indices:
                    arc_points = arcs[index] if index >= 0 else arcs[~index][::-1]
                    ring.extend(arc_points if not ring else arc_points[1:])
                yield ring


def clip(ring: Ring, region: tuple[float, float, float, float] = REGION) -> Ring:
    """Return the part of a closed ring inside the region, closed along the region's edges; [] if none is."""
    west, south, east, north = region
    for inside, cut in (
        (lambda p: p[0] >= west, lambda a, b: _at_longitude(a, b, west)),
        (lambda p: p[0] <= east, lambda a, b: _at_longitude(a, b, east)),
        (lambda p: p[1] >= south, lambda a, b: _at_latitude(a, b, south)),
        (lambda p: p[1] <= north, lambda a, b: _at_latitude(a, b, north)),
    ):
        ring = _clip_half_plane(ring, inside, cut)
        if not ring:
            return []
    return ring if ring[0] == ring[-1] else [*ring, ring[0]]


def _clip_half_plane(ring: Ring, inside: Callable[[Point], bool], cut: Callable[[Point, Point], Point]) -> Ring:
    kept: Ring = []
    for before, point in zip([ring[-1], *ring[:-1]], ring, strict=True):
        if inside(point):
            if not inside(before):
                kept.append(cut(before, point))
            kept.append(point)
        elif inside(before):
            kept.append(cut(before, point))
    return kept


def _at_longitude(a: Point, b: Point, longitude: float) -> Point:
    share = (longitude - a[0]) / (b[0] - a[0])
    return (longitude, a[1] + share * (b[1] - a[1]))


def _at_latitude(a: Point, b: Point, latitude: float) -> Point:
    share = (latitude - a[1]) / (b[1] - a[1])
    return (a[0] + share * (b[0] - a[0]), latitude)


def thin(ring: Ring, tolerance: float = TOLERANCE) -> Ring:
    """Drop the points of a closed ring within `tolerance` degrees of the line through their neighbours."""
    if len(ring) <= SMALL_ISLAND_POINTS:
        return ring
    # A closed ring has no end points; cut it at its start and at the point farthest from it.
    far = max(range(len(ring)), key=lambda i: math.dist(ring[0], ring[i]))
    return _douglas_peucker(ring[: far + 1], tolerance)[:-1] + _douglas_peucker(ring[far:], tolerance)


def _douglas_peucker(line: Ring, tolerance: float) -> Ring:
    keep = {0, len(line) - 1}
    open_spans = [(0, len(line) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        if last - first < 2:
            continue
        farthest = max(range(first + 1, last), key=lambda i: _distance_to_line(line[i], line[first], line[last]))
        if _distance_to_line(line[farthest], line[first], line[last]) > tolerance:
            keep.add(farthest)
            open_spans += [(first, farthest), (farthest, last)]
    return [line[i] for i in sorted(keep)]


def _distance_to_line(point: Point, a: Point, b: Point) -> float:
    length = math.dist(a, b)
    if length == 0:
        return math.dist(point, a)
    cross = (b[0] - a[0]) * (a[1] - point[1]) - (a[0] - point[0]) * (b[1] - a[1])
    return abs(cross) / length


def reduce_coastlines(topology: dict[str, Any]) -> list[Ring]:
    """Return the region's rings, longest first, thinned and rounded; at least four points each."""
    rings = [[(round(x, DECIMALS), round(y, DECIMALS)) for x, y in thin(clip(ring))] for ring in decode_rings(topology)]
    rings = [_without_repeats(ring) for ring in rings if ring]
    return sorted((ring for ring in rings if len(ring) >= 4), key=lambda ring: (-len(ring), ring[0]))


def _without_repeats(ring: Ring) -> Ring:
    return [point for i, point in enumerate(ring) if i == 0 or point != ring[i - 1]]


def rows(rings: Iterable[Ring]) -> Iterator[tuple[int, int, float, float, str]]:
    """Yield table rows (ring, point, longitude, latitude, source_id), both numbers starting at 1."""
    for ring_number, ring in enumerate(rings, start=1):
        for point_number, (longitude, latitude) in enumerate(ring, start=1):
            yield ring_number, point_number, longitude, latitude, SOURCE_ID


def main(arguments: list[str]) -> int:
    """Read a TopoJSON file and write the reduced table; return the exit code."""
    if len(arguments) != 2:
        print("usage: python -m alliance.data.coastlines land-10m.json data/coastlines.csv", file=sys.stderr)
        return 2
    topology = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    with Path(arguments[1]).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["ring", "point", "longitude", "latitude", "source_id"])
        writer.writerows(rows(reduce_coastlines(topology)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
