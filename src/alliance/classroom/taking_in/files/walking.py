"""Find every file that was handed in, in folders and in archives, and pass over what no learner wrote."""

from __future__ import annotations

import dataclasses
import os
import stat
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

from alliance.classroom.taking_in.files import archives
from alliance.classroom.taking_in.files.archives import UnreadableArchive
from alliance.classroom.taking_in.files.naming import readable

ZIP = ".zip"
ARCHIVES = {ZIP, ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz"}
NOTEBOOK = ".ipynb"
PASSED_OVER = {
    "__macosx", "__pycache__", "thumbs.db", "desktop.ini", "node_modules", "$recycle.bin", "system volume information",
    "ehthumbs.db", "icon\r",
}  # fmt: skip
"""What systems and editors leave in folders, in small letters."""
MOST_FILES, DEEPEST = 200_000, 60
"""Files and folders that are looked at, and how deep."""


@dataclasses.dataclass(frozen=True)
class Source:
    """A file that was handed in: the parts of its path below the submissions, and where its bytes are.

    A part that is not UTF-8 is decoded. `inside` are places in lists of archives: that of the entry, where the file
    lies in an archive, after those of the archives around it. `file` is the path as people are told it.
    """

    parts: tuple[str, ...]
    path: Path
    inside: tuple[int, ...] = ()
    size: int = 0

    @property
    def file(self) -> str:
        """The path below the submissions, with slashes."""
        return "/".join(self.parts)

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.parts[-1]

    @property
    def suffix(self) -> str:
        """The ending of the file's name, in small letters."""
        return os.path.splitext(self.name)[1].lower()

    def read(self) -> bytes:
        """Return the file's bytes. Raises OSError and UnreadableArchive."""
        return archives.read_inside(self.path, self.inside) if self.inside else self.path.read_bytes()


@dataclasses.dataclass(frozen=True)
class Odd:
    """Something that is not read, and the sentence that says why."""

    parts: tuple[str, ...]
    text: str
    kind: str = "unreadable"

    @property
    def file(self) -> str:
        """The path below the submissions, with slashes."""
        return "/".join(self.parts)


def walk(top: Path, known: Collection[str] = ()) -> Iterator[Source | Odd]:
    """Yield every file below a folder or in an archive, in the order of names; archives are read as folders are.

    Links and pipes are not followed or opened; they are told, as is what cannot be read. `known` are letters of names
    by which a name that is not UTF-8 may be read.
    """
    if not top.is_dir():
        yield from _Archive(top, known).walk(())
        return
    left = MOST_FILES
    for found in _folder(top, (), known):
        left -= 1
        if left < 0:
            yield Odd((), f"There are more than {MOST_FILES:,} files; what comes behind them was not looked at.")
            return
        if isinstance(found, Source) and found.suffix == ZIP:
            yield from _Archive(found.path, known).walk(found.parts)
        else:
            yield found


def _folder(folder: Path, above: tuple[str, ...], known: Collection[str]) -> Iterator[Source | Odd]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Odd(above, f"This folder cannot be opened ({error.strerror}).")
        return
    for entry in entries:
        parts = (*above, readable(entry.name, known))
        try:
            mode = entry.stat(follow_symlinks=False).st_mode
        except OSError as error:
            yield Odd(parts, f"This file cannot be read ({error.strerror}).")
            continue
        if is_left_behind(parts[-1], stat.S_ISDIR(mode)):
            continue
        if stat.S_ISLNK(mode):
            yield Odd(parts, "This is a link to another place; it was not followed.", "link")
        elif stat.S_ISDIR(mode):
            if len(parts) > DEEPEST:
                yield Odd(parts, f"This folder lies more than {DEEPEST} folders deep; it was not opened.")
            else:
                yield from _folder(Path(entry.path), parts, known)
        elif stat.S_ISREG(mode):
            yield Source(parts, Path(entry.path), (), entry.stat(follow_symlinks=False).st_size)
        else:
            yield Odd(parts, "This is no file but a pipe or a device; it was not opened.", "link")


def is_left_behind(name: str, folder: bool) -> bool:
    """Return whether a file or folder is none of a learner's: hidden, a lock, a cache, a resource of another system."""
    small = name.casefold()
    if small in PASSED_OVER or small.startswith(("._", "~$")):
        return True
    return small.startswith(".") and (folder or not small.endswith(NOTEBOOK))


def may_be_notebook(name: str) -> bool:
    """Return whether a file may be a notebook by its name, also where a browser or a system has changed its ending."""
    small = name.casefold()
    return NOTEBOOK in small or os.path.splitext(small)[1] in {"", ".json"}


class _Archive:
    """The archive of a school or learner, with how many bytes may still be read from it and those inside it."""

    def __init__(self, path: Path, known: Collection[str]) -> None:
        self._path, self._known = path, known
        self._left = archives.MOST_BYTES

    def walk(self, above: tuple[str, ...]) -> Iterator[Source | Odd]:
        """Yield what the archive holds, below the parts of its own path."""
        yield from self._entries(self._path, (), above)

    def _entries(self, source: Path | bytes, inside: tuple[int, ...], above: tuple[str, ...]) -> Iterator[Source | Odd]:
        try:
            with archives.opened(source) as archive:
                entries = sorted(enumerate(archive.infolist()), key=lambda item: item[1].filename)
                for place, entry in entries:
                    own = tuple(readable(part, self._known) for part in archives.parts_of(archives.raw_name(entry)))
                    folders = own if entry.is_dir() else own[:-1]
                    hidden = any(is_left_behind(part, True) for part in folders)
                    if entry.is_dir() or not own or hidden or is_left_behind(own[-1], False):
                        continue
                    parts, where = (*above, *own), (*inside, place)
                    if stat.S_ISLNK(entry.external_attr >> 16):
                        yield Odd(parts, "This is a link to another place; it was not followed.", "link")
                    elif os.path.splitext(own[-1])[1].lower() == ZIP:
                        yield from self._nested(archive, entry, where, parts)
                    elif not may_be_notebook(own[-1]) or self._spend(entry.file_size):
                        yield Source(parts, self._path, where, entry.file_size)
                    else:
                        yield Odd(parts, "Its archive holds more than can be read; this file was left aside.")
        except UnreadableArchive as why:
            yield Odd(above, str(why))

    def _nested(
        self,
        archive: zipfile.ZipFile,
        entry: zipfile.ZipInfo,
        where: tuple[int, ...],
        parts: tuple[str, ...],
    ) -> Iterator[Source | Odd]:
        if len(where) >= archives.DEEPEST:
            yield Odd(parts, f"This archive lies in {len(where)} others; it was not opened.")
        elif not self._spend(entry.file_size):
            yield Odd(parts, "Its archive holds more than can be read; this one was left aside.")
        else:
            try:
                content = archives.read_entry(archive, entry)
            except UnreadableArchive as why:
                yield Odd(parts, str(why))
            else:
                yield from self._entries(content, where, parts)

    def _spend(self, size: int) -> bool:
        """Return whether so many bytes may still be read, and count them as read."""
        self._left -= max(0, size)
        return self._left >= 0
