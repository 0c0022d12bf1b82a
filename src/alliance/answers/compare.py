"""Compare a given answer with the expected one by meaning, and say what is wrong in plain words.

One comparison serves `check` in the notebook, the nbval plugin and the classroom. A single value that is wrong is
never answered with the expected one (that would be the solution); in lists, tables and plots the first wrong place
is shown with both values.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliance.answers.columns import (
    NUMERIC,
    apart,
    column_difference,
    did_you_mean,
    in_kind_of,
    plain,
    plain_column,
    scale_slip,
    show,
)
from alliance.answers.plotted import compare_panels
from alliance.answers.portable import Answer, Column, portable, show_number
from alliance.answers.spec import Spec

ASKED = {
    "number": "a number",
    "truth": "True or False",
    "text": "a text",
    "date": "a date",
    "record": "a dictionary",
    "series": "a list or Series of values",
    "table": "a table (DataFrame)",
    "plot": "a plot (the Axes that the plotting function returns)",
    "function": "a function",
}
GIVEN = {
    "number": "a number",
    "truth": "True or False",
    "text": "a text",
    "date": "a date",
    "record": "a dictionary",
    "series": "a list or Series",
    "table": "a table",
    "plot": "a plot",
    "function": "a function",
}


def is_untried(answer: Answer) -> bool:
    """Return whether an answer is still the stub's `...`."""
    if answer.type == "untried":
        return True
    if answer.type == "record":
        return bool(answer.items) and all(is_untried(item) for item in answer.items.values())
    if answer.type == "function":
        return bool(answer.results) and all(is_untried(result) for result in answer.results)
    return False


def compare(expected: Answer, given: Answer, spec: Spec) -> str | None:
    """Return None when `given` means the same as `expected`, otherwise one or two sentences that say how it differs."""
    if expected.type in {"other", "none", "untried"}:  # what a function gave for one of its inputs
        same = (expected.type, expected.shown) == (given.type, given.shown)
        return None if same else f"`{spec.answer}` gives {given.shown}, where {expected.shown} is expected."
    if given.type == "other":
        why = f": {given.value}" if given.value else ""
        return f"`{spec.answer}` is an object of type {given.shown}{why}. The task asks for {ASKED[expected.type]}.{_finish(given)}"
    if given.type == "none":
        return (
            f"`{spec.answer}` is None, which means: no value. Does the last step return its result? "
            "(print, plt.show and methods with inplace=True return nothing.)"
        )
    if expected.type in {"number", "truth", "text", "date"}:
        return _compare_scalar(expected, given, spec)
    comparers = {
        "record": _compare_record,
        "series": _compare_series,
        "table": _compare_table,
        "function": _compare_function,
        "plot": _compare_plot,
    }
    return comparers[expected.type](expected, given, spec)


def _finish(given: Answer) -> str:
    if "GroupBy" in given.shown:
        return " The groups are formed but not yet summed up: add what is to be computed, such as .sum() or .size()."
    return ""


def _wrong_type(expected: Answer, given: Answer, spec: Spec) -> str:
    if given.type == "function" and expected.type != "function":
        return f"`{spec.answer}` is the function itself. Call it: put its arguments in brackets after its name."
    size = f" of {given.rows:,} {'row' if given.rows == 1 else 'rows'}" if given.type in {"series", "table"} else ""
    return f"`{spec.answer}` is {GIVEN.get(given.type, given.shown)}{size}; the task asks for {ASKED[expected.type]}."


# --- single values -------------------------------------------------------------------------------------------


def _compare_scalar(expected: Answer, given: Answer, spec: Spec) -> str | None:
    if given.type in {"series", "table"} and given.rows == 1 and len(given.columns) == 1 and not given.cut:
        given = _cell(given.columns[0])
    if expected.type in {"number", "truth"} and given.type in {"number", "truth"}:
        return _compare_number(float(expected.value), float(given.value), given, spec)
    if expected.type == "date" and given.type in {"date", "text"}:
        return _compare_date(expected, given, spec)
    if expected.type == "text" and given.type == "text":
        return _compare_text(expected, given, spec)
    if expected.type == "number" and given.type == "text":
        return f"`{spec.answer}` is the text {given.shown}; the task asks for a number (without quotation marks)."
    if given.type == "none":
        return f"`{spec.answer}` has no value."
    return _wrong_type(expected, given, spec)


