"""Close a run: gather the term from all that is kept, obey the teacher's tables, and write the reports."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alliance.checking.keys import stems
from alliance.classroom.keeping.handins import HandIns, Kept
from alliance.classroom.keeping.results import NOT_GRADED, Graded
from alliance.classroom.keeping.term import FILE, Rows, Term, other_options, read_term
from alliance.classroom.marking import by_hand, numbers
from alliance.classroom.reporting.anonymous import Mask, anonymous
from alliance.classroom.reporting.books.canvas import headers
from alliance.classroom.reporting.books.cells import listed, number_of
from alliance.classroom.reporting.people import OF_A_RUN, gather, missing
from alliance.classroom.reporting.reports import Beside, write_reports
from alliance.classroom.reporting.ruling import adopt, known_numbers, outdated, read_rules, ruled, to_mark
from alliance.classroom.taking_in.canvas_export import CanvasExport, read_canvas_export
from alliance.classroom.taking_in.intake import Remark
from alliance.classroom.taking_in.roster import Enrolled, Learner

AGAIN, FEWER = "handed in again", "fewer points"


@dataclasses.dataclass(frozen=True)
class Run:
    """What one run over a folder of submissions brought, for the term to take in.

    `source` is that folder; `graded` and `remarks` are the run's; `bases` what its verdicts rest on, by exercise.
    `roster` is None where none was given; `learners` are all who handed in, also where that was not graded yet.
    """

    source: str
    graded: Sequence[Graded]
    remarks: Sequence[Remark]
    options: Mapping[str, Any]
    roster: Sequence[Enrolled] | None = None
    bases: Mapping[str, str] = dataclasses.field(default_factory=dict)
    learners: Sequence[Learner] = ()


@dataclasses.dataclass(frozen=True)
class Closed:
    """Sentences for the teacher, remarks on this run and on who is missing, and all results that count."""

    notes: Sequence[str]
    remarks: Sequence[Remark]
    graded: Sequence[Graded]


class NothingKept(Exception):
    """A folder has no results; the message says what to do."""


def close(
    out: Path, root: Path, run: Run | None, system: Path | None, hide_names: bool = False, partial: bool = False
) -> Closed:
    """Write the reports of a term as it is now, with what a run has brought, if there was one.

    system: a gradebook that Canvas has exported, or any other roster. hide_names: numbers stand in place of names.
    Raises OSError, NothingKept, and UnreadableSheet where the table of numbers cannot be read.
    """
    if run is None and not (out / FILE).is_file():
        raise NothingKept(f"{out} holds no results. Name the folder that `alliance grade` was given as --out.")
    export = read_canvas_export(system) if system else CanvasExport()
    store = HandIns(out)
    term = _with(read_term(out), run)
    kept = store.read()
    gone, moved = _given_away(kept, run.graded if run else [])
    for one in gone:
        store.give_away(one)
        kept.counting.remove(one)
    counting = _counting(kept, run.graded if run else [])
    remarks = [remark for rows in term.remarks.values() for remark in _remarks(rows)]
    again = [_handed_in_again(one) for one in kept.earlier]
    fewer = [remark for one in counting if (remark := _with_fewer_points(one, kept.earlier, store))]
    view = gather(counting, [*remarks, *again, *fewer, *moved], _roster(term), run.learners if run else ())
    drawn = known_numbers(out)
    if hide_names:
        drawn = numbers.draw_numbers(out / numbers.FILE, [(one.folder, one.enrolled.name) for one in view.people])
    rules = read_rules(out, view, drawn, partial)
    view = ruled(view, rules)
    view = dataclasses.replace(view, remarks=[*view.remarks, *missing(view)])
    remarks_of_all = view.remarks
    others = [rows for source, rows in term.remarks.items() if run and source != run.source]
    elsewhere = [remark for rows in others for remark in _remarks(rows)]
    rows_note = by_hand.add_rows(out / by_hand.FILE, rules.marks, to_mark(view), drawn if hide_names else {})
    notes = [*rules.problems, *outdated(view, rules.marks), *_stale(counting, run), *_lost(kept)]
    term = dataclasses.replace(term, columns=headers(view, export, term.columns)[0])
    term.save(out)
    mask = Mask.of(view, drawn) if hide_names else Mask()
    beside = Beside(export, term.columns, kept.earlier, root)
    if hide_names:
        view, beside = anonymous(view, mask), Beside(root=root, anonymous=True)
    notes += [rows_note] if rows_note else []
    notes += write_reports(out, view, beside)
    brought = {(one.learner, one.file) for one in run.graded} if run else set()
    here = [
        remark
        for remark in remarks_of_all
        if remark not in elsewhere
        and remark.kind != AGAIN
        and (remark.kind != FEWER or (remark.learner, remark.file) in brought)
    ]
    graded = [one.graded for person in view.people for one in person.notebooks.values() if not one.group]
    return Closed(
        [mask.text(note) for note in notes], [mask.remark(one) if hide_names else one for one in here], graded
    )


def prepare(out: Path, options: Mapping[str, Any], given: Mapping[str, Path | None]) -> list[str]:
    """Take the tables of rules that a run was given to their places; return sentences for the teacher before it begins.

    given: files by the names that they have beside the results. Raises OSError.
    """
    said = other_options(read_term(out).options, options)
    adopted = [adopt(out, name, path) for name, path in given.items() if path]
    return [note for note in (said, *adopted) if note]


def roster_of(out: Path) -> list[Enrolled]:
    """Return the roster that is remembered in a folder of results."""
    return _roster(read_term(out))


def _roster(term: Term) -> list[Enrolled]:
    names = {field.name for field in dataclasses.fields(Enrolled)}
    return [
        Enrolled(**{name: cell for name, cell in row.items() if name in names}) for row in term.roster if "name" in row
    ]


def begin(out: Path, run: Run) -> None:
    """Remember who should be there and what was taken in, before anything is run. Raises OSError."""
    _with(read_term(out), run).save(out)


def _remarks(rows: Rows) -> list[Remark]:
    """Return remembered remarks; rows that are none, since somebody has edited them, are passed over."""
    needed, names = {"kind", "file", "text"}, {field.name for field in dataclasses.fields(Remark)}
    return [Remark(**row) for row in rows if needed <= row.keys() <= names]


def _with(term: Term, run: Run | None) -> Term:
    if run is None:
        return term
    own = [dataclasses.asdict(remark) for remark in run.remarks if remark.kind not in OF_A_RUN]
    roster = term.roster if run.roster is None else [dataclasses.asdict(row) for row in run.roster]
    return Term(roster, {**term.remarks, run.source: own}, run.options, term.columns)


def _counting(kept: Kept, fresh: Sequence[Graded]) -> list[Graded]:
    """Return what counts: what is stored, and what this run could not judge and therefore has not stored."""
    found = {(one.learner, one.exercise): one for one in kept.counting}
    earlier = {(one.learner, one.exercise, one.hand_in.content) for one in kept.earlier}
    for one in fresh:
        unstored = any(task.state == NOT_GRADED for task in one.tasks) or (one.learner, one.exercise) not in found
        if unstored and (one.learner, one.exercise, one.hand_in.content) not in earlier:
            found[one.learner, one.exercise] = one
    return list(found.values())


def _given_away(kept: Kept, fresh: Sequence[Graded]) -> tuple[list[Graded], list[Remark]]:
    """Return what an earlier run took for another learner's: the same file with the same content has a new owner."""
    owners = {(one.file, one.exercise, one.hand_in.content): one.learner for one in fresh if one.hand_in.content}
    here = {(one.learner, one.exercise) for one in fresh}
    gone, remarks = [], []
    for one in kept.counting:
        owner = owners.get((one.file, one.exercise, one.hand_in.content), one.learner)
        if owner != one.learner and (one.learner, one.exercise) not in here:
            gone.append(one)
            text = f"This was taken for {one.learner}'s before and is {owner}'s now; the earlier result is put aside."
            remarks.append(Remark("moved", one.file, text, owner))
    return gone, remarks


