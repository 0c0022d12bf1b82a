"""The tables of the region agree with themselves, with each other and with what their sources print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from alliance.data import load_descriptor, read_table

ROOT = Path(__file__).resolve().parents[1]
RESOURCES: dict[str, Any] = {r["name"]: r for r in load_descriptor(ROOT)["resources"]}


def table(name: str) -> pd.DataFrame:
    return read_table(ROOT, name)


def flaws(name: str) -> str:
    return " ".join(RESOURCES[name]["known_flaws"])


# --- aircraft and ships around Taiwan ----------------------------------------------------------------------


def monthly(rule: str) -> pd.DataFrame:
    """The months added up from daily reports, in order of time."""
    sorties = table("adiz_sorties").query("frequency == 'month' and basis == 'sum_of_daily_reports'")
    return sorties[sorties["rule"] == rule].set_index("period_start").sort_index()


def published(rule: str, start: str) -> int:
    """The one published figure of a rule for the month or year that begins on `start`."""
    sorties = table("adiz_sorties").query("basis == 'published' and rule == @rule and frequency != 'part_of_year'")
    sorties = sorties[sorties["period_start"] == pd.Timestamp(start)]
    (value,) = set(sorties["value"])
    return int(value)


def test_months_follow_each_other_without_a_gap() -> None:
    aircraft = pd.concat([monthly("adiz_entries"), monthly("aircraft_detected")])
    assert aircraft.index.tolist() == pd.date_range("2020-09-01", "2026-08-01", freq="MS").tolist()
    ships = monthly("vessels_detected")
    assert ships.index.tolist() == pd.date_range("2022-08-01", "2026-08-01", freq="MS").tolist()


def test_the_counting_rule_changes_in_august_2022_and_is_marked_there_only() -> None:
    assert monthly("adiz_entries").index.max() < pd.Timestamp("2022-08-01")
    marked = table("adiz_sorties").query("break_before")
    assert marked["period_start"].dt.strftime("%Y-%m").tolist() == ["2022-08", "2023-01"]
    assert set(marked["rule"]) == {"aircraft_detected"}


@pytest.mark.parametrize(
    ("rule", "year", "short_percent"),
    [
        ("aircraft_detected", 2024, 0.7),
        ("aircraft_detected", 2025, 5.0),
        ("vessels_detected", 2024, 0.1),
        ("vessels_detected", 2025, 0.8),
    ],
)
def test_months_add_up_to_less_than_the_published_year_and_the_codebook_says_by_how_much(
    rule: str, year: int, short_percent: float
) -> None:
    months = monthly(rule)
    total = months.loc[str(year), "value"].sum()
    assert len(months.loc[str(year)]) == 12
    assert round((1 - total / published(rule, f"{year}-01-01")) * 100, 1) == short_percent
    assert f"{short_percent:.1f}" in flaws("adiz_sorties")


def test_the_months_of_2023_add_up_to_the_published_year() -> None:
    months = monthly("aircraft_detected").loc["2023"]
    assert months["value"].sum() == published("aircraft_detected", "2023-01-01")
    assert months["days_in_period"].sum() - months["days_with_data"].sum() == 1
    assert f"{months['value'].sum():,} aircraft in 2023" in flaws("adiz_sorties")


def test_missing_days_could_explain_the_gap_of_2024_and_cannot_explain_that_of_2025() -> None:
    gap, typical = {}, {}
    for year in (2024, 2025):
        months = monthly("aircraft_detected").loc[str(year)]
        total, days = months["value"].sum(), months["days_with_data"].sum()
        gap[year] = published("aircraft_detected", f"{year}-01-01") - total
        typical[year] = total / days * (months["days_in_period"].sum() - days)
    assert typical[2024] > gap[2024]
    assert typical[2025] < gap[2025] / 10
    assert f"that year's {gap[2025]} aircraft" in flaws("adiz_sorties")


def test_complete_months_have_every_day() -> None:
    counted = table("adiz_sorties").dropna(subset=["days_with_data"])
    assert (counted["days_with_data"] <= counted["days_in_period"]).all()
    after = counted.query("rule != 'adiz_entries'")
    assert (after["complete"] == (after["days_with_data"] == after["days_in_period"])).all()
    starts = counted["period_start"]
    assert (starts.dt.days_in_month == counted["days_in_period"]).all()


def test_months_agree_with_what_newspapers_printed() -> None:
    entries = monthly("adiz_entries")["value"]
    assert entries["2021-02-01"] == published("adiz_entries", "2021-02-01")
    assert abs(entries["2022-02-01"] - published("adiz_entries", "2022-02-01")) == 1
    september = monthly("aircraft_detected").loc["2023-09-01"]
    short = published("aircraft_detected", "2023-09-01") - september["value"]
    assert short == 5 and september["complete"]


def test_growth_that_sources_print_follows_from_the_counts() -> None:
    def growth(now: int, before: int) -> float:
        return (now / before - 1) * 100

    february = {year: published("adiz_entries", f"{year}-02-01") for year in (2021, 2022, 2023)}
    assert round(growth(february[2023], february[2022]), 1) == 61.4
    assert round(growth(february[2023], february[2021]), 1) == 182.5
    july, august, september = (published("adiz_entries", f"2023-{month}-01") for month in ("07", "08", "09"))
    assert round(growth(august, july), 1) == -20.2
    assert round(growth(published("adiz_entries", "2025-01-01"), published("adiz_entries", "2024-01-01"))) == 23
    assert round(growth(published("vessels_detected", "2025-01-01"), 2475)) == 7
    # The newspaper's 42.2 percent is the rise as a part of the later figure.
    assert round(growth(september, august)) == 73
    assert round((september - august) / september * 100, 1) == 42.2


def test_all_aircraft_seen_are_more_than_those_that_enter_the_zone() -> None:
    for year in (2023, 2024, 2025):
        assert published("aircraft_detected", f"{year}-01-01") > published("adiz_entries", f"{year}-01-01")
    # The published factor of nearly fifteen sets one rule against the other.
    assert round(published("aircraft_detected", "2025-01-01") / 380) == 15
    assert published("adiz_entries", "2025-01-01") / 380 < 10


# --- scrambles ---------------------------------------------------------------------------------------------

# The labels of the Joint Staff's chart of April 2026, as the text of the PDF runs them together.
CHART = (
    "25119150192235197305387356426368377370345306257323305528496798636783939929675944898825848879812"
    "604488331311263166234160220154155151188158141229239307237299386425567810943873116890499994772510"
    "04778669704595"
)


def scrambles(frequency: str, dimension: str) -> pd.DataFrame:
    return table("scrambles").query("frequency == @frequency and dimension == @dimension")


def by_country(year: int) -> pd.Series:
    return scrambles("fiscal_year", "country").query("fiscal_year == @year").set_index("category")["value"]


def totals() -> pd.Series:
    return scrambles("fiscal_year", "total").set_index("fiscal_year")["value"]


def test_yearly_scrambles_are_the_labels_of_the_joint_staffs_chart() -> None:
    assert totals().index.tolist() == list(range(1958, 2026))
    assert "".join(map(str, totals())) == CHART


@pytest.mark.parametrize("year", [2015, 2021, 2022, 2023, 2024, 2025])
def test_countries_add_up_to_the_year(year: int) -> None:
    assert by_country(year).sum() == totals()[year]


def test_countries_never_exceed_the_year() -> None:
    parts = scrambles("fiscal_year", "country").groupby("fiscal_year")["value"].sum()
    assert (parts <= totals()[parts.index]).all()
    assert not scrambles("fiscal_year", "country")["fiscal_year"].between(2006, 2008).any()


def test_areas_of_the_air_force_add_up_to_the_year() -> None:
    areas = scrambles("fiscal_year", "air_force_area").groupby("fiscal_year")["value"].sum()
    assert areas.to_dict() == totals()[list(range(2021, 2026))].to_dict()


def test_months_add_up_to_quarters_and_quarters_to_the_year() -> None:
    keys = ["dimension", "category"]
    months = table("scrambles").query("frequency == 'month'").copy()
    months["period_start"] = months["period_start"].dt.to_period("Q").dt.start_time
    summed = months.groupby([*keys, "period_start"])["value"].sum()
    quarters = table("scrambles").query("frequency == 'quarter'").set_index([*keys, "period_start"])["value"]
    both = quarters.index.intersection(summed.index)
    assert len(both) == 29
    assert (quarters[both] == summed[both]).all()
    of_2025 = table("scrambles").query("frequency == 'quarter' and fiscal_year == 2025")
    years = table("scrambles").query("frequency == 'fiscal_year' and fiscal_year == 2025").set_index(keys)["value"]
    assert (of_2025.groupby(keys)["value"].sum() == years.sort_index()).all()


def test_countries_add_up_to_each_month_and_quarter() -> None:
    for frequency in ("month", "quarter"):
        parts = scrambles(frequency, "country").groupby("period_start")["value"].sum()
        whole = scrambles(frequency, "total").set_index("period_start")["value"]
        pd.testing.assert_series_equal(parts, whole, check_names=False)


def test_missing_scrambles_are_those_that_the_codebook_names() -> None:
    assert totals().index.tolist() == list(range(1958, 2026))
    named = set(scrambles("fiscal_year", "country")["fiscal_year"])
    assert set(range(2001, 2026)) - named == {2001, 2002, 2003, 2004, 2006, 2007, 2008}
    parts = scrambles("fiscal_year", "country").groupby("fiscal_year")["value"].sum()
    assert {year for year in named if parts[year] == totals()[year]} == {2015, *range(2021, 2026)}
    for country, last in (("China", "2026-08"), ("other", "2026-08"), ("Taiwan", "2026-03")):
        months = scrambles("month", "country").query("category == @country")["period_start"]
        assert months.tolist() == pd.date_range("2025-04", last, freq="MS").tolist(), country
    short = scrambles("quarter", "country").query("fiscal_year == 2026")
    assert set(short["category"]) == {"China", "Russia", "North Korea", "other"}
    assert "no row for Taiwan" in flaws("scrambles")


# Fiscal year, country, percent as printed by the ministry or a newspaper.
SHARES = [
    (2013, "China", 51),
    (2013, "Russia", 44),
    (2016, "China", 73),
    (2016, "Russia", 26),
    (2017, "China", 55),
    (2017, "Russia", 43),
    (2018, "China", 64),
    (2018, "Russia", 34),
    (2019, "China", 71),
    (2025, "Russia", 36),
]


@pytest.mark.parametrize(("year", "country", "percent"), SHARES)
def test_printed_shares_follow_from_the_counts(year: int, country: str, percent: int) -> None:
    assert round(by_country(year)[country] / totals()[year] * 100) == percent


def test_the_printed_share_of_china_in_2025_does_not_follow() -> None:
    """The release prints 61; the row's note says so."""
    assert round(by_country(2025)["China"] / totals()[2025] * 100, 1) == 61.5
    row = scrambles("fiscal_year", "country").query("fiscal_year == 2025 and category == 'China'")
    assert row["note"].str.contains("61, 36 and 3 percent").all()


