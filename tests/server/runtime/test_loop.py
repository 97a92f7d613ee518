"""The loop gives the services their turns, also while nobody is connected, hands them the news, and ends in order."""

import re
import time
from collections.abc import Iterator, Sequence
from typing import cast

import pytest

from petard.server.policy.log import Log
from petard.server.recording.demo_store import DemoStore
from petard.server.room.events import MemberJoined, RoomEvent
from petard.server.room.match_recorder import DemoChunk
from petard.server.room.outgoing import Outgoing
from petard.server.runtime.loop import FAULT, MainLoop
from petard.server.runtime.service import ServiceRunner
from petard.server.runtime.signals import StopSignals
from petard.shared.protocol.messages import Bye
from tests.server.house import House


@pytest.fixture
def wake() -> Iterator[StopSignals]:
    wake = StopSignals()
    yield wake
    wake.close()


class Clerk:
    """A service that stops the server after its third turn."""

    def __init__(self, wake: StopSignals) -> None:
        self.wake = wake
        self.turns: list[float] = []
        self.news: list[RoomEvent] = []
        self.is_closed = False

    def update(self, now: float) -> None:
        self.turns.append(now)
        if len(self.turns) == 3:
            self.wake.reason = "It is late."

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        self.news += events

    def next_due(self, now: float) -> float:
        return now + 0.02

    def close(self) -> None:
        self.is_closed = True


def test_a_service_has_its_turns_in_a_room_where_nobody_is(wake: StopSignals) -> None:
    house = House()
    clerk = Clerk(wake)
    MainLoop(house.net, wake, house.log, None, [clerk]).run()
    assert 3 <= len(clerk.turns) <= 4  # one more where it was the turn right after a sleep
    assert clerk.is_closed
    assert "stopped: It is late." in house.lines
    house.close()


def test_a_service_hears_what_has_happened(wake: StopSignals) -> None:
    house = House()
    clerk = Clerk(wake)
    house.member("Ada")
    MainLoop(house.net, wake, house.log, None, [clerk]).run()
    assert clerk.news == [MemberJoined(1, "Ada")]
    house.close()


class Torn:
    """A service that raises in whatever it is asked to do."""

    def __init__(self) -> None:
        self.turns = 0

    def update(self, now: float) -> None:
        self.turns += 1
        raise OverflowError("999")

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        raise KeyError("news")

    def next_due(self, now: float) -> float:
        raise ValueError("never")

    def close(self) -> None:
        raise OSError("stuck")


def test_a_service_that_raises_is_named_and_rests_and_nobody_else_is_the_worse_for_it(wake: StopSignals) -> None:
    lines: list[str] = []
    torn, clerk = Torn(), Clerk(wake)
    services = ServiceRunner([torn, clerk], Log(lines.append))
    for tick in range(60):
        services.update((), tick / 60)
    assert (torn.turns, len(clerk.turns)) == (1, 60)
    assert len(lines) == 1
    assert re.fullmatch(
        r"a fault in Torn \(test_loop\.py, line \d+\), which pauses for a second: OverflowError: 999", lines[0]
    )
    assert services.next_due(1.0) == 1.02
    services.update([MemberJoined(1, "Ada")], 5.0)
    services.update((), 6.0)
    assert (torn.turns, clerk.news) == (2, [MemberJoined(1, "Ada")])
    services.close(7.0)
    assert clerk.is_closed


class Hasty(Torn):
    """The same, and it wants its turn at once."""

    def next_due(self, now: float) -> float:
        return 0.0


def test_a_server_that_sleeps_is_not_kept_awake_by_a_service_that_rests() -> None:
    lines: list[str] = []
    services = ServiceRunner([Hasty()], Log(lines.append))
    assert services.next_due(3.0) <= 3.0
    services.update((), 3.0)
    assert services.next_due(3.0) == 4.0


class Gone(Exception):
    """What the game raises in a test."""


def test_a_fault_of_the_game_ends_the_server_in_order_and_without_a_goodbye(
    wake: StopSignals, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House()
    torn, clerk, ada = Torn(), Clerk(wake), house.member("Ada")
    started = time.monotonic()

    def tick(now: float) -> list[Outgoing]:
        raise Gone

    monkeypatch.setattr(house.room, "tick", tick)
    shelf = Stand()
    with pytest.raises(Gone):
        MainLoop(house.net, wake, house.log, cast("DemoStore", shelf), [torn, clerk]).run()
    assert time.monotonic() - started < 2.0
    house.read()
    assert ada.is_over
    assert ada.all_of(Bye) == [], "or her game would not dial again"
    assert shelf.is_closed
    assert clerk.is_closed
    assert house.net.connections.is_empty
    assert f"stopped: {FAULT}" in house.lines
    house.close()


class Stand:
    """A shelf that only knows whether it was closed."""

    is_closed = False

    def enqueue(self, page: DemoChunk) -> None:
        pass

    def take_problems(self) -> list[str]:
        return []

    def close(self) -> None:
        self.is_closed = True
