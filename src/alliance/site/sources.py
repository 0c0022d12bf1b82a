"""Gather what Sphinx reads, notebooks and texts made into pages, and the files that go along as they are."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Sequence
from html import escape
from pathlib import Path

import nbformat

from alliance.answers.forms import Panel
from alliance.building.build import read_course
from alliance.building.notebooks.frames import read_frames
from alliance.building.notebooks.navigation import Course
from alliance.checking.keys import cell_id, load_key
from alliance.site.errors import SiteError
from alliance.site.learners_copy import Copy, add_copy
from alliance.site.pages import write_pages
from alliance.site.shown.notebooks import UP, downloads_html, framed, read_notebook, ways_html, with_readable_outputs
from alliance.site.shown.outputs import Files
from alliance.site.web.head import PageAbout
from alliance.site.web.lesson_cards import add_cards
from alliance.site.web.place import NOWHERE, Place

TITLES = {"lessons": "{} {}", "exercises": "Exercise {}: {}", "solutions": "Solved exercise {}: {}"}
GUIDE = Path("authoring", "guide")
RELATIVE_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?![a-z]+:|#)([^)#]*)(#[^)]*)?\)")
CLAIM_LINK = re.compile(r"\[([AB]\d\d-\d\d)\]\(\.\./data/claims\.csv\)")
NAMED_CLAIM = re.compile(r"\[(`?)([AB]\d\d-\d\d)\1\]\((?:\.\./lessons/)?articles\.md#\2\)")
"""A claim that a lesson names, as the build has linked it to the page of the articles."""
TABLE_LINK = re.compile(r"\[([^\]]+)\]\((\w+\.csv)\)")
TABLE_SECTION = re.compile(r"(data/)README\.md#(\w+)\)")


@dataclasses.dataclass(frozen=True)
class Gathered:
    """Two folders: `pages` is for Sphinx to read, `files` goes to the site's root as it is.

    `about` has what is said of pages in their heads, by their names.
    """

    pages: Path
    files: Path
    about: dict[str, PageAbout] = dataclasses.field(default_factory=dict)


def gather(root: Path, folder: Path, lite: bool, place: Place = NOWHERE, own_runtime: bool = False) -> Gathered:
    """Write everything that the site is made of below `folder`. Raises SiteError when the course is not built.

    root: the course. lite: whether the site carries the course in the browser, to be linked to. place: where the site
    and the course's repository will be found. own_runtime: whether the site itself serves Python to browsers.
    """
    gathered = Gathered(folder / "pages", folder / "files")
    course = read_course(root)
    files = Files()
    copy = add_copy(root, files)
    ways = Ways(lite, copy, place.repository)
    for kind, stems in (("lessons", course.lessons), ("exercises", course.exercises), ("solutions", course.exercises)):
        for stem in stems:
            _add_notebook(root, gathered, kind, stem, course, files, ways)
    _add_texts(root, gathered)
    _add_docs(root, gathered)
    _copy_data(root, gathered)
    _add_project(root, gathered)
    gathered.about.update(_abouts(course))
    gathered.about.update(write_pages(root, gathered.pages, course, files, lite, place, copy, own_runtime))
    if place.url:
        add_cards(root, course, files, gathered.about)
    for name, data in files.files.items():
        path = gathered.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return gathered


@dataclasses.dataclass(frozen=True)
class Ways:
    """Where a lesson's reader can work on it: the course in the browser, the learner's copy, the repository."""

    lite: bool
    copy: Copy
    repository: str


def _abouts(course: Course) -> dict[str, PageAbout]:
    """Return what is said of lessons and exercises in the heads of their pages."""
    told = {}
    for kind, stems in (("lessons", course.lessons), ("exercises", course.exercises)):
        for stem in stems:
            about = course.about[stem[:2]]
            what = "A lesson in reading a number" if kind == "lessons" else "An exercise in reading numbers"
            told[f"{kind}/{stem}"] = {"description": f"{about.get('question', about['title'])} {what}, with Python."}
    return told


def _add_notebook(root: Path, to: Gathered, kind: str, stem: str, course: Course, files: Files, ways: Ways) -> None:
    path = root / kind / f"{stem}.ipynb"
    if not path.is_file():
        raise SiteError(f"{path} is missing: run `alliance build` first.")
    files.add(f"{kind}/{stem}.ipynb", path.read_bytes())
    prefix = "solution-" if kind == "solutions" else ""
    plots = _plots(stem) if kind == "solutions" else {}
    notebook = with_readable_outputs(
        read_notebook(path),
        f"{prefix}{stem[:2]}",
        files,
        plots,
        read_frames(root, stem) if kind == "lessons" else {},
    )
    about = course.about[stem[:2]]
    tables: Sequence[str] = about.get("tables", []) if kind == "lessons" else []
    head = downloads_html(stem, tables, lambda name: (root / "data" / f"{name}.csv").stat().st_size)
    if kind != "solutions":
        head += ways_html(f"{kind}/{stem}", ways.lite, (ways.copy.name, ways.copy.size), ways.repository)
    if kind == "exercises":
        head += (
            '<p class="quiet">Here to read. To write in it and to have your answers checked, open it in JupyterLab: '
            "<code>python3 course.py lab</code>.</p>"
        )
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _led_on_site(cell.source)
    notebook = framed(notebook, TITLES[kind].format(stem[:2], about["title"]), head, _end(kind, stem, course))
    target = to.pages / kind / f"{stem}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)


def _plots(stem: str) -> dict[str, Sequence[Panel]]:
    """Return what the plots among an exercise's answers show, by the ids of their cells; the key knows it."""
    return {cell_id(name, "answer"): task.expected.panels for name, task in load_key(stem).tasks.items()}


