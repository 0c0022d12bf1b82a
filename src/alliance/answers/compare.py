"""Compare a given answer with the expected one by meaning, and say what is wrong in plain words.

One comparison serves `check` in the notebook, the nbval plugin and the classroom. A single value that is wrong is
never answered with the expected one (that would be the solution); in lists, tables and plots the first wrong place
is shown with both values.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliance.answers.columns import as_zoned, may_be_year, nearly, plain, show, years_in
from alliance.answers.forms import Answer, Column, quoted, show_number
from alliance.answers.plots.comparing import compare_panels
from alliance.answers.slips import PERCENTAGES, beyond, slip_of, unit_to_blame
from alliance.answers.spec import Spec
from alliance.answers.tables import compare_series, compare_table, size_of
from alliance.answers.texts import misfit as text_misfit

ASKED = {
    "number": "a number",
    "truth": "True or False",
    "text": "a text",
    "date": "a date",
    "record": "a dictionary",
    "series": "a list or Series of values",
    "table": "a table (DataFrame)",
    "plot": "a plot (the Axes that the plotting function returns)",
    "function": "a function",
}
GIVEN = {**ASKED, "series": "a list or Series", "table": "a table", "plot": "a plot", "untried": "still ..."}
SCALARS = {"number", "truth", "text", "date"}
NEVER_READ = "a value whose reading did not end"
"""How the answer is shown whose reading, or trial, had to be stopped."""
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
ASKS_WHAT_IS_MISSING = "Is a missing value among those that it is computed from?"
ASKS_FOR_RETURN = "Does the function `return` a value for this input?"
ROUNDED = " Has it been rounded too far, or a value on the way? Keep more digits."
CLOSE = 0.02
"""How far from the expected number, beside it, a wrong one is called close."""
SMALL_TABLE = 200
"""Characters up to which a table that a function was tried on is written out, so that a learner can try it, too."""

Comparison = Callable[[Answer, Answer, Spec], str | None]
"""How a part of an answer (a record's item, a function's result) is compared with the part that is expected."""


def is_untried(answer: Answer) -> bool:
    """Return whether an answer is still the stub's `...`."""
    if answer.type == "untried":
        return True
    if answer.type == "record":
        return bool(answer.items) and all(is_untried(item) for item in answer.items.values())
    if answer.type == "function":
        return bool(answer.results) and all(is_untried(result) for result in answer.results)
    return False


def compare(expected: Answer, given: Answer, spec: Spec) -> str | None:
    """Return None when `given` means the same as `expected`, otherwise one or two sentences that say how it differs."""
    if expected.type in {"other", "none", "untried"}:  # what a function gave for one of its inputs
        same = (expected.type, expected.shown) == (given.type, given.shown) or expected.type == given.type == "none"
        return None if same else f"`{spec.answer}` gives {own_words(given)}; it should give {own_words(expected)}."
    if given.type == "none" and _is_missing(expected):
        return None
    refused = refusal(expected, given, spec)
    if refused:
        return refused
    if spec.demands and not spec.is_for_known_mistakes:
        return no_text(given, spec) or text_misfit(str(alone(given).value), spec.answer, spec.demands)
    if expected.type in SCALARS:
        return _compare_scalar(expected, given, spec)
    if expected.type == "record":
        return compare_record(expected, given, spec, compare)
    if expected.type == "function":
        return compare_function(expected, given, spec, compare)
    if expected.type == "plot":
        return not_drawn(expected, given, spec) or compare_panels(expected.panels, given.panels, spec)
    message = (compare_series if expected.type == "series" else compare_table)(expected, given, spec)
    return wrong_type(expected, given, spec) if message == "" else message


