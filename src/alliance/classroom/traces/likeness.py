"""Reduce code and wrong answers to what two notebooks may have in common: spaces, comments and rounding don't count."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from alliance.answers import Answer, to_json
from alliance.answers.compare import own_words
from alliance.checking.verdicts import says_nothing

MOST_LETTERS = 100_000
"""Of code beyond which it isn't taken apart."""
DIGITS = 9
SHOWN = 80


def code_print(cells: Sequence[str]) -> tuple[str, int]:
    """Return a hash of a task's code and its number of lines, both without comments and blank lines."""
    lines = [line for cell in cells for line in _plain_code(cell).splitlines() if line.strip()]
    return (_hash("\n".join(lines)), len(lines)) if lines else ("", 0)


def _plain_code(cell: str) -> str:
    if len(cell) > MOST_LETTERS:
        return cell
    try:
        return ast.unparse(ast.parse(cell))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a magic of IPython, or no code at all
        return "\n".join(line.strip() for line in cell.splitlines())


def value_print(answer: Answer) -> tuple[str, str]:
    """Return a hash of an answer and the answer in words; empty texts where it says nothing (0, nothing, no row)."""
    if answer.type in {"untried", "other", "none"} or says_nothing(answer):
        return "", ""
    return _hash(json.dumps(_rounded(to_json(answer)), sort_keys=True, ensure_ascii=False)), _in_words(answer)


def _in_words(answer: Answer) -> str:
    words = own_words(answer)
    if answer.type == "record":
        words = ", ".join(f"{key}: {own_words(item)}" for key, item in answer.items.items())
    return words if len(words) <= SHOWN else f"{words[:SHOWN]} …"


def _rounded(data: Any) -> Any:
    if isinstance(data, float):
        return float(f"{data:.{DIGITS}g}")
    if isinstance(data, dict):
        return {key: _rounded(value) for key, value in data.items()}
    return [_rounded(one) for one in data] if isinstance(data, list) else data


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]
