"""Recognise what was handed in: whose notebook of which exercise each file is, and what does not fit."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from alliance.checking.keys import stems
from alliance.checking.submission import MAX_BYTES, UnreadableNotebook, identify, parse_notebook, too_large
from alliance.classroom.taking_in.choosing import Candidate, first_of, tasks_with_work
from alliance.classroom.taking_in.collecting import LIST
from alliance.classroom.taking_in.correcting import BY_HAND, People, Recognised
from alliance.classroom.taking_in.files.archives import UnreadableArchive
from alliance.classroom.taking_in.files.clones import Clones
from alliance.classroom.taking_in.files.walking import ARCHIVES, NOTEBOOK, ZIP, Odd, Source, may_be_notebook, walk
from alliance.classroom.taking_in.layouts import GRADESCOPE, MOST_BYTES, Clue, gradescope_people
from alliance.classroom.taking_in.matching import Roster
from alliance.classroom.taking_in.owners import Item, Owner, Owners, is_kept, without_copy
from alliance.classroom.taking_in.roster import Enrolled, Learner, shortened

OF_SYSTEMS = {
    GRADESCOPE,
    LIST,
    "timestamp.txt",
    "comments.txt",
    "grades.csv",
    "grades.xls",
    "index.html",
    "feedbacktext.html",
}
"""Files that learning systems, or `alliance collect`, put beside what learners hand in."""
MOST_NAMED = 3
"""How many files of one learner that are no notebooks are each told."""


class NothingHandedIn(Exception):
    """The folder of submissions cannot be graded; the message says why."""


@dataclasses.dataclass(frozen=True)
class Handed:
    """A notebook that will be graded. `late` is what the school's system wrote into the name.

    `path` is the file, or the archive that holds it; `source` knows where in it.
    """

    learner: Learner
    exercise: str
    path: Path
    late: bool = False
    source: Source | None = None

    @property
    def file(self) -> str:
        """The file's path below the submissions, as people are told it."""
        return self.source.file if self.source else self.path.name

    def read(self) -> bytes:
        """Return the notebook's bytes. Raises OSError and UnreadableArchive."""
        return self.source.read() if self.source else self.path.read_bytes()


@dataclasses.dataclass(frozen=True)
class Remark:
    """Something about a file, or about a file that is missing: its kind, and a sentence for the teacher.

    `learner` is the folder of the one whose file it is; empty where that is nobody's.
    """

    kind: str
    file: str
    text: str
    learner: str = ""


@dataclasses.dataclass(frozen=True)
class Intake:
    """All that was found in a folder of submissions.

    `recognised` says who was found by what. `others` are learners of whom nothing can be graded, though something was
    handed in: what cannot be read, or what nobody has written in.
    """

    handed: Sequence[Handed]
    remarks: Sequence[Remark]
    recognised: Sequence[Recognised] = ()
    others: Sequence[Learner] = ()


@dataclasses.dataclass(frozen=True)
class _Found:
    """A notebook of this course, before it is known whose it is."""

    item: Item
    tasks: int
    remarks: Sequence[str] = ()


@dataclasses.dataclass(frozen=True)
class _Own:
    """A notebook of a learner's, with what decides whether it is the one to grade."""

    found: _Found
    owner: Owner
    candidate: Candidate


@dataclasses.dataclass
class _Pile:
    """What was found file by file: notebooks, lessons, what cannot be graded with the reason, systems' own lists."""

    found: list[_Found] = dataclasses.field(default_factory=list)
    unread: list[tuple[Item, str]] = dataclasses.field(default_factory=list)
    lessons: list[tuple[Item, str]] = dataclasses.field(default_factory=list)
    foreign: list[Item] = dataclasses.field(default_factory=list)
    odd: list[Odd] = dataclasses.field(default_factory=list)
    metadata: dict[tuple[str, ...], Mapping[str, Sequence[Clue]]] = dataclasses.field(default_factory=dict)


