"""Python in the browser: the course's own pages start it, read tables with it, draw and judge answers with it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browser import Notebook, outside
from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION
from runtimes import PARTS, NoRuntime, put_together
from serving import Quiet, serving

import alliance
from alliance.building.sources.source import read_source, read_tasks
from alliance.checking.keys import load_key, stems
from alliance.learner.table import IN_A_BROWSER
from alliance.site import lite
from alliance.site.lite import FOR_THE_KERNEL, FROM_RUNTIME, KERNEL, SIZE

ROOT = Path(__file__).resolve().parent.parent
PLACE = "course/lite"
PURE = ("jinja2",)
"""What of FROM_RUNTIME is not compiled."""
OWN_PYTHON = os.environ.get("ALLIANCE_RUNTIME", "")
"""A Pyodide that somebody has downloaded whole, to be taken in place of the one that is put together."""
LESSON = "lessons/05_distances.ipynb"
LESSONS = ("00", "14", "16")
EXERCISES = ("00", "08", "16")
ASKED = """async (code) => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    const run = kernel.requestExecute({ code });
    const told = [];
    run.onIOPub = ({ content }) => told.push(content.data?.['text/plain'] ?? content.text ?? content.evalue ?? '');
    await course.within(run.done);
    return told.join('');
}"""
START = """async ({ packages, wheels }) => {
    const { loadPyodide } = await import('/pyodide/pyodide.mjs');
    const python = await loadPyodide({ packages, env: { HOME: '/home/pyodide', MPLBACKEND: 'agg' } });
    await python.loadPackage(wheels.map((name) => new URL(name, document.baseURI).href));
    const files = await fetch('files.zip').then((got) => got.arrayBuffer());
    python.FS.mkdir('/course');
    python.unpackArchive(files, 'zip', { extractDir: '/course' });
    python.runPython(`
from matplotlib.artist import Artist
from matplotlib.axis import Axis
if not hasattr(Axis, "get_converter"):  # as in matplotlib 3.10, which the course needs; the one put together is older
    Axis.get_converter = lambda axis: axis.converter
    Artist.get_figure = lambda artist, root=False: artist.figure
`);
    window.run = (code) => {
        python.runPython('import matplotlib.pyplot; matplotlib.pyplot.close("all")');
        let told = '';
        python.setStdout({ batched: (line) => { told += line + '\\n' } });
        try {
            python.runPython(code, { globals: python.toPy({ __name__: '__main__' }) });
        } catch (error) {
            told += error.message;
        }
        return told;
    };
}"""

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@dataclasses.dataclass(frozen=True)
class Address:
    """Where a site has the course in the browser, as `Notebook` asks for it."""

    site: str

    def address(self, notebook: str) -> str:
        return f"{self.site}lab/index.html?path={quote(notebook)}"


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The core of the Pyodide that the site sends its visitors to, with packages in pure Python."""
    folder = tmp_path_factory.mktemp("core") / "pyodide"
    try:
        put_together("core", folder, (*PURE, *FOR_THE_KERNEL))
    except NoRuntime as missing:
        pytest.skip(str(missing))
    return folder


@pytest.fixture(scope="module")
def site(core: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that serves that core itself, and asks it for nothing that is compiled."""
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lite, "FROM_RUNTIME", PURE)
        lite.build_lite(ROOT, folder / PLACE, core)
    return folder


def other_site(site: Path, folder: Path, packages: tuple[str, ...]) -> Path:
    """Return the folder of a copy of the course in the browser that asks its runtime for other packages."""
    shutil.copytree(site / PLACE, folder / PLACE, copy_function=os.link)
    settings = folder / PLACE / "jupyter-lite.json"
    known = json.loads(settings.read_text(encoding="utf-8"))
    kernel = known["jupyter-config-data"]["litePluginSettings"][f"{KERNEL}:kernel"]["loadPyodideOptions"]
    kernel["packages"] = [*packages, *kernel["packages"][len(PURE) :]]
    settings.unlink()
    settings.write_text(json.dumps(known), encoding="utf-8")
    return folder / PLACE


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[Address]:
    """The site with the core."""
    with serving(Quiet, site) as server:
        yield Address(f"{server}{PLACE}/")


@pytest.fixture(scope="module")
def whole(site: Path, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A function that runs code in a page whose Python has numpy, pandas, matplotlib, and the site's wheels and files.

    The page is a bare one: the kernel of the course in the browser starts no Pyodide as old as the one put together.
    """
    folder = tmp_path_factory.mktemp("whole")
    if OWN_PYTHON:
        lite.take_runtime(Path(OWN_PYTHON), folder / "pyodide", FROM_RUNTIME, PYODIDE_VERSION)
    else:
        try:
            put_together("whole", folder / "pyodide", FROM_RUNTIME)
        except NoRuntime as missing:
            pytest.skip(str(missing))
    shutil.make_archive(str(folder / "files"), "zip", site / PLACE / "files")
    shutil.copytree(site / PLACE / "pypi", folder / "pypi")
    (folder / "index.html").write_text("<!doctype html><title>Python</title>", encoding="utf-8")
    wheels = [f"pypi/{path.name}" for path in sorted((folder / "pypi").glob("*.whl"))]
    with serving(Quiet, folder) as server, browser.new_context() as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(server)
        page.evaluate(START, {"packages": FROM_RUNTIME, "wheels": wheels})
        yield lambda code: str(page.evaluate("(code) => run(code)", code))
        assert outside(asked) == []


@pytest.fixture(scope="module")
def started(browser: Any, served: Address) -> Iterator[Notebook]:
    """An exercise on the site with the core, its kernel started."""
    with Notebook(browser, served, "exercises/05_distances.ipynb") as notebook:
        yield notebook


def asked(notebook: Notebook, code: str) -> str:
    """Run code in a notebook's kernel, beside its cells; return what it says."""
    return str(notebook.page.evaluate(ASKED, code))


# --- the Pyodide that the site sends its visitors to -----------------------------------------------------------------


def test_it_is_the_pyodide_that_the_course_in_the_browser_is_made_for() -> None:
    assert PARTS["core"].wanted == f"pyodide@{PYODIDE_VERSION}"


def test_a_kernel_starts_from_the_site_alone_and_says_what_it_is(started: Notebook) -> None:
    assert asked(started, "6 * 7") == "42"
    assert asked(started, "import sys; sys.platform") == "'emscripten'"
    assert asked(started, "import alliance; alliance.__version__") == f"'{alliance.__version__}'"
    assert outside(started.requests) == []
    assert started.page.locator("#alliance-arriving").count() == 0, "what was said while Python came is gone"
    assert started.page.evaluate("course.panel().context.model.dirty") is False


def test_every_table_is_read_as_it_is(started: Notebook) -> None:
    code = """
import hashlib, json, os
print(json.dumps({name: hashlib.sha256(open(f"../data/{name}", "rb").read()).hexdigest()
                  for name in os.listdir("../data")}))
"""
    read = json.loads(asked(started, code))
    tables = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (ROOT / "data").glob("*.csv")}
    assert len(tables) > 20
    assert {name: read.get(name) for name in tables} == tables


