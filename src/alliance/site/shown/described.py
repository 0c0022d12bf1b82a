"""Put a figure's stored description in the order in which a reader needs it, the point first: in few words, or all."""

from __future__ import annotations

LONGEST = 250
"""Characters of an alternative text, which a screen reader reads in one go; the rest can be opened below the figure."""

MORE = "In words below."


def point_first(description: str) -> str:
    """Return a figure's description with finding and source before what was drawn; others as they are."""
    drawn, _, end = " ".join(description.split()).rpartition("Finding: ")
    return f"{end} {drawn}".strip()


def alternative(description: str) -> str:
    """Return a text of at most 250 characters in place of a figure: its finding, and what kind of chart it is.

    A figure without a finding, such as an answer to a task, has the beginning of its description.
    """
    drawn, _, end = " ".join(description.split()).rpartition("Finding: ")
    point = end.partition(" Source: ")[0] if drawn else ""
    beginning = (drawn or end).partition(" Across: ")[0]
    words = " ".join(part for part in (point, beginning if drawn else "", MORE) if part) if drawn else end
    if len(words) <= LONGEST:
        return words
    room = LONGEST - len(f" … {MORE}")
    return f"{(point or end)[:room].rpartition(' ')[0]} … {MORE}" if len(point or end) > room else f"{point} {MORE}"