def refusal(expected: Answer, given: Answer, spec: Spec) -> str | None:
    """Return why a value cannot be an answer of the type asked for, whatever is expected: it is nothing, or no value.

    Only the type of `expected` is looked at.
    """
    if given.type == "other" and given.shown == NEVER_READ and spec.calls:
        return (
            f"`{spec.answer}` does not end, or ends Python, for one of the inputs on which it was tried. "
            "Is there a loop without an end in it?"
        )
    if given.type == "other":
        why = f" ({given.value})" if given.value else ""
        step = _assign_drawing(spec) if expected.type == "plot" else _next_step(given.shown)
        return f"`{spec.answer}` is {given.shown}{why}. The task asks for {ASKED[expected.type]}.{step}"
    if given.type == "none":
        return nothing(given, spec)
    if given.type == "function" and expected.type != "function":
        return f"`{spec.answer}` is the function itself. Call it: write its name and then brackets with its arguments."
    return None


def not_drawn(expected: Answer, given: Answer, spec: Spec) -> str | None:
    """Return what to do where a plot is asked for and something else is given."""
    if given.type == "plot":
        return None
    return f"{wrong_type(expected, given, spec)}{_assign_drawing(spec)}"


def wrong_type(expected: Answer, given: Answer, spec: Spec) -> str:
    """Say what the answer is and what is asked for."""
    size = ""
    if given.type in {"series", "table"}:
        size = f" of {size_of(given)} {'row' if given.rows == 1 else 'rows'}"
    marks = " (without quotation marks)" if given.type == "text" and expected.type in {"number", "truth"} else ""
    own = f"the text {given.shown}" if given.type == "text" else GIVEN.get(given.type, given.shown) + size
    if expected.type == "number" and given.shown == "tuple":
        return (
            f"`{spec.answer}` is {size_of(given)} values in round brackets; the task asks for a number. "
            "If you typed a comma in a number, leave it out (1200), or write a point before decimals (1.5)."
        )
    return f"`{spec.answer}` is {own}; the task asks for {ASKED[expected.type]}{marks}."


def no_text(given: Answer, spec: Spec) -> str | None:
    """Return what to do where a text is to be written and the answer is something else, else None."""
    if alone(given).type == "text":
        return None
    if given.type == "series":
        values = f"{size_of(given)} {'value' if given.rows == 1 else 'values'}"
        return (
            f"`{spec.answer}` is a list or Series of {values}; the task asks for one text. Write all sentences within "
            "one pair of quotation marks, or within three of them at each end where the text has several lines."
        )
    if given.type in {"number", "date", "truth"}:
        return f"`{spec.answer}` is {own_words(given)} and not a text. Write sentences, in quotation marks."
    return wrong_type(Answer("text"), given, spec)


def own_words(answer: Answer) -> str:
    """Return what a value is, in words that fit into a sentence: 12, None, a missing value, the text “12”."""
    if answer.type == "none":
        return "None" if answer.shown == "None" else "a missing value"
    if answer.type == "number":
        if math.isnan(answer.value):
            return "a missing value (nan)"
        return f"{answer.value:.0f}" if may_be_year(answer.value) else show_number(answer.value)
    if answer.type == "text":
        return f"the text {answer.shown}"
    if answer.type in {"truth", "date", "other"}:
        return answer.shown
    size = (
        f" of {size_of(answer)} {'row' if answer.rows == 1 else 'rows'}" if answer.type in {"series", "table"} else ""
    )
    return GIVEN.get(answer.type, answer.shown) + size


def _assign_drawing(spec: Spec) -> str:
    """Say which value a plot's name must have: what sets a label or a title gives no plot back."""
    return (
        f" `{spec.answer}` must be what the call that draws gives back, so `{spec.answer} =` stands before that call."
    )


def _next_step(shown: str) -> str:
    """Name the step that is missing where the answer is half of a computation."""
    if "GroupBy" in shown:
        return " The groups are formed but nothing is computed from them yet: add a step such as .sum() or .size()."
    if "Resampler" in shown or "Rolling" in shown or "Expanding" in shown:
        return " The periods are formed but nothing is computed from them yet: add a step such as .sum() or .mean()."
    return ""


# --- single values -------------------------------------------------------------------------------------------


def _is_missing(expected: Answer) -> bool:
    return expected.type == "number" and math.isnan(expected.value)


