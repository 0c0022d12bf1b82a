"""The minutes that a lesson or an exercise states are measured, and stay within what a class can plan with."""

from __future__ import annotations

from pathlib import Path

import pytest

from alliance.building.notebooks.minutes import exercise_total, lesson_sections, total
from alliance.building.notebooks.navigation import minutes_table
from alliance.building.sources.source import Source, read_source

ROOT = Path(__file__).resolve().parent.parent
OPENING = "00"
"""The opening is shorter than a lesson: a newcomer wants to begin."""
SHORTEST = 15
"""Less than a quarter of an hour isn't worth a sitting of its own, nor an exercise."""


def sources(kind: str) -> list[object]:
    return [pytest.param(read_source(path), id=path.stem) for path in sorted((ROOT / "authoring" / kind).glob("*.md"))]


@pytest.mark.parametrize("source", sources("lessons"))
def test_a_lesson_takes_15_to_60_minutes(source: Source) -> None:
    low, high = total(lesson_sections(source))
    assert low < high
    longest = 40 if source.number == OPENING else 60
    assert SHORTEST <= (low + high) / 2 <= longest, f"{low} to {high} minutes"


@pytest.mark.parametrize("source", sources("exercises"))
def test_an_exercise_takes_15_to_75_minutes(source: Source) -> None:
    low, high = exercise_total(source)
    longest = 40 if source.number == OPENING else 75
    assert SHORTEST <= low < high
    assert (low + high) / 2 <= longest, f"{low} to {high} minutes"


def lesson(tmp_path: Path, text: str) -> Source:
    path = tmp_path / "90_timed.md"
    front = (
        "---\nalliance:\n  lesson: '90'\nkernelspec: {name: python3, display_name: Python 3, language: python}\n---\n\n"
    )
    path.write_text(front + text, encoding="utf-8")
    return read_source(path)


def test_each_section_is_measured_apart(tmp_path: Path) -> None:
    words = "word " * 238
    found = lesson_sections(lesson(tmp_path, f"{words}\n\n## Second\n\n{words}{words}\n"))
    assert [(one.title, round(one.fast, 2)) for one in found] == [("Beginning", 1.0), ("Second", 2.0)]


def test_cells_lines_and_questions_take_time(tmp_path: Path) -> None:
    plain = lesson_sections(lesson(tmp_path, "## One\n\nword\n"))[0]
    code = lesson_sections(lesson(tmp_path, "## One\n\nword\n\n```{code-cell} ipython3\na = 1\nb = 2\n```\n"))[0]
    asked = lesson_sections(lesson(tmp_path, "## One\n\nword\n\n<details><summary>Answer</summary>\n\n</details>\n"))[0]
    assert (code.fast - plain.fast) * 60 == pytest.approx(10 + 2 * 4)
    assert (code.slow - plain.slow) * 60 == pytest.approx(20 + 2 * 8)
    assert (asked.fast - plain.fast) * 60 > 30


def test_a_computed_number_is_one_word(tmp_path: Path) -> None:
    one = lesson_sections(lesson(tmp_path, "## One\n\nIt is {{ table['value'].max() - 2:.1f }} percent.\n"))[0]
    assert one.fast * 238 == pytest.approx(4)


def test_the_card_adds_the_minutes_up(tmp_path: Path) -> None:
    words = "word " * 476
    table = "\n".join(minutes_table(lesson_sections(lesson(tmp_path, f"## One\n\n{words}\n\n## Two\n\n{words}\n"))))
    assert "| One | 2 to 3 | 2 to 3 |" in table
    assert "| Two | 2 to 3 | 4 to 5 |" in table
