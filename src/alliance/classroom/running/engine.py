"""Start the sandboxed process that a class's notebooks are forked from."""

from __future__ import annotations

import functools
import socket
from collections.abc import Sequence
from pathlib import Path

from alliance.checking.forked.forking import Forker
from alliance.checking.forked.kernel import ForkedKernel
from alliance.checking.forked.watching import Walls
from alliance.checking.kernel import Limits
from alliance.classroom.running import sandbox


class Zygote(Forker):
    """A sandboxed process with the libraries loaded; `kernel` gives a fresh child of it for a notebook."""

    def __init__(self, data: Path, walls: Walls | None = None, private: Sequence[Path] = ()) -> None:
        """Start it without waiting until it is ready. `private` are folders that nobody inside may see.

        Raises sandbox.NoSandbox.
        """
        self._walls = walls or Walls()
        bubblewrap = sandbox.require_bubblewrap()
        super().__init__(functools.partial(sandbox.command, bubblewrap, data, [data.parent, *private]))

    def kernel(self, limits: Limits, setup: str) -> ForkedKernel:
        """Return a fresh kernel for one notebook. Raises EngineFailed."""
        return ForkedKernel(functools.partial(self._order, limits), limits, setup, self._walls)

    def _order(self, limits: Limits) -> socket.socket:
        folder = f"{sandbox.COURSE}/exercises"
        return self.send(
            {
                "walls": True,
                "folder": folder,
                "private": [folder, "/tmp", "/dev/shm", sandbox.HOME],
                "hidden": ["/proc"],
                "folder_bytes": self._walls.folder,
                "memory": limits.memory,
                "processor_seconds": self._walls.processor,
                "file_bytes": self._walls.folder,
                "processes": self._walls.processes,
                "output": limits.output,
            }
        )
