"""Make pages that hold all they need: one frame, one look, and figures that need no drawing library.

`frame.html.jinja` is what all pages share, `bars.py` lays out stacked bars and `bars.html.jinja` writes them.
"""

from __future__ import annotations

import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template


@functools.cache
def template(folder: Path, name: str) -> Template:
    """Return a template of a folder, which may extend the frame. Every text that it is given is escaped."""
    environment = Environment(
        loader=FileSystemLoader([folder, Path(__file__).parent]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
