"""The keyboard in play, by scancode, and which local player uses which keys and pads.

Rule 1: scancodes come from KEYDOWN and KEYUP: they name the place of a key. `pygame.key.get_pressed` names its letter,
        and on AZERTY, Z is where W is on QWERTY.
Rule 2: a tap between two ticks is not lost: a key that went down counts in the next tick, even if it is up again.
Rule 3: without the focus no key is held, or a player would walk on while the person types in another window.
Rule 4: one player has all devices. With more, the first ones share the keyboard and the pads go round from the next one
        on: with one pad two players have one device each, and with two pads nobody shares the keyboard.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from operator import or_

import pygame

from petard.game.config.settings import KEY_ACTIONS, RESERVED, KeySet
from petard.game.ui.input.gamepads import Gamepads
from petard.shared.rules.world import Keys

BITS = {"up": Keys.UP, "down": Keys.DOWN, "left": Keys.LEFT, "right": Keys.RIGHT, "bomb": Keys.BOMB}
UNBINDABLE = RESERVED | {pygame.KSCAN_UNKNOWN, pygame.KSCAN_LGUI, pygame.KSCAN_RGUI}
AT_KEYBOARD = 2  # players; there are two key sets


class Keyboard:
    """The keys that are down, and the key sets that give them a meaning."""

    def __init__(self, sets: tuple[KeySet, ...]) -> None:
        self.sets = sets  # may be changed at any time
        self._down: set[int] = set()
        self._tapped: set[int] = set()

    def handle_event(self, event: pygame.event.Event) -> None:
        """Note a key or a lost focus; ignore every other event."""
        if event.type == pygame.KEYDOWN:
            self._down.add(event.scancode)
            self._tapped.add(event.scancode)
        elif event.type == pygame.KEYUP:
            self._down.discard(event.scancode)
        elif event.type == pygame.WINDOWFOCUSLOST:
            self.release()

    def release(self) -> None:
        """Release all keys: the focus is lost, or a menu or a text field has opened."""
        self._down.clear()
        self._tapped.clear()

    def poll(self) -> list[int]:
        """Return what is held of each key set in this tick, as bits of `Keys`. Once a tick: it forgets the taps."""
        down = self._down | self._tapped
        self._tapped.clear()
        return [_bits(keys, down) for keys in self.sets]


def _bits(keys: KeySet, down: set[int]) -> int:
    return sum(BITS[action] for action in KEY_ACTIONS if not down.isdisjoint(getattr(keys, action)))


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
    typists = max(1, min(AT_KEYBOARD, players, players - 1 - max(pads, default=-1)))
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
    of_sets, of_pads = keyboard.poll(), pads.poll()
    devices = devices_of(players, range(len(of_pads)))
    held = [[*(of_sets[number] for number in one.sets), *(of_pads[number] for number in one.pads)] for one in devices]
    return tuple(reduce(or_, bits, Keys.NONE) for bits in held)
