"""Let readers move what a figure depends on: sliders, menus and boxes over a function of a few named arguments.

In a kernel the function is called anew for each state, through ipywidgets, which are loaded when `explore` is called
and not before. What is stored in a notebook is the default state. When a notebook is built, the states that the
reading site shows are drawn as well (`frames`), at most `MOST_FRAMES` of them.
"""

from __future__ import annotations

import base64
import contextlib
import inspect
import io
import itertools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from alliance.figures import Shown, collected, folded, in_notebook
from alliance.pictures import shrink

MOST_FRAMES = 60
"""States that are drawn for a page without a kernel."""
FRAME_COLOURS = 64
FRAMES = "application/vnd.alliance.frames+json"
"""The kind of output in which the states travel to the build, which takes them out of the notebook."""
WANTED = "ALLIANCE_FRAMES"
"""The environment variable by which a build asks for the states."""
WIDGET = "application/vnd.jupyter.widget-view+json"
NO_WIDGETS = (
    "The controls of this figure need the package ipywidgets, which is not installed: what you see is its first state. "
    "Change the arguments' defaults in the function and run it again to see another."
)


@dataclass(frozen=True)
class Control:
    """One argument that a reader moves: `kind` is slider, menu or box; `words` are the values as they are shown."""

    name: str
    kind: str
    values: tuple[Any, ...]
    words: tuple[str, ...]
    default: int

    @property
    def label(self) -> str:
        """The argument's name as words."""
        return self.name.replace("_", " ")


def explore(draw: Callable[..., Any], **controls: Any) -> None:
    """Show a figure whose arguments can be moved.

    `draw` is a function of a few named arguments; their defaults are the state that is shown first and stored. It ends
    with `describe(…)`, or returns a text or a number. For each argument that readers may move, `controls` says what it
    may be: (80, 160) a slider over whole numbers, (0, 1, 0.1) one with steps of 0.1, ["NHK", "Jiji"] or
    {"shown words": value} a menu, a bool (True, or bool itself) a box to tick.

    Raises TypeError or ValueError, in one sentence, for a control that `draw` has no argument for, for limits that make
    no range, and for a default that is not among the values.
    """
    chosen = [_control(draw, name, given) for name, given in controls.items()]
    first = state(draw, {one.name: one.values[one.default] for one in chosen})
    if not in_notebook():
        print(first.text)
        return
    data, about = first.bundle()
    bundle: dict[str, Any] = dict(data)
    if os.environ.get(WANTED):
        _display(bundle | {FRAMES: frames(draw, chosen)}, about)
        return
    try:
        import ipywidgets
    except ImportError:
        _display(bundle, about)
        _display({"text/html": f"<p>{NO_WIDGETS}</p>", "text/plain": NO_WIDGETS}, {})
        return
    view = _live(ipywidgets, draw, chosen, first)
    bundle[WIDGET] = {"version_major": 2, "version_minor": 0, "model_id": view.model_id}
    _display(bundle, about)


