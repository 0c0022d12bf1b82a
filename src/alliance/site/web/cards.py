"""Draw the cards with which links to the site are shown elsewhere: some words, and one of the course's own figures."""

from __future__ import annotations

import functools
import io
import textwrap
from dataclasses import dataclass
from typing import Any

from matplotlib.font_manager import FontProperties, findfont
from PIL import Image, ImageDraw, ImageFont

from alliance.site.web.head import CARD
from alliance.style import PALETTE, QUIET, TEXT

FOLDER = "cards"
COURSE = "The US–Japan Alliance in Data"
EDGE, BAND = 60, 14
"""Pixels: of the margin, and of the coloured band at the left edge."""
COLOURS = 64
OUTCOME_COLOURS = {"stands": "#00568A", "stands narrowly": "#1D6FA3", "fails": "#A63C00"}
"""As on the pages; every other outcome is grey."""
BAND_COLOUR = PALETTE[0]


@dataclass(frozen=True)
class Words:
    """The words of a card: a small line above, the large text, and a line below it in the colour of an outcome."""

    above: str
    text: str
    below: str = ""
    outcome: str = ""


def card(words: Words, picture: bytes = b"") -> bytes:
    """Return a card as PNG, 1200 by 630 pixels. picture: a figure of the course, PNG, to stand below the words."""
    image = Image.new("RGB", CARD, "white")
    draw = ImageDraw.Draw(image)
    colour = OUTCOME_COLOURS.get(words.outcome, QUIET if words.outcome else BAND_COLOUR)
    draw.rectangle((0, 0, BAND, CARD[1]), fill=colour)
    draw.text((EDGE, 40), words.above, fill=QUIET, font=_font(26))
    size, lines = _fitted(words.text, 2 if picture else 5)
    y = 88
    for line in lines:
        draw.text((EDGE, y), line, fill=TEXT, font=_font(size, bold=True))
        y += round(size * 1.25)
    if words.below:
        draw.text((EDGE, y + 18), words.below, fill=colour, font=_one_line(words.below))
    if picture:
        _place(image, picture, y + 16)
    else:
        draw.text((EDGE, CARD[1] - 74), COURSE, fill=QUIET, font=_font(26))
    made = io.BytesIO()
    image.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(made, "PNG")
    return made.getvalue()


def _fitted(text: str, most: int) -> tuple[int, list[str]]:
    """Return the size of letters in which a text has at most so many lines, and the lines."""
    width = CARD[0] - 2 * EDGE
    for size in (52, 46, 40, 36, 32):
        font = _font(size, bold=True)
        letters = round(width / (font.getlength(text) / len(text)))
        lines = textwrap.wrap(text, letters)
        if len(lines) <= most and all(font.getlength(line) <= width for line in lines):
            return size, lines
    return 32, textwrap.wrap(text, 55, max_lines=most, placeholder=" …")


def _one_line(text: str) -> Any:
    """Return letters in which a text fits into one line."""
    fits = (
        font for size in range(40, 22, -2) if (font := _font(size, bold=True)).getlength(text) <= CARD[0] - 2 * EDGE
    )
    return next(fits, _font(22, bold=True))


def _place(image: Image.Image, picture: bytes, top: int) -> None:
    """Put a figure below the words, as large as fits, in the middle."""
    figure = Image.open(io.BytesIO(picture)).convert("RGB")
    room = (CARD[0] - 2 * EDGE, CARD[1] - top - 20)
    scale = min(room[0] / figure.width, room[1] / figure.height)
    figure = figure.resize((round(figure.width * scale), round(figure.height * scale)), Image.Resampling.LANCZOS)
    image.paste(figure, ((CARD[0] - figure.width) // 2, top))


@functools.cache
def _font(size: int, bold: bool = False) -> Any:
    """Return letters of the family in which the course's figures are drawn: matplotlib brings it along."""
    found = findfont(FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal"))
    return ImageFont.truetype(found, size)
