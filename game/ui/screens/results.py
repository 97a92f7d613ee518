"""After a round: who won it, how far everybody is, and what comes next. The last picture of the round lies behind.

Rule: nothing here can be pushed with the keys that drop bombs; people still hammer on them as the round ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, cos, sin

import pygame

from assets.palette import ACCENT, INK, MUTED, NIGHT, PANEL, PANEL_LIGHT, PAPER, PLAYER_COLOURS
from game.client.session import Session
from game.ui.canvas import HEIGHT, WIDTH, Canvas
from game.ui.kit import Kit
from game.ui.marks import is_light
from game.ui.portraits import Portraits, draw_badge, hop_of, step_of
from game.ui.screens import Heard, Wish
from game.ui.sheets import Figure
from game.ui.widgets import BODY, SMALL
from shared.protocol.messages import Results, Seat
from shared.rules.ruleset import TICK_RATE

LEFT, TOP, WIDE, ROW = 640.0, 208.0, 592.0, 48.0
ROWS = 7
STARS = 26
CROWNS = 5  # fit beside a name


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    seat: Seat
    wins: int


class ResultsScreen:
    """Shows the results that the kit's session has heard last."""

    def __init__(self, kit: Kit) -> None:
        assert kit.session is not None
        self.next: Wish | None = None
        self.typing = False
        self._session: Session = kit.session
        self.behind: pygame.Surface | None = None  # the last picture of the round; the director gives it
        self._portraits = Portraits()
        self._shown: Results | None = None
        self._since = 0.0

    def hear(self, heard: Heard) -> None:
        """Nothing to do but to be glad; the menu over it is the app's affair."""

    def tick(self, now: float) -> None:
        """Keep our seat warm: the server hears that we are here."""
        self._session.press((0,) * max(1, len(self._session.my_slots)))

    def draw(self, canvas: Canvas, now: float) -> None:
        """Headline, winner, table, what comes next."""
        results, session = self._session.results, self._session
        if results is not self._shown:
            self._shown, self._since = results, now
        self._paint_behind(canvas)
        if results is None:
            return
        best = results.champion if results.match_over else results.winner
        seat = next((seat for seat in session.seats if seat.slot == best), None)
        title = headline(results, session.seats)
        canvas.text(title, WIDTH / 2, 118, 76, ACCENT if seat else PAPER, "center", 1180, shade=INK)
        if results.match_over:
            _paint_stars(canvas, now - self._since)
        self._paint_winner(canvas, seat, results.match_over, now)
        self._paint_table(canvas, results)
        left = max(0, ceil(results.next_in / TICK_RATE - (now - self._since)))
        coming = "Back to the lobby" if results.match_over else "Next round"
        canvas.panel(WIDTH / 2 - 330, 652, 660, 60, INK, 20)
        canvas.text(f"{coming} in {left}", WIDTH / 2, 682, 30, PAPER, "center")
        canvas.text("Esc: menu", WIDTH - 28, 682, SMALL, MUTED, "midright", shade=INK)

    def _paint_behind(self, canvas: Canvas) -> None:
        size, last = canvas.surface.get_size(), self.behind
        if last is None:
            canvas.backdrop()
            return

        def make() -> pygame.Surface:
            picture = last.copy() if last.get_size() == size else pygame.transform.smoothscale(last, size)
            picture.fill((96, 92, 120), special_flags=pygame.BLEND_RGB_MULT)
            return picture.convert()

        canvas.surface.blit(canvas.kept(("behind", last), make), (0, 0))

    def _paint_winner(self, canvas: Canvas, seat: Seat | None, champion: bool, now: float) -> None:
        x, feet = 330.0, 500.0
        canvas.panel(x - 190, 196, 380, 416, (*PANEL, 215), 30)
        if seat is None:
            canvas.picture("skull", x - 100, 300, 200, 200)
            return
        colour = PLAYER_COLOURS[seat.colour % len(PLAYER_COLOURS)]
        canvas.panel(x - 140, feet - 26, 280, 138, colour, 20, INK, 5)
        ink = INK if is_light(colour) else PAPER
        canvas.text(seat.name, x, feet + 48, 38, ink, "center", 250)
        figure = Figure(seat.character, seat.colour, seat.slot)
        top = feet - 6 - hop_of(now, 34)
        self._portraits.body(canvas, figure, x, top, 168, step_of(now))
        if champion:
            canvas.picture("crown", x - 44, top - 256, 88, 88)
        draw_badge(canvas, seat.slot, seat.colour, 60, x - 174, 212)

    def _paint_table(self, canvas: Canvas, results: Results) -> None:
        lines = table(results, self._session.seats)
        goal = (self._session.lobby.rounds if self._session.lobby else 1) // 2 + 1
        tall = 66 + ROW * min(len(lines), ROWS) + (34 if len(lines) > ROWS else 0)
        canvas.panel(LEFT - 24, TOP - 12, WIDE + 24, tall, (*PANEL, 225), 26)
        words = "The match" if results.match_over else f"First to {goal}" if goal > 1 else "One round"
        canvas.text(words, LEFT, TOP, 28, MUTED)
        for place, line in enumerate(lines[:ROWS]):
            self._paint_line(canvas, line, TOP + 42 + place * ROW, goal)
        if len(lines) > ROWS:
            y = TOP + 44 + ROWS * ROW
            canvas.text(f"and {len(lines) - ROWS} more", LEFT, y, SMALL, MUTED)

    def _paint_line(self, canvas: Canvas, line: Line, y: float, goal: int) -> None:
        seat = line.seat
        own = seat.slot in self._session.my_slots
        canvas.panel(
            LEFT - 10, y, WIDE - 4, ROW - 6, PANEL_LIGHT if own else (*NIGHT, 200), 12, ACCENT if own else None
        )
        draw_badge(canvas, seat.slot, seat.colour, 32, LEFT, y + 5)
        canvas.text(seat.name, LEFT + 44, y + ROW / 2 - 3, BODY, PAPER, "midleft", WIDE - 80 - 42 * min(goal, CROWNS))
        for crown in range(max(min(goal, CROWNS), min(line.wins, CROWNS))):
            x = LEFT + WIDE - 28 - 42 * (min(goal, CROWNS) - crown)
            canvas.picture("crown", x, y + 3, 36, 36, 255 if crown < line.wins else 46)
        if line.wins > CROWNS:
            canvas.text(f"x{line.wins}", LEFT + WIDE - 30, y + ROW / 2 - 3, SMALL, PAPER, "midright", shade=INK)


