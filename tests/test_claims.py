"""The claims and the evidence: every number of the articles registered, every verdict as hard as its evidence."""

from __future__ import annotations

import math
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from alliance.audit import checks
from alliance.audit.arithmetic import (
    Interval,
    base_interval,
    common_interval,
    exactly,
    exchange_rate_interval,
    growth_interval,
    part_interval,
    rounding_interval,
    share_interval,
    sum_interval,
    unit_cost_interval,
    whole_numbers_in,
)
from alliance.audit.dates import comes_after, days_meant

ROOT = Path(__file__).parents[1]

COLUMNS = [
    "claim_id",
    "document",
    "paragraph",
    "subject",
    "measure",
    "value",
    "value_high",
    "unit",
    "approximation",
    "period",
    "comparison",
    "attributed_to",
    "publication",
    "publication_date",
    "kind",
    "topic",
    "lesson",
    "statement",
    "source_id",
]
ALWAYS_FILLED = [
    "claim_id",
    "document",
    "paragraph",
    "subject",
    "measure",
    "approximation",
    "kind",
    "topic",
    "lesson",
    "statement",
    "source_id",
]
KINDS = {
    "quantity",
    "dated_event",
    "projection",
    "probability",
    "statement",
    "description",
}
APPROXIMATIONS = {"exact", "about", "at_least", "up_to", "more_than", "none"}
TOPICS = {
    "history",
    "treaty",
    "command",
    "weapons",
    "arms_deals",
    "industry",
    "budget",
    "economy",
    "supply_chain",
    "labour",
    "environment",
    "geography",
    "us_forces",
    "us_policy",
    "north_korea",
    "china",
    "russia",
    "south_korea",
    "southeast_asia",
    "india",
    "nato_ukraine",
    "opinion",
    "okinawa",
    "civil_defence",
    "forecast",
    "exercises",
    "sources",
}
UNITS = {
    "percent",
    "percent of GDP",
    "times",
    "trillion US dollars",
    "billion US dollars",
    "million US dollars",
    "US dollars",
    "US dollars per hour",
    "trillion yen",
    "million yen",
    "kilometres",
    "times the speed of sound",
    "missiles",
    "missiles per year",
    "aircraft",
    "warheads",
    "ships",
    "tests",
    "incursions",
    "transits",
    "exercises",
    "persons",
    "workers",
    "jobs",
    "contractors",
    "states",
    "prefectures",
    "million tonnes",
    "million tonnes of CO2 equivalent",
    "tonnes",
    "petajoules",
    "years",
    "year",
}
DATE = r"(?:\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)"
PERIOD = re.compile(rf"{DATE}(?:/{DATE})?|FY\d{{4}}")
PUBLICATION_DATE = re.compile(DATE)
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def read(path: Path) -> pd.DataFrame:
    """A table as text, cell by cell, as it stands in the file."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def claims() -> pd.DataFrame:
    return read(ROOT / "data" / "claims.csv")


@pytest.fixture(scope="module")
def article_numbers() -> pd.DataFrame:
    return read(ROOT / "tests" / "article_numbers.csv")


def test_the_columns_are_the_ones_lessons_read(claims):
    assert list(claims.columns) == COLUMNS


def test_every_claim_has_its_own_id_that_says_where_it_stands(claims):
    assert claims["claim_id"].is_unique
    assert claims["claim_id"].str.fullmatch(r"[AB]\d{2}-\d{2}").all()
    expected = claims["document"] + claims["paragraph"].str.zfill(2)
    assert (claims["claim_id"].str[:3] == expected).all()
    assert claims["claim_id"].is_monotonic_increasing


def test_claims_of_a_paragraph_are_numbered_without_gaps(claims):
    running = claims["claim_id"].str[4:].astype(int)
    counted = claims.groupby(["document", "paragraph"]).cumcount() + 1
    assert (running == counted).all()


def test_the_register_has_every_claim(claims):
    assert 250 <= len(claims) <= 300


@pytest.mark.parametrize("column", ALWAYS_FILLED)
def test_required_cells_are_filled(claims, column):
    assert claims.loc[claims[column] == "", "claim_id"].tolist() == []


def test_no_cell_has_spaces_around_its_text(claims):
    for column in claims:
        stray = claims[column] != claims[column].str.strip()
        assert claims.loc[stray, "claim_id"].tolist() == [], column


@pytest.mark.parametrize(
    ("column", "allowed"),
    [
        ("document", {"A", "B"}),
        ("kind", KINDS),
        ("approximation", APPROXIMATIONS),
        ("topic", TOPICS),
        ("unit", UNITS | {""}),
        ("lesson", {path.name[:2] for path in (ROOT / "authoring" / "lessons").glob("*.md")}),
        ("source_id", {"article_a", "article_b"}),
    ],
)
def test_controlled_columns_hold_only_their_words(claims, column, allowed):
    assert set(claims[column]) <= allowed


def test_every_listed_word_is_used(claims):
    assert set(claims["kind"]) == KINDS
    assert set(claims["topic"]) == TOPICS
    assert set(claims["unit"]) - {""} == UNITS


def test_a_value_is_a_plain_number_with_a_unit(claims):
    for column in ("value", "value_high"):
        filled = claims[claims[column] != ""]
        assert filled[column].str.fullmatch(r"-?\d+(\.\d+)?").all()
    has_value = claims["value"] != ""
    assert (has_value == (claims["unit"] != "")).all()
    assert (has_value == (claims["approximation"] != "none")).all()
    assert not ((claims["value_high"] != "") & ~has_value).any()


def test_quantities_and_probabilities_have_a_value(claims):
    numeric = claims["kind"].isin({"quantity", "probability"})
    assert (claims.loc[numeric, "value"] != "").all()


def test_dates_are_iso_dates(claims):
    periods = claims.loc[claims["period"] != "", "period"]
    assert periods[~periods.map(lambda text: bool(PERIOD.fullmatch(text)))].tolist() == []
    published = claims.loc[claims["publication_date"] != "", "publication_date"]
    assert published[~published.map(lambda text: bool(PUBLICATION_DATE.fullmatch(text)))].tolist() == []
    full = pd.concat([periods, published]).str.extract(r"(\d{4}-\d{2}-\d{2})")[0].dropna()
    assert pd.to_datetime(full, format="%Y-%m-%d", errors="coerce").notna().all()


def test_dated_events_have_a_period(claims):
    events = claims[claims["kind"] == "dated_event"]
    assert events.loc[events["period"] == "", "claim_id"].tolist() == []


def test_a_statement_is_one_sentence_without_thousands_separators(claims):
    statements = claims["statement"]
    assert statements.str.endswith(".").all()
    assert not statements.str.contains(r"[.!?]\s+[A-Z]", regex=True).any()
    assert not statements.str.contains(r"\d,\d{3}", regex=True).any()
    assert statements.is_unique


def test_a_publication_date_belongs_to_a_body_or_a_publication(claims):
    dated = claims[claims["publication_date"] != ""]
    named = (dated["attributed_to"] != "") | (dated["publication"] != "")
    assert dated.loc[~named, "claim_id"].tolist() == []


def numbers_of(claim: pd.Series) -> set[float]:
    """All numbers that a claim's row carries outside its statement."""
    cells = claim[["value", "value_high", "period", "comparison", "publication_date"]]
    return {float(number) for number in NUMBER.findall(" ".join(cells))}


