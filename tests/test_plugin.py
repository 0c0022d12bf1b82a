"""`pytest --nbval exercises/….ipynb` is all a user types; these tests type it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from learner import Notebook

WRONG = 'share = budget["spent"].iloc[0] / budget["spent"].max()'


@pytest.fixture
def course(workshop: Path, tmp_path: Path) -> Path:
    """A folder with an exercises/ of its own, so that the built course stays as it is."""
    (tmp_path / "exercises").mkdir()
    return tmp_path


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(folder),
        *arguments,
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


def test_each_task_is_one_item_with_its_state(workshop, course):
    notebook = Notebook(workshop / "exercises" / "90_workshop.ipynb")
    notebook.answer("90.1", WRONG).answer("90.2", "known = budget.dropna()").answer("90.3", "average = 1 / 0")
    notebook.pretend_run().save(course / "exercises" / "90_workshop.ipynb")
    result = run_pytest(course, "exercises/90_workshop.ipynb", "-v")
    assert "exercises/90_workshop.ipynb::90.1 WRONG" in result.stdout
    assert "exercises/90_workshop.ipynb::90.2 RIGHT" in result.stdout
    assert "exercises/90_workshop.ipynb::90.3 RAISED" in result.stdout
    assert "exercises/90_workshop.ipynb::90.4 NOT TRIED" in result.stdout
    assert "You have divided by the largest year" in result.stdout
    assert "right: 90.2; wrong: 90.1; raised: 90.3; not tried: 90.4, 90.5, 90.6" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr
    assert result.returncode == 1


def test_nbval_alone_would_have_passed_the_same_file(workshop, course):
    notebook = Notebook(workshop / "exercises" / "90_workshop.ipynb")
    for cell in notebook.node.cells:
        if cell.cell_type == "code" and cell.id not in {"setup-1"}:
            cell.source = "# NBVAL_SKIP"
    path = notebook.save(course / "exercises" / "90_workshop.ipynb")
    assert run_pytest(course, "-p", "no:alliance", str(path)).returncode == 0
    assert run_pytest(course, str(path)).returncode == 1


def test_a_solved_exercise_passes(workshop, course):
    notebook = Notebook(workshop / "solutions" / "90_workshop.ipynb")
    notebook.node.metadata["alliance"] = {"exercise": "90_workshop"}
    notebook.save(course / "exercises" / "90_workshop.ipynb")
    result = run_pytest(course, "exercises", "-q")
    assert result.returncode == 0
    assert "6 passed" in result.stdout


def test_plots_are_judged_by_what_they_show(workshop, course):
    notebook = Notebook(workshop / "exercises" / "91_drawing.ipynb")
    notebook.answer("91.1", 'ax = sns.lineplot(budget, x="year", y="spent")\nax.set(ylabel="Spent, million yen")')
    notebook.save(course / "exercises" / "91_drawing.ipynb")
    result = run_pytest(course, "exercises", "-q")
    assert "a logarithmic one was asked for" in result.stdout


def test_one_damaged_file_does_not_stop_the_others(workshop, course):
    (course / "exercises" / "90_workshop.ipynb").write_text("{", encoding="utf-8")
    Notebook(workshop / "exercises" / "91_drawing.ipynb").save(course / "exercises" / "91_drawing.ipynb")
    result = run_pytest(course, "exercises", "-v")
    assert "90_workshop.ipynb is damaged (line 1): it is not valid JSON." in result.stdout
    assert "91_drawing.ipynb::91.1 NOT TRIED" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_a_task_that_never_ends_is_stopped_at_the_limit_given(workshop, course):
    notebook = Notebook(workshop / "exercises" / "90_workshop.ipynb")
    notebook.answer("90.1", "while True:\n    pass").answer("90.2", "known = budget.dropna()")
    notebook.save(course / "exercises" / "90_workshop.ipynb")
    result = run_pytest(course, "exercises", "-v", "--task-timeout", "3")
    assert "did not end within 3 seconds" in result.stdout
    assert "90.2 RIGHT" in result.stdout


def test_notebooks_of_other_projects_are_left_to_nbval(course):
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "cells": [
            {
                "cell_type": "code",
                "id": "a",
                "metadata": {},
                "source": "print(1)",
                "execution_count": 1,
                "outputs": [{"output_type": "stream", "name": "stdout", "text": "2\n"}],
            }
        ],
    }
    (course / "other.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    result = run_pytest(course, "other.ipynb", "-v")
    assert "Cell 0 FAILED" in result.stdout
    assert "Cell outputs differ" in result.stdout


def test_lessons_and_solutions_are_compared_output_by_output(workshop):
    result = run_pytest(workshop, "lessons", "solutions", "-v")
    assert result.returncode == 0
    assert "lessons/90_workshop::ipynb::Cell 0 PASSED" in result.stdout


def test_a_changed_figure_fails_although_nbval_never_looks_at_images(workshop, tmp_path):
    path = workshop / "lessons" / "90_workshop.ipynb"
    notebook = Notebook(path)
    drawing = next(cell for cell in notebook.node.cells if "describe(" in cell.source)
    drawing.source = drawing.source.replace('y="yen"', 'y="year"')
    (tmp_path / "lessons").mkdir()
    result = run_pytest(tmp_path, str(notebook.save(tmp_path / "lessons" / "90_workshop.ipynb")))
    assert result.returncode == 1
    assert "mismatch 'text/" in result.stdout
