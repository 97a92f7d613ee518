"""Nobody gains by a bad line or by lying about one: whatever is sent, each tick applies the keys of one Command."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from petard.server.room.inbox import WAITING_MOST, Inbox
from petard.server.room.round import RoundRunner
from petard.shared.rules.digest import digest
from petard.shared.rules.ruleset import CLASSIC_COURSE, TICK_RATE
from petard.shared.rules.world import Keys
from tests.ends import boards

Sent = Callable[[int], Iterable[tuple[int, int]]]  # in a tick: seq and keys of each Command
RULES = replace(CLASSIC_COURSE, countdown=0, loose=0)
WALK = Keys.RIGHT
TICKS = 120  # across the board


def honest(tick: int) -> list[tuple[int, int]]:
    return [(tick, WALK)]


def five_a_tick(tick: int) -> list[tuple[int, int]]:
    return [(5 * tick + more, WALK) for more in range(5)]


def a_second_at_once(tick: int) -> list[tuple[int, int]]:
    return [(seq, WALK) for seq in range(tick - 59, tick + 1)] if tick % 60 == 0 else []


def far_ahead_and_back(tick: int) -> list[tuple[int, int]]:
    return [(tick, WALK), (tick + 2**20, WALK), (tick + 3, WALK), (2**31 - 1 if tick == 90 else tick, WALK)]


def played(sent: Sent, ticks: int = TICKS) -> tuple[list[int], list[int], Inbox]:
    """Where somebody who sends so is after each tick, and the digest of the world."""
    inbox = Inbox(1)
    match = RoundRunner(RULES, boards()["arena"], [(inbox, (0,)), (Inbox(1), (1,))], {}, seed=1)
    places, digests = [], []
    for tick in range(1, ticks + 1):
        for seq, keys in sent(tick):
            inbox.enqueue(seq, (keys,))
        match.tick()
        places.append(match.world.players[0].x)
        digests.append(digest(match.world))
    return places, digests, inbox


def test_five_commands_a_tick_give_the_same_world_as_one() -> None:
    assert played(five_a_tick)[1] == played(honest)[1]


@pytest.mark.parametrize("sent", [five_a_tick, a_second_at_once, far_ahead_and_back])
def test_no_way_of_sending_walks_faster_or_farther_than_an_honest_one(sent: Sent) -> None:
    fair, places = played(honest)[0], played(sent)[0]
    assert all(mine <= theirs for mine, theirs in zip(places, fair, strict=True))
    steps = [after - before for before, after in zip([fair[0], *places], places, strict=False)]
    assert max(map(abs, steps)) <= RULES.speed // TICK_RATE + 1


def test_a_second_at_once_is_over_in_a_tenth_of_a_second() -> None:
    waited = []
    inbox = Inbox(1)
    for seq in range(1, 61):
        inbox.enqueue(seq, (WALK,))
    for _ in range(WAITING_MOST + 1):
        inbox.next_keys()
        waited.append(inbox.ack)
    assert waited[-1] == 60


def test_who_lies_about_a_number_is_only_deaf_afterwards() -> None:
    inbox = played(far_ahead_and_back, 89)[2]
    inbox.enqueue(2**31 - 1, (Keys.LEFT,))
    inbox.enqueue(200, (Keys.UP,))
    taken = [inbox.next_keys() for _ in range(WAITING_MOST + 1)]
    assert (Keys.UP,) not in taken
