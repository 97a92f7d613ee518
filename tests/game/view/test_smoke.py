"""Flames leave smoke, for 700 ms, and never on a tile that burns."""

from petard.game.view.smoke import SMOKE_MOST, SMOKE_TIME, Smoke
from petard.game.view.view import EVERYWHERE, FlameView, View
from petard.shared.rules.world import Shape
from tests.game.scenes import view_of

ROOM = """
    #######
    #.....#
    #.#.#.#
    #######
"""


def at(tick: float, *tiles: tuple[int, int]) -> View:
    return view_of(ROOM, tick=tick, flames=tuple(FlameView(x, y, Shape.CENTRE, 5.0) for x, y in tiles))


def smoking(smoke: Smoke, view: View) -> set[tuple[int, int]]:
    smoke.update(view)
    return {(int(sprite.x), round(sprite.y)) for sprite in smoke.sprites(view, EVERYWHERE)}


def test_smoke_stands_where_a_flame_was_for_700_milliseconds() -> None:
    smoke = Smoke()
    assert smoking(smoke, at(100, (1, 1), (2, 1))) == set()
    assert {x for x, _ in smoking(smoke, at(101, (2, 1)))} == {1}
    assert SMOKE_TIME == 42
    assert len(smoking(smoke, at(102))) == 2
    assert len(smoking(smoke, at(102.5))) == 2
    for tick in range(103, 143):
        assert len(smoking(smoke, at(tick))) == 2
    assert len(smoking(smoke, at(143))) == 1
    assert smoking(smoke, at(144)) == set()


def test_smoke_rises_and_thins_out() -> None:
    smoke, seen = Smoke(), []
    smoke.update(at(100, (1, 1)))
    for tick in range(101, 143):
        view = at(tick)
        smoke.update(view)
        seen += list(smoke.sprites(view, EVERYWHERE))
    assert [sprite.y for sprite in seen] == sorted((sprite.y for sprite in seen), reverse=True)
    assert [name for name in dict.fromkeys(sprite.name for sprite in seen)] == [f"smoke-{step}" for step in range(5)]


def test_a_tile_that_burns_again_does_not_smoke() -> None:
    smoke = Smoke()
    smoking(smoke, at(100, (1, 1)))
    assert len(smoking(smoke, at(101))) == 1
    assert smoking(smoke, at(102, (1, 1))) == set()


def test_a_recording_that_is_wound_shows_no_smoke_of_another_moment() -> None:
    for jump in (50.0, 400.0):
        smoke = Smoke()
        smoking(smoke, at(100, (1, 1)))
        assert len(smoking(smoke, at(101))) == 1
        assert smoking(smoke, at(jump)) == set()


def test_a_paused_picture_keeps_its_smoke() -> None:
    smoke = Smoke()
    smoking(smoke, at(100, (1, 1)))
    assert smoking(smoke, at(101)) == smoking(smoke, at(101))


def test_the_smoke_of_a_whole_board_is_bounded() -> None:
    smoke = Smoke()
    wide = view_of("#" * 60 + "\n" + "#" * 60)
    flames = tuple(FlameView(x, y, Shape.CENTRE, 5.0) for x in range(60) for y in range(8))
    smoke.update(View(100.0, 60, 8, wide.tiles * 4, flames=flames))
    view = View(101.0, 60, 8, wide.tiles * 4)
    smoke.update(view)
    assert len(list(smoke.sprites(view, EVERYWHERE))) == SMOKE_MOST
