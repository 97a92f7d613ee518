"""The text that a person copied somewhere else.

Rule: pygame and pygame-ce ask for it in two ways, and systems fail at it in many; every failure is an empty text.
"""

import pygame

LONGEST = 2000  # characters; nothing that is pasted here is longer


def pasted() -> str:
    """What the clipboard holds as text, "" when there is none or it cannot be had."""
    try:
        return _asked()[:LONGEST]
    except (pygame.error, AttributeError, NotImplementedError, UnicodeError):
        return ""


def _asked() -> str:
    ask = getattr(pygame.scrap, "get_text", None)  # pygame-ce
    if ask is not None:
        return str(ask())
    if not pygame.scrap.get_init():
        pygame.scrap.init()
    for kind in ("text/plain;charset=utf-8", "UTF8_STRING", pygame.SCRAP_TEXT):
        raw = pygame.scrap.get(kind)
        if raw:
            return raw.replace(b"\0", b"").decode("utf-8", "replace")
    return ""
