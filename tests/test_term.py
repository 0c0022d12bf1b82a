"""A term adds up in one folder: nothing that was there vanishes, and what the teacher decides is obeyed and kept."""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_term import HEADLINE, STEMS, InProcess, Term, task

from alliance.answers import portable
from alliance.checking.keys import forget_keys
from alliance.classroom.marking.by_hand import ToMark, add_rows, read_marks
from alliance.classroom.marking.directory import directory
from alliance.classroom.marking.tasks import task_meant
from alliance.classroom.taking_in.roster import Enrolled
from alliance.classroom.taking_in.times import times_of
from alliance.classroom.traces.parts import right_parts

RIGHT = {
    "05": ("first = 50", 'second = {"verdict": "holds", "figure": 5}'),
    "06": ("first = 60", 'second = {"verdict": "holds", "figure": 6}'),
    "07": ("first = 70", 'second = {"verdict": "holds", "figure": 7}'),
    "08": ("first = 80", f'text = "{HEADLINE}"'),
}
WRONG = ("first = 3", 'second = {"verdict": "holds", "figure": 99}')
STEM = {stem[:2]: stem for stem in STEMS}


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def points(term: Term, exercise: str) -> dict[str, str]:
    """Return the gradebook's column of an exercise, by name."""
    rows = table(term.text("gradebook.csv"))
    column = next(name for name in rows[0] if name.startswith(exercise) and "(of " in name)
    return {row["name"]: row[column] for row in rows}


def column(term: Term, name: str) -> dict[str, str]:
    return {row["name"]: row[name] for row in table(term.text("gradebook.csv"))}


def hand_in(term: Term, week: str, name: str, exercise: str, letters: str = "rr") -> Path:
    """Hand in a notebook of somebody's folder: r is right, w wrong, - not tried, + the new key's answer of 6.1."""
    answers = []
    for place, letter in enumerate(letters):
        new = "first = 61" if place == 0 else ""
        wrong = 'text = ""' if exercise == "08" and place else WRONG[place]
        answers.append({"r": RIGHT[exercise][place], "w": wrong, "-": "", "+": new}[letter])
    return term.hand_in(week, f"{name}/{STEM[exercise]}.ipynb", STEM[exercise], *answers)


# --- a whole term ------------------------------------------------------------------------------------------------

HANDED_IN = """
Abe    rr rr rr rr
Baba   rr r+ rw rr
Chiba  rw rr ww rr
Doi    rr wr rr rr
Endo   ww ww ww rr
Fukuda rr +r rr rr
Goto   rr +r wr rr
Honda  -r rr rr -r
Ito    rr rr .. rr
Jinbo  .. rr rr rr
Kato   rr .. rr ..
Lee    rw wr rw wr
Mori   rr rr rr rr
Noda   wr rr rr rr
Ono    .. .. .. ..
""".replace("r+", "rw")
"""A row for each of fifteen learners, exercises 05 to 08; .. is nothing handed in."""

LATE = {("Jinbo", "05"): "rr", ("Endo", "06"): "+r"}
"""Two late hand-ins: one in place of nothing, one in place of a notebook with nothing right."""

MARKS = {"Abe": "3,5", "Baba": "2", "Chiba": "4", "Doi": "0", "Endo": "1.5", "Fukuda": "4"}
"""Given by hand for the writing task, 8.2, which is worth 4; one as German Excel writes it."""

BY_HAND = """
Abe    2  1 2 4.5
Baba   2  0 1 3
Chiba  1  1 0 5
Doi    2  1 2 1
Endo   0  2 0 2.5
Fukuda 2  2 2 5
Goto   2  2 1 5
Honda  1  1 2 4
Ito    2  1 . 5
Jinbo  2  1 2 5
Kato   2  . 2 .
Lee    1  1 1 4
Mori   2  1 2 5
Noda   1  1 2 5
Ono    .  . . .
"""
"""What it comes to with the key of 6.1 changed from 60 to 61, so that `first = 60` is wrong and `+` is right; a text
that nobody marked by hand counts as the check found it."""


