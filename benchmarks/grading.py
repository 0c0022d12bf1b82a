"""Grading a class with this course, beside nbgrader, Otter and plain nbval on the same work, in one run.

    python benchmarks/grading.py [--out FILE] [--exercise 08] [--submissions 30] [--cache FOLDER] [--smoke]
    python benchmarks/grading.py --sizes 30,300 [--out FILE] [--exercise 08]

Every grader gets the same learners' code. This course compares by meaning and behind walls; the others run a cell with
assertions for each task (see submissions.py). nbgrader and Otter are installed into environments of their own below
the cache folder, with this course's versions of pandas and the rest; so is this course. Needs the `test` extra.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import os
import shlex
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from checking import find_stem
from measure import ProgramFailed, Run, as_table, machine, run, spread
from submissions import for_nbgrader, for_nbval, for_otter, plain_cells, read_work, write_class

from alliance.classroom.keeping.handins import GRADES

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = Path(__file__).resolve().parent
SAME = ("ipykernel", "ipython", "matplotlib", "matplotlib-inline", "nbclient", "numpy", "pandas", "seaborn")
"""Packages that do the work in every grader: each environment has them in the course's version."""
GRADERS = {"nbgrader": "nbgrader==0.9.6", "otter": "otter-grader==7.0.0"}
OTTER_PART = 0.4
"""The part of the class that Otter grades: it starts anew for each notebook, so that more tell no more."""
WORKERS = (1, 2)


class NotInstalled(Exception):
    """A grader's environment could not be made; the message says why."""


@dataclasses.dataclass(frozen=True)
class Row:
    """What one grader took for `count` notebooks with `workers` side by side; several runs where it was repeated."""

    name: str
    workers: int
    count: int
    runs: Sequence[Run]

    @property
    def per_minute(self) -> float:
        """Submissions per minute, the median of the runs."""
        return self.count / statistics.median(one.seconds for one in self.runs) * 60


# --- environments ------------------------------------------------------------------------------------------------


def pins(*names: str) -> list[str]:
    """Return the course's pins, `name==version; marker`: all of the learner's part, or the packages named."""
    lines = (ROOT / ("locks/full.txt" if names else "locks/lab.txt")).read_text(encoding="utf-8").splitlines()
    found = [line.removesuffix("\\").strip() for line in lines if line[:1].isalnum()]
    return [line for line in found if not names or line.split("==")[0] in names]


