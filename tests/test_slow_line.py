"""A reader whose line is too slow for all states sees no old ones, is never cut, and costs nobody a tick.

What it sees is at most one second old after the first three seconds, or, where a Keyframe takes longer than half of
that, twice the time of a Keyframe.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from petard.game.client.autopilot import Autopilot
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Setup
from petard.shared.rules.ruleset import TICK_RATE
from tests.lan.client import Client
from tests.lan.lan import Lan

SETTLED = 3.0  # seconds
SEEN_WITHIN = 1.0  # seconds


@dataclass
class SlowLine:
    """What came of a match in which the first player has a slow line. Times are seconds, sizes bytes."""

    rate: float  # bytes a second that the others were sent
    keyframe: int  # the longest
    oldest: float  # what the slow player saw, after the first seconds
    oldest_of_others: float
    log: str


def play(players: int, seconds: float, bandwidth: float = 0.0) -> SlowLine:
    """Let bots play at the keys; `bandwidth`: bytes a second to the first of them, 0: as many as there are."""
    where = "large" if players <= 8 else "battle"
    lan = Lan(*["lan"] * players, seed=3, setup=Setup(where, "classic-course", 9, 0, 2))
    for number, client in enumerate(lan.clients):
        client.keys = _keys_of(client, Autopilot(number))
    lan.start()
    slow, other = lan.clients[:2]
    for wire in slow.station.wires() if bandwidth else ():
        wire.down.quality = replace(slow.station.quality, bandwidth=bandwidth)
    start, before = lan.now, other.session.link.traffic.received
    found = SlowLine(0.0, 0, 0.0, 0.0, "")
    while lan.now - start < seconds:
        lan.run(1 / TICK_RATE)
        assert lan.room.world
        assert lan.room.feed
        found.keyframe = max(found.keyframe, len(encode(lan.room.feed.keyframe())))
        if lan.now - start > SETTLED:
            found.oldest = max(found.oldest, _age(slow, lan.room.world.tick))
            found.oldest_of_others = max(found.oldest_of_others, _age(other, lan.room.world.tick))
    found.rate = (other.session.link.traffic.received - before) / (lan.now - start)
    found.log = "\n".join(lan.host.lines)
    return found


def _keys_of(client: Client, autopilot: Autopilot) -> Callable[[], tuple[int, ...]]:
    return lambda: autopilot.keys(client.session)


def _age(client: Client, tick: int) -> float:
    client_round = client.session.client_round
    assert client_round
    assert client_round.server_snapshot
    return (tick - client_round.server_snapshot.tick) / TICK_RATE


def nobody_sees_the_past(players: int, seconds: float, share: float) -> None:
    needed = play(players, seconds).rate
    found = play(players, seconds, needed * share)
    assert found.oldest <= max(SEEN_WITHIN, 2 * found.keyframe / (needed * share))
    assert found.oldest_of_others <= 3 / TICK_RATE
    assert "closed" not in found.log
    assert "lost" not in found.log
    assert "unread" not in found.log


def test_at_a_quarter_of_the_rate_nobody_sees_the_past() -> None:
    nobody_sees_the_past(4, 8.0, 0.25)


@pytest.mark.long
@pytest.mark.parametrize("players", [8, 64])
@pytest.mark.parametrize("share", [0.75, 0.5, 0.25, 0.1])
def test_nobody_sees_the_past_at_any_share_of_the_rate(players: int, share: float) -> None:
    nobody_sees_the_past(players, 30.0 if players == 8 else 12.0, share)
