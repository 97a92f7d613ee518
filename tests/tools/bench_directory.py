"""What a directory of many rooms costs, and how long its list takes meanwhile.

    python -m tests.tools.bench_directory [--rooms 10000] [--seconds 30] [--rate 50]

Starts a real petard-directory, which is one process and so uses one core at most. A second process is the rooms: each
has an address of its own in 127.0.0.0/8, a connection that it keeps, an announcement every five seconds in which
something has changed each fourth time, and answers the directory's Pings. This process asks for the list as games do,
at an even pace. Linux only, where the whole network 127.0.0.0/8 is this machine.
"""

import argparse
import asyncio
import http.client
import json
import multiprocessing
import re
import statistics
import sys
import time
from collections.abc import Sequence
from functools import partial
from urllib.parse import quote

import psutil  # type: ignore[import-untyped]

from petard.server.net.descriptors import allow_descriptors
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import Ping, Pong
from tests.server.directory_process import DirectoryProcess, announcement

EVERY = 5.0  # seconds, of an announcement
STEP = 0.01  # seconds
PATIENCE = 240.0  # seconds
TARGET = 50.0  # ms
CHANGES = 4  # each so manieth announcement says something new
OPENED_AT_ONCE = 50
HEAD = b"POST /rooms HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "


def address_of(number: int) -> str:
    """The address of a room, from 1 on."""
    return f"127.{1 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


def number_at(address: str) -> int:
    """The room at an address."""
    _, high, middle, low = map(int, address.split("."))
    return ((high - 1) << 16) + (middle << 8) + low


