"""The widgets of one screen, and which of them has the focus.

Rule 1: exactly one enabled widget has the focus, so that keys and game pads always act on something visible.
Rule 2: a direction moves the focus to the nearest widget in that direction, not to the next one in the list.
Rule 3: `handle_event` returns the key of the widget that was pressed or changed, or None.
"""

from collections.abc import Iterable

import pygame

from petard.game.ui.input.actions import UiEvent, is_click
from petard.game.ui.layout import Box, centre, is_inside
from petard.game.ui.render.canvas import HEIGHT, Canvas
from petard.game.ui.widgets.text_field import OnscreenKeyboard, TextField
from petard.game.ui.widgets.widgets import DIRECTIONS, EventResult, Widget

ASIDE = 2.5  # how much worse a unit aside is than a unit ahead
MOUSE = (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEWHEEL)


class Form:
    """Widgets in drawing order. When they are replaced, the focus stays on its key where it can."""

    def __init__(self, widgets: Iterable[Widget], focus: str = "") -> None:
        self.widgets = list(widgets)
        self.keyboard: OnscreenKeyboard | None = None  # open over the screen
        self.fold = 0.0  # what lies to the right of this x is seen below the rest; 0: nothing
        self._focus = focus or (self.widgets[0].key if self.widgets else "")

    @property
    def focused(self) -> Widget | None:
        """The widget that has the focus."""
        enabled = [widget for widget in self.widgets if widget.enabled]
        return next((widget for widget in enabled if widget.key == self._focus), enabled[0] if enabled else None)

    @property
    def focus(self) -> str:
        """The key of the widget that has the focus."""
        return self.focused.key if self.focused else ""

    @property
    def keys(self) -> list[str]:
        return [widget.key for widget in self.widgets]

    @property
    def text_field(self) -> TextField | None:
        """The field into which letters go, if any."""
        return self.focused if self.keyboard is None and isinstance(self.focused, TextField) else None

    @property
    def typing(self) -> bool:
        """True while letters go into a field."""
        return self.text_field is not None

    @property
    def is_busy(self) -> bool:
        """True while a widget handles every event, Back included."""
        return self.keyboard is not None or (self.focused is not None and self.focused.listening)

    def __getitem__(self, key: str) -> Widget:
        return next(widget for widget in self.widgets if widget.key == key)

    def focus_on(self, key: str) -> None:
        self._focus = key

    def handle_event(self, event: UiEvent) -> str | None:
        """Handle one event; return the key of the widget that was pressed or changed."""
        if self.keyboard is not None:
            field, result = self.keyboard.field, self.keyboard.handle_event(event)
            if result is not EventResult.HANDLED:
                self.keyboard = None
            return field.key if result is EventResult.CHANGED else None
        widget = self.focused
        if event.raw.type in MOUSE and not self.is_busy:
            return self._point(event)
        return None if widget is None else self._pass(event, widget)

    def _pass(self, event: UiEvent, widget: Widget) -> str | None:
        result = widget.handle_event(event)
        if result is EventResult.IGNORED and event.action in DIRECTIONS:
            self._move(widget, DIRECTIONS[event.action], event.raw.type == pygame.KEYDOWN)
        if result is EventResult.TYPE and isinstance(widget, TextField):
            self.keyboard = OnscreenKeyboard(widget)
        return widget.key if result is EventResult.CHANGED else None

    def _point(self, event: UiEvent) -> str | None:
        for widget in self.widgets:
            if widget.enabled and is_inside(widget.box, event.position):
                if not self.typing or is_click(event):
                    self._focus = widget.key
                is_motion = event.raw.type == pygame.MOUSEMOTION and not any(event.raw.buttons)
                return None if is_motion else self._pass(event, widget)
        return None

    def _move(self, start: Widget, ahead: tuple[int, int], by_key: bool) -> None:
        others = [one for one in self.widgets if one.enabled and one is not start and not (by_key and one.skips_arrows)]
        ways = [(way, widget.key) for widget in others if (way := self._way(start, widget, ahead)) is not None]
        if ways:
            self._focus = min(ways)[1]

    def _way(self, start: Widget, goal: Widget, ahead: tuple[int, int]) -> float | None:
        return _way(self._seen(start.box), self._seen(goal.box), ahead)

    def _seen(self, box: Box) -> Box:
        """Return where a box is seen, as one below the other where the page is folded."""
        x, y, wide, tall = box
        return (x - self.fold, y + HEIGHT, wide, tall) if self.fold and x >= self.fold else box

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draw all, the focused one last, and the onscreen keyboard over them."""
        focused = self.focused
        for widget in self.widgets:
            if widget is not focused and not widget.hidden:
                widget.draw(canvas, False, now)
        if focused is not None:
            focused.draw(canvas, True, now)
        if self.keyboard is not None:
            canvas.fit_page()
            self.keyboard.draw(canvas, now)


def _way(start: Box, goal: Box, ahead: tuple[int, int]) -> float | None:
    """Return how far it is from one box to another in a direction; None if it does not lie there."""
    gaps = [_gap(start[axis], start[axis + 2], goal[axis], goal[axis + 2]) for axis in (0, 1)]
    along, across = (0, 1) if ahead[0] else (1, 0)
    far = gaps[along] * ahead[along]
    if far <= 0:
        return None
    middles = abs(centre(start)[across] - centre(goal)[across])
    return far + abs(gaps[across]) * ASIDE + middles * 0.01


def _gap(start: float, long: float, goal: float, goal_long: float) -> float:
    """Return the signed space between two intervals of a line, 0 if they overlap."""
    ahead, behind = goal - (start + long), goal + goal_long - start
    return ahead + 0.1 if ahead >= 0 else behind - 0.1 if behind <= 0 else 0.0
