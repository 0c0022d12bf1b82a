"""What is right, what is not, what has changed since: the verdicts that were given are kept, and nobody else's."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from learner import Notebook
from opened import opened
from typer.testing import CliRunner

from alliance.building.build import build, find_jobs, read_course
from alliance.checking.grade import grade_file
from alliance.checking.record import CannotKeep, Kept, keep, place, read
from alliance.checking.session import fingerprint
from alliance.cli import app
from alliance.learner import table as learner_progress
from alliance.learner.progress import TaskProgress, read_progress, run_afresh
from alliance.learner.table import progress

RIGHT = 'share = budget["spent"].iloc[0] / budget["spent"].sum()'
WRONG = 'share = budget["spent"].iloc[0] / budget["spent"].max()'
NAME = "exercises/90_workshop.ipynb"
RECORD = ".alliance/progress.json"


@pytest.fixture
def course(workshop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small course, in which a learner's verdicts are kept; it is the working directory."""
    root = tmp_path / "course"
    shutil.copytree(workshop, root, symlinks=True)
    monkeypatch.setenv("ALLIANCE_KEYS", str(root / "src" / "alliance" / "keys"))
    monkeypatch.delenv("ALLIANCE_PROGRESS")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def exercise(course: Path) -> Notebook:
    """The untouched exercise."""
    return Notebook(course / NAME)


def task(root: Path, name: str = "90.1", notebook: str = NAME) -> TaskProgress:
    found = next(one for one in read_progress(root).notebooks if one.path == notebook)
    return next(one for one in found.tasks if one.task == name)


def state(root: Path, name: str = "90.1") -> str:
    return task(root, name).state


def give(root: Path, name: str, state: str, *code: str, notebook: str = NAME, days_ago: float = 0) -> None:
    """Keep a verdict as if it had been given some days ago on this code."""
    when = datetime.now(UTC) - timedelta(days=days_ago)
    keep(root / notebook, {name: Kept(state, when, frozenset(map(fingerprint, code)))})  # type: ignore[arg-type]


def run(root: Path, *arguments: str) -> str:
    """Run the command line in the course's folder; return what it prints."""
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "160"}).output


# --- in an opened notebook -----------------------------------------------------------------------------------


def test_a_verdict_in_an_opened_notebook_is_kept_at_once_and_after_saving(course, exercise):
    assert state(course) == "not tried"
    with opened(course / NAME) as kernel:
        kernel.set_up(exercise)
        assert "90.1 wrong." in kernel.answer(exercise, "90.1", WRONG)
        assert state(course) == "wrong"
        assert "90.1 right." in kernel.answer(exercise, "90.1", RIGHT)
    assert state(course) == "right"  # although the file still holds the stub
    exercise.save(course / NAME)
    assert state(course) == "right"
    assert state(course, "90.2") == "not tried"


def test_an_answer_that_changed_after_its_verdict_is_to_be_checked_again(course, exercise):
    with opened(course / NAME) as kernel:
        kernel.set_up(exercise)
        kernel.answer(exercise, "90.1", RIGHT)
    exercise.answer("90.1", WRONG).save(course / NAME)
    found = task(course)
    assert (found.state, found.last.state if found.last else None) == ("unchecked", "right")
    assert "changed since: check it again" in run(course, "progress")


def test_what_a_cell_held_before_its_last_run_does_not_count(course, exercise):
    with opened(course / NAME) as kernel:
        kernel.set_up(exercise)
        kernel.answer(exercise, "90.1", WRONG)
        kernel.answer(exercise, "90.1", RIGHT)
    exercise.answer("90.1", WRONG).save(course / NAME)  # taken back, and not run again
    assert state(course) == "unchecked"


def test_code_run_before_the_course_was_imported_counts(course, exercise):
    with opened(course / NAME) as kernel:
        kernel.run("a", "import pandas as pd\nbudget = pd.DataFrame({'spent': [10.0, 12.0, 15.0, None]})")
        kernel.run("t90-1-answer", RIGHT)
        kernel.run("b", 'from alliance import check\ncheck("90.1", share)')
    exercise.answer("90.1", RIGHT).save(course / NAME)
    assert state(course) == "right"


def test_notes_below_a_check_cell_change_nothing_and_code_above_does(course, exercise):
    give(course, "90.1", "right", RIGHT, days_ago=1)
    exercise.answer("90.1", RIGHT).insert("progress()", behind=("90.1", "check")).save(course / NAME)
    assert state(course) == "right"
    exercise.insert("budget = budget.dropna()", behind=("90.1", "question")).save(course / NAME)
    assert state(course) == "unchecked"


