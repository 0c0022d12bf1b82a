"""Bring `datapackage.json` (hashes, sizes, the last row's day) and the codebook up to date with the tables."""

from __future__ import annotations

import json
from pathlib import Path

from alliance.data.age import last_row
from alliance.data.codebook import render
from alliance.data.package import DATA, DESCRIPTOR, DataError, Descriptor, load_descriptor
from alliance.data.validation import fingerprint

CODEBOOK = "README.md"


def refresh(root: Path, *, write: bool = True) -> list[Path]:
    """Rewrite hashes, sizes, last days and the codebook; return what changed (or, without `write`, what would)."""
    descriptor = load_descriptor(root)
    _update_fingerprints(root, descriptor)
    wanted = {
        root / DATA / DESCRIPTOR: json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n",
        root / DATA / CODEBOOK: render(root, descriptor),
    }
    changed = [path for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text]
    if write:
        for path in changed:
            path.write_text(wanted[path], encoding="utf-8", newline="\n")
    return changed


def _update_fingerprints(root: Path, descriptor: Descriptor) -> None:
    for resource in descriptor["resources"]:
        path = root / DATA / resource["path"]
        if not path.is_file():
            raise DataError(f"data/{resource['path']} is missing. Restore it, or take it out of datapackage.json.")
        resource["hash"], resource["bytes"] = fingerprint(path)
        resource["lastRow"] = last_row(root, resource)
