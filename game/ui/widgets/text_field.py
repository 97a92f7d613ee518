"""A field for one line of text, and the keyboard on the screen that writes into it without a real keyboard.

Rule 1: the text has at most `most` code points and holds only printable ones; the screen checks what it means.
Rule 2: with a keyboard it is typed; a game pad or the mouse opens the onscreen keyboard.
Rule 3: the onscreen keyboard lies over the screen and handles every event until it is closed; real keys still type.
"""

import unicodedata

import pygame

from petard.assets.palette import ACCENT, GOOD, INK, MUTED, NIGHT, PANEL_LIGHT, PAPER
from petard.game.ui.input.actions import MenuAction, UiEvent, clipboard_text, is_click
from petard.game.ui.layout import BODY, Box, centre, is_inside
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.widgets.widgets import EventResult, Widget

BLINK = 0.5  # seconds
MASK = "\u2022"  # a dot
SHORTCUT = pygame.KMOD_CTRL | pygame.KMOD_META  # Command on a Mac
KEY_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm.:'")
LAST_ROW = ("Aa", "[ ]", "Space", "Delete", "Done")
LEFT, TOP, WIDE, TALL, GAP = 240.0, 372.0, 74.0, 56.0, 6.0
SIGNS = str.maketrans("qwertyuiopasdfghjkl-zxcvbnm.:'", '!?@#$%&*+=()[]{}<>~_/\\|;,"^`.:')


class TextField(Widget):
    """A text field: CHANGED when the person presses Enter."""

    typing = True

    def __init__(self, key: str, box: Box, text: str, most: int, hint: str = "", label: str = "") -> None:
        super().__init__(key, box, label)
        self.text = text
        self.most = most
        self.hint = hint  # shown while there is no text
        self.masked = False  # show dots instead of the text
        self.wants_keyboard = False  # the form opens the onscreen keyboard, and clears this
        self._cursor = len(text)

    @property
    def shown(self) -> str:
        """The text as it is drawn."""
        return MASK * len(self.text) if self.masked else self.text

    def set_text(self, text: str) -> None:
        """Replace the text."""
        self.text = _printable(text)[: self.most]
        self._cursor = len(self.text)

    def insert(self, letters: str) -> None:
        """Insert letters at the cursor; what does not fit is dropped."""
        letters = _printable(letters)[: max(0, self.most - len(self.text))]
        self.text = self.text[: self._cursor] + letters + self.text[self._cursor :]
        self._cursor += len(letters)

    def backspace(self) -> None:
        """Delete the letter before the cursor."""
        if self._cursor:
            self.text = self.text[: self._cursor - 1] + self.text[self._cursor :]
            self._cursor -= 1

    def handle_event(self, event: UiEvent) -> EventResult:
        """Type, move the cursor, paste; Enter ends it."""
        kind = event.raw.type
        if kind == pygame.TEXTINPUT:
            self.insert(event.raw.text)
            return EventResult.HANDLED
        if is_click(event) or (event.action is MenuAction.CONFIRM and kind != pygame.KEYDOWN):
            self.wants_keyboard = kind != pygame.MOUSEBUTTONDOWN or self._is_on_button(event)
            return EventResult.HANDLED
        if event.action is MenuAction.CONFIRM:
            return EventResult.CHANGED
        if kind == pygame.KEYDOWN and event.action is None:
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
        """Draw a sunken box, the end of the text, the cursor, and the button for the onscreen keyboard."""
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


def _printable(text: str) -> str:
    line = " ".join(unicodedata.normalize("NFC", text).splitlines())
    return "".join(letter for letter in line if letter.isprintable())


class OnscreenKeyboard:
    """A keyboard in the picture that writes into a field."""

    def __init__(self, field: TextField) -> None:
        self.field = field
        self.is_open = True
        self.focus = (1, 0)  # row and column of the key that has the focus
        self._case = 0  # 0 small letters, 1 capitals, 2 signs

    @property
    def keys(self) -> list[tuple[str, ...]]:
        """The labels of the keys, row by row."""
        rows = [KEY_ROWS[0], *(row.upper() for row in KEY_ROWS[1:])] if self._case == 1 else list(KEY_ROWS)
        if self._case == 2:
            rows = [row.translate(SIGNS) for row in KEY_ROWS]
        return [*(tuple(row) for row in rows), LAST_ROW]

    def box_of(self, row: int, column: int) -> Box:
        """Where a key is."""
        step = (WIDE + GAP) * (2 if row == 4 else 1)
        return LEFT + column * step, TOP + row * (TALL + GAP), step - GAP, TALL

    def handle_event(self, event: UiEvent) -> bool:
        """Handle one event; True when the person has finished with the field."""
        kind = event.raw.type
        if kind == pygame.TEXTINPUT:
            self.field.insert(event.raw.text)
        elif kind == pygame.KEYDOWN and event.raw.key == pygame.K_BACKSPACE:
            self.field.backspace()
        elif is_click(event) or kind == pygame.MOUSEMOTION:
            return self._point(event)
        elif event.action is MenuAction.BACK:
            self.is_open = False
        elif event.action is MenuAction.CONFIRM:
            return kind == pygame.KEYDOWN or self._press()
        elif event.action is not None:
            self._move(event.action)
        return False

    def _point(self, event: UiEvent) -> bool:
        for row, keys in enumerate(self.keys):
            for column in range(len(keys)):
                if is_inside(self.box_of(row, column), event.position):
                    self.focus = (row, column)
                    return is_click(event) and self._press()
        self.is_open = not is_click(event)
        return False

    def _move(self, action: MenuAction) -> None:
        across = {MenuAction.LEFT: -1, MenuAction.RIGHT: 1}.get(action, 0)
        along = {MenuAction.UP: -1, MenuAction.DOWN: 1}.get(action, 0)
        start, column = self.focus
        row = (start + along) % 5
        if along and 4 in (row, start):  # the last row has half as many keys, twice as wide
            column = column * 2 if start == 4 else column // 2
        self.focus = (row, (column + across) % len(self.keys[row]))

    def _press(self) -> bool:
        row, column = self.focus
        match self.keys[row][column]:
            case "Aa":
                self._case = 0 if self._case == 1 else 1
            case "[ ]":
                self._case = 0 if self._case == 2 else 2
            case "Space":
                self.field.insert(" ")
            case "Delete":
                self.field.backspace()
            case "Done":
                self.is_open = False
                return True
            case letter:
                self.field.insert(letter)
        return False

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draw the keys, and above them the text."""
        canvas.panel(LEFT - 24, TOP - 92, 10 * (WIDE + GAP) + 42, 430, INK, 24, ACCENT, 4)
        canvas.panel(LEFT, TOP - 70, 10 * (WIDE + GAP) - GAP, 56, NIGHT, 12)
        text, hint = self.field.shown, self.field.hint
        canvas.text(text or hint, LEFT + 16, TOP - 42, 28, PAPER if text else MUTED, "midleft", 760)
        for row, keys in enumerate(self.keys):
            for column, label in enumerate(keys):
                focused, box = (row, column) == self.focus, self.box_of(row, column)
                canvas.panel(*box, ACCENT if focused else GOOD if label == "Done" else PANEL_LIGHT, 12)
                ink = INK if focused or label == "Done" else PAPER
                canvas.text(label, *centre(box), 28, ink, "center", box[2] - 8)
