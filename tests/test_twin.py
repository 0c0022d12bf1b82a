"""Right answers tried on twins of the data: what is typed in is found, and nobody who computes is accused."""

from __future__ import annotations

import ast
import builtins
import dataclasses
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from learner import Notebook
from rich.console import Console
from test_exercises import SOURCES, before
from typed import typed
from typer.testing import CliRunner

from alliance.answers import Answer, Spec, compare, from_json
from alliance.answers.portable import _own_copies
from alliance.building.notebooks.variants import answer_of, working_in
from alliance.building.sources.errors import SourceError
from alliance.building.sources.source import Cell, Source, read_tasks
from alliance.checking.keys import Task, load_key, stems
from alliance.classroom.keeping.results import Graded, TaskResult
from alliance.classroom.reporting import screen
from alliance.classroom.running import worker
from alliance.classroom.running.grading import ClassResult, How, grade_class
from alliance.classroom.running.solutions import FOLDER, NUMBERS, Solutions, read_solutions
from alliance.classroom.taking_in.intake import take_in
from alliance.classroom.twins.computed import FAILED, NO_CHANGE, ONCE, OTHERWISE, Case, Run
from alliance.classroom.twins.inputs import has_twins, twin_calls
from alliance.classroom.twins.twin import make_twin
from alliance.cli import app
from alliance.data import load_descriptor, validate
from alliance.data.package import read_rows

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = read_solutions(ROOT)
AUDIT, PLACES = "21_audit_an_article", "05_distances"
TASKS = {task.task: task for stem in stems() for task in load_key(stem).tasks.values()}


# --- the twin of the data --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """All twins of the course's data, each below a folder with a place for notebooks."""
    made = {}
    for number in NUMBERS:
        made[number] = tmp_path_factory.mktemp(f"twin{number}")
        make_twin(ROOT, made[number], number, SOLUTIONS.words)
        (made[number] / "exercises").mkdir()
    return made


def tables(root: Path) -> dict[str, list[dict[str, str]]]:
    return {path.name: list(read_rows(path)) for path in sorted((root / "data").glob("*.csv"))}


def test_every_twin_is_a_sound_data_package(twins: dict[int, Path]) -> None:
    for root in twins.values():
        assert validate(root) == []


def test_a_twin_is_made_the_same_again_and_another_number_makes_another(twins: dict[int, Path], tmp_path: Path) -> None:
    make_twin(ROOT, tmp_path, 1, SOLUTIONS.words)
    assert tables(tmp_path) == tables(twins[1])
    assert (tmp_path / "data" / "datapackage.json").read_bytes() == (
        twins[1] / "data" / "datapackage.json"
    ).read_bytes()
    different = [name for name, rows in tables(twins[1]).items() if rows != tables(twins[2])[name]]
    assert len(different) >= len(tables(ROOT)) - 1  # counts published by others are keys of their table


def test_a_twin_has_the_datas_keys_and_other_values(twins: dict[int, Path]) -> None:
    real, twin = tables(ROOT), tables(twins[1])
    for resource in load_descriptor(ROOT)["resources"]:
        keys = resource["schema"]["primaryKey"]
        known = {tuple(row[key] for key in keys) for row in real[resource["path"]]}
        here = [tuple(row[key] for key in keys) for row in twin[resource["path"]]]
        assert list(twin[resource["path"]][0]) == list(real[resource["path"]][0])
        assert known.issuperset(here)
        assert len(here) > 0.4 * len(known) or resource["name"] == "organisation_mentions"
    budget = [
        (a["value"], b["value"]) for a, b in zip(real["defence_budget.csv"], twin["defence_budget.csv"], strict=True)
    ]
    assert all(a != b for a, b in budget)


def test_what_a_solution_names_stays_in_the_twin(twins: dict[int, Path]) -> None:
    assert {"B20-04", "China", "2022-09-08-01"} <= set(SOLUTIONS.words)
    for root in twins.values():
        twin = tables(root)
        assert "B20-04" in {row["claim_id"] for row in twin["evidence.csv"]}
        assert "2022-09-08-01" in {row["reaction_id"] for row in twin["reactions.csv"]}


