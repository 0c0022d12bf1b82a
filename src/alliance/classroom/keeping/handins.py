"""Keep every notebook that was handed in over a term, and say which of a learner's several counts."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from alliance.classroom.keeping.results import Graded, HandIn, load, store

GRADES, EARLIER = "grades", "earlier"
"""The folders below RESULTS, and below a learner's, that hold results: those that count, those that don't any more."""
MOVED = ".moved"
"""Put behind the name of a result that has turned out to be another learner's."""


@dataclasses.dataclass(frozen=True)
class Kept:
    """What is stored of a term: results that count, those that another one came after, and files that are neither."""

    counting: list[Graded]
    earlier: list[Graded]
    unreadable: list[str]


@dataclasses.dataclass(frozen=True)
class HandIns:
    """The stored results below a folder, by learner and exercise: one that counts, and those that it came after."""

    out: Path

    def read(self) -> Kept:
        """Return all that is stored, in the order of learners and exercises."""
        folder = self.out / GRADES
        kept = Kept([], [], [])
        for place, pattern in ((kept.counting, "*/*.json"), (kept.earlier, f"*/{EARLIER}/*.json")):
            for path in sorted(folder.glob(pattern)):
                if (one := load(path)) is not None and self._is_at(path, one):
                    place.append(one)
                else:
                    kept.unreadable.append(path.relative_to(self.out).as_posix())
        return kept

    def known(self, learner: str, exercise: str, content: str) -> Graded | None:
        """Return the stored result of the very notebook that has this hash, whether it counts or not."""
        for path in (self._place(learner, exercise), self._aside(learner, exercise, content)):
            stored = load(path)
            if stored is not None and stored.hand_in.content == content:
                return stored
        return None

    def keep(self, graded: Graded) -> None:
        """Store a result. Raises OSError.

        What was handed in last counts, in the order in which it was first graded; but a late one comes after one in
        time, and one without any work in it never takes the place of work.
        """
        own, content = (graded.learner, graded.exercise), graded.hand_in.content
        place, aside = self._place(*own), self._aside(*own, content)
        before = load(place)
        if before is None or _same(before, graded):
            store(place, graded)
        elif aside.exists() or not _comes_after(graded, before):
            store(aside, graded)
        else:
            store(self._aside(*own, before.hand_in.content), before)
            store(place, graded)

    def give_away(self, graded: Graded) -> None:
        """Put a result aside that has turned out to be another learner's. Raises OSError."""
        place = self._place(graded.learner, graded.exercise)
        place.replace(place.with_name(place.name + MOVED))

    def aside_name(self, one: Graded) -> str:
        """Return where below the folder of results an earlier result is kept."""
        return self._aside(one.learner, one.exercise, one.hand_in.content).relative_to(self.out).as_posix()

    def _is_at(self, path: Path, one: Graded) -> bool:
        """Return whether a result lies where those of its learner and exercise do: somebody may have edited it."""
        aside = self._aside(one.learner, one.exercise, one.hand_in.content)
        return path == self._place(one.learner, one.exercise) or path == aside

    def _place(self, learner: str, exercise: str) -> Path:
        return self.out / GRADES / learner / f"{exercise}.json"

    def _aside(self, learner: str, exercise: str, content: str) -> Path:
        return self.out / GRADES / learner / EARLIER / f"{exercise}-{content[:12] or 'old'}.json"


def _same(before: Graded, graded: Graded) -> bool:
    """Return whether two results are of one notebook; a result of before hand-ins were kept knows its file alone."""
    known = before.hand_in.content
    return known == graded.hand_in.content if known else before.file == graded.file


def _comes_after(graded: Graded, before: Graded) -> bool:
    if graded.tried != before.tried:
        return graded.tried
    return graded.hand_in.late or not before.hand_in.late


def with_facts(stored: Graded, file: str, hand_in: HandIn) -> Graded:
    """Return a stored result with what this run knows of its file; of two times the earlier one is believed.

    Copying a file makes its time later, never earlier.
    """
    before = stored.hand_in
    if before.at and (not hand_in.at or before.at <= hand_in.at):
        hand_in = dataclasses.replace(hand_in, at=before.at, told_by=before.told_by)
    return dataclasses.replace(
        stored, file=file, hand_in=dataclasses.replace(hand_in, late=hand_in.late or before.late)
    )
