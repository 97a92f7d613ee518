"""Draws the kill feed at the right edge: the face and the badge of the killer, what killed, and those of the victim.

Rule: no name is read here: faces and badges are those of the top bar, where the names are.
"""

from collections.abc import Collection, Sequence

from petard.assets.palette import ACCENT, INK
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.play_layout import CHAT_TOP, FEED_TOP, BarPlace, PlayLayout
from petard.game.ui.render.player_looks import draw_badge, draw_portrait, figure_of
from petard.game.view.kill_feed import Cause, Kill
from petard.shared.protocol.messages import Seat

GAP = 6.0  # logical units
TOP_AT_END, LINES_AT_END = 300.0, 2  # below the title that says who won
ROW, FACE, BADGE, SIGN = 60.0, 46.0, 28.0, 38.0
PAD = 8.0
SMALL = 0.76  # the size where the board leaves no room beside it
SIGNS = {Cause.OTHER: "item-flame", Cause.OWN: "bomb-3", Cause.WALL: "wall"}


def draw_kill_feed(
    canvas: Canvas,
    layout: PlayLayout,
    kills: Sequence[Kill],
    seats: Sequence[Seat],
    mine: Collection[int],
    is_over: bool,
    used: float = 0.0,
) -> None:
    """Draw the lines from the top down, beside or below the board; those of the slots in `mine` have a rim.

    `is_over`: the round is, and its title needs the place of the first lines. `used`: by something above them.
    """
    by_slot = {seat.slot: seat for seat in seats}
    size = 1.0 if layout.room >= _width(2) + 20 else SMALL
    y, lines = feed_top(layout) + used, kills
    if used:
        lines = kills[-max(1, int((CHAT_TOP - y) // (ROW + GAP))) :]
    if is_over and layout.shape is not BarPlace.TALL:
        y, lines = TOP_AT_END, kills[-LINES_AT_END:]
    for kill in lines:
        victim, killer = by_slot.get(kill.slot), by_slot.get(kill.by) if kill.cause is Cause.OTHER else None
        if not victim:
            continue  # the player has left
        wide = _width(2 if killer else 1) * size
        x = canvas.wide - 12 - wide
        canvas.panel(x, y, wide, ROW * size, (*INK, 205), 14 * size, ACCENT if kill.concerns(mine) else None, 3)
        x += PAD * size
        if killer:
            _draw_player(canvas, killer, x, y, size)
            x += (FACE + BADGE + 6) * size
        canvas.image(SIGNS[kill.cause], x, y + (ROW - SIGN) / 2 * size, SIGN * size, SIGN * size)
        _draw_player(canvas, victim, x + (SIGN + 4) * size, y, size, dead=True)
        y += (ROW + GAP) * size


def feed_top(layout: PlayLayout) -> float:
    """Where the first line is: below the ping, which is at the top of a column, below the bar, or below the board."""
    if layout.shape is BarPlace.TALL and layout.room:
        return layout.fields[-1][1] + layout.fields[-1][3] + FEED_TOP
    return FEED_TOP + (0.0 if layout.shape is BarPlace.SIDES else layout.fields[0][1])


def _width(players: int) -> float:
    return 2 * PAD + SIGN + 4 + players * (FACE + BADGE + 2) + 4 * (players - 1)


def _draw_player(canvas: Canvas, seat: Seat, x: float, y: float, size: float, dead: bool = False) -> None:
    draw_portrait(canvas, figure_of(seat), x + FACE / 2 * size, y + (ROW - 1) * size, FACE * size)
    badge = y + (ROW - BADGE - (3 if dead else 16)) * size
    draw_badge(canvas, seat.slot, seat.colour, BADGE * size, x + FACE * size, badge)
    if dead:
        canvas.image("skull", x + (FACE + 1) * size, y + 2 * size, (BADGE - 2) * size, (BADGE - 2) * size)
