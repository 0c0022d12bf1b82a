"""Measure what a lesson's page loads for itself: the page, and the pictures on it.

What all pages share (the theme's styles and scripts, some 300 kB, kept by the browser after the first page) and what is
fetched only when somebody asks for it (downloads, the search index) do not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

LIMIT = 600_000
"""Bytes that a lesson's page with its pictures may have, as they lie on the server, not compressed."""

PICTURE = re.compile(r'<img\b[^>]*? src="([^":]+)"')


@dataclass(frozen=True)
class Weight:
    """How many bytes a page loads for itself."""

    page: str
    html: int
    pictures: int

    @property
    def total(self) -> int:
        """Page and pictures together."""
        return self.html + self.pictures


def weigh(site: Path, page: Path) -> Weight:
    """Return the weight of one page of the site."""
    html = page.read_bytes()
    sources = {unquote(source) for source in PICTURE.findall(html.decode())}
    files = {(page.parent / source).resolve() for source in sources}
    return Weight(page.relative_to(site).as_posix(), len(html), sum(file.stat().st_size for file in files))


def weigh_lessons(site: Path) -> list[Weight]:
    """Return the weights of all lessons' pages, in order."""
    return [weigh(site, page) for page in sorted((site / "lessons").glob("[0-9][0-9]_*.html"))]
