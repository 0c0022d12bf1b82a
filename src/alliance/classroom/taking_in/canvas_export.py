"""Read the assignments in a gradebook that Canvas has exported: their columns, and the scores that are there."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from alliance.data.csvtext import UnreadableCSV, read_lines

ASSIGNMENT = re.compile(r"(?P<title>.+) \((?P<id>\d+)\)\s*")
"""A column of Canvas's export that is an assignment: `Exercise 05 (12345)`."""
NUMBERED = re.compile(
    r"(?:(?:exercise|ex\.?|assignment|homework|hw|notebook|problem set|ps|sheet)[ _#:-]*)?0*(\d+)(?!\d)",
    re.IGNORECASE,
)
"""How the title of an assignment begins that may be one of our exercises; `Quiz 5` is none."""


@dataclasses.dataclass(frozen=True)
class CanvasExport:
    """The headers of assignments with the points possible there, and by Canvas's ID each learner's scores by header."""

    possible: Mapping[str, str] = dataclasses.field(default_factory=dict)
    scores: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)

    def by_id(self, number: str) -> str:
        """Return the header of the assignment with an ID, else an empty text."""
        return next((header for header in self.possible if header.strip().endswith(f"({number})")), "")


def read_canvas_export(path: Path) -> CanvasExport:
    """Return what a file holds of assignments; nothing where it is no gradebook of Canvas."""
    try:
        lines = read_lines(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, UnreadableCSV):
        return CanvasExport()
    header = [cell.strip() for cell in lines[0]] if lines else []
    if "Student" not in header or "ID" not in header:
        return CanvasExport()
    columns = {place: name for place, name in enumerate(header) if ASSIGNMENT.fullmatch(name)}
    student, number = header.index("Student"), header.index("ID")
    possible = dict.fromkeys(columns.values(), "")
    scores: dict[str, dict[str, str]] = {}
    for line in lines[1:]:
        cells = [cell.strip() for cell in line] + [""] * (len(header) - len(line))
        own = {name: cells[place] for place, name in columns.items()}
        if "Points Possible" in cells[student]:
            possible |= own
        elif cells[number]:
            scores[cells[number]] = own
    return CanvasExport(possible, scores)


def find_columns(export: CanvasExport, titles: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Sequence[str]]]:
    """Return by exercise the one assignment that is it, and where there are several, all of them.

    titles: what each exercise is called here. An assignment is found by that title, else by the number with which its
    own title begins, as in `Exercise 05`, `HW 5` or `5. Defence`.
    """
    found: dict[str, str] = {}
    several: dict[str, Sequence[str]] = {}
    for exercise, title in titles.items():
        plain = {header: match["title"] for header in export.possible if (match := ASSIGNMENT.fullmatch(header))}
        same = [header for header, name in plain.items() if name.casefold() == title.casefold()]
        numbered = [
            header
            for header, name in plain.items()
            if (match := NUMBERED.match(name)) and int(match[1]) == int(exercise[:2])
        ]
        candidates = same or numbered
        if len(candidates) == 1:
            found[exercise] = candidates[0]
        elif candidates:
            several[exercise] = candidates
    return found, several
