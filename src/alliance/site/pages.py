"""Write the pages that come from data: the first page, the lists, the claims, what stands behind them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alliance.audit import course_audit
from alliance.audit.gather import Audit
from alliance.audit.outcomes import OUTCOME_OF, OUTCOMES, VERDICTS
from alliance.audit.render import ClaimRow, claim_rows
from alliance.building.notebooks.navigation import PARTS, Course
from alliance.checking.keys import load_key
from alliance.site.notebooks import read_notebook
from alliance.site.outputs import Files, figure_html, stored_figure

SURPRISES = ("B23-02", "B13-02", "B05-08")
"""The claims on the first page, each of another kind: its own arithmetic, its date, the year it belongs to."""

FIRST_FIGURE = "21"
"""The lesson whose first figure stands on the first page: it sums up what became of all claims."""

MINUTES = re.compile(r"\b(\d+) to (\d+) minutes to read and run")


@dataclass(frozen=True)
class Chapter:
    """A lesson as a list names it. `minutes` are as its notebook says them, such as "30 to 60"."""

    number: str
    title: str
    question: str
    minutes: str
    lesson: str
    exercise: str
    tasks: int


@dataclass(frozen=True)
class Listed:
    """A claim as the table of claims lists it, with what it can be filtered by."""

    claim: ClaimRow
    verdict: str
    lesson: str
    address: str
    """Of the lesson's page, from the site's root; empty where there is no such lesson."""


def write_pages(root: Path, to: Path, course: Course, files: Files, lite: bool) -> None:
    """Write all pages that come from data below the folder `to`."""
    audit = course_audit(root)
    listed = list(_listed(audit, course))
    chapters = {name: [_chapter(root, course, stem) for stem in stems] for name, stems in _parts(course).items()}
    facts = {
        "parts": chapters,
        "chapters": [one for part in chapters.values() for one in part],
        "listed": listed,
        "surprises": [one for name in SURPRISES for one in listed if one.claim.id == name],
        "audit": audit,
        "outcomes": OUTCOMES,
        "verdicts": VERDICTS,
        "outcome_of": OUTCOME_OF,
        "totals": {outcome: sum(one.claim.outcome == outcome for one in listed) for outcome in OUTCOMES},
        "counts": {verdict: sum(one.verdict == verdict for one in listed) for verdict in VERDICTS},
        "topics": sorted({one.claim.topic for one in listed}),
        "numbers": _numbers(root, course),
        "citation": yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8")),
        "licence_of_code": (root / "licences" / "BSD-3-Clause.txt").read_text(encoding="utf-8"),
        "licence_of_text": (root / "licences" / "CC-BY-4.0.md")
        .read_text(encoding="utf-8")
        .replace("(BSD-3-Clause.txt)", "(#code)"),
        "guide": sorted((path.stem for path in (root / "authoring" / "guide").glob("*.md")), key=_readme_first),
        "notes": [path.stem for path in sorted((root / "solutions" / "notes").glob("*.md"))],
        "solutions": course.exercises,
        "titles": {stem: course.title(stem) for stem in course.exercises},
        "lite": lite,
        "docs": (root / "docs" / "README.md").is_file(),
        "articles": (root / "lessons" / "articles.md").is_file(),
    }
    facts |= _first_figure(root, course, files)
    for template in sorted(_environment().list_templates()):
        path = to / template.removesuffix(".jinja")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_environment().get_template(template).render(facts), encoding="utf-8")


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["slug"] = lambda label: str(label).replace(" ", "-")
    environment.filters["words"] = lambda label: str(label).replace("_", " ")
    return environment


def _readme_first(stem: str) -> tuple[bool, str]:
    return stem != "README", stem


def _parts(course: Course) -> dict[str, list[str]]:
    """Return the lessons by the name of their part, in the order of the course."""
    found: dict[str, list[str]] = {}
    for stem in course.lessons:
        found.setdefault(PARTS[course.about[stem[:2]]["part"]], []).append(stem)
    return found


def _chapter(root: Path, course: Course, stem: str) -> Chapter:
    about = course.about[stem[:2]]
    card = read_notebook(root / "lessons" / f"{stem}.ipynb").cells[0].source
    minutes = MINUTES.search(card)
    exercise = course.exercise_of(stem[:2]) or ""
    return Chapter(
        number=stem[:2],
        title=str(about["title"]),
        question=str(about["question"]),
        minutes=" to ".join(minutes.groups()) if minutes else "",
        lesson=stem,
        exercise=exercise,
        tasks=len(load_key(exercise).tasks) if exercise else 0,
    )


def _listed(audit: Audit, course: Course) -> Iterator[Listed]:
    for claim, verdict, lesson in zip(
        claim_rows(audit), audit.judged["verdict"].fillna(""), audit.judged["lesson"], strict=True
    ):
        stem = course.lesson_of(str(lesson))
        yield Listed(claim, str(verdict), str(lesson), f"lessons/{stem}.html" if stem else "")


def _first_figure(root: Path, course: Course, files: Files) -> Mapping[str, str]:
    """Return the figure of the first page as HTML, and the address of its lesson."""
    stem = course.lesson_of(FIRST_FIGURE) or course.lessons[-1]
    outputs = (
        output
        for cell in read_notebook(root / "lessons" / f"{stem}.ipynb").cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    )
    output: Any = next(outputs)
    return {
        "figure": figure_html(stored_figure(output), "first", "", files),
        "figure_lesson": f"lessons/{stem}.html",
    }


def _numbers(root: Path, course: Course) -> dict[str, int]:
    """Return how much of everything there is, counted where it lies."""
    tasks = [task for stem in course.exercises for task in load_key(stem).tasks.values()]
    return {
        "lessons": len(course.lessons),
        "tasks": len(tasks),
        "wrong": sum(len(task.wrong) for task in tasks),
        "tables": len(list((root / "data").glob("*.csv"))),
    }
