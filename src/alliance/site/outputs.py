"""Write a stored output as HTML that everybody can read: a figure with its description and its data, a tidy table."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from bs4 import BeautifulSoup, Tag

from alliance.answers.forms import Panel
from alliance.answers.plots.panel_tables import SIGNIFICANT_DIGITS, tables
from alliance.figures import IN_WORDS, description
from alliance.pictures import shrink

MAX_ROWS = 150
"""Rows of a figure's table that stand on the page; the file beside it has all that were stored."""

FOLDER = "figures"

NOT_WORDS = re.compile(r"(?:[^A-Za-z]|NaN|NaT|None|True|False|<NA>|(?<=\d)e(?=[+-]?\d))*")
"""What a cell of numbers, dates or truth values consists of."""

SENTENCE = 40
"""Characters above which a cell is taken for a sentence."""


@dataclass
class Files:
    """Files that pages need and that Sphinx does not make: path below the site → bytes."""

    files: dict[str, bytes] = field(default_factory=dict)

    def add(self, path: str, data: bytes) -> None:
        """Keep a file."""
        self.files[path] = data


@dataclass(frozen=True)
class Figure:
    """A stored figure: PNG, description, and the data behind it as `answers.panel_tables.tables` returns them."""

    picture: bytes
    description: str
    tables: Sequence[Mapping[str, Any]]


def stored_figure(output: Mapping[str, Any], panels: Sequence[Panel] = ()) -> Figure:
    """Return the figure of an output that has a PNG.

    What `describe` showed has its description and its data with it. panels: what another plot shows, from its task's
    key, to be described here.
    """
    about = output.get("metadata", {})
    return Figure(
        base64.b64decode("".join(output["data"]["image/png"])),
        str(about.get("image/png", {}).get("alt", "")) or description(panels),
        about.get("alliance", {}).get("tables", []) or tables(panels),
    )


def figure_html(figure: Figure, name: str, up: str, files: Files) -> str:
    """Return a figure as HTML: picture, and folded up its description and the data behind it.

    name: what its files are called, such as "05-1". up: the way from the page to the site's root, such as "../".
    The picture and the data are put into `files`.
    """
    picture = shrink(figure.picture)
    files.add(f"{FOLDER}/{name}.png", picture.data)
    text = escape(" ".join(figure.description.split()))
    if figure.tables:
        files.add(f"{FOLDER}/{name}.csv", _as_csv(figure.tables))
    return (
        f'<figure class="drawn" id="figure-{name}">'
        f'<img src="{up}{FOLDER}/{name}.png" alt="{text}" width="{picture.width}" height="{picture.height}" '
        f'loading="lazy" decoding="async">\n{_behind_html(figure.tables, f"{up}{FOLDER}/{name}.csv", text)}</figure>'
    )


def _behind_html(tables: Sequence[Mapping[str, Any]], address: str, text: str) -> str:
    """Return what a reader can open below a figure: what it shows in words, and the data behind it."""
    words = f'<p class="words">{text}</p>'
    if not tables:
        return f'<details class="behind"><summary>{IN_WORDS}</summary> {words}</details>'
    rows = sum(len(table["rows"]) + table["more"] for table in tables)
    word = "row" if rows == 1 else "rows"
    shown = "".join(_table_html(table) for table in tables)
    return (
        f'<details class="behind"><summary>{IN_WORDS}, and the data behind it ({rows:,} {word})</summary> {words}'
        f'<div class="data"><p>As drawn; numbers that are not whole have {SIGNIFICANT_DIGITS} significant digits. '
        f'<a href="{address}" download>Download as CSV</a></p>{shown}</div></details>'
    )


def _table_html(table: Mapping[str, Any]) -> str:
    caption = f"<caption>{escape(table['title'])}</caption>" if table["title"] else ""
    # Spaces between elements: Sphinx drops the tags before it looks for words.
    head = " ".join(f'<th scope="col">{escape(name)}</th>' for name in table["columns"])
    body = "".join(f"<tr>{' '.join(_cell(value) for value in row)}</tr>\n" for row in table["rows"][:MAX_ROWS])
    kept, more = len(table["rows"]), table["more"]
    cut = ""
    if kept + more > MAX_ROWS:
        all_of_them = "the file has all" if not more else f"the file has the first {kept:,}"
        cut = f"<p>The first {MAX_ROWS} of {kept + more:,} rows; {all_of_them}.</p>"
    return (
        f'<div class="scroll"><table class="values">{caption} <thead><tr>{head}</tr></thead>\n'
        f"<tbody>{body}</tbody></table></div>{cut}"
    )


def _cell(value: Any) -> str:
    if value is None:
        return "<td>–</td>"
    if isinstance(value, str):
        return f"<td>{escape(value)}</td>"
    return f'<td class="n">{value}</td>'


def _as_csv(tables: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the tables as one CSV; where there are several panels, the first column names the panel."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    panels = len(tables) > 1
    for number, table in enumerate(tables, 1):
        if number == 1 or table["columns"] != tables[number - 2]["columns"]:
            writer.writerow([*(["panel"] if panels else []), *table["columns"]])
        name = [table["title"] or f"panel {number}"] if panels else []
        writer.writerows([[*name, *row] for row in table["rows"]])
    return text.getvalue().encode()


def tidy_html(html: str) -> str:
    """Return a stored HTML output without pandas' own styles, its tables with scopes and in a box that scrolls.

    Columns of words get the class "words", those with a sentence "long" as well: words may be broken, numbers may not.
    """
    soup = BeautifulSoup(html, "html.parser")
    for style in soup.find_all("style"):
        style.decompose()
    for table in soup.find_all("table"):
        del table["border"]
        for row in table.find_all("tr"):
            del row["style"]
        for cell in table.find_all("th"):
            if not cell.get_text(strip=True):
                cell.name = "td"  # an empty heading names nothing
            else:
                cell["scope"] = "col" if cell.find_parent("thead") else "row"
        _mark_words(table)
        table.wrap(soup.new_tag("div", attrs={"class": "scroll"}))
    return str(soup)


def _mark_words(table: Tag) -> None:
    """Give the cells of a pandas table's columns of words their classes. Columns are counted from the right."""
    body = [row.find_all("td") for row in table.select("tbody tr")]
    head = [row.find_all(["th", "td"]) for row in table.select("thead tr") if not row.select("[colspan]")]
    for place in range(1, max((len(row) for row in body), default=0) + 1):
        cells = [row[-place] for row in body if len(row) >= place]
        texts = [cell.get_text(strip=True) for cell in cells]
        if all(NOT_WORDS.fullmatch(text) for text in texts):
            continue
        kinds = "words long" if max(map(len, texts)) > SENTENCE else "words"
        for cell in [*cells, *(row[-place] for row in head if len(row) >= place)]:
            cell["class"] = kinds
