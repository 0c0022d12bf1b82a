"""Lay out stacked bars, one a group, each as long as the others, for a figure that needs no drawing library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from alliance.audit.outcomes import OUTCOMES

WIDTH, LABEL, COUNT, ROW, BAR = 720, 180, 60, 30, 20
"""Of the figure, of the space for names and for counts at its sides, of a row, of a bar in it; in SVG's units."""
LEAST_FOR_A_NUMBER = 22


@dataclass(frozen=True)
class Segment:
    """One outcome in one bar: where it begins and how wide it is (SVG's units), and how many claims it stands for."""

    outcome: str
    x: float
    width: float
    claims: int

    @property
    def has_room(self) -> bool:
        """Whether the number fits in."""
        return self.width >= LEAST_FOR_A_NUMBER


@dataclass(frozen=True)
class Bar:
    """One group of claims."""

    name: str
    claims: int
    y: float
    segments: list[Segment]


@dataclass(frozen=True)
class Figure:
    """Stacked bars with the words that stand for them where nobody sees them."""

    name: str
    title: str
    alternative: str
    bars: list[Bar]

    @property
    def height(self) -> int:
        """In SVG's units."""
        return ROW * len(self.bars) + 4


def figure(name: str, title: str, counts: pd.DataFrame, labels: Mapping[str, str]) -> Figure:
    """Return a figure of counts as `outcomes.counts` returns them; all bars are as long, whatever their number.

    name: a short word for the figure's id. labels: how a group is called, where not by its value.
    """
    bars = []
    for i, (group, row) in enumerate(counts.iterrows()):
        left, segments = float(LABEL), []
        for outcome in OUTCOMES:
            width = (WIDTH - LABEL - COUNT) * int(row[outcome]) / int(row["claims"])
            if width:
                segments.append(Segment(outcome, round(left, 2), round(width, 2), int(row[outcome])))
            left += width
        label = labels.get(str(group), str(group).replace("_", " "))
        bars.append(Bar(label, int(row["claims"]), ROW * i + (ROW - BAR) / 2, segments))
    return Figure(name, title, _alternative(title, bars), bars)


def _alternative(title: str, bars: list[Bar]) -> str:
    """Return the figure in words: every number that is drawn."""
    parts = []
    for bar in bars:
        inside = ", ".join(f"{segment.claims} {segment.outcome}" for segment in bar.segments)
        parts.append(f"{bar.name}, {bar.claims} claim{'' if bar.claims == 1 else 's'}: {inside}.")
    return f"Stacked bars. {title}. " + " ".join(parts)
