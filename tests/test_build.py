"""One source gives notebooks, keys and notes; the same source gives the same bytes; a fault names its line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from workshop_course import lay_out

from alliance.building.build import GLOSSARY, Job, build, find_jobs, find_stale, make, read_course
from alliance.building.notebooks.lessons import check_front_matter, stable_id
from alliance.building.notebooks.navigation import lesson_card
from alliance.building.sources.errors import SourceError
from alliance.building.sources.sections import headings, refuse_unknown_sections
from alliance.building.sources.source import read_source, read_tasks
from alliance.checking.keys import load_key, read_outline

EXERCISE = "authoring/exercises/90_workshop.md"
LESSON = "authoring/lessons/90_workshop.md"


@pytest.fixture
def unbuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small course's sources in a folder of their own."""
    root = lay_out(tmp_path / "course")
    monkeypatch.setenv("ALLIANCE_KEYS", str(root / "src" / "alliance" / "keys"))
    return root


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(root: Path, name: str, text: str) -> int:
    lines = (root / name).read_text(encoding="utf-8").splitlines()
    return next(i for i, line in enumerate(lines, 1) if text in line)


def make_exercise(root: Path) -> dict[str, str]:
    return make(root, Job("exercises", "90_workshop"), read_course(root))


def test_building_again_changes_no_byte(workshop):
    before = {path: path.read_bytes() for path in workshop.rglob("*.ipynb")}
    course = read_course(workshop)
    for job in find_jobs(workshop, ["90"]):
        if job == GLOSSARY:
            continue  # compared in full by `find_stale`
        for name, text in make(workshop, job, course).items():
            assert text.encode() == (workshop / name).read_bytes(), name
    assert before == {path: path.read_bytes() for path in workshop.rglob("*.ipynb")}


def test_nothing_is_stale_after_building(workshop):
    assert find_stale(workshop, find_jobs(workshop), read_course(workshop)) == []


@pytest.mark.parametrize(
    ("change", "stale"),
    [
        (lambda root: edit(root, EXERCISE, "Row by row.", "By rows."), {"exercises/90_workshop"}),
        (lambda root: edit(root, LESSON, "read first", "read"), {"lessons/90_workshop"}),
        (
            lambda root: edit(root, LESSON, "What is seen", "What one sees"),  # the exercises name its sections
            {"lessons/90_workshop", "exercises/90_workshop", "exercises/91_drawing"},
        ),
        (lambda root: edit(root, "data/claims.csv", "claim_id", "claim_id "), {"lessons/90_workshop"}),
        (lambda root: (root / "exercises" / "90_workshop.ipynb").unlink(), {"exercises/90_workshop"}),
        (lambda root: edit(root, "exercises/91_drawing.ipynb", "Drawing", "drawing"), {"exercises/91_drawing"}),
        (
            lambda root: edit(root, "src/alliance/keys/91_drawing.ipynb", "Drawing", "drawing"),
            {"exercises/91_drawing"},
        ),
        (
            lambda root: edit(root, LESSON, "title: Workshop", "title: Work"),
            {"lessons/90_workshop", "exercises/90_workshop", "exercises/91_drawing", "pages/glossary"},
        ),
        (
            lambda root: edit(root, LESSON, "what one currency costs", "what a currency costs"),
            {"lessons/90_workshop", "pages/glossary"},
        ),
        (lambda root: edit(root, "lessons/glossary.md", "costs", "is worth"), {"pages/glossary"}),
        (lambda root: (root / "lessons" / "glossary.md").unlink(), {"pages/glossary"}),
    ],
)
def test_what_is_stale_is_told_without_running_anything(workshop, tmp_path, monkeypatch, change, stale):
    root = tmp_path / "course"
    shutil.copytree(workshop, root)
    monkeypatch.setenv("ALLIANCE_KEYS", str(root / "src" / "alliance" / "keys"))
    change(root)
    assert {one.job.name for one in find_stale(root, find_jobs(root), read_course(root))} == stale


def test_a_learners_notebook_holds_no_answer(workshop):
    text = (workshop / "exercises" / "90_workshop.ipynb").read_text(encoding="utf-8")
    for secret in (
        "dropna()",
        "A gap stays a gap",
        "largest-as-whole",
        "index and other order",
        "Spending grew by half",
    ):
        assert secret not in text


def test_the_copy_for_beginning_again_is_what_is_handed_out(workshop):
    for path in (workshop / "exercises").glob("*.ipynb"):
        assert (workshop / "src" / "alliance" / "keys" / path.name).read_bytes() == path.read_bytes()


def test_check_cells_are_locked_and_ids_are_the_tasks(workshop):
    notebook = nbformat.read(workshop / "exercises" / "90_workshop.ipynb", as_version=4)
    check = next(cell for cell in notebook.cells if cell.id == "t90-1-check")
    assert check.source == 'check("90.1", share)'
    assert (check.metadata.editable, check.metadata.deletable) == (False, False)


