"""The comparison of plots: the same picture is right whoever drew it; another picture is wrong, and told where."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from test_answers import assert_readable

from alliance.answers import Answer, Spec, compare, from_json, portable, to_json
from alliance.answers.plots.reading import read_panel

SPENDING = pd.DataFrame(
    {
        "year": [2019, 2020, 2021, 2022] * 2,
        "country": ["Japan"] * 4 + ["Korea"] * 4,
        "value": [5.1, 5.3, 5.5, 5.6, 4.4, 4.6, 4.9, 5.2],
    }
)
WIDE = SPENDING.pivot(index="year", columns="country", values="value")
JAPAN = SPENDING[SPENDING["country"] == "Japan"].reset_index(drop=True)
PLACES = pd.DataFrame({"place": ["Kadena", "Misawa", "Iwakuni"], "area": [19.9, 15.9, 7.9]})
MONTHS = pd.DataFrame({"month": pd.date_range("2024-01-01", periods=5, freq="MS"), "count": [3, 1, 4, 1, 5]})
EVENTS = pd.DataFrame({"kind": ["test", "test", "drill", "test", "drill", "talks"], "size": [1, 2, 2, 3, 5, 4]})
GRID = pd.DataFrame({"Jan": [1.0, 2.0], "Feb": [3.0, np.nan], "Mar": [5.0, 6.0]}, index=["2023", "2024"])
Draw = Callable[[], Any]


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    """Every test begins and ends without open figures."""
    plt.close("all")
    yield
    plt.close("all")


def carried(value: Any) -> Answer:
    """Return a plot as it arrives where answers are compared: read, written as JSON text, read back."""
    return from_json(json.loads(json.dumps(to_json(portable(value)))))


@functools.cache
def expected_of(reference: Draw) -> Answer:
    """Return what a reference shows; it is drawn once for all answers that are compared with it."""
    expected = carried(reference())
    plt.close("all")
    return expected


def verdict(reference: Draw, answer: Draw, **check: Any) -> str | None:
    """Return what the comparison says about a plot (None: right) for a task with this `check:`."""
    expected = expected_of(reference)
    given = carried(answer())
    plt.close("all")
    message: str | None = compare(expected, given, Spec.from_dict({"answer": "ax", **check}))
    return message


def axes(**settings: Any) -> Any:
    """Return empty axes of a figure of their own, with these settings."""
    ax = plt.figure().add_subplot()
    ax.set(**settings)
    return ax


def labelled(ax: Any, x: str = "Year", y: str = "Trillion yen", **settings: Any) -> Any:
    """Return axes with labels on both sides."""
    ax.set(xlabel=x, ylabel=y, **settings)
    return ax


# --- one line ------------------------------------------------------------------------------------------------


def line(values: Any = None, x: Any = None, ax: Any = None, **style: Any) -> Any:
    """Draw Japan's spending as a line with matplotlib."""
    ax = ax or axes()
    ax.plot(JAPAN["year"] if x is None else x, JAPAN["value"] if values is None else values, **style)
    return labelled(ax)


def line_with(*draws: Callable[[Any], Any]) -> Any:
    """Draw the line and things beside it that are not data."""
    ax = line()
    for draw in draws:
        draw(ax)
    return ax


def twin() -> Any:
    """Draw the line, and another measure on a second y axis; return the first."""
    ax = line()
    other = ax.twinx()
    other.plot(JAPAN["year"], JAPAN["value"] / 560, color="grey")
    other.set_ylabel("Share of GDP")
    return ax


def dated(x: Any) -> Any:
    """Draw the line over dates instead of year numbers."""
    return line(x=x)


RIGHT_LINES: dict[str, Draw] = {
    "matplotlib": line,
    "seaborn": lambda: labelled(sns.lineplot(JAPAN, x="year", y="value")),
    "pandas": lambda: labelled(JAPAN.plot(x="year", y="value")),
    "pandas, from a Series": lambda: labelled(JAPAN.set_index("year")["value"].plot()),
    "relplot": lambda: sns.relplot(JAPAN, x="year", y="value", kind="line").set_axis_labels("Year", "Trillion yen"),
    "FacetGrid": lambda: (
        sns.FacetGrid(JAPAN).map_dataframe(sns.lineplot, x="year", y="value").set_axis_labels("Year", "Trillion yen")
    ),
    "the figure": lambda: line().figure,
    "the line itself": lambda: line().lines[0],
    "a list of axes": lambda: [line()],
    "an array of axes": lambda: np.array([[line()]]),
    "a figure and its axes": lambda: (lambda ax: (ax.figure, ax))(line()),
    "with markers": lambda: line(marker="o"),
    "dashed": lambda: line(linestyle="--"),
    "drawn from right to left": lambda: line(values=JAPAN["value"][::-1], x=JAPAN["year"][::-1]),
    "with a gap where there is no value": lambda: line(values=[*JAPAN["value"], np.nan], x=[*JAPAN["year"], 2023]),
    "with a legend": lambda: line_with(lambda ax: ax.lines[0].set_label("Japan"), lambda ax: ax.legend()),
    "with reference lines": lambda: line_with(
        lambda ax: ax.axhline(5, color="grey"),
        lambda ax: ax.axvline(2020, linestyle=":"),
        lambda ax: ax.axline((2019, 5), slope=0.1),
        lambda ax: ax.axvspan(2020, 2021, alpha=0.2),
    ),
    "with scenery": lambda: line_with(lambda ax: ax.plot([2019, 2022], [4, 6], color="grey", gid="background")),
    "with a hidden line": lambda: line_with(lambda ax: ax.plot([2019, 2022], [4, 6], visible=False)),
    "with a note and an arrow": lambda: line_with(
        lambda ax: ax.annotate("plan", (2020, 5.3), (2020.5, 5.2), arrowprops={"arrowstyle": "->"}),
        lambda ax: ax.text(2022, 5.6, "Japan"),
    ),
    "with a share of GDP on a second axis": twin,
    "over dates": lambda: dated(pd.to_datetime(JAPAN["year"].astype(str))),
    "over Python dates": lambda: dated([pd.Timestamp(year=y, month=1, day=1).date() for y in JAPAN["year"]]),
    "over year ends": lambda: dated(pd.to_datetime(JAPAN["year"].astype(str) + "-12-31")),
    "over periods, on pandas' own axis": lambda: labelled(
        pd.Series(JAPAN["value"].to_numpy(), index=pd.PeriodIndex(JAPAN["year"].astype(str), freq="Y")).plot()
    ),
    "over dates, on pandas' own axis": lambda: labelled(
        pd.Series(JAPAN["value"].to_numpy(), index=pd.to_datetime(JAPAN["year"].astype(str))).plot()
    ),
    "over years as text": lambda: dated(JAPAN["year"].astype(str)),
    "over years as categories": lambda: labelled(sns.lineplot(JAPAN.astype({"year": "category"}), x="year", y="value")),
}