def take_in(folder: Path, roster: Sequence[Enrolled] = (), people: People | None = None) -> Intake:
    """Return what a folder of submissions, or an archive of them, holds, by learner and exercise.

    Learners are recognised by any part of a path, in the naming of learning systems or in that of the `roster`;
    `people` are corrections by hand, which come first. What is renamed, given twice, late, foreign or unreadable is
    named in the remarks; with a roster, so is what is missing. Raises NothingHandedIn.
    """
    _open(folder)
    pile = _Pile()
    book = Roster(roster)
    everything = list(walk(folder, book.names))
    copies = Clones([one.parts for one in everything])
    for one in everything:
        _sort(one, copies, pile)
    owners = Owners(book, people.corrections if people else {}, pile.metadata)
    odd = [Item(Source(one.parts, folder), counts=False) for one in pile.odd if one.parts]
    items = [*(one.item for one in pile.found), *(item for item, _ in pile.unread), *pile.foreign, *odd]
    items += [item for item, _ in pile.lessons]
    owned = owners.of(items)
    whose = dict(zip((item.source.parts for item in items), owned, strict=True))
    remarks = [
        Remark(one.kind, one.file, one.text, _folder(whose[one.parts][0]) if one.parts else "") for one in pile.odd
    ]
    remarks += _foreign(pile.foreign, whose)
    remarks += [
        Remark("unreadable", item.source.file, why, _folder(owner))
        for item, why in pile.unread
        for owner in whose[item.source.parts]
    ]
    remarks += [
        Remark(
            "lesson",
            item.source.file,
            f"This is lesson {number}; the tasks in lessons are not graded. It was left aside.",
            _folder(whose[item.source.parts][0]),
        )
        for item, number in pile.lessons
    ]
    if not pile.found and not pile.unread:
        why = f"{pile.odd[0].file}: {pile.odd[0].text}".removeprefix(": ") if pile.odd else ""
        ask = "Name the folder of the learners' notebooks."
        raise NothingHandedIn(f"{folder} holds no exercise of this course. {why or ask}")
    own = _by_learner(pile.found, whose, remarks)
    handed, untouched = _chosen(own, remarks)
    remarks += _told_of_clones(copies, handed, untouched)
    remarks += [
        Remark("late", one.file, "The school's system marked this file as late.", one.learner.folder)
        for one in handed
        if one.late
    ]
    known = [owner for owners_of_one in owned[: len(pile.found) + len(pile.unread)] for owner in owners_of_one]
    remarks += _missing(handed, untouched, known, roster)
    folders = {one.learner.folder for one in handed}
    others = {owner.learner.folder: owner.learner for owner in known if owner.learner and owner.named}
    return Intake(
        sorted(handed, key=lambda one: (one.learner.folder, one.exercise)),
        remarks,
        _recognised(items[: len(pile.found) + len(pile.unread)], owned, roster),
        [learner for name, learner in sorted(others.items()) if name not in folders],
    )


def _open(folder: Path) -> None:
    """Stop where there is neither a folder nor an archive that can be read. Raises NothingHandedIn."""
    if folder.is_dir() or (folder.is_file() and folder.suffix.lower() == ZIP):
        return
    archive = " Unpack it first." if folder.suffix.lower() in ARCHIVES and folder.is_file() else ""
    raise NothingHandedIn(f"{folder} is not a folder.{archive} Name the folder that holds the learners' notebooks.")


# --- file by file ----------------------------------------------------------------------------------------------


def _sort(one: Source | Odd, copies: Clones, pile: _Pile) -> None:
    """Put a file where it belongs. Whatever it holds, it stops no other."""
    root = copies.root_of(one.parts)
    name = one.parts[-1] if one.parts else ""
    if copies.passes_over(one.parts, NOTEBOOK in name.casefold() or any(stem in name for stem in stems())):
        return
    if isinstance(one, Odd):
        pile.odd.append(one)
        return
    guess = next((stem for stem in stems() if stem in one.name), "")
    item = Item(one, guess, root)
    if one.name.casefold() in OF_SYSTEMS:
        if one.name == GRADESCOPE and one.size <= MOST_BYTES:
            _read_metadata(one, pile)
        return
    if not _is_notebook(one):
        if not _is_receipt(one):
            pile.foreign.append(dataclasses.replace(item, counts=False))
        return
    try:
        if one.size > MAX_BYTES:
            raise UnreadableNotebook(too_large("This file"))
        notebook = parse_notebook(one.read(), one.name)
        kind, exercise = identify(notebook, Path(f"{without_copy(_stem(one, guess))}.ipynb"))
        if kind == "lessons":
            pile.lessons.append((dataclasses.replace(item, counts=False), exercise[:2]))
            return
        item = dataclasses.replace(item, exercise=exercise)
        pile.found.append(_Found(item, tasks_with_work(notebook, exercise), notebook.remarks))
    except UnreadableNotebook as error:
        pile.unread.append((item, _about(str(error), one, guess)))
    except UnreadableArchive as error:
        pile.unread.append((item, str(error)))
    except OSError as error:
        pile.unread.append((item, f"This file cannot be read ({error.strerror})."))
    except Exception as error:  # one notebook, however strange, must not stop a class
        pile.unread.append((item, f"This file is damaged in a way that was not foreseen ({type(error).__name__})."))


