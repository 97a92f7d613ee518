"""The relay that a room starts by itself: browsers reach it by the port of the pages, games by one of its own."""

import asyncio
import secrets
import sys
from collections import Counter
from contextlib import AsyncExitStack, suppress

import aiohttp
import pytest

from petard.server.net.scram_keys import keys_of
from petard.server.policy.scram import ScramServer
from petard.server.web import handoff, relay, service
from petard.server.web.browsers import PLAIN_MOST
from petard.server.web.own_relay import LOCKED
from petard.server.web.private import WebOrder
from petard.shared.framing import frame
from petard.shared.protocol.codec import decode, encode
from petard.shared.protocol.messages import Delta, Message, Welcome
from tests.server.loopback import HELLO
from tests.server.web.fake_room import upgrade
from tests.server.web.live_room import PATIENCE, Browser, LiveRoom, live_room, until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no process can pass a connection on there")


@pytest.fixture(autouse=True)
def _quick_confirmations(monkeypatch: pytest.MonkeyPatch) -> None:
    """The room's time passes quickly, so the relay has to confirm more often, too."""
    monkeypatch.setattr(relay, "CONFIRM_EVERY", 0.004)


async def watched(room: LiveRoom, all_of: AsyncExitStack) -> Browser:
    """A browser that watches, whichever process serves it; it comes again if it was closed."""
    while True:
        with suppress(aiohttp.ClientError):
            browser = await all_of.enter_async_context(room.browser("watch"))
            if await browser.read():
                return browser


async def first_answer(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Ask to watch; the status line of the answer, or b"" if the connection is closed."""
    try:
        writer.write(upgrade(port, "watch"))
        return await reader.readline()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def web_watchers(room: LiveRoom) -> float:
    """The metric of that name."""
    async with room.session.get(f"{room.origin()}/metrics") as answer:
        text = await answer.text()
    return float(text.partition("\npetard_web_watchers ")[2].partition("\n")[0])


def test_browsers_watch_through_a_process_of_their_own_and_for_the_room_that_is_one_connection() -> None:
    async def conversation() -> None:
        async with live_room(with_relay=True) as room, room.browser("pad") as pad, AsyncExitStack() as all_of:
            await pad.join("Ada")
            playing = asyncio.create_task(pad.play(260))
            coming = [asyncio.create_task(watched(room, all_of)) for _ in range(3)]
            async with room.relay():
                watchers = await asyncio.gather(*coming)
                await asyncio.gather(*(watcher.until_tick(200) for watcher in watchers))
                await playing
                for watcher in watchers:
                    common = pad.states.keys() & watcher.states.keys()
                    assert len(common) > 30
                    assert all(pad.states[tick] == watcher.states[tick] for tick in common)
                    assert isinstance(watcher.received[0], Welcome)
                    assert "relay" not in watcher.received[0].words  # it could play here, on another page
                assert len(room.loopback.server.connections.members) == 2  # Ada, and one for all who watch
                while await web_watchers(room) != 3:
                    await asyncio.sleep(0.01)
                await all_of.aclose()

    asyncio.run(conversation())


def test_a_crowd_that_connects_before_it_asks_and_before_the_relay_has_started_loses_no_connection() -> None:
    crowd = PLAIN_MOST + 44

    async def conversation() -> None:
        async with live_room(with_relay=True) as room:
            ends = [await asyncio.open_connection("127.0.0.1", room.port) for _ in range(crowd)]
            coming = [asyncio.create_task(first_answer(room.port, *both)) for both in ends]
            while await web_watchers(room) < crowd and not any(one.done() for one in coming):
                await asyncio.sleep(0.01)
            async with room.relay():
                answers = await asyncio.gather(*coming)
            assert Counter(answers) == {b"HTTP/1.1 101 Switching Protocols\r\n": crowd}

    asyncio.run(conversation())


def test_a_relay_that_ends_takes_its_watchers_along_and_the_next_one_serves_them_while_a_pad_plays_on() -> None:
    async def conversation() -> None:
        async with live_room(with_relay=True) as room, room.browser("pad") as pad, AsyncExitStack() as all_of:
            await pad.join("Ada")
            playing = asyncio.create_task(pad.play(240))
            coming = asyncio.create_task(watched(room, all_of))
            async with room.relay() as first:
                watcher = await coming
                await watcher.until(lambda: watcher.has(Delta))
                first.cancel()
                while await watcher.read():
                    pass
            coming = asyncio.create_task(watched(room, all_of))
            async with room.relay():
                again = await coming
                await again.until(lambda: again.has(Delta))
                await all_of.aclose()
            await playing

    asyncio.run(conversation())


def test_a_game_watches_at_the_port_of_the_relay_unless_the_room_has_a_password() -> None:
    async def conversation() -> None:
        async with live_room(with_relay=True) as room, room.session.get(f"{room.origin()}/"), room.relay():
            await until(lambda: any("games may watch" in line for line in room.loopback.log_lines))
            line = next(line for line in room.loopback.log_lines if "games may watch" in line)
            port = int(line.rpartition(" ")[2])
            assert isinstance(await _answer(port), Welcome)
            room.loopback.server.handshake.scram = ScramServer(keys_of("secret", 4096), lambda: secrets.token_hex(12))
            async with asyncio.timeout(PATIENCE):
                while await _answer(port) != LOCKED:  # the next report has not come yet
                    pass

    asyncio.run(conversation())


async def _answer(port: int) -> Message:
    """The first message that a game gets which comes to watch."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(frame(encode(HELLO)))
    async with asyncio.timeout(PATIENCE):
        message = decode(await reader.readexactly(int.from_bytes(await reader.readexactly(4), "big")))
    writer.close()
    return message


def test_the_relay_is_told_to_end_once_nobody_has_watched_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "RELAY_LINGER", 3.0)

    async def conversation() -> None:
        async with live_room(with_relay=True) as room:
            assert room.relay_process.order is None
            async with room.session.get(f"{room.origin()}/watch"):
                await until(lambda: room.relay_process.order)
            await until(lambda: not room.relay_process.order)

    asyncio.run(conversation())


def test_without_a_relay_within_the_time_the_web_process_serves_those_who_watch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handoff, "WITHIN", 0.05)

    async def conversation() -> None:
        async with live_room(with_relay=True) as room, room.browser("watch") as watcher:
            await watcher.until(lambda: watcher.has(Welcome))
            assert await web_watchers(room) == 1

    asyncio.run(conversation())


def test_a_foreign_page_is_refused_before_its_connection_is_passed_on() -> None:
    async def conversation() -> None:
        async with live_room(with_relay=True) as room:
            with suppress(aiohttp.WSServerHandshakeError):
                await room.session.ws_connect(f"{room.origin()}/ws/watch", headers={"Origin": "http://evil.example"})
                raise AssertionError("it was accepted")
            assert room.relay_process.order is None

    asyncio.run(conversation())


def test_where_it_is_switched_off_or_impossible_there_is_no_place_to_pass_connections_on() -> None:
    assert WebOrder("/tmp/x/room", "", "", 0, 1, relay=True).handoff == "/tmp/x/watch"
    assert WebOrder("/tmp/x/room", "", "", 0, 1).handoff == ""
    assert WebOrder(7000, "", "", 0, 1, relay=True).handoff == ""
