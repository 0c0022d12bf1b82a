"""Make a stored notebook ready to be a page: its figures, its tables, its downloads, its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import nbformat

from alliance.answers.forms import Panel
from alliance.site.errors import SiteError
from alliance.site.explorables import explorable_html
from alliance.site.outputs import Files, figure_html, stored_figure, tidy_html

SHOW = "Show what it printed"
UP = "../"
"""The way from a notebook's page to the site's root."""


def read_notebook(path: Path) -> Any:
    """Return a stored notebook. Raises SiteError when it cannot be read."""
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError) as error:
        raise SiteError(f"{path} cannot be read as a notebook: build it with `alliance build`.") from error


def with_readable_outputs(
    notebook: Any,
    name: str,
    files: Files,
    plots: Mapping[str, Sequence[Panel]],
    explored: Mapping[str, Mapping[str, Any]],
) -> Any:
    """Change a notebook's outputs into HTML that everybody can read; figures are numbered: `name`-1, `name`-2.

    plots: what the plots show that were stored without a description, by the ids of their cells. explored: the states
    of explorable figures (see `exploring.frames`), by the ids of their cells.
    """
    count = 0
    for cell in notebook.cells:
        cell.metadata.pop("mystnb", None)  # the picture's own alternative text is written with it
        described = ""
        outputs = []
        states = explored.get(cell.id)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                count += 1
                figure = stored_figure(output, plots.get(cell.id, ()))
                described = figure.description
                html = figure_html(figure, f"{name}-{count}", UP, files)
                if states:
                    html, states = explorable_html(states, html, f"{name}-{count}", UP, files), None
                outputs.append(_html_output(html))
            elif states and "text/html" in data:
                count += 1
                html = explorable_html(states, data["text/html"], f"{name}-{count}", UP, files)
                outputs.append(_html_output(html))
                states = None
            elif described and data.get("text/plain") == described:
                described = ""  # the caption: it stands in the figure
            elif "text/html" in data:
                outputs.append(_html_output(tidy_html(data["text/html"])))
            else:
                outputs.append(output)
        if cell.cell_type == "code":
            cell.outputs = [_folded(outputs)] if outputs and _is_folded(cell) else outputs
    return notebook


def _is_folded(cell: Any) -> bool:
    """Return whether JupyterLab folds a cell's output: its reader is to predict it first."""
    return bool(cell.metadata.get("jupyter", {}).get("outputs_hidden"))


def _folded(outputs: Sequence[Any]) -> Any:
    """Return outputs as one that a reader opens, with or without scripts."""
    return _html_output(f'<details class="folded"><summary>{SHOW}</summary>{"".join(map(_as_html, outputs))}</details>')


def _as_html(output: Any) -> str:
    data = output.get("data", {})
    if "text/html" in data:
        return str(data["text/html"])
    text = str(output.get("text") or data.get("text/plain", "")).rstrip()
    return f"<pre>{escape(text)}</pre>" if text else ""


def _html_output(html: str) -> Any:
    return nbformat.v4.new_output("display_data", data={"text/html": html})


def framed(notebook: Any, title: str, head: str, end: str) -> Any:
    """Put HTML below a notebook's title and at its end, in place of the links that lead on between notebooks.

    title: stands in place of the notebook's own, if it has one.
    """
    cells = [cell for cell in notebook.cells if cell.id != "links"]
    if cells[0].source.startswith("# "):
        cells[0].source = cells[0].source.partition("\n")[2].strip()
    cells = [_markdown(f"# {title}", "site-title"), _markdown(head, "site-head"), *cells, _markdown(end, "site-end")]
    notebook.cells = [cell for cell in cells if cell.source.strip()]
    return notebook


def _markdown(text: str, cell_id: str) -> Any:
    return nbformat.v4.new_markdown_cell(text, id=cell_id)


def downloads_html(stem: str, tables: Sequence[str], size_of: Callable[[str], int]) -> str:
    """Return the line that offers a notebook and its tables for download.

    size_of: gives the size in bytes of a table's file, by the table's name.
    """
    links = [f'<a href="{stem}.ipynb" download>notebook</a>']
    for name in tables:
        size = f'<span class="quiet">{kilobytes(size_of(name))}</span>'
        links.append(f'<a href="{UP}data/{name}.csv" download>{escape(name)}.csv</a> {size}')
    return f'<p class="files"><strong>Download</strong> {" · ".join(links)}</p>'


def kilobytes(size: int) -> str:
    """Return a size in bytes as words, in steps of a kilobyte."""
    return f"{max(1, round(size / 1000)):,} kB"
