"""Hold a learner's code against the reference's: its form without numbers, and what of a hint stands in it.

Code is only parsed here, never run. The build keeps of a reference answer what is needed for this, and no code.
"""

from __future__ import annotations

import ast
import copy
import functools
import hashlib
import keyword
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from alliance.checking.clues import names_assigned, tree_of

TOKEN = re.compile(r"[A-Za-z_]\w*|\d+(?:\.\d+)?|//|\*\*|[<>=!]=|[-+*/%<>&|~]")
"""A name, a word within quotation marks, a number or an operator of code."""
CODE = re.compile(r"`([^`]+)`")
CHOICE = re.compile(r"`[^`]+` or `[^`]+`")
SHOWS = {"print", "display"}
COUNTS = {"len", "sum", "max", "min", "sorted", "abs", "round"}
"""Python's own functions that stand in for methods of the same kind."""
DIVIDES = {"mean", "average", "div", "truediv", "rdiv", "divide", "pct_change", "apply", "map", "agg", "transform"}
"""Names in code that divides, or may."""
DIFFERENCES = {"diff", "pct_change", "sub", "rsub", "subtract"}
CHOOSES = re.compile(
    r"query|loc|iloc|at|iat|head|tail|nlargest|nsmallest|drop\w*|isin|where|mask|filter|sample|take|groupby|resample"
    r"|merge|join|reindex|truncate|xs|pivot\w*|n?unique|duplicated|value_counts|get|compress|between_time|\w+_index|rolling|apply"
)
"""Methods that may leave rows out, or put several into one."""
KEPT = 16
"""How many characters of a fingerprint are kept."""


def tokens(code: str) -> set[str]:
    """Return the names, numbers, operators and words within quotation marks of code; none where it's no Python."""
    tree = tree_of(code)
    return set(TOKEN.findall(ast.unparse(tree))) - set(keyword.kwlist) if tree else set()


def asked_by(hint: str, reference: str, stub: str, name: str) -> list[str]:
    """Return what a hint names in its code that the reference has as well: the step that it points at.

    What the stub has is in every answer, and so is the answer's own `name`: these say nothing of a step. Nor does a
    single name, which the hint may ask something about, unless the hint asks to choose it from others.
    """
    named = {token for code in CODE.findall(hint) for token in TOKEN.findall(code)}
    asked = sorted((named & tokens(reference)) - tokens(stub) - {name, "_"})
    return asked if len(asked) > 1 or CHOICE.search(hint) else []


def leaves_no_row_out(code: str) -> bool:
    """Return whether code surely takes all rows of its tables: it chooses columns by their names at most."""
    tree = tree_of(code)
    if tree is None or not code.strip():
        return False
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and not _is_of_names(node.slice):
            return False
        if isinstance(node, ast.Attribute) and CHOOSES.fullmatch(node.attr):
            return False
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in COUNTS:
            return False
        if isinstance(node, ast.For | ast.While | ast.If | ast.IfExp | ast.comprehension | ast.FunctionDef):
            return False
    return True


def chooses_rows(code: str) -> bool:
    """Return whether code takes the rows of a table that fulfil a condition: `table[table["kind"] == "ship"]`."""
    for node in ast.walk(tree_of(code) or ast.Module([], [])):
        if isinstance(node, ast.Attribute) and node.attr == "query":
            return True
        if isinstance(node, ast.Subscript) and any(isinstance(one, ast.Compare) for one in ast.walk(node.slice)):
            return True
    return False


def _is_of_names(node: ast.AST) -> bool:
    listed = node.elts if isinstance(node, ast.List) else [node]
    return all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in listed)


def divides(code: str) -> bool:
    """Return whether code divides, or calls what may."""
    return _does(code, ast.Div | ast.FloorDiv, DIVIDES) or "normalize" in code


def subtracts(code: str) -> bool:
    """Return whether code takes something away, or calls what may."""
    return _does(code, ast.Sub, DIFFERENCES | {"apply", "map", "agg", "transform"})


def _does(code: str, operators: Any, names: set[str]) -> bool:
    for node in ast.walk(tree_of(code) or ast.Module([], [])):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, operators):
            return True
        if (isinstance(node, ast.Attribute) and node.attr in names) or (
            isinstance(node, ast.Name) and node.id in names
        ):
            return True
    return False


# --- forms ---------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=32)
def form_of(code: str, methods: bool = True, texts: bool = True) -> str:
    """Return a fingerprint of code without its numbers and signs, and without names of its own.

    Two answers with the same one differ in numbers, in plus and minus, and in less and greater, if in anything; without
    `methods` also in which method is called, without `texts` in what stands in quotation marks. Empty for code that
    computes nothing, or is none.
    """
    tree = tree_of(code)
    if tree is None or not any(isinstance(one, ast.BinOp | ast.Call | ast.Attribute) for one in ast.walk(tree)):
        return ""
    own: dict[str, str] = dict.fromkeys(names_assigned(code), "")
    try:
        form = "\n".join(_form(one, own, methods, texts) for one in tree.body if not _only_shows(one))
    except RecursionError:
        return ""
    return hashlib.sha256(form.encode()).hexdigest()[:KEPT]


