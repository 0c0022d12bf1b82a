"""Move labels along one direction until none covers another, each as little as possible."""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float = float("-inf")) -> list[float]:
    """Return middles for labels: in the order of the wanted middles, none overlapping, none beginning below `low`.

    wanted, sizes: middles and lengths in one unit, one a label. Labels that touch are moved together, so that the
    sum of the squares of their moves is the smallest there is (isotonic regression by pooling neighbours).
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    groups: list[list[int]] = []
    middles: list[float] = []  # of whole groups

    def length(group: Sequence[int]) -> float:
        return sum(sizes[i] for i in group)

    def best(group: Sequence[int]) -> float:
        """Return the middle at which the group's labels are nearest to what they want, on average."""
        before, starts = 0.0, []
        for i in group:
            starts.append(wanted[i] - (before + sizes[i] / 2))
            before += sizes[i]
        start = max(sum(starts) / len(starts), low)
        return start + before / 2

    for i in order:
        groups.append([i])
        middles.append(best([i]))
        while len(groups) > 1 and middles[-2] + length(groups[-2]) / 2 > middles[-1] - length(groups[-1]) / 2:
            last = groups.pop()
            middles.pop()
            groups[-1] += last
            middles[-1] = best(groups[-1])
    found = [0.0] * len(wanted)
    for group, middle in zip(groups, middles, strict=True):
        place = middle - length(group) / 2
        for i in group:
            found[i] = place + sizes[i] / 2
            place += sizes[i]
    return found
