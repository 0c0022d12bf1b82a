"""Say of a wrong answer what its code shows to look at: each question only where the code gives a reason for it.

Code is only parsed here, never run. Of code that is not known, or cannot be parsed, nothing is said that needs it.
"""

from __future__ import annotations

import ast
import builtins
import dataclasses
import functools
import math
import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from alliance.answers import Answer, Spec
from alliance.answers.columns import may_be_year, plain
from alliance.answers.compare import ASKS_FOR_RETURN, ASKS_WHAT_IS_MISSING, ROUNDED, alone, as_record
from alliance.answers.forms import quoted
from alliance.answers.plots.comparing import IS_EMPTY
from alliance.answers.slips import (
    BY_WHAT,
    CAN_THAT_BE,
    EXCHANGED,
    NO_MORE,
    PARTS,
    PERCENTAGES,
    POINTS,
    SHARES,
    WRONG_SIGN,
)
from alliance.answers.texts.demands import BRACES, IF_ANY, code_in
from alliance.checking.clues import last_value, names_assigned, tree_of
from alliance.checking.hinting.ways import (
    DIFFERENCES,
    divides,
    form_of,
    has_a_condition_turned,
    has_a_power_turned,
    has_an_operator_turned,
    has_its_sides_exchanged,
    leaves_no_row_out,
    subtracts,
    tokens,
)
from alliance.checking.keys import Task, kind_of

TOTALS = {"sum", "count", "size", "len", "nunique", "value_counts", "shape"}
"""Names in code that counts or adds."""
CHOICES = {"query", "isin", "between", "contains", "startswith", "endswith"}
"""Names in code that takes one value from another, and in code that makes a condition for rows."""
ROUNDINGS = {"round", "around", "floor", "ceil", "trunc", "int", "rint"}
CORRELATIONS = {"corr", "corrwith", "corrcoef", "pearsonr", "spearmanr", "correlation"}
DIRECTION = r"is too (?:high|low|late|early)\."
CLOSE = r"is close, but too (?:high|low)\."
BARE = re.compile(rf"`[^`]+` = \S+ {DIRECTION}")
"""What is said of a number that is wrong: the direction and nothing else."""
NUMBER = re.compile(rf"`[^`]+` = \S+ (?:{DIRECTION}|{CLOSE})")
"""The same, or that it is close."""
TWO_NUMBERS = re.compile(
    rf"`[^`]+\[\"([^`]+)\"\]` = \S+ (?:{DIRECTION}|{CLOSE}) `[^`]+\[\"([^`]+)\"\]` = \S+ (?:{DIRECTION}|{CLOSE})"
)
"""The same of two entries of a dictionary."""
LOOSE = re.compile(
    rf"(?:(?:`[^`]+` = .+? (?:{DIRECTION}|{CLOSE}|is not (?:right|the right choice|what is asked for)\."
    r"|is (?:later|earlier) than the date asked for\.)"
    r"|`[^`]+` has [\d,]+ (?:rows?|values?); [\d,]+ (?:is|are) expected\."
    r"|\d+ more keys? (?:is|are) not right yet\.)\s*)+"
)
"""A message that says that something is wrong, and not what to look at."""
PLACE = re.compile(
    r"(?:differs (?:by more than rounding )?in (?P<some>[\d,]+) of (?P<all>[\d,]+) \w+, first at .+: yours is .+, "
    r"expected is (?:“[^”]*”|\d+ \w+ \d{4}|\S+)\."
    r"|yours is .+, expected is .+ \(wrong are (?P<marks>[\d,]+) of (?P<drawn>[\d,]+) values\)\."
    r"|drawn at .+ \([\d,]+ drawn in all, [\d,]+ expected\)\.)$"
)
"""The end of a message that names one place of many."""
MOST_OF = 0.9
"""From which part of the values on a wrong one says little: the fault is in all of them."""
ONE_SIGN = re.compile(rf" = (-?)[\d.,×^-]+ {re.escape(WRONG_SIGN)}")
"""What is said of a single number that has the wrong sign."""
CUT = {"//": "`//` drops the decimals; write `/`.", "int": "`int` drops the decimals; leave it out."}
ONLY_A_CONDITION = (ast.If, ast.While, ast.Assert, ast.IfExp)
HAS_ALL = " Hold your code against the task's hints: is each name, number, sign and method there, and right?"
ALL_ROWS = " Your code leaves no row out: does the question ask about all?"
NO_SHARE = {
    "median": " The median of True and False says which of them is more frequent, and not what share is True.",
    "max": " `max` of True and False says whether any of them is True, and not what share is.",
    "min": " `min` of True and False says whether all of them are True, and not what share is.",
}
"""What methods say of a condition, where a share of those that fulfil it is asked for."""
MEASURED = re.compile(r"percent|%|dollar|yen|kilomet|times|\bper\b|\ba year\b|share|ratio|fraction|proportion")
"""A unit in which things are measured, and not counted."""
TIMES = re.compile(r"^(?:years|months|weeks|days|steps)$")
"""A unit of what lies between two dates, or is counted from one to the other."""
MULTIPLIED = " Where do you multiply, and where divide?"
UNDIVIDED = ": what does your number count, or add up?"
ONE_FAULT = " Both may go back to one fault."
NO_ROW = " Has a condition kept no row?"
STEPS = " 3, 4 and 5 are three numbers, with two steps between them: which of the two is asked for?"


