"""Render an audit as one self-contained HTML page, and as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from alliance.audit.gather import Audit, Reference
from alliance.audit.outcomes import ATTRIBUTIONS, NOT_FOUND, NOT_JUDGED, OUTCOMES, VERDICTS, WHOLES, counts
from alliance.pages import bars, template
from alliance.plaintext import no_formula

TEMPLATE = "page.html.jinja"
LOOKS = dict(zip(OUTCOMES, ("solid", "stripes", "cross", "dots", "outline"), strict=True))
"""What each outcome's part of a bar looks like."""
WHOLE_NAMES = {
    "all": "all claims",
    "judged": "claims that were judged",
    "found": "judged claims for which something was found",
}
APPROXIMATIONS = {"about": "about ", "at_least": "at least ", "up_to": "up to ", "more_than": "more than "}
MOST_NAMES, LEAST_CLAIMS = 20, 3
"""How many names the table of attributions shows at most, and how many claims a name in it has at least."""

CSV_COLUMNS = [
    *("claim_id", "document", "paragraph", "topic", "kind", "statement", "value", "value_high", "unit"),
    *("approximation", "period", "attributed_to", "publication", "publication_date", "attribution"),
    *("outcome", "verdict", "figure_found", "figure_unit", "figure_period", "reasoning", "searched", "tests"),
]
CSV_SOURCES = ["source", "source_address", "second_source", "second_source_address"]


@dataclass(frozen=True)
class ClaimRow:
    """One claim as the page lists it; all texts, `sources` with addresses."""

    id: str
    document: str
    topic: str
    kind: str
    statement: str
    printed: str
    period: str
    word_of: str
    outcome: str
    verdict: str
    meaning: str
    found: str
    reasoning: str
    searched: str
    sources: list[Reference]
    others: list[str]


@dataclass(frozen=True)
class Grouping:
    """One question asked of all claims: a figure, and the same counts as a table."""

    figure: bars.Figure
    first_column: str
    rows: list[tuple[str, dict[str, int]]]
    note: str


def as_page(audit: Audit) -> str:
    """Return the page. Every text of the claims is escaped; nothing on it asks for anything outside."""
    judged = audit.judged
    totals = {outcome: int((judged["outcome"] == outcome).sum()) for outcome in OUTCOMES}
    wholes = [(WHOLE_NAMES[key], sum(totals[outcome] for outcome in WHOLES[key]), WHOLES[key]) for key in WHOLES]
    page: str = template(Path(__file__).parent, TEMPLATE).render(
        audit=audit,
        outcomes=OUTCOMES,
        looks=LOOKS,
        totals=totals,
        wholes=wholes,
        verdicts=_verdicts(judged),
        groupings=_groupings(audit),
        names=_names(judged),
        rows=claim_rows(audit),
        topics=sorted(set(judged["topic"])),
        kinds=sorted(set(judged["kind"])),
        layout=bars,
        percent=percent,
    )
    return page


NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def percent(part: int, whole: int) -> str:
    """Return a share in percent with one decimal; a dash where the whole is empty."""
    return f"{part / whole * 100:.1f}" if whole else "–"


