"""Hits, deaths and winners: shields, health, leaving, draws, the end of the time."""

from dataclasses import replace

import pytest

from petard.shared.rules.events import EventType
from petard.shared.rules.outcome import why_won
from petard.shared.rules.ruleset import CLASSIC_COURSE, LAST_ONE_STANDING
from petard.shared.rules.sudden_death import ends_at, hurry_at
from petard.shared.rules.tie_break import WinReason
from petard.shared.rules.world import Flame, Keys
from tests.shared.rules.boards import BOMB, NOT_ON_BOARD, QUICK, R, place, run, scene, told

GONE = int(Keys.GONE)
TIMED = replace(QUICK, round=100, hurry=0, closing_core=5)  # the core is all of a small board, so no wall closes
COURSE = replace(CLASSIC_COURSE, countdown=0, spawn_shield=0)


def test_a_flame_kills_in_the_tick_in_which_it_appears() -> None:
    world = scene("######## #o.A...# ########", over="........ ......B. ........")
    assert told(run(world, 149), EventType.DIED) == []
    events = run(world, 1)
    assert told(events, EventType.BLAST) == [(NOT_ON_BOARD, 9, 2)]
    assert told(events, EventType.DIED) == [(0, 11, NOT_ON_BOARD)]


@pytest.mark.parametrize(("away", "dies"), [(17, False), (18, True)])
def test_a_player_who_leaves_the_tile_in_the_tick_of_the_blast_lives(away: int, dies: bool) -> None:
    world = scene("########## #o.A.....# ##########", over=".......... .......B.. ..........")
    run(world, 149)
    world.players[0].x = 4 * 256 - away  # the step of this tick is 17 sub-units long; tile 4 stays free
    assert bool(told(run(world, 1, {0: R}), EventType.DIED)) == dies


def test_walking_into_a_burning_tile_kills_and_arriving_as_it_goes_out_does_not() -> None:
    for late, dies in [(29, True), (30, False)]:
        world = scene("########## #o..A....# ##########", over=".......... .......B.. ..........")
        run(world, 150 + late - 1)
        world.players[0].x = 3 * 256 + 255
        assert bool(told(run(world, 1), EventType.DIED)) == dies, late


def test_the_tile_under_the_middle_of_the_body_decides() -> None:
    for x, dies in [(4 * 256 - 1, True), (4 * 256, False)]:
        world = scene("########## #o..A....# ##########", over=".......... .......B.. ..........")
        world.players[0].x = x
        assert bool(told(run(world, 150), EventType.DIED)) == dies


def test_a_shield_absorbs_one_hit_and_gives_time_to_run() -> None:
    world = scene("######## #..A...# ########", over="........ ...*..B. ........")
    world.flames[11].until = 10**6
    world.players[0].shields = 1
    events = run(world, 90)
    assert told(events, EventType.HURT) == [(0, 11, NOT_ON_BOARD)]
    assert told(events, EventType.DIED) == []
    assert world.players[0].shields == 0
    assert told(run(world, 1), EventType.DIED) == [(0, 11, NOT_ON_BOARD)]


def test_the_spawn_shield_lasts_two_seconds_from_the_end_of_the_countdown() -> None:
    rules = replace(LAST_ONE_STANDING, countdown=60)
    world = scene("######## #..A...# ########", rules, over="........ ...*..B. ........")
    world.flames[11].until = 10**6
    world.players[0].safe_until = rules.countdown + rules.spawn_shield
    assert told(run(world, 60 + 119), EventType.DIED) == []
    assert told(run(world, 1), EventType.DIED) == [(0, 11, NOT_ON_BOARD)]


def test_own_flames_kill_too() -> None:
    world = scene("######## #A...B.# ########")
    events = run(world, 1, {0: BOMB}) + run(world, 150)
    assert told(events, EventType.DIED) == [(0, 9, 0)]
    assert told(events, EventType.OVER) == [(1, -1, -1)]
    assert world.winner == 1


@pytest.mark.parametrize(
    ("helper", "assists"),
    [(-1, []), (0, [(0, -1, 1)]), (2, [(2, -1, 1)]), (1, [])],
    ids=["a bomb of its own fuse", "slot 0 helped", "slot 2 helped", "nobody assists in their own death"],
)
def test_the_owner_of_the_bomb_gets_an_assist_if_another_player_gets_the_kill(
    helper: int, assists: list[tuple[int, int, int]]
) -> None:
    world = scene("######### #A..B..C# #########", over="......... ....*.... .........")
    world.flames[13].helper = helper
    events = run(world, 1)
    assert told(events, EventType.DIED) == [(1, 13, NOT_ON_BOARD)]
    assert told(events, EventType.ASSIST) == assists


