"""What to press, in one line, by the names that stand on the keys of this machine.

Rule: the line is made from the settings, so it is right after somebody has chosen other keys.
"""

from functools import lru_cache

from game.settings import ARROWS, KeySet
from game.ui.keys import key_name

GAP = "     "


@lru_cache(maxsize=16)
def hint_line(keys: tuple[KeySet, ...], players: int, pads: int) -> str:
    """Say how to walk and bomb, for one person or for each of several. `pads`: how many are plugged in."""
    ways, bombs = [ways_of(one) for one in keys], [key_name(one.bomb[0]) for one in keys]
    if players > 1:
        each = [f"{way}, {bomb}" for way, bomb in zip(ways, bombs, strict=True)][:players]
        return GAP.join([*(f"Player {number}: {words}" for number, words in enumerate(each, 1)), "Menu: Esc"])
    parts = [f"Walk: {' or '.join(ways)}", f"Bomb: {' or '.join(bombs)}"]
    parts += ["Pad: A"] if pads else []
    return GAP.join([*parts, "Chat: Enter"])


def ways_of(keys: KeySet) -> str:
    """The four directions in a word, if there is one: "arrows", "WASD"; else all four names."""
    four = (keys.up, keys.left, keys.down, keys.right)
    if four == (ARROWS.up, ARROWS.left, ARROWS.down, ARROWS.right):
        return "arrows"
    names = [key_name(codes[0]) for codes in four]
    return "".join(names) if all(len(name) == 1 for name in names) else " ".join(names)
