"""A number in prose is computed, a registered claim, a date or a name; no result is typed by hand."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from alliance.building.sources.prose import EXPRESSION
from alliance.building.sources.source import read_source

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [
    path for kind in ("lessons", "exercises", "teaching") for path in sorted((ROOT / "authoring" / kind).glob("*.md"))
]
MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
NOT_FIGURES = [
    r"```.*?```",  # code
    r"`[^`]*`",
    r"\]\([^)]*\)",  # a link's address
    r"<https?://[^>]*>|https?://\S+",
    r"</?[a-zA-Z][^>]*>",
    r"^\s*\d+\.\s",  # the number of a list's entry
    rf"\b\d{{1,2}}(?:\s?[–-]\s?\d{{1,2}})?\s{MONTH}(?:\s\d{{4}})?\b",  # 30 March 2025, 25–26 March
    rf"\b{MONTH}\s\d{{1,2}}(?:,\s\d{{4}})?\b",
    r"\b\d{4}-\d\d(?:-\d\d)?\b",  # 2025-03-30
    r"\b(?:FY)?(?:1[89]|20)\d\d(?:\s?[–/-]\s?(?:(?:1[89]|20)\d\d|\d\d))?s?\b",  # a year, a span of years, a decade
    r"\b[A-Za-z]+-?\d+[A-Za-z]?\b",  # AIM-120, A7, B18, F-35A, WGS84
    r"\b(?:Article|Type|Lesson|lesson|Exercise|exercise|Part|Task|task|line|row|Nodong|Python)s?\s\d+(?:\.\d+)?\b",
    r"\b2\+2\b",  # the meeting of two foreign and two defence ministers
]


def figures(text: str) -> list[str]:
    """Return the numerals of a text that are left when everything that is no figure is taken out."""
    text = EXPRESSION.sub(" ", text)
    for pattern in NOT_FIGURES:
        text = re.sub(pattern, " ", text, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"\d[\d.,]*", text)


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Yield every text of a source that a reader sees, with its line."""
    source = read_source(path)
    for value in (source.about.get("title", ""), *source.about.get("objectives", [])):
        yield 1, str(value)
    for block in source.about.get("session", []):
        yield 1, str(block.get("do", ""))
    for plan in source.about.get("plans", []):
        yield 1, "\n".join([plan["name"], plan["about"], *(str(step.get("note", "")) for step in plan["steps"])])
    for cell in source.cells:
        if cell.kind == "markdown":
            yield cell.line, cell.text
        for key in ("title", "message", "misconception"):
            if cell.meta.get(key):
                yield cell.line, str(cell.meta[key])


@pytest.mark.parametrize("path", [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in SOURCES])
def test_no_result_is_typed_by_hand(path: Path) -> None:
    found = [f"line {line}: {', '.join(numbers)}" for line, text in prose(path) if (numbers := figures(text))]
    assert not found, "write {{ expression }} or {{claim:ID}} instead of:\n" + "\n".join(found)


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
        for line, text in prose(path)
        for match in EXPRESSION.finditer(text)
        if literal.match(match.group(1).strip())
    ]
    assert not found


@pytest.mark.parametrize("path", [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in SOURCES])
def test_a_heading_has_no_expression(path: Path) -> None:
    # The card's table of minutes repeats headings before anything is computed.
    headings = [text for _, text in prose(path) for text in re.findall(r"^#+ .*$", text, re.MULTILINE)]
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
