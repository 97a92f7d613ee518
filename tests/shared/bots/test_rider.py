"""Bots on carts: they roll to a player, throw there, and wait the longer the less they can."""

from dataclasses import replace

import pytest

from petard.shared.bots.brain import Brain
from petard.shared.bots.rider import WAITS
from petard.shared.rules.carts import Carts
from petard.shared.rules.events import EventType
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.step import step
from petard.shared.rules.world import World, distance, tile_at
from tests.shared.rules.test_carts import with_rider
from tests.tools.bot_rounds import board_of, play


def thrown_by(skill: int, ticks: int = 400) -> tuple[World, list[tuple[int, int]]]:
    """Let only the bot on the cart play; return the tick of each landing and its distance to the nearest player."""
    world, bot, throws = with_rider(), Brain(3, skill, 1), []
    for _ in range(ticks):
        for event in step(world, {3: bot.think(world)}):
            if event.what is EventType.LANDED:
                living = [tile_at(world, one.x, one.y) for one in (world.players[0], world.players[1])]
                throws.append((world.tick, min(distance(world.width, event.tile, tile) for tile in living)))
    return world, throws


@pytest.mark.parametrize("skill", range(4))
def test_its_bombs_come_down_beside_a_player(skill: int) -> None:
    _, throws = thrown_by(skill)
    assert throws
    assert {far for _, far in throws} <= {1, 2}


def test_the_less_skilled_wait_longer() -> None:
    firsts = [thrown_by(skill)[1][0][0] for skill in range(4)]
    assert firsts == sorted(firsts, reverse=True)
    assert list(WAITS) == sorted(WAITS, reverse=True)


def test_who_stands_still_is_hit_and_two_equal_boards_lead_to_the_same() -> None:
    world, throws = thrown_by(3, 600)
    assert world.over_at > 0
    assert thrown_by(3, 600)[1] == throws


def landings(world: World, bot: Brain) -> list[int]:
    """Let only the bot on the cart play for 500 ticks; return the tiles on which its bombs come down."""
    events = [event for _ in range(500) for event in step(world, {3: bot.think(world)})]
    return [event.tile for event in events if event.what is EventType.LANDED]


@pytest.mark.parametrize("friend", [0, 1])
@pytest.mark.parametrize("is_team", [False, True])
def test_it_throws_at_foes_and_not_at_friends(friend: int, is_team: bool) -> None:
    world, bot = with_rider(), Brain(3, 3, 1)
    if is_team:
        world.rules, world.sides = MODES["teams"].rules(world.rules), {1 - friend: 0, friend: 1, 3: 1}
    else:
        bot.friends = frozenset({friend})
    mine, other = (tile_at(world, world.players[slot].x, world.players[slot].y) for slot in (friend, 1 - friend))
    landed = landings(world, bot)
    assert landed
    assert all(distance(world.width, tile, other) <= 2 < distance(world.width, tile, mine) for tile in landed)


def test_it_does_not_throw_at_a_foe_beside_whom_a_friend_stands() -> None:
    world, bot = with_rider(), Brain(3, 3, 1)
    bot.friends = frozenset({1})
    foe, friend = world.players[0], world.players[1]
    friend.x, friend.y = foe.x, foe.y
    assert landings(world, bot) == []


def test_where_nobody_is_left_it_throws_nothing() -> None:
    world, bot = with_rider(), Brain(3, 3, 1)
    for slot in (0, 1):
        world.players[slot].died_at = 1
    keys = {bot.think(world) for _ in range(100) if step(world, {}) is not None}
    assert keys == {0}


@pytest.mark.parametrize(("carts", "seed"), [(Carts.ON, 3), (Carts.SUPER, 4)])
def test_a_round_with_carts_ends(carts: Carts, seed: int) -> None:
    rules = replace(LAST_ONE_STANDING, carts=int(carts), round=1800, hurry=1500, closing=1300)
    assert play(board_of("small"), (2, 2, 1, 1), seed, rules).ticks < 180 + 1800 + 1


@pytest.mark.long
@pytest.mark.parametrize("seed", range(50))
def test_fifty_whole_rounds_with_carts_end(seed: int) -> None:
    rules = replace(LAST_ONE_STANDING, carts=1 + seed % 2)
    played = play(board_of("classic"), (2, 3, 1, 2), seed, rules)
    assert played.ticks <= rules.countdown + rules.round
