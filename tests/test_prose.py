"""A number in prose is computed, a registered claim, a date or a name; no result is typed by hand."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from alliance.building.sources.errors import SourceError
from alliance.building.sources.prose import EXPRESSION
from alliance.building.sources.source import read_source
from alliance.building.sources.typed import figures, phrases_of, prose, repeated, results, spelled

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [
    path for kind in ("lessons", "exercises", "teaching") for path in sorted((ROOT / "authoring" / kind).glob("*.md"))
]


@pytest.mark.parametrize("path", [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in SOURCES])
def test_no_result_is_typed_by_hand(path: Path) -> None:
    source = read_source(path)
    phrases = phrases_of(source)
    found = [
        f"line {line}: {', '.join(numbers)}" for line, text in prose(source) if (numbers := figures(text, phrases))
    ]
    assert not found, (
        "write {{ expression }} or {{claim:ID}}, or list the phrase with its reason under `phrases`, instead of:\n"
        + "\n".join(found)
    )


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=path.stem) for path in SOURCES if path.parent.name == "lessons"]
)
def test_no_result_is_spelled_out_below_the_cell_that_computes_it(path: Path) -> None:
    near: set[float] = set()
    found = []
    phrases = phrases_of(read_source(path))
    for cell in nbformat.read(ROOT / "lessons" / f"{path.stem}.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            near = results(out.get("text") or out.get("data", {}).get("text/plain", "") for out in cell.outputs)
        else:
            found += repeated(cell.source, near, phrases)
    assert not found, "write {{ expression }} instead of: " + ", ".join(found)


def questions() -> Iterator[Any]:
    """Yield the question of every lesson."""
    for path in SOURCES:
        if path.parent.name == "lessons":
            yield pytest.param(str(read_source(path).about["question"]), id=path.stem)


@pytest.mark.parametrize("question", [*questions()])
def test_a_figure_in_a_lessons_question_is_one_that_an_article_prints(question: str) -> None:
    with (ROOT / "data" / "claims.csv").open(encoding="utf-8", newline="") as lines:
        printed = {float(row["value"]) for row in csv.DictReader(lines) if row["value"]}
    found = [float(one.rstrip(".,").replace(",", "")) for one in figures(question)]
    assert set(found) <= printed


@pytest.mark.parametrize("path", [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in SOURCES])
def test_an_expression_is_more_than_a_number(path: Path) -> None:
    literal = re.compile(r"^[\d.,\s]+(?::.*)?$")
    found = [
        f"line {line}: {match.group(0)}"
        for line, text in prose(read_source(path))
        for match in EXPRESSION.finditer(text)
        if literal.match(match.group(1).strip())
    ]
    assert not found


@pytest.mark.parametrize("path", [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in SOURCES])
def test_a_heading_has_no_expression(path: Path) -> None:
    # The card's table of minutes repeats headings before anything is computed.
    headings = [text for _, text in prose(read_source(path)) for text in re.findall(r"^#+ .*$", text, re.MULTILINE)]
    assert not [heading for heading in headings if EXPRESSION.search(heading)]


@pytest.mark.parametrize(
    "text",
    [
        "Spending grew by 12 percent.",
        "It cost 8.5 trillion yen.",
        "About 54,000 people were there.",
        "The share was 0.6.",
        "It is 330 kilometres away.",
        "In 2024 there were 12 tests.",
    ],
)
def test_a_figure_typed_by_hand_is_found(text: str) -> None:
    assert figures(text)


@pytest.mark.parametrize(
    "text",
    [
        "Spending grew by {{ growth:.1f }} percent.",
        "The article says {{claim:B18-02}}.",
        "On 30 March 2025, and again on 25–26 March.",
        "The AIM-120, the F-35A and Article 9 in FY2023, see B18 and lesson 05.",
        "From 1998–2024, in the 1990s, on 2025-03-30.",
        "Call `head(12)`:\n```python\nx = 12\n```",
        "1. first\n2. second",
        "The 2+2 of July 2024.",
    ],
)
def test_what_is_no_figure_is_let_through(text: str) -> None:
    assert not figures(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Forty-one. Ninety nine!", [41, 99]),
        ("A hundred and five, or two hundred thousand, or thirteen", [105, 200_000, 13]),
        ("two readings at ten o'clock", []),
        ("often, tenth, weight, thousands of them", []),
        ("`twelve` rows", []),
    ],
)
def test_numbers_that_are_spelled_out_are_read(text: str, numbers: list[int]) -> None:
    assert [value for _, value in spelled(text)] == numbers


def test_a_result_is_what_an_output_shows_alone() -> None:
    assert results(["np.int64(41)", "(12, 3)"]) == {41, 12, 3}
    assert results(["   year  count\n0  2023     41", "1 2 3 4", "no number"]) == set()
    assert results(["54,000 people"]) == {54_000}


def test_a_spelled_out_result_is_found_and_another_number_is_not() -> None:
    assert repeated("Forty-one missiles in twelve months.", {41}) == ["Forty-one"]
    assert repeated("Fired twelve times in twelve months.", {12}, ["twelve months"]) == ["twelve"]


PHRASES = """---
alliance:
  lesson: "90"
  phrases:
    "95 percent interval": "an interval's name"
    "100 coin throws": "a number the learner is asked to use"
---

The 95 percent
interval of 100 coin throws is wide.
"""


def test_a_listed_phrase_stands_and_the_same_number_elsewhere_does_not(tmp_path: Path) -> None:
    path = tmp_path / "90_a.md"
    path.write_text(PHRASES + "\nIn 95 percent of 100 cases.\n", encoding="utf-8")
    source = read_source(path)
    phrases = phrases_of(source)
    [numbers] = [found for _, text in prose(source) if (found := figures(text, phrases))]
    assert numbers == ["95", "100"]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("interval of 100 coin throws", "interval", "does not stand in the text"),
        ('"an interval\'s name"', '""', "a reason behind it"),
        ('"95 percent interval":', '"interval":', "needs a number in it"),
    ],
)
def test_a_phrase_has_a_number_a_reason_and_a_place(tmp_path: Path, old: str, new: str, why: str) -> None:
    path = tmp_path / "90_a.md"
    path.write_text(PHRASES.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SourceError, match=f"90_a.md, line 4: .*{why}"):
        phrases_of(read_source(path))