@pytest.mark.parametrize("answer", RIGHT_LINES.values(), ids=RIGHT_LINES)
@pytest.mark.parametrize("reference", ["matplotlib", "seaborn", "pandas"])
def test_the_same_line_is_right_whoever_draws_it(reference: str, answer: Draw) -> None:
    assert verdict(RIGHT_LINES[reference], answer, y={"says": ["trillion yen"]}) is None


def months(draw: Callable[[], Any]) -> Draw:
    return lambda: labelled(draw(), "Month", "Count")


RIGHT_MONTHS: dict[str, Draw] = {
    "seaborn": months(lambda: sns.lineplot(MONTHS, x="month", y="count")),
    "matplotlib": months(lambda: axes().plot(MONTHS["month"], MONTHS["count"])[0].axes),
    "pandas": months(lambda: MONTHS.plot(x="month", y="count")),
    "pandas, from a Series": months(lambda: MONTHS.set_index("month")["count"].plot()),
    "pandas, over periods": months(lambda: MONTHS.set_index("month")["count"].to_period("M").plot()),
    "pandas, not on its own axis": months(lambda: MONTHS.set_index("month")["count"].plot(x_compat=True)),
    "NumPy dates": months(lambda: axes().plot(MONTHS["month"].to_numpy("datetime64[D]"), MONTHS["count"])[0].axes),
    "Python dates": months(lambda: axes().plot(MONTHS["month"].dt.date, MONTHS["count"])[0].axes),
    "numbers of matplotlib": months(lambda: date_numbers()),
    "dates with a time zone": months(
        lambda: axes().plot(MONTHS["month"].dt.tz_localize("Asia/Tokyo"), MONTHS["count"])[0].axes
    ),
}


def date_numbers() -> Any:
    """Draw the months from matplotlib's own day numbers."""
    ax = axes()
    ax.plot(mdates.date2num(MONTHS["month"]), MONTHS["count"])
    ax.xaxis_date()
    return ax


@pytest.mark.parametrize("answer", RIGHT_MONTHS.values(), ids=RIGHT_MONTHS)
@pytest.mark.parametrize("reference", ["seaborn", "pandas, from a Series", "Python dates"])
def test_the_same_months_are_right_in_any_kind_of_date(reference: str, answer: Draw) -> None:
    assert verdict(RIGHT_MONTHS[reference], answer) is None


# --- several series ------------------------------------------------------------------------------------------


def two_lines(names: tuple[str, str] = ("Japan", "Korea"), how: str = "legend", **style: Any) -> Any:
    """Draw two lines with matplotlib and say in one of several ways which is which."""
    ax = axes()
    for column, name in zip(["Japan", "Korea"], names, strict=True):
        ax.plot(WIDE.index, WIDE[column], label=name if how == "legend" else None, **style)
        if how == "text":
            ax.text(2022, WIDE[column].iloc[-1], name)
        if how == "annotate":
            ax.annotate(name, (2022, WIDE[column].iloc[-1]))
    if how == "legend":
        ax.legend()
    if how == "legend later":
        ax.legend(names)
    return labelled(ax)


def drawn_twice() -> Any:
    """Draw one line twice under its name, the second time upside down."""
    ax = axes()
    ax.plot(WIDE.index, WIDE["Japan"], label="Japan")
    ax.plot(WIDE.index, -WIDE["Japan"], label="Japan")
    ax.legend()
    return labelled(ax)


def three_lines(*names: str | None) -> Any:
    """Draw both lines and their mean, each under its name, if it gets one."""
    ax = axes()
    for values, name in zip((WIDE["Japan"], WIDE["Korea"], WIDE.mean(axis="columns")), names, strict=True):
        ax.plot(WIDE.index, values, label=name)
    ax.legend()
    return labelled(ax)


def with_a_single_point() -> Any:
    """Draw one line whole, and of the other its first point alone."""
    ax = axes()
    ax.plot(WIDE.index, WIDE["Japan"], label="Japan")
    ax.plot(WIDE.index[:1], WIDE["Korea"].iloc[:1], label="Korea")
    ax.legend()
    return labelled(ax)


RIGHT_PAIRS: dict[str, Draw] = {
    "seaborn, by colour": lambda: labelled(sns.lineplot(SPENDING, x="year", y="value", hue="country")),
    "seaborn, by dash": lambda: labelled(sns.lineplot(SPENDING, x="year", y="value", style="country")),
    "seaborn, by colour and dash": lambda: labelled(
        sns.lineplot(SPENDING, x="year", y="value", hue="country", style="country")
    ),
    "seaborn, by colour, dash and marker": lambda: labelled(
        sns.lineplot(SPENDING, x="year", y="value", hue="country", style="country", markers=True)
    ),
    "seaborn, by width": lambda: labelled(sns.lineplot(SPENDING, x="year", y="value", size="country")),
    "seaborn, wide": lambda: labelled(sns.lineplot(WIDE)),
    "relplot": lambda: sns.relplot(SPENDING, x="year", y="value", hue="country", kind="line").set_axis_labels(
        "Year", "Trillion yen"
    ),
    "pandas": lambda: labelled(WIDE.plot()),
    "pandas, styled": lambda: labelled(WIDE.plot(style=["-o", "--s"])),
    "matplotlib": two_lines,
    "matplotlib, names given to the legend": lambda: two_lines(how="legend later"),
    "matplotlib, names beside the lines": lambda: two_lines(how="text"),
    "matplotlib, names annotated": lambda: two_lines(how="annotate"),
    "matplotlib, a figure's legend": lambda: figure_legend(),
    "capital letters": lambda: two_lines(("JAPAN", "korea")),
    "names with more words": lambda: two_lines(("Japan (MoD)", "Korea (MND)")),
}


