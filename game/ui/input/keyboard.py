"""The keyboard as hands on a game: which keys are down, by scancode, and what they mean to each player.

Rule 1: scancodes come from KEYDOWN and KEYUP. `pygame.key.get_pressed` is asked by letter and goes through the layout,
        so that on AZERTY the place of W would answer to Z.
Rule 2: a tap between two ticks is not lost: what went down counts in the next tick, even if it is up again.
Rule 3: without the focus nothing is held, or a body would walk on while its person writes a mail.
"""

import pygame

from petard.game.config.settings import KEY_ACTIONS, RESERVED, KeySet
from petard.shared.rules.world import Keys

BITS = {"up": Keys.UP, "down": Keys.DOWN, "left": Keys.LEFT, "right": Keys.RIGHT, "bomb": Keys.BOMB}
UNBINDABLE = RESERVED | {pygame.KSCAN_UNKNOWN, pygame.KSCAN_LGUI, pygame.KSCAN_RGUI}
# What a scancode is called where the layout has no say.
_PLACES = {getattr(pygame, name): name[6:].replace("_", " ") for name in reversed(dir(pygame)) if name[:6] == "KSCAN_"}
_SHORT = {"RCTRL": "right Ctrl", "LCTRL": "left Ctrl", "RSHIFT": "right Shift", "LSHIFT": "left Shift"}


class Keyboard:
    """The keys that are down, and the sets that give them a meaning."""

    def __init__(self, sets: tuple[KeySet, ...]) -> None:
        self.sets = sets  # may be changed at any time
        self._down: set[int] = set()
        self._tapped: set[int] = set()

    def hear(self, event: pygame.event.Event) -> None:
        """Take note of keys and of a lost focus; all other events mean nothing here."""
        if event.type == pygame.KEYDOWN:
            self._down.add(event.scancode)
            self._tapped.add(event.scancode)
        elif event.type == pygame.KEYUP:
            self._down.discard(event.scancode)
        elif event.type == pygame.WINDOWFOCUSLOST:
            self.release()

    def release(self) -> None:
        """Let go of everything: the focus is lost, or a menu or a text field has opened."""
        self._down.clear()
        self._tapped.clear()

    def held(self, players: int) -> tuple[int, ...]:
        """Answer with the Input of each of `players`; call it once a tick.

        One player has all sets. Of more, each has a set of their own, and who is left over has none.
        """
        down = self._down | self._tapped
        self._tapped.clear()
        each = [_bits(one, down) for one in self.sets]
        if players == 1:
            everything = Keys.NONE
            for bits in each:
                everything |= bits
            return (everything,)
        return tuple(each[player] if player < len(each) else Keys.NONE for player in range(players))


def _bits(keys: KeySet, down: set[int]) -> int:
    return sum(BITS[action] for action in KEY_ACTIONS if not down.isdisjoint(getattr(keys, action)))


def key_name(scancode: int) -> str:
    """Say what is printed on a key: by the layout of this machine where it tells, else by the place on a US keyboard.

    Needs a window (`pygame.display`), since layouts belong to it.
    """
    letter = _printed().get(scancode)
    place = _PLACES.get(scancode, f"key {scancode}")
    return letter or _SHORT.get(place) or place.capitalize()


def _printed() -> dict[int, str]:
    # pygame offers no way from a scancode to the letter on it. But a ScancodeWrapper finds the scancode for a letter,
    # so one that holds its own indexes tells, letter by letter, where each of them is.
    where = pygame.key.ScancodeWrapper(tuple(range(512)))  # type: ignore[arg-type] # it holds bools by nature
    letters = [code for code in (*range(0x21, 0x7F), *range(0xA1, 0x180), *range(0x3B1, 0x3CA), *range(0x430, 0x460))]
    return {where[code]: chr(code).upper() for code in reversed(letters) if where[code]}
