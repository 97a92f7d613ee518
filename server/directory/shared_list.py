"""Shares the list with other directories through Redis: reports what this one knows, and hears what others report.

Rule 1: each directory serves from its own memory. While Redis is away it goes on with what it knows, and only the log
        says so; rooms and games notice nothing.
Rule 2: a listed room is a key that expires like the room itself, for a directory that starts; changes are published on
        a channel, for those that run. Nothing in Redis has to be kept: all of it comes again within 15 seconds.
Rule 3: what Redis holds is checked like what comes from a room.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from petard.server.directory.rooms.announced_rooms import AnnouncedRooms
from petard.server.directory.rooms.announcement import BadAnnouncement
from petard.server.directory.rooms.claims import VANISHES
from petard.server.directory.rooms.reports import read_report, report_text
from petard.server.policy.log import Log

try:
    import redis.asyncio as redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
except ImportError:
    redis = None  # type: ignore[assignment]

MISSING = "A shared list needs something to be installed first: pip install 'petard[redis]'"
CHANNEL = "petard:rooms"
PREFIX = "petard:room:"
PUBLISH_EVERY = 0.2  # seconds
PING_AFTER = 1.0  # seconds without anything to publish
ANSWER_WITHIN = 2.0  # seconds
RETRY_EVERY = 0.5  # seconds
KEYS_AT_ONCE = 500
LINE = b"\n"


class BadRedis(Exception):
    """Redis cannot be used as it was named; the text is a sentence."""


class SharedList:
    """The connection of one directory. `is_connected`: what others report arrives."""

    def __init__(self, url: str, rooms: AnnouncedRooms, log: Log) -> None:
        """Raises BadRedis for a URL that names no Redis."""
        if redis is None:
            raise BadRedis(MISSING)
        try:
            self._client: Any = redis.Redis.from_url(
                url, socket_timeout=ANSWER_WITHIN, socket_connect_timeout=ANSWER_WITHIN, retry=Retry(NoBackoff(), 0)
            )
        except ValueError:
            raise BadRedis("The URL of Redis is like redis://HOST:6379/0, rediss:// or unix://.") from None
        self.is_connected = False
        self._rooms, self._log = rooms, log
        self._name = secrets.token_hex(8).encode("ascii")  # of this directory, to skip what it has published itself
        self._published_at = 0.0

    async def run(self) -> None:
        """Share the list, for ever."""
        was_said = False
        while True:
            try:
                await self._share()
            except* (redis.RedisError, OSError, TimeoutError) as problems:
                if not was_said or self.is_connected:
                    what = str(problems.exceptions[0]) or "no answer in time"
                    self._say(f"Redis cannot be used, and the list goes on from memory: {what}")
                was_said = True
            self.is_connected = False
            self._rooms.cut_off(time.monotonic())
            self._rooms.changed.clear()
            await asyncio.sleep(RETRY_EVERY)

    async def _share(self) -> None:
        """Connect, read what others have reported, and go on until a connection breaks."""
        async with self._subscribed() as channel:
            await self._load()
            now = time.monotonic()
            self.is_connected = True
            self._rooms.reconnected(now)
            self._say(f"shares the list through Redis; {len(self._rooms.listing.rows)} rooms are known")
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._hear(channel))
                tasks.create_task(self._publish())

    @asynccontextmanager
    async def _subscribed(self) -> AsyncIterator[Any]:
        channel = self._client.pubsub(ignore_subscribe_messages=True)
        try:
            await channel.subscribe(CHANNEL)
            yield channel
        finally:
            with contextlib.suppress(redis.RedisError, OSError, TimeoutError):
                await channel.aclose()
                await self._client.aclose()

    async def _load(self) -> None:
        """Read the rooms that are stored."""
        keys: list[bytes] = []
        async for key in self._client.scan_iter(match=PREFIX + "*", count=KEYS_AT_ONCE):
            keys.append(key)
            if len(keys) == KEYS_AT_ONCE:
                await self._load_keys(keys)
                keys = []
        await self._load_keys(keys)

    async def _load_keys(self, keys: list[bytes]) -> None:
        for text in await self._client.mget(keys) if keys else ():
            if text:
                self._receive(text)

    async def _hear(self, channel: Any) -> None:
        """Take what others publish."""
        while True:
            message = await channel.get_message(timeout=PING_AFTER)
            if message and isinstance(data := message["data"], bytes):
                name, *reports = data.split(LINE)
                if name != self._name:
                    for place in range(0, len(reports), KEYS_AT_ONCE):
                        for text in reports[place : place + KEYS_AT_ONCE]:
                            self._receive(text)
                        await asyncio.sleep(0)  # requests are answered in between

    def _receive(self, text: bytes) -> None:
        try:
            self._rooms.receive_report(read_report(text), time.monotonic())
        except BadAnnouncement as problem:
            self._say(f"Redis holds a report that is left out: {problem}")

    async def _publish(self) -> None:
        """Report what changes here."""
        while True:
            await asyncio.sleep(PUBLISH_EVERY)
            now, changed = time.monotonic(), self._rooms.changed
            if changed:
                self._rooms.changed = {}
                self._published_at = now
                await self._report(changed, now)
            elif now - self._published_at > PING_AFTER:
                self._published_at = now
                await self._client.ping()

    async def _report(self, changed: dict[str, str], now: float) -> None:
        texts = []
        async with self._client.pipeline(transaction=False) as pipe:
            for id, secret in changed.items():
                listed = self._rooms.listed(id)
                if listed and listed.is_reported:
                    continue  # another directory has it now
                text = report_text(id, secret, listed, now).encode("ascii")
                texts.append(text)
                if listed:
                    pipe.set(PREFIX + id, text, ex=int(VANISHES))
                else:
                    pipe.delete(PREFIX + id)
            pipe.publish(CHANNEL, LINE.join((self._name, *texts)))
            await pipe.execute()

    def _say(self, text: str) -> None:
        self._log.write(text, time.monotonic())
