"""The tables are a sound Data Package, sourced row by row, and agree where they can be compared."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from geographiclib.geodesic import Geodesic

from alliance.data import (
    DataError,
    MissingTool,
    RootNotFound,
    UnknownTable,
    coastlines,
    find_root,
    list_tables,
    load_descriptor,
    read_csv_call,
    read_table,
    refresh,
    show_table,
    validate,
)

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = load_descriptor(ROOT)
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}
NAMES = list(RESOURCES)


def table(name: str) -> pd.DataFrame:
    return read_table(ROOT, name)


# --- the package -------------------------------------------------------------------------------------------


def test_the_package_is_valid() -> None:
    assert [str(problem) for problem in validate(ROOT)] == []


def test_hashes_sizes_and_codebook_are_current() -> None:
    stale = [path.name for path in refresh(ROOT, write=False)]
    assert stale == [], "run `alliance data refresh`"


def test_the_codebook_documents_every_table_and_column() -> None:
    codebook = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for name, resource in RESOURCES.items():
        section = codebook.split(f"\n## {name}\n")[1].split("\n## ")[0]
        assert resource["cannot_tell"] in section
        assert read_csv_call(resource) in section
        for field in resource["schema"]["fields"]:
            assert f"| `{field['name']}` |" in section


@pytest.mark.parametrize("name", NAMES)
def test_every_row_names_a_source_that_exists(name: str) -> None:
    known = set(table("sources")["source_id"])
    cited = table(name)["source_id"]
    assert cited.notna().all()
    assert set(cited) <= known


@pytest.mark.parametrize("name", NAMES)
def test_one_read_csv_with_the_documented_options_gives_the_right_types(name: str) -> None:
    line = read_csv_call(RESOURCES[name], folder=str(ROOT / "data"))
    frame = eval(line, {"pd": pd})  # the very line that learners copy
    for field in RESOURCES[name]["schema"]["fields"]:
        column, kind = frame[field["name"]], field["type"]
        if kind == "integer":
            assert pd.api.types.is_integer_dtype(column), field["name"]
        elif kind == "number":
            assert pd.api.types.is_float_dtype(column), field["name"]
        elif kind == "boolean":
            assert pd.api.types.is_bool_dtype(column), field["name"]
        elif kind == "date":
            assert pd.api.types.is_datetime64_any_dtype(column), field["name"]
        else:
            assert pd.api.types.is_string_dtype(column), field["name"]


def test_no_table_speaks_of_the_machine_it_was_made_on() -> None:
    for path in (ROOT / "data").iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"/work/|/tmp/|/root/|memory_unverified", text), path.name


def test_a_quoted_phrase_has_at_most_twelve_words() -> None:
    words = table("reactions")["key_phrase"].dropna().str.split().str.len()
    assert words.max() <= 12


# --- tables against each other, and against what can be computed -------------------------------------------


def test_distances_between_points_follow_from_the_coordinates() -> None:
    places = table("places").set_index("place")
    measured = table("distances").query("basis == 'point_to_point'")
    assert len(measured) > 20
    for row in measured.itertuples():
        start, end = places.loc[row.from_place], places.loc[row.to_place]
        metres = Geodesic.WGS84.Inverse(start.latitude, start.longitude, end.latitude, end.longitude)["s12"]
        assert row.distance_km == pytest.approx(metres / 1000, abs=0.1), (row.from_place, row.to_place)


def test_distances_between_coasts_agree_with_the_drawn_coastlines() -> None:
    """The thinned coast is good to some kilometres; a slip in the table would be larger."""
    rings = {ring: group for ring, group in table("coastlines").groupby("ring")}

    def ring_at(longitude: float, latitude: float) -> pd.DataFrame:
        return min(
            rings.values(),
            key=lambda r: ((r["longitude"] - longitude) ** 2 + (r["latitude"] - latitude) ** 2).min(),
        )

    def gap(one: pd.DataFrame, other: pd.DataFrame) -> float:
        nearest = min(
            ((a, b) for a in one.itertuples() for b in other.itertuples()),
            key=lambda pair: (
                (pair[0].latitude - pair[1].latitude) ** 2 + (0.9 * (pair[0].longitude - pair[1].longitude)) ** 2
            ),
        )
        a, b = nearest
        return Geodesic.WGS84.Inverse(a.latitude, a.longitude, b.latitude, b.longitude)["s12"] / 1000

    taiwan, okinawa = ring_at(121.0, 24.5), ring_at(127.7, 26.2)
    yonaguni, miyako = ring_at(122.98, 24.46), ring_at(125.33, 24.80)
    stated = table("distances").set_index(["from_place", "to_place"])["distance_km"]
    assert stated["Yonaguni Island", "Taiwan main island"] == pytest.approx(gap(yonaguni, taiwan), abs=4)
    assert stated["Okinawa main island", "Miyako Island"] == pytest.approx(gap(okinawa, miyako), abs=4)


def test_coastlines_are_closed_lines_inside_the_region() -> None:
    west, south, east, north = coastlines.REGION
    for _, ring in table("coastlines").groupby("ring"):
        first, last = ring.iloc[0], ring.iloc[-1]
        assert (first.longitude, first.latitude) == (last.longitude, last.latitude)
        assert ring["point"].tolist() == list(range(1, len(ring) + 1))
        assert ring["longitude"].between(west, east).all() and ring["latitude"].between(south, north).all()
    assert (ROOT / "data" / "coastlines.csv").stat().st_size < 300_000


def test_the_reduction_of_coastlines_clips_closes_and_thins() -> None:
    # A square of land across the region's western edge, as quantised TopoJSON with one arc per half.
    topology = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [[[110, 25], [10, 0], [0, 5]], [[120, 30], [-10, 0], [0, -5]]],
        "objects": {"land": {"geometries": [{"type": "Polygon", "arcs": [[0, 1]]}]}},
    }
    (ring,) = coastlines.reduce_coastlines(topology)
    assert ring[0] == ring[-1]
    assert set(ring) == {(115.0, 25.0), (120.0, 25.0), (120.0, 30.0), (115.0, 30.0)}
    circle = [(x / 100, 0.0) for x in range(100)] + [(0.99, 1.0), (0.0, 1.0), (0.0, 0.0)]
    assert len(coastlines.thin(circle)) == 5


def test_the_two_budget_definitions_differ_by_the_items_between_them() -> None:
    budget = (
        table("defence_budget").query("preferred").pivot_table(index="fiscal_year", columns="measure", values="value")
    )
    items = ["saco_costs", "us_realignment_costs", "government_aircraft", "disaster_resilience_measures"]
    known = budget.dropna(subset=items[:3])
    assert known.index.tolist() == [2015, 2016, 2017, 2018, 2019, 2020]
    difference = known["initial_incl_us_realignment"] - known["initial_excl_us_realignment"]
    pd.testing.assert_series_equal(difference, known[items].sum(axis=1), check_names=False, atol=0.11, rtol=0)


def test_the_budgets_of_the_1990s_differ_by_the_costs_of_saco_that_the_white_paper_prints() -> None:
    """Reference 21 of the white paper of 2006, whose note 2 gives the costs of SACO."""
    printed = table("defence_budget").query("source_id == 'mod_doj_2006' and unit == 'billion yen' and not restated")
    budget = printed.pivot(index="fiscal_year", columns="measure", values="value").dropna()
    saco = budget["initial_incl_us_realignment"] - budget["initial_excl_us_realignment"]
    assert saco.round(1).to_dict() == {1997: 6.1, 1998: 10.7, 1999: 12.1, 2000: 14.0, 2001: 16.5}


def test_the_narrow_budget_has_every_year_and_grows_as_the_white_paper_prints() -> None:
    narrow = table("defence_budget").query("preferred and measure == 'initial_excl_us_realignment'")
    narrow = narrow.set_index("fiscal_year")["value"].sort_index()
    assert narrow.index.tolist() == list(range(1980, 2027))
    growth = narrow.pct_change().loc[1995:2001] * 100
    assert growth.round(1).tolist() == [0.9, 2.6, 2.0, -0.3, -0.2, 0.0, 0.3]
    assert round(growth[1997], 2) == 1.98


def test_a_restated_budget_is_a_little_below_the_printed_one() -> None:
    rows = table("defence_budget").query("measure.str.startswith('initial_') and fiscal_year < 2010")
    both = rows.pivot(index=["measure", "fiscal_year"], columns="restated", values="value").dropna()
    assert len(both) == 11
    assert (both[False] - both[True]).between(0.15, 0.45).all()


def test_the_white_paper_of_2023_compares_the_two_programmes_on_one_list() -> None:
    """Fig. II-4-3-1: FY2022 and FY2023 with one note on what both leave out, and the increase."""
    rows = table("defence_budget").query("preferred and measure == 'initial_excl_us_realignment'")
    rows = rows.set_index("fiscal_year")
    assert rows.loc[[2022, 2023], "programme"].tolist() == ["before_fy2023", "buildup_programme"]
    before, after = rows.loc[[2022, 2023], "value"]
    assert round(after - before, 1) == 1421.3 and round((after / before - 1) * 100, 1) == 27.4


def test_the_wider_budget_is_never_the_smaller() -> None:
    budget = (
        table("defence_budget").query("preferred").pivot_table(index="fiscal_year", columns="measure", values="value")
    )
    both = budget[["initial_excl_us_realignment", "initial_incl_us_realignment"]].dropna()
    assert len(both) >= 25
    assert (both["initial_incl_us_realignment"] >= both["initial_excl_us_realignment"]).all()


def test_reported_growth_follows_from_the_budgets() -> None:
    """Growth rates as the sources print them, recomputed from the table's levels."""
    budget = table("defence_budget").query("preferred").set_index(["measure", "fiscal_year"])["value"]
    printed = {
        ("initial_excl_us_realignment", 2024): 17.0,
        ("initial_incl_us_realignment", 2024): 16.5,
        ("initial_excl_us_realignment", 2025): 9.7,
        ("initial_incl_us_realignment", 2025): 9.4,
        ("initial_incl_us_realignment", 2026): 3.8,
    }
    for (measure, year), percent in printed.items():
        growth = (budget[measure, year] / budget[measure, year - 1] - 1) * 100
        assert round(growth, 1) == percent, (measure, year)


