"""The pytest plugin: for this course's exercises, `--nbval` judges tasks instead of comparing a file with itself.

Nothing heavy is imported at the top: pytest loads this module in every run of the environment.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from nbval.plugin import IPyNbFile

if TYPE_CHECKING:
    from alliance.checking.grade import Grade
    from alliance.checking.verdicts import Verdict

NUMBERED = re.compile(r"^\d\d_\w+")
LOOKS = {
    "right": ("passed", ".", "RIGHT"),
    "recorded": ("recorded", "r", "RECORDED"),
    "wrong": ("failed", "F", "WRONG"),
    "raised": ("failed", "E", "RAISED"),
    "not tried": ("failed", "n", "NOT TRIED"),
}

FOUND = pytest.StashKey[int]()
_NUMBERS = itertools.count()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the time limit of a task."""
    group = parser.getgroup("alliance", "The US–Japan Alliance in Data")
    group.addoption("--task-timeout", type=float, default=60, help="Seconds that one task of an exercise may take.")


def pytest_configure(config: pytest.Config) -> None:
    """Let the kernels that nbval starts know nothing of an opened notebook from which pytest may have been started."""
    import os

    from alliance.checking.session import OPENED

    if getattr(config.option, "nbval", False):
        os.environ.pop(OPENED, None)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Remember the order in which tests were found."""
    item.stash[FOUND] = next(_NUMBERS)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a notebook's cells together and in order, also where another plugin has shuffled them.

    Each cell needs those above it.
    """
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    shuffled = False
    for name, inside in files.items():
        if name.endswith(".ipynb"):
            shuffled |= inside != sorted(inside, key=_found) or not _together(inside, items)
            inside.sort(key=_found)
    if shuffled:
        items[:] = [item for inside in files.values() for item in inside]


def _found(item: pytest.Item) -> int:
    return item.stash[FOUND]


def _together(inside: list[pytest.Item], items: list[pytest.Item]) -> bool:
    start = items.index(inside[0])
    return items[start : start + len(inside)] == inside


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, list[Any], list[Any]]:
    """Take this course's exercises over from nbval; leave every other notebook to it.

    Old work that `alliance reset` has kept is checked only when it is named.
    """
    from alliance.checking.record import is_kept_copy

    collected = yield
    if not getattr(parent.config.option, "nbval", False) or file_path.suffix != ".ipynb":
        return collected
    if is_kept_copy(file_path) and not parent.session.isinitpath(file_path):
        return []
    if not _is_exercise(file_path):
        return collected
    others = [one for one in collected if not isinstance(one, IPyNbFile)]
    return [*others, ExerciseFile.from_parent(parent, path=file_path)]


def _is_exercise(path: Path) -> bool:
    """Return whether a notebook claims to be one of our exercises, by its metadata or, unreadable, by its name."""
    import json

    from alliance.checking.keys import stems

    try:
        about = json.loads(path.read_text(encoding="utf-8-sig"))["metadata"]["alliance"]
        return "exercise" in about
    except (OSError, ValueError, KeyError, TypeError):
        named = any(path.stem.startswith(stem) for stem in stems())
        return named and path.parent.name not in {"lessons", "solutions"}


class TaskFailed(Exception):
    """A task that is not right; carries the verdict to the report."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.text)
        self.verdict = verdict


class ExerciseFile(IPyNbFile):  # type: ignore[misc]  # nbval has no type hints
    """An exercise notebook: one test item per task of its key, whatever the file contains."""

    _grade: Grade | None = None
    submission: Any = None

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item per task; a file that cannot be read is one item that says why."""
        from alliance.checking.submission import UnreadableNotebook, read_submission

        try:
            self.submission = read_submission(self.path)
        except UnreadableNotebook as error:
            yield UnreadableItem.from_parent(self, name="notebook", message=str(error))
            return
        for name in self.submission.key.tasks:
            yield TaskItem.from_parent(self, name=name)

    def setup(self) -> None:
        """Start nothing: the kernel runs once, for all tasks, when the first verdict is asked for."""

    def teardown(self) -> None:
        """Stop nothing: the kernel ended with the grading."""

    def verdict(self, task: str) -> Verdict:
        """Return the verdict on a task, grading the notebook at the first call."""
        from alliance.checking.grade import grade_submission
        from alliance.checking.kernel import Limits
        from alliance.checking.record import CannotKeep, as_kept, keep

        if self._grade is None:
            self._grade = grade_submission(self.submission, Limits(seconds=self.config.option.task_timeout))
            with contextlib.suppress(CannotKeep):  # `alliance progress` says so
                keep(self.path, as_kept(self.submission, self._grade.verdicts))
        return self._grade.verdicts[task]


class TaskItem(pytest.Item):
    """One task: right passes, wrong, raised and not tried fail with their message.

    A recorded answer neither passes, since nobody has said that it is right, nor fails, since nothing is known to be
    wrong: it is skipped. So is what was not tried in an exercise that nobody named, when a learner's copy of the
    course is tested as a whole.
    """

    parent: ExerciseFile

    def runtest(self) -> None:
        """Ask for the verdict. Raises TaskFailed unless it is right, or skips."""
        verdict = self.parent.verdict(self.name)
        self.user_properties.append(("state", verdict.state))
        self.user_properties.append(("misconception", verdict.misconception or ""))
        unasked = verdict.state == "not tried" and self.config.args_source is pytest.Config.ArgsSource.TESTPATHS
        if verdict.state == "recorded" or unasked:
            pytest.skip(verdict.text)
        if verdict.state != "right":
            raise TaskFailed(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the verdict's own words; a traceback only for a fault of ours."""
        if isinstance(excinfo.value, TaskFailed):
            return excinfo.value.verdict.text
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the task as the learner knows it."""
        return self.path, None, f"{self.path.name}, task {self.name}"


class UnreadableItem(pytest.Item):
    """A file that is no exercise: fails with one sentence."""

    def __init__(self, *, message: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.message = message

    def runtest(self) -> None:
        """Fail with the sentence."""
        pytest.fail(self.message, pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the file."""
        return self.path, None, self.path.name


def pytest_report_teststatus(report: Any) -> tuple[str, str, str] | None:
    """Give the states their own letters and words."""
    if getattr(report, "when", "") != "call":
        return None
    state = str(dict(report.user_properties).get("state"))
    if state not in LOOKS:
        return None
    category, letter, word = LOOKS[state]
    return (state if report.skipped else category), letter, word


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show each exercise's tasks by state."""
    exercises: dict[str, dict[str, list[str]]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            state = dict(getattr(report, "user_properties", ())).get("state")
            if state and getattr(report, "when", "") == "call":
                path, task = report.nodeid.rsplit("::", 1)
                exercises.setdefault(path, {}).setdefault(state, []).append(task)
    if not exercises:
        return
    terminalreporter.section("exercises")
    for path, states in sorted(exercises.items()):
        parts = [f"{state}: {', '.join(sorted(states[state]))}" for state in LOOKS if state in states]
        terminalreporter.write_line(f"{path}  {'; '.join(parts)}")
