"""Which claims can be recomputed from other claims, and what comes out: the computed rows of ``evidence.csv``.

Every check names claims and a rule; figures and dates are read from ``claims.csv``, so no result is typed by hand.
A check by arithmetic says that figures fit together or do not; it never says that they are true. A check by dates
says that a source can or cannot have been read when the article was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from alliance.audit.arithmetic import (
    Interval,
    base_interval,
    common_interval,
    exactly,
    exchange_rate_interval,
    growth_interval,
    part_interval,
    rounding_interval,
    share_interval,
    whole_numbers_in,
)
from alliance.audit.dates import comes_after, days_meant

SCALE = {
    "trillion US dollars": 1e12,
    "billion US dollars": 1e9,
    "million US dollars": 1e6,
    "US dollars": 1.0,
    "trillion yen": 1e12,
    "million yen": 1e6,
    "percent": 1.0,
}
"""How many whole units of money, or percent, one printed unit is; all of these figures are rounded."""

STEPS = {"B21-04": 100.0}
"""Figures that are rounded more coarsely than to their last digit, with the unit of rounding: 41600 dollars, converted
from a wage in millions of yen with one decimal, are full hundreds."""

COUNTED = {"missiles", "tests", "exercises", "ships"}
"""Units of things that are counted one by one, so that the printed figure is taken as exact."""

AS_OF_CLAIM = "B14-01"
"""The claim whose period is the date of article B. Article A carries no date to the day."""


@dataclass(frozen=True)
class Finding:
    """One computed row of ``evidence.csv``.

    figure: the result with the figures as printed, to four significant digits; None where a check has no figure.
    unit, period: of that figure; period is an ISO date or empty.
    """

    claim_id: str
    test: str
    verdict: str
    figure: float | None
    unit: str
    period: str
    reasoning: str


class Register:
    """The claims by their ids, with every printed figure as an interval."""

    def __init__(self, claims: pd.DataFrame) -> None:
        """claims: ``claims.csv`` read as text (``dtype=str, keep_default_na=False``)."""
        self._claims = claims.set_index("claim_id")

    def text(self, claim_id: str, column: str) -> str:
        """One cell of a claim's row. Raises KeyError when there is no such claim or column."""
        return str(self._claims.loc[claim_id, column])

    def printed(self, claim_id: str) -> str:
        """The claim's figure with its unit, as a reader would say it."""
        return f"{self.text(claim_id, 'value')} {self.text(claim_id, 'unit')}"

    def figure(self, claim_id: str) -> Interval:
        """The claim's figure taken as exact, in whole units (see ``SCALE``)."""
        return exactly(float(self.text(claim_id, "value")) * SCALE.get(self.text(claim_id, "unit"), 1.0))

    def interval(self, claim_id: str) -> Interval:
        """The numbers that the claim's printed figure may stand for, in whole units (see ``SCALE``)."""
        value, unit = self.text(claim_id, "value"), self.text(claim_id, "unit")
        if unit in COUNTED:
            return exactly(float(value))
        return rounding_interval(value, STEPS.get(claim_id)).scaled(SCALE[unit])


@dataclass(frozen=True)
class Growth:
    """``claim_id`` states in percent how far ``new`` lies above ``old``."""

    claim_id: str
    old: str
    new: str

    def find(self, register: Register) -> Finding:
        """Return what the articles' own figures allow."""
        as_printed = growth_interval(register.figure(self.old), register.figure(self.new))
        allowed = growth_interval(register.interval(self.old), register.interval(self.new))
        how = f"From {register.printed(self.old)} to {register.printed(self.new)} is a growth of"
        return compared(self.claim_id, register, as_printed, allowed, how)


@dataclass(frozen=True)
class Share:
    """``claim_id`` states in percent how large a share of ``whole`` ``part`` is."""

    claim_id: str
    part: str
    whole: str

    def find(self, register: Register) -> Finding:
        """Return what the articles' own figures allow."""
        as_printed = share_interval(register.figure(self.part), register.figure(self.whole))
        allowed = share_interval(register.interval(self.part), register.interval(self.whole))
        how = f"{register.printed(self.part)} as a share of {register.printed(self.whole)} is"
        return compared(self.claim_id, register, as_printed, allowed, how)


@dataclass(frozen=True)
class Part:
    """``claim_id`` states the part of ``whole`` that the percentage ``share`` makes."""

    claim_id: str
    whole: str
    share: str

    def find(self, register: Register) -> Finding:
        """Return what the articles' own figures allow."""
        as_printed = part_interval(register.figure(self.whole), register.figure(self.share))
        allowed = part_interval(register.interval(self.whole), register.interval(self.share))
        how = f"{register.printed(self.share)} of {register.printed(self.whole)} is"
        return compared(self.claim_id, register, as_printed, allowed, how)


