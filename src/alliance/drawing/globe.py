"""Measure distances between points on the globe."""

from __future__ import annotations

from typing import Any

import numpy as np

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (International Union of Geodesy and Geophysics), for distances and rings."""


def km_between(one: Any, other: Any) -> Any:
    """Return the distance between two places in kilometres, the shortest way over the globe.

    `one`, `other`: what has a `latitude` and a `longitude` in degrees: a row of a table, a dictionary, or a whole
    table. For two places the result is a number; for a place and a table, a Series with a distance for each row. The
    globe is a sphere of 6,371 km: the true, slightly flattened Earth differs by about half a percent at most.

    The formula is the haversine: R. W. Sinnott, “Virtues of the Haversine”, Sky and Telescope, 1984.
    """
    half_north = np.radians(other["latitude"] - one["latitude"]) / 2
    half_east = np.radians(other["longitude"] - one["longitude"]) / 2
    shrink = np.cos(np.radians(one["latitude"])) * np.cos(np.radians(other["latitude"]))
    km = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.sin(half_north) ** 2 + shrink * np.sin(half_east) ** 2))
    return float(km) if np.ndim(km) == 0 else km
