"""Run a learner's code in a kernel of its own, with bounds on time, memory and output."""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import json
import subprocess
import time
from pathlib import Path
from queue import Empty
from typing import Any, Literal, Self

from alliance.answers import Answer
from alliance.answers.border import MOST_LETTERS, read_report
from alliance.answers.compare import NEVER_READ
from alliance.answers.spec import Spec
from alliance.checking.errors import error_line
from alliance.checking.session import nobodys
from alliance.plaintext import encodable

Status = Literal["ok", "raised", "timeout", "dead", "flooded"]

UNREADABLE = Answer("other", shown=NEVER_READ, value="reading it does not end, or stops Python")

PREAMBLE = """
try:
    import resource as _r
    _r.setrlimit(_r.RLIMIT_AS, ({memory}, {memory}))
    del _r
except Exception:
    pass
"""


FAILED_COMMAND = "UsageError: "
"""How IPython begins to say that a command of its own (`%time`) has failed; it prints this and raises nothing."""


@dataclasses.dataclass(frozen=True)
class Limits:
    """What one task may use: seconds of time, bytes of output, bytes of memory (where the system can bound it)."""

    seconds: float = 60
    tasks: int = 5
    """How many times the seconds of a task a whole notebook may take."""
    output: int = 20_000_000
    memory: int = 6 * 1024**3

    @property
    def whole(self) -> float:
        """The seconds that all code of a notebook may take together, however it is divided."""
        return self.seconds * self.tasks


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How running a piece of code ended; `error` is the last line of its traceback."""

    status: Status
    error: str = ""


class ReplacedKernel:
    """What runs a notebook's cells, and is replaced by a fresh one with what had run before when it is lost."""

    def __init__(self, limits: Limits, setup: str) -> None:
        self._limits, self._setup = limits, setup
        self._history: list[str] = []
        self._start()
        self._end = time.monotonic() + limits.whole

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def run(self, code: str, seconds: float | None = None) -> Outcome:
        """Run one cell. After a timeout, a flood or a death a fresh kernel takes over, with the earlier cells run.

        When the time of the whole notebook is used up, nothing more is run.
        """
        outcome = self._within(self._limits.seconds if seconds is None else seconds, code)
        if outcome.status in {"timeout", "flooded", "dead"}:
            self._replace()
        else:
            self._history.append(code)
        return outcome

    def _replace(self) -> None:
        """Start again and run what ran before, without the cell that stopped the kernel."""
        earlier, self._history = self._history, []
        self._stop()
        self._start()
        for code in earlier:
            outcome = self._within(self._limits.seconds, code)
            if outcome.status in {"ok", "raised"}:
                self._history.append(code)
            else:
                self._stop()
                self._start()
                return

    def _within(self, seconds: float, code: str) -> Outcome:
        """Run code within `seconds` and what is left of the whole notebook's."""
        seconds = min(seconds, self._left())
        return self._execute(code, seconds) if seconds > 0 else Outcome("timeout")

    def _left(self) -> float:
        """Return the seconds that are left of the whole notebook's."""
        return self._end - time.monotonic()

    def _start(self) -> None:
        """Start, and run the set-up."""
        raise NotImplementedError

    def _stop(self) -> None:
        """End it, in whatever state it is."""
        raise NotImplementedError

    def _execute(self, code: str, seconds: float) -> Outcome:
        """Run code within `seconds`."""
        raise NotImplementedError


class LearnerKernel(ReplacedKernel):
    """An ordinary Jupyter kernel for one notebook, in the folder where the notebook stands."""

    def __init__(self, folder: Path, limits: Limits, setup: str) -> None:
        self._folder = folder
        super().__init__(limits, setup)

    def _start(self) -> None:
        from jupyter_client.manager import KernelManager  # here, because a forked process does without it

        self._manager = KernelManager(kernel_name="python3")
        # What a kernel writes past its channels is not an output of the notebook.
        self._manager.start_kernel(
            cwd=str(self._folder), env=nobodys(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)
        self._execute(PREAMBLE.format(memory=self._limits.memory), 10)
        if self._setup:
            self._execute(self._setup, 60)

    def _stop(self) -> None:
        with contextlib.suppress(Exception):  # a kernel that died badly must not hide the verdicts
            self._client.stop_channels()
        with contextlib.suppress(Exception):
            self._manager.shutdown_kernel(now=True)

    def _execute(self, code: str, seconds: float) -> Outcome:
        """Run code and follow its outputs until it is idle again or breaks a limit."""
        message = self._client.execute(code, store_history=False, allow_stdin=False, stop_on_error=False)
        deadline = time.monotonic() + seconds
        size, error = 0, ""
        while True:
            reply = self._next_message(deadline)
            if isinstance(reply, Outcome):
                return reply
            if reply["parent_header"].get("msg_id") != message:
                continue
            content = reply["content"]
            if reply["msg_type"] == "status" and content["execution_state"] == "idle":
                return Outcome("raised", error) if error else Outcome("ok")
            if reply["msg_type"] == "error":
                error = error_line(str(content.get("ename", "Error")), str(content.get("evalue", "")))
            elif reply["msg_type"] == "stream" and str(content.get("text", "")).startswith(FAILED_COMMAND):
                error = str(content["text"]).strip().splitlines()[0][:300]
            size += _size(content)
            if size > self._limits.output:
                return Outcome("flooded")

    def _next_message(self, deadline: float) -> Any:
        """Return the next message, or the Outcome that makes further waiting useless."""
        while True:
            try:
                return self._client.get_iopub_msg(timeout=0.2)
            except Empty:
                if not self._manager.is_alive():
                    return Outcome("dead")
                if time.monotonic() > deadline:
                    return Outcome("timeout")

    def answer(self, spec: Spec) -> Answer:
        """Return the value of a task's answer variable, as the kernel reports it."""
        expression = (
            "__import__('alliance.checking.report', fromlist=['report'])"
            f".report(globals().get({spec.answer!r}, ...), {json.dumps(spec.calls)!r})"
        )
        # The first import is a cell's: pandas asks `get_ipython`, which expressions lack, how it's to show tables.
        message = self._client.execute(
            "__import__('alliance.checking.report')",
            silent=True,
            store_history=False,
            user_expressions={"answer": expression},
        )
        deadline = time.monotonic() + min(self._limits.seconds, self._left())
        while True:
            try:
                reply = self._client.get_shell_msg(timeout=0.2)
            except Empty:
                if self._manager.is_alive() and time.monotonic() < deadline:
                    continue
                self._replace()
                return UNREADABLE
            if reply["parent_header"].get("msg_id") == message:
                return _read_reply(reply["content"])


def _read_reply(content: dict[str, Any]) -> Answer:
    value = content.get("user_expressions", {}).get("answer", {})
    text = value.get("data", {}).get("text/plain", "")
    try:
        return read_report(ast.literal_eval(text) if len(text) <= 2 * MOST_LETTERS else None)
    except (TypeError, ValueError, SyntaxError):
        return Answer("other", shown="a value that cannot be read", value=encodable(str(value.get("ename")))[:100])


def _size(content: dict[str, Any]) -> int:
    data = content.get("data")
    size = len(content.get("text", "") or "")
    return size + (sum(len(str(value)) for value in data.values()) if isinstance(data, dict) else 0)
