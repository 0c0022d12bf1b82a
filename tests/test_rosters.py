"""A roster is read in whatever language and shape a system or spreadsheet saves it, or refused with what was found."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.classroom.taking_in.roster import Enrolled, NoRoster, as_learners, read_roster

ADA, BEA = "Ada Test", "Bea Probe"


def roster(folder: Path, text: str | bytes) -> list[Enrolled]:
    path = folder / "roster.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_roster(path)


MOODLE = {
    "English": "First name,Last name,ID number,Email address,Groups",
    "German": "Vorname,Nachname,ID-Nummer,E-Mail-Adresse,Gruppen",
    "French": "Prénom,Nom,Numéro d'identification,Adresse de courriel,Groupes",
    "Japanese": "名,姓,IDナンバー,メールアドレス,グループ",
    "Arabic": "الاسم الأول,الاسم الأخير,رقم الهوية,البريد الإلكتروني,المجموعات",
    "one that nobody has heard of": "Aaa,Bbb,Ccc,Ddd,Eee",
}


@pytest.mark.parametrize("header", MOODLE.values(), ids=MOODLE)
@pytest.mark.parametrize("group", ["", "Group A"])
def test_moodles_participants_are_read_in_every_language(header: str, group: str, tmp_path: Path) -> None:
    rows = f"{header}\nAda,Test,71,ada@example.org,{group}\nBea,Probe,72,bea@example.org,{group}\n"
    found = roster(tmp_path, rows)
    assert [(one.name, one.id, one.email) for one in found] == [
        (ADA, "71", "ada@example.org"), (BEA, "72", "bea@example.org")
    ]  # fmt: skip


def test_many_people_of_one_surname_keep_it(tmp_path: Path) -> None:
    rows = "".join(f"길동{number * '가'},김,{number},k{number}@example.org\n" for number in range(1, 30))
    found = roster(tmp_path, f"이름,성,번호,메일\n{rows}")
    assert found[0].name == "길동가 김"


CANVAS = {
    "English": "Student,ID,SIS User ID,SIS Login ID,Section",
    "German": "Studierende:r,ID,SIS-Benutzer-ID,SIS-Anmelde-ID,Abschnitt",
    "Spanish": "Estudiante,ID,ID de usuario del SIS,ID de inicio de sesión del SIS,Sección",
}


@pytest.mark.parametrize("header", CANVAS.values(), ids=CANVAS)
def test_canvas_gradebook_is_read_in_every_language_and_its_other_rows_are_nobody(header: str, tmp_path: Path) -> None:
    rows = [
        f"{header},Exercise 05 (99)",
        ",,,,,Manual Posting",
        "    Points Possible,,,,,8.00",
        '"Test, Ada",9000,s01,ada,Mon,',
        '"Probe, Bea",9001,s02,bea,Mon,7',
        '"Student, Test",9002,,f00d,Mon,',
    ]
    assert [(one.name, one.id) for one in roster(tmp_path, "\n".join(rows))] == [
        ("Test, Ada", "9000"), ("Probe, Bea", "9001")
    ]  # fmt: skip


WORKSHEETS = {
    "with names": (
        "Identifier,Full name,Email address,Status,Grade\nParticipant 101,Ada Test,ada@example.org,Submitted,", ADA
    ),
    "blind": ("Identifier,Status,Grade\nParticipant 101,Submitted,\nParticipant 102,Submitted,", "Participant 101"),
    "German": (
        "Identifikation,Vollständiger Name,E-Mail-Adresse,Status\n"
        "Teilnehmer/in101,Ada Test,ada@example.org,Keine Abgabe\nTeilnehmer/in102,Bea Probe,bea@example.org,Abgegeben",
        ADA,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "name"), WORKSHEETS.values(), ids=WORKSHEETS)
def test_moodles_worksheet_is_a_roster(text: str, name: str, tmp_path: Path) -> None:
    first = roster(tmp_path, text)[0]
    assert first.name == name
    assert first.identifier.endswith("101")


SHAPES = {
    "a blank line first": "\n\nname,id\nAda Test,1\n",
    "blank lines between": "name,id\n\n,\nAda Test,1\n\n",
    "sep=;": "sep=;\nname;id\nAda Test;1\n",
    "sep=, quoted": '"sep=,"\r\nname,id\r\nAda Test,1\r\n',
    "a byte order mark": b"\xef\xbb\xbfname,id\nAda Test,1\n",
    "Excel's Unicode text": "name\tid\r\nAda Test\t1\r\n".encode("utf-16"),
    "semicolons": "name;id\nAda Test;1\n",
    "short rows": "name,id,email,section\nAda Test,1\n",
    "long rows": "name,id\nAda Test,1,,,,\n",
    "first and last in columns of their own": "LastName,FirstName,ID\nTest,Ada,1\n",
    "the same row twice": "name,id,section\nAda Test,1,A\nAda Test,1,A\n",
    "one person in two sections": "name,id,section\nAda Test,1,A\nAda Test,1,B\n",
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_a_roster_is_read_in_every_shape(text: str | bytes, tmp_path: Path) -> None:
    assert [(one.name, one.id) for one in roster(tmp_path, text)] == [(ADA, "1")]


def test_two_people_of_one_name_stay_two(tmp_path: Path) -> None:
    found = roster(tmp_path, "name,id\nKim Lee,1\nKim Lee,2\n")
    assert [one.id for one in found] == ["1", "2"]


def test_without_a_column_of_names_people_are_called_by_what_there_is(tmp_path: Path) -> None:
    github = (
        '"identifier","github_username","github_id","name"\n"i01-ada","adatest","40261856",""\n"i02 bea","","",""\n'
    )
    assert [(one.name, one.username) for one in roster(tmp_path, github)] == [("i01-ada", "adatest"), ("i02 bea", "")]
    assert roster(tmp_path, "id,email\n7,ada@example.org\n")[0].name == "ada@example.org"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("who,what\nLee,x\n", "Its columns are “who”, “what”"),
        ("name,id\n,\n", "no row with a name"),
        (b"PK\x03\x04...", "is an Excel workbook: save it as “CSV UTF-8” first"),
        ("\n\n", "It has none"),
    ],
)
def test_a_refusal_says_what_was_found(text: str | bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(NoRoster) as refused:
        roster(tmp_path, text)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@given(
    st.lists(
        st.builds(Enrolled, st.text(max_size=8), st.sampled_from(["", "1", "2", "a/b"]), st.sampled_from(["", "k@x"]))
    )
)
def test_whoever_is_on_a_roster_has_a_folder_that_no_other_has_on_any_disk(people: list[Enrolled]) -> None:
    folders = [one.folder for one in as_learners(people)]
    assert len({folder.casefold() for folder in folders}) == len(people)
    assert all(folder.encode() and not folder.startswith(".") and "/" not in folder for folder in folders)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_whatever_a_file_holds_it_is_a_roster_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("roster") / "r.csv"
    path.write_bytes(content)
    try:
        assert all(one.name for one in read_roster(path))
    except NoRoster as refused:
        assert str(path) in str(refused)


# --- what spreadsheets do to a roster ----------------------------------------------------------------------------


def test_a_roster_without_a_header_loses_nobody(tmp_path: Path) -> None:
    found = roster(tmp_path, "Ada Test,0071,ada@example.org\nBea Probe,0072,bea@example.org\n")
    assert [(one.name, one.id, one.email) for one in found] == [
        (ADA, "0071", "ada@example.org"), (BEA, "0072", "bea@example.org")
    ]  # fmt: skip


@pytest.mark.parametrize("written", ["00123", '="00123"', "'00123", "#00123", " 00123\u00a0", "\u200e00123"])
def test_an_id_is_read_whatever_stands_around_it(written: str, tmp_path: Path) -> None:
    quoted = '"' + written.replace('"', '""') + '"'
    assert roster(tmp_path, f"name,id\nAda Test,{quoted}\n") == [Enrolled(ADA, "00123")]


@pytest.mark.parametrize(("written", "id"), [("12345678.0", "12345678"), ("12345678,00", "12345678"), ("3.0", "3.0")])
def test_a_long_number_with_decimals_is_the_number(written: str, id: str, tmp_path: Path) -> None:
    assert roster(tmp_path, f"name;id\nAda Test;{written}\n") == [Enrolled(ADA, id)]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_roster_in_any_unicode_is_read(codec: str, tmp_path: Path) -> None:
    text = "name\tid\nŁukasz Żółć\t0042\n"
    assert roster(tmp_path, text.encode(codec)) == [Enrolled("Łukasz Żółć", "0042")]


def test_points_in_an_english_export_are_no_ids(tmp_path: Path) -> None:
    text = "First Name,Last Name,Email Address,Exercise 08\nAda,Test,a@x.org,3\nBea,Probe,b@x.org,5\n"
    assert [(one.name, one.id) for one in roster(tmp_path, text)] == [(ADA, ""), (BEA, "")]


def test_a_name_is_one_line_without_marks_that_turn_letters_around(tmp_path: Path) -> None:
    found = roster(tmp_path, 'name,id\n"O\'Brien\nSiobhan",1\n\u200fليلى\u200f,2\n')
    assert [one.name for one in found] == ["O'Brien Siobhan", "ليلى"]


@pytest.mark.parametrize("content", [b"PK\x03\x04rest of a workbook", b"\xd0\xcf\x11\xe0rest"])
def test_a_workbook_that_was_renamed_is_told_as_what_it_is(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(NoRoster, match="Excel workbook"):
        roster(tmp_path, content)
