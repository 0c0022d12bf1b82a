"""The claims on the site: a page for each, reviews for other programs, and a list that can be sorted and filtered."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from addressed_site import ROOT, URL, soup, words
from test_site import NARROW, SMALL, WIDE, Visit

from alliance.audit import OUTCOMES, course, course_audit
from alliance.building.build import read_course
from alliance.site.claims import topics
from alliance.site.claims.against import Against, against
from alliance.site.claims.listed import Listed, listed
from alliance.site.claims.pages import words_of
from alliance.site.claims.review import NOT_FOUND_WORDS, as_script, rating
from alliance.site.claims.tasks import tasks_by_claim
from alliance.site.digits import Figure, error, error_in_words, figure, grouped

JUDGED = course().judged.fillna("")
IDS = list(JUDGED["claim_id"])

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def claims() -> dict[str, Listed]:
    known = read_course(ROOT)
    return {one.claim.id: one for one in listed(course_audit(ROOT), known, tasks_by_claim(ROOT, known))}


# --- numbers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1700 times in 2024", "1,700 times in 2024"),
        ("41600 dollars, 3066, and 54230.", "41,600 dollars, 3,066, and 54,230."),
        ("8700.5 billion", "8,700.5 billion"),
        ("1,700 and 12,345 stay", "1,700 and 12,345 stay"),
        ("FY2024, IF12303, 2024-11-01, 1.23456, B05-08", "FY2024, IF12303, 2024-11-01, 1.23456, B05-08"),
        ("since 1951 until 2055", "since 1951 until 2055"),
    ],
)
def test_thousands_stand_apart_and_years_and_names_do_not(text: str, shown: str) -> None:
    assert grouped(text) == shown
    assert grouped(shown) == shown


def test_a_figure_is_written_in_one_way() -> None:
    assert figure("1700", "incursions").text == "1,700 incursions"  # type: ignore[union-attr]
    assert figure("2050", "year").text == "2050"  # type: ignore[union-attr]
    assert figure("36000", "persons").text == "36,000 people"  # type: ignore[union-attr]
    assert figure("450", "missiles", "500", "about ").text == "about 450 to 500 missiles"  # type: ignore[union-attr]
    assert figure("-3.2", "percent").number == "−3.2"  # type: ignore[union-attr]
    assert figure("", "percent") is None


@pytest.mark.parametrize(
    ("printed", "found", "percent", "said"),
    [
        ("1700", "3066", -44.55, "45 percent lower than the one found"),
        ("0.9", "0.3", 200, "3 times as high as the one found"),
        ("330", "167.4", 97.13, "97 percent higher than the one found"),
        ("90", "92", -2.17, "2.2 percent lower than the one found"),
        ("4.2", "-3.2", 231.25, "of the opposite sign"),
        ("100", "100.1", -0.1, "the one found, but for rounding"),
    ],
)
def test_the_size_of_an_error_is_measured_against_what_was_found(
    printed: str, found: str, percent: float, said: str
) -> None:
    assert error(printed, found) == pytest.approx(percent, abs=0.01)
    assert error_in_words(printed, found) == said


def test_nothing_is_compared_with_nothing_or_with_zero() -> None:
    assert error("5", "0") is None
    assert error_in_words("", "5") == ""


def test_only_a_claim_that_fails_has_an_error_and_only_in_one_unit(claims: dict[str, Listed]) -> None:
    measured = {name for name, one in claims.items() if one.error is not None}
    assert {"B05-08", "B23-02", "B05-10"} <= measured
    rows = JUDGED.set_index("claim_id").loc[sorted(measured)]
    assert set(rows["outcome"]) == {"fails"}
    assert (rows["unit"] == rows["figure_unit"]).all()
    assert "year" not in set(rows["unit"])
    assert claims["B09-05"].error is None  # dollars printed, euros found


def test_an_arrow_never_leads_from_a_number_to_itself_without_saying_what_differs(
    addressed: Path, claims: dict[str, Listed]
) -> None:
    same = JUDGED[(JUDGED["value"] != "") & (JUDGED["value"] == JUDGED["figure_found"])]
    assert len(same) >= 10
    table = soup(addressed, "claims.html")
    for row in same.itertuples(index=False):
        one = claims[row.claim_id]
        cell, page = table.find(id=row.claim_id).select_one(".figures"), soup(addressed, one.page)
        parts = (words(cell), words(page.select_one(".ruling")), words_of(one).below)
        if row.outcome == "fails" and row.period != row.figure_period:
            assert all("→" in text for text in parts), row.claim_id
            assert all(f"for {time}" in text for text in parts for time in (row.period, row.figure_period))
            assert "the same number, but for another period" in parts[0]
        else:
            assert not [text for text in parts if "→" in text], row.claim_id
            said = "printed, and found for something else" if row.outcome == "not found" else "printed and found"
            assert said in parts[0] and said in parts[1], row.claim_id
        assert one.error is None and one.error_words == ""
    assert {"A07-03", "B19-02", "B03-06", "B05-04"} <= set(same["claim_id"])


def test_numbers_in_two_units_are_not_set_against_each_other_without_a_word(addressed: Path) -> None:
    both = JUDGED[(JUDGED["value"] != "") & (JUDGED["figure_found"] != "") & (JUDGED["unit"] != JUDGED["figure_unit"])]
    assert {"B09-05", "B18-10", "B24-01"} <= set(both["claim_id"])
    table = soup(addressed, "claims.html")
    for name in both["claim_id"]:
        assert "in another unit, so the two numbers can't be compared" in words(table.find(id=name)), name
        assert "In another unit, so" in words(soup(addressed, f"claims/{name}/index.html").select_one(".ruling")), name


FIGURE = Figure("60", "ships")


@pytest.mark.parametrize(
    ("outcome", "verdict", "period", "found_period", "stands"),
    [
        (
            "fails",
            "other_base",
            "2025",
            "FY2026",
            Against(False, "", "2025", "FY2026", "the same number, but for another period"),
        ),
        (
            "fails",
            "other_base",
            "2025",
            "",
            Against(True, "printed and found", note="the number is right; what fails is its base or scope"),
        ),
        (
            "fails",
            "off_by_a_year",
            "",
            "2024",
            Against(True, "printed and found", note="the number is right; what fails is its year"),
        ),
        (
            "fails",
            "contradicted",
            "2024",
            "2024",
            Against(True, "printed and found", note="the number is right; what fails is something else in the claim"),
        ),
        (
            "stands narrowly",
            "supported_narrower",
            "2025",
            "FY2025",
            Against(True, "printed and found", note="the claim needs a narrower reading"),
        ),
        ("stands", "supported", "2025", "2025", Against(True, "printed and found")),
        ("not found", "unverifiable", "2025", "2024", Against(True, "printed, and found for something else")),
    ],
)
def test_where_two_figures_are_one_number_it_is_said_what_differs(
    outcome: str, verdict: str, period: str, found_period: str, stands: Against
) -> None:
    assert against(FIGURE, FIGURE, outcome, verdict, period, found_period) == stands


def test_two_different_figures_need_no_words() -> None:
    assert against(FIGURE, Figure("61", "ships"), "fails", "contradicted", "", "") == Against()
    assert against(Figure("50 to 60", "ships"), FIGURE, "stands", "supported", "", "") == Against()
    assert against(FIGURE, None, "fails", "contradicted", "", "") == Against()


def test_a_claims_breadcrumb_leads_to_the_list_and_ends_with_its_number(addressed: Path) -> None:
    for name in IDS:
        page = soup(addressed, f"claims/{name}/index.html")
        crumbs = page.select(".bd-breadcrumbs li")
        assert [words(one) for one in crumbs] == ["", "Claims", name]
        assert crumbs[1].a["href"] == "../../claims.html"
        assert words(page.select_one(".crumbs")).startswith(f"From article {name[0]}, paragraph ")


def test_every_topic_reads_as_words() -> None:
    for topic in set(JUDGED["topic"]):
        assert re.fullmatch(r"[A-Za-z ]+", topics.name(topic))
    assert set(topics.NAMES) <= set(JUDGED["topic"])


# --- the pages -------------------------------------------------------------------------------------------------


def test_every_claim_has_a_page_with_what_is_printed_found_and_why(addressed: Path, claims: dict[str, Listed]) -> None:
    for row in JUDGED.itertuples(index=False):
        one = claims[row.claim_id]
        page = soup(addressed, one.page)
        text = words(page.article)
        assert page.h1.text.startswith(f"{row.claim_id}: ")
        assert row.outcome in text.lower()
        for shown in (row.statement, row.reasoning):
            assert words(soup_of(shown)) in text.replace(",", "") or grouped(shown).replace("`", "") in text.replace(
                "’", "'"
            ), row.claim_id
        figures = [part.number for part in (one.printed, one.found) if part]
        assert [one.text for one in page.select(".against .big")] == figures[: 1 if one.against.alike else 2]
        if row.outcome != "not found":
            cited = [course().reference(name).address for name in (row.source_id, row.second_source_id) if name]
            assert {address for address in cited if address} <= {a["href"] for a in page.select("article a[href]")}


def soup_of(html: str) -> Any:
    from bs4 import BeautifulSoup

    return BeautifulSoup(html.replace(",", "").replace("'", "’"), "html.parser")


def test_claims_lead_to_the_one_before_and_the_one_after(addressed: Path) -> None:
    for before, name, after in zip([None, *IDS], IDS, [*IDS[1:], None], strict=False):
        page = soup(addressed, f"claims/{name}/index.html")
        led = {kind: page.select_one(f".beside a[rel={kind}]") for kind in ("prev", "next")}
        assert (led["prev"]["href"] if led["prev"] else None) == (before and f"../{before}/index.html")
        assert (led["next"]["href"] if led["next"] else None) == (after and f"../{after}/index.html")


def test_a_claim_leads_to_its_lesson_and_to_the_tasks_that_name_it(addressed: Path, claims: dict[str, Listed]) -> None:
    one = claims["B02-10"]
    assert [task.task for task in one.tasks] == ["5.1"]
    links = [a["href"] for a in soup(addressed, one.page).select("article a[href]")]
    assert f"../../{one.address}" in links
    assert "../../exercises/05_distances.html#51-how-long-is-an-archipelago" in links
    assert {task.task[-1:].isalpha() for found in claims.values() for task in found.tasks} == {True, False}


def test_in_a_lesson_a_claims_id_leads_to_its_page(addressed: Path) -> None:
    led = 0
    for path in sorted((addressed / "lessons").glob("[0-9][0-9]_*.html")):
        page = soup(addressed, f"lessons/{path.name}")
        for link in page.select("article a.claim"):
            assert link["href"] == f"../claims/{link.text}/index.html"
            assert (addressed / "claims" / link.text / "index.html").is_file()
            led += 1
        assert "articles.html#A0" not in str(page) and "articles.html#B0" not in str(page)
    assert led > 200


# --- ClaimReview -----------------------------------------------------------------------------------------------


def review(site: Path, name: str) -> dict[str, Any] | None:
    found = soup(site, f"claims/{name}/index.html").select("script[type='application/ld+json']")
    assert len(found) <= 1
    return json.loads(found[0].string) if found else None


def test_every_judged_claim_is_exchanged_as_a_review_and_no_other(addressed: Path) -> None:
    for row in JUDGED.itertuples(index=False):
        made = review(addressed, row.claim_id)
        if row.outcome == "not judged":
            assert made is None
            continue
        assert made
        assert made["@type"] == "ClaimReview"
        assert made["@context"] == "https://schema.org"
        assert made["claimReviewed"] == grouped(row.statement)
        assert made["url"] == f"{URL}claims/{row.claim_id}/"
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", made["datePublished"])
        assert made["reviewRating"]["@type"] == "Rating"
        assert made["itemReviewed"]["@type"] == "Claim"
        assert made["author"]["name"]


TEXT = re.compile(r"\S.*\S", re.DOTALL)
ADDRESS = re.compile(r"https?://\S+")
DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
WRITTEN: dict[str, dict[str, tuple[str, Any]]] = {
    "ClaimReview": {
        "claimReviewed": ("required", TEXT),
        "reviewRating": ("required", "Rating"),
        "url": ("required", ADDRESS),
        "author": ("required", "Organization"),
        "datePublished": ("required", DAY),
        "itemReviewed": ("required", "Claim"),
        "inLanguage": ("allowed", TEXT),
    },
    "Rating": {
        "alternateName": ("required", TEXT),
        "ratingExplanation": ("required", TEXT),
    },
    "Claim": {
        "name": ("allowed", TEXT),
        "author": ("allowed", "Organization"),
        "datePublished": ("required", DAY),
        "appearance": ("required", "CreativeWork"),
    },
    "CreativeWork": {
        "headline": ("required", TEXT),
        "datePublished": ("required", DAY),
        "url": ("allowed", ADDRESS),
    },
    "Organization": {"name": ("required", TEXT), "url": ("allowed", ADDRESS)},
}
"""The fields of schema.org's types that a review uses. Required are those that the type's readers ask for or recommend,
but for points on a scale, and for what isn't known: an article's author, its address."""
LONGEST_VERDICT = 45
"""Characters: a search engine shows a verdict in one line."""


def faults(made: dict[str, Any], kind: str, where: str) -> list[str]:
    """Return what does not fit schema.org's type in a piece of a review and in all pieces within it."""
    fields = WRITTEN[kind]
    found = [] if made.get("@type") == kind else [f"{where} is a {made.get('@type')}"]
    found += [f"{where} lacks {name}" for name, (need, _) in fields.items() if need == "required" and name not in made]
    found += [f"{where}.{name} is not a field of {kind}" for name in made if name not in fields and name[0] != "@"]
    for name, (_, form) in fields.items():
        value = made.get(name)
        if isinstance(value, dict):
            found += faults(value, form, f"{where}.{name}")
        elif value is not None and not (isinstance(form, re.Pattern) and form.fullmatch(value)):
            found.append(f"{where}.{name}: {value!r}")
    return found


