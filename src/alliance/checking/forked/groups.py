"""Put a notebook's processes into a control group (version 2), where the system lets this process make some."""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import re
import time
from pathlib import Path

from alliance.checking.forked.watching import Walls

MOUNTS, OWN = Path("/proc/self/mountinfo"), Path("/proc/self/cgroup")
NEEDED = ("memory", "pids")
WANTED = ("memory", "pids", "cpu")
"""With `cpu`, groups get equal shares of the processors, however many processes are in them."""
NAME = re.compile(r"alliance-(\d+)-\d+$")
PATIENCE = 1.0
"""Seconds in which the processes of a group that was ended must be gone."""
_number = itertools.count()


class Group:
    """A control group for one notebook: the kernel itself bounds its memory, of whatever kind, and its processes."""

    def __init__(self, parent: Path, walls: Walls) -> None:
        """Make it. Raises OSError."""
        self._folder = parent / f"alliance-{os.getpid()}-{next(_number)}"
        self._folder.mkdir()
        for name, text in (
            ("memory.max", str(walls.resident)),
            ("memory.swap.max", "0"),
            ("memory.oom.group", "1"),  # one notebook is ended as a whole
            ("pids.max", str(walls.processes)),
        ):
            with contextlib.suppress(FileNotFoundError):  # a kernel without swap has no such file
                _write(self._folder / name, text)

    def add(self, process: int) -> None:
        """Take a process in; what it starts from now on is in, too. Raises OSError."""
        _write(self._folder / "cgroup.procs", str(process))

    def end(self) -> None:
        """End what is in it, and remove it."""
        with contextlib.suppress(OSError):
            _write(self._folder / "cgroup.kill", "1")
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self._folder.rmdir()
                return
            except OSError:
                if time.monotonic() > until:
                    return  # the next run removes it
                time.sleep(0.002)


def group_for(process: int, walls: Walls) -> Group | None:
    """Return a group with a process in it, or None where there can be none."""
    parent = parent_of_groups()
    if parent is None:
        return None
    try:
        group = Group(parent, walls)
    except OSError:
        return None
    try:
        group.add(process)
    except OSError:
        group.end()
        return None
    return group


@functools.cache
def parent_of_groups() -> Path | None:
    """Return the nearest group above this process in which it may make others that bound memory, or None."""
    mounted = _mounted()
    own = next((line[3:] for line in _read(OWN).splitlines() if line.startswith("0::")), None)
    if mounted is None or own is None:
        return None
    place = mounted / own.strip("/")
    for folder in (place, *place.parents):
        if not folder.is_relative_to(mounted):
            break
        if _bounds(folder):
            _remove_old(folder)
            return folder
    return None


def _mounted() -> Path | None:
    """Return where version 2 of control groups is mounted."""
    for line in _read(MOUNTS).splitlines():
        before, _, after = line.partition(" - ")
        if after.split(" ")[:1] == ["cgroup2"]:
            return Path(before.split(" ")[4])
    return None


def _bounds(folder: Path) -> bool:
    """Return whether groups can be made in a folder, and what is needed is switched on for them, or can be."""
    if not os.access(folder, os.W_OK) or not os.access(folder / "cgroup.procs", os.W_OK):
        return False
    switches = folder / "cgroup.subtree_control"
    for name in WANTED:
        if name not in _read(switches).split():
            with contextlib.suppress(OSError):  # not there, not ours, or the group has processes of its own
                _write(switches, f"+{name}")
    return set(NEEDED) <= set(_read(switches).split())


def _remove_old(folder: Path) -> None:
    """Remove groups of graders that were killed; one in which something still runs stays."""
    for old in folder.iterdir():
        match = NAME.match(old.name)
        if match and not Path(f"/proc/{match[1]}").exists():
            with contextlib.suppress(OSError):
                old.rmdir()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def _write(path: Path, text: str) -> None:
    """Write into a file that is there already. Raises OSError."""
    number = os.open(path, os.O_WRONLY)
    try:
        os.write(number, text.encode())
    finally:
        os.close(number)
