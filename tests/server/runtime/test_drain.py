"""A stop request: the round is played to its end, the time is announced and limited."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from petard.server.runtime.drain import CLOSING, RESULTS_SHOWN, Drain
from petard.server.runtime.signals import StopSignals
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Bye,
    Chat,
    Hello,
    Phase,
    Ready,
    RefusalCode,
    Refused,
    Welcome,
)
from tests.server.loopback import HELLO, LoopbackServer, RawClient


class DrainServer:
    """A loopback with two players in a round, and a Drain."""

    def __init__(self, loopback: LoopbackServer, plays: bool = True) -> None:
        self.loopback, self.signals = loopback, StopSignals()
        self.drain = Drain(loopback.server, self.signals, loopback.log, 120)
        self.ada, self.grace = loopback.member("Ada"), loopback.member("Grace")
        if plays:
            for guest in (self.ada, self.grace):
                guest.send(Ready(True))
            loopback.until(lambda: loopback.room.phase is Phase.LOADING)
            loopback.update(200)
            assert loopback.room.phase is Phase.PLAYING

    @property
    def is_over(self) -> bool:
        """True once the server must stop."""
        return bool(self.signals.reason)

    def run(self, seconds: int) -> None:
        """Let time pass until the end, four turns a second."""
        for _ in range(4 * seconds):
            if self.is_over:
                return
            self.loopback.run(0.25)
            self.drain.update(self.loopback.now)

    def announcements(self, guest: RawClient) -> list[str]:
        """Return the announcements of the stop that a guest received."""
        lines = (message.text for message in guest.all_of(Chat) if isinstance(message, Chat))
        return [line for line in lines if "The server stops" in line]


@pytest.fixture
def server(loopback: LoopbackServer, request: pytest.FixtureRequest) -> Iterator[DrainServer]:
    server = DrainServer(loopback, plays=getattr(request, "param", True))
    yield server
    server.signals.close()


def test_the_round_is_played_to_its_end_and_its_results_are_shown(server: DrainServer) -> None:
    server.signals.is_requested = True
    server.run(1)
    assert server.drain.is_draining
    assert server.announcements(server.ada) == ["The server stops after this round, in 120 seconds at most."]
    assert not server.is_over
    server.grace.send(Bye(""))
    server.loopback.until(lambda: server.loopback.room.people == 1)
    server.loopback.update(130)
    assert server.loopback.room.phase is Phase.RESULTS
    server.run(2)
    assert not server.is_over
    before = server.loopback.now
    server.run(10)
    assert server.signals.reason == "The server was stopped."
    assert server.loopback.now - before <= RESULTS_SHOWN - 1


def test_a_round_that_takes_too_long_is_announced_and_cut_off(server: DrainServer) -> None:
    server.signals.is_requested = True
    before = server.loopback.now
    server.run(119)
    assert not server.is_over
    server.run(2)
    assert server.is_over
    assert server.loopback.now - before == pytest.approx(120, abs=0.6)
    first, *others = server.announcements(server.grace)
    assert first == "The server stops after this round, in 120 seconds at most."
    assert others == [f"The server stops in {left} seconds, or when this round is over." for left in (60, 30, 10)]
    assert sum("stops after this round" in line for line in server.loopback.log_lines) == 1


def test_of_several_stops_the_soonest_counts(server: DrainServer) -> None:
    server.drain.begin(40, server.loopback.now)
    server.drain.begin(20, server.loopback.now)
    server.drain.begin(3000, server.loopback.now)
    server.run(1)
    assert [line.split(" in ")[1].split()[0] for line in server.announcements(server.ada)] == ["40", "20"]
    server.run(20)
    assert server.is_over


def test_with_zero_seconds_it_stops_at_once(server: DrainServer) -> None:
    server.drain.seconds = 0
    server.signals.is_requested = True
    server.drain.update(server.loopback.now)
    assert server.is_over
    assert server.announcements(server.ada) == []


@pytest.mark.parametrize("server", [False, True], indirect=True, ids=["lobby", "nobody is connected"])
def test_without_a_running_round_it_stops_at_once(server: DrainServer) -> None:
    loopback = server.loopback
    if loopback.room.phase is not Phase.LOBBY:
        for guest in (server.ada, server.grace):
            guest.reset()
        loopback.until(lambda: not loopback.room.people)
        assert loopback.room.phase is Phase.PLAYING
    assert server.drain.next_due(loopback.now) > loopback.now
    server.signals.is_requested = True
    assert server.drain.next_due(loopback.now) == loopback.now
    server.drain.update(loopback.now)
    assert server.is_over


def test_while_draining_a_newcomer_is_refused_and_a_disconnected_member_rejoins(server: DrainServer) -> None:
    loopback = server.loopback
    server.signals.is_requested = True
    server.run(1)
    welcome = server.grace.received[0]
    assert isinstance(welcome, Welcome)
    server.grace.reset()
    loopback.until(lambda: loopback.room.people == 1)
    newcomer, back = loopback.connect(), loopback.connect()
    newcomer.send(Hello(PROTOCOL, BUILD, "Edsger", 1, ""))
    back.send(replace(HELLO, name="Grace", token=welcome.token))
    loopback.until(lambda: bool(back.received) and newcomer.is_over)
    assert newcomer.received == [Refused(RefusalCode.CLOSING, CLOSING)]
    assert isinstance(back.received[0], Welcome)
    assert back.received[0].returned