def test_the_parts_of_the_two_percent_add_up() -> None:
    budget = table("defence_budget").query("preferred")
    parts = budget[budget["measure"].str.startswith("two_percent_part")].groupby("fiscal_year")["value"].sum()
    value = budget.set_index(["measure", "fiscal_year"])["value"]
    assert parts[2027] == value["two_percent_target_amount", 2027]
    assert parts[2025] == value["security_related_total", 2025]
    base = value["two_percent_target_gdp_base", 2027]
    assert value["two_percent_target_amount", 2027] / base == pytest.approx(0.02, abs=0.0005)
    for year in (2024, 2025):
        share = value["security_related_total", year] / base * 100
        assert round(share, 1) == value["security_related_share_of_fy2022_gdp", year]
    assert value["security_related_total", 2025] + value["security_related_supplementary", 2025] == pytest.approx(
        value["security_related_total_incl_supplementary", 2025], abs=100
    )


def test_the_five_year_plan_holds_its_parts() -> None:
    value = table("defence_budget").query("preferred").set_index(["measure", "fiscal_year"])["value"]
    assert value["five_year_plan_budget", 2023] + 2500 == value["five_year_plan_total", 2023]
    signed = value["new_contracts"].loc[[2023, 2024, 2025]].sum()
    assert signed / value["five_year_plan_new_contracts", 2023] == pytest.approx(0.62, abs=0.006)  # Sankei: 62%
    spent = value["initial_excl_us_realignment"].loc[2023:2026].sum()
    assert spent < value["five_year_plan_budget", 2023]


