"""A learner's copy holds no solutions, works on its own, says what is true, and is graded like any other notebook."""

from __future__ import annotations

import ast
import dataclasses
import importlib.util
import inspect
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import nbformat
import pytest
from learner import Notebook
from opened import opened
from typer.testing import CliRunner

from alliance import cli
from alliance.building.sources.source import read_source
from alliance.building.sources.turns import read_turns
from alliance.checking.grade import grade_file
from alliance.checking.keys import Feedback, Kind, Task, cell_id, key_path, load_key
from alliance.classroom.handing_out import packing
from alliance.classroom.handing_out.handout import HandOutError
from alliance.classroom.handing_out.packing import CannotPack
from alliance.classroom.handing_out.release import LEARNERS_PARTS, NoSuchLesson, choose, release, span
from alliance.classroom.taking_in.intake import take_in

ROOT = Path(__file__).resolve().parent.parent
STEMS = sorted(path.stem for path in (ROOT / "authoring" / "lessons").glob("*.md"))
CHOSEN = STEMS[3:5]
"""The two lessons of the small copies; the first one's exercise is answered in them."""
STEM = CHOSEN[0]
MODES: tuple[Feedback, ...] = get_args(Feedback)
WITHOUT = ("shape", "none")
"""The feedbacks whose copies hold no expected answer."""


def unpacked(archive: Path, folder: Path) -> Path:
    """Unpack a release as its receiver does, somewhere else; return the copy's root."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return folder / archive.stem


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A copy of the whole course with each feedback, unpacked far from where it was made."""
    made, apart = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("far away")
    return {mode: unpacked(release(ROOT, made, feedback=mode).archive, apart) for mode in MODES}


@pytest.fixture(scope="module")
def two_lessons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A copy of the lessons CHOSEN with each feedback."""
    made, apart = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("two lessons")
    return {mode: unpacked(release(ROOT, made, "3-4", mode).archive, apart) for mode in MODES}


# --- nothing of the solutions ------------------------------------------------------------------------------------


def texts(path: Path) -> Iterator[str]:
    """Yield what a file says, the strings of notebooks and keys as their readers get them."""
    text = path.read_text(encoding="utf-8")
    if path.suffix in {".ipynb", ".json"}:
        yield from strings(json.loads(text))
    else:
        yield text


def strings(data: Any) -> Iterator[str]:
    """Yield every text in JSON data, lists of lines joined, numbers as they are written; pictures are no text."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, list) and data and all(isinstance(one, str) for one in data):
        yield "".join(data)
    elif isinstance(data, dict | list):
        for one in [data[name] for name in data if name != "image/png"] if isinstance(data, dict) else data:
            yield from strings(one)
    elif isinstance(data, float):
        yield repr(data)


def all_of(copy: Path, *, but: tuple[str, ...] = ()) -> str:
    """Return all that the files of a copy say, without those that fit one of the patterns `but`."""
    files = [path for path in copy.rglob("*") if path.is_file()]
    files = [path for path in files if not any(fnmatch(path.relative_to(copy).as_posix(), one) for one in but)]
    return "\n".join(text for path in files for text in texts(path))


def cells(path: Path, kind: str, ending: str = "") -> list[str]:
    """Return the sources of a notebook's cells of a kind, whose ids have an ending."""
    notebook = nbformat.read(path, as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == kind and cell.id.endswith(ending)]


def given() -> str:
    """Return what the full course itself hands out: lessons, and exercises with their hints."""
    keys = ROOT / "src" / "alliance" / "keys"
    notebooks = [*(ROOT / "lessons").glob("*.ipynb"), *keys.glob("*.ipynb")]
    return "\n".join(source for path in notebooks for kind in ("code", "markdown") for source in cells(path, kind))


def key_data() -> list[Any]:
    """Return what the full course's keys say, those of exercises and of lessons."""
    return [json.loads(path.read_text()) for path in sorted((ROOT / "src" / "alliance" / "keys").rglob("*.json"))]


def lesson_source(stem: str) -> Any:
    return read_source(ROOT / "authoring" / "lessons" / f"{stem}.md")


def all_tasks() -> list[Any]:
    return [task for key in key_data() for task in key["tasks"]]


def messages() -> str:
    """Return what learners are told about wrong answers where there is full feedback; some of it is code."""
    return "\n".join(wrong["message"] for task in all_tasks() for wrong in task["wrong"])


@pytest.mark.parametrize("mode", MODES)
def test_no_line_of_a_reference_answer_is_in_a_copy(copies: dict[str, Path], mode: str) -> None:
    known = given() + (messages() if mode == "full" else "")
    solved = [code for stem in STEMS for code in cells(ROOT / "solutions" / f"{stem}.ipynb", "code", "-answer")]
    solved += [turn.answer.text for stem in STEMS for turn in read_turns(lesson_source(stem))]
    lines = {line.strip() for code in solved for line in code.splitlines()}
    secret = {line for line in lines if re.search(r"\w\W+\w+\W+\w", line) and line not in known}
    assert len(secret) > 200, "there is something to look for"
    said = all_of(copies[mode])
    assert not [line for line in secret if line in said]


