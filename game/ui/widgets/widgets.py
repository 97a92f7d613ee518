"""What can have the focus: buttons, choices, sliders and switches; and the shapes and paragraphs that screens draw.

Rule 1: a widget holds a value and draws it; what a change means is decided by the screen. `handle_event` returns a
        result, there are no callbacks.
Rule 2: every widget obeys the mouse, and the six menu actions that keyboard and game pads share.
Rule 3: everything is in logical units; no text leaves its widget.
"""

from collections.abc import Callable, Hashable, Sequence
from enum import Enum, auto

import pygame

from petard.assets.palette import ACCENT, COOL, DANGER, GOOD, INK, NIGHT, PANEL, PANEL_LIGHT, PAPER
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.layout import BODY, Box, centre
from petard.game.ui.render.canvas import Canvas, Colour

WRAPPED = 16  # a choice with more options stops at its ends
DEPTH = 6  # how thick a button looks
FINE = 4  # shapes are drawn so many times larger and scaled down, for smooth edges


class EventResult(Enum):
    """What a widget did with an event."""

    IGNORED = auto()  # it was not meant for the widget
    HANDLED = auto()  # it was, and nothing changed
    CHANGED = auto()  # the value changed, or the button was pressed


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
        big = pygame.Surface((size[0] * FINE, size[1] * FINE), pygame.SRCALPHA)
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
    """Draw a text in at most `most` lines that are `pitch` apart; y: of the first, or of their middle if `centred`."""
    lines = canvas.wrap_text(text, size, width, most) if text else []
    top = y - (len(lines) - 1) / 2 * pitch if centred else y
    for place, line in enumerate(lines):
        canvas.text(line, x, top + place * pitch, size, colour, anchor, width)


class Widget:
    """Something that can have the focus."""

    typing = False  # True while letters go into it
    listening = False  # True while it takes every event

    def __init__(self, key: str, box: Box, label: str = "") -> None:
        """`key`: by which the screen finds it. `label`: what is written on it."""
        self.key = key
        self.box = box
        self.label = label
        self.enabled = True  # it can have the focus
        self.hidden = False

    def handle_event(self, event: UiEvent) -> EventResult:
        """Handle one event, with the focus or under the mouse."""
        return EventResult.IGNORED

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """Draw it. Nothing leaves its box but the rim and the shadow."""


class Button(Widget):
    """A button: CHANGED when it is pressed."""

    def __init__(self, key: str, box: Box, label: str, colour: tuple[int, int, int] = PANEL_LIGHT, size: float = 30):
        super().__init__(key, box, label)
        self.colour = colour
        self.size = size

    def handle_event(self, event: UiEvent) -> EventResult:
        """Confirm or a click presses it."""
        pressed = event.action is MenuAction.CONFIRM or is_click(event)
        return EventResult.CHANGED if pressed else EventResult.IGNORED

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """Draw the slab with the label on it."""
        draw_slab(canvas, self.box, focused, self.colour)
        light = focused or self.colour in (GOOD, ACCENT, COOL, DANGER)
        canvas.text(self.label, *centre(self.box), self.size, INK if light else PAPER, "center", self.box[2] - 28)


class ChoiceField(Widget):
    """One of several values: to the left the label, to the right the value between two arrows."""

    def __init__(
        self, key: str, box: Box, label: str, options: Sequence[str], index: int = 0, share: float = 0.4
    ) -> None:
        """`share`: of the width that belongs to the label."""
        super().__init__(key, box, label)
        self.options = tuple(options)
        self.index = index
        self.share = share

    @property
    def value(self) -> str:
        """The chosen option, "" when there are none."""
        return self.options[self.index % len(self.options)] if self.options else ""

    @property
    def shown(self) -> str:
        """The chosen option as it is written on the screen."""
        return self.value.replace("-", " ")

    @property
    def room(self) -> float:
        """The width for the value."""
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
            middle = (self._split + self.box[0] + self.box[2]) / 2
            return -1 if self._split <= event.position[0] < middle else 1
        return {MenuAction.LEFT: -1, MenuAction.RIGHT: 1, MenuAction.CONFIRM: 1}.get(event.action or MenuAction.UP, 0)

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """Draw label, arrow, value, arrow; without slab and arrows when it can only be read."""
        x, y, w, h = self.box
        if self.enabled:
            draw_slab(canvas, self.box, focused)
        ink, split = INK if focused else PAPER, self._split
        canvas.text(self.label, x + 18, y + h / 2, BODY, ink, "midleft", split - x - 22)
        right = x + w - 14
        canvas.text(self.shown, (split + right) / 2, y + h / 2, BODY, ink, "center", self.room)
        for sign, tip in ((-1, split), (1, right)) if self.enabled else ():
            draw_arrow(canvas, tip, y + h / 2, sign, INK if focused else ACCENT)


