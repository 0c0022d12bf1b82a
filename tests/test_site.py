"""The reading site: what is on its pages, and how they behave in a real browser. It is built once for all tests."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import nbformat
import numpy as np
import pandas as pd
import pypdf
import pytest
from axe import violations
from browser import outside
from bs4 import BeautifulSoup
from serving import Quiet, serving

from alliance.audit import course
from alliance.building.build import read_course
from alliance.figures import IN_WORDS
from alliance.site.budget import LIMIT, weigh_lessons
from alliance.site.build import LITE, Built, _require_light, _run_sphinx, build_site
from alliance.site.digits import grouped
from alliance.site.errors import SiteError
from alliance.site.lite import RUNTIME
from alliance.site.pages import SURPRISES, write_pages
from alliance.site.shown.described import alternative
from alliance.site.shown.notebooks import SHOW
from alliance.site.shown.outputs import MAX_ROWS, Figure, Files, figure_html, stored_figure, tidy_html

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("lessons", "exercises", "solutions")
NOTEBOOKS = [path for kind in KINDS for path in sorted((ROOT / kind).glob("*.ipynb"))]
DRAWN = [path for path in NOTEBOOKS if "image/png" in path.read_text(encoding="utf-8")]
LESSON = "lessons/08_japans_defence_budget.html"
"""A lesson that has all that a page can have: predictions, tasks with hints, figures, one with controls."""

PAGE_TYPES = [
    *("index.html", "lessons/index.html", "lessons/00_start_here.html", LESSON, "lessons/glossary.html"),
    *("lessons/articles.html", "claims/B05-08/index.html", "data/defence_budget.html", "docs/checking.html"),
    "project/README.html",
    *("exercises/index.html", "exercises/08_japans_defence_budget.html", "claims.html", "data/README.html"),
    *(
        "solutions/index.html",
        "solutions/08_japans_defence_budget.html",
        "solutions/notes/08_japans_defence_budget.html",
    ),
    *("teaching/index.html", "about/index.html", "about/checked.html", "about/browser.html", "about/licence.html"),
    *("search.html", "search.html?q=budget"),
]
GUIDE = [f"guide/{path.stem}.html" for path in sorted((ROOT / "authoring" / "guide").glob("*.md"))[:1]]
LONG = (
    "table.claims tbody tr:nth-child(n + 40)",
    "#the-data > section:nth-of-type(n + 6)",
    "#glossary > section:nth-of-type(n + 6)",
)
LOOKED_AT = {"include": [["html"]], "exclude": [[one] for one in LONG]}
"""Of long lists of one kind the first are looked at: forty claims, the overview and two tables, five letters."""

WAIT = 20_000
"""Milliseconds after which a page will not come any more."""

WIDE, NARROW, SMALL, DESK, TABLET = ({"width": wide, "height": 800} for wide in (1280, 390, 360, 1440, 1024))
PAPER = {"width": 718, "height": 1000}
"""A4 with margins of one centimetre, in CSS pixels."""

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def figures(notebook: Path) -> list[Any]:
    """Return a stored notebook's figures."""
    cells = nbformat.read(notebook, as_version=4).cells
    return [out for cell in cells for out in cell.get("outputs", []) if "image/png" in out.get("data", {})]


