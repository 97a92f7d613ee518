"""Opens the window with title and icon; switches full screen on and off."""

import os

import pygame

from petard.assets import path

SIZE = (1280, 720)
TITLE = "Petard"


def open_window(full_screen: bool) -> pygame.Surface:
    """Open the window. Raises pygame.error if there is no screen."""
    pygame.display.init()
    if pygame.display.get_driver() == "x11":
        # Else SDL sends every picture through OpenGL, which costs 10 ms without a graphics card.
        os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
    icon = path("sprites", "icon.png")
    if icon.is_file():
        pygame.display.set_icon(pygame.image.load(str(icon)))
    pygame.display.set_caption(TITLE)
    return resized(full_screen, SIZE)


def resized(full_screen: bool, size: tuple[int, int]) -> pygame.Surface:
    """Fill the screen, or go back to a window of that size; a screen that cannot be filled gives a window."""
    if full_screen:
        try:
            return pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
        except pygame.error:
            pass
    return pygame.display.set_mode(size, pygame.RESIZABLE)
