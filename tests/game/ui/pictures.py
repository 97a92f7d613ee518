"""A canvas without a screen, for tests that draw."""

import os

import pygame

from petard.game.ui.render.canvas import Canvas


def dummy_canvas(size: tuple[int, int] = (1280, 720)) -> Canvas:
    """A canvas on SDL's dummy driver, which draws into memory as the software renderer does."""
    if pygame.display.get_init() and pygame.display.get_driver() != "dummy":
        pygame.display.quit()
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    pygame.display.init()
    pygame.font.init()
    return Canvas(pygame.display.set_mode(size))


def pixels(canvas: Canvas) -> bytes:
    """Everything that is to be seen, to be compared."""
    return pygame.image.tobytes(canvas.surface, "RGB")
