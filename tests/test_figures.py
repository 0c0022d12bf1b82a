"""The description of a figure: the words that a reader, a screen reader and nbval get instead of the picture."""

from __future__ import annotations

import base64
import os
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import matplotlib

matplotlib.use("Agg")
import IPython
import IPython.display
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from forked_kernels import ordinary

from alliance.answers.plots.panel_tables import MAX_ROWS, tables
from alliance.answers.plots.reading import axes_of, read_panels
from alliance.figures import DOTS_PER_INCH, IN_WORDS, collected, describe, description

BUDGET = pd.DataFrame({"year": [2019, 2020, 2021, 2022], "value": [5.1, 5.3, 5.5, 0.1 + 0.2]})
PLACES = pd.DataFrame({"place": ["Kadena", "Misawa", "Iwakuni"], "area": [19.9, 15.9, 7.9]})


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    """Every test begins and ends without open figures."""
    plt.close("all")
    yield
    plt.close("all")


def words(plot: Any, **about: Any) -> str:
    """Return the description of a plot."""
    text: str = description(read_panels(axes_of(plot)), **about)
    return text


def budget_line(**settings: Any) -> Any:
    ax = plt.figure().add_subplot()
    ax.plot(BUDGET["year"], BUDGET["value"])
    ax.set(**{"xlabel": "Fiscal year", "ylabel": "Trillion yen", "title": "Japan's budget", **settings})
    return ax


def test_a_line_is_described_by_kind_axes_span_extremes_finding_and_source() -> None:
    assert words(budget_line(), finding="It rose until 2021.", source="Ministry of Defense") == (
        "Line chart “Japan's budget”. Across: Fiscal year, 2019 to 2022. Up: Trillion yen, 0.3 to 5.5. "
        "Values: 4 values, lowest 0.3 at 2022, highest 5.5 at 2021. "
        "Finding: It rose until 2021. Source: Ministry of Defense."
    )


def test_the_same_figure_is_described_in_the_same_words_each_time() -> None:
    assert words(budget_line()) == words(budget_line())
    assert words(sns.barplot(PLACES, x="place", y="area")) == words(plt.gca())


@pytest.mark.parametrize("draw", ["seaborn", "pandas", "matplotlib"])
def test_who_drew_it_does_not_show(draw: str) -> None:
    if draw == "seaborn":
        ax = sns.lineplot(BUDGET, x="year", y="value")
    elif draw == "pandas":
        ax = BUDGET.plot(x="year", y="value", legend=False)
    else:
        ax = budget_line()
    ax.set(xlabel="Fiscal year", ylabel="Trillion yen", title="Japan's budget")
    assert words(ax).split("Values: ")[-1].split("value: ")[-1] == words(budget_line()).split("Values: ")[1]


def test_noise_in_the_last_digits_says_nothing() -> None:
    noisy = budget_line()
    noisy.lines[0].set_ydata([5.1, 5.3 + 1e-12, 5.5 - 1e-13, 0.3])
    assert words(noisy) == words(budget_line())
    assert "0000" not in words(noisy)


def test_numbers_are_told_in_four_digits() -> None:
    ax = budget_line()
    ax.lines[0].set_ydata([5178.84321, 0.0123456789, 12.3456789, 8474.8])
    assert "lowest 0.01235 at 2020, highest 8,475 at 2022." in words(ax)


def test_another_value_changes_the_words() -> None:
    other = budget_line()
    other.lines[0].set_ydata([5.1, 5.3, 5.6, 0.3])
    assert words(other) != words(budget_line())


def test_series_are_described_by_their_names() -> None:
    long = pd.DataFrame({"year": [2020, 2021] * 2, "country": ["Japan"] * 2 + ["Korea"] * 2, "value": [1, 2, 4, 3]})
    text = words(sns.lineplot(long, x="year", y="value", hue="country"))
    assert "Japan: 2 values, lowest 1 at 2020, highest 2 at 2021." in text
    assert "Korea: 2 values, lowest 3 at 2021, highest 4 at 2020." in text


def test_many_series_are_counted_not_told() -> None:
    wide = pd.DataFrame(np.arange(20.0).reshape(2, 10), columns=[f"place {i}" for i in range(10)])
    text = words(wide.plot())
    assert "And 4 more series." in text
    assert len(text) < 1000


