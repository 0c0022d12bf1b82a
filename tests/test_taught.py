"""Taught before used: no lesson, given code or reference answer needs what no lesson up to there has introduced."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from alliance.building.sources.source import read_source
from alliance.building.taught.constructs import constructs, first_uses
from alliance.building.taught.skills import Chapter, read_chapters, skills, untaught

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = read_chapters(ROOT)
EACH = [pytest.param(chapter, id=chapter.number) for chapter in CHAPTERS]


@pytest.mark.parametrize("chapter", EACH)
def test_nothing_is_used_before_it_was_introduced(chapter: Chapter) -> None:
    found = [f"{where}: `{name}`" for number, where, name in untaught(CHAPTERS) if number == chapter.number]
    assert not found, (
        f"lesson {chapter.number} must introduce these (a sentence where they are first used, and an entry in "
        "`introduces`, or in `shows` if no task asks for it), or an earlier lesson: " + "; ".join(found)
    )


@pytest.mark.parametrize("chapter", EACH)
def test_what_a_lesson_lists_stands_in_it(chapter: Chapter) -> None:
    lesson = next((ROOT / "authoring" / "lessons").glob(f"{chapter.number}_*.md"))
    prose = "\n".join(cell.text for cell in read_source(lesson).cells if cell.kind == "markdown")
    spans = " ".join(re.findall(r"```.*?```|`[^`]+`", prose, re.DOTALL))
    missing = [
        name
        for name in [*chapter.introduces, *chapter.shows]
        if name not in chapter.shown and not re.search(rf"(?<![\w.]){re.escape(name.rstrip('='))}(?!\w)", spans)
    ]
    assert not missing, f"lesson {chapter.number} lists, and does not contain: {', '.join(missing)}"


def test_a_construct_is_introduced_once() -> None:
    counts = Counter(name for chapter in CHAPTERS for name in {*chapter.introduces, *chapter.shows})
    twice = {
        name: [c.number for c in CHAPTERS if name in {*c.introduces, *c.shows}] for name, n in counts.items() if n > 1
    }
    assert not twice


def test_what_is_introduced_is_practised() -> None:
    holes = [f"{one.introduced}: `{one.name}`" for one in skills(CHAPTERS) if one.is_hole]
    assert not holes, "no task asks for these; let one, or list them under `shows`: " + "; ".join(holes)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("budget.head(3)", {"head"}),
        ("pd.read_csv('x.csv', index_col='year')", {"pd.read_csv", "index_col="}),
        ("budget['year']", {"column selection"}),
        ("budget[['year', 'value']]", {"several columns", "list"}),
        ("budget[budget['year'] > 3]", {"boolean filter", "column selection", "comparison"}),
        ("budget['year'].dt.month", {"column selection", "dt.month"}),
        ("budget['name'].str.lower()", {"column selection", "str.lower"}),
        ("budget['x'] = 1", {"column selection", "new column"}),
        ("a, b = 1, 2", {"unpacking"}),
        ("f'{x:.1f}'", {"f-string"}),
        ("ax.set(title='x', color='red')", {"ax.set"}),
        ("sns.lineplot(x=years, y=values)", {"sns.lineplot"}),
        ("sns.lineplot(x=years, y=values).set(title='x')", {"sns.lineplot", "ax.set"}),
        ("table.assign(growth=1)", {"assign"}),
        ("def f(x):\n    return x\nf(x=2)", {"def", "return"}),
        ("left.merge(right, on='year', how='left')", {"merge", "on=", "how="}),
        ("[x for x in range(3) if x]", {"list comprehension", "range"}),
        ("check('5.1', x)", {"check"}),
        ("2 ** 3 + 1", {"**", "arithmetic"}),
        ("plot(*values, **options)", {"star unpacking", "double star"}),
    ],
)
def test_constructs_are_named(code: str, names: set[str]) -> None:
    assert constructs([code]) == names


def test_a_first_use_has_its_line_also_where_python_gives_it_none() -> None:
    assert first_uses(["size = 3\n\narea = size ** 2", "rows.head()"]) == {"**": (0, 3), "head": (1, 1)}


def chapter(number: str, introduces: list[str], shown: set[str], practised: dict[str, list[str]]) -> Chapter:
    return Chapter(number, introduces, [], frozenset(shown), frozenset(), practised)


def test_a_construct_that_comes_too_early_is_found() -> None:
    early = chapter("01", ["head"], {"head"}, {"merge": ["1.2"]})
    later = chapter("02", ["merge"], {"merge"}, {"head": ["2.1"]})
    assert untaught([early, later]) == [("01", "task 1.2", "merge")]
    assert [one.name for one in skills([early, later]) if one.is_hole] == []
    assert [one.name for one in skills([early]) if one.is_hole] == ["head"]


def test_the_line_of_the_source_is_named(tmp_path: Path) -> None:
    course = tmp_path / "authoring"
    shutil.copytree(ROOT / "tests" / "course" / "authoring", course)
    lesson, exercise = course / "lessons" / "90_workshop.md", course / "exercises" / "90_workshop.md"
    found = {name: where for _, where, name in untaught(read_chapters(tmp_path))}
    line = int(found["sns.lineplot"].removeprefix("lesson, line "))
    assert "sns.lineplot" in lesson.read_text(encoding="utf-8").splitlines()[line - 1]
    where = {where.split(",")[0]: where for _, where, name in untaught(read_chapters(tmp_path)) if name == "mean"}
    task, line_text = next(iter(where.items()))
    assert ".mean()" in exercise.read_text(encoding="utf-8").splitlines()[int(line_text.split("line ")[1]) - 1]
    assert task == "task 90.3"
    stub = next(c for c in read_chapters(tmp_path) if c.number == "90").lines["given code", "len"]
    assert "len(budget)" in exercise.read_text(encoding="utf-8").splitlines()[stub - 1]


def test_the_command_shows_the_matrix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from alliance.cli import app

    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(app, ["skills", "--csv", str(tmp_path / "skills.csv")])
    assert result.exit_code == 0, result.output
    rows = (tmp_path / "skills.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "construct,introduced,shown_again,practised"
    assert len(rows) == 1 + len(skills(CHAPTERS))
    refused = CliRunner().invoke(app, ["skills", "--csv", str(tmp_path / "no" / "skills.csv")])
    assert refused.exit_code == 2
    assert "cannot be written" in refused.output
