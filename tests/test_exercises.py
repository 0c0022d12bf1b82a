"""Every exercise proves itself: the stub is not tried, the reference and its alternatives are right, and every
named wrong answer is wrong for its own reason; in this process, and once more as a learner's notebook in a kernel."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from learner import Notebook

from alliance.answers import misfit, shape_of
from alliance.building.notebooks.variants import answer_of, working_in
from alliance.building.sources.sections import headings, refuse_unknown_sections
from alliance.building.sources.source import Cell, Source, TaskSource, read_source, read_tasks
from alliance.checking.forked.own import OwnZygote
from alliance.checking.grade import Grade, Start, grade_file, grade_submission
from alliance.checking.kernel import Limits
from alliance.checking.keys import load_key
from alliance.checking.submission import read_submission
from alliance.checking.verdicts import judge
from alliance.classroom.keeping.results import TaskResult
from alliance.classroom.running.grading import How, grade_class
from alliance.classroom.taking_in.intake import take_in

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [read_source(path) for path in sorted((ROOT / "authoring" / "exercises").glob("*.md"))]
TASKS = [
    pytest.param(source, introduction, task, id=task.task)
    for source in SOURCES
    for introduction, tasks in [read_tasks(source)]
    for task in tasks
]
EXERCISES = [pytest.param(source, id=source.stem) for source in SOURCES]
Record = Callable[[str, object], None]


def before(introduction: Sequence[Cell], task: TaskSource) -> list[Cell]:
    setup = [cell for cell in introduction if cell.kind == "code"]
    return [*setup, *([task.start] if task.start else [])]


@pytest.mark.parametrize("source", EXERCISES)
def test_each_task_sends_its_learner_to_a_heading_that_is_there(source: Source) -> None:
    lessons = [read_source(path) for path in sorted((ROOT / "authoring" / "lessons").glob("*.md"))]
    known = {lesson.number: headings(lesson) for lesson in lessons}
    assert all(known.values())
    refuse_unknown_sections(source, known)


@pytest.mark.parametrize(("source", "introduction", "task"), TASKS)
def test_each_variant_gets_its_verdict(
    source: Source, introduction: Sequence[Cell], task: TaskSource, record_property: Record
) -> None:
    key = load_key(source.stem).tasks[task.task]
    given = before(introduction, task)

    def answer(cell: Cell):
        with working_in(ROOT / "exercises"):
            return answer_of(source.path, [*given, cell], key.spec)

    def verdict(cell: Cell):
        return judge(key, answer(cell))

    stub = verdict(Cell("code", key.stub, {}, task.answer.line))
    assert stub.state == "not tried", stub.text
    reference = verdict(task.answer)
    assert reference.state == "right", reference.text
    for cell in task.wrong:
        found = verdict(cell)
        assert (found.state, found.misconception) == ("wrong", cell.meta["name"]), found.text
        expected = next(wrong.message for wrong in key.wrong if wrong.name == cell.meta["name"])
        assert found.message.startswith(expected)
    for cell in task.alternatives:
        found = verdict(cell)
        assert found.state == "right", f"{cell.meta.get('name')}: {found.text}"
        assert misfit(shape_of(key.expected), answer(cell), key.spec) is None
    record_property("tasks", 1)
    record_property("wrong answers", len(task.wrong))
    record_property("alternative answers", len(task.alternatives))


MOST_PACKS = 3  # notebooks run in a kernel per exercise; every variant is judged without one above


def packs(tasks: Sequence[TaskSource], role: Callable[[TaskSource], Sequence[Cell]]) -> list[dict[str, Cell]]:
    """Return notebooks' worth of answers, one variant of each task; a task with fewer repeats its last."""
    most = min(MOST_PACKS, max(len(role(task)) for task in tasks))
    return [{task.task: role(task)[min(i, len(role(task)) - 1)] for task in tasks} for i in range(most)]


def graded(source: Source, folder: Path, answers: dict[str, str], start: Start | None = None) -> Grade:
    """Grade the learner's notebook with these answers, from a folder beside the course's data; `start` runs it."""
    notebook = Notebook(ROOT / "exercises" / f"{source.stem}.ipynb")
    for task, code in answers.items():
        notebook.answer(task, code)
    folder.mkdir(exist_ok=True)
    if not (folder / "data").exists():
        (folder / "data").symlink_to(ROOT / "data", target_is_directory=True)
    path = notebook.save(folder / "exercises" / f"{source.stem}.ipynb")
    return grade_submission(read_submission(path), Limits(), start)