def test_shares_of_gnp_fit_the_one_percent_story() -> None:
    shares = table("defence_budget").query("measure == 'share_of_forecast_gnp'").set_index("fiscal_year")["value"]
    assert shares[shares > 1].index.tolist() == [1987, 1988, 1989]


def test_yen_gdp_over_dollar_gdp_gives_the_exchange_rate() -> None:
    rates = table("exchange_rates").set_index("year")["yen_per_dollar"]
    macro = table("macro")
    for vintage in ("IMF WEO October 2024", "IMF WEO April 2025", "IMF WEO October 2025"):
        gdp = macro[(macro["vintage"] == vintage) & (macro["year"] <= 2023)]
        wide = gdp.pivot(index="year", columns="series", values="value")
        implied = (wide["gdp_nominal_yen"] / wide["gdp_nominal_usd"]).dropna()
        assert (implied / rates.loc[implied.index] - 1).abs().max() < 0.015, vintage


def test_two_sources_of_the_exchange_rate_agree() -> None:
    rates = table("exchange_rates")
    assert (rates["yen_per_dollar"] / rates["check_value"] - 1).abs().max() < 0.002


def test_only_the_past_is_called_an_actual_figure() -> None:
    macro = table("macro")
    assert macro.query("year >= 2027")["forecast"].all()
    assert macro[macro["vintage"].str.startswith("OECD")]["forecast"].all()


