"""What is no game at a relay, what is no room for one, and wrong arguments: one sentence each."""

import asyncio

import pytest

from petard.server.cli.relay import main
from petard.server.config.values import Endpoint
from petard.server.policy.log import Log
from petard.server.web import browsers, upstream
from petard.server.web.upstream import CannotRelay
from petard.shared.protocol.codec import decode
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Bye,
    Hello,
    Input,
    Ready,
    RefusalCode,
    Refused,
    Roster,
    Welcome,
)
from tests.server.loopback import LoopbackServer, framed
from tests.server.web.live_room import PATIENCE, until
from tests.server.web.relays import RelayHere, Room, be_quick, game_at, relay_of, room_with_ada


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    be_quick(monkeypatch)


async def refusal_of(port: int, first: bytes = b"", then: bytes = b"") -> Refused | Bye:
    """What a connection gets last that has sent this; the second part after a first answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(first)
    async with asyncio.timeout(PATIENCE):
        if then:
            await reader.readexactly(int.from_bytes(await reader.readexactly(4), "big"))
            writer.write(then)
        data = await reader.read()
    writer.close()
    at, last = 0, b""
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        at, last = at + 4 + size, data[at + 4 : at + 4 + size]
    message = decode(last)
    assert isinstance(message, Refused | Bye)
    return message


def test_strange_clients_get_one_sentence_and_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsers, "HEAD_WITHIN", 0.2)
    hello = framed(Hello(PROTOCOL, BUILD, "Eve", 0, ""))
    flood = b"".join(framed(Input(tick, (), 0)) for tick in range(1, 900))

    async def conversation() -> None:
        async with room_with_ada(plays=False) as room, relay_of(room.port) as here:
            old = await refusal_of(here.port, framed(Hello(PROTOCOL - 1, "0.1", "Eve", 0, "")))
            assert isinstance(old, Refused)
            assert (old.code, "must be updated" in old.sentence) == (RefusalCode.PROTOCOL, True)
            assert await refusal_of(here.port) == Refused(RefusalCode.BAD, "You did not join within 5 seconds.")
            assert await refusal_of(here.port, hello, flood) == Bye("You sent more than 80 inputs a second.")
            assert await refusal_of(here.port, hello, hello) == Bye("You broke the protocol: Hello in OPEN.")
            soon = await refusal_of(here.port, hello + flood)
            assert soon == Refused(RefusalCode.BAD, "You broke the protocol: Input in HANDSHAKE.")
            odd = await refusal_of(here.port, b"GET / HTTP/1.1\r\n\r\n")
            assert isinstance(odd, Refused)
            assert "broke the protocol" in odd.sentence

    asyncio.run(conversation())


def test_an_address_has_so_many_watchers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsers, "group_of", lambda *_: "one of many")

    async def conversation() -> None:
        async with room_with_ada(plays=False) as room, relay_of(room.port, per_address=1) as here:
            await joined(room, here)
            async with game_at(room, here.port) as game:
                await until(lambda: game.session.room.lobby)
                many = await refusal_of(here.port, framed(Hello(PROTOCOL, BUILD, "Eve", 0, "")))
                assert isinstance(many, Refused)
                assert many.code is RefusalCode.FULL

    asyncio.run(conversation())


async def joined(room: Room, here: RelayHere) -> None:
    """Let a game come and go."""
    async with game_at(room, here.port) as game:
        await until(lambda: game.session.room.lobby)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", framed(Ready(True)), b""])
def test_what_is_no_room_gets_no_relay(answer: bytes) -> None:
    async def conversation() -> None:
        async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(100)
            writer.write(answer)
            writer.close()

        strange = await asyncio.start_server(answers, "127.0.0.1", 0)
        async with strange:
            with pytest.raises(CannotRelay, match=r"127\.0\.0\.1:.*(makes no sense|was lost)"):
                async with relay_of(strange.sockets[0].getsockname()[1]):
                    raise AssertionError

    asyncio.run(conversation())


@pytest.mark.parametrize("first", [b"", framed(Welcome(PROTOCOL, BUILD, 1, "", 60, "Den")) + framed(Roster((), ()))])
def test_a_room_that_falls_silent_is_lost(first: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream, "JOIN_WITHIN", 0.1)
    monkeypatch.setattr(upstream, "SILENCE_MOST", 0.1)

    async def conversation() -> None:
        joined, lines = [], list[str]()

        async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            joined.append(writer)
            writer.write(first)
            await reader.read()

        silent = await asyncio.start_server(answers, "127.0.0.1", 0)
        async with silent:
            port = silent.sockets[0].getsockname()[1]
            line = upstream.PublicRelay(Endpoint("127.0.0.1", port), "", Log(lines.append))
            running = asyncio.create_task(line.run())
            await until(lambda: running.done() or len(joined) > 1)
            if first:
                running.cancel()
                assert "Nothing was heard for 0 seconds. The next try is in" in lines[0]
            else:
                with pytest.raises(CannotRelay, match="Nothing was heard"):
                    await running
            for writer in joined:
                writer.close()

    asyncio.run(conversation())


def test_a_room_that_nobody_keeps_is_said_in_one_sentence() -> None:
    async def conversation() -> None:
        closed = LoopbackServer()
        closed.close()
        with pytest.raises(CannotRelay, match=r"127\.0\.0\.1:"):
            async with relay_of(closed.listeners.port):
                raise AssertionError

    asyncio.run(conversation())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "HOST"),
        (("den:0",), "a port is a number from 1 to 65535"),
        (("den", "--port", "x"), "argument --port: a port is a number"),
        (("den", "--web", "here"), "argument --web"),
        (("den", "--password-file", "/nonexistent"), "cannot be read"),
        (("den", "--bots", "3"), "--bots"),
    ],
)
def test_wrong_arguments_are_one_sentence(
    words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    said = capsys.readouterr().err
    assert (ended.value.code, said.count("\n"), sentence in said) == (2, 1, True), said