def of_wrong(task: Task, given: Answer, code: str, message: str) -> str:
    """Return the message on a wrong answer with what there is to look at."""
    read = _read(task.start, code)
    if WRONG_SIGN in message:
        return message.replace(WRONG_SIGN, f"{WRONG_SIGN} {_of_the_sign(read, message)}")
    if ASKS_FOR_RETURN in message and _returns_none(task.spec.answer, code):
        return message.replace(ASKS_FOR_RETURN, "Which condition sends this input to `return None`?")
    if ASKS_WHAT_IS_MISSING in message and read.filters:
        return message.replace(ASKS_WHAT_IS_MISSING, f"{ASKS_WHAT_IS_MISSING} Or has a condition kept no row?")
    if ASKS_WHAT_IS_MISSING in message and read.slices:
        return message.replace(ASKS_WHAT_IS_MISSING, f"{ASKS_WHAT_IS_MISSING} Or has a slice kept no row?")
    if "yours is missing" in message and _is_all_missing(given, message):
        return f"{message} All of yours are missing.{NO_ROW if read.filters else ''}"
    if message.endswith(IS_EMPTY) and read.filters:
        return f"{message}{NO_ROW}"
    if IF_ANY in message:
        return _of_braces(task, str(alone(given).value), code, message)
    typed = NUMBER.fullmatch(message) and _computes_nothing(task, read)
    if not typed:
        message = _of_numbers(task, given, read, message)
    message = _of_parts(read, last_value(task.spec.answer, code), message)
    if message.endswith(EXCHANGED) and form_of(code) and form_of(code) in task.ways:
        return message.replace(EXCHANGED, "Check each number and sign in your code.")
    if message.endswith(CAN_THAT_BE):
        return message + (_of_the_way(task, code) or (MULTIPLIED if read.multiplies_or_divides else ""))
    return _with_hint(task, read, code, message)


def _of_parts(read: Reading, value: ast.expr | None, message: str) -> str:
    """Return a message with what it says of parts above 100 percent once, and of dividing only where code divides."""
    if BY_WHAT not in message:
        return message
    start = message.index(f" {NO_MORE[0].upper()}{NO_MORE[1:]}")
    end = message.index(BY_WHAT) + len(BY_WHAT)
    said = message[start:end]
    once = message[:end] + message[end:].replace(said, "")
    return once if read.divides and not _only_counts(value) else once.replace(BY_WHAT, UNDIVIDED)


