"""How many browsers may be here, what one more costs, and what becomes of those that take nothing."""

import asyncio
import sys
from types import FrameType
from typing import Any

import pytest

from petard.server.config.values import Endpoint
from petard.server.policy.log import Log
from petard.server.web import bridge, browsers, process
from petard.server.web.browsers import AddressLimits, BrowserConnection, Browsers, Use
from petard.server.web.figures import RoomReports
from petard.server.web.frames import ws_frame
from petard.server.web.process import every_second
from petard.server.web.upstream import PublicRelay
from petard.server.web.watchers import Watchers
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Chat, Lobby, Phase, Roster
from tests.server.web.fake_room import PATIENCE, fake_room
from tests.server.web.sample import LIMITS, report

PLAIN_LOBBY = Lobby(Phase.LOBBY, 0, "small", "duel", 3, 0, 2, ("small",), ("duel",))


class FakeTransport(asyncio.Transport):
    """A connection from an address, which takes nothing."""

    def __init__(self, address: str) -> None:
        super().__init__({"peername": (address, 4000), "socket": self})
        self.is_aborted = self.is_closed = False
        self.written = b""

    def setsockopt(self, *_: int) -> None:
        """A socket that its other end has reset takes no option, on some systems."""
        raise OSError

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Any limits."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Note it."""
        self.written += data

    def is_closing(self) -> bool:
        """Whether it was closed."""
        return self.is_closed

    def close(self) -> None:
        """What waits for it keeps it open."""
        self.is_closed = True

    def abort(self) -> None:
        """Note it."""
        self.is_aborted = True


def connection(all_browsers: Browsers, address: str) -> BrowserConnection:
    """A new connection from an address."""
    found = all_browsers.new_connection()
    found.connection_made(FakeTransport(address))
    return found


def test_one_address_group_has_eight_pads_and_the_room_may_say_otherwise() -> None:
    async def conversation() -> None:
        reports = RoomReports(report() | {"limits": LIMITS | {"per_address": 8}}, 0.0)
        crowd = Browsers(AddressLimits(reports))

        def taken(address: str, count: int, use: Use = Use.PAD) -> int:
            return sum(crowd.take(connection(crowd, address), use) for _ in range(count))

        assert taken("2001:db8::1", 5) + taken("2001:db8::2", 5) == 8  # one /64
        assert taken("10.0.0.5", 9) == 8
        assert taken("10.0.0.5", 9, Use.WATCHER) == 8
        assert taken("127.0.0.1", 9) == 9
        reports.report = report() | {"limits": LIMITS | {"per_address": 2, "uncounted": ["10.0.0.0/24"]}}
        assert taken("10.0.0.6", 9) == 9
        assert taken("10.0.1.6", 9) == 2

    asyncio.run(conversation())


def test_one_address_that_fills_the_connections_loses_its_own() -> None:
    async def conversation() -> None:
        crowd = Browsers(AddressLimits(RoomReports(report(), 0.0)))
        honest = connection(crowd, "10.0.0.6")
        flood = [connection(crowd, "10.0.0.5") for _ in range(500)]
        assert not honest.transport.is_aborted  # type: ignore[attr-defined]
        assert sum(one.transport.is_aborted for one in flood) >= 500 - browsers.PLAIN_PER_GROUP  # type: ignore[attr-defined]

    asyncio.run(conversation())


@pytest.mark.parametrize("addresses", [["10.0.0.5"] * 32, [f"10.0.{number % 8}.5" for number in range(256)]])
def test_browsers_that_have_asked_once_lock_nobody_out(addresses: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsers, "SETTLED", 0.0)

    async def conversation() -> None:
        crowd = Browsers(AddressLimits(RoomReports(report(), 0.0)))
        idle = [connection(crowd, address) for address in addresses]
        for one in idle:
            one.use = Use.PAGES
        late = connection(crowd, addresses[0] if len(addresses) == browsers.PLAIN_PER_GROUP else "10.0.9.9")
        late.use, late.is_answering = Use.PAGES, True  # it asks at once
        async with asyncio.timeout(PATIENCE):
            while crowd.count(Use.PAGES) > len(addresses):
                await asyncio.sleep(0)
        assert not late.transport.is_aborted  # type: ignore[attr-defined]
        assert [one for one in idle if one.transport.is_aborted] == idle[:1]  # type: ignore[attr-defined]

    asyncio.run(conversation())


def test_connections_that_never_ask_are_closed_at_once_when_they_fill_what_a_sudden_crowd_may_take() -> None:
    async def conversation() -> None:
        crowd = Browsers(AddressLimits(RoomReports(report(), 0.0)))
        flood = [connection(crowd, "127.0.0.1") for _ in range(browsers.SUDDEN_MOST + 10)]
        assert [one for one in flood if one.transport.is_aborted] == flood[:10]  # type: ignore[attr-defined]

    asyncio.run(conversation())


