"""The picture that holds what the web pages draw; petard.assets.source.make_web_pieces writes it.

Rule 1: all cells have the size CELL; cell n of CELLS is in column n % COLUMNS, row n // COLUMNS.
Rule 2: a character has three pictures of its walk in three directions: down, right and up. Left is right in a mirror.
"""

import pygame

from petard.assets import path
from petard.assets.palette import CHARACTERS

CELL = (64, 80)  # pixels; a tile is as wide as a cell
COLUMNS = 16
_DRAWN = (96, 120)  # pixels of a cell in the files of assets/sprites
_TILES = ("wall", "brick", "floor-0", "floor-1", *(f"brick-break-{frame}" for frame in range(4)))
_THEMES = ("", "factory-", "ruins-", "garden-", "snow-")
_ITEMS = (
    *("bomb", "flame", "skate", "kick", "shield", "fruit"),
    *("full_flame", "pierce", "remote", "punch", "glove", "disease"),
)
_COARSE = bytes(level & 0xFC | level >> 6 for level in range(256))  # 64 levels: nobody sees it, and the file is smaller
_STEPS = (0, 1, 3)  # columns of a character's file; the picture in column 2 looks like that in column 0
_WAYS = (0, 1, 2)  # rows: down, right, up

PLAIN: tuple[str, ...] = (
    *(f"{theme}{name}" for theme in _THEMES for name in _TILES),
    *(f"bomb-{frame}" for frame in range(4)),
    *(f"flame-{part}-{frame}" for part in ("centre", "middle", "end") for frame in range(3)),
    *(f"item-{name}" for name in _ITEMS),
    *("sign-arrow", "sign-door", "sign-pit", "garden-sign-pit", "snow-sign-pit", "sign-unknown"),
    *(f"sign-belt-{frame}" for frame in range(4)),
    *(f"sign-teleport-{pair}" for pair in range(1, 5)),
    *("sign-ice", "sign-switch-off", "sign-switch-on", "sign-gate-shut", "sign-gate-open"),
    *("cart", "crown", "bubble", "ill-0", "ill-1", "star", "puff-1", "landing", "shadow"),
)
CELLS: tuple[str, ...] = (
    *PLAIN,
    *(
        f"{name}-{layer}-{way * len(_STEPS) + step}"
        for name in CHARACTERS
        for layer in ("body", "face")
        for way in _WAYS
        for step in range(len(_STEPS))
    ),
)


def _picture(name: str) -> pygame.Surface:
    base, _, cell = name.rpartition("-")
    if base.rpartition("-")[2] not in ("body", "face"):
        file = pygame.image.load(path("sprites", f"{name}.png"))
        return pygame.transform.smoothscale(file, (CELL[0], CELL[0] * file.get_height() // file.get_width()))
    way, step = divmod(int(cell), len(_STEPS))
    corner = _STEPS[step] * _DRAWN[0], _WAYS[way] * _DRAWN[1]
    file = pygame.image.load(path("sprites", f"{base}.png"))
    return pygame.transform.smoothscale(file.subsurface(corner, _DRAWN), CELL)


def sheet() -> pygame.Surface:
    """Return the picture."""
    rows = -(-len(CELLS) // COLUMNS)
    whole = pygame.Surface((COLUMNS * CELL[0], rows * CELL[1]), pygame.SRCALPHA, 32)
    for place, name in enumerate(CELLS):
        whole.blit(_picture(name), (place % COLUMNS * CELL[0], place // COLUMNS * CELL[1]))
    coarse = pygame.image.tobytes(whole, "RGBA").translate(_COARSE)
    return pygame.image.frombytes(coarse, whole.get_size(), "RGBA")
