"""Say what was handed in late: by the mark of the school's system, or against `due.csv`."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from alliance.classroom.keeping.results import HandIn
from alliance.classroom.keeping.sheets import UnreadableSheet, read_sheet
from alliance.classroom.marking.directory import Directory
from alliance.classroom.marking.tasks import exercise_meant

FILE = "due.csv"
COLUMNS = ("exercise", "due", "learner")
DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)")
"""How Excel writes a date where a full stop stands in it: day, month, year."""
END_OF_DAY = dt.time(23, 59, 59)
MARKED = "late"
UNKNOWN = "time not known"


@dataclasses.dataclass(frozen=True)
class Deadlines:
    """When exercises are due: for everybody (an empty learner), or for one learner who was given more time."""

    due: Mapping[tuple[str, str], dt.datetime] = dataclasses.field(default_factory=dict)
    problems: Sequence[str] = ()

    def lateness(self, learner: str, exercise: str, hand_in: HandIn) -> str:
        """Return how late a notebook is, in words: nothing where it is in time, or nobody says when it was due."""
        due = self.due.get((exercise, learner)) or self.due.get((exercise, ""))
        if due is None or not hand_in.at:
            if hand_in.late:
                return MARKED
            return UNKNOWN if due else ""
        extended = (exercise, learner) in self.due
        by = dt.datetime.fromisoformat(hand_in.at) - due
        if by > dt.timedelta():
            source = ", by the file's own time" if hand_in.told_by == "file" else ""
            return f"{_in_words(by)} late{source}"
        return MARKED if hand_in.late and not extended else ""


def _in_words(by: dt.timedelta) -> str:
    """Return a time in its largest two units: 2 d 3 h."""
    minutes = max(1, int(by.total_seconds()) // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def read_deadlines(path: Path, people: Directory) -> Deadlines:
    """Return the deadlines in a file; none where there is no file. What can't be read is told with its row."""
    if not path.exists():
        return Deadlines()
    try:
        sheet = read_sheet(path, COLUMNS, ("exercise", "due"))
    except UnreadableSheet as error:
        return Deadlines(problems=[str(error)])
    due: dict[tuple[str, str], dt.datetime] = {}
    problems = []
    for row in sheet.rows:
        where = f"{path.name}, row {row.number}:"
        exercise, when = exercise_meant(row["exercise"]), moment(row["due"])
        learner = people.find(row["learner"])
        if not exercise:
            problems.append(f"{where} the course has no exercise “{row['exercise']}”; write its number, such as 05.")
        elif when is None:
            problems.append(f"{where} “{row['due']}” is no date; write it like 2026-03-02 23:59.")
        elif row["learner"] and not learner:
            problems.append(f"{where} {people.why_not(row['learner'])}.")
        else:
            due[exercise, learner] = when
    return Deadlines(due, problems)


def moment(cell: str) -> dt.datetime | None:
    """Return the time that a cell names, in this computer's time; a day alone ends at its midnight.

    Read are ISO 8601 (2026-03-02 23:59, with +09:00 where it is another place's time) and 2.3.2026 23:59. With strokes
    between its numbers a date may begin with its day or its month, so it is none.
    """
    text = cell.strip()
    if match := DAY_FIRST.fullmatch(text):
        text = f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}{match[4]}"
    text = re.sub(r" (\d):", r" 0\1:", text)
    try:
        when = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) == len("2026-03-02"):
        when = dt.datetime.combine(when, END_OF_DAY)
    return when.astimezone().replace(tzinfo=None) if when.tzinfo else when