def _cell(column: Column) -> Answer:
    """Return the single value of a column of one row."""
    if column.kind in {"number", "duration", "empty"}:
        return Answer("number", float(column.values[0]), shown=show(column, 0))
    if column.kind == "truth":
        return Answer("truth", bool(column.values[0]), shown=show(column, 0))
    if column.kind == "date":
        return Answer("date", str(column.values[0]), shown=show(column, 0))
    return Answer("text", column.values[0] or "", shown=show(column, 0))


def _compare_number(expected: float, given: float, shown: Answer, spec: Spec) -> str | None:
    a, b = np.array([expected]), np.array([given])
    if not spec.limits.apart(a, b)[0]:
        return None
    name = f"`{spec.answer}` = {shown.shown}"
    if np.isnan(given):
        return f"{name}: the value is missing (NaN). Is a missing value among those you computed with?"
    if shown.type == "truth":
        return f"{name} is not right."
    slip = scale_slip(a, b, spec.unit)
    if slip:
        return f"{name}: {slip}"
    direction = "too high" if given > expected else "too low"
    unit = f" The unit asked for is {spec.unit}." if spec.unit else ""
    if expected and abs(given / expected - 1) < 0.01:
        return f"{name} is close, but {direction}: rounded on the way, or another base or row?{unit}"
    return f"{name} is {direction}.{unit}"


def _compare_date(expected: Answer, given: Answer, spec: Spec) -> str | None:
    try:
        moment, wanted = pd.Timestamp(given.value), pd.Timestamp(expected.value)
    except ValueError:
        return f"`{spec.answer}` = {given.shown} is not a date; write it as year-month-day, such as “2024-07-28”."
    forms = {moment.tz_localize(None), moment.tz_convert("UTC").tz_localize(None) if moment.tzinfo else moment}
    plain_wanted = wanted.tz_convert("UTC").tz_localize(None) if wanted.tzinfo else wanted
    if plain_wanted in forms or wanted.tz_localize(None) in forms:
        return None
    direction = "later" if moment.tz_localize(None) > plain_wanted else "earlier"
    return f"`{spec.answer}` = {given.shown} is {direction} than the date asked for."


def _compare_text(expected: Answer, given: Answer, spec: Spec) -> str | None:
    wanted, got = (expected.value, given.value) if spec.case else (plain(expected.value), plain(given.value))
    if wanted == got:
        return None
    choices = spec.choices if not isinstance(spec.choices, Mapping) else ()
    return _text_message(f"`{spec.answer}`", expected.value, given, choices)


def _text_message(name: str, expected: str, given: Answer, choices: Sequence[str]) -> str:
    if choices and plain(given.value) not in {plain(choice) for choice in choices}:
        return f"{name} = {given.shown} is not one of the words to choose from: {', '.join(choices)}."
    if not choices and did_you_mean(given.value, [expected]):
        return f"{name} = {given.shown} is nearly right: look at its spelling."
    return f"{name} = {given.shown} does not fit."


def _compare_record(expected: Answer, given: Answer, spec: Spec) -> str | None:
    given = _as_record(given)
    if given.type != "record":
        return _wrong_type(expected, given, spec)
    own = {plain(key): item for key, item in given.items.items()}
    messages = []
    for key, wanted in expected.items.items():
        if plain(key) not in own:
            hint = did_you_mean(key, list(given.items))
            messages.append(f"The key “{key}” is missing from `{spec.answer}`{hint}.")
            continue
        item = own[plain(key)]
        if is_untried(item):
            messages.append(f"“{key}” is still to be filled in.")
            continue
        choices = spec.choices.get(key, ()) if isinstance(spec.choices, Mapping) else ()
        part = dataclasses.replace(spec, answer=f'{spec.answer}["{key}"]', choices=choices)
        message = compare(wanted, item, part)
        if message:
            messages.append(message)
    return " ".join(messages) or None


def _as_record(given: Answer) -> Answer:
    """Return a labelled series or a table of one row as a record; anything else as it is."""
    if given.cut:
        return given
    if given.type == "series" and len(given.labels) == 1:
        keys = [str(key) for key in given.labels[0].values]
        items = {key: _cell(given.columns[0].take(np.array([i]))) for i, key in enumerate(keys)}
        return Answer("record", items=items)
    if given.type == "table" and given.rows == 1:
        return Answer("record", items={str(column.name): _cell(column) for column in given.columns})
    return given


# --- lists, series, tables -----------------------------------------------------------------------------------


