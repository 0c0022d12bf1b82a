"""Grade one notebook, given as bytes, on whatever machine this is: the unit of work of a class."""

from __future__ import annotations

import atexit
import dataclasses
import functools
import importlib
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alliance.answers import from_json, to_json
from alliance.checking.files.formats import import_nbformat
from alliance.checking.forked.forking import EngineFailed
from alliance.checking.grade import Grade, Start, grade_submission
from alliance.checking.kernel import LearnerKernel, Limits
from alliance.checking.submission import Submission, UnreadableNotebook, read_submission
from alliance.classroom.keeping.results import TaskResult, Trace, fingerprint
from alliance.classroom.running.engine import Zygote
from alliance.classroom.traces.notebook import traces_of
from alliance.classroom.twins.computed import FAILED, Recorder, Run, open_cases, references_of
from alliance.classroom.twins.inputs import with_twin_inputs
from alliance.classroom.twins.twin import make_twin
from alliance.data import find_root

TRIES = 2


@dataclasses.dataclass(frozen=True)
class Twins:
    """The twins of the data on which an answer must change: by number, what the solution gives on it by task.

    The answers are plain data, as `answers.to_json` writes them. `words` are those that solutions name (`make_twin`).
    """

    words: Sequence[str]
    references: Mapping[int, Mapping[str, Any]]


@dataclasses.dataclass(frozen=True)
class Order:
    """A notebook to grade: its file name and content, the course's root, and how to run it.

    Where another machine has the course elsewhere, that machine's own root is taken. With `twins`, right answers are
    tried on them, too; a `solution` is run on them alone, for the answers that it gives. `private` are folders of this
    machine that no notebook may see: the submissions and the results.
    """

    name: str
    content: bytes
    root: str
    seconds: float = 60
    sandbox: bool = True
    twins: Twins | None = None
    solution: bool = False
    private: Sequence[str] = ()


@dataclasses.dataclass(frozen=True)
class Report:
    """What grading gave: results by task, remarks, seconds; `unreadable` is the sentence for a file that is none.

    `references` are a solution's answers, as `Twins` has them; `traces` is what else the notebook shows, by task.
    """

    tasks: Sequence[TaskResult]
    remarks: Sequence[str]
    seconds: float
    unreadable: str = ""
    references: Mapping[int, Mapping[str, Any]] = dataclasses.field(default_factory=dict)
    traces: Mapping[str, Trace] = dataclasses.field(default_factory=dict)


def grade(order: Order) -> Report:
    """Grade one notebook. What stops for no fault of the learner's, or seems to, is tried once more."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / order.name
        path.write_bytes(order.content)
        try:
            submission = read_submission(path)
        except UnreadableNotebook as error:
            return Report([], [], time.monotonic() - began, str(error))
    if order.solution:
        return Report([], [], time.monotonic() - began, references=_references(submission, order))
    results, remarks, run = _results(submission, order)
    if order.twins:
        results = _tried_on_twins(submission, order, results, run)
    return Report(results, remarks, time.monotonic() - began, traces=_traces(submission, results, run))


def _traces(submission: Submission, results: Sequence[TaskResult], run: Run) -> dict[str, Trace]:
    """Return what a notebook shows beside its verdicts; nothing where it is too strange for that."""
    try:
        return traces_of(submission, results, run.answers)
    except Exception:  # the verdicts stand, and no notebook stops a class
        return {}


def _results(submission: Submission, order: Order) -> tuple[list[TaskResult], list[str], Run]:
    """Return results, remarks and what was run, after a second try where the first was stopped."""
    limits = Limits(seconds=order.seconds)
    fault = ""
    first: Grade | None = None
    first_run = Run()
    for _ in range(TRIES):
        try:
            with _kernels(_root(order), order) as start:
                recorder = Recorder(start)
                found = grade_submission(submission, limits, recorder)
        except EngineFailed as error:
            fault = str(error)
            close()  # the next try starts a new one
            continue
        except Exception as error:  # one notebook, however strange, must not stop a class
            fault = f"the grader failed on it: {type(error).__name__}: {error}"
            continue
        if first is None and (found.stopped or any(verdict.stopped for verdict in found.verdicts.values())):
            first, first_run = found, recorder.run
            continue
        again = [f"The grader failed on it in a first try ({fault}); these are the verdicts of a second one."]
        return _merged(first, found), [*found.remarks, *(again if fault else [])], recorder.run
    if first is not None:
        return [TaskResult.of(verdict) for verdict in first.verdicts.values()], list(first.remarks), first_run
    return [TaskResult(task, "not graded", fault=fault) for task in submission.key.tasks], [], Run()


def _merged(first: Grade | None, second: Grade) -> list[TaskResult]:
    """Return the results of two tries; a task that only one of them stopped was the grader's fault, and says so.

    What code above the first task had defined decides nothing where one of the tries stopped that code.
    """
    results = []
    for task, verdict in second.verdicts.items():
        before = first.verdicts[task] if first else verdict
        differ = first is not None and first.stopped != second.stopped and before != verdict
        first_failed = before.stopped or (differ and not second.stopped)
        second_failed = verdict.stopped or (differ and second.stopped)
        if first_failed == second_failed:
            results.append(TaskResult.of(verdict))
        elif first_failed:
            fault = "stopped in a first try and judged in a second one"
            results.append(dataclasses.replace(TaskResult.of(verdict), fault=fault))
        else:
            fault = "judged in a first try and stopped in a second one"
            results.append(dataclasses.replace(TaskResult.of(before), fault=fault))
    return results


# --- twins of the data ---------------------------------------------------------------------------------------


def _references(submission: Submission, order: Order) -> dict[int, dict[str, Any]]:
    """Return what a solution gives on each twin, by task."""
    found = {}
    for number, root in twin_roots(order).items():
        try:
            run = _run_on(root, submission, order, number)
        except EngineFailed:
            close()
            run = _run_on(root, submission, order, number)
        answers = references_of(run, submission.key.tasks)
        found[number] = {task: to_json(answer) for task, answer in answers.items()}
    return found


def _tried_on_twins(
    submission: Submission, order: Order, results: Sequence[TaskResult], first: Run
) -> list[TaskResult]:
    """Return the results with what the twins say of right answers. As soon as all is known, no other twin is tried."""
    right = [result.task for result in results if result.state == "right"]
    cases = {case.task.task: case for case in open_cases(submission, right)}
    for number, references in order.twins.references.items() if order.twins else ():
        waiting = [case for name, case in cases.items() if not case.closed and name in references]
        if not waiting:
            continue
        try:
            run = _run_on(twin_roots(order)[number], submission, order, number)
        except Exception as error:  # whatever it is, the verdicts stand, and nobody is accused
            close()
            for case in waiting:
                case.why = f"{FAILED}: {type(error).__name__}"
            continue
        for case in waiting:
            case.hear(first, run, from_json(references[case.task.task]))
    return [
        dataclasses.replace(result, computed=cases[result.task].computed, twin=cases[result.task].why)
        if result.task in cases
        else result
        for result in results
    ]


def _run_on(root: Path, submission: Submission, order: Order, number: int) -> Run:
    """Run a notebook on a twin of the data, which lies below `root`, and return what it gave.

    Its functions are tried on twins of their values. Raises NoSandbox or EngineFailed.
    """
    with _kernels(root, order) as start:
        recorder = Recorder(start)
        grade_submission(with_twin_inputs(submission, number), Limits(seconds=order.seconds), recorder)
    return recorder.run


def twin_roots(order: Order) -> dict[int, Path]:
    """Return the folder of each of an order's twins, made where there is none yet. Raises DataError or OSError."""
    if order.twins is None:
        return {}
    root = _root(order)
    data = fingerprint(*(path.read_bytes() for path in sorted((root / "data").iterdir()) if path.is_file()))
    return {number: _twin_root(root, data, number, tuple(order.twins.words)) for number in order.twins.references}


