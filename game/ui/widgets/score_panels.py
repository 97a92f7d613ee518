"""The panels of the results: the winner, who has won how much, and the awards. Each fits into any box."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from petard.assets.palette import ACCENT, INK, MUTED, NIGHT, PANEL, PANEL_LIGHT, PAPER, PLAYER_COLOURS
from petard.game.texts.phrases import tr, trn
from petard.game.ui.layout import SMALL, Box, column, row
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.player_looks import draw_badge, draw_portrait, figure_of, hop_height, walk_cell
from petard.game.view.tally import Award, Deed
from petard.shared.protocol.messages import Seat

PAD = 22.0
NAME_TALL, NAME_LOW, LOW = 92.0, 74.0, 300.0  # what the name of the winner takes; in a panel that is not so high
FIGURE_WIDEST = 170.0
WITHOUT_CROWN, WITH_CROWN = 1.4, 1.75  # heights of the figure that hops, in its widths
HEAD = 48.0  # the line above the table
ROW_TALLEST, ROW_LEAST, ROWS = 76.0, 36.0, 7
CROWNS = 5  # fit beside a name
KILLS_WIDE = 78.0  # of the column with the kills
AWARD_GAP = 12.0
# What the awards are called.
AWARD_WORDS = {
    Deed.KILLS: tr("Most kills"),
    Deed.CHAIN: tr("Longest chain"),
    Deed.CLOSE: tr("Close shaves"),
    Deed.BRICKS: tr("Most bricks"),
    Deed.ITEMS: tr("Most items"),
    Deed.OWN_BOMB: tr("Own bomb"),
    Deed.WALLS: tr("Hit by walls"),
    Deed.BOMBS: tr("Most bombs"),
}


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A player with the rounds that they won and the kills of this match."""

    seat: Seat
    wins: int
    kills: int


def draw_winner(canvas: Canvas, box: Box, seat: Seat | None, champion: bool, now: float) -> None:
    """Draw who won, hopping; None for nobody."""
    x, y, wide, tall = box
    name_tall = NAME_TALL if tall >= LOW else NAME_LOW
    middle, feet = x + wide / 2, y + tall - name_tall
    canvas.panel(*box, PANEL, 28)
    if seat is None:
        canvas.image("skull", middle - 85, y + (tall - 90 - 170) / 2, 170, 170)
        canvas.text(tr("Nobody wins"), middle, y + tall - 46, 42, PAPER, "center", wide - 2 * PAD)
        return
    size = min(FIGURE_WIDEST, (feet - y - 10) / (WITH_CROWN if champion else WITHOUT_CROWN))
    hop, crown = hop_height(now, 0.15 * size), 0.45 * size
    canvas.panel(middle - 0.65 * size, feet - 16, 1.3 * size, 26, (*INK, 120), 13)
    draw_portrait(canvas, figure_of(seat), middle, feet - hop, size, walk_cell(now))
    if champion:
        canvas.image("crown", middle - crown / 2, feet - hop - 1.25 * size - 0.76 * crown, crown, crown)
    draw_badge(canvas, seat.slot, seat.colour, 56, x + 18, y + 18)
    canvas.text(seat.name, middle, y + tall - 0.58 * name_tall, 44, PAPER, "center", wide - 2 * PAD)
    colour = PLAYER_COLOURS[seat.colour % len(PLAYER_COLOURS)]
    canvas.panel(middle - 110, y + tall - 0.26 * name_tall, 220, 8, colour, 4)


def draw_table(
    canvas: Canvas, box: Box, lines: Sequence[ScoreLine], words: str, goal: int, mine: Collection[int]
) -> None:
    """Draw a row for each player. `words`: the heading; `goal`: wins that end the match; `mine`: our slots."""
    x, y, wide, tall = box
    canvas.panel(*box, PANEL, 28)
    canvas.text(words, x + PAD, y + HEAD / 2 + 2, 28, MUTED, "midleft", wide / 2)
    most = min(ROWS, int((tall - HEAD - 12) // ROW_LEAST))
    if len(lines) > most:
        more = trn("and {count} more", "and {count} more", len(lines) - most)
        canvas.text(more, x + wide - PAD, y + HEAD / 2 + 2, SMALL, MUTED, "midright")
    shown = lines[:most]
    high = min(ROW_TALLEST, (tall - HEAD - 12) / max(1, len(shown)))
    for line, place in zip(
        shown, column((x + PAD - 8, y + HEAD, wide - 2 * PAD + 16, high - 5), most, 5), strict=False
    ):
        _draw_line(canvas, place, line, goal, line.seat.slot in mine)


def _draw_line(canvas: Canvas, box: Box, line: ScoreLine, goal: int, own: bool) -> None:
    x, y, wide, tall = box
    middle, shown = y + tall / 2, min(goal, CROWNS)
    canvas.panel(*box, PANEL_LIGHT if own else NIGHT, 12, ACCENT if own else None)
    draw_badge(canvas, line.seat.slot, line.seat.colour, 32, x + 12, middle - 16)
    draw_portrait(canvas, figure_of(line.seat), x + 76, y + tall - 3, (tall - 8) / 1.25)
    crowns, kills = x + wide - 12 - 42 * shown, x + wide - 12 - 42 * shown - KILLS_WIDE
    canvas.text(line.seat.name, x + 112, middle, 28, PAPER, "midleft", kills - x - 120)
    if line.kills:
        canvas.image("skull", kills, middle - 15, 30, 30)
        canvas.text(str(line.kills), kills + 36, middle, 26, PAPER, "midleft", KILLS_WIDE - 38)
    for crown in range(max(shown, min(line.wins, CROWNS))):
        canvas.image("crown", crowns + 42 * crown, middle - 18, 36, 36, 255 if crown < line.wins else 46)
    if line.wins > CROWNS:
        canvas.text(f"x{line.wins}", x + wide - 14, middle, SMALL, PAPER, "midright", shade=INK)


def draw_awards(canvas: Canvas, box: Box, awards: Sequence[Award], seats: Sequence[Seat], across: int) -> None:
    """Draw a card for each award, `across` in a row: what it is for, who has it, and how much they did."""
    x, y, wide, tall = box
    by_name = {seat.name: seat for seat in seats}
    down = -(-len(awards) // across)
    card = (wide - (across - 1) * AWARD_GAP) / across, (tall - (max(1, down) - 1) * AWARD_GAP) / max(1, down)
    lines = column((x, y, *card), down, AWARD_GAP)
    boxes = [one for line in lines for one in row(x, line[1], card[1], (card[0],) * across, AWARD_GAP)]
    for award, (left, top, each, high) in zip(awards, boxes, strict=False):
        canvas.panel(left, top, each, high, (*NIGHT, 235), 16, ACCENT, 2)
        canvas.text(AWARD_WORDS[award.deed], left + 14, top + high * 0.27, SMALL, ACCENT, "midleft", each - 28)
        canvas.text(f"x{award.count}", left + each - 14, top + high * 0.7, 30, PAPER, "midright", 60)
        start, seat = left + 14, by_name.get(award.name)
        if seat:
            draw_badge(canvas, seat.slot, seat.colour, 24, start, top + high * 0.7 - 12)
            start += 30
        canvas.text(award.name, start, top + high * 0.7, 24, PAPER, "midleft", left + each - 78 - start)
