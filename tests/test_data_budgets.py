"""The tables of budgets, deals and supplies agree with each other, with other tables and with the evidence."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from alliance.data import load_descriptor, read_table

ROOT = Path(__file__).resolve().parents[1]
RESOURCES = {resource["name"]: resource for resource in load_descriptor(ROOT)["resources"]}
GROUP = [
    "military_expenditure",
    "us_budgets",
    "host_nation_support",
    "rare_earths",
    "arms_deals",
    "weapons",
    "weapon_ranges",
    "joint_exercises",
]
EDITIONS = (2025, 2026)


def table(name: str) -> pd.DataFrame:
    return read_table(ROOT, name)


@pytest.mark.parametrize("name", GROUP)
def test_every_source_of_the_group_exists_also_the_second(name: str) -> None:
    known = set(table("sources")["source_id"])
    frame = table(name)
    for column in ("source_id", "second_source_id"):
        if column in frame:
            assert set(frame[column].dropna()) <= known


# --- military expenditure: editions, totals, growth, exchange rates, shares ----------------------------------


def sipri(edition: int, measure: str) -> pd.DataFrame:
    """Return one edition of the database, one row a year, one column a country or region."""
    rows = table("military_expenditure").query(
        "edition == @edition and measure == @measure and published_as == 'database'"
    )
    return rows.pivot(index="year", columns="entity", values="value")


def test_military_expenditure_is_an_excerpt_with_every_year_of_its_countries() -> None:
    for edition in EDITIONS:
        for measure in ("current_usd", "constant_usd", "share_of_gdp"):
            countries = sipri(edition, measure).drop(
                columns=["World", "Asia & Oceania", "East Asia", "Europe"], errors="ignore"
            )
            assert countries.columns.size == 8
            assert countries.index.tolist() == list(range(2000, edition))
            assert countries.notna().all().all()


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("measure", ["current_usd", "constant_usd"])
def test_four_countries_are_nearly_all_of_east_asia(edition: int, measure: str) -> None:
    spending = sipri(edition, measure).dropna(subset=["East Asia"])
    assert len(spending) == (1 if measure == "current_usd" else edition - 2000)
    share = spending[["China", "Japan", "South Korea", "Taiwan"]].sum(axis=1) / spending["East Asia"]
    assert share.between(0.999, 1.0).all()  # Mongolia is the rest


@pytest.mark.parametrize("edition", EDITIONS)
def test_regions_hold_their_parts(edition: int) -> None:
    spending = sipri(edition, "constant_usd")
    asia = spending[["East Asia", "India", "Australia"]].sum(axis=1)
    assert (asia < spending["Asia & Oceania"]).all()
    assert (spending[["Asia & Oceania", "Europe", "United States"]].sum(axis=1) < spending["World"]).all()


@pytest.mark.parametrize(("edition", "base"), [(2025, 2023), (2026, 2024)])
def test_constant_dollars_are_current_dollars_in_the_base_year(edition: int, base: int) -> None:
    prices = table("military_expenditure").query("edition == @edition and measure == 'constant_usd'")["prices"]
    assert set(prices) == {f"constant_{base}"}
    current = sipri(edition, "current_usd").loc[base].dropna()
    constant = sipri(edition, "constant_usd").loc[base]
    assert current.index.size >= 8
    assert (constant[current.index] - current).abs().max() < 0.06  # regions are rounded to 0.1


def test_reported_growth_follows_from_the_edition_it_was_reported_from() -> None:
    reported = table("military_expenditure").query("measure == 'real_change' and edition == 2025")
    constant = sipri(2025, "constant_usd")
    assert len(reported) == 6
    for row in reported.itertuples():
        growth = (constant.loc[row.year, row.entity] / constant.loc[row.year - 1, row.entity] - 1) * 100
        digits = 0 if row.value == int(row.value) else 1
        assert round(growth, digits) == row.value, row.entity


def test_first_reports_are_the_rounded_figures_of_their_own_edition() -> None:
    spending = table("military_expenditure").query("measure == 'current_usd'")
    both = spending[spending["published_as"] == "first_report"].merge(
        spending[spending["published_as"] == "database"], on=["entity", "year", "edition"]
    )
    assert len(both) == 18
    for row in both.itertuples():
        digits = 0 if row.value_x == int(row.value_x) else 1
        assert round(row.value_y, digits) == row.value_x, (row.entity, row.year)


def test_editions_revise_the_past() -> None:
    """What was first reported is not what the database says later: the reason to keep editions apart."""
    first = table("military_expenditure").query("measure == 'current_usd' and published_as == 'first_report'")
    first = first.set_index(["entity", "year", "edition"])["value"]
    later = sipri(2026, "current_usd")
    assert first["China", 2015, 2016] / later.loc[2015, "China"] > 1.09
    assert first["Japan", 2023, 2024] / later.loc[2023, "Japan"] > 1.04
    assert first["Taiwan", 2024, 2025] / later.loc[2024, "Taiwan"] > 1.08
    assert first["United States", 2015, 2016] / later.loc[2015, "United States"] < 0.95


def test_chinese_spending_of_296_billion_is_that_of_2023() -> None:
    spending = table("military_expenditure").query("entity == 'China' and measure == 'current_usd' and year == 2023")
    assert set(spending["value"].round().astype(int)) == {296, 297}
    official = table("military_expenditure").query("measure == 'official_budget'").set_index("year")
    assert official.loc[2025, "value"] / official.loc[2024, "value"] == pytest.approx(1.072, abs=0.0005)
    assert set(official["unit"]) == {"billion yuan"} and set(official["entity"]) == {"China"}


def test_japans_dollars_times_the_rate_are_its_budget_in_yen() -> None:
    """SIPRI counts the initial budget with SACO; from FY2014 supplementary budgets pull the two apart."""
    yen = sipri(2026, "current_usd")["Japan"] * table("exchange_rates").set_index("year")["yen_per_dollar"]
    budget = (
        table("defence_budget")
        .query("preferred and measure == 'initial_incl_us_realignment'")
        .set_index("fiscal_year")["value"]
    )
    ratio = (yen / budget).dropna()
    assert len(ratio) == 26
    assert ratio.loc[2000:2013].between(0.985, 1.02).all()
    assert ratio.between(0.98, 1.11).all()


def test_shares_of_gdp_follow_from_dollars_and_the_gdp_known_at_the_time() -> None:
    gdp = table("macro").query("series == 'gdp_nominal_usd'").pivot(index="year", columns="vintage", values="value")
    for edition, vintage in ((2025, "IMF WEO October 2025"), (2026, "World Bank WDI mid-2026")):
        share = sipri(edition, "current_usd")["Japan"] / gdp[vintage] * 100
        off = (share / sipri(edition, "share_of_gdp")["Japan"] - 1).loc[2018:2024].abs()
        assert len(off) == 7 and off.max() < 0.008, (edition, off.max())


def test_estimates_are_flagged() -> None:
    spending = table("military_expenditure").query("published_as == 'database'")
    flagged = spending[spending["estimate"]]
    assert (spending.loc[spending["entity"] == "China", "estimate"]).all()
    assert set(flagged["entity"]) == {"China", "Russia", "South Korea"}
    russia = set(flagged.query("entity == 'Russia' and edition == 2026")["year"])
    assert russia == {*range(2000, 2013), *range(2022, 2026)}


# --- US budgets ----------------------------------------------------------------------------------------------


def test_us_requests_hold_their_parts() -> None:
    asked = table("us_budgets").query("stage == 'request'").set_index(["measure", "fiscal_year"])["value"]
    assert asked["dod_discretionary", 2026] + asked["dod_mandatory", 2026] == pytest.approx(asked["dod_total", 2026])
    for year in (2021, 2024):
        whole = asked["national_defence_050", year]
        discretionary = asked["national_defence_050_discretionary", year]
        assert whole > discretionary > asked["dod_discretionary", year]
    assert asked["dod_total", 2026] < asked["national_defence_050", 2026]
    assert asked["pdi_army_part", 2025] < asked["pdi", 2025]


def test_congress_lists_more_for_the_pacific_than_was_asked() -> None:
    pdi = table("us_budgets").query("measure == 'pdi'").pivot(index="fiscal_year", columns="stage", values="value")
    for stage in ("authorised", "house_bill"):
        both = pdi.dropna(subset=["request", stage])
        assert len(both) >= 1 and (both[stage] > both["request"]).all()
    assert pdi.loc[2024, "house_bill"] - pdi.loc[2024, "request"] == pytest.approx(0.6)
    growth = (pdi.loc[2024, "request"] / pdi.loc[2023, "request"] - 1) * 100
    assert round(growth) == 49  # the testimony says 40


def test_us_outlays_are_close_to_what_sipri_counts() -> None:
    outlays = table("us_budgets").query("measure == 'defence_outlays'").set_index("fiscal_year")["value"]
    ratio = sipri(2026, "current_usd")["United States"] / outlays
    assert ratio.dropna().between(1.1, 1.15).all()  # SIPRI's definition is wider


# --- host nation support -------------------------------------------------------------------------------------


def hns(measure: str = "hns", basis: str = "budget") -> pd.Series:
    """Return the single years of one measure on one basis."""
    rows = table("host_nation_support").query(
        "measure == @measure and basis == @basis and fiscal_year == fiscal_year_end"
    )
    return rows.set_index("fiscal_year")["value"]


def test_the_parts_of_host_nation_support_add_up() -> None:
    rows = table("host_nation_support").query(
        "part_of == 'hns' and basis == 'budget' and fiscal_year == fiscal_year_end"
    )
    by_year = rows.groupby("fiscal_year")["value"].agg(["sum", "size"])
    assert by_year.index.tolist() == [2008, 2009, *range(2015, 2025)]
    assert by_year.loc[:2021, "size"].eq(5).all() and by_year.loc[2022:, "size"].eq(6).all()
    assert (by_year["sum"] - hns().loc[by_year.index]).abs().max() < 0.11  # parts and totals are rounded in the source


def test_five_budgets_make_the_five_year_total_and_more_than_was_agreed() -> None:
    spans = table("host_nation_support").query("measure == 'hns' and fiscal_year < fiscal_year_end")
    value = spans.set_index(["fiscal_year", "basis"])["value"]
    assert hns().loc[2016:2020].sum() == pytest.approx(value[2016, "budget"])
    assert value[2016, "budget"] > value[2016, "agreed"]
    assert round(value[2022, "agreed"] / 5) == 211  # the average that the press prints
    assert value[2022, "agreed"] - value[2016, "budget"] == pytest.approx(75, abs=0.5)  # Kyodo: up 75


def test_stationing_costs_are_host_nation_support_and_the_rest() -> None:
    whole, rest = hns("stationing_mod"), hns("stationing_mod_other")
    assert rest.index.tolist() == [2008, *range(2015, 2025)]
    assert (rest + hns() - whole).dropna().abs().max() < 0.11


def test_the_costs_of_all_ministries_hold_an_estimate_that_nobody_pays() -> None:
    """The newspaper's total is what the white papers print by part, the rent of state land given free among them."""
    parts = table("host_nation_support").query("part_of == 'usfj_related_all' and fiscal_year > 2016")
    assert parts.groupby("fiscal_year")["measure"].nunique().tolist() == [3, 3]
    whole = hns("usfj_related_all").loc[[2022, 2023]]
    assert parts.groupby("fiscal_year")["value"].sum().tolist() == pytest.approx(whole.tolist())
    estimate = parts[parts["measure"] == "usfj_land_estimate"]
    assert set(estimate["basis"]) == {"estimate"} and (estimate["value"] / whole.min()).between(0.18, 0.21).all()


