"""A class graded on a Dask cluster: a scheduler and two workers on loopback, one of which is killed in the middle."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from alliance.checking.keys import load_key
from alliance.classroom.keeping.results import Graded
from alliance.classroom.running.grading import How, NoCluster, grade_class
from alliance.classroom.taking_in.intake import take_in

ROOT = Path(__file__).resolve().parent.parent
STEM = "08_japans_defence_budget"
START = "from distributed.cli.dask_{0} import main; main()"


@pytest.fixture
def cluster(tmp_path: Path, bubblewrap: str) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Run a scheduler and two workers; return the scheduler's address and the workers."""
    pytest.importorskip("distributed", reason="the classroom extra is not installed")
    place = tmp_path / "scheduler.json"

    def start(what: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", START.format(what), "--scheduler-file", str(place), "--host", "127.0.0.1"]
        # A worker refuses to start where warnings are errors: its own libraries warn.
        return subprocess.Popen(
            [*command, *options], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    processes = [start("scheduler", "--port", "0", "--no-dashboard")]
    processes += [start("worker", "--nthreads", "1", "--no-nanny", "--no-dashboard") for _ in range(2)]
    try:
        while not place.exists() or not place.read_text(encoding="utf-8"):
            assert processes[0].poll() is None, "the scheduler did not start"
            os.sched_yield()
        address = json.loads(place.read_text(encoding="utf-8"))["address"]
        from distributed import Client

        with Client(address, timeout="60s") as client:
            client.wait_for_workers(2, timeout=120)
        yield address, processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_a_lost_worker_costs_only_a_retry(tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]) -> None:
    address, workers = cluster
    folder = tmp_path / "in"
    folder.mkdir()
    for i in range(6):
        source = ROOT / ("solutions" if i % 2 else "exercises") / f"{STEM}.ipynb"
        shutil.copy(source, folder / f"{STEM}_learner{i}.ipynb")
    done: list[str] = []

    def tell(graded: Graded) -> None:
        done.append(graded.learner)
        if len(done) == 2:
            workers[0].kill()

    how = How(scheduler=address, twin=True)
    result = grade_class(ROOT, folder, tmp_path / "out", take_in(folder), how, tell)
    assert workers[0].poll() is not None
    assert {one.learner: {task.state for task in one.tasks} for one in result.graded} == {
        f"learner{i}": {"right" if i % 2 else "not tried"} for i in range(6)
    }
    computed = {one.learner: [task.computed for task in one.tasks] for one in result.graded}
    assert computed["learner1"] == computed["learner3"] == computed["learner5"]
    tasks = load_key(STEM).tasks.values()
    exempt = [task for task in tasks if task.spec.constant or task.spec.text]
    assert computed["learner1"].count(True) == len(tasks) - len(exempt), "the solution has computed all others"


def test_a_scheduler_that_is_not_there_gets_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="the classroom extra is not installed")
    monkeypatch.setattr("alliance.classroom.running.grading.CONNECT", "1s")
    shutil.copy(ROOT / "exercises" / f"{STEM}.ipynb", tmp_path / f"{STEM}_lee.ipynb")
    with pytest.raises(NoCluster, match="No Dask scheduler answers"):
        grade_class(ROOT, tmp_path, tmp_path / "out", take_in(tmp_path), How(scheduler="tcp://127.0.0.1:9"), print)