def test_areas_of_bases_give_the_stated_share_of_okinawa() -> None:
    forces = table("us_forces")
    on_day = forces[forces["as_of"] == "2020-01-01"].set_index("series")["value"]
    share = on_day["area_okinawa"] / on_day["area_japan"] * 100
    assert share == pytest.approx(on_day["okinawa_share_of_area"], abs=0.01)
    sites = on_day["facilities_okinawa"] / on_day["facilities_japan"] * 100
    assert round(sites, 1) == 39.7  # far from the share of the land
    then = forces[forces["as_of"] == "2016-03-31"].set_index("series")["value"]
    assert then["area_okinawa"] / then["area_japan"] * 100 == pytest.approx(then["okinawa_share_of_area"], abs=0.01)


def test_each_change_of_definition_is_marked_once() -> None:
    personnel = table("us_forces").query("series == 'personnel_japan'").sort_values("as_of")
    changed = personnel["definition"] != personnel["definition"].shift()
    changed.iloc[0] = False
    assert personnel.loc[changed, "break_before"].all()
    assert not personnel.loc[~changed, "break_before"].any()
    assert set(personnel.loc[personnel["doubtful"], "year"]) == {1973, 2016, 2017}


def test_the_services_add_up_to_the_personnel_of_each_september() -> None:
    forces = table("us_forces")
    september = forces[forces["as_of"].dt.month == 9]
    people = september[september["series"].str.startswith("personnel_japan")].pivot(
        index="year", columns="series", values="value"
    )
    services = people.drop(columns="personnel_japan").dropna()
    assert len(services) == 24
    rest = people.loc[services.index, "personnel_japan"] - services.sum(axis=1)
    assert rest.between(0, 160).all()  # coast guard, from 2023 also space force
    assert (rest.loc[:2007] == 0).all()


def launches(year: int) -> pd.DataFrame:
    tests = table("missile_tests")
    return tests[tests["date_utc"].dt.year == year]


def published(year: int, **which: str) -> set[int]:
    counts = table("missile_test_counts").query("year == @year")
    for column, value in which.items():
        counts = counts[counts[column] == value]
    return set(counts["count"])


def test_published_missile_counts_agree_where_the_rule_is_the_same() -> None:
    # The database was revised by one missile after the press cited it.
    assert published(2022, rule="cns_500kg_300km") == {len(launches(2022)) - 1}
    for year, slack in ((2022, 1), (2023, 0)):
        counted = (launches(year)["outcome"] != "failure").sum()
        (count,) = published(year, rule="cns_success_or_unknown")
        assert abs(counted - count) <= slack, year


def test_days_in_korea_reconcile_the_counts_of_launch_events() -> None:
    ballistic_2025 = launches(2025).query("not is_space_launcher")
    assert ballistic_2025["date_utc"].nunique() == 7
    assert ballistic_2025["date_local"].nunique() == 6
    assert published(2025, unit="launch events") == {6, 7}
    for year in (2020, 2021):
        assert published(year, unit="launch events") == {launches(year)["date_local"].nunique()}


def test_the_missing_launch_of_may_2024_is_still_missing() -> None:
    """The table is kept as its source has it; the codebook names the gap."""
    days = launches(2024).query("not is_space_launcher")["date_local"]
    assert days.nunique() == 11
    assert not (days == "2024-05-17").any()
    assert any("17 May 2024" in flaw for flaw in RESOURCES["missile_tests"]["known_flaws"])


def test_height_and_distance_of_a_missile_have_not_changed_places() -> None:
    """Fired far, a missile stays well below its distance; fired steeply, it goes higher than it comes far."""
    far = table("missile_tests").query("distance_km >= 400 and not is_space_launcher").dropna(subset=["apogee_km"])
    ratio = far["apogee_km"] / far["distance_km"]
    assert far.loc[ratio.between(0.75, 1), "event_id"].tolist() == []
    assert (ratio < 0.75).sum() > 15 and (ratio > 1).sum() > 15
    steep = far[far["event_id"].str.startswith("2022-12-18")]
    assert (steep["apogee_km"] == 550).all() and (steep["distance_km"] == 500).all()  # as Japan's ministry had it


