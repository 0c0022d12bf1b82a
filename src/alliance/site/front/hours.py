"""Add up how long the course takes, as its lessons and exercises say it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from alliance.building.notebooks.minutes import exercise_total, lesson_sections, total
from alliance.building.notebooks.navigation import Course
from alliance.building.sources.source import read_source


@dataclass(frozen=True)
class Span:
    """Minutes for fast and for slow learners."""

    low: int
    high: int

    @property
    def minutes(self) -> str:
        """In words, such as "15 to 40"."""
        return f"{self.low} to {self.high}"

    @property
    def hours(self) -> str:
        """In whole hours, rounded outwards."""
        return f"{math.floor(self.low / 60)} to {math.ceil(self.high / 60)}"


def lesson_span(root: Path, stem: str) -> Span:
    """Return the minutes of a lesson, as its first cell says them."""
    return Span(*total(lesson_sections(read_source(root / "authoring" / "lessons" / f"{stem}.md"))))


def exercise_span(root: Path, stem: str) -> Span:
    """Return the minutes of an exercise: those that its tasks name."""
    return Span(*exercise_total(read_source(root / "authoring" / "exercises" / f"{stem}.md")))


def in_all(spans: Iterable[Span]) -> Span:
    """Return the sum."""
    kept = list(spans)
    return Span(sum(one.low for one in kept), sum(one.high for one in kept))


def hours_of(root: Path, course: Course) -> dict[str, Span]:
    """Return the time that all lessons, all exercises, and both together take."""
    lessons = in_all(lesson_span(root, stem) for stem in course.lessons)
    exercises = in_all(exercise_span(root, stem) for stem in course.exercises)
    return {"lessons": lessons, "exercises": exercises, "all": in_all([lessons, exercises])}
