"""The site's search: what can be found, what is kept out, and that the right place comes first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from addressed_site import ROOT
from hypothesis import given
from hypothesis import strategies as st

from alliance.audit import course
from alliance.site.searching.index import ALPHABET, INDEX, REPEATED, SHOWN, TEXTS, packed, shown_texts
from alliance.site.searching.records import Record, all_records, records_of
from alliance.site.searching.words import SMALL, terms

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

LESSONS = {"rare earths": "lessons/13_", "okinawa": "lessons/18_", "Okinowa": "lessons/18_"}
"""What somebody types, and the lesson about it, which must stand among the first three."""


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


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("8.5 trillion yen, 1,700 km", ["8.5", "trillion", "yen", "1700", "km"]),
        ("Claim B05-08 and U.S. bases", ["claim", "b05-08", "and", "us", "base"]),
        ("defense of modernized centers", ["defenc", "of", "modernis", "center"]),
        ("2% of the islands’ bases, Ōta", ["2", "percent", "of", "the", "island", "base", "ota"]),
        ("lesson 08", ["lesson", "8"]),
    ],
)
def test_words_are_cut_so_that_spellings_meet(text: str, cut: list[str]) -> None:
    assert terms(text) == cut


def unpacked(text: str) -> dict[int, int]:
    """Return the places of a word and how often each has it, read as the format is described."""
    base, numbers, value = len(ALPHABET) // 2, [], 0
    for sign in text:
        digit = ALPHABET.index(sign)
        value = value * base + digit % base
        if digit < base:
            numbers.append(value)
            value = 0
    found, place = {}, -1
    while numbers:
        step = numbers.pop(0)
        place += step // 2 + 1
        found[place] = numbers.pop(0) + 2 if step % 2 else 1
    return found


@given(st.dictionaries(st.integers(0, 5000), st.integers(1, 300), min_size=1))
def test_the_places_of_a_word_are_packed_without_loss(often: dict[int, int]) -> None:
    assert unpacked(packed(often)) == often


def test_what_many_places_say_is_not_shown_and_nothing_is_shown_at_length() -> None:
    records = [Record(f"a{number}", "page", words=[f"Own {number}. Said everywhere."]) for number in range(REPEATED)]
    records.append(Record("long", "page", words=["word " * SHOWN]))
    *own, long = shown_texts(records)
    assert own == [f"Own {number}." for number in range(REPEATED)]
    assert len(long) <= SHOWN + 2 and long.endswith("word …")


@pytest.fixture(scope="module")
def made(addressed: Path) -> list[Record]:
    """What the site's finished pages hold."""
    return list(all_records(addressed))


@pytest.fixture(scope="module")
def records(addressed: Path) -> list[list[str]]:
    """The address and title of each place in the index."""
    text = (addressed / INDEX).read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("window.searchIndex = ").removesuffix(";\n"))
    pages = index["pages"]
    return [[pages[page][0] + anchor, title or pages[page][1]] for page, anchor, _, title, *_ in index["places"]]


def test_the_index_has_all_that_the_pages_have(made: list[Record], records: list[list[str]]) -> None:
    assert records == [[one.address, one.title] for one in made]


def test_a_browser_cuts_words_as_the_index_was_cut(browser: Any, served: str, made: list[Record]) -> None:
    page = open_search(browser, served, "budget")
    texts = [f"{one.title} {one.text}" for one in made]
    cut = page.evaluate("(texts) => texts.map(window.searchIn(window.searchIndex).terms)", texts)
    page.context.close()
    assert [text for text, words in zip(texts, cut, strict=True) if terms(text) != words] == []
    assert len({word for words in cut for word in words} - SMALL) > 5000


def test_a_browser_finds_each_word_where_the_pages_have_it(browser: Any, served: str, made: list[Record]) -> None:
    page = open_search(browser, served, "budget")
    words = ["okinawa", "yen", "b05-08", "1700", "8.5", "defenc"]
    found = page.evaluate(
        "(words) => words.map((word) => [...window.searchIn(window.searchIndex).placesOf(word).keys()])", words
    )
    page.context.close()
    cut = [{*terms(one.text), *terms(one.title), *terms(one.page)} for one in made]
    assert found == [[place for place, held in enumerate(cut) if word in held] for word in words]


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


def open_search(browser: Any, address: str, words: str, **settings: Any) -> Any:
    page = browser.new_context(**settings).new_page()
    page.goto(f"{address}search.html?q={quote(words)}")
    page.wait_for_function("() => document.getElementById('search-said').textContent !== ''")
    return page


