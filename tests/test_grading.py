"""A learner's notebook is judged by what it computes, whatever else was done to the file or its kernel."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
import pytest
from learner import Notebook

from alliance.checking.grade import Grade, grade_file
from alliance.checking.kernel import Limits
from alliance.checking.submission import UnreadableNotebook, read_submission

RIGHT = {
    "90.1": 'share = budget["spent"].iloc[0] / budget["spent"].sum()',
    "90.3": 'average = budget["spent"].mean()',
    "90.5": 'judgement = {"verdict": "contradicted", "figure": 50}',
}
WRONG = 'share = budget["spent"].iloc[0] / budget["spent"].max()'
QUICK = Limits(seconds=5, output=2_000_000)


@pytest.fixture
def fresh(workshop: Path) -> Notebook:
    """The untouched exercise."""
    return Notebook(workshop / "exercises" / "90_workshop.ipynb")


@pytest.fixture
def solved(workshop: Path) -> Notebook:
    """The solved exercise, as the course ships it."""
    return Notebook(workshop / "solutions" / "90_workshop.ipynb")


@pytest.fixture
def grade(workshop: Path, tmp_path: Path):
    """Grade a notebook that was saved in the course's folder of exercises."""

    def run(notebook: Notebook, limits: Limits = QUICK) -> Grade:
        path = tmp_path / "course" / "exercises" / "90_workshop.ipynb"
        (tmp_path / "course").mkdir(exist_ok=True)
        return grade_file(notebook.save(path), limits)

    return run


def states(grade: Grade) -> dict[str, str]:
    return {task: verdict.state for task, verdict in grade.verdicts.items()}


# --- what was saved does not count ---------------------------------------------------------------------------


def test_an_untouched_exercise_is_not_tried(fresh, grade):
    assert set(states(grade(fresh)).values()) == {"not tried"}


def test_the_solution_is_right(solved, grade):
    assert set(states(grade(solved)).values()) == {"right"}


def test_a_wrong_answer_that_was_run_and_saved_is_still_wrong(fresh, grade):
    verdict = grade(fresh.answer("90.1", WRONG).pretend_run()).verdicts["90.1"]
    assert (verdict.state, verdict.misconception) == ("wrong", "largest-as-whole")


def test_an_answer_with_its_outputs_cleared_is_checked(solved, grade):
    solved.cell("90.1").source = WRONG
    found = states(grade(solved.clear()))
    assert found.pop("90.1") == "wrong"
    assert set(found.values()) == {"right"}


def test_an_answer_that_was_never_run_is_checked(fresh, grade):
    assert grade(fresh.answer("90.1", RIGHT["90.1"])).verdicts["90.1"].state == "right"


# --- no verdict changes from wrong to right ------------------------------------------------------------------


@pytest.mark.parametrize(
    "trick",
    [
        pytest.param(
            lambda nb: nb.edit_check("90.1", 'check("90.1", 10 / 37)'), id="check cell given the right number"
        ),
        pytest.param(lambda nb: nb.edit_check("90.1", "share = 10 / 37"), id="check cell computes the answer"),
        pytest.param(lambda nb: nb.edit_check("90.1", 'print("90.1 right.")'), id="check cell prints right"),
        pytest.param(lambda nb: nb.delete("90.1", "check"), id="check cell deleted"),
        pytest.param(lambda nb: nb.duplicate("90.1", "check"), id="check cell duplicated"),
        pytest.param(lambda nb: nb.move("90.1", "check", 0), id="check cell moved to the top"),
        pytest.param(lambda nb: nb.move("90.1", "answer", len(nb.node.cells) - 1), id="answer moved to the end"),
        pytest.param(lambda nb: nb.mark("90.1", comment="NBVAL_SKIP"), id="NBVAL_SKIP in the answer"),
        pytest.param(lambda nb: nb.mark("90.1", "check", comment="NBVAL_SKIP"), id="NBVAL_SKIP in the check"),
        pytest.param(lambda nb: nb.mark("90.1", comment="NBVAL_IGNORE_OUTPUT"), id="NBVAL_IGNORE_OUTPUT"),
        pytest.param(lambda nb: nb.mark("90.1", tag="nbval-skip"), id="nbval-skip as a tag"),
        pytest.param(lambda nb: nb.mark("90.1", "check", tag="raises-exception"), id="raises-exception as a tag"),
        pytest.param(lambda nb: nb.insert("check = lambda *_: 'right'"), id="check redefined at the top"),
        pytest.param(
            lambda nb: nb.insert(
                "import alliance.checking.verdicts as v\nv.judge = lambda *_: v.Verdict('90.1', 'right', '')"
            ),
            id="judge replaced",
        ),
        pytest.param(
            lambda nb: nb.insert('import alliance.checking.report as r\nr.report = lambda *_: \'{"type": "right"}\''),
            id="report replaced",
        ),
        pytest.param(lambda nb: nb.insert("globals = lambda: {'share': None}"), id="globals replaced"),
        pytest.param(lambda nb: nb.node.metadata.pop("alliance") and nb, id="course metadata removed"),
    ],
)
def test_no_trick_makes_a_wrong_answer_right(fresh, grade, trick):
    fresh.answer("90.1", WRONG)
    trick(fresh)
    assert grade(fresh).verdicts["90.1"].state in {"wrong", "not tried"}


