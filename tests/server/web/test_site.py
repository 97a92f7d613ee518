"""The web process over real sockets: every path, bad requests, crowds and slow browsers, faults, a lost room."""

import asyncio
import json
import socket
import time
from contextlib import suppress

import pytest

from petard.assets import path
from petard.server.web import browsers, metrics, pages
from petard.server.web.pages import COMMENT
from petard.server.web.private import CANNOT_LISTEN
from tests.server.web.fake_room import PATIENCE, FakeRoom, fake_room
from tests.server.web.sample import report

HOST = b"Host: localhost\r\n"
PLAIN = {"Accept-Encoding": "identity"}
ALL = ("/", "/watch", "/stage", "/j", "/j/AB-12", "/table", "/status.json", "/healthz", "/metrics", "/time")


async def say(room: FakeRoom, words: bytes, host: str = "127.0.0.1", ends: bool = False) -> bytes:
    """Send any bytes, and return all that comes back; b"" if only an end comes. `ends`: nothing will follow."""
    reader, writer = await asyncio.open_connection(host, room.port)
    writer.write(words)
    if ends:
        writer.write_eof()
    received = b""
    with suppress(ConnectionError):
        async with asyncio.timeout(PATIENCE):
            received = await reader.read(-1)
    writer.close()
    return received


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_all_paths_are_answered_and_head_gives_the_same_without_the_body(host: str) -> None:
    async def conversation() -> None:
        async with fake_room(host) as room:
            for url in ALL:
                async with room.session.get(room.url(url, host), headers=PLAIN) as answer:
                    body = await answer.read()
                    assert (answer.status, answer.headers["Content-Length"]) == (200, str(len(body)))
                    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
                    assert answer.headers["X-Content-Type-Options"] == "nosniff"
                async with room.session.head(room.url(url, host), headers=PLAIN) as head:
                    assert (head.status, await head.read()) == (200, b"")
                    assert head.headers["Content-Type"] == answer.headers["Content-Type"]
            async with room.session.get(room.url("/status.json", host)) as answer:
                assert await answer.json() == report()["status"] | {"health": "ok"}

    asyncio.run(conversation())


def test_code_travels_packed_to_browsers_that_can_unpack_it() -> None:
    async def conversation() -> None:
        async with fake_room() as room:
            for url, file in (("/s/pad.js", "pad.js"), ("/j/AB-12", "pad.html")):
                async with room.session.get(room.url(url)) as packed:
                    assert await packed.read() == COMMENT.sub(b"", path("web", file).read_bytes())
                    assert packed.headers["Content-Encoding"] == "gzip"
                async with room.session.get(room.url(url), headers=PLAIN) as plain:
                    assert await plain.read() == COMMENT.sub(b"", path("web", file).read_bytes())
                assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"])
                assert "Content-Encoding" not in plain.headers

    asyncio.run(conversation())


ODD = {
    b"GET /\r\n\r\n": 400,  # HTTP/0.9
    b"GET / HTTP/2.0\r\n\r\n": 400,
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n": 400,
    b"GET /\xc3\xbc HTTP/1.1\r\n" + HOST + b"\r\n": 400,
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc": 400,  # TLS
    b"G\x00T / HTTP/1.1\r\n\r\n": 400,
    b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nhello": 405,
    b"DELETE / HTTP/1.1\r\n" + HOST + b"\r\n": 405,
    b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n": 405,
    b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nhello": 413,
    b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n": 413,
    b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\nContent-Length: 7\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\n\r\n": 400,  # no Host
    b"GET /join.svg HTTP/1.1\r\nHost: 10.0.0.5:" + b"1" * 3000 + b"\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n": 400,
    b"GET / HTTP/1.1\r\nno colon\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost : x\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost: x\x00y\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost: x\rInjected: y\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\n: x\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost: rebound.example\r\n\r\n": 421,
    b"GET /" + b"a" * 8192 + b" HTTP/1.1\r\n" + HOST + b"\r\n": 400,
    b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 8200 + b"\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 70 + b"\r\n": 400,
    b"GET /ws/pad HTTP/1.1\r\n" + HOST + b"\r\n": 403,
    b"GET /ws/watch HTTP/1.1\r\n" + HOST + b"Origin: http://localhost\r\n\r\n": 400,
}


