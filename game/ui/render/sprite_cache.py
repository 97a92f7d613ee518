"""The sprites at the size they are drawn: each is loaded once, scaled, tinted, turned and kept.

Rule 1: no picture is made twice for the same tile size; a new tile size drops all pictures of the old one.
Rule 2: files are kept as they were drawn (96 pixels to a tile) and scaled from there, never from a scaled one.
Rule 3: a picture without transparent pixels is kept in the window's own format, which is the quickest to copy.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin

import pygame

from petard.assets import path
from petard.assets.palette import ACCENT, CHARACTERS, DANGER, FLAME, INK, PAPER, PLAYER_COLOURS, Colour
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.player_badges import badge_of, emblem, weave
from petard.game.view.sprites import FUSE_STEPS, ITEM_PICTURES

CELL = (96, 120)  # pixels of one cell of a character's sheet

# A bomb, in pixels of its file, which is as wide as a cell.
BALL = (45, 57)  # the middle of the ball
EMBLEM = 46  # the side of the owner's mark on it
SMALL_RED = 0.92  # the size of the smaller of the two red ones
FUSE_BOX, FUSE_RADIUS = 124, 42.0  # the picture of the ring, and the ring
HOT: Colour = (255, 74, 60)  # the end of a fuse
BURNT: Colour = (92, 16, 30)  # the rest of the ring then
TINT, TINTED = 96, 27.0  # how strong the owner's colour is on the ball, of 255, and how far it goes

PREPARED_AT_ONCE = 3  # pictures made ahead of their time while one is drawn
PORTRAIT_SIZES = 8  # that are in use at once
STEPS = 8.0  # pictures of the walk in a second
HOP = 2.4  # hops in a second

Blit = tuple[pygame.Surface, tuple[int, int]]  # a picture and its top left corner, in pixels

SOLID = frozenset({"floor-0", "floor-1"})
# In tiles; what is not here is one tile wide. Heights follow from the files.
WIDTHS = {"spark": 0.34, "star": 0.34, "puff-0": 0.5, "puff-1": 0.6, "puff-2": 0.7, "bubble": 1.3}
PREPARED = (  # pictures that each match needs
    *(f"{name}-{frame}" for name in ("flame-centre", "flame-middle", "flame-end", "puff") for frame in range(3)),
    *(f"brick-break-{frame}" for frame in range(4)),
    *ITEM_PICTURES.values(),
    *("spark", "star", "shadow", "bubble", "chip-0", "chip-1"),
)


@dataclass(frozen=True, slots=True)
class FigureSprite:
    """How one body looks: indices into the lists of the palette, and the slot for its pattern."""

    character: int
    colour: int
    slot: int


@lru_cache(maxsize=128)
def drawing(name: str) -> pygame.Surface:
    """Return a sprite as it lies in its file."""
    return pygame.image.load(path("sprites", f"{name}.png")).convert_alpha()


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

    def image(self, name: str, turn: int = 0, alpha: int = 255) -> pygame.Surface:
        """Return an image by name, turned by `turn` degrees against the clock."""
        key = (name, turn, alpha)
        return self._kept.get(key) or self._keep(key, self._make(name, turn, alpha))

    def body(self, figure: FigureSprite, cell: int, turn: int = 0, alpha: int = 255) -> pygame.Surface:
        """Return one cell of a character in its player's colour and pattern."""
        key = (figure, cell, turn, alpha)
        return self._kept.get(key) or self._keep(key, _varied(_dressed(figure, cell, self.side), turn, alpha))

    def bomb(self, figure: FigureSprite, cell: int) -> pygame.Surface:
        """Return a bomb with the badge of its owner. `cell`: 0 to 2 the pulse, 3 and 4 red, large and small."""
        key = ("bomb", figure.slot, figure.colour, cell)
        return self._kept.get(key) or self._keep(key, _owned_bomb(figure, cell, self.side))

    def fuse(self, step: int) -> pygame.Surface:
        """Return the ring around a bomb. `step`: how much of the fuse is left, 0 to FUSE_STEPS."""
        return self._kept.get(("fuse", step)) or self._keep(("fuse", step), _fuse_ring(self.side, step))

    def ring(self, colour: Colour) -> pygame.Surface:
        """Return the ring on the ground around a body of this machine."""
        return self._kept.get(("ring", colour)) or self._keep(("ring", colour), _ellipse(self.side, colour))

    def shade(self) -> pygame.Surface:
        """Return the shade that a wall throws on the floor below it."""
        return self._kept.get(("shade",)) or self._keep(("shade",), _fading(self.side))

    def _keep(self, key: tuple[object, ...], surface: pygame.Surface) -> pygame.Surface:
        self._kept[key] = surface
        return surface

    def _needed(self, figures: Iterable[FigureSprite]) -> Iterator[pygame.Surface]:
        for figure in figures:
            for cell in range(16):
                yield self.body(figure, cell)
            for cell in range(5):
                yield self.bomb(figure, cell)
        for step in range(FUSE_STEPS + 1):
            yield self.fuse(step)
        for name in PREPARED:
            yield self.image(name)
        for frame in range(3):
            yield self.image(f"flame-middle-{frame}", 90)
            for turn in (90, 180, 270):
                yield self.image(f"flame-end-{frame}", turn)

    def _make(self, name: str, turn: int, alpha: int) -> pygame.Surface:
        if name == "danger":
            return _hatched(self.side, alpha)
        if name.startswith("chip"):
            return _chip(self.side, name)
        file = drawing(name)
        width = max(1, round(self.side * WIDTHS.get(name, 1.0)))
        scaled = pygame.transform.smoothscale(
            file, (width, max(1, round(width * file.get_height() / file.get_width())))
        )
        return scaled.convert() if name in SOLID else _varied(scaled, turn, alpha)


