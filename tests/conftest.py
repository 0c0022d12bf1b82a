"""What all tests share: no way out to the network, and the browser."""

from __future__ import annotations

import os
import runpy
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from addressed_site import addressed, served  # noqa: F401  (fixtures for the tests of the site)
from small_term import term  # noqa: F401  (a fixture)
from workshop_course import built_workshop, workshop  # noqa: F401  (fixtures for every test)

from alliance.checking.grade import Start

pytest_plugins = ["forked_kernels", "order", "promises", "pytester"]
ROOT = Path(__file__).resolve().parent.parent
OFFLINE = Path(__file__).parent / "offline"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def go_offline() -> None:
    """Keep this process, and every process it starts, off the network."""
    if not getattr(sys.modules.get("sitecustomize"), "OFFLINE", False):
        runpy.run_path(str(OFFLINE / "sitecustomize.py"), run_name="sitecustomize")
    others = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part and part != str(OFFLINE)]
    os.environ["PYTHONPATH"] = os.pathsep.join([str(OFFLINE), *others])
    # Programs that are not Python, or ignore PYTHONPATH: a proxy that nobody answers for, and no package index.
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        os.environ[name] = os.environ[name.upper()] = "http://127.0.0.1:9"
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "localhost,127.0.0.1,::1"
    os.environ["PIP_NO_INDEX"] = "1"


go_offline()
hypothesis.settings.register_profile("course", deadline=None)  # how long an example takes says what else runs here
hypothesis.settings.load_profile("course")
os.environ["ALLIANCE_PROGRESS"] = "off"  # what tests do is no learner's progress; the tests of progress switch it on


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of Chromium. Without one: skip on an author's machine, fail in CI."""
    for name in CHROMIUM_NAMES:
        found = shutil.which(name)
        if found:
            return found
    message = "no Chromium found: install it (on Debian: apt install chromium) to run the browser tests"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """Chromium without a window, for the tests of a file."""
    from browser import chromium_browser

    with chromium_browser(chromium) as started:
        yield started


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A JupyterLab over copies of the course's notebooks and tables; some files of tests start one of their own."""
    from browser import jupyterlab

    root = tmp_path_factory.mktemp("course")
    for part in ("data", "exercises", "lessons", "solutions"):
        shutil.copytree(ROOT / part, root / part)
    with jupyterlab(root, tmp_path_factory.mktemp("private")) as server:
        yield server


@pytest.fixture
def opened(browser: Any, lab: Any) -> Iterator[Any]:
    """A function that opens a notebook in `lab`; nothing outside this computer may have been asked for."""
    from browser import Notebook, outside

    notebooks: list[Notebook] = []

    def open_notebook(name: str) -> Notebook:
        notebooks.append(Notebook(browser, lab, name))
        return notebooks[-1]

    yield open_notebook
    for notebook in notebooks:
        with notebook:
            assert outside(notebook.requests) == []
            assert notebook.requests, "requests were not recorded, so that nothing is proved"


@pytest.fixture(scope="session")
def course_file() -> Path:
    """Return the path of the front door, course.py."""
    return Path(__file__).parents[1] / "course.py"


@pytest.fixture(scope="session")
def bubblewrap() -> str:
    """Return the path of bubblewrap. Without it: skip on an author's machine, fail in CI."""
    found = shutil.which("bwrap")
    if found:
        return found
    message = "bubblewrap is missing: install it (on Debian: apt install bubblewrap) to test the sandbox"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def in_sandbox(bubblewrap: str) -> Iterator[Start]:
    """Start kernels in the sandbox, all from one process that has the libraries loaded."""
    from alliance.classroom.running.engine import Zygote

    with Zygote(Path(__file__).parents[1] / "data") as zygote:
        yield zygote.kernel


PROVED = ("lessons", "tasks", "wrong answers", "alternative answers")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was proved: lessons compared output by output, tasks and their variants judged as they should be."""
    passed = [report for report in terminalreporter.stats.get("passed", []) if report.when == "call"]
    counts = dict.fromkeys(PROVED, 0)
    for report in passed:
        for name, count in report.user_properties:
            if name in counts:
                counts[name] += int(count)
    bad = {report.nodeid.split("::")[0] for report in terminalreporter.stats.get("failed", [])}
    lessons = {report.nodeid.split("::")[0] for report in passed if report.nodeid.startswith("lessons/")}
    counts["lessons"] = len(lessons - bad)
    if any(counts.values()):
        terminalreporter.section("proved")
        terminalreporter.write_line(", ".join(f"{count} {name}" for name, count in counts.items()))
