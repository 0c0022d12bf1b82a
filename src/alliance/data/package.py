"""Find the course's Data Package, read its description and its tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from alliance.data.csvtext import read_records

if TYPE_CHECKING:
    import pandas as pd

DATA = "data"
DESCRIPTOR = "datapackage.json"

Descriptor = dict[str, Any]
Resource = dict[str, Any]


class DataError(Exception):
    """Something about the data that the user can put right; the text is the sentence to show."""


class RootNotFound(DataError):
    """No folder of the course was found."""


class UnknownTable(DataError):
    """The package has no table of that name."""


class BrokenDescriptor(DataError):
    """`datapackage.json` cannot be read."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class TableSummary:
    """What `alliance data list` shows of one table; the years are None where a table has no time."""

    name: str
    title: str
    path: Path
    rows: int
    columns: int
    first_year: int | None
    last_year: int | None
    bytes: int


def find_root(start: Path | None = None) -> Path:
    """Return the course's root: the folder that holds `data/datapackage.json`.

    Looks in `start` (default: the working directory) and its parents, so that it works from a notebook's
    folder, then where this package is installed from. Raises RootNotFound.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents, *Path(__file__).resolve().parents):
        if (folder / DATA / DESCRIPTOR).is_file():
            return folder
    raise RootNotFound(f"No data/datapackage.json in {start} or above it. Run the command inside the course's folder.")


def load_descriptor(root: Path) -> Descriptor:
    """Return the package's description as plain dictionaries. Raises BrokenDescriptor."""
    path = root / DATA / DESCRIPTOR
    try:
        descriptor = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BrokenDescriptor(f"{path} does not exist.") from None
    except UnicodeDecodeError:
        raise BrokenDescriptor(f"{path} is not UTF-8 text. Save it as UTF-8.") from None
    except json.JSONDecodeError as error:
        raise BrokenDescriptor(f"{path} is not valid JSON: {error.msg}.", error.lineno) from None
    if not isinstance(descriptor, dict) or not isinstance(descriptor.get("resources"), list):
        raise BrokenDescriptor(f"{path} has no list of resources.")
    return descriptor


def find_resource(descriptor: Descriptor, name: str) -> Resource:
    """Return one table's description. Raises UnknownTable, with the names there are."""
    for resource in descriptor["resources"]:
        if resource["name"] == name:
            return dict(resource)
    names = ", ".join(resource["name"] for resource in descriptor["resources"])
    raise UnknownTable(f"There is no table {name!r}. There are: {names}.")


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file as text, keyed by column."""
    for row in read_records(path.read_text(encoding="utf-8")):
        yield {column: cell or "" for column, cell in row.items()}


def years(root: Path, resource: Resource) -> list[int]:
    """Return the year of every row that has one, sorted; [] for a table without time.

    The column is the one that the resource's `coverage` names; a date's first four digits are its year.
    """
    column = resource.get("coverage", {}).get("field")
    if column is None:
        return []
    found = (re.match(r"\d{4}", row[column] or "") for row in read_rows(root / DATA / resource["path"]))
    return sorted(int(match.group()) for match in found if match)


def list_tables(root: Path) -> list[TableSummary]:
    """Return a summary of every table, in the package's order."""
    return [_summarise(root, resource) for resource in load_descriptor(root)["resources"]]


def _summarise(root: Path, resource: Resource) -> TableSummary:
    path = root / DATA / resource["path"]
    if not path.is_file():
        raise DataError(f"data/{resource['path']} is missing. Restore it, or take it out of datapackage.json.")
    covered = years(root, resource)
    return TableSummary(
        name=resource["name"],
        title=resource["title"],
        path=path,
        rows=sum(1 for _ in read_rows(path)),
        columns=len(resource["schema"]["fields"]),
        first_year=covered[0] if covered else None,
        last_year=covered[-1] if covered else None,
        bytes=path.stat().st_size,
    )


def read_table(root: Path, name: str) -> pd.DataFrame:
    """Read one table with its documented pandas options."""
    import pandas as pd

    resource = find_resource(load_descriptor(root), name)
    options: dict[str, Any] = resource.get("pandas_options", {})
    return cast("pd.DataFrame", pd.read_csv(root / DATA / resource["path"], **options))


def read_csv_call(resource: Resource, folder: str = "../data") -> str:
    """Return the line of Python that reads the table with the right types."""
    arguments = [f'"{folder}/{resource["path"]}"']
    for option, value in resource.get("pandas_options", {}).items():
        arguments.append(f"{option}={json.dumps(value, ensure_ascii=False)}")
    return f"pd.read_csv({', '.join(arguments)})"


def show_table(root: Path, name: str, rows: int = 8) -> str:
    """Return a plain-text description of one table with its first rows, for a terminal."""
    resource = find_resource(load_descriptor(root), name)
    table = read_table(root, name)
    width = max(len(field["name"]) for field in resource["schema"]["fields"])
    lines = [
        f"{resource['name']}: {resource['title']}",
        f"One row is {resource['row']}. {len(table)} rows.",
        "",
        *(f"  {field['name']:<{width}}  {describe_type(field)}" for field in resource["schema"]["fields"]),
        "",
        f"What it cannot tell you: {resource['cannot_tell']}",
        f"Read it with: {read_csv_call(resource)}",
        "",
        table.head(rows).to_string(index=False, max_colwidth=28),
    ]
    return "\n".join(lines)


def describe_type(field: dict[str, Any]) -> str:
    """Return a field's type and unit in words, as in `number, kilometres`."""
    unit = field.get("unit")
    return f"{field['type']}, {unit}" if unit else str(field["type"])
