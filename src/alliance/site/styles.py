"""Take out of the site's styles what no page can use: most of what a theme for all sites has."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import tinycss2

NAMED = re.compile(r"""\b(?:class|id)=["']([^"']*)["']""")
SCRIPT = re.compile(r"<script\b[^>]*>(.*?)</script>", re.DOTALL)
WORD = re.compile(r"[\w-]+")
NESTED = frozenset({"media", "supports", "layer", "container"})
"""At-rules that hold rules."""


def names_used(pages: Iterator[str], scripts: Iterator[str]) -> set[str]:
    """Return every word that may be a class or an id: those of elements, and all words of scripts, which add some."""
    found: set[str] = set()
    for page in pages:
        for names in set(NAMED.findall(page)):
            found.update(names.split())
        for script in SCRIPT.findall(page):
            found.update(WORD.findall(script))
    for script in scripts:
        found.update(WORD.findall(script))
    return found


def kept(style: str, used: set[str]) -> str:
    """Return a style sheet without the selectors that ask for a class or an id that is not `used`."""
    rules = tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)
    return "".join(_kept_rules(rules, used))


def _kept_rules(rules: Sequence[Any], used: set[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [one for one in _selectors(rule.prelude) if _names(one) <= used]
            if selectors:
                prelude = ",".join(tinycss2.serialize(one).strip() for one in selectors)
                yield f"{prelude}{{{tinycss2.serialize(rule.content).strip()}}}\n"
        elif rule.type == "at-rule" and rule.lower_at_keyword in NESTED and rule.content is not None:
            inside = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if inner := "".join(_kept_rules(inside, used)):
                yield f"@{rule.lower_at_keyword}{tinycss2.serialize(rule.prelude)}{{\n{inner}}}\n"
        else:
            yield f"{rule.serialize()}\n"


def _selectors(prelude: Sequence[Any]) -> list[list[Any]]:
    """Return the selectors of a rule, which commas part; those within brackets part nothing."""
    found: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            found.append([])
        else:
            found[-1].append(token)
    return found


def _names(selector: Sequence[Any]) -> set[str]:
    """Return the classes and ids that an element must have for a selector; what stands in brackets may be missing."""
    classes = {
        after.value
        for before, after in itertools.pairwise(selector)
        if before.type == "literal" and before.value == "." and after.type == "ident"
    }
    return classes | {token.value for token in selector if token.type == "hash"}


def drop_unused_styles(site: Path) -> None:
    """Write the site's style sheets anew, with what its pages and scripts can use."""
    pages = (path.read_text(encoding="utf-8") for path in site.rglob("*.html"))
    scripts = (path.read_text(encoding="utf-8") for path in (site / "_static").rglob("*.js"))
    used = names_used(pages, scripts)
    for path in (site / "_static").rglob("*.css"):
        path.write_text(kept(path.read_text(encoding="utf-8"), used), encoding="utf-8")
