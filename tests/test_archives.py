"""Archives are read as they came, within bounds; links, pipes and what systems leave behind are no work."""

from __future__ import annotations

import io
import os
import random
import socket
import stat
import sys
import zipfile
from pathlib import Path

import pytest
from handing_in import NB05, fresh, tree, worked, zipped

from alliance.classroom.taking_in.files import archives, walking
from alliance.classroom.taking_in.files.naming import readable
from alliance.classroom.taking_in.intake import Intake, NothingHandedIn, take_in
from alliance.classroom.taking_in.roster import Enrolled, as_learners

NAME = f"{NB05}.ipynb"


def who(intake: Intake) -> list[str]:
    return sorted(one.learner.name for one in intake.handed)


def told(intake: Intake) -> str:
    return "\n".join(f"{one.kind}: {one.file}: {one.text}" for one in intake.remarks)


def test_the_download_itself_may_be_the_archive(tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(zipped([f"lee/{NAME}", f"kim/work.zip/{NAME}"]))
    intake = take_in(tmp_path / "all.zip")
    assert who(intake) == ["kim", "lee"]
    assert [one.file for one in intake.handed] == [f"kim/work.zip/{NAME}", f"lee/{NAME}"]
    assert {one.read() for one in intake.handed} == {worked()}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.zip"], "nothing is unpacked beside it"


def test_what_lies_in_an_archive_is_read_and_never_written(tmp_path: Path) -> None:
    names = [f"../../outside/{NAME}", f"/etc/{NAME}", f"C:\\lee\\{NAME}"]
    tree(tmp_path / "in", [], {"lee.zip": zipped([], dict.fromkeys(names, worked()))})
    assert who(take_in(tmp_path / "in")) == ["etc", "lee", "outside"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["in", "lee.zip"]


@pytest.mark.parametrize("cut", [0, 1, 30, 2000, -30, -1])
def test_an_archive_that_was_cut_off_stops_nothing(cut: int, tmp_path: Path) -> None:
    tree(tmp_path, ["kim/NB05"], {"lee.zip": zipped([NAME])[:cut]})
    intake = take_in(tmp_path)
    assert "kim" in who(intake)
    assert "unreadable: lee.zip" in told(intake)


@pytest.mark.parametrize("seed", range(40))
def test_an_archive_with_wrong_bytes_stops_nothing(seed: int, tmp_path: Path) -> None:
    dice, content = random.Random(seed), bytearray(zipped([NAME, f"in/b.zip/{NAME}"]))
    for _ in range(8):
        content[dice.choice([dice.randrange(len(content)), -dice.randrange(1, 200)])] = dice.randrange(256)
    tree(tmp_path, ["kim/NB05"], {"lee.zip": bytes(content)})
    assert "kim" in who(take_in(tmp_path))


def test_a_locked_archive_is_told(tmp_path: Path) -> None:
    content = bytearray(zipped([NAME]))
    for begin in (b"PK\x03\x04", b"PK\x01\x02"):
        content[content.index(begin) + (6 if begin.endswith(b"\x04") else 8)] |= 1
    tree(tmp_path, ["kim/NB05"], {"lee.zip": bytes(content)})
    assert "locked with a password" in told(take_in(tmp_path))


def bomb(levels: int, content: bytes) -> bytes:
    """Return archives in each other."""
    for _ in range(levels):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner.zip", content)
        content = stream.getvalue()
    return content


def test_archives_are_opened_to_a_depth(tmp_path: Path) -> None:
    tree(tmp_path, ["kim/NB05"], {"lee.zip": bomb(30, zipped([NAME])), "ito.zip": bomb(2, zipped([NAME]))})
    intake = take_in(tmp_path)
    assert who(intake) == ["ito", "kim"]
    assert "lies in 4 others" in told(intake)


def test_what_grows_without_end_is_read_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 3_000_000)
    monkeypatch.setattr(archives, "MOST_OF_ONE", 1_000_000)
    swollen = {f"a/{number}{NAME}": b" " * 2_000_000 for number in range(20)}
    tree(tmp_path, ["kim/NB05"], {"lee.zip": zipped([], swollen)})
    intake = take_in(tmp_path)
    assert who(intake) == ["kim"]
    assert "has more than 1 MB" in told(intake)
    assert told(intake).count("holds more than can be read") == 19


def test_an_archive_that_lists_too_many_files_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_ENTRIES", 10)
    tree(tmp_path, ["kim/NB05"], {"lee.zip": zipped([f"{number}.txt" for number in range(11)])})
    assert "lists more than 10 files" in told(take_in(tmp_path))


def test_a_size_that_is_a_lie_is_not_believed(tmp_path: Path) -> None:
    content = zipped([], {NAME: b"x" * 5_000_000})
    lie = content.replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lie != content
    tree(tmp_path, ["kim/NB05"], {"lee.zip": lie})
    assert who(take_in(tmp_path)) == ["kim"]


# --- what is no work ---------------------------------------------------------------------------------------------

LEFT_BEHIND = [
    f"__MACOSX/lee/._{NAME}", "lee/.DS_Store", "lee/desktop.ini", "lee/Thumbs.db",
    f"lee/.ipynb_checkpoints/{NB05}-checkpoint.ipynb", f"lee/~${NAME}", f"lee/._{NAME}",
    "lee/.git/config", "lee/__pycache__/a.pyc",
]  # fmt: skip


@pytest.mark.parametrize("packed", [False, True], ids=["a folder", "an archive"])
def test_what_systems_leave_behind_is_passed_over_without_a_word(packed: bool, tmp_path: Path) -> None:
    paths = [*LEFT_BEHIND, f"lee/{NAME}", f"kim/{NAME}"]
    tree(tmp_path, [], {"all.zip": zipped(paths)}) if packed else tree(tmp_path, paths)
    intake = take_in(tmp_path)
    assert (who(intake), intake.remarks) == (["kim", "lee"], [])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among files")
def test_links_and_pipes_are_not_followed_and_told(tmp_path: Path) -> None:
    tree(tmp_path / "in", ["kim/NB05", "lee/a.txt"])
    tree(tmp_path, ["secret/NB05"])
    lee = tmp_path / "in" / "lee"
    (lee / NAME).symlink_to(tmp_path / "secret" / NAME)
    (lee / "all").symlink_to(tmp_path / "secret", target_is_directory=True)
    (lee / "lost.ipynb").symlink_to(tmp_path / "nowhere")
    os.mkfifo(lee / "pipe.ipynb")
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind(str(lee / "plug"))
        intake = take_in(tmp_path / "in")
    assert who(intake) == ["kim"]
    links = [(one.file, one.learner) for one in intake.remarks if one.kind == "link"]
    assert links == [(f"lee/{name}", "lee") for name in (NAME, "all", "lost.ipynb", "pipe.ipynb", "plug")]


def test_a_link_in_an_archive_is_told(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo(NAME)
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    tree(tmp_path, ["kim/NB05"], {"lee.zip": stream.getvalue()})
    assert f"link: lee.zip/{NAME}" in told(take_in(tmp_path))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="nobody keeps a folder from root")
def test_a_folder_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    tree(tmp_path, ["kim/NB05", "lee/NB05"])
    (tmp_path / "lee").chmod(0)
    try:
        assert "cannot be opened" in told(take_in(tmp_path))
    finally:
        (tmp_path / "lee").chmod(0o755)


def test_folders_are_opened_to_a_depth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "DEEPEST", 5)
    tree(tmp_path, ["kim/NB05", "lee/1/2/3/4/5/6/7/NB05"])
    intake = take_in(tmp_path)
    assert who(intake) == ["kim"]
    assert "more than 5 folders deep" in told(intake)


