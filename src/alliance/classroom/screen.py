"""Show on a terminal how grading goes: a bar with the time left, a count of verdicts, a table at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from alliance.classroom.intake import Remark
from alliance.classroom.results import Graded, TaskResult

TYPED = "not computed"
"""Right, but the same when the data change: shown apart from what is right."""
STATES = ("right", TYPED, "wrong", "raised", "not tried", "not graded")
WORDS = {"raised": "error"}


def shown_state(task: TaskResult) -> str:
    """Return the state by which a task is counted on the screen."""
    return TYPED if task.state == "right" and task.computed is False else task.state


class Count:
    """What a progress bar shows beside it: verdicts so far, by state."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._states = progress, Counter[str]()
        self._task = progress.add_task("grading", total=total, states="")

    def __call__(self, graded: Graded) -> None:
        """Count one notebook's verdicts."""
        self._states.update(map(shown_state, graded.tasks))
        shown = ", ".join(f"{self._states[state]} {WORDS.get(state, state)}" for state in STATES if self._states[state])
        self._progress.update(self._task, advance=1, states=shown)
        self._progress.refresh()


@contextmanager
def counting(console: Console, total: int) -> Iterator[Count]:
    """Show a bar for `total` notebooks while the block runs."""
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("notebooks"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[states]}"),
    )
    # No thread that draws by itself: workers are forked from this process.
    with Progress(*columns, console=console, auto_refresh=False) as progress:
        yield Count(progress, total)


def show_summary(console: Console, graded: Sequence[Graded], remarks: Sequence[Remark]) -> None:
    """Print a table with a row for each exercise, and what was odd about the files."""
    tried = any(task.twin for one in graded for task in one.tasks)
    columns = [state for state in STATES if tried or state != TYPED]
    table = Table("exercise", "notebooks", *(WORDS.get(state, state) for state in columns))
    for exercise in sorted({one.exercise for one in graded}):
        own = [one for one in graded if one.exercise == exercise]
        states = Counter(shown_state(task) for one in own for task in one.tasks)
        table.add_row(exercise, str(len(own)), *(str(states[state]) for state in columns))
    console.print(table)
    for remark in remarks:
        console.print(escape(f"{remark.kind}: {remark.file + ': ' if remark.file else ''}{remark.text}"))
    faults = [(one, task) for one in graded for task in one.tasks if task.fault]
    for one, task in faults:
        console.print(escape(f"{one.learner}, {task.task}: {task.fault}"))
