"""Errors shrink until nobody sees them; walls, leaps and the dead show the truth at once."""

from dataclasses import replace

import pytest

from petard.game.client.error_smoothing import LEAP, ErrorSmoothing
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TILE
from petard.shared.rules.world import Tile, World, middle_of
from tests.ends import boards

FREE = 3 * 31 + 8  # a tile in a row of the arena without walls


def world() -> World:
    made = new_world(replace(LAST_ONE_STANDING, bricks=0), boards()["arena"], [0, 1], seed=1)
    made.players[0].x, made.players[0].y = middle_of(made, FREE)
    return made


def faded(error: int, known: World) -> ErrorSmoothing:
    """A fade of a body that was thought to be so many sub-units to the right."""
    fade = ErrorSmoothing()
    body = known.players[0]
    fade.correct({0: (body.x + error, body.y)}, known)
    return fade


def test_a_body_is_first_drawn_where_it_was_thought_to_be_and_after_100_ms_where_it_is() -> None:
    fade = faded(40, world())
    assert fade.of(0) == (40, 0)
    lefts = []
    for _ in range(6):
        fade.pass_ticks(1)
        lefts.append(fade.of(0)[0])
    assert lefts == sorted(lefts, reverse=True)
    assert lefts[0] > 20
    assert lefts[-1] < 40 / 20
    fade.pass_ticks(6)
    assert fade.of(0) == (0.0, 0.0)


def test_a_second_error_adds_to_what_is_left_of_the_first() -> None:
    known = world()
    fade = faded(40, known)
    fade.pass_ticks(1)
    body = known.players[0]
    fade.correct({0: (body.x + 10, body.y - 5)}, known)
    assert fade.of(0) == (40 * 0.6 + 10, -5)


def test_nothing_fades_through_a_wall() -> None:
    known = world()
    known.tiles[FREE + 1] = Tile.WALL
    assert faded(TILE + TILE // 2, known).of(0) == (0.0, 0.0)
    assert faded(40, known).of(0) == (40, 0)


@pytest.mark.parametrize(("error", "shown"), [(LEAP, LEAP), (LEAP + 1, 0)])
def test_a_leap_is_a_leap(error: int, shown: int) -> None:
    assert faded(error, world()).of(0)[0] == shown


def test_the_dead_lie_where_they_died() -> None:
    known = world()
    known.players[0].died_at = 5
    assert faded(40, known).of(0) == (0.0, 0.0)


def test_who_is_gone_and_who_was_right_leave_nothing_behind() -> None:
    known = world()
    fade = faded(40, known)
    fade.correct({0: (known.players[0].x - 40, known.players[0].y), 9: (1, 1)}, known)
    assert fade.of(0) == (0.0, 0.0)
    assert fade.of(9) == (0.0, 0.0)
    assert fade._left == {}
