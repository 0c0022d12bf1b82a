"""Make a class of learners' notebooks of one exercise, and the same work in the forms of other graders.

Every submission answers each task with the reference, with another right answer or with a named wrong one. For the
other graders a cell with assertions stands where the course has its check cell: the values of the reference answer,
compared as a teacher would write it in pandas.
"""

from __future__ import annotations

import dataclasses
import json
import textwrap
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib.axes
import nbformat
import pandas as pd

from alliance.answers import Spec
from alliance.building.notebooks.variants import run_cells, working_in
from alliance.building.sources.source import TaskSource, read_source, read_tasks

ASSIGNMENT = "ps"
"""How nbgrader calls the exercise."""
ADDRESS = "../data/"


@dataclasses.dataclass(frozen=True)
class Work:
    """One exercise for all graders: the code before the first task, and for each task its start, variants and test."""

    stem: str
    setup: str
    tasks: Sequence[TaskSource]
    tests: Mapping[str, str]


def read_work(root: Path, stem: str) -> Work:
    """Read an exercise's source and write its assertions from what the reference answers give."""
    source = read_source(root / "authoring" / "exercises" / f"{stem}.md")
    introduction, tasks = read_tasks(source)
    setup = [cell for cell in introduction if cell.kind == "code"]
    tests = {}
    with working_in(root / "exercises"):
        for task in tasks:
            namespace = run_cells(source.path, [*setup, *([task.start] if task.start else []), task.answer])
            tests[task.task] = assertions(task.spec, namespace[task.spec.answer])
            exec(tests[task.task], namespace)  # the reference passes its own test
    return Work(stem, "\n\n".join(cell.text for cell in setup), tasks, tests)


def answers(work: Work, number: int) -> dict[str, str]:
    """Return the code of a submission's answers by task: two thirds of them not the reference."""
    chosen = {}
    for place, task in enumerate(work.tasks):
        variants = [task.answer, *task.alternatives, *task.wrong]
        other = variants[(number * (place + 1) + place) % len(variants)]
        chosen[task.task] = (other if (number + place) % 3 else task.answer).text
    return chosen


def write_class(root: Path, work: Work, count: int, folder: Path) -> list[Path]:
    """Write `count` learners' notebooks as flat files into `folder`; return their paths."""
    folder.mkdir(parents=True)
    fresh = root / "exercises" / f"{work.stem}.ipynb"
    paths = []
    for number in range(count):
        notebook = nbformat.read(fresh, as_version=4)
        given = answers(work, number)
        for cell in notebook.cells:
            task, _, role = str(cell.metadata.get("task", "")), *cell.id.rpartition("-")[1:]
            if role == "answer" and task in given:
                cell.source = given[task]
        paths.append(folder / f"{work.stem}_learner{number:02}.ipynb")
        nbformat.write(notebook, paths[-1])
    return paths


# --- the same work for other graders -----------------------------------------------------------------------------


def plain_cells(work: Work, number: int, data: Path) -> list[tuple[str, str]]:
    """Return a submission's code cells as (role, code): set-up, start, answer and, as role `test 5.2`, assertions."""
    given = answers(work, number)
    cells = [("setup", work.setup)]
    for task in work.tasks:
        if task.start:
            cells.append(("start", task.start.text))
        cells += [("answer", given[task.task]), (f"test {task.task}", work.tests[task.task])]
    return [(role, code.replace(ADDRESS, f"{data}/")) for role, code in cells]


def as_notebook(cells: Sequence[tuple[str, str]], nbgrader: bool = False) -> Any:
    """Return cells as a notebook; with `nbgrader` its tests carry that grader's metadata."""
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    for role, code in cells:
        cell = nbformat.v4.new_code_cell(code)
        if nbgrader and role.startswith("test "):
            about = {"grade": True, "solution": False, "locked": True, "task": False, "points": 1, "schema_version": 3}
            cell.metadata["nbgrader"] = about | {"grade_id": _question(role), "cell_type": "code"}
        notebook.cells.append(cell)
    return notebook


def for_nbgrader(work: Work, numbers: Sequence[int], data: Path, folder: Path) -> None:
    """Lay out a course of nbgrader's: the assignment's source, and the submissions of these numbers."""
    place = folder / "source" / ASSIGNMENT
    place.mkdir(parents=True)
    nbformat.write(as_notebook(plain_cells(work, 0, data), nbgrader=True), place / f"{work.stem}.ipynb")
    for number in numbers:
        place = folder / "submitted" / f"learner{number:02}" / ASSIGNMENT
        place.mkdir(parents=True)
        nbformat.write(as_notebook(plain_cells(work, number, data), nbgrader=True), place / f"{work.stem}.ipynb")


