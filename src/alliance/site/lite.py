"""Build the course for JupyterLite: lessons, exercises and `check` in a browser, with nothing to install.

The pages and files come from the site itself; Python and pandas come from RUNTIME when a notebook is opened. What the
runtime lacks, such as the course's package, are wheels that the kernel loads when it starts, so that
`from alliance import check` works in every notebook as it stands.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import urlsplit

import nbformat

import alliance
from alliance.site.runtime import require_runtime, take_runtime

RUNTIME = "https://cdn.jsdelivr.net/pyodide/"
"""Where a visitor's browser gets Python and the compiled packages from: the one address outside the site."""
FROM_RUNTIME = ("pandas", "matplotlib", "jinja2", "tzdata")
"""What the course's package imports and the runtime holds, and the time zones, which pandas reads without an import.

Whatever else a cell imports is loaded before it runs.
"""
FOR_THE_KERNEL = ("micropip", "ipython", "jedi", "packaging")
"""What the kernel takes from the runtime for itself."""
SIZE = "some 20 MB"
"""What a visitor's browser fetches before the first cell can run: Python, FROM_RUNTIME and what they depend on."""
OWN_RUNTIME = "runtime"
"""The folder of a runtime that the site serves itself."""
NOT_IN_RUNTIME = ("comm", "ipywidgets", "seaborn")
"""What notebooks import, and what the kernel needs itself, that the runtime does not hold: the site does."""
LEARNERS = (
    "__init__.py",
    "answers",
    "audit",
    "checking",
    "data",
    "drawing",
    "exploring.py",
    "figures.py",
    "framing.py",
    "keys",
    "learner",
    "pages",
    "pictures.py",
    "plaintext.py",
    "style.py",
)
"""The parts of the package that notebooks use: no building, no classroom, no command line."""
NEED_A_MACHINE = ("checking/forked/", "checking/grade.py", "checking/kernel.py", "checking/plugin.py")
"""What starts kernels or belongs to pytest: neither exists in a browser."""
CONTENTS = (
    *("lessons/*.ipynb", "lessons/*.md", "exercises/*.ipynb"),
    *("data/*.csv", "data/*.json", "data/*.md", "project/*.csv", "project/*.md"),
)
WHEELS = "../../../../pypi/"
"""The folder of wheels as seen from the kernel's worker, `extensions/@jupyterlite/pyodide-kernel-extension/static/`."""
KERNEL = "@jupyterlite/pyodide-kernel-extension"
WIDGETS = "@jupyter-widgets/jupyterlab-manager"
"""JupyterLab's part of ipywidgets, by which `explore` shows its sliders."""
OWN = Path("learner", "jupyter", "share", "jupyter", "labextensions", "alliance")
"""What the course itself adds to JupyterLab, below the package."""
EPOCH = 1795392000
"""2026-11-23, when the course was first released: the time of every file, so that building twice changes nothing."""
ABOUT = "README.md"
ABOUT_TEXT = """\
# The course in your browser

Nothing is installed: Python runs inside this page.

- **A connection is needed.** When a notebook is opened, your browser fetches Python, pandas and matplotlib from
  {place}: {size}, once. Nothing that you write is sent there or anywhere else.
- **If Python doesn't come**, a box at the foot of the page says so: check the connection and reload the page. A network
  may block that address; then use another one, or the course on a computer of your own.
- **What you write stays in this browser**, on this computer. Clearing the browser's data deletes it: keep a copy with
  *File, Download*. In a private window nothing is kept, and in some browsers the tables cannot be read there.
- **To have the course on a computer of your own** takes Python 3.11, 3.12 or 3.13 and the course's folder: type
  `python3 course.py lab` in it (on Windows `py course.py lab`).
- `check(…)` under each task works as it does on a computer of your own. Its verdicts are not remembered here, so
  `progress()` cannot count them, and there is no terminal.

Begin with [lesson 00](lessons/00_start_here.ipynb).
"""


class CannotBuild(Exception):
    """JupyterLite cannot be built; the message says why and what to do."""


def build_lite(root: Path, out: Path, runtime: Path | None = None) -> None:
    """Build JupyterLite with the course at `root` into the folder `out`, which is made anew.

    Nothing is executed and nothing fetched. The folder works below any address, such as `…/lite/`; its pages open a
    notebook by `lab/index.html?path=lessons/00_start_here.ipynb`. `runtime` is a downloaded Pyodide, which is then
    served from there in place of RUNTIME. Raises CannotBuild and NoRuntime.
    """
    extensions = [Path(sys.prefix, "share", "jupyter", "labextensions", *name.split("/")) for name in (KERNEL, WIDGETS)]
    extensions.append(Path(alliance.__file__).parent / OWN)
    if not all(extension.is_dir() for extension in extensions):
        raise CannotBuild("JupyterLite is not installed: install the site extra (pip install -e '.[site]').")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        contents = work / "contents"
        address, place = runtime_of(work / OWN_RUNTIME, runtime)
        copy_contents(root, contents, place)
        wheels = [write_wheel(work, "alliance", alliance.__version__, dict(learners_files()))]
        wheels += [repack(work, package) for package in NOT_IN_RUNTIME]
        (work / "jupyter-lite.json").write_text(json.dumps(page_settings(wheels, address, place)), encoding="utf-8")
        (work / "overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
        build = build_settings(extensions, work / "made", wheels)
        (work / "jupyter_lite_config.json").write_text(json.dumps(build), encoding="utf-8")
        command = [sys.executable, "-m", "jupyterlite_core", "build"]
        told = subprocess.run(command, cwd=work, env=_environment(work), capture_output=True, text=True)
        if told.returncode:
            raise CannotBuild(f"JupyterLite could not be built:\n{told.stdout[-2000:]}{told.stderr[-2000:]}")
        if out.exists():
            shutil.rmtree(out)
        shutil.copytree(work / "made", out)
        if runtime:
            shutil.copytree(work / OWN_RUNTIME, out / OWN_RUNTIME)


def require_own_runtime(downloaded: Path) -> None:
    """Raise NoRuntime where a downloaded runtime lacks something that the course needs."""
    from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION

    require_runtime(downloaded, (*FROM_RUNTIME, *FOR_THE_KERNEL), PYODIDE_VERSION)


def runtime_of(folder: Path, downloaded: Path | None) -> tuple[str, str]:
    """Return where a visitor's browser gets Python from: its address, and the place in words.

    A runtime that was downloaded is copied to `folder`. Raises NoRuntime.
    """
    from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_MJS, PYODIDE_VERSION

    if downloaded is None:
        return f"{PYODIDE_CDN_URL}/{PYODIDE_MJS}", str(urlsplit(PYODIDE_CDN_URL).hostname)
    take_runtime(downloaded, folder, (*FROM_RUNTIME, *FOR_THE_KERNEL), PYODIDE_VERSION)
    return f"./{OWN_RUNTIME}/{PYODIDE_MJS}", "this site"


SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
    "@jupyterlab/filebrowser-extension:browser": {"showLastModifiedColumn": False},
}
"""JupyterLab's own settings: no news is looked for, a text opens as it is read, files' names have room."""


