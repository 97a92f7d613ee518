"""The small menu over a match. The match goes on behind it, and it says so."""

from assets.palette import ACCENT, GOOD, MUTED, PANEL, PAPER
from game.ui.canvas import WIDTH, Canvas
from game.ui.screens import KeepClip, Resume, ToTitle, Wish
from game.ui.screens.menu import Menu
from game.ui.widgets import BODY, SMALL, Button, Widget

WARNING = "You host: the game ends for everybody."


class Pause(Menu):
    """Go on, keep what was just seen, or leave."""

    def widgets(self) -> list[Widget]:
        """Going on comes first."""
        return [
            Button("resume", (450, 322, 380, 62), "Go on", GOOD, 34),
            Button("clip", (450, 400, 380, 62), "Keep the last 30 s (F9)", size=28),
            Button("leave", (450, 478, 380, 62), "Leave the game", size=30),
        ]

    def chose(self, key: str) -> None:
        """Do it."""
        wishes: dict[str, Wish] = {"resume": Resume(), "clip": KeepClip(), "leave": ToTitle()}
        self.next = wishes[key]

    def back(self) -> None:
        """The same key that opened it closes it."""
        self.next = Resume()

    @property
    def warning(self) -> str:
        """What leaving does to others, "" if nothing: our own server ends with us, and friends may be on it."""
        session = self.kit.session
        if not self.kit.invitation or session is None:
            return ""
        people = {seat.member for seat in session.seats} | {watcher.member for watcher in session.watchers}
        return WARNING if people - {0, session.member} else ""

    def paint(self, canvas: Canvas, now: float) -> None:
        """A panel that hides as little as can be."""
        canvas.panel(410, 160, 460, 434 if self.warning else 408, (*PANEL, 240), 30, ACCENT, 4)
        canvas.text("Menu", WIDTH / 2, 208, 46, PAPER, "center")
        canvas.text("The match goes on meanwhile!", WIDTH / 2, 258, BODY, ACCENT, "center", 420)
        if self.kit.invitation:
            canvas.text(f"Friends join {self.kit.invitation}", WIDTH / 2, 291, SMALL, MUTED, "center", 420)
        if self.warning:
            canvas.text(self.warning, WIDTH / 2, 568, SMALL, ACCENT, "center", 420)
