"""Compare lists, series and tables: find the rows that belong together, then compare them column by column."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliance.answers.columns import (
    NUMERIC,
    apart,
    column_difference,
    date_forms,
    in_kind_of,
    nearly,
    plain,
    plain_column,
    same_values,
    show,
    text_codes,
)
from alliance.answers.forms import MAX_ROWS, Answer, Column, quoted
from alliance.answers.portable import portable
from alliance.answers.spec import Spec
from alliance.answers.tolerance import Tolerance

EXACT = Tolerance()
WRONG_TYPE = ""
"""Returned where an answer is of another type altogether; the caller words that."""


def compare_series(expected: Answer, given: Answer, spec: Spec) -> str | None:
    """Return None when a list or series is the expected one; a message; or WRONG_TYPE."""
    found = as_series(expected, given, spec)
    if isinstance(found, str):
        return found
    given, expected = found, _nameless(expected)
    if expected.labels and given.labels:
        return _compare_rows(expected, given, spec, spec.order is True)
    if spec.order is False and not expected.labels:
        return _compare_collection(expected.columns[0], given.columns[0], spec)
    message = not_so_many(expected, given, spec, "values") or lacks_labels(expected, given, spec)
    return message or _compare_positions(expected.columns[0], given.columns[0], spec)


def as_series(expected: Answer, given: Answer, spec: Spec) -> Answer | str:
    """Return an answer as a list or series, whose values have no name; or a message; or WRONG_TYPE.

    Of `expected` no value is looked at, only the names and kinds of its columns.
    """
    if given.type == "record" and given.items:
        if not expected.labels:
            return f"`{spec.answer}` is a dictionary; the task asks for the values alone, as a list or Series."
        given = _record_as_series(given)
    if given.type == "table" and not given.cut:
        given = _table_as_series(expected, given)
    if given.type == "table" and not given.cut:
        return f"`{spec.answer}` is a table of {len(given.columns)} columns; the task asks for one column of values."
    if given.type != "series":
        return WRONG_TYPE
    if given.cut:
        return _size_message(expected, given, spec, "values")
    return _without_numbering(expected, _nameless(given), spec)


def lacks_labels(expected: Answer, given: Answer, spec: Spec) -> str | None:
    """Return the sentence for a series without the labels that it must have, else None."""
    if given.labels or not expected.labels or spec.labels != "required":
        return None
    return f"`{spec.answer}` has no labels: keep the index, so that each value says what it belongs to."


def size_of(given: Answer) -> str:
    """Return an answer's number of rows in words; what never ends was read up to MAX_ROWS."""
    return f"more than {MAX_ROWS:,}" if given.cut and given.rows == MAX_ROWS + 1 else f"{given.rows:,}"


def not_so_many(expected: Answer, given: Answer, spec: Spec, what: str) -> str | None:
    """Return the sentence for an answer with another number of values or rows than expected, else None."""
    return None if given.rows == expected.rows else _size_message(expected, given, spec, what)


def _size_message(expected: Answer, given: Answer, spec: Spec, what: str) -> str:
    if given.rows == 0:
        things = what if expected.rows != 1 else what.rstrip("s")
        return (
            f"`{spec.answer}` is empty; {expected.rows:,} {things} {_are(expected.rows)} expected. Does a condition or "
            "a merge keep nothing? Compare each name with how the table spells it."
        )
    size = size_of(given)
    what = what.rstrip("s") if size == "1" else what
    return f"`{spec.answer}` has {size} {what}; {expected.rows:,} {'is' if expected.rows == 1 else 'are'} expected."


def _record_as_series(given: Answer) -> Answer:
    if not all(item.type in {"number", "truth", "text", "date", "none"} for item in given.items.values()):
        return given
    values = [pd.Timestamp(item.value) if item.type == "date" else item.value for item in given.items.values()]
    return portable(pd.Series(values, index=list(given.items), dtype=object))


def _nameless(answer: Answer) -> Answer:
    """Return a series whose values have no name: it is called what the task calls it."""
    return dataclasses.replace(answer, columns=[dataclasses.replace(answer.columns[0], name=None)])


