"""Try a function that somebody else has written: end it where it does not end, and see which names it uses."""

from __future__ import annotations

import _thread
import dis
import signal
import threading
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any, TypeVar

import numpy as np
import pandas as pd

T = TypeVar("T")
DATA = (pd.DataFrame, pd.Series, pd.Index, np.ndarray, list, tuple, dict, set, int, float, str)


class NoEnd(Exception):
    """A call did not end in time."""


def ended(call: Callable[[], T], seconds: float) -> T:
    """Return what a call gives back. Raises NoEnd when it has not ended after so many seconds.

    Where no thread can be started (in a browser), and outside of the main thread, there is no bound.
    """
    if threading.current_thread() is not threading.main_thread():
        return call()
    lock, state = threading.Lock(), {"done": False, "stopped": False}

    def stop() -> None:
        with lock:
            if not state["done"]:
                state["stopped"] = True
                _thread.interrupt_main()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    try:
        timer.start()
    except RuntimeError:
        return call()
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        try:
            return call()
        finally:
            with lock:
                state["done"] = True
            timer.cancel()
    except KeyboardInterrupt:
        if not state["stopped"]:
            raise
        raise NoEnd from None
    finally:
        if usual is not None:  # a handler that Python has not set cannot be set again
            signal.signal(signal.SIGINT, usual)


def names_used(function: Callable[..., Any]) -> dict[str, list[str]] | None:
    """Return which arguments a function does not use and which data it reads from outside of itself.

    The keys are `unused` and `reads`, as far as there are such names; None where there are none.
    """
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return None
    outside = getattr(function, "__globals__", {})
    arguments = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    loaded = {name for name, _ in _loads(code)}
    read = {name for name, is_global in _loads(code) if is_global and isinstance(outside.get(name), DATA)}
    notes = {"unused": [name for name in arguments if name not in loaded], "reads": sorted(read)}
    return {key: names for key, names in notes.items() if names} or None


def _loads(code: CodeType) -> Iterator[tuple[str, bool]]:
    """Yield the names that code and the functions inside it read, and whether they are looked up outside."""
    for one in dis.get_instructions(code):
        if one.opname.startswith(
            ("LOAD_FAST", "LOAD_DEREF", "LOAD_CLOSURE", "LOAD_GLOBAL", "LOAD_NAME", "STORE_FAST_LOAD")
        ):
            names = one.argval if isinstance(one.argval, tuple) else (one.argval,)
            yield from ((str(name), one.opname in {"LOAD_GLOBAL", "LOAD_NAME"}) for name in names)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _loads(inner)
