"""What a portable answer is made of: columns, series, panels, and how their values are put in words."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import numbers
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

MAX_ROWS = 250_000
"""Rows beyond which only an answer's size is kept: no task asks for so many."""

MAX_KEYS = 200
"""Keys beyond which a dictionary is not a record but a labelled series."""

EARLIEST, LATEST = np.datetime64("1677-09-22"), np.datetime64("2262-04-11")
"""The first and the last day that datetime64[ns] can hold; dates beyond them are kept as these."""

MAX_TEXT = 20_000
"""Characters of one text that are kept."""


@dataclasses.dataclass
class Column:
    """Values of one kind.

    `kind` is number, truth, text, date, duration (days) or empty. `values` has shape (rows,): float64 for number,
    truth and duration (NaN where missing), datetime64[ns] for date, object (str or None) for text.
    `instants` holds the same moments in UTC where the dates carried a time zone.
    """

    name: str | None
    kind: str
    values: np.ndarray
    instants: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: np.ndarray) -> Column:
        """Return the column with the given row positions, in that order."""
        instants = None if self.instants is None else self.instants[rows]
        return Column(self.name, self.kind, self.values[rows], instants)


@dataclasses.dataclass
class Series:
    """One mark of a plot: `mark` (line, point, bar, cell, area) with its label and data columns.

    What a bar stands for comes first in `data`: x for standing bars, y for lying ones. `beside` are the texts of the
    plot that stand nearer to this series than to any other. `look` tells apart what a reader can tell apart: colour,
    shape, dash. `drawn` is "step" for a line of steps. `hidden` says for each value why it cannot be seen ("" where
    it can); it is empty when all can. `faults` are sentences on how the series deceives.
    """

    mark: str
    label: str | None
    data: dict[str, Column]
    beside: list[str] = dataclasses.field(default_factory=list)
    look: str = ""
    drawn: str = ""
    hidden: list[str] = dataclasses.field(default_factory=list)
    faults: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Panel:
    """One axes of a plot: title, label and scale per axis, free texts, and what is drawn.

    `faults` are sentences on how the axes deceive, `unread` the kinds of drawing that are there and not read, and
    `claimed` the axes (x, y) whose values were read by tick labels that somebody wrote.
    """

    title: str
    labels: dict[str, str]
    scales: dict[str, str]
    series: list[Series]
    texts: list[str]
    faults: list[str] = dataclasses.field(default_factory=list)
    unread: list[str] = dataclasses.field(default_factory=list)
    claimed: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Answer:
    """A value in portable form.

    `type` is one of: untried, none, number, truth, text, date, record, series, table, plot, function, other.
    `rows` is the number of rows of a series or table; when `cut` is true the values were too many to keep.
    A series of mixed values has them one by one in `items`, too. `changed` is set on a function's result when the
    call changed its arguments.
    """

    type: str
    value: Any = None
    shown: str = ""
    rows: int = 0
    cut: bool = False
    items: dict[str, Answer] = dataclasses.field(default_factory=dict)
    labels: list[Column] = dataclasses.field(default_factory=list)
    columns: list[Column] = dataclasses.field(default_factory=list)
    panels: list[Panel] = dataclasses.field(default_factory=list)
    results: list[Answer] = dataclasses.field(default_factory=list)
    changed: bool = False


def class_name(value: Any) -> str:
    """Return a value's class as a reader knows it (`DataFrame`, `GroupBy`), without touching the value."""
    return type(value).__name__[:100]


def scalar_of(value: Any) -> Answer | None:
    """Return the Answer for a single value, or None when `value` is not one."""
    if value is None:
        return Answer("none", shown="None")
    if isinstance(value, bool | np.bool_):
        return Answer("truth", bool(value), shown=str(bool(value)))
    if value is pd.NA or value is pd.NaT:
        return Answer("none", shown="missing")
    if isinstance(value, dt.datetime | dt.date | np.datetime64 | pd.Period):
        moment = _start(value) if isinstance(value, pd.Period) else pd.Timestamp(value)
        if pd.isna(moment):
            return Answer("none", shown="missing")
        return Answer("date", moment.isoformat(), shown=show_date(moment))
    if isinstance(value, dt.timedelta | np.timedelta64):
        days = pd.Timedelta(value) / pd.Timedelta(days=1)
        return Answer("number", float(days), shown=f"{days:g} days")
    if isinstance(value, numbers.Real | Decimal):
        number = _as_float(value)
        return Answer("number", number, shown=show_number(number))
    if isinstance(value, str):
        text = str(value)[:MAX_TEXT]
        return Answer("text", text, shown=quoted(text))
    return None


