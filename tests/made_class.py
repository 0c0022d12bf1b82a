"""A class as the tests speak of it: learners who did this and that, without a notebook being run."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from alliance.checking.keys import load_key, stems
from alliance.classroom.keeping.results import Graded, TaskResult
from alliance.classroom.reporting.people import ClassView, Notebook, Person
from alliance.classroom.taking_in.roster import Enrolled, Learner

STEM = "08_japans_defence_budget"
OTHER_STEM = "14_north_korea"


def results(stem: str = STEM, **outcomes: str | TaskResult) -> list[TaskResult]:
    """Return results of all tasks of an exercise: right, but for those named, as in `t2="wrong"`."""
    found = []
    for task in load_key(stem).tasks:
        given = outcomes.get(f"t{task.split('.')[1]}", "right")
        found.append(given if isinstance(given, TaskResult) else TaskResult(task, given, f"message on {task}"))
    return found


def every(outcome: str | TaskResult, stem: str = STEM) -> dict[str, str | TaskResult]:
    """Return one outcome for each task of an exercise, as `results` takes them; a result gets the task's number."""
    of = {
        task: dataclasses.replace(outcome, task=task) if isinstance(outcome, TaskResult) else outcome
        for task in load_key(stem).tasks
    }
    return {f"t{task.split('.')[1]}": one for task, one in of.items()}


def graded(learner: str, tasks: list[TaskResult], stem: str = STEM) -> Graded:
    return Graded(learner, stem, f"{learner}/{stem}.ipynb", tasks, [], "abc", 1.0)


def person(
    enrolled: Enrolled | str, *notebooks: list[TaskResult], changed: Mapping[str, int] | None = None, number: str = ""
) -> Person:
    """Return a learner with notebooks, each given by its tasks' results; `number` is Canvas's."""
    enrolled = Enrolled(enrolled) if isinstance(enrolled, str) else enrolled
    folder = Learner(enrolled.name, number or enrolled.id).folder
    own = {}
    for tasks in notebooks:
        stem = next(one for one in stems() if tasks[0].task in load_key(one).tasks)
        own[stem] = dataclasses.replace(Notebook.of(graded(folder, tasks, stem)), changed=changed or {})
    return Person(folder, enrolled, number or enrolled.id, own)


def view(*people: Person) -> ClassView:
    return ClassView(people, sorted({exercise for one in people for exercise in one.notebooks}))
