"""Read a learner's notebook: which exercise or lesson it is, and which cells belong to which task."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from alliance.checking.files.damage import AGAIN, FRESH, is_binary, kind_of_bytes, kind_of_text, utf_16
from alliance.checking.files.formats import import_nbformat
from alliance.checking.keys import TASK, Key, Kind, cell_id, kind_of, load_key, stems

MAX_BYTES = 20_000_000
MOST_PARTS = 1_000_000
"""Brackets and braces in a file, each of which may become an object in memory; an exercise has some hundreds."""
MOST_CELLS = 5_000
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


@dataclasses.dataclass(frozen=True)
class Notebook:
    """What of a notebook judging needs: its metadata, its cells (type, id, metadata, source as one text), remarks."""

    metadata: Mapping[str, Any]
    cells: Sequence[Mapping[str, Any]]
    remarks: Sequence[str] = ()


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


def read_notebook(path: Path) -> Notebook:
    """Return a notebook, whatever version of the format it was stored in. Raises UnreadableNotebook."""
    if not path.is_file():
        raise UnreadableNotebook(f"{path.name}: there is no such file.")
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableNotebook(too_large(path.name))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableNotebook(f"{path.name} cannot be read ({error.strerror}).") from None
    return parse_notebook(content, path.name)


def too_large(name: str) -> str:
    """Return the sentence on a notebook that is larger than any can be."""
    return (
        f"{name} is larger than {MAX_BYTES // 1_000_000} MB: "
        "clear its outputs (Edit, Clear Outputs of All Cells) and save it."
    )


def parse_notebook(content: bytes, name: str) -> Notebook:
    """Return the notebook that a file's bytes are. Raises UnreadableNotebook, whose message says what else they are."""
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        nothing = "is empty" if not content.strip() else "holds nothing, as a file that was never copied whole"
        raise UnreadableNotebook(f"{name} {nothing}: {FRESH}.")
    text, remarks = _text(content, name)
    if text.count("[") + text.count("{") > MOST_PARTS:
        raise UnreadableNotebook(
            f"{name} holds more parts than a notebook can have: "
            "clear its outputs (Edit, Clear Outputs of All Cells) and save it."
        )
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:  # beside broken JSON, numbers of many thousand digits
        raise UnreadableNotebook(_no_json(text, name, error)) from None
    if not isinstance(data, dict) or isinstance(data.get("nbformat"), bool):
        raise UnreadableNotebook(f"{name} is not a Jupyter notebook.")
    version = data.get("nbformat")
    if not isinstance(version, int | float) or version != version:
        raise UnreadableNotebook(f"{name} is not a Jupyter notebook.")
    if version > 4:
        raise UnreadableNotebook(f"{name} is in notebook format {version}; save it as version 4.")
    if version != 4:
        data = _of_an_older_format(data, name)
    return _sound(data, name, remarks)


def _text(content: bytes, name: str) -> tuple[str, list[str]]:
    """Return a file's text, and a remark where it is not in UTF-8. Raises UnreadableNotebook."""
    if kind := kind_of_bytes(content):
        raise UnreadableNotebook(f"{name} is {kind}, not a notebook. {AGAIN}")
    if codec := utf_16(content):
        text = content.decode(codec, "replace").removeprefix("\ufeff")
        return text, ["The file was saved in UTF-16 instead of UTF-8; it was read all the same."]
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        if is_binary(content) or not content.lstrip().startswith((b"{", b"<")):
            raise UnreadableNotebook(f"{name} cannot be read as text, so it is not a notebook.") from None
        text = content.decode("cp1252", "replace")
        return text, ["The file was not saved in UTF-8: letters beyond English may have changed."]


def _no_json(text: str, name: str, error: Exception) -> str:
    """Return the sentence on a text that is no JSON."""
    kind = kind_of_text(text)
    if not name.endswith(".ipynb") and not kind:
        return f"{name} is not a notebook: the name of one ends in .ipynb."
    if kind:
        mend = "Choose one of the two versions, or take a fresh copy of the exercise." if "conflict" in kind else AGAIN
        return f"{name} is {kind}, not a notebook. {mend}"
    where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
    return f"{name} is damaged{where}: it is not valid JSON. Restore an earlier copy, or {FRESH}."


