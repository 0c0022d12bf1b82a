"""Write files that are made anew in every run, and keep aside what somebody else has written under their names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from alliance.classroom.keeping.results import write_whole

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
        if path.is_file() and path.read_bytes() != text.encode() and _hash(path.read_bytes()) != known.get(name):
            kept = free_name(path)
            path.rename(kept)
            notes.append(f"{path} was not as it had been written; it is kept as {kept.name}.")
        write_whole(path, text)
    for name in known.keys() - files.keys():
        path = folder / name
        if path.is_file() and _hash(path.read_bytes()) == known[name]:
            path.unlink()
    hashes = {name: _hash(files[name].encode()) for name in sorted(files)}
    write_whole(folder / RECORD, json.dumps(hashes, ensure_ascii=False, indent=1) + "\n")
    return notes


def _read(folder: Path) -> dict[str, str]:
    try:
        known = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def free_name(path: Path) -> Path:
    """Return a name beside a file that nothing has yet: `gradebook.kept-1.csv`."""
    number = 1
    while (kept := path.with_name(f"{path.stem}.kept-{number}{path.suffix}")).exists():
        number += 1
    return kept
