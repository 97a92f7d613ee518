"""What a person can point at or step to: buttons, choices, sliders, switches and text fields.

Rule 1: a widget holds a value and draws it; what a change means is the screen's affair. `hear` answers, no callbacks.
Rule 2: every widget obeys the mouse, and the six menu actions that keyboard and pads share.
Rule 3: all in logical units; no text leaves its widget.
"""

from collections.abc import Mapping, Sequence
from enum import Enum, auto

import pygame

from petard.assets.palette import ACCENT, COOL, DANGER, GOOD, INK, NIGHT, PANEL, PANEL_LIGHT, PAPER
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.layout import BODY, Box
from petard.game.ui.render.canvas import Canvas

WRAPPED = 16  # a choice of more options stops at its ends
DEPTH = 6  # how thick a button looks


class EventResult(Enum):
    """What a widget made of what it heard."""

    IGNORED = auto()  # not meant for it
    HANDLED = auto()  # meant for it, nothing came of it
    CHANGED = auto()  # its value changed, or it was pushed


def slab(canvas: Canvas, box: Box, focused: bool, colour: tuple[int, int, int] = PANEL_LIGHT) -> None:
    """The body of a widget: thick, rounded, and bright when it has the focus."""
    x, y, w, h = box
    canvas.panel(x, y + DEPTH, w, h, INK, 16)
    if focused:
        canvas.panel(x - 3, y - 3, w + 6, h + 6, ACCENT, 19, PAPER, 4)
    else:
        canvas.panel(x, y, w, h, colour, 16)


class Widget:
    """Something that can have the focus."""

    typing = False  # True while letters go into it
    listening = False  # True while it takes whatever comes

    def __init__(self, key: str, box: Box) -> None:
        self.key = key  # what the screen knows it by
        self.box = box
        self.enabled = True  # it can have the focus
        self.hidden = False

    def handle_event(self, event: UiEvent) -> EventResult:
        """Take one thing that a person did; called with the focus, or when the mouse is on it."""
        return EventResult.IGNORED

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """Draw it. Nothing may leave its box but the rim and the shadow."""


class Button(Widget):
    """Something to push."""

    def __init__(self, key: str, box: Box, label: str, colour: tuple[int, int, int] = PANEL_LIGHT, size: float = 30):
        super().__init__(key, box)
        self.label = label
        self.colour = colour
        self.size = size

    def handle_event(self, event: UiEvent) -> EventResult:
        """Confirm or a click pushes it."""
        pushed = event.action is MenuAction.CONFIRM or is_click(event)
        return EventResult.CHANGED if pushed else EventResult.IGNORED

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """A slab with a word on it."""
        x, y, w, h = self.box
        slab(canvas, self.box, focused, self.colour)
        light = focused or self.colour in (GOOD, ACCENT, COOL, DANGER)
        canvas.text(self.label, x + w / 2, y + h / 2, self.size, INK if light else PAPER, "center", w - 28)


class ChoiceField(Widget):
    """One of several values; to the left its name, to the right the value between two arrows."""

    share = 0.4  # of the width that belongs to the name
    words: Mapping[str, str] = {}  # for options that are shown by another word

    def __init__(self, key: str, box: Box, label: str, options: Sequence[str], index: int = 0) -> None:
        super().__init__(key, box)
        self.label = label
        self.options = tuple(options)
        self.index = index

    @property
    def value(self) -> str:
        """The chosen option, "" when there are none."""
        return self.options[self.index % len(self.options)] if self.options else ""

    @property
    def shown(self) -> str:
        """The chosen option as it is written on the screen."""
        return self.words.get(self.value, self.value).replace("-", " ")

    @property
    def room(self) -> float:
        """The width that it can be written in."""
        return self.box[0] + self.box[2] - 14 - self._split - 40

    @property
    def _split(self) -> float:
        return self.box[0] + self.box[2] * self.share

    def handle_event(self, event: UiEvent) -> EventResult:
        """Left and right, a click on either half of the value, or the wheel."""
        step = self._step(event)
        if not step:
            return EventResult.IGNORED
        count = len(self.options)
        wanted = self.index + step
        if count < 2 or (count > WRAPPED and not 0 <= wanted < count):
            return EventResult.HANDLED
        self.index = wanted % count
        return EventResult.CHANGED

    def _step(self, event: UiEvent) -> int:
        if event.raw.type == pygame.MOUSEWHEEL:
            return 1 if event.raw.y > 0 else -1
        if is_click(event) and event.position is not None:
            return -1 if self._split <= event.position[0] < (self._split + self.box[0] + self.box[2]) / 2 else 1
        return {MenuAction.LEFT: -1, MenuAction.RIGHT: 1, MenuAction.CONFIRM: 1}.get(event.action or MenuAction.UP, 0)

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """Name, arrow, value, arrow; without slab and arrows when it is only to be read."""
        x, y, w, h = self.box
        if self.enabled:
            slab(canvas, self.box, focused)
        ink, split = INK if focused else PAPER, self._split
        canvas.text(self.label, x + 18, y + h / 2, BODY, ink, "midleft", split - x - 22)
        right = x + w - 14
        canvas.text(self.shown, (split + right) / 2, y + h / 2, BODY, ink, "center", self.room)
        for sign, tip in ((-1, split), (1, right)) if self.enabled else ():
            arrow(canvas, tip, y + h / 2, sign, INK if focused else ACCENT)