def environment(cache: Path, name: str, packages: Sequence[str], constraints: Sequence[str] = ()) -> Path:
    """Return the Python of an environment with these packages, made when it is not there. Raises NotInstalled."""
    folder, wanted = cache / name, "\n".join([*packages, "constraints:", *constraints])
    python, done = folder / "bin" / "python", folder / "installed.txt"
    if done.is_file() and done.read_text(encoding="utf-8") == wanted:
        return python
    say(f"nothing yet: making an environment for {name}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "packages.txt").write_text("\n".join(packages), encoding="utf-8")
    (folder / "constraints.txt").write_text("\n".join(constraints), encoding="utf-8")
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--compile"]
    install += ["-r", str(folder / "packages.txt"), "-c", str(folder / "constraints.txt")]
    for command in ([sys.executable, "-m", "venv", str(folder)], [str(python), *install]):
        made = subprocess.run(command, capture_output=True, text=True)
        if made.returncode:
            said = (made.stderr.strip() or made.stdout.strip() or "no reason given").splitlines()[-1]
            raise NotInstalled(f"{name} could not be installed: {said}")
    done.write_text(wanted, encoding="utf-8")
    return python


def clean_environment(python: Path) -> dict[str, str]:
    """Return the environment of a measured program: its own programs first, and this course importable.

    Every side may keep its byte code, as it does on a user's machine.
    """
    rest = {name: value for name, value in os.environ.items() if name not in {"PYTHONDONTWRITEBYTECODE", "MPLBACKEND"}}
    path = f"{python.parent}{os.pathsep}{rest.get('PATH', '')}"
    return rest | {"PATH": path, "PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "ignore"}


# --- the graders -------------------------------------------------------------------------------------------------


class Bench:
    """The notebooks of one class, and each grader's way to grade them."""

    def __init__(self, folder: Path, stem: str, count: int) -> None:
        self._folder, self._count = folder, count
        self._data = ROOT / "data"
        self._work = read_work(ROOT, stem)
        (folder / "data").symlink_to(self._data, target_is_directory=True)
        self._paths = write_class(ROOT, self._work, count, folder / "in")

    def ours(self, python: Path, workers: int, *options: str, shares: bool = False) -> Run:
        """Grade with this course; results go to a folder of their own each time."""
        out = Path(tempfile.mkdtemp(dir=self._folder, prefix="out-"))
        self.last_out = out
        command = [str(python), "-c", "from alliance.cli import main; main()", "grade", str(self._folder / "in")]
        command += ["--out", str(out), "--workers", str(workers), *options]
        return run(command, ROOT, clean_environment(python), shares=shares)

    def verdicts(self) -> dict[str, list[tuple[str, str, str]]]:
        """Return what this course said in the last run, by file."""
        stored = [json.loads(path.read_text(encoding="utf-8")) for path in (self.last_out / GRADES).rglob("*.json")]
        return {one["file"]: [(t["task"], t["state"], t["message"]) for t in one["tasks"]] for one in stored}

    def right(self, grader: str) -> int | None:
        """Return how many tasks the last run of a grader found right."""
        if grader == "ours":
            return sum(state == "right" for one in self.verdicts().values() for _, state, _ in one)
        if grader == "nbval":
            tests = [
                i for i, (role, _) in enumerate(plain_cells(self._work, 0, self._data)) if role.startswith("test ")
            ]
            cases = ElementTree.parse(f"{self._folder / 'nbval'}.xml").iter("testcase")
            return sum(case.find("failure") is None for case in cases if int(case.attrib["name"].split()[-1]) in tests)
        if grader == "nbgrader":
            scores = []
            for base in self._folder.glob(f"nbgrader-{max(WORKERS)}-*/gradebook.db"):
                with contextlib.closing(sqlite3.connect(base)) as book:
                    scores.append(book.execute("select sum(auto_score) from grade").fetchone()[0])
            return round(sum(scores))
        results = (self._folder / f"otter-{max(WORKERS)}").glob("results-*/results.json")
        tests = [test for one in results for test in json.loads(one.read_text(encoding="utf-8"))["tests"]]
        return round(sum(test.get("score") or 0 for test in tests))

    def cells(self, python: Path, workers: int) -> Run:
        """Run the cells and nothing else."""
        command = [str(python), str(BENCHMARKS / "cells.py"), str(workers), *map(str, self._paths)]
        return run(command, self._folder, clean_environment(python))

    def nbval(self, python: Path, workers: int) -> Run:
        """Run plain nbval, which fails a cell whose assertion fails."""
        folder = self._folder / "nbval"
        if not folder.exists():
            for_nbval(self._work, range(self._count), self._data, folder)
        command = [str(python), "-m", "pytest", "--nbval-lax", "-q", "-p", "no:alliance", "-p", "no:cacheprovider"]
        command += ["-c", os.devnull, "--rootdir", str(folder), f"--junitxml={folder}.xml", str(folder)]
        if workers > 1:
            command += ["-n", str(workers), "--dist", "loadfile"]
        return run(command, folder, clean_environment(python), accept=(0, 1))

    def nbgrader(self, python: Path, workers: int) -> Run:
        """Run `nbgrader autograde`, which has no workers: side by side on parts of the class, each a course."""
        parts = []
        for part in range(workers):
            folder = self._folder / f"nbgrader-{workers}-{part}"
            for_nbgrader(self._work, range(part, self._count, workers), self._data, folder)
            nbgrader = [str(python), "-m", "nbgrader"]
            made = [*nbgrader, "generate_assignment", "ps", "--create", f"--course-dir={folder}"]
            subprocess.run(made, cwd=folder, env=clean_environment(python), check=True, capture_output=True)
            parts.append(f"cd {shlex.quote(str(folder))} && {shlex.join([*nbgrader, 'autograde', 'ps'])}")
        return run(["sh", "-c", _together(parts)], self._folder, clean_environment(python))

    def otter(self, python: Path, workers: int) -> Run:
        """Run `otter run`, one notebook after the other for each worker; `otter grade` would need Docker."""
        folder = self._folder / f"otter-{workers}"
        count = otter_count(self._count)
        for_otter(self._work, range(count), self._data, folder)
        parts = []
        for part in range(workers):
            names = [f"learner{number:02}" for number in range(part, count, workers)]
            one = f"{shlex.quote(str(python))} -m otter run -a autograder.zip -o results-$name $name.ipynb || exit 1"
            for name in names:
                (folder / f"results-{name}").mkdir()
            parts.append(f"for name in {' '.join(names)}; do {one}; done")
        return run(["sh", "-c", _together(parts)], folder, clean_environment(python))


def _together(parts: Sequence[str]) -> str:
    """Return a shell command that runs several side by side and fails where one does."""
    started = " ".join(f'({part}) & pids="$pids $!";' for part in parts)
    return f"{started} for pid in $pids; do wait $pid || exit 1; done"


def otter_count(count: int) -> int:
    """Return how many notebooks Otter grades."""
    return max(2, round(count * OTTER_PART))


# --- measuring ---------------------------------------------------------------------------------------------------


def measure(bench: Bench, cache: Path, count: int, repeats: int, smoke: bool) -> Iterator[str]:
    """Measure all graders and yield the report, paragraph by paragraph."""
    own = Path(sys.executable) if smoke else environment(cache, "course", [*pins(), *pins("pytest-xdist", "execnet")])
    rows: list[Row] = []
    floors: dict[int, Row] = {}
    for workers in WORKERS:
        ours, cells = [], []
        for _ in range(repeats):
            say(f"this course and the cells alone, {plural(workers)}")
            ours.append(bench.ours(own, workers))
            cells.append(bench.cells(own, workers))
        rows.append(Row("this course, in the sandbox", workers, count, ours))
        floors[workers] = Row("the cells alone", workers, count, cells)
    walled, right = bench.verdicts(), {"this course, in the sandbox": bench.right("ours")}
    memory = {workers: bench.ours(own, workers, shares=True).shares for workers in WORKERS}
    if not smoke:
        say("ordinary kernels and plain nbval")
        rows.append(Row("this course, ordinary kernels", 2, count, [bench.ours(own, 2, "--no-sandbox")]))
        same = sum(walled[file] == verdicts for file, verdicts in bench.verdicts().items())
        rows += [Row("pytest --nbval", workers, count, [bench.nbval(own, workers)]) for workers in WORKERS]
        right["pytest --nbval"] = bench.right("nbval")
        for name, requirement in GRADERS.items():
            try:
                python = environment(cache, name, [requirement, *SAME], pins(*SAME))
            except NotInstalled as error:
                yield f"**Not measured**: {error}"
                continue
            say(name)
            part = otter_count(count) if name == "otter" else count
            label = {"nbgrader": "nbgrader autograde", "otter": "otter run"}[name]
            rows += [Row(label, workers, part, [getattr(bench, name)(python, workers)]) for workers in WORKERS]
            right[label] = bench.right(name)
        yield f"In the sandbox and in ordinary kernels {same} of {count} notebooks got the same verdicts and messages."
    yield table(rows, floors, right)
    yield "\n".join(
        f"- {plural(workers)}: {spread(ratios(ours, floors[workers]))} times as long as the cells alone; at its peak "
        f"{memory[workers]:.0f} MB in all, {memory[workers] / workers:.0f} MB per worker (shared pages counted once)."
        for workers, ours in zip(WORKERS, rows, strict=False)
    )


def grow(stem: str, sizes: Sequence[int]) -> str:
    """Return how pace and memory of this course alone change with the class's size, two workers, each size once."""
    rows = []
    for count in sizes:
        say(f"a class of {count}")
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(Path(folder), stem, count)
            one = bench.ours(Path(sys.executable), max(WORKERS), shares=True)
            graded = len(bench.verdicts())
        pace, memory = f"{count / one.seconds * 60:.0f}", f"{one.shares:.0f}"
        rows.append([str(count), str(graded), f"{one.seconds:.1f}", pace, memory])
    header = ["notebooks", "graded", "seconds", "per minute", "peak MB, shared pages once"]
    return as_table(header, rows)


def say(what: str) -> None:
    """Say on the terminal what is being measured."""
    print(f"Measuring {what} …", file=sys.stderr, flush=True)


def plural(workers: int) -> str:
    """Return a number of workers in words."""
    return f"{workers} worker{'' if workers == 1 else 's'}"


def ratios(ours: Row, floor: Row) -> list[float]:
    """Return our seconds against those of the cells alone, run by run."""
    return [a.seconds / b.seconds for a, b in zip(ours.runs, floor.runs, strict=True)]


def table(rows: Sequence[Row], floors: Mapping[int, Row], right: Mapping[str, int]) -> str:
    """Return the results as a Markdown table; each row is set against this course with as many workers."""
    ours = {row.workers: row for row in rows if row.name == rows[0].name}
    lines = []
    for row in [*floors.values(), *rows]:
        seconds = [one.seconds for one in row.runs]
        lines.append(
            [
                row.name,
                str(row.workers),
                str(row.count),
                spread(seconds, ".1f") if len(seconds) > 1 else f"{seconds[0]:.1f}",
                f"{row.per_minute:.0f}",
                f"{max(one.memory for one in row.runs):.0f}",
                f"{ours[row.workers].per_minute / row.per_minute:.2f}",
                str(right.get(row.name, "")),
            ]
        )
    header = [
        "grader",
        "workers",
        "notebooks",
        "seconds",
        "per minute",
        "peak MB",
        "this course's pace against it",
        "right",
    ]
    return as_table(header, lines)


def main() -> None:
    """Measure, print the report, and write it to a file where one is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exercise", default="08", help="number or name")
    parser.add_argument("--submissions", type=int, default=30)
    parser.add_argument("--sizes", help="classes of these sizes with this course alone, such as 30,300")
    parser.add_argument("--repeats", type=int, default=3, help="runs of this course and of the cells alone")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where the environments are made and kept")
    parser.add_argument("--out", type=Path, help="write the report to this file too")
    parser.add_argument("--smoke", action="store_true", help="two submissions, this course only: shows that it runs")
    options = parser.parse_args()
    count, repeats = (2, 1) if options.smoke else (max(2, options.submissions), max(1, options.repeats))
    stem = find_stem(ROOT, options.exercise)
    report = [f"{stem}, {options.sizes or count} submissions: {machine()}"]
    try:
        if options.sizes:
            report.append(grow(stem, [int(size) for size in options.sizes.split(",")]))
        else:
            with tempfile.TemporaryDirectory() as folder:
                bench = Bench(Path(folder), stem, count)
                report += measure(bench, options.cache.resolve(), count, repeats, options.smoke)
    except (NotInstalled, ProgramFailed) as error:
        raise SystemExit(str(error)) from error
    text = "\n\n".join(report) + "\n"
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")


def default_cache() -> Path:
    """Return a folder for environments outside of the repository."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "alliance-benchmarks"


if __name__ == "__main__":
    main()
