"""Compare two copies of daily counts around Taiwan: python authoring/compare/bulletins.py ONE OTHER (their paths).

ONE and OTHER are files that a maintainer has at hand; none is part of the course. Understood are
JapanandBattleship.csv of s0914712/pla-data-dashboard (the copy behind `adiz_sorties`), reports.jsonl of
g0v/plaaf-intrusion (the ministry's bulletins to October 2021), records.csv of
lioneer32232002-commits/pla-tracker (2026), docs/data/tension.json of eskim19/taiwan-strait-tracker (from November
2022 on) and the folder data/daily of madeye/taiwan-strait-monitor (from October 2025 on). JapanandBattleship.csv
gives in some years the day of the flights, the others the date of the bulletin, a day later: `--bulletin-day` moves
its days. Printed are the days in both, on how many the aircraft agree, every day that does not, and each month's sum.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

DAY = re.compile(r"中華民國\s*(\d+)\s*年\s*(\d+)\s*月\s*(\d+)\s*日")
DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})$")
COLUMNS = ("pla_aircraft_sorties", "aircraft_total")
FLIGHT_DAYS = (("2022-08-01", "2024-03-31"), ("2024-06-01", "2025-01-31"))  # in JapanandBattleship.csv


def bulletins(path: Path) -> dict[str, int]:
    """Add up the aircraft of bulletins by the day of the flights (a day can have two bulletins)."""
    counts: Counter[str] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        text = json.loads(line)["text"] if line.strip() else ""
        day, kinds = DAY.search(text), re.search(r"機型(.*?)活動概要", text, re.DOTALL)
        if day and kinds:
            year, month, number = (int(part) for part in day.groups())
            named = re.sub(r"[(（][^)）]*[)）]", "", kinds[1])
            counts[f"{year + 1911}-{month:02}-{number:02}"] += sum(map(int, re.findall(r"(\d+)\s*架", named)))
    return dict(counts)


def table(path: Path) -> dict[str, int]:
    """Read the aircraft of each day from a CSV; days without a number are left out."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        column = next((name for name in COLUMNS if name in (reader.fieldnames or [])), None)
        if column is None:
            sys.exit(f"{path}: no column {' or '.join(COLUMNS)}; this is not one of the copies that are understood.")
        counts = {}
        for row in reader:
            day = DATE.match(row["date"] or "")
            if day and row[column]:
                counts[f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"] = int(float(row[column]))
        return counts


def folder(path: Path) -> dict[str, int]:
    """Read the aircraft of each day from a folder with one JSON file for each bulletin."""
    counts = {}
    for file in sorted(path.glob("*.json")):
        total = json.loads(file.read_text(encoding="utf-8")).get("aircraft", {}).get("total")
        if DATE.match(file.stem) and total is not None:
            counts[file.stem] = int(total)
    return counts


def records(path: Path) -> dict[str, int]:
    """Read the aircraft of each day from one JSON file with a list of records."""
    found = json.loads(path.read_text(encoding="utf-8")).get("records", [])
    return {record["date"]: int(record["aircraft"]) for record in found if record.get("parse_ok")}


def by_bulletin(counts: dict[str, int]) -> dict[str, int]:
    """Move each day of flights to the date of its bulletin, the day after."""
    moved = {}
    for day, count in counts.items():
        of_flights = any(first <= day <= last for first, last in FLIGHT_DAYS)
        moved.setdefault((date.fromisoformat(day) + timedelta(days=of_flights)).isoformat(), count)
    return moved


def read(path: Path) -> dict[str, int]:
    """Read one copy, or say that it is missing."""
    if path.is_dir():
        found = folder(path)
        return found or sys.exit(f"{path}: no day with a count was found in it.")
    if not path.is_file():
        sys.exit(f"{path}: no such file. The copies are not part of the course; clone the repository first.")
    reader = {".jsonl": bulletins, ".json": records}.get(path.suffix, table)
    counts = reader(path)
    if not counts:
        sys.exit(f"{path}: no day with a count was found in it.")
    return counts


def main() -> None:
    """Print where two copies agree and where not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("one", type=Path)
    parser.add_argument("other", type=Path)
    parser.add_argument("--bulletin-day", action="store_true", help="move the days of JapanandBattleship.csv")
    given = parser.parse_args()
    one, other = (
        by_bulletin(read(path)) if given.bulletin_day and path.name == "JapanandBattleship.csv" else read(path)
        for path in (given.one, given.other)
    )
    first, last = max(min(one), min(other)), min(max(one), max(other))
    days = sorted(day for day in one.keys() | other.keys() if first <= day <= last)
    if not days:
        sys.exit("The two copies have no days in common.")
    both = [day for day in days if day in one and day in other]
    same = [day for day in both if one[day] == other[day]]
    print(f"{first} to {last}: {len(days)} days in either, {len(both)} in both, {len(same)} agree")
    for day in days:
        if one.get(day) != other.get(day):
            print(f"{day}  {one.get(day, 'no row')}  {other.get(day, 'no row')}")
    for month in sorted({day[:7] for day in days}):
        sums = [sum(n for day, n in copy.items() if day in days and day.startswith(month)) for copy in (one, other)]
        print(f"{month}  {sums[0]}  {sums[1]}")


if __name__ == "__main__":
    main()
