"""Every picture of the board at the size it is needed: loaded once, scaled, tinted, turned, kept.

Rule 1: no picture is made twice for the same tile size; a new tile size forgets all of the old one.
Rule 2: files are kept as they were drawn (96 pixels to a tile) and scaled from there, never from a scaled one.
Rule 3: what has no see-through pixel is kept in the window's own format, which is the quickest to copy.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import pygame

from assets import path
from assets.palette import CHARACTERS, DANGER, INK, PLAYER_COLOURS
from game.ui.marks import mark_of, weave

CELL = (96, 120)  # pixels of one cell of a character's sheet

SOLID = frozenset({"floor-0", "floor-1"})
# In tiles; what is not here is one tile wide. Heights follow from the files.
WIDTHS = {"spark": 0.34, "star": 0.34, "puff-0": 0.5, "puff-1": 0.6, "puff-2": 0.7, "bubble": 1.3}
OFTEN = (
    *(f"{name}-{frame}" for name in ("flame-centre", "flame-middle", "flame-end", "puff") for frame in range(3)),
    *(f"{name}-{frame}" for name in ("bomb", "brick-break") for frame in range(4)),
    *(f"item-{name}" for name in ("bomb", "flame", "skate", "kick", "shield")),
    *("spark", "star", "shadow", "bubble", "chip-0", "chip-1"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """How one body looks: indices into the palette's lists, and the slot for its pattern."""

    character: int
    colour: int
    slot: int


@lru_cache(maxsize=128)
def drawing(name: str) -> pygame.Surface:
    """A file as it was drawn."""
    return pygame.image.load(path("sprites", f"{name}.png")).convert_alpha()


class Sheets:
    """The pictures for one tile size."""

    def __init__(self) -> None:
        self.side = 0  # pixels to a tile
        self._kept: dict[tuple[object, ...], pygame.Surface] = {}

    def resize(self, side: int) -> None:
        """Use tiles of `side` pixels from now on."""
        if side != self.side:
            self.side = side
            self._kept.clear()

    def picture(self, name: str, turn: int = 0, alpha: int = 255) -> pygame.Surface:
        """A picture by name, turned by `turn` degrees against the clock."""
        key = (name, turn, alpha)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self._make(name, turn, alpha)
        return found

    def body(self, figure: Figure, cell: int, turn: int = 0, alpha: int = 255) -> pygame.Surface:
        """One cell of a character in its player's colour and pattern."""
        key = (figure, cell, turn, alpha)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = _varied(_dressed(figure, cell, self.side), turn, alpha)
        return found

    def ring(self, colour: tuple[int, int, int]) -> pygame.Surface:
        """The ring on the ground around one's own body."""
        key = ("ring", colour)
        if key not in self._kept:
            self._kept[key] = _ellipse(self.side, colour)
        return self._kept[key]

    def shade(self) -> pygame.Surface:
        """What a wall throws on the floor below it."""
        if ("shade",) not in self._kept:
            self._kept["shade",] = _fading(self.side)
        return self._kept["shade",]

    def chores(self, figures: Iterable[Figure]) -> Iterator[pygame.Surface]:
        """Make, one at a time, what a match will need, so that no blast has to wait for its pictures."""
        for figure in figures:
            for cell in range(16):
                yield self.body(figure, cell)
        for name in OFTEN:
            yield self.picture(name)
        for name in ("flame-middle", "flame-end"):
            for turn in (90, 180, 270) if name == "flame-end" else (90,):
                for frame in range(3):
                    yield self.picture(f"{name}-{frame}", turn)

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


def _varied(surface: pygame.Surface, turn: int, alpha: int) -> pygame.Surface:
    if turn % 90 == 0:
        surface = pygame.transform.rotate(surface, turn)
    elif turn:
        surface = pygame.transform.rotozoom(surface, turn, 1.0)
    if alpha < 255:
        surface = surface.copy()
        surface.fill((255, 255, 255, alpha), special_flags=pygame.BLEND_RGBA_MULT)
    return surface


def _dressed(figure: Figure, cell: int, side: int) -> pygame.Surface:
    """A grey body multiplied with its colour and pattern, and the face put over it."""
    character = CHARACTERS[figure.character % len(CHARACTERS)]
    box = pygame.Rect(cell % 4 * CELL[0], cell // 4 * CELL[1], *CELL)
    size = (side, side * CELL[1] // CELL[0])
    body = drawing(f"{character}-body").subsurface(box).copy()
    body.fill(PLAYER_COLOURS[figure.colour % len(PLAYER_COLOURS)], special_flags=pygame.BLEND_RGB_MULT)
    pattern = weave(mark_of(figure.slot).pattern, CELL[0])
    if pattern is not None:
        body.blit(pattern, (0, 0), special_flags=pygame.BLEND_RGB_MULT)
    body.blit(drawing(f"{character}-face"), (0, 0), box)
    return pygame.transform.smoothscale(body, size)


def _hatched(side: int, alpha: int) -> pygame.Surface:
    """A warm veil with slanted bars, so that it is seen without colours too."""
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