def test_what_needs_no_pandas_works_there(started: Notebook) -> None:
    assert asked(started, "from alliance import progress; print(progress())").strip() == IN_A_BROWSER
    assert asked(started, "from alliance.checking.keys import load_key, stems; print(*stems())").split() == list(
        stems()
    )


def test_what_a_learner_writes_is_still_there_when_the_page_is_opened_again(browser: Any, served: Address) -> None:
    with Notebook(browser, served, "exercises/00_start_here.ipynb") as notebook:
        cell = next(one for one in notebook.cells() if one.endswith("answer"))
        notebook.type(cell, "mine = 6 * 7")
        notebook.save()
        notebook.open()
        source = "([id]) => course.cell(id).then((cell) => cell.model.sharedModel.source)"
        assert notebook.page.evaluate(source, [cell]) == "mine = 6 * 7"
        notebook.run(cell)
        assert asked(notebook, "mine") == "42"


def test_while_it_comes_the_page_says_how_much_and_from_where(browser: Any, served: Address) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(served.address(LESSON))
        assert f"{SIZE} from this site" in page.wait_for_selector("#alliance-arriving").inner_text()
        page.wait_for_selector("#alliance-arriving", state="detached")


def test_a_python_that_comes_and_cannot_be_started_is_told_with_what_to_do(
    browser: Any, site: Path, tmp_path: Path
) -> None:
    other_site(site, tmp_path, FROM_RUNTIME)  # pandas, which the core lacks
    with serving(Quiet, tmp_path) as server, browser.new_context() as context:
        page = context.new_page()
        page.goto(Address(f"{server}{PLACE}/").address(LESSON))
        words = page.wait_for_selector("#alliance-arriving.failed").inner_text()
        assert "Python has come but couldn’t be started, so no cell can run." in words
        assert "Reload this page" in words


# --- with numpy, pandas and matplotlib -------------------------------------------------------------------------------


def code_of(path: Path) -> str:
    """Return the code of a notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def test_its_pandas_is_one_that_the_course_needs(whole: Any) -> None:
    assert whole("import pandas, sys; print(sys.platform, pandas.__version__.split('.')[0])").split() == [
        "emscripten",
        "3",
    ]


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_runs_to_its_end_and_describes_its_figures(whole: Any, lesson: str) -> None:
    (path,) = (ROOT / "lessons").glob(f"{lesson}_*.ipynb")
    told = whole(f"import os; os.chdir('/course/lessons')\ndef display(*_): pass\n{code_of(path)}\nprint('to the end')")
    described = [line for line in told.splitlines() if "Finding: " in line]
    stored = path.read_text(encoding="utf-8").count('"image/png": "')
    assert told.splitlines()[-1] == "to the end"
    assert len(described) == stored > 0


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_answer_is_judged_there_as_it_is_here(whole: Any, exercise: str) -> None:
    (path,) = (ROOT / "authoring" / "exercises").glob(f"{exercise}_*.md")
    key = load_key(path.stem)
    expected, found = {}, {}
    for task in read_tasks(read_source(path))[1]:
        begin = f"import os; os.chdir('/course/exercises')\n{key.setup}\n{key.tasks[task.task].start}\n"
        judged = f"from alliance import check; print(check({task.task!r}, {task.spec.answer}))"
        answers = [(f"wrong answer {number}", cell.text, "wrong") for number, cell in enumerate(task.wrong, 1)]
        for name, code, state in (*answers, ("right answer", task.answer.text, "right")):
            expected[f"{task.task}, {name}"] = f"{task.task} {state}."
            found[f"{task.task}, {name}"] = whole(f"{begin}{code}\n{judged}")
    assert expected
    assert {name: text for name, text in found.items() if expected[name] not in text} == {}
