"""Measure programs and functions pair by pair, and report the ratios with their spread."""

from __future__ import annotations

import dataclasses
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.02
SHARES_SECONDS = 0.3


@dataclasses.dataclass(frozen=True)
class Run:
    """One run of a program: seconds by the clock, seconds of processor time, and peak memory in MB.

    Memory is the resident set, added up over the program and all its children and sampled every 20 ms; pages that
    several processes share are counted in each. In `shares`, where it was asked for, each shared page counts once
    (proportional set size, Linux; sampled every 0.3 s, because it is slow to read). Processor time is that of the
    whole tree.
    """

    seconds: float
    processor: float
    memory: float
    shares: float = 0.0


class ProgramFailed(Exception):
    """A measured program did not end well, so that its time means nothing; the message ends with what it wrote."""


def run(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str] | None = None,
    *,
    accept: Sequence[int] = (0,),
    shares: bool = False,
) -> Run:
    """Run a program to its end; `shares` measures memory in the other way. Raises ProgramFailed when it fails.

    A program fails when it returns anything but what is to be accepted.
    """
    interval = SHARES_SECONDS if shares else SAMPLE_SECONDS
    with tempfile.TemporaryFile() as words:
        before = os.times()
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=words, stderr=subprocess.STDOUT)
        peak = 0.0
        watched = psutil.Process(process.pid)
        while True:
            try:
                process.wait(interval)
                break
            except subprocess.TimeoutExpired:
                peak = max(peak, _memory(watched, shares))
        seconds = time.perf_counter() - start
        after = os.times()
        words.seek(0)
        written = words.read().decode(errors="replace")
    if process.returncode not in accept:
        raise ProgramFailed(f"{' '.join(command)[:500]} returned {process.returncode}:\n{written[-2000:]}")
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(seconds, processor, 0.0 if shares else peak, peak if shares else 0.0)


def _memory(process: psutil.Process, shares: bool) -> float:
    """Return the memory of a process and its children in MB; what has just ended counts nothing."""
    total = 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0.0
    for member in family:
        try:
            total += member.memory_full_info().pss if shares else member.memory_info().rss
        except psutil.Error:
            continue
    return total / 1e6


def alternate(
    first: Callable[[], Run], second: Callable[[], Run], repeats: int, *, warm_up: bool = True
) -> list[tuple[Run, Run]]:
    """Run two programs in turn, `repeats` times each, in an order that swaps; `warm_up`: after a pair that isn't kept.

    A single pair that is to show only that both run needs none.
    """
    pairs = []
    for i in range(repeats + warm_up):
        if i % 2:
            other = second()
            pairs.append((first(), other))
        else:
            pairs.append((first(), second()))
        _progress(i + 1 - warm_up, repeats)
    return pairs[warm_up:]


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


def as_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, ["---"] * len(header), *rows])


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table."""
    print(as_table(header, rows))
