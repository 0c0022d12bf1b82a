"""Read and write the keys: what each exercise, and each lesson's own tasks, expect; kept apart from the notebooks."""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from alliance.answers import Answer, Spec

Feedback = Literal["full", "shape", "none"]
"""What a key lets checking say: whether an answer is right; whether it has the shape asked for; that there is one."""

Kind = Literal["exercises", "lessons"]
"""Where a task stands: in an exercise (`5.2`), or in a lesson (`5.a`). Also the folder of its notebook."""
TASK = r"\d+\.(?:\d+|[a-z])"
"""How tasks are named, as a pattern: the lesson's number, a full stop, and a number or a letter."""
ANOTHER_FOLDER = "ALLIANCE_KEYS"
"""The variable that names another course's keys."""
OWN_KEYS = Path(__file__).resolve().parent.parent / "keys"
OTHER_LESSON = re.compile(r"^(\d\d): (.+)$")


def keys_folder() -> Path:
    """Return the folder of the keys: this course's, or another course's named by ALLIANCE_KEYS."""
    return Path(os.environ.get(ANOTHER_FOLDER) or OWN_KEYS)


class KeyMissing(Exception):
    """The course has no such task or exercise."""


@dataclasses.dataclass(frozen=True)
class WrongAnswer:
    """A named wrong answer: the misconception behind it and what to tell the learner."""

    name: str
    misconception: str
    message: str
    answer: Answer


@dataclasses.dataclass(frozen=True)
class Hint:
    """A hint below a task's question, as plain text, and what it names in code that the reference answer has too."""

    text: str
    asks: Sequence[str] = ()


@dataclasses.dataclass(frozen=True)
class Task:
    """What checking knows about one task.

    `stub_answer` is what the unchanged stub gives, where that is not `...`. `start` and `stub` are the code the
    learner was given, `check` the code of the check cell. `section` is the section of the lesson that teaches what
    the task needs: its heading, with the lesson's number before it where it is an earlier one's (`03: Rings`).

    In a learner's copy with less feedback `expected` has no values: it is the shape of what is expected, or, where
    `feedback` is none, says nothing at all; and no wrong answers are known. `above` are the names that the cells of
    a lesson give above its task; for an exercise there are none. `hints` are those below its question, the weakest
    first. `ways` are fingerprints of the right answers' code without numbers and signs, `forms` without its methods'
    names as well, `words` without what stands in quotation marks instead; `chooses` says that all of them take the
    rows that fulfil a condition, and `needs` which of `divides` and `subtracts` all of them do.
    """

    task: str
    title: str
    form: str
    spec: Spec
    expected: Answer
    stub_answer: Answer
    wrong: Sequence[WrongAnswer]
    start: str
    stub: str
    section: str = ""
    feedback: Feedback = "full"
    above: frozenset[str] = frozenset()
    hints: Sequence[Hint] = ()
    ways: Sequence[str] = ()
    forms: Sequence[str] = ()
    words: Sequence[str] = ()
    chooses: bool = False
    needs: Sequence[str] = ()

    @property
    def check(self) -> str:
        """The code of the task's check cell."""
        return f'check("{self.task}", {self.spec.answer})'


@dataclasses.dataclass(frozen=True)
class Key:
    """The key of one exercise, or of one lesson's own tasks.

    `stem` is its file name without ending, `setup` the code before an exercise's first task; a lesson has none.
    """

    stem: str
    title: str
    setup: str
    tasks: Mapping[str, Task]
    kind: Kind = "exercises"


@dataclasses.dataclass(frozen=True)
class TaskOutline:
    """What one may know of a task without its answer: its name and title, and the code that was handed out."""

    task: str
    title: str
    answer: str
    start: str
    stub: str
    section: str = ""


@dataclasses.dataclass(frozen=True)
class Outline:
    """An exercise, or a lesson, without the answers of its tasks."""

    stem: str
    title: str
    tasks: Mapping[str, TaskOutline]
    feedback: Feedback = "full"
    kind: Kind = "exercises"

    @property
    def notebook(self) -> str:
        """The notebook's path from the course's root."""
        return f"{self.kind}/{self.stem}.ipynb"


def kind_of(task: str) -> Kind:
    """Return where a task stands, by its name."""
    return "lessons" if task[-1:].isalpha() else "exercises"


def cell_id(task: str, role: str) -> str:
    """Return the id of a task's cell in every notebook of the course: `t5-2-answer`."""
    return f"t{task.replace('.', '-')}-{role}"


def split_section(section: str, number: str) -> tuple[str, str]:
    """Return (lesson, heading) of a task's section; `number` is the lesson of its exercise, in two digits."""
    named = OTHER_LESSON.match(section)
    return (named[1], named[2]) if named else (number, section)


