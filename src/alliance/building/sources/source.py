"""Read an author's source: front matter, cells with their line numbers, the tasks of an exercise or a lesson."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from alliance.answers import Spec
from alliance.building.sources.errors import SourceError

FORMS = ("compute", "table", "plot", "repair", "judge", "write", "stretch")
TASK_ROLES = (
    "question",
    "start",
    "answer",
    "stub",
    "hint",
    "wrong",
    "alternative",
    "explanation",
    "teacher",
)


@dataclasses.dataclass(frozen=True)
class Needs:
    """What a task consists of: for each role, how many cells at least and at most; what its question must say."""

    cells: Mapping[str, tuple[int, int]]
    keys: Sequence[str]


OF_AN_EXERCISE = Needs(
    {
        "question": (1, 1),
        "start": (0, 1),
        "answer": (1, 1),
        "stub": (0, 1),
        "hint": (2, 3),
        "wrong": (2, 24),
        "alternative": (1, 24),
        "explanation": (1, 1),
        "teacher": (0, 1),
    },
    ("title", "form", "minutes", "section"),
)
OF_A_LESSON = Needs({**OF_AN_EXERCISE.cells, "hint": (1, 3), "wrong": (1, 24), "explanation": (0, 1)}, ("title",))


@dataclasses.dataclass(frozen=True)
class Cell:
    """One cell of a source. `kind` is markdown or code; `line` is where its text begins, counted from 1."""

    kind: str
    text: str
    meta: Mapping[str, Any]
    line: int

    @property
    def role(self) -> str:
        """The cell's role in an exercise; empty in a lesson."""
        return str(self.meta.get("role", ""))


@dataclasses.dataclass(frozen=True)
class Source:
    """A source file: `about` is the `alliance` part of its front matter."""

    path: Path
    about: Mapping[str, Any]
    cells: Sequence[Cell]

    @property
    def stem(self) -> str:
        """The file name without its ending, which all notebooks made from it share."""
        return self.path.stem

    @property
    def number(self) -> str:
        """The lesson's two digits."""
        return self.stem[:2]

    def line_of(self, key: str) -> int:
        """Return the line of the front matter, from 1, that begins with a key of `about`; 1 when none does."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return next((i + 1 for i, line in enumerate(lines) if line.strip().startswith(f"{key}:")), 1)


@dataclasses.dataclass(frozen=True)
class TaskSource:
    """All cells of one task, by role."""

    task: str
    question: Cell
    start: Cell | None
    answer: Cell
    stub: Cell | None
    hints: Sequence[Cell]
    wrong: Sequence[Cell]
    alternatives: Sequence[Cell]
    explanation: Cell | None
    teacher: Cell | None
    spec: Spec
    tries: Sequence[str] = ()
    accepts: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def title(self) -> str:
        """The task's title."""
        return str(self.question.meta["title"])

    @property
    def section(self) -> str:
        """The section to read again: a heading of its lesson, or an earlier lesson's number and heading."""
        return str(self.question.meta["section"])


def read_source(path: Path) -> Source:
    """Return a source. Raises SourceError when it is not valid MyST Markdown or lacks its front matter."""
    return _parsed(path, path.read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=128)
def _parsed(path: Path, text: str) -> Source:
    """Parse a source once for all who read it: the course's links, the glossary and the guide."""
    from jupytext.myst import MystMetadataParsingError, myst_to_notebook

    _refuse_other_than_a_day(path, text)
    try:
        notebook = myst_to_notebook(text, add_source_map=True)
    except (MystMetadataParsingError, ValueError) as error:
        raise SourceError(path, 1, f"Jupytext cannot read it: {error}") from error
    about = notebook.metadata.get("alliance")
    if not about:
        raise SourceError(
            path,
            1,
            "the front matter has no `alliance:` part; docs/lessons.md and docs/exercises.md have what it says.",
        )
    lines = text.splitlines()
    cells = [
        Cell(cell.cell_type, cell.source, dict(cell.metadata), _first_line(lines, start, cell.source))
        for cell, start in zip(notebook.cells, notebook.metadata["source_map"], strict=True)
    ]
    return Source(path, dict(about), cells)


def _refuse_other_than_a_day(path: Path, text: str) -> None:
    """Raise SourceError when `checked` in the front matter is no day; YAML would read some and stop at others."""
    for number, line in enumerate(text.split("\n---", 1)[0].splitlines(), 1):
        key, _, value = line.strip().partition(": ")
        if key == "checked":
            try:
                date.fromisoformat(value)
            except ValueError:
                raise SourceError(path, number, f"`checked` says {value}: write a day as YYYY-MM-DD.") from None


def _first_line(lines: Sequence[str], start: int, text: str) -> int:
    """Return the line (from 1) where a cell's own text begins, behind its options."""
    first = text.split("\n", 1)[0]
    for i in range(start, len(lines)):
        if lines[i] == first:
            return i + 1
    return start + 1


