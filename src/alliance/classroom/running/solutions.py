"""Run the solved notebooks on twins of the data, once per class, so that learners' answers can be compared."""

from __future__ import annotations

import ast
import dataclasses
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from alliance.answers import from_json
from alliance.checking.keys import load_key, stems
from alliance.classroom.keeping.results import fingerprint, write_whole
from alliance.classroom.running.worker import Order, Report, Twins

FOLDER = "twin"
"""Where below the results the solutions' answers are kept."""
NUMBERS = (1, 2, 3)
"""The twins: one more than are needed, because an answer may be the same on one of them by chance."""
QUOTED = re.compile(r"'([^']+)'|\"([^\"]+)\"")

Work = Callable[[Mapping[int, Order]], Iterator[tuple[int, Report]]]


class NoSolutions(Exception):
    """There are no solved notebooks to compare with; the message says what to do."""


@dataclasses.dataclass(frozen=True)
class Solutions:
    """The solved notebooks by file name, and the words that their code names: ids, countries, measures."""

    content: Mapping[str, bytes]
    words: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """A hash of all of them: the twins depend on what they name."""
        return fingerprint(*(name.encode() + content for name, content in sorted(self.content.items())))


def read_solutions(root: Path) -> Solutions:
    """Return the solved notebooks of the course at `root`. Raises NoSolutions when one is missing or damaged."""
    content: dict[str, bytes] = {}
    words: set[str] = set()
    for stem in stems():
        path = root / "solutions" / f"{stem}.ipynb"
        try:
            content[path.name] = path.read_bytes()
            cells = json.loads(content[path.name])["cells"]
            code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
            words.update(word for text in code for word in _words(text))
        except (OSError, ValueError, KeyError, TypeError, SyntaxError) as error:
            raise NoSolutions(
                f"--twin compares with the solved notebooks, and solutions/{path.name} cannot be read: use the "
                "teacher's copy of the course, or build it with `alliance build`."
            ) from error
    return Solutions(content, tuple(sorted(words)))


def _words(code: str) -> Iterator[str]:
    """Yield the texts that code holds, and the quoted ones inside of them, as in a query. Raises SyntaxError."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
            for match in QUOTED.finditer(node.value):
                yield match[1] or match[2]


def run_solutions(work: Work, solutions: Solutions, orders: Iterable[Order], out: Path, basis: str) -> dict[str, Twins]:
    """Return what a notebook's answers are compared with, by the notebook's file name.

    Of each exercise that occurs in `orders` the solution is run, unless the answers kept below `out` still hold,
    which `basis` tells. Raises what `work` raises, and OSError.
    """
    found: dict[str, Twins] = {}
    todo: dict[int, Order] = {}
    for order in {order.name: order for order in orders}.values():
        kept = _load(out / FOLDER / f"{Path(order.name).stem}.json", basis)
        if kept is not None:
            found[order.name] = Twins(solutions.words, kept)
        else:
            twins = Twins(solutions.words, {number: {} for number in NUMBERS})
            content = solutions.content[order.name]
            todo[len(todo)] = dataclasses.replace(order, content=content, twins=twins, solution=True)
    for number, report in work(todo):
        name = todo[number].name
        found[name] = Twins(solutions.words, report.references)
        tasks = load_key(Path(name).stem).tasks
        if not report.references or any(set(tasks) != set(one) for one in report.references.values()):
            continue  # something stopped it, which may go better in the next run
        text = json.dumps({"basis": basis, "references": report.references}, ensure_ascii=False)
        write_whole(out / FOLDER / f"{Path(name).stem}.json", text + "\n")
    return found


def _load(path: Path, basis: str) -> dict[int, Mapping[str, object]] | None:
    """Return the answers kept in a file, or None where there are none that hold."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["basis"] != basis:
            return None
        kept: dict[int, Mapping[str, Any]] = {
            int(number): dict(answers) for number, answers in data["references"].items()
        }
        for answer in (answer for answers in kept.values() for answer in answers.values()):
            from_json(answer)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return kept if set(kept) == set(NUMBERS) else None
