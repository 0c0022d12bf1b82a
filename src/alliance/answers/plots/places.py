"""Read positions on an axis as the values they stand for: numbers, dates or names, as its tick labels claim."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from alliance.answers.columns import plain
from alliance.answers.forms import Column, column_of, quoted, show_number

NUMBER = re.compile(
    r"^[^\d+\-.]{0,12}?([+-]?(?:\d[\d,\N{NARROW NO-BREAK SPACE} ]*\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(.*)$", re.IGNORECASE
)
MULTIPLES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9, "b": 1e9, "billion": 1e9,
    "tn": 1e12, "trillion": 1e12, "%": 0.01, "percent": 0.01,
}  # fmt: skip


class Side:
    """One axis of a plot as its reader sees it.

    `names` are positions with a name, `faults` sentences on tick labels that do not fit what is drawn, `claimed`
    says that values are read by labels that somebody wrote. Unless read `closely`, only the labels of names count.
    """

    def __init__(self, axis: Any, closely: bool = False, bars: bool = False) -> None:
        self.axis = axis
        self.name: str = axis.axis_name
        self.faults: list[str] = []
        self.claimed = False
        self.is_date = _is_date_axis(axis)
        self.names = _category_ticks(axis)
        self._ticked = False
        self._line: tuple[float, float] | None = None
        self._misfit = ""
        if closely:
            written = _written_ticks(axis)
            if written:
                self._read_claims(written, bars)

    def column(self, positions: np.ndarray, original: Any = None, reach: float = 1e-9) -> Column:
        """Return positions on the axis as a column of what they stand for.

        `reach` is how far from its tick a mark may stand and still belong to the tick's name (dodged bars and
        jittered dots stand beside it).
        """
        plain_numbers = isinstance(original, np.ndarray) and original.dtype.kind in "iuf"
        if original is not None and len(original) == len(positions) and not plain_numbers:
            series = pd.Series(original)
            if isinstance(series.dtype, pd.PeriodDtype):
                return column_of(pd.Series(series.dt.to_timestamp()))
            if column_of(series).kind == "date":
                return column_of(series)
        if self.is_date:
            return Column(None, "date", _dates_at(self.axis, positions))
        names = self._names_at(positions, reach)
        if names is None:
            numbers = np.asarray(positions, float)
            if self._misfit and self._misfit not in self.faults:
                self.faults.append(self._misfit)
            if self._line is not None:
                self.claimed = True
                numbers = self._line[0] * numbers + self._line[1]
                rounded = np.round(numbers, 9)
                numbers = np.where(np.abs(numbers - rounded) < 1e-9 * np.maximum(1, np.abs(numbers)), rounded, numbers)
            return Column(None, "number", numbers)
        self.claimed = self.claimed or self._ticked
        return _as_values(names)

    def _names_at(self, positions: np.ndarray, reach: float) -> list[str] | None:
        """Return the names at positions, or None when some stand beside all names."""
        if not self.names:
            return None
        places = np.array(list(self.names))
        nearest = np.abs(positions[:, None] - places[None, :]).argmin(axis=1)
        if (np.abs(places[nearest] - positions) > reach).any():
            return None
        return [self.names[places[i]] for i in nearest]

    def _read_claims(self, written: list[tuple[float, str]], bars: bool) -> None:
        """Hold the tick labels that somebody wrote against the positions at which they stand."""
        from matplotlib.category import UnitData

        if isinstance(self.axis.units, UnitData):
            named = {place: text for place, text in written if place in self.names}
            self._ticked = any(plain(self.names[place]) != plain(text) for place, text in named.items())
            self.names = {**self.names, **named}
            return
        if self.is_date:
            self._check_dates(written)
            return
        indexed = bool(self.names)  # positions 0, 1, 2 … say nothing themselves: the labels are the names
        numbers = [_number_in(text) for _, text in written]
        wording = {_wording(text) for _, text in written}
        if any(number is None for number in numbers) or len(wording - {None}) > 1:
            known = zip(written, numbers, strict=True)
            fitting = all(_fits(place, number) for (place, _), number in known if number is not None)
            if not indexed and (not fitting or all(number is None for number in numbers)):
                self.names, self._ticked = dict(written), True
            return
        pairs = [(place, number) for (place, _), number in zip(written, numbers, strict=True) if number is not None]
        both_sides = bars and min(place for place, _ in pairs) < 0 < max(place for place, _ in pairs)
        if all(_fits(place, number) or (both_sides and _fits(abs(place), number)) for place, number in pairs):
            self.names = {}
            return
        self._line = _through(pairs)
        if self._line is not None:
            return
        if not indexed and all(place == round(place) and abs(place) <= len(pairs) + 1 for place, _ in pairs):
            self.names, self._ticked = dict(written), True
            return
        place, text = next((p, t) for (p, t), (_, n) in zip(written, pairs, strict=True) if not _fits(p, n))
        self._misfit = (
            f"The tick labels of the {self.name} axis are written by hand and do not fit what is drawn: at "
            f"{show_place(place)} stands {quoted(text)}. "
            "Leave the labels to the library, or write each beside its value."
        )

    def _check_dates(self, written: list[tuple[float, str]]) -> None:
        moments = pd.DatetimeIndex(_dates_at(self.axis, np.array([place for place, _ in written])))
        for (_, text), moment in zip(written, moments, strict=True):
            year = re.search(r"(?<!\d)(\d{4})(?!\d)", text)
            short = re.fullmatch(r"['\N{RIGHT SINGLE QUOTATION MARK}](\d\d)", text.strip())
            wrong = (year and int(year[1]) != moment.year) or (short and int(short[1]) != moment.year % 100)
            full = pd.to_datetime(text, errors="coerce", format="ISO8601") if re.match(r"\d{4}-\d\d", text) else pd.NaT
            if not wrong and not pd.isna(full):
                wrong = (full.year, full.month) != (moment.year, moment.month)
            if wrong:
                self.faults.append(
                    f"The tick labels of the {self.name} axis are written by hand and do not fit what is drawn: at "
                    f"{moment:%Y-%m-%d} stands {quoted(text)}. "
                    "Leave the labels to the library, or write each beside its date."
                )
                return


def show_place(place: float) -> str:
    """Return a position on an axis as a reader would write it; a year without a comma."""
    return f"{place:.6g}" if 1500 <= place <= 2200 else show_number(place)


def _as_values(names: list[str]) -> Column:
    """Return names as numbers or dates where all of them are such."""
    texts = pd.Series([str(name).replace("\N{MINUS SIGN}", "-") for name in names], dtype=object)
    as_numbers = pd.to_numeric(texts, errors="coerce")
    if as_numbers.notna().all():
        return Column(None, "number", as_numbers.to_numpy(float))
    as_dates = pd.to_datetime(texts, errors="coerce", format="%Y-%m-%d")
    if as_dates.notna().all():
        return column_of(as_dates)
    return Column(None, "text", np.array([str(name) for name in names], dtype=object))


def _number_in(text: str) -> tuple[float, float, float] | None:
    """Return (number, how far rounding may take it, the multiple that its unit stands for) of a tick label."""
    bare = re.sub(r"\$|\\mathdefault\{|\\mathrm\{|[{}]", "", text.replace("\N{MINUS SIGN}", "-")).strip()
    found = NUMBER.match(bare)
    if found is None:
        return None
    digits = re.sub(r"[,\s]", "", found[1])
    decimals = len(digits.partition(".")[2]) if "e" not in digits.lower() else 0
    word = found[2].strip(" .").casefold()
    if word and word.split()[0] not in MULTIPLES and re.search(r"[a-z]{2,}.*\d|\d", word):
        return None  # more than a number and its unit: a name or a date
    multiple = MULTIPLES.get(word.split()[0], 1.0) if word else 1.0
    return float(digits), 0.5 * 10.0**-decimals * 1.001, multiple


def _wording(text: str) -> str | None:
    """Return what stands around the number of a tick label; None where nothing does, or a multiple such as k."""
    found = NUMBER.match(text.replace("\N{MINUS SIGN}", "-"))
    if found is None:
        return text
    before, after = text[: found.start(1)].strip(" +-"), found[2].strip(" .").casefold()
    return f"{before}|{after}" if before or (after and after not in MULTIPLES) else None


def _fits(place: float, number: tuple[float, float, float] | None) -> bool:
    if number is None:
        return True
    value, rounding, multiple = number
    return abs(value - place) <= rounding or (multiple >= 1 and abs(value * multiple - place) <= rounding * multiple)


def fits_label(value: float, text: str) -> bool | None:
    """Return whether a number written at a value is that value, up to rounding; None when it is no number."""
    number = _number_in(text.strip())
    return None if number is None else bool(_fits(value, number) or _fits(value * 100, number))


def _through(pairs: list[tuple[float, tuple[float, float, float]]]) -> tuple[float, float] | None:
    """Return slope and start of the straight line on which all labels lie over their positions, if there is one."""
    if len(pairs) < 2:
        return None
    (first, (low, *_)), (last, (high, *_)) = pairs[0], pairs[-1]
    if first == last or low == high:
        return None
    slope = _round_power((high - low) / (last - first))
    start = low - slope * first
    if abs(start) < 1e-9 * max(abs(low), abs(high)):
        start = 0.0
    return (slope, start) if all(abs(slope * p + start - v) <= r for p, (v, r, _) in pairs) and slope > 0 else None


def _round_power(slope: float) -> float:
    """Return a power of ten where the slope is one but for rounding."""
    if slope <= 0:
        return slope
    power = 10.0 ** round(np.log10(slope))
    return power if abs(slope / power - 1) < 0.02 else slope


def _written_ticks(axis: Any) -> list[tuple[float, str]]:
    """Return the positions and texts of tick labels that somebody wrote or computed; empty where the library did."""
    from matplotlib import ticker

    formatter = axis.get_major_formatter()
    by_hand = (
        ticker.FixedFormatter,
        ticker.FuncFormatter,
        ticker.StrMethodFormatter,
        ticker.FormatStrFormatter,
        ticker.PercentFormatter,
    )
    if not isinstance(formatter, by_hand) or type(formatter).__module__.startswith("pandas"):
        return []
    places = [float(place) for place in axis.get_majorticklocs()]
    texts = [str(text) for text in formatter.format_ticks(places)]
    low, high = sorted(float(end) for end in axis.get_view_interval())
    slack = (high - low) * 1e-6
    return [
        (place, text.strip())
        for place, text in zip(places, texts, strict=False)
        if text.strip() and low - slack <= place <= high + slack
    ]


def _is_date_axis(axis: Any) -> bool:
    converter = axis.get_converter()
    return "Date" in type(converter).__name__ or "Period" in type(converter).__name__


def _dates_at(axis: Any, positions: np.ndarray) -> np.ndarray:
    """Return positions of a date axis as datetime64[ns]; pandas counts periods there, matplotlib days."""
    frequency = getattr(axis.axes, "freq", None)
    if frequency is not None and "Period" in type(axis.get_converter()).__name__:
        periods: Any = pd.PeriodIndex
        firsts = periods.from_ordinals(positions.astype(int), freq=frequency).to_timestamp()
        return np.asarray(firsts, dtype="datetime64[ns]")
    from matplotlib.dates import get_epoch

    first_day: Any = get_epoch
    epoch = np.datetime64(first_day()).astype("datetime64[ns]")
    moments = epoch + np.round(positions * 86_400_000_000).astype("timedelta64[us]").astype("timedelta64[ns]")
    return np.asarray(moments, dtype="datetime64[ns]")


def _category_ticks(axis: Any) -> dict[float, str]:
    """Return tick positions and their texts where these are names, not a scale.

    Matplotlib keeps the names of a text axis itself; pandas' bars and seaborn's heat maps put texts on the
    positions 0, 1, 2 … (or 0.5, 1.5, 2.5 …).
    """
    from matplotlib.category import UnitData
    from matplotlib.ticker import FixedLocator, NullFormatter, ScalarFormatter

    if isinstance(axis.units, UnitData):
        return {float(place): str(name) for name, place in axis.units._mapping.items()}
    formatter, locator = axis.get_major_formatter(), axis.get_major_locator()
    if not isinstance(locator, FixedLocator) or isinstance(formatter, ScalarFormatter | NullFormatter):
        return {}
    places = [float(place) for place in locator.locs]
    if not places or places[0] not in {0.0, 0.5} or any(place % 1 != places[0] for place in places):
        return {}
    texts = [str(text) for text in formatter.format_ticks(places)]
    return {place: text for place, text in zip(places, texts, strict=True) if text}
