"""The keyboard in play, by scancode, and what each local player holds on keys and pads.

Rule 1: scancodes come from KEYDOWN and KEYUP: they name the place of a key. `pygame.key.get_pressed` names its letter,
        and on AZERTY, Z is where W is on QWERTY.
Rule 2: a tap between two ticks is not lost: a key that went down counts in the next tick, even if it is up again.
Rule 3: without the focus no key is held, or a player would walk on while the person types in another window.
"""

from functools import reduce
from operator import or_

import pygame

from petard.game.config.key_sets import RESERVED, KeySet
from petard.game.ui.input.gamepads import Gamepads, bits_of
from petard.game.ui.input.local_players import Devices, devices_of
from petard.shared.rules.world import Keys

UNBINDABLE = RESERVED | {pygame.KSCAN_UNKNOWN, pygame.KSCAN_LGUI, pygame.KSCAN_RGUI}


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
        return [bits_of(keys, down) for keys in self.sets]


def poll_inputs(players: int, keyboard: Keyboard, pads: Gamepads, chosen: tuple[Devices, ...] = ()) -> tuple[int, ...]:
    """Return the held keys (bits of `Keys`) of each of `players` for this tick; call it once a tick.

    `chosen`: the devices with which they joined in, if it was by pressing a button.
    """
    of_sets, of_pads = keyboard.poll(), pads.poll()
    devices = chosen if len(chosen) == players else devices_of(players, range(len(of_pads)))
    held = [
        [*(of_sets[number] for number in one.sets), *(of_pads[number] for number in one.pads if number < len(of_pads))]
        for one in devices
    ]
    return tuple(reduce(or_, bits, Keys.NONE) for bits in held)
