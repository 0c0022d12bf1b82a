"""What a learner is told is true of the answer: each sentence comes when it is, and stays away when it is not."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance.answers import Spec, compare, portable
from alliance.answers.forms import show_number
from alliance.building.notebooks.exercises import plain_words
from alliance.checking.keys import Hint, Task, WrongAnswer, load_key, stems
from alliance.checking.verdicts import Verdict, judge

YEARS = [2016, 2017, 2018]


def told(expected: Any, answer: Any, **check: Any) -> str:
    """Return what is said about a wrong answer; nothing where it is right."""
    spec = Spec.from_dict({"answer": "mine", **check})
    return compare(portable(expected, spec.calls), portable(answer, spec.calls), spec) or ""


def task(expected: Any, wrong: dict[str, Any] | None = None, **check: Any) -> Task:
    """Return a task with this answer and these named wrong ones."""
    spec = Spec.from_dict({"answer": "mine", **check})
    stub = f"{spec.answer} = ..."
    known = [
        WrongAnswer(name, "Why.", f"It is {name}.", portable(value, spec.calls))
        for name, value in (wrong or {}).items()
    ]
    return Task("5.1", "A task", "compute", spec, portable(expected, spec.calls), portable(...), known, "", stub)


def verdict(task: Task, answer: Any, code: str = "") -> Verdict:
    return judge(task, portable(answer, task.spec.calls), code)


# --- years in other words -------------------------------------------------------------------------------------

WAYS: dict[str, Sequence[Any]] = {
    "numbers": YEARS,
    "text": [str(year) for year in YEARS],
    "fiscal years": [f"FY{year}" for year in YEARS],
    "fiscal years with a space": [f"FY {year}" for year in YEARS],
    "numbers with a point": [f"{year}.0" for year in YEARS],
    "first days": pd.to_datetime([f"{year}-01-01" for year in YEARS]),
    "last days": pd.to_datetime([f"{year}-12-31" for year in YEARS]),
    "first days of the fiscal year": pd.to_datetime([f"{year}-04-01" for year in YEARS]),
    "periods": pd.PeriodIndex([str(year) for year in YEARS], freq="Y"),
    "fiscal periods": pd.PeriodIndex([str(year) for year in YEARS], freq="Y-MAR"),
}


@pytest.mark.parametrize("asked", WAYS)
@pytest.mark.parametrize("given", WAYS)
def test_a_year_is_the_same_year_however_a_label_writes_it(asked: str, given: str) -> None:
    values = [1.0, 2.0, 3.0]
    assert told(pd.Series(values, index=WAYS[asked]), pd.Series(values, index=WAYS[given])) == ""
    expected = pd.DataFrame({"year": WAYS[asked], "value": values})
    assert told(expected, pd.DataFrame({"year": WAYS[given], "value": values}), keys=["year"]) == ""


@pytest.mark.parametrize("given", WAYS)
def test_another_year_stays_another_year(given: str) -> None:
    later = pd.Series([1.0, 2.0, 3.0], index=[2017, 2018, 2019])
    assert told(later, pd.Series([1.0, 2.0, 3.0], index=WAYS[given]))


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (pd.to_datetime(["2016-04-01", "2016-05-02"]), pd.to_datetime(["2016-01-01", "2016-05-02"])),
        (pd.to_datetime(["2016-04-01"]), pd.to_datetime(["2016-01-01"])),
        (pd.to_datetime(["2016-04-01 09:00", "2017-04-01 00:00"]), pd.to_datetime(["2016-04-01", "2017-04-01"])),
        (["CY2016", "CY2017"], ["FY2016", "FY2017"]),
        ([2016, 2017], pd.to_datetime(["2016-02-01", "2017-02-01"])),
        ([16, 17], ["2016", "2017"]),
    ],
)
def test_what_is_no_label_of_a_year_is_not_taken_for_one(asked: Any, given: Any) -> None:
    assert told(pd.Series(range(len(asked)), index=asked), pd.Series(range(len(given)), index=given))


@pytest.mark.parametrize("given", ["FY2016", pd.Period("2016", "Y"), pd.Timestamp("2016-04-01"), 2016.0])
def test_a_single_year_may_be_written_as_a_label(given: Any) -> None:
    spec = Spec("peak_year")
    assert compare(portable(2016), portable(given), spec) is None
    assert compare(portable(2017), portable(given), spec)


def test_a_year_in_quotation_marks_is_no_number_where_a_number_is_to_be_typed() -> None:
    assert "without quotation marks" in told({"year": 2016, "value": 3.0}, {"year": "2016", "value": 3.0})


# --- names that the question never gave -----------------------------------------------------------------------

BY_PLACE = pd.DataFrame({"place": ["Kadena", "Misawa", "Yokota"], "area": [19.9, 15.9, 7.1]})
FORMS: dict[str, Any] = {
    "an index of another name": BY_PLACE.set_index("place").rename_axis("base"),
    "a column of another name": BY_PLACE.rename(columns={"place": "base"}),
    "an index without a name": BY_PLACE.set_index("place").rename_axis(None),
    "a Series of another name": BY_PLACE.set_index("place")["area"].rename("size"),
    "a Series of another name and index": BY_PLACE.set_index("place")["area"].rename("size").rename_axis("base"),
    "a dictionary of dictionaries by row": {row.place: {"area": row.area} for row in BY_PLACE.itertuples()},
    "a dictionary of dictionaries by column": {"area": dict(zip(BY_PLACE["place"], BY_PLACE["area"], strict=True))},
    "a list of dictionaries": BY_PLACE.to_dict("records"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_table_is_right_whatever_its_labels_are_called(form: str) -> None:
    assert told(BY_PLACE, FORMS[form], keys=["place"]) == ""


def test_a_column_with_other_labels_is_not_taken_for_them() -> None:
    other = BY_PLACE.rename(columns={"place": "base"}).assign(base=["Kadena", "Misawa", "Iwakuni"])
    assert "has no column “place”" in told(BY_PLACE, other, keys=["place"])


def test_an_index_is_not_called_a_column() -> None:
    wanted = pd.DataFrame({"year": [2023, 2024], "percent": [1.5, 2.5]})
    given = pd.DataFrame({"year": [2023, 2024], "amount": [3, 4]}).set_index("year")
    assert "has no column “percent”. Its columns are “amount”; its index is called “year”." in told(wanted, given)
    lone = given.reset_index()
    assert "Its columns are “year”, “amount”." in told(wanted, lone)


@pytest.mark.parametrize(
    "form",
    [
        pd.Series({"low": 1.5, "high": 2.5}, name="anything"),
        pd.Series({"low": 1.5, "high": 2.5}).to_frame("bound"),
        pd.DataFrame({"which": ["high", "low"], "bound": [2.5, 1.5]}),
        pd.DataFrame({"low": [1.5], "high": [2.5]}),
        [("low", 1.5), ("high", 2.5)],
    ],
)
def test_a_dictionary_may_be_a_series_or_a_table(form: Any) -> None:
    assert told({"low": 1.5, "high": 2.5}, form) == ""
    assert told({"low": 1.5, "high": 2.6}, form)


def test_labels_with_values_of_several_kinds_are_a_dictionary() -> None:
    row = {"value": 42, "unit": "percent", "year": 2024}
    assert told(row, list(row.items())) == ""
    assert told(row, pd.Series(row).to_frame()) == ""
    assert "the text “42”" in told(row, list({**row, "value": "42"}.items()))


def test_keys_that_differ_in_spaces_alone_are_told_apart() -> None:
    assert told({"": 0.0, "\r": 1.0}, {"": 0.0, "\r": 1.0}) == ""
    assert told({"": 0.0, "\r": 1.0}, {"": 1.0, "\r": 0.0})


def test_another_day_is_no_matter_of_spelling() -> None:
    assert "spelling" not in told({"day": "2025-03-20"}, {"day": "2025-03-21"})
    assert "not written as year-month-day" in told({"day": "2025-03-20"}, {"day": "20/03/2025"})
    assert "spelling" in told({"place": "Okinawa 1"}, {"place": "Okinava 1"})


def test_only_text_with_numbers_in_it_is_to_be_turned_into_numbers() -> None:
    assert "pd.to_numeric" in told([1.0, 2.0], ["1.0", "2,0"])
    assert "pd.to_numeric" not in told([1.0, 2.0], ["mean", "sum"])


# --- names of misconceptions ----------------------------------------------------------------------------------


def test_a_misconception_is_named_where_the_answer_is_that_very_value() -> None:
    growth = task(5.82485, {"the mean": 6.18983}, tolerance=0.01)
    assert verdict(growth, 6.18983).misconception == "the mean"
    assert verdict(growth, 6.19).misconception == "the mean"  # the same with fewer decimals


def test_a_misconception_is_not_named_for_a_value_that_is_only_near() -> None:
    growth = task(5.82485, {"a mean with one rate more": 5.66717}, tolerance=0.01)
    assert verdict(growth, 100 * np.log(1.5729) / 8).misconception is None


@pytest.mark.parametrize("answer", [0.5, 0.85, 1.4, 0.2])
def test_a_tolerance_that_is_large_beside_a_share_names_no_share(answer: float) -> None:
    share = task(79.22, {"a share": 0.7922}, tolerance=1)
    assert verdict(share, answer).misconception is None
    assert verdict(share, 0.7922).misconception == "a share"


def test_what_two_mistakes_explain_equally_well_is_named_by_neither() -> None:
    two = task(80.0, {"one": 47.24, "other": 47.16}, tolerance=0.06)
    assert verdict(two, 47.2).misconception is None
    assert verdict(two, 47.24).misconception == "one"


@pytest.mark.parametrize(
    ("expected", "nothing"),
    [(12.5, 0), (12.5, np.nan), (BY_PLACE, BY_PLACE.head(0)), ([1.0, 2.0], []), ({"a": 1.0, "b": 2}, {"a": 0, "b": 0})],
)
def test_zero_a_missing_value_and_an_empty_table_have_no_name(expected: Any, nothing: Any) -> None:
    assert verdict(task(expected, {"this mistake": nothing}), nothing).misconception is None


def test_a_named_table_is_met_in_every_column() -> None:
    doubled = BY_PLACE.assign(area=BY_PLACE["area"] * 2)
    areas = task(BY_PLACE, {"doubled": doubled}, keys=["place"], tolerance=0.5)
    assert verdict(areas, doubled).misconception == "doubled"
    assert verdict(areas, doubled.assign(area=doubled["area"] + 0.3)).misconception is None


# --- units, years, zero ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [40.0, 60.0, 105, 12.0, -48.8, 0.40, 0.56, 3962.0])
def test_the_unit_is_not_blamed_where_it_cannot_be_the_fault(answer: float) -> None:
    assert "unit" not in told(48.8372, answer, tolerance=0.06, unit="percent")


@pytest.mark.parametrize("answer", [0.45, 0.53, 0.488372, 4883.72, 4600.0])
def test_the_unit_is_named_where_it_may_be_the_fault(answer: float) -> None:
    assert "percent" in told(48.8372, answer, tolerance=0.06, unit="percent")


TWO_UNITS = pd.DataFrame({"year": YEARS, "yen": [193.4, 225.5, 252.3], "us_percent": [92.8, 90.4, 87.7]})


def test_a_tables_unit_is_not_blamed_for_a_column_of_another_unit() -> None:
    as_asked: dict[str, Any] = {"keys": ["year"], "unit": "percent"}
    assert "percent" not in told(TWO_UNITS, TWO_UNITS.assign(yen=TWO_UNITS["yen"] * 1000), **as_asked)
    assert "a percentage (where 100" in told(TWO_UNITS, TWO_UNITS.assign(us_percent=[0.928, 0.904, 0.877]), **as_asked)


def test_a_table_on_its_side_is_told_so() -> None:
    on_its_side = TWO_UNITS.set_index("year").T
    assert "rows and columns exchanged: “yen” is a row" in told(TWO_UNITS, on_its_side, keys=["year"])
    assert "exchanged" not in told(TWO_UNITS, TWO_UNITS.drop(columns=["yen", "us_percent"]), keys=["year"])


def test_years_are_written_without_a_comma() -> None:
    assert "2,0" not in told(pd.Series([1, 2], index=[2016, 2017]), pd.Series([1, 3], index=[2016, 2017]))
    since = pd.DataFrame({"base": ["a", "b"], "since": [1952, 2019]})
    assert "yours is 2018, expected is 2019" in told(since, since.assign(since=[1952, 2018]), keys=["base"])
    assert "`mine` = 2018 " in told(12, 2018)
    assert "expected is 2017" in told([2016, 2017], [2016, 2018])


def test_other_numbers_keep_their_comma() -> None:
    ships = pd.DataFrame({"base": ["a", "b"], "ships": [1950, 12_000]})
    assert "yours is 1,951, expected is 1,950" in told(ships, ships.assign(ships=[1951, 12_000]), keys=["base"])


def test_an_empty_answer_is_said_to_be_empty() -> None:
    assert told(BY_PLACE, BY_PLACE.head(0), keys=["place"]).startswith("`mine` is empty; 3 rows are expected.")
    assert told([1, 2], []).startswith("`mine` is empty; 2 values are expected.")
    assert "empty" not in told(BY_PLACE, BY_PLACE.head(1), keys=["place"])


# --- exchanged ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "answer", "said"),
    [
        ({"low": 1.5, "high": 2.5, "n": 3}, {"low": 2.5, "high": 1.5, "n": 3}, "those of “low” and “high”"),
        ({"a": "US", "b": "Japan"}, {"a": "Japan", "b": "US"}, "those of “a” and “b”"),
        ([10.0, 12.5, 15.0], [10.0, 15.0, 12.5], "the 2nd, 15, and the 3rd, 12.5"),
        (BY_PLACE, BY_PLACE.assign(area=[15.9, 19.9, 7.1]), "those of place = “Kadena” and place = “Misawa”"),
        (
            pd.DataFrame({"year": YEARS, "us": [1, 2, 3], "japan": [4, 5, 6]}),
            pd.DataFrame({"year": YEARS, "us": [4, 5, 6], "japan": [1, 2, 3]}),
            "“us” has the values of “japan”",
        ),
        (
            pd.DataFrame({"claim": ["A1", "B2"], "deal": ["x", "y"]}),
            pd.DataFrame({"claim": ["x", "y"], "deal": ["A1", "B2"]}),
            "“claim” has the values of “deal”",
        ),
    ],
)
def test_two_values_exchanged_are_said_to_be_so(expected: Any, answer: Any, said: str) -> None:
    message = told(expected, answer)
    assert "exchanged" in message
    assert said in message


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        ({"low": 1.5, "high": 2.5, "n": 3}, {"low": 2.5, "high": 1.5, "n": 4}),
        ({"low": 1.5, "high": 2.5}, {"low": 2.5, "high": 2.5}),
        ([10.0, 12.5, 15.0], [12.5, 15.0, 10.0]),
        (pd.DataFrame({"a": YEARS, "b": [1, 2, 3]}), pd.DataFrame({"a": YEARS, "b": [3, 1, 2]})),
    ],
)
def test_what_is_wrong_otherwise_is_not_called_exchanged(expected: Any, answer: Any) -> None:
    assert "exchanged" not in told(expected, answer)


# --- functions ------------------------------------------------------------------------------------------------


def share(part: float, whole: float) -> float | None:
    """Return a percentage."""
    return 100 * part / whole if whole else None


CALLS: dict[str, Any] = {"calls": [[30, 400], [0, 4], [1, 2], [5, 0]]}
RATIOS = pd.Series([1.0, 2.0])


def test_a_wrong_function_is_shown_one_small_example() -> None:
    assert told(share, lambda part, whole: part / whole if whole else None, **CALLS).startswith(
        "`mine(1, 2)` gives 0.5; it should give 50. That is 100 times too small"
    )
    assert told(share, lambda part, whole: str(share(part, whole)), **CALLS).startswith(
        "`mine(0, 4)` gives the text “0.0”; it should give 0."
    )


def ends(part: float, whole: float) -> tuple[float, float] | None:
    """Return two numbers."""
    return (part, 100 * part / whole) if whole else None


def test_a_wrong_pair_of_numbers_is_shown_whole() -> None:
    assert told(ends, lambda part, whole: (part, 50.0), **CALLS).startswith(
        "`mine(0, 4)` gives [0, 50]; it should give [0, 0]."
    )
    assert told(ends, lambda part, whole: None, **CALLS).startswith("`mine(0, 4)` gives None; it should give [0, 0].")
    assert told(ends, lambda part, whole: part, **CALLS).startswith("`mine(0, 4)` gives 0; it should give [0, 0].")


def test_none_for_zero_is_told_that_zero_counts_as_false() -> None:
    message = told(share, lambda part, whole: share(part, whole) or None, **CALLS)
    assert message.startswith("`mine(0, 4)` gives None; it should give 0.")
    assert "before `or`" in message
    assert "`or`" not in told(share, lambda part, whole: None if whole == 2 else share(part, whole), **CALLS)
    assert "`or`" not in told(share, lambda part, whole: None, **CALLS)


def test_a_function_that_gives_the_same_for_all_is_told_so() -> None:
    assert "the same for every input, and does not use `part` and `whole`." in told(
        share, lambda part, whole: 50.0, **CALLS
    )
    assert "the same for every input" not in told(share, lambda part, whole: part, **CALLS)


def test_a_function_that_reads_from_outside_is_told_what_it_reads() -> None:
    message = told(share, lambda part, whole: 100 * part / RATIOS.sum(), **CALLS)
    assert "also reads `RATIOS`, which is defined outside of it" in message
    assert "outside" not in told(share, lambda part, whole: part, **CALLS)
    assert "outside" not in told(
        lambda part, whole: part / RATIOS.sum(), lambda part, whole: whole / RATIOS.sum(), **CALLS
    )


def endless(part: float, whole: float) -> float:
    """Add for ever."""
    while True:
        part += whole


def test_a_loop_without_an_end_inside_a_function_is_called_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["alliance.answers.portable"], "MOST_SECONDS", 0.2)
    message = told(share, endless, **CALLS)
    assert "`mine(0, 4)` does not work: it did not end within" in message
    assert "a loop in it may have no end" in message


def test_a_function_that_is_stopped_by_somebody_is_not_called_endless() -> None:
    def stopped(part: float, whole: float) -> float:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        told(share, stopped, **CALLS)


def asking(part: float, whole: float) -> float:
    """Ask somebody who is not there."""

    class StdinNotImplementedError(Exception): ...

    raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")


def test_input_inside_a_function_gets_the_sentence_that_it_gets_in_a_cell() -> None:
    message = told(share, asking, **CALLS)
    assert "input() waits for somebody to type" in message
    assert "frontend" not in message


# --- what the code tells --------------------------------------------------------------------------------------

NOTHING: dict[str, tuple[str, str]] = {
    "print": ("mine = print(total)", "`print` shows a value"),
    "sort": ("mine = values.sort()", "`sort` puts its list in order"),
    "append": ("mine = values.append(3)", "`append` adds to its list"),
    "in place": ("mine = table.sort_values('year', inplace=True)", "Leave `inplace=True` out"),
    "or None": ("mine = found or None", "Leave `or` out"),
}


@pytest.mark.parametrize("case", NOTHING)
def test_an_answer_that_is_none_is_told_which_call_gave_nothing_back(case: str) -> None:
    code, words = NOTHING[case]
    assert words in verdict(task([1, 2]), None, code).message


@pytest.mark.parametrize("code", ["mine = total()", "mine = None", "values.sort()\nmine = None", "", "mine = ("])
def test_no_call_is_blamed_that_was_not_made(code: str) -> None:
    message = verdict(task([1, 2]), None, code).message
    assert message.startswith("`mine` is None, which means: no value.")


@pytest.fixture
def plot() -> Callable[[], Any]:
    """Return what draws a plot and gives its axes."""
    pytest.importorskip("matplotlib").use("agg")
    import seaborn as sns

    return lambda: sns.scatterplot(x=[1, 2], y=[3, 4])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("mine = sns.scatterplot(data=d, x='x', y='y').set(xlabel='Year')", "then `mine.set(…)` on the next line"),
        ("mine = plt.xlabel('Year')", "then `xlabel(…)` on a line of its own"),
        ("mine = plt.show()", "`show` displays it"),
    ],
)
def test_who_has_assigned_something_else_is_told_what_is_no_drawing(
    plot: Callable[[], Any], code: str, words: str
) -> None:
    given = plot().set(xlabel="Year") if "set" in code else None
    message = verdict(task(plot()), given, code).message
    assert "is not the drawing" in message
    assert words in message


def test_a_drawing_is_not_told_that_it_is_none(plot: Callable[[], Any]) -> None:
    code = "mine = sns.scatterplot(data=d, x='x', y='y')\nmine.set(xlabel='Year')"
    assert "is not the drawing" not in verdict(task(plot()), plot(), code).message
    assert "is not the drawing" not in verdict(task(plot()), 5, "mine = 5").message


def test_a_misspelt_name_is_told_the_near_one() -> None:
    share_task = task(3, answer="share")
    assert "There is no `share` yet, but there is `shrae`." in verdict(share_task, ..., "shrae = 3").message
    assert "there is" not in verdict(share_task, ..., "ships = 3").message
    assert "Write `mine =` before" in verdict(task(3), ..., "1 + 2").message


@pytest.mark.parametrize("code", ["", "mine = ...", "# later\n..."])
def test_who_has_not_begun_is_told_where_to_begin(code: str) -> None:
    assert verdict(task(3), ..., code).message.startswith("Replace ... above with your answer (`mine`)")


# --- words ----------------------------------------------------------------------------------------------------

LIBRARY = ("dtype", "NaN", "object of type float", "holds text", "gives missing", "where None is expected", "level;")


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        ([1.0, 2.0], ["1,5", "x"]),
        (["a", "b"], [1.5, 2.5]),
        (pd.Series([1, 2], index=["a", "b"]), pd.Series([1, 2], index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)]))),
        (BY_PLACE.set_index("place"), BY_PLACE[["area"]]),
        ([np.nan, np.nan], [1.0, 2.0]),
    ],
)
def test_a_message_is_no_library_language(expected: Any, answer: Any) -> None:
    message = told(expected, answer, labels="required")
    assert message
    assert not [word for word in LIBRARY if word in message]


@pytest.mark.parametrize(
    ("code", "tells"),
    [
        ("mine = (table['kind'] == 'ship').sum()", True),
        ("mine = len(chosen)", True),
        ("mine = chosen['value'].median()", False),
        ("mine = np.mean(chosen)", False),
        ("mine = chosen.groupby('year')['value'].sum().median()", True),
        ("mine = late - early", False),
        ("", False),
    ],
)
def test_where_a_number_is_zero_rows_are_blamed_only_where_they_are_counted_or_added(code: str, tells: bool) -> None:
    assert ("look whether any row" in verdict(task(12.5), 0, code).message) is tells


def test_a_zero_in_place_of_a_text_is_no_empty_count() -> None:
    assert "any row" not in verdict(task("Japan"), 0).message


# --- what the code tells of a wrong answer --------------------------------------------------------------------


def said(expected: Any, answer: Any, code: str, start: str = "", **check: Any) -> str:
    """Return the message on a wrong answer that this code gave, in an exercise."""
    one = dataclasses.replace(task(expected, **check), start=start)
    return verdict(one, answer, code).message


def test_a_growth_of_zero_is_asked_whether_the_values_are_the_same() -> None:
    code = "mine = (per_year.sum().loc[2023] / per_year.sum().loc[2023] - 1) * 100"
    assert said(-31.25, 0, code, unit="percent").endswith(
        "Zero percent says that the two values are the same: are they?"
    )
    assert "are they" not in said(31.25, 0, "mine = part / whole * 100", unit="percent")
    assert "the same" not in said(12, 0, "mine = (a - b) / c")
    assert "the same" not in said(12, 0, "mine = part / (whole - 1) * 100", unit="percent")
    none = said(12.5, 0, "mine = (rows['kind'] == 'ships').mean() * 100", unit="percent")
    assert none.endswith("Where a share is zero, look whether any row fulfils the condition.")
    assert said(1.2, 0, "mine = a - b", unit="percentage points").endswith(
        "Zero says that the two values are the same: are they?"
    )


@pytest.mark.parametrize(
    ("expected", "given", "code", "words"),
    [
        (21.0, 0, "mine = 504 // larger * 100", "`//` drops the decimals; write `/`."),
        (27.9, 27, "mine = total // years", "`//` drops the decimals; write `/`."),
        (27.9, 27, "mine = int(total / years)", "`int` drops the decimals; leave it out."),
        (-31.25, -100, "mine = (late // early - 1) * 100", "`//` drops the decimals; write `/`."),
        ({"a": 9.4, "b": 2.5}, {"a": 0, "b": 2.5}, "mine = {'a': x // y, 'b': z}", "`//` drops the decimals"),
        (21.0, 0, "mine = len(rows[rows['year'] // 10 == 199])", "look whether any row"),
        (21.0, 0, "mine = int((kind == 'ship').sum())", "look whether any row"),
        (27.9, 26, "mine = total // years", "`mine` = 26 is too low."),
        (27.4, 27, "mine = total / years", "Keep more digits."),
    ],
)
def test_what_drops_the_decimals_is_blamed_where_they_are_gone(
    expected: Any, given: Any, code: str, words: str
) -> None:
    message = said(expected, given, code, unit="percent" if given == -100 else None)
    assert words in message
    assert message.count("drops the decimals") == ("drops" in words)


@pytest.mark.parametrize("code", ["mine = early - late", "mine = values.diff().max()", "mine = (a / b).pct_change()"])
def test_a_wrong_sign_is_asked_for_the_order_where_the_code_subtracts(code: str) -> None:
    order = "wrong sign. Are two values the wrong way round, or is"
    assert f"{order} there a minus too many?" in said(12.5, -12.5, code)
    assert f"{order} a minus missing?" in said(-12.5, 12.5, code)
    assert f"{order} there a minus too many or too few?" in said([1.0, 2.0], [-1.0, -2.0], code)


@pytest.mark.parametrize("code", ["mine = against / everybody * -100", "mine = -2024", ""])
def test_a_wrong_sign_is_asked_for_its_minus_where_nothing_is_subtracted(code: str) -> None:
    assert "wrong sign. Is there a minus too many?" in said(12.5, -12.5, code)
    assert "wrong sign. Is a minus missing?" in said(-12.5, 12.5, code)
    assert "wrong sign. Is there a minus too many or too few?" in said([1.0, 2.0], [-1.0, -2.0], code)


def test_a_year_below_zero_is_written_without_a_comma() -> None:
    row = {"year": 2024, "kind": "quantity"}
    assert '`mine["year"]` = -2024 has the wrong sign.' in told(row, {**row, "year": -2024})


RETURNS = """
def mine(part, whole):
    if whole {sign} 0:
        return None
    return part / whole
