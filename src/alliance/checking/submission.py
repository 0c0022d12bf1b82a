"""Read a learner's notebook: which exercise or lesson it is, and which cells belong to which task."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from alliance.checking.formats import import_nbformat
from alliance.checking.keys import TASK, Key, Kind, cell_id, kind_of, load_key, stems

MAX_BYTES = 100_000_000
NO_TASKS = "is a lesson without tasks to check; its exercise is the notebook to check."
HEADING = re.compile(rf"^(?:#+\s+|\*\*Your turn )({TASK})\b")
"""How a task's question begins: with a heading in an exercise, with words in bold in a lesson."""
TASK_ID = re.compile(r"^t(\d+)-(\d+|[a-z])-\w+$")
OWN_CELL = re.compile(r"^[a-z0-9-]+-[0-9a-f]{6}(?:-\d+)?$")
"""The ids that the course gives to a lesson's own cells; no other program makes ids of this form."""
CHECK_CALL = re.compile(rf"^\s*check\(\s*['\"]({TASK})['\"]")
CHECK_ALONE = re.compile(rf"\s*check\(\s*['\"]{TASK}['\"]\s*,\s*\w+\s*\)\s*")


class UnreadableNotebook(Exception):
    """A file that cannot be checked; the message is one sentence for its owner."""


@dataclasses.dataclass
class Section:
    """A run of a learner's code cells that belong to one task (or to none, before the first).

    `checked_after` is how many of them stand above the section's check cell; None where it has none.
    """

    task: str | None
    cells: list[str]
    checked_after: int | None = None


@dataclasses.dataclass(frozen=True)
class Submission:
    """A learner's notebook: the key of its exercise or lesson, its code by task in the learner's order, and remarks.

    `not_code` are the tasks whose answer stands in a cell that is not code, with the kind of that cell.
    """

    path: Path
    key: Key
    sections: list[Section]
    remarks: list[str]
    not_code: Mapping[str, str] = dataclasses.field(default_factory=dict)


class Identity(NamedTuple):
    """What a notebook is a copy of: an exercise, or a lesson."""

    kind: Kind
    stem: str


