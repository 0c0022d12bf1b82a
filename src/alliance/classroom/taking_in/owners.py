"""Say whose each file is: by hand, by the roster, by a system's naming, by the folder it lies in."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from alliance.checking.record import KEPT_COPY
from alliance.classroom.taking_in.correcting import BY_HAND, NOBODY, Correction
from alliance.classroom.taking_in.files.naming import exact, letters
from alliance.classroom.taking_in.files.walking import NOTEBOOK, Source
from alliance.classroom.taking_in.layouts import Clue, clue_of
from alliance.classroom.taking_in.matching import Hit, Roster, several_rows
from alliance.classroom.taking_in.plain import VERSION, is_generic, names_exercise, people_folders, without_prefix
from alliance.classroom.taking_in.roster import Learner, apart

COPY = re.compile(
    r"(?: ?\(\d+\)| \([^()]*\d{4}-\d\d-\d\d[^()]*\)|-Copy\d+| ?(?:のコピー|의 사본|的副本)"
    r"|(?: - |[ _-])(?:copy|kopie|copie|copia|コピー)(?: \d+)?|__\d{14}|-checkpoint)$",
    re.IGNORECASE,
)
"""What browsers, JupyterLab, Windows, Dropbox and nbgitpuller put behind the name of a file that is there already."""
OF_A_COPY = r"(?:cop(?:y|ie|ia)|cópia|copie|kopi[aeo]?|копия) (?:of|von|van|de|di|do|av|af|pliku|файла|souboru) "
IN_FRONT = re.compile(rf"(?:{OF_A_COPY}|(?P<when>\d{{14}})_)", re.IGNORECASE)
COPY_BEFORE = re.compile(rf"(?:^|(?<=[ _-])){OF_A_COPY}$", re.IGNORECASE)
"""What Google puts in front of a copy's name, and ILIAS in front of every file's: when it was handed in."""
SECOND = re.compile(r"(?P<name>.*\S|) \d{1,2}")
"""What iCloud and Finder make of the name of a second copy."""
CANVAS_TEST = "studenttest"
"""What Canvas calls the invented student's files, who is nobody."""


@dataclasses.dataclass(frozen=True)
class Item:
    """A file, and which exercise it holds as far as that is known; `root` is how many folders lead to its clone.

    `root` is None for a file that lies in no copy of the whole course. `counts` says whether it is a notebook.
    """

    source: Source
    exercise: str = ""
    root: int | None = None
    counts: bool = True


@dataclasses.dataclass(frozen=True)
class Owner:
    """Whose a file is: the learner (None: nobody's), by what that is known, and how the path calls them.

    `row` is the place in the roster. `named` says whether the path names anybody at all; `file` is the file's own
    name without ending, as its learner called it. `numbered` is the label with the number that tells two
    of one name apart, `alone` is who it would be if nothing else were known, `beside` the
    folders around the part that names the owner. `doubled` says that files beside it, which name nobody either,
    have the same name but for a copy's number: one person's, or several persons', nobody can know.
    """

    learner: Learner | None
    by: str
    label: str
    file: str
    row: int | None = None
    late: bool = False
    attempt: int = 0
    named: bool = True
    doubt: str = ""
    numbered: str = ""
    alone: Learner | None = None
    beside: tuple[str, ...] = ()
    doubled: bool = False


@dataclasses.dataclass(frozen=True)
class _Seen:
    """A file with what its path says: systems' clues, folders that may be a person's, the name in the file's name."""

    item: Item
    clues: Sequence[Clue]
    folders: Sequence[str]
    rest: str
    stem: str


def stem_of(source: Source) -> str:
    """Return a file's name without its ending, also where that was lengthened to `.ipynb.txt`."""
    place = source.name.casefold().find(NOTEBOOK)
    if place > 0:
        return source.name[:place]
    return source.name.rpartition(".")[0] or source.name


def without_copy(stem: str) -> str:
    """Return a file's name without what is put before and behind a copy's."""
    stem = KEPT_COPY.sub("", f"{stem}.ipynb").removesuffix(".ipynb")
    stem = IN_FRONT.sub("", stem, count=1) if IN_FRONT.match(stem) else stem
    while (shorter := COPY.sub("", stem)) and shorter != stem:
        stem = shorter
    return stem


def is_kept(name: str) -> bool:
    """Return whether a file is old work that `alliance reset` has put aside, by its name."""
    return KEPT_COPY.search(name) is not None


