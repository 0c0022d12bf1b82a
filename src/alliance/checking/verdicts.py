"""Judge one answer: not tried, wrong (with the reason), right, or raised; recorded, where a key knows no answer."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Literal

from alliance.answers import Answer, compare, describe_shape, is_untried, misfit
from alliance.answers.forms import class_name
from alliance.answers.neutral import neutrally
from alliance.answers.plots.arranging import seen_only
from alliance.answers.plots.comparing import same_mistake
from alliance.answers.trying import NoEnd, ended
from alliance.checking.clues import of_missing, of_nothing, of_untried
from alliance.checking.errors import error_line
from alliance.checking.keys import Task, WrongAnswer, kind_of
from alliance.checking.leads import of_wrong
from alliance.figures import description

State = Literal["not tried", "wrong", "right", "raised", "recorded"]

SEEN = "What the check sees in your plot"
MODELS = "Two other ways to write it"
RUBRIC = "What no program can check: read your text again with these questions"
PASSES = "All that can be checked is there."
LATER = "What is right is said when your notebook is graded."
IN_A_LESSON = "The tasks in lessons are not graded; your teacher has the answers."


def later(task: str) -> str:
    """Return when a learner hears what is right, where `check` does not say it."""
    return LATER if kind_of(task) == "exercises" else IN_A_LESSON


@dataclasses.dataclass(frozen=True)
class Verdict:
    """The judgement of one task: state, the message for the learner, and the name of the misconception met.

    `stopped` says that the code was stopped from outside, so that the state may be the machine's fault. `seen` is what
    the check sees in a plot: too long for the message, and worth a look. `written` is a text that was written. `fault`
    says that the check itself failed.
    """

    task: str
    state: State
    message: str
    misconception: str | None = None
    stopped: bool = False
    seen: str = ""
    written: Written | None = None
    fault: str = ""

    @property
    def folded(self) -> list[tuple[str, Sequence[str]]]:
        """What is worth a look after the verdict, as headings with paragraphs: a plot's parts, other texts."""
        parts: list[tuple[str, Sequence[str]]] = [(SEEN, [self.seen])] if self.seen else []
        if self.state == "right" and self.written:
            parts += [(MODELS, self.written.models), (RUBRIC, self.written.rubric)]
        return [(title, paragraphs) for title, paragraphs in parts if paragraphs]

    @property
    def text(self) -> str:
        """The verdict as plain text: a paragraph, and below it what is worth a look."""
        said = f"{self.task} {self.state}. {self.message}".strip()
        return "\n\n".join([said, *(_plainly(title, paragraphs) for title, paragraphs in self.folded)])


def _plainly(title: str, paragraphs: Sequence[str]) -> str:
    if len(paragraphs) == 1:
        return f"{title}: {paragraphs[0]}"
    return "\n".join([f"{title}:", *("- " + one.replace("\n", "\n  ") for one in paragraphs)])


@dataclasses.dataclass(frozen=True)
class Written:
    """A text that a learner has written, and what it can be held against: two others, and a rubric of three lines."""

    text: str
    models: Sequence[str] = ()
    rubric: Sequence[str] = ()


MOST_SECONDS = 20.0
"""Seconds that comparing one answer may take; the course's own take some hundredths of one."""


def judge_within_bounds(task: Task, given: Answer, code: str = "") -> Verdict:
    """Return the verdict on an answer with which anything may be wrong: what it does to the check concerns no other."""
    try:
        return ended(lambda: judge(task, given, code), MOST_SECONDS)
    except NoEnd:
        much = "Your answer holds so much that comparing it did not end. Is it what the task asks for?"
        return Verdict(task.task, "wrong", much, stopped=True)
    except Exception as error:  # a fault of ours, which must not cost the other tasks their verdicts
        fault = f"the check failed on its answer: {error_line(class_name(error), str(error))}"
        told = f"There is an answer, and {fault}. Please tell the course's authors."
        return Verdict(task.task, "recorded", told, fault=fault)


@neutrally
def judge(task: Task, given: Answer, code: str = "") -> Verdict:
    """Return the verdict on an answer. A named wrong answer is answered with its own message.

    `code` is what the learner ran for the task, where it is known: it says why an answer is missing or nothing.
    """
    if is_untried(given):
        usual = f"Replace ... above with your answer (`{task.spec.answer}`), then run the cell."
        return Verdict(task.task, "not tried", of_untried(task, code) or usual)
    if task.feedback != "full":
        return _of_the_stub(task, given) or _recorded(task, given, code)
    message = compare(task.expected, given, task.spec)
    if message is None:
        said = PASSES if task.spec.text else ""
        return Verdict(task.task, "right", said, seen=_seen(given), written=_written(task, given))
    message = of_nothing(task, given, code) or message
    untried = _of_the_stub(task, given)
    if untried:
        return untried
    wrong = _named(task, given)
    if wrong:
        said = f"{wrong.message} {_where(message, given)}".strip()
        name = wrong.name or None
        return Verdict(task.task, "wrong", said, name, seen=_seen(given), written=_written(task, given))
    message = of_wrong(task, given, code, message)
    return Verdict(task.task, "wrong", message, seen=_seen(given), written=_written(task, given))


