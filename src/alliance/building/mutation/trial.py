"""Judge mutants and neutral rewrites of a source's answers, each in a forked process with a time limit."""

from __future__ import annotations

import dataclasses
import io
import json
import multiprocessing
import os
import random
import re
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from alliance.answers import portable, to_json
from alliance.answers.forms import Panel, Series
from alliance.building.mutation.mutants import Mutant, mutants
from alliance.building.mutation.neutral import neutral
from alliance.building.mutation.texts import text_mutants, text_rewrites
from alliance.building.notebooks.exercises import make_task
from alliance.building.notebooks.turns import with_namespaces
from alliance.building.notebooks.variants import run_cells, working_in
from alliance.building.sources.source import Cell, Source, TaskSource, read_tasks
from alliance.building.sources.turns import read_turns
from alliance.checking.keys import Task
from alliance.checking.verdicts import judge

TRAPS = ("comparisons", "filters", "methods", "methods left out", "slices", "order", "columns and keys")
"""Kinds of change that a task may be about: where they change nothing, the rows may be chosen badly."""
UNROUNDED = re.compile(r"(?i)\b(?:do not|don't|not) round(?:ed)?\b")
SECONDS = 5
"""How long a changed answer may take of the processor; one that takes longer is told by that alone."""
SHOWN = 400
"""How many characters of what a changed answer gave are kept with its message."""
WAITED = 60.0
"""How long it may take by the clock: more, since a run beside other work waits for the processor."""


@dataclasses.dataclass(frozen=True)
class Tried:
    """One changed answer and what became of it.

    `fate`: told (called wrong), right (called right), same (its value is the reference's), unasked (it differs only in
    what the question leaves open: a title, the words of a label, colours), fails (an error, or no end).
    `given` is the beginning of what was told, as plain data.
    """

    task: str
    type: str
    neutral: bool
    mutant: Mutant
    fate: str
    message: str = ""
    accepted: str = ""
    given: str = ""

    @property
    def at_fault(self) -> bool:
        """Whether the check was wrong: a change called right that nobody accepts, or a rewrite called wrong."""
        if self.neutral:
            return self.fate == "told"
        return self.fate == "right" and not self.accepted


@dataclasses.dataclass(frozen=True)
class Trial:
    """One task, how many mutants the rules make of its answer, and what became of those that were tried."""

    task: str
    question: str
    answer: str
    made: int
    tried: list[Tried]


def try_exercise(source: Source, root: Path, most: int = 60, only: Iterable[str] = ()) -> list[Tried]:
    """Return what becomes of up to `most` mutants of each task of an exercise or a lesson, and its neutral rewrites."""
    chosen = set(only)
    wanted = (lambda name: name in chosen) if chosen else None
    return [one for trial in trials(source, root, most, wanted) for one in trial.tried]


def trials(
    source: Source, root: Path, most: int, wanted: Callable[[str], bool] | None = None, seed: int | None = None
) -> Iterator[Trial]:
    """Yield the trial of one task after the other, of all or of those `wanted`.

    Of more than `most` mutants so many are taken: evenly, or with a seed by lot.
    """
    for task, setup, given in _tasks(source, root):
        if wanted and not wanted(task.task):
            continue
        with working_in(root / ("exercises" if given is None else "lessons")):
            made = make_task(source, task, setup, root, given)
            before = [*setup, *([task.start] if task.start else [])]
            tried = try_task(task, made, run_cells(source.path, before, given), most, seed)
        yield Trial(task.task, task.question.text, task.answer.text, len(_changed(task, made)[0]), tried)


def _tasks(source: Source, root: Path) -> Iterator[tuple[TaskSource, list[Cell], dict[str, Any] | None]]:
    """Yield each task with an exercise's set-up, or with the namespace that a lesson's cells above it make."""
    if "lesson" in source.about:
        for task, namespace in with_namespaces(source, root):
            yield task, [], namespace
        return
    introduction, tasks = read_tasks(source)
    setup = [cell for cell in introduction if cell.kind == "code"]
    for task in tasks:
        yield task, setup, None


def try_task(task: TaskSource, made: Task, before: dict[str, Any], most: int, seed: int | None = None) -> list[Tried]:
    """Return what becomes of one task's mutants and neutral rewrites; `before` are the names its answer sees."""
    reference = json.dumps(to_json(made.expected))
    wrong, rewritten = _changed(task, made)
    if seed is not None and len(wrong) > most:
        wrong = random.Random(f"{seed} {task.task}").sample(wrong, most)
    changed = [*((False, one) for one in _spread(wrong, most)), *((True, one) for one in rewritten)]
    found = []
    for is_neutral, mutant in changed:
        fate, message, given = _forked(mutant.code, made, before, reference)
        accepted = "" if is_neutral else task.accepts.get(mutant.change, "")
        found.append(Tried(task.task, made.expected.type, is_neutral, mutant, fate, message, accepted, given))
    return found