def test_an_answer_that_was_never_checked_is_not_called_untried(course, exercise):
    exercise.answer("90.1", RIGHT).save(course / NAME)
    assert task(course) == TaskProgress("90.1", task(course).title, "unchecked", None)


def test_a_fresh_copy_is_untried_whatever_was_kept(course):
    give(course, "90.1", "right", RIGHT, days_ago=1)
    assert state(course) == "not tried"


def test_an_opened_copy_of_an_exercise_has_a_row_of_its_own(course, exercise):
    exercise.save(course / "exercises" / "90_workshop-Copy1.ipynb")
    with opened(course / "exercises" / "90_workshop-Copy1.ipynb") as kernel:
        kernel.set_up(exercise)
        kernel.answer(exercise, "90.1", RIGHT)
    assert task(course, notebook="exercises/90_workshop-Copy1.ipynb").state == "right"
    assert state(course) == "not tried"
    assert "90 Workshop (90_workshop-Copy1.ipynb)" in run(course, "progress")


# --- what is nobody's progress -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["solutions/90_workshop.ipynb", "lessons/90_workshop.ipynb", "90_workshop.ipynb"])
def test_only_notebooks_in_exercises_count(course, exercise, name):
    with opened(course / name) as kernel:
        kernel.set_up(exercise)
        assert "90.1 right." in kernel.answer(exercise, "90.1", RIGHT)
    run(course, "check", name)
    assert not (course / RECORD).exists()


def test_a_kernel_that_no_learner_opened_keeps_nothing(course, exercise, monkeypatch):
    """The same cells, run for grading or building; even where that was started from an opened notebook."""
    monkeypatch.setenv("JPY_SESSION_NAME", str(course / NAME))
    exercise.answer("90.1", f'{RIGHT}\ncheck("90.1", share)').save(course / NAME)
    assert grade_file(course / NAME).verdicts["90.1"].state == "right"
    assert build(course, find_jobs(course, ["90"]), read_course(course), lambda _: None) == []
    assert not (course / RECORD).exists()


def test_tests_of_solutions_keep_nothing_even_when_started_from_an_opened_notebook(course, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", str(course / NAME))
    command = [sys.executable, "-m", "pytest", "--nbval", "-p", "no:cacheprovider", "solutions/90_workshop.ipynb"]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
    assert not (course / RECORD).exists()


def test_keeping_can_be_switched_off(course, exercise, monkeypatch):
    monkeypatch.setenv("ALLIANCE_PROGRESS", "off")
    give(course, "90.1", "right", RIGHT)
    assert not (course / RECORD).exists()


# --- from the file -------------------------------------------------------------------------------------------


def test_alliance_check_keeps_its_verdicts(course, exercise):
    exercise.answer("90.1", RIGHT).answer("90.3", "average = 1 / 0").save(course / NAME)
    run(course, "check", NAME)
    assert [state(course, name) for name in ("90.1", "90.2", "90.3")] == ["right", "not tried", "raised"]


def test_pytest_keeps_its_verdicts(course, exercise):
    exercise.answer("90.1", WRONG).save(course / NAME)
    command = [sys.executable, "-m", "pytest", "--nbval", "-p", "no:cacheprovider", NAME]
    subprocess.run(command, cwd=course, capture_output=True, timeout=300)
    assert (state(course), state(course, "90.2")) == ("wrong", "not tried")
    assert task(course, "90.2").last is not None


def test_fresh_runs_what_was_begun_instead_of_trusting_the_record(course, exercise):
    give(course, "90.1", "right", WRONG, days_ago=1)
    exercise.answer("90.1", WRONG).save(course / NAME)
    assert state(course) == "right"  # the record says so; somebody has changed the data, or the record
    told: list[str] = []
    run_afresh(course, told.append)
    assert told == [NAME]
    assert state(course) == "wrong"


def test_a_notebook_that_asks_for_fresh_progress_can_be_checked(course, exercise, monkeypatch):
    runs: list[Path] = []
    monkeypatch.setattr(learner_progress, "run_afresh", lambda root: runs.append(root) or {})
    progress(fresh=True)
    assert runs == [course]
    monkeypatch.setenv("ALLIANCE_PROGRESS", "off")  # as in every kernel that checking starts
    progress(fresh=True)
    assert runs == [course]
    exercise.insert("import os\nshare = 10 / 37 if os.environ.get('ALLIANCE_PROGRESS') == 'off' else 0")
    exercise.answer("90.1", "share").save(course / NAME)
    assert grade_file(course / NAME).verdicts["90.1"].state == "right"


# --- the record ----------------------------------------------------------------------------------------------

WRITER = """
    import sys
    from datetime import UTC, datetime
    from pathlib import Path
    from alliance.checking.record import Kept, keep
    for i in range(20):
        kept = Kept("right", datetime.now(UTC), frozenset({"a"}))
        keep(Path(sys.argv[1]), {f"90.{sys.argv[2]}{i:02}": kept})
"""


def test_two_notebooks_at_once_lose_no_verdict(course):
    def write(number: int) -> int:
        command = [sys.executable, "-c", textwrap.dedent(WRITER), str(course / NAME), str(number)]
        return subprocess.run(command, timeout=120).returncode

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(write, range(1, 5))) == [0, 0, 0, 0]
    record, remarks = read(course)
    assert len(record[NAME]) == 80
    assert remarks == []