def test_stationing_costs_are_the_printed_share_of_the_defence_budget() -> None:
    budget = (
        table("defence_budget")
        .query("preferred and measure == 'initial_excl_us_realignment'")
        .set_index("fiscal_year")["value"]
    )
    share = (hns("stationing_mod") / budget).loc[2002:2007] * 100
    assert share.round(1).tolist() == [8.8, 8.8, 8.7, 8.7, 8.6, 8.1]


def test_the_us_cost_is_one_amount_a_year_and_a_total_of_years_has_a_measure_of_its_own() -> None:
    support = table("host_nation_support").query("payer == 'United States'")
    spans = support["fiscal_year"] < support["fiscal_year_end"]
    assert set(support[spans]["measure"]) == {"us_obligations_gao"}
    assert support[~spans].set_index("fiscal_year").index.is_unique


def test_wider_measures_are_larger_and_settled_amounts_smaller() -> None:
    wide = hns("usfj_related_all")
    both = wide.index.intersection(hns().index)
    assert len(both) >= 1 and (wide[both] > 2 * hns()[both]).all()
    settled = hns(basis="settled")
    assert settled.index.tolist() == list(range(1996, 2003))
    assert settled[1999] < hns()[1999]
    extra = hns("usfj_related_all", "supplementary")
    assert round((wide[2023] + extra[2023]) / 1000, 2) == 1.17  # as printed
    assert round((wide[2025] + extra[2025]) / 1000, 1) == 1.2


