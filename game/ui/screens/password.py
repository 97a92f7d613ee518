"""Asks for the password of a room, ours or another one: a field that hides it, and a switch that shows it."""

from petard.assets.palette import DANGER, GOOD, INK, MUTED, PAPER
from petard.game.client.scram_client import fault_of
from petard.game.ui.context import ScreenContext
from petard.game.ui.layout import SMALL, row
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.screen import HostGame, JoinServer, NavigationRequest, ShowJoin, SimpleRequest
from petard.game.ui.screens.menu import Menu, draw_sheet
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import Button, Switch, Widget
from petard.shared.protocol.names import PASSWORD_MOST

LEFT, WIDE = 240.0, 800.0


class PasswordScreen(Menu):
    """Asks for the password of the server at `address`, and joins it again with that."""

    heading = "This room has a password"
    below = "It is not sent, only proved, and kept until you close the game."
    enter = "Go in"

    def __init__(self, context: ScreenContext, address: str, sentence: str = "") -> None:
        """`sentence`: why it asks again, "" the first time."""
        self._address = address
        self.back_request = ShowJoin(address)
        super().__init__(context)
        self.problem = sentence

    @property
    def about(self) -> str:
        """Which password the screen asks for."""
        return f"The host of {self._address} knows it:"

    def request_with(self, password: str) -> NavigationRequest:
        """Return the request to make with the password."""
        return JoinServer(self._address, password)

    def widgets(self) -> list[Widget]:
        """The field, the switch and two buttons."""
        self._field = TextField("password", (LEFT, 232, WIDE, 60), "", PASSWORD_MOST, "the password")
        self._switch = Switch("show", (LEFT, 388, WIDE, 60), "Show what I write", False)
        self._field.masked = not self._switch.on
        back, enter = row(LEFT, 500, 64, (388, 388), 24)
        return [self._field, self._switch, Button("enter", enter, self.enter, GOOD, 36), Button("back", back, "Back")]

    def activate(self, key: str) -> None:
        """Show or hide the password, join with it, or go back."""
        if key == "back":
            self.back()
        elif key == "show":
            self._field.masked = not self._switch.on
        else:
            self.problem = fault_of(self._field.text)
            if self.problem:
                self.form.focus_on("password")
            else:
                self.request = self.request_with(self._field.text)

    def draw_background(self, canvas: Canvas, now: float) -> None:
        """Draw one panel with the words around the widgets."""
        draw_sheet(canvas, LEFT - 48, 92, WIDE + 96, 540)
        canvas.text(self.heading, WIDTH / 2, 146, 54, PAPER, "center", WIDE)
        canvas.text(self.about, LEFT, 196, SMALL, MUTED, width=WIDE)
        if self.problem:
            canvas.panel(LEFT, 308, WIDE, 58, INK, 14, DANGER, 3)
            canvas.text(self.problem, WIDTH / 2, 337, SMALL, PAPER, "center", WIDE - 30)
        canvas.text(self.below, LEFT, 586, SMALL, MUTED, width=WIDE)


class LockScreen(PasswordScreen):
    """Asks which password our own room gets, and hosts it."""

    heading = "A room with a password"
    about = "Tell it to your friends, and nobody else comes in:"
    below = "It is in no file and counts until you leave the room; you are not asked yourself."
    enter = "Host for friends"

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, "")
        self.back_request = SimpleRequest.TITLE

    def request_with(self, password: str) -> NavigationRequest:
        """Host the room."""
        return HostGame(password)