def test_equal_amounts_stay_equal_and_percentages_stay_below_a_hundred(twins: dict[int, Path]) -> None:
    real, twin = tables(ROOT), tables(twins[1])
    polls = [float(row["value"]) for row in twin["polls.csv"] if row["unit"] == "percent"]
    assert max(polls) <= 100
    by_id = {row["claim_id"]: row for row in twin["claims.csv"]}
    pairs: dict[tuple[str, str], set[str]] = {}
    for row in real["claims.csv"]:
        if row["claim_id"] in by_id and row["value"]:
            pairs.setdefault((row["value"], row["unit"]), set()).add(by_id[row["claim_id"]]["value"])
    assert all(len(values) == 1 for values in pairs.values())


# --- the whole course ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, bubblewrap: str) -> tuple[ClassResult, Path]:
    """A class of three, and where its results are: one types every answer, one has solved two exercises, one is odd."""
    folder = tmp_path_factory.mktemp("class")
    for stem in stems():
        notebook = Notebook(ROOT / "solutions" / f"{stem}.ipynb")
        for task in load_key(stem).tasks.values():
            if task.expected.type != "function":
                notebook.answer(task.task, typed(task.expected, task.spec))
            elif is_typable(task):
                notebook.answer(task.task, typed_function(task))
        notebook.save(folder / "in" / f"{stem}_typist.ipynb")
    for stem in (AUDIT, PLACES):
        shutil.copy(ROOT / "solutions" / f"{stem}.ipynb", folder / "in" / f"{stem}_solver.ipynb")
    half_typed().save(folder / "in" / f"{AUDIT}_half.ipynb")
    handed = take_in(folder / "in")
    return grade_class(ROOT, folder / "in", folder / "out", handed, How(twin=True), lambda one: None), folder / "out"


def is_typable(task: Task) -> bool:
    """Return whether a function's results are single values, and the values that it is tried on have twins."""
    kinds = {result.type for result in task.expected.results}
    return has_twins(task.spec) and kinds <= {"number", "text", "truth", "none"}


def typed_function(task: Task) -> str:
    """Return a function that looks its results up in a table, by the values that the course tries it on."""
    known = {
        repr([one.to_csv() if isinstance(one, pd.DataFrame) else one for one in _own_copies(call)]): result.value
        for call, result in zip(task.spec.calls, task.expected.results, strict=True)
    }
    said = "repr([one.to_csv() if hasattr(one, 'to_csv') else one for one in given])"
    nan = "float('nan')"
    table = ", ".join(f"{key!r}: {nan if value != value else repr(value)}" for key, value in known.items())
    names = ast.parse(task.stub).body
    named = next((node for node in names if isinstance(node, ast.FunctionDef)), None)
    arguments = ", ".join(one.arg for one in named.args.args) if named else "*given"
    return f"def {task.spec.answer}({arguments}):\n    given = [{arguments}]\n    return {{{table}}}[{said}]"


def half_typed() -> Notebook:
    """An audit of which one entry is typed, one task stops on other data, and one changes in a way of its own."""
    notebook = Notebook(ROOT / "solutions" / f"{AUDIT}.ipynb")
    solved = notebook.cell("21.6").source
    fails = TASKS["21.6"].expected.items["fails_percent"].value
    notebook.answer("21.6", solved.replace('(tested == "fails").mean() * 100', f"{fails:.4f}"))
    rows = len(tables(ROOT)["claims.csv"])
    notebook.answer("21.1", f"failing_percent = {TASKS['21.1'].expected.value}\nassert len(claims) == {rows}")
    return notebook.answer("21.4", f"first_hand_percent = {TASKS['21.4'].expected.value} + (len(claims) - {rows})")


def results(graded: tuple[ClassResult, Path], learner: str) -> dict[str, TaskResult]:
    return {task.task: task for one in graded[0].graded if one.learner == learner for task in one.tasks}


def is_exempt(task: str) -> bool:
    spec = TASKS[task].spec
    function = TASKS[task].expected.type == "function"
    return bool(spec.constant or spec.text) or (function and not has_twins(spec))


def test_a_solver_is_right_and_has_computed_all_but_exempt_tasks(graded: tuple[ClassResult, Path]) -> None:
    found = results(graded, "solver")
    assert set(found) == {task for stem in (AUDIT, PLACES) for task in load_key(stem).tasks}
    assert {one.state for one in found.values()} == {"right"}
    assert {task: one.computed for task, one in found.items()} == {
        task: None if is_exempt(task) else True for task in found
    }