@pytest.mark.parametrize("mode", MODES)
def test_nothing_written_for_teachers_is_in_a_copy(copies: dict[str, Path], mode: str) -> None:
    notes = [path.read_text() for path in (ROOT / "solutions" / "notes").glob("*.md")]
    explained = [
        text for stem in STEMS for text in cells(ROOT / "solutions" / f"{stem}.ipynb", "markdown", "-explanation")
    ]
    sentences = {line.strip() for text in [*notes, *explained] for line in text.splitlines() if len(line) > 30}
    rows = {row for row in sentences if row.startswith("|")}  # of the table of misconceptions, which is searched below
    known = given()
    secret = {line for line in sentences - rows if line not in known}
    secret |= {wrong["misconception"] for task in all_tasks() for wrong in task["wrong"]}
    told = messages()
    secret = {text for text in secret if text not in told}
    assert len(secret) > 300
    said = all_of(copies[mode])
    assert not [text for text in secret if text in said]


@pytest.mark.parametrize("mode", WITHOUT)
def test_no_message_on_a_wrong_answer_is_in_a_copy_that_does_not_judge(copies: dict[str, Path], mode: str) -> None:
    secret = set(messages().splitlines())
    said, known = all_of(copies[mode]), given()
    assert len(secret) > 200
    assert not [message for message in secret if message in said and message not in known]


def numbers(data: Any) -> Iterator[float]:
    """Yield every number that is not a whole one in JSON data."""
    if isinstance(data, float) and not data.is_integer():
        yield data
    elif isinstance(data, dict | list):
        for one in data.values() if isinstance(data, dict) else data:
            yield from numbers(one)


@pytest.mark.parametrize("mode", WITHOUT)
def test_no_expected_or_wrong_value_is_in_a_copy_that_does_not_judge(copies: dict[str, Path], mode: str) -> None:
    by_the_stub = {number for task in all_tasks() for number in numbers(task["stub_answer"])}
    answers = [task["expected"] for task in all_tasks()]
    answers += [wrong["answer"] for task in all_tasks() for wrong in task["wrong"]]
    long = {repr(number) for number in {*numbers(answers)} - by_the_stub if len(repr(number)) > 8}
    assert len(long) > 300
    computed = ("data/*", "lessons/*", f"{KEYS}/lessons/*.ipynb")  # with which or where the learner sees it computed
    said = all_of(copies[mode], but=computed)
    assert not [number for number in long if number in said]


@pytest.mark.parametrize("mode", WITHOUT)
def test_a_key_that_does_not_judge_holds_nothing_to_judge_by(copies: dict[str, Path], mode: str) -> None:
    allowed = {"task", "title", "form", "section", "start", "stub", "stub_answer", "above", "check"}
    allowed |= {"shape"} if mode == "shape" else set()
    paths = list((copies[mode] / "src" / "alliance" / "keys").rglob("*.json"))
    assert len(paths) == len(["exercises", "lessons"]) * len(STEMS)
    for path in paths:
        for task in json.loads(path.read_text())["tasks"]:
            assert set(task) <= allowed
            assert "tolerance" not in task["check"]
            assert set(task["check"].get("text", ())) <= {"words"}
            assert not [one for one in found(task.get("shape", {}), ("value", "shown")) if not isinstance(one, dict)]
            assert not [one for one in found(task.get("shape", {}), ("values", "texts")) if one]
            assert mode == "shape" or set(task["check"]) <= {"answer", "calls"}


def found(data: Any, names: tuple[str, ...]) -> list[Any]:
    """Return all that JSON data holds under these names, at whatever depth."""
    if isinstance(data, list):
        return [one for part in data for one in found(part, names)]
    if not isinstance(data, dict):
        return []
    own = [value for name, value in data.items() if name in names]
    return own + [one for part in data.values() for one in found(part, names)]


def test_with_full_feedback_a_key_names_no_misconception(copies: dict[str, Path]) -> None:
    for path in (copies["full"] / "src" / "alliance" / "keys").rglob("*.json"):
        for task in json.loads(path.read_text())["tasks"]:
            assert all(set(wrong) == {"message", "answer"} for wrong in task["wrong"])


@pytest.mark.parametrize("mode", MODES)
def test_a_copy_holds_what_learners_need_and_nothing_else(copies: dict[str, Path], mode: str) -> None:
    copy = copies[mode]
    assert {path.name for path in copy.iterdir()} == {
        "CITATION.cff", "README.md", "course.py", "data", "environment.yml", "exercises", "lessons", "licences",
        "locks", "project", "pyproject.toml", "release.json", "src", "tests",
    }  # fmt: skip
    parts = {path.name for path in (copy / "src" / "alliance").iterdir()}
    assert parts == {*(part.partition("/")[0] for part in LEARNERS_PARTS), "keys"}
    assert [path.name for path in (copy / "tests").iterdir()] == ["test_copy.py"]
    assert {path.name for path in (copy / "data").iterdir()} == {path.name for path in (ROOT / "data").iterdir()}