def nothing(given: Answer, spec: Spec) -> str:
    """Return the sentence for an answer that is None or missing."""
    if spec.text:
        return (
            f"`{spec.answer}` is None, which means: no text. Write sentences in quotation marks behind the equals sign."
        )
    if given.shown == "missing":
        return f"`{spec.answer}` is a missing value. {ASKS_WHAT_IS_MISSING}"
    return (
        f"`{spec.answer}` is None, which means: no value. Does the last step give a result back? "
        "(print, plt.show, sort on a list, and methods with inplace=True give none.)"
    )


def _compare_scalar(expected: Answer, given: Answer, spec: Spec) -> str | None:
    given = alone(given)
    if expected.type == "number" and given.type in {"text", "date"} and _asks_for_year(expected, spec):
        given = _as_year(given)
    if expected.type in {"number", "truth"} and given.type in {"number", "truth"}:
        return _compare_number(float(expected.value), float(given.value), given, spec, expected.type)
    if expected.type == "date" and given.type in {"date", "text"}:
        return _compare_date(expected, given, spec)
    if expected.type == "text" and given.type in {"text", "date"}:
        return _compare_text(expected, given, spec)
    if given.type == "none":
        return None if _is_missing(expected) else nothing(given, spec)
    return wrong_type(expected, given, spec)


def _asks_for_year(expected: Answer, spec: Spec) -> bool:
    """Return whether a single number is a year that may be read off a label; in a dictionary it is typed."""
    return "year" in spec.answer.casefold() and "[" not in spec.answer and may_be_year(expected.value)


def _as_year(given: Answer) -> Answer:
    """Return a label of a year (FY2016, 1 April 2016) as its number; anything else as it is."""
    column = Column(None, "text", np.array([given.value], dtype=object))
    if given.type == "date":
        column = Column(None, "date", np.array([pd.Timestamp(given.value).to_datetime64()], dtype="datetime64[ns]"))
    years = years_in(column)
    return given if years is None else Answer("number", float(years[0]), shown=f"{years[0]:.0f}")


def alone(given: Answer) -> Answer:
    """Return the one value of a series or table that has only one; anything else as it is."""
    if given.type in {"series", "table"} and given.rows == 1 and len(given.columns) == 1 and not given.cut:
        return cell(given.columns[0], 0)
    return given


def cell(column: Column, row: int) -> Answer:
    """Return one value of a column as an answer of its own."""
    shown, value = show(column, row), column.values[row]
    if column.kind == "truth" and not math.isnan(value):
        return Answer("truth", bool(value), shown=shown)
    if column.kind == "date":
        if np.isnat(value):
            return Answer("none", shown="missing")
        moment = pd.Timestamp(value) if column.instants is None else as_zoned(value, column.instants[row])
        return Answer("date", moment.isoformat(), shown=shown)
    if column.kind == "text":
        return Answer("none", shown="missing") if value is None else Answer("text", value, shown=shown)
    return Answer("number", float(value), shown=shown)


def _compare_number(expected: float, given: float, shown: Answer, spec: Spec, asked: str) -> str | None:
    a, b = np.array([expected]), np.array([given])
    if not spec.limits.apart(a, b)[0]:
        return None
    both = {abs(given), expected}
    year = "year" in spec.answer.casefold() and both <= set(range(1500, 2200))
    plainly = year or may_be_year(given)  # 2018 can be read as a year and as a count, 2,018 only as a count
    name = f"`{spec.answer}` = {f'{given:.0f}' if plainly else shown.shown}"
    if math.isnan(given):
        return missing_number(spec)
    if math.isinf(given) and not math.isinf(expected):
        return f"{name} is not right. Is something divided by zero?"
    if shown.type == "truth" and asked == "number":
        return f"`{spec.answer}` is {shown.shown}; a number is asked for, and True or False is none."
    if shown.type == "truth" or not math.isfinite(expected):
        return f"{name} is not right."
    slip = slip_of(a, b, spec.unit_of(), spec.limits)
    if slip:
        return f"{name} {slip}"
    if year:
        return f"{name} is too {'late' if given > expected else 'early'}."
    direction = "too high" if given > expected else "too low"
    impossible = beyond(a, b, spec.unit_of())
    if given == 0 or impossible:
        return f"{name} is {direction}.{impossible}"
    if _has_fewer_decimals(expected, given, round):
        return f"{name} is {direction}.{ROUNDED}"
    if _has_fewer_decimals(expected, given, _cut):
        return f"{name} is {direction}. Have its decimals been cut off, or a value's on the way? Keep more digits."
    counts = expected.is_integer() and given.is_integer()
    exact = spec.tolerance is None and not (spec.unit_of() or "").startswith(PERCENTAGES)
    if exact and expected.is_integer() and not counts and round(given) == expected:
        return f"{name} is close, but {direction}. Is a whole number asked for?"
    if expected and abs(given / expected - 1) < CLOSE and not counts:
        return f"{name} is close, but {direction}."
    return f"{name} is {direction}.{unit_to_blame(expected, given, spec.unit_of())}"


