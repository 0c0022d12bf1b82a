"""Say who is who in a class: each learner with their notebooks' results, remarks, and what a roster knows of them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence

from alliance.checking.keys import load_key, stems
from alliance.classroom.keeping.results import Graded
from alliance.classroom.marking.by_hand import Marks
from alliance.classroom.marking.scores import Score, score
from alliance.classroom.marking.weights import Weights
from alliance.classroom.taking_in.intake import Remark
from alliance.classroom.taking_in.matching import match
from alliance.classroom.taking_in.roster import Enrolled, Learner, as_learners

OF_A_RUN = {"missing", "not on the roster", "roster"}
"""Kinds of remarks that one folder of submissions can't decide; they are made anew for the term."""
NUMBERED = re.compile(r"(?P<name>.+)-(?P<number>\d+)")


@dataclasses.dataclass(frozen=True)
class Notebook:
    """A graded notebook with its score: how late it is, in words, and how many lines of each task were changed.

    `group` is the name of the group for which it counts, where another member handed it in.
    """

    graded: Graded
    score: Score
    late: str = ""
    changed: Mapping[str, int] = dataclasses.field(default_factory=dict)
    group: str = ""

    @classmethod
    def of(cls, graded: Graded) -> Notebook:
        """Return a notebook as it is before the teacher has decided anything: a task is a point."""
        changed = {name: trace.changed for name, trace in graded.traces.items() if trace.changed is not None}
        late = "late" if graded.hand_in.late else ""
        return cls(graded, score(graded, Marks(), Weights(), False), late, changed)


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
    on_roster: bool = False


@dataclasses.dataclass(frozen=True)
class ClassView:
    """A class in the order of its learners' names, the exercises that anybody handed in, and remarks of the term."""

    people: Sequence[Person]
    exercises: Sequence[str]
    remarks: Sequence[Remark] = ()
    weights: Weights = dataclasses.field(default_factory=Weights)
    partial: bool = False

    @property
    def handed_in(self) -> Sequence[Person]:
        """Those of whom there is a result."""
        return [person for person in self.people if person.notebooks]


def gather(
    graded: Iterable[Graded], remarks: Sequence[Remark], roster: Sequence[Enrolled], waiting: Iterable[Learner] = ()
) -> ClassView:
    """Return a class: everybody of whom there is a result or a remark, who waits for one, and who is on the roster.

    Results of exercises and tasks that the course doesn't have any more are left out. Remarks on who is missing, or
    on no roster, are made anew, since a single folder of submissions can't tell.
    """
    remarks = [remark for remark in remarks if remark.kind not in OF_A_RUN]
    learners = {learner.folder: learner for learner in waiting}
    notebooks: dict[str, dict[str, Notebook]] = {}
    for one in sorted(graded, key=lambda one: (one.learner, one.exercise)):
        who = one.hand_in.who
        if "name" in who and who.keys() <= {field.name for field in dataclasses.fields(Learner)}:
            learners[one.learner] = Learner(**who)
        learners.setdefault(one.learner, _from_folder(one.learner, roster))
        if one.exercise in stems():
            own = load_key(one.exercise).tasks
            kept = dataclasses.replace(one, tasks=[task for task in one.tasks if task.task in own])
            notebooks.setdefault(one.learner, {})[one.exercise] = Notebook.of(kept)
    for remark in remarks:
        if remark.learner:
            learners.setdefault(remark.learner, _from_folder(remark.learner, roster))
    matched = match(list(learners.values()), roster)
    people = []
    for folder, learner in learners.items():
        row = matched.rows.get(learner.folder)
        person = Person(
            folder,
            row or Enrolled(learner.name),
            learner.number if learner.system == "canvas" else learner.canvas or (row.id if row else ""),
            notebooks.get(folder, {}),
            [remark for remark in remarks if remark.learner == folder],
            row is not None,
        )
        people.append(person)
    present = {id(row) for row in matched.rows.values()}
    taken = set(learners)
    for learner, row in zip(as_learners(roster), roster, strict=True):
        folder = learner.folder
        if id(row) not in present and folder not in taken:
            people.append(Person(folder, row, row.id, {}, on_roster=True))
            taken.add(folder)
    people.sort(key=lambda person: (person.enrolled.name.casefold(), person.folder))
    exercises = sorted({exercise for person in people for exercise in person.notebooks})
    doubts = [Remark("roster", "", doubt) for doubt in matched.doubts] if roster else []
    return ClassView(people, exercises, [*remarks, *doubts, *(_strangers(people) if roster else [])])


def _from_folder(folder: str, roster: Sequence[Enrolled]) -> Learner:
    """Return the learner of whom nothing is known but the name of the folder for results."""
    found = NUMBERED.fullmatch(folder)
    name, number = (found["name"], found["number"]) if found else (folder, "")
    system = "canvas" if number and any(row.id == number for row in roster) else ""
    return Learner(name.replace("_", " "), number, system)


def _strangers(people: Iterable[Person]) -> list[Remark]:
    return [
        Remark("not on the roster", "", f"{person.enrolled.name} is not on the roster.", person.folder)
        for person in people
        if not person.on_roster
    ]


def missing(view: ClassView) -> list[Remark]:
    """Return a remark for each learner of the roster of whom there is no notebook of an exercise that others did."""
    found = []
    for person in view.people:
        lacking = [exercise[:2] for exercise in view.exercises if exercise not in person.notebooks]
        if person.on_roster and lacking:
            which = f"exercise{'s' if len(lacking) > 1 else ''} {', '.join(lacking)}"
            text = f"{person.enrolled.name} handed in no notebook of {which}."
            found.append(Remark("missing", "", text, person.folder))
    return found
