"""Know who should be there: read a roster, and name the folder of each learner's results."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from alliance.classroom.taking_in.columns import meanings, with_header
from alliance.classroom.taking_in.files.tables import UnreadableTable, read_table
from alliance.plaintext import TURNING

MOST_BYTES = 120
"""How long the part of a file's name is that stands for a learner's name, at most, in UTF-8."""
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Names that Windows keeps for devices."""
NOBODY = {"student,test", "test,student"}
"""How the roster calls the invented student with whom teachers look at a course in Canvas."""
IDENTIFIERS = ("id", "email", "username", "sis_user_id", "sis_login_id", "identifier")
"""What of a roster's row can tell two people of one name apart."""

SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
"""What a spreadsheet makes of a long number: `1.23457E+07`, with its last digits lost."""
WRAPPED = (re.compile(r'="(.*)"'), re.compile(r"['#](.+)"), re.compile(r"(\d{4,})[.,]0+"))
"""What stands around an ID so that spreadsheets leave it alone, as Brightspace's # does, or what they add to it."""


class NoRoster(Exception):
    """A file is no roster; the message says what it needs."""


@dataclasses.dataclass(frozen=True)
class Learner:
    """A learner: the name that results are kept under, and the number that the school's system knows them by.

    `canvas` is Canvas's user ID, where it was found in the name of a file. `mark` tells learners apart whose folders
    would otherwise be one.
    """

    name: str
    number: str = ""
    system: str = ""
    canvas: str = ""
    mark: str = ""

    @property
    def folder(self) -> str:
        """A name for files that every system can hold: letters, digits, dots and dashes, then the number.

        A name of which more is lost than its spaces gets some letters of its hash, so that two names stay two.
        """
        parts = [_plain_name(self.name, "unnamed"), _plain_name(self.number, "") if self.number else "", self.mark]
        return "-".join(part for part in parts if part)


def _plain_name(text: str, nothing: str) -> str:
    name = unicodedata.normalize("NFC", text)
    plain = re.sub(r"[^\w.-]+", "_", name).strip("._-")
    plain = plain.encode("utf-8", "replace")[:MOST_BYTES].decode("utf-8", "ignore").rstrip("._-") or nothing
    if plain != name.replace(" ", "_") or RESERVED.fullmatch(plain):
        plain = f"{plain}-{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:6]}".strip("-")
    return plain


@dataclasses.dataclass(frozen=True)
class Enrolled:
    """A row of a roster. `id` is Canvas's user ID or Moodle's ID number; what a roster does not say is empty.

    `identifier` is what else a row is called by: “Participant 101” in Moodle's grading worksheet, or a number of the
    school's in GitHub Classroom.
    """

    name: str
    id: str = ""
    email: str = ""
    username: str = ""
    sis_user_id: str = ""
    sis_login_id: str = ""
    section: str = ""
    identifier: str = ""


def read_roster(path: Path) -> list[Enrolled]:
    """Return the people of a roster: a CSV with a column `name` and, if there are, the others of `Enrolled`.

    The files that Canvas (Gradebook, Export), Moodle (Participants, or the worksheet for grading) and GitHub Classroom
    write are rosters too, in whatever language. A row that stands there twice is one person; Canvas's “Student, Test”
    and its row of points are nobody. Raises NoRoster.
    """
    try:
        header, *rows = with_header(read_table(path)) or [[]]
    except UnreadableTable as why:
        hint = " Name the CSV file of the roster." if "cannot be read (" in str(why) else ""
        raise NoRoster(f"{path} {why}.{hint}") from None
    places = meanings(header, rows)
    people = [one for row in rows if (one := _person(row, places)) is not None]
    if not people:
        titles = ", ".join(f"“{cell.strip()}”" for cell in header if cell.strip())
        found = f"Its columns are {titles}" if titles else "It has none"
        lacking = ", and no row with a name stands below them" if places.keys() & {"name", "first", "last"} else ""
        raise NoRoster(
            f"{path} needs a header with a column “name” (and, if you have one, “id”), and rows. {found}{lacking}."
        )
    return _each_once(people)