def _of_an_older_format(data: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the data of a notebook of version 1 to 3 as version 4 has it. Raises UnreadableNotebook."""
    _forget_outputs(data, name)
    try:
        return dict(import_nbformat().reads(json.dumps(data), as_version=4))
    except Exception:  # nbformat raises many kinds of error for a broken structure
        raise UnreadableNotebook(f"{name} is not a complete notebook: {FRESH}.") from None


def _forget_outputs(data: Mapping[str, Any], name: str) -> None:
    """Take all outputs out of the data of a notebook of version 1 to 3: none is ever read, and it may hold very many.

    Raises UnreadableNotebook for one that has more cells than anybody writes.
    """
    sheets = data.get("worksheets")
    for sheet in [data, *(sheets if isinstance(sheets, list) else [])]:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        if not isinstance(cells, list):
            continue
        _demand_few(cells, name)
        for cell in cells:
            if isinstance(cell, dict) and "outputs" in cell:
                cell["outputs"] = []


def _demand_few(cells: Sequence[Any], name: str) -> None:
    """Raise UnreadableNotebook for more cells than anybody writes."""
    if len(cells) > MOST_CELLS:
        raise UnreadableNotebook(f"{name} has {len(cells):,} cells; take a fresh copy of the exercise.")


def _sound(data: Mapping[str, Any], name: str, remarks: list[str]) -> Notebook:
    """Return the parts of a notebook that judging needs, each of the type it should have, without outputs.

    What judging does not need may be damaged, and is left out. Raises UnreadableNotebook.
    """
    cells = data.get("cells")
    if not isinstance(cells, list):
        raise UnreadableNotebook(f"{name} is not a complete notebook: {FRESH}.")
    _demand_few(cells, name)
    found = []
    for number, cell in enumerate(cells, 1):
        if (wrong := _fault(cell)) is not None:
            raise UnreadableNotebook(
                f"{name} is damaged: its cell {number} {wrong}. Restore an earlier copy, or {FRESH}."
            )
        own, mark = cell.get("metadata"), cell.get("id")
        found.append(
            {
                "cell_type": cell["cell_type"],
                "id": _clean(mark) if isinstance(mark, str) else "",
                "metadata": own if isinstance(own, dict) else {},
                "source": _clean("".join(cell["source"])),
            }
        )
    metadata = data.get("metadata")
    if not isinstance(metadata, dict) or not _well_formed(metadata):
        remarks = [*remarks, "The notebook's notes on its language are damaged; it was read all the same."]
    return Notebook(metadata if isinstance(metadata, dict) else {}, found, remarks)


def _fault(cell: Any) -> str | None:
    """Return what a cell lacks, as the end of a sentence; None for a sound one."""
    if not isinstance(cell, dict):
        return "is no cell"
    if not isinstance(cell.get("cell_type"), str):
        return "does not say what kind of cell it is"
    source = cell.get("source")
    if isinstance(source, str) or (isinstance(source, list) and all(isinstance(line, str) for line in source)):
        return None
    return "has no text that can be read"


def _clean(text: str) -> str:
    """Return a text without halves of letters, which JSON can hold and no file can."""
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def identify(notebook: Notebook, path: Path) -> Identity:
    """Return which exercise or lesson a notebook is. Raises UnreadableNotebook when it is none of ours.

    Its metadata decide; where they are lost, its cells; where these are lost too, the name of the file.
    """
    language = _language(notebook.metadata)
    if language and language.lower() not in {"python", "python3", "ipython"}:
        raise UnreadableNotebook(f"{path.name} is written in {language[:40]}; this course uses Python.")
    about = notebook.metadata.get("alliance")
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


def _well_formed(metadata: Mapping[str, Any]) -> bool:
    """Return whether what a notebook says of its language has the form of such notes; it may say nothing."""
    parts = (metadata.get("language_info", {}), metadata.get("kernelspec", {}))
    if not all(isinstance(part, Mapping) for part in parts):
        return False
    return all(isinstance(part.get(name, ""), str) for part, name in zip(parts, ("name", "language"), strict=True))


def _language(metadata: Mapping[str, Any]) -> str:
    """Return the language that a notebook says it is in; empty where it does not say."""
    for part, name in (("language_info", "name"), ("kernelspec", "language")):
        about = metadata.get(part)
        if isinstance(about, Mapping) and isinstance(about.get(name), str) and about[name]:
            return str(about[name])
    return ""


def _mentions_a_task(notebook: Notebook) -> bool:
    return any(HEADING.match(cell["source"]) or CHECK_CALL.match(cell["source"]) for cell in notebook.cells)


def _task_of(cell: Mapping[str, Any]) -> str | None:
    """Return the task a cell belongs to: by its id first, then by its tag, then by its heading."""
    match = TASK_ID.match(str(cell.get("id", "")))
    if match:
        return f"{match.group(1)}.{match.group(2)}"
    own = cell.get("metadata")
    tag = own.get("task") if isinstance(own, Mapping) else None
    if isinstance(tag, str) and re.fullmatch(TASK, tag):
        return tag
    if cell["cell_type"] == "markdown":
        heading = HEADING.match(str(cell["source"]))
        return heading.group(1) if heading else None
    return None


def read_submission(path: Path) -> Submission:
    """Return a learner's notebook cut into tasks. Raises UnreadableNotebook with one sentence."""
    return as_submission(read_notebook(path), path)


def as_submission(notebook: Notebook, path: Path) -> Submission:
    """Return a notebook that was read from `path`, cut into tasks. Raises UnreadableNotebook with one sentence."""
    found = identify(notebook, path)
    key = load_key(found.stem, found.kind)
    if not key.tasks:
        raise UnreadableNotebook(f"{path.name} {NO_TASKS}")
    sections, checks = cut(notebook.cells, key.tasks)
    remarks = [*notebook.remarks, *_remarks(key, checks)]
    return Submission(path, key, sections, remarks, _not_code(notebook.cells, key))


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
        if str(cell.get("id", "")) in {cell_id(name, "check") for name in known}:
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
