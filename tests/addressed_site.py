"""The whole site as it is built for an address, made once in a run, and the ways to look at it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import Quiet, serving
from shared import once_in_a_run

ROOT = Path(__file__).resolve().parent.parent
URL = "https://example.org/course/"
REPOSITORY = "https://example.org/code"


BUILD = """
import sys
from pathlib import Path
from alliance.site import build

build._add_lite = lambda root, site, runtime: None
root, out, url, repository = sys.argv[1:]
build.build_site(Path(root), Path(out), print, url=url, repository=repository)
"""
"""In a process of its own: the libraries that make pages warn of things to come, which is not for tests to judge."""


@pytest.fixture(scope="session")
def addressed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site built for URL, with the course in the browser linked to but not made: that has tests of its own."""

    def build(out: Path) -> None:
        command = [sys.executable, "-c", BUILD, str(ROOT), str(out), URL, REPOSITORY]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    return once_in_a_run(tmp_path_factory, "addressed", build)


class Folder(Quiet):
    """A file server at the path of URL, with the site's own page for what is not there."""

    def translate_path(self, path: str) -> str:
        return super().translate_path("/" + path.removeprefix("/course/"))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


@pytest.fixture(scope="session")
def served(addressed: Path) -> Iterator[str]:
    """The address of the site on a server of this computer, below /course/ as on its own."""
    with serving(Folder, addressed) as address:
        yield f"{address}course/"


def soup(site: Path, page: str) -> Any:
    """Return a page of the site, parsed."""
    from bs4 import BeautifulSoup

    return BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser")


def words(element: Any) -> str:
    """Return an element's text, its white space as single blanks."""
    return " ".join(element.get_text(" ").split())
