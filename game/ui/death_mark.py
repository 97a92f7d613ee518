"""Marks the tile on which somebody at this machine was hit: a frame that closes in on it, then blinks there.

Rule 1: it is seen over flames and on floor alike: light, with a dark rim.
Rule 2: it is shown for SHOWN seconds and never blinks more than three times a second.
Rule 3: its pictures are kept; only so many sizes of it are made.
"""

from collections.abc import Collection, Iterable, Iterator

import pygame

from assets.palette import DANGER, INK, PAPER
from game.client.cues import Cue, Fell
from game.ui.camera import Aim
from game.ui.canvas import Cache

SHOWN = 2.0  # seconds
CLOSING = 0.3  # seconds in which the frame closes in
WIDEST = 3.2  # tiles, at its begin
SIZES = 8  # of pictures on the way in
BLINK = 0.4  # seconds for once light and red


class DeathMarks:
    """Remembers who fell where, and when."""

    def __init__(self) -> None:
        self._fallen: list[tuple[float, Fell]] = []

    def hear(self, cues: Iterable[Cue], now: float) -> None:
        """Take those who fell among the cues."""
        fallen = [(now, cue) for cue in cues if isinstance(cue, Fell)]
        self._fallen = [one for one in self._fallen + fallen if now - one[0] < SHOWN]

    def copies(
        self, kept: Cache, aim: Aim, mine: Collection[int], now: float
    ) -> Iterator[tuple[pygame.Surface, tuple[int, int]]]:
        """The marks of those in `mine`, for now."""
        for since, cue in self._fallen:
            if cue.slot in mine and now - since < SHOWN:
                size, is_red = _look_of(now - since)
                side = round(size * aim.side)
                frame = kept.find(("deadly", side, is_red), lambda side=side, is_red=is_red: _frame(side, is_red))  # type: ignore[misc]
                yield (
                    frame,
                    (
                        aim.left + round(cue.x * aim.side) - side // 2,
                        aim.top + round(cue.y * aim.side) - side // 2,
                    ),
                )


def _look_of(age: float) -> tuple[float, bool]:
    """How wide the frame is, in tiles, and whether it is red, so many seconds after the hit."""
    if age < CLOSING:
        step = int(age / CLOSING * SIZES) / SIZES
        return WIDEST + (1.3 - WIDEST) * step, True
    return 1.3, (age - CLOSING) % BLINK < BLINK / 2


def _frame(side: int, is_red: bool) -> pygame.Surface:
    """Four corners around a tile; the middle of each side is left open."""
    surface = pygame.Surface((side, side), pygame.SRCALPHA)
    thick, arm = max(3, side // 9), side // 3
    for grow, colour in ((0, INK), (max(1, thick // 4), DANGER if is_red else PAPER)):
        wide, long = thick - 2 * grow, arm - 2 * grow
        for right in (False, True):
            for low in (False, True):
                x = side - grow - long if right else grow
                y = side - grow - wide if low else grow
                surface.fill(colour, (x, y, long, wide))
                x = side - grow - wide if right else grow
                y = side - grow - long if low else grow
                surface.fill(colour, (x, y, wide, long))
    return surface