def draw_arrow(canvas: Canvas, x: float, y: float, sign: int, colour: tuple[int, int, int]) -> None:
    """Draw a triangle that points left (sign -1, its tip at x) or right (sign 1)."""
    wide, tall = canvas.length(14), canvas.length(21)
    tip, back = (0, wide * FINE) if sign < 0 else (wide * FINE, 0)
    corners = [(tip, tall * FINE / 2), (back, 0), (back, tall * FINE)]
    anchor = "midleft" if sign < 0 else "midright"
    key = ("arrow", wide, sign, colour)
    draw_smooth(canvas, key, (wide, tall), lambda big: pygame.draw.polygon(big, colour, corners), x, y, anchor)


class Switch(Widget):
    """On or off."""

    def __init__(self, key: str, box: Box, label: str, on: bool) -> None:
        super().__init__(key, box, label)
        self.on = on

    def handle_event(self, event: UiEvent) -> EventResult:
        """Confirm or a click switches it; left and right move the focus."""
        if is_click(event) or event.action is MenuAction.CONFIRM:
            self.on = not self.on
            return EventResult.CHANGED
        return EventResult.IGNORED

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """Draw the label, "on" or "off", and a knob that lies to the right or to the left."""
        x, y, w, h = self.box
        draw_slab(canvas, self.box, focused)
        ink = INK if focused else PAPER
        canvas.text(self.label, x + 18, y + h / 2, BODY, ink, "midleft", w - 190)
        canvas.text("on" if self.on else "off", x + w - 104, y + h / 2, BODY, ink, "midright")
        canvas.panel(x + w - 92, y + h / 2 - 16, 74, 32, GOOD if self.on else NIGHT, 16, INK, 3)
        canvas.panel(x + w - (48 if self.on else 89), y + h / 2 - 13, 26, 26, PAPER, 13)


class Slider(Widget):
    """A number from 0 to 100."""

    def __init__(self, key: str, box: Box, label: str, value: int) -> None:
        super().__init__(key, box, label)
        self.value = value

    @property
    def _track(self) -> Box:
        x, y, w, h = self.box
        return x + w * 0.42, y + h / 2 - 7, w * 0.42, 14

    def handle_event(self, event: UiEvent) -> EventResult:
        """Left and right change it by ten, a click and a drag along the track by five."""
        wanted = self._requested(event)
        if wanted is None:
            return EventResult.IGNORED
        wanted = max(0, min(100, wanted))
        changed, self.value = wanted != self.value, wanted
        return EventResult.CHANGED if changed else EventResult.HANDLED

    def _requested(self, event: UiEvent) -> int | None:
        dragged = event.raw.type == pygame.MOUSEMOTION and event.raw.buttons[0]
        if event.position is not None and (dragged or is_click(event)):
            return round((event.position[0] - self._track[0]) / self._track[2] * 20) * 5
        step = {MenuAction.LEFT: -10, MenuAction.RIGHT: 10}.get(event.action or MenuAction.UP)
        return None if step is None else self.value + step

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """Draw label, track, knob and number."""
        x, y, w, h = self.box
        draw_slab(canvas, self.box, focused)
        ink = INK if focused else PAPER
        canvas.text(self.label, x + 18, y + h / 2, BODY, ink, "midleft", w * 0.42 - 26)
        left, top, wide, tall = self._track
        canvas.panel(left, top, wide, tall, PANEL if focused else NIGHT, 7)
        canvas.panel(left, top, max(tall, wide * self.value / 100), tall, COOL, 7)
        canvas.panel(left + wide * self.value / 100 - 13, y + h / 2 - 13, 26, 26, PAPER, 13, INK, 3)
        canvas.text(str(self.value), x + w - 18, y + h / 2, BODY, ink, "midright")
