"""What a message says after "too high": numbers and signs where the way is right, else a hint whose step is to come."""

from __future__ import annotations

import ast
import json
from typing import Any

import pandas as pd
import pytest

from alliance.answers import Spec, portable
from alliance.checking.hinting.ways import (
    asked_by,
    chooses_rows,
    form_of,
    has_a_condition_turned,
    has_an_operator_turned,
    has_its_sides_exchanged,
    leaves_no_row_out,
)
from alliance.checking.keys import Hint, Key, Task, _task_from_json, write_key
from alliance.checking.verdicts import judge
from alliance.classroom.handing_out.released_key import released_key

REFERENCE = "rows = ships[ships['kind'] == 'frigate']\nmine = (rows['tonnes'].sum() / total - 1) * 100"
HINTS = [
    Hint("Which rows are asked for?"),
    Hint("Filter by `kind`, then take `sum`.", ["kind", "sum"]),
    Hint("Divide by `total`, and take 1 off: `/ total - 1`.", ["-", "/", "1", "total"]),
]
HAS_ALL = "Hold your code against the task's hints: is each name, number, sign and method there, and right?"
NUMBERS = "Check each number and sign in your code."
METHODS = "Check each method that your code calls, and each number and sign."


def said(code: str, expected: Any = 20.0, given: Any = 13.0, reference: str = REFERENCE, **more: Any) -> str:
    """Return the message on a wrong answer that this code gave."""
    fingerprints = {
        "ways": [form_of(reference)],
        "forms": [form_of(reference, methods=False)],
        "words": [form_of(reference, texts=False)],
    }
    more = {"hints": HINTS, **fingerprints, "chooses": chooses_rows(reference), **more}
    spec = Spec.from_dict({"answer": "mine", "unit": more.pop("unit", None)})
    task = Task(
        "5.1", "A task", "compute", spec, portable(expected), portable(...), [], more.pop("start", ""), "mine = ...",
        **more,
    )  # fmt: skip
    return judge(task, portable(given), code).message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("100", "101"),
        ("- 1", "+ 1"),
        ("- 1", "- 1.1"),
        ("rows", "frigates"),
        ("* 100", "* -100"),
        ("mine", "# the growth\nprint(total)\nmine"),
    ],
)
def test_who_goes_a_right_way_is_told_to_check_numbers_and_signs(old: str, new: str) -> None:
    assert said(REFERENCE.replace(old, new)) == f"`mine` = 13 is too low. {NUMBERS}"


@pytest.mark.parametrize(("old", "new"), [(".sum()", ".max()"), (".sum()", ".mean()")])
def test_who_calls_other_methods_on_it_is_told_to_check_methods(old: str, new: str) -> None:
    assert said(REFERENCE.replace(old, new)) == f"`mine` = 13 is too low. {METHODS}"


@pytest.mark.parametrize(
    ("old", "new"), [("'frigate'", "'tanker'"), ("'tonnes'", "'metres'"), ("/ total", "* total"), ("== ", "!= ")]
)
def test_who_takes_other_columns_words_or_operators_is_not(old: str, new: str) -> None:
    message = said(REFERENCE.replace(old, new))
    assert NUMBERS not in message
    assert METHODS not in message


TURNED = "Is a condition in your code the wrong way round?"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("==", "!=", TURNED),
        ("ships['kind'] == 'frigate'", "~(ships['kind'] == 'frigate')", TURNED),
        ("/ total", "* total", "Where do you multiply, and where divide?"),
        ("* 100", "/ 100", "Where do you multiply, and where divide?"),
        ("rows['tonnes'].sum() / total", "total / rows['tonnes'].sum()", "Is a division in your code upside down?"),
        (
            "rows['tonnes'].sum() / total - 1",
            "1 - rows['tonnes'].sum() / total",
            "Is a difference in your code the wrong",
        ),
        ("'frigate'", "'tanker'", "Check each text in quotation marks in your code, and each number and sign."),
        ("* 100", "** 100", "`x ** 2` squares x, and `x * 2` doubles it: which is asked for?"),
        ("'tonnes'", "'metres'", "Check each text in quotation marks in your code, and each number and sign."),
    ],
)
def test_who_is_one_turn_away_from_a_right_way_is_asked_for_that(old: str, new: str, words: str) -> None:
    assert words in said(REFERENCE.replace(old, new))
    assert words not in said(REFERENCE.replace(old, new), reference=REFERENCE.replace(".sum()", ".max()"))


