"""The button of the lobby that shows how phones join: a QR code, and the address as text."""

from dataclasses import dataclass

import pygame

from petard.assets.palette import ACCENT, INK, MUTED, NIGHT, PAPER
from petard.game.texts.phrases import tr
from petard.game.ui.layout import SMALL, Box
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.widgets.widgets import Button, draw_paragraph, draw_slab
from petard.shared.lazy import lazy

EDGE = 2.5  # around the code: so two pixels for a module fit at 800 x 600
MARGIN = 8.0  # around the text
PITCH = 26.0  # from line to line
LEAST = 120.0  # of a side of the code: below, a camera finds it hard to read, and text makes way
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


def card_parts(box: Box) -> tuple[Box, Box, int]:
    """Return the square of the code, the place of the text beside or below it, and for how many lines that has room.

    >>> card_parts((0, 0, 172, 176))
    ((13.5, 2.5, 145.0, 145.0), (0, 147.5, 172, 28.5), 1)
    """
    x, y, wide, tall = box
    if wide > tall:
        side = tall - 2 * EDGE
        left = x + EDGE + side
        return (x + EDGE, y + EDGE, side, side), (left, y, x + wide - left, tall), min(3, int(tall // PITCH))
    sides = {count: min(wide, tall - count * PITCH) - 2 * EDGE for count in (3, 1, 0)}
    count, side = next(((count, side) for count, side in sides.items() if side >= LEAST), (0, sides[0]))
    below = y + EDGE + side
    return (x + (wide - side) / 2, y + EDGE, side, side), (x, below, wide, y + tall - below), count


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
        (left, top, side, _), (line_x, line_y, room, high), count = card_parts(self.box)
        draw_qr(canvas, self.link, left, top, side)
        lines = [(SCAN, faint), *((words, ink) for words in address_lines(self.link))][:count]
        for place, (words, colour) in enumerate(lines):
            line = line_y + high / 2 + (place - (count - 1) / 2) * PITCH
            canvas.text(words, line_x + room / 2, line, SMALL, colour, "center", room - 2 * MARGIN)
