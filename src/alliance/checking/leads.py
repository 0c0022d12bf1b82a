"""Say of a wrong answer what its code shows to look at: each question only where the code gives a reason for it.

Code is only parsed here, never run. Of code that is not known, or cannot be parsed, nothing is said that needs it.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import math
import re
from collections import Counter

import numpy as np
import pandas as pd

from alliance.answers import Answer
from alliance.answers.columns import PERCENTAGES, SHARES, WRONG_SIGN
from alliance.answers.compare import ASKS_FOR_RETURN, ASKS_WHAT_IS_MISSING
from alliance.answers.forms import quoted
from alliance.checking.clues import last_value, names_assigned, tree_of
from alliance.checking.keys import Task, kind_of

TOTALS = {"sum", "count", "size", "len", "nunique", "value_counts", "shape"}
"""Names in code that counts or adds."""
DIFFERENCES = {"diff", "pct_change", "sub", "rsub", "subtract"}
CHOICES = {"query", "isin", "between", "contains", "startswith", "endswith"}
"""Names in code that takes one value from another, and in code that makes a condition for rows."""
ROUNDINGS = {"round", "around", "floor", "ceil", "trunc", "int", "rint"}
BARE = re.compile(r"(?:`[^`]+` = \S+ is too (?:high|low|late|early)\.\s*)+")
"""A message that says the direction and nothing else."""
ONE_SIGN = re.compile(rf" = (-?)[\d.,×^-]+ {re.escape(WRONG_SIGN)}")
"""What is said of a single number that has the wrong sign."""
FIRST_HINT = " The first hint says where to begin."
"""Said in exercises, each task of which has two or three hints below its question, the weakest first."""
CUT = {"//": "`//` drops the decimals; write `/`.", "int": "`int` drops the decimals; leave it out."}
ONLY_A_CONDITION = (ast.If, ast.While, ast.Assert, ast.IfExp)


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
        return f"{message} All of yours are missing.{' Has a condition kept no row?' if read.filters else ''}"
    if task.expected.type == given.type == "number":
        return message + _of_a_number(task, float(given.value), read, message)
    return message + (_of_a_direction(task, read) if BARE.fullmatch(message) else "")


def _of_the_sign(read: Reading, message: str) -> str:
    if read.subtracts:
        return "Which of the two values is subtracted from which?"
    one = ONE_SIGN.search(message)
    if one is None:
        return "Is there a minus too many, or one too few?"
    return "Is there a minus too many?" if one[1] else "Is a minus missing?"


def _of_a_number(task: Task, given: float, read: Reading, message: str) -> str:
    """Return what to look at where one number is wrong, beginning with a space; nothing where the message says it."""
    expected = float(task.expected.value)
    percent, points = _in_percent(task), _in_points(task)
    if given == 0:
        cut = _cuts(read.values.get(task.spec.answer)) == "//"
        return _of_zero(percent, points and read.subtracts, cut, read) or (
            _of_a_direction(task, read) if BARE.fullmatch(message) else ""
        )
    if read.cuts and given == math.trunc(expected) != expected:
        return f" {CUT[read.cuts]}"
    if message.endswith((" close, but too high.", " close, but too low.")):
        return _of_a_near_one(task, read)
    if not BARE.fullmatch(message):
        return ""
    if (
        percent
        and not points
        and read.filters
        and not task.spec.limits.apart(np.array([expected]), np.array([100 - given])).any()
    ):
        return " Yours and the expected make up 100 percent: is the condition turned round?"
    if not percent and not _is_share_asked(task) and read.takes_share and 0 < given < 1 and expected.is_integer():
        return " A count is a whole number; `mean` gives a share."
    return _of_a_direction(task, read)


def _of_zero(percent: bool, points: bool, cut: bool, read: Reading) -> str:
    """Return what to look at where a number is zero: a count of no rows, a growth of nothing, a part cut to nothing."""
    if cut:
        return f" {CUT['//']}"
    if percent:
        if read.takes_share:
            return " Where a share is zero, look whether any row fulfils the condition."
        zero = "Zero" if points else "Zero percent"
        return f" {zero} says that the two values are the same: are they?" if read.grows or points else ""
    if not read.counts:
        return ""
    return " Where a count or a sum is zero, look whether any row fulfils the condition."


def _of_a_near_one(task: Task, read: Reading) -> str:
    if _computes_nothing(task, read):
        return _of_a_direction(task, read)
    if read.rounds:
        return " Was a value rounded on the way, or another row or base taken?"
    return " Check each number and sign of the formula." if read.computes else " Was another row or base taken?"


def _of_a_direction(task: Task, read: Reading) -> str:
    """Return what to do where nothing is known but that a number is too high or too low."""
    if _computes_nothing(task, read):
        return " Your line computes nothing from the data."
    return FIRST_HINT if kind_of(task.task) == "exercises" else ""


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


def _is_share_asked(task: Task) -> bool:
    return (task.spec.unit_of() or "").strip().startswith(SHARES)


def _in_points(task: Task) -> bool:
    return (task.spec.unit_of() or "").strip().startswith("percentage point")


def _in_percent(task: Task) -> bool:
    unit = (task.spec.unit_of() or "").strip()
    return unit.startswith(PERCENTAGES) or (not unit and "percent" in task.spec.answer.casefold())


def _is_all_missing(given: Answer, message: str) -> bool:
    """Return whether a Series, or the column of a table that a message names, has several rows and no value."""
    columns = [one for one in given.columns if given.type == "series" or (one.name and quoted(one.name) in message)]
    return bool(columns) and given.rows > 1 and all(bool(pd.isna(one.values).all()) for one in columns)


# --- reading code --------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Reading:
    """What a learner's code does, with the code that was handed out before it.

    Of the learner's own code alone are `counts`, `grows` (it takes a growth), `cuts`, which is what drops decimals in
    it (`//` or `int`), `given`, the names to
    which it gives a value, and `values`, the expressions of those that it gives one and uses no further.
    """

    counts: bool = False
    grows: bool = False
    subtracts: bool = False
    computes: bool = False
    filters: bool = False
    slices: bool = False
    rounds: bool = False
    takes_share: bool = False
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
    operators = {type(one.op) for one in nodes if isinstance(one, ast.BinOp | ast.AugAssign)}
    return Reading(
        counts=bool(_names(list(ast.walk(own))) & TOTALS),
        grows=any(_is_growth(one) for one in ast.walk(own)),
        subtracts=ast.Sub in operators or bool(names & DIFFERENCES),
        computes=bool(operators & {ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow}),
        filters=bool(_comparisons(nodes)) or bool(names & CHOICES),
        slices=any(isinstance(one, ast.Slice) for one in nodes),
        rounds=bool(names & ROUNDINGS) or ast.FloorDiv in operators,
        takes_share=any(_is_share(one) for one in nodes),
        cuts=_cuts(own),
        given=frozenset(names_assigned(code)),
        values=_values(own, code),
    )


def _names(nodes: list[ast.AST]) -> set[str]:
    attributes = {one.attr for one in nodes if isinstance(one, ast.Attribute)}
    return attributes | {one.id for one in nodes if isinstance(one, ast.Name)}


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


def _is_share(node: ast.AST) -> bool:
    """Return whether code takes the mean of a condition: `(table["kind"] == "ship").mean()`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "mean"):
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
