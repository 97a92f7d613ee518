"""What the local players press: the keys of two players, and the buttons of the game pads; and how that is changed.

Rule 1: a key is a scancode, a place on the keyboard. Few keys and buttons belong to the screens, and never to a player.
Rule 2: no key has two actions, and no action is without a key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import pygame

KEY_ACTIONS = ("up", "down", "left", "right", "bomb")
MOST_KEYS = 8  # for one action
SCANCODES = range(1, 512)
NUMBERED = 100  # the code of the first button of a pad that SDL has no map for; below it are SDL's named buttons
NAMED_BUTTONS, NUMBERED_BUTTONS = range(21), range(NUMBERED, NUMBERED + 32)
# Of a pad that SDL has no map for, these buttons are most often the fourth one, Back and Start.
RESERVED_BUTTONS = frozenset(
    {pygame.CONTROLLER_BUTTON_Y, pygame.CONTROLLER_BUTTON_GUIDE, pygame.CONTROLLER_BUTTON_START}
    | {NUMBERED + number for number in (3, 7, 9)}
)
# The keys of the screens: the menu, the chat line, the full screen, the net graph with its options, clips.
RESERVED = frozenset(
    {pygame.KSCAN_ESCAPE, pygame.KSCAN_RETURN, pygame.KSCAN_KP_ENTER, pygame.KSCAN_F9, pygame.KSCAN_F11}
    | set(range(pygame.KSCAN_F3, pygame.KSCAN_F8 + 1))
)


@dataclass(frozen=True, slots=True)
class KeySet:
    """What one player presses.

    On the keyboard: scancodes, which are positions, whatever is printed there. On pads: SDL's numbers of the named
    buttons, and from NUMBERED on the buttons of pads that SDL has no map for.
    """

    up: tuple[int, ...]
    down: tuple[int, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    bomb: tuple[int, ...]


ARROWS = KeySet(
    up=(pygame.KSCAN_UP,),
    down=(pygame.KSCAN_DOWN,),
    left=(pygame.KSCAN_LEFT,),
    right=(pygame.KSCAN_RIGHT,),
    bomb=(pygame.KSCAN_RCTRL, pygame.KSCAN_RSHIFT, pygame.KSCAN_KP_0),  # many small keyboards lack one of them
)
LETTERS = KeySet(
    up=(pygame.KSCAN_W,),
    down=(pygame.KSCAN_S,),
    left=(pygame.KSCAN_A,),
    right=(pygame.KSCAN_D,),
    bomb=(pygame.KSCAN_SPACE, pygame.KSCAN_LSHIFT),
)
# The first player of two has the keys on the left of the keyboard, as the name and the plate of that player are.
USUAL_KEYS = (LETTERS, ARROWS)
USUAL_BUTTONS = KeySet(
    up=(pygame.CONTROLLER_BUTTON_DPAD_UP,),
    down=(pygame.CONTROLLER_BUTTON_DPAD_DOWN,),
    left=(pygame.CONTROLLER_BUTTON_DPAD_LEFT,),
    right=(pygame.CONTROLLER_BUTTON_DPAD_RIGHT,),
    bomb=(pygame.CONTROLLER_BUTTON_A, pygame.CONTROLLER_BUTTON_B, NUMBERED, NUMBERED + 1),
)
KEY_CODES = frozenset(SCANCODES) - RESERVED
BUTTON_CODES = frozenset({*NAMED_BUTTONS, *NUMBERED_BUTTONS}) - RESERVED_BUTTONS


def is_key_set(value: Any, known: frozenset[int]) -> bool:
    """True for a key set as it is written in a file, in which all codes are known."""
    return (
        type(value) is dict
        and set(value) == set(KEY_ACTIONS)
        and all(type(codes) is list and 1 <= len(codes) <= MOST_KEYS for codes in value.values())
        and all(type(code) is int and code in known for codes in value.values() for code in codes)
    )


def key_set_of(written: Mapping[str, list[int]]) -> KeySet:
    """Return a key set that `is_key_set`."""
    return KeySet(*(tuple(written[action]) for action in KEY_ACTIONS))


def is_bound(keys: Iterable[KeySet], scancode: int) -> bool:
    """Return whether a key is one of the players.

    >>> is_bound((ARROWS, LETTERS), pygame.KSCAN_W), is_bound((ARROWS, LETTERS), pygame.KSCAN_M)
    (True, False)
    """
    return any(scancode in getattr(one, action) for one in keys for action in KEY_ACTIONS)


def rebound(keys: tuple[KeySet, ...], which: int, action: str, scancode: int) -> tuple[KeySet, ...]:
    """Give `action` of set `which` one new key. An action that loses its last key by that gets the old key.

    A RESERVED key changes nothing.

    >>> swapped = rebound(USUAL_KEYS, 0, "up", pygame.KSCAN_S)[0]
    >>> swapped.up == (pygame.KSCAN_S,), swapped.down == (pygame.KSCAN_W,)
    (True, True)
    """
    if scancode in RESERVED:
        return keys
    old: tuple[int, ...] = getattr(keys[which], action)
    freed = tuple(code for code in old if code != scancode)

    def without(codes: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(code for code in codes if code != scancode) or freed

    cleared = [KeySet(*(without(getattr(one, each.name)) for each in fields(one))) for one in keys]
    cleared[which] = replace(cleared[which], **{action: (scancode,)})
    return tuple(cleared)


def rebound_button(pads: KeySet, action: str, button: int) -> KeySet:
    """Give `action` a button (a code of BUTTON_CODES) on the pads that have it: those with a map, or those without.

    An action that loses its last button of that kind by that gets the old one. Nothing changes if bombs would have
    none, or if the button is reserved.

    >>> swapped = rebound_button(USUAL_BUTTONS, "up", pygame.CONTROLLER_BUTTON_DPAD_LEFT)
    >>> swapped.left == USUAL_BUTTONS.up, rebound_button(USUAL_BUTTONS, "bomb", NUMBERED + 4).bomb
    (True, (0, 1, 104))
    """
    if button not in BUTTON_CODES:
        return pads

    def alike(codes: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(code for code in codes if (code < NUMBERED) == (button < NUMBERED))

    old: tuple[int, ...] = getattr(pads, action)
    freed = tuple(code for code in alike(old) if code != button)
    changed: dict[str, tuple[int, ...]] = {}
    for one in KEY_ACTIONS:
        codes: tuple[int, ...] = getattr(pads, one)
        kept = tuple(code for code in codes if code != button)
        changed[one] = kept if kept == codes or alike(kept) else tuple(sorted({*kept, *freed}))
    changed[action] = tuple(sorted({button, *set(old) - set(alike(old))}))
    return replace(pads, **changed) if alike(changed["bomb"]) else pads
