"""Say in each page's head what it is about, for search engines and for those to whom somebody sends its address."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

MOST_LETTERS = 160
"""Of a description: search engines show about so many."""
LEAST_LETTERS = 30
"""Of a paragraph that says something."""
CARD = (1200, 630)
"""Width and height of a card in pixels."""

PageAbout = dict[str, str]
"""What is known of a page: its `description`, and its `card`, a picture's path from the site's root."""


def shorten(text: str, most: int = MOST_LETTERS) -> str:
    """Return a text in one line, cut between two words where it is too long.

    >>> shorten("One  two  three", 9)
    'One two …'
    """
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rsplit(' ', 1)[0]} …"


def first_paragraph(document: nodes.document | None) -> str:
    """Return the first paragraph of a page that says something; empty where there is none."""
    for paragraph in document.findall(nodes.paragraph) if document is not None else ():
        text = paragraph.astext()
        if len(text) >= LEAST_LETTERS:
            return str(text)
    return ""


def add_about(app: Sphinx, name: str, template: str, context: dict[str, Any], document: nodes.document | None) -> None:
    """Put a page's description into its head, and, where the site has an address, what a link to it is shown with."""
    url = app.config.html_baseurl
    about: PageAbout = app.config.alliance_about.get(name, {})
    description = shorten(about.get("description", "") or first_paragraph(document))
    tags = [_meta("name", "description", description)] if description else []
    if url:
        page = f"{url}{name}.html".removesuffix("index.html")
        context["pageurl"] = page
        title = nodes.Text(context.get("title", "")).astext()
        card = f"{url}{about.get('card') or app.config.alliance_card}"
        shared = {
            "og:type": "website",
            "og:site_name": app.config.project,
            "og:title": _plain(title),
            "og:description": description,
            "og:url": page,
            "og:image": card,
            "og:image:width": str(CARD[0]),
            "og:image:height": str(CARD[1]),
        }
        tags += [_meta("property", key, value) for key, value in shared.items() if value]
        tags.append(_meta("name", "twitter:card", "summary_large_image"))
    context["metatags"] = context.get("metatags", "") + "".join(f"\n    {tag}" for tag in tags)


def _plain(title: str) -> str:
    """Return a title without the marks that Sphinx puts around parts of it."""
    from bs4 import BeautifulSoup

    return BeautifulSoup(title, "html.parser").get_text()


def _meta(kind: str, name: str, value: str) -> str:
    return f'<meta {kind}="{name}" content="{escape(value)}">'
