"""Make twins of the values that a function is tried on: others of the same kind, which no table typed in can hold."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from alliance.answers import Spec
from alliance.answers.columns import may_be_year
from alliance.checking.submission import Submission

TWINS = (1, 2, 3)
SMALLEST = 10
"""Whole numbers nearer to zero count or number something (a month, a place) and stay."""
MEASURED = "value"
"""The column that holds what was measured; others hold keys, and stay, unless there are fractions in them."""
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def with_twin_inputs(submission: Submission, number: int) -> Submission:
    """Return a submission whose functions are tried on twins of the values in the key."""
    tasks = {
        name: dataclasses.replace(task, spec=dataclasses.replace(task.spec, calls=twin_calls(task.spec.calls, number)))
        for name, task in submission.key.tasks.items()
    }
    return dataclasses.replace(submission, key=dataclasses.replace(submission.key, tasks=tasks))


def has_twins(spec: Spec) -> bool:
    """Return whether any of the values that a function is tried on has a twin."""
    return any(twin_calls(spec.calls, number) != list(map(list, spec.calls)) for number in TWINS)


def twin_calls(calls: Sequence[Sequence[Any]], number: int) -> Sequence[Sequence[Any]]:
    """Return argument lists with other numbers and days; texts, years, flags and what numbers something stay."""
    return [[_twin(argument, number) for argument in call] for call in calls]


def _twin(value: Any, number: int) -> Any:
    if isinstance(value, dict) and set(value) == {"table"}:
        return {"table": {name: _twin_column(name, column, number) for name, column in value["table"].items()}}
    if isinstance(value, list):
        return [_twin(one, number) for one in value]
    if isinstance(value, str):
        return DAY.sub(lambda match: _other_day(match[0], number), value)
    if type(value) is float and math.isfinite(value):
        return round(value * _shrunk(value, number), 6)
    if type(value) is int and abs(value) >= SMALLEST and not may_be_year(value):
        return round(value * _shrunk(value, number))
    return value


def _shrunk(value: float, number: int) -> float:
    """Return by how much a number shrinks: equal ones alike and others otherwise, so that shares change as well.

    None grows, so that a latitude stays one and a share, too.
    """
    return 0.8 + 0.01 * (round(abs(value) * 10) * number % 17)


def _twin_column(name: str, column: Any, number: int) -> Any:
    """Return a table's column, which is a list, or a mapping from the rows' labels."""
    cells = list(column.values()) if isinstance(column, Mapping) else column
    measured = name == MEASURED or any(type(cell) is float for cell in cells)
    if not measured:
        return column
    if isinstance(column, Mapping):
        return {label: _twin(cell, number) for label, cell in column.items()}
    return [_twin(cell, number) for cell in column]


def _other_day(text: str, number: int) -> str:
    try:
        return str(date.fromisoformat(text) + timedelta(days=37 * number))
    except ValueError:  # it only looks like a day
        return text
