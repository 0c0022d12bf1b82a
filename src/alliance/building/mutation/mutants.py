"""Make mutants of a reference answer: one small change of the code each, by rule."""

from __future__ import annotations

import ast
import copy
import dataclasses
from collections.abc import Callable, Iterator

COMPARISONS: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.In: [ast.NotIn],
    ast.Is: [ast.IsNot],
}
OPERATORS: dict[type[ast.operator], list[type[ast.operator]]] = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div],
    ast.Div: [ast.Mult, ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.BitAnd: [ast.BitOr],
    ast.BitOr: [ast.BitAnd],
    ast.Mod: [ast.Mult],
}
METHODS = {
    "sum": ["mean", "max"],
    "mean": ["sum", "median"],
    "median": ["mean"],
    "max": ["min"],
    "min": ["max"],
    "prod": ["sum"],
    "any": ["all"],
    "all": ["any"],
    "isna": ["notna"],
    "notna": ["isna"],
    "head": ["tail"],
    "tail": ["head"],
    "idxmax": ["idxmin"],
    "idxmin": ["idxmax"],
    "size": ["count"],
    "count": ["nunique"],
    "nunique": ["count"],
    "diff": ["pct_change"],
    "pct_change": ["diff"],
    "first": ["last"],
    "last": ["first"],
    "ceil": ["floor"],
    "floor": ["ceil"],
    "cos": ["sin"],
    "nlargest": ["nsmallest"],
    "nsmallest": ["nlargest"],
}
MARKS = {
    "lineplot": ["scatterplot"],
    "scatterplot": ["lineplot"],
    "barplot": ["pointplot"],
    "plot": ["scatter"],
    "scatter": ["plot"],
    "bar": ["barh"],
    "barh": ["bar"],
}
LEFT_OUT = [
    "dropna",
    "fillna",
    "drop_duplicates",
    "sort_values",
    "sort_index",
    "round",
    "abs",
    "cumsum",
    "diff",
    "query",
    "reindex",
    "shift",
    "dropna",
    "strip",
    "lower",
    "ffill",
    "interpolate",
    "rename",
]
LABELS = ("xlabel", "ylabel", "xscale", "yscale", "xlim", "ylim", "hue", "drawstyle", "alpha", "linewidth")


@dataclasses.dataclass(frozen=True)
class Mutant:
    """Changed code; `kind` is the rule that changed it and `change` says how."""

    kind: str
    change: str
    code: str


Change = tuple[str, ast.AST]


def mutants(code: str, inside: str = "") -> list[Mutant]:
    """Return the mutants of an answer's code, each with another text; with `inside`, only of that function."""
    tree = ast.parse(code)
    part = next((one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == inside), None)
    within = {id(node) for node in ast.walk(part or tree)} - _not_run(tree)
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    made: dict[str, Mutant] = {}
    for place, node in enumerate(ast.walk(tree)):
        if id(node) not in within:
            continue
        for kind, new in _changes(node, texts):
            try:
                changed = ast.unparse(ast.fix_missing_locations(_replaced(tree, place, new)))
                compile(changed, "mutant", "exec")
            except (SyntaxError, ValueError, TypeError, AttributeError):
                continue
            if changed != ast.unparse(tree):
                made.setdefault(changed, Mutant(kind, f"{_text(node)} → {_text(new)}", changed))
    return list(made.values())