def _table_as_series(expected: Answer, given: Answer) -> Answer:
    """Return a table that holds labels and one value column as a labelled series; otherwise the table."""
    columns = [*given.labels, *given.columns]
    label_names = [plain(label.name) for label in expected.labels if label.name]
    labels = [column for column in columns if plain(column.name) in label_names]
    values = [column for column in given.columns if plain(column.name) not in label_names]
    if len(values) > 1 and expected.columns[0].name:
        values = [column for column in values if plain(column.name) == plain(expected.columns[0].name)] or values
    if labels and len(labels) == len(expected.labels) and len(values) == 1:
        return Answer("series", rows=given.rows, labels=labels, columns=values, shown="table")
    if len(given.columns) == 1:
        return Answer("series", rows=given.rows, labels=given.labels, columns=given.columns, shown="table")
    if expected.labels and len(columns) == len(expected.labels) + 1:
        return Answer("series", rows=given.rows, labels=columns[:-1], columns=columns[-1:], shown="table")
    return given


def _without_numbering(expected: Answer, given: Answer, spec: Spec) -> Answer:
    """Drop row numbers that were left over from filtering or sorting, where the expected labels are something else."""
    if spec.labels == "required" or not is_numbering(given.labels) or not expected.labels:
        return given
    return dataclasses.replace(given, labels=[]) if expected.labels[0].kind in {"text", "date"} else given


def is_numbering(labels: Sequence[Column]) -> bool:
    """Return whether labels are row numbers without a name (years without a name are not)."""
    if len(labels) != 1 or labels[0].name is not None or labels[0].kind != "number" or not len(labels[0]):
        return False
    values = labels[0].values
    years = (values >= 1500) & (values <= 2200)
    return bool((values == np.round(values)).all() and not years.all())


def _compare_positions(expected: Column, given: Column, spec: Spec) -> str | None:
    same_kind = in_kind_of(expected, given)
    if isinstance(same_kind, str):
        return f"`{spec.answer}` {same_kind}"
    wrong = apart(expected, same_kind, spec.limits, spec.case)
    if not wrong.any():
        return None
    if len(expected) > 1 and same_values(expected, same_kind, spec.limits, spec.case):
        first = int(np.argmax(wrong))
        if len(expected) > 2 and wrong.sum() == 2:
            second = int(np.flatnonzero(wrong)[1])
            return (
                f"`{spec.answer}` has two values exchanged: the {_ordinal(first + 1)}, {show(same_kind, first)}, and "
                f"the {_ordinal(second + 1)}, {show(same_kind, second)}."
            )
        return (
            f"`{spec.answer}` has the right entries in another order. "
            f"The first to stand elsewhere is the {_ordinal(first + 1)}: yours is {show(same_kind, first)}, "
            f"expected is {show(expected, first)}."
        )
    names = _Ordinals("", len(expected))
    return (
        f"`{spec.answer}` {column_difference(expected, same_kind, wrong, names, spec.unit_of(), spec.limits, 'values')}"
    )


def _compare_collection(expected: Column, given: Column, spec: Spec) -> str | None:
    """Compare without order: every entry must have its equal on the other side."""
    same_kind = in_kind_of(expected, given)
    if isinstance(same_kind, str):
        return f"`{spec.answer}` {same_kind}"
    missing, extra = unmatched(expected, same_kind, spec)
    if not missing and not extra:
        return None
    strange, copies = _strange_and_copies(expected, same_kind, extra, spec)
    parts = []
    if strange:
        more = f" and {len(strange) - 2:,} more" if len(strange) > 2 else ""
        parts.append(f"has {', '.join(_entry(same_kind, i) for i in strange[:2])}{more}, not asked for")
    if copies:
        row, mine, asked = copies[0]
        more = f" (and so with {len(copies) - 1:,} more)" if len(copies) > 1 else ""
        parts.append(f"has {_entry(same_kind, row)} {_times(mine)}, which is asked for {_times(asked)}{more}")
    if len(missing) == 1 < len(expected):
        value = "the value " if expected.kind == "number" and show(expected, missing[0]) != "missing" else ""
        parts.append(f"lacks {value}{_entry(expected, missing[0])}")
    elif missing:
        count = f"{len(missing):,} of {len(expected):,} expected entries"
        parts.append(f"lacks {count}{f', such as {_entry(expected, missing[0])}' if len(expected) > 1 else ''}")
    return f"`{spec.answer}` {', and '.join(parts)}."


