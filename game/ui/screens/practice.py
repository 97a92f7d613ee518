"""The practice round of the lobby, over its cards, while it is played."""

import pygame

from petard.assets.palette import ACCENT, NIGHT, PAPER
from petard.game.client.room_state import RoomState
from petard.game.texts.phrases import tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.layout import SMALL, Box
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.effects import comfort_of
from petard.game.ui.render.painter import Painter
from petard.game.view.cues import Cues
from petard.game.view.practice import Practice
from petard.shared.rules.maps import Board

EDGE, FOOT = 8.0, 34.0  # around the picture, and below it
SHORTEST = 520.0  # logical units of the round on the shorter side of the box
PLAYING = tr("Esc: back to the lobby     Enter: ready")


class PracticeScene:
    """Keys move the players of this machine on it."""

    def __init__(self, context: ScreenContext, room: RoomState, board: Board, preset: str) -> None:
        """`preset`: the name of the chosen rules."""
        self._context, self._room = context, room
        self._run = Practice(board, max(1, len(room.my_seats)), preset)
        self._begin()
        self._field = Canvas(pygame.Surface((1, 1), 0, 32))
        context.devices.keyboard.release()

    def _begin(self) -> None:
        self._begun = self._run.restarts
        self._cues = Cues(self._run.slots)
        self._painter = Painter(comfort_of(self._context.settings))

    def tick(self, now: float) -> None:
        """Advance with the keys of the players here, and play the sounds."""
        events = self._run.tick(self._context.devices.poll(len(self._run.slots), None))
        if self._run.restarts != self._begun:
            self._begin()
        cues = self._cues.cues_of(events, self._run.view())
        self._context.audio.play_cues(cues, now)
        self._painter.handle_cues(cues, now)

    def draw(self, canvas: Canvas, box: Box, now: float) -> None:
        """Draw it into a box, over what is there."""
        x, y, wide, tall = box
        canvas.panel(*box, NIGHT, 18, ACCENT, 4)
        part = canvas.pixels(x + EDGE, y + EDGE, wide - 2 * EDGE, tall - 2 * EDGE - FOOT)
        if self._field.surface.get_size() != part.size:
            self._field = Canvas(pygame.Surface(part.size, 0, 32))
            self._field.fit_window(SHORTEST)
        seats = self._run.seats(self._room.my_seats)
        self._painter.draw(self._field, self._run.view(), seats, now, self._run.slots, bare=True)
        canvas.surface.blit(self._field.surface, part)
        canvas.text(PLAYING, x + wide / 2, y + tall - FOOT / 2 - 3, SMALL, PAPER, "center", wide - 30)
