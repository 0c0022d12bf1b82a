"""Grade one notebook, given as bytes, on whatever machine this is: the unit of work of a class."""

from __future__ import annotations

import dataclasses
import importlib
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from alliance.checking.formats import import_nbformat
from alliance.checking.grade import Grade, grade_submission
from alliance.checking.kernel import Limits
from alliance.checking.submission import UnreadableNotebook, read_submission
from alliance.classroom.engine import Zygote
from alliance.classroom.forking import EngineFailed
from alliance.classroom.results import TaskResult
from alliance.data import find_root

TRIES = 2


@dataclasses.dataclass(frozen=True)
class Order:
    """A notebook to grade: its file name and content, the course's root, and how to run it.

    Where another machine has the course elsewhere, that machine's own root is taken.
    """

    name: str
    content: bytes
    root: str
    seconds: float = 60
    sandbox: bool = True


@dataclasses.dataclass(frozen=True)
class Report:
    """What grading gave: results by task, remarks, seconds; `unreadable` is the sentence for a file that is none."""

    tasks: Sequence[TaskResult]
    remarks: Sequence[str]
    seconds: float
    unreadable: str = ""


def grade(order: Order) -> Report:
    """Grade one notebook. What stops for no fault of the learner's, or seems to, is tried once more."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "exercises" / order.name
        path.parent.mkdir()
        path.write_bytes(order.content)
        if not order.sandbox:
            (Path(folder) / "data").symlink_to(_root(order) / "data", target_is_directory=True)
        try:
            results, remarks = _results(path, order)
        except UnreadableNotebook as error:
            return Report([], [], time.monotonic() - began, str(error))
    return Report(results, remarks, time.monotonic() - began)


def _results(path: Path, order: Order) -> tuple[list[TaskResult], list[str]]:
    """Return results and remarks, after a second try where the first was stopped. Raises UnreadableNotebook."""
    submission = read_submission(path)
    limits = Limits(seconds=order.seconds)
    fault = ""
    first: Grade | None = None
    for _ in range(TRIES):
        try:
            found = grade_submission(submission, limits, _zygote(_root(order)).kernel if order.sandbox else None)
        except EngineFailed as error:
            fault = str(error)
            close()  # the next try starts a new one
            continue
        except Exception as error:  # one notebook, however strange, must not stop a class
            fault = f"the grader failed on it: {type(error).__name__}: {error}"
            continue
        if first is None and any(verdict.stopped for verdict in found.verdicts.values()):
            first = found
            continue
        return _merged(first, found), list(found.remarks)
    if first is not None:
        return [TaskResult.of(verdict) for verdict in first.verdicts.values()], list(first.remarks)
    return [TaskResult(task, "not graded", fault=fault) for task in submission.key.tasks], []


def _merged(first: Grade | None, second: Grade) -> list[TaskResult]:
    """Return the second try's results; a task that only one try stopped was the grader's fault, and says so."""
    results = []
    for task, verdict in second.verdicts.items():
        result = TaskResult.of(verdict)
        if first is not None and first.verdicts[task].stopped and not verdict.stopped:
            result = dataclasses.replace(result, fault="stopped in a first try and judged in a second one")
        results.append(result)
    return results


def _root(order: Order) -> Path:
    root = Path(order.root)
    return root if (root / "data").is_dir() else find_root()


_zygotes: dict[Path, Zygote] = {}
"""This process's zygote, by the course's root: starting one costs more than grading a notebook."""


def _zygote(root: Path) -> Zygote:
    """Return this process's zygote; the first notebook starts it. Raises NoSandbox or EngineFailed."""
    if root not in _zygotes:
        _zygotes[root] = Zygote(root / "data")
    return _zygotes[root]


def prepare(root: Path, sandbox: bool) -> None:
    """Load what grading needs, so that processes forked from this one have it and share one zygote.

    Raises NoSandbox or EngineFailed.
    """
    zygote = _zygote(root) if sandbox else None  # it loads its libraries while this process loads its own
    importlib.import_module("alliance.answers.compare")
    import_nbformat()
    if zygote:
        zygote.wait()


def close() -> None:
    """End this process's zygotes."""
    while _zygotes:
        _zygotes.popitem()[1].close()
