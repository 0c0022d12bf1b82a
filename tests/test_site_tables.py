"""The codebook on the site: a page for each table, and pictures of what they cover."""

from __future__ import annotations

import csv
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from addressed_site import ROOT, soup, words
from test_site import NARROW, Visit

from alliance.data.package import list_tables, load_descriptor, read_rows, years
from alliance.site.tables.coverage import HEIGHT, ROOM, WIDTH, in_words, labelled, level, spans

TABLES = {resource["name"]: resource for resource in load_descriptor(ROOT)["resources"]}

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def test_neighbouring_years_that_look_alike_are_one_mark() -> None:
    assert list(spans([2000, 2001, 2003, 2003])) == [(2000, 2001, 1), (2003, 2003, 2)]
    assert [level(count) for count in (0, 1, 2, 5, 6, 20, 21)] == [0, 1, 2, 2, 3, 3, 4]
    assert in_words([2000, 2001, 2001, 2005]) == "2000–2001, 2005"


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_a_page_with_its_description_and_its_file(addressed: Path, name: str) -> None:
    page, about = soup(addressed, f"data/{name}.html"), TABLES[name]
    text = words(page.article).replace("’", "'")
    assert page.h1.text.startswith(f"{name}: ")
    assert page.select_one(f'article a[href="{name}.csv"][download]')
    for said in (about["row"], about["cannot_tell"], about["counted_by"]):
        assert re.sub(r"\W+", "", said.replace("`", "")) in re.sub(r"\W+", "", text), said
    columns = [field["name"] for field in about["schema"]["fields"]]
    assert [words(cell) for cell in page.select("table.filled tbody th")] == columns


@pytest.mark.parametrize("name", TABLES)
def test_how_full_a_column_is_and_the_first_rows_are_those_of_the_file(addressed: Path, name: str) -> None:
    page = soup(addressed, f"data/{name}.html")
    rows = list(read_rows(ROOT / "data" / f"{name}.csv"))
    counts = [int(one.text.replace(",", "")) for one in page.select("table.filled .count")]
    columns = [field["name"] for field in TABLES[name]["schema"]["fields"]]
    assert counts == [sum(bool(row[column]) for row in rows) for column in columns]
    first = [cell.text for cell in page.select("table.first-rows tbody tr")[0].select("td")]
    for shown, column in zip(first, columns, strict=True):
        whole = " ".join(rows[0][column].split())
        assert shown == whole or (shown.endswith(" …") and whole.startswith(shown.removesuffix(" …")))


def test_the_pictures_show_the_years_of_every_table_that_has_some(addressed: Path) -> None:
    overview = soup(addressed, "data/README.html")
    drawn = words(overview.select_one("svg.coverage"))
    for name, resource in TABLES.items():
        known = years(ROOT, resource)
        own = soup(addressed, f"data/{name}.html").select_one("figure.years")
        assert bool(own) == (len(set(known)) > 1), name
        assert bool(known) == bool(overview.select_one(f'svg.coverage a[href="{name}.html"]')), name
        if own:
            assert in_words(known) in words(own)
            assert len(own.select("rect[class^=level]")) == len(set(known))
            assert f"{max(max(known), 1945)}" in drawn


def test_what_is_drawn_of_a_table_cannot_be_taken_for_its_amounts(addressed: Path) -> None:
    """Every year's mark is as high as the others, and words above it say that rows are counted."""
    for name, resource in TABLES.items():
        if len(set(years(ROOT, resource))) < 2:
            continue
        drawn = soup(addressed, f"data/{name}.html").select_one("figure.years")
        marks = drawn.select("rect[class^=level]")
        assert {mark["height"] for mark in marks} == {str(HEIGHT)}, name
        assert all(re.fullmatch(r"\d{4}: \d+ rows?", words(mark.title)) for mark in marks), name
        assert drawn.select_one(":scope > :first-child").name == "figcaption"
        assert "Which years the table covers" in words(drawn.figcaption)
        assert "The colours count rows, not amounts." in words(drawn.figcaption)


@pytest.mark.parametrize("last", range(1950, 2060, 7))
def test_years_below_a_strip_have_room(last: int) -> None:
    first = 1945
    step = WIDTH / (last - first + 1)
    shown = [first, *labelled(first, last), last]
    assert all((later - earlier) * step >= ROOM for earlier, later in pairwise(shown)) or len(shown) == 2


def test_the_list_has_every_table_at_the_anchor_it_always_had(addressed: Path) -> None:
    page = soup(addressed, "data/README.html")
    rows = page.select("table.tables tbody tr")
    assert [row["id"] for row in rows] == list(TABLES)
    for row, table in zip(rows, list_tables(ROOT), strict=True):
        assert f"{table.rows:,}" in words(row)
        assert row.select_one("th a")["href"] == f"{table.name}.html"
    assert "Nothing is interpolated or filled in" in words(page.article)


def test_a_lesson_leads_to_the_pages_of_its_tables(addressed: Path) -> None:
    page = soup(addressed, "lessons/05_distances.html")
    links = {a["href"] for a in page.select("article a[href]")}
    assert {"../data/places.html", "../data/distances.html"} <= links
    assert not [link for link in links if "data/README.html#" in link]


def test_a_table_can_be_downloaded_from_its_page(browser: Any, served: str) -> None:
    with Visit(browser, served, viewport=NARROW) as visit:
        page = visit.open("data/polls.html")
        with page.expect_download() as download:
            page.click("article a[href='polls.csv'] >> nth=0")
        with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
            assert sum(1 for _ in csv.DictReader(file)) == sum(1 for _ in read_rows(ROOT / "data" / "polls.csv"))
