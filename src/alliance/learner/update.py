"""Bring a new edition into a learner's copy of the course; what a learner wrote stays, to the letter."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

from alliance.learner.fresh import free_name, move_aside, place
from alliance.learner.merging import merged, was_only_run

LIST = "release.json"
"""The file of a learner's copy that lists the others with their hashes, as they were handed out."""
NOTEBOOKS = ("lessons", "exercises")
GIVEN = "src/alliance/keys"
"""Where a copy keeps its exercises as they were handed out, and below it its lessons."""
MOST_BYTES = 500_000_000
"""How much an edition may hold."""


class CannotUpdate(Exception):
    """There is no new edition, or no copy of the course; the message says which, and what to do."""


@dataclasses.dataclass(frozen=True)
class Done:
    """What was done with a file: its path from the copy's root, and the words for it."""

    file: str
    what: str


def update(root: Path, source: Path, now: datetime | None = None) -> Iterator[Done]:
    """Bring the edition at `source`, a learner's copy as a folder or zip, into the copy at `root`; yield what was done.

    What is as it was handed out is replaced, what is new is added. A notebook that a learner wrote in gets the new
    text around the answers, and the old notebook is kept beside it; where both changed the same cell, and for any
    other file, the learner's stays and the new one is put beside it. An empty folder becomes a copy. Nothing is ever
    deleted, no link is followed. An update that was interrupted goes on when it is begun again. Raises CannotUpdate
    before anything has changed, and OSError.
    """
    if source.resolve() == root.resolve():
        raise CannotUpdate(f"{source} is this copy itself: name the new edition.")
    new = read_edition(source)
    old = _handed_out(root)
    root.mkdir(parents=True, exist_ok=True)
    done = _update(root, old, new, now or datetime.now())
    if old:
        yield from done
    else:
        yield Done(str(root), f"is a copy of the course now, of {sum(1 for _ in done)} files")


def _update(root: Path, old: Mapping[str, str], new: Mapping[str, bytes], now: datetime) -> Iterator[Done]:
    given = {name: content for name in old if (content := _given(root, name, old)) is not None}  # before they change
    for name in sorted(new.keys() - {LIST}, key=_order):
        if what := _bring(root, name, new[name], old.get(name), given.get(name), now):
            yield Done(name, what)
    for name in sorted(old.keys() - new.keys()):
        if (root / name).exists():
            yield Done(name, "is no longer in this edition; it was left as it is")
    _replace(root / LIST, new[LIST])  # last, so that an interrupted update is done again


def _order(name: str) -> tuple[bool, str]:
    """Sort notebooks first: what they are compared with changes afterwards."""
    return name.split("/")[0] not in NOTEBOOKS, name


def _bring(root: Path, name: str, content: bytes, before: str | None, given: bytes | None, now: datetime) -> str:
    """Bring one file; return what was done, nothing where it is the new one already."""
    path = root / name
    if link := _link_on_the_way(root, name):
        there = path.is_file() and _same(path.read_bytes(), content)
        return "" if there else f"was left, because {link} is a link"
    if not os.path.lexists(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content)
        return "new" if before is None else "new: it was missing"
    if not path.is_file():
        return "was left, because there is no file but something else in its place"
    mine = path.read_bytes()
    if _same(mine, content):
        return ""
    if before is not None and before in {_hash(mine), _hash(_unix(mine))}:
        _replace(path, content)
        return "replaced"
    if before is not None and before == _hash(content):
        return "" if given and was_only_run(given, mine) else "is yours; nothing new came for it"
    if given is not None and was_only_run(given, mine):
        _replace(path, content)
        return "replaced: you had only run it"
    both = None if given is None else merged(given, mine, content)
    if both is not None and was_only_run(both, mine):
        return "is yours; nothing new came for it"
    if both is not None:
        kept, placed = _swap(path, both, now)
        if not placed:
            return f"was saved by another program meanwhile and stays; what was there before is kept as {kept.name}"
        return f"renewed around what you wrote; your notebook as it was is kept as {kept.name}"
    beside = free_name(path, "new", now, path.suffix)
    _replace(beside, content)
    return f"is yours and stays; the new one lies beside it as {beside.name}"