@pytest.mark.parametrize(
    "code", ["", "x ==", "mine = 7", "mine = not x", "mine = 1 in x", "mine = " + "2 * " * 400 + "x"]
)
def test_code_of_any_kind_is_turned_without_an_error(code: str) -> None:
    assert not has_a_condition_turned(code, ["a1"])
    assert not has_an_operator_turned(code, ["a1"])
    assert not has_its_sides_exchanged(code, ["a1"], ast.Div)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("rows = ships[ships['kind'] == 'frigate']\nmine = total * 1 - 1", "Your code divides nothing: is something"),
        ("mine = x / total", "Your code takes nothing away from anything: is a difference asked for?"),
        ("mine = x / total - 1", "hint"),
        ("mine = x[1].pct_change()", "hint"),
        ("", "hint"),
    ],
)
def test_who_leaves_out_what_all_right_answers_do_is_asked_for_it(code: str, words: str) -> None:
    assert words in said(code, needs=["divides", "subtracts"])
    assert "nothing" not in said(code)


@pytest.mark.parametrize(
    "code", ["table['a'] = table['b'] // table['c'] * 100", "table['a'] = table['b'] / table['c'] * 100"]
)
def test_a_column_cut_to_zeros_is_told_what_cuts_it(code: str) -> None:
    right = pd.DataFrame({"year": [2019, 2020], "a": [40.0, 60.0]})
    message = said(f"{code}\nmine = table", right, right.assign(a=[0, 0]))
    assert ("`//` drops the decimals" in message) is ("//" in code)


def test_numbers_and_signs_of_a_condition_may_be_what_is_wrong() -> None:
    reference = "mine = (ships['year'] < 2013).sum()"
    assert NUMBERS in said("mine = (ships['year'] > 2013).sum()", 20, 55, reference)
    assert NUMBERS in said("mine = (ships['year'] < 2031).sum()", 20, 55, reference)
    assert NUMBERS not in said("mine = (ships['month'] < 2013).sum()", 20, 55, reference)


def test_what_was_typed_goes_no_way() -> None:
    assert form_of("mine = 7") == form_of("mine = ['a', 'b']") == form_of("mine = ") == ""


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("mine = found(table)", f"A hint for the task: {HINTS[0].text}"),
        ("mine = ships['kind'].nunique()", f"A hint for the task: {HINTS[0].text}"),
        ("mine = ships.query('kind == 1')['tonnes'].sum()", f"A later hint for the task: {HINTS[2].text}"),
        ("# kind, sum\nmine = found(table)", f"A hint for the task: {HINTS[0].text}"),
        ("", f"A hint for the task: {HINTS[0].text}"),
    ],
)
def test_the_hint_shown_is_the_first_whose_step_is_not_in_the_code(code: str, shown: str) -> None:
    assert said(code).endswith(f" is too low. {shown}")


def test_where_every_hint_names_steps_that_are_there_none_is_shown() -> None:
    code = "mine = ships.query('kind == 1')['tonnes'].sum()"
    assert said(code, hints=HINTS[1:2]).endswith(HAS_ALL)
    assert said(code, hints=[]).endswith("is too low.")


@pytest.mark.parametrize(
    "code",
    [
        "mine = ships.query('kind == 1')['tonnes'].sum() / total - 1",
        "mine = x / total - 1\nmine = ships.groupby('kind').sum().loc[3]",
    ],
)
def test_where_the_last_hints_step_is_there_no_earlier_one_is_shown(code: str) -> None:
    assert said(code).endswith(
        "Hold your code against the task's hints: is each name, number, sign and method there, and right?"
    )


def test_a_hint_that_is_about_another_entry_is_not_shown() -> None:
    hints = [Hint('Start with `"gap": …`, and subtract.'), Hint('Start with `"rounded": …`.'), Hint("Which year?")]
    right = {"rounded": 20.0, "gap": 3.7}
    code = "mine = {'rounded': made(), 'gap': made()}"
    assert said(code, right, {"rounded": 13.0, "gap": 3.7}, hints=hints).endswith(
        f"A later hint for the task: {hints[1].text}"
    )
    assert said(code, right, {"rounded": 13.0, "gap": 4.9}, hints=hints).endswith(hints[0].text)
    assert said(code, right, {"rounded": 20.0, "gap": 4.9}, hints=hints[1:]).endswith(HAS_ALL)


def test_a_hint_asks_for_what_the_reference_has_and_the_stub_has_not() -> None:
    hint = "Filter `ships` by `kind`, then take `sum` or `size`."
    assert asked_by(hint, REFERENCE, "mine = ...", "mine") == ["kind", "ships", "sum"]
    assert asked_by(hint, REFERENCE, "rows = ships[...]", "mine") == ["kind", "sum"]


def test_a_single_name_is_a_step_only_where_it_is_to_be_chosen() -> None:
    assert asked_by("Which values has `kind`?", REFERENCE, "", "mine") == []
    assert asked_by("Which table: `boats` or `ships`?", REFERENCE, "", "mine") == ["ships"]


# --- all rows, and others ---------------------------------------------------------------------------------------

ALL_ROWS = "Your code leaves no row out: does the question ask about all?"


