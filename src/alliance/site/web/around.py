"""Write what stands around the pages of a site with an address: sitemap, robots, and the page for lost readers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

from alliance.site.web.place import Place

LOST = "404.html"
"""The page that a server shows for an address that leads nowhere."""
NOT_LISTED = (LOST, "search.html")
HIDDEN = ("solutions/", "lite/")
"""Solved exercises and the course in the browser: nobody should come upon these by a search engine."""
OWN_ADDRESS = re.compile(r'(?P<name>\b(?:href|src|action|data-content_root))="(?P<to>(?![a-z]+:|/|#)[^"]*)"')


def write_around(site: Path, place: Place) -> None:
    """Write sitemap.xml and robots.txt, and let the lost readers' page work at every address."""
    pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    (site / "sitemap.xml").write_text(sitemap(pages, place), encoding="utf-8")
    (site / "robots.txt").write_text(f"User-agent: *\nAllow: /\n\nSitemap: {place.url}sitemap.xml\n", encoding="utf-8")
    lost = site / LOST
    lost.write_text(from_the_root(lost.read_text(encoding="utf-8"), place), encoding="utf-8")


def sitemap(pages: Iterable[str], place: Place) -> str:
    """Return the list of the pages' addresses that search engines read.

    pages: paths from the site's root; those that are not to be found by a search engine are left out.
    """
    listed = [page for page in pages if page not in NOT_LISTED and not page.startswith(HIDDEN)]
    rows = "".join(f"<url><loc>{escape(place.address(page))}</loc></url>\n" for page in listed)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    )


def from_the_root(html: str, place: Place) -> str:
    """Return a page of the site's root whose addresses begin at the server's root: it may be shown anywhere."""
    return OWN_ADDRESS.sub(lambda found: f'{found["name"]}="{place.path}{found["to"].removeprefix("./")}"', html)
