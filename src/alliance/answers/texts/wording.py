"""Read a text as words: one spelling for what is written in several ways, its sentences, what is quoted or denied."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator

ONE_SPELLING = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "「": '"', "」": '"'}
    | dict.fromkeys("‐‑‒", "-")
    | {"−": "-"}
)
CONTRACTIONS = (
    (re.compile(r"\bcan't\b|\bcannot\b", re.I), "can not"),
    (re.compile(r"\bwon't\b", re.I), "will not"),
    (re.compile(r"n't\b", re.I), " not"),
    (re.compile(r"'re\b", re.I), " are"),
    (re.compile(r"'ve\b", re.I), " have"),
    (re.compile(r"'ll\b", re.I), " will"),
)
AMERICAN = {
    "defense": "defence",
    "defenses": "defences",
    "center": "centre",
    "program": "programme",
    "programs": "programmes",
    "labor": "labour",
    "license": "licence",
    "per cent": "percent",
}
"""Spellings of which a text may have either."""
SENTENCE = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9¥$€£])|\n+")
ABBREVIATED = re.compile(
    r"(?:\b[A-Za-z]|\b(?:approx|ca|vs|no|mr|mrs|ms|dr|st|bn|tn|mn|fig|est|incl|excl|gov))\.$", re.I
)
WORD = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*")
SMALL = frozenset(("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "s", "the", "to"))
"""Words that may be left out of a phrase or stand between its words."""
NEAR = 4
"""How many other words may stand between those of a phrase."""


def spelled(text: str) -> str:
    """Return a text with one form of each quotation mark, hyphen, space and full-width letter; lines stay lines."""
    lines = unicodedata.normalize("NFKC", text.translate(ONE_SPELLING)).translate(ONE_SPELLING).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines)


def expanded(text: str) -> str:
    """Return a spelled text with its contractions written out and British spellings."""
    for short, long in CONTRACTIONS:
        text = short.sub(long, text)
    for american, british in AMERICAN.items():
        text = re.sub(rf"\b{american}\b", british, text, flags=re.I)
    return text


@functools.lru_cache(maxsize=64)
def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences and lines of a spelled text; the full stop of “U.S.” ends none."""
    found: list[str] = []
    start = 0
    for gap in SENTENCE.finditer(text):
        part = text[start : gap.start()]
        if "\n" not in gap[0] and ABBREVIATED.search(part):
            continue
        found.append(part)
        start = gap.end()
    found.append(text[start:])
    return tuple(part.strip() for part in found if part.strip())


def count_words(text: str) -> int:
    """Return how many words a text has: what stands between spaces and holds a letter or a digit."""
    return sum(any(letter.isalnum() for letter in part) for part in spelled(text).split())


# --- what is said --------------------------------------------------------------------------------------------


def pattern_of(phrase: str) -> re.Pattern[str] | None:
    """Return the regular expression that a demand writes as `/…/`. Raises ValueError where it is none."""
    if not (len(phrase) > 2 and phrase.startswith("/") and phrase.endswith("/")):
        return None
    try:
        return re.compile(phrase[1:-1], re.I)
    except re.error as error:
        raise ValueError(f"{phrase} is not a regular expression: {error}") from error


def says(text: str, phrase: str) -> bool:
    """Return whether a text has a phrase: its words near each other in one sentence, in any form and order."""
    whole = expanded(spelled(text))
    pattern = pattern_of(phrase)
    if pattern is not None:
        return bool(pattern.search(whole) or pattern.search(spelled(text)))
    parts = re.split(r"[\s-]+", expanded(spelled(phrase)).casefold().replace(".", ""))
    parts = [word.removesuffix("'s").removesuffix("'") for word in parts]  # as the text's words are read
    wanted = [word for word in parts if word and word not in SMALL] or [phrase.casefold()]
    return any(_near_each_other(_words(one), wanted) for one in sentences(whole))