# --- rare earths ---------------------------------------------------------------------------------------------


def mined(year: int, source: str = "usgs_mcs_2025") -> pd.Series:
    rows = table("rare_earths").query("measure == 'mine_production' and year == @year and source_id == @source")
    return rows.set_index("entity")["value"]


@pytest.mark.parametrize(("year", "rounding"), [(2023, 500), (2024, 5000)])
def test_the_mines_add_up_to_the_rounded_world_total(year: int, rounding: int) -> None:
    tonnes = mined(year)
    assert tonnes.index.size == 14
    assert abs(tonnes.drop("World").sum() - tonnes["World"]) <= rounding


def test_shares_that_the_course_computed_follow_from_the_tonnes() -> None:
    rows = table("rare_earths").query("measure == 'mine_share' and derived")
    assert len(rows) == 7
    for row in rows.itertuples():
        tonnes = mined(row.year, row.source_id)
        assert round(tonnes["China"] / tonnes["World"] * 100, 1) == row.value, (row.year, row.source_id)


def test_no_base_gives_the_shares_that_the_articles_print() -> None:
    """87 and 90 percent are neither mining in 2023-24 nor all imports of Japan; 90 is near refining."""
    rare = table("rare_earths")
    mining = rare.query("measure == 'mine_share' and entity == 'China' and year in [2020, 2023, 2024, 2025]")["value"]
    assert mining.between(58, 70).all()
    imports = rare.query("measure == 'japan_import_share' and entity == 'China' and covers == 'all_rare_earths'")
    assert imports.query("year >= 2012")["value"].max() < 80
    assert rare.query("measure == 'refining_share' and entity == 'China' and year == 2023")["value"].tolist() == [92]


