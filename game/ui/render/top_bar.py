"""The bar above the board: the clock in the middle, a chip for each player, and the alarm when the walls close in.

Rule 1: everything stays inside the bar, so that it covers no tile of the board.
Rule 2: the alarm replaces the chips while its banner is shown; the clock stays red after it.
"""

from collections.abc import Collection, Sequence
from math import ceil

from petard.assets.palette import ACCENT, DANGER, INK, MUTED, NIGHT, PANEL, PAPER
from petard.game.ui.layout import Box
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.render.player_looks import draw_badge, draw_portrait, figure_of
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


def draw_top_bar(
    canvas: Canvas, view: View, seats: Sequence[Seat], mine: Collection[int], words: str, banner: str, now: float
) -> None:
    """Draw the bar. `mine`: the slots at this machine; `words`: the text below the clock."""
    canvas.box(0, 0, WIDTH, BAR, NIGHT)
    if banner == HURRY:
        _draw_alarm(canvas, now)
    else:
        _draw_players(canvas, view, seats, mine)
    _draw_clock(canvas, view, words)


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


def _draw_players(canvas: Canvas, view: View, seats: Sequence[Seat], mine: Collection[int]) -> None:
    """Half of the chips left of the clock, half right of it; small marks in two rows where the players are many."""
    alive = {player.slot: player.alive for player in view.players}
    here = [seat for seat in seats if seat.slot in alive]
    half = (len(here) + 1) // 2
    wide = MINI if len(here) > CHIPS_MOST else min(CHIP_WIDEST, ((WIDTH - CLOCK) / 2 - GAP) / max(1, half) - GAP)
    for place, seat in enumerate(here):
        own, lives, is_left = seat.slot in mine, alive[seat.slot], place < half
        place -= 0 if is_left else half
        if len(here) > MINIS_MOST:
            left = (WIDTH - CLOCK) / 2 - (half + 1) // 2 * SMALL - 4 if is_left else (WIDTH + CLOCK) / 2 + 6
            _draw_small(canvas, seat, lives, own, left + place // 2 * SMALL, 3 + place % 2 * SMALL)
        else:
            left = (WIDTH - CLOCK) / 2 - half * (wide + GAP) if is_left else (WIDTH + CLOCK) / 2 + GAP
            _draw_chip(canvas, seat, lives, own, (left + place * (wide + GAP), 6, wide, TALL))


def _draw_chip(canvas: Canvas, seat: Seat, alive: bool, own: bool, box: Box) -> None:
    """The face, and the name with the badge and a crown for each round won below it; many crowns are a number."""
    x, y, wide, _ = box
    canvas.panel(*box, (PAPER if own else PANEL) if alive else INK, 12)
    if alive:
        draw_portrait(canvas, figure_of(seat), x + 22, 57, 40)
    else:
        canvas.image("skull", x + 4, 13, 36, 36, 190)
    if wide > MINI:
        ink = (INK if own else PAPER) if alive else MUTED
        canvas.text(seat.name, x + 43, 9, 20, ink, width=wide - 46)
        draw_badge(canvas, seat.slot, seat.colour, 22, x + 45, 32)
        for crown in range(seat.wins if seat.wins < 3 else 1):
            canvas.image("crown", x + 71 + crown * 23, 32, 22, 22)
        if seat.wins > 2:
            canvas.text(f"x{seat.wins}", x + 96, 34, 20, ink)
    else:
        draw_badge(canvas, seat.slot, seat.colour, 24, x + wide - 26, 31)
    if seat.away:
        canvas.panel(*box, (*NIGHT, AWAY_SHADE), 12)
        canvas.panel(x, y + 27, 56, 25, INK, 8)
        canvas.text("away", x + 28, y + 39, 20, ACCENT, "center")


def _draw_small(canvas: Canvas, seat: Seat, alive: bool, own: bool, x: float, y: float) -> None:
    if own:
        canvas.panel(x, y, SMALL, SMALL, PAPER, 8)
    if alive:
        draw_badge(canvas, seat.slot, seat.colour, 24, x + 2.5, y + 2.5)
    else:
        canvas.image("skull", x + 4.5, y + 4.5, 20, 20, 130)
    if seat.away:
        canvas.panel(x + 1, y + 1, SMALL - 2, SMALL - 2, (*NIGHT, AWAY_SHADE), 8)


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