def _compare_series(expected: Answer, given: Answer, spec: Spec) -> str | None:
    if given.type == "record" and given.items:
        given = _record_as_series(given)
    if given.type == "table" and not given.cut:
        given = _table_as_series(expected, given)
    if given.type != "series":
        if given.type == "table":
            return f"`{spec.answer}` is a table of {len(given.columns)} columns; the task asks for one column of values."
        return _wrong_type(expected, given, spec)
    if given.cut or (given.rows != expected.rows and not (expected.labels and given.labels)):
        return f"`{spec.answer}` has {given.rows:,} values; {expected.rows:,} are expected."
    if expected.labels and given.labels:
        return _compare_rows(expected, given, spec, spec.order is True)
    if expected.labels and spec.labels == "required":
        return f"`{spec.answer}` has no labels: keep the index, so that each value says what it belongs to."
    if spec.order is False:
        return _compare_collection(expected.columns[0], given.columns[0], spec)
    return _compare_positions(expected.columns[0], given.columns[0], spec)


def _record_as_series(given: Answer) -> Answer:
    values = [item.value for item in given.items.values()]
    return portable(pd.Series(values, index=list(given.items)))


def _table_as_series(expected: Answer, given: Answer) -> Answer:
    """Return a table that holds labels and one value column as a labelled series; otherwise the table."""
    columns = [*given.labels, *given.columns]
    if len(columns) == len(expected.labels) + 1:
        return Answer("series", rows=given.rows, labels=columns[:-1], columns=columns[-1:], shown="table")
    if len(given.columns) == 1:
        return Answer("series", rows=given.rows, labels=given.labels, columns=given.columns, shown="table")
    return given


def _compare_positions(expected: Column, given: Column, spec: Spec) -> str | None:
    same_kind = in_kind_of(expected, given)
    if isinstance(same_kind, str):
        return f"`{spec.answer}` {same_kind}"
    wrong = apart(expected, same_kind, spec.limits, spec.case)
    if not wrong.any():
        return None
    if expected.kind == "text" and not _unmatched(expected, same_kind, spec)[0]:
        return f"`{spec.answer}` has the right entries in another order."
    names = [f"position {i + 1}" for i in range(len(expected))]
    return f"`{spec.answer}` {column_difference(expected, same_kind, wrong, names, spec.unit)}"


def _compare_collection(expected: Column, given: Column, spec: Spec) -> str | None:
    """Compare without order: every entry must have its equal on the other side."""
    same_kind = in_kind_of(expected, given)
    if isinstance(same_kind, str):
        return f"`{spec.answer}` {same_kind}"
    missing, extra = _unmatched(expected, same_kind, spec)
    parts = []
    if extra:
        parts.append(f"{', '.join(extra[:3])} should not be among the values")
    if missing:
        parts.append(f"{len(missing)} of {len(expected)} expected entries are not there")
    return f"`{spec.answer}`: {' and '.join(parts)}." if parts else None


def _unmatched(expected: Column, given: Column, spec: Spec) -> tuple[list[str], list[str]]:
    """Return the expected entries that are not given, and the given ones that are not expected."""
    left = list(range(len(given)))
    missing = []
    for i in range(len(expected)):
        one = expected.take(np.full(len(left), i))
        same = ~apart(one, given.take(np.array(left, int)), spec.limits, spec.case) if left else np.array([], bool)
        if same.any():
            left.pop(int(np.argmax(same)))
        else:
            missing.append(show(expected, i))
    return missing, [show(given, i) for i in left]


def _compare_table(expected: Answer, given: Answer, spec: Spec) -> str | None:
    if given.type == "series" and given.labels:
        given = Answer("table", rows=given.rows, cut=given.cut, labels=given.labels, columns=given.columns)
    if given.type == "record" and expected.rows == 1:
        given = Answer("table", rows=1, columns=_record_columns(given))
    if given.type != "table":
        return _wrong_type(expected, given, spec)
    wanted = [*expected.labels, *expected.columns]
    found = _columns_by_name(wanted, given)
    if isinstance(found, str):
        return f"`{spec.answer}` {found}"
    if given.cut:
        return f"`{spec.answer}` has {given.rows:,} rows; {expected.rows:,} are expected."
    keys = [plain(key) for key in spec.keys]
    if not keys:
        if given.rows != expected.rows:
            return f"`{spec.answer}` has {given.rows:,} rows; {expected.rows:,} are expected."
        return _first_message(wanted, found, [f"row {i}" for i in range(expected.rows)], spec)
    split = [plain(column.name) in keys for column in wanted]
    expected_rows = Answer(
        "table",
        rows=expected.rows,
        labels=[c for c, is_key in zip(wanted, split, strict=True) if is_key],
        columns=[c for c, is_key in zip(wanted, split, strict=True) if not is_key],
    )
    given_rows = Answer(
        "table",
        rows=given.rows,
        labels=[c for c, is_key in zip(found, split, strict=True) if is_key],
        columns=[c for c, is_key in zip(found, split, strict=True) if not is_key],
    )
    return _compare_rows(expected_rows, given_rows, spec, bool(spec.order))


