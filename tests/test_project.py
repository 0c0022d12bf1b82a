"""The learner's own audit: the steps as they are printed work, on a fresh copy of the course and on a released one."""

from __future__ import annotations

import html
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from alliance import audit
from alliance.classroom.handing_out.release import release
from alliance.data import load_descriptor
from alliance.data.package import find_resource

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "project"
SHEET = PROJECT / "README.md"
TABLES = ("claims", "evidence")
DOOR = ["python3", "course.py"]
COPIES = "cp -r project my_article"

needs_posix = pytest.mark.skipif(os.name == "nt", reason="the sheet's first command has another form on Windows")


def commands(page: Path) -> list[str]:
    """Return the commands that a page prints in blocks of their own, in order."""
    blocks = re.findall(r"^```text\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]


def do(command: str, course: Path, package: Path) -> subprocess.CompletedProcess[str]:
    """Do what a printed command says, in a course's folder and with a package; the front door installs nothing here."""
    words = shlex.split(command)
    if words[:2] == DOOR:
        words = [sys.executable, "-c", "from alliance.cli import main; main()", *words[2:]]
    environment = os.environ | {"PYTHONPATH": str(package)}
    return subprocess.run(words, cwd=course, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release(ROOT, tmp_path_factory.mktemp("released"), "21", "none").folder


@pytest.fixture(params=["the course", "a released copy"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """A copy with its package: of the course, as far as an audit needs it, or of what is handed out to learners."""
    copy = tmp_path / "course"
    if request.param == "the course":
        for name in ("data", "project"):
            shutil.copytree(ROOT / name, copy / name)
        yield copy, ROOT / "src"
    else:
        shutil.copytree(request.getfixturevalue("released"), copy)
        yield copy, copy / "src"


@needs_posix
def test_the_steps_as_printed_make_the_page(fresh: tuple[Path, Path]) -> None:
    course, package = fresh
    printed = commands(SHEET)
    assert printed[0] == COPIES
    assert len(printed) == 4
    for command in printed:
        told = do(command, course, package)
        assert told.returncode == 0, f"{command}\n{told.stdout}{told.stderr}"
    mine = course / "my_article"
    page = (mine / "audit.html").read_text(encoding="utf-8")
    assert all(claim in page for claim in pd.read_csv(mine / "claims.csv")["claim_id"])
    reasons = pd.read_csv(mine / "evidence.csv")["reasoning"]
    assert all(html.escape(reason) in page for reason in reasons)
    assert len(pd.read_csv(mine / "audit.csv")) == len(pd.read_csv(mine / "claims.csv"))


@needs_posix
def test_no_step_changes_a_learners_tables(fresh: tuple[Path, Path]) -> None:
    course, package = fresh
    first, *later = commands(SHEET)
    do(first, course, package)
    tables = [course / "my_article" / f"{name}.csv" for name in TABLES]
    for table in tables:
        table.write_text(table.read_text(encoding="utf-8").replace("Port", "Harbour"), encoding="utf-8")
    before = [table.read_bytes() for table in tables]
    assert [do(command, course, package).returncode for command in later] == [0, 0, 0]
    assert [table.read_bytes() for table in tables] == before
    assert all(
        (course / "project" / f"{name}.csv").read_bytes() == (PROJECT / f"{name}.csv").read_bytes() for name in TABLES
    )


@needs_posix
def test_a_slip_is_told_and_leaves_the_page(fresh: tuple[Path, Path]) -> None:
    course, package = fresh
    first, second, *_, last = commands(SHEET)
    for command in (first, second):
        do(command, course, package)
    page, table = course / "my_article" / "audit.html", course / "my_article" / "evidence.csv"
    before = page.read_bytes()
    table.write_text(table.read_text(encoding="utf-8").replace("unverifiable", "false", 1), encoding="utf-8")
    told = do(last, course, package)
    assert told.returncode == 1
    assert "evidence.csv, row 5, column verdict: 'false' is not one of the values allowed" in told.stdout
    assert page.read_bytes() == before


@needs_posix
def test_the_lessons_own_command_works(fresh: tuple[Path, Path]) -> None:
    course, package = fresh
    [command] = commands(ROOT / "authoring" / "lessons" / "21_audit_an_article.md")
    assert do(command, course, package).returncode == 0
    assert (course / "audit.html").is_file()


def test_the_example_is_judged_as_the_lesson_says() -> None:
    own = audit.own(PROJECT / "claims.csv", PROJECT / "evidence.csv")
    assert own.judged["outcome"].tolist() == ["stands", "stands", "fails", "not found", "not found", "not judged"]


# --- the sheet and the tables say the same ---------------------------------------------------------------------------


def described() -> set[str]:
    """Return the columns that the sheet's tables explain."""
    rows = re.findall(r"^\| (`.+?`) \|", SHEET.read_text(encoding="utf-8"), re.MULTILINE)
    return {name for cells in rows for name in re.findall(r"`(\w+)`", cells)}


@pytest.mark.parametrize("name", TABLES)
def test_each_column_is_explained(name: str) -> None:
    assert set(pd.read_csv(PROJECT / f"{name}.csv").columns) <= described()


@pytest.mark.parametrize("name", TABLES)
def test_the_columns_are_those_of_the_courses_own_table(name: str) -> None:
    own, theirs = (pd.read_csv(folder / f"{name}.csv").columns for folder in (ROOT / "data", PROJECT))
    assert set(theirs) < set(own)


@pytest.mark.parametrize(
    ("table", "column"),
    [("claims", "kind"), ("claims", "approximation"), ("evidence", "test"), ("evidence", "verdict")],
)
def test_every_word_that_may_be_written_is_on_the_sheet(table: str, column: str) -> None:
    fields = find_resource(load_descriptor(ROOT), table)["schema"]["fields"]
    [words] = [field["constraints"]["enum"] for field in fields if field["name"] == column]
    of_two_articles = {"contradicts_other_article"}
    text = SHEET.read_text(encoding="utf-8")
    assert not [word for word in {*words} - of_two_articles if f"`{word}`" not in text]


def test_the_sheet_asks_for_no_word_that_is_refused() -> None:
    text = SHEET.read_text(encoding="utf-8")
    fields = find_resource(load_descriptor(ROOT), "claims")["schema"]["fields"]
    [known] = [field["constraints"]["enum"] for field in fields if field["name"] == "approximation"]
    [row] = re.findall(r"^\| `approximation` \| (.+?) \|$", text, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) == set(known)
