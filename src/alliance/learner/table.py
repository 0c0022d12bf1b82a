"""Show progress as a table: in a terminal, in a notebook of either theme, and as plain text."""

from __future__ import annotations

import html
import io
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from alliance.checking.session import SWITCH
from alliance.learner.progress import (
    DONE,
    NotebookProgress,
    Progress,
    State,
    TaskProgress,
    UnknownExercise,
    choose,
    read_progress,
    run_afresh,
)

if TYPE_CHECKING:
    from rich.table import Table

HEADS: dict[State, str] = {
    "right": "✔ right",
    "recorded": "● recorded",
    "wrong": "✘ wrong",
    "raised": "! error",
    "unchecked": "? to check",
    "not tried": "○ not tried",
}
COLOURS: dict[State, str] = {
    "right": "green",
    "recorded": "magenta",
    "wrong": "red",
    "raised": "yellow",
    "unchecked": "cyan",
    "not tried": "",
}
BY_TASK = ("task", "asks", "how it stands")
TURNS = "your turn"
"""The column of the tasks that stand in lessons."""
WIDTH = 120
WHEN_GRADED = "Whether they are right is said when your notebooks are graded."

IN_A_BROWSER = (
    "In a browser no verdicts are kept, so there is nothing to count here: `check` under each task says how it stands. "
    "On a computer where the course is installed, `progress()` counts them and says what to do next."
)


def progress(exercise: str = "", *, fresh: bool = False) -> Shown:
    """Show how each exercise stands and what to do next; with a number such as "05", how each of its tasks stands.

    The tasks of a lesson are counted beside its exercise.

    With `fresh` the notebooks are run anew first, which takes some seconds each. What goes wrong is answered with a
    sentence; nothing is raised.
    """
    from alliance.data import DataError, find_root

    if sys.platform == "emscripten":  # nobody tells the kernel there which notebook it runs for
        return Shown(None, problem=IN_A_BROWSER)
    try:
        root = find_root(Path.cwd())
        # A notebook that is being checked may contain this very call; it must not run itself again.
        anew = run_afresh(root) if fresh and os.environ.get(SWITCH) != "off" else {}
        return Shown(choose(read_progress(root, anew), exercise), by_task=bool(exercise))
    except (DataError, UnknownExercise) as error:
        return Shown(None, problem=str(error))


class Shown:
    """A progress table as a notebook shows it, or the sentence that stands in its place."""

    def __init__(self, progress: Progress | None, *, problem: str = "", by_task: bool = False) -> None:
        self._progress, self._problem, self._by_task = progress, problem, by_task

    def __repr__(self) -> str:
        if self._progress is None:
            return self._problem
        from rich.console import Console

        text = io.StringIO()
        console = Console(file=text, width=WIDTH, color_system=None, force_jupyter=False)
        for table in tables(self._progress, self._by_task):
            console.print(table)
        return "\n".join([text.getvalue().rstrip(), *sentences(self._progress)])

    def _repr_html_(self) -> str:
        """Return a table that sets no colours: the theme's own can be read in light and dark."""
        if self._progress is None:
            return f"<p>{html.escape(self._problem)}</p>"
        grids = [_grid(one) for one in self._progress.notebooks] if self._by_task else [_overview(self._progress)]
        said = "".join(f"<p>{_marked(sentence)}</p>" for sentence in sentences(self._progress))
        return "".join(grids) + said


def tables(progress: Progress, by_task: bool = False) -> list[Table]:
    """Return rich tables: one of all exercises, or one of tasks for each lesson and exercise."""
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    if by_task:
        made = []
        for notebook in progress.notebooks:
            table = Table(
                *BY_TASK, box=SIMPLE_HEAD, pad_edge=False, title=escape(_name(notebook)), title_justify="left"
            )
            for row, state in zip(_rows(notebook), _states(notebook), strict=True):
                table.add_row(*map(escape, row[:-1]), _coloured(state, row[-1]))
            made.append(table)
        return made
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("exercise", ratio=2)
    turns = _has_turns(progress)
    if turns:
        table.add_column(TURNS.replace(" ", "\n", 1), justify="right")
    columns = _columns(progress)
    for state in columns:
        table.add_column(HEADS[state].replace(" ", "\n", 1), justify="right", min_width=5)
    table.add_column("next", ratio=3)
    for notebook in _exercises(progress):
        counts = [_coloured(state, text) for state, text in zip(columns, _counts(notebook, columns), strict=True)]
        turn = [escape(_turns(progress, notebook))] if turns else []
        table.add_row(escape(_name(notebook)), *turn, *counts, escape(_next_of(notebook)))
    return [table]


def _exercises(progress: Progress) -> list[NotebookProgress]:
    return [one for one in progress.notebooks if one.kind == "exercises"]


def _has_turns(progress: Progress) -> bool:
    """Return whether any lesson has tasks of its own, so that there is a column for them."""
    return any(one.kind == "lessons" for one in progress.notebooks)


def _turns(progress: Progress, exercise: NotebookProgress) -> str:
    """Return how many of the tasks in an exercise's lesson are done; nothing where it has none or cannot be read."""
    lesson = progress.lesson_of(exercise)
    if lesson is None or lesson.problem:
        return ""
    return f"{sum(lesson.count(state) for state in DONE)} of {len(lesson.tasks)}"


