"""The bar: the clock, a chip for each player, and the alarm when the walls close in.

Rule 1: it lies above the board or in a column beside it (play_layout.py), so that it covers no tile of a board that is
        shown whole.
Rule 2: the alarm replaces the chips of a bar above the board, and stands below those beside it, while its banner is
        shown; the clock stays red after it.
Rule 3: where the players are too many to be counted at a glance, the bar says how many are left.
"""

from collections.abc import Collection, Sequence
from math import ceil

from petard.assets.palette import ACCENT, ALARM, DANGER, INK, MUTED, NIGHT, PANEL, PAPER
from petard.game.texts.phrases import joined, tr
from petard.game.ui.layout import Box
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.play_layout import EDGE, GAP, MINI, PLATES, BarPlace, ChipKind, PlayLayout
from petard.game.ui.render.player_looks import draw_badge, draw_portrait, figure_of
from petard.game.view.cues import HURRY
from petard.game.view.spectating import staying
from petard.game.view.view import View
from petard.shared.protocol.messages import Seat

MANY = 8  # players; with more, the bar says how many are left
LATE = 30 * 60  # ticks left at which the clock turns warm
AWAY_SHADE = 110  # how dark the mark of a player is who is away, of 255
ALARM_GROUND = (158, 28, 36)  # darker than DANGER, so that PAPER is read on it
ALARM_TALL = 66.0  # in a column
PLATE_USUAL = 96.0  # from the lower edge to the top of a usual plate, which lies over the alarm if it is higher
ALARM_PULSE = 0.5  # seconds for once light and dark: two flashes a second


def draw_top_bar(
    canvas: Canvas,
    layout: PlayLayout,
    view: View,
    seats: Sequence[Seat],
    mine: Collection[int],
    words: Sequence[str],
    banner: str,
    now: float,
    trouble: str = "",
) -> None:
    """Draw the bar. `mine`: the slots at this machine; `words`: the text below the clock, and a shorter one.

    `trouble`: a text that takes the place of `words`; "" for none.
    """
    is_apart = layout.shape is BarPlace.SIDES
    if not is_apart:
        canvas.box(0, 0, canvas.wide, layout.fields[0][1], NIGHT)
    if is_apart or banner != HURRY:
        _draw_players(canvas, layout, view, seats, mine)
    if banner == HURRY and not view.ending:
        x, y, wide, tall = alarm_box(layout, len(mine))
        is_read = is_apart and not any(player.alive for player in view.players if player.slot in mine)
        for start in (x, canvas.wide - x - wide)[is_read:]:  # on the left, people who are out read what they can do
            _draw_alarm(canvas, (start, y, wide, tall), now, is_apart)
    left = tr("{number} left", number=len(staying(view)))
    words = [joined(" · ", [left, words[-1]]), left] if len(view.players) > MANY else words
    _draw_clock(canvas, layout.clock, view, words, trouble)


def clock(ticks: float) -> str:
    """Return minutes and seconds, rounded up, so that 0:00 means that it is over.

    >>> clock(7200), clock(59), clock(0)
    ('2:00', '0:01', '0:00')
    """
    seconds = ceil(ticks / 60)
    return f"{seconds // 60}:{seconds % 60:02}"


