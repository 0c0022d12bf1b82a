"""A failing run says which of the README's promises is broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from promises import PROMISES, promise

ROOT = Path(__file__).resolve().parent.parent


def test_every_promise_is_made_in_the_readme() -> None:
    made = " ".join((ROOT / "README.md").read_text(encoding="utf-8").replace("`", "").split())
    assert [one for one in PROMISES.values() if one.replace("`", "") not in made] == []


def test_every_test_file_belongs_to_a_promise() -> None:
    files = [f"tests/{path.name}::test" for path in (ROOT / "tests").glob("test_*.py")]
    assert [one for one in [*files, "lessons/00.ipynb::Cell 1", "solutions/00.ipynb::Cell 1"] if not promise(one)] == []
    used = {path.stem for path in (ROOT / "tests").glob("test_*.py")} | {"lessons", "solutions"}
    assert set(PROMISES) <= used


@pytest.mark.parametrize("broken", ["assert False", "raise OSError"])
def test_a_failing_run_names_the_promise_that_is_broken(pytester: pytest.Pytester, broken: str) -> None:
    pytester.makepyfile(
        test_reset_here=f"def test_one():\n    {broken}\n", test_twin_here="def test_two():\n    pass\n"
    )
    pytester.syspathinsert(ROOT / "tests")
    told = pytester.runpytest_inprocess("-p", "promises", "-p", "no:alliance", "-p", "no:nbval")
    words = "\n".join(told.outlines)
    assert f"“… {PROMISES['test_reset']} …”, by test_reset_here.py" in words
    assert PROMISES["test_twin"] not in words


def test_a_run_without_failures_speaks_of_no_promise(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_reset_here="def test_one():\n    pass\n")
    pytester.syspathinsert(ROOT / "tests")
    told = pytester.runpytest_inprocess("-p", "promises", "-p", "no:alliance", "-p", "no:nbval")
    assert "promises" not in "\n".join(told.outlines)