# Fiscal year, country (or total), change on the year before as a newspaper printed it.
CHANGES = [
    (2011, "Russia", -17),
    (2012, "Russia", 1),
    (2014, "China", 49),
    (2014, "Russia", 114),
    (2016, "China", 280),
    (2016, "Russia", 13),
    (2017, "China", -351),
    (2019, "China", 37),
    (2019, "Russia", -75),
    (2020, "China", -217),
    (2020, "Russia", -10),
    (2013, "total", 243),
    (2016, "total", 295),
    (2018, "total", 95),
    (2019, "total", -52),
]


@pytest.mark.parametrize(("year", "country", "change"), CHANGES)
def test_printed_changes_follow_from_the_counts(year: int, country: str, change: int) -> None:
    if country == "total":
        assert totals()[year] - totals()[year - 1] == change
    else:
        assert by_country(year)[country] - by_country(year - 1)[country] == change


def test_the_note_on_the_quarters_of_2012_adds_up() -> None:
    assert by_country(2012)["China"] == 15 + 54 + 91 + 146


# --- ships around the Senkaku (Diaoyu) Islands -------------------------------------------------------------


def senkaku(zone: str, measure: str, period: str = "year") -> pd.DataFrame:
    return table("senkaku_vessels").query("zone == @zone and measure == @measure and period == @period")


