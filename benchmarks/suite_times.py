"""A pytest plugin that measures what each test takes, by the clock and of the processors, its processes included."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

OUT = "SUITE_TIMES"
"""The environment variable that names the file to write: one JSON line for each test."""
GROUP = "SUITE_GROUP"
"""The environment variable that names the run's control group, in which each worker gets one of its own."""


def _own_group() -> Path | None:
    """Return a control group below the run's that this worker has just entered, or None where there is none."""
    parent = os.environ.get(GROUP)
    if not parent or not Path(parent, "cpuacct.usage").exists():
        return None
    folder = Path(parent, os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    folder.mkdir(exist_ok=True)
    (folder / "cgroup.procs").write_text(str(os.getpid()))
    return folder


_GROUP = _own_group()


def _spent() -> float:
    """Return processor seconds of this worker and of all that it has started, those that still run among them.

    Without control groups, of those that have ended and were waited for.
    """
    if _GROUP is not None:
        return int((_GROUP / "cpuacct.usage").read_text()) / 1e9
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Measure one test with what is set up and taken down for it."""
    clock, processor = time.perf_counter(), _spent()
    try:
        return (yield)
    finally:
        row = {
            "test": item.nodeid,
            "worker": os.environ.get("PYTEST_XDIST_WORKER", ""),
            "clock": time.perf_counter() - clock,
            "processor": _spent() - processor,
        }
        with Path(os.environ[OUT]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
