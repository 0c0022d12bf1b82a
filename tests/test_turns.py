"""A lesson's own tasks: every variant of each proved, and what becomes of them in a learner's hands."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from learner import Notebook
from opened import opened
from typer.testing import CliRunner
from workshop_course import lay_out

from alliance.answers import misfit, shape_of
from alliance.building.build import build, find_jobs, read_course
from alliance.building.mutation.trial import try_exercise
from alliance.building.notebooks.minutes import lesson_sections
from alliance.building.notebooks.turns import make_turns, with_namespaces
from alliance.building.notebooks.variants import answer_of, copied, run_cells, working_in
from alliance.building.sources.errors import SourceError
from alliance.building.sources.source import Cell, Source, TaskSource, read_source
from alliance.building.sources.turns import read_parts, read_turns
from alliance.building.taught.skills import read_chapters, untaught
from alliance.checking.forked.own import OwnZygote
from alliance.checking.grade import grade_file, grade_submission
from alliance.checking.kernel import Limits
from alliance.checking.keys import KeyMissing, cell_id, find_task, load_key, stems
from alliance.checking.submission import read_submission
from alliance.checking.verdicts import judge
from alliance.classroom.handing_out.released_key import released_key
from alliance.classroom.taking_in.intake import take_in
from alliance.cli import app
from alliance.learner.progress import read_progress

ROOT = Path(__file__).resolve().parent.parent
TURNING = ROOT / "tests" / "turning" / "90_workshop.md"
SECOND_LARGEST = (
    "role: wrong\nname: largest\nmisconception: m\nmessage: m\n---\ncheapest = 0\n```\n\n"
    '```{code-cell} ipython3\n---\ntask: "90.a"\n'
)
"""A second wrong answer of a name that task 90.a has already."""
NAME = "lessons/90_workshop.ipynb"
LESSONS = [
    pytest.param(source, id=source.stem)
    for path in sorted((ROOT / "authoring" / "lessons").glob("*.md"))
    if read_turns(source := read_source(path))
]
RIGHT = 'cheapest = rates["yen"].min()'
WRONG = 'cheapest = rates["yen"].max()'


# --- the course's own lessons --------------------------------------------------------------------------------


@pytest.mark.parametrize("source", LESSONS)
def test_each_variant_gets_its_verdict(source: Source, record_property) -> None:
    tasks = load_key(source.stem, "lessons").tasks
    assert list(tasks) == [task.task for task in read_turns(source)]
    for task, given in with_namespaces(source, ROOT):
        key, start = tasks[task.task], [task.start] if task.start else []

        def answer(cell: Cell, before=start, key=key, given=given):
            with working_in(ROOT / "lessons"):
                return answer_of(source.path, [*before, cell], key.spec, given)

        stub = judge(key, answer(Cell("code", key.stub, {}, task.answer.line)))
        assert stub.state == "not tried", stub.text
        reference = judge(key, answer(task.answer))
        assert reference.state == "right", reference.text
        for cell in task.wrong:
            found = judge(key, answer(cell))
            assert (found.state, found.misconception) == ("wrong", cell.meta["name"]), found.text
            assert found.message.startswith(next(w.message for w in key.wrong if w.name == cell.meta["name"]))
        for cell in task.alternatives:
            given_answer = answer(cell)
            assert judge(key, given_answer).state == "right", f"{cell.meta.get('name')}: {given_answer}"
            assert misfit(shape_of(key.expected), given_answer, key.spec) is None
        record_property("tasks", 1)
        record_property("wrong answers", len(task.wrong))
        record_property("alternative answers", len(task.alternatives))


@pytest.fixture(scope="module")
def own_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnZygote]:
    """A learner's folder of lessons beside the course's data, and the kernels that `alliance check` starts there."""
    folder = tmp_path_factory.mktemp("learner")
    (folder / "lessons").mkdir()
    (folder / "data").symlink_to(ROOT / "data", target_is_directory=True)
    with OwnZygote(folder / "lessons") as zygote:
        yield zygote


@pytest.mark.parametrize("source", LESSONS)
def test_in_a_learners_lesson_wrong_answers_meet_their_messages_and_alternatives_are_right(
    source: Source, own_machine: OwnZygote, tmp_path: Path
) -> None:
    tasks = read_turns(source)

    def graded(answers: dict[str, str]) -> dict[str, str]:
        notebook = Notebook(ROOT / "lessons" / f"{source.stem}.ipynb")
        for task, code in answers.items():
            notebook.answer(task, code)
        path = notebook.save(tmp_path / f"{source.stem}.ipynb")
        grade = grade_submission(read_submission(path), Limits(), own_machine.kernel)
        return {name: verdict.misconception or verdict.state for name, verdict in grade.verdicts.items()}

    wrong = graded({task.task: task.wrong[0].text for task in tasks})
    assert wrong == {task.task: task.wrong[0].meta["name"] for task in tasks}
    right = graded({task.task: task.alternatives[0].text for task in tasks})
    assert right == {task.task: "right" for task in tasks}


# --- a small lesson of two tasks -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course with a lesson that has two tasks and a prediction, built once."""
    root = lay_out(tmp_path_factory.mktemp("turning") / "course")
    shutil.copy(TURNING, root / "authoring" / "lessons")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALLIANCE_KEYS", str(root / "src" / "alliance" / "keys"))
        errors = build(root, find_jobs(root), read_course(root), lambda _: None)
    assert not errors
    return root


