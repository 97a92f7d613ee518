"""A stop request: the round is played to its end, the time is announced and limited."""

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
from tests.server.house import HELLO, Guest, House


class DrainServer:
    """A house with two players in a round, and a Drain."""

    def __init__(self, house: House, plays: bool = True) -> None:
        self.house, self.signals = house, StopSignals()
        self.drain = Drain(house.net, self.signals, house.log, 120)
        self.ada, self.grace = house.member("Ada"), house.member("Grace")
        if plays:
            for guest in (self.ada, self.grace):
                guest.say(Ready(True))
            house.until(lambda: house.room.phase is Phase.LOADING)
            house.turn(200)
            assert house.room.phase is Phase.PLAYING

    @property
    def is_over(self) -> bool:
        """True once the server must stop."""
        return bool(self.signals.reason)

    def run(self, seconds: int) -> None:
        """Let time pass until the end, four turns a second."""
        for _ in range(4 * seconds):
            if self.is_over:
                return
            self.house.run(0.25)
            self.drain.update(self.house.now)

    def announcements(self, guest: Guest) -> list[str]:
        """Return the announcements of the stop that a guest received."""
        lines = (message.text for message in guest.all_of(Chat) if isinstance(message, Chat))
        return [line for line in lines if "The server stops" in line]

    def close(self) -> None:
        self.signals.close()


@pytest.fixture
def server(house: House) -> "DrainServer":
    return DrainServer(house)


def test_the_round_is_played_to_its_end_and_its_results_are_shown(server: DrainServer) -> None:
    server.signals.is_requested = True
    server.run(1)
    assert server.drain.is_draining
    assert server.announcements(server.ada) == ["The server stops after this round, in 120 seconds at most."]
    assert not server.is_over
    server.grace.say(Bye(""))
    server.house.until(lambda: server.house.room.people == 1)
    server.house.turn(130)
    assert server.house.room.phase is Phase.RESULTS
    server.run(2)
    assert not server.is_over
    before = server.house.now
    server.run(10)
    assert server.signals.reason == "The server was stopped."
    assert server.house.now - before <= RESULTS_SHOWN - 1
    server.close()


def test_a_round_that_takes_too_long_is_announced_and_cut_off(server: DrainServer) -> None:
    server.signals.is_requested = True
    before = server.house.now
    server.run(119)
    assert not server.is_over
    server.run(2)
    assert server.is_over
    assert server.house.now - before == pytest.approx(120, abs=0.6)
    first, *others = server.announcements(server.grace)
    assert first == "The server stops after this round, in 120 seconds at most."
    assert others == [f"The server stops in {left} seconds, or when this round is over." for left in (60, 30, 10)]
    assert sum("stops after this round" in line for line in server.house.lines) == 1
    server.close()


def test_of_several_stops_the_soonest_counts(server: DrainServer) -> None:
    server.drain.begin(40, server.house.now)
    server.drain.begin(20, server.house.now)
    server.drain.begin(3000, server.house.now)
    server.run(1)
    assert [line.split(" in ")[1].split()[0] for line in server.announcements(server.ada)] == ["40", "20"]
    server.run(20)
    assert server.is_over
    server.close()


def test_with_zero_seconds_it_stops_at_once(server: DrainServer) -> None:
    server.drain.seconds = 0
    server.signals.is_requested = True
    server.drain.update(server.house.now)
    assert server.is_over
    assert server.announcements(server.ada) == []
    server.close()


@pytest.mark.parametrize("are_here", [True, False])
def test_without_a_running_round_it_stops_at_once(house: House, are_here: bool) -> None:
    server = DrainServer(house, plays=not are_here)
    if not are_here:
        for guest in (server.ada, server.grace):
            guest.reset()
        house.until(lambda: not house.room.people)
        assert house.room.phase is Phase.PLAYING
    assert server.drain.next_due(house.now) > house.now
    server.signals.is_requested = True
    assert server.drain.next_due(house.now) == house.now
    server.drain.update(house.now)
    assert server.is_over
    server.close()


def test_while_draining_a_newcomer_is_refused_and_a_disconnected_member_rejoins(server: DrainServer) -> None:
    house = server.house
    server.signals.is_requested = True
    server.run(1)
    welcome = server.grace.heard[0]
    assert isinstance(welcome, Welcome)
    server.grace.reset()
    house.until(lambda: house.room.people == 1)
    stranger, back = house.guest(), house.guest()
    stranger.say(Hello(PROTOCOL, BUILD, "Edsger", 1, ""))
    back.say(replace(HELLO, name="Grace", token=welcome.token))
    house.until(lambda: bool(back.heard) and stranger.is_over)
    assert stranger.heard == [Refused(RefusalCode.CLOSING, CLOSING)]
    assert isinstance(back.heard[0], Welcome)
    assert back.heard[0].returned
    server.close()
