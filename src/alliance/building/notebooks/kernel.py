"""Run cells in a fresh kernel while building, and evaluate the expressions of the prose in between."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from alliance.building.sources.errors import SourceError
from alliance.building.sources.prose import ProseError, as_python
from alliance.building.sources.source import Cell
from alliance.checking.session import nobodys
from alliance.exploring import FRAMES, WANTED


class BuildKernel:
    """A kernel in which a source is run from top to bottom; `run` stores the outputs in the cells it returns."""

    def __init__(self, client: NotebookClient, path: Path) -> None:
        self._client = client
        self._path = path
        self._count = 0
        self.frames: dict[str, Any] = {}
        """States of explorable figures by the ids of their cells."""

    def run(self, cell: Cell, cell_id: str) -> Any:
        """Return a code cell with its outputs. Raises SourceError with the line where the code failed."""
        node = nbformat.v4.new_code_cell(cell.text, id=cell_id)
        self._client.nb.cells = [node]
        try:
            self._client.execute_cell(node, 0, store_history=False)
        except CellExecutionError as error:
            line = cell.line + _failing_line(error.traceback) - 1
            raise SourceError(self._path, line, f"this cell fails with {error.ename}: {error.evalue}") from error
        self._count += 1
        node.execution_count = self._count
        node.metadata = nbformat.from_dict({})
        node.outputs = [_clean(output, self._count) for output in _joined(node.outputs)]
        for output in node.outputs:
            if FRAMES in output.get("data", {}):
                self.frames[cell_id] = output.data.pop(FRAMES)
        warned = [out for out in node.outputs if out.output_type == "stream" and out.name == "stderr"]
        if warned:
            raise SourceError(self._path, cell.line, f"this cell warns: {warned[0].text.strip().splitlines()[-1]}")
        return node

    def evaluate(self, expression: str) -> str:
        """Return an f-string expression's text, without touching outputs or history. Raises ProseError."""
        message = self._client.kc.execute(
            "", silent=True, store_history=False, user_expressions={"value": as_python(expression)}
        )
        reply = self._client.wait_for_reply(message)
        value = (reply or {}).get("content", {}).get("user_expressions", {}).get("value", {})
        if value.get("status") != "ok":
            raise ProseError(f"{{{{ {expression} }}}} cannot be computed: {value.get('ename')}: {value.get('evalue')}")
        return str(ast.literal_eval(value["data"]["text/plain"]))


@contextmanager
def build_kernel(folder: Path, path: Path) -> Iterator[BuildKernel]:
    """Start a kernel with `folder` as its working directory; `path` is the source that errors name."""
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    client = NotebookClient(
        notebook, timeout=120, record_timing=False, resources={"metadata": {"path": str(folder)}}, kernel_name="python3"
    )
    with client.setup_kernel(env=nobodys() | {WANTED: "1"}, stderr=subprocess.DEVNULL):
        yield BuildKernel(client, path)


def _failing_line(traceback: str) -> int:
    """Return the line of the cell (from 1) that an IPython traceback points at."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", traceback)
    marks = re.findall(r"^-+> (\d+) ", plain, re.MULTILINE)
    return int(marks[0]) if marks else 1


def _joined(outputs: list[Any]) -> list[Any]:
    """Return outputs with neighbouring pieces of one stream joined: how they were cut is chance."""
    joined: list[Any] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if output.output_type == "stream" and last is not None and last.get("name") == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def _clean(output: Any, count: int) -> Any:
    """Return an output without what changes from run to run."""
    output.pop("transient", None)
    if output.output_type == "execute_result":
        output.execution_count = count
    return output