def _record_columns(given: Answer) -> list[Column]:
    return portable(pd.DataFrame([{key: item.value for key, item in given.items.items()}])).columns


def _columns_by_name(wanted: Sequence[Column], given: Answer) -> list[Column] | str:
    """Return the given columns in the order wanted, taken from columns or index; or a sentence on what is missing."""
    pool = {plain(column.name): column for column in [*given.labels, *given.columns] if column.name is not None}
    found = {plain(column.name): pool.get(plain(column.name)) for column in wanted}
    missing = [column for column in wanted if found[plain(column.name)] is None]
    nameless = [column for column in [*given.labels, *given.columns] if column.name is None]
    if len(missing) == 1 and len(nameless) == 1:
        found[plain(missing[0].name)] = nameless[0]
        missing = []
    if missing:
        name = str(missing[0].name)
        spare = [str(c.name) for key, c in pool.items() if key not in found]
        more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        have = ", ".join(f"“{column.name}”" for column in [*given.labels, *given.columns][:12])
        return f"has no column “{name}”{did_you_mean(name, spare)}{more}. Its columns are {have or 'none'}."
    return [column for column in found.values() if column is not None]


def _compare_rows(expected: Answer, given: Answer, spec: Spec, ordered: bool) -> str | None:
    """Compare rows that are found by their labels. `labels` of both answers are the keys, `columns` the values."""
    keys = []
    for wanted, got in zip(expected.labels, given.labels, strict=False):
        same_kind = in_kind_of(wanted, _numeric_labels(wanted, got))
        if isinstance(same_kind, str):
            return f"The labels of `{spec.answer}` ({_title(wanted)}): the column {same_kind}"
        keys.append((wanted, same_kind))
    if len(expected.labels) != len(given.labels):
        return f"`{spec.answer}` has {len(given.labels)} label columns; {len(expected.labels)} are expected."
    wanted_rows, given_rows = _row_keys(keys, spec)
    message = _row_set_message(keys, wanted_rows, given_rows, spec)
    if message:
        return message
    places = pd.Index(given_rows).get_indexer(pd.Index(wanted_rows))
    names = _RowNames([key[0] for key in keys])
    aligned = [column.take(places) for column in given.columns]
    message = _first_message(expected.columns, aligned, names, spec)
    if message is None and ordered and (np.diff(places) < 0).any():
        first = int(np.argmax(places != np.arange(len(places))))
        return f"`{spec.answer}` has the right rows in another order: {names[first]} should stand in row {first + 1}."
    return message


def _numeric_labels(wanted: Column, got: Column) -> Column:
    """Return labels such as “2020” as numbers where the expected ones are: a dictionary's keys are often text."""
    if wanted.kind != "number" or got.kind != "text":
        return got
    numbers = pd.to_numeric(pd.Series(got.values, dtype=object), errors="coerce")
    return Column(got.name, "number", numbers.to_numpy(float)) if numbers.notna().all() else got


def _first_message(
    expected: Sequence[Column], given: Sequence[Column], names: Sequence[str], spec: Spec
) -> str | None:
    """Return what is wrong in the first column that differs."""
    for wanted, got in zip(expected, given, strict=True):
        title = f"Column {_title(wanted)} of `{spec.answer}`" if wanted.name else f"`{spec.answer}`"
        same_kind = in_kind_of(wanted, got)
        if isinstance(same_kind, str):
            return f"{title} {same_kind}"
        wrong = apart(wanted, same_kind, spec.limits, spec.case)
        if wrong.any():
            return f"{title} {column_difference(wanted, same_kind, wrong, names, spec.unit)}".replace(" :", ":")
    return None


def _title(column: Column) -> str:
    return f"“{column.name}”" if column.name else "without a name"


class _RowNames(Sequence[str]):
    """How a reader finds a row: its labels, made only for the rows that are named."""

    def __init__(self, keys: Sequence[Column]) -> None:
        self._keys = keys

    def __len__(self) -> int:
        return len(self._keys[0]) if self._keys else 0

    def __getitem__(self, row: Any) -> Any:
        parts = []
        for column in self._keys:
            value = show(column, int(row))
            if column.kind in NUMERIC and value.count(",") == 1 and 1000 <= column.values[row] < 3000:
                value = value.replace(",", "")  # a year
            parts.append(f"{column.name} = {value}" if column.name else value)
        return ", ".join(parts)


