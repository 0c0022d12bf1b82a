"""The teacher's guide is complete, its minutes add up, its numbers are the lesson's, and no plan runs ahead."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import nbformat
import pytest
from workshop_course import lay_out

from alliance.building.build import GUIDE, build, find_jobs, find_stale, read_course
from alliance.building.notebooks.minutes import lesson_sections
from alliance.building.notebooks.navigation import Course
from alliance.building.notebooks.variants import evaluator, run_cells, working_in
from alliance.building.sources.errors import SourceError
from alliance.building.sources.mistakes import DEEDS, mistake
from alliance.building.sources.prose import EXPRESSION, expressions
from alliance.building.sources.source import Source, read_source, read_tasks
from alliance.building.sources.turns import read_turns
from alliance.building.teachers.guide import guide
from alliance.building.teachers.plans import read_plans
from alliance.building.teachers.teaching import Teaching, read_teaching
from alliance.classroom.handing_out.release import choose

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "authoring" / "guide"
STEMS = sorted(path.stem for path in (ROOT / "authoring" / "lessons").glob("*.md"))
OVERVIEW = ROOT / "authoring" / "teaching" / "overview.md"
each_lesson = pytest.mark.parametrize("stem", STEMS)


def source_of(kind: str, stem: str) -> Source:
    return read_source(ROOT / "authoring" / kind / f"{stem}.md")


def teaching_of(stem: str) -> Teaching:
    return read_teaching(source_of("teaching", stem), source_of("lessons", stem), source_of("exercises", stem))


def page_of(stem: str) -> str:
    return (PAGES / f"{stem}.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def course() -> Course:
    return read_course(ROOT)


@pytest.fixture(scope="module")
def teachings() -> dict[str, Teaching]:
    return {stem[:2]: teaching_of(stem) for stem in STEMS}


# --- the course's own guide ----------------------------------------------------------------------------------


def test_every_lesson_has_a_page_and_there_is_no_other() -> None:
    assert {path.name for path in PAGES.iterdir()} == {"README.md", *(f"{stem}.md" for stem in STEMS)}


def test_the_guide_is_what_its_sources_give(course: Course) -> None:
    for name, text in guide(ROOT, course).items():
        assert (ROOT / name).read_text(encoding="utf-8") == text, f"{name}: run `alliance build`"


@each_lesson
def test_a_page_has_the_lessons_objectives_sections_tasks_and_misconceptions(stem: str) -> None:
    page, lesson = page_of(stem), source_of("lessons", stem)
    wanted = [f"- {one}" for one in lesson.about["objectives"]]
    wanted += [f"| {one.title} |" for one in lesson_sections(lesson)]
    for task in read_tasks(source_of("exercises", stem))[1]:
        wanted.append(f"| {task.task} {task.title} (")
        wanted += [mistake(str(cell.meta["misconception"])).replace("|", "\\|") for cell in task.wrong]
    assert [one for one in wanted if one not in page] == []


QUOTED = re.compile("“[^“”]+”")


@each_lesson
def test_no_misconception_can_be_read_as_a_statement_of_ours(stem: str) -> None:
    page = page_of(stem)
    assert "| task | a learner who is wrong … | read again |" in page
    said = [line for line in page.splitlines() if line.startswith("### “")]
    assert said and all(line.endswith("”") or ", or “" in line for line in said)
    tasks = [*read_turns(source_of("lessons", stem)), *read_tasks(source_of("exercises", stem))[1]]
    for task in tasks:
        for cell in task.wrong:
            written = mistake(str(cell.meta["misconception"]))
            thought = written.startswith("thinks “") and QUOTED.fullmatch(written.removeprefix("thinks "))
            assert thought or written.split()[0] in DEEDS, written


def test_a_thought_is_quoted_and_a_deed_is_the_learners() -> None:
    assert mistake("Counts the draft.") == "counts the draft"
    assert mistake("Does not keep track.") == "does not keep track"
    assert mistake("A share and a percentage\n are the same.") == "thinks “A share and a percentage are the same”"
    assert mistake("Names can be replaced.") == "thinks “Names can be replaced”"
    assert mistake("“At least two” means three.") == "thinks “‘At least two’ means three”"


@each_lesson
def test_a_page_links_the_notes_on_the_lessons_tasks_and_on_the_exercise(stem: str) -> None:
    linked = {f"../../solutions/notes/{stem}.md", f"../../solutions/notes/{stem}_your_turn.md"}
    (line,) = [one for one in page_of(stem).splitlines() if "What the checker tells the learner" in one]
    assert set(re.findall(r"\]\(([^)]+)\)", line)) == linked
    assert all((ROOT / "authoring" / "guide" / one).resolve().is_file() for one in linked)


@each_lesson
def test_the_minutes_of_a_session_add_up_and_fit(stem: str) -> None:
    lesson = {one.title: one.slow for one in lesson_sections(source_of("lessons", stem))}
    tasks = {one.task: int(one.question.meta["minutes"][1]) for one in read_tasks(source_of("exercises", stem))[1]}
    rows = re.findall(r"^\| (\d+) to (\d+) \| (.+?) \| .* \|$", page_of(stem), re.MULTILINE)
    rows = [row for row in rows if re.match(r"Lesson: |Exercise: |Discussion: |Class$", row[2])]
    assert len(rows) >= 6
    now = 0
    for start, end, what in rows:
        assert int(start) == now
        now = int(end)
        kind, _, names = re.sub(r" \(your turn: [^()]*\)$", "", what).partition(": ")
        if kind == "Lesson":
            needed = sum(lesson[title] for title in re.findall(r"\*(.+?)\*(?:; |$)", names))
            assert 0 <= now - int(start) - needed < 1
        if kind == "Exercise":
            assert now - int(start) == sum(tasks[name] for name in re.findall(r"\d+\.\d+", names))
    assert 75 <= now <= 90
    assert f"{now} minutes at a slow reader's pace" in page_of(stem)


@each_lesson
def test_a_session_names_the_tasks_of_the_sections_that_it_takes(stem: str) -> None:
    belongs = {one.task: one.section for one in read_turns(source_of("lessons", stem))}
    rows = re.findall(
        r"^\| \d+ to \d+ \| Lesson: (.+?)(?: \(your turn: ([^()]*)\))? \| .* \|$", page_of(stem), re.MULTILINE
    )
    assert any(named for _, named in rows)
    for titles, named in rows:
        taken = re.findall(r"\*(.+?)\*(?:; |$)", titles)
        assert [one for one in named.split(", ") if one] == [one for one in belongs if belongs[one] in taken]


@each_lesson
def test_what_the_session_leaves_and_takes_is_the_whole_lesson(stem: str) -> None:
    teaching = teaching_of(stem)
    taken = [title for block in teaching.blocks for title in block.sections]
    left = [one.title for one in teaching.sections_left]
    assert sorted([*taken, *left]) == sorted(one.title for one in teaching.sections)
    done = [name for block in teaching.blocks for name in block.tasks]
    assert sorted([*done, *(one.task for one in teaching.tasks_left)]) == sorted(one.task for one in teaching.tasks)
    page = page_of(stem).partition("### At home")[2]
    assert all(f"*{title}*" in page for title in left)


@each_lesson
def test_every_question_gives_both_readings_about_equal_room(stem: str) -> None:
    for question in teaching_of(stem).questions:
        points = re.findall(r"^- \*\*.+?\*\* (.+)$", question.text, re.MULTILINE)
        words = sorted(len(EXPRESSION.sub("number", point).split()) for point in points)
        assert len(words) == 2
        assert words[0] >= 15, f"{question.title}: one reading has {words[0]} words only"
        assert words[1] <= 2 * words[0], f"{question.title}: {words[1]} words against {words[0]}"


def shown_to_learners(stem: str) -> str:
    """Return all that a learner reads in a lesson and its solved exercise, outputs included."""
    texts = []
    for folder in ("lessons", "solutions"):
        for cell in nbformat.read(ROOT / folder / f"{stem}.ipynb", as_version=4).cells:
            texts.append(cell.source)
            for output in cell.get("outputs", []):
                texts.append(str(output.get("text", "")))
                texts.append(str(output.get("data", {}).get("text/plain", "")))
    return "\n".join(texts)


def stands_in(shown: str, number: str) -> bool:
    """Return whether a number stands in a text: itself, not as a part of another; pandas writes 85 as 85.0."""
    return re.search(rf"(?<![\d.]){re.escape(number)}(?!\d|\.\d*[1-9])", shown) is not None


@pytest.mark.parametrize(
    ("shown", "found"),
    [("85", True), ("85.0", True), ("Of 85.", True), ("85.05", False), ("850", False), ("185", False), ("1.85", False)],
)
def test_a_number_stands_in_a_text_by_itself(shown: str, found: bool) -> None:
    assert stands_in(shown, "85") is found


@each_lesson
def test_a_number_computed_for_teachers_stands_in_the_lesson_too(stem: str) -> None:
    source = source_of("teaching", stem)
    with working_in(ROOT / "lessons"):
        evaluate = evaluator(run_cells(source.path, [cell for cell in source.cells if cell.kind == "code"]))
    text = "\n".join(cell.text for cell in source.cells if cell.kind == "markdown")
    shown = shown_to_learners(stem)
    for expression in expressions(text):
        value = evaluate(expression)
        assert stands_in(shown, value), f"{expression} gives {value}"


# --- the plans -----------------------------------------------------------------------------------------------


def plans_of_the_page() -> Iterator[tuple[str, list[str]]]:
    """Yield each plan on the overview's page: its name and the numbers of its lessons, in order."""
    _, _, text = (PAGES / "README.md").read_text(encoding="utf-8").partition("## Plans")
    for part in text.split("\n### ")[1:]:
        yield part.split("\n", 1)[0], re.findall(r"\]\((\d\d)_\w+\.md\)", part)


