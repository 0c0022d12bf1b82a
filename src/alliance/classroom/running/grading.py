"""Grade a class: what is already graded is kept, the rest is run side by side, here or on a Dask cluster."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import hashlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

import alliance
from alliance.checking.keys import keys_folder, load_key, stems
from alliance.classroom.keeping.handins import HandIns, with_facts
from alliance.classroom.keeping.results import Graded, HandIn, TaskResult, fingerprint
from alliance.classroom.running import worker
from alliance.classroom.running.solutions import read_solutions, run_solutions
from alliance.classroom.taking_in.files.archives import UnreadableArchive
from alliance.classroom.taking_in.intake import Handed, Intake, Remark
from alliance.classroom.taking_in.times import times_of

CONNECT = "20s"
PACKAGE = Path(alliance.__file__).parent
LOST = 3
"""How often a notebook is given to another worker when its worker is lost with it."""


@dataclasses.dataclass(frozen=True)
class How:
    """How a class is graded: `scheduler` is the address of a Dask scheduler, empty for this machine's processes.

    With `twin`, right answers are tried on twins of the data, to find those that were typed in.
    """

    workers: int = 2
    scheduler: str = ""
    sandbox: bool = True
    seconds: float = 60
    twin: bool = False


@dataclasses.dataclass(frozen=True)
class ClassResult:
    """All results of a class, what was odd about the files, and how many results were kept from an earlier run.

    `bases` has by exercise what the verdicts of this run rest on, beside the notebook (see `Graded.basis`).
    """

    graded: Sequence[Graded]
    remarks: Sequence[Remark]
    kept: int
    bases: Mapping[str, str] = dataclasses.field(default_factory=dict)


class Pool(Protocol):
    """What runs orders side by side."""

    def run(self, orders: Mapping[int, worker.Order]) -> Iterator[tuple[int, worker.Report]]:
        """Yield each order's number with its report, in the order in which they are done."""


def grade_class(
    root: Path, submissions: Path, out: Path, intake: Intake, how: How, tell: Callable[[Graded], None]
) -> ClassResult:
    """Grade what was handed in and return all results; each is stored below `out` as soon as it is there.

    A notebook whose stored result still holds (same notebook, key, data and package) is not run again. `tell` is
    called with every result, kept or new. Raises NoSandbox, EngineFailed, NoSolutions and OSError.
    """
    basis = course_fingerprint(root)
    solutions = read_solutions(root) if how.twin else None
    settings = f"{how.seconds} {how.sandbox} {solutions.fingerprint if solutions else ''}".encode()
    bases = {stem: fingerprint((keys_folder() / f"{stem}.json").read_bytes(), basis, settings) for stem in stems()}
    store = HandIns(out)
    times = times_of([(one.path, one.file) for one in intake.handed])
    results: dict[int, Graded] = {}
    todo: dict[int, worker.Order] = {}
    facts: dict[int, HandIn] = {}
    remarks = list(intake.remarks)
    private = [str(folder.resolve()) for folder in (submissions, out)]
    for number, handed in enumerate(intake.handed):
        try:
            content = handed.read()
        except (OSError, UnreadableArchive):  # it was there a moment ago
            gone = Remark("unreadable", handed.file, "This file cannot be read any more.", handed.learner.folder)
            remarks.append(gone)
            continue
        who, hashed = handed.learner, fingerprint(content)
        facts[number] = HandIn(dataclasses.asdict(who), hashed, handed.late, *times[number])
        known = store.known(who.folder, handed.exercise, hashed)
        if known is not None and _is_on(known, handed):
            again = with_facts(known, handed.file, facts[number])
            facts[number] = again.hand_in
            if known.fingerprint == fingerprint(content, bases[handed.exercise].encode()):
                if again != known:
                    store.keep(again)
                results[number] = again
                tell(again)
                continue
        name = f"{handed.exercise}.ipynb"
        todo[number] = worker.Order(name, content, str(root), how.seconds, how.sandbox, private=private)
    kept = len(results)
    pool = _pool(how)
    try:
        if solutions and todo:
            twins = run_solutions(pool.run, solutions, todo.values(), out, fingerprint(basis, settings))
            todo = {number: dataclasses.replace(order, twins=twins[order.name]) for number, order in todo.items()}
        for number, report in pool.run(todo):
            handed = intake.handed[number]
            file = handed.file
            if report.unreadable:
                remarks.append(Remark("unreadable", file, report.unreadable))
                continue
            base = bases[handed.exercise]
            result = Graded(
                handed.learner.folder,
                handed.exercise,
                file,
                report.tasks,
                report.remarks,
                fingerprint(todo[number].content, base.encode()),
                report.seconds,
                base,
                facts[number],
                report.traces,
            )
            if not any(task.state == "not graded" for task in report.tasks):
                store.keep(result)  # what the grader could not do is tried again in the next run
            results[number] = result
            tell(result)
    finally:
        worker.close()  # the processes that this one has started for all that it ran
    return ClassResult([results[number] for number in sorted(results)], remarks, kept, bases)


