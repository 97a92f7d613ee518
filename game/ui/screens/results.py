"""After a round: who won it and how, the wins and kills of everybody, the awards, and what comes next.

The last picture of the round lies behind, blurred.

Rule 1: people still press their keys as the round ends: no key does anything in the first AGAIN_AFTER seconds.
Rule 2: after the last round one press asks for another match. It begins once everybody with a seat has asked.
Rule 3: the whole window is used, by its shape.
"""

from collections.abc import Mapping, Sequence
from math import ceil, cos, sin

import pygame

from petard.assets.palette import ACCENT, GOOD, INK, MUTED, PAPER
from petard.game.texts.names import SOMEBODY
from petard.game.texts.phrases import tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.layout import SMALL, Box, column, is_inside, row
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.screen import Screen
from petard.game.ui.screens.menu import DIM
from petard.game.ui.widgets.score_panels import PAD, ScoreLine, draw_awards, draw_table, draw_winner
from petard.game.ui.widgets.widgets import Button
from petard.game.view.mode_views import ModeView, names_of_winners, seats_in_sides
from petard.game.view.music_choice import LOBBY_MUSIC, MusicChoice, theme_of
from petard.game.view.notices import PausableClock, reason_words, title_words
from petard.game.view.tally import AWARDS_MOST, Deed
from petard.shared.protocol.messages import Ready, Results, Seat
from petard.shared.rules.ruleset import TICK_RATE

TOP, TOP_LOW, GAP = 190.0, 148.0, 12.0  # of the panels; in a low window; between them
LOW = 640.0  # units
WIDEST = 1024.0  # of all panels together
WINNER_SHARE = 0.35  # of the width
FOOT_TALL, AWARDS_TALL, BOTTOM = 60.0, 74.0, 18.0
AWARDS_WIDE = 900.0  # what a row of all awards takes; a narrower one has three
AGAIN_WIDE = 300.0
AGAIN_AFTER = 1.5  # seconds
STARS = 26
BLURRED = (16, 9)  # pixels: the last picture is made so small and large again, and no word of it can be read
AGAIN, WAITING = tr("Again! (Enter)"), tr("Waiting...")


def panels_of(wide: float, tall: float) -> tuple[Box, Box, Box, Box]:
    """Return the boxes of the winner, the table, the awards and the foot, in a window of that size.

    >>> [round(box[2]) for box in panels_of(1280, 720)], [round(box[2]) for box in panels_of(720, 1200)]
    ([358, 654, 1024, 1024], [672, 672, 672, 672])
    """
    across, top = min(WIDEST, wide - 48), TOP_LOW if tall < LOW else TOP
    left = (wide - across) / 2
    foot = left, tall - BOTTOM - FOOT_TALL, across, FOOT_TALL
    if wide < 0.9 * tall:
        awards = left, foot[1] - GAP - 2 * AWARDS_TALL - GAP, across, 2 * AWARDS_TALL + GAP
        half = (awards[1] - top - 2 * GAP) / 2
        winner, table = column((left, top, across, half), 2, GAP)
    else:
        awards = left, foot[1] - GAP - AWARDS_TALL, across, AWARDS_TALL
        widths = across * WINNER_SHARE, across * (1 - WINNER_SHARE) - GAP
        winner, table = row(left, top, awards[1] - top - GAP, widths, GAP)
    return winner, table, awards, foot