PLANS = dict(plans_of_the_page())


@pytest.mark.parametrize("name", PLANS)
def test_no_plan_puts_a_lesson_before_one_that_it_needs(name: str, course: Course) -> None:
    lessons = PLANS[name]
    assert lessons
    for i, number in enumerate(lessons):
        assert set(course.about[number].get("needs", [])) <= set(lessons[:i]), number


@pytest.mark.parametrize("weeks", ["Ten weeks", "Seven weeks"])
def test_a_plan_of_the_whole_course_has_every_lesson_once(weeks: str) -> None:
    [lessons] = [numbers for name, numbers in PLANS.items() if name.startswith(weeks)]
    assert sorted(lessons) == [stem[:2] for stem in STEMS]


def test_there_are_six_sittings_a_workshop_of_two_days_and_a_taster_of_one_meeting() -> None:
    assert len(PLANS) == 5
    steps = next(plan["steps"] for plan in read_source(OVERVIEW).about["plans"] if plan["name"] == "Six sittings")
    assert [len(step["lessons"]) for step in steps if "lessons" in step] == [1] * 6
    assert len(PLANS["Two days"]) > 1
    assert len(PLANS["One meeting, a taster"]) == 1


def test_a_plan_of_a_part_says_its_hours_and_which_lessons_to_hand_out() -> None:
    _, _, text = (PAGES / "README.md").read_text(encoding="utf-8").partition("## Plans")
    parts = dict(part.split("\n", 1) for part in text.split("\n### ")[1:])
    handed_out = {name: re.findall(r"`release OUT --lessons (.+?)`", part) for name, part in parts.items()}
    for name, numbers in PLANS.items():
        chosen = (
            [stem[:2] for stem in choose(STEMS, handed_out[name][0])] if handed_out[name] else [s[:2] for s in STEMS]
        )
        assert chosen == sorted(numbers)
    part = parts["Six sittings"]
    totals = list(map(int, re.findall(r"\d+", part.partition("**in all**")[2].partition("\n")[0])))
    told = re.search(r"about (\d+) in class, (\d+) to (\d+) at home", part)
    assert told and [round(one / 60) for one in totals] == list(map(int, told.groups()))


