"""The way in: what the first page says and leads to, what stands in every page's head, what surrounds the pages."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from addressed_site import REPOSITORY, ROOT, URL, soup, words
from axe import violations
from browser import outside
from PIL import Image
from test_site import DESK, NARROW, TABLET, Visit

from alliance.audit import OUTCOMES, course
from alliance.building.build import read_course
from alliance.site.errors import SiteError
from alliance.site.front.first_start import first_start
from alliance.site.front.hours import Span, exercise_span, in_all, lesson_span
from alliance.site.front.shown_check import WRONG, shown_check
from alliance.site.pages import SURPRISES
from alliance.site.web.around import from_the_root, sitemap
from alliance.site.web.head import CARD, MOST_LETTERS, shorten
from alliance.site.web.place import Place, find_place

LESSON = "lessons/08_japans_defence_budget.html"

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def front(addressed: Path) -> Any:
    return soup(addressed, "index.html")


# --- the first page --------------------------------------------------------------------------------------------


def test_its_headline_is_the_question_and_stands_in_its_title_once(front: Any) -> None:
    assert words(front.h1).startswith("What can we know, from numbers, about the US–Japan alliance?")
    assert front.title.text.count("US–Japan Alliance in Data") == 1


def test_three_doors_lead_to_a_start_to_the_browser_and_to_teaching(front: Any) -> None:
    doors = [one["href"] for one in front.select(".front .doors a")]
    assert doors == ["#start", "lite/lab/index.html?path=lessons/00_start_here.ipynb", "#teach"]
    assert all(front.find(id=door[1:]) for door in doors if door.startswith("#"))


def test_the_bar_has_every_claim_once_and_each_part_leads_to_its_claims(front: Any) -> None:
    outcomes = course().judged["outcome"].value_counts()
    parts = front.select("ul.verdict-bar li")
    assert [words(part) for part in parts] == [f"{outcomes[name]} {name}" for name in OUTCOMES]
    for part, name in zip(parts, OUTCOMES, strict=True):
        assert part.a["href"].startswith(f"claims.html?outcome={name.replace(' ', '%20')}")


def test_the_surprises_are_failing_claims_with_a_figure_printed_and_another_found(front: Any) -> None:
    judged = course().judged.set_index("claim_id")
    cards = front.select("ul.surprises li")
    assert [card.select_one("a")["href"] for card in cards] == [f"claims/{name}/index.html" for name in SURPRISES]
    for name, card in zip(SURPRISES, cards, strict=True):
        assert judged.loc[name, "outcome"] == "fails"
        figures = [float(one.text.replace(",", "")) for one in card.select(".big")]
        assert figures == [float(judged.loc[name, "value"]), float(judged.loc[name, "figure_found"])]


def test_the_articles_are_introduced_before_a_task_speaks_of_one(front: Any) -> None:
    section = words(front.select_one(".attempts").parent)
    for letter, about in course().documents.items():
        assert 0 < section.lower().index(f"article {letter} is {about}".lower()) < section.index("One task:")


def test_the_check_it_shows_is_the_checkers_own_of_code_that_was_run(front: Any) -> None:
    wrong, right = front.select(".attempt")
    made = shown_check(ROOT, read_course(ROOT))
    assert made
    assert [one.state for one in made.attempts] == ["wrong", "right"]
    for shown, attempt in zip((wrong, right), made.attempts, strict=True):
        assert attempt.code in shown.pre.text
        assert str(attempt.verdict) in str(shown) or words(shown.select_one(".alert")) in words(
            soup_of(str(attempt.verdict))
        )
    assert "✘ wrong" in words(wrong)
    assert "✔ right" in words(right)


def soup_of(html: str) -> Any:
    from bs4 import BeautifulSoup

    return BeautifulSoup(html, "html.parser")


def test_a_wrong_answer_that_is_no_longer_there_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alliance.site.front.shown_check.WRONG", f"{WRONG}-gone")
    with pytest.raises(SiteError, match="upside-down-gone"):
        shown_check(ROOT, read_course(ROOT))


def test_a_wrong_answer_that_is_judged_right_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alliance.site.front.shown_check.portable", lambda value, calls: _right())
    with pytest.raises(SiteError, match="judged as right, right"):
        shown_check(ROOT, read_course(ROOT))


def _right() -> Any:
    from alliance.checking.keys import find_task

    return find_task("0.a").expected


def test_every_sitting_is_a_card_with_question_and_minutes(front: Any) -> None:
    known = read_course(ROOT)
    cards = front.select("ol.chapters li")
    assert len(cards) == len(known.lessons)
    for stem, card in zip(known.lessons, cards, strict=True):
        assert card.select_one(".title a")["href"] == f"lessons/{stem}.html"
        assert str(known.about[stem[:2]]["question"]) in words(card)
        assert f"{lesson_span(ROOT, stem).minutes} minutes" in words(card)


def test_the_hours_in_all_are_the_sum_of_what_the_lessons_and_exercises_say(front: Any) -> None:
    known = read_course(ROOT)
    spans = [lesson_span(ROOT, stem) for stem in known.lessons] + [exercise_span(ROOT, s) for s in known.exercises]
    low, high = sum(one.low for one in spans), sum(one.high for one in spans)
    assert in_all(spans) == Span(low, high)
    assert f"{low // 60} to {-(-high // 60)} hours in all" in words(front)


def test_the_time_of_a_first_start_is_what_the_front_door_says(front: Any, course_file: Path, tmp_path: Path) -> None:
    told = first_start(ROOT)
    assert f'"lab": "{told.minutes}"' in course_file.read_text(encoding="utf-8")
    assert f"about {told.megabytes} MB, {told.minutes}" in words(front)
    (tmp_path / "course.py").write_text("OTHER = 1\n")
    with pytest.raises(SiteError, match="no longer says"):
        first_start(tmp_path)


def test_installation_is_folded_by_system(front: Any) -> None:
    folded = {words(one.summary): words(one) for one in front.select("details.system")}
    assert list(folded) == ["Windows", "macOS", "Linux", "conda (any system)"]
    assert "py course.py lab" in folded["Windows"]
    assert all(not one.has_attr("open") for one in front.select("details.system"))


def test_the_learners_copy_is_one_click_away_and_holds_no_solution(addressed: Path, front: Any) -> None:
    link = front.select_one("a[download]")
    packed = (addressed / link["href"]).read_bytes()
    assert f"{len(packed) / 1e6:.0f} MB" in words(link)
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    assert "alliance-course/course.py" in names
    assert "alliance-course/lessons/00_start_here.ipynb" in names
    assert not [name for name in names if "/solutions/" in name or "/authoring/" in name]


@pytest.mark.parametrize("page", ["index.html", LESSON, "exercises/08_japans_defence_budget.html"])
def test_the_repository_is_one_click_away(addressed: Path, page: str) -> None:
    assert soup(addressed, page).select_one(f'main a[href="{REPOSITORY}"]')


@pytest.mark.parametrize("kind", ["lessons", "exercises"])
def test_a_page_leads_to_the_course_in_the_browser_at_its_own_notebook(addressed: Path, kind: str) -> None:
    for notebook in sorted((ROOT / kind).glob("*.ipynb")):
        page = soup(addressed, f"{kind}/{notebook.stem}.html")
        link = page.select_one(".ways a.in-browser")
        assert link["href"] == f"../lite/lab/index.html?path={kind}/{notebook.name}"
        assert page.select_one('.ways a[href="../alliance-course.zip"]')


# --- the heads of pages ----------------------------------------------------------------------------------------


def test_every_page_has_one_viewport_a_title_of_its_own_and_a_description(addressed: Path) -> None:
    titles: dict[str, str] = {}
    for path in sorted(addressed.rglob("*.html")):
        head = soup(addressed, path.relative_to(addressed).as_posix()).head
        name = path.relative_to(addressed).as_posix()
        assert len(head.select("meta[name=viewport]")) == 1, name
        assert head.title.text not in titles or name.startswith("solutions/"), f"{name} is called as {titles}"
        titles[head.title.text] = name
        parts = [part.strip() for part in head.title.text.split("—")]
        assert len(parts) == len(set(parts)), head.title.text
        described = head.select("meta[name=description]")
        assert len(described) == 1 or name == "search.html", name
        assert all(20 < len(one["content"]) <= MOST_LETTERS for one in described), name
        assert head.select_one("link[rel=icon]"), name


@pytest.mark.parametrize(
    ("page", "address", "card"),
    [
        ("index.html", URL, "cards/index.png"),
        (LESSON, URL + LESSON, "cards/08_japans_defence_budget.png"),
        ("claims/B05-08/index.html", f"{URL}claims/B05-08/", "cards/B05-08.png"),
        ("data/polls.html", f"{URL}data/polls.html", "cards/index.png"),
    ],
)
def test_a_page_says_its_address_and_its_card(addressed: Path, page: str, address: str, card: str) -> None:
    head = soup(addressed, page).head
    told = {one["property"]: one["content"] for one in head.select("meta[property]")}
    assert [one["href"] for one in head.select("link[rel=canonical]")] == [address]
    assert told["og:url"] == address
    assert told["og:image"] == URL + card
    assert told["og:description"] == head.select_one("meta[name=description]")["content"]
    assert told["og:title"] in head.title.text
    assert Image.open(addressed / card).size == CARD


def test_every_claim_and_every_lesson_has_a_card_of_its_own(addressed: Path) -> None:
    cards = {path.stem: path.read_bytes() for path in (addressed / "cards").glob("*.png")}
    stems = [path.stem for path in (ROOT / "lessons").glob("*.ipynb")]
    assert set(cards) == {"index", *course().judged["claim_id"], *stems}
    assert len(set(cards.values())) == len(cards)


def test_a_long_description_is_cut_between_two_words() -> None:
    assert shorten("One  two\nthree", 9) == "One two …"
    assert shorten("One two", 7) == "One two"


# --- around the pages ------------------------------------------------------------------------------------------


def test_the_sitemap_lists_what_is_to_be_found_and_nothing_else(addressed: Path) -> None:
    listed = re.findall("<loc>(.*)</loc>", (addressed / "sitemap.xml").read_text(encoding="utf-8"))
    pages = {path.relative_to(addressed).as_posix() for path in addressed.rglob("*.html")}
    hidden = {page for page in pages if page.startswith("solutions/")} | {"404.html", "search.html"}
    assert len(listed) == len(set(listed))
    assert set(listed) == {URL + page.removesuffix("index.html") for page in pages - hidden}


def test_robots_lead_to_the_sitemap(addressed: Path) -> None:
    assert f"Sitemap: {URL}sitemap.xml" in (addressed / "robots.txt").read_text(encoding="utf-8")


def test_the_course_in_the_browser_is_not_in_the_sitemap() -> None:
    assert "lite" not in sitemap(["index.html", "lite/lab/index.html"], Place(URL))


def test_addresses_of_a_lost_readers_page_begin_at_the_servers_root() -> None:
    html = (
        '<a href="lessons/index.html"></a><a href="#x"></a><a href="https://a.org/"></a><html data-content_root="./">'
    )
    assert from_the_root(html, Place(URL)) == (
        '<a href="/course/lessons/index.html"></a><a href="#x"></a><a href="https://a.org/"></a>'
        '<html data-content_root="/course/">'
    )


@pytest.mark.parametrize("address", ["example.org", "ftp://example.org/", "https:///x", "https://example.org/?a=1"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(SiteError, match="write an address such as"):
        find_place(ROOT, address)
    with pytest.raises(SiteError, match="--repository"):
        find_place(ROOT, "", address)


def test_the_repository_is_read_from_the_citation_or_the_project(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / "CITATION.cff", tmp_path)
    with (tmp_path / "CITATION.cff").open("a", encoding="utf-8") as file:
        file.write("repository-code: https://example.org/cited\n")
    assert find_place(tmp_path).repository == "https://example.org/cited"
    assert find_place(tmp_path, "https://a.org", REPOSITORY) == Place("https://a.org/", REPOSITORY)
    (tmp_path / "CITATION.cff").unlink()
    (tmp_path / "pyproject.toml").write_text('[project.urls]\nRepository = "https://example.org/project"\n')
    assert find_place(tmp_path).repository == "https://example.org/project"


def test_a_page_loads_what_copies_code_and_moves_figures_only_where_it_has_them(addressed: Path) -> None:
    loaded = {
        path.relative_to(addressed).as_posix(): {
            Path(one["src"].split("?")[0]).name for one in page.select("script[src]")
        }
        for path in addressed.rglob("*.html")
        if (page := soup(addressed, str(path.relative_to(addressed))))
    }
    lessons = {name for name in loaded if name.startswith("lessons/") and name[8:10].isdigit()}
    assert {name for name, scripts in loaded.items() if "copybutton.js" in scripts} >= lessons
    assert {"explore.js", "copybutton.js"} <= loaded["lessons/16_who_said_what.html"]
    for name in ("index.html", "search.html", "claims.html", "claims/B05-08/index.html"):
        assert loaded[name] & {"explore.js", "copybutton.js", "clipboard.min.js"} == set(), name


# --- in a browser ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["index.html", "claims/B05-08/index.html", "data/polls.html", "nowhere/at/all"])
def test_a_page_is_accessible_fits_and_stays_at_home(browser: Any, served: str, page: str) -> None:
    with Visit(browser, served) as visit:
        opened = visit.open(page)
        opened.evaluate("document.querySelectorAll('article details').forEach((one) => { one.open = true })")
        assert violations(opened, (DESK, TABLET, NARROW)) == []
        assert [fault for fault in visit.faults if "404" not in fault or page == "index.html"] == []
        assert outside(visit.requests) == []


GAPS = """() => [...document.querySelectorAll('ol.chapters, ul.surprises, ul.strip')].flatMap((list) => {
    const rows = new Map();
    for (const card of list.children) {
        const { top, right } = card.getBoundingClientRect();
        rows.set(Math.round(top), Math.max(right, rows.get(Math.round(top)) ?? 0));
    }
    const end = list.getBoundingClientRect().right;
    const short = [...rows.values()].filter((right) => Math.abs(right - end) > 1);
    return short.map((right) => `${list.className}: ${right} of ${end}`);
})"""


@pytest.mark.parametrize("width", [1440, 1024, 768, 390])
def test_cards_leave_no_gaps(browser: Any, served: str, width: int) -> None:
    with Visit(browser, served, viewport={"width": width, "height": 900}) as visit:
        page = visit.open("index.html")
        assert page.locator("ol.chapters li").count() > 20
        assert page.evaluate(GAPS) == []


@pytest.mark.parametrize("address", ["index.html", "lessons/index.html", "exercises/index.html"])
def test_all_sittings_are_equally_wide_and_their_columns_begin_alike(browser: Any, served: str, address: str) -> None:
    with Visit(browser, served, viewport=DESK) as visit:
        page = visit.open(address)
        places = page.eval_on_selector_all(
            "ol.chapters li",
            "all => all.map((one) => [one.offsetWidth, ...[...one.children].map((part) => part.offsetLeft)].join())",
        )
    assert len(places) > 20
    assert len(set(places)) == 1


@pytest.mark.parametrize("address", ["lessons/glossary.html", "lessons/articles.html"])
def test_a_page_without_neighbours_stands_in_the_middle(browser: Any, served: str, address: str) -> None:
    with Visit(browser, served, viewport=DESK) as visit:
        page = visit.open(address)
        left, right = page.eval_on_selector(
            ".bd-article-container", "one => [one.getBoundingClientRect().left, one.getBoundingClientRect().right]"
        )
        width = page.evaluate("document.documentElement.clientWidth")
    assert left == pytest.approx(width - right, abs=2)


def test_a_lost_reader_gets_a_page_that_looks_right_and_leads_on(browser: Any, served: str) -> None:
    with Visit(browser, served) as visit:
        page = visit.open("no/such/page.html")
        assert page.inner_text("h1").startswith("There is no such page")
        assert [one for one in visit.faults if "no/such/page" not in one and "Failed to load" not in one] == []
        page.click("main a[href$='/claims.html']")
        page.wait_for_url("**/course/claims.html")


@pytest.mark.parametrize("width", [1440, 768, 390])
def test_the_bars_parts_are_in_proportion_and_their_words_have_room(browser: Any, served: str, width: int) -> None:
    outcomes = course().judged["outcome"].value_counts()
    with Visit(browser, served, viewport={"width": width, "height": 900}) as visit:
        page = visit.open("index.html")
        drawn = page.eval_on_selector_all(
            "ul.verdict-bar a", "all => all.map((one) => [one.getBoundingClientRect().width, one.scrollWidth])"
        )
    across = [wide for wide, _ in drawn]
    assert across == pytest.approx([outcomes[name] * sum(across) / outcomes.sum() for name in OUTCOMES], rel=0.02)
    assert [need for wide, need in drawn if need > wide + 1] == []


def test_a_part_of_the_bar_opens_the_list_at_its_claims(browser: Any, served: str) -> None:
    with Visit(browser, served) as visit:
        page = visit.open("index.html")
        page.click("ul.verdict-bar .not-judged a")
        page.wait_for_url("**/claims.html?outcome=not*")
        count = (course().judged["outcome"] == "not judged").sum()
        assert page.locator("table.claims tbody tr:visible").count() == count
