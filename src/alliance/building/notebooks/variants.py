"""Compute what each variant of an answer gives: the reference, the stub, wrong and alternative answers."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from alliance.answers import Answer, Spec, portable
from alliance.building.sources.errors import SourceError
from alliance.building.sources.prose import Evaluate, as_python
from alliance.building.sources.source import Cell


@contextlib.contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Run a block with `folder` as the working directory, quietly and with a plotting backend without windows."""
    import matplotlib

    matplotlib.use("Agg")
    before = Path.cwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        os.chdir(before)


def run_cells(path: Path, cells: Sequence[Cell]) -> dict[str, Any]:
    """Run code cells one after the other in a fresh namespace and return it.

    Raises SourceError with the source line at which the code failed.
    """
    _close_figures()  # a plotting function without axes of its own would draw on those of the cell before
    namespace: dict[str, Any] = {"__name__": "__main__", "display": lambda *_, **__: None}
    for cell in cells:
        try:
            # Blank lines in front give the code its source's line numbers, for tracebacks.
            exec(compile("\n" * (cell.line - 1) + cell.text, str(path), "exec"), namespace)
        except SyntaxError as error:
            raise SourceError(
                path, error.lineno or cell.line, f"this cell fails with SyntaxError: {error.msg}"
            ) from error
        except Exception as error:
            frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
            line = frames[-1].lineno if frames and frames[-1].lineno else cell.line
            raise SourceError(path, line, f"this cell fails with {type(error).__name__}: {error}") from error
    return namespace


def evaluator(namespace: dict[str, Any]) -> Evaluate:
    """Return what gives the text of a prose's expression, computed with the names of a namespace."""
    return lambda expression: str(eval(as_python(expression), namespace))


def answer_of(path: Path, cells: Sequence[Cell], spec: Spec) -> Answer:
    """Return the answer that running `cells` gives, in portable form. Raises SourceError."""
    namespace = run_cells(path, cells)
    given = namespace.get(spec.answer, ...)
    answer = portable(given, spec.calls)
    _close_figures()
    return answer


def _close_figures() -> None:
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def stub_for(reference: str, name: str) -> str:
    """Return the stub that an answer leaves for the learner: `name = ...`, or a function without its body."""
    for node in ast.parse(reference).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            lines = [f"def {name}({ast.unparse(node.args)}):"]
            doc = ast.get_docstring(node)
            if doc:
                lines.append(f'    """{doc}"""')
            return "\n".join([*lines, "    return ..."])
    return f"{name} = ..."
