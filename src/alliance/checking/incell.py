"""`check` in a notebook: the same verdict as the automated check, at once and offline."""

from __future__ import annotations

import html
from typing import Any

from alliance.answers import portable
from alliance.checking.keys import KeyMissing, find_task
from alliance.checking.verdicts import Verdict, judge

LOOKS = {
    "right": ("success", "✔ right"),
    "wrong": ("danger", "✘ wrong"),
    "not tried": ("info", "○ not tried"),
    "raised": ("warning", "! error"),
}


class Shown:
    """A verdict as a notebook shows it: coloured and worded in Jupyter, plain text elsewhere."""

    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict

    def __repr__(self) -> str:
        return self._verdict.text

    def _repr_html_(self) -> str:
        colour, words = LOOKS[self._verdict.state]
        message = _code(html.escape(self._verdict.message, quote=False))
        return (
            f'<div class="alert alert-{colour}" role="status"><strong>{self._verdict.task} {words}.</strong> {message}</div>'
        )


def check(task: str, answer: Any = ...) -> Shown:
    """Return the verdict on `answer` for a task such as "5.2", with the reason when it is wrong.

    Raises nothing for a wrong answer, whatever it is. A task that does not exist is answered with a sentence.
    """
    try:
        known = find_task(str(task))
    except KeyMissing as missing:
        return Shown(Verdict(str(task), "not tried", str(missing)))
    return Shown(judge(known, portable(answer, known.spec.calls)))


def _code(text: str) -> str:
    """Return text with `…` as HTML code."""
    parts = text.split("`")
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))
