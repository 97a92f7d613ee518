"""A match in which one line is too slow for all states: how old is what its reader sees, and what the others see."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from petard.game.client.autopilot import Autopilot
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Setup
from petard.shared.rules.ruleset import TICK_RATE
from tests.lan.client import Client
from tests.lan.lan import Lan

SETTLED = 3.0  # seconds in which the server finds out how slow a line is
SEEN_WITHIN = 1.0  # seconds
SMALL_MOST = 8  # players


@dataclass
class SlowLine:
    """What came of a match whose first player, or a spectator, has a slow line. Times are seconds, sizes bytes."""

    rate: float = 0.0  # bytes a second that the others were sent
    keyframe: int = 0  # the longest
    states: float = 0.0  # a second that the slow reader was sent
    oldest: float = 0.0  # what it saw, after SETTLED
    oldest_of_others: float = 0.0
    log: str = ""

    def limit(self, bandwidth: float) -> float:
        """How old what a reader sees may be: a second, or twice the time of a Keyframe where that is longer."""
        return max(SEEN_WITHIN, 2 * self.keyframe / bandwidth)


def play(players: int, seconds: float, bandwidth: float = 0.0, watches: bool = False) -> SlowLine:
    """Let bots play at the keys; `bandwidth`: bytes a second to the slow reader, 0: as many as there are.

    `watches`: the slow reader is a spectator, who comes when the round runs.
    """
    where = "large" if players <= SMALL_MOST else "battle"
    lan = Lan(*["lan"] * players, seed=3, setup=Setup(where, "classic-course", 9, 0, 2))
    for number, client in enumerate(lan.clients):
        client.keys = _keys_of(client, Autopilot(number))
    lan.start()
    other, slow = lan.clients[1], lan.clients[0]
    if watches:
        slow = late = lan.join("lan")
        lan.until(lambda: late.session.client_round and late.session.client_round.timeline)
    for wire in slow.station.wires() if bandwidth else ():
        wire.down.quality = replace(slow.station.quality, bandwidth=bandwidth)
    start, before, states = lan.now, other.session.link.traffic.received, _states(slow)
    found = SlowLine()
    while lan.now - start < seconds:
        lan.run(1 / TICK_RATE)
        assert lan.room.world
        assert lan.room.feed
        found.keyframe = max(found.keyframe, len(encode(lan.room.feed.keyframe())))
        if lan.now - start > SETTLED:
            found.oldest = max(found.oldest, _age(slow, lan.room.world.tick))
            found.oldest_of_others = max(found.oldest_of_others, _age(other, lan.room.world.tick))
    found.rate = (other.session.link.traffic.received - before) / seconds
    found.states = (_states(slow) - states) / seconds
    found.log = "\n".join(lan.host.lines)
    return found


def _keys_of(client: Client, autopilot: Autopilot) -> Callable[[], tuple[int, ...]]:
    return lambda: autopilot.keys(client.session)


def _states(client: Client) -> int:
    inputs = client.session.link.inputs
    assert inputs
    return inputs.timer.states


def _age(client: Client, tick: int) -> float:
    client_round = client.session.client_round
    assert client_round
    assert client_round.server_snapshot
    return (tick - client_round.server_snapshot.tick) / TICK_RATE