@dataclass(frozen=True)
class Said:
    """A state that is a text or a number instead of a figure."""

    text: str

    def bundle(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the text as Jupyter displays it."""
        return {"text/plain": self.text, "text/html": f"<p>{escape(self.text)}</p>"}, {}


State = Shown | Said


def state(draw: Callable[..., Any], arguments: Mapping[str, Any]) -> State:
    """Return what `draw` shows for some arguments: the figure it describes last, else what it returns or prints.

    Figures that it leaves open are closed. Raises TypeError when it shows nothing.
    """
    printed = io.StringIO()
    with collected() as shown, contextlib.redirect_stdout(printed), _closing_figures():
        returned = draw(**arguments)
    if shown:
        return shown[-1]
    if returned is not None and not hasattr(returned, "get_figure") and not hasattr(returned, "savefig"):
        return Said(str(returned))
    if printed.getvalue().strip():
        return Said(printed.getvalue().strip())
    raise TypeError(
        f"{getattr(draw, '__name__', 'the function')} shows nothing: end it with describe(ax, finding=…, source=…), or "
        "let it return a text or a number."
    )


@contextlib.contextmanager
def _closing_figures() -> Iterator[None]:
    """Close the figures that are opened in the block and left open."""
    import matplotlib.pyplot as plt

    before = set(plt.get_fignums())
    try:
        yield
    finally:
        for number in set(plt.get_fignums()) - before:
            plt.close(number)


# --- what may be moved -----------------------------------------------------------------------------------------------


def _control(draw: Callable[..., Any], name: str, given: Any) -> Control:
    """Return a control for one argument. Raises TypeError and ValueError with one sentence."""
    parameters = inspect.signature(draw).parameters
    if name not in parameters:
        known = ", ".join(parameters) or "none"
        raise TypeError(f"{draw.__name__} has no argument called {name}. It has: {known}.")
    default = parameters[name].default
    kind, values, words = _values(name, given)
    if default is inspect.Parameter.empty:
        return Control(name, kind, values, words, 0)
    place = next((i for i, value in enumerate(values) if _same(value, default)), None)
    if place is None:
        raise ValueError(
            f"{name} begins at {default!r}, which is not among the values it may take: {words[0]} to {words[-1]}."
        )
    return Control(name, kind, values, words, place)


def _values(name: str, given: Any) -> tuple[str, tuple[Any, ...], tuple[str, ...]]:
    if given is bool or isinstance(given, bool):
        return "box", (False, True), ("no", "yes")
    if isinstance(given, Mapping) and given:
        return "menu", tuple(given.values()), tuple(str(word) for word in given)
    if isinstance(given, list) and given:
        return "menu", tuple(given), tuple(str(value) for value in given)
    if isinstance(given, tuple) and len(given) in {2, 3} and all(_is_number(part) for part in given):
        return _slider(name, *given)
    raise TypeError(
        f"{name} must be a tuple of two or three numbers (from, to, step) for a slider, a list or a dictionary for a "
        f"menu, or True or False for a box, not {given!r}."
    )


def _slider(name: str, low: Any, high: Any, step: Any = None) -> tuple[str, tuple[Any, ...], tuple[str, ...]]:
    whole = all(isinstance(part, int | np.integer) for part in (low, high, 1 if step is None else step))
    if step is None and not whole:
        raise ValueError(
            f"{name} runs from {low} to {high}: say the step as a third number, as in ({low}, {high}, 0.1)."
        )
    step = 1 if step is None else step
    if not high > low or not step > 0:
        raise ValueError(f"{name} runs from {low} to {high} in steps of {step}, which is no range.")
    count = int((high - low) / step + 1e-9) + 1
    if whole:
        values: tuple[Any, ...] = tuple(int(low + i * step) for i in range(count))
        return "slider", values, tuple(f"{value:,}" if abs(value) >= 10_000 else str(value) for value in values)
    # rounded, so that 0.1 three times is 0.3
    values = tuple(round(float(low + i * step), 10) for i in range(count))
    return "slider", values, tuple(f"{value:g}" for value in values)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _same(value: Any, default: Any) -> bool:
    if _is_number(value) and _is_number(default):
        return bool(np.isclose(value, default))
    return type(value) is type(default) and bool(value == default)


# --- live ------------------------------------------------------------------------------------------------------------


def _live(widgets: Any, draw: Callable[..., Any], controls: Sequence[Control], first: State) -> Any:
    """Return a widget: the controls, and below them what they show, which changes in place and so does not flicker."""
    moved = [_widget(widgets, one) for one in controls]
    picture = widgets.Image(format="png", layout=widgets.Layout(max_width="100%", height="auto"))
    words = widgets.HTML()

    def put(shown: State) -> None:
        if isinstance(shown, Shown):
            picture.value = shown.picture
        picture.layout.display = "" if isinstance(shown, Shown) else "none"
        words.value = spoken(shown)

    def change(_: Any) -> None:
        arguments = {one.name: _value(one, box) for one, box in zip(controls, moved, strict=True)}
        try:
            put(state(draw, arguments))
        except Exception as error:  # the reader's own function: told in a sentence, the last picture stays
            words.value = f'<p role="alert">{escape(type(error).__name__)}: {escape(str(error))}</p>'

    put(first)
    for one, box in zip(controls, moved, strict=True):
        box.observe(change, "index" if one.kind == "menu" else "value")
    return widgets.VBox([*moved, picture, words])


def _widget(widgets: Any, control: Control) -> Any:
    wide = {"style": {"description_width": "initial"}, "description": control.label}
    if control.kind == "box":
        return widgets.Checkbox(value=bool(control.default), indent=False, **wide)
    layout = widgets.Layout(width="min(100%, 34rem)")
    if control.kind == "menu":
        options = list(zip(control.words, control.values, strict=True))
        return widgets.Dropdown(options=options, index=control.default, layout=layout, **wide)
    low, second, *_ = control.values
    decimals = max(len(word.partition(".")[2]) for word in control.words)
    make, read = (widgets.IntSlider, "d") if isinstance(low, int) else (widgets.FloatSlider, f".{decimals}f")
    return make(
        min=low, max=control.values[-1], step=second - low, value=control.values[control.default],
        readout_format=read, layout=layout, **wide,
    )  # fmt: skip


def _value(control: Control, box: Any) -> Any:
    """Return the value of an argument at which its widget stands."""
    if control.kind == "slider":  # floating point steps are not exact: the value is the nearest of ours
        return min(control.values, key=lambda value: abs(value - box.value))
    return control.values[box.index if control.kind == "menu" else int(box.value)]


def spoken(shown: State) -> str:
    """Return what a state says as HTML that a screen reader speaks when it changes."""
    if isinstance(shown, Said):
        return f'<p role="status" aria-live="polite">{escape(shown.text)}</p>'
    heard = (
        '<p role="status" aria-live="polite" style="position:absolute;width:1px;height:1px;overflow:hidden;'
        f'clip-path:inset(50%)">{escape(shown.finding)}</p>'
    )
    return heard + folded(shown.text)


def _display(bundle: dict[str, Any], about: dict[str, Any]) -> None:
    from IPython.display import display

    display_data: Callable[..., None] = display  # IPython has no type hints
    display_data(bundle, metadata=about, raw=True)


# --- for a page without a kernel -------------------------------------------------------------------------------------


def frames(draw: Callable[..., Any], controls: Sequence[Control]) -> dict[str, Any]:
    """Return what a page without a kernel needs: the controls with the values it offers, and what each state shows.

    JSON-able: `controls` (name, label, kind, words, default), `states` (one a combination that was drawn: `at`, the
    place of each control's value, and `show`, which of `shown` it is), `shown` (texts, and pictures in base64).
    """
    offered = thinned(controls)
    shown: list[dict[str, str]] = []
    seen: dict[Any, int] = {}
    states = []
    for places in combinations(offered):
        what = state(draw, {one.name: one.values[place] for one, place in zip(offered, places, strict=True)})
        entry = {"text": what.text, "finding": what.text, "picture": ""}
        if isinstance(what, Shown):
            small = shrink(what.picture, FRAME_COLOURS).data
            entry |= {"finding": what.finding, "picture": base64.b64encode(small).decode("ascii")}
        key = (entry["text"], entry["picture"])
        if key not in seen:
            seen[key] = len(shown)
            shown.append(entry)
        states.append({"at": list(places), "show": seen[key]})
    about = [
        {"name": one.name, "label": one.label, "kind": one.kind, "words": list(one.words), "default": one.default}
        for one in offered
    ]
    return {"controls": about, "states": states, "shown": shown}


def thinned(controls: Sequence[Control], most: int = MOST_FRAMES) -> list[Control]:
    """Return controls whose sliders have fewer values, until all combinations are at most `most` or only two remain.

    The ends and the default stay.
    """
    found = list(controls)

    def states() -> int:
        return int(np.prod([len(one.values) for one in found], dtype=float)) if found else 1

    while states() > most:
        longest = max((one for one in found if one.kind == "slider" and len(one.values) > 3),
                      key=lambda one: len(one.values), default=None)  # fmt: skip
        if longest is None:
            break
        others = states() / len(longest.values)
        sliders = sum(1 for one in found if one.kind == "slider" and len(one.values) > 3)
        wanted = int(most / others) if sliders == 1 else len(longest.values) * 2 // 3
        found[found.index(longest)] = _fewer(longest, max(3, min(wanted, len(longest.values) - 1)))
    return found


def _fewer(control: Control, count: int) -> Control:
    """Return a slider with about `count` of its values: evenly spread, with both ends and the default."""
    last = len(control.values) - 1
    places = {round(i * last / (count - 1)) for i in range(count)}
    if control.default not in places:  # the nearest one between the ends makes room for it
        inner = [place for place in places if place not in {0, last}]
        places -= {min(inner, key=lambda place: abs(place - control.default))} if inner else set()
        places.add(control.default)
    kept = sorted(places)
    return Control(
        control.name,
        control.kind,
        tuple(control.values[i] for i in kept),
        tuple(control.words[i] for i in kept),
        kept.index(control.default),
    )


def combinations(controls: Sequence[Control], most: int = MOST_FRAMES) -> list[tuple[int, ...]]:
    """Return the states to draw, as places of values: all, or, where these are too many, those one move away.

    One move: from the first state, in which every control is at its default.
    """
    everything = list(itertools.islice(itertools.product(*(range(len(one.values)) for one in controls)), most + 1))
    if len(everything) <= most:
        return everything
    start = tuple(one.default for one in controls)
    found = [start]
    for i, one in enumerate(controls):
        found += [(*start[:i], place, *start[i + 1 :]) for place in range(len(one.values)) if place != start[i]]
    return found[:most]
