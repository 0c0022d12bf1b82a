"""What lessons of the second edition draw: legible on a phone and in print, in people's words."""

from __future__ import annotations

import base64
import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from alliance.building.notebooks.frames import read_frames
from alliance.building.sources.source import read_source
from alliance.figures import DOTS_PER_INCH
from alliance.framing import PAD
from alliance.style import SMALLEST, WIDEST

ROOT = Path(__file__).resolve().parent.parent
COLUMN_NAME = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")
"""A word with an underscore is a name for programs, not for people."""


def lessons() -> list[Any]:
    """Return the notebooks of lessons whose source says `edition: 2`."""
    sources = [read_source(path) for path in sorted((ROOT / "authoring" / "lessons").glob("*.md"))]
    stems = [source.stem for source in sources if source.about.get("edition") == 2]
    return [pytest.param(ROOT / "lessons" / f"{stem}.ipynb", id=stem) for stem in stems]


def faults(data: dict[str, Any], about: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with one stored figure."""
    (pixels,) = struct.unpack(">I", base64.b64decode(data["image/png"])[16:20])
    inches = pixels / DOTS_PER_INCH
    if inches > WIDEST + 2 * PAD:
        yield f"it is {inches:.1f} inches wide"
    if about["letters"] < SMALLEST:
        yield f"its smallest letters have {about['letters']:.1f} points"
    seen = [data["text/plain"].partition(" Source: ")[0], about["shows"], json.dumps(about["tables"])]
    for name in sorted(set(COLUMN_NAME.findall(" ".join(seen)))):
        yield f"it shows {name}, which is the name of a column"


@pytest.mark.parametrize("path", lessons())
def test_figures_are_legible_and_speak_peoples_words(path: Path) -> None:
    found = []
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                found += [f"{cell.id}: {one}" for one in faults(output.data, output.metadata["alliance"])]
    assert found == []


@pytest.mark.parametrize("path", lessons())
def test_every_state_of_an_explorable_speaks_peoples_words(path: Path) -> None:
    texts = [one["text"] for states in read_frames(ROOT, path.stem).values() for one in states["shown"]]
    assert COLUMN_NAME.findall(" ".join(text.partition(" Source: ")[0] for text in texts)) == []


# --- that faults are found ------------------------------------------------------------------------------------------


def figure(**changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a stored figure as `describe` makes it, without a fault but for the changes."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    from alliance.figures import collected, describe
    from alliance.style import SETTINGS

    with matplotlib.rc_context(SETTINGS), collected() as shown:
        ax = plt.figure(figsize=changes.pop("figsize", (6.5, 4))).add_subplot()
        ax.bar(changes.pop("names", ["a", "b"]), [1, 2])
        ax.tick_params(labelsize=changes.pop("letters", 12))
        ax.set(**{"xlabel": "kind", "ylabel": "count", **changes})
        describe(ax, finding="It rose", source="us_forces.csv")
    data, about = shown[0].bundle()
    return data, about["alliance"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, []),
        ({"figsize": (8, 4)}, []),
        ({"figsize": (8.2, 4)}, ["it is 8.2 inches wide"]),
        ({"letters": 8}, ["its smallest letters have 8.0 points"]),
        ({"xlabel": "fiscal_year"}, ["it shows fiscal_year, which is the name of a column"]),
        ({"ylabel": "value_jpy_bn"}, ["it shows value_jpy_bn, which is the name of a column"]),
        (
            {"names": ["first_year", "b"]},
            ["it shows first_year, which is the name of a column"],
        ),
    ],
)
def test_a_fault_is_found(changes: dict[str, Any], fault: list[str]) -> None:
    assert list(faults(*figure(**changes))) == fault
