"""The benchmarks run. What they measure is for people to read: no test depends on how fast a machine is."""

from __future__ import annotations

import doctest
import importlib
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = ROOT / "benchmarks"


def run_script(name: str, *options: str, quick: str = "--quick") -> str:
    """Run a benchmark in its quick form and return what it prints."""
    command = [sys.executable, str(BENCHMARKS / name), quick, *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_cost_of_a_verdict_can_be_measured() -> None:
    printed = run_script("verdicts.py")
    assert "| 10 | by name, last row wrong |" in printed
    assert "`check` against pandas" in printed


def test_the_cost_of_checking_an_exercise_can_be_measured(built_workshop: Path) -> None:
    printed = run_script("checking.py", "--course", str(built_workshop))
    assert printed.count("| seconds |") == printed.count("| peak MB |") == 2
    assert "| `alliance check` |" in printed


def test_the_cost_of_grading_a_class_can_be_measured(tmp_path: Path, bubblewrap: str) -> None:
    printed = run_script("grading.py", "--out", str(tmp_path / "report.md"), quick="--smoke")
    assert "| this course, in the sandbox | 2 | 2 |" in printed
    assert "| the cells alone | 2 | 2 |" in printed
    assert "2 workers: " in printed
    assert (tmp_path / "report.md").read_text(encoding="utf-8") == printed.removesuffix("\n")


@pytest.fixture
def small_site(tmp_path: Path) -> Path:
    """Return a site of three pages, one of which searches: for everything there is one result."""
    (tmp_path / "claims").mkdir()
    (tmp_path / "lessons").mkdir()
    page = "<!doctype html><title>Small</title><link rel='icon' href='data:,'><h1>Small</h1>"
    result = "<ol id='search-results'><li><a href='claims/B05-08'>1,700 times</a></li></ol>"
    for name, body in {"index": "", "lessons/05_distances": "", "search": result}.items():
        (tmp_path / f"{name}.html").write_text(page + body, encoding="utf-8")
    return tmp_path


def test_what_a_page_costs_a_reader_can_be_measured(
    small_site: Path, chromium: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHROMIUM", chromium)
    printed = run_script("pages.py", str(small_site), "--beside", str(small_site))
    first, lesson = printed.splitlines()[2:]
    assert first.startswith("| first page | 0 | 1 | ") and first.endswith(" | – |")
    assert lesson.startswith("| lesson 05 | 0 | 1 | ") and " | 1.00, 1.00, " in lesson


def test_what_a_search_finds_and_costs_can_be_measured(
    small_site: Path, chromium: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHROMIUM", chromium)
    printed = run_script("searching.py", str(small_site), "--beside", str(small_site))
    assert "| 8.5 trillion | – | – |" in printed
    assert "| 1,700 | 1 | 1 |" in printed
    assert "| requests, median | 1 | 1 |" in printed


def test_what_newcomers_find_can_be_counted(small_site: Path, chromium: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", chromium)
    ranking = "window.searchIndex = {}; window.searchIn = () => ({ search: (words) => ({ found: words === '1700' ? "
    (small_site / "search.html").write_text(f"<script>{ranking}[{{ address: 'claims/B05-08/' }}] : [] }}) }})</script>")
    printed = run_script("searching.py", str(small_site), quick="--newcomers")
    assert "| the ranking was made with | 1 of 48 | 1 of 48 |" in printed
    assert "| kept aside | 0 of 49 | 0 of 49 |" in printed
    assert "1,700 (–)" in printed and "; 1700 (" not in printed


def test_how_grading_grows_with_a_class_can_be_measured(bubblewrap: str) -> None:
    printed = run_script("grading.py", "--sizes", "1,2", quick="--smoke")
    assert "| 1 | 1 | " in printed and "| 2 | 2 | " in printed


def test_a_class_on_a_hub_can_be_measured() -> None:
    printed = run_script("hub.py", quick="--smoke")
    assert "1 of 1 learners came to the end; 3 of 3 answers right." in printed
    assert "| seconds until the first verdict |" in printed


def test_where_the_suites_time_goes_can_be_measured() -> None:
    printed = run_script("suite.py", "--", "-n0", "tests/test_minutes.py", quick=str(ROOT))
    assert "s of the processors" in printed and "clock / processor" in printed
    assert "| tests/test_minutes.py |" in printed
    assert " passed in " in printed


def test_the_same_work_is_laid_out_for_each_grader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    submissions = importlib.import_module("submissions")
    work = submissions.read_work(ROOT, "08_japans_defence_budget")
    paths = submissions.write_class(ROOT, work, 30, tmp_path / "in")
    assert len({path.read_bytes() for path in paths}) == 30
    submissions.for_nbval(work, [1], ROOT / "data", tmp_path / "nbval")
    submissions.for_nbgrader(work, [1], ROOT / "data", tmp_path / "nbgrader")
    submissions.for_otter(work, [1], ROOT / "data", tmp_path / "otter")
    ours = {cell.source for cell in nbformat.read(paths[1], 4).cells if cell.id.endswith("-answer")}
    places = [
        "nbval/learner01.ipynb",
        "otter/learner01.ipynb",
        "nbgrader/submitted/learner01/ps/08_japans_defence_budget.ipynb",
    ]
    for place in places:
        assert ours <= {cell.source for cell in nbformat.read(tmp_path / place, 4).cells}
    marked = [cell for cell in nbformat.read(tmp_path / places[-1], 4).cells if cell.metadata.get("nbgrader")]
    assert [cell.source for cell in marked] == list(work.tests.values())
    with zipfile.ZipFile(tmp_path / "otter" / "autograder.zip") as archive:
        tests = [archive.read(name).decode() for name in archive.namelist() if name.startswith("tests/")]
    for test in tests:
        case: dict[str, Any] = {}
        exec(test, case)
        code = case["test"]["suites"][0]["cases"][0]["code"]
        assert doctest.DocTestParser().get_examples(code)
    assert len(tests) == len(work.tasks)


@pytest.mark.parametrize("wanted", ["99", "no_such_exercise"])
def test_an_exercise_that_does_not_exist_is_answered_with_a_sentence(built_workshop: Path, wanted: str) -> None:
    command = [sys.executable, str(BENCHMARKS / "checking.py"), "--course", str(built_workshop), "--exercise", wanted]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode != 0
    assert f"begins with “{wanted}”" in done.stderr
    assert "Traceback" not in done.stderr
