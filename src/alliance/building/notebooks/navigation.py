"""Write what every notebook shares: a lesson's card, and the links between lessons, exercises and solutions."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from alliance.building.notebooks.minutes import Section, total

PARTS = {
    "0": "Opening",
    "I": "Part I, History",
    "II": "Part II, Budgets",
    "III": "Part III, Regional reactions",
    "IV": "Capstone",
}


@dataclasses.dataclass(frozen=True)
class Course:
    """The stems of all lessons and exercises, and front matter by number: the lesson's, or else the exercise's.

    `sections` holds the headings of each lesson by its number.
    """

    lessons: Sequence[str]
    exercises: Sequence[str]
    about: Mapping[str, Mapping[str, Any]]
    sections: Mapping[str, Sequence[str]]

    def title(self, stem: str) -> str:
        """Return a lesson's number and title."""
        return f"{stem[:2]} {self.about[stem[:2]]['title']}"

    def exercise_of(self, number: str) -> str | None:
        """Return the stem of a lesson's exercise."""
        return next((stem for stem in self.exercises if stem.startswith(number)), None)

    def lesson_of(self, number: str) -> str | None:
        """Return the stem of the lesson with this number."""
        return next((stem for stem in self.lessons if stem.startswith(number)), None)


def lesson_card(course: Course, number: str, sections: Sequence[Section]) -> str:
    """Return the head of a lesson: title, question, part, minutes, day of the check; the rest is folded up."""
    about = course.about[number]
    low, high = total(sections)
    return "\n".join(
        [
            f"# {number} {about['title']}",
            "",
            f"**{about['question']}**",
            "",
            f"{PARTS[about['part']]}. {low} to {high} minutes to read and run. {_checked_line(about)}",
            "",
            _details(course, about, sections),
        ]
    )


def _details(course: Course, about: Mapping[str, Any], sections: Sequence[Section]) -> str:
    """Return, folded up, what a lesson teaches, builds on and reads, and how long its sections take."""
    needs = [course.title(stem) for need in about.get("needs", []) if (stem := course.lesson_of(need))]
    tables = ", ".join(f"[`{name}`](../data/README.md#{name})" for name in about["tables"])
    return "\n".join(
        [
            "<details><summary>What you learn here, and how long each section takes</summary>",
            "",
            "After this lesson you can",
            "",
            *(f"- {one}" for one in about["objectives"]),
            "",
            f"Builds on: {'; '.join(needs) or 'no other lesson'}. Tables: {tables or 'none'}.",
            "",
            *minutes_table(sections),
            "",
            "Measured in words, cells and questions; the first figure is for fast readers.",
            "",
            "</details>",
        ]
    )


def _checked_line(about: Mapping[str, Any]) -> str:
    """Return the sentence that says to which day a lesson's facts were checked, and what happened after the articles.

    `checked` is an ISO day; `since` is there when readers should know of something later than the articles.
    """
    day = date.fromisoformat(str(about["checked"]))
    checked = f"Facts checked up to {day.day} {day:%B %Y}."
    since = str(about.get("since", "")).strip()
    return f"{checked} **Since the articles:** {since}" if since else checked


def minutes_table(sections: Sequence[Section]) -> list[str]:
    """Return the lines of a table of the minutes each section takes and those that have gone by at its end."""
    lines = ["| section | minutes | in all |", "|---|---|---|"]
    fast = slow = 0.0
    for one in sections:
        fast, slow = fast + one.fast, slow + one.slow
        lines.append(f"| {one.title} | {span(one.fast, one.slow)} | {span(fast, slow)} |")
    return lines


def span(fast: float, slow: float) -> str:
    """Return a range of minutes in whole numbers; less than one counts as one."""
    low, high = max(1, round(fast)), max(1, round(slow))
    return f"{low}" if low == high else f"{low} to {high}"


def _link(course: Course, stem: str | None, words: str, folder: str = "../lessons") -> str | None:
    return f"{words}: [{course.title(stem)}]({folder}/{stem}.ipynb)" if stem else None


def lesson_links(course: Course, number: str) -> str:
    """Return the end of a lesson: its exercise, and the lessons before and after it."""
    here = [stem[:2] for stem in course.lessons].index(number)
    before = course.lessons[here - 1] if here else None
    after = course.lessons[here + 1] if here + 1 < len(course.lessons) else None
    links = [
        _link(course, course.exercise_of(number), "Exercise", "../exercises"),
        _link(course, before, "Before"),
        _link(course, after, "Next"),
        "[Glossary](glossary.md)",
    ]
    return "---\n\n" + " · ".join(link for link in links if link)


def exercise_links(course: Course, number: str) -> str:
    """Return the end of an exercise: back to its lesson, on to the next one."""
    numbers = [stem[:2] for stem in course.lessons]
    after = next((stem for stem in course.lessons if stem[:2] > number), None)
    lesson = course.lesson_of(number) if number in numbers else None
    links = [_link(course, lesson, "Lesson"), _link(course, after, "Next"), "[Glossary](../lessons/glossary.md)"]
    return "---\n\n" + " · ".join(link for link in links if link)


def solution_links(course: Course, number: str) -> str:
    """Return the end of a solved exercise: its lesson and the exercise to write in."""
    links = [
        _link(course, course.lesson_of(number), "Lesson"),
        _link(course, course.exercise_of(number), "Exercise", "../exercises"),
    ]
    return "---\n\n" + " · ".join(link for link in links if link)