def _has_fewer_decimals(expected: float, given: float, shorten: Callable[[float, int], float]) -> bool:
    """Return whether a number is the expected one with fewer decimals, and not so few that it may be any number."""
    near = given != 0 and abs(given - expected) < (0.2 if shorten is round else 0.05) * abs(expected)
    return near and not expected.is_integer() and any(shorten(expected, digits) == given for digits in range(9))


def _cut(number: float, digits: int) -> float:
    """Return a number without the decimals behind so many."""
    return float(math.trunc(number * 10.0**digits) / 10.0**digits)


def missing_number(spec: Spec) -> str:
    """Return the sentence for a number that is NaN."""
    return f"`{spec.answer}` is a missing value (NaN). {ASKS_WHAT_IS_MISSING}"


def _unambiguous_date(text: str) -> pd.Timestamp | None:
    """Return a date written so that it can mean one day only; 01/03/2024 means two."""
    for form in ("ISO8601", "%d %B %Y", "%B %d, %Y"):
        moment = pd.to_datetime(text.strip(), errors="coerce", format=form)
        if not pd.isna(moment):
            return moment
    return None


def no_date(given: Answer, spec: Spec) -> str | None:
    """Return what to do where a date or text does not say which day it means, else None."""
    if _unambiguous_date(str(given.value)) is not None:
        return None
    return f"`{spec.answer}` = {given.shown} is not a date; write it as year-month-day, such as “1999-12-31”."


def _compare_date(expected: Answer, given: Answer, spec: Spec) -> str | None:
    moment = _unambiguous_date(str(given.value))
    if moment is None:
        return no_date(given, spec)
    wanted = pd.Timestamp(expected.value)
    clocks = moment.tz_localize(None), wanted.tz_localize(None)
    instants = [one.tz_convert("UTC").tz_localize(None) if one.tzinfo else one for one in (moment, wanted)]
    if clocks[0] == clocks[1] or instants[0] == instants[1]:
        return None
    if clocks[0].normalize() == clocks[1]:
        return f"`{spec.answer}` = {given.shown} is the day asked for, but with a time of day. Keep the day alone."
    direction = "later" if clocks[0] > clocks[1] else "earlier"
    return f"`{spec.answer}` = {given.shown} is {direction} than the date asked for."


def _compare_text(expected: Answer, given: Answer, spec: Spec) -> str | None:
    value = given.value if given.type == "text" else given.shown
    if value == expected.value or (not spec.case and plain(value) == plain(expected.value)):
        return None
    stray = no_choice(given, spec)
    if stray:
        return stray
    choices = spec.choices if not isinstance(spec.choices, Mapping) else ()
    if plain(value) == plain(expected.value):
        return f"`{spec.answer}` = {given.shown} is nearly right: look at its capital letters and spaces."
    if ISO_DAY.fullmatch(expected.value) and not ISO_DAY.fullmatch(value.strip()):
        return f"`{spec.answer}` = {given.shown} is not written as year-month-day, such as “1999-12-31”."
    same_digits = re.findall(r"\d", value) == re.findall(r"\d", expected.value)
    if not choices and same_digits and nearly(value, [expected.value]):
        return f"`{spec.answer}` = {given.shown} is nearly right: look at its spelling."
    return f"`{spec.answer}` = {given.shown} is not {'the right choice' if choices else 'what is asked for'}."