def test_a_term_of_four_exercises_and_fifteen_learners_comes_to_what_it_does_by_hand(term: Term) -> None:
    rows = [line.split() for line in HANDED_IN.strip().splitlines()]
    assert len(rows) == 15
    roster = term.folder / "roster.csv"
    roster.write_text("name,id\n" + "".join(f"{row[0]},{n}\n" for n, row in enumerate(rows, 101)), encoding="utf-8")
    for number, (name, *weeks) in enumerate(rows, 101):
        for exercise, letters in zip(STEM, weeks, strict=True):
            week = {"05": "week1", "06": "week2", "07": "week2", "08": "week4"}[exercise]
            late = LATE.get((name, exercise))
            for folder, mark, own in ((week, "", letters), ("late", "LATE_", late)):
                if own and own != "..":
                    path = hand_in(term, folder, name, exercise, own)
                    path.rename(term.folder / folder / f"{name.lower()}_{mark}{number}_9_{path.name}")
                    path.parent.rmdir()

    assert term.grade("week1", "--roster", str(roster)).exit_code == 0
    term.monkeypatch.setattr(InProcess, "interrupt_at", 9)
    stopped = term.grade("week2")
    assert stopped.exit_code == 130
    assert points(term, "05")["Abe"] == "2"
    term.monkeypatch.setattr(InProcess, "interrupt_at", None)
    again = term.grade("week2")
    assert "9 of" in again.output and "not graded again" in again.output
    assert term.grade("late").exit_code == 0
    weights = term.folder / "weights.csv"
    weights.write_text("exercise;task;weight\n;task 8.2;4\n", encoding="cp1252")
    assert term.grade("week4", "--weights", str(weights)).exit_code == 0
    mark_as_excel_does(term.out / "marks.csv", MARKS)
    marked = (term.out / "marks.csv").read_bytes()
    term.set_key("06_dollars", first=61)
    rerun = term.grade("week2")
    assert rerun.exit_code == 0, rerun.output
    assert "1 notebook is not in this folder" in rerun.output  # the late one of 06 rests on the old key
    assert term.grade("late").exit_code == 0

    expected = {row[0]: [cell.strip(".") for cell in row[1:]] for row in map(str.split, BY_HAND.strip().splitlines())}
    found = {name: [points(term, exercise)[name] for exercise in STEM] for name in expected}
    assert found == expected
    late = column(term, "05 late"), column(term, "06 late")
    assert {name for name, word in late[0].items() if word} == {"Jinbo"}
    assert {name for name, word in late[1].items() if word} == {"Endo"}
    assert (term.out / "marks.csv").read_bytes() == marked
    written = {path.name: path.read_bytes() for path in term.out.glob("*.*") if path.is_file()}
    assert term.report().exit_code == 0
    assert {path.name: path.read_bytes() for path in term.out.glob("*.*") if path.is_file()} == written
    assert len(list((term.out / "feedback").glob("*.html"))) == 15


def mark_as_excel_does(path: Path, marks: dict[str, str]) -> None:
    """Fill in points as a spreadsheet of a country with decimal commas saves them: semicolons, columns in new order."""
    rows = table(path.read_text(encoding="utf-8-sig"))
    order = ["name", "task", "points", "my own notes", "comment", "learner", "exercise", "text"]
    lines = [";".join(order)]
    for row in rows:
        own = {**row, "points": marks.get(row["name"], ""), "my own notes": "look again"}
        own["comment"] = f"Well put; {row['name']}!" if row["name"] in marks else ""
        lines.append(";".join(f'"{own[name]}"' for name in order))
    path.write_bytes("\r\n".join(lines).encode("utf-8-sig") + b"\r\n")


# --- nothing vanishes --------------------------------------------------------------------------------------------


def test_another_exercise_and_another_folder_add_to_the_gradebook(term: Term) -> None:
    hand_in(term, "week1", "Abe", "05")
    hand_in(term, "week2", "Abe", "06", "rw")
    hand_in(term, "week2", "Baba", "06")
    term.grade("week1")
    term.grade("week2")
    assert (points(term, "05"), points(term, "06")) == ({"Abe": "2", "Baba": ""}, {"Abe": "1", "Baba": "2"})
    assert "Abe" in term.text("feedback/Abe.html")
    assert term.text("feedback/Abe.html").count("<section") == 2


def test_what_is_handed_in_later_counts_and_the_earlier_one_is_kept(term: Term) -> None:
    hand_in(term, "week1", "Abe", "05", "rw")
    hand_in(term, "late", "Abe", "05", "rr")
    term.grade("week1")
    term.grade("late")
    assert points(term, "05") == {"Abe": "2"}
    assert [(row["counts"], row["tasks_right"]) for row in table(term.text("hand_ins.csv"))] == [
        ("yes", "2"),
        ("no", "1"),
    ]
    term.set_key(STEM["05"], first=51)
    term.grade("week1")  # the earlier notebook is not newer for being graded once more
    assert points(term, "05") == {"Abe": "2"}


MOODLE = "_assignsubmission_file_"


def test_a_later_notebook_with_fewer_points_counts_and_the_teacher_is_told(term: Term) -> None:
    hand_in(term, "week1", f"Kim Lee_9{MOODLE}", "05", "rr")
    hand_in(term, "week2", f"Kim Lee_12{MOODLE}", "05", "rw")
    assert "fewer points" not in term.grade("week1").output
    said = term.grade("week2").output
    assert points(term, "05") == {"Kim Lee": "1"}
    told = (
        f"fewer points: Kim Lee_12{MOODLE}/{STEM['05']}.ipynb: Kim Lee had 2 of 2 tasks of exercise 05 right in Kim "
        f"Lee_9{MOODLE}/{STEM['05']}.ipynb, and has 1 of 2 in this later notebook, which counts; the earlier result is "
        "kept as grades/Kim_Lee/earlier/"
    )
    assert told in said
    assert (term.out / said.partition("is kept as ")[2].partition(". ")[0]).is_file()
    assert [row["kind"] for row in table(term.text("remarks.csv"))] == ["fewer points", "handed in again"]
    assert "two people" not in term.text("feedback/Kim_Lee.html")
    hand_in(term, "week3", f"Kim Lee_14{MOODLE}", "06", "rr")
    assert "fewer points" not in term.grade("week3").output