def test_every_bad_request_gets_a_short_answer_of_4xx_and_the_next_one_its_page(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def conversation() -> None:
        async with fake_room() as room:
            for words, status in ODD.items():
                answer = await say(room, words)
                assert int(answer.split()[1]) == status, (words[:60], answer[:200])
                assert len(answer) < 1000
                assert b"Traceback" not in answer
                assert b"\r\nServer: Petard\r\n" in answer, answer
                assert b"aiohttp" not in answer
                async with room.session.get(room.url("/healthz")) as honest:
                    assert honest.status == 200
            assert not [message for message in room.told if message.get("problem")]

    asyncio.run(conversation())
    assert not caplog.records, "nobody can write into the log from outside"


TRICKS = ("/s/../palette.py", "/s/%2e%2e/palette.py", "/s//etc/passwd", "/..%2f..%2fetc/passwd", "//etc/passwd", "/s/",
          "/s/..%5cpalette.py", "/sprites/../web/x.js", "/%00", "/s/%73prites", "/healthz/", "/Healthz", "/music/a.ogg",
          "/j/../status.json", "/j/" + "A" * 41, "/j/%2e%2e", "/__init__.py")  # fmt: skip


def test_no_path_leaves_the_folders() -> None:
    async def conversation() -> None:
        async with fake_room() as room:
            for trick in TRICKS:
                answer = await say(room, f"GET {trick} HTTP/1.0\r\n".encode() + HOST + b"\r\n")
                assert answer.startswith(b"HTTP/1.0 404"), trick
            sprite = await say(room, b"GET /sprites/bomb-0.png HTTP/1.0\r\n" + HOST + b"\r\n")
            assert sprite.endswith(path("sprites", "bomb-0.png").read_bytes())
            async with room.session.get(room.url("/sprites/bomb-0.png")) as first:
                tag = {"If-None-Match": first.headers["ETag"]}
            async with room.session.get(room.url("/sprites/bomb-0.png"), headers=tag) as again:
                assert (again.status, await again.read()) == (304, b"")

    asyncio.run(conversation())


def test_a_browser_that_sends_its_request_byte_by_byte_is_closed_when_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(browsers, "HEAD_WITHIN", 0.3)

    async def conversation() -> None:
        async with fake_room() as room:
            began, answer = time.monotonic(), b""  # before it connects: the server counts from then on
            reader, writer = await asyncio.open_connection("127.0.0.1", room.port)
            for byte in b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 200:
                writer.write(bytes([byte]))
                with suppress(TimeoutError):
                    answer = await asyncio.wait_for(reader.read(1000), 0.05)
                    break
            assert answer.startswith(b"HTTP/1.1 408")
            assert time.monotonic() - began >= 0.3
            writer.close()

    asyncio.run(conversation())


def test_five_hundred_idle_sockets_keep_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsers, "HEAD_WITHIN", 600.0)  # a slow machine closes none of them for their age
    monkeypatch.setattr(browsers, "SETTLED", 0.2)

    async def conversation() -> None:
        async with fake_room() as room:
            crowd = [await asyncio.open_connection("127.0.0.1", room.port) for _ in range(500)]
            async with room.session.get(room.url("/time")) as honest:
                assert honest.status == 200
            assert not all(reader.at_eof() for reader, _ in crowd), "it was answered while others are idle"
            async with asyncio.timeout(PATIENCE):
                while sum(reader.at_eof() for reader, _ in crowd) < 500 - browsers.PLAIN_MOST:
                    await asyncio.sleep(0.01)
            for _, writer in crowd:
                writer.close()

    asyncio.run(conversation())


