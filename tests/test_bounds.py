"""How much one notebook may take: of time, of memory, of what is read and compared outside of its walls."""

from __future__ import annotations

import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from learner import Notebook

from alliance.answers import Answer, Spec
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