def without_legend() -> Any:
    ax = two_lines()
    ax.get_legend().remove()
    return ax


def figure_legend() -> Any:
    ax = two_lines()
    ax.get_legend().remove()
    ax.figure.legend()
    return ax


@pytest.mark.parametrize("answer", RIGHT_PAIRS.values(), ids=RIGHT_PAIRS)
@pytest.mark.parametrize("reference", ["seaborn, by colour", "pandas", "matplotlib, names beside the lines"])
def test_the_same_two_series_are_right_however_they_are_told_apart(reference: str, answer: Draw) -> None:
    assert verdict(RIGHT_PAIRS[reference], answer) is None


# --- bars ----------------------------------------------------------------------------------------------------


def bars(draw: Callable[[], Any], lying: bool = False) -> Draw:
    names = ("Square kilometres", "Place") if lying else ("Place", "Square kilometres")
    return lambda: labelled(draw(), *names)


RIGHT_BARS: dict[str, Draw] = {
    "seaborn": bars(lambda: sns.barplot(PLACES, x="place", y="area")),
    "seaborn, in colours": bars(lambda: sns.barplot(PLACES, x="place", y="area", hue="place")),
    "seaborn, in colours with a legend": bars(
        lambda: sns.barplot(PLACES, x="place", y="area", hue="place", legend=True)
    ),
    "seaborn, lying": bars(lambda: sns.barplot(PLACES, x="area", y="place"), lying=True),
    "seaborn, sorted": bars(lambda: sns.barplot(PLACES.sort_values("area"), x="place", y="area")),
    "seaborn, sorted and lying": bars(lambda: sns.barplot(PLACES.sort_values("area"), x="area", y="place"), lying=True),
    "catplot": lambda: sns.catplot(PLACES, x="place", y="area", kind="bar").set_axis_labels(
        "Place", "Square kilometres"
    ),
    "no label where the names say what they are": lambda: labelled(
        sns.barplot(PLACES, x="place", y="area"), "", "Square kilometres"
    ),
    "pandas": bars(lambda: PLACES.plot.bar(x="place", y="area")),
    "pandas, from a Series": bars(lambda: PLACES.set_index("place")["area"].plot.bar()),
    "pandas, lying": bars(lambda: PLACES.plot.barh(x="place", y="area"), lying=True),
    "matplotlib": bars(lambda: axes().bar(PLACES["place"], PLACES["area"])[0].axes),
    "matplotlib, lying": bars(lambda: axes().barh(PLACES["place"], PLACES["area"])[0].axes, lying=True),
    "matplotlib, bars returned": lambda: bars(lambda: axes().bar(PLACES["place"], PLACES["area"])[0].axes)().containers[
        0
    ],
    "matplotlib, positions with tick labels": bars(
        lambda: (lambda ax: ax.bar([0, 1, 2], PLACES["area"]) and ax)(
            axes(xticks=[0, 1, 2], xticklabels=PLACES["place"])
        )
    ),
    "with values written on the bars": bars(
        lambda: (lambda ax: ax.bar_label(ax.containers[0]) and ax)(sns.barplot(PLACES, x="place", y="area"))
    ),
    "with error bars": bars(lambda: axes().bar(PLACES["place"], PLACES["area"], yerr=[1, 1, 1])[0].axes),
    "with a reference line": bars(
        lambda: (lambda ax: ax.axhline(10) and ax)(axes().bar(PLACES["place"], PLACES["area"])[0].axes)
    ),
}


@pytest.mark.parametrize("answer", RIGHT_BARS.values(), ids=RIGHT_BARS)
@pytest.mark.parametrize("reference", ["seaborn", "seaborn, lying", "pandas", "matplotlib"])
def test_the_same_bars_are_right_upright_or_lying_whoever_draws_them(reference: str, answer: Draw) -> None:
    assert verdict(RIGHT_BARS[reference], answer) is None


RIGHT_COUNTS: dict[str, Draw] = {
    "countplot": lambda: labelled(sns.countplot(EVENTS, x="kind"), "Kind", "Count"),
    "countplot, lying": lambda: labelled(sns.countplot(EVENTS, y="kind"), "Count", "Kind"),
    "countplot, its names without a label": lambda: labelled(sns.countplot(EVENTS, x="kind"), "", "Count"),
    "countplot, lying, its names without a label": lambda: labelled(sns.countplot(EVENTS, y="kind"), "Count", ""),
    "a bar plot of counts": lambda: labelled(EVENTS["kind"].value_counts().plot.bar(), "Kind", "Count"),
    "a histogram of names": lambda: labelled(sns.histplot(EVENTS, x="kind"), "Kind", "Count"),
}


@pytest.mark.parametrize("answer", RIGHT_COUNTS.values(), ids=RIGHT_COUNTS)
def test_counted_bars_are_right_whoever_counts(answer: Draw) -> None:
    assert verdict(RIGHT_COUNTS["countplot"], answer) is None


RIGHT_GROUPED: dict[str, Draw] = {
    "seaborn": lambda: labelled(sns.barplot(SPENDING, x="year", y="value", hue="country")),
    "seaborn, lying": lambda: labelled(
        sns.barplot(SPENDING, x="value", y="year", hue="country", orient="h"), "Trillion yen", "Year"
    ),
    "seaborn, a line of mean": lambda: labelled(
        sns.barplot(SPENDING, x="year", y="value", hue="country", errorbar=None)
    ),
    "catplot": lambda: sns.catplot(SPENDING, x="year", y="value", hue="country", kind="bar").set_axis_labels(
        "Year", "Trillion yen"
    ),
    "pandas": lambda: labelled(WIDE.plot.bar()),
    "pandas, lying": lambda: labelled(WIDE.plot.barh(), "Trillion yen", "Year"),
    "matplotlib, side by side": lambda: dodged(),
}


