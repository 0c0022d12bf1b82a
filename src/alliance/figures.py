"""Describe a figure in words computed from what was drawn: its alternative text, and what nbval compares."""

from __future__ import annotations

import base64
import contextlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from alliance.answers.forms import Column, Panel, Series
from alliance.answers.neutral import neutrally
from alliance.answers.plots.panel_tables import tables
from alliance.answers.plots.reading import axes_of, read_panels
from alliance.framing import frame

CHARTS = {"line": "Line chart", "point": "Dot plot", "bar": "Bar chart", "cell": "Heat map", "area": "Area chart"}
SCALES = {"log": " (logarithmic scale)", "symlog": " (logarithmic scale)"}
MAX_SERIES = 6
DOTS_PER_INCH = 110
IN_WORDS = "This figure in words"
"""What stands over a figure's description until it is opened."""


@dataclass(frozen=True)
class Shown:
    """A described figure: the picture (PNG), what it says in words, and the data behind it (see `panel_tables`)."""

    picture: bytes
    text: str
    finding: str
    shows: str
    source: str
    tables: list[dict[str, Any]]
    letters: float
    """Size of the smallest letters, in points."""

    def bundle(self) -> tuple[dict[str, str], dict[str, Any]]:
        """Return the picture and its words as Jupyter displays them: data by kind, and what is said about it."""
        encoded = base64.b64encode(self.picture).decode("ascii")
        words = {"finding": self.finding, "shows": self.shows, "source": self.source}
        about = words | {"letters": self.letters, "tables": self.tables}
        return {"image/png": encoded, "text/plain": self.text}, {"image/png": {"alt": self.text}, "alliance": about}


_COLLECTED: list[list[Shown]] = []
"""Where figures go instead of being displayed, innermost last."""


@contextlib.contextmanager
def collected() -> Iterator[list[Shown]]:
    """Keep the figures that are described in the block in a list, instead of displaying them."""
    found: list[Shown] = []
    _COLLECTED.append(found)
    try:
        yield found
    finally:
        _COLLECTED.pop()


def describe(plot: Any, *, finding: str, source: str, shows: str | None = None, kind: str | None = None) -> None:
    """Show a figure under its finding, with a description computed from what was drawn.

    `plot` is an Axes, a Figure or a seaborn grid. `finding` is the sentence that a reader should take away, and becomes
    the title. `shows` says what is shown and in which unit, and stands below it in smaller letters; left out, it is the
    title of the drawing or else the label of the axis with the numbers, which is moved up there. `source` names the
    data, at the foot. `kind` replaces the computed name of the chart (such as "Map").

    The figure is shown once and closed. Its alternative text is the description, which can be opened below it; the
    data behind it is in the output's metadata (`alliance.tables`, see `answers.plots.panel_tables.tables`). Raises
    TypeError when `plot` is not a plot.
    """
    axes = axes_of(plot)
    if not axes:
        raise TypeError(
            f"describe() needs a plot (an Axes, a Figure or a seaborn grid), not a {type(plot).__name__}. "
            "Assign what the plotting function returns, as in ax = sns.lineplot(…), and pass that."
        )
    panels = read_panels(axes)
    text = description(panels, finding=finding, source=source, kind=kind)
    if not _COLLECTED and not in_notebook():
        print(text)
        return
    figure = axes[0].get_figure(root=True)
    shows = _moved_up(figure, axes, panels) if shows is None else shows
    picture = _picture(figure, finding, shows, source)
    shown = Shown(picture, text, finding, shows, source, tables(panels), smallest_letters(figure))
    if _COLLECTED:
        _COLLECTED[-1].append(shown)
    else:
        _display(shown)


def _moved_up(figure: Any, axes: Sequence[Any], panels: Sequence[Panel]) -> str:
    """Return what a figure says of itself, and take it from where it stood: its title, or the label of its numbers."""
    if figure.get_suptitle():
        words = str(figure.get_suptitle())
        figure.suptitle("")
        return " ".join(words.split())
    if len(axes) > 1:
        return ""
    (ax,) = axes
    title = panels[0].title
    if title:
        for side in ("left", "center", "right"):
            ax.set_title("", loc=side)
        return " ".join(title.split())
    upright = not all(_lying(series) for series in panels[0].series)
    words = ax.get_ylabel() if upright else ax.get_xlabel()
    (ax.set_ylabel if upright else ax.set_xlabel)("")
    words = " ".join(words.split())
    return words[:1].upper() + words[1:]


@neutrally
def description(panels: Sequence[Panel], *, finding: str = "", source: str = "", kind: str | None = None) -> str:
    """Return the description of a figure's panels as one paragraph."""
    parts = [_panel_text(panel, kind) for panel in panels]
    if finding:
        parts.append(f"Finding: {finding.rstrip('.')}.")
    if source:
        parts.append(f"Source: {source.rstrip('.')}.")
    return " ".join(parts)


def _panel_text(panel: Panel, kind: str | None) -> str:
    marks = list(dict.fromkeys(series.mark for series in panel.series))
    chart = (
        kind
        or " and ".join(CHARTS[mark].lower() if i else CHARTS[mark] for i, mark in enumerate(marks))
        or "Empty plot"
    )
    title = f" “{panel.title}”" if panel.title else ""
    sentences = [f"{chart}{title}."]
    for name in ("x", "y"):
        sentences.append(_axis_text(name, panel))
    sentences += _series_texts(panel)
    return " ".join(sentence for sentence in sentences if sentence)


