"""How much one notebook may take: of time, of memory, of what is read and compared outside of its walls."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from alliance.answers import Answer, Spec
from alliance.checking.forked import groups, watching
from alliance.checking.grade import Grade, grade_submission
from alliance.checking.kernel import Limits, Outcome, ReplacedKernel
from alliance.checking.keys import load_key
from alliance.checking.submission import Section, Submission

ROOT = Path(__file__).resolve().parent.parent
STEM = "05_japans_defence_budget"


class Clock:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time for what grades and for what runs code."""
    one = Clock()
    for module in ("grade", "kernel"):
        monkeypatch.setattr(f"alliance.checking.{module}.time", types.SimpleNamespace(monotonic=one.monotonic))
    return one


class PretendedKernel(ReplacedKernel):
    """Runs code that says how many seconds it takes, and is stopped as a real kernel is."""

    def __init__(self, limits: Limits, setup: str, clock: Clock) -> None:
        self._clock, self.ran = clock, 0
        super().__init__(limits, setup)

    def _start(self) -> None:
        pass

    _stop = _start

    def _execute(self, code: str, seconds: float) -> Outcome:
        self.ran += 1
        takes = float(code) if code.replace(".", "").isdigit() else 0.0
        self._clock.now += min(takes, seconds)
        return Outcome("timeout") if takes > seconds else Outcome("dead" if code == "exit()" else "ok")

    def answer(self, spec: Spec) -> Answer:
        return Answer("untried")


def graded(clock: Clock, sections: list[tuple[str | None, list[str]]], limits: Limits) -> tuple[Grade, PretendedKernel]:
    """Return what grading makes of code for tasks, in that order, and the kernel that ran it."""
    kernels: list[PretendedKernel] = []

    @contextmanager
    def start(limits: Limits, setup: str) -> Iterator[Any]:
        kernels.append(PretendedKernel(limits, setup, clock))
        yield kernels[-1]

    submission = Submission(Path("x.ipynb"), load_key(STEM), [Section(*one) for one in sections], [])
    return grade_submission(submission, limits, start), kernels[0]


# --- time ------------------------------------------------------------------------------------------------------


def test_many_short_cells_take_no_longer_than_one_task_may(clock: Clock) -> None:
    grade, kernel = graded(clock, [("5.1", ["0.9"] * 60)], Limits(seconds=1))
    assert clock.now < 2, "the second that it has, and less than one in which what ran is run again"
    assert "did not end within 1 seconds" in grade.verdicts["5.1"].message
    assert grade.verdicts["5.1"].stopped
    assert grade.verdicts["5.2"].state == "not tried"
    assert kernel.ran < 10


def test_a_task_in_many_pieces_has_the_time_of_one(clock: Clock) -> None:
    grade, _ = graded(clock, [("5.1", ["0.6"]), ("5.2", ["0.6"])] * 30, Limits(seconds=1))
    assert clock.now < 5
    assert grade.verdicts["5.1"].stopped
    assert grade.verdicts["5.2"].stopped


def test_a_notebook_whose_kernel_dies_again_and_again_has_an_end(clock: Clock) -> None:
    limits = Limits(seconds=10, tasks=3)
    grade, _ = graded(clock, [("5.1", ["9"]), *[("5.2", ["exit()"]), ("5.3", ["exit()"])] * 1000], limits)
    assert clock.now <= limits.whole == 30
    assert "together did not end within 30 seconds" in grade.verdicts["5.4"].message
    assert grade.verdicts["5.4"].stopped


def test_a_task_judged_before_the_time_was_up_keeps_its_verdict(clock: Clock) -> None:
    stem_tasks = list(load_key(STEM).tasks)
    grade, _ = graded(clock, [(stem_tasks[0], ["1"]), *[(task, ["9"]) for task in stem_tasks]], Limits(10, tasks=2))
    assert [grade.verdicts[task].stopped for task in stem_tasks] == [False, False, *[True] * (len(stem_tasks) - 2)]


def test_code_above_the_first_task_that_is_stopped_is_told(clock: Clock) -> None:
    grade, _ = graded(clock, [(None, ["3"]), ("5.1", ["1"])], Limits(seconds=2))
    assert grade.stopped
    assert grade.remarks[0].startswith("Code above the first task was stopped")
    assert not any(verdict.stopped for verdict in grade.verdicts.values())