def no_choice(given: Answer, spec: Spec) -> str | None:
    """Return which words there are where a text is none of those to choose from, else None."""
    choices = spec.choices if not isinstance(spec.choices, Mapping) else ()
    value = given.value if given.type == "text" else given.shown
    if not choices or plain(value) in {plain(choice) for choice in choices}:
        return None
    words = ", ".join(map(quoted, choices))
    return f"`{spec.answer}` = {given.shown} is not one of the words to choose from: {words}."


def compare_record(expected: Answer, given: Answer, spec: Spec, how: Comparison) -> str | None:
    """Return which keys of a record are missing or not as `how` wants them, else None."""
    given = as_record(given)
    if given.type != "record":
        return wrong_type(expected, given, spec)
    own = {plain(key): item for key, item in given.items.items()}
    own |= {key: given.items[key] for key in expected.items if key in given.items}  # to the letter comes first
    own |= {key: own[plain(key)] for key in expected.items if key not in own and plain(key) in own}
    exchanged = None if spec.is_for_known_mistakes else _exchanged_entries(expected, own, spec, how)
    if exchanged:
        return exchanged
    messages = []
    for key, wanted in expected.items.items():
        if key not in own:
            near = nearly(key, [mine for mine in given.items if plain(mine) not in {plain(k) for k in expected.items}])
            hint = f" (you have {quoted(near)})" if near else ""
            messages.append(f"The key {quoted(key)} is missing from `{spec.answer}`{hint}.")
            continue
        item = own[key]
        if is_untried(item):
            messages.append(f"The key {quoted(key)} is still to be filled in.")
            continue
        choices = spec.choices.get(key, ()) if isinstance(spec.choices, Mapping) else ()
        name = f'{spec.answer}["{key}"]'
        part = dataclasses.replace(spec, answer=name, choices=choices, unit=spec.unit_of(key))
        message = how(wanted, item, part)
        if message:
            messages.append(message)
            if spec.is_for_known_mistakes:
                break  # that they differ is all that is asked
    if not messages:
        return None
    more = len(messages) - 2
    tail = [f"{more} more {'key is' if more == 1 else 'keys are'} not right yet."] if more > 0 else []
    return " ".join(messages[:2] + tail)


def _exchanged_entries(expected: Answer, own: Mapping[str | None, Answer], spec: Spec, how: Comparison) -> str | None:
    """Return the sentence for a record in which nothing is wrong but that two entries stand for each other."""
    keys = [key for key in expected.items if key in own]
    if len(keys) < len(expected.items) or any(is_untried(own[key]) for key in keys):
        return None

    def fits(key: str, place: str) -> bool:
        choices = spec.choices.get(key, ()) if isinstance(spec.choices, Mapping) else ()
        part = dataclasses.replace(spec, choices=choices, unit=spec.unit_of(key))
        return how(expected.items[key], own[place], part) is None

    wrong = [key for key in keys if not fits(key, key)]
    if len(wrong) != 2 or not (fits(wrong[0], wrong[1]) and fits(wrong[1], wrong[0])):
        return None
    return f"`{spec.answer}` has two values exchanged: those of {quoted(wrong[0])} and {quoted(wrong[1])}."


def as_record(given: Answer) -> Answer:
    """Return a labelled series, a table of one row or of labels and values as a record; anything else as it is."""
    if given.cut or given.type not in {"series", "table"}:
        return given
    if given.type == "table" and given.rows > 1 and given.items:
        return Answer("record", items=given.items)
    if given.type == "table" and given.rows > 1 and len(given.labels) + len(given.columns) == 2 and given.columns:
        labels, values = [*given.labels, *given.columns]
        if labels.kind == "text":
            given = Answer("series", rows=given.rows, labels=[labels], columns=[values])
    if given.type == "series" and given.items and len(given.labels) == 1:
        return Answer("record", items=given.items)
    if given.type == "series" and len(given.labels) == 1 and given.rows <= 1000:
        keys = [show(given.labels[0], i).strip("“”") for i in range(given.rows)]
        return Answer("record", items={key: cell(given.columns[0], i) for i, key in enumerate(keys)})
    if given.type == "table" and given.rows == 1:
        return Answer("record", items={str(column.name): cell(column, 0) for column in given.columns})
    return given


