"""Dates as the articles give them (a day, a month, a year): which days they may mean, and what came too late."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True)
class Days:
    """All days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        """How many days these are."""
        return (self.last - self.first).days + 1

    def up_to(self, day: date) -> int:
        """How many of these days are not after ``day``."""
        return max(0, min((day - self.first).days + 1, self.count))


def days_meant(text: str) -> Days:
    """The days that a date in ISO form may mean: "2025-04" is any day of April 2025.

    Raises ValueError with one sentence when the text is no such date.

    >>> days_meant("2025-04").count
    30
    """
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD.")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    try:
        if month is None:
            return Days(date(year, 1, 1), date(year, 12, 31))
        if day is None:
            return Days(
                date(year, month, 1),
                date(year, month, calendar.monthrange(year, month)[1]),
            )
        return Days(date(year, month, day), date(year, month, day))
    except (ValueError, calendar.IllegalMonthError):
        raise ValueError(f"{text!r} is not a day of the calendar.") from None


def comes_after(text: str, day: date) -> str:
    """Whether a date lies after ``day``: "yes", "no", or "possibly" when it is given too coarsely to tell.

    >>> comes_after("2025-11-12", date(2025, 4, 2)), comes_after("2025-04", date(2025, 4, 2))
    ('yes', 'possibly')
    """
    days = days_meant(text)
    if days.first > day:
        return "yes"
    return "possibly" if days.last > day else "no"


def days_between(earlier: str, later: str) -> int:
    """Days from one day to another, both given to the day.

    >>> days_between("2025-02-02", "2025-03-30")
    56
    """
    return (days_meant(later).first - days_meant(earlier).last).days