def _of_the_stub(task: Task, given: Answer) -> Verdict | None:
    """Return "not tried" for an answer that is what the unchanged stub gives, else None."""
    # A text to be improved is the stub's own only to the letter: held against the demands it would be judged twice.
    spec = task.spec.for_known_mistakes() if task.spec.text else task.spec
    if is_untried(task.stub_answer) or compare(task.stub_answer, given, spec) is not None:
        return None
    unchanged = "This is still the result of the code as it was given to you."
    hint = "If you changed it, the change made no difference."
    if given.type == "function" and all(result.type in {"none", "untried"} for result in given.results):
        hint = "If you changed it, your function still gives nothing back: write return before what it should give."
    return Verdict(task.task, "not tried", f"{unchanged} {hint}")


def _recorded(task: Task, given: Answer, code: str) -> Verdict:
    """Return the verdict where the key does not know what is right: wrong in its shape at most."""
    message = misfit(task.expected, given, task.spec)
    if message:
        message = of_nothing(task, given, code) or message
        return Verdict(task.task, "wrong", message, seen=_seen(given))
    if task.feedback == "none":
        return recorded(task.task)
    asked = describe_shape(task.expected, task.spec)
    fits = f"Your answer has the shape that is asked for: {asked}. {later(task.task)}"
    return Verdict(task.task, "recorded", fits, seen=_seen(given))


def recorded(task: str) -> Verdict:
    """Return the verdict of a check that knows of an answer nothing but that it is there."""
    return Verdict(task, "recorded", f"There is an answer. {later(task)}")


def _named(task: Task, given: Answer) -> WrongAnswer | None:
    """Return the known wrong answer that a given one is; what two of them explain equally well is named by neither."""
    known = [wrong for wrong in task.wrong if _is_mistake(wrong.answer, given, task)]
    if len(known) > 1:
        exact = dataclasses.replace(task.spec, tolerance=None)
        known = [
            wrong
            for wrong in known
            if _names(wrong.answer) == _names(given) and compare(wrong.answer, given, exact) is None
        ]
    return known[0] if len(known) == 1 else None


def _names(answer: Answer) -> set[str | None]:
    return {column.name for column in [*answer.labels, *answer.columns]}


def _is_mistake(wrong: Answer, given: Answer, task: Task) -> bool:
    """Return whether an answer is the same as a named wrong one."""
    if wrong.type in {"other", "untried"} or says_nothing(wrong):
        return False
    spec = task.spec.for_known_mistakes()
    if wrong.type == given.type == "plot":
        return same_mistake(task.expected.panels, wrong.panels, given.panels, spec)
    return compare(_without_extras(wrong, task.expected), given, spec) is None


def says_nothing(answer: Answer) -> bool:
    """Return whether an answer is what very different mistakes lead to: zero, a missing value, no row at all."""
    if answer.type in {"series", "table"}:
        return not answer.cut and answer.rows == 0
    if answer.type == "record":
        return all(says_nothing(item) for item in answer.items.values())
    return answer.type == "none" or (answer.type == "number" and (answer.value == 0 or math.isnan(answer.value)))


def _without_extras(wrong: Answer, expected: Answer) -> Answer:
    """Return a wrong table without the columns that the task does not ask for: learners need not have them."""
    if not wrong.type == expected.type == "table":
        return wrong
    asked = {column.name for column in [*expected.labels, *expected.columns]}
    if not {column.name for column in expected.columns} <= {column.name for column in [*wrong.labels, *wrong.columns]}:
        return wrong  # what is missing or misnamed is the mistake
    return dataclasses.replace(wrong, columns=[column for column in wrong.columns if column.name in asked])


def raised(task: Task, error: str) -> Verdict:
    """Return the verdict on a task whose code stopped with an error. `error` is its last line."""
    said = f"Your code raised an error before there was an answer: {error}"
    hint = of_missing(task, error)
    return Verdict(task.task, "raised", f"{said}. {hint}" if hint else said)


def not_run(task: Task, kind: str) -> Verdict:
    """Return the verdict on a task whose answer stands in a cell of another kind (markdown, raw) than code."""
    name = {"markdown": "a Markdown cell", "raw": "a raw cell"}.get(kind, "no code cell")
    why = f"The cell with your answer has become {name}, so Python does not run it. Change its type back to Code."
    return Verdict(task.task, "not tried", why)


def stopped(task: Task, why: str) -> Verdict:
    """Return the verdict on a task that had to be stopped: out of time, out of memory, too much output."""
    return Verdict(task.task, "wrong", why, stopped=True)


def _where(message: str, given: Answer) -> str:
    """Return the comparison's own message where it adds a place; single values are explained by the misconception."""
    return f"({message})" if given.type in {"series", "table", "plot"} else ""


def _written(task: Task, given: Answer) -> Written | None:
    """Return the text of a writing task with what it can be held against."""
    if not task.spec.demands or given.type != "text":
        return None
    return Written(str(given.value), task.spec.demands.models, task.spec.demands.rubric)


def _seen(given: Answer) -> str:
    """Return what a plot shows, so that the learner sees it as the check does."""
    return description([seen_only(panel) for panel in given.panels]) if given.type == "plot" else ""
