"""What workers share is made by one of them, and by none of them badly."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from shared import once_in_a_run

together = pytest.mark.skipif(sys.platform == "win32", reason="there each worker makes its own")


class Worker:
    """What a worker of a run has for a factory of folders, as pytest-xdist gives it."""

    def __init__(self, run: Path, name: str) -> None:
        self.base = run / name
        self.base.mkdir()

    def getbasetemp(self) -> Path:
        return self.base

    def mktemp(self, name: str) -> Path:
        folder = self.base / f"{name}{len(list(self.base.iterdir()))}"
        folder.mkdir()
        return folder


@pytest.fixture
def workers(tmp_path: Path) -> list[Worker]:
    return [Worker(tmp_path, f"popen-gw{number}") for number in range(4)]


@together
def test_it_is_made_once_however_many_ask_at_the_same_time(workers: list[Worker]) -> None:
    made = []

    def make(folder: Path) -> None:
        made.append(folder)
        folder.mkdir()
        (folder / "page.html").write_text("whole", encoding="utf-8")

    with ThreadPoolExecutor() as pool:
        got = list(pool.map(lambda worker: once_in_a_run(worker, "site", make), workers))
    assert len(made) == 1
    assert {(folder / "page.html").read_text(encoding="utf-8") for folder in got} == {"whole"}


@together
def test_one_that_fails_leaves_nothing_and_the_next_tries_itself(workers: list[Worker]) -> None:
    def fail(folder: Path) -> None:
        folder.mkdir()
        raise ValueError

    with pytest.raises(ValueError):
        once_in_a_run(workers[0], "site", fail)
    assert list(once_in_a_run(workers[1], "site", lambda folder: folder.mkdir()).iterdir()) == []


def test_without_workers_a_run_keeps_to_its_own_folder(tmp_path: Path) -> None:
    runs = [Worker(tmp_path, f"pytest-{number}") for number in range(2)]
    first, second = (once_in_a_run(run, "site", lambda folder: folder.mkdir()) for run in runs)
    assert first != second
