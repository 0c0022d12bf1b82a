"""Write the teacher's guide, a page for each lesson and an overview, from lessons, exercises and texts on teaching."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from alliance.building.notebooks.minutes import exercise_total, total
from alliance.building.notebooks.navigation import PARTS, Course, minutes_table, span
from alliance.building.notebooks.variants import evaluator, run_cells, working_in
from alliance.building.sources.errors import SourceError
from alliance.building.sources.mistakes import mistake
from alliance.building.sources.prose import fill_at
from alliance.building.sources.source import Source, TaskSource, read_source
from alliance.building.sources.turns import read_turns
from alliance.building.teachers.plans import Plan, read_plans
from alliance.building.teachers.teaching import SESSION, Block, Part, Task, Teaching, read_teaching

HOUR = 60
"""Minutes."""
SOURCES = "authoring/teaching"
PAGES = "authoring/guide"
OVERVIEW = "overview.md"

Write = Callable[[Part], str]
"""Fills in a text's numbers."""


def has_guide(root: Path) -> bool:
    """Return whether a course has texts for teachers at all."""
    return (root / SOURCES).is_dir()


def guide(root: Path, course: Course) -> dict[str, str]:
    """Return the guide's pages as path → Markdown. Raises SourceError with the line of what is wrong or missing."""
    teachings = {}
    pages = {}
    for stem in course.lessons:
        teaching = _read(root, course, stem)
        teachings[stem[:2]] = teaching
        pages[f"{PAGES}/{stem}.md"] = lesson_page(teaching, course, _writer(root, teaching.source, teaching))
    for path in sorted((root / SOURCES).glob("*.md")):
        if path.name != OVERVIEW and path.stem not in course.lessons:
            raise SourceError(path, 1, "there is no lesson of this name; give the file the name of its lesson.")
    overview = read_source(_existing(root / SOURCES / OVERVIEW))
    plans = read_plans(overview, course, teachings)
    pages[f"{PAGES}/README.md"] = overview_page(overview, plans, course, teachings, _writer(root, overview))
    return pages


def _read(root: Path, course: Course, stem: str) -> Teaching:
    path = _existing(root / SOURCES / f"{stem}.md")
    exercise = course.exercise_of(stem[:2])
    if exercise is None:
        raise SourceError(path, 1, "this lesson has no exercise, so no session can be planned.")
    lesson = read_source(root / "authoring" / "lessons" / f"{stem}.md")
    return read_teaching(read_source(path), lesson, read_source(root / "authoring" / "exercises" / f"{exercise}.md"))


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise SourceError(path, 1, "this file is missing; docs/teachers.md says what it holds.")
    return path


def _writer(root: Path, source: Source, teaching: Teaching | None = None) -> Write:
    """Return what fills in the numbers of a source's texts; they see the names that its code cell defines."""
    namespace = {"session": SESSION}
    if teaching is not None and teaching.setup:
        with working_in(root / "lessons"):
            namespace |= run_cells(source.path, teaching.setup)
    evaluate = evaluator(namespace)
    return lambda part: fill_at(source.path, part.line, part.text, evaluate, root / "data")


# --- a lesson's page -----------------------------------------------------------------------------------------


def lesson_page(teaching: Teaching, course: Course, write: Write) -> str:
    """Return a lesson's page of the guide."""
    lesson = teaching.lesson
    lines = [
        _made_from(f"{SOURCES}/{lesson.stem}.md, the lesson and its exercise"),
        f"# Teaching {lesson.number} {lesson.about['title']}",
        "",
        f"**{lesson.about['question']}**",
        "",
        *_at_a_glance(teaching, course),
        "",
        "## Objectives",
        "",
        "After the lesson a learner can",
        "",
        *[f"- {one}" for one in lesson.about["objectives"]],
        "",
        f"New code that the tasks ask for: {_names(lesson.about['introduces'])}.",
        "",
        "## Prepare",
        "",
        write(teaching.parts["Prepare"]),
        "",
        "## Misunderstandings that cost most time",
        "",
        "Each heading is what a learner says, and is mistaken; below it is how to answer.",
        "",
        *_with_headings(teaching.misunderstandings, write),
        *_goes_wrong(teaching, course),
        "## Questions for discussion",
        "",
        "Each question comes with points for two readings, the lesson's own two where possible. "
        "The course takes no side.",
        "",
        *_with_headings(teaching.questions, write, numbered=True),
        f"## One session of {SESSION} minutes",
        "",
        *_session(teaching),
        "",
        "### At home",
        "",
        *_left(teaching),
        "",
        write(teaching.parts["At home"]),
        "",
        "## In a semester",
        "",
        write(teaching.parts["In a semester"]),
        "",
        "## Minutes by section",
        "",
        *minutes_table(teaching.sections),
        "",
        "The first figure is for fast readers, the second for slow ones; the session above plans with the second.",
    ]
    return "\n".join(lines) + "\n"


