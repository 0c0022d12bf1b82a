"""Tables beside independent copies: every difference is listed here and has a reason."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from alliance.data import load_descriptor, read_table

ROOT = Path(__file__).resolve().parents[1]
FLAWS = {r["name"]: " ".join(r["known_flaws"]) for r in load_descriptor(ROOT)["resources"]}

# Days of CSIS Beyond Parallel (2012 to 20 April 2026, headings of ballistic missiles, short-range missiles and
# satellites; dates read in stiles/north-korea-provocations) that the table has under another day.
OTHER_DAY = {
    "2015-03-02": "2015-03-01",  # the table has no hour before 2016, so its day is in universal time
    "2019-08-05": "2019-08-06",  # CSIS gives hours of the morning in Korea and the day of the night before
    "2020-03-06": "2020-03-09",  # CSIS's own text says 9 March
    "2023-05-30": "2023-05-31",  # the day in Washington
    "2023-07-18": "2023-07-19",
    "2023-08-23": "2023-08-24",
    "2024-11-04": "2024-11-05",
    "2025-11-06": "2025-11-07",
}
NOT_IN_THE_TABLE = {
    "2013-03-15": "KN-02, below the rule of 300 km",
    "2014-03-04": "short-range missiles from Wonsan; the table has the launch of 3 March",
    "2014-03-16": "unguided rockets (FROG)",
    "2014-03-22": "unguided rockets (FROG)",
    "2014-03-23": "unguided rockets (FROG)",
    "2014-07-02": "rockets (KN-09), 180 km",
    "2015-03-13": "surface-to-air missiles",
    "2016-03-03": "projectiles of short range",
    "2016-03-21": "projectiles of short range, not listed by CNS",
    "2016-03-29": "a projectile of short range",
    "2016-04-06": "an attempt that was halted",
    "2017-05-27": "surface-to-air missiles",
    "2017-06-08": "surface-to-ship missiles",
    "2022-01-25": "cruise missiles",
    "2022-08-17": "cruise missiles, under a heading of ballistic ones",
    "2022-11-05": "four short-range missiles, 130 km: a stated flaw",
    "2024-05-17": "announced in Seoul, no row in the copy: a stated flaw",
}
# The press of the day reports all four launches whose reason begins with `gap`; between the days named the copy has
# no event under any heading.
NOT_IN_CSIS = {
    "2017-11-29": "gap of the copy from 16 September to 31 December 2017; Hwasong-15",
    "2019-04-17": "a guided weapon that CSIS does not list",
    "2019-05-04": "gap of the copy in April and May 2019, but for 9 May",
    "2019-08-24": "CSIS has it as rocket launchers",
    "2019-09-10": "CSIS has it as rocket launchers",
    "2020-03-29": "gap of the copy from 22 March to 13 April 2020",
    "2022-01-05": "CSIS has it under the heading of a nuclear device",
    "2023-11-22": "gap of the copy from 22 November to 16 December 2023; a failed launch",
    "2024-03-18": "CSIS has it as artillery",
}


def days() -> tuple[set[str], set[str]]:
    """Days of launches in CSIS's list and in the table (the Korean day where it is known)."""
    tests = read_table(ROOT, "missile_tests").query("date_precision == 'day'")
    day = tests["date_local"].fillna(tests["date_utc"])
    ours = set(day[day >= pd.Timestamp("2012-01-01")].dt.strftime("%Y-%m-%d"))
    csis = set(pd.read_csv(ROOT / "tests" / "launch_days.csv")["csis_date"])
    return csis, ours


def test_days_of_launches_differ_from_csis_only_where_a_reason_is_listed() -> None:
    csis, ours = days()
    assert csis - ours == set(OTHER_DAY) | set(NOT_IN_THE_TABLE)
    assert ours - csis == set(OTHER_DAY.values()) | set(NOT_IN_CSIS)