class _Turn(ast.NodeTransformer):
    """Change the operator in one place of code, the one with a number."""

    def __init__(self, place: int, into: dict[type[ast.AST], type[ast.AST]]) -> None:
        self.left, self.into = place, into

    def generic_visit(self, node: ast.AST) -> ast.AST:
        other = self.into.get(type(node))
        if other is not None:
            self.left -= 1
            if self.left == -1:
                return other()
        return super().generic_visit(node)


class _Swap(ast.NodeTransformer):
    """Exchange both sides of the division, or of the difference, with a number."""

    def __init__(self, place: int, operator: type[ast.operator]) -> None:
        self.left, self.operator = place, operator

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if isinstance(node.op, self.operator):
            self.left -= 1
            if self.left == -1:
                return ast.BinOp(node.right, node.op, node.left)
        return self.generic_visit(node)


class _WithoutNot(ast.NodeTransformer):
    """Leave out each `~` and `not`."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        return node.operand if isinstance(node.op, ast.Invert | ast.Not) else node


CONDITIONS: dict[type[ast.AST], type[ast.AST]] = {
    ast.NotEq: ast.Eq, ast.Eq: ast.NotEq, ast.NotIn: ast.In, ast.In: ast.NotIn
}  # fmt: skip
SCALES: dict[type[ast.AST], type[ast.AST]] = {ast.Mult: ast.Div, ast.Div: ast.Mult}
POWERS: dict[type[ast.AST], type[ast.AST]] = {ast.Mult: ast.Pow, ast.Pow: ast.Mult}
MOST_PLACES = 10
"""In how many places of code an operator is tried the other way round."""


def _turned(tree: ast.Module, into: dict[type[ast.AST], type[ast.AST]]) -> Iterator[ast.NodeTransformer]:
    """Yield what turns one operator the other way round, for each place where there is one."""
    places = sum(type(one) in into for one in ast.walk(tree))
    yield from (_Turn(place, into) for place in range(min(places, MOST_PLACES)))


def _is_reached(tree: ast.Module, changes: Iterable[ast.NodeTransformer], ways: Collection[str]) -> bool:
    """Return whether code goes one of these ways after one of some changes; code too deep to be changed doesn't."""
    try:
        return any(form_of(ast.unparse(one.visit(copy.deepcopy(tree)))) in ways for one in changes)
    except RecursionError:
        return False


def has_a_condition_turned(code: str, ways: Collection[str]) -> bool:
    """Return whether code goes one of these ways once `==` and `!=` are exchanged in a place, or each `~` left out."""
    tree = tree_of(code) or ast.Module([], [])
    return _is_reached(tree, [_WithoutNot(), *_turned(tree, CONDITIONS)], ways)


def has_an_operator_turned(code: str, ways: Collection[str]) -> bool:
    """Return whether code goes one of these ways once it multiplies in a place where it divides, or divides instead."""
    tree = tree_of(code) or ast.Module([], [])
    return _is_reached(tree, _turned(tree, SCALES), ways)


def has_a_power_turned(code: str, ways: Collection[str]) -> bool:
    """Return whether code goes one of these ways once `*` and `**` are exchanged in a place."""
    tree = tree_of(code) or ast.Module([], [])
    return _is_reached(tree, _turned(tree, POWERS), ways)


def has_its_sides_exchanged(code: str, ways: Collection[str], operator: type[ast.operator]) -> bool:
    """Return whether code goes one of these ways once both sides of one division, or one difference, are exchanged."""
    tree = tree_of(code) or ast.Module([], [])
    places = sum(isinstance(one, ast.BinOp) and isinstance(one.op, operator) for one in ast.walk(tree))
    return _is_reached(tree, (_Swap(place, operator) for place in range(min(places, MOST_PLACES))), ways)


def _only_shows(statement: ast.stmt) -> bool:
    """Return whether a line shows a value and does no more."""
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    shows = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in SHOWS
    return shows or isinstance(value, ast.Name | ast.Constant)


def _form(node: object, own: dict[str, str], methods: bool, texts: bool) -> str:
    """Return a part of code as text; `own` numbers the names that the code itself gives, in their order."""
    inner = functools.partial(_form, own=own, methods=methods, texts=texts)
    if isinstance(node, list):
        return f"[{','.join(map(inner, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return inner(node.operand)
    if isinstance(node, ast.Constant):
        number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        text = isinstance(node.value, str) and not texts
        return "number" if number else "text" if text else repr(node.value)
    if isinstance(node, ast.Add | ast.Sub):
        return "plus or minus"
    if isinstance(node, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
        return "less or greater"
    if isinstance(node, ast.Name):
        if node.id in own:
            own[node.id] = own[node.id] or f"own {sum(map(bool, own.values()))}"
            return own[node.id]
        return node.id
    if isinstance(node, ast.Call):
        called = _called(node, inner, methods)
        return f"{called}({inner(node.args)},{inner(sorted(node.keywords, key=lambda one: one.arg or ''))})"
    parts = (inner(value) for field, value in ast.iter_fields(node) if field not in {"ctx", "type_comment", "kind"})
    return f"{type(node).__name__}({','.join(parts)})"


def _called(call: ast.Call, inner: functools.partial[str], methods: bool) -> str:
    if not methods and isinstance(call.func, ast.Attribute):
        return f"{inner(call.func.value)}.method"
    if not methods and isinstance(call.func, ast.Name) and call.func.id in COUNTS:
        return "function"
    return inner(call.func)
