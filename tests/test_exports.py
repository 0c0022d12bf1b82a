"""What nbconvert makes of a lesson: a page with figures' alternative texts, and slides by section."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter, SlidesExporter
from traitlets.config import Config

from alliance.building.notebooks.lessons import SECTION, cut_into_slides

ROOT = Path(__file__).resolve().parent.parent

# A folded cell begins with an output that holds nothing, of which nbconvert warns.
pytestmark = pytest.mark.filterwarnings("ignore:Your element with mimetype:UserWarning")


@pytest.fixture
def lesson() -> Any:
    """A lesson as it is built, cut into slides."""
    notebook = nbformat.read(ROOT / "lessons" / "05_distances.ipynb", as_version=4)
    cut_into_slides(notebook.cells)
    return notebook


def test_a_page_has_the_alternative_texts_of_its_figures(lesson: Any) -> None:
    config = Config()
    config.HTMLExporter.template_name = "alliance"
    config.HTMLExporter.extra_template_basedirs = [str(ROOT / "src" / "alliance" / "learner" / "nbconvert")]
    page = BeautifulSoup(HTMLExporter(config=config).from_notebook_node(lesson)[0], "html.parser")
    stored = [
        out["metadata"]["image/png"]["alt"]
        for cell in lesson.cells
        for out in cell.get("outputs", [])
        if "image/png" in out.get("metadata", {})
    ]
    assert stored
    assert [one["alt"] for one in page.select(".jp-RenderedImage img")] == stored


def test_each_section_is_a_slide_and_its_steps_stand_below(lesson: Any) -> None:
    page = BeautifulSoup(SlidesExporter().from_notebook_node(lesson)[0], "html.parser")
    slides = page.select(".reveal .slides > section")
    sections = [cell for cell in lesson.cells if cell.cell_type == "markdown" and SECTION.search(cell.source)]
    assert len(slides) == len(sections) + 1, "and the lesson's card"
    steps = [len(slide.select(":scope > section")) for slide in slides]
    assert max(steps) > 1
    assert all(len(step.select(".jp-CodeCell")) <= 3 for slide in slides for step in slide.select(":scope > section"))