def as_csv(audit: Audit) -> str:
    """Return the list of claims as CSV: one row a claim, with the sources in words and as addresses.

    Claims may be anybody's, so no cell is left that a spreadsheet would take for a formula.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*CSV_COLUMNS, *CSV_SOURCES])
    for _, row in audit.judged.iterrows():
        sources = [_reference(audit, row, column) for column in ("source_id", "second_source_id")]
        found = [part for source in sources for part in (source.text, source.address)]
        cells = [*(_text(row[column]) for column in CSV_COLUMNS), *found]
        writer.writerow([cell if NUMBER.fullmatch(cell) else no_formula(cell) for cell in cells])
    return text.getvalue()


def _text(cell: Any) -> str:
    """Return a cell as text; a missing one as an empty text."""
    return "" if pd.isna(cell) else str(cell)


def _reference(audit: Audit, row: pd.Series[Any], column: str) -> Reference:
    source_id = _text(row[column])
    return audit.reference(source_id) if source_id else Reference("")


def _verdicts(judged: pd.DataFrame) -> list[tuple[str, str, int]]:
    """Return each verdict in words, what it says, and of how many claims."""
    found = judged["verdict"].value_counts()
    return [(_words(verdict), meaning, int(found.get(verdict, 0))) for verdict, meaning in VERDICTS.items()]


def _groupings(audit: Audit) -> list[Grouping]:
    articles = {letter: f"article {letter}" for letter in audit.documents}
    order = {name: i for i, name in enumerate(ATTRIBUTIONS)}
    by_attribution = counts(audit.judged, "attribution").sort_index(key=lambda index: index.map(order))
    return [
        _grouping(
            "document", "Outcomes by article", "article", counts(audit.judged, "document").sort_index(), articles
        ),
        _grouping("kind", "Outcomes by kind of claim", "kind", counts(audit.judged, "kind")),
        _grouping(
            "attribution",
            "Outcomes by whom the article names",
            "the article names",
            by_attribution,
            note="That somebody is named says where to look; it does not say that they said so.",
        ),
        _grouping(
            "topic",
            "Outcomes by topic",
            "topic",
            counts(audit.judged, "topic"),
            note="Where a topic has few claims, one more or fewer changes its bar a lot: read the numbers.",
        ),
    ]


def _grouping(
    name: str, title: str, column: str, table: pd.DataFrame, labels: dict[str, str] | None = None, note: str = ""
) -> Grouping:
    labels = labels or {}
    rows = [
        (labels.get(str(group), _words(str(group))), {str(key): int(n) for key, n in row.items()})
        for group, row in table.iterrows()
    ]
    return Grouping(bars.figure(name, title, table, list(OUTCOMES), "claims", labels), column, rows, note)


def _names(judged: pd.DataFrame) -> list[tuple[str, dict[str, int]]]:
    """Return the names given most often as the source of a claim, with their counts."""
    if "attributed_to" not in judged:
        return []
    named = judged[judged["attributed_to"] != ""]
    table = counts(named, "attributed_to")
    table = table[table["claims"] >= LEAST_CLAIMS].head(MOST_NAMES)
    return [(str(name), {str(key): int(n) for key, n in row.items()}) for name, row in table.iterrows()]


def claim_rows(audit: Audit) -> list[ClaimRow]:
    """Return every claim as a page lists it, in the order of `audit.judged`."""
    return [_row(audit, row) for _, row in audit.judged.iterrows()]


def _row(audit: Audit, row: pd.Series[Any]) -> ClaimRow:
    verdict = _text(row["verdict"])
    sources = [_reference(audit, row, column) for column in ("source_id", "second_source_id")]
    tests = audit.evidence[audit.evidence["claim_id"] == row["claim_id"]]
    tests = tests[tests["decisive"].str.lower() != "true"]
    return ClaimRow(
        id=str(row["claim_id"]),
        document=str(row["document"]),
        topic=str(row["topic"]),
        kind=str(row["kind"]),
        statement=str(row["statement"]),
        printed=_printed(row),
        period=_text(row["period"]),
        word_of=_joined([_text(row["attributed_to"]), _text(row["publication"]), _text(row["publication_date"])]),
        outcome=str(row["outcome"]),
        verdict=_words(verdict) if verdict else NOT_JUDGED,
        meaning=VERDICTS.get(verdict, ""),
        found=_joined([_measured(_text(row["figure_found"]), _text(row["figure_unit"])), _text(row["figure_period"])]),
        reasoning=_text(row["reasoning"]),
        searched=_text(row["searched"]),
        sources=[one for one in sources if one.text and not (one.under_study and row["outcome"] == NOT_FOUND)],
        others=[
            f"{_words(test.test)}: {_words(test.verdict)}. {test.reasoning}" for test in tests.itertuples(index=False)
        ],
    )


def _printed(row: pd.Series[Any]) -> str:
    """Return the figure that the article prints, such as “about 54,000 persons”."""
    unit, high = _text(row["unit"]), _text(row["value_high"])
    value = _measured(_text(row["value"]), "" if high else unit)
    if high:
        value = f"{value} to {_measured(high, unit)}"
    before = APPROXIMATIONS.get(_text(row["approximation"]), "") if value else ""
    return before + value


def _measured(number: str, unit: str) -> str:
    """Return a number with thousands apart and its unit; a year alone."""
    if unit == "year":
        return number
    whole, point, rest = number.partition(".")
    if whole.lstrip("-").isdigit():
        whole = f"{int(whole):,}"
    return f"{whole}{point}{rest} {unit}".strip()


def _joined(parts: Sequence[str]) -> str:
    """Return the parts that say something, each once: a figure that is a year is its own period."""
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _words(label: str) -> str:
    return label.replace("_", " ")
