"""What people did since the last picture, each thing once, with its meaning in a menu.

Rule 1: a key that is held repeats: letters while somebody types, directions in a menu, nothing else.
Rule 2: while a match is played, keys and pads are for the players; only Escape, Start and the right mouse button leave.
Rule 3: an input method is on only while somebody types, or it would eat the keys of whoever plays.
"""

import pygame

from petard.game.ui.input.actions import REPEATING, MenuAction, UiEvent, action_of_key
from petard.game.ui.input.gamepads import Gamepads
from petard.game.ui.input.keyboard import Keyboard
from petard.game.ui.render.canvas import Canvas

REPEAT_AFTER, REPEAT_EVERY = 400, 60  # ms
PUSHED = frozenset({pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION})
TOLD = PUSHED | {pygame.KEYDOWN, pygame.TEXTINPUT, pygame.MOUSEWHEEL}
RIGHT_BUTTON = 3


class InputEvents:
    """Hears keyboard, pads and mouse."""

    def __init__(self, keyboard: Keyboard, pads: Gamepads) -> None:
        self.wants_to_quit = False
        self.wants_other_size = False  # F11 or Alt+Enter; whoever obeys sets it back
        self._keyboard = keyboard
        self._pads = pads
        self._down: set[int] = set()
        self._types = False
        self._at: tuple[float, float] | None = None  # where the mouse is, in logical units
        pygame.key.set_repeat(REPEAT_AFTER, REPEAT_EVERY)
        pygame.key.stop_text_input()

    def type(self, types: bool) -> None:
        """Tell whether somebody types from now on."""
        if types != self._types:
            self._types = types
            switch = pygame.key.start_text_input if types else pygame.key.stop_text_input
            switch()

    def hear(self, event: pygame.event.Event, canvas: Canvas, playing: bool, now: float) -> list[UiEvent]:
        """Take one event. `playing`: it is for a match that nothing lies over."""
        self.wants_to_quit |= event.type == pygame.QUIT
        repeated = self._is_repeated(event)
        if event.type == pygame.KEYDOWN and _is_size_key(event):
            self.wants_other_size |= not repeated
            return []
        if not repeated and not (self._types and event.type == pygame.KEYDOWN):
            self._keyboard.hear(event)
        heard = [UiEvent(NOTHING, action) for action in self._pads.hear(event, now, playing)]
        if event.type in TOLD:
            heard += self._told(event, canvas, repeated)
        return heard

    def tick(self, playing: bool, now: float) -> list[UiEvent]:
        """What counts again because a pad still holds it."""
        actions = self._pads.tick(now)
        return [] if playing else [UiEvent(NOTHING, action) for action in actions]

    def _told(self, event: pygame.event.Event, canvas: Canvas, repeated: bool) -> list[UiEvent]:
        if event.type in PUSHED:
            rests = self._at is None and event.type == pygame.MOUSEMOTION
            self._at = canvas.to_logical(event.pos)
            if rests:  # the window opened under a mouse that lies still: it chooses nothing
                return []
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == RIGHT_BUTTON:
            return [UiEvent(NOTHING, MenuAction.BACK)]
        action = action_of_key(event, self._types)
        if repeated and action not in REPEATING and not (self._types and action is None):
            return []
        return [UiEvent(event, action, self._at if event.type in PUSHED or event.type == pygame.MOUSEWHEEL else None)]

    def _is_repeated(self, event: pygame.event.Event) -> bool:
        """True for a KEYDOWN of a key that is down already."""
        if event.type == pygame.KEYUP:
            self._down.discard(event.scancode)
        elif event.type == pygame.WINDOWFOCUSLOST:
            self._down.clear()
        elif event.type == pygame.KEYDOWN:
            repeated = event.scancode in self._down
            self._down.add(event.scancode)
            return repeated
        return False


NOTHING = pygame.event.Event(pygame.NOEVENT)


def _is_size_key(event: pygame.event.Event) -> bool:
    enter = event.scancode in (pygame.KSCAN_RETURN, pygame.KSCAN_KP_ENTER)
    return event.scancode == pygame.KSCAN_F11 or (enter and bool(event.mod & pygame.KMOD_ALT))
