"""Views turned into sprites, compared as text."""

from itertools import pairwise

import pytest

from petard.game.view.danger import tiles_in_danger
from petard.game.view.poses import FUSE_STEPS, QUICK, SQUASH, SQUASHED
from petard.game.view.sprites import BLINK, SPIN, floor_sprites, upper_sprites
from petard.game.view.view import BombView, FlameView, ItemView, PlayerView, View
from petard.shared.rules.world import Direction, Shape
from tests.game.scenes import busy, sprites, view_of

ROOM = """
    #######
    #.....#
    #.#.#.#
    #..+..#
    #######
"""


def drawn(view: View) -> list[str]:
    return [str(sprite) for sprite in sprites(view)]


def in_danger(*bombs: BombView, room: str = ROOM) -> list[tuple[int, int]]:
    view = view_of(room, bombs=bombs)
    return sorted((tile % view.width, tile // view.width) for tile in tiles_in_danger(view))


def test_an_empty_board_has_no_sprites() -> None:
    assert drawn(view_of(ROOM)) == []


def test_everything_is_drawn_back_to_front() -> None:
    view = view_of(
        ROOM.replace("+", "*"),
        players=(PlayerView(0, 1.5, 3.5), PlayerView(1, 5.5, 1.5, Direction.LEFT)),
        bombs=(BombView(1.5, 1.5, 0, 100, 2),),
        flames=(FlameView(3, 1, Shape.CENTRE, 20),),
        items=(ItemView(5, 3, 1),),
        shadows=(8,),
        breaking=((24, 29.0),),
    )
    assert drawn(view) == [
        "shadow 1.50,1.50",
        "item-bomb 5.50,3.50",
        "brick-break-0 3.50,3.50",
        "fuse 1.50,1.50 cell 16",
        "bomb 1.50,1.50 slot 0 cell 1",
        "flame-centre-2 3.50,1.50",
        "body 5.50,1.50 slot 1 cell 12",
        "body 1.50,3.50 slot 0 cell 0",
    ]


def test_lower_bodies_are_drawn_later_and_the_dead_below_all() -> None:
    bodies = (PlayerView(0, 1, 3.0), PlayerView(1, 1, 1.0), PlayerView(2, 1, 4.0, alive=False, died_at=595))
    assert [sprite.slot for sprite in sprites(view_of(ROOM, players=bodies))] == [2, 1, 0]


def test_in_a_crowd_the_own_body_is_in_front_of_its_row() -> None:
    bodies = (PlayerView(0, 1, 1.5), PlayerView(1, 1, 1.55), PlayerView(2, 1, 2.5))
    assert [sprite.slot for sprite in sprites(view_of(ROOM, players=bodies), mine=(0,))] == [1, 0, 2]


@pytest.mark.parametrize(
    ("shape", "picture"),
    [
        (Shape.CENTRE, "flame-centre-1 3.50,1.50"),
        (Shape.LYING, "flame-middle-1 3.50,1.50"),
        (Shape.STANDING, "flame-middle-1 3.50,1.50 turned 90"),
        (Shape.END_UP, "flame-end-1 3.50,1.50 turned 90"),
        (Shape.END_RIGHT, "flame-end-1 3.50,1.50"),
        (Shape.END_DOWN, "flame-end-1 3.50,1.50 turned 270"),
        (Shape.END_LEFT, "flame-end-1 3.50,1.50 turned 180"),
    ],
)
def test_a_flame_is_turned_by_its_shape(shape: int, picture: str) -> None:
    assert drawn(view_of(ROOM, flames=(FlameView(3, 1, shape, 16),))) == [picture]


def cells_of(ticks_left: float, name: str = "bomb", fuse: int = 150) -> int:
    """The cell of the bomb, or of its fuse, when so many ticks are left."""
    view = view_of(ROOM, bombs=(BombView(1.5, 1.5, 0, ticks_left, 2),), fuse=fuse)
    return next(sprite.cell for sprite in sprites(view) if sprite.name == name)


def test_the_pulse_of_a_bomb_gets_faster_from_its_first_second_on() -> None:
    def changes(first: int) -> int:
        return sum(one != other for one, other in pairwise(cells_of(first - at) for at in range(30)))

    assert changes(140) < changes(90) < changes(60) <= 8
    assert changes(60) >= changes(30) >= 5


def test_a_bomb_is_red_in_its_last_half_second_and_only_then() -> None:
    assert {cells_of(left) for left in range(QUICK + 1)} == {3, 4}
    assert {cells_of(left) for left in range(QUICK + 1, 141)} == {0, 1, 2}


def test_a_bomb_that_was_laid_is_squashed_for_140_milliseconds() -> None:
    assert [cells_of(150 - age) for age in (0, 3, 6)] == list(SQUASHED)
    assert pytest.approx(0.140) == SQUASH / 60
    assert not {cells_of(150 - age) for age in range(9, 150)} & set(SQUASHED)
    assert cells_of(40, fuse=150) not in SQUASHED, "nor when another bomb will set it off"


def test_a_flame_shrinks_at_its_end_and_never_grows_again() -> None:
    flames = [drawn(view_of(ROOM, flames=(FlameView(3, 1, Shape.LYING, left),)))[0][13] for left in range(30, -1, -1)]
    assert "".join(dict.fromkeys(flames[-9:])) == "345"
    assert not set(flames[:-9]) & set("345")


def test_items_bob_by_a_few_pixels_and_neighbours_not_together() -> None:
    def heights(tick: int, bobs: bool = True) -> list[float]:
        view = view_of(ROOM, tick=float(tick), items=(ItemView(1, 1, 1), ItemView(2, 1, 2)))
        return [sprite.y for sprite in floor_sprites(view, bobs=bobs)]

    ways = [heights(tick) for tick in range(120)]
    assert all(abs(y - 1.5) < 0.07 for both in ways for y in both)
    assert all(len({round(both[place], 2) for both in ways}) > 5 for place in (0, 1))
    assert any(one != other for one, other in ways)
    assert {tuple(heights(tick, bobs=False)) for tick in range(120)} == {(1.5, 1.5)}


@pytest.mark.parametrize("fuse", [150, 300])
def test_the_ring_shortens_steadily_from_the_first_second_to_the_blast(fuse: int) -> None:
    rings = [cells_of(left, "fuse", fuse) for left in range(fuse, -1, -1)]
    assert (rings[0], rings[-1]) == (FUSE_STEPS, 0)
    assert sorted(set(rings)) == list(range(FUSE_STEPS + 1))
    assert rings == sorted(rings, reverse=True)
    assert rings[60] < FUSE_STEPS


def test_names_are_drawn_below_bombs_and_flames() -> None:
    names = {sprite.name.split("-")[0] for sprite in floor_sprites(busy())}
    assert names == {"shadow", "item", "brick", "danger"}
    assert {sprite.name.split("-")[0] for sprite in upper_sprites(busy())} == {
        "bomb",
        "fuse",
        "flame",
        "body",
        "bubble",
    }


def test_the_walk_has_four_pictures_and_a_standing_body_shows_the_first() -> None:
    cells = {
        sprites(view_of(ROOM, players=(PlayerView(0, 1.5 + at / 20, 1.5, Direction.DOWN, walking=True),)))[0].cell
        for at in range(20)
    }
    assert cells == {0, 1, 2, 3}
    assert sprites(view_of(ROOM, players=(PlayerView(0, 1.9, 1.5, Direction.LEFT),)))[0].cell == 12


def test_danger_is_shown_only_for_the_last_two_fifths_of_a_second() -> None:
    assert in_danger(BombView(1.5, 1.5, 0, 25, 2)) == []
    assert in_danger(BombView(1.5, 1.5, 0, 24, 2)) != []


def test_danger_ends_at_walls_at_the_range_and_with_the_first_brick() -> None:
    assert in_danger(BombView(1.5, 1.5, 0, 10, 2)) == [(1, 1), (1, 2), (1, 3), (2, 1), (3, 1)]
    assert in_danger(BombView(1.5, 3.5, 0, 10, 8)) == [(1, 1), (1, 2), (1, 3), (2, 3), (3, 3)]


def test_a_bomb_that_another_sets_off_is_dangerous_too() -> None:
    late = BombView(3.5, 1.5, 1, 140, 1)
    assert (4, 1) in in_danger(BombView(1.5, 1.5, 0, 10, 2), late)
    assert (4, 1) not in in_danger(BombView(1.5, 1.5, 0, 10, 1), late)


def test_danger_can_be_switched_off() -> None:
    view = view_of(ROOM, bombs=(BombView(1.5, 1.5, 0, 10, 2),))
    assert any(sprite.name == "danger" for sprite in sprites(view))
    assert not any(sprite.name == "danger" for sprite in sprites(view, danger=False))


def test_the_tint_of_danger_gets_stronger_towards_the_blast() -> None:
    def glow(ticks_left: int) -> int:
        return sprites(view_of(ROOM, bombs=(BombView(1.5, 1.5, 0, ticks_left, 2),)))[0].alpha

    assert glow(23) < glow(12) < glow(1)


def test_a_protected_player_blinks_less_than_three_times_a_second() -> None:
    alphas = [
        sprites(view_of(ROOM, tick=tick, players=(PlayerView(0, 1, 1, safe=True),)))[0].alpha for tick in range(60)
    ]
    drops = sum(one > other for one, other in pairwise(alphas))
    assert 60 / BLINK < 3
    assert 2 <= drops <= 3


def test_a_shield_is_a_bubble_around_the_body() -> None:
    assert drawn(view_of(ROOM, players=(PlayerView(0, 1.5, 1.5, shields=1),)))[-1] == "bubble 1.50,1.50 slot 0"


def test_the_dead_spin_for_half_a_second_and_disappear() -> None:
    def at(age: float) -> list[str]:
        return drawn(view_of(ROOM, tick=500 + age, players=(PlayerView(0, 1.5, 1.5, alive=False, died_at=500),)))

    turns = {line.partition("turned")[2] for age in range(SPIN) for line in at(age)}
    assert len(turns) >= 10
    assert at(SPIN) == []


def test_the_same_view_gives_the_same_sprites() -> None:
    assert drawn(busy()) == drawn(busy())