def _strange_and_copies(
    expected: Column, given: Column, extra: Sequence[int], spec: Spec
) -> tuple[list[int], list[tuple[int, int, int]]]:
    """Return which surplus entries nobody asks for, and those given too often: row, how often given, how often asked.

    Of copies the first is returned alone; each is an entry's first row.
    """
    strange: list[int] = []
    copies: dict[str, tuple[int, int, int]] = {}
    for row in extra:
        asked = _how_often(expected, given.take(np.array([row])), spec)
        if not asked:
            strange.append(row)
        elif show(given, row) not in copies:
            copies[show(given, row)] = (row, _how_often(given, given.take(np.array([row])), spec), asked)
    return strange, list(copies.values())


def _how_often(column: Column, one: Column, spec: Spec) -> int:
    """Return how many entries of a column are equal to one."""
    repeated = one.take(np.zeros(len(column), int))
    return int((~apart(column, repeated, spec.limits, spec.case)).sum())


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def _entry(column: Column, row: int) -> str:
    shown = show(column, row)
    return "a missing value" if shown == "missing" else shown


def unmatched(expected: Column, given: Column, spec: Spec) -> tuple[list[int], list[int]]:
    """Return the rows of expected entries that are not given, and of given ones that are not expected."""
    if expected.kind in NUMERIC:
        return _unmatched_numbers(expected.values.astype(float), given.values.astype(float), spec)
    if expected.kind == "text":
        codes, own_codes = text_codes(expected, given, spec.case)
    else:
        codes, own_codes = np.split(_key_codes(expected, given, spec.case)[0], [len(expected)])
    return _without_partner(codes, own_codes), _without_partner(own_codes, codes)


def _without_partner(values: np.ndarray, others: np.ndarray) -> list[int]:
    size = len(values) + len(others)
    if (np.bincount(values, minlength=size) <= np.bincount(others, minlength=size)).all():
        return []
    left = Counter(others.tolist())
    rows = []
    for row, value in enumerate(values.tolist()):
        if left[value] > 0:
            left[value] -= 1
        else:
            rows.append(row)
    return rows


def _unmatched_numbers(expected: np.ndarray, given: np.ndarray, spec: Spec) -> tuple[list[int], list[int]]:
    """Pair the numbers in rising order (missing ones last); each given one with at most one that is expected."""
    if len(expected) == len(given) and not spec.limits.apart(np.sort(expected), np.sort(given)).any():
        return [], []
    order, own_order = np.argsort(expected, kind="stable"), np.argsort(given, kind="stable")
    missing, extra = [], []
    i = j = 0
    while i < len(order) and j < len(own_order):
        wanted, mine = expected[order[i]], given[own_order[j]]
        if not spec.limits.apart(np.array([wanted]), np.array([mine]))[0]:
            i, j = i + 1, j + 1
        elif np.isnan(mine) or wanted < mine:
            missing.append(int(order[i]))
            i += 1
        else:
            extra.append(int(own_order[j]))
            j += 1
        if len(missing) + len(extra) > 1000:
            break  # enough to be wrong
    missing += [int(row) for row in order[i:]]
    extra += [int(row) for row in own_order[j:]]
    return sorted(missing), sorted(extra)


# --- tables --------------------------------------------------------------------------------------------------


