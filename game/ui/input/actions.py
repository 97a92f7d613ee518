"""What the input layer reports: UiEvents, most of them with one of the six actions of a menu; and the clipboard.

Rule 1: keys count by scancode, which names a place on the keyboard, so menus work alike on every layout.
Rule 2: a press counts at once; a direction that stays held counts again after REPEAT_AFTER, then every REPEAT_EVERY.
Rule 3: Confirm and Back never repeat: nobody means to quit twice.
Rule 4: pygame and pygame-ce read the clipboard in two ways, and systems fail at it in many; every failure is an empty
        text.
"""

from dataclasses import dataclass
from enum import Enum

import pygame


class MenuAction(Enum):
    """What a key, a button of a pad or the mouse means in a menu."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    CONFIRM = "confirm"
    BACK = "back"


NO_EVENT = pygame.event.Event(pygame.NOEVENT)


@dataclass(frozen=True, slots=True)
class UiEvent:
    """One thing that a person did. What the stick of a pad does, and the repeats of a pad, come with NO_EVENT."""

    raw: pygame.event.Event
    action: MenuAction | None = None  # what it means in a menu, None when it means nothing there
    position: tuple[float, float] | None = None  # of the mouse, in logical units; None for other events
    repeated: bool = False  # by a key that is down for long


def is_click(event: UiEvent) -> bool:
    """True for a press of the first mouse button."""
    return event.raw.type == pygame.MOUSEBUTTONDOWN and event.raw.button == 1


REPEAT_AFTER = 0.4  # seconds
REPEAT_EVERY = 0.12  # seconds
PASTED_MOST = 2000  # characters; nothing that is pasted here is longer
REPEATING = frozenset({MenuAction.UP, MenuAction.DOWN, MenuAction.LEFT, MenuAction.RIGHT})

# What a key means even while a person types: none of these puts a letter into a text field.
WHILE_TYPING: dict[int, MenuAction] = {
    pygame.KSCAN_UP: MenuAction.UP,
    pygame.KSCAN_DOWN: MenuAction.DOWN,
    pygame.KSCAN_RETURN: MenuAction.CONFIRM,
    pygame.KSCAN_KP_ENTER: MenuAction.CONFIRM,
    pygame.KSCAN_ESCAPE: MenuAction.BACK,
    pygame.KSCAN_AC_BACK: MenuAction.BACK,
}
KEYS: dict[int, MenuAction] = WHILE_TYPING | {
    pygame.KSCAN_LEFT: MenuAction.LEFT,
    pygame.KSCAN_RIGHT: MenuAction.RIGHT,
    pygame.KSCAN_W: MenuAction.UP,
    pygame.KSCAN_S: MenuAction.DOWN,
    pygame.KSCAN_A: MenuAction.LEFT,
    pygame.KSCAN_D: MenuAction.RIGHT,
    pygame.KSCAN_SPACE: MenuAction.CONFIRM,
}


def action_of_key(event: pygame.event.Event, typing: bool = False) -> MenuAction | None:
    """Return what a KEYDOWN means in a menu, None for every other event. `typing`: a text field has the focus.

    Alt+Enter means nothing here, since it toggles full screen.
    """
    if event.type != pygame.KEYDOWN or event.mod & pygame.KMOD_ALT:
        return None
    return (WHILE_TYPING if typing else KEYS).get(event.scancode)


class ActionRepeat:
    """The actions that are held down, each with the time at which it counts again."""

    def __init__(self) -> None:
        self._next: dict[tuple[int, MenuAction], float] = {}

    def press(self, source: int, action: MenuAction, now: float) -> list[MenuAction]:
        """Hold `action` down on `source` (a pad). Return it, or nothing if it was held already."""
        if (source, action) in self._next:
            return []
        self._next[source, action] = now + REPEAT_AFTER if action in REPEATING else float("inf")
        return [action]

    def release(self, source: int, action: MenuAction) -> None:
        """Release one action; nothing happens if it was not held."""
        self._next.pop((source, action), None)

    def release_all(self, source: int) -> None:
        self._next = {held: when for held, when in self._next.items() if held[0] != source}

    def poll(self, now: float) -> list[MenuAction]:
        """Return the actions that count again. After a stall each counts once, so that a menu does not race away."""
        due = [held for held, when in self._next.items() if when <= now]
        for held in due:
            self._next[held] = now + REPEAT_EVERY
        return [action for _, action in due]


def clipboard_text() -> str:
    """Return the clipboard as text, "" when it holds none or cannot be read."""
    try:
        return _read_clipboard()[:PASTED_MOST]
    except (pygame.error, AttributeError, NotImplementedError, UnicodeError):
        return ""


def put_into_clipboard(text: str) -> bool:
    """Put a text into the clipboard; False if this system does not let us."""
    try:
        put_text = getattr(pygame.scrap, "put_text", None)  # pygame-ce
        if put_text is not None:
            put_text(text)
        else:
            if not pygame.scrap.get_init():
                pygame.scrap.init()
            pygame.scrap.put("text/plain;charset=utf-8", text.encode())
            pygame.scrap.put(pygame.SCRAP_TEXT, text.encode())
    except (pygame.error, AttributeError, NotImplementedError):
        return False
    return True


def _read_clipboard() -> str:
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
