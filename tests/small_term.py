"""A course of four exercises of two tasks, and a class that hands them in: only the kernel is not the real one."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import Result
from typer.testing import CliRunner

from alliance.answers import Answer, Spec, portable
from alliance.checking.kernel import Outcome
from alliance.checking.keys import Key, Task, WrongAnswer, cell_id, forget_keys, write_key
from alliance.classroom.running import grading, worker
from alliance.cli import app

STEMS = ("05_budget", "06_dollars", "07_costs", "08_chains")
TITLES = {"05_budget": "Budget", "06_dollars": "Dollars", "07_costs": "Costs", "08_chains": "Chains"}
STUB = "..."
HEADLINE = "Ten ships, and who counted them"


def task(name: str, answer: str, value: Any, form: str = "compute", wrong: Mapping[str, Any] | None = None) -> Task:
    """Return a task whose answer is a value; `wrong` are named wrong values."""
    mistakes = [WrongAnswer(key, key, f"This is {key}.", portable(one)) for key, one in (wrong or {}).items()]
    rubric = ["Is it true?", "Is it short?", "Is it kind?"]
    text = {"words": [2, 20], "models": [HEADLINE, HEADLINE], "rubric": rubric} if form == "write" else {}
    spec = Spec(answer, text=text)
    return Task(
        name, f"Task {name}", form, spec, portable(value), Answer("untried"), mistakes, "", f"{answer} = {STUB}"
    )


def tasks_of(number: int, **changed: Any) -> list[Task]:
    """Return an exercise's two tasks: a number, and a dictionary (in 8 a text to write)."""
    first = changed.get("first", number * 10)
    second: Any = {"verdict": "holds", "figure": number}
    if number == 8:
        return [task("8.1", "first", first), task("8.2", "text", HEADLINE, "write")]
    return [task(f"{number}.1", "first", first, wrong={"twice": 2 * first}), task(f"{number}.2", "second", second)]


class InProcess:
    """A pool of one worker, this process. It is interrupted before the notebook of a given number, if one is given."""

    interrupt_at: int | None = None

    def __init__(self) -> None:
        self.done = 0

    def run(self, orders: Mapping[int, worker.Order]) -> Iterator[tuple[int, worker.Report]]:
        for number, order in orders.items():
            if self.done == InProcess.interrupt_at:
                raise KeyboardInterrupt
            self.done += 1
            yield number, worker.grade(order)


class Runs:
    """A kernel that runs cells in this process: the tests wrote them."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}

    def run(self, code: str, seconds: float | None = None) -> Outcome:
        try:
            exec(code, self.names)
        except Exception as error:
            return Outcome("raised", f"{type(error).__name__}: {error}")
        return Outcome("ok")

    def answer(self, spec: Spec) -> Answer:
        return portable(self.names[spec.answer]) if spec.answer in self.names else Answer("untried")


@contextlib.contextmanager
def kernel(limits: object, setup: str) -> Iterator[Runs]:
    yield Runs()


@contextlib.contextmanager
def kernels(root: Path, sandbox: bool) -> Iterator[Any]:
    yield kernel


@dataclasses.dataclass
class Term:
    """A small course and a folder for results; `hand_in` and `grade` are what learners and their teacher do."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch

    @property
    def out(self) -> Path:
        return self.folder / "results"

    def set_key(self, stem: str, **changed: Any) -> None:
        """Write the key of an exercise."""
        tasks = tasks_of(int(stem[:2]), **changed)
        text = write_key(Key(stem, TITLES[stem], "", {one.task: one for one in tasks}))
        (self.folder / "keys").mkdir(exist_ok=True)
        (self.folder / "keys" / f"{stem}.json").write_text(text, encoding="utf-8")
        forget_keys()

    def hand_in(self, week: str, file: str, stem: str, *answers: str) -> Path:
        """Hand in a notebook with the code of its two answers; an empty one is left as it was given."""
        notebook = nbformat.v4.new_notebook(metadata={"alliance": {"exercise": stem}})
        for one, code in zip(tasks_of(int(stem[:2])), answers, strict=True):
            cell = nbformat.v4.new_code_cell(code or one.stub)
            cell.id = cell_id(one.task, "answer")
            notebook.cells.append(cell)
        path = self.folder / week / file
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
        return path

    def grade(self, week: str, *options: str) -> Result:
        """Run the command over a folder."""
        return self.run("grade", str(self.folder / week), "--out", str(self.out), *options)

    def report(self, *options: str) -> Result:
        """Have the reports written anew."""
        return self.run("report", str(self.out), *options)

    def run(self, *arguments: str) -> Result:
        if arguments[0] == "grade" and "--no-sandbox" not in arguments:
            arguments = (*arguments, "--no-sandbox")
        return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "300"})

    def text(self, name: str) -> str:
        return (self.out / name).read_text(encoding="utf-8-sig")


@pytest.fixture
def term(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Term]:
    """The small course with its keys in force, and nothing handed in yet."""
    made = Term(tmp_path, monkeypatch)
    for name in ("data", "exercises", "solutions", "lessons"):
        (tmp_path / name).mkdir()
    (tmp_path / "data" / "datapackage.json").write_text('{"name": "small", "resources": []}', encoding="utf-8")
    for stem in STEMS:
        made.set_key(stem)
    monkeypatch.setenv("ALLIANCE_KEYS", str(tmp_path / "keys"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(grading, "_pool", lambda how: InProcess())
    monkeypatch.setattr(worker, "_kernels", kernels)
    monkeypatch.setattr(InProcess, "interrupt_at", None)
    yield made
    forget_keys()
