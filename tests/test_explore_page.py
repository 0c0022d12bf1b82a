"""A figure with sliders on a page without a kernel: by mouse and keyboard, without scripts, on a phone, heard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pytest

import alliance.site
from alliance.exploring import _control, frames
from alliance.figures import collected, describe
from alliance.site.shown.explorables import explorable_html
from alliance.site.shown.outputs import Figure, Files, figure_html

STATIC = Path(alliance.site.__file__).parent / "static"
CHOICES = {"yen_per_dollar": (100, 120, 10), "rounded": bool, "who": {"the Ministry": "ministry", "SIPRI": "sipri"}}
THEME = (
    "*{box-sizing:border-box} :root{--pst-color-primary:#0072b2;--pst-color-secondary:#d55e00;"
    "--ground:#fff;--panel:#f4f4f4;--line:#ccc;--quiet:#555}"
)
"""What the site's theme sets."""

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def budget(yen_per_dollar: int = 110, rounded: bool = False, who: str = "ministry") -> None:
    """Draw a budget in dollars."""
    ax = plt.figure().add_subplot()
    ax.bar(["yen", "dollars"], [8.5, 935 / yen_per_dollar])
    ax.set(ylabel="trillion")
    billions = f"{8500 / yen_per_dollar:.{0 if rounded else 1}f}"
    describe(ax, finding=f"At {yen_per_dollar} yen it is {billions} billion for the {who}", source="nobody")


def length(text: str = "budget") -> int:
    """Return a number."""
    return len(text)


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a page with two explorables, a figure and a number, and all its files beside it."""
    folder = tmp_path_factory.mktemp("page")
    files = Files()
    with collected() as shown:
        budget()
    first = figure_html(Figure(shown[0].picture, shown[0].text, shown[0].tables), "09-1", "", files)
    states = frames(budget, [_control(budget, name, values) for name, values in CHOICES.items()])
    states["states"] = [one for one in states["states"] if one["at"] != [2, 1, 1]]  # one that was not drawn
    figure = explorable_html(states, first, "09-1", "", files)
    states = frames(length, [_control(length, "text", ["budget", "alliance"])])
    number = explorable_html(states, "<p>6</p>", "09-2", "", files)
    for name, data in files.files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    for name in ("explore.js", "site.css"):
        (folder / name).write_bytes((STATIC / name).read_bytes())
    (folder / "page.html").write_text(
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A page</title>'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="site.css">'
        f'<style>{THEME}</style><script src="explore.js" defer></script></head>'
        f"<body><main><h1>A page</h1>{figure}{number}</main></body></html>",
        encoding="utf-8",
    )
    return folder / "page.html"


@pytest.fixture
def visit(browser: Any, page_file: Path) -> Iterator[Any]:
    """A function that opens the page from the disk; the page then knows what was asked for (`page.asked`)."""
    contexts = []

    def open_page(width: int = 1000, scripts: bool = True) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        contexts.append(context)
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url.rsplit("/", 1)[-1]))
        page.goto(page_file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


def shown(page: Any, finding: str) -> None:
    """Wait until the picture's alternative text has the finding; the status says it, too."""
    page.wait_for_function("(words) => document.querySelector('.state img').alt.includes(words)", arg=finding)
    assert page.locator(".spoken").first.text_content() == finding
    assert page.evaluate("document.querySelector('.state img').naturalWidth") > 300
    page.locator("details.behind").first.evaluate("(box) => { box.open = true }")
    assert finding in page.locator(".words").first.inner_text()


def test_at_first_the_page_loads_one_state_alone(visit: Any) -> None:
    page = visit()
    page.wait_for_function("document.querySelector('.state img').naturalWidth > 0")  # it may load after the page
    assert sorted(page.asked) == ["09-1.png", "explore.js", "page.html", "site.css"]
    assert "At 110 yen it is 77.3 billion" in page.locator(".state img").get_attribute("alt")


def test_each_control_has_its_words_as_label(visit: Any) -> None:
    page = visit()
    assert page.get_by_label("yen per dollar").get_attribute("type") == "range"
    assert page.get_by_role("slider", name="yen per dollar").get_attribute("aria-valuetext") == "110"
    assert page.get_by_role("checkbox", name="rounded").is_checked() is False
    assert page.get_by_role("combobox", name="who").locator("option").all_inner_texts() == ["the Ministry", "SIPRI"]


def test_the_keyboard_moves_a_slider_and_the_state_is_shown_and_heard(visit: Any) -> None:
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "09-1-yen_per_dollar"
    page.keyboard.press("ArrowLeft")
    shown(page, "At 100 yen it is 85.0 billion for the ministry")
    assert page.locator("output").first.text_content() == "100"
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == "100"
    assert not page.locator(".state .data").first.is_visible(), "the table is that of the first state"
    page.keyboard.press("ArrowRight")
    shown(page, "At 110 yen it is 77.3 billion for the ministry")
    assert page.locator(".state .data").first.is_visible()


def test_menu_and_box_change_what_is_shown(visit: Any) -> None:
    page = visit()
    page.get_by_label("who").select_option("SIPRI")
    shown(page, "At 110 yen it is 77.3 billion for the sipri")
    page.get_by_label("rounded").check()
    shown(page, "At 110 yen it is 77 billion for the sipri")
    assert page.asked.count("09-1.js") == 1


def test_a_combination_that_was_not_drawn_is_said_to_be(visit: Any) -> None:
    page = visit()
    page.get_by_label("who").select_option("SIPRI")
    page.get_by_label("rounded").check()
    page.get_by_label("yen per dollar").press("End")
    page.get_by_text("This combination was not drawn for the page").wait_for()
    page.get_by_label("yen per dollar").press("Home")
    shown(page, "At 100 yen it is 85 billion for the sipri")
    assert not page.get_by_text("This combination was not drawn").is_visible()


def test_a_number_takes_the_place_of_a_number(visit: Any) -> None:
    page = visit()
    page.get_by_label("text").select_option("alliance")
    page.locator(".spoken.said").wait_for()
    assert page.locator(".spoken.said").inner_text() == "8"
    assert not page.locator(".state").nth(1).is_visible()


def test_without_scripts_the_first_state_is_there_and_no_control(visit: Any) -> None:
    page = visit(scripts=False)
    assert page.locator(".state img").is_visible() and page.get_by_text("6", exact=True).is_visible()
    assert page.locator("form:visible").count() == 0


def test_on_a_phone_nothing_is_wider_than_the_page(visit: Any) -> None:
    page = visit(width=390)
    page.get_by_label("yen per dollar").press("End")
    shown(page, "At 120 yen it is 70.8 billion for the ministry")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_axe_finds_nothing(visit: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    results = Axe().run(visit())
    assert results.response["violations"] == []
