"""Write a class's points as gradebooks: a plain one, one that Canvas imports, and one that Moodle imports.

What Canvas asks of a file is taken from its importer
(https://github.com/instructure/canvas-lms/blob/master/lib/gradebook_importer.rb) and a university's guide to it
(https://teaching.resources.osu.edu/toolsets/carmencanvas/guides/calculating-final-grades/import-csv-file-carmen-grades):
the columns Student, ID, SIS User ID, SIS Login ID, Section, then one for each assignment; a row “Points Possible”;
learners are found by ID, then by SIS ID, then by name; an empty cell takes an existing score away.
What Moodle asks is taken from its manual (https://docs.moodle.org/405/en/Grade_import) and its importer
(https://github.com/moodle/moodle/blob/main/grade/import/csv/classes/load_data.php): one column that identifies a
learner, in which no row may be empty (such a row would go to the learner of the row before); a grade and its feedback
together; `-` where there is no grade.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from alliance.checking.keys import load_key
from alliance.classroom.keeping.csvfile import NO_GRADE, Cell, as_csv, safe
from alliance.classroom.keeping.results import WORDS, Graded
from alliance.classroom.reporting.people import ClassView, Person

CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE_IDENTITY = {"email": "Email address", "id": "ID number", "username": "Username"}
"""What Moodle can find a learner by, and what its own exports call it."""


@dataclasses.dataclass(frozen=True)
class Gradebooks:
    """The files by name, and sentences for the teacher: what is missing for an import, and for whom."""

    files: Mapping[str, str]
    notes: Sequence[str]


def gradebooks(view: ClassView) -> Gradebooks:
    """Return the three gradebooks. A cell is empty (Moodle: `-`) where there is no notebook or it is not judged yet."""
    moodle, moodle_notes = _moodle(view)
    files = {"gradebook.csv": _plain(view), "gradebook_canvas.csv": _canvas(view), "gradebook_moodle.csv": moodle}
    return Gradebooks(files, [*_unjudged(view), *_canvas_notes(view), *moodle_notes, *_changed_texts(view)])


def title(exercise: str) -> str:
    """Return what an exercise is called in a gradebook: `05 Japan's defence budget`."""
    return f"{exercise[:2]} {load_key(exercise).title}"


def _points(person: Person, exercise: str) -> int | None:
    notebook = person.notebooks.get(exercise)
    return notebook.graded.points if notebook else None


def _plain(view: ClassView) -> str:
    header = ["name", "id", "email", "section"]
    header += [f"{title(exercise)} (of {len(load_key(exercise).tasks)})" for exercise in view.exercises]
    rows: list[list[Cell]] = []
    for person in view.people:
        known = person.enrolled
        points = [_points(person, exercise) for exercise in view.exercises]
        rows.append([known.name, known.id or person.canvas_id, known.email, known.section, *points])
    return as_csv(header, rows)


def _canvas(view: ClassView) -> str:
    header = [*CANVAS_COLUMNS, *(title(exercise) for exercise in view.exercises)]
    rows: list[list[Cell]] = [["Points Possible", "", "", "", ""]]
    rows[0] += [len(load_key(exercise).tasks) for exercise in view.exercises]
    for person in view.handed_in:
        known = person.enrolled
        points = [_points(person, exercise) for exercise in view.exercises]
        rows.append([known.name, person.canvas_id, known.sis_user_id, known.sis_login_id, known.section, *points])
    return as_csv(header, rows)


def _canvas_notes(view: ClassView) -> list[str]:
    nameless = [
        person.enrolled.name
        for person in view.handed_in
        if not (person.canvas_id or person.enrolled.sis_user_id or person.enrolled.sis_login_id)
    ]
    if not nameless:
        return []
    return [
        f"For Canvas, {_number(nameless, 'learner has', 'learners have')} neither an ID nor an SIS ID "
        f"({_listed(nameless)}): Canvas will look for the name. Give --roster a file with the column id, sis_user_id "
        "or sis_login_id, or the file that Canvas exports from its gradebook."
    ]


def _moodle(view: ClassView) -> tuple[str, list[str]]:
    """Return the file and the notes; it has the learners whose address (or else number, or user name) is known."""
    people = view.handed_in
    by = max(MOODLE_IDENTITY, key=lambda name: sum(bool(getattr(one.enrolled, name)) for one in people))
    known = [person for person in people if getattr(person.enrolled, by)]
    header = [MOODLE_IDENTITY[by], "Name"]
    for exercise in view.exercises:
        header += [title(exercise), f"{title(exercise)} (feedback)"]
    rows: list[list[Cell]] = []
    for person in known:
        row: list[Cell] = [getattr(person.enrolled, by), person.enrolled.name]
        for exercise in view.exercises:
            points, notebook = _points(person, exercise), person.notebooks.get(exercise)
            row += [NO_GRADE if points is None else points, _in_words(notebook.graded) if notebook else ""]
        rows.append(row)
    left_out = [person.enrolled.name for person in people if person not in known]
    if not left_out:
        return as_csv(header, rows), []
    return as_csv(header, rows), [
        f"Moodle finds learners by {MOODLE_IDENTITY[by].lower()}, which is not known of {len(left_out)} "
        f"({_listed(left_out)}); they were left out of gradebook_moodle.csv, because Moodle would give their grades "
        "to somebody else. Give --roster a file with the column email, id or username."
    ]


def _in_words(graded: Graded) -> str:
    """Return in one line what became of a notebook's tasks."""
    found: dict[str, list[str]] = {}
    for task in graded.tasks:
        found.setdefault(task.outcome, []).append(task.task)
    parts = [
        f"{WORDS.get(outcome, outcome)}: {', '.join(tasks)}" for outcome, tasks in found.items() if outcome != "right"
    ]
    return f"{graded.right} of {len(graded.tasks)} tasks are right{''.join(f'; {part}' for part in parts)}."


def _unjudged(view: ClassView) -> list[str]:
    """Return a sentence on the notebooks that get no points yet because the grader failed on a task."""
    open_ones = [
        f"{person.enrolled.name} ({exercise[:2]})"
        for person in view.people
        for exercise, notebook in person.notebooks.items()
        if notebook.graded.unjudged
    ]
    if not open_ones:
        return []
    return [
        f"{_number(open_ones, 'notebook has', 'notebooks have')} tasks that the grader could not judge, and no points "
        f"in the gradebooks: {_listed(open_ones)}. Run the command again; it tries these once more."
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
        f"An ID or address of {_listed(changed)} begins like a formula of a spreadsheet and got an apostrophe in front "
        "in the gradebooks; take it away before an import."
    ]


def _number(things: Sequence[str], one: str, several: str) -> str:
    return f"{len(things)} {one if len(things) == 1 else several}"


def _listed(names: Sequence[str], most: int = 5) -> str:
    """Return names in a row, the first few of them."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
