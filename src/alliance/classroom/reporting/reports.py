"""Write what a class's results say, for teachers, for learners and for other tools, beside the stored results."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alliance.checking.keys import load_key
from alliance.classroom.keeping.results import Graded
from alliance.classroom.keeping.safekeeping import write_files
from alliance.classroom.marking.deadlines import UNKNOWN
from alliance.classroom.marking.scores import TaskScore, possible
from alliance.classroom.marking.weights import Weights
from alliance.classroom.reporting.alike.comparing import find_alike, read_solved
from alliance.classroom.reporting.alike.writing import alike_csv, alike_page
from alliance.classroom.reporting.books.lists import hand_ins_csv, remarks_csv
from alliance.classroom.reporting.feedback import feedback_page
from alliance.classroom.reporting.gradebook import gradebooks, plain_gradebook
from alliance.classroom.reporting.items import Item, items, items_csv, items_page
from alliance.classroom.reporting.people import ClassView, Person
from alliance.classroom.reporting.syllabus import reading
from alliance.classroom.taking_in.canvas_export import CanvasExport

FEEDBACK = "feedback"
SCHEMA = 1
"""The version of `results.json`: it grows when a name in it is taken away or means something else."""


@dataclasses.dataclass(frozen=True)
class Beside:
    """What reports say beside the class as it is.

    `export` is what Canvas has of its own, `columns` the headers of assignments there, `earlier` the notebooks that
    another one came after, `root` the course's folder, where its solutions are. With `anonymous`, what can't do without
    names is left out.
    """

    export: CanvasExport = dataclasses.field(default_factory=CanvasExport)
    columns: Mapping[str, str] = dataclasses.field(default_factory=dict)
    earlier: Sequence[Graded] = ()
    root: Path | None = None
    anonymous: bool = False


def write_reports(out: Path, view: ClassView, beside: Beside | None = None) -> list[str]:
    """Write gradebooks, feedback, the item report, lists and `results.json`; return sentences for the teacher.

    The same results give the same bytes. What somebody has changed in a file is kept aside. Raises OSError.
    """
    beside = beside or Beside()
    books = plain_gradebook(view) if beside.anonymous else gradebooks(view, beside.export, beside.columns)
    found = items(view)
    solved = read_solved(beside.root, view.exercises) if beside.root else {}
    alike = find_alike(view, solved)
    names = {person.folder: person.enrolled.name for person in view.people}
    files = {
        **books.files,
        "remarks.csv": remarks_csv(view, view.remarks),
        "hand_ins.csv": hand_ins_csv(view, beside.earlier),
        "items.csv": items_csv(found),
        "items.html": items_page(found, len(view.handed_in)),
        "alike.csv": alike_csv(alike, names),
        "alike.html": alike_page(alike, names, bool(solved)),
        "results.json": results_json(view, found),
        **{f"{FEEDBACK}/{person.folder}.html": feedback_page(person, view) for person in view.people},
    }
    return [*books.notes, *write_files(out, files)]


def results_json(view: ClassView, found: Sequence[Item]) -> str:
    """Return all results as JSON; docs/grading.md says what it holds."""
    data = {
        "schema": SCHEMA,
        "exercises": [_exercise(exercise, view.weights) for exercise in view.exercises],
        "learners": [_learner(person) for person in view.people],
        "items": [_item(item) for item in found],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _exercise(exercise: str, weights: Weights) -> dict[str, Any]:
    key = load_key(exercise)
    tasks = []
    for task in key.tasks.values():
        again = reading(task)
        section = {"lesson": again.lesson, "heading": again.heading} if again else None
        tasks.append({"task": task.task, "title": task.title, "form": task.form, "section": section})
    return {"exercise": exercise, "title": key.title, "points_possible": possible(exercise, weights), "tasks": tasks}


def _learner(person: Person) -> dict[str, Any]:
    return {
        "folder": person.folder,
        "canvas_id": person.canvas_id,
        **dataclasses.asdict(person.enrolled),
        "remarks": [{"kind": one.kind, "file": one.file, "text": one.text} for one in person.remarks],
        "notebooks": [
            {
                "exercise": exercise,
                "file": notebook.graded.file,
                "late": bool(notebook.late) and notebook.late != UNKNOWN,
                "how_late": notebook.late,
                "group": notebook.group,
                "points": notebook.score.points,
                "points_possible": notebook.score.possible,
                "points_added": notebook.score.added,
                "comment": notebook.score.comment,
                "fingerprint": notebook.graded.fingerprint,
                "remarks": list(notebook.graded.remarks),
                "tasks": [
                    {
                        **dataclasses.asdict(task),
                        "outcome": task.outcome,
                        **_marked(notebook.score.tasks[task.task]),
                        "changed_lines": notebook.changed.get(task.task),
                    }
                    for task in notebook.graded.tasks
                ],
            }
            for exercise, notebook in person.notebooks.items()
        ],
    }


def _marked(score: TaskScore) -> dict[str, Any]:
    return {
        "points": score.points,
        "points_possible": score.possible,
        "by_hand": score.by_hand,
        "comment": score.comment,
        "right_parts": list(score.parts),
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "exercise": item.exercise,
        "task": item.task.task,
        "handed_in": item.handed_in,
        "tried": item.tried,
        "outcomes": dict(item.counts),
        "wrong": dict(item.wrong),
        "median_changed_lines": item.changed,
        "discrimination": None if item.discrimination is None else round(item.discrimination, 6),
        "why_no_discrimination": item.why_not,
    }
