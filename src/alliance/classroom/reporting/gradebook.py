"""Write a class's points as gradebooks: a plain one, one that Canvas imports, and one that Moodle imports."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from alliance.classroom.keeping.csvfile import Cell, as_csv, safe
from alliance.classroom.marking.scores import possible, rounded
from alliance.classroom.reporting.books import canvas, moodle
from alliance.classroom.reporting.books.cells import listed, number_of, points_of, title
from alliance.classroom.reporting.people import ClassView, Person
from alliance.classroom.taking_in.canvas_export import CanvasExport

NONE: Mapping[str, str] = MappingProxyType({})
NO_EXPORT = CanvasExport()


@dataclasses.dataclass(frozen=True)
class Gradebooks:
    """The files by name, and sentences for the teacher: what is missing for an import, and for whom."""

    files: Mapping[str, str]
    notes: Sequence[str]


def gradebooks(view: ClassView, export: CanvasExport = NO_EXPORT, columns: Mapping[str, str] = NONE) -> Gradebooks:
    """Return the three gradebooks. A cell is empty (Moodle: `-`) where there is no notebook or it is not judged yet.

    export: what Canvas has of its own; columns: the headers of exercises that were found there earlier.
    """
    canvas_file, canvas_notes = canvas.canvas(view, export, columns)
    moodle_file, moodle_notes = moodle.moodle(view)
    files = {"gradebook.csv": _plain(view), "gradebook_canvas.csv": canvas_file, "gradebook_moodle.csv": moodle_file}
    return Gradebooks(files, [*unjudged(view), *canvas_notes, *moodle_notes, *_changed_texts(view)])


def plain_gradebook(view: ClassView) -> Gradebooks:
    """Return the plain gradebook alone, as it is where names are not to be known."""
    return Gradebooks({"gradebook.csv": _plain(view)}, unjudged(view))


def _plain(view: ClassView) -> str:
    """Return points by exercise, how late, and where exercises have weights, what they come to together."""
    late = {exercise for person in view.people for exercise, notebook in person.notebooks.items() if notebook.late}
    header = ["name", "id", "email", "section"]
    for exercise in view.exercises:
        header.append(f"{title(exercise)} (of {possible(exercise, view.weights):g})")
        header += [f"{exercise[:2]} late"] if exercise in late else []
    weighted = bool(view.weights.exercises)
    header += ["percent of what was handed in", "weight of what was handed in (of 100)"] if weighted else []
    rows: list[list[Cell]] = []
    for person in view.people:
        known = person.enrolled
        row: list[Cell] = [known.name, known.id or person.canvas_id, known.email, known.section]
        for exercise in view.exercises:
            row.append(points_of(person, exercise))
            notebook = person.notebooks.get(exercise)
            row += [notebook.late if notebook else ""] if exercise in late else []
        rows.append(row + (_together(view, person) if weighted else []))
    return as_csv(header, rows)


def _together(view: ClassView, person: Person) -> list[Cell]:
    """Return the weighted percentage of what a learner handed in, and its weight; what isn't there isn't zero."""
    weight = {exercise: view.weights.of_exercise(exercise) for exercise in view.exercises}
    shares = {
        exercise: points / most
        for exercise in view.exercises
        if (points := points_of(person, exercise)) is not None and (most := possible(exercise, view.weights))
    }
    there = sum(weight[exercise] for exercise in shares)
    if not there:
        return [None, 0]
    together = sum(share * weight[exercise] for exercise, share in shares.items())
    return [rounded(100 * together / there), rounded(100 * there / sum(weight.values()))]


def unjudged(view: ClassView) -> list[str]:
    """Return a sentence on the notebooks that get no points yet because the grader failed on a task."""
    open_ones = [
        f"{person.enrolled.name} ({exercise[:2]})"
        for person in view.people
        for exercise, notebook in person.notebooks.items()
        if notebook.score.unjudged
    ]
    if not open_ones:
        return []
    return [
        f"{number_of(open_ones, 'notebook has', 'notebooks have')} tasks that the grader could not judge, and no "
        f"points in the gradebooks: {listed(open_ones)}. Run the command again; it tries these once more."
    ]


def _changed_texts(view: ClassView) -> list[str]:
    """Return a sentence on identifiers that had to be changed, since no system will find a learner by them."""
    identifiers = ("id", "email", "username", "sis_user_id", "sis_login_id")
    changed = [
        person.enrolled.name
        for person in view.handed_in
        if any(safe(getattr(person.enrolled, name)) != getattr(person.enrolled, name) for name in identifiers)
    ]
    if not changed:
        return []
    return [
        f"An ID or address of {listed(changed)} begins like a formula of a spreadsheet and got an apostrophe in front "
        "in the gradebooks; take it away before an import."
    ]
