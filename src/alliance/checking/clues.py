"""Say what the code tells of an answer that is missing or nothing: a name misspelt, a call that gives nothing back.

Code is only parsed here, never run; of code that cannot be parsed nothing is said.
"""

from __future__ import annotations

import ast
import difflib
import functools
import re
from collections.abc import Collection, Iterable, Iterator

from alliance.answers import Answer
from alliance.checking.keys import Task

CHANGES_IN_PLACE = {
    "sort": "puts its list in order",
    "reverse": "turns its list around",
    "append": "adds to its list",
    "extend": "adds to its list",
    "insert": "adds to its list",
    "clear": "empties what it is called on",
    "update": "changes what it is called on",
    "shuffle": "mixes what it is given",
}
"""Methods that change what they are called on and return None, by what they do."""
SETS_SOMETHING = re.compile(r"set(_\w+)?|[xy]?label|[xy]lim|[xy]ticks|title|suptitle|legend|tick_params|grid|despine")
"""Methods of a plot, and functions of its library, that set something and give back no drawing."""
COMMAND = re.compile(r"^\s*[%!].*$", re.MULTILINE)


def of_untried(task: Task, code: str) -> str | None:
    """Return why there is no answer although there is code: its name is spelt otherwise, or there is no name.

    `code` is what the learner has run for the task.
    """
    name = task.spec.answer
    if not code.strip() or code.strip() == task.stub.strip() or name in names_assigned(code):
        return None
    near = nearest(name, names_assigned(code) - names_assigned(f"{task.start}\n{task.stub}"))
    if near:
        return misspelt(name, near)
    if "..." in code or tree_of(code) is None:
        return None
    return f"Your code gives no value to `{name}`. Write `{name} =` before what is to be checked, then run the cell."


def of_missing(task: Task, error: str) -> str | None:
    """Return what to do about an error for want of a name that a lesson's own cells give to its task."""
    missing = re.match(r"NameError: name '(\w+)' is not defined", error)
    if missing is None or not task.above or missing[1] not in task.above | names_assigned(task.start):
        return None
    return (
        f"A cell above makes `{missing[1]}`: run the cells above first. If it is gone or was changed, "
        "`alliance reset` gives a fresh lesson and keeps yours."
    )


def misspelt(name: str, near: str) -> str:
    """Return the sentence for an answer that was given under a name which is nearly the one asked for."""
    return f"There is no `{name}` yet, but there is `{near}`. If that is your answer, write its name as `{name}`."


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the name that is spelt almost like `name`, if there is one."""
    forms = {one.casefold(): one for one in known if one != name and not one.startswith("_")}
    close = difflib.get_close_matches(name.casefold(), list(forms), n=1, cutoff=0.8)
    return forms[close[0]] if close else None


def of_nothing(task: Task, given: Answer, code: str) -> str | None:
    """Return what made an answer None, or other than the plot that is asked for, as far as the code shows it."""
    name = task.spec.answer
    for_plot = task.expected.type == "plot" and given.type != "plot"
    if given.shown != "None" and not for_plot:
        return None
    value = last_value(name, code)
    if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or) and given.shown == "None":
        return (
            f"`{name}` is None: what stands before `or` is 0, empty or False, and Python then takes what stands "
            "behind it. Leave `or` out."
        )
    if not isinstance(value, ast.Call):
        return None
    called = _name_called(value)
    if for_plot:
        return _of_a_plot(name, called, value)
    return _of_none(name, called, value)


def _of_none(name: str, called: str, call: ast.Call) -> str | None:
    if called == "print":
        return f"`{name}` is None: `print` shows a value and gives none back. Write `{name} =` before the value alone."
    if any(one.arg == "inplace" and getattr(one.value, "value", False) is True for one in call.keywords):
        return (
            f"`{name}` is None: with `inplace=True` the method changes its table and gives none back. "
            "Leave `inplace=True` out."
        )
    if called in CHANGES_IN_PLACE:
        return (
            f"`{name}` is None: `{called}` {CHANGES_IN_PLACE[called]} and gives nothing back. Call it on a line of its "
            f"own, and give the name `{name}` to what it has changed."
        )
    return None


def _of_a_plot(name: str, called: str, call: ast.Call) -> str | None:
    """Return what to do where a plot's name was given to what another call gives back."""
    if called == "show":
        return (
            f"`{name}` is not the drawing: `show` displays it and gives nothing back. "
            f"Write `{name} =` before the call that draws, and `show` on a line of its own."
        )
    if not SETS_SOMETHING.fullmatch(called):
        return None
    chained = isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call)
    then = f"`{name}.{called}(…)` on the next line" if chained else f"`{called}(…)` on a line of its own"
    return (
        f"`{name}` is not the drawing: `{called}` sets something in it and does not give it back. "
        f"Write `{name} =` before the call that draws and nothing behind that call, then {then}."
    )


# --- reading code --------------------------------------------------------------------------------------------


def names_assigned(code: str) -> set[str]:
    """Return the names to which code gives a value, wherever in it; none where it cannot be parsed."""
    tree = tree_of(code)
    return set() if tree is None else set(_names(tree))


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (one.asname or one.name.split(".")[0] for one in node.names)


def names_given(codes: Collection[str]) -> set[str]:
    """Return the names to which the code that was handed out gives a value."""
    return {name for code in codes for name in names_assigned(code)}


def last_value(name: str, code: str) -> ast.expr | None:
    """Return the expression that was last given to a name outside of functions."""
    tree = tree_of(code)
    found = None
    for node in tree.body if tree else []:
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets):
            found = node.value
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            found = node.value or found
    return found


def _name_called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


@functools.lru_cache(maxsize=32)
def tree_of(code: str) -> ast.Module | None:
    """Return code as a tree, the notebook's own commands (`%time`, `!ls`) left out; None where it is no Python."""
    try:
        return ast.parse(COMMAND.sub("pass", code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
