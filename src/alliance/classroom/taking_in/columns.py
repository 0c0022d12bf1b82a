"""Find out what the columns of a roster hold: by their titles where these are known, else by place and shape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

TITLES = {
    "name": "name",
    "student": "name",
    "student name": "name",
    "full name": "name",
    "fullname": "name",
    "first name": "first",
    "firstname": "first",
    "given name": "first",
    "last name": "last",
    "lastname": "last",
    "surname": "last",
    "family name": "last",
    "id": "id",
    "id number": "id",
    "student id": "id",
    "user id": "id",
    "org defined id": "id",
    "orgdefinedid": "id",
    "matriculation": "id",
    "sid": "id",
    "email": "email",
    "e-mail": "email",
    "email address": "email",
    "e-mail address": "email",
    "username": "username",
    "user name": "username",
    "login": "username",
    "github username": "username",
    "sis user id": "sis_user_id",
    "sis login id": "sis_login_id",
    "section": "section",
    "identifier": "identifier",
}
"""What a column's title means, in the words of the systems' English exports and of ours; case and `_` do not count."""
ENGLISH = {"identifier", "grade", "maximum grade", "email address", "github username", "sis user id", "first name"}
"""Titles that only an English export has: in it a column of names would have a title that is known."""
ADDRESS = re.compile(r"[^@\s,;]+@[^@\s,;]+")
NUMBERED = re.compile(r"(?P<word>\D*?)(?P<number>\d+)")
LOOKED_AT = 200
"""Rows by which a column's shape is told."""
MOSTLY = 0.8


def title(cell: str) -> str:
    """Return what a column is by its title; the title itself, small and with underscores, where that is not known."""
    name = " ".join(cell.replace("_", " ").casefold().split())
    return TITLES.get(name, name.replace(" ", "_"))


def with_header(table: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """Return a table with a row of empty titles above it where its first row is a person already.

    A row is a person's where no title in it is known and a cell is an address.
    """
    first = table[0] if table else ()
    named = any(title(cell) in set(TITLES.values()) for cell in first)
    return [[""] * len(first), *table] if not named and any(_is_address(cell.strip()) for cell in first) else table


def meanings(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Mapping[str, int]:
    """Return the place of each thing that a roster knows of people: name (or first and last), id, email, ….

    Titles come first. In the exports of a system that speaks another language the same columns stand in the same
    places: names are the first one or two columns of words, an address has an @, and a column of numbers of which no
    two are alike, before the address or right behind the names, holds IDs.
    """
    found: dict[str, int] = {}
    for place, cell in enumerate(header):
        found.setdefault(title(cell), place)
    known = {meaning: place for meaning, place in found.items() if meaning in set(TITLES.values())}
    columns = [[_cell(row, place) for row in rows[:LOOKED_AT]] for place in range(len(header))]
    free = [place for place in range(len(header)) if place not in known.values() and any(columns[place])]
    if "email" not in known:
        addresses = [place for place in free if _share(columns[place], _is_address) >= MOSTLY]
        known |= {"email": addresses[0]} if addresses else {}
        free = [place for place in free if place not in addresses]
    if "identifier" not in known and free and free[0] == 0 and _are_numbered(columns[0]):
        known["identifier"] = free.pop(0)
    certain = {"id", "email", "identifier", "username", "sis_user_id"} & known.keys()
    numbers = [place for place in free if _are_ids(columns[place])]
    english = ENGLISH & {" ".join(cell.replace("_", " ").casefold().split()) for cell in header}
    if not {"name", "first", "last"} & known.keys() and (certain or numbers) and not english:
        known |= _names(free, columns, before=known.get("email", len(header)), ids=numbers)
    names = [known[one] for one in ("name", "first", "last") if one in known]
    nearby = [place for place in numbers if names and place <= max(*names, known.get("email", 0)) + 1]
    if "id" not in known and nearby and not english:  # in English it would have a title; what has another is points
        known["id"] = nearby[0]
    return known


def _names(free: Sequence[int], columns: Sequence[Sequence[str]], before: int, ids: Sequence[int]) -> dict[str, int]:
    """Return which columns hold names: one with whole names, or two beside each other with parts of them."""
    words = [place for place in free if place not in ids and _share(columns[place], _is_name) >= MOSTLY]
    words = [place for place in words if place < before] or words
    if not words:
        return {}
    first, second = words[0], words[1] if len(words) > 1 else -1
    spaced = _share(columns[first], lambda cell: " " in cell) >= MOSTLY and not _is_varied(columns[second])
    whole = spaced or _share(columns[first], lambda cell: "," in cell) >= MOSTLY
    if second != first + 1 or whole:
        return {"name": first} if _is_varied(columns[first]) else {}
    both = [f"{one} {other}" for one, other in zip(columns[first], columns[second], strict=True)]
    return {"first": first, "last": second} if _is_varied(both) else {}


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _share(cells: Sequence[str], holds: object) -> float:
    filled = [cell for cell in cells if cell]
    return sum(bool(holds(cell)) for cell in filled) / len(filled) if filled and callable(holds) else 0.0


def _variety(cells: Sequence[str]) -> float:
    """Return how many of a column's cells differ, as a share of those that are filled."""
    filled = [cell for cell in cells if cell]
    return len(set(filled)) / len(filled) if filled else 0.0


def _is_varied(cells: Sequence[str]) -> bool:
    """Return whether a column's cells differ as names do, and not as a status or a group; of few rows who can say."""
    return len(cells) < 4 or _variety(cells) >= 0.4


def _is_address(cell: str) -> bool:
    return ADDRESS.fullmatch(cell) is not None


def _is_name(cell: str) -> bool:
    """Return whether a cell may be a name or a part of one: letters, and no digits."""
    return any(letter.isalpha() for letter in cell) and not any(letter.isdigit() for letter in cell) and "@" not in cell


def _are_ids(cells: Sequence[str]) -> bool:
    """Return whether cells are IDs: a word without spaces that has digits, no two alike."""
    good = _share(cells, lambda cell: not re.search(r"[\s@.,:]", cell) and any(letter.isdigit() for letter in cell))
    return good >= MOSTLY and _variety(cells) == 1


def _are_numbered(cells: Sequence[str]) -> bool:
    """Return whether cells are one word with different numbers, as Moodle calls those whose names are hidden."""
    matches = [NUMBERED.fullmatch(cell) for cell in cells if cell]
    words = {match["word"] for match in matches if match}
    return bool(matches) and all(matches) and len(words) == 1 and words != {""} and _variety(cells) == 1
