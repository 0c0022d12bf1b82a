"""A class is handed in and graded: names recognised, nothing lost, one bad notebook never stopping the rest."""

from __future__ import annotations

import dataclasses
import io
import itertools
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

import pytest
from learner import Notebook
from rich.console import Console
from typer.testing import CliRunner

from alliance.checking.forked.kernel import ForkedKernel
from alliance.checking.grade import Grade
from alliance.checking.kernel import Outcome
from alliance.checking.keys import load_key
from alliance.checking.submission import Submission
from alliance.checking.verdicts import Verdict, raised, stopped
from alliance.classroom.keeping.results import OUTCOMES, WORDS, Graded, TaskResult, load, store
from alliance.classroom.reporting import screen
from alliance.classroom.running import grading, worker
from alliance.classroom.running.grading import How, LocalPool, grade_class
from alliance.classroom.taking_in.intake import NothingHandedIn, Remark, take_in
from alliance.classroom.taking_in.roster import Enrolled, Learner, NoRoster, read_roster
from alliance.cli import app

ROOT = Path(__file__).resolve().parent.parent
STEM = "08_japans_defence_budget"
UNTOUCHED = ROOT / "exercises" / f"{STEM}.ipynb"
SOLVED = ROOT / "solutions" / f"{STEM}.ipynb"


