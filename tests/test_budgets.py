"""What a lesson asks of its reader stays within the budgets of STYLE's table."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alliance.building.sources.source import read_source
from alliance.building.taught.budgets import LEAST, MOST, beyond, budget, draws, line
from alliance.cli import app

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [read_source(path) for path in sorted((ROOT / "authoring" / "lessons").glob("*.md"))]
SECOND = [pytest.param(one, id=one.stem) for one in SOURCES if one.about.get("edition") == 2]
TURNING = ROOT / "tests" / "turning" / "90_workshop.md"


@pytest.mark.parametrize("source", SECOND)
def test_a_lesson_keeps_its_budgets(source) -> None:
    assert not beyond(budget(source)), f"lesson {source.number} has too much or too little"


HEAD = """---
alliance:
  lesson: "90"
  introduces: [head, tail]
  shows: [len]
---

## First

One two three `tail` {{ len(a) }} [four](a.md).

| column | meaning |
|---|---|
| `a` | not counted |
| `b` | nor this |

<details><summary>Answer</summary>

None of these words is counted.

</details>

```{code-cell} ipython3
import pandas as pd
import seaborn as sns

sns.set_theme()
```

Six seven.

```{code-cell} ipython3
a = [1]
len(a)
```

## Second

Eight.

```{code-cell} ipython3
# a comment is no line
ax = sns.lineplot(a)

ax.set(title="x")
a.head()
```

## Sources

- A source's words are not counted.
"""


@pytest.fixture
def lesson(tmp_path: Path):
    path = tmp_path / "90_a.md"
    path.write_text(HEAD, encoding="utf-8")
    return read_source(path)


def test_what_is_counted(lesson) -> None:
    found = budget(lesson)
    assert found.words == 11  # First One two three tail number four, Six seven, Second Eight
    assert found.before == 9
    assert (found.new, found.new_in, found.section) == (3, 2, "First")
    assert (found.turns, found.drawing, found.columns) == (0, 3, 2)


def test_a_lessons_tasks_are_counted_and_their_answers_are_not() -> None:
    source = read_source(TURNING)
    found = budget(source)
    assert found.turns == 2
    assert found.drawing == 3
    everything = sum(len(cell.text.split()) for cell in source.cells if cell.kind == "markdown")
    assert found.words < everything


@pytest.mark.parametrize("name", [*MOST, *LEAST])
def test_each_budget_that_is_not_kept_is_named(lesson, name: str) -> None:
    from dataclasses import replace

    good = replace(budget(lesson), **MOST, **LEAST)
    assert beyond(good) == []
    value = MOST[name] + 1 if name in MOST else LEAST[name] - 1
    [said] = beyond(replace(good, **{name: value}))
    assert said.startswith(f"{value:,} ")


@pytest.mark.parametrize(
    ("code", "does"),
    [
        ("sns.lineplot(a)", True),
        ("fig, ax = plt.subplots()", True),
        ("describe(ax, finding='x', source='y')", True),
        ("a.plot()", True),
        ("sns.set_theme()", False),
        ("a.describe()", False),
        ("a.head()", False),
    ],
)
def test_a_cell_that_draws_is_known(code: str, does: bool) -> None:
    assert draws(code) is does


def test_without_textstat_the_column_says_so(lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "textstat", None)
    assert budget(lesson).grade is None
    assert "textstat is not installed" in line(budget(lesson))


def test_readability_is_shown_where_it_can_be_measured(lesson) -> None:
    pytest.importorskip("textstat")
    assert "textstat" not in line(budget(lesson))


def test_the_command_shows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    said = CliRunner().invoke(app, ["skills"], env={"COLUMNS": "160"}).output
    assert "≤ 2,200" in said
    first = budget(SOURCES[0])
    assert f"{first.words:,}" in next(row for row in said.splitlines() if row.strip().startswith("00  "))