def test_a_shifted_day_is_the_day_beside_it() -> None:
    for theirs, mine in OTHER_DAY.items():
        apart = abs((pd.Timestamp(mine) - pd.Timestamp(theirs)).days)
        assert apart == 1 or theirs == "2020-03-06"


def test_the_codebook_gives_the_counts_of_the_comparison() -> None:
    csis, ours = days()
    text = FLAWS["missile_tests"]
    assert f"{len(csis)} days" in text and f"{len(ours)} here, {len(csis & ours)} the same" in text
    assert f"the {len(csis ^ ours)} others" in text
    assert "5 November 2022" in text and "17 May 2024" in text


# Aircraft and days in the ministry's own bulletins (g0v/plaaf-intrusion, 255 bulletins), and days as the ministry
# counts them (Taiwan News, 1 October 2021); 28 on 21 days in October 2020, one day more in the other copy.
BULLETINS = {
    "2020-09": (48, 8, None), "2020-10": (29, 22, 22), "2020-11": (41, 22, 22), "2020-12": (32, 19, 19),
    "2021-01": (81, 27, 27), "2021-02": (40, 17, 17), "2021-03": (54, 18, 18), "2021-04": (107, 22, 22),
    "2021-05": (29, 18, 18), "2021-06": (43, 10, 10), "2021-07": (17, 14, 14), "2021-08": (34, 14, 14),
    "2021-09": (117, 27, 27),
}  # fmt: skip


@pytest.mark.parametrize("month", BULLETINS)
def test_months_are_the_sums_of_the_bulletins(month: str) -> None:
    rows = read_table(ROOT, "adiz_sorties").query("basis == 'sum_of_daily_reports' and rule == 'adiz_entries'")
    row = rows.set_index(rows["period_start"].dt.strftime("%Y-%m")).loc[month]
    aircraft, bulletins, ministry = BULLETINS[month]
    assert (row["value"], row["days_with_data"]) == (aircraft, bulletins)
    assert ministry in (None, row["days_with_data"])
    assert row["complete"] == (month != "2020-09")


def test_the_year_2021_is_near_the_published_total_and_the_codebook_says_how_near() -> None:
    rows = read_table(ROOT, "adiz_sorties").query("year == 2021 and rule == 'adiz_entries' and frequency == 'month'")
    rows = rows.query("basis == 'sum_of_daily_reports'")
    assert f"add up to {rows['value'].sum()} on {rows['days_with_data'].sum()} days" in FLAWS["adiz_sorties"]
    (ministry,) = set(year_2021("year")["value"]) - {960}
    assert (ministry, "961 on 239" in FLAWS["adiz_sorties"]) == (961, True)
    assert (rows["value"].sum() - ministry, rows["days_with_data"].sum() - 239) == (9, 1)


def year_2021(frequency: str) -> pd.DataFrame:
    """The published rows of 2021 for aircraft in the zone."""
    rows = read_table(ROOT, "adiz_sorties").query("year == 2021 and rule == 'adiz_entries' and basis == 'published'")
    return rows[rows["frequency"] == frequency]


def test_the_excess_of_2021_lies_before_november_as_the_codebook_says() -> None:
    rows = read_table(ROOT, "adiz_sorties").query("year == 2021 and rule == 'adiz_entries' and frequency == 'month'")
    sums = rows.query("basis == 'sum_of_daily_reports'").set_index("period_start")["value"]
    printed = year_2021("month").set_index("period_start")["value"]
    months = pd.to_datetime(["2021-11-01", "2021-12-01"])
    to_october = 713 - 6  # Taiwan News, 1 November 2021: 713 with the six of that day
    assert to_october + printed[months].sum() == 961
    assert sums[: pd.Timestamp("2021-10-31")].sum() - to_october == 11
    assert (sums[months] - printed[months]).tolist() == [-2, 0]
    assert (sums - printed).dropna()["2021-02-01"] == 0 and (sums - printed)["2021-09-01"] == 0


