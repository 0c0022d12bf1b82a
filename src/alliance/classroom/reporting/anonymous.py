"""Put numbers in place of names, wherever a report could show one."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

from alliance.classroom.keeping.results import Graded, HandIn
from alliance.classroom.reporting.people import ClassView, Notebook, Person
from alliance.classroom.taking_in.intake import Remark
from alliance.classroom.taking_in.roster import Enrolled

LEAST_LETTERS, LEAST_DIGITS = 2, 5
"""Of a word that stands for a learner: one letter, or a number such as 11, is in sentences on other things."""


@dataclasses.dataclass(frozen=True)
class Mask:
    """Knows what names a learner, and with what number to hide it. Without any words it hides nothing."""

    numbers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, view: ClassView, numbers: Mapping[str, str]) -> Mask:
        """Return the mask of a class."""
        words: dict[str, str] = {}
        for person in view.people:
            row, called = person.enrolled, f"learner {numbers[person.folder]}"
            own = {person.folder, row.name, row.email, row.username, row.id, row.sis_user_id, row.sis_login_id}
            own |= {
                notebook.graded.hand_in.who.get("name", "")
                for notebook in person.notebooks.values()
                if not notebook.group
            }
            own |= {remark.file for remark in person.remarks}
            own |= {notebook.graded.file for notebook in person.notebooks.values() if not notebook.group}
            words |= {word: called for word in own if len(word) >= (LEAST_DIGITS if word.isdigit() else LEAST_LETTERS)}
        return cls(numbers, dict(sorted(words.items(), key=lambda one: -len(one[0]))))

    def text(self, text: str) -> str:
        """Return a text in which every word for a learner is hidden."""
        if not self.words:
            return text
        either = "|".join(re.escape(word) for word in self.words)
        return re.sub(rf"(?<!\w)(?:{either})(?!\w)", lambda match: self.words[match[0]], text)

    def remark(self, remark: Remark) -> Remark:
        """Return a remark without a file's name, which often holds the learner's."""
        return Remark(remark.kind, "", self.text(remark.text), self.numbers.get(remark.learner, ""))


def anonymous(view: ClassView, mask: Mask) -> ClassView:
    """Return a class of learners with numbers, in their order; rows of the roster say nothing but those."""
    people = [
        Person(
            number := mask.numbers[person.folder],
            Enrolled(f"Learner {number}"),
            "",
            {exercise: _anonymous(notebook, mask) for exercise, notebook in person.notebooks.items()},
            [mask.remark(remark) for remark in person.remarks],
            person.on_roster,
        )
        for person in view.people
    ]
    people.sort(key=lambda person: person.folder)
    return dataclasses.replace(view, people=people, remarks=[mask.remark(remark) for remark in view.remarks])


def _anonymous(notebook: Notebook, mask: Mask) -> Notebook:
    graded: Graded = notebook.graded
    return dataclasses.replace(
        notebook,
        graded=dataclasses.replace(
            graded,
            learner=mask.numbers.get(graded.learner, ""),
            file=f"{graded.exercise}.ipynb",
            remarks=[mask.text(remark) for remark in graded.remarks],
            hand_in=HandIn(content=graded.hand_in.content, late=graded.hand_in.late),
        ),
    )