def test_the_dead_do_not_walk_and_have_no_health() -> None:
    world = scene("######### #A..B..C# #########", COURSE, over="......... ....*.... .........")
    world.players[1].health = 10
    run(world, 1, {1: R})
    player = world.players[1]
    assert (player.died_at, player.health, player.walking) == (1, 0, 0)
    where = place(world, 1)
    run(world, 10, {1: R | BOMB})
    assert (place(world, 1), player.walking, world.bombs) == (where, 0, {})


def test_two_who_die_in_the_same_tick_at_the_same_distance_from_the_middle_draw() -> None:
    world = scene("####### #A.o.B# #######")
    events = run(world, 150)
    assert len(told(events, EventType.DIED)) == 2
    assert told(events, EventType.OVER) == [(-1, -1, -1)]
    assert (world.over_at, world.winner, why_won(world)) == (150, -1, WinReason.NOBODY)


def test_if_two_die_in_the_same_tick_the_nearer_to_the_middle_wins() -> None:
    world = scene("######### #A.o.B..# #########")
    assert told(run(world, 150), EventType.OVER) == [(1, -1, -1)]
    assert (world.winner, why_won(world)) == (1, WinReason.NEARER)


def test_a_death_in_the_own_flame_loses_to_one_in_the_flame_of_another_who_is_farther_out() -> None:
    world = scene("######### #A.b.B..# #########")
    assert told(run(world, 150), EventType.OVER) == [(0, -1, -1)]
    assert why_won(world) is WinReason.NOT_OWN_FLAME


def test_if_two_die_in_their_own_flames_the_nearer_to_the_middle_wins() -> None:
    world = scene("############ #aA.#.Bb...# ############")
    events = run(world, 150)
    assert told(events, EventType.DIED) == [(0, 14, 0), (1, 18, 1)]
    assert (world.winner, why_won(world)) == (1, WinReason.NEARER)


def test_each_tie_rule_compares_only_players_who_are_still_equal() -> None:
    world = scene("########### #A...C...B# ###########")
    for tile, owner in ((12, 9), (16, 2), (20, 9)):  # the one in the very middle stands in a flame of its own
        world.flames[tile] = Flame(10**6, owner, -1, 0)
    run(world, 1)
    assert [player.died_at for player in world.players.values()] == [1, 1, 1]
    assert (world.winner, why_won(world)) == (-1, WinReason.NOBODY), "the two others are equally far out"


def test_the_last_to_die_wins_although_all_are_dead_a_moment_later() -> None:
    world = scene("######### #A.o.B..# #########")
    world.players[0].safe_until = 151
    run(world, 150)
    assert (world.winner, why_won(world)) == (0, WinReason.LAST_STANDING)


def test_a_player_who_leaves_in_the_tick_in_which_the_other_dies_has_not_won() -> None:
    world = scene("######### #A.o..B.# #########")
    run(world, 149)
    events = run(world, 1, {1: GONE})
    assert len(told(events, EventType.DIED)) == 2
    assert (world.winner, why_won(world)) == (0, WinReason.LAST_STANDING)


def test_when_all_leave_at_once_nobody_wins() -> None:
    world = scene("######### #A....B.# #########")
    run(world, 1, {0: GONE, 1: GONE})
    assert (world.winner, why_won(world)) == (-1, WinReason.NOBODY)


def test_with_three_players_the_round_continues_until_one_is_left() -> None:
    world = scene("############# #A.B......C.# #############")
    events = run(world, 1, {0: GONE})
    assert (told(events, EventType.DIED), told(events, EventType.OVER)) == ([(0, 14, -1)], [])
    assert told(run(world, 1, {2: GONE}), EventType.OVER) == [(1, -1, -1)]


def test_a_player_who_leaves_is_dead_at_once_and_the_round_continues() -> None:
    world = scene("######### #A.B...C# #########")
    run(world, 1, {0: GONE})
    assert [player.died_at for player in world.players.values()] == [1, -1, -1]
    assert told(run(world, 60, {0: GONE | R | BOMB}), EventType.DROPPED) == []


def test_with_one_player_the_round_runs_until_that_player_dies() -> None:
    world = scene("##### #A..# #####")
    run(world, 100)
    assert world.over_at < 0
    events = run(world, 1, {0: BOMB}) + run(world, 150)
    assert told(events, EventType.OVER) == [(-1, -1, -1)]
    assert why_won(world) is WinReason.NOBODY


def test_a_single_player_who_survives_the_time_has_won() -> None:
    world = scene("##### #A..# #####", TIMED)
    run(world, 100)
    assert (world.over_at, world.winner, why_won(world)) == (100, 0, WinReason.ALONE)