def _is_notebook(source: Source) -> bool:
    """Return whether a file is to be read: its name has the ending of a notebook, or that of one that was renamed."""
    if NOTEBOOK in source.name.casefold() and source.suffix not in ARCHIVES:
        return True
    return may_be_notebook(source.name) and any(stem in source.name for stem in stems())


def _is_receipt(source: Source) -> bool:
    """Return whether a file is what Blackboard writes about an attempt."""
    return "_attempt_" in source.name and source.suffix == ".txt"


def _stem(source: Source, guess: str) -> str:
    return source.name[source.name.index(guess) :] if guess else source.name


def _about(sentence: str, source: Source, guess: str) -> str:
    """Return a sentence on a file without the file's name, which is told before it."""
    for name in (source.name, f"{without_copy(_stem(source, guess))}.ipynb"):
        sentence = sentence.replace(name, "This file", 1)
    return sentence


def _read_metadata(source: Source, pile: _Pile) -> None:
    try:
        pile.metadata[source.parts[:-1]] = gradescope_people(source.read().decode("utf-8-sig", "replace"))
    except (OSError, UnreadableArchive, ValueError):
        pile.odd.append(Odd(source.parts, "Gradescope's list of who handed in what cannot be read."))


def _foreign(items: Sequence[Item], whose: Mapping[tuple[str, ...], Sequence[Owner]]) -> list[Remark]:
    """Return remarks on files that are no notebooks: one for each, or one for all of a learner who has many."""
    by_owner: dict[str, list[Source]] = {}
    for item in items:
        (owner, *_) = whose[item.source.parts]
        by_owner.setdefault(_folder(owner), []).append(item.source)
    remarks = []
    for folder, sources in by_owner.items():
        packed = [one for one in sources if one.suffix in ARCHIVES]
        remarks += [
            Remark(
                "foreign",
                one.file,
                "This is an archive; it was left aside. Unpack it to have the notebooks in it graded.",
                folder,
            )
            for one in packed
        ]
        rest = [one for one in sources if one.suffix not in ARCHIVES]
        if len(rest) <= MOST_NAMED:
            text = "This is not a notebook; it was left aside."
            remarks += [Remark("foreign", one.file, text, folder) for one in rest]
            continue
        names = ", ".join(dict.fromkeys(one.name for one in rest[:MOST_NAMED]))
        text = f"{len(rest)} files that are no notebooks were left aside, such as {names}."
        remarks.append(Remark("foreign", _common(rest), text, folder))
    return remarks


def _common(sources: Sequence[Source]) -> str:
    """Return the folder that several files lie in."""
    paths = [PurePosixPath(one.file) for one in sources]
    common = next((folder for folder in paths[0].parents if all(folder in one.parents for one in paths)), paths[0])
    return "" if str(common) == "." else str(common)


# --- learner by learner ----------------------------------------------------------------------------------------


def _folder(owner: Owner) -> str:
    return owner.learner.folder if owner.learner and (owner.named or owner.row is not None) else ""