def _end(kind: str, stem: str, course: Course) -> str:
    """Return the links at the end of a page: where to go on from here."""
    number = stem[:2]
    links = []
    lesson, exercise = course.lesson_of(number), course.exercise_of(number)
    if kind != "exercises" and exercise:
        links.append((f"{UP}exercises/{exercise}.html", f"Exercise {number}: try it yourself"))
    if kind != "lessons" and lesson:
        links.append((f"{UP}lessons/{lesson}.html", f"Lesson {course.title(lesson)}"))
    if kind == "exercises":
        links.append((f"{UP}solutions/index.html", "About the solved exercises"))
    links.append((f"{UP}lessons/glossary.html", "Glossary"))
    items = "".join(f'<li><a href="{address}">{escape(words)}</a></li>' for address, words in links)
    return f'<ul class="onward">{items}</ul>'


def _add_texts(root: Path, to: Gathered) -> None:
    """Copy the texts that are Markdown already: glossary, articles, notes on the solutions, the teacher's guide.

    The claims of the articles are linked to their rows on the page of all claims.
    """
    texts = [*sorted((root / "lessons").glob("*.md")), *sorted((root / "solutions" / "notes").glob("*.md"))]
    for path in texts:
        text = CLAIM_LINK.sub(rf'<a href="{UP}claims/\1/index.html">\1</a>', path.read_text(encoding="utf-8"))
        _write(to.pages / path.relative_to(root), _led_on_site(text))
    for path in sorted((root / GUIDE).glob("*.md")):
        # One folder less deep on the site than in the repository.
        text = path.read_text(encoding="utf-8").replace("](../../", "](../")
        _write(to.pages / "guide" / path.name, _led_on_site(text))


def _add_docs(root: Path, to: Gathered) -> None:
    """Copy the pages on how the course is made, with their pictures; the first of them lists the others."""
    folder = root / "docs"
    names = sorted(path.name for path in folder.glob("*.md"))

    def led(link: re.Match[str]) -> str:
        return link[0] if link[2] in names else link[1]

    for name in names:
        text = RELATIVE_LINK.sub(led, (folder / name).read_text(encoding="utf-8"))
        if name == "README.md":
            others = "\n".join(other.removesuffix(".md") for other in names if other != name)
            text += f"\n```{{toctree}}\n:hidden:\n\n{others}\n```\n"
        _write(to.pages / "docs" / name, text)
    for path in sorted((folder / "images").glob("*.svg")):
        _write(to.pages / "docs" / "images" / path.name, path.read_text(encoding="utf-8"))


def _led_on_site(text: str) -> str:
    """Return a text whose links lead to where things lie on the site.

    The README's part is played by the first page; a claim and a table have pages of their own.
    """
    text = text.replace("](../README.md", "](../index.md").replace(f"/{GUIDE.as_posix()}/", "/guide/")
    return TABLE_SECTION.sub(r"\1\2.md)", NAMED_CLAIM.sub(_claim_html, text))


def _claim_html(named: re.Match[str]) -> str:
    """Return the link to a claim's page."""
    words = f"<code>{named[2]}</code>" if named[1] else named[2]
    return f'<a class="claim" href="{UP}claims/{named[2]}/index.html">{words}</a>'


def _copy_data(root: Path, to: Gathered) -> None:
    """Copy the tables and their description, for programs; the pages on them are made elsewhere."""
    folder = to.files / "data"
    folder.mkdir(parents=True)
    for path in [*sorted((root / "data").glob("*.csv")), root / "data" / "datapackage.json"]:
        shutil.copyfile(path, folder / path.name)


def _add_project(root: Path, to: Gathered) -> None:
    """Copy the steps of a learner's own audit, to which lesson 21 leads, and the tables to begin it with."""
    folder = to.files / "project"
    folder.mkdir(parents=True)
    for path in sorted((root / "project").glob("*.csv")):
        shutil.copyfile(path, folder / path.name)
    steps = _led_on_site((root / "project" / "README.md").read_text(encoding="utf-8"))
    steps = TABLE_LINK.sub(r'<a href="\2">\1</a>', steps)
    _write(to.pages / "project" / "README.md", f"---\norphan: true\n---\n{steps}")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