def _row_keys(keys: Sequence[tuple[Column, Column]], spec: Spec) -> tuple[np.ndarray, np.ndarray]:
    """Return each row's key as one integer, equal where all key columns are equal: (expected, given)."""
    wanted, given = np.zeros(len(keys[0][0]), int), np.zeros(len(keys[0][1]), int)
    for a, b in keys:
        if a.kind == "text":
            left, right = a.values, b.values
            if not (spec.case or set(left) == set(right)):
                left, right = plain_column(a), plain_column(b)
        elif a.kind == "date":
            left, right = a.values, _best_dates(a, b)
        else:
            left, right = np.round(a.values.astype(float), 9), np.round(b.values.astype(float), 9)
        codes, unique = pd.factorize(np.concatenate([left, right]), use_na_sentinel=False)
        wanted = wanted * len(unique) + codes[: len(left)]
        given = given * len(unique) + codes[len(left) :]
        both, _ = pd.factorize(np.concatenate([wanted, given]))
        wanted, given = both[: len(left)], both[len(left) :]
    return wanted, given


def _best_dates(expected: Column, given: Column) -> np.ndarray:
    """Return the given dates as wall time or as UTC, whichever fits the expected ones better."""
    if given.instants is None:
        return given.values
    as_wall, as_utc = (np.isin(values, expected.values).sum() for values in (given.values, given.instants))
    return given.instants if as_utc > as_wall else given.values


def _row_set_message(
    keys: Sequence[tuple[Column, Column]], wanted: np.ndarray, given: np.ndarray, spec: Spec
) -> str | None:
    """Say which rows are missing, too many or twice there; None when each expected row is there once."""
    missing = np.flatnonzero(~np.isin(wanted, given))
    extra = np.flatnonzero(~np.isin(given, wanted))
    own, expected = _RowNames([key[1] for key in keys]), _RowNames([key[0] for key in keys])
    if len(missing) and len(extra):
        similar = did_you_mean(str(expected[missing[0]]), [str(own[i]) for i in extra[:200]])
        return (
            f"`{spec.answer}` has no row for {expected[missing[0]]}"
            f"{similar or f'; it has one for {own[extra[0]]} instead'}"
            f"{_more(len(missing), 'missing')}."
        )
    if len(missing):
        return f"`{spec.answer}` has no row for {expected[missing[0]]}{_more(len(missing), 'missing')}."
    if len(extra):
        return (
            f"`{spec.answer}` has {len(given):,} rows, {len(wanted):,} are expected; "
            f"the row for {own[extra[0]]} should not be there{_more(len(extra), 'too many')}."
        )
    if len(given) != len(np.unique(given)):
        values, counts = np.unique(given, return_counts=True)
        first = int(np.flatnonzero(given == values[np.argmax(counts > 1)])[0])
        return f"`{spec.answer}` has more than one row for {own[first]}."
    return None


def _more(count: int, word: str) -> str:
    return f" ({count:,} rows are {word})" if count > 1 else ""


# --- functions and plots -------------------------------------------------------------------------------------


def _compare_function(expected: Answer, given: Answer, spec: Spec) -> str | None:
    if given.type != "function":
        if given.type == "number":
            return f"`{spec.answer}` is a number, {show_number(given.value)}; the task asks for the function itself."
        return _wrong_type(expected, given, spec)
    for arguments, wanted, got in zip(spec.calls, expected.results, given.results, strict=True):
        call = f"{spec.answer}({', '.join(_show_argument(a) for a in arguments)})"
        if got.type == "other" and wanted.type != "other":
            return f"`{call}` fails: {got.value or got.shown}."
        if got.type == "none" and wanted.type != "none":
            message = f"`{call}` gives None. Does the function end with `return`?"
        else:
            message = compare(wanted, got, dataclasses.replace(spec, answer=call))
        if message:
            return message
    return None


def _show_argument(argument: Any) -> str:
    if isinstance(argument, dict) and set(argument) == {"table"}:
        return f"a table with {argument['table']}"
    return repr(argument)


def _compare_plot(expected: Answer, given: Answer, spec: Spec) -> str | None:
    if given.type != "plot":
        return f"{_wrong_type(expected, given, spec)} Assign what the plotting function returns: `{spec.answer} = sns.…`."
    return compare_panels(expected.panels, given.panels, spec)
