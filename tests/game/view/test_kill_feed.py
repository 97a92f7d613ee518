"""The kill feed: killer and victim of each death, for four seconds."""

import pytest

from petard.game.view.cues import PlayerDied
from petard.game.view.kill_feed import KILL_TIME, KILLS_MOST, Cause, Kill, KillFeed
from petard.game.view.notices import Notices


def test_a_kill_is_shown_for_four_seconds() -> None:
    feed = KillFeed()
    feed.add(1, 0, 10.0)
    assert feed.shown(10.0) == feed.shown(13.99) == [Kill(1, 0)]
    assert KILL_TIME == 4
    assert feed.shown(14.0) == []


def test_the_last_four_kills_are_shown_the_oldest_first() -> None:
    feed = KillFeed()
    for slot in range(10):
        feed.add(slot, 63, 10.0)
    assert [kill.slot for kill in feed.shown(10.0)] == [6, 7, 8, 9]
    assert KILLS_MOST == 4


@pytest.mark.parametrize(("by", "cause"), [(0, Cause.OTHER), (1, Cause.OWN), (-1, Cause.WALL)])
def test_each_cause_is_told_apart(by: int, cause: Cause) -> None:
    assert Kill(1, by).cause is cause


def test_a_kill_concerns_the_killer_and_the_victim() -> None:
    assert Kill(1, 0).concerns((0,))
    assert Kill(1, 0).concerns((1,))
    assert not Kill(1, 0).concerns((2,))
    assert not Kill(1, -1).concerns(())


def test_every_death_of_a_match_is_in_the_feed() -> None:
    notices = Notices()
    notices.add_cues([PlayerDied(1, 0, 0.5, 0.5), PlayerDied(2, -1, 0.5, 0.5)], (), {}, 5.0)
    assert notices.kills.shown(5.0) == [Kill(1, 0), Kill(2, -1)]
