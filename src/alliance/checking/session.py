"""Know the notebook that a kernel runs for: where it lies, and which code was run in it."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
from pathlib import Path
from typing import Any

OPENED = "JPY_SESSION_NAME"
"""The variable in which Jupyter's server tells a kernel the path of its notebook."""
COURSE_CELL = re.compile(r"t\d+-(?:\d+|[a-z])-\w+$")
"""The ids that the course gives to the cells of its tasks."""
CHECK_CALL = re.compile(r"\s*check\(\s*['\"](\d+\.(?:\d+|[a-z]))['\"]")
SWITCH = "ALLIANCE_PROGRESS"
"""The variable that keeps verdicts from being kept when it says `off`."""

_last_run: dict[str, str] = {}
_runs: dict[str, Run] = {}


@dataclasses.dataclass
class Run:
    """The last run of a cell: its code, and the error with which it ended (class and message), if it did.

    `unreadable` says that Python could not read the code, so that none of it was run: what answer there is, is older.
    """

    code: str
    error: tuple[str, str] | None = None
    unreadable: bool = False


def fingerprint(code: str) -> str:
    """Return a short hash of a cell's code; blank lines around it do not count."""
    return hashlib.sha256(code.strip().encode()).hexdigest()[:12]


def follow(shell: Any) -> None:
    """Note from now on what is run in a kernel. What was run before counts as well, as far as Python remembers it."""
    if getattr(shell, "kernel", None) is None or _last_run:
        return
    for code in shell.user_ns.get("In", []):
        _note(None, str(code))
    shell.events.register("pre_run_cell", lambda info: _note(info.cell_id, info.raw_cell))
    shell.events.register("post_run_cell", _note_end)


def _note(cell_id: str | None, code: str) -> None:
    """Keep the fingerprint of a cell's code: of each cell only the last, of code without a cell every one."""
    mark = fingerprint(code)
    _last_run[cell_id or mark] = mark
    _runs.pop(cell_id or mark, None)  # so that the last run is the last of the dictionary
    _runs[cell_id or mark] = Run(code)


def _note_end(result: Any) -> None:
    """Keep the error with which a cell's last run has ended."""
    error, info = result.error_before_exec or result.error_in_exec, result.info
    run = _runs.get(info.cell_id or fingerprint(info.raw_cell)) if info is not None else None
    if run is not None and error is not None:
        run.error = type(error).__name__, str(error)
        run.unreadable = isinstance(result.error_before_exec, SyntaxError)


def last_run(cell_id: str, name: str) -> Run | None:
    """Return the last run of a cell; where cells have lost their ids, of the last code that speaks of `name`."""
    if cell_id in _runs:
        return _runs[cell_id]
    speaks = re.compile(rf"(?<![\w.]){re.escape(name)}\b")
    others = (run for key, run in reversed(_runs.items()) if not COURSE_CELL.match(key))
    return next((run for run in others if speaks.search(run.code) and not CHECK_CALL.match(run.code)), None)


def code_run() -> list[str]:
    """Return the fingerprints of the code that this kernel's notebook consists of, as far as it was run."""
    return sorted(set(_last_run.values()))


def notebook_of_kernel() -> Path | None:
    """Return the notebook that a person has opened with this kernel; None outside JupyterLab and VS Code.

    Jupyter's server names it in the environment, VS Code in the namespace. A kernel that a program has started
    (a build, a test, the checking of a file) runs for nobody.
    """
    import sys

    if "IPython" not in sys.modules:
        return None
    shell = sys.modules["IPython"].get_ipython()
    if shell is None or getattr(shell, "kernel", None) is None:
        return None
    named = os.environ.get(OPENED) or shell.user_ns.get("__vsc_ipynb_file__")
    return Path(named) if named else None


def nobodys() -> dict[str, str]:
    """Return the environment for a kernel that a program starts: what is checked in it is not what a learner did."""
    return {name: value for name, value in os.environ.items() if name != OPENED} | {SWITCH: "off"}
