"""Read and check a learner's own claims and evidence: files like claims.csv and evidence.csv, about another article.

The columns, their types and their words are those of `data/datapackage.json`; what belongs to this course alone (the
lesson of a claim, sources that are rows of sources.csv, the words by which its lessons find a figure) is not asked for.
Faults come as sentences that name file, row, column and what to do.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from alliance.audit.dates import days_meant
from alliance.audit.outcomes import VERDICTS
from alliance.data.csvtext import UnreadableCSV, read_lines
from alliance.data.package import Descriptor, Resource, find_resource
from alliance.data.validation import Problem, one_per_cell, translate

COURSE_ONLY = {"claims": {"lesson", "source_id", "subject", "measure"}, "evidence": set[str]()}
"""Columns that the course's own tables need and a learner's may leave out."""

DOCUMENT = re.compile(r"[A-Z]")
CLAIM_ID = re.compile(r"([A-Z])(\d{2})-\d{2}")
DATE = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
PERIOD = re.compile(rf"({DATE})(?:/({DATE}))?|FY\d{{4}}")
PERIOD_FORMS = "write a year, month or day (2024, 2024-11, 2024-11-23), a span (2015/2023) or a fiscal year (FY2024)"

VERDICTS_OF_TEST = {
    "arithmetic": ("supported", "arithmetic_fails", "contradicts_other_article"),
    "dates": ("supported", "anachronism", "unverifiable"),
    "outside_data": (
        "supported",
        "supported_narrower",
        "off_by_a_year",
        "other_base",
        "contradicted",
        "unverifiable",
    ),
}
NEEDS_A_FIGURE = ("off_by_a_year", "other_base", "contradicted")

Rows = list[tuple[int, dict[str, str]]]


@dataclasses.dataclass(frozen=True)
class ClaimFiles:
    """A learner's two files as far as they could be read, and every fault in them.

    The tables hold text as it stands in the files, with an empty text for an empty cell and for a column that may be
    left out. They are sound only when `problems` is empty.
    """

    claims: pd.DataFrame
    evidence: pd.DataFrame
    problems: Sequence[Problem]


def read_claim_files(
    descriptor: Descriptor, claims: Path, evidence: Path | None = None, units: Iterable[str] = ()
) -> ClaimFiles:
    """Read a file of claims, and one of evidence if there is one, and check both.

    descriptor: the course's package, whose tables `claims` and `evidence` say what belongs into a column.
    units: units to be accepted besides those of the package.
    Raises OSError when a file cannot be opened.
    """
    known = {*descriptor.get("units", {}), *units}
    claim_table = _Table(claims, find_resource(descriptor, "claims"))
    problems = [*claim_table.problems, *_check_claims(claim_table, known)]
    evidence_table = None
    if evidence is not None:
        evidence_table = _Table(evidence, find_resource(descriptor, "evidence"))
        problems += [*evidence_table.problems, *_check_evidence(evidence_table, claim_table, known)]
    order = {claims.name: 0}
    ordered = sorted(
        one_per_cell(problems), key=lambda one: (order.get(one.file, 1), one.row or 0, one.column or "", one.what)
    )
    columns = [field["name"] for field in find_resource(descriptor, "evidence")["schema"]["fields"]]
    empty = pd.DataFrame({name: pd.Series(dtype=str) for name in columns})
    return ClaimFiles(claim_table.frame(), evidence_table.frame() if evidence_table else empty, ordered)


# --- a file as rows of text --------------------------------------------------------------------------------


class _Table:
    """A CSV file as numbered rows of text, checked against its header and the types of its columns."""

    def __init__(self, path: Path, resource: Resource) -> None:
        self.file = path.name
        self.name = resource["name"]
        self.resource = _for_learners(resource)
        self.fields: dict[str, dict[str, Any]] = {field["name"]: field for field in self.resource["schema"]["fields"]}
        self.rows: Rows = []
        self.problems: list[Problem] = list(self._read(path))
        if not self.problems:
            self.problems = list(self._check_types())

    def problem(self, row: int | None, column: str | None, what: str, do: str) -> Problem:
        return Problem(self.file, row, column, what, do)

    def frame(self) -> pd.DataFrame:
        """Return the rows as text, with every column of the schema."""
        return pd.DataFrame({name: pd.Series([row[name] for _, row in self.rows], dtype=str) for name in self.fields})

    def cells(self, column: str) -> Iterator[tuple[int, str, dict[str, str]]]:
        """Yield row number, cell and row wherever the column is filled."""
        for number, row in self.rows:
            if row[column]:
                yield number, row[column], row

    def _read(self, path: Path) -> Iterator[Problem]:
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            row = error.object[: error.start].count(b"\n") + 1
            yield self.problem(row, None, "the row is not UTF-8 text", "save the file as CSV in UTF-8")
            return
        try:
            lines = read_lines(text)
        except UnreadableCSV as error:
            yield self.problem(None, None, f"the file cannot be read: {error}", "save the file as CSV in UTF-8 again")
            return
        if not lines or not any(lines[0]):
            yield self.problem(1, None, "the file has no header", f"begin it with {_words(self._required())}")
            return
        header = [cell.strip() for cell in lines[0]]
        faults = list(self._check_header(header))
        yield from faults
        if faults:
            return
        for number, cells in enumerate(lines[1:], start=2):
            if not any(cell.strip() for cell in cells):
                if any(any(cell.strip() for cell in later) for later in lines[number:]):
                    yield self.problem(number, None, "the row is empty", "remove the row")
            elif len(cells) != len(header):
                what = f"the row has {len(cells)} cells where the header has {len(header)}"
                do = "put text that contains a comma in double quotes; an empty cell is a comma with nothing before it"
                yield self.problem(number, None, what, do)
            else:
                filled = dict(zip(header, (cell.strip() for cell in cells), strict=True))
                self.rows.append((number, {name: filled.get(name, "") for name in self.fields}))
        if not self.rows:
            yield self.problem(None, None, "the file has a header and no rows", "write one row for each claim")

    def _required(self) -> list[str]:
        return [name for name, field in self.fields.items() if field.get("constraints", {}).get("required")]

    def _check_header(self, header: Sequence[str]) -> Iterator[Problem]:
        if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
            separator = "semicolons" if ";" in header[0] else "tabs"
            yield self.problem(1, None, f"the columns are separated by {separator}", "save the file with commas")
            return
        for column in self._required():
            if column not in header:
                what = str(self.fields[column]["description"]).rstrip(".")
                yield self.problem(1, column, "the column is missing", f"add it; it holds: {what}")
        for column in dict.fromkeys(header):
            if header.count(column) > 1:
                yield self.problem(1, column, "the column stands in the header twice", "rename or remove one")
            if column not in self.fields:
                near = difflib.get_close_matches(column, [name for name in self.fields if name not in header], n=1)
                do = f"did you mean {near[0]!r}? Otherwise remove it" if near else "remove it"
                yield self.problem(1, column, f"there is no column {column!r} in {self.name}", do)

    def _check_types(self) -> Iterator[Problem]:
        for number, row in self.rows:
            for name, field in self.fields.items():
                error = _error_in(row[name], field)
                if error:
                    found = translate(
                        {**error, "cell": row[name], "fieldName": name, "rowNumber": number}, self.resource
                    )
                    yield dataclasses.replace(found, file=self.file)


def _for_learners(resource: Resource) -> Resource:
    """Return a table's description without what only the course's own tables must keep to."""
    fields = []
    for field in resource["schema"]["fields"]:
        constraints = dict(field.get("constraints", {}))
        constraints.pop("pattern", None)  # checked below, in words of their own
        if field["name"] == "document":
            constraints.pop("enum", None)
        if field["name"] in COURSE_ONLY[resource["name"]]:
            constraints.pop("required", None)
        fields.append({**field, "constraints": constraints})
    return {**resource, "schema": {**resource["schema"], "fields": fields}}


def _error_in(cell: str, field: Mapping[str, Any]) -> dict[str, str] | None:
    """Return what is wrong with one cell, in frictionless' words, or None."""
    constraints = field.get("constraints", {})
    if not cell:
        return (
            {"type": "constraint-error", "note": 'constraint "required" is "True"'}
            if "required" in constraints
            else None
        )
    if not _has_type(cell, field["type"]):
        return {"type": "type-error"}
    if "enum" in constraints and cell not in constraints["enum"]:
        return {"type": "constraint-error", "note": 'constraint "enum" is "…"'}
    if "minimum" in constraints and float(cell) < constraints["minimum"]:
        return {"type": "constraint-error", "note": f'constraint "minimum" is "{constraints["minimum"]}"'}
    return None