class Page(HTMLParser):
    """What a page names and links to, read as a browser would."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        self.tags.append((tag, about))
        if about.get("id"):
            self.ids.add(str(about["id"]))
        if tag == "a" and about.get("href"):
            self.links.append(str(about["href"]))
        elif tag == "form" and about.get("action"):
            self.links.append(str(about["action"]))
        elif tag in {"img", "script", "iframe", "source"} and about.get("src"):
            self.loaded.append(str(about["src"]))
        elif tag == "link" and about.get("rel") not in {"index", "search", "next", "prev"}:
            self.loaded.append(str(about["href"]))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def tagged(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [about for name, about in self.tags if name == tag and wanted.items() <= about.items()]


# --- the site as files ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built by its command; without the course in the browser, which has tests of its own."""
    out = tmp_path_factory.mktemp("site") / "out"
    code = "from alliance.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "site", str(out), "--no-lite"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    """Every page of the site, by its path."""
    return {path.relative_to(site).as_posix(): Page(path) for path in sorted(site.rglob("*.html"))}


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=relative)
def test_every_notebook_is_a_page_and_a_download_byte_for_byte(
    site: Path, pages: dict[str, Page], notebook: Path
) -> None:
    assert (site / relative(notebook)).read_bytes() == notebook.read_bytes()
    assert notebook.name in pages[relative(notebook.with_suffix(".html"))].links


def test_every_table_of_the_course_is_a_download_byte_for_byte(site: Path, pages: dict[str, Page]) -> None:
    tables = sorted((ROOT / "data").glob("*.csv"))
    assert tables
    for table in tables:
        assert (site / "data" / table.name).read_bytes() == table.read_bytes()
        assert table.name in pages["data/README.html"].links


def test_what_a_page_shows_is_what_the_notebook_stores(pages: dict[str, Page]) -> None:
    for notebook in NOTEBOOKS:
        shown = pages[relative(notebook.with_suffix(".html"))].text
        for cell in nbformat.read(notebook, as_version=4).cells:
            for output in cell.get("outputs", []):
                text = output.get("text") or output.get("data", {}).get("text/plain", "")
                kinds = set(output.get("data", {}))
                if not kinds & {"text/html", "image/png", "text/markdown"}:
                    assert " ".join(text.split()) in shown, f"{notebook.name}, {cell.id}"


def test_every_link_and_every_anchor_leads_somewhere(site: Path, pages: dict[str, Page]) -> None:
    lost, followed = [], 0
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                assert parts.scheme in {"https", "http", "mailto"}, f"{name}: {link}"
                continue
            target = (site / name).parent / unquote(parts.path) if parts.path else site / name
            found = target.resolve()
            followed += 1
            if not found.is_file() or not found.is_relative_to(site.resolve()):
                lost.append(f"{name}: {link}")
            elif parts.fragment and found.suffix == ".html":
                known = pages[found.relative_to(site.resolve()).as_posix()].ids
                if unquote(parts.fragment) not in known:
                    lost.append(f"{name}: {link}")
    assert followed > 5000
    assert not lost


def test_no_page_loads_anything_from_elsewhere(site: Path, pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        for address in page.loaded:
            parts = urlsplit(address)
            assert not parts.scheme and not parts.netloc, f"{name}: {address}"
            assert ((site / name).parent / unquote(parts.path)).is_file(), f"{name}: {address}"
    for style in site.rglob("*.css"):
        for address in re.findall(r"url\(\s*[\"']?([^)\"']+)", style.read_text(encoding="utf-8")):
            assert not re.match(r"(https?:)?//", address), f"{style.name}: {address}"


@pytest.mark.parametrize("notebook", DRAWN, ids=relative)
def test_every_figure_has_its_description_and_the_data_behind_it(
    site: Path, pages: dict[str, Page], notebook: Path
) -> None:
    page = pages[relative(notebook.with_suffix(".html"))]
    stored = figures(notebook)
    drawn = [about for about in page.tagged("img") if "/figures/" in str(about["src"])]
    assert len(drawn) == len(page.tagged("details", class_="behind")) == len(stored)
    for figure, about in zip(stored, drawn, strict=True):
        stated = figure.metadata.get("image/png", {}).get("alt", "")
        drawing = " ".join(stated.split()).rpartition(" Finding: ")[0]
        assert drawing in page.text
        assert re.search(r"[A-Z].+ Across: .+ Up: .+\.", page.text)
        file = ((site / relative(notebook)).parent / str(about["src"])).with_suffix(".csv")
        rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))
        assert len(rows) > 1
        if notebook.parent.name == "lessons":
            assert drawing
            assert about["alt"] == alternative(stated)
            tables = figure.metadata["alliance"]["tables"]
            kept = [row[1:] if len(tables) > 1 else row for row in rows]
            values = [["" if cell is None else str(cell) for cell in row] for table in tables for row in table["rows"]]
            assert [row for row in values if row not in kept] == []


def test_a_lessons_page_loads_no_more_than_the_budget(site: Path) -> None:
    weights = weigh_lessons(site)
    assert [one.page for one in weights] == [relative(path.with_suffix(".html")) for path in NOTEBOOKS[: len(weights)]]
    assert all(one.pictures > 0 for one in weights)
    assert [one for one in weights if one.total > LIMIT] == []


def test_a_lesson_above_the_budget_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "lessons").mkdir()
    (tmp_path / "figure.png").write_bytes(bytes(LIMIT))
    page = tmp_path / "lessons" / "05_heavy.html"
    page.write_text('<p>x</p><img alt="" src="../figure.png">', encoding="utf-8")
    with pytest.raises(SiteError, match=r"05_heavy.html has 600 kB"):
        _require_light(weigh_lessons(tmp_path))


def test_the_claims_page_has_every_claim_with_its_verdict_evidence_and_source(pages: dict[str, Page]) -> None:
    audit = course()
    page = pages["claims.html"]
    rows = {row["id"]: row for row in page.tagged("tr") if "data-verdict" in row}
    assert list(rows) == list(audit.judged["claim_id"])
    for row in audit.judged.fillna("").itertuples(index=False):
        about = rows[row.claim_id]
        assert about["data-verdict"] == row.verdict
        assert about["data-topic"] == row.topic
        assert about["data-lesson"] == row.lesson
        for text in (row.statement, row.reasoning):
            assert grouped(" ".join(text.split())).replace("`", "") in page.text
    found = audit.judged[audit.judged["outcome"] != "not found"]
    cited = [audit.reference(name).address for name in found["source_id"].dropna()]
    assert {address for address in cited if address} - set(page.links) <= {""}


def test_the_first_page_says_what_the_tables_say(pages: dict[str, Page]) -> None:
    judged = course().judged.set_index("claim_id")
    text = pages["index.html"].text
    outcomes = judged["outcome"].value_counts()
    assert f"Of the {len(judged)} claims, {outcomes['stands'] + outcomes['stands narrowly']} stand" in text
    assert f"{outcomes['fails']} fail" in text
    for name in SURPRISES:
        assert judged.loc[name, "outcome"] == "fails"
        assert grouped(judged.loc[name, "statement"]) in text
        assert f"{str(judged.loc[name, 'verdict']).replace('_', ' ')} {grouped(judged.loc[name, 'reasoning'])}" in text


def test_a_copy_without_the_course_in_the_browser_does_not_link_to_it(pages: dict[str, Page]) -> None:
    assert not [link for page in pages.values() for link in page.links if "lite/" in link]
    assert "doesn’t include the version of the course that runs in a browser" in pages["about/browser.html"].text


def test_a_copy_with_the_course_in_the_browser_leads_to_it_through_a_page_that_says_what_it_needs(
    tmp_path: Path,
) -> None:
    write_pages(ROOT, tmp_path, read_course(ROOT), Files(), lite=True)
    assert 'href="about/browser.html"' in (tmp_path / "index.md").read_text(encoding="utf-8")
    door = (tmp_path / "about" / "browser.md").read_text(encoding="utf-8")
    assert "You need to be online" in door
    assert RUNTIME in door and "MB, once" in door
    assert "a cell that you run shows `[*]` until Python is ready" in door and "**If it doesn't load**" in door
    notebook = re.findall(rf'href="../{LITE}/lab/index.html\?path=([^"]+)"', door)
    assert notebook == [relative(NOTEBOOKS[0])]


# --- building ------------------------------------------------------------------------------------------------------


def build(out: Path, force: bool = False) -> Built:
    return build_site(ROOT, out, lambda _: None, force, lite=False)


def test_a_folder_that_holds_something_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(SiteError, match="holds something else"):
        build(tmp_path, force=True)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_an_earlier_site_is_replaced_only_when_told_to(site: Path) -> None:
    before = (site / "site.json").stat().st_mtime_ns
    with pytest.raises(SiteError, match="--force"):
        build(site)
    assert (site / "site.json").stat().st_mtime_ns == before


@pytest.mark.parametrize("place", ["", "lessons", "data/site"])
def test_the_site_is_not_built_into_the_course(place: str) -> None:
    with pytest.raises(SiteError, match="choose another folder"):
        build(ROOT / place, force=True)


def test_a_file_is_not_replaced_by_a_site(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine")
    with pytest.raises(SiteError, match="is a file"):
        build(tmp_path / "site", force=True)


def made(text: str, folder: Path) -> Path:
    """Make a site of one page."""
    for name in ("pages", "files"):
        (folder / name).mkdir()
    (folder / "pages" / "index.md").write_text(f"# Title\n\n{text}\n", encoding="utf-8")
    _run_sphinx(folder / "pages", folder / "site", folder / "files", folder / "doctrees")
    return folder / "site"


def test_a_formula_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"“a/b” in index is a formula"):
        made("The share is $a/b$.", tmp_path)


def test_a_page_that_is_not_sound_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="not sound"):
        made("```{toctree}\nnowhere\n```", tmp_path)


def test_a_long_table_is_cut_on_the_page_and_whole_in_the_file() -> None:
    rows = [[year, year / 7] for year in range(MAX_ROWS + 50)]
    table = {"title": "Many", "columns": ["year", "value"], "rows": rows, "more": 20}
    picture = stored_figure(figures(DRAWN[0])[0]).picture
    files = Files()
    html = figure_html(Figure(picture, "Many.", [table]), "99-1", "../", files)
    assert html.count("<tr>") == MAX_ROWS + 1
    assert f"The first {MAX_ROWS} of {MAX_ROWS + 70} rows; the file has the first {MAX_ROWS + 50}." in html
    assert len(files.files["figures/99-1.csv"].splitlines()) == MAX_ROWS + 51


def test_a_pandas_table_names_its_headings_and_has_no_empty_ones() -> None:
    html = tidy_html(
        '<div><style scoped>th {}</style><table border="1"><thead><tr style="text-align: right;"><th></th>'
        "<th>a</th></tr></thead><tbody><tr><th>0</th><td>1</td></tr></tbody></table></div>"
    )
    assert html == (
        '<div><div class="scroll"><table><thead><tr><td></td><th scope="col">a</th></tr></thead>'
        '<tbody><tr><th scope="row">0</th><td>1</td></tr></tbody></table></div></div>'
    )


def test_words_in_a_pandas_table_may_be_broken_and_numbers_may_not() -> None:
    table = pd.DataFrame(
        {
            "number": [1.5e-12, np.nan],
            "day": pd.to_datetime(["2025-01-01", None]),
            "true": [True, False],
            "word": ["yen", None],
            "sentence": ["A treaty of two states is signed in a town.", "short"],
        }
    )
    kinds = {"number": [], "day": [], "true": [], "word": ["words"], "sentence": ["words", "long"]}
    for shown in (table, table.rename_axis("row").rename_axis("column", axis="columns")):
        with pd.option_context("display.max_colwidth", None):
            found = BeautifulSoup(tidy_html(shown.to_html()), "html.parser")
        rows = [row.find_all(["th", "td"])[-5:] for row in (found.select("tr")[0], *found.select("tbody tr"))]
        assert [[cell.get("class", []) for cell in row] for row in rows] == [list(kinds.values())] * 3


def test_every_picture_says_how_large_it_is(pages: dict[str, Page]) -> None:
    pictures = [(name, about) for name, page in pages.items() for about in page.tagged("img")]
    assert any(str(about["src"]).endswith(".svg") for _, about in pictures)
    assert [(name, about["src"]) for name, about in pictures if not (about.get("width") and about.get("height"))] == []


def test_no_page_shows_an_empty_box_of_code(site: Path) -> None:
    empty = re.compile(r"<pre>(<span></span>|\s)*</pre>")
    assert [path.name for path in site.rglob("*.html") if empty.search(path.read_text(encoding="utf-8"))] == []


# --- the site in a browser -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The address of the site on a plain file server."""
    with serving(Quiet, site) as address:
        yield address


