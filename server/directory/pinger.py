"""Sends the Pings that prove where rooms are: one TCP connection each, for a few seconds and some hundred bytes.

Rule 1: which Pings run is decided by petard.server.directory.rooms.ping_queue; nothing else connects to a room.
Rule 2: whatever answers, a Ping ends within WITHIN seconds and reads READ_MOST bytes at most.
"""

import asyncio
import secrets
import socket
import time
from collections import Counter

from petard.server.directory.rooms.announced_rooms import AnnouncedRooms
from petard.server.directory.rooms.claims import Claim
from petard.server.directory.rooms.places import Place
from petard.shared.host_port import join_host_port
from petard.shared.protocol.link import Link, LinkState, Role
from petard.shared.protocol.messages import Ping, Pong

WITHIN = 3.0  # seconds
READ_MOST = 4096  # bytes
EVERY = 0.1  # seconds between two looks at what is due


async def ping_problem(place: Place, id: str, within: float = WITHIN) -> str:
    """Ping a room; returns "" after its Pong, else a sentence that says what went wrong. `id`: as in the list."""
    where = join_host_port(*place)
    try:
        async with asyncio.timeout(within):
            room = await _room_at(place)
    except TimeoutError:
        return f"The directory has no answer from {where} within {within:.0f} seconds: is that port open to all?"
    except OSError as problem:
        return f"The directory cannot connect to {where}: {problem.strerror or 'the connection broke'}."
    if room is None:
        return f"What answers at {where} is no server of Petard."
    return "" if f"{room:016x}" == id else f"What answers at {where} is another room."


async def _room_at(place: Place) -> int | None:
    """Return the number of the room that answers; None if no Pong comes. Raises OSError."""
    loop, link, number = asyncio.get_running_loop(), Link(Role.CLIENT), secrets.randbits(32)
    with socket.socket(socket.AF_INET6 if ":" in place.address else socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.setblocking(False)
        await loop.sock_connect(sock, place)
        await loop.sock_sendall(sock, link.send(Ping(number)))
        received = 0
        while received < READ_MOST:
            data = await loop.sock_recv(sock, 1024)
            received += len(data)
            for message in link.receive_data(data):
                if isinstance(message, Pong) and message.id == number:
                    return message.room
            if not data or link.state is LinkState.CLOSED:
                break
    return None


class Pinger:
    """Starts what is due. `results`: how many Pings found the room, and how many did not."""

    def __init__(self, rooms: AnnouncedRooms) -> None:
        self.results: Counter[bool] = Counter()
        self._rooms = rooms
        self._tasks: set[asyncio.Task[None]] = set()  # or they would be collected while they run

    def start_due(self, now: float) -> None:
        """Start the Pings that are due; `now` in seconds, monotonic."""
        for claim in self._rooms.pings.start(now):
            task = asyncio.create_task(self._ping(claim))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _ping(self, claim: Claim) -> None:
        why = "The Ping was ended."
        try:
            why = await ping_problem(claim.place, claim.facts.id)
        finally:
            self.results[not why] += 1
            self._rooms.pinged(claim, why, time.monotonic())

    async def run(self) -> None:
        """Start what is due, for ever."""
        try:
            while True:
                self.start_due(time.monotonic())
                await asyncio.sleep(EVERY)
        finally:
            for task in self._tasks:
                task.cancel()
