"""Hold a text against what a writing task demands, and say in one sentence what is missing or must not stand."""

from __future__ import annotations

import ast
import dataclasses
import re
import string
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from alliance.answers.forms import quoted
from alliance.answers.texts.numerals import SCALES, Numeral, numerals
from alliance.answers.texts.wording import asserted, count_words, pattern_of, says, sentences, spelled
from alliance.answers.tolerance import Tolerance

USUAL_TOLERANCE = "1%"
KNOWN = ("words", "contains", "avoid", "rubric", "models")
KNOWN_IN = {
    "contains": {"figure", "tolerance", "unit", "any", "name"},
    "avoid": {"words", "because"},
}
SAME_UNIT = {
    "percent": ("percent", "per cent", "%", "pct", "percentage"),
    "percentage points": ("percentage point", "percentage-point", "pp", "% point", "%-point", "points"),
    "yen": ("yen", "¥", "jpy", "円"),
    "dollars": ("dollar", "$", "usd"),
    "euros": ("euro", "€", "eur"),
    "won": ("won", "₩", "krw"),
    "yuan": ("yuan", "renminbi", "rmb", "cny"),
    "kilometres": ("kilometre", "kilometer", "km"),
    "kilograms": ("kilogram", "kg"),
    "times": ("times", "fold", "×", "twice", "x"),
}
"""Words for one unit; a task may name any of them."""
MONEY = ("yen", "dollars", "euros", "won", "yuan")
"""The units among them that a sentence may take over from the one before: 312 billion dollars … 54 billion."""
YEAR = ("year", "fiscal year")
"""The unit of a figure that is a year: nobody writes a unit behind it."""
FALLS = re.compile(
    r"(?i)\b(?:fell|falls?|fallen|falling|drop\w*|declin\w*|decreas\w*|lower\w*|less|fewer|shr[iau]nk\w*|lost|los[es]\w*"
    r"|below|minus|cut\w*|reduc\w*|negative|under|down\w*|smaller|weak\w*|slump\w*|slid\w*|contract\w*|slower|behind)\b"
)
BRACES = re.compile(r"\{[^{}\n]*[A-Za-z_][^{}\n]*\}")
IF_ANY = ", if there is one"
"""What a promise is bound to where nobody knows which names have a value."""
GAP = re.compile(r"(?i)(?<![\w-])(?:nan|<NA>|NaT|inf)(?![\w-])")
DOTS = re.compile(r"[.…\s_?]*")
NEARLY = 0.25
"""How far from a figure, as a part of it, a number may be to be named as the nearest."""


@dataclasses.dataclass(frozen=True)
class Figure:
    """A number that a text must give: `value` in the first of `units`, such as “trillion yen”."""

    name: str
    value: float
    units: Sequence[str]
    tolerance: Tolerance

    @property
    def scale(self) -> float:
        """What the scale word of the unit multiplies by."""
        return SCALES.get(self.units[0].split()[0].casefold(), 1.0) if self.units else 1.0

    @property
    def is_year(self) -> bool:
        """Whether the figure is a year."""
        return bool(self.units) and self.units[0] in YEAR

    @property
    def shown_unit(self) -> str:
        """The unit in brackets, as a message says it; nothing for a year."""
        return f" (in {self.units[0]})" if self.units and not self.is_year else ""

    def fits(self, value: float) -> bool:
        """Return whether a number in the figure's own unit is near enough."""
        return not self.tolerance.apart(np.array([self.value]), np.array([value]))[0]


@dataclasses.dataclass(frozen=True)
class Words:
    """Words of which a text must have one."""

    name: str
    any: Sequence[str]


@dataclasses.dataclass(frozen=True)
class Unwanted:
    """Words that a text must not assert, and why."""

    words: Sequence[str]
    because: str


@dataclasses.dataclass(frozen=True)
class Demands:
    """What a writing task demands, as `text:` of its `check:` says it; `models` are written by the build."""

    least: int
    most: int
    contains: Sequence[Figure | Words] = ()
    avoid: Sequence[Unwanted] = ()
    rubric: Sequence[str] = ()
    models: Sequence[str] = ()

    @classmethod
    def read(cls, data: Mapping[str, Any], computed: bool = True) -> Demands:
        """Return the demands. Raises ValueError naming what is not as it must be.

        With `computed` false a figure may be an expression that the build has not computed yet.
        """
        _refuse_unknown(data, KNOWN, "`text:`")
        least, most = _length(data.get("words"))
        contains = [_read_demand(one, computed) for one in data.get("contains", ())]
        avoid = [_read_unwanted(one) for one in data.get("avoid", ())]
        rubric = [str(line) for line in data.get("rubric", ())]
        if rubric and len(rubric) != 3:
            raise ValueError(f"`rubric:` has {len(rubric)} lines; it needs three.")
        return cls(least, most, contains, avoid, rubric, [str(one) for one in data.get("models", ())])


