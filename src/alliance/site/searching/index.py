"""Prepare what the page for searching loads: which words stand where, and pieces of text to show with what is found.

The index is one file. It says of each place its address, kind and title, and of each word the places that have it, so
that a browser cuts no text and unpacks only the words that somebody asks for. The texts are files by kind of place,
which are fetched when such a place is shown.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from alliance.site.searching.records import Record
from alliance.site.searching.words import SMALL, SMALL_WORDS, terms

INDEX = "search_index.js"
"""Scripts, not plain JSON: a browser reads scripts from a folder that no server hands out, too."""

TEXTS = "search_texts_{}.js"
PARTS = {"claim": 0, "table": 0, "word": 0, "page": 0, "lesson": 1, "exercise": 1, "teaching": 2, "making": 2}
"""The file that has the texts of each kind of place."""

TITLE = 6
"""How often a word counts that stands in a title."""

CALLED = {"claim": "claim", "table": "table", "word": "glossary", "lesson": "lesson", "exercise": "exercise task"}
"""What a kind of place is called by who asks for one."""

REPEATED = 4
"""A sentence that so many places have says nothing of any of them, and is not shown."""

SHOWN = 400
"""Characters of a text that are kept for showing."""

ALPHABET = "".join(chr(code) for code in range(33, 127) if chr(code) not in '"\\<`')
"""The characters that numbers are written with: the first half ends a number, the second says that it goes on."""

SENTENCE = re.compile(r"(?<=[.:;?!…])\s+")


def write_index(site: Path, records: Sequence[Record]) -> None:
    """Write the index and the texts of all records into the site's folder."""
    (site / INDEX).write_text(f"window.searchIndex = {_script(prepared(records))};\n", encoding="utf-8")
    texts = shown_texts(records)
    for part in sorted(set(PARTS.values())):
        held = {number: text for number, text in enumerate(texts) if PARTS[records[number].kind] == part}
        script = f"Object.assign(window.searchTexts ??= {{}}, {_script(held)});\n"
        (site / TEXTS.format(part)).write_text(script, encoding="utf-8")


def prepared(records: Sequence[Record]) -> dict[str, object]:
    """Return the index as it stands in its file.

    `places` has a row for each record: the number of its page, what follows the page's address, the number of its
    kind, its title (empty where it is the page's), the number of its verdict, how many words it has. `terms` are all
    words in order, `found` the places of each: see `packed`.
    """
    pages = list(dict.fromkeys((one.address.partition("#")[0], one.page) for one in records))
    kinds, verdicts = list(PARTS), list(dict.fromkeys(one.verdict for one in records))
    found: dict[str, Counter[int]] = {}
    places = []
    for number, one in enumerate(records):
        words = terms(one.text)
        for word, often in _weighed(one, words).items():
            found.setdefault(word, Counter())[number] += often
        page, sign, anchor = one.address.partition("#")
        title = "" if one.title == one.page else one.title
        verdict = verdicts.index(one.verdict)
        row = [pages.index((page, one.page)), sign + anchor, kinds.index(one.kind), title, verdict, len(words)]
        places.append(row)
    return {
        "pages": pages,
        "kinds": [[kind, CALLED.get(kind, ""), PARTS[kind]] for kind in kinds],
        "verdicts": verdicts,
        "places": places,
        "elsewhere": [number for number, one in enumerate(records) if one.kind == "word" and one.text[:4] == "see "],
        "small": SMALL_WORDS,
        "alphabet": ALPHABET,
        "terms": " ".join(sorted(found)),
        "found": " ".join(packed(found[word]) for word in sorted(found)),
    }


def _weighed(record: Record, words: Sequence[str]) -> Counter[str]:
    """Return how much each word says of a record."""
    often = Counter(word for word in words if word not in SMALL)
    often.update(terms(CALLED.get(record.kind, "")))
    often.update({word: TITLE for word in terms(record.title)})
    if record.page != record.title:
        often.update(set(terms(record.page)))
    return often


def packed(often: Mapping[int, int]) -> str:
    """Return the places of a word and how often each has it, as a few characters.

    For each place, in order: twice the places that were passed over since the last, and one more where a second number
    follows, how often beyond two it has the word; else it has it once. A number's last digit comes last.
    """
    text, last = [], -1
    for number, count in sorted(often.items()):
        text.append(_digits(2 * (number - last - 1) + (count > 1)))
        if count > 1:
            text.append(_digits(count - 2))
        last = number
    return "".join(text)


def _digits(number: int) -> str:
    base = len(ALPHABET) // 2
    text = ALPHABET[number % base]
    while number := number // base:
        text = ALPHABET[base + number % base] + text
    return text


def shown_texts(records: Sequence[Record]) -> list[str]:
    """Return the text of each record as it is shown: without sentences that many have, and not too long."""
    sentences = [SENTENCE.split(one.text) for one in records]
    often = Counter(sentence for those in sentences for sentence in set(those))
    return [_cut(" ".join(one for one in those if often[one] < REPEATED)) for those in sentences]


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[: text.rindex(" ", 0, SHOWN)] + " …"


def _script(data: object) -> str:
    """Return data as JavaScript that can stand in a page, too."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
