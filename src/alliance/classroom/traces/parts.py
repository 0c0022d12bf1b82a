"""Say which named parts of a wrong answer are right: the entries of a dictionary, the columns of a table."""

from __future__ import annotations

import dataclasses

from alliance.answers import Answer, compare
from alliance.checking.keys import Task


def right_parts(task: Task, given: Answer) -> dict[str, bool]:
    """Return for each named part of the expected answer whether the given one has it right.

    Parts are compared one by one as the whole would be. An answer of one part, or of another type, has none.
    """
    expected = task.expected
    if expected.type == "record":
        wanted = {key: dataclasses.replace(expected, items={key: item}) for key, item in expected.items.items()}
    elif expected.type == "table" and expected.labels:
        wanted = {
            str(column.name): dataclasses.replace(expected, columns=[column])
            for column in expected.columns
            if column.name is not None
        }
    else:
        return {}
    if len(wanted) < 2 or given.type in {"none", "other", "untried"}:
        return {}
    return {name: compare(part, given, task.spec) is None for name, part in wanted.items()}