def _person(row: Sequence[str], places: Mapping[str, int]) -> Enrolled | None:
    """Return whom a row is about; None for a row that is about nobody."""
    cells = {meaning: _text(row[place]) for meaning, place in places.items() if place < len(row)}
    cells |= {name: _identifier(cells[name]) for name in IDENTIFIERS if name in cells}
    name = cells.pop("name", "") or f"{cells.get('first', '')} {cells.get('last', '')}".strip()
    known = {field.name: cells.get(field.name, "") for field in dataclasses.fields(Enrolled) if field.name != "name"}
    identified = any(known[one] for one in IDENTIFIERS)
    raw = row[places["name"]] if "name" in places and places["name"] < len(row) else name
    if name.startswith("Points Possible") or (raw.startswith("  ") and not identified):
        return None
    last_first = f"{cells.get('last', '')},{cells.get('first', '')}"
    if {re.sub(r",\s*", ",", name).casefold(), last_first.casefold()} & NOBODY:
        return None
    name = name or next((known[one] for one in ("identifier", "username", "email", "sis_login_id") if known[one]), "")
    return Enrolled(name, **known) if name else None


def _text(cell: str) -> str:
    """Return a cell's text in one line, without the marks that turn the order of letters around."""
    return " ".join("".join(letter for letter in cell if letter not in TURNING).split())


def _identifier(text: str) -> str:
    """Return an ID without what spreadsheets and systems put around it."""
    found = next((match[1] for one in WRAPPED if (match := one.fullmatch(text))), text)
    return found.strip()


def shortened(roster: Sequence[Enrolled]) -> list[str]:
    """Return the IDs of a roster that a spreadsheet has shortened: nobody can be recognised by them."""
    return [known for row in roster for known in (row.id, row.sis_user_id) if SHORTENED.fullmatch(known)]


def _each_once(people: Sequence[Enrolled]) -> list[Enrolled]:
    """Return people without those that stand there twice: of one name, and with no identifier that differs.

    What only one of two rows knows is known of the person, two sections are both named.
    """
    found: list[Enrolled] = []
    of_name: dict[str, list[int]] = {}
    for one in people:
        for place in of_name.get(one.name, []):
            both = [(getattr(found[place], name), getattr(one, name)) for name in IDENTIFIERS]
            alike = any(old and old == new for old, new in both) or not any(old or new for old, new in both)
            if alike and all(old == new or not old or not new for old, new in both):
                found[place] = _joined(found[place], one)
                break
        else:
            of_name.setdefault(one.name, []).append(len(found))
            found.append(one)
    return found


def _joined(one: Enrolled, other: Enrolled) -> Enrolled:
    known = {name: getattr(one, name) or getattr(other, name) for name in IDENTIFIERS}
    sections = dict.fromkeys(section for section in (one.section, other.section) if section)
    return dataclasses.replace(one, **known, section=", ".join(sections))


def as_learners(roster: Sequence[Enrolled]) -> list[Learner]:
    """Return each row as a learner, no two with folders that some disk takes for one.

    A row's ID stands in its folder, as does, where two have one name and no ID, what else tells them apart.
    """
    names = Counter(one.name.casefold() for one in roster)
    learners = []
    for one in roster:
        others = [getattr(one, name) for name in IDENTIFIERS[1:] if getattr(one, name)]
        number = one.id or (others[0] if others and names[one.name.casefold()] > 1 else "")
        learners.append(Learner(one.name, number, "roster"))
    return apart(learners)


def apart(learners: Sequence[Learner], taken: Iterable[str] = ()) -> list[Learner]:
    """Return learners with a mark on each whose folder another has on a disk that takes `Kim` and `kim` for one."""
    used = {folder.casefold() for folder in taken}
    found = []
    for one in learners:
        number = 1
        while one.folder.casefold() in used:
            number += 1
            secret = f"{one.name}\0{one.number}\0{number}".encode(errors="replace")
            one = dataclasses.replace(one, mark=hashlib.sha256(secret).hexdigest()[:6])
        used.add(one.folder.casefold())
        found.append(one)
    return found