@pytest.mark.parametrize("measure", ["days", "vessel_days"])
def test_three_parts_of_the_white_paper_add_up_to_the_coast_guards_year(measure: str) -> None:
    thirds = table("senkaku_vessels").query("measure == @measure and source_id == 'mod_wp2023_ref17'")
    summed = thirds[thirds["period"] != "jan_mar"].groupby("year")["value"].sum()
    years = senkaku("territorial_sea", measure).set_index("year")["value"]
    assert summed.to_dict() == years[[2018, 2019, 2020, 2021, 2022]].to_dict()


@pytest.mark.parametrize(
    ("zone", "measure", "printed"),
    [
        ("contiguous_zone", "days", 1005),
        ("contiguous_zone", "vessel_days", 3416),
        ("territorial_sea", "days", 177),
        ("territorial_sea", "vessel_days", 560),
    ],
)
def test_the_years_to_2016_add_up_to_what_the_coast_guard_gave(zone: str, measure: str, printed: int) -> None:
    """Sankei, 8 January 2017: totals from September 2012 to the end of 2016."""
    rows = senkaku(zone, measure).query("year <= 2016 and source_id != 'olive_2016_08_24'")
    assert list(rows["year"]) == [2012, 2013, 2014, 2015, 2016] and rows["value"].sum() == printed


