"""Decide whether an answer was computed or typed in, from a notebook's runs on the data and on twins of the data.

A false accusation is worse than a typed answer that is not found: whatever leaves a doubt is left open.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from alliance.answers import Answer, Spec, compare, to_json
from alliance.answers.columns import plain
from alliance.checking.grade import Kernel, Start
from alliance.checking.kernel import Limits, Outcome
from alliance.checking.keys import Task
from alliance.checking.submission import Submission
from alliance.classroom.twins.inputs import has_twins

NEEDED = 2
"""On how many twins an answer must stay what it was: on one, another way to compute it may give the same by chance."""

EXEMPT = "a typed answer is fair here"
WRITTEN = "a text is written and not computed"
FUNCTION = "the values that the function is tried on have no twins"
NO_CHANGE = "the reference answer does not change with the data"
ONCE = "it stays the same on one twin, which may be chance"
OTHERWISE = "it changes with the data, though not as the reference answer does"
FAILED = "its code fails on the twin"
ONLY_THESE = "`{}` knows only the values that it was checked with: its results were typed in, not computed."
NO_VALUE = frozenset(("untried", "none", "other"))
"""Types of answers that are none, such as the error of a function that is asked for what it does not know."""
FOLLOWS = "it changes with the data as the reference answer does"


@dataclasses.dataclass
class Run:
    """What one run of a notebook gave: the answers by their variables, and the code that did not end well."""

    answers: dict[str, Answer] = dataclasses.field(default_factory=dict)
    failed: set[str] = dataclasses.field(default_factory=set)


@dataclasses.dataclass(frozen=True)
class Recorder:
    """Starts kernels as `start` does and keeps in `run` what they say."""

    start: Start
    run: Run = dataclasses.field(default_factory=Run)

    @contextmanager
    def __call__(self, limits: Limits, setup: str) -> Iterator[Kernel]:
        """Give the kernel, as `checking.grade.Start` asks."""
        with self.start(limits, setup) as kernel:
            yield _RecordedKernel(kernel, self.run)


@dataclasses.dataclass(frozen=True)
class _RecordedKernel:
    kernel: Kernel
    kept: Run

    def run(self, code: str, seconds: float | None = None) -> Outcome:
        outcome = self.kernel.run(code, seconds)
        if outcome.status != "ok":
            self.kept.failed.add(code)
        return outcome

    def answer(self, spec: Spec) -> Answer:
        self.kept.answers[spec.answer] = answer = self.kernel.answer(spec)
        return answer


@dataclasses.dataclass
class Case:
    """The question whether one right answer was computed. `computed` is None as long as nothing is proved.

    `code` are the cells that belong to the task, `same` the entries (none: the whole answer) that stayed what they
    were, for each twin on which that tells something. A case that is `closed` needs no further twin.
    """

    task: Task
    code: Sequence[str]
    computed: bool | None = None
    why: str = NO_CHANGE
    closed: bool = False
    same: list[frozenset[str]] = dataclasses.field(default_factory=list)

    def hear(self, first: Run, twin: Run, reference: Answer) -> None:
        """Take in what a run on a twin gave, where the solution gives `reference`."""
        name, spec = self.task.spec.answer, self.task.spec
        if reference.type != self.task.expected.type or not _differs(reference, self.task.expected, spec):
            return
        before, after = first.answers[name], twin.answers.get(name, Answer("untried"))
        if self._fails(twin.failed - first.failed) or after.type in NO_VALUE:
            self._close(None, FAILED)
        elif compare(reference, after, spec) is None:
            self._close(True, FOLLOWS)
        elif self.task.expected.type == "function":
            if _same_results(before, after, reference, self.task):
                self._stays(frozenset())
            else:
                self._close(None, OTHERWISE)
        elif (entries := _same_entries(before, after, reference, self.task)) or _is_same(before, after, spec):
            self._stays(entries)
        else:
            self._close(None, OTHERWISE)

    def _fails(self, failed: set[str]) -> bool:
        """Return whether code that this answer may come from fails on the twin, so that an older value is left."""
        word = re.compile(rf"\b{re.escape(self.task.spec.answer)}\b")
        return any(code in self.code or word.search(code) for code in failed)

    def _stays(self, entries: frozenset[str]) -> None:
        self.same.append(entries)
        self.why = ONCE
        if len(self.same) < NEEDED:
            return
        parts = [entries for entries in self.same if entries]
        both = frozenset.intersection(*parts) if parts else frozenset()
        if parts and not both:
            self._close(None, OTHERWISE)
        else:
            name = self.task.spec.answer
            is_function = self.task.expected.type == "function"
            self._close(False, ONLY_THESE.format(name) if is_function else _accusation(name, sorted(both)))

    def _close(self, computed: bool | None, why: str) -> None:
        if computed and self.same:  # it follows one twin and not the other: nothing is proved
            computed, why = None, OTHERWISE
        self.computed, self.why, self.closed = computed, why, True


def open_cases(submission: Submission, right: Sequence[str]) -> list[Case]:
    """Return a case for each of the tasks named in `right`; those that need no run on a twin are closed."""
    cases = []
    for name in right:
        task = submission.key.tasks[name]
        own = [code for section in submission.sections if section.task == name for code in section.cells]
        case = Case(task, [task.start, *own])
        if task.spec.constant or task.spec.text:
            case.why, case.closed = WRITTEN if task.spec.text else EXEMPT, True
        elif task.expected.type == "function" and not has_twins(task.spec):
            case.why, case.closed = FUNCTION, True
        cases.append(case)
    return cases


def _differs(reference: Answer, expected: Answer, spec: Spec) -> bool:
    """Return whether two answers are so far apart that rounding cannot bring one answer near to both."""
    return compare(reference, expected, _twice_as_wide(spec)) is not None


def _twice_as_wide(spec: Spec) -> Spec:
    if spec.tolerance is None:
        return spec
    text = str(spec.tolerance).strip()
    wide = f"{2 * float(text[:-1])}%" if text.endswith("%") else 2 * float(text)
    return dataclasses.replace(spec, tolerance=wide)


def _same_entries(before: Answer, after: Answer, reference: Answer, task: Task) -> frozenset[str]:
    """Return the entries of a record that stayed what they were, of those that change in the reference answer."""
    if not task.expected.type == before.type == after.type == reference.type == "record":
        return frozenset()
    own = [{plain(key): item for key, item in answer.items.items()} for answer in (before, after)]
    found = set()
    for key, expected in task.expected.items.items():
        old, new, wanted = own[0].get(plain(key)), own[1].get(plain(key)), reference.items.get(key)
        if old is None or new is None or wanted is None or not _differs(wanted, expected, task.spec):
            continue
        if _is_same(old, new, task.spec) and compare(wanted, new, task.spec) is not None:
            found.add(key)
    return frozenset(found)


def _is_same(old: Answer, new: Answer, spec: Spec) -> bool:
    """Return whether an answer stayed what it was: a change within the tolerance is none."""
    return to_json(old) == to_json(new) or (old.type == new.type and compare(old, new, spec) is None)


def _same_results(before: Answer, after: Answer, reference: Answer, task: Task) -> bool:
    """Return whether a function gives the old results, or none, wherever the solution's results are other ones.

    So does a table of results that was typed in, when it is asked for values that it does not hold.
    """
    given = (before.results, after.results, reference.results, task.expected.results)
    if len({len(results) for results in given}) != 1:
        return False
    changed = [(old, new) for old, new, wanted, known in zip(*given, strict=True) if _differs(wanted, known, task.spec)]
    return bool(changed) and all(new.type in NO_VALUE or _is_same(old, new, task.spec) for old, new in changed)


def _accusation(name: str, entries: Sequence[str]) -> str:
    if not entries:
        return f"`{name}` stays the same when the data change: it was typed in, not computed from them."
    parts = " and ".join(filter(None, (", ".join(map(_quoted, entries[:-1])), _quoted(entries[-1]))))
    verb, pronoun = ("stays", "it was") if len(entries) == 1 else ("stay", "they were")
    return f"In `{name}`, {parts} {verb} the same when the data change: {pronoun} typed in, not computed from them."


def _quoted(key: str) -> str:
    return f"“{key}”"


def references_of(run: Run, tasks: Mapping[str, Task]) -> dict[str, Answer]:
    """Return the answers of a solved notebook's run by task, without those that its code could not give."""
    found = {name: run.answers.get(task.spec.answer, Answer("untried")) for name, task in tasks.items()}
    return {name: answer for name, answer in found.items() if answer.type not in NO_VALUE}
