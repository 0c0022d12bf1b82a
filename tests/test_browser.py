"""A learner in JupyterLab: opens an exercise in a real browser, tries, errs, gets it right, comes back later."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from browser import DARK, LIGHT, Notebook, Server, jupyterlab, outside

from alliance.building.sources.source import read_source, read_tasks
from alliance.checking.keys import cell_id
from alliance.learner.table import HEADS

REPOSITORY = Path(__file__).resolve().parent.parent
WORKSHOP = "90_workshop"
REAL = [path.stem for path in sorted((REPOSITORY / "exercises").glob("08_*.ipynb"))]
READABLE = 4.5
"""The least contrast of text with its background: WCAG 2.2, success criterion 1.4.3."""

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@dataclasses.dataclass(frozen=True)
class Try:
    """What a learner types into a task: a wrong answer with the message it deserves, and a right one."""

    task: str
    wrong: str
    message: str
    right: str

    @property
    def answer(self) -> str:
        """The id of the cell to write in."""
        return cell_id(self.task, "answer")

    @property
    def check(self) -> str:
        """The id of the cell that checks it."""
        return cell_id(self.task, "check")


@pytest.fixture(scope="module")
def lab(built_workshop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A JupyterLab over a copy of the test course and of the real exercises and lessons, with the keys of both."""
    root = tmp_path_factory.mktemp("course")
    keys = Path("src", "alliance", "keys")
    for course in (REPOSITORY, built_workshop):
        for part in (Path("data"), Path("exercises"), Path("lessons"), Path("authoring"), keys):
            if (course / part).is_dir():
                shutil.copytree(course / part, root / part, dirs_exist_ok=True)
    with jupyterlab(root, tmp_path_factory.mktemp("private"), root / keys) as server:
        yield server


@pytest.fixture
def opened(opened: Any, lab: Server) -> Any:
    """A function that opens a fresh copy of an exercise: what a test saves, and its kernel, are no other test's."""

    def open_exercise(stem: str) -> Notebook:
        copies = len(list((lab.root / "exercises").glob(f"{stem}*.ipynb")))
        name = f"exercises/{stem}_{copies}.ipynb"
        shutil.copyfile(lab.root / "exercises" / f"{stem}.ipynb", lab.root / name)
        return opened(name)

    return open_exercise


def tries(root: Path, stem: str) -> list[Try]:
    """Return a Try for each task of an exercise, from its source and its key."""
    import json

    source = read_source(root / "authoring" / "exercises" / f"{stem}.md")
    key = json.loads((root / "src" / "alliance" / "keys" / f"{stem}.json").read_text(encoding="utf-8"))
    messages = {task["task"]: task["wrong"][0]["message"] for task in key["tasks"]}
    return [
        Try(task.task, task.wrong[0].text, messages[task.task].replace("`", ""), task.answer.text)
        for task in read_tasks(source)[1]
    ]


@pytest.mark.parametrize("stem", [WORKSHOP, *REAL])
def test_each_try_gets_its_verdict_and_a_saved_notebook_still_knows_what_is_right(
    opened: Any, lab: Server, stem: str
) -> None:
    first, *_ = tries(lab.root, stem)
    exercise = opened(stem)

    exercise.run_all()
    assert exercise.verdict(first.check).startswith(f"{first.task} ○ not tried.")

    exercise.type(first.answer, first.wrong)
    exercise.run(first.answer)
    exercise.run(first.check)
    assert exercise.verdict(first.check).startswith(f"{first.task} ✘ wrong. {' '.join(first.message.split())}")

    exercise.type(first.answer, first.right)
    exercise.run(first.answer)
    exercise.run(first.check)
    assert exercise.verdict(first.check).startswith(f"{first.task} ✔ right.")

    exercise.save()
    exercise.restart_kernel()
    exercise.clear_outputs()
    assert exercise.outputs(first.check) == 0
    exercise.run_all()
    assert exercise.verdict(first.check).startswith(f"{first.task} ✔ right.")

    exercise.save()
    exercise.open()  # from the file, as on the next day
    assert exercise.verdict(first.check).startswith(f"{first.task} ✔ right.")
    exercise.type(first.answer, first.wrong)
    exercise.run(first.answer)
    exercise.run(first.check)
    assert exercise.verdict(first.check).startswith(f"{first.task} ✘ wrong. {' '.join(first.message.split())}")


