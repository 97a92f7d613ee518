"""Fresh rooms from the allocator of Agones: a fake one over real HTTP, also with mutual TLS, and ones that fail.

`self_signed.pem` is a certificate for localhost, valid until 2126, and its key; both ends use it, for these tests only.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from petard.server.config.values import networks
from petard.server.directory import allocator
from petard.server.directory.allocator import Fleet, NotAllocated, read_allocation
from petard.server.directory.site import ALLOCATE_BURST
from tests.server.directory.live_directory import live_directory

PEM = Path(__file__).with_name("self_signed.pem")
ALLOCATED = {
    "gameServerName": "petard-x7k2p", "ports": [{"name": "default", "port": 7012}], "address": "203.0.113.7",
    "addresses": [], "nodeName": "node-1", "source": "local", "metadata": {"labels": {}},
}  # fmt: skip
FRESH = {"address": "203.0.113.7", "port": 7012, "name": "petard-x7k2p"}


class FakeAllocator:
    """Answers as it is told, and keeps the requests. `peers`: whether each came with a certificate."""

    def __init__(self, status: int = 200, body: Any = ALLOCATED) -> None:
        self.status, self.body = status, body
        self.requests: list[tuple[str, Any]] = []
        self.peers: list[bool] = []
        self.is_held = asyncio.Event()

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        self.requests.append((request.path, json.loads(await request.read())))
        self.peers.append(bool(request.get_extra_info("peercert")))
        while self.is_held.is_set():
            await asyncio.sleep(0.01)
        data = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        return web.Response(status=self.status, body=data)

    @asynccontextmanager
    async def running(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
        server = web.Server(self._answer)
        listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0, ssl=tls)
        try:
            yield f"http{'s' if tls else ''}://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        finally:
            self.is_held.clear()
            listener.close()
            await server.shutdown(1.0)


async def fresh(url: str, body: object = None, **fleet: Any) -> tuple[int, Any]:
    """Ask a directory with that allocator for a fresh room; returns the status and what it says."""
    async with live_directory(fleet=Fleet(url, **fleet)) as live:
        answer = await live.ask("POST", "/rooms/allocate", {} if body is None else body)
        assert [line for line in live.log if "fault" in line] == []
        return answer.status, answer.said


def run(conversation: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(conversation())  # type: ignore[arg-type]


def test_a_fresh_room_comes_from_the_fleet_with_the_wished_labels_if_possible() -> None:
    async def conversation() -> None:
        fake = FakeAllocator()
        async with fake.running() as url:
            assert await fresh(url, namespace="games", name="party") == (201, FRESH)
            assert await fresh(url, {"map": "small", "mode": "teams", "colour": 7}) == (201, FRESH)
        (path, plain), (_, wished) = fake.requests
        assert path == "/gameserverallocation"
        assert plain == {
            "namespace": "games", "gameServerSelectors": [{"matchLabels": {"agones.dev/fleet": "party"}}],
        }  # fmt: skip
        labels = {"agones.dev/sdk-map": "small", "agones.dev/sdk-mode": "teams"}
        fleet = {"agones.dev/fleet": "petard"}
        assert wished["gameServerSelectors"] == [{"matchLabels": fleet | labels}, {"matchLabels": fleet}]

    run(conversation)


def test_mutual_tls_proves_both_ends() -> None:
    async def conversation() -> None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(PEM))
        tls.load_cert_chain(PEM)
        tls.verify_mode = ssl.CERT_REQUIRED
        fake = FakeAllocator()
        async with fake.running(tls) as url:
            assert await fresh(url, certificate=PEM, key=PEM, authority=PEM) == (201, FRESH)
            assert fake.peers == [True]
            for wrong in ({"certificate": PEM, "key": PEM}, {"authority": PEM}):
                status, said = await fresh(url, **wrong)
                assert (status, said["error"]) == (503, "The allocator cannot be reached.")

    run(conversation)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (429, {"code": 8, "message": "no available GameServer"}, "No room is ready"),
        (500, b"", "status 500"),
        (302, b"", "status 302"),
        (200, b"<html>", "names no address"),
        (200, b"x" * 100_000, "too long"),
        (200, {"address": "203.0.113.7", "ports": []}, "names no address"),
    ],
)
def test_an_allocator_that_has_no_room_is_a_503_in_plain_words(status: int, body: Any, words: str) -> None:
    async def conversation() -> None:
        async with FakeAllocator(status, body).running() as url:
            answered, said = await fresh(url)
            assert answered == 503
            assert words in said["error"]

    run(conversation)


def test_an_allocator_that_is_away_or_silent_is_a_503(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocator, "WITHIN", 0.2)

    async def conversation() -> None:
        fake = FakeAllocator()
        async with fake.running() as url:
            fake.is_held.set()
            status, said = await fresh(url)
            assert (status, "did not answer" in said["error"]) == (503, True)
        assert await fresh(url) == (503, {"error": "The allocator cannot be reached."})

    run(conversation)


def test_wishes_are_words() -> None:
    async def conversation() -> None:
        fake = FakeAllocator()
        async with fake.running() as url:
            status, said = await fresh(url, {"map": "a/b"})
            assert (status, "field map" in said["error"]) == (400, True)
        assert fake.requests == []

    run(conversation)


def test_one_address_gets_three_rooms_a_minute() -> None:
    async def conversation() -> None:
        async with (
            FakeAllocator().running() as url,
            live_directory(fleet=Fleet(url), proxy_from=networks("127.0.0.1")) as live,
        ):
            statuses = [
                (await live.ask("POST", "/rooms/allocate", {}, **{"X-Forwarded-For": "8.8.8.8"})).status
                for _ in range(ALLOCATE_BURST + 2)
            ]
            assert statuses == [201, 201, 201, 429, 429]

    run(conversation)


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": 7}, {"address": ""}, {"address": "a\u202eb"}, {"address": "127.1"}, {"ports": None}, {"ports": [7]},
        {"ports": [{"port": "7012"}]}, {"ports": [{"port": 0}]}, {"ports": [{"port": True}]},
    ],
)  # fmt: skip
def test_an_answer_that_names_no_place_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotAllocated):
        read_allocation(json.dumps(ALLOCATED | wrong).encode())
