"""Find the learner whom a teacher's table means: by the name of the folder, an ID, an address or a name."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterable, Mapping

from alliance.classroom.taking_in.roster import Enrolled


@dataclasses.dataclass(frozen=True)
class Directory:
    """Everybody in a class, by every word that stands for one of them: the learners' folders, as a set."""

    words: Mapping[str, frozenset[str]]

    def find(self, *words: str) -> str:
        """Return the folder of the one learner whom the first of the words that is known means, else an empty text."""
        for word in words:
            meant = self.words.get(_plain(word), frozenset())
            if len(meant) == 1:
                return next(iter(meant))
        return ""

    def why_not(self, word: str) -> str:
        """Return why a word means no one learner, as the end of a sentence with what to do."""
        if not word:
            return "no learner is named: write the one whom it is for into the column “learner”, as the gradebook does"
        several = len(self.words.get(_plain(word), ()))
        if several > 1:
            return f"{several} learners are called “{word}”: write the ID or the address of the one that is meant"
        return f"“{word}” is nobody in this class: write the name, ID or address as it stands in the gradebook"


def directory(people: Iterable[tuple[str, Enrolled, str]], numbers: Mapping[str, str]) -> Directory:
    """Return the directory of a class. people: each one's folder, row of the roster and Canvas's ID.

    numbers: those that stand for folders in anonymous marking.
    """
    found: dict[str, set[str]] = {}
    for folder, row, canvas_id in people:
        for word in (folder, row.id, row.email, row.username, row.sis_user_id, row.sis_login_id, canvas_id, row.name):
            if word:
                found.setdefault(_plain(word), set()).add(folder)
        if number := numbers.get(folder):
            found.setdefault(_plain(number), set()).add(folder)
    return Directory({word: frozenset(folders) for word, folders in found.items()})


def _plain(word: str) -> str:
    """Return a word as spreadsheets can't change it: without case, zeros in front, an apostrophe, double spaces."""
    text = " ".join(unicodedata.normalize("NFKC", word).casefold().split()).removeprefix("'")
    text = text.removeprefix("learner ")
    return text.lstrip("0") or text if text.isdecimal() else text
