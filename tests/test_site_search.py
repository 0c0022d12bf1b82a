"""The site's search: what can be found, what is kept out, and that the right place comes first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from addressed_site import ROOT

from alliance.audit import course
from alliance.site.searching.records import FILE, records_of

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

FIRST = {
    "8.5 trillion": ("claims/B18-01/", "claims/B06-06/"),
    "1,700": ("claims/B05-08/",),
    "1700": ("claims/B05-08/",),
    "B23-02": ("claims/B23-02/",),
    "b23-02": ("claims/B23-02/",),
    "Keen Sword": ("claims/B04-06/",),
    "keen swrod": ("claims/B04-06/",),
    "defence_budget": ("data/defence_budget.html",),
    "confidence interval": ("lessons/glossary.html#confidence-interval",),
    "how much does a Tomahawk cost": ("lessons/07_",),
    "b5-8": ("claims/B05-08/",),
    "B23–02": ("claims/B23-02/",),
    "claim B05-08": ("claims/B05-08/",),
    "lesson 8": ("lessons/08_",),
    "task 8.2": ("exercises/08_",),
    "54000": ("claims/B02-09/",),
    "U.S. troops": ("claims/B02-09/", "data/us_forces.html"),
    "defense budget": ("claims/B06-06/", "data/defence_budget.html"),
    "modernization of China's forces": ("claims/A07-01/", "claims/B03-12/"),
    "2% of GDP": ("claims/B03-06/",),
    "yen per dollar": ("data/exchange_rates.html",),
    "is Japan really doubling its spending": ("claims/B03-07/", "lessons/08_japans_defence_budget.html#did-it-double"),
    "china navy ship": ("claims/B05-04/", "claims/B05-06/"),
    "Tomohawk": ("claims/A20-",),
    "Senkakku": ("claims/B05-11/",),
    "Okinowa": ("claims/B11-08/",),
    "rare earths": ("data/rare_earths.html",),
}
"""What somebody types, and the places of which one must stand first."""


def article(body: str) -> str:
    return f'<html><body><nav>menu</nav><article class="bd-article">{body}</article>foot</body></html>'


def test_a_page_is_found_by_its_sections_each_with_its_own_address() -> None:
    found = records_of(
        "lessons/05_far.html",
        article(
            '<section id="05-far"><h1>05 Far<a class="headerlink" href="#">#</a></h1><p>Lead.</p>'
            '<section id="how"><h2>How <em>far</em>?</h2><p>One</p><p>two.</p>'
            '<section id="deep"><h3>Deep</h3>x</section>'
            "</section></section>"
        ),
    )
    assert [(one.address, one.kind, one.page, one.title, one.text) for one in found] == [
        ("lessons/05_far.html", "lesson", "05 Far", "05 Far", "Lead."),
        ("lessons/05_far.html#how", "lesson", "05 Far", "How far?", "One two."),
        ("lessons/05_far.html#deep", "lesson", "05 Far", "Deep", "x"),
    ]


def test_a_page_that_begins_with_a_section_is_found_by_its_title_too() -> None:
    body = '<section id="licence"><h1>Licence</h1><section id="code"><h2>Code</h2><p>Free.</p></section></section>'
    found = records_of("about/licence.html", article(body))
    assert [(one.address, one.title, one.text) for one in found] == [
        ("about/licence.html", "Licence", ""),
        ("about/licence.html#code", "Code", "Free."),
    ]


def test_a_claim_is_found_as_one_with_its_verdict() -> None:
    (found,) = records_of(
        "claims/B01-01/index.html",
        article(
            '<section id="x"><h1>B01-01: Ten ships.</h1><p class="crumbs">All claims</p><div class="ruling">'
            '<p class="verdict fails">Fails: off by a year</p></div>'
            '<section id="why"><h2>Why</h2><p>Nine.</p></section></section>'
        ),
    )
    assert (found.address, found.kind, found.title) == ("claims/B01-01/index.html", "claim", "B01-01: Ten ships.")
    assert found.verdict == "Fails: off by a year"
    assert found.text == "Fails: off by a year Why Nine."


def test_the_glossary_is_found_word_by_word() -> None:
    found = records_of(
        "lessons/glossary.html",
        article(
            '<section id="glossary"><h1>Glossary</h1><p>Words.</p><section id="m"><h2>M</h2><ul>'
            '<li><p><a id="median"></a><strong>Median</strong>: the one in <strong>the</strong> middle</p></li>'
            '<li><p><a id="mean"></a><strong>Mean</strong>: a sum, shared</p></li></ul></section></section>'
        ),
    )
    words = [(one.address, one.title, one.text) for one in found[1:]]
    assert words == [
        ("lessons/glossary.html#median", "Median", "the one in the middle"),
        ("lessons/glossary.html#mean", "Mean", "a sum, shared"),
    ]


def test_the_data_behind_a_figure_is_not_searched_and_what_it_says_is() -> None:
    (found,) = records_of(
        "lessons/05_far.html",
        article(
            '<section id="a"><h1>A</h1><figure class="drawn"><img alt="no" src="x.png"><details class="behind">'
            '<p class="words">Rises.</p>'
            '<div class="data"><table><tr><td>12345</td></tr></table></div></details></figure>'
            "</section>"
        ),
    )
    assert found.text == "Rises."


@pytest.fixture(scope="module")
def records(addressed: Path) -> list[list[str]]:
    text = (addressed / FILE).read_text(encoding="utf-8")
    return list(json.loads(text.removeprefix("window.searchRecords = ").removesuffix(";\n")))


def test_every_claim_every_table_and_every_lesson_can_be_found(records: list[list[str]]) -> None:
    addresses = {row[0] for row in records}
    assert {f"claims/{claim}/index.html" for claim in course().judged["claim_id"]} <= addresses
    assert {f"data/{path.stem}.html" for path in (ROOT / "data").glob("*.csv")} <= addresses
    assert {f"lessons/{path.stem}.html" for path in (ROOT / "lessons").glob("*.ipynb")} <= addresses


def test_no_solution_can_be_found(records: list[list[str]]) -> None:
    hidden = [row[0] for row in records if row[0].startswith("solutions/")]
    assert {address.split("#")[0] for address in hidden} <= {"solutions/index.html"}


def test_every_place_that_can_be_found_is_there(addressed: Path, records: list[list[str]]) -> None:
    pages: dict[str, str] = {}
    for address, *_ in records:
        page, _, anchor = address.partition("#")
        text = pages.setdefault(page, (addressed / page).read_text(encoding="utf-8"))
        assert not anchor or f'id="{anchor}"' in text, address
    assert len(pages) > 300


def open_search(running: Any, address: str, words: str, **settings: Any) -> Any:
    page = running.new_context(**settings).new_page()
    page.goto(f"{address}search.html?q={quote(words)}")
    page.wait_for_function("() => document.getElementById('search-said').textContent !== ''")
    return page


def addresses(page: Any, root: str) -> list[str]:
    links = page.eval_on_selector_all("#search-results li a", "all => all.map((one) => one.href)")
    return [link.removeprefix(root) for link in links]


def test_the_right_place_comes_first(running: Any, served: str) -> None:
    page = open_search(running, served, "budget")
    wrong = {}
    for words, expected in FIRST.items():
        page.fill(".bd-search-container input", words)
        first = addresses(page, served)[:1]
        if not first or not first[0].startswith(expected):
            wrong[words] = first
    page.context.close()
    assert wrong == {}


def test_of_each_kind_some_stand_among_the_first(running: Any, served: str) -> None:
    page = open_search(running, served, "rare earths")
    assert {address.split("/")[0] for address in addresses(page, served)[:8]} >= {"claims", "data", "lessons"}
    page.context.close()


def test_a_claim_that_somebody_tested_comes_before_one_that_nobody_tested(running: Any, served: str) -> None:
    untested = {
        f"claims/{row.claim_id}/index.html" for row in course().judged.itertuples() if row.outcome == "not judged"
    }
    page = open_search(running, served, "hypersonic weapons")
    found = [one for one in addresses(page, served) if one.startswith("claims/")]
    assert set(found) & untested
    assert found[0] not in untested
    page.context.close()


def test_a_near_spelling_finds_what_was_meant(running: Any, served: str) -> None:
    page = open_search(running, served, "Okinowa")
    assert {word.text_content() for word in page.query_selector_all("#search-results a mark")} == {"Okinawa"}
    page.context.close()


def test_a_search_asks_for_what_is_searched_once_and_for_no_page(running: Any, served: str) -> None:
    context = running.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(served).split("?")[0]))
    page.goto(f"{served}search.html?q=Okinawa")
    page.wait_for_selector("#search-results li p mark")
    assert asked.count(FILE) == 1
    assert [one for one in asked if one.endswith(".html")] == ["search.html"]
    context.close()


def test_nothing_moves_while_results_come(running: Any, served: str) -> None:
    context = running.new_context()
    page = context.new_page()
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => {"
        " for (const one of list.getEntries()) window.moved += one.value })"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    page.goto(f"{served}search.html?q=Okinawa")
    page.wait_for_selector("#search-results li")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("window.moved") < 0.01
    context.close()


def test_the_search_says_what_it_did_not_find_and_what_it_found_in_part(running: Any, served: str) -> None:
    page = open_search(running, served, "zzqqxx")
    assert page.inner_text("#search-said").startswith("Nothing has these words.")
    page.fill(".bd-search-container input", "Keen Sword zzqqxx")
    assert page.inner_text("#search-said").startswith("No place has all of these words;")
    assert addresses(page, served)[0].startswith("claims/B04-06/")
    page.context.close()


def test_more_results_are_one_click_away_and_the_keyboard_goes_on_there(running: Any, served: str) -> None:
    page = open_search(running, served, "Japan")
    before = len(addresses(page, served))
    page.click("#search-more")
    assert len(addresses(page, served)) > before
    assert page.evaluate("document.activeElement.href") == served + addresses(page, served)[before]
    page.context.close()


def test_the_search_works_in_a_folder_without_a_server(running: Any, addressed: Path) -> None:
    page = open_search(running, f"{addressed.as_uri()}/", "B23-02")
    assert "B23-02" in page.inner_text("#search-results li:first-child a")
    page.context.close()


def test_the_search_says_when_what_it_searches_did_not_come(running: Any, served: str) -> None:
    context = running.new_context()
    page = context.new_page()
    page.route(f"**/{FILE}", lambda route: route.abort())
    page.goto(f"{served}search.html?q=Japan")
    page.wait_for_function("() => document.getElementById('search-said').textContent.includes(\"didn't come\")")
    context.close()
