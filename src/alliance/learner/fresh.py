"""Give a learner a fresh copy of an exercise or a lesson; the old one is kept beside it, whatever it holds."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from datetime import datetime
from pathlib import Path

from alliance.checking.keys import Kind, key_path, keys_folder, stems
from alliance.checking.record import is_kept_copy
from alliance.checking.submission import Identity, UnreadableNotebook, identify, read_notebook

ATTEMPTS = 5


class CannotReset(Exception):
    """There is nothing to reset, or the folder cannot be written to; the message says which, and what to do."""


@dataclasses.dataclass(frozen=True)
class Reset:
    """What was done: `kept` is where the old notebook lies now, None where there was none or it was fresh already."""

    path: Path
    kept: Path | None
    changed: bool


def pristine(stem: str, kind: Kind = "exercises") -> Path:
    """Return an exercise or a lesson as the course hands it out; the build writes it beside the key."""
    return key_path(keys_folder(), stem, kind, ".ipynb")


def reset(path: Path, now: datetime | None = None) -> Reset:
    """Put a fresh copy of an exercise or a lesson at `path` and keep what lay there under a name with date and time.

    Needs no network and no git, and works when the old file is damaged or missing. Nothing is ever written over: not
    the old file, not a copy kept before, and not what another program (JupyterLab) saves at this moment. Raises
    CannotReset; the old file is then where it was, or where the message says.
    """
    kind, stem = _notebook_at(path)
    try:
        fresh = pristine(stem, kind).read_bytes()
    except OSError as error:
        raise CannotReset(f"The course's own copy of {kind}/{stem} is missing: install the course anew.") from error
    if path.is_file() and _same(path, fresh):
        return Reset(path, None, False)
    kept = None
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(fresh)  # first, so that a full disk is met before anything has moved
        try:
            for _ in range(ATTEMPTS):
                if path.is_symlink() or path.exists():
                    kept = move_aside(path, now or datetime.now())
                if place(beside, path):
                    return Reset(path, kept, True)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise CannotReset(_failure(path, kept, error)) from error
    raise CannotReset(f"{path} is being saved again and again by another program: close it there and try again.")


def _notebook_at(path: Path) -> Identity:
    """Return which exercise or lesson is, or should be, at `path`. Raises CannotReset."""
    known = f"The exercises are {', '.join(stems())}; lessons have the same names in the folder lessons."
    if path.is_dir():
        raise CannotReset(f"{path} is a folder: name a notebook in it. {known}")
    if is_kept_copy(path):
        raise CannotReset(f"{path} is a copy that was kept; name the exercise's or lesson's own notebook. {known}")
    if not path.parent.is_dir():
        raise CannotReset(f"There is no folder {path.parent}. Name an exercise as in exercises/{stems()[0]}.ipynb.")
    folder = path.absolute().parent.name  # lessons, exercises and solutions bear the same names
    kind: Kind = "lessons" if folder == "lessons" else "exercises"
    if folder != "solutions":
        if path.suffix == ".ipynb" and path.stem in stems(kind):
            # Whatever the file holds: it may be damaged, or something may have been put over it.
            return Identity(kind, path.stem)
        with contextlib.suppress(UnreadableNotebook):
            found = identify(read_notebook(path), path)
            if found.kind == "lessons" or folder != "lessons":
                return found
    raise CannotReset(f"{path} is neither an exercise nor a lesson of this course. {known}")


def _same(path: Path, fresh: bytes) -> bool:
    """Return whether a file is the fresh copy already, also where git has given it the line ends of Windows."""
    try:
        return path.read_bytes().replace(b"\r\n", b"\n") == fresh.replace(b"\r\n", b"\n")
    except OSError:
        return False


def move_aside(path: Path, now: datetime) -> Path:
    """Rename a file to a name with date and time that nothing has yet; return it. Raises OSError."""
    kept = free_name(path, "kept", now, ".ipynb")
    try:
        return path.replace(kept)
    except OSError:
        kept.unlink()
        raise


def free_name(path: Path, word: str, now: datetime, suffix: str) -> Path:
    """Return a name beside a file, with a word, date and time, that nothing has yet; an empty file holds it.

    Raises OSError.
    """
    stamp = now.strftime("%Y-%m-%d-%H%M%S")
    for number in range(1, 1000):
        ending = "" if number == 1 else f"-{number}"
        name = path.with_name(f"{path.stem}.{word}-{stamp}{ending}{suffix}")
        with contextlib.suppress(FileExistsError):
            name.touch(exist_ok=False)  # the name is ours from here on
            return name
    raise FileExistsError(17, "too many copies were kept in this second", str(path))


def place(beside: Path, path: Path) -> bool:
    """Give a file its name; return False when somebody has put another there in the meantime. Raises OSError."""
    with contextlib.suppress(OSError):
        os.link(beside, path)  # fails, instead of writing over, where the name is taken
        return True
    try:
        file = path.open("xb")  # a file system without links
    except FileExistsError:
        return False
    try:
        with file:
            file.write(beside.read_bytes())
    except OSError:
        path.unlink()  # ours, and not whole
        raise
    return True


def _failure(path: Path, kept: Path | None, error: OSError) -> str:
    where = f"Your notebook lies in {kept.name}, and " if kept else "Nothing was changed: "
    return f"{where}{path.parent} cannot be written to ({error.strerror}). Make room or ask for access, then try again."
