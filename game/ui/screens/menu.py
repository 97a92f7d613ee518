"""What all screens made of widgets have in common: a form, a way back, sounds for steps and pushes.

Rule: when the screen moves the focus by itself, Confirm is ignored for CONFIRM_DELAY seconds: a key that is pressed at
that moment is meant for the widget that had the focus before.
"""

from abc import ABC, abstractmethod

from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.screen import NavigationRequest
from petard.game.ui.widgets.form import Form
from petard.game.ui.widgets.widgets import Widget

DIM = 150  # how dark the picture behind panels is, of 255
CONFIRM_DELAY = 0.5  # seconds


class Menu(ABC):
    """A screen with a form. A subclass says what it holds, what a push means, and what lies behind."""

    first_focus = ""  # the key of the widget that has the focus at the start; "": the first one

    def __init__(self, context: ScreenContext) -> None:
        self.context = context
        self.request: NavigationRequest | None = None
        self.now = 0.0  # of the last tick
        self.form = Form(self.widgets(), self.first_focus)
        self._held_until = 0.0  # Confirm is ignored until then

    @property
    def typing(self) -> bool:
        """True while letters are letters."""
        return self.form.typing

    @abstractmethod
    def widgets(self) -> list[Widget]:
        """What the form holds at the start."""

    @abstractmethod
    def activate(self, key: str) -> None:
        """The widget of that key was pushed or changed."""

    @abstractmethod
    def back(self) -> None:
        """Escape, or B on a pad."""

    @abstractmethod
    def draw_background(self, canvas: Canvas, now: float) -> None:
        """Everything behind the widgets."""

    def move_focus(self, key: str) -> None:
        """Move the focus without being asked to, and ignore Confirm for a moment."""
        self.form.focus_on(key)
        self._held_until = self.now + CONFIRM_DELAY

    def handle_event(self, event: UiEvent) -> None:
        """Give it to the form; what the form has no use for may be the way back."""
        focus = self.form.focus
        if event.action is MenuAction.BACK and not self.form.is_busy:
            self.back()
            return
        if event.action is MenuAction.CONFIRM and self.now < self._held_until and not self.form.is_busy:
            return
        key = self.form.handle_event(event)
        if key is not None:
            self.context.audio.play("select", self.now)
            self.activate(key)
        elif self.form.focus != focus:
            self.context.audio.play("move", self.now)

    def tick(self, now: float) -> None:
        """Note the time."""
        self.now = now

    def draw(self, canvas: Canvas, now: float) -> None:
        """Everything."""
        self.draw_background(canvas, now)
        self.form.draw(canvas, now)