# --- functions -----------------------------------------------------------------------------------------------


def compare_function(expected: Answer, given: Answer, spec: Spec, how: Comparison) -> str | None:
    """Return for which of the task's examples a function does not give what `how` wants, else None."""
    if given.type != "function":
        if given.type == "number":
            return f"`{spec.answer}` is a number, {show_number(given.value)}; the task asks for the function itself."
        return wrong_type(expected, given, spec)
    if len(given.results) != len(expected.results):
        return f"`{spec.answer}` could not be tried on all of the task's examples."
    wrong: list[tuple[bool, bool, int, str]] = []
    for arguments, wanted, got in zip(spec.calls, expected.results, given.results, strict=True):
        call = _show_call(spec.answer, arguments)
        message = _compare_result(wanted, got, call, spec, how)
        if message:
            if spec.is_for_known_mistakes:
                return message  # nobody reads which example it is
            wrong.append((wanted.type in {"none", "other"}, _is_edge(wanted, got), len(call), message))
    if not wrong:
        return None
    if _none_for_zero(expected, given, spec):
        zero = next(i for i, one in enumerate(expected.results) if _is_zero(one) and given.results[i].type == "none")
        call = _show_call(spec.answer, spec.calls[zero])
        return (
            f"`{call}` gives None; it should give {own_words(expected.results[zero])}. In a condition and "
            "before `or` Python takes 0 for false: ask `is None` where you mean a value that is absent."
        )
    easiest = min(wrong, key=lambda one: one[:3])[3]  # the shortest example with a value: it can be done by hand
    return f"{easiest}{_same_for_all(expected, given)}{_looks_outside(expected, given)}"


def _compare_result(wanted: Answer, got: Answer, call: str, spec: Spec, how: Comparison) -> str | None:
    """Compare what a function gave for one input. Here the expected value may be told: it is not the solution."""
    if got.changed and not wanted.changed:
        return f"`{call}` changes the value that it is given. Let the function work on a copy of it, made with .copy()."
    if got.type == "other" and got.value and wanted.type != "other":
        return f"`{call}` does not work: {got.value}."
    if got.type == "none" and got.shown == "None" and wanted.type not in {"none", "other"}:
        return f"`{call}` gives None{_should_give(wanted)}. {ASKS_FOR_RETURN}"
    part = dataclasses.replace(spec, answer=call)
    if wanted.type == "record":
        return compare_record(wanted, got, part, lambda one, other, inner: _told(one, other, inner, how))
    return _told(wanted, got, part, how)


def _is_edge(wanted: Answer, got: Answer) -> bool:
    """Return whether an example is asked for, or gives, a number without end: nobody begins with such a one."""
    return any(one.type == "number" and math.isinf(one.value) for one in (wanted, got))


def _is_zero(answer: Answer) -> bool:
    return answer.type in {"number", "truth"} and bool(answer.shown) and answer.value == 0


def _none_for_zero(expected: Answer, given: Answer, spec: Spec) -> bool:
    """Return whether a function is right but for giving None where 0 is the result."""
    pairs = list(zip(expected.results, given.results, strict=True))
    zeros = [got for wanted, got in pairs if _is_zero(wanted)]
    others = [(wanted, got) for wanted, got in pairs if not _is_zero(wanted)]
    return (
        any(got.shown == "None" for got in zeros)
        and any(wanted.type in SCALARS for wanted, _ in others)
        and all(compare(wanted, got, spec) is None for wanted, got in others)
    )