def _changed(task: TaskSource, made: Task) -> tuple[list[Mutant], list[Mutant]]:
    """Return a task's mutants and its neutral rewrites."""
    if made.spec.demands:
        text = str(made.expected.value)
        return text_mutants(text, task.spec.answer, made.spec.demands, task.answer.text), text_rewrites(
            text, task.spec.answer
        )
    return mutants(task.answer.text, task.spec.answer), neutral(task.answer.text, made.expected, made.spec)


def _spread(made: Sequence[Mutant], most: int) -> list[Mutant]:
    """Return at most so many mutants, taken evenly from the whole."""
    step = max(1.0, len(made) / most)
    return [made[int(i * step)] for i in range(min(most, len(made)))]


def _forked(code: str, made: Task, before: dict[str, Any], reference: str) -> tuple[str, str, str]:
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_judged, args=(there, code, made, before, reference))
    process.start()
    there.close()
    try:
        return here.recv() if here.poll(WAITED) else ("fails", "it did not end", "")
    except EOFError:
        return "fails", "its process ended", ""
    finally:
        here.close()
        process.kill()
        process.join()


def _judged(answer: Connection, code: str, made: Task, before: dict[str, Any], reference: str) -> None:
    sys.stdout = sys.stderr = io.StringIO()
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        exec(compile(code, "mutant", "exec"), before)
        given = portable(before.get(made.spec.answer, ...), made.spec.calls)
        fate, message = _fate(given, made, reference, code)
        answer.send((fate, message, json.dumps(to_json(given), ensure_ascii=False)[:SHOWN] if fate == "told" else ""))
    except BaseException as error:
        answer.send(("fails", f"{type(error).__name__}: {error}"[:200], ""))
    finally:
        answer.close()
        os._exit(0)


def _fate(given: Any, made: Task, reference: str, code: str) -> tuple[str, str]:
    verdict = judge(made, given, code)
    if verdict.state != "right":
        return "told", verdict.message
    if made.expected.type != "function":  # a function is known by its calls alone: one that passes them all survives
        exact = dataclasses.replace(made, spec=dataclasses.replace(made.spec, tolerance=None))
        by_value = made.expected.type != "plot" and judge(exact, given).state == "right"
        if by_value or json.dumps(to_json(given)) == reference:
            return "same", ""
        if made.expected.type == "plot" and asked_of(given.panels) == asked_of(made.expected.panels):
            return "unasked", ""
    return "right", ""


def asked_of(panels: Sequence[Panel]) -> str:
    """Return what a plot shows without what a question leaves open.

    Open are a title over a single panel, the words of labels (those that are asked for have been looked at), colours
    and shapes, and the order of what has no order; what is missing is not drawn.
    """
    shown = []
    for panel in panels:
        series = sorted(
            json.dumps([one.mark, one.label, one.hidden, one.faults, _in_any_order(one)]) for one in panel.series
        )
        shown.append([panel.title if len(panels) > 1 else "", panel.scales, panel.faults, series])
    return json.dumps(shown)


def _in_any_order(series: Series) -> list[list[str]]:
    rows = zip(*(map(str, column.values) for column in series.data.values()), strict=True)
    return sorted(list(row) for row in rows if not {"nan", "NaT", "None"} & set(row))


def survivors(found: Sequence[Tried]) -> Iterator[str]:
    """Yield a line for each fault of the check that was found."""
    for one in found:
        if one.at_fault:
            what = (
                "a rewrite that means the same is called wrong" if one.neutral else "a changed answer is called right"
            )
            yield f"{one.task}: {what}: {one.mutant.kind}: {one.mutant.change}" + (
                f" ({one.message})" if one.message else ""
            )


def warnings_of(source: Source, found: Sequence[Tried]) -> Iterator[str]:
    """Yield a line for each trap that the data may not spring, and for each demand that the check does not look at.

    A trap is not sprung where a change that a task may be about (see TRAPS) gives the reference's own value.
    """
    read = read_turns(source) if "lesson" in source.about else read_tasks(source)[1]
    tasks = {task.task: task for task in read}
    for one in found:
        traps = one.fate == "same" and one.mutant.kind in TRAPS and not one.neutral
        if traps and one.mutant.change not in tasks[one.task].accepts:
            yield f"{one.task}: perhaps a trap without a spring: {one.mutant.kind}: {one.mutant.change}"
    for task in tasks.values():
        loose = UNROUNDED.search(task.question.text)
        if loose and task.spec.tolerance is not None:
            yield f"{task.task}: “{loose[0]}” stands in the question, and `tolerance: {task.spec.tolerance}` is wider"


def counted(found: Sequence[Tried]) -> dict[bool, dict[str, Counter[str]]]:
    """Return how often which fate was met, for mutants (False) and neutral rewrites (True), by kind."""
    counts: dict[bool, dict[str, Counter[str]]] = {False: {}, True: {}}
    for one in found:
        fate = "accepted" if one.fate == "right" and one.accepted else one.fate
        counts[one.neutral].setdefault(one.mutant.kind, Counter())[fate] += 1
    return counts