def read_tasks(source: Source) -> tuple[list[Cell], list[TaskSource]]:
    """Return an exercise's introduction cells and its tasks in order.

    Raises SourceError for a cell without a known role, a missing part of a task, or a name used twice.
    """
    introduction: list[Cell] = []
    by_task: dict[str, list[Cell]] = {}
    for cell in source.cells:
        task = cell.meta.get("task")
        if task is None:
            if by_task:
                raise SourceError(source.path, cell.line, "this cell stands after the first task but names no `task`.")
            introduction.append(cell)
            continue
        if cell.role not in TASK_ROLES:
            raise SourceError(
                source.path, cell.line, f"`role: {cell.role or '(none)'}` is not one of {', '.join(TASK_ROLES)}."
            )
        by_task.setdefault(str(task), []).append(cell)
    tasks = [read_task(source, name, cells) for name, cells in by_task.items()]
    refuse_repeats(source, tasks)
    return introduction, tasks


def read_task(source: Source, name: str, cells: Sequence[Cell], needs: Needs = OF_AN_EXERCISE) -> TaskSource:
    """Return a task from its cells, in the order of the source. Raises SourceError for what is missing or too much."""
    by_role: dict[str, list[Cell]] = {role: [] for role in TASK_ROLES}
    for cell in cells:
        by_role[cell.role].append(cell)
    line = cells[0].line

    def count(role: str, low: int, high: int) -> None:
        found = len(by_role[role])
        if not low <= found <= high:
            wanted = str(low) if low == high else f"{low} to {high}"
            raise SourceError(
                source.path, line, f"task {name} has {found} cells with `role: {role}`; it needs {wanted}."
            )

    for role, (low, high) in needs.cells.items():
        count(role, low, high)
    question, answer = by_role["question"][0], by_role["answer"][0]
    for key in needs.keys:
        if key not in question.meta:
            raise SourceError(source.path, question.line, f"the question of task {name} has no `{key}`.")
    if question.meta["form"] not in FORMS:
        raise SourceError(source.path, question.line, f"`form` must be one of {', '.join(FORMS)}.")
    named: set[str] = set()
    for cell in by_role["wrong"]:
        for key in ("name", "misconception", "message"):
            if not cell.meta.get(key):
                raise SourceError(source.path, cell.line, f"this wrong answer has no `{key}`.")
        if str(cell.meta["name"]) in named:
            raise SourceError(source.path, cell.line, f"task {name} has two wrong answers named {cell.meta['name']}.")
        named.add(str(cell.meta["name"]))
    try:
        # How a task is built and tried is no part of how an answer is compared, so it does not stand in the key.
        check = dict(answer.meta.get("check") or {})
        tries, accepts = check.pop("tries", ()), check.pop("accepts", {})
        spec = Spec.from_dict(check)
    except ValueError as error:
        raise SourceError(source.path, answer.line, str(error)) from error
    _refuse_half_a_writing_task(source, question, answer, spec)
    return TaskSource(
        task=name,
        question=question,
        start=next(iter(by_role["start"]), None),
        answer=answer,
        stub=next(iter(by_role["stub"]), None),
        hints=by_role["hint"],
        wrong=by_role["wrong"],
        alternatives=by_role["alternative"],
        explanation=next(iter(by_role["explanation"]), None),
        teacher=next(iter(by_role["teacher"]), None),
        spec=spec,
        tries=tries,
        accepts=accepts,
    )


def _refuse_half_a_writing_task(source: Source, question: Cell, answer: Cell, spec: Spec) -> None:
    """A writing task has demands and a rubric, and its model answers are its answer and its alternatives."""
    if (question.meta["form"] == "write") != bool(spec.text):
        what = "needs `text:` in its `check:`" if not spec.text else "has `text:` in its `check:`"
        raise SourceError(source.path, answer.line, f"a task of the form {question.meta['form']} {what}.")
    if spec.text and "models" in spec.text:
        raise SourceError(
            source.path, answer.line, "leave `models:` out: the answer and the first alternative are the model answers."
        )
    if spec.text and not spec.text.get("rubric"):
        raise SourceError(source.path, answer.line, "a writing task needs a `rubric:` of three lines.")


def refuse_repeats(source: Source, tasks: Sequence[TaskSource]) -> None:
    """Raise SourceError where two tasks' answers share a name: a notebook is judged in any order."""
    seen: dict[str, str] = {}
    for task in tasks:
        name = task.spec.answer
        if name in seen:
            raise SourceError(
                source.path, task.answer.line, f"task {task.task} uses the answer name `{name}` of task {seen[name]}."
            )
        seen[name] = task.task
        number = task.task.split(".")[0].zfill(2)
        if number != source.number:
            raise SourceError(source.path, task.question.line, f"task {task.task} stands in exercise {source.number}.")