def dodged() -> Any:
    """Draw bars side by side, moved by hand."""
    ax = axes()
    places = np.arange(len(WIDE))
    ax.bar(places - 0.2, WIDE["Japan"], 0.4, label="Japan")
    ax.bar(places + 0.2, WIDE["Korea"], 0.4, label="Korea")
    ax.set_xticks(places, WIDE.index.astype(str))
    ax.legend()
    return labelled(ax)


@pytest.mark.parametrize("answer", RIGHT_GROUPED.values(), ids=RIGHT_GROUPED)
@pytest.mark.parametrize("reference", ["seaborn", "pandas", "matplotlib, side by side"])
def test_the_same_bars_side_by_side_are_right(reference: str, answer: Draw) -> None:
    assert verdict(RIGHT_GROUPED[reference], answer) is None


def stacked_by_hand(order: tuple[str, str] = ("Japan", "Korea")) -> Any:
    """Stack bars with `bottom=`."""
    ax = axes()
    bottom = np.zeros(len(WIDE))
    for name in order:
        ax.bar(WIDE.index.astype(str), WIDE[name], bottom=bottom, label=name)
        bottom = bottom + WIDE[name].to_numpy()
    ax.legend()
    return labelled(ax)


RIGHT_STACKED: dict[str, Draw] = {
    "pandas": lambda: labelled(WIDE.plot.bar(stacked=True)),
    "pandas, lying": lambda: labelled(WIDE.plot.barh(stacked=True), "Trillion yen", "Year"),
    "matplotlib": stacked_by_hand,
    "matplotlib, the other on top": lambda: stacked_by_hand(("Korea", "Japan")),
    "seaborn's histogram": lambda: labelled(
        sns.histplot(
            SPENDING.astype({"year": str}), x="year", weights="value", hue="country", multiple="stack", shrink=0.8
        )
    ),
}


@pytest.mark.parametrize("answer", RIGHT_STACKED.values(), ids=RIGHT_STACKED)
@pytest.mark.parametrize("reference", RIGHT_STACKED)
def test_the_same_bars_on_top_of_each_other_are_right(reference: str, answer: Draw) -> None:
    assert verdict(RIGHT_STACKED[reference], answer) is None


# --- dots, areas, steps, cells, histograms -------------------------------------------------------------------

RIGHT_DOTS: dict[str, Draw] = {
    "seaborn": lambda: labelled(sns.scatterplot(SPENDING, x="year", y="value", hue="country")),
    "seaborn, by marker": lambda: labelled(sns.scatterplot(SPENDING, x="year", y="value", style="country")),
    "seaborn, by colour and marker": lambda: labelled(
        sns.scatterplot(SPENDING, x="year", y="value", hue="country", style="country")
    ),
    "relplot": lambda: sns.relplot(SPENDING, x="year", y="value", hue="country").set_axis_labels(
        "Year", "Trillion yen"
    ),
    "matplotlib": lambda: scattered(),
    "matplotlib, dots drawn with plot": lambda: two_lines(linestyle="none", marker="o"),
    "pandas": lambda: labelled(WIDE.plot(style=["o", "s"])),
    "pandas, one after the other": lambda: scattered_with_pandas(),
}


def scattered() -> Any:
    ax = axes()
    for name, rows in SPENDING.groupby("country"):
        ax.scatter(rows["year"], rows["value"], label=name)
    ax.legend()
    return labelled(ax)


def scattered_with_pandas() -> Any:
    ax = axes()
    for (name, rows), colour in zip(SPENDING.groupby("country"), ["C0", "C1"], strict=True):
        rows.plot.scatter(x="year", y="value", label=name, color=colour, ax=ax)
    return labelled(ax)


@pytest.mark.parametrize("answer", RIGHT_DOTS.values(), ids=RIGHT_DOTS)
@pytest.mark.parametrize("reference", ["seaborn", "matplotlib"])
def test_the_same_dots_are_right(reference: str, answer: Draw) -> None:
    assert verdict(RIGHT_DOTS[reference], answer) is None


RIGHT_STRIPS: dict[str, Draw] = {
    "seaborn": lambda: labelled(sns.stripplot(EVENTS, x="kind", y="size"), "Kind", "Size"),
    "seaborn, without jitter": lambda: labelled(
        sns.stripplot(EVENTS, x="kind", y="size", jitter=False), "Kind", "Size"
    ),
    "seaborn, in a swarm": lambda: labelled(sns.swarmplot(EVENTS, x="kind", y="size"), "Kind", "Size"),
    "catplot": lambda: sns.catplot(EVENTS, x="kind", y="size").set_axis_labels("Kind", "Size"),
    "seaborn, in colours": lambda: labelled(sns.stripplot(EVENTS, x="kind", y="size", hue="kind"), "Kind", "Size"),
    "seaborn, points": lambda: labelled(sns.scatterplot(EVENTS, x="kind", y="size"), "Kind", "Size"),
    "matplotlib": lambda: labelled(axes().scatter(EVENTS["kind"], EVENTS["size"]).axes, "Kind", "Size"),
}


@pytest.mark.parametrize("answer", RIGHT_STRIPS.values(), ids=RIGHT_STRIPS)
@pytest.mark.parametrize("reference", ["seaborn", "matplotlib"])
def test_jittered_dots_stand_at_their_category(reference: str, answer: Draw) -> None:
    assert verdict(RIGHT_STRIPS[reference], answer) is None


RIGHT_AREAS: dict[str, Draw] = {
    "matplotlib": lambda: labelled(axes().fill_between(JAPAN["year"], JAPAN["value"]).axes),
    "stackplot": lambda: labelled(axes().stackplot(JAPAN["year"], JAPAN["value"])[0].axes),
    "pandas": lambda: labelled(JAPAN.plot.area(x="year", y="value")),
}


@pytest.mark.parametrize("answer", RIGHT_AREAS.values(), ids=RIGHT_AREAS)
@pytest.mark.parametrize("reference", RIGHT_AREAS)
def test_the_same_area_is_right(reference: str, answer: Draw) -> None:
    assert verdict(RIGHT_AREAS[reference], answer, marks=["area"]) is None