class Visit:
    """A browser tab on the site, with all that it asked for and all that went wrong."""

    def __init__(self, browser: Any, address: str, **settings: Any) -> None:
        self.context = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **settings})
        self.page = self.context.new_page()
        self.address = address
        self.requests: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("response", self._note)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "console", lambda said: self.faults.append(said.text) if said.type in {"error", "warning"} else None
        )

    def _note(self, response: Any) -> None:
        if response.status not in {0, 200, 304}:  # 0: a file that was opened without a server
            self.faults.append(f"{response.status} {response.url}")

    def open(self, name: str) -> Any:
        """Open a page of the site and wait until it has loaded all it wants; return Playwright's page."""
        self.page.goto(self.address + name)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


@pytest.mark.parametrize("name", [*PAGE_TYPES, *GUIDE])
def test_a_page_is_accessible_fits_and_stays_at_home(browser: Any, address: str, name: str) -> None:
    with Visit(browser, address) as visit:
        page = visit.open(name)
        for details in page.query_selector_all("article details.behind")[:1]:
            details.evaluate("one => { one.open = true }")
        assert violations(page, (DESK, TABLET, NARROW), LOOKED_AT) == []
        assert visit.faults == []
        assert outside(visit.requests) == []
        assert all(request.startswith(address) for request in visit.requests if not request.startswith("data:"))


