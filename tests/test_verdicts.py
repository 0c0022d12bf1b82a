"""One answer is judged: a named mistake is met in whatever form a learner makes it."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns

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


def drawn(shares: list[float], x: str = "year", y: str = "percent") -> Any:
    """Return a line of two years' shares, with labels; an empty one is none."""
    figure, ax = plt.subplots()  # one of its own: another test's may still be there
    sns.lineplot(x=[2023, 2024], y=shares, ax=ax)
    ax.set(xlabel=x, ylabel=y)
    answer = portable(ax)
    plt.close(figure)
    return answer


def plot_task(wrong: Any) -> Task:
    mistake = WrongAnswer("named", "A mistake.", "You have made a mistake.", wrong)
    spec = Spec("shares", y={"says": ["percent"]})
    return Task("5.2", "A plot", "plot", spec, drawn([0.1, 0.2]), portable(...), [mistake], "", "")


def test_a_named_mistake_is_met_in_a_plot_without_labels_too() -> None:
    doubled = plot_task(drawn([0.2, 0.4]))
    assert judge(doubled, drawn([0.2, 0.4])).misconception == "named"
    assert judge(doubled, drawn([0.2, 0.4], x="", y="")).misconception == "named"
    assert judge(doubled, drawn([0.3, 0.6], x="", y="")).misconception is None


def test_a_label_that_is_missing_is_not_one_that_says_something_else() -> None:
    mislabelled = plot_task(drawn([0.1, 0.2], y="share"))
    assert judge(mislabelled, drawn([0.1, 0.2], y="value")).misconception == "named"
    assert judge(mislabelled, drawn([0.1, 0.2], y="")).misconception is None
    assert judge(mislabelled, drawn([0.1, 0.2], x="", y="share")).misconception is None
    assert judge(mislabelled, drawn([0.1, 0.2])).state == "right"


def test_a_function_without_return_is_told_what_is_missing() -> None:
    calls = [[3]]

    def stub(number: int) -> None: ...

    def without_return(number: int) -> None:
        number * 2

    right = portable(lambda number: number * 2, calls)
    double = Task("5.2", "A function", "compute", Spec("double", calls=calls), right, portable(stub, calls), [], "", "")
    verdict = judge(double, portable(without_return, calls))
    assert (verdict.state, "write return" in verdict.message) == ("not tried", True)
