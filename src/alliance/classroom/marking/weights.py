"""Read what tasks and exercises are worth: `weights.csv`, one row for each that is not worth 1."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

from alliance.classroom.keeping.sheets import UnreadableSheet, number_in, read_sheet
from alliance.classroom.marking.tasks import exercise_meant, task_meant

FILE = "weights.csv"
COLUMNS = ("exercise", "task", "weight", "canvas")


@dataclasses.dataclass(frozen=True)
class Weights:
    """The points of tasks, by name, and the weights of exercises in the total, by stem; 1 where nothing is said.

    `canvas` has the ID of an exercise's assignment in Canvas, where the teacher wrote it down.
    """

    tasks: Mapping[str, float] = dataclasses.field(default_factory=dict)
    exercises: Mapping[str, float] = dataclasses.field(default_factory=dict)
    canvas: Mapping[str, str] = dataclasses.field(default_factory=dict)
    problems: Sequence[str] = ()

    def of_task(self, task: str) -> float:
        """Return the points that a task is worth."""
        return self.tasks.get(task, 1)

    def of_exercise(self, exercise: str) -> float:
        """Return an exercise's weight in the total."""
        return self.exercises.get(exercise, 1)


def read_weights(path: Path) -> Weights:
    """Return the weights in a file; none where there is no file. What cannot be read is told and left out.

    A row with a task says how many points it is worth; one with an exercise alone, its weight in the total.
    """
    if not path.exists():
        return Weights()
    try:
        sheet = read_sheet(path, COLUMNS, ("weight",))
    except UnreadableSheet as error:
        return Weights(problems=[str(error)])
    tasks: dict[str, float] = {}
    exercises: dict[str, float] = {}
    canvas: dict[str, str] = {}
    problems = []
    for row in sheet.rows:
        weight, task, exercise = number_in(row["weight"]), task_meant(row["task"])[1], exercise_meant(row["exercise"])
        where = f"{path.name}, row {row.number}:"
        if row["task"] and not task:
            problems.append(f"{where} the course has no task “{row['task']}”; write it like “task 5.2”.")
        elif not task and not exercise:
            problems.append(f"{where} the course has no exercise “{row['exercise']}”; write its number, such as 05.")
        elif weight is None or weight < 0:
            if row["weight"] or not row["canvas"]:
                problems.append(f"{where} “{row['weight']}” is no weight; write a number from 0 on.")
        elif task:
            tasks[task] = weight
        else:
            exercises[exercise] = weight
        if row["canvas"] and exercise and not task:
            canvas[exercise] = row["canvas"]
    return Weights(tasks, exercises, canvas, problems)