RIGHT_STEPS: dict[str, Draw] = {
    "step": lambda: labelled(axes().step(JAPAN["year"], JAPAN["value"], where="post")[0].axes),
    "drawstyle": lambda: line(drawstyle="steps-post"),
    "seaborn": lambda: labelled(sns.lineplot(JAPAN, x="year", y="value", drawstyle="steps-post")),
    "pandas": lambda: labelled(JAPAN.plot(x="year", y="value", drawstyle="steps-post")),
}


@pytest.mark.parametrize("answer", RIGHT_STEPS.values(), ids=RIGHT_STEPS)
def test_the_same_steps_are_right(answer: Draw) -> None:
    assert verdict(RIGHT_STEPS["step"], answer) is None


def image(draw: str, flipped: bool = False) -> Any:
    """Draw the grid with imshow, pcolormesh or matshow and name its rows and columns."""
    ax = axes()
    table = GRID.iloc[::-1] if flipped else GRID
    shown = getattr(ax, draw)(table)
    ax.figure.colorbar(shown, label="Launches")
    half = 0.5 if draw == "pcolormesh" else 0
    ax.set_xticks(np.arange(3) + half, table.columns)
    ax.set_yticks(np.arange(2) + half, table.index)
    return labelled(ax, "Month", "Year")


RIGHT_CELLS: dict[str, Draw] = {
    "seaborn": lambda: labelled(sns.heatmap(GRID), "Month", "Year"),
    "seaborn, with numbers in the cells": lambda: labelled(sns.heatmap(GRID, annot=True), "Month", "Year"),
    "seaborn, upside down": lambda: labelled(sns.heatmap(GRID.iloc[::-1]), "Month", "Year"),
    "seaborn, without a colour bar": lambda: labelled(sns.heatmap(GRID, cbar=False), "Month", "Year"),
    "the whole figure": lambda: labelled(sns.heatmap(GRID), "Month", "Year").figure,
    "imshow": lambda: image("imshow"),
    "imshow, upside down": lambda: image("imshow", flipped=True),
    "pcolormesh": lambda: image("pcolormesh"),
    "pcolormesh, y axis inverted": lambda: (lambda ax: ax.invert_yaxis() or ax)(image("pcolormesh")),
}


@pytest.mark.parametrize("answer", RIGHT_CELLS.values(), ids=RIGHT_CELLS)
@pytest.mark.parametrize("reference", ["seaborn", "imshow", "pcolormesh"])
def test_the_same_heat_map_is_right(reference: str, answer: Draw) -> None:
    assert verdict(RIGHT_CELLS[reference], answer) is None


EDGES = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]
RIGHT_HISTOGRAMS: dict[str, Draw] = {
    "seaborn": lambda: labelled(sns.histplot(EVENTS, x="size", bins=EDGES), "Size", "Count"),
    "matplotlib": lambda: labelled(axes().hist(EVENTS["size"], bins=EDGES)[2][0].axes, "Size", "Count"),
    "pandas": lambda: labelled(EVENTS["size"].plot(kind="hist", bins=EDGES), "Size", "Count"),
    "displot": lambda: sns.displot(EVENTS, x="size", bins=EDGES).set_axis_labels("Size", "Count"),
}


@pytest.mark.parametrize("answer", RIGHT_HISTOGRAMS.values(), ids=RIGHT_HISTOGRAMS)
@pytest.mark.parametrize("reference", RIGHT_HISTOGRAMS)
def test_the_same_histogram_is_right(reference: str, answer: Draw) -> None:
    assert verdict(RIGHT_HISTOGRAMS[reference], answer) is None


RIGHT_LOGS: dict[str, Draw] = {
    "set": lambda: labelled(sns.lineplot(JAPAN, x="year", y="value"), yscale="log"),
    "set_yscale": lambda: (lambda ax: ax.set_yscale("log") or ax)(line()),
    "plt.yscale": lambda: (lambda ax: plt.yscale("log") or ax)(line()),
    "semilogy": lambda: labelled(axes().semilogy(JAPAN["year"], JAPAN["value"])[0].axes),
    "pandas": lambda: labelled(JAPAN.plot(x="year", y="value", logy=True)),
    "base 2": lambda: (lambda ax: ax.set_yscale("log", base=2) or ax)(line()),
    "relplot": lambda: (
        sns.relplot(JAPAN, x="year", y="value", kind="line").set(yscale="log").set_axis_labels("Year", "Trillion yen")
    ),
}


@pytest.mark.parametrize("answer", RIGHT_LOGS.values(), ids=RIGHT_LOGS)
def test_a_logarithmic_scale_is_right_however_it_is_set(answer: Draw) -> None:
    assert verdict(RIGHT_LOGS["set"], answer) is None


def test_both_scales_logarithmic_are_right_with_loglog() -> None:
    def loglog() -> Any:
        return labelled(axes().loglog(PLACES.index + 1, PLACES["area"])[0].axes)

    def set_one_by_one() -> Any:
        ax = axes(xscale="log", yscale="log")
        ax.plot(PLACES.index + 1, PLACES["area"])
        return labelled(ax)

    assert verdict(loglog, set_one_by_one) is None
    assert verdict(set_one_by_one, loglog) is None


# --- several panels ------------------------------------------------------------------------------------------


def two_panels(names: tuple[str, str] = ("Japan", "Korea"), shared: bool = False, empty: bool = False) -> Any:
    """Draw one panel for each country with matplotlib."""
    figure, panels = plt.subplots(1, 3 if empty else 2, sharey=True)
    for ax, column, name in zip(panels, ["Japan", "Korea"], names, strict=False):
        ax.plot(WIDE.index, WIDE[column])
        ax.set_title(name)
        if not shared:
            labelled(ax)
    if shared:
        figure.supxlabel("Year")
        figure.supylabel("Trillion yen")
    return figure


RIGHT_PANELS: dict[str, Draw] = {
    "relplot": lambda: sns.relplot(SPENDING, x="year", y="value", col="country", kind="line").set_axis_labels(
        "Year", "Trillion yen"
    ),
    "relplot, one above the other": lambda: sns.relplot(
        SPENDING, x="year", y="value", row="country", kind="line"
    ).set_axis_labels("Year", "Trillion yen"),
    "relplot, short titles": lambda: (
        sns.relplot(SPENDING, x="year", y="value", col="country", kind="line")
        .set_axis_labels("Year", "Trillion yen")
        .set_titles("{col_name}")
    ),
    "FacetGrid": lambda: (
        sns.FacetGrid(SPENDING, col="country")
        .map_dataframe(sns.lineplot, x="year", y="value")
        .set_axis_labels("Year", "Trillion yen")
    ),
    "matplotlib": two_panels,
    "matplotlib, labels shared": lambda: two_panels(shared=True),
    "matplotlib, a panel left over": lambda: two_panels(empty=True),
    "an array of axes": lambda: np.array(two_panels().axes),
    "pandas": lambda: WIDE.plot(subplots=True, xlabel="Year", ylabel="Trillion yen"),
}


