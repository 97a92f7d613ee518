"""When was a player lost? The last moment from which some keys would have saved that player, by the real rules."""

import itertools
from dataclasses import replace

import pytest

from petard.shared.demo.blocks import DemoError
from petard.shared.demo.last_chance import AFTER, LOOK, TURN, LastChance, last_chances
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.rerun import Rerun
from petard.shared.rules.ruleset import RULES_VERSION
from petard.shared.rules.step import step
from petard.shared.rules.world import copy_world, is_alive
from tests.sessions.make import FOLDER

DIRECTIONS = (0, 1, 2, 4, 8)


def session(name: str) -> Demo:
    return read_demo((FOLDER / f"{name}.petard").read_bytes())


def found_in(name: str) -> list[LastChance]:
    return [found for found in last_chances(session(name)) if found]


def straight_way_saves(demo: Demo, moment: int, slot: int, until: int) -> bool:
    """Whether one direction, held from a moment on, keeps a player alive until another moment."""
    for held in DIRECTIONS:
        run = Rerun(demo, moment)
        world = copy_world(run.world)
        while run.moment < min(until, run.length):
            run.step()
            step(world, run.inputs | {slot: held})
        if is_alive(world, world.players[slot]):
            return True
    return False


@pytest.mark.parametrize("name", ["own_bomb", "one_bomb_for_two", "leaver"])
def test_each_death_of_a_recording_is_found_in_order(name: str) -> None:
    found = found_in(name)
    assert found
    assert [one.moment for one in found] == sorted(one.moment for one in found)
    assert all(one.chance < one.moment and one.moment - one.chance <= LOOK for one in found if one.chance >= 0)


def test_a_straight_way_that_saves_is_not_missed() -> None:
    """A check by another way: no later moment is saved by holding one direction, or it would have been found."""
    demo = session("first_blood")
    (found,) = found_in("first_blood")
    assert straight_way_saves(demo, found.chance, found.slot, found.moment + AFTER)
    for moment in range(found.chance + 1, found.moment, 3):
        assert not straight_way_saves(demo, moment, found.slot, found.moment + AFTER)


def test_the_search_gives_up_its_turn_at_least_every_few_ticks() -> None:
    demo = session("first_blood")
    turns = list(last_chances(demo))
    assert turns.count(None) >= demo.length // TURN


def test_a_recording_of_other_rules_cannot_be_searched() -> None:
    demo = session("own_bomb")
    demo.header = replace(demo.header, rules=RULES_VERSION + 1)
    with pytest.raises(DemoError, match="played by rules"):
        next(last_chances(demo))


def test_a_recording_without_a_death_gives_nothing() -> None:
    assert found_in("chain_of_six") == []


def test_equal_searches_give_equal_answers() -> None:
    one, other = (list(itertools.islice(last_chances(session("best_of_three")), 200)) for _ in range(2))
    assert one == other
