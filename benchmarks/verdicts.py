"""How soon `check(...)` answers, for answers of 10 to 100,000 rows, and what importing it costs.

    python benchmarks/verdicts.py [--repeats 9] [--quick]

The named alternative for tables is pandas' own `pd.testing.assert_frame_equal`, with rows sorted by key first where
the order does not count. It says nothing about where an answer differs in words, and calls a float32 or another
column order wrong; the ratio says what the verdict in words costs.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from measure import alternate, machine, milliseconds, print_table, run, spread

SIZES = (10, 1_000, 100_000)
QUICK = (10,)
MOST_BARS = 1_000
"""Nobody draws more, and matplotlib takes minutes for them."""


@dataclasses.dataclass(frozen=True)
class Case:
    """An answer to be checked: what is expected, what is given, and the alternative way of comparing the two."""

    name: str
    expected: Any
    given: Any
    keys: tuple[str, ...] = ()
    alternative: Callable[[Any, Any], object] | None = None
    calls: Sequence[Sequence[Any]] = ()


def sorted_equal(expected: Any, given: Any, keys: list[str]) -> None:
    """Compare two tables with pandas, their rows sorted by key. Raises AssertionError."""
    import pandas as pd

    first, second = (table.sort_values(keys, ignore_index=True) for table in (expected, given))
    pd.testing.assert_frame_equal(first, second)


def differs(expected: Any, given: Any) -> None:
    """Compare two tables with pandas and expect that they differ."""
    import pandas as pd

    try:
        pd.testing.assert_frame_equal(expected, given)
    except AssertionError:
        return
    raise AssertionError("the tables should differ")


def cases(rows: int) -> list[Case]:
    """Return the cases with answers of so many rows."""
    import matplotlib.pyplot as plt
    import numpy as np
    import pandas as pd

    chance = np.random.default_rng(5)
    value = chance.normal(size=rows)
    numbers = pd.DataFrame({"year": np.arange(rows), "value": value})
    names = pd.DataFrame({"place": [f"Place number {i}" for i in range(rows)], "value": value})
    dates = pd.DataFrame({"day": pd.Timestamp("1800-01-01") + pd.to_timedelta(np.arange(rows), "D"), "value": value})
    shuffled = chance.permutation(rows)
    slip = names.assign(value=np.append(value[:-1], value[-1] + 1))
    same = pd.testing.assert_frame_equal
    figure, axes = plt.subplots(1, 2)
    for one in axes:
        one.plot(numbers["year"], numbers["value"])
        one.set(xlabel="Year", ylabel="Value")
    plt.close(figure)
    bars = []
    if rows <= MOST_BARS:
        figure, drawn = plt.subplots(1, 2)
        for one in drawn:
            one.bar(names["place"], names["value"].abs())
            one.set(xlabel="Place", ylabel="Value")
        plt.close(figure)
        bars = [Case("bars by name", *drawn)]
    return [
        Case("numbers by number", numbers, numbers.copy(), ("year",), same),
        Case("numbers by name", names, names.copy(), ("place",), same),
        Case("numbers by date", dates, dates.copy(), ("day",), same),
        Case("by name, shuffled", names, names.iloc[shuffled], ("place",), lambda a, b: sorted_equal(a, b, ["place"])),
        Case("by name, last row wrong", names, slip, ("place",), differs),
        Case("labelled series", names.set_index("place")["value"], names.set_index("place")["value"].copy()),
        Case("line plot", axes[0], axes[1]),
        *bars,
    ]


def share_of_largest(table: Any) -> float:
    """Return the largest value of a table as a share of all: a function as exercises ask for."""
    return float(table["value"].max() / table["value"].sum())


CALLS = [[{"table": {"value": [float(i + row) for row in range(20)]}}] for i in range(40)]
"""Forty inputs, more than any task has."""


def write_key(folder: Path, number: int, case: Case) -> None:
    """Write the key of an exercise with one task, with two named wrong answers as long as the right one."""
    from alliance.answers import Answer, Spec, portable
    from alliance.checking.keys import Key, Task, WrongAnswer
    from alliance.checking.keys import write_key as text_of

    wrong = []
    if hasattr(case.expected, "columns"):
        for factor in (2, 3):
            other = case.expected.assign(value=case.expected["value"] * factor + 0.5)
            wrong.append(WrongAnswer(f"times {factor}", "A factor.", "There is a factor too many.", portable(other)))
    spec = Spec(answer="answer", keys=case.keys, calls=list(case.calls))
    name = f"{number}.1"
    task = Task(
        name,
        case.name,
        "table",
        spec,
        portable(case.expected, case.calls),
        Answer("untried"),
        wrong,
        "",
        "answer = ...",
    )
    text = text_of(Key(f"{number}_size", "Size", "", {name: task}))
    (folder / f"{number}_size.json").write_text(text, encoding="utf-8")


def measure_verdicts(sizes: Sequence[int], repeats: int) -> None:
    """Measure `check` on every case, alternating with the alternative, and print a table."""
    from alliance import check
    from alliance.checking import keys

    rows = []
    function = Case("function, 40 inputs", share_of_largest, share_of_largest, calls=CALLS)
    known = [
        ("1", Case("one number", 8.7, 8.7)),
        ("20", function),
        *((f"{size:,}", case) for size in sizes for case in cases(size)),
    ]
    for number, (size, case) in enumerate(known, 10):
        write_key(keys.keys_folder(), number, case)
        keys.forget_keys()

        def verdict(number: int = number, case: Case = case) -> str:
            return str(check(f"{number}.1", case.given)._repr_html_())

        first = milliseconds(verdict, 1)[0]
        assert ("right" in verdict()) != ("wrong" in case.name), verdict()
        ours, other = [], []
        for _ in range(repeats):
            ours += milliseconds(verdict, 1)
            if case.alternative:
                other += milliseconds(functools.partial(case.alternative, case.expected, case.given), 1)
        ratio = spread([a / b for a, b in zip(ours, other, strict=True)], ".1f") if other else "—"
        pandas = f"{statistics.median(other):.1f}" if other else "—"
        rows.append([size, case.name, f"{first:.1f}", spread(ours, ".1f"), pandas, ratio])
    header = ["rows", "answer", "first check (reads the key), ms", "check, ms", "pandas, ms", "ratio, pair by pair"]
    print_table(header, rows)


def measure_imports(repeats: int) -> None:
    """Measure new Python processes that import `check`, and print a table."""
    usual = "import pandas, matplotlib.pyplot, seaborn"
    rows = []
    for label, ours, other in [
        ("`check` against pandas", "from alliance import check", "import pandas"),
        ("pandas, seaborn and `check` against the two alone", f"{usual}; from alliance import check", usual),
    ]:
        pairs = alternate(
            functools.partial(run, [sys.executable, "-c", ours], Path.cwd()),
            functools.partial(run, [sys.executable, "-c", other], Path.cwd()),
            repeats,
        )
        rows.append(
            [
                label,
                spread([a.seconds for a, _ in pairs]),
                spread([b.seconds for _, b in pairs]),
                spread([a.seconds / b.seconds for a, b in pairs]),
            ]
        )
    print_table(["imported in a new process", "seconds", "seconds without", "ratio, pair by pair"], rows)


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--quick", action="store_true", help="small answers, once: shows that the script runs")
    options = parser.parse_args()
    repeats = 1 if options.quick else options.repeats
    with tempfile.TemporaryDirectory() as name:
        os.environ["ALLIANCE_KEYS"] = name  # read when the package is imported
        os.environ.setdefault("MPLBACKEND", "Agg")
        print(machine(), "\n")
        measure_verdicts(QUICK if options.quick else SIZES, repeats)
        print()
        measure_imports(repeats)


if __name__ == "__main__":
    main()