def compare_table(expected: Answer, given: Answer, spec: Spec) -> str | None:
    """Return None when a table is the expected one; a message; or WRONG_TYPE."""
    given = as_table(expected, given)
    if given.type != "table":
        return WRONG_TYPE
    wanted = asked_columns(expected)
    if given.cut:
        return _size_message(expected, given, spec, "rows")
    keys = named_keys(wanted, spec) or ([] if spec.order else _distinguishing(wanted))
    found = columns_by_name(wanted, given, keys)
    if isinstance(found, str):
        return f"`{spec.answer}` {found}"
    if not keys:
        message = not_so_many(expected, given, spec, "rows")
        return message or _first_message(wanted, found, _Ordinals("row", expected.rows), spec)
    is_key = [plain(str(column.name)) in keys for column in wanted]
    exchanged = _exchanged_with_labels(wanted, found, is_key)
    if exchanged:
        return f"`{spec.answer}` {exchanged}"
    sides = [
        Answer(
            "table",
            rows=rows,
            labels=[column for column, key in zip(columns, is_key, strict=True) if key],
            columns=[column for column, key in zip(columns, is_key, strict=True) if not key],
        )
        for columns, rows in ((wanted, expected.rows), (found, given.rows))
    ]
    return _compare_rows(sides[0], sides[1], spec, bool(spec.order))


def _exchanged_with_labels(wanted: Sequence[Column], found: Sequence[Column], is_key: Sequence[bool]) -> str | None:
    """Return the sentence for a column of labels and another column that stand for each other."""

    def same(place: int, other: int) -> bool:
        in_kind = in_kind_of(wanted[place], found[other])
        return not isinstance(in_kind, str) and _same_row_set(wanted[place], in_kind)

    if not len(wanted[0]) or len(wanted[0]) != len(found[0]):
        return None
    places = range(len(wanted))
    for key in (place for place in places if is_key[place] and not same(place, place)):
        for other in (place for place in places if not is_key[place]):
            if same(key, other) and same(other, key):
                names = [quoted(str(wanted[place].name)) for place in (key, other)]
                return f"has two columns exchanged: {names[0]} has the values of {names[1]}, and the reverse."
    return None


def as_table(expected: Answer, given: Answer) -> Answer:
    """Return an answer as a table where it means one: a labelled series, or a record for a table of one row."""
    if given.type == "series" and given.labels:
        return Answer(
            "table", rows=given.rows, cut=given.cut, labels=given.labels, columns=given.columns, shown="Series"
        )
    if given.type == "record" and given.items and all(item.type == "record" for item in given.items.values()):
        return _of_records(expected, given)
    if given.type == "record" and expected.rows == 1:
        return Answer("table", rows=1, columns=_record_columns(given))
    return given


def _of_records(expected: Answer, given: Answer) -> Answer:
    """Return a dictionary of dictionaries as a table: the inner ones are its rows or its columns, as the keys say."""
    names = {plain(column.name) for column in asked_columns(expected)}
    table = pd.DataFrame({key: {k: v.value for k, v in item.items.items()} for key, item in given.items.items()})
    columns_outside = bool(names & {plain(key) for key in given.items})
    return portable(table if columns_outside else table.T.infer_objects())


def asked_columns(expected: Answer) -> list[Column]:
    """Return the columns that a table must have: its index, unless that only numbers the rows, and its own."""
    return [*([] if is_numbering(expected.labels) else expected.labels), *expected.columns]


def named_keys(wanted: Sequence[Column], spec: Spec) -> list[str | None]:
    """Return the columns that the task names to tell rows apart, as far as the table has them."""
    return [plain(key) for key in spec.keys if plain(key) in {plain(str(column.name)) for column in wanted}]


def _distinguishing(columns: Sequence[Column]) -> list[str | None]:
    """Return the names of the first columns that tell the rows apart, where a task does not name them."""
    chosen: list[Column] = []
    for column in columns:
        if column.kind == "number" and not (column.values == np.round(column.values)).all():
            continue
        chosen.append(column)
        codes = _row_codes([(one, one) for one in chosen], case=False)[0]
        if len(np.unique(codes)) == len(codes):
            return [plain(str(one.name)) for one in chosen]
    return []


def _record_columns(given: Answer) -> list[Column]:
    return portable(pd.DataFrame([{key: item.value for key, item in given.items.items()}])).columns