class Owners:
    """Knows whose files are, for one class."""

    def __init__(
        self,
        roster: Roster,
        corrections: Mapping[str, Correction],
        metadata: Mapping[tuple[str, ...], Mapping[str, Sequence[Clue]]],
    ) -> None:
        self._roster, self._corrections, self._metadata = roster, corrections, metadata
        self._canvas_ids = False

    def of(self, items: Sequence[Item]) -> list[list[Owner]]:
        """Return whose each file is: one owner each, or all who handed it in together."""
        seen = _without_numbers([self._look(item) for item in items])
        numbers = {clue.number for one in seen for clue in one.clues if clue.system == "Canvas" and not clue.anonymous}
        self._canvas_ids = any(self._roster.by_id(number, "ID").rows for number in numbers)
        plain = self._plain(seen)
        found = [
            list(self._owners(one, name, doubled))
            for one, name, doubled in zip(seen, plain, self._doubled(seen, plain), strict=True)
        ]
        found = self._told_apart(items, found)
        return _apart(found)

    # --- what a path says ------------------------------------------------------------------------------------

    def _look(self, item: Item) -> _Seen:
        *folders, _ = item.source.parts
        clues: list[Clue] = []
        plain: list[str] = []
        for depth, part in enumerate(folders):
            name = re.sub(r"(?i)\.zip$", "", part)
            people = self._metadata.get(tuple(folders[:depth]), {}).get(part)
            clue = clue_of(name, folder=True)
            if people:
                clues += people
            elif clue:
                clues.append(clue)
            elif (item.root is None or depth < item.root) and not is_generic(name):
                plain.append(name)
        stem = stem_of(item.source)
        own = without_copy(stem)
        if clue := clue_of(stem, folder=False) or clue_of(own, folder=False):
            clues.append(clue)
        rest = ""
        if item.exercise and item.exercise in own:
            before, _, after = own.partition(item.exercise)
            before = COPY_BEFORE.sub("", before)
            after = "" if SECOND.fullmatch(after) and after.startswith(" ") else after
            rest = before.strip("_- ") or after.strip("_- ")
        return _Seen(item, clues, plain, rest, stem)

    def _plain(self, seen: Sequence[_Seen]) -> list[str]:
        """Return for each file the folder that is its owner's where neither roster nor system says who that is."""
        open_ones = [one for one in seen if not one.clues and one.folders and one.item.counts]
        open_ones = [one for one in open_ones if not _is_in_a_pile(one, open_ones)]
        piles = {one.item.source.parts for one in seen} - {one.item.source.parts for one in open_ones}
        folders = people_folders([one.folders for one in open_ones], [one.item.exercise for one in open_ones])
        short = without_prefix([folder for one, folder in zip(open_ones, folders, strict=True) if folder])
        chosen = {
            one.item.source.parts: short.get(folder, folder) for one, folder in zip(open_ones, folders, strict=True)
        }
        beside = {one.item.source.parts[:-1]: chosen[one.item.source.parts] for one in open_ones}
        return [
            chosen.get(one.item.source.parts)
            or beside.get(one.item.source.parts[:-1])
            or ("" if one.item.counts and one.item.source.parts in piles else next(iter(one.folders), ""))
            for one in seen
        ]

    def _doubled(self, seen: Sequence[_Seen], plain: Sequence[str]) -> list[bool]:
        """Return of each file whether it and others beside it name nobody, and differ by a copy's number alone."""
        places = [
            (*one.item.source.parts[:-1], exact(without_copy(one.stem)))
            if one.item.counts and not (one.clues or folder or one.rest or self._hit(one, None).rows)
            else None
            for one, folder in zip(seen, plain, strict=True)
        ]
        many = Counter(places)
        return [place is not None and many[place] > 1 for place in places]

    # --- who that is -----------------------------------------------------------------------------------------

    def _owners(self, one: _Seen, folder: str, doubled: bool) -> Iterator[Owner]:
        clue = one.clues[0] if one.clues else None
        together = [other for other in one.clues if clue and other.part == clue.part and other.system == "Gradescope"]
        if not together:
            yield self._owner(one, clue, folder, doubled)
        for person in together:
            yield self._owner(one, person, folder, doubled)

    def _owner(self, one: _Seen, clue: Clue | None, folder: str, doubled: bool) -> Owner:
        file = next(
            (other.file for other in one.clues if other.file and other.part in {one.stem, without_copy(one.stem)}), ""
        )
        late = any(other.late for other in one.clues)
        dated = IN_FRONT.match(one.stem)
        times = [int(dated["when"])] if dated and dated["when"] else []
        attempt = max([other.attempt for other in one.clues] + times, default=0)
        label = _label(clue) if clue else folder or one.rest or without_copy(one.stem)
        numbered = f"{clue.name}_{clue.number}" if clue and clue.number else label
        named = bool(clue or folder or one.rest)
        where = clue.part if clue else folder
        beside = _around(one.item.source.parts, where) if where else one.item.source.parts[:-1]
        alone = _learner(clue, label)
        if doubled:  # each of them can be corrected, and the correction of one says nothing about the others
            label = numbered = one.stem
        base = Owner(
            None, "", label, file or one.stem, None, late, attempt, named, "", numbered, alone, beside, doubled
        )
        corrected = self._corrected(one, clue, [numbered, label], doubled)
        if corrected is not None:
            return self._by_hand(base, *corrected)
        if clue and clue.system == "Canvas" and letters(clue.name) == CANVAS_TEST:
            return dataclasses.replace(base, by="Canvas's invented student")
        hit = self._hit(one, clue)
        if len(hit.rows) == 1:
            return self._on_roster(base, hit, clue)
        doubt = several_rows(len(hit.rows), clue.name if clue else label) if hit.rows else ""
        return dataclasses.replace(base, learner=alone, by=_by(clue, folder, one.rest), doubt=doubt)

    def _corrected(
        self, one: _Seen, clue: Clue | None, labels: Sequence[str], doubled: bool
    ) -> tuple[str, Correction] | None:
        names = [*labels, *([clue.name] if clue else []), *one.folders, one.rest]
        names += [] if doubled else [without_copy(one.stem)]
        return next(((name, self._corrections[name]) for name in names if name and name in self._corrections), None)

    def _by_hand(self, base: Owner, label: str, said: Correction) -> Owner:
        base = dataclasses.replace(base, by=BY_HAND, label=label)
        if said.name.casefold() == NOBODY:
            return base
        hits = [self._roster.by_id(text) for text in (said.id, said.email) if text]
        hits += [self._roster.by_name(said.name)] if said.name else []
        hit = next((one for one in hits if len(one.rows) == 1), None)
        if hit:
            return self._on_roster(base, Hit(hit.rows, BY_HAND), None)
        return dataclasses.replace(base, learner=Learner(said.name or said.email or said.id, said.id))

    def _on_roster(self, base: Owner, hit: Hit, clue: Clue | None) -> Owner:
        (row,) = hit.rows
        canvas = clue.number if clue and clue.system == "Canvas" and not clue.anonymous else ""
        learner = dataclasses.replace(self._roster.learners[row], canvas=canvas)
        by = hit.by if hit.by == BY_HAND else f"roster, {hit.by}"
        return dataclasses.replace(base, learner=learner, by=by, row=row)

    def _hit(self, one: _Seen, clue: Clue | None) -> Hit:
        """Return which rows of the roster a path means: by what systems say, then by folders, then by the file."""
        if not self._roster.rows:
            return Hit()
        first = [clue] if clue else []
        for other in [*first, *one.clues]:
            if (hit := self._hit_of(other)).rows:
                return hit
        texts = [*one.folders, one.rest, *([] if clue else [without_copy(one.stem)])]
        for look in (self._roster.by_whole, self._roster.by_words):
            for text in texts:
                if text and (hit := look(text)).rows:
                    return hit
        return Hit()

    def _hit_of(self, clue: Clue) -> Hit:
        roster = self._roster
        if clue.system == "Canvas":
            if clue.anonymous:
                return Hit()
            known = roster.by_id(clue.number, "ID")
            # Where the roster has Canvas's numbers, a name is not enough for a row that has another one.
            rows = [row for row in roster.by_name(clue.name).rows if not (self._canvas_ids and roster.rows[row].id)]
            return known if known.rows else Hit(rows, "name")
        if clue.system == "Moodle":
            numbered = roster.by_participant(clue.number)
            if clue.anonymous:
                return numbered
            names = [clue.name, *(clue.name[place + 1 :] for place, one in enumerate(clue.name) if one == "-")]
            hit = next((hit for name in names if (hit := roster.by_name(name)).rows), Hit())
            if not hit.rows and re.fullmatch(r"\w+", clue.name):  # hidden names, in whatever language
                hit = numbered
            return numbered if numbered.rows and set(numbered.rows) <= set(hit.rows) else hit
        hits = (roster.by_id(one) for one in clue.ids)
        hit = next((hit for hit in hits if hit.rows), Hit())
        return hit if hit.rows else roster.by_whole(clue.name)

    # --- what could be two -----------------------------------------------------------------------------------

    def _told_apart(self, items: Sequence[Item], found: Sequence[list[Owner]]) -> list[list[Owner]]:
        """Leave open what two people of one name may have handed in: side by side, the same exercise, by name alone."""
        sides: dict[tuple[object, ...], set[str]] = {}
        for item, owners in zip(items, found, strict=True):
            for owner in owners:
                if (who := _by_name_alone(owner)) is not None and item.exercise:
                    sides.setdefault((who, item.exercise, owner.beside), set()).add(exact(owner.numbered))
        crowded: dict[object, set[str]] = {}
        for (who, *_), labels in sides.items():
            if len(labels) > 1:
                crowded.setdefault(who, set()).update(labels)
        return [[_left_open(owner, crowded) for owner in owners] for owners in found]


