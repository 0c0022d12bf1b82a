"""Check the Data Package and say in plain sentences which cell is wrong and what to do.

Frictionless checks every table against its schema; this module translates what it finds and adds what the
Data Package standard does not know: units from one list, current hashes, cells without stray spaces, and keys
that must exist only in some rows (a place, where a distance is measured between points). What makes a source too
weak for a verdict is said in `credibility.py`, how old a table is in `age.py`.
"""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alliance.data.age import age_faults, last_row
from alliance.data.credibility import unclear_sources, weak_verdicts
from alliance.data.csvtext import own_limit, read_records
from alliance.data.package import (
    DATA,
    DESCRIPTOR,
    BrokenDescriptor,
    DataError,
    Descriptor,
    Resource,
    load_descriptor,
)

THOUSANDS = re.compile(r"[-+]?\d{1,3}([,' \u00a0\u202f]\d{3})+(\.\d+)?")
RESOURCE_TEXTS = ("title", "description", "row", "counted_by", "cannot_tell")
REFRESH = "run `alliance data refresh` if the change is meant, or restore the file"


class MissingTool(DataError):
    """A library that only authors need is not installed."""


@dataclass(frozen=True)
class Problem:
    """One fault: where, what is wrong, and what to do.

    The file is given from the course's root, row and column as a spreadsheet shows them: the header is row 1.
    `row` and `column` are None where the fault is not in one row or column.
    """

    file: str
    row: int | None
    column: str | None
    what: str
    do: str

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"{'line' if self.file.endswith('.json') else 'row'} {self.row}")
        if self.column is not None:
            place.append(f"column {self.column}")
        return f"{', '.join(place)}: {self.what}. To do: {self.do}."


def validate(root: Path) -> list[Problem]:
    """Return every problem of the package under `root`, ordered by file, row and column; [] if it is sound.

    Raises MissingTool if frictionless is not installed.
    """
    try:
        descriptor = load_descriptor(root)
    except BrokenDescriptor as error:
        return [Problem(f"{DATA}/{DESCRIPTOR}", error.line, None, str(error).rstrip("."), "mend the file")]
    problems = [*check_descriptor(descriptor), *check_folder(root, descriptor)]
    readable: list[Resource] = []
    for resource in descriptor["resources"]:
        faults = list(check_file(root, resource))
        problems += faults
        if not any(fault.row is None and fault.do != REFRESH for fault in faults):
            readable.append(resource)
    schema_faults = check_schemas(root, descriptor, readable)
    problems += schema_faults
    bad_headers = {fault.file for fault in schema_faults if fault.row == 1}
    sound = [resource for resource in readable if _file(resource) not in bad_headers]
    for resource in sound:
        problems += check_cells(root, descriptor, resource, sound)
        problems += check_age(root, resource)
    problems += check_sources(root, sound)
    problems += check_verdicts(root, sound)
    return sorted(one_per_cell(problems), key=lambda p: (p.file, p.row or 0, p.column or "", p.what))


def one_per_cell(problems: Iterable[Problem]) -> list[Problem]:
    """Keep the first problem of each cell, as what follows is mostly its consequence; keep others once."""
    kept: dict[tuple[str, int | None, str | None, str], Problem] = {}
    for problem in problems:
        in_cell = problem.row is not None and problem.column is not None
        kept.setdefault((problem.file, problem.row, problem.column, "" if in_cell else problem.what), problem)
    return list(kept.values())


def _file(resource: Resource) -> str:
    return f"{DATA}/{resource['path']}"


# --- the description ---------------------------------------------------------------------------------------


def check_descriptor(descriptor: Descriptor) -> Iterator[Problem]:
    """Check what the standard leaves free: the texts every table must have, and units from one list."""
    file = f"{DATA}/{DESCRIPTOR}"
    units = descriptor.get("units", {})
    for resource in descriptor["resources"]:
        name = resource["name"]
        for key in RESOURCE_TEXTS:
            if not resource.get(key):
                yield Problem(file, None, None, f"table {name} has no {key!r}", f"add {key!r} to the resource")
        for key in ("licenses", "sources"):
            if not resource.get(key):
                yield Problem(file, None, None, f"table {name} has no {key!r}", f"add {key!r} to the resource")
        for field in resource["schema"]["fields"]:
            if not field.get("description"):
                what = f"field {name}.{field['name']} has no description"
                yield Problem(file, None, None, what, "say what the column means")
            unit = field.get("unit")
            if unit is not None and unit not in units:
                what = f"field {name}.{field['name']} has the unknown unit {unit!r}"
                yield Problem(file, None, None, what, f"use one of {_words(units)}, or add the unit to `units`")


