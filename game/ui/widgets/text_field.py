"""A line of text that a person writes.

Rule 1: the text is never longer than `most` code points and holds only what can be shown; the screen judges its sense.
Rule 2: with keys it is typed; with a pad or the mouse it asks for the keyboard on the screen (onscreen_keyboard.py).
"""

import unicodedata

import pygame

from petard.assets.palette import ACCENT, INK, MUTED, NIGHT, PAPER
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.input.clipboard import clipboard_text
from petard.game.ui.layout import BODY, Box
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.widgets.widgets import EventResult, Widget

BLINK = 0.5  # seconds
MASK = "\u2022"  # a dot
SHORTCUT = pygame.KMOD_CTRL | pygame.KMOD_META  # Command on a Mac


class TextField(Widget):
    """A text field. Enter answers CHANGED: the person is done with it."""

    typing = True

    def __init__(self, key: str, box: Box, text: str, most: int, hint: str = "", label: str = "") -> None:
        super().__init__(key, box)
        self.text = text
        self.most = most
        self.hint = hint  # shown while there is no text
        self.label = label
        self.masked = False  # it is nobody else's business
        self.wants_keyboard = False  # the person has no keys at hand; the form shows letters and clears this
        self._cursor = len(text)

    @property
    def shown(self) -> str:
        """The text as it is drawn."""
        return MASK * len(self.text) if self.masked else self.text

    def set_text(self, text: str) -> None:
        """Replace everything."""
        self.text = _shown(text)[: self.most]
        self._cursor = len(self.text)

    def insert(self, letters: str) -> None:
        """Put letters in at the cursor; what does not fit is dropped."""
        room = self.most - len(self.text)
        letters = _shown(letters)[: max(0, room)]
        self.text = self.text[: self._cursor] + letters + self.text[self._cursor :]
        self._cursor += len(letters)

    def backspace(self) -> None:
        """Take away the letter before the cursor."""
        if self._cursor:
            self.text = self.text[: self._cursor - 1] + self.text[self._cursor :]
            self._cursor -= 1

    def handle_event(self, event: UiEvent) -> EventResult:
        """Type, move, paste; Enter is done."""
        if event.raw.type == pygame.TEXTINPUT:
            self.insert(event.raw.text)
            return EventResult.HANDLED
        if is_click(event) or (event.action is MenuAction.CONFIRM and event.raw.type != pygame.KEYDOWN):
            self.wants_keyboard = event.raw.type != pygame.MOUSEBUTTONDOWN or self._is_on_button(event)
            return EventResult.HANDLED
        if event.action is MenuAction.CONFIRM:
            return EventResult.CHANGED
        if event.raw.type == pygame.KEYDOWN and event.action is None:
            return self._edit(event.raw)
        return EventResult.IGNORED

    def _edit(self, event: pygame.event.Event) -> EventResult:
        if event.mod & SHORTCUT and event.key == pygame.K_v:
            self.insert(clipboard_text())
        elif event.key == pygame.K_BACKSPACE:
            self.backspace()
        elif event.key == pygame.K_DELETE:
            self.text = self.text[: self._cursor] + self.text[self._cursor + 1 :]
        elif event.key in (pygame.K_LEFT, pygame.K_RIGHT):
            step = 1 if event.key == pygame.K_RIGHT else -1
            self._cursor = max(0, min(len(self.text), self._cursor + step))
        elif event.key in (pygame.K_HOME, pygame.K_END):
            self._cursor = 0 if event.key == pygame.K_HOME else len(self.text)
        else:
            return EventResult.IGNORED
        return EventResult.HANDLED

    def _is_on_button(self, event: UiEvent) -> bool:
        return event.position is not None and event.position[0] >= self.box[0] + self.box[2] - 64

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """A sunken box, the text so that its end can be seen, the cursor, and the button for the letters."""
        x, y, w, h = self.box
        canvas.panel(x - 3, y - 3, w + 6, h + 6, NIGHT, 19, ACCENT if focused else INK, 5 if focused else 3)
        left = x + 18
        if self.label:
            left += canvas.text(self.label, left, y + h / 2, BODY, MUTED, "midleft") + 14
        room = x + w - 76 - left
        if not self.text:
            canvas.text(self.hint, left + 6, y + h / 2, BODY, MUTED, "midleft", room - 6)
        before = canvas.width_of(self.shown[: self._cursor], BODY)
        shift = max(0.0, before - room + 4)
        canvas.clip((left - 2, y, room + 6, h))
        canvas.text(self.shown, left - shift, y + h / 2, BODY, PAPER, "midleft")
        if focused and now % (2 * BLINK) < BLINK:
            canvas.box(left + before - shift, y + h / 2 - 15, 3, 30, ACCENT)
        canvas.clip(None)
        canvas.panel(x + w - 60, y + 8, 50, h - 16, INK, 10)
        canvas.text("Abc", x + w - 35, y + h / 2, 22, ACCENT if focused else MUTED, "center", 42)


def _shown(text: str) -> str:
    line = " ".join(unicodedata.normalize("NFC", text).splitlines())
    return "".join(letter for letter in line if letter.isprintable())
