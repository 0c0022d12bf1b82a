"""Turn the course's own pages into a learner's: links that lead somewhere, and the truth about what `check` says."""

from __future__ import annotations

import contextlib
import copy
import os
import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat

from alliance.building.notebooks.kernel import build_kernel
from alliance.building.sources.errors import SourceError
from alliance.building.sources.source import Cell
from alliance.checking.keys import ANOTHER_FOLDER, Feedback

LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\(([^()\s]+)\)")
BETWEEN = " · "
"""What stands between the links at the end of a lesson or an exercise."""
NAVIGATION, NOTE = "links", "feedback"
"""The ids of the cells with these links, and with the note on what `check` says in this copy."""
CHECKS = re.compile(r"^\s*check\(", re.MULTILINE)
NOTES: Mapping[Feedback, str] = {
    "shape": (
        "**In this copy of the course** `check` says whether an answer has the shape that is asked for: a number, a "
        "table with these columns and so many rows, a plot of this kind. If it has, it says **● recorded**. Whether "
        "it is right is said when your notebook is graded."
    ),
    "none": (
        "**In this copy of the course** `check` says **● recorded** as soon as there is an answer. Whether it is right "
        "is said when your notebook is graded."
    ),
}
IN_A_LESSON: Mapping[Feedback, str] = {mode: text.partition(" Whether it is right")[0] for mode, text in NOTES.items()}
"""Of a lesson's own tasks nothing is said when notebooks are graded: lessons are not."""
ELSEWHERE = "“Right”, and the reasons for “wrong” of which this lesson speaks, come back with your graded notebook."


class HandOutError(Exception):
    """The course is not in a state to be handed out; the message says what to do."""


def with_live_links(text: str, path: str, all_files: Callable[[str], bool], handed_out: Collection[str]) -> str:
    """Return Markdown in which a link to a file of the course that is not handed out is plain text.

    `path` is the page's own, from the course's root; `all_files` says whether the course has a file.
    """

    def leads(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link[2].partition("#")[0]))
        is_dead = not link[2].startswith("#") and target not in handed_out and all_files(target)
        return link[1] if is_dead else link[0]

    return LINK.sub(leads, text)


def _navigation(text: str, unlinked: str) -> str:
    """Return the links at a notebook's end without those that were unlinked."""
    parts = zip(text.split(BETWEEN), unlinked.split(BETWEEN), strict=True)
    head = "---\n\n"
    live = [old.removeprefix(head) for old, new in parts if old == new]
    return head + BETWEEN.join(live)


def with_live_cells(notebook: Any, path: str, all_files: Callable[[str], bool], handed_out: Collection[str]) -> Any:
    """Return a notebook whose Markdown cells link only to what is handed out."""
    made = copy.deepcopy(notebook)
    for cell in made.cells:
        if cell.cell_type == "markdown":
            unlinked = with_live_links(cell.source, path, all_files, handed_out)
            cell.source = _navigation(cell.source, unlinked) if cell.id == NAVIGATION else unlinked
    return made


def exercise_with_note(notebook: Any, feedback: Feedback) -> Any:
    """Return an exercise that says below its introduction what `check` says in this copy."""
    made = copy.deepcopy(notebook)
    if feedback in NOTES:
        made.cells.insert(1, nbformat.v4.new_markdown_cell(NOTES[feedback], id=NOTE))
    return made


def lesson_with_note(notebook: Any, feedback: Feedback) -> Any:
    """Return a lesson that says, below the first check of a task of its own, what `check` says in this copy."""
    made = copy.deepcopy(notebook)
    first = next(place for place, cell in enumerate(made.cells) if _is_check(cell))
    made.cells.insert(first + 1, nbformat.v4.new_markdown_cell(IN_A_LESSON[feedback], id=NOTE))
    return made


def shows_checks(notebook: Any) -> bool:
    """Return whether a lesson shows what `check` says of an answer; of its own tasks it shows that they are untried."""
    return any(_is_check(cell) and "task" not in cell.metadata for cell in notebook.cells)


def asks(notebook: Any) -> bool:
    """Return whether a lesson has tasks of its own."""
    return any("task" in cell.metadata for cell in notebook.cells)


def _is_check(cell: Any) -> bool:
    return cell.cell_type == "code" and bool(CHECKS.search(cell.source))


def lesson_with_own_checks(notebook: Any, folder: Path, keys: Path, feedback: Feedback) -> Any:
    """Return a lesson in which `check` says what it says in this copy, with a note below the last such cell.

    The lesson is run in `folder`, with the keys of the copy. Raises HandOutError where it fails.
    """
    made = copy.deepcopy(notebook)
    with _other_keys(keys), build_kernel(folder, folder) as kernel:
        for cell in made.cells:
            if cell.cell_type != "code":
                continue
            try:
                run = kernel.run(Cell("code", cell.source, {}, 1), cell.id)
            except SourceError as error:
                raise HandOutError(f"A lesson that shows `check` cannot be run: {error}") from error
            if _is_check(cell):
                cell.outputs = run.outputs
    last = max(place for place, cell in enumerate(made.cells) if _is_check(cell))
    made.cells.insert(last + 1, nbformat.v4.new_markdown_cell(f"{NOTES[feedback]} {ELSEWHERE}", id=NOTE))
    return made


@contextlib.contextmanager
def _other_keys(keys: Path) -> Iterator[None]:
    """Let kernels that are started in the block find the keys of the copy."""
    before = os.environ.get(ANOTHER_FOLDER)
    os.environ[ANOTHER_FOLDER] = str(keys)
    try:
        yield
    finally:
        del os.environ[ANOTHER_FOLDER]
        if before is not None:
            os.environ[ANOTHER_FOLDER] = before
