"""While an answer is read and judged, no setting that somebody has made for the whole process decides anything."""

from __future__ import annotations

import contextlib
import decimal
import functools
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pandas as pd

Given = ParamSpec("Given")
Returned = TypeVar("Returned")

FLOATING = {"divide": "ignore", "over": "ignore", "under": "ignore", "invalid": "ignore"}
"""Numbers without an end are values like others here: a comparison says what is wrong with them."""


@contextlib.contextmanager
def neutral() -> Iterator[None]:
    """Set aside warnings filters, numpy's error state and print options, pandas' options and matplotlib's settings.

    What was set before holds again afterwards. Decimals are computed as Python computes them by itself.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.enter_context(np.errstate(**FLOATING))  # type: ignore[arg-type]
        stack.enter_context(decimal.localcontext(decimal.DefaultContext))
        stack.enter_context(pd.option_context(*_changed_options()))
        if "matplotlib" in sys.modules:
            stack.enter_context(_drawing_settings())
        yield


@contextlib.contextmanager
def _drawing_settings() -> Iterator[None]:
    """Set matplotlib's settings that have a say; its own way to do so copies all of them, which takes milliseconds."""
    import matplotlib

    own = matplotlib.rcParams
    before = {name: own[name] for name, value in _SETTINGS.items() if own[name] != value}
    own.update({name: _SETTINGS[name] for name in before})
    try:
        yield
    finally:
        own.update(before)


_SETTINGS = {
    "axes.formatter.use_locale": False,
    "axes.formatter.use_mathtext": False,
    "axes.unicode_minus": True,
    "axes.formatter.useoffset": True,
    "axes.formatter.limits": [-5, 6],
    "text.usetex": False,
}
"""What of matplotlib's settings has a say in the words at an axis, as matplotlib sets it by itself."""

_OPTIONS = ("future.infer_string", "mode.nan_is_na", "mode.string_storage")
"""What of pandas' options has a say in the kind of a column."""


@functools.cache
def _defaults() -> dict[str, object]:
    """Return the options that this pandas has, with the values it sets by itself."""
    from pandas._config import config

    known: Any = vars(config)["_registered_options"]
    return {name: known[name].defval for name in _OPTIONS if name in known}


def _changed_options() -> list[Any]:
    """Return options that are not as pandas sets them, each followed by what pandas sets."""
    changed = {name: value for name, value in _defaults().items() if pd.get_option(name) != value}
    nothing = {"display.precision": pd.get_option("display.precision")}  # there must be one
    return [part for pair in (changed or nothing).items() for part in pair]


def neutrally(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Let a function run neutrally."""

    @functools.wraps(function)
    def run(*arguments: Given.args, **named: Given.kwargs) -> Returned:
        with neutral():
            return function(*arguments, **named)

    return run
