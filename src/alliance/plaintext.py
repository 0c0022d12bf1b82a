"""Make text that comes from elsewhere safe to write: into files, on a terminal, into cells that a spreadsheet reads."""

from __future__ import annotations

import unicodedata

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a cell begins that a spreadsheet may take for a formula. This list, the apostrophe before such a cell and the
quotation marks around every text are what OWASP asks for (https://owasp.org/www-community/attacks/CSV_Injection)."""
UNSEEN = {"Cc", "Cs", "Co", "Cn"}
"""Kinds of characters that a terminal obeys or cannot show."""
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
"""Characters that let a line be read in another order than it is written in."""


def encodable(text: str) -> str:
    """Return a text that every file can hold: half a letter, which UTF-8 cannot hold, is written as its number."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def printable(text: str) -> str:
    """Return a text that does nothing to a terminal but stand in a line of it: what would is written as its number."""
    return "".join(
        one.encode("unicode_escape").decode("ascii") if one in TURNING or unicodedata.category(one) in UNSEEN else one
        for one in text
    )


def no_formula(text: str) -> str:
    """Return a cell's text that no spreadsheet takes for a formula: such a one gets an apostrophe in front."""
    return f"'{text}" if text.startswith(FORMULA) else text
