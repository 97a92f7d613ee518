"""The page of the lobby about phones: a large QR code, the address, and whether they may join.

Only the host of a server of this game sees it, since only that knows where the server serves browsers.
"""

from petard.assets.palette import ACCENT, GOOD, MUTED, PAPER
from petard.game.config.arguments import address_of
from petard.game.texts.phrases import tr
from petard.game.ui.context import OwnServer
from petard.game.ui.layout import BODY, SMALL, Box, column
from petard.game.ui.render.canvas import TALL_WIDTH, WIDTH, Canvas
from petard.game.ui.render.rounded import Colour
from petard.game.ui.screens.menu import Menu, draw_sheet
from petard.game.ui.widgets.phone_card import draw_qr
from petard.game.ui.widgets.widgets import Button, Switch, Widget, draw_paragraph
from petard.shared.host_port import join_host_port
from petard.shared.protocol.joincode import phone_link

HEADING = tr("Play with a phone")
STEPS = (
    tr("1. Join the Wi-Fi of this computer."),
    tr("2. Point the camera here, or open in the browser:"),
    tr("3. Type a name and play. No app is needed."),
)
PLAIN = tr("The line is not encrypted, as that of the game is not: others in the same network could read it.")
PITCH = 34.0  # from line to line
QR_WIDE: Box = (52.0, 96.0, 584.0, 584.0)
QR_TALL: Box = (90.0, 90.0, 540.0, 540.0)


def phone_link_of(own: OwnServer) -> str:
    """Return the URL for phones; "" while the server serves no browsers, or others cannot reach this computer."""
    port = own.control.web_port if own.control else None
    host = address_of(own.invitation).host if port and own.invitation else ""
    return phone_link(join_host_port(host, port)) if port and host and not host.startswith("127.") else ""


class PhonesPage(Menu):
    """Lies over the lobby; `request` says that it is closed."""

    has_tall_page = True
    first_focus = "back"

    def widgets(self) -> list[Widget]:
        x, y, wide, tall = self._words
        switch, back = column((x, y + tall - 138, wide, 60), 2, 18)
        control = self.context.own_server.control
        is_on = control is not None and control.choices.takes_pads
        may_join = Switch("pads", switch, tr("Phones may join"), on=is_on)
        return [may_join, Button("back", back, tr("Done"), GOOD, 30)]

    @property
    def _words(self) -> Box:
        """Where the text is, with the widgets below it."""
        return (60.0, 632.0, TALL_WIDTH - 120, 530.0) if self.is_tall else (672.0, 88.0, 548.0, 590.0)

    def activate(self, key: str) -> None:
        control, switch = self.context.own_server.control, self.form["pads"]
        assert isinstance(switch, Switch)
        if control:
            control.take_pads(switch.on)

    def draw_background(self, canvas: Canvas, now: float) -> None:
        wide, tall = (TALL_WIDTH, 1168) if self.is_tall else (WIDTH, 688)
        draw_sheet(canvas, 20, 16, wide - 40, tall)
        canvas.text(HEADING, wide / 2, 54, 44, PAPER, "center", wide - 120)
        link = phone_link_of(self.context.own_server)
        x, y, side, _ = QR_TALL if self.is_tall else QR_WIDE
        if link:
            draw_qr(canvas, link, x, y, side)
        left, top, room, _ = self._words
        lines: list[tuple[str, float, Colour, int]] = [(words, BODY, PAPER, 2) for words in STEPS]
        lines.insert(2, (link.removeprefix("http://"), 40.0, ACCENT, 1))
        lines.append((PLAIN, SMALL, MUTED, 3))
        for words, size, colour, most in lines:
            top += 22
            draw_paragraph(canvas, words, left, top, room, size=size, colour=colour, most=most, pitch=PITCH)
            top += PITCH * len(canvas.wrap_text(words, size, room, most))
