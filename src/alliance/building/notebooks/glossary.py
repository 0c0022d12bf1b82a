"""Collect the words that lessons introduce into one page, and link each in its lesson to its entry there.

A lesson's section “New words” is a list with one entry a line:

    - **Fiscal year**: the year for which a budget is made.
    - **Nominal, real**: in money of the time, and in money of one chosen year.
    - **UTC**: the world's reference time; **time zone**: a region's difference from it.
    - **Stable**: coming to rest whatever the start; the opposite is a **runaway** race.

Whatever stands in bold is a word with an entry of its own; all but the first of a line point to the first, where the
whole line stands.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterator, Sequence

from alliance.building.notebooks.navigation import Course
from alliance.building.sources.errors import SourceError
from alliance.building.sources.prose import EXPRESSION
from alliance.building.sources.source import Source

PAGE = "lessons/glossary.md"
SECTION = re.compile(r"^## New words[ \t]*\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
ITEM = re.compile(r"^- .*(?:\n  .*)*", re.MULTILINE)
BOLD = re.compile(r"\*\*(.+?)\*\*")
BETWEEN_WORDS = re.compile(r",\s+(?![^(]*\))")
"""A comma that parts two words, and does not stand in brackets behind one."""


@dataclasses.dataclass(frozen=True)
class Word:
    """A word as a lesson introduces it. `text` explains it; `under` is the word to look under where it has none."""

    term: str
    text: str
    under: str
    stem: str
    line: int

    @property
    def anchor(self) -> str:
        """The word's address on the page."""
        return anchor(self.term)


def anchor(term: str) -> str:
    """Return a word's address on the page, without what stands in brackets: `fiscal-year`, `cohens-kappa`, `2-2`."""
    plain = unicodedata.normalize("NFKD", re.sub(r"\s*\(.*\)", "", term)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "").lower()).strip("-")


def read_words(source: Source) -> list[Word]:
    """Return the words that a lesson introduces, in its order. Raises SourceError for an entry that names none."""
    words: list[Word] = []
    for cell in source.cells:
        for section in SECTION.finditer(cell.text) if cell.kind == "markdown" else ():
            for item in ITEM.finditer(section.group(1)):
                line = cell.line + cell.text[: section.start(1) + item.start()].count("\n")
                words += _read_item(source, line, " ".join(item.group(0)[2:].split()))
    return words


def _read_item(source: Source, line: int, item: str) -> Iterator[Word]:
    """Yield the words of one entry of a list."""
    if not re.match(r"\*\*.+?\*\*.*: ", item):
        raise SourceError(source.path, line, "a new word is written “- **word**: what it means.”")
    if EXPRESSION.search(item):
        raise SourceError(source.path, line, "a word's meaning is read in all lessons: write it without {{ … }}.")
    first, *others = [term for bold in BOLD.findall(item) for term in BETWEEN_WORDS.split(bold)]
    yield Word(first, item.rstrip("."), "", source.stem, line)
    for other in others:
        yield Word(other, "", first, source.stem, line)


def repeated(lessons: Sequence[Source]) -> Iterator[SourceError]:
    """Yield an error for each word that a lesson introduces although it has an entry already, or its address has."""
    first: dict[str, Word] = {}
    paths = {source.stem: source.path for source in lessons}
    for source in lessons:
        for word in read_words(source):
            earlier = first.setdefault(word.anchor, word)
            if earlier is word:
                continue
            same = earlier.term.casefold() == word.term.casefold()
            what = f"“{word.term}”" if same else f"“{word.term}”, so close to “{earlier.term}” that it has its address,"
            where = f"{paths[earlier.stem].name}, line {earlier.line}"
            yield SourceError(
                source.path,
                word.line,
                f"{what} is introduced in {where} already: leave it out here and link to it where it is used, "
                f"[{word.term}](glossary.md#{word.anchor}), or give another thing another name.",
            )


def glossary(lessons: Sequence[Source], course: Course) -> str:
    """Return the page as Markdown, in alphabetical order. Raises SourceError when a word is introduced twice."""
    for error in repeated(lessons):
        raise error
    words = sorted((word for source in lessons for word in read_words(source)), key=_place)
    lines = [
        "<!-- Written by `alliance build` from the lessons' sections “New words”: edit those, not this page. -->",
        "",
        "# Glossary",
        "",
        "The words of the course, each with the lesson that introduces it.",
    ]
    letter = ""
    for word in words:
        if _letter(word) != letter:
            letter = _letter(word)
            lines += ["", f"## {letter}", ""]
        lines.append(f'- <a id="{word.anchor}"></a>{_entry(word, course)}')
    return "\n".join(lines) + "\n"


def _place(word: Word) -> tuple[bool, str]:
    """Return where a word stands in the alphabet; what begins with a figure comes first."""
    return (word.anchor[:1].isalpha(), word.anchor)


def _letter(word: Word) -> str:
    first = word.anchor[:1].upper()
    return first if first.isalpha() else "0 to 9"


def _entry(word: Word, course: Course) -> str:
    lesson = f"([{course.title(word.stem)}]({word.stem}.ipynb))"
    if word.under:
        return f"**{word.term}**: see [{word.under}](#{anchor(word.under)}) {lesson}"
    return f"{word.text} {lesson}"


def link_words(text: str) -> str:
    """Return a lesson's text with each word of its section “New words” linked to its entry on the page."""

    def link(bold: re.Match[str]) -> str:
        terms = BETWEEN_WORDS.split(bold.group(1))
        return ", ".join(f"[**{term}**](glossary.md#{anchor(term)})" for term in terms)

    def link_items(section: re.Match[str]) -> str:
        body = ITEM.sub(lambda item: BOLD.sub(link, item.group(0)), section.group(1))
        return section.group(0).removesuffix(section.group(1)) + body

    return SECTION.sub(link_items, text)
