"""Compare what two plots show: marks, data, series names, axis labels with units, scales."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from alliance.answers.columns import NUMERIC, apart, in_kind_of, plain, show
from alliance.answers.forms import Column, Panel, Series, quoted
from alliance.answers.plots.arranging import LONE_CORNER, arrangements, hidden_why, pieces_of_one, seen_only
from alliance.answers.slips import slip_of
from alliance.answers.spec import Spec
from alliance.answers.tolerance import Tolerance

MARK_WORDS = {
    "line": "lines",
    "point": "dots",
    "bar": "bars",
    "cell": "the cells of a heat map",
    "area": "filled areas",
}
DRAWING = Tolerance(absolute=1e-9, relative=1e-9, exact_wholes=False)
IS_EMPTY = "is empty: nothing is drawn on these axes."
TURNED = {"x": "y", "y": "x"}

Drawing = Callable[[Panel, Panel, set[str], Spec], str | None]
"""How what is drawn in a panel, with these kinds of mark, is compared with the expected one."""


def compare_panels(
    expected: Sequence[Panel], given: Sequence[Panel], spec: Spec, how: Drawing | None = None
) -> str | None:
    """Return None when the given panels show what the expected ones show, otherwise what differs first.

    `how` compares what is drawn in one panel; without it everything is compared: data, names, axes.
    """
    how = how or compare_drawing
    if not any(panel.series for panel in given):
        unread = sorted({kind for panel in given for kind in panel.unread})
        if unread:
            return f"This kind of drawing is not read here ({', '.join(unread)}): draw {_asked(expected, spec)}."
        return f"The plot `{spec.answer}` {IS_EMPTY}"
    if len(expected) == 1:
        messages = [_compare_panel(expected[0], panel, spec, how) for panel in given]
        return None if None in messages else messages[0]
    if len(given) != len(expected):
        count = f"{len(given)} {'panel' if len(given) == 1 else 'panels'}"
        return f"`{spec.answer}` has {count}; {len(expected)} are expected."
    free = list(given)
    for wanted in expected:
        messages = [_compare_panel(wanted, panel, spec, how) for panel in free]
        title = f"Panel {quoted(wanted.title)}" if wanted.title else "One panel"
        if None not in messages:
            nearest = next((i for i, panel in enumerate(free) if _says(panel, wanted.title)), 0)
            return f"{title}: {messages[nearest]}"
        message = _compare_titles(wanted, free.pop(messages.index(None)), expected)
        if message:
            return message
    return None


def _compare_titles(wanted: Panel, drawn: Panel, expected: Sequence[Panel]) -> str | None:
    """Check that a panel says which one it is: in its title, its legend or a text."""
    titles = {plain(panel.title) for panel in expected}
    if len(titles) < len(expected) or not wanted.title or _says(drawn, wanted.title):
        return None
    other = next((panel.title for panel in expected if _says(drawn, panel.title)), None)
    if other:
        name = quoted(drawn.title or other)
        return f"Panel {name} shows what belongs to {quoted(wanted.title)}: the titles are exchanged."
    if not _names(drawn):
        return f"The panels do not say what they show: give each a title, such as {quoted(wanted.title)}."
    return None


def _names(panel: Panel) -> list[str]:
    """Return the words that may say which panel this is."""
    words = [panel.title, *panel.texts, *(series.label or "" for series in panel.series)]
    return [plain(one) or "" for one in words if one]


def _says(panel: Panel, title: str) -> bool:
    """Return whether a panel names itself by this title; “Japan” will do for “country = Japan”."""
    wanted = (plain(title) or "").split(" = ")[-1]
    return bool(wanted) and any(wanted in name or name.split(" = ")[-1] in wanted for name in _names(panel))


def _asked(expected: Sequence[Panel], spec: Spec) -> str:
    """Return the kinds of mark that a task takes, in words."""
    marks = set(spec.marks) or {series.mark for panel in expected for series in panel.series}
    return " or ".join(MARK_WORDS[mark] for mark in sorted(marks))


def _compare_panel(expected: Panel, given: Panel, spec: Spec, how: Drawing) -> str | None:
    """Compare what a reader sees in a panel; where that is wrong, say so of what is hidden if it would be right."""
    seen = seen_only(given)
    message = _compare_seen(expected, seen, spec, how)
    if message is not None and any(any(series.hidden) for series in expected.series):
        # What the reference's own limits cut off, as on other data than those they were chosen for, is nobody's fault.
        message = _compare_seen(expected, given, spec, how) and message
    if message is None:
        return None
    if any(any(series.hidden) for series in given.series):
        whole = _compare_seen(expected, given, spec, how)
        if whole is None:
            marks = set(spec.marks) or {series.mark for series in expected.series}
            return hidden_why([series for series in given.series if series.mark in marks]) or message
        lone = next((one for one in given.series if one.hidden and set(one.hidden) == {LONE_CORNER}), None)
        if lone is not None and len(seen.series) < len(given.series):
            named = f" {quoted(lone.label)}" if lone.label else ""
            message = f"{message} The line{named} has a single point, so nothing is seen of it."
    if given.unread and len(seen.series) < len(expected.series):
        return f"{message} A part of the drawing is of a kind that is not read here ({', '.join(given.unread)})."
    claims = [name for name in given.claimed if name not in expected.claimed]
    if claims and "axis" not in message:
        return f"{message} (The {' and the '.join(claims)} axis is read by the tick labels that you have written.)"
    return message


def _compare_seen(expected: Panel, given: Panel, spec: Spec, how: Drawing) -> str | None:
    marks = set(spec.marks) or {series.mark for series in expected.series}
    if not spec.marks and len(marks) > 1:
        marks.discard("area")  # the band around a line says how sure it is; it is not the data
    message = how(expected, given, marks, spec)
    if message is None or not any(series.mark == "bar" for series in given.series if series.mark in marks):
        return message or _position(given, marks, spec)
    lying = how(_turned(expected), given, marks, dataclasses.replace(spec, x=spec.y, y=spec.x))
    if lying is None:
        return _position(given, marks, spec)
    return message if _lies(expected) == _lies(given) else lying


def _position(given: Panel, marks: set[str], spec: Spec) -> str | None:
    """Return a sentence where bars stand and the task asks for lying ones, or the reverse."""
    if spec.lying is None or "bar" not in marks or _lies(given) == spec.lying:
        return None
    if spec.lying:
        return "The bars stand; the task asks for bars that lie on their side, as `barh` draws them."
    return "The bars lie on their side; the task asks for standing ones, as `bar` draws them."


def _lies(panel: Panel) -> bool:
    """Return whether a panel's bars lie: what a bar stands for is then on the y axis, which comes first."""
    return any(next(iter(series.data), "x") == "y" for series in panel.series if series.mark == "bar")


