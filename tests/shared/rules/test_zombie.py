"""Zombie: who is one, what flames do to whom, and who wins."""

from dataclasses import replace

from petard.shared.rules.events import EventType
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.new_round import new_world
from petard.shared.rules.outcome import decide, winners_of
from petard.shared.rules.ruleset import LAST_ONE_STANDING, RuleSet
from petard.shared.rules.step import step
from petard.shared.rules.sudden_death import closing_times
from petard.shared.rules.tie_break import WinReason
from petard.shared.rules.world import Keys, World
from tests.ends import boards
from tests.shared.rules.boards import QUICK, R, place, run, scene, told

MODE = MODES["zombie"]
RULES = MODE.rules(QUICK)
WALLED = "########### #.A...B...# #.a.......# #........C# ###########"


def court(text: str, *zombies: int, rules: RuleSet = RULES) -> World:
    """A board on which these slots are zombies."""
    world = scene(text, rules)
    world.sides = {slot: int(slot in zombies) for slot in world.players}
    world.points = {zombies[0]: 1} if zombies else {}
    return world


def test_one_player_is_a_zombie_at_the_start_another_with_another_seed_and_nobody_if_one_plays_alone() -> None:
    worlds = [new_world(RULES, boards()["small"], range(4), seed) for seed in range(12)]
    firsts = {tuple(slot for slot, side in world.sides.items() if side) for world in worlds}
    assert firsts == {(0,), (1,), (2,), (3,)}
    assert all(list(world.points) == [slot for slot, side in world.sides.items() if side] for world in worlds)
    alone = new_world(RULES, boards()["small"], [5], 1)
    assert alone.sides == {5: 0}
    run(alone, 100)
    assert alone.over_at < 0


def test_who_dies_comes_back_as_a_zombie_and_counts_for_the_zombie_whose_flame_it_was() -> None:
    world = court("########### #.B...A...# #.a.......# #........C# ###########", 0)
    run(world, QUICK.fuse)
    assert (world.sides, world.points, list(world.back)) == ({0: 1, 1: 1, 2: 0}, {0: 2}, [1])
    assert told(run(world, RULES.back_after), EventType.RETURNED)
    assert not world.back


def test_a_zombie_that_dies_stays_one_and_its_own_flame_or_that_of_the_living_counts_for_nobody() -> None:
    world = court(WALLED, 0)
    run(world, QUICK.fuse)
    assert (world.sides[0], world.points) == (1, {0: 1})
    world = court("########### #.A...B...# #.b.......# #........C# ###########", 0)
    run(world, QUICK.fuse)
    assert (list(world.back), world.points) == ([0], {0: 1})


def test_flames_pass_over_the_own_side_without_friendly_fire() -> None:
    text = "########### #.A...B...# #.b.......# #........C# ###########"
    for rules, hurt in ((RULES, False), (replace(RULES, friendly_fire=1), True)):
        world = court(text, 2, rules=rules)
        run(world, QUICK.fuse)
        assert (0 in world.back) == hurt


def test_zombies_are_slower() -> None:
    ways = []
    for zombies in ((), (0,)):
        world = court("########### #A........# #.........# #........B# ###########", *zombies)
        start = place(world)[0]
        world.over_at = 0  # so that it goes on without zombies
        run(world, 60, {0: R})
        ways.append(place(world)[0] - start)
    assert round(ways[1] * 100 / ways[0]) == RULES.zombie_speed


def test_the_round_ends_when_nobody_is_left_alive_and_the_zombie_wins_who_made_the_most() -> None:
    world = court("########### #.A...B...# #.c.......# #........C# ###########", 1, 2)
    world.points = {0: 1, 1: 1, 2: 1}
    run(world, QUICK.fuse)
    assert (world.winner, decide(world)[1], winners_of(world)) == (2, WinReason.BITTEN, (2,))


def test_of_zombies_who_made_as_many_the_tie_rules_choose_one() -> None:
    world = court("########### #.A...B...# #.c.......# #........C# ###########", 1, 2)
    world.points = {1: 2, 2: 1}
    run(world, QUICK.fuse)
    assert decide(world) == (1, WinReason.BITTEN)  # nearer to the middle


def test_those_who_are_alive_when_the_time_is_up_win_together() -> None:
    world = court(WALLED, 1, rules=replace(RULES, round=9, hurry=1, closing=1))
    run(world, 9)
    assert (world.winner, decide(world)[1], winners_of(world)) == (0, WinReason.SURVIVED, (0, 2))


def test_the_living_win_at_once_when_the_last_zombie_has_left() -> None:
    world = court(WALLED, 1)
    step(world, {1: Keys.GONE})
    assert (world.over_at, winners_of(world)) == (world.tick, (0, 2))


def test_walls_leave_a_field_and_nobody_rides() -> None:
    rules = MODE.rules(LAST_ONE_STANDING)
    times = closing_times(rules, 15, 13)
    assert (rules.round, rules.carts, len(times)) == (3600, 0, 108)
    assert (min(times.values()) - rules.countdown, max(times.values()) - rules.countdown) == (24 * 60, 48 * 60 - 14)
    assert not rules.fault()
