"""The sprites at the size they are drawn: each is loaded once, scaled, tinted, turned and kept.

Rule 1: no picture is made twice for the same tile size; a new tile size drops all pictures of the old one.
Rule 2: files are kept as they were drawn (96 pixels to a tile) and scaled from there, never from a scaled one.
Rule 3: a picture without transparent pixels is kept in the window's own format, which is the quickest to copy.
Rule 4: a function that makes pictures takes the pixels to a tile first, then what the picture depends on.
"""

from collections.abc import Callable, Iterator, Sequence
from math import cos, pi, sin
from typing import TypeVarTuple

import pygame

from petard.assets.palette import ACCENT, CLAY, CLAY_DARK, DANGER, FLAME, INK, PAPER, PLAYER_COLOURS, Colour
from petard.game.ui.render.camera import Aim
from petard.game.ui.render.canvas import drawing
from petard.game.ui.render.player_looks import CELL, FigureSprite, dressed, emblem
from petard.game.view.sprites import FUSE_STEPS, ITEM_PICTURES
from petard.game.view.view import Area, View
from petard.shared.rules.world import Tile

# A bomb, in pixels of its file, which is as wide as a cell.
BALL = (45, 57)  # the middle of the ball
EMBLEM = 46  # the side of the owner's mark on it
SMALL_RED = 0.92  # the size of the smaller of the two red ones
FUSE_BOX, FUSE_RADIUS = 124, 42.0  # the picture of the ring, and the ring
HOT: Colour = (255, 74, 60)  # the end of a fuse
BURNT: Colour = (92, 16, 30)  # the rest of the ring then
TINT, TINTED = 96, 27.0  # how strong the owner's colour is on the ball, of 255, and how far it goes

CARD = 192  # pixels; a crate is drawn at this size and then scaled

KEPT_MOST = 4000  # pictures; 64 players with all that they do need 2000
PREPARED_AT_ONCE = 3  # pictures made ahead of their time while one is drawn

SOLIDS = {int(Tile.WALL): "wall", int(Tile.BRICK): "brick"}
SHADED, UNPAINTED = 254, 255  # looks of a tile beside its kind

Rgba = tuple[int, int, int, int]
What = TypeVarTuple("What")
FontOf = Callable[[int], pygame.font.Font]  # by its height in pixels
Blit = tuple[pygame.Surface, tuple[int, int]]  # a picture and its top left corner, in pixels

OPAQUE = frozenset({"floor-0", "floor-1"})
# In tiles; what is not here is one tile wide. Heights follow from the files.
WIDTHS = {"spark": 0.34, "star": 0.34, "puff-0": 0.5, "puff-1": 0.6, "puff-2": 0.7, "bubble": 1.3}
PREPARED = (  # pictures that each match needs
    *(f"{name}-{frame}" for name in ("flame-centre", "flame-middle", "flame-end", "puff") for frame in range(3)),
    *(f"brick-break-{frame}" for frame in range(4)),
    *ITEM_PICTURES.values(),
    *("spark", "star", "shadow", "bubble", "chip-0", "chip-1"),
)


class SpriteCache:
    """The pictures for one tile size."""

    def __init__(self) -> None:
        self.side = 0  # pixels to a tile
        self._kept: dict[tuple[object, ...], pygame.Surface] = {}
        self._unprepared: Iterator[pygame.Surface] = iter(())

    def resize(self, side: int) -> None:
        """Use tiles of `side` pixels from now on."""
        if side != self.side:
            self.side = side
            self._kept.clear()

    def prepare(self, side: int, figures: Sequence[FigureSprite]) -> None:
        """Use tiles of `side` pixels; make a few pictures that the match will need, so that no blast waits for them."""
        if side != self.side:
            self.resize(side)
            self._unprepared = self._needed(figures)
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
        return self.find(_image, name, turn, alpha)

    def _needed(self, figures: Sequence[FigureSprite]) -> Iterator[pygame.Surface]:
        for figure in figures:
            yield from (self.find(body, figure, cell, 0, 255) for cell in range(16))
            yield from (self.find(bomb, figure, cell) for cell in range(5))
        yield from (self.find(fuse, step) for step in range(FUSE_STEPS + 1))
        yield from map(self.image, PREPARED)
        for frame in range(3):
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
        self._shape = (0, 0, 0)  # width, height, pixels to a tile

    def update(self, view: View, sprites: SpriteCache, area: Area) -> int:
        """Bring an area of the surface up to date; return the number of tiles that were painted."""
        width, height, side = shape = (view.width, view.height, sprites.side)
        if shape != self._shape:
            self._shape = shape
            self.surface = pygame.Surface((width * side, height * side), 0, 32)
            self._painted = bytearray([UNPAINTED]) * len(view.tiles)
        if view.tiles != self._tiles:
            self._tiles, self._looks = view.tiles, _looks_of(view)
        changed: list[int] = []
        for row in range(max(0, area.top), min(height, area.bottom)):
            tiles = range(row * width + max(0, area.left), row * width + min(width, area.right))
            changed += (tile for tile in tiles if self._looks[tile] != self._painted[tile])
        for tile in changed:
            self._paint(tile, width, sprites)
        return len(changed)

    def _paint(self, tile: int, width: int, sprites: SpriteCache) -> None:
        row, column = divmod(tile, width)
        place = column * sprites.side, row * sprites.side
        look = self._painted[tile] = self._looks[tile]
        self.surface.blit(sprites.image(f"floor-{(row + column) % 2}"), place)
        if look in SOLIDS:
            self.surface.blit(sprites.image(SOLIDS[look]), place)
        elif look == SHADED:
            self.surface.blit(sprites.find(_wall_shade), place)