def _turned(panel: Panel) -> Panel:
    """Return the panel with its axes exchanged: lying bars show the same as standing ones."""
    return dataclasses.replace(
        panel,
        labels={TURNED[name]: label for name, label in panel.labels.items()},
        scales={TURNED[name]: scale for name, scale in panel.scales.items()},
        series=[
            dataclasses.replace(series, data={TURNED.get(name, name): column for name, column in series.data.items()})
            for series in panel.series
        ],
    )


def compare_drawing(expected: Panel, given: Panel, marks: set[str], spec: Spec) -> str | None:
    """Return what differs first in a panel: kind of mark, data, names, axes; None when nothing does."""
    wanted = [series for series in expected.series if series.mark in marks]
    drawn = [series for series in given.series if series.mark in marks]
    message = _other_marks(given, marks)
    if message:
        return message
    others = [series for series in given.series if series.mark not in marks]
    first: str | None = None
    for number, arranged in enumerate(arrangements(wanted, drawn, others)):
        message = _compare_data(wanted, arranged, spec) or _compare_names(wanted, arranged, given.texts, spec)
        if message is None:
            drawn = arranged
            break
        if number == 0 or len(arranged) == len(wanted):
            first = message
    if message:
        return first
    return (
        _compare_axes(expected, given, spec)
        or _way_of_drawing(drawn, spec)
        or _deceives(expected, given, wanted, drawn)
    )


def _way_of_drawing(drawn: Sequence[Series], spec: Spec) -> str | None:
    """Return a sentence where a task asks for steps and a line slopes from value to value."""
    if spec.drawn != "step" or all(series.drawn == "step" for series in drawn if series.mark == "line"):
        return None
    name = next((quoted(one.label) for one in drawn if one.mark == "line" and one.drawn != "step" and one.label), "")
    line = f"The line {name}" if name else "The line"
    return f"{line} slopes from value to value; the task asks for steps, as `step` draws them."