class Portraits:
    """The characters outside the board, at every size that a screen needs."""

    def __init__(self) -> None:
        self._caches: dict[int, SpriteCache] = {}

    def draw(self, canvas: Canvas, figure: FigureSprite, x: float, feet: float, width: float, cell: int = 0) -> None:
        """Draw one character; `x` is its middle and `feet` its lower edge. `cell` counts through its sheet by rows."""
        side = canvas.length(width)
        if side not in self._caches:
            if len(self._caches) >= PORTRAIT_SIZES:
                self._caches.clear()
            self._caches[side] = SpriteCache()
            self._caches[side].resize(side)
        picture = self._caches[side].body(figure, cell)
        canvas.surface.blit(picture, picture.get_rect(midbottom=canvas.pixels(x, feet, 0, 0).topleft))


def walk_cell(now: float, seed: int = 0) -> int:
    """Return the cell of a character that walks on the spot, facing the person.

    >>> [walk_cell(at / 8) for at in range(5)]
    [0, 1, 2, 3, 0]
    """
    return int(now * STEPS + seed * 3) % 4


def hop_height(now: float, high: float, seed: int = 0) -> float:
    """Return how far a happy character is off the ground, at most `high`.

    >>> hop_height(0.0, 20.0)
    0.0
    """
    part = (now * HOP + seed * 0.37) % 1.0
    return 4 * high * part * (1 - part)


def _varied(surface: pygame.Surface, turn: int, alpha: int) -> pygame.Surface:
    if turn % 90 == 0:
        surface = pygame.transform.rotate(surface, turn)
    elif turn:
        surface = pygame.transform.rotozoom(surface, turn, 1.0)
    if alpha < 255:
        surface = surface.copy()
        surface.fill((255, 255, 255, alpha), special_flags=pygame.BLEND_RGBA_MULT)
    return surface


