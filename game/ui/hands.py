"""Who plays with what: the keyboard and the pads, shared out among the people at this machine.

One person has everything. Of more, the first ones share the keyboard and the pads go round from the next one on, so
that with one pad two people have one thing each, and with two pads nobody needs to squeeze in at the keyboard.
"""

from game.ui.keys import Keyboard
from game.ui.pads import Pads
from shared.rules.world import Keys

AT_KEYBOARD = 2  # people; there are two sets of keys


def held(players: int, keyboard: Keyboard, pads: Pads) -> tuple[int, ...]:
    """Answer with the Input of each of `players`; call it once a tick."""
    of_pads = pads.held()
    typists = max(1, min(AT_KEYBOARD, players, players - len(of_pads)))
    inputs = [*keyboard.held(typists), *[Keys.NONE] * (players - typists)]
    for place, bits in enumerate(of_pads):
        inputs[(typists + place) % players] |= bits
    return tuple(inputs)