def test_a_review_is_written_as_its_type_wants_it_field_by_field(addressed: Path) -> None:
    reviews = [made for name in IDS if (made := review(addressed, name))]
    assert len(reviews) > 150
    for made in reviews:
        assert faults(made, "ClaimReview", made["url"]) == []
        assert made["author"]["url"] == URL and made["url"].startswith(URL)
        assert len(made["reviewRating"]["alternateName"]) <= LONGEST_VERDICT
        assert made["datePublished"] >= made["itemReviewed"]["datePublished"]
        assert made["reviewRating"]["alternateName"] not in made["claimReviewed"]


def test_what_was_not_found_is_never_called_false_and_no_verdict_is_a_number(claims: dict[str, Listed]) -> None:
    said = {rating(one) for one in claims.values() if one.claim.outcome == "not found"}
    assert said == {NOT_FOUND_WORDS}
    for one in claims.values():
        assert "false" not in rating(one).lower()
        assert one.claim.outcome == "not found" or rating(one).lower().startswith(one.claim.outcome)


def test_a_review_has_no_points_on_a_scale(addressed: Path) -> None:
    made = review(addressed, "B05-08")
    assert made
    assert set(made["reviewRating"]) == {"@type", "alternateName", "ratingExplanation"}
    assert made["reviewRating"]["alternateName"] == "Fails: off by a year"


