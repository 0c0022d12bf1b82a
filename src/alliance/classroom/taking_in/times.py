"""Say when a notebook was handed in, as far as its name or the file itself tells."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

IN_A_NAME = (
    (re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)(?!\d)"), "%Y-%m-%d-%H-%M-%S"),
    (re.compile(r"(?<!\w)([A-Z][a-z]{2} \d{1,2}, \d{4} \d{3,4} [AP]M)(?!\w)"), "%b %d, %Y %I%M %p"),
)
"""How Blackboard (`attempt_2026-03-02-09-00-00`) and Brightspace (`Mar 1, 2026 1011 AM`) write it into a path."""
AT_ONCE = 600
"""Seconds within which all files of a class seem to have been unpacked, or copied, and not handed in."""
NAME, FILE = "name", "file"


def times_of(handed: Sequence[tuple[Path, str]]) -> list[tuple[str, str]]:
    """Return for each notebook when it was handed in (ISO 8601, this computer's time) and what tells so.

    handed: each file with its path below the submissions. What tells is "name", "file" (its time of change), or
    nothing, with an empty time: a file's own time is not believed where all files have nearly the same, because that
    is when they were unpacked. Raises OSError.
    """
    own = [path.stat().st_mtime for path, _ in handed]
    unpacked = len(own) > 1 and max(own) - min(own) < AT_ONCE
    found = []
    for (_, name), changed in zip(handed, own, strict=True):
        if named := _in_name(name):
            found.append((named.isoformat(), NAME))
        elif unpacked:
            found.append(("", ""))
        else:
            found.append((dt.datetime.fromtimestamp(int(changed)).isoformat(), FILE))
    return found


def _in_name(name: str) -> dt.datetime | None:
    """Return the time that stands in a path, from the file upwards."""
    for part in reversed(re.split(r"[/\\]", name)):
        for pattern, form in IN_A_NAME:
            for match in pattern.finditer(part):
                text = match[1]
                if form.startswith("%b"):  # 911 AM has no zero in front
                    words = text.split(" ")
                    text = " ".join([*words[:-2], words[-2].zfill(4), words[-1]])
                try:
                    return dt.datetime.strptime(text, form)
                except ValueError:
                    continue
    return None
