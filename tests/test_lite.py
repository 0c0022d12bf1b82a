"""The course in the browser: what is built, that only the runtime comes from outside, that the code can run there.

Python itself runs in tests/test_lite_running.py.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
import pytest
from browser import outside
from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL
from serving import Quiet, serving

from alliance.building.sources.source import read_source, read_tasks
from alliance.building.sources.turns import read_turns
from alliance.learner.table import IN_A_BROWSER
from alliance.site.lite import ABOUT, FROM_RUNTIME, NEED_A_MACHINE, RUNTIME, SIZE, build_lite

ROOT = Path(__file__).resolve().parent.parent
HEARTBEAT = "/api/service-worker-heartbeat"
PLACE = "course/lite"
"""Where the tests serve it: not at the top of an address."""

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a site that has the course in the browser at PLACE."""
    folder = tmp_path_factory.mktemp("site")
    build_lite(ROOT, folder / PLACE)
    return folder


@pytest.fixture(scope="module")
def lite(site: Path) -> Path:
    """Return the folder of the course in the browser."""
    return site / PLACE


def wheel(lite: Path, name: str) -> Path:
    return next((lite / "pypi").glob(f"{name}-*.whl"))


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def text_of(path: Path, kind: str = "markdown") -> str:
    """Return the text of a notebook's cells of one kind."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == kind)


def code_of(path: Path) -> str:
    """Return the code of a notebook."""
    return text_of(path, "code")


# --- what is built ---------------------------------------------------------------------------------------------------


def test_building_twice_gives_the_same_bytes(lite: Path, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "left over.txt").touch()
    build_lite(ROOT, tmp_path / "again")
    first, again = files(lite), files(tmp_path / "again")
    assert first.keys() == again.keys()
    assert [name for name in first if first[name] != again[name]] == []


def test_visitors_find_lessons_exercises_and_tables_as_they_are(lite: Path) -> None:
    found = files(lite / "files")
    assert found.pop(ABOUT).decode("utf-8").count("cdn.jsdelivr.net") == 1
    assert {name.split("/")[0] for name in found} == {"data", "exercises", "lessons", "project"}
    for name, data in found.items():
        if name.endswith(".ipynb"):
            assert nbformat.reads(data.decode("utf-8"), as_version=4) == nbformat.read(ROOT / name, as_version=4), name
        else:
            assert data == (ROOT / name).read_bytes(), name
    for folder, ending in (
        ("lessons", "ipynb"),
        ("lessons", "md"),
        ("data", "csv"),
        ("data", "json"),
        ("project", "*"),
    ):
        assert {path.name for path in (ROOT / folder).glob(f"*.{ending}")} <= {Path(name).name for name in found}
    keys = {path.stem for path in (ROOT / "src" / "alliance" / "keys").glob("*.json")}
    assert {Path(name).stem for name in found if name.startswith("exercises/")} == keys


def test_links_lead_somewhere(lite: Path) -> None:
    folder = lite / "files"
    for path in [*folder.rglob("*.ipynb"), *folder.rglob("*.md")]:
        text = text_of(path) if path.suffix == ".ipynb" else path.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)\s#]+)[^)]*\)", text):
            assert "://" in target or (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_file_browser_lists_what_was_built(lite: Path) -> None:
    listed = set()
    for index in (lite / "api" / "contents").rglob("all.json"):
        for entry in json.loads(index.read_text(encoding="utf-8"))["content"]:
            if entry["type"] != "directory":
                listed.add(entry["path"])
    assert listed == files(lite / "files").keys()


def test_no_reference_answer_is_given_away(lite: Path) -> None:
    with zipfile.ZipFile(wheel(lite, "alliance")) as archive:
        in_wheel = "\n".join(archive.read(name).decode("utf-8") for name in archive.namelist())
    handed_out = "\n".join(code_of(path) + text_of(path) for path in (lite / "files").rglob("*.ipynb"))
    sources = [read_source(path) for path in sorted((ROOT / "authoring" / "exercises").glob("*.md"))]
    answers = [task.answer.text for source in sources for task in read_tasks(source)[1]]
    lessons = [read_source(path) for path in sorted((ROOT / "authoring" / "lessons").glob("*.md"))]
    answers += [turn.answer.text for lesson in lessons for turn in read_turns(lesson)]
    own = {line.strip() for answer in answers for line in answer.splitlines() if line.strip() not in handed_out}
    assert len(own) > 300, "lines that are neither given nor hinted at"
    assert [line for line in own if len(line) > 30 and json.dumps(line, ensure_ascii=False)[1:-1] in in_wheel] == []


def test_the_wheel_holds_what_notebooks_use_and_its_record_is_true(lite: Path) -> None:
    import base64
    import csv

    for path in (lite / "pypi").glob("*.whl"):
        with zipfile.ZipFile(path) as archive:
            record = next(name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
            rows = list(csv.reader(archive.read(record).decode("utf-8").splitlines()))
            assert {name for name, _, _ in rows} == set(archive.namelist())
            for name, digest, size in rows:
                data = archive.read(name)
                told = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
                assert name == record or (digest, size) == (f"sha256={told}", str(len(data)))
    with zipfile.ZipFile(wheel(lite, "alliance")) as archive:
        parts = {name.split("/")[1] for name in archive.namelist()}
    assert not parts & {"building", "classroom", "site", "cli.py"}


def test_the_wheel_holds_every_part_that_its_modules_import(lite: Path) -> None:
    with zipfile.ZipFile(wheel(lite, "alliance")) as archive:
        sources = {name: archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".py")}
    held = {name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in sources}
    held |= {f"alliance.{name.removesuffix('.py').replace('/', '.')}" for name in NEED_A_MACHINE}
    wanted = {
        found.module: name
        for name, source in sources.items()
        for found in ast.walk(ast.parse(source))
        if isinstance(found, ast.ImportFrom) and (found.module or "").split(".")[0] == "alliance"
    }
    assert len(wanted) > 10
    assert {module: name for module, name in wanted.items() if module not in held} == {}


def test_the_kernel_loads_wheels_that_are_there(lite: Path) -> None:
    settings = json.loads((lite / "jupyter-lite.json").read_text(encoding="utf-8"))["jupyter-config-data"]
    kernel = settings["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    worker = lite / "extensions" / "@jupyterlite" / "pyodide-kernel-extension" / "static"
    assert list(worker.glob("*.worker.*.js")), "the worker, from whose place the addresses of wheels are read"
    packages = kernel["loadPyodideOptions"]["packages"]
    assert tuple(packages[: len(FROM_RUNTIME)]) == FROM_RUNTIME
    wheels = [(worker / address).resolve() for address in packages[len(FROM_RUNTIME) :]]
    assert sorted(wheels) == sorted((lite / "pypi").resolve().glob("*.whl"))
    assert kernel["disablePyPIFallback"] is True


def test_what_the_kernel_installs_for_itself_is_on_the_site_or_in_the_runtime(lite: Path) -> None:
    extension = lite / "extensions" / "@jupyterlite" / "pyodide-kernel-extension" / "static"
    worker = next(extension.glob("comlink.worker.*.js")).read_text(encoding="utf-8")
    wanted = set(json.loads(re.findall(r'\["ipykernel"(?:,"[a-z-]+")+\]', worker)[0]))
    offered = {name for folder in (lite, extension) for name in json.loads((folder / "pypi" / "all.json").read_text())}
    assert wanted - offered == {"ipython", "jedi"}, "these two are in pyodide-lock.json; the package index is not asked"


# --- the code, where nothing can be started --------------------------------------------------------------------------

BROWSERLIKE = """
import sys, os, threading, subprocess, socket
sys.path[:0] = {paths}
import zoneinfo
zoneinfo.reset_tzpath(())  # none of this computer's time zones
import matplotlib.font_manager  # which looks for fonts with a timer beside it, once, where it has not done so before

