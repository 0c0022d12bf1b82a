"""Read a learner's notebook: whose exercise it is, and which cells belong to which task."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from alliance.checking.formats import import_nbformat
from alliance.checking.keys import Key, cell_id, load_key, stems

MAX_BYTES = 20_000_000
MOST_PARTS = 1_000_000
"""Brackets and braces in a file, each of which may become an object in memory; an exercise has some hundreds."""
MOST_CELLS = 5_000
HEADING = re.compile(r"^#+\s+(\d+\.\d+)\b")
TASK_ID = re.compile(r"^t(\d+)-(\d+)-\w+$")
CHECK_CALL = re.compile(r"^\s*check\(\s*['\"](\d+\.\d+)['\"]")
CHECK_ALONE = re.compile(r"\s*check\(\s*['\"]\d+\.\d+['\"]\s*,\s*\w+\s*\)\s*")


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
    """A learner's notebook: the key of its exercise, its code by task in the learner's order, and remarks.

    `not_code` are the tasks whose answer stands in a cell that is not code, with the kind of that cell.
    """

    path: Path
    key: Key
    sections: list[Section]
    remarks: list[str]
    not_code: Mapping[str, str] = dataclasses.field(default_factory=dict)


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
    if text.count("[") + text.count("{") > MOST_PARTS:
        raise UnreadableNotebook(
            f"{path.name} holds more parts than a notebook can have: "
            "clear its outputs (Edit, Clear Outputs of All Cells) and save it."
        )
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
    _forget_outputs(data, path)
    try:
        return import_nbformat().reads(json.dumps(data), as_version=4)
    except Exception:  # nbformat raises many kinds of error for a broken structure
        raise UnreadableNotebook(
            f"{path.name} is not a complete notebook: take a fresh copy of the exercise."
        ) from None


def _forget_outputs(data: dict[str, Any], path: Path) -> None:
    """Take all outputs out of a notebook's data: none is ever read, and a notebook may hold very many.

    Raises UnreadableNotebook for one that has more cells than anybody writes.
    """
    sheets = data.get("worksheets") if data["nbformat"] < 4 else [data]
    for sheet in sheets if isinstance(sheets, list) else []:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        if not isinstance(cells, list):
            continue
        if len(cells) > MOST_CELLS:
            raise UnreadableNotebook(f"{path.name} has {len(cells):,} cells; take a fresh copy of the exercise.")
        for cell in cells:
            if isinstance(cell, dict) and "outputs" in cell:
                cell["outputs"] = []


def identify(notebook: Any, path: Path) -> str:
    """Return the stem of the exercise that a notebook holds. Raises UnreadableNotebook when it is none of ours.

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
            return str(stem)
        if about.get("lesson"):
            raise UnreadableNotebook(f"{path.name} is a lesson; its exercise is the notebook to check.")
    numbers = {task.split(".")[0] for cell in notebook.cells if (task := _task_of(cell))}
    if len(numbers) == 1:
        number = numbers.pop().zfill(2)
        if found := next((stem for stem in stems() if stem.startswith(f"{number}_")), None):
            return found
    if notebook.cells and any(path.name.startswith(stem) for stem in stems()) and _mentions_a_task(notebook):
        return next(stem for stem in stems() if path.name.startswith(stem))
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
    if isinstance(tag, str) and re.fullmatch(r"\d+\.\d+", tag):
        return tag
    if cell["cell_type"] == "markdown":
        heading = HEADING.match(str(cell["source"]))
        return heading.group(1) if heading else None
    return None


def read_submission(path: Path) -> Submission:
    """Return a learner's notebook cut into tasks. Raises UnreadableNotebook with one sentence."""
    notebook = read_notebook(path)
    key = load_key(identify(notebook, path))
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
