"""The window: opened with title and icon, and switched between the full screen and a size.

Rule 1: SDL gives a window its pixels in one of two ways, and chooses once. The plain way needs no graphics card, but
        has the bits of the screen; with 8, 16 or 30 bits, pygame cannot draw on it. The accelerated way has 32 bits on
        every screen with OpenGL or Direct3D. On X11, SDL prefers the latter, which costs 10 ms for each picture without
        a graphics card. So the bits of the screen decide, unless the environment does.
Rule 2: where neither can be drawn on, as on a screen of 16 bits without OpenGL, SDL converts and scales each picture
        (pygame.SCALED): then the picture always has 1280 x 720 pixels.
Rule 3: a window that cannot be drawn on is an error with one sentence.
"""

import os
import warnings

import pygame

from petard.assets import path
from petard.game.ui.render.canvas import HEIGHT, WIDTH

ACCELERATION = "SDL_FRAMEBUFFER_ACCELERATION"
DRAWABLE = (24, 32)  # bits of a pixel; pygame scales no others smoothly
NO_WINDOW = "No window of 24 or 32 bits a pixel can be opened on this screen ({})."


class NoWindowError(Exception):
    """The screen has no window for the game; one sentence says why."""


def open_window(full_screen: bool) -> pygame.Surface:
    """Open the window. Raises NoWindowError."""
    return resized(full_screen, (WIDTH, HEIGHT))


def resized(full_screen: bool, size: tuple[int, int]) -> pygame.Surface:
    """Fill the screen, or go back to a window of that size. Raises NoWindowError."""
    try:
        _prepare()
        window = _usual(full_screen, size)
        if window.get_bitsize() in DRAWABLE:
            return window
        problem = f"it has {window.get_bitsize()}"
    except pygame.error as error:
        problem = str(error)
    try:
        pygame.display.quit()  # SDL changes the way of no window that is open
        _prepare()
        return _converted(full_screen)
    except pygame.error:
        raise NoWindowError(NO_WINDOW.format(problem)) from None


def _prepare() -> None:
    """Give the next window its way, title and icon, if none is open. Raises pygame.error."""
    pygame.display.init()
    if pygame.display.get_surface():
        return
    if pygame.display.Info().bitsize not in DRAWABLE:
        os.environ.setdefault(ACCELERATION, "1")
    elif pygame.display.get_driver() == "x11":
        os.environ.setdefault(ACCELERATION, "0")
    icon = path("sprites", "icon.png")
    if icon.is_file():
        pygame.display.set_icon(pygame.image.load(str(icon)))
    pygame.display.set_caption("Petard")


def _usual(full_screen: bool, size: tuple[int, int]) -> pygame.Surface:
    """Return a window; a screen that cannot be filled gives one of that size."""
    if full_screen:
        try:
            return pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
        except pygame.error:
            pass
    return pygame.display.set_mode(size, pygame.RESIZABLE)


def _converted(full_screen: bool) -> pygame.Surface:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "no fast renderer available"
        kind = pygame.FULLSCREEN if full_screen else pygame.RESIZABLE
        return pygame.display.set_mode((WIDTH, HEIGHT), pygame.SCALED | kind)