def _words(text: str) -> list[str]:
    return [
        part.casefold().removesuffix("'s").removesuffix("'").replace(".", "")
        for word in WORD.findall(text)
        for part in word.split("-")
    ]


def _near_each_other(words: list[str], wanted: list[str]) -> bool:
    room = len(wanted) + NEAR
    return any(
        all(any(_is_form(word, one) for word in words[start : start + room]) for one in wanted)
        for start, first in enumerate(words)
        if any(_is_form(first, one) for one in wanted)
    )


def _is_form(word: str, wanted: str) -> bool:
    """Return whether a word is the wanted one or a plural of it; `prov*` stands for every word that begins so."""
    if wanted.endswith("*"):
        return word.startswith(wanted[:-1])
    return word in {wanted, f"{wanted}s", f"{wanted}es", f"{wanted.removesuffix('y')}ies" if wanted[-1:] == "y" else ""}


# --- what must not be said -----------------------------------------------------------------------------------

NO_DENIAL = re.compile(
    r"\bnot (?:only|just|merely|simply|surprisingly)\b|\b(?:no|without|beyond)(?: a| any)? (?:doubt|question)\b"
    r"|\bnothing but\b|\bno less than\b|\bno wonder\b",
    re.I,
)
DENIAL = re.compile(
    r"\b(?:not|no|never|nor|neither|without|nothing|nobody|none|hardly|barely|scarcely|whether|if|unless|"
    r"rather than|instead of|far from|fails? to|failed to|less than|lacks?|nowhere|unable to|avoids?|refuses? to|"
    r"refused to|too early to|too little to|too few to|stops? short of)\b",
    re.I,
)
DENIED_AFTER = re.compile(r"^\W*(?:nothing|neither|little|no|nobody|none|not)\b", re.I)
CLAUSE = re.compile(
    r"[;:()—–]|,\s*(?:and|so|yet|it|this|that|they|he|she|we|which|who)\b"
    r"|\b(?:but|because|therefore|however|although|though|while)\b",
    re.I,
)
QUOTED = re.compile(r'"[^"\n]*"')


def asserted(text: str, phrase: str) -> str | None:
    """Return the words with which a text asserts a phrase, as they are written: neither denied, asked nor quoted."""
    for sentence in sentences(expanded(spelled(text))):
        if sentence.rstrip("\"')").endswith("?"):
            continue
        quoted = [part.span() for part in QUOTED.finditer(sentence)]
        for found in _of_phrase(sentence, phrase):
            inside = any(start < found.start() and found.end() < end for start, end in quoted)
            if not inside and not _is_denied(sentence, found):
                return _as_written(found, text)
    return None


def _as_written(found: re.Match[str], text: str) -> str:
    """Return the words of a text of which a stretch of one of its expanded sentences is made."""
    for sentence in sentences(spelled(text)):
        if expanded(sentence) != found.string:
            continue
        words = [word.span() for word in re.finditer(r"\S+", sentence)]
        start = max(a for a, _ in words if len(expanded(sentence[:a])) <= found.start())
        end = min(b for _, b in words if len(expanded(sentence[:b])) >= found.end())
        exact = sentence.find(found[0], start)
        return found[0] if 0 <= exact < end else sentence[start:end].strip("\"'.,;:!?()")
    return found[0]


def _of_phrase(sentence: str, phrase: str) -> Iterator[re.Match[str]]:
    pattern = pattern_of(phrase)
    if pattern is None:
        parts = expanded(spelled(phrase)).split()
        pattern = re.compile(
            r"(?<!\w)" + r"[\s-]+".join(re.escape(one).replace(r"\*", r"\w*") for one in parts) + r"(?!\w)", re.I
        )
    yield from pattern.finditer(sentence)


def _is_denied(sentence: str, found: re.Match[str]) -> bool:
    before = NO_DENIAL.sub(" ", sentence[: found.start()])
    clause = CLAUSE.split(before)[-1]
    return bool(DENIAL.search(clause) or DENIED_AFTER.match(sentence[found.end() :]))
