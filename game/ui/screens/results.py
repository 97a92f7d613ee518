"""After a round: who won it and how, the wins of everybody, and what comes next.

The last picture of the round lies behind, blurred.

Rule: no key that drops bombs does anything here: people still press them as the round ends.
"""

from collections.abc import Sequence
from math import ceil, cos, sin

import pygame

from petard.assets.palette import ACCENT, INK, MUTED, NIGHT, PANEL, PANEL_LIGHT, PAPER, PLAYER_COLOURS
from petard.game.ui.context import ScreenContext
from petard.game.ui.layout import SMALL
from petard.game.ui.render.canvas import HEIGHT, WIDTH, Canvas
from petard.game.ui.render.player_looks import draw_badge, draw_portrait, figure_of, hop_height, walk_cell
from petard.game.ui.screen import Screen
from petard.game.ui.screens.menu import DIM
from petard.game.view.music_choice import LOBBY_MUSIC, MusicChoice, theme_of
from petard.game.view.notices import PausableClock, reason_words, title_words
from petard.shared.protocol.messages import Results, Seat
from petard.shared.rules.ruleset import TICK_RATE

TOP, TALL = 206.0, 420.0  # of both panels
GAP = 24.0  # between them
WINNER_WIDE, TABLE_WIDE = 360.0, 640.0
LEFT = (WIDTH - WINNER_WIDE - GAP - TABLE_WIDE) / 2
TABLE = LEFT + WINNER_WIDE + GAP
FOOT = (LEFT, 642.0, WINNER_WIDE + GAP + TABLE_WIDE, 60.0)
PAD = 22.0
HEAD = 52.0  # the line above the table
ROW_TALLEST, ROWS = 76.0, 7
STARS = 26
CROWNS = 5  # fit beside a name
BLURRED = (16, 9)  # pixels: the last picture is made so small and large again, and no word of it can be read


