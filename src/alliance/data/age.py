"""Say how old each table is: the day of its last row, the day it was last checked, what a new edition would change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from alliance.data.package import DATA, Resource, load_descriptor, read_rows

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class TableAge:
    """How old one table is.

    `last_row` is the last day that a row speaks of, None for a table without time; `checked` is the day on which
    somebody last compared the table with its sources; `next_edition` says what would change it.
    """

    name: str
    last_row: str | None
    checked: str
    next_edition: str


def last_row(root: Path, resource: Resource) -> str | None:
    """Return the last day, month or year of the table, as it is written there; None for a table without time.

    The column is the one that `coverage.day` names, else `coverage.field`. Plans and forecasts do not count: rows
    in which a column of `coverage.ahead` has one of the words listed there.
    """
    coverage = resource.get("coverage", {})
    column, ahead = coverage.get("day", coverage.get("field")), coverage.get("ahead", {})
    if column is None:
        return None
    days = [
        row[column]
        for row in read_rows(root / DATA / resource["path"])
        if row.get(column) and not any(row.get(flag) in words for flag, words in ahead.items())
    ]
    return max(days) if days else None


def ages(root: Path) -> list[TableAge]:
    """Return the age of every table, first the one whose check is longest ago; ties by last row, then by name."""
    descriptor = load_descriptor(root)
    found = [
        TableAge(
            name=resource["name"],
            last_row=last_row(root, resource),
            checked=resource.get("checked", ""),
            next_edition=resource.get("nextEdition", ""),
        )
        for resource in descriptor["resources"]
    ]
    return sorted(found, key=lambda one: (one.checked, one.last_row or "9999", one.name))


def age_faults(resource: Resource, found: str | None) -> list[str]:
    """Return what is wrong with the days that a table's description gives; `found` is the last row computed."""
    faults = []
    checked = resource.get("checked", "")
    if not DAY.fullmatch(checked):
        faults.append(f"has no day of its last check ('checked': {checked!r})")
    if not resource.get("nextEdition"):
        faults.append("does not say what a new edition would change ('nextEdition')")
    if resource.get("lastRow") != found:
        faults.append(f"says that its last row is of {resource.get('lastRow')!r}, and it is of {found!r}")
    return faults
