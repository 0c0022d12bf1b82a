"""Whoever hands in by whatever system is recognised: people, archives, rosters, corrections by hand."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from handing_in import NB05, fresh, tree, worked

from alliance.classroom.taking_in.intake import Intake, take_in
from alliance.classroom.taking_in.roster import Enrolled

ADA, BEA = "Ada Test", "Bea Probe"
M = "assignsubmission_file"


@dataclasses.dataclass(frozen=True)
class Layout:
    """What a system gives to download: paths, and who handed in which exercises by them."""

    paths: Sequence[str]
    who: Mapping[str, str]


LAYOUTS = {
    "a folder for each learner": Layout(["lee/NB05", "kim/NB06"], {"lee": "08", "kim": "09"}),
    "exercises below a learner's folder": Layout(["lee/exercises/NB05", "lee/exercises/NB06"], {"lee": "08 09"}),
    "a folder for each exercise": Layout(
        ["Exercise 08/lee/NB05", "Exercise 08/kim/NB05", "Exercise 09/lee/NB06"], {"lee": "08 09", "kim": "08"}
    ),
    "sections of a course": Layout(
        ["Mon/a1/NB05", "Mon/b2/NB05", "Mon/c3/NB05", "Tue/d4/NB05", "Tue/e5/NB05", "Tue/f6/NB05"],
        dict.fromkeys(["a1", "b2", "c3", "d4", "e5", "f6"], "08"),
    ),
    "versions in a learner's folder": Layout(["lee/old/NB05", "lee/new/NB05"], {"lee": "08"}),
    "Canvas": Layout(
        ["testada_9000_10_NB05", "probebea_LATE_9001_11_NB05-1.ipynb"], {"testada": "08", "probebea": "08"}
    ),
    "Canvas, in a folder": Layout(
        ["submissions/testada_9000_1_NB05", "submissions/probebea_LATE_9001_2_NB06"],
        {"testada": "08", "probebea": "09"},
    ),
    "Canvas, an archive as it came": Layout(["fußfay_7006_6_05….zip/NB05"], {"fußfay": "08"}),
    "Canvas, an archive unpacked": Layout(["fußfay_7006_6_05…/NB05"], {"fußfay": "08"}),
    "Canvas, the whole download": Layout(
        ["submissions.zip/testada_9000_1_NB05", "submissions.zip/probebea_9001_2_NB05"],
        {"testada": "08", "probebea": "08"},
    ),
    "Canvas, anonymous": Layout(
        ["anon_aB3dE_123_NB05", "LATE_anon_Xy9zQ_124_NB05"], {"anon aB3dE": "08", "anon Xy9zQ": "08"}
    ),
    "Moodle": Layout([f"Ada Test_101_{M}_/NB05", f"Bea Probe_102_{M}/NB05"], {ADA: "08", BEA: "08"}),
    "Moodle, flat": Layout([f"Ada Test_101_{M}_NB05", f"Bea Probe_102_{M}_NB06"], {ADA: "08", BEA: "09"}),
    "Moodle, each download in its folder": Layout(
        [f"POL101-Exercise 08-4711/Ada Test_101_{M}/NB05", f"POL101-Exercise 09-4712/Ada Test_207_{M}/NB06"],
        {ADA: "08 09"},
    ),
    "Moodle, two downloads in one folder": Layout(
        [f"Ada Test_101_{M}/NB05", f"Ada Test_207_{M}/NB06"], {ADA: "08 09"}
    ),
    "Moodle, downloads as they came": Layout(
        [f"POL101-Exercise 08-47.zip/Ada Test_101_{M}/NB05", f"POL101-Exercise 09-48.zip/Ada Test_207_{M}_/NB06"],
        {ADA: "08 09"},
    ),
    "Moodle, blind": Layout(
        [f"Participant 101_{M}/NB05", f"Participant_102_{M}_/NB05"], {"Participant 101": "08", "Participant 102": "08"}
    ),
    "Moodle, blind, in another language": Layout(
        [f"Teilnehmerin_101_{M}_/NB05", f"Teilnehmerin_102_{M}_/NB05"],
        {"Teilnehmerin 101": "08", "Teilnehmerin 102": "08"},
    ),
    "Blackboard": Layout(
        [
            "Exercise08_s1_attempt_2026-03-02-09-00-00_NB05",
            "Exercise08_s1_attempt_2026-03-01-09-00-00_NB05",
            "Exercise08_s1_attempt_2026-03-02-09-00-00.txt",
        ],
        {"s1": "08"},
    ),
    "D2L": Layout(
        [
            "12345-67890 - Ada Test - Mar 1, 2026 1011 AM/NB05",
            "12346-67890 - Bea Probe - Mar 1, 2026 9:01 PM/NB05",
            "index.html",
        ],
        {ADA: "08", BEA: "08"},
    ),
    "Sakai": Layout(
        [
            "Exercise 08/Test, Ada(s0)/Submission attachment(s)/NB05",
            "Exercise 08/Test, Ada(s0)/timestamp.txt",
            "Exercise 08/grades.csv",
        ],
        {ADA: "08"},
    ),
    "ILIAS": Layout(
        ["Doe_Jane_jdoe12s_2345678/NB05", "Roe_Max_mroe_2345/NB05"], {"Jane Doe": "08", "Max Roe": "08"}
    ),
    "ILIAS, with the time before each file": Layout(
        ["Ex/Doe_Jane_jdoe12s_2345678/20260302101112_NB05", "Ex/Doe_Jane_jdoe12s_2345678/20260303101112_NB06"],
        {"Jane Doe": "08 09"},
    ),
    "nbgrader": Layout(
        ["submitted/ada/ps05/NB05", "submitted/ada/ps06/NB06", "submitted/bea/ps05/NB05"],
        {"ada": "08 09", "bea": "08"},
    ),
    "nbgrader, one learner": Layout(["submitted/ada/ps05/NB05"], {"ada": "08"}),
    "nbgrader's exchange": Layout(["ps05/inbound/ada+ps05+2026-03-02 09:00:00.000000 UTC/NB05"], {"ada": "08"}),
    "GitHub Classroom": Layout(
        [
            "exercise-08-adatest/exercises/NB05",
            "exercise-08-adatest/course.py",
            "exercise-08-beaprobe/exercises/NB05",
            "exercise-08-beaprobe/course.py",
        ],
        {"adatest": "08", "beaprobe": "08"},
    ),
    "numbers of a school's": Layout(["2026-001/NB05", "2026-002/NB05"], {"2026-001": "08", "2026-002": "08"}),
    "Google Drive": Layout(["Exercise 08/Ada Test - NB05", "Exercise 08/Bea Probe - NB05"], {ADA: "08", BEA: "08"}),
    "Google's copies": Layout(["ada/Copy of NB05", "Copy of NB05_bea.ipynb"], {"ada": "08", "bea": "08"}),
    "Google Drive, one": Layout(["Ada Test - NB05"], {ADA: "08"}),
    "an archive for each learner": Layout(
        ["Ada Test.zip/NB05", "Bea Probe.zip/Bea Probe/NB05"], {ADA: "08", BEA: "08"}
    ),
    "archives in archives": Layout(
        ["all.zip/Ada Test.zip/NB05", "all.zip/Bea Probe.zip/work.zip/NB05"], {ADA: "08", BEA: "08"}
    ),
}  # fmt: skip


def people(intake: Intake) -> dict[str, str]:
    """Return the exercises that are graded, by the learner's name."""
    found: dict[str, list[str]] = {}
    for one in intake.handed:
        found.setdefault(one.learner.name, []).append(one.exercise[:2])
    return {name: " ".join(sorted(numbers)) for name, numbers in found.items()}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_systems_naming_tells_whose_a_notebook_is(layout: Layout, tmp_path: Path) -> None:
    assert people(take_in(tree(tmp_path, layout.paths))) == layout.who