def test_bars_are_described_by_their_names_whether_they_stand_or_lie() -> None:
    standing = words(sns.barplot(PLACES, x="place", y="area"))
    plt.close("all")
    lying = words(sns.barplot(PLACES, x="area", y="place"))
    for text in (standing, lying):
        assert text.startswith("Bar chart.")
        assert "Values: 3 values, lowest 7.9 at Iwakuni, highest 19.9 at Kadena." in text
        assert "Kadena, Misawa, Iwakuni" in text


def test_a_heat_map_names_the_cells_of_its_extremes() -> None:
    grid = pd.DataFrame({"Jan": [1.0, 2.0], "Feb": [3.0, np.nan]}, index=["2023", "2024"])
    text = words(sns.heatmap(grid))
    assert text.startswith("Heat map.")
    assert "3 values, lowest 1 at Jan, 2023, highest 3 at Feb, 2023." in text


def test_a_logarithmic_scale_is_named() -> None:
    assert "Up: Trillion yen, 0.3 to 5.5 (logarithmic scale)." in words(budget_line(yscale="log"))


def test_dates_are_told_as_days() -> None:
    days = pd.DataFrame({"day": pd.to_datetime(["2024-07-28", "2025-09-04"]), "count": [3, 1]})
    text = words(sns.lineplot(days, x="day", y="count"))
    assert "2024-07-28 to 2025-09-04" in text
    assert "highest 3 at 2024-07-28" in text


def test_an_axis_without_a_label_is_told_as_such() -> None:
    assert "Up: without a label, 0.3 to 5.5." in words(budget_line(ylabel=""))


def test_a_label_of_two_lines_is_told_in_one() -> None:
    assert "Up: Trillion yen (nominal), 0.3" in words(budget_line(ylabel="Trillion yen\n(nominal)"))


def test_formulas_in_labels_are_not_told_as_code() -> None:
    assert "10^9" not in words(budget_line()) and "mathdefault" not in words(budget_line(yscale="log"))


def test_each_panel_is_described() -> None:
    figure, (left, right) = plt.subplots(1, 2)
    left.plot([1, 2], [3, 4])
    left.set(title="Japan", xlabel="Year", ylabel="Count")
    right.bar(["a", "b"], [1, 2])
    right.set(title="Korea", xlabel="Kind", ylabel="Count")
    text = words(figure)
    assert "Line chart “Japan”." in text and "Bar chart “Korea”." in text


def test_scenery_is_not_described() -> None:
    ax = budget_line()
    ax.plot([0, 9000], [0, 9000], gid="background")
    ax.axhline(2)
    assert words(ax) == words(budget_line())


def test_an_empty_plot_is_called_empty() -> None:
    assert words(plt.figure().add_subplot()) == "Empty plot."


def test_a_kind_of_ones_own_replaces_the_computed_one() -> None:
    ax = plt.figure().add_subplot()
    ax.scatter([130.0, 141.2], [26.3, 40.7])
    assert words(ax, kind="Map").startswith("Map. Across:")


def test_infinite_and_missing_values_do_not_stop_a_description() -> None:
    ax = budget_line()
    ax.lines[0].set_ydata([np.nan, np.inf, 5.5, 0.3])
    assert "Up: Trillion yen, 0.3 to 5.5." in words(ax)
    assert "Values: 3 values, lowest 0.3 at 2022, highest infinity at 2020." in words(ax)


@pytest.mark.parametrize("mark", ["plot", "scatter"])
def test_a_value_without_a_place_is_not_drawn_and_not_told(mark: str) -> None:
    _, ax = plt.subplots()
    getattr(ax, mark)([2020.0, 2021.0, np.nan], [3, 4, 1])
    assert "Values: 2 values, lowest 3 at 2020, highest 4 at 2021." in words(ax)


def test_a_line_of_which_no_value_has_a_place_says_so() -> None:
    _, ax = plt.subplots()
    ax.plot([np.nan, 2021.0], [1, np.nan])
    assert "Values: no value has a place." in words(ax)


@pytest.mark.parametrize("value", [None, 7, "ax", BUDGET, [1, 2], plt, lambda: None])
def test_describe_refuses_what_is_no_plot_in_one_sentence(value: Any) -> None:
    with pytest.raises(TypeError, match="needs a plot"):
        describe(value, finding="…", source="…")


def test_describe_says_what_to_do_with_no_plot() -> None:
    with pytest.raises(TypeError, match=r"Assign what the plotting function returns, as in ax = sns\.lineplot"):
        describe(None, finding="…", source="…")


