"""What the line is like, on the screen: the words of a line that was bent on purpose."""

from assets.palette import ACCENT, INK
from game.ui.canvas import WIDTH, Canvas
from game.ui.hud import BAR

BESIDE_PING = 84  # logical units from the right edge, where the match shows the ping


def draw_bend(canvas: Canvas, words: str, in_match: bool) -> None:
    """Say in the top corner that the line is bent; "" says nothing. A match has its bar and its ping there."""
    if not words:
        return
    right, y, size = (WIDTH - BESIDE_PING, BAR + 16, 17) if in_match else (WIDTH - 6, 8, 15)
    wide = canvas.width_of(words, size) + 18
    canvas.panel(right - wide, y - size * 0.7, wide, size * 1.4, (*INK, 215), 8)
    canvas.text(words, right - 9, y, size, ACCENT, "midright")