@pytest.mark.parametrize("name", ["testada_LATE_9000_1_NB05", "LATE_anon_aB3dE_1_NB05"])
def test_what_canvas_calls_late_is_late(name: str, tmp_path: Path) -> None:
    intake = take_in(tree(tmp_path, [f"submissions/{name}"]))
    assert [one.late for one in intake.handed] == [True]
    assert [one.kind for one in intake.remarks] == ["late"]


def test_gradescopes_export_is_read_by_its_own_list(tmp_path: Path) -> None:
    listed = """---
submission_1001:
  :submitters:
  - :name: Ada Test
    :sid: '1'
    :email: ada@example.org
  :created_at: 2026-03-02 09:00:00.000000000 Z
submission_1002:
  :submitters:
  - :name: Bea Probe
  - :name: Cyd Third
"""
    folder = tree(tmp_path, [f"assignment_77_export/submission_{number}/NB05" for number in (1001, 1002, 1003)])
    (tmp_path / "assignment_77_export" / "submission_metadata.yml").write_text(listed, encoding="utf-8")
    expected = {ADA: "08", BEA: "08", "Cyd Third": "08", "submission_1003": "08"}
    assert people(take_in(folder)) == expected


@pytest.mark.parametrize("listed", ["", "[", "- 1", "a: !ruby/object:X {}", "submission_1001: 7", "\0"])
def test_a_list_of_gradescopes_that_is_none_stops_nothing(listed: str, tmp_path: Path) -> None:
    export = "assignment_7_export"
    folder = tree(tmp_path, [f"{export}/submission_1001/NB05"], {f"{export}/submission_metadata.yml": listed.encode()})
    assert people(take_in(folder)) == {"submission_1001": "08"}


