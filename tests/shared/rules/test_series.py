"""Best of N: which rounds count, the leader, the end of a match, and the decider after three draws."""

from dataclasses import fields, replace

import pytest

from petard.shared.rules.maps import parse_map
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING, PRESETS, RuleSet
from petard.shared.rules.series import REPLAYS, Series
from petard.shared.rules.sudden_death import closing_times, ends_at
from petard.shared.rules.world import Tile, living
from tests.shared.rules.boards import D, R, run

DRAW = -1


def played(best_of: int, *winners: int) -> Series:
    """A series after these rounds."""
    series = Series(best_of)
    for winner in winners:
        series.add(winner)
    return series


@pytest.mark.parametrize(
    ("best_of", "winners", "over", "champion"),
    [
        (1, (0,), True, 0),
        (3, (0,), False, 0),
        (3, (0, 0), True, 0),
        (3, (0, 1), False, -1),
        (3, (0, 1, 1), True, 1),
        (3, (0, 1, 2), False, -1),  # two share the lead: one more round
        (3, (0, 1, 2, 1), True, 1),
        (3, (0, 1, 2, 3), False, -1),
        (3, (0, 1, 2, 3, 0), True, 0),
        (2, (0, 1, 2, 3), True, -1),  # after two more rounds the match ends without a champion
        (5, (0, 1, 0), False, 0),
        (5, (0, 0, 0), True, 0),
        (5, (0, 0, 1, 0), True, 0),
        (2, (0, 1), False, -1),
        (2, (0, 0), True, 0),
        (9, (3, 3, 3, 3, 3), True, 3),
        (9, (3, 3, 3, 3), False, 3),
        (3, (), False, -1),
    ],
)
def test_best_of_n(best_of: int, winners: tuple[int, ...], over: bool, champion: int) -> None:
    series = played(best_of, *winners)
    assert (series.is_over(range(4)), series.champion()) == (over, champion)


def test_a_match_ends_early_when_no_player_can_catch_up() -> None:
    series = played(5, 0, 0, 1)
    assert not series.is_over([0, 1])
    assert not series.is_over([0, 2]), "0 : 2 with two rounds to go may still be shared"
    assert played(4, 0, 0, 1).is_over([0, 2])


def test_with_one_player_left_or_none_a_match_still_has_its_rounds() -> None:
    assert not played(5).is_over([])
    assert not played(5, 0, 0).is_over([0])
    assert played(4, 0, 0, 1).is_over([0]), "nobody who still plays can catch up"


def test_a_drawn_round_is_played_again_twice_and_then_decided() -> None:
    series = Series(3)
    for drawn in range(REPLAYS + 1):
        assert series.rules_of_next(LAST_ONE_STANDING) == LAST_ONE_STANDING, drawn
        series.add(DRAW)
        assert series.counted == 0
    decider = series.rules_of_next(LAST_ONE_STANDING)
    assert decider.round == 30 * 60
    series.add(2)
    assert (series.counted, series.wins) == (1, {2: 1})
    assert series.rules_of_next(LAST_ONE_STANDING) == LAST_ONE_STANDING


def test_a_drawn_decider_counts_for_nobody_so_that_every_match_ends() -> None:
    series = played(1, DRAW, DRAW, DRAW)
    assert not series.is_over([0, 1])
    series.add(DRAW)
    assert series.is_over([0, 1])
    assert series.champion() == -1


def test_while_two_share_the_lead_after_the_last_round_deciding_rounds_follow() -> None:
    series = played(3, 0, 1, 2)
    assert series.rules_of_next(LAST_ONE_STANDING).round == 30 * 60
    assert played(3, 0, 1).rules_of_next(LAST_ONE_STANDING) == LAST_ONE_STANDING


def test_a_win_after_a_draw_starts_the_count_of_draws_anew() -> None:
    series = played(3, DRAW, DRAW, 0, DRAW, DRAW)
    assert series.rules_of_next(LAST_ONE_STANDING) == LAST_ONE_STANDING
    assert (series.counted, series.wins) == (1, {0: 1})


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_the_decider_changes_bricks_and_times_only(preset: RuleSet) -> None:
    decider = played(3, DRAW, DRAW, DRAW).rules_of_next(preset)
    changed = {field.name for field in fields(preset) if getattr(preset, field.name) != getattr(decider, field.name)}
    assert changed <= {"bricks", "round", "hurry", "closing", "closing_core", "closing_pause"}


def test_in_the_decider_no_wall_falls_before_the_spawn_shield_ends_and_all_have_fallen_before_the_time_is_up() -> None:
    rules = played(3, DRAW, DRAW, DRAW).rules_of_next(LAST_ONE_STANDING)
    times = closing_times(rules, 15, 13)
    assert min(times.values()) == rules.countdown + rules.spawn_shield
    assert rules.closing == 25 * 60
    assert max(times.values()) < ends_at(rules) - 3 * 60
    assert len(times) == 11 * 13


def test_in_the_decider_a_player_who_starts_where_the_walls_begin_can_run() -> None:
    text = "\n".join(["#" * 15, "#1" + "." * 12 + "#", *["#" + "." * 13 + "#"] * 9, "#" + "." * 12 + "2#", "#" * 15])
    rules = replace(played(3, DRAW, DRAW, DRAW).rules_of_next(LAST_ONE_STANDING), countdown=0)
    world = new_world(rules, parse_map(text, "open"), [0, 1], 5)
    assert Tile.BRICK not in world.tiles
    first = min(world.players.values(), key=lambda player: player.y)
    for key in (D, R):
        run(world, 60, {first.slot: key})
    run(world, 400)
    assert world.tiles[15 + 1] == Tile.WALL
    assert first in living(world)
