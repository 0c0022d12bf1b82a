"""Look into zip archives without unpacking them, within bounds of number, size and depth."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

MOST_ENTRIES = 50_000
"""Files that an archive may list."""
MOST_BYTES = 1_000_000_000
"""Bytes that are read from one archive of a school's, those in archives inside it included."""
MOST_OF_ONE = 100_000_000
"""Bytes that one file of an archive may have."""
DEEPEST = 4
"""Archives that may lie in each other."""
ENCRYPTED = 0x1
UTF_8 = 0x800
ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    struct.error,
)
"""What Python raises on an archive that is damaged, locked, or packed in a way that it does not know."""


class UnreadableArchive(Exception):
    """An archive, or a file in one, cannot be read; the message is a sentence."""


@contextmanager
def opened(source: Path | bytes) -> Iterator[zipfile.ZipFile]:
    """Open an archive, given as a file or as bytes. Raises UnreadableArchive."""
    file = io.BytesIO(source) if isinstance(source, bytes) else None
    try:
        if file is None:
            with Path(source).open("rb") as stream:  # type: ignore[arg-type]
                _count(stream)
        else:
            _count(file)
        archive = zipfile.ZipFile(file or source)  # type: ignore[arg-type]
    except ERRORS:
        raise UnreadableArchive(
            "This archive is damaged, or was not copied whole: get it again, or unpack it yourself."
        ) from None
    with archive:
        yield archive


def _count(stream: io.BufferedIOBase | io.BytesIO) -> None:
    """Look at an archive's end, where the length of its list stands, before that is read. Raises UnreadableArchive."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - 66_000))
    end = stream.read()
    place = end.rfind(b"PK\x05\x06")
    if place < 0 or len(end) < place + 22:
        raise zipfile.BadZipFile
    entries, length = struct.unpack("<10xHL", end[place : place + 16])
    large = end.rfind(b"PK\x06\x06", 0, place)
    if large >= 0 and len(end) >= large + 48:
        entries, length = struct.unpack("<32xQQ", end[large : large + 48])
    stream.seek(0)
    if max(entries, length // 46) > MOST_ENTRIES * 4 or entries > MOST_ENTRIES:
        raise UnreadableArchive(f"This archive lists more than {MOST_ENTRIES:,} files; it was left aside.")


def raw_name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name as a folder of this system would have it: bytes that are not UTF-8 as surrogates."""
    if entry.flag_bits & UTF_8:
        return entry.filename
    try:
        return entry.orig_filename.encode("cp437").decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return entry.filename


def parts_of(name: str) -> tuple[str, ...]:
    """Return the parts of an entry's name. Nothing is ever written under it, so what leads outside is left out."""
    parts = name.replace("\\", "/").split("\0")[0].split("/")
    return tuple(part for part in parts if part not in {"", ".", ".."} and not part.endswith(":"))


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the bytes of an entry, whatever size the archive says it has. Raises UnreadableArchive."""
    if entry.flag_bits & ENCRYPTED:
        raise UnreadableArchive("This file is locked with a password.")
    try:
        with archive.open(entry) as file:
            content = file.read(MOST_OF_ONE + 1)
    except ERRORS:
        raise UnreadableArchive("This file is damaged inside its archive.") from None
    except MemoryError:
        raise UnreadableArchive("This file is too large.") from None
    if len(content) > MOST_OF_ONE:
        raise UnreadableArchive(f"This file has more than {MOST_OF_ONE // 1_000_000} MB; it was left aside.")
    return content


def read_inside(path: Path, inside: Sequence[int]) -> bytes:
    """Return the bytes of an entry of an archive, by its place in the archive's list; of archives inside it likewise.

    Raises UnreadableArchive.
    """
    source: Path | bytes = path
    for place in inside:
        with opened(source) as archive:
            source = read_entry(archive, archive.infolist()[place])
    return source if isinstance(source, bytes) else path.read_bytes()
