"""Held keys, by scancode, for one player and for several; and which player uses which devices."""

import os
import subprocess
import sys
from pathlib import Path

import pygame
import pytest

from petard.game.config.key_sets import ARROWS, LETTERS
from petard.game.ui.input.gamepads import Gamepads
from petard.game.ui.input.keyboard import Keyboard, poll_inputs
from petard.game.ui.input.local_players import devices_of
from petard.shared.rules.world import Keys

ROOT = Path(__file__).parents[4]


class FakePads(Gamepads):
    """Pads that hold the given bits."""

    def __init__(self, *bits: int) -> None:
        self.bits = bits

    def poll(self) -> tuple[int, ...]:
        return self.bits


def down(scancode: int, letter: int = 0) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYDOWN, scancode=scancode, key=letter, mod=0, unicode="")


def up(scancode: int, letter: int = 0) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYUP, scancode=scancode, key=letter, mod=0, unicode="")


def keyboard(*events: pygame.event.Event) -> Keyboard:
    keyboard = Keyboard((ARROWS, LETTERS))
    for event in events:
        keyboard.handle_event(event)
    return keyboard


def polled(keyboard: Keyboard, players: int) -> tuple[int, ...]:
    """What the players hold in the next tick, without pads."""
    return poll_inputs(players, keyboard, FakePads())


def test_one_player_has_both_sets() -> None:
    assert polled(keyboard(down(pygame.KSCAN_UP), down(pygame.KSCAN_SPACE)), 1) == (Keys.UP | Keys.BOMB,)
    assert polled(keyboard(down(pygame.KSCAN_A), down(pygame.KSCAN_RCTRL)), 1) == (Keys.LEFT | Keys.BOMB,)


def test_two_players_have_a_set_each() -> None:
    pressed = keyboard(
        down(pygame.KSCAN_RIGHT), down(pygame.KSCAN_RCTRL), down(pygame.KSCAN_S), down(pygame.KSCAN_LSHIFT)
    )
    assert polled(pressed, 2) == (Keys.RIGHT | Keys.BOMB, Keys.DOWN | Keys.BOMB)


def test_a_third_player_needs_a_pad() -> None:
    assert polled(keyboard(down(pygame.KSCAN_UP), down(pygame.KSCAN_W)), 4) == (Keys.UP, Keys.UP, 0, 0)


def test_no_key_means_two_things() -> None:
    codes = [code for one in (ARROWS, LETTERS) for name in ARROWS.__slots__ for code in getattr(one, name)]
    assert len(codes) == len(set(codes))


def test_the_scancode_counts_and_not_the_letter() -> None:
    on_azerty = down(pygame.KSCAN_W, pygame.K_z)
    on_russian = down(pygame.KSCAN_A, 0x444)
    assert polled(keyboard(on_azerty, on_russian), 1) == (Keys.UP | Keys.LEFT,)
    assert polled(keyboard(down(pygame.KSCAN_Z, pygame.K_w)), 1) == (0,)


def test_a_key_that_is_up_again_is_not_held() -> None:
    pressed = keyboard(down(pygame.KSCAN_UP))
    assert polled(pressed, 1) == (Keys.UP,)
    assert polled(pressed, 1) == (Keys.UP,)
    pressed.handle_event(up(pygame.KSCAN_UP))
    assert polled(pressed, 1) == (0,)


def test_a_tap_between_two_ticks_counts_for_one_tick() -> None:
    pressed = keyboard(down(pygame.KSCAN_SPACE), up(pygame.KSCAN_SPACE))
    assert polled(pressed, 1) == (Keys.BOMB,)
    assert polled(pressed, 1) == (0,)


def test_one_of_two_keys_for_an_action_is_enough() -> None:
    pressed = keyboard(down(pygame.KSCAN_RCTRL), down(pygame.KSCAN_RSHIFT), up(pygame.KSCAN_RCTRL))
    polled(pressed, 1)
    assert polled(pressed, 1) == (Keys.BOMB,)