@pytest.mark.parametrize("answer", RIGHT_PANELS.values(), ids=RIGHT_PANELS)
@pytest.mark.parametrize("reference", ["relplot", "matplotlib"])
def test_the_same_panels_are_right(reference: str, answer: Draw) -> None:
    assert verdict(RIGHT_PANELS[reference], answer) is None


RIGHT_ESTIMATES: dict[str, Draw] = {
    "pointplot": lambda: labelled(sns.pointplot(EVENTS, x="kind", y="size"), "Kind", "Mean size"),
    "pointplot, without error bars": lambda: labelled(
        sns.pointplot(EVENTS, x="kind", y="size", errorbar=None), "Kind", "Mean size"
    ),
    "pointplot, with caps": lambda: labelled(
        sns.pointplot(EVENTS, x="kind", y="size", capsize=0.2, errorbar="sd"), "Kind", "Mean size"
    ),
    "matplotlib, with error bars": lambda: labelled(
        means().errorbar(["test", "drill", "talks"], [2, 3.5, 4], 1)[0].axes
    ),
    "seaborn's line with its band": lambda: labelled(sns.lineplot(EVENTS, x="kind", y="size"), "Kind", "Mean size"),
}


def means() -> Any:
    return axes(xlabel="Kind", ylabel="Mean size")


@pytest.mark.parametrize("answer", RIGHT_ESTIMATES.values(), ids=RIGHT_ESTIMATES)
@pytest.mark.parametrize("reference", RIGHT_ESTIMATES)
def test_error_bars_and_bands_are_not_data(reference: str, answer: Draw) -> None:
    assert verdict(RIGHT_ESTIMATES[reference], answer) is None


def test_a_series_drawn_with_error_bars_keeps_its_name() -> None:
    def dots(draw: Callable[[Any, pd.DataFrame, str], Any]) -> Any:
        _, ax = plt.subplots()
        for country, rows in SPENDING.groupby("country"):
            draw(ax, rows, country)
        ax.legend()
        return labelled(ax)

    reference = functools.partial(dots, lambda ax, rows, name: ax.plot(rows["year"], rows["value"], "o", label=name))
    with_bars = functools.partial(
        dots, lambda ax, rows, name: ax.errorbar(rows["year"], rows["value"], yerr=0.2, fmt="o", label=name)
    )
    assert verdict(reference, with_bars) is None
    assert [series.label for series in read_panel(with_bars()).series] == ["Japan", "Korea"]


# --- another picture -----------------------------------------------------------------------------------------

WrongPlot = tuple[Draw, Draw, dict[str, Any], list[str]]
UNIT: dict[str, Any] = {"y": {"says": ["trillion yen"]}}


def one_point_wrong() -> Any:
    return line(values=[5.1, 5.3, 5.6, 5.6])


def unlabelled(draw: Draw, **settings: Any) -> Draw:
    """Draw and then set or remove labels."""

    def again() -> Any:
        ax = draw()
        ax.set(**settings)
        return ax

    return again


seaborn_bars, pandas_bars = RIGHT_BARS["seaborn"], RIGHT_BARS["pandas"]
seaborn_pair, matplotlib_pair = RIGHT_PAIRS["seaborn, by colour"], RIGHT_PAIRS["matplotlib"]

