"""Write the page of the two articles: their paragraphs in the course's own words, claims, and verdicts folded up."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from alliance.building.notebooks.navigation import Course
from alliance.building.sources.errors import SourceError
from alliance.building.sources.prose import ProseError, fill
from alliance.data.package import read_rows

SOURCE = "authoring/articles.md"
PAGE = "lessons/articles.md"
REGISTER = "../data/claims.csv"
PARAGRAPH = re.compile(r"^### ([AB])(\d+)[ \t]*$", re.MULTILINE)
VERDICT = "What became of it"
NO_VERDICT = "Our table of evidence has no verdict on it."

Row = Mapping[str, str]


def has_articles(root: Path) -> bool:
    """Return whether a course has a page of its articles."""
    return (root / SOURCE).is_file()


def articles(root: Path, course: Course) -> str:
    """Return the page as Markdown.

    Raises SourceError for a paragraph with claims and no summary, a summary without claims, and one that comes twice.
    """
    path = root / SOURCE
    text = path.read_text(encoding="utf-8")
    claims = list(read_rows(root / "data" / "claims.csv"))
    verdicts = {row["claim_id"]: row for row in read_rows(root / "data" / "evidence.csv") if row["decisive"] == "true"}
    by_paragraph: dict[str, list[Row]] = {}
    for row in claims:
        by_paragraph.setdefault(f"{row['document']}{row['paragraph']}", []).append(row)
    _refuse_mismatch(path, text, by_paragraph)
    numbers = _numbers(claims)

    def value(expression: str) -> str:
        if expression not in numbers:
            raise ProseError(f"{{{{ {expression} }}}} is unknown here; there are {', '.join(numbers)} and claims.")
        return str(numbers[expression])

    try:
        filled = fill(text, value, root / "data")
    except ProseError as error:
        raise SourceError(path, 1, str(error)) from error
    head, *parts = re.split(r"^(?=###? )", filled, flags=re.MULTILINE)
    lines = [
        f"<!-- Written by `alliance build` from {SOURCE} and data/claims.csv: edit those, not this page. -->",
        "",
        head.strip(),
    ]
    for part in parts:
        named = PARAGRAPH.match(part)
        if named is None:
            lines += ["", part.strip()]
            continue
        name = f"{named[1]}{named[2]}"
        lines += ["", f'<a id="{name}"></a>', "", part.strip(), ""]
        lines += [_claim(row, verdicts.get(row["claim_id"]), course) for row in by_paragraph[name]]
    return "\n".join(lines) + "\n"


def _numbers(claims: Sequence[Row]) -> dict[str, int]:
    """Return how many claims there are, in all and in each article, and in how many paragraphs."""
    found = {"claims": len(claims)}
    for letter in ("A", "B"):
        own = [row for row in claims if row["document"] == letter]
        found[f"claims_{letter.lower()}"] = len(own)
        found[f"paragraphs_{letter.lower()}"] = len({row["paragraph"] for row in own})
    return found


def _refuse_mismatch(path: Path, text: str, by_paragraph: Mapping[str, Sequence[Row]]) -> None:
    seen: dict[str, int] = {}
    for match in PARAGRAPH.finditer(text):
        name, line = match[1] + match[2], text[: match.start()].count("\n") + 1
        if name in seen:
            raise SourceError(path, line, f"the paragraph {name} has a summary in line {seen[name]} already.")
        if name not in by_paragraph:
            raise SourceError(path, line, f"data/claims.csv has no claim of the paragraph {name}.")
        seen[name] = line
    missing = [name for name in by_paragraph if name not in seen]
    if missing:
        raise SourceError(path, 1, f"the paragraph {missing[0]} has claims and no summary: write `### {missing[0]}`.")


def _claim(row: Row, verdict: Row | None, course: Course) -> str:
    """Return a claim as an entry of a list: its name, what it says, its lesson, and its verdict folded."""
    stem = course.lesson_of(row["lesson"].zfill(2))
    lesson = f"[lesson {stem[:2]}]({stem}.ipynb)" if stem else f"lesson {row['lesson']}"
    said = NO_VERDICT
    if verdict is not None:
        word = verdict["verdict"].replace("_", " ")
        said = f"<strong>{html.escape(word.capitalize())}.</strong> {html.escape(verdict['reasoning'], quote=False)}"
    return (
        f'- [{row["claim_id"]}]({REGISTER}) <a id="{row["claim_id"]}"></a>{row["statement"]} ({lesson})\n'
        f"  <details><summary>{VERDICT}</summary>{said}</details>"
    )
