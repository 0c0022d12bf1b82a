"""Whatever a file holds, it is told as what it is, and stops no other; whatever a terminal takes, it gets."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from handing_in import NB05, ROOT, fresh, tree, worked, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.checking.submission import UnreadableNotebook, as_submission, cut, parse_notebook
from alliance.classroom.taking_in.intake import take_in
from alliance.learner.progress import read_progress
from alliance.terminal import readable

PLACE = f"lee/{NB05}.ipynb"
PAGE = "<!DOCTYPE html>\n<html><body>{}</body></html>"
FORGED = {
    "a merge conflict": (
        worked().replace(b' "cells"', b'<<<<<<< HEAD\n "cells"\n=======\n>>>>>>> b\n', 1),
        "merge conflict",
    ),
    "a Google sign-in page": (PAGE.format('<a href="https://accounts.google.com/x">').encode(), "Google sign-in page"),
    "a sign-in page": (PAGE.format('<input type="password">').encode(), "is a sign-in page"),
    "a web page": (PAGE.format("404").encode(), "is a web page"),
    "a notebook exported": (PAGE.format('<div class="jp-Notebook">').encode(), "exported as a web page"),
    "a Word file": (zipped([], {"word/document.xml": b"x"}), "is a Word document"),
    "an old Word file": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "is an Office document"),
    "an archive in disguise": (zipped([f"{NB05}.ipynb"]), "is a zip archive with another name"),
    "a PDF": (b"%PDF-1.7 ...", "is a PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "is a picture"),
    "a Python script": (b"#!/usr/bin/env python\nimport pandas as pd\n", "is a Python script"),
    "nothing": (b"", "is empty"),
    "blanks": (b" \n\t\n", "is empty"),
    "zeros": (b"\0" * 5000, "holds nothing"),
    "a pointer of Git LFS": (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "pointer of Git LFS"),
    "cut off": (worked()[:2000], "is damaged (line"),
    "a number of many digits": (b'{"nbformat": ' + b"9" * 5000 + b"}", "is damaged"),
    "nested without end": (b"[" * 100_000, "is damaged"),
    "another JSON": (b'{"doc_id": "1"}', "is not a Jupyter notebook"),
    "no text": (bytes(range(128, 256)) * 9, "cannot be read as text"),
}


@pytest.mark.parametrize(("content", "words"), FORGED.values(), ids=FORGED)
def test_a_file_that_is_no_notebook_is_told_as_what_it_is_and_stops_no_other(
    content: bytes, words: str, tmp_path: Path
) -> None:
    intake = take_in(tree(tmp_path, ["kim/NB05"], {PLACE: content}))
    assert [one.learner.name for one in intake.handed] == ["kim"]
    (told,) = intake.remarks
    assert (told.kind, told.file, told.learner) == ("unreadable", PLACE, "lee")
    assert words in told.text
    assert "\n" not in told.text


MENDED = {
    "UTF-16": (worked().decode().encode("utf-16"), "saved in UTF-16"),
    "UTF-16 without a mark": (worked().decode().encode("utf-16-le"), "saved in UTF-16"),
    "ANSI": (worked(note="é").decode().encode("cp1252", "replace"), "not saved in UTF-8"),
}


@pytest.mark.parametrize(("content", "words"), MENDED.values(), ids=MENDED)
def test_what_can_be_read_all_the_same_is_graded_and_told(content: bytes, words: str, tmp_path: Path) -> None:
    intake = take_in(tree(tmp_path, [], {PLACE: content}))
    assert [one.learner.name for one in intake.handed] == ["lee"]
    assert [one.kind for one in intake.remarks] == ["damaged"]
    assert words in intake.remarks[0].text


@pytest.mark.parametrize("ending", [".ipynb.txt", ".ipynb.json", ".json", ".ipynb.html", ""])
def test_a_notebook_with_another_ending_is_graded_and_told(ending: str, tmp_path: Path) -> None:
    intake = take_in(tree(tmp_path, [], {f"lee/{NB05}{ending}": worked()}))
    assert [one.learner.name for one in intake.handed] == ["lee"]
    assert [one.kind for one in intake.remarks] == ["renamed"]
    assert f"“{NB05}{ending}”" in intake.remarks[0].text


def changed(*path: str | int, value: Any) -> bytes:
    """Return a worked notebook with one part of it replaced; `...` takes it away."""
    data = json.loads(worked())
    *way, last = path
    part = data
    for step in way:
        part = part[step]
    if value is ...:
        del part[last]
    else:
        part[last] = value
    return json.dumps(data).encode()


DAMAGES: list[tuple[tuple[str | int, ...], Any]] = [
    (("cells", 6, "cell_type"), ...), (("cells", 6, "cell_type"), 3), (("cells", 6, "source"), ...),
    (("cells", 6, "source"), {"a": 1}), (("cells", 6, "source"), [1]), (("cells", 6), None), (("cells", 6), [1]),
    (("cells",), {"a": 1}), (("cells",), ...), (("nbformat",), True), (("nbformat",), "4"), (("nbformat",), None),
    (("nbformat",), 3), (("nbformat",), 0), (("nbformat",), -1), (("nbformat",), 1e300),
]  # fmt: skip
HARMLESS: list[tuple[tuple[str | int, ...], Any]] = [
    (("metadata", "language_info"), None), (("metadata", "language_info", "name"), 3), (("metadata",), None),
    (("metadata", "kernelspec"), [1]), (("metadata",), ...), (("metadata", "alliance"), 7), (("nbformat",), 4.0),
    (("metadata", "alliance", "exercise"), ["x"]), (("cells", 6, "id"), ["x"]), (("cells", 6, "metadata"), None),
    (("cells", 6, "outputs"), {"a": 1}), (("nbformat_minor",), None), (("cells", 6, "execution_count"), {}),
    (("metadata", "language_info"), {"name": None}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), DAMAGES)
def test_a_notebook_without_what_judging_needs_is_unreadable_alone(
    path: tuple[str | int, ...], value: Any, tmp_path: Path
) -> None:
    intake = take_in(tree(tmp_path, ["kim/NB05"], {PLACE: changed(*path, value=value)}))
    assert [one.learner.name for one in intake.handed] == ["kim"]
    assert [one.kind for one in intake.remarks] == ["unreadable"]


@pytest.mark.parametrize(("path", "value"), HARMLESS)
def test_damage_that_no_verdict_needs_costs_nobody_a_verdict(
    path: tuple[str | int, ...], value: Any, tmp_path: Path
) -> None:
    intake = take_in(tree(tmp_path, [], {PLACE: changed(*path, value=value)}))
    assert [(one.learner.name, one.exercise) for one in intake.handed] == [("lee", NB05)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def mutilated(draw: st.DrawFn) -> bytes:
    """Return an exercise in which up to three parts, wherever they are, have become any other JSON, or are gone."""
    data: Any = copy.deepcopy(json.loads(fresh()))
    for _ in range(draw(st.integers(1, 3))):
        part = data
        while True:
            keys = list(part) if isinstance(part, dict) else list(range(len(part)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            deeper = isinstance(part[key], dict | list) and part[key]
            if deeper and draw(st.booleans()):
                part = part[key]
                continue
            if draw(st.booleans()):
                part[key] = draw(JSON)
            else:
                del part[key]
            break
    return json.dumps(data).encode()


@given(mutilated() | st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
@settings(max_examples=300)
def test_whatever_a_notebook_has_become_it_is_cut_into_tasks_or_told_in_one_sentence(content: bytes) -> None:
    path = Path(f"{NB05}.ipynb")
    try:
        submission = as_submission(parse_notebook(content, path.name), path)
    except UnreadableNotebook as told:
        assert str(told).startswith(path.name)
        assert "\n" not in str(told)
    else:
        for section in submission.sections:
            "".join(section.cells).encode()


@given(
    st.lists(mutilated(), min_size=1, max_size=3),
    st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=30),
)
@settings(max_examples=40)
def test_a_class_with_mutilated_notebooks_and_any_name_loses_nobody_else(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes], name: str
) -> None:
    folder = tree(tmp_path_factory.mktemp("in"), ["kim/NB05"])
    for number, content in enumerate(contents):
        place = folder / f"lee{number}" / f"{NB05}.ipynb"
        place.parent.mkdir()
        place.write_bytes(content)
    try:
        (folder / name.encode("utf-8", "replace").decode()).mkdir(exist_ok=True)
        shutil.copy(folder / "kim" / f"{NB05}.ipynb", folder / name.encode("utf-8", "replace").decode())
    except OSError:
        pass  # not every name is one on every disk
    intake = take_in(folder)
    assert "kim" in {one.learner.name for one in intake.handed}
    for one in intake.handed:
        f"{one.file} {one.learner.folder} {one.learner.name}".encode()


@given(mutilated())
@settings(max_examples=60)
def test_progress_reads_whatever_lies_in_exercises(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    root = tmp_path_factory.mktemp("course")
    (root / "exercises").mkdir()
    (root / "exercises" / f"{NB05}.ipynb").write_bytes(content)
    assert read_progress(root).notebooks


def test_halves_of_letters_and_lost_metadata_do_no_harm() -> None:
    content = changed("cells", 5, "source", value="x = 'half\ud800'")
    content = content.replace(b'"task": "8.1"', b'"task": "\\ud800"')
    notebook = parse_notebook(content, f"{NB05}.ipynb")
    assert notebook.cells[5]["source"].encode() == b"x = 'half?'"
    lost = parse_notebook(changed("cells", 5, "metadata", value=[1]), f"{NB05}.ipynb")
    assert lost.cells[5]["metadata"] == {}


def test_cells_of_any_shape_are_cut() -> None:
    odd = [{"cell_type": "code", "source": "x", "id": [1], "metadata": None}]
    assert cut(odd, ["8.1"])[0][0].cells == ["x"]


# --- output of every encoding ------------------------------------------------------------------------------------


def alliance(*arguments: str, encoding: str, folder: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = [sys.executable, "-c", "from alliance.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True)


@pytest.mark.parametrize("encoding", ["cp1252", "cp932", "ascii"])
@pytest.mark.parametrize(
    "arguments",
    [["progress"], ["data", "list"], ["data", "age"], ["grade", "--help"], ["check", "exercises/00_start_here.ipynb"]],
    ids=" ".join,
)
def test_every_command_writes_what_it_can_in_every_encoding(arguments: list[str], encoding: str) -> None:
    ran = alliance(*arguments, encoding=encoding)
    assert ran.returncode in {0, 1}, ran.stderr.decode(encoding, "replace")
    assert ran.stdout.decode(encoding)
    assert b"Traceback" not in ran.stderr


def test_a_class_with_names_of_many_countries_is_listed_in_ascii(tmp_path: Path) -> None:
    tree(tmp_path / "in", ["Łukasz Żółć/NB05", "山田 太郎/NB05"])
    ran = alliance("grade", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--dry-run", encoding="ascii")
    assert ran.returncode == 0, ran.stderr
    assert b"Lukasz Zolc" in ran.stdout
    assert b"\\u5c71" in ran.stdout


def test_what_an_encoding_lacks_is_written_in_plain_letters() -> None:
    text = "✔ “Żółć” – 90 € \udc81 Æ ─ 山"
    error = UnicodeEncodeError("ascii", text, 0, len(text), "")
    assert readable(error)[0] == '+ "Zolc" - 90 EUR \\x81 AE - \\u5c71'


# --- check, away from the course ---------------------------------------------------------------------------------


def test_a_notebook_away_from_its_tables_is_told_once_where_to_go(tmp_path: Path) -> None:
    (tmp_path / "Downloads").mkdir()
    shutil.copy(ROOT / "solutions" / f"{NB05}.ipynb", tmp_path / "Downloads")
    ran = alliance("check", str(tmp_path / "Downloads" / f"{NB05}.ipynb"), encoding="utf-8")
    said = ran.stderr.decode()
    assert ran.returncode == 1
    assert "the data were not found" in said
    assert f"Put the file into {ROOT / 'exercises'}" in said
    assert said.count("\n") == 1
    assert not ran.stdout.strip()


def test_a_notebook_that_names_its_tables_by_another_path_is_run(tmp_path: Path) -> None:
    text = (ROOT / "solutions" / f"{NB05}.ipynb").read_text(encoding="utf-8")
    (tmp_path / f"{NB05}.ipynb").write_text(
        text.replace("../data/", f"{(ROOT / 'data').as_posix()}/"), encoding="utf-8"
    )
    ran = alliance("check", str(tmp_path / f"{NB05}.ipynb"), encoding="utf-8")
    assert "the data were not found" not in ran.stderr.decode()
    assert "tasks are right" in ran.stdout.decode()
