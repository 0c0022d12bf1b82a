"""Make pages that hold all they need: one frame, one look, and figures that need no drawing library.

`frame.html.jinja` is what all pages share, `bars.py` lays out stacked bars and `bars.html.jinja` writes them.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

CODE = re.compile(r"`([^`]+)`")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no page can hold, and what turns the direction of the text around it."""
MOST_LETTERS = 2000


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
    environment.filters["code"] = code
    environment.filters["plain"] = plain
    return environment.get_template(name)


def plain(text: str) -> str:
    """Return a text that somebody else has written without what would harm a page, and cut where it has no end."""
    text = CONTROL.sub("", text)
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]} …"


def code(text: str) -> Markup:
    """Return a text as HTML, what stands between backticks in it as code."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(plain(text)))))
