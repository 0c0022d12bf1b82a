"""What is said of wrong numbers beside the right ones: each explanation of those that it explains, and of no others."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from alliance.answers import Spec, compare, portable
from alliance.checking.keys import Hint, Task
from alliance.checking.verdicts import judge

PART = "percent of the whole"


def told(expected: Any, answer: Any, **check: Any) -> str:
    """Return what the comparison says of an answer; nothing where it is right."""
    spec = Spec.from_dict({"answer": "mine", **check})
    return compare(portable(expected), portable(answer), spec) or ""


def said(expected: Any, answer: Any, code: str, **check: Any) -> str:
    """Return the message on a wrong answer that this code gave, in an exercise."""
    spec = Spec.from_dict({"answer": "mine", **check})
    one = Task("5.1", "A task", "compute", spec, portable(expected), portable(...), [], "", "mine = ...")
    return judge(one, portable(answer), code).message


# --- upside down ----------------------------------------------------------------------------------------------


@for_all(st.floats(1, 90) | st.floats(110, 900))
def test_a_percentage_upside_down_is_called_so(percent: float) -> None:
    for unit in ("percent", PART):
        message = told(percent, 1e4 / percent, unit=unit)
        assert "upside down" in message or percent / (1 - percent / 100) == pytest.approx(1e4 / percent)


@pytest.mark.parametrize("answer", [78.378, 129.0, 0.0, np.nan, -127.586, 100.0, 127.0])
def test_what_is_near_a_ratio_upside_down_is_not_called_so(answer: float) -> None:
    assert "upside" not in told(78.37837837837837, answer, unit="percent", tolerance=0.0001)


def test_a_ratio_upside_down_may_be_rounded() -> None:
    assert "upside down" in told(78.37837837837837, 127.59, unit="percent", tolerance=0.06)
    assert "upside down" in told(144.9275, 0.0069, unit="yen per dollar", tolerance=0.06)


def test_a_plain_number_is_called_one_divided_by_the_right_one() -> None:
    assert "is 1 divided by the right number: is a division upside down?" in told(1.25, 0.8, unit="times")
    assert "is 1 divided by the right numbers" in told([1.25, 2.5], [0.8, 0.4])


@pytest.mark.parametrize(
    ("expected", "answer"), [(2, 0.5), (1, 1.0000001), (4.0, 0.25), (-1, 1), ([2, 2.5], [0.5, 0.4])]
)
def test_a_count_is_no_ratio(expected: Any, answer: Any) -> None:
    assert "divided by" not in told(expected, answer)


def test_points_are_no_ratio() -> None:
    assert "upside" not in told(20.0, 500.0, unit="percentage points")


def test_a_whole_column_upside_down_is_called_so() -> None:
    share = pd.Series([40.0, 80.0, 55.0], index=["a", "b", "c"])
    assert "has the right ratios upside down" in told(share, 1e4 / share, unit="percent")
    assert "upside" not in told(share, pd.Series([250.0, 125.0, 55.0], index=["a", "b", "c"]), unit="percent")


# --- growth ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (112.5, "is too high by 100. For a growth, take 1 off"),
        (212.5, "is too high by 200. Is a 1 added"),
        (-87.5, "is too low by 100. Is a 1, or 100 percent, taken off"),
        (1.125, "looks like a ratio"),
        (100 / 1.125 - 100, "is the change the other way round"),
        (12.5 / 1.125, "would be right with another base"),
    ],
)
def test_what_is_left_in_or_out_of_a_growth_is_named(answer: float, words: str) -> None:
    assert words in told(12.5, answer, unit="percent", tolerance=0.06)
    assert words not in told(12.5, answer, unit="billion yen", tolerance=0.06)
    assert words not in told(12.5, answer, unit="percentage points", tolerance=0.06)
    assert words not in told(12.5, answer + 0.3, unit="percent", tolerance=0.06)


def test_a_small_change_the_other_way_round_is_hardly_told_from_a_wrong_sign_and_gets_what_is_true_of_both() -> None:
    turned = 100 / 1.01 - 100  # -0.990099, and the wrong sign alone would be -1
    message = said(1.0, turned, "mine = (a / b - 1) * 100", unit="percent", tolerance=0.06)
    assert message.startswith("`mine` = -0.990099 has the wrong sign. Are two values the wrong way round, or is")
    assert "the other way round" in told(1.0, turned, unit="percent", tolerance=0.0001)


# --- parts of a whole -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [100.5, 164.0, 280_500.0, 1e30])
def test_a_part_of_a_whole_above_a_hundred_percent_is_told_that_none_is(answer: float) -> None:
    assert "A part of a whole is never more than 100 percent" in told(55.25, answer, unit=PART)
    assert "never more" not in told(55.25, answer, unit="percent")
    assert "never more" not in told(55.25, answer, unit="ships")


@pytest.mark.parametrize("answer", [100.0, 99.9, 0.0, 12.0, np.nan])
def test_a_part_of_a_whole_that_could_be_one_is_not(answer: float) -> None:
    message = told(55.25, answer, unit=PART)
    assert "never more" not in message
    assert "never below" not in message


def test_a_part_below_zero_is_told_that_none_is() -> None:
    assert "A part of a whole is never below zero" in told(55.25, -12.0, unit=PART)
    assert "never below" not in told(55.25, -12.0, unit="percent")


def test_in_a_list_or_table_a_part_above_a_hundred_is_told_after_its_place() -> None:
    parts = pd.DataFrame({"year": [2019, 2020, 2021], "percent": [40.0, 60.0, 50.0]})
    beyond = parts.assign(percent=[40.0, 160.0, 150.0])
    assert told(parts, beyond, keys=["year"], unit=PART).endswith("look at what you divide by what.")
    assert "never more" not in told(parts, parts.assign(percent=[41.0, 60.0, 50.0]), keys=["year"], unit=PART)
    assert "never more" in told([40.0, 60.0], [41.0, 120.0], unit=PART)


@pytest.mark.parametrize(
    ("code", "asks"),
    [
        ("mine = {'a': x / y, 'b': x / y}", "look at what you divide by what."),
        ("mine = {'a': t['x'].mean(), 'b': t['y'].mean()}", "look at what you divide by what."),
        ("", "look at what you divide by what."),
        ("mine = {'a': t['x'].sum(), 'b': t['y'].sum()}", "what does your number count, or add up?"),
    ],
)
def test_of_parts_above_a_hundred_it_is_said_once_and_of_dividing_only_where_code_divides(code: str, asks: str) -> None:
    message = said({"a": 40.0, "b": 60.0}, {"a": 141.0, "b": 163.0}, code, unit=PART)
    assert message.count("A part of a whole is never more than 100 percent of it") == 1
    assert asks in message


def test_what_is_left_of_the_whole_is_called_the_rest() -> None:
    assert "is what the rest of the whole has" in told(30.0, 70.0, unit=PART)
    assert "rest" not in told(30.0, 70.5, unit=PART)
    assert "rest" not in told(30.0, 70.0, unit="percent")


def test_a_part_divided_by_the_rest_is_asked_for_its_whole() -> None:
    assert "left out of the whole" in told(25.0, 25 / 0.75, unit=PART, tolerance=0.06)
    assert "left out" not in told(25.0, 34.0, unit=PART, tolerance=0.06)


def test_a_part_that_is_the_whole_or_nothing_is_asked_whether_it_is() -> None:
    same = "100 percent says that part and whole are the same: are they?"
    assert same in said(30.0, 100.0, "mine = part / whole * 100", unit=PART)
    assert same not in said(30.0, 100.0, "mine = part / whole * 100", unit="percent")
    nothing = "Zero percent says that nothing belongs to the part: is that so?"
    assert nothing in said(30.0, 0, "mine = part / whole * 100", unit=PART)
    assert nothing not in said(30.0, 0, "mine = part / whole * 100", unit="percent")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (115_900.0, "115,900 percent of something is 1,159 times as much"),
        (2400.0, "what grows by 2,400 percent ends at 25 times as much: can that be?"),
        (1500.0, "1,500 percent of something is 15 times as much"),
        (-120.9, "What falls by more than 100 percent ends below zero"),
    ],
)
def test_percentages_that_hardly_can_be_are_told_what_they_mean(answer: float, words: str) -> None:
    assert words in told(37.93, answer, unit="percent")
    assert words not in told(37.93, answer, unit="percentage points")
    assert words not in told(37.93, answer, unit="yen")


@pytest.mark.parametrize("answer", [999.0, -99.0, 236.0, 0.0])
def test_percentages_that_can_be_are_not(answer: float) -> None:
    message = told(37.93, answer, unit="percent")
    assert "times as much" not in message
    assert "ends below zero" not in message


def test_where_thousands_of_percent_are_right_nothing_is_said_against_them() -> None:
    assert "times as much" not in told(1800.0, 2100.0, unit="percent")


@pytest.mark.parametrize(("answer", "tells"), [(180, False), (183.33, True), (183, True), (18333, False), (182, False)])
def test_a_factor_is_named_only_where_what_is_left_is_rounding(answer: float, tells: bool) -> None:
    assert ("100 times too large" in told(11 / 6, answer, tolerance=0.04, unit="times")) is tells


# --- units ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "answer", "unit", "words"),
    [
        (8.7, 8700.0, "billion dollars", "Is it in million dollars? The unit asked for is billion dollars."),
        (8.7, 0.0087, "billion dollars", "Is it in trillion dollars?"),
        (8.7, 8.7e6, "billion yen", "Is it in thousand yen?"),
        (8.7, 8.7e9, "billion yen", "Is it in yen?"),
        (8.7, 8700.0, "tonnes", "Is it in another unit? The unit asked for is tonnes."),
        (8.7, 0.0087, "trillion yen", "Is it in another unit?"),
        (8.7, 870.0, "billion yen", "Is it multiplied by 100, as percentages are?"),
        (8.7, 0.087, "billion yen", "Is it divided by 100, as percentages are?"),
        (0.5, 50.0, PART, "Is it converted twice, or not at all?"),
        (
            27.0,
            2700.0,
            PART,
            "more than 100 percent of it. Is it multiplied by 100 twice, or is a count or a sum still",
        ),
        (1.7, 1700.0, PART, "100 percent of it. Is a count or a sum still to be divided by how many there are?"),
        (27.0, 0.27, PART, "this is a share, but a percentage"),
    ],
)
def test_a_factor_is_told_in_the_words_of_the_unit(expected: float, answer: float, unit: str, words: str) -> None:
    assert words in told(expected, answer, unit=unit)


@pytest.mark.parametrize("answer", [8600.0, 87.0, 8.8, 0.0, np.nan, -8700.0])
def test_no_other_factor_is(answer: float) -> None:
    assert "Is it in" not in told(8.7, answer, unit="billion dollars", tolerance=0.01)


def test_times_are_no_unit_that_could_be_another() -> None:
    assert "unit" not in told(1.8035, 1700.0, unit="times")
    assert "The unit asked for is tonnes." in told(1.8035, 1700.0, unit="tonnes")


# --- rounding -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("expected", "answer"), [(27.96, 27), (27.96, 27.9), (-12.87, -12.8)])
def test_decimals_that_were_cut_off_are_asked_for(expected: float, answer: float) -> None:
    assert "Have its decimals been cut off" in told(expected, answer)


@pytest.mark.parametrize(
    ("expected", "answer"), [(27.96, 26), (27.96, 28.1), (2.96, 2), (28, 27), (27.3, 27), (0.4, 0), (1987, 1986)]
)
def test_others_are_not(expected: float, answer: float) -> None:
    assert "cut off" not in told(expected, answer)


def test_what_is_not_rounded_is_asked_for_a_whole_number() -> None:
    assert "close, but too high. Is a whole number asked for?" in told(60, 60.1)
    for expected, answer, check in (
        (60, 60.6, {}),
        (60, 61, {}),
        (60.5, 60.6, {}),
        (60, 60.1, {"unit": "percent"}),
        (60, 60.1, {"tolerance": 0.06}),
        (1, 0, {}),
    ):
        assert "whole number" not in told(expected, answer, **check)


def test_one_percent_more_is_close() -> None:
    assert "is close, but too high." in told(78.378, 78.378 * 1.01, unit="percent", tolerance=0.06)
    assert "close" not in told(78.378, 81.0, unit="percent", tolerance=0.06)
    assert "close" not in told(200, 201)


# --- counts ---------------------------------------------------------------------------------------------------

ENDS = "`<` and `>` leave the end itself out, `<=` and `>=` take it in"


@pytest.mark.parametrize(
    ("given", "code", "tells"),
    [
        (19, "mine = (table['year'] < 2013).sum()", True),
        (19, "mine = len(table.query('year > 2013'))", True),
        (21, "mine = (table['year'] <= 2013).sum()", True),
        (21, "mine = table['year'].between(1990, 1999).sum()", True),
        (21, "mine = (table['year'] < 2013).sum()", False),
        (19, "mine = (table['year'] <= 2013).sum()", False),
        (19, "mine = ((table['year'] > 1990) & (table['year'] <= 1999)).sum()", False),
        (19, "mine = (~(table['year'] < 2013)).sum()", False),
        (19, "mine = (table['kind'] == 'ship').sum()", False),
        (12, "mine = (table['year'] < 2013).sum()", False),
        (19, "", False),
    ],
)
def test_a_count_that_is_a_little_off_is_asked_for_its_ends(given: int, code: str, tells: bool) -> None:
    assert (ENDS in said(20, given, code, unit="rows")) is tells


@pytest.mark.parametrize(("expected", "answer"), [(2013, 2012), (20.5, 19.5), (0, 3), (1, 0)])
def test_years_other_numbers_and_nothing_are_not(expected: float, answer: float) -> None:
    assert ENDS not in said(expected, answer, "mine = (table['year'] < 2013).sum()", unit="rows")


def test_a_span_that_is_one_off_is_told_of_numbers_and_steps() -> None:
    steps = "3, 4 and 5 are three numbers, with two steps between them"
    assert steps in said(12, 11, "mine = last - first", unit="years")
    assert steps in said(1, 2, "mine = last - first + 1", unit="days")
    assert steps not in said(12, 10, "mine = last - first", unit="years")
    assert steps not in said(12, 11, "mine = last - first", unit="ships")
    assert steps not in said(12, 11, "mine = len(years)", unit="years")


def test_a_count_that_is_no_whole_number_is_told_that_counts_are() -> None:
    whole = "A count is a whole number: is something divided, or averaged?"
    assert whole in said(6, 0.545, "mine = names.str.contains('Russia').mean()", unit="statements")
    assert whole not in said(6, 0.545, "mine = a / b", unit="million dollars")
    assert whole not in said(6, 0.545, "mine = a / b", unit="rows a year")
    assert whole not in said(6, 5.9, "mine = a / b", unit="units", tolerance=0.006)
    assert whole not in said(6, 0.545, "mine = a / b")


# --- correlations ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [1.0, -1.0, 1 - 1e-15])
def test_a_correlation_of_exactly_one_is_told_what_it_means(answer: float) -> None:
    message = said(0.8964, answer, "mine = table['a'].corr(table['a'])", tolerance=0.001)
    assert f"A correlation of exactly {answer:.0f} means that one series follows from the other" in message
    assert "rounded" not in message


def test_a_ratio_of_one_is_asked_whether_the_values_are_the_same() -> None:
    same = "Once as much says that the two values are the same: are they?"
    assert same in said(3.16, 1.0, "mine = (a / b).max()", unit="times")
    assert same not in said(3.16, 1.1, "mine = (a / b).max()", unit="times")
    assert same not in said(3, 1, "mine = len(a)", unit="ships")


def test_correlations_in_a_list_are_told_too() -> None:
    code = "mine = [one.corr(other) for one in many]"
    assert "exactly 1" in said([0.5, 0.2, 0.1], [0.5, 1.0, 0.3], code)
    assert "exactly 1" not in said([0.5, 1.0, 0.1], [0.5, 1.0, 0.3], code)


@pytest.mark.parametrize(
    ("expected", "answer", "code"),
    [
        (0.8964, 0.99, "mine = a.corr(b)"),
        (0.8964, 0.0, "mine = a.corr(b)"),
        (0.8964, np.nan, "mine = a.corr(b)"),
        (3, 1, "mine = len(rows)"),
        (0.8964, 1.0, "mine = part / whole"),
        (0.8964, 1.0, ""),
    ],
)
def test_other_ones_are_not(expected: float, answer: float, code: str) -> None:
    assert "exactly" not in said(expected, answer, code)


# --- entries of a dictionary ----------------------------------------------------------------------------------


def test_an_entry_of_a_dictionary_is_told_what_a_number_is() -> None:
    units = {"unit": {"share": PART, "rows": "rows"}}
    code = "mine = {'share': a / b * 100, 'rows': (table['year'] < 2013).sum()}"
    message = said({"share": 40.0, "rows": 20}, {"share": 250.0, "rows": 19}, code, **units)
    assert '`mine["share"]` = 250 is the right ratio upside down.' in message
    assert f'`mine["rows"]` = 19 is too low. {ENDS}' in message


def test_the_hint_comes_once_for_all_entries() -> None:
    spec = Spec.from_dict({"answer": "mine"})
    one = Task("5.1", "", "compute", spec, portable({"a": 1.5, "b": 2.5, "c": 3.5}), portable(...), [], "", "")
    one = dataclasses.replace(one, hints=[Hint("Which is the whole?")])
    message = judge(one, portable({"a": 1.9, "b": 9.0, "c": 7.1}), "mine = found").message
    assert message.count("A hint for the task: Which is the whole?") == 1
    assert message.endswith("1 more key is not right yet. A hint for the task: Which is the whole?")
