"""Write files that are made anew in every run, and keep aside what somebody else has written under their names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from alliance.classroom.keeping.results import as_bytes, unused, write_whole

RECORD = ".written.json"
"""What this module wrote into a folder: the hash of each file."""


def write_files(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Write files, by name below a folder, and take away those of an earlier run that are none of them any more.

    A file that was changed since, or was there before, gets another name first; returned is a sentence for each of
    these. Raises OSError.
    """
    known = _read(folder)
    notes = []
    for name, text in files.items():
        path = folder / name
        if path.is_dir() or (
            path.is_file() and path.read_bytes() != as_bytes(text) and _hash(path.read_bytes()) != known.get(name)
        ):
            kept = unused(path)
            path.rename(kept)
            notes.append(f"{path} was not as it had been written; it is kept as {kept.name}.")
        write_whole(path, text)
    for name in known.keys() - files.keys():
        path = folder / name
        if _lies_in(folder, name) and path.is_file() and _hash(path.read_bytes()) == known[name]:
            path.unlink()
    hashes = {name: _hash(as_bytes(files[name])) for name in sorted(files)}
    write_whole(folder / RECORD, json.dumps(hashes, ensure_ascii=False, indent=1) + "\n")
    return notes


def _lies_in(folder: Path, name: str) -> bool:
    """Return whether a name in the record, which anybody could have written, is that of a file below the folder.

    Nothing else is ever removed, nor what a link leads to.
    """
    place = folder / name
    try:
        return not place.is_symlink() and place.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError):  # no name that the system could have given a file
        return False


def _read(folder: Path) -> dict[str, str]:
    try:
        known = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {name: text for name, text in known.items() if isinstance(text, str)}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