def hand_in(folder: Path, *names: str, source: Path = UNTOUCHED) -> Path:
    """Copy a notebook into a folder of submissions under each of the names."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, folder / name)
    return folder


def kinds(remarks: Sequence[object]) -> list[str]:
    return sorted(remark.kind for remark in remarks)  # type: ignore[attr-defined]


# --- what was handed in ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "learner", "late"),
    [
        (f"lee/{STEM}.ipynb", Learner("lee"), False),
        (f"lee/exercises/{STEM}.ipynb", Learner("lee"), False),
        (f"{STEM}_lee.ipynb", Learner("lee"), False),
        (f"{STEM}_van der Berg.ipynb", Learner("van der Berg"), False),
        (f"leekim_12345_67890_{STEM}.ipynb", Learner("leekim", "12345", "canvas"), False),
        (f"leekim_LATE_12345_67890_{STEM}.ipynb", Learner("leekim", "12345", "canvas"), True),
        (f"leekim_12345_67890_{STEM}-1.ipynb", Learner("leekim", "12345", "canvas"), False),
        (f"Kim Lee_123456_assignsubmission_file_/{STEM}.ipynb", Learner("Kim Lee", system="moodle"), False),
        (f"Kim Lee_123456_assignsubmission_file/{STEM}.ipynb", Learner("Kim Lee", system="moodle"), False),
        (f"Kim Lee_123456_assignsubmission_file_{STEM}.ipynb", Learner("Kim Lee", system="moodle"), False),
    ],
)
def test_names_are_recognised(tmp_path: Path, name: str, learner: Learner, late: bool) -> None:
    intake = take_in(hand_in(tmp_path, name))
    assert [(one.learner, one.exercise, one.late) for one in intake.handed] == [(learner, STEM, late)]
    assert kinds(intake.remarks) == (["late"] if late else [])


def test_what_does_not_fit_is_named_and_never_guessed_silently(tmp_path: Path) -> None:
    hand_in(tmp_path, f"lee/{STEM}.ipynb", f"lee/{STEM} (1).ipynb", "kim/my homework.ipynb", "homework.ipynb")
    hand_in(tmp_path, "ito/lesson.ipynb", source=ROOT / "lessons" / f"{STEM}.ipynb")
    (tmp_path / "ito" / "essay.docx").write_bytes(b"x")
    (tmp_path / "ito" / "broken.ipynb").write_text("{", encoding="utf-8")
    (tmp_path / ".ipynb_checkpoints").mkdir()
    hand_in(tmp_path, f".ipynb_checkpoints/{STEM}-checkpoint.ipynb", f"__MACOSX/lee/._{STEM}.ipynb")
    intake = take_in(tmp_path)
    assert sorted(one.learner.name for one in intake.handed) == ["homework", "kim", "lee"]
    assert kinds(intake.remarks) == [
        "foreign", "given twice", "lesson", "no name", "renamed", "unreadable"
    ]  # fmt: skip
    twice = next(remark for remark in intake.remarks if remark.kind == "given twice")
    assert twice.file.endswith("(1).ipynb")
    assert twice.text.startswith("The same notebook as")


def test_the_original_is_graded_and_not_the_copy_that_a_browser_numbered(tmp_path: Path) -> None:
    hand_in(tmp_path, "lee/homework.ipynb", "lee/homework (1).ipynb")
    intake = take_in(tmp_path)
    assert [one.path.name for one in intake.handed] == ["homework.ipynb"]
    assert [(remark.kind, remark.file) for remark in intake.remarks] == [
        ("renamed", "lee/homework.ipynb"), ("given twice", "lee/homework (1).ipynb")
    ]  # fmt: skip


def test_what_cannot_be_graded_is_told_of_its_owner(tmp_path: Path) -> None:
    hand_in(tmp_path, f"lee/{STEM}.ipynb")
    unreadable = [
        f"{STEM}_Ito.ipynb",
        f"leekim_12_34_{STEM}.ipynb",
        f"Kim Lee_9_assignsubmission_file_{STEM}.ipynb",
        "lee/x.ipynb",
    ]
    for name in (*unreadable, "lee/work.zip", "lee/essay.pdf"):
        (tmp_path / name).write_bytes(b"")
    found = {remark.file: remark for remark in take_in(tmp_path).remarks}
    assert [found[name].learner for name in unreadable] == ["Ito", "leekim-12", "Kim_Lee", "lee"]
    assert {found[name].text for name in unreadable} == {"This file is empty: take a fresh copy of the exercise."}
    assert (found["lee/work.zip"].learner, found["lee/essay.pdf"].learner) == ("lee", "lee")
    assert "This archive is damaged" in found["lee/work.zip"].text
    assert "archive" not in found["lee/essay.pdf"].text


def test_the_latest_resubmission_counts(tmp_path: Path) -> None:
    hand_in(tmp_path, f"leekim_1_2_{STEM}.ipynb", f"leekim_1_5_{STEM}-2.ipynb", f"leekim_1_3_{STEM}-1.ipynb")
    intake = take_in(tmp_path)
    assert [one.path.stem for one in intake.handed] == [f"leekim_1_5_{STEM}-2"]
    assert kinds(intake.remarks) == ["given twice", "given twice"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    hand_in(tmp_path, f"lee/{STEM}.ipynb")
    (tmp_path / "kim").mkdir()
    (tmp_path / "kim" / f"{STEM}.ipynb").symlink_to(SOLVED)
    assert [one.learner.name for one in take_in(tmp_path).handed] == ["lee"]


def test_a_roster_tells_who_is_missing_and_who_is_not_on_it(tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("name,id\nLee,\nKim,12345\nIto,777\n", encoding="utf-8")
    handed = hand_in(tmp_path / "in", f"lee/{STEM}.ipynb", f"k_12345_1_{STEM}.ipynb", f"stranger/{STEM}.ipynb")
    intake = take_in(handed, read_roster(roster))
    assert [remark.text for remark in intake.remarks] == [
        "Ito handed in no notebook of exercise 08.",
        "stranger is not on the roster.",
    ]


def test_who_is_missing_is_told_once_for_all_exercises(tmp_path: Path) -> None:
    hand_in(tmp_path, f"lee/{STEM}.ipynb")
    hand_in(tmp_path, "lee/14_north_korea.ipynb", source=ROOT / "exercises" / "14_north_korea.ipynb")
    hand_in(tmp_path, f"kim/{STEM}.ipynb")
    remarks = take_in(tmp_path, [Enrolled("Lee"), Enrolled("Kim"), Enrolled("Ito")]).remarks
    assert [remark.text for remark in remarks] == [
        "Kim handed in no notebook of exercise 14.",
        "Ito handed in no notebook of exercises 08, 14.",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "needs a header"),
        (b"who\nLee\n", "needs a header"),
        ("name\nMüller\n".encode("cp1252"), "choose the type “CSV UTF-8”"),
        (b'name\n"' + b"a" * 200_000, r"cannot be read as a CSV file \(one cell has more than 100,000 characters"),
        (None, r"cannot be read \(No such file"),
    ],
)
def test_a_roster_that_is_none_gets_a_sentence(tmp_path: Path, text: bytes | None, words: str) -> None:
    path = tmp_path / "roster.csv"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(NoRoster, match=words):
        read_roster(path)


def test_an_empty_folder_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NothingHandedIn, match="holds no exercise"):
        take_in(tmp_path)
    with pytest.raises(NothingHandedIn, match=r"is not a folder\. Name"):
        take_in(tmp_path / "nowhere")
    (tmp_path / "submissions.zip").write_bytes(b"PK")
    with pytest.raises(NothingHandedIn, match="This archive is damaged"):
        take_in(tmp_path / "submissions.zip")
    (tmp_path / "submissions.7z").write_bytes(b"7z")
    with pytest.raises(NothingHandedIn, match=r"is not a folder\. Unpack it first\."):
        take_in(tmp_path / "submissions.7z")


# --- grading ---------------------------------------------------------------------------------------------------


def graded(folder: Path, out: Path, workers: int = 2) -> dict[str, Graded]:
    """Grade a folder and return results by learner."""
    result = grade_class(ROOT, folder, out, take_in(folder), How(workers=workers), lambda one: None)
    return {one.learner: one for one in result.graded}


def states(one: Graded) -> set[str]:
    return {task.state for task in one.tasks}


def test_a_class_is_graded_and_a_second_run_grades_what_changed(tmp_path: Path, bubblewrap: str) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    hand_in(folder, f"{STEM}_lee.ipynb", f"{STEM}_kim.ipynb")
    hand_in(folder, f"{STEM}_ito.ipynb", source=SOLVED)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    first = graded(folder, out)
    assert {name: states(one) for name, one in first.items()} == {
        "lee": {"not tried"}, "kim": {"not tried"}, "ito": {"right"}
    }  # fmt: skip
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    hand_in(folder, f"{STEM}_kim.ipynb", source=SOLVED)
    result = grade_class(ROOT, folder, out, take_in(folder), How(), lambda one: None)
    assert result.kept == 2
    assert {one.learner: states(one) for one in result.graded}["kim"] == {"right"}


def test_a_hostile_notebook_changes_nobody_elses_verdicts(tmp_path: Path, bubblewrap: str) -> None:
    hostile = Notebook(UNTOUCHED)
    hostile.answer(
        "8.1", "import pandas as pd\npd.DataFrame.sum = pd.Series.mean = lambda *a, **k: 42\nimport os\nos.fork()"
    )
    hostile.answer("8.2", "check = lambda *a: 'right'\nimport os, signal\nos.kill(-1, signal.SIGKILL)\nos._exit(0)")
    folder = tmp_path / "in"
    folder.mkdir()
    hostile.save(folder / f"{STEM}_b.ipynb")
    hand_in(folder, f"{STEM}_a.ipynb", f"{STEM}_c.ipynb", source=SOLVED)
    results = graded(folder, tmp_path / "out", workers=1)
    assert states(results["a"]) == states(results["c"]) == {"right"}
    assert "right" not in states(results["b"])
    assert len(results["b"].tasks) == len(results["a"].tasks)


def die_once(order: worker.Order) -> worker.Report:
    """Take the worker along at the first try of the order called bad; `root` holds the mark of that."""
    if order.name == "bad" and not (Path(order.root) / "killed").exists():
        (Path(order.root) / "killed").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return worker.Report([TaskResult(order.name, "right")], [], 0.0)


def die_always(order: worker.Order) -> worker.Report:
    """Take the worker along with every order whose content is bad."""
    if order.content == b"bad":
        os.kill(os.getpid(), signal.SIGKILL)
    return worker.Report([TaskResult("8.1", "right")], [], 0.0)


def test_a_lost_worker_costs_a_retry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "grade", die_once)
    monkeypatch.setattr(worker, "prepare", lambda root, sandbox, private: None)
    orders = {i: worker.Order("bad" if i == 1 else "good", b"", str(tmp_path)) for i in range(4)}
    done = dict(LocalPool(2).run(orders))
    assert (tmp_path / "killed").exists()
    assert [done[number].tasks[0].task for number in range(4)] == ["good", "bad", "good", "good"]


GRADES_FOR_EVER = """
import os, signal, sys
from alliance.classroom.running import worker
from alliance.classroom.running.grading import LocalPool

