"""Compute what each variant of an answer gives: the reference, the stub, wrong and alternative answers."""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import os
import sys
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FunctionType
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


def run_cells(path: Path, cells: Sequence[Cell], given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Run code cells one after the other in a namespace of their own and return it.

    `given` is the namespace that they begin with, such as that of the cells above; it stays as it is. Raises
    SourceError with the source line at which the code failed.
    """
    namespace: dict[str, Any] = {"__name__": "__main__", "display": lambda *_, **__: None}
    if given is not None:
        namespace = copied(given)
    run_further(path, cells, namespace)
    return namespace


def run_further(path: Path, cells: Sequence[Cell], namespace: dict[str, Any]) -> None:
    """Run code cells one after the other in a namespace that changes. Raises SourceError."""
    _close_figures()  # a plotting function without axes of its own would draw on those of the cell before
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


def copied(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """Return a namespace in which code may change what it likes: tables and lists are copies of their own.

    What cannot be copied, such as modules and figures, is shared; functions see the copy's names.
    """
    made: dict[str, Any] = {}
    memo: dict[int, Any] = {}
    for name, value in namespace.items():
        if isinstance(value, FunctionType) and value.__globals__ is namespace:
            made[name] = FunctionType(value.__code__, made, value.__name__, value.__defaults__, value.__closure__)
            made[name].__kwdefaults__ = value.__kwdefaults__
        elif type(value).__module__.startswith("matplotlib"):
            made[name] = value  # a copied figure would be one more that is open
        else:
            made[name] = value
            with contextlib.suppress(Exception):
                made[name] = copy.deepcopy(value, memo)
    return made


def evaluator(namespace: dict[str, Any]) -> Evaluate:
    """Return what gives the text of a prose's expression, computed with the names of a namespace."""
    return lambda expression: str(eval(as_python(expression), namespace))


def answer_of(path: Path, cells: Sequence[Cell], spec: Spec, given: Mapping[str, Any] | None = None) -> Answer:
    """Return the answer that running `cells` gives, in portable form. Raises SourceError.

    `given` is what they begin with, as in `run_cells`.
    """
    namespace = run_cells(path, cells, given)
    answer = portable(namespace.get(spec.answer, ...), spec.calls)
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
