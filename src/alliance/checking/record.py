"""Keep the verdicts that a learner was given, in `.alliance/progress.json` at the course's root, and read them again.

Kept are verdicts on notebooks below `exercises/` and `lessons/`, with the time and with fingerprints of the code that
was judged, so that a later change of the code can be told. Grading a class keeps nothing, nor do tests and builds.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from alliance.checking.keys import Kind, kind_of
from alliance.checking.session import SWITCH, code_run, fingerprint, notebook_of_kernel

if TYPE_CHECKING:
    from alliance.checking.submission import Submission
    from alliance.checking.verdicts import State, Verdict

FOLDER, FILE, LOCK = ".alliance", "progress.json", "progress.lock"
SET_ASIDE = "progress.unreadable-*.json"
STATES = ("not tried", "wrong", "right", "raised", "recorded")
PATIENCE = 1.0
"""Seconds to wait while another notebook writes, which takes it some thousandths of one."""
KEPT_COPY = re.compile(r"\.(?:kept|new)-\d{4}-\d\d-\d\d-\d{6}(?:-\d+)?\.ipynb$")
"""How `alliance reset` names a learner's old work, and `alliance update` that and what it puts beside a learner's own:
no exercises to go on with."""


class CannotKeep(Exception):
    """The record cannot be written; the message says where and why."""


@dataclasses.dataclass(frozen=True)
class Kept:
    """A verdict as it was kept: its state, when it was given, and the fingerprints of the code that had been run."""

    state: State
    when: datetime
    code: frozenset[str]


Record = dict[str, dict[str, Kept]]
"""Kept verdicts by notebook (its path from the course's root, with slashes) and task."""


def keep_from_kernel(verdict: Verdict) -> None:
    """Keep a verdict given by `check` in an opened notebook; where that is impossible, do nothing."""
    notebook = notebook_of_kernel()
    if notebook is not None:
        with contextlib.suppress(CannotKeep):
            keep(notebook, {verdict.task: Kept(verdict.state, datetime.now(UTC), frozenset(code_run()))})


def as_kept(submission: Submission, verdicts: Mapping[str, Verdict]) -> dict[str, Kept]:
    """Return the verdicts on a notebook that was run from its file this moment, in the form in which they are kept."""
    now = datetime.now(UTC)
    code: dict[str, set[str]] = {name: set() for name in verdicts}
    for section in submission.sections:
        if section.task in code:
            code[section.task].update(fingerprint(cell) for cell in section.cells)
    return {name: Kept(verdict.state, now, frozenset(code[name])) for name, verdict in verdicts.items()}


def keep(notebook: Path, verdicts: Mapping[str, Kept]) -> None:
    """Keep verdicts on tasks of a notebook; the others that are kept of it stay.

    A notebook that does not count (see `place`) is passed over in silence, and so is a task that belongs elsewhere: an
    exercise's in a lesson, a lesson's in an exercise. Raises CannotKeep.
    """
    found = place(notebook)
    if found is None or os.environ.get(SWITCH) == "off":
        return
    root, name = found
    verdicts = {task: kept for task, kept in verdicts.items() if name.startswith(f"{kind_of(task)}/")}
    if not verdicts:
        return
    with _locked(root):
        record = _load(root)
        record.setdefault(name, {}).update(verdicts)
        _write(root, record)


def place(notebook: Path) -> tuple[Path, str] | None:
    """Return (course's root, path from there) of a learner's exercise or lesson, or None for any other notebook.

    A learner's lies below `exercises/` or `lessons/` of a course and is not a copy that `alliance reset` has kept.
    """
    notebook = Path(os.path.abspath(notebook))
    if is_kept_copy(notebook):
        return None
    for root in notebook.parents:
        if (root / "data" / "datapackage.json").is_file():
            name = notebook.relative_to(root)
            return (root, name.as_posix()) if name.parts[0] in get_args(Kind) else None
    return None


def is_kept_copy(notebook: Path) -> bool:
    """Return whether a notebook is old work that `alliance reset` has kept, by its name."""
    return bool(KEPT_COPY.search(notebook.name))


def read(root: Path) -> tuple[Record, list[str]]:
    """Return what was kept, and sentences on what could not be kept or read. Raises nothing."""
    remarks = []
    try:
        with _locked(root):
            record = _load(root)
    except CannotKeep as why:
        remarks.append(f"Verdicts cannot be kept: {why} `alliance progress --fresh` runs your notebooks anew instead.")
        record = _peek(root)
    for path in sorted((root / FOLDER).glob(SET_ASIDE)):
        remarks.append(
            f"The record of verdicts could not be read and was set aside as {FOLDER}/{path.name}: verdicts from "
            "before may be missing. `alliance progress --fresh` gives them anew; then delete that file."
        )
    return record, remarks


def _peek(root: Path) -> Record:
    """Return the record of a folder in which nothing can be written."""
    try:
        return _read_file(root / FOLDER / FILE)
    except Unreadable:
        return {}


# --- the file ------------------------------------------------------------------------------------------------


def _load(root: Path) -> Record:
    """Return the record. A file that cannot be understood is set aside: it is never written over.

    Raises CannotKeep when it can be neither understood nor moved. The lock is held.
    """
    path = root / FOLDER / FILE
    try:
        return _read_file(path)
    except Unreadable:
        try:
            path.replace(_unused(path))
        except OSError as error:
            raise CannotKeep(f"{path} can be neither read nor moved ({error.strerror}).") from error
        return {}


class Unreadable(Exception):
    """The record is no record: damaged, edited by hand, or of another version of the course."""


def _read_file(path: Path) -> Record:
    """Return what the record's file says, nothing where there is none. Raises Unreadable."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != 1:
            raise Unreadable
        return {
            str(name): {str(task): _kept_from_json(one) for task, one in tasks.items()}
            for name, tasks in data["notebooks"].items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable from error


def _unused(path: Path) -> Path:
    """Return a path beside the record, with the time in its name, that does not exist yet."""
    stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    endings = ("", *(f"-{number}" for number in range(2, 1000)))
    names = (path.with_name(f"progress.unreadable-{stamp}{ending}.json") for ending in endings)
    return next(name for name in names if not name.exists())


def _kept_from_json(one: Mapping[str, Any]) -> Kept:
    when = datetime.fromisoformat(one["when"])
    if one["state"] not in STATES or when.tzinfo is None:
        raise ValueError("no verdict")
    return Kept(one["state"], when, frozenset(map(str, one["code"])))


def _write(root: Path, record: Record) -> None:
    """Write the record beside its place and move it there, so that no half-written one is ever read."""
    data = {
        "format": 1,
        "notebooks": {
            name: {
                task: {"state": kept.state, "when": kept.when.isoformat(), "code": sorted(kept.code)}
                for task, kept in tasks.items()
            }
            for name, tasks in record.items()
        },
    }
    path = root / FOLDER / FILE
    beside = path.with_name(f"progress.{os.getpid()}.tmp")
    try:
        beside.write_text(json.dumps(data), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise CannotKeep(f"{path} cannot be written ({error.strerror}).") from error


@contextlib.contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Hold the record's lock, so that two notebooks do not lose each other's verdicts. Raises CannotKeep."""
    folder = root / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        file = (folder / LOCK).open("a+b")
    except OSError as error:
        raise CannotKeep(f"the folder {folder} cannot be written to ({error.strerror}).") from error
    with file:
        end = time.monotonic() + PATIENCE
        while not _try_lock(file):
            if time.monotonic() > end:
                raise CannotKeep(f"another program holds {folder / LOCK}.")
            time.sleep(0.002)
        yield  # closing the file gives the lock back


def _try_lock(file: Any) -> bool:
    """Take the lock and return True, or return False while another holds it; a file system without locks has none."""
    import errno
    import sys

    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}:
            return False
        if error.errno in {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}:
            return True
        raise CannotKeep(f"the lock of the record cannot be taken ({error.strerror}).") from error
    return True
