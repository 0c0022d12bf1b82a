"""Reference answers are changed by rule; a check that is too kind is found, and one that is strict is not blamed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from alliance.answers import Spec, portable
from alliance.answers.texts import Demands
from alliance.building.mutation.mutants import Mutant, mutants
from alliance.building.mutation.texts import text_mutants, text_rewrites
from alliance.building.mutation.trial import asked_of, survivors, try_exercise, try_task, warnings_of
from alliance.building.notebooks.inputs import further_calls
from alliance.building.sources.source import Cell, Source, TaskSource, read_source, read_tasks
from alliance.building.sources.turns import read_turns
from alliance.checking.keys import Task, load_key, stems
from alliance.checking.verdicts import judge

CODE = "def fits(x):\n    'Say so.'\n    return x >= 10\n"


def task(calls, accepts=None):
    spec = Spec("fits", calls=calls)
    cell = Cell("code", CODE, {}, 1)
    names: dict = {}
    exec(CODE, names)
    source = TaskSource("1.1", cell, None, cell, None, [], [], [], cell, None, spec, (), accepts or {})
    return source, Task(
        "1.1", "", "compute", spec, portable(names["fits"], calls), portable(..., calls), [], "", "fits = ..."
    )


def alive(calls, accepts=None):
    found = try_task(*task(calls, accepts), {}, 60)
    return {one.mutant.change for one in found if one.at_fault}


def test_an_edge_that_no_input_touches_leaves_a_mutant_alive():
    assert "x >= 10 → x > 10" in alive([[3], [30]])


def test_inputs_on_both_sides_and_on_the_edge_leave_none():
    assert alive([[9], [9.5], [10], [10.5], [30], [-30]]) == set()


def test_a_change_that_is_accepted_is_no_fault():
    assert "x >= 10 → x > 10" not in alive([[3], [30]], {"x >= 10 → x > 10": "for the test"})


def test_a_functions_own_words_are_not_changed():
    assert all("Say so." in one.code for one in mutants(CODE, "fits"))


def test_a_change_says_what_it_changes():
    assert Mutant("comparisons", "x >= 10 → x > 10", "def fits(x):\n    'Say so.'\n    return x > 10") in mutants(
        CODE, "fits"
    ) or "x >= 10 → x > 10" in {one.change for one in mutants(CODE, "fits")}


def test_a_table_is_tried_under_labels_that_are_no_numbers():
    table = {"table": {"value": [5, 7]}}
    assert [{"table": {"value": {"r9": 5, "r8": 7}}}] in further_calls([[table]], ["index"])
    (result,) = portable(lambda given: given["value"][0], [[{"table": {"value": {"r9": 5, "r8": 7}}}]]).results
    assert result.shown == "a KeyError"


def test_a_rule_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="unknown rule 'colour'"):
        further_calls([[1]], ["colour"])


# --- the course's own tasks ----------------------------------------------------------------------------------

ROOT = Path(__file__).resolve().parent.parent


def sources() -> Iterator[Source]:
    for path in sorted((ROOT / "authoring" / "exercises").glob("[0-9][0-9]_*.md")):
        yield read_source(path)


def functions_and_texts() -> list[tuple[Source, str]]:
    return [
        (source, one.task) for source in sources() for one in read_tasks(source)[1] if one.spec.calls or one.spec.text
    ]


@pytest.mark.parametrize(("source", "name"), [pytest.param(*one, id=one[1]) for one in functions_and_texts()])
def test_no_changed_function_or_text_is_called_right_unless_its_task_says_why(source: Source, name: str) -> None:
    found = try_exercise(source, ROOT, 24, [name])  # evenly from all: benchmarks/mutation.py tries every one
    assert found
    assert list(survivors(found)) == []


def test_what_a_task_accepts_is_a_change_that_is_made() -> None:
    """An entry of `accepts:` that no change meets has been left over, or is misspelt."""
    lessons = map(read_source, sorted((ROOT / "authoring" / "lessons").glob("[0-9][0-9]_*.md")))
    for tasks in [*(read_tasks(source)[1] for source in sources()), *map(read_turns, lessons)]:
        for one in tasks:
            made = {mutant.change for mutant in mutants(one.answer.text, one.spec.answer)} if one.accepts else set()
            assert set(one.accepts) <= made, one.task


def test_texts_that_pass_are_changed_so_that_they_do_not() -> None:
    written = [one for stem in stems() for one in load_key(stem).tasks.values() if one.spec.demands]
    assert written
    for one in written:
        text, demands = str(one.expected.value), one.spec.demands
        assert demands is not None
        for changed, state in ((text_mutants(text, "it", demands), "wrong"), (text_rewrites(text, "it"), "right")):
            for mutant in changed:
                names: dict = {}
                exec(mutant.code, names)
                assert judge(one, portable(names["it"])).state == state, mutant


def test_braces_left_in_a_text_hold_what_the_reference_puts_there() -> None:
    demands = Demands.read({"words": [1, 9]})
    changed = text_mutants("It grew by 3.", "it", demands, "it = f'It grew by {late - early:.0f}.'")
    assert [one.code for one in changed if one.kind == "braces"] == ["it = 'It grew by 3. {late - early:.0f}'"]
    assert not [one for one in text_mutants("It grew by 3.", "it", demands, "it = 'It grew.'") if one.kind == "braces"]


# --- what a question leaves open, and what an author is warned of --------------------------------------------


def drawn(title="", **looks):
    frame = pd.DataFrame({"x": [1, 2, 3], "y": [2.0, 1.0, None]})
    axes = frame.plot(x="x", y="y", **looks)
    axes.set_title(title)
    return portable(axes).panels


def test_a_title_and_a_colour_are_left_open_and_data_are_not():
    assert asked_of(drawn("A title", color="red")) == asked_of(drawn())
    other = portable(pd.DataFrame({"x": [1, 2, 3], "y": [2.0, 1.5, None]}).plot(x="x", y="y")).panels
    assert asked_of(other) != asked_of(drawn())


WARNED = """---
alliance:
  exercise: "90"
  title: For a test
kernelspec: {name: python3, display_name: Python 3, language: python}
---

# Exercise 90

+++ {"task": "90.1", "role": "question", "title": "T", "form": "compute", "minutes": [1, 2], "section": "S"}

Do not round.

```{code-cell} ipython3
---
task: "90.1"
role: answer
check:
  answer: largest
  tolerance: 0.5
---
largest = max([v for v in [1, 2, 3] if v > 0])
```

+++ {"task": "90.1", "role": "hint"}

One.

+++ {"task": "90.1", "role": "hint"}

Two.

```{code-cell} ipython3
---
task: "90.1"
role: wrong
name: least
misconception: M.
message: N.
---
largest = 1
```

```{code-cell} ipython3
---
task: "90.1"
role: wrong
name: middle
misconception: M.
message: N.
---
largest = 2
```

```{code-cell} ipython3
---
task: "90.1"
role: alternative
name: typed
---
largest = 3
```

+++ {"task": "90.1", "role": "explanation"}

So.
"""


def test_an_author_hears_of_rows_that_spring_no_trap_and_of_a_demand_that_nobody_checks(tmp_path: Path) -> None:
    path = tmp_path / "90_test.md"
    path.write_text(WARNED)
    (tmp_path / "exercises").mkdir()
    source = read_source(path)
    lines = list(warnings_of(source, try_exercise(source, tmp_path)))
    assert "90.1: perhaps a trap without a spring: comparisons: v > 0 → v >= 0" in lines
    assert "90.1: “Do not round” stands in the question, and `tolerance: 0.5` is wider" in lines
