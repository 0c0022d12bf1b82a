"""Show on a terminal how grading goes: a bar with the time left, a count of verdicts, a table at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Column, Table

from alliance.classroom.keeping.results import NOT_COMPUTED, OUTCOMES, WORDS, Graded
from alliance.classroom.reporting.books.cells import title
from alliance.classroom.taking_in.intake import Intake, Remark
from alliance.plaintext import printable


class Count:
    """What a progress bar shows beside it: verdicts so far, by state. `done` are the results so far."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._states = progress, Counter[str]()
        self.done: list[Graded] = []
        self._task = progress.add_task("grading", total=total, states="")

    def __call__(self, graded: Graded) -> None:
        """Count one notebook's verdicts."""
        self.done.append(graded)
        self._states.update(task.outcome for task in graded.tasks)
        shown = ", ".join(
            f"{self._states[state]} {WORDS.get(state, state)}" for state in OUTCOMES if self._states[state]
        )
        self._progress.update(self._task, advance=1, states=shown)
        self._progress.refresh()


@contextmanager
def counting(console: Console, total: int) -> Iterator[Count]:
    """Show a bar for `total` notebooks while the block runs."""
    whole = [Column(no_wrap=True) for _ in range(3)]  # where the terminal is narrow, the count of verdicts is broken
    columns = (
        BarColumn(bar_width=12),
        MofNCompleteColumn(table_column=whole[0]),
        TextColumn("notebooks"),
        TimeElapsedColumn(table_column=whole[1]),
        TextColumn("left"),
        TimeRemainingColumn(table_column=whole[2]),
        TextColumn("{task.fields[states]}", table_column=Column()),
    )
    # No thread that draws by itself: workers are forked from this process.
    with Progress(*columns, console=console, auto_refresh=False) as progress:
        yield Count(progress, total)


def show_summary(console: Console, graded: Sequence[Graded], remarks: Sequence[Remark]) -> None:
    """Print a table with a row for each exercise, and what was odd about the files."""
    tried = any(task.twin for one in graded for task in one.tasks)
    columns = [state for state in OUTCOMES if tried or state != NOT_COMPUTED]
    table = Table("exercise", box=None, pad_edge=False)
    for header in ("notebooks", *(WORDS.get(state, state) for state in columns)):
        table.add_column(header, min_width=max(map(len, header.split())), justify="right")
    for exercise in sorted({one.exercise for one in graded}):
        own = [one for one in graded if one.exercise == exercise]
        states = Counter(task.outcome for one in own for task in one.tasks)
        table.add_row(title(exercise), str(len(own)), *(str(states[state]) for state in columns))
    console.print(table)
    _show_remarks(console, remarks)
    faults = [(one, task) for one in graded for task in one.tasks if task.fault]
    for one, task in faults:
        console.print(escape(printable(f"{one.learner}, {task.task}: {task.fault}")))


def _show_remarks(console: Console, remarks: Sequence[Remark]) -> None:
    """Print what was odd about the files, a line for each remark."""
    for remark in remarks:
        file = f"{remark.file}: " if remark.file else ""
        console.print(escape(printable(f"{remark.kind}: {file}{remark.text}")), highlight=False, soft_wrap=True)


def show_people(console: Console, out: Path, intake: Intake) -> None:
    """Print who was recognised by what, with the exercises to grade, before anything is run."""
    to_grade: dict[str, list[str]] = {}
    for handed in intake.handed:
        to_grade.setdefault(handed.learner.folder, []).append(handed.exercise[:2])
    table = Table("found as", "is", "recognised by", "to grade", box=None, pad_edge=False)
    for one in sorted(intake.recognised, key=lambda one: (one.name.casefold(), one.found_as)):
        who = f"{one.name} ({one.id})" if one.id else one.name
        cells = (one.found_as, who, one.by, ", ".join(to_grade.get(one.folder, ["nothing"])))
        table.add_row(*(escape(printable(cell)) for cell in cells))
    console.print(table)
    _show_remarks(console, intake.remarks)
    console.print(
        escape(
            f"{len(intake.handed)} notebooks would be graded; none was run. {out / 'people.csv'} has this list: "
            "correct name, id or email there where somebody was taken for another, and it is obeyed from then on."
        ),
        highlight=False,
        soft_wrap=True,
    )


def show_reports(console: Console, out: Path, notes: Sequence[str], anonymous: bool) -> None:
    """Print where the reports are, and what the teacher should know before using them."""
    for note in notes:
        console.print(escape(printable(note)), highlight=False, soft_wrap=True)
    imports = "" if anonymous else ", gradebook_canvas.csv, gradebook_moodle.csv"
    console.print(
        escape(
            f"Written to {out}: gradebook.csv{imports}, feedback/ (a page for each learner), items.html and items.csv "
            "(by task), alike.html and alike.csv (for you alone), remarks.csv, hand_ins.csv, results.json. Marks of "
            "your own go into marks.csv; `alliance report` takes them up."
        ),
        highlight=False,
        soft_wrap=True,
    )
