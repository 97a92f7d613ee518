"""The hints that say what to press, with the names printed on the keys of this machine.

Rule: all hints are made from the settings and the plugged-in pads, so they are right after either changes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pygame

from petard.game.config.key_sets import ARROWS, KeySet
from petard.game.texts.phrases import joined, tr
from petard.game.ui.input.local_players import Devices, devices_of
from petard.shared.control_channel import FAST_RATE, Pace

GAP = "     "
KEYS_SHOWN = 2  # of an action; more would not fit
# The names of scancodes that the layout gives no letter.
PLACES = {getattr(pygame, name): name[6:].replace("_", " ") for name in reversed(dir(pygame)) if name[:6] == "KSCAN_"}
RARE = frozenset({pygame.KSCAN_RCTRL, pygame.KSCAN_KP_0})  # keys that small keyboards lack: the next one is named, too
SHORT = {
    "RCTRL": tr("right {keys}").fill(keys="Ctrl"),
    "LCTRL": tr("left {keys}").fill(keys="Ctrl"),
    "RSHIFT": tr("right {keys}").fill(keys="Shift"),
    "LSHIFT": tr("left {keys}").fill(keys="Shift"),
    "SPACE": tr("Space"),
    "UP": tr("Up"),
    "DOWN": tr("Down"),
    "LEFT": tr("Left"),
    "RIGHT": tr("Right"),
}


@dataclass(frozen=True, slots=True)
class ControlHint:
    """What one local player presses: in one or two lines, and in a word where there is room for no more."""

    lines: tuple[str, ...]
    word: str
    is_missing: bool = False  # this player has no device: a pad has to be plugged in


NO_CONTROLS = ControlHint((tr("Press a button"), tr("on a pad")), tr("no pad"), is_missing=True)


@lru_cache(maxsize=16)
def control_hints(
    keys: tuple[KeySet, ...], players: int, pads: tuple[int, ...], chosen: tuple[Devices, ...] = (), pad_bomb: str = "A"
) -> tuple[ControlHint, ...]:
    """Return the hint of each of `players` at this machine. `pads`: the numbers of those that are plugged in.

    `chosen`: the devices with which they joined in, if it was by pressing a button. `pad_bomb`: what drops bombs on
    pads (Gamepads.bomb_name).
    """
    if not players:
        return ()
    known = [Devices(one.sets, tuple([pad for pad in one.pads if pad in pads])) for one in chosen]
    all_devices = known if len(known) == players else devices_of(players, pads)
    return tuple([_hint_of(keys, one, pad_bomb) for one in all_devices])


def _hint_of(keys: tuple[KeySet, ...], devices: Devices, pad_bomb: str) -> ControlHint:
    if devices.is_empty:
        return NO_CONTROLS
    words = [direction_names(keys[number]) for number in devices.sets]
    if len(devices.sets) == 1 and not devices.pads and (bomb := keys[devices.sets[0]].bomb)[0] in RARE:
        return ControlHint((joined("", [words[0], ","]), key_names(bomb)), words[0])
    lines = [joined(", ", [direction_names(keys[number]), key_name(keys[number].bomb[0])]) for number in devices.sets]
    lines += [tr("pad {number}: stick, {button}", number=pad + 1, button=pad_bomb) for pad in devices.pads]
    words += [tr("pad {number}", number=pad + 1) for pad in devices.pads]
    if len(lines) == 1:
        return ControlHint((lines[0],), words[0])
    return ControlHint((tr("{keys} /", keys=lines[0]), lines[1]), words[0])


@lru_cache(maxsize=16)
def hint_line(keys: tuple[KeySet, ...], players: int, pad_bomb: str) -> str:
    """Return how one player walks and bombs; several have a hint each. `pad_bomb`: as of Gamepads, "" without pads."""
    if players > 1:
        return joined(GAP, [tr("Menu: Esc"), tr("Chat: Enter")])
    directions, bombs = [direction_names(one) for one in keys], [key_name(one.bomb[0]) for one in keys]
    parts = [tr("Walk: {keys}", keys=either(directions)), tr("Bomb: {keys}", keys=either(bombs))]
    return joined(GAP, [*parts, tr("Pad: {button}", button=pad_bomb) if pad_bomb else "", tr("Chat: Enter")])


@lru_cache(maxsize=16)
def cart_keys(keys: tuple[KeySet, ...], players: int, pad_bomb: str) -> tuple[str, str]:
    """Return what rolls a cart and what throws from it; several players have a hint each, so it is said in words."""
    if players > 1:
        return tr("your keys"), tr("your bomb key")
    rolls, throws = [direction_names(one) for one in keys], [key_name(one.bomb[0]) for one in keys]
    sticks = [tr("stick")] if pad_bomb else []
    return either([*rolls, *sticks]), either([*throws, *_of_pad(pad_bomb)])


def _of_pad(pad_bomb: str) -> list[str]:
    return [tr("pad {button}", button=pad_bomb)] if pad_bomb else []


def hurry_line(pace: Pace, keys: tuple[KeySet, ...], pad_bomb: str) -> str:
    """Return how fast a round that only bots play runs, and which key skips it: the one that dropped bombs."""
    if pace is Pace.SKIP:
        return tr("Skipping to its end...")
    names = [key_name(one.bomb[0]) for one in keys] + _of_pad(pad_bomb)
    speed = tr("{rate}x speed", rate=FAST_RATE) if pace is Pace.FAST else ""
    return joined(GAP, [speed, tr("Skip: {keys}", keys=either(names))])


def either(names: Iterable[str]) -> str:
    """One name or another.

    >>> either(["A"]), either(["A", "B"]), either(["A", "B", "C"])
    ('A', 'A or B', 'A, B or C')
    """
    known = list(names)
    return tr("{keys} or {last}", keys=joined(", ", known[:-1]), last=known[-1]) if len(known) > 1 else known[0]


def walk_and_bomb(keys: tuple[KeySet, ...], pad_bomb: str) -> dict[str, str]:
    """What one player presses to walk and to bomb, for texts with these names in braces."""
    bombs = [key_name(one.bomb[0]) for one in keys] + ([pad_bomb] if pad_bomb else [])
    return {"walk": either(direction_names(one) for one in keys), "bomb": either(bombs)}


def direction_names(keys: KeySet) -> str:
    """Return the four direction keys as one word, such as "arrows" or "WASD", else all four names."""
    four = (keys.up, keys.left, keys.down, keys.right)
    if four == (ARROWS.up, ARROWS.left, ARROWS.down, ARROWS.right):
        return tr("arrows")
    names = [key_name(codes[0]) for codes in four]
    return "".join(names) if all(len(name) == 1 for name in names) else joined(" ", names)


def key_names(codes: Sequence[int]) -> str:
    """Return the names of the first keys (scancodes); a side that all of them share is written once.

    >>> key_names([pygame.KSCAN_RCTRL, pygame.KSCAN_RSHIFT]), key_names([pygame.KSCAN_SPACE, pygame.KSCAN_LSHIFT])
    ('right Ctrl / Shift', 'Space / left Shift')
    """
    names = [key_name(code) for code in codes[:KEYS_SHOWN]]
    for side, both in (("left ", tr("left {keys}")), ("right ", tr("right {keys}"))):
        if all(name.startswith(side) for name in names):
            return both.fill(keys=" / ".join(name.removeprefix(side) for name in names))
    return joined(" / ", names)


def key_name(scancode: int) -> str:
    """Return what is printed on a key: its letter in this layout, else the name of its place on a US keyboard.

    Needs a window (`pygame.display`), since layouts belong to it.
    """
    letter = _printed().get(scancode)
    place = PLACES.get(scancode, "")
    return letter or SHORT.get(place) or place.capitalize() or tr("Key {number}", number=scancode)


def _printed() -> dict[int, str]:
    # pygame cannot turn a scancode into the letter on it. But a ScancodeWrapper finds the scancode of a letter, so one
    # that holds its own indexes returns, letter by letter, where each of them is.
    where = pygame.key.ScancodeWrapper(tuple(range(512)))  # type: ignore[arg-type] # it holds bools by nature
    letters = [code for code in (*range(0x21, 0x7F), *range(0xA1, 0x180), *range(0x3B1, 0x3CA), *range(0x430, 0x460))]
    return {where[code]: chr(code).upper() for code in reversed(letters) if where[code]}