def read_notebook(path: Path) -> Any:
    """Return a notebook in format 4, whatever version it was stored in. Raises UnreadableNotebook."""
    if not path.is_file():
        raise UnreadableNotebook(f"{path.name}: there is no such file.")
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableNotebook(
            f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB: "
            "clear its outputs (Edit, Clear Outputs of All Cells) and save it."
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise UnreadableNotebook(f"{path.name} cannot be read as text, so it is not a notebook.") from None
    if not text.strip():
        raise UnreadableNotebook(f"{path.name} is empty: take a fresh copy of the exercise.")
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        if path.suffix != ".ipynb":
            raise UnreadableNotebook(f"{path.name} is not a notebook: the name of one ends in .ipynb.") from None
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableNotebook(
            f"{path.name} is damaged{where}: it is not valid JSON. "
            "Restore an earlier copy, or take a fresh copy of the exercise."
        ) from None
    if not isinstance(data, dict) or not isinstance(data.get("nbformat"), int):
        raise UnreadableNotebook(f"{path.name} is not a Jupyter notebook.")
    if data["nbformat"] > 4:
        raise UnreadableNotebook(f"{path.name} is in notebook format {data['nbformat']}; save it as version 4.")
    try:
        return import_nbformat().reads(text, as_version=4)
    except Exception:  # nbformat raises many kinds of error for a broken structure
        raise UnreadableNotebook(
            f"{path.name} is not a complete notebook: take a fresh copy of the exercise."
        ) from None


def identify(notebook: Any, path: Path) -> Identity:
    """Return which exercise or lesson a notebook is. Raises UnreadableNotebook when it is none of ours.

    Its metadata decide; where they are lost, its cells; where these are lost too, the name of the file.
    """
    metadata = notebook.metadata
    language = metadata.get("language_info", {}).get("name") or metadata.get("kernelspec", {}).get("language")
    if language and language.lower() not in {"python", "ipython"}:
        raise UnreadableNotebook(f"{path.name} is written in {language}; this course uses Python.")
    about = metadata.get("alliance")
    if isinstance(about, Mapping):
        stem = about.get("exercise") or about.get("solution")
        if stem in stems():
            return Identity("exercises", str(stem))
        if lesson := about.get("lesson"):
            if lesson in stems("lessons"):
                return Identity("lessons", str(lesson))
            raise UnreadableNotebook(f"{path.name} {NO_TASKS}")
    tasks = {task for cell in notebook.cells if (task := _task_of(cell))}
    kind: Kind = "lessons" if tasks and all(kind_of(task) == "lessons" for task in tasks) else "exercises"
    numbers = {task.split(".")[0] for task in tasks}
    if len(numbers) == 1:
        number = numbers.pop().zfill(2)
        if found := next((stem for stem in stems(kind) if stem.startswith(f"{number}_")), None):
            return Identity(kind, found)
    if notebook.cells and any(path.name.startswith(stem) for stem in stems()) and _mentions_a_task(notebook):
        return Identity("exercises", next(stem for stem in stems() if path.name.startswith(stem)))
    raise UnreadableNotebook(
        f"{path.name} is not an exercise of this course: none of its cells belongs to a task. "
        "The exercises are the notebooks in the course's folder `exercises`."
    )


def _mentions_a_task(notebook: Any) -> bool:
    return any(HEADING.match(str(cell.source)) or CHECK_CALL.match(str(cell.source)) for cell in notebook.cells)


def _task_of(cell: Mapping[str, Any]) -> str | None:
    """Return the task a cell belongs to: by its id first, then by its tag, then by its heading."""
    match = TASK_ID.match(str(cell.get("id", "")))
    if match:
        return f"{match.group(1)}.{match.group(2)}"
    tag = cell.get("metadata", {}).get("task")
    if isinstance(tag, str) and re.fullmatch(TASK, tag):
        return tag
    if cell["cell_type"] == "markdown":
        heading = HEADING.match(str(cell["source"]))
        return heading.group(1) if heading else None
    return None


def read_submission(path: Path) -> Submission:
    """Return a learner's notebook cut into tasks. Raises UnreadableNotebook with one sentence."""
    notebook = read_notebook(path)
    found = identify(notebook, path)
    key = load_key(found.stem, found.kind)
    if not key.tasks:
        raise UnreadableNotebook(f"{path.name} {NO_TASKS}")
    sections, checks = cut(notebook.cells, key.tasks)
    return Submission(path, key, sections, _remarks(key, checks), _not_code(notebook.cells, key))


def cut(cells: Iterable[Mapping[str, Any]], tasks: Iterable[str]) -> tuple[list[Section], dict[str, list[str]]]:
    """Return a notebook's code cells by task, in the notebook's order, and apart from them its check cells.

    `cells` are those of a notebook in format 4, their source as one text.
    """
    known = set(tasks)
    sections = [Section(None, [])]
    checks: dict[str, list[str]] = {}
    for cell in cells:
        task, code = _task_of(cell), str(cell["source"])
        if task in known and task != sections[-1].task:
            sections.append(Section(task, []))
        elif _is_lessons_own(cell) and kind_of(sections[-1].task or "") == "lessons":
            sections.append(Section(None, []))
        if cell["cell_type"] != "code" or not code.strip():
            continue
        here = sections[-1]
        if cell.get("id") in {cell_id(name, "check") for name in known}:
            here.checked_after = len(here.cells)
            checks.setdefault(str(task), []).append(code)
            continue  # a check cell is read from the key, never from the learner's file
        call = CHECK_CALL.match(code)
        if call:  # typed anew after it was deleted, or its id was lost: other programs save notebooks without ids
            checks.setdefault(call.group(1), []).append(code)
            if here.checked_after is None:
                here.checked_after = len(here.cells)
            if CHECK_ALONE.fullmatch(code):
                continue
        here.cells.append(code)
    return [section for section in sections if section.task or section.cells], checks


def _is_lessons_own(cell: Mapping[str, Any]) -> bool:
    """Return whether a cell is one of a lesson's own, with which the cells of a task end."""
    return _task_of(cell) is None and bool(OWN_CELL.match(str(cell.get("id", ""))))


def _not_code(cells: Iterable[Mapping[str, Any]], key: Key) -> dict[str, str]:
    """Return the tasks whose answer cell is not code, with its kind."""
    ids = {cell_id(name, "answer"): name for name in key.tasks}
    found, here = {}, ""
    for cell in cells:
        here = _task_of(cell) or here
        task = key.tasks.get(here)
        if task is None or cell["cell_type"] == "code":
            continue
        gives = re.search(
            rf"^{re.escape(task.spec.answer)}\s*=|^def {re.escape(task.spec.answer)}\(", str(cell["source"]), re.M
        )
        if ids.get(str(cell.get("id", ""))) == here or gives:
            found[here] = str(cell["cell_type"])
    return found


def _remarks(key: Key, checks: Mapping[str, list[str]]) -> list[str]:
    """Say which check cells were not as the course gives them; they are judged as if they were."""
    remarks = []
    for name, task in key.tasks.items():
        found = checks.get(name, [])
        if not found:
            remarks.append(f"The check cell of {name} is missing; the task is checked all the same.")
        elif any(one.strip() != task.check for one in found):
            remarks.append(f"The check cell of {name} was changed; the task is checked as the course gives it.")
    return remarks