def grade(order):
    os.write(int(sys.argv[1]), b".")
    if order.content:
        signal.pause()
    return worker.Report([], [], 0.0)

worker.grade = grade
worker.prepare = lambda root, sandbox, private: None
list(LocalPool(2).run({i: worker.Order("one", content.encode(), "") for i, content in enumerate(sys.argv[2:])}))
"""


INTERRUPTED = f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores Ctrl-C
try:
    {GRADES_FOR_EVER.strip().replace(chr(10), chr(10) + "    ")}
except KeyboardInterrupt:
    sys.exit("interrupted")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing tells a process that its parent was killed")
def test_the_workers_of_a_killed_grader_end_with_it() -> None:
    reading, writing = os.pipe()
    grader = subprocess.Popen([sys.executable, "-c", GRADES_FOR_EVER, str(writing), "long", "long"], pass_fds=[writing])
    os.close(writing)
    with os.fdopen(reading, "rb") as held:
        assert held.read(2) == b".."  # both workers are at it
        grader.kill()
        grader.wait()
        assert select.select([held], [], [], 60)[0], "a worker still holds the pipe"
        assert held.read() == b""


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="Windows has no groups of processes to interrupt")
def test_the_workers_of_an_interrupted_grader_end_without_a_word() -> None:
    reading, writing = os.pipe()
    grader = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(writing), "", "long"],
        pass_fds=[writing],
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writing)
    with os.fdopen(reading, "rb") as held:
        assert held.read(2) == b".."  # one worker has nothing more to do, the other is at it
        os.killpg(grader.pid, signal.SIGINT)  # as Ctrl-C does
        _, words = grader.communicate(timeout=60)
    assert words == "interrupted\n"


FORKED = f"""
import os, signal, sys