# Aircraft and ships in the bulletins of each month: madeye/taiwan-strait-monitor (316 records of 1 October 2025 to
# 22 August 2026), lioneer32232002-commits/pla-tracker (1 January to 3 May 2026) and, aircraft only,
# eskim19/taiwan-strait-tracker. None where a copy has no whole month.
LATER = {
    "2025-10": ((325, 205), None, 325), "2025-11": ((398, 187), None, None), "2025-12": ((492, 241), None, 492),
    "2026-01": ((272, 216), (272, 216), 272), "2026-02": ((189, 182), (190, 182), 191),
    "2026-04": ((235, 215), None, 236), "2026-05": ((275, 207), None, 278), "2026-07": ((265, 214), None, 268),
}  # fmt: skip


@pytest.mark.parametrize("month", LATER)
def test_later_months_are_those_of_the_other_copies(month: str) -> None:
    rows = read_table(ROOT, "adiz_sorties").query("basis == 'sum_of_daily_reports'")
    rows = rows[rows["period_start"].dt.strftime("%Y-%m") == month].set_index("rule")["value"]
    monitor, other, third = LATER[month]
    assert rows["aircraft_detected"] == (third or monitor[0])
    assert rows["vessels_detected"] == monitor[1]
    # The monitor reads some bulletins with one or two aircraft as none.
    assert 0 <= rows["aircraft_detected"] - monitor[0] <= 3
    assert other is None or (abs(other[0] - rows["aircraft_detected"]) <= 1 and other[1] == monitor[1])


# October 2021 to November 2022, by the day of the flights: figures of s0914712/pla-data-dashboard and, where a report
# of the day's bulletin could be opened, those of newspapers (`read_at` has the page).
REPORTS_DIFFER = {"2021-10-31": (9, 8), "2022-05-10": (2, 3), "2022-08-03": (49, 27), "2022-08-05": (49, 68)}
"""The copy's aircraft, the newspaper's."""
AS_REPORTED = {"2021-10-31": 8, "2022-08-03": 27, "2022-08-05": 68, "2022-08-10": 36}
"""Days on which the table has a newspaper's aircraft instead of the copy's; the copy lacks the last."""

# Aircraft of a month up to the day by Taiwan News; of November 2022 there is also 398 up to the bulletin of the 23rd.
RUNNING = {
    "2021-11-22": 109, "2021-12-14": 49, "2021-12-15": 51, "2021-12-16": 55, "2021-12-28": 75, "2021-12-29": 80,
    "2022-01-02": 2, "2022-01-12": 37, "2022-01-20": 69, "2022-01-24": 121, "2022-02-14": 30, "2022-02-25": 53,
    "2022-02-28": 70, "2022-03-06": 8, "2022-05-18": 47, "2022-06-19": 21, "2022-06-21": 51, "2022-09-18": 368,
    "2022-10-09": 121, "2022-10-10": 147, "2022-11-10": 233,
}  # fmt: skip

# Aircraft and ships of the days that the copy lacks in November 2022, by eskim19/taiwan-strait-tracker (the bulletin of
# the next morning).
MISSING = {
    "2022-11-15": (16, 3), "2022-11-16": (14, 3), "2022-11-17": (15, 3), "2022-11-18": (17, 3), "2022-11-28": (11, 4),
}  # fmt: skip


def report_days() -> pd.DataFrame:
    """One row for each day that the copy has: its aircraft and ships, and a newspaper's where one was read."""
    return pd.read_csv(ROOT / "tests" / "report_days.csv", parse_dates=["date"]).set_index("date")


