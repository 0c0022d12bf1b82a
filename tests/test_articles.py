"""The page of the articles: every claim once, under a summary of its paragraph, its verdict folded."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from workshop_course import lay_out

from alliance.building.build import ARTICLES, find_jobs, find_stale, read_course
from alliance.building.notebooks.articles import PAGE, SOURCE, articles
from alliance.building.sources.errors import SourceError
from alliance.building.sources.typed import figures
from alliance.site.sources import CLAIM_LINK

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / PAGE).read_text(encoding="utf-8")
CLAIMS = list(csv.DictReader((ROOT / "data" / "claims.csv").read_text(encoding="utf-8").splitlines()))


def test_every_claim_stands_on_it_once_and_leads_to_its_row() -> None:
    named = Counter(CLAIM_LINK.findall(TEXT))
    assert named == Counter({row["claim_id"]: 1 for row in CLAIMS})


def test_every_paragraph_that_has_a_claim_has_a_summary_of_its_own() -> None:
    parts = re.split(r"^### ([AB]\d+)$", TEXT, flags=re.MULTILINE)
    summaries = {
        name: body.strip().split("\n- [", 1)[0].strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }
    assert set(summaries) == {f"{row['document']}{row['paragraph']}" for row in CLAIMS}
    assert all(4 < len(text.split()) < 60 and text.endswith(".") for text in summaries.values())
    assert len(set(summaries.values())) == len(summaries)


def test_a_claim_stands_under_its_paragraph_with_its_lesson_and_its_verdict_folded() -> None:
    for row in CLAIMS:
        body = TEXT.split(f"### {row['document']}{row['paragraph']}\n", 1)[1].split("\n### ", 1)[0]
        entry = body.split(f"- [{row['claim_id']}]", 1)[1].split("\n- [", 1)[0]
        assert row["statement"] in entry
        assert re.search(rf"lesson {row['lesson'].zfill(2)}\]\({row['lesson'].zfill(2)}_\w+\.ipynb\)", entry), row[
            "claim_id"
        ]
        assert re.search(r"<details><summary>.+</summary>.+\.</details>", entry), row["claim_id"]


def test_no_figure_in_its_summaries_is_typed() -> None:
    assert not figures((ROOT / SOURCE).read_text(encoding="utf-8"))


def test_it_is_what_its_sources_give() -> None:
    course = read_course(ROOT)
    assert ARTICLES in find_jobs(ROOT)
    assert find_stale(ROOT, [ARTICLES], course) == []


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("### A3\n", "### A2\n", "no claim of the paragraph A2"),
        ("### A3\n", "### A1\n", "has a summary in line"),
        ("### A3\n", "A3\n", "A3 has claims and no summary"),
        ("{{ claims_a }}", "{{ claims_c }}", "claims_c"),
    ],
)
def test_a_fault_in_its_source_is_named(tmp_path: Path, old: str, new: str, why: str) -> None:
    root = lay_out(tmp_path / "course")
    shutil.copy(ROOT / SOURCE, root / SOURCE)
    text = (root / SOURCE).read_text(encoding="utf-8")
    assert old in text
    (root / SOURCE).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SourceError, match=r"articles\.md, line \d+: ") as caught:
        articles(root, read_course(root))
    assert why in str(caught.value)