def _deceives(expected: Panel, given: Panel, wanted: Sequence[Series], drawn: Sequence[Series]) -> str | None:
    """Return the first sentence on how a plot of the right data deceives, if the reference does not do the same."""
    if not any(series.faults for series in wanted):
        fault = next((series.faults[0] for series in drawn if series.faults), None)
        if fault:
            return fault
    return given.faults[0] if given.faults and not expected.faults else None


def compare_make(expected: Panel, given: Panel, marks: set[str], spec: Spec) -> str | None:
    """Return what differs first in how a panel is made, whatever its data: kind of mark, scales, axis labels."""
    return _other_marks(given, marks) or _compare_axes(expected, given, spec)


def _other_marks(given: Panel, marks: set[str]) -> str | None:
    if any(series.mark in marks for series in given.series):
        return None
    have = " and ".join(sorted({MARK_WORDS[series.mark] for series in given.series})) or "nothing"
    asked = " or ".join(MARK_WORDS[mark] for mark in sorted(marks))
    return f"Your plot shows {have}; the task asks for {asked}."


def _compare_axes(expected: Panel, given: Panel, spec: Spec) -> str | None:
    return _compare_axis("x", expected, given, spec.x) or _compare_axis("y", expected, given, spec.y)


# --- data ----------------------------------------------------------------------------------------------------


def _compare_data(wanted: Sequence[Series], drawn: Sequence[Series], spec: Spec) -> str | None:
    """Match each wanted series with a drawn one of the same data."""
    free = list(drawn)
    unmatched = []
    for series in wanted:
        match = next((i for i, other in enumerate(free) if _difference(series, other, spec) is None), None)
        if match is None:
            unmatched.append(series)
        else:
            free.pop(match)
    whole = _together(drawn) if len(wanted) == 1 and unmatched else None
    if whole is not None:
        # Colours may split what the task sees as one series; they add to the picture and take nothing away.
        message = _difference(wanted[0], whole, spec)
        if message is None or len(whole.data["x"]) == len(wanted[0].data["x"]):
            return message
    pieces = pieces_of_one(drawn) if len(wanted) == 1 and unmatched else None
    if pieces is not None and _difference(wanted[0], pieces, spec) is None:
        return f"Your plot shows the line in {len(drawn)} pieces that look different; draw it as one."
    if unmatched:
        free = [other for other in free if not _is_reference(other, wanted)] or free
        if not free or len(drawn) < len(wanted):
            name = f" (among them {quoted(unmatched[0].label)})" if unmatched[0].label else ""
            return f"Your plot shows {len(drawn)} series; {len(wanted)} {_are(len(wanted))} expected{name}."
        rival = _closest(unmatched[0], free)
        twice = _drawn_twice(unmatched[0], rival, drawn)
        if twice:
            return twice
        title = f"Series {quoted(unmatched[0].label)}: " if unmatched[0].label and len(wanted) > 1 else ""
        difference = str(_difference(unmatched[0], rival, spec))
        return f"{title}{difference[0].lower()}{difference[1:]}" if title else difference
    extra = [
        other
        for other in free
        if not _is_reference(other, wanted) and all(_difference(series, other, spec) for series in wanted)
    ]
    if extra:  # the same values drawn again, as dots on a line, are not another series
        count = f"Your plot shows {len(wanted) + len(extra)} series; {len(wanted)} {_are(len(wanted))} expected."
        return f"{count} Not asked for: {_describe(extra[0])}."
    return None


def _drawn_twice(wanted: Series, rival: Series, drawn: Sequence[Series]) -> str | None:
    """Say that a wanted series is not there, where its place is taken by a second one of another's name."""
    names = [plain(one.label) for one in drawn if one.label]
    if not wanted.label or plain(wanted.label) in names or names.count(plain(rival.label)) < 2:
        return None
    return f"Your plot has no series {quoted(wanted.label)}, and two that are called {quoted(str(rival.label))}."


def _is_reference(drawn: Series, wanted: Sequence[Series]) -> bool:
    """Return whether a line is one to compare with: straight along or up an axis, of another name than any wanted."""
    if drawn.mark != "line" or len(drawn.data["x"]) != 2 or drawn.data["x"].kind == "text":
        return False
    level = any((drawn.data[name].values == drawn.data[name].values[0]).all() for name in ("x", "y"))
    return level and plain(drawn.label) not in {plain(series.label) for series in wanted if series.label}


