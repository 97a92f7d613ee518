"""The client clock follows the input lead on the server: by one per cent, and only while there is a reason."""

from collections.abc import Callable
from itertools import cycle

import pytest

from petard.game.client.session import Session
from petard.server.room.inbox import Inbox
from petard.shared.rules.world import Keys
from tests.lan.lan import Lan
from tests.lan.quality import LINES, Quality


def waiting(net: Lan) -> int:
    """How many changes of keys of the first client wait at the server."""
    name = net.clients[0].name
    inbox: Inbox = next(member.inbox for member in net.room.seats.members.values() if member.name == name)
    return len(inbox.waiting)


def bend(net: Lan, quality: Quality) -> None:
    """Give the first client another connection quality from now on."""
    for wire in net.clients[0].station.wires():
        for pipe in (wire.up, wire.down):
            pipe.quality = quality


def test_a_client_whose_inputs_arrive_too_early_slows_down_until_its_clock_is_right(lan: Callable[..., Lan]) -> None:
    net = lan(Quality(delay=0.05), "lan")
    keys = cycle([(Keys.LEFT,), (Keys.UP,)])
    net.clients[0].keys = lambda: next(keys)  # another one in each tick
    net.start()
    net.run(4.0)
    session = net.clients[0].session
    assert (session.input_lead, session.clock_rate) == (1, 1.0)
    bend(net, Quality(delay=0.02))
    net.until(lambda: session.input_lead == 2, 3.0)
    assert session.clock_rate == 0.99
    assert waiting(net) >= 1
    net.until(lambda: session.input_lead == 1, 10.0)
    assert session.clock_rate == 1.0
    assert waiting(net) == 0


def test_after_a_late_input_the_clock_runs_a_little_faster(lan: Callable[..., Lan]) -> None:
    net = lan("lan", "lan")
    net.start()
    net.run(4.0)
    session = net.clients[0].session
    bend(net, Quality(delay=0.05))
    net.until(lambda: session.input_lead == 0, 1.0)
    assert session.clock_rate == 1.01
    net.until(lambda: session.clock_rate == 1.0, 10.0)


@pytest.mark.parametrize("name", ["lan", "wifi", "far"])
def test_on_a_usual_connection_no_input_waits_longer_than_it_must(lan: Callable[..., Lan], name: str) -> None:
    net = lan(name, "lan")
    net.start()
    net.run(3.0)
    assert LINES[name].jitter < 0.01
    early = []
    for _ in range(8):
        net.run(0.25)
        early.append(net.clients[0].session.input_lead)
    assert set(early) <= {1, 2}


def test_the_clock_of_a_spectator_keeps_its_usual_rate() -> None:
    assert Session("Ada").clock_rate == 1.0
