"""Events of the window, and the UiEvents made from them."""

from typing import Any

import pygame
import pytest

from petard.game.config.settings import Settings
from petard.game.ui.input.actions import MenuAction, UiEvent
from petard.game.ui.input.gamepads import Gamepads
from petard.game.ui.input.input_events import InputEvents
from petard.game.ui.input.keyboard import Keyboard
from petard.game.ui.widgets.text_field import TextField
from petard.shared.rules.world import Keys
from tests.game.ui.pictures import dummy_canvas

FIELD = TextField("name", (100, 100, 400, 50), "", 20)


class Source:
    """InputEvents on a canvas of half the size."""

    def __init__(self) -> None:
        self.canvas = dummy_canvas((640, 360))
        self.keyboard = Keyboard(Settings().keys)
        self.input = InputEvents(self.keyboard, Gamepads())

    def send(self, kind: int, playing: bool = False, **fields: Any) -> list[UiEvent]:
        """One event."""
        return self.input.handle_event(pygame.event.Event(kind, **fields), self.canvas.to_logical, playing, 0.0)

    def down(self, scancode: int, mod: int = 0, key: int = 0) -> list[UiEvent]:
        """A key goes down, or repeats."""
        return self.send(pygame.KEYDOWN, scancode=scancode, key=key, mod=mod, unicode="")

    def up(self, scancode: int) -> list[UiEvent]:
        """A key goes up."""
        return self.send(pygame.KEYUP, scancode=scancode, key=0, mod=0, unicode="")


@pytest.fixture
def source() -> Source:
    return Source()


class OnePad(Gamepads):
    """A pad each press of which is Confirm."""

    def is_press(self, event: pygame.event.Event) -> bool:
        return event.type == pygame.CONTROLLERBUTTONDOWN

    def handle_event(self, event: pygame.event.Event, now: float, playing: bool = False) -> list[MenuAction]:
        return [MenuAction.CONFIRM] if self.is_press(event) and not playing else []


def actions(events: list[UiEvent]) -> list[MenuAction | None]:
    return [event.action for event in events]


def test_confirm_does_not_repeat_and_directions_do(source: Source) -> None:
    assert actions(source.down(pygame.KSCAN_RETURN)) == [MenuAction.CONFIRM]
    assert source.down(pygame.KSCAN_RETURN) == []
    source.up(pygame.KSCAN_RETURN)
    assert actions(source.down(pygame.KSCAN_RETURN)) == [MenuAction.CONFIRM]
    assert actions(source.down(pygame.KSCAN_UP)) == actions(source.down(pygame.KSCAN_UP)) == [MenuAction.UP]


def test_letters_repeat_in_a_text_field_and_are_no_actions(source: Source) -> None:
    source.input.text.set_field(FIELD)
    assert actions(source.down(pygame.KSCAN_W)) == actions(source.down(pygame.KSCAN_W)) == [None]
    assert source.keyboard.poll() == [Keys.NONE, Keys.NONE], "keys that are typed move no player"


def test_a_key_that_went_down_before_typing_is_released(source: Source) -> None:
    source.down(pygame.KSCAN_RIGHT)
    source.keyboard.poll()
    source.input.text.set_field(FIELD)
    source.up(pygame.KSCAN_RIGHT)
    assert source.keyboard.poll() == [Keys.NONE, Keys.NONE]


def test_f11_and_alt_enter_change_the_size_once_and_do_nothing_else(source: Source) -> None:
    for scancode, mod in ((pygame.KSCAN_F11, 0), (pygame.KSCAN_RETURN, pygame.KMOD_LALT)):
        assert source.down(scancode, mod) == []
        assert source.input.wants_other_size
        source.input.wants_other_size = False
        source.down(scancode, mod)
        assert not source.input.wants_other_size, "held down is not pressed again"


def test_the_mouse_is_reported_in_logical_units_and_its_right_button_means_back(source: Source) -> None:
    (press,) = source.send(pygame.MOUSEBUTTONDOWN, pos=(320, 90), button=1)
    assert press.position == pytest.approx((640, 180))
    (wheel,) = source.send(pygame.MOUSEWHEEL, x=0, y=1)
    assert wheel.position == press.position
    assert actions(source.send(pygame.MOUSEBUTTONDOWN, pos=(320, 90), button=3)) == [MenuAction.BACK]


def test_a_press_of_a_pad_in_a_menu_is_one_event_with_its_button(source: Source) -> None:
    source.input = InputEvents(source.keyboard, OnePad())
    (press,) = source.send(pygame.CONTROLLERBUTTONDOWN, instance_id=0, button=2)
    assert (press.action, press.raw.button) == (MenuAction.CONFIRM, 2)
    assert source.send(pygame.CONTROLLERBUTTONDOWN, playing=True, instance_id=0, button=2) == []


def test_losing_the_focus_releases_all_keys(source: Source) -> None:
    source.down(pygame.KSCAN_RETURN)
    source.send(pygame.WINDOWFOCUSLOST)
    assert actions(source.down(pygame.KSCAN_RETURN)) == [MenuAction.CONFIRM]


def test_closing_the_window_asks_to_quit(source: Source) -> None:
    source.send(pygame.QUIT)
    assert source.input.wants_to_quit


def test_a_mouse_that_has_not_moved_since_the_window_opened_moves_no_focus(source: Source) -> None:
    def motion(x: int) -> list[UiEvent]:
        return source.send(pygame.MOUSEMOTION, pos=(x, 10), rel=(x, 10), buttons=(0, 0, 0))

    assert motion(100) == []
    assert [one.position for one in motion(101)] == [(202, 20)]
