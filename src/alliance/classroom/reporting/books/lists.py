"""Write what was odd about files, and all that was handed in, as tables beside the gradebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alliance.checking.keys import stems
from alliance.classroom.keeping.csvfile import Cell, as_csv
from alliance.classroom.keeping.results import Graded
from alliance.classroom.reporting.people import ClassView
from alliance.classroom.taking_in.intake import Remark

REMARKS = ("name", "learner", "kind", "file", "remark")
HAND_INS = ("name", "learner", "exercise", "file", "counts", "late", "time", "time_told_by", "tasks_right", "tasks")


def remarks_csv(view: ClassView, remarks: Sequence[Remark]) -> str:
    """Return all remarks as CSV, one row each, those of a learner together."""
    names = {person.folder: person.enrolled.name for person in view.people}
    rows = [(names.get(one.learner, ""), one.learner, one.kind, one.file, one.text) for one in remarks]
    return as_csv(REMARKS, sorted(rows, key=lambda row: (str(row[0]).casefold(), *row)))


def hand_ins_csv(view: ClassView, earlier: Sequence[Graded]) -> str:
    """Return every notebook that was handed in as CSV: those that count, and those that another one came after."""
    names = {person.folder: person.enrolled.name for person in view.people}
    late: Mapping[tuple[str, str], str] = {
        (person.folder, exercise): notebook.late
        for person in view.people
        for exercise, notebook in person.notebooks.items()
    }
    counting = [
        notebook.graded for person in view.people for notebook in person.notebooks.values() if not notebook.group
    ]
    rows: list[tuple[Cell, ...]] = []
    for counts, several in (("yes", counting), ("no", [one for one in earlier if one.exercise in stems()])):
        for one in several:
            facts = one.hand_in
            words = late.get((one.learner, one.exercise), "") if counts == "yes" else "late" if facts.late else ""
            said = {"name": "its name", "file": "the file"}.get(facts.told_by, "")
            who = (names.get(one.learner, one.learner), one.learner, one.exercise, one.file)
            rows.append((*who, counts, words, facts.at.replace("T", " "), said, one.right, len(one.tasks)))
    return as_csv(HAND_INS, sorted(rows, key=lambda row: (str(row[0]).casefold(), str(row[2]), row[4] != "yes")))
