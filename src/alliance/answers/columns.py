"""Compare two columns of values, and say in one sentence how and where they differ."""

from __future__ import annotations

import dataclasses
import difflib
import math
import unicodedata
from collections.abc import Sequence

import numpy as np
import pandas as pd

from alliance.answers.portable import Column, show_number

NUMERIC = {"number", "truth", "duration", "empty"}
KIND_WORDS = {
    "number": "numbers",
    "truth": "true/false values",
    "duration": "lengths of time",
    "text": "text",
    "date": "dates",
    "empty": "nothing (all values are missing)",
}
SCALES = {
    100.0: "100 times",
    1e3: "1,000 times",
    1e6: "1,000,000 times",
    1e9: "1,000,000,000 times",
    0.01: "one hundredth of",
    1e-3: "one thousandth of",
    1e-6: "one millionth of",
    1e-9: "one thousand-millionth of",
}


@dataclasses.dataclass(frozen=True)
class Tolerance:
    """How far two numbers may be apart: absolutely, or relative to the expected one; the wider counts."""

    absolute: float = 1e-9
    relative: float = 1e-9

    @classmethod
    def parse(cls, text: float | str | None) -> Tolerance:
        """Return a tolerance from a number (absolute) or a text such as `0.5%` (relative).

        Raises ValueError when it is neither.
        """
        if text is None:
            return cls()
        if isinstance(text, str) and text.strip().endswith("%"):
            return cls(relative=float(text.strip()[:-1]) / 100)
        return cls(absolute=float(text))

    def apart(self, expected: np.ndarray, given: np.ndarray) -> np.ndarray:
        """Return where two float arrays differ; shape of the inputs. Missing equals missing, infinite itself."""
        with np.errstate(invalid="ignore"):
            near = np.abs(expected - given) <= np.maximum(self.absolute, self.relative * np.abs(expected))
        return np.asarray(~(near | (expected == given) | (np.isnan(expected) & np.isnan(given))))


def plain(text: str | None) -> str | None:
    """Return text without what should not count: case, spacing, kinds of dash and quote, underscores."""
    if text is None:
        return None
    text = unicodedata.normalize("NFKC", text)
    for dash in "\N{EN DASH}\N{EM DASH}\N{HYPHEN}\N{MINUS SIGN}\N{NON-BREAKING HYPHEN}":
        text = text.replace(dash, "-")
    for quote in "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}":
        text = text.replace(quote, "'")
    return " ".join(text.replace("_", " ").split()).casefold()


def plain_column(column: Column) -> np.ndarray:
    """Return a text column's values in the form in which they are compared."""
    codes, unique = pd.factorize(column.values, use_na_sentinel=True)
    shortened = np.array([plain(text) for text in unique] + [None], dtype=object)
    return np.asarray(shortened[codes])


def in_kind_of(expected: Column, given: Column) -> Column | str:
    """Return `given` in the kind of `expected` where the two mean the same; otherwise a sentence."""
    if expected.kind in NUMERIC and given.kind in NUMERIC:
        return given
    if given.kind == "empty":
        values = {"date": np.full(len(given), np.datetime64("NaT"), "datetime64[ns]")}.get(
            expected.kind, np.full(len(given), None, object)
        )
        return Column(given.name, expected.kind, values)
    if expected.kind == "empty":
        return given
    if expected.kind == given.kind:
        return given
    if expected.kind == "text" and given.kind in NUMERIC:
        words = [None if math.isnan(x) else _as_word(x, given.kind) for x in given.values]
        return Column(given.name, "text", np.array(words, dtype=object))
    if expected.kind == "date" and given.kind == "text":
        moments = pd.to_datetime(pd.Series(given.values, dtype=object), errors="coerce", format="ISO8601", utc=True)
        if moments.notna().sum() == pd.Series(given.values, dtype=object).notna().sum():
            return Column(given.name, "date", moments.dt.tz_localize(None).to_numpy("datetime64[ns]"))
    fix = {
        ("number", "text"): " Turn the text into numbers, for example with pd.to_numeric.",
        ("date", "text"): " Turn the text into dates, for example with pd.to_datetime.",
    }.get((expected.kind, given.kind), "")
    return f"holds {KIND_WORDS[given.kind]}, where {KIND_WORDS[expected.kind]} are asked for.{fix}"


def _as_word(number: float, kind: str) -> str:
    if kind == "truth":
        return str(bool(number))
    return f"{number:.0f}" if number == round(number) else repr(number)