def _has_type(cell: str, kind: str) -> bool:
    match kind:
        case "integer":
            return re.fullmatch(r"[+-]?\d+", cell) is not None
        case "number":
            return re.fullmatch(r"[+-]?\d+(\.\d+)?", cell) is not None
        case "boolean":
            return cell.lower() in {"true", "false"}
    return True


# --- rules that a type cannot say --------------------------------------------------------------------------


def _check_claims(table: _Table, units: set[str]) -> Iterator[Problem]:
    for number, cell, row in table.cells("claim_id"):
        match = CLAIM_ID.fullmatch(cell)
        document, paragraph = row["document"], row["paragraph"]
        if match is None:
            do = "write article, paragraph and running number with two digits each, as in C03-01"
            yield table.problem(number, "claim_id", f"{cell!r} is not the id of a claim", do)
        elif _can_begin(document, paragraph) and (match[1], int(match[2])) != (document, int(paragraph)):
            what = f"{cell!r} does not begin with the row's document {document!r} and paragraph {paragraph!r}"
            yield table.problem(number, "claim_id", what, "correct the id, the document or the paragraph")
    for number, cell, _ in table.cells("document"):
        if not DOCUMENT.fullmatch(cell):
            yield table.problem(number, "document", f"{cell!r} is not one capital letter", "write one, such as C")
    yield from _check_unique(table, "claim_id")
    yield from _check_unique(table, "statement")
    yield from _check_units(table, "unit", units)
    for column in ("topic", "measure"):
        for number, cell, _ in table.cells(column):
            if not re.fullmatch(r"[a-z0-9_]+", cell):
                do = f"write small letters, digits and underscores, as in {'defence_budget'!r}"
                yield table.problem(number, column, f"{cell!r} is not a label", do)
    yield from _check_periods(table, "period")
    for number, cell, row in table.cells("publication_date"):
        fault = _date_fault(cell)
        if fault:
            yield table.problem(number, "publication_date", fault, "write YYYY, YYYY-MM or YYYY-MM-DD")
        elif not row["attributed_to"] and not row["publication"]:
            what = "the date belongs to no publication"
            yield table.problem(
                number, "publication_date", what, "fill attributed_to or publication, or empty the cell"
            )
    for number, row in table.rows:
        yield from _check_value(table, number, row)