def test_two_of_one_name_are_parted_afterwards_by_rows_with_their_numbers(term: Term) -> None:
    for week, number, letters in (("week1", 9, "rr"), ("week2", 12, "rw")):
        hand_in(term, week, f"Kim Lee_{number}{MOODLE}", "05", letters)
        term.grade(week)
    with (term.out / "people.csv").open("a", encoding="utf-8") as file:
        file.write("Kim Lee_9,Kim Lee,111\r\nKim Lee_12,Kim Lee,222\r\n")
    term.grade("week1")
    said = term.grade("week2").output
    assert "fewer points" not in said
    counting = [row for row in table(term.text("hand_ins.csv")) if row["counts"] == "yes"]
    assert {row["learner"]: row["tasks_right"] for row in counting} == {"Kim_Lee-111": "2", "Kim_Lee-222": "1"}


def test_a_late_notebook_is_the_later_one_in_whatever_order_folders_are_graded(term: Term) -> None:
    late = hand_in(term, "late", "abe", "05", "rr")
    late.rename(term.folder / "late" / f"abe_LATE_7_1_{STEM['05']}.ipynb")
    on_time = hand_in(term, "week1", "abe", "05", "rw")
    on_time.rename(term.folder / "week1" / f"abe_7_1_{STEM['05']}.ipynb")
    term.grade("late")
    term.grade("week1")
    assert points(term, "05") == {"abe": "2"}


def test_an_untouched_notebook_in_a_later_folder_does_not_take_points_away(term: Term) -> None:
    hand_in(term, "week1", "Abe", "05")
    hand_in(term, "clone", "Abe", "05", "--")
    hand_in(term, "clone", "Abe", "06")
    term.grade("week1")
    term.grade("clone")
    assert (points(term, "05"), points(term, "06")) == ({"Abe": "2"}, {"Abe": "2"})


def test_a_run_with_other_options_says_so_before_it_begins(term: Term) -> None:
    hand_in(term, "week1", "Abe", "05")
    assert "other options" not in term.grade("week1", "--timeout", "30").output
    said = term.grade("week1").output
    assert "--timeout was 30.0 and is 60.0; what is handed in is graded again" in said
    assert said.index("other options") < said.index("exercise")
    assert "other options" not in term.grade("week1").output


def test_who_was_on_the_roster_stays_when_a_later_run_has_none(term: Term) -> None:
    (term.folder / "roster.csv").write_text("name,id\nAbe,1\nOno,2\n", encoding="utf-8")
    hand_in(term, "week1", "Abe", "05")
    hand_in(term, "week2", "Abe", "06")
    term.grade("week1", "--roster", str(term.folder / "roster.csv"))
    said = term.grade("week2").output
    assert points(term, "06") == {"Abe": "2", "Ono": ""}
    assert "Ono handed in no notebook of exercises 05, 06." in said
    assert "Abe handed in no notebook" not in said  # 05 lay in the other folder


def test_what_turns_out_to_be_another_learners_does_not_stay_with_the_first(term: Term) -> None:
    path = hand_in(term, "week1", "abe", "05")
    flat = term.folder / "week1" / f"{STEM['05']}_abe.ipynb"
    path.rename(flat)
    term.grade("week1")
    stored = term.out / "grades" / "abe" / f"{STEM['05']}.json"
    data = stored.read_text(encoding="utf-8").replace('"abe"', '"baba"')
    (term.out / "grades" / "baba").mkdir()
    (term.out / "grades" / "baba" / stored.name).write_text(data, encoding="utf-8")
    stored.unlink()
    said = term.grade("week1").output
    assert points(term, "05")["abe"] == "2"
    assert "baba" not in points(term, "05")
    assert "taken for baba's before and is abe's now" in said
    assert (term.out / "grades" / "baba" / f"{stored.name}.moved").exists()


def test_a_stored_result_that_cannot_be_read_is_told(term: Term) -> None:
    hand_in(term, "week1", "Abe", "05")
    term.grade("week1")
    broken = term.out / "grades" / "Abe" / "06_dollars.json"
    broken.write_text('{"version": 1, "tasks": 3}', encoding="utf-8")
    said = term.report().output
    assert "grades/Abe/06_dollars.json is no result that can be read" in said
    assert points(term, "05") == {"Abe": "2"}


def test_an_exercise_that_the_course_no_longer_has_stops_nothing(term: Term) -> None:
    hand_in(term, "week1", "Abe", "05")
    hand_in(term, "week1", "Abe", "06")
    term.grade("week1")
    (term.folder / "keys" / "06_dollars.json").unlink()
    forget_keys()
    said = term.report()
    assert said.exit_code == 0, said.output
    assert "The course has no exercise 06_dollars any more" in said.output
    assert points(term, "05") == {"Abe": "2"}


def test_reports_need_results(term: Term) -> None:
    found = term.report()
    assert found.exit_code == 2
    assert "holds no results" in found.output


# --- deadlines ---------------------------------------------------------------------------------------------------


def due(term: Term, text: str) -> str:
    path = term.folder / "deadlines.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_time_in_a_name_is_held_against_the_deadline(term: Term) -> None:
    for name, time in (("abe", "2026-03-02-23-59-00"), ("baba", "2026-03-04-02-59-59")):
        path = hand_in(term, "week1", name, "05")
        path.rename(path.parent / f"Exercise05_{name}_attempt_{time}_{STEM['05']}.ipynb")
    term.grade("week1", "--due", due(term, "exercise,due\n05,2026-03-02\n"))
    assert column(term, "05 late") == {"abe": "", "baba": "1 d 3 h late"}
    assert "Handed in late: 1 d 3 h late." in term.text("feedback/baba.html")
    hand_in(term, "week2", "abe", "06")
    term.grade("week2")  # without --due: the table lies with the results
    assert column(term, "05 late") == {"abe": "", "baba": "1 d 3 h late"}


