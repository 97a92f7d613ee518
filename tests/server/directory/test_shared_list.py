"""Two directories that share their list through a real redis-server."""

import asyncio
import contextlib
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from petard.server.directory import shared_list
from petard.server.directory.options import Options
from petard.server.directory.process import Directory
from petard.server.directory.rooms.claims import VANISHES
from petard.server.directory.shared_list import BadRedis
from petard.server.policy.log import Log
from tests.server.directory.live_directory import PATIENCE, FakeRoom, LiveDirectory, live_directory, until

REDIS = shutil.which("redis-server")
needs_redis = pytest.mark.skipif(not REDIS, reason="redis-server is not installed: apt-get install redis-server")
SAME_WITHIN = 1.0  # seconds
CHANGES = 3
PORTS_TRIED = 5  # another program may take a port between two steps


class RedisServer:
    """A redis-server that keeps nothing, on a port that stays the same when it starts again."""

    def __init__(self, folder: Path) -> None:
        self.port = 0
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        """Start it, for the first time at a free port."""
        for _ in range(1 if self.port else PORTS_TRIED):
            if not self.port:
                with socket.create_server(("127.0.0.1", 0)) as sock:
                    self.port = sock.getsockname()[1]
            if await self._starts():
                return
            self.port = 0
        raise AssertionError("redis-server does not start")

    async def _starts(self) -> bool:
        command = [str(REDIS), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        process = self._process = subprocess.Popen([*command, "--dir", str(self._folder)], stdout=subprocess.DEVNULL)

        async def answers() -> bool:
            if process.poll() is not None:
                return True
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(b"PING\r\n")
                is_well = await reader.readline() == b"+PONG\r\n"
                writer.close()
                return is_well
            return False

        await until(answers)
        return process.poll() is None

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait(PATIENCE)
            self._process = None


@asynccontextmanager
async def two_directories(redis: RedisServer) -> AsyncIterator[tuple[LiveDirectory, LiveDirectory]]:
    """Start Redis and two directories, and wait until both are connected."""
    await redis.start()
    try:
        async with live_directory(redis=redis.url) as one, live_directory(redis=redis.url) as other:
            await until_shared(one, other)
            yield one, other
            assert [line for line in one.log + other.log if "fault" in line] == []
    finally:
        redis.stop()


async def until_shared(*directories: LiveDirectory, is_shared: bool = True) -> None:
    async def are() -> bool:
        shared = [live.directory.shared for live in directories]
        return all(one is not None and one.is_connected is is_shared for one in shared)

    await until(are)


async def until_listed(live: LiveDirectory, *rooms: FakeRoom) -> float:
    """Wait until a directory lists these rooms and no others; returns the seconds."""

    async def are_listed() -> bool:
        return sorted(await live.listed()) == sorted(room.id for room in rooms)

    return await until(are_listed)


@needs_redis
def test_two_directories_show_the_same_within_a_second_and_a_third_one_that_starts_at_once(tmp_path: Path) -> None:
    redis = RedisServer(tmp_path)

    async def conversation() -> None:
        rooms = FakeRoom(1).running(), FakeRoom(2).running()
        async with two_directories(redis) as (one, other), rooms[0] as room, rooms[1] as second:
            for live, new in ((one, room), (other, second)):
                await live.announce(new)
            await until_listed(one, room, second)
            await until_listed(other, room, second)
            took = []
            for players in range(1, CHANGES + 1):
                await one.announce(room, players=players)

                async def is_seen(players: int = players) -> bool:
                    return bool((await other.ask("GET", f"/rooms/{room.id}")).said["players"] == players)

                took.append(await until(is_seen))
            assert min(took) < SAME_WITHIN, "the quickest, since the machine of a test may be busy"
            async with live_directory(redis=redis.url) as third:
                await until_shared(third)
                assert sorted(await third.listed()) == [room.id, second.id]
                assert (await third.ask("GET", "/readyz")).status == 200
            await other.ask("DELETE", f"/rooms/{room.id}", Authorization=f"Bearer {1:032x}")
            await until_listed(one, second)
            assert (room.pings, second.pings) == (1, 1), "what one has pinged the other believes"

    asyncio.run(conversation())


@needs_redis
def test_while_redis_is_away_both_serve_what_they_know_and_when_it_is_back_empty_the_list_is_whole(
    tmp_path: Path,
) -> None:
    redis = RedisServer(tmp_path)

    async def conversation() -> None:
        rooms = FakeRoom(1).running(), FakeRoom(2).running()
        async with two_directories(redis) as (one, other), rooms[0] as room, rooms[1] as second:
            await one.announce(room)
            await other.announce(second)
            await until_listed(one, room, second)
            await until_listed(other, room, second)
            redis.stop()
            await until_shared(one, other, is_shared=False)
            for live in (one, other):
                assert sorted(await live.listed()) == [room.id, second.id]
                assert (await live.announce(room)).status in (200, 202)
                assert (await live.ask("GET", "/healthz")).status == 200
            await redis.start()
            await until_shared(one, other)
            async with live_directory(redis=redis.url) as third:
                await until_shared(third)
                assert await until_listed(third, room, second) < VANISHES
            for live in (one, other):
                assert sorted(await live.listed()) == [room.id, second.id]
                assert sum("Redis cannot be used" in line for line in live.log) == 1

    asyncio.run(conversation())


@needs_redis
def test_what_others_write_into_redis_is_left_out_with_one_line(tmp_path: Path) -> None:
    redis = RedisServer(tmp_path)

    async def conversation() -> None:
        async with two_directories(redis) as (one, _), FakeRoom(1).running() as room:
            reader, writer = await asyncio.open_connection("127.0.0.1", redis.port)
            for text in (
                "x",
                "x\\n{}",
                "x\\n[1]\\n\\xff",
                'x\\n{\\"id\\": \\"1\\", \\"secret\\": \\"2\\", \\"room\\": 1}',
            ):
                writer.write(f'PUBLISH {shared_list.CHANNEL} "{text}"\r\n'.encode())
                assert (await reader.readline()).startswith(b":2")
            writer.write(f'SET {shared_list.PREFIX}1 "rubbish"\r\n'.encode())
            assert await reader.readline() == b"+OK\r\n"
            writer.close()
            await one.announce(room)
            async with live_directory(redis=redis.url) as third:
                await until_listed(third, room)
            assert any("left out" in line for line in one.log)

    asyncio.run(conversation())


def test_a_url_that_names_no_redis_is_one_sentence() -> None:
    with pytest.raises(BadRedis, match="redis://"):
        Directory(Options(redis="redis://localhost:port"), Log(str))