def _only_counts(value: ast.expr | None) -> bool:
    """Return whether an answer's own expression sums a condition, and divides nothing outside of that."""
    if value is None or isinstance(value, ast.Dict | ast.Name):
        return False
    inner = {id(one) for node in ast.walk(value) if isinstance(node, ast.Compare) for one in ast.walk(node)}
    outer = [one for one in ast.walk(value) if id(one) not in inner]
    quotient = any(isinstance(one, ast.BinOp) and isinstance(one.op, ast.Div | ast.FloorDiv) for one in outer)
    return not quotient and any(_is_share(one, "sum") for one in ast.walk(value))


def _of_the_sign(read: Reading, message: str) -> str:
    one = ONE_SIGN.search(message)
    minus = "there a minus too many or too few" if one is None else "a minus missing"
    if one is not None and one[1]:
        minus = "there a minus too many"
    return f"Are two values the wrong way round, or is {minus}?" if read.subtracts else f"Is {minus}?"


def _with_hint(task: Task, read: Reading, code: str, message: str) -> str:
    """Return a message that says nothing of the way with what is next on it, or that there is no way yet."""
    if PLACE.search(message) and form_of(code) and form_of(code) in task.ways:
        return f"{message} Check each number and sign in your code."
    if not (LOOSE.fullmatch(message) or _is_wrong_everywhere(message)):
        return message
    if NUMBER.fullmatch(message) and _computes_nothing(task, read):
        return f"{message} Your line computes nothing from the data."
    if read.cuts == "//" and re.search(r"yours is -?0, expected is", message):
        return f"{message} {CUT[read.cuts]}"
    two = ONE_FAULT if TWO_NUMBERS.fullmatch(message) and _share_a_name(task.spec.answer, code, message) else ""
    return f"{message}{two}{_of_the_way(task, code) or _hint(task, code, message)}"


def _of_the_way(task: Task, code: str) -> str:
    """Return what is left to check where code goes the way of a right answer, or differs in its methods alone."""
    if form_of(code) and form_of(code) in task.ways:
        return " Check each number and sign in your code."
    if form_of(code, methods=False) and form_of(code, methods=False) in task.forms:
        return " Check each method that your code calls, and each number and sign."
    if form_of(code) and form_of(code, texts=False) in task.words:
        return " Check each text in quotation marks in your code, and each number and sign."
    if form_of(code) and task.ways:
        if has_a_condition_turned(code, task.ways):
            return " Is a condition in your code the wrong way round?"
        if has_an_operator_turned(code, task.ways):
            return MULTIPLIED
        if has_a_power_turned(code, task.ways):
            return " `x ** 2` squares x, and `x * 2` doubles it: which is asked for?"
        if has_its_sides_exchanged(code, task.ways, ast.Pow):
            return " `x ** 2` squares x, and `2 ** x` does something else: which is asked for?"
        if has_its_sides_exchanged(code, task.ways, ast.Div):
            return " Is a division in your code upside down?"
        if has_its_sides_exchanged(code, task.ways, ast.Sub):
            return " Is a difference in your code the wrong way round?"
    return _of_what_is_not_done(task, code)


def _of_what_is_not_done(task: Task, code: str) -> str:
    """Return what to ask where all right answers divide, or take something away, and this code doesn't."""
    if not code.strip() or tree_of(code) is None:
        return ""
    if "divides" in task.needs and not divides(code):
        return " Your code divides nothing: is something to be divided here?"
    if "subtracts" in task.needs and not subtracts(code):
        return " Your code takes nothing away from anything: is a difference asked for?"
    return ""


def _hint(task: Task, code: str, message: str) -> str:
    """Return the first of the task's hints whose step the code has not yet, as a sentence that introduces it.

    A step is there when all is that its hint names; what comes before such a hint led to it, and isn't shown again.
    Nor is a hint whose code names entries of a record that are right, and none of those that are wrong; nor those
    behind it that name no entry, for they may go on about the same.
    """
    there = tokens(code) if code.strip() else set()
    done = [bool(hint.asks) and set(hint.asks) <= there for hint in task.hints]
    first = max((i for i, is_there in enumerate(done) if is_there), default=-1) + 1
    left = [hint.text for hint in task.hints[first:]]
    others = next((i for i, hint in enumerate(left) if _is_of_others(task, hint, message)), len(left))
    named = [hint for hint in left if _entries_in(task, hint) & _entries_wrong(message)]
    left = named if named and len(_entries_wrong(message)) < len(task.expected.items) else left[:others]
    if left:
        return f" {'A later' if left[0] != task.hints[0].text else 'A'} hint for the task: {left[0]}"
    return HAS_ALL if task.hints else ""