def test_the_day_in_korea_follows_from_the_hour() -> None:
    tests = table("missile_tests").dropna(subset=["time_utc"])
    moment = pd.to_datetime(tests["date_utc"].dt.strftime("%Y-%m-%d ") + tests["time_utc"])
    korea = (moment + pd.Timedelta(hours=9)).dt.normalize()
    differs = tests[korea != tests["date_local"]]
    assert differs["event_id"].tolist() == ["2016-04-15-01", "2017-05-14-01"]
    assert differs["note"].str.contains("do not fit together").all()


def test_overflights_of_japan_stand_in_both_tables_on_the_same_day() -> None:
    timeline, tests = table("timeline"), table("missile_tests")
    for day in ("2017-08-29", "2017-09-15", "2022-10-04"):
        assert (timeline["date"] == day).any()
        flown = tests[tests["date_local"] == day]
        assert (flown["landing_area"] == "pacific_ocean").all() and len(flown) == 1


def test_month_precision_has_the_first_day_as_placeholder() -> None:
    for name, column in (("timeline", "date"), ("missile_tests", "date_utc")):
        rough = table(name).query("date_precision == 'month'")
        assert len(rough) > 0 and (rough[column].dt.day == 1).all()


# --- what a user asks of the package -----------------------------------------------------------------------


def test_the_list_of_tables_says_how_long_and_from_when() -> None:
    summaries = {summary.name: summary for summary in list_tables(ROOT)}
    assert list(summaries) == NAMES
    timeline = summaries["timeline"]
    assert (timeline.first_year, timeline.rows) == (1945, len(table("timeline")))
    assert summaries["places"].first_year is None


def test_a_shown_table_says_what_a_row_is_and_how_to_read_it() -> None:
    text = show_table(ROOT, "exchange_rates", rows=2)
    assert "One row is one year." in text and "pd.read_csv(" in text and "226.6309" in text


def test_an_unknown_table_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(UnknownTable, match=r"'budgets'.*defence_budget"):
        show_table(ROOT, "budgets")


def test_the_root_is_found_from_a_notebooks_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text("{}")
    (tmp_path / "lessons").mkdir()
    assert find_root(tmp_path / "lessons") == tmp_path


def test_without_a_course_the_root_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alliance.data.package.DESCRIPTOR", "not-there.json")
    with pytest.raises(RootNotFound, match="inside the course's folder"):
        find_root(tmp_path)


def test_without_frictionless_validate_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "frictionless", None)
    with pytest.raises(MissingTool, match=r"pip install -e '\.\[author\]'"):
        validate(ROOT)


# --- bad input ---------------------------------------------------------------------------------------------

SMALL = ["sources", "places", "distances", "exchange_rates", "missile_test_counts", "missile_tests"]


@pytest.fixture(scope="module")
def small_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with few tables and only the sources that they cite."""
    root = tmp_path_factory.mktemp("course")
    data = root / "data"
    data.mkdir()
    small = {**PACKAGE, "resources": [RESOURCES[name] for name in SMALL]}
    (data / "datapackage.json").write_text(json.dumps(small), encoding="utf-8")
    cited: set[str] = set()
    for name in reversed(SMALL):  # the sources last
        frame = pd.read_csv(ROOT / "data" / f"{name}.csv", dtype=str, keep_default_na=False)
        if name == "sources":
            frame = frame[frame["source_id"].isin(cited)]
        elif name == "missile_tests":
            frame = frame.head(20)
        cited.update(*(frame[column] for column in frame if column.endswith("source_id")))
        frame.to_csv(data / f"{name}.csv", index=False, lineterminator="\n")
    refresh(root)
    return root


@pytest.fixture
def course(small_course: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    return shutil.copytree(small_course, tmp_path / "course")


def edit(course: Path, name: str, change: Callable[[list[list[str]]], None], *, fresh: bool = True) -> None:
    """Change a table's cells (a list of rows, the header first) and, if `fresh`, bring hashes up to date."""
    path = course / "data" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    if fresh:
        refresh(course)


def set_cell(row: int, column: str, value: str) -> Callable[[list[list[str]]], None]:
    """Return a change of one cell; rows are counted as a spreadsheet does, the header is row 1."""

    def change(rows: list[list[str]]) -> None:
        rows[row - 1][rows[0].index(column)] = value

    return change


