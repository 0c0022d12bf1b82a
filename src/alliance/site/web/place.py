"""Say where a site will stand, and where the course's repository is."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from alliance.site.errors import SiteError


@dataclass(frozen=True)
class Place:
    """Two addresses, both empty where they are not known.

    url: of the site's first page, ending in a slash. repository: of the place where the course is developed.
    """

    url: str = ""
    repository: str = ""

    @property
    def path(self) -> str:
        """The way from the server's root to the site: "/" or "/course/"."""
        return urlsplit(self.url).path or "/"

    def address(self, page: str) -> str:
        """Return a page's full address by its path from the site's root; empty where the site's is not known.

        The first page of a folder is known by its folder.
        """
        return self.url + page.removesuffix("index.html") if self.url else ""


NOWHERE = Place()


def find_place(root: Path, url: str = "", repository: str = "") -> Place:
    """Return the addresses that were given; the repository's also from CITATION.cff or pyproject.toml, if it is there.

    Raises SiteError for what is no address of the web.
    """
    repository = repository or _stated(root)
    for name, address in (("--url", url), ("--repository", repository)):
        parts = urlsplit(address)
        if address and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment):
            raise SiteError(f"{name} says “{address}”: write an address such as https://example.org/course/.")
    return Place(f"{url.rstrip('/')}/" if url else "", repository)


def _stated(root: Path) -> str:
    citation = root / "CITATION.cff"
    about = yaml.safe_load(citation.read_text(encoding="utf-8")) if citation.is_file() else {}
    if about.get("repository-code"):
        return str(about["repository-code"])
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
    return str(project.get("urls", {}).get("Repository", ""))