def test_newspapers_agree_with_the_copy_on_as_many_days_as_the_codebook_says() -> None:
    days = report_days()
    read = days.dropna(subset=["report"])
    other = read[read["copy"] != read["report"]]
    pairs = zip(other["copy"], other["report"], strict=True)
    assert dict(zip(other.index.strftime("%Y-%m-%d"), pairs, strict=True)) == REPORTS_DIFFER
    ships = days.dropna(subset=["ships_report"])
    same_ships = int((ships["ships_copy"] == ships["ships_report"]).sum())
    text = FLAWS["adiz_sorties"]
    assert f"agree on {len(read) - len(other)} of {len(read)} days for aircraft" in text
    assert f"and {same_ships} of {len(ships)} for ships" in text
    assert read["read_at"].notna().all() and days.drop(read.index)["read_at"].isna().all()


def test_running_counts_of_a_newspaper_are_as_near_as_the_codebook_says() -> None:
    copy = report_days()["copy"]
    apart = [count - copy.loc[f"{day[:7]}-01" : day].sum() for day, count in RUNNING.items()]
    assert f"the copy's {apart.count(0)} of {len(apart)} times" in FLAWS["adiz_sorties"]
    assert {abs(one) for one in apart} == {0, 1, 2, 3}


@pytest.mark.parametrize(("rule", "column"), [("aircraft_detected", "copy"), ("vessels_detected", "ships_copy")])
def test_months_to_november_2022_are_the_sums_of_the_copy(rule: str, column: str) -> None:
    days = report_days()[column].dropna()
    if rule == "aircraft_detected":
        for day, aircraft in AS_REPORTED.items():
            days[pd.Timestamp(day)] = aircraft
    expected = days.sort_index().resample("MS").agg(["sum", "count"])
    rows = read_table(ROOT, "adiz_sorties").query("basis == 'sum_of_daily_reports' and frequency == 'month'")
    rules = [rule, "adiz_entries"] if rule == "aircraft_detected" else [rule]
    rows = rows[rows["rule"].isin(rules)].set_index("period_start").loc[expected.index]
    assert rows["value"].tolist() == expected["sum"].tolist()
    assert rows["days_with_data"].tolist() == expected["count"].tolist()


def test_the_codebook_says_what_november_2022_has_with_its_missing_days() -> None:
    days = report_days().loc["2022-11"]
    assert not set(MISSING) & set(days.index.strftime("%Y-%m-%d")) and len(days) + len(MISSING) == 29
    text = FLAWS["adiz_sorties"]
    for column, place, unit, running in (("copy", 0, "aircraft", 398), ("ships_copy", 1, "ships", 74)):
        filled = sum(figures[place] for figures in MISSING.values())
        to_22 = sum(figures[place] for day, figures in MISSING.items() if day <= "2022-11-22")
        on_14 = int(running - days.loc[:"2022-11-22", column].sum() - to_22)
        assert f"{filled} {unit}" in text and f"{on_14} {unit}" in text
        assert f"{int(days[column].sum()) + filled + on_14} {unit}" in text


# December 2022 to September 2025, by the date of the bulletin: figures of s0914712/pla-data-dashboard, which gives the
# day of the flights until March 2024 and from June 2024 to January 2025 (moved here by that day), and of
# eskim19/taiwan-strait-tracker.
WRONG = [("2024-09-02", "2024-10-22"), ("2024-11-20", "2024-11-29")]  # in the first copy
NOT_USED = ("2024-09-02", "2024-10-22")


def bulletin_days() -> pd.DataFrame:
    """One row for each day: aircraft and ships in the first and in the second copy, a gap where a copy has none."""
    return pd.read_csv(ROOT / "tests" / "bulletin_days.csv", parse_dates=["date"]).set_index("date")


