"""Nobody gains by a bad connection or by lying about one: whatever is sent, a body walks as fast as every other one.

Most tests let Ada send Inputs in a dishonest way while Bo beside her plays honestly.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from petard.server.room.inbox import STARVED, WAITING_MOST, Inbox
from petard.server.room.round import RoundRunner
from petard.shared.rules.digest import digest
from petard.shared.rules.ruleset import CLASSIC_COURSE, TICK_RATE
from petard.shared.rules.world import Keys
from tests.ends import boards

Sent = Callable[[int], Iterable[tuple[int, int]]]  # in a tick: clock and keys of each Input
RULES = replace(CLASSIC_COURSE, countdown=0, loose=0)
STEP_MOST = RULES.speed // TICK_RATE + 1  # sub-units in a tick
WALK = Keys.RIGHT
ADA, BO = 0, 1
TICKS = 120  # across the board
LAST_CLOCK = 2**31 - 1


def honest(tick: int) -> list[tuple[int, int]]:
    return [(tick, WALK)]


def honest_and_quiet(tick: int) -> list[tuple[int, int]]:
    """As the game does: the key once, then a sign of life every 250 ms."""
    return [(tick, WALK)] if tick % 15 == 1 else []


def five_a_tick(tick: int) -> list[tuple[int, int]]:
    return [(5 * tick + more, WALK) for more in range(5)]


def a_thousand_a_second(tick: int) -> list[tuple[int, int]]:
    return [(17 * tick + more, WALK if more % 2 else Keys.NONE) for more in range(17)]


def a_second_at_once(tick: int) -> list[tuple[int, int]]:
    return [(clock, WALK) for clock in range(tick - 59, tick + 1)] if tick % 60 == 0 else []


def far_ahead_and_back(tick: int) -> list[tuple[int, int]]:
    return [(tick, WALK), (tick + 2**20, WALK), (tick + 3, WALK), (LAST_CLOCK if tick == 90 else tick, WALK)]


def for_the_past(tick: int) -> list[tuple[int, int]]:
    """A clock that runs at half the speed."""
    return [(100 + tick // 2, WALK if tick % 8 else Keys.NONE)]


def for_the_far_future(tick: int) -> list[tuple[int, int]]:
    return [(1000 * tick, WALK if tick % 8 else Keys.NONE)]


def backwards(tick: int) -> list[tuple[int, int]]:
    return [(1000 - tick, WALK)]


def always_the_same(tick: int) -> list[tuple[int, int]]:
    return [(7, WALK), (7, Keys.UP if tick > 60 else WALK)]


LIES = [
    five_a_tick,
    a_thousand_a_second,
    a_second_at_once,
    far_ahead_and_back,
    for_the_past,
    for_the_far_future,
    backwards,
    always_the_same,
]


class Duel:
    """Ada, who sends Inputs in some way, and Bo, who holds a key and changes it twice a second."""

    def __init__(self, sent: Sent, ticks: int = TICKS) -> None:
        self.ada, self.bo = Inbox(1), Inbox(1)
        self.match = RoundRunner(RULES, boards()["arena"], [(self.ada, (ADA,)), (self.bo, (BO,))], {}, seed=1)
        self.places: list[tuple[tuple[int, int], ...]] = [self._places()]
        self.digests: list[int] = []
        self.waits: list[int] = []  # ticks for which Bo's last change waited
        for tick in range(1, ticks + 1):
            self._tick(sent, tick)

    def _tick(self, sent: Sent, tick: int) -> None:
        for clock, keys in sent(tick):
            self.ada.enqueue(clock, (keys,))
        self.bo.enqueue(tick, (Keys.LEFT if tick // 30 % 2 else Keys.DOWN,))
        self.match.tick()
        self.waits.append(len(self.bo.waiting))
        self.places.append(self._places())
        self.digests.append(digest(self.match.world))

    def _places(self) -> tuple[tuple[int, int], ...]:
        players = self.match.world.players
        return (players[ADA].x, players[ADA].y), (players[BO].x, players[BO].y)

    def distance(self, slot: int) -> list[int]:
        """How far a body has moved in each tick, in sub-units."""
        return [
            abs(after[slot][0] - before[slot][0]) + abs(after[slot][1] - before[slot][1])
            for before, after in pairwise(self.places)
        ]


@pytest.mark.parametrize("sent", [honest_and_quiet, five_a_tick])
def test_an_input_that_changes_nothing_changes_nothing_in_the_world(sent: Sent) -> None:
    assert Duel(sent).digests == Duel(honest).digests


@pytest.mark.parametrize("sent", LIES)
def test_no_way_of_sending_walks_faster_or_farther_than_an_honest_one(sent: Sent) -> None:
    fair, duel = Duel(honest), Duel(sent)
    assert all(mine[ADA][0] <= theirs[ADA][0] for mine, theirs in zip(duel.places, fair.places, strict=True))
    assert max(duel.distance(ADA)) <= STEP_MOST
    assert sum(duel.distance(ADA)) <= sum(fair.distance(ADA))


@pytest.mark.parametrize("sent", LIES)
def test_only_the_liar_waits(sent: Sent) -> None:
    fair, duel = Duel(honest), Duel(sent)
    assert [places[BO] for places in duel.places] == [places[BO] for places in fair.places]
    assert set(duel.waits) == {0}, "a change of Bo's keys is used in its tick"
    assert duel.match.people.acks()[BO] == fair.match.people.acks()[BO] == (TICKS, 1)


@pytest.mark.parametrize("seed", range(20))
def test_no_mixture_of_clocks_and_keys_walks_faster_or_makes_others_wait(seed: int) -> None:
    chance = Random(seed)

    def sent(tick: int) -> list[tuple[int, int]]:
        clocks = (tick, tick - 9, tick + 9, 1, chance.randrange(1, LAST_CLOCK) if chance.random() < 0.02 else tick)
        count = chance.choice((0, 0, 1, 3, 40))
        return [(max(1, chance.choice(clocks)), chance.randrange(32) & ~Keys.BOMB) for _ in range(count)]

    fair, duel = Duel(honest), Duel(sent)
    assert max(duel.distance(ADA)) <= STEP_MOST
    assert [places[BO] for places in duel.places] == [places[BO] for places in fair.places]
    assert set(duel.waits) == {0}


@pytest.mark.parametrize("sent", LIES)
def test_a_body_is_at_rest_a_tenth_of_a_second_after_the_keys_are_released(
    sent: Sent,
) -> None:
    """No lie stores up keys: they wait for WAITING_MOST ticks at most."""

    def then_nothing(tick: int) -> Iterable[tuple[int, int]]:
        return sent(tick) if tick < 60 else [(LAST_CLOCK, Keys.NONE)] if tick == 60 else []

    duel = Duel(then_nothing, 60 + WAITING_MOST)
    assert duel.distance(ADA)[-1] == 0
    assert not duel.ada.waiting


def test_a_second_at_once_is_over_in_a_tenth_of_a_second() -> None:
    inbox = Inbox(1)
    for clock in range(1, 61):
        inbox.enqueue(clock, (clock % 2,))
    keys = [inbox.next_keys() for _ in range(WAITING_MOST + 1)]
    assert inbox.next_clock == 61
    assert (inbox.applied, inbox.waiting, keys[-1]) == (60, inbox.waiting.__class__(), (0,))


def test_a_liar_about_the_clock_is_not_heard_afterwards_until_a_bot_plays() -> None:
    inbox = Duel(far_ahead_and_back, 89).ada
    inbox.enqueue(LAST_CLOCK, (Keys.LEFT,))
    inbox.enqueue(200, (Keys.UP,))
    keys = [inbox.next_keys() for _ in range(STARVED)]
    assert (Keys.UP,) not in keys
    assert keys[WAITING_MOST] == (Keys.LEFT,)
    assert keys[-1] == (Keys.NONE,)
    assert inbox.is_silent
