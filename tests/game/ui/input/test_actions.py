"""Menu actions: what keys mean, and how held directions repeat."""

import pygame
import pytest

from petard.game.ui.input.actions import KEYS, WHILE_TYPING, ActionRepeat, MenuAction, action_of_key


def key(scancode: int, mod: int = 0) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYDOWN, scancode=scancode, mod=mod, key=0, unicode="")


@pytest.mark.parametrize(
    ("scancode", "action"),
    [
        (pygame.KSCAN_UP, MenuAction.UP),
        (pygame.KSCAN_S, MenuAction.DOWN),
        (pygame.KSCAN_SPACE, MenuAction.CONFIRM),
        (pygame.KSCAN_KP_ENTER, MenuAction.CONFIRM),
        (pygame.KSCAN_ESCAPE, MenuAction.BACK),
        (pygame.KSCAN_Q, None),
    ],
)
def test_a_scancode_means_an_action(scancode: int, action: MenuAction | None) -> None:
    assert action_of_key(key(scancode)) is action


def test_every_action_has_a_key() -> None:
    assert set(KEYS.values()) == set(MenuAction)


def test_letters_and_cursor_keys_are_no_actions_in_a_text_field() -> None:
    letters = range(pygame.KSCAN_A, pygame.KSCAN_0 + 1)
    theirs = {*letters, pygame.KSCAN_SPACE, pygame.KSCAN_LEFT, pygame.KSCAN_RIGHT, pygame.KSCAN_BACKSPACE}
    assert not theirs & set(WHILE_TYPING)
    assert action_of_key(key(pygame.KSCAN_W), typing=True) is None
    assert action_of_key(key(pygame.KSCAN_RETURN), typing=True) is MenuAction.CONFIRM


def test_alt_enter_is_no_action() -> None:
    assert action_of_key(key(pygame.KSCAN_RETURN, pygame.KMOD_LALT)) is None


def test_only_a_press_is_an_action() -> None:
    assert action_of_key(pygame.event.Event(pygame.KEYUP, scancode=pygame.KSCAN_UP, mod=0)) is None
    assert action_of_key(pygame.event.Event(pygame.QUIT)) is None


def test_a_held_direction_counts_again_after_a_while() -> None:
    repeat = ActionRepeat()
    assert repeat.press(1, MenuAction.DOWN, 10.0) == [MenuAction.DOWN]
    assert repeat.poll(10.39) == []
    assert repeat.poll(10.4) == [MenuAction.DOWN]
    assert repeat.poll(10.5) == []
    assert repeat.poll(10.53) == [MenuAction.DOWN]
    repeat.release(1, MenuAction.DOWN)
    assert repeat.poll(99.0) == []


def test_a_held_action_is_not_pressed_twice() -> None:
    repeat = ActionRepeat()
    repeat.press(1, MenuAction.UP, 0.0)
    assert repeat.press(1, MenuAction.UP, 0.1) == []
    assert repeat.press(2, MenuAction.UP, 0.1) == [MenuAction.UP]


def test_confirm_and_back_never_repeat() -> None:
    repeat = ActionRepeat()
    repeat.press(1, MenuAction.CONFIRM, 0.0)
    repeat.press(1, MenuAction.BACK, 0.0)
    assert repeat.poll(1e9) == []


def test_after_a_stall_a_held_direction_counts_once() -> None:
    repeat = ActionRepeat()
    repeat.press(1, MenuAction.LEFT, 0.0)
    assert repeat.poll(60.0) == [MenuAction.LEFT]
    assert repeat.poll(60.0) == []


def test_an_unplugged_pad_holds_nothing() -> None:
    repeat = ActionRepeat()
    repeat.press(1, MenuAction.LEFT, 0.0)
    repeat.press(2, MenuAction.RIGHT, 0.0)
    repeat.release_all(1)
    assert repeat.poll(1.0) == [MenuAction.RIGHT]