# --- memory and processes --------------------------------------------------------------------------------------

HOLDER = """
import mmap, os, sys, threading
size = 40_000_000
hidden = os.memfd_create("hidden")
os.write(hidden, bytes(size))
shared = mmap.mmap(-1, size)
shared.write(bytes(size))
own = b"1" * size
held = [os.pipe() for _ in range(50)]
wait = threading.Event()
for _ in range(5):
    threading.Thread(target=wait.wait, daemon=True).start()
if os.fork() == 0:
    sys.stdin.read()
    os._exit(0)
print("ready", flush=True)
sys.stdin.read()
os._exit(0)
"""


def test_every_kind_of_memory_is_seen_and_what_was_started_with_it() -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as one:
        assert one.stdout and one.stdout.readline() == b"ready\n"
        use = watching.use_of(one.pid)
        one.communicate(b"")
    assert use.memory >= 3 * 40_000_000
    assert len(use.threads) == 7
    assert use.files >= 2 * 100


def test_a_process_that_has_ended_uses_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as one:
        one.wait()
    assert watching.use_of(one.pid) == watching.Use()


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder like that of control groups, in which the process that tests is in the group `/session/shell`."""
    mounted = tmp_path / "cgroup"
    (mounted / "session" / "shell").mkdir(parents=True)
    for folder, switched_on in (
        (mounted, ""),
        (mounted / "session", "cpu memory pids"),
        (mounted / "session/shell", ""),
    ):
        (folder / "cgroup.subtree_control").write_text(switched_on, encoding="ascii")
        (folder / "cgroup.procs").touch()
    (tmp_path / "own").write_text("4:memory:/old\n0::/session/shell\n", encoding="ascii")
    mounts = f"31 23 0:27 / /proc rw - proc proc rw\n32 23 0:28 / {mounted} rw,nosuid shared:9 - cgroup2 cgroup2 rw\n"
    (tmp_path / "mounts").write_text(mounts, encoding="ascii")
    monkeypatch.setattr(groups, "OWN", tmp_path / "own")
    monkeypatch.setattr(groups, "MOUNTS", tmp_path / "mounts")
    groups.parent_of_groups.cache_clear()
    yield mounted
    groups.parent_of_groups.cache_clear()


def written(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return what is written from now on, by the file's name, in place of writing it."""
    found: dict[str, str] = {}
    monkeypatch.setattr(groups, "_write", lambda path, text: found.update({path.name: text}))
    return found


def test_a_group_is_made_where_the_system_bounds_memory(control: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = written(monkeypatch)
    monkeypatch.setattr(groups, "_bounds", lambda folder: folder.name == "session")
    group = groups.group_for(4321, watching.Walls(resident=1000, processes=7))
    assert group
    (made,) = (control / "session").glob("alliance-*")
    assert found.items() >= {"memory.max": "1000", "pids.max": "7", "cgroup.procs": "4321"}.items()
    group.end()
    assert found["cgroup.kill"] == "1"
    assert not made.exists()


def test_groups_of_graders_that_were_killed_are_removed(control: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, other = control / "session" / "alliance-99999999-3", control / "session" / "alliance"
    mine = control / "session" / f"alliance-{os.getpid()}-0"
    for folder in (old, other, mine):
        folder.mkdir()
    monkeypatch.setattr(groups, "_bounds", lambda folder: folder.name == "session")
    assert groups.parent_of_groups() == control / "session"
    assert (old.exists(), other.exists(), mine.exists()) == (False, True, True)


def test_what_bounds_nothing_or_is_not_ours_is_passed_over(control: Path) -> None:
    assert groups._bounds(control / "session")
    assert not groups._bounds(control / "nowhere")
    (control / "session" / "cgroup.subtree_control").write_text("cpu", encoding="ascii")
    assert not groups._bounds(control / "session")


@pytest.mark.parametrize("own", ["", "4:memory:/old\n", "0::/../elsewhere\n", "0::/session/shell\n"])
def test_without_control_groups_there_is_none(control: Path, own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    groups.OWN.write_text(own, encoding="ascii")
    monkeypatch.setattr(groups, "_bounds", lambda folder: False)
    assert groups.group_for(4321, watching.Walls()) is None