def test_usgs_revised_its_first_figures() -> None:
    first, later = mined(2023, "mining_visuals_2024"), mined(2023)
    assert (first["China"], later["China"]) == (240_000, 255_000)
    assert later["World"] > first["World"]


def test_a_tariff_heading_that_holds_other_metals_too_is_doubtful() -> None:
    rows = table("rare_earths").query("measure == 'japan_import_share' and year == 2024")
    share = rows.set_index(["entity", "covers", "period"])["value"]
    assert share["Vietnam", "heading_2805", "year"] > share["China", "heading_2805", "year"]
    assert set(rows[rows["doubtful"]]["covers"]) == {"heading_2805"}
    assert rows[~rows["doubtful"]]["entity"].unique().tolist() == ["China"]


# --- arms deals, weapons, ranges -----------------------------------------------------------------------------


def test_deals_fit_the_weapons() -> None:
    deals, weapons = table("arms_deals"), table("weapons")
    joined = deals.merge(weapons, on="weapon_id", how="left", validate="m:1", suffixes=("", "_weapon"))
    known = joined["weapon_id"].notna()
    assert (joined.loc[known, "system"] == joined.loc[known, "system_weapon"]).all()
    assert not set(joined.loc[~known, "system"]) & set(weapons["system"])
    assert set(deals.loc[deals["weapon_id"].isna(), "kind"]) == {"sale_notice"}


