"""A graded class becomes gradebooks that Canvas and Moodle take, and a page for each learner about nobody else."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import itertools
import json
import re
import shutil
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from learner import Notebook as LearnersNotebook
from made_class import OTHER_STEM, STEM, every, graded, person, results, view
from typer.testing import CliRunner

from alliance.checking.keys import load_key, stems
from alliance.classroom.keeping.csvfile import BYTE_ORDER_MARK, as_csv
from alliance.classroom.keeping.results import HandIn, TaskResult, Trace
from alliance.classroom.keeping.safekeeping import write_files
from alliance.classroom.reporting.books.cells import title
from alliance.classroom.reporting.feedback import feedback_page
from alliance.classroom.reporting.gradebook import gradebooks
from alliance.classroom.reporting.people import ClassView, gather
from alliance.classroom.reporting.reports import write_reports
from alliance.classroom.taking_in.intake import Intake, take_in
from alliance.classroom.taking_in.matching import match
from alliance.classroom.taking_in.roster import Enrolled, Learner, read_roster
from alliance.cli import app

ROOT = Path(__file__).resolve().parent.parent
UNTOUCHED = ROOT / "exercises" / f"{STEM}.ipynb"
SOLVED = ROOT / "solutions" / f"{STEM}.ipynb"
DEFENCE, KOREA = title(STEM), title(OTHER_STEM)
ALL, ALL_OTHERS = len(load_key(STEM).tasks), len(load_key(OTHER_STEM).tasks)
"""How many points there are in the two exercises of the class."""
UNPLEASANT = [
    "O'Brien", "Łukasz Żółć", "=cmd|'/c calc'!A1", "+1", "-lee", "@kim", "Kim, Lee", 'the "one"', "a;=1+2", "x" * 300,
    "محمد عبد الله", "\u202eevil", "tab\tname", "line\nname", "a/b", "..", "CON", "", "!!!", "😀", "<b>bold</b>",
    "{{ 7*7 }}",
]  # fmt: skip


# --- what Canvas and Moodle do with a file -----------------------------------------------------------------------


def canvas_import(text: str, users: Mapping[str, str]) -> tuple[dict[str, dict[str, str]], dict[str, float]]:
    """Import a gradebook as Canvas does; return scores by user and assignment, and points possible.

    The rules are those of https://github.com/instructure/canvas-lms/blob/master/lib/gradebook_importer.rb: Ruby's CSV
    takes no quotation mark behind a byte order mark; the header has Student, ID, SIS User ID, SIS Login ID, Section;
    columns that are called like a total are passed over; `name (12)` is the assignment with that number; a row is a
    student unless its first cell says Points Possible; students are found by ID, then SIS ID, then name. users: names
    by Canvas's ID.
    """
    assert not text.startswith(f'{BYTE_ORDER_MARK}"')
    rows = list(csv.reader(io.StringIO(text, newline="")))
    header = rows[0]
    assert "Student" in header[0]
    assert header[1:5] == ["ID", "SIS User ID", "SIS Login ID", "Section"]
    assignments = header[5:]
    assert len(set(header)) == len(header)
    totals = r"(Current|Final|Override) (Score|Points|Grade|Status)"
    assert not any(re.search(totals, name) or re.search(r"\(\d+\)\s*$", name) for name in assignments)
    points: dict[str, float] = {}
    scores: dict[str, dict[str, str]] = {}
    for row in rows[1:]:
        assert len(row) == len(header)
        if "Points Possible" in row[0]:
            points = {name: float(cell) for name, cell in zip(assignments, row[5:], strict=True)}
            continue
        found = row[1] if row[1] in users else next((one for one, name in users.items() if name == row[0]), None)
        assert found is not None, row
        assert found not in scores
        scores[found] = dict(zip(assignments, row[5:], strict=True))
    return scores, points


def moodle_import(text: str, map_from: str, users: Mapping[str, str]) -> dict[str, dict[str, float | str | None]]:
    """Import grades as Moodle does, every grade column mapped to an item; return grades and feedback by user.

    The rules are those of https://github.com/moodle/moodle/blob/main/grade/import/csv/classes/load_data.php: a user who
    is not found stops the import; a row without identity goes to the user of the row before; `-` and nothing are no
    grade in an item that exists, and only `-` is in a new one; a grade above 100 is refused. Importing feedback without
    its grade takes the grade away (https://docs.moodle.org/405/en/Grade_import). users: names by identity.
    """
    rows = list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))
    header = [name.strip() for name in rows[0]]
    columns = [name for name in header if name not in {map_from, "Name"}]
    assert {f"{name} (feedback)" for name in columns[::2]} == set(columns[1::2])
    grades: dict[str, dict[str, float | str | None]] = {}
    student = None
    for row in rows[1:]:
        assert len(row) == len(header)
        cells = dict(zip(header, row, strict=True))
        if cells[map_from]:
            student = users[cells[map_from]]
        assert student is not None
        own = grades.setdefault(student, {})
        for name in columns:
            if name.endswith("(feedback)"):
                own[name] = cells[name]
                continue
            assert cells[name] != "", "a new item would get an empty text for a grade"
            own[name] = None if cells[name] == "-" else float(cells[name])
            assert (own[name] or 0) <= 100
    return grades


def cells_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


LEE = Enrolled("Lee, Kim", "11", "kim@example.org", "kim", "S-11", "kim.lee", "Monday")
ITO = Enrolled("Ito, Jun", "12", "jun@example.org", "jun", "S-12", "jun.ito", "Monday")


@pytest.fixture
def two() -> ClassView:
    """Lee has two right of exercise 08 wrong and 14 all right, Ito has 08 only and there one task typed in."""
    typed_in = TaskResult("8.3", "right", computed=False)
    lee = person(LEE, results(t1="wrong", t2="raised"), results(OTHER_STEM))
    return view(lee, person(ITO, results(t3=typed_in, t4="not tried")))


def test_canvas_takes_its_gradebook(two: ClassView) -> None:
    scores, points = canvas_import(gradebooks(two).files["gradebook_canvas.csv"], {"11": "x", "12": "y"})
    assert scores == {
        "11": {DEFENCE: f"{ALL - 2}", KOREA: f"{ALL_OTHERS}"},
        "12": {DEFENCE: f"{ALL - 2}", KOREA: ""},
    }
    assert points == {DEFENCE: ALL, KOREA: ALL_OTHERS}


def test_moodle_takes_its_gradebook(two: ClassView) -> None:
    users = {"kim@example.org": "kim", "jun@example.org": "jun"}
    grades = moodle_import(gradebooks(two).files["gradebook_moodle.csv"], "Email address", users)
    assert grades == {
        "kim": {
            DEFENCE: ALL - 2,
            f"{DEFENCE} (feedback)": f"{ALL - 2} of {ALL} tasks are right; wrong: 8.1; error: 8.2.",
            KOREA: ALL_OTHERS,
            f"{KOREA} (feedback)": f"{ALL_OTHERS} of {ALL_OTHERS} tasks are right.",
        },
        "jun": {
            DEFENCE: ALL - 2,
            f"{DEFENCE} (feedback)": f"{ALL - 2} of {ALL} tasks are right; not computed: 8.3; not tried: 8.4.",
            KOREA: None,
            f"{KOREA} (feedback)": "",
        },
    }


def test_the_plain_gradebook_has_a_row_for_everybody_on_the_roster(two: ClassView) -> None:
    absent = person(Enrolled("Abe, Yu", "13"))
    rows = cells_of(gradebooks(view(*two.people, absent)).files["gradebook.csv"])
    assert rows == [
        ["name", "id", "email", "section", f"{DEFENCE} (of {ALL})", f"{KOREA} (of {ALL_OTHERS})"],
        ["Lee, Kim", "11", "kim@example.org", "Monday", f"{ALL - 2}", f"{ALL_OTHERS}"],
        ["Ito, Jun", "12", "jun@example.org", "Monday", f"{ALL - 2}", ""],
        ["Abe, Yu", "13", "", "", "", ""],
    ]


def test_who_handed_in_nothing_is_in_no_import_because_an_empty_cell_takes_a_score_away(two: ClassView) -> None:
    everybody = gradebooks(view(*two.people, person(Enrolled("Abe, Yu", "13", "abe@example.org")))).files
    assert everybody["gradebook_canvas.csv"] == gradebooks(two).files["gradebook_canvas.csv"]
    assert everybody["gradebook_moodle.csv"] == gradebooks(two).files["gradebook_moodle.csv"]


def test_what_the_grader_could_not_judge_is_never_counted_as_wrong() -> None:
    fault = TaskResult("8.1", "not graded", fault="lost")
    books = gradebooks(view(person(LEE, results(t1=fault)), person(ITO, results())))
    scores, _ = canvas_import(books.files["gradebook_canvas.csv"], {"11": "x", "12": "y"})
    assert scores == {"11": {DEFENCE: ""}, "12": {DEFENCE: f"{ALL}"}}
    assert cells_of(books.files["gradebook_moodle.csv"])[1][2] == "-"
    assert any("Lee, Kim (08)" in note and "could not judge" in note for note in books.notes)


def test_without_a_roster_nothing_is_invented_and_the_teacher_is_told() -> None:
    books = gradebooks(view(person("lee", results()), person("ito", results())))
    assert [row[1:5] for row in cells_of(books.files["gradebook_canvas.csv"])[2:]] == [["", "", "", ""]] * 2
    assert len(cells_of(books.files["gradebook_moodle.csv"])) == 1
    canvas, moodle = books.notes
    assert "2 learners have neither an ID nor an SIS ID (lee, ito)" in canvas
    assert "left out of gradebook_moodle.csv" in moodle


def test_a_learner_whom_moodle_cannot_find_does_not_give_grades_to_the_one_before() -> None:
    people = [person(LEE, results()), person("nobody", results(t1="wrong")), person(ITO, results())]
    books = gradebooks(view(*people))
    grades = moodle_import(
        books.files["gradebook_moodle.csv"], "Email address", {one.email: one.name for one in (LEE, ITO)}
    )
    assert {name: own[DEFENCE] for name, own in grades.items()} == {"Lee, Kim": ALL, "Ito, Jun": ALL}
    assert any("(nobody)" in note for note in books.notes)


def test_canvas_number_in_a_files_name_is_enough_for_canvas() -> None:
    books = gradebooks(view(person("leekim", results(), number="12345")))
    scores, _ = canvas_import(books.files["gradebook_canvas.csv"], {"12345": "Lee, Kim"})
    assert scores == {"12345": {DEFENCE: f"{ALL}"}}
    assert not any("Canvas" in note for note in books.notes)


def test_two_learners_of_one_name_stay_two() -> None:
    twins = [person(Enrolled("Kim Lee", number), results(), number=number) for number in ("1", "2")]
    scores, _ = canvas_import(gradebooks(view(*twins)).files["gradebook_canvas.csv"], {"1": "Kim Lee", "2": "Kim Lee"})
    assert set(scores) == {"1", "2"}
    assert len({one.folder for one in twins}) == 2


@pytest.mark.parametrize("name", UNPLEASANT)
def test_no_name_becomes_a_formula_and_none_breaks_an_import(name: str) -> None:
    learner = Enrolled(name or "?", "77", "seven@example.org", section=name)
    for file, text in gradebooks(view(person(learner, results()), person(LEE, results()))).files.items():
        for cell in (cell for row in cells_of(text) for cell in row):
            assert not cell.startswith(("=", "+", "@", "\t", "\r", "\n")), file
            assert not cell.startswith("-") or cell == "-", file
        for line in text.splitlines()[1:]:  # a semicolon of a name must not begin a cell where it separates cells
            assert not re.search(r'(^|[^"]);=', re.sub(r'"[^"]*"', '""', line)), file
    scores, _ = canvas_import(
        gradebooks(view(person(learner, results()), person(LEE, results()))).files["gradebook_canvas.csv"],
        {"77": name, "11": "x"},
    )
    assert scores["77"] == {DEFENCE: f"{ALL}"}


def test_a_name_is_imported_unchanged_since_only_the_cell_gets_the_apostrophe() -> None:
    assert cells_of(as_csv(["a"], [["=1"], ["lee"], ["-"], [-1.5], [None]]))[1:] == [
        ["'=1"],
        ["lee"],
        ["-"],
        ["-1.5"],
        [""],
    ]


def test_an_identifier_like_a_formula_is_told() -> None:
    books = gradebooks(view(person(Enrolled("Lee", "1", "=lee@example.org"), results())))
    assert any("begins like a formula" in note for note in books.notes)


@pytest.mark.parametrize("people", [[], [person(LEE)]])
def test_an_empty_class_gives_headers_alone(people: list[Any], tmp_path: Path) -> None:
    notes = write_reports(tmp_path, view(*people))
    assert notes == []
    assert len(cells_of((tmp_path / "gradebook_moodle.csv").read_text(encoding="utf-8"))) == 1
    assert "Nothing has been graded yet" in (tmp_path / "items.html").read_text(encoding="utf-8")
    assert len(list(tmp_path.glob("feedback/*"))) == len(people)


# --- who is who --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", UNPLEASANT)
def test_every_name_gives_a_file_that_every_system_can_hold(name: str) -> None:
    folder = Learner(name).folder
    assert re.fullmatch(r"[\w.-]+", folder)
    assert not folder.startswith(".")
    assert folder.upper().split(".")[0] not in {"CON", "PRN", "AUX", "NUL"}
    assert len(f"{folder}-1234567890.html".encode()) <= 255


def test_names_that_differ_have_files_that_differ() -> None:
    folders = [Learner(name).folder for name in UNPLEASANT]
    assert len(set(folders)) == len(UNPLEASANT)
    assert Learner("Jose\u0301").folder == Learner("José").folder == "José"


def write_roster(path: Path, text: str) -> list[Enrolled]:
    path.write_text(text, encoding="utf-8")
    return read_roster(path)


def test_canvas_and_moodles_own_exports_are_rosters(tmp_path: Path) -> None:
    header = "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,05 x (9)"
    canvas = f'{header}\n    Points Possible,,,,,8\n"Lee, Kim",11,S-11,kim,Mon,\n'
    moodle = '"First name","Last name","ID number","Email address"\nKim,Lee,77,kim@example.org\n'
    assert write_roster(tmp_path / "a.csv", canvas) == [
        Enrolled("Lee, Kim", "11", sis_user_id="S-11", sis_login_id="kim", section="Mon")
    ]
    assert write_roster(tmp_path / "b.csv", moodle) == [Enrolled("Kim Lee", "77", "kim@example.org")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_roster_is_read_as_excel_writes_it_in_every_country(tmp_path: Path, separator: str) -> None:
    rows = [["name", "id", "email", "a, b; c; d; e"], ['"O""Hara; Kim, ""Jo"""', "77", "kim@example.org", "1"]]
    header = ['"a, b; c; d; e"' if "," in cell else cell for cell in rows[0]]
    text = "\r\n".join(separator.join(row) for row in (header, rows[1]))
    assert write_roster(tmp_path / "r.csv", text) == [Enrolled('O"Hara; Kim, "Jo"', "77", "kim@example.org")]


def test_learners_are_matched_by_canvas_number_and_else_by_name() -> None:
    roster = [LEE, ITO, Enrolled("Kim Lee", "77")]
    learners = [Learner("leekim", "11", "canvas"), Learner("Ito_Jun"), Learner("Kim Lee", "11", "moodle")]
    found = match(learners, roster)
    assert [found.rows[one.folder] for one in learners] == roster
    assert found.doubts == []


def test_what_could_be_two_is_left_open_and_told() -> None:
    same_name = match([Learner("kim lee")], [Enrolled("Kim Lee", "1"), Enrolled("Kim Lee", "2")])
    assert same_name.rows == {}
    assert "2 rows of the roster are called kim lee" in same_name.doubts[0]
    same_row = match([Learner("Kim Lee"), Learner("kimlee")], [Enrolled("Kim Lee", "1")])
    assert same_row.rows == {}
    assert "would be the same row" in same_row.doubts[0]
    stranger = match([Learner("leekim", "99", "canvas")], [LEE])
    assert stranger.rows == {}


def test_a_class_is_gathered_from_what_is_there() -> None:
    roster = [Enrolled("Kim Lee", "11", "kim@example.org"), Enrolled("Abe")]
    late = HandIn(dataclasses.asdict(Learner("Lee", "11", "canvas")), "hash", late=True)
    done = dataclasses.replace(graded("Lee-11", results()), hand_in=late, traces={"8.1": Trace(changed=4)})
    waiting = [Learner("Lee", "11", "canvas"), Learner("ito")]  # ito's notebook was not reached
    found = gather([done], [], roster, waiting)
    assert [one.enrolled.name for one in found.people] == ["Abe", "ito", "Kim Lee"]
    assert [one.enrolled.name for one in found.handed_in] == ["Kim Lee"]
    (lee,) = found.handed_in
    assert (lee.canvas_id, lee.notebooks[STEM].late, lee.enrolled.email) == ("11", "late", "kim@example.org")
    assert lee.notebooks[STEM].changed == {"8.1": 4}


# --- the pages of learners ---------------------------------------------------------------------------------------


class Page(HTMLParser):
    """A page as it is read: its text, its elements, and the addresses in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._style = False
        self.feed(html)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.words.append(data)


def test_a_page_says_what_became_of_each_task_and_what_to_read_again() -> None:
    key = load_key(STEM)
    mean = key.tasks["8.1"].wrong[0]
    tasks = results(
        t1=TaskResult("8.1", "wrong", mean.message, mean.name),
        t2=TaskResult("8.2", "raised", "Your code raised an error: NameError: name 'x'"),
        t3=TaskResult("8.3", "right", computed=False, twin="`x` stays the same when the data change."),
        t4="not tried",
        t5=TaskResult("8.5", "not graded", fault="the process was lost"),
    )
    text = Page(feedback_page(person(LEE, tasks))).text
    assert "8.1 A compound rate ✘ wrong This is the mean of the yearly rates." in text
    assert "Read again: Lesson 08, Japan's defence budget: “How fast is it growing?”." in text
    assert "error Your code raised an error: NameError: name 'x'" in text
    assert "it differs from what was asked; or the code had to be stopped" in text
    assert "not computed x stays the same when the data change. The answer is right for these data, but it" in text
    assert "not tried This is taught in: Lesson 08" in text
    assert "That is its fault and not yours" in text
    assert "the process was lost" not in text
    assert f"{ALL - 5} of {ALL} tasks right" in text
    assert text.count("✔ right") == ALL - 5 + 1  # each such task, and what the word means


def test_a_section_of_an_earlier_lesson_is_named_with_its_lesson() -> None:
    stem, task = next(
        (stem, task)
        for stem in stems()
        for task in load_key(stem).tasks.values()
        if re.match(r"\d\d: ", task.section) and not task.section.startswith(stem[:2])
    )
    lesson, heading = task.section.split(": ", 1)
    text = Page(feedback_page(person(LEE, results(stem, **{f"t{task.task.split('.')[1]}": "wrong"})))).text
    assert re.search(f"Lesson {lesson}, [^:]*: “{re.escape(heading)}”", text)
    (found,) = set(re.findall(rf"lessons/({lesson}_\w+)\.ipynb", text))
    assert found in stems("lessons")


def test_a_page_holds_all_it_needs_and_runs_nothing() -> None:
    page = Page(feedback_page(person(LEE, results(t1="wrong"))))
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert all(
        str(value).startswith("#") for _, attrs in page.tags for name, value in attrs.items() if name in {"href", "src"}
    )
    policy = next(attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    headings = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert headings[0] == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(headings))


def test_a_page_says_nothing_of_the_solution() -> None:
    """What is wrong is said in the words of `check`; neither expected values nor the reference's code are there."""
    key = load_key(STEM)
    solved = LearnersNotebook(SOLVED)
    text = Page(feedback_page(person(LEE, results(**every("wrong"))))).text
    for name, task in key.tasks.items():
        if task.expected.type == "number":
            assert f"{task.expected.value:.2f}" not in text
        for line in solved.cell(name).source.splitlines():
            assert len(line) < 25 or line not in text


def test_no_page_names_another_learner(tmp_path: Path) -> None:
    names = ["Abe Yu", "Lee Kim", "Ito Jun"]
    write_reports(tmp_path, view(*(person(name, results(t1="wrong")) for name in names)))
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / "feedback").iterdir()}
    assert len(pages) == 3
    for name in names:
        own = Learner(name).folder
        assert name in pages[own]
        for other in set(pages) - {own}:
            assert name not in pages[other]
            assert own not in pages[other]
        for file in ("items.html", "items.csv"):
            text = (tmp_path / file).read_text(encoding="utf-8")
            assert name not in text
            assert own not in text