def columns_by_name(wanted: Sequence[Column], given: Answer, keys: Sequence[str | None]) -> list[Column] | str:
    """Return the given columns in the order wanted, taken from columns or index; or a sentence on what is missing.

    Columns wanted without any value, as a shape has them, are found by their names and kinds alone.
    """
    own = [*given.labels, *given.columns]
    pool = {plain(column.name): column for column in own if column.name is not None}
    names = {plain(column.name) for column in wanted}
    spare = [column for column in own if column.name is None or plain(column.name) not in names]
    found, missing = [], []
    for column in wanted:
        match = called = pool.get(plain(column.name)) if column.name is not None else None
        if match is None:
            match = _without_name(column, spare, given, plain(str(column.name)) in keys)
        if match is None:
            missing.append(column)
        else:
            found.append(match if called is not None else dataclasses.replace(match, name=column.name))
            spare = [one for one in spare if one is not match]
    if not missing:
        return found
    if missing[0].name is None:
        return "does not say which row is which: keep the labels, as the index or in a column."
    name = str(missing[0].name)
    across = {plain(text) for label in given.labels if label.kind == "text" for text in label.values}
    turned = [column for column in missing if plain(column.name) in across]
    if len(turned) > 1:
        return (
            f"has its rows and columns exchanged: {quoted(str(turned[0].name))} is a row of it and should be a column. "
            "`.T` turns a table around."
        )
    near = nearly(name, [str(column.name) for column in spare if column.name is not None])
    hint = f" (you have {quoted(near)})" if near else ""
    more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
    return f"has no column {quoted(name)}{hint}{more}. {_what_it_has(own, given.labels)}"


def _what_it_has(own: Sequence[Column], labels: Sequence[Column]) -> str:
    """Return what a table's columns, and its index where it has a name, are called."""
    columns = [one for one in own if one.name is not None and not any(one is label for label in labels)]
    index = [one for one in labels if one.name is not None]
    return f"Its columns are {_listing(columns)}{f'; its index is called {_listing(index)}' if index else ''}."


def _without_name(wanted: Column, spare: Sequence[Column], given: Answer, is_key: bool) -> Column | None:
    """Return the column without the wanted one's name that can only be it.

    It is an index without a name; whatever column has the labels that tell the rows apart, what it is called says
    nothing; or the values of a lone Series.
    """
    labels = [column for column in spare if any(column is one for one in given.labels)]
    if wanted.name is None or is_key:
        nameless = [one for one in labels if one.name is None]
        candidates = [*nameless, *(spare if wanted.name is None else [])]
        same = [(one, in_kind_of(wanted, _numeric_labels(wanted, one))) for one in candidates]
        for column, same_kind in same:
            if not isinstance(same_kind, str) and not _row_set_apart(wanted, same_kind):
                return column
        if is_key and len(wanted):
            kinds = [(one, in_kind_of(wanted, _numeric_labels(wanted, one))) for one in spare]
            fits = [one for one, kind in kinds if not isinstance(kind, str) and _same_row_set(wanted, kind)]
            if len(fits) == 1:
                return fits[0]
    of_a_series = given.shown == "Series" or (given.columns[:1] and given.columns[0].name is None)
    if wanted.name is not None and not is_key and len(given.columns) == 1 and of_a_series:
        return given.columns[0] if any(given.columns[0] is one for one in spare) else None
    return None


def _same_row_set(wanted: Column, given: Column) -> bool:
    """Return whether two columns have the same values, each at least once."""
    a, b = _row_codes([(wanted, given)], case=False)
    return set(a.tolist()) == set(b.tolist())


def _row_set_apart(wanted: Column, given: Column) -> bool:
    """Return whether two columns have no value in common; where no value is known they may have."""
    if not len(wanted):
        return False
    a, b = _row_codes([(wanted, given)], case=False)
    return not np.isin(a, b).any()


def _listing(columns: Sequence[Column]) -> str:
    """Return the names of columns, as many as a reader takes in."""
    names = [quoted(str(column.name)) for column in columns]
    shown: list[str] = []
    for name in names:
        if len(", ".join([*shown, name])) > 150:
            return f"{', '.join(shown)} and {len(names) - len(shown)} more"
        shown.append(name)
    return ", ".join(shown) or "none"


