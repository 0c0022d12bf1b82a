"""Make stored PNG pictures smaller: a palette of the 256 colours that fit best, which no eye can tell on a chart."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

COLOURS = 256


@dataclass(frozen=True)
class Picture:
    """A PNG file's bytes, and its size in pixels."""

    data: bytes
    width: int
    height: int


def shrink(data: bytes, colours: int = COLOURS) -> Picture:
    """Return a PNG with a palette of at most 256 colours, or as it was where that would not be smaller."""
    with Image.open(io.BytesIO(data)) as image:
        size = image.size
        flat = Image.alpha_composite(Image.new("RGBA", size, "white"), image.convert("RGBA")).convert("RGB")
    small = io.BytesIO()
    palette = flat.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette.save(small, format="PNG", optimize=True)
    return Picture(min(small.getvalue(), data, key=len), *size)
