"""Tell what is right, what is not, and what to do next, from the verdicts that were kept and the notebooks as saved."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from alliance.checking.keys import Feedback, Kind, Outline, TaskOutline, read_outline, stems
from alliance.checking.record import CannotKeep, Kept, Record, as_kept, keep, read
from alliance.checking.session import fingerprint
from alliance.checking.submission import Section, UnreadableNotebook, cut, read_notebook, read_submission

State = Literal["right", "recorded", "wrong", "raised", "unchecked", "not tried"]
DONE: tuple[State, ...] = ("right", "recorded")
"""States of a task that a learner may leave: what is right, and what a copy without full feedback cannot judge."""


@dataclasses.dataclass(frozen=True)
class TaskProgress:
    """How a task stands.

    `unchecked` is an answer that was never checked, or has changed since; `last` is the last verdict that was kept,
    whatever became of the answer after it.
    """

    task: str
    title: str
    state: State
    last: Kept | None = None


@dataclasses.dataclass(frozen=True)
class NotebookProgress:
    """How an exercise, or a lesson with tasks of its own, stands.

    `path` starts at the course's root; `problem` says why it cannot be read.
    """

    path: str
    stem: str
    title: str
    tasks: Sequence[TaskProgress]
    problem: str = ""
    feedback: Feedback = "full"
    kind: Kind = "exercises"

    def count(self, state: State) -> int:
        """Return how many tasks are in a state."""
        return sum(task.state == state for task in self.tasks)

    @property
    def next_task(self) -> TaskProgress | None:
        """The first task that is neither right nor recorded."""
        return next((task for task in self.tasks if task.state not in DONE), None)

    @property
    def begun(self) -> bool:
        """Whether any task was tried."""
        return any(task.state != "not tried" for task in self.tasks)


@dataclasses.dataclass(frozen=True)
class Progress:
    """How all lessons and exercises stand, each lesson before its exercise, and what could not be kept or read."""

    root: Path
    notebooks: Sequence[NotebookProgress]
    remarks: Sequence[str]

    @property
    def next_notebook(self) -> NotebookProgress | None:
        """The notebook to go on with: the first one begun and not finished, else the first one not finished.

        A lesson whose exercise was begun is behind: nobody is sent back to it.
        """
        behind = {one.stem for one in self.notebooks if one.kind == "exercises" and one.begun}
        open_ones = [
            one for one in self.notebooks if one.next_task and not (one.kind == "lessons" and one.stem in behind)
        ]
        return next((one for one in open_ones if one.begun), next(iter(open_ones), None))

    def lesson_of(self, exercise: NotebookProgress) -> NotebookProgress | None:
        """Return how the tasks of an exercise's own lesson stand; None where it has none, or for a copy."""
        if exercise.path != f"exercises/{exercise.stem}.ipynb":
            return None
        own = f"lessons/{exercise.stem}.ipynb"
        return next((one for one in self.notebooks if one.path == own), None)


class UnknownExercise(Exception):
    """There is no such exercise; the message names those there are."""


def choose(found: Progress, exercise: str) -> Progress:
    """Return the progress of the exercises whose name begins with `exercise`. Raises UnknownExercise."""
    name = Path(exercise).stem.zfill(2) if exercise else ""
    chosen = [one for one in found.notebooks if Path(one.path).stem.startswith(name)]
    if not chosen:
        known = ", ".join(dict.fromkeys(one.stem for one in found.notebooks))
        raise UnknownExercise(f"No exercise begins with “{exercise}”. There are: {known}.")
    return dataclasses.replace(found, notebooks=chosen)


def read_progress(root: Path, anew: Record | None = None) -> Progress:
    """Return how the lessons and exercises of the course at `root` stand. Runs nothing.

    `anew` holds verdicts given this moment, which count before those that were kept.
    """
    record, remarks = read(root)
    for name, tasks in (anew or {}).items():
        record[name] = {**record.get(name, {}), **tasks}
    kinds: tuple[Kind, ...] = ("lessons", "exercises")
    outlines = [read_outline(stem, kind) for kind in kinds for stem in stems(kind)]
    outlines = sorted((one for one in outlines if one.tasks), key=lambda one: one.stem)  # a lesson before its exercise
    notebooks = [
        _read_notebook(root, name, outline, record.get(name, {}))
        for outline in outlines
        for name in _names(root, outline, record)
    ]
    return Progress(root, notebooks, remarks)


