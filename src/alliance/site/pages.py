"""Write the pages that come from data: the first page, the lists, the claims, what stands behind them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from alliance.audit import course_audit
from alliance.audit.outcomes import OUTCOME_OF, OUTCOMES, VERDICTS
from alliance.building.notebooks.navigation import PARTS, Course
from alliance.checking.keys import load_key
from alliance.data.package import DATA, read_rows
from alliance.site.claims import topics
from alliance.site.claims.listed import Listed, listed
from alliance.site.claims.pages import write_claims
from alliance.site.claims.tasks import tasks_by_claim
from alliance.site.front.first_start import first_start
from alliance.site.front.hours import exercise_span, hours_of
from alliance.site.front.shown_check import shown_check
from alliance.site.learners_copy import Copy
from alliance.site.lite import RUNTIME, SIZE
from alliance.site.shown.notebooks import read_notebook
from alliance.site.shown.outputs import Files
from alliance.site.tables.pages import write_tables
from alliance.site.templating import environment, rendered
from alliance.site.web.head import PageAbout
from alliance.site.web.place import NOWHERE, Place

TEMPLATES = Path(__file__).parent / "templates"
LOST = "404.md.jinja"
"""The page for addresses that lead nowhere, which only a site with an address has."""

SURPRISES = ("B23-02", "B05-10", "B05-08")
"""The claims on the first page, each of another kind: its own arithmetic, what it measures, the year it belongs to."""

MINUTES = re.compile(r"\b(\d+) to (\d+) minutes to read and run")
PLANS = re.compile(r"^## (Plans)$", re.MULTILINE)


@dataclass(frozen=True)
class Chapter:
    """A lesson as a list names it. `minutes` are as its notebook says them, such as "30 to 60"."""

    number: str
    title: str
    question: str
    minutes: str
    lesson: str
    exercise: str
    exercise_minutes: str
    tasks: int


def write_pages(
    root: Path,
    to: Path,
    course: Course,
    files: Files,
    lite: bool,
    place: Place = NOWHERE,
    copy: Copy | None = None,
    own_runtime: bool = False,
) -> dict[str, PageAbout]:
    """Write all pages that come from data below the folder `to`; return what is said of them in their heads.

    lite: whether the site carries the course in the browser. copy: what learners download, if the site has it.
    own_runtime: whether the site itself serves Python to browsers.
    """
    audit = course_audit(root)
    claims = list(listed(audit, course, tasks_by_claim(root, course)))
    chapters = {name: [_chapter(root, course, stem) for stem in stems] for name, stems in _parts(course).items()}
    facts = {
        "parts": chapters,
        "chapters": [one for part in chapters.values() for one in part],
        "listed": claims,
        "surprises": _surprises(claims),
        "audit": audit,
        "outcomes": OUTCOMES,
        "verdicts": VERDICTS,
        "outcome_of": OUTCOME_OF,
        "totals": {outcome: sum(one.claim.outcome == outcome for one in claims) for outcome in OUTCOMES},
        "counts": {verdict: sum(one.verdict == verdict for one in claims) for verdict in VERDICTS},
        "topics": _topics(claims),
        "numbers": _numbers(root, course),
        "hours": hours_of(root, course),
        "shown_check": shown_check(root, course),
        "first_start": first_start(root),
        "copy": copy,
        "repository": place.repository,
        "citation": yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8")),
        "licence_of_code": (root / "licences" / "BSD-3-Clause.txt").read_text(encoding="utf-8"),
        "licence_of_text": (root / "licences" / "CC-BY-4.0.md")
        .read_text(encoding="utf-8")
        .replace("(BSD-3-Clause.txt)", "(#code)"),
        "guide": sorted((path.stem for path in (root / "authoring" / "guide").glob("*.md")), key=_readme_first),
        "plans": _has_plans(root),
        "notes": [path.stem for path in sorted((root / "solutions" / "notes").glob("*.md"))],
        "solutions": course.exercises,
        "titles": {stem: course.title(stem) for stem in course.exercises},
        "lite": lite,
        "runtime": "" if own_runtime else RUNTIME,
        "runtime_size": SIZE,
        "docs": (root / "docs" / "README.md").is_file(),
        "articles": (root / "lessons" / "articles.md").is_file(),
    }
    for template in sorted(environment(TEMPLATES).list_templates()):
        if template == LOST and not place.url:
            continue
        path = to / template.removesuffix(".jinja")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rendered(TEMPLATES, template, facts), encoding="utf-8")
    told = write_claims(to, claims, _articles(root, audit.documents), facts, place, files)
    return told | write_tables(root, to) | {"index": {"description": _of_the_course(facts)}}


def _of_the_course(facts: Mapping[str, Any]) -> str:
    """Return the first page's description."""
    return (
        f"Two news articles make {len(facts['listed'])} claims about the US–Japan alliance. A free course in "
        f"{len(facts['chapters'])} sittings checks them with public data, Python and pandas."
    )


def _surprises(claims: Sequence[Listed]) -> list[Listed]:
    """Return the claims of the first page: those that have a figure printed and another found."""
    by_name = {one.claim.id: one for one in claims}
    return [by_name[name] for name in SURPRISES if by_name[name].printed and by_name[name].found]


def _topics(claims: Sequence[Listed]) -> list[tuple[str, str, int]]:
    """Return each topic with its name and its number of claims, in the order of the names."""
    found = [one.claim.topic for one in claims]
    return sorted(
        ((topic, topics.name(topic), found.count(topic)) for topic in set(found)), key=lambda one: one[1].lower()
    )


def _articles(root: Path, documents: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the articles' rows in the table of sources, by their letters."""
    rows = {row["source_id"]: row for row in read_rows(root / DATA / "sources.csv")}
    return {letter: rows[f"article_{letter.lower()}"] for letter in documents}


def _has_plans(root: Path) -> str:
    """Return the anchor of the plans in the teacher's guide; empty where it has none."""
    guide = root / "authoring" / "guide" / "README.md"
    found = PLANS.search(guide.read_text(encoding="utf-8")) if guide.is_file() else None
    return found[1].lower() if found else ""


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
        exercise_minutes=exercise_span(root, exercise).minutes if exercise else "",
        tasks=len(load_key(exercise).tasks) if exercise else 0,
    )


def _numbers(root: Path, course: Course) -> dict[str, int]:
    """Return how much of everything there is, counted where it lies."""
    tasks = [task for stem in course.exercises for task in load_key(stem).tasks.values()]
    return {
        "lessons": len(course.lessons),
        "tasks": len(tasks),
        "wrong": sum(len(task.wrong) for task in tasks),
        "tables": len(list((root / "data").glob("*.csv"))),
    }
