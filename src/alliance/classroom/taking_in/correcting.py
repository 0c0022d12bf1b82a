"""Keep `people.csv`: who was recognised by what, for the teacher to correct, and obeyed from then on."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from alliance.classroom.keeping.csvfile import as_csv
from alliance.classroom.keeping.results import load, store, write_whole
from alliance.classroom.taking_in.files.tables import UnreadableTable, read_table

FILE, RECORD = "people.csv", ".people.json"
BY_HAND = "by hand"
NOBODY = "nobody"
"""What a teacher writes as the name of who is not to be graded."""
FOUND_AS, BY, RESULTS, FILES = "found as", "recognised by", "results", "files"
HEADER = (FOUND_AS, "name", "id", "email", BY, RESULTS, FILES)
ASKED = ("name", "id", "email")
MOST_FILES = 4
"""How many of somebody's files are named."""
GRADES = "grades"
"""The folder of stored results, with one for each learner."""


class UnreadablePeople(Exception):
    """`people.csv` is there and cannot be read; the message says what to do."""


@dataclasses.dataclass(frozen=True)
class Correction:
    """Who somebody is, as a teacher says: the cells of a row that was changed by hand."""

    name: str
    id: str = ""
    email: str = ""


@dataclasses.dataclass(frozen=True)
class Recognised:
    """Somebody who was found in the submissions: how the path calls them, who that is, by what, with which files."""

    found_as: str
    name: str
    id: str
    email: str
    by: str
    folder: str
    files: Sequence[str] = ()


@dataclasses.dataclass(frozen=True)
class People:
    """What `people.csv` says: corrections by what the path calls somebody, all rows, and where results were kept."""

    corrections: Mapping[str, Correction] = dataclasses.field(default_factory=dict)
    rows: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)


def read_people(out: Path) -> People:
    """Return what stands in the `people.csv` of a folder of results; nothing where there is none.

    A row is a correction when its name, ID or address is not what the last run wrote. Raises UnreadablePeople.
    """
    path = out / FILE
    if not path.exists():
        return People()
    try:
        header, *lines = read_table(path) or [[]]
    except UnreadableTable as why:
        raise UnreadablePeople(f"{path} {why}. Mend it, or delete it to have everybody recognised anew.") from None
    places = {cell.strip().casefold(): place for place, cell in enumerate(header)}
    if FOUND_AS not in places:
        titles = ", ".join(f"“{cell.strip()}”" for cell in header if cell.strip())
        raise UnreadablePeople(
            f"{path} needs the column “{FOUND_AS}”; it has {titles or 'none'}. Mend it, or delete it to have everybody "
            "recognised anew."
        )
    written = _written(out)
    rows, corrections = {}, {}
    for line in lines:
        cells = {name: _cell(line, place) for name, place in places.items()}
        found_as = cells.pop(FOUND_AS)
        said = Correction(*(cells.get(name, "") for name in ASKED))
        if not found_as:
            continue
        rows[found_as] = cells
        before = written.get(found_as)
        changed = before is not None and before != [said.name, said.id, said.email]
        if (changed or before is None or cells.get(BY) == BY_HAND) and any(dataclasses.astuple(said)):
            corrections[found_as] = said
    return People(corrections, rows)


def _cell(line: Sequence[str], place: int) -> str:
    """Return a cell without the apostrophe that keeps spreadsheets from taking it for a formula."""
    text = line[place].strip() if place < len(line) else ""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text


def _written(out: Path) -> dict[str, list[str]]:
    """Return what the last run wrote of each row: name, ID and address."""
    try:
        data = json.loads((out / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    pairs = data.items() if isinstance(data, dict) else ()
    return {str(key): list(map(str, value)) for key, value in pairs if isinstance(value, list)}


def write_people(out: Path, recognised: Sequence[Recognised], known: People) -> None:
    """Write `people.csv`: a row for everybody found now, and those of earlier runs, as they stand. Raises OSError.

    Results that were kept of somebody who is another now are moved along, so that none is counted twice.
    """
    found = {one.found_as: one for one in recognised}
    rows: list[Sequence[str]] = []
    written = _written(out)
    for one in sorted(recognised, key=lambda one: (one.name.casefold(), one.found_as)):
        _move(out, known.rows.get(one.found_as, {}).get(RESULTS, ""), one, recognised)
        said = known.corrections.get(one.found_as)
        shown = dataclasses.astuple(said) if said else (one.name, one.id, one.email)
        rows.append([one.found_as, *shown, one.by, one.folder, _few(one.files)])
        written[one.found_as] = list(shown)
    for found_as, cells in known.rows.items():
        if found_as not in found:
            by = BY_HAND if found_as in known.corrections else cells.get(BY, "")
            said_before = [cells.get(name, "") for name in ASKED]
            rows.append([found_as, *said_before, by, cells.get(RESULTS, ""), cells.get(FILES, "")])
            written[found_as] = said_before
    write_whole(out / FILE, as_csv(HEADER, rows))
    write_whole(out / RECORD, json.dumps(written, ensure_ascii=False, indent=1) + "\n")


def _few(files: Sequence[str]) -> str:
    """Return files in a row, the first few of them: a copy of the course has many."""
    rest = len(files) - MOST_FILES
    return "; ".join(files[:MOST_FILES]) + (f" and {rest} more" if rest > 0 else "")


def _move(out: Path, before: str, one: Recognised, everybody: Sequence[Recognised]) -> None:
    """Move stored results to the folder of who it is now, unless they are somebody else's, or others are there."""
    shared = any(other.folder == before for other in everybody)
    if not before or not one.folder or before == one.folder or shared or os.sep in before or before.startswith("."):
        return
    for path in sorted((out / GRADES / before).glob("*.json")):
        place = out / GRADES / one.folder / path.name
        result = load(path)
        if result is not None and not place.exists():
            store(place, dataclasses.replace(result, learner=one.folder))
            path.unlink()
