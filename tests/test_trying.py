"""A function that somebody else has written is ended where it does not end, whatever it catches."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from alliance.answers import portable
from alliance.answers.trying import NoEnd, ended


def counts() -> None:
    while True:
        pass


def catches_all() -> None:
    while True:
        try:  # noqa: SIM105
            time.sleep(1)
        except:  # noqa: E722
            pass


def catches_the_base() -> None:
    while True:
        try:
            sum(range(100))
        except BaseException:
            continue


def catches_twice() -> None:
    while True:
        try:
            while True:
                try:
                    time.sleep(0.5)
                except BaseException:
                    pass
                finally:
                    sum(range(10))
        except BaseException:
            pass


@pytest.mark.parametrize("endless", [counts, catches_all, catches_the_base, catches_twice])
def test_what_does_not_end_is_ended(endless: Callable[[], None]) -> None:
    with pytest.raises(NoEnd):
        ended(endless, 0.05)


def test_check_names_the_loop_that_catches_its_own_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["alliance.answers.portable"], "MOST_SECONDS", 0.05)

    def loops(_: int) -> None:
        catches_all()

    [result] = portable(loops, [[1]]).results
    assert "a loop in it may have no end" in str(result.value)


def test_what_ends_gives_its_value_and_leaves_no_bell_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)
    assert ended(lambda: 3, 60) == 3
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_the_learners_own_interruption_stays_one() -> None:
    def interrupted() -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ended(interrupted, 60)
