"""How a player looks: the body, and the badge, so that nobody needs to see colours: a shape, a letter and a pattern.

Rule 1: a badge depends on the slot alone and is the same on the board, in the HUD and in the lobby.
Rule 2: neighbours differ in shape and in pattern; no two of the 64 slots share shape and letter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin

import pygame

from petard.assets import path
from petard.assets.palette import CHARACTERS, INK, PLAYER_COLOURS, Colour, ink_on
from petard.game.ui.render.canvas import Canvas
from petard.shared.protocol.messages import Seat

SHAPES = ("circle", "square", "triangle", "diamond", "hexagon", "star", "plus", "drop")
PATTERNS = ("plain", "stripes", "dots", "bars", "sash", "slants", "belt", "halves")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+*"
FINE = 4  # shapes are drawn so many times larger and scaled down, for smooth edges
SHADE = (178, 178, 178)  # what a pattern leaves of the colour
CELL = (96, 120)  # pixels of one cell of a character's sheet
STEPS = 8.0  # pictures of the walk in a second
HOP = 2.4  # hops in a second


@dataclass(frozen=True, slots=True)
class PlayerBadge:
    shape: str
    letter: str
    pattern: str


def badge_of(slot: int) -> PlayerBadge:
    """Return the badge of a slot, 0 to 63.

    >>> badge_of(0), badge_of(9).letter
    (PlayerBadge(shape='circle', letter='A', pattern='plain'), 'J')
    """
    return PlayerBadge(SHAPES[slot % 8], LETTERS[slot % 64], PATTERNS[(slot + slot // 8) % 8])


def outline(shape: str) -> list[tuple[float, float]]:
    """Return the corners of a shape in a box from -1 to 1."""
    match shape:
        case "circle":
            return _ring(24, 0.96, 0.0)
        case "square":
            return [(-0.84, -0.84), (0.84, -0.84), (0.84, 0.84), (-0.84, 0.84)]
        case "triangle":
            return [(0.0, -1.0), (1.0, 0.86), (-1.0, 0.86)]
        case "diamond":
            return _ring(4, 1.06, -pi / 2)
        case "hexagon":
            return _ring(6, 1.0, 0.0)
        case "star":
            spikes = _ring(5, 1.1, -pi / 2), _ring(5, 0.72, -pi / 2 + pi / 5)
            return [corner for pair in zip(*spikes, strict=True) for corner in pair]
        case "plus":
            arm = [(-0.44, -1.0), (0.44, -1.0), (0.44, -0.44)]
            return [(x * c - y * s, x * s + y * c) for c, s in ((1, 0), (0, 1), (-1, 0), (0, -1)) for x, y in arm]
        case _:
            return [(0.0, -1.08), *((x * 0.86, y * 0.86 + 0.16) for x, y in _ring(20, 1.0, -0.6)[:15])]


def _ring(corners: int, radius: float, start: float) -> list[tuple[float, float]]:
    ways = [start + 2 * pi * corner / corners for corner in range(corners)]
    return [(cos(way) * radius, sin(way) * radius) for way in ways]


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
    big, shape = side * FINE, outline(badge_of(slot).shape)
    surface = pygame.Surface((big, big), pygame.SRCALPHA)
    for grow, fill in ((0.98, (255, 255, 255)), (0.90, INK), (0.78, colour)):
        half = big / 2
        corners = [(half + x * half * grow * 0.94, half + y * half * grow * 0.94) for x, y in shape]
        pygame.draw.polygon(surface, fill, corners)
    return pygame.transform.smoothscale(surface, (side, side))


@lru_cache(maxsize=64)
def weave(pattern: str, side: int) -> pygame.Surface | None:
    """Return white with darker places, to multiply a body with; None for the plain pattern. `side` in pixels."""
    if pattern == "plain":
        return None
    surface = pygame.Surface((side, side * 5 // 4))
    surface.fill((255, 255, 255))
    for rect in _dark_places(pattern, side):
        surface.fill(SHADE, rect)
    return surface


def _dark_places(pattern: str, side: int) -> list[tuple[int, int, int, int]]:
    """Rectangles, in pixels; the body is a cell of side x 5/4 side, its feet at the bottom."""
    step = max(2, side // 6)
    tall = side * 5 // 4
    match pattern:
        case "stripes":
            return [(x, 0, step // 2 + 1, tall) for x in range(step // 2, side, step)]
        case "bars":
            return [(0, y, side, step // 2 + 1) for y in range(step // 2, tall, step)]
        case "dots":
            wide = step * 3 // 2
            rows = enumerate(range(0, tall, wide))
            return [(x + row % 2 * wide // 2, y, step // 2, step // 2) for row, y in rows for x in range(0, side, wide)]
        case "sash":
            return [(side - y, y, side // 4, 1) for y in range(tall)]
        case "slants":
            return [(x + y, y, step // 2 + 1, 1) for y in range(tall) for x in range(-tall, side, step)]
        case "belt":
            return [(0, tall * 5 // 8, side, tall // 7)]
        case _:
            return [(side // 2, 0, side // 2 + 1, tall)]


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


def figure_of(seat: Seat) -> FigureSprite:
    return FigureSprite(seat.character, seat.colour, seat.slot)


def dressed(side: int, figure: FigureSprite, cell: int) -> pygame.Surface:
    """Return one cell of a character, `side` pixels wide: grey, times colour and pattern, under its face."""
    character = CHARACTERS[figure.character % len(CHARACTERS)]
    box = pygame.Rect(cell % 4 * CELL[0], cell // 4 * CELL[1], *CELL)
    body = drawing(f"{character}-body").subsurface(box).copy()
    body.fill(PLAYER_COLOURS[figure.colour % len(PLAYER_COLOURS)], special_flags=pygame.BLEND_RGB_MULT)
    pattern = weave(badge_of(figure.slot).pattern, CELL[0])
    if pattern is not None:
        body.blit(pattern, (0, 0), special_flags=pygame.BLEND_RGB_MULT)
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