def test_a_changed_check_cell_is_remarked_on(fresh, grade):
    remarks = grade(fresh.edit_check("90.1", "1 + 1").delete("90.2", "check")).remarks
    assert any("90.1 was changed" in remark for remark in remarks)
    assert any("90.2 is missing" in remark for remark in remarks)


def test_right_answers_stay_right_among_the_same_tricks(fresh, grade):
    for task, code in RIGHT.items():
        fresh.answer(task, code)
    fresh.insert("x = 1", behind=("90.1", "question")).delete("90.1", "check").duplicate("90.3", "check")
    fresh.mark("90.5", comment="NBVAL_SKIP").insert("1 / 0", behind=("90.3", "answer"))
    found = states(grade(fresh))
    assert {task: found[task] for task in RIGHT} == dict.fromkeys(RIGHT, "right")


def test_answers_given_out_of_order_are_right(fresh, grade):
    fresh.answer("90.1", RIGHT["90.1"]).answer("90.3", RIGHT["90.3"])
    fresh.move("90.3", "answer", 3)
    found = states(grade(fresh))
    assert (found["90.1"], found["90.3"]) == ("right", "right")


def test_an_answer_in_a_cell_of_the_learners_own_counts(fresh, grade):
    fresh.insert(RIGHT["90.1"], behind=("90.1", "answer"))
    assert grade(fresh).verdicts["90.1"].state == "right"


def test_cells_are_found_without_ids_and_tags(solved, grade):
    for i, cell in enumerate(solved.node.cells):
        cell.id, cell.metadata = f"other{i}", {}
    solved.node.metadata.pop("alliance")
    assert set(states(grade(solved)).values()) == {"right"}


def test_the_learners_file_is_only_read(fresh, grade, tmp_path):
    grade(fresh.answer("90.1", WRONG))
    path = tmp_path / "course" / "exercises" / "90_workshop.ipynb"
    before = path.read_bytes()
    grade_file(path, QUICK)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("code", "misconception"),
    [
        ("ax = sns.lineplot(budget, x='year', y='spent')\nax.set(ylabel='Spent', yscale='log')", "no-unit"),
        (
            "fig, ax = plt.subplots()\nax.plot(budget.year, budget.spent)\n"
            "ax.set(xlabel='Y', ylabel='Yen')\nax.semilogy()",
            "no-unit",
        ),
        ("ax = budget.plot(x='year', y='spent', ylabel='million yen')", "linear"),
        ("ax = sns.lineplot(budget, x='year', y='spent')", "linear"),
        ("ax = sns.scatterplot(budget, x='year', y='spent')", None),
    ],
)
def test_a_wrong_plot_is_told_its_own_mistake(workshop, tmp_path, code, misconception):
    notebook = Notebook(workshop / "exercises" / "91_drawing.ipynb").answer("91.1", code)
    verdict = grade_file(notebook.save(tmp_path / "91_drawing.ipynb"), Limits()).verdicts["91.1"]
    assert (verdict.state, verdict.misconception) == ("wrong", misconception)