def _as_float(value: Any) -> float:
    """Return a number as a float; one too large for that is infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def show_number(number: float) -> str:
    """Return a number as a reader would write it: up to six significant digits, thousands apart, never as 2.5e-05."""
    if number is None or math.isnan(number):
        return "missing"
    if math.isinf(number):
        return "infinity" if number > 0 else "minus infinity"
    if number == round(number) and abs(number) < 1e15:
        return f"{number:,.0f}"
    if 1e-9 <= abs(number) < 1e15:
        text = f"{number:,.{max(0, 6 - 1 - math.floor(math.log10(abs(number))))}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    digits, power = f"{number:.5e}".split("e")
    return f"{digits.rstrip('0').rstrip('.')}×10^{int(power)}"


def show_date(moment: pd.Timestamp) -> str:
    """Return a day as year-month-day, and a moment with its time and time zone."""
    return str(moment.date()) if moment == moment.normalize() else moment.isoformat(" ", "auto")


def quoted(text: str) -> str:
    """Return text in quotation marks on one line, the middle of a long one left out."""
    line = " ".join(text.split()) or text
    return f"“{line}”" if len(line) <= 80 else f"“{line[:50]} … {line[-20:]}”"


def name_of(name: Any) -> str | None:
    """Return a column's name as text; the parts of a two-storey heading are joined by an underscore."""
    if name is None:
        return None
    if isinstance(name, tuple):
        return "_".join(word(part) for part in name if word(part))
    return word(name)


def column_of(values: pd.Series, name: str | None = None) -> Column:
    """Return a pandas Series as a Column, whatever its dtype (categorical, nullable, Arrow, object, zoned)."""
    name = name if name is not None else name_of(values.name)
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = pd.Series(values.cat.categories).reindex(values.cat.codes.to_numpy())
    dtype = values.dtype
    if isinstance(dtype, pd.PeriodDtype):
        return Column(name, "date", _nanoseconds(_starts(values)))
    if isinstance(dtype, pd.IntervalDtype):
        return Column(name, "text", _texts(values))
    if pd.api.types.is_bool_dtype(dtype):
        return Column(name, "truth", values.to_numpy(dtype=float, na_value=np.nan))
    if pd.api.types.is_numeric_dtype(dtype):
        if pd.api.types.is_complex_dtype(dtype):
            return Column(name, "text", _texts(values.astype(object)))
        return Column(name, "number", values.to_numpy(dtype=float, na_value=np.nan))
    if pd.api.types.is_timedelta64_dtype(dtype):
        return Column(name, "duration", values.dt.total_seconds().to_numpy(dtype=float) / 86_400)
    if isinstance(dtype, pd.DatetimeTZDtype):
        instants = _nanoseconds(values.dt.tz_convert("UTC").dt.tz_localize(None))
        return Column(name, "date", _nanoseconds(values.dt.tz_localize(None)), instants)
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return Column(name, "date", _nanoseconds(values))
    return _object_column(values, name)


def _start(period: pd.Period) -> pd.Timestamp:
    """Return when a period begins; a year, also one that ends in March, stands for the year that it is called by."""
    return pd.Timestamp(period.year, 1, 1) if period.freqstr.startswith(("Y", "A")) else period.to_timestamp()


def _starts(periods: pd.Series) -> pd.Series:
    if not periods.dt.freq.freqstr.startswith(("Y", "A")):
        return pd.Series(periods.dt.to_timestamp())
    return pd.Series(pd.to_datetime(periods.dt.year.astype("Int64").astype("string"), format="%Y"))


def _nanoseconds(moments: pd.Series) -> np.ndarray:
    """Return moments as datetime64[ns]; those outside the years that this can hold become its first or last day."""
    values = moments.to_numpy()
    if np.datetime_data(values.dtype)[0] != "ns":
        values = np.where(np.isnat(values), values, np.clip(values, EARLIEST, LATEST))
    return np.asarray(values, dtype="datetime64[ns]")