def test_what_is_counted_within_fits_into_what_is_counted_around() -> None:
    for measure in ("days", "vessel_days"):
        near = senkaku("territorial_sea", measure).set_index("year")["value"]
        around = senkaku("contiguous_zone", measure).groupby("year")["value"].min()
        assert (near <= around[near.index]).all()
    days = senkaku("territorial_sea", "days").set_index("year")["value"]
    ships = senkaku("territorial_sea", "vessel_days").set_index("year")["value"]
    incidents = senkaku("territorial_sea", "incidents").set_index("year")["value"]
    assert (ships >= days).all()
    both = incidents.index.intersection(days.index)
    assert len(both) == 7 and (incidents[both] <= days[both]).all()


def test_days_and_ships_in_the_territorial_sea_fit_what_was_added_up_on_anniversaries() -> None:
    """11 September 2016: 168 days, 27 of them in that year; a year later 199 days and 643 ships (two newspapers)."""
    days, ships = (senkaku("territorial_sea", one).set_index("year")["value"] for one in ("days", "vessel_days"))
    assert days.loc[2012:2015].sum() == 168 - 27
    assert days.loc[2012:2016].sum() < 199 < days.loc[2012:2017].sum()
    assert ships.loc[2012:2016].sum() < 643 < ships.loc[2012:2017].sum()


def test_days_and_ships_in_the_contiguous_zone_fit_what_was_added_up_on_anniversaries() -> None:
    """11 September 2015: 729 days (Ryukyu Shimpo); 11 September 2017: 1,139 days and 3,961 ships (Okinawa Times)."""
    days, ships = (senkaku("contiguous_zone", one) for one in ("days", "vessel_days"))
    days = days.groupby("year")["value"].max()
    ships = ships[ships["source_id"] != "olive_2016_08_24"].set_index("year")["value"]
    assert days.loc[2012:2014].sum() < 729 < days.loc[2012:2015].sum()
    assert days.loc[2012:2016].sum() < 1139 < days.loc[2012:2017].sum()
    assert ships.loc[2012:2016].sum() < 3961 < ships.loc[2012:2017].sum()


def test_no_year_has_more_days_than_the_calendar() -> None:
    days = table("senkaku_vessels").query("measure == 'days'")
    length = pd.to_datetime(days["year"].astype(str) + "-12-31").dt.day_of_year
    assert (days["value"] <= length).all()


def test_a_longest_run_is_as_long_as_its_first_and_last_day_say() -> None:
    runs = table("senkaku_vessels").query("measure == 'longest_run'")
    assert len(runs) == 5
    assert ((runs["run_end"] - runs["run_start"]).dt.days + 1 == runs["value"]).all()
    assert (runs["run_end"].dt.year == runs["year"]).all()
    assert runs["value"].is_monotonic_increasing


def test_counts_before_the_end_of_the_year_do_not_exceed_the_year() -> None:
    days = senkaku("contiguous_zone", "days").sort_values("value")
    for year, spoken in ((2024, [353, 355]), (2025, [356, 357])):
        found = days[days["year"] == year]
        assert found["value"].tolist() == spoken
        assert found["complete"].tolist() == [False, True]