def for_nbval(work: Work, numbers: Sequence[int], data: Path, folder: Path) -> None:
    """Write notebooks whose cells fail where an assertion does."""
    folder.mkdir(parents=True)
    for number in numbers:
        nbformat.write(as_notebook(plain_cells(work, number, data)), folder / f"learner{number:02}.ipynb")


def for_otter(work: Work, numbers: Sequence[int], data: Path, folder: Path) -> None:
    """Write notebooks that check themselves as Otter's do, and the zip file with the tests."""
    folder.mkdir(parents=True)
    first = ("setup", 'import otter\n\ngrader = otter.Notebook(tests_dir="tests")')
    for number in numbers:
        cells = [
            (role, f'grader.check("{_question(role)}")' if role.startswith("test ") else code)
            for role, code in plain_cells(work, number, data)
        ]
        nbformat.write(as_notebook([first, *cells]), folder / f"learner{number:02}.ipynb")
    with zipfile.ZipFile(folder / "autograder.zip", "w") as archive:
        archive.writestr("otter_config.json", json.dumps({"lang": "python", "pdf": False, "zips": False}))
        for role, code in plain_cells(work, 0, data):
            if role.startswith("test "):
                archive.writestr(f"tests/{_question(role)}.py", _otter_test(_question(role), code))


def _question(role: str) -> str:
    return "q" + role.removeprefix("test ").replace(".", "_")


def _otter_test(name: str, code: str) -> str:
    """Return a test file in the format that Otter takes over from OK: a doctest."""
    lines = [f"{'... ' if line.startswith((' ', ')')) else '>>> '}{line}" for line in code.splitlines()]
    case = {"code": "\n".join(lines), "hidden": False, "locked": False}
    test = {"name": name, "points": 1, "suites": [{"cases": [case], "scored": True, "type": "doctest"}]}
    return f"OK_FORMAT = True\n\ntest = {test!r}\n"


# --- assertions --------------------------------------------------------------------------------------------------


def assertions(spec: Spec, value: Any) -> str:
    """Return Python code that asserts that the answer is `value`."""
    name = spec.answer
    tolerance = spec.tolerance if isinstance(spec.tolerance, int | float) else 1e-6
    if isinstance(value, matplotlib.axes.Axes):
        lines = [[float(y) for y in line.get_ydata()] for line in value.lines]
        code = f"""
            assert {name}.get_xlabel() and {name}.get_ylabel()
            drawn = sorted(pd.Series(line.get_ydata(), dtype=float).sum() for line in {name}.lines)
            expected = {sorted(float(pd.Series(line, dtype=float).sum()) for line in lines)!r}
            assert len(drawn) == len(expected)
            assert all(abs(a - b) <= {tolerance!r} * max(1, abs(b)) for a, b in zip(drawn, expected))
        """
    elif isinstance(value, pd.DataFrame):
        text = value.reset_index().to_csv(index=False)
        code = f"""
            from io import StringIO
            expected = pd.read_csv(StringIO({text!r}))
            given = {name}.reset_index()[list(expected.columns)]
            pd.testing.assert_frame_equal(given, expected, check_dtype=False, rtol=0, atol={tolerance!r})
        """
    elif isinstance(value, pd.Series):
        code = f"""
            expected = pd.Series({value.tolist()!r}, index={value.index.tolist()!r})
            given = {name}.loc[expected.index]
            options = dict(check_dtype=False, check_index_type=False, check_names=False)
            pd.testing.assert_series_equal(given, expected, rtol=0, atol={tolerance!r}, **options)
        """.replace("nan", 'float("nan")')
    elif callable(value):
        results = [(call, float(value(*call))) for call in spec.calls]
        code = f"""
            expected = {results!r}
            assert all(abs({name}(*call) - result) <= {tolerance!r} for call, result in expected)
        """
    elif isinstance(value, dict):
        parts = [_single(f"{name}[{key!r}]", part, tolerance) for key, part in value.items()]
        code = "\n".join(parts)
    else:
        code = _single(name, value, tolerance)
    return textwrap.dedent(code).strip()


def _single(name: str, value: Any, tolerance: float) -> str:
    if isinstance(value, str | bool):
        return f"assert {name} == {value!r}"
    return f"assert abs({name} - {float(value)!r}) <= {tolerance!r}"
