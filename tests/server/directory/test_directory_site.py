"""A directory over real HTTP, with rooms that answer over real TCP, on IPv4 and IPv6."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from petard.server.config.values import networks
from petard.server.directory import http_connections
from petard.server.directory.rooms.announcement import BODY_MOST
from petard.server.directory.rooms.claims import VANISHES
from tests.server.directory.live_directory import FakeRoom, LiveDirectory, live_directory, until
from tests.server.directory_process import announcement

Conversation = Callable[[LiveDirectory], Awaitable[object]]
SECRET = {"Authorization": f"Bearer {1:032x}"}


def converse(conversation: Conversation, host: str = "127.0.0.1", **options: Any) -> None:
    """Run a conversation with a directory, which has written nothing strange into its log."""

    async def run() -> None:
        async with live_directory(host, **options) as live:
            await conversation(live)
            assert [line for line in live.log if "fault" in line] == []

    asyncio.run(run())


def test_the_default_has_no_private_rooms() -> None:
    async def conversation(live: LiveDirectory) -> None:
        async with FakeRoom(1).running() as room:
            answer = await live.announce(room)
            assert answer.status == 403
            assert "127.0.0.1 is not one of the Internet" in answer.said["error"]
            assert room.pings == 0

    converse(conversation, allow_private=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_room_is_listed_after_its_pong_until_its_goodbye(host: str) -> None:
    async def conversation(live: LiveDirectory) -> None:
        async with FakeRoom(1).running(host) as room:
            first = await live.announce(room)
            assert (first.status, first.said["listed"], first.said["every"]) == (202, False, 5)

            async def is_listed() -> bool:
                return await live.listed() == [room.id]

            await until(is_listed)
            second = await live.announce(room, name="New \u202e")
            place = {"address": host, "port": room.port}
            assert second.said == {"listed": True, **place, "every": 5, "vanishes": VANISHES}
            (shown,) = (await live.ask("GET", "/rooms")).said["rooms"]
            wanted = announcement(1, name="New", **place)
            del wanted["secret"]
            assert shown == wanted
            assert (await live.ask("GET", f"/rooms/{room.id}")).said == wanted
            assert room.pings == 1
            assert (await live.ask("DELETE", f"/rooms/{room.id}")).status == 401
            assert (await live.ask("DELETE", f"/rooms/{room.id}", Authorization="Bearer 7")).status == 403
            assert (await live.ask("DELETE", f"/rooms/{room.id}", **SECRET)).status == 204
            assert (await live.ask("DELETE", f"/rooms/{room.id}", **SECRET)).status == 404
            assert (await live.ask("GET", f"/rooms/{room.id}")).status == 404
            assert await live.listed() == []

    converse(conversation, host)


def test_what_answers_with_another_number_or_does_not_answer_is_not_listed_and_the_room_is_told_why() -> None:
    async def conversation(live: LiveDirectory) -> None:
        async def why(room: FakeRoom) -> str:
            return str((await live.announce(room)).said.get("why"))

        async def says(room: FakeRoom, text: str) -> None:
            async def is_said() -> bool:
                return text in await why(room)

            await until(is_said)

        async with FakeRoom(1, says=2).running() as liar:
            await says(liar, "is another room")
        gone = FakeRoom(3)
        with socket.socket() as refusing:
            refusing.bind(("127.0.0.1", 0))  # and does not listen
            gone.port = refusing.getsockname()[1]
            await says(gone, "cannot connect")
        web = FakeRoom(4)
        web.port = live.port  # the directory itself, which speaks HTTP
        await says(web, "is no server of Petard")
        assert await live.listed() == []

    converse(conversation)


def test_nobody_lists_the_address_of_another_but_announcers_of_the_owner_may() -> None:
    async def conversation(live: LiveDirectory) -> None:
        async with FakeRoom(1).running("::1") as room:
            assert (await live.announce(room, address="::1")).status == 403
            assert room.pings == 0

    converse(conversation)

    async def trusted(live: LiveDirectory) -> None:
        async with FakeRoom(1).running("::1") as room:

            async def is_listed() -> bool:
                return (await live.announce(room, address="::1")).status == 200

            await until(is_listed)

    converse(trusted, any_address_from=networks("127.0.0.1"))


def test_a_proxy_is_believed_only_if_the_owner_names_it() -> None:
    async def source_of(live: LiveDirectory) -> str:
        answer = await live.ask(
            "POST", "/rooms", announcement(address="::2"), **{"X-Forwarded-For": "9.9.9.9, 8.8.8.8"}
        )
        return str(answer.said["error"])

    async def direct(live: LiveDirectory) -> None:
        assert "from 127.0.0.1" in await source_of(live)

    async def proxied(live: LiveDirectory) -> None:
        assert "from 8.8.8.8" in await source_of(live)

    converse(direct)
    converse(proxied, proxy_from=networks("127.0.0.1"))


def test_a_game_that_has_the_list_gets_no_second_copy() -> None:
    async def conversation(live: LiveDirectory) -> None:
        answer = await live.ask("GET", "/rooms")
        assert answer.headers["Cache-Control"] == "public, max-age=1"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        for tag in (answer.headers["ETag"], f'"x", W/{answer.headers["ETag"]}', "*"):
            again = await live.ask("GET", "/rooms", **{"If-None-Match": tag})
            assert (again.status, again.body) == (304, b"")
        assert (await live.ask("GET", "/rooms", **{"If-None-Match": '"x"'})).status == 200
        assert (await live.ask("HEAD", "/rooms")).headers["Content-Length"] == str(len(answer.body))

    converse(conversation)


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("GET", "/rooms?free=no", None, {}, 400),
        ("GET", "/rooms?map=a&map=b", None, {}, 400),
        ("GET", "/rooms?after=%ff%00", None, {}, 400),
        ("GET", "/rooms", b"body", {}, 413),
        ("GET", "/nothing", None, {}, 404),
        ("GET", "/rooms/%2e%2e/x", None, {}, 404),
        ("PUT", "/rooms", b"{}", {}, 405),
        ("GET", "/rooms/allocate", None, {}, 405),
        ("POST", "/rooms", b"{}", {"Content-Type": "text/plain"}, 415),
        ("POST", "/rooms", b"{}", {"Origin": "http://evil.example"}, 403),
        ("POST", "/rooms", b"[" * BODY_MOST, {}, 400),
        ("POST", "/rooms", b" " * (BODY_MOST + 1), {}, 413),
        ("POST", "/rooms", b"x" * (1 << 20), {}, 413),
        ("POST", "/rooms", b"\x1f\x8b" + b"x" * 50, {"Content-Encoding": "gzip"}, 400),
        ("POST", "/rooms/allocate", b"{}", {}, 501),
    ],
)
def test_a_bad_request_is_one_sentence(
    method: str, path: str, body: bytes | None, headers: dict[str, str], status: int
) -> None:
    async def conversation(live: LiveDirectory) -> None:
        answer = await live.ask(method, path, body, **headers)
        assert answer.status == status
        if answer.headers["Content-Type"] == "application/json":
            assert answer.said["error"].endswith(".")
        assert (await live.ask("GET", "/healthz")).body == b"ok\n"

    converse(conversation)


def test_one_address_asks_so_often_and_this_machine_as_often_as_it_wants() -> None:
    far = {"X-Forwarded-For": "8.8.8.8"}

    async def conversation(live: LiveDirectory) -> None:
        answers = [await live.ask("GET", "/rooms", **far) for _ in range(120)]
        late = [answer for answer in answers if answer.status == 429]
        assert late
        assert int(late[0].headers["Retry-After"]) >= 1
        assert (await live.ask("GET", "/rooms", **{"X-Forwarded-For": "9.9.9.9"})).status == 200
        assert {(await live.ask("GET", "/rooms")).status for _ in range(120)} == {200}

    converse(conversation, proxy_from=networks("127.0.0.1"))


def test_many_rooms_of_one_address_are_refused() -> None:
    async def conversation(live: LiveDirectory) -> None:
        far = {"X-Forwarded-For": "8.8.8.8"}
        statuses = [(await live.ask("POST", "/rooms", announcement(one), **far)).status for one in range(1, 6)]
        assert statuses == [202, 202, 429, 429, 429]

    converse(conversation, proxy_from=networks("127.0.0.1"), per_address=2)


def test_monitors_see_that_it_answers_whether_it_is_ready_and_what_it_counts() -> None:
    async def conversation(live: LiveDirectory) -> None:
        assert (await live.ask("GET", "/healthz")).status == 200
        ready = await live.ask("GET", "/readyz")
        assert (ready.status, b"15 s" in ready.body) == (503, True)
        await live.ask("PATCH", "/rooms")
        text = (await live.ask("GET", "/metrics")).body.decode()
        assert "\npetard_directory_rooms 0.0\n" in text
        assert '\npetard_directory_answers_total{request="GET /readyz",status="503"} 1.0\n' in text
        assert '{request="other",status="405"} 1.0\n' in text, "no label holds what a client has typed"

    converse(conversation)


# --- hostile connections ---------------------------------------------------------------------------------------------


async def read_end(live: LiveDirectory, *pieces: bytes) -> bytes:
    """Send pieces on a connection of its own, and read until the directory closes it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    for piece in pieces:
        writer.write(piece)
    data = await reader.read()
    writer.close()
    return data