@dataclass(frozen=True)
class WholeBase:
    """``claim_id`` states the growth in percent that led to the count ``level``; the count before must be whole."""

    claim_id: str
    level: str

    def find(self, register: Register) -> Finding:
        """Return what the articles' own figures allow."""
        before = base_interval(register.interval(self.level), register.interval(self.claim_id))
        counts = whole_numbers_in(before)
        unit = register.text(self.level, "unit")
        allowed = f"{four_digits(before.low):g} to {four_digits(before.high):g} {unit} in the year before"
        how = f"{register.printed(self.level)} after a growth of {register.printed(self.claim_id)} need {allowed}"
        if counts:
            return Finding(
                self.claim_id,
                "arithmetic",
                "supported",
                float(counts[0]),
                unit,
                "",
                f"{how}, so {counts[0]}: the count can be whole and the two figures fit together.",
            )
        return Finding(
            self.claim_id,
            "arithmetic",
            "arithmetic_fails",
            four_digits(base_interval(register.figure(self.level), register.figure(self.claim_id)).middle),
            unit,
            "",
            f"{how}, and no whole number lies there; only a rate rounded to the nearest five percent would fit.",
        )


@dataclass(frozen=True)
class SameFigure:
    """``claim_id`` and ``other`` give a figure for the same thing; in the other article when the documents differ."""

    claim_id: str
    other: str

    def find(self, register: Register) -> Finding:
        """Return what the articles' own figures allow."""
        mine, theirs = register.interval(self.claim_id), register.interval(self.other)
        agree = mine.overlaps(theirs)
        same_article = register.text(self.claim_id, "document") == register.text(self.other, "document")
        place = "the same article" if same_article else "the other article"
        failed = "arithmetic_fails" if same_article else "contradicts_other_article"
        outcome = "rounding makes them the same" if agree else "no rounding makes them the same"
        return Finding(
            self.claim_id,
            "arithmetic",
            "supported" if agree else failed,
            float(register.text(self.other, "value")),
            register.text(self.other, "unit"),
            "",
            f"{place.capitalize()} prints {register.printed(self.other)} ({self.other}), "
            f"this claim {register.printed(self.claim_id)}: {outcome}.",
        )


@dataclass(frozen=True)
class Larger:
    """``claim_id`` states that ``larger`` is more than ``smaller``."""

    claim_id: str
    larger: str
    smaller: str

    def find(self, register: Register) -> Finding:
        """Return what the articles' own figures allow."""
        holds = register.interval(self.larger).low > register.interval(self.smaller).high
        return Finding(
            self.claim_id,
            "arithmetic",
            "supported" if holds else "arithmetic_fails",
            float(register.text(self.larger, "value")) - float(register.text(self.smaller, "value")),
            register.text(self.larger, "unit"),
            "",
            f"The article's own counts are {register.printed(self.larger)} and {register.printed(self.smaller)}; "
            "the figure given is their difference.",
        )


@dataclass(frozen=True)
class Exchange:
    """``claim_id`` prints in dollars what ``yen`` prints in yen; ``others`` are the article's other conversions."""

    claim_id: str
    yen: str
    others: tuple[tuple[str, str], ...]

    def find(self, register: Register) -> Finding:
        """Return what the articles' own figures allow."""
        rate = implied_rate(register, self.yen, self.claim_id)
        common = common_interval([rate, *(implied_rate(register, *pair) for pair in self.others)])
        span = f"{four_digits(rate.low):g} to {four_digits(rate.high):g} yen per dollar"
        outcome = (
            f"one rate, {four_digits(common.low):g} to {four_digits(common.high):g}, "
            "fits every conversion of the article"
            if common is not None
            else "no single rate fits every conversion of the article"
        )
        return Finding(
            self.claim_id,
            "arithmetic",
            "supported" if common is not None else "arithmetic_fails",
            four_digits(exchange_rate_interval(register.figure(self.yen), register.figure(self.claim_id)).middle),
            "yen per dollar",
            "",
            f"{register.printed(self.yen)} as {register.printed(self.claim_id)} implies {span}; {outcome}.",
        )


