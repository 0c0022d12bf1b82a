"""Turn any value into a portable answer: plain data that can leave the kernel it was made in.

A learner's answer may be a number, a table, a plot, a function, or an object whose own methods fail. The
functions here never call the answer's `repr`, never raise because of it, and drop what is too long to be right.
"""

from __future__ import annotations

import copy
import dataclasses
import inspect
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, MappingView, Sequence, Set
from typing import Any

import numpy as np
import pandas as pd

from alliance.answers.forms import (
    MAX_KEYS,
    MAX_ROWS,
    Answer,
    Column,
    class_name,
    column_of,
    name_of,
    scalar_of,
    word,
)
from alliance.answers.neutral import neutrally
from alliance.answers.plots.reading import axes_of, read_panels
from alliance.answers.trying import NoEnd, ended, names_used

MOST_SECONDS = 10.0
"""Seconds after which a call of a learner's function counts as one that does not end."""
ENDLESS = "a call without an end"
NO_END = f"it did not end within {MOST_SECONDS:g} seconds"
NOBODY_TYPES = "input() waits for somebody to type, and nobody does while a notebook is checked; write the value itself"


@neutrally
def portable(value: Any, calls: Sequence[Sequence[Any]] = ()) -> Answer:
    """Return `value` as an Answer. `calls` are the argument lists that a function is tried on.

    Never raises for what the value does: an object that cannot be read becomes an Answer of type `other`, whose
    `shown` says what it is (“an object of type …”) and whose `value` says why it cannot be read.
    """
    return _nested(value, _Room(), calls)


@dataclasses.dataclass
class _Room:
    """How much of a nested value may still be read: a dictionary can contain itself."""

    values: int = 5_000
    depth: int = 4


def _nested(value: Any, room: _Room, calls: Sequence[Sequence[Any]] = ()) -> Answer:
    room.values -= 1
    if room.values < 0 or room.depth < 0:
        return _other(value, "it contains too much, perhaps itself")
    room.depth -= 1
    try:
        return _portable(value, room, calls)
    except (Exception, SystemExit) as error:  # the value is a learner's: anything may happen while reading it
        return _other(value, f"reading it fails with {class_name(error)}")
    finally:
        room.depth += 1


def _other(value: Any, why: str | None = None) -> Answer:
    return Answer("other", shown=f"an object of type {class_name(value)}", value=why)


def _portable(value: Any, room: _Room, calls: Sequence[Sequence[Any]]) -> Answer:
    if value is Ellipsis:
        return Answer("untried", shown="...")
    scalar = scalar_of(value)
    if scalar is not None:
        return scalar
    if isinstance(value, pd.DataFrame):
        return _table(value)
    if isinstance(value, pd.Series):
        return _series(value, room)
    if isinstance(value, type):
        return Answer(
            "other",
            shown=f"the class {value.__name__} itself",
            value="the brackets that make a value of it are missing",
        )
    axes = axes_of(value)
    if axes:
        return Answer("plot", shown=class_name(value), panels=read_panels(axes, closely=True))
    if isinstance(value, pd.MultiIndex):
        return _table(value.to_frame(index=False, allow_duplicates=True))
    if isinstance(value, pd.Index):
        return _series(value.to_series(index=pd.RangeIndex(len(value))), room)
    if isinstance(value, np.ndarray):
        return _array(value, room, calls)
    if dataclasses.is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        return _record(value, room)
    if isinstance(value, pd.api.extensions.ExtensionArray):
        return _series(pd.Series(value), room)
    if isinstance(value, bytes | bytearray | memoryview):
        return _other(value)
    if isinstance(value, Sequence | Set | MappingView | Iterator):
        return _sequence(value, room)
    if callable(value):
        return _function(value, calls)
    return _other(value)


