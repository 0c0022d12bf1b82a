"""Fill in the templates that pages are made from."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from alliance.pages import code
from alliance.site.digits import grouped

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#$|~])")


@functools.cache
def environment(folder: Path) -> Environment:
    """Return the templates of a folder. Every text that they are given is escaped for HTML."""
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["slug"] = lambda label: str(label).replace(" ", "-")
    made.filters["words"] = lambda label: str(label).replace("_", " ")
    made.filters["grouped"] = lambda text: grouped(str(text))
    made.filters["code"] = code
    made.filters["markdown"] = lambda text: Markup(SPECIAL.sub(r"\\\1", str(text)))
    made.filters["json"] = lambda text: Markup(quoted(str(text)))
    return made


def quoted(text: str) -> str:
    """Return a text as a YAML string in one line."""
    import json

    return json.dumps(text, ensure_ascii=False)


def rendered(folder: Path, name: str, facts: Mapping[str, Any]) -> str:
    """Return a template of a folder, filled in. Raises jinja2's UndefinedError for a fact that is missing."""
    return environment(folder).get_template(name).render(facts)
