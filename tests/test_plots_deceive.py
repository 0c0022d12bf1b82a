"""Plots that deceive are called wrong with a sentence that is true of them; the same plot drawn honestly is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
import seaborn.objects as so
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, PercentFormatter
from test_answers import assert_readable
from test_plots import EVENTS, GRID, JAPAN, PLACES, SPENDING, WIDE, axes, labelled, line, two_lines, verdict

from alliance.answers import Spec

pytestmark = pytest.mark.filterwarnings("ignore:The copy keyword is deprecated")  # by seaborn.objects' use of pandas
Draw = Callable[[], Any]


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    """Every test begins and ends without open figures."""
    plt.close("all")
    yield
    plt.close("all")


def after(draw: Draw, *changes: Callable[[Any], Any]) -> Draw:
    """Draw, then change what was drawn."""

    def again() -> Any:
        ax = draw()
        for change in changes:
            change(ax)
        return ax

    return again


def bars(**style: Any) -> Any:
    """Draw the places as lying bars."""
    ax = axes()
    ax.barh(PLACES["place"], PLACES["area"], **style)
    return labelled(ax, "Square kilometres", "Place")


def dots(**style: Any) -> Any:
    """Draw Japan's spending as dots."""
    ax = axes()
    ax.scatter(JAPAN["year"], JAPAN["value"], **style)
    return labelled(ax)


def heat(**style: Any) -> Any:
    return labelled(sns.heatmap(GRID, **style), "Month", "Year")


def objects(mark: Any, *moves: Any, data: pd.DataFrame = SPENDING, **mapped: Any) -> Draw:
    """Draw with seaborn.objects on axes of our own."""

    def draw() -> Any:
        ax = axes()
        so.Plot(data, **mapped).add(mark, *moves).on(ax).plot()
        return labelled(ax)

    return draw


def pair_by_objects() -> Any:
    return (
        so.Plot(SPENDING, x="year", y="value", color="country")
        .add(so.Line())
        .label(x="Year", y="Trillion yen", color="")
    )


def stairs() -> Any:
    ax = axes()
    ax.stairs(JAPAN["value"], [2018.5, 2019.5, 2020.5, 2021.5, 2022.5], baseline=None)
    return labelled(ax)


def area_by_pandas() -> Any:
    return labelled(JAPAN.plot.area(x="year", y="value", legend=False))


def image_with_extent() -> Any:
    ax = axes()
    ax.imshow(GRID.to_numpy(), extent=(-0.5, 2.5, 2024.5, 2022.5), aspect="auto")
    ax.set_xticks(range(3), GRID.columns)
    return labelled(ax, "Month", "Year")


def tiles() -> Any:
    ax = axes()
    ax.pcolor(np.ma.masked_invalid(GRID.to_numpy()))
    ax.set_xticks(np.arange(3) + 0.5, GRID.columns)
    ax.set_yticks(np.arange(2) + 0.5, GRID.index)
    return labelled(ax, "Month", "Year")


def pieces(*colours: str) -> Any:
    ax = axes()
    ax.plot(JAPAN["year"][:3], JAPAN["value"][:3], color=colours[0], label="Japan")
    ax.plot(JAPAN["year"][2:], JAPAN["value"][2:], color=colours[-1])
    return labelled(ax)


def singles(names: bool = True) -> Any:
    """Draw two series of dots, dot by dot, each series in its colour and named once."""
    ax = axes()
    for colour, (name, rows) in zip(["C0", "C1"], SPENDING.groupby("country"), strict=True):
        for i, (year, value) in enumerate(zip(rows["year"], rows["value"], strict=True)):
            ax.plot([year], [value], "o", color=colour, label=name if i == 0 else None)
    if names:
        ax.legend()
    return labelled(ax)


def thick_lines() -> Any:
    ax = axes()
    ax.hlines(PLACES["place"], 0, PLACES["area"], linewidth=9)
    return labelled(ax, "Square kilometres", "Place")


