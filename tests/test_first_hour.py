"""A learner's first hour: the course is started by its front door, lessons are run, tasks tried, checked, counted."""

from __future__ import annotations

import base64
import dataclasses
import os
import shutil
import stat
import struct
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from browser import Notebook, Server, jupyterlab

from alliance.building.sources.source import read_source, read_tasks
from alliance.checking.keys import cell_id, load_key
from alliance.figures import IN_WORDS

REPOSITORY = Path(__file__).resolve().parent.parent
PARTS = (
    "data",
    "exercises",
    "lessons",
    "src",
    "course.py",
    "pyproject.toml",
    "locks/full.txt",
    "locks/lab.txt",
)
CHAPTERS = ("00_start_here", "01_from_article_to_table")
SECONDS_TO_STOP = 60

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def copy_course(root: Path) -> Path:
    """Copy the course to `root`, with a finished .venv that finds this environment's packages; return `root`."""
    for part in PARTS:
        copy = shutil.copytree if (REPOSITORY / part).is_dir() else shutil.copyfile
        (root / part).parent.mkdir(exist_ok=True)
        copy(REPOSITORY / part, root / part)
    environment = root / ".venv"
    venv.create(environment, with_pip=False, symlinks=os.name != "nt")
    bin_folder = Path(sys.executable).parent.name
    python = environment / bin_folder / Path(sys.executable).name
    packages = Path(
        subprocess.check_output(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
        ).strip()
    )
    (packages / "course.pth").write_text(
        f"{root / 'src'}\n" + "\n".join(p for p in sys.path if p.endswith("site-packages"))
    )
    for name in ("etc", "share"):
        if Path(sys.prefix, name).is_dir():
            (environment / name).symlink_to(Path(sys.prefix, name), target_is_directory=True)
    entry = "import sys; from alliance.cli import main; sys.exit(main())"
    for name, arguments in (("alliance", f"-c '{entry}'"), ("pytest", "-m pytest")):
        program = environment / bin_folder / name
        program.write_text(f"#!/bin/sh\nexec '{python}' {arguments} \"$@\"\n")  # a first line allows no spaces
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    subprocess.run(
        [sys.executable, "-c", "import course; course.write_stamp(course.fingerprint('lab'))"], cwd=root, check=True
    )
    return root


@contextmanager
def started(folder: Path) -> Iterator[Server]:
    """Start a copy of the course as a learner does."""
    (folder / "course").mkdir()
    (folder / "private").mkdir()
    root = copy_course(folder / "course")
    with jupyterlab(root, folder / "private", start=[sys.executable, str(root / "course.py"), "lab"]) as server:
        yield server


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The course, started by its front door."""
    with started(tmp_path_factory.mktemp("first hour")) as server:
        yield server


def code_cells(notebook: Notebook) -> list[dict[str, Any]]:
    """Return the code cells of an opened notebook as they stand, with their outputs."""
    cells = notebook.page.evaluate("() => course.panel().content.model.toJSON().cells")
    return [cell for cell in cells if cell["cell_type"] == "code"]


def with_figures(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those of some code cells that have drawn a figure."""
    return [cell for cell in cells if any("image/png" in output.get("data", {}) for output in cell["outputs"])]


@pytest.mark.parametrize("stem", CHAPTERS)
def test_a_lesson_runs_to_its_end_and_shows_figures_with_descriptions(opened: Any, stem: str) -> None:
    lesson = opened(f"lessons/{stem}.ipynb")
    stored = code_cells(lesson)
    lesson.clear_outputs()
    lesson.run_all()
    cells = code_cells(lesson)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert [output for cell in cells for output in cell["outputs"] if output["output_type"] in {"error", "stream"}] == [
        output for cell in stored for output in cell["outputs"] if output["output_type"] == "stream"
    ]
    drawn = with_figures(cells)
    assert drawn
    assert [cell["id"] for cell in drawn] == [cell["id"] for cell in with_figures(stored)]
    for cell in drawn:
        element = lesson.element(cell["id"])
        picture = element.wait_for_selector(".jp-OutputArea-output img")
        picture.evaluate("(image) => image.decode()")
        png = next(o["data"]["image/png"] for o in cell["outputs"] if "image/png" in o.get("data", {}))
        width, height = struct.unpack(">II", base64.b64decode("".join(png))[16:24])
        assert picture.evaluate("(image) => [image.naturalWidth, image.naturalHeight]") == [width, height]
        element.wait_for_selector(f"summary:text-is('{IN_WORDS}')").press("Enter")
        assert "Finding: " in element.wait_for_selector("details[open] p").inner_text()


