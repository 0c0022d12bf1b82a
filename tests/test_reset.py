"""Beginning an exercise again loses no work, whatever state the file is in and whatever else happens meanwhile."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from learner import Notebook
from typer.testing import CliRunner

from alliance.checking.record import is_kept_copy
from alliance.cli import app
from alliance.learner.fresh import CannotReset, pristine, reset
from alliance.learner.progress import read_progress

NAME = "exercises/90_workshop.ipynb"
NOW = datetime(2026, 11, 26, 22, 41, 7)
KEPT = "exercises/90_workshop.kept-2026-11-26-224107.ipynb"


@pytest.fixture
def course(workshop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small course; it is the working directory."""
    root = tmp_path / "course"
    shutil.copytree(workshop, root)
    monkeypatch.setenv("ALLIANCE_KEYS", str(root / "src" / "alliance" / "keys"))
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def fresh(course: Path) -> bytes:
    """The exercise as it was handed out."""
    return (course / NAME).read_bytes()


def files(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "exercises").iterdir()}


def run(*arguments: str) -> tuple[int, str]:
    """Run the command line; return its exit code and what it says, in one line."""
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, " ".join(result.output.split())


def test_a_fresh_copy_takes_the_place_and_the_old_one_is_kept(course, fresh):
    mine = Notebook(course / NAME).answer("90.1", "share = 1").save(course / NAME).read_bytes()
    done = reset(Path(NAME), NOW)
    assert (done.kept, done.changed) == (Path(KEPT), True)
    assert (course / KEPT).read_bytes() == mine
    assert (course / NAME).read_bytes() == fresh


@pytest.mark.parametrize("content", [b"", b"{", b"\x80\xff", b"[]", b'{"nbformat": 9}'])
def test_a_damaged_notebook_is_kept_as_it_is(course, fresh, content):
    (course / NAME).write_bytes(content)
    done = reset(Path(NAME), NOW)
    assert done.kept is not None
    assert done.kept.read_bytes() == content
    assert (course / NAME).read_bytes() == fresh


def test_a_lesson_copied_over_an_exercise_is_kept_too(course, fresh):
    lesson = (course / "lessons" / "90_workshop.ipynb").read_bytes()
    (course / NAME).write_bytes(lesson)
    reset(Path(NAME), NOW)
    assert (course / KEPT).read_bytes() == lesson
    assert (course / NAME).read_bytes() == fresh


def test_a_missing_notebook_comes_back(course, fresh):
    (course / NAME).unlink()
    assert run("reset", NAME) == (0, f"{NAME} was missing; a fresh copy lies there now.")
    assert (course / NAME).read_bytes() == fresh


def test_a_fresh_notebook_is_left_alone(course):
    before = files(course)
    assert run("reset", NAME) == (0, f"{NAME} is as the course hands it out; nothing was changed.")
    (course / NAME).write_bytes((course / NAME).read_bytes().replace(b"\n", b"\r\n"))  # as git does on Windows
    assert run("reset", NAME)[1].endswith("nothing was changed.")
    assert files(course).keys() == before.keys()


def test_no_copy_that_was_kept_is_written_over(course):
    for text in ("first", "second", "third"):
        (course / NAME).write_text(text, encoding="utf-8")
        reset(Path(NAME), NOW)
    kept = {path.name: path.read_text(encoding="utf-8") for path in (course / "exercises").glob("*.kept-*")}
    assert sorted(kept.values()) == ["first", "second", "third"]


def test_what_jupyterlab_saves_at_this_moment_is_kept_as_well(course, fresh, monkeypatch):
    (course / NAME).write_text("mine", encoding="utf-8")
    real, saves = os.link, ["saved meanwhile"]

    def link(source: Path, target: Path) -> None:
        if saves:
            Path(target).write_text(saves.pop(), encoding="utf-8")
        real(source, target)

    monkeypatch.setattr(os, "link", link)
    reset(Path(NAME), NOW)
    kept = sorted(path.read_text(encoding="utf-8") for path in (course / "exercises").glob("*.kept-*"))
    assert kept == ["mine", "saved meanwhile"]
    assert (course / NAME).read_bytes() == fresh


def test_it_works_where_files_cannot_be_linked(course, fresh, monkeypatch):
    (course / NAME).write_text("mine", encoding="utf-8")
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(95, "Operation not supported")))
    reset(Path(NAME), NOW)
    assert (course / NAME).read_bytes() == fresh
    assert (course / KEPT).read_text(encoding="utf-8") == "mine"