def _together(drawn: Sequence[Series]) -> Series | None:
    """Return several series of dots or bars as one, or None where they are none or do not fit together."""
    first = drawn[0]
    if len(drawn) < 2 or any(one.mark != first.mark or set(one.data) != set(first.data) for one in drawn):
        return None
    if first.mark not in {"point", "bar"}:
        return None
    data = {}
    for name, column in first.data.items():
        if any(one.data[name].kind != column.kind for one in drawn):
            return None
        data[name] = Column(column.name, column.kind, np.concatenate([one.data[name].values for one in drawn]))
    return dataclasses.replace(first, label=None, data=data)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _describe(series: Series) -> str:
    name = quoted(series.label) if series.label else MARK_WORDS[series.mark]
    count = len(next(iter(series.data.values())))
    return f"{name} with {count:,} {'value' if count == 1 else 'values'}"


def _closest(series: Series, others: Sequence[Series]) -> Series:
    """Return the drawn series with the same name, or else of the most similar length."""
    for other in others:
        if other.label and series.label and plain(other.label) == plain(series.label):
            return other
    size = len(series.data["x"])
    return min(others, key=lambda other: abs(len(other.data["x"]) - size))


def _difference(wanted: Series, drawn: Series, spec: Spec) -> str | None:
    """Return how two series differ in their data, or None."""
    if set(wanted.data) != set(drawn.data):
        return f"Your plot shows {MARK_WORDS[drawn.mark]}; {MARK_WORDS[wanted.mark]} are expected."
    same_kind: dict[str, Column] = {}
    for name, column in wanted.data.items():
        converted = in_kind_of(column, drawn.data[name])
        if isinstance(converted, str):
            return _exchanged_axes(wanted, drawn) or f"The {name} axis {converted}"
        same_kind[name] = converted
    places = _places(wanted.data)
    a, b, codes, own_codes = _sorted_rows(wanted.data, same_kind, places)
    message = _left_over(a, b, codes, own_codes, places)
    if message:
        return message
    limits = spec.limits if spec.tolerance is not None else DRAWING
    for name in [name for name in a if name not in places]:
        wrong = apart(a[name], b[name], limits)
        if wrong.any():
            return _value_message(a, b, name, places, wrong, spec)
    return None


def _value_message(
    a: Mapping[str, Column], b: Mapping[str, Column], name: str, places: Sequence[str], wrong: np.ndarray, spec: Spec
) -> str:
    """Say which value is drawn wrong: the first one, or all by the same factor."""
    numeric = a[name].kind in NUMERIC
    if numeric and wrong.sum() == np.count_nonzero(a[name].values):
        slip = slip_of(a[name].values, b[name].values, spec.unit_of())
        if slip:
            return f"What is drawn {slip}"
    row = int(np.flatnonzero(wrong)[0])
    count = f" (wrong are {int(wrong.sum()):,} of {len(wrong):,} values)" if len(wrong) > 1 else ""
    return f"At {_show_place(a, row, places)} yours is {_show(b[name], row)}, expected is {_show(a[name], row)}{count}."


def _places(data: Mapping[str, Column]) -> list[str]:
    """Return the axes that say where a mark belongs: x, or y for names beside lying marks, or both in a grid."""
    if "value" in data:
        return ["x", "y"]
    is_name = {name: data[name].kind in {"text", "date"} for name in ("x", "y")}
    return ["y"] if (is_name["y"] and not is_name["x"]) or next(iter(data)) == "y" else ["x"]