def test_a_fault_of_ours_is_told_to_the_room_and_not_to_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    def table_page(status: object) -> str:
        raise ZeroDivisionError("here it is")

    monkeypatch.setattr(pages, "table_page", table_page)

    async def conversation() -> None:
        async with fake_room() as room:
            async with room.session.get(room.url("/table")) as answer:
                assert answer.status == 500
                assert await answer.text() == "Something is wrong here; the log of the server says what.\n"
            await room.hear(lambda message: "ZeroDivisionError: here it is" in message.get("problem", ""))

    asyncio.run(conversation())


def test_a_room_that_drains_or_falls_silent_is_unhealthy(monkeypatch: pytest.MonkeyPatch) -> None:
    async def conversation() -> None:
        async with fake_room() as room:
            asked = len(room.told)
            room.report(report(draining=True))
            await room.hear(lambda message: len(room.told) > asked)
            async with room.session.get(room.url("/healthz")) as answer:
                assert (answer.status, await answer.text()) == (503, "draining\n")
            monkeypatch.setattr("petard.server.web.figures.HUNG", 0.0)
            async with room.session.get(room.url("/healthz")) as answer:
                assert (answer.status, (await answer.text())[:17]) == (503, "hung: no tick for")
            async with room.session.get(room.url("/table")) as answer:
                assert "The server is hung" in await answer.text()

    asyncio.run(conversation())


def test_it_ends_with_the_room() -> None:
    async def conversation() -> None:
        async with fake_room() as room:
            assert room.status
            room.status.writer.close()
            assert room.process
            assert await asyncio.wait_for(room.process, PATIENCE) == 0
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", room.port)

    asyncio.run(conversation())


def test_the_picture_for_phones_holds_an_address_that_they_can_reach() -> None:
    async def conversation() -> None:
        first = report()
        first["limits"] = first["limits"] | {"own": ["127.0.0.1/8", "fe80::1/64", "2001:db8::5/64", "10.0.0.5/24"]}
        async with fake_room("", first) as room:
            port = room.port
            for host, link in {
                f"localhost:{port}": f"10.0.0.5:{port}/j",
                f"10.0.0.9:{port}": f"10.0.0.9:{port}/j",
                "petard.local": "petard.local/j",
            }.items():
                async with room.session.get(room.url("/join.svg"), headers={"Host": host}) as answer:
                    found = answer.status, await answer.text()
                    assert (found[0], link in found[1]) == (200 if "petard" not in host else 421, "petard" not in host)
            room.report(first | {"pads": False})
            await room.hear(lambda message: len(room.told) > 2)
            async with room.session.get(room.url("/join.svg")) as answer:
                assert (answer.status, await answer.read()) == (204, b"")

    asyncio.run(conversation())


def test_a_picture_for_phones_behind_tls_says_https_and_a_room_of_one_machine_has_none() -> None:
    async def conversation() -> None:
        name = "petard.example.org"
        async with fake_room(names=(name,)) as room:
            headers = {"Host": name, "X-Forwarded-Proto": "https"}
            async with room.session.get(room.url("/join.svg"), headers=headers) as answer:
                assert f">{name}/j<" in await answer.text()
            async with room.session.get(room.url("/join.svg")) as answer:
                assert (answer.status, await answer.read()) == (204, b"")

    asyncio.run(conversation())


def test_a_port_in_use_is_told_to_the_room() -> None:
    async def conversation() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            async with fake_room(port=port) as room:
                assert f"Cannot listen on port {port}" in room.told[-1]["problem"]
                assert room.process
                assert await room.process == CANNOT_LISTEN

    asyncio.run(conversation())


def test_without_the_extra_metrics_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "CollectorRegistry", None)

    async def conversation() -> None:
        async with fake_room() as room, room.session.get(room.url("/metrics")) as answer:
            said = await answer.text()
            assert (answer.status, said) == (404, f"{metrics.MISSING}\n")
            assert "in the folder of the project: pip install '.[metrics]'" in said, "Petard is not published"

    asyncio.run(conversation())


def test_the_table_escapes_what_people_typed() -> None:
    status = json.loads(json.dumps(report()["status"])) | {"health": "ok", "name": '<b>"Den"</b>'}
    status["seats"][0]["name"] = "<script>alert(1)</script>"
    shown = pages.table_page(status)
    assert "<b>" not in shown
    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
