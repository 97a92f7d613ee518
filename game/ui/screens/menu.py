"""What all screens made of widgets share: a form, a way back, sounds for steps and presses.

Rule: when the screen moves the focus by itself, Confirm is ignored for CONFIRM_DELAY seconds: a key that is pressed at
that moment is meant for the widget that had the focus before.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from petard.assets.palette import PANEL
from petard.game.client.session import Session
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.screen import NavigationRequest, SimpleRequest
from petard.game.ui.widgets.form import Form
from petard.game.ui.widgets.widgets import Widget

DIM = 150  # how dark the picture behind panels is, of 255
CONFIRM_DELAY = 0.5  # seconds


class Menu(ABC):
    """A screen with a form. A subclass defines the widgets, what a press does, and the background."""

    first_focus = ""  # the key of the widget that has the focus at the start; "": the first one
    back_request: NavigationRequest = SimpleRequest.TITLE
    requests: Mapping[str, NavigationRequest] = {}  # of buttons that only make a request

    def __init__(self, context: ScreenContext) -> None:
        self.context = context
        self.request: NavigationRequest | None = None
        self.now = 0.0  # of the last tick
        self.form = Form(self.widgets(), self.first_focus)
        self._confirm_from = 0.0  # Confirm is ignored until then

    @property
    def typing(self) -> bool:
        """True while letters go into a field."""
        return self.form.typing

    @abstractmethod
    def widgets(self) -> list[Widget]:
        """Return the widgets at the start."""

    def activate(self, key: str) -> None:
        """React: the widget of that key was pressed or changed."""
        if key == "back":
            self.back()
        else:
            self.request = self.requests[key]

    def back(self) -> None:
        """React to Escape, or B on a game pad."""
        self.request = self.back_request

    @abstractmethod
    def draw_background(self, canvas: Canvas, now: float) -> None:
        """Draw everything behind the widgets."""

    def move_focus(self, key: str) -> None:
        """Move the focus although the person did not, and ignore Confirm for a moment."""
        self.form.focus_on(key)
        self._confirm_from = self.now + CONFIRM_DELAY

    def handle_event(self, event: UiEvent) -> None:
        """Pass it to the form, unless it means Back."""
        focus = self.form.focus
        if event.action is MenuAction.BACK and not self.form.is_busy:
            self.back()
            return
        if event.action is MenuAction.CONFIRM and self.now < self._confirm_from and not self.form.is_busy:
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
        """Draw everything."""
        self.draw_background(canvas, now)
        self.form.draw(canvas, now)


def draw_sheet(canvas: Canvas, x: float, y: float, wide: float, tall: float) -> None:
    """Draw the dark picture behind a menu, and the panel that its widgets are on."""
    canvas.backdrop(dim=DIM)
    canvas.panel(x, y, wide, tall, (*PANEL, 240), 32)


def others_here(session: Session | None) -> bool:
    """True if another member than us is on the server, as a player or a spectator."""
    if session is None:
        return False
    room = session.room
    members = {seat.member for seat in room.seats} | {spectator.member for spectator in room.spectators}
    return bool(members - {0, room.member})
