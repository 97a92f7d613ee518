"""The looks of special floors: each kind has a picture of its own, and each board the music of its theme."""

import pytest

from petard import assets
from petard.game.view.floor_looks import belt_picture, belts_on, picture_in, sign_of
from petard.game.view.music_choice import theme_of as music_of
from petard.game.view.sprites import floor_sprites
from petard.game.view.view import View
from petard.shared.rules.floors import FLOOR_MOST, THEMES, Floor, special_tiles, theme_of
from petard.shared.rules.maps import Board, parse_map
from petard.shared.rules.world import Tile

PICTURES = {file.stem for file in assets.path("sprites").glob("*.png")}
BOARDS = [parse_map(file.read_text("utf-8"), file.stem) for file in sorted(assets.path("maps").glob("*.txt"))]


def test_each_floor_has_a_picture_and_no_two_look_alike() -> None:
    signs = [sign_of(floor) for floor in Floor if floor]
    assert len(set(signs)) == len(Floor) - 1
    assert {sign[0] for sign in signs if sign} | {belt_picture(tick) for tick in range(40)} <= PICTURES
    assert sign_of(Floor.PLAIN) is None


def test_a_floor_of_a_later_version_has_a_question_mark() -> None:
    assert sign_of(FLOOR_MOST) == ("sign-unknown", 0)


@pytest.mark.parametrize("theme", THEMES)
def test_each_theme_has_its_pictures(theme: str) -> None:
    names = [picture_in(theme, name) for name in ("wall", "brick", "floor-0", "floor-1", "brick-break-3", "spark")]
    assert PICTURES.issuperset(names)
    assert all(name.startswith(theme) for name in names[:5])
    assert not theme or f"{theme}-ground" in PICTURES


def test_belts_move_on_where_the_picture_may_move_and_no_wall_has_fallen() -> None:
    floors = bytes([1, *[Floor.PLAIN] * 6, Floor.BELT_UP, Floor.BELT_UP, *[Floor.PLAIN] * 6])
    tiles = bytes([Tile.WALL] * 6 + [Tile.FLOOR] * 2 + [Tile.WALL] * 7)
    view = View(9, 5, 3, tiles, floors=floors)
    assert belts_on(floors) == {7: 90, 8: 90}
    assert [str(sprite) for sprite in floor_sprites(view, bobs=True)] == ["sign-belt-3 2.50,1.50 turned 90"]
    assert floor_sprites(view) == []
    assert view.theme == "factory"


@pytest.mark.parametrize("board", [board for board in BOARDS if board.floors], ids=lambda board: board.name)
def test_a_board_with_a_theme_has_its_music_and_a_gimmick(board: Board) -> None:
    assert music_of(board.name) == theme_of(board.floors)
    assert len(special_tiles(board.floors)) >= 4
