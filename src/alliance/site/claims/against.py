"""Set a printed figure against the one that was found: what differs, also where the two numbers are the same."""

from __future__ import annotations

from dataclasses import dataclass

from alliance.audit.outcomes import FAILS, NARROWLY, NOT_FOUND
from alliance.site.digits import Figure

WHAT_FAILS = {"other_base": "what fails is its base or scope", "off_by_a_year": "what fails is its year"}
"""By verdict, where the number itself was found."""


@dataclass(frozen=True)
class Against:
    """What stands between and beside two figures.

    alike: both are one number in one unit, so that an arrow from the one to the other would say nothing. label: above
    the one number then. printed_for, found_for: the times the figures are for, where just these differ. note: what else
    a reader must know, as a clause; empty where the two say enough.
    """

    alike: bool = False
    label: str = ""
    printed_for: str = ""
    found_for: str = ""
    note: str = ""


def against(
    printed: Figure | None, found: Figure | None, outcome: str, verdict: str, period: str, found_period: str
) -> Against:
    """Return what stands between a claim's two figures. period, found_period: the times they are for, may be empty.

    >>> ships = Figure("370", "ships")
    >>> against(ships, ships, "fails", "other_base", "2025", "FY2026").found_for
    'FY2026'
    >>> against(ships, ships, "fails", "other_base", "2025", "2025").note
    'the number is right; what fails is its base or scope'
    >>> against(ships, Figure("380", "ships"), "fails", "contradicted", "2025", "2025")
    Against(alike=False, label='', printed_for='', found_for='', note='')
    """
    if printed is None or found is None:
        return Against()
    if printed.unit != found.unit:
        return Against(note="in another unit, so the two numbers can't be compared as they stand")
    if printed.number.split()[-1] != found.number or printed.number.endswith(f"to {found.number}"):
        return Against()
    if outcome == NOT_FOUND:
        return Against(True, "printed, and found for something else")
    if outcome == FAILS and period and found_period and period != found_period:
        return Against(False, "", period, found_period, "the same number, but for another period")
    label = "printed and found"
    if outcome == FAILS:
        fails = WHAT_FAILS.get(verdict, "what fails is something else in the claim")
        return Against(True, label, note=f"the number is right; {fails}")
    return Against(True, label, note="the claim needs a narrower reading" if outcome == NARROWLY else "")