def test_every_typed_answer_is_right_and_not_computed_unless_its_task_is_exempt(
    graded: tuple[ClassResult, Path],
) -> None:
    found = results(graded, "typist")
    assert {task: one.state for task, one in found.items()} == dict.fromkeys(TASKS, "right")
    accused = {task for task, one in found.items() if one.computed is False}
    assert accused == {
        name for name, task in TASKS.items() if not is_exempt(name) and (not task.spec.calls or is_typable(task))
    }
    assert sum(is_typable(task) for task in TASKS.values()) >= 6
    assert not any(one.computed for task, one in found.items() if not TASKS[task].spec.calls or is_typable(TASKS[task]))
    assert all("typed in" in found[task].twin for task in accused)


def test_exemptions_are_few_and_each_has_its_reason() -> None:
    marked = [
        line for source in SOURCES for line in source.path.read_text("utf-8").splitlines() if "constant: true" in line
    ]
    assert len(marked) == sum(task.spec.constant for task in TASKS.values()) <= len(TASKS) / 4
    assert all(line.partition("#")[2].strip() for line in marked)


def test_a_half_typed_dictionary_is_told_by_its_entries(graded: tuple[ClassResult, Path]) -> None:
    found = results(graded, "half")
    assert (found["21.6"].state, found["21.6"].computed) == ("right", False)
    assert "“fails_percent” stays the same" in found["21.6"].twin
    assert "editor_percent" not in found["21.6"].twin


def test_code_that_fails_on_the_twin_or_changes_in_its_own_way_is_not_accused(
    graded: tuple[ClassResult, Path],
) -> None:
    found = results(graded, "half")
    assert [(found[task].state, found[task].computed, found[task].twin) for task in ("21.1", "21.4")] == [
        ("right", None, FAILED), ("right", None, OTHERWISE)
    ]  # fmt: skip


def test_without_a_sandbox_the_same_is_found(graded: tuple[ClassResult, Path], tmp_path: Path) -> None:
    path = half_typed().save(tmp_path / f"{AUDIT}.ipynb")
    kept = json.loads((graded[1] / FOLDER / f"{AUDIT}.json").read_text("utf-8"))["references"]
    references = {int(number): answers for number, answers in kept.items()}
    twins = worker.Twins(SOLUTIONS.words, references)
    order = worker.Order(path.name, path.read_bytes(), str(ROOT), sandbox=False, twins=twins)
    assert {one.task: one for one in worker.grade(order).tasks} == results(graded, "half")


@pytest.mark.parametrize("source", [pytest.param(source, id=source.stem) for source in SOURCES])
def test_solutions_and_alternative_answers_are_not_called_typed_unless_they_are(
    source: Source, graded: tuple[ClassResult, Path], twins: dict[int, Path]
) -> None:
    references = json.loads((graded[1] / FOLDER / f"{source.stem}.json").read_text("utf-8"))["references"]
    introduction, tasks = read_tasks(source)
    for task in tasks:
        for cell in [] if is_exempt(task.task) else [task.answer, *task.alternatives]:
            by_number = {int(number): answers[task.task] for number, answers in references.items()}
            case = case_of(source, TASKS[task.task], [*before(introduction, task), cell], by_number, twins)
            name = f"{task.task} {cell.meta.get('name', 'solution')}: {case.why}"
            if cell is task.answer:
                assert case.computed is True, name
            elif looks_at_nothing(cell.text):
                assert case.computed is not True, name
            else:
                assert case.computed is not False, name


def case_of(
    source: Source,
    task: Task,
    cells: Sequence[Cell],
    references: Mapping[int, dict[str, Any]],
    twins: Mapping[int, Path],
) -> Case:
    """Return what is found of an answer, by the solution's answers on twins."""
    case, name = Case(task, []), task.spec.answer
    for number, reference in references.items():
        spec = dataclasses.replace(task.spec, calls=twin_calls(task.spec.calls, number))
        given = answer_in(twins[number], source, cells, spec)
        if given is None:  # it raises there
            return case
        # What the answer is on the data matters only where it is not the solution's.
        follows = compare(from_json(reference), given, task.spec) is None and not task.spec.calls
        first = given if follows else answer_in(ROOT, source, cells, task.spec)
        assert first is not None
        case.hear(Run({name: first}), Run({name: given}), from_json(reference))
        if case.closed:
            break
    return case


