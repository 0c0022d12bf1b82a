"""A new edition comes in, and what a learner wrote is there afterwards, to the letter."""

from __future__ import annotations

import copy
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from learner import Notebook
from typer.testing import CliRunner

from alliance.checking.record import is_kept_copy
from alliance.classroom.handing_out import packing
from alliance.cli import app
from alliance.learner.merging import merged, was_only_run
from alliance.learner.update import CannotUpdate, update

NOW = datetime(2026, 3, 2, 9, 30, 0)
KEYS = "src/alliance/keys"
EX, LESSON = "exercises/90_workshop.ipynb", "lessons/90_workshop.ipynb"
KEPT, NEW = "90_workshop.kept-2026-03-02-093000.ipynb", "90_workshop.new-2026-03-02-093000.ipynb"


def cell(name: str, source: str, kind: str = "markdown") -> Any:
    made = nbformat.v4.new_markdown_cell(source) if kind == "markdown" else nbformat.v4.new_code_cell(source)
    made.id = name
    return made


def notebook(*cells: Any) -> bytes:
    return nbformat.writes(nbformat.v4.new_notebook(cells=copy.deepcopy(list(cells)))).encode()


INTRO, ASKED = cell("intro", "# 90 Workshop"), cell("t90-1-question", "## 90.1 How many?")
ANSWER, CHECK = cell("t90-1-answer", "n = ...", "code"), cell("t90-1-check", 'check("90.1", n)', "code")
FIRST = notebook(INTRO, ASKED, ANSWER, CHECK)
BETTER = cell("t90-1-question", "## 90.1 How many ships?")
SECOND = notebook(INTRO, BETTER, ANSWER, CHECK)