def test_more_time_for_one_learner(term: Term) -> None:
    path = hand_in(term, "week1", "abe", "05")
    path.rename(path.parent / f"x_attempt_2026-03-04-10-00-00_{STEM['05']}.ipynb")
    term.grade("week1", "--due", due(term, "exercise;due;learner\n5;2.3.2026;\n5;5.3.2026 12:00;Abe\n"))
    assert "05 late" not in table(term.text("gradebook.csv"))[0]


def test_a_files_own_time_is_believed_unless_all_have_the_same(term: Term) -> None:
    paths = [hand_in(term, "week1", name, "05") for name in ("abe", "baba")]
    for path, time in zip(paths, (1_772_000_000, 1_772_500_000), strict=True):
        os.utime(path, (time, time))
    option = due(term, "exercise,due\n05,2026-02-28\n")
    term.grade("week1", "--due", option)
    assert re.fullmatch(r"\d d \d+ h late, by the file's own time", column(term, "05 late")["baba"])
    assert column(term, "05 late")["abe"] == ""
    for path in paths:  # unpacked once more: times say nothing now, and what was known stays known
        os.utime(path, (1_773_000_000, 1_773_000_000))
    before = column(term, "05 late")
    term.grade("week1")
    assert column(term, "05 late") == before


def test_of_files_unpacked_at_once_nobody_is_called_late(term: Term) -> None:
    for name in ("abe", "baba"):
        hand_in(term, "week1", name, "05")
    term.grade("week1", "--due", due(term, "exercise,due\n05,2000-01-01\n"))
    assert set(column(term, "05 late").values()) == {"time not known"}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("05,3/4/2026", "due.csv, row 2: “3/4/2026” is no date; write it like 2026-03-02 23:59."),
        ("55,2026-03-02", "due.csv, row 2: the course has no exercise “55”"),
        ("05,2026-03-02,nobody", "due.csv, row 2: “nobody” is nobody in this class"),
    ],
)
def test_a_deadline_that_cannot_be_read_is_told_and_stops_nothing(term: Term, row: str, words: str) -> None:
    hand_in(term, "week1", "Abe", "05")
    found = term.grade("week1", "--due", due(term, f"exercise,due,learner\n{row}\n"))
    assert found.exit_code == 0
    assert words in found.output
    assert points(term, "05") == {"Abe": "2"}


def test_a_table_that_is_not_there_gets_a_sentence_before_anything_is_graded(term: Term) -> None:
    hand_in(term, "week1", "Abe", "05")
    found = term.grade("week1", "--due", str(term.folder / "nowhere.csv"))
    assert found.exit_code == 2
    assert "nowhere.csv cannot be read (No such file or directory). Name the table, a CSV file." in found.output
    assert not (term.out / "grades").exists()


@pytest.mark.parametrize(
    ("path", "time"),
    [
        ("Exercise05_s1_attempt_2026-03-02-09-00-00_05.ipynb", "2026-03-02T09:00:00"),
        ("12-34 - Ada Test - Mar 1, 2026 1011 AM/05.ipynb", "2026-03-01T10:11:00"),
        ("12-34 - Ada Test - Mar 1, 2026 911 PM/05.ipynb", "2026-03-01T21:11:00"),
        ("x_attempt_2026-13-02-09-00-00_05.ipynb", ""),
        ("05__20261104104101.ipynb", ""),
    ],
)
def test_learning_systems_write_the_time_into_the_path(tmp_path: Path, path: str, time: str) -> None:
    (tmp_path / "a").touch()
    os.utime(tmp_path / "a", (0, 0))
    (tmp_path / "b").touch()
    found = times_of([(tmp_path / "a", path), (tmp_path / "a", "x")])
    assert found[0] == ((time, "name") if time else ("", ""))


# --- Canvas ------------------------------------------------------------------------------------------------------

EXPORT = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Quiz 5 (777),Exercise 05 (12345),HW 6: Dollars (12346)\n"
    '"    Points Possible",,,,,10,2,3\n'
    '"Abe",11,,,Mon,9,1,3\n"Baba",12,,,Mon,9,,\n'
)


def test_assignments_of_canvas_own_export_are_found_again_and_no_score_is_taken_away(term: Term) -> None:
    export = term.folder / "export.csv"
    export.write_text(EXPORT, encoding="utf-8")
    hand_in(term, "week1", "Abe", "05")
    hand_in(term, "week1", "Baba", "06", "rw")
    said = term.grade("week1", "--roster", str(export)).output
    rows = table(term.text("gradebook_canvas.csv"))
    assert list(rows[0])[5:] == ["Exercise 05 (12345)", "HW 6: Dollars (12346)"]
    assert [list(row.values())[5:] for row in rows[1:]] == [["2", "3.0"], ["", "1"]]
    assert "“HW 6: Dollars (12346)” has 3 points, here it is 2" in said
    assert "takes it away" not in said
    later = term.report().output  # without the export: the columns are remembered, the scores are not
    assert list(table(term.text("gradebook_canvas.csv"))[0])[5:] == ["Exercise 05 (12345)", "HW 6: Dollars (12346)"]
    assert "2 empty cells (Abe (06), Baba (05))" in later
    assert "importing an empty cell takes it away" in later


