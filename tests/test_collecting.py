"""A class's exercises are collected from home folders: all of them, nothing else, and nobody's home can prevent it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from handing_in import content_of, written_out
from typer.testing import CliRunner

from alliance.classroom.taking_in import collecting
from alliance.classroom.taking_in.collecting import CannotCollect, Collected, collect, read_pattern
from alliance.classroom.taking_in.intake import take_in
from alliance.classroom.taking_in.roster import Enrolled
from alliance.cli import app

NB05, NB06 = written_out("NB05"), written_out("NB06")
NOW = dt.datetime(2026, 3, 2, 23, 59, 0)


class Hub:
    """A machine with homes: `save` is what learners do in theirs, `collect` what their teacher does."""

    def __init__(self, folder: Path) -> None:
        self.homes, self.out = folder / "home", folder / "collected"

    @property
    def pattern(self) -> str:
        return f"{self.homes}/*/course/exercises"

    def save(self, account: str, file: str, content: bytes | None = None) -> Path:
        path = self.homes / account / "course" / "exercises" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content_of(path.name) if content is None else content)
        return path

    def collect(self, only: tuple[str, ...] = ()) -> Collected:
        return collect(read_pattern(self.pattern), self.out, only, NOW)


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """Two homes with an exercise each."""
    made = Hub(tmp_path)
    made.save("ada", NB05)
    made.save("bea", NB06)
    return made


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def remarks(made: Collected) -> dict[str, str]:
    return {f"{one.account}/{one.file}".rstrip("/"): one.remark for one in made.lines if one.remark}


BOTH = [f"ada/{NB05}", f"bea/{NB06}"]


def test_what_is_collected_is_graded_under_the_accounts_names(hub: Hub) -> None:
    folder = hub.collect().folder
    assert folder == hub.out / "2026-03-02-235900"
    found = take_in(folder, [Enrolled("Ada Test", "1", username="ada"), Enrolled("Probe, Bea", "2", username="bea")])
    assert {one.learner.name: one.exercise for one in found.handed} == {
        "Ada Test": Path(NB05).stem, "Probe, Bea": Path(NB06).stem
    }  # fmt: skip
    assert {one.kind for one in found.remarks} == {"missing"}


def test_exercises_are_collected_and_nothing_else(hub: Hub) -> None:
    hub.save("ada", "diary.ipynb", b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    hub.save("ada", "notes.txt", b"mine")
    hub.save("ada", f".ipynb_checkpoints/{NB05}", content_of(NB05))
    hub.save("ada", "../secret.ipynb", content_of(NB05))
    hub.save("ada", "old/my own name.ipynb", content_of(NB06))
    assert files(hub.collect().folder) == sorted([*BOTH, "ada/old/my own name.ipynb", "collected.csv"])


def test_some_exercises_can_be_asked_for(hub: Hub) -> None:
    assert files(hub.collect((Path(NB06).stem,)).folder) == [f"bea/{NB06}", "collected.csv"]


def test_a_file_keeps_its_bytes_and_its_time_and_homes_are_as_they_were(hub: Hub) -> None:
    path = hub.save("ada", NB05, content_of(NB05) + b"\n\n")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    before = {one: (one.stat().st_mtime_ns, one.stat().st_mode) for one in hub.homes.rglob("*")}
    copy = hub.collect().folder / "ada" / NB05
    assert copy.read_bytes() == path.read_bytes()
    assert copy.stat().st_mtime == 1_700_000_000
    assert {one: (one.stat().st_mtime_ns, one.stat().st_mode) for one in hub.homes.rglob("*")} == before


def test_an_earlier_collection_is_never_written_over(hub: Hub) -> None:
    first = hub.collect().folder
    held = (first / "ada" / NB05).read_bytes()
    hub.save("ada", NB05, content_of(NB05) + b" ")
    second = hub.collect().folder
    assert (first.name, second.name) == ("2026-03-02-235900", "2026-03-02-235900-2")
    assert (first / "ada" / NB05).read_bytes() == held != (second / "ada" / NB05).read_bytes()


def test_others_cannot_look_into_a_collection(hub: Hub) -> None:
    assert hub.collect().folder.stat().st_mode & 0o077 == 0


# --- what stands in the way of one -----------------------------------------------------------------------------------


def _link_to_a_file(hub: Hub) -> str:
    (hub.homes / "cyd" / "course" / "exercises").mkdir(parents=True)
    (hub.homes / "cyd" / "course" / "exercises" / NB05).symlink_to(hub.homes / "ada" / "course" / "exercises" / NB05)
    return f"cyd/{NB05}"


def _link_to_a_folder(hub: Hub) -> str:
    (hub.homes / "cyd").mkdir(parents=True)
    (hub.homes / "cyd" / "course").symlink_to(hub.homes / "ada" / "course")
    return "cyd"


def _home_that_is_a_link(hub: Hub) -> str:
    (hub.homes / "cyd").symlink_to(hub.homes / "ada")
    return "cyd"


def _link_in_a_folder(hub: Hub) -> str:
    hub.save("cyd", NB05)
    (hub.homes / "cyd" / "course" / "exercises" / "more.ipynb").symlink_to(hub.homes / "ada")
    return "cyd/more.ipynb"


def _pipe(hub: Hub) -> str:
    hub.save("cyd", NB05)
    os.mkfifo(hub.homes / "cyd" / "course" / "exercises" / "pipe.ipynb")
    return "cyd/pipe.ipynb"


def _too_large(hub: Hub) -> str:
    path = hub.save("cyd", NB05)
    os.truncate(path, collecting.MAX_BYTES + 1)
    return f"cyd/{NB05}"


def _too_many(hub: Hub) -> str:
    for number in range(collecting.MOST_FILES + 2):
        hub.save("cyd", f"{number:05}.txt", b"")
    return f"cyd/{collecting.MOST_FILES:05}.txt"


def _too_deep(hub: Hub) -> str:
    folder = "/".join("abcdefgh")
    hub.save("cyd", f"{folder}/{NB05}")
    return f"cyd/{folder[: 2 * collecting.DEEPEST + 1]}"


def _no_course(hub: Hub) -> str:
    (hub.homes / "cyd").mkdir()
    return "cyd"


def _no_exercise(hub: Hub) -> str:
    hub.save("cyd", "notes.txt", b"")
    return "cyd"


def _a_file_in_place_of_the_folder(hub: Hub) -> str:
    (hub.homes / "cyd" / "course").mkdir(parents=True)
    (hub.homes / "cyd" / "course" / "exercises").write_text("")
    return "cyd"


@pytest.mark.parametrize(
    ("hindrance", "word"),
    [
        (_link_to_a_file, "not followed"),
        (_link_to_a_folder, "links are not followed"),
        (_home_that_is_a_link, "links are not followed"),
        (_link_in_a_folder, "not followed"),
        (_pipe, "no file"),
        (_too_large, "larger than 20 MB"),
        (_too_many, "more than"),
        (_too_deep, "deep"),
        (_no_course, "no folder course/exercises"),
        (_no_exercise, "No exercise"),
        (_a_file_in_place_of_the_folder, "no folder"),
    ],
)
def test_what_cannot_be_collected_is_told_and_stops_nobody_else(
    hub: Hub, hindrance: Callable[[Hub], str], word: str
) -> None:
    place = hindrance(hub)
    made = hub.collect()
    assert word in remarks(made)[place]
    assert set(BOTH) <= set(files(made.folder))
    assert [file for file in files(made.folder) if file.startswith("cyd/") and file != f"cyd/{NB05}"] == []


def test_a_folder_that_cannot_be_opened_stops_nobody_else(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def refuse(path: str, flags: int, *rest: int, dir_fd: int | None = None) -> int:
        if str(path).endswith("ada"):
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *rest, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)
    made = hub.collect()
    assert remarks(made) == {"ada": "This home cannot be read (Permission denied)."}
    assert f"bea/{NB06}" in files(made.folder)


def test_a_link_put_in_place_of_a_file_at_the_last_moment_is_not_followed(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = hub.save("bea", NB05)
    place = hub.save("ada", NB05)
    real = os.open

    def swapped(path: str, flags: int, *rest: int, dir_fd: int | None = None) -> int:
        if path == NB05 and not place.is_symlink():
            place.unlink()
            place.symlink_to(target)
        return real(path, flags, *rest, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", swapped)
    assert "links are not followed" in remarks(hub.collect())[f"ada/{NB05}"]


def test_a_damaged_exercise_is_collected_so_that_grading_can_tell(hub: Hub) -> None:
    hub.save("ada", NB05, b"<<<<<<< HEAD")
    folder = hub.collect().folder
    assert (folder / "ada" / NB05).read_bytes() == b"<<<<<<< HEAD"
    assert [one.kind for one in take_in(folder).remarks] == ["unreadable"]


def test_whose_file_it_is_is_told_where_it_is_not_the_homes(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    real, path = os.fstat, hub.homes / "ada" / "course" / "exercises" / NB05
    mine = path.stat()

    def anothers(opened: int) -> os.stat_result:
        about = real(opened)
        changed = (*about[:4], 0 if about.st_uid else 1, *about[5:])
        extra = {"st_mtime_ns": about.st_mtime_ns, "st_mtime": about.st_mtime}
        return os.stat_result(changed, extra) if about.st_ino == mine.st_ino else about

    monkeypatch.setattr(os, "fstat", anothers)
    assert "not the home's owner's" in remarks(hub.collect())[f"ada/{NB05}"]


def test_the_list_names_every_file_and_every_remark(hub: Hub) -> None:
    (hub.homes / "=cmd").mkdir()
    text = (hub.collect().folder / "collected.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["account"], row["file"]) for row in rows] == [("'=cmd", ""), ("ada", NB05), ("bea", NB06)]
    assert rows[0]["remark"] and int(rows[1]["bytes"]) > 0 and not rows[1]["remark"]


# --- which homes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", ["/home/ada/course", "/home/*/*/exercises", "/srv/*/../x", ""])
def test_a_pattern_that_says_no_account_is_answered_with_an_example(pattern: str) -> None:
    with pytest.raises(CannotCollect, match=r"'/home/\*/course/exercises'"):
        read_pattern(pattern)


def test_what_stands_in_front_of_every_account_is_no_part_of_its_name(tmp_path: Path) -> None:
    hub = Hub(tmp_path)
    hub.save("jupyter-ada", NB05)
    hub.save("teacher", NB05)
    made = collect(read_pattern(f"{hub.homes}/jupyter-*/course/exercises"), hub.out, (), NOW)
    assert files(made.folder) == [f"ada/{NB05}", "collected.csv"]


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["collect", *arguments])
    return done.exit_code, " ".join(done.output.split())


def test_the_command_says_what_it_did_and_what_to_do_next(hub: Hub) -> None:
    (hub.homes / "cyd").mkdir()
    code, said = run(hub.pattern, "--out", str(hub.out))
    assert code == 0
    assert "cyd: There is no folder course/exercises in this home." in said
    assert "2 exercises from 2 accounts. Now grade them: alliance grade" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["/home/ada/course", "/home/bea/course"], "quotation marks"),
        (["/home/*/course/exercises", "--only", "99"], "“99” is no exercise of this course."),
        (["/no such folder/*/course"], "cannot be opened"),
    ],
)
def test_what_the_command_cannot_do_is_one_sentence(arguments: list[str], said: str, tmp_path: Path) -> None:
    code, told = run(*arguments, "--out", str(tmp_path / "out"))
    assert (code, said in told) == (2, True)
    assert not (tmp_path / "out").exists()


def test_nothing_found_leaves_nothing_behind(hub: Hub) -> None:
    shutil.rmtree(hub.homes)
    (hub.homes / "ada").mkdir(parents=True)
    code, said = run(hub.pattern, "--out", str(hub.out))
    assert code == 2 and "No exercise was found" in said and "ada: There is no folder" in said
    assert list(hub.out.iterdir()) == []


def test_a_collection_does_not_lie_among_what_is_collected(hub: Hub) -> None:
    code, said = run(hub.pattern, "--out", str(hub.homes / "ada" / "course" / "exercises" / "x"))
    assert code == 2 and "name another folder" in said
