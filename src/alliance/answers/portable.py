"""Turn any value into a portable answer: plain data that can leave the kernel it was made in.

A learner's answer may be a number, a table, a plot, a function, or an object whose own methods fail. The
functions here never call the answer's `repr`, never raise because of it, and drop what is too long to be right.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

MAX_ROWS = 250_000
"""Rows beyond which only an answer's size is kept: no task asks for so many."""

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
    """One mark of a plot: `mark` (line, point, bar, cell, area) with its label and data columns."""

    mark: str
    label: str | None
    data: dict[str, Column]


@dataclasses.dataclass
class Panel:
    """One axes of a plot: title, label and scale per axis, free texts, and what is drawn."""

    title: str
    labels: dict[str, str]
    scales: dict[str, str]
    series: list[Series]
    texts: list[str]


@dataclasses.dataclass
class Answer:
    """A value in portable form.

    `type` is one of: untried, none, number, truth, text, date, record, series, table, plot, function, other.
    `rows` is the number of rows of a series or table; when `cut` is true the values were too many to keep.
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


def class_name(value: Any) -> str:
    """Return a value's class as a reader knows it (`DataFrame`, `GroupBy`), without touching the value."""
    return type(value).__name__


def portable(value: Any, calls: Sequence[Sequence[Any]] = ()) -> Answer:
    """Return `value` as an Answer. `calls` are the argument lists that a function is tried on.

    Never raises for what the value does: an object that cannot be read becomes an Answer of type `other`.
    """
    try:
        return _portable(value, calls)
    except Exception as error:  # the value is a learner's: anything may happen while reading it
        return Answer("other", shown=class_name(value), value=f"it cannot be read ({class_name(error)})")