def answer_in(root: Path, source: Source, cells: Sequence[Cell], spec: Spec) -> Answer | None:
    """Return the answer that cells give on the data below `root`, or None when they raise."""
    with working_in(root / "exercises"):
        try:
            return answer_of(source.path, cells, spec)
        except SourceError:
            return None


def looks_at_nothing(code: str) -> bool:
    """Return whether code uses no name but libraries' and its own: it cannot have computed anything from the data."""
    nodes = list(ast.walk(ast.parse(code)))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    own = (
        {node.id for node in names if isinstance(node.ctx, ast.Store)} | {"pd", "np", "plt", "sns"} | set(dir(builtins))
    )
    return all(node.id in own for node in names)


# --- the rule --------------------------------------------------------------------------------------------------


def number(value: float) -> Answer:
    return Answer("number", value, shown=str(value))


def heard(*twins: tuple[float, float], first: float = 48.837, failed: Sequence[str] = ()) -> Case:
    """Return the case of a percentage (task 1.2, tolerance 0.06) after twins: (learner's, solution's) on each."""
    case = Case(TASKS["1.2"], ["number_percent = ..."])
    for own, reference in twins:
        case.hear(
            Run({"number_percent": number(first)}), Run({"number_percent": number(own)}, set(failed)), number(reference)
        )
    return case


def test_one_twin_is_no_proof_and_two_are() -> None:
    assert (heard((48.837, 55)).computed, heard((48.837, 55)).why) == (None, ONCE)
    assert heard((48.837, 55), (48.837, 52)).computed is False
    assert heard((48.837, 55), (48.837, 48.837)).computed is None
    follows = heard((48.837, 55), (52, 52))
    assert (follows.computed, follows.why, follows.closed) == (None, OTHERWISE, True)
    assert heard((55.05, 55)).computed is True


def test_a_twin_whose_reference_rounding_could_reach_proves_nothing() -> None:
    assert (heard((48.35, 48.49), (48.35, 48.28), first=48.35).why) == NO_CHANGE


def test_a_change_within_the_tolerance_is_no_change() -> None:
    assert heard((48.8371, 55), (48.8369, 52)).computed is False
    assert heard((48.95, 55), (48.95, 52)).computed is None


def function(*results: Answer) -> Answer:
    return Answer("function", results=list(results))


NOTHING = Answer("other", shown="a KeyError")


@pytest.mark.parametrize(
    ("gives", "computed"),
    [
        ([NOTHING, NOTHING], False),
        ([number(10.0), NOTHING], False),
        ([number(10.001), number(20.0)], False),
        ([number(9.0), number(18.0)], True),
        ([number(9.5), NOTHING], None),
        ([number(9.5), number(20.0)], None),
        ([NOTHING], None),
    ],
    ids=["none", "old or none", "old ones", "the solution's", "others or none", "others", "not so many"],
)
def test_a_function_that_knows_only_what_it_was_checked_with_is_typed(
    gives: list[Answer], computed: bool | None
) -> None:
    spec = dataclasses.replace(TASKS["8.3"].spec, calls=[[100], [200]])
    task = dataclasses.replace(TASKS["8.3"], spec=spec, expected=function(number(10.0), number(20.0)))
    case = Case(task, [])
    name = task.spec.answer
    for scale in (1.0, 1.0):
        wanted = function(number(9.0 * scale), number(18.0 * scale))
        case.hear(Run({name: task.expected}), Run({name: function(*gives)}), wanted)
        if case.closed:
            break
    assert case.computed is computed