def _is_of_others(task: Task, hint: str, message: str) -> bool:
    """Return whether a hint's code names entries of a record, all of which a message says nothing about."""
    wrong, named = _entries_wrong(message), _entries_in(task, hint)
    return bool(wrong) and bool(named) and not named & wrong


def _entries_wrong(message: str) -> set[str]:
    return set(re.findall(r'`[^`]+\["([^`]+)"\]`', message))


def _entries_in(task: Task, hint: str) -> set[str]:
    return {str(key) for key in task.expected.items if re.search(rf"""["']{re.escape(str(key))}["']""", hint)}


def _of_braces(task: Task, text: str, code: str, message: str) -> str:
    """Return the message on braces in a text, with a promise where the code gives each name within them a value."""
    braces = BRACES.search(text)
    inside = code_in(braces[0]) if braces else None
    tree = tree_of(code)
    if braces is None or inside is None or tree is None or not code.strip():
        return message
    if any(isinstance(one, ast.JoinedStr) and _has(one, braces[0]) for one in ast.walk(tree)):
        before, _, _ = message.partition("Write the letter f")
        return f"{before}Within a text that begins with f, one pair of braces is put around a name, not two."
    needed = {one.id for one in ast.walk(inside) if isinstance(one, ast.Name)}
    known = names_assigned(f"{task.start}\n{code}") | task.above | set(dir(builtins))
    return message.replace(IF_ANY, "") if needed <= known else message


def _has(text: ast.JoinedStr, braces: str) -> bool:
    return any(isinstance(one, ast.Constant) and braces in str(one.value) for one in text.values)


def _is_wrong_everywhere(message: str) -> bool:
    """Return whether a message names one place, and nearly all others are wrong as well, or not there."""
    place = PLACE.search(message)
    if place is None:
        return False
    wrong, of = place["some"] or place["marks"] or "1", place["all"] or place["drawn"] or "1"
    return int(wrong.replace(",", "")) >= MOST_OF * int(of.replace(",", ""))


# --- numbers -------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Number:
    """A wrong number beside the one expected: an answer, or an entry of a dictionary.

    `name` is what it is called, `said` what the comparison says of it, `value` the expression that gave it where code
    shows it.
    """

    name: str
    expected: float
    given: float
    spec: Spec
    said: str
    value: ast.expr | None = None

    @property
    def unit(self) -> str:
        """The unit asked for; percent where the name alone says so."""
        return (self.spec.unit_of() or "").strip() or ("percent" if "percent" in self.name.casefold() else "")

    @property
    def is_bare(self) -> bool:
        """Whether nothing is said of it but that it is too high or too low."""
        return bool(BARE.fullmatch(self.said))

    @property
    def is_percent(self) -> bool:
        """Whether percent are asked for, percentage points included."""
        return self.unit.startswith(PERCENTAGES)

    @property
    def are_counts(self) -> bool:
        """Whether both are whole numbers that count something; years and percentages count nothing."""
        wholes = self.expected.is_integer() and self.given.is_integer()
        return wholes and not self.is_percent and not may_be_year(self.expected) and not may_be_year(self.given)


def _of_numbers(task: Task, given: Answer, read: Reading, message: str) -> str:
    """Return a message with what there is to look at in each number that it calls wrong."""
    perfect = _of_perfect_ones(task, given, read)
    if not read.rounds and (perfect or read.computes_all):
        message = message.replace(ROUNDED, "")
    for one in _numbers(task, alone(given), read, message):
        message = message.replace(one.said, one.said + _of_a_number(one, read), 1)
    if BARE.fullmatch(message) and task.chooses and read.keeps_all:
        return message + ALL_ROWS
    return message + perfect


