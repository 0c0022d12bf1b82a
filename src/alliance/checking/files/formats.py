"""Import nbformat without a part that it does not need and that takes seconds to load."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import cast

ADDRESSES = "rfc3987_syntax"
"""Reads a grammar of internationalised addresses when imported; jsonschema does without where it is absent."""


def import_nbformat() -> ModuleType:
    """Return nbformat."""
    absent = ADDRESSES not in sys.modules
    if absent:
        sys.modules[ADDRESSES] = cast(ModuleType, None)  # Python's way to say that a module cannot be imported
    try:
        import nbformat
    finally:
        if absent:
            del sys.modules[ADDRESSES]
    return cast(ModuleType, nbformat)