def is_blocked():
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])

os.register_at_fork(after_in_child=lambda: os.write(int(sys.argv[1]), b"waits " if is_blocked() else b"hits "))
{GRADES_FOR_EVER.replace('b"."', 'b"waits " if is_blocked() else b"hits "')}
assert not is_blocked()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked there")
def test_an_interrupt_waits_until_a_worker_knows_how_to_end() -> None:
    reading, writing = os.pipe()
    subprocess.run([sys.executable, "-c", FORKED, str(writing), ""], pass_fds=[writing], check=True)
    os.close(writing)
    with os.fdopen(reading, "rb") as held:
        assert held.read() == b"waits hits ", "from the fork on, and no longer when it grades"


def test_a_notebook_that_takes_every_worker_along_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "grade", die_always)
    monkeypatch.setattr(worker, "prepare", lambda root, sandbox, private: None)
    orders = {i: worker.Order(f"{STEM}.ipynb", b"bad" if i == 1 else b"", "") for i in range(3)}
    done = dict(LocalPool(2).run(orders))
    assert {task.state for task in done[1].tasks} == {"not graded"}
    assert done[0].tasks[0].state == done[2].tasks[0].state == "right"


def test_a_fault_of_the_grader_is_no_verdict_and_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(submission: object, limits: object, start: object) -> object:
        raise RuntimeError("no such luck")

    monkeypatch.setattr(worker, "grade_submission", broken)
    report = worker.grade(worker.Order(f"{STEM}.ipynb", UNTOUCHED.read_bytes(), str(ROOT), sandbox=False))
    assert {task.state for task in report.tasks} == {"not graded"}
    assert "no such luck" in report.tasks[0].fault


