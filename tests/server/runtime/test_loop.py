"""The main loop updates services, also in an empty room, passes events to them, and stops in order."""

import gc
import math
import re
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

import pytest

from petard.server.policy.log import Log, Trouble
from petard.server.recording.demo_store import DemoStore
from petard.server.room.match_recorder import DemoChunk
from petard.server.room.outgoing import Outgoing
from petard.server.room.status import MemberChange, MemberEvent, RoomEvent
from petard.server.runtime.loop import FAULT, MainLoop
from petard.server.runtime.service import Service, ServiceRunner
from petard.server.runtime.signals import StopSignals
from petard.shared.protocol.capability_words import RELAY_WORD
from petard.shared.protocol.messages import Bye, Welcome
from tests.server.loopback import HELLO, LoopbackServer


@pytest.fixture
def signals() -> Iterator[StopSignals]:
    signals = StopSignals()
    yield signals
    signals.close()


class StoppingService(Service):
    """A service that stops the server after its third update."""

    def __init__(self, signals: StopSignals) -> None:
        self.signals = signals
        self.updates: list[float] = []
        self.events: list[RoomEvent] = []
        self.is_closed = False

    def update(self, now: float) -> None:
        self.updates.append(now)
        if len(self.updates) == 3:
            self.signals.reason = "It is late."

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        self.events += events

    def next_due(self, now: float) -> float:
        return now + 0.02

    def close(self) -> None:
        self.is_closed = True


def test_a_service_is_updated_in_an_empty_room(signals: StopSignals) -> None:
    loopback = LoopbackServer()
    stopping = StoppingService(signals)
    MainLoop(loopback.server, signals, loopback.log, None, [stopping]).run()
    assert 3 <= len(stopping.updates) <= 4  # one more where it was the turn right after a sleep
    assert stopping.is_closed
    assert "stopped: It is late." in loopback.log_lines
    loopback.close()


class CountingService(Service):
    """Counts its updates, and stops the server after half a second."""

    def __init__(self, signals: StopSignals) -> None:
        self.signals = signals
        self.updates = 0
        self.until = math.inf

    def update(self, now: float) -> None:
        self.updates += 1
        self.until = min(self.until, now + 0.5)
        if now >= self.until:
            self.signals.reason = "It is late."


@pytest.mark.parametrize("words", [None, (RELAY_WORD,)])
def test_a_stranger_or_a_relay_does_not_keep_an_empty_room_awake(
    words: tuple[str, ...] | None, signals: StopSignals
) -> None:
    loopback = LoopbackServer()
    client = loopback.connect()
    if words:
        client.send(replace(HELLO, players=0, words=words))
        loopback.until(lambda: bool(client.all_of(Welcome)))
    counting = CountingService(signals)
    MainLoop(loopback.server, signals, loopback.log, None, [counting]).run()
    assert counting.updates <= 16, "two for each of six turns; 30 turns if it stays awake"
    client.sock.close()
    loopback.close()


class CollectorProbe(StoppingService):
    """Notes whether Python collects garbage by itself while the loop runs."""

    def __init__(self, signals: StopSignals) -> None:
        super().__init__(signals)
        self.seen: set[bool] = set()

    def update(self, now: float) -> None:
        self.seen.add(gc.isenabled())
        super().update(now)


def test_garbage_is_collected_only_when_the_loop_says_so_until_it_ends(signals: StopSignals) -> None:
    loopback = LoopbackServer()
    probe = CollectorProbe(signals)
    MainLoop(loopback.server, signals, loopback.log, None, [probe]).run()
    assert probe.seen == {False}
    assert gc.isenabled()
    loopback.close()


def test_a_service_gets_the_events_of_the_room(signals: StopSignals) -> None:
    loopback = LoopbackServer()
    stopping = StoppingService(signals)
    loopback.member("Ada")
    MainLoop(loopback.server, signals, loopback.log, None, [stopping]).run()
    assert stopping.events == [MemberEvent(MemberChange.JOINED, 1, "Ada")]
    loopback.close()


class FailingService(Service):
    """A service whose every method raises."""

    def __init__(self) -> None:
        self.updates = 0

    def update(self, now: float) -> None:
        self.updates += 1
        raise OverflowError("999")

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        raise KeyError("news")

    def next_due(self, now: float) -> float:
        raise ValueError("never")

    def close(self) -> None:
        raise OSError("stuck")


def test_a_service_that_raises_is_logged_and_paused_and_the_others_go_on(signals: StopSignals) -> None:
    lines: list[str] = []
    raising, stopping = FailingService(), StoppingService(signals)
    services = ServiceRunner([raising, stopping], Log(lines.append))
    for tick in range(60):
        services.update((), tick / 60)
    assert (raising.updates, len(stopping.updates)) == (1, 60)
    assert len(lines) == 1
    assert re.fullmatch(
        r"a fault in FailingService \(test_loop\.py, line \d+\), which pauses for a second: OverflowError: 999",
        lines[0],
    )
    assert services.next_due(1.0) == 1.02
    services.update([MemberEvent(MemberChange.JOINED, 1, "Ada")], 5.0)
    services.update((), 6.0)
    assert (raising.updates, stopping.events) == (2, [MemberEvent(MemberChange.JOINED, 1, "Ada")])
    services.close(7.0)
    assert stopping.is_closed


class ImpatientService(FailingService):
    """A FailingService that is always due."""

    def next_due(self, now: float) -> float:
        return 0.0


def test_a_paused_service_does_not_keep_the_server_awake() -> None:
    lines: list[str] = []
    services = ServiceRunner([ImpatientService()], Log(lines.append))
    assert services.next_due(3.0) <= 3.0
    services.update((), 3.0)
    assert services.next_due(3.0) == 4.0


class GameFault(Exception):
    """The exception of the game in a test."""


def test_an_exception_of_the_game_stops_the_server_in_order_and_without_a_goodbye(
    signals: StopSignals, monkeypatch: pytest.MonkeyPatch
) -> None:
    loopback = LoopbackServer()
    raising, stopping, ada = FailingService(), StoppingService(signals), loopback.member("Ada")
    started = time.monotonic()

    def tick(now: float) -> list[Outgoing]:
        raise GameFault

    monkeypatch.setattr(loopback.room, "tick", tick)
    demos = FakeDemoStore("the disk is full")
    with pytest.raises(GameFault):
        MainLoop(loopback.server, signals, loopback.log, cast("DemoStore", demos), [raising, stopping]).run()
    assert time.monotonic() - started < 2.0
    loopback.read()
    assert ada.is_over
    assert ada.all_of(Bye) == [], "or her game would not dial again"
    assert demos.is_closed
    assert loopback.log.troubles == {Trouble.RECORDING: 1}
    assert stopping.is_closed
    assert loopback.server.connections.is_empty
    assert f"stopped: {FAULT}" in loopback.log_lines
    loopback.close()


class FakeDemoStore:
    """A demos that only knows whether it was closed."""

    is_closed = False

    def __init__(self, *problems: str) -> None:
        self.problems = deque(problems)

    def enqueue(self, page: DemoChunk) -> None:
        pass

    def close(self) -> None:
        self.is_closed = True
