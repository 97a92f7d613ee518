"""Letters on the screen, for people who hold a pad or a mouse and no keyboard.

Rule: it lies over the screen and takes everything until it is closed; real keys still type into the field.
"""

import pygame

from petard.assets.palette import ACCENT, GOOD, INK, MUTED, NIGHT, PANEL_LIGHT, PAPER
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.layout import Box, is_inside
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.widgets.text_field import TextField

ROWS = ("1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm.:'")
LAST = ("Aa", "[ ]", "Space", "Delete", "Done")
LEFT, TOP, WIDE, TALL, GAP = 240.0, 372.0, 74.0, 56.0, 6.0
SIGNS = str.maketrans("qwertyuiopasdfghjkl-zxcvbnm.:'", '!?@#$%&*+=()[]{}<>~_/\\|;,"^`.:')


class OnscreenKeyboard:
    """A keyboard in the picture that writes into a field."""

    def __init__(self, field: TextField) -> None:
        self.field = field
        self.is_open = True
        self._case = 0  # 0 small, 1 large, 2 signs
        self._row, self._column = 1, 0

    def _rows(self) -> list[tuple[str, ...]]:
        rows = [ROWS[0], *(row.upper() for row in ROWS[1:])] if self._case == 1 else list(ROWS)
        if self._case == 2:
            rows = [row.translate(SIGNS) for row in ROWS]
        return [*(tuple(row) for row in rows), LAST]

    def _box(self, row: int, column: int) -> Box:
        step = (WIDE + GAP) * (2 if row == 4 else 1)
        return LEFT + column * step, TOP + row * (TALL + GAP), step - GAP, TALL

    def handle_event(self, event: UiEvent) -> bool:
        """Take one thing; True when the person is done with the field."""
        if event.raw.type == pygame.TEXTINPUT:
            self.field.insert(event.raw.text)
        elif event.raw.type == pygame.KEYDOWN and event.raw.key == pygame.K_BACKSPACE:
            self.field.backspace()
        elif is_click(event) or event.raw.type == pygame.MOUSEMOTION:
            return self._point(event)
        elif event.action is MenuAction.BACK:
            self.is_open = False
        elif event.action is MenuAction.CONFIRM:
            return event.raw.type == pygame.KEYDOWN or self._push()
        elif event.action is not None:
            self._move(event.action)
        return False

    def _point(self, event: UiEvent) -> bool:
        for row, keys in enumerate(self._rows()):
            for column in range(len(keys)):
                if is_inside(self._box(row, column), event.position):
                    self._row, self._column = row, column
                    return is_click(event) and self._push()
        self.is_open = not is_click(event)
        return False

    def _move(self, action: MenuAction) -> None:
        across = {MenuAction.LEFT: -1, MenuAction.RIGHT: 1}.get(action, 0)
        along = {MenuAction.UP: -1, MenuAction.DOWN: 1}.get(action, 0)
        row = (self._row + along) % 5
        if along and 4 in (row, self._row):  # the last row has half as many keys, twice as wide
            self._column = self._column * 2 if self._row == 4 else self._column // 2
        self._row = row
        self._column = (self._column + across) % len(self._rows()[row])

    def _push(self) -> bool:
        letter = self._rows()[self._row][self._column]
        match letter:
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
            case _:
                self.field.insert(letter)
        return False

    def draw(self, canvas: Canvas, now: float) -> None:
        """The keys, and above them what is written so far."""
        canvas.panel(LEFT - 24, TOP - 92, 10 * (WIDE + GAP) + 42, 430, INK, 24, ACCENT, 4)
        canvas.panel(LEFT, TOP - 70, 10 * (WIDE + GAP) - GAP, 56, NIGHT, 12)
        text, hint = self.field.shown, self.field.hint
        canvas.text(text or hint, LEFT + 16, TOP - 42, 28, PAPER if text else MUTED, "midleft", 760)
        for row, keys in enumerate(self._rows()):
            for column, label in enumerate(keys):
                here = (row, column) == (self._row, self._column)
                x, y, w, h = self._box(row, column)
                colour = GOOD if label == "Done" else PANEL_LIGHT
                canvas.panel(x, y, w, h, ACCENT if here else colour, 12)
                ink = INK if here or label == "Done" else PAPER
                canvas.text(label, x + w / 2, y + h / 2, 28, ink, "center", w - 8)
