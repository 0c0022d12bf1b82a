"""Read the plans of the course by week or day, and refuse one that puts a lesson before another that it needs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from alliance.building.notebooks.navigation import Course
from alliance.building.sources.errors import SourceError
from alliance.building.sources.source import Source
from alliance.building.teachers.teaching import Teaching, line_of


@dataclasses.dataclass(frozen=True)
class Step:
    """One week, day or meeting: the lessons (by number) taught in it, those given to be read alone, and a remark."""

    when: str
    lessons: Sequence[str]
    alone: Sequence[str]
    note: str

    def in_class(self, teachings: Mapping[str, Teaching]) -> int:
        """Return the minutes in class."""
        return sum(teachings[number].minutes for number in self.lessons)

    def at_home(self, teachings: Mapping[str, Teaching]) -> tuple[int, int]:
        """Return the minutes at home, for a fast and for a slow learner."""
        spans = [teachings[number].left for number in self.lessons]
        spans += [teachings[number].whole for number in self.alone]
        return sum(fast for fast, _ in spans), sum(slow for _, slow in spans)


@dataclasses.dataclass(frozen=True)
class Plan:
    """A plan of the course, or of a part of it. `most` is how many minutes of class one step may take."""

    name: str
    about: str
    whole: bool
    most: int
    steps: Sequence[Step]


def read_plans(source: Source, course: Course, teachings: Mapping[str, Teaching]) -> list[Plan]:
    """Return the plans that the overview's front matter holds.

    Raises SourceError when a plan names an unknown lesson, takes one twice or before one that it needs, leaves one out
    although it is to be whole, or fills a step with more minutes of class than it may.
    """
    plans = [_plan(source, one) for one in source.about.get("plans", [])]
    for plan in plans:
        _check(source, plan, course, teachings)
    return plans


def _plan(source: Source, one: Mapping[str, Any]) -> Plan:
    for key in ("name", "about", "whole", "most", "steps"):
        if key not in one:
            line = line_of(source.path, f"name: {one.get('name', '')}")
            raise SourceError(source.path, line, f"a plan does not say `{key}`.")
    steps = [
        Step(
            when=str(step.get("when", "")),
            lessons=[str(number) for number in step.get("lessons", [])],
            alone=[str(number) for number in step.get("alone", [])],
            note=str(step.get("note", "")),
        )
        for step in one["steps"]
    ]
    return Plan(str(one["name"]), str(one["about"]), bool(one["whole"]), int(one["most"]), steps)


def _check(source: Source, plan: Plan, course: Course, teachings: Mapping[str, Teaching]) -> None:
    def refuse(what: str) -> SourceError:
        return SourceError(source.path, line_of(source.path, f"name: {plan.name}"), f"the plan “{plan.name}” {what}.")

    done: list[str] = []
    for step in plan.steps:
        if not step.lessons and not step.alone:
            raise refuse(f"has no lesson in “{step.when}”")
        for number in [*step.alone, *step.lessons]:
            if number not in teachings:
                raise refuse(f"names lesson {number}, which does not exist")
            if number in done:
                raise refuse(f"takes lesson {number} twice")
            early = [need for need in course.about[number].get("needs", []) if need not in done]
            if early:
                raise refuse(f"takes lesson {number} before lesson {early[0]}, which it needs")
            done.append(number)
        minutes = step.in_class(teachings)
        if minutes > plan.most:
            raise refuse(f"has {minutes} minutes of class in “{step.when}”; it says {plan.most} at most")
    left = [number for number in teachings if number not in done]
    if plan.whole and left:
        raise refuse(f"leaves out lesson {left[0]}, although it is to be whole")
