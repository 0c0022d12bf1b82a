"""What grading one notebook gives, as data that can be stored, compared and reported."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alliance.checking.verdicts import Verdict

VERSION = 1
"""Stored results of another version are graded anew."""
NOT_GRADED, NOT_COMPUTED = "not graded", "not computed"
OUTCOMES = ("right", NOT_COMPUTED, "wrong", "raised", "not tried", NOT_GRADED)
"""All that can become of a task, from the best on; the last is the grader's fault."""
STATES = tuple(outcome for outcome in OUTCOMES if outcome != NOT_COMPUTED)
"""What is stored of a task; whether it was computed stands beside it."""
WORDS = {"raised": "error"}
"""What people are told in place of an outcome's own name."""


@dataclasses.dataclass(frozen=True)
class TaskResult:
    """The verdict on one task of one learner.

    `computed` is False when a right answer did not change with the data (see `twin.py`), True when it did as it should,
    None when neither was tried or proved; `twin` says why, in words for the learner where it is False.
    `fault` says why the grader could not judge the task; its state is then "not graded".
    """

    task: str
    state: str
    message: str = ""
    misconception: str = ""
    computed: bool | None = None
    fault: str = ""
    twin: str = ""

    @property
    def outcome(self) -> str:
        """The state as people are told it: `right` only where the answer is not known to be typed in."""
        return NOT_COMPUTED if self.state == "right" and self.computed is False else self.state

    @classmethod
    def of(cls, verdict: Verdict) -> TaskResult:
        """Return a verdict as a result."""
        if verdict.fault:
            return cls(verdict.task, NOT_GRADED, fault=verdict.fault)
        return cls(verdict.task, verdict.state, verdict.message, verdict.misconception or "")


@dataclasses.dataclass(frozen=True)
class Graded:
    """One graded notebook: whose, which exercise, from which file (below the folder of submissions), what was found.

    `fingerprint` stands for the notebook and all that its verdicts depend on; `seconds` is the time of the run.
    """

    learner: str
    exercise: str
    file: str
    tasks: Sequence[TaskResult]
    remarks: Sequence[str]
    fingerprint: str
    seconds: float

    @property
    def right(self) -> int:
        """The number of tasks that are right, and computed where that was tried."""
        return sum(task.outcome == "right" for task in self.tasks)

    @property
    def points(self) -> int | None:
        """The number of tasks that are right; None while one is not judged, since that must not count as wrong."""
        return None if any(task.outcome == NOT_GRADED for task in self.tasks) else self.right

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {"version": VERSION, **dataclasses.asdict(self)}


def from_json(data: Mapping[str, Any]) -> Graded | None:
    """Return stored data as a result, or None when another version has stored it, or somebody has changed its form."""
    try:
        if data["version"] != VERSION:
            return None
        tasks = [TaskResult(**task) for task in data["tasks"]]
        rest = {field.name: data[field.name] for field in dataclasses.fields(Graded) if field.name != "tasks"}
        graded = Graded(tasks=tasks, **rest)
    except (KeyError, TypeError):
        return None
    return graded if _is_whole(graded) else None


def _is_whole(graded: Graded) -> bool:
    """Return whether all parts of a result are of their types, and its tasks those of its exercise."""
    texts = [graded.learner, graded.exercise, graded.file, graded.fingerprint]
    for task in graded.tasks:
        texts += [task.task, task.message, task.misconception, task.fault, task.twin]
    return (
        isinstance(graded.remarks, list)
        and all(isinstance(text, str) for text in [*texts, *graded.remarks])
        and type(graded.seconds) in {int, float}
        and all(task.state in STATES and task.computed in (True, False, None) for task in graded.tasks)
        and all(type(task.computed) in {bool, type(None)} for task in graded.tasks)
    )


def load(path: Path) -> Graded | None:
    """Return a stored result, or None when there is none that can be read."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return from_json(data) if isinstance(data, dict) else None


def store(path: Path, graded: Graded) -> None:
    """Write a result in one step, so that an interrupted run leaves the old file or the new one.

    A folder that somebody has put in its place is kept beside it under another name. Raises OSError.
    """
    if path.is_dir() and not path.is_symlink():
        path.rename(unused(path))
    write_whole(path, json.dumps(graded.to_json(), ensure_ascii=False, indent=1) + "\n")


def as_bytes(text: str) -> bytes:
    """Return a text as a file holds it: what UTF-8 cannot hold, such as half a letter in a name, as its number."""
    return text.encode("utf-8", "backslashreplace")


def write_whole(path: Path, text: str) -> None:
    """Write a text file in one step. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(as_bytes(text))
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def unused(path: Path) -> Path:
    """Return a name beside a file that nothing has yet: `gradebook.kept-1.csv`."""
    number = 1
    while (kept := path.with_name(f"{path.stem}.kept-{number}{path.suffix}")).exists():
        number += 1
    return kept


def fingerprint(*parts: bytes) -> str:
    """Return a hash of what a verdict depends on."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()
