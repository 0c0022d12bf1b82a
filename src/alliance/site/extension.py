"""What Sphinx needs to be told in code: what the search finds, how pages begin, and that formulas stop the build."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.search.en import SearchEnglish

from alliance.site.web.head import add_about

NOT_SEARCHED = ("solutions/", "404")


VIEWPORT = re.compile(r'<meta[^>]*name="viewport"[^>]*>')


class FormulaFound(SphinxError):
    """No lesson has a formula, so the site carries nothing that could show one."""

    category = "Formula"


class WithNumbers(SearchEnglish):
    """English words, and numbers: Sphinx leaves these out, and in a course about numbers people look for them."""

    def word_filter(self, word: str) -> bool:
        """Return whether a word goes into the index."""
        return word.isdigit() or super().word_filter(word)


def keep_out_of_search(app: Sphinx, env: BuildEnvironment) -> None:
    """Mark the solved exercises and the notes on them: whoever searches while learning must not find an answer."""
    for name in env.all_docs:
        if name.startswith(NOT_SEARCHED):
            env.metadata[name]["nosearch"] = "true"


def keep_door_shut(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Take the link to the next page, a solution, off the page that says what solutions are for."""
    if name == "solutions/index":
        context["next"] = None


def keep_one_viewport(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Leave the tag for the width of the screen to the layout: docutils writes one of its own into every page."""
    context["metatags"] = VIEWPORT.sub("", context.get("metatags", ""))


def begin_light(app: Sphinx, error: Exception | None) -> None:
    """Write pages that are light until a script has asked the reader's system: “auto” alone has no colours at all."""
    for path in Path(app.outdir).rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        path.write_text(page.replace('data-theme="auto"', 'data-theme="light"', 1), encoding="utf-8")


def refuse(translator: Any, node: nodes.Node) -> None:
    """Stop at a formula, which would be shown as raw code."""
    raise FormulaFound(
        f"“{node.astext()}” in {translator.builder.current_docname} is a formula, which the site cannot show. "
        "Write it in words or as code; write a dollar sign as \\$."
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the above."""
    app.add_search_language(WithNumbers)
    app.add_config_value("alliance_about", {}, "html")
    app.add_config_value("alliance_card", "", "html")
    app.connect("env-updated", keep_out_of_search)
    app.connect("html-page-context", add_about)
    app.connect("html-page-context", keep_one_viewport)
    app.connect("html-page-context", keep_door_shut)
    app.connect("build-finished", begin_light)
    app.add_html_math_renderer("none", (refuse, None), (refuse, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
