"""Run a notebook's cells in this process and answer over a socket: what a forked child does.

Only this module and what it imports runs beside a learner's code. It knows no expected answer.
"""

from __future__ import annotations

import asyncio
import builtins
import io
import json
import os
import random
import socket
import sys
import types
from typing import Any

from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.shellapp import InteractiveShellApp
from traitlets.config import Config

BACKEND = "module://matplotlib_inline.backend_inline"
"""What draws in a notebook's kernel."""


class NotebookShell(InteractiveShell):  # type: ignore[misc]  # IPython has no type hints
    """IPython as a kernel runs it, without a front end: figures are closed after each cell, errors are remembered."""

    last_error: tuple[str, str] | None = None

    def _showtraceback(self, etype: type, evalue: BaseException, stb: Any) -> None:
        self.last_error = (str(etype.__name__), str(evalue))

    def show_usage_error(self, exc: BaseException) -> None:
        """Remember that a command of IPython's own has failed, which raises no error."""
        self.last_error = ("UsageError", str(exc))

    def ask_exit(self) -> None:
        """End the process, as `exit` ends a kernel."""
        os._exit(0)

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: there are no windows here."""


class CountingStream(io.TextIOBase):
    """A stream that keeps nothing and ends the process when more than `most` characters are written by one cell."""

    encoding = "UTF-8"  # as a kernel's streams say

    def __init__(self, most: int, connection: socket.socket) -> None:
        self.written, self._most, self._connection = 0, most, connection

    def write(self, text: str) -> int:
        """Count the text."""
        self.written += len(text)
        if self.written > self._most:
            send(self._connection, {"flooded": True})
            os._exit(1)
        return len(text)

    def writable(self) -> bool:
        """Say that this stream can be written to."""
        return True


def prepare() -> NotebookShell:
    """Do once what every notebook needs, so that a forked child need not: import libraries, make the shell."""
    _load_libraries()
    InteractiveShellApp().init_path()  # modules beside the notebook can be imported, as in a kernel
    return _make_shell()


def _load_libraries() -> None:
    import matplotlib

    matplotlib.use(BACKEND)
    # pandas asks at its import whether it shows tables in a notebook, and keeps the answer.
    builtins.get_ipython = lambda: types.SimpleNamespace(kernel=True)  # type: ignore[attr-defined]
    import matplotlib.pyplot
    import numpy
    import pandas
    import seaborn

    import alliance.answers
    import alliance.checking.report
    import alliance.figures

    del builtins.get_ipython  # type: ignore[attr-defined]
    assert numpy and pandas and seaborn and alliance.answers and alliance.figures  # imported for what they load


def _make_shell() -> NotebookShell:
    """Return the process's IPython shell, set up as a notebook's kernel is."""
    from IPython.core.pylabtools import activate_matplotlib
    from matplotlib_inline.backend_inline import configure_inline_support

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell: NotebookShell = NotebookShell.instance(config=config)
    # Outputs are not stored, so a figure need not be rendered nor a table be written as HTML.
    shell.display_formatter.active_types = ["text/plain"]
    activate_matplotlib(BACKEND)
    configure_inline_support(shell, BACKEND)
    return shell


def serve(shell: NotebookShell, connection: socket.socket, folder: str, most_output: int) -> None:
    """Run cells and report answers, one request after the other, until the connection is closed."""
    import numpy

    random.seed()
    numpy.random.seed()  # a fork copies the state; two learners must not share their random numbers
    os.chdir(folder)
    silence = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(silence, number)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115  (open as long as the process)
    stream = CountingStream(most_output, connection)
    sys.stdout = sys.stderr = stream
    builtins.input = _no_input
    asyncio.set_event_loop(asyncio.new_event_loop())
    own_number = os.getpid()
    send(connection, {"ready": True})
    while (request := receive(connection)) is not None:
        stream.written = 0
        reply = _answer(shell, request)
        if os.getpid() != own_number:
            os._exit(0)  # a copy that the code has forked answers nothing, as with a kernel
        send(connection, {"id": request["id"], **reply})


def _no_input(prompt: object = "") -> str:
    raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")


def _answer(shell: NotebookShell, request: dict[str, Any]) -> dict[str, Any]:
    """Run one request: a cell's code, or an answer's name with the inputs a function is tried on."""
    if "code" in request:
        shell.last_error = None
        asyncio.get_event_loop().run_until_complete(_run(shell, request["code"]))
        name, text = shell.last_error or ("", "")
        return {"status": "raised" if name else "ok", "name": name[:100], "text": text[:2_000]}
    report = sys.modules["alliance.checking.report"].report
    value = shell.user_ns.get(request["answer"], ...)
    return {"report": report(value, request["calls"])}


async def _run(shell: NotebookShell, code: str) -> None:
    """Run a cell inside an event loop, as a kernel does: `await` works in it, `asyncio.run` does not."""
    try:
        plain, failure = shell.transform_cell(code), None
    except Exception:  # whatever IPython raises for code that is none
        plain, failure = code, sys.exc_info()
    if shell.should_run_async(code, transformed_cell=plain, preprocessing_exc_tuple=failure):
        await shell.run_cell_async(code, store_history=False, transformed_cell=plain, preprocessing_exc_tuple=failure)
    else:
        shell.run_cell(code, store_history=False)


# --- messages: a length in four bytes, then JSON ---------------------------------------------------------------


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    """Send one message."""
    body = json.dumps(message).encode()
    connection.sendall(len(body).to_bytes(4, "big") + body)


def receive(connection: socket.socket) -> dict[str, Any] | None:
    """Return the next message, or None when the other side has closed."""
    head = _exactly(connection, 4)
    body = _exactly(connection, int.from_bytes(head, "big")) if head else None
    return None if body is None else dict(json.loads(body))


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    parts = []
    while size:
        part = connection.recv(min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