def test_whom_an_article_names_is_not_given_as_the_author_of_its_claim(addressed: Path) -> None:
    row = JUDGED.set_index("claim_id").loc["B05-08"]
    made = review(addressed, "B05-08")
    assert row["attributed_to"]
    assert row["attributed_to"] not in json.dumps(made)
    item = made["itemReviewed"]  # type: ignore[index]
    assert "author" not in item and "url" not in item["appearance"]  # nobody knows who published article B
    assert review(addressed, "A06-01")["itemReviewed"]["author"]["name"] == "THX News"  # type: ignore[index]


def test_a_text_cannot_end_the_script_that_holds_it() -> None:
    script = as_script({"claimReviewed": "</script><b>"})
    assert script.count("</script>") == 1
    assert json.loads(script.removeprefix('<script type="application/ld+json">').removesuffix("</script>")) == {
        "claimReviewed": "</script><b>"
    }


# --- the list --------------------------------------------------------------------------------------------------


def shown(page: Any) -> list[str]:
    return list(
        page.eval_on_selector_all("table.claims tbody tr", "all => all.filter((r) => !r.hidden).map((r) => r.id)")
    )


def named(page: Any, selector: str) -> list[str]:
    return [str(one) for one in page.eval_on_selector_all(selector, "all => all.map((one) => one.textContent)")]


