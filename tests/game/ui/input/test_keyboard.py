"""Held keys, by scancode, for one player and for several."""

import os
import subprocess
import sys
from pathlib import Path

import pygame

from petard.game.config.settings import ARROWS, LETTERS
from petard.game.ui.input.keyboard import Keyboard
from petard.shared.rules.world import Keys

ROOT = Path(__file__).parents[4]


def down(scancode: int, letter: int = 0) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYDOWN, scancode=scancode, key=letter, mod=0, unicode="")


def up(scancode: int, letter: int = 0) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYUP, scancode=scancode, key=letter, mod=0, unicode="")


def keyboard(*events: pygame.event.Event) -> Keyboard:
    keyboard = Keyboard((ARROWS, LETTERS))
    for event in events:
        keyboard.handle_event(event)
    return keyboard


def test_one_player_has_both_sets() -> None:
    assert keyboard(down(pygame.KSCAN_UP), down(pygame.KSCAN_SPACE)).poll(1) == (Keys.UP | Keys.BOMB,)
    assert keyboard(down(pygame.KSCAN_A), down(pygame.KSCAN_RCTRL)).poll(1) == (Keys.LEFT | Keys.BOMB,)


def test_two_players_have_a_set_each() -> None:
    pressed = keyboard(
        down(pygame.KSCAN_RIGHT), down(pygame.KSCAN_RCTRL), down(pygame.KSCAN_S), down(pygame.KSCAN_LSHIFT)
    )
    assert pressed.poll(2) == (Keys.RIGHT | Keys.BOMB, Keys.DOWN | Keys.BOMB)


def test_a_third_player_needs_a_pad() -> None:
    assert keyboard(down(pygame.KSCAN_UP), down(pygame.KSCAN_W)).poll(4) == (Keys.UP, Keys.UP, 0, 0)


def test_no_key_means_two_things() -> None:
    codes = [code for one in (ARROWS, LETTERS) for name in ARROWS.__slots__ for code in getattr(one, name)]
    assert len(codes) == len(set(codes))


def test_the_scancode_counts_and_not_the_letter() -> None:
    on_azerty = down(pygame.KSCAN_W, pygame.K_z)
    on_russian = down(pygame.KSCAN_A, 0x444)
    assert keyboard(on_azerty, on_russian).poll(1) == (Keys.UP | Keys.LEFT,)
    assert keyboard(down(pygame.KSCAN_Z, pygame.K_w)).poll(1) == (0,)


def test_a_key_that_is_up_again_is_not_held() -> None:
    pressed = keyboard(down(pygame.KSCAN_UP))
    assert pressed.poll(1) == (Keys.UP,)
    assert pressed.poll(1) == (Keys.UP,)
    pressed.handle_event(up(pygame.KSCAN_UP))
    assert pressed.poll(1) == (0,)


def test_a_tap_between_two_ticks_counts_for_one_tick() -> None:
    pressed = keyboard(down(pygame.KSCAN_SPACE), up(pygame.KSCAN_SPACE))
    assert pressed.poll(1) == (Keys.BOMB,)
    assert pressed.poll(1) == (0,)


def test_one_of_two_keys_for_an_action_is_enough() -> None:
    pressed = keyboard(down(pygame.KSCAN_RCTRL), down(pygame.KSCAN_RSHIFT), up(pygame.KSCAN_RCTRL))
    pressed.poll(1)
    assert pressed.poll(1) == (Keys.BOMB,)


def test_a_lost_focus_releases_all_keys() -> None:
    pressed = keyboard(down(pygame.KSCAN_UP), down(pygame.KSCAN_SPACE), pygame.event.Event(pygame.WINDOWFOCUSLOST))
    assert pressed.poll(1) == (0,)


def test_new_sets_count_at_once() -> None:
    pressed = keyboard(down(pygame.KSCAN_W))
    pressed.sets = (LETTERS, ARROWS)
    assert pressed.poll(2) == (Keys.UP, 0)


def test_other_events_are_ignored() -> None:
    assert keyboard(pygame.event.Event(pygame.MOUSEMOTION, pos=(0, 0)), up(pygame.KSCAN_UP)).poll(1) == (0,)


def test_keys_have_printed_names() -> None:
    """In a process of its own, since it opens a window."""
    code = (
        "import pygame; from petard.game.ui.input.key_names import key_name; "
        "pygame.display.init(); pygame.display.set_mode((8, 8)); "
        "codes = (pygame.KSCAN_W, pygame.KSCAN_SPACE, pygame.KSCAN_RCTRL, pygame.KSCAN_UP, 500); "
        "print([key_name(code) for code in codes])"
    )
    dummy = {**os.environ, "SDL_VIDEODRIVER": "dummy"}
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, env=dummy, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "['W', 'Space', 'right Ctrl', 'Up', 'Key 500']"
