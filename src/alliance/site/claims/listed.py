"""Bring together what is shown of a claim: its row, its two figures, the size of its error, where it is worked on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from alliance.audit.gather import Audit
from alliance.audit.outcomes import FAILS, NOT_JUDGED
from alliance.audit.render import APPROXIMATIONS, ClaimRow, claim_rows
from alliance.building.notebooks.navigation import Course
from alliance.site.claims import topics
from alliance.site.claims.against import Against, against
from alliance.site.claims.tasks import TaskLink
from alliance.site.digits import Figure, error, error_in_words, figure


@dataclass(frozen=True)
class Listed:
    """A claim as lists and its own page show it.

    verdict: the label in the tables; empty where nobody judged it. article, topic: in words. address, lesson_title: of
    its lesson, from the site's root; empty where there is no such lesson. against: what stands between the two figures.
    error: of the printed figure in percent of the one found, where the claim fails, both are in one unit and differ;
    None elsewhere. error_words: the same in words.
    """

    claim: ClaimRow
    verdict: str
    paragraph: int
    article: str
    topic: str
    lesson: str
    lesson_title: str
    address: str
    printed: Figure | None
    found: Figure | None
    found_period: str
    against: Against
    error: float | None
    error_words: str
    tasks: Sequence[TaskLink]

    @property
    def page(self) -> str:
        """The address of its page, from the site's root."""
        return f"claims/{self.claim.id}/index.html"

    @property
    def judged(self) -> bool:
        """Whether somebody tested it."""
        return self.claim.outcome != NOT_JUDGED


def listed(audit: Audit, course: Course, tasks: Mapping[str, Sequence[TaskLink]]) -> Iterator[Listed]:
    """Yield every claim in the order of the articles."""
    for claim, (_, row) in zip(claim_rows(audit), audit.judged.iterrows(), strict=True):
        stem = course.lesson_of(str(row["lesson"]))
        printed, found = _printed(row), figure(_text(row["figure_found"]), _text(row["figure_unit"]))
        verdict, period = _text(row["verdict"]), _text(row["figure_period"])
        yield Listed(
            claim=claim,
            verdict=verdict,
            paragraph=int(row["paragraph"]),
            article=audit.documents[claim.document],
            topic=topics.name(claim.topic),
            lesson=str(row["lesson"]),
            lesson_title=str(course.about[stem[:2]]["title"]) if stem else "",
            address=f"lessons/{stem}.html" if stem else "",
            printed=printed,
            found=found,
            found_period=period,
            against=against(printed, found, claim.outcome, verdict, claim.period, period),
            error=error(*compared) if (compared := _compared(row, claim.outcome)) else None,
            error_words=error_in_words(*compared) if compared else "",
            tasks=tasks.get(claim.id, ()),
        )


def _printed(row: pd.Series[Any]) -> Figure | None:
    before = APPROXIMATIONS.get(_text(row["approximation"]), "")
    return figure(_text(row["value"]), _text(row["unit"]), _text(row["value_high"]), before)


def _compared(row: pd.Series[Any], outcome: str) -> tuple[str, str] | None:
    """Return the number printed and the one found, where the claim fails and their difference is the size of an error.

    Years are no sizes, and neither are ranges; numbers in two units cannot be compared, and the same one twice is none.
    """
    unit = _text(row["unit"])
    if outcome != FAILS or unit != _text(row["figure_unit"]) or unit == "year" or _text(row["value_high"]):
        return None
    printed, found = _text(row["value"]), _text(row["figure_found"])
    return None if printed == found else (printed, found)


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