def test_when_the_time_is_up_with_two_alive_who_are_equal_it_is_a_draw() -> None:
    world = scene("###### #A..B# ######", TIMED)
    assert told(run(world, 99), EventType.OVER) == []
    assert told(run(world, 1), EventType.OVER) == [(-1, -1, -1)]
    assert (world.over_at, world.winner) == (100, -1)


@pytest.mark.parametrize(
    ("health", "start", "winner", "reason"),
    [
        ((40, 30), "#A.....B#", 0, WinReason.HEALTH),
        ((30, 40), "#..A...B#", 1, WinReason.HEALTH),  # before the distance to the middle
        ((30, 30), "#A....B.#", 1, WinReason.NEARER),
    ],
)
def test_when_the_time_is_up_health_decides_and_then_the_distance_to_the_middle(
    health: tuple[int, int], start: str, winner: int, reason: WinReason
) -> None:
    world = scene(f"######### {start} #########", replace(COURSE, round=100, hurry=0))
    for player, own in zip(world.players.values(), health, strict=True):
        player.health = own
    run(world, 100)
    assert (world.over_at, world.winner, why_won(world)) == (100, winner, reason)


def test_a_reason_is_given_only_for_the_winner_that_the_round_has() -> None:
    world = scene("######### #A....B.# #########", TIMED)
    run(world, 100)
    assert why_won(world) is WinReason.NEARER
    world.winner = -1  # as rules of version 1 had it
    assert why_won(world) is WinReason.NOBODY


def test_a_round_lasts_76_seconds_after_the_countdown_and_the_walls_come_after_32() -> None:
    assert ends_at(LAST_ONE_STANDING) == 180 + 76 * 60
    assert hurry_at(LAST_ONE_STANDING) == 180 + 32 * 60


def test_after_the_end_nobody_dies_but_flames_burn_out_and_the_winner_can_walk() -> None:
    world = scene("########## #A.o....B# ##########", over=".......... .......... ..........")
    run(world, 1, {1: GONE})
    x, _ = place(world)
    events = run(world, 60, {0: R}) + run(world, 200, {1: GONE})
    assert [what for what in (EventType.DIED, EventType.OVER) if told(events, what)] == []
    assert told(events, EventType.BLAST) == [(NOT_ON_BOARD, 13, 2)]
    assert not world.flames
    assert place(world)[0] > x


def test_during_the_countdown_nobody_moves_or_bombs_and_then_go() -> None:
    world = scene("######## #A....B# ########", replace(QUICK, countdown=180))
    before = place(world)
    assert run(world, 180, {0: R | BOMB}) == []
    assert place(world) == before
    events = run(world, 1, {0: R | BOMB})
    assert told(events, EventType.GO) == [(-1, -1, -1)]
    assert place(world)[0] > before[0]


def test_a_bomb_key_pressed_just_before_go_drops_at_go() -> None:
    world = scene("######## #A....B# ########", replace(QUICK, countdown=60))
    run(world, 56)
    run(world, 1, {0: BOMB})
    assert told(run(world, 4), EventType.DROPPED) == [(0, 9, -1)]
    assert world.tick == 61


# --- classic-course -------------------------------------------------------------------------------------------------


def test_in_the_course_game_a_blast_takes_ten_of_fifty_and_then_spares_for_a_second_and_a_half() -> None:
    world = scene("######## #A....B# ########", COURSE, over="........ .*...... ........")
    world.flames[9].until = 10**6
    hurt_at = [world.tick for _ in range(400) if told(run(world, 1), EventType.HURT) and world.over_at < 0]
    assert hurt_at == [1, 91, 181, 271]
    assert world.players[0].died_at == 361
    assert world.winner == 1


def test_in_the_course_game_one_flame_hurts_once() -> None:
    world = scene("######### #A..o.B.# #########", COURSE)
    events = run(world, 300 + 60)
    assert told(events, EventType.HURT) == [(0, 10, NOT_ON_BOARD), (1, 15, NOT_ON_BOARD)]
    assert [player.health for player in world.players.values()] == [40, 40]


def test_in_the_course_game_bombs_take_five_seconds_reach_five_tiles_and_come_two_seconds_apart() -> None:
    world = scene("############### #A...........B# ###############", COURSE)
    dropped, blasts = [], []
    for _ in range(500):
        events = run(world, 1, {0: R | (0 if world.tick % 2 else BOMB)})
        dropped += [world.tick] if told(events, EventType.DROPPED) else []
        blasts += [(world.tick, other) for _, _, other in told(events, EventType.BLAST)]
    assert dropped[:3] == [1, 121, 241]
    assert blasts[:2] == [(301, 5), (421, 5)]
