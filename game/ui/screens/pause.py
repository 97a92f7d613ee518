"""The menu over a match: back to the match, options, restart, save a clip, leave.

On our own server the match is paused while the menu is open, if no other member is there.

Rule 1: it says whether the match goes on, and follows when that changes: another player may join while it is open.
Rule 2: the match can be restarted only where nobody else is.
"""

from collections.abc import Mapping

from petard.assets.palette import ACCENT, GOOD, MUTED, PANEL, PANEL_LIGHT, PAPER
from petard.game.ui.context import ScreenContext
from petard.game.ui.layout import BODY, SMALL, column
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.screen import MatchMenuRequest, NavigationRequest, SimpleRequest
from petard.game.ui.screens.menu import Menu, others_here
from petard.game.ui.widgets.widgets import Button, Widget

WARNING = "You host: the game ends for everybody."
PAUSED = ("Paused", "The match waits for you.")
RUNNING = ("Menu", "The match goes on meanwhile!")
TALL, GAP = 56.0, 12.0  # of a button, and between two
TOP, HEAD, INVITED, FOOT = 116.0, 142.0, 30.0, 14.0  # of the panel; above the buttons, with an invitation, and below
BUTTONS: dict[str, tuple[str, NavigationRequest]] = {
    "resume": ("Go on", MatchMenuRequest.RESUME),
    "options": ("Options", MatchMenuRequest.OPTIONS),
    "restart": ("Restart the match", MatchMenuRequest.RESTART),
    "clip": ("Keep the last 30 s (F9)", MatchMenuRequest.SAVE_CLIP),
    "leave": ("Leave the game", SimpleRequest.TITLE),
}


class PauseScreen(Menu):
    """Shows the menu over the match."""

    back_request = MatchMenuRequest.RESUME
    requests: Mapping[str, NavigationRequest] = {key: request for key, (_, request) in BUTTONS.items()}

    def __init__(self, context: ScreenContext, first_focus: str = "resume") -> None:
        """`first_focus`: the key of the button that has the focus."""
        self.first_focus = first_focus
        self._is_paused = context.own_server.may_pause
        self._top = TOP + HEAD + (INVITED if context.own_server.invitation else 0)  # of the first button
        super().__init__(context)

    def widgets(self) -> list[Widget]:
        """Going on comes first, leaving last."""
        keys = [key for key in BUTTONS if self._is_paused or key != "restart"]
        boxes = column((450, self._top, 380, TALL), len(keys), GAP)
        return [
            Button(key, box, BUTTONS[key][0], *((GOOD, 34) if key == "resume" else (PANEL_LIGHT, 28)))
            for key, box in zip(keys, boxes, strict=True)
        ]

    def tick(self, now: float) -> None:
        """Follow whether another player has joined or left."""
        super().tick(now)
        if self.context.own_server.may_pause is not self._is_paused:
            self._is_paused = self.context.own_server.may_pause
            self.form.replace_widgets(self.widgets())

    @property
    def warning(self) -> str:
        """What leaving does to others, "" if nothing: our own server ends when we leave, and friends may be on it."""
        return WARNING if self.context.own_server.invitation and others_here(self.context.session) else ""

    def draw_background(self, canvas: Canvas, now: float) -> None:
        """Draw a panel that hides as little as possible."""
        bottom = self._top + len(self.form.widgets) * (TALL + GAP)
        canvas.panel(410, TOP, 460, bottom - TOP + FOOT + (24 if self.warning else 0), (*PANEL, 240), 30, ACCENT, 4)
        title, words = PAUSED if self._is_paused else RUNNING
        canvas.text(title, WIDTH / 2, TOP + 48, 46, PAPER, "center")
        canvas.text(words, WIDTH / 2, TOP + 98, BODY, MUTED if self._is_paused else ACCENT, "center", 420)
        if self.context.own_server.invitation:
            invitation = f"Friends join {self.context.own_server.invitation}"
            canvas.text(invitation, WIDTH / 2, TOP + 131, SMALL, MUTED, "center", 420)
        if self.warning:
            canvas.text(self.warning, WIDTH / 2, bottom + 16, SMALL, ACCENT, "center", 420)
