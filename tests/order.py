"""In which order test files are run: the long ones first, so that no core waits for the other at the end."""

from __future__ import annotations

import pytest

LONG = (
    "tests/test_other_pandas.py",
    "tests/test_exercises.py",
    "tests/test_site.py",
    "tests/test_first_hour.py",
    "tests/test_browser.py",
    "tests/test_release.py",
    "tests/test_grading.py",
    "tests/test_plugin.py",
    "tests/test_benchmarks.py",
    "tests/test_twin.py",
    "tests/test_front_door.py",
    "tests/test_progress.py",
    "tests/test_lite.py",
    "tests/test_forked_kernels.py",
    "lessons/",
    "solutions/",
)
"""Files, or folders of files, the longest first as `benchmarks/suite.py` measures them; all others come after them."""


def place(item: pytest.Item) -> int:
    """Return where a test's file comes."""
    return next((number for number, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sort files by length; within a file everything stays where it is."""
    if not config.pluginmanager.hasplugin("randomly"):
        items.sort(key=place)