def check_folder(root: Path, descriptor: Descriptor) -> Iterator[Problem]:
    """Every CSV file in `data/` must be described."""
    described = {resource["path"] for resource in descriptor["resources"]}
    for path in sorted((root / DATA).glob("*.csv")):
        if path.name not in described:
            what = "the file is not described in datapackage.json"
            yield Problem(f"{DATA}/{path.name}", None, None, what, "add a resource for it, or remove the file")


# --- the files ---------------------------------------------------------------------------------------------


def fingerprint(path: Path) -> tuple[str, int]:
    """Return a file's hash as the standard writes it and its size in bytes."""
    content = path.read_bytes()
    return f"sha256:{hashlib.sha256(content).hexdigest()}", len(content)


def check_file(root: Path, resource: Resource) -> Iterator[Problem]:
    """Check that a table's file exists, is plain UTF-8 with simple line ends, and is the one described."""
    file, path = _file(resource), root / DATA / resource["path"]
    if not path.is_file():
        yield Problem(file, None, None, "the file is missing", "restore it, or take it out of datapackage.json")
        return
    content = path.read_bytes()
    if (resource.get("hash"), resource.get("bytes")) != fingerprint(path):
        what = "the file is not the one described in datapackage.json (hash or size differ)"
        yield Problem(file, None, None, what, REFRESH)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        yield Problem(file, row, None, "the row is not UTF-8 text", "save the file as UTF-8")
        yield Problem(file, None, None, "the file cannot be read as UTF-8", "save the file as UTF-8")
        return
    if content.startswith(b"\xef\xbb\xbf"):
        yield Problem(file, 1, None, "the file starts with a byte-order mark", "save it as UTF-8 without one")
    if b"\r" in content:
        row = content[: content.index(b"\r")].count(b"\n") + 1
        yield Problem(file, row, None, "the line ends with a carriage return", "save it with line ends LF")


# --- the schemas -------------------------------------------------------------------------------------------


def check_schemas(root: Path, descriptor: Descriptor, readable: list[Resource]) -> list[Problem]:
    """Let frictionless check the readable tables, and translate what it says."""
    try:
        from frictionless import FrictionlessException, Package
    except ModuleNotFoundError:
        raise MissingTool(
            "Checking the data needs the library frictionless. "
            "Install the author's tools with: python -m pip install -e '.[author]'"
        ) from None
    names = {resource["name"] for resource in readable}
    try:
        with own_limit():
            report = Package.from_descriptor(_plain_package(descriptor, names), basepath=str(root / DATA)).validate()
    except FrictionlessException as error:
        reasons = [reason.note for reason in error.reasons] or [error.error.note]
        return [
            Problem(f"{DATA}/{DESCRIPTOR}", None, None, f"the description is not valid: {reason}", "mend it")
            for reason in reasons
        ]
    problems = [
        Problem(f"{DATA}/{DESCRIPTOR}", None, None, f"the description is not valid: {error.note}", "mend it")
        for error in report.errors
    ]
    resources = {resource["name"]: resource for resource in readable}
    for task in report.tasks:
        translated = [translate(error.to_descriptor(), resources[task.name]) for error in task.errors]
        header = [problem for problem in translated if problem.row == 1]
        # Below a wrong header every cell is read under a wrong name; the header is what to mend first.
        problems += header or translated
    return problems


def _plain_package(descriptor: Descriptor, names: set[str]) -> Descriptor:
    """Return the description with only the readable tables, without what this module checks itself."""
    plain = copy.deepcopy(descriptor)
    plain["resources"] = [resource for resource in plain["resources"] if resource["name"] in names]
    for resource in plain["resources"]:
        resource.pop("hash", None)
        resource.pop("bytes", None)
        keys = resource["schema"].get("foreignKeys", [])
        # A table that lost its partner (missing, unreadable) is checked without that key.
        resource["schema"]["foreignKeys"] = [k for k in keys if k["reference"]["resource"] in names | {""}]
    return plain


def translate(error: dict[str, Any], resource: Resource) -> Problem:
    """Turn one frictionless error (as a dictionary) into a Problem."""
    kind = error["type"]
    handler = TRANSLATIONS.get(kind, _other)
    what, do, column = handler(error, resource)
    row = error.get("rowNumber")
    if row is None and "rowNumbers" in error:
        row = 1
    return Problem(_file(resource), row, column, what, do)


