"""Say what wrong numbers are of the right ones, where they are exactly that: a unit, a sign, a ratio upside down.

What is said follows from the two numbers and the unit asked for, so it is true of whatever code gave them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

import numpy as np

from alliance.answers.forms import show_number
from alliance.answers.tolerance import USUAL, TheVeryNumber, Tolerance

PERCENTAGES = ("percent", "%")
SHARES = ("share", "fraction", "proportion", "ratio")
POINTS = "percentage point"
PARTS = "percent of the whole"
"""The unit of a part of a whole: between 0 and 100 percent, which a growth or a comparison need not be."""
FACTORS = {
    100.0: "100 times too large",
    1e3: "1,000 times too large",
    1e6: "1,000,000 times too large",
    1e9: "1,000,000,000 times too large",
    0.01: "100 times too small",
    1e-3: "1,000 times too small",
    1e-6: "1,000,000 times too small",
    1e-9: "1,000,000,000 times too small",
}
TEN_THOUSAND = {1e4: "10,000 times too large", 1e-4: "10,000 times too small"}
"""Where percent are asked for, a hundred may also be multiplied or divided by twice."""
SCALES = ("thousand", "million", "billion", "trillion")
"""The words of a unit's scale, each a thousand times the one before."""
WRONG_SIGN = "has the wrong sign."
"""What is said where the sign alone is wrong; what may have turned it, the code tells."""
NO_MORE = "a part of a whole is never more than 100 percent of it"
BY_WHAT = ": look at what you divide by what."
EXCHANGED = "Are the two values exchanged? Divide by the one from which it starts."
CAN_THAT_BE = ": can that be?"
"""The end of what is said of a percentage that may be any, and is far too high to be likely."""
HUGE = 1000
"""Percent of something that are worth saying as so many times it."""

Wrongly = Callable[[np.ndarray], np.ndarray]
"""What a slip makes of the right numbers."""


def slip_of(expected: np.ndarray, given: np.ndarray, unit: str | None, limits: Tolerance = USUAL) -> str | None:
    """Name a slip that explains all numbers: a verb and what follows; None where there is none, or more than one.

    Both arrays have the same shape; `unit` is the one asked for. Beside a known wrong answer nothing is named: there
    only the difference counts, and most of the time of a verdict would go into sentences that nobody reads.
    """
    if isinstance(limits, TheVeryNumber):
        return None
    usable = np.isfinite(expected) & np.isfinite(given) & (expected != 0)
    if not usable.any() or (np.isnan(expected) != np.isnan(given)).any() or (given[usable] == 0).any():
        return None
    wanted, mine = expected[usable], given[usable]
    unit = (unit or "").strip()
    return _exactly(wanted, mine, unit, limits) or _scaled(wanted, mine, unit, limits)


# --- other arithmetic ----------------------------------------------------------------------------------------


def _exactly(wanted: np.ndarray, mine: np.ndarray, unit: str, limits: Tolerance) -> str | None:
    """Return what is said where numbers are what one slip makes of the wanted ones, and no other slip makes."""
    very = TheVeryNumber(within=limits)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        made = [(slip(wanted), sentence) for slip, sentence in _slips(wanted, unit)]
        made.append((-wanted, WRONG_SIGN))
        met = [(one, sentence) for one, sentence in made if not very.apart(one, mine).any()]
        if len({sentence for _, sentence in met}) != 1 or met[0][1] == WRONG_SIGN:
            return None
        near = {sentence for one, sentence in made if not limits.apart(one, mine).any()}
    return met[0][1] if near <= {met[0][1]} else None


def _slips(wanted: np.ndarray, unit: str) -> Iterator[tuple[Wrongly, str]]:
    """Yield the slips that the unit allows, each with what is said of its numbers."""
    if not unit.startswith(PERCENTAGES):
        if not (wanted == np.round(wanted)).any():  # a count is no ratio
            numbers = "numbers" if len(wanted) > 1 else "number"
            yield lambda right: 1 / right, f"is 1 divided by the right {numbers}: is a division upside down?"
        return
    if unit.startswith(POINTS):
        return
    ratio = "has the right ratios" if len(wanted) > 1 else "is the right ratio"
    yield lambda right: 1e4 / right, f"{ratio} upside down. Exchange what you divide and what you divide by."
    if unit.startswith(PARTS):
        rest = "what the rest of the whole has: with the right part it makes up 100 percent"
        yield lambda right: 100 - right, f"is {rest}. Is a condition turned round, or the other part taken?"
        yield (
            lambda right: right / (1 - right / 100),
            "is too high. Is the part itself left out of the whole that you divide by?",
        )
        return
    yield (
        lambda right: right + 100,
        "is too high by 100. For a growth, take 1 off the ratio before you multiply by 100.",
    )
    yield lambda right: right + 200, "is too high by 200. Is a 1 added that should be taken off?"
    yield lambda right: right - 100, "is too low by 100. Is a 1, or 100 percent, taken off that should stay?"
    yield (
        lambda right: 1 + right / 100,
        "looks like a ratio. A growth in percent is the ratio minus 1, and that times 100.",
    )
    yield (
        lambda right: (1 / (1 + right / 100) - 1) * 100,
        f"is the change the other way round. {EXCHANGED}",
    )
    base = "would be right with another base: look at what you divide by."
    yield lambda right: right / (1 + right / 100), base
    yield lambda right: right / (1 - right / 100), base


# --- units and signs -----------------------------------------------------------------------------------------


