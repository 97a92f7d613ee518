"""The time line of a recording, with its kills, rounds and marks. It can be dragged.

Rule 1: kills are dots in the colour of the player who died, rounds are vertical lines, marks are small flags.
Rule 2: under the mouse it shows the time there, and what happened.
"""

from collections.abc import Sequence

import pygame

from petard.assets.palette import ACCENT, COOL, INK, MUTED, NIGHT, PANEL_LIGHT, PAPER, PLAYER_COLOURS, Colour
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.layout import Box
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.widgets.widgets import EventResult, Widget, draw_smooth
from petard.game.view.demo_contents import Chapter, ChapterKind
from petard.shared.protocol.messages import Seat
from petard.shared.rules.ruleset import TICK_RATE

NEAR = 7.0  # logical units from the mouse: a chapter that near is shown
THIN = 12.0  # the height of the track
SKIP = 5.0  # seconds that left and right skip
WORDS = 20.0  # the size of text


def time_words(moment: float) -> str:
    """Return a moment (in ticks) as minutes and seconds.

    >>> time_words(0), time_words(75 * 60 + 30)
    ('0:00', '1:15')
    """
    seconds = int(moment) // TICK_RATE
    return f"{seconds // 60}:{seconds % 60:02}"


class TimeBar(Widget):
    """CHANGED by Confirm, and by the mouse, left and right, which set `wanted`: the requested moment."""

    def __init__(self, key: str, box: Box) -> None:
        super().__init__(key, box)
        self.length = 1
        self.moment = 0.0
        self.chapters: Sequence[Chapter] = ()
        self.seats: Sequence[Seat] = ()
        self.wanted: float | None = None
        self.dragged = False
        self.resumes = False  # the recording played before the drag, and plays on after it
        self._mouse_x: float | None = None  # of the mouse over the bar, in logical units

    @property
    def is_pointed(self) -> bool:
        """True while the mouse is over it."""
        return self._mouse_x is not None

    def handle_event(self, event: UiEvent) -> EventResult:
        """Handle Confirm, left and right, and clicks."""
        if event.action is MenuAction.CONFIRM:
            return EventResult.CHANGED
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
        """Follow the mouse while the button is down, also outside the box. Call it with every event of the mouse."""
        if event.raw.type == pygame.MOUSEBUTTONUP:
            self.dragged = False
        if event.raw.type == pygame.MOUSEMOTION and event.position is not None:
            x, y, w, h = self.box
            over = x <= event.position[0] <= x + w and y <= event.position[1] <= y + h
            self._mouse_x = event.position[0] if over or self.dragged else None
            if self.dragged:
                self.wanted = self._moment_at(event.position[0])
                return EventResult.CHANGED
        return EventResult.HANDLED if self.dragged else EventResult.IGNORED

    def _moment_at(self, x: float) -> float:
        return max(0.0, min(1.0, (x - self.box[0]) / self.box[2])) * self.length

    def _x_of(self, moment: float) -> float:
        return self.box[0] + self.box[2] * min(1.0, moment / max(1, self.length))

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """Draw the track, rounds, kills, the knob, and the label at the mouse."""
        x, y, w, h = self.box
        top, here = y + (h - THIN) / 2, self._x_of(self.moment)
        rim = ACCENT if focused else INK
        canvas.panel(x - 6, top - 3, w + 12, THIN + 6, NIGHT, 9, rim, 3)
        canvas.panel(x, top, max(THIN, here - x), THIN, COOL, 6)
        for chapter in self.chapters:
            self._draw_chapter(canvas, chapter, y + h / 2)
        canvas.panel(here - 7, y + 2, 14, h - 4, PAPER, 7, INK, 3)
        if self._mouse_x is not None:
            self._draw_label(canvas, max(x, min(x + w, self._mouse_x)))

    def _draw_chapter(self, canvas: Canvas, chapter: Chapter, middle: float) -> None:
        at = self._x_of(chapter.moment)
        if chapter.kind is ChapterKind.ROUND:
            canvas.box(at - 1.5, self.box[1], 3, self.box[3], PAPER)
        elif chapter.kind is ChapterKind.RESULT:
            canvas.image("crown", at - 22, self.box[1] - 15, 20, 20)
        elif chapter.kind is ChapterKind.MARK:
            canvas.box(at - 1, self.box[1] - 6, 3, self.box[3] / 2 + 6, ACCENT)
            canvas.box(at - 1, self.box[1] - 6, 12, 8, ACCENT)
        else:
            _draw_dot(canvas, at, middle, self._colour_of(chapter.slot))

    def _colour_of(self, slot: int) -> Colour:
        colours = (PLAYER_COLOURS[seat.colour % len(PLAYER_COLOURS)] for seat in self.seats if seat.slot == slot)
        return next(colours, MUTED)

    def _draw_label(self, canvas: Canvas, x: float) -> None:
        near = [one for one in self.chapters if abs(self._x_of(one.moment) - x) <= NEAR]
        nearest = min(near, key=lambda one: abs(self._x_of(one.moment) - x), default=None)
        moment = nearest.moment if nearest else self._moment_at(x)
        words = time_words(moment) + (f"  {nearest.words}" if nearest else "")
        wide = canvas.width_of(words, WORDS) + 24
        left = max(8.0, min(x - wide / 2, WIDTH - wide - 8))
        canvas.panel(left, self.box[1] - 46, wide, 32, (*INK, 235), 10, PANEL_LIGHT, 2)
        canvas.text(words, left + wide / 2, self.box[1] - 30, WORDS, PAPER, "center")


def _draw_dot(canvas: Canvas, x: float, y: float, colour: Colour) -> None:
    side = canvas.length(15)

    def draw(big: pygame.Surface) -> None:
        for grow, fill in ((2.0, PAPER), (1.6, INK), (1.2, colour)):
            pygame.draw.circle(big, fill, (side * 2, side * 2), side * grow)

    draw_smooth(canvas, ("dot", side, colour), (side, side), draw, x, y, "center")