# --- shown in a notebook -------------------------------------------------------------------------------------


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What a notebook would show: pairs of data and metadata, by their MIME types."""
    shown: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def display(data: dict[str, Any], metadata: dict[str, Any] | None = None, raw: bool = False) -> None:
        assert raw
        shown.append((data, metadata or {}))

    monkeypatch.setattr(IPython, "get_ipython", lambda: object())
    monkeypatch.setattr(IPython.display, "display", display)
    return shown


def test_a_notebook_shows_one_picture_and_its_description_folded_up(displayed: list[Any]) -> None:
    describe(budget_line(), finding="It rose.", source="Ministry of Defense")
    assert [[kind for kind in data if kind != "text/plain"] for data, _ in displayed] == [
        ["image/png"],
        ["text/html"],
    ]


def test_the_picture_carries_its_alternative_text_and_the_description_says_the_same(displayed: list[Any]) -> None:
    describe(budget_line(title="Spending"), finding="It rose.", source="Ministry")
    (picture, metadata), (caption, _) = displayed
    alternative = metadata["image/png"]["alt"]
    assert alternative.startswith("Line chart “Spending”.") and alternative.endswith("Source: Ministry.")
    assert picture["text/plain"] == alternative == caption["text/plain"]
    assert caption["text/html"] == f"<details><summary>{IN_WORDS}</summary><p>{alternative}</p></details>"


def test_the_picture_is_a_picture_and_the_same_each_time(displayed: list[Any]) -> None:
    for _ in range(2):
        describe(budget_line(), finding="It rose.", source="Ministry")
    first, second = (base64.b64decode(displayed[i][0]["image/png"]) for i in (0, 2))
    assert first[:8] == b"\x89PNG\r\n\x1a\n"
    assert min(struct.unpack(">II", first[16:24])) > 200
    assert first == second


def test_the_picture_carries_the_data_behind_it(displayed: list[Any]) -> None:
    describe(budget_line(), finding="It rose.", source="Ministry")
    assert displayed[0][1]["alliance"]["tables"] == [
        {
            "title": "Japan's budget",
            "columns": ["Fiscal year", "Trillion yen"],
            "rows": [[2019, 5.1], [2020, 5.3], [2021, 5.5], [2022, 0.3]],
            "more": 0,
        }
    ]


def test_a_described_figure_is_closed_so_that_it_is_shown_once(displayed: list[Any]) -> None:
    describe(budget_line(), finding="It rose.", source="Ministry")
    assert plt.get_fignums() == []


def test_what_html_would_read_as_a_mark_is_shown_as_it_is(displayed: list[Any]) -> None:
    describe(budget_line(title="GDP_2 * 3 [est.] $5 <b>"), finding="a & b", source="c*d")
    caption = displayed[1][0]["text/html"]
    assert "GDP_2 * 3 [est.] $5 &lt;b&gt;" in caption
    assert "a &amp; b" in caption


def test_outside_a_notebook_the_description_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    describe(budget_line(), finding="It rose.", source="Ministry")
    assert capsys.readouterr().out.startswith("Line chart “Japan's budget”.")


# --- the data behind it as a table -----------------------------------------------------------------------------


def table(plot: Any) -> dict[str, Any]:
    """Return the table behind a plot of one panel."""
    (one,) = tables(read_panels(axes_of(plot)))
    return one


def test_a_table_names_the_series_where_there_are_several() -> None:
    ax = budget_line(ylabel="")
    ax.lines[0].set_label("narrow")
    ax.plot([2021, 2022], [6, np.nan], "o", label="wide")
    ax.legend()
    assert table(ax)["columns"] == ["series", "Fiscal year", "up"]
    assert table(ax)["rows"][-2:] == [["wide", 2021, 6], ["wide", 2022, None]]


def test_axes_with_the_same_label_are_told_apart() -> None:
    assert table(budget_line(xlabel="percent", ylabel="percent"))["columns"] == ["across: percent", "up: percent"]


def test_names_along_an_axis_without_a_label_are_headed_as_names() -> None:
    ax = sns.barplot(PLACES, x="area", y="place")
    ax.set(xlabel="square kilometres", ylabel="")
    assert table(ax)["columns"] == ["square kilometres", "name"]
    assert table(ax)["rows"] == [[19.9, "Kadena"], [15.9, "Misawa"], [7.9, "Iwakuni"]]


def test_dates_in_a_table_are_days_unless_they_have_a_time() -> None:
    ax = plt.figure().add_subplot()
    ax.plot([pd.Timestamp("2025-03-31"), pd.Timestamp("2025-04-01 13:30")], [1, 2])
    assert [row[0] for row in table(ax)["rows"]] == ["2025-03-31", "2025-04-01 13:30"]


def test_a_heat_map_has_a_row_for_each_cell_and_a_band_both_edges() -> None:
    cells = table(sns.heatmap(pd.DataFrame([[1, 2], [3, np.nan]], index=["a", "b"], columns=["c", "d"])))
    assert cells["rows"] == [["c", "a", 1], ["d", "a", 2], ["c", "b", 3]]
    assert cells["columns"][-1] == "value"
    ax = plt.figure().add_subplot()
    ax.fill_between([1, 2], [3, 4], [5, 6])
    band = table(ax)
    assert band["columns"] == ["across", "up", "upper edge"]
    assert band["rows"] == [[1, 3, 5], [2, 4, 6]]


def test_a_table_is_cut_and_says_how_much_is_missing() -> None:
    ax = plt.figure().add_subplot()
    ax.plot(range(MAX_ROWS + 7), range(MAX_ROWS + 7))
    assert len(table(ax)["rows"]) == MAX_ROWS
    assert table(ax)["more"] == 7


def test_each_panel_has_a_table_of_its_own_and_an_empty_one_has_none() -> None:
    _, (left, middle, right) = plt.subplots(ncols=3)
    left.plot([1, 2], [3, 4])
    middle.set(title="nothing")
    right.plot([1, 2], [5, np.inf])
    found = tables(read_panels([left, middle, right]))
    assert [one["rows"] for one in found] == [[[1, 3], [2, 4]], [[1, 5], [2, "infinity"]]]


@pytest.mark.parametrize("years", [[2008, 2021], ["2008", "2021"]])
def test_a_lying_bar_of_a_year_is_described_by_its_length(years: list[Any]) -> None:
    ax = plt.figure().add_subplot()
    ax.barh(years, [114, 155])
    assert "Values: 2 values, lowest 114 at 2008, highest 155 at 2021." in words(ax)


# --- its words in the picture, and the house style ---------------------------------------------------------------


def framed(plot: Any, **about: Any) -> tuple[Any, list[Any]]:
    """Return a figure with its words, and these words as matplotlib's texts: what is shown, finding, source."""
    figure = axes_of(plot)[0].get_figure(root=True)
    kept: list[Any] = []

    def keep(one: Any) -> None:
        kept.append(one)

    with pytest.MonkeyPatch.context() as patch, collected():
        patch.setattr(plt, "close", keep)
        describe(plot, **{"finding": "It rose", "source": "Ministry", **about})
    return figure, list(figure.texts)


