"""Reference answers are changed by rule; a check that is too kind is found, and one that is strict is not blamed."""

from __future__ import annotations

import pytest

from alliance.answers import Spec, portable
from alliance.building.mutation.mutants import Mutant, mutants
from alliance.building.mutation.trial import try_task
from alliance.building.notebooks.inputs import further_calls
from alliance.building.sources.source import Cell, TaskSource
from alliance.checking.keys import Task

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