def _record(value: Mapping[Any, Any], room: _Room) -> Answer:
    keys = list(itertools.islice(value, MAX_KEYS + 1))
    if len(keys) > MAX_KEYS or (keys and all(isinstance(key, tuple) for key in keys)):
        return _series(pd.Series(dict(value)), room)  # a dictionary of so many is a labelled series
    items = {word(key): _nested(value[key], room) for key in keys}
    answers = list(items.values())
    if answers and all(answer.type == "series" and not answer.cut for answer in answers):
        if all(isinstance(value[key], pd.Series) for key in keys):
            return _table(pd.DataFrame(dict(value)))  # pandas brings rows with the same label together
        if len({answer.rows for answer in answers}) == 1:
            columns = [dataclasses.replace(item.columns[0], name=name) for name, item in items.items()]
            return Answer("table", rows=answers[0].rows, columns=columns, shown="table")
    return Answer("record", items=items, rows=len(keys), shown="dict")


def _array(value: np.ndarray, room: _Room, calls: Sequence[Sequence[Any]]) -> Answer:
    if value.ndim == 0:
        return _portable(value.item(), room, calls)
    if value.ndim == 1:
        return _series(pd.Series(value), room)
    return (
        _table(pd.DataFrame(value))
        if value.ndim == 2
        else Answer("other", shown=f"an array with {value.ndim} dimensions")
    )


def _sequence(value: Any, room: _Room) -> Answer:
    """Return anything that gives its values one by one as a series; no more than MAX_ROWS of them are taken."""
    lazy = isinstance(value, Iterator)
    size = 0 if lazy else len(value)
    if size > MAX_ROWS:
        return Answer("series", rows=size, cut=True, shown=class_name(value))
    items = list(itertools.islice(value, MAX_ROWS + 1))
    if len(items) > MAX_ROWS:
        return Answer("series", rows=len(items), cut=True, shown=class_name(value))
    if lazy and not items:
        return _other(value, "it gives its values only once, and none are left. Make it a list with list(…)")
    if isinstance(value, Set):
        items.sort(key=str)
    if items and all(item is Ellipsis for item in items):
        return Answer("untried", shown="[...]")
    kinds = {type(item) for item in items}
    if kinds and all(issubclass(kind, Mapping | tuple | list) for kind in kinds):
        return _table(pd.DataFrame(items))
    return _series(pd.Series(items, dtype=object), room, shown=class_name(value))


def _series(value: pd.Series, room: _Room, shown: str = "Series") -> Answer:
    if len(value) > MAX_ROWS:
        return Answer("series", rows=len(value), cut=True, shown=shown)
    if value.dtype == object:
        inside = [kind for kind in set(map(type, value)) if issubclass(kind, pd.DataFrame | pd.Series | pd.Index)]
        if inside:
            return Answer("other", shown=f"a list or Series of {inside[0].__name__} objects")
    answer = Answer(
        "series", rows=len(value), columns=[column_of(value)], labels=_index_columns(value.index), shown=shown
    )
    if (
        value.dtype == object
        and answer.columns[0].kind == "text"
        and len(answer.labels) == 1
        and len(value) <= MAX_KEYS
    ):
        answer.items = {word(key): _nested(item, room) for key, item in zip(value.index, value, strict=True)}
    return answer


def _table(value: pd.DataFrame) -> Answer:
    rows = len(value)
    if rows > MAX_ROWS or value.size > 20 * MAX_ROWS:
        names = [Column(name_of(name), "empty", np.empty(0)) for name in value.columns]
        return Answer("table", rows=rows, cut=True, columns=names, shown="table")
    columns = [column_of(value.iloc[:, i], name_of(value.columns[i])) for i in range(value.shape[1])]
    answer = Answer("table", rows=rows, columns=columns, labels=_index_columns(value.index), shown="table")
    pairs = value.shape[1] > 0 and len(answer.labels) + value.shape[1] == 2 and rows <= MAX_KEYS
    if pairs and columns[-1].kind == "text" and pd.api.types.is_object_dtype(value.dtypes.iloc[-1]):
        keys = value.iloc[:, 0] if value.shape[1] == 2 else value.index  # labels with values of several kinds
        room = _Room()
        answer.items = {word(key): _nested(one, room) for key, one in zip(keys, value.iloc[:, -1], strict=True)}
    return answer