def _sorted_rows(
    wanted: Mapping[str, Column], drawn: Mapping[str, Column], places: Sequence[str]
) -> tuple[dict[str, Column], dict[str, Column], np.ndarray, np.ndarray]:
    """Return both sides without missing values, sorted by place, then by value, so that drawing order does not matter.

    With them come the codes of their places (equal where the places are equal).
    """
    sides = (wanted, drawn)
    kept = [np.flatnonzero(~np.logical_or.reduce([_absent(column) for column in side.values()])) for side in sides]
    ranks: dict[str, np.ndarray] = {}
    for name in wanted:
        values = np.concatenate([_comparable(side[name].take(rows)) for side, rows in zip(sides, kept, strict=True)])
        ranks[name] = np.unique(values if values.dtype != float else _rounded(values), return_inverse=True)[1]
    codes = ranks[places[0]]
    for name in places[1:]:
        codes = codes * (ranks[name].max(initial=0) + 1) + ranks[name]
    codes = np.unique(codes, return_inverse=True)[1]
    order = np.lexsort([*(ranks[name] for name in reversed(list(wanted)) if name not in places), codes])
    parts = [order[order < len(kept[0])], order[order >= len(kept[0])]]
    a, b = (
        {name: side[name].take(rows[part - start]) for name in wanted}
        for side, rows, part, start in zip(sides, kept, parts, (0, len(kept[0])), strict=True)
    )
    return a, b, codes[parts[0]], codes[parts[1]]


def _absent(column: Column) -> np.ndarray:
    if column.kind == "text":
        return np.array([text is None for text in column.values], bool)
    return np.asarray(np.isnat(column.values) if column.kind == "date" else np.isnan(column.values.astype(float)))


def _comparable(column: Column) -> np.ndarray:
    if column.kind == "text":
        return np.array([plain(text) for text in column.values], dtype=object)
    return np.asarray(column.values if column.kind == "date" else column.values.astype(float))


def _rounded(numbers: np.ndarray) -> np.ndarray:
    """Return numbers to ten significant digits of the largest: what lies beyond is noise of drawing."""
    largest = float(np.abs(numbers[np.isfinite(numbers)]).max(initial=0.0))
    return np.round(numbers, 9 - int(np.floor(np.log10(largest)))) if largest > 0 else numbers


def _left_over(
    a: Mapping[str, Column], b: Mapping[str, Column], codes: np.ndarray, own_codes: np.ndarray, places: Sequence[str]
) -> str | None:
    """Name a place where only one of the two series has a value, or one has more values than the other."""
    size = int(max(codes.max(initial=-1), own_codes.max(initial=-1))) + 1
    counts, own_counts = np.bincount(codes, minlength=size), np.bincount(own_codes, minlength=size)
    lacking, extra = np.flatnonzero(counts > own_counts), np.flatnonzero(own_counts > counts)
    parts = []
    if len(lacking):
        row = int(np.argmax(codes == lacking[0]))
        missing = (
            "nothing is"
            if not own_counts[lacking[0]]
            else f"{own_counts[lacking[0]]:,} of {counts[lacking[0]]:,} marks are"
        )
        parts.append(f"{missing} drawn at {_show_place(a, row, places)}")
    if len(extra):
        row = int(np.argmax(own_codes == extra[0]))
        more = (
            "a value is" if not counts[extra[0]] else f"{own_counts[extra[0]]:,} marks, not {counts[extra[0]]:,}, are"
        )
        ending = "" if counts[extra[0]] else ", which is not asked for"
        parts.append(f"{more} drawn at {_show_place(b, row, places)}{ending}")
    if not parts:
        return None
    sizes = f" ({len(own_codes):,} drawn in all, {len(codes):,} expected)" if len(codes) != len(own_codes) else ""
    text = "; ".join(parts) + sizes
    return f"{text[0].upper()}{text[1:]}."


def _show_place(rows: Mapping[str, Column], row: int, places: Sequence[str]) -> str:
    return ", ".join(f"{name} = {_show(rows[name], row)}" for name in places)


def _show(column: Column, row: int) -> str:
    return f"{column.values[row]:.6g}" if column.kind == "number" else show(column, row)


# --- names and axes ------------------------------------------------------------------------------------------


def _compare_names(wanted: Sequence[Series], drawn: Sequence[Series], texts: Sequence[str], spec: Spec) -> str | None:
    """Check that each of several series carries its own name: in the legend, or as a text beside it."""
    named = [series for series in wanted if series.label]
    if len(named) < 2 or spec.labels == "none":
        return None
    written = " | ".join(plain(text) or "" for text in texts)
    known = {plain(series.label): str(series.label) for series in named}
    for series in named:
        label, title = plain(series.label) or "", quoted(series.label or "")
        mine = [other for other in drawn if _difference(series, other, spec) is None]
        names = [plain(other.label) for other in mine if other.label] or _names_beside(mine, known)
        if label in names or (not names and label in written):
            continue
        if any(name in known for name in names):
            wrong = next(name for name in names if name in known)
            return f"The series named {quoted(known[wrong])} shows the data of {title}: the names are exchanged."
        if not names and any(other.label for other in drawn):
            return f"One series has no name: the one with the data of {title}. Give it one, as the others have."
        if not names:
            return f"The series do not say what they are: add a legend, or a text {title} beside the marks."
        if not any(name and (name in label or label in name) for name in names):
            own = next(other.label for other in mine if other.label)
            return f"The series named {quoted(own or '')} should be called {title}."
    return None