def test_every_number_of_the_articles_belongs_to_a_claim(claims, article_numbers):
    carried: dict[tuple[str, str], set[float]] = {}
    for _, claim in claims.iterrows():
        carried.setdefault((claim["document"], claim["paragraph"]), set()).update(numbers_of(claim))
    numbers = article_numbers[article_numbers["role"] == "number"]
    without = [
        f"{row.document}{row.paragraph}: {row.number}"
        for row in numbers.itertuples()
        if float(row.number) not in carried.get((row.document, row.paragraph), set())
    ]
    assert without == []


def test_every_value_of_a_claim_is_printed_in_its_paragraph_or_written_there_in_words(claims, article_numbers):
    printed = {(row.document, row.paragraph, float(row.number)) for row in article_numbers.itertuples()}
    written_in_words = {"A06-01", "B03-07"}
    invented = [
        claim.claim_id
        for claim in claims.itertuples()
        if claim.value
        and claim.claim_id not in written_in_words
        and (claim.document, claim.paragraph, float(claim.value)) not in printed
    ]
    assert invented == []


def test_designations_are_listed_with_a_reason(article_numbers):
    designations = article_numbers["role"] == "designation"
    assert set(article_numbers["role"]) == {"number", "designation"}
    assert (designations == (article_numbers["reason"] != "")).all()


