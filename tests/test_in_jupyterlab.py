"""What the course adds to JupyterLab: figures' alternative texts, names told apart, notebooks that stay as they are."""

from __future__ import annotations

import json
import re
import runpy
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Notebook, Server, jupyterlab

from alliance.site.shown.described import alternative

ROOT = Path(__file__).resolve().parent.parent
ADDED = ROOT / "src" / "alliance" / "learner" / "jupyter"
LESSON = "lessons/00_start_here.ipynb"
PICTURES = "() => [...document.querySelectorAll('.jp-RenderedImage img')].map((one) => one.alt)"
TABS = """() => [...document.querySelectorAll('.lm-TabBar-tab[data-course] .lm-TabBar-tabLabel')].map(
    (one) => getComputedStyle(one, '::before').content.replaceAll('"', '') + one.innerText)"""
LISTED = "() => [...document.querySelectorAll('.jp-DirListing-itemText')].map((one) => one.innerText)"
CHANGED = "() => course.panel().context.model.dirty"
PLOT = "import matplotlib.pyplot as plt\nplt.figure().add_subplot().plot([1, 2]);"

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def lesson(browser: Any, lab: Server) -> Iterator[Notebook]:
    """A lesson, opened afresh: what one test draws is not another's."""
    with Notebook(browser, lab, LESSON) as opened:
        yield opened


def stored_alternatives() -> list[str]:
    """Return the descriptions that stand in the outputs of all lessons."""
    notebooks = [json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "lessons").glob("*.ipynb")]
    outputs = [out for notebook in notebooks for cell in notebook["cells"] for out in cell.get("outputs", [])]
    return [out["metadata"]["image/png"]["alt"] for out in outputs if "image/png" in out.get("metadata", {})]


def test_what_jupyterlab_loads_is_what_the_course_holds() -> None:
    added = [path for path in ADDED.rglob("*") if path.is_file()]
    assert added
    for path in added:
        installed = Path(sys.prefix, path.relative_to(ADDED))
        assert installed.is_file() and installed.read_bytes() == path.read_bytes(), f"{installed}: install again"


def test_a_stored_figure_and_one_just_drawn_have_their_alternative_text(lesson: Notebook) -> None:
    (stored,) = [
        out["metadata"]["image/png"]["alt"]
        for cell in json.loads((ROOT / LESSON).read_text(encoding="utf-8"))["cells"]
        for out in cell.get("outputs", [])
        if "image/png" in out.get("metadata", {})
    ]
    assert len(alternative(stored)) > 40
    lesson.page.wait_for_function("document.querySelector('.jp-RenderedImage img')")
    assert lesson.page.evaluate(PICTURES) == [alternative(stored)]

    lesson.run_all()
    lesson.page.wait_for_function("document.querySelector('.jp-RenderedImage img')?.alt")
    assert lesson.page.evaluate(PICTURES) == [alternative(stored)]


def test_a_plot_without_a_description_says_what_it_is(lesson: Notebook) -> None:
    cell = next(name for name in lesson.cells() if name.endswith("-answer"))
    lesson.type(cell, PLOT)
    lesson.run(cell)
    picture = lesson.element(cell).wait_for_selector(".jp-RenderedImage img[alt]")
    assert re.fullmatch(r"Figure size \d+x\d+ with 1 Axes", picture.get_attribute("alt"))


@pytest.mark.parametrize("folder", ["lessons", "exercises", "solutions"])
def test_a_notebook_that_was_only_opened_is_not_changed(browser: Any, lab: Server, folder: str) -> None:
    name = f"{folder}/05_distances.ipynb"
    with Notebook(browser, lab, name) as opened:
        opened.page.wait_for_function("course.panel().context.model.getMetadata('language_info').version")
        opened.page.wait_for_function(
            "course.panel().context.model.getMetadata('kernelspec').display_name !== 'Python 3'"
        )
        assert opened.page.evaluate(CHANGED) is False
        assert opened.page.locator(".lm-TabBar-tab.jp-mod-dirty").count() == 0
        assert opened.page.evaluate(TABS) == [f"{folder.title().removesuffix('s')} · 05_distances.ipynb"]
        answer = next(cell for cell in opened.cells() if cell.endswith("-answer"))
        opened.type(answer, "1")
        assert opened.page.evaluate(CHANGED) is True, "what a learner types is a change"


def test_the_file_browser_begins_with_lessons_and_exercises(browser: Any, tmp_path: Path, course_file: Path) -> None:
    root = tmp_path / "course"
    for name in ("lessons", "exercises", "data", "src", "tests", "docs"):
        (root / name).mkdir(parents=True)
    shutil.copyfile(ROOT / LESSON, root / LESSON)
    front_door = runpy.run_path(shutil.copy(course_file, root / "course.py"))
    start = [sys.executable, *front_door["lab_command"]([])[1:]]
    with jupyterlab(root, tmp_path / "private", start=start) as server:
        page = browser.new_page()
        page.goto(f"{server.url}?token={server.token}")
        page.wait_for_function(f"window.jupyterapp?.shell.currentWidget?.context?.path === '{LESSON}'")
        page.wait_for_function(f"({LISTED})().includes('lessons')")
        assert page.evaluate(LISTED) == ["data", "exercises", "lessons"]
        page.close()


def test_the_alternative_text_is_that_of_the_site(lesson: Notebook) -> None:
    texts = [
        *stored_alternatives(),
        "A plain word.",
        "word " * 90,
        "Bar chart. Finding: " + "long " * 80 + "Source: x.",
    ]
    assert len(texts) > 60
    shown = lesson.page.evaluate(
        """async ([server, texts]) => {
            const { alternative } = await import(`${server}lab/extensions/alliance/static/figures.js`);
            return texts.map(alternative);
        }""",
        [lesson.page.evaluate("document.baseURI.split('lab/')[0]"), texts],
    )
    assert shown == [alternative(text) for text in texts]
