"""Tests reach this computer and no other: in this process, in those it starts, and in Jupyter's kernels."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

OUTSIDE = "192.0.2.1"  # reserved for documentation (RFC 5737): nobody's, so that even a broken block disturbs no one
REACH_OUT = f"import socket; socket.create_connection(({OUTSIDE!r}, 80), timeout=30)"
REACH_LOOPBACK = """
import socket
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname()).close()
server.close()
print("reached")
"""


def by_address() -> None:
    socket.create_connection((OUTSIDE, 80), timeout=30)


def by_address_version_6() -> None:
    with socket.socket(socket.AF_INET6) as one:
        one.connect(("2001:db8::1", 80))


def without_connection() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"hello", (OUTSIDE, 53))


def by_name() -> None:
    socket.getaddrinfo("example.org", 80)


def by_library() -> None:
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open("http://example.org", timeout=30)


@pytest.mark.parametrize("way", [by_address, by_address_version_6, without_connection, by_name, by_library])
def test_no_way_out_of_this_process(way: Callable[[], None]) -> None:
    with pytest.raises(OSError, match="tests run offline: socket"):
        way()


def test_this_computer_is_reached(capsys: pytest.CaptureFixture[str]) -> None:
    exec(REACH_LOOPBACK, {})
    assert capsys.readouterr().out == "reached\n"
    assert socket.getaddrinfo("localhost", 80)
    assert socket.getaddrinfo(OUTSIDE, 80), "a numeric address is looked up nowhere"


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="Windows has no unix sockets in Python")
def test_unix_sockets_work(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(os.path.relpath(tmp_path / "s"))
        server.listen()
        client.connect(os.path.relpath(tmp_path / "s"))


def test_no_way_out_of_a_process_that_a_test_starts() -> None:
    out = subprocess.run([sys.executable, "-c", REACH_OUT], capture_output=True, text=True)
    assert out.returncode != 0
    assert "tests run offline" in out.stderr
    assert subprocess.run([sys.executable, "-c", REACH_LOOPBACK], capture_output=True).stdout.split() == [b"reached"]


def test_no_way_out_of_a_kernel() -> None:
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        said: list[dict[str, Any]] = []
        reply = client.execute_interactive(REACH_OUT, output_hook=said.append, timeout=60)
        assert reply["content"]["status"] == "error"
        assert reply["content"]["ename"] == "OutsideNetworkError"
        assert "tests run offline" in reply["content"]["evalue"]
        reply = client.execute_interactive(REACH_LOOPBACK, output_hook=said.append, timeout=60)
        assert reply["content"]["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_programs_that_are_not_python_find_no_proxy_and_no_index() -> None:
    assert os.environ["https_proxy"] == os.environ["HTTP_PROXY"] == "http://127.0.0.1:9"
    assert os.environ["PIP_NO_INDEX"] == "1"
