"""Apply to a class what its teacher has decided: groups, deadlines, marks by hand, weights, parts of answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from alliance.checking.keys import load_key
from alliance.classroom.keeping.results import unused, write_whole_bytes
from alliance.classroom.keeping.sheets import UnreadableSheet
from alliance.classroom.marking import by_hand, deadlines, groups, numbers, weights
from alliance.classroom.marking.directory import Directory, directory
from alliance.classroom.marking.scores import score
from alliance.classroom.reporting.people import ClassView, Notebook, Person
from alliance.classroom.taking_in.intake import Remark

WRITING = "write"
"""The form of a task whose answer is a text for people to read."""


@dataclasses.dataclass(frozen=True)
class Rules:
    """All that the teacher has written into the tables beside the results."""

    marks: by_hand.Marks = dataclasses.field(default_factory=by_hand.Marks)
    weights: weights.Weights = dataclasses.field(default_factory=weights.Weights)
    deadlines: deadlines.Deadlines = dataclasses.field(default_factory=deadlines.Deadlines)
    groups: groups.Groups = dataclasses.field(default_factory=groups.Groups)
    partial: bool = False

    @property
    def problems(self) -> list[str]:
        """What could not be read, in sentences with the row and what to do."""
        return [
            *self.marks.problems,
            *self.weights.problems,
            *self.deadlines.problems,
            *self.groups.problems,
        ]


def adopt(out: Path, name: str, given: Path) -> str:
    """Copy a table of rules that lies elsewhere to its place beside the results; return a sentence where one was there.

    From then on every run obeys it. Raises OSError, and UnreadableSheet where there is no such file.
    """
    place = out / name
    if place.exists() and place.resolve() == given.resolve():
        return ""
    try:
        content = given.read_bytes()
    except OSError as error:
        raise UnreadableSheet(f"{given} cannot be read ({error.strerror}). Name the table, a CSV file.") from None
    note = ""
    if place.exists() and place.read_bytes() != content:
        kept = unused(place)
        place.rename(kept)
        note = f"{place} is now as {given} is; what it was before is kept as {kept.name}."
    write_whole_bytes(place, content)
    return note


def read_rules(out: Path, view: ClassView, known_numbers: Mapping[str, str], partial: bool) -> Rules:
    """Return the rules that lie beside the results, for the learners of a class."""
    people = everybody(view, known_numbers)
    worth = weights.read_weights(out / weights.FILE)
    return Rules(
        by_hand.read_marks(out / by_hand.FILE, people, worth.of_task),
        worth,
        deadlines.read_deadlines(out / deadlines.FILE, people),
        groups.read_groups(out / groups.FILE, people),
        partial,
    )


def everybody(view: ClassView, known_numbers: Mapping[str, str]) -> Directory:
    """Return the directory of a class."""
    return directory(((one.folder, one.enrolled, one.canvas_id) for one in view.people), known_numbers)


def ruled(view: ClassView, rules: Rules) -> ClassView:
    """Return a class with groups' notebooks, lateness and scores as the teacher wants them."""
    shared, remarks = _shared(view, rules.groups)
    people = []
    for person in view.people:
        own = dict(person.notebooks)
        for exercise, (notebook, group) in shared.get(person.folder, {}).items():
            own[exercise] = dataclasses.replace(
                notebook, group="" if notebook.graded.learner == person.folder else group
            )
        people.append(
            dataclasses.replace(
                person,
                notebooks={exercise: _ruled(own[exercise], person, rules) for exercise in sorted(own)},
                remarks=[*person.remarks, *(one for one in remarks if one.learner == person.folder)],
            )
        )
    return dataclasses.replace(
        view, people=people, remarks=[*view.remarks, *remarks], weights=rules.weights, partial=rules.partial
    )


def _ruled(notebook: Notebook, person: Person, rules: Rules) -> Notebook:
    graded = notebook.graded
    return dataclasses.replace(
        notebook,
        score=score(graded, rules.marks, rules.weights, rules.partial, person.folder),
        late=rules.deadlines.lateness(person.folder, graded.exercise, graded.hand_in),
    )


def _shared(view: ClassView, rules: groups.Groups) -> tuple[dict[str, dict[str, tuple[Notebook, str]]], list[Remark]]:
    """Return for each member of a group the notebook that counts, by exercise, with the group's name; and remarks.

    Of several notebooks that members handed in, the one with the most right tasks counts for all.
    """
    people = {person.folder: person for person in view.people}
    shared: dict[str, dict[str, tuple[Notebook, str]]] = {}
    remarks = []
    for group in rules.groups:
        for exercise in view.exercises:
            there = [people[one].notebooks[exercise] for one in group.members if exercise in people[one].notebooks]
            if not there:
                continue
            best = max(there, key=lambda one: one.graded.right)
            for member in group.members:
                shared.setdefault(member, {})[exercise] = (best, group.name)
            for other in there:
                if other.graded.hand_in.content != best.graded.hand_in.content:
                    text = (
                        f"{group.name} handed in more than one notebook of exercise {exercise[:2]}; the one with more "
                        f"right tasks, {best.graded.file}, counts for all members."
                    )
                    remarks.append(Remark("group", other.graded.file, text, other.graded.learner))
    return shared, remarks


def to_mark(view: ClassView) -> list[by_hand.ToMark]:
    """Return the texts that are for the teacher to read, each once, whoever shares it."""
    found = []
    for person in view.people:
        for exercise, notebook in person.notebooks.items():
            tasks = load_key(exercise).tasks
            for result in notebook.graded.tasks:
                task = tasks[result.task]
                if task.form == WRITING and result.outcome != "not tried" and not notebook.group:
                    own = (person.folder, person.enrolled.name, exercise)
                    found.append(by_hand.ToMark(*own, result.task, task.title, result.written))
    return found


def known_numbers(out: Path) -> Mapping[str, str]:
    """Return the numbers that were drawn for anonymous marking, by folder. Raises UnreadableSheet."""
    return numbers.read_numbers(out / numbers.FILE)


def outdated(view: ClassView, marks: by_hand.Marks) -> list[str]:
    """Return a sentence for each text that was marked before it was changed."""
    return [
        f"{one.name}'s text for task {one.task} has changed since it was marked; read it again and mark its new row in "
        f"{by_hand.FILE}."
        for one in by_hand.outdated(marks, to_mark(view))
    ]
