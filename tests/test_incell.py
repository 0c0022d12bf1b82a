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