def _numbers(task: Task, given: Answer, read: Reading, message: str) -> Iterator[Number]:
    """Yield the numbers of an answer of which a message says that they are too high or too low, and no more."""
    spec, expected = task.spec, task.expected
    if expected.type == given.type == "number":
        if re.fullmatch(rf"`[^`]+` = \S+ (?:{DIRECTION}|{CLOSE}).*", message):
            value = read.values.get(spec.answer)
            yield Number(spec.answer, float(expected.value), float(given.value), spec, message, value)
        return
    given = as_record(given)
    if expected.type != "record" or given.type != "record":
        return
    own = {plain(key): item for key, item in given.items.items()} | dict(given.items)
    for key, wanted in expected.items.items():
        mine = own.get(key) or own.get(plain(key))
        name = f'{spec.answer}["{key}"]'
        pattern = rf"{re.escape(f'`{name}`')} = \S+ (?:{DIRECTION}|{CLOSE})(?=$| `| \d+ more | The key )"
        said = re.search(pattern, message)
        if said and mine is not None and wanted.type == mine.type == "number":
            part = dataclasses.replace(spec, unit=spec.unit_of(key))
            yield Number(name, float(wanted.value), float(mine.value), part, said[0])


def _of_a_number(one: Number, read: Reading) -> str:
    """Return what to look at where one number is wrong, beginning with a space; nothing where it is said."""
    cuts = read.cuts if one.value is None else _cuts(one.value)
    if cuts == "//" and (one.given == 0 or (one.is_percent and one.given % 100 == 0)):
        return f" {CUT[cuts]}"
    summed = read.of_conditions if one.value is None else _of_conditions(one.value)
    if summed and one.given in {0, 0.5, 1, 50, 100} and (one.is_percent or one.unit.startswith(SHARES)):
        return NO_SHARE[summed]
    if one.given == 0:
        return _of_zero(one, read)
    if read.cuts and one.given == math.trunc(one.expected) != one.expected:
        return f" {CUT[read.cuts]}"
    if read.correlates and math.isclose(abs(one.given), 1, rel_tol=0, abs_tol=1e-12):
        return ""  # said of all of an answer's correlations at once
    if re.search(rf"{CLOSE}$", one.said):
        return _of_a_near_one(one, read)
    if not one.is_bare:
        return ""
    points, part = one.unit.startswith(POINTS), one.unit.startswith(PARTS)
    rest = not one.spec.limits.apart(np.array([one.expected]), np.array([100 - one.given])).any()
    if one.is_percent and not points and not part and read.filters and rest:
        return " Yours and the expected make up 100 percent: is the condition turned round?"
    if part and one.given == 100:
        return " 100 percent says that part and whole are the same: are they?"
    if one.unit == "times" and one.given == 1:
        return " Once as much says that the two values are the same: are they?"
    if one.are_counts:
        return _of_the_ends(one, read)
    is_whole = one.expected.is_integer() and not one.is_percent and not one.unit.startswith(SHARES)
    if read.takes_share and 0 < one.given < 1 and is_whole:
        return " A count is a whole number; `mean` gives a share."
    counted = is_whole and one.unit and not MEASURED.search(one.unit) and one.spec.tolerance is None
    return " A count is a whole number: is something divided, or averaged?" if counted else ""


def _of_zero(one: Number, read: Reading) -> str:
    """Return what to look at where a number is zero: a count of no rows, a growth of nothing, a part cut to nothing."""
    points = one.unit.startswith(POINTS) and read.subtracts
    if one.is_percent:
        if read.takes_share:
            return " Where a share is zero, look whether any row fulfils the condition."
        if one.unit.startswith(PARTS):
            return " Zero percent says that nothing belongs to the part: is that so?"
        zero = "Zero" if points else "Zero percent"
        return f" {zero} says that the two values are the same: are they?" if read.grows or points else ""
    if not read.counts:
        return ""
    return " Where a count or a sum is zero, look whether any row fulfils the condition."


