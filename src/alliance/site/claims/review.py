"""Write a judged claim as ClaimReview, in which fact-checkers exchange their verdicts (schema.org/ClaimReview).

The scale is the course's own, in words and without numbers: a number would put "not found" at some distance from
"false". Whoever the article names for a claim is not given as its author, since that they said so is often what could
not be found: a claim is the article's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from alliance.audit.outcomes import NOT_FOUND
from alliance.site.claims.listed import Listed
from alliance.site.digits import grouped
from alliance.site.web.place import Place

NOT_FOUND_WORDS = "Not found in the sources searched"
UNNAMED = "not named"
"""How the table of sources begins where nobody knows who published an article: then its claims have no author here,
and no address either, since a page that begins like it need not have them all."""

Article = Mapping[str, str]
"""An article's row in the table of sources."""


def rating(one: Listed) -> str:
    """Return the verdict on a claim as other programs show it, such as "Fails: off by a year"."""
    if one.claim.outcome == NOT_FOUND:
        return NOT_FOUND_WORDS
    outcome = one.claim.outcome.capitalize()
    return outcome if one.claim.verdict in {"supported", "supported narrower"} else f"{outcome}: {one.claim.verdict}"


def claim_review(one: Listed, article: Article, course: Mapping[str, Any], place: Place) -> dict[str, Any] | None:
    """Return the review of a claim; None where nobody judged it, since there is nothing to exchange.

    course: what CITATION.cff says. place: where the site stands; without an address the review has none either.
    """
    if not one.judged:
        return None
    work = {"@type": "CreativeWork", "headline": article["title"], "datePublished": article["as_of"]}
    published = not article["publisher"].startswith(UNNAMED)
    if published and article["url"]:
        work["url"] = article["url"]
    item: dict[str, Any] = {
        "@type": "Claim",
        "name": one.claim.id,
        "datePublished": article["as_of"],
        "appearance": work,
    }
    if published:
        item["author"] = {"@type": "Organization", "name": article["publisher"]}
    review: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "datePublished": str(course["date-released"]),
        "claimReviewed": grouped(one.claim.statement),
        "author": {"@type": "Organization", "name": course["authors"][0]["name"]},
        "inLanguage": "en",
        "reviewRating": {"@type": "Rating", "alternateName": rating(one), "ratingExplanation": one.claim.reasoning},
        "itemReviewed": item,
    }
    if place.url:
        review["url"] = place.address(one.page)
        review["author"]["url"] = place.url
    return review


def as_script(review: Mapping[str, Any]) -> str:
    """Return a review as the element of a page that programs read; no text in it can end the element early."""
    text = json.dumps(review, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'
