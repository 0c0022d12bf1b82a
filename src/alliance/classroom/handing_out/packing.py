"""Write a release as a folder and as a zip of the same files; replace nothing but what a release has made."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from alliance.learner import update

LIST = update.LIST
"""The file of a release that lists the others with their hashes: by it a release is known again."""
BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The one time that all files in a zip bear, so that packing twice gives the same bytes."""
PLAIN_FILE = 0o100644 << 16
UNIX = 3

Files = Mapping[str, bytes]
"""The files of a release: content by path from the release's folder, with slashes."""


class CannotPack(Exception):
    """The release cannot be written where it is wanted; the message says why and what to do."""


def listing(files: Files, about: Mapping[str, object]) -> bytes:
    """Return the content of the list of a release's files."""
    hashes = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}
    return (json.dumps({**about, "files": hashes}, ensure_ascii=False, indent=1) + "\n").encode()


def zipped(files: Files, name: str) -> bytes:
    """Return a zip of the files below a folder `name`: the same bytes whenever and wherever it is made."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{name}/{path}", BEGINNING)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, PLAIN_FILE, UNIX
            archive.writestr(entry, content)
    return packed.getvalue()


def pack(files: Files, out: Path, name: str, *, force: bool = False) -> tuple[Path, Path]:
    """Write the files as the folder `out/name` and as `out/name.zip`; return both paths.

    What is there already is replaced only with `force`, and only where a release made all of it. Each of the two
    appears in one step. Raises CannotPack and OSError.
    """
    require_free(out, name, force)
    folder, archive = places(out, name)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=f".{name}.") as beside:
        made, old = Path(beside, name), Path(beside, "old")
        write(files, made)
        zip_file = Path(beside, archive.name)
        zip_file.write_bytes(zipped(files, name))
        if folder.exists():
            folder.rename(old)
        try:
            made.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
        zip_file.replace(archive)
    return folder, archive


def write(files: Files, folder: Path) -> None:
    """Write the files below a folder."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def places(out: Path, name: str) -> tuple[Path, Path]:
    """Return where a release's folder and its zip lie."""
    return out / name, out / f"{name}.zip"


def require_free(out: Path, name: str, force: bool) -> None:
    """Raise CannotPack where a folder or zip of the release exists; with `force` only where no release made all of it.

    What stands in the way is named.
    """
    folder, archive = places(out, name)
    for path in (folder, archive):
        if os.path.lexists(path) and not force:
            raise CannotPack(f"{path} exists: name another folder, or replace it with --force.")
    if os.path.lexists(folder):
        foreign = None if folder.is_symlink() or not folder.is_dir() else _foreign(_read_folder(folder))
        _refuse(folder, "." if foreign is None else foreign)
    if os.path.lexists(archive):
        foreign = _foreign(_read_zip(archive)) if archive.is_file() and zipfile.is_zipfile(archive) else None
        _refuse(archive, "." if foreign is None else foreign)


def _refuse(path: Path, foreign: str) -> None:
    if foreign == ".":
        raise CannotPack(f"{path} was not made by a release and is not replaced: move it away, or name another folder.")
    if foreign:
        raise CannotPack(
            f"{path} holds {foreign}, which is not as a release made it, and is not replaced: "
            "move it away, or name another folder."
        )


def _read_folder(folder: Path) -> dict[str, bytes]:
    paths = [Path(where, name) for where, _, names in os.walk(folder) for name in names]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _read_zip(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def _foreign(files: Files) -> str:
    """Return the first file that the list does not name or names with another hash; LIST where there is no list."""
    try:
        known = json.loads(files[LIST])["files"]
    except (KeyError, ValueError, TypeError):
        return "."
    own = {path for path, content in files.items() if known.get(path) == hashlib.sha256(content).hexdigest()}
    return min(files.keys() - own - {LIST}, default="")