def _looks_of(view: View) -> bytes:
    """For each tile its kind if it is solid, else SHADED below a solid tile, else FLOOR."""
    solid = bytes(kind if kind in SOLIDS else Tile.FLOOR for kind in range(256))
    kinds = view.tiles.translate(solid)
    above = bytes(view.width) + kinds[: -view.width]
    return bytes(kind or (SHADED if shade else Tile.FLOOR) for kind, shade in zip(kinds, above, strict=True))


def centred(picture: pygame.Surface, x: float, y: float, aim: Aim) -> Blit:
    """Return the picture with the corner that puts its middle at (x, y), in tiles."""
    width, height = picture.get_size()
    return picture, (aim.left + round(x * aim.side - width / 2), aim.top + round(y * aim.side - height / 2))


def _image(side: int, name: str, turn: int, alpha: int) -> pygame.Surface:
    if name == "danger":
        return _hatched(side, alpha)
    if name.startswith("chip"):
        return _chip(side, name)
    file = drawing(name)
    width = max(1, round(side * WIDTHS.get(name, 1.0)))
    size = width, max(1, round(width * file.get_height() / file.get_width()))
    scaled = pygame.transform.smoothscale(file, size)
    return scaled.convert(32) if name in OPAQUE else _varied(scaled, turn, alpha)


def body(side: int, figure: FigureSprite, cell: int, turn: int, alpha: int) -> pygame.Surface:
    """Return one cell of a character in its player's colour and pattern."""
    return _varied(dressed(side, figure, cell), turn, alpha)


def _varied(surface: pygame.Surface, turn: int, alpha: int) -> pygame.Surface:
    if turn % 90 == 0:
        surface = pygame.transform.rotate(surface, turn)
    elif turn:
        surface = pygame.transform.rotozoom(surface, turn, 1.0)
    if alpha < 255:
        surface = surface.copy()
        surface.fill((255, 255, 255, alpha), special_flags=pygame.BLEND_RGBA_MULT)
    return surface


