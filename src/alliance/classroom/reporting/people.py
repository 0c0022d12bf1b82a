"""Say who is who in a class: each learner with their notebooks' results, remarks, and what a roster knows of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from alliance.checking.submission import UnreadableNotebook, read_submission
from alliance.classroom.keeping.results import Graded
from alliance.classroom.traces.effort import changed_lines
from alliance.classroom.taking_in.intake import Intake, Remark
from alliance.classroom.taking_in.roster import Enrolled, Learner, match


@dataclasses.dataclass(frozen=True)
class Notebook:
    """A graded notebook: `late` if the school's system says so, and how many lines of each task were changed."""

    graded: Graded
    late: bool = False
    changed: Mapping[str, int] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Person:
    """A learner: `folder` is the name of files about them, `enrolled` what a roster knows of them (or the name alone).

    `canvas_id` is Canvas's user ID, which may come from the name of a file; `notebooks` are by exercise, in order.
    """

    folder: str
    enrolled: Enrolled
    canvas_id: str
    notebooks: Mapping[str, Notebook]
    remarks: Sequence[Remark] = ()


@dataclasses.dataclass(frozen=True)
class ClassView:
    """A class in the order of its learners' names, and the exercises that anybody handed in."""

    people: Sequence[Person]
    exercises: Sequence[str]

    @property
    def handed_in(self) -> Sequence[Person]:
        """Those of whom there is a result."""
        return [person for person in self.people if person.notebooks]


def gather(
    graded: Iterable[Graded],
    remarks: Sequence[Remark],
    intake: Intake,
    roster: Sequence[Enrolled],
) -> ClassView:
    """Return a class, whatever part of it has been graded. The notebooks are read, to count lines, and not changed."""
    learners = {one.learner.folder: one.learner for one in intake.handed}
    handed = {(one.learner.folder, one.exercise): one for one in intake.handed}
    matched = match(list(learners.values()), roster)
    notebooks: dict[str, dict[str, Notebook]] = {folder: {} for folder in learners}
    for one in sorted(graded, key=lambda one: (one.learner, one.exercise)):
        source = handed[one.learner, one.exercise]
        notebooks[one.learner][one.exercise] = Notebook(one, source.late, _changed(source.path))
    people = [
        Person(
            folder,
            row := matched.rows.get(folder, Enrolled(learner.name)),
            learner.number if learner.system == "canvas" else row.id,
            notebooks[folder],
            [remark for remark in remarks if remark.learner == folder],
        )
        for folder, learner in learners.items()
    ]
    present = {id(row) for row in matched.rows.values()}
    taken = {person.folder for person in people}
    for row in roster:
        folder = Learner(row.name, row.id).folder
        if id(row) not in present and folder not in taken:
            people.append(Person(folder, row, row.id, {}))
            taken.add(folder)
    people.sort(key=lambda person: (person.enrolled.name.casefold(), person.folder))
    exercises = sorted({exercise for person in people for exercise in person.notebooks})
    return ClassView(people, exercises)


def _changed(path: Path) -> Mapping[str, int]:
    try:
        return changed_lines(read_submission(path))
    except UnreadableNotebook:
        return {}