def test_two_assignments_that_may_be_one_exercise_are_left_to_the_teacher(term: Term) -> None:
    export = term.folder / "export.csv"
    export.write_text("Student,ID,SIS User ID,Exercise 5 (1),Ex. 05 again (2)\nAbe,11,,,\n", encoding="utf-8")
    hand_in(term, "week1", "Abe", "05")
    assert "may each be exercise 05" in term.grade("week1", "--roster", str(export)).output
    (term.out / "weights.csv").write_text("exercise,weight,canvas\n05,,2\n", encoding="utf-8")
    assert "may each be" not in term.report("--roster", str(export)).output
    assert list(table(term.text("gradebook_canvas.csv"))[0])[5:] == ["Ex. 05 again (2)"]


# --- marks by hand -----------------------------------------------------------------------------------------------


def test_the_file_for_marks_is_made_with_a_row_for_each_text(term: Term) -> None:
    hand_in(term, "week4", "Abe", "08")
    hand_in(term, "week4", "Baba", "08", "r-")
    said = term.grade("week4").output
    assert "1 row to mark by hand" in said
    (row,) = table(term.text("marks.csv"))
    assert row == {
        "learner": "Abe",
        "name": "Abe",
        "exercise": "Exercise 08",
        "task": "task 8.2 Task 8.2",
        "points": "",
        "comment": "",
        "text": "Ten ships, and who counted them",
    }


def test_points_and_comments_by_hand_stand_on_the_page_and_in_all_gradebooks(term: Term) -> None:
    hand_in(term, "week1", "Abe", "05", "rw")
    term.grade("week1")
    with (term.out / "marks.csv").open("a", encoding="utf-8") as file:
        file.write("Abe,,,5.2,0.5,Nearly: look at the year\nAbe,,05,,-0.25,One day late\n")
    term.report()
    assert points(term, "05") == {"Abe": "1.25"}
    assert list(table(term.text("gradebook_canvas.csv"))[1].values())[-1] == "1.25"
    page = term.text("feedback/Abe.html")
    assert "0.5 of 1 point, marked by your teacher" in page
    assert "Nearly: look at the year" in page
    assert "−0.25 points for the exercise as a whole. One day late" in page


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Abe,,,5.2,zwei,", "row 2: “zwei” is no number of points; write it like 2 or 2.5."),
        ("Abe,,,5.2,7,", "row 2: 7 points are not between 0 and 1, which the task is worth"),
        ("Abe,,,5.9,1,", "row 2: the course has no task “5.9”; write it like “task 5.2”."),
        ("Abe,,,05. Feb,1,", "row 2: the course has no task “05. Feb”"),
        ("Nemo,,,5.2,1,", "row 2: “Nemo” is nobody in this class"),
        (",,,5.2,1,", "row 2: no learner is named"),
    ],
)
def test_a_bad_cell_is_named_with_its_row_and_stops_nothing(term: Term, row: str, words: str) -> None:
    hand_in(term, "week1", "Abe", "05", "rw")
    term.grade("week1")
    header = "learner,name,exercise,task,points,comment\n"
    path = term.out / "marks.csv"
    path.write_text(f"{header}{row}\nAbe,,,5.2,0.5,\n", encoding="utf-8")
    found = term.report()
    assert found.exit_code == 0
    assert words in found.output
    assert points(term, "05") == {"Abe": "1.5"}
    assert path.read_text(encoding="utf-8") == f"{header}{row}\nAbe,,,5.2,0.5,\n"


@pytest.mark.parametrize(
    ("separator", "encoding", "end"), [(";", "utf-8-sig", "\r\n"), ("\t", "utf-16", "\r\n"), (",", "cp1252", "\n")]
)
def test_rows_are_added_in_the_form_of_the_file_and_no_byte_of_it_is_changed(
    term: Term, separator: str, encoding: str, end: str
) -> None:
    hand_in(term, "week4", "Abe", "08")
    term.out.mkdir()
    lines = [["comment", "task", "mine", "points", "learner"], ["schön", "8.1", "x", "1", "Abe"]]
    path = term.out / "marks.csv"
    content = end.join(separator.join(line) for line in lines).encode(encoding)
    path.write_bytes(content)
    term.grade("week4")
    assert path.read_bytes().startswith(content)
    text = path.read_bytes().decode(encoding)
    assert text.split(end)[2:] == [separator.join(["", '"task 8.2 Task 8.2"', "", "", '"Abe"']), ""]
    term.grade("week4")
    assert path.read_bytes().decode(encoding) == text


def test_a_file_that_is_no_table_of_marks_is_left_alone_and_told(term: Term) -> None:
    hand_in(term, "week4", "Abe", "08")
    term.out.mkdir()
    (term.out / "marks.csv").write_text("who,what\nAbe,good\n", encoding="utf-8")
    said = term.grade("week4").output
    assert "marks.csv needs a first row with the columns “learner” and “task” and “points”; it has who, what." in said
    assert (term.out / "marks.csv").read_text(encoding="utf-8") == "who,what\nAbe,good\n"


