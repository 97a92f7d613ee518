"""Events as they come from the window, and what is made of them."""

from typing import Any

import pygame
import pytest

from petard.game.config.settings import Settings
from petard.game.ui.input.actions import MenuAction, UiEvent
from petard.game.ui.input.gamepads import Gamepads
from petard.game.ui.input.input_events import InputEvents
from petard.game.ui.input.keyboard import Keyboard
from petard.shared.rules.world import Keys
from tests.game.ui.pictures import dummy_canvas


class Listener:
    """Ears on a canvas of half the size."""

    def __init__(self) -> None:
        self.canvas = dummy_canvas((640, 360))
        self.keyboard = Keyboard(Settings().keys)
        self.ears = InputEvents(self.keyboard, Gamepads())

    def hear(self, kind: int, playing: bool = False, **fields: Any) -> list[UiEvent]:
        """One event."""
        return self.ears.hear(pygame.event.Event(kind, **fields), self.canvas, playing, 0.0)

    def down(self, scancode: int, mod: int = 0, key: int = 0) -> list[UiEvent]:
        """A key goes down, or repeats."""
        return self.hear(pygame.KEYDOWN, scancode=scancode, key=key, mod=mod, unicode="")

    def up(self, scancode: int) -> list[UiEvent]:
        """A key goes up."""
        return self.hear(pygame.KEYUP, scancode=scancode, key=0, mod=0, unicode="")


@pytest.fixture
def listener() -> Listener:
    return Listener()


def actions(heard: list[UiEvent]) -> list[MenuAction | None]:
    return [one.action for one in heard]


def test_confirm_does_not_repeat_and_directions_do(listener: Listener) -> None:
    assert actions(listener.down(pygame.KSCAN_RETURN)) == [MenuAction.CONFIRM]
    assert listener.down(pygame.KSCAN_RETURN) == []
    listener.up(pygame.KSCAN_RETURN)
    assert actions(listener.down(pygame.KSCAN_RETURN)) == [MenuAction.CONFIRM]
    assert actions(listener.down(pygame.KSCAN_UP)) == actions(listener.down(pygame.KSCAN_UP)) == [MenuAction.UP]


def test_letters_repeat_while_somebody_types_and_are_no_actions(listener: Listener) -> None:
    listener.ears.type(True)
    assert actions(listener.down(pygame.KSCAN_W)) == actions(listener.down(pygame.KSCAN_W)) == [None]
    assert listener.keyboard.held(1) == (Keys.NONE,), "who types does not walk"


def test_a_key_that_went_down_before_typing_is_let_go_of(listener: Listener) -> None:
    listener.down(pygame.KSCAN_RIGHT)
    listener.keyboard.held(1)
    listener.ears.type(True)
    listener.up(pygame.KSCAN_RIGHT)
    assert listener.keyboard.held(1) == (Keys.NONE,)


def test_f11_and_alt_enter_change_the_size_once_and_nothing_else(listener: Listener) -> None:
    for scancode, mod in ((pygame.KSCAN_F11, 0), (pygame.KSCAN_RETURN, pygame.KMOD_LALT)):
        assert listener.down(scancode, mod) == []
        assert listener.ears.wants_other_size
        listener.ears.wants_other_size = False
        listener.down(scancode, mod)
        assert not listener.ears.wants_other_size, "held down is not pressed again"


def test_the_mouse_is_told_in_logical_units_and_its_right_button_means_back(listener: Listener) -> None:
    (heard,) = listener.hear(pygame.MOUSEBUTTONDOWN, pos=(320, 90), button=1)
    assert heard.position == pytest.approx((640, 180))
    (wheel,) = listener.hear(pygame.MOUSEWHEEL, x=0, y=1)
    assert wheel.position == heard.position
    assert actions(listener.hear(pygame.MOUSEBUTTONDOWN, pos=(320, 90), button=3)) == [MenuAction.BACK]


def test_losing_the_focus_forgets_what_is_held(listener: Listener) -> None:
    listener.down(pygame.KSCAN_RETURN)
    listener.hear(pygame.WINDOWFOCUSLOST)
    assert actions(listener.down(pygame.KSCAN_RETURN)) == [MenuAction.CONFIRM]


def test_closing_the_window_is_a_wish_to_quit(listener: Listener) -> None:
    listener.hear(pygame.QUIT)
    assert listener.ears.wants_to_quit


def test_a_mouse_that_lies_where_the_window_opens_chooses_nothing_until_it_moves(listener: Listener) -> None:
    def motion(x: int) -> list[UiEvent]:
        return listener.hear(pygame.MOUSEMOTION, pos=(x, 10), rel=(x, 10), buttons=(0, 0, 0))

    assert motion(100) == []
    assert [one.position for one in motion(101)] == [(202, 20)]
