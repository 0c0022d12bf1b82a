"""In which order tests are run: long files first, so that no core waits for the other; or at random, by a seed."""

from __future__ import annotations

import pytest

LONG = {
    "tests/test_exercises.py": "exercises run as notebooks, alone and as a class",
    "tests/test_site.py": "the site, in a browser",
    "tests/test_site_claims.py": "the claims on the site",
    "tests/test_site_front.py": "the site's first page, and what links and search engines need",
    "tests/test_site_tables.py": "the tables on the site",
    "tests/test_site_search.py": "the site's search",
    "tests/test_site_reading.py": "figures, lines and icons on the site",
    "tests/test_lite_running.py": "the course's own Python, run in a browser",
    "tests/test_other_pandas.py": "the course with other versions of pandas",
    "tests/test_first_hour.py": "a learner's first hour in JupyterLab",
    "tests/test_browser.py": "exercises in JupyterLab",
    "tests/test_in_jupyterlab.py": "pictures, files and tabs in JupyterLab",
    "tests/test_release.py": "learners' copies",
    "tests/test_process_settings.py": "settings of the whole process",
    "tests/test_grading.py": "tricks and accidents in a notebook that is graded",
    "tests/test_plugin.py": "pytest --nbval on exercises",
    "tests/test_benchmarks.py": "that the benchmarks run",
    "tests/test_twin.py": "twins of the data",
    "tests/test_mutation.py": "answers changed by rule",
    "tests/test_front_door.py": "installation, repair and start",
    "tests/test_progress.py": "what a learner has done",
    "tests/test_turns.py": "the tasks in lessons, in a learner's hands",
    "tests/test_lite.py": "the course in the browser",
    "tests/test_check.py": "alliance check beside an ordinary kernel",
    "tests/test_reset.py": "a fresh copy of an exercise",
    "tests/test_cluster.py": "a class on several machines",
    "tests/test_explore.py": "explorables, built and run",
    "tests/test_explore_page.py": "explorables in a browser",
    "tests/test_project.py": "the project's steps, typed as printed",
    "tests/test_damaged.py": "damaged files and odd screens",
    "tests/test_sandbox.py": "attempts to break out of the sandbox",
    "tests/test_class.py": "classes that are handed in and graded",
    "tests/test_forked_kernels.py": "forked kernels beside ordinary ones",
    "tests/test_house.py": "imports turned around",
    "lessons/": "lessons run anew, output by output",
    "solutions/": "solutions run anew, output by output",
}
"""Files, or folders of files, the longest first as `benchmarks/suite.py` measures them, and what they prove.

All other files are shorter; they come after these, and `--quick` runs them alone.
"""
ALSO_QUICK = ("test_each_variant_gets_its_verdict", "test_imports_go_down_and_never_in_a_circle")
"""What `--quick` runs of the long files: each answer of each task, judged in this process; and the layers."""


def place(item: pytest.Item) -> int:
    """Return where a test's file comes."""
    return next((number for number, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--quick`."""
    words = "run only what an author needs many times a day, and say what was left out"
    parser.addoption("--quick", action="store_true", help=words)


def _is_quick(item: pytest.Item) -> bool:
    return place(item) == len(LONG) or item.nodeid.split("::")[-1].partition("[")[0] in ALSO_QUICK


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sort files by length, or leave them in random order where that is asked for (`-p randomly`)."""
    if config.getoption("quick"):
        left_out = [item for item in items if not _is_quick(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _is_quick(item)]
    if not config.pluginmanager.hasplugin("randomly"):
        items.sort(key=place)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say after a quick run what it has left out."""
    if config.getoption("quick"):
        terminalreporter.section("left out by --quick")
        terminalreporter.write_line("; ".join(LONG.values()) + ".")
        terminalreporter.write_line("`python3 course.py test` runs everything.")
