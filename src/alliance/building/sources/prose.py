"""Fill in the computed numbers of a text: `{{ expression:format }}` and `{{claim:ID}}`."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path

from alliance.building.sources.errors import SourceError
from alliance.data.package import read_rows

EXPRESSION = re.compile(r"\{\{(?!\{)(.+?)\}\}", re.DOTALL)
CLAIM = re.compile(r"^claim(?:\.(\w+))?:([AB]\d\d-\d\d)$")

Evaluate = Callable[[str], str]


class ProseError(Exception):
    """An expression in a text cannot be computed; the message says which and why."""


def expressions(text: str) -> list[str]:
    """Return the expressions of a text that a kernel must evaluate (claims are looked up instead)."""
    found = [match.group(1).strip() for match in EXPRESSION.finditer(text)]
    return [one for one in found if not CLAIM.match(one)]


def as_python(expression: str) -> str:
    """Return a Python expression whose value is the text to be written, by the rules of an f-string."""
    return f'f"""{{{expression}}}"""'


def fill(text: str, evaluate: Evaluate, data: Path) -> str:
    """Return the text with every expression replaced by its value.

    `evaluate` gets the expression as an author wrote it; `data` is the folder of claims.csv. Raises ProseError.
    """

    def value(match: re.Match[str]) -> str:
        expression = match.group(1).strip()
        claim = CLAIM.match(expression)
        if claim:
            return claim_text(data, claim.group(2), claim.group(1))
        return evaluate(expression)

    return EXPRESSION.sub(value, text)


def fill_at(path: Path, line: int, text: str, evaluate: Evaluate, data: Path) -> str:
    """Return the text with every expression replaced by its value. Raises SourceError that names file and line."""
    try:
        return fill(text, evaluate, data)
    except (ProseError, SyntaxError, NameError, LookupError, ValueError, TypeError, AttributeError) as error:
        raise SourceError(path, line, str(error)) from error


@functools.cache
def _claims(path: Path) -> dict[str, dict[str, str]]:
    return {row["claim_id"]: row for row in read_rows(path)}


def claim_text(data: Path, claim_id: str, column: str | None) -> str:
    """Return a claim's figure with its unit (`8.5 trillion yen`), or one column of its row. Raises ProseError."""
    claims = _claims(data / "claims.csv")
    if claim_id not in claims:
        raise ProseError(f"data/claims.csv has no claim {claim_id}.")
    row = claims[claim_id]
    if column is not None and column not in row:
        raise ProseError(f"data/claims.csv has no column “{column}”.")
    if column is not None and column not in {"value", "value_high"}:
        return row[column]
    number = row[column or "value"]
    if not number:
        raise ProseError(f"claim {claim_id} has no {column or 'value'}.")
    shown = number if row["unit"] == "year" else _grouped(number)
    return shown if column else f"{shown} {row['unit']}"


def _grouped(number: str) -> str:
    """Return a number's own digits with thousands apart; no digit is added or lost."""
    whole, point, rest = number.partition(".")
    return f"{int(whole):,}{point}{rest}"
