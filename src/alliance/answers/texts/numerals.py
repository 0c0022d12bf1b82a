"""Read the numbers of a text as a reader would: 1,700 and seventeen hundred, 8.7tn and 8,700 billion, FY2025."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from alliance.answers.texts.wording import sentences, spelled

SCALES = {
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "mn": 1e6,
    "mln": 1e6,
    "mio": 1e6,
    "bn": 1e9,
    "bln": 1e9,
    "tn": 1e12,
    "trn": 1e12,
    "tln": 1e12,
    "万": 1e4,
    "億": 1e8,
    "兆": 1e12,
}
LETTERS = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
"""Letters behind a number that may stand for a scale, and for something else."""
UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBER_WORDS = {word: i for i, word in enumerate(UNITS)} | {word: 10 * i for i, word in enumerate(TENS, 2)}
IN_WORDS = re.compile(
    rf"\b(?:(?:a|an|{'|'.join(NUMBER_WORDS)})(?=[ -](?:hundred|thousand|million|billion|trillion|dozen))"
    rf"|{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})\b"
    rf"(?:(?: and |[ -])(?:{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))}|hundred|dozen)\b)*"
    rf"(?: point(?: (?:{'|'.join(UNITS[:10])})\b)+)?",
    re.I,
)
AND_PART = re.compile(r"\s+and\s+(?:a\s+|one\s+)?(half|quarter)\b|\s+and\s+(three)\s+quarters\b", re.I)
PARTS = {"half": 0.5, "quarter": 0.25, "three": 0.75}
DIGITS = re.compile(
    r"(?P<before>(?:FY|JFY|CY|JPY|USD|RMB|CNY|KRW|US\$|Reiwa |Heisei |令和|平成|')?)"
    r"(?P<sign>-?)(?P<digits>\d{1,3}(?:[ ']\d{3})+(?![\d])(?:\.\d+)?|\d+(?:[.,]\d+)*|\.\d+)",
    re.I,
)
NAMED_SCALE = re.compile(rf"(?<![a-z])({'|'.join(sorted(SCALES, key=len, reverse=True))})s?(?![a-z])", re.I)
SCALE = re.compile(rf"[ -]?({'|'.join(sorted(SCALES, key=len, reverse=True))})(?![a-z])", re.I)
LETTER = re.compile(rf" ?([{''.join(LETTERS)}])(?![\w])", re.I)
ERAS = {"reiwa": 2018, "令和": 2018, "heisei": 1988, "平成": 1988}
SHARES = (
    (re.compile(r"\bthree[ -]quarters?\b", re.I), 75.0),
    (re.compile(r"\btwo[ -]thirds?\b", re.I), 200 / 3),
    (re.compile(r"\bhalf\b", re.I), 50.0),
    (re.compile(r"\b(?:a|one)[ -]third\b", re.I), 100 / 3),
    (re.compile(r"\b(?:a|one)[ -]quarter\b", re.I), 25.0),
    (re.compile(r"\b(?:a|one)[ -]fifth\b", re.I), 20.0),
    (re.compile(r"\b(?:a|one)[ -]tenth\b", re.I), 10.0),
    (re.compile(r"\b(?:doubled|doubles|doubling)\b", re.I), 100.0),
)
"""Words that say a percentage without a number."""


@dataclasses.dataclass(frozen=True)
class Numeral:
    """A number of a text: as it is written, what it may mean, the scales it may have, the sentence it stands in.

    `own` is the scale that stands behind the number itself; without one, any scale that its sentence names may be
    meant. `percent` marks a word such as “half”, which says a percentage by itself.
    """

    written: str
    values: tuple[float, ...]
    own: float | None
    others: tuple[float, ...]
    sentence: str
    percent: bool = False

    @property
    def amounts(self) -> list[float]:
        """What the number may amount to, with its scale."""
        scales = [self.own] if self.own else [1.0, *self.others]
        return [value * scale for value in self.values for scale in scales]

    @property
    def is_year(self) -> bool:
        """Whether it looks like a year."""
        return self.own is None and all(1850 <= value <= 2150 and value.is_integer() for value in self.values)


def numerals(text: str) -> list[Numeral]:
    """Return the numbers of a text, in digits and in words."""
    parts = sentences(spelled(text))
    general = {scale for sentence in parts if not DIGITS.search(sentence) for scale in _scales(sentence)}
    return [one for sentence in parts for one in _of_sentence(sentence, general)]


def _of_sentence(sentence: str, general: set[float]) -> Iterator[Numeral]:
    named = tuple(sorted({*_scales(sentence), *general}))
    for found in DIGITS.finditer(sentence):
        letter = sentence[found.start() - 1 : found.start()]
        if letter.isalnum() and letter.isascii() and not found["before"]:
            continue  # F-35 and A1 are names
        values = _values(found["digits"])
        values += [-one for one in values] if found["sign"] and not _joins(sentence, found) else []
        if found["sign"] and not _joins(sentence, found) and found.start("sign"):
            values = [one for one in values if one <= 0]
        values += _years(found["before"], found["digits"], sentence[found.end() :])
        yield _scaled(sentence, found, values, named)
    for found in IN_WORDS.finditer(sentence):
        yield _scaled(sentence, found, [_worth(found[0])], named)
    for word, percent in SHARES:
        for found in word.finditer(sentence):
            yield Numeral(found[0], (percent,), None, (), sentence, percent=True)


def _scales(sentence: str) -> set[float]:
    return {SCALES[one[1].casefold()] for one in NAMED_SCALE.finditer(sentence)}


def _joins(sentence: str, found: re.Match[str]) -> bool:
    """Return whether the hyphen before a number joins it to what stands before, as in 2022-2025."""
    return bool(found["sign"]) and sentence[found.start("sign") - 1 : found.start("sign")].isalnum()


def _scaled(sentence: str, found: re.Match[str], values: list[float], named: tuple[float, ...]) -> Numeral:
    end = found.end()
    part = AND_PART.match(sentence, end)
    if part:
        values, end = [one + PARTS[(part[1] or part[2]).casefold()] for one in values], part.end()
    scale = SCALE.match(sentence, end)
    if scale:
        return Numeral(sentence[found.start() : scale.end()], tuple(values), SCALES[scale[1].casefold()], (), sentence)
    letter = LETTER.match(sentence, end)
    others = (*named, LETTERS[letter[1].casefold()]) if letter else named
    written = sentence[found.start() : letter.end() if letter and sentence[end] != " " else end]
    return Numeral(written.strip(), tuple(values), None, others, sentence)


def _values(digits: str) -> list[float]:
    """Return what digits with commas, points and spaces may mean: 1.700 is 1.7 in one country, 1,700 in another."""
    if " " in digits or "'" in digits:
        whole = float(digits.replace(" ", "").replace("'", ""))
        return [whole, *(float(part) for part in re.split("[ ']", digits))]
    marks = re.findall("[.,]", digits)
    if not marks:
        return [float(digits)]
    if len(set(marks)) == 2:
        last = marks[-1]
        other = "," if last == "." else "."
        if digits.count(last) > 1:
            return [float(re.sub("[.,]", "", digits))]
        return [float(digits.replace(other, "").replace(last, "."))]
    if len(marks) > 1:
        return [float(re.sub("[.,]", "", digits))]
    before, after = re.split("[.,]", digits)
    decimal = float(f"{before or 0}.{after}")
    if len(after) == 3 and 1 <= len(before) <= 3 and before.strip("0"):
        both = [float(before + after), decimal]
        return both if marks[0] == "," else both[::-1]
    return [decimal]


def _years(before: str, digits: str, after: str) -> list[float]:
    """Return the year that digits mean: those of an era of Japan, FY25, and the second one of 2024/25."""
    name = before.strip().casefold()
    if not digits.isdigit():
        return []
    if name in ERAS:
        return [float(ERAS[name] + int(digits))]
    if (name.endswith("fy") or name == "'") and len(digits) == 2:
        return [2000.0 + int(digits)]
    second = re.match(r"[/–-](\d\d)(?!\d)", after)
    return [float(digits[:2] + second[1])] if second and len(digits) == 4 else []


def _worth(words: str) -> float:
    """Return the number that words mean: seventeen hundred, a hundred and five, eight point seven."""
    whole, _, decimals = words.casefold().replace("-", " ").partition(" point ")
    total = 0.0
    for word in whole.split():
        if word in {"a", "an"}:
            total += 1
        elif word in {"hundred", "dozen"}:
            total = (total or 1) * (100 if word == "hundred" else 12)
        elif word != "and":
            total += NUMBER_WORDS[word]
    digits = "".join(str(NUMBER_WORDS[word]) for word in decimals.split())
    return total + (float(f"0.{digits}") if digits else 0.0)
