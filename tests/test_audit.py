"""The audit: outcomes are counted with their wholes, a learner's claims are checked, a page says it all by itself."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from alliance import audit
from alliance.audit import claim_files, outcomes
from alliance.audit.render import claim_rows
from alliance.cli import app
from alliance.data import DataError, load_descriptor, read_table
from alliance.pages import bars

ROOT = Path(__file__).resolve().parents[1]
DESCRIPTOR = load_descriptor(ROOT)
FIELDS = {
    table["name"]: {field["name"]: field for field in table["schema"]["fields"]} for table in DESCRIPTOR["resources"]
}

CLAIM = {
    "claim_id": "C01-01",
    "document": "C",
    "paragraph": "1",
    "subject": "The port",
    "measure": "cranes",
    "value": "8",
    "unit": "facilities",
    "approximation": "exact",
    "period": "2024",
    "attributed_to": "Port authority",
    "publication_date": "2024-11",
    "kind": "quantity",
    "topic": "industry",
    "statement": "The port has 8 cranes.",
}
EVIDENCE = {
    "evidence_id": "C01-01-a",
    "claim_id": "C01-01",
    "test": "outside_data",
    "verdict": "contradicted",
    "figure_found": "6",
    "figure_unit": "facilities",
    "figure_period": "2024",
    "source_id": "Yearbook of the port, https://example.org/yearbook",
    "searched": "",
    "reasoning": "The yearbook counts six.",
    "decisive": "true",
}


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def claims_file(tmp_path: Path) -> Path:
    return write(tmp_path / "my_claims.csv", [CLAIM])


@pytest.fixture
def evidence_file(tmp_path: Path) -> Path:
    return write(tmp_path / "my_evidence.csv", [EVIDENCE])


def faults_of(tmp_path: Path, claim: dict[str, str] | None = None, evidence: dict[str, str] | None = None) -> list[str]:
    """Return the faults of a sound pair of files after some cells were changed."""
    claims = write(tmp_path / "my_claims.csv", [{**CLAIM, **(claim or {})}])
    return audit.faults(claims, write(tmp_path / "my_evidence.csv", [{**EVIDENCE, **(evidence or {})}]))


# --- outcomes ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def judged() -> pd.DataFrame:
    return audit.judge(read_table(ROOT, "claims"), read_table(ROOT, "evidence"))


def test_the_verdicts_are_those_of_the_table() -> None:
    assert set(audit.VERDICTS) == set(audit.OUTCOME_OF) == set(FIELDS["evidence"]["verdict"]["values"])
    assert {*audit.OUTCOME_OF.values(), outcomes.NOT_JUDGED} == set(audit.OUTCOMES)


def test_every_claim_has_one_row_and_one_outcome(judged: pd.DataFrame) -> None:
    assert judged["claim_id"].tolist() == read_table(ROOT, "claims")["claim_id"].tolist()
    assert set(judged["outcome"]) == set(audit.OUTCOMES)
    assert (judged["verdict"].isna() == (judged["outcome"] == "not judged")).all()
    assert judged["tests"].sum() == len(read_table(ROOT, "evidence"))


@pytest.mark.parametrize("by", ["document", "topic", "kind", "attribution"])
def test_counts_add_up_to_their_wholes(judged: pd.DataFrame, by: str) -> None:
    table = audit.counts(judged, by)
    assert table["claims"].sum() == len(judged)
    for whole, names in outcomes.WHOLES.items():
        assert (table[names].sum(axis=1) == table["claims" if whole == "all" else whole]).all()
        sums = audit.shares(judged, by, of=whole).sum(axis=1, skipna=False)
        assert sums.dropna().round(6).eq(100).all()
        assert sums.isna().eq(table["claims" if whole == "all" else whole] == 0).all()


def test_the_counts_are_those_of_the_tables(judged: pd.DataFrame) -> None:
    evidence = read_table(ROOT, "evidence")
    decisive = evidence[evidence["decisive"]]["verdict"].value_counts()
    found = audit.counts(judged.assign(one="all"), "one").loc["all"]
    assert found["not found"] == decisive["unverifiable"]
    assert found["stands"] == decisive["supported"]
    assert found["fails"] == decisive.drop(["unverifiable", "supported", "supported_narrower"]).sum()
    assert found["not judged"] == len(judged) - decisive.sum()


def test_a_publication_alone_is_an_attribution_of_its_own() -> None:
    claims = pd.DataFrame({"claim_id": list("abc"), "attributed_to": ["X", None, ""], "publication": ["P", "P", " "]})
    evidence = pd.DataFrame({"claim_id": [], "verdict": [], "decisive": []}, dtype=str)
    assert audit.judge(claims, evidence)["attribution"].tolist() == list(outcomes.ATTRIBUTIONS)


def test_a_claim_decided_twice_is_refused() -> None:
    evidence = read_table(ROOT, "evidence")
    twice = pd.concat([evidence, evidence[evidence["decisive"]].head(1)])
    with pytest.raises(ValueError, match="more than one deciding row of evidence for claim A03-01"):
        audit.judge(read_table(ROOT, "claims"), twice)


def test_there_are_three_wholes(judged: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="all, judged, found"):
        audit.shares(judged, "topic", of="some")  # type: ignore[arg-type]


# --- a learner's claims ------------------------------------------------------------------------------------


def test_sound_files_have_no_faults(claims_file: Path, evidence_file: Path) -> None:
    assert audit.faults(claims_file, evidence_file) == []
    assert audit.faults(claims_file) == []


def test_the_courses_own_tables_have_no_faults() -> None:
    assert audit.faults(ROOT / "data" / "claims.csv", ROOT / "data" / "evidence.csv") == []


def test_what_a_test_can_give_covers_the_verdicts() -> None:
    assert set(claim_files.VERDICTS_OF_TEST) == set(FIELDS["evidence"]["test"]["values"])
    assert {verdict for some in claim_files.VERDICTS_OF_TEST.values() for verdict in some} == set(audit.VERDICTS)


@pytest.mark.parametrize(
    ("change", "column", "says"),
    [
        ({"claim_id": "C1-1"}, "claim_id", "not the id of a claim"),
        ({"claim_id": "D01-01"}, "claim_id", "does not begin with the row's document 'C'"),
        ({"claim_id": "C02-01"}, "claim_id", "paragraph '1'"),
        ({"document": "Times"}, "document", "not one capital letter"),
        ({"paragraph": "first"}, "paragraph", "not a whole number"),
        ({"paragraph": "0"}, "paragraph", "less than 1"),
        ({"value": "1,200"}, "value", "thousands separator. To do: write 1200"),
        ({"value": "8,5"}, "value", "not a number"),
        ({"value": "eight"}, "value", "not a number"),
        ({"unit": ""}, "unit", "the value 8 has no unit"),
        ({"unit": "facility"}, "unit", "use facilities"),
        ({"unit": "cranes"}, "unit", "accepted with --unit"),
        ({"value": "", "approximation": "none", "kind": "description"}, "value", "the unit 'facilities' has no value"),
        ({"value": "", "unit": "", "approximation": "none"}, "value", "a quantity needs a number"),
        ({"approximation": "none"}, "approximation", "write exact, about"),
        ({"approximation": "roughly"}, "approximation", "use one of none, exact"),
        ({"value_high": "7"}, "value_high", "7 is not more than the value 8"),
        ({"kind": "probability"}, "unit", "write percent"),
        ({"kind": "probability", "unit": "percent", "value": "101"}, "value", "not a probability"),
        ({"kind": "fact"}, "kind", "use one of quantity"),
        ({"kind": "dated_event", "period": ""}, "period", "needs its date"),
        ({"period": "last year"}, "period", "not a period"),
        ({"period": "2024-13"}, "period", "not a date of the calendar"),
        ({"period": "2024/2019"}, "period", "ends before it begins"),
        ({"publication_date": "2024-02-30"}, "publication_date", "not a date of the calendar"),
        ({"attributed_to": ""}, "publication_date", "belongs to no publication"),
        ({"topic": "Ports and Ships"}, "topic", "small letters"),
        ({"statement": ""}, "statement", "the cell is empty"),
    ],
)
def test_a_fault_in_a_claim_names_file_row_column_and_what_to_do(
    tmp_path: Path, change: dict[str, str], column: str, says: str
) -> None:
    (found, *more) = faults_of(tmp_path, change, {"claim_id": change.get("claim_id", "C01-01")})
    assert found.startswith(f"my_claims.csv, row 2, column {column}: ")
    assert says in found
    assert "To do: " in found
    assert all("my_evidence.csv" in one for one in more)


@pytest.mark.parametrize(
    ("change", "column", "says"),
    [
        ({"claim_id": "C01-02"}, "claim_id", "my_claims.csv has no claim 'C01-02'. To do: did you mean C01-01"),
        ({"evidence_id": "first"}, "evidence_id", "does not belong to claim 'C01-01'"),
        ({"verdict": "false"}, "verdict", "use one of supported, supported_narrower"),
        ({"test": "gut feeling"}, "test", "use one of arithmetic"),
        ({"test": "arithmetic"}, "verdict", "a test by arithmetic cannot give 'contradicted'"),
        ({"verdict": "unverifiable"}, "searched", "write where you searched"),
        ({"searched": "everywhere"}, "searched", "so something was found"),
        ({"figure_found": "", "figure_unit": "", "figure_period": ""}, "figure_found", "what was found instead"),
        ({"figure_unit": ""}, "figure_unit", "has no unit"),
        ({"figure_found": ""}, "figure_found", "the unit has no figure"),
        ({"figure_unit": "crane"}, "figure_unit", "not known"),
        ({"figure_period": "2024-2"}, "figure_period", "not a period"),
        ({"source_id": ""}, "source_id", "To do"),
        ({"reasoning": ""}, "reasoning", "the cell is empty"),
        ({"decisive": "yes"}, "decisive", "write true or false"),
        ({"decisive": "false"}, "decisive", "no row decides claim C01-01"),
    ],
)
def test_a_fault_in_evidence_names_file_row_column_and_what_to_do(
    tmp_path: Path, change: dict[str, str], column: str, says: str
) -> None:
    found = [one for one in faults_of(tmp_path, evidence=change) if f"column {column}: " in one]
    assert len(found) == 1
    assert found[0].startswith("my_evidence.csv, row 2, column ")
    assert says in found[0]


def test_a_slip_in_a_claims_id_is_one_fault(tmp_path: Path) -> None:
    assert len(faults_of(tmp_path, evidence={"claim_id": "C01-02"})) == 1


def test_a_claim_decided_twice_names_both_rows(tmp_path: Path, claims_file: Path) -> None:
    evidence = write(tmp_path / "my_evidence.csv", [EVIDENCE, {**EVIDENCE, "evidence_id": "C01-01-b"}])
    (found,) = audit.faults(claims_file, evidence)
    assert found.startswith("my_evidence.csv, row 3, column decisive: claim C01-01 is decided twice, here and in row 2")


def test_a_claim_that_stands_twice_names_the_other_row(tmp_path: Path) -> None:
    found = audit.faults(write(tmp_path / "my_claims.csv", [CLAIM, CLAIM]))
    assert [one.split(":")[0] for one in found] == [
        "my_claims.csv, row 3, column claim_id",
        "my_claims.csv, row 3, column statement",
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "row 1: the file has no header"),
        (b"claim_id;document;paragraph\n", "separated by semicolons"),
        (b"claim_id\tdocument\n", "separated by tabs"),
        ("claim_id,document\nC01-01,\u00c4\n".encode("latin-1"), "row 2: the row is not UTF-8 text"),
        (b"claim_id,document\n", "column subject: the column is missing"),
        (b"claim_id,claim_id\n", "column claim_id: the column stands in the header twice"),
        (b"clam_id,document\n", "did you mean 'claim_id'?"),
        (b"claim_id,mood\n", "column mood: there is no column 'mood' in claims. To do: remove it"),
    ],
)
def test_a_file_that_cannot_be_read_as_claims_says_why(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "my_claims.csv"
    path.write_bytes(content)
    assert any(says in one for one in audit.faults(path))


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_a_file_without_rows_says_so(claims_file: Path) -> None:
    claims_file.write_text(lines_of(claims_file)[0] + "\n", encoding="utf-8")
    assert audit.faults(claims_file) == [
        "my_claims.csv: the file has a header and no rows. To do: write one row for each claim."
    ]


def test_a_comma_too_many_and_an_empty_row_are_told_by_row(claims_file: Path) -> None:
    header, row = lines_of(claims_file)
    claims_file.write_text(f"{header}\n{row},and more\n\n{row}\n", encoding="utf-8")
    found = audit.faults(claims_file)
    assert found[0].startswith("my_claims.csv, row 2: the row has 15 cells where the header has 14")
    assert found[1] == "my_claims.csv, row 3: the row is empty. To do: remove the row."


def test_what_spreadsheets_add_does_no_harm(claims_file: Path) -> None:
    """A byte-order mark, carriage returns, empty rows at the end, spaces around a cell, TRUE for true."""
    header, row = lines_of(claims_file)
    claims_file.write_bytes(("\ufeff" + "\r\n".join([header, row.replace("exact", " exact "), "," * 13, ""])).encode())
    evidence = write(claims_file.with_name("my_evidence.csv"), [{**EVIDENCE, "decisive": "TRUE"}])
    assert audit.faults(claims_file, evidence) == []
    assert audit.own(claims_file, evidence).judged["outcome"].tolist() == ["fails"]


def test_a_unit_of_ones_own_is_accepted_when_it_is_named(tmp_path: Path) -> None:
    claims = write(tmp_path / "my_claims.csv", [{**CLAIM, "unit": "cranes"}])
    assert len(audit.faults(claims)) == 1
    assert audit.faults(claims, units=["cranes"]) == []


def test_a_table_written_by_pandas_is_sound(tmp_path: Path) -> None:
    claims = pd.DataFrame([CLAIM]).assign(value=8.0, paragraph=1)
    claims.to_csv(tmp_path / "my_claims.csv", index=False)
    pd.DataFrame([EVIDENCE]).assign(decisive=True).to_csv(tmp_path / "my_evidence.csv", index=False)
    assert audit.faults(tmp_path / "my_claims.csv", tmp_path / "my_evidence.csv") == []


def test_unsound_claims_make_no_audit(tmp_path: Path) -> None:
    with pytest.raises(audit.UnsoundClaims, match=r"my_claims\.csv, row 2, column kind"):
        audit.own(write(tmp_path / "my_claims.csv", [{**CLAIM, "kind": "fact"}]))
    with pytest.raises(DataError, match="cannot be read"):
        audit.own(tmp_path / "missing.csv")
    with pytest.raises(DataError, match="cannot be read"):
        audit.faults(tmp_path / "missing.csv")


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(sorted(FIELDS["claims"])), CELLS, max_size=6), CELLS)
def test_no_cell_makes_the_check_or_the_page_fail(
    tmp_path_factory: pytest.TempPathFactory, change: dict[str, str], words: str
) -> None:
    """Whatever stands in a file: a list of sentences, or a page."""
    folder = tmp_path_factory.mktemp("any")
    claims = write(folder / "my_claims.csv", [{**CLAIM, **change}])
    evidence = write(folder / "my_evidence.csv", [{**EVIDENCE, "reasoning": words}])
    found = audit.faults(claims, evidence)
    if not found:
        assert audit.as_page(audit.own(claims, evidence)).startswith("<!DOCTYPE html>")
    assert all("To do: " in one for one in found)


# --- the figures -------------------------------------------------------------------------------------------


def test_bars_are_as_long_as_each_other_and_say_every_number(judged: pd.DataFrame) -> None:
    table = audit.counts(judged, "topic")
    drawn = bars.figure("topic", "By topic", table, list(outcomes.OUTCOMES), "claims", {})
    assert [bar.number for bar in drawn.bars] == table["claims"].tolist()
    for bar in drawn.bars:
        assert sum(part.number for part in bar.segments) == bar.number
        assert sum(part.width for part in bar.segments) == pytest.approx(bars.WIDTH - bars.LABEL - bars.COUNT, abs=0.1)
        for part in bar.segments:
            assert f"{part.number} {part.part}" in drawn.alternative


# --- the page ----------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a page holds: elements with their attributes, ids, visible words."""

    VOID = frozenset({"meta", "input", "br", "rect", "circle", "path"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style", "script"}:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def course() -> audit.Audit:
    return audit.course()


@pytest.fixture(scope="module")
def html(course: audit.Audit) -> str:
    return audit.as_page(course)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_the_page_lists_every_claim_with_its_reasoning(course: audit.Audit, page: Page) -> None:
    listed = [row["id"] for row in page.all("tr") if "data-outcome" in row]
    assert listed == course.judged["claim_id"].tolist()
    text = " ".join(page.words)
    for reasoning in course.evidence["reasoning"]:
        assert reasoning in text


def test_the_page_is_well_formed_and_its_ids_are_unique(page: Page) -> None:
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = {one["aria-labelledby"] for one in page.all("svg") if "aria-labelledby" in one}
    wanted |= {one["href"][1:] for one in page.all("a") if one["href"].startswith("#")}
    assert wanted <= set(ids)


def test_the_page_asks_for_nothing_from_elsewhere(html: str, page: Page) -> None:
    assert not {"link", "img", "iframe", "object", "embed"} & {tag for tag, _ in page.elements}
    assert not any("src" in attributes for _, attributes in page.elements)
    assert "@import" not in html
    assert set(re.findall(r"url\((.)", html)) == {"#"}
    policy = next(one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")


def test_every_figure_has_words_and_every_table_a_caption(page: Page) -> None:
    figures = [one for one in page.all("svg") if one.get("role") == "img"]
    assert len(figures) == 4
    assert all(one.get("aria-hidden") == "true" for one in page.all("svg") if one not in figures)
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(one["scope"] in {"row", "col"} for one in page.all("th"))


def test_without_a_script_the_page_is_complete(page: Page) -> None:
    """The filter stays away; no row is hidden."""
    assert "hidden" in next(one for one in page.all("form"))
    assert not any("hidden" in one for one in page.all("tr"))


def test_not_found_is_never_called_false(page: Page) -> None:
    text = " ".join(page.words)
    assert "Not found is not false." in text
    assert "percent of the article is false" not in text


def test_the_page_is_the_same_each_time(html: str) -> None:
    assert audit.as_page(audit.course()) == html


def test_the_text_of_claims_cannot_become_part_of_the_page(tmp_path: Path) -> None:
    nasty = "<script>alert('x')</script> & \"quotes\""
    claims = write(tmp_path / "my_claims.csv", [{**CLAIM, "statement": nasty, "attributed_to": "<b>me</b>"}])
    evidence = write(tmp_path / "my_evidence.csv", [{**EVIDENCE, "source_id": "javascript:alert(1)"}])
    made = audit.as_page(audit.own(claims, evidence))
    assert len(Page(made).all("script")) == 1
    assert nasty not in made
    assert not [one for one in Page(made).all("a") if not one["href"].startswith(("#", "http"))]


def test_figures_are_written_as_readers_write_them(course: audit.Audit) -> None:
    rows = {row.id: row for row in claim_rows(course)}
    target, troops = rows["B08-09"], next(row for row in rows.values() if "54,000" in row.printed)
    assert (target.printed, target.found) == ("2050", "2050"), "a figure that is a year is its own period"
    assert "persons" in troops.printed


def test_claims_without_evidence_are_called_not_judged(claims_file: Path) -> None:
    text = " ".join(Page(audit.as_page(audit.own(claims_file))).words)
    assert "nothing is judged yet" in text
    assert "1 claim, one by one" in text


def test_the_csv_holds_what_the_page_lists(course: audit.Audit) -> None:
    text = audit.as_csv(course)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["claim_id"] for row in rows] == course.judged["claim_id"].tolist()
    wage = next(row for row in rows if row["claim_id"] == "B21-07")
    assert wage["value"] == "38.40"
    assert all(None not in row and None not in row.values() for row in rows)
    with_source = [row for row in rows if row["verdict"]]
    assert all(row["source"] for row in with_source)


# --- the command -------------------------------------------------------------------------------------------


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["audit", *map(str, arguments)])


@pytest.fixture
def in_course(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(ROOT)
    yield


@pytest.mark.usefixtures("in_course")
def test_the_command_writes_both_files_once(tmp_path: Path, html: str) -> None:
    out, table = tmp_path / "audit.html", tmp_path / "audit.csv"
    first = run(out, "--csv", table)
    assert first.exit_code == 0, first.output
    assert out.read_text(encoding="utf-8") == html
    assert len(pd.read_csv(table)) == len(read_table(ROOT, "claims"))
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    out.write_text("mine", encoding="utf-8")
    again = run(out)
    assert again.exit_code == 2
    assert "exists already" in again.output
    assert out.read_text(encoding="utf-8") == "mine"
    assert run(out, "--force").exit_code == 0
    assert out.read_text(encoding="utf-8") == html


@pytest.mark.usefixtures("in_course")
def test_one_file_that_exists_keeps_the_other_from_being_written(tmp_path: Path) -> None:
    table = tmp_path / "audit.csv"
    table.write_text("mine", encoding="utf-8")
    assert run(tmp_path / "audit.html", "--csv", table).exit_code == 2
    assert not (tmp_path / "audit.html").exists()


@pytest.mark.usefixtures("in_course")
def test_the_command_audits_claims_of_ones_own(tmp_path: Path, claims_file: Path, evidence_file: Path) -> None:
    result = run(tmp_path / "mine.html", "--claims", claims_file, "--evidence", evidence_file)
    assert result.exit_code == 0, result.output
    assert "The yearbook counts six." in (tmp_path / "mine.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("in_course")
def test_faults_are_told_and_nothing_is_written(tmp_path: Path) -> None:
    claims = write(tmp_path / "my_claims.csv", [{**CLAIM, "unit": "cranes", "kind": "fact"}])
    result = run(tmp_path / "mine.html", "--claims", claims)
    assert result.exit_code == 1
    assert "my_claims.csv, row 2, column kind: 'fact' is not one of the values allowed" in result.output
    assert "2 problems; nothing was written." in result.output
    assert not (tmp_path / "mine.html").exists()
    assert run(tmp_path / "mine.html", "--claims", claims, "--unit", "cranes").output.endswith("nothing was written.\n")


@pytest.mark.usefixtures("in_course")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["{}/mine.html", "--evidence", "{}/my_evidence.csv"], "--evidence needs --claims"),
        (["{}/my_claims.csv", "--force"], "ends in .html"),
        (["{}/mine.html", "--csv", "{}/mine.txt"], "ends in .csv"),
        (["{}/mine.html", "--claims", "{}/my_claims.csv", "--csv", "{}/my_claims.csv", "--force"], "to be audited"),
        (["{}/mine.html", "--claims", "{}/missing.csv"], "cannot be read"),
        (["{}/no/mine.html"], "cannot be written"),
        (["{}/folder.html"], "is a folder"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    tmp_path: Path, claims_file: Path, arguments: list[str], says: str
) -> None:
    (tmp_path / "folder.html").mkdir()
    before = claims_file.read_bytes()
    result = run(*(one.format(tmp_path) for one in arguments))
    assert result.exit_code == 2
    assert says in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert claims_file.read_bytes() == before


def test_the_page_in_a_browser(tmp_path: Path, html: str, chromium: str) -> None:
    """Readable in light and dark, no wider than a telephone, filtered, and no request but for itself."""
    from browser import CONTRASTS, chromium_browser

    path = tmp_path / "audit.html"
    path.write_text(html, encoding="utf-8")
    with chromium_browser(chromium) as browser:
        for scheme, width in (("light", 1280), ("dark", 390)):
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            requests: list[str] = []
            context.on("request", lambda request, seen=requests: seen.append(request.url))
            tab = context.new_page()
            tab.goto(path.as_uri())
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
            tab.fill("input[name=words]", "rare earth")
            tab.select_option("select[name=outcome]", "fails")
            visible = tab.locator("table.claims tbody tr:not([hidden])")
            assert visible.count() > 0
            assert set(visible.evaluate_all("rows => rows.map((row) => row.dataset.outcome)")) == {"fails"}
            assert tab.inner_text("#shown").startswith(f"{visible.count()} of ")
            for part in ("header", "main > dl", "main > .scroll", "form.filter", "footer"):
                pale = [one for one in tab.locator(part).first.evaluate(CONTRASTS) if one["contrast"] < 4.5]
                assert not pale
            assert requests == [path.as_uri()]
            context.close()


def test_no_cell_of_the_list_is_a_formula(tmp_path: Path, evidence_file: Path) -> None:
    hostile = '=HYPERLINK("http://example.org","click")'
    claims = write(tmp_path / "my_claims.csv", [{**CLAIM, "statement": hostile}])
    cells = list(csv.reader(audit.as_csv(audit.own(claims, evidence_file)).splitlines()))[1]
    assert f"'{hostile}" in cells
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