def bomb(side: int, figure: FigureSprite, cell: int) -> pygame.Surface:
    """Return the ball with the owner's shape and colour. `cell`: 0 to 2 the pulse, 3 and 4 red, large and small."""
    colour = PLAYER_COLOURS[figure.colour % len(PLAYER_COLOURS)]
    whole = drawing(f"bomb-{min(cell, 3)}").copy()
    if cell < 3:
        tint = pygame.Surface((CELL[0] * 2, CELL[0] * 2), pygame.SRCALPHA, 32)
        pygame.draw.circle(tint, (*colour, TINT), (BALL[0] * 2, BALL[1] * 2), TINTED * 2)
        whole.blit(pygame.transform.smoothscale(tint, (CELL[0], CELL[0])), (0, 0))
    mark = emblem(figure.slot, colour, EMBLEM)
    whole.blit(mark, mark.get_rect(center=BALL))
    grow = side / whole.get_width() * (SMALL_RED if cell == 4 else 1.0)
    size = max(1, round(whole.get_width() * grow)), max(1, round(whole.get_height() * grow))
    surface = pygame.Surface((side, side), pygame.SRCALPHA, 32)
    scaled = pygame.transform.smoothscale(whole, size)
    surface.blit(scaled, scaled.get_rect(midbottom=(side // 2, side)))
    return surface


def fuse(side: int, step: int) -> pygame.Surface:
    """Return the dark ring around a bomb, and on it, clockwise from the top, what is left: `step` of FUSE_STEPS."""
    big = pygame.Surface((FUSE_BOX, FUSE_BOX), pygame.SRCALPHA, 32)
    middle = FUSE_BOX / 2 + BALL[0] - CELL[0] / 2, FUSE_BOX / 2 + BALL[1] - CELL[0] / 2
    share = step / FUSE_STEPS
    colour = PAPER if share > 0.5 else ACCENT if share > 0.25 else HOT
    _arc(big, middle, FUSE_RADIUS, 15, (*(INK if share > 0.25 else BURNT), 215), 1.0)
    _arc(big, middle, FUSE_RADIUS, 9, (*colour, 255), share)
    end = 2 * pi * share - pi / 2
    at = middle[0] + cos(end) * FUSE_RADIUS, middle[1] + sin(end) * FUSE_RADIUS
    for radius, glow in ((9, FLAME[1]), (6, FLAME[2]), (3, FLAME[3])):
        pygame.draw.circle(big, glow, at, radius)
    tall = max(1, round(side * FUSE_BOX / CELL[0]))
    return pygame.transform.smoothscale(big, (tall, tall))


def _arc(
    surface: pygame.Surface, middle: tuple[float, float], radius: float, thick: int, colour: Rgba, share: float
) -> None:
    """Part of a ring, clockwise from the top, as one polygon."""
    corners = max(2, round(96 * share))
    ways = [2 * pi * share * corner / corners - pi / 2 for corner in range(corners + 1)]
    outer, inner = (
        [(middle[0] + cos(way) * (radius + half), middle[1] + sin(way) * (radius + half)) for way in ways]
        for half in (thick / 2, -thick / 2)
    )
    if share > 0:
        pygame.draw.polygon(surface, colour, outer + inner[::-1])


def _hatched(side: int, alpha: int) -> pygame.Surface:
    """A translucent red tile with slanted bars, so that it is seen without colours too."""
    surface = pygame.Surface((side, side), pygame.SRCALPHA, 32)
    surface.fill((*DANGER, alpha // 2))
    thick = max(2, side // 8)
    for start in range(-side, side, thick * 2):
        corners = [(start, side), (start + thick, side), (start + thick + side, 0), (start + side, 0)]
        pygame.draw.polygon(surface, (*DANGER, min(255, alpha)), corners)
    return surface


def _chip(side: int, name: str) -> pygame.Surface:
    """A splinter of a brick, taken from the picture of the brick itself."""
    brick, small = drawing("brick"), max(2, round(side * 0.15))
    edge = brick.get_width() // 5
    place = (edge, edge) if name.endswith("0") else (edge * 2, edge * 3)
    splinter = pygame.transform.smoothscale(brick.subsurface((*place, edge, edge)), (small, small))
    return pygame.transform.rotozoom(splinter, 30, 1.0)


def crate(side: int, letter: str, font: FontOf) -> pygame.Surface:
    """Return a card like those of the items with a wooden box on it, and on that a letter."""
    big = pygame.Surface((CARD, CARD), pygame.SRCALPHA, 32)
    for inset, top, fill, corner in (
        (10, 14, (*INK, 90), 36),
        (9, 7, INK, 40),
        (12, 10, PAPER, 34),
        (17, 15, CLAY, 26),
    ):
        place = pygame.Rect(2 * inset, 2 * top, CARD - 4 * inset, CARD - 4 * inset)
        pygame.draw.rect(big, fill, place, border_radius=corner)
    inside = pygame.Rect(34, 30, CARD - 68, CARD - 68)
    for plank in (1, 2):
        y = inside.top + inside.height * plank // 3
        pygame.draw.line(big, CLAY_DARK, (inside.left, y), (inside.right - 1, y), 5)
    text = font(92)
    for way in range(12):
        edge = text.render(letter, True, INK)
        middle = CARD / 2 + 7 * cos(way * pi / 6), inside.centery + 7 * sin(way * pi / 6)
        big.blit(edge, edge.get_rect(center=middle))
    face = text.render(letter, True, PAPER)
    big.blit(face, face.get_rect(center=(CARD / 2, inside.centery)))
    return pygame.transform.smoothscale(big, (side, side))


def ground_ring(side: int, colour: Colour) -> pygame.Surface:
    """Return the ring on the ground around a body of this machine."""
    big = pygame.Surface((side * 4, side * 2), pygame.SRCALPHA, 32)
    for inset, fill in ((0, (255, 255, 255, 255)), (side // 5, (*colour, 255)), (side // 2, (*colour, 70))):
        pygame.draw.ellipse(big, fill, big.get_rect().inflate(-inset, -inset * 3 // 4))
    return pygame.transform.smoothscale(big, (round(side * 1.1), round(side * 0.55)))


def _wall_shade(side: int) -> pygame.Surface:
    """The shade that a wall throws on the floor below it."""
    tall = max(1, side // 4)
    surface = pygame.Surface((side, tall), pygame.SRCALPHA, 32)
    for y in range(tall):
        surface.fill((*INK, 110 * (tall - y) // tall), (0, y, side, 1))
    return surface