@pytest.fixture
def course(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's copy of it, in which verdicts are kept; it is the working directory."""
    root = tmp_path / "course"
    shutil.copytree(built, root, symlinks=True)
    monkeypatch.setenv("ALLIANCE_KEYS", str(root / "src" / "alliance" / "keys"))
    monkeypatch.delenv("ALLIANCE_PROGRESS")
    monkeypatch.chdir(root)
    return root


def run(*words: str) -> str:
    return CliRunner().invoke(app, [*words], env={"COLUMNS": "200"}).output


def states(path: str | Path = NAME) -> dict[str, str]:
    return {name: verdict.state for name, verdict in grade_file(Path(path)).verdicts.items()}


def test_the_lesson_has_question_start_stub_and_check_and_no_answer(built: Path) -> None:
    notebook = nbformat.read(built / NAME, as_version=4)
    cells = [(cell.id, cell.source) for cell in notebook.cells if cell.metadata.get("task") == "90.b"]
    assert [name for name, _ in cells] == ["t90-b-question", "t90-b-start", "t90-b-answer", "t90-b-check"]
    assert cells[0][1].startswith("**Your turn 90.b: The change.** By how many yen")
    first = next(cell.source for cell in notebook.cells if cell.id == "t90-a-question")
    assert first.startswith("**Your turn 90.a: When was a dollar cheapest?** ")
    assert "<details><summary>Hint</summary>" in cells[0][1]
    assert [code for _, code in cells[2:]] == ['change = later + rates["yen"]', 'check("90.b", change)']
    text = (built / NAME).read_text(encoding="utf-8")
    assert not [secret for secret in ("min()", "idxmin", "wrong sign", "dearest", "later - ") if secret in text]


@pytest.mark.parametrize(
    ("task", "begins"),
    [
        ("90.a", "**Your turn 90.a: When was a dollar cheapest?** How many yen"),
        ("90.b", "**Your turn 90.b: The change.** By how many yen"),
    ],
)
def test_a_title_ends_in_one_mark(built: Path, task: str, begins: str) -> None:
    cells = nbformat.read(built / NAME, as_version=4).cells
    (question,) = [cell.source for cell in cells if cell.id == cell_id(task, "question")]
    assert question.startswith(begins)


def test_the_stored_output_of_a_check_is_the_stubs_verdict(built: Path) -> None:
    cells = {cell.id: cell for cell in nbformat.read(built / NAME, as_version=4).cells}
    assert "90.a not tried." in cells["t90-a-check"].outputs[0].data["text/plain"]
    assert "result of the code as it was given" in cells["t90-b-check"].outputs[0].data["text/plain"]


def test_teachers_have_the_answers(built: Path) -> None:
    notes = (built / "solutions" / "notes" / "90_workshop_your_turn.md").read_text(encoding="utf-8")
    assert '```python\ncheapest = rates["yen"].min()\n```' in notes
    assert "The smallest value is 106.8 yen." in notes
    assert "| largest | takes the largest value | That is the dearest dollar, 131.5 yen. |" in notes
    assert "Also right: sorted." in notes


def test_numbers_in_a_question_and_a_message_are_computed(built: Path) -> None:
    cells = {cell.id: cell for cell in nbformat.read(built / NAME, as_version=4).cells}
    assert "There are 3 years." in cells["t90-a-question"].source
    key = json.loads((built / "src/alliance/keys/lessons/90_workshop.json").read_text(encoding="utf-8"))
    assert key["tasks"][0]["wrong"][0]["message"] == "That is the dearest dollar, 131.5 yen."


def test_the_copy_for_beginning_again_is_the_lesson(built: Path) -> None:
    assert (built / "src/alliance/keys" / NAME).read_bytes() == (built / NAME).read_bytes()


def test_a_task_says_its_section_and_its_minutes_are_counted(built: Path) -> None:
    source = read_source(built / "authoring" / NAME.replace(".ipynb", ".md"))
    assert [task.section for task in read_turns(source)] == ["What is asked", "What is seen"]
    without = read_source(ROOT / "tests" / "course" / "authoring" / "lessons" / "90_workshop.md")
    seen = {one.title: one.slow for one in lesson_sections(source)}["What is seen"]
    assert seen - {one.title: one.slow for one in lesson_sections(without)}["What is seen"] > 4


def test_what_an_answer_changes_is_changed_for_nobody_else(tmp_path: Path) -> None:
    """The wrong answer of 90.b writes into the lesson's own table; the alternatives after it must not see that."""
    root = lay_out(tmp_path / "course")
    source = read_source(TURNING)
    made = [(task.task, given["rates"]["yen"].tolist()) for task, given in with_namespaces(source, root)]
    assert made == [("90.a", [106.8, 109.8, 131.5]), ("90.b", [106.8, 109.8, 131.5])]
    given = run_cells(source.path, [Cell("code", "a = [1]\ndef f():\n    return a\n", {}, 1)])
    twin = copied(given)
    twin["a"].append(2)
    assert (given["a"], given["f"](), twin["f"]()) == ([1], [1], [1, 2])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('+++ {"task": "90.a", "role": "hint"}\n\nWhich method', "+++\n\nWhich method", "stand apart"),
        ("role: alternative\nname: sorted", "role: wrong\nname: s\nmisconception: m\nmessage: m", "role: alternative"),
        ("role: wrong\nname: largest", "role: alternative\nname: largest", "role: wrong"),
        ("+++\n\n## What is seen", "## What is seen", "a heading stands in a cell of task 90.a"),
        ('{"task": "90.a", "role": "question"', '{"task": "9.a", "role": "question"', "is no task of this lesson"),
        ("later = rates", "later = cheapest + rates", "this cell uses `cheapest`, the answer of task 90.a"),
        ("There are {{ len(rates) }}", "There are {{ cheapest }}", "this cell uses `cheapest`"),
        ("ax = sns.lineplot(", "cheapest = sns.lineplot(", "this cell uses `cheapest`"),
        ("answer: change", "answer: cheapest", "of task 90.a"),
        ("import check, describe", "import describe", "from alliance import check"),
        ("rates.sort_values", "rates.sort_value", "AttributeError"),
        ('change = later + rates["yen"]', 'change = later - rates["yen"]', "the stub should be not tried"),
        ('cheapest = rates["yen"].max()', 'cheapest = rates["yen"].min()', "should be wrong by its own name"),
        (
            "role: alternative\nname: sorted",
            SECOND_LARGEST + "role: alternative\nname: sorted",
            "two wrong answers named largest",
        ),
    ],
)
def test_a_fault_in_a_task_names_its_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    root = lay_out(tmp_path / "course")
    path = root / "authoring" / "lessons" / "90_workshop.md"
    text = TURNING.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError, match=r"90_workshop\.md, line ") as caught:
        make_turns(read_source(path), root)
    assert words in str(caught.value)


