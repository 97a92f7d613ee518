"""The window of stages 5, 6 and 7: open it, read the arrow keys, draw a square for each player."""

from collections.abc import Mapping

import pygame

from rules import BODY, DOWN, LEFT, RIGHT, SIZE, UP

Place = tuple[int, int] | list[int]  # x and y in pixels, from the upper left corner


def open_window() -> pygame.Surface:
    """Open the window. Without a display, SDL_VIDEODRIVER=dummy draws into memory only."""
    pygame.display.init()
    pygame.font.init()
    return pygame.display.set_mode(SIZE)


def arrows() -> tuple[int, int]:
    """Return the direction of the arrow keys that are held: -1, 0 or 1 to the right, and downwards."""
    pygame.event.pump()
    keys = pygame.key.get_pressed()
    return keys[pygame.K_RIGHT] - keys[pygame.K_LEFT], keys[pygame.K_DOWN] - keys[pygame.K_UP]


def keys_held() -> int:
    """Return the arrow keys that are held, as bits."""
    right, down = arrows()
    return LEFT * (right < 0) | RIGHT * (right > 0) | UP * (down < 0) | DOWN * (down > 0)


def draw(screen: pygame.Surface, squares: Mapping[str, Place], outlines: Mapping[str, Place] | None = None) -> None:
    """Draw a full square for each player, in a colour that follows from its name, and then the outlines."""
    screen.fill("gray20")
    font = pygame.font.Font(None, 24)
    for name, (x, y) in squares.items():
        pygame.draw.rect(screen, color_of(name), (x, y, BODY, BODY), border_radius=6)
        screen.blit(font.render(name, True, "white"), (x, y - 18))
    for x, y in (outlines or {}).values():
        pygame.draw.rect(screen, "white", (x, y, BODY, BODY), width=2, border_radius=6)
    pygame.display.flip()


def color_of(name: str) -> pygame.Color:
    """Return a bright colour that is always the same for a name."""
    color = pygame.Color(0)
    color.hsva = (sum(name.encode()) * 47 % 360, 70, 95, 100)
    return color
