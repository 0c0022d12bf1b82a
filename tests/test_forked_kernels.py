"""A kernel that tests have forked is a kernel like any other: it shows the same, obeys signals, and ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import forked_kernels
import pytest
from jupyter_client.manager import KernelManager, start_new_kernel

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

Kernel = tuple[KernelManager, Any]
LIBRARIES = "import pandas as pd, numpy as np, matplotlib.pyplot as plt, seaborn as sns"
FIRST_CELLS = {
    "an expression": "6 * 7",
    "no name of a library": "{'pd', 'np', 'pandas', 'numpy', 'sns', 'plt', 'matplotlib'} & set(globals())",
    "the working directory": "import os; os.getcwd()",
    "where modules are looked for": "import sys; sys.path",
    "the command line": "import sys; sys.argv[0].rsplit('/', 1)[-1]",
    "the main module": "__name__, type(__builtins__).__name__, sorted(n for n in vars() if n.startswith('__'))",
    "a table": "import pandas as pd; pd.DataFrame({'year': [2023, 2024], 'share': [1.5, None]})",
    "pandas' options": f"{LIBRARIES}; pd.describe_option(_print_desc=False).lower()",
    "matplotlib's settings": "import matplotlib; sorted((k, str(v)) for k, v in matplotlib.rcParams.items())",
    "a figure": "import seaborn as sns; ax = sns.lineplot(x=[1, 2, 3], y=[3, 1, 2])",
    "a warning": "import warnings; warnings.warn('look')",
    "what is warned of": f"{LIBRARIES}; import warnings; sorted(str(f) for f in warnings.filters)",
    "numpy's errors": "import numpy as np; np.geterr()",
    "an error": "1 / 0",
    "input": "input('?')",
    "output of both kinds": "import sys; print('out'); print('err', file=sys.stderr)",
    "threads": "import threading; {t.name for t in threading.enumerate()} - {'Thread-1'}",  # it watches the parent
    "signals": "import signal as s; [str(s.getsignal(n)).split(' at ')[0] for n in (s.SIGINT, s.SIGTERM, s.SIGCHLD)]",
    "the environment": "import os; sorted(n for n in os.environ if n[:4] not in ('JPY_', 'ALLI'))",
    "the locale": "import locale; locale.getlocale()",
    "an environment's own loop": "import asyncio; asyncio.get_running_loop().is_running()",
    "a magic": "%pwd",
    "a shell": "!echo shell",
}


def outputs(client: Any, code: str) -> list[Any]:
    """Return what a cell shows, without what differs from kernel to kernel."""
    shown: list[Any] = []

    def keep(message: dict[str, Any]) -> None:
        content = message["content"]
        if message["msg_type"] == "stream":
            shown.append((content["name"], content["text"]))
        elif message["msg_type"] in {"execute_result", "display_data"}:
            shown.append({kind: value for kind, value in content["data"].items()})
        elif message["msg_type"] == "error":
            shown.append((content["ename"], content["evalue"]))

    client.execute_interactive(code, allow_stdin=False, output_hook=keep, timeout=60)
    return [_without_numbers(one) for one in shown]


def _without_numbers(output: Any) -> Any:
    """Leave out the name of the cell's file, which holds the process's number, and a picture's bytes."""
    if isinstance(output, dict):
        return {kind: value for kind, value in output.items() if kind != "image/png"} | {"kinds": sorted(output)}
    name, text = output
    return (name, "\n".join(line.partition("ipykernel_")[0] for line in text.splitlines()))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    """Return the clients of a forked and of an ordinary kernel in one folder."""
    folder = str(tmp_path_factory.mktemp("kernels"))
    forked, client = start_new_kernel(kernel_name="python3", cwd=folder)
    assert forked.kernel_spec.argv[3:5] == [forked_kernels.__file__, "launch"]
    ordinary = KernelManager(kernel_name="python3")
    ordinary.kernel_spec.argv = [sys.executable, *forked_kernels.ORDINARY, "{connection_file}"]
    ordinary.start_kernel(cwd=folder)
    other = ordinary.client()
    other.start_channels()
    other.wait_for_ready(timeout=60)
    yield client, other
    for manager, one in ((forked, client), (ordinary, other)):
        one.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("code", FIRST_CELLS.values(), ids=FIRST_CELLS)