def test_both_sides_state_the_same_number_of_days_for_2025() -> None:
    days = table("senkaku_vessels").query(
        "year == 2025 and measure == 'days' and complete and zone != 'territorial_sea'"
    )
    assert days["counter"].nunique() == 2
    assert set(days["value"]) == {357}


def test_two_ways_of_adding_up_ships_are_not_the_same() -> None:
    (by_incident,) = senkaku("territorial_sea", "vessels_in_incidents")["value"]
    by_day = senkaku("territorial_sea", "vessel_days").set_index("year")["value"][2020]
    assert (by_incident, by_day) == (78, 88)


def test_the_table_begins_with_the_purchase_that_the_timeline_tells() -> None:
    bought = table("timeline").query("event_id == '2012-09-11-1'")["event"].item()
    assert "Senkaku / Diaoyu" in bought
    first = table("senkaku_vessels").query("year == 2012")
    assert not first["complete"].any() and first["note"].str.contains("September 2012").all()


# --- navies ------------------------------------------------------------------------------------------------


def ships(navy: str, measure: str, year: int, status: str = "count", made_in: int | None = None) -> int:
    found = table("naval_balance").query(
        "navy == @navy and measure == @measure and year == @year and status == @status"
    )
    if made_in is not None:
        found = found[found["made_in"] == made_in]
    (value,) = found["value"]
    return int(value)


TYPES = [
    "ballistic_missile_submarines",
    "nuclear_attack_submarines",
    "diesel_attack_submarines",
    "carriers_cruisers_destroyers",
    "frigates_corvettes",
]


@pytest.mark.parametrize("year", [2020, 2025, 2030])
def test_the_types_of_one_projection_stay_below_its_total(year: int) -> None:
    listed = sum(ships("PLA Navy", kind, year, "projection", 2020) for kind in TYPES)
    assert 200 < listed < ships("PLA Navy", "battle_force", year, "projection", 2020)


def test_projections_say_when_they_were_made_and_counts_do_not() -> None:
    balance = table("naval_balance")
    assert (balance["made_in"].notna() == (balance["status"] != "count")).all()
    expected = balance.dropna(subset=["made_in"])
    assert (expected["made_in"] <= expected["year"]).all()


def test_editions_of_one_projection_differ_and_are_kept_apart() -> None:
    expected = table("naval_balance").query("navy == 'PLA Navy' and measure == 'battle_force' and year == 2030")
    assert expected.set_index("made_in")["value"].to_dict() == {2020: 425, 2022: 440, 2024: 435}


def test_290_is_a_plan_and_not_the_count_of_2024() -> None:
    assert ships("US Navy", "battle_force", 2030, "plan", 2023) == 290
    assert ships("US Navy", "battle_force", 2024) == 296


def test_another_rule_gives_another_gap() -> None:
    gaps = {
        measure: ships("PLA Navy", measure, 2024) - ships("US Navy", measure, 2024)
        for measure in ("battle_force", "warships", "vertical_launch_cells")
    }
    assert gaps["battle_force"] > gaps["warships"] > 0 > gaps["vertical_launch_cells"]
    share = ships("PLA Navy", "vertical_launch_cells", 2024) / ships("US Navy", "vertical_launch_cells", 2024)
    assert 0.5 < share < 0.55  # the source says: over half as many


def test_missing_years_of_the_us_fleet_are_those_that_the_codebook_names() -> None:
    counts = table("naval_balance").query("navy == 'US Navy' and status == 'count'")
    years = set(counts[counts["measure"].isin(["active_ships", "battle_force"])]["year"])
    assert set(range(2005, 2020)) - years == {2010, *range(2012, 2020)}
    assert "2010 and 2012 to 2019" in flaws("naval_balance")


# --- straits -----------------------------------------------------------------------------------------------


def test_passages_more_than_tripled_as_the_report_says() -> None:
    passages = table("strait_passages").query("measure == 'passages'").set_index("year")["value"]
    assert passages.to_dict() == {2021: 21, 2022: 46, 2023: 53, 2024: 68}
    assert passages[2024] / passages[2021] > 3


def test_a_strait_year_is_complete_unless_a_last_day_is_given() -> None:
    straits = table("strait_passages")
    assert (straits["complete"] == straits["counted_to"].isna()).all()
    days = straits.query("measure == 'days_flagged' and complete")
    assert days["value"].between(1, 365).all()


