"""Keep the teacher's own marks: `marks.csv`, to which rows are added and in which no cell is ever changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from alliance.classroom.keeping.csvfile import as_csv, safe
from alliance.classroom.keeping.results import write_whole_bytes
from alliance.classroom.keeping.sheets import UnreadableSheet, appended, number_in, read_sheet
from alliance.classroom.marking.directory import Directory
from alliance.classroom.marking.tasks import exercise_meant, task_meant

FILE = "marks.csv"
COLUMNS = ("learner", "name", "exercise", "task", "points", "comment", "text")
NEEDED = ("learner", "task", "points")
TEXT_LETTERS = 2_000
"""Of what a learner wrote that are put into the table, for the eye; the feedback page has all of it."""


@dataclasses.dataclass(frozen=True)
class Mark:
    """What a teacher gave to one task of one learner, or to a whole exercise: points (None: not said), a comment."""

    points: float | None = None
    comment: str = ""


@dataclasses.dataclass(frozen=True)
class ToMark:
    """A task that is for people to read: whose, how the learner is called, which task, its title, and the text."""

    learner: str
    name: str
    exercise: str
    task: str
    title: str
    text: str

    @property
    def shown(self) -> str:
        """The text as far as the table has it."""
        text = self.text.strip()
        return text if len(text) <= TEXT_LETTERS else f"{text[:TEXT_LETTERS]} …"


@dataclasses.dataclass(frozen=True)
class Marks:
    """All marks by learner's folder, exercise and task (empty: the exercise as a whole), and what could not be read.

    `texts` has the texts for which there are rows, the last one last.
    """

    given: Mapping[tuple[str, str, str], Mark] = dataclasses.field(default_factory=dict)
    texts: Mapping[tuple[str, str], Sequence[str]] = dataclasses.field(default_factory=dict)
    marked_texts: Mapping[tuple[str, str], str] = dataclasses.field(default_factory=dict)
    problems: Sequence[str] = ()
    unreadable: bool = False

    def of(self, learner: str, exercise: str, task: str = "") -> Mark:
        """Return the mark of a task, or without one of a whole exercise."""
        return self.given.get((learner, exercise, task), Mark())


def read_marks(path: Path, people: Directory, worth: Callable[[str], float]) -> Marks:
    """Return the marks in a file. A cell that can't be read is told with its row and stops nothing.

    Columns stand in any order and among others, numbers with a decimal point or comma. Of several rows for one task
    the last points and the last comment count. worth: the points that a task is worth at most.
    """
    if not path.exists():
        return Marks()
    try:
        sheet = read_sheet(path, COLUMNS, NEEDED)
    except UnreadableSheet as error:
        return Marks(
            problems=[f"{error} Until then no mark in it counts; nothing was written into it."], unreadable=True
        )
    given: dict[tuple[str, str, str], Mark] = {}
    texts: dict[tuple[str, str], list[str]] = {}
    marked_texts: dict[tuple[str, str], str] = {}
    problems = []
    for row in sheet.rows:
        where = f"{path.name}, row {row.number}:"
        own = [row["learner"], row["name"]]
        learner = people.find(*own)
        exercise, task = task_meant(row["task"]) if row["task"] else (exercise_meant(row["exercise"]), "")
        if not learner:
            problems.append(f"{where} {people.why_not(next(filter(None, own), ''))}.")
        elif not exercise:
            meant = f"task “{row['task']}”" if row["task"] else f"exercise “{row['exercise']}”"
            problems.append(
                f"{where} the course has no {meant}; write it like “{'task 5.2' if row['task'] else '05'}”."
            )
        else:
            points, problem = _points(row["points"], worth(task) if task else None)
            if problem:
                problems.append(f"{where} {problem}")
            before = given.get((learner, exercise, task), Mark())
            mark = Mark(before.points if points is None else points, row["comment"] or before.comment)
            given[learner, exercise, task] = mark
            if task:
                texts.setdefault((learner, task), []).append(row["text"])
                if row["points"]:
                    marked_texts[learner, task] = row["text"]
    return Marks(given, texts, marked_texts, problems)


def _points(cell: str, worth: float | None) -> tuple[float | None, str]:
    """Return the points in a cell, and what is wrong with it. worth: the most there are; None: no limit."""
    if not cell:
        return None, ""
    number = number_in(cell)
    if number is None:
        return None, f"“{cell}” is no number of points; write it like 2 or 2.5. It counts as not marked."
    if worth is not None and not 0 <= number <= worth:
        return None, (
            f"{cell} points are not between 0 and {worth:g}, which the task is worth; write fewer, or let it be worth "
            "more in weights.csv. It counts as not marked."
        )
    return number, ""


def add_rows(path: Path, marks: Marks, waiting: Sequence[ToMark], called: Mapping[str, str]) -> str:
    """Make the file, or add rows to it for what has none yet; return a sentence for the teacher, or an empty text.

    What is in the file stays as it is, byte by byte. A text that has changed gets a row of its own. called: how
    learners stand in the table whose names are not to be known, by folder.
    """
    if marks.unreadable:
        return ""
    new = [_row(one, called) for one in waiting if not _has_row(marks, one)]
    if path.exists() and not new:
        return ""
    try:
        if path.exists():
            sheet = read_sheet(path, COLUMNS, NEEDED)
            write_whole_bytes(path, appended(sheet, path.read_bytes(), new))
        else:
            rows = [[row.get(column, "") for column in COLUMNS] for row in new]
            write_whole_bytes(path, as_csv(COLUMNS, rows).encode())
    except (OSError, UnreadableSheet) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        return f"{path} could not be written ({why}): close it in the other program and run the command again."
    return f"{path}: {len(new)} row{'' if len(new) == 1 else 's'} to mark by hand." if new else ""


def _row(one: ToMark, called: Mapping[str, str]) -> dict[str, str]:
    """Return the row in which a text is to be marked. No cell of it turns into a number, a date or a formula."""
    number = called.get(one.learner)
    cells = {
        "learner": f"learner {number}" if number else one.learner,
        "name": "" if number else one.name,
        "exercise": f"Exercise {one.exercise[:2]}",
        "task": f"task {one.task} {one.title}",
        "text": one.shown,
    }
    return {column: str(safe(cell)) for column, cell in cells.items()}


def _has_row(marks: Marks, one: ToMark) -> bool:
    texts = marks.texts.get((one.learner, one.task))
    return texts is not None and (not any(texts) or _same_text(texts[-1], one.shown))


def _same_text(before: str, now: str) -> bool:
    """Return whether two cells have the same words; a spreadsheet may change spaces, ends of lines, an apostrophe."""
    return before.removeprefix("'").split() == now.removeprefix("'").split()


def outdated(marks: Marks, waiting: Iterable[ToMark]) -> list[ToMark]:
    """Return what was marked on another text than the one that is there now."""
    found = []
    for one in waiting:
        marked = marks.marked_texts.get((one.learner, one.task), "")
        if marked and not _same_text(marked, one.shown):
            found.append(one)
    return found