def test_a_write_that_fails_leaves_the_record_as_it_was(course, monkeypatch):
    give(course, "90.1", "right", RIGHT)
    before = (course / RECORD).read_bytes()

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(CannotKeep, match="No space left on device"):
            give(course, "90.2", "right", RIGHT)
    assert (course / RECORD).read_bytes() == before
    assert sorted(path.name for path in (course / ".alliance").iterdir()) == ["progress.json", "progress.lock"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"format": 2, "notebooks": {}}',
        b'{"format": 1, "notebooks": {"a": {"90.1": {"state": "right"}}}}',
        b'{"format": 1, "notebooks": {"a": {"90.1": {"state": "fine", "when": "2026-01-01T00:00:00Z", "code": []}}}}',
        b'{"format": 1, "notebooks": {"a": {"90.1": {"state": "right", "when": "2026-01-01T00:00:00", "code": []}}}}',
        b'{"format": 1, "notebooks": []}',
    ],
)
def test_a_record_that_cannot_be_read_is_set_aside_and_said_so(course, content):
    (course / ".alliance").mkdir()
    (course / RECORD).write_bytes(content)
    give(course, "90.1", "right", RIGHT)
    [aside] = (course / ".alliance").glob("progress.unreadable-*.json")
    assert aside.read_bytes() == content
    assert state(course) == "right"
    printed = run(course, "progress").replace("\n", "")
    assert f"set aside as .alliance/{aside.name}" in printed
    (course / RECORD).write_bytes(b"{")  # and once more in the same second
    give(course, "90.1", "right", RIGHT)
    assert len(list((course / ".alliance").glob("progress.unreadable-*.json"))) == 2
    assert aside.read_bytes() == content


def test_an_unreadable_record_that_cannot_be_moved_is_not_written_over(course, monkeypatch):
    (course / ".alliance").mkdir()
    (course / RECORD).write_bytes(b"{")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    with pytest.raises(CannotKeep, match="can be neither read nor moved"):
        give(course, "90.1", "right", RIGHT)
    assert (course / RECORD).read_bytes() == b"{"


@pytest.fixture
def unwritable(course: Path) -> Path:
    """A course in whose folder nothing can be kept: a file stands in the record's place, which stops root as well."""
    (course / ".alliance").write_text("", encoding="utf-8")
    return course


def test_where_nothing_can_be_written_check_works_and_progress_says_so(unwritable, exercise):
    with opened(unwritable / NAME) as kernel:
        kernel.set_up(exercise)
        assert kernel.answer(exercise, "90.1", RIGHT) == "90.1 right."
    exercise.save(unwritable / NAME)
    printed = " ".join(run(unwritable, "progress").split())
    assert "Verdicts cannot be kept: the folder" in printed
    assert "90.1 A share: written, but not checked yet" in printed


def test_where_nothing_can_be_written_fresh_verdicts_are_shown_all_the_same(unwritable, exercise):
    exercise.answer("90.1", RIGHT).save(unwritable / NAME)
    printed = run(unwritable, "progress", "--fresh")
    assert "1 of 6" in printed
    assert "Verdicts cannot be kept" in printed


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("exercises/05.ipynb", "exercises/05.ipynb"),
        ("exercises/mine/05.ipynb", "exercises/mine/05.ipynb"),
        ("lessons/../exercises/05.ipynb", "exercises/05.ipynb"),
        ("solutions/05.ipynb", None),
        ("data/../../exercises/05.ipynb", None),
    ],
)
def test_where_a_learners_exercise_lies(course, path, name):
    assert place(Path(path)) == ((course, name) if name else None)


# --- how it is shown -----------------------------------------------------------------------------------------


