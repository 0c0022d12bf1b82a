"""Interval arithmetic for printed figures: what rounding allows, and what no rounding can save.

A printed figure stands for every number that rounds to it: "8.5" for anything from 8.45 to 8.55. A computation with
printed figures therefore has an interval as its result. A printed result is wrong only when its own interval and the
computed one have no number in common.

Rounding is taken to the last digit printed ("1200" is 1199.5 to 1200.5). Where a figure may have been rounded more
coarsely, pass the step: ``rounding_interval("1200", step=100)``. Method: R. E. Moore, Interval
Analysis, 1966, chapter 2; all quantities here are positive, so each bound is a combination of bounds of the inputs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation


@dataclass(frozen=True)
class Interval:
    """All numbers from ``low`` to ``high``, both included."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"An interval needs low <= high, not {self.low} and {self.high}.")

    def __contains__(self, number: float) -> bool:
        return self.low <= number <= self.high

    @property
    def middle(self) -> float:
        """The number half way between the bounds."""
        return (self.low + self.high) / 2

    def overlaps(self, other: Interval) -> bool:
        """Whether some number lies in both intervals."""
        return self.low <= other.high and other.low <= self.high

    def scaled(self, factor: float) -> Interval:
        """The interval in another unit; ``factor`` is positive.

        >>> Interval(8.45, 8.55).scaled(1000)
        Interval(low=8450.0, high=8550.0)
        """
        if factor <= 0:
            raise ValueError(f"A unit's factor is positive, not {factor}.")
        return Interval(self.low * factor, self.high * factor)


def rounding_interval(printed: str, step: float | None = None) -> Interval:
    """The numbers that are printed as ``printed`` when rounded.

    printed: a plain number as text, so that "38.40" and "38.4" stay different; no thousands separators, no unit.
    step: the unit of rounding, when it is coarser than the last printed digit.
    Raises ValueError with one sentence when ``printed`` is not such a number or ``step`` is not positive.

    >>> rounding_interval("8.5")
    Interval(low=8.45, high=8.55)
    >>> rounding_interval("620", step=10)
    Interval(low=615.0, high=625.0)
    """
    try:
        value = Decimal(printed)
    except InvalidOperation:
        raise ValueError(f"{printed!r} is not a plain number: write digits and at most one point.") from None
    if not value.is_finite():
        raise ValueError(f"{printed!r} is not a finite number.")
    decimals = len(printed.partition(".")[2])
    unit = Decimal(1).scaleb(-decimals) if step is None else Decimal(str(step))
    if unit <= 0:
        raise ValueError(f"A rounding step is positive, not {step}.")
    return Interval(float(value - unit / 2), float(value + unit / 2))


def exactly(number: float) -> Interval:
    """A figure that is not rounded, such as a count of missiles."""
    return Interval(number, number)


def growth_interval(old: Interval, new: Interval) -> Interval:
    """Growth from ``old`` to ``new`` in percent; both in the same unit, ``old`` positive.

    >>> growth = growth_interval(rounding_interval("8.7"), rounding_interval("9.8"))
    >>> round(growth.low, 1), round(growth.high, 1)
    (11.4, 13.9)
    """
    ratio = ratio_interval(new, old)
    return Interval((ratio.low - 1) * 100, (ratio.high - 1) * 100)


def base_interval(new: Interval, growth_percent: Interval) -> Interval:
    """The earlier level that ``new`` implies when it grew by ``growth_percent``; in the unit of ``new``.

    >>> before = base_interval(exactly(42), rounding_interval("15"))
    >>> round(before.low, 2), round(before.high, 2)
    (36.36, 36.68)
    """
    factor = Interval(1 + growth_percent.low / 100, 1 + growth_percent.high / 100)
    return ratio_interval(new, factor)


def ratio_interval(numerator: Interval, denominator: Interval) -> Interval:
    """``numerator`` divided by ``denominator``; neither goes below zero, the denominator stays above it."""
    if numerator.low < 0 or denominator.low <= 0:
        raise ValueError("A ratio of printed figures needs a numerator >= 0 and a denominator > 0.")
    return Interval(numerator.low / denominator.high, numerator.high / denominator.low)


def share_interval(part: Interval, whole: Interval) -> Interval:
    """``part`` in percent of ``whole``, both in the same unit.

    >>> share = share_interval(rounding_interval("14.7"), rounding_interval("4.9").scaled(1000))
    >>> round(share.low, 2), round(share.high, 2)
    (0.3, 0.3)
    """
    return ratio_interval(part, whole).scaled(100)


def part_interval(whole: Interval, percent: Interval) -> Interval:
    """``percent`` of ``whole``, in the unit of ``whole``; neither goes below zero."""
    if whole.low < 0 or percent.low < 0:
        raise ValueError("A part of a printed figure needs a whole >= 0 and a percentage >= 0.")
    return Interval(whole.low * percent.low / 100, whole.high * percent.high / 100)


def unit_cost_interval(total: Interval, count: Interval) -> Interval:
    """What one piece costs, in the unit of ``total``.

    >>> cost = unit_cost_interval(rounding_interval("2.35").scaled(1000), exactly(400))
    >>> round(cost.low, 2), round(cost.high, 2)
    (5.86, 5.89)
    """
    return ratio_interval(total, count)


def exchange_rate_interval(yen: Interval, dollars: Interval) -> Interval:
    """Yen per dollar, implied by the same sum printed in both; both in whole units of money.

    >>> rate = exchange_rate_interval(rounding_interval("8.5").scaled(1e12), rounding_interval("57").scaled(1e9))
    >>> round(rate.low, 1), round(rate.high, 1)
    (147.0, 151.3)
    """
    return ratio_interval(yen, dollars)


def sum_interval(parts: Iterable[Interval]) -> Interval:
    """The sum of several printed figures in the same unit."""
    parts = list(parts)
    return Interval(sum(part.low for part in parts), sum(part.high for part in parts))


def common_interval(intervals: Iterable[Interval]) -> Interval | None:
    """The numbers that lie in every one of the intervals; None when there is no such number."""
    intervals = list(intervals)
    low = max(interval.low for interval in intervals)
    high = min(interval.high for interval in intervals)
    return Interval(low, high) if low <= high else None


def whole_numbers_in(interval: Interval) -> range:
    """The whole numbers in an interval; an empty range when a count cannot be whole.

    >>> list(whole_numbers_in(Interval(7.97, 8.03))), list(whole_numbers_in(Interval(36.36, 36.68)))
    ([8], [])
    """
    return range(math.ceil(interval.low), math.floor(interval.high) + 1)
