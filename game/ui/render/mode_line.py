"""Draws how a round stands in its mode: in a column beside the board, else over the top of the board.

Carts ride on the first row, so that nothing lies over it where there is a column.
"""

from collections.abc import Sequence

from petard.assets.palette import INK, PANEL, PAPER, PLAYER_COLOURS, ink_on
from petard.game.ui.layout import Box, column, row
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.play_layout import FEED_TOP, BarPlace, PlayLayout
from petard.game.ui.render.player_looks import draw_emblem
from petard.game.view.mode_views import LinePart

TALL, SIZE, GAP, PAD = 38.0, 26, 6.0, 14.0
BADGE = 30.0
INSET = 4.0  # from the top of the board
EDGE = 8.0  # from the edges of a column


def draw_mode_line(canvas: Canvas, layout: PlayLayout, parts: Sequence[LinePart]) -> float:
    """Draw the parts; return the height that they take in the right column, 0 where they are over the board."""
    if not parts:
        return 0.0
    if layout.shape is BarPlace.SIDES:
        first = canvas.wide - layout.room + EDGE, FEED_TOP, layout.room - 2 * EDGE, TALL
        boxes = column(first, len(parts), GAP)
    else:
        x, y, room, _ = layout.fields[0]
        widths = [canvas.width_of(part.text, SIZE) + 2 * PAD + (BADGE if part.shape >= 0 else 0) for part in parts]
        start = x + (room - sum(widths) - GAP * (len(parts) - 1)) / 2
        boxes = row(start, y + INSET, TALL, widths, GAP)
    for part, box in zip(parts, boxes, strict=True):
        _draw_part(canvas, part, box)
    return len(parts) * (TALL + GAP) if layout.shape is BarPlace.SIDES else 0.0


def _draw_part(canvas: Canvas, part: LinePart, box: Box) -> None:
    x, y, wide, _ = box
    ground, badge = PLAYER_COLOURS[part.colour % len(PLAYER_COLOURS)] if part.colour >= 0 else PANEL, 0.0
    canvas.panel(*box, ground, 12, PAPER if part.own else INK, 4)
    if part.shape >= 0:
        draw_emblem(canvas, part.shape, part.colour, BADGE, x + PAD / 2, y + (TALL - BADGE) / 2)
        badge = BADGE
    room = wide - 2 * PAD - badge
    canvas.text(part.text, x + wide - PAD, y + TALL / 2 - 1, SIZE, ink_on(ground), "midright", room + 1)
