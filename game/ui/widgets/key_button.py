"""A button that learns a key: push it, then press the key.

Rule 1: while it listens every key is a key, except Escape, which leaves things as they are. So does B, and a click.
        Enter and F11 have a meaning everywhere, so they are not taken and it listens on.
Rule 2: it takes the scancode, a place on the keyboard, and shows what is printed there.
"""

import pygame

from petard.assets.palette import ACCENT, DANGER, INK
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.input.keyboard import UNBINDABLE, key_name
from petard.game.ui.layout import BODY, Box
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.widgets.widgets import Button, EventResult, slab

SHOWN = 2  # keys are named; more would not fit


class RebindButton(Button):
    """Shows the keys of one action. CHANGED: `new_code` is the new one."""

    def __init__(self, key: str, box: Box, codes: tuple[int, ...]) -> None:
        super().__init__(key, box, "", size=BODY)
        self.new_code = 0
        self.show(codes)

    def show(self, codes: tuple[int, ...]) -> None:
        """Name these keys from now on."""
        self.label = _listed([key_name(code) for code in codes[:SHOWN]])

    def handle_event(self, event: UiEvent) -> EventResult:
        """Listen, then learn."""
        if not self.listening:
            self.listening = super().handle_event(event) is EventResult.CHANGED
            return EventResult.HANDLED if self.listening else EventResult.IGNORED
        if event.raw.type == pygame.KEYDOWN and event.raw.scancode not in UNBINDABLE:
            self.new_code, self.listening = event.raw.scancode, False
            return EventResult.CHANGED
        if is_click(event) or event.action is MenuAction.BACK:
            self.listening = False
        return EventResult.HANDLED

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """The keys, or the wish to hear one."""
        if not self.listening:
            super().draw(canvas, focused, now)
            return
        x, y, w, h = self.box
        slab(canvas, self.box, False, DANGER if now % 0.6 < 0.3 else ACCENT)
        canvas.text("press a key", x + w / 2, y + h / 2, BODY, INK, "center", w - 20)


def _listed(names: list[str]) -> str:
    """Names of keys; a side that all of them share is said once, so that they can be read from afar.

    >>> _listed(["right Ctrl", "right Shift"]), _listed(["Space", "left Shift"]), _listed(["W"])
    ('right Ctrl / Shift', 'Space / left Shift', 'W')
    """
    for side in ("left ", "right "):
        if all(name.startswith(side) for name in names):
            return side + " / ".join(name.removeprefix(side) for name in names)
    return " / ".join(names)