def apart(expected: Column, given: Column, tolerance: Tolerance, case: bool = False) -> np.ndarray:
    """Return where two columns of one kind and length differ (bool, shape (rows,))."""
    if expected.kind in NUMERIC:
        return tolerance.apart(expected.values.astype(float), given.values.astype(float))
    if expected.kind == "date":
        forms = [(expected.values, given.values)]
        if given.instants is not None:
            forms.append((expected.instants if expected.instants is not None else expected.values, given.instants))
        masks = [~((a == b) | (np.isnat(a) & np.isnat(b))) for a, b in forms]
        return min(masks, key=lambda mask: int(mask.sum()))
    wrong = np.asarray(expected.values != given.values, bool)
    if wrong.any() and not case:  # only what is not equal to the letter needs the slower, lenient comparison
        rows = np.flatnonzero(wrong)
        wrong[rows] = plain_column(expected.take(rows)) != plain_column(given.take(rows))
    return wrong


def show(column: Column, row: int) -> str:
    """Return one value as a reader would write it."""
    value = column.values[row]
    if column.kind == "date":
        return "missing" if np.isnat(value) else str(value)[:10]
    if column.kind == "text":
        return "missing" if value is None else f"“{value[:80]}”"
    if column.kind == "truth":
        return "missing" if math.isnan(value) else str(bool(value))
    return show_number(float(value))


def scale_slip(expected: np.ndarray, given: np.ndarray, unit: str | None) -> str | None:
    """Name a unit or sign mistake when all numbers are off by the same well-known factor."""
    usable = np.isfinite(expected) & np.isfinite(given) & (expected != 0)
    if not usable.any() or (np.isnan(expected) != np.isnan(given)).any() or (given[usable] == 0).any():
        return None
    ratio = given[usable] / expected[usable]
    if np.allclose(ratio, -1, rtol=1e-3):
        return "the sign is reversed. Which of the two values is subtracted from which?"
    for factor, words in SCALES.items():
        if not np.allclose(ratio, factor, rtol=1e-3):
            continue
        if factor == 100 and unit != "percent":
            return "100 times too large: this is a percentage, but a share (a number from 0 to 1) is asked for."
        if factor == 0.01 and unit in {None, "percent", "percentage points"}:
            return "one hundredth of what is asked: this is a share, but a percentage (0 to 100) is asked for."
        asked = f" The unit asked for is {unit}." if unit else ""
        return f"{words} what is asked: the unit is another one.{asked}"
    return None


def column_difference(
    expected: Column,
    given: Column,
    wrong: np.ndarray,
    row_names: Sequence[str],
    unit: str | None = None,
) -> str:
    """Say how two columns of equal length differ. `wrong` marks the rows, `row_names` are how a reader finds them."""
    rows = np.flatnonzero(wrong)
    first = int(rows[0])
    if expected.kind in NUMERIC and given.kind in NUMERIC:
        usable = wrong | (expected.values == 0) | np.isnan(expected.values)
        slip = scale_slip(expected.values, given.values, unit) if usable.all() else None
        if slip:
            return f"is {slip}" if not slip.startswith("the sign") else f": {slip}"
    if len(rows) == 2 and _swapped(expected, given, rows):
        return f"has two values swapped: those of {row_names[rows[0]]} and {row_names[rows[1]]}."
    if len(rows) > 2 and _same_values(expected, given):
        return (
            f"has the right values under wrong labels: they are all there, but not where they belong. "
            f"First at {row_names[first]}: yours {show(given, first)}, expected {show(expected, first)}."
        )
    count = f"{len(rows):,} of {len(expected):,} rows" if len(expected) > 1 else "the one row"
    return (
        f"differs in {count}, first at {row_names[first]}: "
        f"yours {show(given, first)}, expected {show(expected, first)}."
    )


def _swapped(expected: Column, given: Column, rows: np.ndarray) -> bool:
    return not apart(expected.take(rows), given.take(rows[::-1]), Tolerance()).any()


def _same_values(expected: Column, given: Column) -> bool:
    if expected.kind == "text":
        a, b = (sorted(str(x) for x in plain_column(column)) for column in (expected, given))
        return a == b
    a, b = np.sort(expected.values), np.sort(given.values)
    if expected.kind == "date":
        return bool((a == b).all())
    return not Tolerance().apart(a.astype(float), b.astype(float)).any()


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Return ` (do you mean “…”?)` when a known word is spelt almost like `word`."""
    close = difflib.get_close_matches(plain(word) or "", [plain(one) or "" for one in known], n=1, cutoff=0.75)
    match = next((one for one in known if plain(one) in close), None) if close else None
    return f" (you have {match if '“' in match else f'“{match}”'})" if match else ""