def _without_numbers(seen: Sequence[_Seen]) -> list[_Seen]:
    """Return files without the number that iCloud puts behind a second `Kim`: it is no name, nor a part of one."""
    names = {one.rest for one in seen}
    parts = [SECOND.fullmatch(one.rest) for one in seen]
    return [
        dataclasses.replace(one, rest=part["name"]) if part and part["name"] in names - {""} else one
        for one, part in zip(seen, parts, strict=True)
    ]


def _is_in_a_pile(one: _Seen, everybody: Sequence[_Seen]) -> bool:
    """Return whether a file's own name says whose it is, and its folder is that of an exercise or of all files."""
    if not one.rest or VERSION.fullmatch(one.rest):
        return False
    if names_exercise(one.folders[-1], {one.item.exercise}):
        return True
    names = {other.rest for other in everybody if other.rest and not VERSION.fullmatch(other.rest)}
    return len(names) > 1 and all(other.folders == one.folders for other in everybody)


def _label(clue: Clue) -> str:
    """Return how a system's naming calls a learner, without what is another in each assignment and attempt."""
    if clue.system == "Canvas":
        return clue.name.replace(" ", "_") if clue.anonymous else f"{clue.name}_{clue.number}"
    if clue.system == "Moodle" and clue.anonymous:
        return f"{clue.name}_{clue.number}"
    return clue.name or clue.part


