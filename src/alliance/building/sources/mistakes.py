"""Write a misconception so that nobody can take it for a statement of the course's own."""

from __future__ import annotations

DEEDS = frozenset(
    {
        *("adds", "answers", "assigns", "averages", "believes", "brings", "calculates", "calls", "carries"),
        *("changes", "chooses", "compares", "computes", "confuses", "converts", "copies", "corrects", "correlates"),
        *("counts", "cuts", "describes", "divides", "does", "doesn't", "doubles", "draws", "drops", "exchanges"),
        *("expects", "fills", "filters", "forgets", "gives", "groups", "includes", "interpolates", "joins"),
        *("keeps", "leaves", "lets", "lists", "looks", "loses", "measures", "mixes", "moves", "multiplies"),
        *("prints", "puts", "reads", "removes", "repairs", "repeats", "reports", "resamples", "runs", "says"),
        *("scores", "searches", "shifts", "slips", "solves", "sorts", "spreads", "squares", "starts", "stays"),
        *("stops", "subtracts", "sums", "supposes", "takes", "tests", "thinks", "throws", "treats", "trusts"),
        *("turns", "undoes", "uses", "writes"),
    }
)
"""Verbs with which a misconception tells what a learner does. Any other first word begins what a learner thinks: a verb
that is missing here is quoted, which reads oddly but is never read as ours."""


def mistake(misconception: str) -> str:
    """Return what a learner does or thinks, as the end of a sentence about the learner, without a full stop.

    >>> mistake("Counts the draft.")
    'counts the draft'
    >>> mistake("A share and a percentage are the same number.")
    'thinks “A share and a percentage are the same number”'
    >>> mistake("“At least two” means more than two.")
    'thinks “‘At least two’ means more than two”'
    """
    text = " ".join(misconception.split()).removesuffix(".")
    first, _, rest = text.partition(" ")
    if first.lower().replace("’", "'") in DEEDS:
        return f"{first.lower()} {rest}".strip()
    return f"thinks “{text.replace('“', '‘').replace('”', '’')}”"
