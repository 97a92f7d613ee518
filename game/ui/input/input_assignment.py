"""Which local player plays with which keys and pads.

One person has everything. Of more, the first ones share the keyboard and the pads go round from the next one on, so
that with one pad two people have one thing each, and with two pads nobody needs to squeeze in at the keyboard.
"""

from collections.abc import Collection
from dataclasses import dataclass

from petard.game.ui.input.gamepads import Gamepads
from petard.game.ui.input.keyboard import Keyboard
from petard.shared.rules.world import Keys

AT_KEYBOARD = 2  # people; there are two sets of keys


@dataclass(frozen=True, slots=True)
class Devices:
    """What one local player plays with: sets of keys, and pads by their place."""

    sets: tuple[int, ...]
    pads: tuple[int, ...]

    @property
    def are_none(self) -> bool:
        """True for a player who cannot be controlled until there is another pad."""
        return not self.sets and not self.pads


def devices_of(players: int, places: Collection[int]) -> tuple[Devices, ...]:
    """Answer with what each of `players` has. `places`: of the pads that are plugged in.

    >>> [one.are_none for one in devices_of(4, ())], devices_of(3, (0,))[2]
    ([False, False, True, True], Devices(sets=(), pads=(0,)))
    """
    typists = _typists(players, 1 + max(places, default=-1))
    sets = [tuple(range(AT_KEYBOARD)) if typists == 1 else (number,) for number in range(typists)]
    return tuple(
        Devices(
            sets[player] if player < typists else (),
            tuple(place for place in sorted(places) if (typists + place) % players == player),
        )
        for player in range(players)
    )


def held(players: int, keyboard: Keyboard, pads: Gamepads) -> tuple[int, ...]:
    """Answer with the Input of each of `players`; call it once a tick."""
    of_pads = pads.held()
    typists = _typists(players, len(of_pads))
    inputs = [*keyboard.held(typists), *[Keys.NONE] * (players - typists)]
    for place, bits in enumerate(of_pads):
        inputs[(typists + place) % players] |= bits
    return tuple(inputs)


def _typists(players: int, pads: int) -> int:
    return max(1, min(AT_KEYBOARD, players, players - pads))
