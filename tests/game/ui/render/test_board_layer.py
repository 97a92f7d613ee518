"""The static layer: painted once, patched where tiles change."""

from dataclasses import replace

import pygame

from petard.game.ui.render.board_layer import BoardLayer
from petard.game.ui.render.sprite_cache import SpriteCache
from petard.game.view.view import View
from petard.shared.rules.world import Tile
from tests.game.scenes import busy
from tests.game.ui.pictures import dummy_canvas


def changed(view: View, tile: int, kind: int) -> View:
    tiles = bytearray(view.tiles)
    tiles[tile] = kind
    return replace(view, tiles=bytes(tiles))


def seen(board: BoardLayer) -> bytes:
    return pygame.image.tobytes(board.surface, "RGB")


def test_the_first_time_all_is_painted_and_then_nothing() -> None:
    dummy_canvas()
    board, sheets, view = BoardLayer(), SpriteCache(), busy()
    sheets.resize(40)
    assert board.update(view, sheets) == 15 * 13
    assert board.update(replace(view, tick=999.0), sheets) == 0


def test_a_broken_brick_is_patched_with_the_tile_below_it_and_looks_as_if_painted_anew() -> None:
    dummy_canvas()
    board, sheets, view = BoardLayer(), SpriteCache(), busy()
    sheets.resize(40)
    board.update(view, sheets)
    before = seen(board)
    brick = next(
        tile
        for tile, kind in enumerate(view.tiles)
        if kind == Tile.BRICK and view.tiles[tile + view.width] == Tile.FLOOR
    )
    for kind in (Tile.BREAKING, Tile.FLOOR):
        view = changed(view, brick, kind)
        assert board.update(view, sheets) == 2
    fresh = BoardLayer()
    fresh.update(view, sheets)
    assert seen(fresh) == seen(board) != before


def test_another_size_paints_all_again() -> None:
    dummy_canvas()
    board, sheets, view = BoardLayer(), SpriteCache(), busy()
    sheets.resize(40)
    board.update(view, sheets)
    sheets.resize(30)
    assert board.update(view, sheets) == 15 * 13
    assert board.surface.get_size() == (450, 390)
