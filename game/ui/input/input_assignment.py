"""Which local player uses which keys and pads.

One player has everything. With more, the first ones share the keyboard and the pads go round from the next one on: with
one pad two players have one device each, and with two pads nobody shares the keyboard.
"""

from collections.abc import Collection
from dataclasses import dataclass

from petard.game.ui.input.gamepads import Gamepads
from petard.game.ui.input.keyboard import Keyboard
from petard.shared.rules.world import Keys

AT_KEYBOARD = 2  # players; there are two key sets


@dataclass(frozen=True, slots=True)
class Devices:
    """The devices of one local player: numbers of key sets, and of pads."""

    sets: tuple[int, ...]
    pads: tuple[int, ...]

    @property
    def is_empty(self) -> bool:
        """True for a player who cannot play until another pad is plugged in."""
        return not self.sets and not self.pads


def devices_of(players: int, pads: Collection[int]) -> tuple[Devices, ...]:
    """Return the devices of each of `players`. `pads`: the numbers of the pads that are plugged in.

    >>> [one.is_empty for one in devices_of(4, ())], devices_of(3, (0,))[2]
    ([False, False, True, True], Devices(sets=(), pads=(0,)))
    """
    typists = _typists(players, 1 + max(pads, default=-1))
    sets = [tuple(range(AT_KEYBOARD)) if typists == 1 else (number,) for number in range(typists)]
    return tuple(
        Devices(
            sets[player] if player < typists else (),
            tuple(pad for pad in sorted(pads) if (typists + pad) % players == player),
        )
        for player in range(players)
    )


def poll_inputs(players: int, keyboard: Keyboard, pads: Gamepads) -> tuple[int, ...]:
    """Return the held keys (bits of `Keys`) of each of `players` for this tick; call it once a tick."""
    of_pads = pads.poll()
    typists = _typists(players, len(of_pads))
    inputs = [*keyboard.poll(typists), *[Keys.NONE] * (players - typists)]
    for pad, bits in enumerate(of_pads):
        inputs[(typists + pad) % players] |= bits
    return tuple(inputs)


def _typists(players: int, pads: int) -> int:
    """How many players use the keyboard."""
    return max(1, min(AT_KEYBOARD, players, players - pads))
