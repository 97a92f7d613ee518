"""The seats of a room as cards: a character in its colour, its badge, the name, ready or not, the ping.

Rule 1: a card of any size holds the longest legal name; the smaller the card, the less else it shows.
Rule 2: the cards of players at this machine show which keys or game pad each one has, or that a pad is missing.
Rule 3: the seat of a player who is away is grey.
Rule 4: where sides play, a player looks as in the match: colour, pattern and shape are those of the side.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import pygame

from petard.assets.palette import (
    ACCENT,
    ALARM,
    GOOD,
    INK,
    MUTED,
    NIGHT,
    PANEL,
    PANEL_LIGHT,
    PAPER,
    PLAYER_COLOURS,
    READABLE,
    Colour,
    contrast,
    ink_on,
)
from petard.game.client.room_state import RoomState
from petard.game.texts.phrases import joined, tr
from petard.game.ui.input.key_hints import ControlHint
from petard.game.ui.layout import SMALL, Box
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.player_looks import (
    FigureSprite,
    draw_badge,
    draw_emblem,
    draw_portrait,
    figures_of,
    hop_height,
    walk_cell,
)
from petard.game.ui.widgets.widgets import draw_smooth
from petard.game.view.mode_views import SIDE_NAMES
from petard.shared.protocol.messages import Seat

SHAPES = ((4, 1), (6, 1), (4, 2), (6, 2), (6, 3), (6, 4), (6, 7), (6, 11))  # columns and rows: the first that suffices
TALLEST = 300.0
PLATE, NAME, LINE = 34.0, 24.0, 22.0  # the plate with the name, the name on it (accents rise), and a line below it
RIBBON, RIBBON_CARD = 30.0, 160.0  # on top of a card, with the side; and of which height a card has one
GAPS = 10.0, 5.0  # between cards, and between small ones
TALL_CARD = 230.0  # from here on, large text has room on it
SMALL_CARD = 110.0  # less tall than this, a card shows less
TINY_CARD = 70.0  # less tall than this, it shows badge and name only
NARROW_CARD = 150.0  # less wide than this, it shows no ping, and one word of the controls
TWO_LINES = 50.0  # less tall than this, there is one line of text
SHADE = 170  # how dark the card of a player is who is away, of 255


def shape_of(count: int) -> tuple[int, int]:
    """Return the columns and the rows of so many cards.

    >>> shape_of(4), shape_of(5), shape_of(8)
    ((4, 1), (6, 1), (4, 2))
    """
    return next((shape for shape in SHAPES if shape[0] * shape[1] >= count), SHAPES[-1])


def boxes(count: int, area: Box) -> list[Box]:
    """Return the boxes of `count` cards, row by row.

    >>> len(boxes(7, (0, 0, 800, 400))), boxes(2, (0, 0, 400, 400))[1]
    (7, (100.0, 0.0, 90.0, 290.0))
    """
    columns, rows = shape_of(count)
    wide, tall = area[2] / columns, min(TALLEST, area[3] / rows)
    gap = GAPS[tall < SMALL_CARD]
    return [
        (area[0] + place % columns * wide, area[1] + place // columns * tall, wide - gap, tall - gap)
        for place in range(count)
    ]


def rows_of(tall: float) -> int:
    """Return how many lines a card of this height has below the name.

    >>> rows_of(290), rows_of(194), rows_of(126)
    (3, 2, 1)
    """
    return 3 if tall >= TALL_CARD else 2 if tall >= 170 else 1


@lru_cache
def ground_of(side: int) -> Colour:
    """Return the night with as much of the colour of a side as leaves every text on it legible.

    >>> all(contrast(ALARM, ground_of(side)) >= READABLE for side in range(len(SIDE_NAMES)))
    True
    """
    (red, green, blue), parts = PLAYER_COLOURS[side], 3
    while True:
        night = [level * (parts - 1) for level in NIGHT]
        ground = (night[0] + red) // parts, (night[1] + green) // parts, (night[2] + blue) // parts
        if contrast(ALARM, ground) >= READABLE:
            return ground
        parts += 1


@dataclass(frozen=True, slots=True)
class SeatCard:
    """What a card shows. `side`: the number of the side that the player is on, -1 where there are none."""

    seat: Seat  # in the colour of the side
    figure: FigureSprite
    side: int
    own: bool
    is_host: bool

    @property
    def ground(self) -> Colour | tuple[int, int, int, int]:
        """The colour of the card."""
        if self.side < 0:
            return PANEL if self.own else (*NIGHT, 245)
        return ground_of(self.side)

    @property
    def rim(self) -> Colour:
        return ACCENT if self.own else INK


def cards_of(room: RoomState) -> list[SeatCard]:
    """Return the cards of a room, those of one side together."""
    host, mine, sides = (
        room.lobby.host if room.lobby else 0,
        room.my_slots,
        {n: one.side for n, one in room.sides.items()},
    )
    seats = [replace(seat, colour=sides.get(seat.slot, seat.colour)) for seat in room.seats]
    figures = figures_of(seats, sides)
    crowned = next((seat.slot for seat in seats if seat.member and seat.member == host), -1)
    seats.sort(key=lambda seat: (sides.get(seat.slot, -1), seat.slot))
    return [
        SeatCard(seat, figures[seat.slot], sides.get(seat.slot, -1), seat.slot in mine, seat.slot == crowned)
        for seat in seats
    ]


def draw_seat_cards(
    canvas: Canvas, room: RoomState, area: Box, now: float, hints: Sequence[ControlHint] = (), is_ours: bool = False
) -> None:
    """Draw the seats of a room. `hints`: the controls of each player at this machine.

    `is_ours`: this game has started the server, so the players here have no ping to speak of.
    """
    pressed = dict(zip(room.my_slots, hints, strict=False))
    for card, box in zip(cards_of(room), boxes(len(room.seats), area), strict=True):
        if box[3] < SMALL_CARD:
            _draw_small(canvas, card, box)
        else:
            _draw_figure(canvas, card, box, now)
            _draw_marks(canvas, card, box)
            _draw_foot(canvas, card, box, pressed.get(card.seat.slot), not (card.own and is_ours))


def _draw_figure(canvas: Canvas, card: SeatCard, box: Box, now: float) -> None:
    (x, y, w, h), seat = box, card.seat
    canvas.panel(x, y, w, h, card.ground, 20, card.rim, 5 if card.own else 3)
    feet, head = y + h - _foot(canvas, h) - 4, RIBBON if card.side >= 0 and h >= RIBBON_CARD else 0.0
    width = min(w * 0.62, (feet - y - head - 18) / 1.25)
    canvas.panel(x + w / 2 - width * 0.5, feet - 8, width, 12, (*INK, 120), 6)
    glad = seat.ready and seat.member > 0 and not seat.away
    lift = hop_height(now, h * 0.07, seat.slot) if glad else 0.0
    cell = walk_cell(now, seat.slot) if card.own and not glad else 0
    draw_portrait(canvas, card.figure, x + w / 2, feet - lift, width, cell)
    if seat.away:
        canvas.panel(x, y, w, h, (*NIGHT, SHADE), 20)


def _draw_small(canvas: Canvas, card: SeatCard, box: Box) -> None:
    (x, y, w, h), seat = box, card.seat
    canvas.panel(x, y, w, h, card.ground, 10, card.rim, 4 if card.own else 2)
    size, tiny = min(h - 8, 30.0), h < TINY_CARD
    draw_badge(canvas, seat.slot, seat.colour, size, x + 5, y + 4)
    room = w - size - 15
    if not tiny:
        draw_portrait(canvas, card.figure, x + w - 32, y + h - 4, 42)
    if card.is_host:
        room -= 26 if tiny else 0
        canvas.image("crown", *((x + w - 32, y + 2) if tiny else (x + 6, y + h - 36)), 28, 28)
    elif card.side >= 0:
        room -= 24 if tiny else 0
        draw_emblem(canvas, card.side, card.side, 22, *((x + w - 27, y + h / 2 - 11) if tiny else (x + 8, y + h - 31)))
    if seat.ready and seat.member and not tiny and not seat.away:
        draw_tick(canvas, x + 40, y + h - 34, 26)
    if seat.away:
        canvas.panel(x, y, w, h, (*NIGHT, SHADE), 10)
        if h >= TWO_LINES:
            canvas.text(tr("away"), x + size + 9, y + size + 11, 20, ACCENT, "midleft", room)
    ink = PAPER if card.side >= 0 or (seat.member and not seat.away) else MUTED
    canvas.text(seat.name, x + size + 9, y + 4 + size / 2, SMALL, ink, "midleft", room)


def _foot(canvas: Canvas, tall: float) -> float:
    """Return the height of the name and the lines below it, on a card of this height."""
    return PLATE + _line(canvas, tall) * rows_of(tall) + 8


def _line(canvas: Canvas, tall: float) -> float:
    """Return the height of a line below the name: more for large text, on a card that has the room."""
    return canvas.grown(LINE) if tall >= TALL_CARD else LINE


def _draw_marks(canvas: Canvas, card: SeatCard, box: Box) -> None:
    """Draw the badge, and in the other corner "bot", or the crown of the host and whether the player is ready.

    Where sides play, a ribbon above these has the colour, the shape and the name of the side; on a smaller card the
    shape is on the plate with the name.
    """
    (x, y, w, h), seat = box, card.seat
    if card.side >= 0 and h >= RIBBON_CARD:
        ground = PLAYER_COLOURS[card.side]
        canvas.panel(x + 6, y + 6, w - 12, RIBBON, ground, 14)
        draw_emblem(canvas, card.side, card.side, RIBBON - 4, x + 14, y + 8)
        middle, room = x + (w + RIBBON) / 2, w - RIBBON - 28  # beside the emblem
        canvas.text(SIDE_NAMES[card.side], middle, y + 6 + RIBBON / 2, NAME, ink_on(ground), "center", room)
        y += RIBBON
    size = min(42.0, w * 0.26)
    right = x + w - size - 8
    draw_badge(canvas, seat.slot, seat.colour, size, x + 10, y + 10)
    if not seat.member:
        ink = MUTED if card.side < 0 else PAPER
        canvas.text(tr("bot"), x + w - 14, y + 10, SMALL, ink, "topright", w - size - 34)
    elif card.is_host:
        canvas.image("crown", right, y + 6, size, size)
    if seat.member and seat.ready:
        draw_tick(canvas, right, y + (14 + size if card.is_host else 8), size)


def _lines_of(
    seat: Seat, hint: ControlHint | None, rows: int, has_ping: bool, is_narrow: bool
) -> list[tuple[str, Colour]]:
    """Return the lines below the name: the state of the player, nothing for a bot, and the controls."""
    state = "" if not seat.member else tr("away") if seat.away else tr("ready") if seat.ready else tr("not ready")
    if seat.member and not seat.away and rows > 1 and has_ping and not is_narrow:
        state = joined(", ", [state, tr("{number} ms", number=seat.ping)])
    line = (state, ACCENT if seat.away else PAPER)
    if hint is None:
        return [line]
    ink = ALARM if hint.is_missing else ACCENT
    words = hint.lines if rows > 1 and not is_narrow else (hint.word,)
    return [*([line] if rows > 2 else []), *((one, ink) for one in words)][:rows]


def _draw_foot(canvas: Canvas, card: SeatCard, box: Box, hint: ControlHint | None, has_ping: bool) -> None:
    """Draw a plate in the player's colour with the name, and the lines below it."""
    (x, y, w, h), seat = box, card.seat
    colour = PANEL_LIGHT if seat.away else PLAYER_COLOURS[seat.colour % len(PLAYER_COLOURS)]
    top, line = y + h - _foot(canvas, h), _line(canvas, h)
    canvas.panel(x + 6, top, w - 12, PLATE, colour, 10)
    aside = 26.0 if card.side >= 0 and h < RIBBON_CARD else 0.0
    if aside:
        draw_emblem(canvas, card.side, card.side, aside - 4, x + 10, top + (PLATE - aside) / 2 + 2)
    canvas.text(seat.name, x + (w + aside) / 2, top + PLATE / 2, NAME, ink_on(colour), "center", w - 22 - aside)
    for row, (words, ink) in enumerate(_lines_of(seat, hint, rows_of(h), has_ping, w < NARROW_CARD)):
        size, shown = canvas.fitted(canvas.said(words), line - 2, w - 16)  # never larger: the next line is close
        canvas.text(shown, x + w / 2, top + PLATE + 3 + line * (row + 0.5), size, ink, "center")


def draw_tick(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Draw a green disc with a tick on it."""
    side = canvas.length(size)

    def draw(big: pygame.Surface) -> None:
        pygame.draw.circle(big, INK, (side * 2, side * 2), side * 2)
        pygame.draw.circle(big, GOOD, (side * 2, side * 2), side * 1.75)
        corners = [(side * 1.0, side * 2.1), (side * 1.7, side * 2.8), (side * 3.0, side * 1.3)]
        pygame.draw.lines(big, INK, False, corners, max(1, side // 2))
        for corner in corners:
            pygame.draw.circle(big, INK, corner, side / 4)

    draw_smooth(canvas, ("tick", side), (side, side), draw, x, y)
