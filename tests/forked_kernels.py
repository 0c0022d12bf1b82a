"""Kernels for tests that start in a moment: forked from one process that has the libraries loaded. Linux only.

As a pytest plugin it starts that process once for a run and lets every kernel named python3 be asked of it. As a
program it is both sides: `serve` loads and forks; `launch` stands in for the kernel in the eyes of who started it,
passes signals on, and ends as the kernel ends. What differs from an ordinary kernel would hide a fault, so
`tests/test_forked_kernels.py` holds the two together, and where the environment asks for other libraries than those
that are loaded, `launch` starts an ordinary kernel.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pytest

ADDRESS = "ALLIANCE_FORKED_KERNELS"
"""The environment variable that names the server's socket."""
DECIDE = ("PYTHON", "MPL", "OPENBLAS", "OMP", "NPY", "LD_", "LC_", "LANG", "TZ", "IPYTHONDIR", "HOME")
"""Beginnings of the environment variables that decide what a kernel is at its start: equal, or no forked kernel."""
ORDINARY = ("-m", "ipykernel_launcher", "-f")
ENDED = b"E"


def decisive(environment: dict[str, str]) -> dict[str, str]:
    """Return what of an environment decides how Python and the libraries are loaded."""
    return {name: value for name, value in environment.items() if name.startswith(DECIDE)}


# --- the stand-in ---------------------------------------------------------------------------------------------------


def launch(connection_file: str) -> None:
    """Have a kernel forked and end as it ends; start an ordinary one where there is nobody to fork it."""
    order = {"file": connection_file, "folder": os.getcwd(), "environment": dict(os.environ)}
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        server.connect(os.environ[ADDRESS])
        socket.send_fds(server, [json.dumps(order).encode() + b"\n"], [0, 1, 2])
        if server.recv(1) != b"Y":
            raise OSError("it holds other libraries")
    except (OSError, KeyError):
        os.execv(sys.executable, [sys.executable, *ORDINARY, connection_file])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
        signal.signal(number, lambda got, _: server.send(bytes([got])))
    said = b""
    while part := server.recv(64):
        said += part
    code = int(said[1:] or b"1") if said.startswith(ENDED) else 1
    if code < 0:
        signal.signal(-code, signal.SIG_DFL) if -code not in (signal.SIGKILL, signal.SIGSTOP) else None
        os.kill(os.getpid(), -code)
    os._exit(code)


# --- the server -----------------------------------------------------------------------------------------------------