@dataclass(frozen=True)
class ReactionToEvent:
    """``claim_id`` reports a reaction, dated to the day, to the first event that it may answer, ``event``."""

    claim_id: str
    event: str

    def find(self, register: Register) -> Finding:
        """Return what the articles' own dates allow."""
        reaction, event = register.text(self.claim_id, "period"), register.text(self.event, "period")
        verdict, outcome = {
            "no": ("supported", "can be one to an event of {event}, which was before it"),
            "possibly": ("unverifiable", "may be one to an event of {event}, which is not dated to the day"),
            "yes": ("anachronism", "cannot be one to an event of {event}, which came after it"),
        }[comes_after(event, days_meant(reaction).first)]
        reasoning = f"The reaction is dated {reaction} and {outcome.format(event=event)}."
        return Finding(self.claim_id, "dates", verdict, None, "", event, reasoning)


def four_digits(number: float) -> float:
    """A number to four significant digits."""
    return float(f"{number:.4g}")


def compared(claim_id: str, register: Register, as_printed: Interval, allowed: Interval, how: str) -> Finding:
    """The finding for a printed result that is recomputed.

    as_printed: computed from the figures as they stand (one number); allowed: computed with what rounding allows.
    Both in whole units, as is the claim's own interval. how: the words before the result.
    """
    holds = register.interval(claim_id).overlaps(allowed)
    unit = register.text(claim_id, "unit")
    result, low, high = (four_digits(number) for number in (as_printed.middle, allowed.low, allowed.high))
    span = f" ({low:g} to {high:g} with rounding)" if low != high else ""
    outcome = "which agrees" if holds else "and no rounding brings the two together"
    return Finding(
        claim_id,
        "arithmetic",
        "supported" if holds else "arithmetic_fails",
        result,
        unit,
        "",
        f"{how} {result:g} {unit}{span}; printed is {register.printed(claim_id)}, {outcome}.",
    )


def implied_rate(register: Register, yen: str, dollars: str) -> Interval:
    """Yen per dollar that two claims on the same sum imply."""
    return exchange_rate_interval(register.interval(yen), register.interval(dollars))


CONVERSIONS = (
    ("B06-06", "B06-07"),
    ("B18-01", "B18-02"),
    ("B18-09", "B18-10"),
    ("B21-03", "B21-04"),
    ("B23-07", "B23-08"),
)
"""Sums that article B prints in yen (first) and in dollars (second)."""

CHECKS: tuple[
    Growth | Share | Part | WholeBase | SameFigure | Larger | Exchange | ReactionToEvent,
    ...,
] = (
    SameFigure("A07-03", "A19-01"),
    SameFigure("A19-01", "B06-07"),
    SameFigure("B06-07", "A19-01"),
    SameFigure("B18-02", "A19-01"),
    SameFigure("B18-01", "B06-06"),
    SameFigure("B20-03", "B03-13"),
    WholeBase("B04-04", "B04-03"),
    Larger("B05-06", "B05-04", "B05-05"),
    Growth("B17-04", "B17-03", "B17-02"),
    Share("B19-03", "B19-04", "B19-02"),
    Part("B19-04", "B19-02", "B19-03"),
    Share("B20-04", "B20-03", "B20-01"),
    Share("B23-02", "B23-01", "B23-03"),
    WholeBase("B24-01", "B24-02"),
    *(Exchange(dollars, yen, CONVERSIONS) for yen, dollars in CONVERSIONS),
    ReactionToEvent("B07-01", "B02-06"),
)


def sources_dated_late(claims: pd.DataFrame, as_of: date) -> list[Finding]:
    """One finding for each claim of article B whose source is dated after the article, or may be.

    claims: ``claims.csv`` as text; as_of: the article's own date.
    """
    findings = []
    dated = claims[(claims["document"] == "B") & (claims["publication_date"] != "")]
    for claim_id, published in zip(dated["claim_id"], dated["publication_date"], strict=True):
        order = comes_after(published, as_of)
        if order == "no":
            continue
        days = days_meant(published)
        possible = (
            f"{days.up_to(as_of)} of its {days.count} days lie on or before"
            if order == "possibly"
            else "none of its days lies on or before"
        )
        findings.append(
            Finding(
                claim_id,
                "dates",
                "unverifiable" if order == "possibly" else "anachronism",
                None,
                "",
                published,
                f"The source is dated {published}: {possible} {as_of.isoformat()}, the date of the article itself.",
            )
        )
    return findings


def computed_findings(claims: pd.DataFrame) -> list[Finding]:
    """Everything that arithmetic and dates say about the claims.

    claims: ``claims.csv`` read as text (``dtype=str, keep_default_na=False``). Raises KeyError when a check names a
    claim that is not in the register.
    """
    register = Register(claims)
    as_of = days_meant(register.text(AS_OF_CLAIM, "period")).first
    finders: Iterable[Callable[[Register], Finding]] = (check.find for check in CHECKS)
    return [find(register) for find in finders] + sources_dated_late(claims, as_of)
