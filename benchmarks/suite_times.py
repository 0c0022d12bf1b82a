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


def _spent() -> float:
    """Return processor seconds of this process and of all that it has started and waited for."""
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