def load() -> None:
    """Load what notebooks use. While it loads, numerical libraries get one thread: threads do not survive a fork."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # as ipykernel sets it for itself
    import builtins
    import types

    # pandas asks at its import whether it shows tables in a notebook, and keeps the answer.
    builtins.get_ipython = lambda: types.SimpleNamespace(kernel=True)  # type: ignore[attr-defined]
    import ipykernel.ipkernel
    import ipykernel.kernelapp
    import matplotlib.pyplot
    import numpy
    import pandas
    import seaborn

    del builtins.get_ipython  # type: ignore[attr-defined]
    assert ipykernel and matplotlib and numpy and pandas and seaborn  # imported for what they load


def serve(address: str) -> None:
    """Fork kernels until the process that has started this one is gone."""
    import gc

    del sys.path[0]  # this file's folder; a kernel does not look there
    mine = decisive(dict(os.environ))
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(address)
    listener.listen(64)
    load()
    gc.freeze()
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    poll.register(0, select.POLLIN | select.POLLHUP)  # standard input ends with whoever started this
    kernels: dict[int, tuple[int, socket.socket]] = {}  # by pidfd: process, connection
    connections: dict[int, int] = {}  # by connection: pidfd
    while True:
        for ready, _ in poll.poll():
            if ready == 0:
                for process, _ in kernels.values():
                    _kill(process, signal.SIGKILL)
                os._exit(0)
            if ready == listener.fileno():
                started = _start(listener, mine)
                if started:
                    process, connection = started
                    watched = os.pidfd_open(process)
                    kernels[watched], connections[connection.fileno()] = started, watched
                    poll.register(watched, select.POLLIN)
                    poll.register(connection, select.POLLIN)
            elif ready in kernels:  # the kernel has ended
                process, connection = kernels.pop(ready)
                _, status = os.waitpid(process, 0)
                _tell(connection, os.waitstatus_to_exitcode(status))
                poll.unregister(ready)
                if connections.pop(connection.fileno(), None):
                    poll.unregister(connection)
                os.close(ready)
                connection.close()
            elif ready in connections:  # a signal for it, or its stand-in is gone
                process, connection = kernels[connections[ready]]
                numbers = _received(connection)
                for number in numbers or b"\x09":
                    _kill(process, number)
                if not numbers:
                    poll.unregister(connection)
                    del connections[ready]


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(64)
    except OSError:
        return b""


def _tell(connection: socket.socket, code: int) -> None:
    with contextlib.suppress(OSError):  # nobody waits any more
        connection.send(ENDED + str(code).encode())


def _kill(process: int, number: int) -> None:
    """Send a signal to a kernel and what it has started."""
    try:
        os.killpg(process, number)
    except ProcessLookupError:  # it has only just been forked
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, number)


def _start(listener: socket.socket, mine: dict[str, str]) -> tuple[int, socket.socket] | None:
    """Take an order and fork a kernel for it; None where this process holds other libraries than it asks for."""
    connection, _ = listener.accept()
    text, descriptors, _, _ = socket.recv_fds(connection, 1 << 16, 3)
    while text and not text.endswith(b"\n"):
        text += connection.recv(1 << 16)
    order = json.loads(text) if text else None
    if order is None or decisive(order["environment"]) != mine:
        connection.close()
        for one in descriptors:
            os.close(one)
        return None
    process = os.fork()
    if process == 0:
        os.setsid()
        listener.close()
        connection.close()
        for number, one in enumerate(descriptors):
            os.dup2(one, number)
        _become(order)
    for one in descriptors:
        os.close(one)
    connection.send(b"Y")
    return process, connection


def _become(order: dict[str, object]) -> None:
    """Be the kernel that was asked for; never return."""
    import gc
    import random

    import numpy

    gc.enable()
    os.closerange(3, 256)  # other kernels' connections
    os.environ.clear()
    os.environ.update(order["environment"])  # type: ignore[arg-type]
    os.environ.pop(ADDRESS, None)
    os.chdir(str(order["folder"]))
    random.seed()
    numpy.random.seed()  # a fork copies the state
    sys.argv = ["ipykernel_launcher.py", "-f", str(order["file"])]
    code = 1
    try:
        from ipykernel import kernelapp

        kernelapp.launch_new_instance()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        _finish(code)


def _finish(code: int) -> None:
    """End as a program ends, with what it wanted done at its end."""
    import atexit

    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(code)


# --- the plugin -----------------------------------------------------------------------------------------------------


def start(folder: str) -> object:
    """Start the server without waiting for it, and let kernels named python3 be forked by it. Return the process."""
    import subprocess

    address = os.path.join(folder, "kernels.socket")
    server = subprocess.Popen(
        [sys.executable, __file__, "serve", address], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    kernel = os.path.join(folder, "kernels", "python3")
    os.makedirs(kernel)
    argv = [sys.executable, "-I", "-S", __file__, "launch", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Python 3", "language": "python", "metadata": {"debugger": True}}
    with open(os.path.join(kernel, "kernel.json"), "w", encoding="utf-8") as file:
        json.dump(spec, file)
    os.environ[ADDRESS], os.environ["JUPYTER_PATH"] = address, folder
    return server


def ordinary(environment: dict[str, str]) -> dict[str, str]:
    """Return an environment in which kernels are started in the ordinary way."""
    return {name: value for name, value in environment.items() if name not in (ADDRESS, "JUPYTER_PATH")}


def pytest_configure(config: pytest.Config) -> None:
    """Start the server in the process that started the run, before the others are started."""
    import tempfile

    if hasattr(config, "workerinput") or ADDRESS in os.environ or sys.platform != "linux" or config.option.collectonly:
        return
    folder = tempfile.TemporaryDirectory(prefix="kernels-")
    config.stash_of_kernels = (folder, start(folder.name))  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the server, and with it the kernels that somebody has left."""
    folder, server = getattr(config, "stash_of_kernels", (None, None))
    if folder:
        server.stdin.close()
        server.wait()
        folder.cleanup()
        os.environ.pop(ADDRESS, None)
        os.environ.pop("JUPYTER_PATH", None)


if __name__ == "__main__":
    {"launch": launch, "serve": serve}[sys.argv[1]](sys.argv[2])