def test_submissions_and_results_are_hidden_from_every_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered: list[worker.Order] = []

    class Pool:
        def run(self, orders: Mapping[int, worker.Order]) -> Iterator[tuple[int, worker.Report]]:
            ordered.extend(orders.values())
            return iter(())

    monkeypatch.setattr(grading, "_pool", lambda how: Pool())
    inside = hand_in(tmp_path / "in", f"kim/{STEM}.ipynb")
    grade_class(ROOT, inside, tmp_path / "out", take_in(inside), How(sandbox=False), lambda graded: None)
    assert [set(order.private) for order in ordered] == [{str(inside), str(tmp_path / "out")}]


@pytest.fixture
def solved(bubblewrap: str) -> Iterator[worker.Order]:
    """A solved notebook, to be graded in this process with a zygote that is ready."""
    worker.prepare(ROOT, sandbox=True)
    yield worker.Order(f"{STEM}.ipynb", SOLVED.read_bytes(), str(ROOT))
    worker.close()


def kill_the_zygote() -> None:
    zygote = worker._zygotes[ROOT]
    zygote._process.kill()
    zygote._process.wait()


def assert_judged_in_a_second_try(report: worker.Report) -> None:
    assert {(task.state, task.fault) for task in report.tasks} == {("right", "")}
    assert len(report.remarks) == 1
    assert report.remarks[0].startswith("The grader failed on it in a first try")


def test_a_zygote_that_was_killed_costs_a_second_try(solved: worker.Order) -> None:
    kill_the_zygote()
    assert_judged_in_a_second_try(worker.grade(solved))
    assert worker.grade(solved).remarks == []


