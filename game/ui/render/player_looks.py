"""How a player looks: the body, and the badge, so that nobody needs to see colours: a shape, a letter and a pattern.

Rule 1: a badge depends on the slot alone and is the same on the board, in the HUD and in the lobby.
Rule 2: neighbours differ in shape and in pattern; no two of the 64 slots share shape and letter.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import cos, pi, sin

import pygame

from petard.assets.palette import CHARACTERS, INK, PLAYER_COLOURS, Colour, ink_on
from petard.game.ui.render.canvas import Canvas, drawing
from petard.game.ui.render.rounded import FINE
from petard.shared.protocol.messages import Seat

PATTERNS = ("plain", "stripes", "dots", "bars", "sash", "slants", "belt", "halves")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+*"
SHADE = (178, 178, 178)  # what a pattern leaves of the colour
CELL = (96, 120)  # pixels of one cell of a character's sheet
STEPS = 8.0  # pictures of the walk in a second
HOP = 2.4  # hops in a second


@dataclass(frozen=True, slots=True)
class PlayerBadge:
    shape: str
    letter: str
    pattern: str


def _ring(corners: int, radius: float, start: float) -> list[tuple[float, float]]:
    ways = [start + 2 * pi * corner / corners for corner in range(corners)]
    return [(cos(way) * radius, sin(way) * radius) for way in ways]


def _star() -> list[tuple[float, float]]:
    spikes = zip(_ring(5, 1.1, -pi / 2), _ring(5, 0.72, -pi / 2 + pi / 5), strict=True)
    return [corner for pair in spikes for corner in pair]


def _plus() -> list[tuple[float, float]]:
    arm = [(-0.44, -1.0), (0.44, -1.0), (0.44, -0.44)]
    return [(x * c - y * s, x * s + y * c) for c, s in ((1, 0), (0, 1), (-1, 0), (0, -1)) for x, y in arm]


# The corners of each shape, in a box from -1 to 1.
OUTLINES = {
    "circle": _ring(24, 0.96, 0.0),
    "square": [(-0.84, -0.84), (0.84, -0.84), (0.84, 0.84), (-0.84, 0.84)],
    "triangle": [(0.0, -1.0), (1.0, 0.86), (-1.0, 0.86)],
    "diamond": _ring(4, 1.06, -pi / 2),
    "hexagon": _ring(6, 1.0, 0.0),
    "star": _star(),
    "plus": _plus(),
    "drop": [(0.0, -1.08), *((x * 0.86, y * 0.86 + 0.16) for x, y in _ring(20, 1.0, -0.6)[:15])],
}
SHAPES = tuple(OUTLINES)


def badge_of(slot: int) -> PlayerBadge:
    """Return the badge of a slot, 0 to 63.

    >>> badge_of(0), badge_of(9).letter
    (PlayerBadge(shape='circle', letter='A', pattern='plain'), 'J')
    """
    return PlayerBadge(SHAPES[slot % 8], LETTERS[slot % 64], PATTERNS[(slot + slot // 8) % 8])


def badge(slot: int, colour: Colour, side: int, font: Callable[[int], pygame.font.Font]) -> pygame.Surface:
    """Return the shape in the player's colour with the letter. `side`: pixels; `font`: a bold one by its height."""
    surface, of_slot = emblem(slot, colour, side), badge_of(slot)
    letter = font(max(6, round(side * 0.62))).render(of_slot.letter, True, ink_on(colour))
    height = side * (0.60 if of_slot.shape in ("triangle", "drop") else 0.52)
    surface.blit(letter, letter.get_rect(center=(side / 2, height)))
    return surface


def draw_badge(canvas: Canvas, slot: int, colour: int, size: float, x: float, y: float) -> None:
    """Draw the badge of a slot, its top left corner at (x, y). `colour`: the number of the player's colour."""
    side, rgb = canvas.length(size), PLAYER_COLOURS[colour % len(PLAYER_COLOURS)]
    canvas.stamp(("badge", slot, colour, side), lambda: badge(slot, rgb, side, canvas.fonts.of), x, y)


