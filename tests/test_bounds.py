"""How much one notebook may take: of time, of memory, of what is read and compared outside of its walls."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import subprocess
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest
from learner import Notebook
from rich.console import Console

from alliance import cli
from alliance.answers import Answer, Spec, portable, to_json
from alliance.answers.border import FORGED, MOST_LETTERS, read_report, report_of
from alliance.answers.forms import Column, Panel, Series
from alliance.checking.errors import error_line
from alliance.checking.files.formats import import_nbformat
from alliance.checking.forked import groups, watching
from alliance.checking.grade import Grade, grade_submission
from alliance.checking.kernel import Limits, Outcome, ReplacedKernel
from alliance.checking.keys import load_key, stems
from alliance.checking.submission import Section, Submission, UnreadableNotebook, read_notebook
from alliance.checking.verdicts import judge_within_bounds
from alliance.classroom.keeping.handins import HandIns
from alliance.classroom.keeping.results import Graded, HandIn, TaskResult, load, store, write_whole
from alliance.classroom.keeping.safekeeping import write_files
from alliance.classroom.keeping.term import Term, read_term
from alliance.classroom.reporting import closing, screen
from alliance.classroom.running import grading, solutions
from alliance.classroom.taking_in import intake
from alliance.classroom.taking_in.files import walking
from alliance.classroom.taking_in.intake import Remark
from alliance.classroom.taking_in.roster import Learner
from alliance.plaintext import printable

ROOT = Path(__file__).resolve().parent.parent
STEM = "08_japans_defence_budget"


class Clock:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time for what grades and for what runs code."""
    one = Clock()
    for module in ("grade", "kernel"):
        monkeypatch.setattr(f"alliance.checking.{module}.time", types.SimpleNamespace(monotonic=one.monotonic))
    return one


class PretendedKernel(ReplacedKernel):
    """Runs code that says how many seconds it takes, and is stopped as a real kernel is."""

    def __init__(self, limits: Limits, setup: str, clock: Clock) -> None:
        self._clock, self.ran = clock, 0
        super().__init__(limits, setup)

    def _start(self) -> None:
        pass

    _stop = _start

    def _execute(self, code: str, seconds: float) -> Outcome:
        self.ran += 1
        takes = float(code) if code.replace(".", "").isdigit() else 0.0
        self._clock.now += min(takes, seconds)
        return Outcome("timeout") if takes > seconds else Outcome("dead" if code == "exit()" else "ok")

    def answer(self, spec: Spec) -> Answer:
        return Answer("untried")


def graded(clock: Clock, sections: list[tuple[str | None, list[str]]], limits: Limits) -> tuple[Grade, PretendedKernel]:
    """Return what grading makes of code for tasks, in that order, and the kernel that ran it."""
    kernels: list[PretendedKernel] = []

    @contextmanager
    def start(limits: Limits, setup: str) -> Iterator[Any]:
        kernels.append(PretendedKernel(limits, setup, clock))
        yield kernels[-1]

    submission = Submission(Path("x.ipynb"), load_key(STEM), [Section(*one) for one in sections], [])
    return grade_submission(submission, limits, start), kernels[0]


# --- time ------------------------------------------------------------------------------------------------------


def test_many_short_cells_take_no_longer_than_one_task_may(clock: Clock) -> None:
    grade, kernel = graded(clock, [("8.1", ["0.9"] * 60)], Limits(seconds=1))
    assert clock.now < 2, "the second that it has, and less than one in which what ran is run again"
    assert "did not end within 1 seconds" in grade.verdicts["8.1"].message
    assert grade.verdicts["8.1"].stopped
    assert grade.verdicts["8.2"].state == "not tried"
    assert kernel.ran < 10


def test_a_task_in_many_pieces_has_the_time_of_one(clock: Clock) -> None:
    grade, _ = graded(clock, [("8.1", ["0.6"]), ("8.2", ["0.6"])] * 30, Limits(seconds=1))
    assert clock.now < 5
    assert grade.verdicts["8.1"].stopped
    assert grade.verdicts["8.2"].stopped


def test_a_notebook_whose_kernel_dies_again_and_again_has_an_end(clock: Clock) -> None:
    limits = Limits(seconds=10, tasks=3)
    grade, _ = graded(clock, [("8.1", ["9"]), *[("8.2", ["exit()"]), ("8.3", ["exit()"])] * 1000], limits)
    assert clock.now <= limits.whole == 30
    assert "together did not end within 30 seconds" in grade.verdicts["8.4"].message
    assert grade.verdicts["8.4"].stopped


