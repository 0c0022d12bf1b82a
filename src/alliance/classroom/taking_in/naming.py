"""Read names of files whatever system wrote them, and tell under which spellings two names are one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

CODECS = ("cp932", "gb18030", "cp949", "big5", "cp437", "cp850", "cp1252", "koi8-r")
"""What names of files are written in where they are not UTF-8: archives of old Windows, by country, and of DOS."""
WITHOUT_ACCENT = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
"""Letters that are no letter with an accent and still are written so where accents are lost."""
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})


def readable(name: str) -> str:
    """Return a file's name as text that can be written anywhere.

    `name` is as the system gives it, with surrogates for bytes that are not UTF-8. They are read in the first of
    `CODECS` in which all of them are letters; where there is none, they are written as their numbers.
    """
    if name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name):
        return name
    try:
        raw = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a letter of Windows
        return name.encode("utf-8", "backslashreplace").decode()
    return next(readings(raw), raw.decode("utf-8", "backslashreplace"))


def readings(raw: bytes) -> Iterator[str]:
    """Yield the texts that a name's bytes may be, the likeliest first; none in which a byte is no letter."""
    for codec in ("utf-8", *CODECS):
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if all(letter.isascii() or _is_letter(letter) for letter in text):
            yield text


def _is_letter(letter: str) -> bool:
    """Return whether a letter is one of names; half-width kana and marks alone hardly ever are."""
    kind = unicodedata.category(letter)
    return (kind in {"Lu", "Ll", "Lo", "Lm", "Mn", "Mc"} and not "\uff61" <= letter <= "\uff9f") or letter in "・々　"


def exact(text: str) -> str:
    """Return a text as it is compared first: letters in one form, spaces at its ends and doubled ones taken away."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def letters(text: str) -> str:
    """Return the letters and digits of a text alone, small and of one width, as systems write names into files."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in plain if one.isalnum() or unicodedata.category(one) in {"Mn", "Mc"})


def bare(text: str) -> str:
    """Return the letters and digits of a text without accents, as where they were lost."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(WITHOUT_ACCENT)).translate(WITHOUT_ACCENT)
    return "".join(one for one in plain if one.isalnum())


def umlauts(text: str) -> str:
    """Return the letters and digits of a text with ä, ö, ü written as ae, oe, ue."""
    return bare(unicodedata.normalize("NFC", text).casefold().translate(UMLAUTS))


def turned(name: str) -> list[str]:
    """Return a name with its parts in every order in which surnames come last or first: `Kim Lee`, `Lee Kim`.

    What stands behind a comma comes first; else the name is cut between two parts and turned around.
    """
    last, comma, first = name.partition(",")
    if comma and first.strip():
        name = f"{first.strip()} {last.strip()}"
    parts = re.split(r"[\s　_]+", name.strip())
    if len(parts) > 6:
        return [name]
    return [" ".join(parts[cut:] + parts[:cut]) for cut in range(len(parts))] or [name]
