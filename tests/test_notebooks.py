"""What is committed is what the sources give: fresh, fully compared, described, linked, in small steps."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pytest
from nbval.plugin import find_comment_markers, find_metadata_tags

from alliance.building.build import find_jobs, find_stale, read_course
from alliance.building.sources.source import FORMS, read_source
from alliance.checking.record import is_kept_copy

ROOT = Path(__file__).resolve().parent.parent
EXEMPT: dict[str, str] = {}
"""Cells that nbval may not compare, as `lessons/NN_name.ipynb#cell-id` → the reason. There is none."""
WIDEST = 88
"""Characters of a line of code that a page of 1440 pixels shows whole."""


def in_folder(folder: str) -> list[Path]:
    """Return a folder's notebooks without the old work that `alliance reset` keeps beside them."""
    return sorted(path for path in (ROOT / folder).glob("*.ipynb") if not is_kept_copy(path))


def notebooks(*folders: str) -> list[Any]:
    paths = [path for folder in sorted(folders) for path in in_folder(folder)]
    return [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in paths]


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[Any]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def test_nothing_is_stale() -> None:
    stale = find_stale(ROOT, find_jobs(ROOT), read_course(ROOT))
    assert not stale, "run `alliance build`: " + "; ".join(f"{one.job.name}: {one.reason}" for one in stale)


def test_every_source_has_its_notebooks_and_none_is_left_over() -> None:
    for kind, folders in (("lessons", ["lessons"]), ("exercises", ["exercises", "solutions"])):
        sources = {path.stem for path in (ROOT / "authoring" / kind).glob("*.md")}
        for folder in folders:
            assert {path.stem for path in in_folder(folder)} == sources


@pytest.mark.parametrize("path", notebooks("lessons", "exercises", "solutions"))
def test_no_line_of_code_is_cut_on_a_page(path: Path) -> None:
    lines = [line for cell in code_cells(path) for line in cell.source.splitlines()]
    assert lines and [line for line in lines if len(line) > WIDEST] == []


def test_no_cell_is_exempt_without_a_reason() -> None:
    marked = set()
    for folder in ("lessons", "solutions"):
        for path in (ROOT / folder).glob("*.ipynb"):
            for cell in code_cells(path):
                if list(find_comment_markers(cell.source)) or list(find_metadata_tags(cell.metadata)):
                    marked.add(f"{folder}/{path.name}#{cell.id}")
    assert marked == set(EXEMPT)
    assert all(EXEMPT.values())


@pytest.mark.parametrize("path", notebooks("lessons", "solutions"))
def test_every_cell_was_run_in_order_without_error_or_warning(path: Path) -> None:
    cells = code_cells(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr"


@pytest.mark.parametrize("path", notebooks("exercises"))
def test_an_exercise_is_handed_out_without_outputs(path: Path) -> None:
    for cell in code_cells(path):
        assert cell.outputs == []
        assert cell.execution_count is None


@pytest.mark.parametrize("path", notebooks("lessons", "solutions"))
def test_every_figure_says_in_words_what_it_shows(path: Path) -> None:
    for cell in code_cells(path):
        if any("image/png" in output.get("data", {}) for output in cell.outputs):
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt) > 80, f"{path.name}#{cell.id}"


@pytest.mark.parametrize("path", notebooks("lessons"))
def test_a_lesson_has_figures_each_with_finding_and_source(path: Path) -> None:
    texts = [
        output.data["text/plain"]
        for cell in code_cells(path)
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    assert texts
    for text in texts:
        assert "Finding: " in text
        assert "Source: " in text


@pytest.mark.parametrize("path", notebooks("lessons"))
def test_a_lesson_goes_in_small_steps(path: Path) -> None:
    own = [cell for cell in code_cells(path) if not cell.metadata.get("task")]
    lines = [len([line for line in cell.source.splitlines() if line.strip()]) for cell in own]
    assert max(lines) <= 16
    assert 2 <= statistics.median(lines) <= 6


@pytest.mark.parametrize("path", notebooks("lessons"))
def test_a_lesson_asks_on_the_way(path: Path) -> None:
    written = [cell.source for cell in read(path).cells if cell.cell_type == "markdown" and cell.id != "card"]
    to_do = sum(text.startswith("**Your turn ") for text in written)
    to_guess = sum("**Predict.**" in text for text in written)
    assert 4 <= to_do <= 8
    assert 2 <= to_guess <= 8


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=path.stem) for path in sorted((ROOT / "authoring" / "exercises").glob("*.md"))]
)
def test_an_exercise_has_four_to_eight_tasks_of_different_forms(path: Path) -> None:
    forms = [cell.meta["form"] for cell in read_source(path).cells if cell.role == "question"]
    assert 4 <= len(forms) <= 8
    assert len(set(forms)) >= 3


def test_the_course_asks_in_every_form() -> None:
    sources = [read_source(path) for path in (ROOT / "authoring" / "exercises").glob("*.md")]
    assert {cell.meta["form"] for source in sources for cell in source.cells if cell.role == "question"} == {*FORMS}


def pages(*folders: str) -> list[Any]:
    paths = sorted(path for folder in folders for path in (ROOT / folder).glob("*.md"))
    return [pytest.param(path, id=f"{path.parent.name}/{path.name}") for path in paths]


def text_of(path: Path) -> str:
    """Return the prose of a notebook or of a Markdown page."""
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    return "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


def links(path: Path) -> Iterator[str]:
    text = text_of(path)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not target.startswith(("http://", "https://", "mailto:")):
            yield unquote(target)


def anchors(path: Path) -> set[str]:
    """Return the anchors of a Markdown page's headings, as JupyterLab and GitHub make them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    plain = [re.sub(r"[`*]", "", heading).strip().lower() for heading in headings]
    explicit = re.findall(r'(?:id|name)="([^"]+)"', path.read_text(encoding="utf-8"))
    return {re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading)) for heading in plain} | set(explicit)


@pytest.mark.parametrize(
    "path", [*notebooks("lessons", "exercises", "solutions"), *pages("lessons", "authoring/guide")]
)
def test_links_lead_somewhere(path: Path) -> None:
    for target in links(path):
        file, _, anchor = target.partition("#")
        place = (path.parent / file).resolve() if file else path
        assert place.exists(), target
        if anchor and place.suffix == ".md":
            assert anchor in anchors(place), target
