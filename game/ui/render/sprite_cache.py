"""The sprites at the size they are drawn: each is loaded once, scaled, tinted, turned and kept.

Rule 1: no picture is made twice for the same tile size; a new tile size drops all pictures of the old one.
Rule 2: a few pictures that a match will need are made in each of its first pictures (game/ui/render/board_pictures.py).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVarTuple

import pygame

from petard.game.ui.render.board_pictures import board_image, body, bomb, dye, fuse, wall_shade
from petard.game.ui.render.camera import Aim
from petard.game.ui.render.player_looks import FigureSprite
from petard.game.view.floor_looks import picture_in, sign_of
from petard.game.view.item_looks import ITEM_LOOKS
from petard.game.view.poses import FUSE_STEPS, SQUASHED
from petard.game.view.smoke import STEPS
from petard.game.view.sprites import STRUCK
from petard.game.view.view import Area, View
from petard.shared.rules.world import Tile

KEPT_MOST = 4000  # pictures; 64 players with all that they do need 2000
PREPARED_AT_ONCE = 3  # pictures made ahead of their time while one is drawn

SOLIDS = {int(Tile.WALL): "wall", int(Tile.BRICK): "brick"}
SHADED, UNPAINTED = 254, 255  # looks of a tile beside its kind
DYED, DYED_SHADED = 64, 128  # plus the slot: floor in the colour of a player, in the open and below a solid tile

NO_COLOURS: Mapping[int, int] = MappingProxyType({})
What = TypeVarTuple("What")
Blit = tuple[pygame.Surface, tuple[int, int]]  # a picture and its top left corner, in pixels

PREPARED = (  # pictures that each match needs
    *(f"{name}-{frame}" for name in ("flame-centre", "flame-middle", "flame-end") for frame in range(6)),
    *(f"puff-{frame}" for frame in range(3)),
    *(f"brick-break-{frame}" for frame in range(4)),
    *[look.picture for look in ITEM_LOOKS.values()],
    *("spark", "star", "shadow", "bubble", "crown", "ill-0", "ill-1", "spikes", "landing", "bomb-shade", "cart"),
    *("chip-0", "chip-1"),
)


# From looks to looks: floor in the colour of a player has to be painted again.
UNDYED = bytes(UNPAINTED if DYED <= look < SHADED else look for look in range(256))


class SpriteCache:
    """The pictures for one tile size."""

    def __init__(self) -> None:
        self.side = 0  # pixels to a tile
        self.theme = ""  # that of the board which is drawn
        self._kept: dict[tuple[object, ...], pygame.Surface] = {}
        self._unprepared: Iterator[pygame.Surface] = iter(())
        self._figures: Sequence[FigureSprite] = ()  # those that are prepared

    def resize(self, side: int) -> None:
        """Use tiles of `side` pixels from now on."""
        if side != self.side:
            self.side = side
            self._kept.clear()

    def prepare(self, side: int, figures: Sequence[FigureSprite]) -> None:
        """Use tiles of `side` pixels; make a few pictures that the match will need, so that no blast waits for them."""
        if side != self.side or figures != self._figures:
            self.resize(side)
            self._unprepared, self._figures = self._needed(figures), figures
        for _ in range(PREPARED_AT_ONCE):
            next(self._unprepared, None)

    def find(self, make: Callable[[int, *What], pygame.Surface], *what: *What) -> pygame.Surface:
        """Return the picture `make(side, *what)`, made now if it is not kept."""
        key = (make, *what)
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= KEPT_MOST:
                self._kept.clear()
            kept = self._kept[key] = make(self.side, *what)
        return kept

    def image(self, name: str, turn: int = 0, alpha: int = 255) -> pygame.Surface:
        """Return an image by name, turned by `turn` degrees against the clock."""
        return self.find(board_image, picture_in(self.theme, name), turn, alpha)

    def _needed(self, figures: Sequence[FigureSprite]) -> Iterator[pygame.Surface]:
        for figure in figures:
            yield from (self.find(body, figure, cell, 0, 255) for cell in range(STRUCK + 1))
            yield from (self.find(bomb, figure, cell) for cell in range(SQUASHED[-1] + 1))
        yield from (self.find(fuse, step) for step in range(FUSE_STEPS + 1))
        yield from map(self.image, PREPARED)
        yield from (self.image(f"smoke-{step}", turn) for step in range(STEPS) for turn in (0, 90, 180, 270))
        for frame in range(6):
            yield self.image(f"flame-middle-{frame}", 90)
            yield from (self.image(f"flame-end-{frame}", turn) for turn in (90, 180, 270))


class BoardLayer:
    """Floor, walls and bricks as one surface: the part of the picture that seldom changes.

    A tile is painted when it is first seen, and again when it is seen with another look; so the work is bounded by what
    is on the screen. A solid tile throws a shade on the floor below it. A crumbling brick is floor here; the painter
    draws what is left of it.
    """

    def __init__(self) -> None:
        self.surface = pygame.Surface((0, 0))
        self._painted = bytearray()  # the look of each tile on the surface
        self._tiles, self._looks = b"", b""  # of the last View
        self._dyed: Mapping[int, int] = {}
        self._floors = b""  # of the last View
        self._shape = (0, 0, 0, "")  # width, height, pixels to a tile, theme
        self._colours: Mapping[int, int] = {}

    def update(self, view: View, sprites: SpriteCache, area: Area, colours: Mapping[int, int] = NO_COLOURS) -> int:
        """Bring an area of the surface up to date; return the number of tiles that were painted.

        `colours`: the number of the colour of each slot.
        """
        width, height, side, _ = shape = (view.width, view.height, sprites.side, view.theme)
        sprites.theme = view.theme
        if shape != self._shape:
            self._shape = shape
            if self.surface.get_size() != (width * side, height * side):
                self.surface = pygame.Surface((width * side, height * side), 0, 32)
            self._painted, self._tiles = bytearray([UNPAINTED]) * len(view.tiles), b""
        if view.floors != self._floors:  # a new board, or a switch was thrown
            for tile in _differing(self._floors, view.floors, len(view.tiles)):
                self._painted[tile] = UNPAINTED
            self._floors = view.floors
        if colours != self._colours:
            self._colours, self._painted = dict(colours), self._painted.translate(UNDYED)
        dyed = view.mode.painted if view.mode else {}
        if view.tiles != self._tiles or dyed != self._dyed:
            self._tiles, self._dyed, self._looks = view.tiles, dyed, _looks_of(view, dyed)
        changed: list[int] = []
        for row in range(max(0, area.top), min(height, area.bottom)):
            tiles = range(row * width + max(0, area.left), row * width + min(width, area.right))
            changed += (tile for tile in tiles if self._looks[tile] != self._painted[tile])
        self.surface.blits([self._blit_of(tile, width, sprites, colours) for tile in changed], False)
        return len(changed)

    def _blit_of(self, tile: int, width: int, sprites: SpriteCache, colours: Mapping[int, int]) -> Blit:
        """Note the look of a tile; return its picture, which is made of all its parts once, and its place."""
        row, column = divmod(tile, width)
        look = self._painted[tile] = self._looks[tile]
        floor = self._floors[tile] if self._floors and look not in SOLIDS else 0
        colour = colours.get(look % DYED, look % DYED) if DYED <= look < SHADED else -1
        picture = sprites.find(whole_tile, sprites.theme, (row + column) % 2, look, floor, colour)
        return picture, (column * sprites.side, row * sprites.side)


@lru_cache(maxsize=1)
def match_pictures() -> tuple[SpriteCache, BoardLayer]:
    """Return the pictures of matches: one round after another uses the same ones, and paints what is different."""
    return SpriteCache(), BoardLayer()


def whole_tile(side: int, theme: str, parity: int, look: int, floor: int, colour: int) -> pygame.Surface:
    """Return the picture of a tile: its floor, and on it a wall, a sign, a splash or a shade.

    `look`: as of BoardLayer; `floor`: its special floor, 0 for none; `colour`: the number of that of the splash.
    """
    picture = board_image(side, picture_in(theme, f"floor-{parity}"), 0, 255).copy()
    sign = sign_of(floor) if floor else None
    parts = [board_image(side, picture_in(theme, SOLIDS[look]), 0, 255)] if look in SOLIDS else []
    parts += [board_image(side, picture_in(theme, sign[0]), sign[1], 255)] if sign else []
    parts += [dye(side, look % DYED, colour)] if colour >= 0 else []
    parts += [wall_shade(side)] if look == SHADED or DYED_SHADED <= look < SHADED else []
    picture.blits([(part, (0, 0)) for part in parts], False)
    return picture


def _differing(old: bytes, new: bytes, size: int) -> list[int]:
    """Return the tiles of a board of `size` tiles on which two floors differ; b"" is plain floor everywhere."""
    pairs = zip(old or bytes(size), new or bytes(size), strict=False)
    return [tile for tile, (one, other) in enumerate(pairs) if one != other]


def _looks_of(view: View, dyed: Mapping[int, int]) -> bytes:
    """For each tile its kind if it is solid, else SHADED below a solid tile, else FLOOR, or these two with a slot."""
    solid = bytes(kind if kind in SOLIDS else Tile.FLOOR for kind in range(256))
    kinds = view.tiles.translate(solid)
    above = bytes(view.width) + kinds[: -view.width]
    looks = bytearray(kind or (SHADED if shade else Tile.FLOOR) for kind, shade in zip(kinds, above, strict=True))
    for tile, slot in dyed.items():
        if tile < len(looks) and looks[tile] in (Tile.FLOOR, SHADED):
            looks[tile] = (DYED_SHADED if looks[tile] == SHADED else DYED) + slot % DYED
    return bytes(looks)


def centred(picture: pygame.Surface, x: float, y: float, aim: Aim) -> Blit:
    """Return the picture with the corner that puts its middle at (x, y), in tiles."""
    width, height = picture.get_size()
    return picture, (aim.left + round(x * aim.side - width / 2), aim.top + round(y * aim.side - height / 2))