def test_every_lesson_of_the_course_has_claims(claims):
    lessons = {path.name[:2] for path in (ROOT / "authoring" / "lessons").glob("*.md")}
    assert set(claims["lesson"]) == lessons - {"00", max(lessons)}, "the first and the last use those of the others"


# ---------------------------------------------------------------------------------------------------------------------
# The evidence


EVIDENCE_COLUMNS = [
    "evidence_id",
    "claim_id",
    "test",
    "verdict",
    "figure_found",
    "figure_unit",
    "figure_period",
    "source_id",
    "second_source_id",
    "searched",
    "reasoning",
    "decisive",
]
VERDICTS_BY_TEST = {
    "arithmetic": {"supported", "arithmetic_fails", "contradicts_other_article"},
    "dates": {"supported", "anachronism", "unverifiable"},
    "outside_data": {
        "supported",
        "supported_narrower",
        "off_by_a_year",
        "other_base",
        "contradicted",
        "unverifiable",
    },
}
EVIDENCE_UNITS = UNITS | {"billion yen", "billion euros", "yen per dollar", "days"}
ARTICLES = {"article_a", "article_b"}
AGAINST = {"off_by_a_year", "other_base", "contradicted"}


@pytest.fixture(scope="module")
def evidence() -> pd.DataFrame:
    return read(ROOT / "data" / "evidence.csv")


@pytest.fixture(scope="module")
def sources() -> pd.DataFrame:
    return read(ROOT / "data" / "sources.csv")


def test_the_evidence_has_its_columns_and_ids(evidence):
    assert list(evidence.columns) == EVIDENCE_COLUMNS
    assert evidence["evidence_id"].is_unique
    running = evidence.groupby("claim_id").cumcount().map(lambda number: chr(ord("a") + number))
    assert (evidence["evidence_id"] == evidence["claim_id"] + "-" + running).all()


def test_every_row_of_evidence_is_about_a_claim_and_names_sources(evidence, claims, sources):
    assert set(evidence["claim_id"]) <= set(claims["claim_id"])
    known = set(sources["source_id"])
    assert set(evidence["source_id"]) <= known
    assert set(evidence["second_source_id"]) <= known | {""}


def test_every_claim_with_a_number_a_date_or_an_attribution_is_judged(evidence, claims):
    checkable = (
        (claims["value"] != "")
        | (claims["attributed_to"] != "")
        | (claims["publication"] != "")
        | claims["kind"].isin({"dated_event", "projection", "probability"})
    )
    missing = set(claims.loc[checkable, "claim_id"]) - set(evidence["claim_id"])
    assert sorted(missing) == []


def test_each_judged_claim_has_one_deciding_row(evidence):
    assert set(evidence["decisive"]) == {"true", "false"}
    deciding = (evidence["decisive"] == "true").groupby(evidence["claim_id"]).sum()
    assert deciding[deciding != 1].index.tolist() == []


def test_each_kind_of_test_gives_only_its_verdicts(evidence):
    for test, rows in evidence.groupby("test"):
        assert set(rows["verdict"]) <= VERDICTS_BY_TEST[test]
    assert set(evidence["test"]) == set(VERDICTS_BY_TEST)


def test_what_was_not_found_says_what_was_searched(evidence):
    not_found = evidence["verdict"] == "unverifiable"
    assert evidence.loc[not_found & (evidence["searched"] == ""), "evidence_id"].tolist() == []
    assert evidence.loc[~not_found & (evidence["searched"] != ""), "evidence_id"].tolist() == []


def test_a_verdict_on_outside_data_rests_on_a_source_outside_the_articles(evidence):
    outside = evidence[(evidence["test"] == "outside_data") & (evidence["verdict"] != "unverifiable")]
    assert outside.loc[outside["source_id"].isin(ARTICLES), "evidence_id"].tolist() == []


def test_a_verdict_against_a_claim_gives_the_figure_or_the_date_found(evidence):
    against = evidence[evidence["verdict"].isin(AGAINST)]
    empty = (against["figure_found"] == "") & (against["figure_period"] == "")
    assert against.loc[empty, "evidence_id"].tolist() == []


