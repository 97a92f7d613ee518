"""What can have the focus: buttons, choices, sliders and switches; and the shapes and paragraphs that screens draw.

Rule 1: a widget holds a value and draws it; what a change means is decided by the screen. `handle_event` returns a
        result, there are no callbacks.
Rule 2: every widget obeys the mouse, and the six menu actions that keyboard and game pads share.
Rule 3: everything is in logical units; no text leaves its widget.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

import pygame

from petard.assets.palette import ACCENT, COOL, DANGER, GOOD, INK, NIGHT, PANEL, PANEL_LIGHT, PAPER
from petard.game.texts.names import spoken
from petard.game.texts.phrases import tr
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.layout import BODY, Box, centre
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.rounded import Colour

WRAPPED = 16  # a choice with more options stops at its ends
DEPTH = 6  # how thick a button looks
FINE = 4  # shapes are drawn so many times larger and scaled down, for smooth edges
LINE = 1.13  # of the size of a text: lines so far apart do not touch

DIRECTIONS: dict[MenuAction | None, tuple[int, int]] = {
    MenuAction.UP: (0, -1),
    MenuAction.DOWN: (0, 1),
    MenuAction.LEFT: (-1, 0),
    MenuAction.RIGHT: (1, 0),
}


class EventResult(Enum):
    """What a widget did with an event."""

    IGNORED = auto()  # it was not meant for the widget
    HANDLED = auto()  # it was, and nothing changed
    CHANGED = auto()  # the value changed, or the button was pressed
    TYPE = auto()  # a text field asks for the onscreen keyboard


def draw_slab(canvas: Canvas, box: Box, focused: bool, colour: tuple[int, int, int] = PANEL_LIGHT) -> None:
    """Draw the body of a widget: thick, rounded, and bright when it has the focus."""
    x, y, w, h = box
    canvas.panel(x, y + DEPTH, w, h, INK, 16)
    if focused:
        canvas.panel(x - 3, y - 3, w + 6, h + 6, ACCENT, 19, PAPER, 4)
    else:
        canvas.panel(x, y, w, h, colour, 16)


def draw_smooth(
    canvas: Canvas,
    key: Hashable,
    size: tuple[int, int],
    draw: Callable[[pygame.Surface], object],
    x: float,
    y: float,
    anchor: str = "topleft",
) -> None:
    """Draw a shape with smooth edges, kept under `key`. `draw` gets a surface FINE times `size` (pixels)."""

    def make() -> pygame.Surface:
        big = pygame.Surface((size[0] * FINE, size[1] * FINE), pygame.SRCALPHA, 32)
        draw(big)
        return pygame.transform.smoothscale(big, size)

    canvas.stamp(key, make, x, y, anchor)


def draw_paragraph(
    canvas: Canvas,
    text: str,
    x: float,
    y: float,
    width: float,
    *,
    size: float = BODY,
    colour: Colour = PAPER,
    anchor: str = "midleft",
    most: int = 2,
    pitch: float = 34,
    centred: bool = False,
) -> None:
    """Draw a text in at most `most` lines that are `pitch` apart, or as far as large text needs.

    `y`: of the first line, or of their middle if `centred`.
    """
    lines = canvas.wrap_text(text, size, width, most) if text else []
    pitch = max(pitch, LINE * canvas.grown(size))
    top = y - (len(lines) - 1) / 2 * pitch if centred else y
    for place, line in enumerate(lines):
        canvas.text(line, x, top + place * pitch, size, colour, anchor, width)


@dataclass(eq=False)
class Widget:
    """Something that can have the focus."""

    listening = False  # True while it takes every event
    skips_arrows = False  # True where arrow keys never lead to; a pad and the mouse do

    key: str  # by which the screen finds it
    box: Box
    label: str = ""  # what is written on it
    enabled: bool = field(default=True, init=False)  # it can have the focus
    hidden: bool = field(default=False, init=False)

    def handle_event(self, event: UiEvent) -> EventResult:
        """Handle one event, with the focus or under the mouse."""
        return EventResult.IGNORED

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """Draw it. Nothing leaves its box but the rim and the shadow."""

    def draw_label(self, canvas: Canvas, focused: bool, wide: float) -> tuple[int, int, int]:
        """Draw the slab and on its left the label, at most `wide`; return the colour of text on it."""
        x, y, _, h = self.box
        if self.enabled:
            draw_slab(canvas, self.box, focused)
        ink = INK if focused else PAPER
        canvas.text(self.label, x + 18, y + h / 2, BODY, ink, "midleft", wide)
        return ink


@dataclass(eq=False)
class Button(Widget):
    """A button: CHANGED when it is pressed, by Confirm or a click. `note`: the key, shown while it has the focus."""

    colour: tuple[int, int, int] = PANEL_LIGHT
    size: float = 30
    note: str = ""

    def handle_event(self, event: UiEvent) -> EventResult:
        pressed = event.action is MenuAction.CONFIRM or is_click(event)
        return EventResult.CHANGED if pressed else EventResult.IGNORED

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        draw_slab(canvas, self.box, focused, self.colour)
        light = focused or self.colour in (GOOD, ACCENT, COOL, DANGER)
        (x, y), size = centre(self.box), self.size
        if focused and self.note:
            canvas.text(self.note, x, y + self.box[3] * 0.3, 20, INK, "center", self.box[2] - 16)
            size, words = canvas.fitted(canvas.said(self.label), min(size, self.box[3] * 0.5), self.box[2] - 28)
            canvas.text(words, x, y - self.box[3] * 0.14, size, INK, "center")
            return
        canvas.text(self.label, x, y, size, INK if light else PAPER, "center", self.box[2] - 28)


@dataclass(eq=False)
class ChoiceField(Widget):
    """One of several values: to the left the label, to the right the value between two arrows."""

    options: Sequence[str] = ()
    index: int = 0
    share: float = 0.4  # of the width that belongs to the label

    @property
    def value(self) -> str:
        """The chosen option, "" when there are none."""
        return self.options[self.index % len(self.options)] if self.options else ""

    @property
    def shown(self) -> str:
        """The chosen option as it is written on the screen."""
        return spoken(self.value)

    @property
    def room(self) -> float:
        """The width for the value."""
        return self.box[0] + self.box[2] - 14 - self._split - 40

    @property
    def _split(self) -> float:
        return self.box[0] + self.box[2] * self.share

    def handle_event(self, event: UiEvent) -> EventResult:
        """Left and right, a click on either half of the value, or the wheel."""
        count, step = len(self.options), self._step(event)
        wanted = self.index + step
        if not step:
            return EventResult.IGNORED
        if count < 2 or (count > WRAPPED and not 0 <= wanted < count):
            return EventResult.HANDLED
        self.index = wanted % count
        return EventResult.CHANGED

    def _step(self, event: UiEvent) -> int:
        if event.raw.type == pygame.MOUSEWHEEL:
            return 1 if event.raw.y > 0 else -1
        if is_click(event) and event.position is not None:
            middle = (self._split + self.box[0] + self.box[2]) / 2
            return -1 if self._split <= event.position[0] < middle else 1
        return 1 if event.action is MenuAction.CONFIRM else DIRECTIONS.get(event.action, (0, 0))[0]

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """Draw label, arrow, value, arrow; without slab and arrows when it can only be read."""
        x, y, w, h = self.box
        left, right = self._split, x + w - 14
        ink = self.draw_label(canvas, focused, left - x - 22)
        canvas.text(self.shown, (left + right) / 2, y + h / 2, BODY, ink, "center", self.room)
        for sign, tip in ((-1, left), (1, right)) if self.enabled else ():
            draw_arrow(canvas, tip, y + h / 2, sign, INK if focused else ACCENT)


def draw_arrow(canvas: Canvas, x: float, y: float, sign: int, colour: tuple[int, int, int]) -> None:
    """Draw a triangle that points left (sign -1, its tip at x) or right (sign 1)."""
    wide, tall = canvas.length(14), canvas.length(21)
    tip, back = (0, wide * FINE) if sign < 0 else (wide * FINE, 0)
    corners = [(tip, tall * FINE / 2), (back, 0), (back, tall * FINE)]
    anchor = "midleft" if sign < 0 else "midright"
    key = ("arrow", wide, sign, colour)
    draw_smooth(canvas, key, (wide, tall), lambda big: pygame.draw.polygon(big, colour, corners), x, y, anchor)


@dataclass(eq=False)
class Switch(Widget):
    """On or off: Confirm or a click switches it; left and right move the focus."""

    on: bool = False

    def handle_event(self, event: UiEvent) -> EventResult:
        if is_click(event) or event.action is MenuAction.CONFIRM:
            self.on = not self.on
            return EventResult.CHANGED
        return EventResult.IGNORED

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        x, y, w, h = self.box
        wide = min(88.0, max(canvas.width_of(word, BODY) for word in (tr("on"), tr("off"))) + 2)
        ink = self.draw_label(canvas, focused, w - wide - 126)
        canvas.text(tr("on") if self.on else tr("off"), x + w - 104, y + h / 2, BODY, ink, "midright", wide)
        canvas.panel(x + w - 92, y + h / 2 - 16, 74, 32, GOOD if self.on else NIGHT, 16, INK, 3)
        canvas.panel(x + w - (48 if self.on else 89), y + h / 2 - 13, 26, 26, PAPER, 13)


@dataclass(eq=False)
class Slider(Widget):
    """A number from 0 to 100."""

    value: int = 0

    @property
    def _track(self) -> Box:
        x, y, w, h = self.box
        return x + w * 0.42, y + h / 2 - 7, w * 0.42, 14

    def handle_event(self, event: UiEvent) -> EventResult:
        """Left and right change it by ten, a click and a drag along the track by five."""
        dragged = event.raw.type == pygame.MOUSEMOTION and event.raw.buttons[0]
        across = DIRECTIONS.get(event.action, (0, 0))[0]
        if event.position is not None and (dragged or is_click(event)):
            wanted = round((event.position[0] - self._track[0]) / self._track[2] * 20) * 5
        elif across:
            wanted = self.value + 10 * across
        else:
            return EventResult.IGNORED
        before, self.value = self.value, max(0, min(100, wanted))
        return EventResult.CHANGED if self.value != before else EventResult.HANDLED

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        x, y, w, h = self.box
        ink = self.draw_label(canvas, focused, w * 0.42 - 26)
        left, top, wide, tall = self._track
        canvas.panel(left, top, wide, tall, PANEL if focused else NIGHT, 7)
        canvas.panel(left, top, max(tall, wide * self.value / 100), tall, COOL, 7)
        canvas.panel(left + wide * self.value / 100 - 13, y + h / 2 - 13, 26, 26, PAPER, 13, INK, 3)
        canvas.text(str(self.value), x + w - 18, y + h / 2, BODY, ink, "midright", 56)
