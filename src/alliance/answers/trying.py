"""Try a function that somebody else has written: end it where it does not end, and see which names it uses."""

from __future__ import annotations

import _thread
import contextlib
import dis
import random
import signal
import threading
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import Any, TypeVar

import numpy as np
import pandas as pd

T = TypeVar("T")
DATA = (pd.DataFrame, pd.Series, pd.Index, np.ndarray, list, tuple, dict, set, int, float, str)
AGAIN = 0.01
"""Seconds after which a call that goes on is interrupted again."""
SOON = 0.0001
"""Seconds within which a second interruption follows: so as to meet the moment in which a call's own `except: pass` has
caught the first and not yet begun anew. By chance, since nobody knows how long that takes."""


class NoEnd(Exception):
    """A call did not end in time."""


class _Late(BaseException):
    """Interrupts a call. It is no Exception, so that a learner's `except Exception` does not catch it."""


def ended(call: Callable[[], T], seconds: float) -> T:
    """Return what a call gives back. Raises NoEnd when it has not ended after so many seconds.

    A call that catches its interruption (`except: pass` in a loop) is interrupted again until it ends. Outside of the
    main thread, and where there is no way to be woken (in a browser), there is no bound.
    """
    if threading.current_thread() is not threading.main_thread():
        return call()
    running = True

    def interrupt(_: int, frame: FrameType | None) -> None:
        if running and frame is not None and frame.f_code is not ended.__code__:
            raise _Late

    with _bell(interrupt, seconds) as rings:
        if not rings:
            return call()
        try:
            return call()
        except _Late:
            raise NoEnd from None
        finally:
            running = False


@contextlib.contextmanager
def _bell(interrupt: Callable[[int, FrameType | None], None], seconds: float) -> Iterator[bool]:
    """Have a function called by a signal after so many seconds and then again and again; give whether this works."""
    if hasattr(signal, "setitimer"):
        ringing = True

        def alarmed(number: int, frame: FrameType | None) -> None:
            if not ringing:
                return  # it rang while the bell was taken down; nobody would hear another one
            signal.setitimer(signal.ITIMER_REAL, random.uniform(SOON / 100, SOON), AGAIN)
            interrupt(number, frame)

        with _handled(signal.SIGALRM, alarmed):
            before = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
            try:
                yield True
            finally:
                ringing = False
                signal.setitimer(signal.ITIMER_REAL, *before)
        return
    done, rung = threading.Event(), threading.Event()

    def ring() -> None:
        while not done.wait(AGAIN if rung.is_set() else seconds):
            rung.set()
            _thread.interrupt_main()

    def interrupted(number: int, frame: FrameType | None) -> None:
        (interrupt if rung.is_set() else signal.default_int_handler)(number, frame)

    try:
        threading.Thread(target=ring, daemon=True).start()
    except RuntimeError:
        yield False
        return
    with _handled(signal.SIGINT, interrupted):
        try:
            yield True
        finally:
            done.set()


@contextlib.contextmanager
def _handled(number: int, handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    usual = signal.signal(number, handler)
    try:
        yield
    finally:
        if usual is not None:  # a handler that Python has not set cannot be set again
            signal.signal(number, usual)


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