def test_a_request_that_never_ends_is_closed_and_others_are_answered_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_connections, "READ_WITHIN", 1)

    async def conversation(live: LiveDirectory) -> None:
        slow = (
            b"",
            b"GET /rooms HTTP/1.1\r\nHost: x\r\nX: ",
            b"POST /rooms HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
        )
        ends = [asyncio.create_task(read_end(live, piece)) for piece in slow]
        assert (await live.ask("GET", "/rooms")).status == 200
        for end in ends:
            assert b"408" in await end
        assert (await live.ask("GET", "/rooms")).status == 200

    converse(conversation)


def test_one_that_sends_many_requests_at_once_gets_all_answers_and_others_are_answered_meanwhile() -> None:
    async def conversation(live: LiveDirectory) -> None:
        request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        crowd = asyncio.create_task(
            read_end(live, request * 2000 + request.replace(b"Host", b"Connection: close\r\nHost"))
        )
        assert (await live.ask("GET", "/rooms")).status == 200
        assert (await crowd).count(b"HTTP/1.1 200") == 2001

    converse(conversation)


def test_what_is_no_http_ends_its_connection_and_writes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def conversation(live: LiveDirectory) -> None:
        for piece in (b"\x00" * 100 + b"\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"GET " + b"x" * 10_000 + b"\r\n\r\n"):
            assert (await read_end(live, piece)).startswith(b"HTTP/1.")
        assert (await live.ask("GET", "/rooms")).status == 200

    converse(conversation)
    assert caplog.records == [], "the library would write a traceback"


@pytest.mark.parametrize("words", [b"\x16\x03\x01 secret\r\n\r\n", b"GET / HTTP/1.1\r\nsecret\r\n\r\n"])
def test_what_is_no_http_gets_an_answer_without_a_version_or_its_own_words(
    words: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> bytes:
        async with live_directory() as live:
            reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
            writer.write(words)
            answer = await reader.read(-1)
            writer.close()
            return answer

    answer = asyncio.run(run())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b" 400 Bad Request\r\n" in head
    assert b"\r\nServer: Petard\r\n" in head
    assert body == b"Bad Request.\n"
    assert not caplog.records