def _by_learner(
    found: Sequence[_Found], whose: Mapping[tuple[str, ...], Sequence[Owner]], remarks: list[Remark]
) -> dict[tuple[str, str], list[_Own]]:
    """Return notebooks by learner and exercise, and add what is odd about whose they are."""
    own: dict[tuple[str, str], list[_Own]] = {}
    doubts: dict[str, None] = {}
    doubled: dict[tuple[tuple[str, ...], Learner], list[Source]] = {}
    for one in found:
        source, exercise = one.item.source, one.item.exercise
        for owner in whose[source.parts]:
            if owner.learner is None:
                why = "people.csv says so" if owner.by == BY_HAND else "Canvas's invented student"
                remarks.append(
                    Remark("nobody's", source.file, f"This is nobody's notebook ({why}); it was left aside.")
                )
                continue
            if owner.doubled and owner.by != BY_HAND:
                doubled.setdefault((source.parts[:-1], owner.learner), []).append(source)
            elif not owner.named and owner.row is None:
                text = f"No learner's name stands in the file's name; it is listed as “{owner.label}”"
                text += f", exercise {exercise[:2]}."
                remarks.append(Remark("no name", source.file, text, owner.learner.folder))
            if owner.doubt:
                doubts[owner.doubt] = None
            plain = without_copy(owner.file)
            candidate = Candidate(
                one.tasks, is_kept(source.name), owner.attempt, plain != owner.file, exercise not in plain, source.file
            )
            own.setdefault((owner.learner.folder, exercise), []).append(_Own(one, owner, candidate))
    remarks += [_doubled(learner, sources) for (_, learner), sources in doubled.items()]
    remarks += [Remark("roster" if "roster" in doubt else "two of one name", "", doubt) for doubt in doubts]
    return own


def _doubled(learner: Learner, sources: Sequence[Source]) -> Remark:
    """Return the remark on files side by side that name nobody, and whose names differ by a copy's number alone."""
    names = " and ".join(one.name for one in sources[:2])
    text = (
        f"{len(sources)} files, such as {names}, name nobody and were taken for one person's, “{learner.name}”. If "
        "they are several people's, put each person's files into a folder with their name, or write into people.csv "
        "whose each file is."
    )
    return Remark("no name", _common(sources), text)


def _chosen(
    own: Mapping[tuple[str, str], Sequence[_Own]], remarks: list[Remark]
) -> tuple[list[Handed], list[tuple[Owner, _Found]]]:
    """Return the notebooks to grade and those that nobody has written in, and name what else there is of each.

    An exercise as it was handed out is graded only where its learner gave nothing else, and no whole course: so the
    learner is told that nothing was tried.
    """
    chosen: dict[tuple[str, str], _Own] = {}
    for place, several in own.items():
        first = several[first_of([one.candidate for one in several])]
        chosen[place] = first
    busy = {folder for (folder, _), one in chosen.items() if one.found.tasks}
    handed, untouched = [], []
    for (folder, exercise), one in chosen.items():
        learner = one.owner.learner
        assert learner is not None
        if not one.found.tasks and (folder in busy or one.found.item.root is not None):
            untouched.append((one.owner, one.found))
            remarks += _others(one, own[folder, exercise])
            continue
        source = one.found.item.source
        handed.append(Handed(learner, exercise, source.path, one.owner.late, source))
        if one.candidate.renamed and (one.owner.named or one.owner.row is not None):
            name = without_copy(one.owner.file) if one.candidate.copied else one.owner.file
            text = f"The file is called “{name}” and holds exercise {exercise[:2]}, as which it was graded."
            remarks.append(Remark("renamed", source.file, text, folder))
        elif source.suffix != NOTEBOOK:
            text = (
                f"The file is called “{source.name}”, and a notebook's name ends in .ipynb; it was graded all the same."
            )
            remarks.append(Remark("renamed", source.file, text, folder))
        remarks += _others(one, own[folder, exercise])
        remarks += [Remark("damaged", source.file, text, folder) for text in one.found.remarks]
    in_no_clone = [(owner, found) for owner, found in untouched if found.item.root is None]
    by_folder: dict[str, list[_Found]] = {}
    for owner, found in in_no_clone:
        by_folder.setdefault(_folder(owner), []).append(found)
    for folder, several_found in by_folder.items():
        text = f"{_exercises(several_found)} as handed out, with nothing written in: not graded."
        remarks.append(Remark("untouched", _common([one.item.source for one in several_found]), text, folder))
    return handed, untouched