# --- the roster decides ------------------------------------------------------------------------------------------

CLASS = [
    Enrolled("Ada Test", "1", "ada.t@example.org", "atest", sis_login_id="ada01"),
    Enrolled("Probe, Bea", "22007", "b.probe@example.org", "beap"),
    Enrolled("Łukasz Żółć", "3"),
    Enrolled("太郎 山田", "4"),
    Enrolled("Siobhán O’Brien", "5"),
    Enrolled("Jürgen Größe", "6"),
    Enrolled("José de la Cruz", "00123"),
]
SPELLINGS = {
    "ID": ("1", "Ada Test"),
    "e-mail": ("ada.t@example.org", "Ada Test"),
    "user name": ("beap", "Probe, Bea"),
    "login": ("ada01", "Ada Test"),
    "Last, First": ("Test, Ada", "Ada Test"),
    "first name first": ("Bea Probe", "Probe, Bea"),
    "last name first": ("Test Ada", "Ada Test"),
    "underscores and small letters": ("ada_test", "Ada Test"),
    "full width": ("Ａｄａ　Ｔｅｓｔ", "Ada Test"),
    "login among other words": ("exercise-08-atest", "Ada Test"),
    "name among other words": ("homework of Ada Test", "Ada Test"),
    "first part of the address": ("b.probe", "Probe, Bea"),
    "accents lost": ("Lukasz Zolc", "Łukasz Żółć"),
    "accents apart": (unicodedata.normalize("NFD", "Łukasz Żółć"), "Łukasz Żółć"),
    "surname first, without a space": ("山田太郎", "太郎 山田"),
    "surname first": ("山田 太郎", "太郎 山田"),
    "another apostrophe": ("Siobhan O'Brien", "Siobhán O’Brien"),
    "no apostrophe": ("obriensiobhan", "Siobhán O’Brien"),
    "umlauts written out": ("Juergen Groesse", "Jürgen Größe"),
    "several surnames": ("de la Cruz, José", "José de la Cruz"),
    "zeros lost": ("123", "José de la Cruz"),
    "Canvas": ("probebea_9000_1_NB05", "Probe, Bea"),
    "Canvas, by number": ("somebody_22007_1_NB05", "Probe, Bea"),
    "Moodle, in a team": (f"Group A-Ada Test_101_{M}_/NB05", "Ada Test"),
    "Blackboard": ("Exercise08_atest_attempt_2026-03-02-09-00-00_NB05", "Ada Test"),
    "ILIAS": ("Test_Ada_somelogin_2345678/NB05", "Ada Test"),
    "Sakai": ("Ex/Unknown, Name(ada01)/NB05", "Ada Test"),
    "Google Drive": ("Exercise 08/Ada Test - NB05", "Ada Test"),
    "deep below other folders": ("term/week 5/group x/Ada Test/my work/final/NB05", "Ada Test"),
    "nbgrader": ("submitted/atest/ps05/NB05", "Ada Test"),
}  # fmt: skip


@pytest.mark.parametrize(("place", "name"), SPELLINGS.values(), ids=SPELLINGS)
def test_the_roster_knows_people_by_all_it_says_of_them(place: str, name: str, tmp_path: Path) -> None:
    intake = take_in(tree(tmp_path, [place if "NB05" in place else f"{place}/NB05"]), CLASS)
    assert people(intake) == {name: "08"}
    assert not [one for one in intake.remarks if one.kind == "not on the roster"]
    assert all(one.by.startswith("roster, ") for one in intake.recognised)


def test_short_numbers_in_a_path_are_nobodys_id(tmp_path: Path) -> None:
    intake = take_in(tree(tmp_path, ["week 1/version 3/somebody else/NB05"]), CLASS)
    assert [one.kind for one in intake.remarks] == ["missing"] * len(CLASS) + ["not on the roster"]


