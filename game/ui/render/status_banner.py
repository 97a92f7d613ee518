"""The banner over any screen while the connection is silent or lost.

Rule: a silent connection is a small text at the edge, since the game goes on; a lost one is a large banner over a still
picture, with a button to give up for keys, pads and the mouse.
"""

from petard.assets.palette import ACCENT, GOOD, INK, MUTED, PANEL, PAPER
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.layout import BODY, SMALL, Box, is_inside
from petard.game.ui.render.canvas import HEIGHT, WIDTH, Canvas
from petard.game.ui.render.top_bar import BAR
from petard.game.view.notices import ConnectionStatus

WIDE, TALL, TOP = 680.0, 262.0, 214.0
GIVE_UP: Box = (WIDTH / 2 - 150, TOP + TALL - 62, 300, 46)
SHADE = 120  # how dark the picture behind it is, of 255
REASON, LINES = 24, 2  # the text size of the reason, and its lines at most


def gives_up(status: ConnectionStatus | None, event: UiEvent) -> bool:
    """True if the person stops waiting for a lost connection."""
    pushed = is_click(event) and is_inside(GIVE_UP, event.position)
    return status is not None and status.broken and (pushed or event.action is MenuAction.BACK)


def draw_banner(canvas: Canvas, status: ConnectionStatus, button: str = "") -> None:
    """Draw the banner. `button`: the button of a pad that means Back now, "" without a pad."""
    if status.broken:
        _draw_lost(canvas, status, f"Esc or {button}: give up" if button else "Esc: give up")
        return
    wide = canvas.width_of(status.words, BODY) + 44
    canvas.panel((WIDTH - wide) / 2, BAR + 8, wide, 44, (*INK, 235), 16, ACCENT, 3)
    canvas.text(status.words, WIDTH / 2, BAR + 30, BODY, PAPER, "center")


def draw_notice(canvas: Canvas, text: str) -> None:
    """Draw a sentence that is shown for some seconds, at the lower edge."""
    wide = min(canvas.width_of(text, SMALL), WIDTH - 100) + 44
    canvas.panel((WIDTH - wide) / 2, HEIGHT - 96, wide, 42, (*INK, 235), 16, GOOD, 3)
    canvas.text(text, WIDTH / 2, HEIGHT - 75, SMALL, PAPER, "center", WIDTH - 100)


def _draw_lost(canvas: Canvas, status: ConnectionStatus, way_out: str) -> None:
    left = (WIDTH - WIDE) / 2
    canvas.panel(0, 0, WIDTH, HEIGHT, (*INK, SHADE), 0)
    canvas.panel(left, TOP, WIDE, TALL, PANEL, 28, ACCENT, 4)
    canvas.text(status.words, WIDTH / 2, TOP + 46, 46, PAPER, "center", WIDE - 60)
    canvas.text(status.coming, WIDTH / 2, TOP + 96, 34, ACCENT, "center", WIDE - 60)
    lines = canvas.wrap_text(status.reason, REASON, WIDE - 70, LINES)
    for row, line in enumerate(lines):
        y = TOP + 152 + (row - (len(lines) - 1) / 2) * 30
        canvas.text(line, WIDTH / 2, y, REASON, MUTED, "center", WIDE - 60)
    canvas.panel(*GIVE_UP, (*INK, 255), 16)
    canvas.text(way_out, WIDTH / 2, GIVE_UP[1] + GIVE_UP[3] / 2, BODY, PAPER, "center", GIVE_UP[2] - 24)