def _handed_in_again(one: Graded) -> Remark:
    text = (
        f"An earlier notebook of exercise {one.exercise[:2]}, with {one.right} of {len(one.tasks)} tasks right; the "
        "one that was handed in later counts."
    )
    if one.hand_in.late or not one.tried:
        why = "is late" if one.hand_in.late else "has no work in it"
        text = f"Another notebook of exercise {one.exercise[:2]}, which {why}; it does not count."
    return Remark(AGAIN, one.file, text, one.learner)


def _with_fewer_points(counts: Graded, earlier: Sequence[Graded], store: HandIns) -> Remark | None:
    """Return a remark where an earlier notebook of the same learner and exercise had more points than what counts."""
    own = [one for one in earlier if (one.learner, one.exercise) == (counts.learner, counts.exercise)]
    best = max(own, key=lambda one: one.points or 0, default=None)
    if best is None or counts.points is None or (best.points or 0) <= counts.points:
        return None
    text = (
        f"{counts.hand_in.who.get('name', counts.learner)} had {best.points} of {len(best.tasks)} tasks of exercise "
        f"{counts.exercise[:2]} right in {best.file}, and has {counts.points} of {len(counts.tasks)} in this later "
        f"notebook, which counts; the earlier result is kept as {store.aside_name(best)}. If these are two people, an "
        "ID tells them apart: give each a row of their own in people.csv (see docs/handing_in.md) and grade both again."
    )
    return Remark(FEWER, counts.file, text, counts.learner)


def _stale(counting: Sequence[Graded], run: Run | None) -> list[str]:
    """Return a sentence on results that rest on another key, data, package or options than this run's."""
    if run is None or not run.bases:
        return []
    old = [one for one in counting if one.exercise in run.bases and one.basis != run.bases[one.exercise]]
    if not old:
        return []
    which = ", ".join(sorted({one.exercise[:2] for one in old}))
    return [
        f"Of exercise {which}, {number_of(old, 'notebook is', 'notebooks are')} not in this folder and shown as graded "
        "before, with another key, package or other options. To have that done anew, run the command once more with "
        "the folder in which they were."
    ]


def _lost(kept: Kept) -> list[str]:
    notes = [
        f"{name} is no result that can be read; hand its notebook in again to have it graded anew."
        for name in kept.unreadable
    ]
    gone = sorted({one.exercise for one in kept.counting if one.exercise not in stems()})
    if gone:
        notes.append(
            f"The course has no exercise {listed(gone)} any more; what was graded of it is kept and not shown."
        )
    return notes
