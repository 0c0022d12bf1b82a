"""Write a page for each claim: what is printed, what was found, why, and where to go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alliance.audit.outcomes import NOT_FOUND
from alliance.site.claims.listed import Listed
from alliance.site.claims.review import Article, as_script, claim_review, rating
from alliance.site.digits import grouped
from alliance.site.shown.outputs import Files
from alliance.site.templating import rendered
from alliance.site.web.cards import FOLDER as CARDS
from alliance.site.web.cards import Words, card
from alliance.site.web.head import PageAbout
from alliance.site.web.place import Place

HERE = Path(__file__).parent
UP = "../../"
"""The way from a claim's page to the site's root."""


def write_claims(
    to: Path,
    listed: Sequence[Listed],
    articles: Mapping[str, Article],
    facts: Mapping[str, Any],
    place: Place,
    files: Files,
) -> dict[str, PageAbout]:
    """Write the pages of all claims below the folder `to`; return what is said of them in their heads.

    articles: by their letters, rows of sources.csv. facts: what CITATION.cff says as `citation`, and whether the page
    of the articles is there as `articles`. Where the site has an address each claim gets a card.
    """
    told = {}
    for at, one in enumerate(listed):
        name = one.page.removesuffix(".html")
        about = {"description": f"{rating(one)}. {grouped(one.claim.reasoning or one.claim.statement)}"}
        if place.url:
            about["card"] = f"{CARDS}/{one.claim.id}.png"
            files.add(about["card"], card(words_of(one)))
        told[name] = about
        review = claim_review(one, articles[one.claim.document], facts["citation"], place)
        page = to / f"{name}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        text = rendered(
            HERE,
            "claim.md.jinja",
            {
                "one": one,
                "up": UP,
                "before": listed[at - 1] if at else None,
                "after": listed[at + 1] if at + 1 < len(listed) else None,
                "articles": facts["articles"],
                "review": as_script(review) if review else "",
            },
        )
        page.write_text(text, encoding="utf-8")
    return told


def words_of(one: Listed) -> Words:
    """Return the words of a claim's card."""
    figures = _figures(one)
    return Words(
        f"Claim {one.claim.id} · article {one.claim.document}, paragraph {one.paragraph}",
        grouped(one.claim.statement),
        f"{figures} · {rating(one).lower()}" if figures else rating(one),
        one.claim.outcome,
    )


def _figures(one: Listed) -> str:
    """Return the two figures in a line, where a line can hold what differs between them."""
    printed, found, against = one.printed, one.found, one.against
    if printed is None or found is None or printed.unit != found.unit:
        return ""
    if against.alike:
        return "" if one.claim.outcome == NOT_FOUND else f"{printed.text}, {against.label}"
    if against.printed_for:
        return f"{printed.number} (for {against.printed_for}) → {found.number} (for {against.found_for})"
    return f"{printed.number} → {found.text}"