def edition(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write a learner's copy as the release does, with its list."""
    packing.write({**files, packing.LIST: packing.listing(files, {"course": "1"})}, folder)
    return folder


def course(exercise: bytes, lesson: bytes = FIRST, **more: bytes) -> dict[str, bytes]:
    """Return the files of an edition: a lesson and an exercise, both also beside the keys, a table, a module."""
    return {
        EX: exercise,
        LESSON: lesson,
        f"{KEYS}/90_workshop.ipynb": exercise,
        f"{KEYS}/lessons/90_workshop.ipynb": lesson,
        "data/ships.csv": more.get("data", b"year,ships\n2024,41\n"),
        "src/alliance/cli.py": more.get("cli", b"old\n"),
    }


class Copy:
    """A learner's copy of the first edition: `write` is what its learner does, `update` brings another edition."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = edition(folder / "course", course(FIRST))

    def write(self, file: str, content: bytes) -> bytes:
        (self.root / file).write_bytes(content)
        return content

    def read(self, file: str) -> bytes:
        return (self.root / file).read_bytes()

    def sources(self, file: str = EX) -> list[str]:
        return [one.source for one in nbformat.reads(self.read(file).decode(), 4).cells]

    def update(self, files: Mapping[str, bytes]) -> dict[str, str]:
        shutil.rmtree(self.folder / "new", ignore_errors=True)
        new = edition(self.folder / "new", files)
        return {one.file: one.what for one in update(self.root, new, NOW)}

    @property
    def files(self) -> dict[str, bytes]:
        return {p.relative_to(self.root).as_posix(): p.read_bytes() for p in self.root.rglob("*") if p.is_file()}


@pytest.fixture
def mine(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def answered(*, code: str = "n = 41", ran: bool = False) -> bytes:
    """Return the first edition's exercise with an answer, and, if it ran, an output."""
    made = copy.deepcopy(ANSWER)
    made.source = code
    if ran:
        made.execution_count = 1
        made.outputs = [nbformat.v4.new_output("stream", name="stdout", text="41\n")]
    return notebook(INTRO, ASKED, made, CHECK)


# --- what becomes of each file -----------------------------------------------------------------------------------


def test_what_was_not_touched_is_replaced_and_what_is_new_is_added(mine: Copy) -> None:
    done = mine.update({**course(SECOND, cli=b"new\n"), "lessons/91_more.ipynb": FIRST})
    assert done == {
        EX: "replaced",
        f"{KEYS}/90_workshop.ipynb": "replaced",
        "src/alliance/cli.py": "replaced",
        "lessons/91_more.ipynb": "new",
    }
    assert mine.read(EX) == SECOND and mine.read("lessons/91_more.ipynb") == FIRST
    assert mine.read("release.json") == (mine.folder / "new" / "release.json").read_bytes()


def test_the_same_edition_again_changes_nothing(mine: Copy) -> None:
    mine.update(course(SECOND))
    before = mine.files
    assert mine.update(course(SECOND)) == {}
    assert mine.files == before


def test_an_answer_stays_and_the_text_around_it_is_new(mine: Copy) -> None:
    own = mine.write(EX, answered(ran=True))
    done = mine.update(course(SECOND))
    assert done[EX] == f"renewed around what you wrote; your notebook as it was is kept as {KEPT}"
    assert mine.sources() == ["# 90 Workshop", "## 90.1 How many ships?", "n = 41", 'check("90.1", n)']
    assert nbformat.reads(mine.read(EX).decode(), 4).cells[2].outputs[0].text == "41\n"
    assert mine.read(f"exercises/{KEPT}") == own


def test_where_both_changed_a_cell_the_learners_notebook_stays(mine: Copy) -> None:
    own = mine.write(EX, answered())
    stub = notebook(INTRO, ASKED, cell("t90-1-answer", "number = ...", "code"), CHECK)
    done = mine.update(course(stub))
    assert done[EX] == f"is yours and stays; the new one lies beside it as {NEW}"
    assert (mine.read(EX), mine.read(f"exercises/{NEW}")) == (own, stub)
    assert is_kept_copy(Path(NEW))
    assert mine.update(course(stub)) == {EX: "is yours; nothing new came for it"}


def test_a_lesson_that_was_only_run_is_replaced(mine: Copy) -> None:
    mine.write(LESSON, answered(code="n = ...", ran=True))
    assert mine.update(course(FIRST, SECOND))[LESSON] == "replaced: you had only run it"
    assert mine.read(LESSON) == SECOND


def test_nothing_is_said_of_what_was_only_run_when_nothing_new_came(mine: Copy) -> None:
    own = mine.write(LESSON, answered(code="n = ...", ran=True))
    assert mine.update(course(FIRST)) == {}
    assert mine.read(LESSON) == own


def test_a_table_that_was_changed_stays_and_the_new_one_lies_beside_it(mine: Copy) -> None:
    own = mine.write("data/ships.csv", b"mine")
    done = mine.update(course(FIRST, data=b"year,ships\n"))
    assert "ships.new-2026-03-02-093000.csv" in done["data/ships.csv"]
    assert mine.read("data/ships.csv") == own
    assert mine.read("data/ships.new-2026-03-02-093000.csv") == b"year,ships\n"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\x80\xff", b'{"nbformat": 4, "cells": [1], "metadata": {}}'])
def test_a_damaged_notebook_stays_as_it_is(mine: Copy, content: bytes) -> None:
    mine.write(EX, content)
    assert "stays" in mine.update(course(SECOND))[EX]
    assert mine.read(EX) == content
    assert mine.read(f"exercises/{NEW}") == SECOND


def test_what_the_learner_added_and_deleted_stays_so(mine: Copy) -> None:
    (mine.root / LESSON).unlink()
    mine.write("exercises/my notes.ipynb", b"mine")
    done = mine.update(course(SECOND, FIRST))
    assert done[LESSON] == "new: it was missing"
    assert mine.read("exercises/my notes.ipynb") == b"mine"


def test_a_file_that_the_new_edition_lacks_is_left(mine: Copy) -> None:
    files = course(SECOND)
    del files[LESSON]
    assert mine.update(files)[LESSON] == "is no longer in this edition; it was left as it is"
    assert mine.read(LESSON) == FIRST


def test_the_learners_own_file_of_a_new_files_name_stays(mine: Copy) -> None:
    mine.write("lessons/91_more.ipynb", b"mine")
    assert "stays" in mine.update({**course(FIRST), "lessons/91_more.ipynb": FIRST})["lessons/91_more.ipynb"]
    assert mine.read("lessons/91_more.ipynb") == b"mine"


def test_line_ends_of_windows_are_no_change(mine: Copy) -> None:
    mine.write(EX, FIRST.replace(b"\n", b"\r\n"))
    assert mine.update(course(SECOND))[EX] == "replaced"


def test_links_are_not_followed(mine: Copy, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.move(mine.root / "data", elsewhere)
    (mine.root / "data").symlink_to(elsewhere)
    assert mine.update(course(FIRST, data=b"new"))["data/ships.csv"] == "was left, because data is a link"
    assert (elsewhere / "ships.csv").read_bytes() == b"year,ships\n2024,41\n"


def test_what_jupyterlab_saves_meanwhile_stays(mine: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    own, saves, real = mine.write(EX, answered()), [b"saved meanwhile"], os.link

    def link(source: Path, target: Path) -> None:
        if saves:
            Path(target).write_bytes(saves.pop())
        real(source, target)

    monkeypatch.setattr(os, "link", link)
    done = mine.update(course(SECOND))
    assert "was saved by another program" in done[EX]
    assert mine.read(EX) == b"saved meanwhile"
    assert mine.read(f"exercises/{KEPT}") == own


def test_an_interrupted_update_goes_on(mine: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    own = mine.write(EX, answered())
    real, left = Path.replace, [3]

    def full(path: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        return real(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space"):
            mine.update(course(SECOND, SECOND, data=b"new", cli=b"new"))
    mine.update(course(SECOND, SECOND, data=b"new", cli=b"new"))
    assert mine.sources()[1:3] == ["## 90.1 How many ships?", "n = 41"]
    assert own in mine.files.values()
    files = course(SECOND, SECOND, data=b"new", cli=b"new")
    assert {name: mine.read(name) for name in files if name != EX} == {n: c for n, c in files.items() if n != EX}
    assert [name for name in mine.files if name.endswith(".tmp")] == []


def test_an_empty_folder_becomes_a_copy(mine: Copy, tmp_path: Path) -> None:
    new, here = edition(tmp_path / "first", course(FIRST)), tmp_path / "home" / "course"
    (done,) = update(here, new, NOW)
    assert done.what == "is a copy of the course now, of 6 files"
    assert (here / EX).read_bytes() == FIRST
    assert list(update(here, new, NOW)) == []


# --- merging: whatever both sides do --------------------------------------------------------------------------------

TEXTS = st.sampled_from(["a", "b", "c"])
SIDE = st.lists(st.tuples(st.sampled_from(["keep", "delete", "change", "add"]), TEXTS), min_size=5, max_size=5)


def changed(side: list[tuple[str, str]], mark: str) -> tuple[bytes, set[str], set[str]]:
    """Return a notebook of five cells after somebody's changes, what they wrote, and the ids they deleted."""
    cells, wrote, deleted = [], set(), set()
    for number, (what, text) in enumerate(side):
        name, words = f"c{number}", f"{mark} {text} {number}"
        if what == "delete":
            deleted.add(name)
            continue
        cells.append(cell(name, words if what == "change" else f"given {number}", "code"))
        if what == "add":
            cells.append(cell(f"{mark}{number}", words, "code"))
        if what != "keep":
            wrote.add(words)
    return notebook(*cells), wrote, deleted


@given(SIDE, SIDE)
def test_what_either_side_wrote_is_in_a_merged_notebook(left: Any, right: Any) -> None:
    base, _, _ = changed([("keep", "")] * 5, "base")
    mine, wrote, deleted = changed(left, "mine")
    new, came, gone = changed(right, "new")
    made = merged(base, mine, new)
    clash = any(
        (one != other and {one, other} <= {"change", "delete"}) or one == other == "change"
        for (one, _), (other, _) in zip(left, right, strict=True)
    )
    assert (made is None) == clash
    if made is not None:
        cells = nbformat.reads(made.decode(), 4).cells
        assert wrote | came <= {one.source for one in cells}
        assert (deleted | gone).isdisjoint(one.id for one in cells)
        assert [one.id for one in cells if one.id[0] == "c"] == sorted(one.id for one in cells if one.id[0] == "c")
        mine_ids = [one.id for one in nbformat.reads(mine.decode(), 4).cells if one.id in {c.id for c in cells}]
        assert [one.id for one in cells if one.id in mine_ids] == mine_ids


def test_cells_that_were_moved_are_not_merged() -> None:
    assert merged(FIRST, notebook(INTRO, ANSWER, ASKED, CHECK), SECOND) is None


def test_a_notebook_without_ids_is_not_merged() -> None:
    data = json.loads(answered())
    for one in data["cells"]:
        del one["id"]
    assert merged(FIRST, json.dumps(data).encode(), SECOND) is None


def test_a_picture_put_into_a_text_is_something_written() -> None:
    pictured = copy.deepcopy(INTRO)
    pictured.attachments = {"a.png": {"image/png": "AAAA"}}
    own = notebook(pictured, ASKED, ANSWER, CHECK)
    assert not was_only_run(FIRST, own)
    made = merged(FIRST, own, SECOND)
    assert made is not None and b"AAAA" in made


# --- which edition --------------------------------------------------------------------------------------------------


def _no_folder(new: Path) -> Path:
    return new / "nothing"


def _no_list(new: Path) -> Path:
    (new / "release.json").unlink()
    return new


def _another_file(new: Path) -> Path:
    (new / EX).write_bytes(b"half")
    return new


def _a_file_missing(new: Path) -> Path:
    (new / EX).unlink()
    return new


def _a_path_that_leads_out(new: Path) -> Path:
    files = {"../out.txt": b"x"}
    (new / "release.json").write_bytes(packing.listing(files, {}))
    (new.parent / "out.txt").write_bytes(b"x")
    return new


def _a_text(new: Path) -> Path:
    path = new / "text.zip"
    path.write_text("no zip")
    return path


def _a_list_of_something_else(new: Path) -> Path:
    (new / "release.json").write_text('{"files": [1]}')
    return new


@pytest.mark.parametrize(
    "spoil",
    [_no_folder, _no_list, _another_file, _a_file_missing, _a_path_that_leads_out, _a_text, _a_list_of_something_else],
)
def test_what_is_no_whole_edition_changes_nothing(mine: Copy, tmp_path: Path, spoil: Callable[[Path], Path]) -> None:
    before = mine.files
    source = spoil(edition(tmp_path / "spoilt", course(SECOND)))
    with pytest.raises(CannotUpdate, match="no learner's copy of the course, or not a whole one"):
        list(update(mine.root, source, NOW))
    assert mine.files == before


def test_a_zip_is_an_edition_too(mine: Copy, tmp_path: Path) -> None:
    files = course(SECOND)
    archive = tmp_path / "new.zip"
    archive.write_bytes(packing.zipped({**files, packing.LIST: packing.listing(files, {})}, "alliance-course"))
    assert {one.file: one.what for one in update(mine.root, archive, NOW)}[EX] == "replaced"
    with zipfile.ZipFile(archive) as packed:
        assert mine.read(EX) == packed.read(f"alliance-course/{EX}")


def test_a_copy_is_not_its_own_new_edition(mine: Copy) -> None:
    with pytest.raises(CannotUpdate, match="this copy itself"):
        list(update(mine.root, mine.root, NOW))


def test_a_clone_is_brought_up_to_date_by_git(mine: Copy, tmp_path: Path) -> None:
    (tmp_path / "clone").mkdir()
    (tmp_path / "clone" / "README.md").write_text("the course")
    with pytest.raises(CannotUpdate, match="by git"):
        list(update(tmp_path / "clone", mine.root, NOW))
    assert len(list((tmp_path / "clone").iterdir())) == 1


# --- the command, on the small course -------------------------------------------------------------------------------


def test_the_command_says_a_line_for_each_file(mine: Copy, tmp_path: Path) -> None:
    mine.write(EX, answered())
    new = edition(tmp_path / "new", course(SECOND))
    done = CliRunner().invoke(app, ["update", str(new), "--course", str(mine.root)], env={"COLUMNS": "200"})
    assert done.exit_code == 0
    assert done.output.splitlines()[0].startswith(f"{EX}: renewed around what you wrote")
    assert "Reload Notebook from Disk" in done.output
    again = CliRunner().invoke(app, ["update", str(new), "--course", str(mine.root)])
    assert again.output.startswith(f"{EX}: is yours; nothing new came for it")


def test_the_command_answers_in_a_sentence_where_there_is_no_edition(mine: Copy) -> None:
    done = CliRunner().invoke(app, ["update", "nowhere", "--course", str(mine.root)])
    assert (done.exit_code, "nowhere is no learner's copy" in done.output) == (2, True)


def test_a_renewed_exercise_of_the_course_is_judged_as_before(workshop: Path, tmp_path: Path) -> None:
    first = (workshop / EX).read_bytes()
    new = Notebook(workshop / EX)
    new.node.cells[0].source += "\n\nOne sentence more."
    mine = Notebook(workshop / EX).answer("90.1", "share = 1").insert("x = 2", behind=("90.1", "answer"))
    made = merged(first, nbformat.writes(mine.node).encode(), nbformat.writes(new.node).encode())
    assert made is not None
    sources = [one.source for one in nbformat.reads(made.decode(), 4).cells]
    place = sources.index("share = 1")
    assert sources[place + 1] == "x = 2" and sources[0].endswith("One sentence more.")