PLANTED = {
    "light, 1280 px: color-contrast": "<p style='color: #bbb; background: #fff'>too pale</p>",
    "dark, 1280 px: color-contrast": "<p class='planted'>too dark</p><style>html[data-theme=dark] .planted"
    " { color: #333; background: #000 }</style>",
    "dark, 1280 px: image-alt": "<img class='planted' src='data:,' width='9'><style>html[data-theme=light] .planted"
    " { display: none }</style>",
    "light, 1280 px: label": "<input type='text'>",
    "light, 390 px: button-name": "<button class='planted'></button><style>@media (min-width: 400px)"
    " { .planted { display: none } }</style>",
    "dark, 390 px: 600 px too wide": "<div class='planted'></div><style>body { margin: 0 } @media (max-width: 400px)"
    " { html[data-theme=dark] .planted { width: 990px; height: 9px } }</style>",
}
"""Where and how a fault is told, and a fault that shows there alone."""


@pytest.mark.parametrize("told", PLANTED)
def test_a_fault_is_found_in_whatever_theme_and_at_whatever_width_it_shows(browser: Any, told: str) -> None:
    page = browser.new_page()
    page.set_content(f"<!doctype html><html lang='en'><title>Page</title><main><h1>Page</h1>{PLANTED[told]}</main>")
    found = violations(page, (WIDE, NARROW))
    page.close()
    assert found and found[0].startswith(told)


