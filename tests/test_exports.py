"""What nbconvert makes of a lesson: a page with figures' alternative texts, and slides by section."""

from __future__ import annotations

import runpy
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


@pytest.fixture
def settings(course_file: Path) -> Config:
    """nbconvert's settings, as the front door writes them into the environment."""
    return Config(runpy.run_path(str(course_file))["export_settings"]())


def alternatives(page: BeautifulSoup) -> list[str]:
    return [one["alt"] for one in page.select(".jp-RenderedImage img")]


def stored_alternatives(lesson: Any) -> list[str]:
    outputs = [out for cell in lesson.cells for out in cell.get("outputs", [])]
    return [out["metadata"]["image/png"]["alt"] for out in outputs if "image/png" in out.get("metadata", {})]


@pytest.mark.parametrize("exporter", [HTMLExporter, SlidesExporter])
def test_figures_have_their_alternative_texts_and_predictions_are_folded(
    lesson: Any, settings: Config, exporter: Any
) -> None:
    page = BeautifulSoup(exporter(config=settings).from_notebook_node(lesson)[0], "html.parser")
    assert alternatives(page) == stored_alternatives(lesson) != []
    hidden = [cell for cell in lesson.cells if cell.metadata.get("jupyter", {}).get("outputs_hidden")]
    assert len(page.select("details.folded")) == len(hidden) > 0


def test_each_section_is_a_slide_and_its_steps_stand_below(lesson: Any, settings: Config) -> None:
    page = BeautifulSoup(SlidesExporter(config=settings).from_notebook_node(lesson)[0], "html.parser")
    slides = page.select(".reveal .slides > section")
    sections = [cell for cell in lesson.cells if cell.cell_type == "markdown" and SECTION.search(cell.source)]
    assert len(slides) == len(sections) + 1, "and the lesson's card"
    steps = [len(slide.select(":scope > section")) for slide in slides]
    assert max(steps) > 1
    assert all(len(step.select(".jp-CodeCell")) <= 3 for slide in slides for step in slide.select(":scope > section"))
