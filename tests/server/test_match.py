"""Who steers: a person while there are Commands, a bot while there are none."""

import pytest

from server.inbox import STARVED, Inbox
from server.match import Match
from shared.rules.ruleset import PRESETS
from shared.rules.world import Keys
from tests.ends import boards

BEGUN = PRESETS["duel"].countdown + 60


def played(ticks: int, stand_in: int | None, speaks: bool = False) -> tuple[Match, Inbox]:
    """A duel of two, of whom the first said one Command only, and nothing more unless it `speaks`."""
    quiet, busy = Inbox(1), Inbox(1)
    match = Match(PRESETS["duel"], boards()["small"], [(quiet, (0,)), (busy, (1,))], {}, 7, stand_in)
    quiet.put(1, (0,))
    for tick in range(ticks):
        busy.put(tick + 1, (0,))
        if speaks:
            quiet.put(tick + 2, (0,))
        match.tick()
    return match, quiet


def test_a_bot_takes_the_keys_when_a_person_is_silent_and_nobody_elses() -> None:
    match, _ = played(BEGUN + STARVED, stand_in=3)
    bodies = match.world.players
    start, _ = played(1, None)
    assert (bodies[0].x, bodies[0].y) != (start.world.players[0].x, start.world.players[0].y)
    assert (bodies[1].x, bodies[1].y) == (start.world.players[1].x, start.world.players[1].y)


@pytest.mark.parametrize(("stand_in", "speaks"), [(None, False), (3, True)])
def test_no_bot_comes_where_none_is_wanted_or_somebody_speaks(stand_in: int | None, speaks: bool) -> None:
    match, _ = played(BEGUN + STARVED, stand_in, speaks)
    start, _ = played(1, None)
    assert [(body.x, body.y) for body in match.world.players.values()] == [
        (body.x, body.y) for body in start.world.players.values()
    ]


def test_the_first_command_gives_the_keys_back_in_the_very_tick() -> None:
    match, quiet = played(BEGUN + STARVED, stand_in=3)
    quiet.put(2, (Keys.UP,))
    match.tick()
    assert match.world.players[0].keys == Keys.UP
    assert not match._stand_ins


def test_bots_stay_careful_while_the_body_of_somebody_who_may_come_back_lives() -> None:
    match = Match(PRESETS["duel"], boards()["small"], [(Inbox(1), (0,))], {1: 3, 2: 3}, 7, stand_in=3)
    match.tick()
    everybody = [*match._stand_ins.values(), *match._brains.values()]
    assert [brain.is_bold for brain in everybody] == [False, False, False]
    match.world.players[0].died_at = 0
    match.tick()
    assert [brain.is_bold for brain in match._brains.values()] == [True, True]


def test_who_comes_back_with_a_new_inbox_has_the_bot_until_the_first_command() -> None:
    match, quiet = played(BEGUN + STARVED, stand_in=3)
    new = Inbox(1)
    match.hand_over(quiet, new)
    match.tick()
    assert list(match._stand_ins) == [0]
    assert match.acks()[0][0] == 0
    new.put(1, (Keys.DOWN,))
    match.tick()
    assert match.world.players[0].keys == Keys.DOWN
    assert match.acks()[0][0] == 1