Sentences = tuple[str, str, str | None]


def _type_error(error: dict[str, Any], resource: Resource) -> Sentences:
    cell, column = error["cell"], error["fieldName"]
    kind = next(field["type"] for field in resource["schema"]["fields"] if field["name"] == column)
    if kind == "date":
        return f"{cell!r} is not a date", "write an existing day as YYYY-MM-DD", column
    if kind == "boolean":
        return f"{cell!r} is neither true nor false", "write true or false", column
    if kind in ("number", "integer", "year") and THOUSANDS.fullmatch(cell):
        plain = re.sub(r"[,' \u00a0\u202f]", "", cell)
        return f"the number {cell!r} has a thousands separator", f"write {plain}", column
    if kind in ("integer", "year"):
        return f"{cell!r} is not a whole number", "write digits only", column
    if kind == "number":
        return (
            f"{cell!r} is not a number",
            "write digits with a point for decimals; leave it empty if unknown",
            column,
        )
    return f"{cell!r} is not of the type {kind}", "correct the cell", column


def _constraint_error(error: dict[str, Any], resource: Resource) -> Sentences:
    cell, column = error["cell"], error["fieldName"]
    match = re.match(r'constraint "(\w+)" is "(.*)"$', error["note"], re.DOTALL)
    name, limit = match.groups() if match else ("", error["note"])
    if name == "required":
        if column == "source_id":
            return "the row names no source", "write the source_id of a row of sources.csv", column
        return "the cell is empty", "fill it; this column may not be empty", column
    if name == "enum":
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        allowed = _words(fields[column].get("constraints", {}).get("enum", []))
        return f"{cell!r} is not one of the values allowed", f"use one of {allowed}", column
    if name == "minimum":
        return f"{cell} is less than {limit}, the least allowed", "correct the cell", column
    if name == "maximum":
        return f"{cell} is more than {limit}, the most allowed", "correct the cell", column
    if name == "pattern":
        return f"{cell!r} does not have the form asked for ({limit})", "correct the cell", column
    return f"{cell!r} breaks the rule {name} = {limit}", "correct the cell", column


def _primary_key(error: dict[str, Any], resource: Resource) -> Sentences:
    columns = ", ".join(_as_list(resource["schema"]["primaryKey"]))
    match = re.search(r"position (\d+)", error["note"])
    if match is None:
        return "the row has no key", f"fill {columns}", columns
    return (
        f"the row has the same key ({columns}) as row {match.group(1)}",
        "remove one of the two rows, or correct its key",
        columns,
    )


def _unique(error: dict[str, Any], resource: Resource) -> Sentences:
    return (
        f"{error['cell']!r} stands in the column twice",
        "correct or remove one of the two",
        error["fieldName"],
    )


def _foreign_key(error: dict[str, Any], resource: Resource) -> Sentences:
    value = ", ".join(str(cell) for cell in error["fieldCells"])
    target = f"{error['referenceName']}.csv"
    do = f"correct it, or add {value!r} to data/{target}"
    return f"{value!r} is not in {target}", do, ", ".join(error["fieldNames"])


def _extra_cell(error: dict[str, Any], resource: Resource) -> Sentences:
    what = f"the row has more cells than the table has columns (from {error['cell']!r} on)"
    return (
        what,
        "put text that contains a comma in double quotes; write numbers without thousands separators",
        None,
    )


def _missing_cell(error: dict[str, Any], resource: Resource) -> Sentences:
    return (
        "the row ends before this column",
        "add the missing cells; an empty one is a comma",
        error["fieldName"],
    )


def _blank_row(error: dict[str, Any], resource: Resource) -> Sentences:
    return "the row is empty", "remove the row", None


def _extra_label(error: dict[str, Any], resource: Resource) -> Sentences:
    column = error["label"]
    return f"the column {column!r} is not described", "describe it in datapackage.json, or remove it", column


def _incorrect_label(error: dict[str, Any], resource: Resource) -> Sentences:
    expected, found = error["fieldName"], error["label"]
    what = f"the column is {found!r} where {expected!r} is described"
    return what, "rename the column, or describe it in datapackage.json in the file's order", found


def _missing_label(error: dict[str, Any], resource: Resource) -> Sentences:
    what = f"the column {error['fieldName']!r} is missing"
    return what, "add the column, or take it out of datapackage.json", error["fieldName"]