def headline(results: Results, seats: Sequence[Seat]) -> str:
    """The news in one line."""
    names = {seat.slot: seat.name for seat in seats}
    if results.match_over and results.champion >= 0:
        return f"{names.get(results.champion, 'Somebody')} is the champion!"
    if results.match_over:
        return "The match is a draw"
    if results.winner >= 0:
        return f"{names.get(results.winner, 'Somebody')} wins the round!"
    return "This round is a draw"


def table(results: Results, seats: Sequence[Seat]) -> list[Line]:
    """Who has won how often, most wins first. Who has left has no line."""
    wins = {score.slot: score.wins for score in results.wins}
    lines = [Line(seat, wins.get(seat.slot, 0)) for seat in seats if seat.slot in wins]
    return sorted(lines, key=lambda line: (-line.wins, line.seat.slot))


def _paint_stars(canvas: Canvas, since: float) -> None:
    """Stars that fall over a champion; where each is follows from the time alone."""
    for star in range(STARS):
        fall = (since * (0.10 + star % 5 * 0.025) + star * 0.137) % 1.15
        x = star * 397 % WIDTH + 26 * sin(since * 2 + star)
        size = 26 + star % 4 * 8
        canvas.picture("star", x, fall * (HEIGHT + 80) - 80 + 4 * cos(since * 3 + star), size, size)