def test_search_from_the_keyboard_leads_to_the_results(browser: Any, address: str) -> None:
    with Visit(browser, address) as visit:
        page = visit.open("index.html")
        page.keyboard.press("Control+k")
        page.wait_for_selector("#pst-search-dialog input[type=search]:focus")
        page.keyboard.type("deflate")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=deflate")
        page.wait_for_selector("#search-results li a")


def shown_claims(page: Any) -> list[str]:
    return list(
        page.eval_on_selector_all("table.claims tbody tr", "all => all.filter((r) => !r.hidden).map((r) => r.id)")
    )


def test_claims_can_be_filtered_and_the_choice_can_be_linked_to(browser: Any, address: str) -> None:
    judged = course().judged
    wanted = judged[(judged["verdict"] == "contradicted") & (judged["lesson"] == "13")]["claim_id"].tolist()
    assert 1 < len(wanted) < len(judged)
    with Visit(browser, address) as visit:
        page = visit.open("claims.html?all=1")
        assert page.inner_text("#shown") == f"{len(judged)} of {len(judged)} claims"
        page.eval_on_selector("details.more", "one => { one.open = true }")
        page.select_option("select[name=verdict]", "contradicted")
        page.select_option("select[name=lesson]", "13")
        assert shown_claims(page) == wanted
        assert page.inner_text("#shown") == f"{len(wanted)} of {len(judged)} claims"
        linked = page.url.removeprefix(address)
        page.fill("input[name=words]", "EXTRACTS rare earths")
        assert 0 < len(shown_claims(page)) < len(wanted)
        page.click("button[type=reset]")
        tested = (judged["outcome"] != "not judged").sum()
        page.wait_for_function("all => document.getElementById('shown').textContent.startsWith(all)", arg=str(tested))
        visit.open(linked)
        assert shown_claims(page) == wanted
        topic = judged["topic"].iloc[0]
        page = visit.open(f"claims.html?topic={topic}&verdict=stands")
        both = judged[(judged["topic"] == topic) & (judged["outcome"] == "stands")]["claim_id"].tolist()
        assert shown_claims(page) == both
        page = visit.open("claims.html?words=zzqqxx")
        assert shown_claims(page) == []
        assert page.inner_text("#shown").startswith(f"0 of {len(judged)} claims. No claim fits all of this:")
        assert visit.faults == []


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("target", ["claims.html#B23-02", "lessons/glossary.html#median"])
def test_what_a_link_leads_to_stands_clear_of_the_header(
    browser: Any, address: str, target: str, size: dict[str, int]
) -> None:
    with Visit(browser, address, viewport=size) as visit:
        page = visit.open(target)
        page.wait_for_function(
            """() => { const top = document.querySelector(":target").getBoundingClientRect().top;
            return top > document.querySelector(".bd-header").getBoundingClientRect().bottom + 8 && top < 200 }"""
        )