def _axis_text(name: str, panel: Panel) -> str:
    columns = [column for series in panel.series for key, column in series.data.items() if key[0] == name]
    if not columns:
        return ""
    label = panel.labels[name].replace("\n", " ") or "without a label"
    return f"{'Across' if name == 'x' else 'Up'}: {label}, {_span(columns)}{SCALES.get(panel.scales[name], '')}."


def _span(columns: Sequence[Column]) -> str:
    """Return the range of numbers or dates, or the number of categories."""
    if columns[0].kind == "text":
        words = list(dict.fromkeys(str(x) for column in columns for x in column.values))
        return ", ".join(words) if len(words) <= 4 else f"{len(words)} categories from {words[0]} to {words[-1]}"
    values = np.concatenate([column.values for column in columns if column.kind == columns[0].kind])
    if columns[0].kind == "date":
        values = values[~np.isnat(values)]
        if not len(values):
            return "no values"
        return f"{str(values.min())[:10]} to {str(values.max())[:10]}"
    values = values[np.isfinite(values)]
    if not len(values):
        return "no values"
    return f"{_number(values.min())} to {_number(values.max())}"


def _number(value: float, year_like: bool = True) -> str:
    """Return a number in at most four significant digits, so that noise in the last ones says nothing."""
    if np.isinf(value):
        return "infinity" if value > 0 else "minus infinity"
    if year_like and value == round(value) and 1800 <= value <= 2100:
        return f"{value:.0f}"
    rounded = float(f"{value:.4g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 1000 else f"{rounded:g}"


def _series_texts(panel: Panel) -> list[str]:
    shown = panel.series[:MAX_SERIES]
    texts = [_series_text(series, len(panel.series) > 1) for series in shown]
    if len(panel.series) > MAX_SERIES:
        texts.append(f"And {len(panel.series) - MAX_SERIES} more series.")
    return texts


def _series_text(series: Series, several: bool) -> str:
    """Return how many values a series has and where its lowest and highest stand."""
    value = "value" if "value" in series.data else "y"
    place = "x" if value == "y" else "both"
    if value == "y" and _lying(series):
        value, place = "x", "y"
    heights = series.data["y_high" if "y_high" in series.data else value]
    name = series.label or (CHARTS[series.mark] if several else "Values")
    if heights.kind not in {"number", "truth", "duration"} or np.isnan(heights.values).all():
        return f"{name}: {len(heights)} {'mark' if len(heights) == 1 else 'marks'}."
    missing = np.isnan(heights.values)  # a missing value, or one without a place, is a gap in the line and not drawn
    for one in _places(place):
        missing = missing | pd.isna(series.data[one].values)
    if missing.all():
        return f"{name}: no value has a place."
    count, drawn = int((~missing).sum()), np.where(missing, np.nan, heights.values)
    low, high = int(np.nanargmin(drawn)), int(np.nanargmax(drawn))
    if count == 1:
        return f"{name}: {_number(heights.values[low], False)} at {_where(series, place, low)}."
    return (
        f"{name}: {count} values, lowest {_number(heights.values[low], False)} at {_where(series, place, low)}, "
        f"highest {_number(heights.values[high], False)} at {_where(series, place, high)}."
    )


def _lying(series: Series) -> bool:
    """Return whether a series shows its values across and what they belong to, such as years or names, upwards."""
    return series.data["y"].kind == "text" or (series.mark == "bar" and next(iter(series.data)) == "y")


def _places(place: str) -> list[str]:
    return ["x", "y"] if place == "both" else [place]


def _where(series: Series, place: str, row: int) -> str:
    return ", ".join(_point(series.data[name], row) for name in _places(place))


def _point(column: Column, row: int) -> str:
    value = column.values[row]
    if column.kind == "date":
        return str(value)[:10]
    return str(value) if column.kind == "text" else _number(float(value))


def in_notebook() -> bool:
    """Return whether Jupyter runs this code."""
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return get_ipython() is not None


def smallest_letters(figure: Any) -> float:
    """Return the size in points of the smallest letters that a figure shows."""
    from matplotlib.text import Text

    sizes = [text.get_fontsize() for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return float(min(sizes, default=0.0))


def _picture(figure: Any, finding: str, shows: str, source: str) -> bytes:
    """Return a figure with its words as PNG, and close it."""
    import matplotlib.pyplot as plt

    box = frame(figure, finding, shows, source)
    picture = io.BytesIO()
    figure.savefig(
        picture, format="png", dpi=DOTS_PER_INCH, bbox_inches=box, facecolor="white", metadata={"Software": None}
    )
    plt.close(figure)
    return picture.getvalue()


def _display(shown: Shown) -> None:
    """Display a figure with its description folded below it."""
    from IPython.display import display

    display_data: Callable[..., None] = display  # IPython has no type hints
    data, about = shown.bundle()
    display_data(data, metadata=about, raw=True)
    display_data({"text/html": folded(shown.text), "text/plain": shown.text}, raw=True)


def folded(text: str) -> str:
    """Return a description as HTML that a reader can open."""
    return f"<details><summary>{IN_WORDS}</summary><p>{escape(text)}</p></details>"
