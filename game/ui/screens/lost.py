"""Two screens of few words: we are on our way to a server, and we are not there any more."""

from petard.assets.palette import ACCENT, GOOD, PANEL, PAPER
from petard.game.ui.context import ScreenContext
from petard.game.ui.layout import BODY, SMALL
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.screen import JoinServer, Request, ShowJoin
from petard.game.ui.screens.menu import DIM, Menu
from petard.game.ui.widgets.widgets import Button, Widget
from petard.shared.protocol.joincode import is_mistyped_code

MISHEARD = "If that was to be a join code, look at its letters once more."


class DisconnectedScreen(Menu):
    """One sentence that says why, and the ways on."""

    def __init__(
        self, context: ScreenContext, sentence: str, address: str = "", was_in: bool = False, was_sent: bool = False
    ) -> None:
        """`address`: where to try again, "" where that makes no sense. `was_in`: the server had let us in.

        `was_sent`: it sent us away itself, so to try again is not what comes next.
        """
        self._heading = "That is over" if was_in else "That did not work"
        self._address = address
        is_misheard = bool(address) and not was_in and is_mistyped_code(address)
        self._sentence = f"{sentence} {MISHEARD}" if is_misheard else sentence
        super().__init__(context)
        if was_in and was_sent:
            self.form.focus_on("title")

    def widgets(self) -> list[Widget]:
        """Try again or elsewhere, if there is where, and the title."""
        if not self._address:
            return [Button("title", (380, 536, 520, 66), "Back to the title", size=32)]
        return [
            Button("again", (280, 456, 720, 66), "Try again", GOOD, 32),
            Button("change", (280, 536, 352, 66), "Change the address", size=32),
            Button("title", (648, 536, 352, 66), "Back to the title", size=32),
        ]

    def activate(self, key: str) -> None:
        """Do it."""
        if key == "again":
            self.request = JoinServer(self._address)
        else:
            self.request = ShowJoin(self._address) if key == "change" else Request.TITLE

    def back(self) -> None:
        """To the title."""
        self.request = Request.TITLE

    def draw_background(self, canvas: Canvas, now: float) -> None:
        """What happened."""
        canvas.backdrop(dim=DIM)
        canvas.panel(240, 120, 800, 510, (*PANEL, 240), 32)
        canvas.picture("skull", WIDTH / 2 - 48, 140, 96, 96)
        canvas.text(self._heading, WIDTH / 2, 268, 48, PAPER, "center")
        for row, line in enumerate(canvas.wrap_text(self._sentence, BODY, 720, 4)):
            canvas.text(line, WIDTH / 2, 322 + row * 32, BODY, PAPER, "center", 720)


class ConnectingScreen(Menu):
    """On the way: what we wait for, and a way back."""

    words = ""  # what is going on; the navigator keeps it true

    def widgets(self) -> list[Widget]:
        """Giving up is always possible."""
        return [Button("title", (440, 500, 400, 64), "Cancel", size=32)]

    def activate(self, key: str) -> None:
        """Give up."""
        self.request = Request.TITLE

    def back(self) -> None:
        """Give up."""
        self.request = Request.TITLE

    def draw_background(self, canvas: Canvas, now: float) -> None:
        """A bomb that ticks, and the words."""
        canvas.backdrop(dim=DIM)
        canvas.panel(240, 150, 800, 440, (*PANEL, 240), 32)
        canvas.picture(f"bomb-{int(now * 4) % 3}", WIDTH / 2 - 70, 172, 140, 140)
        canvas.text("One moment" + "." * (int(now * 3) % 4), 486, 360, 48, PAPER, "midleft")
        canvas.text(self.words, WIDTH / 2, 408, BODY, ACCENT, "center", 740)
        for row, line in enumerate(canvas.wrap_text(self.context.prompt, SMALL, 740, 2) if self.context.prompt else ()):
            canvas.text(line, WIDTH / 2, 442 + row * 25, SMALL, PAPER, "center", 740)