def test_its_answers_practise_what_was_taught_and_need_it(built: Path) -> None:
    chapters = read_chapters(built)
    assert chapters[0].practised["min"][0] == "90.a"
    assert "task 90.a" in {where.split(",")[0] for _, where, name in untaught(chapters) if name == "min"}


def test_its_answers_are_changed_by_the_trial_too(built: Path) -> None:
    source = read_source(built / "authoring" / "lessons" / "90_workshop.md")
    found = try_exercise(source, built, most=6)
    assert {one.task for one in found} == {"90.a", "90.b"}
    assert {"told"} <= {one.fate for one in found}
    assert not [one for one in found if one.at_fault]


# --- in a learner's hands ------------------------------------------------------------------------------------


def test_in_an_opened_lesson_each_answer_gets_its_verdict_and_is_counted(course: Path) -> None:
    lesson = Notebook(course / NAME)
    with opened(course / NAME) as kernel:
        for cell in lesson.node.cells:
            if cell.cell_type == "code" and "task" not in cell.metadata:
                kernel.run(cell.id, cell.source)
        assert "90.a wrong. That is the dearest dollar" in kernel.answer(lesson, "90.a", WRONG)
        assert "90.a right." in kernel.answer(lesson, "90.a", RIGHT)
        assert "90.a raised." in kernel.answer(lesson, "90.a", "del cheapest\ncheapest = 1 / 0")
        assert "90.a right." in kernel.answer(lesson, "90.a", RIGHT)
    lesson.save(course / NAME)
    found = next(one for one in read_progress(course).notebooks if one.path == NAME)
    assert [task.state for task in found.tasks] == ["right", "not tried"]
    said = run("progress")
    assert "1 of 2" in said
    assert f"Next: 90.b The change, in {NAME}." in said
    assert "90 Workshop (your turn, in the lesson)" in run("progress", "90")