def arrow(canvas: Canvas, x: float, y: float, sign: int, colour: tuple[int, int, int], size: float = 14) -> None:
    """A triangle that points left (sign -1, its tip at x) or right (sign 1)."""
    wide, tall = canvas.length(size), canvas.length(size * 1.5)

    def make() -> pygame.Surface:
        big = pygame.Surface((wide * 4, tall * 4), pygame.SRCALPHA)
        tip, back = (0, wide * 4) if sign < 0 else (wide * 4, 0)
        pygame.draw.polygon(big, colour, [(tip, tall * 2), (back, 0), (back, tall * 4)])
        return pygame.transform.smoothscale(big, (wide, tall))

    canvas.stamp(("arrow", wide, sign, colour), make, x, y, "midleft" if sign < 0 else "midright")


class Switch(Widget):
    """On or off."""

    def __init__(self, key: str, box: Box, label: str, on: bool) -> None:
        super().__init__(key, box)
        self.label = label
        self.on = on

    def handle_event(self, event: UiEvent) -> EventResult:
        """Confirm or a click turns it over; left and right lead on to what stands beside it."""
        if is_click(event) or event.action is MenuAction.CONFIRM:
            self.on = not self.on
            return EventResult.CHANGED
        return EventResult.IGNORED

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """Name, and a knob that lies to the left or to the right, with the word for it."""
        x, y, w, h = self.box
        slab(canvas, self.box, focused)
        canvas.text(self.label, x + 18, y + h / 2, BODY, INK if focused else PAPER, "midleft", w - 190)
        word = "on" if self.on else "off"
        canvas.text(word, x + w - 104, y + h / 2, BODY, INK if focused else PAPER, "midright")
        canvas.panel(x + w - 92, y + h / 2 - 16, 74, 32, GOOD if self.on else NIGHT, 16, INK, 3)
        canvas.panel(x + w - (48 if self.on else 89), y + h / 2 - 13, 26, 26, PAPER, 13)


class Slider(Widget):
    """A number from 0 to 100."""

    def __init__(self, key: str, box: Box, label: str, value: int) -> None:
        super().__init__(key, box)
        self.label = label
        self.value = value

    @property
    def _track(self) -> Box:
        x, y, w, h = self.box
        return x + w * 0.42, y + h / 2 - 7, w * 0.42, 14

    def handle_event(self, event: UiEvent) -> EventResult:
        """Left and right by ten, or a click and a drag along the track."""
        wanted = self._wanted(event)
        if wanted is None:
            return EventResult.IGNORED
        wanted = max(0, min(100, wanted))
        changed, self.value = wanted != self.value, wanted
        return EventResult.CHANGED if changed else EventResult.HANDLED

    def _wanted(self, event: UiEvent) -> int | None:
        dragged = event.raw.type == pygame.MOUSEMOTION and event.raw.buttons[0]
        if event.position is not None and (dragged or is_click(event)):
            return round((event.position[0] - self._track[0]) / self._track[2] * 20) * 5
        step = {MenuAction.LEFT: -10, MenuAction.RIGHT: 10}.get(event.action or MenuAction.UP)
        return None if step is None else self.value + step

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """Name, track, knob, number."""
        x, y, w, h = self.box
        slab(canvas, self.box, focused)
        ink = INK if focused else PAPER
        canvas.text(self.label, x + 18, y + h / 2, BODY, ink, "midleft", w * 0.42 - 26)
        left, top, wide, tall = self._track
        canvas.panel(left, top, wide, tall, PANEL if focused else NIGHT, 7)
        canvas.panel(left, top, max(tall, wide * self.value / 100), tall, COOL, 7)
        canvas.panel(left + wide * self.value / 100 - 13, y + h / 2 - 13, 26, 26, PAPER, 13, INK, 3)
        canvas.text(str(self.value), x + w - 18, y + h / 2, BODY, ink, "midright")
