"""The drawing functions: what they draw, that nothing covers anything, that figures say who is who without a legend."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import same_color

from alliance import drawing
from alliance.answers import portable
from alliance.answers.plots.panel_tables import tables
from alliance.answers.plots.reading import axes_of, read_panels
from alliance.drawing.spread import spread
from alliance.figures import description
from alliance.framing import lay_out
from alliance.style import CONTEXT, SETTINGS, STRONG, ink

SPENT = pd.Series([1.0, 2, 3, 10, 11, 12], index=range(2019, 2025), name="Japan")
LAUNCHES = pd.DataFrame({2023: [24, 20], 2024: [41, 12]}, index=["missiles", "days"])


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    """Every test begins and ends without open figures, in the house style."""
    plt.close("all")
    with matplotlib.rc_context(SETTINGS):
        yield
    plt.close("all")


def words(plot: Any) -> str:
    """Return the description of a plot."""
    return description(read_panels(axes_of(plot)))


def rows(plot: Any) -> list[list[Any]]:
    """Return the data behind a plot of one panel."""
    (one,) = tables(read_panels(axes_of(plot)))
    return list(one["rows"])


def written(ax: Any) -> dict[str, Any]:
    """Return the texts in the axes by what they say."""
    return {text.get_text(): text for text in ax.texts if text.get_text()}


def boxes(ax: Any) -> list[Any]:
    """Return where the texts in the axes are, once the figure is drawn."""
    ax.figure.draw_without_rendering()
    return [text.get_window_extent() for text in ax.texts if text.get_text()]


def overlapping(ax: Any) -> list[tuple[Any, Any]]:
    """Return pairs of texts of which one covers the other by more than two pixels."""

    def covers(one: Any, other: Any) -> bool:
        across = min(one.x1, other.x1) - max(one.x0, other.x0)
        up = min(one.y1, other.y1) - max(one.y0, other.y0)
        return bool(across > 2 and up > 2)

    return [pair for pair in itertools.combinations(boxes(ax), 2) if covers(*pair)]


# --- lines -----------------------------------------------------------------------------------------------------------


def test_a_line_ends_where_the_counting_changes_and_begins_anew() -> None:
    ax = drawing.draw_line(SPENT, breaks=[2022])
    assert [list(line.get_xdata()) for line in ax.lines] == [[2019, 2020, 2021], [2022, 2023, 2024]]
    assert len({line.get_color() for line in ax.lines}) == 1


def test_an_estimate_is_a_hollow_mark_at_the_end_of_a_dashed_line() -> None:
    ax = drawing.draw_line(SPENT, estimates=[2024])
    solid, dashed, marks = ax.lines
    assert list(solid.get_xdata()) == [2019, 2020, 2021, 2022, 2023] and solid.get_linestyle() == "-"
    assert list(dashed.get_xdata()) == [2023, 2024] and dashed.get_linestyle() == "--"
    assert list(marks.get_xdata()) == [2024] and marks.get_markerfacecolor() == "white"


def test_an_estimate_in_the_middle_leaves_a_gap_in_the_solid_line() -> None:
    solid = drawing.draw_line(SPENT, estimates=[2021]).lines[0]
    assert np.isnan(solid.get_ydata()).tolist() == [False, False, True, False, False, False]


def test_a_line_of_estimates_alone_is_a_line_with_its_name() -> None:
    ax = drawing.draw_line(SPENT, breaks=[2022], estimates=SPENT.index, label="China")
    one, other = ax.lines
    assert [one.get_linestyle(), one.get_markerfacecolor(), other.get_linestyle()] == ["--", "white", "--"]
    assert sorted(value for *_, value in rows(ax) if value is not None) == SPENT.to_list()
    ax.legend()
    assert {series.mark for series in portable(ax).panels[0].series} == {"line"}
    assert len(drawing.label_line_ends(ax).texts) == 1


def test_each_value_is_told_once() -> None:
    ax = drawing.draw_line(SPENT, breaks=[2022], estimates=[2020, 2024], label="Japan")
    assert sorted(value for *_, value in rows(ax) if value is not None) == SPENT.to_list()


def test_a_value_between_two_gaps_is_a_dot() -> None:
    lonely = pd.Series([1.0, np.nan, 3.0, np.nan, 5.0, 6.0], index=range(2000, 2006))
    (line,) = drawing.draw_line(lonely).lines
    assert line.get_markevery() == [0, 2] and line.get_marker() == "o"


def test_a_year_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="1999 is not in the index of the series, which runs from 2019 to 2024"):
        drawing.draw_line(SPENT, breaks=[1999])


@pytest.mark.parametrize("who", ["seaborn", "pandas", "draw_line"])
def test_lines_are_named_at_their_ends_whoever_drew_them(who: str) -> None:
    table = pd.DataFrame({"Japan": SPENT, "China": SPENT * 2})
    if who == "seaborn":
        long = table.rename_axis("year").reset_index().melt("year", var_name="country")
        ax = sns.lineplot(long, x="year", y="value", hue="country")
    elif who == "pandas":
        ax = table.plot()
    else:
        ax = drawing.draw_line(table["Japan"])
        drawing.draw_line(table["China"], ax=ax)
    drawing.label_line_ends(ax, {"China": "PR China"}, numbers="{:.0f}")
    assert {name: text.xy[1] for name, text in written(ax).items()} == {"Japan 12": 12, "PR China 24": 24}
    assert ax.get_legend() is None
    assert "Japan: 6 values" in words(ax) and "PR China: 6 values" in words(ax)


def test_names_at_the_ends_do_not_cover_each_other() -> None:
    ax = None
    for i in range(6):
        ax = drawing.draw_line(SPENT + i / 10, ax=ax, label=f"country {i}")
    drawing.label_line_ends(ax)
    heights = [box.y0 for box in boxes(ax)]
    assert overlapping(ax) == []
    assert heights == sorted(heights), "in the order of the lines"


def test_without_a_named_line_it_says_so() -> None:
    with pytest.raises(ValueError, match="no line with a label"):
        drawing.label_line_ends(plt.figure().add_subplot())


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(1, 20)), min_size=1, max_size=12))
def test_labels_are_spread_in_their_order_without_overlaps(labels: list[tuple[float, float]]) -> None:
    wanted, sizes = [w for w, _ in labels], [s for _, s in labels]
    found = spread(wanted, sizes)
    order = sorted(range(len(labels)), key=lambda i: wanted[i])
    for i, j in itertools.pairwise(order):
        assert found[j] - found[i] >= (sizes[i] + sizes[j]) / 2 - 1e-9
    if all(wanted[j] - wanted[i] >= (sizes[i] + sizes[j]) / 2 for i, j in itertools.pairwise(order)):
        assert found == pytest.approx(wanted), "nothing is moved that did not overlap"


def test_two_labels_that_want_one_place_share_the_move() -> None:
    assert spread([10, 10], [4, 4]) == [8, 12]
    assert spread([10, 10], [4, 4], low=9) == [11, 15]


def test_an_event_is_marked_with_words_beside_it() -> None:
    ax = drawing.draw_line(SPENT)
    drawing.mark_event(ax, 2022, "new scope", side="left")
    assert written(ax)["new scope"].get_ha() == "right"
    assert list(ax.lines[-1].get_xdata()) == [2022, 2022]
    assert "new scope" not in words(ax) and "Values: 6 values" in words(ax), "the mark is no data"
    with pytest.raises(ValueError, match="left"):
        drawing.mark_event(ax, 2022, "new scope", side="above")


# --- one strong colour ----------------------------------------------------------------------------------------------


def test_one_line_is_strong_and_the_others_are_grey() -> None:
    ax = pd.DataFrame({"Japan": SPENT, "China": SPENT * 2}).plot()
    drawing.highlight(ax, "China")
    japan, china = ax.lines
    assert same_color(china.get_color(), STRONG) and same_color(japan.get_color(), CONTEXT)
    assert china.get_linewidth() > japan.get_linewidth() and china.get_zorder() > japan.get_zorder()
    assert set(written(drawing.label_line_ends(ax))) == {"Japan", "China"}


def test_grey_lines_that_seaborn_drew_keep_their_names() -> None:
    long = pd.DataFrame({"year": [1, 2] * 3, "v": range(6), "who": list("aabbcc")})
    ax = drawing.highlight(sns.lineplot(long, x="year", y="v", hue="who"), "b")
    assert set(written(drawing.label_line_ends(ax))) == {"a", "b", "c"}


def test_one_bar_is_strong_and_a_name_that_is_not_there_is_told_with_those_that_are() -> None:
    ax = sns.barplot(x=[3, 4], y=["Japan", "China"])
    drawing.highlight(ax, "China")
    assert [same_color(patch.get_facecolor(), STRONG) for patch in ax.patches] == [False, True]
    with pytest.raises(ValueError, match="“Korea” is not drawn here"):
        drawing.highlight(ax, "Korea")


# --- bars ------------------------------------------------------------------------------------------------------------


def test_a_whole_is_one_bar_cut_into_its_parts() -> None:
    ax = drawing.draw_parts({"made with Japan": 504, "made elsewhere": 696})
    assert [(patch.get_x(), patch.get_width()) for patch in ax.patches] == [(0, 504), (504, 696)]
    assert set(written(ax)) == {"made with Japan", "made elsewhere", "504", "696"}
    assert "made with Japan: 504" in words(ax)


def test_a_number_that_does_not_fit_is_left_out_and_names_keep_off_each_other() -> None:
    ax = drawing.draw_parts({"stands": 900, "a year off": 4, "another definition": 3, "not found": 93})
    assert "4" not in written(ax) and "900" in written(ax)
    assert {"stands", "a year off", "another definition", "not found"} <= set(written(ax))
    assert overlapping(ax) == []


def test_a_number_is_left_out_when_the_axis_leaves_it_no_room_any_more() -> None:
    ax = drawing.draw_parts({"China": 314, "Japan": 55, "Taiwan": 17})
    assert "17" in written(ax)
    ax.set(xlim=(0, 1200))
    assert {"China", "Japan", "Taiwan", "314", "55"} <= set(written(ax)) and "17" not in written(ax)
    assert overlapping(ax) == []
    ax.set(xlim=(0, 386))
    assert sorted(written(ax)) == ["17", "314", "55", "China", "Japan", "Taiwan"], "each is written once"


@pytest.mark.parametrize("room", [386, 720, 1500])
def test_a_number_keeps_within_its_bar(room: float) -> None:
    ax = drawing.draw_parts({"China": 314, "Japan": 55, "South Korea": 48, "Taiwan": 17})
    ax.set(xlim=(0, room))
    inside = {text.get_text(): text.get_window_extent() for text in ax.texts if text.get_text().isdigit()}
    for patch in ax.patches:
        if number := inside.get(f"{patch.get_width():.0f}"):
            bar = patch.get_window_extent()
            assert bar.x0 - 1 <= number.x0 and number.x1 <= bar.x1 + 1
    assert "314" in inside


def test_where_somebody_has_taken_a_word_away_the_axis_can_still_be_changed() -> None:
    ax = drawing.draw_parts({"China": 314, "Japan": 55})
    written(ax)["China"].remove()
    ax.set(xlim=(0, 3000))
    assert {"Japan", "314"} <= set(written(ax))


def test_years_name_bars_as_words_do() -> None:
    ax = drawing.draw_parts(pd.DataFrame({"wages": [114, 155], "the rest": [94, 46]}, index=[2008, 2021]))
    assert "wages: 2 values, lowest 114 at 2008, highest 155 at 2021." in words(ax)


def test_several_wholes_stand_below_each_other() -> None:
    table = pd.DataFrame({"Okinawa": [70, 50], "elsewhere": [30, 50]}, index=["area", "troops"])
    ax = drawing.draw_parts(table, numbers="{:.0f}%")
    ax.figure.draw_without_rendering()
    assert [text.get_text() for text in ax.get_yticklabels()] == ["area", "troops"]
    assert ax.yaxis_inverted(), "the first row is on top"
    assert "Okinawa: 2 values, lowest 50 at troops, highest 70 at area." in words(ax)


@pytest.mark.parametrize("parts", [{"a": 1, "b": -1}, {"a": 1, "b": np.nan}])
def test_what_is_no_part_is_refused(parts: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="not negative"):
        drawing.draw_parts(parts)


def test_a_dumbbell_has_a_hollow_dot_for_the_year_before_and_a_full_one_for_the_year_after() -> None:
    ax = drawing.draw_dumbbells(LAUNCHES, 2023, 2024)
    before, after = ax.lines
    assert before.get_markerfacecolor() == "white" and after.get_markerfacecolor() != "white"
    assert rows(ax) == [["2023", 24, "missiles"], ["2023", 20, "days"], ["2024", 41, "missiles"], ["2024", 12, "days"]]
    assert written(ax)["24"].get_ha() == "right" and written(ax)["20"].get_ha() == "left", "numbers stand outside"
    with pytest.raises(KeyError, match="no column 2022"):
        drawing.draw_dumbbells(LAUNCHES, 2022, 2024)


def test_an_interval_has_two_ends_and_may_have_a_middle_and_a_number_to_compare() -> None:
    table = pd.DataFrame({"low": [1, 2], "high": [3, 4], "best": [2, 3]}, index=["NHK", "Jiji"])
    ax = drawing.draw_intervals(table, "low", "high", middle="best", mark=2.5)
    assert [series for series, *_ in rows(ax)] == ["low end"] * 2 + ["high end"] * 2 + ["best"] * 2
    values = {(name, value) for *_, value, name in rows(ax)}
    assert values == {("NHK", 1), ("NHK", 3), ("NHK", 2), ("Jiji", 2), ("Jiji", 4), ("Jiji", 3)}
    with pytest.raises(ValueError, match="ends before it begins: NHK"):
        drawing.draw_intervals(table, "high", "low")


def test_shares_against_stand_on_the_left_of_zero_and_both_sides_are_written_as_positive_numbers() -> None:
    table = pd.DataFrame({"condemned": [1, 30], "noted": [20, 5], "welcomed": [50, 0]}, index=["Japan", "China"])
    ax = drawing.draw_against(table, ["condemned"], ["noted", "welcomed"])
    by_name = {box.get_label(): [patch.get_width() for patch in box] for box in ax.containers}
    assert by_name == {"condemned": [-1, -30], "noted": [20, 5], "welcomed": [50, 0]}
    assert ax.xaxis.get_major_formatter()(-40, 0) == "40"
    assert "30" in written(ax) and "1" not in written(ax) and "0" not in written(ax)
    ax.set(xlim=(-1000, 1000))
    assert "30" not in written(ax), "its bar is too short for it now"
    with pytest.raises(ValueError, match="not negative"):
        drawing.draw_against(-table, ["condemned"], ["noted"])


# --- maps ------------------------------------------------------------------------------------------------------------

COASTS = pd.DataFrame({"ring": [1] * 4, "longitude": [125, 130, 130, 125], "latitude": [25, 25, 30, 30]})
PLACES = pd.DataFrame(
    {"latitude": [26.21, 26.3, 26.2, 60.0], "longitude": [127.68, 127.8, 127.9, 10.0]},
    index=["Naha", "Kadena", "Futenma", "Oslo"],
)


def test_a_degree_across_is_as_long_as_on_the_globe_in_the_middle_of_the_map() -> None:
    ax = drawing.draw_coasts(west=118, east=140, south=20, north=40, coastlines=COASTS)
    assert ax.get_aspect() == pytest.approx(1 / np.cos(np.radians(30)))
    assert "marks" not in words(ax), "coasts are scenery"


def test_without_the_table_of_coasts_it_says_what_to_do(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="give the table as coastlines="):
        drawing.draw_coasts()


@pytest.mark.parametrize("km", [500, 1500, 3000])
def test_each_point_of_a_ring_is_as_far_from_the_centre_as_it_says(km: float) -> None:
    ax = drawing.draw_coasts(coastlines=COASTS)
    drawing.draw_ring(ax, 26.21, 127.68, km)
    (ring,) = ax.lines
    sphere = Geodesic(6371008.8, 0)
    for longitude, latitude in zip(ring.get_xdata(), ring.get_ydata(), strict=True):
        assert sphere.Inverse(26.21, 127.68, latitude, longitude)["s12"] / 1000 == pytest.approx(km, rel=1e-9)


def test_a_ring_says_its_distance_where_it_can_be_seen() -> None:
    ax = drawing.draw_coasts(north=35, coastlines=COASTS)
    drawing.draw_ring(ax, 26.21, 127.68, 1500)
    (label,) = ax.texts
    assert label.get_text() == "1,500 km" and 20.5 < label.get_position()[1] < 35


@given(st.floats(-89, 89), st.floats(-180, 180), st.floats(-89, 89), st.floats(-180, 180))
def test_a_distance_is_that_of_the_sphere(north: float, east: float, other_north: float, other_east: float) -> None:
    one, other = {"latitude": north, "longitude": east}, {"latitude": other_north, "longitude": other_east}
    sphere = Geodesic(6371008.8, 0)
    true = sphere.Inverse(north, east, other_north, other_east)["s12"] / 1000
    assert drawing.km_between(one, other) == pytest.approx(true, rel=1e-6, abs=1e-3)


def test_distances_to_a_table_keep_its_labels() -> None:
    km = drawing.km_between(PLACES.loc["Naha"], PLACES)
    assert list(km.index) == list(PLACES.index) and km["Naha"] == 0
    assert km["Kadena"] == pytest.approx(drawing.km_between(PLACES.loc["Kadena"], PLACES.loc["Naha"]))


def test_a_way_on_the_map_has_its_length_in_its_middle() -> None:
    ax = drawing.draw_coasts(coastlines=COASTS)
    one, other = PLACES.loc["Naha"], {"latitude": 35.0, "longitude": 139.0}
    drawing.draw_distance(ax, one, other)
    (label,) = ax.texts
    assert label.get_text() == f"{drawing.km_between(one, other):,.0f} km"
    assert label.get_position() == pytest.approx(((one["longitude"] + 139) / 2, (one["latitude"] + 35) / 2))


def test_places_on_the_map_are_named_without_covering_each_other() -> None:
    ax = drawing.draw_coasts(coastlines=COASTS)
    drawing.name_places(ax, PLACES, {"Naha": "Naha", "Kadena": "Kadena Air Base", "Futenma": "Futenma", "Oslo": "Oslo"})
    assert set(written(ax)) == {"Naha", "Kadena Air Base", "Futenma"}
    assert overlapping(ax) == []
    with pytest.raises(KeyError, match="Nowhere is not in the table"):
        drawing.name_places(ax, PLACES, ["Nowhere"])


# --- all of them -----------------------------------------------------------------------------------------------------

ALL = {
    "draw_line": lambda ax: drawing.draw_line(SPENT, ax=ax),
    "draw_parts": lambda ax: drawing.draw_parts({"a": 1, "b": 2}, ax=ax),
    "draw_dumbbells": lambda ax: drawing.draw_dumbbells(LAUNCHES, 2023, 2024, ax=ax),
    "draw_intervals": lambda ax: drawing.draw_intervals(LAUNCHES.T, "days", "missiles", ax=ax),
    "draw_against": lambda ax: drawing.draw_against(LAUNCHES, [2023], [2024], ax=ax),
    "draw_coasts": lambda ax: drawing.draw_coasts(ax, coastlines=COASTS),
}


@pytest.mark.parametrize("name", ALL)
def test_it_draws_on_the_axes_it_is_given_and_else_on_new_ones(name: str) -> None:
    ax = plt.figure().add_subplot()
    assert ALL[name](ax) is ax
    assert ALL[name](None) is not ax


@pytest.mark.parametrize("colour", ["#E69F00", "#56B4E9", "#B3B3B3", "white", "black"])
def test_letters_are_dark_enough_to_be_read(colour: str) -> None:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in matplotlib.colors.to_rgb(ink(colour))
    )
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


def test_each_bar_says_its_number_and_a_missing_one_says_none() -> None:
    ax = sns.barplot(x=[8200.4, 10650.0, np.nan], y=["orders", "all", "unknown"])
    told = rows(ax)
    assert list(written(drawing.label_bars(ax))) == ["8,200", "10,650"]
    assert rows(ax) == told


def test_a_bars_number_is_written_as_one_asks() -> None:
    ax = sns.barplot(x=["a", "b"], y=[0.25, 0.5])
    assert list(written(drawing.label_bars(ax, numbers="{:.2f}"))) == ["0.25", "0.50"]


def test_the_numbers_of_bars_do_not_overlap_and_stay_in_the_figure() -> None:
    ax = sns.barplot(x=[8200.4, 10650.0, 300], y=["orders", "all", "few"])
    drawing.label_bars(ax)
    lay_out(ax.figure)
    assert overlapping(ax) == []
    assert all(box.x1 <= ax.figure.bbox.x1 for box in boxes(ax))


def test_without_bars_there_is_nothing_to_label() -> None:
    with pytest.raises(ValueError, match="There are no bars here"):
        drawing.label_bars(plt.figure().add_subplot())
