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
from alliance.building.mutation.trial import Trial, Tried, counted, survivors, trials
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
    return Tried(
        row["task"], row["type"], row["neutral"], mutant, row["fate"], row["message"], row["accepted"], row["given"]
    )


def to_row(one: Tried) -> dict[str, Any]:
    """Return one changed answer and its fate as plain data."""
    row = {name: getattr(one, name) for name in ("task", "type", "neutral", "fate", "message", "accepted", "given")}
    return {**row, **dataclasses.asdict(one.mutant)}


def keep(folder: Path, trial: Trial) -> None:
    """Write what became of one task, in one step, so that a run that is cut loses one task at most."""
    rows = [to_row(one) for one in trial.tried]
    whole = {"question": trial.question, "answer": trial.answer, "made": trial.made, "tried": rows}
    written = folder / f".{trial.task}.part"
    written.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
    written.replace(folder / f"{trial.task}.json")


def read(folder: Path) -> list[Trial]:
    """Return what a folder keeps, by exercise, tasks before turns."""
    found = []
    for path in sorted(folder.glob("*.json"), key=_place):
        kept = json.loads(path.read_text(encoding="utf-8"))
        tried = [from_row(row) for row in kept["tried"]]
        found.append(Trial(path.stem, kept["question"], kept["answer"], kept["made"], tried))
    return found


def _place(path: Path) -> tuple[int, bool, int, str]:
    exercise, task = path.stem.split(".")
    return int(exercise), not task.isdigit(), int(task) if task.isdigit() else 0, task


def run(folder: Path, names: list[str], most: int, seed: int) -> None:
    """Try the tasks that the folder lacks, of the exercises named or of all; single tasks named are tried again."""
    again = {name for name in names if "." in name}
    numbers = {f"{int(name.split('.')[0]):02}" for name in names}
    paths = [
        *(ROOT / "authoring").glob("exercises/[0-9][0-9]_*.md"),
        *(ROOT / "authoring").glob("lessons/[0-9][0-9]_*.md"),
    ]

    def wanted(task: str) -> bool:
        return task in again if again else not (folder / f"{task}.json").exists()

    for path in sorted(paths, key=lambda path: (path.name[:2], path.parent.name)):
        if numbers and path.name[:2] not in numbers:
            continue
        for trial in trials(read_source(path), ROOT, most, wanted, seed):
            keep(folder, trial)
            lines = list(survivors(trial.tried))
            print(*lines, f"{trial.task}: {len(trial.tried)} judged, {len(lines)} wrongly", sep="\n", flush=True)


def messages(kept: list[Trial], most: int, seed: int) -> list[str]:
    """Return messages of mutants that were called wrong, drawn by lot, each with its question and its mutant."""
    told = [(trial, one) for trial in kept for one in trial.tried if one.fate == "told" and not one.neutral]
    lines = []
    for number, (trial, one) in enumerate(random.Random(seed).sample(told, min(most, len(told))), 1):
        lines += [f"## {number}. Task {one.task}: {one.mutant.kind}", f"{trial.question}\n", "Reference answer:\n"]
        lines += [f"```python\n{trial.answer}\n```\n", f"Changed: `{one.mutant.change}`\n"]
        lines += [f"What it gave: `{one.given}`\n", f"**Message:** {one.message}\n"]
    return lines


def main() -> None:
    """Run over what is named, or over all that the folder lacks; then say what the folder holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", type=Path, help="where the fate of each task is kept; a run that was cut goes on there"
    )
    parser.add_argument(
        "names", nargs="*", help="exercises such as 05, or tasks such as 5.3 and 5.a; all when left out"
    )
    parser.add_argument("--most", type=int, default=60, help="how many mutants of one task")
    parser.add_argument("--seed", type=int, default=SEED, help="by which mutants and messages are drawn")
    parser.add_argument("--no-run", action="store_true", help="only say what the folder holds")
    parser.add_argument(
        "--messages", type=int, default=0, help="print so many messages of mutants, drawn by lot, alone"
    )
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    if not (chosen.no_run or chosen.messages):
        run(chosen.folder, chosen.names, chosen.most, chosen.seed)
    kept = read(chosen.folder)
    if chosen.messages:
        print(*messages(kept, chosen.messages, chosen.seed), sep="\n")
        return
    found = [one for trial in kept for one in trial.tried]
    print(*survivors(found), sep="\n")
    judged = sum(not one.neutral for one in found)
    print(f"\n{len(kept)} tasks, {sum(trial.made for trial in kept)} mutants made, {judged} of them tried")
    print("\n### Mutants\n", *table(found, False), "", *by_type(found), "\n### Neutral rewrites\n", sep="\n")
    print(*table(found, True), sep="\n")


if __name__ == "__main__":
    main()
