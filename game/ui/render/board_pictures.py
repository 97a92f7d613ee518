"""The pictures of what is on a board, each made for a tile of `side` pixels: bombs, fuses, flames, bodies, smoke.

Rule 1: files are kept as they were drawn (96 pixels to a tile) and scaled from there, never from a scaled one.
Rule 2: a picture without transparent pixels is kept in the window's own format, which is the quickest to copy.
Rule 3: a function that makes pictures takes the pixels to a tile first, then what the picture depends on.
"""

from collections.abc import Callable
from math import cos, pi, sin

import pygame

from petard.assets.palette import ACCENT, CLAY, CLAY_DARK, DANGER, FLAME, INK, PAPER, PLAYER_COLOURS, Colour, ink_on
from petard.game.ui.render.canvas import drawing
from petard.game.ui.render.player_looks import CELL, OUTLINES, FigureSprite, badge_of, dressed, emblem
from petard.game.view.floor_looks import picture_in
from petard.game.view.poses import FUSE_STEPS, SQUASHED
from petard.game.view.sprites import STRUCK
from petard.shared.rules.floors import THEMES

# A bomb, in pixels of its file, which is as wide as a cell.
BALL = (45, 57)  # the middle of the ball
EMBLEM = 46  # the side of the owner's mark on it
SMALL_RED = 0.92  # the size of the smaller of the two red ones
SQUASHES = dict(zip(SQUASHED, ((1.24, 0.66), (1.1, 0.84), (0.9, 1.12)), strict=True))  # by cell: how wide, how tall
FUSE_BOX, FUSE_RADIUS = 124, 42.0  # the picture of the ring, and the ring
HOT: Colour = (255, 74, 60)  # the end of a fuse
BURNT: Colour = (92, 16, 30)  # the rest of the ring then
TINT, TINTED = 96, 27.0  # how strong the owner's colour is on the ball, of 255, and how far it goes

CARD = 192  # pixels; a crate is drawn at this size and then scaled

Rgba = tuple[int, int, int, int]
FontOf = Callable[[int], pygame.font.Font]  # by its height in pixels

OPAQUE = frozenset(picture_in(theme, name) for theme in THEMES for name in ("floor-0", "floor-1"))
# In tiles; what is not here is one tile wide. Heights follow from the files.
WIDTHS = {
    "spark": 0.34,
    "star": 0.34,
    "puff-0": 0.5,
    "puff-1": 0.6,
    "puff-2": 0.7,
    "bubble": 1.3,
    "crown": 0.62,
    "worn-skull": 0.6,
    "ill-0": 1.45,
    "ill-1": 1.45,
}
OF_FILES = {"worn-skull": "skull"}  # pictures whose files have other names
THINNER = {"3": 0.82, "4": 0.62, "5": 0.42}  # a flame that shrinks, by the last letter of its name
SMOKE = {"0": (0.66, 250), "1": (0.78, 215), "2": (0.88, 165), "3": (0.95, 110), "4": (1.0, 60)}  # tiles wide; alpha
DYE, DYE_SHAPE = 140, 80  # how strong a player's colour is on the floor, and the shape in it, of 255
SOOT: Colour = (216, 214, 224)  # smoke is darker than a puff of dust


def board_image(side: int, name: str, turn: int, alpha: int) -> pygame.Surface:
    """Return a picture by its name, turned by `turn` degrees against the clock."""
    if name == "danger":
        return _hatched(side, alpha)
    if name.startswith("chip"):
        return _chip(side, name)
    if name.startswith("flame") and name[-1] in THINNER:
        return pygame.transform.rotate(_shrunk(side, name), turn)
    if name.startswith("smoke"):
        return _smoke(side, name, turn)
    file = drawing(OF_FILES.get(name, name))
    width = max(1, round(side * WIDTHS.get(name, 1.0)))
    size = width, max(1, round(width * file.get_height() / file.get_width()))
    scaled = pygame.transform.smoothscale(file, size)
    return scaled.convert(32) if name in OPAQUE else _varied(scaled, turn, alpha)