def _of_a_near_one(one: Number, read: Reading) -> str:
    if read.rounds:
        return " Was a value rounded on the way, or another row or base taken?"
    return " Check each number and sign of the formula." if read.computes else " Was another row or base taken?"


def _of_the_ends(one: Number, read: Reading) -> str:
    """Return what to ask where a count is a little off, as it is when an end is counted, or left out."""
    off = one.given - one.expected
    if abs(off) > max(1, abs(one.expected) / 10):
        return ""
    if read.turns_round:
        return ""
    if (off < 0 and read.leaves_out_ends) or (off > 0 and read.takes_in_ends):
        return " `<` and `>` leave the end itself out, `<=` and `>=` take it in: which is asked for?"
    steps = bool(TIMES.search(one.unit)) and read.takes_one_from_another and not read.filters
    return STEPS if abs(off) == 1 and steps else ""


def _of_perfect_ones(task: Task, given: Answer, read: Reading) -> str:
    """Return what a correlation of exactly one means, where one is given and another is expected."""
    if not read.correlates:
        return ""
    pairs = list(zip(_all_numbers(task.expected), _all_numbers(given), strict=False))
    for wanted, mine in pairs:
        if math.isclose(abs(mine), 1, rel_tol=0, abs_tol=1e-12) and abs(abs(wanted) - 1) > 1e-6:
            return (
                f" A correlation of exactly {mine:.0f} means that one series follows from the other: is one of them "
                "correlated with itself? (Two points alone give it as well.)"
            )
    return ""


def _all_numbers(answer: Answer) -> list[float]:
    """Return the numbers of an answer in its order: itself, its entries, the values of its columns."""
    if answer.type == "number":
        return [float(answer.value)]
    if answer.type == "record":
        return [number for item in answer.items.values() for number in _all_numbers(item)]
    return [float(value) for column in answer.columns if column.kind == "number" for value in column.values]


def _computes_nothing(task: Task, read: Reading) -> bool:
    """Return whether an answer was typed, or is a name that was handed out, where neither can be right.

    Known of exercises alone: of their tasks those say so whose answer may be typed.
    """
    value = read.values.get(task.spec.answer)
    if value is None or task.spec.constant or kind_of(task.task) != "exercises":
        return False
    if isinstance(value, ast.Name):
        return value.id in names_assigned(task.start) and value.id not in read.given
    return not any(isinstance(one, ast.Name | ast.Call | ast.Attribute) for one in ast.walk(value))


def _is_all_missing(given: Answer, message: str) -> bool:
    """Return whether a Series, or the column of a table that a message names, has several rows and no value."""
    columns = [one for one in given.columns if given.type == "series" or (one.name and quoted(one.name) in message)]
    return bool(columns) and given.rows > 1 and all(bool(pd.isna(one.values).all()) for one in columns)


# --- reading code --------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Reading:
    """What a learner's code does, with the code that was handed out before it.

    Of the learner's own code alone are `counts`, `grows` (it takes a growth), `takes_one_from_another`, `cuts`, which
    is what drops decimals in it (`//` or `int`), `leaves_out_ends` (its comparisons are all `<` or `>`) and
    `takes_in_ends` (all `<=`, `>=` or `between`), `turns_round` (it has a condition turned round), `given`, the names
    to which it gives a value, and `values`, the expressions of those that it gives one and uses no further.
    """

    counts: bool = False
    grows: bool = False
    subtracts: bool = False
    takes_one_from_another: bool = False
    correlates: bool = False
    leaves_out_ends: bool = False
    takes_in_ends: bool = False
    turns_round: bool = False
    computes: bool = False
    filters: bool = False
    slices: bool = False
    rounds: bool = False
    takes_share: bool = False
    keeps_all: bool = False
    of_conditions: str = ""
    multiplies_or_divides: bool = False
    divides: bool = True
    computes_all: bool = False
    cuts: str = ""
    given: frozenset[str] = frozenset()
    values: dict[str, ast.expr] = dataclasses.field(default_factory=dict)


