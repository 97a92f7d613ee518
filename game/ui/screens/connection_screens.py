"""ConnectingScreen is shown while the game connects to a server, DisconnectedScreen after that failed or ended."""

from collections.abc import Mapping

from petard.assets.palette import ACCENT, GOOD, PAPER
from petard.game.ui.context import ScreenContext
from petard.game.ui.layout import BODY, SMALL, row
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.screen import JoinServer, NavigationRequest, ShowJoin, SimpleRequest
from petard.game.ui.screens.menu import Menu, draw_sheet
from petard.game.ui.widgets.widgets import Button, Widget, draw_paragraph
from petard.shared.protocol.joincode import is_mistyped_code

MISTYPED = "If that was to be a join code, look at its letters once more."


class DisconnectedScreen(Menu):
    """Says in one sentence why there is no connection, and offers what to do next."""

    def __init__(
        self, context: ScreenContext, sentence: str, address: str = "", was_in: bool = False, was_removed: bool = False
    ) -> None:
        """`address`: where to try again, "" where that makes no sense. `was_in`: the server had admitted us.

        `was_removed`: the server removed us, so the focus is not on trying again.
        """
        self.heading = "That is over" if was_in else "That did not work"
        self.address = address
        self.requests = {"again": JoinServer(address), "change": ShowJoin(address), "title": SimpleRequest.TITLE}
        is_mistyped = bool(address) and not was_in and is_mistyped_code(address)
        self.sentence = f"{sentence} {MISTYPED}" if is_mistyped else sentence
        super().__init__(context)
        if was_in and was_removed:
            self.form.focus_on("title")

    def widgets(self) -> list[Widget]:
        """Try again or another address, if there is one, and the title."""
        if not self.address:
            return [Button("title", (380, 536, 520, 66), "Back to the title", size=32)]
        change, title = row(280, 536, 66, (352, 352), 16)
        return [
            Button("again", (280, 456, 720, 66), "Try again", GOOD, 32),
            Button("change", change, "Change the address", size=32),
            Button("title", title, "Back to the title", size=32),
        ]

    def draw_background(self, canvas: Canvas, now: float) -> None:
        """Draw what happened."""
        draw_sheet(canvas, 240, 120, 800, 510)
        canvas.image("skull", WIDTH / 2 - 48, 140, 96, 96)
        canvas.text(self.heading, WIDTH / 2, 268, 48, PAPER, "center")
        draw_paragraph(canvas, self.sentence, WIDTH / 2, 322, 720, anchor="center", most=4, pitch=32)


class ConnectingScreen(Menu):
    """Says what the connection waits for; one button cancels."""

    requests: Mapping[str, NavigationRequest] = {"title": SimpleRequest.TITLE}
    words = ""  # what is going on; the Navigator sets it

    def widgets(self) -> list[Widget]:
        """Cancelling is always possible."""
        return [Button("title", (440, 500, 400, 64), "Cancel", size=32)]

    def draw_background(self, canvas: Canvas, now: float) -> None:
        """Draw a bomb that ticks, and the words."""
        draw_sheet(canvas, 240, 150, 800, 440)
        canvas.image(f"bomb-{int(now * 4) % 3}", WIDTH / 2 - 70, 172, 140, 140)
        canvas.text("One moment" + "." * (int(now * 3) % 4), 486, 360, 48, PAPER, "midleft")
        canvas.text(self.words, WIDTH / 2, 408, BODY, ACCENT, "center", 740)
        prompt = self.context.own_server.prompt
        draw_paragraph(canvas, prompt, WIDTH / 2, 442, 740, size=SMALL, anchor="center", pitch=25)
