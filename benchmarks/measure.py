"""Measure programs and functions pair by pair, and report the ratios with their spread."""

from __future__ import annotations

import dataclasses
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.02


@dataclasses.dataclass(frozen=True)
class Run:
    """One run of a program: seconds by the clock, seconds of processor time, and peak memory in MB.

    Memory is the resident set, added up over the program and all its children and sampled every 20 ms; pages that
    several processes share are counted in each. Processor time is that of the whole tree.
    """

    seconds: float
    processor: float
    memory: float


class ProgramFailed(Exception):
    """A measured program did not end well, so that its time means nothing; the message ends with what it wrote."""


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Run:
    """Run a program to its end. Raises ProgramFailed when it returns anything but 0."""
    before = os.times()
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    peak = 0.0
    watched = psutil.Process(process.pid)
    while True:
        try:
            process.wait(SAMPLE_SECONDS)
            break
        except subprocess.TimeoutExpired:
            peak = max(peak, _memory(watched))
    seconds = time.perf_counter() - start
    after = os.times()
    written = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise ProgramFailed(f"{' '.join(command)} returned {process.returncode}:\n{written[-2000:]}")
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(seconds, processor, peak)


def _memory(process: psutil.Process) -> float:
    """Return the resident memory of a process and its children in MB; what has just ended counts nothing."""
    total = 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0.0
    for member in family:
        try:
            total += member.memory_info().rss
        except psutil.Error:
            continue
    return total / 1e6


def alternate(first: Callable[[], Run], second: Callable[[], Run], repeats: int) -> list[tuple[Run, Run]]:
    """Run two programs in turn, `repeats` times each, in an order that swaps; a first pair warms up."""
    pairs = []
    for i in range(repeats + 1):
        if i % 2:
            other = second()
            pairs.append((first(), other))
        else:
            pairs.append((first(), second()))
        _progress(i, repeats)
    return pairs[1:]


def _progress(done: int, repeats: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {repeats} pairs" + ("\n" if done == repeats else ""))


def milliseconds(function: Callable[[], object], repeats: int) -> list[float]:
    """Return the processor time of each of `repeats` calls: what they take by the clock where nothing else runs."""
    taken = []
    for _ in range(repeats):
        start = time.thread_time()
        function()
        taken.append((time.thread_time() - start) * 1000)
    return taken


def spread(values: Sequence[float], form: str = ".2f") -> str:
    """Return a median with the lowest and the highest value, as in `1.20 (1.10 to 1.41)`."""
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def machine() -> str:
    """Return the size of this machine and the versions that matter, in one line."""
    import numpy
    import pandas

    memory = psutil.virtual_memory().total / 1e9
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, pandas {pandas.__version__}, numpy {numpy.__version__}; "
        f"load at the start {os.getloadavg()[0]:.1f}"
        if hasattr(os, "getloadavg")
        else f"{os.cpu_count()} cores, {memory:.0f} GB"
    )


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table."""
    print("|", " | ".join(header), "|")
    print("|" + "---|" * len(header))
    for row in rows:
        print("|", " | ".join(row), "|")