def test_an_answer_left_in_the_courses_own_exercise_is_not_handed_out(tmp_path: Path) -> None:
    course = tmp_path / "course"
    course.mkdir()
    for name in ("authoring", "lessons", "data", "src", *packing_front()):
        (course / name).parent.mkdir(exist_ok=True)
        (course / name).symlink_to(ROOT / name)
    stem = STEM
    Notebook(ROOT / "exercises" / f"{stem}.ipynb").answer(NUMBER.task, "secret = 42").save(
        course / f"exercises/{stem}.ipynb"
    )
    made = release(course, tmp_path / "out", "3")
    assert "secret = 42" not in (made.folder / "exercises" / f"{stem}.ipynb").read_text()


def packing_front() -> list[str]:
    from alliance.classroom.handing_out.release import FRONT

    return [*FRONT, "pyproject.toml"]


def test_a_lesson_that_was_changed_since_it_was_built_is_not_handed_out(tmp_path: Path) -> None:
    course = tmp_path / "course"
    (course / "lessons").mkdir(parents=True)
    for name in ("authoring", "data", "src", *packing_front()):
        (course / name).parent.mkdir(exist_ok=True)
        (course / name).symlink_to(ROOT / name)
    path = course / "lessons" / f"{STEM}.ipynb"
    path.write_text((ROOT / "lessons" / path.name).read_text().replace("alliance", "Alliance", 1))
    with pytest.raises(HandOutError, match=r"is not as it was built: .* `alliance build 03`"):
        release(course, tmp_path / "out", "3")
    assert not (tmp_path / "out").exists()


# --- what is handed out ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_only_the_chosen_lessons_are_handed_out(two_lessons: dict[str, Path], mode: str) -> None:
    copy, chosen = two_lessons[mode], CHOSEN
    notebooks = {path.relative_to(copy).as_posix() for path in copy.rglob("*.ipynb")}
    folders = ("lessons", "exercises", KEYS, f"{KEYS}/lessons")
    assert notebooks == {f"{folder}/{stem}.ipynb" for folder in folders for stem in chosen}
    for folder in (KEYS, f"{KEYS}/lessons"):
        assert sorted(path.stem for path in (copy / folder).glob("*.json")) == chosen
    assert (copy / "lessons" / "glossary.md").is_file()
    assert re.findall(r"\(lessons/(.*)\.ipynb\)", (copy / "README.md").read_text()) == chosen


KEYS = "src/alliance/keys"
LINK = re.compile(r"(?<!!)\[[^\[\]]*\]\(([^()\s]+)\)")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("which", ["copies", "two_lessons"])
def test_every_link_leads_somewhere_in_the_copy(request: pytest.FixtureRequest, which: str, mode: str) -> None:
    copy: Path = request.getfixturevalue(which)[mode]
    pages = {path: path.read_text() for path in copy.rglob("*.md")}
    pages |= {path: "\n\n".join(cells(path, "markdown")) for path in copy.rglob("*.ipynb") if "src" not in path.parts}
    links = [(path, target) for path, text in pages.items() for target in LINK.findall(text) if "://" not in target]
    assert len(links) > 50
    for path, target in links:
        name, _, anchor = target.partition("#")
        leads = (path.parent / name).resolve() if name else path
        assert leads.is_file() and leads.is_relative_to(copy.resolve()), f"{path.name}: {target}"
        if anchor:
            heads = {head.lower().replace(" ", "-") for head in re.findall(r"^#+ (.+)$", leads.read_text(), re.M)}
            ids = set(re.findall(r'<a id="([^"]+)"', leads.read_text()))
            assert anchor in heads | ids, f"{path.name}: {target}"


def test_the_navigation_leaves_out_what_is_not_handed_out(two_lessons: dict[str, Path]) -> None:
    last = cells(two_lessons["full"] / "lessons" / f"{CHOSEN[1]}.ipynb", "markdown", "links")[0]
    assert re.findall(r"\[?(Exercise|Before|Next|Glossary)", last) == ["Exercise", "Before", "Glossary"]
    only = cells(two_lessons["full"] / "exercises" / f"{CHOSEN[1]}.ipynb", "markdown", "links")[0]
    assert re.findall(r"\[?(Lesson|Next|Glossary)", only) == ["Lesson", "Glossary"]


def test_whole_and_with_full_feedback_the_notebooks_are_the_courses_own(copies: dict[str, Path]) -> None:
    for stem in STEMS:
        assert (copies["full"] / "lessons" / f"{stem}.ipynb").read_bytes() == (
            ROOT / "lessons" / f"{stem}.ipynb"
        ).read_bytes()
        handed_out = (copies["full"] / "exercises" / f"{stem}.ipynb").read_bytes()
        assert handed_out == (ROOT / KEYS / f"{stem}.ipynb").read_bytes()


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_fresh_copy_is_the_notebook_handed_out(two_lessons: dict[str, Path], kind: Kind) -> None:
    for copy in two_lessons.values():
        for stem in CHOSEN:
            fresh = key_path(copy / KEYS, stem, kind, ".ipynb")
            assert fresh.read_bytes() == (copy / kind / f"{stem}.ipynb").read_bytes()