def test_a_task_judged_before_the_time_was_up_keeps_its_verdict(clock: Clock) -> None:
    stem_tasks = list(load_key(STEM).tasks)
    grade, _ = graded(clock, [(stem_tasks[0], ["1"]), *[(task, ["9"]) for task in stem_tasks]], Limits(10, tasks=2))
    assert [grade.verdicts[task].stopped for task in stem_tasks] == [False, False, *[True] * (len(stem_tasks) - 2)]


def test_code_above_the_first_task_that_is_stopped_is_told(clock: Clock) -> None:
    grade, _ = graded(clock, [(None, ["3"]), ("8.1", ["1"])], Limits(seconds=2))
    assert grade.stopped
    assert grade.remarks[0].startswith("Code above the first task was stopped")
    assert not any(verdict.stopped for verdict in grade.verdicts.values())


# --- memory and processes --------------------------------------------------------------------------------------

HOLDER = """
import mmap, os, sys, threading
size = 40_000_000
hidden = os.memfd_create("hidden")
os.write(hidden, bytes(size))
shared = mmap.mmap(-1, size)
shared.write(bytes(size))
own = b"1" * size
held = [os.pipe() for _ in range(50)]
wait = threading.Event()
for _ in range(5):
    threading.Thread(target=wait.wait, daemon=True).start()
if os.fork() == 0:
    sys.stdin.read()
    os._exit(0)
print("ready", flush=True)
sys.stdin.read()
os._exit(0)
"""


def test_every_kind_of_memory_is_seen_and_what_was_started_with_it() -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as one:
        assert one.stdout and one.stdout.readline() == b"ready\n"
        use = watching.use_of(one.pid)
        one.communicate(b"")
    assert use.memory >= 3 * 40_000_000
    assert len(use.threads) == 7
    assert use.files >= 2 * 100


ONE_KIND = """
import mmap, os, sys
size = 40_000_000
{}
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(
    "holds",
    [
        "hidden = os.memfd_create('hidden')\nfor _ in range(size // 100_000): os.write(hidden, bytes(100_000))",
        "shared = mmap.mmap(-1, size)\nfor _ in range(size // 100_000): shared.write(bytes(100_000))",
        "own = b'1' * size",
    ],
    ids=["a file without a name", "shared memory", "its own"],
)
def test_each_kind_of_memory_is_seen_alone(holds: str) -> None:
    command = [sys.executable, "-c", ONE_KIND.format(holds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as one:
        assert one.stdout and one.stdout.readline() == b"ready\n"
        memory = watching.use_of(one.pid).memory
        one.communicate(b"")
    assert 40_000_000 <= memory < 80_000_000


@pytest.mark.parametrize(
    "use",
    [
        watching.Use(memory=1_001),
        watching.Use(threads=[1, 2, 3, 4]),
        watching.Use(files=watching.MOST_FILES + 1),
    ],
    ids=["memory", "threads", "open files"],
)
def test_each_bound_of_the_watch_is_one_by_itself(use: watching.Use) -> None:
    walls = watching.Walls(resident=1_000, processes=3)
    assert watching.is_too_much(use, walls)
    assert not watching.is_too_much(watching.Use(1_000, [1, 2, 3], 3, watching.MOST_FILES), walls)


def test_a_process_that_has_ended_uses_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as one:
        one.wait()
    assert watching.use_of(one.pid) == watching.Use()


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder like that of control groups, in which the process that tests is in the group `/session/shell`."""
    mounted = tmp_path / "cgroup"
    (mounted / "session" / "shell").mkdir(parents=True)
    for folder, switched_on in (
        (mounted, ""),
        (mounted / "session", "cpu memory pids"),
        (mounted / "session/shell", ""),
    ):
        (folder / "cgroup.subtree_control").write_text(switched_on, encoding="ascii")
        (folder / "cgroup.procs").touch()
    (tmp_path / "own").write_text("4:memory:/old\n0::/session/shell\n", encoding="ascii")
    mounts = f"31 23 0:27 / /proc rw - proc proc rw\n32 23 0:28 / {mounted} rw,nosuid shared:9 - cgroup2 cgroup2 rw\n"
    (tmp_path / "mounts").write_text(mounts, encoding="ascii")
    monkeypatch.setattr(groups, "OWN", tmp_path / "own")
    monkeypatch.setattr(groups, "MOUNTS", tmp_path / "mounts")
    groups.parent_of_groups.cache_clear()
    yield mounted
    groups.parent_of_groups.cache_clear()


