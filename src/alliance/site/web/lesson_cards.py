"""Make the cards of lessons, each with the lesson's own first figure, and that of every other page."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

from alliance.building.notebooks.navigation import Course
from alliance.site.shown.notebooks import read_notebook
from alliance.site.shown.outputs import Files
from alliance.site.web.cards import COURSE, FOLDER, Words, card
from alliance.site.web.head import PageAbout

QUESTION = "What can we know, from numbers, about the US–Japan alliance?"
FOR_ALL = "21"
"""The lesson whose first figure stands for the course: what became of all claims."""


def add_cards(root: Path, course: Course, files: Files, about: dict[str, PageAbout]) -> None:
    """Put a card for each lesson and one for all other pages into `files`; say in `about` which page has which."""
    for stem in course.lessons:
        picture = next(pictures(root / "lessons" / f"{stem}.ipynb"), b"")
        page = about.setdefault(f"lessons/{stem}", {})
        page["card"] = f"{FOLDER}/{stem}.png"
        said = course.about[stem[:2]]
        files.add(page["card"], card(Words(f"{COURSE} · {course.title(stem)}", str(said["question"])), picture))
    whole = course.lesson_of(FOR_ALL) or course.lessons[-1]
    picture = next(pictures(root / "lessons" / f"{whole}.ipynb"), b"")
    files.add(f"{FOLDER}/index.png", card(Words(COURSE, QUESTION), picture))


def pictures(notebook: Path) -> Iterator[bytes]:
    """Yield the figures that a notebook has stored, as PNG."""
    for cell in read_notebook(notebook).cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                yield base64.b64decode("".join(output["data"]["image/png"]))
