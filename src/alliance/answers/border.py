"""Read an answer that a learner's process reports: bounded before it is parsed, and nothing about its shape believed.

What a report says can be forged by the code that it is about. So whatever is of a wrong type, too deep or too much
becomes an answer of type `other`, which is wrong for its task and for no other.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from alliance.answers.forms import MAX_ROWS, MAX_TEXT, Answer, Column
from alliance.answers.plots.comparing import MARK_WORDS
from alliance.answers.stored import KINDS, from_json, to_json
from alliance.plaintext import encodable

MOST_LETTERS = 8_000_000
"""Letters of one report."""
MOST_SERIES, MOST_POINTS = 300, 100_000
"""Series that a plot may draw, and points in all of them, and still be compared."""
MOST_ANSWERS, MOST_DEPTH, MOST_COLUMNS, MOST_PANELS, MOST_WORDS = 10_000, 8, 2_000, 100, 5_000
MOST_SHOWN = 1_000
"""Letters of what an answer is called, of a label, of a title."""
FORGED = Answer("other", shown="a value that cannot be read", value="what was reported about it makes no sense")
UNPAIRED = re.compile(r"\\ud[89a-f]", re.IGNORECASE)
"""How JSON writes half a letter, which no file can hold. (Two halves that belong together are found as well.)"""


FURTHER = {"area": {"y_high"}, "cell": {"value"}}
"""What is known of marks of a kind beside their places."""


class Forged(Exception):
    """A report is not one that `answers.stored.to_json` has written."""


def report_of(answer: Answer) -> str:
    """Return an answer as the text of a report; of one with too much in it, what it is and how large."""
    drawn = [series for panel in answer.panels for series in panel.series]
    points = sum(max(map(len, series.data.values()), default=0) for series in drawn)
    if len(drawn) > MOST_SERIES or points > MOST_POINTS:
        much = f"a plot that draws {len(drawn):,} series with {points:,} points, more than can be compared"
        return json.dumps(to_json(Answer("other", shown=much)))
    text = json.dumps(to_json(answer))
    if len(text) <= MOST_LETTERS:
        return text
    if answer.type in {"series", "table"}:
        names = [Column(column.name, "empty", np.empty(0)) for column in answer.columns[:MOST_COLUMNS]]
        kept = names if answer.type == "table" else []
        return json.dumps(to_json(Answer(answer.type, rows=answer.rows, cut=True, columns=kept, shown=answer.shown)))
    return json.dumps(to_json(Answer("other", shown="a value that holds too much to be compared")))


def read_report(text: Any) -> Answer:
    """Return the answer that a report tells of; FORGED for a text that is none. Raises nothing."""
    if not isinstance(text, str) or len(text) > MOST_LETTERS:
        return FORGED
    try:
        data = json.loads(text)
        if UNPAIRED.search(text) or not text.isascii():
            data = _whole_letters(data)
        _Reading().answer(data)
        return from_json(data)
    except (Forged, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return FORGED


def _whole_letters(data: Any) -> Any:
    if isinstance(data, str):
        return encodable(data)
    if isinstance(data, list):
        return [_whole_letters(item) for item in data]
    if isinstance(data, dict):
        return {encodable(key): _whole_letters(item) for key, item in data.items()}
    return data


@dataclasses.dataclass
class _Reading:
    """Goes through a report's data, cuts texts in place, and raises Forged where they are not what they should be."""

    answers: int = MOST_ANSWERS
    series: int = MOST_SERIES
    points: int = MOST_POINTS
    columns: int = MOST_COLUMNS
    words: int = MOST_WORDS

    def answer(self, data: Any, depth: int = MOST_DEPTH) -> None:
        self.answers = _less(self.answers)
        _less(depth)
        own = _object(data, {"type": _text})
        kind = own["type"]
        _demand(kind in KINDS)
        VALUES.get(kind, _nothing)(own.get("value"))
        own["shown"] = _text(own.get("shown", ""))[:MOST_SHOWN]
        rows = own.get("rows", 0)
        _demand(type(rows) is int and 0 <= rows < 10**15)
        cut = own.get("cut", False)
        _demand(type(cut) is bool and type(own.get("changed", False)) is bool)
        columns, labels = _list(own.get("columns", [])), _list(own.get("labels", []))
        for column in [*columns, *labels]:
            size = self.column(column)
            _demand(size == (0 if cut else rows) and rows <= (10**15 if cut else MAX_ROWS))
        _demand(kind != "series" or cut or len(columns) == 1)
        _demand(kind in {"series", "table"} or not (columns or labels))
        for item in _values(own.get("items", {})):
            self.answer(item, depth - 1)
        for result in _list(own.get("results", [])):
            self.answer(result, depth - 1)
        panels = _list(own.get("panels", []))
        _demand((kind == "plot") == bool(panels) and len(panels) <= MOST_PANELS)
        for panel in panels:
            self.panel(panel)

    def column(self, data: Any) -> int:
        """Check a column and return its length."""
        self.columns = _less(self.columns)
        own = _object(data, {"kind": _text, "values": _list})
        if own.get("name") is not None:
            own["name"] = _text(own["name"])[:MOST_SHOWN]
        kind, values = own["kind"], own["values"]
        _demand(kind in COLUMNS)
        COLUMNS[kind](values)
        if own.get("instants") is not None:
            _demand(kind == "date" and len(_list(own["instants"])) == len(values))
            _dates(own["instants"])
        return len(values)

    def panel(self, data: Any) -> None:
        own = _object(data, {"title": _text, "labels": _texts_by_name, "scales": _texts_by_name, "series": _list})
        _demand(own["labels"].keys() == own["scales"].keys() == {"x", "y"})
        own["title"] = own["title"][:MOST_SHOWN]
        own["labels"] = {name: text[:MOST_SHOWN] for name, text in own["labels"].items()}
        own["texts"] = self.texts(own.get("texts"))
        for name in ("faults", "unread", "claimed"):
            own[name] = self.texts(own.get(name, []))
        for series in own["series"]:
            self.one_series(series)

    def one_series(self, data: Any) -> None:
        self.series = _less(self.series)
        own = _object(data, {"mark": _text, "data": _values_by_name})
        _demand(own["mark"] in MARK_WORDS and "label" in own)
        _demand(own["data"].keys() == {"x", "y"} | FURTHER.get(own["mark"], set()))
        if own["label"] is not None:
            own["label"] = _text(own["label"])[:MOST_SHOWN]
        sizes = {self.column(column) for column in own["data"].values()}
        _demand(len(sizes) <= 1)
        self.points = _less(self.points, max(sizes, default=0))
        _demand(
            len(_list(own.get("hidden", []))) in {0, *sizes} and all(type(one) is str for one in own.get("hidden", []))
        )
        for name in ("look", "drawn"):
            own[name] = _text(own.get(name, ""))[:MOST_SHOWN]
        for name in ("beside", "faults"):
            own[name] = self.texts(own.get(name, []))

    def texts(self, data: Any) -> list[str]:
        """Return a list of texts, each cut."""
        self.words = _less(self.words, len(_list(data)))
        return [_text(one)[:MOST_SHOWN] for one in data]