def _swap(path: Path, content: bytes, now: datetime) -> tuple[Path, bool]:
    """Keep a notebook under another name and put the new one in its place.

    Return where the old one is kept, and whether the new one is there: what another program has saved meanwhile stays.
    Raises OSError; the learner's notebook is then where it was, or where it is kept.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(content)  # first, so that a full disk is met before anything has moved
        kept = move_aside(path, now)
        return kept, place(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _link_on_the_way(root: Path, name: str) -> str:
    """Return the first part of a path below the root that is a link; empty where there is none."""
    parts = PurePosixPath(name).parts
    paths = ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
    return next((one for one in paths if (root / one).is_symlink()), "")


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _unix(content: bytes) -> bytes:
    """Return a text without the line ends of Windows, which git may have given it."""
    return content.replace(b"\r\n", b"\n")


def _same(one: bytes, other: bytes) -> bool:
    return one == other or _unix(one) == _unix(other)


# --- what was handed out, and what is new ----------------------------------------------------------------------------


def _handed_out(root: Path) -> Mapping[str, str]:
    """Return the hashes of a copy's files as they were handed out. Raises CannotUpdate where it is no copy.

    A folder that is empty, or that is not there, is a copy that has nothing yet.
    """
    path = root / LIST
    if not path.is_file() and (not root.exists() or (root.is_dir() and not any(root.iterdir()))):
        return {}
    try:
        return _hashes(path.read_bytes())
    except FileNotFoundError:
        raise CannotUpdate(
            f"{root} is no learner's copy of the course, since it has no {LIST}. Go to the copy's folder, or name it "
            "with --course; a clone of the repository is brought up to date by git."
        ) from None
    except (OSError, ValueError) as error:
        raise CannotUpdate(f"{path} cannot be read: put it back from where you have the course from.") from error


def _hashes(content: bytes) -> dict[str, str]:
    """Return what a list says of each file. Raises ValueError."""
    data = json.loads(content)
    files = data.get("files") if isinstance(data, dict) else None
    if not isinstance(files, dict) or not all(isinstance(one, str) for one in files.values()):
        raise ValueError("no list of files")
    return files


def _given(root: Path, name: str, old: Mapping[str, str]) -> bytes | None:
    """Return a notebook as this copy handed it out; None where the copy doesn't have it any more."""
    folder, _, file = name.partition("/")
    if folder not in NOTEBOOKS:
        return None
    with contextlib.suppress(OSError):
        content = (root / GIVEN / (name if folder == "lessons" else file)).read_bytes()
        if old[name] in {_hash(content), _hash(_unix(content))}:
            return content
    return None


def read_edition(source: Path) -> dict[str, bytes]:
    """Return the files of a learner's copy, a folder or the zip of one, by path. Raises CannotUpdate.

    Only files are read that its list names; each must be what the list says.
    """
    try:
        files = _from_zip(source) if source.is_file() else _from_folder(source)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise CannotUpdate(
            f"{source} is no learner's copy of the course, or not a whole one: give the folder or the zip that "
            "`alliance release` wrote."
        ) from error
    return files


def _from_folder(folder: Path) -> dict[str, bytes]:
    return _checked((folder / LIST).read_bytes(), lambda name: _regular(folder / name))


def _regular(path: Path) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("no file")
    return path.read_bytes()


def _from_zip(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        (listed,) = (name for name in archive.namelist() if PurePosixPath(name).name == LIST and name.count("/") <= 1)
        if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
            raise ValueError("too large")
        top = listed.removesuffix(LIST)
        return _checked(archive.read(listed), lambda name: archive.read(f"{top}{name}"))


def _checked(listed: bytes, read: Callable[[str], bytes]) -> dict[str, bytes]:
    """Return the files that a list names. Raises ValueError, KeyError and OSError where they are not as it says."""
    hashes = _hashes(listed)
    _demand_below(hashes)
    files = {name: read(name) for name in hashes}
    if any(_hash(content) != hashes[name] for name, content in files.items()):
        raise ValueError("another file than was packed")
    return {**files, LIST: listed}


def _demand_below(names: Iterable[str]) -> None:
    """Raise ValueError for a path that leads out of the copy."""
    for name in names:
        parts = name.split("/")
        if not all(parts) or {".", ".."} & set(parts) or "\\" in name or ":" in name or "\0" in name:
            raise ValueError(f"not a path: {name}")
