"""What to press, by the names that stand on the keys of this machine.

Rule: all of it is made from the settings and from the pads that are plugged in, so it is right after either changes.
"""

from dataclasses import dataclass
from functools import lru_cache

from petard.game.config.settings import ARROWS, KeySet
from petard.game.ui.input.input_assignment import Devices, devices_of
from petard.game.ui.input.keyboard import key_name
from petard.shared.control_channel import FAST_RATE, Pace

GAP = "     "


@dataclass(frozen=True, slots=True)
class ControlHint:
    """What one local player presses: in one or two lines, and in a word where there is no room for more."""

    lines: tuple[str, ...]
    word: str
    is_missing: bool = False  # there is nothing to press: a pad has to be plugged in


NO_CONTROLS = ControlHint(("Press a button", "on a pad"), "no pad", is_missing=True)


@lru_cache(maxsize=16)
def control_hints(keys: tuple[KeySet, ...], players: int, places: tuple[int, ...]) -> tuple[ControlHint, ...]:
    """Say it for each of `players` at this machine. `places`: of the pads that are plugged in."""
    return tuple(_hint_of(keys, devices) for devices in devices_of(players, places)) if players else ()


def _hint_of(keys: tuple[KeySet, ...], devices: Devices) -> ControlHint:
    if devices.are_none:
        return NO_CONTROLS
    lines = [f"{ways_of(keys[number])}, {key_name(keys[number].bomb[0])}" for number in devices.sets]
    words = [ways_of(keys[number]) for number in devices.sets]
    lines += [f"pad {place + 1}: stick, A" for place in devices.pads]
    words += [f"pad {place + 1}" for place in devices.pads]
    return ControlHint((lines[0], *(f"or {line}" for line in lines[1:2])), words[0])


@lru_cache(maxsize=16)
def hint_line(keys: tuple[KeySet, ...], players: int, pads: int) -> str:
    """Say how to walk and bomb, for one person; of several, each has an own hint. `pads`: how many are plugged in."""
    if players > 1:
        return GAP.join(["Menu: Esc", "Chat: Enter"])
    ways, bombs = [ways_of(one) for one in keys], [key_name(one.bomb[0]) for one in keys]
    parts = [f"Walk: {' or '.join(ways)}", f"Bomb: {' or '.join(bombs)}"]
    parts += ["Pad: A"] if pads else []
    return GAP.join([*parts, "Chat: Enter"])


def hurry_line(pace: Pace, keys: tuple[KeySet, ...], pads: int) -> str:
    """Say how the rest of a round that only bots play runs, and which key skips it: the one that dropped bombs."""
    if pace is Pace.SKIP:
        return "Skipping to its end..."
    names = [key_name(one.bomb[0]) for one in keys] + (["pad A"] if pads else [])
    skip = f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
    return GAP.join([*([f"{FAST_RATE}x speed"] if pace is Pace.FAST else []), f"Skip: {skip}"])


def ways_of(keys: KeySet) -> str:
    """The four directions in a word, if there is one: "arrows", "WASD"; else all four names."""
    four = (keys.up, keys.left, keys.down, keys.right)
    if four == (ARROWS.up, ARROWS.left, ARROWS.down, ARROWS.right):
        return "arrows"
    names = [key_name(codes[0]) for codes in four]
    return "".join(names) if all(len(name) == 1 for name in names) else " ".join(names)
