"""Put the learner's copy of the course, as `alliance release` makes it, on the site to be downloaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alliance.classroom.handing_out.handout import HandOutError
from alliance.classroom.handing_out.packing import zipped
from alliance.classroom.handing_out.release import NAME, copy_for_learners, lesson_stems
from alliance.data import DataError
from alliance.site.errors import SiteError
from alliance.site.shown.outputs import Files


@dataclass(frozen=True)
class Copy:
    """A file of the site's root, and its size in words."""

    name: str
    size: str


def add_copy(root: Path, files: Files) -> Copy:
    """Put the copy, with full feedback and without solutions, into `files`.

    Raises SiteError where the course is not as it was built: what learners got would not be what the site shows.
    """
    try:
        packed = zipped(copy_for_learners(root, lesson_stems(root), "full"), NAME)
    except (HandOutError, DataError) as error:
        raise SiteError(f"The learner's copy for the site cannot be made. {error}") from error
    name = f"{NAME}.zip"
    files.add(name, packed)
    return Copy(name, f"{len(packed) / 1e6:.0f} MB")
