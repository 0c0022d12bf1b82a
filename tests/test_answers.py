"""The comparison of answers: what is right stays right in any form, what is wrong is wrong and is told where."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import itertools
import json
import math
import re
import sys
import types
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.answers import Answer, Spec, compare, from_json, is_untried, portable, to_json

Case = tuple[Any, Any, dict[str, Any]]


def carried(value: Any, spec: Spec) -> Answer:
    """Return a value as it arrives where answers are compared: read, written as JSON text, read back."""
    return from_json(json.loads(json.dumps(to_json(portable(value, spec.calls)))))


def verdict(expected: Any, answer: Any, **check: Any) -> str | None:
    """Return what the comparison says about `answer` (None: right) for a task with this `check:`."""
    spec = Spec.from_dict({"answer": "answer", **check})
    return compare(carried(expected, spec), carried(answer, spec), spec)


# --- right, in whatever form ---------------------------------------------------------------------------------

YEARS = [2020, 2021, 2022, 2023]
SPENT = [10.0, 12.5, 15.0, 8.0]
BUDGET = pd.DataFrame({"year": YEARS, "agency": ["North", "South", "East", "West"], "spent": SPENT})
GAPPY = BUDGET.assign(spent=[10.0, 12.5, np.nan, 8.0])
BY_YEAR = BUDGET.set_index("year")["spent"]
BY_TWO = pd.DataFrame(
    {"year": [2020, 2020, 2021, 2021], "side": ["US", "Japan", "US", "Japan"], "value": [1.0, 2.0, 3.0, 4.0]}
)
DAYS = pd.DataFrame({"day": pd.to_datetime(["2024-07-28", "2025-01-01", "2025-09-04"]), "count": [1, 2, 3]})
BY_DAY = DAYS.set_index("day")["count"]
TABLE: dict[str, Any] = {"keys": ["year"]}
KEYED_TWICE: dict[str, Any] = {"keys": ["year", "side"]}
BY_DATE: dict[str, Any] = {"keys": ["day"]}
VERDICT = {"verdict": "contradicted", "figure": 50.0}


class Judgement(NamedTuple):
    """A judgement as a named tuple."""

    verdict: str
    figure: float


@dataclasses.dataclass
class JudgementClass:
    """A judgement as a data class."""

    verdict: str
    figure: float


def counted() -> Iterator[float]:
    """Yield the spending, value by value."""
    yield from SPENT


RIGHT_NUMBERS: dict[str, Case] = {
    "float noise": (0.3, 0.1 + 0.2, {}),
    "an integer for a float": (3.0, 3, {}),
    "a float for an integer": (3, 3.0, {}),
    "a NumPy float": (2.5, np.float64(2.5), {}),
    "a NumPy float of half the width": (2.5, np.float32(2.5), {}),
    "a NumPy integer": (7, np.int64(7), {}),
    "an unsigned NumPy integer": (7, np.uint8(7), {}),
    "an array without dimensions": (7, np.array(7), {}),
    "an array of one number": (7, np.array([7.0]), {}),
    "a Decimal": (2.5, Decimal("2.5"), {}),
    "a Fraction": (0.5, Fraction(1, 2), {}),
    "a Series of one value": (7.0, pd.Series([7], index=["total"]), {}),
    "a list of one value": (7.0, [7], {}),
    "a table of one cell": (7.0, pd.DataFrame({"total": [7]}), {}),
    "a nullable integer": (7, pd.array([7], dtype="Int64")[0], {}),
    "within an absolute tolerance": (50.0, 50.04, {"tolerance": 0.05}),
    "at the edge of an absolute tolerance": (50.0, 50.5, {"tolerance": 0.5}),
    "at the lower edge of an absolute tolerance": (0.3, 0.2, {"tolerance": 0.1}),
    "at the edge of a relative tolerance": (200.0, 202.0, {"tolerance": "1%"}),
    "within a relative tolerance of a negative number": (-200.0, -201.5, {"tolerance": "1%"}),
    "a percentage in a Series": (7.4, pd.Series([7.4]), {"unit": "percent"}),
    "infinity for infinity": (math.inf, np.float64(np.inf), {}),
    "a missing number for a missing number": (math.nan, np.float64("nan"), {}),
    "pd.NA for a missing number": (math.nan, pd.NA, {}),
    "None for a missing number": (math.nan, None, {}),
    "a truth value of NumPy": (True, np.bool_(True), {}),
    "a nullable truth value": (True, pd.array([True], dtype="boolean")[0], {}),
    "one and true": (True, 1, {}),
    "a length of time in days": (3, pd.Timedelta(days=3), {}),
    "a length of time for another": (dt.timedelta(days=3), np.timedelta64(72, "h"), {}),
    "a very large whole number": (10**15, float(10**15), {}),
}

RIGHT_TEXTS: dict[str, Case] = {
    "capital letters": ("contradicted", "Contradicted", {}),
    "spaces around": ("contradicted", " contradicted \n", {}),
    "two spaces between": ("off by a year", "off  by a year", {}),
    "an underscore for a space": ("off by a year", "off_by_a_year", {}),
    "a long dash": ("US-Japan", "US\N{EN DASH}Japan", {}),
    "a hyphen that does not break": ("US-Japan", "US\N{NON-BREAKING HYPHEN}Japan", {}),
    "a curly apostrophe": ("Japan's", "Japan\N{RIGHT SINGLE QUOTATION MARK}s", {}),
    "curly quotation marks": ('"up to"', "\N{LEFT DOUBLE QUOTATION MARK}up to\N{RIGHT DOUBLE QUOTATION MARK}", {}),
    "a space that does not break": ("off by a year", "off\N{NO-BREAK SPACE}by a year", {}),
    "an accent composed of two signs": ("Lomé", "Lome\N{COMBINING ACUTE ACCENT}", {}),
    "a NumPy text": ("Okinawa", np.str_("Okinawa"), {}),
    "a Series of one text": ("Okinawa", pd.Series(["Okinawa"]), {}),
    "a category": ("Okinawa", pd.Series(["Okinawa"], dtype="category"), {}),
    "the exact letters where they count": ("AIM-120", "AIM-120", {"case": True}),
}

RIGHT_DATES: dict[str, Case] = {
    "a date as text": (dt.date(2024, 7, 28), "2024-07-28", {}),
    "a date in words": (dt.date(2024, 7, 28), "28 July 2024", {}),
    "a date as a moment": (dt.date(2024, 7, 28), pd.Timestamp("2024-07-28"), {}),
    "a moment as a date": (pd.Timestamp("2024-07-28"), dt.date(2024, 7, 28), {}),
    "a NumPy date": (pd.Timestamp("2024-07-28"), np.datetime64("2024-07-28"), {}),
    "a date in a Series": (pd.Timestamp("2024-07-28"), pd.Series(pd.to_datetime(["2024-07-28"])), {}),
    "a day as a period": (pd.Timestamp("2024-07-28"), pd.Period("2024-07-28", "D"), {}),
    "a year as a period": (pd.Timestamp("2024-01-01"), pd.Period("2024", "Y"), {}),
    "a day with a time zone": (pd.Timestamp("2024-07-28"), pd.Timestamp("2024-07-28", tz="Asia/Tokyo"), {}),
    "a moment in Tokyo for one in UTC": (
        pd.Timestamp("2024-07-28 00:00", tz="UTC"),
        pd.Timestamp("2024-07-28 09:00", tz="Asia/Tokyo"),
        {},
    ),
    "a day in UTC for a day in Tokyo": (
        pd.Timestamp("2024-07-28", tz="Asia/Tokyo"),
        pd.Timestamp("2024-07-27 15:00", tz="UTC"),
        {},
    ),
    "a day of a time zone for a plain day, the other way about": (
        pd.Timestamp("2024-07-28", tz="Asia/Tokyo"),
        pd.Timestamp("2024-07-28"),
        {},
    ),
}

RIGHT_LISTS: dict[str, Case] = {
    "a tuple for a list": (SPENT, tuple(SPENT), {}),
    "an array for a list": (SPENT, np.array(SPENT), {}),
    "a Series for a list": (SPENT, pd.Series(SPENT), {}),
    "a labelled Series for a list": (SPENT, BY_YEAR, {}),
    "an Index for a list": (YEARS, pd.Index(YEARS), {}),
    "a table of one column for a list": (SPENT, BUDGET[["spent"]], {}),
    "a range for a list": ([0, 1, 2], range(3), {}),
    "a generator for a list": (SPENT, counted(), {}),
    "a map for a list": ([1, 2], map(int, ["1", "2"]), {}),
    "a zip for a table": (pd.DataFrame({0: [1, 2], 1: [3, 4]}), zip([1, 2], [3, 4], strict=True), {}),
    "a deque for a list": (SPENT, collections.deque(SPENT), {}),
    "the keys of a dictionary for a list": (["a", "b"], {"a": 1, "b": 2}.keys(), {}),
    "the values of a dictionary for a list": ([1, 2], {"a": 1, "b": 2}.values(), {}),
    "an array of one column": (SPENT, np.array(SPENT).reshape(-1, 1), {}),
    "pandas' own array": (YEARS, pd.array(YEARS, dtype="Int64"), {}),
    "a categorical array": (["US", "Japan"], pd.Categorical(["US", "Japan"]), {}),
    "a DatetimeIndex for a list of dates": ([dt.date(2024, 7, 28)], pd.DatetimeIndex(["2024-07-28"]), {}),
    "integers for floats": ([1.0, 2.0], [1, 2], {}),
    "decimals for floats": ([0.5, 0.25], [Decimal("0.5"), Fraction(1, 4)], {}),
    "NumPy numbers in a list": ([1.0, 2.0], [np.float64(1), np.int8(2)], {}),
    "truth values of NumPy": ([True, False], np.array([True, False]), {}),
    "truth values as one and nought": ([True, False], [1, 0], {}),
    "a nullable integer column": (YEARS, pd.Series(YEARS, dtype="Int64"), {}),
    "a nullable float column": (SPENT, pd.Series(SPENT, dtype="Float64"), {}),
    "a nullable truth column": ([True, False, None], pd.Series([True, False, pd.NA], dtype="boolean"), {}),
    "text of pandas 3 for plain objects": (
        pd.Series(["US", None], dtype=object),
        pd.Series(["US", None], dtype="str"),
        {},
    ),
    "text of the older string type": (
        pd.Series(["US", None], dtype="str"),
        pd.Series(["US", pd.NA], dtype="string"),
        {},
    ),
    "categories for text": (["US", "Japan"], pd.Series(["US", "Japan"], dtype="category"), {}),
    "categories of numbers for numbers": (YEARS, pd.Series(YEARS, dtype="category"), {}),
    "categories of numbers with a gap": (
        [2020, None],
        pd.Series(pd.Categorical.from_codes(np.array([0, -1]), pd.Index([2020]))),
        {},
    ),
    "an ordered category for text": (["low", "high"], pd.Series(pd.Categorical(["low", "high"], ordered=True)), {}),
    "NaN, None and pd.NA in the same place": ([1.0, np.nan], [1, None], {}),
    "pd.NA for NaN": ([1.0, np.nan], [1, pd.NA], {}),
    "None for missing text": (["US", None], ["US", np.nan], {}),
    "NaT for a missing date": ([pd.Timestamp("2024-07-28"), pd.NaT], [dt.date(2024, 7, 28), None], {}),
    "all missing for all missing": ([np.nan, np.nan], [None, None], {}),
    "dates as text": ([pd.Timestamp("2024-07-28")], ["2024-07-28"], {}),
    "dates as periods": ([pd.Timestamp("2024-07-28")], pd.Series(pd.PeriodIndex(["2024-07-28"], freq="D")), {}),
    "years as periods": (pd.to_datetime(["2024-01-01"]), pd.period_range("2024", periods=1, freq="Y"), {}),
    "dates with a time zone": (DAYS["day"], DAYS["day"].dt.tz_localize("Asia/Tokyo"), {}),
    "dates in UTC for dates in Tokyo": (
        DAYS["day"].dt.tz_localize("Asia/Tokyo"),
        DAYS["day"].dt.tz_localize("Asia/Tokyo").dt.tz_convert("UTC"),
        {},
    ),
    "a set where order does not count": (["US", "Japan"], {"Japan", "US"}, {"order": False}),
    "another order where order does not count": (["US", "Japan", "US"], ["Japan", "US", "US"], {"order": False}),
    "numbers in another order, with noise": ([0.3, 0.1], [0.1, 0.1 + 0.2], {"order": False}),
    "capital letters in another order": (["US", "Japan"], ["japan", "us"], {"order": False}),
    "numbers as text where names are asked": (["5", "7"], [5, 7], {}),
    "an empty list": ([], [], {}),
    "infinities": ([math.inf, -math.inf], np.array([np.inf, -np.inf]), {}),
    "a tolerance on every value": ([10.0, 20.0], [10.04, 19.96], {"tolerance": 0.05}),
    "lengths of time": (pd.Series(pd.to_timedelta([1, 2], unit="D")), [dt.timedelta(days=1), dt.timedelta(days=2)], {}),
}

RIGHT_SERIES: dict[str, Case] = {
    "rows in another order": (BY_YEAR, BY_YEAR.iloc[::-1], {}),
    "a dictionary": (BY_YEAR, BY_YEAR.to_dict(), {}),
    "a dictionary whose keys are text": (BY_YEAR, {str(k): v for k, v in BY_YEAR.items()}, {}),
    "a Counter": (pd.Series({"US": 2, "Japan": 1}), collections.Counter(["US", "Japan", "US"]), {}),
    "a bare list in the right order": (BY_YEAR, SPENT, {}),
    "a table with the labels in a column": (BY_YEAR, BUDGET[["year", "spent"]], {}),
    "a table with the labels in a column, columns exchanged": (BY_YEAR, BUDGET[["spent", "year"]], {}),
    "a table of one column, labelled": (BY_YEAR, BY_YEAR.to_frame("total"), {}),
    "an index of floats": (BY_YEAR, BY_YEAR.set_axis([2020.0, 2021.0, 2022.0, 2023.0]), {}),
    "an index without a name": (BY_YEAR, BY_YEAR.rename_axis(None), {}),
    "years as text": (BY_YEAR, BY_YEAR.set_axis([str(year) for year in YEARS]), {}),
    "years as periods": (BY_YEAR, BY_YEAR.set_axis(pd.period_range("2020", periods=4, freq="Y")), {}),
    "years as first days": (BY_YEAR, BY_YEAR.set_axis(pd.to_datetime([f"{y}-01-01" for y in YEARS])), {}),
    "years as last days, as resample gives them": (
        BY_YEAR,
        BY_YEAR.set_axis(pd.to_datetime([f"{y}-12-31" for y in YEARS])),
        {},
    ),
    "categories as index": (
        pd.Series({"US": 1, "Japan": 2}),
        pd.Series([1, 2], index=pd.CategoricalIndex(["US", "Japan"])),
        {},
    ),
    "two index levels": (
        BY_TWO.set_index(["year", "side"])["value"],
        BY_TWO.set_index(["year", "side"])["value"].iloc[::-1],
        {},
    ),
    "two index levels in the other order": (
        BY_TWO.set_index(["year", "side"])["value"],
        BY_TWO.set_index(["side", "year"])["value"],
        {},
    ),
    "two index levels reset": (BY_TWO.set_index(["year", "side"])["value"], BY_TWO, {}),
    "days as labels in text": (BY_DAY, {"2024-07-28": 1, "2025-01-01": 2, "2025-09-04": 3}, {}),
    "days as dates": (BY_DAY, BY_DAY.set_axis([day.date() for day in BY_DAY.index]), {}),
    "days with a time zone": (BY_DAY, BY_DAY.tz_localize("Asia/Tokyo"), {}),
    "days as periods": (BY_DAY, BY_DAY.to_period("D"), {}),
    "labels that must be there": (BY_YEAR, BY_YEAR, {"labels": "required"}),
    "the order asked for": (BY_YEAR, BY_YEAR, {"order": True}),
}

RIGHT_RECORDS: dict[str, Case] = {
    "keys in another order": (VERDICT, {"figure": 50, "verdict": "contradicted"}, {}),
    "keys with capital letters": (VERDICT, {"Figure": 50, "VERDICT": "Contradicted"}, {}),
    "more keys than asked": (VERDICT, {**VERDICT, "note": "see table"}, {}),
    "a Series": (VERDICT, pd.Series(VERDICT), {}),
    "a row of a table": (VERDICT, pd.DataFrame([VERDICT]).iloc[0], {}),
    "a table of one row": (VERDICT, pd.DataFrame([VERDICT]), {}),
    "a list of one dictionary": (VERDICT, [VERDICT], {}),
    "a named tuple": (VERDICT, Judgement("contradicted", 50), {}),
    "a data class": (VERDICT, JudgementClass("contradicted", 50), {}),
    "numbers as NumPy numbers": ({"low": 1.0, "high": 2.0}, {"low": np.float64(1), "high": np.int64(2)}, {}),
    "a Series of numbers": ({"low": 1.0, "high": 2.0}, pd.Series({"low": 1, "high": 2}), {}),
    "a value in a Series": (VERDICT, {"verdict": "contradicted", "figure": pd.Series([50.0])}, {}),
    "a date": ({"when": dt.date(2024, 7, 28)}, {"when": "2024-07-28"}, {}),
    "a date in a Series": ({"when": dt.date(2024, 7, 28)}, pd.Series({"when": pd.Timestamp("2024-07-28")}), {}),
    "a list inside": ({"years": [2020, 2021]}, {"years": np.array([2020, 2021])}, {}),
    "a truth value": ({"holds": True, "figure": 2.0}, pd.Series({"holds": True, "figure": 2.0}), {}),
    "a mapping that is no dict": (VERDICT, types.MappingProxyType(VERDICT), {}),
}

RIGHT_TABLES: dict[str, Case] = {
    "columns in another order": (BUDGET, BUDGET[["spent", "agency", "year"]], TABLE),
    "rows in another order": (BUDGET, BUDGET.sample(frac=1, random_state=1), TABLE),
    "more columns than asked": (BUDGET, BUDGET.assign(doubled=BUDGET["spent"] * 2), TABLE),
    "the key as index": (BUDGET, BUDGET.set_index("year"), TABLE),
    "the key as an index without a name": (BUDGET, BUDGET.set_index("year").rename_axis(None), TABLE),
    "the index as a column": (BUDGET.set_index("year"), BUDGET, TABLE),
    "an index that was not reset": (BUDGET, BUDGET.set_axis([3, 1, 2, 0]), TABLE),
    "two keys as index": (BY_TWO, BY_TWO.set_index(["year", "side"]), KEYED_TWICE),
    "two keys as index in the other order": (BY_TWO, BY_TWO.set_index(["side", "year"]), KEYED_TWICE),
    "one key as index, one as column": (BY_TWO, BY_TWO.set_index("side"), KEYED_TWICE),
    "a Series with two index levels": (BY_TWO, BY_TWO.set_index(["year", "side"])["value"], KEYED_TWICE),
    "a Series with two index levels, without a name": (
        BY_TWO,
        BY_TWO.set_index(["year", "side"])["value"].rename(None),
        KEYED_TWICE,
    ),
    "integers for floats": (BUDGET, BUDGET.assign(spent=pd.Series([Decimal("10"), Decimal("12.5"), 15, 8])), TABLE),
    "nullable types": (GAPPY, GAPPY.convert_dtypes(), TABLE),
    "plain objects": (GAPPY, GAPPY.astype(object), TABLE),
    "categories": (BUDGET, BUDGET.astype({"agency": "category", "year": "category"}), TABLE),
    "years as text": (BUDGET, BUDGET.astype({"year": str}), TABLE),
    "years as periods": (BUDGET, BUDGET.assign(year=pd.PeriodIndex(BUDGET["year"].astype(str), freq="Y")), TABLE),
    "missing values as None": (GAPPY, GAPPY.astype(object).where(GAPPY.notna(), None), TABLE),
    "a list of dictionaries": (BUDGET, BUDGET.to_dict("records"), TABLE),
    "a dictionary of lists": (BUDGET, BUDGET.to_dict("list"), TABLE),
    "a dictionary of Series": (BUDGET, dict(BUDGET.items()), TABLE),
    "capital letters in column names": (BUDGET, BUDGET.rename(columns=str.upper), TABLE),
    "a space for an underscore in column names": (
        BUDGET.rename(columns={"spent": "spent_musd"}),
        BUDGET.rename(columns={"spent": "spent musd"}),
        TABLE,
    ),
    "a two-storey heading, joined": (
        pd.DataFrame({"side": ["US", "Japan"], "value_sum": [4.0, 6.0]}),
        BY_TWO.groupby("side").agg({"value": ["sum"]}),
        {"keys": ["side"]},
    ),
    "text dates for dates": (DAYS, DAYS.assign(day=DAYS["day"].dt.strftime("%Y-%m-%d")), BY_DATE),
    "day objects for dates": (DAYS, DAYS.assign(day=DAYS["day"].dt.date), BY_DATE),
    "dates with a time zone": (DAYS, DAYS.assign(day=DAYS["day"].dt.tz_localize("UTC")), BY_DATE),
    "dates in Tokyo for dates in UTC": (
        DAYS.assign(day=DAYS["day"].dt.tz_localize("UTC")),
        DAYS.assign(day=DAYS["day"].dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo")),
        BY_DATE,
    ),
    "dates counted in seconds": (DAYS, DAYS.assign(day=DAYS["day"].astype("datetime64[s]")), BY_DATE),
    "capital letters and dashes in keys": (
        pd.DataFrame({"pair": ["US-Japan", "US-Korea"], "n": [1, 2]}),
        pd.DataFrame({"pair": ["us\N{EN DASH}korea", "us\N{EN DASH}japan"], "n": [2, 1]}),
        {"keys": ["pair"]},
    ),
    "rows in the order asked for": (BUDGET, BUDGET.set_index("year"), {**TABLE, "order": True}),
    "a table of one row as a dictionary": (BUDGET.head(1), {"year": 2020, "agency": "north", "spent": 10}, TABLE),
    "an empty table": (BUDGET.head(0), BUDGET.head(0), TABLE),
    "float noise in a key": (
        pd.DataFrame({"share": [0.1, 0.3], "n": [1, 2]}),
        pd.DataFrame({"share": [0.1, 0.1 + 0.2], "n": [1, 2]}),
        {"keys": ["share"]},
    ),
    "a pivoted table with named columns": (
        BY_TWO.pivot(index="year", columns="side", values="value"),
        BY_TWO.pivot(index="year", columns="side", values="value").reset_index().rename_axis(columns=None),
        TABLE,
    ),
    "columns whose names are numbers": (
        pd.DataFrame({"side": ["US"], 2020: [1.0]}),
        pd.DataFrame({"side": ["US"], "2020": [1.0]}),
        {"keys": ["side"]},
    ),
}


def growth(old: float, new: float) -> float | None:
    """Return the growth in percent, None from nought."""
    return (new - old) / old * 100 if old else None


CALLS: dict[str, Any] = {"calls": [[10, 15], [20, 10], [0, 5]], "unit": "percent"}

RIGHT_FUNCTIONS: dict[str, Case] = {
    "a lambda": (growth, lambda old, new: (new / old - 1) * 100 if old else None, CALLS),
    "other parameter names": (growth, lambda a, b, /: growth(a, b), CALLS),
    "a result of NumPy": (growth, lambda a, b: np.float64(growth(a, b)) if a else None, CALLS),
    "an object that can be called": (
        growth,
        type("Growth", (), {"__call__": lambda self, a, b: growth(a, b)})(),
        CALLS,
    ),
    "a table as argument": (
        lambda table: table["spent"].sum(),
        lambda table: float(np.sum(table["spent"])),
        {"calls": [[{"table": {"spent": [1, 2]}}]]},
    ),
    "a result that is a table": (
        lambda n: pd.DataFrame({"n": range(n)}),
        lambda n: pd.DataFrame({"n": np.arange(n, dtype=float)}),
        {"calls": [[3]], "keys": ["n"]},
    ),
}


@pytest.mark.parametrize(
    ("expected", "answer", "check"),
    [
        pytest.param(*case, id=f"{group}: {statement}")
        for group, cases in {
            "number": RIGHT_NUMBERS,
            "text": RIGHT_TEXTS,
            "date": RIGHT_DATES,
            "list": RIGHT_LISTS,
            "series": RIGHT_SERIES,
            "record": RIGHT_RECORDS,
            "table": RIGHT_TABLES,
            "function": RIGHT_FUNCTIONS,
        }.items()
        for statement, case in cases.items()
    ],
)
def test_the_same_answer_in_another_form_is_right(expected: Any, answer: Any, check: dict[str, Any]) -> None:
    assert verdict(expected, answer, **check) is None


# --- wrong, and told where -----------------------------------------------------------------------------------

LONG = pd.DataFrame({"number": np.arange(20_000), "square": np.arange(20_000.0) ** 2})
WORDS = pd.DataFrame({"place": ["Kadena", "Yokosuka", "Misawa", "Iwakuni"], "area": [19.9, 2.3, 15.9, 7.9]})
BY_PLACE: dict[str, Any] = {"keys": ["place"]}


def with_value(table: pd.DataFrame, row: int, column: str, value: Any) -> pd.DataFrame:
    """Return a copy of a table with one value replaced."""
    table = table.copy()
    if not isinstance(value, float | int):
        table[column] = table[column].astype(object)
    table.loc[row, column] = value
    return table


class Hostile:
    """An object every method of which fails."""

    def __repr__(self) -> str:
        raise RuntimeError("no repr")

    __str__ = __repr__

    def __len__(self) -> int:
        raise RuntimeError("no len")

    def __iter__(self) -> Iterator[Any]:
        raise RuntimeError("no iter")

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"no {name}")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no eq")

    def __hash__(self) -> int:
        raise RuntimeError("no hash")

    def __bool__(self) -> bool:
        raise RuntimeError("no bool")


class HostileMapping(dict[str, Any]):
    """A dictionary that cannot be walked through."""

    def __iter__(self) -> Iterator[str]:
        raise SystemExit(3)


def itself_in_a_list() -> list[Any]:
    """Return a list that contains itself."""
    endless: list[Any] = [1.0]
    endless.append(endless)
    return endless


def itself_in_a_dictionary() -> dict[str, Any]:
    """Return a dictionary that contains itself, many times."""
    endless: dict[str, Any] = {}
    endless.update({f"key {i}": endless for i in range(50)})
    return endless


def mutating(table: pd.DataFrame) -> float:
    """Return a sum, but change the table on the way."""
    table["half"] = table["spent"] / 2
    return float(table["spent"].sum())


def raising(old: float, new: float) -> float:
    """Divide, also by nought."""
    return (new - old) / old * 100


def leaving(old: float, new: float) -> float:
    """Leave Python altogether."""
    sys.exit(f"{old} {new}")


WrongCase = tuple[Any, Any, dict[str, Any], list[str]]
SUM: dict[str, Any] = {"calls": [[{"table": {"spent": [1, 2]}}], [{"table": {"spent": [5]}}]]}

WRONG_NUMBERS: dict[str, WrongCase] = {
    "a count one too high": (12_345_678, 12_345_679, {}, ["12,345,679 is too high"]),
    "a very large count a little too high": (8_700_000_000_000, 8_700_000_000_001, {}, ["is too high"]),
    "a count beyond an absolute tolerance": (12_345_678, 12_345_680, {"tolerance": 1}, ["12,345,680 is too high"]),
    "too high": (50.0, 60.0, {}, ["60", "too high"]),
    "too low": (50.0, 40.0, {"unit": "percent"}, ["`answer` = 40 is too low."]),
    "just beyond the tolerance": (50.0, 50.31, {"tolerance": 0.3}, ["close, but too high"]),
    "just beyond a relative tolerance": (200.0, 197.9, {"tolerance": "1%"}, ["too low"]),
    "a percentage where a share is asked": (0.27, 27.0, {"unit": "share"}, ["this is a percentage, but a share"]),
    "a percentage where a share is asked, no unit named": (0.27, 27.0, {}, ["this is a percentage, but a share"]),
    "a share where a percentage is asked": (27.0, 0.27, {"unit": "percent"}, ["this is a share, but a percentage"]),
    "a rounded share where a percentage is asked": (
        27.03,
        0.27,
        {"unit": "percent", "tolerance": 0.05},
        ["this is a share, but a percentage"],
    ),
    "a percentage times a hundred": (27.0, 2700.0, {"unit": "percent"}, ["100 times too large", "twice"]),
    "metres for kilometres": (330.0, 330_000.0, {"unit": "km"}, ["1,000 times too large", "km"]),
    "thousands for millions": (8.7, 8700.0, {"unit": "trillion yen"}, ["1,000 times too large", "trillion yen"]),
    "billions for trillions": (8700.0, 8.7, {}, ["1,000 times too small", "another unit"]),
    "growth where there is none": (0.0, 10.0, {"tolerance": 0.05, "unit": "percent"}, ["10 is too high"]),
    "noise where there is none": (1e-14, 10.0, {"tolerance": 0.05, "unit": "percent"}, ["10 is too high"]),
    "the sign reversed": (12.5, -12.5, {}, ["wrong sign"]),
    "the sign of a negative one reversed": (-12.5, 12.5, {}, ["wrong sign"]),
    "missing": (12.5, math.nan, {}, ["missing value (NaN)"]),
    "missing as NA": (12.5, pd.NA, {}, ["missing value"]),
    "infinite": (12.5, math.inf, {}, ["infinity", "divided by zero"]),
    "a number where a missing one is expected": (math.nan, 3.0, {}, ["is not right"]),
    "text": (12.5, "12.5", {}, ["the text “12.5”", "without quotation marks"]),
    "a truth value": (12.5, True, {}, ["`answer` is True; a number is asked for"]),
    "the wrong truth value": (True, False, {}, ["False is not right"]),
    "a truth value in words": (True, "True", {}, ["the text “True”", "without quotation marks"]),
    "a list": (12.5, [12.5, 12.5], {}, ["a list or Series of 2 rows", "asks for a number"]),
    "a comma inside a number": (1.75, (1, 75), {}, ["2 values in round brackets", "1200", "a point"]),
    "a table": (12.5, BUDGET, {}, ["a table of 4 rows", "asks for a number"]),
    "a date": (12.5, dt.date(2024, 7, 28), {}, ["is a date", "asks for a number"]),
    "a dictionary": (12.5, {"figure": 12.5}, {}, ["is a dictionary", "asks for a number"]),
    "too large for any number": (12.5, 10**400, {}, ["infinity"]),
    "a complex number": (12.5, 12.5 + 1j, {}, ["an object of type complex", "asks for a number"]),
    "in a Series, too high": (12.5, pd.Series([13.9]), {}, ["13.9", "too high"]),
    "rounded to one decimal": (0.3412, 0.3, {"unit": "share"}, ["0.3 is too low", "rounded too far"]),
    "rounded to a whole number": (27.43, 27, {"tolerance": 0.05}, ["27 is too low", "Keep more digits"]),
    "what may be a year": (1987, 2018, {}, ["= 2018 is too high"]),
}

WRONG_TEXTS: dict[str, WrongCase] = {
    "another word": ("Okinawa", "Kyushu", {}, ["“Kyushu” is not what is asked for"]),
    "a letter off": ("Okinawa", "Okinava", {}, ["nearly right", "spelling"]),
    "not among the words to choose from": (
        "contradicted",
        "false",
        {"choices": ["supported", "contradicted"]},
        ["“false” is not one of the words to choose from: “supported”, “contradicted”"],
    ),
    "the other word to choose": (
        "contradicted",
        "supported",
        {"choices": ["supported", "contradicted"]},
        ["not the right choice"],
    ),
    "capital letters where they count": ("AIM-120", "aim-120", {"case": True}, ["capital letters"]),
    "a number": ("Okinawa", 7, {}, ["is a number", "asks for a text"]),
    "a huge text": ("Okinawa", "Okinawa " * 100_000, {}, ["“Okinawa Okinawa"]),
    "an empty text": ("Okinawa", "", {}, ["not what is asked"]),
}

WRONG_DATES: dict[str, WrongCase] = {
    "a day later": (dt.date(2024, 7, 28), "2024-07-29", {}, ["2024-07-29", "later"]),
    "a year earlier": (dt.date(2024, 7, 28), dt.date(2023, 7, 28), {}, ["2023-07-28", "earlier"]),
    "with a time of day": (dt.date(2024, 7, 28), pd.Timestamp("2024-07-28 08:48"), {}, ["08:48", "time of day"]),
    "no date": (dt.date(2024, 7, 28), "last summer", {}, ["“last summer” is not a date"]),
    "a date that may mean two days": (dt.date(2024, 3, 1), "01/03/2024", {}, ["“01/03/2024” is not a date"]),
    "an empty text": (dt.date(2024, 7, 28), "", {}, ["is not a date"]),
    "missing": (dt.date(2024, 7, 28), pd.NaT, {}, ["missing value"]),
    "a number": (dt.date(2024, 7, 28), 2024, {}, ["is a number", "asks for a date"]),
}

WRONG_LISTS: dict[str, WrongCase] = {
    "one value": (
        SPENT,
        [10.0, 12.5, 15.0, 9.0],
        {},
        ["differs in 1 of 4 values, at the 4th: yours is 9, expected is 8"],
    ),
    "one value, and others by less than the tolerance": (
        SPENT,
        [10.01, 12.5, 15.0, 9.0],
        {"tolerance": 0.05},
        ["differs by more than rounding in 1 of 4 values, at the 4th: yours is 9, expected is 8"],
    ),
    "one value in many": (
        list(range(20_000)),
        [*range(9_999), 0, *range(10_000, 20_000)],
        {},
        ["1 of 20,000 values, at the 10,000th: yours is 0, expected is 9,999"],
    ),
    "another order": ([3, 1, 2], [1, 2, 3], {}, ["right entries in another order", "the 1st"]),
    "text in another order": (
        ["US", "Japan", "Korea"],
        ["Japan", "Korea", "us"],
        {},
        ["right entries in another order"],
    ),
    "two values exchanged": (
        SPENT,
        [12.5, 10.0, 15.0, 8.0],
        {},
        ["two values exchanged: the 1st, 12.5, and the 2nd, 10."],
    ),
    "one too few": (SPENT, SPENT[:3], {}, ["has 3 values; 4 are expected"]),
    "one too many": (SPENT, [*SPENT, 1.0], {}, ["has 5 values; 4 are expected"]),
    "one alone": (SPENT, [1.0], {}, ["has 1 value; 4 are expected"]),
    "begun and not finished": (SPENT, [*SPENT[:-1], ...], {}, ["still has dots (...) in it"]),
    "text for numbers": (SPENT, [str(x) for x in SPENT], {}, ["contains text; numbers are asked for", "pd.to_numeric"]),
    "numbers for text": (["US", "Japan"], [1, 2], {}, ["contains numbers; text is asked for"]),
    "text for dates": (
        [dt.date(2024, 7, 28), dt.date(2024, 7, 29)],
        ["28 July", "29 July"],
        {},
        ["contains text; dates are asked for", "pd.to_datetime"],
    ),
    "years taken for moments": (
        pd.to_datetime(["2020-05-01", "2021-05-01"]),
        pd.to_datetime([2020, 2021]),
        {},
        ["1970-01-01", "format='%Y'"],
    ),
    "an hour off": (
        pd.to_datetime(["2024-07-28 08:00", "2024-07-29 00:00"]),
        pd.to_datetime(["2024-07-28 09:00", "2024-07-29 00:00"]),
        {},
        ["yours is 2024-07-28 09:00:00, expected is 2024-07-28 08:00:00"],
    ),
    "a date before pandas' time": (
        [dt.date(2024, 7, 28), dt.date(2024, 7, 29)],
        [dt.date(24, 7, 28), dt.date(2024, 7, 29)],
        {},
        ["the 1st: yours is a date before 1678"],
    ),
    "missing in another place": (
        [1.0, np.nan, 3.0],
        [np.nan, 1.0, 3.0],
        {},
        ["two values exchanged: the 1st, missing, and the 2nd, 1."],
    ),
    "a gap filled": ([1.0, np.nan, 3.0], [1.0, 0.0, 3.0], {}, ["yours is 0, expected is missing"]),
    "a value missing": ([1.0, 2.0, 3.0], [1.0, np.nan, 3.0], {}, ["yours is missing, expected is 2"]),
    "shares for percentages": ([27.0, 73.0], [0.27, 0.73], {"unit": "percent"}, ["this is a share, but a percentage"]),
    "percentages for shares": ([0.27, 0.73], [27.0, 73.0], {}, ["this is a percentage, but a share"]),
    "all signs reversed": ([1.0, -2.0], [-1.0, 2.0], {}, ["wrong sign"]),
    "a single value": ([12.5], [13.0], {}, ["yours is 13"]),
    "an entry not asked for": (
        ["US", "Japan"],
        {"US", "Japan", "Korea"},
        {"order": False},
        ["has “Korea”, not asked for"],
    ),
    "an entry not there": (
        ["US", "Japan"],
        {"US"},
        {"order": False},
        ["lacks “Japan”."],
    ),
    "an entry exchanged": (
        ["US", "Japan"],
        {"US", "Korea"},
        {"order": False},
        ["has “Korea”, not asked for, and lacks “Japan”."],
    ),
    "an entry twice": (
        ["US", "Japan"],
        ["US", "US", "Japan"],
        {"order": False},
        ["has “US” twice, which is asked for once."],
    ),
    "an entry instead of another": (
        ["US", "Japan", "India"],
        ["US", "US", "India"],
        {"order": False},
        ["` has “US” twice, which is asked for once, and lacks “Japan”."],
    ),
    "a number too often": (
        [1.0, 1.0, 2.0],
        [1.0, 1.0, 1.0, 2.0],
        {"order": False},
        ["has 1 3 times, which is asked for twice."],
    ),
    "entries too often, and one of no use": (
        ["US", "Japan", "India"],
        ["US", "US", "India", "Japan", "Japan", "Peru"],
        {"order": False},
        ["has “Peru”, not asked for, and has “US” twice, which is asked for once (and so with 1 more)."],
    ),
    "a gap not asked for": ([1.0, 2.0], [2.0, 1.0, None], {"order": False}, ["has a missing value, not asked for"]),
    "a number not asked for": (
        [1.0, 2.0, 3.0],
        [3.0, 2.0, 5.0],
        {"order": False},
        ["has 5", "lacks the value 1."],
    ),
    "a missing one for a number": ([1.0, 2.0], [2.0, None], {"order": False}, ["has a missing value", "the value 1"]),
    "a table of two columns": (SPENT, BUDGET[["year", "spent"]], {}, ["a table of 2 columns", "one column"]),
    "a number for a list": (SPENT, 10.0, {}, ["is a number", "a list or Series"]),
    "differences beyond six digits": (
        [1234567.25, 1.0],
        [1234567.125, 1.0],
        {"tolerance": 0.01},
        ["yours is 1,234,567.125, expected is 1,234,567.25"],
    ),
    "small differences": ([1.0, 2.0], [1.00001, 2.0], {}, ["yours is 1.00001, expected is 1"]),
}

WRONG_SERIES: dict[str, WrongCase] = {
    "two values exchanged": (
        BY_YEAR,
        BY_YEAR.set_axis([2021, 2020, 2022, 2023]),
        {},
        ["two values exchanged", "2020", "2021"],
    ),
    "right values under wrong labels": (
        BY_YEAR,
        pd.Series(SPENT[1:] + SPENT[:1], index=BY_YEAR.index),
        {},
        ["right values under wrong labels", "year = 2020: yours is 12.5, expected is 10"],
    ),
    "one label misspelt": (
        pd.Series({"Kadena": 1.0, "Misawa": 2.0}),
        pd.Series({"Kadena": 1.0, "Misava": 2.0}),
        {},
        ["no row for “Misawa”", "“Misava”", "spelling"],
    ),
    "every year one too high": (BY_YEAR, BY_YEAR.set_axis([2021, 2022, 2023, 2024]), {}, ["1 too high in every row"]),
    "one year off": (
        BY_YEAR,
        BY_YEAR.set_axis([2020, 2021, 2022, 2032]),
        {},
        ["no row for year = 2023", "2032 instead"],
    ),
    "a year missing": (BY_YEAR, BY_YEAR.iloc[1:], {}, ["no row for year = 2020"]),
    "a year too many": (
        BY_YEAR.iloc[1:],
        BY_YEAR,
        {},
        ["4 rows, 3 are expected", "year = 2020 should not be there"],
    ),
    "a year twice": (BY_YEAR, pd.concat([BY_YEAR, BY_YEAR.iloc[:1]]), {}, ["2 rows for year = 2020; 1 is expected"]),
    "a value wrong": (BY_YEAR, BY_YEAR.replace(15.0, 51.0), {}, ["year = 2022: yours is 51, expected is 15"]),
    "labels lost": (BY_YEAR, SPENT, {"labels": "required"}, ["has no labels"]),
    "order lost": (
        BY_YEAR,
        BY_YEAR.iloc[::-1],
        {"order": True},
        ["right rows in another order", "year = 2020", "1st row"],
    ),
    "days one too late": (
        BY_DAY,
        BY_DAY.set_axis(BY_DAY.index + pd.Timedelta(days=1)),
        {},
        ["1 day too late in every row"],
    ),
    "other labels altogether": (
        BY_YEAR,
        BY_YEAR.set_axis(list("abcd")),
        {},
        ["The index of `answer` contains text; numbers"],
    ),
    "one index level for two": (
        BY_TWO.set_index(["year", "side"])["value"],
        BY_TWO.set_index("year")["value"],
        {},
        ["Each row of `answer` has 1 label in the index; 2 are expected (“year” and “side”)."],
    ),
    "a dictionary with a wrong value": (BY_YEAR, {**BY_YEAR.to_dict(), 2022: 1.5}, {}, ["year = 2022", "yours is 1.5"]),
}

WRONG_RECORDS: dict[str, WrongCase] = {
    "the figure wrong": (
        VERDICT,
        {**VERDICT, "figure": 150},
        {"unit": "percent"},
        ['`answer["figure"]` = 150', "too high"],
    ),
    "the verdict wrong": (VERDICT, {**VERDICT, "verdict": "supported"}, {}, ['`answer["verdict"]`', "“supported”"]),
    "a word that is no choice": (
        VERDICT,
        {**VERDICT, "verdict": "lie"},
        {"choices": {"verdict": ["supported", "contradicted"]}},
        ["“lie” is not one of the words to choose from"],
    ),
    "a year wrong": ({"year": 2016.0}, {"year": 2017}, {"unit": "percent"}, ['`answer["year"]` = 2017 is too late.']),
    "an entry with a unit of its own": (
        {"share": 0.25, "days": 8},
        {"share": 25.0, "days": 9},
        {"unit": {"share": "share", "days": "days"}},
        ["this is a percentage, but a share", '`answer["days"]` = 9 is too high.'],
    ),
    "a key missing": (VERDICT, {"verdict": "contradicted"}, {}, ["key “figure” is missing"]),
    "a key misspelt": (
        VERDICT,
        {"verdict": "contradicted", "figures": 50},
        {},
        ["“figure” is missing", "you have “figures”"],
    ),
    "a key still open": (
        VERDICT,
        {"verdict": "contradicted", "figure": ...},
        {},
        ["“figure” is still to be filled in"],
    ),
    "a value None": (VERDICT, {"verdict": "contradicted", "figure": None}, {}, ['`answer["figure"]` is None']),
    "everything wrong": (
        {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0},
        {"a": 9.0, "b": 9.0, "c": 9.0, "d": 9.0},
        {},
        ['["a"]', '["b"]', "2 more keys are not right"],
    ),
    "a list": (VERDICT, ["contradicted", 50], {}, ["is a list", "asks for a dictionary"]),
    "a Series with a wrong figure": (
        VERDICT,
        pd.Series({**VERDICT, "figure": 5.0}),
        {},
        ['`answer["figure"]` = 5', "too low"],
    ),
}

WRONG_TABLES: dict[str, WrongCase] = {
    "row 10,000 of a long table": (
        LONG,
        with_value(LONG, 10_000, "square", 1.0),
        {"keys": ["number"]},
        [
            "Column “square” of `answer` differs in 1 of 20,000 rows",
            "number = 10,000",
            "yours is 1, expected is 100,000,000",
        ],
    ),
    "row 10,000 of a long table, rows shuffled": (
        LONG,
        with_value(LONG, 10_000, "square", 1.0).sample(frac=1, random_state=2),
        {"keys": ["number"]},
        ["number = 10,000"],
    ),
    "two values exchanged": (
        WORDS,
        WORDS.assign(area=[19.9, 15.9, 2.3, 7.9]),
        BY_PLACE,
        ["two values exchanged: those of place = “Yokosuka” and place = “Misawa”"],
    ),
    "right values under wrong labels": (
        WORDS,
        WORDS.assign(area=[7.9, 19.9, 2.3, 15.9]),
        BY_PLACE,
        ["right values under wrong labels", "place = “Kadena”"],
    ),
    "one label misspelt": (
        WORDS,
        with_value(WORDS, 3, "place", "Iwakumi"),
        BY_PLACE,
        ["no row for place = “Iwakuni”", "“Iwakumi”", "spelling"],
    ),
    "one label another": (
        WORDS,
        with_value(WORDS, 3, "place", "Atsugi"),
        BY_PLACE,
        ["no row for place = “Iwakuni”", "“Atsugi” instead"],
    ),
    "percentages for shares": (
        WORDS.assign(area=WORDS["area"] / 46),
        WORDS.assign(area=WORDS["area"] / 46 * 100),
        BY_PLACE,
        ["Column “area”", "this is a percentage, but a share"],
    ),
    "shares for percentages": (
        WORDS.assign(area=WORDS["area"] / 46 * 100),
        WORDS.assign(area=WORDS["area"] / 46),
        {**BY_PLACE, "unit": "percent"},
        ["this is a share, but a percentage"],
    ),
    "a thousand times too large": (
        BUDGET,
        BUDGET.assign(spent=BUDGET["spent"] * 1000),
        {**TABLE, "unit": "billion yen"},
        ["Column “spent”", "1,000 times too large", "billion yen"],
    ),
    "the sign reversed": (BUDGET, BUDGET.assign(spent=-BUDGET["spent"]), TABLE, ["Column “spent”", "wrong sign"]),
    "a row missing": (BUDGET, BUDGET.drop(index=1), TABLE, ["no row for year = 2021"]),
    "rows missing": (BUDGET, BUDGET.tail(1), TABLE, ["no row for year = 2020", "3 rows are missing"]),
    "a row too many": (BUDGET.head(3), BUDGET, TABLE, ["4 rows, 3 are expected", "year = 2023 should not be there"]),
    "a row twice": (BUDGET, pd.concat([BUDGET, BUDGET.tail(1)]), TABLE, ["2 rows for year = 2023"]),
    "no rows": (BUDGET, BUDGET.head(0), TABLE, ["`answer` is empty; 4 rows are expected."]),
    "a column missing": (BUDGET, BUDGET[["year", "agency"]], TABLE, ["no column “spent”", "“year”, “agency”"]),
    "a column misspelt": (
        BUDGET,
        BUDGET.rename(columns={"spent": "spend"}),
        TABLE,
        ["no column “spent” (you have “spend”)"],
    ),
    "a column misspelt, and row numbers left over": (
        BUDGET,
        BUDGET.rename(columns={"spent": "spend"}).set_axis([7, 8, 9, 11]),
        TABLE,
        ["no column “spent” (you have “spend”)"],
    ),
    "text for numbers": (
        BUDGET,
        BUDGET.astype({"spent": str}),
        TABLE,
        ["Column “spent”", "contains text", "pd.to_numeric"],
    ),
    "the order lost": (
        BUDGET,
        BUDGET.sort_values("spent"),
        {**TABLE, "order": True},
        ["right rows in another order", "year = 2020 should be the 1st row"],
    ),
    "missing in another place": (
        GAPPY,
        GAPPY.assign(spent=[np.nan, 12.5, 10.0, 8.0]),
        TABLE,
        ["Column “spent”", "two values exchanged"],
    ),
    "a gap filled with nought": (
        GAPPY,
        GAPPY.fillna({"spent": 0}),
        TABLE,
        ["year = 2022: yours is 0, expected is missing"],
    ),
    "every year one too low": (
        BUDGET,
        BUDGET.assign(year=BUDGET["year"] - 1),
        TABLE,
        ["“year” is 1 too low in every row"],
    ),
    "agencies under the wrong years": (
        BUDGET,
        BUDGET.assign(agency=["South", "East", "West", "North"]),
        TABLE,
        ["Column “agency”", "wrong labels", "yours is “South”, expected is “North”"],
    ),
    "a list of numbers": (BUDGET, SPENT, TABLE, ["is a list or Series of 4 rows", "a table"]),
    "an array without names": (BUDGET, BUDGET.to_numpy(), TABLE, ["no column “agency”", "“0”, “1”, “2”"]),
    "one of two keys wrong": (
        BY_TWO,
        with_value(BY_TWO, 3, "side", "Korea"),
        KEYED_TWICE,
        ["no row for year = 2021, side = “Japan”", "“Korea” instead"],
    ),
    "a million rows": (BUDGET, pd.DataFrame({"year": np.arange(1_000_000)}), TABLE, ["1,000,000 rows; 4 are expected"]),
    "a thousand columns": (BUDGET, pd.DataFrame(np.zeros((2, 1000))), TABLE, ["no column “year”", "more"]),
    "a dictionary": (BUDGET, {"year": 2020, "spent": 10.0}, TABLE, ["is a dictionary", "asks for a table"]),
    "a row wrong where no column tells the rows apart": (
        pd.DataFrame({"side": ["US", "US"], "value": [1.5, 1.5]}),
        pd.DataFrame({"side": ["US", "US"], "value": [1.5, 2.5]}),
        {"order": True},
        ["Column “value”", "the 2nd row"],
    ),
}

WRONG_FUNCTIONS: dict[str, WrongCase] = {
    "another result": (
        growth,
        lambda old, new: new / old * 100 if old else None,
        CALLS,
        ["`answer(10, 15)` gives 150; it should give 50."],
    ),
    "no result": (growth, lambda old, new: None, CALLS, ["`answer(10, 15)` gives None", "return"]),
    "an error": (growth, raising, CALLS, ["`answer(0, 5)` does not work", "ZeroDivisionError"]),
    "a result where None is expected": (
        growth,
        lambda a, b: growth(a, b) or 0,
        CALLS,
        ["`answer(0, 5)` gives 0; it should give None."],
    ),
    "too few parameters": (growth, lambda old: old, CALLS, ["is called with 2 arguments, but it takes 1 (old)"]),
    "no parameters": (growth, lambda: 7, CALLS, ["is called with 2 arguments, but it takes none"]),
    "leaving Python": (growth, leaving, CALLS, ["`answer(10, 15)` does not work", "SystemExit"]),
    "its result for the function": (growth, 50.0, CALLS, ["is a number, 50", "the function itself"]),
    "changes its table": (
        lambda t: float(t["spent"].sum()),
        mutating,
        SUM,
        ["changes the value that it is given", ".copy()"],
    ),
    "a wrong result from a table": (
        lambda t: float(t["spent"].sum()),
        lambda t: float(t["spent"].max()),
        SUM,
        ["`answer(pd.DataFrame({'spent': [1, 2]}))` gives 2; it should give 3."],
    ),
    "a print for a return": (growth, lambda old, new: print(end=""), CALLS, ["gives None"]),
    "a list for a number": (
        growth,
        lambda old, new: [1, 2],
        CALLS,
        ["`answer(10, 15)` gives a list or Series of 2 rows; it should give 50."],
    ),
}

WRONG_ALTOGETHER: dict[str, WrongCase] = {
    f"{what}, where {kind} is asked": (expected, answer, check, fragments)
    for kind, (expected, check) in {
        "a number": (12.5, {}),
        "a text": ("Okinawa", {}),
        "a date": (dt.date(2024, 7, 28), {}),
        "a record": (VERDICT, {}),
        "a list": (SPENT, {}),
        "a labelled series": (BY_YEAR, {}),
        "a table": (BUDGET, TABLE),
    }.items()
    for what, (answer, fragments) in {
        "None": (None, ["is None", "print"]),
        "groups without a sum": (BUDGET.groupby("agency"), ["DataFrameGroupBy", ".sum() or .size()"]),
        "groups of one column without a sum": (
            BUDGET.groupby("agency")["spent"],
            ["SeriesGroupBy", ".sum() or .size()"],
        ),
        "periods without a sum": (BY_DAY.resample("YE"), ["Resampler", "add a step"]),
        "a rolling window": (BY_DAY.rolling(2), ["Rolling", "add a step"]),
        "the function itself": (growth, ["the function itself", "Call it"]),
        "a method without brackets": (BY_YEAR.sum, ["the function itself", "Call it"]),
        "a class": (pd.DataFrame, ["the class DataFrame itself"]),
        "a module": (json, ["an object of type module"]),
        "an object that refuses everything": (Hostile(), ["an object of type Hostile"]),
        "a dictionary that cannot be read": (HostileMapping(a=1), ["an object of type HostileMapping"]),
        "an array of tables": (np.array([BUDGET, BUDGET.head(1), None], dtype=object)[:2], ["DataFrame objects"]),
        "bytes": (b"12.5", ["an object of type bytes"]),
        "a cube of numbers": (np.zeros((2, 2, 2)), ["an array with 3 dimensions"]),
    }.items()
}

ENDLESS: dict[str, Callable[[], Any]] = {
    "an endless count": lambda: itertools.count(),
    "an endless generator": lambda: (1.0 for _ in itertools.count()),
    "an endless cycle": lambda: itertools.cycle([1.0]),
    "a list that contains itself": itself_in_a_list,
    "a dictionary that contains itself": itself_in_a_dictionary,
    "a million numbers": lambda: list(range(1_000_000)),
    "a range of a million million": lambda: range(10**12),
    "a dictionary of a million": lambda: dict.fromkeys(range(1_000_000), 1),
    "lists of unequal length": lambda: [[1], [1, 2, 3], []],
    "lists of unequal length in a dictionary": lambda: {"a": [1], "b": [1, 2, 3]},
    "tables in a list": lambda: [BUDGET, BUDGET],
    "tables in a dictionary": lambda: {"a": BUDGET, "b": BUDGET},
    "an object column of refusals": lambda: pd.Series([Hostile(), Hostile()], dtype=object),
    "a table of refusals": lambda: pd.DataFrame({"year": [Hostile()], "spent": [Hostile()]}, dtype=object),
    "complex numbers": lambda: np.array([1 + 2j, 3j]),
    "a map without end": lambda: map(float, itertools.count()),
    "a used-up generator": lambda: iter([]),
    "an interval column": lambda: pd.Series(pd.cut([1, 5], [0, 2, 9])),
    "a sparse column": lambda: pd.Series([0.0, 1.0], dtype=pd.SparseDtype(float, 0.0)),
    "an empty dictionary": lambda: {},
    "an empty table": lambda: pd.DataFrame(),
    "an empty Series": lambda: pd.Series(dtype=float),
    "two columns of one name": lambda: pd.DataFrame([[2020, 2021]], columns=["year", "year"]),
    "surrogates": lambda: "\ud800 broken",
    "a column named by a date": lambda: pd.DataFrame({pd.Timestamp("2024-01-01"): [1]}),
    "gaps among categories": lambda: pd.Series([1, None], dtype="category"),
}

ALL_WRONG: dict[str, WrongCase] = {
    f"{group}: {statement}": case
    for group, cases in {
        "number": WRONG_NUMBERS,
        "text": WRONG_TEXTS,
        "date": WRONG_DATES,
        "list": WRONG_LISTS,
        "series": WRONG_SERIES,
        "record": WRONG_RECORDS,
        "table": WRONG_TABLES,
        "function": WRONG_FUNCTIONS,
        "altogether": WRONG_ALTOGETHER,
    }.items()
    for statement, case in cases.items()
}


@pytest.mark.parametrize(("expected", "answer", "check", "fragments"), ALL_WRONG.values(), ids=ALL_WRONG)
def test_a_wrong_answer_is_wrong_and_told_where(
    expected: Any, answer: Any, check: dict[str, Any], fragments: list[str]
) -> None:
    message = verdict(expected, answer, **check)
    assert message is not None
    for fragment in fragments:
        assert fragment in message
    assert_readable(message)


EXPECTED: dict[str, tuple[Any, dict[str, Any]]] = {
    "a number": (12.5, {}),
    "a text": ("Okinawa", {}),
    "a date": (dt.date(2024, 7, 28), {}),
    "a record": (VERDICT, {}),
    "a list": (SPENT, {}),
    "a set": (SPENT, {"order": False}),
    "a labelled series": (BY_YEAR, {}),
    "a table": (BUDGET, TABLE),
    "a table with two keys": (BY_TWO, KEYED_TWICE),
    "a function": (growth, CALLS),
}


@pytest.mark.parametrize("make", ENDLESS.values(), ids=ENDLESS)
def test_no_object_whatever_keeps_the_check_from_an_answer(make: Callable[[], Any]) -> None:
    for expected, check in EXPECTED.values():
        message = verdict(expected, make(), **check)
        assert message is not None
        assert_readable(message)


def assert_readable(message: str) -> None:
    """Hold a message to what a newcomer can read."""
    assert len(message) <= 400, message
    assert message.rstrip("”)`")[-1] in ".?!", message
    assert message[0].isupper() or message[0] == "`", message
    assert "  " not in message and ".." not in message.replace("...", ""), message
    assert not re.search(r" [.:,;](?![a-z.])", message), message
    for mark in ("np.", "numpy.", "pandas.", "<class", "Traceback", "0x", "dtype", "Answer(", "<locals>"):
        assert mark not in message, message
    assert not re.search(r"\bnan\b|\bNaT\b|<NA>", message), message


# --- what is never told, and what is always told -------------------------------------------------------------

SINGLE = [WRONG_NUMBERS, WRONG_TEXTS, WRONG_DATES, WRONG_RECORDS]


def secrets(expected: Any) -> list[str]:
    """Return the ways in which an expected single value could be written."""
    values = list(expected.values()) if isinstance(expected, dict) else [expected]
    words = []
    for value in values:
        if isinstance(value, str):
            words.append(value)
        elif isinstance(value, dt.date):
            words.append(str(value)[:10])
        elif isinstance(value, float | int) and not isinstance(value, bool):
            words += [f"{value:g}", f"{value:,.0f}"]
    return [word for word in words if len(word) > 1]


@pytest.mark.parametrize("case", [case for cases in SINGLE for case in cases.values()], ids=itertools.count())
def test_a_wrong_single_value_is_not_answered_with_the_solution(case: WrongCase) -> None:
    expected, answer, check, _ = case
    message = verdict(expected, answer, **check) or ""
    if check.get("choices"):  # the words to choose from are in the question, too
        message = message.split(" choose from: ")[0]
    own = str(answer)
    for secret in secrets(expected):
        assert secret in own or not re.search(rf"(?<![\d.,\w]){re.escape(secret)}(?![\d\w]|[.,]\d)", message), message


def test_a_list_of_one_value_is_a_single_value() -> None:
    assert "12.5" not in str(verdict([12.5], [13.0]))
    assert "12.5" not in str(verdict(pd.DataFrame({"spent": [12.5]}), pd.DataFrame({"spent": [13.0]})))


@pytest.mark.parametrize("stub", [..., {"verdict": ..., "figure": ...}, [..., ...]])
def test_a_stub_is_not_tried(stub: Any) -> None:
    assert is_untried(portable(stub))


@pytest.mark.parametrize("answer", [0, "", {}, {"verdict": "supported", "figure": ...}, [1, ...], None])
def test_what_is_filled_in_even_in_part_is_tried(answer: Any) -> None:
    assert not is_untried(portable(answer))


def test_a_function_that_still_returns_dots_is_not_tried() -> None:
    assert is_untried(portable(lambda old, new: ..., CALLS["calls"]))


def test_reading_an_answer_does_not_change_it() -> None:
    table = GAPPY.copy()
    portable(table)
    pd.testing.assert_frame_equal(table, GAPPY)
    values: list[Any] = [3, 1, 2]
    portable(values)
    assert values == [3, 1, 2]


def test_what_a_function_does_to_its_arguments_does_not_reach_the_next_call() -> None:
    def emptying(values: list[int]) -> int:
        total = sum(values)
        values.clear()
        return total

    calls = [[[1, 2, 3]], [[1, 2, 3]]]
    result = portable(emptying, calls)
    assert [one.value for one in result.results] == [6.0, 6.0]
    assert calls == [[[1, 2, 3]], [[1, 2, 3]]]
    assert "changes the value" in str(verdict(sum, emptying, calls=calls))


def test_rows_of_the_same_label_may_come_in_any_order() -> None:
    repeated = pd.Series([1.0, 2.0, 3.0], index=["US", "US", "Japan"])
    assert verdict(repeated, repeated.iloc[[1, 2, 0]]) is None
    assert "“US”" in str(verdict(repeated, pd.Series([1.0, 2.5, 3.0], index=repeated.index)))


def test_row_numbers_left_over_in_the_reference_are_not_asked_of_anyone() -> None:
    filtered = BUDGET[BUDGET["spent"] > 12]  # rows 1 and 2
    assert verdict(filtered, filtered.reset_index(drop=True), keys=["year"]) is None
    assert verdict(filtered.drop(columns="year"), filtered.drop(columns="year").reset_index(drop=True)) is None


def test_years_without_a_name_are_labels() -> None:
    unnamed = BY_YEAR.rename_axis(None).to_frame()
    assert verdict(unnamed, BY_YEAR.to_frame()) is None
    assert "2020" in str(verdict(unnamed, unnamed.set_axis([2030, 2021, 2022, 2023])))


# --- rules that hold for all values --------------------------------------------------------------------------

numbers = st.floats(allow_nan=True, allow_infinity=True) | st.integers(-(10**18), 10**18)
texts = st.text(max_size=20)
dates = st.dates(dt.date(1700, 1, 1), dt.date(2250, 1, 1)) | st.datetimes(
    dt.datetime(1700, 1, 1), dt.datetime(2250, 1, 1)
)
scalars = numbers | texts | dates | st.booleans() | st.none()
lists = st.one_of(
    *(st.lists(kind | st.none(), min_size=1, max_size=8) for kind in (numbers, texts, dates, st.booleans()))
)
records = st.dictionaries(texts, scalars, min_size=1, max_size=4)


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Return a table of a few columns of different kinds."""
    rows = draw(st.integers(1, 6))
    kinds = {"number": numbers, "text": texts, "day": dates, "flag": st.booleans()}
    names = draw(st.lists(st.sampled_from(list(kinds)), min_size=1, max_size=4, unique=True))
    return pd.DataFrame({name: draw(st.lists(kinds[name] | st.none(), min_size=rows, max_size=rows)) for name in names})


