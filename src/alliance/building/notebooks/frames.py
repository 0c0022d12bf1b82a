"""Keep the states of a lesson's explorable figures in a file of their own, for the pages that have no kernel."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = "authoring/frames"


def frames_file(stem: str, explored: Mapping[str, Any]) -> dict[str, str]:
    """Return path → text of the file of a lesson's states, by the ids of their cells; nothing where there are none.

    explored: cell id → what `exploring.frames` returns.
    """
    if not explored:
        return {}
    return {f"{FOLDER}/{stem}.json": json.dumps(explored, ensure_ascii=False, indent=0, sort_keys=True) + "\n"}


def read_frames(root: Path, stem: str) -> dict[str, Any]:
    """Return the states of a lesson's explorable figures, by the ids of their cells."""
    path = root / FOLDER / f"{stem}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}
