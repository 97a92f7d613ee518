"""Who plays with what."""

import pygame
import pytest

from petard.game.config.settings import ARROWS, LETTERS
from petard.game.ui.input.gamepads import Gamepads
from petard.game.ui.input.input_assignment import devices_of, held
from petard.game.ui.input.keyboard import Keyboard
from petard.shared.rules.world import Keys


class FakePads(Gamepads):
    """Pads that hold what the test says."""

    def __init__(self, *bits: int) -> None:
        self.bits = bits

    def held(self) -> tuple[int, ...]:
        return self.bits


def typing() -> Keyboard:
    keyboard = Keyboard((ARROWS, LETTERS))
    for scancode in (pygame.KSCAN_UP, pygame.KSCAN_A):
        keyboard.hear(pygame.event.Event(pygame.KEYDOWN, scancode=scancode))
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
def test_everybody_has_something_to_play_with(players: int, pads: tuple[int, ...], inputs: tuple[int, ...]) -> None:
    assert held(players, typing(), FakePads(*pads)) == inputs


@pytest.mark.parametrize("players", [1, 2, 3, 4])
@pytest.mark.parametrize("places", [(), (0,), (1,), (0, 1), (0, 2), (0, 1, 2), (0, 1, 2, 3), (0, 1, 2, 3, 4)])
def test_what_is_said_of_the_devices_is_what_plays(players: int, places: tuple[int, ...]) -> None:
    """Press one thing after the other: exactly the player who is said to have it moves."""
    told = devices_of(players, places)
    slots = 1 + max(places, default=-1)
    for place in places:
        pads = FakePads(*(Keys.BOMB if at == place else 0 for at in range(slots)))
        moved = held(players, Keyboard((ARROWS, LETTERS)), pads)
        assert [bool(bits) for bits in moved] == [place in one.pads for one in told]
    for number, scancode in enumerate((pygame.KSCAN_UP, pygame.KSCAN_A)):
        keyboard = Keyboard((ARROWS, LETTERS))
        keyboard.hear(pygame.event.Event(pygame.KEYDOWN, scancode=scancode))
        moved = held(players, keyboard, FakePads(*[0] * slots))
        assert [bool(bits) for bits in moved] == [number in one.sets for one in told]
