"""The hints that say what to press, with the names printed on the keys of this machine.

Rule: all hints are made from the settings and the plugged-in pads, so they are right after either changes.
"""

from dataclasses import dataclass
from functools import lru_cache

from petard.game.config.settings import ARROWS, KeySet
from petard.game.ui.input.input_assignment import Devices, devices_of
from petard.game.ui.input.key_names import key_name
from petard.shared.control_channel import FAST_RATE, Pace

GAP = "     "


@dataclass(frozen=True, slots=True)
class ControlHint:
    """What one local player presses: in one or two lines, and in a word where there is room for no more."""

    lines: tuple[str, ...]
    word: str
    is_missing: bool = False  # this player has no device: a pad has to be plugged in


NO_CONTROLS = ControlHint(("Press a button", "on a pad"), "no pad", is_missing=True)


@lru_cache(maxsize=16)
def control_hints(keys: tuple[KeySet, ...], players: int, pads: tuple[int, ...]) -> tuple[ControlHint, ...]:
    """Return the hint of each of `players` at this machine. `pads`: the numbers of those that are plugged in."""
    return tuple(_hint_of(keys, devices) for devices in devices_of(players, pads)) if players else ()


def _hint_of(keys: tuple[KeySet, ...], devices: Devices) -> ControlHint:
    if devices.is_empty:
        return NO_CONTROLS
    lines = [f"{direction_names(keys[number])}, {key_name(keys[number].bomb[0])}" for number in devices.sets]
    words = [direction_names(keys[number]) for number in devices.sets]
    lines += [f"pad {pad + 1}: stick, A" for pad in devices.pads]
    words += [f"pad {pad + 1}" for pad in devices.pads]
    return ControlHint((lines[0], *(f"or {line}" for line in lines[1:2])), words[0])


@lru_cache(maxsize=16)
def hint_line(keys: tuple[KeySet, ...], players: int, pads: int) -> str:
    """Return how one player walks and bombs; several have a hint each. `pads`: how many are plugged in."""
    if players > 1:
        return GAP.join(["Menu: Esc", "Chat: Enter"])
    directions, bombs = [direction_names(one) for one in keys], [key_name(one.bomb[0]) for one in keys]
    parts = [f"Walk: {' or '.join(directions)}", f"Bomb: {' or '.join(bombs)}"]
    parts += ["Pad: A"] if pads else []
    return GAP.join([*parts, "Chat: Enter"])


def hurry_line(pace: Pace, keys: tuple[KeySet, ...], pads: int) -> str:
    """Return how fast a round that only bots play runs, and which key skips it: the one that dropped bombs."""
    if pace is Pace.SKIP:
        return "Skipping to its end..."
    names = [key_name(one.bomb[0]) for one in keys] + (["pad A"] if pads else [])
    skip = f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
    return GAP.join([*([f"{FAST_RATE}x speed"] if pace is Pace.FAST else []), f"Skip: {skip}"])


def direction_names(keys: KeySet) -> str:
    """Return the four direction keys as one word, such as "arrows" or "WASD", else all four names."""
    four = (keys.up, keys.left, keys.down, keys.right)
    if four == (ARROWS.up, ARROWS.left, ARROWS.down, ARROWS.right):
        return "arrows"
    names = [key_name(codes[0]) for codes in four]
    return "".join(names) if all(len(name) == 1 for name in names) else " ".join(names)