def test_inserting_a_cell_keeps_the_ids_of_the_others():
    first, second = set[str](), set[str]()
    texts = ["# One", "# Two", "# Three"]
    before = [stable_id(text, first) for text in texts]
    after = [stable_id(text, second) for text in ["# Zero", *texts]]
    assert after[1:] == before


def test_numbers_in_prose_come_from_the_kernel(workshop):
    lesson = nbformat.read(workshop / "lessons" / "90_workshop.ipynb", as_version=4)
    assert any("went from 107 to 132 per dollar" in cell.source for cell in lesson.cells)
    solution = nbformat.read(workshop / "solutions" / "90_workshop.ipynb", as_version=4)
    assert any("The share is 0.270." in cell.source for cell in solution.cells)


def test_evaluating_prose_leaves_no_trace_in_outputs_or_counts(workshop):
    lesson = nbformat.read(workshop / "lessons" / "90_workshop.ipynb", as_version=4)
    counts = [cell.execution_count for cell in lesson.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


def test_a_figure_carries_its_description_as_alternative_text(workshop):
    lesson = nbformat.read(workshop / "lessons" / "90_workshop.ipynb", as_version=4)
    cell = next(cell for cell in lesson.cells if "describe(" in cell.source)
    alt = cell.outputs[0].metadata["image/png"]["alt"]
    assert "yen per US dollar, 106.8 to 131.5" in alt
    assert cell.metadata.mystnb.image.alt == alt
    assert cell.outputs[1].data["text/plain"] == alt


def test_teachers_notes_name_what_goes_wrong(workshop):
    notes = (workshop / "solutions" / "notes" / "90_workshop.md").read_text(encoding="utf-8")
    assert "| largest-as-whole | takes the largest part for the whole |" in notes


@pytest.mark.parametrize(
    ("name", "old", "new", "at", "words"),
    [
        pytest.param(
            EXERCISE, "share = 10 / (10", "share = 10 / oops / (10", "oops", "NameError", id="a cell that fails"
        ),
        pytest.param(
            EXERCISE, 'average = budget["spent"].median()', "average = 77 +", "77 +", "SyntaxError", id="syntax"
        ),
        pytest.param(
            EXERCISE,
            "share = 10 / (10 + 12 + 15)",
            "share = 10 / 38",
            "share = 10 / 38",
            "should be right",
            id="an alternative that is wrong",
        ),
        pytest.param(
            EXERCISE,
            'average = budget["spent"].median()',
            'average = budget["spent"].mean()',
            None,
            "should be wrong",
            id="a wrong answer that is right",
        ),
        pytest.param(
            EXERCISE,
            'average = budget["spent"].sum() / len(budget)',
            "average = 12.3333",
            None,
            "should be not tried",
            id="a stub that is right",
        ),
        pytest.param(EXERCISE, "role: wrong", "role: worng", None, "worng", id="an unknown role"),
        pytest.param(
            EXERCISE, "  tolerance: 0.001", "  tollerance: 0.001", None, "tollerance", id="an unknown check key"
        ),
        pytest.param(
            EXERCISE, "  answer: known", "  answer: share", None, "of task 90.1", id="an answer name used twice"
        ),
        pytest.param(
            EXERCISE, "{{ share:.3f }}", "{{ shares:.3f }}", None, "shares", id="prose that cannot be computed"
        ),
        pytest.param(EXERCISE, '"form": "compute"', '"form": "guess"', None, "form", id="an unknown form"),
        pytest.param(EXERCISE, '"section"', '"sections"', None, "no `section`", id="a task without a section"),
        pytest.param(
            EXERCISE, "What is asked", "What was asked", "What share of", "Near: “What is asked”", id="no such section"
        ),
        pytest.param(
            EXERCISE, '"What is asked', '"89: What is asked', "What share of", "there is none", id="no lesson"
        ),
    ],
)
def test_a_fault_in_a_source_names_its_line(unbuilt, name, old, new, at, words):
    edit(unbuilt, name, old, new)
    with pytest.raises(SourceError) as caught:
        make_exercise(unbuilt)
    assert words in str(caught.value)
    assert "90_workshop.md, line " in str(caught.value)
    if at:
        assert caught.value.line == line_of(unbuilt, name, at)


def test_a_lesson_says_to_which_day_its_facts_were_checked(unbuilt):
    card = lesson_card(read_course(unbuilt), "90", [])
    assert "Facts checked up to 30 November 2026. **Since the articles:** A later report has other figures." in card
    edit(unbuilt, LESSON, "  since: A later report has other figures.\n", "")
    assert "Facts checked up to 30 November 2026.\n" in lesson_card(read_course(unbuilt), "90", [])


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        pytest.param("  checked: 2026-11-30\n", "", "alliance:", "as in `checked: 2026-11-30`", id="missing"),
        pytest.param("2026-11-30", "November 2026", "checked:", "write a day as YYYY-MM-DD", id="no day"),
        pytest.param("2026-11-30", "2026-11-31", "checked:", "write a day as YYYY-MM-DD", id="not in the calendar"),
        pytest.param("A later report has other figures.", '""', "since:", "be left out", id="nothing since"),
        pytest.param("part: II\n", "part: V\n", "part:", "write one of 0, I, II, III, IV", id="no part"),
    ],
)
def test_front_matter_that_says_no_day_or_no_part_is_refused_with_its_line(unbuilt, old, new, at, words):
    edit(unbuilt, LESSON, old, new)
    with pytest.raises(SourceError, match=r"90_workshop\.md, line ") as caught:
        check_front_matter(read_source(unbuilt / LESSON))
    assert words in str(caught.value)
    assert caught.value.line == line_of(unbuilt, LESSON, at)


