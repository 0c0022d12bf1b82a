"""Build the site: gather, run Sphinx, add search and the course in the browser, weigh the pages, put it into place."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import SphinxError

import alliance
from alliance.site.budget import LIMIT, Weight, weigh_lessons
from alliance.site.errors import SiteError
from alliance.site.lite import CannotBuild, build_lite, require_own_runtime
from alliance.site.runtime import NoRuntime
from alliance.site.searching.index import write_index
from alliance.site.searching.records import all_records
from alliance.site.settings import settings
from alliance.site.sources import gather
from alliance.site.styles import drop_unused_styles
from alliance.site.web.around import write_around
from alliance.site.web.head import PageAbout
from alliance.site.web.place import NOWHERE, Place, find_place

MARK = "site.json"
"""The file by which a folder is known to be a site of the course, which `force` may replace."""

LITE = "lite"
"""The folder of the course in the browser, to which `about/browser.md` leads."""

READ = ("lessons", "exercises", "solutions", "data", "project", "authoring", "src")

UNUSED = (
    ".buildinfo",
    "objects.inv",
    *(f"_static/{name}" for name in ("searchtools.js", "language_data.js", "base-stemmer.js", "english-stemmer.js")),
    *(f"_static/{name}" for name in ("webpack-macros.html", "file.png", "minus.png", "plus.png")),
    *(f"_static/scripts/fontawesome.js{end}" for end in ("", ".LICENSE.txt")),
)
"""Files that Sphinx and the theme write and that no page asks for."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """A site that was built: where, how many pages, and what each lesson's page weighs."""

    folder: Path
    pages: int
    weights: list[Weight]


def build_site(
    root: Path,
    out: Path,
    tell: Tell,
    force: bool = False,
    lite: bool = True,
    url: str = "",
    repository: str = "",
    runtime: Path | None = None,
) -> Built:
    """Build the site of the course in `root` into the folder `out`.

    force: replace an earlier site there. lite: add the course in the browser. url: the address at which the site will
    stand, which adds what search engines and those who share links need. repository: its address, where the course's
    own files do not say it. runtime: a downloaded Pyodide, which the course in the browser then gets from the site.
    Nothing appears in `out` before all has succeeded. Raises SiteError.
    """
    out = out.resolve()
    _require_free(root, out, force)
    if runtime:
        _require_runtime(runtime, lite)
    place = find_place(root, url, repository)
    out.parent.mkdir(parents=True, exist_ok=True)
    # Beside its later place, so that it can be moved there in one step.
    with tempfile.TemporaryDirectory(prefix=".site-", dir=out.parent) as name:
        folder = Path(name)
        tell("Gathering lessons, exercises, solutions and data …")
        gathered = gather(root, folder / "gathered", lite, place, own_runtime=runtime is not None)
        tell("Making pages …")
        site = folder / "site"
        _run_sphinx(gathered.pages, site, gathered.files, folder / "doctrees", place, gathered.about)
        _drop_leftovers(site)
        drop_unused_styles(site)
        write_index(site, list(all_records(site)))
        if lite:
            tell("Adding the course in the browser …")
            _add_lite(root, site, runtime)
        if place.url:
            write_around(site, place)
        weights = weigh_lessons(site)
        _require_light(weights)
        pages = sum(1 for page in site.rglob("*.html") if page.relative_to(site).parts[0] != LITE)
        (site / MARK).write_text(json.dumps({"course": alliance.__version__, "pages": pages}) + "\n", encoding="utf-8")
        _put_in_place(site, out)
    return Built(out, pages, weights)


def _require_free(root: Path, out: Path, force: bool) -> None:
    """Raise SiteError where something is in the way that nobody said may go."""
    if out in (root, *root.parents) or any(out.is_relative_to(root / part) for part in READ):
        raise SiteError(f"{out} holds the course itself: choose another folder, such as build/site.")
    if out.is_file():
        raise SiteError(f"{out} is a file: choose another name for the folder.")
    if not out.is_dir() or not any(out.iterdir()):
        return
    if not (out / MARK).is_file():
        raise SiteError(f"{out} holds something else than a site of this course: choose an empty folder or a new name.")
    if not force:
        raise SiteError(f"{out} holds a site already: add --force to replace it, or choose another folder.")


def _run_sphinx(
    pages: Path,
    site: Path,
    files: Path,
    doctrees: Path,
    place: Place = NOWHERE,
    about: Mapping[str, PageAbout] | None = None,
) -> None:
    """Make the pages; `about` says what stands in their heads. Raises SiteError.

    Every warning is a fault: of a page, or of what was gathered.
    """
    warnings = io.StringIO()
    try:
        sphinx = Sphinx(
            pages,
            None,
            site,
            doctrees,
            "html",
            confoverrides=settings(alliance.__version__, files, place, about),
            status=None,
            warning=warnings,
            freshenv=True,
        )
        sphinx.build(force_all=True)
    except SphinxError as error:
        raise SiteError(f"{error.category}: {error}".replace(f"{pages}/", "")) from error
    found = warnings.getvalue().replace(f"{pages}/", "").strip()
    if found or sphinx.statuscode:
        raise SiteError(f"The pages are not sound:\n{found}")


def _add_lite(root: Path, site: Path, runtime: Path | None = None) -> None:
    try:
        build_lite(root, site / LITE, runtime)
    except CannotBuild as error:
        raise SiteError(f"{error} Or leave it out: --no-lite.") from error


def _require_runtime(runtime: Path, lite: bool) -> None:
    """Raise SiteError before any work where a runtime cannot be served."""
    if not lite:
        raise SiteError("--runtime is for the course in the browser, which --no-lite leaves out: give one of the two.")
    try:
        require_own_runtime(runtime)
    except NoRuntime as error:
        raise SiteError(str(error)) from error


def _drop_leftovers(site: Path) -> None:
    """Remove what no page asks for: notes for Sphinx's next build, its search, the theme's icons, and maps."""
    for name in ("jupyter_execute", "_sources", "_static/vendor"):
        shutil.rmtree(site / name, ignore_errors=True)
    for name in UNUSED:
        (site / name).unlink(missing_ok=True)
    for path in site.rglob("*.map"):
        path.unlink()


def _require_light(weights: list[Weight]) -> None:
    heavy = [f"{one.page} has {one.total / 1000:,.0f} kB" for one in weights if one.total > LIMIT]
    if heavy:
        raise SiteError(
            f"A lesson's page may load {LIMIT / 1000:,.0f} kB; {'; '.join(heavy)}. Make its figures smaller."
        )


def _put_in_place(site: Path, out: Path) -> None:
    """Move the finished site to its place; an earlier one goes only now."""
    if out.is_dir():
        shutil.rmtree(out)
    site.rename(out)
