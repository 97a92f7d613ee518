"""Hostile browsers: foreign pages, too much, too slow, too many. The room and the others notice nothing."""

import asyncio
from contextlib import AsyncExitStack, suppress

import aiohttp
import pytest

from petard.server.policy.outbox import CAP
from petard.server.policy.proxy_header import Purpose
from petard.server.web import bridge, browsers, site, watchers
from petard.shared.framing import LIMIT_CLIENT
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Chat,
    Delta,
    Digest,
    Hello,
    Keyframe,
    Lobby,
    Phase,
    Ping,
    Pong,
    Roster,
    Welcome,
)
from tests.server.web.fake_room import PATIENCE, FakeRoom, fake_room, upgrade

HELLO = Hello(PROTOCOL, BUILD, "Ada", 1, "")
WELCOME = Welcome(PROTOCOL, BUILD, 0, "", 60, "Den")
PLAIN_LOBBY = Lobby(Phase.LOBBY, 0, "small", "duel", 3, 0, 2, ("small",), ("duel",))


async def end_of(ws: aiohttp.ClientWebSocketResponse) -> int | None:
    """Read to the end; returns the status of the close."""
    async with asyncio.timeout(PATIENCE):
        while (await ws.receive()).type is aiohttp.WSMsgType.BINARY:
            pass
    return ws.close_code


async def still_serves(room: FakeRoom) -> None:
    """An honest pad comes in and is heard."""
    async with room.socket("pad") as ws:
        line = await room.line(Purpose.PAD)
        await ws.send_bytes(encode(HELLO))
        assert await line.read() == HELLO


def test_a_page_of_others_opens_no_websocket() -> None:
    async def conversation() -> None:
        async with fake_room() as room:
            for kind in ("pad", "watch"):
                for origin in ("http://evil.example", "null", f"http://127.0.0.1:{room.port + 1}", "file://"):
                    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                        await room.socket(kind, Origin=origin)
                    assert refused.value.status == 403
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:  # rebound: its name, and its page
                    await room.socket(kind, Origin="http://evil.example", Host="evil.example")
                assert refused.value.status == 421
            assert room.lines.empty()
            await still_serves(room)

    asyncio.run(conversation())


HUGE = {"pad": LIMIT_CLIENT + 1, "watch": 513}


@pytest.mark.parametrize("kind", HUGE)
def test_a_message_that_is_too_long_ends_the_connection(kind: str) -> None:
    async def conversation() -> None:
        async with fake_room() as room, room.socket(kind) as ws:
            await ws.send_bytes(bytes(HUGE[kind]))
            assert await end_of(ws) == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
            if kind == "pad":
                line = await room.line(Purpose.PAD)
                assert await line.reader.read() == b""
                await still_serves(room)

    asyncio.run(conversation())


@pytest.mark.parametrize("message", ["text", b""])
def test_what_is_no_payload_ends_the_connection(message: str | bytes) -> None:
    async def conversation() -> None:
        async with fake_room() as room, room.socket("pad") as ws:
            await (ws.send_bytes(message) if isinstance(message, bytes) else ws.send_str(message))
            assert await end_of(ws) == aiohttp.WSCloseCode.UNSUPPORTED_DATA
            line = await room.line(Purpose.PAD)
            assert await line.reader.read() == b""

    asyncio.run(conversation())


def test_bytes_pass_both_ways_unchanged_and_either_end_ends_both() -> None:
    async def conversation() -> None:
        async with fake_room("::1") as room:
            async with room.socket("pad", "::1") as ws:
                line = await room.line(Purpose.PAD)
                assert line.header.address == "::1"
                for size in (1, 125, 126, 4096):
                    await ws.send_bytes(bytes(size))
                    assert await line.reader.readexactly(4 + size) == size.to_bytes(4, "big") + bytes(size)
                for size in (1, 125, 126, 65535, 65536, 200_000):
                    line.writer.write(size.to_bytes(4, "big") + bytes(size))
                    assert (await ws.receive()).data == bytes(size)
                line.writer.close()
                assert await end_of(ws) == aiohttp.WSCloseCode.OK
            async with room.socket("pad", "::1") as ws:
                line = await room.line(Purpose.PAD)
            assert await line.reader.read() == b""

    asyncio.run(conversation())