def emblem(slot: int, colour: Colour, side: int) -> pygame.Surface:
    """Return the shape in the player's colour without the letter, for places where a letter would be too small."""
    big, shape = side * FINE, OUTLINES[badge_of(slot).shape]
    surface = pygame.Surface((big, big), pygame.SRCALPHA, 32)
    for grow, fill in ((0.98, (255, 255, 255)), (0.90, INK), (0.78, colour)):
        half = big / 2
        corners = [(half + x * half * grow * 0.94, half + y * half * grow * 0.94) for x, y in shape]
        pygame.draw.polygon(surface, fill, corners)
    return pygame.transform.smoothscale(surface, (side, side))


def draw_emblem(canvas: Canvas, slot: int, colour: int, size: float, x: float, y: float) -> None:
    """Draw the emblem of a slot, its top left corner at (x, y). `colour`: the number of a player's colour."""
    side, rgb = canvas.length(size), PLAYER_COLOURS[colour % len(PLAYER_COLOURS)]
    canvas.stamp(("emblem", slot, colour, side), lambda: emblem(slot, rgb, side), x, y)


@lru_cache(maxsize=64)
def weave(pattern: str, side: int) -> pygame.Surface:
    """Return white with darker places, to multiply a body with: a cell of `side` x 5/4 `side` pixels, feet down."""
    tall, step = side * 5 // 4, max(2, side // 6)
    half, wide = step // 2, step * 3 // 2
    rows = enumerate(range(0, tall, wide))
    dark: dict[str, list[tuple[int, int, int, int]]] = {
        "plain": [],
        "stripes": [(x, 0, half + 1, tall) for x in range(half, side, step)],
        "dots": [(x + row % 2 * wide // 2, y, half, half) for row, y in rows for x in range(0, side, wide)],
        "bars": [(0, y, side, half + 1) for y in range(half, tall, step)],
        "sash": [(side - y, y, side // 4, 1) for y in range(tall)],
        "slants": [(x + y, y, half + 1, 1) for y in range(tall) for x in range(-tall, side, step)],
        "belt": [(0, tall * 5 // 8, side, tall // 7)],
        "halves": [(side // 2, 0, side // 2 + 1, tall)],
    }
    surface = pygame.Surface((side, tall), 0, 32)
    surface.fill((255, 255, 255))
    for rect in dark[pattern]:
        surface.fill(SHADE, rect)
    return surface


@dataclass(frozen=True, slots=True)
class FigureSprite:
    """How one body looks: indices into the lists of the palette, and the slot for its pattern."""

    character: int
    colour: int
    slot: int


def figure_of(seat: Seat) -> FigureSprite:
    return FigureSprite(seat.character, seat.colour, seat.slot)


def figures_of(seats: Iterable[Seat], sides: Mapping[int, int]) -> dict[int, FigureSprite]:
    """Return how each player looks, by slot; all of a side have the pattern and the shape of the slot of its number."""
    return {seat.slot: replace(figure_of(seat), slot=sides.get(seat.slot, seat.slot)) for seat in seats}


def dressed(side: int, figure: FigureSprite, cell: int) -> pygame.Surface:
    """Return one cell of a character, `side` pixels wide: grey, times colour and pattern, under its face."""
    character = CHARACTERS[figure.character % len(CHARACTERS)]
    box = pygame.Rect(cell % 4 * CELL[0], cell // 4 * CELL[1], *CELL)
    body = drawing(f"{character}-body").subsurface(box).copy()
    body.fill(PLAYER_COLOURS[figure.colour % len(PLAYER_COLOURS)], special_flags=pygame.BLEND_RGB_MULT)
    body.blit(weave(badge_of(figure.slot).pattern, CELL[0]), (0, 0), special_flags=pygame.BLEND_RGB_MULT)
    body.blit(drawing(f"{character}-face"), (0, 0), box)
    return pygame.transform.smoothscale(body, (side, side * CELL[1] // CELL[0]))


def draw_portrait(canvas: Canvas, figure: FigureSprite, x: float, feet: float, width: float, cell: int = 0) -> None:
    """Draw a character outside the board; `x` is its middle and `feet` its lower edge. `cell` counts by rows."""
    side = canvas.length(width)
    canvas.stamp(("portrait", figure, cell, side), lambda: dressed(side, figure, cell), x, feet, "midbottom")


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
