"""Read CSV with a limit of the course's own: the csv module has one for the whole process, which libraries change."""

from __future__ import annotations

import contextlib
import csv
import io
import threading
from collections.abc import Iterator

MOST_LETTERS = 100_000
"""Characters that one cell may hold; more is a quotation mark that nobody closed."""

_ONE_AT_A_TIME = threading.Lock()


class UnreadableCSV(Exception):
    """A text is no CSV; the message says why, as the end of a sentence."""


@contextlib.contextmanager
def own_limit() -> Iterator[None]:
    """Let the csv module read cells of `MOST_LETTERS`, whoever uses it; afterwards its limit is what it was."""
    with _ONE_AT_A_TIME:
        others = csv.field_size_limit(MOST_LETTERS)
        try:
            yield
        finally:
            csv.field_size_limit(others)


def read_lines(text: str, separator: str = ",") -> list[list[str]]:
    """Return the rows of a CSV text as lists of cells. Raises UnreadableCSV."""
    try:
        with own_limit():
            return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        if "field limit" in str(error):
            raise UnreadableCSV(
                f"one cell has more than {MOST_LETTERS:,} characters: look for a quotation mark that is not closed"
            ) from None
        raise UnreadableCSV(str(error)) from None


def read_records(text: str, separator: str = ",") -> Iterator[dict[str, str | None]]:
    """Yield the rows of a CSV text by the names in its first: None where a row is short; what is too much is left out.

    Rows without any cell are passed over. Raises UnreadableCSV.
    """
    header, *rows = read_lines(text, separator) or [[]]
    for row in rows:
        if row:
            yield {name: row[place] if place < len(row) else None for place, name in enumerate(header)}
