"""Write numbers alike wherever claims are shown, and say how far a printed figure is from the one that was found."""

from __future__ import annotations

import re
from dataclasses import dataclass

from alliance.audit.render import measured

LONG = re.compile(r"(?<![\w.,/:#-])(?P<whole>\d{4,})(?P<rest>\.\d+)?(?![\w/-]|[.,]\d)")
YEARS = range(1900, 2100)
"""Whole numbers of four digits that are left as they are: nearly all of them are years."""

ROUNDED_AWAY = 0.5
"""Percent below which two figures are not said to differ."""
SAID = {"year": "", "persons": "people"}
"""Units that nobody would say as the tables have them: “in 2050 year”, “36,000 persons”."""
TIMES = 3.0
"""From here on a ratio is easier to understand than a percentage."""


@dataclass(frozen=True)
class Figure:
    """A figure as it is shown: `number` in digits, with the words before it, such as "about 54,000"; and its unit."""

    number: str
    unit: str

    @property
    def text(self) -> str:
        """Number and unit."""
        return f"{self.number} {self.unit}".strip()


def grouped(text: str) -> str:
    """Return a text with thousands apart in its long numbers; years, dates, names and addresses stay as they are.

    >>> grouped("1700 times in 2024, 41600 dollars, IF12303, 2024-11-01")
    '1,700 times in 2024, 41,600 dollars, IF12303, 2024-11-01'
    """

    def apart(found: re.Match[str]) -> str:
        whole, rest = int(found["whole"]), found["rest"] or ""
        if len(found["whole"]) == 4 and not rest and whole in YEARS:
            return found[0]
        return f"{whole:,}{rest}"

    return LONG.sub(apart, text)


def figure(number: str, unit: str, high: str = "", before: str = "") -> Figure | None:
    """Return a figure from the cells of a table; None where there is no number.

    high: the upper end of a range. before: words such as "about ".
    """
    if not number:
        return None
    shown = measured(number, "year" if unit == "year" else "")
    if high:
        shown = f"{shown} to {measured(high, 'year' if unit == 'year' else '')}"
    return Figure(before + shown.replace("-", "−"), SAID.get(unit, unit))


def error(printed: str, found: str) -> float | None:
    """Return how far a printed number is from the one found, in percent of the latter; None where that says nothing.

    Above zero the printed one is higher. Both are in the same unit.
    """
    try:
        high, base = float(printed), float(found)
    except ValueError:
        return None
    return (high - base) / abs(base) * 100 if base else None


def error_in_words(printed: str, found: str) -> str:
    """Return how a printed number compares with the one found, as the end of a sentence; empty where nothing does.

    >>> error_in_words("1700", "3066"), error_in_words("0.9", "0.3"), error_in_words("4.2", "-3.2")
    ('45 percent lower than the one found', '3 times as high as the one found', 'of the opposite sign')
    """
    percent = error(printed, found)
    if percent is None:
        return ""
    high, base = float(printed), float(found)
    if high * base < 0:
        return "of the opposite sign"
    if abs(percent) < ROUNDED_AWAY:
        return "the one found, but for rounding"
    if high / base >= TIMES - 0.05:
        return f"{high / base:.1f}".removesuffix(".0") + " times as high as the one found"
    size = f"{abs(percent):.0f}" if abs(percent) >= 10 else f"{abs(percent):.1f}".removesuffix(".0")
    return f"{size} percent {'higher' if percent > 0 else 'lower'} than the one found"