def test_notices_are_ceilings_and_contracts_are_not_notices() -> None:
    deals = table("arms_deals")
    notices = deals[deals["kind"] == "sale_notice"]
    assert set(notices["value_is"]) == {"ceiling"} and set(notices["unit"]) == {"million US dollars"}
    assert set(notices["quantity_is"].dropna()) == {"up_to", "exact"}
    assert not (deals.loc[deals["kind"] != "sale_notice", "value_is"] == "ceiling").any()
    assert deals["value"].notna().equals(deals["unit"].notna())


def test_the_tomahawk_contract_is_below_its_notice_and_above_its_missiles() -> None:
    deals = table("arms_deals").set_index("deal_id")
    notice = deals.loc["2023-11-17-tomahawk", "value"]
    parts = deals.loc[["2024-01-18-tomahawk_missiles", "2024-01-18-tomahawk_ships"], "value"]
    contract_yen = deals.loc["2024-01-18-tomahawk", "value"]
    assert parts.sum() == pytest.approx(1700, abs=50)  # Kyodo: 1.7 billion dollars
    assert 145 < contract_yen * 1000 / parts.sum() < 149  # yen per dollar in January 2024, about 148
    per_missile = (notice / 400, parts.sum() / 400, parts.iloc[0] / 400)
    assert [round(cost, 1) for cost in per_missile] == [5.9, 4.3, 2.9]


def test_the_amraam_of_2025_costs_half_as_much_again() -> None:
    notices = table("arms_deals").query("kind == 'sale_notice' and system == 'AIM-120 AMRAAM'")
    each = (notices["value"] / notices["quantity"]).round(2)
    assert each.tolist() == [1.94, 2.02, 1.97, 1.98, 1.97, 1.95, 3.03]


def test_yen_and_dollars_of_one_budget_imply_a_rate_of_their_time() -> None:
    deal = table("arms_deals").set_index("deal_id").loc["2024-04-01-gpi_fy2024"]
    for million_dollars in (480, 490):
        assert 153 < deal["value"] * 1000 / million_dollars < 159


def test_deals_are_in_the_timeline_on_the_same_day() -> None:
    events = table("timeline")
    for word, deal in (("approves sale of up to 400 Tomahawks", "2023-11-17"), ("signs for up to 400", "2024-01-18")):
        days = events.loc[events["event"].str.contains(word, regex=False), "date"]
        assert days.dt.strftime("%Y-%m-%d").tolist() == [deal]
        assert (table("arms_deals")["date"] == deal).any()


def test_the_extremes_of_a_range_are_those_of_its_statements() -> None:
    weapons = table("weapons").set_index("weapon_id")
    ranges = table("weapon_ranges")
    upper = ranges["range_km_high"].fillna(ranges["range_km"])
    stated = (
        ranges.assign(upper=upper)
        .groupby("weapon_id")
        .agg(low=("range_km", "min"), high=("upper", "max"), number=("range_km", "size"))
    )
    with_range = weapons[weapons["range_statements"] > 0]
    assert sorted(with_range.index) == sorted(stated.index)
    assert (with_range["range_km_low"] == stated["low"].reindex(with_range.index)).all()
    assert (with_range["range_km_high"] == stated["high"].reindex(with_range.index)).all()
    assert (with_range["range_statements"] == stated["number"].reindex(with_range.index)).all()
    assert weapons.loc[weapons["range_statements"] == 0, "range_km_low"].isna().all()
    assert (ranges["range_km_high"].dropna() > ranges.loc[ranges["range_km_high"].notna(), "range_km"]).all()
    assert (ranges["range_km_high"].notna() == (ranges["qualifier"] == "between")).all()


