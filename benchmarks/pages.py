"""Measure what pages of the site cost a reader, beside a default Jupyter Book of the same notebooks, in one run.

python benchmarks/pages.py build/site --beside build/book/_build/html

For each page: bytes, requests, first and largest contentful paint, layout shift, and how long scripts block, on a slow
line (1.6 Mbit/s, 150 ms) and a slow processor (a quarter of this one), with an empty cache. Where the other site has
the page too, both are measured in turn, and the ratio is formed within each pair. Needs Chromium: CHROMIUM names its
program, else /usr/bin/chromium is taken. What lies outside of this computer is not fetched and does not count.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path
from typing import Any

from searching import CHROMIUM, Quiet, chromium_browser, serving

PAGES = {
    "first page": "index.html",
    "lesson 05": "lessons/05_distances.html",
    "lesson 08": "lessons/08_japans_defence_budget.html",
    "exercise 08": "exercises/08_japans_defence_budget.html",
    "glossary": "lessons/glossary.html",
    "all claims": "claims.html",
    "a claim": "claims/B05-08/index.html",
    "a table": "data/defence_budget.html",
    "the articles": "lessons/articles.html",
    "guide": "guide/08_japans_defence_budget.html",
    "how it is made": "docs/checking.html",
    "search": "search.html?q=budget",
}
COMMON = frozenset({"lesson 05", "lesson 08", "exercise 08", "glossary", "the articles", "search"})
"""Pages that a book of the same notebooks has, too."""

SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
SLOWER = 4
WATCH = """
window.seen = { lcp: 0, shift: 0, blocked: 0 };
const watch = (type, note) =>
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
watch("largest-contentful-paint", (one) => { window.seen.lcp = one.startTime; });
watch("layout-shift", (one) => { if (!one.hadRecentInput) window.seen.shift += one.value; });
watch("longtask", (one) => { window.seen.blocked += Math.max(0, one.duration - 50); });
"""
READ = """() => ({ fcp: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0, ...window.seen })"""
MEASURES = {
    "kB": "kB",
    "requests": "requests",
    "fcp": "FCP ms",
    "lcp": "LCP ms",
    "shift": "shift",
    "blocked": "blocked ms",
}


def visited(browser: Any, address: str) -> dict[str, float]:
    """Visit a page once with an empty cache; return its measures."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.route(lambda url: not url.startswith("http://127.0.0.1"), lambda route: route.abort())
    page = context.new_page()
    page.add_init_script(WATCH)
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, timeout=120_000)
    page.wait_for_load_state("networkidle", timeout=120_000)
    measured = page.evaluate(READ)
    context.close()
    return {"kB": sum(sizes) / 1000, "requests": len(sizes), **measured}


def main() -> None:
    """Print a table for people to read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site", type=Path)
    parser.add_argument("--beside", type=Path, help="the folder of a book of the same notebooks")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="two pages, once")
    chosen = parser.parse_args()
    pages = dict(list(PAGES.items())[:2]) if chosen.quick else PAGES
    print(f"| page | {' | '.join(MEASURES.values())} | against the book: {', '.join(MEASURES.values())} |")
    print("|---|" + "---|" * (len(MEASURES) + 1))
    with chromium_browser(CHROMIUM) as browser, serving(Quiet, chosen.site) as ours:
        for name, page in pages.items():
            found: list[dict[str, float]] = []
            others: list[dict[str, float]] = []
            for number in range(1 if chosen.quick else chosen.repeats):
                turns = ["ours", "theirs"] if chosen.beside and name in COMMON else ["ours"]
                for turn in turns if number % 2 == 0 else turns[::-1]:
                    if turn == "ours":
                        found.append(visited(browser, ours + page))
                    else:
                        with serving(Quiet, chosen.beside) as theirs:
                            others.append(visited(browser, theirs + page))
            print(f"| {name} | {' | '.join(_middle(found, one) for one in MEASURES)} | {_ratios(found, others)} |")


def _middle(found: list[dict[str, float]], measure: str) -> str:
    value = statistics.median(one[measure] for one in found)
    return f"{value:.3f}" if measure == "shift" else f"{value:,.0f}"


def _ratios(found: list[dict[str, float]], others: list[dict[str, float]]) -> str:
    """Return the ratios of each pair's measures, ours to theirs, as medians; a measure that is 0 there has none."""
    if not others:
        return "–"
    words = []
    for measure in MEASURES:
        pairs = [one[measure] / other[measure] for one, other in zip(found, others, strict=True) if other[measure]]
        words.append(f"{statistics.median(pairs):.2f}" if pairs else "–")
    return ", ".join(words)


if __name__ == "__main__":
    main()