def written(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return what is written from now on, by the file's name, in place of writing it."""
    found: dict[str, str] = {}
    monkeypatch.setattr(groups, "_write", lambda path, text: found.update({path.name: text}))
    return found


def test_a_group_is_made_where_the_system_bounds_memory(control: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = written(monkeypatch)
    monkeypatch.setattr(groups, "_bounds", lambda folder: folder.name == "session")
    group = groups.group_for(4321, watching.Walls(resident=1000, processes=7))
    assert group
    (made,) = (control / "session").glob("alliance-*")
    assert found.items() >= {"memory.max": "1000", "pids.max": "7", "cgroup.procs": "4321"}.items()
    group.end()
    assert found["cgroup.kill"] == "1"
    assert not made.exists()


def test_groups_of_graders_that_were_killed_are_removed(control: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, other = control / "session" / "alliance-99999999-3", control / "session" / "alliance"
    mine = control / "session" / f"alliance-{os.getpid()}-0"
    for folder in (old, other, mine):
        folder.mkdir()
    monkeypatch.setattr(groups, "_bounds", lambda folder: folder.name == "session")
    assert groups.parent_of_groups() == control / "session"
    assert (old.exists(), other.exists(), mine.exists()) == (False, True, True)


def test_what_bounds_nothing_or_is_not_ours_is_passed_over(control: Path) -> None:
    assert groups._bounds(control / "session")
    assert not groups._bounds(control / "nowhere")
    (control / "session" / "cgroup.subtree_control").write_text("cpu", encoding="ascii")
    assert not groups._bounds(control / "session")


@pytest.mark.parametrize("own", ["", "4:memory:/old\n", "0::/../elsewhere\n", "0::/session/shell\n"])
def test_without_control_groups_there_is_none(control: Path, own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    groups.OWN.write_text(own, encoding="ascii")
    monkeypatch.setattr(groups, "_bounds", lambda folder: False)
    assert groups.group_for(4321, watching.Walls()) is None


# --- what is reported ------------------------------------------------------------------------------------------

COLUMN = {"kind": "number", "values": [1.0, 2.0], "name": "a"}
DRAWN = {"mark": "line", "label": None, "data": {"x": COLUMN, "y": COLUMN}}
SIDES = {"labels": {"x": "", "y": ""}, "scales": {"x": "linear", "y": "linear"}}
PANEL = {"title": "", **SIDES, "texts": [], "series": [DRAWN]}


def deep(levels: int) -> dict[str, Any]:
    return {"type": "record", "items": {"in": deep(levels - 1)}} if levels else {"type": "number", "value": 1.0}


@pytest.mark.parametrize(
    "said",
    [
        "",
        "{",
        "[" * 100_000,
        *map(
            json.dumps,
            [
                [],
                "number",
                None,
                {},
                {"type": "verdict"},
                {"type": []},
                {"type": "number"},
                {"type": "number", "value": None},
                {"type": "number", "value": "many"},
                {"type": "number", "value": True},
                {"type": "number", "value": 10**400},
                {"type": "number", "value": [1]},
                {"type": "truth", "value": 1},
                {"type": "text", "value": 5},
                {"type": "text", "value": "x" * 30_000},
                {"type": "date", "value": "some day"},
                {"type": "none", "value": 1},
                {"type": "number", "value": 1, "shown": []},
                {"type": "function", "value": {"reads": "all"}},
                {"type": "function", "results": {}},
                {"type": "record", "items": []},
                {"type": "record", "items": {"a": []}},
                deep(50),
                {"type": "series", "rows": 2},
                {"type": "series", "rows": "2", "columns": [COLUMN]},
                {"type": "series", "rows": True, "columns": [{**COLUMN, "values": [1.0]}]},
                {"type": "series", "rows": 3, "columns": [COLUMN]},
                {"type": "series", "rows": 2, "columns": ["a"]},
                {"type": "series", "rows": 2, "columns": [{**COLUMN, "kind": "other"}]},
                {"type": "series", "rows": 2, "columns": [{**COLUMN, "values": ["1", 2]}]},
                {"type": "series", "rows": 2, "columns": [{**COLUMN, "kind": "text"}]},
                {"type": "series", "rows": 2, "columns": [{**COLUMN, "kind": "date", "values": ["some", "day"]}]},
                {"type": "table", "rows": 2, "columns": [COLUMN, {**COLUMN, "values": [1.0]}]},
                {"type": "table", "rows": 2, "columns": [{**COLUMN, "name": 5}]},
                {"type": "table", "rows": 0, "columns": [{**COLUMN, "values": []}] * 3_000},
                {"type": "number", "value": 1, "columns": [COLUMN]},
                {"type": "plot"},
                {"type": "plot", "panels": [[]]},
                {"type": "plot", "panels": [{**PANEL, "title": None}]},
                {"type": "plot", "panels": [{**PANEL, "labels": {"x": 5, "y": ""}}]},
                {"type": "plot", "panels": [{**PANEL, "labels": {"x": ""}}]},
                {"type": "plot", "panels": [{**PANEL, "scales": {}}]},
                {"type": "plot", "panels": [{**PANEL, "texts": "all"}]},
                {"type": "plot", "panels": [{**PANEL, "series": [{**DRAWN, "mark": "smoke"}]}]},
                {"type": "plot", "panels": [{**PANEL, "series": [{**DRAWN, "label": 5}]}]},
                {"type": "plot", "panels": [{**PANEL, "series": [{**DRAWN, "hidden": [""]}]}]},
                {"type": "plot", "panels": [{**PANEL, "series": [{**DRAWN, "data": {"x": {}, "y": {}}}]}]},
                {"type": "plot", "panels": [{**PANEL, "series": [{**DRAWN, "data": {"x": COLUMN}}]}]},
                {"type": "plot", "panels": [{**PANEL, "series": [{**DRAWN, "mark": "area"}]}]},
                {"type": "plot", "panels": [{**PANEL, "series": [DRAWN] * 10_000}]},
                {"type": "plot", "panels": [{**PANEL, "series": [DRAWN] * 301}]},
                {"type": "plot", "panels": [PANEL] * 200},
            ],
        ),
    ],
    ids=lambda said: said[:70],
)
def test_a_report_of_a_wrong_shape_is_no_answer(said: str) -> None:
    assert read_report(said) == FORGED


def test_points_are_counted_over_all_series() -> None:
    column = {"kind": "number", "values": [1.0] * 34_000, "name": "a"}
    drawn = {**DRAWN, "data": {"x": column, "y": column}}
    report = {"type": "plot", "panels": [{**PANEL, "series": [drawn, drawn]}]}
    assert read_report(json.dumps(report)).type == "plot"
    report["panels"][0]["series"].append(drawn)  # type: ignore[index]
    assert read_report(json.dumps(report)) == FORGED


def test_a_report_is_measured_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(text: str) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr("alliance.answers.border.json.loads", parse)
    assert read_report(" " * (MOST_LETTERS + 1)) == FORGED
    assert read_report(5) == FORGED


def test_every_answer_of_the_course_passes_the_border_unchanged() -> None:
    for task in (task for stem in stems() for task in load_key(stem).tasks.values()):
        for answer in (task.expected, task.stub_answer, *(wrong.answer for wrong in task.wrong)):
            assert to_json(read_report(report_of(answer))) == to_json(answer)


OTHERS: dict[str, list[Any]] = {
    "number": [None, 2.5],
    "truth": [1.0, None],
    "text": ["a", None],
    "date": ["2016-01-01", None],
    "empty": [None],
}


def with_columns(data: Any, kind: str) -> Any:
    """Return a plot's data with all its columns made columns of another kind, of which some values are missing."""
    if isinstance(data, list):
        return [with_columns(one, kind) for one in data]
    if not isinstance(data, dict):
        return data
    if {"kind", "values"} <= data.keys():
        values = [OTHERS[kind][row % len(OTHERS[kind])] for row in range(len(data["values"]))]
        return {"name": data.get("name"), "kind": kind, "values": values}
    return {name: with_columns(one, kind) for name, one in data.items()}


@pytest.mark.parametrize("kind", OTHERS)
def test_a_plot_of_columns_of_any_kind_is_judged(kind: str) -> None:
    for task in (task for stem in stems() for task in load_key(stem).tasks.values() if task.expected.type == "plot"):
        given = read_report(json.dumps(with_columns(to_json(task.expected), kind)))
        assert given.type == "plot"
        assert (task.task, judge_within_bounds(task, given).fault) == (task.task, "")


@pytest.mark.parametrize(
    ("value", "is_called"),
    [
        (pd.DataFrame({"a": ["x" * 40] * 240}), "table"),
        (pd.Series(["x" * 40] * 240), "series"),
        ({"a": "x" * 9_000, "b": 1}, "other"),
    ],
    ids=["table", "series", "record"],
)
def test_an_honest_answer_that_is_too_large_says_what_it_is(
    value: Any, is_called: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alliance.answers.border.MOST_LETTERS", 5_000)
    found = read_report(report_of(portable(value)))
    assert found.type == is_called
    assert found.rows == len(value) if is_called != "other" else "too much" in found.shown


def test_a_plot_of_too_many_lines_is_told_how_many() -> None:
    column = Column(None, "number", np.array([1.0, 2.0]))
    lines = [Series("line", None, {"x": column, "y": column})] * 400
    found = read_report(report_of(Answer("plot", panels=[Panel("", {}, {}, lines, [])])))
    assert found.shown == "a plot that draws 400 series with 800 points, more than can be compared"


def test_half_letters_are_written_as_numbers_wherever_they_come_in() -> None:
    table = Answer("text", "\ud800", shown="“\ud800”")
    assert read_report(report_of(table)).value == "\\ud800"
    assert error_line("Value\udfffError", "\ud800 is half") == "Value\\udfffError: \\ud800 is half"
    assert read_report(report_of(Answer("text", "\U0001f600"))).value == "\U0001f600"


def test_an_errors_name_is_cut_at_the_border() -> None:
    assert len(error_line("E" * 5_000_000, "x" * 5_000_000)) < 500


def test_a_check_that_fails_costs_only_the_task_it_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    task = load_key(STEM).tasks["8.1"]

    def broken(*_: object) -> None:
        raise LookupError("no such thing")

    monkeypatch.setattr("alliance.checking.verdicts.judge", broken)
    found = judge_within_bounds(task, Answer("none"))
    assert "no such thing" in found.fault
    assert TaskResult.of(found) == TaskResult("8.1", "not graded", fault=found.fault)


def test_a_comparison_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object) -> None:
        for _ in range(200_000_000):  # some seconds, in case nothing ends it
            pass

    monkeypatch.setattr("alliance.checking.verdicts.judge", endless)
    monkeypatch.setattr("alliance.checking.verdicts.MOST_SECONDS", 0.05)
    found = judge_within_bounds(load_key(STEM).tasks["8.1"], Answer("none"))
    assert (found.state, found.stopped) == ("wrong", True)


# --- what is handed in -----------------------------------------------------------------------------------------


def saved(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" " * 20_000_001, "larger than 20 MB"),
        ('{"nbformat": 4, "cells": [' + "[]," * 1_100_000 + "[]]}", "more parts than a notebook can have"),
        (json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}] * 6_000}), "has 6,000 cells"),
        ('{"nbformat": 4, "cells": ' + "[" * 90_000 + "]" * 90_000 + "}", "damaged"),
    ],
    ids=["letters", "parts", "cells", "depth"],
)
def test_a_notebook_that_is_too_much_is_refused_before_it_costs(
    tmp_path: Path, text: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reads(*_: object, **__: object) -> None:
        raise AssertionError("validated")

    monkeypatch.setattr(import_nbformat(), "reads", reads)
    with pytest.raises(UnreadableNotebook, match=words):
        read_notebook(saved(tmp_path / "a.ipynb", text))


def test_outputs_are_forgotten_and_nothing_is_validated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def reads(*_: object, **__: object) -> None:
        raise AssertionError("validated")

    notebook = Notebook(ROOT / "exercises" / f"{STEM}.ipynb")
    notebook.cell("8.1").outputs = [nbformat.v4.new_output("stream", name="stdout", text="again")] * 30_000
    monkeypatch.setattr(import_nbformat(), "reads", reads)
    found = read_notebook(notebook.save(tmp_path / "a.ipynb"))
    assert [cell["source"] for cell in found.cells] == [cell.source for cell in notebook.node.cells]
    assert not any("outputs" in cell for cell in found.cells)


def test_outputs_of_an_older_format_are_forgotten_before_it_is_converted(tmp_path: Path) -> None:
    output = {"output_type": "stream", "stream": "stdout", "text": "again"}
    code = {"cell_type": "code", "input": "1", "language": "python", "metadata": {}, "outputs": [output] * 30_000}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [code], "metadata": {}}]}
    seen = []
    reads = import_nbformat().reads
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(import_nbformat(), "reads", lambda text, **how: seen.append(len(text)) or reads(text, **how))
        assert [cell["source"] for cell in read_notebook(saved(tmp_path / "a.ipynb", json.dumps(old))).cells] == ["1"]
    assert seen[0] < 1_000