def _demand(is_so: bool) -> None:
    if not is_so:
        raise Forged


def _less(room: int, by: int = 1) -> int:
    _demand(room >= by)
    return room - by


def _text(data: Any) -> str:
    _demand(type(data) is str)
    return str(data)


def _list(data: Any) -> list[Any]:
    _demand(type(data) is list)
    return list(data)


def _object(data: Any, needed: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """Return data that must be a JSON object and have these entries."""
    _demand(type(data) is dict and needed.keys() <= data.keys())
    for name, check in needed.items():
        check(data[name])
    own: dict[str, Any] = data
    return own


def _values(data: Any) -> list[Any]:
    _demand(type(data) is dict)
    return list(data.values())


def _values_by_name(data: Any) -> None:
    _demand(type(data) is dict)


def _texts_by_name(data: Any) -> None:
    for one in _values(data):
        _text(one)


def _nothing(data: Any) -> None:
    _demand(data is None)


def _number(data: Any) -> None:
    _demand(type(data) in {int, float} or data in ("nan", "inf", "-inf"))
    float(data)


def _truth(data: Any) -> None:
    _demand(type(data) is bool)


def _short(data: Any) -> None:
    _demand(len(_text(data)) <= MAX_TEXT)


def _moment(data: Any) -> None:
    _demand(not pd.isna(pd.Timestamp(_text(data)[:100])))


def _reason(data: Any) -> None:
    _demand(data is None or len(_text(data)) <= MOST_SHOWN)


def _notes(data: Any) -> None:
    """Check what is known about a function: which names it does not use, which it reads from outside."""
    if data is not None:
        _object(data, {})
        _demand(set(data) <= {"unused", "reads"})
        _demand(all(type(name) is str for names in data.values() for name in _list(names)))


VALUES: Mapping[str, Callable[[Any], None]] = {
    "number": _number,
    "truth": _truth,
    "text": _short,
    "date": _moment,
    "function": _notes,
    "other": _reason,
}
"""What the value of an answer must be, by its type; others have none."""


def _numbers(values: list[Any]) -> None:
    _demand(all(type(one) in {int, float, type(None)} or one in ("inf", "-inf") for one in values))
    _demand(all(type(one) is not int or abs(one) < 2**1000 for one in values))


def _words(values: list[Any]) -> None:
    _demand(all(one is None or (type(one) is str and len(one) <= MAX_TEXT) for one in values))


def _dates(values: list[Any]) -> None:
    _demand(all(one is None or (type(one) is str and len(one) <= 40) for one in values))


def _empty(values: list[Any]) -> None:
    _demand(all(one is None or (type(one) is float and math.isnan(one)) for one in values))


COLUMNS: Mapping[str, Callable[[list[Any]], None]] = {
    "number": _numbers,
    "truth": _numbers,
    "duration": _numbers,
    "text": _words,
    "date": _dates,
    "empty": _empty,
}
"""What the values of a column must be, by its kind."""
