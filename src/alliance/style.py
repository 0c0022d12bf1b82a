"""The house style: colours that everybody can tell apart, letters that can be read on a phone, little else."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#4D4D4D")
"""Okabe and Ito's colours (2008), which colour-blind readers tell apart too; in print a second sign must help."""
STRONG, SECOND = PALETTE[0], PALETTE[1]
CONTEXT = "#B3B3B3"
"""Grey for what is only there to be compared with."""
TEXT, QUIET = "#1F1F1F", "#555555"
LEAST_CONTRAST = 4.5
"""Of letters with white paper: WCAG 2.2, success criterion 1.4.3."""

WIDTH, HEIGHT = 6.5, 4.0
WIDEST = 8.0
"""Inches: a figure's usual size, and the width that none may exceed."""
SMALLEST = 9.0
"""Points: no letter of a figure is smaller."""
LETTERS = 12.0
"""Points: at 6.5 inches, shown 358 pixels wide on a phone, these are 9 pixels high."""
FINDING_LETTERS = 14.0

SETTINGS: dict[str, Any] = {
    "figure.figsize": (WIDTH, HEIGHT),
    "figure.facecolor": "white",
    "font.size": LETTERS,
    "axes.titlesize": LETTERS,
    "axes.labelsize": LETTERS,
    "xtick.labelsize": LETTERS,
    "ytick.labelsize": LETTERS,
    "legend.fontsize": LETTERS,
    "legend.title_fontsize": LETTERS,
    "figure.titlesize": LETTERS,
    "figure.labelsize": LETTERS,
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.facecolor": "white",
    "axes.edgecolor": "#8C8C8C",
    "axes.labelcolor": TEXT,
    "axes.titlecolor": TEXT,
    "text.color": TEXT,
    "xtick.color": "#8C8C8C",
    "ytick.color": "#8C8C8C",
    "xtick.labelcolor": TEXT,
    "ytick.labelcolor": TEXT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E3E3E3",
    "grid.linewidth": 0.8,
    "ytick.major.size": 0,
    "lines.linewidth": 2.2,
    "lines.markersize": 6,
    "patch.edgecolor": "white",
    "legend.frameon": False,
    "image.cmap": "cividis",
}


def use_house_style() -> None:
    """Set the house style for all figures that this process draws from now on."""
    import matplotlib

    matplotlib.rcParams.update(SETTINGS)
    matplotlib.rcParams["axes.prop_cycle"] = matplotlib.cycler(color=PALETTE)


def dress_notebook() -> None:
    """Set the house style in a notebook, as soon as it has loaded matplotlib; do nothing anywhere else.

    A kernel that draws nothing does not load matplotlib for it, and a program that only judges keeps its own settings.
    A style that the notebook sets itself, afterwards, wins.
    """
    if "IPython" not in sys.modules:
        return
    shell = sys.modules["IPython"].get_ipython()
    if shell is None or _DRESSED in shell.user_ns_hidden:
        return
    shell.user_ns_hidden[_DRESSED] = True
    if "matplotlib" in sys.modules:
        use_house_style()
        return

    def dress(*_: Any) -> None:
        if "matplotlib" in sys.modules:
            shell.events.unregister("pre_run_cell", dress)
            use_house_style()

    shell.events.register("pre_run_cell", dress)


_DRESSED = "_alliance_has_set_the_house_style"


def ink(colour: Any) -> str:
    """Return a colour for letters: the given one, darkened until it has enough contrast with white paper."""
    from matplotlib.colors import to_hex, to_rgb

    red, green, blue = to_rgb(colour)
    while _contrast_with_white((red, green, blue)) < LEAST_CONTRAST:
        red, green, blue = red * 0.95, green * 0.95, blue * 0.95
    return str(to_hex((red, green, blue)))


def _contrast_with_white(colour: Sequence[float]) -> float:
    """Return the contrast, 1 to 21, as WCAG 2.2 defines it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)