def _is_on(known: Graded, handed: Handed) -> bool:
    """Return whether a stored result is on this notebook and on all its tasks: somebody may have edited it."""
    tasks = [task.task for task in known.tasks]
    same = (known.learner, known.exercise) == (handed.learner.folder, handed.exercise)
    return same and tasks == list(load_key(handed.exercise).tasks)


def course_fingerprint(root: Path) -> bytes:
    """Return a hash of what verdicts depend on beside a notebook and its key: the data, and the code that judges."""
    digest = hashlib.sha256(alliance.__version__.encode())
    files = sorted((root / "data").glob("*.csv"))
    for part in ("answers", "checking", "classroom"):
        files += sorted((PACKAGE / part).rglob("*.py"))
    for path in [*files, PACKAGE / "figures.py"]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.digest()


def _pool(how: How) -> Pool:
    return DaskPool(how.scheduler) if how.scheduler else LocalPool(how.workers)


class LocalPool:
    """Processes of this machine. One that is lost costs the notebooks it held a new try, not the run."""

    def __init__(self, workers: int) -> None:
        self._workers = max(1, workers)

    def run(self, orders: Mapping[int, worker.Order]) -> Iterator[tuple[int, worker.Report]]:
        """Yield each order's number with its report, in the order in which they are done."""
        left = dict(orders)
        lost = dict.fromkeys(orders, 0)
        while left:
            try:
                for number, report in self._once(dict(left)):
                    del left[number]
                    yield number, report
            except BrokenProcessPool:
                # Nobody knows which notebook took its worker along, so each of them is tried alone.
                for number in list(left):
                    lost[number] += 1
                    alone = self._alone(left[number])
                    if alone is None and lost[number] < LOST:
                        continue
                    order = left.pop(number)
                    yield number, alone or _given_up(order)

    def _once(self, orders: Mapping[int, worker.Order]) -> Iterator[tuple[int, worker.Report]]:
        workers = min(self._workers, len(orders))
        forking = hasattr(os, "fork")
        if forking:
            first = next(iter(orders.values()))
            twins = worker.twin_roots(first).values()
            worker.prepare(Path(first.root), first.sandbox, *twins, private=first.private)
        context = get_context("fork" if forking else "spawn")
        with _shared(), ProcessPoolExecutor(workers, context, _end_with_this_process) as pool:
            running: dict[Future[worker.Report], int] = {}
            waiting = iter(orders.items())
            try:
                while True:
                    while len(running) < 2 * workers and (item := next(waiting, None)) is not None:
                        with _interrupts_wait():
                            future = pool.submit(worker.grade, item[1])
                        running[future] = item[0]
                    if not running:
                        break
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        number = running.pop(future)
                        yield number, future.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _alone(self, order: worker.Order) -> worker.Report | None:
        """Return the report of one order run in a process of its own, or None when that was lost too."""
        try:
            return next(self._once({0: order}))[1]
        except BrokenProcessPool:
            return None


@contextlib.contextmanager
def _shared() -> Iterator[None]:
    """Keep memory that is shared with forked workers shared: looking for garbage in it would write to it."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextlib.contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Hold Ctrl-C back while workers are forked: one that it met before it could be told how to end would complain."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_this_process() -> None:
    """Have a worker end when the process that started it is interrupted or killed, without words of its own.

    Ctrl-C reaches workers as well, and what was interrupted is said once. They hold each other's pipes open.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        from alliance.checking.forked.walls import end_with_parent

        end_with_parent()


def _given_up(order: worker.Order) -> worker.Report:
    """Return the report on a notebook that took several workers along."""
    why = f"the process that graded it was lost {LOST} times"
    tasks = load_key(Path(order.name).stem).tasks
    return worker.Report([TaskResult(task, "not graded", fault=why) for task in tasks], [], 0.0)


class DaskPool:
    """The workers of a Dask cluster, which have the course installed. The scheduler retries what a lost worker held."""

    def __init__(self, scheduler: str) -> None:
        self._scheduler = scheduler

    def run(self, orders: Mapping[int, worker.Order]) -> Iterator[tuple[int, worker.Report]]:
        """Yield each order's number with its report, in the order in which they are done. Raises NoCluster."""
        try:
            from distributed import Client, as_completed
        except ModuleNotFoundError as missing:
            raise NoCluster(
                f"--scheduler needs the package {missing.name}: install the classroom extra "
                "(pip install -e '.[classroom]')."
            ) from missing
        try:
            client: Any = Client(self._scheduler, timeout=CONNECT)
        except (OSError, TimeoutError, ValueError) as error:
            raise NoCluster(
                f"No Dask scheduler answers at {self._scheduler} ({error}). Start one, or leave it out."
            ) from error
        with client:
            futures = {
                client.submit(worker.grade, order, pure=False, retries=LOST): number for number, order in orders.items()
            }
            for future in as_completed(list(futures)):
                yield futures[future], future.result()


class NoCluster(Exception):
    """The Dask cluster cannot be used; the message says what to do."""
