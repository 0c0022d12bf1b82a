"""Say which verdicts of the evidence rest on a source too weak to decide them, and which sources hide what was read.

A verdict may rest on a public body's text, on a publication of the body that the figure comes from, or on two
reports that are independent: of two publishers, neither read in the other's pages, not both on the word of one news
agency, neither of them a blog or a message board. A source counts as what was read: a firm's figures in a newspaper are
the newspaper's. What was not found decides nothing about the world, so its source is not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Row = Mapping[str, str | None]

OFFICIAL = frozenset({"official", "official_mirror"})
OWN = frozenset({"organisation", "dataset_copy", "computed", "article"})
HEARSAY = frozenset({"blog", "forum"})
AGENCIES = (
    "AFP",
    "Anadolu",
    "AP",
    "Bloomberg",
    "IANS",
    "Jiji",
    "Kyodo",
    "Reuters",
    "Sputnik",
    "TASS",
    "Xinhua",
    "Yonhap",
)
NOT_FOUND = "unverifiable"
OPENED_OR_NOT = re.compile(r"own address was (not )?opened")
SECOND_HAND = re.compile(r"; read (in|as|at)\b|\bquoted (in|at|on)\b")
FIRST_NAME = re.compile(r"[;,(/]| via | at | through ")


@dataclass(frozen=True)
class Weakness:
    """A deciding row of the evidence whose sources are too weak: its place in the rows, what is wrong, what to do."""

    index: int
    what: str
    do: str


@dataclass(frozen=True)
class Unclear:
    """A source that does not say what was read: its place in the rows, the column, what is wrong, what to do."""

    index: int
    column: str
    what: str
    do: str


def unclear_sources(sources: Iterable[Row]) -> list[Unclear]:
    """Return the sources that hide what was read, in their order.

    A copy at another address must say in its note whether the publication's own was opened; what was read in somebody
    else's report may not have the kind of the publication.
    """
    found = []
    for index, source in enumerate(sources):
        url, read_at = source.get("url"), source.get("read_at")
        if read_at and read_at != url and not OPENED_OR_NOT.search(source.get("note") or ""):
            what = "a copy at another address was read; the note does not say whether the publication's own was opened"
            do = "write in `note` that the publication's own address was opened, or was not opened and who gives it"
            found.append(Unclear(index, "note", what, do))
        if carries(source) and SECOND_HAND.search(source.get("publisher") or ""):
            what = f"{source.get('publisher')!r} was read second-hand, and the kind is {source.get('kind')!r}"
            do = "give the kind of the page that was read (press, blog, forum), or read the publication itself"
            found.append(Unclear(index, "kind", what, do))
    return found


def is_report(source: Row) -> bool:
    """Return whether a source may be one of two independent reports."""
    return bool(source.get("kind")) and source.get("kind") not in HEARSAY


def carries(source: Row) -> bool:
    """Return whether one source alone may decide a verdict: a public body's, or of the body that the figure is from."""
    return source.get("kind") in OFFICIAL | OWN


def agencies(source: Row) -> set[str]:
    """Return the news agencies that a source's publisher names."""
    return {name for name in AGENCIES if re.search(rf"\b{name}\b", source.get("publisher") or "")}


def independent(first: Row, second: Row) -> bool:
    """Return whether two sources have different publishers, share no news agency, and neither was read in the other."""
    if not (is_report(first) and is_report(second)):
        return False
    return not (_named_in(first, second) or _named_in(second, first) or agencies(first) & agencies(second))


def _named_in(first: Row, second: Row) -> bool:
    """Return whether the name that the first source's publisher begins with occurs in the second's."""
    name = FIRST_NAME.split(first.get("publisher") or "")[0].strip()
    return bool(re.search(rf"\b{re.escape(name)}\b", second.get("publisher") or ""))


def weak_verdicts(evidence: Iterable[Row], sources: Iterable[Row]) -> list[Weakness]:
    """Return the deciding rows that no source carries, in the order of `evidence`.

    A row that names a source that does not exist is left out: the key says so already.
    """
    known = {source.get("source_id"): source for source in sources}
    found = []
    for index, row in enumerate(evidence):
        if row.get("decisive") != "true" or row.get("verdict") == NOT_FOUND:
            continue
        names = [name for name in (row.get("source_id"), row.get("second_source_id")) if name]
        cited = [known[name] for name in names if name in known]
        if len(cited) < len(names) or not all(source.get("kind") for source in cited):
            continue
        if any(map(carries, cited)) or (len(cited) == 2 and independent(*cited)):
            continue
        found.append(Weakness(index, _reason(cited), _advice(cited)))
    return found


def _reason(cited: list[Row]) -> str:
    named = " and ".join(f"{source.get('source_id')!r} ({source.get('kind')})" for source in cited)
    if len(cited) == 1:
        return f"the verdict rests on {named} alone, which is neither official nor the publisher's own"
    if not all(map(is_report, cited)):
        return f"the verdict rests on {named}: a blog or a board is not one of two independent reports"
    shared = ", ".join(sorted(agencies(cited[0]) & agencies(cited[1]))) or str(cited[0].get("publisher"))
    return f"the verdict rests on {named}, which are not independent: both are from {shared}"


def _advice(cited: list[Row]) -> str:
    if len(cited) == 1:
        return (
            "name the public body's text, or a report of another publisher in second_source_id, "
            "or judge the claim unverifiable"
        )
    return "name the public body's text or a report of another publisher, or judge the claim unverifiable"