def test_the_minutes_of_a_plan_are_those_of_its_lessons(teachings: Mapping[str, Teaching]) -> None:
    text = (PAGES / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:Week|Day|Meeting) .+? \| (.+?) \| (\d+) \| (\d+) to (\d+) \|", text, re.MULTILINE)
    steps = [step for plan in read_source(OVERVIEW).about["plans"] for step in plan["steps"]]
    assert len(rows) == sum(step["when"].startswith(("Week", "Day", "Meeting")) for step in steps)
    for lessons, in_class, fast, slow in rows:
        numbers = re.findall(r"\]\((\d\d)_", lessons)
        assert int(in_class) == sum(teachings[number].minutes for number in numbers)
        assert int(fast) == sum(teachings[number].left[0] for number in numbers)
        assert int(slow) == sum(teachings[number].left[1] for number in numbers)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            '{when: Week 3, lessons: ["05", "06"]}',
            '{when: Week 3, lessons: ["08"]}',
            "takes lesson 08 before lesson 05",
        ),
        ('{when: Week 3, lessons: ["05", "06"]}', '{when: Week 3, lessons: ["02"]}', "takes lesson 02 twice"),
        (
            '{when: Week 3, lessons: ["05", "06"]}',
            '{when: Week 3, lessons: ["77"]}',
            "names lesson 77, which does not exist",
        ),
        ('{when: Week 3, lessons: ["05", "06"]}', "{when: Week 3}", "has no lesson in “Week 3”"),
        ('lessons: ["21"], note: "Audits', 'alone: ["21"], note: "Audits', ""),
        (
            '        - {when: Week 11, lessons: ["21"], note: "Audits are shown and exchanged: '
            "the project's other steps were done at home.\"}\n",
            "",
            "leaves out lesson 21",
        ),
        ("most: 180", "most: 100", "minutes of class in “Week 1”; it says 100 at most"),
        ("whole: true\n", "\n", "does not say `whole`"),
    ],
)
def test_a_plan_that_cannot_be_followed_is_refused(
    old: str, new: str, words: str, tmp_path: Path, course: Course, teachings: Mapping[str, Teaching]
) -> None:
    text = OVERVIEW.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "overview.md"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    if not words:
        assert read_plans(read_source(path), course, teachings)
        return
    with pytest.raises(SourceError) as caught:
        read_plans(read_source(path), course, teachings)
    assert words in str(caught.value)
    assert "name: " in path.read_text(encoding="utf-8").splitlines()[caught.value.line - 1]


