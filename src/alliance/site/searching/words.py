"""Cut texts into the words that a search goes by, as `static/search_ranking.js` cuts what somebody types."""

from __future__ import annotations

import functools
import unicodedata

import regex

WORD = regex.compile(
    r"(?<![\p{L}\p{N}])(?:[ab][0-9]{2}-[0-9]{2}(?![0-9])|\p{L}(?:\.\p{L})+(?![\p{L}\p{N}])\.?)"
    r"|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])|[0-9]+(?:\.[0-9]+)?|\p{L}[\p{L}\p{M}]*|%",
    regex.IGNORECASE,
)
"""Numbers keep their point and lose their commas; a claim's number is one word, and so are initials such as "U.S."."""

SMALL_WORDS = (
    "a about an and are as at be been by can could did do does for from had has have how i if in into is it its many me"
    " much my of on or our s should that the their them there these they this those to was we were what when where"
    " which who whose why will with would you your"
)
"""Words that a question is made of, and that say nothing of what is asked for: not looked for in texts."""

SMALL = frozenset(SMALL_WORDS.split())

BRITISH = [
    (regex.compile(pattern), to)
    for pattern, to in (
        (r"ens(e|ed|es|ing|ive)$", r"enc\1"),
        (r"(?<=[a-z]{3})our(?=ed$|ing$|able$|$)", "or"),
        (r"(?<=[a-z]{2})tre$", "ter"),
        (r"(?<=[a-z]{2})iz(?=e$|ed$|es$|er$|ing$|ation$)", "is"),
        (r"yz(?=e$|ed$|es$|ing$)", "ys"),
        (r"ogue$", "og"),
        (r"gramme$", "gram"),
    )
]
"""American and British spelling are one: defense, color, center, modernize, program."""


def terms(text: str) -> list[str]:
    """Return the words of a text in its order, each in the form that all its spellings share."""
    return [term(word) for word in WORD.findall(text)]


@functools.cache
def term(word: str) -> str:
    """Return the form that all spellings of a word share: small letters, no accents, no plural, British."""
    if word == "%":
        return "percent"
    if "0" <= word[0] <= "9":
        return str(regex.sub(r"^0+(?=[0-9])", "", word.replace(",", "")))  # lesson 08 is lesson 8
    return _stem(regex.sub(r"\p{M}", "", unicodedata.normalize("NFKD", word)).lower().replace(".", ""))


def _stem(word: str) -> str:
    if not regex.fullmatch(r"[a-z]{4,}", word):
        return word
    one = regex.sub(r"([^sui])s$", r"\1", regex.sub(r"ies$", "y", word))
    for pattern, to in BRITISH:
        one = pattern.sub(to, one, count=1)
    return str(regex.sub(r"(ing|ed|e)$", "", one)) if len(one) > 5 else one