def test_the_judged_claims_come_first_and_a_switch_brings_the_others(browser: Any, served: str) -> None:
    tested = list(JUDGED.loc[JUDGED["outcome"] != "not judged", "claim_id"])
    with Visit(browser, served) as visit:
        page = visit.open("claims.html")
        assert shown(page) == tested
        rest = len(IDS) - len(tested)
        assert page.inner_text("#shown") == (
            f"{len(tested)} of {len(IDS)} claims. The {rest} that we didn't test are left out."
        )
        page.click("details.more summary")
        page.check("input[name=all]")
        assert shown(page) == IDS
        assert page.inner_text("#shown") == f"{len(IDS)} of {len(IDS)} claims"
        assert visit.faults == []


def test_chips_show_their_counts_and_choose_an_outcome(browser: Any, served: str) -> None:
    counts = JUDGED["outcome"].value_counts()
    with Visit(browser, served) as visit:
        page = visit.open("claims.html")
        assert named(page, ".chip label")[1:] == [f"{name} {counts[name]}" for name in OUTCOMES]
        for name in OUTCOMES:
            page.click(f".chip label[for='outcome-{name.replace(' ', '-')}']", force=True)
            assert shown(page) == list(JUDGED.loc[JUDGED["outcome"] == name, "claim_id"])