@pytest.mark.parametrize("stem", REAL or [WORKSHOP])
def test_every_reference_answer_is_right_in_jupyterlab(opened: Any, lab: Server, stem: str) -> None:
    exercise = opened(stem)
    known = tries(lab.root, stem)
    for one in known:
        exercise.type(one.answer, one.right)
    exercise.run_all()
    assert [exercise.verdict(one.check)[:12] for one in known] == [f"{one.task} ✔ right."[:12] for one in known]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_verdicts_are_readable(opened: Any, lab: Server, theme: str) -> None:
    right, wrong, *_ = known = tries(lab.root, WORKSHOP)
    exercise = opened(WORKSHOP)
    exercise.type(right.answer, right.right)
    exercise.type(wrong.answer, wrong.wrong)
    exercise.run_all()
    exercise.set_theme(theme)
    boxes = {one.task: exercise.contrasts(exercise.verdict_box(one.check)) for one in known}
    states = [exercise.verdict(one.check).split()[2] for one in known]
    assert states == ["right.", "wrong.", *["not"] * (len(known) - 2)]
    faint = [text for texts in boxes.values() for text in texts if text["contrast"] < READABLE]
    assert faint == []
    assert min(text["size"] for texts in boxes.values() for text in texts) >= 12


def test_progress_counts_a_verdict_at_once_and_only_for_the_answer_it_was_given_on(opened: Any, lab: Server) -> None:
    first, other, *others = tries(lab.root, WORKSHOP)
    total = len([first, other, *others])
    exercise = opened(WORKSHOP)

    def table() -> Any:
        exercise.run(other.answer)
        return exercise.element(other.answer).wait_for_selector(".jp-OutputArea-output table")

    def row() -> dict[str, str]:
        """Return the row of this notebook by the headings of its columns."""
        lines = str(table().inner_text()).splitlines()
        heads, *rows = [line.split("\t") for line in lines if "\t" in line]
        (mine,) = [cells for cells in rows if exercise.name.split("/")[1] in cells[0]]
        return dict(zip(heads, mine, strict=True))

    exercise.type(first.answer, first.right)
    exercise.run_all()
    exercise.type(other.answer, "from alliance import progress\nprogress()")
    assert row()[HEADS["right"]] == f"1 of {total}"  # nothing is saved yet

    exercise.save()
    assert row()[HEADS["right"]] == f"1 of {total}"  # now the file's code is compared with the code that was run

    exercise.type(first.answer, first.wrong)
    exercise.save()
    assert row()[HEADS["right"]] == f"0 of {total}"
    assert "changed since: check it again" in row()["next"]

    for theme in (LIGHT, DARK):
        exercise.set_theme(theme)
        assert [text for text in exercise.contrasts(table()) if text["contrast"] < READABLE] == []


EXPLORABLE = """
import matplotlib.pyplot as plt

from alliance import describe, explore


def draw(yen_per_dollar=110, rounded=False):
    ax = plt.figure().add_subplot()
    ax.bar(["yen", "dollars"], [8.5, 935 / yen_per_dollar])
    describe(ax, finding=f"At {yen_per_dollar} yen it is {8500 / yen_per_dollar:.{0 if rounded else 1}f} billion",
             shows="Budget", source="nobody")


explore(draw, yen_per_dollar=(100, 120), rounded=bool)
"""


def test_a_slider_moves_a_figure_in_its_place(browser: Any, lab: Server) -> None:
    cell = nbformat.v4.new_code_cell(EXPLORABLE.strip(), id="explore")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, lab.root / "lessons" / "explorable.ipynb")
    with Notebook(browser, lab, "lessons/explorable.ipynb") as lesson:
        lesson.run_all()
        output = lesson.element("explore").wait_for_selector(".jp-OutputArea-output .widget-vbox")
        output.wait_for_selector("text=yen per dollar")
        picture = output.wait_for_selector("img")
        before = picture.get_attribute("src")

        output.wait_for_selector(".noUi-handle").focus()
        lesson.page.keyboard.press("ArrowLeft")
        output.wait_for_selector("[role=status]:has-text('At 109 yen it is 78.0 billion')", state="attached")
        assert picture.get_attribute("src") != before, "the same picture, with another content: nothing flickers"

        output.wait_for_selector("input[type=checkbox]").check()
        output.wait_for_selector("[role=status]:has-text('At 109 yen it is 78 billion')", state="attached")
        assert outside(lesson.requests) == []