def _names(root: Path, outline: Outline, record: Record) -> Iterator[str]:
    """Yield the notebooks of an exercise or lesson: the course's own, and copies in which answers were checked."""
    own = outline.notebook
    yield own
    for name in sorted(record):
        if name != own and record[name].keys() & outline.tasks.keys() and (root / name).is_file():
            yield name


def _read_notebook(root: Path, name: str, outline: Outline, kept: Mapping[str, Kept]) -> NotebookProgress:
    path = root / name
    try:
        cells = _read_cells(path)
    except UnreadableNotebook as why:
        untried = [TaskProgress(task.task, task.title, "not tried") for task in outline.tasks.values()]
        return NotebookProgress(name, outline.stem, outline.title, untried, str(why), outline.feedback, outline.kind)
    sections, _ = cut(cells, outline.tasks)
    saved = path.stat().st_mtime
    tasks = [_judge(task, _answered(task, sections), kept.get(task.task), saved) for task in outline.tasks.values()]
    return NotebookProgress(name, outline.stem, outline.title, tasks, "", outline.feedback, outline.kind)


def _read_cells(path: Path) -> Sequence[Mapping[str, Any]]:
    """Return the cells of a notebook, their source as one text. Raises UnreadableNotebook.

    Reads an ordinary notebook without nbformat, which alone takes longer to import than all of this.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["nbformat"] == 4:
            return [{**cell, "source": "".join(cell["source"])} for cell in data["cells"] if cell["cell_type"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    return list(read_notebook(path).cells)


def _answered(task: TaskOutline, sections: Sequence[Section]) -> list[str] | None:
    """Return a task's code cells above its check cell, or None where they are as they were handed out.

    What stands below a check cell are a learner's notes and trials; they do not make an answer another one.
    """
    cells = [cell for one in sections if one.task == task.task for cell in one.cells[: one.checked_after]]
    handed_out = [code.strip() for code in (task.start, task.stub) if code.strip()]
    return None if [cell.strip() for cell in cells] == handed_out else cells


def _judge(task: TaskOutline, cells: Sequence[str] | None, kept: Kept | None, saved: float) -> TaskProgress:
    """Return how a task stands: its last verdict, as long as the saved answer is the one that it was given on.

    A verdict younger than the file counts in any case: JupyterLab saves every two minutes, a learner looks at once.
    """
    if kept is not None and (kept.when.timestamp() > saved or _is_what_was_run(task, cells, kept)):
        state: State = kept.state
    else:
        state = "not tried" if cells is None else "unchecked"
    return TaskProgress(task.task, task.title, state, kept)


def _is_what_was_run(task: TaskOutline, cells: Sequence[str] | None, kept: Kept) -> bool:
    """Return whether what the learner wrote is the code that had been run when the verdict was given."""
    if cells is None:
        return False
    return {fingerprint(cell) for cell in cells if cell.strip() != task.start.strip()} <= kept.code


def run_afresh(root: Path, tell: Callable[[str], None] = lambda _: None, seconds: float = 60) -> Record:
    """Run and check every exercise and lesson that was begun; return the verdicts, and keep them where it is possible.

    `tell` is told each notebook's path before it is run. A notebook that cannot be read is passed over.
    """
    from alliance.checking.grade import grade_submission
    from alliance.checking.kernel import Limits

    record: Record = {}
    for notebook in read_progress(root).notebooks:
        if notebook.problem or not notebook.begun:
            continue
        tell(notebook.path)
        try:
            submission = read_submission(root / notebook.path)
        except UnreadableNotebook:
            continue  # its row says why
        grade = grade_submission(submission, Limits(seconds=seconds))
        record[notebook.path] = as_kept(submission, grade.verdicts)
        with contextlib.suppress(CannotKeep):  # the remarks say so
            keep(root / notebook.path, record[notebook.path])
    return record