class Pinged(asyncio.Protocol):
    """A connection of the directory: answers Pings with the number of the room at this address."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.link = transport, Link(Role.SERVER)
        self.room = number_at(transport.get_extra_info("sockname")[0])

    def data_received(self, data: bytes) -> None:
        for message in self.link.receive_data(data):
            if isinstance(message, Ping):
                self.transport.write(frame(encode(Pong(message.id, room=self.room))))


class Announcing(asyncio.Protocol):
    """The connection of one room to the directory."""

    def __init__(self, number: int, port: int) -> None:
        self.transport: asyncio.Transport | None = None
        self.number, self.sent, self.answered = number, 0, 0
        self._port = port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.answered += data.startswith(b"HTTP/1.1")
        if data.startswith(b"HTTP/1.1") and not data.startswith((b"HTTP/1.1 200", b"HTTP/1.1 202")):
            sys.exit(f"a room was answered: {data!r}")

    def connection_lost(self, error: Exception | None) -> None:
        sys.exit("the directory has closed the connection of a room")

    def announce(self) -> None:
        """Send the next announcement."""
        if self.transport and self.sent == self.answered:
            players = (self.number + self.sent // CHANGES) % 9
            body = json.dumps(announcement(self.number, port=self._port, players=players)).encode()
            head = (
                f"POST /rooms HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            )
            self.transport.write(head.encode() + b"\r\n" + body)
            self.sent += 1


def itself(room: Announcing) -> Announcing:
    return room


async def open_rooms(rooms: list[Announcing], port: int) -> None:
    """Connect all rooms to the directory, each from its address, and let each announce itself at once."""
    loop = asyncio.get_running_loop()
    for place in range(0, len(rooms), OPENED_AT_ONCE):
        some = rooms[place : place + OPENED_AT_ONCE]
        opened = (
            loop.create_connection(partial(itself, one), "127.0.0.1", port, local_addr=(address_of(one.number), 0))
            for one in some
        )
        await asyncio.gather(*opened)
        for one in some:
            one.announce()


async def announce_rooms(port: int, count: int) -> None:
    """Be the rooms, for ever."""
    loop = asyncio.get_running_loop()
    responder = await loop.create_server(Pinged, "0.0.0.0", 0, backlog=4096)
    rooms = [Announcing(number, responder.sockets[0].getsockname()[1]) for number in range(1, count + 1)]
    opening = asyncio.create_task(open_rooms(rooms, port))
    began, done = loop.time(), 0
    while not opening.done() or opening.result() is None:
        await asyncio.sleep(STEP)
        due = int((loop.time() - began) / EVERY * count)
        for number in range(done, due):
            rooms[number % count].announce()
        done = due


def be_rooms(port: int, count: int) -> None:
    """The second process."""
    allow_descriptors(3 * count + 1000)
    asyncio.run(announce_rooms(port, count))


class Game:
    """Asks for the list over one connection, as games do; notes how long each answer takes, in ms."""

    def __init__(self, port: int) -> None:
        self.took: dict[str, list[float]] = {}
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def ask(self, kind: str, path: str, tag: str = "") -> tuple[bytes, str]:
        """Ask once; returns the body and the ETag."""
        began = time.perf_counter()
        self._line.request("GET", path, headers={"If-None-Match": tag} if tag else {})
        answer = self._line.getresponse()
        body = answer.read()
        self.took.setdefault(kind, []).append(1000 * (time.perf_counter() - began))
        if answer.status not in (200, 304):
            raise SystemExit(f"{path} was answered by {answer.status}: {body!r}")
        return body, answer.headers.get("ETag", "")

    def rooms(self) -> int:
        """Go through the whole list; returns how many different rooms it has."""
        found, after = set[str](), ""
        while True:
            page = json.loads(self.ask("all pages", f"/rooms?limit=200{after}")[0])
            found |= {room["id"] for room in page["rooms"]}
            if page["next"] is None:
                return len(found)
            after = f"&after={quote(page['next'])}"


def listed(game: Game) -> int:
    """How many rooms are in the list, as /metrics says."""
    text = game.ask("metrics", "/metrics")[0].decode()
    match = re.search(r"^petard_directory_rooms (\S+)", text, re.MULTILINE)
    return int(float(match[1])) if match else 0


def ask_evenly(game: Game, seconds: float, rate: float) -> None:
    """Ask for lists at an even pace."""
    kinds = {
        "first page": "/rooms",
        "free, by name": f"/rooms?free=yes&name={quote('room 12')}",
        "nothing found": "/rooms?mode=teams",
        "200 rooms": "/rooms?limit=200",
    }
    tag, began = "", time.monotonic()
    for number in range(round(seconds * rate)):
        kind = list(kinds)[number % len(kinds)]
        _, new = game.ask(kind, kinds[kind], tag if kind == "first page" else "")
        tag = new if kind == "first page" else tag
        time.sleep(max(0.0, began + (number + 1) / rate - time.monotonic()))


def report(game: Game, rooms: int, seconds: float, used: float, memory: int) -> tuple[str, bool]:
    """Return the figures as lines, and whether they meet the target."""
    lines = [f"{rooms} rooms, {rooms / EVERY:.0f} announcements a second for {seconds:.0f} s"]
    lines.append(f"directory: {100 * used / seconds:.0f} % of a core, {memory >> 20} MiB")
    every = [took for kind, some in game.took.items() if kind not in ("metrics", "all pages") for took in some]
    for kind, some in {**game.took, "all lists": every}.items():
        if kind != "metrics":
            cuts = statistics.quantiles(some, n=100, method="inclusive")
            most = f"most {max(some):6.1f} ms   {len(some)} times"
            lines.append(f"{kind:14} p50 {cuts[49]:6.1f} ms   p99 {cuts[98]:6.1f} ms   {most}")
    p99 = statistics.quantiles(every, n=100, method="inclusive")[98]
    lines.append(f"target: p99 of all lists at most {TARGET:.0f} ms: {'met' if p99 <= TARGET else 'MISSED'}")
    return "\n".join(lines), p99 <= TARGET


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 0 if the target is met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=50.0)
    given = parser.parse_args(arguments)
    with DirectoryProcess("--allow-private") as directory:
        rooms = multiprocessing.get_context("spawn").Process(target=be_rooms, args=(directory.port, given.rooms))
        rooms.daemon = True
        rooms.start()
        game, until = Game(directory.port), time.monotonic() + PATIENCE
        while listed(game) < given.rooms:
            if time.monotonic() > until or not rooms.is_alive():
                raise SystemExit(f"only {listed(game)} rooms are listed")
            time.sleep(0.5)
        process = psutil.Process(directory.process.pid)
        began, before = time.monotonic(), sum(process.cpu_times()[:2])
        ask_evenly(game, given.seconds, given.rate)
        seconds, used = time.monotonic() - began, sum(process.cpu_times()[:2]) - before
        if (found := game.rooms()) < given.rooms * 0.99:  # some move to another page meanwhile
            raise SystemExit(f"the pages hold {found} rooms")
        text, is_met = report(game, given.rooms, seconds, used, process.memory_info().rss)
        sys.stdout.write(f"{text}\n")
        rooms.terminate()
        rooms.join()
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