def test_claims_can_be_sorted_by_verdict_topic_and_size_of_error(
    browser: Any, served: str, claims: dict[str, Listed]
) -> None:
    with Visit(browser, served) as visit:
        page = visit.open("claims.html?sort=error&outcome=fails")
        sizes = [abs(claims[name].error or 0.0) if claims[name].error is not None else -1.0 for name in shown(page)]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[0] > 100 and sizes[-1] == -1
        page = visit.open("claims.html?sort=topic")
        found = [claims[name].claim.topic for name in shown(page)]
        assert found == sorted(found)
        page = visit.open("claims.html?sort=verdict")
        order = named(page, "select[name=verdict] option")[1:]
        found = [
            next(i for i, one in enumerate(order) if one.startswith(f"{claims[n].claim.verdict} ("))
            for n in shown(page)
        ]
        assert found == sorted(found)
        page.select_option("select[name=sort]", "")
        assert shown(page) == [name for name in IDS if claims[name].judged]


@pytest.mark.parametrize("outcome", list(OUTCOMES))
def test_on_a_telephone_outcomes_stand_in_one_row_with_the_chosen_one_in_view(
    browser: Any, served: str, outcome: str
) -> None:
    with Visit(browser, served, viewport=NARROW) as visit:
        page = visit.open(f"claims.html?outcome={outcome}")
        tops = page.eval_on_selector_all(".chip", "all => all.map((one) => one.getBoundingClientRect().top)")
        assert len(set(tops)) == 1
        row, chip = (
            page.eval_on_selector(one, "one => [one.getBoundingClientRect().left, one.getBoundingClientRect().right]")
            for one in (".chips", ".chip:has(input:checked)")
        )
        assert row[0] <= chip[0] and chip[1] <= min(row[1], NARROW["width"])


