"""Take from a downloaded Pyodide what the course in the browser needs, so that the site serves it itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

LOCK = "pyodide-lock.json"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
"""Python itself; LOCK names the packages beside it."""
FULL = "Take the archive pyodide-{version}.tar.bz2 from Pyodide's releases (not the one called core) and unpack it."


class NoRuntime(Exception):
    """A folder is no runtime that the course can use; the message says why and what to do."""


def take_runtime(folder: Path, to: Path, packages: Iterable[str], version: str) -> int:
    """Copy Python and some packages, with all that they depend on, from `folder` to `to`; return the bytes copied.

    `version` is the one that the course in the browser is made for. The copied list of packages names no others, so
    that nothing is asked for that is not there. Raises NoRuntime; nothing has been written then.
    """
    known, files = require_runtime(folder, packages, version)
    to.mkdir(parents=True)
    for name in (*CORE, *files.values()):
        shutil.copyfile(folder / name, to / name)
    lock = json.loads((folder / LOCK).read_text(encoding="utf-8"))
    lock["packages"] = {name: known[name] for name in sorted(files)}
    (to / LOCK).write_text(json.dumps(lock), encoding="utf-8")
    return sum(path.stat().st_size for path in to.iterdir())


def require_runtime(folder: Path, packages: Iterable[str], version: str) -> tuple[Mapping[str, Any], dict[str, str]]:
    """Return what a runtime's list says of each package, and the files of those that are needed. Raises NoRuntime."""
    known = _known(folder, version)
    return known, _files(folder, known, needed(known, packages), version)


def _known(folder: Path, version: str) -> Mapping[str, Any]:
    """Return what the runtime's list says of each package. Raises NoRuntime for any other folder or version."""
    full = FULL.format(version=version)
    if not folder.is_dir():
        raise NoRuntime(f"There is no folder {folder}. {full}")
    missing = [name for name in (LOCK, *CORE) if not (folder / name).is_file()]
    if missing:
        inside = next((path.parent for path in sorted(folder.glob(f"*/{LOCK}"))), None)
        mend = f"Give the folder in it: {inside}." if inside else full
        raise NoRuntime(f"{folder} is not a runtime for the course in the browser: it has no {missing[0]}. {mend}")
    if version.encode() not in (folder / CORE[0]).read_bytes():
        raise NoRuntime(f"{folder} holds another Pyodide than {version}, which the course is made for. {full}")
    try:
        known = json.loads((folder / LOCK).read_text(encoding="utf-8"))["packages"]
        return {name: {**one, "depends": list(one["depends"])} for name, one in known.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoRuntime(f"{folder / LOCK} is damaged: it lists no packages. {full}") from None


def needed(known: Mapping[str, Any], packages: Iterable[str]) -> list[str]:
    """Return the names of packages and of all that they depend on, as far as the list knows them."""
    found: dict[str, None] = {}
    todo = list(packages)
    while todo:
        name = todo.pop().lower().replace("_", "-")
        if name not in found:
            found[name] = None
            todo += known[name]["depends"] if name in known else []
    return sorted(found)


def _files(folder: Path, known: Mapping[str, Any], names: Iterable[str], version: str) -> dict[str, str]:
    """Return the files of packages by their names. Raises NoRuntime where one is not there."""
    files = {name: str(known[name]["file_name"]) if name in known else "" for name in names}
    missing = [name for name, file in files.items() if not file or not (folder / file).is_file()]
    if missing:
        raise NoRuntime(
            f"{folder} lacks {len(missing)} of the {len(files)} packages that the course needs, such as {missing[0]}. "
            f"{FULL.format(version=version)}"
        )
    return files
