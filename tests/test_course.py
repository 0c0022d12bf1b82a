"""The course as a whole: every claim is used where its row says, and the README names every lesson."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from alliance.building.sources.source import read_source, read_tasks
from alliance.checking.keys import load_key, split_section

ROOT = Path(__file__).resolve().parent.parent
LESSONS = sorted((ROOT / "authoring" / "lessons").glob("*.md"))
with (ROOT / "data" / "claims.csv").open(encoding="utf-8", newline="") as file:
    CLAIMS = list(csv.DictReader(file))


def text_of(number: str) -> str:
    """Return the sources of a lesson and of its exercise as one text."""
    sources = [path for kind in ("lessons", "exercises") for path in (ROOT / "authoring" / kind).glob(f"{number}_*.md")]
    return "\n".join(path.read_text(encoding="utf-8") for path in sources)


@pytest.mark.parametrize("lesson", [pytest.param(path.stem[:2], id=path.stem) for path in LESSONS])
def test_every_claim_is_used_where_its_row_says(lesson: str) -> None:
    text = text_of(lesson)
    unused = [row["claim_id"] for row in CLAIMS if row["lesson"] == lesson and row["claim_id"] not in text]
    assert not unused, f"lesson {lesson} and its exercise do not use {', '.join(unused)}"


each_exercise = pytest.mark.parametrize(
    "exercise", [pytest.param(path, id=path.stem) for path in sorted((ROOT / "authoring" / "exercises").glob("*.md"))]
)


@each_exercise
def test_every_exercise_begins_with_its_title(exercise: Path) -> None:
    source = read_source(exercise)
    title = f"# Exercise {exercise.stem[:2]}: {source.about['title']}\n"
    assert source.cells[0].text.startswith(title)


@each_exercise
def test_every_task_names_a_section_that_stands_in_its_lesson(exercise: Path) -> None:
    built = {name: task.section for name, task in load_key(exercise.stem).tasks.items()}
    _, tasks = read_tasks(read_source(exercise))
    assert built == {task.task: task.section for task in tasks}
    for task in tasks:
        number, heading = split_section(task.section, exercise.stem[:2])
        (lesson,) = (ROOT / "authoring" / "lessons").glob(f"{number}_*.md")
        assert re.search(f"^##+ {re.escape(heading)}$", lesson.read_text(encoding="utf-8"), re.MULTILINE), task.task


def test_every_claim_has_a_lesson() -> None:
    assert {row["lesson"] for row in CLAIMS} <= {path.stem[:2] for path in LESSONS}


def test_the_readme_names_every_lesson_and_what_it_asks() -> None:
    row = re.compile(r"^\| \[(\d\d) ([^\]]+)\]\(lessons/(\w+)\.ipynb\) \| (.+) \|$", re.MULTILINE)
    about = [(path, read_source(path).about) for path in LESSONS]
    assert row.findall((ROOT / "README.md").read_text(encoding="utf-8")) == [
        (path.stem[:2], one["title"], path.stem, one["question"]) for path, one in about
    ]