def test_many_files_that_are_no_notebooks_cost_a_line_for_each_learner(tmp_path: Path) -> None:
    tree(tmp_path, ["kim/NB05", "lee/NB05", *(f"lee/pictures/{number}.png" for number in range(50)), "kim/a.pdf"])
    assert told(take_in(tmp_path)).splitlines() == [
        "foreign: kim/a.pdf: This is not a notebook; it was left aside.",
        "foreign: lee/pictures: 50 files that are no notebooks were left aside, such as 0.png, 1.png, 10.png.",
    ]


def test_an_archive_without_an_exercise_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped(["a.txt"]))
    with pytest.raises(NothingHandedIn, match="holds no exercise of this course"):
        take_in(tmp_path / "a.zip")


# --- names that are not UTF-8 ------------------------------------------------------------------------------------

ELSEWHERE = [
    ("山田太郎", "cp932"), ("山田 太郎", "cp932"), ("Müller", "cp437"), ("Müller", "cp1252"), ("José", "cp850"),
    ("Иванов", "cp866"), ("王小明", "gb18030"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "codec"), ELSEWHERE)
def test_a_name_of_another_system_is_decoded(name: str, codec: str) -> None:
    assert readable(name.encode(codec).decode("utf-8", "surrogateescape")) == name


def test_what_is_a_name_in_no_encoding_is_written_as_its_numbers() -> None:
    assert readable("a\udcff\udc81b") == "a\\xff\\x81b"
    assert readable("a\ud83db") == "a\\ud83db"


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="names are UTF-8 or UTF-16 there")
def test_a_folder_whose_name_is_not_utf_8_is_graded_under_a_name_that_can_be_read(tmp_path: Path) -> None:
    for name in ("山田太郎".encode("cp932"), "김철수".encode("cp949")):
        folder = os.path.join(os.fsencode(tmp_path), name)
        os.mkdir(folder)
        with open(os.path.join(folder, NAME.encode()), "wb") as file:
            file.write(worked())
    intake = take_in(tmp_path, [Enrolled("太郎 山田"), Enrolled("김 철수")])
    assert who(intake) == ["太郎 山田", "김 철수"]
    for one in intake.handed:
        f"{one.file}{one.learner.folder}".encode()
        assert one.read() == worked()


def test_an_archive_of_another_system_has_names_that_can_be_read(tmp_path: Path) -> None:
    content = zipped([], {f"@@@@@@@@/{NAME}": worked(), f"%%%%%%/{NAME}": worked()})
    content = content.replace(b"@@@@@@@@", "山田太郎".encode("cp932")).replace(b"%%%%%%", "Müller".encode("cp437"))
    (tmp_path / "all.zip").write_bytes(content)
    assert who(take_in(tmp_path / "all.zip")) == ["Müller", "山田太郎"]


def test_an_untouched_hand_out_in_an_archive_is_read_too(tmp_path: Path) -> None:
    tree(tmp_path, [], {"lee.zip": zipped([], {NAME: fresh()})})
    assert who(take_in(tmp_path)) == ["lee"]


def test_names_as_long_as_a_disk_allows_have_folders_that_it_allows() -> None:
    roster = [Enrolled("😀" * 60), Enrolled("x" * 300), Enrolled("Kim", "9" * 300), Enrolled("a/b", "../../c")]
    for learner in as_learners(roster):
        assert len(f"{learner.folder}.html".encode()) <= 255
        assert not {"/", "\\"} & set(learner.folder)