def test_a_pad_that_does_not_read_slows_only_its_own_line_and_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "STUCK", 0.3)

    async def conversation() -> None:
        async with fake_room() as room:
            reader, writer = await raw_socket(room, "pad")
            line = await room.line(Purpose.PAD)
            line.writer.transport.set_write_buffer_limits(1)
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            with pytest.raises(ConnectionError):  # noqa: PT012  # the last of many writes
                for _ in range(4000):
                    line.writer.write((1000).to_bytes(4, "big") + bytes(1000))
                    await line.writer.drain()
                await line.reader.read()
                raise ConnectionResetError
            writer.close()
            assert reader
            await still_serves(room)

    asyncio.run(conversation())


def test_a_pad_that_says_goodbye_and_does_not_read_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    async def conversation() -> None:
        async with fake_room() as room:
            _, writer = await raw_socket(room, "pad")
            line = await room.line(Purpose.PAD)
            line.writer.transport.set_write_buffer_limits(1)
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            with suppress(TimeoutError):
                while True:
                    line.writer.write((50_000).to_bytes(4, "big") + bytes(50_000))
                    await asyncio.wait_for(line.writer.drain(), 0.2)
            monkeypatch.setattr(site, "STUCK", 0.0)
            writer.write(b"\x88\x82" + bytes(4) + b"\x03\xe8")  # Close, status 1000
            async with asyncio.timeout(PATIENCE):
                while not writer.transport.is_closing():
                    await asyncio.sleep(0.01)
                    writer.write(b"x")

    asyncio.run(conversation())


def test_a_flood_waits_in_the_socket_of_the_browser() -> None:
    async def conversation() -> None:
        async with fake_room() as room, room.socket("pad") as ws:
            line = await room.line(Purpose.PAD)
            line.reader._transport.pause_reading()  # type: ignore[attr-defined]  # private: a room that does not read
            sent = 0
            with suppress(TimeoutError):
                while sent < 64 << 20:
                    await asyncio.wait_for(ws.send_bytes(bytes(LIMIT_CLIENT)), 0.3)
                    sent += LIMIT_CLIENT
            assert sent < 16 << 20, "what is stored on the way is bounded"
            line.writer.transport.abort()

    asyncio.run(conversation())