def _made_from(what: str) -> str:
    return f"<!-- Written by `alliance build` from {what}: edit those, not this page. -->\n"


def _names(introduced: Sequence[object]) -> str:
    return ", ".join(f"`{name}`" for name in introduced) or "nothing"


def _at_a_glance(teaching: Teaching, course: Course) -> list[str]:
    stem = teaching.lesson.stem
    exercise = str(course.exercise_of(stem[:2]))
    low, high = total(teaching.sections)
    about = course.about[stem[:2]]
    needs = [_page_link(course, need) for need in about.get("needs", [])]
    fast, slow = exercise_total(teaching.exercise)
    return [
        f"- {PARTS[about['part']]}. Builds on: {'; '.join(needs) or 'no other lesson'}.",
        f"- [Lesson](../../lessons/{stem}.ipynb): {low} to {high} minutes. "
        f"[Exercise](../../exercises/{exercise}.ipynb): {len(teaching.tasks)} tasks, {fast} to {slow} minutes.",
        f"- [Solved exercise](../../solutions/{exercise}.ipynb), and "
        f"[notes on each task](../../solutions/notes/{exercise}.md) with what the learner is told.",
    ]


def _page_link(course: Course, number: str) -> str:
    stem = str(course.lesson_of(number))
    return f"[{course.title(stem)}]({stem}.md)"


def _with_headings(parts: Sequence[Part], write: Write, numbered: bool = False) -> list[str]:
    lines = []
    for i, part in enumerate(parts, 1):
        lines += [f"### {f'{i}. ' if numbered else ''}{part.title}", "", write(part), ""]
    return lines


def _goes_wrong(teaching: Teaching, course: Course) -> list[str]:
    exercise = course.exercise_of(teaching.lesson.number)
    turns = read_turns(teaching.lesson)
    notes = [f"[notes on the exercise](../../solutions/notes/{exercise}.md)"]
    if turns:
        notes.insert(0, f"[notes on the lesson's tasks](../../solutions/notes/{teaching.lesson.stem}_your_turn.md)")
    return [
        "### All that the checker knows, by task",
        "",
        "Mistakes to expect, none of them a statement of ours: what a learner who gives a wrong answer does or thinks. "
        "They come from the wrong answers that the checker knows by name, in the lesson's own tasks, which aren't "
        f"graded, and in the exercise's. What the checker tells the learner is in the {' and the '.join(notes)}.",
        "",
        "| task | a learner who is wrong … | read again |",
        "|---|---|---|",
        *[
            f"| {one.task} {_cell(one.title)} (your turn) | {_all(_mistaken(one))} | {_cell(one.section)} |"
            for one in turns
        ],
        *[f"| {_task(one)} | {_all(one.misconceptions)} | {_cell(one.read_again)} |" for one in teaching.tasks],
        "",
    ]


def _mistaken(turn: TaskSource) -> list[str]:
    return list(dict.fromkeys(str(cell.meta["misconception"]) for cell in turn.wrong))


def _task(task: Task) -> str:
    return f"{task.task} {_cell(task.title)} ({task.form}, {span(task.fast, task.slow)} min)"


def _all(misconceptions: Sequence[str]) -> str:
    return "; ".join(_cell(mistake(one)) for one in misconceptions)


def _cell(text: str) -> str:
    """Return a text as it may stand in a table's cell."""
    return " ".join(text.split()).replace("|", "\\|")


def _session(teaching: Teaching) -> list[str]:
    lines = ["| minutes | what | how |", "|---|---|---|"]
    gone = 0
    for block in teaching.blocks:
        lines.append(f"| {gone} to {gone + block.minutes} | {_what(block, teaching)} | {_cell(block.do)} |")
        gone += block.minutes
    spare = SESSION - gone
    return [*lines, "", f"{gone} minutes at a slow reader's pace" + (f", {spare} to spare." if spare else ".")]


