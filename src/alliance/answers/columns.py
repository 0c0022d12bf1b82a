"""Compare two columns of values, and say in one sentence how and where they differ."""

from __future__ import annotations

import datetime as dt
import difflib
import functools
import math
import re
import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from alliance.answers.forms import EARLIEST, LATEST, Column, quoted, show_date, show_number, word
from alliance.answers.slips import beyond, slip_of
from alliance.answers.tolerance import USUAL, Tolerance

NUMERIC = {"number", "truth", "duration", "empty"}
KIND_WORDS = {
    "number": "numbers",
    "truth": "true/false values",
    "duration": "lengths of time",
    "text": "text",
    "date": "dates",
    "empty": "nothing (all values are missing)",
}
KIND_FIXES = {
    ("number", "text"): " Turn the text into numbers, for example with pd.to_numeric.",
    ("date", "text"): " Turn the text into dates, for example with pd.to_datetime.",
    ("date", "number"): " Turn the numbers into dates, for example with pd.to_datetime.",
    ("truth", "text"): " Write True and False without quotation marks, or compare with ==.",
}
YEAR_IN_WORDS = re.compile(r"\s*(?:FY|fiscal year|year)?[\s-]*(\d{4})(?:\.0)?\s*", re.IGNORECASE)
"""A year as a label writes it: 2016, FY2016, fiscal year 2016."""
SAME_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\N{EN DASH}\N{EM DASH}\N{HYPHEN}\N{MINUS SIGN}\N{NON-BREAKING HYPHEN}", "-"),
        **dict.fromkeys(
            "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}`", "'"
        ),
        **dict.fromkeys("\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}", '"'),
    }
)
DOTS = word(...)
"""What the stub's dots become among other values."""
YEAR_DAYS = ((1, 1), (12, 31), (4, 1))
"""Days (month, day) that stand for their year where a whole column consists of them."""
MOST_LABELS = 2_000
"""Rows up to which text is read as years: no labels of years are more."""
ODD_SPACING = re.compile(r"[_`\t\n\r\f\v\x1c-\x1f]|  |^ | $")
DAY = np.timedelta64(1, "D")


# --- the same meaning in another form ------------------------------------------------------------------------


def plain(text: str | None) -> str | None:
    """Return text without what should not count: case, spacing, kinds of dash and quote, underscores."""
    if text is None:
        return None
    return _plain(text) if len(text) < 100 else _plain.__wrapped__(text)


@functools.lru_cache(maxsize=2**17)
def _plain(text: str) -> str:
    if text.isascii():
        if not ODD_SPACING.search(text):
            return text.lower()
    else:
        text = unicodedata.normalize("NFKC", text.translate(SAME_SIGNS)).translate(SAME_SIGNS)
    return " ".join(text.replace("_", " ").replace("`", "'").split()).casefold()


def plain_column(column: Column) -> np.ndarray:
    """Return a text column's values in the form in which they are compared."""
    codes, unique = pd.factorize(column.values, use_na_sentinel=True)
    shortened = np.array([plain(text) for text in unique] + [None], dtype=object)
    return np.asarray(shortened[codes])


