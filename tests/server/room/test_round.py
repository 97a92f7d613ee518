"""A person plays while Inputs come, a bot while none do."""

from collections.abc import Callable

import pytest

from petard.server.room.inbox import STARVED, Inbox
from petard.server.room.round import NO_STAND_INS, RoundRunner, StandInPolicy
from petard.shared.rules.ruleset import PRESETS
from petard.shared.rules.world import Keys
from tests.ends import boards

BEGUN = PRESETS["duel"].countdown + 60


SILENT = StandInPolicy(3, when_silent=True)


def played(ticks: int, stand_ins: StandInPolicy, speaks: bool = False) -> tuple[RoundRunner, Inbox]:
    """A duel of two; the first player sends one Input, and more only if it `speaks`."""
    quiet, busy = Inbox(1), Inbox(1)
    match = RoundRunner(PRESETS["duel"], boards()["small"], [(quiet, (0,)), (busy, (1,))], {}, 7, stand_ins)
    quiet.enqueue(1, (0,))
    for tick in range(ticks):
        busy.enqueue(tick + 1, (0,))
        if speaks:
            quiet.enqueue(tick + 2, (0,))
        match.tick()
    return match, quiet


def test_a_bot_takes_the_keys_when_a_person_is_silent_and_nobody_elses() -> None:
    match, _ = played(BEGUN + STARVED, SILENT)
    bodies = match.world.players
    start, _ = played(1, NO_STAND_INS)
    assert (bodies[0].x, bodies[0].y) != (start.world.players[0].x, start.world.players[0].y)
    assert (bodies[1].x, bodies[1].y) == (start.world.players[1].x, start.world.players[1].y)


@pytest.mark.parametrize(("stand_ins", "speaks"), [(NO_STAND_INS, False), (SILENT, True)])
def test_no_bot_comes_where_none_is_wanted_or_somebody_speaks(stand_ins: StandInPolicy, speaks: bool) -> None:
    match, _ = played(BEGUN + STARVED, stand_ins, speaks)
    start, _ = played(1, NO_STAND_INS)
    assert [(body.x, body.y) for body in match.world.players.values()] == [
        (body.x, body.y) for body in start.world.players.values()
    ]


def test_the_first_input_gives_the_keys_back_in_the_very_tick() -> None:
    match, quiet = played(BEGUN + STARVED, SILENT)
    quiet.enqueue(2, (Keys.UP,))
    match.tick()
    assert match.world.players[0].keys == Keys.UP
    assert not match.bots.stand_ins


def test_bots_stay_careful_while_the_body_of_somebody_who_may_come_back_lives() -> None:
    match = RoundRunner(PRESETS["duel"], boards()["small"], [(Inbox(1), (0,))], {1: 3, 2: 3}, 7, SILENT)
    match.tick()
    everybody = [*match.bots.stand_ins.values(), *match.bots.seated.values()]
    assert [brain.is_bold for brain in everybody] == [False, False, False]
    match.world.players[0].died_at = 0
    match.tick()
    assert [brain.is_bold for brain in match.bots.seated.values()] == [True, True]


def test_for_a_player_who_is_back_with_a_new_inbox_the_bot_plays_until_the_first_input() -> None:
    match, quiet = played(BEGUN + STARVED, SILENT)
    new = Inbox(1)
    match.people.replace(quiet, new)
    match.tick()
    assert list(match.bots.stand_ins) == [0]
    assert match.people.acks().keys() == match.people.applied().keys() == {1}, "the clock of slot 0 is unknown"
    new.enqueue(1, (Keys.DOWN,))
    match.tick()
    assert match.world.players[0].keys == Keys.DOWN
    assert match.people.acks()[0][0] == 1
    assert match.people.applied()[0] == (1,)


AFTER = 90  # ticks


def watched(
    ticks: int, keys: Callable[[int], tuple[int, int]], inbox: Inbox | None = None
) -> tuple[RoundRunner, Inbox]:
    """A duel between two players at one computer; each is idle after AFTER ticks. `keys`: those of a tick."""
    inbox = inbox or Inbox(2)
    policy = StandInPolicy(3, idle_ticks=AFTER)
    match = RoundRunner(PRESETS["duel"], boards()["small"], [(inbox, (0, 1))], {}, 7, policy)
    first = inbox.next_clock or 1
    for tick in range(ticks):
        inbox.enqueue(first + tick, keys(tick))
        match.tick()
    return match, inbox


def taps(tick: int) -> int:
    """The keys of an active player: up and nothing in turn."""
    return Keys.UP if tick // 8 % 2 else Keys.NONE


def test_a_bot_takes_the_keys_of_who_presses_nothing_each_player_for_themselves() -> None:
    match, _ = watched(BEGUN + AFTER, lambda tick: (Keys.NONE, taps(tick)))
    assert match.people.idle == {0}
    start, _ = watched(1, lambda tick: (0, 0))
    assert (match.world.players[0].x, match.world.players[0].y) != (start.world.players[0].x, start.world.players[0].y)
    assert match.world.players[1].x == start.world.players[1].x


@pytest.mark.parametrize("held", [Keys.NONE, Keys.DOWN])
def test_time_counts_from_the_end_of_the_countdown_and_a_key_that_stays_down_is_no_sign_of_life(held: int) -> None:
    begins = PRESETS["duel"].countdown
    match, _ = watched(begins + AFTER - 1, lambda tick: (held, taps(tick)))
    assert match.people.idle == frozenset()
    match, _ = watched(begins + AFTER, lambda tick: (held, taps(tick)))
    assert match.people.idle == {0}


def test_the_first_other_key_has_the_body_again_in_the_very_tick() -> None:
    match, inbox = watched(BEGUN + AFTER, lambda tick: (Keys.NONE, taps(tick)))
    inbox.enqueue(BEGUN + AFTER + 1, (Keys.LEFT, Keys.NONE))
    match.tick()
    assert match.people.idle == frozenset()
    assert match.world.players[0].keys == Keys.LEFT
    assert not match.bots.stand_ins


def test_the_dead_and_the_time_after_a_round_count_for_nobody() -> None:
    match, inbox = watched(BEGUN, lambda tick: (Keys.NONE, taps(tick)))
    still = inbox.idle_ticks[0]
    match.world.players[0].died_at = match.world.tick
    match.tick()
    assert inbox.idle_ticks[0] == still
    assert match.world.over_at >= 0
    match.world.players[0].died_at = -1
    match.tick()
    assert inbox.idle_ticks[0] == still


def test_who_was_idle_is_so_in_the_next_round_from_its_start() -> None:
    before, inbox = watched(BEGUN + AFTER, lambda tick: (Keys.NONE, taps(tick)))
    inbox.clear()
    match, _ = watched(0, lambda tick: (0, 0), inbox)
    assert match.people.idle == before.people.idle == {0}


def test_a_line_that_is_silent_is_nobodys_idleness() -> None:
    match, _ = watched(1, lambda tick: (Keys.NONE, Keys.NONE))
    for _ in range(BEGUN + AFTER + STARVED):
        match.tick()
    assert match.people.idle == frozenset()


def test_without_a_time_nobody_is_ever_idle() -> None:
    inbox = Inbox(1)
    match = RoundRunner(PRESETS["duel"], boards()["small"], [(inbox, (0,))], {1: 0}, 7)
    for tick in range(BEGUN + 2 * AFTER):
        inbox.enqueue(tick + 1, (Keys.NONE,))
        match.tick()
    assert match.people.idle == frozenset()
