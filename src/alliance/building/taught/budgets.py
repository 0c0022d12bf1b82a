"""Measure what a lesson asks of its reader: words, new constructs, tasks, and how long its drawing cells are."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from alliance.building.notebooks.minutes import PREAMBLE
from alliance.building.sources.prose import EXPRESSION
from alliance.building.sources.source import Cell, Source
from alliance.building.sources.turns import read_turns, seen_cells
from alliance.building.taught.constructs import first_uses

DETAILS = re.compile(r"<details>.*?</details>", re.DOTALL)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"(?:^\|.*\n?)+", re.MULTILINE)
SOURCES = re.compile(r"^## Sources[ \t]*$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
MARKUP = re.compile(r"\]\([^)]*\)|<[^>]*>|[*`#]|(?<!\w)[-–·](?!\w)")
COLUMNS_OF = re.compile(r"^\|\s*column\s*\|", re.IGNORECASE)
SPANS = re.compile(r"`[^`]+`")
NOT_DRAWING = ("set_theme", "close", "color_palette", "set_palette", "rcParams")


@dataclasses.dataclass(frozen=True)
class Budget:
    """What one lesson asks of its reader.

    `words` are those of its prose, without tables, sources and what is folded up; `before` are those above the first
    code cell that does more than import. `new` counts the constructs that it introduces or shows, `new_in` the most in
    one section. `turns` counts its tasks, `drawing` the lines of its longest cell that draws, `columns` those of the
    longest list of a table's columns. `grade` is its readability, None where that cannot be measured.
    """

    number: str
    words: int
    before: int
    new: int
    new_in: int
    section: str
    turns: int
    drawing: int
    columns: int
    grade: float | None = None


MOST: dict[str, int] = {"words": 2200, "before": 150, "new": 25, "new_in": 3, "drawing": 6, "columns": 5}
LEAST: dict[str, int] = {"turns": 4}
SAID = {
    "words": "words of prose",
    "before": "words before the first code cell that does something",
    "new": "new constructs",
    "new_in": "new constructs in one section",
    "turns": "your-turn tasks",
    "drawing": "lines in a cell that draws",
    "columns": "columns explained in one list",
}


def budget(source: Source) -> Budget:
    """Return what a lesson asks of its reader. Raises SourceError where its tasks cannot be read."""
    cells = seen_cells(source)
    prose = [_prose(cell.text) for cell in cells if cell.kind == "markdown"]
    counts = Counter(_sections_of_new(source, cells).values())
    section, most = counts.most_common(1)[0] if counts else ("", 0)
    return Budget(
        number=source.number,
        words=sum(_count(text) for text in prose),
        before=sum(_count(_prose(cell.text)) for cell in _above_the_first(cells)),
        new=counts.total(),
        new_in=most,
        section=section,
        turns=len(read_turns(source)),
        drawing=max((_lines(cell.text) for cell in cells if cell.kind == "code" and draws(cell.text)), default=0),
        columns=max((_columns(cell.text) for cell in cells if cell.kind == "markdown"), default=0),
        grade=readability("\n".join(prose)),
    )


def beyond(one: Budget) -> list[str]:
    """Return a sentence for each budget that a lesson does not keep."""
    found = [
        f"{getattr(one, name):,} {SAID[name]}, {most:,} at most" + (f" ({one.section})" if name == "new_in" else "")
        for name, most in MOST.items()
        if getattr(one, name) > most
    ]
    return found + [
        f"{getattr(one, name)} {SAID[name]}, {least} at least"
        for name, least in LEAST.items()
        if getattr(one, name) < least
    ]


def line(one: Budget) -> str:
    """Return a lesson's budget as one line."""
    grade = "textstat is not installed" if one.grade is None else f"{one.grade:.1f}"
    return (
        f"{one.words:,} words, {one.before} before the first cell that does something; {one.new} new constructs, "
        f"{one.new_in} in one section; {one.turns} your-turn tasks; longest drawing cell {one.drawing} lines; "
        f"readability {grade}"
    )


def _above_the_first(cells: Sequence[Cell]) -> Iterable[Cell]:
    """Yield the Markdown cells above the first code cell that does more than import."""
    for cell in cells:
        if cell.kind == "markdown":
            yield cell
        elif not _imports_alone(cell.text):
            return


def _imports_alone(code: str) -> bool:
    """Return whether code only imports, or sets how figures look."""
    return all(
        isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _is_setting(node.value.func))
        for node in ast.parse(code).body
    )


def _is_setting(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and function.attr in (*NOT_DRAWING, "set_option")


def draws(code: str) -> bool:
    """Return whether code draws: it calls seaborn, `plt`, a table's `plot`, or `describe`."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Call(func=ast.Name(id="describe")) | ast.Call(func=ast.Attribute(attr="plot")):
                return True
            case ast.Call(func=ast.Attribute(value=ast.Name(id="sns" | "plt"), attr=name)) if name not in NOT_DRAWING:
                return True
    return False


def _lines(code: str) -> int:
    return sum(1 for one in code.splitlines() if one.strip() and not one.strip().startswith("#"))


def _columns(text: str) -> int:
    """Return the rows of the longest table whose first column lists columns; head and rule are none."""
    tables = [table.strip().splitlines() for table in TABLE.findall(text)]
    return max((len(table) - 2 for table in tables if COLUMNS_OF.match(table[0])), default=0)


def _prose(text: str) -> str:
    """Return the words of a text that are read from top to bottom; a computed number counts as one word."""
    text = EXPRESSION.sub("number", text)
    for pattern in (FENCED, DETAILS, SOURCES, TABLE):
        text = pattern.sub(" ", text)
    return MARKUP.sub(" ", text)


def _count(text: str) -> int:
    return sum(1 for word in text.split() if re.search(r"\w", word))


def _sections_of_new(source: Source, cells: Sequence[Cell]) -> dict[str, str]:
    """Return, for each construct that a lesson introduces or shows, the section in which it comes first."""
    new = [str(name) for name in [*source.about.get("introduces", []), *source.about.get("shows", [])]]
    places = _sections(cells)
    codes = [place for place, cell in enumerate(cells) if cell.kind == "code"]
    used = {name: codes[piece] for name, (piece, _) in first_uses([cells[place].text for place in codes]).items()}
    found = {}
    for name in new:
        first = used.get(name, len(cells))
        named = re.compile(rf"(?<![\w.]){re.escape(name.rstrip('='))}(?!\w)")
        for place, cell in enumerate(cells[:first]):
            if cell.kind == "markdown" and named.search(" ".join(SPANS.findall(cell.text))):
                first = place
                break
        found[name] = places[first] if first < len(cells) else PREAMBLE
    return found


def _sections(cells: Sequence[Cell]) -> list[str]:
    """Return the section in which each cell ends; a text that begins a section belongs to it."""
    found, here = [], PREAMBLE
    for cell in cells:
        if cell.kind == "markdown":
            here = [here, *re.findall(r"^## +(.+?) *$", FENCED.sub("", cell.text), re.MULTILINE)][-1]
        found.append(here)
    return found


def readability(text: str) -> float | None:
    """Return a text's automated readability index, roughly a school grade; None where textstat is not installed.

    It is made of the letters in a word and the words in a sentence (Smith and Senter, 1967), so that it needs no list
    of words to be fetched.
    """
    measure = _measure()
    return measure(text) if measure and text.strip() else None


def _measure() -> Callable[[str], float] | None:
    try:
        from textstat import automated_readability_index
    except ModuleNotFoundError:
        return None
    return lambda text: float(automated_readability_index(text))
