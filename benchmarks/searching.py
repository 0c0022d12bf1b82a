"""Measure a site's search beside others: the rank of the right page in ten searches, requests, bytes, time.

python benchmarks/searching.py build/site --beside build/book …

Each is the folder of a site that has a `search.html` with results as `#search-results li a`, as Sphinx's own search
and the course's have it. `--newcomers` asks the course's own search alone, in all the ways that `newcomers.csv` holds,
and counts how often a right place comes first and among the first three. Needs Chromium: CHROMIUM names its program,
else /usr/bin/chromium is taken.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from browser import chromium_browser
from serving import Quiet, serving

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

SEARCHES = {
    "8.5 trillion": ("claims/B06-06",),
    "1,700": ("claims/B05-08",),
    "1700": ("claims/B05-08",),
    "B23-02": ("claims/B23-02",),
    "Keen Sword": ("claims/B04-06", "data/joint_exercises"),
    "Okinowa": ("lessons/04", "lessons/18", "claims/B11-07"),
    "deflate": ("lessons/08", "lessons/glossary"),
    "rare earths": ("lessons/13",),
    "defence_budget": ("data/defence_budget",),
    "confidence interval": ("lessons/17", "lessons/glossary"),
}
"""What somebody types, and the pages that answer to it: a page's address begins so. Written down before measuring."""

NEWCOMERS = Path(__file__).resolve().parent / "newcomers.csv"
"""Searches as somebody new may type them, with their right places; half were kept aside when the ranking was made."""

FIRST = 20
"""Results among which the right page is looked for."""

SETTLED = """() => document.querySelectorAll('#search-results li a').length > 0
  || /did not match|No page has|Nothing has/.test(document.body.innerText)"""
QUIET_MILLISECONDS = 1500


def searched(browser: Any, address: str, words: str, right: tuple[str, ...]) -> dict[str, float]:
    """Search once with an empty cache; return rank (0: not among the first), requests, kilobytes, milliseconds."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    start = time.monotonic()
    page.goto(f"{address}search.html?q={quote(words)}")
    page.wait_for_function(SETTLED)
    taken = (time.monotonic() - start) * 1000
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(QUIET_MILLISECONDS)
    found = page.eval_on_selector_all("#search-results li a", "all => all.map((one) => one.href)")
    context.close()
    pages = list(dict.fromkeys(one.removeprefix(address).split("?")[0].split("#")[0] for one in found))[:FIRST]
    rank = next((place for place, one in enumerate(pages, 1) if one.startswith(right)), 0)
    return {"rank": rank, "requests": len(sizes), "kB": sum(sizes) / 1000, "ms": taken}


FOUND = """(all) => { const { search } = window.searchIn(window.searchIndex);
  return all.map((words) => search(words).found.map((one) => one.address)); }"""


def print_newcomers(site: Path) -> None:
    """Print how the course's own search answers newcomers, and the searches whose right place isn't the first."""
    with NEWCOMERS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with chromium_browser(CHROMIUM) as browser, serving(Quiet, site) as address:
        page = browser.new_page()
        page.goto(f"{address}search.html")
        found = page.evaluate(FOUND, [row["search"] for row in rows])
    ranks = [
        next((place for place, one in enumerate(places, 1) if one.startswith(tuple(row["right"].split()))), 0)
        for row, places in zip(rows, found, strict=True)
    ]
    print("| searches | right place first | among the first three |\n|---|---|---|")
    for name, aside in (("the ranking was made with", "false"), ("kept aside", "true")):
        part = [rank for rank, row in zip(ranks, rows, strict=True) if row["kept_aside"] == aside]
        first, three = sum(rank == 1 for rank in part), sum(0 < rank <= 3 for rank in part)
        print(f"| {name} | {first} of {len(part)} | {three} of {len(part)} |")
    later = [f"{row['search']} ({rank or '–'})" for row, rank in zip(rows, ranks, strict=True) if rank != 1]
    print(f"\nNot first, with the rank: {'; '.join(later)}.")


def main() -> None:
    """Print a table for people to read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sites", nargs="+", type=Path, metavar="SITE")
    parser.add_argument("--beside", nargs="*", type=Path, default=[], metavar="SITE")
    parser.add_argument("--quick", action="store_true", help="two searches")
    parser.add_argument("--newcomers", action="store_true", help="ask the first site as newcomers would")
    chosen = parser.parse_args()
    if chosen.newcomers:
        print_newcomers(chosen.sites[0])
        return
    sites = [*chosen.sites, *chosen.beside]
    searches = list(SEARCHES.items())[: 2 if chosen.quick else None]
    results: dict[str, list[dict[str, float]]] = {words: [] for words, _ in searches}
    with chromium_browser(CHROMIUM) as browser:
        for words, right in searches:
            for site in sites:
                with serving(Quiet, site) as address:
                    results[words].append(searched(browser, address, words, right))
    print("| search | " + " | ".join(f"rank in {site.name}" for site in sites) + " |")
    print("|---|" + "---|" * len(sites))
    for words, row in results.items():
        print(f"| {words} | " + " | ".join(str(int(one["rank"])) if one["rank"] else "–" for one in row) + " |")
    for name in ("requests", "kB", "ms"):
        middle = [statistics.median(row[place][name] for row in results.values()) for place in range(len(sites))]
        print(f"| {name}, median | " + " | ".join(f"{one:,.0f}" for one in middle) + " |")


if __name__ == "__main__":
    main()