def match_words(number: int, rounds: int) -> list[str]:
    """Return the text about round and wins, and a shorter one. A draw is played again: `number` may exceed `rounds`.

    >>> match_words(5, 3)
    ['Round 5 · first to 2', 'Round 5']
    """
    whole = tr("Round {number} · first to {wins}", number=number, wins=rounds // 2 + 1)
    return [whole, tr("Round {number}", number=number)]


def _draw_players(canvas: Canvas, layout: PlayLayout, view: View, seats: Sequence[Seat], mine: Collection[int]) -> None:
    alive = {player.slot: player.alive for player in view.players}
    here = [seat for seat in seats if seat.slot in alive]
    draw = _draw_small if layout.kind is ChipKind.MARK else _draw_chip
    for seat, box in zip(here, layout.chips, strict=False):  # a player who has left has no seat
        draw(canvas, seat, alive[seat.slot], seat.slot in mine, box)


def _draw_chip(canvas: Canvas, seat: Seat, alive: bool, own: bool, box: Box) -> None:
    """The face, and the name with the badge and a crown for each round won below it; many crowns are a number."""
    x, y, wide, tall = box
    canvas.panel(*box, (PAPER if own else PANEL) if alive else INK, 12)
    if alive:
        draw_portrait(canvas, figure_of(seat), x + 22, y + tall - 1, 40)
    else:
        canvas.image("skull", x + 4, y + tall / 2 - 19, 36, 36, 190)
    if wide > MINI:
        ink = (INK if own else PAPER) if alive else MUTED
        canvas.text(seat.name, x + 43, y + 3, 20, ink, width=wide - 46)
        draw_badge(canvas, seat.slot, seat.colour, 22, x + 45, y + 26)
        for crown in range(seat.wins if seat.wins < 3 else 1):
            canvas.image("crown", x + 71 + crown * 23, y + 26, 22, 22)
        if seat.wins > 2:
            canvas.text(f"x{seat.wins}", x + 96, y + 28, 20, ink)
    else:
        draw_badge(canvas, seat.slot, seat.colour, 24, x + wide - 26, y + tall - 27)
    if seat.away:
        canvas.panel(*box, (*NIGHT, AWAY_SHADE), 12)
        canvas.panel(x, y + tall - 25, 56, 25, INK, 8)
        canvas.text(tr("away"), x + 28, y + tall - 13, 20, ACCENT, "center")


def _draw_small(canvas: Canvas, seat: Seat, alive: bool, own: bool, box: Box) -> None:
    x, y, side, _ = box
    if own:
        canvas.panel(x, y, side, side, PAPER, 8)
    if alive:
        draw_badge(canvas, seat.slot, seat.colour, side - 5, x + 2.5, y + 2.5)
    else:
        canvas.image("skull", x + 4.5, y + 4.5, side - 9, side - 9, 130)
    if seat.away:
        canvas.panel(x + 1, y + 1, side - 2, side - 2, (*NIGHT, AWAY_SHADE), 8)


def alarm_box(layout: PlayLayout, players: int) -> Box:
    """Where the alarm is on the left; on the right it is in the same place. `players`: those at this machine.

    It is in the bar, in place of the players; or in the columns, between the players and what those here carry.
    """
    if layout.shape is not BarPlace.SIDES:
        return 0.0, 0.0, layout.clock[0], layout.fields[0][1]
    chips = max(box[1] + box[3] for box in (layout.clock, *layout.chips))
    plates = layout.bottom - PLATE_USUAL - (PLATES if players > 2 else 0.0)
    return EDGE, min(chips + 2 * GAP, plates - ALARM_TALL), layout.room - 2 * EDGE, ALARM_TALL


def _draw_alarm(canvas: Canvas, box: Box, now: float, is_apart: bool) -> None:
    """Draw a red band with the text of the alarm; one that stands apart has a rim as the clock has."""
    x, y, wide, tall = box
    if is_apart:
        canvas.panel(*box, ALARM_GROUND, 14, DANGER, 3)
    else:
        canvas.box(*box, ALARM_GROUND)
    light = now % ALARM_PULSE < ALARM_PULSE / 2
    size = min(60, 60 * (wide - 16) / canvas.width_of(HURRY, 60))  # whole, however long it is in this language
    canvas.text(HURRY, x + wide / 2, y + tall / 2 + 1, size, ACCENT if light else PAPER, "center", shade=INK)


def _draw_clock(canvas: Canvas, box: Box, view: View, words: Sequence[str], trouble: str) -> None:
    """Draw the time, and below it an alarm, the trouble, or the first of the words that fits."""
    x, y, wide, _ = box
    ground = ALARM_GROUND if view.hurry else PANEL
    canvas.panel(*box, ground, 14, DANGER if view.hurry else None, 3)
    late, middle = view.hurry or view.ticks_left <= LATE, x + wide / 2
    canvas.text(clock(view.ticks_left), middle, y + 21, 42, ACCENT if late else PAPER, "center")
    fitting = next((text for text in words if canvas.width_of(text, 20) <= wide - 12), words[-1])
    alarm = tr("Walls close in!") if view.mode is None or view.mode.walls else tr("The last seconds!")
    below, ink = (trouble, ALARM) if trouble else (fitting, MUTED)
    if view.hurry:
        below, ink = alarm, PAPER
    canvas.text(below, middle, y + 47, 20, ink, "center", width=wide - 12)