def _index_columns(index: pd.Index) -> list[Column]:
    """Return an index's levels as columns; none for the default numbering, which says nothing about a row."""
    if isinstance(index, pd.RangeIndex) and index.name is None and index.start == 0 and index.step == 1:
        return []
    if isinstance(index, pd.MultiIndex):
        frame = index.to_frame(index=False, allow_duplicates=True)
        return [column_of(frame.iloc[:, i], name_of(index.names[i])) for i in range(index.nlevels)]
    return [column_of(pd.Series(index), name_of(index.name))]


def _function(function: Callable[..., Any], calls: Sequence[Sequence[Any]]) -> Answer:
    """Return what a function gives for each argument list; an error it raises is a result too.

    After a call that does not end no other is tried.
    """
    results: list[Answer] = []
    for arguments in calls:
        stuck = bool(results) and results[-1].shown == ENDLESS
        results.append(results[-1] if stuck else _result(function, arguments))
    notes = names_used(function) if results else None
    return Answer("function", value=notes, shown=getattr(function, "__name__", "function"), results=results)


def _result(function: Callable[..., Any], arguments: Sequence[Any]) -> Answer:
    unfit = _arguments_taken(function, len(arguments))
    if unfit:
        return Answer("other", shown="a TypeError", value=unfit)
    given, untouched = _own_copies(arguments), _own_copies(arguments)
    try:
        result = ended(lambda: portable(function(*given)), MOST_SECONDS)
    except NoEnd:
        return Answer("other", shown=ENDLESS, value=f"{NO_END}, so a loop in it may have no end")
    except (Exception, SystemExit) as error:  # the function is a learner's
        return Answer("other", shown=f"a {class_name(error)}", value=_one_line(error))
    result.changed = not all(_is_same(a, b) for a, b in zip(given, untouched, strict=True))
    return result


def _own_copies(arguments: Sequence[Any]) -> list[Any]:
    """Return arguments that the function may change without spoiling the next call; {"table": …} is a table."""
    copies = copy.deepcopy(list(arguments))
    return [pd.DataFrame(one["table"]) if isinstance(one, dict) and set(one) == {"table"} else one for one in copies]


def _arguments_taken(function: Callable[..., Any], count: int) -> str | None:
    """Return a sentence when a function cannot be called with `count` arguments."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions do not say
        return None
    try:
        signature.bind(*range(count))
    except TypeError:
        names = [name for name, one in signature.parameters.items() if one.kind is not one.VAR_KEYWORD]
        takes = f"{len(names)} ({', '.join(names)})" if names else "none"
        return f"it is called with {count} argument{'s' * (count != 1)}, but it takes {takes}"
    return None


def _one_line(error: BaseException) -> str:
    """Return an error as its class and its message in one line, without what only a programmer reads."""
    asked = class_name(error) == "EOFError" and "reading a line" in str(error)
    if asked or class_name(error) == "StdinNotImplementedError":  # their own messages are for those who write kernels
        return NOBODY_TYPES
    try:
        lines = str(error).strip().splitlines()
    except Exception:
        lines = []
    if not lines:
        return f"it raises {class_name(error)}"
    message = re.sub(r"\b(?:np|numpy|pd|pandas)\.\w+\((.*?)\)", r"\1", lines[0])
    message = re.sub(r"\b(?:[A-Za-z_]\w*\.)+(?=[A-Za-z_]\w*)|<locals>\.| at 0x[0-9a-fA-F]+", "", message)
    return f"it raises {class_name(error)}: {message[:150]}".rstrip(".")


def _is_same(a: Any, b: Any) -> bool:
    return a.equals(b) if isinstance(a, pd.DataFrame) else bool(a == b)
