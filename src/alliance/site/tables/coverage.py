"""Draw which years tables cover: a strip for each in the list of all and on its own page.

The pictures are SVG in the page, in the theme's colours. The years that they show stand beside them in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby

FIRST = 1945
STEPS = (0, 1, 5, 20)
"""More rows than this in a year, a mark in a stronger colour."""
MEANINGS = ("1 row", "2 to 5 rows", "6 to 20 rows", "more than 20 rows")
YEAR, ROW, BAR, LABEL, TOP = 8, 26, 16, 170, 22
"""Of a year, a row, a mark in it, the names at the left, the scale above; in SVG's units."""
HEIGHT, WIDTH, LINE, ROOM = 34, 720, 24, 115
"""Of the strip of one table; of the line of years below it; and between two of these, in large letters, too."""


def level(count: int) -> int:
    """Return how dark a year with so many rows is: 0 for none, up to 4.

    >>> [level(count) for count in (0, 1, 2, 5, 6, 20, 21)]
    [0, 1, 2, 2, 3, 3, 4]
    """
    return sum(count > step for step in STEPS)


def spans(years: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield (first year, last year, level) of neighbouring years that look alike; years without rows are left out.

    >>> list(spans([2000, 2001, 2003, 2003]))
    [(2000, 2001, 1), (2003, 2003, 2)]
    """
    counts = Counter(years)
    marked = [(year, level(count)) for year, count in sorted(counts.items())]
    for _, group in groupby(enumerate(marked), key=lambda item: (item[1][0] - item[0], item[1][1])):
        alike = [one for _, one in group]
        yield alike[0][0], alike[-1][0], alike[0][1]


def in_words(years: Sequence[int]) -> str:
    """Return which years a table covers, with its gaps.

    >>> in_words([2000, 2001, 2001, 2005])
    '2000–2001, 2005'
    """
    known = sorted(set(years))
    parts = []
    for _, group in groupby(enumerate(known), key=lambda item: item[1] - item[0]):
        run = [year for _, year in group]
        parts.append(f"{run[0]}" if len(run) == 1 else f"{run[0]}–{run[-1]}")
    return ", ".join(parts)


def strips_svg(covered: Mapping[str, Sequence[int]], addresses: Mapping[str, str]) -> str:
    """Return a picture of all tables with years: one strip a table, one mark a year, darker where there are more rows.

    addresses: of the tables' pages, as seen from the page with the picture.
    """
    last = max(max(years) for years in covered.values())
    width = LABEL + YEAR * (last - FIRST + 1) + 20
    height = TOP + ROW * len(covered)

    def left(year: int) -> int:
        return LABEL + YEAR * (year - FIRST)

    marks = []
    for year in range(1950, last + 1, 10):
        marks.append(f'<line class="tick" x1="{left(year)}" y1="{TOP - 4}" x2="{left(year)}" y2="{height}"/>')
        marks.append(f'<text x="{left(year)}" y="{TOP - 8}" text-anchor="middle">{year}</text>')
    for at, (name, years) in enumerate(covered.items()):
        y = TOP + ROW * at
        marks.append(f'<a href="{addresses[name]}"><text x="0" y="{y + 17}">{escape(name)}</text></a>')
        marks += [
            f'<rect class="level{dark}" x="{left(first)}" y="{y + 5}" width="{YEAR * (end - first + 1) - 1}" '
            f'height="{BAR}"><title>{escape(name)}, {_span(first, end)}: {MEANINGS[dark - 1]} a year</title></rect>'
            for first, end, dark in spans([max(year, FIRST) for year in years])
        ]
    # A group, not a picture: the names in it are links.
    return (
        f'<svg class="coverage" viewBox="0 0 {width} {height}" role="group" aria-label="Years that each table covers; '
        f'the list above has the first and the last of each">{"".join(marks)}</svg>'
    )


def strip_svg(years: Sequence[int], name: str) -> str:
    """Return a picture of the years of one table: a mark a year, in a stronger colour where the table has more rows.

    No bars: what stands above the amounts of a table, and is higher in one year than in another, is read as amounts.
    """
    counts = Counter(years)
    first, last = min(counts), max(counts)
    step = WIDTH / (last - first + 1)
    marks = [
        f'<rect class="level{level(count)}" x="{(year - first) * step:.1f}" '
        f'width="{max(1.0, step - 1):.1f}" height="{HEIGHT}">'
        f"<title>{year}: {count} {'row' if count == 1 else 'rows'}</title></rect>"
        for year, count in sorted(counts.items())
    ]
    scale = [
        f'<text x="{(year - first + 0.5) * step:.1f}" y="{HEIGHT + LINE}" text-anchor="middle">{year}</text>'
        for year in labelled(first, last)
    ]
    busiest = max(counts, key=lambda year: (counts[year], -year))
    most = f"{counts[busiest]} {'row' if counts[busiest] == 1 else 'rows'}"
    return (
        f'<figure class="years"><figcaption><strong>Which years the table covers</strong>: {in_words(years)}. '
        f"The stronger its colour, the more rows of the table are about a year (most: {busiest}, {most}). "
        f"The colours count rows, not amounts.</figcaption>"
        f'<svg class="strip" viewBox="0 0 {WIDTH} {HEIGHT + LINE + 4}" role="img" '
        f'aria-label="Years that {name} covers, {first} to {last}, in a stronger colour where it has more rows; '
        f'most in {busiest}: {most}">'
        f'<rect class="ground" x="0" y="0" width="{WIDTH}" height="{HEIGHT}"/>{"".join(marks)}'
        f'<text x="0" y="{HEIGHT + LINE}">{first}</text>'
        f'<text x="{WIDTH}" y="{HEIGHT + LINE}" text-anchor="end">{last}</text>{"".join(scale)}</svg>'
        f'<p class="key" aria-hidden="true">Rows in a year: {key_html()}</p></figure>'
    )


def key_html() -> str:
    """Return what each mark means: its colour, and words that stay beside it."""
    return " ".join(
        f'<span class="one"><span class="level{dark}"></span> {meaning}</span>'
        for dark, meaning in enumerate(MEANINGS, 1)
    )


def labelled(first: int, last: int) -> list[int]:
    """Return the years between the first and the last that have room for a label below a strip.

    >>> labelled(2000, 2025), labelled(1950, 2026), labelled(2021, 2026)
    ([2010, 2020], [1980, 2000], [])
    """
    step = WIDTH / (last - first + 1)
    apart = next(years for years in (10, 20, 50, 100) if years * step >= ROOM)
    decades = range(first - first % apart + apart, last, apart)
    return [year for year in decades if min(year - first, last - year) * step >= ROOM]


def _span(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first} to {last}"
