"""Run notebooks in forked processes: order them, watch them, read what they report."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import signal
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

from alliance.answers import Answer
from alliance.answers.border import MOST_LETTERS, read_report
from alliance.answers.spec import Spec
from alliance.checking.errors import error_line
from alliance.checking.forked.forking import START_SECONDS, EngineFailed
from alliance.checking.forked.groups import Group, group_for
from alliance.checking.forked.watching import Walls, Watch
from alliance.checking.kernel import UNREADABLE, Limits, Outcome, ReplacedKernel

MAX_MESSAGE = 2 * MOST_LETTERS + 10_000
"""Bytes: a report is a text within a text, in which each quotation mark takes two letters."""
CREDENTIALS = struct.Struct("3i")


class ForkedKernel(ReplacedKernel):
    """A notebook's forked process; its outcomes are those of `checking.kernel.LearnerKernel`.

    `order` has it forked and returns the connection to it. With `walls` what it uses is watched.
    """

    def __init__(self, order: Callable[[], socket.socket], limits: Limits, setup: str, walls: Walls | None) -> None:
        self._order, self._walls = order, walls
        self._watch: Watch | None = None
        self._group: Group | None = None
        super().__init__(limits, setup)

    def _start(self) -> None:
        self._connection = self._order()
        self._process = 0
        self._buffer = bytearray()
        first = self._next(time.monotonic() + START_SECONDS)
        if isinstance(first, Outcome) or "ready" not in first:
            self._stop()
            said = first.get("broken", first) if isinstance(first, dict) else first.status
            raise EngineFailed(f"a notebook's process did not start: {said}")
        if self._walls:
            self._group = group_for(self._process, self._walls)
            self._watch = Watch(self._process, self._walls)
        if self._setup:
            self._execute(self._setup, START_SECONDS)

    def _stop(self) -> None:
        if self._watch:
            self._watch.end()
        if self._process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                # Behind walls it is process 1 of its namespace, else the leader of its group: what it started ends too.
                (os.kill if self._walls else os.killpg)(self._process, signal.SIGKILL)
            self._process = 0  # the number may be another process's soon
        if self._group:
            self._group.end()
        self._watch = self._group = None
        self._connection.close()

    def _execute(self, code: str, seconds: float) -> Outcome:
        reply = self._ask({"code": code}, seconds)
        if isinstance(reply, Outcome):
            return reply
        if reply.get("status") != "raised":
            return Outcome("ok")
        return Outcome("raised", error_line(str(reply.get("name")), str(reply.get("text"))))

    def answer(self, spec: Spec) -> Answer:
        """Return the value of a task's answer variable, as the process reports it."""
        reply = self._ask({"answer": spec.answer, "calls": json.dumps(spec.calls)}, self._seconds())
        if isinstance(reply, Outcome):
            self._replace()
            return UNREADABLE
        return read_report(reply.get("report"))

    def _seconds(self) -> float:
        return max(0.0, min(self._limits.seconds, self._left()))

    def _ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any] | Outcome:
        """Send a request and return its reply; what answers no request of ours is passed over."""
        number = secrets.token_hex(8)
        body = json.dumps({"id": number, **request}).encode()
        deadline = time.monotonic() + seconds
        try:
            self._connection.settimeout(seconds)
            self._connection.sendall(len(body).to_bytes(4, "big") + body)
        except OSError:
            return Outcome("dead")
        while True:
            reply = self._next(deadline)
            if isinstance(reply, Outcome) or reply.get("id") == number:
                return reply
            if reply.get("flooded"):
                return Outcome("flooded")

    def _next(self, deadline: float) -> dict[str, Any] | Outcome:
        """Return the next message, or the outcome that makes further waiting useless."""
        while True:
            if len(self._buffer) >= 4:
                size = int.from_bytes(self._buffer[:4], "big")
                if size > MAX_MESSAGE:
                    return Outcome("flooded")
                if len(self._buffer) >= 4 + size:
                    body = bytes(self._buffer[4 : 4 + size])
                    del self._buffer[: 4 + size]
                    return _message(body)
            left = deadline - time.monotonic()
            if left <= 0:
                return Outcome("timeout")
            readable, _, _ = select.select([self._connection], [], [], left)
            if readable and not self._read():
                return Outcome("dead")

    def _read(self) -> bool:
        """Read what has come, and learn the process's number from the system; return False at the end."""
        try:
            part, extra, _, _ = self._connection.recvmsg(1 << 20, socket.CMSG_SPACE(CREDENTIALS.size))
        except OSError:
            return False
        for level, kind, content in extra:
            if not self._process and level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
                self._process = CREDENTIALS.unpack(content)[0]
        self._buffer += part
        return bool(part)


def _message(body: bytes) -> dict[str, Any]:
    """Return a message as a dictionary; one that is none answers nothing."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}