# --- what stops one task does not stop the others ------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param("while True:\n    pass", "did not end within 5 seconds", id="infinite loop"),
        pytest.param(
            "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
            "did not end within 5 seconds",
            id="infinite loop that refuses to be interrupted",
        ),
        pytest.param("import os\nos._exit(0)", "Python itself stopped", id="os._exit"),
        pytest.param(
            "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
            "Python itself stopped",
            id="killed, as for memory",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL"),
        ),
        pytest.param("for i in range(200_000_000):\n    print('x' * 1000)", "printed more than", id="endless output"),
        pytest.param("print('x' * 20_000_000)", "printed more than", id="20 MB at once"),
    ],
)
def test_a_task_that_must_be_stopped_fails_alone(fresh, grade, code, words):
    fresh.answer("90.1", RIGHT["90.1"]).answer("90.2", code)
    fresh.answer("90.3", RIGHT["90.3"]).answer("90.5", RIGHT["90.5"])
    found = grade(fresh)
    assert found.verdicts["90.2"].state == "wrong"
    assert words in found.verdicts["90.2"].message
    assert [found.verdicts[task].state for task in RIGHT] == ["right"] * 3


def test_what_earlier_cells_defined_survives_a_dead_kernel(fresh, grade):
    fresh.insert("def half(x):\n    return x / 2", behind=("90.1", "answer"))
    fresh.answer("90.2", "import os\nos._exit(1)").answer("90.3", "average = half(2 * budget['spent'].mean())")
    assert grade(fresh).verdicts["90.3"].state == "right"


def test_memory_is_bounded(fresh, grade):
    fresh.answer("90.1", "hoard = bytearray(8 * 1024**3)").answer("90.3", RIGHT["90.3"])
    found = grade(fresh, Limits(seconds=20, memory=4 * 1024**3))
    assert found.verdicts["90.1"].state in {"raised", "wrong"}
    assert found.verdicts["90.3"].state == "right"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("known = pd.DataFrame({'year': range(300_000)})", "rows"),
        ("class Odd:\n    def __repr__(self): raise ValueError\n    __str__ = __repr__\nknown = Odd()", "of type Odd"),
        ("class Odd:\n    def __len__(self):\n        while True: pass\nknown = Odd()", "known"),
        ("known = budget.groupby('year')", "groups"),
        ("known = None", "None"),
        ("import itertools\nknown = itertools.count()", "known"),
    ],
)
def test_an_answer_that_cannot_be_right_gets_a_sentence(fresh, grade, code, words):
    verdict = grade(fresh.answer("90.2", code).answer("90.3", RIGHT["90.3"])).verdicts["90.2"]
    assert verdict.state == "wrong"
    assert words in verdict.message
    assert len(verdict.message) < 500


def test_code_that_raises_is_a_state_of_its_own(fresh, grade):
    verdict = grade(fresh.answer("90.1", "share = budgte['spent']")).verdicts["90.1"]
    assert verdict.state == "raised"
    assert "NameError: name 'budgte' is not defined" in verdict.message


def test_a_syntax_error_is_reported_in_one_line(fresh, grade):
    verdict = grade(fresh.answer("90.1", "share = (1,")).verdicts["90.1"]
    assert verdict.state == "raised"
    assert "SyntaxError" in verdict.message
    assert "\n" not in verdict.message


def test_one_wrong_value_in_row_10000_is_found(fresh, grade):
    code = "squares = pd.DataFrame({'number': range(20_000)})\nsquares['square'] = squares['number'] ** 2\n"
    verdict = grade(fresh.answer("90.6", code + "squares.loc[10_000, 'square'] += 1")).verdicts["90.6"]
    assert verdict.state == "wrong"
    assert "number = 10,000" in verdict.message
    assert "100,000,001" in verdict.message


# --- files that are no exercise ------------------------------------------------------------------------------


def _as_version_3(path: Path) -> None:
    nbformat.write(nbformat.read(path, as_version=3), path, version=3)


def _change(path: Path, change) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")