@dataclasses.dataclass(frozen=True)
class Try:
    """A task with a wrong answer, what the learner is told then, and a right one."""

    task: str
    wrong: str
    message: str
    right: str


def tries(stem: str) -> list[Try]:
    tasks = read_tasks(read_source(REPOSITORY / "authoring" / "exercises" / f"{stem}.md"))[1]
    messages = {
        name: " ".join(task.wrong[0].message.replace("`", "").split()) for name, task in load_key(stem).tasks.items()
    }
    return [Try(one.task, one.wrong[0].text, messages[one.task], one.answer.text) for one in tasks]


@pytest.mark.parametrize("stem", CHAPTERS)
def test_tasks_are_tried_checked_saved_and_counted(opened: Any, lab: Server, stem: str) -> None:
    known = tries(stem)
    done, total = known[:2], len(known)
    name = f"exercises/{stem}.ipynb"
    exercise = opened(name)
    exercise.run_all()

    def answer(one: Try, code: str) -> str:
        exercise.type(cell_id(one.task, "answer"), code)
        exercise.run(cell_id(one.task, "answer"))
        exercise.run(cell_id(one.task, "check"))
        return exercise.verdict(cell_id(one.task, "check"))

    def row(shown: str) -> str:
        return next(line for line in shown.splitlines() if line.strip().startswith(f"{stem[:2]} "))

    for one in done:
        assert exercise.verdict(cell_id(one.task, "check")).startswith(f"{one.task} ○ not tried.")
        assert answer(one, one.wrong).startswith(f"{one.task} ✘ wrong. {one.message}")
        assert answer(one, one.right).startswith(f"{one.task} ✔ right.")

    exercise.save()
    exercise.restart_kernel()
    exercise.run_all()
    for one in done:
        assert exercise.verdict(cell_id(one.task, "check")).startswith(f"{one.task} ✔ right.")
    exercise.save()

    stored = (lab.root / name).read_bytes()
    code, shown = exercise.in_terminal(f"pytest --nbval {name}")
    assert f"{len(done)} passed" in shown, shown
    assert f"{total - len(done)} failed" in shown or f"{total - len(done)} skipped" in shown, shown
    assert code == 1
    assert (lab.root / name).read_bytes() == stored, "checking changes nothing"

    code, shown = exercise.in_terminal("alliance progress")
    assert f"{len(done)} of {total}" in row(shown), shown
    assert code == 0

    exercise.type(cell_id(known[-1].task, "answer"), "from alliance import progress\nprogress()")
    exercise.run(cell_id(known[-1].task, "answer"))
    table = exercise.element(cell_id(known[-1].task, "answer")).wait_for_selector(".jp-OutputArea-output table")
    assert f"{len(done)} of {total}" in row(table.inner_text())
    assert (lab.root / name).read_bytes() == stored


def test_a_stop_leaves_nothing_running(browser: Any, tmp_path: Path) -> None:
    with started(tmp_path) as server:
        lesson = Notebook(browser, server, f"lessons/{CHAPTERS[0]}.ipynb")
        lesson.in_terminal("true")
        children = psutil.Process(server.process.pid).children(recursive=True)
        assert len(children) >= 2, "a kernel and a shell"
        lesson.page.evaluate("() => { course.app().commands.execute('filemenu:shutdown') }")
        lesson.page.click(".jp-Dialog button.jp-mod-accept")
        assert server.process.wait(SECONDS_TO_STOP) == 0
        assert psutil.wait_procs(children, SECONDS_TO_STOP)[1] == []
