"""Teams: which players hurt each other, when the round is over, and which side wins."""

from dataclasses import replace

import pytest

from petard.shared.rules.modes.table import MODES
from petard.shared.rules.modes.teams import chosen_or_dealt, dealt
from petard.shared.rules.outcome import decide, winners_of
from petard.shared.rules.ruleset import LAST_ONE_STANDING, RuleSet
from petard.shared.rules.series import Series
from petard.shared.rules.tie_break import WinReason
from petard.shared.rules.world import World, living
from tests.shared.rules.boards import QUICK, run, scene

TEAMS = MODES["teams"].rules(QUICK)


def teams(text: str, rules: RuleSet = TEAMS, sides: int = 2) -> World:
    world = scene(text, rules)
    world.sides = {slot: slot % sides for slot in world.players}
    return world


def test_sides_are_even_and_keep_their_slots() -> None:
    assert dealt(list(range(8)), 4) == {slot: slot % 4 for slot in range(8)}
    for slots in ([0, 2, 4, 6], [1, 3, 5], [5, 9, 13, 17], list(range(7))):
        for sides in (2, 3, 4):
            sizes = [list(dealt(slots, sides).values()).count(side) for side in range(sides)]
            assert max(sizes) - min(sizes) <= 1


def test_chosen_sides_hold_the_others_make_them_even_and_two_play_at_least() -> None:
    for count in (2, 3, 5, 8):
        for sides in (2, 3, 4):
            for number in range(0, (sides + 1) ** 2):
                chosen = {slot: number // (sides + 1) ** slot % (sides + 1) for slot in (0, 1)}  # `sides`: none
                found = chosen_or_dealt(range(count), sides, chosen)
                assert sorted(found) == list(range(count))
                assert len(set(found.values())) > 1
                wanted = {slot: side for slot, side in chosen.items() if side < sides}
                if count > len(wanted) or len(set(wanted.values())) > 1:
                    assert {slot: found[slot] for slot in wanted} == wanted
                    free = [list(found.values()).count(side) for side in set(found.values()) - set(wanted.values())]
                    assert not free or max(free) - min(free) <= 1
                else:
                    assert found == dealt(list(range(count)), min(sides, count))


def test_without_choices_sides_are_dealt_as_ever() -> None:
    for slots in ([0, 2, 4, 6], [5, 9, 13, 17], list(range(7))):
        assert chosen_or_dealt(slots, 3, {}) == dealt(slots, 3)


def test_a_flame_spares_the_friends_of_its_owner_but_not_the_owner_and_not_foes() -> None:
    world = teams("########### #A.aCB....# #........D# ###########")
    run(world, QUICK.fuse + 1)
    assert [player.slot for player in living(world)] == [2, 3], "C is on the side of A, B is not; A is hurt by its own"


def test_with_friendly_fire_a_flame_hurts_friends() -> None:
    world = teams("########### #A.aC.....# #....B...D# ###########", replace(TEAMS, friendly_fire=1))
    run(world, QUICK.fuse + 1)
    assert [player.slot for player in living(world)] == [1, 3]


def test_the_round_is_over_when_one_side_is_left_and_all_of_it_win() -> None:
    world = teams("########### #B.b......# #A.......C# ###########")
    run(world, QUICK.fuse + 1)
    assert world.over_at > 0
    assert decide(world) == (0, WinReason.LAST_STANDING)
    assert winners_of(world) == (0, 2)


def test_while_two_sides_live_the_round_goes_on() -> None:
    world = teams("########### #B.b......# #A.D.....C# ###########")
    run(world, QUICK.fuse + 1)
    assert world.over_at < 0
    assert [player.slot for player in living(world)] == [0, 2, 3]


def test_when_the_time_is_up_more_living_players_win() -> None:
    rules = replace(TEAMS, round=10, hurry=1, closing=1, closing_core=5)
    world = teams("########### #A........# #B.......C# ###########", rules)
    run(world, 10)
    assert (world.winner, decide(world)[1]) == (0, WinReason.MORE_LEFT)


def test_when_all_die_at_once_the_tie_rules_decide_between_the_sides() -> None:
    world = teams("########### #A.a.B....# ########### ###########")
    run(world, QUICK.fuse + 1)
    assert (world.winner, decide(world)[1]) == (1, WinReason.NOT_OWN_FLAME)


@pytest.mark.parametrize("rounds", [3, 5])
def test_a_series_counts_for_sides_and_is_over_when_one_cannot_be_caught(rounds: int) -> None:
    series = Series(rounds, sides={0: 0, 1: 1, 2: 0, 3: 1})
    for _ in range(rounds // 2):
        series.add(0, (0, 2))
        assert not series.is_over(range(4))
    series.add(0, (0, 2))
    assert series.is_over(range(4))
    assert series.champion() == 0


def test_a_series_of_sides_that_are_equal_has_no_champion() -> None:
    series = Series(2, sides={0: 0, 1: 1})
    series.add(0, (0,))
    series.add(1, (1,))
    assert (series.is_over((0, 1)), series.champion()) == (False, -1)
    series.add(0, (0,))
    series.add(1, (1,))
    assert (series.is_over((0, 1)), series.champion()) == (True, -1)


def test_a_mode_changes_no_other_number_of_the_rules() -> None:
    assert replace(MODES["teams"].rules(LAST_ONE_STANDING), mode=0) == LAST_ONE_STANDING
