"""Link the claims that a text names by their bare ids to the page of the articles; on the site they have pages.

Authors write `B05-08`, in code marks or without. What is code, an address, the text of a link or HTML is left alone,
and so is an id that is part of a longer name, such as that of a row of evidence (`B05-08-a`).
"""

from __future__ import annotations

import re

PAGE = "articles.md"
"""The page of the articles as seen from a lesson; every claim on it has its id as an anchor."""

CLAIM_ID = r"[AB]\d\d-\d\d"
LEFT_ALONE = (
    r"^```.*?^```",
    r"(?<!`)``.+?``(?!`)",
    rf"`(?!{CLAIM_ID}`)[^`\n]+`",
    r"!?\[[^\]]*\]\([^)]*\)",
    r"<[^>\n]+>",
    r"https?://\S+",
)
PART = re.compile(
    rf"(?P<left>{'|'.join(LEFT_ALONE)})|(?P<code>`?)(?<![\w-])(?P<claim>{CLAIM_ID})(?![\w]|-\w)(?P=code)",
    re.DOTALL | re.MULTILINE,
)


def link_claims(text: str) -> str:
    """Return Markdown in which every claim that is named leads to its place on the page of the articles."""

    def linked(part: re.Match[str]) -> str:
        if part["left"] is not None:
            return part[0]
        return f"[{part['code']}{part['claim']}{part['code']}]({PAGE}#{part['claim']})"

    return PART.sub(linked, text)
