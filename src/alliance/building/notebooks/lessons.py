"""Make a lesson's notebook from its source: run it, compute its prose, add its card and its links."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat

from alliance.building.notebooks.claim_links import link_claims
from alliance.building.notebooks.glossary import link_words
from alliance.building.notebooks.kernel import build_kernel
from alliance.building.notebooks.minutes import lesson_sections
from alliance.building.notebooks.navigation import PARTS, Course, lesson_card, lesson_links
from alliance.building.notebooks.turns import turn_cells
from alliance.building.sources.errors import SourceError
from alliance.building.sources.predictions import folded
from alliance.building.sources.prose import ProseError, fill
from alliance.building.sources.source import Source, TaskSource
from alliance.building.sources.turns import read_parts
from alliance.checking.keys import Key

REQUIRED = ("lesson", "title", "question", "part", "objectives", "tables", "introduces")


def check_front_matter(source: Source) -> None:
    """Raise SourceError when a lesson's front matter is incomplete."""
    missing = [key for key in REQUIRED if key not in source.about]
    if missing:
        raise SourceError(source.path, 1, f"the front matter does not say `{missing[0]}`.")
    if str(source.about["lesson"]) != source.number:
        raise SourceError(source.path, 1, f"`lesson` says {source.about['lesson']}, the file name {source.number}.")
    if source.about["part"] not in PARTS:
        raise SourceError(
            source.path, source.line_of("part"), f"`part` says {source.about['part']}: write one of {', '.join(PARTS)}."
        )
    _check_day(source)


def _check_day(source: Source) -> None:
    """Raise SourceError when a lesson does not say to which day its facts were checked, or `since` is no sentence."""
    if "checked" not in source.about:
        raise SourceError(
            source.path,
            source.line_of("alliance"),
            "the front matter does not say `checked`: write the day to which this lesson's facts were last checked, "
            "as in `checked: 2026-11-30`.",
        )
    since = source.about.get("since")
    if since is not None and not (isinstance(since, str) and since.strip().endswith(".")):
        raise SourceError(source.path, source.line_of("since"), "`since` must be one or two sentences, or be left out.")


def make_lesson(source: Source, key: Key, root: Path, course: Course) -> Any:
    """Return a lesson as an executed notebook; `key` is that of its own tasks, which `check` in it reads from its file.

    Raises SourceError with the line of a cell that fails.
    """
    parts = read_parts(source)
    to_fold = folded(parts)
    notebook = nbformat.v4.new_notebook()
    notebook.metadata.update(
        {
            "alliance": {"lesson": source.stem},
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
        }
    )
    notebook.cells.append(
        nbformat.v4.new_markdown_cell(lesson_card(course, source.number, lesson_sections(source)), id="card")
    )
    seen: set[str] = {"card", "links"}
    with build_kernel(root / "lessons", source.path) as kernel:
        for cell in parts:
            if isinstance(cell, TaskSource):
                notebook.cells += turn_cells(source, cell, key.tasks[cell.task], kernel, root)
                continue
            name = stable_id(cell.text, seen)
            if cell.kind == "code":
                made = _with_alternative_text(kernel.run(cell, name))
                notebook.cells.append(fold(made) if cell in to_fold else made)
                continue
            try:
                text = link_claims(fill(link_words(cell.text), kernel.evaluate, root / "data"))
            except ProseError as error:
                raise SourceError(source.path, cell.line, str(error)) from error
            notebook.cells.append(nbformat.v4.new_markdown_cell(text, id=name))
        if kernel.frames:
            notebook.metadata["alliance"]["frames"] = kernel.frames  # the build puts them into a file of their own
    notebook.cells.append(nbformat.v4.new_markdown_cell(lesson_links(course, source.number), id="links"))
    cut_into_slides(notebook.cells)
    return notebook


SECTION = re.compile(r"^## ", re.MULTILINE)


def cut_into_slides(cells: Sequence[Any]) -> None:
    """Mark where slides begin, for `jupyter nbconvert --to slides`: a section to the right, its steps below it.

    A step begins with the text after code; the code belongs to the text before it.
    """
    after_code = True
    for cell in cells:
        is_text = cell.cell_type == "markdown"
        if is_text and (cell.id == "card" or SECTION.search(cell.source)):
            cell.metadata["slideshow"] = {"slide_type": "slide"}
        elif is_text and after_code:
            cell.metadata["slideshow"] = {"slide_type": "subslide"}
        after_code = not is_text


def stable_id(text: str, seen: set[str]) -> str:
    """Return a cell id made from the cell's own text: other cells may come and go without changing it."""
    slug = re.sub(r"[^a-z0-9]+", "-", text.split("\n", 1)[0].lower()).strip("-")[:32]
    base = f"{slug or 'cell'}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"
    name, count = base, 1
    while name in seen:
        count += 1
        name = f"{base}-{count}"
    seen.add(name)
    return name


def fold(cell: Any) -> Any:
    """Fold a cell's output away.

    Beside its fold JupyterLab shows the first line of the first output that is text, which would be the answer. So an
    output comes first that holds nothing, so that nbval has nothing to compare. When the cell is run, it is gone.
    """
    cell.metadata["jupyter"] = {"outputs_hidden": True}
    if cell.outputs and not str(cell.outputs[0].get("data", {}).get("text/html", "")).startswith("<div>"):
        cell.outputs.insert(0, nbformat.v4.new_output("display_data", data={}))
    return cell


def _with_alternative_text(cell: Any) -> Any:
    """Repeat a figure's alternative text in the cell's metadata, where the reading site looks for it."""
    for output in cell.outputs:
        alt = output.get("metadata", {}).get("image/png", {}).get("alt")
        if alt:
            cell.metadata["mystnb"] = {"image": {"alt": alt}}
    return cell
