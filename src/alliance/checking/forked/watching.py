"""See by the clock what a notebook's processes use, end them when it is too much, and give busy ones one processor."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import random
import signal
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

WATCH_SECONDS = 0.05
MOST_FILES = 1024
"""Open files of all processes together: what lies in pipes and sockets is memory that is counted nowhere else."""
BUSY_LOOKS = 4
"""How often in a row more than one of a notebook's threads must be running before they share one processor."""


@dataclasses.dataclass(frozen=True)
class Walls:
    """What one notebook may use, beside the limits of a task.

    `resident` is the memory of all its processes together (bytes), `folder` the size of each folder it can write
    to (bytes), `processor` seconds of processor time in each process, `processes` the number of processes and threads.
    """

    resident: int = 1_500_000_000
    folder: int = 64_000_000
    processor: int = 600
    processes: int = 64


@dataclasses.dataclass
class Use:
    """What processes use together: bytes of memory, threads, how many of these are running, open files."""

    memory: int = 0
    threads: list[int] = dataclasses.field(default_factory=list)
    running: int = 0
    files: int = 0


class Watch:
    """Looks at a process and all that it started, every few hundredths of a second, until it is told to end.

    It has a thread of its own, so that nothing the grader does meanwhile, and nothing the notebook says, delays it.
    """

    def __init__(self, process: int, walls: Walls) -> None:
        self._process, self._walls = process, walls
        self._over, self._busy = threading.Event(), 0
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Look no more: the process's number may soon be another's."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(WATCH_SECONDS):
            use = use_of(self._process)
            if is_too_much(use, self._walls):
                with contextlib.suppress(OSError):
                    os.kill(self._process, signal.SIGKILL)
                return
            self._busy = self._busy + 1 if use.running > 1 else 0
            if self._busy >= BUSY_LOOKS:
                self._busy = 0
                share_one_processor(use.threads)


def is_too_much(use: Use, walls: Walls) -> bool:
    """Return whether processes use more than the walls allow."""
    return use.memory > walls.resident or len(use.threads) > walls.processes or use.files > MOST_FILES


def share_one_processor(threads: list[int]) -> None:
    """Have threads, and what they start, run on one processor and after all others, so that no neighbour is slowed."""
    processor = {random.choice(sorted(os.sched_getaffinity(0)))}
    for thread in threads:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(thread, processor)
            os.setpriority(os.PRIO_PROCESS, thread, 19)


def use_of(process: int) -> Use:
    """Return what a process and all that it started use now."""
    use, held = Use(), dict[tuple[int, int], int]()
    for one in family(process):
        use.memory += _memory(one)
        threads = _threads(one)
        use.threads += threads
        use.running += sum(_is_running(one, thread) for thread in threads)
        use.files += _files(one, held)
    use.memory += sum(held.values())
    return use


def family(process: int) -> Iterator[int]:
    """Yield a process and all that it started, as the system knows them outside of the sandbox."""
    waiting = [process]
    while waiting:
        one = waiting.pop()
        yield one
        for thread in _threads(one):
            with contextlib.suppress(OSError):
                children = Path(f"/proc/{one}/task/{thread}/children").read_text(encoding="ascii")
                waiting += map(int, children.split())


def _threads(process: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(name) for name in os.listdir(f"/proc/{process}/task")]
    return []


def _is_running(process: int, thread: int) -> bool:
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{process}/task/{thread}/stat").read_text(encoding="ascii", errors="replace")
        return text.rpartition(")")[2].split()[0] == "R"
    return False


def _memory(process: int) -> int:
    """Return the bytes that a process has and the zygote has not: its own and those it shares with what it started."""
    found = 0
    with contextlib.suppress(OSError, ValueError):
        text = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
        for line in text.splitlines():
            if line.startswith(("RssAnon:", "RssShmem:")):
                found += 1024 * int(line.split()[1])
    return found


def _files(process: int, held: dict[tuple[int, int], int]) -> int:
    """Return how many files a process has open; add to `held` those that lie in memory and in no folder."""
    count = 0
    with contextlib.suppress(OSError):
        for name in os.listdir(f"/proc/{process}/fd"):
            count += 1
            with contextlib.suppress(OSError):
                file = os.stat(f"/proc/{process}/fd/{name}")
                if stat.S_ISREG(file.st_mode) and file.st_nlink == 0:
                    held[file.st_dev, file.st_ino] = 512 * file.st_blocks
    return count