def _what(block: Block, teaching: Teaching) -> str:
    if block.sections:
        turns = [one.task for one in read_turns(teaching.lesson) if one.section in block.sections]
        on_the_way = f" (your turn: {', '.join(turns)})" if turns else ""
        return "Lesson: " + "; ".join(f"*{_cell(title)}*" for title in block.sections) + on_the_way
    if block.tasks:
        return f"Exercise: task{'s' if len(block.tasks) > 1 else ''} {', '.join(block.tasks)}"
    return f"Discussion: question {block.question}" if block.question else "Class"


def _left(teaching: Teaching) -> list[str]:
    sections = "; ".join(f"*{one.title}*" for one in teaching.sections_left)
    tasks = "; ".join(f"{one.task} {one.title}" for one in teaching.tasks_left)
    return [
        f"{span(*teaching.left)} minutes are left for home.",
        "",
        f"- Sections: {sections or 'none'}.",
        f"- Tasks: {tasks or 'none'}.",
    ]


# --- the overview --------------------------------------------------------------------------------------------


def overview_page(
    source: Source, plans: Sequence[Plan], course: Course, teachings: Mapping[str, Teaching], write: Write
) -> str:
    """Return the overview: how a class is run, all lessons with their minutes, and the plans by week."""
    text = "\n\n".join(write(Part("", cell.text, cell.line)) for cell in source.cells if cell.kind == "markdown")
    lines = [
        _made_from(f"{SOURCES}/{OVERVIEW}, the lessons and their exercises"),
        "# Teacher's guide",
        "",
        text.strip(),
        "",
        "## The lessons",
        "",
        f"Minutes of lesson and exercise are for fast and for slow learners; a session of at most {SESSION} minutes is "
        "planned at the slow pace.",
        "",
        "| lesson | asks | needs | lesson, min | exercise, min | session, min | left for home, min |",
        "|---|---|---|---|---|---|---|",
        *[_lesson_row(teaching, course) for teaching in teachings.values()],
        "",
        "## Plans",
        "",
        "In every plan a lesson comes after all that it needs. In class each lesson takes the session of its page; "
        "at home come the sections and tasks that the session leaves, and lessons that are read alone.",
        "",
    ]
    for plan in plans:
        lines += [*_plan(plan, course, teachings), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _lesson_row(teaching: Teaching, course: Course) -> str:
    lesson = teaching.lesson
    low, high = total(teaching.sections)
    needs = ", ".join(course.about[lesson.number].get("needs", [])) or "–"
    fast, slow = exercise_total(teaching.exercise)
    return (
        f"| {_page_link(course, lesson.number)} | {_cell(str(lesson.about['question']))} | {needs} | "
        f"{low} to {high} | {fast} to {slow} | {teaching.minutes} | {span(*teaching.left)} |"
    )


def _plan(plan: Plan, course: Course, teachings: Mapping[str, Teaching]) -> list[str]:
    lines = [f"### {plan.name}", "", plan.about, "", "| when | lessons | in class, min | at home, min | also |"]
    lines.append("|---|---|---|---|---|")
    in_class = fast = slow = 0
    for step in plan.steps:
        lessons = [_page_link(course, number) for number in step.lessons]
        lessons += [f"{_page_link(course, number)}, alone" for number in step.alone]
        home = step.at_home(teachings)
        in_class, fast, slow = in_class + step.in_class(teachings), fast + home[0], slow + home[1]
        lines.append(
            f"| {step.when} | {'; '.join(lessons)} | {step.in_class(teachings) or '–'} | {span(*home)} | "
            f"{_cell(step.note)} |"
        )
    lines.append(f"| **in all** | | **{in_class}** | **{span(fast, slow)}** | |")
    if not plan.whole:
        numbers = sorted(number for step in plan.steps for number in (*step.alone, *step.lessons))
        hours = f"In hours: about {_hours(in_class)} in class, {_hours(fast, slow)} at home. " if fast >= HOUR else ""
        lines += ["", f"{hours}Hand out with `release OUT --lessons {_ranges(numbers)}`."]
    return lines


def _hours(fast: float, slow: float | None = None) -> str:
    """Return minutes in whole hours."""
    return span(fast / HOUR, (fast if slow is None else slow) / HOUR)


def _ranges(numbers: Sequence[str]) -> str:
    """Return numbers of lessons, in order, as `release --lessons` takes them: `0-5,8`."""
    runs: list[list[int]] = []
    for number in map(int, numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
