"""Guess who people are by the folders that hold their work, where no roster and no system's naming says it."""

from __future__ import annotations

import re
from collections.abc import Sequence

GENERIC = {
    "assignment", "assignments", "autograded", "desktop", "documents", "download", "downloads", "exchange", "exercise",
    "exercises", "feedback attachment(s)", "files", "hand-in", "hand-ins", "handed in", "handins", "home", "homework",
    "inbound", "lessons", "new folder", "notebook", "notebooks", "src", "submission", "submission attachment(s)",
    "student work", "submissions", "submitted", "submitted files", "work", "working files",
}  # fmt: skip
"""Folders that are nobody's, in small letters: those of systems, of courses, of operating systems."""
OF_A_SYSTEM = re.compile(r"(?i)assignment_\d+(_export)?|.*[-_ ]submissions|gradebook_.*|\d{4}-\d\d-\d\d.*")
VERSION = re.compile(
    r"(?i)(v(er(sion)?)?[ ._-]?\d+|old|new|draft|final|backup|copy|original|first|last|latest|attempt[ _-]?\d*"
    r"|versions?|tmp|temp|test|\d+)([ _-]?(\d+|version|draft|copy|attempt|try))?"
)
"""Folders in which people keep versions of their own work."""
PREFIX_LETTERS = 4
EXERCISE = re.compile(r"(?i)[^\W\d]+[-_ ]?\d{1,2}\b|exercise|assignment|homework")
"""What names an exercise in front of a login, as GitHub Classroom does: `ps05-`, `exercise-05-`."""


def is_generic(part: str) -> bool:
    """Return whether a folder's name says nothing about whose it is."""
    return part.casefold() in GENERIC or OF_A_SYSTEM.fullmatch(part) is not None


def people_folders(paths: Sequence[Sequence[str]], exercises: Sequence[str]) -> list[str]:
    """Return for each file the folder that is a person's: the outermost that is no wrapper; empty where there is none.

    `paths` are the folders of each file that may be a person's, from the outermost on, `exercises` what the files
    hold. A level of folders is a wrapper (a class, a section, an assignment) as `_is_wrapped` says.
    """
    left = [list(path) for path in paths]
    while any(left) and _is_wrapped(left, exercises):
        left = [path[1:] for path in left]
    return [path[0] if path else "" for path in left]


def _is_wrapped(paths: Sequence[Sequence[str]], exercises: Sequence[str]) -> bool:
    """Return whether the outermost folders are no people.

    They aren't where each is called by the number of the one exercise in it; and where every file has another folder
    inside, no two of them have the same folders inside, and there are several in each: a class's learners do not keep
    their work so. Folders called `old` or `v2` are versions, and the folder around them is a learner's.
    """
    if not all(len(path) > 1 for path in paths if path):
        return False
    paths, exercises = zip(*((path, one) for path, one in zip(paths, exercises, strict=True) if path), strict=True)
    tops = {path[0] for path in paths}
    if all(
        names_exercise(top, {one for path, one in zip(paths, exercises, strict=True) if path[0] == top}) for top in tops
    ):
        return True
    inside = {(path[0], path[1]) for path in paths}
    names = [name for _, name in inside]
    if any(VERSION.fullmatch(name) for name in names) or len(set(names)) < len(names):
        return False
    held = {name: {one for path, one in zip(paths, exercises, strict=True) if path[1] == name} for name in names}
    if all(names_exercise(name, found) for name, found in held.items()):
        return False
    return len(names) >= max(2, 2 * len(tops))


def names_exercise(part: str, exercises: set[str]) -> bool:
    """Return whether a folder is called by the number of the one exercise in it, as `ps05` and `Exercise 5` are."""
    numbers = {int(number) for number in re.findall(r"\d{1,3}", part)}
    return len(exercises) == 1 and next(iter(exercises))[:2].isdigit() and int(next(iter(exercises))[:2]) in numbers


def without_prefix(names: Sequence[str]) -> dict[str, str]:
    """Return names without what all of them begin with, where it names an exercise: `exercise-05-ada` is `ada`."""
    several = sorted(set(names))
    prefix = _beginning(several)
    prefix = prefix[: max(prefix.rfind("-"), prefix.rfind("_")) + 1]
    if len(several) < 2 or len(prefix) < PREFIX_LETTERS or not EXERCISE.search(prefix):
        return {name: name for name in several}
    return {name: name[len(prefix) :] or name for name in several}


def _beginning(names: Sequence[str]) -> str:
    """Return what all of several sorted names begin with."""
    if not names:
        return ""
    first, last = names[0], names[-1]
    return first[: next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]