def legend_of(samples: dict[str, str]) -> Callable[[Any], Any]:
    """Write a legend by hand: names and colours."""
    return lambda ax: ax.legend(handles=[Line2D([], [], color=colour, label=name) for name, colour in samples.items()])


def coloured_pair() -> Any:
    ax = axes()
    ax.plot(WIDE.index, WIDE["Japan"], color="C0", label="one")
    ax.plot(WIDE.index, WIDE["Korea"], color="C1", label="two")
    return labelled(ax)


def scatter_pair() -> Any:
    return labelled(sns.scatterplot(SPENDING, x="year", y="value", hue="country"))


YEARS = [2019, 2020, 2021, 2022]
HONEST: dict[str, tuple[Draw, Draw, dict[str, Any]]] = {
    "so.Line": (line, objects(so.Line(), data=JAPAN, x="year", y="value"), {}),
    "so.Lines": (line, objects(so.Lines(), data=JAPAN, x="year", y="value"), {}),
    "so.Path": (line, objects(so.Path(), data=JAPAN, x="year", y="value"), {}),
    "so.Line, colours": (two_lines, objects(so.Line(), x="year", y="value", color="country"), {}),
    "so.Lines, colours": (two_lines, objects(so.Lines(), x="year", y="value", color="country"), {}),
    "so.Plot itself": (two_lines, pair_by_objects, {}),
    "so.Plot, plotted": (two_lines, lambda: pair_by_objects().plot(), {}),
    "so.Dot": (dots, objects(so.Dot(), data=JAPAN, x="year", y="value"), {}),
    "so.Dots, colours": (scatter_pair, objects(so.Dots(), x="year", y="value", color="country"), {}),
    "so.Bar": (
        bars,
        after(
            objects(so.Bar(), data=PLACES, x="area", y="place"),
            lambda ax: labelled(ax, "Square kilometres", "Place"),
        ),
        {},
    ),
    "so.Bar, one of no length": (
        lambda: labelled(sns.barplot(PLACES.replace(7.9, 0.0), x="area", y="place")),
        objects(so.Bar(), data=PLACES.replace(7.9, 0.0), x="area", y="place"),
        {},
    ),
    "so.Bars with so.Hist": (
        lambda: labelled(sns.histplot(EVENTS, x="size", bins=4)),
        objects(so.Bars(), so.Hist(bins=4), data=EVENTS, x="size"),
        {},
    ),
    "so.Area": (area_by_pandas, objects(so.Area(), data=JAPAN, x="year", y="value"), {"marks": ["area"]}),
    "pandas' area beside a line that is asked for": (
        lambda: (lambda ax: ax.fill_between(JAPAN["year"], JAPAN["value"], label="b") and ax)(
            line(values=[1, 2, 3, 4])
        ),
        lambda: (lambda ax: ax.plot(YEARS, [1, 2, 3, 4]) and ax)(area_by_pandas()),
        {"marks": ["line", "area"]},
    ),
    "stairs": (line, stairs, {"drawn": "step"}),
    "imshow with an extent": (heat, image_with_extent, {}),
    "pcolor": (heat, tiles, {}),
    "a line in two pieces": (line, lambda: pieces("C0", "C0"), {}),
    "dot by dot": (scatter_pair, singles, {}),
    "thick lines from zero": (bars, thick_lines, {}),
    "a line to compare with, drawn by plot": (line, after(line, lambda ax: ax.plot([2019, 2022], [5, 5], "--")), {}),
    "a logarithmic axis where none is forbidden": (line, after(line, lambda ax: ax.set_yscale("log")), {}),
    "a legend by hand": (two_lines, after(coloured_pair, legend_of({"Japan": "C0", "Korea": "C1"})), {}),
    "a legend by hand, the other first": (
        two_lines,
        after(coloured_pair, legend_of({"Korea": "C1", "Japan": "C0"})),
        {},
    ),
    "a legend of patches": (
        two_lines,
        after(
            coloured_pair,
            lambda ax: ax.legend(handles=[Patch(color="C0", label="Japan"), Patch(color="C1", label="Korea")]),
        ),
        {},
    ),
    "names given to the legend over hidden labels": (
        two_lines,
        after(coloured_pair, lambda ax: ax.legend(["Japan", "Korea"])),
        {},
    ),
    "years as ticks by hand": (line, after(line, lambda ax: ax.set_xticks(YEARS, YEARS)), {}),
    "fiscal years as ticks by hand": (
        line,
        after(line, lambda ax: ax.set_xticks(YEARS, [f"FY{year}" for year in YEARS])),
        {},
    ),
    "row numbers with years as ticks": (
        line,
        lambda: (lambda ax: ax.set_xticks(range(4), YEARS) and ax)(line(x=range(4))),
        {},
    ),
    "billions, with ticks in trillions": (
        line,
        lambda: (lambda ax: ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v / 1000:.1f}")) or ax)(
            line(values=JAPAN["value"] * 1000)
        ),
        {},
    ),
    "shares, with ticks in percent": (
        lambda: line(values=JAPAN["value"] * 10),
        lambda: (lambda ax: ax.yaxis.set_major_formatter(PercentFormatter(1)) or ax)(line(values=JAPAN["value"] / 10)),
        {},
    ),
    "positions from one with names": (
        bars,
        lambda: (lambda ax: ax.barh([1, 2, 3], PLACES["area"]) and ax.set_yticks([1, 2, 3], PLACES["place"]) and ax)(
            labelled(axes(), "Square kilometres", "Place")
        ),
        {},
    ),
    "names from the top": (bars, after(bars, lambda ax: ax.invert_yaxis()), {}),
    "limits that show all": (line, after(line, lambda ax: ax.set(xlim=(2018, 2023), ylim=(0, 8))), {}),
    "more years, limits that show those asked for": (
        line,
        after(
            lambda: line(values=[4.8, *JAPAN["value"]], x=[2018, *JAPAN["year"]]), lambda ax: ax.set_xlim(2018.9, 2022)
        ),
        {},
    ),
    "hollow bars": (bars, lambda: bars(facecolor="none", edgecolor="black"), {}),
    "pale dots": (dots, lambda: dots(alpha=0.2), {}),
    "hollow dots": (dots, lambda: dots(facecolors="none", edgecolors="C1"), {}),
    "white dots on a dark ground": (dots, after(lambda: dots(color="white"), lambda ax: ax.set_facecolor("0.2")), {}),
    "numbers in the cells": (heat, lambda: heat(annot=True), {}),
    "steps where they are asked for": (line, lambda: line(drawstyle="steps-mid"), {"drawn": "step"}),
    "lying where that is asked for": (bars, bars, {"lying": True}),
    "dates evenly spaced as text": (line, lambda: line(x=JAPAN["year"].astype(str)), {}),
    "names on bars instead of ticks": (
        bars,
        after(
            bars,
            lambda ax: ax.tick_params(labelleft=False),
            lambda ax: [ax.text(0, name, name) for name in PLACES["place"]],
        ),
        {},
    ),
}