def addresses(page: Any, root: str) -> list[str]:
    links = page.eval_on_selector_all("#search-results li a", "all => all.map((one) => one.href)")
    return [link.removeprefix(root) for link in links]


def test_the_right_place_comes_first(browser: Any, served: str) -> None:
    page = open_search(browser, served, "budget")
    wrong = {}
    for words, expected in FIRST.items():
        page.fill(".bd-search-container input", words)
        first = addresses(page, served)[:1]
        if not first or not first[0].startswith(expected):
            wrong[words] = first
    page.context.close()
    assert wrong == {}


def test_the_lesson_about_it_is_among_the_first_three(browser: Any, served: str) -> None:
    page = open_search(browser, served, "budget")
    missed = {}
    for words, lesson in LESSONS.items():
        page.fill(".bd-search-container input", words)
        three = addresses(page, served)[:3]
        if not any(address.startswith(lesson) for address in three):
            missed[words] = three
    page.context.close()
    assert missed == {}


def test_of_each_kind_some_stand_among_the_first(browser: Any, served: str) -> None:
    page = open_search(browser, served, "rare earths")
    assert {address.split("/")[0] for address in addresses(page, served)[:8]} >= {"claims", "data", "lessons"}
    page.context.close()


def test_a_claim_that_somebody_tested_comes_before_one_that_nobody_tested(browser: Any, served: str) -> None:
    untested = {
        f"claims/{row.claim_id}/index.html" for row in course().judged.itertuples() if row.outcome == "not judged"
    }
    page = open_search(browser, served, "hypersonic weapons")
    found = [one for one in addresses(page, served) if one.startswith("claims/")]
    assert set(found) & untested
    assert found[0] not in untested
    page.context.close()


def test_a_near_spelling_finds_what_was_meant(browser: Any, served: str) -> None:
    page = open_search(browser, served, "Okinowa")
    assert {word.text_content() for word in page.query_selector_all("#search-results a mark")} == {"Okinawa"}
    page.context.close()


def test_a_search_asks_for_the_index_once_for_the_texts_of_what_it_shows_and_for_no_page(
    browser: Any, served: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(served).split("?")[0]))
    page.goto(f"{served}search.html?q=Okinawa")
    page.wait_for_selector("#search-results li p mark")
    page.fill(".bd-search-container input", "Senkaku Islands")
    page.wait_for_selector("#search-results li p mark")
    assert asked.count(INDEX) == 1
    texts = [one for one in asked if one.startswith("search_texts")]
    assert 0 < len(texts) == len(set(texts)) <= 3
    assert [one for one in asked if one.endswith(".html")] == ["search.html"]
    assert len(asked) < 23, "with all that a page needs"
    context.close()


def test_what_is_found_is_shown_where_its_text_does_not_come(browser: Any, served: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route(f"**/{TEXTS.format('*')}", lambda route: route.abort())
    page.goto(f"{served}search.html?q=B23-02")
    assert "B23-02" in page.inner_text("#search-results li:first-child a")
    context.close()


def test_nothing_moves_while_results_come(browser: Any, served: str) -> None:
    context = browser.new_context()
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


def test_the_search_says_what_it_did_not_find_and_what_it_found_in_part(browser: Any, served: str) -> None:
    page = open_search(browser, served, "zzqqxx")
    assert page.inner_text("#search-said").startswith("Nothing found.")
    page.fill(".bd-search-container input", "Keen Sword zzqqxx")
    assert page.inner_text("#search-said").startswith("Nothing has all of these words;")
    assert addresses(page, served)[0].startswith("claims/B04-06/")
    page.context.close()


def test_more_results_are_one_click_away_and_the_keyboard_goes_on_there(browser: Any, served: str) -> None:
    page = open_search(browser, served, "Japan")
    before = len(addresses(page, served))
    page.click("#search-more")
    assert len(addresses(page, served)) > before
    assert page.evaluate("document.activeElement.href") == served + addresses(page, served)[before]
    page.context.close()


def test_the_search_works_in_a_folder_without_a_server(browser: Any, addressed: Path) -> None:
    page = open_search(browser, f"{addressed.as_uri()}/", "B23-02")
    assert "B23-02" in page.inner_text("#search-results li:first-child a")
    page.context.close()


def test_the_search_says_when_what_it_searches_did_not_come(browser: Any, served: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route(f"**/{INDEX}", lambda route: route.abort())
    page.goto(f"{served}search.html?q=Japan")
    page.wait_for_function("() => document.getElementById('search-said').textContent.includes(\"didn't load\")")
    context.close()