@pytest.mark.parametrize("mode", WITHOUT)
def test_each_exercise_says_what_its_check_says(copies: dict[str, Path], mode: str) -> None:
    for stem in STEMS:
        note = cells(copies[mode] / "exercises" / f"{stem}.ipynb", "markdown", "feedback")
        assert len(note) == 1
        assert ("shape that is asked for" in note[0]) == (mode == "shape")


@pytest.mark.parametrize("mode", WITHOUT)
def test_each_lesson_with_tasks_says_below_the_first_what_its_check_says(copies: dict[str, Path], mode: str) -> None:
    asking = [stem for stem in STEMS if read_turns(lesson_source(stem))]
    assert len(asking) > 1
    for stem in STEMS:
        lesson = nbformat.read(copies[mode] / "lessons" / f"{stem}.ipynb", as_version=4)
        ids = [cell.id for cell in lesson.cells]
        assert ids.count("feedback") == (1 if stem in asking else 0)
        if stem in asking:
            first = next(place for place, name in enumerate(ids) if re.fullmatch(r"t\d+-a-check", name))
            note = lesson.cells[first + 1]
            assert note.id == "feedback"
            assert ("shape that is asked for" in note.source) == (mode == "shape")
            assert "the tasks in lessons are not graded" in note.source


@pytest.mark.parametrize("mode", MODES)
def test_a_lesson_shows_no_verdict_that_check_would_not_give_in_this_copy(copies: dict[str, Path], mode: str) -> None:
    for stem in STEMS:
        lesson = nbformat.read(copies[mode] / "lessons" / f"{stem}.ipynb", as_version=4)
        checks = [
            cell for cell in lesson.cells if cell.cell_type == "code" and re.search(r"^check\(", cell.source, re.M)
        ]
        shown = [cell.outputs[0].data["text/plain"] for cell in checks]
        names = [turn.task for turn in read_turns(lesson_source(stem))]
        assert [text.split(". ")[0] for text in shown] == [f"{name} not tried" for name in names]


def test_pyproject_tests_the_copy_and_asks_for_no_authors_tool(two_lessons: dict[str, Path]) -> None:
    settings = tomllib.loads((two_lessons["none"] / "pyproject.toml").read_text())
    assert settings["tool"].keys() == {"flit", "pytest"}, "flit installs what JupyterLab gets from the course"
    assert settings["tool"]["pytest"]["ini_options"]["testpaths"] == ["tests", "lessons", "exercises"]
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert settings["project"] == whole["project"]


def test_no_part_that_learners_get_imports_one_that_they_do_not(copies: dict[str, Path]) -> None:
    source = copies["none"] / "src"
    for path in source.rglob("*.py"):
        for name in imported(path):
            parts = name.split(".")
            there = (source.joinpath(*parts[:length]) for length in range(2, len(parts) + 1))
            is_there = all(one.is_dir() or one.with_suffix(".py").is_file() for one in there)
            for_teachers = path.name == "cli.py" and name.startswith(TEACHERS_PARTS)
            assert is_there or for_teachers, f"{path.name}: {name}"


TEACHERS_PARTS = tuple(f"alliance.{part}" for part in cli.TEACHERS_COMMANDS.values())


