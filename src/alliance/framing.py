"""Put a figure's words around it: the finding and what is shown above, the source below, all at its left edge."""

from __future__ import annotations

import warnings
from typing import Any

from alliance.style import FINDING_LETTERS, LETTERS, QUIET, TEXT, WIDTH

GAP, PAD = 0.09, 0.06
"""Inches between words and drawing, and around all of it."""
NARROWEST = 4.5
"""Inches: a narrower drawing has its words wrapped at this width."""


def frame(figure: Any, finding: str, shows: str, source: str) -> Any:
    """Write a figure's words around what is drawn; return the box (a Bbox in inches) that holds it all.

    Words are wrapped at the width of the drawing. Nothing drawn is moved, unless nobody has laid it out: then
    matplotlib's constrained layout makes room for labels inside the figure, so that its width stays what it was.
    """
    lay_out(figure)
    figure.set_layout_engine("none")  # what is written around the drawing must not move it again
    renderer = figure.canvas.get_renderer()
    drawn = figure.get_tightbbox(renderer)
    left, width = drawn.x0, max(drawn.width, min(NARROWEST, WIDTH))
    top, bottom = drawn.y1, drawn.y0
    if shows or finding:
        top += GAP
    for words, size, weight, colour in (
        (shows, LETTERS, "normal", QUIET),
        (finding, FINDING_LETTERS, "bold", TEXT),
    ):
        if words:
            top = _write(figure, words, left, top, width, size, weight, colour, "bottom").y1 + GAP / 2
    if source:
        words = f"Source: {source}"
        bottom = _write(figure, words, left, bottom - GAP, width, LETTERS, "normal", QUIET, "top").y0
    from matplotlib.transforms import Bbox

    right = max([left + drawn.width, *(text.get_window_extent(renderer).x1 / figure.dpi for text in figure.texts)])
    return Bbox([[left - PAD, bottom - PAD], [right + PAD, top + PAD]])


SQUEEZED = 0.5
"""Part of its width that a drawing must keep when room is made for its labels."""


def lay_out(figure: Any) -> None:
    """Let matplotlib make room for the labels of a figure that nobody has laid out, and draw it once.

    Where little would be left of the drawing, its labels stay where they were, beyond the figure's edge.
    """
    from matplotlib import rcParams

    untouched = all(
        getattr(figure.subplotpars, name) == rcParams[f"figure.subplot.{name}"]
        for name in ("left", "right", "bottom", "top", "wspace", "hspace")
    )
    bars = any(axes.get_label() == "<colorbar>" for axes in figure.axes)
    if figure.get_layout_engine() is None and untouched and not figure.legends and not bars:
        before = {axes: axes.get_position().frozen() for axes in figure.axes}
        # A map keeps its shape, and is narrow where it is high: that is no squeeze.
        stretched = [axes for axes in before if axes.get_aspect() == "auto"]
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # matplotlib warns where the layout cannot be had
            try:
                figure.set_layout_engine("constrained")
                figure.draw_without_rendering()
                keep = all(axes.get_position().width >= SQUEEZED * before[axes].width for axes in stretched)
            except (UserWarning, RuntimeError, ZeroDivisionError):
                keep = False
        if not keep:
            figure.set_layout_engine("none")
            for axes, box in before.items():
                axes.set_position(box)
    figure.draw_without_rendering()


def _write(
    figure: Any, words: str, x: float, y: float, width: float, size: float, weight: str, colour: str, side: str
) -> Any:
    """Write wrapped words with their left edge at x and their bottom or top at y; return their box. All in inches."""
    renderer = figure.canvas.get_renderer()
    across, up = figure.get_size_inches()
    text = figure.text(  # as parts of the figure's size: what is saved is cut out of it in these
        x / across, y / up, "", ha="left", va=side, size=size, weight=weight, color=colour,
        linespacing=1.25, parse_math=False,
    )  # fmt: skip
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        text.set_text(longer)
        if lines and text.get_window_extent(renderer).width / figure.dpi <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    text.set_text("\n".join(lines))
    from matplotlib.transforms import Bbox

    box = text.get_window_extent(renderer)
    return Bbox(box.get_points() / figure.dpi)
