"""Lay out stacked bars, one a group, each as long as the others, for a figure that needs no drawing library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

WIDTH, COUNT, ROW, BAR = 720, 60, 30, 20
"""Of the figure, of the space for counts at its right side, of a row, of a bar in it; in SVG's units."""
LABEL = 180
"""Of the space for names at its left side, where nothing else is said."""
LEAST_FOR_A_NUMBER = 22


@dataclass(frozen=True)
class Segment:
    """One part of one bar: where it begins and how wide it is (SVG's units), and how many things it stands for."""

    part: str
    x: float
    width: float
    number: int

    @property
    def has_room(self) -> bool:
        """Whether the number fits in."""
        return self.width >= LEAST_FOR_A_NUMBER


@dataclass(frozen=True)
class Bar:
    """One group of things."""

    name: str
    number: int
    y: float
    segments: list[Segment]


@dataclass(frozen=True)
class Figure:
    """Stacked bars with the words that stand for them where nobody sees them; `label` is the space for names."""

    name: str
    title: str
    alternative: str
    bars: list[Bar]
    label: int

    @property
    def height(self) -> int:
        """In SVG's units."""
        return ROW * len(self.bars) + 4


def figure(
    name: str,
    title: str,
    counts: pd.DataFrame,
    parts: Sequence[str],
    of: str,
    labels: Mapping[str, str],
    label: int = LABEL,
) -> Figure:
    """Return a figure of counts: one row a group, one column a part, and the sum of the parts in the column `of`.

    All bars are as long, whatever their number. name: a short word for the figure's id. of: what is counted, in the
    plural, such as `claims`. labels: how a group is called, where not by its value. label: the space for names, in
    SVG's units. A group without anything gets no parts.
    """
    bars = []
    for i, (group, row) in enumerate(counts.iterrows()):
        left, segments = float(label), []
        for part in parts:
            width = (WIDTH - label - COUNT) * int(row[part]) / max(1, int(row[of]))
            if width:
                segments.append(Segment(part, round(left, 2), round(width, 2), int(row[part])))
            left += width
        called = labels.get(str(group), str(group).replace("_", " "))
        bars.append(Bar(called, int(row[of]), ROW * i + (ROW - BAR) / 2, segments))
    return Figure(name, title, _alternative(title, bars, of), bars, label)


def _alternative(title: str, bars: list[Bar], of: str) -> str:
    """Return the figure in words: every number that is drawn."""
    parts = []
    for bar in bars:
        inside = ", ".join(f"{segment.number} {segment.part}" for segment in bar.segments)
        parts.append(f"{bar.name}, {bar.number} {of.removesuffix('s') if bar.number == 1 else of}: {inside or 'none'}.")
    return f"Stacked bars. {title}. " + " ".join(parts)