def barred(name):
    def stop(*_, **__):
        raise AssertionError(f"{{name}} does not exist in a browser")
    return stop

for owner, name in [(subprocess.Popen, "__init__"), (threading.Thread, "start"), (socket.socket, "connect"),
                    (os, "fork"), (os, "posix_spawn"), (os, "system"), (os, "kill")]:
    setattr(owner, name, barred(name))

sys.modules.update(dict.fromkeys({missing}))  # neither imported nor found

os.chdir({folder!r})
"""
MISSING = {"multiprocessing", "_multiprocessing", "resource", "pwd", "grp", "curses", "tkinter", "msvcrt"}
"""Modules of Python itself that the runtime lacks, and one that it has but that cannot work there."""


@pytest.fixture(scope="module")
def browserlike(lite: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A function that runs code with the wheels and the runtime's versions alone, without processes or threads."""
    versions = Path(sys.prefix, "browser")
    if not versions.is_dir():
        message = "the runtime's versions are missing: `python3 course.py test` installs them"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    packages = tmp_path_factory.mktemp("packages")
    for path in (lite / "pypi").glob("*.whl"):
        zipfile.ZipFile(path).extractall(packages)

    def run(code: str, folder: str = "lessons") -> list[str]:
        places = {"paths": [str(packages), str(versions)], "missing": MISSING, "folder": str(lite / "files" / folder)}
        # -I -S: nothing of this environment, no site-packages
        command = [sys.executable, "-I", "-S", "-c", BROWSERLIKE.format(**places) + code]
        environment = {"HOME": str(packages), "MPLBACKEND": "agg", "PYTHONUTF8": "1"}
        told = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8")
        assert told.returncode == 0, told.stderr
        return told.stdout.splitlines()

    return run


