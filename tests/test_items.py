"""The item report counts what it says it counts, leaves out what cannot be known, and names nobody."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from learner import Notebook as LearnersNotebook
from made_class import OTHER_STEM, STEM, every, person, results, view

from alliance.checking.keys import load_key
from alliance.checking.submission import read_submission
from alliance.classroom.keeping.results import OUTCOMES, TaskResult
from alliance.classroom.reporting.items import (
    COLUMNS,
    LEAST,
    Item,
    chance,
    discrimination,
    items,
    items_csv,
    items_page,
    leads,
)
from alliance.classroom.reporting.people import Person
from alliance.classroom.traces.effort import changed_lines, distance
from alliance.pages import bars

ROOT = Path(__file__).resolve().parent.parent
UNTOUCHED = ROOT / "exercises" / f"{STEM}.ipynb"
KEY = load_key(STEM)


def item(found: Sequence[Item], task: str) -> Item:
    return next(one for one in found if one.task.task == task)


def wrong(task: str, name: str = "") -> TaskResult:
    return TaskResult(task, "wrong", "why", name)


FIRST, SECOND = (one.name for one in KEY.tasks["8.1"].wrong[:2])


@pytest.fixture
def seven() -> list[Person]:
    """Seven learners, each with another outcome or mistake in task 8.1, and all right elsewhere."""
    outcomes: list[TaskResult | str] = [
        "right",
        TaskResult("8.1", "right", computed=False),
        wrong("8.1", SECOND),
        wrong("8.1", SECOND),
        wrong("8.1"),
        "raised",
        "not tried",
    ]
    changed = [1, 2, 4, 8, 16, 32, 999]
    return [
        person(f"learner {i}", results(t1=outcome), changed={"8.1": lines})
        for i, (outcome, lines) in enumerate(zip(outcomes, changed, strict=True))
    ]


def test_every_outcome_is_counted_and_only_the_tried_ones_are_tried(seven: list[Person]) -> None:
    broken = person("learner 9", results(t1=TaskResult("8.1", "not graded", fault="lost")))
    one = item(items(view(*seven, broken)), "8.1")
    assert dict(one.counts) == {
        "right": 1, "not computed": 1, "wrong": 3, "raised": 1, "not tried": 1, "not graded": 1
    }  # fmt: skip
    assert (one.handed_in, one.tried) == (8, 6)


def test_wrong_answers_are_counted_by_mistake_and_the_unnamed_last(seven: list[Person]) -> None:
    found = items(view(*seven, person("eight", results(t1=wrong("8.1", FIRST)))))
    assert list(item(found, "8.1").wrong.items()) == [(SECOND, 2), (FIRST, 1), ("other", 1)]
    assert item(found, "8.2").wrong == {}


def test_a_mistake_that_the_key_no_longer_has_is_another_one() -> None:
    found = items(view(person("lee", results(t1=wrong("8.1", "a-name-of-old")))))
    assert item(found, "8.1").wrong == {"other": 1}


def test_changed_lines_are_the_median_over_those_who_tried(seven: list[Person]) -> None:
    assert item(items(view(*seven)), "8.1").changed == 6  # the middle of 1, 2, 4, 8, 16, 32
    assert item(items(view(person("lee", results(t1="not tried"), changed={"8.1": 3}))), "8.1").changed is None


# --- changed lines -----------------------------------------------------------------------------------------------


def test_an_untouched_notebook_has_no_changed_lines() -> None:
    assert set(changed_lines(read_submission(UNTOUCHED)).values()) == {0}


def test_changed_lines_are_those_that_differ_from_what_was_given(tmp_path: Path) -> None:
    notebook = LearnersNotebook(UNTOUCHED)
    notebook.answer("8.1", "\n\nsteps = 8   \nwide_cagr_percent = 5\n\n")  # one line in place of the stub's, one more
    notebook.insert("a = 1\nb = 2", behind=("8.2", "answer"))
    notebook.edit_check("8.4", "check('8.4', 1)")
    found = changed_lines(read_submission(notebook.save(tmp_path / f"{STEM}.ipynb")))
    assert (found["8.1"], found["8.2"], found["8.4"]) == (2, 2, 0)


@pytest.mark.parametrize(
    ("given", "own", "lines"),
    [
        ("ab", "ab", 0),
        ("ab", "axb", 1),
        ("ab", "b", 1),
        ("ab", "xy", 2),
        ("", "xyz", 3),
        ("abc", "", 3),
        ("abc", "axyc", 2),
    ],
)
def test_a_line_in_place_of_another_counts_once(given: str, own: str, lines: int) -> None:
    assert distance(list(given), list(own)) == lines


# --- discrimination ----------------------------------------------------------------------------------------------


def scores(own: Sequence[int], rest: Sequence[int]) -> pd.DataFrame:
    """Return scores of one task and of three others, of which as many are right as `rest` says."""
    return pd.DataFrame({"1": own, **{str(n): [int(right >= n - 1) for right in rest] for n in (2, 3, 4)}})


def test_a_task_that_tells_the_strong_from_the_weak_has_a_high_discrimination() -> None:
    value, why_not = discrimination(scores([0] * 6 + [1] * 6, [0] * 6 + [3] * 6), "1")
    assert value == pytest.approx(1)
    assert why_not == ""
    assert discrimination(scores([1] * 6 + [0] * 6, [0] * 6 + [3] * 6), "1")[0] == pytest.approx(-1)


def test_discrimination_is_the_correlation_with_the_other_tasks_without_the_task_itself() -> None:
    own, rest = [1, 0, 1, 1, 0, 0, 1, 0, 1, 1], [3, 1, 2, 3, 0, 2, 1, 1, 3, 2]
    mean = sum(rest) / 10
    spread = sum((one - mean) ** 2 for one in rest) / 10
    passed = [right for right, one in zip(rest, own, strict=True) if one]
    failed = [right for right, one in zip(rest, own, strict=True) if not one]
    gap = sum(passed) / len(passed) - sum(failed) / len(failed)
    point_biserial = gap / spread**0.5 * (len(passed) * len(failed) / 100) ** 0.5
    assert discrimination(scores(own, rest), "1")[0] == pytest.approx(point_biserial)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (scores([0, 1] * 4, [1, 2] * 4), f"fewer than {LEAST}"),
        (scores([1] * 12, [1, 2] * 6), "everybody was right"),
        (scores([0] * 12, [1, 2] * 6), "nobody was right"),
        (scores([0, 1] * 6, [2] * 12), "the same number of other tasks"),
        (pd.DataFrame(), f"fewer than {LEAST}"),
    ],
)
def test_a_discrimination_that_cannot_be_known_has_a_reason_instead(table: pd.DataFrame, why: str) -> None:
    value, why_not = discrimination(table, "1")
    assert value is None
    assert why in why_not


def test_notebooks_that_are_not_wholly_judged_do_not_enter_the_discrimination() -> None:
    *_, last = KEY.tasks
    fault = {f"t{last.split('.')[1]}": TaskResult(last, "not graded", fault="lost")}
    people = [person(f"a{i}", results(t1="wrong", t2="wrong")) for i in range(5)]
    people += [person(f"b{i}", results()) for i in range(4)]
    assert "fewer than" in item(items(view(*people, person("c", results(**fault)))), "8.1").why_not
    assert item(items(view(*people, person("c", results()))), "8.1").discrimination == pytest.approx(1)


# --- what to teach next ------------------------------------------------------------------------------------------


def test_the_three_mistakes_met_most_often_come_first_with_the_teachers_note() -> None:
    mean, steps, korea = (
        KEY.tasks["8.1"].wrong[0],
        KEY.tasks["8.2"].wrong[0],
        load_key(OTHER_STEM).tasks["14.1"].wrong[0],
    )
    people = [person(f"a{i}", results(t2=wrong("8.2", steps.name))) for i in range(3)]
    people += [
        person(f"b{i}", results(t1=wrong("8.1", mean.name)), results(OTHER_STEM, t1=wrong("14.1", korea.name)))
        for i in range(2)
    ]
    people += [person(f"c{i}", results(t3=wrong("8.3"))) for i in range(9)]  # without a name of its own
    found = leads(items(view(*people)))
    assert [(one.task.task, one.name, one.count) for one in found] == [
        ("8.2", steps.name, 3), ("8.1", mean.name, 2), ("14.1", korea.name, 2)
    ]  # fmt: skip
    assert found[0].note == steps.misconception
    assert found[0].tried == 14
    page = items_page(items(view(*people)), len(people))
    assert steps.misconception in page
    assert page.index(steps.misconception) < page.index(mean.misconception) < page.index("All exercises")


def test_a_mistake_of_one_learner_is_no_lesson_for_the_class() -> None:
    found = items(
        view(person("lee", results(t1=wrong("8.1", KEY.tasks["8.1"].wrong[0].name))), person("ito", results()))
    )
    assert leads(found) == []
    assert "No mistake with a name of its own was met more than once." in items_page(found, 2)


def test_the_page_says_how_large_a_discrimination_comes_by_chance() -> None:
    draw = np.random.default_rng(5)
    for size, told in ((10, "−0.6 and 0.6 with 10 notebooks"), (40, "−0.3 and 0.3 with 40 notebooks")):
        by_chance = [
            discrimination(pd.DataFrame(draw.integers(0, 2, (size, 8)), columns=list("abcdefgh")), "a")[0]
            for _ in range(1000)
        ]
        sizes = pd.Series(by_chance, dtype="float64").dropna().abs()
        assert (sizes < chance(size)).mean() == pytest.approx(0.95, abs=0.03)
        assert told in items_page(items(view(person("lee", results()))), 1)


# --- the files ---------------------------------------------------------------------------------------------------


def test_the_csv_has_a_row_for_each_task_with_what_was_counted(seven: list[Person]) -> None:
    rows = list(csv.DictReader(io.StringIO(items_csv(items(view(*seven))).lstrip("\ufeff"))))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["task"] for row in rows] == list(KEY.tasks)
    first = rows[0]
    assert [first[name] for name in ("handed_in", "tried", "right", "not_computed", "wrong", "error")] == list("761131")
    assert [first[name] for name in ("not_tried", "not_graded", "median_changed_lines")] == ["1", "0", "6.0"]
    assert first["wrong_by_misconception"] == f"{SECOND}: 2; other: 1"
    assert (first["discrimination"], first["why_no_discrimination"][:5]) == ("", "fewer")


@pytest.mark.parametrize(
    "people",
    [
        [],
        [person("lee", results())],
        [person("lee", results(**every(TaskResult("", "not graded", fault="lost"))))],
    ],
)
def test_no_class_is_too_small_for_the_report(people: list[Person]) -> None:
    found = items(view(*people))
    assert items_csv(found).count("\r\n") == 1 + len(found)
    page = items_page(found, len(people))
    assert f"{len(people)} learner{'' if len(people) == 1 else 's'}," in page
    assert "What to teach next" in page or not people


def test_a_figure_says_every_number_in_words_and_its_bars_are_as_long_as_each_other(seven: list[Person]) -> None:
    page = items_page(items(view(*seven)), 7)
    assert "8.1, 7 notebooks: 1 right, 1 not computed, 3 wrong, 1 error, 1 not tried." in page
    assert "8.2, 7 notebooks: 7 right." in page
    whole = 7 * len(load_key(STEM).tasks)
    counts = f"{whole} verdicts: {whole - 6} right, 1 not computed, 3 wrong, 1 error, 1 not tried."
    assert f"Japan&#39;s defence budget, {counts}" in page


def test_groups_without_anything_are_drawn_as_nothing() -> None:
    counts = pd.DataFrame([[0] * len(OUTCOMES) + [0]], index=["x"], columns=[*OUTCOMES, "notebooks"])
    (bar,) = bars.figure("a", "A", counts, list(OUTCOMES), "notebooks", {}).bars
    assert bar.segments == []


def test_labels_of_the_whole_course_do_not_overlap_and_all_fit(chromium: str, tmp_path: Path) -> None:
    """All exercises with all their tasks, all outcomes met: no two texts of a figure touch, none is cut."""
    from browser import chromium_browser

    from alliance.checking.keys import stems
    from alliance.classroom.keeping.results import Graded
    from alliance.classroom.reporting.people import ClassView, Notebook
    from alliance.classroom.taking_in.roster import Enrolled

    people = []
    for i in range(24):
        notebooks = {}
        for stem in stems():
            tasks = [
                TaskResult(name, "right", computed=False) if (i * 5 + n) % 6 == 5 else TaskResult(name, state)
                for n, name in enumerate(load_key(stem).tasks)
                for state in [("right", "wrong", "raised", "not tried", "not graded")[(i * 7 + n) % 5]]
            ]
            notebooks[stem] = Notebook.of(Graded(f"l{i}", stem, "f", tasks, [], "a", 1.0))
        people.append(Person(f"l{i}", Enrolled(f"l{i}"), "", notebooks))
    path = tmp_path / "items.html"
    path.write_text(items_page(items(ClassView(people, stems())), 24), encoding="utf-8")
    with chromium_browser(chromium) as browser:
        for width, scheme in ((390, "light"), (1280, "dark")):
            tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            requests: list[str] = []
            tab.on("request", lambda request, seen=requests: seen.append(request.url))
            tab.goto(path.as_uri())
            assert requests == [path.as_uri()]
            assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            assert tab.evaluate("document.querySelectorAll('svg.bars').length") == 1 + len(stems())
            assert tab.evaluate(TOUCHING) == []
            tab.close()


TOUCHING = """() => {
  const found = [];
  for (const svg of document.querySelectorAll('svg.bars')) {
    const frame = svg.getBoundingClientRect();
    const boxes = [...svg.querySelectorAll('text')].map((text) => [text.textContent, text.getBoundingClientRect()]);
    boxes.forEach(([word, a], i) => {
      if (a.left < frame.left - 0.5 || a.right > frame.right + 0.5) found.push(word);
      for (const [other, b] of boxes.slice(i + 1)) {
        const beside = a.right <= b.left || b.right <= a.left;
        const above = a.bottom <= b.top + 2 || b.bottom <= a.top + 2;
        if (!beside && !above) found.push([word, other]);
      }
    });
  }
  return found;
}"""
