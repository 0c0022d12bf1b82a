"""Cut the finished pages into what the search finds: sections of pages, claims, tables, words of the glossary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

KINDS = {
    "claims": "claim",
    "lessons": "lesson",
    "exercises": "exercise",
    "data": "table",
    "guide": "teaching",
    "teaching": "teaching",
    "docs": "making",
    "about": "making",
}
"""The folders of the site, with the kind of what is found in them; what stands elsewhere is a page."""

GLOSSARY = "lessons/glossary.html"
HIDDEN = re.compile(r"(404|search|solutions/(?!index\.).*)\.html")
"""Pages that are not searched: whoever searches while learning must not find an answer."""

WHOLE = ("claims/", "data/")
"""Folders whose pages are one thing each, and are found as one."""

LEFT_OUT = frozenset({"script", "style", "svg", "button", "nav", "form"})
LEFT_OUT_CLASSES = frozenset(
    {"headerlink", "data", "files", "ways", "onward", "crumbs", "share", "beside", "claims", "breadcrumb"}
)
"""Classes of elements that lead somewhere or that only list: `claims` is the table of all, `data` that of a figure."""

VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
INLINE = frozenset({"a", "abbr", "b", "code", "em", "i", "kbd", "mark", "small", "span", "strong", "sub", "sup"})
"""Elements after whose end a word goes on."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass
class Record:
    """What a search can find: its address from the site's root, its kind, its page's title, its own, and its words.

    verdict: of a claim, as its page says it; empty elsewhere. title: empty for what stands before any heading.
    """

    address: str
    kind: str
    page: str = ""
    title: str = ""
    verdict: str = ""
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its words as one line; those on a word of the glossary without the colon between the two."""
        return _line(self.words).removeprefix(": ")


@dataclass(frozen=True)
class _Open:
    """An element that is not closed yet: what begins with it, and whether its words count."""

    tag: str
    hidden: bool = False
    record: Record | None = None
    part: str = ""


class _Page(HTMLParser):
    """Reads a page's article and fills `records`, in the order of the page."""

    def __init__(self, address: str, kind: str, whole: bool) -> None:
        super().__init__()
        self.records: list[Record] = []
        self.heading: list[str] = []
        self._address, self._kind, self._whole = address, kind, whole
        self._open: list[_Open] = []
        self._titles: dict[int, list[str]] = {}
        self._verdicts: list[str] = []

    @property
    def title(self) -> str:
        return _line(self.heading)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        classes = set(about.get("class", "").split())
        if not self._open and not (tag == "article" and "bd-article" in classes):
            return
        record, part = None, ""
        if tag == "section" and "id" in about and (not self._whole or not self.records):
            record = self._begun(about["id"])
        elif self._address == GLOSSARY and tag == "li":
            record = self._begun("")
        elif self._address == GLOSSARY and tag == "a" and "id" in about and (entry := self._entry()):
            entry.address = f"{GLOSSARY}#{about['id']}"
        if tag in HEADINGS and (one := self._current()) and not one.title:
            part = tag
        elif tag == "strong" and (entry := self._entry()) and not entry.title and not entry.words:
            part = "word"
        elif tag == "p" and "verdict" in classes and self._kind == "claim" and not self._verdicts:
            part = "verdict"
        hidden = tag in LEFT_OUT or bool(classes & LEFT_OUT_CLASSES)
        if tag not in VOID:
            self._open.append(_Open(tag, hidden, record, part))

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE:
            self.handle_data(" ")
        # Elements whose end is left out in HTML end with the one around them.
        places = [place for place, one in enumerate(self._open) if one.tag == tag]
        if places:
            del self._open[places[-1] :]

    def handle_data(self, data: str) -> None:
        if not self._open or not self.records or any(one.hidden for one in self._open):
            return
        record = self._current()
        if record is None:
            return
        part = next((one.part for one in reversed(self._open) if one.part), "")
        if part == "h1":
            self.heading.append(data)
        if part == "word" or (part and part != "verdict" and not self._whole) or part == "h1":
            self._titles.setdefault(id(record), []).append(data)
            record.title = _line(self._titles[id(record)])
            return
        if part == "verdict":
            self._verdicts.append(data)
            record.verdict = _line(self._verdicts)
        record.words.append(data)

    def _current(self) -> Record | None:
        """Return what the words at this place belong to."""
        return next((one.record for one in reversed(self._open) if one.record), None)

    def _begun(self, anchor: str) -> Record:
        # The first section is the page itself.
        address = f"{self._address}#{anchor}" if self.records else self._address
        self.records.append(Record(address, "word" if self._address == GLOSSARY else self._kind))
        return self.records[-1]

    def _entry(self) -> Record | None:
        """Return the entry of the glossary that is being read."""
        if self._address != GLOSSARY:
            return None
        return next((one.record for one in reversed(self._open) if one.tag == "li"), None)


def records_of(address: str, html: str) -> list[Record]:
    """Return what can be found on a page. address: from the site's root, such as "lessons/05_distances.html"."""
    folder, _, _ = address.rpartition("/")
    kind = KINDS.get(address.split("/")[0], "page")
    whole = f"{folder}/".startswith(WHOLE) and not address.endswith("README.html")
    page = _Page(address, kind, whole)
    page.feed(html)
    for record in page.records:
        record.page = page.title
        record.title = record.title or page.title
    return [one for one in page.records if one.text or one.kind != "word"]


def all_records(site: Path) -> Iterator[Record]:
    """Yield what can be found on the site, page by page."""
    for path in sorted(site.rglob("*.html")):
        address = path.relative_to(site).as_posix()
        if not address.startswith(("lite/", "_static/")) and not HIDDEN.fullmatch(address):
            yield from records_of(address, path.read_text(encoding="utf-8"))


def _line(parts: list[str]) -> str:
    return " ".join("".join(parts).split())
