"""One answer is judged: a named mistake is met in whatever form a learner makes it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from alliance.answers import Spec, portable
from alliance.checking.keys import Task, WrongAnswer
from alliance.checking.verdicts import judge

RIGHT = pd.DataFrame({"year": [2023, 2024], "share": [0.1, 0.2]})
DOUBLED = RIGHT.assign(share=[0.2, 0.4])


def task(wrong: Any) -> Task:
    mistake = WrongAnswer("doubled", "Counts twice.", "You have counted twice.", portable(wrong))
    return Task("5.1", "A table", "table", Spec("shares"), portable(RIGHT), portable(...), [mistake], "", "")


def test_a_named_mistake_needs_only_the_columns_that_are_asked_for() -> None:
    with_steps = DOUBLED.assign(part=[1, 2], whole=[5, 5])
    assert judge(task(with_steps), portable(DOUBLED)).misconception == "doubled"
    assert judge(task(with_steps), portable(DOUBLED.assign(note=["a", "b"]))).misconception == "doubled"
    assert judge(task(DOUBLED), portable(with_steps)).misconception == "doubled"


def test_a_column_under_another_name_stays_the_mistake() -> None:
    renamed = RIGHT.rename(columns={"share": "percent"})
    assert judge(task(renamed), portable(renamed)).misconception == "doubled"
    assert judge(task(renamed), portable(DOUBLED)).misconception is None


def test_a_right_table_is_right_whatever_is_named_wrong() -> None:
    assert judge(task(DOUBLED.assign(part=[1, 2])), portable(RIGHT.assign(part=[1, 2]))).state == "right"


def test_a_function_without_return_is_told_what_is_missing() -> None:
    calls = [[3]]

    def stub(number: int) -> None: ...

    def without_return(number: int) -> None:
        number * 2

    right = portable(lambda number: number * 2, calls)
    double = Task("5.2", "A function", "compute", Spec("double", calls=calls), right, portable(stub, calls), [], "", "")
    verdict = judge(double, portable(without_return, calls))
    assert (verdict.state, "write return" in verdict.message) == ("not tried", True)
