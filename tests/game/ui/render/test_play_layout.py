"""Where a match has its board, its bar and its plates, in windows of every shape."""

from dataclasses import replace
from itertools import combinations

import pygame
import pytest

from petard.game.flow.preferences import LARGE
from petard.game.ui.layout import Box
from petard.game.ui.render.camera import Camera
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.hud import Hud, HudInfo
from petard.game.ui.render.painter import Painter
from petard.game.ui.render.play_layout import MINIS_MOST, BarPlace, ChipKind, PlayLayout, layout_for
from tests.game.scenes import busy, seats
from tests.game.ui.pictures import dummy_canvas, pixels

WIDE, FOUR_TO_THREE, TALL = (1280, 720), (800, 600), (600, 1000)
SIZES = [WIDE, (1920, 1080), FOUR_TO_THREE, TALL, (2560, 1080), (900, 700)]
CALM = Comfort(*[False] * 6)


def layout(size: tuple[int, int], players: int = 4, mine: int = 1, board: tuple[int, int] = (15, 13)) -> PlayLayout:
    canvas = dummy_canvas(size)
    canvas.fit_window()
    return layout_for(canvas, busy(players, *board), mine)


def overlap(one: Box, other: Box) -> bool:
    return (
        one[0] < other[0] + other[2] - 0.01
        and other[0] < one[0] + one[2] - 0.01
        and one[1] < other[1] + other[3] - 0.01
        and other[1] < one[1] + one[3] - 0.01
    )


def board_share(size: tuple[int, int], board: tuple[int, int] = (15, 13)) -> float:
    """The part of the width of the window that the board takes."""
    canvas = dummy_canvas(size)
    canvas.fit_window()
    place = layout_for(canvas, busy(4, *board), 1)
    return 1 - 2 * place.room / canvas.wide


def test_the_board_takes_more_of_the_window_than_below_a_bar() -> None:
    assert layout(WIDE).shape is BarPlace.SIDES
    assert board_share(WIDE) > 0.64, "it was 58 % with the bar above"
    assert board_share(FOUR_TO_THREE) > 0.74, "it was 58 %; a strip below the board is for what is read"
    assert board_share(TALL) > 0.99, "it was 58 %"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("board", [(15, 13), (25, 19), (61, 41), (11, 11)])
@pytest.mark.parametrize("text_size", [1.0, LARGE])
def test_chips_lie_in_the_window_apart_from_each_other_and_from_the_clock(
    size: tuple[int, int], board: tuple[int, int], text_size: float
) -> None:
    canvas = dummy_canvas(size)
    canvas.text_size = text_size
    for players in (1, 2, 4, 8, 9, 16, 17, 64):
        for mine in (0, 1, 2, 4):
            canvas.fit_window()
            found = layout_for(canvas, busy(players, *board), mine)
            boxes = [found.clock, *found.chips]
            assert len(boxes) == players + 1
            assert all(x >= 0 and y >= 0 and x + w <= canvas.wide and y + h <= canvas.tall for x, y, w, h in boxes)
            assert not any(overlap(one, other) for one, other in combinations(boxes, 2))
            if found.shape is BarPlace.SIDES:
                assert all(x + w <= found.room for x, _, w, _ in boxes), "no chip is over the board"
            else:
                assert not any(overlap(box, field) for box in boxes for field in found.fields)


def test_names_are_shown_where_there_is_room() -> None:
    assert layout(WIDE, 8).kind is layout(TALL, 8).kind is ChipKind.NAMED
    assert layout(WIDE, 8, board=(19, 15)).kind is ChipKind.NAMED
    assert layout(WIDE, MINIS_MOST, board=(25, 19)).kind is ChipKind.MINI
    assert layout(WIDE, 64, board=(61, 41)).kind is ChipKind.MARK


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("mine", "parts"), [(0, 1), (1, 1), (2, 2), (3, 3), (4, 4)])
def test_each_player_of_one_machine_has_a_part_of_the_window_on_a_large_board(
    size: tuple[int, int], mine: int, parts: int
) -> None:
    found = layout(size, 64, mine, (61, 41))
    assert len(found.fields) == parts
    assert not any(overlap(one, other) for one, other in combinations(found.fields, 2))
    assert len(layout(size, 8, mine, (15, 13)).fields) == 1


@pytest.mark.parametrize("mine", [1, 2, 4])
@pytest.mark.parametrize("size", [WIDE, FOUR_TO_THREE, TALL])
def test_tiles_are_30_pixels_or_more_where_somebody_plays(size: tuple[int, int], mine: int) -> None:
    canvas = dummy_canvas(size)
    canvas.fit_window()
    for players, board in ((4, (15, 13)), (64, (61, 41))):
        view = busy(players, *board)
        found = layout_for(canvas, view, mine)
        for slot, field in enumerate(found.fields):
            box = canvas.pixels(*field)
            assert Camera().follow(view, box.size, canvas.scale, (slot,), found.aside, 0.0).side >= 30


def test_each_part_of_the_window_shows_its_own_player() -> None:
    def picture(slot: int) -> bytes:
        canvas = dummy_canvas()
        canvas.fit_window()
        view = busy(64, 61, 41)
        Painter(CALM).draw(canvas, view, seats(64, 2), 0.0, (0, slot))
        return pygame.image.tobytes(canvas.surface.subsurface((642, 64, 638, 656)), "RGB")

    assert picture(1) != picture(20)


@pytest.mark.parametrize("size", [WIDE, FOUR_TO_THREE, TALL])
def test_a_small_map_shows_who_is_where_on_a_large_board(size: tuple[int, int]) -> None:
    def picture(moved: float, board: tuple[int, int]) -> bytes:
        canvas = dummy_canvas(size)
        canvas.fit_window()
        view = busy(8, *board)
        bodies = tuple(replace(body, x=body.x + moved) if body.slot == 7 else body for body in view.players)
        Hud().draw(canvas, replace(view, players=bodies), HudInfo(seats(8), (0,), 1, 3, 9, 1, ""), 0.0)
        return pixels(canvas)

    assert picture(0.0, (61, 41)) != picture(6.0, (61, 41)), "a player who is far away is on the map"
    assert picture(0.0, (15, 13)) == picture(6.0, (15, 13)), "all of a small board is seen anyway"