LONG = "From 2019 to 2022 the budget of the ministry rose by a half, and nobody who was asked about it could say why"


def test_the_finding_stands_above_what_is_shown_and_the_source_at_the_foot_at_one_left_edge() -> None:
    figure, (shows, finding, source) = framed(budget_line(title=""), finding=LONG, shows="Trillion yen")
    renderer = figure.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in (finding, shows, source)]
    drawn = axes_of(figure)[0].get_tightbbox(renderer)
    above, below, foot = boxes
    assert above.y0 >= below.y1 and below.y0 >= drawn.y1 and drawn.y0 >= foot.y1
    assert len({round(box.x0) for box in boxes}) == 1
    assert finding.get_text().count("\n") >= 1 and above.width <= figure.get_figwidth() * figure.dpi
    assert finding.get_text().split() == LONG.split()
    assert source.get_text() == "Source: Ministry"
    assert finding.get_fontweight() == "bold" and shows.get_fontsize() < finding.get_fontsize()


def test_without_shows_the_title_moves_up_or_else_the_label_of_the_numbers() -> None:
    _, (shows, *_) = framed(budget_line())
    assert shows.get_text() == "Japan's budget"
    figure, (shows, *_) = framed(budget_line(title=""))
    assert shows.get_text() == "Trillion yen" and axes_of(figure)[0].get_ylabel() == ""
    lying = sns.barplot(PLACES, x="area", y="place", ax=plt.figure().add_subplot())
    lying.set(xlabel="square kilometres", ylabel="")
    figure, (shows, *_) = framed(lying)
    assert shows.get_text() == "Square kilometres" and axes_of(figure)[0].get_xlabel() == ""