def _names_beside(series: Sequence[Series], known: Mapping[str | None, str]) -> list[str | None]:
    """Return the known names written nearest to one of these series."""
    beside = {plain(text) for one in series for text in one.beside}
    return [name for name in known if name in beside]


def _exchanged_axes(wanted: Series, drawn: Series) -> str | None:
    """Say that the axes are exchanged when each fits what is asked of the other."""
    fits = (in_kind_of(wanted.data[one], drawn.data[other]) for one, other in (("x", "y"), ("y", "x")))
    if any(isinstance(fit, str) for fit in fits):
        return None
    return "The axes are exchanged: what is drawn along x belongs on y, and the reverse."


def _words(rule: Mapping[str, Any]) -> list[str]:
    """Return the words of which an axis label must contain one; none when any label will do."""
    says = rule.get("says", ())
    return [says] if isinstance(says, str) else list(says)


def _label_says(label: str, words: Sequence[str]) -> bool:
    return not words or any((plain(word) or "") in (plain(label) or "") for word in words)


def same_mistake(expected: Sequence[Panel], wrong: Sequence[Panel], given: Sequence[Panel], spec: Spec) -> bool:
    """Return whether a plot makes the same mistake as a wrong one, which may itself break the rules for axis labels.

    The data, marks, names and scales must be those of the wrong plot, whether or not its axes have labels too. Where
    these are right and only a label is wrong, each label must be there, and keep its rule, as the wrong plot's does.
    """
    if [panel.scales for panel in wrong] != [panel.scales for panel in given]:
        return False  # a linear axis is not the mistake of somebody who drew a logarithmic one
    shown = dataclasses.replace(spec, x={}, y={}, drawn="", lying=None)
    if compare_panels(_unlabelled(wrong), given, shown) is not None:
        return False
    if compare_panels(_unlabelled(expected), wrong, shown) is not None:
        return True
    rules = {"x": spec.x, "y": spec.y}
    kept = [
        [
            (bool(panel.labels[name]), _label_says(panel.labels[name], _words(rule)))
            for panel in panels[:1]
            for name, rule in rules.items()
        ]
        for panels in (wrong, given)
    ]
    return kept[0] == kept[1]


def _unlabelled(panels: Sequence[Panel]) -> list[Panel]:
    """Return panels without axis labels, so that none is asked of what they are compared with."""
    return [dataclasses.replace(panel, labels=dict.fromkeys(panel.labels, "")) for panel in panels]


def _compare_axis(name: str, expected: Panel, given: Panel, rule: Mapping[str, Any]) -> str | None:
    """Check an axis's scale and that its label says the unit."""
    scale = rule.get("scale", expected.scales[name])
    forbidden = "scale" in rule or scale != "linear" or given.scales[name] not in {"linear", "log", "symlog", "asinh"}
    if given.scales[name] != scale and forbidden:
        words = {"log": "logarithmic", "linear": "linear", "function": "stretched by a function of its own"}
        asked, have = words.get(scale, scale), words.get(given.scales[name], given.scales[name])
        return f"The {name} axis is {have}; the task asks for a {asked} one."
    label = given.labels[name]
    says = _words(rule)
    if not _label_says(label, says):
        what = f"is {quoted(label)}" if label else "is empty"
        return f"The label of the {name} axis {what}; it should contain the word {quoted(says[0])}."
    if expected.labels[name] and not label and not _names_itself(name, given):
        return f"The {name} axis has no label: say what it shows, and in which unit."
    return None


def _names_itself(name: str, panel: Panel) -> bool:
    """Return whether an axis holds names, such as those of places: it says without a label what it shows."""
    return bool(panel.series) and all(name in one.data and one.data[name].kind == "text" for one in panel.series)