def test_values_of_functions_have_twins_of_the_same_kind() -> None:
    table = {"table": {"value": {"r1": 50, "r2": None}, "month": [11, 12], "share": [0.5, 1.0], "year": [2020, 2021]}}
    call = [35.5, 0, 7, 2024, 120, "Japan", "2024-02-29 07:10", True, None, [100, [-0.9]], table]
    (twin,) = twin_calls([call], 1)
    assert twin[1:4] + twin[5:9] == [0, 7, 2024, "Japan", "2024-04-06 07:10", True, None]
    assert all(0.8 * old <= new < old for old, new in ((35.5, twin[0]), (120, twin[4]), (100, twin[9][0])))
    assert type(twin[4]) is int and -0.9 < twin[9][1][0] < 0
    columns = twin[10]["table"]
    assert (columns["month"], columns["year"]) == ([11, 12], [2020, 2021])
    assert columns["value"].keys() == {"r1", "r2"} and columns["value"]["r1"] < 50 and columns["value"]["r2"] is None
    assert twin_calls([call], 1) != twin_calls([call], 2)
    equal = twin_calls([[50.0, 50.0, 80.0]], 1)[0]
    assert equal[0] == equal[1] and equal[0] / equal[2] != 50 / 80


@pytest.mark.parametrize("code", ["number_percent = ...", "number_percent = broken()"])
def test_an_answer_left_over_from_code_that_failed_is_no_proof(code: str) -> None:
    assert heard((48.837, 55), (48.837, 52), failed=[code]).why == FAILED
    assert heard((48.837, 55), (48.837, 52), failed=["other = broken()"]).computed is False


# --- the class -------------------------------------------------------------------------------------------------


def test_a_second_run_keeps_results_and_the_solutions_answers(graded: tuple[ClassResult, Path]) -> None:
    first, out = graded
    folder = out.parent / "in"
    kept = {path: path.stat().st_mtime_ns for path in (out / FOLDER).iterdir()}
    assert len(kept) == len(stems())
    (out / "grades" / "typist" / f"{stems()[0]}.json").unlink()
    again = grade_class(ROOT, folder, out, take_in(folder), How(twin=True), lambda one: None)
    assert again.kept == len(first.graded) - 1
    assert [one.tasks for one in again.graded] == [one.tasks for one in first.graded]
    assert {path: path.stat().st_mtime_ns for path in (out / FOLDER).iterdir()} == kept


def test_without_the_option_verdicts_are_the_same_and_nothing_is_said_of_computing(
    graded: tuple[ClassResult, Path], tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    shutil.copy(graded[1].parent / "in" / f"{AUDIT}_typist.ipynb", tmp_path / "in")
    shutil.copytree(graded[1] / "grades" / "typist", tmp_path / "out" / "grades" / "typist")
    how = How(workers=1)
    result = grade_class(ROOT, tmp_path / "in", tmp_path / "out", take_in(tmp_path / "in"), how, lambda one: None)
    assert result.kept == 0  # what was kept says more than was asked for
    with_twins = results(graded, "typist")
    for task in result.graded[0].tasks:
        assert task == dataclasses.replace(with_twins[task.task], computed=None, twin="")


def test_other_solutions_have_another_fingerprint() -> None:
    changed = {**SOLUTIONS.content, f"{AUDIT}.ipynb": b"{}"}
    assert Solutions(changed, SOLUTIONS.words).fingerprint != SOLUTIONS.fingerprint


def test_a_course_without_solutions_gets_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    shutil.copy(ROOT / "data" / "datapackage.json", tmp_path / "data")
    (tmp_path / "in").mkdir()
    shutil.copy(ROOT / "exercises" / "00_start_here.ipynb", tmp_path / "in" / "00_start_here_lee.ipynb")
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(app, ["grade", "in", "--out", "out", "--no-sandbox", "--twin"])
    assert refused.exit_code == 2
    assert "solutions/00_start_here.ipynb cannot be read" in refused.output


def test_the_screen_counts_typed_answers_apart() -> None:
    tasks = [TaskResult("8.1", "right", computed=False, twin="…"), TaskResult("8.2", "right", computed=True, twin="…")]
    one = Graded("lee", "08_japans_defence_budget", "a.ipynb", tasks, [], "", 1.0)
    console = Console(width=120, record=True)
    with screen.counting(console, 1) as count:
        count(one)
    screen.show_summary(console, [one], [])
    text = console.export_text()
    assert "1 right, 1 not computed" in text
    assert one.right == 1
    silent = Console(width=120, record=True)
    screen.show_summary(silent, [Graded("lee", one.exercise, "", [TaskResult("8.1", "right")], [], "", 1.0)], [])
    assert "not computed" not in silent.export_text()