def _object_column(values: pd.Series, name: str | None) -> Column:
    """Return a column of text or mixed Python objects, by what the objects are."""
    if isinstance(values.dtype, pd.StringDtype):
        kind = "text" if values.notna().any() or not len(values) else "empty"
        return Column(name, kind, _texts(values) if kind == "text" else np.full(len(values), np.nan))
    inferred = pd.api.types.infer_dtype(values, skipna=True)
    missing = values.isna().to_numpy()
    if inferred == "empty" or missing.all():
        return Column(name, "empty", np.full(len(values), np.nan))
    if inferred == "boolean":
        return Column(name, "truth", values.astype("boolean").to_numpy(dtype=float, na_value=np.nan))
    if inferred == "mixed-integer" or inferred == "mixed":
        known = values[~missing]
        if all(issubclass(kind, numbers.Real | Decimal | np.bool_) for kind in set(map(type, known))):
            inferred = "floating"
    if inferred in {"integer", "floating", "mixed-integer-float", "decimal"}:
        cleaned = values.where(~missing, np.nan)
        return Column(
            name, "number", np.array([_as_float(x) for x in cleaned]) if inferred != "integer" else _integers(cleaned)
        )
    if inferred in {"timedelta", "timedelta64"}:
        return column_of(pd.to_timedelta(values), name)
    if inferred in {"date", "datetime", "datetime64", "period"}:
        return _date_objects(values, missing, name)
    return Column(name, "text", _texts(values))


def _integers(values: pd.Series) -> np.ndarray:
    try:
        return values.to_numpy(dtype=float)
    except OverflowError:
        return np.array([_as_float(x) for x in values])


def _date_objects(values: pd.Series, missing: np.ndarray, name: str | None) -> Column:
    """Return a column of Python dates, moments (of one or several time zones) or periods."""
    zoned = any(getattr(value, "tzinfo", None) is not None for value in values)
    if not zoned and not any(isinstance(value, pd.Period) for value in values):
        return Column(name, "date", _nanoseconds(pd.to_datetime(values, errors="coerce")))
    wall, utc = [], []
    for value, gone in zip(values, missing, strict=True):
        moment: Any = pd.NaT if gone else _start(value) if isinstance(value, pd.Period) else pd.Timestamp(value)
        wall.append(moment if gone else moment.tz_localize(None))
        utc.append(moment if gone or moment.tzinfo is None else moment.tz_convert("UTC").tz_localize(None))
    if not zoned:
        return Column(name, "date", _nanoseconds(pd.Series(wall)))
    return Column(name, "date", _nanoseconds(pd.Series(wall)), _nanoseconds(pd.Series(utc)))


def _texts(values: pd.Series) -> np.ndarray:
    """Return the values as str, None where missing; an object that cannot be shown is named by its class."""
    missing = values.isna().to_numpy()
    texts = values.to_numpy(dtype=object, copy=True)
    texts[missing] = None
    if set(map(type, texts)) <= {str, type(None)} and max(map(len, texts[~missing]), default=0) <= MAX_TEXT:
        return np.asarray(texts)
    for i, value in enumerate(texts):
        if value is not None and (type(value) is not str or len(value) > MAX_TEXT):
            texts[i] = word(value)
    return texts


def word(value: Any, depth: int = 3) -> str:
    """Return a single value as text, the same for the same meaning: 5 for 5.0, 2024-07-28 for a date of any class.

    Lists are shown to some depth; any other object is named by its class, its own methods are not asked.
    """
    try:
        if type(value) is int:
            return str(value)
        if isinstance(value, list | tuple | set | frozenset | np.ndarray):
            inside = ", ".join(word(item, depth - 1) for item in list(value)[:50]) if depth else "…"
            return f"[{inside}]"
        if isinstance(value, Mapping):
            pairs = [f"{word(k, depth - 1)}: {word(value[k], depth - 1)}" for k in list(value)[:50]] if depth else ["…"]
            return f"{{{', '.join(pairs)}}}"
        if isinstance(value, pd.Interval):
            ends = f"{word(value.left)}, {word(value.right)}"
            return f"{'[' if value.closed_left else '('}{ends}{']' if value.closed_right else ')'}"
        if isinstance(value, int) and not isinstance(value, bool):
            return str(int(value))
        if isinstance(value, complex):
            return f"{value.real:g}{value.imag:+g}i"
        if isinstance(value, pd.Period):
            return str(value)
        scalar = scalar_of(value)
        if scalar is None:
            return f"<{class_name(value)}>"
        if scalar.type == "number":
            whole = float(scalar.value).is_integer() and abs(scalar.value) < 1e15
            return f"{scalar.value:.0f}" if whole else repr(scalar.value)
        return str(scalar.value) if scalar.type == "text" else scalar.shown
    except Exception:  # a learner's object may refuse to be read
        return f"<{class_name(value)}>"
