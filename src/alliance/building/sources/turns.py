"""Read a lesson as a learner meets it: its own cells, and between them the tasks that it asks its reader to do."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence

from alliance.building.sources.errors import SourceError
from alliance.building.sources.prose import as_python, expressions
from alliance.building.sources.source import (
    OF_A_LESSON,
    TASK_ROLES,
    Cell,
    Source,
    TaskSource,
    read_task,
    refuse_repeats,
)

Part = Cell | TaskSource
HEADING = re.compile(r"^#{2,3} +(.+?) *$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
DEFAULTS = {"form": "compute", "minutes": (1, 3)}
"""What a question in a lesson need not say."""


def read_parts(source: Source) -> list[Part]:
    """Return a lesson's own cells and its tasks, in order.

    Raises SourceError for a task that is not complete or not named after its lesson, for cells of a task that stand
    apart, and for an answer's name that the lesson's other cells use: they would depend on what a learner writes.
    """
    parts: list[Part] = []
    section = ""
    for group in list(_grouped(source)):
        if group[0].meta.get("task") is None:
            parts += group
            for cell in group:
                if cell.kind == "markdown":
                    section = [section, *HEADING.findall(FENCED.sub("", cell.text))][-1]
        else:
            parts.append(_task(source, group, section))
    tasks = [part for part in parts if isinstance(part, TaskSource)]
    refuse_repeats(source, tasks)
    for task in tasks:
        _refuse_dependence(source, parts, task)
    return parts


def read_turns(source: Source) -> list[TaskSource]:
    """Return the tasks of a lesson in order. Raises SourceError."""
    return [part for part in read_parts(source) if isinstance(part, TaskSource)]


def seen_cells(source: Source) -> list[Cell]:
    """Return what a lesson's reader sees: its own cells, and of its tasks the questions and the code given."""
    return [cell for part in read_parts(source) for cell in ([part] if isinstance(part, Cell) else _given(part))]


def _given(task: TaskSource) -> list[Cell]:
    return [cell for cell in (task.question, task.start, task.stub) if cell is not None]


def _grouped(source: Source) -> Iterator[list[Cell]]:
    """Yield runs of cells: of the lesson's own, or of one task. Raises SourceError where a task begins again."""
    groups: list[list[Cell]] = []
    for cell in source.cells:
        if groups and groups[-1][0].meta.get("task") == cell.meta.get("task"):
            groups[-1].append(cell)
        else:
            groups.append([cell])
    begun = set[str]()
    for group in groups:
        task = group[0].meta.get("task")
        if task is not None:
            if str(task) in begun:
                raise SourceError(
                    source.path, group[0].line, f"the cells of task {task} stand apart: no other cell may part them."
                )
            begun.add(str(task))
        yield group


def _task(source: Source, cells: Sequence[Cell], section: str) -> TaskSource:
    name, number = str(cells[0].meta["task"]), int(source.number)
    if not re.fullmatch(rf"{number}\.[a-z]", name):
        raise SourceError(
            source.path, cells[0].line, f"“{name}” is no task of this lesson: its tasks are {number}.a, {number}.b …"
        )
    for cell in cells:
        if cell.role not in TASK_ROLES:
            known = ", ".join(TASK_ROLES)
            raise SourceError(source.path, cell.line, f"`role: {cell.role or '(none)'}` is not one of {known}.")
        if cell.kind == "markdown" and HEADING.search(FENCED.sub("", cell.text)):
            raise SourceError(
                source.path,
                cell.line,
                f"a heading stands in a cell of task {name}: begin the lesson's next cell with `+++` on its own line.",
            )
    completed = [
        dataclasses.replace(cell, meta={**DEFAULTS, **cell.meta, "section": section})
        if cell.role == "question"
        else cell
        for cell in cells
    ]
    return read_task(source, name, completed, OF_A_LESSON)


# --- what depends on an answer -------------------------------------------------------------------------------


def _refuse_dependence(source: Source, parts: Sequence[Part], task: TaskSource) -> None:
    """Raise SourceError where a lesson's own cell, or what another task gives, uses the name of a task's answer."""
    name = task.spec.answer
    cells = [one for part in parts for one in ([part] if isinstance(part, Cell) else [*_given(part), *part.hints])]
    for cell in cells:
        if cell is not task.stub and name in _names_in(cell):
            raise SourceError(
                source.path,
                cell.line,
                f"this cell uses `{name}`, the answer of task {task.task}, which a learner may get wrong or leave out: "
                "give the one or the other another name.",
            )


def _names_in(cell: Cell) -> set[str]:
    """Return the names that a cell's code, or the expressions in its text, speak of."""
    if cell.kind == "code":
        return names([cell.text])
    return names(as_python(one) for one in expressions(cell.text))


def names(codes: Iterable[str]) -> set[str]:
    """Return all names that pieces of code use or give a value to; what cannot be parsed has none."""
    found: set[str] = set()
    for code in codes:
        try:
            tree = ast.parse(code)
        except SyntaxError:
            continue  # said where the code is run
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                found.update((one.asname or one.name).split(".")[0] for one in node.names)
    return found
