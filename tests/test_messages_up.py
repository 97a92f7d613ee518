"""How many messages a client sends while a round runs: few, since keys are sent when they change.

Counted at the server's end of a virtual network, with everything that counts as a message: Inputs, Pings and Pongs.
"""

from collections.abc import Callable

import pytest

from petard.shared.bots.brain import Brain
from petard.shared.demo.capture import UNITS_PER_SECOND, Received, read_capture
from petard.shared.framing import LIMIT_CLIENT, Decoder
from petard.shared.protocol.codec import decode
from petard.shared.protocol.messages import Hello, Message, Phase, Setup
from petard.shared.rules.world import Keys
from tests.lan.captured_lan import CapturedLan
from tests.lan.client import Client

PLAYING_MOST, HOLDING_MOST = 10, 6  # messages a second
SETUP = Setup("classic", "classic-course", 9, 0, 3)  # with health, so that a round goes on
HARD = 3
LINES = ("far", *(pytest.param(line, marks=pytest.mark.long) for line in ("lan", "wifi", "bad")))
SECONDS, MINUTE = 10, 60

Mode = Callable[[Client], Callable[[], tuple[int, ...]]]


def plays(client: Client) -> Callable[[], tuple[int, ...]]:
    """Keys of a hard bot, who sees what the client sees."""
    brains: dict[int, Brain] = {}

    def keys() -> tuple[int, ...]:
        client_round, slots = client.session.client_round, client.session.room.my_slots
        world = client_round.world() if client_round else None
        if world is None or not all(slot in world.players for slot in slots):
            return (Keys.NONE,) * len(slots)
        return tuple([brains.setdefault(slot, Brain(slot, HARD, 1)).think(world) for slot in slots])

    return keys


def holds(client: Client) -> Callable[[], tuple[int, ...]]:
    return lambda: (Keys.RIGHT,)


def messages_up(net: CapturedLan, name: str) -> list[tuple[float, Message]]:
    """The messages of a client, with the time at which they came, in seconds since the capture began."""
    decoders: dict[int, Decoder] = {}
    messages: dict[int, list[tuple[float, Message]]] = {}
    for step in read_capture(net.finish()).steps:
        for record in step.records:
            if isinstance(record, Received):
                decoder = decoders.setdefault(record.connection, Decoder(LIMIT_CLIENT))
                found = [(step.at / UNITS_PER_SECOND, decode(one)) for one in decoder.receive_data(record.data)]
                messages.setdefault(record.connection, []).extend(found)
    ours = [one for one in messages.values() if isinstance(one[0][1], Hello) and one[0][1].name == name]
    assert len(ours) == 1, "it stayed connected"
    return ours[0]


def rate(line: str, mode: Mode, seconds: int, stall: float = 0.0, watches: bool = False) -> float:
    """Messages a second from a client in the seconds of a round in which it lives, or watches.

    `stall`: nothing arrives there for so many seconds before.
    """
    net = CapturedLan(line, "lan", seed=5, setup=SETUP)
    began, client = net.now, net.clients[0]
    client.keys, net.clients[1].keys = mode(client), plays(net.clients[1])
    net.start()
    if watches:
        client = net.join(line)
    net.run(8.0)
    if stall:
        for wire in client.station.wires():
            wire.down.stall(stall, net.now)
        net.run(stall + 0.5)
    counted = list[float]()
    for _ in range(seconds):
        start = net.now - began
        net.run(1.0)
        if watches or _lives(net, client):
            counted.append(start)
    assert client.session.problem == ""
    ours = messages_up(net, client.name)
    count = sum(start < at <= start + 1.0 for start in counted for at, _ in ours)
    assert len(counted) > seconds / 2
    return count / len(counted)


def most_of(line: str) -> int:
    """Where each fiftieth packet is lost, states stall now and then, and are confirmed more often after that."""
    return PLAYING_MOST if line == "bad" else HOLDING_MOST


def _lives(net: CapturedLan, client: Client) -> bool:
    client_round, slots = client.session.client_round, client.session.room.my_slots
    return net.room.phase is Phase.PLAYING and client_round is not None and client_round.is_alive(slots[0])


@pytest.mark.parametrize("line", LINES)
def test_a_client_that_plays_like_a_hard_bot_sends_ten_messages_a_second_at_most(line: str) -> None:
    assert rate(line, plays, SECONDS) <= PLAYING_MOST


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("watches", [False, pytest.param(True, marks=pytest.mark.long)], ids=["holds", "watches"])
def test_one_whose_player_holds_a_key_or_that_watches_sends_six_at_most(line: str, watches: bool) -> None:
    assert rate(line, holds, SECONDS, watches=watches) <= most_of(line)


@pytest.mark.long
@pytest.mark.parametrize("line", LINES)
def test_nor_are_there_more_in_the_minute_after_a_stall_from_one_who_holds_a_key(line: str) -> None:
    assert rate(line, holds, MINUTE, stall=1.0) <= most_of(line)


@pytest.mark.long
@pytest.mark.parametrize("line", LINES)
def test_or_from_one_who_plays(line: str) -> None:
    assert rate(line, plays, MINUTE, stall=1.0) <= PLAYING_MOST
