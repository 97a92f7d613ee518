"""The time line of a recording, with its kills, rounds and marks. It can be dragged.

Rule 1: kills are dots in the colour of the player who died, rounds are vertical lines, marks are small flags.
Rule 2: under the mouse it shows the time there, and what happened.
"""

import pygame

from petard.assets.palette import ACCENT, COOL, INK, MUTED, NIGHT, PANEL_LIGHT, PAPER, PLAYER_COLOURS, Colour
from petard.game.texts.phrases import joined
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.layout import Box
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.widgets.widgets import DIRECTIONS, EventResult, Widget, draw_smooth
from petard.game.view.chapter import Chapter, ChapterKind
from petard.game.view.playback import Playback
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
    """CHANGED by Confirm, and when left, right or the mouse have moved the playback."""

    def __init__(self, key: str, box: Box, playback: Playback) -> None:
        super().__init__(key, box)
        self.moved = False  # CHANGED by something else than Confirm
        self._playback = playback
        self._dragged = False
        self._resumes = False  # the recording played before the drag, and plays on after it
        self._mouse_x: float | None = None  # of the mouse over the bar, in logical units

    @property
    def is_pointed(self) -> bool:
        """True while the mouse is over it."""
        return self._mouse_x is not None

    def handle_event(self, event: UiEvent) -> EventResult:
        across = DIRECTIONS.get(event.action, (0, 0))[0]
        self.moved = event.action is not MenuAction.CONFIRM
        if event.position is not None and is_click(event):
            self._dragged = True
            self._drag_to(event.position[0])
        elif across:
            self._playback.skip(across * SKIP)
        elif self.moved:
            return EventResult.IGNORED
        return EventResult.CHANGED

    def drag(self, event: UiEvent) -> EventResult:
        """Follow the mouse while the button is down, also outside the box. Call it with every event of the mouse."""
        if event.raw.type == pygame.MOUSEBUTTONUP:
            self._dragged = False
            if self._resumes:
                self._resumes, self._playback.playing = False, not self._playback.is_over
        if event.raw.type == pygame.MOUSEMOTION and event.position is not None:
            x, y, w, h = self.box
            over = x <= event.position[0] <= x + w and y <= event.position[1] <= y + h
            self._mouse_x = event.position[0] if over or self._dragged else None
            if self._dragged:
                self._drag_to(event.position[0])
        return EventResult.HANDLED if self._dragged else EventResult.IGNORED

    def _drag_to(self, x: float) -> None:
        """Move the playback to the mouse; it stands still until the button is released."""
        if self._playback.playing:
            self._resumes = True
            self._playback.pause()
        self._playback.seek(self._moment_at(x))

    def _moment_at(self, x: float) -> float:
        return max(0.0, min(1.0, (x - self.box[0]) / self.box[2])) * self._playback.length

    def _x_of(self, moment: float) -> float:
        return self.box[0] + self.box[2] * min(1.0, moment / max(1, self._playback.length))

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        x, y, w, h = self.box
        top, here = y + (h - THIN) / 2, self._x_of(self._playback.moment)
        canvas.panel(x - 6, top - 3, w + 12, THIN + 6, NIGHT, 9, ACCENT if focused else INK, 3)
        canvas.panel(x, top, max(THIN, here - x), THIN, COOL, 6)
        chapters = self._playback.chapters.all
        for chapter in {(one.kind, one.slot, int(self._x_of(one.moment))): one for one in chapters}.values():
            self._draw_chapter(canvas, chapter)
        canvas.panel(here - 7, y + 2, 14, h - 4, PAPER, 7, INK, 3)
        if self._mouse_x is not None:
            self._draw_label(canvas, max(x, min(x + w, self._mouse_x)))

    def _draw_chapter(self, canvas: Canvas, chapter: Chapter) -> None:
        x, y, h = self._x_of(chapter.moment), self.box[1], self.box[3]
        match chapter.kind:
            case ChapterKind.ROUND:
                canvas.box(x - 1.5, y, 3, h, PAPER)
            case ChapterKind.RESULT:
                canvas.image("crown", x - 22, y - 15, 20, 20)
            case ChapterKind.MARK:
                canvas.box(x - 1, y - 6, 3, h / 2 + 6, ACCENT)
                canvas.box(x - 1, y - 6, 12, 8, ACCENT)
            case ChapterKind.CHANCE:
                canvas.box(x - 4, y + h - 4, 8, 13, INK)
                canvas.box(x - 2, y + h - 3, 4, 11, self._colour_of(chapter.slot))
            case _:
                _draw_dot(canvas, x, y + h / 2, self._colour_of(chapter.slot))

    def _colour_of(self, slot: int) -> Colour:
        seats = self._playback.seats
        return next((PLAYER_COLOURS[one.colour % len(PLAYER_COLOURS)] for one in seats if one.slot == slot), MUTED)

    def _draw_label(self, canvas: Canvas, x: float) -> None:
        chapters = self._playback.chapters.all
        nearest = min(chapters, key=lambda one: abs(self._x_of(one.moment) - x), default=None)
        if nearest and abs(self._x_of(nearest.moment) - x) > NEAR:
            nearest = None
        words = joined("  ", [time_words(nearest.moment), nearest.words]) if nearest else time_words(self._moment_at(x))
        size = canvas.grown(WORDS)
        wide = canvas.width_of(words, size) + 24
        left = max(8.0, min(x - wide / 2, canvas.wide - wide - 8))
        canvas.panel(left, self.box[1] - 46, wide, 32, (*INK, 235), 10, PANEL_LIGHT, 2)
        canvas.text(words, left + wide / 2, self.box[1] - 30, size, PAPER, "center")


def _draw_dot(canvas: Canvas, x: float, y: float, colour: Colour) -> None:
    side = canvas.length(15)

    def draw(big: pygame.Surface) -> None:
        for grow, fill in ((2.0, PAPER), (1.6, INK), (1.2, colour)):
            pygame.draw.circle(big, fill, (side * 2, side * 2), side * grow)

    draw_smooth(canvas, ("dot", side, colour), (side, side), draw, x, y, "center")
