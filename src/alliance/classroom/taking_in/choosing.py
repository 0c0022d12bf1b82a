"""Choose which of a learner's notebooks of one exercise is graded: one with work in it, if there is one."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from pathlib import Path

from alliance.checking.keys import cell_id, keys_folder, load_key
from alliance.checking.submission import Notebook, UnreadableNotebook, as_submission, cut, parse_notebook


@dataclasses.dataclass(frozen=True)
class Candidate:
    """What decides between notebooks: tasks with work, copies kept by `reset`, the attempt, and the file's name."""

    tasks: int
    kept: bool
    attempt: int
    copied: bool
    renamed: bool
    file: str

    @property
    def rank(self) -> tuple[object, ...]:
        """Sorts the one to grade first.

        Work comes first; old work that `alliance reset` has put aside gives way to new; then the latest attempt counts,
        the one in which more tasks were worked on, the exercise's own name, the shorter one.
        """
        name = self.file.rpartition("/")[2]
        return (
            self.tasks == 0, self.kept, -self.attempt, -self.tasks, self.copied, self.renamed, len(name), self.file
        )  # fmt: skip


def tasks_with_work(notebook: Notebook, stem: str) -> int:
    """Return in how many tasks of an exercise a learner has written anything; 0 for a notebook as it was handed out.

    Compared is the code of each task, and what stands in its answer cell, with what the course gives; blank lines do
    not count, nor does that a cell was run. Code before the first task counts as one task more.
    """
    given = _given(keys_folder(), stem)
    tasks = load_key(stem).tasks
    sections, _ = cut(notebook.cells, tasks)
    own: dict[str, list[str]] = {}
    for section in sections:
        own.setdefault(section.task or "", []).extend(section.cells)
    worked = {name for name, cells in own.items() if {_bare(cell) for cell in cells} - given.get(name, set()) - {""}}
    answers = {cell_id(name, "answer"): name for name in tasks}
    for cell in notebook.cells:
        name = answers.get(cell["id"], "")
        if name and cell["cell_type"] != "code" and _bare(cell["source"]) not in given.get(name, set()) | {""}:
            worked.add(name)
    return len(worked)


@functools.cache
def _given(folder: Path, stem: str) -> dict[str, set[str]]:
    """Return the cells that an exercise is handed out with, by task; those before the first task under no name.

    `folder` is that of the keys, where the exercise lies as it is handed out.
    """
    key = load_key(stem)
    given = {name: {_bare(task.start), _bare(task.stub)} for name, task in key.tasks.items()}
    given[""] = {_bare(key.setup)}
    try:
        notebook = parse_notebook((folder / f"{stem}.ipynb").read_bytes(), f"{stem}.ipynb")
        submission = as_submission(notebook, folder / f"{stem}.ipynb")
    except (OSError, UnreadableNotebook):  # keys of another course may lie alone
        return given
    for section in submission.sections:
        given.setdefault(section.task or "", set()).update(_bare(cell) for cell in section.cells)
    answers = {cell_id(name, "answer"): name for name in key.tasks}
    for cell in notebook.cells:
        if cell["id"] in answers:
            given[answers[cell["id"]]].add(_bare(cell["source"]))
    return given


def _bare(text: str) -> str:
    """Return a cell's text without blank lines and without spaces at the ends of lines."""
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def first_of(candidates: Sequence[Candidate]) -> int:
    """Return the place of the one that is graded."""
    return min(range(len(candidates)), key=lambda place: candidates[place].rank)
