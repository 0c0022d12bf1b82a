"""Find notebooks that have in common what few of the class have: a file, code, wrong values, the course's solution."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from alliance.checking.keys import load_key
from alliance.checking.submission import UnreadableNotebook, read_submission
from alliance.classroom.keeping.results import Graded, Trace, fingerprint
from alliance.classroom.reporting.people import ClassView
from alliance.classroom.traces.likeness import code_print
from alliance.classroom.traces.notebook import codes_of

LEAST_CLASS = 5
"""Notebooks in which a task must have been tried before anything in it can be called unusual."""
FEW = 5
"""Unusual is what at most one in so many notebooks has, or two notebooks alone."""
LEAST_LINES, LEAST_TASKS = 3, 2
"""Shorter code comes alike by itself; and of longer code, one task alone may."""
FILE, CODE, VALUE, SOLUTION = "the same file", "the same code", "the same wrong value", "the course's own solution"


@dataclasses.dataclass(frozen=True)
class Alike:
    """Something in common: in which exercise, of what kind, whose (folders), what it is and how unusual, by task."""

    exercise: str
    kind: str
    learners: Sequence[str]
    what: Sequence[str]


@dataclasses.dataclass(frozen=True)
class Solved:
    """A solution of the course: the hash of its file, and of each task's code."""

    content: str = ""
    codes: Mapping[str, str] = dataclasses.field(default_factory=dict)


def read_solved(root: Path, exercises: Sequence[str]) -> dict[str, Solved]:
    """Return the solutions of exercises that the course at `root` has; a learner's copy has none."""
    found = {}
    for exercise in exercises:
        path = root / "solutions" / f"{exercise}.ipynb"
        try:
            codes = codes_of(read_submission(path))
            content = fingerprint(path.read_bytes())
        except (OSError, UnreadableNotebook):
            continue
        found[exercise] = Solved(content, {task: code_print(cells)[0] for task, cells in codes.items()})
    return found


def find_alike(view: ClassView, solved: Mapping[str, Solved]) -> list[Alike]:
    """Return all that is alike, exercise by exercise, files first. A group's notebook is one, whoever shares it."""
    found: list[Alike] = []
    for exercise in view.exercises:
        notebooks = {
            person.folder: person.notebooks[exercise].graded
            for person in view.people
            if exercise in person.notebooks and not person.notebooks[exercise].group
        }
        worked = {folder: one for folder, one in notebooks.items() if one.tried}
        own = solved.get(exercise, Solved())
        solution = [folder for folder, one in worked.items() if own.content and one.hand_in.content == own.content]
        others = {folder: one for folder, one in worked.items() if folder not in solution}
        files = list(_files(exercise, others))
        known = {frozenset(pair) for one in files for pair in itertools.combinations(one.learners, 2)}
        found += files
        found += _codes(exercise, worked, own, known)
        found += _values(exercise, worked, known)
        if solution:
            what = f"every byte of the solved notebook; {len(solution)} of {len(worked)} notebooks are this file"
            found.append(Alike(exercise, SOLUTION, solution, [what]))
        found += _solutions(exercise, worked, own)
    return found


def _files(exercise: str, worked: Mapping[str, Graded]) -> Iterator[Alike]:
    by_content: dict[str, list[str]] = {}
    for folder, one in worked.items():
        if one.hand_in.content:
            by_content.setdefault(one.hand_in.content, []).append(folder)
    for folders in by_content.values():
        if len(folders) > 1:
            what = f"every byte; {len(folders)} of {len(worked)} notebooks are this file"
            yield Alike(exercise, FILE, folders, [what])


def _codes(exercise: str, worked: Mapping[str, Graded], own: Solved, known: set[frozenset[str]]) -> Iterator[Alike]:
    """Yield who have the same code in several tasks, where few have it and it is not the solution's."""
    shared: dict[tuple[str, ...], list[str]] = {}
    for task in load_key(exercise).tasks:
        for code, folders, tried in _unusual(task, worked, lambda trace: trace.code):
            lines = worked[folders[0]].traces[task].lines
            if lines >= LEAST_LINES and code != own.codes.get(task):
                shared.setdefault(tuple(folders), []).append(
                    f"{task}: the same {lines} lines; {len(folders)} of {tried} notebooks have them"
                )
    for several, what in shared.items():
        if len(what) >= LEAST_TASKS and not _all_known(several, known):
            yield Alike(exercise, CODE, several, what)


def _values(exercise: str, worked: Mapping[str, Graded], known: set[frozenset[str]]) -> Iterator[Alike]:
    """Yield who have the same wrong values, which are no mistake that the course knows by name."""
    shared: dict[tuple[str, ...], list[str]] = {}
    for task in load_key(exercise).tasks:
        for _, folders, tried in _unusual(task, worked, lambda trace: trace.value):
            shown = worked[folders[0]].traces[task].shown
            shared.setdefault(tuple(folders), []).append(
                f"{task}: {shown}; {len(folders)} of {tried} who tried it have this"
            )
    for several, what in shared.items():
        if not _all_known(several, known):
            yield Alike(exercise, VALUE, several, what)


def _solutions(exercise: str, worked: Mapping[str, Graded], own: Solved) -> Iterator[Alike]:
    """Yield whose notebook has the solution's code in several tasks where few have it."""
    found: dict[str, list[str]] = {}
    for task in load_key(exercise).tasks:
        for code, folders, tried in _unusual(task, worked, lambda trace: trace.code, least=1):
            lines = worked[folders[0]].traces[task].lines
            if lines >= LEAST_LINES and code == own.codes.get(task):
                for folder in folders:
                    said = f"{task}: the solution's {lines} lines; {len(folders)} of {tried} notebooks have them"
                    found.setdefault(folder, []).append(said)
    for folder, what in found.items():
        if len(what) >= LEAST_TASKS and worked[folder].hand_in.content != own.content:
            yield Alike(exercise, SOLUTION, [folder], what)


def _unusual(
    task: str, worked: Mapping[str, Graded], of: Callable[[Trace], str], least: int = 2
) -> Iterator[tuple[str, list[str], int]]:
    """Yield what few notebooks have in a task: its hash, whose they are, and how many notebooks tried the task."""
    tried = [
        folder
        for folder, one in worked.items()
        if any(result.task == task and result.state != "not tried" for result in one.tasks)
    ]
    if len(tried) < LEAST_CLASS:
        return
    holders: dict[str, list[str]] = {}
    for folder in tried:
        print_ = of(worked[folder].traces.get(task, Trace()))
        if print_:
            holders.setdefault(print_, []).append(folder)
    for print_, folders in holders.items():
        if least <= len(folders) <= max(2, len(tried) // FEW):
            yield print_, folders, len(tried)


def _all_known(folders: Sequence[str], known: set[frozenset[str]]) -> bool:
    return all(frozenset(pair) in known for pair in itertools.combinations(folders, 2))
