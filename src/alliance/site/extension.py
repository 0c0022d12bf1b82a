"""What Sphinx needs to be told in code: that the search is ours, how pages begin, and that formulas stop the build."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import SphinxError

from alliance.site.web.head import add_about

ICON_SCRIPT = re.compile(r"<script[^>]*scripts/fontawesome\.js[^>]*></script>\n?")
ICON_FONT = re.compile(r"@font-face\s*{[^}]*fontawesome/webfonts[^}]*}")
THEMES_GUESS = 'dataset.theme = localStorage.getItem("theme") || "auto";'
ASKED = """const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const mode = document.documentElement.dataset.mode;
    document.documentElement.dataset.theme = mode === "auto" ? system : mode;"""
"""Instead of a guess: the theme asks the reader's system only when its scripts have come, and until then a page has
neither colours nor lines, so that all moves when they do."""
NEEDED_FOR = {
    "cell_input": re.compile(r"<(?:link|script)[^>]*_static/(?:clipboard|copybutton)[^>]*>(?:</script>)?\n?"),
    'class="explorable': re.compile(r"<script[^>]*_static/explore\.js[^>]*></script>\n?"),
}
"""What a page must have for some styles and scripts to be of use: code to copy, a figure to explore."""
DRAWING = re.compile(r'<img (?![^>]*\bwidth=)(?=[^>]*\bsrc="([^"]+\.svg)")')
BOX = re.compile(r'<svg[^>]*\bviewBox="0 0 ([\d.]+) ([\d.]+)"')
VIEWPORT = re.compile(r'<meta[^>]*name="viewport"[^>]*>')


class FormulaFound(SphinxError):
    """No lesson has a formula, so the site carries nothing that could show one."""

    category = "Formula"


def keep_own_search(app: Sphinx) -> None:
    """Let Sphinx make no index: the page for searching reads one of ours (see `searching`)."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        app.builder.search = False


def keep_door_shut(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Take the link to the next page, a solution, off the page that says what solutions are for."""
    if name == "solutions/index":
        context["next"] = None


def lead_to_all_claims(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Put the list of claims before a claim in its breadcrumb, where the claim is named by its number alone."""
    if name.startswith("claims/"):
        context["parents"] = [{"link": context["pathto"]("claims"), "title": "Claims"}]
        context["crumb"] = name.split("/")[1]


def keep_one_viewport(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Leave the tag for the width of the screen to the layout: docutils writes one of its own into every page."""
    context["metatags"] = VIEWPORT.sub("", context.get("metatags", ""))


def finish_pages(app: Sphinx, error: Exception | None) -> None:
    """Change in finished pages what the theme cannot be told: how they begin, and what they need not load.

    They are light without scripts; “auto” alone has no colours at all.
    """
    for path in Path(app.outdir).rglob("*.html"):
        page = path.read_text(encoding="utf-8").replace('data-theme="auto"', 'data-theme="light"', 1)
        page = page.replace(f"document.documentElement.{THEMES_GUESS}", ASKED, 1)
        for part, tags in NEEDED_FOR.items():
            page = page if part in page else tags.sub("", page)
        path.write_text(sized(ICON_SCRIPT.sub("", page), path.parent), encoding="utf-8")
    for path in Path(app.outdir, "_static", "styles").glob("*.css"):
        path.write_text(ICON_FONT.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")


def sized(page: str, folder: Path) -> str:
    """Return a page whose drawings (SVG) say how large they are, so that their room is kept until they have come.

    folder: that of the page, from which its addresses count.
    """

    def with_size(found: re.Match[str]) -> str:
        box = BOX.search((folder / found[1]).read_text(encoding="utf-8"))
        return f'{found[0]}width="{box[1]}" height="{box[2]}" ' if box else found[0]

    return DRAWING.sub(with_size, page)


def refuse(translator: Any, node: nodes.Node) -> None:
    """Stop at a formula, which would be shown as raw code."""
    raise FormulaFound(
        f"“{node.astext()}” in {translator.builder.current_docname} is a formula, which the site cannot show. "
        "Write it in words or as code; write a dollar sign as \\$."
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the above."""
    app.add_config_value("alliance_about", {}, "html")
    app.add_config_value("alliance_card", "", "html")
    app.connect("builder-inited", keep_own_search)
    app.connect("html-page-context", add_about)
    app.connect("html-page-context", keep_one_viewport)
    app.connect("html-page-context", keep_door_shut)
    app.connect("html-page-context", lead_to_all_claims)
    app.connect("build-finished", finish_pages)
    app.add_html_math_renderer("none", (refuse, None), (refuse, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