def test_cells_of_an_older_format_are_counted_before_it_is_converted(tmp_path: Path) -> None:
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [{}] * 6_000}]}
    with pytest.raises(UnreadableNotebook, match="has 6,000 cells"):
        read_notebook(saved(tmp_path / "a.ipynb", json.dumps(old)))


def test_folders_deeper_than_anybody_makes_are_told_and_what_lies_beside_them_is_read(tmp_path: Path) -> None:
    place = tmp_path
    handles = [os.open(tmp_path, os.O_RDONLY)]
    for _ in range(1_200):
        os.mkdir("a", dir_fd=handles[-1])
        handles.append(os.open("a", os.O_RDONLY, dir_fd=handles[-1]))
        os.close(handles.pop(-2))
        place = place / "a"
    os.close(handles[-1])
    saved(tmp_path / "b.ipynb", "")
    odd, beside = walking.walk(tmp_path)
    for folder in (place, *place.parents[:1_199]):  # what takes test folders away goes down by recursion
        folder.rmdir()
    assert isinstance(odd, walking.Odd) and "folders deep; it was not opened" in odd.text
    assert beside.file == "b.ipynb"


# --- what is given out -----------------------------------------------------------------------------------------


def test_a_name_does_nothing_to_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    name = "\x1b[2J\x07kim\u202egpj\ud800\nlate: lee"
    shown = "\\x1b[2J\\x07kim\\u202egpj\\ud800\\nlate: lee"
    assert printable(name) == shown
    assert printable("Åsa Müller 金 – “x”") == "Åsa Müller 金 – “x”"
    one = Graded(name, STEM, "a", [TaskResult("8.1", "not graded", fault=name)], [], "", 0.0)
    screen.show_summary(Console(width=300), [one], [Remark("foreign", name, name)])
    screen.show_reports(Console(width=300), Path("out"), [name], False)
    assert capsys.readouterr().out.count(shown) == 5
    assert str(cli._stop(name)) is not None
    assert capsys.readouterr().err == "\\x1b[2J\\x07kim\\u202egpj\\ud800\nlate: lee\n"


