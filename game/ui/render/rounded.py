"""Boxes with smooth round corners, in pixels."""

from itertools import product

import pygame

FINE = 4  # round corners and shapes are drawn so many times larger and scaled down, for smooth edges

Colour = tuple[int, int, int] | tuple[int, int, int, int]


def rounded(size: tuple[int, int], colour: Colour, radius: int) -> pygame.Surface:
    """Return a box with smooth round corners."""
    surface = pygame.Surface(size, pygame.SRCALPHA, 32)
    surface.fill(colour)
    if radius < 1:
        return surface
    disc = pygame.Surface((2 * radius * FINE,) * 2, pygame.SRCALPHA, 32)
    disc.fill((*colour[:3], 0))
    pygame.draw.circle(disc, colour, (radius * FINE, radius * FINE), radius * FINE)
    disc = pygame.transform.smoothscale(disc, (2 * radius, 2 * radius))
    for column, row in product((0, 1), repeat=2):
        at = column * (size[0] - radius), row * (size[1] - radius)
        surface.fill((0, 0, 0, 0), (*at, radius, radius))
        surface.blit(disc, at, (column * radius, row * radius, radius, radius), pygame.BLEND_RGBA_ADD)
    return surface


def ringed(inner: pygame.Surface, rim: Colour, thick: int, colour: Colour, radius: int) -> pygame.Surface:
    """Return the same box with a rim inside its edge."""
    size = inner.get_width() - 2 * thick, inner.get_height() - 2 * thick
    outer = rounded(inner.get_size(), rim, radius)
    if min(size) < 1:
        return outer
    hole = rounded(size, (0, 0, 0, 255), max(0, radius - thick))  # takes the opacity only
    outer.blit(hole, (thick, thick), special_flags=pygame.BLEND_RGBA_SUB)
    outer.blit(rounded(size, colour, max(0, radius - thick)), (thick, thick))
    return outer