def _dressed(figure: FigureSprite, cell: int, side: int) -> pygame.Surface:
    """A grey body multiplied with its colour and pattern, and the face over it."""
    character = CHARACTERS[figure.character % len(CHARACTERS)]
    box = pygame.Rect(cell % 4 * CELL[0], cell // 4 * CELL[1], *CELL)
    size = (side, side * CELL[1] // CELL[0])
    body = drawing(f"{character}-body").subsurface(box).copy()
    body.fill(PLAYER_COLOURS[figure.colour % len(PLAYER_COLOURS)], special_flags=pygame.BLEND_RGB_MULT)
    pattern = weave(badge_of(figure.slot).pattern, CELL[0])
    if pattern is not None:
        body.blit(pattern, (0, 0), special_flags=pygame.BLEND_RGB_MULT)
    body.blit(drawing(f"{character}-face"), (0, 0), box)
    return pygame.transform.smoothscale(body, size)


def _owned_bomb(figure: FigureSprite, cell: int, side: int) -> pygame.Surface:
    """The ball with the owner's shape in the owner's colour on its belly."""
    colour = PLAYER_COLOURS[figure.colour % len(PLAYER_COLOURS)]
    whole = drawing(f"bomb-{min(cell, 3)}").copy()
    if cell < 3:
        whole.blit(_tint(colour), (0, 0))
    mark = emblem(figure.slot, colour, EMBLEM)
    whole.blit(mark, mark.get_rect(center=BALL))
    grow = side / whole.get_width() * (SMALL_RED if cell == 4 else 1.0)
    size = max(1, round(whole.get_width() * grow)), max(1, round(whole.get_height() * grow))
    surface = pygame.Surface((side, side), pygame.SRCALPHA)
    scaled = pygame.transform.smoothscale(whole, size)
    surface.blit(scaled, scaled.get_rect(midbottom=(side // 2, side)))
    return surface


def _tint(colour: Colour) -> pygame.Surface:
    """A translucent disc in the owner's colour, to be laid over the ball."""
    disc = pygame.Surface((CELL[0] * 2, CELL[0] * 2), pygame.SRCALPHA)
    pygame.draw.circle(disc, (*colour, TINT), (BALL[0] * 2, BALL[1] * 2), TINTED * 2)
    return pygame.transform.smoothscale(disc, (CELL[0], CELL[0]))


def _fuse_ring(side: int, step: int) -> pygame.Surface:
    """A dark ring around the ball, and on it, clockwise from the top, the part of the fuse that is left."""
    big = pygame.Surface((FUSE_BOX, FUSE_BOX), pygame.SRCALPHA)
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
    surface: pygame.Surface,
    middle: tuple[float, float],
    radius: float,
    thick: int,
    colour: tuple[int, int, int, int],
    share: float,
) -> None:
    """Part of a ring, clockwise from the top, as one polygon."""
    corners = max(2, round(96 * share))
    ways = [2 * pi * share * corner / corners - pi / 2 for corner in range(corners + 1)]
    outer = [(middle[0] + cos(way) * (radius + thick / 2), middle[1] + sin(way) * (radius + thick / 2)) for way in ways]
    inner = [(middle[0] + cos(way) * (radius - thick / 2), middle[1] + sin(way) * (radius - thick / 2)) for way in ways]
    if share > 0:
        pygame.draw.polygon(surface, colour, outer + inner[::-1])


def _hatched(side: int, alpha: int) -> pygame.Surface:
    """A translucent red tile with slanted bars, so that it is seen without colours too."""
    surface = pygame.Surface((side, side), pygame.SRCALPHA)
    surface.fill((*DANGER, alpha // 2))
    thick = max(2, side // 8)
    for start in range(-side, side, thick * 2):
        corners = [(start, side), (start + thick, side), (start + thick + side, 0), (start + side, 0)]
        pygame.draw.polygon(surface, (*DANGER, min(255, alpha)), corners)
    return surface


def _chip(side: int, name: str) -> pygame.Surface:
    """A splinter of a brick, taken from the picture of the brick itself."""
    brick = drawing("brick")
    edge = brick.get_width() // 5
    place = (edge, edge) if name.endswith("0") else (edge * 2, edge * 3)
    small = max(2, round(side * 0.15))
    return pygame.transform.rotozoom(
        pygame.transform.smoothscale(brick.subsurface((*place, edge, edge)), (small, small)), 30, 1.0
    )


def _ellipse(side: int, colour: tuple[int, int, int]) -> pygame.Surface:
    big = pygame.Surface((side * 4, side * 2), pygame.SRCALPHA)
    for inset, fill in ((0, (255, 255, 255, 255)), (side // 5, (*colour, 255)), (side // 2, (*colour, 70))):
        pygame.draw.ellipse(big, fill, big.get_rect().inflate(-inset, -inset * 3 // 4))
    return pygame.transform.smoothscale(big, (round(side * 1.1), round(side * 0.55)))


def _fading(side: int) -> pygame.Surface:
    tall = max(1, side // 4)
    surface = pygame.Surface((side, tall), pygame.SRCALPHA)
    for y in range(tall):
        surface.fill((*INK, 110 * (tall - y) // tall), (0, y, side, 1))
    return surface
