"""Read tables that a teacher keeps by hand, as Excel and others leave them; never write into what is there."""

from __future__ import annotations

import dataclasses
import locale
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from alliance.data.csvtext import UnreadableCSV, read_lines

SEPARATORS = ",;\t"
DECIMAL = re.compile(r"[+-]?\d{1,6}([.,]\d{1,4})?")


class UnreadableSheet(Exception):
    """A file is not the table that was meant; the message says what it needs."""


@dataclasses.dataclass(frozen=True)
class Row:
    """A row of a sheet: its number as a spreadsheet counts, from 1, and its cells by the columns' own names."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a cell without the spaces around it; empty where the sheet has no such column."""
        return self.cells.get(column, "")


@dataclasses.dataclass(frozen=True)
class Sheet:
    """A table with how it is written: its columns in their order ("" for one that we don't know), and its form."""

    path: Path
    rows: Sequence[Row]
    columns: Sequence[str]
    separator: str
    encoding: str
    newline: str


def read_sheet(path: Path, columns: Sequence[str], needed: Sequence[str]) -> Sheet:
    """Return a table that has the named columns, in any order and among others. Raises UnreadableSheet.

    Commas, semicolons or tabs may separate cells, with or without a byte order mark and a line `sep=;` in front; the
    text may be in UTF-8, UTF-16 or this computer's own encoding. needed: the columns without which it is none.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableSheet(
            f"{path} cannot be read ({error.strerror}). Is it open in another program, or called otherwise?"
        ) from None
    text, encoding = _decoded(content)
    newline = "\r\n" if "\r\n" in text else "\n"
    above = 0
    if re.match(r"sep=.\r?\n", text):
        text, above = text.split("\n", 1)[1], 1
    found = [(separator, *_header(text, separator, columns, path)) for separator in SEPARATORS]
    separator, header, lines = max(found, key=lambda one: len(set(one[1]) - {""}))
    missing = [name for name in needed if name not in header]
    if missing:
        there = ", ".join(cell.strip() for cell in lines[0] if cell.strip()) if lines else ""
        raise UnreadableSheet(
            f"{path} needs a first row with the column{'s' if len(needed) > 1 else ''} "
            f"{' and '.join(f'“{name}”' for name in needed)}; "
            f"{f'it has {there}' if there else 'it is empty'}. Write the names of the columns there."
        )
    rows = [
        Row(number + above, {name: cell.strip() for name, cell in zip(header, line, strict=False) if name})
        for number, line in enumerate(lines[1:], 2)
        if any(cell.strip() for cell in line)
    ]
    return Sheet(path, rows, header, separator, encoding, newline)


def _decoded(content: bytes) -> tuple[str, str]:
    """Return a file's text and its encoding; in the last of them every file is a text."""
    own = locale.getpreferredencoding(False)
    for encoding in ("utf-16", "utf-8-sig", own, "cp1252"):
        if encoding == "utf-16" and content[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
            continue
        try:
            return content.decode(encoding), "utf-8" if encoding == "utf-8-sig" else encoding
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("latin-1"), "latin-1"


def _header(text: str, separator: str, columns: Sequence[str], path: Path) -> tuple[list[str], list[list[str]]]:
    try:
        lines = read_lines(text, separator)
    except UnreadableCSV as error:
        raise UnreadableSheet(f"{path} cannot be read as a table ({error}).") from None
    names = [" ".join(cell.replace("_", " ").casefold().split()) for cell in lines[0]] if lines else []
    return [name if name in columns and name not in names[:place] else "" for place, name in enumerate(names)], lines


def number_in(cell: str) -> float | None:
    """Return the number that a cell holds, with a decimal point or comma; None where it is none."""
    return float(cell.replace(",", ".")) if DECIMAL.fullmatch(cell) else None


def appended(sheet: Sheet, content: bytes, rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return a sheet's bytes, untouched, with more rows behind them in the form in which it is written.

    Columns that the sheet doesn't have are left out; a letter that its encoding doesn't have becomes a question mark.
    """
    encoding = {"utf-16": "utf-16-le" if content[:2] == b"\xff\xfe" else "utf-16-be"}.get(
        sheet.encoding, sheet.encoding
    )
    text = "".join(
        sheet.separator.join(_quoted(row.get(name, "")) for name in sheet.columns) + sheet.newline for row in rows
    )
    ended = content.decode(sheet.encoding).endswith(("\n", "\r"))
    return content + (("" if ended else sheet.newline) + text).encode(encoding, errors="replace")


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if cell else ""