def test_figures_found_are_numbers_with_a_unit_and_dates_are_dates(evidence):
    filled = evidence["figure_found"] != ""
    assert evidence.loc[filled, "figure_found"].str.fullmatch(r"-?\d+(\.\d+)?").all()
    assert (filled == (evidence["figure_unit"] != "")).all()
    assert set(evidence["figure_unit"]) - {""} <= EVIDENCE_UNITS
    periods = evidence.loc[evidence["figure_period"] != "", "figure_period"]
    assert periods[~periods.map(lambda text: bool(PERIOD.fullmatch(text)))].tolist() == []


def test_reasons_are_one_or_two_sentences(evidence):
    reasons = evidence["reasoning"]
    assert reasons.str.endswith(".").all()
    assert (reasons.str.count(r"[.!?](?:\s|$)") <= 2).all()
    assert (reasons.str.len() <= 320).all()
    assert not reasons.str.contains(r"\d,\d{3}", regex=True).any()


def test_a_supported_figure_lies_near_the_claim(evidence, claims):
    """A figure in the claim's own unit, found by outside data and called supported, differs by less than a tenth."""
    value = claims.set_index("claim_id")[["value", "unit"]]
    rows = evidence[(evidence["test"] == "outside_data") & (evidence["verdict"] == "supported")]
    rows = rows[rows["figure_found"] != ""].join(value, on="claim_id")
    rows = rows[rows["figure_unit"] == rows["unit"]]
    ratio = rows["figure_found"].astype(float) / rows["value"].astype(float)
    assert rows.loc[(ratio - 1).abs() > 0.1, "evidence_id"].tolist() == []


def test_an_anachronism_was_found_later_than_it_is_dated_or_read(evidence, claims):
    """The day found lies after the day that the article gives the source, or after the article's own day."""
    by_id = claims.set_index("claim_id")
    article_day = days_meant(by_id.loc[checks.AS_OF_CLAIM, "period"]).last
    for row in evidence[evidence["verdict"] == "anachronism"].itertuples():
        given = days_meant(by_id.loc[row.claim_id, "publication_date"]).last
        assert days_meant(row.figure_period).first > min(given, article_day), row.evidence_id


def test_the_computed_rows_are_what_the_code_computes(evidence, claims):
    """Nobody types a result of arithmetic or of dates: the rows in the file are the findings of the code."""
    later_than_article = set(
        evidence.loc[(evidence["test"] == "dates") & (evidence["verdict"] == "anachronism"), "claim_id"]
    )
    computed = {
        (
            finding.claim_id,
            finding.test,
            finding.verdict,
            "" if finding.figure is None else f"{finding.figure:g}",
            finding.unit,
            finding.period,
            finding.reasoning,
        )
        for finding in checks.computed_findings(claims)
        if not (finding.verdict == "unverifiable" and finding.claim_id in later_than_article)
    }
    columns = ["claim_id", "test", "verdict", "figure_found", "figure_unit", "figure_period", "reasoning"]
    in_file = set(evidence[columns].itertuples(index=False, name=None))
    assert computed <= in_file
    typed = evidence[(evidence["test"] == "arithmetic") & (evidence["source_id"].isin(ARTICLES))]
    assert set(typed[columns].itertuples(index=False, name=None)) <= computed
    assert set(evidence.loc[evidence["test"] == "arithmetic", "source_id"]) <= ARTICLES
    late = evidence[(evidence["test"] == "dates") & (evidence["verdict"] == "unverifiable")]
    assert set(late[columns].itertuples(index=False, name=None)) <= computed


def test_a_claim_fails_arithmetic_only_in_the_two_places_where_no_rounding_saves_it(claims):
    findings = checks.computed_findings(claims)
    fails = {finding.claim_id for finding in findings if finding.verdict == "arithmetic_fails"}
    assert fails == {"B23-02", "B24-01"}


def test_a_check_follows_the_register(claims):
    """With 0.3 instead of 0.9 percent the share would agree: the verdict comes from the figures, not from the code."""
    mended = claims.copy()
    mended.loc[mended["claim_id"] == "B23-02", "value"] = "0.3"
    verdicts = {f.claim_id: f.verdict for f in checks.computed_findings(mended) if f.test == "arithmetic"}
    assert verdicts["B23-02"] == "supported"


