"""Write points in the columns that Canvas imports, so that no score that is there goes lost unsaid.

What Canvas asks of a file is taken from its importer
(https://github.com/instructure/canvas-lms/blob/master/lib/gradebook_importer.rb) and a university's guide to it
(https://teaching.resources.osu.edu/toolsets/carmencanvas/guides/calculating-final-grades/import-csv-file-carmen-grades):
the columns Student, ID, SIS User ID, SIS Login ID, Section, then one for each assignment, found by the ID at the end of
its header; a row “Points Possible”; learners are found by ID, then by SIS ID, then by name; an empty cell takes an
existing score away.
"""

from __future__ import annotations

from collections.abc import Mapping

from alliance.classroom.keeping.csvfile import Cell, as_csv
from alliance.classroom.marking.scores import possible
from alliance.classroom.reporting.books.cells import listed, number_of, points_of, title
from alliance.classroom.reporting.people import ClassView, Person
from alliance.classroom.taking_in.canvas_export import CanvasExport, find_columns

COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


def headers(view: ClassView, export: CanvasExport, before: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the header of each exercise's assignment in Canvas, as far as it is known, and what the teacher must say.

    The ID that the teacher wrote into `weights.csv` comes first, then what the export has, then what was found before.
    """
    titles = {exercise: title(exercise) for exercise in view.exercises}
    found, several = find_columns(export, titles)
    own = {
        exercise: export.by_id(number) or f"{titles[exercise]} ({number})"
        for exercise, number in view.weights.canvas.items()
        if exercise in titles and number.isdecimal()
    }
    known = {exercise: header for exercise, header in before.items() if exercise in titles} | found | own
    notes = [
        f"In Canvas, {' and '.join(f'“{one}”' for one in candidates)} may each be exercise {exercise[:2]}. Write the "
        "ID in brackets of the right one into weights.csv, into a column “canvas” in a row for the exercise."
        for exercise, candidates in several.items()
        if exercise not in known
    ]
    return known, notes


def canvas(view: ClassView, export: CanvasExport, before: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the file, with those of whom there is a notebook, and sentences for the teacher.

    Where the export has a score and here is none, the cell has the score that is there.
    """
    known, notes = headers(view, export, before)
    columns = {exercise: known.get(exercise, title(exercise)) for exercise in view.exercises}
    rows: list[list[Cell]] = [["Points Possible", "", "", "", ""]]
    rows[0] += [possible(exercise, view.weights) for exercise in view.exercises]
    empty: list[str] = []
    for person in view.handed_in:
        row = person.enrolled
        cells: list[Cell] = [row.name, person.canvas_id, row.sis_user_id, row.sis_login_id, row.section]
        for exercise in view.exercises:
            points: Cell = points_of(person, exercise)
            if points is None:
                there = export.scores.get(person.canvas_id, {}).get(columns[exercise])
                points = _as_number(there) if there else None
                if there is None:
                    empty.append(f"{row.name} ({exercise[:2]})")
            cells.append(points)
        rows.append(cells)
    return as_csv([*COLUMNS, *columns.values()], rows), [
        *notes,
        *_other_points(view, export, columns),
        *_empty(empty),
        *_nameless(view),
    ]


def _as_number(cell: str) -> Cell:
    try:
        return float(cell)
    except ValueError:
        return cell  # EX: excused


def _other_points(view: ClassView, export: CanvasExport, columns: Mapping[str, str]) -> list[str]:
    notes = []
    for exercise, header in columns.items():
        there, here = export.possible.get(header, ""), possible(exercise, view.weights)
        if there and _as_number(there) != here:
            notes.append(
                f"In Canvas “{header}” has {there} points, here it is {here:g}: change one of them (here in "
                "weights.csv) before you import."
            )
    return notes


def _empty(cells: list[str]) -> list[str]:
    if not cells:
        return []
    return [
        f"gradebook_canvas.csv has {number_of(cells, 'empty cell', 'empty cells')} ({listed(cells)}): where Canvas has "
        "a score already, importing an empty cell takes it away. Give --roster the gradebook that Canvas exports now, "
        "and the scores that are there are kept; or delete the columns that you don't mean to import."
    ]


def _nameless(view: ClassView) -> list[str]:
    def is_nameless(person: Person) -> bool:
        return not (person.canvas_id or person.enrolled.sis_user_id or person.enrolled.sis_login_id)

    nameless = [person.enrolled.name for person in view.handed_in if is_nameless(person)]
    if not nameless:
        return []
    return [
        f"For Canvas, {number_of(nameless, 'learner has', 'learners have')} neither an ID nor an SIS ID "
        f"({listed(nameless)}): Canvas will look for the name. Give --roster a file with the column id, sis_user_id "
        "or sis_login_id, or the file that Canvas exports from its gradebook."
    ]