def _learner(clue: Clue | None, label: str) -> Learner:
    """Return a learner who is on no roster. What a system gives anew in each assignment is no part of who it is."""
    if clue is None:
        return Learner(label)
    if clue.system == "Canvas":
        return Learner(clue.name) if clue.anonymous else Learner(clue.name, clue.number, "canvas")
    if clue.system == "Moodle":
        return Learner(f"{clue.name} {clue.number}" if clue.anonymous else clue.name, "", "moodle")
    known = clue.ids[0] if clue.ids and clue.ids[0] != clue.name else ""
    return Learner(clue.name, known, clue.system.lower())


def _by(clue: Clue | None, folder: str, rest: str) -> str:
    if clue:
        return f"{clue.system}, anonymous" if clue.anonymous else f"{clue.system}'s naming"
    return "folder" if folder else "name of the file" if rest else "nothing: no name stands in the path"


def _by_name_alone(owner: Owner) -> object:
    """Return who a name says an owner is: the row, or the name where there is no row; None where an ID says it."""
    if owner.learner is None or not owner.named:
        return None
    if owner.row is not None:
        return owner.row if owner.by.startswith("roster, name") else None
    return owner.learner.name if owner.learner.system == "moodle" and not owner.by.endswith("anonymous") else None


def _around(parts: tuple[str, ...], named: str) -> tuple[str, ...]:
    """Return the folders around the part of a path that names somebody."""
    place = next((place for place, part in enumerate(parts) if named in part), len(parts) - 1)
    return parts[:place]


def _left_open(owner: Owner, crowded: Mapping[object, set[str]]) -> Owner:
    """Return an owner under the path's own name, where another's path would mean the same person."""
    who = _by_name_alone(owner)
    labels = crowded.get(who) if who is not None else None
    if not labels or exact(owner.numbered) not in labels or owner.learner is None:
        return owner
    learner = Learner(owner.numbered) if owner.alone is None or owner.alone.system == "moodle" else owner.alone
    if owner.row is None and re.fullmatch(r"\w+", str(who)):  # one word for all: names are hidden
        named = Learner(owner.numbered.replace("_", " "))
        return dataclasses.replace(owner, learner=named, label=owner.numbered, by="Moodle, anonymous")
    name = owner.learner.name
    what = f"the same row of the roster, {name}" if owner.row is not None else f"one person, {name}"
    doubt = f"{' and '.join(sorted(labels))} would be {what}; it was left open."
    return dataclasses.replace(
        owner, learner=learner, label=owner.numbered, row=None, by="name, which two have", doubt=doubt
    )


def _apart(found: Sequence[list[Owner]]) -> list[list[Owner]]:
    """Give learners whose folders some disk would take for one a mark, in an order that another run has too."""
    learners = {owner.learner for owners in found for owner in owners if owner.learner}
    unlike = {
        (one.folder, one.name): one for one in sorted(learners, key=lambda one: (one.system != "roster", one.name))
    }
    marked = dict(zip(unlike, apart(list(unlike.values())), strict=True))
    return [
        [
            dataclasses.replace(
                owner,
                learner=dataclasses.replace(owner.learner, mark=marked[owner.learner.folder, owner.learner.name].mark),
            )
            if owner.learner
            else owner
            for owner in owners
        ]
        for owners in found
    ]