@functools.cache
def _twin_root(root: Path, data: str, number: int, words: tuple[str, ...]) -> Path:
    """Return a folder with a twin of the data of that fingerprint, which lasts as long as this process."""
    folder = Path(tempfile.mkdtemp(prefix="alliance-twin-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make_twin(root, folder, number, words)
    return folder


# --- what runs notebooks -------------------------------------------------------------------------------------


@contextmanager
def _kernels(root: Path, order: Order) -> Iterator[Start]:
    """Give what starts kernels on the data below `root`. Raises NoSandbox or EngineFailed."""
    if order.sandbox:
        yield _zygote(root, order.private).kernel
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "exercises"
        place.mkdir()
        (Path(folder) / "data").symlink_to(root / "data", target_is_directory=True)
        yield lambda limits, setup: LearnerKernel(place, limits, setup)


def _root(order: Order) -> Path:
    root = Path(order.root)
    return root if (root / "data").is_dir() else find_root()


_zygotes: dict[Path, Zygote] = {}
"""This process's zygote, by the course's root: starting one costs more than grading a notebook."""


def _zygote(root: Path, private: Sequence[str]) -> Zygote:
    """Return this process's zygote; the first notebook starts it. Raises NoSandbox or EngineFailed."""
    if root not in _zygotes:
        _zygotes[root] = Zygote(root / "data", private=[Path(folder) for folder in private])
    return _zygotes[root]


@contextmanager
def expecting(root: Path, sandbox: bool, private: Sequence[Path]) -> Iterator[None]:
    """Have the zygote load its libraries while the block does something else, and end it after the block.

    `private` is as an order has it. Raises NoSandbox.
    """
    if sandbox:
        _zygote(root, [str(folder) for folder in private])
    try:
        yield
    finally:
        close()


def prepare(root: Path, sandbox: bool, *twins: Path, private: Sequence[str] = ()) -> None:
    """Load what grading needs, so that processes forked from this one have it and share its zygotes.

    There is one zygote for the data below `root` and one for each of the twins. Raises NoSandbox or EngineFailed.
    """
    # They load their libraries while this process loads its own.
    zygotes = [_zygote(one, private) for one in (root, *twins)] if sandbox else []
    importlib.import_module("alliance.answers.compare")
    import_nbformat()
    for zygote in zygotes:
        zygote.wait()


def close() -> None:
    """End this process's zygotes."""
    while _zygotes:
        _zygotes.popitem()[1].close()
