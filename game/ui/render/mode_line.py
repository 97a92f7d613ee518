"""Draws the line that says how a round stands in its mode, over the top of the board."""

from collections.abc import Sequence

from petard.assets.palette import INK, PANEL, PAPER, PLAYER_COLOURS, ink_on
from petard.game.ui.layout import Box
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.player_looks import draw_emblem
from petard.game.view.mode_views import LinePart

TALL, SIZE, GAP, PAD = 38.0, 26, 6.0, 14.0
BADGE = 30.0
INSET = 4.0  # from the top of the board


def draw_mode_line(canvas: Canvas, field: Box, parts: Sequence[LinePart]) -> None:
    """Draw the parts in a row, in the middle over the first row of the board, which is wall. `field`: of the board."""
    widths = [canvas.width_of(part.text, SIZE) + 2 * PAD + (BADGE if part.shape >= 0 else 0) for part in parts]
    x, y = field[0] + (field[2] - sum(widths) - GAP * (len(parts) - 1)) / 2, field[1] + INSET
    for part, wide in zip(parts, widths, strict=True):
        ground = PLAYER_COLOURS[part.colour % len(PLAYER_COLOURS)] if part.colour >= 0 else PANEL
        canvas.panel(x, y, wide, TALL, ground, 12, PAPER if part.own else INK, 4)
        if part.shape >= 0:
            draw_emblem(canvas, part.shape, part.colour, BADGE, x + PAD / 2, y + (TALL - BADGE) / 2)
        canvas.text(part.text, x + wide - PAD, y + TALL / 2 - 1, SIZE, ink_on(ground), "midright")
        x += wide + GAP
