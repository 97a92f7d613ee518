"""Who plays with what."""

import pygame
import pytest

from game.settings import ARROWS, LETTERS
from game.ui.hands import held
from game.ui.keys import Keyboard
from game.ui.pads import Pads
from shared.rules.world import Keys


class FakePads(Pads):
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
