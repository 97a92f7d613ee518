"""The bar above the board: the clock in the middle, a chip for each player, and the alarm when the walls close in.

Rule 1: everything stays inside the bar, so that it covers no tile of the board.
Rule 2: the alarm replaces the chips while its banner is shown; the clock stays red after it.
"""

from collections.abc import Collection, Sequence
from math import ceil

from petard.assets.palette import ACCENT, DANGER, INK, MUTED, NIGHT, PANEL, PAPER, Colour
from petard.game.ui.layout import Box
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.render.player_badges import draw_badge
from petard.game.ui.render.sprite_cache import FigureSprite, SpriteCache
from petard.game.view.cues import HURRY
from petard.game.view.view import View
from petard.shared.protocol.messages import Seat

BAR = 64  # logical units: the height of the bar
CLOCK = 206  # the width of the clock in its middle
TALL, GAP = 52, 6  # the height of a chip, and the gap between two
CHIP_WIDEST = 176
CHIPS_MOST = 8  # with more players the chips have no names
MINI = 60  # the width of a chip without a name
MINIS_MOST = 16  # with more players the bar shows small marks
SMALL = 29  # the pitch of the small marks
LATE = 30 * 60  # ticks left at which the clock turns warm
AWAY_SHADE = 110  # how dark the mark of a player is who is away, of 255
ALARM_GROUND = (158, 28, 36)  # darker than DANGER, so that PAPER is read on it
ALARM_PULSE = 0.5  # seconds for once light and dark: two flashes a second


class TopBar:
    """Draws the bar. It caches the faces on the chips for the size of the window."""

    def __init__(self) -> None:
        self._faces = SpriteCache()

    def draw(
        self,
        canvas: Canvas,
        view: View,
        seats: Sequence[Seat],
        mine: Collection[int],
        words: str,
        banner: str,
        now: float,
    ) -> None:
        """Draw the bar. `mine`: the slots at this machine; `words`: the text below the clock."""
        self._faces.resize(canvas.length(40))
        canvas.box(0, 0, WIDTH, BAR, NIGHT)
        if banner == HURRY:
            _draw_alarm(canvas, now)
        else:
            self._draw_players(canvas, view, seats, mine)
        _draw_clock(canvas, view, words)

    def _draw_players(self, canvas: Canvas, view: View, seats: Sequence[Seat], mine: Collection[int]) -> None:
        bodies = {player.slot: player for player in view.players}
        here = [seat for seat in seats if seat.slot in bodies]
        half = (len(here) + 1) // 2
        wide = MINI if len(here) > CHIPS_MOST else min(CHIP_WIDEST, ((WIDTH - CLOCK) / 2 - GAP) / max(1, half) - GAP)
        for place, seat in enumerate(here):
            own, alive = seat.slot in mine, bodies[seat.slot].alive
            if len(here) > MINIS_MOST:
                _draw_small(canvas, seat, alive, own, *_small_place(place, half))
                continue
            side = (WIDTH - CLOCK) / 2 - half * (wide + GAP) if place < half else (WIDTH + CLOCK) / 2 + GAP
            self._draw_chip(canvas, seat, alive, own, (side + place % half * (wide + GAP), 6, wide, TALL))

    def _draw_chip(self, canvas: Canvas, seat: Seat, alive: bool, own: bool, box: Box) -> None:
        x, y, wide, _ = box
        canvas.panel(*box, (PAPER if own else PANEL) if alive else INK, 12)
        self._draw_face(canvas, seat, alive, x + 22)
        if wide > MINI:
            _draw_words(canvas, seat, (INK if own else PAPER) if alive else MUTED, x + 43, wide - 46)
        else:
            draw_badge(canvas, seat.slot, seat.colour, 24, x + wide - 26, 31)
        if seat.away:
            canvas.panel(*box, (*NIGHT, AWAY_SHADE), 12)
            canvas.panel(x, y + 27, 56, 25, INK, 8)
            canvas.text("away", x + 28, y + 39, 20, ACCENT, "center")

    def _draw_face(self, canvas: Canvas, seat: Seat, alive: bool, x: float) -> None:
        if not alive:
            canvas.image("skull", x - 18, 13, 36, 36, 190)
            return
        figure = FigureSprite(seat.character, seat.colour, seat.slot)
        canvas.stamp(("face", figure), lambda: self._faces.body(figure, 0), x, 57, "midbottom")