@pytest.mark.parametrize(("reference", "answer", "check"), HONEST.values(), ids=HONEST)
def test_an_honest_plot_is_right_however_it_is_made(reference: Draw, answer: Draw, check: dict[str, Any]) -> None:
    assert verdict(reference, answer, **check) is None


def one_bar(**style: Any) -> Callable[[Any], Any]:
    return lambda ax: ax.patches[0].set(**style)


def written(*texts: str) -> Callable[[Any], Any]:
    """Write tick labels on the x axis over the years."""
    return lambda ax: ax.set_xticks(YEARS, texts)


def text_dates() -> Any:
    """Draw two series over text dates, of which the second's stand between the first's."""
    ax = axes()
    ax.plot(["2020-01-01", "2022-01-01", "2024-01-01"], [1, 2, 3], label="a")
    ax.plot(["2021-01-01", "2023-01-01"], [1, 2], label="b")
    ax.legend()
    return labelled(ax)


def true_dates() -> Any:
    ax = axes()
    ax.plot(pd.to_datetime(["2020-01-01", "2022-01-01", "2024-01-01"]), [1, 2, 3], label="a")
    ax.plot(pd.to_datetime(["2021-01-01", "2023-01-01"]), [1, 2], label="b")
    ax.legend()
    return labelled(ax)