def test_it_shows_what_an_ordinary_kernel_shows(both: tuple[Any, Any], code: str) -> None:
    forked, ordinary = both
    assert outputs(forked, code) == outputs(ordinary, code)


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    manager, client = start_new_kernel(kernel_name="python3")
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def process(client: Any) -> int:
    """Return the number of the kernel's own process."""
    return int(outputs(client, "import os; os.getpid()")[0]["text/plain"])


def is_running(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ends(number: int) -> bool:
    """Wait for a process to end; return whether it does."""
    deadline = time.monotonic() + 60
    while is_running(number) and time.monotonic() < deadline:
        os.sched_yield()
    return not is_running(number)


def test_it_was_forked_and_not_started(kernel: Kernel) -> None:
    manager, client = kernel
    assert process(client) != manager.provisioner.pid
    assert "forked_kernels" in Path(f"/proc/{process(client)}/cmdline").read_text()


def test_an_interrupt_reaches_the_cell(kernel: Kernel) -> None:
    manager, client = kernel
    asked = client.execute("print('begun', flush=True)\nwhile True: pass")
    while client.get_iopub_msg(timeout=60)["msg_type"] != "stream":
        pass
    manager.interrupt_kernel()
    reply = client.get_shell_msg(timeout=60)
    while reply["parent_header"]["msg_id"] != asked:
        reply = client.get_shell_msg(timeout=60)
    assert reply["content"]["ename"] == "KeyboardInterrupt"


def test_it_ends_with_its_manager_also_inside_a_cell_that_does_not(kernel: Kernel) -> None:
    manager, client = kernel
    number = process(client)
    client.execute("while True: pass")
    manager.shutdown_kernel(now=True)
    assert ends(number)


@pytest.mark.parametrize(
    ("code", "ended"),
    [("import os; os._exit(3)", 3), ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL)],
    ids=["it exits", "it is killed, as for memory"],
)
def test_how_it_ended_is_what_its_manager_learns(kernel: Kernel, code: str, ended: int) -> None:
    manager, client = kernel
    client.execute(code)
    manager.provisioner.process.wait(60)
    assert manager.provisioner.process.returncode == ended


def test_two_kernels_share_neither_names_nor_random_numbers(kernel: Kernel) -> None:
    manager, other = start_new_kernel(kernel_name="python3")
    try:
        code = "import random, numpy as np; random.random(), float(np.random.random())"
        assert outputs(kernel[1], code) != outputs(other, code)
        outputs(kernel[1], "mine = 1")
        assert outputs(other, "mine")[0][0] == "NameError"
    finally:
        other.stop_channels()
        manager.shutdown_kernel(now=True)


def test_where_other_libraries_are_asked_for_the_kernel_is_an_ordinary_one(tmp_path: Path) -> None:
    (tmp_path / "only_there.py").write_text("here = True\n")
    environment = os.environ | {"PYTHONPATH": f"{os.environ['PYTHONPATH']}{os.pathsep}{tmp_path}"}
    manager, client = start_new_kernel(kernel_name="python3", env=environment)
    try:
        assert process(client) == manager.provisioner.pid
        assert outputs(client, "import only_there; only_there.here")[0]["text/plain"] == "True"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_without_a_server_kernels_are_ordinary_ones() -> None:
    environment = os.environ | {forked_kernels.ADDRESS: "/nowhere"}
    manager, client = start_new_kernel(kernel_name="python3", env=environment)
    try:
        assert process(client) == manager.provisioner.pid
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_the_server_ends_with_the_run_that_started_it(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import forked_kernels as f; "
        "print(f.start(sys.argv[2]).pid, flush=True); input()"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parent), str(tmp_path)]
    run = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert run.stdout
    server = int(run.stdout.readline())
    run.kill()
    run.communicate()
    assert ends(server)