# --- what an author can do wrong -----------------------------------------------------------------------------

TEACHING = """---
alliance:
  teaching: "90"
  session:
    - {minutes: 60, do: "A long opening."}
    - sections: ["What is asked", "What is seen"]
      do: "Read."
    - {tasks: ["90.1", "90.2"], do: "Alone."}
    - {question: 1, minutes: 14, do: "In groups."}
kernelspec: {name: python3, display_name: Python 3, language: python}
---

```{code-cell} ipython3
high = 131.5
```

## Prepare

Write {{ high:.0f }} on the board.

## Misunderstandings

### One

What to say.

### Two

What to show.

## Discuss

### Is it much?

- **Yes.** It is more than before.
- **No.** It is less than later.

### Is it little?

- **Yes.** It is less than later.
- **No.** It is more than before.

## At home

The rest.

## In a semester

More.
"""


def taught(root: Path, text: str = TEACHING) -> Path:
    """Write the small course's texts for teachers; return the lesson's."""
    folder = root / "authoring" / "teaching"
    folder.mkdir(exist_ok=True)
    head = TEACHING[: TEACHING.index("  teaching:")]
    overview = f"{head}  overview: true\nkernelspec: {{name: python3, display_name: Python 3}}\n---\n\nHow to begin.\n"
    (folder / "overview.md").write_text(overview, encoding="utf-8")
    path = folder / "90_workshop.md"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The small course, not built, with texts for teachers."""
    root = lay_out(tmp_path / "course")
    taught(root)
    return root


def read_small(root: Path) -> Teaching:
    parts = {kind: root / "authoring" / kind / "90_workshop.md" for kind in ("teaching", "lessons", "exercises")}
    return read_teaching(*(read_source(path) for path in parts.values()))


def test_a_session_is_planned_at_the_pace_of_a_slow_reader(small: Path) -> None:
    teaching = read_small(small)
    assert [block.minutes for block in teaching.blocks] == [60, 2, 4, 14]
    assert teaching.minutes == 80
    assert [one.task for one in teaching.tasks_left] == ["90.3", "90.4", "90.5", "90.6"]
    assert [one.title for one in teaching.sections_left] == ["New words", "Sources"]


@pytest.mark.parametrize(
    ("old", "new", "words", "at"),
    [
        ("## Prepare\n", "### Prepare\n", "under no heading of its own", "### Prepare"),
        ("## At home\n\nThe rest.\n", "", "the heading “## At home” is missing", "---"),
        ("The rest.\n", "", "nothing stands under the heading “At home”", "## At home"),
        ("## At home", "## At hom", "“At hom” is not one of the headings: Prepare", "## At hom"),
        ("## At home", "## Discuss", "the heading “Discuss” stands twice", "## Discuss"),
        ("- **No.** It is less than later.\n", "", "points for 1 readings; it needs two", "### Is it much?"),
        ("### Is it little?", "#### Is it little?", "2 to 4 entries, each under a heading", "## Discuss"),
        ("### Two\n", "", "2 to 3 entries, each under a heading", "## Misunderstandings"),
        ("What is asked", "What was asked", "“What was asked” is no section of the lesson", "    - sections:"),
        ('"90.2"]', '"90.9"]', "“90.9” is no task of the exercise. There are: 90.1; 90.2", "    - {tasks:"),
        ('"90.2"]', '"90.1"]', "takes a task twice", "  session:"),
        (
            '["What is asked", "What is seen"]',
            '["What is seen", "What is asked"]',
            "takes a section twice, or not in the lesson's order",
            "  session:",
        ),
        (
            '    - sections: ["What is asked", "What is seen"]\n      do: "Read."\n    - {tasks: ["90.1", "90.2"]',
            '    - {tasks: ["90.1", "90.2"]',
            "takes task 90.1 before the section that it needs, “What is asked”",
            "  session:",
        ),
        ("minutes: 60", "minutes: 71", "the session takes 91 minutes; it may take 75 to 90", "  session:"),
        ("minutes: 60", "minutes: 50", "the session takes 70 minutes; it may take 75 to 90", "  session:"),
        ("minutes: 60", 'minutes: "60"', "needs `minutes`, a whole number", "    - {minutes:"),
        ("question: 1", "question: 3", "there is no question 3 under “Discuss”", "    - {question:"),
        ("{minutes: 60, do", "{do", "names one of sections, tasks, question, minutes", "    - {do:"),
        (', do: "A long opening."', "", "must say what to `do`", "  session:"),
        ("    - {question: 1, minutes: 14", "    - {minutes: 14", "has no question for discussion", "  session:"),
        ('tasks: ["90.1", "90.2"]', "minutes: 4", "the session has no task", "  session:"),
        ('teaching: "90"', 'teaching: "91"', 'must say `teaching: "90"`', "---"),
        ("{{ high:.0f }}", "{{ hihg:.0f }}", "name 'hihg' is not defined", "## Prepare"),
        ("{{ high:.0f }}", "{{claim:B99-99}}", "data/claims.csv has no claim B99-99", "## Prepare"),
    ],
)
def test_what_an_author_forgets_is_named_with_its_line(old: str, new: str, words: str, at: str, small: Path) -> None:
    assert old in TEACHING
    path = taught(small, TEACHING.replace(old, new, 1))
    with pytest.raises(SourceError) as caught:
        guide(small, read_course(small))
    assert words in str(caught.value)
    assert caught.value.path == path
    assert path.read_text(encoding="utf-8").splitlines()[caught.value.line - 1].startswith(at)


def test_a_lesson_without_a_text_for_teachers_is_named(small: Path) -> None:
    (small / "authoring" / "teaching" / "90_workshop.md").unlink()
    with pytest.raises(SourceError, match=r"teaching/90_workshop\.md, line 1: this file is missing"):
        guide(small, read_course(small))


def test_a_text_for_a_lesson_that_does_not_exist_is_named(small: Path) -> None:
    text = TEACHING.replace('teaching: "90"', 'teaching: "92"')
    (small / "authoring" / "teaching" / "92_nowhere.md").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=r"teaching/92_nowhere\.md, line 1: there is no lesson of this name"):
        guide(small, read_course(small))


# --- building ------------------------------------------------------------------------------------------------


def test_the_guide_is_built_and_found_stale_when_a_source_or_a_page_changes(small: Path) -> None:
    told: list[str] = []
    assert build(small, [GUIDE], read_course(small), told.append) == []
    assert told == ["pages/guide: authoring/guide/90_workshop.md, authoring/guide/README.md"]
    page = small / "authoring" / "guide" / "90_workshop.md"
    assert "Write 132 on the board." in page.read_text(encoding="utf-8")
    assert find_stale(small, [GUIDE], read_course(small)) == []
    for path in (
        page,
        small / "authoring" / "teaching" / "90_workshop.md",
        small / "authoring" / "lessons" / "90_workshop.md",
        small / "authoring" / "exercises" / "90_workshop.md",
    ):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"A share|What to say|see a lesson built|the board", "something else", text))
        [stale] = find_stale(small, [GUIDE], read_course(small))
        assert "authoring/guide/90_workshop.md is not what its sources give" in stale.reason, path
        path.write_text(text, encoding="utf-8")
    page.unlink()
    [stale] = find_stale(small, [GUIDE], read_course(small))
    assert "authoring/guide/90_workshop.md is missing" in stale.reason


def test_a_fault_in_a_text_for_teachers_stops_the_guide_and_nothing_else(small: Path) -> None:
    taught(small, TEACHING.replace("## At home", "## Home"))
    [stale] = find_stale(small, [GUIDE], read_course(small))
    assert "“Home” is not one of the headings" in stale.reason
    told: list[str] = []
    [error] = build(small, [GUIDE], read_course(small), told.append)
    assert "“Home” is not one of the headings" in str(error)
    assert told == ["pages/guide: FAILED"]
    assert not (small / "authoring" / "guide").exists()


def test_the_guide_comes_with_every_lesson_and_exercise_where_there_are_texts_for_it(small: Path) -> None:
    assert GUIDE in find_jobs(small, ["90"])
    assert GUIDE in find_jobs(small, ["91"])
    shutil.rmtree(small / "authoring" / "teaching")
    assert GUIDE not in find_jobs(small)