def _told(wanted: Answer, got: Answer, part: Spec, how: Comparison) -> str | None:
    """Compare two values and say both, where the expected one is known and short."""
    message = how(wanted, got, part)
    asked, mine = _short_list(wanted), _short_list(got)
    if message and asked:
        told = mine or (f"a list or Series of {size_of(got)} values" if got.type == "series" else own_words(got))
        slip = None
        if mine and wanted.columns[0].kind == got.columns[0].kind == "number" and len(wanted.columns[0]) == got.rows:
            slip = slip_of(wanted.columns[0].values, got.columns[0].values, part.unit_of(), part.limits)
        return f"`{part.answer}` gives {told}; it should give {asked}.{f' That {slip}' if slip else ''}"
    if message is None or not wanted.shown or wanted.type not in SCALARS:
        return message
    if wanted.type != got.type or wanted.type != "number":
        return f"`{part.answer}` gives {own_words(got)}{_should_give(wanted)}."
    slip = slip_of(np.array([wanted.value]), np.array([got.value]), part.unit_of(), part.limits)
    hint = f" That {slip}" if slip else ""
    mine, asked = own_words(got), own_words(wanted)
    if mine == asked:
        mine, asked = (f"{value:.15g}" for value in (got.value, wanted.value))
    return f"`{part.answer}` gives {mine}; it should give {asked}.{hint}"


def _short_list(answer: Answer) -> str:
    """Return a few values without labels as a list, where they are known: [0, 24.3]; else nothing."""
    if answer.type != "series" or answer.cut or answer.labels or not 0 < answer.rows <= 6:
        return ""
    column = answer.columns[0]
    return f"[{', '.join(show(column, row) for row in range(len(column)))}]" if len(column) == answer.rows else ""


def _should_give(wanted: Answer) -> str:
    """Return the second half of a sentence with the value that was expected, where it is known and short."""
    if _short_list(wanted):
        return f"; it should give {_short_list(wanted)}"
    return f"; it should give {own_words(wanted)}" if wanted.shown and wanted.type in SCALARS else ""


def _same_for_all(expected: Answer, given: Answer) -> str:
    """Name a function that gives one and the same value whatever it is given."""
    values = [(one.type, str(one.value)) for one in given.results]
    asked = {(one.type, str(one.value)) for one in expected.results}
    if len(values) < 3 or len(set(values)) > 1 or len(asked) < 2 or values[0][0] not in SCALARS:
        return ""
    unused = given.value.get("unused", []) if isinstance(given.value, dict) else []
    names = " and ".join(f"`{name}`" for name in unused)
    return f" It gives the same for every input{f', and does not use {names}' if names else ''}."


def _looks_outside(expected: Answer, given: Answer) -> str:
    """Name what a wrong function reads from outside of itself, where the reference reads no such thing."""
    reads, usual = (
        set(one.value.get("reads", [])) if isinstance(one.value, dict) else set() for one in (given, expected)
    )
    names = sorted(reads - usual)
    if not names:
        return ""
    return (
        f" Your function also reads `{names[0]}`, which is defined outside of it and stays the same from call to call. "
        "What changes from call to call must come in as an argument."
    )


def _show_call(name: str, arguments: Sequence[Any]) -> str:
    """Return a call as code; where a table is too large for that, its arguments are told in words."""
    shown = [_show_argument(one) for one in arguments]
    last = ", and " if len(shown) > 1 and any(_is_large(one) for one in arguments) else ", "
    return f"{name}({last.join([', '.join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)})"


def _is_large(argument: Any) -> bool:
    """Return whether an argument is a table that is too large to be written out."""
    is_table = isinstance(argument, dict) and set(argument) == {"table"}
    return is_table and len(f"pd.DataFrame({argument['table']!r})") > SMALL_TABLE


def _show_argument(argument: Any) -> str:
    if _is_large(argument):
        names = list(argument["table"])
        rows = len(argument["table"][names[0]])
        columns = f"columns {', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else f"column {names[0]}"
        return f"a table of {rows:,} {'row' if rows == 1 else 'rows'} with the {columns}"
    if isinstance(argument, dict) and set(argument) == {"table"}:
        return f"pd.DataFrame({argument['table']!r})"
    shown = repr(argument).replace("nan", "float('nan')") if _is_nan(argument) else repr(argument)
    return shown if len(shown) <= 60 else f"{shown[:40]} … {shown[-10:]}"


def _is_nan(argument: Any) -> bool:
    return isinstance(argument, float) and math.isnan(argument)