def test_a_text_that_has_changed_since_it_was_marked_gets_a_row_of_its_own(term: Term) -> None:
    hand_in(term, "week4", "Abe", "08")
    term.grade("week4")
    path = term.out / "marks.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace('Task 8.2","",', 'Task 8.2","0.5",'), encoding="utf-8")
    term.hand_in("late", f"Abe/{STEM['08']}.ipynb", STEM["08"], "first = 80", 'text = "Another headline"')
    said = term.grade("late").output
    assert "Abe's text for task 8.2 has changed since it was marked" in said
    assert points(term, "08") == {"Abe": "1.5"}
    assert [row["text"] for row in table(term.text("marks.csv"))] == [
        "Ten ships, and who counted them",
        "Another headline",
    ]
    path.write_text(
        path.read_text(encoding="utf-8").replace('8.2",,,"Another', '8.2",1,,"Another'),
        encoding="utf-8",
    )
    assert "has changed since" not in term.report().output
    assert points(term, "08") == {"Abe": "2"}


def test_a_text_of_a_learner_becomes_no_formula_and_breaks_no_page(term: Term) -> None:
    evil = "=cmd|' /C calc'!A0 <script>alert(1)</script>"
    term.hand_in("week4", f"Abe/{STEM['08']}.ipynb", STEM["08"], "first = 80", f'text = "{evil}"')
    hand_in(term, "before", "Baba", "08")
    term.grade("before")
    term.grade("week4")
    assert [row["text"] for row in table(term.text("marks.csv"))] == [HEADLINE, f"'{evil}"]
    assert "<script>" not in term.text("feedback/Abe.html")
    assert "to mark by hand" not in term.report().output


LEE = directory([("Lee-11", Enrolled("Lee, Kim", "11", "kim@example.org"), "11")], {"Lee-11": "0417"})
CELLS = st.one_of(
    st.sampled_from(["learner", "task", "points", "Lee-11", "8.2", "task 8.2", "1,5", "sep=;", '"', ""]), st.text()
)


@given(
    st.lists(st.lists(CELLS, max_size=5), max_size=6),
    st.sampled_from(",;\t"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.binary(max_size=8),
)
def test_whatever_the_file_for_marks_holds_it_is_read_or_told_and_never_changed(
    rows: list[list[str]], separator: str, encoding: str, rest: bytes
) -> None:
    lines = [["learner", "task", "points"], *rows]
    content = "\n".join(separator.join(row) for row in lines).encode(encoding, "replace") + rest
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "marks.csv"
        path.write_bytes(content)
        marks = read_marks(path, LEE, lambda task: 2)
        add_rows(path, marks, [ToMark("Lee-11", "Lee", STEMS[3], "8.2", "Title", "a text")], {})
        assert path.read_bytes().startswith(content)
        assert all("marks.csv" in problem for problem in marks.problems)


@pytest.mark.parametrize("word", ["Lee-11", "lee, kim", "11", "011", "KIM@example.org", "learner 0417", "417", "'11"])
def test_a_learner_is_found_by_any_word_that_a_spreadsheet_leaves(word: str) -> None:
    assert LEE.find(word) == "Lee-11"


@pytest.mark.parametrize(
    ("cell", "task"),
    [
        ("5.2", "5.2"), ("5,2", "5.2"), ("task 5.2", "5.2"), ("5.2 A compound rate", "5.2"), ("05.2", "5.2"),
        ("5.2.2026", ""), ("05.02.2026", ""), ("5", ""), ("2/5", ""), ("May 2", ""), ("", ""), ("5.22", ""),
    ],
)  # fmt: skip
def test_a_task_is_what_a_spreadsheet_left_of_it_and_a_date_is_none(term: Term, cell: str, task: str) -> None:
    assert task_meant(cell)[1] == task


# --- weights, parts, groups --------------------------------------------------------------------------------------


def test_weights_of_tasks_and_exercises_stand_in_one_file(term: Term) -> None:
    hand_in(term, "week1", "Abe", "05", "rw")
    hand_in(term, "week1", "Abe", "06", "rr")
    hand_in(term, "week1", "Baba", "05", "wr")
    (term.folder / "w.csv").write_text("exercise,task,weight\n,5.1,3\n05,,1\n06,,3\n,5.7,2\n", encoding="utf-8")
    said = term.grade("week1", "--weights", str(term.folder / "w.csv")).output
    assert "weights.csv, row 5: the course has no task “5.7”" in said
    rows = {row["name"]: list(row.values())[4:] for row in table(term.text("gradebook.csv"))}
    # Abe: 3 of 4 with weight 1, 2 of 2 with weight 3; Baba: 1 of 4 alone
    assert rows == {"Abe": ["3", "2", "93.75", "100"], "Baba": ["1", "", "25", "25"]}
    assert "3 of 4 points" in term.text("feedback/Abe.html")


def test_parts_of_a_dictionary_give_a_part_of_the_points_only_where_the_teacher_wants_it(term: Term) -> None:
    hand_in(term, "week1", "Abe", "05", "rw")  # its verdict is right, its figure is not
    term.grade("week1")
    assert points(term, "05") == {"Abe": "1"}
    term.report("--partial")
    assert points(term, "05") == {"Abe": "1.5"}
    assert "0.5 of 1 point, for what is right in it: verdict" in term.text("feedback/Abe.html")
    term.report()
    assert points(term, "05") == {"Abe": "1"}


def test_columns_of_a_table_are_parts_and_an_answer_of_one_part_has_none() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}, index=pd.Index(["x", "y"], name="country"))
    whole = task("5.1", "frame", frame)
    assert right_parts(whole, portable(frame.assign(b=[3.0, 5.0]))) == {"a": True, "b": False}
    assert right_parts(whole, portable(frame[["b"]])) == {"a": False, "b": True}
    assert right_parts(whole, portable(frame.iloc[:1])) == {"a": False, "b": False}
    assert right_parts(whole, portable(7)) == {"a": False, "b": False}
    assert right_parts(task("5.1", "x", {"only": 1}), portable({"only": 1})) == {}
    assert right_parts(task("5.1", "x", 3), portable(4)) == {}


