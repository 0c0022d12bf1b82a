"""`people.csv` says who was recognised by what; what a teacher corrects there is obeyed from then on."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from handing_in import NB05, ROOT, tree, worked
from typer.testing import CliRunner

from alliance.classroom.keeping.results import Graded, TaskResult, load, store
from alliance.classroom.taking_in.correcting import UnreadablePeople, read_people, write_people
from alliance.classroom.taking_in.intake import Intake, take_in
from alliance.classroom.taking_in.roster import Enrolled
from alliance.cli import app

ROSTER = [Enrolled("Ada Test", "1", "ada@example.org"), Enrolled("Bea Probe", "2", "bea@example.org")]


def run(submissions: Path, out: Path, roster: list[Enrolled] = ROSTER) -> Intake:
    """Take in a folder as the command does, obeying and writing `people.csv`."""
    known = read_people(out)
    intake = take_in(submissions, roster, known)
    write_people(out, intake.recognised, known)
    return intake


def rows(out: Path) -> list[dict[str, str]]:
    with (out / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def edit(out: Path, change: Callable[[dict[str, str]], object], separator: str = ",", codec: str = "utf-8-sig") -> None:
    """Change `people.csv` as a teacher does in a spreadsheet, which saves it in its own way."""
    found = rows(out)
    for row in found:
        change(row)
    with (out / "people.csv").open("w", encoding=codec, newline="") as file:
        writer = csv.DictWriter(file, found[0].keys(), delimiter=separator)
        writer.writeheader()
        writer.writerows(found)


def names(intake: Intake) -> dict[str, str]:
    return {one.file.split("/")[0]: one.learner.name for one in intake.handed}


@pytest.fixture
def handed(tmp_path: Path) -> Path:
    return tree(tmp_path / "in", ["Ada Test/NB05", "somebody/NB05", "probe b/NB05"])


def test_everybody_found_stands_there_with_by_what(handed: Path, tmp_path: Path) -> None:
    run(handed, tmp_path / "out")
    asked = ("found as", "name", "id", "recognised by", "results")
    assert [tuple(row[name] for name in asked) for row in rows(tmp_path / "out")] == [
        ("Ada Test", "Ada Test", "1", "roster, name", "Ada_Test-1"),
        ("probe b", "probe b", "", "folder", "probe_b"),
        ("somebody", "somebody", "", "folder", "somebody"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "cells",
    [{"name": "Bea Probe"}, {"name": "Probe, Bea"}, {"id": "2"}, {"email": "bea@example.org"}, {"name": "", "id": "2"}],
    ids=str,
)
@pytest.mark.parametrize(("separator", "codec"), [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16")])
def test_a_correction_is_obeyed_from_then_on(
    cells: dict[str, str], separator: str, codec: str, handed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(handed, out)
    edit(out, lambda row: row.update(cells) if row["found as"] == "probe b" else None, separator, codec)
    for _ in range(3):
        assert names(run(handed, out)) == {"Ada Test": "Ada Test", "somebody": "somebody", "probe b": "Bea Probe"}
    corrected = next(row for row in rows(out) if row["found as"] == "probe b")
    assert corrected["recognised by"] == "by hand"
    assert cells.items() <= corrected.items()


def test_a_correction_counts_in_other_folders_too(handed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(handed, out)
    edit(out, lambda row: row.update(name="Bea Probe") if row["found as"] == "probe b" else None)
    later = tree(tmp_path / "later", ["Exercise 06/probe b/NB06", "Exercise 06/cyd/NB06"])
    assert {one.learner.name for one in run(later, out).handed} == {"Bea Probe", "cyd"}
    assert {row["found as"] for row in rows(out)} == {"Ada Test", "probe b", "somebody", "cyd"}, "nobody vanishes"


def test_a_correction_outlives_moodles_numbers_which_are_new_in_each_assignment(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(tree(tmp_path / "a", ["Bae Prob_101_assignsubmission_file_/NB05"]), out)
    edit(out, lambda row: row.update(name="Bea Probe"))
    later = run(tree(tmp_path / "b", ["Bae Prob_207_assignsubmission_file_/NB06"]), out)
    assert [one.learner.name for one in later.handed] == ["Bea Probe"]


def test_two_of_one_name_are_corrected_one_by_one(tmp_path: Path) -> None:
    out, roster = tmp_path / "out", [Enrolled("Kim Lee", "1"), Enrolled("Kim Lee", "2")]
    folder = tree(tmp_path / "in", [f"Kim Lee_{number}_assignsubmission_file_/NB05" for number in (9, 12)])
    assert any("would be" in one.text or "are called Kim Lee" in one.text for one in run(folder, out, roster).remarks)
    edit(out, lambda row: row.update(id="1" if row["found as"] == "Kim Lee_9" else "2"))
    assert [one.learner.folder for one in run(folder, out, roster).handed] == ["Kim_Lee-1", "Kim_Lee-2"]


def test_who_is_nobody_is_not_graded(handed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(handed, out)
    edit(out, lambda row: row.update(name="nobody") if row["found as"] == "somebody" else None)
    intake = run(handed, out)
    assert names(intake) == {"Ada Test": "Ada Test", "probe b": "probe b"}
    assert [one.file for one in intake.remarks if one.kind == "nobody's"] == [f"somebody/{NB05}.ipynb"]


def test_a_correction_to_somebody_on_no_roster_names_them(handed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(handed, out, [])
    edit(out, lambda row: row.update(name="Cyd Third", id="77") if row["found as"] == "somebody" else None)
    intake = run(handed, out, [])
    assert {one.learner.folder for one in intake.handed} == {"Ada_Test", "Cyd_Third-77", "probe_b"}


def test_what_was_not_corrected_is_recognised_anew_when_a_roster_comes(handed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(handed, out, [])
    assert [one.learner.folder for one in run(handed, out).handed] == ["Ada_Test-1", "probe_b", "somebody"]


def test_kept_results_go_along_with_a_correction(handed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(handed, out)
    kept = Graded("probe_b", NB05, "x", [TaskResult("8.1", "right")], [], "abc", 1.0)
    store(out / "grades" / "probe_b" / f"{NB05}.json", kept)
    edit(out, lambda row: row.update(name="Bea Probe") if row["found as"] == "probe b" else None)
    run(handed, out)
    moved = load(out / "grades" / "Bea_Probe-2" / f"{NB05}.json")
    assert moved is not None
    assert (moved.learner, moved.tasks) == ("Bea_Probe-2", kept.tasks)
    assert not list((out / "grades" / "probe_b").iterdir())


def test_kept_results_are_never_put_over_others_or_taken_from_elsewhere(handed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(handed, out)
    for folder, right in (("probe_b", "right"), ("Bea_Probe-2", "wrong")):
        one = Graded(folder, NB05, "x", [TaskResult("8.1", right)], [], "abc", 1.0)
        store(out / "grades" / folder / f"{NB05}.json", one)
    store(tmp_path / "elsewhere" / f"{NB05}.json", one)

    def forge(row: dict[str, str]) -> None:
        if row["found as"] != "Ada Test":
            row["name"] = "Bea Probe"
        if row["found as"] == "somebody":
            row["results"] = "../../elsewhere"

    edit(out, forge)
    run(handed, out)
    assert load(out / "grades" / "probe_b" / f"{NB05}.json").tasks[0].state == "right"  # type: ignore[union-attr]
    assert load(out / "grades" / "Bea_Probe-2" / f"{NB05}.json").tasks[0].state == "wrong"  # type: ignore[union-attr]
    assert (tmp_path / "elsewhere" / f"{NB05}.json").exists()


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"name;id\nx;1\n", "Müller".encode("cp1252"), b""], ids=str)
def test_a_people_csv_that_cannot_be_read_is_not_written_over(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(content)
    with pytest.raises(UnreadablePeople, match="or delete it"):
        read_people(tmp_path)
    assert (tmp_path / "people.csv").read_bytes() == content


def test_numbered_files_that_name_nobody_are_told_and_given_owners_one_by_one(tmp_path: Path) -> None:
    files = {f"{NB05}{end}.ipynb": worked(note=end) for end in ("", " (1)", " (2)", " - Copy")}
    folder, out = tree(tmp_path / "in", [], files), tmp_path / "out"
    intake = run(folder, out, [])
    (told,) = [one for one in intake.remarks if one.kind == "no name"]
    assert told.text.startswith("4 files, such as ")
    assert "name nobody and were taken for one person's" in told.text
    assert "put each person's files into a folder with their name" in told.text
    assert [one.learner.name for one in intake.handed] == [NB05]
    assert {row["found as"] for row in rows(out)} == {name.removesuffix(".ipynb") for name in files}
    called = {NB05: "Ada", f"{NB05} (1)": "Bea", f"{NB05} (2)": "nobody"}
    edit(out, lambda row: row.update(name=called.get(row["found as"], row["name"])))
    intake = run(folder, out, [])
    assert {one.file: one.learner.name for one in intake.handed} == {
        f"{NB05}.ipynb": "Ada", f"{NB05} (1).ipynb": "Bea", f"{NB05} - Copy.ipynb": NB05
    }  # fmt: skip


def test_numbered_files_of_somebody_are_one_persons(tmp_path: Path) -> None:
    out = tmp_path / "out"
    files = {f"{place}{NB05} ({number}).ipynb": worked(note=str(number)) for place in ("Ada/", "") for number in (1, 2)}
    files |= {f"{NB05}_Bea ({number}).ipynb": worked(note=str(number)) for number in (1, 2)}
    told = [one for one in run(tree(tmp_path / "in", [], files), out, []).remarks if one.kind == "no name"]
    assert [one.text.partition(",")[0] for one in told] == ["2 files"]
    assert {row["found as"] for row in rows(out)} == {"Ada", "Bea", f"{NB05} (1)", f"{NB05} (2)"}


def test_two_of_one_name_whom_the_roster_tells_apart_have_a_row_each(tmp_path: Path) -> None:
    roster = [
        Enrolled("Kim Lee", "1", identifier="Participant 9"),
        Enrolled("Kim Lee", "2", identifier="Participant 12"),
    ]
    out = tmp_path / "out"
    run(tree(tmp_path / "in", [f"Kim Lee_{number}_assignsubmission_file_/NB05" for number in (9, 12)]), out, roster)
    assert [(row["found as"], row["id"]) for row in rows(out)] == [("Kim Lee_12", "2"), ("Kim Lee_9", "1")]


# --- the command -------------------------------------------------------------------------------------------------


def test_a_dry_run_shows_who_was_recognised_by_what_and_runs_nothing(
    handed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PATH", "")  # no sandbox is needed, or it would be missed
    (tmp_path / "roster.csv").write_text("name,id\nAda Test,1\n", encoding="utf-8")
    out = tmp_path / "out"
    arguments = ["grade", str(handed), "--out", str(out), "--roster", str(tmp_path / "roster.csv"), "--dry-run"]
    ran = CliRunner().invoke(app, arguments, env={"COLUMNS": "120"})
    assert ran.exit_code == 0, ran.output
    assert "Ada Test (1)" in ran.output
    assert "roster, name" in ran.output
    assert "somebody is not on the roster" in ran.output
    assert "3 notebooks would be graded; none was run" in ran.output
    assert sorted(path.name for path in out.iterdir()) == [".people.json", "people.csv"]


def test_the_command_says_what_is_wrong_with_people_csv(
    handed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "people.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    ran = CliRunner().invoke(app, ["grade", str(handed), "--out", str(tmp_path / "out"), "--dry-run"])
    assert ran.exit_code == 2
    assert "needs the column “found as”; it has “a”, “b”." in ran.output
    assert ran.output.count("\n") == 1