def write_key(key: Key) -> str:
    """Return the text of a key file; the caller decides whether to write it."""
    data = {
        "stem": key.stem,
        "title": key.title,
        "setup": key.setup,
        "tasks": [_task_to_json(task) for task in key.tasks.values()],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _task_to_json(task: Task) -> dict[str, Any]:
    from alliance.answers import to_json

    spec = {k: v for k, v in dataclasses.asdict(task.spec).items() if v not in (None, (), {}, [])}
    return {
        "task": task.task,
        "title": task.title,
        "form": task.form,
        "section": task.section,
        "check": spec,
        "start": task.start,
        "stub": task.stub,
        "expected": to_json(task.expected),
        "stub_answer": to_json(task.stub_answer),
        **({"above": sorted(task.above)} if task.above else {}),
        **({"hints": [{"text": one.text, "asks": " ".join(one.asks)} for one in task.hints]} if task.hints else {}),
        **({name: list(getattr(task, name)) for name in ("ways", "forms", "words")} if task.ways else {}),
        **({"chooses": True} if task.chooses else {}),
        **({"needs": list(task.needs)} if task.needs else {}),
        "wrong": [
            {"name": w.name, "misconception": w.misconception, "message": w.message, "answer": to_json(w.answer)}
            for w in task.wrong
        ],
    }


def load_key(stem: str, kind: Kind = "exercises") -> Key:
    """Return the key of an exercise, or of a lesson's own tasks, by its file stem. Raises KeyMissing."""
    return _load_key(keys_folder(), stem, kind)


def read_outline(stem: str, kind: Kind = "exercises") -> Outline:
    """Return an exercise or a lesson without its answers, which is quicker than its key. Raises KeyMissing."""
    data = _read(keys_folder(), stem, kind)
    tasks = {
        item["task"]: TaskOutline(
            item["task"],
            item["title"],
            item["check"]["answer"],
            item["start"],
            item["stub"],
            item.get("section", ""),
        )
        for item in data["tasks"]
    }
    return Outline(data["stem"], data["title"], tasks, data.get("feedback", "full"), kind)


def key_path(folder: Path, stem: str, kind: Kind, ending: str = ".json") -> Path:
    """Return where a key lies in a folder of keys, or with another ending what lies beside it."""
    return (folder / kind if kind == "lessons" else folder) / f"{stem}{ending}"


def _read(folder: Path, stem: str, kind: Kind) -> dict[str, Any]:
    path = key_path(folder, stem, kind)
    if not path.is_file():
        what, known = kind.removesuffix("s"), ", ".join(stems(kind)) or "none yet"
        raise KeyMissing(f"The course has no {what} called “{stem}”. It has: {known}.")
    return dict(json.loads(path.read_text(encoding="utf-8")))


@functools.cache
def _load_key(folder: Path, stem: str, kind: Kind) -> Key:
    data = _read(folder, stem, kind)
    feedback = data.get("feedback", "full")
    tasks = {item["task"]: _task_from_json(item, feedback) for item in data["tasks"]}
    return Key(data["stem"], data["title"], data["setup"], tasks, kind)


def forget_keys() -> None:
    """Read the key files anew: they have just been built."""
    _load_key.cache_clear()


EXPECTED: Mapping[Feedback, str] = {"full": "expected", "shape": "shape"}
"""Where a key keeps what is expected, by what it lets checking say."""


def _task_from_json(item: Mapping[str, Any], feedback: Feedback) -> Task:
    from alliance.answers import Answer, Spec, from_json  # here, because what reads no answer need not wait for pandas

    # A learner's copy has no wrong answers, or has them without the names that are for teachers.
    wrong = [
        WrongAnswer(w.get("name", ""), w.get("misconception", ""), w["message"], from_json(w["answer"]))
        for w in item.get("wrong", [])
    ]
    return Task(
        task=item["task"],
        title=item["title"],
        form=item["form"],
        spec=Spec.from_dict(item["check"]),
        expected=from_json(item[EXPECTED[feedback]]) if feedback in EXPECTED else Answer("other"),
        stub_answer=from_json(item["stub_answer"]),
        wrong=wrong,
        start=item["start"],
        stub=item["stub"],
        section=item.get("section", ""),  # keys that were built before tasks had one
        feedback=feedback,
        above=frozenset(item.get("above", ())),
        hints=[Hint(one["text"], tuple(one["asks"].split())) for one in item.get("hints", ())],
        ways=item.get("ways", ()),
        forms=item.get("forms", ()),
        words=item.get("words", ()),
        chooses=item.get("chooses", False),
        needs=item.get("needs", ()),
    )


def stems(kind: Kind = "exercises") -> tuple[str, ...]:
    """Return the stems of all exercises, or of all lessons, that have a key, in order."""
    return tuple(sorted(path.stem for path in key_path(keys_folder(), "*", kind).parent.glob("*.json")))


def key_with(task: str) -> Key:
    """Return the key that has a task, such as `5.2` or `5.a`. Raises KeyMissing with the names that are near."""
    number, kind = task.split(".")[0].zfill(2), kind_of(task)
    for stem in stems(kind):
        if stem.startswith(f"{number}_"):
            key = load_key(stem, kind)
            if task in key.tasks:
                return key
            what, known = kind.removesuffix("s").capitalize(), ", ".join(key.tasks)
            has = f"It has {known}." if known else "It has none of its own."
            raise KeyMissing(f"{what} {number} has no task “{task}”. {has}")
    raise KeyMissing(
        f'There is no task “{task}”. An exercise\'s are written like "5.2", a lesson\'s like "5.a": '
        "the lesson's number, a full stop, and a number or a letter."
    )


def find_task(name: str) -> Task:
    """Return a task by its name, such as `5.2` or `5.a`. Raises KeyMissing with the names that are near."""
    return key_with(name).tasks[name]