def test_one_hand_in_counts_for_all_members_of_a_group(term: Term) -> None:
    hand_in(term, "week1", "Abe", "05", "rw")
    hand_in(term, "week1", "Baba", "05", "rr")
    hand_in(term, "week1", "Chiba", "06", "rr")
    hand_in(term, "week1", "Doi", "05", "ww")
    (term.folder / "g.csv").write_text("group,learner\nReds,Abe\nReds,baba\nReds,Chiba\nBlues,Doi\nReds,Doi\n", "utf-8")
    said = term.grade("week1", "--groups", str(term.folder / "g.csv")).output
    assert "groups.csv, row 6: Doi is in Blues already" in said
    assert "Reds handed in more than one notebook of exercise 05" in said
    assert points(term, "05") == {"Abe": "2", "Baba": "2", "Chiba": "2", "Doi": "0"}
    assert points(term, "06") == {"Abe": "2", "Baba": "2", "Chiba": "2", "Doi": ""}
    assert [row["handed_in"] for row in table(term.text("items.csv"))] == ["2", "2", "1", "1"]  # Reds' 05 and 06, Doi's
    page = term.text("feedback/Chiba.html")
    assert "Handed in by your group, <bdi>Reds</bdi>" in page
    assert "Baba" not in page


# --- anonymous marking -------------------------------------------------------------------------------------------


KNOW_NAMES = {"names.csv", "term.json", "people.csv", ".people.json"}
"""What the command itself needs; no report is among them."""


def test_with_numbers_no_report_and_no_line_on_the_screen_has_a_name(term: Term) -> None:
    names = ["Abe Yuki", "Baba Ken", "Chiba Rin"]
    (term.folder / "roster.csv").write_text(
        "name,id\n" + "".join(f"{n},s-90{i}01\n" for i, n in enumerate(names)), "utf-8"
    )
    for name in names[:2]:
        hand_in(term, "week4", name, "08")
    (term.folder / "week4" / names[0] / "essay.docx").write_text("x", encoding="utf-8")
    said = term.grade("week4", "--anonymous", "--roster", str(term.folder / "roster.csv"))
    assert said.exit_code == 0, said.output
    numbers = {row["name"]: row["number"] for row in table(term.text("names.csv"))}
    assert set(numbers) == set(names)
    reports = [path for path in term.out.rglob("*.*") if path.is_file() and "grades" not in path.parts]
    told = {path.name: path.read_text(encoding="utf-8") for path in reports if path.name not in KNOW_NAMES}
    for word in (*names, "Abe_Yuki", "s-90001"):  # none of which a hash could hold by chance
        assert [name for name, text in told.items() if word in text or word in name] == []
        assert word not in said.output
    assert not (term.out / "gradebook_canvas.csv").exists()
    assert sorted(path.stem for path in (term.out / "feedback").iterdir()) == sorted(numbers.values())
    text = term.text("marks.csv")
    own = numbers["Abe Yuki"]
    (term.out / "marks.csv").write_text(re.sub(rf'("learner {own}".*?),"","",', r'\1,"0,5","Fine",', text), "utf-8")
    term.report("--anonymous")
    assert points(term, "08") == {f"Learner {numbers['Abe Yuki']}": "1.5", f"Learner {numbers['Baba Ken']}": "2",
                                  f"Learner {numbers['Chiba Rin']}": ""}  # fmt: skip
    term.report()
    assert points(term, "08") == {"Abe Yuki": "1.5", "Baba Ken": "2", "Chiba Rin": ""}
    assert not (term.out / "feedback" / f"{own}.html").exists()
    (page,) = (term.out / "feedback").glob("Abe_Yuki*.html")
    assert "Fine" in page.read_text(encoding="utf-8")


# --- pages and lists ---------------------------------------------------------------------------------------------


def test_everybody_on_the_roster_has_a_page_that_says_what_to_do(term: Term) -> None:
    (term.folder / "roster.csv").write_text("name,id\nAbe,1\nBaba,2\nOno,3\n", encoding="utf-8")
    hand_in(term, "week1", "Abe", "05")
    (term.folder / "week1" / "Baba").mkdir()
    (term.folder / "week1" / "Baba" / f"{STEM['05']}.ipynb").write_text("{", encoding="utf-8")
    term.grade("week1", "--roster", str(term.folder / "roster.csv"))
    pages = {path.stem.split("-")[0]: path.read_text(encoding="utf-8") for path in (term.out / "feedback").iterdir()}
    assert set(pages) == {"Abe", "Baba", "Ono"}
    assert "This file of yours could not be read" in pages["Baba"]
    assert "is damaged" in pages["Baba"]
    assert re.search(r"was handed in for:</p>\s*<ul>\s*<li>05 Budget</li>", pages["Ono"])
    assert "What you can do: open the exercise" in pages["Ono"] and "What you can do" in pages["Baba"]
    assert "What you can do" not in pages["Abe"]
    remarks = [(row["name"], row["kind"]) for row in table(term.text("remarks.csv"))]
    assert remarks == [("Baba", "missing"), ("Baba", "unreadable"), ("Ono", "missing")]


