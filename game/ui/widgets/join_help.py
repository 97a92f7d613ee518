"""What the Join screen shows to a person who sees no game: what to do, step by step, and where a join code is found."""

from petard.assets.palette import ACCENT, COOL, GOOD, INK, NIGHT, PANEL, PANEL_LIGHT, PAPER
from petard.game.ui.layout import BODY, SMALL, Box
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.sprite_cache import FigureSprite, Portraits

STEPS_TALL = 372.0  # the least height that the steps need
HEAD = 76.0
SEARCHING, QUIET = "Looking for games", "No game is heard yet"
STEPS = (
    "A friend starts Petard on their computer and chooses “Host for friends”.",
    "Their game appears here by itself. Then press Enter.",
    "If it does not: type the join code from their lobby into the field on the right.",
    "Still nothing? “I can't see it” finds out why.",
)
SAMPLE_PLAYERS = 4
SAMPLE_CODE, SAMPLE_ADDRESS = "DUEFG", "192.168.0.17"


def draw_steps(canvas: Canvas, box: Box, is_quiet: bool, now: float) -> None:
    """Whether there was time enough to hear a game, and what to do, step by step."""
    x, y, w, h = box
    canvas.panel(x, y, w, h, (*PANEL, 240), 24)
    canvas.picture(f"bomb-{int(now * 3) % 3}", x + 20, y + 10, 64, 64)
    words = QUIET if is_quiet else SEARCHING
    canvas.text(words + "." * (int(now * 2) % 4), x + 100, y + 44, 38, PAPER, "midleft")
    pitch = (h - HEAD - 16) / len(STEPS)
    for row, step in enumerate(STEPS):
        middle = y + HEAD + pitch * (row + 0.5)
        canvas.panel(x + 28, middle - 23, 46, 46, ACCENT, 23)
        canvas.text(str(row + 1), x + 51, middle, 30, INK, "center")
        lines = canvas.wrap_text(step, BODY, w - 130, 2)
        for place, line in enumerate(lines):
            at = middle + (place - (len(lines) - 1) / 2) * 32
            canvas.text(line, x + 100, at, BODY, PAPER, "midleft", w - 130)


def draw_sample(canvas: Canvas, box: Box, portraits: Portraits) -> None:
    """A small lobby, with the join code where the real one has it."""
    x, y, w, h = box
    canvas.panel(x, y, w, h, (*PANEL, 240), 24)
    canvas.text("Where the join code is", x + 24, y + 36, 34, PAPER, "midleft", w - 48)
    left, top, wide, tall = x + 24, y + 70, w - 48, 216.0
    canvas.panel(left, top, wide, tall, NIGHT, 14, INK, 4)
    canvas.text("Ada's game", left + 18, top + 40, BODY, PAPER, "midleft", 170)
    canvas.panel(left + wide - 246, top + 12, 230, 84, COOL, 16, PAPER, 4)
    canvas.text(SAMPLE_CODE, left + wide - 131, top + 42, 38, INK, "center")
    canvas.text(SAMPLE_ADDRESS, left + wide - 131, top + 76, SMALL, INK, "center")
    for place in range(SAMPLE_PLAYERS):
        at = left + 18 + place * 62
        canvas.panel(at, top + 112, 56, 88, PANEL_LIGHT, 10)
        portraits.draw(canvas, FigureSprite(place, place, place), at + 28, top + 192, 50)
    for row, colour in enumerate((PANEL_LIGHT, PANEL_LIGHT, GOOD)):
        canvas.panel(left + wide - 146, top + 112 + row * 31, 130, 26, colour, 8)
    lines = canvas.wrap_text("The host's lobby shows it at the top, with the address below it.", BODY, w - 48, 2)
    for row, line in enumerate(lines):
        canvas.text(line, x + 24, y + 318 + row * 34, BODY, PAPER, "midleft", w - 48)