def test_a_task_may_name_an_earlier_lessons_section_and_no_later_ones(unbuilt):
    drawing = "authoring/exercises/91_drawing.md"
    later = read_source(unbuilt / drawing)
    refuse_unknown_sections(later, {"90": ["What is asked", "What is seen"], "91": []})
    edit(unbuilt, EXERCISE, '"What is asked', '"91: What is asked')
    with pytest.raises(SourceError, match="comes later"):
        refuse_unknown_sections(read_source(unbuilt / EXERCISE), {"90": ["What is asked"], "91": ["What is asked"]})


def test_headings_are_not_looked_for_in_code(tmp_path):
    fence = "`" * 3
    text = (
        f"---\nalliance: {{}}\n---\n\n## One: `two`\n\n{fence}text\n## no heading\n{fence}\n\n### Three\n\n#### Four\n"
    )
    (tmp_path / "90_a.md").write_text(text.replace("{}", "{lesson: '90'}"), encoding="utf-8")
    assert headings(read_source(tmp_path / "90_a.md")) == ["One: `two`", "Three"]


def test_a_lesson_cell_that_fails_names_its_line_and_the_others_are_built(unbuilt):
    edit(unbuilt, LESSON, "rates = pd.DataFrame(", "rates = pd.DataFrme(")
    jobs = find_jobs(unbuilt)
    told: list[str] = []
    errors = build(unbuilt, jobs, read_course(unbuilt), told.append)
    assert [error.line for error in errors] == [line_of(unbuilt, LESSON, "DataFrme")]
    assert (unbuilt / "exercises" / "90_workshop.ipynb").is_file()
    assert len(told) == len(jobs)


def test_a_task_needs_two_wrong_answers_and_an_alternative(unbuilt):
    edit(
        unbuilt,
        EXERCISE,
        "role: alternative\nname: by hand",
        "role: wrong\nname: by hand\nmisconception: m\nmessage: m",
    )
    with pytest.raises(SourceError, match="0 cells with `role: alternative`"):
        read_tasks(read_source(unbuilt / EXERCISE))


def test_a_key_file_is_plain_data(workshop):
    key = json.loads((workshop / "src" / "alliance" / "keys" / "90_workshop.json").read_text(encoding="utf-8"))
    assert [task["task"] for task in key["tasks"]] == ["90.1", "90.2", "90.3", "90.4", "90.5", "90.6"]
    assert {task["section"] for task in key["tasks"]} == {"What is asked"}


def test_a_key_without_sections_is_still_read(workshop, tmp_path, monkeypatch):
    path = workshop / "src" / "alliance" / "keys" / "90_workshop.json"
    key = json.loads(path.read_text(encoding="utf-8"))
    for task in key["tasks"]:
        del task["section"]
    (tmp_path / path.name).write_text(json.dumps(key), encoding="utf-8")
    monkeypatch.setenv("ALLIANCE_KEYS", str(tmp_path))
    assert {task.section for task in load_key("90_workshop").tasks.values()} == {""}
    assert {task.section for task in read_outline("90_workshop").tasks.values()} == {""}


def made_while_somebody_writes(root: Path, job: Job, course: object) -> dict[str, str]:
    """Stand in for making a lesson during which its author saves the source once more."""
    edit(root, LESSON, "## What is asked", "## What is asked here")
    return {job.outputs()[0]: "{}\n"}


def test_a_source_edited_while_it_is_built_is_stale(unbuilt, monkeypatch):
    job = Job("lessons", "90_workshop")
    monkeypatch.setattr("alliance.building.build.make", made_while_somebody_writes)
    assert build(unbuilt, [job], read_course(unbuilt), lambda _: None) == []
    assert [one.job for one in find_stale(unbuilt, [job], read_course(unbuilt))] == [job]
