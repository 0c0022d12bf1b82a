"""Write tables as CSV that spreadsheets open as UTF-8, and in which no text becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from alliance.plaintext import no_formula

BYTE_ORDER_MARK = "\ufeff"
"""It tells spreadsheets that a file is UTF-8; what reads UTF-8 passes over it."""
NO_GRADE = "-"
"""Moodle's mark of a missing grade: alone it is no formula."""

Cell = str | int | float | None


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return the text of a CSV file. Numbers stay numbers, None is an empty cell.

    The names of the columns stand without quotation marks, because some readers take none behind a byte order mark.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(header)
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return BYTE_ORDER_MARK + text.getvalue()


def safe(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula: such a text gets an apostrophe in front."""
    return no_formula(cell) if isinstance(cell, str) and cell != NO_GRADE else cell
