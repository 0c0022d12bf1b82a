"""What grading one notebook gives, as data that can be stored, compared and reported."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alliance.checking.verdicts import Verdict

VERSION = 1
"""Of stored results; those of another version are passed over, so what is added to them needs a default."""
NOT_GRADED, NOT_COMPUTED, NOT_TRIED = "not graded", "not computed", "not tried"
OUTCOMES = ("right", NOT_COMPUTED, "wrong", "raised", NOT_TRIED, NOT_GRADED)
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
    `fault` says why the grader could not judge the task; its state is then "not graded". `written` is the text of a
    writing task, as the learner wrote it, and `rubric` the lines by which a person marks it; elsewhere they are empty.
    """

    task: str
    state: str
    message: str = ""
    misconception: str = ""
    computed: bool | None = None
    fault: str = ""
    twin: str = ""
    written: str = ""
    rubric: Sequence[str] = ()

    @property
    def outcome(self) -> str:
        """The state as people are told it: `right` only where the answer is not known to be typed in."""
        return NOT_COMPUTED if self.state == "right" and self.computed is False else self.state

    @classmethod
    def of(cls, verdict: Verdict) -> TaskResult:
        """Return a verdict as a result."""
        if verdict.fault:
            return cls(verdict.task, NOT_GRADED, fault=verdict.fault)
        found = cls(verdict.task, verdict.state, verdict.message, verdict.misconception or "")
        own = verdict.written
        return dataclasses.replace(found, written=own.text, rubric=tuple(own.rubric)) if own else found


@dataclasses.dataclass(frozen=True)
class Trace:
    """What a notebook shows of one task beside its verdict (see `classroom/traces`).

    `changed` is the number of lines changed against those given. `code` stands for the code, however it is spaced and
    commented, and `lines` is its length. `value` stands for a wrong answer without a name of its own, `shown` has it
    in words. `parts` are the named parts of a wrong answer, each right or not.
    """

    changed: int | None = None
    code: str = ""
    lines: int = 0
    value: str = ""
    shown: str = ""
    parts: Mapping[str, bool] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class HandIn:
    """Who handed a notebook in, and when, as far as that is known.

    `who` is a `taking_in.roster.Learner` as plain data; `content` is the hash of the file. `late` is the mark of the
    school's system; `at` is a time (ISO 8601), `told_by` says where from: "name" or "file".
    """

    who: Mapping[str, str] = dataclasses.field(default_factory=dict)
    content: str = ""
    late: bool = False
    at: str = ""
    told_by: str = ""


@dataclasses.dataclass(frozen=True)
class Graded:
    """One graded notebook: whose, which exercise, from which file (below the folder of submissions), what was found.

    `fingerprint` stands for the notebook and all that its verdicts depend on, `basis` for the latter alone; `seconds`
    is the time of the run.
    """

    learner: str
    exercise: str
    file: str
    tasks: Sequence[TaskResult]
    remarks: Sequence[str]
    fingerprint: str
    seconds: float
    basis: str = ""
    hand_in: HandIn = dataclasses.field(default_factory=HandIn)
    traces: Mapping[str, Trace] = dataclasses.field(default_factory=dict)

    @property
    def tried(self) -> bool:
        """Whether there is work in it."""
        return any(task.state != "not tried" for task in self.tasks)

    @property
    def right(self) -> int:
        """The number of tasks that are right, and computed where that was tried."""
        return sum(task.outcome == "right" for task in self.tasks)

    @property
    def points(self) -> int | None:
        """The number of tasks that are right; None while one is not judged, and where none was tried."""
        return None if self.unjudged or all(task.outcome == NOT_TRIED for task in self.tasks) else self.right

    @property
    def unjudged(self) -> bool:
        """Whether the grader could not judge a task, which must not count as wrong."""
        return any(task.outcome == NOT_GRADED for task in self.tasks)

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {"version": VERSION, **dataclasses.asdict(self)}


def from_json(data: Mapping[str, Any]) -> Graded | None:
    """Return stored data as a result, or None when another version has stored it, or somebody has changed its form."""
    try:
        if data["version"] != VERSION:
            return None
        parts = {
            "tasks": [TaskResult(**{**task, "rubric": tuple(task.get("rubric", ()))}) for task in data["tasks"]],
            "hand_in": HandIn(**data.get("hand_in", {})),
            "traces": {name: Trace(**trace) for name, trace in data.get("traces", {}).items()},
        }
        names = {field.name for field in dataclasses.fields(Graded)}
        graded = Graded(**{name: value for name, value in data.items() if name in names} | parts)
    except (KeyError, TypeError, AttributeError):
        return None
    return graded if _is_whole(graded) else None


def _is_whole(graded: Graded) -> bool:
    """Return whether all parts of a result are of their types: somebody may have edited its file."""
    texts = [graded.learner, graded.exercise, graded.file, graded.fingerprint, graded.basis]
    for task in graded.tasks:
        texts += [task.task, task.message, task.misconception, task.fault, task.twin, task.written, *task.rubric]
    hand_in = graded.hand_in
    return (
        isinstance(graded.remarks, list)
        and isinstance(hand_in.who, dict)
        and all(type(text) is str for text in [*texts, *graded.remarks, *hand_in.who, *hand_in.who.values()])
        and all(type(text) is str for text in (hand_in.content, hand_in.at, hand_in.told_by))
        and type(hand_in.late) is bool
        and _is_number(graded.seconds)
        and all(task.state in STATES and type(task.computed) in {bool, type(None)} for task in graded.tasks)
        and all(map(_is_trace, graded.traces.values()))
    )


def _is_trace(trace: Trace) -> bool:
    """Return whether all parts of a trace are of their types."""
    return (
        type(trace.changed) in {int, type(None)}
        and type(trace.lines) is int
        and all(type(text) is str for text in (trace.code, trace.value, trace.shown))
        and isinstance(trace.parts, dict)
        and all(type(right) is bool for right in trace.parts.values())
    )


def _is_number(value: object) -> bool:
    """Return whether a value is a finite number."""
    return type(value) in {int, float} and math.isfinite(value)  # type: ignore[arg-type]


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
    write_whole_bytes(path, as_bytes(text))


def write_whole_bytes(path: Path, content: bytes) -> None:
    """Write a file in one step. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
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