def test_what_a_new_watcher_costs_does_not_grow_with_those_who_are_here() -> None:
    async def conversation() -> None:
        crowd = Browsers(AddressLimits(RoomReports(report() | {"limits": LIMITS | {"per_address": 1}}, 0.0)))

        def steps_from(first: int) -> int:
            """Steps of Python, with each turn of a loop, in which ten come and go."""
            steps = 0

            def trace(frame: FrameType, event: str, arg: Any) -> Any:
                nonlocal steps
                steps += event == "line"
                return trace

            before = sys.gettrace()
            sys.settrace(trace)
            for number in range(first, first + 10):
                one = connection(crowd, f"10.1.{number // 250}.{number % 250}")
                assert crowd.take(one, Use.WATCHER)
                one.connection_lost(None)
            sys.settrace(before)
            return steps

        steps_from(0)
        few = steps_from(10)
        for number in range(1000, 1500):
            assert crowd.take(connection(crowd, f"10.1.{number // 250}.{number % 250}"), Use.WATCHER)
        assert steps_from(20) <= 1.2 * few
        assert crowd.count(Use.WATCHER) == 500
        assert crowd.count(Use.PAGES) == 0

    asyncio.run(conversation())


def test_a_pad_that_takes_nothing_is_cut_also_when_its_line_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "STUCK", 0.0)

    async def conversation() -> None:
        pad = connection(Browsers(AddressLimits(RoomReports(report(), 0.0))), "10.0.0.5")
        line = bridge.PadLine(pad)
        line.connection_made(FakeTransport("127.0.0.1"))
        line.connection_lost(None)
        async with asyncio.timeout(PATIENCE):
            while not pad.transport.is_aborted:  # type: ignore[attr-defined]
                await asyncio.sleep(0)
        pad.connection_lost(None)

    asyncio.run(conversation())


def test_a_watcher_whose_socket_takes_no_option_is_served_like_others() -> None:
    crowd, transport = Watchers(lambda: None), FakeTransport("10.0.0.5")
    crowd.add(transport, [(b"hello", Chat)], 0.0)
    assert (len(crowd), transport.written) == (1, ws_frame(b"hello"))


def test_a_relay_is_ready_once_lobby_and_roster_are_there() -> None:
    relay = PublicRelay(Endpoint("127.0.0.1", 1), "", Log(str))
    relay.note(Roster((), ()))
    assert not relay.ready.is_set()
    relay.broadcast.receive(encode(PLAIN_LOBBY), Lobby)
    relay.note(Roster((), ()))
    assert relay.ready.is_set()


def test_one_address_group_may_ask_so_often_and_others_are_heard_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsers, "GROUPS_KEPT", 50)
    limits = AddressLimits(RoomReports(report(), 0.0))
    assert sum(limits.may_ask("10.0.0.5", 100.0) for _ in range(1000)) == 320  # 4 x 8 pads x 10 seconds
    assert limits.may_ask("10.0.0.6", 100.0)
    assert sum(limits.may_ask("10.0.0.5", 101.0) for _ in range(1000)) == 32
    assert all(limits.may_ask("", 101.0) for _ in range(1000))
    for number in range(50):  # what is noted of others is bounded
        assert limits.may_ask(f"10.0.1.{number}", 101.0)
    assert limits.may_ask("10.0.0.5", 101.0)


def test_pictures_of_ever_new_addresses_are_refused_before_they_take_a_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsers, "group_of", lambda *_: "one of many")

    async def conversation() -> None:
        async with fake_room("") as room:
            statuses = []
            for port in range(1, 61):
                host = {"Host": f"10.9.8.7:{port}"}
                async with room.session.get(room.url("/join.svg"), headers=host) as answer:
                    statuses.append(answer.status)
            assert statuses[:10] == [200] * 10
            assert statuses.count(200) < 40
            assert statuses[-1] == 429

    asyncio.run(conversation())


def test_a_turn_that_fails_is_said_once_and_the_next_ones_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "EVERY", 0.001)

    async def conversation() -> None:
        faults: list[str] = []
        turns, later = [0], asyncio.Event()

        def turn(now: float) -> None:
            turns[0] += 1
            if turns[0] == 5:
                later.set()
            raise ValueError("one" if turns[0] < 3 else "two")

        task = asyncio.create_task(every_second(turn, faults.append))
        await asyncio.wait_for(later.wait(), PATIENCE)
        task.cancel()
        assert faults == [f"a turn has a fault: ValueError: {which}" for which in ("one", "two")]

    asyncio.run(conversation())


def test_a_browser_that_asks_without_end_is_refused_and_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsers, "group_of", lambda *_: "one of many")

    async def conversation() -> None:
        async with fake_room(told=report() | {"limits": LIMITS | {"per_address": 1}}) as room:
            reader, writer = await asyncio.open_connection("127.0.0.1", room.port)
            writer.write(400 * b"GET /time HTTP/1.1\r\nHost: localhost\r\n\r\n")
            async with asyncio.timeout(PATIENCE):
                answers = await reader.read(-1)
            writer.close()
            assert answers.count(b"HTTP/1.1 200 ") >= 40  # a few more, if this takes long
            assert answers.count(b"HTTP/1.1 429 ") == 1

    asyncio.run(conversation())