def _not_run(tree: ast.Module) -> set[int]:
    """Return the texts that say what a function does."""
    first = [node.body[0] for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {id(one.value) for one in first if isinstance(one, ast.Expr)}


def _text(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


def _replaced(tree: ast.Module, place: int, new: ast.AST) -> ast.Module:
    """Return a copy of the tree with another node in one place, counted as `ast.walk` goes."""
    whole = copy.deepcopy(tree)
    old = list(ast.walk(whole))[place]

    class Put(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return new if node is old else self.generic_visit(node)

    Put().visit(whole)  # the module itself is never what is replaced
    return ast.fix_missing_locations(whole)


def _changes(node: ast.AST, texts: list[str]) -> Iterator[Change]:
    rule = RULES.get(type(node))
    if rule:
        yield from rule(node, texts)


def _constant(node: ast.Constant, texts: list[str]) -> Iterator[Change]:
    value = node.value
    if isinstance(value, bool):
        yield "constants", ast.Constant(not value)
    elif isinstance(value, int | float):
        for other in (value + 1, value - 1, value * 1.1, -value):
            if other != value:
                yield "constants", ast.Constant(other)
    elif isinstance(value, str):
        others = [text for text in dict.fromkeys(texts) if text != value and len(text) < 60 and "\n" not in text]
        if "\n" not in value and len(value) < 60:
            for text in others[:2]:
                yield "columns and keys", ast.Constant(text)


def _compare(node: ast.Compare, _: list[str]) -> Iterator[Change]:
    for other in COMPARISONS.get(type(node.ops[0]), []):
        yield "comparisons", ast.Compare(node.left, [other(), *node.ops[1:]], node.comparators)


def _binary(node: ast.BinOp, _: list[str]) -> Iterator[Change]:
    for other in OPERATORS.get(type(node.op), []):
        yield "operators", ast.BinOp(node.left, other(), node.right)
    if isinstance(node.op, ast.Sub | ast.Div | ast.Pow):
        yield "order", ast.BinOp(node.right, node.op, node.left)
    yield "operators", node.left
    yield "operators", node.right


def _boolean(node: ast.BoolOp, _: list[str]) -> Iterator[Change]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield "function edges", ast.BoolOp(other, node.values)
    yield from (("function edges", value) for value in node.values)


def _unary(node: ast.UnaryOp, _: list[str]) -> Iterator[Change]:
    yield "filters" if isinstance(node.op, ast.Invert | ast.Not) else "operators", node.operand


def _if(node: ast.If, _: list[str]) -> Iterator[Change]:
    yield "function edges", ast.Pass()
    yield "function edges", ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)


def _subscript(node: ast.Subscript, _: list[str]) -> Iterator[Change]:
    if not isinstance(node.ctx, ast.Load):
        return
    part = node.slice
    if isinstance(part, ast.Compare | ast.BinOp | ast.UnaryOp):
        yield "filters", node.value
        if isinstance(part, ast.Compare):
            yield "filters", ast.Subscript(node.value, ast.UnaryOp(ast.Invert(), part), node.ctx)
    if isinstance(part, ast.Slice):
        if part.lower is not None:
            yield "slices", ast.Subscript(node.value, ast.Slice(None, part.upper, part.step), node.ctx)
        if part.upper is not None:
            yield "slices", ast.Subscript(node.value, ast.Slice(part.lower, None, part.step), node.ctx)


def _call(node: ast.Call, _: list[str]) -> Iterator[Change]:
    if isinstance(node.func, ast.Attribute):
        name = node.func.attr
        for table, kind in ((METHODS, "methods"), (MARKS, "marks")):
            for other in table.get(name, []):
                yield kind, ast.Call(ast.Attribute(node.func.value, other, ast.Load()), node.args, node.keywords)
        if name in LEFT_OUT:
            yield "methods left out", node.func.value
    if len(node.args) == 2 and not any(isinstance(one, ast.Starred) for one in node.args):
        yield "order", ast.Call(node.func, node.args[::-1], node.keywords)
    for word in node.keywords:
        rest = [one for one in node.keywords if one is not word]
        kind = "labels and scales" if word.arg in LABELS else "arguments left out"
        yield kind, ast.Call(node.func, node.args, rest)


RULES: dict[type, Callable[..., Iterator[Change]]] = {
    ast.Constant: _constant,
    ast.Compare: _compare,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.If: _if,
    ast.Subscript: _subscript,
    ast.Call: _call,
}