def test_the_versions_of_the_f35_and_the_tomahawk_add_up_to_the_family() -> None:
    plan = table("weapons").set_index("weapon_id")["japan_plan_quantity"]
    assert plan["f_35a"] + plan["f_35b"] == plan["f_35"]
    assert plan["tomahawk_block_iv"] + plan["tomahawk_block_v"] == plan["tomahawk"]
    notice = table("arms_deals").set_index("deal_id").loc["2020-07-09-f35", "quantity"]
    assert notice + 42 == plan["f_35"]


# --- exercises -----------------------------------------------------------------------------------------------


def test_the_two_forces_make_the_total_of_each_keen_sword() -> None:
    swords = table("joint_exercises").query("exercise.str.startswith('Keen Sword') and unit == 'persons'")
    people = swords.pivot(index="exercise", columns="measure", values="value")
    assert people.index.size == 4
    assert (people["personnel_jsdf"] + people["personnel_us"] == people["personnel_total"]).all()
    years = swords.groupby("exercise")["start"].first().dt.year
    assert people.loc[years == 2022, "personnel_total"].tolist() == [36_000]
    assert people.loc[years == 2024, "personnel_total"].tolist() == [45_000]


def test_exercises_end_after_they_begin_and_say_what_was_not_found() -> None:
    exercises = table("joint_exercises")
    assert (exercises["end"].dropna() >= exercises.loc[exercises["end"].notna(), "start"]).all()
    assert (exercises["end"].notna() == exercises["end_precision"].notna()).all()
    none = exercises["measure"] == "none_found"
    assert (exercises["value"].isna() == none).all()
    assert exercises.loc[exercises["planned"], "start"].min() > pd.Timestamp("2026-04-08")


# --- the evidence --------------------------------------------------------------------------------------------


def test_sixty_billion_dollars_fit_the_request_for_fiscal_2026_and_no_budget_of_2025() -> None:
    judged = table("evidence").set_index("evidence_id")
    (request,) = table("defence_budget").query("measure == 'request' and fiscal_year == 2026")["value"]
    sipri = table("military_expenditure").query("entity == 'Japan' and year == 2025 and edition == 2026")
    (spent,) = sipri.query("measure == 'current_usd' and published_as == 'database'")["value"]
    text = judged.loc["A07-03-b", "reasoning"]
    assert f"{request / 1000:.1f} trillion yen" in text and f"SIPRI counts {spent:.1f} for 2025" in text
    requests = table("defence_budget").query("measure == 'request'").set_index("fiscal_year")["value"]
    for asked in requests[[2025, 2026]]:
        assert f"{asked:.1f} billion yen, would need about {asked / 60.1:.0f}" in judged.loc["A19-01-b", "reasoning"]


