"""Measures the pings of rooms on the Internet: over TCP, with a Ping before any Hello, as PROTOCOL.md allows it.

Rule 1: only rooms that are shown get Pings, AT_ONCE at a time, each again after AGAIN seconds.
Rule 2: each measurement is a thread of at most WITHIN seconds. In the main loop it would be wrong by a picture.
Rule 3: the first Pong shows only that the connection was accepted. Of the next ones the quickest counts, without the
        time for which the Ping lay at the server.
"""

import socket
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from petard.game.view.internet_list import HostPort, RoomPing
from petard.shared.protocol.link import Link, LinkState, Role
from petard.shared.protocol.messages import Ping, Pong

AT_ONCE = 4  # measurements
WITHIN = 3.0  # seconds for one
AGAIN = 15.0  # seconds
MEASURED = 3  # Pings of which the quickest counts
KEPT_MOST = 500  # results
READ = 4096  # bytes


class RoomPings:
    """`results`: the last one of each room that was shown. `running`: the rooms that are measured now."""

    def __init__(self) -> None:
        self.results: dict[HostPort, RoomPing] = {}
        self.running: set[HostPort] = set()
        self._done: deque[tuple[HostPort, int | None, int]] = deque()  # filled by the threads

    def poll(self, shown: Sequence[HostPort], now: float) -> None:
        """Take in what was measured, and start what is due. `shown`: the rooms on the screen, the first ones first."""
        while self._done:
            place, ms, room = self._done.popleft()
            self.running.discard(place)
            self.results.pop(place, None)  # so that the oldest are the first
            self.results[place] = RoomPing(ms, f"{room:016x}", now)
        for place in [*self.results][:-KEPT_MOST]:
            del self.results[place]
        due = (place for place in shown if self._is_due(place, now))
        for place in [*due][: AT_ONCE - len(self.running)]:
            with suppress(RuntimeError):  # no thread is left
                threading.Thread(target=self._measure, args=(place,), name="ping", daemon=True).start()
                self.running.add(place)

    def _is_due(self, place: HostPort, now: float) -> bool:
        known = self.results.get(place)
        return place not in self.running and (known is None or now - known.at >= AGAIN)

    def _measure(self, place: HostPort) -> None:
        self._done.append((place, *measure_ping(place)))


def measure_ping(place: HostPort, within: float = WITHIN) -> tuple[int | None, int]:
    """Return the ping of a room (ms), None if it does not answer, and the number of the room that answers.

    Blocks up to `within` seconds.
    """
    ends_at, link, times, room = time.monotonic() + within, Link(Role.CLIENT), list[float](), 0
    with suppress(OSError), socket.create_connection(place, within) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for number in range(1 + MEASURED):
            pong = _pong(sock, link, number, ends_at)
            if pong is None:
                break
            times.append(pong[0])
            room = pong[1].room
    return (max(0, round(min(times[1:]))) if len(times) > 1 else None), room


def _pong(sock: socket.socket, link: Link, number: int, ends_at: float) -> tuple[float, Pong] | None:
    """Send a Ping; return the round trip (ms) and the Pong, None if the server does not send it. Raises OSError."""
    if not link.may_send(Ping):
        return None
    sock.sendall(link.send(Ping(number)))
    asked = time.perf_counter()
    while link.state is not LinkState.CLOSED and (left := ends_at - time.monotonic()) > 0:
        sock.settimeout(left)
        data = sock.recv(READ)
        passed = 1000 * (time.perf_counter() - asked)
        for message in link.receive_data(data):
            if isinstance(message, Pong) and message.id == number:
                return passed - message.held / 1000, message
        if not data:
            return None
    return None
