"""Make further inputs on which a function task is tried, by the rules that its `tries:` names.

An input is used only where the reference and every alternative answer give the same: where right answers differ, the
task's words leave it open what is right.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

MOST_CALLS = 40
"""How many inputs a function is tried on at most, the author's among them."""

Call = list[Any]


def is_table(argument: Any) -> bool:
    """Return whether an argument stands for a table."""
    return isinstance(argument, dict) and set(argument) == {"table"}


def _each(call: Sequence[Any], fits: Callable[[Any], bool], change: Callable[[Any], Any]) -> Iterator[Call]:
    """Yield the call with its arguments of one kind changed."""
    if any(fits(one) for one in call):
        yield [change(one) if fits(one) else one for one in call]


def _columns(table: Any, change: Callable[[str, list[Any]], Any]) -> Any:
    return {"table": {name: change(name, list(values)) for name, values in table["table"].items()}}


def _index(call: Sequence[Any]) -> Iterator[Call]:
    """Tables whose index does not count from zero: labels that are text, so that no number finds a row."""
    yield from _each(
        call, is_table, lambda one: _columns(one, lambda _, values: {f"r{9 - i}": v for i, v in enumerate(values)})
    )


def _rows(call: Sequence[Any]) -> Iterator[Call]:
    """Tables with their rows the other way round."""
    yield from _each(call, is_table, lambda one: _columns(one, lambda _, values: values[::-1]))


def _order(call: Sequence[Any]) -> Iterator[Call]:
    """Tables with their columns in other order."""
    yield from _each(call, is_table, lambda one: {"table": dict(reversed(one["table"].items()))})


def _more(call: Sequence[Any]) -> Iterator[Call]:
    """Tables with a further column in front, here one with a missing value in each row."""
    yield from _each(
        call, is_table, lambda one: {"table": {"note": [None] * len(next(iter(one["table"].values()))), **one["table"]}}
    )


def _lists(call: Sequence[Any]) -> Iterator[Call]:
    """Lists the other way round, all of them together."""
    yield from _each(call, lambda one: isinstance(one, list), lambda one: one[::-1])


def _numbers(call: Sequence[Any]) -> Iterator[Call]:
    """Each number in turn a half and a whole more or less, which crosses the edges near the author's examples."""
    for i, one in enumerate(call):
        if isinstance(one, int | float) and not isinstance(one, bool) and one == one:
            for step in (0.5, -0.5, 1, -1):
                yield [*call[:i], one + step, *call[i + 1 :]]


RULES: dict[str, Callable[[Sequence[Any]], Iterator[Call]]] = {
    "index": _index,
    "rows": _rows,
    "order": _order,
    "more columns": _more,
    "lists": _lists,
    "numbers": _numbers,
}


def further_calls(calls: Sequence[Sequence[Any]], rules: Sequence[str]) -> list[Call]:
    """Return the inputs that the rules make of the author's, none twice: in turn one of each rule.

    Raises ValueError for a rule that does not exist.
    """
    for rule in rules:
        if rule not in RULES:
            raise ValueError(f"`tries:` has the unknown rule {rule!r}; known are {', '.join(RULES)}.")
    known = {json.dumps(list(call)) for call in calls}
    made: list[Call] = []
    longest_first = sorted(calls, key=lambda call: -len(json.dumps(list(call))))
    for call in longest_first:
        for rule in rules:
            for new in RULES[rule](call):
                text = json.dumps(new)
                if text not in known:
                    known.add(text)
                    made.append(new)
    return made