def _refuse_unknown(data: Any, known: Sequence[str] | set[str], where: str) -> None:
    if not isinstance(data, Mapping):
        raise ValueError(f"{where} must have keys ({', '.join(sorted(known))}).")
    strange = sorted(set(data) - set(known))
    if strange:
        raise ValueError(f"{where} has the unknown key {strange[0]!r}; known are {', '.join(sorted(known))}.")


def _length(words: Any) -> tuple[int, int]:
    is_pair = isinstance(words, Sequence) and len(words) == 2 and all(isinstance(one, int) for one in words)
    if not is_pair or not 1 <= words[0] <= words[1]:
        raise ValueError("`words:` must give the least and the most number of words: `words: [25, 60]`.")
    return words[0], words[1]


def _read_demand(data: Any, computed: bool) -> Figure | Words:
    _refuse_unknown(data, KNOWN_IN["contains"], "A part of `contains:`")
    if not data.get("name"):
        raise ValueError("A part of `contains:` needs a `name:`, which says what it is: “the growth since FY2022”.")
    name = str(data["name"])
    if ("figure" in data) == ("any" in data):
        raise ValueError(f"“{name}” in `contains:` needs either `figure:` or `any:`.")
    if "any" in data:
        if not isinstance(data["any"], list | tuple) or not data["any"]:
            raise ValueError(f"“{name}” in `contains:` needs a list of words: `any: [ministry, government]`.")
        words = [str(word) for word in data["any"]]
        for word in words:
            pattern_of(word)
        return Words(name, words)
    units = data.get("unit", ())
    units = [units] if isinstance(units, str) else [str(one) for one in units]
    usual: Any = 0 if units and units[0] in YEAR else USUAL_TOLERANCE
    tolerance = Tolerance.parse(data.get("tolerance", usual))
    figure = data["figure"]
    if computed and (isinstance(figure, str) or not np.isfinite(figure)):
        raise ValueError(f"“{name}” in `contains:` is {figure}, which is no number.")
    return Figure(name, 0.0 if isinstance(figure, str) else float(figure), units, tolerance)


def _read_unwanted(data: Any) -> Unwanted:
    _refuse_unknown(data, KNOWN_IN["avoid"], "A part of `avoid:`")
    if not data.get("words") or not data.get("because") or isinstance(data["words"], str):
        raise ValueError("A part of `avoid:` needs a list of `words:` and a sentence `because:`.")
    words = [str(word) for word in data["words"]]
    for word in words:
        pattern_of(word)
    return Unwanted(words, str(data["because"]))


# --- holding a text against them -----------------------------------------------------------------------------


def words_asked(demands: Demands) -> str:
    """Return how long a text may be, in words."""
    if demands.least == demands.most:
        return f"{demands.least} words"
    return f"{demands.least} to {demands.most} words"


def length_misfit(text: str, name: str, demands: Demands) -> str | None:
    """Return the sentence for a text that is empty, too short or too long, else None."""
    if DOTS.fullmatch(text):
        return f"`{name}` has no words yet. Write your sentences between the quotation marks."
    count = count_words(text)
    if demands.least <= count <= demands.most:
        return None
    return f"`{name}` has {count} {'word' if count == 1 else 'words'}; the task asks for {words_asked(demands)}."


def misfit(text: str, name: str, demands: Demands) -> str | None:
    """Return None for a text that meets the demands, otherwise what to mend first, in one or two sentences.

    What is missing comes before what must not stand there, and the length last, unless there is hardly a text.
    """
    too_long_or_short = length_misfit(text, name, demands)
    braces = BRACES.search(text)
    if braces:
        return f"`{name}` still has {braces[0]} in it. {_filling(braces[0])}"
    gap = GAP.search(text)
    if gap:
        return f"`{name}` says “{gap[0]}” where a number should stand: the value that was put there is missing."
    if too_long_or_short and count_words(text) < min(5, demands.least):
        return too_long_or_short
    found = numerals(text)
    for demand in demands.contains:
        message = _no_figure(demand, text, found) if isinstance(demand, Figure) else _no_words(demand, text)
        if message:
            return f"{message[0]} `{name}`{message[1]}"
    for unwanted in demands.avoid:
        for word in unwanted.words:
            written = asserted(text, word)
            if written:
                because = unwanted.because.strip()
                joint = ":" if because[:1].islower() else "."
                end = "" if because[-1:] in ".!?" else "."
                quote = " If somebody else has said it, put it in quotation marks."
                return f"`{name}` says “{written}”{joint} {because}{end}{quote}"
    return too_long_or_short


