"""Recognise what was handed in: whose notebook of which exercise each file is, and what does not fit."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from alliance.checking.keys import stems
from alliance.checking.submission import UnreadableNotebook, identify, read_notebook
from alliance.classroom.taking_in.roster import Enrolled, Learner, match

CANVAS = re.compile(
    r"^(?P<name>[^_]+)_(?P<late>LATE_)?(?P<user>\d+)_(?P<submission>\d+)_(?P<file>.+?)(?:-(?P<version>\d+))?$"
)
"""Canvas: `leekim_LATE_12345_67890_05_japans_defence_budget-1.ipynb`; the number at the end counts resubmissions."""
MOODLE = re.compile(r"^(?P<name>.+?)_(?P<user>\d+)_assignsubmission_file_?(?P<file>.*)$")
"""Moodle: `Kim Lee_123456_assignsubmission_file_` as a folder, or in front of the file's own name."""
COPY = re.compile(r"(?: ?\(\d+\)|-Copy\d+|[ _-]copy)$", re.IGNORECASE)
ARCHIVES = {".zip", ".7z", ".rar", ".tar", ".gz", ".tgz"}
PASSED_OVER = {"__MACOSX", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", "desktop.ini"}


class NothingHandedIn(Exception):
    """The folder of submissions cannot be graded; the message says why."""


@dataclasses.dataclass(frozen=True)
class Handed:
    """A notebook that will be graded. `late` is what the school's system wrote into the name."""

    learner: Learner
    exercise: str
    path: Path
    late: bool = False


@dataclasses.dataclass(frozen=True)
class Remark:
    """Something about a file, or about a file that is missing: its kind, and a sentence for the teacher.

    `learner` is the folder of the one whose file it is; empty where that is nobody's.
    """

    kind: str
    file: str
    text: str
    learner: str = ""


@dataclasses.dataclass(frozen=True)
class Intake:
    """All that was found in a folder of submissions."""

    handed: Sequence[Handed]
    remarks: Sequence[Remark]


@dataclasses.dataclass(frozen=True)
class _Found:
    """A notebook before it is known whether another one is the same learner's."""

    handed: Handed
    version: int
    renamed: str = ""


def take_in(folder: Path, roster: Sequence[Enrolled] = ()) -> Intake:
    """Return what a folder of submissions holds, by learner and exercise.

    Files stand in a folder per learner, or flat with the learner's name after the exercise's, or as Canvas and Moodle
    name their downloads. What is renamed, given twice, late, foreign or unreadable is named in the remarks; with a
    `roster`, so is what is missing. Raises NothingHandedIn.
    """
    if not folder.is_dir():
        archive = " Unpack it first." if folder.suffix.lower() in ARCHIVES and folder.is_file() else ""
        raise NothingHandedIn(f"{folder} is not a folder.{archive} Name the folder that holds the learners' notebooks.")
    remarks: list[Remark] = []
    found: dict[tuple[str, str], list[_Found]] = {}
    for path in _files(folder):
        name = str(path.relative_to(folder))
        if path.suffix.lower() != ".ipynb":
            text = "This is not a notebook; it was left aside."
            if path.suffix.lower() in ARCHIVES:
                text = "This is an archive; it was left aside. Unpack it to have the notebooks in it graded."
            remarks.append(Remark("foreign", name, text, _owner(path, folder)))
            continue
        try:
            exercise = identify(read_notebook(path), path)
        except UnreadableNotebook as error:
            text = str(error).replace(path.name, "This file", 1)
            remarks.append(Remark("unreadable", name, text, _owner(path, folder)))
            continue
        one = _recognise(path, folder, exercise, remarks)
        found.setdefault((one.handed.learner.folder, exercise), []).append(one)
    handed = [_chosen(several, folder, remarks) for several in found.values()]
    if not handed:
        raise NothingHandedIn(f"{folder} holds no exercise of this course. Name the folder of the learners' notebooks.")
    remarks += [
        Remark(
            "late",
            str(one.path.relative_to(folder)),
            "The school's system marked this file as late.",
            one.learner.folder,
        )
        for one in handed
        if one.late
    ]
    remarks += _missing(handed, roster)
    return Intake(sorted(handed, key=lambda one: (one.learner.folder, one.exercise)), remarks)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder in order, however deep they lie; what is passed over is left out."""
    found, waiting = [], [folder]
    while waiting:
        with contextlib.suppress(OSError):  # a folder that may not be read, or whose path is too long for the system
            for entry in os.scandir(waiting.pop()):
                if entry.name in PASSED_OVER or entry.name.startswith("._"):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False):
                    found.append(Path(entry.path))
    yield from sorted(found)


def _recognise(path: Path, folder: Path, exercise: str, remarks: list[Remark]) -> _Found:
    """Return whose notebook a file is, and add what is odd about its name."""
    place = str(path.relative_to(folder))
    parts = path.relative_to(folder).parts
    stem, version, late = path.stem, 0, False
    if len(parts) > 1:
        learner = _from_folder(parts[0])
    elif match := MOODLE.match(stem):
        learner, stem = Learner(match["name"], match["user"], "moodle"), match["file"]
    elif match := CANVAS.match(stem):
        learner = Learner(match["name"], match["user"], "canvas")
        stem, late, version = match["file"], bool(match["late"]), int(match["version"] or 0)
    else:
        plain = COPY.sub("", stem)
        rest = plain.removeprefix(exercise).strip("_- ") if plain.startswith(exercise) else ""
        learner, stem = Learner(rest or stem), exercise if rest else stem
        if not rest:
            text = f"No learner's name stands in the file's name; it is listed as “{stem}”, exercise {exercise[:2]}."
            remarks.append(Remark("no name", place, text, learner.folder))
            return _Found(Handed(learner, exercise, path), 0)
    return _Found(Handed(learner, exercise, path, late), version, "" if stem == exercise else stem)


def _owner(path: Path, folder: Path) -> str:
    """Return whose file it is, as a learner's folder, of a file that cannot tell its exercise but by its name."""
    exercise = next((stem for stem in stems() if path.stem.startswith(stem)), "")
    return _recognise(path, folder, exercise, []).handed.learner.folder


def _from_folder(name: str) -> Learner:
    match = MOODLE.match(name)
    return Learner(match["name"], match["user"], "moodle") if match else Learner(name)


def _chosen(several: Sequence[_Found], folder: Path, remarks: list[Remark]) -> Handed:
    """Return the one of a learner's notebooks of an exercise that is graded, and name the others.

    The latest resubmission comes first, then the one with the exercise's own name, then the shortest name (a copy's
    has a number more), then the first by name.
    """
    order = sorted(
        several, key=lambda one: (-one.version, one.renamed != "", len(one.handed.path.name), str(one.handed.path))
    )
    first = order[0].handed
    if order[0].renamed:
        text = (
            f"The file is called “{order[0].renamed}” and holds exercise {first.exercise[:2]}, as which it was graded."
        )
        remarks.append(Remark("renamed", str(first.path.relative_to(folder)), text, first.learner.folder))
    for other in order[1:]:
        same = other.handed.path.read_bytes() == first.path.read_bytes()
        what = "The same notebook as" if same else f"Another notebook of exercise {first.exercise[:2]} than"
        text = f"{what} {first.path.relative_to(folder)}, which was graded; this one was left aside."
        remarks.append(Remark("given twice", str(other.handed.path.relative_to(folder)), text, first.learner.folder))
    return first


def _missing(handed: Sequence[Handed], roster: Sequence[Enrolled]) -> list[Remark]:
    """Return a remark for each learner of the roster who did not hand in every exercise that somebody did."""
    if not roster:
        return []
    exercises = sorted({one.exercise for one in handed})
    matched = match(list(dict.fromkeys(one.learner for one in handed)), roster)
    there = {(id(matched.rows.get(one.learner.folder)), one.exercise) for one in handed}
    gaps = []
    for row in roster:
        lacking = [exercise[:2] for exercise in exercises if (id(row), exercise) not in there]
        if lacking:
            which = f"exercise{'s' if len(lacking) > 1 else ''} {', '.join(lacking)}"
            gaps.append(Remark("missing", "", f"{row.name} handed in no notebook of {which}."))
    strangers = {one.learner.name for one in handed if one.learner.folder not in matched.rows}
    doubts = [Remark("roster", "", doubt) for doubt in matched.doubts]
    return (
        gaps + [Remark("not on the roster", "", f"{name} is not on the roster.") for name in sorted(strangers)] + doubts
    )
