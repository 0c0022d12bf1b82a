"""Drawing functions with a learner's words: one call each, on an Axes that is there or on a new one."""

from alliance.drawing.bars import draw_against, draw_dumbbells, draw_intervals, draw_parts, label_bars
from alliance.drawing.globe import km_between
from alliance.drawing.lines import draw_line, label_line_ends, mark_event
from alliance.drawing.maps import draw_coasts, draw_distance, draw_ring, name_places
from alliance.drawing.strong import highlight
from alliance.style import CONTEXT, PALETTE, SECOND, STRONG

__all__ = [
    "CONTEXT",
    "PALETTE",
    "SECOND",
    "STRONG",
    "draw_against",
    "draw_coasts",
    "draw_distance",
    "draw_dumbbells",
    "draw_intervals",
    "draw_line",
    "draw_parts",
    "draw_ring",
    "highlight",
    "km_between",
    "label_bars",
    "label_line_ends",
    "mark_event",
    "name_places",
]
