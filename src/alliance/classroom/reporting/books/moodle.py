"""Write points in the columns that Moodle imports, each with its feedback in words.

What Moodle asks is taken from its manual (https://docs.moodle.org/405/en/Grade_import) and its importer
(https://github.com/moodle/moodle/blob/main/grade/import/csv/classes/load_data.php): one column that identifies a
learner, in which no row may be empty (such a row would go to the learner of the row before); a grade and its feedback
together; `-` where there is no grade.
"""

from __future__ import annotations

from alliance.classroom.keeping.csvfile import NO_GRADE, Cell, as_csv
from alliance.classroom.keeping.results import WORDS
from alliance.classroom.reporting.books.cells import listed, points_of, title
from alliance.classroom.reporting.people import ClassView, Notebook

IDENTITY = {"email": "Email address", "id": "ID number", "username": "Username"}
"""What Moodle can find a learner by, and what its own exports call it."""


def moodle(view: ClassView) -> tuple[str, list[str]]:
    """Return the file and the notes; it has the learners whose address (or else number, or user name) is known."""
    people = view.handed_in
    by = max(IDENTITY, key=lambda name: sum(bool(getattr(one.enrolled, name)) for one in people))
    known = [person for person in people if getattr(person.enrolled, by)]
    header = [IDENTITY[by], "Name"]
    for exercise in view.exercises:
        header += [title(exercise), f"{title(exercise)} (feedback)"]
    rows: list[list[Cell]] = []
    for person in known:
        row: list[Cell] = [getattr(person.enrolled, by), person.enrolled.name]
        for exercise in view.exercises:
            points, notebook = points_of(person, exercise), person.notebooks.get(exercise)
            row += [NO_GRADE if points is None else points, in_words(notebook) if notebook else ""]
        rows.append(row)
    left_out = [person.enrolled.name for person in people if person not in known]
    if not left_out:
        return as_csv(header, rows), []
    return as_csv(header, rows), [
        f"Moodle finds learners by {IDENTITY[by].lower()}, which is not known of {len(left_out)} "
        f"({listed(left_out)}); they were left out of gradebook_moodle.csv, because Moodle would give their grades "
        "to somebody else. Give --roster a file with the column email, id or username."
    ]


def in_words(notebook: Notebook) -> str:
    """Return in one line what became of a notebook's tasks, and what the teacher wrote."""
    graded, score = notebook.graded, notebook.score
    found: dict[str, list[str]] = {}
    for task in graded.tasks:
        found.setdefault(task.outcome, []).append(task.task)
    parts = [
        f"{WORDS.get(outcome, outcome)}: {', '.join(tasks)}" for outcome, tasks in found.items() if outcome != "right"
    ]
    by_hand = [f"{one.task}: {one.points:g} of {one.possible:g}" for one in score.tasks.values() if one.by_hand]
    parts += [f"marked by hand: {', '.join(by_hand)}"] if by_hand else []
    comments = [f"{one.task}: {one.comment}" for one in score.tasks.values() if one.comment]
    comments += [score.comment] if score.comment else []
    said = f"{graded.right} of {len(graded.tasks)} tasks are right{''.join(f'; {part}' for part in parts)}."
    return " ".join([said, *comments])