def squashed(ax: Any) -> None:
    ax.set_yscale("function", functions=(lambda v: np.abs(v) ** 0.3, lambda v: np.abs(v) ** (1 / 0.3)))


DECEIVING: dict[str, tuple[Draw, Draw, dict[str, Any], list[str]]] = {
    "ticks by hand over other years": (
        line,
        after(line, written("2019", "2021", "2020", "2022")),
        {},
        ["tick labels of the x axis", "at 2020 stands “2021”"],
    ),
    "ticks by hand, a year late": (
        line,
        after(line, written("2020", "2021", "2022", "2023")),
        {},
        ["drawn at x = 2019", "tick labels that you have written"],
    ),
    "names by hand under other bars": (
        bars,
        after(bars, lambda ax: ax.set_yticks(range(3), PLACES["place"][::-1])),
        {},
        ["“Iwakuni”", "yours is 19.9, expected is 7.9", "tick labels that you have written"],
    ),
    "values by hand, ten times as large": (
        line,
        after(line, lambda ax: ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v * 10:.2f}"))),
        {},
        ["At x = 2019 yours is 51, expected is 5.1", "tick labels that you have written"],
    ),
    "names that are not shown": (
        bars,
        after(bars, lambda ax: ax.tick_params(labelleft=False)),
        {},
        ["y axis does not show the names", "“Iwakuni”"],
    ),
    "legend by hand, exchanged": (
        two_lines,
        after(two_lines, lambda ax: ax.legend(["Korea", "Japan"])),
        {},
        ["“Korea” shows the data of “Japan”"],
    ),
    "samples by hand, exchanged": (
        two_lines,
        after(two_lines, legend_of({"Japan": "C1", "Korea": "C0"})),
        {},
        ["names are exchanged"],
    ),
    "a legend that is switched off": (
        two_lines,
        after(two_lines, lambda ax: ax.get_legend().set_visible(False)),
        {},
        ["do not say what they are"],
    ),
    "a transparent line": (line, lambda: line(alpha=0), {}, ["Of the 4 values drawn, 4 cannot be seen", "transparent"]),
    "a line without width": (line, lambda: line(linewidth=0), {}, ["cannot be seen", "without any width"]),
    "white on white": (line, lambda: line(color="white"), {}, ["of the same colour as the background"]),
    "a line that is switched off": (line, lambda: line(visible=False), {}, ["switched off"]),
    "dots without size": (dots, lambda: dots(s=0), {}, ["without any width or size"]),
    "transparent dots": (dots, lambda: dots(alpha=0), {}, ["transparent"]),
    "white dots": (dots, lambda: dots(color="white"), {}, ["same colour"]),
    "one bar transparent": (
        bars,
        after(bars, one_bar(alpha=0)),
        {},
        ["Of the 3 values drawn, 1 cannot be seen: it is transparent."],
    ),
    "bars without width": (bars, lambda: bars(height=0), {}, ["Of the 3 values drawn, 3", "without any width"]),
    "limits that hide a year": (
        line,
        after(line, lambda ax: ax.set_xlim(2019, 2021.5)),
        {},
        ["1 cannot be seen: it lies outside the limits of the x axis, 2019 to 2021.5"],
    ),
    "limits that cut the top off": (
        bars,
        after(bars, lambda ax: ax.set_xlim(0, 10)),
        {},
        ["2 cannot be seen: they lie outside the limits of the x axis, 0 to 10"],
    ),
    "limits in which all is flat": (
        line,
        after(line, lambda ax: ax.set_ylim(0, 10_000)),
        {},
        ["limits or ticks of the y axis, 0 to 10,000, are so wide"],
    ),
    "bars from another base": (bars, lambda: bars(left=5), {}, ["A bar begins at 5 and not at zero"]),
    "an axis that leaves zero out": (
        bars,
        after(bars, lambda ax: ax.set_xlim(7, 22)),
        {},
        ["x axis runs from 7 to 22 and leaves zero out"],
    ),
    "corners in disorder": (
        line,
        lambda: line(x=[2019, 2021, 2020, 2022], values=[5.1, 5.5, 5.3, 5.6]),
        {},
        ["runs back: after x = 2021 it goes to x = 2020"],
    ),
    "text dates out of order": (true_dates, text_dates, {}, ["dates along the x axis are drawn as if they were names"]),
    "upside down": (line, after(line, lambda ax: ax.invert_yaxis()), {}, ["y axis is turned upside down"]),
    "stretched by a function": (line, after(line, squashed), {}, ["stretched by a function of its own"]),
    "other numbers in the cells": (
        heat,
        lambda: heat(annot=GRID.to_numpy() * 3),
        {},
        ["In a cell of the value 1 stands “3”"],
    ),
    "cells of one colour": (heat, lambda: heat(vmin=100, vmax=200), {}, ["All cells have one colour"]),
    "no steps where steps are asked for": (
        lambda: line(drawstyle="steps-mid"),
        line,
        {"drawn": "step"},
        ["slopes from value to value; the task asks for steps"],
    ),
    "standing where lying is asked for": (
        bars,
        lambda: labelled(axes().bar(PLACES["place"], PLACES["area"])[0].axes, "Place", "Square kilometres"),
        {"lying": True},
        ["The bars stand; the task asks for bars that lie"],
    ),
    "logarithmic where that is forbidden": (
        line,
        after(line, lambda ax: ax.set_yscale("log")),
        {"y": {"scale": "linear"}},
        ["y axis is logarithmic; the task asks for a linear one"],
    ),
    "a pie": (
        bars,
        lambda: axes().pie([1, 2])[0][0].axes,
        {},
        ["This kind of drawing is not read here", "pie", "bars"],
    ),
    "nothing but two pieces of other colours": (
        line,
        lambda: pieces("C0", "C1"),
        {},
        ["the line in 2 pieces that look different"],
    ),
    "a wrong dot among dots drawn one by one": (
        scatter_pair,
        lambda: (lambda ax: ax.lines[0].set_ydata([5.15]) or ax)(singles()),
        {},
        ["Series “Japan”", "yours is 5.15, expected is 5.1"],
    ),
}


@pytest.mark.parametrize(("reference", "answer", "check", "fragments"), DECEIVING.values(), ids=DECEIVING)
def test_a_plot_that_deceives_is_wrong_and_told_how(
    reference: Draw, answer: Draw, check: dict[str, Any], fragments: list[str]
) -> None:
    message = verdict(reference, answer, **check)
    assert message is not None
    for fragment in fragments:
        assert fragment in message
    assert_readable(message)


@pytest.mark.parametrize(
    ("check", "named"),
    [
        ({"drawn": "dots"}, "drawn: dots"),
        ({"lying": "yes"}, "lying: yes"),
        ({"x": {"scale": "cubic"}}, "scale: cubic"),
        ({"y": {"say": ["yen"]}}, "'say'"),
    ],
)
def test_an_unknown_demand_on_a_plot_is_named(check: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Spec.from_dict({"answer": "ax", **check})