def _columns(progress: Progress) -> list[State]:
    """Return the states to count: a copy without full feedback records where another says what is right."""
    full = any(notebook.feedback == "full" for notebook in progress.notebooks)
    recording = any(notebook.feedback != "full" for notebook in progress.notebooks)
    used = {task.state for notebook in progress.notebooks for task in notebook.tasks}
    left_out = {"right"} if not full and "right" not in used else set()
    left_out |= {"recorded"} if not recording and "recorded" not in used else set()
    return [state for state in HEADS if state not in left_out]


def _rows(notebook: NotebookProgress) -> list[list[str]]:
    """Return the rows of a notebook's own table: name, title and state of each task; or why there is none."""
    if notebook.problem:
        return [["", "", _next_of(notebook)]]
    return [[task.task, task.title, f"{HEADS[task.state].split()[0]} {how_it_stands(task)}"] for task in notebook.tasks]


def _states(notebook: NotebookProgress) -> list[State]:
    return ["wrong"] if notebook.problem else [task.state for task in notebook.tasks]


def _coloured(state: State, text: str) -> str:
    from rich.markup import escape

    return f"[{COLOURS[state]}]{escape(text)}[/]" if COLOURS[state] and text else escape(text)


def _name(notebook: NotebookProgress) -> str:
    """Return a notebook's number and title, whether it is a lesson, and the file's name where it is a copy."""
    file = Path(notebook.path).name
    what = " (your turn, in the lesson)" if notebook.kind == "lessons" else ""
    return f"{notebook.stem[:2]} {notebook.title}{what}" + ("" if file == f"{notebook.stem}.ipynb" else f" ({file})")


def _counts(notebook: NotebookProgress, columns: Sequence[State]) -> list[str]:
    """Return how many tasks are in each state, as text; none is an empty text, so that the others stand out."""
    if notebook.problem:
        return [""] * len(columns)
    counts = [str(notebook.count(state) or "") for state in columns]
    counts[0] = f"{notebook.count(columns[0])} of {len(notebook.tasks)}"
    return counts


def _next_of(notebook: NotebookProgress) -> str:
    """Return what to do next in an exercise."""
    if notebook.problem:
        return f"{notebook.problem} `alliance reset {notebook.path}` gives a fresh copy and keeps what there is."
    task = notebook.next_task
    if task is None:
        return "all answered" if notebook.count("recorded") else "all right"
    how = how_it_stands(task)
    return f"{task.task} {task.title}" + ("" if task.state == "not tried" else f": {how}")


def how_it_stands(task: TaskProgress) -> str:
    """Return a task's state in words, with the day of the verdict."""
    if task.state == "not tried":
        return "not tried"
    if task.state == "unchecked" and task.last is None:
        return "written, but not checked yet"
    if task.last is None:
        return _word(task.state)
    then = f"{_word(task.last.state)} on {_day(task.last.when)}"
    return f"{then}, changed since: check it again" if task.state == "unchecked" else then


def _word(state: State) -> str:
    return "error" if state == "raised" else state


def _day(when: datetime) -> str:
    local = when.astimezone()
    return f"{local.day} {local:%B %Y}"


def sentences(progress: Progress) -> Sequence[str]:
    """Return what stands below the table: what to do next, and what could not be kept or read."""
    notebook = progress.next_notebook
    if notebook is None:
        recorded = any(one.count("recorded") for one in progress.notebooks)
        first = f"All tasks are answered. {WHEN_GRADED}" if recorded else "All tasks are right."
    elif notebook.problem:
        first = f"Next: a fresh copy of {notebook.path}."
    else:
        task = notebook.next_task
        first = f"Next: {task.task} {task.title}, in {notebook.path}." if task else ""
    return [first, *progress.remarks]


# --- HTML ----------------------------------------------------------------------------------------------------


def _overview(progress: Progress) -> str:
    columns = _columns(progress)
    turns = _has_turns(progress)
    heads = ["exercise", *([TURNS] if turns else []), *(HEADS[state] for state in columns), "next"]
    rows = [
        [
            _link(progress, one),
            *([html.escape(_turns(progress, one))] if turns else []),
            *map(html.escape, _counts(one, columns)),
            _marked(_next_of(one)),
        ]
        for one in _exercises(progress)
    ]
    return _html_table("How the exercises stand", heads, rows)


def _grid(notebook: NotebookProgress) -> str:
    rows = [[_marked(cell) for cell in row] for row in _rows(notebook)]
    return _html_table(html.escape(_name(notebook)), BY_TASK, rows)


def _link(progress: Progress, notebook: NotebookProgress) -> str:
    """Return a link that JupyterLab opens, seen from the folder of the notebook that shows it."""
    target = os.path.relpath(progress.root / notebook.path, Path.cwd()).replace(os.sep, "/")
    return f'<a href="{html.escape(target)}">{html.escape(_name(notebook))}</a>'


def _html_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return an HTML table of cells that are HTML already; the first cell of a row is its head."""
    left = ' style="text-align:left"'
    head = "".join(f'<th scope="col"{left}>{name}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row"{left}>{row[0]}</th>' + "".join(f"<td{left}>{cell}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    return f"<table><caption{left}>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _marked(text: str) -> str:
    """Return text as HTML, `…` as code."""
    parts = html.escape(text, quote=False).split("`")
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))