def test_the_copy_is_sound_before_it_is_broken(course: Path) -> None:
    assert validate(course) == []


CELLS = [
    ("exchange_rates", 4, "source_id", "", "the row names no source", "source_id of a row of sources.csv"),
    ("missile_test_counts", 5, "unit", "rockets", "'rockets'", "use one of"),
    ("missile_tests", 9, "apogee_km", "1,400", "'1,400' has a thousands separator", "write 1400"),
    ("exchange_rates", 4, "year", "1 982", "'1 982' has a thousands separator", "write 1982"),
    ("missile_tests", 12, "date_utc", "1992-06-31", "'1992-06-31' is not a date", "YYYY-MM-DD"),
    ("missile_tests", 12, "date_local", "31.6.1992", "'31.6.1992' is not a date", "YYYY-MM-DD"),
    (
        "exchange_rates",
        4,
        "yen_per_dollar",
        "about 249",
        "'about 249' is not a number",
        "leave it empty if unknown",
    ),
    ("exchange_rates", 4, "yen_per_dollar", "2.49", "2.49 is less than 50", "correct the cell"),
    ("places", 3, "latitude", "139.02", "139.02 is more than 90", "correct the cell"),
    ("places", 3, "approximate", "no", "'no' is neither true nor false", "write true or false"),
    ("places", 3, "kind", "captial", "'captial' is not one of the values allowed", "capital, city"),
    ("places", 3, "label", "", "the cell is empty", "may not be empty"),
    (
        "places",
        3,
        "source_id",
        "ne_places",
        "'ne_places' is not in sources.csv",
        "add 'ne_places' to data/sources.csv",
    ),
    (
        "distances",
        13,
        "from_place",
        "Tokio",
        "'Tokio' is not in places.csv",
        "add 'Tokio' to data/places.csv",
    ),
    ("places", 3, "label", "Pyongyang ", "begins or ends with a space", "remove the space"),
    ("sources", 3, "url", "www.example.org", "does not have the form", "correct the cell"),
    ("sources", 3, "read_at", "somewhere", "does not have the form", "correct the cell"),
    ("sources", 3, "kind", "", "the cell is empty", "fill it"),
    ("sources", 3, "kind", "newspaper", "'newspaper' is not one of the values allowed", "official"),
]


@pytest.mark.parametrize(("name", "row", "column", "value", "what", "do"), CELLS)
def test_a_bad_cell_is_named_with_file_row_column_and_what_to_do(
    course: Path, name: str, row: int, column: str, value: str, what: str, do: str
) -> None:
    edit(course, name, set_cell(row, column, value))
    problems = [p for p in validate(course) if (p.file, p.row, p.column) == (f"data/{name}.csv", row, column)]
    assert len(problems) == 1, [str(p) for p in validate(course)]
    assert what in problems[0].what
    assert do in problems[0].do
    assert str(problems[0]).startswith(f"data/{name}.csv, row {row}, column {column}: ")


def only_problem(course: Path) -> tuple[str, int | None, str | None, str, str]:
    problems = validate(course)
    assert len(problems) == 1, [str(p) for p in problems]
    (problem,) = problems
    return problem.file, problem.row, problem.column, problem.what, problem.do


def test_a_duplicated_key_names_both_rows(course: Path) -> None:
    edit(course, "exchange_rates", lambda rows: rows.insert(5, rows[2]))
    file, row, column, what, do = only_problem(course)
    assert (file, row, column) == ("data/exchange_rates.csv", 6, "year")
    assert "same key (year) as row 3" in what and "remove one of the two rows" in do


def test_a_key_of_several_columns_is_named_whole(course: Path) -> None:
    edit(course, "distances", lambda rows: rows.append(rows[1]))
    _, row, column, what, _ = only_problem(course)
    assert (row, column) == (36, "from_place, to_place") and "as row 2" in what


def test_a_changed_file_with_an_old_hash_is_named(course: Path) -> None:
    edit(course, "exchange_rates", set_cell(4, "yen_per_dollar", "249.07"), fresh=False)
    file, row, column, what, do = only_problem(course)
    assert (file, row, column) == ("data/exchange_rates.csv", None, None)
    assert "not the one described" in what and "alliance data refresh" in do


