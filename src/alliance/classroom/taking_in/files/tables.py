"""Read a table as spreadsheets and learning systems save it, whatever separates its cells and encodes its letters."""

from __future__ import annotations

import re
from pathlib import Path

from alliance.data.csvtext import UnreadableCSV, read_lines

SEPARATORS = ",;\t|"
SEP_LINE = re.compile(r"""\s*"?sep=(.|\\t)"?\s*""", re.IGNORECASE)
"""What Excel writes above a table, and reads, to say what separates its cells."""


class UnreadableTable(Exception):
    """A file is no table; the message says why and what to do, without the file's name."""


def read_table(path: Path) -> list[list[str]]:
    """Return the rows of a CSV file that hold anything, as lists of cells. Raises UnreadableTable."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableTable(f"cannot be read ({error.strerror})") from None
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableTable("is an Excel workbook: save it as “CSV UTF-8” first")
    text = _text(content)
    first, _, rest = text.lstrip("\r\n").partition("\n")
    named = SEP_LINE.fullmatch(first)
    separator = ("\t" if named[1] == "\\t" else named[1]) if named else separator_of(text)
    try:
        rows = read_lines(rest if named else text, separator)
    except UnreadableCSV as error:
        raise UnreadableTable(f"cannot be read as a CSV file ({error})") from None
    return [row for row in rows if any(cell.strip() for cell in row)]


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # Excel's “Unicode text”
        return content.decode("utf-16", "replace")
    if codec := _unmarked(content):
        return content.decode(codec, "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableTable(
            "is no CSV file in UTF-8. Save it as one: in Excel choose the type “CSV UTF-8”, elsewhere UTF-8"
        ) from None


def _unmarked(content: bytes) -> str:
    """Return the codec of a text in UTF-16 that bears no mark, by the zeros beside its first letters; else nothing."""
    first = content[:8]
    if len(first) == 8 and first.count(0) == 4:
        return {b"\0\0\0\0": "utf-16-le" if first[0] else "utf-16-be"}.get(first[1 if first[0] else 0 :: 2], "")
    return ""


def separator_of(text: str) -> str:
    """Return what stands between a table's cells: Excel puts semicolons where a comma is the decimal sign.

    It is what cuts the header into several cells and most rows into as many; a header may hold the others in titles
    of assignments.
    """

    def fit(separator: str) -> tuple[int, int]:
        try:
            rows = [row for row in read_lines(text, separator) if any(row)]
        except UnreadableCSV:
            return 0, 0
        width = len(rows[0]) if rows else 0
        return (sum(len(row) == width for row in rows), width) if width > 1 else (0, 0)

    return max(SEPARATORS, key=fit)