def imported(path: Path) -> Iterator[str]:
    """Yield the modules of the course that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("alliance"):
            whole = (ROOT / "src").joinpath(*str(node.module).split("."))
            inside = [name for name in names if (whole / name).is_dir() or (whole / f"{name}.py").is_file()]
            yield from [f"{node.module}.{name}" for name in inside] or [str(node.module)]
        if isinstance(node, ast.Import):
            yield from (name for name in names if name.startswith("alliance"))


def test_each_command_that_learners_cannot_use_is_named(copies: dict[str, Path]) -> None:
    source = copies["none"] / "src"
    for command in cli.app.registered_commands:
        assert command.callback
        modules = re.findall(r"(?:from|import) (alliance[.\w]*)", inspect.getsource(command.callback))
        paths = [source.joinpath(*module.split(".")) for module in modules]
        is_whole = all(path.is_dir() or path.with_suffix(".py").is_file() for path in paths)
        assert is_whole == ((command.name or command.callback.__name__) not in cli.TEACHERS_COMMANDS)


# --- as learners use it ------------------------------------------------------------------------------------------


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a copy, with the copy's own package."""
    path = os.pathsep.join([str(copy / "src"), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = os.environ | {"PYTHONPATH": path, "COLUMNS": "150"}
    for name in ("ALLIANCE_PROGRESS", "ALLIANCE_KEYS"):
        environment.pop(name, None)
    return subprocess.run([sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True)


def alliance(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the copy's command line."""
    return run(copy, "-c", "from alliance.cli import main; main()", *arguments)


@pytest.fixture
def fresh(two_lessons: dict[str, Path], tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that gives a copy of its own with a feedback."""
    import shutil

    return lambda mode: Path(shutil.copytree(two_lessons[mode], tmp_path / mode))


NAME = f"exercises/{STEM}.ipynb"
LESSON = f"lessons/{STEM}.ipynb"
TASKS = load_key(STEM).tasks


def task_where(fits: Callable[[Task], bool]) -> Task:
    """Return the first task of the small copies' first exercise that fits."""
    return next(task for task in TASKS.values() if fits(task))


NUMBER = task_where(lambda task: task.expected.type == "number")
REPAIR = task_where(lambda task: task.form == "repair")
ROWS = task_where(lambda task: task.form != "repair" and task.expected.type in {"series", "table"})
RECORD = task_where(lambda task: any(one.type == "number" for one in task.expected.items.values()))
ENTRY = next(name for name, one in RECORD.expected.items.items() if one.type == "number")
ASKED = [NUMBER.task, RECORD.task, REPAIR.task, ROWS.task]


def solution(task: str) -> str:
    """Return the reference answer's code to a task of the exercise."""
    return str(Notebook(ROOT / "solutions" / f"{STEM}.ipynb").cell(task).source)


def answer(copy: Path, answers: dict[str, str]) -> Path:
    """Write answers into the exercise of a copy."""
    notebook = Notebook(copy / NAME)
    for task, code in answers.items():
        notebook.answer(task, code)
    return notebook.save(copy / NAME)


EXPECTED_STATES = {
    "full": ["right", "wrong", "not tried", "wrong"],
    "shape": ["recorded", "recorded", "not tried", "wrong"],
    "none": ["recorded", "recorded", "not tried", "recorded"],
}
"""What is said of a right number, a wrong number, the unchanged stub of a repair, and a text instead of rows."""
NO_ROWS = f"{ROWS.spec.answer} = 'none'"


def answered(copy: Path) -> None:
    """Give the exercise the four answers of EXPECTED_STATES, to the tasks ASKED."""
    wrong_number = f"{solution(RECORD.task)}\n{RECORD.spec.answer}[{ENTRY!r}] = -77"
    answer(copy, {NUMBER.task: solution(NUMBER.task), RECORD.task: wrong_number, ROWS.task: NO_ROWS})


@pytest.mark.parametrize("mode", MODES)
def test_check_in_an_opened_notebook(fresh: Callable[[str], Path], mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = fresh(mode)
    answered(copy)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(copy / "src"), os.environ["PYTHONPATH"]]))
    monkeypatch.delenv("ALLIANCE_PROGRESS")
    notebook = Notebook(copy / NAME)
    with opened(copy / NAME) as kernel:
        kernel.set_up(notebook)
        said = []
        for task in ASKED:
            for cell in notebook.node.cells:
                if cell.cell_type == "code" and cell.id in {cell_id(task, "start"), cell_id(task, "answer")}:
                    kernel.run(cell.id, cell.source)
            said.append(kernel.run(cell_id(task, "check"), notebook.cell(task, "check").source))
        table = kernel.run("own", f"from alliance import progress\nprogress({STEM[:2]!r})")
    assert [text.removeprefix(f"{task} ").split(".")[0] for task, text in zip(ASKED, said, strict=True)] == (
        EXPECTED_STATES[mode]
    )
    assert ("✔ right" if mode == "full" else "● recorded") in table
    if mode == "shape":
        assert "has the shape that is asked for: a number" in said[0]
        assert f"`{ROWS.spec.answer}` is the text “none”; the task asks for" in said[3]


@pytest.mark.parametrize("mode", MODES)
def test_alliance_check_progress_and_reset(fresh: Callable[[str], Path], mode: str) -> None:
    copy = fresh(mode)
    answered(copy)
    checked = alliance(copy, "check", NAME)
    states = {task: re.search(rf"{re.escape(task)} +│ \S (.+?) +│", checked.stdout) for task in ASKED}
    assert [match and match[1] for match in states.values()] == EXPECTED_STATES[mode], checked.stdout + checked.stderr
    assert checked.returncode == 1, "something is not tried"
    if mode != "full":
        assert "tasks are recorded. What is right is said when your notebook is graded." in checked.stdout
        assert " right │" not in checked.stdout
    told = alliance(copy, "progress").stdout
    done = sum(state in {"right", "recorded"} for state in EXPECTED_STATES[mode])
    assert f"{done} of {len(TASKS)}" in told
    assert ("recorded" in told) == (mode != "full")
    reset = alliance(copy, "reset", NAME)
    assert reset.returncode == 0
    assert (copy / NAME).read_bytes() == (copy / KEYS / f"{STEM}.ipynb").read_bytes()
    assert len(list((copy / "exercises").glob("*.kept-*.ipynb"))) == 1


TURN = next(task for task in load_key(STEM, "lessons").tasks.values() if task.expected.type == "number")
IN_A_LESSON = {
    "full": ["right", "wrong", "wrong"],
    "shape": ["recorded", "recorded", "wrong"],
    "none": ["recorded", "recorded", "recorded"],
}
"""What is said of a right number, a wrong number, and a text instead of a number."""


@pytest.mark.parametrize("mode", MODES)
def test_a_lessons_own_task_is_checked_counted_and_begun_again(
    fresh: Callable[[str], Path], mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = fresh(mode)
    handed_out = (copy / LESSON).read_bytes()
    right = next(turn.answer.text for turn in read_turns(lesson_source(STEM)) if turn.task == TURN.task)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(copy / "src"), os.environ["PYTHONPATH"]]))
    monkeypatch.delenv("ALLIANCE_PROGRESS")
    lesson = Notebook(copy / LESSON)
    with opened(copy / LESSON) as kernel:
        for cell in lesson.node.cells:
            if cell.cell_type == "code" and cell.metadata.get("task") in {None, TURN.task}:
                kernel.run(cell.id, cell.source)
        codes = [right, *(f"{TURN.spec.answer} = {value}" for value in ("-77", "'none'"))]
        said = [kernel.answer(lesson, TURN.task, code) for code in codes]
    assert [text.removeprefix(f"{TURN.task} ").split(".")[0] for text in said] == IN_A_LESSON[mode]
    assert all("your teacher has the answers" in text for text in said if " recorded." in text)

    lesson.answer(TURN.task, right).save(copy / LESSON)
    untouched = alliance(copy, "check", NAME)
    assert ("tasks are recorded." if mode != "full" else "tasks are right.") in untouched.stdout
    checked = alliance(copy, "check", LESSON)
    done = IN_A_LESSON[mode][0]
    assert re.search(rf"{re.escape(TURN.task)} +│ \S {done} ", checked.stdout), checked.stdout + checked.stderr
    assert "graded" not in checked.stdout or "are not graded" in checked.stdout
    assert f"1 of {len(load_key(STEM, 'lessons').tasks)}" in alliance(copy, "progress").stdout
    assert alliance(copy, "reset", LESSON).returncode == 0
    assert (copy / LESSON).read_bytes() == handed_out
    assert len(list((copy / "lessons").glob("*.kept-*.ipynb"))) == 1


@pytest.mark.parametrize("mode", WITHOUT)
def test_when_all_is_recorded_nothing_is_left_and_nothing_is_called_right(
    fresh: Callable[[str], Path], mode: str
) -> None:
    copy = fresh(mode)
    for stem in CHOSEN:
        notebook = Notebook(copy / "exercises" / f"{stem}.ipynb")
        for task in load_key(stem).tasks:
            notebook.answer(task, str(Notebook(ROOT / "solutions" / f"{stem}.ipynb").cell(task).source))
        notebook.save(copy / "exercises" / f"{stem}.ipynb")
    checked = alliance(copy, "check", *(f"exercises/{stem}.ipynb" for stem in CHOSEN))
    assert checked.returncode == 0, checked.stdout
    told = alliance(copy, "progress").stdout
    assert "All tasks are answered. Whether they are right is said when your notebooks are graded." in told
    assert "all answered" in told
    assert "✔" not in told + checked.stdout
    tested = run(copy, "-m", "pytest", "-p", "no:cacheprovider", "--junit-xml=report.xml", NAME)
    assert tested.returncode == 0
    tasks = len(TASKS)
    assert f"= {tasks} recorded in " in tested.stdout
    assert f'failures="0" skipped="{tasks}" tests="{tasks}"' in (copy / "report.xml").read_text(), (
        "neither passed nor failed"
    )


def test_the_test_command_proves_a_fresh_copy(fresh: Callable[[str], Path]) -> None:
    copy = fresh("shape")
    tested = run(copy, "-m", "pytest", "-p", "no:cacheprovider", "-v")
    assert tested.returncode == 0, tested.stdout
    assert "failed" not in tested.stdout
    last = list(load_key(CHOSEN[1]).tasks)[-1]
    assert f"exercises/{CHOSEN[1]}.ipynb::{last} NOT TRIED" in tested.stdout
    assert tested.stdout.count("::Cell ") > 20
    assert "test_a_table_is_as_it_was_handed_out[polls] PASSED" in tested.stdout


def test_the_test_command_finds_a_changed_table_a_wrong_lesson_and_a_wrong_answer(fresh: Callable[[str], Path]) -> None:
    copy = fresh("shape")
    table = copy / "data" / "polls.csv"
    table.write_bytes(table.read_bytes().replace(b"2024", b"2025", 1))
    lesson = nbformat.read(copy / LESSON, as_version=4)
    shown = [cell for cell in lesson.cells if cell.cell_type == "code" and cell.outputs]
    shown[-1].source = "'something else'"
    nbformat.write(lesson, copy / LESSON)
    answer(copy, {NUMBER.task: solution(NUMBER.task), ROWS.task: NO_ROWS})
    tested = run(copy, "-m", "pytest", "-p", "no:cacheprovider", "-v", "tests", LESSON, NAME)
    assert tested.returncode == 1
    assert "test_a_table_is_as_it_was_handed_out[polls] FAILED" in tested.stdout
    assert re.search(r"::Cell \d+ FAILED", tested.stdout)
    assert f"{NAME}::{ROWS.task} WRONG" in tested.stdout
    assert f"{NAME}::{NUMBER.task} RECORDED" in tested.stdout
    assert f"{NAME}::{REPAIR.task} NOT TRIED" in tested.stdout


def test_an_exercise_that_is_named_fails_as_long_as_it_is_not_tried(fresh: Callable[[str], Path]) -> None:
    tested = run(fresh("none"), "-m", "pytest", "-p", "no:cacheprovider", "-q", NAME)
    assert tested.returncode == 1
    assert f"{len(TASKS)} failed" in tested.stdout


def test_what_only_teachers_can_do_is_not_offered(fresh: Callable[[str], Path]) -> None:
    copy = fresh("full")
    offered = alliance(copy, "--help").stdout
    assert re.search(r"│ check +", offered)
    for name in cli.TEACHERS_COMMANDS:
        assert not re.search(rf"│ {name} +", offered)
        assert alliance(copy, name).returncode == 2


# --- the front door of a copy ------------------------------------------------------------------------------------


@pytest.fixture
def door(two_lessons: dict[str, Path]) -> ModuleType:
    """Return the module course.py of a copy."""
    specification = importlib.util.spec_from_file_location("door_of_copy", two_lessons["none"] / "course.py")
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_two_commands_need_the_learners_packages_alone(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, two_lessons: dict[str, Path]
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(door, "set_up", asked.append)
    monkeypatch.setattr(door, "run", lambda command, folder: asked.append(command))
    door.main(["lab", "--no-browser"])
    door.main(["test"])
    assert [asked[0], asked[2]] == ["lab", "lab"]
    assert f"--LabApp.default_url=/lab/tree/lessons/{STEM}.ipynb?file-browser-path=/" in asked[1]
    assert asked[3][1:] == ["-m", "pytest"], "the learner's packages do not spread tests over cores"
    assert not (two_lessons["none"] / door.REQUIREMENTS["full"]).exists()
    assert door.fingerprint("lab")["set"] == "lab"


@pytest.mark.parametrize("word", sorted(cli.TEACHERS_COMMANDS))
def test_the_front_door_says_what_a_copy_cannot_do(
    door: ModuleType, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    assert door.main([word]) == 1
    assert capsys.readouterr().err == (
        f"This is a learner's copy of the course, which cannot do `{word}`. "
        "Start it in the full course, where this copy was made.\n"
    )


def test_the_help_names_an_exercise_that_there_is(door: ModuleType) -> None:
    named = re.findall(r"exercises/\S+", door.usage())
    assert set(named) == {NAME}


# --- what comes back ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_what_comes_back_is_graded_alike(fresh: Callable[[str], Path], mode: str, tmp_path: Path) -> None:
    copy = fresh(mode)
    answered(copy)
    handed_in = tmp_path / "handed in" / "lee"
    handed_in.mkdir(parents=True)
    (copy / NAME).rename(handed_in / "mine.ipynb")
    (handed,) = take_in(handed_in.parent).handed
    assert (handed.exercise, handed.learner.folder) == (STEM, "lee")
    (handed_in.parent / "data").symlink_to(ROOT / "data")
    grade = grade_file(handed.path)
    assert [grade.verdicts[task].state for task in ASKED] == EXPECTED_STATES["full"]
    assert grade.remarks == []


# --- writing it --------------------------------------------------------------------------------------------------


def test_the_zip_and_the_folder_hold_the_same_and_are_the_same_twice(tmp_path: Path) -> None:
    first, second = (release(ROOT, tmp_path / name, "0", "shape") for name in ("first", "second"))
    assert first.archive.read_bytes() == second.archive.read_bytes()
    copy = unpacked(first.archive, tmp_path / "elsewhere")
    assert files_of(copy) == files_of(first.folder) == files_of(second.folder)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    made = release(ROOT, tmp_path, "3")
    before = files_of(tmp_path)
    with pytest.raises(CannotPack, match=r"alliance-course-03 exists: .* --force"):
        release(ROOT, tmp_path, "3")
    made.archive.rename(tmp_path / "away.zip")
    with pytest.raises(CannotPack, match="alliance-course-03 exists"):
        release(ROOT, tmp_path, "3")
    (tmp_path / "away.zip").rename(made.archive)
    made.folder.rename(tmp_path / "away")
    with pytest.raises(CannotPack, match=r"alliance-course-03\.zip exists"):
        release(ROOT, tmp_path, "3")
    (tmp_path / "away").rename(made.folder)
    assert files_of(tmp_path) == before


def pack(out: Path, text: str, *, force: bool = True) -> None:
    files = {"lessons/a.txt": text.encode()}
    packing.pack(files | {packing.LIST: packing.listing(files, {})}, out, "copy", force=force)


def test_force_replaces_what_a_release_made(tmp_path: Path) -> None:
    pack(tmp_path, "old", force=False)
    pack(tmp_path, "new")
    assert (tmp_path / "copy" / "lessons" / "a.txt").read_text() == "new"
    with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
        assert archive.read("copy/lessons/a.txt") == b"new"
    assert {path.name for path in tmp_path.iterdir()} == {"copy", "copy.zip"}


def change(path: Path) -> None:
    path.write_text("changed")


def add_to_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("copy/mine.txt", "mine")


@pytest.mark.parametrize(
    ("meddle", "named"),
    [
        (lambda out: change(out / "copy" / "lessons" / "a.txt"), "copy holds lessons/a.txt, which"),
        (lambda out: change(out / "copy" / "mine.txt"), "copy holds mine.txt, which"),
        (lambda out: (out / "copy" / "release.json").unlink(), "copy was not made by a release"),
        (lambda out: change(out / "copy" / "release.json"), "copy was not made by a release"),
        (lambda out: add_to_zip(out / "copy.zip"), "copy.zip holds mine.txt, which"),
        (lambda out: change(out / "copy.zip"), "copy.zip was not made by a release"),
    ],
)
def test_force_does_not_replace_what_a_release_did_not_make(
    tmp_path: Path, meddle: Callable[[Path], object], named: str
) -> None:
    pack(tmp_path, "old", force=False)
    meddle(tmp_path)
    before = files_of(tmp_path)
    with pytest.raises(CannotPack, match=re.escape(named)):
        pack(tmp_path, "new")
    assert files_of(tmp_path) == before


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path) -> None:
    pack(tmp_path / "other", "old", force=False)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "copy").symlink_to(tmp_path / "other" / "copy")
    with pytest.raises(CannotPack, match="was not made by a release"):
        pack(tmp_path / "out", "new")
    assert (tmp_path / "other" / "copy" / "lessons" / "a.txt").read_text() == "old"


def told(*arguments: str) -> tuple[int, str]:
    """Return the exit code of `alliance release` and what it says on the error stream."""
    result = CliRunner().invoke(cli.app, ["release", *arguments])
    return result.exit_code, result.stderr


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("7-3", "“7-3” is no range: write the smaller number first, 3-7."),
        ("99", f"There is no lesson 99. The course has the lessons 0 to {len(STEMS) - 1}."),
        (f"13-{len(STEMS)}", f"There is no lesson {len(STEMS)}."),
        ("x", "“x” is no lesson: write numbers and ranges, such as 1-6 or 0,3-5."),
        ("1,,2", "“” is no lesson"),
        ("-3", "“-3” is no lesson"),
    ],
)
def test_lessons_that_there_are_not(tmp_path: Path, given: str, says: str) -> None:
    code, error = told(str(tmp_path / "out"), f"--lessons={given}")
    assert code == 2
    assert error.startswith(says)
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ("", range(len(STEMS))),
        ("1-6", range(1, 7)),
        ("5", [5]),
        ("0, 3-5 ,9", [0, 3, 4, 5, 9]),
        ("05", [5]),
        ("2,2,1", [1, 2]),
    ],
)
def test_lessons_are_chosen_by_numbers_and_ranges(given: str, chosen: Any) -> None:
    assert choose(STEMS, given) == [STEMS[number] for number in chosen]