"""


def test_a_function_that_says_return_none_is_asked_for_the_condition() -> None:
    reached = said(share, lambda part, whole: None, RETURNS.format(sign="!="), **CALLS)
    assert "gives None; it should give 0. Which condition sends this input to `return None`?" in reached
    at_once = "def mine(part, whole):\n    return part / whole if whole == 0 else None"
    assert "Which condition" in said(share, lambda part, whole: None, at_once, **CALLS)
    forgotten = RETURNS.format(sign="==").replace("    return part / whole", "    part / whole")
    for code in (forgotten, "", "mine = print", "def mine(part, whole):\n    return found"):
        assert "Does the function `return` a value" in said(share, lambda part, whole: None, code, **CALLS)


def test_a_plain_example_comes_before_one_without_an_end() -> None:
    def inverse(part: float, whole: float) -> float:
        return 100 * whole / part if part else np.inf

    message = told(lambda part, whole: 100 * part / whole, inverse, calls=[[0, 4], [30, 400]])
    assert message.startswith("`mine(30, 400)` gives 1,333.33; it should give 7.5.")
    assert told(lambda part, whole: 1.0, lambda part, whole: np.inf, calls=[[0, 4]]).startswith(
        "`mine(0, 4)` gives inf"
    )


def test_a_missing_value_is_asked_for_its_condition_where_the_code_has_one() -> None:
    ask = "Is a missing value among those that it is computed from?"
    assert said(5.0, np.nan, "mine = rows[rows['document'] == 'left']['value'].mean()").endswith(
        f"{ask} Or has a condition kept no row?"
    )
    assert said(5.0, np.nan, "mine = rows.mean()", "rows = rows[rows['year'] > 2030]").endswith("kept no row?")
    assert said(5.0, np.nan, "mine = rows.loc[2014:-2025].mean()").endswith(f"{ask} Or has a slice kept no row?")
    assert said(5.0, np.nan, "if rows.size > 0:\n    mine = rows.mean()").endswith(ask)
    assert said(5.0, np.nan, "").endswith(ask)


def test_values_that_are_all_missing_are_told_so() -> None:
    chosen = "mine = span(judged.loc[judged['document'] == 'document'])"
    assert said([3.3, 6.7], [np.nan, np.nan], chosen).endswith("All of yours are missing. Has a condition kept no row?")
    assert said([3.3, 6.7], [np.nan, np.nan], "mine = span(judged)").endswith("All of yours are missing.")
    assert "All of yours" not in said([3.3, 6.7], [np.nan, 6.7], chosen)
    gone = BY_PLACE.assign(area=np.nan)
    assert said(BY_PLACE, gone, "mine = places", keys=["place"]).endswith("All of yours are missing.")


def test_a_condition_turned_round_is_named_where_both_make_up_a_hundred_percent() -> None:
    code = "mine = (rows['kind'] != 'ship').mean() * 100"
    assert "is the condition turned round?" in said(30.0, 70.0, code, unit="percent")
    assert "turned round" not in said(30.0, 71.0, code, unit="percent")
    assert "turned round" not in said(30.0, 70.0, "mine = part / whole * 100", unit="percent")
    assert "turned round" not in said(30.0, 70.0, code, unit="ships")


def test_a_share_in_place_of_a_count_is_called_one() -> None:
    code = "mine = ((rows['kind'] == 'ship') & (rows['year'] > 2000)).mean()"
    assert said(7, 0.25, code).endswith("A count is a whole number; `mean` gives a share.")
    assert "share" not in said(7.5, 0.25, code)
    assert "share" not in said(7, 0.25, "mine = rows['value'].mean()")


def test_ten_thousand_times_is_named_where_percent_are_asked_for() -> None:
    assert "is 10,000 times too large. Is it multiplied by 100 more than once?" in told(12.5, 125_000.0, unit="percent")
    assert "Is it divided by 100 where it should be multiplied?" in told(12.5, 0.00125, unit="percent")
    assert "times" not in told(12.5, 125_000.0, unit="ships")


@pytest.mark.parametrize(
    ("code", "start", "check", "tells"),
    [
        ("mine = 13", "", {}, True),
        ("mine = 12 + 1", "", {}, True),
        ("mine = whole", "whole = table['value'].sum()", {}, True),
        ("whole = table.sum()\nmine = whole", "whole = table['value'].sum()", {}, False),
        ("mine = len(table)", "", {}, False),
        ("mine = 0\nfor one in table:\n    mine += one", "", {}, False),
        ("mine = 0\nif True:\n    mine = 13", "", {}, False),
        ("mine = 13", "", {"constant": True}, False),
    ],
)
def test_an_answer_that_was_typed_is_told_that_nothing_is_computed(
    code: str, start: str, check: dict[str, Any], tells: bool
) -> None:
    assert ("computes nothing from the data" in said(20, 13, code, start, **check)) is tells


HINT = "Which rows are the whole?"


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        (20, 13),
        ({"a": 1.5, "b": 2.5}, {"a": 1.7, "b": 9.0}),
        (True, False),
        ("2024-03-01", "2024-03-05"),
        ([1.0, 2.0, 4.0], [3.0, 7.0, 9.0]),
        ([1.0, 2.0, 4.0], [1.0, 2.0]),
        (BY_PLACE, BY_PLACE.assign(area=[1.9, 2.9, 3.9])),
        (list(range(20)), [0, *range(5, 24)]),
    ],
)
@pytest.mark.parametrize("name", ["5.1", "5.a"])
def test_who_is_told_that_something_is_wrong_and_no_more_gets_the_first_hint(
    expected: Any, given: Any, name: str
) -> None:
    asked = dataclasses.replace(task(expected), task=name, hints=[Hint(HINT)])
    assert verdict(asked, given, "mine = found(table)").message.endswith(f" A hint for the task: {HINT}")
    assert "Hint" not in verdict(dataclasses.replace(asked, hints=[]), given, "mine = found(table)").message


KNOWN = [
    task for kind in ("exercises", "lessons") for stem in stems(kind) for task in load_key(stem, kind).tasks.values()
]


@pytest.mark.parametrize("known", [pytest.param(task, id=task.task) for task in KNOWN])
def test_every_hint_of_a_task_is_a_sentence_that_a_message_can_end_with(known: Task) -> None:
    assert len(known.hints[0].text) < 250
    assert known.hints[0].text[-1] in ".?!)"
    for hint in known.hints:
        outside_code = "".join(hint.text.split("`")[::2])
        assert 10 < len(hint.text) < 400
        assert hint.text[-1] in ".?!)`"
        assert not {"*", "{", "[", "\n", "<"} & set(outside_code)


def test_a_hint_loses_its_marks_and_links_and_keeps_its_code() -> None:
    hint = "Shares *of* **what**? See [lesson 04](../lessons/04.ipynb).\n\n```python\nx = 1\n```\n\nTry `x ** 2 * y`."
    assert plain_words(hint) == "Shares of what? See lesson 04. Try `x ** 2 * y`."


def test_a_plot_of_other_values_comes_with_the_hint_and_an_empty_one_with_a_cause() -> None:
    pytest.importorskip("matplotlib").use("agg")
    from matplotlib.figure import Figure

    def dots(x: list[float], y: list[float]) -> Any:
        axes = Figure().add_subplot()
        axes.scatter(x, y)
        return axes

    def message(x: list[float], y: list[float]) -> str:
        return verdict(dataclasses.replace(task(dots([1, 2], [3, 4])), hints=[Hint(HINT)]), dots(x, y)).message

    empty = task(dots([1, 2], [3, 4])), Figure().add_subplot()
    assert verdict(*empty, "mine = draw(rows[rows['kind'] == 'ship'])").message.endswith(
        "nothing is drawn on these axes. Has a condition kept no row?"
    )
    assert verdict(*empty, "mine = draw(rows)").message.endswith("nothing is drawn on these axes.")
    assert message([1, 2], [5, 7]).endswith(f"A hint for the task: {HINT}")
    assert message([1, 2, 3], [3, 4, 5]).endswith(f"A hint for the task: {HINT}")
    assert message([1, 2], [3, 7])
    assert "Hint" not in message([1, 2], [3, 7])


@pytest.mark.parametrize(
    ("expected", "given", "code"),
    [
        (20, 13, "mine = 13"),
        (20, "13", "mine = str(len(table))"),
        (20, 0, "mine = len(rows)"),
        (20.5, 20, "mine = round(whole / 2)"),
        (20.5, -20.5, "mine = early - late"),
        ({"a": 1.5, "b": 2.5}, {"a": 1.5}, "mine = found"),
        ([1.0, 2.0, 4.0], [1.0, 2.0, 5.0], "mine = found"),
        (BY_PLACE, BY_PLACE.head(2), "mine = found"),
        (BY_PLACE, BY_PLACE.assign(area=[19.9, 15.9, 3.9]), "mine = found"),
        (list(range(20)), [0, 1, 2, *range(8, 25)], "mine = found"),
    ],
)
def test_who_is_told_what_to_look_at_gets_no_hint(expected: Any, given: Any, code: str) -> None:
    asked = dataclasses.replace(task(expected), hints=[Hint(HINT)])
    assert "Hint" not in verdict(asked, given, code).message
    named = dataclasses.replace(task(20, {"this mistake": 13}), hints=[Hint(HINT)])
    assert "Hint" not in verdict(named, 13, "mine = len(table)").message


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("mine = round(a / b, 1)", "Was a value rounded on the way"),
        ("mine = a / b * 101", "Check each number and sign of the formula."),
        ("mine = table.loc[2020]", "Was another row or base taken?"),
    ],
)
def test_what_is_close_is_asked_about_rounding_only_where_the_code_rounds(code: str, words: str) -> None:
    message = said(50.0, 50.31, code, tolerance=0.3)
    assert f"is close, but too high. {words}" in message
    assert message.count("rounded") == words.count("rounded")


def test_a_large_table_among_the_arguments_is_told_with_its_rows() -> None:
    table = {"table": {"year": [2021] * 30, "month": [1] * 30, "value": [5] * 30}}

    def wrong(table: pd.DataFrame, year: int) -> int:
        return int(table["value"].sum()) + 1

    message = told(lambda table, year: table["value"].sum(), wrong, calls=[[table, 2021]])
    assert message.startswith("`mine(a table of 30 rows with the columns year, month and value, and 2021)` gives 151;")


@pytest.mark.parametrize(
    ("number", "shown"),
    [(2.5e-05, "0.000025"), (3.91936259e29, "3.91936×10^29"), (1219478.738, "1,219,479"), (-1e-12, "-1×10^-12")],
)
def test_no_number_is_written_as_only_programs_write_it(number: float, shown: str) -> None:
    assert show_number(number) == shown
