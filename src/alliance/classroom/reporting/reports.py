"""Write what a class's results say, for teachers, for learners and for other tools, beside the stored results."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alliance.checking.keys import load_key
from alliance.classroom.keeping.safekeeping import write_files
from alliance.classroom.reporting.feedback import feedback_page
from alliance.classroom.reporting.gradebook import gradebooks
from alliance.classroom.reporting.items import Item, items, items_csv, items_page
from alliance.classroom.reporting.people import ClassView, Person
from alliance.classroom.reporting.syllabus import reading

FEEDBACK = "feedback"
SCHEMA = 1
"""The version of `results.json`: it grows when a name in it is taken away or means something else."""


def write_reports(out: Path, view: ClassView) -> list[str]:
    """Write gradebooks, feedback, the item report and `results.json` below `out`; return sentences for the teacher.

    The same results give the same bytes. What somebody has changed in a file is kept aside. Raises OSError.
    """
    books = gradebooks(view)
    found = items(view)
    files = {
        **books.files,
        "items.csv": items_csv(found),
        "items.html": items_page(found, len(view.handed_in)),
        "results.json": results_json(view, found),
        **{f"{FEEDBACK}/{person.folder}.html": feedback_page(person) for person in view.handed_in},
    }
    return [*books.notes, *write_files(out, files)]


def results_json(view: ClassView, found: Sequence[Item]) -> str:
    """Return all results as JSON; CONTRIBUTING.md says what it holds."""
    data = {
        "schema": SCHEMA,
        "exercises": [_exercise(exercise) for exercise in view.exercises],
        "learners": [_learner(person) for person in view.people],
        "items": [_item(item) for item in found],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _exercise(exercise: str) -> dict[str, Any]:
    key = load_key(exercise)
    tasks = []
    for task in key.tasks.values():
        again = reading(task)
        section = {"lesson": again.lesson, "heading": again.heading} if again else None
        tasks.append({"task": task.task, "title": task.title, "form": task.form, "section": section})
    return {"exercise": exercise, "title": key.title, "points_possible": len(key.tasks), "tasks": tasks}


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
                "late": notebook.late,
                "points": notebook.graded.points,
                "fingerprint": notebook.graded.fingerprint,
                "remarks": list(notebook.graded.remarks),
                "tasks": [
                    {
                        **dataclasses.asdict(task),
                        "outcome": task.outcome,
                        "changed_lines": notebook.changed.get(task.task),
                    }
                    for task in notebook.graded.tasks
                ],
            }
            for exercise, notebook in person.notebooks.items()
        ],
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