def _others(first: _Own, several: Sequence[_Own]) -> list[Remark]:
    """Return remarks on the notebooks of one learner and exercise that are not graded."""
    graded = first.found.item.source
    remarks = []
    spare = [one for one in several if one is not first]
    for one in spare:
        source, exercise = one.found.item.source, one.found.item.exercise
        if one.found.item.root is not None and not one.found.tasks:
            continue  # the hand-out of a clone beside the work on it
        if not one.found.tasks and first.found.tasks:
            what = f"The exercise as it was handed out, beside {graded.file}"
        elif source.read() == graded.read():
            what = f"The same notebook as {graded.file}"
        else:
            what = f"Another notebook of exercise {exercise[:2]} than {graded.file}"
        text = f"{what}, which was graded; this one was left aside."
        remarks.append(Remark("given twice", source.file, text, _folder(one.owner)))
    return remarks


def _exercises(found: Sequence[_Found]) -> str:
    numbers = sorted({one.item.exercise[:2] for one in found})
    return f"Exercise {numbers[0]} is" if len(numbers) == 1 else f"Exercises {', '.join(numbers)} are"


def _told_of_clones(
    copies: Clones, handed: Sequence[Handed], untouched: Sequence[tuple[Owner, _Found]]
) -> list[Remark]:
    """Return one remark for each copy of the whole course."""
    remarks = []
    for root in copies.roots:
        work = [one for one in handed if one.source and one.source.parts[: len(root)] == root]
        fresh = [(owner, one) for owner, one in untouched if one.item.source.parts[: len(root)] == root]
        learners = {one.learner.folder for one in work} | {_folder(owner) for owner, _ in fresh}
        numbers = ", ".join(sorted({one.exercise[:2] for one in work}))
        text = (
            f"A copy of the whole course: exercise{'s' if len(work) > 1 else ''} {numbers} to grade"
            if work
            else "A copy of the whole course with no work in it"
        )
        text += f", {len(fresh)} as handed out, {copies.passed_over(root)} other files passed over."
        remarks.append(Remark("whole course", "/".join(root), text, learners.pop() if len(learners) == 1 else ""))
    return remarks


def _missing(
    handed: Sequence[Handed],
    untouched: Sequence[tuple[Owner, _Found]],
    known: Sequence[Owner],
    roster: Sequence[Enrolled],
) -> list[Remark]:
    """Return a remark for each learner of the roster who did not hand in every exercise that somebody did."""
    if not roster:
        return []
    exercises = sorted({one.exercise for one in handed})
    rows = {owner.learner.folder: owner.row for owner in known if owner.learner and owner.row is not None}
    there = {(rows.get(one.learner.folder), one.exercise) for one in handed}
    there |= {(owner.row, found.item.exercise) for owner, found in untouched}
    gaps = []
    for place, row in enumerate(roster):
        lacking = [exercise[:2] for exercise in exercises if (place, exercise) not in there]
        if lacking:
            which = f"exercise{'s' if len(lacking) > 1 else ''} {', '.join(lacking)}"
            gaps.append(Remark("missing", "", f"{row.name} handed in no notebook of {which}."))
    if lost := shortened(roster):
        text = f"A spreadsheet has shortened IDs of the roster ({lost[0]}), so nobody is recognised by them; "
        text += "take the file as your system gave it."
        gaps.append(Remark("roster", "", text))
    strangers = {one.learner.name for one in handed if one.learner.folder not in rows}
    return gaps + [Remark("not on the roster", "", f"{name} is not on the roster.") for name in sorted(strangers)]


def _recognised(
    items: Sequence[Item], owned: Sequence[Sequence[Owner]], roster: Sequence[Enrolled]
) -> list[Recognised]:
    """Return who was found, by what their paths call them; two who are called the same, with the system's numbers."""
    found: dict[str, Recognised] = {}
    called: dict[str, set[str]] = {}
    for owner in itertools.chain(*owned[: len(items)]):
        called.setdefault(owner.label, set()).add(owner.learner.folder if owner.learner else "")
    for item, owners in zip(items, owned, strict=False):
        for owner in owners:
            found_as = owner.label if len(called[owner.label]) == 1 else owner.numbered
            row = roster[owner.row] if owner.row is not None else None
            learner = owner.learner
            name = row.name if row else learner.name if learner else "nobody"
            number = row.id if row else learner.number if learner else ""
            one = Recognised(
                found_as, name, number, row.email if row else "", owner.by, learner.folder if learner else "", ()
            )
            files = [*(found[found_as].files if found_as in found else ()), item.source.file]
            found[found_as] = dataclasses.replace(found.get(found_as, one), files=files)
    return list(found.values())