def test_a_copys_name_says_which_lessons_it_holds() -> None:
    assert span(STEMS[1:7]) == "01-06"
    assert span([STEMS[0], *STEMS[3:6], STEMS[9]]) == "00_03-05_09"


def test_a_feedback_that_there_is_not(tmp_path: Path) -> None:
    code, error = told(str(tmp_path / "out"), "--feedback", "some")
    assert (code, error) == (2, "There is no feedback “some”: choose one of full, shape, none.\n")


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, error = told(str(tmp_path / "file"), "--lessons", "2")
    assert code == 2
    assert error.startswith(f"The copy cannot be written to {tmp_path / 'file'}: ")
    assert error.count("\n") == 1


def test_no_lesson_is_chosen_by_nothing() -> None:
    with pytest.raises(NoSuchLesson):
        choose(STEMS, ",")


# --- shapes ------------------------------------------------------------------------------------------------------


def tasks_of(mode: str, copies: dict[str, Path]) -> Iterator[tuple[Any, Any]]:
    """Yield each task of the course's keys with the same task of a copy's."""
    from alliance.checking.keys import _load_key

    for stem in STEMS:
        for kind in get_args(Kind):
            copied = _load_key(copies[mode] / KEYS, stem, kind).tasks
            for name, task in load_key(stem, kind).tasks.items():
                yield task, copied[name]


@pytest.mark.parametrize("mode", WITHOUT)
def test_every_reference_answer_is_recorded_and_every_stub_is_not_tried(copies: dict[str, Path], mode: str) -> None:
    from alliance.checking.verdicts import judge

    for task, copied in tasks_of(mode, copies):
        expected, stub = task.expected, task.stub_answer
        if expected.type == "function":
            tried = [list(task.spec.calls).index(call) for call in copied.spec.calls]
            expected, stub = (  # new ones: the course's key is read once and serves all tests of this process
                dataclasses.replace(one, results=[one.results[i] for i in tried]) for one in (expected, stub)
            )
        assert judge(copied, expected).state == "recorded", task.task
        assert judge(copied, stub).state == "not tried", task.task