def test_an_unknown_column_is_named_once(course: Path) -> None:
    def add(rows: list[list[str]]) -> None:
        for row in rows:
            row.append("remark" if row is rows[0] else "x")

    edit(course, "exchange_rates", add)
    file, row, column, what, do = only_problem(course)
    assert (file, row, column) == ("data/exchange_rates.csv", 1, "remark")
    assert "'remark' is not described" in what and "describe it in datapackage.json" in do


def test_a_renamed_column_is_one_problem_and_not_one_for_every_row(course: Path) -> None:
    edit(course, "exchange_rates", set_cell(1, "yen_per_dollar", "rate"), fresh=False)
    problems = [p for p in validate(course) if p.row is not None]
    assert [(p.row, p.column) for p in problems] == [(1, "rate")]
    assert "'rate' where 'yen_per_dollar' is described" in problems[0].what


def test_a_missing_column_is_named(course: Path) -> None:
    edit(course, "exchange_rates", lambda rows: [row.pop() for row in rows][:0] and None, fresh=False)
    assert (1, "source_id") in [(p.row, p.column) for p in validate(course)]


def test_an_unquoted_comma_in_a_number_is_explained(course: Path) -> None:
    path = course / "data" / "exchange_rates.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[3] = lines[3].replace("249.0601", "1,249.0601")
    path.write_text("\n".join(lines), encoding="utf-8")
    refresh(course)
    assert any(p.row == 4 and "more cells" in p.what and "thousands separators" in p.do for p in validate(course))


def test_a_file_in_another_encoding_is_named_with_its_row(course: Path) -> None:
    path = course / "data" / "places.csv"
    path.write_bytes(path.read_bytes().replace(b"Okinawa;", b"Okinaw\xe4;", 1))
    problems = [p for p in validate(course) if "UTF-8" in p.what]
    assert {p.file for p in problems} == {"data/places.csv"}
    assert any(p.row is not None for p in problems)


def test_windows_line_ends_and_a_byte_order_mark_are_named(course: Path) -> None:
    path = course / "data" / "places.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    refresh(course)
    whats = " ".join(p.what for p in validate(course))
    assert "carriage return" in whats and "byte-order mark" in whats


def test_a_missing_table_is_named_and_the_others_are_still_checked(course: Path) -> None:
    edit(course, "missile_tests", set_cell(9, "apogee_km", "high"))
    (course / "data" / "exchange_rates.csv").unlink()
    found = {(p.file, p.row) for p in validate(course)}
    assert {("data/exchange_rates.csv", None), ("data/missile_tests.csv", 9)} <= found
    with pytest.raises(DataError, match=r"exchange_rates\.csv is missing"):
        refresh(course)


def test_a_table_without_a_description_is_named(course: Path) -> None:
    shutil.copy(course / "data" / "places.csv", course / "data" / "harbours.csv")
    file, _, _, what, do = only_problem(course)
    assert file == "data/harbours.csv" and "not described" in what and "add a resource" in do


def change_descriptor(course: Path, change: Callable[[dict], None]) -> None:
    path = course / "data" / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    change(descriptor)
    path.write_text(json.dumps(descriptor), encoding="utf-8")


def test_an_unknown_unit_in_a_field_is_named(course: Path) -> None:
    def change(descriptor: dict) -> None:
        descriptor["resources"][1]["schema"]["fields"][4]["unit"] = "gradians"

    change_descriptor(course, change)
    file, _, _, what, do = only_problem(course)
    assert file == "data/datapackage.json"
    assert "places.latitude has the unknown unit 'gradians'" in what and "use one of" in do


def test_a_table_that_does_not_say_what_it_cannot_tell_is_named(course: Path) -> None:
    change_descriptor(course, lambda descriptor: descriptor["resources"][1].pop("cannot_tell"))
    assert "table places has no 'cannot_tell'" in only_problem(course)[3]


def test_a_description_that_is_not_json_is_named_with_its_line(course: Path) -> None:
    path = course / "data" / "datapackage.json"
    path.write_text('{"name": "x",\n"resources": [,]}', encoding="utf-8")
    file, row, _, what, _ = only_problem(course)
    assert (file, row) == ("data/datapackage.json", 2) and "not valid JSON" in what


def test_a_description_against_the_standard_is_named(course: Path) -> None:
    change_descriptor(course, lambda descriptor: descriptor["resources"][0]["schema"]["fields"][0].update(type="word"))
    assert any("description is not valid" in p.what for p in validate(course))