def test_an_answer_changed_after_its_check_is_to_be_checked_again(course: Path) -> None:
    Notebook(course / NAME).answer("90.a", RIGHT).save(course / NAME)
    run("check", NAME)
    assert "90.a   When was a dollar cheapest?   ✔ right" in run("progress", "90")
    Notebook(course / NAME).answer("90.a", WRONG).save(course / NAME)
    assert "right on" in run("progress", "90")
    assert "changed since" in run("progress", "90")


def test_a_lesson_whose_exercise_was_begun_is_not_what_comes_next(course: Path) -> None:
    Notebook(course / "exercises/90_workshop.ipynb").answer("90.1", "share = 1").save(
        course / "exercises/90_workshop.ipynb"
    )
    assert "Next: 90.1" in run("progress")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda one: one.delete("90.a", "check").delete("90.b", "question"), id="cells deleted"),
        pytest.param(lambda one: one.insert("1 / 0", at=1).insert("raise SystemExit", at=2), id="errors above"),
        pytest.param(lambda one: one.edit_check("90.a", 'check("90.a")'), id="a check without an answer"),
        pytest.param(lambda one: one.move("90.b", "answer", 1), id="cells moved"),
        pytest.param(lambda one: one.insert("rates = None", behind=("90.a", "check")), id="the table overwritten"),
    ],
)
def test_whatever_is_changed_in_a_lesson_is_judged_without_a_traceback(course: Path, change) -> None:
    change(Notebook(course / NAME).answer("90.a", RIGHT).answer("90.b", "change = 1 / 0")).save(course / NAME)
    result = CliRunner().invoke(app, ["check", NAME], env={"COLUMNS": "200"})
    assert result.exit_code == 1
    assert "Lesson 90 Workshop" in result.output
    assert "Traceback" not in result.output
    assert states()["90.a"] == "right"
    assert states()["90.b"] in {"raised", "not tried"}


