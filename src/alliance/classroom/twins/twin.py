"""Make a twin of the data: the same tables with other values, so that what is computed changes and what is typed stays.

The twin is the same wherever and whenever it is made from the same data. Its columns, types, keys, foreign keys and
constraints are those of the data; nothing in it is true of the world.
"""

from __future__ import annotations

import copy
import csv
import hashlib
import json
import math
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alliance.data import load_descriptor
from alliance.data.age import last_row
from alliance.data.package import DATA, DESCRIPTOR, Resource, read_rows
from alliance.data.validation import fingerprint

LEFT_OUT = 0.3
"""Part of the rows that a list of things (claims, events, statements) loses; named ones stay."""
STEPPED = 0.5
"""Part of the values on a scale of steps (stances) that move by one."""
LEAST, MOST = 1.09, 1.33
"""By what factor a measured value becomes larger or smaller."""
DEGREES = 0.3
"""How far a place moves at most, in each direction."""
WITNESSES = "sources"
"""The table that every row names; what is named there stays, instead of taking along what names it."""

Row = dict[str, str]
Table = list[Row]


def make_twin(root: Path, folder: Path, number: int, words: Collection[str] = ()) -> None:
    """Write twin `number` of the data of the course at `root` into `folder`/data, with its description.

    Lists of things lose rows at random, but not those whose key is among `words`, nor the first row in which one of
    `words` stands in some column: an answer that names a claim or a country must find it. Raises DataError, OSError.
    """
    descriptor = copy.deepcopy(load_descriptor(root))
    resources: list[Resource] = descriptor["resources"]
    tables = {resource["name"]: list(read_rows(root / DATA / resource["path"])) for resource in resources}
    chance = Chance(number)
    kept = _thin(resources, tables, set(words), chance)
    (folder / DATA).mkdir(parents=True)
    for resource in resources:
        path = folder / DATA / resource["path"]
        change = _change(resource, tables[resource["name"]], chance)
        _write(path, resource, [change(row) for row in kept[resource["name"]]])
        resource["hash"], resource["bytes"] = fingerprint(path)
        resource["lastRow"] = last_row(path.parents[1], resource)
    for path in (root / DATA).iterdir():  # the codebook, and whatever else a notebook may look for
        if path.is_file() and not (folder / DATA / path.name).exists() and path.name != DESCRIPTOR:
            shutil.copy(path, folder / DATA / path.name)
    (folder / DATA / DESCRIPTOR).write_text(json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n", "utf-8")


@dataclass(frozen=True)
class Chance:
    """Draws numbers that depend on nothing but the twin's number and what they are drawn for."""

    number: int

    def of(self, *what: object) -> float:
        """Return a number from 0 up to 1, the same for the same `what`."""
        text = "\x1f".join(map(str, (self.number, *what)))
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest(), "big") / 2**56

    def factor(self, value: float) -> float:
        """Return the factor for a value; equal ones have the same, also in another table or in millions, not billions.

        So they stay equal, and what two tables tell of one thing still agrees.
        """
        digits = f"{abs(value):.12e}".partition("e")[0]
        size = LEAST + (MOST - LEAST) * self.of("size", digits)
        return size if self.of("direction", digits) < 0.5 else 1 / size


# --- rows ------------------------------------------------------------------------------------------------------


def _thin(
    resources: Sequence[Resource], tables: Mapping[str, Table], words: Collection[str], chance: Chance
) -> dict[str, Table]:
    """Return the tables without the rows that the twin leaves out; every key that is left leads somewhere."""
    keys = {resource["name"]: key for resource in resources if (key := _list_key(resource))}
    safe = _safe(resources, tables, keys, words)
    gone = {
        name: {row[key] for row in tables[name] if chance.of("row", name, row[key]) < LEFT_OUT} - safe[name]
        for name, key in keys.items()
    }
    unwanted = gone.pop(WITNESSES, set())
    kept = dict(tables)
    size = -1
    while size != (size := sum(map(len, kept.values()))):  # what belongs to a row that is gone goes too
        for resource in resources:
            name = resource["name"]
            own = [
                row
                for row in kept[name]
                if not any(cell in gone.get(table, ()) for table, cell in _needs(resource, row))
            ]
            kept[name] = [row for row in own if name not in gone or row[keys[name]] not in gone[name]]
            if name in gone:
                gone[name] |= {row[keys[name]] for row in tables[name]} - {row[keys[name]] for row in kept[name]}
    used = {
        cell for one in resources for row in kept[one["name"]] for table, cell in _needs(one, row) if table == WITNESSES
    }
    if WITNESSES in keys:
        key = keys[WITNESSES]
        kept[WITNESSES] = [row for row in kept[WITNESSES] if row[key] in used or row[key] not in unwanted]
    return kept


def _list_key(resource: Resource) -> str:
    """Return the one column of text that names each row of a list of things; "" for a table of measurements."""
    keys = resource["schema"]["primaryKey"]
    kinds = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
    return str(keys[0]) if len(keys) == 1 and kinds[keys[0]] == "string" else ""