@pytest.mark.parametrize(
    ("event", "verdict"), [("2024-07", "supported"), ("2025-02", "unverifiable"), ("2025-03-30", "anachronism")]
)
def test_a_reaction_is_impossible_only_when_nothing_that_it_may_answer_was_before_it(claims, event, verdict):
    moved = claims.copy()
    moved.loc[moved["claim_id"] == "B02-06", "period"] = event
    found = {f.claim_id: f.verdict for f in checks.computed_findings(moved) if f.period == event}
    assert found["B07-01"] == verdict


def test_a_check_on_a_missing_claim_is_an_error(claims):
    without = claims[claims["claim_id"] != "B23-01"]
    with pytest.raises(KeyError, match="B23-01"):
        checks.computed_findings(without)


@pytest.mark.parametrize(
    ("claim_id", "table", "row", "column", "factor"),
    [
        (
            "A07-04",
            "defence_budget",
            {"measure": "initial_excl_us_realignment", "fiscal_year": "2025"},
            "value",
            1,
        ),
        (
            "B06-06",
            "defence_budget",
            {"measure": "initial_excl_us_realignment", "fiscal_year": "2025"},
            "value",
            1e-3,
        ),
        (
            "B06-09",
            "macro",
            {"series": "government_debt_share", "year": "2024", "vintage": "IMF WEO October 2024"},
            "value",
            1,
        ),
        (
            "B23-03",
            "macro",
            {"series": "gdp_nominal_usd", "year": "2025", "vintage": "IMF WEO April 2025"},
            "value",
            1e-3,
        ),
        ("B05-07", "distances", {"from_place": "Pingtan Island"}, "distance_km", 1),
        ("B10-09", "distances", {"from_place": "Tokyo", "to_place": "Pyongyang"}, "distance_km", 1),
        ("B11-07", "us_forces", {"series": "okinawa_share_of_area", "as_of": "2020-01-01"}, "value", 1),
    ],
)
def test_the_evidence_agrees_with_the_courses_own_tables(evidence, claim_id, table, row, column, factor):
    found = read(ROOT / "data" / f"{table}.csv")
    for name, value in row.items():
        found = found[found[name] == value]
    assert len(found) == 1
    decisive = evidence[(evidence["claim_id"] == claim_id) & (evidence["decisive"] == "true")].iloc[0]
    figure = decisive["figure_found"]
    places = len(figure.partition(".")[2])
    assert round(float(found[column].iloc[0]) * factor, places) == float(figure)


def test_the_budget_in_dollars_is_the_budget_in_yen_at_the_yearly_rate(evidence):
    """Set the course's tables against each other: narrow budget and average rate of 2025 give the figure judged by."""
    budget = read(ROOT / "data" / "defence_budget.csv")
    narrow = budget[(budget["measure"] == "initial_excl_us_realignment") & (budget["fiscal_year"] == "2025")]
    rates = read(ROOT / "data" / "exchange_rates.csv")
    rate = rates[(rates["year"] == "2025") & (rates["basis"] == "annual_average")]
    dollars = float(narrow["value"].iloc[0]) / float(rate["yen_per_dollar"].iloc[0])
    judged = evidence[(evidence["claim_id"] == "B06-07") & (evidence["decisive"] == "true")].iloc[0]
    assert round(dollars, 1) == float(judged["figure_found"])


# ---------------------------------------------------------------------------------------------------------------------
# The arithmetic and the dates themselves

positive = st.floats(min_value=0.01, max_value=1e6, allow_nan=False)
decimals = st.integers(min_value=0, max_value=3)


def printed(number: float, places: int) -> str:
    """A number as an article would print it."""
    return f"{number:.{places}f}"


@given(positive, decimals)
def test_a_number_lies_in_the_interval_of_its_own_rounding(number, places):
    interval = rounding_interval(printed(number, places))
    slack = 1e-9 * max(1.0, number)
    assert interval.low - slack <= number <= interval.high + slack


@given(positive, positive, decimals)
def test_the_true_growth_is_never_excluded(old, new, places):
    assume(rounding_interval(printed(old, places)).low > 0 and rounding_interval(printed(new, places)).low >= 0)
    growth = growth_interval(rounding_interval(printed(old, places)), rounding_interval(printed(new, places)))
    true = (new / old - 1) * 100
    slack = 1e-6 * (1 + abs(true))
    assert growth.low - slack <= true <= growth.high + slack


