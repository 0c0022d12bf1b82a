"""Remember from run to run what a term's results don't say: the roster, remarks, and how the last run was made."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alliance.classroom.keeping.results import write_whole

FILE = "term.json"
Rows = Sequence[Mapping[str, str]]


@dataclasses.dataclass(frozen=True)
class Term:
    """What is remembered, as plain data.

    `roster` are the rows of the last roster, `remarks` those of the last run over each folder of submissions,
    `options` the last run's, `columns` the headers of assignments in the school's system, by exercise.
    """

    roster: Rows = ()
    remarks: Mapping[str, Rows] = dataclasses.field(default_factory=dict)
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    columns: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def save(self, out: Path) -> None:
        """Write it below a folder of results. Raises OSError."""
        write_whole(out / FILE, json.dumps(dataclasses.asdict(self), ensure_ascii=False, indent=1) + "\n")


def read_term(out: Path) -> Term:
    """Return what is remembered in a folder of results; nothing where there is nothing that can be read."""
    try:
        data = json.loads((out / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return Term()
    if not isinstance(data, dict):
        return Term()
    columns = data.get("columns")
    remarks = data.get("remarks")
    return Term(
        _rows(data.get("roster")),
        {str(source): _rows(rows) for source, rows in remarks.items()} if isinstance(remarks, dict) else {},
        data["options"] if isinstance(data.get("options"), dict) else {},
        {str(key): str(header) for key, header in columns.items()} if isinstance(columns, dict) else {},
    )


def _rows(data: Any) -> list[dict[str, str]]:
    if not isinstance(data, list):
        return []
    return [{str(key): str(cell) for key, cell in row.items()} for row in data if isinstance(row, dict)]


VERDICTS = ("--twin", "--timeout", "--no-sandbox")
"""Options on which verdicts rest; with others only the reports are different."""


def other_options(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Return a sentence where a run has other options than the one before it, else an empty text."""
    changed = {name: value for name, value in now.items() if name in before and before[name] != value}
    if not changed:
        return ""
    said = ", ".join(f"{name} was {_said(before[name])} and is {_said(value)}" for name, value in changed.items())
    again = "; what is handed in is graded again with them" if set(changed) & set(VERDICTS) else ""
    return (
        f"This run has other options than the last one here: {said}{again}. If that isn't what you want, stop with "
        "Ctrl-C and give the options of the last run."
    )


def _said(value: Any) -> str:
    return {True: "on", False: "off"}.get(value, str(value)) if isinstance(value, bool) else str(value)
