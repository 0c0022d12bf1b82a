"""What a reader is to predict is not on the page: folded in JupyterLab, on the site, and on an exported page."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from traitlets.config import Config

from alliance.building.notebooks.lessons import fold
from alliance.building.sources.predictions import folded, visible_answers
from alliance.building.sources.source import Cell, read_source
from alliance.building.sources.turns import read_parts
from alliance.site.notebooks import with_readable_outputs
from alliance.site.outputs import Files

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "authoring" / "lessons").glob("*.md"))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in SOURCES])
def test_no_prediction_has_its_answer_on_the_page(path: Path) -> None:
    source = read_source(path)
    notebook = nbformat.read(ROOT / "lessons" / f"{path.stem}.ipynb", as_version=4)
    found = visible_answers(read_parts(source), notebook, strict=source.about.get("edition") == 2)
    assert not [f"line {line}: {why}" for line, why in found]


def markdown(text: str) -> Cell:
    return Cell("markdown", text, {}, 1)


def code(text: str) -> Cell:
    return Cell("code", text, {}, 2)


def built(*codes: str, hidden: bool = True, shown: bool = True) -> nbformat.NotebookNode:
    """Return a notebook of these code cells."""
    notebook = nbformat.v4.new_notebook()
    for text in codes:
        output = nbformat.v4.new_output("stream", text="41 <rows>\n")
        cell = nbformat.v4.new_code_cell(text, outputs=[output] if shown else [], id="shown")
        if hidden:
            cell.metadata["jupyter"] = {"outputs_hidden": True}
        notebook.cells.append(cell)
    return notebook


ASKED = markdown("We read it.\n\n**Predict.** How many rows has it?")


def test_the_next_code_cell_is_folded() -> None:
    assert folded([ASKED, markdown("Two lines of text."), code("len(a)"), code("len(b)")]) == [code("len(a)")]
    old = markdown(f"{ASKED.text}\n\n<details><summary>Answer</summary>\n\nTwo.\n\n</details>")
    assert folded([old, code("len(a)")]) == []


@pytest.mark.parametrize(
    ("parts", "notebook", "why"),
    [
        ([ASKED, markdown("## Next"), code("len(a)")], built("len(a)"), "no code cell comes after it"),
        ([ASKED], built(), "no code cell comes after it"),
        ([ASKED, code("len(a)")], built("len(a)", hidden=False), "is not folded"),
        ([ASKED, code("len(a)")], built("len(a)", shown=False), "shows nothing"),
        ([markdown("**Predict.** More than {{ len( a ):,.0f }}?"), code("len(a)")], built("len(a)"), "computes"),
        ([ASKED, markdown("It has {{ len(a) }}."), code("x = 1\nlen(a)")], built("x = 1\nlen(a)"), "computes"),
        ([markdown("**Predict.** How many?\n\n<details>Two.</details>"), code("len(a)")], built("len(a)"), "below it"),
    ],
)
def test_a_visible_answer_is_found(parts: list[Cell], notebook: nbformat.NotebookNode, why: str) -> None:
    [(_, said)] = visible_answers(parts, notebook, strict=True)
    assert why in said


def test_a_hidden_answer_is_let_through() -> None:
    parts = [ASKED, code("len(a)"), markdown("It has {{ len(a) }} rows.")]
    assert list(visible_answers(parts, built("len(a)"), strict=True)) == []


def test_the_first_output_of_a_folded_cell_says_nothing() -> None:
    """JupyterLab shows the first line of the first output beside the fold."""
    plain = nbformat.v4.new_output("execute_result", data={"text/plain": "41"})
    table = nbformat.v4.new_output("execute_result", data={"text/plain": "41", "text/html": "<div>\n<table>"})
    for output, count in ((plain, 2), (table, 1)):
        cell = fold(nbformat.v4.new_code_cell("len(a)", outputs=[output]))
        assert cell.metadata["jupyter"] == {"outputs_hidden": True}
        assert len(cell.outputs) == count
        assert "41" not in str(cell.outputs[0].data.get("text/html", cell.outputs[0].data.get("text/plain", "")))
        shown = with_readable_outputs(nbformat.v4.new_notebook(cells=[cell]), "90", Files(), {}, {}).cells[0].outputs
        assert "<pre></pre>" not in shown[0].data["text/html"]


def test_on_the_site_it_opens_without_scripts() -> None:
    notebook = with_readable_outputs(built("len(a)"), "90", Files(), {}, {})
    [output] = notebook.cells[0].outputs
    assert output.data["text/html"] == (
        '<details class="folded"><summary>Show what it printed</summary><pre>41 &lt;rows&gt;</pre></details>'
    )
    plain = with_readable_outputs(built("len(a)", hidden=False), "90", Files(), {}, {})
    assert plain.cells[0].outputs[0].output_type == "stream"


def test_on_an_exported_page_it_is_folded_and_printed() -> None:
    config = Config()
    config.HTMLExporter.template_name = "alliance"
    config.HTMLExporter.extra_template_basedirs = [str(ROOT / "src" / "alliance" / "learner" / "nbconvert")]
    exporter = HTMLExporter(config=config)
    page, _ = exporter.from_notebook_node(built("len(a)"))
    inside = re.search(
        r'<details class="folded"><summary>Show what it printed</summary>(.*?)</details>', page, re.DOTALL
    )
    assert inside and "41 &lt;rows&gt;" in inside[1]
    assert "beforeprint" in page
    open_page, _ = exporter.from_notebook_node(built("len(a)", hidden=False))
    assert '<details class="folded">' not in open_page
