"""Which local player uses which devices."""

import pygame
import pytest

from petard.game.config.settings import ARROWS, LETTERS
from petard.game.ui.input.gamepads import Gamepads
from petard.game.ui.input.input_assignment import devices_of, poll_inputs
from petard.game.ui.input.keyboard import Keyboard
from petard.shared.rules.world import Keys


class FakePads(Gamepads):
    """Pads that hold the given bits."""

    def __init__(self, *bits: int) -> None:
        self.bits = bits

    def poll(self) -> tuple[int, ...]:
        return self.bits


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
