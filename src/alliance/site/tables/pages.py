"""Write the codebook's pages: what all tables share, and of each what it is, covers and cannot tell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from alliance.data.package import DATA, list_tables, load_descriptor, read_rows, years
from alliance.site.shown.notebooks import kilobytes
from alliance.site.tables.coverage import in_words, key_html, strip_svg, strips_svg
from alliance.site.templating import rendered
from alliance.site.web.head import PageAbout, shorten

HERE = Path(__file__).parent
CODEBOOK = "README.md"
FIRST_ROWS = 5
"""So many rows of a table stand on its page."""
MOST_LETTERS = 48
"""Of a cell in them: longer texts are cut."""
SECTION = re.compile(r"^## (?P<name>[^\n]+)\n(?P<text>.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
FILE_LINK = re.compile(r"\[([^\]]+)\]\((\w+\.csv)\)")
TABLE_LINK = re.compile(r"\]\(#(?P<name>\w+)\)")
OWN_TITLE = re.compile(r"\*\*(?P<title>[^*]+)\.\*\* ")


@dataclass(frozen=True)
class Filled:
    """A column, and in how many of its table's rows it has something."""

    name: str
    rows: int
    share: float


@dataclass(frozen=True)
class TablePage:
    """A table as its page shows it; `text` is its section of the codebook, `head` the first rows as text."""

    name: str
    title: str
    row: str
    rows: int
    size: str
    years: Sequence[int]
    text: str
    columns: Sequence[str]
    head: Sequence[Sequence[str]]
    filled: Sequence[Filled]

    @property
    def covers(self) -> str:
        """The years it covers, in words; empty where it has none."""
        return in_words(self.years)

    @property
    def span(self) -> str:
        """The first and the last year."""
        return f"{self.years[0]}–{self.years[-1]}" if self.years else ""

    @property
    def strip(self) -> str:
        """The picture of its years; empty where it has none."""
        return strip_svg(self.years, self.name) if len(set(self.years)) > 1 else ""


def write_tables(root: Path, to: Path) -> dict[str, PageAbout]:
    """Write the codebook below the folder `to`; return what is said of its pages in their heads."""
    sections = {found["name"]: found["text"] for found in SECTION.finditer(_codebook(root))}
    pages = [_table(root, name, sections.get(name, "")) for name in (one.name for one in list_tables(root))]
    folder = to / DATA
    folder.mkdir(parents=True, exist_ok=True)
    covered = {page.name: page.years for page in pages if page.years}
    about = load_descriptor(root)
    facts: dict[str, object] = {
        "tables": pages,
        "picture": strips_svg(covered, {name: f"{name}.html" for name in covered}) if covered else "",
        "key": key_html(),
        "description": about["description"],
        "conventions": sections.get("Conventions", ""),
    }
    (folder / CODEBOOK).write_text(rendered(HERE, "tables.md.jinja", facts), encoding="utf-8")
    told = {f"{DATA}/README": {"description": str(about["description"])}}
    for page in pages:
        (folder / f"{page.name}.md").write_text(rendered(HERE, "table.md.jinja", {"table": page}), encoding="utf-8")
        told[f"{DATA}/{page.name}"] = {"description": f"{page.title}: one row is {page.row}; {page.rows:,} rows."}
    return told


def _codebook(root: Path) -> str:
    return (root / DATA / CODEBOOK).read_text(encoding="utf-8")


def _table(root: Path, name: str, section: str) -> TablePage:
    resource = next(one for one in load_descriptor(root)["resources"] if one["name"] == name)
    path = root / DATA / resource["path"]
    rows = list(read_rows(path))
    columns = [field["name"] for field in resource["schema"]["fields"]]
    text = FILE_LINK.sub(r'<a href="\2">\1</a>', TABLE_LINK.sub(r"](\g<name>.md)", section.strip()))
    return TablePage(
        name=name,
        title=resource["title"],
        row=resource["row"],
        rows=len(rows),
        size=kilobytes(path.stat().st_size),
        years=years(root, resource),
        text=OWN_TITLE.sub("", text, count=1),
        columns=columns,
        head=[[shorten(row[column], MOST_LETTERS) for column in columns] for row in rows[:FIRST_ROWS]],
        filled=[_filled(column, rows) for column in columns],
    )


def _filled(column: str, rows: Sequence[Mapping[str, str]]) -> Filled:
    count = sum(bool(row[column]) for row in rows)
    return Filled(column, count, count / len(rows) * 100 if rows else 0.0)
