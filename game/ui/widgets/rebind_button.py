"""Buttons that show the keys, or the buttons of a pad, of one action, and listen for another one.

Rule 1: while a RebindButton listens, every key is a key, except Escape, which leaves things as they are; so do B on a
        pad and a click. Enter and F11 have a meaning everywhere: they are not taken, and the button listens on.
Rule 2: while a PadButton listens, every button of a pad is one for the action, except those that menus need: these
        leave things as they are, and so do Escape and a click.
"""

from dataclasses import dataclass

import pygame

from petard.assets.palette import ACCENT, DANGER, INK
from petard.game.config.key_sets import BUTTON_CODES
from petard.game.texts.phrases import tr
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.input.gamepads import code_of
from petard.game.ui.input.keyboard import UNBINDABLE
from petard.game.ui.layout import BODY, centre
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.widgets.widgets import Button, EventResult, draw_slab


@dataclass(eq=False)
class RebindButton(Button):
    """Shows the keys of one action. After a press it listens for a key: CHANGED, and `new_code` is its scancode."""

    asks = tr("press a key")

    size: float = BODY
    new_code: int = 0

    def handle_event(self, event: UiEvent) -> EventResult:
        """Start to listen, then take the key."""
        if not self.listening:
            self.listening = super().handle_event(event) is EventResult.CHANGED
            return EventResult.HANDLED if self.listening else EventResult.IGNORED
        code = self.code_in(event)
        if code >= 0:
            self.new_code, self.listening = code, False
            return EventResult.CHANGED
        self.listening = not (is_click(event) or self.is_refusal(event))
        return EventResult.HANDLED

    def code_in(self, event: UiEvent) -> int:
        """Return the code that an event gives the action; -1 for none."""
        is_key = event.raw.type == pygame.KEYDOWN and event.raw.scancode not in UNBINDABLE
        return int(event.raw.scancode) if is_key else -1

    def is_refusal(self, event: UiEvent) -> bool:
        """True for an event that leaves things as they are."""
        return event.action is MenuAction.BACK

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        if not self.listening:
            super().draw(canvas, focused, now)
            return
        draw_slab(canvas, self.box, False, DANGER if now % 0.6 < 0.3 else ACCENT)
        canvas.text(self.asks, *centre(self.box), BODY, INK, "center", self.box[2] - 20)


@dataclass(eq=False)
class PadButton(RebindButton):
    """Shows the buttons of one action. After a press it listens for a button of a pad: CHANGED, with `new_code`."""

    asks = tr("press a button of the pad")

    def code_in(self, event: UiEvent) -> int:
        code = code_of(event.raw)
        return code if code in BUTTON_CODES else -1

    def is_refusal(self, event: UiEvent) -> bool:
        is_escape = event.raw.type == pygame.KEYDOWN and event.action is MenuAction.BACK
        return is_escape or code_of(event.raw) >= 0