anything = st.one_of(scalars, lists, records, frames(), st.lists(scalars, max_size=5))
LOOSE = Spec(answer="answer")


@given(anything)
def test_an_answer_survives_being_written_and_read(value: Any) -> None:
    answer = portable(value)
    text = json.dumps(to_json(answer), allow_nan=False)
    again = from_json(json.loads(text))
    assert json.dumps(to_json(again)) == text
    assert compare(answer, again, LOOSE) is None
    assert compare(again, answer, LOOSE) is None


@given(anything)
def test_every_answer_is_the_same_as_itself(value: Any) -> None:
    assert compare(portable(value), portable(value), LOOSE) is None


@given(anything, anything)
def test_any_two_answers_are_compared_without_an_error_and_in_a_readable_sentence(one: Any, other: Any) -> None:
    message = compare(portable(one), portable(other), LOOSE)
    assert message is None or 0 < len(message) <= 700


@given(numbers | texts | dates, numbers | texts | dates)
def test_two_single_values_differ_whichever_is_the_expected_one(one: Any, other: Any) -> None:
    exact = Spec(answer="answer", tolerance=0)
    first, second = portable(one), portable(other)
    if first.type == second.type:
        assert (compare(first, second, exact) is None) == (compare(second, first, exact) is None)


@given(frames(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_says_nothing(table: pd.DataFrame, random: Any) -> None:
    table = table.assign(row=range(len(table)))
    rows, columns = list(range(len(table))), list(table.columns)
    random.shuffle(rows)
    random.shuffle(columns)
    assert compare(portable(table), portable(table.iloc[rows][columns]), Spec(answer="answer", keys=["row"])) is None


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=30), st.data())
def test_no_changed_number_in_a_table_goes_unseen(values: list[int], data: st.DataObject) -> None:
    table = pd.DataFrame({"row": range(len(values)), "value": values})
    row = data.draw(st.integers(0, len(values) - 1))
    values[row] += data.draw(st.integers(1, 1000))
    changed = table.assign(value=values)
    message = compare(portable(table), portable(changed), Spec(answer="answer", keys=["row"]))
    assert message is not None


@given(st.floats(-1e9, 1e9), st.floats(0.001, 1e3), st.booleans())
def test_the_tolerance_decides_at_its_edge(expected: float, tolerance: float, above: bool) -> None:
    spec = Spec(answer="answer", tolerance=tolerance)
    sign = 1 if above else -1
    assert compare(portable(expected), portable(expected + sign * tolerance * 0.999), spec) is None
    beyond = expected + sign * (tolerance * 1.001 + 1e-6)
    assert compare(portable(expected), portable(beyond), spec) is not None


def test_a_check_that_says_what_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown key 'tolerence'"):
        Spec.from_dict({"answer": "a", "tolerence": 1})
    with pytest.raises(ValueError, match="must name the variable"):
        Spec.from_dict({"tolerance": 1})


def test_a_dictionary_is_no_list_of_values() -> None:
    told = compare(portable([1.0, 2.0]), portable({"a": 1.0, "b": 2.0}), Spec("pair"))
    assert told == "`pair` is a dictionary; the task asks for the values alone, as a list or Series."
    labelled = portable(pd.Series([1.0, 2.0], index=["a", "b"]))
    assert compare(labelled, portable({"a": 1.0, "b": 2.0}), Spec("pair")) is None