def test_counts_of_launches_up_to_a_day_never_exceed_later_ones_by_the_same_rule() -> None:
    counts = table("missile_test_counts").copy()
    whole = pd.to_datetime(counts["year"].astype(str) + "-12-31")
    counts["to"] = counts["counted_to"].fillna(whole)
    assert (counts["to"].dt.year == counts["year"]).all()
    for _, group in counts.groupby(["year", "counter", "rule", "unit"]):
        best = group.groupby("to")["count"].max()
        assert best.is_monotonic_increasing
    # By one counter and rule, occasions are never more than missiles.
    units = counts.query("counted_to.isna()").pivot(index=["year", "counter", "rule"], columns="unit", values="count")
    both = units.dropna()
    assert len(both) == 4 and (both["launch events"] <= both["missiles"]).all()


def test_no_country_is_given_to_flagged_days_for_which_the_source_names_none() -> None:
    flagged = table("strait_passages").query("measure == 'days_flagged'")
    blank = flagged["note"].fillna("").str.startswith("The source leaves the country blank")
    assert set(flagged[blank]["year"]) == {2024, 2025}
    assert (blank == (flagged["ships_of"] == "not stated")).all()


def test_nine_months_of_2025_fit_between_the_halves_of_the_year() -> None:
    (part,) = table("adiz_sorties").query("frequency == 'part_of_year'").to_dict("records")
    assert (part["value"], part["days_in_period"]) == (3003, 273)
    share = part["value"] / published("adiz_entries", "2025-01-01")
    assert share == pytest.approx(part["days_in_period"] / 365, abs=0.06)


def test_flagged_days_are_kept_apart_from_the_official_count() -> None:
    straits = table("strait_passages")
    assert set(straits[straits["official"]]["measure"]) == {"passages"}
    flagged = straits.query("measure == 'days_flagged'")
    assert (flagged["complete"] == (flagged["year"] != 2026)).all()
    assert flagged.groupby("year").size().to_dict() == {2024: 4, 2025: 4, 2026: 4}


# --- polls -------------------------------------------------------------------------------------------------


def answer(poll: str, question: str, group: str, base: str = "replies") -> float:
    found = table("polls").query(
        "poll_id == @poll and question_id == @question and answer_group == @group and base == @base"
    )
    return float(found["value"].item())


def test_answers_to_one_question_do_not_exceed_a_hundred() -> None:
    shares = table("polls").query("unit == 'percent' and base in ['replies', 'valid_votes']")
    sums = shares.groupby(["poll_id", "question_id"])["value"].sum()
    assert sums.max() <= 100.1 + 1e-9


def test_one_poll_has_one_sample_and_one_way_of_asking() -> None:
    polls = table("polls")
    same = ["pollster", "year", "field_start", "field_end", "area", "population", "mode", "sample_drawn", "sample_n"]
    assert (polls.groupby("poll_id")[same].nunique(dropna=False) == 1).all().all()
    assert (polls.groupby("question_id")[["question", "topic"]].nunique() == 1).all().all()


# Poll, response rate in percent as printed.
RESPONSE = [
    ("cao_2009_01", 59.4),
    ("cao_2015_01", 56.0),
    ("cao_2018_01", 55.7),
    ("cao_2025_11", 51.1),
    ("nhk_2022_okinawa", 45.1),
    ("nhk_2022_12", 50),
    ("cao_2022_11", 53),
    ("asahi_2022_okinawa", 61),
    ("asahi_2022_nationwide", 63),
]


@pytest.mark.parametrize(("poll", "percent"), RESPONSE)
def test_printed_response_rates_follow_from_the_samples(poll: str, percent: float) -> None:
    row = table("polls").query("poll_id == @poll").iloc[0]
    rate = row["sample_n"] / row["sample_drawn"] * 100
    assert round(rate, 1 if isinstance(percent, float) else None) == percent


def test_a_printed_response_rate_that_does_not_follow_is_noted() -> None:
    row = table("polls").query("poll_id == 'meisei_2022'").iloc[0]
    assert round(row["sample_n"] / row["sample_drawn"] * 100, 1) == 27.7
    note = table("sources").set_index("source_id")["note"]["cyzo_2023_06"]
    assert "28.8" in note and "27.7" in note