@pytest.mark.parametrize("lesson", ["00", "14", "16", "21"])
def test_a_lesson_runs_where_nothing_can_be_started(browserlike: Any, lesson: str) -> None:
    path = next((ROOT / "lessons").glob(f"{lesson}_*.ipynb"))
    told = browserlike(f"def display(*_): pass\n{code_of(path)}\nprint('to the end')")
    assert told[-1] == "to the end"
    assert any("Finding: " in line for line in told), "figures print their descriptions"


def test_check_works_where_nothing_can_be_started(browserlike: Any) -> None:
    code = "import alliance\nprint(alliance.__file__)\n"
    code += "for task in '0.1', '0.a': print(alliance.check(task, 0), alliance.check(task), sep='\\n')"
    place, *told = browserlike(code, "exercises")
    assert "packages" in place
    begun = [f"{task} {state}." for task in ("0.1", "0.a") for state in ("wrong", "not tried")]
    assert [text[: len(words)] for text, words in zip(told, begun, strict=True)] == begun


def test_progress_says_that_nothing_is_counted_there(browserlike: Any) -> None:
    told = browserlike("sys.platform = 'emscripten'\nfrom alliance import progress\nprint(progress())", "exercises")
    assert told == [IN_A_BROWSER]


def test_what_cannot_be_started_is_noticed(browserlike: Any) -> None:
    started = ("subprocess.run(['true'])", "threading.Thread().start()", "os.fork()")
    for code in (*started, "import multiprocessing", "import IPython"):
        with pytest.raises(AssertionError):
            browserlike(code)


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Serve the site's folder as a plain file server does; return where the course in the browser is."""
    with serving(Quiet, site) as server:
        yield f"{server}{PLACE}/"


@pytest.fixture(scope="module")
def visit(address: str, browser: Any) -> Iterator[tuple[Any, list[str]]]:
    """A page that has opened lesson 00, and the addresses it has asked for; the runtime cannot be reached here."""
    context = browser.new_context(viewport={"width": 1280, "height": 1600})
    requests: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    page = context.new_page()
    with context.expect_event("request", lambda request: request.url.startswith(RUNTIME)):
        page.goto(f"{address}lab/index.html?path=lessons/00_start_here.ipynb")
    yield page, requests
    context.close()