EVIDENCE = [
    ("A20-01-a", "arms_deals", "deal_id == '2024-01-18-tomahawk'", "quantity", "first"),
    ("A21-01-a", "arms_deals", "deal_id == '2025-01-31-sm6'", 1, "first"),
    ("A22-01-a", "arms_deals", "deal_id == '2024-05-02-gpi_total'", 1000, "first"),
    ("A22-02-a", "arms_deals", "deal_id == '2024-05-02-gpi_japan'", 1000, "first"),
    ("B03-02-a", "weapon_ranges", "statement_id == 'aim_120-1'", "range_km", "first"),
    ("B03-13-a", "military_expenditure", "entity == 'China' and year == 2024 and edition == 2025", 1, "first"),
    ("B04-06-a", "joint_exercises", "exercise == 'Keen Sword 25' and measure == 'personnel_total'", 1, "first"),
    ("B08-02-a", "rare_earths", "measure == 'refining_share' and entity == 'China' and year == 2023", 1, "first"),
    ("B08-03-a", "rare_earths", "measure == 'japan_import_share' and year == 2023", 1, "first"),
    ("B10-01-a", "weapons", "weapon_id == 'aim_120'", "speed_mach", "first"),
    ("B10-03-a", "weapons", "weapon_id == 'f_35'", "japan_plan_quantity", "first"),
    ("B17-03-a", "us_budgets", "measure == 'pdi' and fiscal_year == 2024 and stage == 'request'", 1, "first"),
    ("B19-01-a", "arms_deals", "deal_id == '2024-09-01-amraam_lot'", 1000, "first"),
    ("B19-02-a", "arms_deals", "deal_id == '2025-01-02-amraam'", "quantity", "first"),
    ("B20-01-a", "military_expenditure", "entity == 'Asia & Oceania' and year == 2024 and edition == 2025", 1, "first"),
    (
        "B20-02-a",
        "military_expenditure",
        "entity == 'Asia & Oceania' and year == 2024 and edition == 2025 and measure == 'real_change'",
        1,
        "first",
    ),
    ("B20-03-c", "military_expenditure", "entity == 'China' and year == 2024 and edition == 2025", 1, "first"),
    ("B22-01-a", "rare_earths", "measure == 'refining_share' and entity == 'China' and year == 2023", 1, "first"),
    ("B22-03-b", "rare_earths", "measure == 'mine_share' and entity == 'China' and year == 2024", 1, "first"),
]


@pytest.mark.parametrize(("evidence_id", "name", "which", "column_or_factor", "place"), EVIDENCE)
def test_the_evidence_gives_the_figure_of_the_table(
    evidence_id: str, name: str, which: str, column_or_factor: str | int, place: str
) -> None:
    """The figure found is that of a row that cites the same source; factors turn billions into millions."""
    judged = table("evidence").set_index("evidence_id").loc[evidence_id]
    source = judged["source_id" if place == "first" else "second_source_id"]
    rows = table(name).query(which)
    cited = (rows["source_id"] == source) | (rows.get("second_source_id", rows["source_id"]) == source)
    rows = rows[cited]
    if name == "military_expenditure" and "measure" not in which:
        rows = rows[rows["measure"] == "current_usd"]
    column = column_or_factor if isinstance(column_or_factor, str) else "value"
    assert len(rows) == 1
    value = float(rows.iloc[0][column])
    if place == "second":  # the reasoning, not the figure, quotes the second source
        assert f"{value:.1f}" in judged["reasoning"]
        return
    if isinstance(column_or_factor, int):
        value /= column_or_factor
    assert judged["figure_found"] == pytest.approx(value, abs=0.05)


def test_the_share_of_china_in_the_evidence_is_the_quotient_of_two_rows() -> None:
    judged = table("evidence").set_index("evidence_id").loc["B20-04-b"]
    spending = sipri(2025, "current_usd").loc[2024]
    assert round(spending["China"] / spending["Asia & Oceania"] * 100, 1) == judged["figure_found"]


def test_the_contract_in_the_evidence_is_that_of_the_table() -> None:
    judged = table("evidence").set_index("evidence_id").loc["A20-02-a"]
    contract = table("arms_deals").set_index("deal_id").loc["2024-01-18-tomahawk"]
    assert judged["source_id"] == contract["source_id"]
    assert contract["value"] / judged["figure_found"] == pytest.approx(149, abs=5)  # yen per dollar, 1.7 rounded


# --- what the codebook promises ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GROUP)
def test_every_value_described_is_used(name: str) -> None:
    frame = table(name)
    for field in RESOURCES[name]["schema"]["fields"]:
        if "values" in field:
            used = set(frame[field["name"]].dropna().astype(str))
            assert used == set(field["values"]), (field["name"], set(field["values"]) - used)