@given(positive, positive, decimals)
def test_the_true_share_and_rate_are_never_excluded(part, whole, places):
    assume(rounding_interval(printed(whole, places)).low > 0 and rounding_interval(printed(part, places)).low >= 0)
    inputs = rounding_interval(printed(part, places)), rounding_interval(printed(whole, places))
    for computed, true in [
        (share_interval(*inputs), part / whole * 100),
        (exchange_rate_interval(*inputs), part / whole),
        (unit_cost_interval(*inputs), part / whole),
    ]:
        slack = 1e-6 * (1 + true)
        assert computed.low - slack <= true <= computed.high + slack


@given(positive, st.floats(min_value=-50, max_value=200), decimals)
def test_growth_and_base_undo_each_other(base, percent, places):
    growth = rounding_interval(printed(percent, places))
    assume(growth.low > -99)
    before = base_interval(exactly(base * (1 + percent / 100)), growth)
    slack = 1e-6 * (1 + base)
    assert before.low - slack <= base <= before.high + slack


@given(positive, st.floats(min_value=0, max_value=100), decimals)
def test_a_part_of_a_whole_is_its_share_again(whole, percent, places):
    rounded = rounding_interval(printed(percent, places))
    assume(rounded.low >= 0)
    part = part_interval(exactly(whole), rounded)
    share = share_interval(part, exactly(whole))
    assert share.low == pytest.approx(rounded.low, abs=1e-6)
    assert share.high == pytest.approx(rounded.high, abs=1e-6)


@given(st.lists(st.tuples(positive, decimals), min_size=1, max_size=6))
def test_a_sum_of_rounded_parts_holds_the_true_sum(parts):
    total = sum_interval(rounding_interval(printed(number, places)) for number, places in parts)
    true = sum(number for number, _ in parts)
    assert total.low - 1e-6 * true <= true <= total.high + 1e-6 * true


@given(st.floats(min_value=-1e6, max_value=1e6), st.floats(min_value=0, max_value=50))
def test_whole_numbers_are_found_exactly_where_they_lie(low, width):
    interval = Interval(low, low + width)
    found = whole_numbers_in(interval)
    assert all(number in interval for number in found)
    assert (math.ceil(low) in interval) == (len(found) > 0)


def test_a_coarser_rounding_can_be_stated():
    assert rounding_interval("1700", step=100) == Interval(1650, 1750)
    assert rounding_interval("38.40") == Interval(38.395, 38.405)
    assert rounding_interval("38.4") == Interval(38.35, 38.45)


def test_intervals_without_a_common_number_have_none():
    assert common_interval([Interval(1, 2), Interval(3, 4)]) is None
    assert common_interval([Interval(1, 3), Interval(2, 4)]) == Interval(2, 3)
    assert not Interval(1, 2).overlaps(Interval(3, 4))


@pytest.mark.parametrize("text", ["1,200", "", "8.5 trillion", "nan", "about 5"])
def test_text_that_is_no_plain_number_is_refused_in_one_sentence(text):
    with pytest.raises(ValueError, match="number"):
        rounding_interval(text)


def test_impossible_inputs_are_refused():
    with pytest.raises(ValueError, match="positive"):
        rounding_interval("5", step=0)
    with pytest.raises(ValueError, match="low <= high"):
        Interval(2, 1)
    with pytest.raises(ValueError, match="denominator"):
        share_interval(exactly(1), Interval(0, 1))
    with pytest.raises(ValueError, match="positive"):
        exactly(1).scaled(0)
    with pytest.raises(ValueError, match="percentage"):
        part_interval(exactly(10), Interval(-1, 1))


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_a_day_belongs_to_its_month_and_its_year(day):
    for text in (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]):
        days = days_meant(text)
        assert days.first <= day <= days.last
        assert 1 <= days.up_to(day) <= days.count
    assert comes_after(day.isoformat(), day) == "no"
    assert comes_after(day.isoformat()[:4], date(day.year - 1, 12, 31)) == "yes"


@pytest.mark.parametrize("text", ["2025-13", "2025-02-30", "30 March 2025", "FY2025", ""])
def test_text_that_is_no_date_is_refused_in_one_sentence(text):
    with pytest.raises(ValueError, match=r"date|calendar"):
        days_meant(text)
