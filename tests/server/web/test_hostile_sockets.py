"""What browsers do with a WebSocket once it is open, or five hundred times at once, written byte by byte."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from petard.server.net.scram_keys import keys_of
from petard.server.policy.limits import TRIES_MOST
from petard.server.policy.proxy_header import Purpose
from petard.server.policy.scram import ScramServer
from petard.server.web import bridge, browsers
from petard.server.web.site import WATCHER_MESSAGES_MOST
from petard.shared.protocol.messages import BUILD, PROTOCOL, Auth, Hello, Message, Refused, Welcome
from petard.shared.protocol.scram_client import ScramLogin
from tests.server.web.fake_room import HONEST, PATIENCE, FakeRoom, fake_room, upgrade
from tests.server.web.live_room import Browser, LiveRoom, Pace, live_room
from tests.server.web.sample import LIMITS, report

KINDS = ("pad", "watch")
PACKED = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
TOO_BIG, PROTOCOL_ERROR = b"\x03\xf1", b"\x03\xea"  # 1009 and 1002, as a close frame has them
NAME = "petard.example.org"


def ws_frame(first: int, data: bytes) -> bytes:
    """A frame as a browser sends it, with a mask of zeros. `first`: its first byte."""
    size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
    return bytes([first]) + size + bytes(4) + data


@asynccontextmanager
async def opened(
    room: FakeRoom, kind: str, *more: str
) -> AsyncIterator[tuple[bytes, asyncio.StreamReader, asyncio.StreamWriter]]:
    """A WebSocket, and the head of the answer. `more`: headers beside the honest ones."""
    reader, writer = await asyncio.open_connection("127.0.0.1", room.port)
    try:
        writer.write(upgrade(room.port, kind, *HONEST, *more))
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101")
        yield head, reader, writer
    finally:
        writer.close()


async def last_words(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the end."""
    async with asyncio.timeout(PATIENCE):
        return await reader.read()


@pytest.mark.parametrize("kind", KINDS)
def test_no_message_is_packed_even_if_a_browser_asks_for_it_or_does_it(kind: str) -> None:
    async def conversation() -> None:
        async with fake_room() as room, opened(room, kind, PACKED) as (head, reader, writer):
            assert b"extensions" not in head.lower()
            writer.write(ws_frame(0xC2, b"packed"))  # with the bit that says so
            assert (await last_words(reader))[2:4] == PROTOCOL_ERROR

    asyncio.run(conversation())


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_in_pieces_counts_as_a_whole(kind: str) -> None:
    async def conversation() -> None:
        async with fake_room() as room, opened(room, kind) as (_, reader, writer):
            size = {"pad": 2000, "watch": 250}[kind]
            for first in (0x02, 0x00, 0x80):
                writer.write(ws_frame(first, bytes(size)))
            assert (await last_words(reader))[2:4] == TOO_BIG

    asyncio.run(conversation())


@pytest.mark.parametrize("kind", KINDS)
def test_a_browser_that_answers_no_ping_is_cut(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bridge.HEARTBEAT == 10.0
    monkeypatch.setattr(bridge, "HEARTBEAT", 0.2)

    async def conversation() -> None:
        async with fake_room() as room, opened(room, kind) as (_, reader, _writer):
            words = await last_words(reader)
            assert words.startswith(b"\x89\x00"), "a ping came first"
            line = await room.line(Purpose.PAD if kind == "pad" else Purpose.RELAY)
            if kind == "pad":
                assert await line.reader.read() == b""

    asyncio.run(conversation())


def test_a_watcher_that_talks_without_end_is_cut() -> None:
    async def conversation() -> None:
        async with fake_room() as room, opened(room, "watch") as (_, reader, writer):
            writer.write(ws_frame(0x82, b"x") * WATCHER_MESSAGES_MOST)
            async with asyncio.timeout(PATIENCE):
                await reader.readuntil(b"\x88\x02\x03\xe8")  # Close, status 1000
            writer.write(ws_frame(0x88, b"\x03\xe8"))
            assert await last_words(reader) == b""

    asyncio.run(conversation())


@pytest.mark.parametrize("kind", KINDS)
def test_of_five_hundred_sockets_of_one_address_eight_are_let_in_and_others_are_served(kind: str) -> None:
    async def conversation() -> None:
        told = report() | {"limits": LIMITS | {"per_address": 8}}
        async with fake_room(names=(NAME,), told=told) as room:
            of_one = {"Host": NAME, "Origin": f"https://{NAME}", "X-Forwarded-For": "203.0.113.9"}
            statuses, sockets = [], []
            for _ in range(500):
                try:
                    sockets.append(await room.socket(kind, **of_one))
                except aiohttp.WSServerHandshakeError as refused:
                    statuses.append(refused.status)
            assert len(sockets) == 8
            assert set(statuses) <= {503, 429}, "first there is no place, then too much is asked for"
            async with (
                room.socket(kind, **of_one | {"X-Forwarded-For": "203.0.113.10"}),
                room.session.get(room.url("/time")) as answer,
            ):
                assert answer.status == 200
            assert len(statuses) + len(sockets) == 500 > browsers.PLAIN_MOST
            for socket in sockets:
                await socket.close()

    asyncio.run(conversation())


async def tries(room: LiveRoom, address: str, password: str) -> Message:
    """What the room says to a phone from an address that tries a password: Welcome or Refused."""
    headers = {"Host": NAME, "Origin": f"https://{NAME}", "X-Forwarded-For": address}
    login = ScramLogin(password)
    async with room.session.ws_connect(f"{room.origin()}/ws/pad", headers=headers) as ws:
        phone = Browser(ws)
        await phone.send(Hello(PROTOCOL, BUILD, "Ada", 1, ""))
        while await phone.read():
            said = phone.received[-1]
            if isinstance(said, Auth) and (answer := login.answer(said.text)):
                await phone.send(Auth(answer))
            elif isinstance(said, Welcome | Refused):
                return said
    raise AssertionError(phone.received)


def test_five_wrong_passwords_of_one_phone_lock_it_out_and_no_other_behind_the_same_proxy() -> None:
    async def conversation() -> None:
        async with live_room(pace=Pace(1 / 60), names=(NAME,)) as room:
            keys = keys_of("Zündschnur", 4096)
            room.loopback.server.handshake.scram = ScramServer(keys, lambda: secrets.token_hex(12))
            for _ in range(TRIES_MOST):
                wrong = await tries(room, "203.0.113.9", "Zundschnur")
                assert isinstance(wrong, Refused)
                assert wrong.sentence == "That is not the password of this room."
            locked = await tries(room, "203.0.113.9", "Zündschnur")
            assert isinstance(locked, Refused)
            assert "Too many wrong passwords" in locked.sentence
            assert isinstance(await tries(room, "203.0.113.10", "Zündschnur"), Welcome)

    asyncio.run(conversation())
