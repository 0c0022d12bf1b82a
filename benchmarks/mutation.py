"""Change every reference answer by rule, judge what comes out, and list what was judged wrongly, by kind and task."""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

from alliance.building.mutation.mutants import Mutant
from alliance.building.mutation.trial import Tried, counted, survivors, try_exercise
from alliance.building.sources.source import read_source

ROOT = Path(__file__).resolve().parent.parent
SEED = 20261130
FATES = ("told", "right", "accepted", "same", "unasked", "fails")


def table(found: list[Tried], neutral: bool) -> list[str]:
    """Return the counts of one sort of change as a Markdown table."""
    kinds = counted(found)[neutral]
    lines = ["| kind | made | " + " | ".join(FATES) + " |", "|---" * (len(FATES) + 2) + "|"]
    for kind, counts in [*sorted(kinds.items()), ("**all**", sum(kinds.values(), Counter()))]:
        lines.append(f"| {kind} | {counts.total()} | " + " | ".join(str(counts[fate]) for fate in FATES) + " |")
    return lines


def by_type(found: list[Tried]) -> list[str]:
    """Return, for each type of answer, how many mutants that mean something else were judged and called right."""
    lines = ["| answer | judged | called right |", "|---|---|---|"]
    for kind in sorted({one.type for one in found}):
        mine = [one for one in found if one.type == kind and not one.neutral and one.fate in {"told", "right"}]
        lines.append(f"| {kind} | {len(mine)} | {sum(one.at_fault for one in mine)} |")
    return lines


def from_row(row: dict[str, Any]) -> Tried:
    """Return what an earlier run has written for one changed answer."""
    mutant = Mutant(row["kind"], row["change"], row["code"])
    return Tried(row["task"], row["type"], row["neutral"], mutant, row["fate"], row["message"], row["accepted"])


def to_row(one: Tried) -> dict[str, Any]:
    """Return one changed answer and its fate as plain data."""
    row = {name: getattr(one, name) for name in ("task", "type", "neutral", "fate", "message", "accepted")}
    return {**row, **dataclasses.asdict(one.mutant)}


def main() -> None:
    """Run over the exercises named, or all; or put together what earlier runs have found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exercises", nargs="*", help="numbers such as 05; all when left out")
    parser.add_argument("--most", type=int, default=60, help="how many mutants of one task")
    parser.add_argument("--json", type=Path, help="a file for every changed answer and its fate")
    parser.add_argument("--merge", type=Path, nargs="+", help="run nothing: put these files of earlier runs together")
    parser.add_argument("--messages", type=int, default=0, help="print so many messages of mutants, drawn by lot")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    found: list[Tried] = []
    for path in chosen.merge or ():
        found += map(from_row, json.loads(path.read_text(encoding="utf-8")))
    for path in [] if chosen.merge else sorted((ROOT / "authoring" / "exercises").glob("[0-9][0-9]_*.md")):
        if chosen.exercises and path.name[:2] not in chosen.exercises:
            continue
        found += try_exercise(read_source(path), ROOT, chosen.most)
    print(*survivors(found), sep="\n")
    told = [one for one in found if one.fate == "told" and not one.neutral]
    for one in random.Random(SEED).sample(told, min(chosen.messages, len(told))):
        print(f"\n{one.task} {one.mutant.kind}: {one.mutant.change}\n  {one.message}")
    print("\n### Mutants\n", *table(found, False), "", *by_type(found), "\n### Neutral rewrites\n", sep="\n")
    print(*table(found, True), sep="\n")
    if chosen.json:
        rows = [to_row(one) for one in found]
        chosen.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
