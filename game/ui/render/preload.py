"""Does in small pieces, before a match, what its first picture would do at once: 100 ms of files and fonts.

Rule 1: each piece fills a cache that the match reads anyway, so a match that comes before the end only starts slower.
"""

from collections.abc import Iterator

from petard.assets import path
from petard.game.ui.render.board_pane import ground
from petard.game.ui.render.canvas import Canvas, drawing
from petard.game.ui.render.player_looks import CELL, PATTERNS, weave

NOT_ASCII = "\N{INFINITY}"  # the fonts of the computer are searched at the first such letter


def preload(canvas: Canvas) -> Iterator[object]:
    """Do the next piece at each step; one takes up to 20 ms."""
    for file in sorted(path("sprites").glob("*.png")):
        yield drawing(file.stem)
    for pattern in PATTERNS:
        yield weave(pattern, CELL[0])
    yield canvas.fonts.file_of(NOT_ASCII)
    yield ground(canvas.surface.get_size(), "")
