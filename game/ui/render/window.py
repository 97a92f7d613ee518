"""The window: opened with title and icon, and switched between the full screen and a size.

Rule 1: SDL gives a window its pixels in one of two ways, and chooses once. The plain way needs no graphics card, but
        has the bits of the screen; with 8 or 30 bits, pygame cannot use it. The accelerated way has 32 bits on
        every screen with OpenGL or Direct3D. On X11, SDL prefers the latter, which costs 10 ms for each picture without
        a graphics card. So the bits of the screen decide, unless the environment does.
Rule 2: a window that cannot be drawn on is an error with one sentence.
"""

import os
from contextlib import suppress

import pygame

from petard.assets import path
from petard.game.ui.render.canvas import DRAWABLE, HEIGHT, WIDTH

ACCELERATION = "SDL_FRAMEBUFFER_ACCELERATION"
SHOWABLE = (15, 16, *DRAWABLE)  # bits of a pixel of a window
NO_WINDOW = "No window that the game can draw on can be opened on this screen ({})."


class NoWindowError(Exception):
    """The screen has no window for the game; one sentence says why."""


def open_window(full_screen: bool, size: tuple[int, int] | None = None) -> pygame.Surface:
    """Open the window. `size`: in pixels, None for the usual one. Raises NoWindowError."""
    try:
        pygame.display.init()
        if pygame.display.Info().bitsize not in DRAWABLE:
            os.environ.setdefault(ACCELERATION, "1")
        elif pygame.display.get_driver() == "x11":
            os.environ.setdefault(ACCELERATION, "0")
        icon = path("sprites", "icon.png")
        if icon.is_file():
            pygame.display.set_icon(pygame.image.load(str(icon)))
        pygame.display.set_caption("Petard")
    except pygame.error as error:
        raise NoWindowError(NO_WINDOW.format(error)) from None
    return resized(full_screen, size or (WIDTH, HEIGHT))


def resized(full_screen: bool, size: tuple[int, int]) -> pygame.Surface:
    """Fill the screen, or go back to a window of that size; a screen that cannot be filled gives a window.

    Raises NoWindowError.
    """
    try:
        window = _filling() if full_screen else None
        window = window or pygame.display.set_mode(size, pygame.RESIZABLE)
    except pygame.error as error:
        raise NoWindowError(NO_WINDOW.format(error)) from None
    if window.get_bitsize() not in SHOWABLE:
        raise NoWindowError(NO_WINDOW.format(f"it has {window.get_bitsize()} bits a pixel"))
    return window


def _filling() -> pygame.Surface | None:
    with suppress(pygame.error):
        return pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
    return None