class ResultsScreen(Screen):
    """Shows the last results of the session. It handles no event; the Navigator opens the menu."""

    def __init__(self, context: ScreenContext) -> None:
        assert context.session is not None
        self._session = context.session
        self.behind: pygame.Surface | None = None  # the last picture of the round; the navigator gives it
        self._shown: Results | None = None
        self._since = 0.0
        self._context, self._clock = context, PausableClock()

    @property
    def music(self) -> MusicChoice:
        announcement = self._session.announcement
        return MusicChoice(theme_of(announcement.map)) if announcement else LOBBY_MUSIC

    def tick(self, now: float) -> None:
        """Send empty input, so that the server knows that we are here."""
        self._session.send_keys((0,) * max(1, len(self._session.room.my_slots)))

    def draw(self, canvas: Canvas, now: float) -> None:
        results, session = self._session.room.results, self._session
        now = self._clock.at(now, self._context.own_server.is_paused)
        if results is not self._shown:
            self._shown, self._since = results, now
            if results and results.match_over:
                self._context.audio.play("champion", now)
        self._draw_behind(canvas)
        if results is None:
            return
        best = results.champion if results.match_over else results.winner
        seat = next((seat for seat in session.room.seats if seat.slot == best), None)
        self._draw_head(canvas, results, seat)
        if results.match_over:
            _draw_stars(canvas, now - self._since)
        self._draw_winner(canvas, seat, results.match_over, now)
        self._draw_table(canvas, results)
        left = max(0, ceil(results.next_in / TICK_RATE - (now - self._since)))
        coming = "Back to the lobby" if results.match_over else "Next round"
        canvas.panel(*FOOT, INK, 20)
        canvas.text(f"{coming} in {left}", WIDTH / 2, FOOT[1] + FOOT[3] / 2, 30, PAPER, "center")
        canvas.text("Esc: menu", FOOT[0] + FOOT[2] - PAD, FOOT[1] + FOOT[3] / 2, SMALL, MUTED, "midright")

    def _draw_behind(self, canvas: Canvas) -> None:
        size, last = canvas.surface.get_size(), self.behind
        if last is None:
            canvas.backdrop(dim=DIM)
            return

        def make() -> pygame.Surface:
            tiny = pygame.transform.smoothscale(last, BLURRED)
            picture = pygame.transform.smoothscale(tiny, size)
            picture.fill((90, 84, 116), special_flags=pygame.BLEND_RGB_MULT)
            return picture.convert(32)

        canvas.surface.blit(canvas.cache.find(("behind", last), make), (0, 0))

    def _draw_head(self, canvas: Canvas, results: Results, seat: Seat | None) -> None:
        ending = self._session.client_round.ending if self._session.client_round else None
        ink = ACCENT if seat else PAPER
        canvas.text(headline(results, self._session.room.seats), WIDTH / 2, 82, 76, ink, "center", 1180, shade=INK)
        if ending and ending.winner == results.winner:
            canvas.text(reason_words(ending), WIDTH / 2, 156, 38, PAPER, "center", 1180, shade=INK)

    def _draw_winner(self, canvas: Canvas, seat: Seat | None, champion: bool, now: float) -> None:
        x, feet = LEFT + WINNER_WIDE / 2, TOP + TALL - 92
        canvas.panel(LEFT, TOP, WINNER_WIDE, TALL, PANEL, 28)
        if seat is None:
            canvas.image("skull", x - 100, TOP + 70, 200, 200)
            canvas.text("Nobody wins", x, TOP + TALL - 50, 42, PAPER, "center", WINNER_WIDE - 2 * PAD)
            return
        canvas.panel(x - 110, feet - 16, 220, 26, (*INK, 120), 13)
        top = feet - hop_height(now, 34)
        draw_portrait(canvas, figure_of(seat), x, top, 176 if not champion else 160, walk_cell(now))
        if champion:
            canvas.image("crown", x - 44, top - 250, 88, 88)
        draw_badge(canvas, seat.slot, seat.colour, 60, LEFT + 18, TOP + 18)
        colour = PLAYER_COLOURS[seat.colour % len(PLAYER_COLOURS)]
        canvas.text(seat.name, x, TOP + TALL - 54, 46, PAPER, "center", WINNER_WIDE - 2 * PAD)
        canvas.panel(x - 110, TOP + TALL - 26, 220, 8, colour, 4)

    def _draw_table(self, canvas: Canvas, results: Results) -> None:
        lines = table(results, self._session.room.seats)
        goal = (self._session.room.lobby.rounds if self._session.room.lobby else 1) // 2 + 1
        canvas.panel(TABLE, TOP, TABLE_WIDE, TALL, PANEL, 28)
        words = "The match" if results.match_over else f"First to {goal} wins" if goal > 1 else "One round"
        canvas.text(words, TABLE + PAD, TOP + HEAD / 2 + 2, 30, MUTED, "midleft")
        more = len(lines) - ROWS
        if more > 0:
            canvas.text(f"and {more} more", TABLE + TABLE_WIDE - PAD, TOP + HEAD / 2 + 2, SMALL, MUTED, "midright")
        tall = min(ROW_TALLEST, (TALL - HEAD - 14) / max(1, min(len(lines), ROWS)))
        for place, line in enumerate(lines[:ROWS]):
            self._draw_line(canvas, *line, TOP + HEAD + place * tall, tall - 6, goal)

    def _draw_line(self, canvas: Canvas, seat: Seat, wins: int, y: float, tall: float, goal: int) -> None:
        middle = y + tall / 2
        own = seat.slot in self._session.room.my_slots
        x, wide = TABLE + PAD - 8, TABLE_WIDE - 2 * PAD + 16
        canvas.panel(x, y, wide, tall, PANEL_LIGHT if own else NIGHT, 12, ACCENT if own else None)
        draw_badge(canvas, seat.slot, seat.colour, 32, x + 12, middle - 16)
        draw_portrait(canvas, figure_of(seat), x + 76, y + tall - 3, (tall - 8) / 1.25)
        shown = min(goal, CROWNS)
        canvas.text(seat.name, x + 112, middle, 28, PAPER, "midleft", wide - 130 - 42 * shown)
        for crown in range(max(shown, min(wins, CROWNS))):
            left = x + wide - 12 - 42 * (shown - crown)
            canvas.image("crown", left, middle - 18, 36, 36, 255 if crown < wins else 46)
        if wins > CROWNS:
            canvas.text(f"x{wins}", x + wide - 14, middle, SMALL, PAPER, "midright", shade=INK)


def headline(results: Results, seats: Sequence[Seat]) -> str:
    """Return the result in one line."""
    names = {seat.slot: seat.name for seat in seats}
    if results.match_over and results.champion >= 0:
        return f"{names.get(results.champion, 'Somebody')} is the champion!"
    if results.match_over:
        return "The match is a draw"
    return title_words(results.winner, names)


def table(results: Results, seats: Sequence[Seat]) -> list[tuple[Seat, int]]:
    """Return the wins of each player, most wins first; players who have left have no line."""
    wins = {score.slot: score.wins for score in results.wins}
    lines = [(seat, wins[seat.slot]) for seat in seats if seat.slot in wins]
    return sorted(lines, key=lambda line: (-line[1], line[0].slot))


def _draw_stars(canvas: Canvas, since: float) -> None:
    """Draw stars that fall over a champion; the time alone decides where each one is."""
    for star in range(STARS):
        fall = (since * (0.10 + star % 5 * 0.025) + star * 0.137) % 1.15
        x = star * 397 % WIDTH + 26 * sin(since * 2 + star)
        size = 26 + star % 4 * 8
        canvas.image("star", x, fall * (HEIGHT + 80) - 80 + 4 * cos(since * 3 + star), size, size)
