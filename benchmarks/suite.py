"""Where the test command's time goes, by the clock, of the processors and by file; for one course folder or several.

    python benchmarks/suite.py FOLDER [FOLDER …] [-- pytest options]

Each folder is a clone of the course in which `python3 course.py test` has been started once, so that everything is
installed. Where the system has control groups that may be written to, processor time is that of all processes that a
run starts, browsers and kernels included; elsewhere it is that of those that ended and were waited for. Measure on a
machine that does nothing else.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import suite_times
from measure import as_table, machine

HERE = Path(__file__).resolve().parent
GROUPS = (("/sys/fs/cgroup/cpuacct", "cpuacct.usage", 1e-9), ("/sys/fs/cgroup", "cpu.stat", 1e-6))
"""Folder of control groups, the file that counts processor time, and its unit in seconds (versions 1 and 2)."""
LONGEST = 25


class Group:
    """A control group of its own for one run, or none where the system has none to give."""

    def __init__(self) -> None:
        self.folder, self._file, self._unit = None, "", 0.0
        for root, file, unit in GROUPS:
            folder = Path(root, f"course-{os.getpid()}")
            try:
                folder.mkdir()
            except OSError:
                continue
            self.folder, self._file, self._unit = folder, file, unit
            return

    def enter(self) -> None:
        """Put this process, which is about to become another program, into the group."""
        if self.folder:
            (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def seconds(self) -> float | None:
        """Return the processor time that the group has used, and remove it."""
        if self.folder is None:
            return None
        used = float((self.folder / self._file).read_text().split()[1 if self._file == "cpu.stat" else 0]) * self._unit
        for folder in [*(one for one in self.folder.iterdir() if one.is_dir()), self.folder]:
            try:
                folder.rmdir()
            except OSError:
                print(f"{folder} still holds a process.", file=sys.stderr)
        return used


def measured(folder: Path, options: Sequence[str]) -> tuple[float, float, list[dict[str, float | str]], str]:
    """Run a folder's suite; return seconds by the clock, processor seconds, a row a test, and pytest's last line."""
    with tempfile.TemporaryDirectory() as private:
        rows = Path(private, "rows.jsonl")
        environment = os.environ | {suite_times.OUT: str(rows), "PYTHONPATH": str(HERE), "CI": "true"}
        group = Group()
        if group.folder:
            environment[suite_times.GROUP] = str(group.folder)
        before, start = os.times(), time.monotonic()
        command = runpy.run_path(str(folder / "course.py"))["test_command"](["-q", "-p", "suite_times", *options])
        done = subprocess.run(
            command, cwd=folder, env=environment, preexec_fn=group.enter, capture_output=True, text=True
        )
        clock, after = time.monotonic() - start, os.times()
        waited = after.children_user + after.children_system - before.children_user - before.children_system
        processor = group.seconds()
        if done.returncode:
            print(done.stdout[done.stdout.find("= FAILURES =") if "= FAILURES =" in done.stdout else 0 :])
        last = (done.stdout.strip().splitlines() or [done.stderr.strip()[-300:]])[-1].strip("= ")
        found = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()] if rows.exists() else []
        return clock, waited if processor is None else processor, found, last


def by_file(rows: Sequence[dict[str, float | str]]) -> list[list[str]]:
    """Return the longest files: name, tests, seconds by the clock and of the processors.

    Lessons and solutions are one file each. What workers share is counted where it was made.
    """
    clock: dict[str, float] = defaultdict(float)
    processor: dict[str, float] = defaultdict(float)
    count: dict[str, int] = defaultdict(int)
    for row in rows:
        name = str(row["test"]).partition("::")[0]
        name = name if name.startswith("tests/") else f"{name.split('/')[0]}/"
        clock[name] += float(row["clock"])
        processor[name] += float(row["processor"])
        count[name] += 1
    longest = sorted(clock, key=lambda name: -clock[name])
    groups = [(name, [name]) for name in longest[:LONGEST]] + [("all others", longest[LONGEST:])]
    return [
        [
            name,
            str(sum(count[one] for one in files)),
            f"{sum(clock[one] for one in files):.0f}",
            f"{sum(processor[one] for one in files):.0f}",
        ]
        for name, files in groups
    ]


def main(arguments: Sequence[str]) -> None:
    """Measure each folder named, and print tables."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    folders, options = arguments[:cut], arguments[cut + 1 :]
    print(machine())
    for folder in [Path(one).resolve() for one in folders or [HERE.parent]]:
        clock, processor, rows, last = measured(folder, options)
        print(f"\n{folder.name}: {clock:.0f} s by the clock, {processor:.0f} s of the processors,")
        print(f"clock / processor {clock / processor:.2f}. {last}\n")
        print(as_table(["file", "tests", "seconds by the clock", "seconds of the processors"], by_file(rows)))


if __name__ == "__main__":
    main(sys.argv[1:])
