"""The text in the clipboard.

Rule: pygame and pygame-ce read it in two ways, and systems fail at it in many; every failure is an empty text.
"""

import pygame

LONGEST = 2000  # characters; nothing that is pasted here is longer


def clipboard_text() -> str:
    """Return the clipboard as text, "" when it holds none or cannot be read."""
    try:
        return _read()[:LONGEST]
    except (pygame.error, AttributeError, NotImplementedError, UnicodeError):
        return ""


def _read() -> str:
    get_text = getattr(pygame.scrap, "get_text", None)  # pygame-ce
    if get_text is not None:
        return str(get_text())
    if not pygame.scrap.get_init():
        pygame.scrap.init()
    for kind in ("text/plain;charset=utf-8", "UTF8_STRING", pygame.SCRAP_TEXT):
        raw = pygame.scrap.get(kind)
        if raw:
            return raw.replace(b"\0", b"").decode("utf-8", "replace")
    return ""
