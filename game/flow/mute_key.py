"""The key that switches all sound off and on: M, unless it is a key of a player, or a letter in a text field.

It changes the setting `muted`, as the switch in the options does, and says so for a moment.
"""

from dataclasses import replace

import pygame

from petard.game.config.key_sets import is_bound
from petard.game.texts.phrases import tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.connection_overlay import draw_notice
from petard.game.ui.screen import Screen

WORDS = {False: tr("Sound on"), True: tr("Sound off (M)")}  # by whether it is muted
SHOWN = 1.5  # seconds


class MuteKey:
    def __init__(self, context: ScreenContext) -> None:
        self._context = context
        self._shown_until = 0.0

    def handle_event(self, event: pygame.event.Event, screen: Screen, now: float) -> None:
        """Switch the sound if the event is the key. `screen`: the one that gets the events."""
        settings = self._context.settings
        is_m = event.type == pygame.KEYDOWN and event.key == pygame.K_m and not is_bound(settings.keys, event.scancode)
        if is_m and not screen.takes_letters:
            self._context.settings = replace(settings, muted=not settings.muted)
            self._shown_until = now + SHOWN

    def draw(self, canvas: Canvas, now: float) -> None:
        if now < self._shown_until:
            draw_notice(canvas, WORDS[self._context.settings.muted])
