"""Checking one exercise with `alliance check` and with this course's plugin, against plain nbval on the same notebook.

python benchmarks/checking.py [--exercise 08] [--repeats 7] [--course FOLDER] [--quick]
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from measure import Run, alternate, machine, print_table, run, spread

ROOT = Path(__file__).resolve().parent.parent


def lay_out(course: Path, stem: str, folder: Path) -> None:
    """Put the solved notebook into `folder` twice: as the solution it is and as a learner's; and the data."""
    shutil.copytree(course / "data", folder / "data")
    solution = course / "solutions" / f"{stem}.ipynb"
    for name in ("solutions", "exercises"):
        (folder / name).mkdir()
    shutil.copy(solution, folder / "solutions")
    notebook = json.loads(solution.read_text(encoding="utf-8"))
    notebook["metadata"]["alliance"] = {"exercise": stem}
    (folder / "exercises" / solution.name).write_text(json.dumps(notebook), encoding="utf-8")


def with_pytest(folder: Path, keys: Path, notebook: str, *options: str) -> Run:
    """Run pytest with nbval on one notebook."""
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", *options, notebook]
    return run(command, folder, os.environ | {"ALLIANCE_KEYS": str(keys)})


def with_check(folder: Path, keys: Path, notebook: str) -> Run:
    """Run `alliance check` on one notebook."""
    command = [sys.executable, "-c", "from alliance.cli import main; main()", "check", notebook]
    return run(command, folder, os.environ | {"ALLIANCE_KEYS": str(keys)})


def table_of(pairs: Sequence[tuple[Run, Run]], ours: str) -> None:
    """Print what pairs of runs took, this course's first and plain nbval second."""
    rows = []
    for label, field, form in [
        ("seconds", "seconds", ".2f"),
        ("processor seconds", "processor", ".2f"),
        ("peak MB", "memory", ".0f"),
    ]:
        first, second = ([getattr(one, field) for one in side] for side in zip(*pairs, strict=True))
        ratios = [one / other for one, other in zip(first, second, strict=True)]
        rows.append([label, spread(first, form), spread(second, form), spread(ratios)])
    print_table(["", ours, "plain nbval", "ratio, pair by pair"], rows)


def find_stem(course: Path, wanted: str) -> str:
    """Return the first solution whose name begins with `wanted`; stops with a sentence where there is none."""
    stems = sorted(path.stem for path in (course / "solutions").glob("*.ipynb"))
    found = [stem for stem in stems if stem.startswith(wanted)]
    if not found:
        raise SystemExit(
            f"No notebook in {course / 'solutions'} begins with “{wanted}”. There are: {', '.join(stems) or 'none'}."
        )
    return found[0]


def main() -> None:
    """Measure and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exercise", default="", help="number or name; the first one when left out")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--course", type=Path, default=ROOT, help="the folder with solutions/, data/ and the keys")
    parser.add_argument("--quick", action="store_true", help="one pair only: shows that the script runs")
    options = parser.parse_args()
    course = options.course.resolve()
    stem = find_stem(course, options.exercise)
    keys = course / "src" / "alliance" / "keys"
    print(f"{stem}: {machine()}\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay_out(course, stem, folder)
        plain = functools.partial(
            with_pytest, folder, keys, f"solutions/{stem}.ipynb", "-p", "no:alliance", "-p", "no:randomly"
        )
        for ours, program in [("`alliance check`", with_check), ("this course's plugin", with_pytest)]:
            checked = functools.partial(program, folder, keys, f"exercises/{stem}.ipynb")
            pairs = alternate(checked, plain, 1 if options.quick else options.repeats, warm_up=not options.quick)
            table_of(pairs, ours)
            print()


if __name__ == "__main__":
    main()