def _other(error: dict[str, Any], resource: Resource) -> Sentences:
    return str(error["message"]).rstrip("."), "correct the file", error.get("fieldName") or None


TRANSLATIONS: dict[str, Callable[[dict[str, Any], Resource], Sentences]] = {
    "type-error": _type_error,
    "constraint-error": _constraint_error,
    "primary-key": _primary_key,
    "unique-error": _unique,
    "foreign-key": _foreign_key,
    "extra-cell": _extra_cell,
    "missing-cell": _missing_cell,
    "blank-row": _blank_row,
    "extra-label": _extra_label,
    "incorrect-label": _incorrect_label,
    "missing-label": _missing_label,
}


# --- the cells ---------------------------------------------------------------------------------------------


def check_cells(root: Path, descriptor: Descriptor, resource: Resource, sound: list[Resource]) -> Iterator[Problem]:
    """Check units, stray spaces and keys that hold only in some rows; look up only `sound` tables."""
    units = descriptor.get("units", {})
    unit_column = resource.get("unit_field")
    tables = {table["name"]: table for table in sound}
    conditions = [
        (key, _column_values(root, tables[key["reference"]["resource"]], key["reference"]["fields"]))
        for key in resource.get("conditionalForeignKeys", [])
        if key["reference"]["resource"] in tables
    ]
    for number, row in _numbered_rows(root / DATA / resource["path"]):
        for column, cell in row.items():
            if cell is not None and cell != cell.strip():
                what = f"the cell {cell!r} begins or ends with a space"
                yield Problem(_file(resource), number, column, what, "remove the space")
        if unit_column is not None:
            unit = row.get(unit_column)
            if unit and unit not in units:
                do = f"use one of {_words(units)}, or add it to `units` in datapackage.json"
                yield Problem(_file(resource), number, unit_column, f"the unit {unit!r} is not known", do)
        for key, known in conditions:
            if all(row.get(column) in values for column, values in key["where"].items()):
                value = row.get(key["fields"])
                if value not in known:
                    target = f"{key['reference']['resource']}.csv"
                    do = f"correct it, or add {value!r} to data/{target}"
                    yield Problem(_file(resource), number, key["fields"], f"{value!r} is not in {target}", do)


# --- what the rows rest on, and how old they are -------------------------------------------------------------


def check_sources(root: Path, sound: list[Resource]) -> Iterator[Problem]:
    """Name the rows of `sources` that do not say what was read; nothing where the table cannot be read."""
    for table in sound:
        if table["name"] == "sources":
            rows = list(_numbered_rows(root / DATA / table["path"]))
            for unclear in unclear_sources([row for _, row in rows]):
                yield Problem(_file(table), rows[unclear.index][0], unclear.column, unclear.what, unclear.do)


def check_verdicts(root: Path, sound: list[Resource]) -> Iterator[Problem]:
    """Name the deciding rows of `evidence` whose sources are too weak; nothing where a table cannot be read."""
    tables = {table["name"]: table for table in sound}
    if not {"evidence", "sources"} <= set(tables):
        return
    evidence = list(_numbered_rows(root / DATA / tables["evidence"]["path"]))
    sources = [row for _, row in _numbered_rows(root / DATA / tables["sources"]["path"])]
    for weak in weak_verdicts([row for _, row in evidence], sources):
        yield Problem(_file(tables["evidence"]), evidence[weak.index][0], "source_id", weak.what, weak.do)


def check_age(root: Path, resource: Resource) -> Iterator[Problem]:
    """Check that a table's description says when it was checked, what would change it, and the day of its last row."""
    for fault in age_faults(resource, last_row(root, resource)):
        do = f"{REFRESH}" if "last row" in fault else "add it to the resource"
        yield Problem(f"{DATA}/{DESCRIPTOR}", None, None, f"table {resource['name']} {fault}", do)


def _numbered_rows(path: Path) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Yield rows with the number a spreadsheet shows; cells beyond the header are dropped."""
    yield from enumerate(read_records(path.read_text(encoding="utf-8-sig")), start=2)


def _column_values(root: Path, resource: Resource, column: str) -> set[str]:
    return {row.get(column) or "" for _, row in _numbered_rows(root / DATA / resource["path"])}


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _words(values: Iterable[Any], most: int = 12) -> str:
    listed = [str(value) for value in values]
    shown = ", ".join(listed[:most])
    return f"{shown} … ({len(listed)} in all)" if len(listed) > most else shown