def _safe(
    resources: Sequence[Resource], tables: Mapping[str, Table], keys: Mapping[str, str], words: Collection[str]
) -> dict[str, set[str]]:
    """Return the keys of the rows that stay in each list: those that an answer may name, and what they belong to."""
    safe: dict[str, set[str]] = {name: set() for name in keys}
    todo: list[tuple[Resource, Row]] = []
    for resource in resources:
        met: set[tuple[str, str]] = set()
        for row in tables[resource["name"]] if resource["name"] in keys else []:
            new = {(column, cell) for column, cell in row.items() if cell in words} - met
            met |= new
            owner_is_named = any(cell in words for table, cell in _needs(resource, row) if table != WITNESSES)
            if new or owner_is_named:
                todo.append((resource, row))
    rows = {name: {row[key]: row for row in tables[name]} for name, key in keys.items()}
    by_name = {resource["name"]: resource for resource in resources}
    while todo:
        resource, row = todo.pop()
        safe[resource["name"]].add(row[keys[resource["name"]]])
        for table, cell in _needs(resource, row):
            if table in keys and cell not in safe[table]:
                todo.append((by_name[table], rows[table][cell]))
    return safe


def _needs(resource: Resource, row: Row) -> Iterator[tuple[str, str]]:
    """Yield the table and key of each row that a row leads to."""
    for key in [*resource["schema"].get("foreignKeys", []), *resource.get("conditionalForeignKeys", [])]:
        cell = row[key["fields"]]
        if cell and all(row[name] in values for name, values in key.get("where", {}).items()):
            yield key["reference"]["resource"], cell


# --- values ----------------------------------------------------------------------------------------------------


def _change(resource: Resource, rows: Table, chance: Chance) -> Callable[[Row], Row]:
    """Return the function that gives a row its other values."""
    fields = [field for field in resource["schema"]["fields"] if _is_measure(field, resource)]
    steps = [field for field in resource["schema"]["fields"] if _is_step(field, resource)]
    places = {field["name"]: max((_decimals(row[field["name"]]) for row in rows), default=0) for field in fields}
    keys = resource["schema"]["primaryKey"]

    def changed(row: Row) -> Row:
        twin = dict(row)
        factors: dict[str, float] = {}  # low and high of one span move together
        for field in fields:
            name, unit = field["name"], field.get("unit") or row.get(resource.get("unit_field", ""), "")
            if not row[name]:
                continue
            value = float(row[name])
            if unit == "degrees":
                value += DEGREES * (2 * chance.of(name, value) - 1)
            else:
                together = field.get("unit") or name.removesuffix("_high").removesuffix("_low")
                factor = factors.setdefault(together, chance.factor(value))
                value = _scaled(value, factor, "percent" in unit, places[name])
            twin[name] = _written(_within(value, field), places[name])
        for field in steps:
            twin[field["name"]] = _stepped(row[field["name"]], field, chance.of(field["name"], *map(row.get, keys)))
        return twin

    return changed


def _is_measure(field: Mapping[str, Any], resource: Resource) -> bool:
    """Return whether a field is something measured: not a key, a year, or a number that only orders or names."""
    if field["type"] not in {"number", "integer"} or field["name"] in resource["schema"]["primaryKey"]:
        return False
    if field.get("unit") == "year" or "enum" in field.get("constraints", {}):
        return False
    return field["type"] == "number" or bool(field.get("unit")) or field["name"] == "value"


def _is_step(field: Mapping[str, Any], resource: Resource) -> bool:
    """Return whether a field is a step on a scale of whole numbers, such as a stance from -2 to 2."""
    return (
        field["type"] == "integer"
        and "enum" in field.get("constraints", {})
        and field["name"] not in resource["schema"]["primaryKey"]
    )


def _stepped(cell: str, field: Mapping[str, Any], draw: float) -> str:
    """Return the neighbouring step for some rows, drawn upwards or downwards; the same step for the others."""
    scale = sorted(field["constraints"]["enum"])
    place = scale.index(int(cell)) + (1 if draw < STEPPED / 2 else -1 if draw < STEPPED else 0)
    return str(scale[min(max(place, 0), len(scale) - 1)])


def _decimals(cell: str) -> int:
    return len(cell.partition(".")[2])


def _scaled(value: float, factor: float, percent: bool, places: int) -> float:
    """Return a value made larger or smaller; a percentage of something stays between 0 and 100."""
    shrink = 1 + value / 100 * (factor - 1) if percent and 0 <= value <= 100 else 1.0
    scaled = value * factor / shrink
    if round(scaled, places) == value and abs(value) > 10**-places:  # too small for the column's decimals
        step = math.copysign(10**-places, value) * (1 if factor > 1 else -1)
        return value if percent and value + step > 100 else value + step
    return scaled


def _within(value: float, field: Mapping[str, Any]) -> float:
    limits = field.get("constraints", {})
    return float(min(max(value, limits.get("minimum", -math.inf)), limits.get("maximum", math.inf)))


def _written(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def _write(path: Path, resource: Resource, rows: Table) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        names = [field["name"] for field in resource["schema"]["fields"]]
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
