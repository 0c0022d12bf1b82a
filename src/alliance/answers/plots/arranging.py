"""Arrange what is drawn as a reader takes it: what can be seen, pieces of one look as one series, edges as edges."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from alliance.answers.columns import plain
from alliance.answers.forms import Column, Panel, Series

LONE_CORNER = "lines of a single point, which draw nothing"
"""Why nothing is seen of a line of one value."""


def seen_only(panel: Panel) -> Panel:
    """Return a panel without the values that cannot be seen, and without series of which none can."""
    if not any(any(series.hidden) for series in panel.series):
        return panel
    kept = []
    for series in panel.series:
        if not any(series.hidden):
            kept.append(series)
            continue
        rows = np.flatnonzero([not why for why in series.hidden])
        if len(rows):
            data = {name: column.take(rows) for name, column in series.data.items()}
            kept.append(dataclasses.replace(series, data=data, hidden=[]))
    return dataclasses.replace(panel, series=kept)


def hidden_why(drawn: Sequence[Series]) -> str | None:
    """Return in one or two sentences how many values cannot be seen, why, and what to do."""
    whys = [why for series in drawn for why in series.hidden if why]
    if not whys:
        return None
    why = max(set(whys), key=whys.count)
    total = sum(len(series.data["x"]) for series in drawn)
    count, beyond = whys.count(why), why.startswith("outside")
    if count == 1:
        it, fix = ("it lies", "Choose limits that show it.") if beyond else ("it is", "Draw it so that it can be seen.")
    else:
        it = "they lie" if beyond else "they are"
        fix = "Choose limits that show all of them." if beyond else "Draw them so that they can be seen."
    return f"Of the {total:,} values drawn, {count:,} cannot be seen: {it} {why}. {fix}"


def arrangements(wanted: Sequence[Series], drawn: Sequence[Series], others: Sequence[Series]) -> Iterator[list[Series]]:
    """Give the ways in which a reader may take what is drawn, the plainest first.

    `others` are series of other marks than those that are asked for.
    """
    first = list(drawn)
    yield first
    bare = [series for series in first if not _is_edge(series, [*drawn, *others])]
    if len(bare) < len(first) and bare:
        yield bare
    joined = _joined(bare or first)
    if len(joined) < len(bare or first):
        yield joined


def _is_edge(line: Series, drawn: Sequence[Series]) -> bool:
    """Return whether a line is the edge of a filled area, as pandas draws it."""
    if line.mark != "line":
        return False
    for area in drawn:
        if area.mark != "area" or area.data["x"].kind != line.data["x"].kind:
            continue
        high = dict(zip(area.data["x"].values.tolist(), area.data["y_high"].values.tolist(), strict=True))
        pairs = zip(line.data["x"].values.tolist(), line.data["y"].values.tolist(), strict=True)
        if all(y != y or np.isclose(high.get(x, np.nan), y) for x, y in pairs):
            return True
    return False


def pieces_of_one(drawn: Sequence[Series]) -> Series | None:
    """Return several lines as the one whose pieces they may be, whatever their looks; None where they are no pieces."""
    lines = [series for series in drawn if series.mark == "line"]
    if len(lines) < 2 or len(lines) < len(drawn) or not _alike(lines) or not _in_a_row(lines):
        return None
    return _one_of(lines)


def _joined(drawn: Sequence[Series]) -> list[Series]:
    """Return the series with those put together that nobody can tell apart: one look, no two names."""
    groups: dict[tuple[str, str], list[Series]] = {}
    for series in drawn:
        groups.setdefault((series.mark, series.look or f"{id(series)}"), []).append(series)
    found: list[Series] = []
    for (mark, _), group in groups.items():
        names = {plain(series.label) for series in group if series.label}
        if len(group) == 1 or len(names) > 1 or not _alike(group) or (mark == "line" and not _in_a_row(group)):
            found += group
        else:
            found.append(_one_of(group))
    return found


def _alike(group: Sequence[Series]) -> bool:
    kinds = {tuple(sorted((name, column.kind) for name, column in series.data.items())) for series in group}
    return len(kinds) == 1 and len({next(iter(series.data)) for series in group}) == 1


def _in_a_row(group: Sequence[Series]) -> bool:
    """Return whether pieces of a line follow each other along x without lying above each other."""
    if group[0].data["x"].kind == "text":
        return False
    spans = sorted((np.min(series.data["x"].values), np.max(series.data["x"].values)) for series in group)
    return all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


def _one_of(group: Sequence[Series]) -> Series:
    data: dict[str, Column] = {}
    for name, first in group[0].data.items():
        data[name] = Column(first.name, first.kind, np.concatenate([one.data[name].values for one in group]))
    if group[0].mark == "line":  # where one piece ends and the next begins, the value is one
        pairs = list(zip(data["x"].values.tolist(), data["y"].values.tolist(), strict=True))
        rows = np.array([i for i, pair in enumerate(pairs) if pair not in pairs[:i]])
        data = {name: column.take(rows) for name, column in data.items()}
    label = next((one.label for one in group if one.label), None)
    faults = [fault for one in group for fault in one.faults]
    beside = [text for one in group for text in one.beside]
    return dataclasses.replace(group[0], label=label, data=data, beside=beside, hidden=[], faults=faults)
