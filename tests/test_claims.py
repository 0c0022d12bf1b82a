"""The register of claims: complete, well formed, and every number of the articles in it."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

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
        ("lesson", {f"{number:02d}" for number in range(1, 15)}),
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


def test_every_value_of_a_claim_is_printed_in_its_paragraph_or_written_there_in_words(
    claims, article_numbers
):
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
    assert set(claims["lesson"]) | {"14"} == {f"{number:02d}" for number in range(1, 15)}