# --- rows ----------------------------------------------------------------------------------------------------


def _compare_rows(expected: Answer, given: Answer, spec: Spec, ordered: bool) -> str | None:
    """Compare rows that are found by their labels. `labels` of both answers are the keys, `columns` the values."""
    message = other_levels(expected, given, spec)
    if message:
        return message
    keys = []
    for wanted, got in zip(expected.labels, _in_order_of(expected.labels, given.labels), strict=True):
        same_kind = in_kind_of(wanted, _numeric_labels(wanted, got))
        if isinstance(same_kind, str):
            is_column = wanted.name and expected.type == "table"
            what = (
                f"Column {quoted(str(wanted.name))} of `{spec.answer}`"
                if is_column
                else f"The index of `{spec.answer}`"
            )
            return f"{what} {same_kind}"
        keys.append((wanted, same_kind))
    if all(len(a) == len(b) and not apart(a, b, EXACT, case=True).any() for a, b in keys):
        names = _RowNames([key[0] for key in keys])
        if _first_message(expected.columns, given.columns, names, spec) is None:
            return None  # the same rows in the same order: nothing needs to be found
    codes, own_codes = _row_codes(keys, spec.case)
    if not len(own_codes) and len(codes):
        return _size_message(expected, given, spec, "rows")
    message = _row_set_message(keys, codes, own_codes, spec)
    if message:
        return message
    places, own_places = _aligned(expected, given, codes, own_codes)
    names = _RowNames([key[0].take(places) for key in keys])
    message = _first_message(
        [column.take(places) for column in expected.columns],
        [column.take(own_places) for column in given.columns],
        names,
        spec,
    )
    if message is None and ordered and (codes != own_codes).any():
        first = int(np.argmax(codes != own_codes))
        name = _RowNames([key[0] for key in keys])[first]
        return f"`{spec.answer}` has the right rows in another order: {name} should be the {_ordinal(first + 1)} row."
    return message


def other_levels(expected: Answer, given: Answer, spec: Spec) -> str | None:
    """Return the sentence for an index with another number of levels than expected, else None."""
    if len(expected.labels) == len(given.labels):
        return None
    mine = f"{len(given.labels)} {'label' if len(given.labels) == 1 else 'labels'}"
    asked = len(expected.labels)
    names = " and ".join(quoted(column.name) for column in expected.labels if column.name)
    which = f" ({names})" if names else ""
    return f"Each row of `{spec.answer}` has {mine} in the index; {asked} {_are(asked)} expected{which}."


def _in_order_of(wanted: Sequence[Column], given: Sequence[Column]) -> list[Column]:
    """Return index levels in the expected order, found by their names where all are named."""
    by_name = {plain(column.name): column for column in given if column.name}
    if all(column.name and plain(column.name) in by_name for column in wanted):
        return [by_name[plain(column.name)] for column in wanted]
    return list(given)


def _numeric_labels(wanted: Column, got: Column) -> Column:
    """Return labels such as “2020” as numbers where the expected ones are: a dictionary's keys are often text."""
    if wanted.kind != "number" or got.kind != "text":
        return got
    numbers = pd.to_numeric(pd.Series(got.values, dtype=object), errors="coerce")
    return Column(got.name, "number", numbers.to_numpy(float)) if numbers.notna().all() else got


