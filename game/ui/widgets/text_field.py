"""A field for one line of text, and the keyboard on the screen that writes into it without a real keyboard.

Rule 1: the text has at most `most` code points and holds only printable ones; the screen checks what it means.
Rule 2: with a keyboard it is typed; a game pad or the mouse opens the onscreen keyboard.
Rule 3: what an input method composes is shown underlined at the cursor, as dots in a masked field, and is no text until
        it is finished.
Rule 4: the onscreen keyboard lies over the screen and handles every event until it is closed; real keys still type.
"""

import unicodedata
from bisect import bisect_right

import pygame

from petard.assets.palette import ACCENT, GOOD, INK, MUTED, NIGHT, PANEL_LIGHT, PAPER
from petard.game.texts.phrases import tr
from petard.game.ui.input.actions import MenuAction, UiEvent, clipboard_text, is_click
from petard.game.ui.layout import BODY, Box, centre, is_inside
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.widgets.widgets import DIRECTIONS, EventResult, Widget

BLINK = 0.5  # seconds
UNDERLINE = 16  # logical units below the middle of the text
OPENER = 114.0  # the width of the button that opens the onscreen keyboard
MASK = "\u2022"  # a dot
SHORTCUT = pygame.KMOD_CTRL | pygame.KMOD_META  # Command on a Mac
LETTERS = ("1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm.:'")
SIGNS = ("1234567890", "!?@#$%&*+=", "()[]{}<>~_", '/\\|;,"^`.:')
ACCENTS = ("àáâäãåæçćč", "èéêëęìíîïł", "ñńòóôöõøœß", "ùúûüýÿšśžż")
CYRILLIC = ("абвгдеёжзи", "йклмнопрст", "уфхцчшщъыь", "эюяіїєґўђћ")
CAPITALS, MORE_SIGNS, MORE_LETTERS = "Aa", "[ ]", "éж"  # the keys that change the others
LAST_ROW = (CAPITALS, MORE_SIGNS, MORE_LETTERS, tr("Space"), tr("Delete"), tr("Done"))
LAST_STARTS = (0, 1, 2, 4, 6, 8, 10)  # where its keys begin, in widths of the others
NEXT_PAGE = {LETTERS: ACCENTS, ACCENTS: CYRILLIC}  # for MORE_LETTERS; from the last one back to the first
LEFT, TOP, WIDE, TALL, GAP = 240.0, 372.0, 74.0, 56.0, 6.0


class TextField(Widget):
    """A text field: CHANGED when the person presses Enter."""

    def __init__(self, key: str, box: Box, text: str, most: int, hint: str = "", label: str = "") -> None:
        super().__init__(key, box, label)
        self.text = text
        self.most = most
        self.hint = hint  # shown while there is no text
        self.masked = False  # show dots instead of the text
        self.caret: Box = box  # where the caret was drawn
        self._cursor = len(text)
        self._composed = ("", 0)  # what an input method composes, and the caret in it

    @property
    def shown(self) -> str:
        return self._visible(self.text)

    @property
    def is_composing(self) -> bool:
        """True while an input method composes letters that are no text yet."""
        return bool(self._composed[0])

    def compose(self, text: str, caret: int) -> None:
        """Show `text` as what is composed, with the caret behind so many of its letters; "" ends the composition."""
        self._composed = _printable(text), max(0, caret)

    def _visible(self, text: str) -> str:
        return MASK * len(text) if self.masked else text

    def set_text(self, text: str) -> None:
        self.text = _printable(text)[: self.most]
        self._cursor = len(self.text)

    def insert(self, letters: str) -> None:
        """Insert letters at the cursor; what does not fit is dropped."""
        letters = _printable(letters)[: max(0, self.most - len(self.text))]
        self.text = self.text[: self._cursor] + letters + self.text[self._cursor :]
        self._cursor += len(letters)

    def backspace(self) -> None:
        if self._cursor:
            self.text = self.text[: self._cursor - 1] + self.text[self._cursor :]
            self._cursor -= 1

    def handle_event(self, event: UiEvent) -> EventResult:
        """Type, move the cursor, paste; Enter ends it."""
        kind = event.raw.type
        if kind == pygame.TEXTINPUT:
            self.insert(event.raw.text)
            return EventResult.HANDLED
        if is_click(event) and event.position is not None:
            is_on_button = event.position[0] >= self.box[0] + self.box[2] - OPENER - 14
            return EventResult.TYPE if is_on_button else EventResult.HANDLED
        if event.action is MenuAction.CONFIRM:
            return EventResult.CHANGED if kind == pygame.KEYDOWN else EventResult.TYPE
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

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        x, y, w, h = self.box
        canvas.panel(x - 3, y - 3, w + 6, h + 6, NIGHT, 19, ACCENT if focused else INK, 5 if focused else 3)
        left = x + 18
        if self.label:
            left += canvas.text(self.label, left, y + h / 2, canvas.grown(BODY), MUTED, "midleft") + 14
        room = x + w - OPENER - 26 - left
        if not self.text.strip() and not self.is_composing:
            canvas.text(self.hint, left + 6, y + h / 2, BODY, MUTED, "midleft", room - 6)
        canvas.clip((left - 2, y, room + 6, h))
        self._draw_text(canvas, left, room)
        if focused and now % (2 * BLINK) < BLINK:
            canvas.box(*self.caret, ACCENT)
        canvas.clip(None)
        canvas.panel(x + w - OPENER - 8, y + 7, OPENER, h - 14, INK, 10)
        ink = ACCENT if focused else MUTED
        canvas.text(tr("Keyboard"), x + w - OPENER / 2 - 8, y + h / 2, 20, ink, "center", OPENER - 10)

    def _draw_text(self, canvas: Canvas, left: float, room: float) -> None:
        """Draw the text with what is composed in it, shifted until the caret is in the room, and place the caret."""
        composed, inside = self._composed
        before, after = self._visible(self.text[: self._cursor]), self._visible(self.text[self._cursor :])
        whole = before + self._visible(composed)
        size = canvas.grown(BODY)
        start, caret, end = (canvas.width_of(text, size) for text in (before, whole[: len(before) + inside], whole))
        left -= max(0.0, min(end - room + 4, caret))
        middle = self.box[1] + self.box[3] / 2
        canvas.text(whole + after, left, middle, size, PAPER, "midleft")
        if composed:
            canvas.box(left + start, middle + UNDERLINE, end - start, 2, ACCENT)
        self.caret = (left + caret, middle - 15, 3, 30)