def text_codes(expected: Column, given: Column, case: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return each text as an integer, equal where the texts mean the same: (expected, given)."""
    size = len(expected)
    codes, unique = pd.factorize(np.concatenate([expected.values, given.values]), use_na_sentinel=False)
    alone = np.bincount(codes[:size], minlength=len(unique)) == 0
    alone |= np.bincount(codes[size:], minlength=len(unique)) == 0
    if alone.any() and not case:  # only what is on one side alone needs the slower, lenient comparison
        known = zip(unique, alone, strict=True)
        texts = [plain(text) if one and isinstance(text, str) else text for text, one in known]
        codes = pd.factorize(np.array([*texts, None], dtype=object)[codes], use_na_sentinel=False)[0]
    return codes[:size], codes[size:]


def in_kind_of(expected: Column, given: Column) -> Column | str:
    """Return `given` in the kind of `expected` where the two mean the same; otherwise a sentence."""
    if expected.kind in NUMERIC and given.kind in NUMERIC:
        return given
    years = _as_same_years(expected, given)
    if years is not None:
        return Column(given.name, expected.kind, years)
    if expected.kind == given.kind:
        return given
    if expected.kind == "empty":
        return f"contains {KIND_WORDS[given.kind]}; all its values should be missing."
    if given.kind == "empty":
        return Column(given.name, expected.kind, _missing(expected.kind, len(given)))
    converters: dict[tuple[str, str], Callable[[Column, Column], np.ndarray | None]] = {
        ("text", "number"): _as_words,
        ("text", "truth"): _as_words,
        ("text", "date"): _as_iso_text,
        ("date", "text"): _as_dates,
    }
    convert = converters.get((expected.kind, given.kind))
    converted = convert(expected, given) if convert else None
    if converted is not None:
        return Column(given.name, expected.kind, converted)
    if given.kind == "text" and DOTS in list(given.values[:1000]):
        return "still has dots (...) in it. Put a value in place of each."
    if given.kind == "text" and not any(re.search(r"\d|true|false", text or "", re.I) for text in given.values[:1000]):
        return f"contains text; {KIND_WORDS[expected.kind]} are asked for."
    fix, verb = KIND_FIXES.get((expected.kind, given.kind), ""), "is" if expected.kind == "text" else "are"
    return f"contains {KIND_WORDS[given.kind]}; {KIND_WORDS[expected.kind]} {verb} asked for.{fix}"


def _missing(kind: str, size: int) -> np.ndarray:
    return np.full(size, np.datetime64("NaT"), "datetime64[ns]") if kind == "date" else np.full(size, None, object)


def _as_words(expected: Column, given: Column) -> np.ndarray | None:
    """Return numbers as text where the expected text holds numbers, too."""
    if not any(re.fullmatch(r"[-+]?[\d.,]+|true|false", text.strip().casefold()) for text in expected.values if text):
        return None
    make = bool if given.kind == "truth" else float
    return np.array([None if math.isnan(x) else word(make(x)) for x in given.values], dtype=object)


def _as_iso_text(expected: Column, given: Column) -> np.ndarray | None:
    """Return days as text where the expected text holds days, too."""
    if not any(re.match(r"\d{4}-\d\d-\d\d", text) for text in expected.values if text):
        return None
    return np.array([None if np.isnat(x) else _show_moment(x) for x in given.values], dtype=object)


def _as_dates(_expected: Column, given: Column) -> np.ndarray | None:
    """Return text such as 2024-07-28 as dates, when all of it is such text."""
    texts = pd.Series(given.values, dtype=object)
    moments = pd.to_datetime(texts, errors="coerce", format="ISO8601", utc=True)
    if moments.notna().sum() < texts.notna().sum():
        return None
    return moments.dt.tz_localize(None).to_numpy("datetime64[ns]")


def _as_same_years(expected: Column, given: Column) -> np.ndarray | None:
    """Return years written in another way in the way of the expected ones: 2016, “FY2016”, 1 April 2016.

    None where one of the two columns is no column of years, or both are written in one way.
    """
    if expected.kind == given.kind == "number" or not {expected.kind, given.kind} <= {"number", "text", "date"}:
        return None
    if expected.kind == given.kind == "date" and (len(expected) < 2 or _day_of_years(expected.values) is None):
        return None
    if expected.kind == given.kind == "text" and set(given.values) <= set(expected.values):
        return None
    wanted, mine = years_in(expected), years_in(given)
    if wanted is None or mine is None:
        return None
    if expected.kind == "number":
        return mine
    missing = np.isnan(mine)
    if expected.kind == "text":
        words = dict(zip(wanted.tolist(), expected.values, strict=True))
        texts = [words.get(year, f"{year:.0f}") for year in np.where(missing, 0, mine).tolist()]
        return np.array([None if gone else text for gone, text in zip(missing, texts, strict=True)], dtype=object)
    month, day = _day_of_years(expected.values) or (1, 1)
    firsts = np.where(missing, 0, mine - 1970).astype("int64").astype("datetime64[Y]").astype("datetime64[M]")
    days = ((firsts + (month - 1)).astype("datetime64[D]") + (day - 1)).astype("datetime64[ns]")
    days[missing] = np.datetime64("NaT")
    return np.asarray(days)


def years_in(column: Column) -> np.ndarray | None:
    """Return the years (float64, NaN where missing) for which a column's values stand; None where it has others."""
    if column.kind == "number":
        return column.values if _are_years(column.values) else None
    if column.kind == "date":
        return years_of(column.values)
    if column.kind != "text" or len(column) > MOST_LABELS:
        return None
    found = [None if text is None else YEAR_IN_WORDS.fullmatch(text) for text in column.values]
    if not any(found) or any(text is not None and one is None for text, one in zip(column.values, found, strict=True)):
        return None
    years = np.array([float(one.group(1)) if one else np.nan for one in found])
    return years if _are_years(years) else None


def _are_years(numbers: np.ndarray) -> bool:
    known = numbers[~np.isnan(numbers)]
    return bool(len(known) and ((known == np.round(known)) & (known >= 1678) & (known <= 2261)).all())


def years_of(moments: np.ndarray) -> np.ndarray | None:
    """Return the years (float64) for which dates stand, None where they are other days.

    They stand for years where all are 1 January, all 31 December, or all 1 April, with which a fiscal year begins.
    """
    return None if _day_of_years(moments) is None else pd.DatetimeIndex(moments).year.to_numpy(float)


def _day_of_years(moments: np.ndarray) -> tuple[int, int] | None:
    """Return (month, day) of dates that stand for years, else None."""
    known = pd.DatetimeIndex(moments[~np.isnat(moments)])
    if not len(known) or (known != known.normalize()).any():
        return None
    for month, day in YEAR_DAYS:
        if ((known.month == month) & (known.day == day)).all():
            return month, day
    return None


def apart(expected: Column, given: Column, tolerance: Tolerance, case: bool = False) -> np.ndarray:
    """Return where two columns of one kind and length differ (bool, shape (rows,))."""
    if expected.kind in NUMERIC:
        return tolerance.apart(expected.values.astype(float), given.values.astype(float))
    if expected.kind == "date":
        masks = [~((a == b) | (np.isnat(a) & np.isnat(b))) for a, b in date_forms(expected, given)]
        return min(masks, key=lambda mask: int(mask.sum()))
    wrong = np.asarray(expected.values != given.values, bool)
    if wrong.any() and not case:  # only what is not equal to the letter needs the slower, lenient comparison
        rows = np.flatnonzero(wrong)
        wrong[rows] = plain_column(expected.take(rows)) != plain_column(given.take(rows))
    return wrong


def date_forms(expected: Column, given: Column) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the ways in which two columns of dates may mean the same: as the clock shows it, or as moments."""
    expected_moments = expected.values if expected.instants is None else expected.instants
    given_moments = given.values if given.instants is None else given.instants
    forms = [(expected.values, given.values)]
    if expected.instants is not None or given.instants is not None:
        forms.append((expected_moments, given_moments))
    return forms


# --- in words ------------------------------------------------------------------------------------------------


def show(column: Column, row: int) -> str:
    """Return one value as a reader would write it."""
    value = column.values[row]
    if column.kind == "date":
        return "missing" if np.isnat(value) else _show_moment(value)
    if column.kind == "text":
        return "missing" if value is None else quoted(value)
    if math.isnan(value):
        return "missing"
    if column.kind == "truth":
        return str(bool(value))
    if column.kind == "duration":
        return f"{show_number(float(value))} days"
    if is_year(column, float(value)):
        return f"{value:.0f}"
    return show_number(float(value))


def is_year(column: Column, value: float) -> bool:
    """Return whether a number is to be read as a year: 2024, not 2,024."""
    if not math.isfinite(value) or value != round(value):
        return False
    named = column.name is None or "year" in column.name.casefold()
    return (named and 1500 <= abs(value) <= 2200) or (may_be_year(value) and bool(_all_may_be_years(column.values)))


def may_be_year(value: float) -> bool:
    """Return whether a number by itself may be a year; as a count it reads as well without a comma."""
    return 1800 <= value <= 2100 and value == round(value)


def _all_may_be_years(numbers: np.ndarray) -> bool:
    known = numbers[~np.isnan(numbers)]
    return bool(((known == np.round(known)) & (known >= 1800) & (known <= 2100)).all())


def _show_moment(moment: np.datetime64) -> str:
    if moment == EARLIEST:
        return "a date before 1678"
    return show_date(pd.Timestamp(moment)) if moment != LATEST else "a date after 2261"


def _pair(expected: Column, given: Column, row: int) -> str:
    """Return the given and the expected value of a row, with as many digits as it takes to tell them apart."""
    mine, wanted = show(given, row), show(expected, row)
    if mine == wanted and expected.kind in NUMERIC and given.kind in NUMERIC:
        mine, wanted = (f"{float(column.values[row]):,.15g}" for column in (given, expected))
    return f"yours is {mine}, expected is {wanted}"


def column_difference(
    expected: Column,
    given: Column,
    wrong: np.ndarray,
    row_names: Sequence[str],
    unit: str | None = None,
    limits: Tolerance = USUAL,
    things: str = "rows",
) -> str:
    """Say how two columns of equal length differ, beginning with a verb.

    `wrong` marks the rows that differ, `row_names` are how a reader finds them. A single value is not told.
    """
    rows = np.flatnonzero(wrong)
    first = int(rows[0])
    if expected.kind == given.kind == "number":
        usable = wrong | (expected.values == 0) | np.isnan(expected.values)
        slip = slip_of(expected.values, given.values, unit, limits) if usable.all() else None
        if slip:
            return slip
    if len(expected) == 1:
        return f"is not right: yours is {show(given, 0)}.{_out_of_bounds(expected, given, unit)}"
    if len(rows) == 2 and _swapped(expected, given, rows, limits):
        return f"has two values exchanged: those of {row_names[int(rows[0])]} and {row_names[int(rows[1])]}."
    if len(rows) > 2 and same_values(expected, given, limits):
        return (
            "has the right values under wrong labels: all are there, but not where they belong. "
            f"First at {row_names[first]}: {_pair(expected, given, first)}."
        )
    others = ~np.asarray(wrong)
    by_little = expected.kind == given.kind == "number" and not np.allclose(
        expected.values[others], given.values[others], rtol=1e-9, atol=0, equal_nan=True
    )
    return (
        f"differs {'by more than rounding ' if by_little else ''}in {len(rows):,} of {len(expected):,} {things}, "
        f"{'first ' if len(rows) > 1 else ''}"
        f"at {row_names[first]}: {_pair(expected, given, first)}."
        f"{_taken_for_moments(given)}{_out_of_bounds(expected, given, unit)}"
    )


def _out_of_bounds(expected: Column, given: Column, unit: str | None) -> str:
    numbers = expected.kind == given.kind == "number"
    return beyond(expected.values, given.values, unit) if numbers else ""


def _taken_for_moments(given: Column) -> str:
    """Name what pd.to_datetime makes of numbers that are not nanoseconds."""
    if given.kind != "date" or not len(given) or np.isnat(given.values).all():
        return ""
    near = np.abs(given.values[~np.isnat(given.values)] - np.datetime64("1970-01-01")) < DAY
    return " Were numbers taken for dates? Give pd.to_datetime a format, such as format='%Y'." if near.all() else ""


def _swapped(expected: Column, given: Column, rows: np.ndarray, limits: Tolerance) -> bool:
    return not apart(expected.take(rows), given.take(rows[::-1]), limits).any()


def same_values(expected: Column, given: Column, limits: Tolerance = USUAL, case: bool = False) -> bool:
    """Return whether two columns of one kind hold the same values in whatever order."""
    if len(expected) != len(given):
        return False
    if expected.kind == "text":
        codes, own_codes = text_codes(expected, given, case)
        size = len(codes) + len(own_codes)
        return bool((np.bincount(codes, minlength=size) == np.bincount(own_codes, minlength=size)).all())
    if expected.kind == "date":
        forms = [(np.sort(a.view("int64")), np.sort(b.view("int64"))) for a, b in date_forms(expected, given)]
        return any(bool((a == b).all()) for a, b in forms)
    return not limits.apart(np.sort(expected.values.astype(float)), np.sort(given.values.astype(float))).any()


def nearly(text: str, known: Sequence[str]) -> str | None:
    """Return the known word that is spelt almost like `text`, if there is one."""
    forms = {plain(one) or "": one for one in known}
    close = difflib.get_close_matches(plain(text[:100]) or "", list(forms), n=1, cutoff=0.75)
    return forms[close[0]] if close else None


def as_zoned(wall: np.datetime64, instant: np.datetime64) -> pd.Timestamp:
    """Return a moment with its time zone from what the clock showed and the moment in UTC."""
    offset = dt.timezone((pd.Timestamp(wall) - pd.Timestamp(instant)).to_pytimedelta())
    return pd.Timestamp(instant).tz_localize("UTC").tz_convert(offset)