def build_settings(extensions: list[Path], made: Path, wheels: list[Path]) -> dict[str, object]:
    """Return `jupyter_lite_config.json`: JupyterLab, and the extensions of kernel and widgets from this environment."""
    return {
        "LiteBuildConfig": {
            "apps": ["lab"],
            "contents": ["contents"],
            "federated_extensions": [str(extension) for extension in extensions],
            "ignore_sys_prefix": True,
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "output_dir": str(made),
            "settings_overrides": ["overrides.json"],
            "source_date_epoch": EPOCH,
        },
        "PipliteAddon": {"piplite_urls": [wheel.name for wheel in wheels]},
    }


def page_settings(wheels: list[Path], address: str, place: str) -> dict[str, object]:
    """Return `jupyter-lite.json`: what the kernel loads when it starts, and from nowhere but the site and `address`.

    `place` is the runtime's in words, for what the page says while it loads.
    """
    packages = [*FROM_RUNTIME, *(WHEELS + wheel.name for wheel in wheels)]
    kernel = {"pyodideUrl": address, "loadPyodideOptions": {"packages": packages}, "disablePyPIFallback": True}
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "The US–Japan Alliance in Data",
            "exposeAppInBrowser": True,
            "litePluginSettings": {f"{KERNEL}:kernel": kernel, "alliance:arriving": {"size": SIZE, "place": place}},
        },
    }


def _environment(work: Path) -> Mapping[str, str]:
    """Return the environment of the build: no settings of the user's, no folders of the user's."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    return own | {"JUPYTER_CONFIG_DIR": str(work / "config"), "JUPYTER_DATA_DIR": str(work / "share")}


def copy_contents(root: Path, folder: Path, place: str) -> None:
    """Copy what visitors see in the file browser: lessons, exercises, tables, texts, a page about this place.

    `place` says where Python comes from.
    """
    for pattern in CONTENTS:
        for path in sorted(root.glob(pattern)):
            target = folder / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            if (
                path.suffix == ".ipynb"
            ):  # with texts in one piece, as a server sends them: the table of contents needs it
                notebook = nbformat.read(path, as_version=4)
                target.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            else:
                shutil.copyfile(path, target)
    (folder / ABOUT).write_text(ABOUT_TEXT.format(place=place, size=SIZE), encoding="utf-8")


def learners_files() -> Iterator[tuple[str, bytes]]:
    """Yield the files of the package that a notebook uses, by their path in a wheel. Keys hold no reference code."""
    package = Path(alliance.__file__).parent
    for part in LEARNERS:
        found = [package / part] if part.endswith(".py") else sorted((package / part).rglob("*"))
        for path in found:
            name = path.relative_to(package).as_posix()
            if path.suffix in {".py", ".json", ".jinja"} and not name.startswith((*NEED_A_MACHINE, "learner/jupyter/")):
                yield f"alliance/{name}", path.read_bytes()


def repack(folder: Path, package: str) -> Path:
    """Write the wheel of an installed package in pure Python from its files; return its path. Raises CannotBuild."""
    try:
        installed = distribution(package)
    except PackageNotFoundError as error:
        raise CannotBuild(f"The package {package} is not installed.") from error
    files = {
        path.as_posix(): Path(str(installed.locate_file(path))).read_bytes()
        for path in installed.files or []
        if path.suffix != ".pyc" and ".." not in path.parts and ".dist-info" not in path.parts[0]
    }
    return write_wheel(folder, package, installed.version, files)


def write_wheel(folder: Path, name: str, version: str, files: Mapping[str, bytes]) -> Path:
    """Write a wheel in pure Python, the same bytes for the same files; return its path."""
    about = f"{name}-{version}.dist-info"
    held = dict(sorted(files.items())) | {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nGenerator: alliance\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    for path, data in held.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        rows.writerow([path, f"sha256={digest}", len(data)])
    rows.writerow([f"{about}/RECORD", "", ""])
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in (held | {f"{about}/RECORD": record.getvalue().encode()}).items():
            archive.writestr(zipfile.ZipInfo(path), data, zipfile.ZIP_DEFLATED)
    return wheel