def test_a_full_disk_is_met_before_anything_has_moved(course, monkeypatch):
    (course / NAME).write_text("mine", encoding="utf-8")
    before = files(course)
    monkeypatch.setattr(Path, "write_bytes", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(CannotReset, match=r"Nothing was changed: .* \(No space left on device\)"):
        reset(Path(NAME), NOW)
    assert files(course) == before


def test_a_file_that_cannot_be_moved_stays(course, monkeypatch):
    (course / NAME).write_text("mine", encoding="utf-8")
    before = files(course)
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    with pytest.raises(CannotReset, match=r"Nothing was changed: .* \(Permission denied\)"):
        reset(Path(NAME), NOW)
    assert files(course) == before


def test_when_the_fresh_copy_cannot_be_placed_the_message_says_where_the_old_one_lies(course, monkeypatch):
    (course / NAME).write_text("mine", encoding="utf-8")
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(95, "Operation not supported")))
    real = Path.open

    def full(self: Path, mode: str = "r", *others: object, **named: object) -> object:
        if mode == "xb":
            raise OSError(28, "No space left on device")
        return real(self, mode, *others, **named)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(CannotReset, match=f"Your notebook lies in {Path(KEPT).name}"):
        reset(Path(NAME), NOW)
    monkeypatch.undo()
    assert (course / KEPT).read_text(encoding="utf-8") == "mine"
    assert [name for name in files(course) if name.endswith(".tmp")] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("solutions/90_workshop.ipynb", "is neither an exercise nor a lesson of this course"),
        ("lessons/other.ipynb", "is neither an exercise nor a lesson of this course"),
        ("exercises", "is a folder"),
        ("exercises/other.ipynb", "of this course. The exercises are 90_workshop, 91_drawing; lessons"),
        ("nowhere/90_workshop.ipynb", "There is no folder nowhere"),
        (KEPT, "is a copy that was kept"),
        ("77", "is neither an exercise nor a lesson"),
    ],
)
def test_only_exercises_and_lessons_are_handed_out_anew(course, name, words):
    shutil.copy(course / NAME, course / KEPT)
    before = files(course)
    code, said = run("reset", name)
    assert code == 2
    assert words in said
    assert files(course) == before


def test_a_renamed_copy_is_known_by_its_contents(course, fresh):
    path = course / "exercises" / "mine.ipynb"
    Notebook(course / NAME).answer("90.1", "share = 1").save(path)
    reset(path, NOW)
    assert path.read_bytes() == fresh


def test_a_course_without_its_own_copy_says_so_and_moves_nothing(course):
    (course / NAME).write_text("mine", encoding="utf-8")
    pristine("90_workshop").unlink()
    code, said = run("reset", NAME)
    assert (code, said) == (2, "The course's own copy of exercises/90_workshop is missing: install the course anew.")
    assert (course / NAME).read_text(encoding="utf-8") == "mine"


def test_the_sentence_says_where_the_old_notebook_is_and_one_failure_stops_no_other(course, fresh):
    (course / NAME).write_text("mine", encoding="utf-8")
    code, said = run("reset", "77", "90")
    assert code == 2
    [kept] = (course / "exercises").glob("*.kept-*")
    assert f"Your own notebook is kept as {kept}" in said
    assert "Reload Notebook from Disk" in said
    assert (course / NAME).read_bytes() == fresh


# --- a kept copy is no exercise to go on with ----------------------------------------------------------------


@pytest.fixture
def kept(course: Path) -> Path:
    Notebook(course / NAME).answer("90.1", "share = 1").save(course / NAME)
    done = reset(Path(NAME), NOW)
    assert done.kept is not None
    assert is_kept_copy(done.kept)
    return done.kept


def collected(*names: str) -> str:
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "--collect-only", "-p", "no:cacheprovider", *names]
    return subprocess.run(command, capture_output=True, text=True, timeout=300).stdout


def test_pytest_passes_a_kept_copy_over_unless_it_is_named(kept):
    assert ".kept-" not in collected("exercises")
    assert f"{NAME}::90.1" in collected("exercises")
    assert f"{kept}::90.1" in collected(str(kept))


def test_progress_does_not_show_a_kept_copy_even_after_it_was_checked(course, kept, monkeypatch):
    monkeypatch.delenv("ALLIANCE_PROGRESS")
    said = CliRunner().invoke(app, ["check", str(kept)], env={"COLUMNS": "160"}).output
    assert f"90 Workshop ({kept.name})" in said  # which of the two was checked
    assert [one.path for one in read_progress(course).notebooks] == [NAME, "exercises/91_drawing.ipynb"]
