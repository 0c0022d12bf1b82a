"""Make what is handed out to learners: chosen lessons and exercises, data, package and front door, no solutions."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import jinja2
import nbformat

import alliance
from alliance.building.build import RECORD, notebook_text
from alliance.building.notebooks.articles import PAGE as ARTICLES
from alliance.building.notebooks.glossary import PAGE
from alliance.checking.keys import Feedback
from alliance.classroom.handing_out import handout, packing
from alliance.classroom.handing_out.released_key import released_key
from alliance.data import load_descriptor
from alliance.data.package import DATA, DESCRIPTOR
from alliance.data.refresh import CODEBOOK
from alliance.data.validation import fingerprint

NAME = "alliance-course"
PACKAGE = "src/alliance"
KEYS = f"{PACKAGE}/keys"
LEARNERS_PARTS = (
    "__init__.py",
    "answers",
    "audit",
    "checking",
    "cli.py",
    "data",
    "drawing",
    "exploring.py",
    "figures.py",
    "framing.py",
    "learner",
    "pages",
    "pictures.py",
    "plaintext.py",
    "style.py",
    "terminal.py",
)
"""What of the package learners get: named one by one, so that what is new for teachers stays with them."""
LEFT_ALONE = ("__pycache__", ".pyc")
FRONT = (
    "course.py",
    "locks/lab.txt",
    "environment.yml",
    "licences/BSD-3-Clause.txt",
    "licences/CC-BY-4.0.md",
    "CITATION.cff",
    "project/README.md",
    "project/claims.csv",
    "project/evidence.csv",
)
OWN = Path(__file__).parent / "learners"
OWN_FILES = {"tests/test_copy.py": "test_copy.py"}
"""Files that only a learner's copy has, by their place in it, and where they lie in `learners/`."""
SECTIONS = (
    "build-system",
    "project",
    "project.optional-dependencies",
    "project.scripts",
    "project.entry-points.pytest11",
    "tool.flit.external-data",
    "tool.pytest.ini_options",
)
"""What of pyproject.toml a learner's copy needs."""
TESTED = re.compile(r"^testpaths = .*$", re.MULTILINE)
TESTED_IN_COPY = 'testpaths = ["tests", "lessons", "exercises"]'
CARD = re.compile(r"# \d\d (?P<title>.+)\n\n\*\*(?P<question>.+)\*\*")


class NoSuchLesson(Exception):
    """What was given as --lessons names no lessons of the course."""


@dataclasses.dataclass(frozen=True)
class Release:
    """What was written: the folder, the zip of the same files, and the stems of the lessons in it."""

    folder: Path
    archive: Path
    stems: Sequence[str]


def release(root: Path, out: Path, lessons: str = "", feedback: Feedback = "full", *, force: bool = False) -> Release:
    """Write a learner's copy of the course at `root` below `out`, as a folder and as a zip.

    `lessons` is a list of numbers and ranges, such as "1-6,9"; all when empty. Raises NoSuchLesson, HandOutError (the
    course is not as it was built), CannotPack and OSError; nothing of the user's has then been changed.
    """
    stems = choose(lesson_stems(root), lessons)
    name = "-".join([NAME, *([span(stems)] if lessons.strip() else []), *([feedback] if feedback != "full" else [])])
    packing.require_free(out, name, force)
    files = copy_for_learners(root, stems, feedback)
    folder, archive = packing.pack(files, out, name, force=force)
    return Release(folder, archive, stems)


# --- which lessons -------------------------------------------------------------------------------------------


def lesson_stems(root: Path) -> list[str]:
    """Return the stems of all lessons that were built. Raises HandOutError where none was."""
    stems = [name.partition("/")[2] for name in _built(root) if name.startswith("lessons/")]
    if not stems:
        raise handout.HandOutError("The course has no built lessons: run `alliance build` first.")
    return sorted(stems)


def choose(stems: Sequence[str], lessons: str) -> list[str]:
    """Return the stems of the chosen lessons, all when `lessons` is empty. Raises NoSuchLesson with one sentence."""
    numbers = [int(stem[:2]) for stem in stems]
    there = f"The course has the lessons {numbers[0]} to {numbers[-1]}."
    wanted: set[int] = set()
    for part in lessons.split(",") if lessons.strip() else []:
        match = re.fullmatch(r"\s*(\d+)\s*(?:[-–]\s*(\d+)\s*)?", part)
        if match is None:
            raise NoSuchLesson(
                f"“{part.strip()}” is no lesson: write numbers and ranges, such as 1-6 or 0,3-5. {there}"
            )
        first, last = int(match[1]), int(match[2] or match[1])
        if first > last:
            raise NoSuchLesson(f"“{part.strip()}” is no range: write the smaller number first, {last}-{first}.")
        missing = [number for number in (first, last) if number not in numbers]
        if missing:
            raise NoSuchLesson(f"There is no lesson {missing[0]}. {there}")
        wanted.update(range(first, last + 1))
    return [stem for stem in stems if not wanted or int(stem[:2]) in wanted]


def span(stems: Sequence[str]) -> str:
    """Return the numbers of lessons as part of a file name: `01-06_09`."""
    runs: list[list[str]] = []
    for stem in stems:
        if runs and int(runs[-1][-1]) + 1 == int(stem[:2]):
            runs[-1].append(stem[:2])
        else:
            runs.append([stem[:2]])
    return "_".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


# --- the files -----------------------------------------------------------------------------------------------


