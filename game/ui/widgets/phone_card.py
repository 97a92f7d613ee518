"""The button of the lobby that shows how phones join: a QR code, and the address as text."""

from dataclasses import dataclass

import pygame

from petard.assets.palette import ACCENT, INK, MUTED, NIGHT, PAPER
from petard.game.texts.phrases import tr
from petard.game.ui.layout import SMALL
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.widgets.widgets import Button, draw_paragraph, draw_slab
from petard.shared.lazy import lazy

EDGE = 2.5  # around the code: so two pixels for a module fit at 800 x 600
MARGIN = 8.0  # around the text
PITCH = 26.0  # from line to line
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
SCAN, SHUT = tr("Scan to play"), tr("Phones may not join")


def draw_qr(canvas: Canvas, text: str, x: float, y: float, side: float) -> None:
    """Draw the QR code of a text on white in the middle of a square, as large as whole pixels for a module allow."""
    pixels = canvas.length(side)
    canvas.stamp(("qr", text, pixels), lambda: qr_picture(text, pixels), x + side / 2, y + side / 2, "center")


def qr_picture(text: str, most: int) -> pygame.Surface:
    """Return the QR code of a text, of at most `most` pixels on a side, or of one pixel for a module."""
    code = lazy("petard.shared.protocol.qr_code")  # its library takes 0.1 s to import, which a start has no time for
    rows, quiet = code.qr_modules(text), code.QUIET
    count = len(rows) + 2 * quiet
    module = max(1, most // count)
    picture = pygame.Surface((count * module, count * module), 0, 32)
    picture.fill(WHITE)
    for y, row in enumerate(rows, quiet):
        for x, is_dark in enumerate(row, quiet):
            if is_dark:
                picture.fill(BLACK, (x * module, y * module, module, module))
    return picture


def address_lines(link: str) -> tuple[str, str]:
    """Return what a person types for a link, in two lines.

    >>> address_lines("http://192.168.1.5:7780/j")
    ('192.168.1.5', ':7780/j')
    """
    host, mark, rest = link.removeprefix("http://").rpartition(":")
    return host, mark + rest


@dataclass(eq=False)
class PhoneCard(Button):
    """Shows a link; a press opens the page about phones. `is_open`: phones may join."""

    link: str = ""
    is_open: bool = True

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        x, y, wide, tall = self.box
        draw_slab(canvas, self.box, focused, NIGHT)
        ink, faint = (INK, INK) if focused else (PAPER, ACCENT)
        if not self.is_open:
            middle, colour = (x + wide / 2, y + tall / 2), INK if focused else MUTED
            room = wide - 2 * MARGIN
            draw_paragraph(canvas, SHUT, *middle, room, size=SMALL, colour=colour, anchor="center", centred=True)
            return
        side = min(wide, tall) - 2 * EDGE
        draw_qr(canvas, self.link, x + EDGE, y + EDGE, side)
        left, top = (x, y + EDGE + side) if tall > wide else (x + EDGE + side, y)
        room, high = x + wide - left, y + tall - top
        for place, (words, colour) in enumerate(zip((SCAN, *address_lines(self.link)), (faint, ink, ink), strict=True)):
            line = top + high / 2 + (place - 1) * PITCH
            canvas.text(words, left + room / 2, line, SMALL, colour, "center", room - 2 * MARGIN)
