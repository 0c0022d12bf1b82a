"""Read names of files whatever system wrote them, and tell under which spellings two names are one."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Collection, Iterator

EASTERN = ("cp932", "gb18030", "cp949", "big5")
WESTERN = ("cp437", "cp850", "cp1252", "cp866", "cp1251")
"""What names of files are written in where they are not UTF-8: archives of old Windows, by country, and of DOS."""
WITHOUT_ACCENT = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
"""Letters that are no letter with an accent and still are written so where accents are lost."""
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})


def readable(name: str, known: Collection[str] = ()) -> str:
    """Return a file's name as text that can be written anywhere.

    `name` is as the system gives it, with surrogates for bytes that are not UTF-8. They are read so that one of the
    `known` names (their letters alone) comes out, else in the first way in which all of them are letters of one word;
    where there is none, they are written as their numbers.
    """
    if name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name):
        return name
    try:
        raw = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a letter of Windows
        return name.encode("utf-8", "backslashreplace").decode()
    likely = list(readings(raw))
    meant = (text for text in likely if any(one in letters(text) for one in known))
    return next(meant, next(iter(likely), raw.decode("utf-8", "backslashreplace")))


def readings(raw: bytes) -> Iterator[str]:
    """Yield the texts that a name's bytes may be, the likeliest first; none that mixes letters as no name does."""
    for codec in (*EASTERN, *WESTERN):
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if all(_is_a_name(word) for word in re.split(r"[\W\d_]+", text)) and all(map(_is_letter, text)):
            yield text


def _is_letter(letter: str) -> bool:
    """Return whether a letter stands in names; half-width kana and marks alone hardly ever do."""
    kind = unicodedata.category(letter)
    good = kind in {"Lu", "Ll", "Lo", "Lm", "Mn", "Mc"} and not "\uff61" <= letter <= "\uff9f"
    return letter.isascii() or good or letter in "・々　"


def _is_a_name(word: str) -> bool:
    """Return whether a word is of one script, and has no capital of another code behind a small letter."""
    scripts = {"LATIN" if one.isascii() else unicodedata.name(one, "?").split()[0] for one in word}
    capital = any(not b.isascii() and a.islower() and b.isupper() for a, b in itertools.pairwise(word))
    return not capital and ("LATIN" not in scripts or scripts == {"LATIN"})


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