WRONG_PLOTS: dict[str, WrongPlot] = {
    "one point": (
        line,
        one_point_wrong,
        UNIT,
        ["x = 2021", "yours is 5.6, expected is 5.5", "wrong are 1 of 4 values"],
    ),
    "one point, drawn by seaborn": (
        line,
        lambda: labelled(sns.lineplot(JAPAN.assign(value=[5.1, 5.3, 5.5, 6.5]), x="year", y="value")),
        UNIT,
        ["x = 2022", "yours is 6.5, expected is 5.6"],
    ),
    "a year missing": (
        line,
        lambda: line(values=[5.1, 5.3, 5.5], x=[2019, 2020, 2021]),
        {},
        ["Nothing is drawn at x = 2022 (3 drawn in all, 4 expected)"],
    ),
    "a year too many": (
        line,
        lambda: line(values=[5.1, 5.3, 5.5, 5.6, 6.8], x=[2019, 2020, 2021, 2022, 2023]),
        {},
        ["x = 2023", "not asked for"],
    ),
    "all years one too late": (
        line,
        lambda: line(x=JAPAN["year"] + 1),
        {},
        ["Nothing is drawn at x = 2019", "x = 2023"],
    ),
    "row numbers for years": (line, lambda: labelled(JAPAN["value"].plot()), {}, ["x = 2019"]),
    "years sorted as text by their values": (
        line,
        lambda: line(x=JAPAN["year"].astype(str), values=JAPAN["value"][::-1]),
        {},
        ["x = 2019", "yours is 5.6, expected is 5.1"],
    ),
    "a percentage for a share": (
        lambda: line(values=JAPAN["value"] / 560),
        lambda: line(values=JAPAN["value"] / 5.6),
        {},
        ["What is drawn is 100 times too large", "this is a percentage, but a share"],
    ),
    "a share for a percentage": (
        lambda: line(values=JAPAN["value"] / 5.6),
        lambda: line(values=JAPAN["value"] / 560),
        {"unit": "percent"},
        ["this is a share, but a percentage"],
    ),
    "billions for trillions": (line, lambda: line(values=JAPAN["value"] * 1000), {}, ["1,000 times too large"]),
    "no unit": (line, unlabelled(line, ylabel="value"), UNIT, ["label of the y axis is “value”", "“trillion yen”"]),
    "no label": (line, unlabelled(line, xlabel=""), {}, ["x axis has no label"]),
    "no label where a unit is asked": (
        line,
        unlabelled(line, ylabel=""),
        UNIT,
        ["label of the y axis is empty", "“trillion yen”"],
    ),
    "the label on the wrong axis": (
        line,
        unlabelled(line, xlabel="Trillion yen", ylabel="Year"),
        UNIT,
        ["y axis is “Year”"],
    ),
    "linear for logarithmic": (
        RIGHT_LOGS["set"],
        line,
        {},
        ["y axis is linear; the task asks for a logarithmic one"],
    ),
    "logarithmic for linear": (
        line,
        RIGHT_LOGS["semilogy"],
        {"y": {"scale": "linear"}},
        ["y axis is logarithmic; the task asks for a linear one"],
    ),
    "logarithms drawn on a linear scale": (
        RIGHT_LOGS["set"],
        lambda: line(values=np.log10(JAPAN["value"])),
        {},
        ["x = 2019"],
    ),
    "what naming an axis gives back": (
        line,
        lambda: line().set_xlabel("year"),
        {},
        ["an object of type Text", "what the call that draws gives back"],
    ),
    "nothing drawn": (line, lambda: labelled(axes()), {}, ["empty"]),
    "only a reference line": (line, lambda: labelled(axes().axhline(5).axes), {}, ["empty"]),
    "dots for a line": (
        line,
        lambda: labelled(sns.scatterplot(JAPAN, x="year", y="value")),
        {},
        ["shows dots; the task asks for lines"],
    ),
    "bars for a line": (
        line,
        lambda: labelled(sns.barplot(JAPAN, x="year", y="value")),
        {},
        ["shows bars; the task asks for lines"],
    ),
    "a series missing": (seaborn_pair, line, {}, ["shows 1 series; 2 are expected", "Korea"]),
    "a series too many": (line, seaborn_pair, {}, ["shows 2 series; 1 is expected", "Not asked for: “Korea”"]),
    "two names exchanged": (
        seaborn_pair,
        lambda: two_lines(("Korea", "Japan")),
        {},
        ["“Korea” shows the data of “Japan”", "exchanged"],
    ),
    "two names exchanged beside the lines": (
        seaborn_pair,
        lambda: two_lines(("Korea", "Japan"), how="text"),
        {},
        ["“Korea”", "“Japan”", "exchanged"],
    ),
    "no names": (seaborn_pair, lambda: two_lines(how="none"), {}, ["add a legend", "“Japan”"]),
    "names that no legend shows": (seaborn_pair, lambda: without_legend(), {}, ["add a legend", "“Japan”"]),
    "one of three without a name": (
        lambda: three_lines("Japan", "Korea", "both"),
        lambda: three_lines("Japan", None, "both"),
        {},
        ["One series has no name: the one with the data of “Korea”"],
    ),
    "one series drawn twice": (
        seaborn_pair,
        lambda: drawn_twice(),
        {},
        ["Your plot has no series “Korea”, and two that are called “Japan”"],
    ),
    "a line of one point": (
        seaborn_pair,
        lambda: with_a_single_point(),
        {},
        ["shows 1 series; 2 are expected", "The line “Korea” has a single point, so nothing is seen of it."],
    ),
    "another name": (seaborn_pair, lambda: two_lines(("Japan", "China")), {}, ["“China” should be called “Korea”"]),
    "one value in the second series": (
        seaborn_pair,
        lambda: labelled(WIDE.replace(4.9, 9.4).plot()),
        {},
        ["Series “Korea”: at x = 2021", "yours is 9.4, expected is 4.9"],
    ),
    "the mean of both for each": (
        seaborn_pair,
        lambda: labelled(sns.lineplot(SPENDING, x="year", y="value", errorbar=None)),
        {},
        ["1 series; 2 are expected"],
    ),
    "bars of the mean for bars of the sum": (
        lambda: labelled(EVENTS.groupby("kind")["size"].sum().plot.bar(), "Kind", "Size"),
        lambda: labelled(sns.barplot(EVENTS, x="kind", y="size", errorbar=None), "Kind", "Size"),
        {},
        ["x = “drill”", "yours is 3.5, expected is 7"],
    ),
    "a bar missing": (
        seaborn_bars,
        lambda: labelled(sns.barplot(PLACES.head(2), x="place", y="area"), "Place", "Square kilometres"),
        {},
        ["Nothing is drawn at x = “Iwakuni”"],
    ),
    "a bar misspelt": (
        seaborn_bars,
        lambda: labelled(
            sns.barplot(PLACES.replace("Misawa", "Misava"), x="place", y="area"), "Place", "Square kilometres"
        ),
        {},
        ["“Misawa”", "“Misava”"],
    ),
    "two bars exchanged": (
        seaborn_bars,
        lambda: labelled(
            sns.barplot(PLACES.assign(area=[15.9, 19.9, 7.9]), x="place", y="area"), "Place", "Square kilometres"
        ),
        {},
        ["x = “Kadena”", "yours is 15.9, expected is 19.9"],
    ),
    "two bars exchanged, lying": (
        seaborn_bars,
        lambda: labelled(
            sns.barplot(PLACES.assign(area=[15.9, 19.9, 7.9]), y="place", x="area"), "Square kilometres", "Place"
        ),
        {},
        ["“Kadena”", "yours is 15.9, expected is 19.9"],
    ),
    "bars without a label, lying": (
        seaborn_bars,
        lambda: labelled(sns.barplot(PLACES, y="place", x="area"), "", "Place"),
        {},
        ["x axis has no label"],
    ),
    "a count for an area": (
        pandas_bars,
        lambda: labelled(sns.countplot(PLACES, x="place"), "Place", "Square kilometres"),
        {},
        ["x = “Iwakuni”", "yours is 1, expected is 7.9"],
    ),
    "a bar of the second series": (
        RIGHT_GROUPED["seaborn"],
        lambda: labelled(WIDE.replace(4.9, 9.4).plot.bar()),
        {},
        ["Series “Korea”", "x = 2021", "yours is 9.4, expected is 4.9"],
    ),
    "bars side by side with exchanged names": (
        RIGHT_GROUPED["seaborn"],
        lambda: labelled(WIDE.rename(columns={"Japan": "Korea", "Korea": "Japan"}).plot.bar()),
        {},
        ["exchanged"],
    ),
    "a dot missing": (
        RIGHT_DOTS["seaborn"],
        lambda: labelled(sns.scatterplot(SPENDING.drop(index=5), x="year", y="value", hue="country")),
        {},
        ["Series “Korea”", "nothing is drawn at x = 2020"],
    ),
    "a dot moved to another category": (
        RIGHT_STRIPS["seaborn"],
        lambda: labelled(
            sns.stripplot(EVENTS.replace({"kind": {"talks": "test"}}), x="kind", y="size"), "Kind", "Size"
        ),
        {},
        ["“talks”", "“test”"],
    ),
    "a cell wrong": (
        RIGHT_CELLS["seaborn"],
        lambda: labelled(sns.heatmap(GRID.replace(6.0, 7.0)), "Month", "Year"),
        {},
        ["x = “Mar”", "y = 2024", "yours is 7, expected is 6"],
    ),
    "rows and columns exchanged": (
        RIGHT_CELLS["seaborn"],
        lambda: labelled(sns.heatmap(GRID.T), "Year", "Month"),
        {},
        ["The axes are exchanged"],
    ),
    "a gap filled with nought": (
        RIGHT_CELLS["seaborn"],
        lambda: labelled(sns.heatmap(GRID.fillna(0)), "Month", "Year"),
        {},
        ["x = “Feb”", "not asked for"],
    ),
    "upside down without its labels": (
        RIGHT_CELLS["imshow"],
        lambda: (lambda ax: ax.set_yticks([0, 1], ["2024", "2023"]) and ax)(image("imshow")),
        {},
        ["Nothing is drawn at x = “Feb”, y = 2023", "drawn at x = “Feb”, y = 2024"],
    ),
    "a histogram in other bins": (
        RIGHT_HISTOGRAMS["seaborn"],
        lambda: labelled(sns.histplot(EVENTS, x="size", bins=2), "Size", "Count"),
        {},
        ["drawn at x = "],
    ),
    "a panel missing": (RIGHT_PANELS["relplot"], line, {}, ["1 panel; 2 are expected"]),
    "a value in the second panel": (
        RIGHT_PANELS["relplot"],
        lambda: WIDE.replace(4.9, 9.4).plot(subplots=True, xlabel="Year", ylabel="Trillion yen"),
        {},
        ["Panel “country = Korea”", "yours is 9.4, expected is 4.9"],
    ),
    "panels under exchanged titles": (
        RIGHT_PANELS["matplotlib"],
        lambda: two_panels(("Korea", "Japan")),
        {},
        ["Panel “Korea”", "Japan", "exchanged"],
    ),
    "months one too late": (
        RIGHT_MONTHS["seaborn"],
        months(lambda: MONTHS.assign(month=MONTHS["month"] + pd.DateOffset(months=1)).plot(x="month", y="count")),
        {},
        ["Nothing is drawn at x = 2024-01-01", "x = 2024-06-01"],
    ),
    "months as row numbers": (
        RIGHT_MONTHS["seaborn"],
        months(lambda: MONTHS["count"].plot()),
        {},
        ["x axis contains numbers; dates are asked for"],
    ),
    "months as text that is no date": (
        RIGHT_MONTHS["seaborn"],
        months(lambda: axes().plot(MONTHS["month"].dt.strftime("%B"), MONTHS["count"])[0].axes),
        {},
        ["x axis contains text; dates are asked for"],
    ),
    "half the stack": (
        RIGHT_STACKED["pandas"],
        lambda: labelled(WIDE[["Japan"]].plot.bar(stacked=True)),
        {},
        ["1 series; 2 are expected"],
    ),
    "no plot but a table": (line, lambda: JAPAN, {}, ["is a table of 4 rows", "Axes", "`ax =`"]),
    "no plot but a number": (line, lambda: 7, {}, ["is a number", "Axes"]),
    "plt.show()": (line, lambda: plt.show(), {}, ["is None", "plt.show"]),
    "a figure without axes": (line, plt.figure, {}, ["asks for a plot"]),
    "a pie": (seaborn_bars, lambda: axes().pie([1, 2])[0][0].axes, {}, ["not read here", "pie"]),
}


@pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive")
@pytest.mark.parametrize(("reference", "answer", "check", "fragments"), WRONG_PLOTS.values(), ids=WRONG_PLOTS)
def test_another_picture_is_wrong_and_told_where(
    reference: Draw, answer: Draw, check: dict[str, Any], fragments: list[str]
) -> None:
    message = verdict(reference, answer, **check)
    assert message is not None
    for fragment in fragments:
        assert fragment in message
    assert_readable(message)


# --- colours that split one series ------------------------------------------------------------------------------


@pytest.mark.parametrize("legend", [True, False])
def test_colours_may_split_dots_that_the_task_sees_as_one_series(legend: bool) -> None:
    expected = expected_of(lambda: labelled(sns.scatterplot(PLACES, x="area", y="place")))
    drawn = carried(labelled(sns.scatterplot(PLACES, x="area", y="place", hue="place", legend=legend)))
    assert compare(expected, drawn, Spec(answer="plot")) is None


def test_colours_do_not_hide_a_wrong_dot() -> None:
    expected = expected_of(lambda: labelled(sns.scatterplot(PLACES, x="area", y="place")))
    other = PLACES.assign(area=[19.9, 15.9, 8.9])
    message = compare(
        expected, carried(labelled(sns.scatterplot(other, x="area", y="place", hue="place"))), Spec("plot")
    )
    assert message is not None
    assert "8.9" in message and "7.9" in message
    fewer = compare(
        expected, carried(labelled(sns.scatterplot(PLACES[1:], x="area", y="place", hue="place"))), Spec("plot")
    )
    assert fewer is not None


def test_lines_are_not_joined_into_one() -> None:
    expected = expected_of(lambda: labelled(sns.lineplot(JAPAN, x="year", y="value")))
    split = JAPAN.assign(half=["first", "first", "second", "second"])
    drawn = carried(labelled(sns.lineplot(split, x="year", y="value", hue="half")))
    assert compare(expected, drawn, Spec(answer="plot")) is not None
