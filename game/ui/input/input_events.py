"""Turns the window's events into UiEvents, and notes the keys and buttons that the players hold.

Rule 1: a held key repeats letters in a text field and directions in a menu, nothing else.
Rule 2: in a match keys and pads belong to the players; only Escape, Start and the right mouse button mean Back.
"""

from collections.abc import Callable

import pygame

from petard.game.ui.input.actions import NO_EVENT, REPEATING, MenuAction, UiEvent, action_of_key
from petard.game.ui.input.gamepads import Gamepads
from petard.game.ui.input.keyboard import Keyboard
from petard.game.ui.input.text_input import TextInput

REPEAT_AFTER, REPEAT_EVERY = 400, 60  # ms
POINTING = frozenset({pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION})
REPORTED = POINTING | {pygame.KEYDOWN, pygame.TEXTINPUT, pygame.MOUSEWHEEL}
RIGHT_BUTTON = 3

Place = tuple[float, float]


class InputEvents:
    """The keyboard, the pads and the mouse of this machine."""

    def __init__(self, keyboard: Keyboard, pads: Gamepads) -> None:
        self.wants_to_quit = False
        self.wants_other_size = False  # F11 or Alt+Enter was pressed; the caller sets it back
        self.text = TextInput()
        self._keyboard = keyboard
        self._pads = pads
        self._down: set[int] = set()
        self._mouse: Place | None = None  # where the mouse is, in logical units
        pygame.key.set_repeat(REPEAT_AFTER, REPEAT_EVERY)

    def handle_event(
        self, event: pygame.event.Event, to_logical: Callable[[Place], Place], playing: bool, now: float
    ) -> list[UiEvent]:
        """Handle one event of the window. `to_logical`: turns pixels into logical units (Canvas.to_logical).

        `playing`: a match is shown, and no menu over it.
        """
        self.wants_to_quit |= event.type == pygame.QUIT
        repeated = self._is_repeated(event)
        if self.text.handle_event(event):
            return []
        if event.type == pygame.KEYDOWN and _is_size_key(event):
            self.wants_other_size |= not repeated
            return []
        if not repeated and not (self.text.field and event.type == pygame.KEYDOWN):
            self._keyboard.handle_event(event)
        actions = self._pads.handle_event(event, now, playing)
        events = [UiEvent(NO_EVENT, action) for action in actions]
        if not playing and self._pads.is_press(event):
            events = [UiEvent(event, next(iter(actions), None))]
        if event.type in REPORTED:
            events += self._report(event, to_logical, repeated)
        return events

    def poll_repeats(self, playing: bool, now: float) -> list[UiEvent]:
        """Return the actions that count again because a pad still holds them."""
        actions = self._pads.poll_repeats(now)
        return [] if playing else [UiEvent(NO_EVENT, action) for action in actions]

    def _report(self, event: pygame.event.Event, to_logical: Callable[[Place], Place], repeated: bool) -> list[UiEvent]:
        if event.type in POINTING:
            is_first = self._mouse is None and event.type == pygame.MOUSEMOTION
            self._mouse = to_logical(event.pos)
            if is_first:  # the window opened under a mouse that lies still: it chooses nothing
                return []
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == RIGHT_BUTTON:
            return [UiEvent(NO_EVENT, MenuAction.BACK)]
        action = action_of_key(event, self.text.field is not None)
        if repeated and action not in REPEATING and not (self.text.field and action is None):
            return []
        has_place = event.type in POINTING or event.type == pygame.MOUSEWHEEL
        return [UiEvent(event, action, self._mouse if has_place else None, repeated)]

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


def _is_size_key(event: pygame.event.Event) -> bool:
    enter = event.scancode in (pygame.KSCAN_RETURN, pygame.KSCAN_KP_ENTER)
    return event.scancode == pygame.KSCAN_F11 or (enter and bool(event.mod & pygame.KMOD_ALT))