@functools.lru_cache(maxsize=32)
def _read(start: str, code: str) -> Reading:
    """Return what code does; nothing where the learner's is not known."""
    own = tree_of(code) if code.strip() else None
    if own is None:
        return Reading()
    nodes = [*ast.walk(own), *ast.walk(tree_of(start) or ast.Module([], []))]
    names = _names(nodes)
    operators, own_nodes = _operators(nodes), list(ast.walk(own))
    ends = _ends(own_nodes)
    return Reading(
        counts=bool(_names(own_nodes) & TOTALS),
        grows=any(_is_growth(one) for one in own_nodes),
        subtracts=ast.Sub in operators or bool(names & DIFFERENCES),
        takes_one_from_another=ast.Sub in _operators(own_nodes) or bool(_names(own_nodes) & DIFFERENCES),
        correlates=bool(names & CORRELATIONS),
        leaves_out_ends=ends == {False},
        takes_in_ends=ends == {True},
        turns_round=any(isinstance(one, ast.Invert | ast.Not | ast.NotEq | ast.NotIn) for one in own_nodes),
        computes=bool(operators & {ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow}),
        filters=bool(_comparisons(nodes)) or bool(names & CHOICES),
        slices=any(isinstance(one, ast.Slice) for one in nodes),
        rounds=bool(names & ROUNDINGS) or ast.FloorDiv in operators,
        takes_share=any(_is_share(one) for one in nodes),
        keeps_all=_keeps_all(own_nodes) and leaves_no_row_out(code),
        of_conditions=_of_conditions(own),
        multiplies_or_divides=len(_operators(own_nodes) & {ast.Mult, ast.Div}) == 1,
        divides=divides(code),
        computes_all=any(isinstance(one, ast.Call) for one in own_nodes)
        and not any(isinstance(one, ast.Constant) and isinstance(one.value, float) for one in own_nodes),
        cuts=_cuts(own),
        given=frozenset(names_assigned(code)),
        values=_values(own, code),
    )


def _names(nodes: list[ast.AST]) -> set[str]:
    attributes = {one.attr for one in nodes if isinstance(one, ast.Attribute)}
    return attributes | {one.id for one in nodes if isinstance(one, ast.Name)}


def _operators(nodes: list[ast.AST]) -> set[type[ast.operator]]:
    return {type(one.op) for one in nodes if isinstance(one, ast.BinOp | ast.AugAssign)}


def _ends(nodes: list[ast.AST]) -> set[bool]:
    """Return whether code's comparisons take the end itself in, those within texts such as a query's included."""
    operators = {type(operator) for one in _comparisons(nodes) for operator in one.ops}
    texts = " ".join(one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str))
    signs = set(re.findall(r"[<>]=?", texts)) if "query" in _names(nodes) else set()
    taking_in = bool(operators & {ast.LtE, ast.GtE}) or bool(signs & {"<=", ">="}) or "between" in _names(nodes)
    leaving_out = bool(operators & {ast.Lt, ast.Gt}) or bool(signs & {"<", ">"})
    return ({True} if taking_in else set()) | ({False} if leaving_out else set())


def _is_growth(node: ast.AST) -> bool:
    """Return whether code takes a growth: `late / early - 1`, `(late - early) / early`, `.pct_change()`."""
    if isinstance(node, ast.Attribute):
        return node.attr == "pct_change"
    if not isinstance(node, ast.BinOp):
        return False
    inner = {ast.Sub: ast.Div, ast.Div: ast.Sub}.get(type(node.op))
    return inner is not None and any(isinstance(one, inner) for one in ast.walk(node.left))


def _values(tree: ast.Module, code: str) -> dict[str, ast.expr]:
    """Return what code gives to those names that it gives a value once, and does nothing more with."""
    uses = Counter(one.id for one in ast.walk(tree) if isinstance(one, ast.Name))
    found = {name: last_value(name, code) for name in names_assigned(code) if uses[name] == 1}
    return {name: value for name, value in found.items() if value is not None}