def _scaled(wanted: np.ndarray, mine: np.ndarray, unit: str, limits: Tolerance) -> str | None:
    """Return what is said where numbers have the wrong sign, or are off by a factor that a unit may explain."""
    if _is_times(-1.0, wanted, mine, limits):
        return WRONG_SIGN
    factors = FACTORS | (TEN_THOUSAND if unit.startswith(PERCENTAGES) else {})
    factor = next((factor for factor in factors if _is_times(factor, wanted, mine, limits)), None)
    return None if factor is None else f"is {factors[factor]}{_unit_met(factor, wanted, mine, unit)}"


def _is_times(factor: float, wanted: np.ndarray, mine: np.ndarray, limits: Tolerance) -> bool:
    """Return whether numbers are `factor` times the wanted ones, up to rounding (and no more than 2 percent off)."""
    with np.errstate(over="ignore", under="ignore"):  # a learner's number may be as large as a float can be
        scaled = mine / factor
        off = np.abs(scaled - wanted) / np.abs(wanted)  # np.allclose does the same, and many checks that cost more
        if (off <= 1e-3).all():
            return True
        if (off > 0.02).any() or limits.apart(wanted, scaled).any():
            return False
        return factor == -1 or bool((off <= 5e-3).all()) or _are_rounded(wanted * factor, mine)


def _are_rounded(exact: np.ndarray, mine: np.ndarray) -> bool:
    """Return whether numbers are others rounded to wholes, or to as many decimals."""
    return any(bool(np.isclose(np.round(exact, digits), mine, rtol=1e-12, atol=0).all()) for digits in range(6))


def _unit_met(factor: float, wanted: np.ndarray, mine: np.ndarray, unit: str) -> str:
    """Return why numbers may be off by a factor, given the unit asked for (empty when the task names none)."""
    small_wanted, small_mine = (bool((np.abs(values) <= 1).all()) for values in (wanted, mine))
    if factor == 100 and (unit.startswith(SHARES) or (not unit and small_wanted)):
        return ": this is a percentage, but a share (where 1 is the whole) is asked for."
    if factor == 0.01 and (unit.startswith(PERCENTAGES) or (not unit and small_mine)):
        return ": this is a share, but a percentage (where 100 is the whole) is asked for."
    if unit.startswith(PARTS) and factor > 1 and wanted.max() <= 100 < mine.max():
        twice = "" if factor == 1e3 else "Is it multiplied by 100 twice, or is"
        return f": {NO_MORE}. {twice or 'Is'} a count or a sum still to be divided by how many there are?"
    if factor in TEN_THOUSAND:
        turned = "multiplied by 100 more than once" if factor > 1 else "divided by 100 where it should be multiplied"
        return f". Is it {turned}? The unit asked for is {unit}."
    if unit.startswith(PERCENTAGES + SHARES):
        return f". Is it converted twice, or not at all? The unit asked for is {unit}."
    if unit and factor in {100, 0.01}:
        done = "multiplied" if factor == 100 else "divided"
        return f". Is it {done} by 100, as percentages are? The unit asked for is {unit}."
    other = _in_scale(unit, round(math.log10(factor)) // 3)
    if other:
        return f". Is it in {other}? The unit asked for is {unit}."
    return f". Is it in another unit? The unit asked for is {unit}." if unit else ". Is it in another unit?"


def _in_scale(unit: str, steps: int) -> str:
    """Return the unit in which a number is larger by so many thousands: million dollars for billion dollars.

    Empty where the unit has no word for its scale, or no word is left.
    """
    word = next((one for one in SCALES if re.search(rf"\b{one}\b", unit)), "")
    place = SCALES.index(word) - steps if word else -2
    if place == -1:
        return unit.replace(f"{word} ", "", 1)
    return unit.replace(word, SCALES[place], 1) if 0 <= place < len(SCALES) else ""


def unit_to_blame(expected: float, given: float, unit: str | None) -> str:
    """Return the unit asked for, as a sentence, where a wrong number is so far off that the unit may be why."""
    ratio = given / expected if expected else 0.0
    if not unit or unit.strip() == "times" or ratio <= 0 or not math.isfinite(ratio):
        return ""
    steps = (2,) if unit.strip().startswith(PERCENTAGES + SHARES) else (2, 3, 6, 9)
    far = any(abs(abs(math.log10(ratio)) - step) < 0.05 for step in steps)
    return f" The unit asked for is {unit}." if far else ""


def beyond(expected: np.ndarray, given: np.ndarray, unit: str | None) -> str:
    """Return why percentages cannot be right whatever is asked, as a sentence; empty where they could be.

    A part of a whole lies between 0 and 100 percent. Others may be larger; what they mean is said where that helps.
    """
    unit = (unit or "").strip()
    if not unit.startswith(PERCENTAGES) or unit.startswith(POINTS):
        return ""
    right, mine = expected[np.isfinite(expected)], given[np.isfinite(given)]
    if not len(right) or not len(mine):
        return ""
    if unit.startswith(PARTS):
        if right.max() <= 100 < mine.max() * (1 - 1e-9):
            return f" {NO_MORE[0].upper()}{NO_MORE[1:]}{BY_WHAT}"
        if right.min() >= 0 > mine.min() + 1e-9:
            return " A part of a whole is never below zero: is something taken away, or a sign turned?"
        return ""
    most = float(mine.max())
    if most >= HUGE and np.abs(right).max() <= HUGE / 2:
        times = show_number(round(most / 100, 1 if most < 10 * HUGE else 0))
        shown = show_number(most)
        more = show_number(round(most / 100, 1 if most < 10 * HUGE else 0) + 1)
        return (
            f" {shown} percent of something is {times} times as much, and what grows by {shown} percent ends at {more} "
            f"times as much{CAN_THAT_BE}"
        )
    if mine.min() < -100 <= right.min():
        return f" What falls by more than 100 percent ends below zero{CAN_THAT_BE}"
    return ""