def _can_begin(document: str, paragraph: str) -> bool:
    """Return whether a document and a paragraph are sound, so that an id can be held against them."""
    return DOCUMENT.fullmatch(document) is not None and re.fullmatch(r"\+?0*[1-9]\d*", paragraph) is not None


def _check_value(table: _Table, number: int, row: Mapping[str, str]) -> Iterator[Problem]:
    """Check that value, unit, approximation and kind of one claim belong together."""
    kind, value, high = row["kind"], row["value"], row["value_high"]
    if value and not row["unit"]:
        yield table.problem(number, "unit", f"the value {value} has no unit", "write the unit")
    if row["unit"] and not value:
        yield table.problem(number, "value", f"the unit {row['unit']!r} has no value", "write the value")
    if value and row["approximation"] == "none":
        do = "write exact, about, more_than or up_to, as the article says it"
        yield table.problem(number, "approximation", f"the value {value} is called 'none'", do)
    if not value and row["approximation"] not in {"", "none"}:
        yield table.problem(number, "approximation", "the row has no value", "write none, or fill value and unit")
    if high and not value:
        yield table.problem(number, "value", "a range needs its lower end", "write it, or empty value_high")
    if _has_type(value, "number") and _has_type(high, "number") and float(high) <= float(value):
        yield table.problem(number, "value_high", f"{high} is not more than the value {value}", "exchange the two")
    if kind in {"quantity", "probability"} and not value:
        do = "write the number claimed, or choose another kind, such as description"
        yield table.problem(number, "value", f"a {kind} needs a number", do)
    if kind == "probability" and _has_type(value, "number"):
        if row["unit"] not in {"", "percent"}:
            yield table.problem(number, "unit", "a probability is in percent", "write percent")
        elif not 0 <= float(value) <= 100:
            yield table.problem(number, "value", f"{value} is not a probability in percent", "write 0 to 100")
    if kind == "dated_event" and not row["period"]:
        yield table.problem(number, "period", "a dated_event needs its date", PERIOD_FORMS)