def test_a_lost_focus_releases_all_keys() -> None:
    pressed = keyboard(down(pygame.KSCAN_UP), down(pygame.KSCAN_SPACE), pygame.event.Event(pygame.WINDOWFOCUSLOST))
    assert polled(pressed, 1) == (0,)


def test_new_sets_count_at_once() -> None:
    pressed = keyboard(down(pygame.KSCAN_W))
    pressed.sets = (LETTERS, ARROWS)
    assert polled(pressed, 2) == (Keys.UP, 0)


def test_other_events_are_ignored() -> None:
    assert polled(keyboard(pygame.event.Event(pygame.MOUSEMOTION, pos=(0, 0)), up(pygame.KSCAN_UP)), 1) == (0,)


def test_keys_have_printed_names() -> None:
    """In a process of its own, since it opens a window."""
    code = (
        "import pygame; from petard.game.ui.input.key_hints import key_name; "
        "pygame.display.init(); pygame.display.set_mode((8, 8)); "
        "codes = (pygame.KSCAN_W, pygame.KSCAN_SPACE, pygame.KSCAN_RCTRL, pygame.KSCAN_UP, 500); "
        "print([key_name(code) for code in codes])"
    )
    dummy = {**os.environ, "SDL_VIDEODRIVER": "dummy"}
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, env=dummy, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "['W', 'Space', 'right Ctrl', 'Up', 'Key 500']"


# Which player uses which devices


def typing() -> Keyboard:
    keyboard = Keyboard((ARROWS, LETTERS))
    for scancode in (pygame.KSCAN_UP, pygame.KSCAN_A):
        keyboard.handle_event(pygame.event.Event(pygame.KEYDOWN, scancode=scancode))
    return keyboard


@pytest.mark.parametrize(
    ("players", "pads", "inputs"),
    [
        (1, (), (Keys.UP | Keys.LEFT,)),
        (1, (Keys.BOMB, Keys.RIGHT), (Keys.UP | Keys.LEFT | Keys.BOMB | Keys.RIGHT,)),
        (2, (), (Keys.UP, Keys.LEFT)),
        (2, (Keys.BOMB,), (Keys.UP | Keys.LEFT, Keys.BOMB)),
        (2, (Keys.BOMB, Keys.RIGHT), (Keys.UP | Keys.LEFT | Keys.RIGHT, Keys.BOMB)),
        (3, (Keys.BOMB,), (Keys.UP, Keys.LEFT, Keys.BOMB)),
        (4, (Keys.BOMB,), (Keys.UP, Keys.LEFT, Keys.BOMB, 0)),
        (4, (1, 2, 4, 8), (Keys.UP | Keys.LEFT | 8, 1, 2, 4)),
    ],
)
def test_players_share_the_devices(players: int, pads: tuple[int, ...], inputs: tuple[int, ...]) -> None:
    assert poll_inputs(players, typing(), FakePads(*pads)) == inputs


@pytest.mark.parametrize("players", [1, 2, 3, 4])
@pytest.mark.parametrize("numbers", [(), (0,), (1,), (0, 1), (0, 2), (0, 1, 2), (0, 1, 2, 3), (0, 1, 2, 3, 4)])
def test_devices_of_names_the_devices_that_poll_inputs_reads(players: int, numbers: tuple[int, ...]) -> None:
    """Press one device after the other: exactly the player that devices_of gives it to moves."""
    devices = devices_of(players, numbers)
    slots = 1 + max(numbers, default=-1)
    for pad in numbers:
        pads = FakePads(*(Keys.BOMB if at == pad else 0 for at in range(slots)))
        moved = poll_inputs(players, Keyboard((ARROWS, LETTERS)), pads)
        assert [bool(bits) for bits in moved] == [pad in one.pads for one in devices]
    for number, scancode in enumerate((pygame.KSCAN_UP, pygame.KSCAN_A)):
        keyboard = Keyboard((ARROWS, LETTERS))
        keyboard.handle_event(pygame.event.Event(pygame.KEYDOWN, scancode=scancode))
        moved = poll_inputs(players, keyboard, FakePads(*[0] * slots))
        assert [bool(bits) for bits in moved] == [number in one.sets for one in devices]
