"""A server that is asked to stop plays its round to the end, says how long that may take, and waits for no more."""

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


class Evening:
    """A house with two people in a round, and what ends it."""

    def __init__(self, house: House, plays: bool = True) -> None:
        self.house, self.wake = house, StopSignals()
        self.drain = Drain(house.net, self.wake, house.log, 120)
        self.ada, self.grace = house.member("Ada"), house.member("Grace")
        if plays:
            for guest in (self.ada, self.grace):
                guest.say(Ready(True))
            house.until(lambda: house.room.phase is Phase.LOADING)
            house.turn(200)
            assert house.room.phase is Phase.PLAYING

    @property
    def is_over(self) -> bool:
        """True once the server has to end."""
        return bool(self.wake.reason)

    def run(self, seconds: int) -> None:
        """Let time pass until the end, four turns a second."""
        for _ in range(4 * seconds):
            if self.is_over:
                return
            self.house.run(0.25)
            self.drain.update(self.house.now)

    def told(self, guest: Guest) -> list[str]:
        """What the server said about its end."""
        lines = (message.text for message in guest.all_of(Chat) if isinstance(message, Chat))
        return [line for line in lines if "The server stops" in line]

    def close(self) -> None:
        self.wake.close()


@pytest.fixture
def evening(house: House) -> "Evening":
    return Evening(house)


def test_the_round_is_played_to_its_end_and_its_results_are_seen(evening: Evening) -> None:
    evening.wake.is_requested = True
    evening.run(1)
    assert evening.drain.is_draining
    assert evening.told(evening.ada) == ["The server stops after this round, in 120 seconds at most."]
    assert not evening.is_over
    evening.grace.say(Bye(""))
    evening.house.until(lambda: evening.house.room.people == 1)
    evening.house.turn(130)
    assert evening.house.room.phase is Phase.RESULTS
    evening.run(2)
    assert not evening.is_over
    before = evening.house.now
    evening.run(10)
    assert evening.wake.reason == "The server was stopped."
    assert evening.house.now - before <= RESULTS_SHOWN - 1
    evening.close()


def test_a_round_that_takes_longer_is_counted_down_and_cut_off(evening: Evening) -> None:
    evening.wake.is_requested = True
    before = evening.house.now
    evening.run(119)
    assert not evening.is_over
    evening.run(2)
    assert evening.is_over
    assert evening.house.now - before == pytest.approx(120, abs=0.6)
    first, *others = evening.told(evening.grace)
    assert first == "The server stops after this round, in 120 seconds at most."
    assert others == [f"The server stops in {left} seconds, or when this round is over." for left in (60, 30, 10)]
    assert sum("stops after this round" in line for line in evening.house.lines) == 1
    evening.close()


def test_of_two_ends_the_sooner_one_counts(evening: Evening) -> None:
    evening.drain.begin(40, evening.house.now)
    evening.drain.begin(20, evening.house.now)
    evening.drain.begin(3000, evening.house.now)
    evening.run(1)
    assert [line.split(" in ")[1].split()[0] for line in evening.told(evening.ada)] == ["40", "20"]
    evening.run(20)
    assert evening.is_over
    evening.close()


def test_without_patience_it_ends_at_once(evening: Evening) -> None:
    evening.drain.seconds = 0
    evening.wake.is_requested = True
    evening.drain.update(evening.house.now)
    assert evening.is_over
    assert evening.told(evening.ada) == []
    evening.close()


@pytest.mark.parametrize("are_here", [True, False])
def test_where_no_round_is_under_way_it_ends_at_once(house: House, are_here: bool) -> None:
    evening = Evening(house, plays=not are_here)
    if not are_here:
        for guest in (evening.ada, evening.grace):
            guest.reset()
        house.until(lambda: not house.room.people)
        assert house.room.phase is Phase.PLAYING
    assert evening.drain.next_due(house.now) > house.now
    evening.wake.is_requested = True
    assert evening.drain.next_due(house.now) == house.now
    evening.drain.update(house.now)
    assert evening.is_over
    evening.close()


def test_meanwhile_a_newcomer_is_refused_and_who_lost_the_line_is_let_in_again(evening: Evening) -> None:
    house = evening.house
    evening.wake.is_requested = True
    evening.run(1)
    welcome = evening.grace.heard[0]
    assert isinstance(welcome, Welcome)
    evening.grace.reset()
    house.until(lambda: house.room.people == 1)
    stranger, back = house.guest(), house.guest()
    stranger.say(Hello(PROTOCOL, BUILD, "Edsger", 1, ""))
    back.say(replace(HELLO, name="Grace", token=welcome.token))
    house.until(lambda: bool(back.heard) and stranger.is_over)
    assert stranger.heard == [Refused(RefusalCode.CLOSING, CLOSING)]
    assert isinstance(back.heard[0], Welcome)
    assert back.heard[0].returned
    evening.close()
