"""The process that has the libraries loaded and forks a child for each notebook.

A class's notebooks are run inside the sandbox, each child behind walls of its own; a learner's own notebook on the
learner's own machine may do what the learner may do.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
import sys
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alliance.checking.forked.serving import NotebookShell
    from alliance.checking.forked.walls import Files

    Copies = dict[str, Files]

MOST_ORDER = 1_000_000
"""An order holds at most an environment, in bytes."""


def main() -> None:
    """Fork a child for each order that comes with a connection, until the grader closes the control socket.

    Called with the number of that socket, and with the folders of which each child behind walls gets a copy.
    """
    if not sys.flags.safe_path:
        del sys.path[0]  # the folder in which this process was started; a kernel looks there later than this
    control = socket.socket(fileno=int(sys.argv[1]))
    gc.disable()  # nothing that is loaded becomes garbage
    from alliance.checking.forked import serving, walls

    copied = {folder: walls.read_files(folder) for folder in sys.argv[2:]}
    shell = serving.prepare()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()  # what is loaded stays shared with the children
    with contextlib.suppress(BrokenPipeError):  # nobody waits any more
        control.send(b"ready")
    while True:
        text, connections, _, _ = socket.recv_fds(control, MOST_ORDER, 1)
        if not text:
            os._exit(0)  # there is nothing to clear up
        if os.fork() == 0:
            gc.enable()
            control.close()
            _child(shell, socket.socket(fileno=connections[0]), json.loads(text), copied)
        os.close(connections[0])


def _child(shell: NotebookShell, connection: socket.socket, order: dict[str, Any], copied: Copies) -> None:
    """Put up the walls, serve one notebook, and end; never return."""
    from alliance.checking.forked import calls, serving, walls

    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if order["walls"]:
            walls.enter(order["private"], order["hidden"], order["folder_bytes"], copied)
            walls.limit(order["memory"], order["processor_seconds"], order["file_bytes"], order["processes"])
            walls.drop_privileges()
            walls.forbid(order["private"])
            calls.close_calls()
        else:
            walls.end_with_parent()
            os.setsid()
            walls.limit_memory(order["memory"])
            os.environ.clear()
            os.environ.update(order["environment"])
        serving.serve(shell, connection, order["folder"], order["output"])
    except BaseException:
        serving.send(connection, {"broken": traceback.format_exc(limit=-3)[-2_000:]})
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
