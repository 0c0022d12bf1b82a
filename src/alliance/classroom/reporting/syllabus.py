"""Tell where the course teaches what a task needs."""

from __future__ import annotations

import dataclasses

from alliance.checking.keys import KeyMissing, Task, load_key, split_section, stems


@dataclasses.dataclass(frozen=True)
class Reading:
    """A section of a lesson: the lesson's number, title and file, and the section's heading."""

    lesson: str
    title: str
    file: str
    heading: str


def reading(task: Task) -> Reading | None:
    """Return the section that a task's learner should read again; None for a task of a key that names none."""
    if not task.section:
        return None
    number, heading = split_section(task.section, task.task.split(".")[0].zfill(2))
    stem = next((stem for stem in stems() if stem.startswith(f"{number}_")), None)
    if stem is None:
        raise KeyMissing(f"Task {task.task} names a section of lesson {number}, of which the course has no key.")
    return Reading(number, load_key(stem).title, f"lessons/{stem}.ipynb", heading)