def alike(term: Term) -> list[tuple[str, str, str]]:
    return [(row["kind"], row["learners"], row["what"]) for row in table(term.text("alike.csv"))]


CODE = "a = {number}\nb = a * 1\nc = b\n{name} = c"


def test_what_few_have_in_common_is_listed_and_what_many_have_is_not(term: Term) -> None:
    for n, name in enumerate(["Abe", "Baba", "Chiba", "Doi", "Endo", "Fukuda"]):
        first = {"Abe": "first = 17.5", "Baba": "first  = 35/2 # mine", "Endo": "first = 100", "Fukuda": "first = 100"}
        figure = 77 if n in (2, 3, 4) else 90 + n  # what three of six have is not unusual
        second = f'second = {{"verdict": "holds", "figure": {figure}}}'
        term.hand_in("week1", f"{name}/{STEM['05']}.ipynb", STEM["05"], first.get(name, f"first = {n}"), second)
    same = hand_in(term, "week1", "Abe", "06", "rw").read_bytes()
    (term.folder / "week1" / "Endo" / f"{STEM['06']}.ipynb").write_bytes(same)
    term.grade("week1")
    assert alike(term) == [
        ("the same wrong value", "Abe; Baba", "5.1: 17.5; 2 of 6 who tried it have this"),  # 100 is a named mistake
        ("the same file", "Abe; Endo", "every byte; 2 of 2 notebooks are this file"),
    ]
    page = term.text("alike.html")
    assert "For the teacher alone" in page and "Alike isn’t copied" in page
    assert not {"Baba", "Endo", "unusual", "alike"} & set(re.findall(r"\w+", term.text("feedback/Abe.html")))
    assert column(term, "05 Budget (of 2)")["Abe"] == "0"


def test_the_same_code_and_the_courses_own_solution_are_told_apart(term: Term) -> None:
    solution = [CODE.format(number=50, name="first"), 'd = 5\ne = d\nsecond = {"verdict": "holds", "figure": e}']
    term.hand_in("solutions", f"{STEM['05']}.ipynb", STEM["05"], *solution)
    shared = ["x = 25\ny = x + x\n\nfirst = y", 'k = 2\nk += 3\nsecond = {"verdict": "holds", "figure": k}']
    for name in ["Abe", "Baba"]:
        term.hand_in("week1", f"{name}/{STEM['05']}.ipynb", STEM["05"], f"# {name}\n{shared[0]}", shared[1])
    for name in ["Chiba", "Goto"]:
        term.hand_in("week1", f"{name}/{STEM['05']}.ipynb", STEM["05"], *(f"{one}\n# {name}" for one in solution))
    term.hand_in("solutions", f"{STEM['06']}.ipynb", STEM["06"], *RIGHT["06"])
    for name in ["Doi", "Endo"]:
        term.hand_in("week1", f"{name}/{STEM['06']}.ipynb", STEM["06"], *RIGHT["06"])
    for n, name in enumerate(["Doi", "Endo", "Fukuda"]):
        term.hand_in("week1", f"{name}/{STEM['05']}.ipynb", STEM["05"], f"first = 50 + 0 * {n}", RIGHT["05"][1])
    term.grade("week1")
    assert alike(term) == [
        ("the same code", "Abe; Baba", "5.1: the same 3 lines; 2 of 7 notebooks have them"),
        ("the same code", "Abe; Baba", "5.2: the same 3 lines; 2 of 7 notebooks have them"),
        *[
            ("the course's own solution", name, f"{what}; 2 of 7 notebooks have them")
            for name in ("Chiba", "Goto")
            for what in ("5.1: the solution's 4 lines", "5.2: the solution's 3 lines")
        ],
        ("the course's own solution", "Doi; Endo", "every byte of the solved notebook; 2 of 2 notebooks are this file"),
    ]


def test_members_of_a_group_are_not_held_against_each_other(term: Term) -> None:
    same = hand_in(term, "week1", "Abe", "05", "rw").read_bytes()
    for name in ("Baba", "Chiba"):
        (term.folder / "week1" / name).mkdir()
        (term.folder / "week1" / name / f"{STEM['05']}.ipynb").write_bytes(same)
    (term.folder / "g.csv").write_text("group,learner\nReds,Abe\nReds,Baba\n", encoding="utf-8")
    term.grade("week1", "--groups", str(term.folder / "g.csv"))
    assert [one[1] for one in alike(term)] == ["Abe; Chiba"]


def test_untouched_notebooks_are_not_alike(term: Term) -> None:
    for name in ("Abe", "Baba", "Chiba"):
        hand_in(term, "week1", name, "05", "--")
    hand_in(term, "week1", "Doi", "05")
    term.grade("week1")
    assert alike(term) == []
