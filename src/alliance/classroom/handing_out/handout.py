"""Turn the course's own pages into a learner's: links that lead somewhere, and the truth about what `check` says."""

from __future__ import annotations

import copy
import posixpath
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

import nbformat

from alliance.checking.keys import Feedback

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
IN_A_LESSON: Mapping[Feedback, str] = {
    mode: text.partition(" Whether it is right")[0]
    + " “Right” and the reasons for “wrong” are not said here: the tasks in lessons are not graded, and your teacher "
    "has the answers."
    for mode, text in NOTES.items()
}
"""A lesson is nothing to hand in, so what is said when notebooks are graded is not said of its tasks."""


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
    checks = [place for place, cell in enumerate(made.cells) if cell.cell_type == "code" and CHECKS.search(cell.source)]
    if feedback in NOTES and checks:
        made.cells.insert(checks[0] + 1, nbformat.v4.new_markdown_cell(IN_A_LESSON[feedback], id=NOTE))
    return made
