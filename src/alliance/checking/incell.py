"""`check` in a notebook: the same verdict as the automated check, at once and offline."""

from __future__ import annotations

import html
import re
from types import TracebackType
from typing import Any

from alliance.answers import portable
from alliance.checking.keys import KeyMissing, find_task, stems
from alliance.checking.record import keep_from_kernel
from alliance.checking.session import follow
from alliance.checking.verdicts import Verdict, judge, recorded

LOOKS = {
    "right": ("success", "✔ right", "color:#123d17;background:#d7ebd9;border-color:#5a9e63"),
    "wrong": ("danger", "✘ wrong", "color:#6b0f17;background:#fbdadd;border-color:#c8606a"),
    "not tried": ("info", "○ not tried", "color:#0d3a5c;background:#dbeaf7;border-color:#5b8fb9"),
    "recorded": ("info", "● recorded", "color:#3b1d5c;background:#ece3f6;border-color:#8a6fb3"),
    "raised": ("warning", "! error", "color:#4d3800;background:#fdf0cd;border-color:#b8902f"),
}
CODE = "color:inherit;background:transparent"
"""Colours of their own, because a theme's pale text on a pale box cannot be read: all have a contrast above 7."""


class Shown:
    """A verdict as a notebook shows it: coloured and worded in Jupyter, plain text elsewhere."""

    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict

    def __repr__(self) -> str:
        return self._verdict.text

    def _repr_html_(self) -> str:
        kind, words, look = LOOKS[self._verdict.state]
        message = _code(html.escape(self._verdict.message, quote=False))
        head = f"<strong>{self._verdict.task} {words}.</strong>"
        return f'<div class="alert alert-{kind}" role="status" style="{look}">{head} {message}</div>'


def check(task: str, answer: Any = ...) -> Shown:
    """Return the verdict on `answer` for a task such as "5.2", with the reason when it is wrong.

    In an opened exercise the verdict is kept for `progress()`. Raises nothing for a wrong answer, whatever it is. A
    task that does not exist is answered with a sentence.
    """
    try:
        known = find_task(str(task))
    except KeyMissing as missing:
        if not stems():  # where a class is graded, no key is within reach of the notebook
            return Shown(recorded(str(task)))
        return Shown(Verdict(str(task), "not tried", str(missing)))
    verdict = judge(known, portable(answer, known.spec.calls))
    keep_from_kernel(verdict)
    return Shown(verdict)


CHECK_CALL = re.compile(r"\s*check\(\s*['\"]([\d.]+)['\"]")


def _guide(shell: Any, kind: type, value: NameError, traceback: TracebackType, tb_offset: int | None = None) -> None:
    """Answer a check of a name that does not exist yet with what to do; show any other NameError as Python does."""
    from IPython.display import display

    call = CHECK_CALL.match(str(shell.user_ns.get("In", [""])[-1]))
    if call is None or value.name == "check":
        shell.showtraceback((kind, value, traceback), tb_offset=tb_offset)
        return
    missing = (
        f"`{value.name}` does not exist yet: run the cell with your answer first (and those above it), then this one."
    )
    display(Shown(Verdict(call.group(1), "not tried", missing)))


def prepare_kernel() -> None:
    """Guide a learner who checks an answer before running it, and note what is run; nothing outside Jupyter."""
    import sys

    if "IPython" in sys.modules:
        shell = sys.modules["IPython"].get_ipython()
        if shell is not None:
            shell.set_custom_exc((NameError,), _guide)
            follow(shell)


def _code(text: str) -> str:
    """Return text with `…` as HTML code."""
    parts = text.split("`")
    return "".join(f'<code style="{CODE}">{part}</code>' if i % 2 else part for i, part in enumerate(parts))
