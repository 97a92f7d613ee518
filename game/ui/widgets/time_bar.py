"""The time line of a demo: where it stands, and what is worth finding. It can be dragged.

Rule 1: kills are dots in the colour of who died, rounds are lines across, marks are small flags.
Rule 2: who points at it reads the time there, and what happened.
"""

from collections.abc import Sequence

import pygame

from petard.assets.palette import ACCENT, COOL, INK, MUTED, NIGHT, PANEL_LIGHT, PAPER, PLAYER_COLOURS, Colour
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.layout import Box
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.widgets.widgets import EventResult, Widget
from petard.game.view.chapters import Chapter, Found
from petard.shared.protocol.messages import Seat
from petard.shared.rules.ruleset import TICK_RATE

NEAR = 7.0  # logical units: so near is what one points at
THIN = 12.0  # how high the track is
SKIP = 5.0  # seconds that left and right go
WORDS = 20.0  # the size of text


def time_words(moment: float) -> str:
    """Minutes and seconds.

    >>> time_words(0), time_words(75 * 60 + 30)
    ('0:00', '1:15')
    """
    seconds = int(moment) // TICK_RATE
    return f"{seconds // 60}:{seconds % 60:02}"


class TimeBar(Widget):
    """Answers CHANGED to Confirm, and when `wanted` was set: the moment that a person wants, by the mouse or by left
    and right."""

    def __init__(self, key: str, box: Box) -> None:
        super().__init__(key, box)
        self.length = 1
        self.moment = 0.0
        self.chapters: Sequence[Chapter] = ()
        self.seats: Sequence[Seat] = ()
        self.wanted: float | None = None
        self.dragged = False
        self._pointed: float | None = None  # where the mouse is over it, in logical units

    @property
    def is_pointed(self) -> bool:
        """True while it says what the mouse is over."""
        return self._pointed is not None

    def handle_event(self, event: UiEvent) -> EventResult:
        """Take the mouse, and left and right."""
        if event.action is MenuAction.CONFIRM:
            return EventResult.CHANGED  # with no moment in mind
        step = {MenuAction.LEFT: -SKIP, MenuAction.RIGHT: SKIP}.get(event.action or MenuAction.UP)
        if step is not None:
            self.wanted = self.moment + step * TICK_RATE
            return EventResult.CHANGED
        if is_click(event) and event.position is not None:
            self.dragged = True
            self.wanted = self._moment_at(event.position[0])
            return EventResult.CHANGED
        return EventResult.IGNORED

    def drag(self, event: UiEvent) -> EventResult:
        """Follow the mouse, wherever it goes while the button is down. To be told of all that the mouse does."""
        if event.raw.type == pygame.MOUSEBUTTONUP:
            self.dragged = False
        if event.raw.type == pygame.MOUSEMOTION and event.position is not None:
            x, y, w, h = self.box
            over = x <= event.position[0] <= x + w and y <= event.position[1] <= y + h
            self._pointed = event.position[0] if over or self.dragged else None
            if self.dragged:
                self.wanted = self._moment_at(event.position[0])
                return EventResult.CHANGED
        return EventResult.HANDLED if self.dragged else EventResult.IGNORED

    def _moment_at(self, x: float) -> float:
        return max(0.0, min(1.0, (x - self.box[0]) / self.box[2])) * self.length

    def _x_of(self, moment: float) -> float:
        return self.box[0] + self.box[2] * min(1.0, moment / max(1, self.length))

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """Track, rounds, kills, the knob, and what the mouse points at."""
        x, y, w, h = self.box
        top, here = y + (h - THIN) / 2, self._x_of(self.moment)
        rim = ACCENT if focused else INK
        canvas.panel(x - 6, top - 3, w + 12, THIN + 6, NIGHT, 9, rim, 3)
        canvas.panel(x, top, max(THIN, here - x), THIN, COOL, 6)
        for chapter in self.chapters:
            self._draw_chapter(canvas, chapter, y + h / 2)
        canvas.panel(here - 7, y + 2, 14, h - 4, PAPER, 7, INK, 3)
        if self._pointed is not None:
            self._draw_pointed(canvas, max(x, min(x + w, self._pointed)))

    def _draw_chapter(self, canvas: Canvas, chapter: Chapter, middle: float) -> None:
        at = self._x_of(chapter.moment)
        if chapter.kind is Found.ROUND:
            canvas.box(at - 1.5, self.box[1], 3, self.box[3], PAPER)
        elif chapter.kind is Found.RESULT:
            canvas.picture("crown", at - 22, self.box[1] - 15, 20, 20)
        elif chapter.kind is Found.MARK:
            canvas.box(at - 1, self.box[1] - 6, 3, self.box[3] / 2 + 6, ACCENT)
            canvas.box(at - 1, self.box[1] - 6, 12, 8, ACCENT)
        else:
            _dot(canvas, at, middle, self._colour_of(chapter.slot))

    def _colour_of(self, slot: int) -> Colour:
        colours = (PLAYER_COLOURS[seat.colour % len(PLAYER_COLOURS)] for seat in self.seats if seat.slot == slot)
        return next(colours, MUTED)

    def _draw_pointed(self, canvas: Canvas, x: float) -> None:
        near = [one for one in self.chapters if abs(self._x_of(one.moment) - x) <= NEAR]
        nearest = min(near, key=lambda one: abs(self._x_of(one.moment) - x), default=None)
        moment = nearest.moment if nearest else self._moment_at(x)
        words = time_words(moment) + (f"  {nearest.words}" if nearest else "")
        wide = canvas.width_of(words, WORDS) + 24
        left = max(8.0, min(x - wide / 2, WIDTH - wide - 8))
        canvas.panel(left, self.box[1] - 46, wide, 32, (*INK, 235), 10, PANEL_LIGHT, 2)
        canvas.text(words, left + wide / 2, self.box[1] - 30, WORDS, PAPER, "center")


def _dot(canvas: Canvas, x: float, y: float, colour: Colour) -> None:
    side = canvas.length(15)

    def make() -> pygame.Surface:
        big = pygame.Surface((side * 4, side * 4), pygame.SRCALPHA)
        for grow, fill in ((2.0, PAPER), (1.6, INK), (1.2, colour)):
            pygame.draw.circle(big, fill, (side * 2, side * 2), side * grow)
        return pygame.transform.smoothscale(big, (side, side))

    canvas.stamp(("dot", side, colour), make, x, y, "center")
