"""Take out of the key of an exercise or a lesson what a learner's copy is not to hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alliance.answers import Answer, from_json, shape_of, to_json
from alliance.checking.keys import EXPECTED, Feedback

HANDED_OUT = ("task", "title", "form", "section", "start", "stub", "stub_answer", "above")
"""What a task's key says that learners are told, or see when they run what they were given."""
SAYS_NOTHING = ("other", "none", "untried")


def released_key(key: Mapping[str, Any], feedback: Feedback) -> dict[str, Any]:
    """Return a key file's data for a learner's copy.

    With full feedback expected and wrong answers stay, since verdicts need them; names and reasons of misconceptions,
    which only teachers read, go. With `shape` there is the shape of what is expected and no value; with `none` there
    is what was handed out. What the unchanged stub gives stays in all: whoever runs the stub sees it.
    """
    tasks = [(_with_answers if feedback == "full" else _without_answers)(task, feedback) for task in key["tasks"]]
    return {**key, "feedback": feedback, "tasks": tasks}


def _with_answers(task: Mapping[str, Any], _: Feedback) -> dict[str, Any]:
    wrong = [{"message": one["message"], "answer": one["answer"]} for one in task["wrong"]]
    return {**task, "wrong": wrong}


def _without_answers(task: Mapping[str, Any], feedback: Feedback) -> dict[str, Any]:
    kept = {name: task[name] for name in HANDED_OUT if name in task}
    expected = from_json(task["expected"])
    check = dict(task["check"])
    # Without it, only what equals the stub's result counts as untried: an answer near it may be the right one.
    check.pop("tolerance", None)
    if expected.type == "function":
        tried = _tried_on(expected)
        check["calls"] = [check["calls"][i] for i in tried]
        expected.results = [expected.results[i] for i in tried]
        stub = from_json(kept["stub_answer"])
        stub.results = [stub.results[i] for i in tried]
        kept["stub_answer"] = to_json(stub)
    if "text" in check:
        check["text"] = {"words": check["text"]["words"]}
    if feedback == "shape":
        kept[EXPECTED["shape"]] = to_json(shape_of(expected))
    else:
        check = {name: check[name] for name in ("answer", "calls") if name in check}
    return {**kept, "check": check}


def _tried_on(expected: Answer) -> list[int]:
    """Return the place of the one example a function is tried on: the first that gives it something to return."""
    usual = [i for i, result in enumerate(expected.results) if result.type not in SAYS_NOTHING]
    return usual[:1] or list(range(len(expected.results)))[:1]
