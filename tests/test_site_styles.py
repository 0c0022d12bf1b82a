"""The styles that the site keeps: all that a page or a script can use, nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from alliance.site.styles import drop_unused_styles, kept, names_used

USED = {"card", "wide", "top"}


def flat(style: str) -> str:
    return "".join(kept(style, USED).split())


@pytest.mark.parametrize(
    "rule",
    [
        ".card{color:red}",
        "#top.card>p{color:red}",
        "a:hover{color:red}",
        ":root{--x:1}",
        ".card:not(.lost){color:red}",
        ":is(.lost,.card){color:red}",
        "@font-face{font-family:x}",
        "@keyframesspin{from{top:0}}",
        "@media(min-width:1px){.card{color:red}}",
    ],
)
def test_what_can_be_used_stays(rule: str) -> None:
    assert flat(rule) == rule


@pytest.mark.parametrize("rule", [".lost{a:b}", ".card .lost{a:b}", "#lost{a:b}", "@media print{.lost.card{a:b}}"])
def test_what_no_page_can_use_goes(rule: str) -> None:
    assert flat(rule) == ""


def test_of_several_selectors_the_used_ones_stay() -> None:
    assert flat(".lost,.card,p.gone{a:b}") == ".card{a:b}"


def test_names_come_from_elements_and_from_all_words_of_scripts() -> None:
    pages = iter(['<p class="one two" id="three">four</p><script>add("five-6")</script>'])
    assert {"one", "two", "three", "five-6", "seven"} <= names_used(pages, iter(["x.classList.add('seven')"]))
    assert "four" not in names_used(iter(['<p class="one">four</p>']), iter([]))


def test_a_site_keeps_what_its_pages_use(tmp_path: Path) -> None:
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "a.css").write_text(".card{a:b}.lost{a:b}.open{a:b}", encoding="utf-8")
    (tmp_path / "_static" / "a.js").write_text("toggle('open')", encoding="utf-8")
    (tmp_path / "index.html").write_text('<p class="card">x</p>', encoding="utf-8")
    drop_unused_styles(tmp_path)
    assert "".join((tmp_path / "_static" / "a.css").read_text(encoding="utf-8").split()) == ".card{a:b}.open{a:b}"
