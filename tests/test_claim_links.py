"""Claims that lessons name by their bare ids are links: where to, and what is left alone."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from alliance.building.notebooks.articles import PAGE
from alliance.building.notebooks.claim_links import CLAIM_ID, link_claims

ROOT = Path(__file__).resolve().parent.parent
LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))
LINK = "[`B05-08`](articles.md#B05-08)"


@pytest.mark.parametrize(
    ("written", "linked"),
    [
        ("It says 1,700 (`B05-08`).", f"It says 1,700 ({LINK})."),
        ("claims `B05-08` to `B05-08`;", f"claims {LINK} to {LINK};"),
        ("B05-08 holds", "[B05-08](articles.md#B05-08) holds"),
    ],
)
def test_a_bare_id_leads_to_its_claim(written: str, linked: str) -> None:
    assert link_claims(written) == linked


@pytest.mark.parametrize(
    "text",
    [
        '`claims.loc["B05-08"]`',
        "`B05-08-a`",
        "the row B05-08-a of the evidence",
        "[`B05-08`](elsewhere.md)",
        "[see](articles.md#B05-08)",
        "```\nB05-08\n```",
        '<a id="B05-08"></a>',
        "https://example.org/B05-08",
        "XB05-08 and B05-081",
    ],
)
def test_code_links_addresses_and_longer_names_are_left_alone(text: str) -> None:
    assert link_claims(text) == text


def test_linking_twice_changes_nothing() -> None:
    once = link_claims("one `B05-08`, two B23-02, `B05-08-a`")
    assert link_claims(once) == once


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_every_claim_that_a_lesson_names_is_a_link_to_an_anchor_that_exists(lesson: Path) -> None:
    anchors = set(re.findall(r'<a id="([^"]+)">', (ROOT / PAGE).read_text(encoding="utf-8")))
    cells = nbformat.read(lesson, as_version=4).cells
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    assert [text for text in texts if link_claims(text) != text] == []
    linked = {name for text in texts for name in re.findall(rf"\]\(articles\.md#({CLAIM_ID})\)", text)}
    assert linked <= anchors
