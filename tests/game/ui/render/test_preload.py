"""What a match draws first is loaded while a menu is shown."""

from functools import partial

import pygame
import pytest

from petard.assets import path
from petard.game.ui.render.board_pane import ground
from petard.game.ui.render.canvas import Canvas, drawing
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.painter import Painter
from petard.game.ui.render.player_looks import PATTERNS, weave
from petard.game.ui.render.preload import preload
from petard.game.ui.render.sprite_cache import match_pictures
from tests.game.scenes import busy, seats
from tests.game.ui.pictures import dummy_canvas


@pytest.fixture
def canvas() -> Canvas:
    """A window for which nothing is loaded yet."""
    canvas = dummy_canvas((640, 360))
    for cached in (drawing, weave, ground, match_pictures):
        cached.cache_clear()
    return canvas


def test_after_the_pieces_a_match_loads_no_file_and_makes_no_ground(canvas: Canvas) -> None:
    for _ in preload(canvas):
        pass
    loaded = [cached.cache_info().misses for cached in (drawing, ground, weave)]
    Painter(Comfort()).draw(canvas, busy(), seats(8), 0.0, (0,))
    assert [cached.cache_info().misses for cached in (drawing, ground, weave)] == loaded


def test_each_piece_is_one_file_or_one_picture(canvas: Canvas) -> None:
    pieces = list(preload(canvas))
    files = len(list(path("sprites").glob("*.png")))
    assert len(pieces) == files + len(PATTERNS) + 2
    assert drawing.cache_info().misses == files


def test_the_pieces_can_be_stopped_and_the_match_draws_the_same(canvas: Canvas) -> None:
    draw = partial(Painter(Comfort()).draw, canvas, busy(), seats(8), 0.0)
    pieces = preload(canvas)
    for _ in range(5):
        next(pieces)
    draw()
    early = pygame.image.tobytes(canvas.surface, "RGB")
    for _ in pieces:
        pass
    Painter(Comfort()).draw(canvas, busy(), seats(8), 0.0)
    assert pygame.image.tobytes(canvas.surface, "RGB") == early