def test_the_address_that_opens_a_lesson_opens_it(visit: tuple[Any, list[str]]) -> None:
    page, _ = visit
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.context?.path === 'lessons/00_start_here.ipynb'")
    page.wait_for_function("window.jupyterapp.shell.currentWidget.content.widgets.length > 5")
    shown = page.evaluate("JSON.stringify(window.jupyterapp.shell.currentWidget.content.model.toJSON())")
    assert "Finding: " in shown, "with the outputs that are stored"


def test_the_file_browser_shows_the_course(visit: tuple[Any, list[str]]) -> None:
    page, _ = visit
    listing = """async (path) => {
        const folder = await window.jupyterapp.serviceManager.contents.get(path, { content: true });
        return folder.content.map((file) => file.name);
    }"""
    assert sorted(page.evaluate(listing, "")) == sorted([ABOUT, "data", "exercises", "lessons", "project"])
    assert {path.name for path in (ROOT / "exercises").glob("*.ipynb")} <= set(page.evaluate(listing, "exercises"))


def test_a_notebooks_kernel_is_found_without_asking(visit: tuple[Any, list[str]]) -> None:
    page, _ = visit
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext?.kernelDisplayName")
    assert "Pyodide" in page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.kernelDisplayName")
    assert page.locator(".jp-Dialog").count() == 0


def test_a_python_that_cannot_come_is_told_with_what_to_do(visit: tuple[Any, list[str]]) -> None:
    page, _ = visit
    words = page.wait_for_selector("#alliance-arriving.failed").inner_text()
    assert f"{urlsplit(RUNTIME).hostname} can’t be reached from here, so no cell can run." in words
    assert "reload this page" in words


def test_while_python_comes_the_page_says_how_much_from_where(visit: tuple[Any, list[str]], address: str) -> None:
    with visit[0].context.browser.new_context(service_workers="block") as context:
        context.route(f"{RUNTIME}**", lambda route: None)  # asked for, and never answered
        page = context.new_page()
        page.goto(f"{address}lab/index.html?path=exercises/00_start_here.ipynb")
        words = page.wait_for_selector("#alliance-arriving").inner_text()
        assert f"{SIZE} from {urlsplit(RUNTIME).hostname}" in words
        page.click("#alliance-arriving button")
        assert page.locator("#alliance-arriving").count() == 0


def test_a_phone_sees_the_notebook_and_not_the_list_of_files(visit: tuple[Any, list[str]], address: str) -> None:
    with visit[0].context.browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(f"{address}lab/index.html?path=exercises/05_distances.ipynb")
        page.wait_for_function("document.querySelector('.jp-NotebookPanel')?.getBoundingClientRect().width > 320")
        assert page.evaluate("window.jupyterapp.shell.leftCollapsed") is True
        page.click(".jp-SideBar.jp-mod-left .lm-TabBar-tab")
        page.wait_for_selector(".jp-DirListing-itemText")


def test_nothing_but_the_runtime_is_asked_for_outside(visit: tuple[Any, list[str]]) -> None:
    _, requests = visit
    away = outside(requests)
    assert {url.rsplit("/", 1)[0] for url in away} == {PYODIDE_CDN_URL}
    assert PYODIDE_CDN_URL.startswith(RUNTIME)
    own = {urlsplit(url).path for url in requests if url not in away and url.startswith("http")}
    # The page's own service worker answers its heartbeat, which a page that is open for long sends: it goes nowhere.
    assert [path for path in own - {HEARTBEAT} if not path.startswith(f"/{PLACE}/")] == [], "below its own place"
    assert re.fullmatch(r"https://[a-z.]+/pyodide/", RUNTIME)
