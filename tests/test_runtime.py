"""`alliance site --runtime`: what is taken from a downloaded Pyodide, and one sentence for a folder that is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alliance.site.build import build_site
from alliance.site.errors import SiteError
from alliance.site.runtime import CORE, LOCK, NoRuntime, take_runtime

VERSION = "314.0.6"
PACKAGES = {"pandas": ["numpy"], "numpy": [], "jinja2": ["markupsafe"], "markupsafe": [], "scipy": ["numpy"]}


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    """A folder as a downloaded Pyodide is one, with a package more than is asked for."""
    folder = tmp_path / "pyodide"
    folder.mkdir()
    for name in CORE:
        (folder / name).write_text(f"version {VERSION}", encoding="utf-8")
    packages = {name: {"depends": needs, "file_name": f"{name}-1.whl"} for name, needs in PACKAGES.items()}
    (folder / LOCK).write_text(json.dumps({"info": {"python": "3"}, "packages": packages}), encoding="utf-8")
    for name in PACKAGES:
        (folder / f"{name}-1.whl").write_text(name, encoding="utf-8")
    return folder


def test_what_is_needed_is_taken_and_nothing_else_is_listed(runtime: Path, tmp_path: Path) -> None:
    taken = take_runtime(runtime, tmp_path / "site", ["pandas", "Jinja2"], VERSION)
    names = {"pandas", "numpy", "jinja2", "markupsafe"}
    assert {path.name for path in (tmp_path / "site").iterdir()} == {*CORE, LOCK, *(f"{name}-1.whl" for name in names)}
    lock = json.loads((tmp_path / "site" / LOCK).read_text(encoding="utf-8"))
    assert lock["packages"].keys() == names
    assert lock["info"] == {"python": "3"}
    assert taken == sum(path.stat().st_size for path in (tmp_path / "site").iterdir())


def said(runtime: Path, to: Path, version: str = VERSION) -> str:
    """Return what is said of a folder, of which nothing may then have been taken."""
    with pytest.raises(NoRuntime) as told:
        take_runtime(runtime, to, ["pandas"], version)
    assert not to.exists()
    assert "\n" not in str(told.value)
    return str(told.value)


def test_a_folder_that_is_no_runtime_is_told_what_it_lacks(runtime: Path, tmp_path: Path) -> None:
    to = tmp_path / "site"
    assert said(runtime / "nowhere", to).startswith(f"There is no folder {runtime / 'nowhere'}.")
    assert said(runtime.parent, to).endswith(f"it has no {LOCK}. Give the folder in it: {runtime}.")
    assert "holds another Pyodide than 315.0.0" in said(runtime, to, "315.0.0")
    (runtime / "numpy-1.whl").unlink()
    assert "lacks 1 of the 2 packages that the course needs, such as numpy. Take the archive" in said(runtime, to)
    (runtime / LOCK).write_text('{"packages": [', encoding="utf-8")
    assert "is damaged: it lists no packages" in said(runtime, to)
    (runtime / CORE[2]).unlink()
    assert f"it has no {CORE[2]}. Take the archive pyodide-{VERSION}.tar.bz2" in said(runtime, to)


def test_a_wrong_runtime_is_told_before_anything_is_made(tmp_path: Path) -> None:
    said: list[str] = []
    with pytest.raises(SiteError, match="There is no folder"):
        build_site(tmp_path, tmp_path / "site", said.append, runtime=tmp_path / "nowhere")
    with pytest.raises(SiteError, match="give one of the two"):
        build_site(tmp_path, tmp_path / "site", said.append, lite=False, runtime=tmp_path)
    assert said == []
