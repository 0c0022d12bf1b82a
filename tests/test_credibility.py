"""Sources say what was read, verdicts rest on sources that can carry them, and tables say how old they are."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest
from typer.testing import CliRunner

from alliance.cli import app
from alliance.data import ages, load_descriptor, read_table, refresh, validate
from alliance.data.age import last_row
from alliance.data.credibility import independent, unclear_sources, weak_verdicts

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = load_descriptor(ROOT)
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}

BLOG_OR_BOARD = (
    "2chan.com", "5ch.net", "ameblo.jp", "blog.goo.ne.jp", "blogs.yahoo.co.jp", "blogspot.com", "blogspot.jp",
    "drudge.com", "fanblogs.jp", "hatenablog.com", "hatenadiary.jp", "justplainpolitics.com", "seesaa.net",
    "si.frajer.net", "tumblr.com", "wordpress.com",
)  # fmt: skip


def table(name: str) -> pd.DataFrame:
    return read_table(ROOT, name)


# --- sources -----------------------------------------------------------------------------------------------


def test_every_source_is_cited_by_a_row() -> None:
    cited: set[str] = set()
    for name in set(RESOURCES) - {"sources"}:
        frame = table(name)
        for column in frame:
            if str(column).endswith("source_id"):
                cited |= set(frame[column].dropna())
    assert sorted(set(table("sources")["source_id"]) - cited) == []


@pytest.mark.parametrize("column", ["url", "read_at"])
def test_every_host_is_well_formed(column: str) -> None:
    for address in table("sources")[column].dropna():
        host = urlsplit(address).netloc
        assert host == host.strip(".").lower() and ":" not in host and "." in host, address


def test_no_publication_is_cited_from_a_staging_or_origin_host() -> None:
    labels = {label for address in table("sources")["url"].dropna() for label in urlsplit(address).netloc.split(".")}
    assert not {label for label in labels if label.startswith(("staging", "origin", "potaufeu")) or "-origin" in label}


def test_what_stands_on_a_blog_or_a_board_is_not_called_press() -> None:
    sources = table("sources")
    hosts = sources["url"].fillna("").map(lambda address: urlsplit(address).netloc)
    there = sources[hosts.map(lambda host: host.endswith(BLOG_OR_BOARD))]
    assert len(there) >= 10
    assert not set(there["kind"]) & {"press", "reference", "official"}, there["source_id"].tolist()
    assert {"blog", "forum"} <= set(sources["kind"])


def test_a_copy_says_where_it_was_read_and_an_original_does_not() -> None:
    sources = table("sources")
    mirrors = sources["kind"].isin(["official_mirror", "dataset_copy"])
    assert sources.loc[mirrors, "read_at"].notna().all()
    assert sources.loc[sources["kind"] == "official", "read_at"].isna().all()
    unknown = sources["note"].fillna("").str.contains("own address is not known")
    assert (sources.loc[unknown, "url"] == sources.loc[unknown, "read_at"]).all()


# --- what is known before it takes place -------------------------------------------------------------------


def is_older(source_date: str, day: str) -> bool:
    """Return whether a source of this date (a year, month or day) is surely from before the day."""
    return source_date < day[: len(source_date)]


def latest(sources: pd.DataFrame, *ids: str) -> str | None:
    """Return the newest date of the sources that have one."""
    dates = sources.set_index("source_id")["as_of"].reindex([one for one in ids if isinstance(one, str)]).dropna()
    return max(dates) if len(dates) else None


def test_an_exercise_known_only_from_before_its_first_day_is_planned() -> None:
    exercises, sources = table("joint_exercises"), table("sources")
    seen = 0
    for (name, start), rows in exercises.groupby(["exercise", "start"]):
        day = start.strftime("%Y-%m-%d")
        found = latest(sources, *rows["source_id"], *rows["second_source_id"])
        assert found is not None, f"{name}: no source has a date"
        assert rows["planned"].all() == is_older(found, day), (name, day, found)
        seen += is_older(found, day)
    assert seen == 3


@pytest.mark.parametrize(
    ("source_date", "day", "older"),
    [
        ("2026-07-10", "2026-07-21", True),
        ("2026-07", "2026-07-21", False),  # the day of the month is not known
        ("2026-06", "2026-07-21", True),
        ("2025", "2026-07-21", True),
        ("2026-07-21", "2026-07-21", False),
    ],
)
def test_a_source_is_older_only_where_its_date_says_so(source_date: str, day: str, older: bool) -> None:
    assert is_older(source_date, day) is older


def test_no_deal_is_older_than_its_sources_allow() -> None:
    deals, sources = table("arms_deals"), table("sources")
    dated = 0
    for deal in deals.itertuples():
        found = latest(sources, deal.source_id, deal.second_source_id)
        if found is not None:
            dated += 1
            assert not is_older(found, deal.date.strftime("%Y-%m-%d")), deal.deal_id
    assert dated >= len(deals) - 2


def test_a_deal_is_named_by_its_day() -> None:
    deals = table("arms_deals")
    assert (deals["deal_id"].str[:10] == deals["date"].dt.strftime("%Y-%m-%d")).all()
    assert deals["date"].is_monotonic_increasing


# --- what a verdict rests on -------------------------------------------------------------------------------


def source(name: str, kind: str, publisher: str = "A newspaper") -> dict[str, str]:
    return {"source_id": name, "kind": kind, "publisher": publisher}


SOURCES = [
    source("ministry", "official", "Ministry of Defense"),
    source("firm", "organisation", "A firm"),
    source("paper", "press", "The Yomiuri"),
    source("other_paper", "press", "The Asahi"),
    source("same_paper", "press", "The Yomiuri"),
    source("reprint", "press", "A site, with Reuters"),
    source("other_reprint", "press", "Reuters, at another site"),
    source("blog", "blog", "A blog"),
    source("board", "forum", "A board"),
    source("book", "reference", "An encyclopedia"),
    source("read_in_paper", "press", "A firm; read in a report by The Asahi"),
]


def judged(first: str, second: str = "", verdict: str = "supported", decisive: str = "true") -> dict[str, str]:
    return {"source_id": first, "second_source_id": second, "verdict": verdict, "decisive": decisive}


@pytest.mark.parametrize(
    ("row", "stands"),
    [
        (judged("ministry"), True),
        (judged("firm"), True),
        (judged("paper"), False),
        (judged("blog"), False),
        (judged("book"), False),
        (judged("paper", "other_paper"), True),
        (judged("paper", "book"), True),
        (judged("paper", "read_in_paper"), True),
        (judged("other_paper", "read_in_paper"), False),
        (judged("read_in_paper", "other_paper"), False),
        (judged("paper", "same_paper"), False),
        (judged("reprint", "other_reprint"), False),
        (judged("paper", "blog"), False),
        (judged("blog", "board"), False),
        (judged("blog", "ministry"), True),
        (judged("paper", verdict="unverifiable"), True),
        (judged("paper", decisive="false"), True),
    ],
)
def test_a_verdict_needs_a_public_body_the_publisher_or_two_independent_reports(
    row: dict[str, str], stands: bool
) -> None:
    assert (weak_verdicts([row], SOURCES) == []) is stands


@pytest.mark.parametrize("one", SOURCES)
def test_no_source_is_independent_of_itself(one: dict[str, str]) -> None:
    assert not independent(one, one)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (judged("paper"), ("'paper' (press) alone", "second_source_id")),
        (judged("reprint", "other_reprint"), ("not independent", "Reuters")),
        (judged("paper", "board"), ("a blog or a board", "another publisher")),
        (judged("other_paper", "read_in_paper"), ("not independent", "The Asahi")),
    ],
)
def test_a_weak_verdict_says_why_and_what_to_do(row: dict[str, str], words: tuple[str, ...]) -> None:
    (weakness,) = weak_verdicts([row], SOURCES)
    assert all(word in weakness.what + weakness.do for word in words)


def read(
    kind: str = "press", url: str = "https://a.org/", read_at: str = "", note: str = "", publisher: str = "A"
) -> dict[str, str]:
    return {"kind": kind, "url": url, "read_at": read_at, "note": note, "publisher": publisher}


@pytest.mark.parametrize(
    ("row", "columns"),
    [
        (read(), []),
        (read(read_at="https://b.org/"), ["note"]),
        (read(read_at="https://b.org/", note="From a copy."), ["note"]),
        (read(read_at="https://b.org/", note="The publication's own address was not opened; others cite it."), []),
        (read(read_at="https://b.org/", note="The publication's own address was opened too."), []),
        (read(read_at="https://a.org/"), []),  # the publication's own address is not known
        (read("organisation", publisher="A firm; read in a report by a paper"), ["kind"]),
        (read("official_mirror", publisher="A ministry; read as a table in a blog"), ["kind"]),
        (read("organisation", publisher="A party, quoted in a blog"), ["kind"]),
        (read("press", publisher="A firm; read in a report by a paper"), []),
        (read("official_mirror", publisher="A ministry (copy on a site)"), []),
    ],
)
def test_a_source_says_what_was_read(row: dict[str, str], columns: list[str]) -> None:
    assert [unclear.column for unclear in unclear_sources([row])] == columns


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The course's data, to break."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path


def change(course: Path, name: str, edit: Callable[[list[dict[str, str]]], object]) -> None:
    path = course / "data" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns, rows = reader.fieldnames or [], list(reader)
    edit(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    refresh(course)


def first_deciding(rows: list[dict[str, str]]) -> int:
    return next(i for i, row in enumerate(rows) if row["decisive"] == "true" and row["verdict"] == "supported")


def test_validate_names_the_row_whose_source_is_too_weak(course: Path) -> None:
    where = []

    def weaken(rows: list[dict[str, str]]) -> None:
        index = first_deciding(rows)
        where.append(index + 2)  # the header is row 1
        rows[index].update(source_id="yomiuri_2025_02_16", second_source_id="")

    change(course, "evidence", weaken)
    problems = [problem for problem in validate(course) if "the verdict rests on" in problem.what]
    assert [(p.file, p.row, p.column) for p in problems] == [("data/evidence.csv", where[0], "source_id")]
    assert "second_source_id" in problems[0].do


def test_validate_names_a_source_that_hides_what_was_read(course: Path) -> None:
    def hide(rows: list[dict[str, str]]) -> None:
        copied = next(row for row in rows if row["read_at"] not in ("", row["url"]))
        copied.update(note="", kind="organisation", publisher="A firm; read in a report by a newspaper")
        where.append(rows.index(copied) + 2)

    where: list[int] = []
    change(course, "sources", hide)
    problems = [p for p in validate(course) if (p.file, p.row) == ("data/sources.csv", where[0])]
    assert [p.column for p in problems] == ["kind", "note"]
    assert "own address was opened, or was not opened" in problems[1].do and "press" in problems[0].do


def test_validate_names_a_verdict_that_is_not_in_the_list(course: Path) -> None:
    change(course, "evidence", lambda rows: rows[4].update(verdict="plausible"))
    named = [p for p in validate(course) if (p.file, p.row, p.column) == ("data/evidence.csv", 6, "verdict")]
    assert len(named) == 1
    assert "'plausible' is not one of the values allowed" in named[0].what and "unverifiable" in named[0].do


# --- how old the tables are --------------------------------------------------------------------------------


def test_every_table_says_when_it_was_checked_and_what_would_change_it() -> None:
    for one in ages(ROOT):
        assert one.next_edition.endswith("."), one.name
        assert one.checked >= "2026-11-23", one.name


def test_the_oldest_check_comes_first() -> None:
    assert [one.checked for one in ages(ROOT)] == sorted(one.checked for one in ages(ROOT))


def test_plans_and_forecasts_are_not_the_last_row() -> None:
    resource = {"path": "joint_exercises.csv", "coverage": {"field": "start"}}
    with_plans = last_row(ROOT, resource)
    without = last_row(ROOT, RESOURCES["joint_exercises"])
    assert with_plans is not None and without is not None
    assert with_plans > "2027" > without


def test_the_command_lists_the_oldest_first_with_what_a_new_edition_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    shown = CliRunner().invoke(app, ["data", "age"])
    assert shown.exit_code == 0
    lines = shown.output.splitlines()
    assert [line.split(":")[0] for line in lines] == [one.name for one in ages(ROOT)]
    assert any("host_nation_support" in line and "March 2027" in line for line in lines)


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("checked", "last week", "no day of its last check"),
        ("nextEdition", "", "what a new edition would change"),
        ("lastRow", "1999", "its last row is of '1999'"),
    ],
)
def test_a_table_that_does_not_say_how_old_it_is_is_named(course: Path, key: str, value: str, what: str) -> None:
    path = course / "data" / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["resources"][3][key] = value
    path.write_text(json.dumps(package), encoding="utf-8")
    named = [problem for problem in validate(course) if what in problem.what]
    assert len(named) == 1
    assert package["resources"][3]["name"] in named[0].what and named[0].file == "data/datapackage.json"