def test_panels_keep_their_titles() -> None:
    grid = sns.FacetGrid(BUDGET.assign(half=[1, 1, 2, 2]), col="half")
    grid.map(plt.plot, "year", "value")
    grid.set_titles("part {col_name}")
    figure, (shows, *_) = framed(grid, shows="Trillion yen")
    assert [ax.get_title() for ax in figure.axes] == ["part 1", "part 2"] and shows.get_text() == "Trillion yen"


def test_labels_make_no_figure_wider_than_it_was() -> None:
    ax = plt.figure(figsize=(6.5, 4)).add_subplot()
    ax.barh(["a name that is rather long", "b"], [1, 2])
    with collected() as shown:
        describe(ax, finding=LONG, source="Ministry")
    (pixels,) = struct.unpack(">I", shown[0].picture[16:20])
    assert pixels / DOTS_PER_INCH == pytest.approx(6.5, abs=0.1)


def test_a_drawing_is_not_squeezed_by_its_labels() -> None:
    ax = plt.figure(figsize=(6.5, 4)).add_subplot()
    ax.barh(["a name that is so long that hardly anything would be left of the bars", "b"], [1, 2])
    before = ax.get_position().width
    framed(ax)
    assert ax.get_position().width == pytest.approx(before)


def test_the_data_stored_with_a_figure_say_its_words_and_its_smallest_letters(displayed: list[Any]) -> None:
    ax = budget_line()
    ax.tick_params(labelsize=7)
    describe(ax, finding="It rose.", shows="Yen", source="Ministry")
    about = displayed[0][1]["alliance"]
    assert (about["finding"], about["shows"], about["source"], about["letters"]) == ("It rose.", "Yen", "Ministry", 7)


STYLED = """
import sys
{first}
from alliance import {name}
import matplotlib
print(matplotlib.rcParams["figure.figsize"], matplotlib.rcParams["axes.spines.top"])
"""


@pytest.mark.parametrize("name", ["check", "describe", "explore"])
def test_outside_a_notebook_no_setting_is_touched(name: str) -> None:
    code = STYLED.format(first="import matplotlib, IPython", name=name)
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split("\n")[0] == "[6.4, 4.8] True"


def printed_by(cells: Sequence[str]) -> list[str]:
    """Run the cells of a notebook in a kernel that has loaded nothing yet; return what each prints."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, kernel_name="python3").execute(env=ordinary(dict(os.environ)))
    streams = [[out.text for out in cell.outputs if out.output_type == "stream"] for cell in notebook.cells]
    return ["".join(texts).strip() for texts in streams]


SIZE = "print(matplotlib.rcParams['figure.figsize'])"


@pytest.mark.parametrize("first", ["import matplotlib", ""])
def test_a_notebook_gets_the_house_style_whatever_is_imported_first_and_may_change_it(first: str) -> None:
    change = "matplotlib.rcParams['figure.figsize'] = (3, 3)"
    printed = printed_by([STYLED.format(first=first, name="check"), SIZE, change, SIZE])
    assert (printed[1], printed[3]) == ("[6.5, 4.0]", "[3.0, 3.0]")


DRAWN = {
    "parts": "drawing.draw_parts({'a': 1, 'b': 2})",
    "intervals": "drawing.draw_intervals(pd.DataFrame({'low': [1], 'high': [2]}), 'low', 'high')",
}


@pytest.mark.parametrize("call", DRAWN.values(), ids=DRAWN)
def test_a_drawing_that_is_the_first_to_load_matplotlib_is_in_the_house_style(call: str) -> None:
    loaded = "print('matplotlib' in sys.modules)"
    first = f"import sys\nimport pandas as pd\nfrom alliance import describe, drawing\n{loaded}"
    drawn = f"ax = {call}\nprint(ax.spines['top'].get_visible(), ax.figure.get_figwidth())"
    assert printed_by([first, drawn]) == ["False", "False 6.5"]


def test_a_drawing_leaves_alone_the_style_that_a_notebook_has_set() -> None:
    first = "import matplotlib\nfrom alliance import describe, drawing"
    change = f"matplotlib.rcParams['figure.figsize'] = (3, 3)\ndrawing.draw_parts({{'a': 1, 'b': 2}})\n{SIZE}"
    assert printed_by([first, change]) == ["", "[3.0, 3.0]"]