def test_claims_can_be_filtered_by_keyboard_alone(browser: Any, address: str) -> None:
    with Visit(browser, address) as visit:
        page = visit.open("claims.html")
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == "words":
                break
        page.keyboard.type("Keen Sword")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "outcome"
        while page.evaluate("document.querySelector('[name=outcome]:checked').value") != "fails":
            page.keyboard.press("ArrowRight")
        judged = course().judged
        expected = judged[judged["statement"].str.contains("Keen Sword") & (judged["outcome"] == "fails")]["claim_id"]
        assert set(expected) <= set(shown_claims(page))
        assert len(shown_claims(page)) < 10


def test_without_scripts_all_claims_and_all_answers_can_be_read(browser: Any, address: str) -> None:
    with Visit(browser, address, java_script_enabled=False) as visit:
        page = visit.open("claims.html")
        assert page.locator("table.claims tbody tr:visible").count() == len(course().judged)
        assert not page.locator("form.filter").is_visible()
        page = visit.open(LESSON)
        page.locator("figure.drawn details summary").first.click()
        assert page.locator("figure.drawn details table").first.is_visible()


def test_a_lessons_figure_with_controls_is_a_picture_without_scripts(browser: Any, address: str) -> None:
    for scripts in (True, False):
        with Visit(browser, address, java_script_enabled=scripts) as visit:
            page = visit.open(LESSON)
            figure = page.locator(".explorable").first
            page.locator("details.folded", has=figure).locator("summary").first.click()
            assert figure.locator("fieldset legend").is_visible() is scripts
            picture = figure.locator(".state img")
            picture.scroll_into_view_if_needed()
            assert picture.is_visible() and picture.get_attribute("alt")
            assert visit.context.request.get(f"{address}lessons/{picture.get_attribute('src')}").ok


def test_without_scripts_a_dark_system_gets_a_page_with_colours(browser: Any, address: str) -> None:
    with Visit(browser, address, java_script_enabled=False, color_scheme="dark") as visit:
        page = visit.open(LESSON)
        for part in ("body", ".bd-header", ".bd-article"):
            style = page.locator(part).first.evaluate(
                "(one) => [getComputedStyle(one).backgroundColor, getComputedStyle(one).color]"
            )
            assert part == ".bd-article" or style[0] == "rgb(255, 255, 255)", part
            assert max(int(n) for n in re.findall(r"\d+", style[1])[:3]) < 100, f"{part}: dark letters on white"


def test_pages_work_when_opened_as_files(browser: Any, site: Path) -> None:
    with Visit(browser, f"{site.as_uri()}/") as visit:
        page = visit.open("claims.html?verdict=anachronism")
        assert len(shown_claims(page)) == (course().judged["verdict"] == "anachronism").sum()
        page = visit.open(LESSON)
        assert page.evaluate("[...document.images].every((one) => one.loading === 'lazy' || one.naturalWidth > 0)")
        assert visit.faults == []
        page = visit.open("search.html?q=deflate")
        page.wait_for_selector("#search-results li a")
        assert outside([one for one in visit.requests if not one.startswith("file:")]) == []


