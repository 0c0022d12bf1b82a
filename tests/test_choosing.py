"""Of several notebooks of one learner the one with work in it counts, and a whole course costs one line."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from handing_in import NB05, ROOT, fresh, tree, worked, written_out, zipped
from typer.testing import CliRunner

from alliance.checking.keys import stems
from alliance.classroom.taking_in.intake import Intake, take_in
from alliance.classroom.taking_in.roster import Enrolled
from alliance.cli import app

KEPT = f"lee/{NB05}.kept-2026-11-04-104101.ipynb"
PAIRS = {
    "a copy of the browser's": (f"lee/{NB05}.ipynb", f"lee/{NB05} (1).ipynb"),
    "a copy of JupyterLab's": (f"lee/{NB05}.ipynb", f"lee/{NB05}-Copy1.ipynb"),
    "a copy of Windows": (f"lee/{NB05}.ipynb", f"lee/{NB05} - Copy (2).ipynb"),
    "a copy of Google's": (f"lee/{NB05}.ipynb", f"lee/Copy of {NB05}.ipynb"),
    "two hand-ins on ILIAS": (f"lee/20260302101112_{NB05}.ipynb", f"lee/20260303101112_{NB05}.ipynb"),
    "nbgitpuller": (f"lee/{NB05}.ipynb", f"lee/{NB05}__20261104104101.ipynb"),
    "kept by reset": (f"lee/{NB05}.ipynb", KEPT),
    "other folders": (f"lee/exercises/{NB05}.ipynb", f"lee/my work/{NB05}.ipynb"),
    "another name": (f"lee/{NB05}.ipynb", "lee/homework.ipynb"),
    "Google Drive": (f"lee/{NB05}.ipynb", f"lee/Lee - {NB05}.ipynb"),
    "an archive beside the folder": (f"lee/{NB05}.ipynb", f"lee/all.zip/{NB05}.ipynb"),
    "a later attempt": (f"leekim_1_2_{NB05}.ipynb", f"leekim_1_3_{NB05}-1.ipynb"),
    "another attempt on Blackboard": (
        f"E_lee_attempt_2026-03-01-09-00-00_{NB05}.ipynb",
        f"E_lee_attempt_2026-03-02-09-00-00_{NB05}.ipynb",
    ),
}  # fmt: skip


def handed(folder: Path, contents: dict[str, bytes]) -> Intake:
    """Take in files; what lies in an archive is packed."""
    for path, content in contents.items():
        name, inside, rest = path.partition(".zip/")
        tree(folder, [], {f"{name}.zip": zipped([], {rest: content})} if inside else {path: content})
    return take_in(folder)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("first", [True, False], ids=["work in the first", "work in the second"])
def test_an_untouched_hand_out_never_beats_work(pair: tuple[str, str], first: bool, tmp_path: Path) -> None:
    work, hand_out = pair if first else pair[::-1]
    intake = handed(tmp_path, {work: worked(), hand_out: fresh()})
    assert [one.file for one in intake.handed] == [work]
    assert [(one.kind, one.file) for one in intake.remarks if one.kind == "given twice"] == [("given twice", hand_out)]


def test_a_notebook_that_was_only_run_is_untouched(tmp_path: Path) -> None:
    from learner import Notebook

    ran = Notebook(ROOT / "exercises" / f"{NB05}.ipynb").pretend_run()
    ran.cell("8.1").source += "\n\n"
    (tmp_path / "lee").mkdir()
    ran.save(tmp_path / "lee" / f"{NB05}.ipynb")
    intake = handed(tmp_path, {f"lee/{NB05} (1).ipynb": worked()})
    assert [one.file for one in intake.handed] == [f"lee/{NB05} (1).ipynb"]


def test_work_in_a_cell_that_is_no_code_is_work(tmp_path: Path) -> None:
    from learner import Notebook

    typed = Notebook(ROOT / "exercises" / f"{NB05}.ipynb").answer("8.1", "My answer in words.")
    cell = typed.cell("8.1")
    cell.cell_type = "markdown"
    del cell["outputs"], cell["execution_count"]
    (tmp_path / "lee").mkdir()
    typed.save(tmp_path / "lee" / f"{NB05} (1).ipynb")
    intake = handed(tmp_path, {f"lee/{NB05}.ipynb": fresh()})
    assert [one.file for one in intake.handed] == [f"lee/{NB05} (1).ipynb"]


def test_between_two_with_work_the_later_attempt_counts_then_the_one_with_more_work_then_the_name(
    tmp_path: Path,
) -> None:
    contents = {
        f"leekim_1_2_{NB05}.ipynb": worked(tasks=5),
        f"leekim_1_3_{NB05}-1.ipynb": worked(tasks=1),
        f"ito/{NB05}.ipynb": worked(tasks=1),
        f"ito/{NB05} (1).ipynb": worked(tasks=3),
        f"abe/{NB05}.ipynb": worked(note="a"),
        f"abe/{NB05} (1).ipynb": worked(note="b"),
        f"kim/{NB05}.ipynb": worked(tasks=1),
        f"kim/{NB05}.kept-2026-11-04-104101.ipynb": worked(tasks=4),
    }
    graded = {one.learner.name: one.path.name for one in handed(tmp_path, contents).handed}
    assert graded == {
        "leekim": f"leekim_1_3_{NB05}-1.ipynb",
        "ito": f"{NB05} (1).ipynb",
        "abe": f"{NB05}.ipynb",
        "kim": f"{NB05}.ipynb",
    }


# --- a whole course ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def course() -> dict[str, bytes]:
    """The course as a learner has it who cloned it, with its history and an environment."""
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT).decode().split("\0")
    ours = ("exercises/", "lessons/", "solutions/", "data/", "src/alliance/cli.py", "course.py", "README.md")
    files = {name: (ROOT / name).read_bytes() for name in listed if name.startswith(ours)}
    return files | {
        ".git/HEAD": b"ref",
        ".venv/lib/a.ipynb": fresh(),
        "node_modules/x.ipynb": b"x",
        "release.json": b"{}",
    }


@pytest.mark.parametrize("packed", [False, True], ids=["a folder", "an archive"])
def test_a_whole_course_costs_one_line_and_its_untouched_exercises_are_not_graded(
    course: dict[str, bytes], packed: bool, tmp_path: Path
) -> None:
    files = course | {written_out("exercises/NB05"): worked(), f"exercises/{NB05}__20261104104101.ipynb": fresh()}
    if packed:
        tree(tmp_path, [], {"lee.zip": zipped([], {f"course-main/{name}": content for name, content in files.items()})})
    else:
        tree(tmp_path, [], {f"lee/{name}": content for name, content in files.items()})
    tree(tmp_path, ["kim/NB05"])
    intake = take_in(tmp_path)
    assert [(one.learner.name, one.exercise) for one in intake.handed] == [("kim", NB05), ("lee", NB05)]
    (line,) = intake.remarks
    assert f"exercise {NB05[:2]} to grade, {len(stems()) - 1} as handed out" in line.text


def test_a_whole_course_without_work_is_named_and_nothing_of_it_is_graded(
    course: dict[str, bytes], tmp_path: Path
) -> None:
    tree(tmp_path, ["kim/NB05"], {f"lee/{name}": content for name, content in course.items()})
    intake = take_in(tmp_path, [Enrolled("Lee"), Enrolled("Kim")])
    assert [one.learner.name for one in intake.handed] == ["Kim"]
    assert [one.name for one in intake.others] == ["Lee"]
    (line,) = intake.remarks
    assert "with no work in it" in line.text


def test_what_was_not_touched_is_an_empty_cell_and_no_zero(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bubblewrap: str
) -> None:
    monkeypatch.chdir(ROOT)
    tree(tmp_path / "in", [], {"lee/NB05": fresh(), "kim/NB05": worked()})
    ran = CliRunner().invoke(app, ["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--workers", "1"])
    assert ran.exit_code == 0, ran.output
    rows = (tmp_path / "out" / "gradebook.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[1:] == ['"kim","","","",0', '"lee","","","",""']
