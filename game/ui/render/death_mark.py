"""Marks the tile on which a player of this machine was hit: a frame that closes in on it, then blinks there.

Rule 1: it can be seen over flames and on floor: light and red in turn, with a dark rim; a skull follows.
Rule 2: it is shown for SHOWN seconds, never blinks more than three times a second, and not at all without flashes.
Rule 3: its pictures are cached, in SIZES sizes.
"""

from collections.abc import Collection, Iterable, Iterator

import pygame

from petard.assets.palette import DANGER, INK, PAPER
from petard.game.ui.render.camera import Aim
from petard.game.ui.render.canvas import Cache
from petard.game.ui.render.sprite_cache import Blit, SpriteCache
from petard.game.view.cues import Cue, PlayerDied
from petard.game.view.spectating import SHOWN

CLOSING = 0.3  # seconds in which the frame closes in
WIDEST = 3.2  # tiles, at its begin
SIZES = 8  # of pictures on the way in
AROUND = 1.3  # tiles, at its end
BLINK = 0.4  # seconds for once light and red
PANE = 120  # how red the tile in it is, of 255
SKULL_AFTER = 0.5  # seconds, when the flames are out and the body has fallen


class DeathMarks:
    """Remembers which player fell where, and when."""

    def __init__(self) -> None:
        self._fallen: list[tuple[float, PlayerDied]] = []

    def handle_cues(self, cues: Iterable[Cue], now: float) -> None:
        """Note the players who fell."""
        fallen = [(now, cue) for cue in cues if isinstance(cue, PlayerDied)]
        self._fallen = [one for one in self._fallen + fallen if now - one[0] < SHOWN]

    def blits(
        self, sprites: SpriteCache, kept: Cache, aim: Aim, mine: Collection[int], now: float, blinks: bool
    ) -> list[Blit]:
        """Return the marks of the players in `mine` at `now`."""
        blits: list[Blit] = []
        for since, cue in self._fallen:
            age = now - since
            if cue.slot in mine and age < SHOWN:
                blits += [_centred(picture, cue, aim) for picture in _pictures(sprites, kept, aim.side, age, blinks)]
        return blits


def _pictures(sprites: SpriteCache, kept: Cache, tile: int, age: float, blinks: bool) -> Iterator[pygame.Surface]:
    """The pictures from back to front, `age` seconds after the hit."""
    tiles, is_light = AROUND, blinks and age >= CLOSING and (age - CLOSING) % BLINK < BLINK / 2
    if age < CLOSING:
        tiles = WIDEST + (AROUND - WIDEST) * int(age / CLOSING * SIZES) / SIZES
    side = round(tiles * tile)
    yield kept.find(("deadly", side, is_light), lambda: _frame(side, is_light))
    if age >= SKULL_AFTER:
        yield sprites.image("skull", 0, 255)


def _centred(picture: pygame.Surface, cue: PlayerDied, aim: Aim) -> Blit:
    width, height = picture.get_size()
    x, y = aim.left + round(cue.x * aim.side), aim.top + round(cue.y * aim.side)
    return picture, (x - width // 2, y - height // 2)


def _frame(side: int, is_light: bool) -> pygame.Surface:
    """A thick frame around a red pane."""
    surface = pygame.Surface((side, side), pygame.SRCALPHA)
    thick, rim, box = max(4, side // 9), max(1, side // 40), surface.get_rect()
    surface.fill((*DANGER, PANE), box.inflate(-2 * thick, -2 * thick))
    pygame.draw.rect(surface, INK, box, thick, side // 6)
    colour = PAPER if is_light else DANGER
    pygame.draw.rect(surface, colour, box.inflate(-2 * rim, -2 * rim), thick - 2 * rim, side // 6)
    return surface
