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
from alliance.site.notebooks import UP, downloads_html, framed, kilobytes, read_notebook, with_readable_outputs
from alliance.site.outputs import Files
from alliance.site.pages import write_pages

TITLES = {"lessons": "{} {}", "exercises": "Exercise {}: {}", "solutions": "Solved exercise {}: {}"}
GUIDE = Path("authoring", "guide")
RELATIVE_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?![a-z]+:|#)([^)#]*)(#[^)]*)?\)")
CLAIM_LINK = re.compile(r"\[([AB]\d\d-\d\d)\]\(\.\./data/claims\.csv\)")
TABLE_LINK = re.compile(r"\[([^\]]+)\]\((\w+\.csv)\)")


@dataclasses.dataclass(frozen=True)
class Gathered:
    """Two folders: `pages` is for Sphinx to read, `files` goes to the site's root as it is."""

    pages: Path
    files: Path


def gather(root: Path, folder: Path, lite: bool) -> Gathered:
    """Write everything that the site is made of below `folder`. Raises SiteError when the course is not built.

    root: the course. lite: whether the site carries the course in the browser, to be linked to.
    """
    gathered = Gathered(folder / "pages", folder / "files")
    course = read_course(root)
    files = Files()
    for kind, stems in (("lessons", course.lessons), ("exercises", course.exercises), ("solutions", course.exercises)):
        for stem in stems:
            _add_notebook(root, gathered, kind, stem, course, files)
    _add_texts(root, gathered)
    _add_docs(root, gathered)
    _add_data(root, gathered)
    write_pages(root, gathered.pages, course, files, lite)
    for name, data in files.files.items():
        path = gathered.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return gathered


def _add_notebook(root: Path, to: Gathered, kind: str, stem: str, course: Course, files: Files) -> None:
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
        text = CLAIM_LINK.sub(rf'<a href="{UP}claims.html#\1">\1</a>', path.read_text(encoding="utf-8"))
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
    """Return a text whose links lead to where things lie on the site: the README's part is played by the first page."""
    return text.replace("](../README.md", "](../index.md").replace(f"/{GUIDE.as_posix()}/", "/guide/")


def _add_data(root: Path, to: Gathered) -> None:
    """Copy the tables, and the codebook with a download at the head of each table's section."""
    folder = to.files / "data"
    folder.mkdir(parents=True)
    sizes = {}
    for path in sorted((root / "data").glob("*.csv")):
        shutil.copyfile(path, folder / path.name)
        sizes[path.stem] = path.stat().st_size
    shutil.copyfile(root / "data" / "datapackage.json", folder / "datapackage.json")
    lines = []
    for line in (root / "data" / "README.md").read_text(encoding="utf-8").splitlines():
        lines.append(TABLE_LINK.sub(r'<a href="\2">\1</a>', line))
        name = line.removeprefix("## ")
        if line.startswith("## ") and name in sizes:
            link = f'<a href="{name}.csv" download>{name}.csv</a> <span class="quiet">{kilobytes(sizes[name])}</span>'
            lines += ["", f'<p class="files"><strong>Download</strong> {link}</p>']
    _write(to.pages / "data" / "README.md", "\n".join(lines) + "\n")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
