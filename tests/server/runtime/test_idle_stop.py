"""A server stops when people have left it for long enough, and not before."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from petard.server.config.config import UNSET
from petard.server.room.rejoin import SEAT_KEPT
from petard.server.runtime.drain import Drain
from petard.server.runtime.idle_stop import USUAL_AT_AGONES, IdleStop, seconds_of
from petard.server.runtime.signals import StopSignals
from petard.shared.protocol.capability_words import RELAY_WORD
from petard.shared.protocol.messages import Bye
from petard.shared.rules.ruleset import TICK_RATE
from tests.server.loopback import HELLO, LoopbackServer, RawClient

AFTER = 30  # seconds


class IdleServer:
    """A loopback server that stops after AFTER seconds without people."""

    def __init__(self, loopback: LoopbackServer) -> None:
        self.loopback, self.signals = loopback, StopSignals()
        drain = Drain(loopback.server, self.signals, loopback.log, 120)
        self.idle = IdleStop(loopback.room, drain, replace(UNSET, idle_stop=AFTER), loopback.log)
        self.drain = drain

    def member(self, name: str) -> RawClient:
        """Somebody joins."""
        guest = self.loopback.member(name)
        self.idle.update(self.loopback.now)
        return guest

    def run(self, seconds: float) -> bool:
        """Let time pass; True if the server stops."""
        for _ in range(round(4 * seconds)):
            self.loopback.run(0.25)
            self.idle.update(self.loopback.now)
            self.drain.update(self.loopback.now)
        return bool(self.signals.reason)

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for what is on its way."""
        self.loopback.until(is_so)
        self.idle.update(self.loopback.now)


@pytest.fixture
def server(loopback: LoopbackServer) -> Iterator[IdleServer]:
    found = IdleServer(loopback)
    yield found
    found.signals.close()


def leave(server: IdleServer, guest: RawClient) -> None:
    """A guest says goodbye."""
    guest.send(Bye(""))
    server.until(lambda: not server.loopback.room.people)


def test_it_stops_so_many_seconds_after_the_last_has_left(server: IdleServer) -> None:
    ada = server.member("Ada")
    assert not server.run(2 * AFTER)
    assert server.idle.next_due(server.loopback.now) == math.inf
    leave(server, ada)
    assert server.idle.next_due(server.loopback.now) == server.loopback.now + AFTER
    assert not server.run(AFTER - 1)
    assert server.run(2)
    assert "nobody has been here for 30 seconds: stops (idle-stop)" in server.loopback.log_lines


def test_a_server_in_which_nobody_has_been_waits(server: IdleServer) -> None:
    assert not server.run(3 * AFTER)


def test_somebody_who_comes_in_time_keeps_it_running(server: IdleServer) -> None:
    leave(server, server.member("Ada"))
    assert not server.run(AFTER - 1)
    grace = server.member("Grace")
    assert not server.run(2 * AFTER)
    leave(server, grace)
    assert server.run(AFTER + 1)


def test_who_lost_the_connection_has_the_whole_time_to_rejoin(server: IdleServer) -> None:
    ada = server.member("Ada")
    ada.reset()
    server.until(lambda: not server.loopback.room.people)
    server.loopback.update(SEAT_KEPT - 2, SEAT_KEPT / TICK_RATE)  # which are the next two in `run`
    assert not server.run(AFTER)
    assert server.run(1)


def test_people_who_were_announced_are_waited_for_as_long(server: IdleServer) -> None:
    server.idle.expect(server.loopback.now)
    assert not server.run(AFTER - 1)
    server.idle.expect(server.loopback.now)  # others, who are given the same room
    assert not server.run(AFTER - 1)
    assert server.run(2)


def test_a_relay_is_nobody(server: IdleServer) -> None:
    relay = server.loopback.connect()
    relay.send(replace(HELLO, players=0, words=(RELAY_WORD,)))
    server.until(lambda: server.loopback.room.people == 1)
    assert not server.run(AFTER + 1)  # nor has anybody been here because of it
    server.idle.expect(server.loopback.now)
    assert server.run(AFTER + 1)


def test_it_never_stops_unless_that_was_asked_for_or_agones_ends_it() -> None:
    assert seconds_of(UNSET) == math.inf
    assert seconds_of(replace(UNSET, sidecar=9358)) == USUAL_AT_AGONES
    assert seconds_of(replace(UNSET, sidecar=9358, idle_stop=0)) == math.inf
    assert seconds_of(replace(UNSET, idle_stop=7)) == 7


def test_a_reloaded_time_counts_at_once(server: IdleServer) -> None:
    leave(server, server.member("Ada"))
    server.idle.apply_config(replace(UNSET, idle_stop=5), server.loopback.now)
    assert server.run(6)