def _comparisons(nodes: list[ast.AST]) -> list[ast.Compare]:
    """Return the comparisons that may choose rows: all but those that decide which way the code goes."""
    decide = {id(inner) for one in nodes if isinstance(one, ONLY_A_CONDITION) for inner in ast.walk(one.test)}
    return [one for one in nodes if isinstance(one, ast.Compare) and id(one) not in decide]


def _keeps_all(nodes: list[ast.AST]) -> bool:
    """Return whether code calls something, and has no condition but one whose share it takes."""
    calls = any(isinstance(one, ast.Call) for one in nodes)
    return calls and (any(map(_is_share, nodes)) or not any(isinstance(one, ast.Compare) for one in nodes))


def _of_conditions(tree: ast.AST) -> str:
    """Return which method other than the mean code calls on a condition: median, max or min."""
    found = (method for one in ast.walk(tree) for method in NO_SHARE if _is_share(one, method))
    return next(found, "")


def _share_a_name(answer: str, code: str, message: str) -> bool:
    """Return whether what code gives to the two entries that a message names is computed from the same of its names."""
    value, found = last_value(answer, code), TWO_NUMBERS.fullmatch(message)
    tree = tree_of(code)
    if not isinstance(value, ast.Dict) or found is None or tree is None:
        return False
    entries = {
        one.value: item for one, item in zip(value.keys, value.values, strict=True) if isinstance(one, ast.Constant)
    }
    if not {found[1], found[2]} <= set(entries):
        return False
    made_of: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for name in {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}:
                made_of[name] = made_of.get(name, set()) | _names([*ast.walk(node.value)])
    one, other = (_all_it_needs(entries[found[i]], made_of) for i in (1, 2))
    return bool(one & other)


def _all_it_needs(value: ast.expr, made_of: dict[str, set[str]]) -> set[str]:
    """Return the names that an expression needs, directly or through others, of those that code gives a value."""
    needed: set[str] = set()
    new = _names([*ast.walk(value)]) & set(made_of)
    while new:
        needed |= new
        new = {inner for name in new for inner in made_of[name] & set(made_of)} - needed
    return needed


def _is_share(node: ast.AST, method: str = "mean") -> bool:
    """Return whether code takes the mean of a condition: `(table["kind"] == "ship").mean()`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method):
        return False
    over = [node.func.value, *node.args]
    return any(isinstance(one, ast.Compare | ast.BoolOp) or _is_both(one) for one in over)


def _is_both(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr)


def _cuts(tree: ast.AST | None) -> str:
    """Return what drops decimals in code, `//` or `int`; where rows are chosen, it is meant to."""
    nodes = list(ast.walk(tree)) if tree else []
    choosing = {id(inner) for one in nodes if isinstance(one, ast.Subscript | ast.Compare) for inner in ast.walk(one)}
    for one in nodes:
        divides = isinstance(one, ast.BinOp | ast.AugAssign) and isinstance(one.op, ast.FloorDiv)
        if divides and id(one) not in choosing:
            return "//"
    called = (one.func for one in nodes if isinstance(one, ast.Call))
    return "int" if any(isinstance(one, ast.Name) and one.id == "int" for one in called) else ""


def _returns_none(name: str, code: str) -> bool:
    """Return whether a function ends with a `return` on every way, one of which is `return None`."""
    tree = tree_of(code)
    found = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name == name] if tree else []
    if not found or not _always_returns(found[-1].body):
        return False
    returned = [one.value for one in ast.walk(found[-1]) if isinstance(one, ast.Return)]
    ends = [end for one in returned for end in ((one.body, one.orelse) if isinstance(one, ast.IfExp) else (one,))]
    return any(isinstance(one, ast.Constant) and one.value is None for one in ends)


def _always_returns(body: list[ast.stmt]) -> bool:
    last = body[-1]
    if isinstance(last, ast.If):
        return bool(last.orelse) and _always_returns(last.body) and _always_returns(last.orelse)
    return isinstance(last, ast.Return | ast.Raise)