def clock(ticks: float) -> str:
    """Return minutes and seconds, rounded up, so that 0:00 means that it is over.

    >>> clock(7200), clock(59), clock(0)
    ('2:00', '0:01', '0:00')
    """
    seconds = ceil(ticks / 60)
    return f"{seconds // 60}:{seconds % 60:02}"


def match_words(number: int, rounds: int) -> str:
    """Return the text about round and wins. A draw is played again, so `number` may exceed `rounds`.

    >>> match_words(5, 3)
    'Round 5 · first to 2'
    """
    return f"Round {number} · first to {rounds // 2 + 1}"


def _draw_words(canvas: Canvas, seat: Seat, ink: Colour, x: float, wide: float) -> None:
    """The name, and below it the badge and a crown for each round won; many crowns are one with a number."""
    canvas.text(seat.name, x, 9, 20, ink, width=wide)
    draw_badge(canvas, seat.slot, seat.colour, 22, x + 2, 32)
    for crown in range(seat.wins if seat.wins < 3 else 1):
        canvas.image("crown", x + 28 + crown * 23, 32, 22, 22)
    if seat.wins > 2:
        canvas.text(f"x{seat.wins}", x + 53, 34, 20, ink)


def _draw_alarm(canvas: Canvas, now: float) -> None:
    """A red band over the whole bar with the text on both sides of the clock."""
    canvas.box(0, 0, WIDTH, BAR, ALARM_GROUND)
    light = now % ALARM_PULSE < ALARM_PULSE / 2
    beside = (WIDTH - CLOCK) / 4
    for middle in (beside, WIDTH - beside):
        canvas.text(HURRY, middle, BAR / 2 + 1, 60, ACCENT if light else PAPER, "center", shade=INK)


def _draw_clock(canvas: Canvas, view: View, words: str) -> None:
    ground = ALARM_GROUND if view.hurry else PANEL
    canvas.panel((WIDTH - CLOCK) / 2, 2, CLOCK, BAR - 4, ground, 14, DANGER if view.hurry else None, 3)
    late = view.hurry or view.ticks_left <= LATE
    canvas.text(clock(view.ticks_left), WIDTH / 2, 23, 42, ACCENT if late else PAPER, "center")
    below, ink = ("Walls close in!", PAPER) if view.hurry else (words, MUTED)
    canvas.text(below, WIDTH / 2, 49, 20, ink, "center", width=CLOCK - 12)


def _small_place(place: int, half: int) -> tuple[float, float]:
    """Where a small mark goes: two rows left and two rows right of the clock."""
    if place < half:
        return (WIDTH - CLOCK) / 2 - ((half + 1) // 2 - place // 2) * SMALL - 4, 3 + place % 2 * SMALL
    place -= half
    return (WIDTH + CLOCK) / 2 + place // 2 * SMALL + 6, 3 + place % 2 * SMALL


def _draw_small(canvas: Canvas, seat: Seat, alive: bool, own: bool, x: float, y: float) -> None:
    if own:
        canvas.panel(x, y, SMALL, SMALL, PAPER, 8)
    if alive:
        draw_badge(canvas, seat.slot, seat.colour, 24, x + 2.5, y + 2.5)
    else:
        canvas.image("skull", x + 4.5, y + 4.5, 20, 20, 130)
    if seat.away:
        canvas.panel(x + 1, y + 1, SMALL - 2, SMALL - 2, (*NIGHT, AWAY_SHADE), 8)
