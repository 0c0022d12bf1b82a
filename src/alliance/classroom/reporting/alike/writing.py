"""Write what is alike as a page and as a table, for the teacher alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from alliance.classroom.keeping.csvfile import as_csv
from alliance.classroom.reporting.alike.comparing import (
    FEW,
    LEAST_CLASS,
    LEAST_LINES,
    LEAST_TASKS,
    SOLUTION,
    Alike,
)
from alliance.classroom.reporting.books.cells import title
from alliance.pages import template

TEMPLATE = "alike.html.jinja"
COLUMNS = ("exercise", "kind", "learners", "what")


def alike_csv(found: Sequence[Alike], names: Mapping[str, str]) -> str:
    """Return the list as CSV, one row for each thing in common. names: by folder."""
    rows = [
        [one.exercise, one.kind, "; ".join(names[folder] for folder in one.learners), what]
        for one in found
        for what in one.what
    ]
    return as_csv(COLUMNS, rows)


def alike_page(found: Sequence[Alike], names: Mapping[str, str], has_solutions: bool) -> str:
    """Return the page. names: by folder; has_solutions: whether notebooks were held against the course's own."""
    exercises = sorted({one.exercise for one in found})
    page: str = template(Path(__file__).parent, TEMPLATE).render(
        exercises=[
            {
                "number": exercise[:2],
                "title": title(exercise),
                "found": [
                    {"kind": one.kind, "names": [names[folder] for folder in one.learners], "what": one.what}
                    for one in found
                    if one.exercise == exercise
                ],
            }
            for exercise in exercises
        ],
        solution=SOLUTION,
        has_solutions=has_solutions,
        least_class=LEAST_CLASS,
        few=FEW,
        least_lines=LEAST_LINES,
        least_tasks=LEAST_TASKS,
    )
    return page