async def raw_socket(room: FakeRoom, kind: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A WebSocket whose bytes the test writes itself."""
    reader, writer = await asyncio.open_connection("127.0.0.1", room.port)
    writer.write(upgrade(room.port, kind))
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
    return reader, writer


SMUGGLED = {
    "another protocol": (["Connection: Upgrade", "Upgrade: h2c"], 400),
    "an unknown version": (["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 6"], 400),
    "without Connection": (["Upgrade: websocket", "Sec-WebSocket-Version: 13"], 400),
    "with a body": (
        ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Content-Length: 5"],
        413,
    ),
}


@pytest.mark.parametrize(("lines", "status"), SMUGGLED.values(), ids=SMUGGLED)
def test_an_upgrade_that_is_none_is_refused(lines: list[str], status: int) -> None:
    async def conversation() -> None:
        async with fake_room() as room:
            reader, writer = await asyncio.open_connection("127.0.0.1", room.port)
            writer.write(upgrade(room.port, "pad", *lines) + b"hello")
            answer = await asyncio.wait_for(reader.read(4000), PATIENCE)
            assert int(answer.split()[1]) == status, answer
            writer.close()
            assert room.lines.empty()

    asyncio.run(conversation())


def test_a_request_behind_an_upgrade_is_read_as_frames_and_gets_no_page() -> None:
    async def conversation() -> None:
        async with fake_room() as room:
            reader, writer = await asyncio.open_connection("127.0.0.1", room.port)
            writer.write(upgrade(room.port, "pad") + b"GET /status.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
            async with asyncio.timeout(PATIENCE):
                answer = await reader.read(-1)
            assert answer.startswith(b"HTTP/1.1 101")
            assert b"200 OK" not in answer
            assert b"Den" not in answer
            writer.close()
            line = await room.line(Purpose.PAD)
            assert await line.reader.read() == b""
            await still_serves(room)

    asyncio.run(conversation())


def test_a_browser_behind_the_proxy_of_the_owner_counts_with_its_own_address() -> None:
    async def conversation() -> None:
        name = "petard.example.org"
        headers = {"Host": name, "Origin": f"https://{name}", "X-Forwarded-For": "203.0.113.9"}
        async with fake_room(names=(name,)) as room, AsyncExitStack() as stack:
            for _ in range(8):
                await stack.enter_async_context(room.socket("pad", **headers))
                line = await room.line(Purpose.PAD)
                assert line.header.address == "203.0.113.9"
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await room.socket("pad", **headers)
            await stack.enter_async_context(room.socket("pad", **headers | {"X-Forwarded-For": "203.0.113.10"}))
            await room.line(Purpose.PAD)

    asyncio.run(conversation())


def test_sixty_four_pads_come_in_and_no_more() -> None:
    async def conversation() -> None:
        async with fake_room() as room, AsyncExitStack() as stack:
            for _ in range(browsers.PADS_MOST):
                await stack.enter_async_context(room.socket("pad"))
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await room.socket("pad")
            assert refused.value.status == 503
            async with room.session.get(room.url("/healthz")) as answer:
                assert answer.status == 200
            async with room.socket("watch"):
                await room.lines.get()

    asyncio.run(conversation())


# Watchers


def test_watchers_get_the_same_bytes_and_the_room_hears_from_one_only() -> None:
    async def conversation() -> None:
        async with fake_room() as room, room.socket("watch") as one, room.socket("watch") as other:
            line = await room.line(Purpose.RELAY)
            line.write(WELCOME, PLAIN_LOBBY, Roster((), ()), Ping(7))
            while await line.read() != Pong(7):
                pass
            for ws in (one, other):
                assert [(await ws.receive()).data for _ in range(3)] == [
                    encode(message) for message in (WELCOME, PLAIN_LOBBY, Roster((), ()))
                ]
                for _ in range(20):
                    await ws.send_bytes(encode(HELLO))  # nobody listens
            assert room.lines.empty()

    asyncio.run(conversation())


class SlowTransport(asyncio.Transport):
    """A connection that takes what the test lets it take."""

    def __init__(self) -> None:
        super().__init__({"socket": self})
        self.waiting = 0
        self.written: list[bytes] = []
        self.is_aborted = False

    def setsockopt(self, *_: int) -> None:
        """Any option."""

    def get_write_buffer_size(self) -> int:
        """Bytes that wait."""
        return self.waiting

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Let them wait."""
        self.waiting += len(data)
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        """Never by itself."""
        return False

    def abort(self) -> None:
        """Note it."""
        self.is_aborted = True


STATE, KEYFRAME, LINE = encode(Delta(1, ())), encode(Keyframe(9, (0,) * 25, ())), encode(Chat(-1, "", "Hello.", 1))


def test_a_slow_watcher_is_spared_states_and_then_has_the_one_of_now() -> None:
    crowd, slow, quick = watchers.Watchers(lambda: KEYFRAME), SlowTransport(), SlowTransport()
    for transport in (slow, quick):
        crowd.add(transport, [], 0.0)
    for turn in range(1, 60):
        quick.waiting = 0
        crowd.send([(STATE, Delta), (LINE, Chat)] if turn == 30 else [(STATE, Delta)], turn / 60)
    assert len(quick.written) == 60
    states = [data for data in slow.written if STATE in data]
    assert len(states) <= 18  # a quarter of a second, and what was under way
    assert any(data.endswith(LINE) for data in slow.written)
    slow.waiting = 0
    crowd.send([(STATE, Delta)], 1.0)
    assert slow.written[-1].endswith(KEYFRAME)
    slow.waiting = 0
    crowd.send([(STATE, Delta)], 1.02)
    assert slow.written[-1].endswith(STATE)


def test_a_watcher_that_takes_nothing_for_ten_seconds_is_cut_and_one_that_takes_little_is_not() -> None:
    crowd, stuck, slow, full = watchers.Watchers(lambda: KEYFRAME), SlowTransport(), SlowTransport(), SlowTransport()
    for transport in (stuck, slow, full):
        crowd.add(transport, [], 0.0)
    full.waiting = CAP + 1
    for second in range(1, 14):
        slow.waiting = max(0, slow.waiting - 1)
        crowd.send([(LINE, Chat)], float(second))
    assert (stuck.is_aborted, slow.is_aborted, full.is_aborted) == (True, False, True)
    assert len(crowd) == 1


def test_digests_and_states_are_spared_together() -> None:
    crowd, slow = watchers.Watchers(lambda: KEYFRAME), SlowTransport()
    crowd.add(slow, [], 0.0)
    slow.waiting = 10
    for turn in range(60):
        crowd.send([(STATE, Delta), (encode(Digest(turn, 1)), Digest)], turn / 60)
    assert len(slow.written) <= 18
