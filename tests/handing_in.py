"""What learners hand in, as the tests speak of it: notebooks of two exercises, and trees made from a list of paths."""

from __future__ import annotations

import functools
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import nbformat
from learner import Notebook

from alliance.checking.keys import load_key

ROOT = Path(__file__).resolve().parent.parent
NB05, NB06 = "08_japans_defence_budget", "09_whose_dollars"


@functools.cache
def fresh(stem: str = NB05) -> bytes:
    """Return an exercise as it is handed out."""
    return (ROOT / "exercises" / f"{stem}.ipynb").read_bytes()


@functools.cache
def worked(stem: str = NB05, note: str = "", tasks: int = 1) -> bytes:
    """Return an exercise in which a learner has written something into some tasks; `note` makes it another one."""
    notebook = Notebook(ROOT / "exercises" / f"{stem}.ipynb")
    tasks_of = load_key(stem).tasks
    for name in list(tasks_of)[:tasks]:
        notebook.answer(name, f"{tasks_of[name].spec.answer} = 1  # {note}")
    return nbformat.writes(notebook.node).encode()


def content_of(path: str) -> bytes:
    """Return worked content for a path that names an exercise, and a text for any other."""
    stem = next((stem for stem in (NB05, NB06) if stem in path), "")
    return worked(stem) if stem else b"text"


def tree(folder: Path, paths: Iterable[str], contents: Mapping[str, bytes] | None = None) -> Path:
    """Write files below a folder; a `.zip/` in a path is an archive.

    NB05 and NB06 stand for notebooks with work in them, unless `contents` says otherwise.
    """
    archives: dict[str, list[str]] = {}
    for path in paths:
        path = written_out(path)
        archive, inside, rest = path.partition(".zip/")
        if inside:
            archives.setdefault(f"{archive}.zip", []).append(rest)
            continue
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content_of(path))
    for path, content in (contents or {}).items():
        place = folder / written_out(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    for name, inner in archives.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(zipped(inner))
    return folder


def written_out(path: str) -> str:
    """Return a path with the notebooks' names in full; `NB05` alone is a whole name, before a sign only its stem."""
    for short, stem in (("NB05", NB05), ("NB06", NB06)):
        path = re.sub(rf"{short}$|{short}(?=/)", f"{stem}.ipynb", path).replace(short, stem)
    return path


def zipped(paths: Iterable[str], contents: Mapping[str, bytes] | None = None) -> bytes:
    """Return an archive with files; a `.zip/` in a path is an archive in it."""
    nested: dict[str, list[str]] = {}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            name, inside, rest = path.partition(".zip/")
            if inside:
                nested.setdefault(f"{name}.zip", []).append(rest)
            else:
                archive.writestr(written_out(path), content_of(written_out(path)))
        for path, content in (contents or {}).items():
            archive.writestr(written_out(path), content)
        for name, inner in nested.items():
            archive.writestr(name, zipped(inner))
    return stream.getvalue()