def test_text_that_no_file_can_hold_is_written_all_the_same(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", "half \ud800")
    assert (tmp_path / "a").read_bytes() == b"half \\ud800"
    for _ in range(2):
        assert write_files(tmp_path / "b", {"a.csv": "half \ud800"}) == []


# --- results that somebody edited ------------------------------------------------------------------------------

GRADED = Graded("lee", STEM, "a.ipynb", [TaskResult("8.1", "right", computed=True)], [], "abc", 1.5)


@pytest.mark.parametrize(
    "edited",
    [
        {"state": "excellent"},
        {"state": "not computed"},
        {"state": []},
        {"computed": 1},
        {"computed": "yes"},
        {"message": None},
        {"misconception": 5},
        {"task": 5},
        {"fault": {}},
        {"written": None},
        {"rubric": 5},
        {"rubric": [5]},
    ],
    ids=str,
)
def test_a_result_of_an_unknown_form_is_graded_anew(tmp_path: Path, edited: dict[str, Any]) -> None:
    data = GRADED.to_json()
    data["tasks"] = [{**data["tasks"][0], **edited}]
    assert load(saved(tmp_path / "a.json", json.dumps(data))) is None


@pytest.mark.parametrize(
    "edited",
    [
        {"learner": 5},
        {"remarks": "none"},
        {"remarks": [5]},
        {"seconds": "1"},
        {"seconds": float("nan")},
        {"basis": None},
        {"hand_in": []},
        {"hand_in": {"who": "lee"}},
        {"hand_in": {"who": {"name": 5}}},
        {"hand_in": {"content": 5}},
        {"hand_in": {"late": "no"}},
        {"hand_in": {"at": None}},
        {"hand_in": {"by": "me"}},
        {"traces": []},
        {"traces": {"8.1": []}},
        {"traces": {"8.1": {"changed": "1"}}},
        {"traces": {"8.1": {"lines": None}}},
        {"traces": {"8.1": {"code": 5}}},
        {"traces": {"8.1": {"parts": ["a"]}}},
        {"traces": {"8.1": {"parts": {"a": "right"}}}},
    ],
    ids=str,
)
def test_so_is_one_whose_notebook_is_of_an_unknown_form(tmp_path: Path, edited: dict[str, Any]) -> None:
    assert load(saved(tmp_path / "a.json", json.dumps({**GRADED.to_json(), **edited}))) is None
    assert load(saved(tmp_path / "b.json", json.dumps(GRADED.to_json()))) == GRADED


@pytest.mark.parametrize("changed", [{"learner": "kim"}, {"exercise": "09_whose_dollars"}, {"tasks": []}], ids=str)
def test_a_result_on_something_else_is_not_believed(changed: dict[str, Any]) -> None:
    tasks = [TaskResult(task, "right") for task in load_key(STEM).tasks]
    handed = intake.Handed(Learner("lee"), STEM, Path("a.ipynb"))
    assert grading._is_on(dataclasses.replace(GRADED, tasks=tasks), handed)
    assert not grading._is_on(dataclasses.replace(GRADED, **{"tasks": tasks, **changed}), handed)


@pytest.mark.parametrize("changed", [{"learner": "kim"}, {"learner": "../../kim"}, {"exercise": "09_whose_dollars"}])
def test_a_result_that_lies_in_anothers_place_does_not_count(tmp_path: Path, changed: dict[str, str]) -> None:
    kept = HandIns(tmp_path)
    kept.keep(GRADED)
    assert kept.read().counting == [GRADED]
    place = tmp_path / "grades" / "lee" / f"{STEM}.json"
    store(place, dataclasses.replace(GRADED, **changed))
    found = kept.read()
    assert (found.counting, found.unreadable) == ([], [f"grades/lee/{STEM}.json"])


def test_what_a_term_remembers_is_looked_at(tmp_path: Path) -> None:
    sound = {"kind": "foreign", "file": "a.txt", "text": "Left aside."}
    rows = [sound, {"kind": "foreign"}, {**sound, "colour": "red"}]
    saved(tmp_path / "term.json", json.dumps({"remarks": {"in": rows}, "roster": [{"id": "5"}]}))
    HandIns(tmp_path).keep(dataclasses.replace(GRADED, hand_in=HandIn({"name": "Lee", "colour": "red"})))
    closed = closing.close(tmp_path, ROOT, None, None)
    assert [(one.kind, one.file) for one in closed.remarks] == [("foreign", "a.txt")]
    saved(tmp_path / "term.json", "[" * 100_000)
    assert read_term(tmp_path) == Term()


def test_a_folder_in_a_results_place_is_kept_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    saved(tmp_path / "a.json" / "mine", "x")
    assert load(tmp_path / "a.json") is None
    store(tmp_path / "a.json", GRADED)
    assert load(tmp_path / "a.json") == GRADED
    assert (tmp_path / "a.kept-1.json" / "mine").exists()
    (tmp_path / "out" / "a.csv").mkdir(parents=True)
    assert "kept as a.kept-1.csv" in write_files(tmp_path / "out", {"a.csv": "x"})[0]


@pytest.mark.parametrize("name", ["../mine.txt", "{}/mine.txt", "link/mine.txt", "linked.txt", "x\0y", "y" * 5_000])
def test_nothing_outside_the_results_is_ever_removed(tmp_path: Path, name: str) -> None:
    mine, out = saved(tmp_path / "mine.txt", "x"), tmp_path / "out"
    out.mkdir()
    (out / "link").symlink_to(tmp_path)
    (out / "linked.txt").symlink_to(mine)
    digest = hashlib.sha256(b"x").hexdigest()
    saved(out / ".written.json", json.dumps({name.format(tmp_path): digest, "old.csv": digest, "b": [], "a.csv": 5}))
    saved(out / "old.csv", "x")
    assert write_files(out, {"a.csv": "y"}) == []
    assert mine.read_text(encoding="utf-8") == "x"
    assert not (out / "old.csv").exists(), "what an earlier run has written is taken away"


@pytest.mark.parametrize("text", ["[" * 100_000, "[]", "5", '{"basis": "b", "references": {"1": {"8.1": []}}}'])
def test_kept_answers_of_solutions_that_make_no_sense_are_made_anew(tmp_path: Path, text: str) -> None:
    assert solutions._load(saved(tmp_path / "a.json", text), "b") is None
