"""Make the key of a lesson's own tasks, the cells with which they stand in it, and what teachers are told of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from alliance.building.notebooks.exercises import folded_hints, make_task, prove, what_goes_wrong
from alliance.building.notebooks.kernel import BuildKernel
from alliance.building.notebooks.variants import evaluator, run_cells, run_further, working_in
from alliance.building.sources.errors import SourceError
from alliance.building.sources.prose import fill_at
from alliance.building.sources.source import Cell, Source, TaskSource
from alliance.building.sources.turns import names, read_parts
from alliance.checking.keys import Key, Task, cell_id


def make_turns(source: Source, root: Path) -> tuple[Key, str]:
    """Return the key of a lesson's tasks, every variant computed on what the cells above make, and teacher's notes.

    A lesson without tasks has a key without any, and no notes. Raises SourceError where a variant is not judged as its
    author says.
    """
    made, notes = {}, []
    for task, given in with_namespaces(source, root):
        with working_in(root / "lessons"):
            one = make_task(source, task, [], root, given)
        prove(source, task, one, [], root / "lessons", given)
        above = frozenset(name for name in given if not name.startswith("__") and name != "display")
        made[task.task] = dataclasses.replace(one, above=above)
        notes += _notes(source, task, one, given, root)
    title = str(source.about["title"])
    if notes:
        made_from = f"Generated from `authoring/lessons/{source.path.name}`."
        head = f"{made_from} These tasks stand in the lesson and are not graded."
        notes = [f"# Your turn, answers: {source.number} {title}", "", head, "", *notes]
    return Key(source.stem, title, "", made, "lessons"), "\n".join(notes)


def _notes(source: Source, task: TaskSource, made: Task, given: dict[str, Any], root: Path) -> list[str]:
    """Return what teachers are told of a task: an answer, why it is right, what goes wrong."""
    lines = [f"## {task.task} {task.title}", "", "```python", task.answer.text, "```", ""]
    texts = [cell for cell in (task.explanation, task.teacher) if cell]
    if texts:
        with working_in(root / "lessons"):
            before = [task.start] if task.start else []
            evaluate = evaluator(run_cells(source.path, [*before, task.answer], given))
            for cell in texts:
                lines += [fill_at(source.path, cell.line, cell.text, evaluate, root / "data"), ""]
    return [*lines, *what_goes_wrong(task, made)]


def with_namespaces(source: Source, root: Path) -> Iterator[tuple[TaskSource, dict[str, Any]]]:
    """Yield each task of a lesson with the namespace that the cells above it make; no learner's answer is in it.

    Raises SourceError where a cell fails.
    """
    parts = read_parts(source)
    tasks = [place for place, part in enumerate(parts) if isinstance(part, TaskSource)]
    if not tasks:
        return
    _refuse_without_check(source, parts[: tasks[0]], parts[tasks[0]])
    namespace = run_cells(source.path, [])
    for part in parts[: tasks[-1] + 1]:
        if isinstance(part, TaskSource):
            yield part, namespace
        cells = [part.start] if isinstance(part, TaskSource) else [part]
        with working_in(root / "lessons"):
            run_further(source.path, [cell for cell in cells if cell and cell.kind == "code"], namespace)


def _refuse_without_check(source: Source, above: list[Any], task: Any) -> None:
    codes = [cell.text for cell in above if cell.kind == "code"]
    if "check" not in names(codes):
        raise SourceError(
            source.path,
            task.question.line,
            f"task {task.task} needs `check`: write `from alliance import check` in a cell above it.",
        )


def turn_cells(source: Source, task: TaskSource, made: Task, kernel: BuildKernel, root: Path) -> Iterator[Any]:
    """Yield a task's cells as they stand in the lesson: question and hints, start, stub, check; run in the kernel."""

    def of(role: str) -> str:
        return cell_id(task.task, role)

    def filled(cell: Cell) -> str:
        return fill_at(source.path, cell.line, cell.text, kernel.evaluate, root / "data")

    def marked(cell: Any, **more: Any) -> Any:
        cell.metadata.update({"task": task.task, **more})
        return cell

    start = kernel.run(task.start, of("start")) if task.start else None
    question = f"**Your turn {task.task}: {task.title}.** {filled(task.question)}"
    text = f"{question}\n\n{folded_hints([filled(hint) for hint in task.hints])}"
    yield marked(nbformat.v4.new_markdown_cell(text, id=of("question")))
    if start is not None:
        yield marked(start)
    line = task.stub.line if task.stub else task.answer.line
    yield marked(kernel.run(Cell("code", made.stub, {}, line), of("answer")))
    check = kernel.run(Cell("code", made.check, {}, line), of("check"))
    yield marked(check, editable=False, deletable=False)