def test_two_copies_of_the_bulletins_agree_on_as_many_days_as_the_codebook_says() -> None:
    days = bulletin_days().dropna(subset=["first", "second"])
    wrong = pd.concat([days.loc[start:end] for start, end in WRONG])
    rest = days.drop(wrong.index)

    def same(some: pd.DataFrame) -> int:
        return int((some["first"] == some["second"]).sum())

    text = FLAWS["adiz_sorties"]
    ships = int((days["ships_first"] == days["ships_second"]).sum())
    assert f"agree on {same(days)} of {len(days)} days for aircraft and {ships} for ships" in text
    assert f"agree on {same(wrong)} of {len(wrong)} days" in text
    assert f"On the other days {same(rest)} of {len(rest)} agree" in text


@pytest.mark.parametrize(
    ("rule", "first", "second"),
    [("aircraft_detected", "first", "second"), ("vessels_detected", "ships_first", "ships_second")],
)
def test_months_are_the_second_copy_with_its_missing_days_from_the_first(rule: str, first: str, second: str) -> None:
    days = bulletin_days()
    start, end = NOT_USED
    usable = days[first].where((days.index < start) | (days.index > end))
    expected = days[second].combine_first(usable).resample("MS").agg(["sum", "count"])
    rows = read_table(ROOT, "adiz_sorties").query("basis == 'sum_of_daily_reports' and rule == @rule")
    rows = rows.set_index("period_start").loc[expected.index]
    assert rows["value"].tolist() == expected["sum"].tolist()
    assert rows["days_with_data"].tolist() == expected["count"].tolist()


def test_the_first_copy_alone_would_miss_the_published_year_by_more() -> None:
    days = bulletin_days().loc["2024"]
    (published,) = read_table(ROOT, "adiz_sorties").query(
        "basis == 'published' and rule == 'aircraft_detected' and frequency == 'year' and year == 2024"
    )["value"]
    filled = days["second"].combine_first(days["first"].where((days.index < NOT_USED[0]) | (days.index > NOT_USED[1])))
    assert abs(published - days["first"].sum()) > 4 * abs(published - filled.sum())


# Days with ships in the contiguous zone and ships, month by month, in the coast guard's own tables (a copy in
# khourix/warwatch, which keeps a month only where its days add up to the totals that the table prints).
CONTIGUOUS_ZONE = {
    2022: [(31, 107), (21, 76), (31, 99), (26, 92), (31, 116), (30, 114), (31, 114), (31, 121), (22, 82), (25, 75),
           (28, 110), (29, 95)],
    2023: [(28, 107), (28, 94), (31, 117), (30, 115), (29, 99), (29, 108), (28, 107), (29, 111), (30, 104), (31, 108),
           (30, 105), (29, 107)],
    2024: [(31, 117), (29, 114), (31, 121), (30, 118), (31, 120), (30, 116), (27, 107), (31, 121), (30, 117), (25, 84),
           (29, 103), (31, 114)],
    2025: [(31, 120), (28, 108), (31, 118), (30, 116), (31, 122), (30, 120), (31, 113), (31, 132), (30, 112), (27, 106),
           (26, 103), (31, 110)],
}  # fmt: skip


@pytest.mark.parametrize("year", CONTIGUOUS_ZONE)
def test_years_of_ships_near_the_senkaku_islands_are_the_sums_of_the_monthly_tables(year: int) -> None:
    rows = read_table(ROOT, "senkaku_vessels").query("zone == 'contiguous_zone' and period == 'year' and complete")
    rows = rows[rows["year"] == year].set_index("measure")["value"]
    days, ships = (sum(month) for month in zip(*CONTIGUOUS_ZONE[year], strict=True))
    assert (rows["days"], rows["vessel_days"]) == (days, ships)


def test_the_codebook_names_the_reported_figures_that_the_monthly_tables_do_not_give() -> None:
    ships = {year: sum(ships for _, ships in months) for year, months in CONTIGUOUS_ZONE.items()}
    text = FLAWS["senkaku_vessels"]
    assert (
        f"they give {ships[2023]:,} and {ships[2024]:,}, where 1,287 and 1,351 are said to have been reported" in text
    )
    assert f"for 2022 they give {ships[2022]:,} ships" in text