def test_sample_sizes_say_where_they_come_from() -> None:
    polls = table("polls")
    assert (polls["sample_n"].isna() == (polls["sample_n_kind"] == "not_found")).all()
    assert (
        (polls["sample_n"] <= polls["sample_drawn"])
        .loc[polls["sample_drawn"].notna() & polls["sample_n"].notna()]
        .all()
    )


def test_changes_that_pollsters_print_follow_from_the_waves() -> None:
    before, after = ("cao_2009_01", "cao_2012_01")
    for group, change in (("in_favour", 10.7), ("as_now", -5.1), ("against", -4.5)):
        assert answer(after, "sdf_size", group) - answer(before, "sdf_size", group) == pytest.approx(change)
    assert answer("cao_2015_01", "sdf_size", "in_favour") - answer(after, "sdf_size", "in_favour") == pytest.approx(5.1)
    gap_2025 = answer("cao_2025_11", "sdf_size", "as_now") - answer("cao_2025_11", "sdf_size", "in_favour")
    assert gap_2025 == pytest.approx(4.6)


def test_okinawa_and_the_nation_differ_by_what_the_newspaper_says() -> None:
    here, there = "ryukyu_2023_01", "kyodo_2022_12"
    spending = answer(here, "spending_rise_ryukyu", "against") - answer(there, "spending_rise_kyodo", "against")
    tax = answer(here, "tax_ryukyu", "against") - answer(there, "tax_kyodo", "against")
    assert (round(spending, 1), round(tax, 1)) == (7.8, 9.1)
    strike = answer(here, "counterstrike_ryukyu", "against") - answer(here, "counterstrike_ryukyu", "in_favour")
    assert round(strike, 1) == 30.5


def test_the_referendums_shares_follow_from_its_votes() -> None:
    vote = table("polls").query("poll_id == 'okinawa_referendum_2019'")
    votes = vote.query("unit == 'votes'").set_index("answer_group")["value"]
    shares = vote.query("base == 'valid_votes'").set_index("answer_group")["value"]
    assert (votes / votes.sum() * 100).round(2).to_dict() == shares.to_dict()
    # Of all votes cast the share is smaller, of the electorate much smaller.
    of_cast = vote.query("base == 'votes_cast'")["value"].item()
    turnout = vote.query("base == 'electorate'")["value"].item()
    assert of_cast < shares["against"]
    assert f"about {of_cast * turnout / 100:.1f}" in flaws("polls")


def test_a_break_stands_where_the_way_of_asking_changes() -> None:
    for question in ("sdf_size", "treaty_useful"):
        waves = table("polls").query("pollster == 'Cabinet Office of Japan'")
        waves = waves[waves["question_id"] == question]
        first = waves.drop_duplicates("poll_id").sort_values("field_start")
        changed = first["mode"].ne(first["mode"].shift()).iloc[1:]
        assert first["break_before"].iloc[1:].tolist() == changed.tolist()
        assert changed.sum() == 1


def test_month_precision_has_first_and_last_days_as_placeholders() -> None:
    rough = table("polls").query("field_precision == 'month'")
    assert (rough["field_start"].dt.day == 1).all() and rough["field_end"].dt.is_month_end.all()
    unknown = table("polls").query("field_precision == 'year'")
    assert unknown["field_start"].isna().all()
    known = table("polls").dropna(subset=["field_start"])
    assert (known["field_start"] <= known["field_end"]).all()
    assert (known["field_end"].dt.year == known["year"]).all()


def test_two_questions_of_one_newspaper_in_okinawa_have_opposite_majorities() -> None:
    online, later = "ryukyu_mainichi_2022", "ryukyu_2023_01"
    assert answer(online, "sdf_okinawa_ryukyu_mainichi", "in_favour") > 50
    assert answer(later, "nansei_ryukyu", "against") > 50
    assert not table("polls").query("poll_id == @online")["probability_sample"].any()


def test_three_polls_of_one_weekend_give_three_answers() -> None:
    polls = table("polls")
    weekend = polls[(polls["field_start"] == "2022-12-17") & (polls["field_end"] == "2022-12-18")]
    spending = weekend[weekend["question_id"].str.startswith("spending_rise")]
    favour = spending.query("answer_group == 'in_favour'").set_index("pollster")["value"]
    assert favour.to_dict() == {"Kyodo News": 39.0, "Asahi Shimbun": 46.0, "Mainichi Shimbun": 48.0}
    assert spending["question_id"].nunique() == 3