def code_in(braces: str) -> ast.expr | None:
    """Return the code in a pair of braces as a tree, without the form behind it; None where it is no code."""
    try:
        field = next(iter(string.Formatter().parse(braces)))[1]
        return ast.parse((field or "").strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None


def _filling(braces: str) -> str:
    """Return how what stands in braces becomes a value; that there is one can't be promised without the code."""
    code = code_in(braces)
    if code is None:
        return "Write in its place what should stand there."
    return (
        "Write the letter f before the quotation mark with which this text, or this piece of it, begins, and Python "
        f"puts the value of `{ast.unparse(code)}` there{IF_ANY}."
    )


def _no_words(demand: Words, text: str) -> tuple[str, str] | None:
    if any(says(text, phrase) for phrase in demand.any):
        return None
    return f"The check does not find {demand.name} in", "."


def _no_figure(figure: Figure, text: str, found: Sequence[Numeral]) -> tuple[str, str] | None:
    """Return what is wrong with a figure in a text, before and after the answer's name; None where it stands there."""
    fitting = [one for one in found if _fits(figure, one)]
    for one in fitting:
        if _has_direction(figure, one) and (one.percent or _has_unit(figure, one, text)):
            return None
    for one in fitting:
        if not _has_direction(figure, one):
            return f"{_for(figure, one)} in", ", but not that it is a fall or a difference below zero."
    if fitting:
        return f"{_for(figure, fitting[0])} in", f", but not its unit: {figure.units[0]}."
    for one in found:
        if figure.scale != 1 and any(figure.fits(value) for value in one.values):
            return f"{_for(figure, one)} in", _asks_for_size(figure, one)
        if _is_percent(figure) and any(figure.fits(100 * value) for value in one.values):
            return f"{_for(figure, one)} in", ", which is a share and not yet a number in percent."
    missing = f"The check does not find {figure.name}{figure.shown_unit} in"
    near = _nearest(figure, found)
    return missing, f". The nearest number in it is {near}." if near else "."


def _asks_for_size(figure: Figure, one: Numeral) -> str:
    """Return what to do about a number that is right but for the scale behind it, which is none or another one."""
    if one.own:
        return f", but its size is asked for in {figure.units[0]}."
    return f", which needs {quoted(figure.units[0])} behind it."


def _for(figure: Figure, one: Numeral) -> str:
    return f"For {figure.name} “{one.written}” stands"


def _fits(figure: Figure, one: Numeral) -> bool:
    if one.percent and not _is_percent(figure):
        return False
    values = [amount / figure.scale for amount in one.amounts]
    return any(figure.fits(value) or (figure.value < 0 and figure.fits(-value)) for value in values)


def _is_percent(figure: Figure) -> bool:
    return bool(figure.units) and figure.units[0] in SAME_UNIT["percent"]


def _has_direction(figure: Figure, one: Numeral) -> bool:
    """Return whether a number below zero is said to be one: by its sign, or by a word such as “fell”."""
    if figure.value >= 0 or any(figure.fits(amount / figure.scale) for amount in one.amounts):
        return True
    return bool(FALLS.search(one.sentence))


def _has_unit(figure: Figure, one: Numeral, text: str) -> bool:
    """Return whether the sentence of a number names its unit, or a sentence without numbers does so for all."""
    if not figure.units or figure.is_year:
        return True
    names = [name for unit in figure.units for name in _names(unit)]
    if not names:
        return True
    general = [other for other in sentences(spelled(text)) if not re.search(r"\d", other)]
    named = any(_is_named(name, sentence) for name in names for sentence in [one.sentence, *general])
    return named or (one.own is not None and _last_money(text, one.sentence) == names)


def _last_money(text: str, sentence: str) -> list[str]:
    """Return the words for the currency that a sentence takes over: the only one of the last that names any."""
    parts = sentences(spelled(text))
    for part in reversed(parts[: parts.index(sentence) + 1]):
        found = [SAME_UNIT[unit] for unit in MONEY if any(_is_named(name, part) for name in SAME_UNIT[unit])]
        if found:
            return list(found[0]) if len(found) == 1 else []
    return []


def _names(unit: str) -> list[str]:
    """Return the words for a unit, without its scale: none for “trillion” alone."""
    words = unit.casefold().split()
    if words and words[0] in SCALES:
        words = words[1:]
    base = " ".join(words)
    if not base:
        return []
    known = {base, base.removesuffix("s")}
    return next((list(same) for name, same in SAME_UNIT.items() if known & {name, *same}), [base])


def _is_named(name: str, sentence: str) -> bool:
    if name == "%":
        return bool(re.search(r"%(?!\s*-?\s*points?)", sentence, re.I))
    if name in {"percent", "per cent", "percentage"}:
        return bool(re.search(rf"(?i){name.replace(' ', '[ -]')}(?![\s-]*points?\b|age)", sentence))
    if not name[0].isalnum():
        return name.casefold() in sentence.casefold()
    words = re.escape(name).replace(r"\ ", r"[\s-]+")
    return bool(re.search(rf"(?i)(?<![a-z]){words}(?:s|es)?(?![a-z])", sentence))


def _nearest(figure: Figure, found: Sequence[Numeral]) -> str:
    """Return the number of a text that is nearest to a figure, as it is written, where one is near at all."""
    if figure.is_year or not figure.value:
        return ""
    away = [
        (min(abs(amount / figure.scale / figure.value - 1) for amount in one.amounts), one.written)
        for one in found
        if not one.is_year and not one.percent
    ]
    distance, written = min(away, default=(1.0, ""))
    return f"“{written}”" if distance <= NEARLY else ""
