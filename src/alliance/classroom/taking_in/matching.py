"""Say which row of a roster is meant by what stands in a path: an ID, an address, a login, a name in any spelling."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from alliance.classroom.taking_in.files.naming import bare, exact, letters, turned, umlauts
from alliance.classroom.taking_in.roster import Enrolled, Learner, as_learners

FIELDS = (
    ("id", "ID"),
    ("sis_user_id", "SIS user ID"),
    ("sis_login_id", "SIS login ID"),
    ("username", "user name"),
    ("email", "e-mail address"),
    ("identifier", "identifier"),
)
"""What identifies a row, with the words for it."""
NUMBER = re.compile(r"\D+?(\d+)")
APART = re.compile(r"[\s_+()\[\]{},;–—-]+|\.(?=\D)")
"""What stands between the words of a file's name."""
SHORTEST, FEWEST_DIGITS = 3, 4
"""A login found among other words has so many letters at least, a number so many digits."""


@dataclasses.dataclass(frozen=True)
class Match:
    """Which row of the roster each learner is, by the learner's folder, and what could not be decided."""

    rows: Mapping[str, Enrolled]
    doubts: Sequence[str]


@dataclasses.dataclass(frozen=True)
class Hit:
    """The rows that something in a path may mean, by their places in the roster, and by what they were recognised."""

    rows: Sequence[int] = ()
    by: str = ""


class Roster:
    """A roster to look people up in. An identifier or a name that several rows have decides nothing."""

    def __init__(self, rows: Sequence[Enrolled]) -> None:
        self.rows = rows
        self.learners = as_learners(rows)
        self._fields: list[tuple[str, dict[str, list[int]]]] = []
        for field, word in FIELDS:
            self._fields.append((word, self._index(_only(field))))
        self._participants = self._index(_participant)
        self._names = [
            ("name", self._index(lambda row: [row.name], exact)),
            ("name", self._index(lambda row: [row.name], letters)),
            ("name", self._index(lambda row: turned(row.name), letters)),
            ("name without accents", self._index(lambda row: turned(row.name), bare)),
            ("name without accents", self._index(lambda row: turned(row.name), umlauts)),
        ]
        self._loose = [
            ("e-mail address", self._index(lambda row: [row.email], letters)),
            ("first part of the e-mail address", self._index(lambda row: [row.email.partition("@")[0]])),
            ("ID without zeros", self._index(lambda row: [row.id.lstrip("0")])),
        ]

    @property
    def names(self) -> frozenset[str]:
        """The letters of all names, in whatever order their parts are."""
        return frozenset(self._names[2][1])

    def _index(
        self, keys: Callable[[Enrolled], Iterable[str]], form: Callable[[str], str] = str.casefold
    ) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, row in enumerate(self.rows):
            for key in {form(exact(key)) for key in keys(row) if key} - {""}:
                found.setdefault(key, []).append(place)
        return found

    def by_id(self, text: str, *words: str) -> Hit:
        """Return the row that a text identifies as its ID, address or login; with `words`, as one of these alone."""
        key = exact(text).casefold()
        for word, index in self._fields:
            rows = index.get(key, [])
            if key and len(rows) == 1 and (not words or word in words):
                return Hit(rows, word)
        return Hit()

    def by_participant(self, number: str) -> Hit:
        """Return the row that Moodle's worksheet gives a participant's number to."""
        rows = self._participants.get(number, [])
        return Hit(rows, "participant number") if len(rows) == 1 else Hit()

    def by_name(self, text: str) -> Hit:
        """Return the rows of a name, by the strictest spelling in which there are any."""
        forms: tuple[Callable[[str], str], ...] = (exact, letters, letters, bare, umlauts)
        for number, ((by, index), form) in enumerate(zip(self._names, forms, strict=True)):
            for name in [text] if number < 2 else turned(text):
                if rows := index.get(form(exact(name)), []):
                    return Hit(rows, by)
        return Hit()

    def by_whole(self, text: str) -> Hit:
        """Return the rows that a text means as a whole."""
        hit = self.by_id(text)
        hit = hit if hit.rows else self.by_name(text)
        if hit.rows:
            return hit
        for (by, index), form in zip(self._loose, (letters, str.casefold, _without_zeros), strict=True):
            rows = index.get(form(exact(text)), [])
            if len(rows) == 1:
                return Hit(rows, by)
        return Hit()

    def by_words(self, text: str) -> Hit:
        """Return the row that a run of words of a text means, such as the login in `exercise-05-adatest`.

        The longest run counts. A name must have two parts, and a number must be long: short ones stand everywhere.
        """
        words = [word for word in APART.split(text) if word]
        for length in range(min(len(words) - 1, 6), 0, -1):
            hits = []
            for begin in range(len(words) - length + 1):
                run = words[begin : begin + length]
                hits.append(self._by_run(run))
            rows = {row for hit in hits for row in hit.rows}
            if rows:
                by = next(hit.by for hit in hits if hit.rows)
                return Hit(sorted(rows), by)
        return Hit()

    def _by_run(self, run: Sequence[str]) -> Hit:
        joined = [separator.join(run) for separator in ("-", "_", ".", "")]
        for text in joined if len(run) > 1 else joined[:1]:
            enough = FEWEST_DIGITS if text.isdigit() else SHORTEST
            if len(text) >= enough and (hit := self.by_id(text)).rows:
                return hit
        return self.by_name(" ".join(run)) if len(run) > 1 else Hit()


def _only(field: str) -> Callable[[Enrolled], list[str]]:
    """Return what reads one field of a row."""
    return lambda row: [getattr(row, field)]


def _participant(row: Enrolled) -> list[str]:
    """Return the number in an identifier of Moodle's worksheet, a word with a number at its end: `Participant 101`."""
    found = NUMBER.fullmatch(row.identifier)
    return [found[1]] if found else []


def _without_zeros(text: str) -> str:
    return text.casefold().lstrip("0")


def match(learners: Sequence[Learner], roster: Sequence[Enrolled]) -> Match:
    """Return which row each learner is: one that was taken from the roster its own, another by number or name.

    A row that several learners would be, and a name that several rows have, are left open and told as doubts.
    """
    book = Roster(roster)
    own = {learner.folder: row for learner, row in zip(book.learners, roster, strict=True)}
    found: dict[str, Enrolled] = {}
    doubts: list[str] = []
    for learner in learners:
        if learner.system == "roster" and learner.folder in own:
            found[learner.folder] = own[learner.folder]
            continue
        hit = book.by_id(learner.number, "ID") if learner.system == "canvas" else Hit()
        if not hit.rows:
            known = [
                row for row in book.by_name(learner.name).rows if not (learner.system == "canvas" and roster[row].id)
            ]
            hit = Hit(known)
        if len(hit.rows) == 1:
            found[learner.folder] = roster[hit.rows[0]]
        elif hit.rows:
            doubts.append(several_rows(len(hit.rows), learner.name))
    for row in {id(row): row for row in found.values()}.values():
        several = [folder for folder, own_row in found.items() if own_row is row]
        if len(several) > 1:
            doubts.append(f"{' and '.join(several)} would be the same row of the roster, {row.name}; it was left open.")
            for folder in several:
                del found[folder]
    return Match(found, doubts)


def several_rows(count: int, name: str) -> str:
    """Return the sentence on a name that several rows have."""
    return f"{count} rows of the roster are called {name}; which is meant was left open."