def test_the_theme_can_be_switched_and_is_remembered(browser: Any, address: str) -> None:
    with Visit(browser, address, color_scheme="light") as visit:
        page = visit.open("index.html")
        theme = "document.documentElement.dataset.theme"
        before = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert page.evaluate(theme) == "light"
        page.click("#pst-header .theme-switch-container > button")
        page.click("#pst-header .theme-switch-container >> text=Dark")
        page.wait_for_function(f"{theme} === 'dark'")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
        page = visit.open(LESSON)
        assert page.evaluate(theme) == "dark"


FOCUSABLE = """() => [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0
    && !one.closest('dialog:not([open])') && !(one.closest('details:not([open])') && one.tagName !== 'SUMMARY'))"""


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_everything_on_a_lesson_can_be_reached_with_the_tab_key(
    browser: Any, address: str, size: dict[str, int]
) -> None:
    with Visit(browser, address, viewport=size) as visit:
        page = visit.open(LESSON)
        count = page.evaluate(f"() => {{ window.todo = new Set(({FOCUSABLE})()); return window.todo.size }}")
        assert count > 60
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
        for _ in range(count + 20):
            page.evaluate("() => { window.todo.delete(document.activeElement) }")
            page.keyboard.press("Tab")
        assert page.evaluate("[...window.todo].map((one) => one.outerHTML.slice(0, 120))") == []


@pytest.mark.parametrize("words", [SHOW, "Hint 1: where to begin", IN_WORDS])
def test_what_is_folded_unfolds_on_the_keyboard(browser: Any, address: str, words: str) -> None:
    """The answer to a prediction, a hint, a figure's words."""
    with Visit(browser, address) as visit:
        page = visit.open(LESSON)
        summary = page.locator("article details summary", has_text=words).first
        inside = summary.locator("xpath=following-sibling::*").first
        assert not inside.is_visible()
        summary.focus()
        page.keyboard.press("Enter")
        assert inside.is_visible() and inside.inner_text().strip()


def test_what_scrolls_sideways_can_be_reached_by_keyboard(browser: Any, address: str) -> None:
    with Visit(browser, address, viewport=NARROW) as visit:
        page = visit.open(LESSON)
        scrolling = """(all) => [...document.querySelectorAll('article *')].filter((one) =>
          one.scrollWidth > one.clientWidth + 1 && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX))"""
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        page.wait_for_selector("article pre[tabindex='0']")
        page.wait_for_selector("details.behind .scroll[tabindex='0']")
        assert page.evaluate(f"({scrolling})().length") > 10
        assert (
            page.evaluate(
                f"({scrolling})().filter((one) => one.tabIndex < 0).map((one) => one.outerHTML.slice(0, 150))"
            )
            == []
        )


CUT_OFF = """(all) => [...document.querySelectorAll(all)].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width && box.right > document.documentElement.clientWidth + 1
    && !one.closest("pre, .scroll, .output, .pst-scrollable-table-container, .headerlink");
}).map((one) => one.outerHTML.slice(0, 150))"""


@pytest.mark.parametrize(
    "name", [LESSON, "exercises/11_who_pays_for_what.html", "data/README.html", "claims.html", *GUIDE]
)
def test_nothing_is_cut_off_on_a_small_telephone(browser: Any, address: str, name: str) -> None:
    with Visit(browser, address, viewport=SMALL) as visit:
        page = visit.open(name)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") == SMALL["width"]
        assert page.evaluate(f"({CUT_OFF})('.bd-header *, article *')") == []


def test_a_download_in_the_browser_is_the_notebook_byte_for_byte(browser: Any, address: str) -> None:
    with Visit(browser, address) as visit:
        page = visit.open(LESSON)
        with page.expect_download() as download:
            page.click(".files a[href$='.ipynb']")
        assert Path(download.value.path()).read_bytes() == (ROOT / LESSON).with_suffix(".ipynb").read_bytes()


