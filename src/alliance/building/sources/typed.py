"""Find numbers in prose that were typed, not computed: as digits, or spelled out beside the result they repeat."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from alliance.building.sources.errors import SourceError
from alliance.building.sources.prose import EXPRESSION
from alliance.building.sources.source import Source

MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
NOT_FIGURES = [
    r"```.*?```",  # code
    r"`[^`]*`",
    r"\]\([^)]*\)",  # a link's address
    r"<https?://[^>]*>|https?://\S+",
    r"</?[a-zA-Z][^>]*>",
    r"^\s*\d+\.\s",  # the number of a list's entry
    rf"\b\d{{1,2}}(?:\s?[–-]\s?\d{{1,2}})?\s{MONTH}(?:\s\d{{4}})?\b",  # 30 March 2025, 25–26 March
    rf"\b{MONTH}\s\d{{1,2}}(?:,\s\d{{4}})?\b",
    r"\b\d{4}-\d\d(?:-\d\d)?\b",  # 2025-03-30
    r"\b(?:FY)?(?:1[89]|20)\d\d(?:\s?[–/-]\s?(?:(?:1[89]|20)\d\d|\d\d))?s?\b",  # a year, a span of years, a decade
    r"\b[A-Za-z]+-?\d+[A-Za-z]?\b",  # AIM-120, A7, B18, F-35A, WGS84
    r"\b(?:Article|Type|Lesson|lesson|Exercise|exercise|Part|Task|task|line|row|Nodong|Python)s?\s\d+(?:\.\d+)?\b",
    r"\b2\+2\b",  # the meeting of two foreign and two defence ministers
]
UNITS = dict(zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], range(1, 10), strict=True))
TEENS = dict(
    zip(
        ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
        range(10, 20),
        strict=True,
    )
)
TENS = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True)
)
SMALL = UNITS | TEENS | TENS
LARGE = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
SPELLED = re.compile(
    rf"\b(?:(?:{'|'.join([*SMALL, *LARGE, 'a(?= (?:hundred|thousand|million|billion))'])})(?:[ -](?:and )?|\b))+",
    re.IGNORECASE,
)
FEW = 10
"""Numbers up to this one are words of the language ("two readings", "ten o'clock") as often as results."""
SHORT = 3
"""How many numbers an output shows at most to count as a result; a table's many numbers would meet any word."""


def prose(source: Source) -> Iterator[tuple[int, str]]:
    """Yield every text of a source that a reader sees, with its line."""
    about = source.about
    for value in (about.get("title", ""), *about.get("objectives", [])):
        yield 1, str(value)
    for block in about.get("session", []):
        yield 1, str(block.get("do", ""))
    for plan in about.get("plans", []):
        yield 1, "\n".join([plan["name"], plan["about"], *(str(step.get("note", "")) for step in plan["steps"])])
    for cell in source.cells:
        if cell.kind == "markdown":
            yield cell.line, cell.text
        for key in ("title", "message", "misconception"):
            if cell.meta.get(key):
                yield cell.line, str(cell.meta[key])


def figures(text: str, phrases: Iterable[str] = ()) -> list[str]:
    """Return the numerals of a text that are left when everything that is no figure is taken out.

    phrases: what may stand as it is, each with the reason given in its source.
    """
    text = _without(EXPRESSION.sub(" ", text), phrases)
    for pattern in NOT_FIGURES:
        text = re.sub(pattern, " ", text, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"\d[\d.,]*", text)


def _without(text: str, phrases: Iterable[str]) -> str:
    """Return a text without its phrases, the longest first; their words may stand on two lines."""
    for phrase in sorted(phrases, key=len, reverse=True):
        text = _pattern(phrase).sub(" ", text)
    return text


def _pattern(phrase: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, phrase.split()))
    return re.compile(rf"(?<!\w){words}(?!\w)")


def spelled(text: str) -> Iterator[tuple[str, int]]:
    """Yield each number above ten that a text spells out, with its value: ("forty-one", 41)."""
    for pattern in NOT_FIGURES[:5]:
        text = re.sub(pattern, " ", text, flags=re.DOTALL | re.MULTILINE)
    for match in SPELLED.finditer(text):
        value = _value(re.split(r"[ -]+", match[0].lower().strip(" -")))
        if value > FEW:
            yield match[0].strip(" -"), value


def _value(words: Iterable[str]) -> int:
    total = part = 0
    for word in words:
        if word in LARGE:
            part = max(part, 1) * LARGE[word]
            if LARGE[word] >= 1000:
                total, part = total + part, 0
        else:
            part += SMALL.get(word, 0)
    return total + part


def results(outputs: Iterable[str]) -> set[float]:
    """Return the numbers of outputs that are single results: those that show a few numbers and no table."""
    found: set[float] = set()
    for text in outputs:
        text = re.sub(r"\b(?:np\.)?(?:u?int|float)\d+\(([^)]*)\)", r"\1", text)
        numbers = re.findall(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?![\w.])", text)
        if 0 < len(numbers) <= SHORT and "\n" not in text.strip():
            found.update(float(number.replace(",", "")) for number in numbers)
    return found


def repeated(text: str, near: Collection[float], phrases: Iterable[str] = ()) -> list[str]:
    """Return the spelled-out numbers of a text that equal one of the results near it."""
    return [words for words, value in spelled(_without(text, phrases)) if value in near]


def phrases_of(source: Source) -> dict[str, str]:
    """Return the phrases with numbers that a source lets stand, each with its reason.

    Raises SourceError for a phrase without a number or a reason, and for one that its text does not have.
    """
    listed = source.about.get("phrases") or {}
    text = "\n".join(text for _, text in prose(source))
    line = source.line_of("phrases")
    if not isinstance(listed, dict):
        raise SourceError(source.path, line, '`phrases` maps each phrase to its reason: "95 percent": "a level".')
    for phrase, reason in listed.items():
        if not (re.search(r"\d", str(phrase)) or [*spelled(str(phrase))]) or not str(reason or "").strip():
            raise SourceError(source.path, line, f"the phrase “{phrase}” needs a number in it and a reason behind it.")
        if not _pattern(str(phrase)).search(text):
            raise SourceError(source.path, line, f"the phrase “{phrase}” does not stand in the text: take it out.")
    return {str(phrase): str(reason) for phrase, reason in listed.items()}
