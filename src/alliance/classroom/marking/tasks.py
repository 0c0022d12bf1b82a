"""Read which exercise and task a teacher's table means, as spreadsheets leave the words for them."""

from __future__ import annotations

import re

from alliance.checking.keys import load_key, stems

TASK = re.compile(r"(?:task )?(\d{1,2})[.,](\d{1,2})(?!\d)(?![.,/-]\d)", re.IGNORECASE)
EXERCISE = re.compile(r"(?:exercise |ex\.? ?)?(\d{1,2})(?![\d.,/])", re.IGNORECASE)


def exercise_meant(cell: str) -> str:
    """Return the stem of the exercise that a cell names: 5, 05, Exercise 05, the stem, a title; else an empty text."""
    match = EXERCISE.match(cell)
    return next((stem for stem in stems() if match and int(stem[:2]) == int(match[1])), "")


def task_meant(cell: str) -> tuple[str, str]:
    """Return the stem of the exercise and the task that a cell names: 5.1, 5,1, “5.1 A compound rate”; else nothing."""
    match = TASK.match(cell)
    if not match:
        return "", ""
    stem = exercise_meant(match[1])
    name = f"{int(match[1])}.{int(match[2])}"
    return (stem, name) if stem and name in load_key(stem).tasks else ("", "")