@pytest.mark.parametrize("source", EXERCISES)
def test_the_untouched_notebook_is_not_tried(source: Source, tmp_path: Path, in_sandbox: Start) -> None:
    grade = graded(source, tmp_path, {}, in_sandbox)
    assert {verdict.state for verdict in grade.verdicts.values()} == {"not tried"}, grade.verdicts


@pytest.mark.parametrize("source", EXERCISES)
def test_the_solved_notebook_is_right(source: Source) -> None:
    grade = grade_file(ROOT / "solutions" / f"{source.stem}.ipynb")
    assert {verdict.state for verdict in grade.verdicts.values()} == {"right"}, grade.verdicts


@pytest.mark.parametrize("source", EXERCISES)
def test_a_learners_wrong_answers_meet_their_own_messages(source: Source, tmp_path: Path, in_sandbox: Start) -> None:
    _, tasks = read_tasks(source)
    for pack in packs(tasks, lambda task: task.wrong):
        grade = graded(source, tmp_path, {task: cell.text for task, cell in pack.items()}, in_sandbox)
        met = {task: verdict.misconception for task, verdict in grade.verdicts.items()}
        assert met == {task: cell.meta["name"] for task, cell in pack.items()}


@pytest.fixture(scope="module")
def on_own_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Start | None]]:
    """A learner's folder, and kernels as `alliance check` starts them there; None where it starts ordinary ones."""
    folder = tmp_path_factory.mktemp("learner")
    (folder / "exercises").mkdir()
    if sys.platform != "linux":
        yield folder, None
        return
    with OwnZygote(folder / "exercises") as zygote:
        yield folder, zygote.kernel


@pytest.mark.parametrize("source", EXERCISES)
def test_the_sandbox_a_learners_own_check_and_an_ordinary_kernel_give_the_same_verdicts(
    source: Source, tmp_path: Path, in_sandbox: Start, on_own_machine: tuple[Path, Start | None]
) -> None:
    _, tasks = read_tasks(source)
    answers = {task.task: task.wrong[-1].text for task in tasks[::2]}
    answers |= {tasks[1].task: "1 / 0", tasks[-1].task: tasks[-1].alternatives[0].text}
    ordinary = graded(source, tmp_path, answers).verdicts
    assert graded(source, tmp_path, answers, in_sandbox).verdicts == ordinary
    folder, own = on_own_machine
    assert graded(source, folder, answers, own).verdicts == ordinary


def mixed(tasks: Sequence[TaskSource], place: int) -> dict[str, str]:
    """Return answers of every kind, in an order that `place` shifts; tasks left out are not tried."""
    kinds = [task.wrong[place % len(task.wrong)].text for task in tasks]
    kinds[place % 3 :: 3] = [task.answer.text for task in tasks[place % 3 :: 3]]
    given = dict(zip([task.task for task in tasks], kinds, strict=True))
    given[tasks[place % len(tasks)].task] = "1 / 0"
    del given[tasks[(place + 1) % len(tasks)].task]
    return given


def test_alone_or_in_a_class_with_one_worker_or_two_every_exercise_gets_the_same_verdicts(
    tmp_path: Path, in_sandbox: Start
) -> None:
    folder, alone = tmp_path / "in", {}
    for number, source in enumerate(SOURCES):
        _, tasks = read_tasks(source)
        for place in (number, number + 1):
            grade = graded(source, tmp_path / "alone", mixed(tasks, place), in_sandbox)
            alone[f"learner{place}", source.stem] = [TaskResult.of(verdict) for verdict in grade.verdicts.values()]
            (folder / f"learner{place}").mkdir(parents=True, exist_ok=True)
            grade.path.rename(folder / f"learner{place}" / grade.path.name)
    assert {task.state for tasks in alone.values() for task in tasks} == {"right", "wrong", "raised", "not tried"}
    for workers in (1, 2):
        out = tmp_path / f"out{workers}"
        result = grade_class(ROOT, folder, out, take_in(folder), How(workers=workers), lambda one: None)
        assert {(one.learner, one.exercise): one.tasks for one in result.graded} == alone


@pytest.mark.parametrize("source", EXERCISES)
def test_a_learners_alternative_answers_are_right(source: Source, tmp_path: Path, in_sandbox: Start) -> None:
    _, tasks = read_tasks(source)
    for pack in packs(tasks, lambda task: task.alternatives):
        grade = graded(source, tmp_path, {task: cell.text for task, cell in pack.items()}, in_sandbox)
        assert {verdict.state for verdict in grade.verdicts.values()} == {"right"}, grade.verdicts
