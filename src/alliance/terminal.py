"""Let every command write what it can, whatever encoding a terminal, pipe or file takes."""

from __future__ import annotations

import codecs
import sys
import unicodedata
from typing import TextIO

NAME = "alliance.readable"
"""Under which Python knows what stands in for a letter that an encoding lacks."""
PLAIN = str.maketrans(
    {
        "✔": "+", "✘": "x", "●": "*", "○": "o", "◐": "o", "…": "...", "–": "-", "—": "-", "−": "-", "→": "->",
        "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "×": "x", "≤": "<=", "≥": ">=", "≈": "~", "·": "-",
        "•": "-", "€": "EUR", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae",
        "Æ": "AE", "œ": "oe", "Œ": "OE", "ı": "i", "\u00a0": " ", "\u202f": " ",
    }
)  # fmt: skip


def readable(error: UnicodeError) -> tuple[str, int]:
    """Return what is written in place of letters that an encoding lacks, and where writing goes on.

    Signs of the course have a plain form, accents are left away, anything else is written as its number.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(_instead(letter) for letter in missing), error.end


def _instead(letter: str) -> str:
    plain = letter.translate(PLAIN)
    if not plain.isascii():
        plain = "".join(one for one in unicodedata.normalize("NFKD", plain) if one.isascii())
    if plain:
        return plain
    if 0x2500 <= ord(letter) <= 0x259F:  # a line of a box
        return "-"
    if "\udc80" <= letter <= "\udcff":  # a byte of a file's name that is no letter
        return f"\\x{ord(letter) - 0xDC00:02x}"
    return f"\\u{ord(letter):04x}"


def write_readably() -> None:
    """Have this process write what it can to its output, instead of ending with an error at the first odd letter."""
    codecs.register_error(NAME, readable)
    for stream in (sys.stdout, sys.stderr):
        _open_up(stream)


def _open_up(stream: TextIO | None) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:  # a program without a window has no output, a test has its own
        reconfigure(errors=NAME)