class ResultsScreen(Screen):
    """Shows the last results of the session; the Navigator opens the menu."""

    def __init__(self, context: ScreenContext) -> None:
        assert context.session is not None
        self._session = context.session
        self.behind: pygame.Surface | None = None  # the last picture of the round; the navigator gives it
        self._shown: Results | None = None
        self._since = self._now = 0.0
        self._context, self._clock = context, PausableClock()
        self._again = Button("again", (0.0, 0.0, AGAIN_WIDE, FOOT_TALL), AGAIN, GOOD, 30)

    @property
    def music(self) -> MusicChoice:
        announcement = self._session.announcement
        return MusicChoice(theme_of(announcement.map)) if announcement else LOBBY_MUSIC

    @property
    def _may_ask(self) -> bool:
        """True if a press asks for another match."""
        results, room = self._shown, self._session.room
        is_over = results is not None and results.match_over and bool(room.my_seats)
        return is_over and not any(seat.ready for seat in room.my_seats) and self._now - self._since >= AGAIN_AFTER

    def handle_event(self, event: UiEvent) -> None:
        """Ask for another match: with Confirm, or a click on the button."""
        pressed = is_inside(self._again.box, event.position) if is_click(event) else event.action is MenuAction.CONFIRM
        if pressed and self._may_ask:
            self._session.link.send(Ready(True))
            self._context.audio.play("select", self._now)

    def tick(self, now: float) -> None:
        """Send empty input, so that the server knows that we are here."""
        self._session.send_keys((0,) * max(1, len(self._session.room.my_slots)))

    def draw(self, canvas: Canvas, now: float) -> None:
        canvas.fit_window()
        results, session = self._session.room.results, self._session
        now = self._now = self._clock.at(now, self._context.own_server.is_paused)
        if results is not self._shown:
            self._shown, self._since = results, now
            if results and results.match_over:
                self._context.audio.play("champion", now)
        self._draw_behind(canvas)
        if results is None:
            return
        winner, table_box, awards, foot = panels_of(canvas.wide, canvas.tall)
        best = results.champion if results.match_over else results.winner
        seats, mode = self._dressed()
        seat = next((seat for seat in seats if seat.slot == best), None)
        if results.match_over:
            _draw_stars(canvas, now - self._since)
        self._draw_head(canvas, headline(results, names_of_winners(seats, mode, results.match_over)), results, seat)
        draw_winner(canvas, winner, seat, results.match_over, now)
        goal = (session.room.lobby.rounds if session.room.lobby else 1) // 2 + 1
        first = tr("First to {wins} wins", wins=goal) if goal > 1 else tr("One round")
        words = tr("The match") if results.match_over else first
        tally = session.room.tally.match
        lines = [ScoreLine(one, wins, tally.count(one.name, Deed.KILLS)) for one, wins in table(results, seats)]
        draw_table(canvas, table_box, lines, words, goal, session.room.my_slots)
        across = 2 if canvas.wide < canvas.tall else AWARDS_MOST if awards[2] >= AWARDS_WIDE else 3
        draw_awards(canvas, awards, tally.awards(across if across == 3 else AWARDS_MOST), seats, across)
        self._draw_foot(canvas, foot, results, now)

    def _draw_foot(self, canvas: Canvas, box: Box, results: Results, now: float) -> None:
        x, y, wide, tall = box
        left = max(0, ceil(results.next_in / TICK_RATE - (now - self._since)))
        back, onward = tr("Back to the lobby in {seconds}", seconds=left), tr("Next round in {seconds}", seconds=left)
        coming = back if results.match_over else onward
        canvas.panel(*box, INK, 20)
        room = self._session.room
        if not results.match_over or not room.my_seats:
            canvas.text(coming, x + wide / 2, y + tall / 2, 30, PAPER, "center", wide - 220)
            canvas.text(tr("Esc: menu"), x + wide - PAD, y + tall / 2, SMALL, MUTED, "midright")
            return
        canvas.text(coming, x + PAD, y + tall / 2, 26, PAPER, "midleft", wide - AGAIN_WIDE - 2 * PAD - 20)
        self._again.box = x + wide - AGAIN_WIDE - 6, y + 4, AGAIN_WIDE, tall - 14
        self._again.label = WAITING if any(seat.ready for seat in room.my_seats) else AGAIN
        self._again.draw(canvas, self._may_ask, now)

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

    def _dressed(self) -> tuple[tuple[Seat, ...], ModeView | None]:
        """The seats in the colours of their sides, and what the mode of the round counted."""
        view = self._session.view(self._now)
        mode = view.mode if view else None
        return seats_in_sides(self._session.room.seats, mode), mode

    def _draw_head(self, canvas: Canvas, words: str, results: Results, seat: Seat | None) -> None:
        ending = self._session.client_round.ending if self._session.client_round else None
        ink, middle, wide = ACCENT if seat else PAPER, canvas.wide / 2, canvas.wide - 60
        head, below = (58, 118) if canvas.tall < LOW else (76, 146)
        canvas.text(words, middle, head, 72, ink, "center", wide, shade=INK)
        if ending and ending.winner == results.winner:
            canvas.text(reason_words(ending), middle, below, 36, PAPER, "center", wide, shade=INK)


def headline(results: Results, names: Mapping[int, str]) -> str:
    """Return the result in one line. `names`: of the winners, by slot."""
    if results.match_over and results.champion >= 0:
        return tr("{name} is the champion!", name=names.get(results.champion, SOMEBODY))
    if results.match_over:
        return tr("The match is a draw")
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
        x = star * 397 / WIDTH % 1 * canvas.wide + 26 * sin(since * 2 + star)
        size = 26 + star % 4 * 8
        canvas.image("star", x, fall * (canvas.tall + 80) - 80 + 4 * cos(since * 3 + star), size, size)