def _check_evidence(table: _Table, claims: _Table, units: set[str]) -> Iterator[Problem]:
    ids = {row["claim_id"] for _, row in claims.rows}
    for number, cell, row in table.cells("evidence_id"):
        unknown = bool(claims.rows) and row["claim_id"] not in ids  # one slip, told below at its own column
        if not unknown and not re.fullmatch(re.escape(row["claim_id"]) + "-[a-z]", cell):
            do = "write the id of the claim, a hyphen and a small letter"
            yield table.problem(number, "evidence_id", f"{cell!r} does not belong to claim {row['claim_id']!r}", do)
    yield from _check_unique(table, "evidence_id")
    for number, cell, _ in table.cells("claim_id"):
        if claims.rows and cell not in ids:
            near = difflib.get_close_matches(cell, ids, n=1)
            do = f"did you mean {near[0]}? Otherwise add the claim, or remove the row" if near else "add the claim"
            yield table.problem(number, "claim_id", f"{claims.file} has no claim {cell!r}", do)
    yield from _check_units(table, "figure_unit", units)
    yield from _check_periods(table, "figure_period")
    for number, row in table.rows:
        yield from _check_judgement(table, number, row)
    yield from _check_deciding(table)


def _check_judgement(table: _Table, number: int, row: Mapping[str, str]) -> Iterator[Problem]:
    """Check that the verdict of one row follows the rules of its kind of test, and says what it rests on."""
    test, verdict = row["test"], row["verdict"]
    if verdict in VERDICTS and verdict not in VERDICTS_OF_TEST.get(test, VERDICTS):
        what = f"a test by {test} cannot give {verdict!r}"
        yield table.problem(number, "verdict", what, f"it can give {_words(VERDICTS_OF_TEST[test])}")
    if verdict == "unverifiable" and not row["searched"]:
        yield table.problem(number, "searched", "unverifiable says nothing without it", "write where you searched")
    if verdict in VERDICTS and verdict != "unverifiable" and row["searched"]:
        do = "empty the cell, and say in reasoning what you found"
        yield table.problem(number, "searched", f"the verdict is {verdict!r}, so something was found", do)
    if verdict in NEEDS_A_FIGURE and not row["figure_found"] and not row["figure_period"]:
        do = "write the figure found, or the date in figure_period"
        yield table.problem(number, "figure_found", f"the verdict {verdict!r} needs what was found instead", do)
    if row["figure_found"] and not row["figure_unit"]:
        yield table.problem(number, "figure_unit", "the figure found has no unit", "write the unit")
    if row["figure_unit"] and not row["figure_found"]:
        yield table.problem(number, "figure_found", "the unit has no figure", "write the figure, or empty the unit")


def _check_deciding(table: _Table) -> Iterator[Problem]:
    """Check that exactly one row decides each claim that has evidence."""
    deciding: dict[str, list[int]] = {}
    for number, row in table.rows:
        found = deciding.setdefault(row["claim_id"], [])
        if row["decisive"].lower() == "true":
            found.append(number)
    for claim, rows in deciding.items():
        if len(rows) > 1:
            what = f"claim {claim} is decided twice, here and in row {rows[0]}"
            yield table.problem(rows[1], "decisive", what, "write false in one of the two")
        elif claim and not rows:
            first = next(number for number, row in table.rows if row["claim_id"] == claim)
            yield table.problem(first, "decisive", f"no row decides claim {claim}", "write true in the row that does")


def _check_unique(table: _Table, column: str) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for number, cell, _ in table.cells(column):
        if cell in seen:
            what = f"the same {column} stands in row {seen[cell]}: {cell!r}"
            yield table.problem(number, column, what, "correct one of the two, or remove it")
        seen.setdefault(cell, number)


def _check_units(table: _Table, column: str, units: set[str]) -> Iterator[Problem]:
    for number, cell, _ in table.cells(column):
        if cell not in units:
            near = difflib.get_close_matches(cell, units, n=3)
            first = f"use {' or '.join(near)}" if near else "use one of the units in data/README.md"
            do = f"{first}; a unit that this course does not have is accepted with --unit"
            yield table.problem(number, column, f"the unit {cell!r} is not known", do)


def _check_periods(table: _Table, column: str) -> Iterator[Problem]:
    for number, cell, _ in table.cells(column):
        match = PERIOD.fullmatch(cell)
        if match is None:
            yield table.problem(number, column, f"{cell!r} is not a period", PERIOD_FORMS)
            continue
        ends = [end for end in match.groups() if end]
        faults = [fault for end in ends if (fault := _date_fault(end))]
        if faults:
            yield table.problem(number, column, faults[0], PERIOD_FORMS)
        elif len(ends) == 2 and days_meant(ends[1]).last < days_meant(ends[0]).first:
            yield table.problem(number, column, f"{cell!r} ends before it begins", "exchange the two ends")


def _date_fault(text: str) -> str | None:
    """Return what is wrong with a date, without a full stop, or None."""
    try:
        days_meant(text)
    except ValueError:
        return f"{text!r} is not a date of the calendar"
    return None


def _words(values: Iterable[str]) -> str:
    listed = list(values)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}"
