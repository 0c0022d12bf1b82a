"""Start a process that has the libraries loaded, and have it fork a child for each notebook.

Nothing heavy is imported here: while the libraries are loaded there, this process loads its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

START_SECONDS = 60


class EngineFailed(Exception):
    """The grader could not run a notebook, through no fault of its learner."""


class Forker:
    """A zygote (see `zygote`) as the process sees it that has started it."""

    def __init__(
        self,
        command: Callable[[int], Sequence[str]],
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start it without waiting until it is ready: `command` with the number of its control socket, in `folder`."""
        self._owner = os.getpid()
        self._ready, self._failure = False, ""
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  (open as long as the zygote)
        self._process = subprocess.Popen(
            command(theirs.fileno()),
            cwd=folder,
            env=environment,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=self._words,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        theirs.close()

    def wait(self) -> None:
        """Return when the libraries are loaded. Raises EngineFailed when the process does not start."""
        if self._ready:
            return
        if self._failure:
            raise EngineFailed(self._failure)
        self._control.settimeout(START_SECONDS)
        try:
            self._ready = self._control.recv(16) == b"ready"
        except OSError:  # a timeout, or it has ended
            self._ready = False
        if not self._ready:
            self._process.kill()
            self._words.seek(0)
            said = self._words.read()[-2_000:].decode(errors="replace").strip()
            self.close()
            self._failure = f"the process that runs notebooks did not start: {said or 'it said nothing'}"
            raise EngineFailed(self._failure)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the zygote and all its children; in a process that only shares it, leave it alone."""
        self._control.close()
        if os.getpid() != self._owner:
            self._words.close()
            return
        if self._ready:  # else it is still loading, and would see only after that that nobody waits
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(2)
        self._process.kill()
        self._process.wait()
        self._words.close()

    def send(self, order: Mapping[str, Any]) -> socket.socket:
        """Have a child forked; return the connection to it. Raises EngineFailed when the zygote is gone."""
        self.wait()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        try:
            socket.send_fds(self._control, [json.dumps(order).encode()], [theirs.fileno()])
        except OSError as error:
            ours.close()
            raise EngineFailed(f"the process that runs notebooks is gone: {error}") from error
        finally:
            theirs.close()
        return ours