def test_nobody_compares_two_wordings_by_accident() -> None:
    nhk = table("polls").query("pollster == 'NHK' and area == 'Japan'")
    waves = nhk.groupby("question_id")["poll_id"].nunique()
    assert (waves == 1).all()


# --- the glossary and its links ----------------------------------------------------------------------------


def test_a_name_stands_in_the_cell_that_a_mention_points_to() -> None:
    keys = {"timeline": "event_id", "reactions": "reaction_id"}
    tables = {name: table(name).set_index(key) for name, key in keys.items()}
    mentions = table("organisation_mentions")
    assert len(mentions) > 100
    for mention in mentions.itertuples():
        row = tables[mention.in_table].loc[mention.row_id]
        assert mention.named_as in row[mention.in_column], mention
        assert mention.source_id == row["source_id"], mention


def test_every_actor_of_the_timeline_with_an_entry_is_linked() -> None:
    glossary = table("organisations")
    names = {short for cell in glossary["abbreviation"].dropna() for short in cell.split("; ")}
    linked = table("organisation_mentions").query("in_table == 'timeline' and in_column == 'actors'")
    pairs = set(zip(linked["row_id"], linked["named_as"], strict=True))
    for event in table("timeline").itertuples():
        for actor in event.actors.split("; "):
            plain = actor.split(" (")[0].removeprefix("US ").removeprefix("Japan ")
            if plain in names:
                assert any(row == event.event_id and name in actor for row, name in pairs), (event.event_id, actor)


def test_an_entry_is_short_and_a_japanese_name_has_its_source() -> None:
    glossary = table("organisations")
    assert glossary["definition"].str.split().str.len().max() <= 30
    assert not glossary["name"].duplicated().any()
    assert (glossary["name_ja"].notna() == glossary["name_ja_source_id"].notna()).all()
    assert not glossary["name_ja"].dropna().str.isascii().any()
    shorts = [short for cell in glossary["abbreviation"].dropna() for short in cell.split("; ")]
    assert len(shorts) == len(set(shorts))


# --- the evidence that cites the same sources --------------------------------------------------------------


def test_the_evidence_gives_the_figures_of_these_tables() -> None:
    evidence = table("evidence").set_index("evidence_id")
    found = evidence["figure_found"]
    assert found["B05-04-a"] == ships("PLA Navy", "battle_force", 2024)
    assert found["B05-05-a"] == ships("US Navy", "battle_force", 2024)
    assert found["B05-08-a"] == published("adiz_entries", "2024-01-01")
    passages = table("strait_passages").query("measure == 'passages'").set_index("year")["value"]
    assert (found["B20-07-a"], found["B20-08-a"]) == (passages[2024], passages[2023])


def test_the_evidence_reasons_with_the_figures_of_these_tables() -> None:
    reasoning = table("evidence").set_index("evidence_id")["reasoning"]
    assert str(published("adiz_entries", "2023-01-01")) in reasoning["B05-08-a"]
    plan = ("nhk_2022_12", "plan_43tn_nhk_2022")
    said = f"{answer(*plan, 'in_favour'):.0f} for and {answer(*plan, 'against'):.0f} against"
    assert said in reasoning["B11-04-a"]
    assert answer("nhk_2023_02", "plan_43tn_nhk_2023", "in_favour") == 40 and "40 each" in reasoning["B11-04-a"]
    assert f"{answer('ryukyu_2023_01', 'nansei_ryukyu', 'against')} percent" in reasoning["B11-08-a"]


def test_every_source_that_evidence_shares_with_these_tables_is_compared_above() -> None:
    """A new judgement on one of these sources must be set against its table, too."""
    ours = {"adiz_sorties", "scrambles", "senkaku_vessels", "naval_balance", "strait_passages", "polls"}
    sources = {source for name in ours for source in table(name)["source_id"]}
    judged = table("evidence").dropna(subset=["figure_found"])
    shared = judged[judged["source_id"].isin(sources)]["evidence_id"]
    assert set(shared) == {"B05-04-a", "B05-05-a", "B05-08-a", "B20-07-a", "B20-08-a"}
