"""Know who should be there: read a roster, and say which of its rows a learner's notebooks belong to."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from alliance.data.csvtext import UnreadableCSV, read_lines, read_records

MOST_LETTERS = 60
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Names that Windows keeps for devices."""
COLUMNS = {
    "student": "name",
    "full name": "name",
    "first name": "first",
    "last name": "last",
    "surname": "last",
    "id number": "id",
    "email address": "email",
}
"""How Canvas's and Moodle's own exports call what a roster calls otherwise; case and underscores do not count."""

SEPARATORS = ",;\t"


class NoRoster(Exception):
    """A file is no roster; the message says what it needs."""


@dataclasses.dataclass(frozen=True)
class Learner:
    """A learner: the name that results are kept under, and the number that the school's system knows them by."""

    name: str
    number: str = ""
    system: str = ""

    @property
    def folder(self) -> str:
        """A name for files that every system can hold: letters, digits, dots and dashes, then the number.

        A name of which more is lost than its spaces gets some letters of its hash, so that two names stay two.
        """
        name = unicodedata.normalize("NFC", self.name)
        plain = re.sub(r"[^\w.-]+", "_", name).strip("._-")[:MOST_LETTERS] or "unnamed"
        if plain != name.replace(" ", "_") or RESERVED.fullmatch(plain):
            plain = f"{plain}-{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:6]}"
        return f"{plain}-{self.number}" if self.number else plain


@dataclasses.dataclass(frozen=True)
class Enrolled:
    """A row of a roster. `id` is Canvas's user ID or Moodle's ID number; what a roster does not say is empty."""

    name: str
    id: str = ""
    email: str = ""
    username: str = ""
    sis_user_id: str = ""
    sis_login_id: str = ""
    section: str = ""


FIELDS = {field.name for field in dataclasses.fields(Enrolled)} | {"first", "last"}


@dataclasses.dataclass(frozen=True)
class Match:
    """Which row of the roster each learner is, by the learner's folder, and what could not be decided."""

    rows: Mapping[str, Enrolled]
    doubts: Sequence[str]


def read_roster(path: Path) -> list[Enrolled]:
    """Return the rows of a roster: a CSV with a column `name` and, if there are, the others of `Enrolled`.

    The files that Canvas (Gradebook, Export) and Moodle (Participants) write are rosters, too; columns are separated by
    commas, semicolons or tabs. Raises NoRoster.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = [_plain(row) for row in read_records(text, _separator(text))]
    except OSError as error:
        raise NoRoster(f"{path} cannot be read ({error.strerror}). Name the CSV file of the roster.") from None
    except UnicodeDecodeError:
        raise NoRoster(
            f"{path} is no CSV file in UTF-8. Save it as one: in Excel choose the type “CSV UTF-8”, elsewhere UTF-8."
        ) from None
    except UnreadableCSV as error:
        raise NoRoster(f"{path} cannot be read as a CSV file ({error}).") from None
    if not rows or not any(row.get("name") or row.get("last") for row in rows):
        raise NoRoster(f"{path} needs a header with a column “name” (and, if you have one, “id”), and rows.")
    enrolled = [
        Enrolled(**{field.name: row.get(field.name, "") for field in dataclasses.fields(Enrolled)}) for row in rows
    ]
    return [one for one in enrolled if one.name and not one.name.startswith("Points Possible")]


def _separator(text: str) -> str:
    """Return what stands between a file's columns: Excel puts semicolons where a comma is the decimal sign.

    It is what makes most known columns of the header, which may hold the others in titles of assignments.
    """

    def known(separator: str) -> int:
        header = next(iter(read_lines(text, separator)), [])
        return len(FIELDS & {_column(cell) for cell in header})

    return max(SEPARATORS, key=known)


def _column(title: str) -> str:
    """Return the name that `Enrolled` uses for a column."""
    name = " ".join(title.replace("_", " ").casefold().split())
    return COLUMNS.get(name, name.replace(" ", "_"))


def _plain(row: Mapping[str, str | None]) -> dict[str, str]:
    """Return a row with the names of columns that `Enrolled` uses."""
    found = {}
    for column, cell in row.items():
        found[_column(column)] = (cell or "").strip()
    if "name" not in found and ("first" in found or "last" in found):
        found["name"] = f"{found.get('first', '')} {found.get('last', '')}".strip()
    return found


def match(learners: Sequence[Learner], roster: Sequence[Enrolled]) -> Match:
    """Return which row each learner is: by Canvas's number where both have it, else by a name that only one row has.

    The number in Moodle's downloads is that of the submission, so it tells nothing. A row that several learners
    would be, and a name that several rows have, are left open and told as doubts.
    """
    found: dict[str, Enrolled] = {}
    doubts: list[str] = []
    for learner in learners:
        by_number = [row for row in roster if row.id and learner.system == "canvas" and row.id == learner.number]
        same_name = [row for row in roster if _letters(row.name) == _letters(learner.name)]
        by_name = [row for row in same_name if not (learner.system == "canvas" and row.id)]
        rows = by_number or by_name
        if len(rows) == 1:
            found[learner.folder] = rows[0]
        elif rows:
            doubts.append(f"{len(rows)} rows of the roster are called {learner.name}; which is meant was left open.")
    for row in {id(row): row for row in found.values()}.values():
        several = [folder for folder, own in found.items() if own is row]
        if len(several) > 1:
            doubts.append(f"{' and '.join(several)} would be the same row of the roster, {row.name}; it was left open.")
            for folder in several:
                del found[folder]
    return Match(found, doubts)


def _letters(name: str) -> str:
    """Return the letters and digits of a name alone, as Canvas writes names into those of files."""
    plain = unicodedata.normalize("NFC", name).casefold()
    return "".join(one for one in plain if one.isalnum()) or plain
