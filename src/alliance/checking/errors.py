"""Say an error of a learner's code in one line."""

from __future__ import annotations

import re

from alliance.answers.portable import NOBODY_TYPES
from alliance.plaintext import encodable

CELL = re.compile(r" \((?:<ipython-input[^>]*>|\d+\.py|<[^>]*>), line (\d+)\)$")
"""How a syntax error names its cell: by a number that means nothing to a learner."""


def error_line(name: str, text: str) -> str:
    """Return an error as its name and message in one line of bounded length."""
    if name == "StdinNotImplementedError":  # its own message is for those who write kernels
        return NOBODY_TYPES
    name, message = encodable(name[:100]), encodable(text[:2_000]).strip().splitlines()
    if not message:
        return name
    first = CELL.sub(r" (line \1)", message[0])
    return f"{name}: {first[:300]}"