def _foreign(data: dict) -> None:
    data["metadata"] = {}
    data["cells"] = [
        {"cell_type": "code", "id": "a", "metadata": {}, "source": "1", "outputs": [], "execution_count": None}
    ]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        pytest.param(
            lambda p: p.write_text(p.read_text(encoding="utf-8")[:-40], encoding="utf-8"), "damaged", id="cut off"
        ),
        pytest.param(lambda p: p.write_text("{]", encoding="utf-8"), "not valid JSON", id="malformed JSON"),
        pytest.param(lambda p: p.write_text("", encoding="utf-8"), "is empty", id="empty"),
        pytest.param(lambda p: p.write_bytes(b"\x00\xff\xfe\x93" * 50), "cannot be read as text", id="binary"),
        pytest.param(lambda p: p.write_text("[1, 2]", encoding="utf-8"), "not a Jupyter notebook", id="other JSON"),
        pytest.param(lambda p: p.write_text("[" * 100_000, encoding="utf-8"), "damaged", id="endless nesting"),
        pytest.param(
            lambda p: _change(p, lambda d: d["metadata"].update(language_info={"name": "R"})), "written in R", id="R"
        ),
        pytest.param(lambda p: _change(p, lambda d: d.update(nbformat=5)), "format 5", id="future format"),
        pytest.param(lambda p: _change(p, lambda d: d.update(cells=7)), "not a complete notebook", id="no cells"),
        pytest.param(lambda p: _change(p, _foreign), "not an exercise of this course", id="another course"),
        pytest.param(lambda p: p.unlink(), "no such file", id="missing"),
    ],
)
def test_a_file_that_is_no_exercise_gets_one_sentence(fresh, workshop, tmp_path, damage, words):
    path = fresh.save(tmp_path / "90_workshop.ipynb")
    damage(path)
    with pytest.raises(UnreadableNotebook, match=words) as caught:
        read_submission(path)
    assert "\n" not in str(caught.value)


def test_a_file_of_another_kind_is_not_called_damaged(workshop, tmp_path):
    path = tmp_path / "README.md"
    path.write_text("# Read me", encoding="utf-8")
    with pytest.raises(UnreadableNotebook, match=r"^README\.md is not a notebook: the name of one ends in \.ipynb\.$"):
        read_submission(path)


def test_an_older_notebook_format_is_judged_all_the_same(solved, workshop, tmp_path):
    path = solved.save(tmp_path / "90_workshop.ipynb")
    _as_version_3(path)
    assert json.loads(path.read_text(encoding="utf-8"))["nbformat"] == 3
    assert set(states(grade_file(path, QUICK)).values()) == {"right"}


# --- what a learner is told of a notebook that other programs have saved ----------------------------------------


def test_check_cells_whose_ids_were_lost_are_not_called_missing(solved, grade):
    for number, cell in enumerate(solved.node.cells):
        cell.id = f"other{number}"
    assert grade(solved).remarks == []
    for cell in solved.node.cells:
        cell.metadata = {}
    assert grade(solved).remarks == []


@pytest.mark.parametrize(("kind", "name"), [("markdown", "a Markdown cell"), ("raw", "a raw cell")])
@pytest.mark.parametrize("ids", ["kept", "lost"])
def test_an_answer_in_a_cell_that_is_no_code_is_named_as_such(fresh, grade, kind, name, ids):
    cell = fresh.answer("90.1", RIGHT["90.1"]).cell("90.1")
    cell.cell_type = kind
    for part in ("outputs", "execution_count"):
        cell.pop(part)
    for number, one in enumerate(fresh.node.cells):
        one.id = one.id if ids == "kept" else f"other{number}"
    found = grade(fresh).verdicts
    assert found["90.1"].state == "not tried"
    assert f"has become {name}" in found["90.1"].message
    assert "has become" not in found["90.3"].message


def test_an_answer_written_in_another_cell_after_all_is_judged(fresh, grade):
    fresh.insert(RIGHT["90.1"], behind=("90.1", "answer"))
    cell = fresh.cell("90.1")
    cell.cell_type = "markdown"
    for part in ("outputs", "execution_count"):
        cell.pop(part)
    assert grade(fresh).verdicts["90.1"].state == "right"


def test_a_command_of_the_notebook_that_fails_is_shown(fresh, grade):
    verdict = grade(fresh.answer("90.1", "%tiem share = 1").answer("90.3", "average = 1\n%tiem")).verdicts
    assert verdict["90.1"].state == "raised"
    assert "`%tiem` not found" in verdict["90.1"].message
    assert verdict["90.3"].state == "wrong"


def test_a_misspelt_answer_is_told_its_name(fresh, grade):
    found = grade(fresh.answer("90.1", RIGHT["90.1"].replace("share =", "shrae ="))).verdicts["90.1"]
    assert found.state == "not tried"
    assert "There is no `share` yet, but there is `shrae`." in found.message


def test_what_gave_nothing_back_is_named(fresh, grade):
    found = grade(fresh.answer("90.1", f"{RIGHT['90.1']}\nshare = print(share)")).verdicts["90.1"]
    assert "`print` shows a value and gives none back" in found.message
