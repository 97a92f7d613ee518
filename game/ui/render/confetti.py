"""Draws the confetti that falls over the board when somebody has won."""

from functools import lru_cache

import pygame

from petard.assets.palette import PLAYER_COLOURS, Colour
from petard.game.view.confetti import confetti
from petard.game.view.view import View

LONG, SHARES = 19, (1.0, 0.72, 0.3, 0.72)  # logical units; how much of its width a scrap shows as it turns


def draw_confetti(field: pygame.Surface, view: View, scale: float) -> None:
    """Draw it on the pixels of the board."""
    width, height = field.get_size()
    long = max(3, round(LONG * scale))
    scraps = [
        (_scrap(long, PLAYER_COLOURS[one.colour], one.turn), (round(one.x * width), round(one.y * height)))
        for one in confetti(view)
    ]
    field.blits(scraps, False)


@lru_cache(maxsize=64)
def _scrap(long: int, colour: Colour, turn: int) -> pygame.Surface:
    big = pygame.Surface((long * 4, long * 4), pygame.SRCALPHA, 32)
    wide = round(long * 4 * SHARES[turn])
    pygame.draw.rect(big, colour, ((long * 4 - wide) // 2, long * 4 // 5, wide, long * 12 // 5))
    return pygame.transform.smoothscale(pygame.transform.rotate(big, 20 - 15 * turn), (long, long))