def test_the_table_counts_each_state_and_says_what_is_next(course, exercise):
    exercise.answer("90.1", RIGHT).answer("90.2", "known = 1").answer("90.3", "average = 1 / 0")
    exercise.answer("90.4", "table = 2").save(course / NAME)
    give(course, "90.1", "right", RIGHT, days_ago=3)
    give(course, "90.2", "wrong", "known = 1", days_ago=3)
    give(course, "90.3", "raised", "average = 1 / 0", days_ago=3)
    printed = run(course, "progress")
    row = next(line for line in printed.splitlines() if line.strip().startswith("90 Workshop"))
    assert re.search(r"1 of 6\s+1\s+1\s+1\s+2\s+90\.2 .*: wrong on \d{1,2} \w+ 20\d\d", row)
    assert f"in {NAME}." in printed
    by_task = run(course, "progress", "90_workshop")
    assert re.search(r"90\.3 .*! error on \d{1,2} \w+ 20\d\d", by_task)
    assert re.search(r"90\.4 .*\? written, but not checked yet", by_task)
    assert "91.1" not in by_task


def test_when_an_exercise_is_done_the_next_one_is_named(course):
    for name in (f"90.{i}" for i in range(1, 7)):
        give(course, name, "right")
    assert "Next: 91.1 A plot, in exercises/91_drawing.ipynb." in run(course, "progress")
    give(course, "91.1", "right", notebook="exercises/91_drawing.ipynb")
    assert "All tasks are right." in run(course, "progress")


def test_what_was_begun_comes_before_what_was_not(course):
    give(course, "91.1", "wrong", notebook="exercises/91_drawing.ipynb")
    assert "Next: 91.1" in run(course, "progress")


@pytest.mark.parametrize(("content", "words"), [(None, "there is no such file"), (b"{", "is damaged (line 1)")])
def test_a_missing_or_damaged_exercise_is_a_row_that_says_what_to_do(course, content, words):
    if content is None:
        (course / NAME).unlink()
    else:
        (course / NAME).write_bytes(content)
    printed = " ".join(run(course, "progress").split())
    assert words in " ".join(str(read_progress(course).notebooks[0].problem).split())
    assert "alliance reset" in printed
    assert "91 Drawing" in printed
    assert "alliance reset" in repr(progress("90"))
    assert "<code>alliance reset exercises/90_workshop.ipynb</code>" in progress("90")._repr_html_()


def test_in_a_notebook_the_table_is_the_same_and_brings_no_colours_of_its_own(course, exercise, monkeypatch):
    exercise.answer("90.1", WRONG).save(course / NAME)
    give(course, "90.1", "wrong", WRONG)
    monkeypatch.chdir(course / "lessons")
    shown = progress()
    text, page = repr(shown), shown._repr_html_()
    for words in ("90 Workshop", "0 of 6", "90.1 A share: wrong on", f"in {NAME}."):
        assert words in text
        assert words in page
    assert "colo" not in page.replace("colgroup", "")
    assert "\x1b" not in text
    assert '<a href="../exercises/90_workshop.ipynb">' in page
    assert page.count('scope="row"') == 2
    assert "<caption" in page


def test_titles_cannot_change_the_page(course):
    path = course / "src" / "alliance" / "keys" / "90_workshop.json"
    key = json.loads(path.read_text(encoding="utf-8"))
    key["title"] = key["tasks"][0]["title"] = "[bold]a<b>"
    path.write_text(json.dumps(key), encoding="utf-8")
    assert "<b>" not in progress()._repr_html_()
    printed = run(course, "progress")
    assert "90 [bold]a<b>" in printed
    assert printed.count("90.1 [bold]a<b>") == 2  # in the table, and in the sentence below it
    assert "[bold]a<b>" in run(course, "progress", "90").splitlines()[0]


@pytest.mark.parametrize("chosen", ["90", "90_workshop", NAME])
def test_an_exercise_is_chosen_by_number_or_name(course, chosen):
    assert "90.6" in run(course, "progress", chosen)


def test_an_exercise_that_does_not_exist_is_answered_with_those_there_are(course):
    assert "No exercise begins with “77”. There are: 90_workshop, 91_drawing." in run(course, "progress", "77")
    assert "No exercise begins with “77”" in repr(progress("77"))
    assert "No exercise begins with “77”" in progress("77")._repr_html_()


def test_asking_for_progress_loads_none_of_the_heavy_libraries(course):
    code = """
        import sys
        from alliance.cli import app
        app(["progress"], standalone_mode=False)
        heavy = ("pandas", "matplotlib", "nbformat", "jupyter_client", "IPython")
        print([name for name in heavy if name in sys.modules])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=course, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