@pytest.mark.parametrize("words_typed", ["1,700", "1700", "B05-08"])
def test_a_number_is_found_however_it_is_typed(browser: Any, served: str, words_typed: str) -> None:
    with Visit(browser, served) as visit:
        page = visit.open("claims.html")
        page.fill("input[name=words]", words_typed)
        assert "B05-08" in shown(page)
        assert len(shown(page)) < 10


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("name", ["B23-02", "A01-01"], ids=["judged", "not judged"])
def test_an_address_shows_its_claim_whatever_the_filters_say(
    browser: Any, served: str, name: str, size: dict[str, int]
) -> None:
    with Visit(browser, served, viewport=size) as visit:
        page = visit.open(f"claims.html?outcome=stands&words=zzqqxx#{name}")
        assert shown(page) == [name]
        assert f"{name} is shown because the link leads to it" in page.inner_text("#shown")
        page.wait_for_function(
            """name => { const row = document.getElementById(name).getBoundingClientRect();
            const form = document.querySelector("form.filter").getBoundingClientRect();
            return row.top >= form.bottom - 1 && row.top < innerHeight - 40 }""",
            arg=name,
        )


def test_an_address_that_is_broken_at_its_end_leaves_the_list_as_it_is(browser: Any, served: str) -> None:
    with Visit(browser, served) as visit:
        page = visit.open("claims.html#100%")
        assert len(shown(page)) == (JUDGED["outcome"] != "not judged").sum()
        page.fill("input[name=words]", "B05-08")
        assert "B05-08" in shown(page)
        assert visit.faults == []


def test_what_is_shown_can_be_saved_as_csv(browser: Any, served: str, claims: dict[str, Listed]) -> None:
    with Visit(browser, served) as visit:
        page = visit.open("claims.html?verdict=off_by_a_year")
        names = shown(page)
        page.eval_on_selector("details.more", "one => { one.open = true }")
        with page.expect_download() as download:
            page.click("button.csv")
        text = Path(download.value.path()).read_bytes().decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["claim"] for row in rows] == names == list(JUDGED.loc[JUDGED["verdict"] == "off_by_a_year", "claim_id"])
    for row in rows:
        one = claims[row["claim"]]
        assert one.printed and one.found
        assert row["statement"] == grouped(one.claim.statement)
        assert (row["printed"], row["found"]) == (one.printed.text, one.found.text)
        assert row["reason"] == grouped(one.claim.reasoning)
        assert row["page"].endswith(f"/claims/{one.claim.id}/index.html")


def test_evidence_is_folded_and_printed_with_the_list(browser: Any, served: str) -> None:
    with Visit(browser, served) as visit:
        page = visit.open("claims.html")
        assert not page.locator("#B05-08 .reason").is_visible()
        page.click("#B05-08 summary")
        assert page.locator("#B05-08 .reason").is_visible()


def test_on_a_telephone_the_list_is_less_than_half_as_long_as_with_open_evidence(browser: Any, served: str) -> None:
    with Visit(browser, served, viewport=SMALL) as visit:
        page = visit.open("claims.html")
        height = "document.querySelector('table.claims').offsetHeight"
        folded = page.evaluate(height)
        page.evaluate("document.querySelectorAll('table.claims details').forEach((one) => { one.open = true })")
        assert folded < page.evaluate(height) / 2


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_search_and_outcomes_stay_in_view_while_the_list_is_read(
    browser: Any, served: str, size: dict[str, int]
) -> None:
    with Visit(browser, served, viewport=size) as visit:
        page = visit.open("claims.html")
        page.evaluate("document.getElementById('B13-02').scrollIntoView()")
        page.wait_for_function(
            """() => { const box = document.querySelector("form.filter .first").getBoundingClientRect();
            const header = document.querySelector(".bd-header").getBoundingClientRect();
            return box.top >= header.bottom - 2 && box.bottom < innerHeight / 2 }"""
        )


def test_a_claims_address_can_be_copied(browser: Any, served: str) -> None:
    with Visit(browser, served, permissions=["clipboard-read", "clipboard-write"]) as visit:
        page = visit.open("claims/B05-08/index.html")
        page.click("button.copy-link")
        page.wait_for_selector("text=The link is on the clipboard.")
        assert page.evaluate("navigator.clipboard.readText()") == f"{URL}claims/B05-08/"


def test_without_scripts_a_claims_page_has_no_button_that_does_nothing(browser: Any, served: str) -> None:
    with Visit(browser, served, java_script_enabled=False) as visit:
        page = visit.open("claims/B05-08/index.html")
        assert not page.locator("button.copy-link").is_visible()
        assert page.locator(".ruling .big").first.is_visible()
