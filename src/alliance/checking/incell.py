"""`check` in a notebook: the same verdict as the automated check, at once and offline."""

from __future__ import annotations

import contextlib
import html
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from alliance.answers import Answer, is_untried, portable
from alliance.checking.clues import misspelt, names_given, nearest
from alliance.checking.errors import error_line
from alliance.checking.keys import KeyMissing, Task, cell_id, find_task, key_with, stems
from alliance.checking.record import keep_from_kernel
from alliance.checking.session import CHECK_CALL, follow, last_run
from alliance.checking.verdicts import Verdict, judge, raised, recorded

LOOKS = {
    "right": ("success", "✔ right", "color:#123d17;background:#d7ebd9;border-color:#5a9e63"),
    "wrong": ("danger", "✘ wrong", "color:#6b0f17;background:#fbdadd;border-color:#c8606a"),
    "not tried": ("info", "○ not tried", "color:#0d3a5c;background:#dbeaf7;border-color:#5b8fb9"),
    "recorded": ("info alert-recorded", "● recorded", "color:#3b1d5c;background:#ece3f6;border-color:#8a6fb3"),
    "raised": ("warning", "! error", "color:#4d3800;background:#fdf0cd;border-color:#b8902f"),
}
CODE = "color:inherit;background:transparent"
"""Colours of their own, because a theme's pale text on a pale box cannot be read: all have a contrast above 7.

JupyterLab's dark themes get dark ones from `learner/jupyter/`, by the names of the classes.
"""


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
        folded = "".join(_details(title, paragraphs) for title, paragraphs in self._verdict.folded)
        return f'<div class="alert alert-{kind}" role="status" style="{look}">{head} {message}{folded}</div>'


def _details(title: str, paragraphs: Sequence[str]) -> str:
    """Return paragraphs as HTML that opens below its heading; one alone needs no mark of its own."""
    texts = [html.escape(one, quote=False).replace("\n", "<br>") for one in paragraphs]
    inside = texts[0] if len(texts) == 1 else f"<ul>{''.join(f'<li>{one}</li>' for one in texts)}</ul>"
    return f"<details><summary>{title}</summary>{inside}</details>"


def check(task: str, answer: Any = ...) -> Shown:
    """Return the verdict on `answer` for a task such as "5.2" or "5.a", with the reason when it is wrong.

    In an opened exercise or lesson the verdict is kept for `progress()`. Raises nothing for a wrong answer, whatever
    it is. A task that does not exist is answered with a sentence.
    """
    try:
        known = find_task(str(task))
    except KeyMissing as missing:
        if not stems():  # where a class is graded, no key is within reach of the notebook
            return Shown(recorded(str(task)))
        return Shown(Verdict(str(task), "not tried", str(missing)))
    verdict = _verdict(known, portable(answer, known.spec.calls))
    keep_from_kernel(verdict)
    return Shown(verdict)


def _verdict(task: Task, given: Answer) -> Verdict:
    """Return the verdict on an answer in this kernel, whose last runs say why there may be none."""
    run = last_run(cell_id(task.task, "answer"), task.spec.answer)
    if run and run.error and (is_untried(given) or run.unreadable):
        return raised(task, error_line(*run.error))
    return judge(task, given, run.code if run else "")


def _guide(shell: Any, kind: type, value: NameError, traceback: TracebackType, tb_offset: int | None = None) -> None:
    """Answer a check of a name that does not exist yet with what to do; show any other NameError as Python does."""
    from IPython.display import display

    call = CHECK_CALL.match(str(shell.user_ns.get("In", [""])[-1]))
    if call is None or value.name == "check":
        shell.showtraceback((kind, value, traceback), tb_offset=tb_offset)
        return
    display(Shown(_without(call.group(1), str(value.name), shell.user_ns)))


def _without(name: str, missing: str, known: Mapping[str, Any]) -> Verdict:
    """Return the verdict on a task whose answer's name does not exist in the kernel, where `known` does."""
    with contextlib.suppress(KeyMissing):
        task = find_task(name)
        if missing == task.spec.answer:
            verdict = _verdict(task, portable(...))
            near = nearest(missing, set(known) - names_given(_handed_out(task)) - task.above)
            if verdict.state == "raised":
                return verdict
            if near:
                return Verdict(name, "not tried", misspelt(missing, near))
    return Verdict(
        name,
        "not tried",
        f"`{missing}` does not exist yet: run the cell with your answer first (and those above it), then this one.",
    )


def _handed_out(task: Task) -> list[str]:
    """Return the code that was handed out with the tasks of a notebook: its names are no answers."""
    key = key_with(task.task)
    return [key.setup, *(code for one in key.tasks.values() for code in (one.start, one.stub))]


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
