"""Repeat what the course's front door says of its first start: how long it takes, and how much it puts on the disk."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from alliance.site.errors import SiteError

FRONT_DOOR = "course.py"


@dataclass(frozen=True)
class FirstStart:
    """Minutes in words, such as "one to five minutes", and megabytes on the disk."""

    minutes: str
    megabytes: int


def first_start(root: Path) -> FirstStart:
    """Return what `course.py lab` tells before it installs anything. Raises SiteError where it tells nothing."""
    told = {}
    for node in ast.parse((root / FRONT_DOOR).read_text(encoding="utf-8")).body:
        name = ast.unparse(node.targets[0]) if isinstance(node, ast.Assign) else ""
        if isinstance(node, ast.Assign) and name in {"MINUTES", "NEEDS_MB"}:
            told[name] = ast.literal_eval(node.value)
    try:
        return FirstStart(str(told["MINUTES"]["lab"]), int(told["NEEDS_MB"]["lab"]))
    except KeyError as missing:
        raise SiteError(f"{FRONT_DOOR} no longer says {missing}, which the site's first page repeats.") from missing