def test_a_zygote_that_is_killed_while_a_notebook_runs_costs_a_second_try(
    solved: worker.Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute, number = ForkedKernel._execute, itertools.count()

    def once(kernel: ForkedKernel, code: str, seconds: float) -> Outcome:
        if next(number) == 5:
            kill_the_zygote()
        return execute(kernel, code, seconds)

    monkeypatch.setattr(ForkedKernel, "_execute", once)
    assert_judged_in_a_second_try(worker.grade(solved))


def stopping(*tasks: Sequence[str]) -> Callable[..., Grade]:
    """Return a way of grading that stops these tasks in its first, second … try and finds all others right."""
    tries = iter(tasks)

    def grade(submission: Submission, limits: object, start: object) -> Grade:
        stops = next(tries)
        above = "above" in stops  # the code before the first task, without which all tasks fail
        if above:
            verdicts = {name: raised(task, "NameError") for name, task in submission.key.tasks.items()}
            return Grade(submission.path, STEM, "", verdicts, [], stopped=True)
        verdicts = {
            name: stopped(task, "too slow") if name in stops else Verdict(name, "right", "")
            for name, task in submission.key.tasks.items()
        }
        return Grade(submission.path, STEM, "", verdicts, [])

    return grade


@pytest.mark.parametrize(
    ("tries", "state", "fault"),
    [
        ((["8.2"], []), "right", "stopped in a first try and judged in a second one"),
        ((["8.2"], ["8.2"]), "wrong", ""),
        ((["8.1"], ["8.2"]), "right", "judged in a first try and stopped in a second one"),
        ((["above"], []), "right", "stopped in a first try and judged in a second one"),
        ((["above"], ["above"]), "raised", ""),
        ((["8.1"], ["above"]), "right", "judged in a first try and stopped in a second one"),
    ],
    ids=[
        "stopped once, under load",
        "stopped twice, by its own code",
        "stopped in the second try, for another task's sake",
        "stopped once above the first task",
        "stopped twice above the first task",
        "stopped in the second try above the first task",
    ],
)
def test_a_task_that_was_stopped_is_tried_once_more(
    monkeypatch: pytest.MonkeyPatch, tries: Sequence[Sequence[str]], state: str, fault: str
) -> None:
    monkeypatch.setattr(worker, "grade_submission", stopping(*tries))
    report = worker.grade(worker.Order(f"{STEM}.ipynb", UNTOUCHED.read_bytes(), str(ROOT), sandbox=False))
    found = {task.task: task for task in report.tasks}
    assert (found["8.2"].state, found["8.2"].fault) == (state, fault)
    if "above" not in [*tries[0], *tries[1]]:
        assert (found["8.3"].state, found["8.3"].fault) == ("right", "")


def test_stored_results_survive_and_broken_ones_are_graded_anew(tmp_path: Path) -> None:
    one = Graded("lee", STEM, "a.ipynb", [TaskResult("8.1", "wrong", "why", "mean", True)], ["changed"], "abc", 1.5)
    store(tmp_path / "deep" / "x.json", one)
    assert load(tmp_path / "deep" / "x.json") == one
    for text in ("", "{", "[]", '{"version": 0}', '{"version": 1}'):
        (tmp_path / "x.json").write_text(text, encoding="utf-8")
        assert load(tmp_path / "x.json") is None
    assert load(tmp_path / "none.json") is None
    assert not list((tmp_path / "deep").glob(".*"))
    assert one.right == 0
    assert dataclasses.replace(one, tasks=[TaskResult("8.1", "right", computed=False)]).right == 0


def test_one_key_changed_leaves_other_exercises_graded(monkeypatch: pytest.MonkeyPatch) -> None:
    before = grading.course_fingerprint(ROOT)
    assert grading.course_fingerprint(ROOT) == before
    monkeypatch.setattr("alliance.__version__", "9.9")
    assert grading.course_fingerprint(ROOT) != before


# --- the command -----------------------------------------------------------------------------------------------


def test_the_command_says_what_is_wrong_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    runner = CliRunner()
    refused = runner.invoke(app, ["grade", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out"), "--no-sandbox"])
    assert (refused.exit_code, refused.output.count("\n")) == (2, 1), refused.output
    for inside in (tmp_path, tmp_path / "results"):
        refused = runner.invoke(app, ["grade", str(tmp_path), "--out", str(inside), "--no-sandbox"])
        assert (refused.exit_code, refused.output.count("\n")) == (2, 1), refused.output
        assert "lies in the folder of submissions" in refused.output
    for option in ("--timeout", "--workers"):
        refused = runner.invoke(app, ["grade", str(tmp_path), "--out", str(tmp_path / "out"), option, "0"])
        assert (refused.exit_code, "greater than or equal to 1" in refused.output) == (2, True), refused.output
    monkeypatch.setenv("PATH", "")
    refused = runner.invoke(
        app, ["grade", str(hand_in(tmp_path / "in", f"a/{STEM}.ipynb")), "--out", str(tmp_path / "out")]
    )
    assert refused.exit_code == 2
    assert "install it" in refused.output


def test_the_command_grades_and_shows_a_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bubblewrap: str
) -> None:
    monkeypatch.chdir(ROOT)
    hand_in(tmp_path / "in", f"{STEM}_lee.ipynb")
    arguments = ["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--workers", "1"]
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "140"})
    assert result.exit_code == 0, result.output
    assert f"{len(load_key(STEM).tasks)} not tried" in result.output
    again = CliRunner().invoke(app, arguments, env={"COLUMNS": "140"})
    assert "1 of 1 notebooks were unchanged" in again.output


def test_a_terminal_of_80_columns_shows_every_number_and_every_name_whole() -> None:
    tasks = [TaskResult(f"8.{n}", outcome, twin="tried") for n, outcome in enumerate(OUTCOMES, 1)]
    done = Graded("lee", STEM, f"lee/{STEM}.ipynb", tasks, [], "", 1.0)
    place = f"a folder with a long name/{'x' * 60}.ipynb"
    console = Console(width=80, file=io.StringIO(), force_terminal=True, color_system=None)
    with screen.counting(console, 13) as count:
        for _ in range(13):
            count(done)
    screen.show_summary(console, [done], [Remark("late", place, "The school's system marked this file as late.")])
    shown = cast(io.StringIO, console.file).getvalue()
    assert "13/13" in shown
    assert "notebooks" in shown
    assert "…" not in shown
    assert re.search(rf"\n{STEM[:2]} [^\n]*( +1){{7}} *\n", shown), "a row of seven numbers, none of them cut away"
    assert all(f"13 {WORDS.get(outcome, outcome)}" in " ".join(shown.split()) for outcome in OUTCOMES)
    assert f"late: {place}: The school's system marked this file as late.\n" in shown