def _portable(value: Any, calls: Sequence[Sequence[Any]]) -> Answer:
    if value is Ellipsis:
        return Answer("untried", shown="...")
    scalar = _scalar(value)
    if scalar is not None:
        return scalar
    if isinstance(value, pd.DataFrame):
        return _table(value)
    if isinstance(value, pd.Series):
        return _series(value)
    from alliance.plots import axes_of, read_panels  # matplotlib is slow to import; most answers are not plots

    axes = axes_of(value)
    if axes:
        return Answer("plot", shown=class_name(value), panels=read_panels(axes))
    if isinstance(value, pd.Index):
        return _series(value.to_series(index=range(len(value))))
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return _portable(value.item(), calls)
        if value.ndim > 2:
            return Answer("other", shown=f"array with {value.ndim} dimensions")
        return _series(pd.Series(value)) if value.ndim == 1 else _table(pd.DataFrame(value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = dataclasses.asdict(value)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        return _record(value)
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    if isinstance(value, list | tuple | range) or class_name(value) in _VIEWS:
        return _sequence(value)
    if callable(value) and not isinstance(value, type):
        return _function(value, calls)
    return Answer("other", shown=class_name(value))


_VIEWS = {"dict_keys", "dict_values", "map", "filter", "zip", "generator", "StringArray", "ArrowStringArray"}


def _scalar(value: Any) -> Answer | None:
    """Return the Answer for a single value, or None when `value` is not one."""
    if value is None:
        return Answer("none", shown="None")
    if isinstance(value, bool | np.bool_):
        return Answer("truth", bool(value), shown=str(bool(value)))
    if isinstance(value, dt.datetime | dt.date | np.datetime64 | pd.Period):
        moment = value.to_timestamp() if isinstance(value, pd.Period) else pd.Timestamp(value)
        if moment is pd.NaT:
            return Answer("none", shown="NaT")
        return Answer("date", moment.isoformat(), shown=_show_date(moment))
    if isinstance(value, dt.timedelta | np.timedelta64):
        days = pd.Timedelta(value) / pd.Timedelta(days=1)
        return Answer("number", float(days), shown=f"{days:g} days")
    if value is pd.NA or value is pd.NaT:
        return Answer("none", shown="missing")
    if isinstance(value, numbers.Real | np.number | Decimal | Fraction):
        number = float(value)
        return Answer("number", number, shown=show_number(number))
    if isinstance(value, str):
        text = str(value)[:MAX_TEXT]
        return Answer("text", text, shown=f"“{text[:80]}”")
    return None


def show_number(number: float) -> str:
    """Return a number as a reader would write it: up to six significant digits, thousands apart."""
    if number is None or math.isnan(number):
        return "missing"
    if math.isinf(number):
        return "infinity" if number > 0 else "minus infinity"
    if number == round(number) and abs(number) < 1e15:
        return f"{number:,.0f}"
    if 0.001 <= abs(number) < 1e6:
        text = f"{number:,.{max(0, 6 - 1 - math.floor(math.log10(abs(number))))}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{number:.6g}"


def _show_date(moment: pd.Timestamp) -> str:
    return str(moment.date()) if moment == moment.normalize() else str(moment)


def _record(value: Mapping[Any, Any]) -> Answer:
    items: dict[str, Answer] = {}
    for key, item in list(value.items())[:1000]:
        items[str(key)] = portable(item)
    if value and all(answer.type == "series" for answer in items.values()):
        return _table(pd.DataFrame({key: list(item) for key, item in value.items()}))
    return Answer("record", items=items, rows=len(value), shown="dict")


def _sequence(value: Any) -> Answer:
    items = list(value) if not hasattr(value, "__len__") or len(value) <= MAX_ROWS else value
    if len(items) > MAX_ROWS:
        return Answer("series", rows=len(items), cut=True, shown=class_name(value))
    if items and all(isinstance(item, Mapping | tuple | list) and not hasattr(item, "axes") for item in items):
        return _table(pd.DataFrame(items))
    return _series(pd.Series(items, dtype=object), shown=class_name(value))


def _series(value: pd.Series, shown: str = "Series") -> Answer:
    if len(value) > MAX_ROWS:
        return Answer("series", rows=len(value), cut=True, shown=shown)
    labels = _index_columns(value.index)
    return Answer("series", rows=len(value), columns=[column_of(value)], labels=labels, shown=shown)


def _table(value: pd.DataFrame) -> Answer:
    rows = len(value)
    if rows > MAX_ROWS or value.size > 20 * MAX_ROWS:
        names = [Column(_name(name), "empty", np.empty(0)) for name in value.columns]
        return Answer("table", rows=rows, cut=True, columns=names, shown="table")
    columns = [column_of(value.iloc[:, i], _name(value.columns[i])) for i in range(value.shape[1])]
    return Answer("table", rows=rows, columns=columns, labels=_index_columns(value.index), shown="table")


def _index_columns(index: pd.Index) -> list[Column]:
    """Return an index's levels as columns; none for the default numbering, which says nothing about a row."""
    if isinstance(index, pd.RangeIndex) and index.name is None:
        return []
    if isinstance(index, pd.MultiIndex):
        frame = index.to_frame(index=False, allow_duplicates=True)
        return [column_of(frame.iloc[:, i], _name(index.names[i])) for i in range(index.nlevels)]
    return [column_of(pd.Series(index), _name(index.name))]


def _name(name: Any) -> str | None:
    """Return a column's name as text; the parts of a two-storey heading are joined by an underscore."""
    if name is None:
        return None
    if isinstance(name, tuple):
        return "_".join(str(part) for part in name if str(part))
    return str(name)


def column_of(values: pd.Series, name: str | None = None) -> Column:
    """Return a pandas Series as a Column, whatever its dtype (categorical, nullable, Arrow, object, zoned)."""
    name = name if name is not None else _name(values.name)
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    dtype = values.dtype
    if isinstance(dtype, pd.PeriodDtype):
        values = values.dt.to_timestamp()
        dtype = values.dtype
    if isinstance(dtype, pd.IntervalDtype):
        return Column(name, "text", _texts(values))
    if pd.api.types.is_bool_dtype(dtype):
        return Column(name, "truth", values.to_numpy(dtype=float, na_value=np.nan))
    if pd.api.types.is_numeric_dtype(dtype):
        if pd.api.types.is_complex_dtype(dtype):
            return Column(name, "text", _texts(values))
        return Column(name, "number", values.to_numpy(dtype=float, na_value=np.nan))
    if pd.api.types.is_timedelta64_dtype(dtype):
        return Column(name, "duration", (values / pd.Timedelta(days=1)).to_numpy(dtype=float))
    if isinstance(dtype, pd.DatetimeTZDtype):
        instants = values.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[ns]")
        return Column(name, "date", values.dt.tz_localize(None).to_numpy(dtype="datetime64[ns]"), instants)
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return Column(name, "date", values.to_numpy(dtype="datetime64[ns]"))
    return _object_column(values, name)


def _object_column(values: pd.Series, name: str | None) -> Column:
    """Return a column of text or mixed Python objects, by what the objects are."""
    if isinstance(values.dtype, pd.StringDtype) and values.notna().any():
        return Column(name, "text", _texts(values))
    inferred = pd.api.types.infer_dtype(values, skipna=True)
    missing = values.isna().to_numpy()
    if inferred == "empty" or missing.all():
        return Column(name, "empty", np.full(len(values), np.nan))
    if inferred == "boolean":
        return Column(name, "truth", values.astype("boolean").to_numpy(dtype=float, na_value=np.nan))
    if inferred in {"integer", "floating", "mixed-integer-float", "decimal"}:
        cleaned = values.astype(object).where(~missing, np.nan)
        return Column(name, "number", cleaned.astype(float).to_numpy())
    if inferred in {"date", "datetime", "datetime64", "period"}:
        moments = [pd.NaT if gone else _moment(value) for value, gone in zip(values, missing, strict=True)]
        zoned = any(getattr(moment, "tzinfo", None) is not None for moment in moments)
        wall = [moment.tz_localize(None) if moment is not pd.NaT else moment for moment in moments]
        column = Column(name, "date", np.array(wall, dtype="datetime64[ns]"))
        if zoned:
            utc = [pd.to_datetime(moment, utc=True).tz_localize(None) for moment in moments]
            column.instants = np.array(utc, dtype="datetime64[ns]")
        return column
    return Column(name, "text", _texts(values))


def _moment(value: Any) -> pd.Timestamp:
    return value.to_timestamp() if isinstance(value, pd.Period) else pd.Timestamp(value)


def _texts(values: pd.Series) -> np.ndarray:
    """Return the values as str, None where missing; an object that cannot be shown is named by its class."""
    missing = values.isna().to_numpy()
    if isinstance(values.dtype, pd.StringDtype) and values.str.len().max() <= MAX_TEXT:
        plain_texts = values.to_numpy(dtype=object, copy=True)
        plain_texts[missing] = None
        return plain_texts
    texts = np.empty(len(values), dtype=object)
    for i, value in enumerate(values):
        if not missing[i]:
            texts[i] = value[:MAX_TEXT] if type(value) is str else _safe_text(value)
    return texts


def _safe_text(value: Any) -> str:
    try:
        return str(value)[:MAX_TEXT]
    except Exception:  # a learner's object may refuse to be shown
        return f"<{class_name(value)}>"


def _function(function: Callable[..., Any], calls: Sequence[Sequence[Any]]) -> Answer:
    """Return what a function gives for each argument list; an error it raises is a result too."""
    results = []
    for arguments in calls:
        try:
            results.append(portable(function(*_own_copies(arguments))))
        except Exception as error:  # the function is a learner's
            results.append(Answer("other", shown=class_name(error), value=f"it raised {_one_line(error)}"))
    return Answer("function", shown=getattr(function, "__name__", "function"), results=results)


def _own_copies(arguments: Sequence[Any]) -> list[Any]:
    """Return arguments that the function may change without spoiling the next call; {columns: …} is a table."""
    return [pd.DataFrame(a["table"]) if isinstance(a, dict) and set(a) == {"table"} else a for a in arguments]


def _one_line(error: BaseException) -> str:
    try:
        message = str(error).splitlines()[0] if str(error) else ""
    except Exception:
        message = ""
    return f"{class_name(error)}: {message[:200]}" if message else class_name(error)


def parameter_names(function: Any) -> list[str]:
    """Return a function's parameter names, or an empty list where they cannot be told."""
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return []


# --- JSON ----------------------------------------------------------------------------------------------------


def to_json(answer: Answer) -> dict[str, Any]:
    """Return an Answer as JSON-able data; `from_json` gives the same Answer back."""
    data: dict[str, Any] = {"type": answer.type}
    if answer.value is not None:
        data["value"] = _json_number(answer.value) if answer.type == "number" else answer.value
    if answer.shown:
        data["shown"] = answer.shown
    if answer.rows:
        data["rows"] = answer.rows
    if answer.cut:
        data["cut"] = True
    if answer.items:
        data["items"] = {key: to_json(item) for key, item in answer.items.items()}
    if answer.labels:
        data["labels"] = [_column_to_json(column) for column in answer.labels]
    if answer.columns:
        data["columns"] = [_column_to_json(column) for column in answer.columns]
    if answer.results:
        data["results"] = [to_json(result) for result in answer.results]
    if answer.panels:
        data["panels"] = [_panel_to_json(panel) for panel in answer.panels]
    return data


def from_json(data: Mapping[str, Any]) -> Answer:
    """Return the Answer that `to_json` wrote. Raises KeyError or ValueError when `data` is something else."""
    value = data.get("value")
    return Answer(
        type=data["type"],
        value=float(value) if data["type"] == "number" and value is not None else value,
        shown=data.get("shown", ""),
        rows=data.get("rows", 0),
        cut=data.get("cut", False),
        items={key: from_json(item) for key, item in data.get("items", {}).items()},
        labels=[_column_from_json(column) for column in data.get("labels", [])],
        columns=[_column_from_json(column) for column in data.get("columns", [])],
        results=[from_json(result) for result in data.get("results", [])],
        panels=[_panel_from_json(panel) for panel in data.get("panels", [])],
    )


def _json_number(number: float) -> float | str:
    return number if math.isfinite(number) else str(number)


def _column_to_json(column: Column) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": column.kind, "values": _values_to_json(column.kind, column.values)}
    if column.name is not None:
        data["name"] = column.name
    if column.instants is not None:
        data["instants"] = _values_to_json("date", column.instants)
    return data


def _values_to_json(kind: str, values: np.ndarray) -> list[Any]:
    if kind == "date":
        return [None if np.isnat(moment) else str(moment) for moment in values]
    if kind == "text":
        return list(values)
    infinite = np.isinf(values)
    if infinite.any():
        return [_json_number(x) if not math.isnan(x) else None for x in values.tolist()]
    return [None if math.isnan(x) else x for x in values.tolist()]


def _column_from_json(data: Mapping[str, Any]) -> Column:
    instants = data.get("instants")
    return Column(
        data.get("name"),
        data["kind"],
        _values_from_json(data["kind"], data["values"]),
        None if instants is None else _values_from_json("date", instants),
    )


def _values_from_json(kind: str, values: list[Any]) -> np.ndarray:
    if kind == "date":
        return np.array([np.datetime64("NaT") if x is None else x for x in values], dtype="datetime64[ns]")
    if kind == "text":
        texts = np.empty(len(values), dtype=object)
        texts[:] = values
        return texts
    return np.array([math.nan if x is None else float(x) for x in values], dtype=float)


def _panel_to_json(panel: Panel) -> dict[str, Any]:
    return {
        "title": panel.title,
        "labels": panel.labels,
        "scales": panel.scales,
        "texts": panel.texts,
        "series": [
            {
                "mark": series.mark,
                "label": series.label,
                "data": {key: _column_to_json(column) for key, column in series.data.items()},
            }
            for series in panel.series
        ],
    }


def _panel_from_json(data: Mapping[str, Any]) -> Panel:
    series = [
        Series(item["mark"], item["label"], {k: _column_from_json(c) for k, c in item["data"].items()})
        for item in data["series"]
    ]
    return Panel(data["title"], data["labels"], data["scales"], series, data["texts"])