def _row_codes(keys: Sequence[tuple[Column, Column]], case: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return each row's key as one integer, equal where all key columns are equal: (expected, given)."""
    size = len(keys[0][0])
    both = np.zeros(size + len(keys[0][1]), int)
    for wanted, given in keys:
        codes, unique = _key_codes(wanted, given, case)
        both = codes if not both.any() else pd.factorize(both * unique + codes)[0]
    return both[:size], both[size:]


def _key_codes(wanted: Column, given: Column, case: bool) -> tuple[np.ndarray, int]:
    """Return codes of one key column, expected rows first, and how many different ones there are."""
    if wanted.kind == "date":
        forms = date_forms(wanted, given)
        left, right = forms[0] if len(forms) == 1 else min(forms, key=lambda form: int((~np.isin(*form)).sum()))
        codes, unique = pd.factorize(np.concatenate([left, right]).view("int64"))
    elif wanted.kind == "text":
        codes = np.concatenate(text_codes(wanted, given, case))
        return codes, int(codes.max(initial=-1)) + 1
    else:
        numbers = np.concatenate([wanted.values.astype(float), given.values.astype(float)])
        with np.errstate(over="ignore"):
            rounded = np.round(numbers, 9)
        # Rounding multiplies, and the largest numbers overflow: they have no ninth decimal anyway.
        codes, unique = pd.factorize(np.where(np.isfinite(rounded), rounded, numbers), use_na_sentinel=False)
    return codes, len(unique)


def _aligned(
    expected: Answer, given: Answer, codes: np.ndarray, own_codes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return row positions of both sides such that rows with the same key stand side by side.

    Where a key occurs several times its rows are put in the order of their values.
    """
    if np.bincount(codes).max(initial=0) <= 1:
        where = np.empty(int(codes.max(initial=-1)) + 1, int)
        where[own_codes] = np.arange(len(own_codes))
        return np.arange(len(codes)), where[codes]
    places = []
    for side, own in ((expected, codes), (given, own_codes)):
        values = [plain_column(c).astype(str) if c.kind == "text" else c.values for c in reversed(side.columns)]
        places.append(np.lexsort([*values, own]))
    return places[0], places[1]


def _row_set_message(
    keys: Sequence[tuple[Column, Column]], codes: np.ndarray, own_codes: np.ndarray, spec: Spec
) -> str | None:
    """Say which rows are missing, too many or there too often; None when each expected row is there."""
    size = int(max(codes.max(initial=-1), own_codes.max(initial=-1))) + 1
    counts, own_counts = np.bincount(codes, minlength=size), np.bincount(own_codes, minlength=size)
    missing, extra = np.flatnonzero(own_counts[codes] == 0), np.flatnonzero(counts[own_codes] == 0)
    wanted, own = _RowNames([key[0] for key in keys]), _RowNames([key[1] for key in keys])
    name = f"`{spec.answer}`"
    shift = _shift(keys[0][0], keys[0][1]) if len(keys) == 1 and len(missing) and len(extra) else None
    if shift:
        return f"{name} has its rows under wrong labels: {_label_title(keys[0][0])} is {shift} in every row."
    if len(missing) and len(extra):
        near = _spelt_nearly(keys[0], missing[0], extra) if len(keys) == 1 else None
        instead = own[extra[0]] if near is None else own[near]
        spelling = "" if near is None or len(missing) > 1 else ": look at the spelling"
        more = _more(missing, "missing")
        return f"{name} has no row for {wanted[missing[0]]}; it has one for {instead} instead{spelling}{more}."
    if len(missing):
        return f"{name} has no row for {wanted[missing[0]]}{_more(missing, 'missing')}."
    if len(extra):
        return (
            f"{name} has {len(own_codes):,} rows, {len(codes):,} are expected; "
            f"the row for {own[extra[0]]} should not be there{_more(extra, 'too many')}."
        )
    if (counts != own_counts).any():
        row = int(np.argmax(np.isin(own_codes, np.flatnonzero(counts != own_counts))))
        mine, asked = own_counts[own_codes[row]], counts[own_codes[row]]
        return f"{name} has {mine:,} {'row' if mine == 1 else 'rows'} for {own[row]}; {asked:,} {_are(asked)} expected."
    return None


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _spelt_nearly(key: tuple[Column, Column], row: int, rows: np.ndarray) -> int | None:
    """Return the row among `rows` whose label is spelt almost like the expected one in `row`."""
    wanted, given = key
    if wanted.kind != "text" or wanted.values[row] is None:
        return None
    words = {str(given.values[i]): int(i) for i in rows[:200]}
    near = nearly(wanted.values[row], list(words))
    return None if near is None else words[near]


def _label_title(column: Column) -> str:
    return quoted(column.name) if column.name else "the label"


def _shift(wanted: Column, given: Column) -> str | None:
    """Return by how much all labels are too high or too low, when it is the same for all."""
    if wanted.kind not in {"number", "date"} or len(wanted) != len(given) or len(wanted) < 2:
        return None
    step = np.unique(np.sort(given.values) - np.sort(wanted.values))
    if wanted.kind == "number":
        if len(step) != 1 or not step[0]:
            return None
        return f"{abs(step[0]):g} too {'high' if step[0] > 0 else 'low'}"
    if len(step) != 1 or np.isnat(step[0]) or not step[0].astype(int):
        return None
    days = step[0] / np.timedelta64(1, "D")
    return f"{abs(days):g} day{'' if abs(days) == 1 else 's'} too {'late' if days > 0 else 'early'}"


def _more(rows: np.ndarray, what: str) -> str:
    return f" ({len(rows):,} rows are {what})" if len(rows) > 1 else ""


def _first_message(expected: Sequence[Column], given: Sequence[Column], names: Sequence[str], spec: Spec) -> str | None:
    """Return what is wrong in the first column that differs, or that two columns stand for each other."""
    exchanged = _exchanged_columns(expected, given, spec)
    if exchanged:
        return exchanged
    for wanted, got in zip(expected, given, strict=True):
        title = f"Column {quoted(wanted.name)} of `{spec.answer}`" if wanted.name else f"`{spec.answer}`"
        same_kind = in_kind_of(wanted, got)
        if isinstance(same_kind, str):
            return f"{title} {same_kind}"
        wrong = apart(wanted, same_kind, spec.limits, spec.case)
        if wrong.any():
            unit = _unit_of_column(wanted, expected, spec)
            return f"{title} {column_difference(wanted, same_kind, wrong, names, unit, spec.limits)}"
    return None


def _unit_of_column(column: Column, columns: Sequence[Column], spec: Spec) -> str | None:
    """Return the unit of one column; that of a table is the unit of its only numbers, or of the column that says so."""
    unit = spec.unit_of(column.name)
    if unit is None or not isinstance(spec.unit, str) or column.name is None:
        return unit
    alone = sum(one.kind == "number" for one in columns) == 1
    words = {word for word in re.findall(r"[a-z]+", unit.casefold()) if len(word) > 3}
    return unit if alone or any(word in column.name.casefold() for word in words) else None


def _exchanged_columns(expected: Sequence[Column], given: Sequence[Column], spec: Spec) -> str | None:
    """Return the sentence for a table in which nothing is wrong but that two columns stand for each other."""

    def fits(wanted: Column, got: Column) -> bool:
        same_kind = in_kind_of(wanted, got)
        if isinstance(same_kind, str) or len(wanted) != len(same_kind):
            return False
        return not apart(wanted, same_kind, spec.limits, spec.case).any()

    if len(expected) < 2 or not len(expected[0]):
        return None
    wrong = [i for i, pair in enumerate(zip(expected, given, strict=True)) if not fits(*pair)]
    if len(wrong) != 2:
        return None
    one, other = wrong
    if not (fits(expected[one], given[other]) and fits(expected[other], given[one])):
        return None
    names = [quoted(str(expected[i].name)) for i in wrong]
    return f"`{spec.answer}` has two columns exchanged: {names[0]} has the values of {names[1]}, and the reverse."


class _RowNames(Sequence[str]):
    """How a reader finds a row: its labels, made only for the rows that are named."""

    def __init__(self, keys: Sequence[Column]) -> None:
        self._keys = keys

    def __len__(self) -> int:
        return len(self._keys[0]) if self._keys else 0

    def __getitem__(self, row: Any) -> Any:
        values = [show(column, int(row)) for column in self._keys]
        return ", ".join(
            f"{c.name} = {value}" if c.name else value for c, value in zip(self._keys, values, strict=True)
        )


class _Ordinals(Sequence[str]):
    """How a reader finds a value that has no label: the 3rd value."""

    def __init__(self, what: str, size: int) -> None:
        self._what, self._size = what, size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, row: Any) -> Any:
        return f"the {_ordinal(int(row) + 1)} {self._what}".strip()


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"