def copy_for_learners(root: Path, stems: Sequence[str], feedback: Feedback) -> packing.Files:
    """Return the files of a learner's copy. Raises HandOutError where the course is not as it was built."""
    lessons = {f"lessons/{stem}.ipynb": _as_built(root, "lessons", stem, f"lessons/{stem}.ipynb") for stem in stems}
    files: dict[str, bytes] = {name: _bytes(root, name) for name in FRONT}
    files |= {name: (OWN / own).read_bytes() for name, own in OWN_FILES.items()}
    files["pyproject.toml"] = learners_pyproject(_bytes(root, "pyproject.toml").decode()).encode()
    files["README.md"] = _readme({name: _notebook(content) for name, content in lessons.items()}, feedback).encode()
    files |= _data(root) | _package(root)
    exercises: dict[str, Any] = {}
    for stem in stems:
        # Not the notebook in exercises/: somebody may have worked in it.
        exercises[stem] = _notebook(_as_built(root, "exercises", stem, f"{KEYS}/{stem}.ipynb"))
        key = json.loads(_as_built(root, "exercises", stem, f"{KEYS}/{stem}.json"))
        files[f"{KEYS}/{stem}.json"] = _json(released_key(key, feedback))
        turns = json.loads(_as_built(root, "lessons", stem, f"{KEYS}/lessons/{stem}.json"))
        files[f"{KEYS}/lessons/{stem}.json"] = _json(released_key(turns, feedback))
    handed_out = {*files, *lessons, PAGE, ARTICLES, *(f"exercises/{stem}.ipynb" for stem in stems)}

    def is_of_course(path: str) -> bool:
        return (root / path).is_file()

    for stem, notebook in exercises.items():
        path = f"exercises/{stem}.ipynb"
        made = handout.exercise_with_note(handout.with_live_cells(notebook, path, is_of_course, handed_out), feedback)
        files[path] = files[f"{KEYS}/{stem}.ipynb"] = notebook_text(made).encode()
    glossary = _bytes(root, PAGE).decode()
    files[PAGE] = handout.with_live_links(glossary, PAGE, is_of_course, handed_out).encode()
    if (root / ARTICLES).is_file():
        articles = _bytes(root, ARTICLES).decode()
        files[ARTICLES] = handout.with_live_links(articles, ARTICLES, is_of_course, handed_out).encode()
    for path, content in lessons.items():
        made = handout.with_live_cells(_notebook(content), path, is_of_course, handed_out)
        made = handout.lesson_with_note(made, feedback)
        files[path] = files[f"{KEYS}/{path}"] = notebook_text(made).encode()
    about = {"course": alliance.__version__, "feedback": feedback, "lessons": list(stems)}
    files[packing.LIST] = packing.listing(files, about)
    return files


def _built(root: Path) -> dict[str, Any]:
    path = root / RECORD
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _as_built(root: Path, kind: str, stem: str, path: str) -> bytes:
    """Return a built file. Raises HandOutError where it was changed, by hand or by running it in JupyterLab."""
    content = _bytes(root, path)
    known = _built(root).get(f"{kind}/{stem}", {}).get("files", {})
    if known.get(path) != hashlib.sha256(content).hexdigest():
        raise handout.HandOutError(
            f"{path} is not as it was built: keep what you have changed under another name, "
            f"then make it anew with `alliance build {stem[:2]}`."
        )
    return content


def _bytes(root: Path, path: str) -> bytes:
    try:
        return (root / path).read_bytes()
    except FileNotFoundError:
        raise handout.HandOutError(
            f"{path} is missing: run `alliance build`, or get it back from where you have the course from."
        ) from None


def _notebook(content: bytes) -> Any:
    return nbformat.reads(content.decode(), as_version=4)


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _data(root: Path) -> dict[str, bytes]:
    """Return the tables that are described, their description and the codebook."""
    tables = load_descriptor(root)["resources"]
    for table in tables:
        path = root / DATA / table["path"]
        if path.is_file() and (table.get("hash"), table.get("bytes")) != fingerprint(path):
            raise handout.HandOutError(
                f"{DATA}/{table['path']} is not as {DESCRIPTOR} describes it: restore it, or run "
                "`alliance data refresh` and `alliance build` if the change is meant."
            )
    names = [DESCRIPTOR, CODEBOOK, *(table["path"] for table in tables)]
    return {f"{DATA}/{name}": _bytes(root, f"{DATA}/{name}") for name in names}


def _package(root: Path) -> dict[str, bytes]:
    """Return the learners' parts of the package."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for part in LEARNERS_PARTS
        for path in sorted(_files(root / PACKAGE / part))
    }


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for inside in path.rglob("*"):
        if inside.is_file() and not any(str(part).endswith(LEFT_ALONE) for part in inside.parts):
            yield inside


def learners_pyproject(text: str) -> str:
    """Return pyproject.toml without the tools of authors; its tests are those of a learner's copy."""
    head, *sections = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    kept = [section for section in sections if section[1:].partition("]\n")[0] in SECTIONS]
    made, count = TESTED.subn(TESTED_IN_COPY, head + "".join(kept))
    if count != 1 or len(kept) != len(SECTIONS):
        raise ValueError(f"pyproject.toml no longer has each of {', '.join(SECTIONS)} and one line of testpaths")
    return made.rstrip("\n") + "\n"


def _readme(lessons: dict[str, Any], feedback: Feedback) -> str:
    """Return the learner's front page, with a row for each lesson as its card names and asks it."""
    cards = [(path, CARD.match(notebook.cells[0].source)) for path, notebook in lessons.items()]
    rows = [(path, path.split("/")[1][:2], card["title"], card["question"]) for path, card in cards if card]
    page = jinja2.Template((OWN / "README.md.jinja").read_text(encoding="utf-8"), keep_trailing_newline=True)
    exercise = next(iter(lessons)).replace("lessons/", "exercises/")
    return str(page.render(lessons=rows, feedback=feedback, exercise=exercise))
