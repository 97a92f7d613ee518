"""Draws the line at the bottom of a match: in a column beside the board, or in the strip below it."""

from math import ceil

from petard.assets.palette import INK, NIGHT, PAPER
from petard.game.ui.input.key_hints import GAP
from petard.game.ui.layout import Box
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.play_layout import EDGE, FOOT_TALL, PLATES, BarPlace, PlayLayout

SIZE, SMALL, PITCH = 24.0, 20.0, 26.0  # of the text at the bottom and in a column, and from line to line there
LINES = 6  # in a column


def draw_foot(canvas: Canvas, layout: PlayLayout, words: str, players: int, foot: float, is_aside: bool) -> None:
    """Draw the words. `players`: at this machine; `foot`: units at the bottom that something else uses.

    `is_aside`: in a column beside the board if there is one, since carts ride on the lowest row.
    """
    if layout.shape is BarPlace.TOP:
        canvas.box(0, layout.bottom, canvas.wide, canvas.tall - foot - layout.bottom, NIGHT)
    if not words:
        return
    if is_aside and layout.shape is BarPlace.SIDES:
        _draw_in_column(canvas, layout, words, players, foot)
        return
    middle, wide = canvas.wide / 2, min(canvas.width_of(words, SIZE) + 36, canvas.wide - 12)
    canvas.panel(middle - wide / 2, canvas.tall - FOOT_TALL + 1, wide, FOOT_TALL - 2, (*INK, 225), 14)
    canvas.text(words, middle, canvas.tall - FOOT_TALL / 2, SIZE, PAPER, "center", wide - 24)


def _draw_in_column(canvas: Canvas, layout: PlayLayout, words: str, players: int, foot: float) -> None:
    room = layout.room - 2 * EDGE - 20
    said = canvas.said(words)  # before it is cut: a part of a phrase has no language
    lines = [line for part in said.split(GAP) for line in canvas.wrap_text(part.strip(), SMALL, room, LINES)]
    x, y, wide, tall = column_box(canvas, layout, len(lines), players, foot)
    canvas.panel(x, y, wide, tall, (*INK, 225), 14)
    for row, line in enumerate(lines):
        canvas.text(line, x + 10, y + 6 + PITCH * (row + 0.5), SMALL, PAPER, "midleft", wide - 20)


def column_box(canvas: Canvas, layout: PlayLayout, lines: int, players: int, foot: float) -> Box:
    """Return the place of so many lines: above the plates on the left if there is room below the chips, else right."""
    wide, tall = layout.room - 2 * EDGE, lines * PITCH + 12
    top = max(box[1] + box[3] for box in (layout.clock, *layout.chips)) + EDGE
    if top + tall <= canvas.tall - foot - PLATES * ceil(players / 2):
        return EDGE, top, wide, tall
    return canvas.wide - EDGE - wide, canvas.tall - foot - EDGE - tall - PLATES * (players // 2), wide, tall
