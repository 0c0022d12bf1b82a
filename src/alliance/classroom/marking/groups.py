"""Read who works together: `groups.csv`, in which one hand-in counts for all members of a group."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from alliance.classroom.keeping.sheets import UnreadableSheet, read_sheet
from alliance.classroom.marking.directory import Directory

FILE = "groups.csv"
COLUMNS = ("group", "learner")


@dataclasses.dataclass(frozen=True)
class Group:
    """A group's name and its members, by their folders."""

    name: str
    members: Sequence[str]


@dataclasses.dataclass(frozen=True)
class Groups:
    """All groups, and what could not be read."""

    groups: Sequence[Group] = ()
    problems: Sequence[str] = ()


def read_groups(path: Path, people: Directory) -> Groups:
    """Return the groups in a file with one row for each member; none where there is no file."""
    if not path.exists():
        return Groups()
    try:
        sheet = read_sheet(path, COLUMNS, COLUMNS)
    except UnreadableSheet as error:
        return Groups(problems=[str(error)])
    members: dict[str, list[str]] = {}
    of: dict[str, str] = {}
    problems = []
    for row in sheet.rows:
        where = f"{path.name}, row {row.number}:"
        name, learner = row["group"], people.find(row["learner"])
        if not learner:
            problems.append(f"{where} {people.why_not(row['learner'])}.")
        elif not name:
            problems.append(f"{where} the group has no name; write one into the column “group”.")
        elif of.setdefault(learner, name) != name:
            problems.append(f"{where} {row['learner']} is in {of[learner]} already; a learner is in one group.")
        elif learner not in members.setdefault(name, []):
            members[name].append(learner)
    return Groups([Group(name, own) for name, own in members.items()], problems)