@pytest.mark.parametrize(
    ("code", "tells"),
    [
        ("mine = ships['tonnes'].sum()", True),
        ("rows = ships\nmine = (rows['flag'] == 'Japan').mean() * 100", True),
        ("mine = ships[ships['kind'] == 'tanker']['tonnes'].sum()", False),
        ("mine = ships[some]['tonnes'].sum()", False),
        ("mine = ships.query('kind == 1')['tonnes'].sum()", False),
        ("mine = ships['tonnes'].head(3).sum()", False),
        ("mine = (ships['kind'] == 'tanker').sum()", False),
        ("mine = total + 1", False),
        ("mine = found(ships)", False),
        ("mine = ships['kind'].nunique()", False),
    ],
)
def test_whose_code_leaves_no_row_out_is_asked_whether_all_are_meant(code: str, tells: bool) -> None:
    assert (ALL_ROWS in said(code, given=33.5)) is tells
    assert ALL_ROWS not in said(code, given=33.5, reference="mine = ships['tonnes'].mean()")


def test_rows_are_left_out_by_loops_and_conditions_too() -> None:
    assert not leaves_no_row_out("mine = sum(one for one in ships['tonnes'] if one)")
    assert not leaves_no_row_out("")


TWO = "Both may go back to one fault."


@pytest.mark.parametrize(
    ("code", "tells"),
    [
        ("a = f(1)\nb = a * 2\nmine = {'a': a, 'b': b, 'c': 1}", True),
        ("for i in x:\n    a, b = f(b), g(a)\nmine = {'a': a, 'b': b, 'c': 1}", True),
        ("a = f(1)\nb = g(2)\nmine = {'a': a, 'b': b, 'c': 1}", False),
        ("mine = {'a': 1.5, 'b': 2.5, 'c': 1}", False),
        ("mine = dict(zip(names, values))", False),
    ],
)
def test_two_wrong_entries_made_of_the_same_may_have_one_fault(code: str, tells: bool) -> None:
    wrong = {"a": 15.0, "b": 31.0, "c": 1.0}
    message = said(code, {"a": 9.0, "b": 40.0, "c": 1.0}, wrong)
    assert (TWO in message) is tells
    assert TWO not in said(code, {"a": 9.0, "b": 31.0, "c": 1.0}, wrong)


@pytest.mark.parametrize(
    ("code", "given", "words"),
    [
        ("mine = (ships['kind'] == 'tanker').median() * 100", 0.0, "The median of True and False says which of them"),
        ("mine = (ships['kind'] == 'tanker').max() * 100", 100.0, "`max` of True and False says whether any"),
        ("mine = (ships['kind'] == 'tanker').min() * 100", 0.0, "`min` of True and False says whether all"),
    ],
)
def test_what_other_methods_say_of_a_condition_is_told_where_a_share_is_asked_for(
    code: str, given: float, words: str
) -> None:
    of_the_whole = "percent of the whole"
    assert words in said(code, 30.0, given, unit=of_the_whole)
    assert "True and False" not in said(
        code.replace("(ships['kind'] == 'tanker')", "x"), 30.0, given, unit=of_the_whole
    )
    assert "True and False" not in said(code, 30.0, given, unit="ships")


def test_what_hardly_can_be_is_asked_for_its_operators_only_where_there_is_one_of_them() -> None:
    way, one = "Where do you multiply, and where divide?", "mine = a / b"
    assert said(one, 19.0, 2400.0, unit="percent").endswith(f"ends at 25 times as much: can that be? {way}")
    assert said("mine = a / b * 100", 19.0, 2400.0, unit="percent").endswith("can that be?")
    assert said("mine = a / b * 10", 19.0, 2400.0, one + " * 100", unit="percent").endswith(f"can that be? {NUMBERS}")


def test_hints_and_ways_are_kept_in_a_key_and_stay_out_of_a_copy_without_answers() -> None:
    more: dict[str, Any] = {
        "hints": HINTS,
        "ways": ["a1"],
        "forms": ["b2"],
        "words": ["c3"],
        "chooses": True,
        "needs": ["x"],
    }
    asked = Task("5.1", "A", "compute", Spec("mine"), portable(20.5), portable(...), [], "", "mine = ...", **more)
    written = json.loads(write_key(Key("x", "A", "", {"5.1": asked})))
    read = _task_from_json(written["tasks"][0], "full")
    assert [(one.text, list(one.asks)) for one in read.hints] == [(one.text, list(one.asks)) for one in HINTS]
    assert (list(read.ways), list(read.forms), list(read.words), list(read.needs)) == (["a1"], ["b2"], ["c3"], ["x"])
    assert read.chooses
    for kind in ("shape", "none"):
        assert not set(more) & set(released_key(written, kind)["tasks"][0])
    assert set(more) <= set(released_key(written, "full")["tasks"][0])
