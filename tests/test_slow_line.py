"""A reader whose line is too slow for all states sees no old ones, is never cut, and costs nobody a tick.

What it sees is at most one second old after the first three seconds, or, where a Keyframe takes longer than half of
that, twice the time of a Keyframe.
"""

import pytest

from petard.shared.rules.ruleset import TICK_RATE
from tests.tools.netcode.slow import play


def nobody_sees_the_past(players: int, seconds: float, share: float, watches: bool = False) -> None:
    bandwidth = play(players, seconds).rate * share
    found = play(players, seconds, bandwidth, watches)
    assert found.oldest <= found.limit(bandwidth)
    assert found.oldest_of_others <= 3 / TICK_RATE
    assert "closed" not in found.log
    assert "lost" not in found.log
    assert "unread" not in found.log


@pytest.mark.parametrize("watches", [False, pytest.param(True, marks=pytest.mark.long)], ids=["plays", "watches"])
def test_at_a_quarter_of_the_rate_nobody_sees_the_past(watches: bool) -> None:
    nobody_sees_the_past(4, 8.0, 0.25, watches)


@pytest.mark.long
@pytest.mark.parametrize("players", [8, 64])
@pytest.mark.parametrize("share", [0.75, 0.5, 0.25, 0.1])
def test_nobody_sees_the_past_at_any_share_of_the_rate(players: int, share: float) -> None:
    nobody_sees_the_past(players, 30.0 if players == 8 else 12.0, share)