def test_a_deleted_cell_above_is_named_with_what_to_do(course: Path) -> None:
    lesson = Notebook(course / NAME).answer("90.a", RIGHT)
    lesson.node.cells = [cell for cell in lesson.node.cells if not cell.source.startswith("import pandas")]
    lesson.save(course / NAME)
    verdict = grade_file(course / NAME).verdicts["90.a"]
    assert verdict.state == "raised"
    assert verdict.message.endswith(
        "NameError: name 'rates' is not defined. A cell above makes `rates`: run the cells above first. "
        "If it is gone or was changed, `alliance reset` gives a fresh lesson and keeps yours."
    )


def test_a_lessons_own_cells_are_no_part_of_a_task(course: Path) -> None:
    """With its check cell gone, a task ends where the lesson goes on."""
    Notebook(course / NAME).delete("90.a", "check").answer("90.a", RIGHT).save(course / NAME)
    sections = read_submission(course / NAME).sections
    assert next(one.cells for one in sections if one.task == "90.a") == [RIGHT]


def test_a_lesson_is_known_also_without_its_metadata(course: Path) -> None:
    lesson = Notebook(course / NAME).answer("90.a", RIGHT)
    del lesson.node.metadata["alliance"]
    assert states(lesson.save(course / "mine.ipynb")) == {"90.a": "right", "90.b": "not tried"}


def test_a_lesson_is_begun_again_and_the_old_one_kept(course: Path) -> None:
    fresh = (course / NAME).read_bytes()
    (course / NAME).write_text("mine", encoding="utf-8")
    assert "is a fresh copy now" in run("reset", NAME)
    [kept] = (course / "lessons").glob("*.kept-*")
    assert kept.read_text(encoding="utf-8") == "mine"
    assert (course / NAME).read_bytes() == fresh
    assert "nothing was changed" in run("reset", NAME)


def test_a_lesson_handed_in_is_left_aside_with_a_line(course: Path) -> None:
    folder = course / "in" / "Ada"
    folder.mkdir(parents=True)
    shutil.copy(course / NAME, folder / "lesson.ipynb")
    shutil.copy(course / "exercises/90_workshop.ipynb", folder)
    taken = take_in(folder.parent)
    assert [one.exercise for one in taken.handed] == ["90_workshop"]
    assert [one.text for one in taken.remarks] == [
        "This is lesson 90; the tasks in lessons are not graded. It was left aside."
    ]


def test_what_does_not_exist_is_said(course: Path) -> None:
    assert stems("lessons") == ("90_workshop",)
    with pytest.raises(KeyMissing, match=r"Lesson 90 has no task “90\.z”\. It has 90\.a, 90\.b\."):
        find_task("90.z")
    with pytest.raises(KeyMissing, match="written like"):
        find_task("12")


@pytest.mark.parametrize(
    ("feedback", "said"), [("shape", "has the shape that is asked for: a number"), ("none", "There is an answer.")]
)
def test_a_copy_with_less_feedback_records_and_promises_no_grade(course: Path, feedback, said) -> None:
    path = course / "src/alliance/keys/lessons/90_workshop.json"
    key = released_key(json.loads(path.read_text(encoding="utf-8")), feedback)
    path.write_text(json.dumps(key), encoding="utf-8")
    assert "106.8" not in path.read_text(encoding="utf-8")
    Notebook(course / NAME).answer("90.a", WRONG).save(course / NAME)
    verdicts = grade_file(course / NAME).verdicts
    assert (verdicts["90.a"].state, verdicts["90.b"].state) == ("recorded", "not tried")
    assert said in verdicts["90.a"].message
    assert "The tasks in lessons are not graded" in verdicts["90.a"].message


def test_parts_are_the_lessons_cells_and_tasks_in_order() -> None:
    parts = read_parts(read_source(TURNING))
    assert [part.task if isinstance(part, TaskSource) else part.kind for part in parts] == [
        *("markdown", "code", "markdown", "code", "markdown", "90.a", "markdown", "code", "90.b", "markdown")
    ]