def test_solutions_are_one_click_behind_their_door(browser: Any, address: str) -> None:
    with Visit(browser, address) as visit:
        page = visit.open("exercises/08_japans_defence_budget.html")
        assert page.locator("main a[href*='solutions/0']").count() == 0
        page.click("main a[href='../solutions/index.html']")
        link = page.locator("main details a[href='08_japans_defence_budget.html']")
        assert page.locator("a[href$='.html']:not([href^='../']):visible").count() == 0, (
            "a link to a solution stands open"
        )
        page.click("main details.behind-door summary")
        link.click()
        page.wait_for_url("**/solutions/08_japans_defence_budget.html")


def test_a_lesson_prints_without_what_is_for_the_screen(browser: Any, address: str) -> None:
    with Visit(browser, address) as visit:
        page = visit.open(LESSON)
        page.emulate_media(media="print")
        assert (
            not page.locator(".bd-sidebar-primary, .bd-header, details.behind, .files").locator("visible=true").count()
        )


@pytest.mark.parametrize(
    "name",
    [
        "lessons/01_from_article_to_table.html",
        "lessons/16_who_said_what.html",
        "lessons/18_the_public.html",
        "lessons/21_audit_an_article.html",
        "claims.html",
        "data/README.html",
        *GUIDE,
    ],
)
def test_nothing_is_wider_than_the_paper(browser: Any, address: str, name: str) -> None:
    with Visit(browser, address, viewport=PAPER) as visit:
        page = visit.open(name)
        page.emulate_media(media="print")
        edge = "document.querySelector('article').getBoundingClientRect().right + 1"
        too_wide = f"all => all.filter((one) => one.getBoundingClientRect().right > {edge}).map((one) => one.innerText)"
        assert page.locator("article table:visible").count()
        assert page.locator("article table").evaluate_all(too_wide) == []
        assert page.evaluate("document.documentElement.scrollWidth") == PAPER["width"]


def test_numbers_are_not_broken_on_paper(browser: Any, address: str) -> None:
    with Visit(browser, address, viewport=PAPER) as visit:
        page = visit.open("lessons/18_the_public.html")
        page.emulate_media(media="print")
        cells = page.locator("table.dataframe :is(td:not(.words), th[scope=row]:not(.words))")
        assert {cell for cell in cells.evaluate_all("all => all.map((one) => getComputedStyle(one).overflowWrap)")} == {
            "normal"
        }


def test_claims_are_printed_as_a_table(browser: Any, address: str) -> None:
    with Visit(browser, address, viewport=PAPER) as visit:
        page = visit.open("claims.html")
        assert page.locator("#B05-08").evaluate("one => getComputedStyle(one).display") == "grid"
        page.emulate_media(media="print")
        assert page.locator("#B05-08").evaluate("one => getComputedStyle(one).display") == "table-row"


def test_a_dark_page_is_printed_for_white_paper_and_is_dark_again(browser: Any, address: str) -> None:
    theme = "document.documentElement.dataset.theme"
    with Visit(browser, address, color_scheme="dark") as visit:
        page = visit.open(LESSON)
        assert page.evaluate(theme) == "dark"
        page.evaluate(f"() => {{ addEventListener('beforeprint', () => {{ window.printed = {theme} }}) }}")
        page.pdf()
        assert page.evaluate("window.printed") == "light"
        page.wait_for_function(f"{theme} === 'dark'")


def solid(text: str) -> str:
    """Return a text without its white space, ligatures taken apart: lines are broken elsewhere on paper."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def stands_on(paper: str, text: str) -> bool:
    """Tell whether a text is printed, in one piece or in two: a sheet may end within it."""
    return any(text[:cut] in paper and text[cut:] in paper for cut in range(len(text)))


@pytest.mark.parametrize("address_of", [LESSON, "exercises/08_japans_defence_budget.html", "guide/README.html"])
def test_a_page_prints_whole(browser: Any, address: str, address_of: str) -> None:
    with Visit(browser, address) as visit:
        page = visit.open(address_of)
        page.emulate_media(media="print")
        shown = "article :is(h1, h2, h3, p, li, figcaption)"
        texts = [
            text for one in page.locator(shown).locator("visible=true").all() if (text := one.inner_text().strip())
        ]
        printed = page.pdf(format="A4")
    paper = solid("".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(printed)).pages))
    assert len(texts) > 20
    assert [text for text in texts if not stands_on(paper, solid(text.removesuffix("#")))] == []
