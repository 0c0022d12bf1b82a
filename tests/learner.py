"""A learner's notebook as the tests speak of it: small sentences about what the learner did to it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import nbformat

from alliance.checking.keys import cell_id


class Notebook:
    """A notebook that a learner has taken from `path` and changes before saving it elsewhere."""

    def __init__(self, path: Path) -> None:
        self.node = nbformat.read(path, as_version=4)

    def cell(self, task: str, role: str = "answer") -> Any:
        """Return a task's cell by its role."""
        return next(cell for cell in self.node.cells if cell.id == cell_id(task, role))

    def answer(self, task: str, code: str) -> Notebook:
        """Write an answer into a task's answer cell."""
        self.cell(task).source = code
        return self

    def edit_check(self, task: str, code: str) -> Notebook:
        """Change a task's check cell."""
        self.cell(task, "check").source = code
        return self

    def delete(self, task: str, role: str) -> Notebook:
        """Delete a task's cell."""
        self.node.cells.remove(self.cell(task, role))
        return self

    def duplicate(self, task: str, role: str, name: str = "copied") -> Notebook:
        """Copy a task's cell to the place behind it, as JupyterLab does: with an id of its own."""
        cell = self.cell(task, role)
        twin = copy.deepcopy(cell)
        twin.id = name
        self.node.cells.insert(self.node.cells.index(cell) + 1, twin)
        return self

    def move(self, task: str, role: str, place: int) -> Notebook:
        """Move a task's cell to another place."""
        cell = self.cell(task, role)
        self.node.cells.remove(cell)
        self.node.cells.insert(place, cell)
        return self

    def insert(self, code: str, *, behind: tuple[str, str] | None = None, at: int = 0) -> Notebook:
        """Insert a code cell of the learner's own."""
        place = self.node.cells.index(self.cell(*behind)) + 1 if behind else at
        self.node.cells.insert(place, nbformat.v4.new_code_cell(code))
        return self

    def mark(self, task: str, role: str = "answer", *, comment: str = "", tag: str = "") -> Notebook:
        """Put one of nbval's markers into a cell."""
        cell = self.cell(task, role)
        if comment:
            cell.source = f"# {comment}\n{cell.source}"
        if tag:
            cell.metadata["tags"] = [tag]
        return self

    def pretend_run(self) -> Notebook:
        """Give every code cell the outputs of a run that said all is right."""
        for count, cell in enumerate((c for c in self.node.cells if c.cell_type == "code"), 1):
            cell.execution_count = count
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="right.\n")]
        return self

    def clear(self) -> Notebook:
        """Clear all outputs."""
        for cell in self.node.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        return self

    def save(self, path: Path) -> Path:
        """Save the notebook; return where."""
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(self.node, path)
        return path
