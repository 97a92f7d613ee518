"""The small menu over a match. On a server of our own where nobody else is, the match stands still behind it.

Rule 1: it says whether the match goes on, and follows when that changes: somebody may join while it is open.
Rule 2: only who is alone may begin the match anew.
"""

from petard.assets.palette import ACCENT, GOOD, MUTED, PANEL, PAPER
from petard.game.ui.context import ScreenContext
from petard.game.ui.layout import BODY, SMALL
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.screen import MatchMenuRequest, NavigationRequest, Request
from petard.game.ui.screens.menu import Menu
from petard.game.ui.widgets.widgets import Button, Widget

WARNING = "You host: the game ends for everybody."
PAUSED = ("Paused", "The match waits for you.")
RUNNING = ("Menu", "The match goes on meanwhile!")
LEFT, WIDE, TALL, PITCH = 450.0, 380.0, 56.0, 68.0
TOP, HEAD, INVITED, FOOT = 116.0, 142.0, 30.0, 14.0  # of the panel; above the buttons, with friends, and below
WISHES: dict[str, NavigationRequest] = {
    "resume": MatchMenuRequest.RESUME,
    "options": MatchMenuRequest.OPTIONS,
    "restart": MatchMenuRequest.RESTART,
    "clip": MatchMenuRequest.SAVE_CLIP,
    "leave": Request.TITLE,
}


class PauseScreen(Menu):
    """Go on, change the options, begin anew, keep what was just seen, or leave."""

    def __init__(self, context: ScreenContext, first: str = "resume") -> None:
        """`first`: the key of the button that has the focus."""
        self.first_focus = first
        self._stands = context.may_pause  # the match stands still
        self._top = TOP + HEAD + (INVITED if context.invitation else 0)  # of the first button
        super().__init__(context)

    def widgets(self) -> list[Widget]:
        """Going on comes first, leaving last."""
        rows = [("resume", "Go on"), ("options", "Options")]
        rows += [("restart", "Restart the match")] if self._stands else []
        rows += [("clip", "Keep the last 30 s (F9)"), ("leave", "Leave the game")]
        return [self._button(place, key, words) for place, (key, words) in enumerate(rows)]

    def _button(self, place: int, key: str, words: str) -> Button:
        box = (LEFT, self._top + place * PITCH, WIDE, TALL)
        return Button(key, box, words, GOOD, 34) if key == "resume" else Button(key, box, words, size=28)

    def tick(self, now: float) -> None:
        """Somebody may have joined or left."""
        super().tick(now)
        if self.context.may_pause is not self._stands:
            self._stands = self.context.may_pause
            self.form.replace_widgets(self.widgets())

    def activate(self, key: str) -> None:
        """Do it."""
        self.request = WISHES[key]

    def back(self) -> None:
        """The same key that opened it closes it."""
        self.request = MatchMenuRequest.RESUME

    @property
    def warning(self) -> str:
        """What leaving does to others, "" if nothing: our own server ends with us, and friends may be on it."""
        session = self.context.session
        if not self.context.invitation or session is None:
            return ""
        people = {seat.member for seat in session.room.seats} | {watcher.member for watcher in session.room.watchers}
        return WARNING if people - {0, session.room.member} else ""

    def draw_background(self, canvas: Canvas, now: float) -> None:
        """A panel that hides as little as can be."""
        rows = len(self.form.widgets)
        bottom = self._top + rows * PITCH
        canvas.panel(410, TOP, 460, bottom - TOP + FOOT + (24 if self.warning else 0), (*PANEL, 240), 30, ACCENT, 4)
        title, words = PAUSED if self._stands else RUNNING
        canvas.text(title, WIDTH / 2, TOP + 48, 46, PAPER, "center")
        canvas.text(words, WIDTH / 2, TOP + 98, BODY, MUTED if self._stands else ACCENT, "center", 420)
        if self.context.invitation:
            canvas.text(f"Friends join {self.context.invitation}", WIDTH / 2, TOP + 131, SMALL, MUTED, "center", 420)
        if self.warning:
            canvas.text(self.warning, WIDTH / 2, bottom + 16, SMALL, ACCENT, "center", 420)
