"""The benchmarks run. What they measure is for people to read: no test depends on how fast a machine is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


def run_script(name: str, *options: str) -> str:
    """Run a benchmark in its quick form and return what it prints."""
    command = [sys.executable, str(BENCHMARKS / name), "--quick", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_cost_of_a_verdict_can_be_measured() -> None:
    printed = run_script("verdicts.py")
    assert "| 10 | by name, last row wrong |" in printed
    assert "`check` against pandas" in printed


def test_the_cost_of_checking_an_exercise_can_be_measured(built_workshop: Path) -> None:
    printed = run_script("checking.py", "--course", str(built_workshop))
    assert "| seconds |" in printed
    assert "| peak MB |" in printed


@pytest.mark.parametrize("wanted", ["99", "no_such_exercise"])
def test_an_exercise_that_does_not_exist_is_answered_with_a_sentence(built_workshop: Path, wanted: str) -> None:
    command = [sys.executable, str(BENCHMARKS / "checking.py"), "--course", str(built_workshop), "--exercise", wanted]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode != 0
    assert f"begins with “{wanted}”" in done.stderr
    assert "Traceback" not in done.stderr
