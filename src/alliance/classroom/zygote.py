"""The process that has the libraries loaded and forks a walled-off child for each notebook; runs inside the sandbox."""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import traceback
from typing import Any


def main() -> None:
    """Fork a child for each order that comes with a connection, until the grader closes the control socket."""
    control = socket.socket(fileno=int(sys.argv[1]))
    from alliance.classroom import serving

    serving.load_libraries()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.collect()
    gc.freeze()  # what is loaded stays shared with the children
    control.send(b"ready")
    while True:
        text, connections, _, _ = socket.recv_fds(control, 65_536, 1)
        if not text:
            return
        if os.fork() == 0:
            control.close()
            _child(socket.socket(fileno=connections[0]), json.loads(text))
        os.close(connections[0])


def _child(connection: socket.socket, order: dict[str, Any]) -> None:
    """Put up the walls, serve one notebook, and end; never return."""
    from alliance.classroom import serving, walls

    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if order["walls"]:
            walls.enter(order["private"], order["hidden"], order["folder_bytes"])
            walls.limit(order["memory"], order["processor_seconds"], order["file_bytes"], order["processes"])
            walls.drop_privileges()
        serving.serve(connection, order["folder"], order["output"])
    except BaseException:
        serving.send(connection, {"broken": traceback.format_exc(limit=-3)[-2_000:]})
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
