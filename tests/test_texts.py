"""A writing task: what a text must say and must not is found however a learner writes it, and never said falsely."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from made_class import STEM, person, results, view

from alliance.answers import Spec, describe_shape, misfit, portable, shape_of
from alliance.answers.texts.numerals import numerals
from alliance.answers.texts.wording import asserted, count_words, says, sentences
from alliance.checking.incell import Shown
from alliance.checking.keys import Task, WrongAnswer
from alliance.checking.verdicts import judge
from alliance.classroom.handing_out.released_key import released_key
from alliance.classroom.keeping.results import TaskResult
from alliance.classroom.reporting.feedback import feedback_page
from alliance.classroom.reporting.items import items, items_page

GROWTH = {"figure": 63.64, "tolerance": 1, "unit": "percent", "name": "the growth since FY2022"}
AMOUNT = {"figure": 8.4748, "tolerance": 0.05, "unit": "trillion yen", "name": "the budget"}
YEAR = {"figure": 2025, "unit": "year", "name": "the year of the budget"}
COUNTED = {"any": ["Ministry of Defense", "cabinet"], "name": "who counted"}
TOO_MUCH = {"words": ["proves", "proof", "soar*"], "because": "A budget shows what was planned, not why."}
RUBRIC = ["Is it fair?", "Is it <b>clear</b>?", "Is it short?"]
TEXT: dict[str, Any] = {
    "words": [5, 40],
    "contains": [GROWTH],
    "avoid": [TOO_MUCH],
    "rubric": RUBRIC,
    "models": ["It grew by 64 percent in all.", "In all, growth was 64%."],
}
RIGHT = "The ministry's budget grew by 64 percent."


def task(*contains: dict[str, Any], stub: Any = ..., **more: Any) -> Task:
    text = {**TEXT, **({"contains": list(contains)} if contains else {}), **more}
    return Task(
        "5.9", "A text", "write", Spec("line", text=text), portable(RIGHT), portable(stub), [], "", "line = ..."
    )


def says_of(text: Any, *contains: dict[str, Any], **more: Any) -> str:
    """Return what is wrong with a text, nothing where nothing is."""
    verdict = judge(task(*contains, **more), portable(text))
    return "" if verdict.state == "right" else verdict.message


# --- figures -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        *("64 percent", "64%", "64 %", "64 per cent", "64-percent", "63.6 percent", "63,6 percent", "６４％", "64 pct"),
        *("sixty-four percent", "sixty four per cent", "by between 60 and 64 percent", "64.0000000001 percent"),
    ],
)
def test_a_percentage_is_read_as_it_is_written(written: str) -> None:
    assert says_of(f"The ministry's budget grew by {written}.", GROWTH) == ""


@pytest.mark.parametrize(
    "written",
    [
        *("8.47 trillion yen", "8.5tn yen", "¥8.47tn", "¥8.5trn", "8.47-trillion-yen", "8,474.8 billion yen"),
        *("8.474,8 billion yen", "8 474.8 billion yen", "¥8,474,800,000,000", "8.47 兆円", "JPY 8.47 trillion"),
        *("eight and a half trillion yen", "eight point five trillion yen", "8,475bn yen", "8475 BILLION YEN"),
        *("from 5.2 to 8.5 trillion yen", "8.5 after 5.2 trillion yen", "(in trillion yen) 8.47"),
    ],
)
def test_an_amount_is_read_in_any_scale(written: str) -> None:
    assert says_of(f"The ministry planned to spend {written} on it.", AMOUNT) == ""


@pytest.mark.parametrize(
    "written", ["FY2025", "FY 2025", "fiscal 2025", "fiscal year 2025", "FY25", "Reiwa 7", "2025", "令和7年", "2024/25"]
)
def test_a_year_is_read_as_it_is_called(written: str) -> None:
    assert says_of(f"The budget of {written} is large for Japan.", YEAR) == ""


@pytest.mark.parametrize(("written", "value"), [("1,700", 1700), ("1.700", 1700), ("seventeen hundred", 1700)])
@pytest.mark.parametrize("quotes", ["{}", '"{}"', "“{}”", "({})"])
def test_thousands_are_read_with_any_mark(written: str, value: float, quotes: str) -> None:
    [found] = numerals(f"It was {quotes.format(written)} then.")
    assert value in found.amounts


@pytest.mark.parametrize(("word", "value"), [("nine", 9), ("twelve", 12), ("twenty", 20), ("a hundred and five", 105)])
def test_number_words_are_numbers(word: str, value: float) -> None:
    assert [one.amounts for one in numerals(f"There were {word} of them.")] == [[value]]


def test_names_with_digits_are_no_numbers() -> None:
    assert numerals("The F35 and the A1 flew.") == []


def test_what_falls_may_be_said_with_a_word_or_a_sign() -> None:
    fall = {"figure": -4.5, "tolerance": 0.1, "unit": "percent", "name": "the change"}
    assert says_of("Exports fell by 4.5 percent in a year.", fall) == ""
    assert says_of("The change in a year was -4.5 percent.", fall) == ""
    assert says_of("The change in a year was −4.5 percent.", fall) == ""
    assert "but not that it is a fall" in says_of("Exports rose by 4.5 percent in a year.", fall)


def test_a_half_is_fifty_percent() -> None:
    assert says_of("It grew by about a half in three years.", {**GROWTH, "figure": 50.4}) == ""


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("by 64 in all", "but not its unit: percent."),
        ("by 64 percentage points", "but not its unit: percent."),
        ("by 0.64 in all", "which is a share and not yet a number in percent."),
        ("by 60 percent", "The check does not find the growth since FY2022 (in percent) in `line`. The nearest number"),
        ("by a lot in 2025", "The check does not find the growth since FY2022 (in percent) in `line`."),
        ("from -64 to 3 percent", "The check does not find the growth since FY2022 (in percent) in `line`."),
    ],
)
def test_a_figure_that_is_missing_is_named_by_what_it_is(written: str, said: str) -> None:
    assert said in says_of(f"The ministry's budget grew {written}.", GROWTH)


def test_a_wrong_scale_is_called_so() -> None:
    told = says_of("The ministry planned to spend 8.47 billion yen.", AMOUNT)
    assert told == "For the budget “8.47 billion” stands in `line`, but its size is asked for in trillion yen."


def test_a_number_without_its_scale_is_told_which_one_it_needs() -> None:
    told = says_of("The ministry planned to spend 8.47 yen.", AMOUNT)
    assert told == "For the budget “8.47” stands in `line`, which needs “trillion yen” behind it."


def test_a_unit_named_once_for_all_is_enough() -> None:
    assert says_of("The budget grew from 5.2 to 8.47. All amounts are in trillion yen.", AMOUNT) == ""


def test_a_currency_is_taken_over_from_the_sentence_before() -> None:
    before = "Korea spends 6.1 trillion yen."
    assert says_of(f"{before} For Japan it is 8.47 trillion.", AMOUNT) == ""
    assert "but not its unit" in says_of(f"{before} For Japan it is 8.47 trillion won.", AMOUNT)
    assert "but not its unit" in says_of("Korea spends 58 billion dollars. For Japan it is 8.47 trillion.", AMOUNT)
    assert "but not its unit" in says_of("60 trillion won are 6.1 trillion yen. Japan: 8.47 trillion.", AMOUNT)


# --- words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "The Ministry of Defense has counted.",
        "The Ministry of Defence has counted.",
        "The Defence Ministry’s own count.",
        "The ministries of defense count.",
        "By the count of the CABINET it grew.",
    ],
)
def test_who_counted_is_found_in_other_words(text: str) -> None:
    assert says_of(text, COUNTED) == ""


def test_a_phrase_may_have_an_owner() -> None:
    assert says("It is in the ministry's budget.", "ministry's budget")
    assert says("It is in the budget of the ministry.", "ministry's budget")
    assert not says("It is in the city's budget.", "ministry's budget")


def test_who_is_missing_is_said_without_a_claim() -> None:
    assert says_of("It grew by very much in all.", COUNTED) == "The check does not find who counted in `line`."


def test_a_pattern_is_looked_for_as_it_is() -> None:
    assert says("It is without these costs.", "/without|not count/") and not says("It is.", "/without|not count/")


@pytest.mark.parametrize(
    "text",
    [
        *("It does not prove intent.", "It doesn't prove it, or show that it proves", "This is no proof of intent."),
        *("This isn’t proof.", "It can’t, by itself, be proof.", "This proves nothing.", "It proves neither."),
        *("Does that count as proof?", "Critics say it “proves” intent.", 'Critics say: "it is proof".'),
        *("Nobody can say that it proves intent.", "Whether it proves intent is open.", "It is far from proof."),
        "It hardly proves intent.",
    ],
)
def test_what_is_denied_asked_or_quoted_is_not_said(text: str) -> None:
    assert not asserted(text, "proves") and not asserted(text, "proof") and not asserted(text, "prove")


@pytest.mark.parametrize(
    "text",
    [
        *("It proves intent.", "It is not small, and it proves intent.", "It not only proves intent."),
        "No doubt it proves it.",
        *("It is not small; it proves intent.", "It does not fall but proves intent.", "He said “no”: it proves it."),
    ],
)  # fmt: skip
def test_what_is_claimed_is_found(text: str) -> None:
    assert asserted(text, "proves")


def test_what_must_not_stand_is_named_with_its_reason() -> None:
    told = says_of("The ministry's soaring budget grew by 64 percent.")
    assert told.startswith("`line` says “soaring”. A budget shows what was planned, not why.")
    assert says_of("The ministry's budget is not soaring: it grew by 64 percent.") == ""


# --- length and form -----------------------------------------------------------------------------------------


def test_one_thing_is_said_at_a_time_and_what_is_missing_first() -> None:
    told = says_of("It proves " + "a lot " * 40, GROWTH)
    assert told == "The check does not find the growth since FY2022 (in percent) in `line`."
    assert says_of("It proves 64 percent " + "and so on " * 40).startswith("`line` says “proves”")
    assert (
        says_of("It grew by 64 percent " + "and so on " * 12) == "`line` has 41 words; the task asks for 5 to 40 words."
    )


def test_words_are_counted_between_spaces() -> None:
    assert count_words("Japan's 8.5-trillion-yen budget – for FY2025 – grew by 64 %.") == 8


def test_a_full_stop_in_an_abbreviation_ends_no_sentence() -> None:
    assert sentences("The U.S. Navy spent approx. 5 billion. It grew.") == (
        "The U.S. Navy spent approx. 5 billion.",
        "It grew.",
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "is None, which means: no text."),
        ("", "has no words yet."),
        ("...", "has no words yet."),
        ("{growth}", "Write the letter f before the quotation mark with which"),
        ("It grew by {growth:.0f} percent in all.", "still has {growth:.0f} in it."),
        ("It grew by nan percent in all of it.", "says “nan” where a number should stand"),
        (["It grew.", "It fell."], "is a list or Series of 2 values; the task asks for one text."),
        (("It grew.", "It fell."), "the task asks for one text."),
        (64.0, "is 64 and not a text."),
        (str.upper, "Call it"),
        ({"line": "It grew."}, "the task asks for a text"),
    ],
)
def test_what_is_no_text_gets_a_sentence_of_its_own(given: Any, said: str) -> None:
    assert said in says_of(given)


@pytest.mark.parametrize(
    ("code", "start", "promised"),
    [
        ("growth = 3\nmine = 'It grew by {growth:.0f}.'", "", True),
        ("mine = 'It grew by {growth:.0f}.'", "growth = 3", True),
        ("mine = 'It grew by {growth:.0f}.'", "", False),
        ("rate = 3\nmine = 'It grew by {growth:.0f}.'", "", False),
        ("", "growth = 3", False),
    ],
)
def test_a_value_is_promised_only_where_the_code_gives_one(code: str, start: str, promised: bool) -> None:
    asked = dataclasses.replace(task(), start=start)
    message = judge(asked, portable("It grew by {growth:.0f}."), code).message
    assert "begins, and Python puts the value of `growth` there" in message
    assert message.endswith("there.") is promised
    assert message.endswith("there, if there is one.") is not promised


def test_braces_that_hold_no_code_or_stand_twice_need_no_f() -> None:
    assert says_of("It grew by {the growth}.").endswith("Write in its place what should stand there.")
    code = "growth = 3\nmine = f'It grew by {{growth}}.'"
    assert "one pair of braces" in judge(task(), portable("It grew by {growth}."), code).message


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Support hasn't changed, they say.", "hasn't changed"),
        ("Support has not changed.", "has not changed"),
        ("So: it hasn’t\u00a0changed. It cannot.", "hasn't changed"),
        ("It is new. Support hasn't, by the way, fallen: it hasn't changed!", "hasn't changed"),
    ],
)
def test_what_must_not_stand_is_quoted_as_it_is_written(text: str, written: str) -> None:
    assert asserted(text, "hasn't changed") == written


def test_a_spelling_of_either_kind_is_quoted_as_it_is_written() -> None:
    assert asserted("The defense programs won.", "defence programmes") == "defense programs"


def test_an_f_string_is_as_good_as_a_typed_text() -> None:
    growth = 63.642
    assert says_of(f"The ministry's budget grew by {growth:.0f} percent.") == ""
    assert says_of(f"The ministry's budget grew by {growth} percent.") == ""


def test_a_text_to_be_improved_is_not_tried_while_it_is_unchanged() -> None:
    begun = task(stub="It proves a lot.")
    assert judge(begun, portable("It proves a lot.")).state == "not tried"
    assert judge(begun, portable("It proves a lot!")).state == "wrong"


# --- what is shown and kept ----------------------------------------------------------------------------------


def test_models_and_rubric_are_shown_after_it_passes_and_not_before() -> None:
    right, wrong = judge(task(), portable(RIGHT)), judge(task(), portable("It grew."))
    assert all(model in right.text for model in TEXT["models"])
    assert "Is it fair?" in right.text
    assert all(model not in wrong.text for model in TEXT["models"]) and "Is it fair?" not in wrong.text


def test_texts_are_escaped_in_the_notebook() -> None:
    shown = Shown(judge(task(), portable(RIGHT)))._repr_html_()
    assert "Is it &lt;b&gt;clear&lt;/b&gt;?" in shown and "<b>" not in shown
    assert "<script>" not in Shown(judge(task(), portable("{<script>alert_1</script>} and so on")))._repr_html_()


def test_a_learners_copy_with_less_feedback_knows_the_length_alone() -> None:
    whole = {
        "stem": "x",
        "tasks": [
            {
                **{"task": "5.9", "title": "A text", "form": "write", "start": "", "stub": "line = ...", "wrong": []},
                **{"stub_answer": {"type": "untried"}, "expected": {"type": "text", "value": RIGHT, "shown": RIGHT}},
                "check": {"answer": "line", "text": TEXT},
            }
        ],
    }
    shape, none = (released_key(whole, kind)["tasks"][0] for kind in ("shape", "none"))
    assert shape["check"] == {"answer": "line", "text": {"words": [5, 40]}}
    assert none["check"] == {"answer": "line"}
    assert RIGHT not in str(shape) and "64" not in str(shape) and RIGHT not in str(none)
    spec = Spec.from_dict(shape["check"])
    assert describe_shape(shape_of(portable(RIGHT)), spec) == "a text of 5 to 40 words"
    assert misfit(shape_of(portable(RIGHT)), portable("It fell by three percent in all."), spec) is None
    assert misfit(shape_of(portable(RIGHT)), portable("It fell."), spec) == (
        "`line` has 2 words; the task asks for 5 to 40 words."
    )


def test_grading_keeps_the_text_and_its_rubric() -> None:
    for text, state in ((RIGHT, "right"), ("It grew.", "wrong")):
        kept = TaskResult.of(judge(task(), portable(text)))
        assert (kept.state, kept.written, list(kept.rubric)) == (state, text, RUBRIC)
    assert TaskResult.of(judge(task(), portable(...))).written == ""


def test_reports_show_texts_escaped_and_without_a_name() -> None:
    text = "<script>alert(1)</script> grew by 64 percent"
    [last] = [one.task for one in results()][-1:]
    own = TaskResult(last, "right", written=text, rubric=RUBRIC)
    somebody = person("Ito, Hana", results(STEM, **{f"t{last.split('.')[1]}": own}))
    page = feedback_page(somebody)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; grew" in page and "<script>alert" not in page
    report = items_page(items(view(somebody)), 1)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; grew" in report and "<script>alert" not in report
    assert "Hana" not in report


# --- what an author may write --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ({"rubric": []}, "`words:` must give"),
        ({"words": [9, 3]}, "`words:` must give"),
        ({"words": [1, 9], "holds": []}, "unknown key 'holds'"),
        ({"words": [1, 9], "contains": [{"figure": 1}]}, "needs a `name:`"),
        ({"words": [1, 9], "contains": [{"name": "it"}]}, "needs either `figure:` or `any:`"),
        ({"words": [1, 9], "contains": [{"name": "it", "any": "ministry"}]}, "needs a list of words"),
        ({"words": [1, 9], "contains": [{"name": "it", "any": ["/(/"]}]}, "is not a regular expression"),
        ({"words": [1, 9], "avoid": [{"words": ["x"]}]}, "a sentence `because:`"),
        ({"words": [1, 9], "rubric": ["One"]}, "it needs three"),
    ],
)
def test_what_an_author_forgets_is_named(text: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        Spec.from_dict({"answer": "line", "text": text})


def test_a_known_wrong_text_is_met_to_the_letter() -> None:
    known = WrongAnswer("bare", "A number is a text.", "You have written the number alone.", portable("64 percent"))
    asked = dataclasses.replace(task(), wrong=[known])
    assert judge(asked, portable("64 percent")).misconception == "bare"
    assert judge(asked, portable("65 percent")).misconception is None