def body(side: int, figure: FigureSprite, cell: int, turn: int, alpha: int) -> pygame.Surface:
    """Return one cell of a character in its player's colour and pattern; STRUCK is light all over."""
    if cell == STRUCK:
        struck = dressed(side, figure, 0)
        struck.fill((150, 150, 150), special_flags=pygame.BLEND_RGB_ADD)
        return struck
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


def _shrunk(side: int, name: str) -> pygame.Surface:
    """A flame that is thinner across; where two cross, it is thinner in both directions."""
    base, thin = name[:-2], max(2, round(side * THINNER[name[-1]]))
    surface = pygame.Surface((side, side), pygame.SRCALPHA, 32)
    arm = pygame.transform.smoothscale(drawing(f"{base.replace('centre', 'middle')}-2"), (side, thin))
    surface.blit(arm, (0, (side - thin) // 2))
    if base == "flame-centre":
        across = pygame.transform.rotate(arm, 90)
        surface.blit(across, ((side - thin) // 2, 0), special_flags=pygame.BLEND_RGBA_MAX)
    return surface


def _smoke(side: int, name: str, turn: int) -> pygame.Surface:
    wide, alpha = SMOKE[name[-1]]
    file = drawing("puff-1")
    size = max(1, round(side * wide)), max(1, round(side * wide * file.get_height() / file.get_width()))
    cloud = pygame.transform.smoothscale(file, size)
    cloud.fill((*SOOT, alpha), special_flags=pygame.BLEND_RGBA_MULT)
    return pygame.transform.rotate(cloud, turn)


def bomb(side: int, figure: FigureSprite, cell: int) -> pygame.Surface:
    """Return the ball with the owner's shape and colour. `cell`: 0 to 2 the pulse, 3 and 4 red, then SQUASHED."""
    colour = PLAYER_COLOURS[figure.colour % len(PLAYER_COLOURS)]
    is_red = cell in (3, 4)
    whole = drawing("bomb-3" if is_red else f"bomb-{cell if cell < 3 else 1}").copy()
    if not is_red:
        tint = pygame.Surface((CELL[0] * 2, CELL[0] * 2), pygame.SRCALPHA, 32)
        pygame.draw.circle(tint, (*colour, TINT), (BALL[0] * 2, BALL[1] * 2), TINTED * 2)
        whole.blit(pygame.transform.smoothscale(tint, (CELL[0], CELL[0])), (0, 0))
    mark = emblem(figure.slot, colour, EMBLEM)
    whole.blit(mark, mark.get_rect(center=BALL))
    grow = side / whole.get_width() * (SMALL_RED if cell == 4 else 1.0)
    wide, tall = SQUASHES.get(cell, (1.0, 1.0))
    size = max(1, round(whole.get_width() * grow * wide)), max(1, round(whole.get_height() * grow * tall))
    surface = pygame.Surface((max(side, size[0]), side), pygame.SRCALPHA, 32)
    scaled = pygame.transform.smoothscale(whole, size)
    surface.blit(scaled, scaled.get_rect(midbottom=(surface.get_width() // 2, side)))
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


def dye(side: int, slot: int, colour: int) -> pygame.Surface:
    """Return what lies on the floor in the colour of a player: a splash, and in it the shape of the slot."""
    rgb = PLAYER_COLOURS[colour % len(PLAYER_COLOURS)]
    big = pygame.Surface((4 * side, 4 * side), pygame.SRCALPHA, 32)
    pygame.draw.rect(big, (*rgb, DYE), big.get_rect().inflate(-side // 5, -side // 5), border_radius=side)
    ink = ink_on(rgb)
    corners = [(2 * side + x * side * 0.72, 2 * side + y * side * 0.72) for x, y in OUTLINES[badge_of(slot).shape]]
    shape = pygame.Surface(big.get_size(), pygame.SRCALPHA, 32)
    pygame.draw.polygon(shape, (*ink, DYE_SHAPE), corners)
    big.blit(shape, (0, 0))
    return pygame.transform.smoothscale(big, (side, side))


def wall_shade(side: int) -> pygame.Surface:
    """Return the shade that a wall throws on the floor below it."""
    tall = max(1, side // 4)
    surface = pygame.Surface((side, tall), pygame.SRCALPHA, 32)
    for y in range(tall):
        surface.fill((*INK, 110 * (tall - y) // tall), (0, y, side, 1))
    return surface
