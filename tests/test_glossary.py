"""A new word has one entry in the glossary, with a link to its lesson, and the lesson has one to the entry."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest

from alliance.building.build import GLOSSARY, build, find_jobs, find_stale, read_course
from alliance.building.notebooks.glossary import anchor, glossary, link_words, read_words, repeated
from alliance.building.sources.errors import SourceError
from alliance.building.sources.source import Source, read_source

ROOT = Path(__file__).resolve().parent.parent
LESSONS = [read_source(path) for path in sorted((ROOT / "authoring" / "lessons").glob("*.md"))]
HEAD = (
    "---\nalliance:\n  lesson: '{0}'\n  title: Lesson {0}\nkernelspec: {{name: python3, display_name: Python}}\n---\n\n"
)


def lesson(folder: Path, number: str, *items: str) -> Source:
    """Write a lesson with these new words; return it as it is read."""
    path = folder / "authoring" / "lessons" / f"{number}_lesson.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = HEAD.format(number) + "## Something\n\n- **not** a new word\n\n## New words\n\n" + "\n".join(items)
    path.write_text(text + "\n\n## Sources\n\n- **Nor**: this.\n", encoding="utf-8")
    return read_source(path)


def page(folder: Path, *lessons: Source) -> list[str]:
    return [line for line in glossary(lessons, read_course(folder)).splitlines() if line.startswith("- ")]


# --- the course ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", [pytest.param(source, id=source.stem) for source in LESSONS])
def test_a_lesson_has_new_words(source: Source) -> None:
    assert read_words(source)


def test_no_word_is_introduced_by_two_lessons() -> None:
    assert [str(error) for error in repeated(LESSONS)] == []


# --- the page ------------------------------------------------------------------------------------------------


def test_entries_stand_in_alphabetical_order_with_anchor_and_lesson(tmp_path: Path) -> None:
    first = lesson(tmp_path, "01", "- **share**: a part of a whole.", "- **2+2**: a meeting.")
    second = lesson(tmp_path, "02", "- **Axes**: a sheet.", "- **salvo**: several at once.")
    assert page(tmp_path, first, second) == [
        '- <a id="2-2"></a>**2+2**: a meeting ([01 Lesson 01](01_lesson.ipynb))',
        '- <a id="axes"></a>**Axes**: a sheet ([02 Lesson 02](02_lesson.ipynb))',
        '- <a id="salvo"></a>**salvo**: several at once ([02 Lesson 02](02_lesson.ipynb))',
        '- <a id="share"></a>**share**: a part of a whole ([01 Lesson 01](01_lesson.ipynb))',
    ]


@pytest.mark.parametrize(
    ("item", "terms"),
    [
        ("- **CAGR**, compound annual growth rate: a rate.", ["CAGR"]),
        ("- **Nominal, real, deflate**: three words.", ["Nominal", "real", "deflate"]),
        ("- **latitude**, **longitude**: degrees.", ["latitude", "longitude"]),
        ("- **UTC**: a time; **time zone**: a difference.", ["UTC", "time zone"]),
        ("- **Stable**: at rest; the opposite is a **runaway** race.", ["Stable", "runaway"]),
        ("- **Index (Herfindahl, HHI)**: a sum.", ["Index (Herfindahl, HHI)"]),
        ("- **Precision** of a date: how exactly\n  it is known.", ["Precision"]),
    ],
)
def test_each_word_in_bold_has_an_entry_and_one_explains_them(tmp_path: Path, item: str, terms: list[str]) -> None:
    words = read_words(lesson(tmp_path, "01", item))
    assert [word.term for word in words] == terms
    assert words[0].text == " ".join(item[2:].split()).rstrip(".")
    assert {word.under for word in words[1:]} <= {terms[0]}
    entries = page(tmp_path, read_source(tmp_path / "authoring" / "lessons" / "01_lesson.md"))
    for term in terms[1:]:
        see = f'<a id="{anchor(term)}"></a>**{term}**: see [{terms[0]}](#{anchor(terms[0])})'
        assert sum(see in entry for entry in entries) == 1


@pytest.mark.parametrize(
    ("term", "address"),
    [
        ("Fiscal year", "fiscal-year"),
        ("Cohen's kappa", "cohens-kappa"),
        ("Cohen’s kappa", "cohens-kappa"),
        ("AMRAAM (AIM-120)", "amraam"),
        ("Ōhira café", "ohira-cafe"),
        ("f-string", "f-string"),
        ("2+2", "2-2"),
    ],
)
def test_an_address_can_be_typed(term: str, address: str) -> None:
    assert anchor(term) == address


# --- what an author can do wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ("- **Share**: a part.", "“Share” is introduced in 01_lesson.md, line {line} already"),
        ("- **part, share**: a part.", "“share” is introduced in 01_lesson.md, line {line} already"),
        ("- **share (percent)**: a part.", "so close to “share” that it has its address"),
    ],
)
def test_a_word_introduced_twice_names_both_places(tmp_path: Path, other: str, words: str) -> None:
    first = lesson(tmp_path, "01", "- **share**: a part of a whole.")
    second = lesson(tmp_path, "02", "- **salvo**: several at once.", other)
    line = first.path.read_text(encoding="utf-8").splitlines().index("- **share**: a part of a whole.") + 1
    with pytest.raises(SourceError) as caught:
        glossary([first, second], read_course(tmp_path))
    assert words.format(line=line) in str(caught.value)
    assert "link to it where it is used" in str(caught.value)
    assert caught.value.path == second.path
    assert other in second.path.read_text(encoding="utf-8").splitlines()[caught.value.line - 1]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("- share: a part.", "a new word is written “- **word**: what it means.”"),
        ("- **share**, a part.", "a new word is written"),
        ("- **share**: {{ share:.1f }} percent.", "without {{ … }}"),
    ],
)
def test_an_entry_that_is_none_names_its_line(tmp_path: Path, item: str, words: str) -> None:
    source = lesson(tmp_path, "01", "- **salvo**: several.", item)
    with pytest.raises(SourceError) as caught:
        read_words(source)
    assert words in str(caught.value)
    assert source.path.read_text(encoding="utf-8").splitlines()[caught.value.line - 1] == item


# --- in the built course -------------------------------------------------------------------------------------


def test_words_are_linked_in_their_section_and_nowhere_else() -> None:
    before, after = "A **share**.\n\n## New words\n\n", "\n\n**bold**\n\n## Sources\n\n- **share**: x.\n"
    linked = "- [**share**](glossary.md#share), [**part**](glossary.md#part): a [**whole**](glossary.md#whole) one."
    assert link_words(f"{before}- **share, part**: a **whole** one.{after}") == f"{before}{linked}{after}"


def test_a_built_lesson_links_each_word_to_an_entry_that_is_there(workshop: Path) -> None:
    cells = nbformat.read(workshop / "lessons" / "90_workshop.ipynb", as_version=4).cells
    linked = set(re.findall(r"\]\(glossary\.md#([\w-]+)\)", "\n".join(cell.source for cell in cells)))
    entries = re.findall(r'<a id="([\w-]+)"', (workshop / "lessons" / "glossary.md").read_text(encoding="utf-8"))
    assert linked == set(entries) == {"axis", "exchange-rate", "inverse-rate", "yens-price"}
    assert len(entries) == 4


def test_every_notebook_leads_to_the_glossary(workshop: Path) -> None:
    for path, target in (("lessons/90_workshop", "glossary.md"), ("exercises/91_drawing", "../lessons/glossary.md")):
        end = nbformat.read(workshop / f"{path}.ipynb", as_version=4).cells[-1].source
        assert f"[Glossary]({target})" in end
        assert (workshop / path).parent.joinpath(target).is_file()


def test_a_word_introduced_twice_stops_the_glossary_and_nothing_else(workshop: Path, tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(workshop, root)
    before = (root / "lessons" / "glossary.md").read_text(encoding="utf-8")
    path = root / "authoring" / "lessons" / "90_workshop.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("- **Axis**", "- **Inverse rate**"), encoding="utf-8")
    [stale] = [one for one in find_stale(root, find_jobs(root), read_course(root)) if one.job == GLOSSARY]
    assert "“Inverse rate” is introduced in 90_workshop.md" in stale.reason
    told: list[str] = []
    [error] = build(root, [GLOSSARY], read_course(root), told.append)
    assert "“Inverse rate” is introduced" in str(error)
    assert told == ["pages/glossary: FAILED"]
    assert (root / "lessons" / "glossary.md").read_text(encoding="utf-8") == before


def test_the_glossary_is_built_with_any_lesson(workshop: Path) -> None:
    assert GLOSSARY in find_jobs(workshop, ["90"])
    assert GLOSSARY not in find_jobs(workshop, ["91"])
