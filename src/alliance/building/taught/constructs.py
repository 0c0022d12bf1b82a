"""Name the pandas, seaborn and Python constructs that a piece of code uses, in the words of lessons' `introduces`."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator

MODULES = ("np", "pd", "plt", "sns")
COURSE = ("check", "describe", "explore")
"""Functions of the course that a lesson introduces like any other; what is handed to them is explained with them."""
AXES = ("ax", "axes", "fig", "grid")
ACCESSORS = ("dt", "str", "cat")
FILTERS = ("between", "contains", "duplicated", "endswith", "eq", "isin", "isna", "notna", "startswith")

SYNTAX: dict[type[ast.AST], str] = {
    ast.Import: "import",
    ast.ImportFrom: "import",
    ast.FunctionDef: "def",
    ast.Return: "return",
    ast.Lambda: "lambda",
    ast.For: "for",
    ast.While: "while",
    ast.If: "if",
    ast.IfExp: "conditional expression",
    ast.Try: "try",
    ast.With: "with",
    ast.Raise: "raise",
    ast.Assert: "assert",
    ast.AugAssign: "augmented assignment",
    ast.ClassDef: "class",
    ast.ListComp: "list comprehension",
    ast.DictComp: "dict comprehension",
    ast.SetComp: "set comprehension",
    ast.GeneratorExp: "generator expression",
    ast.JoinedStr: "f-string",
    ast.Dict: "dict",
    ast.List: "list",
    ast.Set: "set",
    ast.Slice: "slice",
    ast.And: "and",
    ast.Or: "or",
    ast.Not: "not",
    ast.Invert: "~",
    ast.Pow: "**",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.In: "in",
    ast.NotIn: "in",
    ast.Is: "is",
    ast.IsNot: "is",
}


def constructs(codes: Iterable[str], known: Iterable[str] = ()) -> set[str]:
    """Return the constructs of pieces of code that share a namespace, such as the cells of one notebook.

    A function of a library is named with its module's usual short name (`pd.read_csv`), a method by its own name
    (`head`), one of a drawing as `ax.set`, an accessor's as `dt.year`, a named argument with its sign (`how=`),
    and syntax by its keyword or a short word (`def`, `f-string`, `boolean filter`). Functions that the code defines
    itself, and those in `known`, are not constructs, nor are the names of their arguments; nor is how a drawing looks
    (`color=`), or a name that the writer chooses (`assign(growth=…)`).

    Raises SyntaxError when the code cannot be parsed.
    """
    return set(first_uses(codes, known))


def first_uses(codes: Iterable[str], known: Iterable[str] = ()) -> dict[str, tuple[int, int]]:
    """Return where each construct is used first: which of the pieces of code (from 0), and its line (from 1).

    Raises SyntaxError when the code cannot be parsed.
    """
    trees = [ast.parse(code) for code in codes]
    own = set(known) | {
        node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    lambdas = {
        target.id
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, tuple[int, int]] = {}
    for piece, tree in enumerate(trees):
        for node, line in _with_lines(tree, 1):
            for name in _names(node, own | lambdas):
                found[name] = min(found.get(name, (piece, line)), (piece, line))
    return found


def _with_lines(node: ast.AST, line: int) -> Iterator[tuple[ast.AST, int]]:
    """Yield a node and all below it with their lines; what has none of its own (an operator) has its parent's."""
    line = getattr(node, "lineno", line)
    yield node, line
    for child in ast.iter_child_nodes(node):
        yield from _with_lines(child, line)


def _names(node: ast.AST, own: set[str]) -> Iterator[str]:
    """Yield the constructs that one node of a syntax tree stands for."""
    if type(node) in SYNTAX:
        yield SYNTAX[type(node)]
    match node:
        case ast.Call(func=function, keywords=keywords):
            if isinstance(function, ast.Name) and function.id not in own and _is_known(function.id):
                yield function.id
            if not _draws(function) and not _takes_any_name(function, own):
                yield from ("double star" if word.arg is None else f"{word.arg}=" for word in keywords)
        case ast.Attribute():
            yield from _attribute(node)
        case ast.Starred():
            yield "star unpacking"
        case ast.Assign(targets=[ast.Tuple(), *_]):
            yield "unpacking"
        case ast.Assign(targets=[ast.Subscript(), *_]):
            yield "new column"
        case ast.Compare(ops=[operator, *_]) if not isinstance(operator, ast.In | ast.NotIn | ast.Is | ast.IsNot):
            yield "comparison"
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()):
            yield "arithmetic"
        case ast.Subscript(slice=inside):
            yield from _brackets(inside)


def _is_drawing(node: ast.expr) -> bool:
    """Return whether an expression is axes or a figure, by its name or by what made it."""
    match node:
        case ast.Name(id=name):
            return name in AXES or name.endswith(("_ax", "_axes", "_plot", "_chart", "_map", "_figure"))
        case ast.Call(func=ast.Attribute(value=ast.Name(id="sns" | "plt"))):
            return True
        case ast.Attribute(attr="ax"):
            return True
    return False


def _draws(function: ast.expr) -> bool:
    """Return whether a call draws, so that its named arguments say how a figure looks."""
    match function:
        case ast.Attribute(value=ast.Name(id="sns" | "plt")):
            return True
        case ast.Name(id=name):
            return name.startswith(("draw_", "label_")) or name in {"mark_event", "highlight", "name_places"}
        case ast.Attribute(value=owner):
            return _is_drawing(owner)
    return False


def _takes_any_name(function: ast.expr, own: set[str]) -> bool:
    """Return whether the named arguments of a call are its writer's own words."""
    match function:
        case ast.Name(id=name):
            return name in own or name in COURSE or name == "dict"
        case ast.Attribute(attr="assign" | "agg"):
            return True
    return False


def _is_known(name: str) -> bool:
    return name in COURSE or hasattr(builtins, name)


def _attribute(node: ast.Attribute) -> Iterator[str]:
    """Yield the name of an attribute: with its module, its accessor or `ax`, or alone."""
    owner = node.value
    if isinstance(owner, ast.Name) and owner.id in MODULES:
        yield f"{owner.id}.{node.attr}"
        return
    if _is_drawing(owner):
        yield f"ax.{node.attr}"
        return
    if isinstance(owner, ast.Attribute) and owner.attr in ACCESSORS:
        yield f"{owner.attr}.{node.attr}"
    elif node.attr not in ACCESSORS:
        yield node.attr


def _brackets(inside: ast.expr) -> Iterator[str]:
    """Yield what square brackets behind a table do: choose columns or keep rows."""
    match inside:
        case ast.Constant(value=str()):
            yield "column selection"
        case ast.List():
            yield "several columns"
        case ast.Compare() | ast.UnaryOp(op=ast.Invert()) | ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
            yield "boolean filter"
        case ast.Call(func=ast.Attribute(attr=attr)) if attr in FILTERS:
            yield "boolean filter"
