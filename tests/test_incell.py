"""`check` in a notebook: a verdict at once, in words and colours, whatever it is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from alliance import check


def run(folder: Path, *cells: str) -> Any:
    """Run cells in a kernel as JupyterLab would, errors included; return the notebook."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(
        notebook, kernel_name="python3", allow_errors=True, resources={"metadata": {"path": str(folder)}}
    ).execute()
    return notebook


def texts(cell: Any) -> str:
    return " ".join(
        str(out.get("data", {}).get("text/plain", out.get("evalue", out.get("text", "")))) for out in cell.outputs
    )


def test_the_three_verdicts_in_words(workshop):
    assert repr(check("90.1", ...)).startswith("90.1 not tried.")
    assert repr(check("90.1", 10 / 37)) == "90.1 right."
    assert repr(check("90.1", 10 / 15)).startswith("90.1 wrong. You have divided by the largest year.")


def test_a_percentage_where_a_share_was_asked_is_named(workshop):
    assert "this is a percentage, but a share" in repr(check("90.1", 1000 / 37))


def test_the_expected_value_of_a_single_number_is_not_given_away(workshop):
    for wrong in (0.2, 0.28, 27, -0.27, 270, "0.27"):
        assert "0.270" not in repr(check("90.1", wrong))


def test_a_verdict_is_not_told_by_colour_alone(workshop):
    shown = check("90.2", pd.DataFrame({"year": [2020]}))._repr_html_()
    assert 'class="alert alert-danger"' in shown
    assert "✘ wrong" in shown


def test_what_an_answer_contains_cannot_change_the_page(workshop):
    evil = pd.DataFrame({"<script>alert(1)</script>": [1]})
    assert "<script>" not in check("90.2", evil)._repr_html_()


@pytest.mark.parametrize(("task", "words"), [("90.77", "It has 90.1, 90.2"), ("7", "no task “7”"), (12.5, "no task")])
def test_a_task_that_does_not_exist_is_said_so(workshop, task, words):
    assert words in repr(check(task, 1))


def test_checking_before_the_answer_was_run_says_what_to_do(workshop):
    notebook = run(workshop / "exercises", "from alliance import check", 'check("90.1", share)', "share_of + 1")
    assert "`share` does not exist yet: run the cell with your answer first" in texts(notebook.cells[1])
    assert "NameError" not in texts(notebook.cells[1])
    assert "name 'share_of' is not defined" in texts(notebook.cells[2])


def test_a_misspelt_name_that_was_run_is_named(workshop):
    notebook = run(workshop / "exercises", "from alliance import check", "shrae = 0.2", 'check("90.1", share)')
    assert "There is no `share` yet, but there is `shrae`." in texts(notebook.cells[2])
    assert "run the cell" not in texts(notebook.cells[2])


def test_a_name_that_the_exercise_gave_is_not_taken_for_a_misspelt_answer(workshop):
    notebook = run(workshop / "exercises", "from alliance import check", "averages = 1", 'check("90.1", share)')
    assert "does not exist yet: run the cell with your answer first" in texts(notebook.cells[2])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("share = (1,", "SyntaxError"),
        ("share = 1 / 0", "ZeroDivisionError: division by zero"),
        ("%tiem share = 1", "Line magic function `%tiem` not found"),
    ],
)
def test_after_an_error_in_the_answers_cell_the_check_says_so(workshop, code, words):
    begun = ("from alliance import check", "share = ...")
    notebook = run(workshop / "exercises", *begun, code, 'check("90.1", share)', "share = ...", 'check("90.1", share)')
    assert "Your code raised an error before there was an answer" in texts(notebook.cells[3])
    assert words in texts(notebook.cells[3])
    assert "90.1 not tried" in texts(notebook.cells[5])
    fresh = run(workshop / "exercises", begun[0], code, 'check("90.1", share)')
    assert words in texts(fresh.cells[2])


def test_code_that_cannot_be_read_is_told_even_where_an_older_answer_is_right(workshop):
    cells = ("from alliance import check", "share = 1", "share = (1,", 'check("90.1", share)')
    verdict = texts(run(workshop / "exercises", *cells).cells[3])
    assert "Your code raised an error before there was an answer: SyntaxError" in verdict
    begun = ("from alliance import check", "share = 1", "print(share)\n1 / 0", 'check("90.1", share)')
    assert "90.1 wrong" in texts(run(workshop / "exercises", *begun).cells[3]), "what was run gave an answer"


def test_an_error_in_another_cell_is_not_held_against_an_answer(workshop):
    begun = ("from alliance import check", "share = ...", "other = 1 / 0")
    assert "90.1 not tried" in texts(run(workshop / "exercises", *begun, 'check("90.1", share)').cells[3])


def test_a_call_that_gives_nothing_back_is_named(workshop):
    notebook = run(workshop / "exercises", "from alliance import check", "share = print(0.27)", 'check("90.1", share)')
    assert "`print` shows a value and gives none back" in texts(notebook.cells[2])