def test_names_that_differ_by_a_sign_are_two_where_the_roster_has_two(tmp_path: Path) -> None:
    roster = [Enrolled("Kim Lee"), Enrolled("Kim_Lee"), Enrolled("kim lee")]
    intake = take_in(tree(tmp_path, ["Kim Lee/NB05", "Kim_Lee/NB05", "kim lee/NB05"]), roster)
    assert people(intake) == {"Kim Lee": "08", "Kim_Lee": "08", "kim lee": "08"}
    assert len({one.learner.folder.casefold() for one in intake.handed}) == 3
    assert not intake.remarks


def test_without_a_roster_such_names_are_two_and_have_folders_of_their_own_on_every_disk(tmp_path: Path) -> None:
    intake = take_in(tree(tmp_path, ["Kim/NB05", "Kim Lee/NB05", "Kim_Lee/NB05", "kim/NB05"]))
    assert len({one.learner.folder.casefold() for one in intake.handed}) == 4


def test_one_person_in_two_systems_is_one(tmp_path: Path) -> None:
    places = ["testada_9000_1_NB05", f"Moodle/Ada Test_101_{M}_/NB06", "by mail/ada.t@example.org/NB05"]
    intake = take_in(tree(tmp_path, places), CLASS)
    assert people(intake) == {"Ada Test": "08 09"}


@pytest.mark.parametrize("roster", [[], [Enrolled("Kim Lee")]], ids=["no roster", "one of that name"])
def test_two_of_one_name_side_by_side_are_left_open_and_told(roster: list[Enrolled], tmp_path: Path) -> None:
    intake = take_in(tree(tmp_path, [f"Kim Lee_9_{M}_/NB05", f"Kim Lee_12_{M}_/NB05"]), roster)
    assert people(intake) == {"Kim Lee_9": "08", "Kim Lee_12": "08"}
    assert any("Kim Lee_12 and Kim Lee_9 would be" in one.text for one in intake.remarks)


def test_two_of_one_name_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    roster = [Enrolled("Kim Lee", "11"), Enrolled("Kim Lee", "12"), Enrolled("Jo", "13")]
    intake = take_in(tree(tmp_path, ["leekim_11_1_NB05", "leekim_12_2_NB05", "12/NB06"]), roster)
    found = [(one.learner.folder, one.exercise[:2]) for one in intake.handed]
    assert found == [("Kim_Lee-11", "08"), ("Kim_Lee-12", "08"), ("Kim_Lee-12", "09")]


def test_moodles_worksheet_names_those_whose_names_are_hidden(tmp_path: Path) -> None:
    roster = [
        Enrolled("Ada Test", identifier="Participant 101"),
        Enrolled("Participant 102", identifier="Participant 102"),
    ]
    intake = take_in(tree(tmp_path, [f"Participant_101_{M}_/NB05", f"Participant 102_{M}/NB05"]), roster)
    assert people(intake) == {"Ada Test": "08", "Participant 102": "08"}


def test_canvas_invented_student_is_nobody(tmp_path: Path) -> None:
    intake = take_in(tree(tmp_path, ["studenttest_7_1_NB05", "testada_9_2_NB05"]))
    assert people(intake) == {"testada": "08"}
    assert [one.kind for one in intake.remarks] == ["nobody's"]


# --- what clouds and languages make of a name --------------------------------------------------------------------


COPIES = {
    "Google, German": "Kopie von NB05", "Google, French": "Copie de NB05", "Google, Spanish": "Copia de NB05",
    "Google, Italian": "Copia di NB05", "Google, Portuguese": "Cópia de NB05", "Google, Dutch": "Kopie van NB05",
    "Google, Swedish": "Kopia av NB05", "Google, Polish": "Kopia pliku NB05", "Google, Russian": "Копия файла NB05",
}  # fmt: skip


@pytest.mark.parametrize("name", COPIES.values(), ids=COPIES)
def test_a_copys_name_in_another_language_is_nobodys_name(name: str, tmp_path: Path) -> None:
    intake = take_in(tree(tmp_path, [name, f"Ada Test - {name}", name.replace("NB05", "NB05_bea.ipynb")]))
    assert people(intake) == {NB05: "08", ADA: "08", "bea": "08"}


STEM = NB05
BEHIND = {
    "OneDrive": f"{STEM}_Kim (1)", "Windows, German": f"{STEM}_Kim - Kopie (2)", "iCloud": f"{STEM}_Kim 2",
    "Dropbox": f"{STEM}_Kim (Kim's conflicted copy 2026-03-02)", "Google, Japanese": f"{STEM}_Kim のコピー",
    "Dropbox, German": f"{STEM}_Kim (In Konflikt stehende Kopie von Kim 2026-03-02)",
}  # fmt: skip