@pytest.mark.parametrize("name", UNPLEASANT)
def test_no_name_and_no_message_breaks_a_page(name: str) -> None:
    bad = TaskResult("8.1", "raised", f"`{name}` </p><script>alert(1)</script>\x00\x1b[31m" + "y" * 100_000)
    html = feedback_page(person(name or "?", results(t1=bad)))
    page = Page(html)
    assert "script" not in {tag for tag, _ in page.tags}
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", html)
    assert len(html) < 60_000
    assert "49" not in Page(feedback_page(person(name, results()))).text or name != "{{ 7*7 }}"


def test_remarks_on_a_file_stand_on_its_owners_page(tmp_path: Path) -> None:
    for name in ("lee/my homework.ipynb", f"lee/{STEM} (1).ipynb", f"ito/{STEM}.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(UNTOUCHED, tmp_path / name)
    intake = take_in(tmp_path)
    chosen = next(one for one in intake.handed if one.learner.name == "lee")
    done = [
        dataclasses.replace(graded(one.learner.folder, results()), file=str(one.path.relative_to(tmp_path)))
        for one in intake.handed
    ]
    pages = {one.folder: Page(feedback_page(one)).text for one in gather(done, intake.remarks, []).people}
    assert f"The file is called “{chosen.path.stem}” and holds exercise 08" in pages["lee"]
    assert "Other files" in pages["lee"]
    assert "The same notebook as" in pages["lee"]
    for words in ("The file is called", "Other files", "The same notebook"):
        assert words not in pages["ito"]


# --- all files together ------------------------------------------------------------------------------------------


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_results_give_the_same_bytes_in_whatever_order_they_came(two: ClassView, tmp_path: Path) -> None:
    write_reports(tmp_path / "a", two)
    write_reports(tmp_path / "b", two)
    write_reports(tmp_path / "b", two)
    assert hashes(tmp_path / "a") == hashes(tmp_path / "b")


def test_json_for_other_tools_holds_everything(two: ClassView, tmp_path: Path) -> None:
    write_reports(tmp_path, two)
    data = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert set(data) == {"schema", "exercises", "learners", "items"}
    assert data["schema"] == 1
    assert data["exercises"][0]["tasks"][0]["section"] == {
        "lesson": "08",
        "heading": "How fast is it growing?",
    }
    lee = data["learners"][0]
    assert (lee["name"], lee["canvas_id"], [one["points"] for one in lee["notebooks"]]) == (
        "Lee, Kim",
        "11",
        [ALL - 2, ALL_OTHERS],
    )
    assert [task["outcome"] for task in data["learners"][1]["notebooks"][0]["tasks"]][2:4] == [
        "not computed",
        "not tried",
    ]
    assert [item["task"] for item in data["items"]][:2] == ["8.1", "8.2"]
    assert "seconds" not in (tmp_path / "results.json").read_text(encoding="utf-8")


def test_what_a_teacher_wrote_into_a_file_is_kept_aside(tmp_path: Path) -> None:
    assert write_files(tmp_path, {"a.csv": "one", "b.csv": "b"}) == []
    (tmp_path / "a.csv").write_text("one, and my notes", encoding="utf-8")
    notes = write_files(tmp_path, {"a.csv": "two"})
    assert "kept as a.kept-1.csv" in notes[0]
    assert (tmp_path / "a.kept-1.csv").read_text(encoding="utf-8") == "one, and my notes"
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "two"
    assert not (tmp_path / "b.csv").exists()  # nobody had touched it, and it is no result any more


def test_what_lay_there_before_the_first_run_is_kept_aside(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "z.csv").write_text("mine", encoding="utf-8")
    assert len(write_files(tmp_path, {"a.csv": "ours"})) == 1
    assert write_files(tmp_path, {"a.csv": "ours"}) == []
    assert (tmp_path / "a.kept-1.csv").read_text(encoding="utf-8") == (tmp_path / "z.csv").read_text(encoding="utf-8")


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    """Four notebooks of three learners, as Canvas names them: one solved, one untouched, one with a known mistake."""
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(SOLVED, folder / f"leekim_11_1_{STEM}.ipynb")
    shutil.copy(UNTOUCHED, folder / f"itojun_12_2_{STEM}.ipynb")
    shutil.copy(ROOT / "solutions" / f"{OTHER_STEM}.ipynb", folder / f"itojun_12_4_{OTHER_STEM}.ipynb")
    wrong = LearnersNotebook(UNTOUCHED)
    wrong.answer("8.1", "wide_cagr_percent = wide.pct_change().loc[2017:2024].mean() * 100")
    wrong.save(folder / f"abeyu_LATE_13_3_{STEM}.ipynb")
    return folder


def test_the_command_writes_all_of_it_twice_the_same_and_changes_no_notebook(
    handed_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bubblewrap: str
) -> None:
    monkeypatch.chdir(ROOT)
    roster = tmp_path / "roster.csv"
    roster.write_text("name,id,email\nKim Lee,11,kim@example.org\nJun Ito,12,jun@example.org\n", encoding="utf-8")
    before = hashes(handed_in)
    out = tmp_path / "out"
    arguments = ["grade", str(handed_in), "--out", str(out), "--workers", "1", "--roster", str(roster)]
    first = CliRunner().invoke(app, arguments, env={"COLUMNS": "300"})
    assert first.exit_code == 0, first.output
    assert "left out of gradebook_moodle.csv" in first.output
    assert f"Written to {out}" in first.output
    written = hashes(out)
    scores, points = canvas_import(
        (out / "gradebook_canvas.csv").read_text(encoding="utf-8"), {"11": "", "12": "", "13": ""}
    )
    assert scores == {
        "11": {DEFENCE: f"{ALL}", KOREA: ""},
        "12": {DEFENCE: "", KOREA: f"{ALL_OTHERS}"},
        "13": {DEFENCE: "0", KOREA: ""},
    }
    assert points == {DEFENCE: ALL, KOREA: ALL_OTHERS}
    abe = Page((out / "feedback" / "abeyu-13.html").read_text(encoding="utf-8")).text
    assert "✘ wrong This is the mean of the yearly rates." in abe
    assert "marked this file as late" in abe
    items = {row[1]: row for row in cells_of((out / "items.csv").read_text(encoding="utf-8"))}
    assert items["8.1"][4:12] == ["2", "2", "1", "0", "1", "0", "0", "0"]
    assert items["8.1"][12] == "mean-of-yearly-rates: 1"
    second = CliRunner().invoke(app, arguments, env={"COLUMNS": "300"})
    assert second.exit_code == 0, second.output
    assert hashes(out) == written
    assert hashes(handed_in) == before


def test_an_interrupted_run_writes_what_is_there(
    handed_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(root: Path, submissions: Path, out: Path, intake: Intake, how: object, tell: Any) -> None:
        tell(graded("leekim-11", results()))
        raise KeyboardInterrupt

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("alliance.classroom.running.grading.grade_class", interrupted)
    out = tmp_path / "out"
    result = CliRunner().invoke(app, ["grade", str(handed_in), "--out", str(out), "--no-sandbox"])
    assert result.exit_code == 130
    assert "Interrupted after 1 of 3 notebooks" in result.output
    scores, _ = canvas_import((out / "gradebook_canvas.csv").read_text(encoding="utf-8"), {"11": ""})
    assert scores == {"11": {DEFENCE: f"{ALL}"}}