def _printable(text: str) -> str:
    line = " ".join(unicodedata.normalize("NFC", text).splitlines())
    return "".join(letter for letter in line if letter.isprintable())


class OnscreenKeyboard:
    """A keyboard in the picture that writes into a field."""

    def __init__(self, field: TextField) -> None:
        self.field = field
        self.focus = (1, 0)  # row and column of the key that has the focus
        self._page, self._is_capital = LETTERS, False

    @property
    def keys(self) -> list[tuple[str, ...]]:
        """The labels of the keys, row by row."""
        return [*(tuple(map(self._letter, row)) for row in self._page), LAST_ROW]

    def _letter(self, letter: str) -> str:
        """A letter as it is written now; a capital that would be two letters stays small, as that of ß."""
        return letter.upper() if self._is_capital and len(letter.upper()) == 1 else letter

    def box_of(self, row: int, column: int) -> Box:
        """Where a key is."""
        start, end = (LAST_STARTS[column], LAST_STARTS[column + 1]) if row == 4 else (column, column + 1)
        return LEFT + start * (WIDE + GAP), TOP + row * (TALL + GAP), (end - start) * (WIDE + GAP) - GAP, TALL

    def handle_event(self, event: UiEvent) -> EventResult:
        """Handle one event: CHANGED when the person has finished with the field, IGNORED when the keyboard closes."""
        kind = event.raw.type
        if kind == pygame.TEXTINPUT:
            self.field.insert(event.raw.text)
        elif kind == pygame.KEYDOWN and event.raw.key == pygame.K_BACKSPACE:
            self.field.backspace()
        elif is_click(event) or kind == pygame.MOUSEMOTION:
            return self._point(event)
        elif event.action is MenuAction.BACK:
            return EventResult.IGNORED
        elif event.action is MenuAction.CONFIRM:
            return EventResult.CHANGED if kind == pygame.KEYDOWN else self._press()
        elif event.action is not None:
            self._move(*DIRECTIONS[event.action])
        return EventResult.HANDLED

    def _point(self, event: UiEvent) -> EventResult:
        for row, keys in enumerate(self.keys):
            for column in range(len(keys)):
                if is_inside(self.box_of(row, column), event.position):
                    self.focus = (row, column)
                    return self._press() if is_click(event) else EventResult.HANDLED
        return EventResult.IGNORED if is_click(event) else EventResult.HANDLED

    def _move(self, across: int, along: int) -> None:
        start, column = self.focus
        row = (start + along) % 5
        if along and 4 in (row, start):  # keys of the last row may be twice as wide
            column = LAST_STARTS[column] if start == 4 else bisect_right(LAST_STARTS, column) - 1
        self.focus = (row, (column + across) % len(self.keys[row]))

    def _press(self) -> EventResult:
        row, column = self.focus
        label = self.keys[row][column]
        if label == CAPITALS:
            self._is_capital = not self._is_capital
        elif label == MORE_SIGNS:
            self._page = LETTERS if self._page is SIGNS else SIGNS
        elif label == MORE_LETTERS:
            self._page = NEXT_PAGE.get(self._page, LETTERS)
        elif label == "Delete":
            self.field.backspace()
        elif label == "Done":
            return EventResult.CHANGED
        else:
            self.field.insert(" " if label == "Space" else label)
        return EventResult.HANDLED

    def draw(self, canvas: Canvas, now: float) -> None:
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