@pytest.mark.parametrize("name", BEHIND.values(), ids=BEHIND)
def test_a_cloud_that_keeps_two_makes_no_second_person(name: str, tmp_path: Path) -> None:
    contents = {f"{STEM}_Kim.ipynb": fresh(), f"{name}.ipynb": worked()}
    intake = take_in(tree(tmp_path, [], contents))
    assert people(intake) == {"Kim": "08"}
    assert intake.handed[0].file == f"{name}.ipynb"


def test_numbers_are_people_where_no_copy_explains_them(tmp_path: Path) -> None:
    numbered = [f"{STEM}_{number}.ipynb" for number in (1, 2, 12)]
    assert people(take_in(tree(tmp_path, numbered))) == {"1": "08", "2": "08", "12": "08"}
    (tmp_path / "more").mkdir()
    several = tree(tmp_path / "more", [f"{STEM}_Team 1.ipynb", f"{STEM}_Team 2.ipynb"])
    assert people(take_in(several)) == {"Team 1": "08", "Team 2": "08"}


def test_the_second_of_one_file_in_icloud_is_nobodys_name(tmp_path: Path) -> None:
    (remark,) = take_in(tree(tmp_path, [], {f"{STEM} 2.ipynb": worked()})).remarks
    assert remark.kind == "no name"


@pytest.mark.parametrize("name", ["late_testada_9000_1_NB05", "testada_late_9000_1_NB05", "late_anon_aB3dE_1_NB05"])
def test_late_in_small_letters_is_no_part_of_a_name(name: str, tmp_path: Path) -> None:
    (one,) = take_in(tree(tmp_path, [name])).handed
    assert (one.late, one.learner.name in {"testada", "anon aB3dE"}) == (True, True)


def test_the_folders_of_microsoft_teams_are_nobody(tmp_path: Path) -> None:
    paths = [f"Student Work/{kind}/{who}/Exercise 08" for kind in ("Working files",) for who in (ADA, BEA)]
    assert people(take_in(tree(tmp_path, [f"{path}/NB05" for path in paths]))) == {ADA: "08", BEA: "08"}
    (tmp_path / "again").mkdir()
    handed = tree(tmp_path / "again", [f"Student Work/Submitted files/{who}/Version 1/NB05" for who in (ADA, BEA)])
    assert people(take_in(handed)) == {ADA: "08", BEA: "08"}


KINDS_OF_NAMES = {
    "an apostrophe": (["O'Brien Siobhan/NB05", "D’Angelo Ugo/NB05"], ["Siobhan O’Brien", "Ugo D'Angelo"]),
    "two surnames": (["García Márquez, Gabriel/NB05"], ["Gabriel García Márquez"]),
    "a hyphen lost": (["schmidtmullereva_77_1_NB05"], ["Schmidt-Müller, Eva"]),
    "a surname of several words": (["Anna-Lena von der Heide/NB05"], ["von der Heide, Anna-Lena"]),
    "right to left": (["محمد علي/NB05", "\u200fسارة/NB05"], ["علي محمد", "سارة"]),
    "right to left, with its marks": (["\u202bليلى\u202c/NB05"], ["ليلى"]),
    "one name": (["Sukarno/NB05", "suharto_8_1_NB05"], ["Sukarno", "Suharto"]),
    "one name beside a longer one": (["Nguyen/NB05"], ["Nguyen", "Nguyen Van A"]),
    "names that Windows keeps for itself": (["con/NB05", "Aux/NB05"], ["Con", "Aux"]),
    "a dot and a space at the end": (["Ada Test./NB05", "Bea Probe /NB05"], [ADA, BEA]),
}


@pytest.mark.parametrize(("paths", "names"), KINDS_OF_NAMES.values(), ids=KINDS_OF_NAMES)
def test_names_of_every_kind_are_found_on_the_roster(paths: list[str], names: list[str], tmp_path: Path) -> None:
    roster = [Enrolled(name) for name in names]
    found = take_in(tree(tmp_path, paths), roster).recognised
    assert all(one.by.startswith("roster") for one in found)
    assert len({one.name for one in found}) == len(paths)


def test_ids_that_a_spreadsheet_has_shortened_are_told(tmp_path: Path) -> None:
    roster = [Enrolled("Ada Test", "1.23457E+07"), Enrolled("Bea Probe", "1,2E+07")]
    intake = take_in(tree(tmp_path, ["Ada Test/NB05"]), roster)
    assert people(intake) == {ADA: "08"}
    assert any("shortened IDs of the roster (1.23457E+07)" in one.text for one in intake.remarks)
