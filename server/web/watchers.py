"""Watchers: each turn of the room is sent to all of them, as the same bytes.

Rule 1: bytes are made once for all. A watcher that is behind is sent no states until it has taken all that waits, then
        a Keyframe of now; messages that are no states it gets all.
Rule 2: states wait STATE_AGE_MOST seconds at most. A watcher that takes nothing for STUCK seconds, or lets more than
        CAP bytes wait, is closed.
Rule 3: no await, so one stuck watcher delays nobody; before each write the size of what waits is looked at, since
        `write` itself stores without an end.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from petard.server.net.listeners import SEND_BUFFER
from petard.server.web.frames import ws_frame

STATE_AGE_MOST = 0.25  # seconds
STUCK = 10.0  # seconds
CAP = 256 * 1024  # bytes


@dataclass(slots=True)
class Watcher:
    """One watcher. `waits_since`: since when bytes wait here, in seconds; None while none do."""

    transport: asyncio.Transport
    taken_at: float  # when it took something last
    sent: int = 0  # bytes
    taken: int = 0  # bytes of those
    waits_since: float | None = None
    is_spared: bool = False

    def look(self, now: float) -> int:
        """Note what it has taken; return how many bytes wait."""
        waiting = self.transport.get_write_buffer_size()
        if self.sent - waiting > self.taken or not waiting:
            self.taken, self.taken_at = self.sent - waiting, now
        if not waiting:
            self.waits_since = None
        elif self.waits_since is None:
            self.waits_since = now
        return waiting

    def write(self, data: bytes) -> None:
        self.sent += len(data)
        self.transport.write(data)


class Watchers:
    """All watchers of one process. `keyframe`: the payload of a Keyframe of now; None while no round runs."""

    def __init__(self, keyframe: Callable[[], bytes | None]) -> None:
        self._keyframe = keyframe
        self._all: dict[asyncio.Transport, Watcher] = {}

    def __len__(self) -> int:
        return len(self._all)

    def add(self, transport: asyncio.Transport, payloads: Sequence[bytes], now: float) -> None:
        """Send a new watcher what leads up to now, and from then on everything."""
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        watcher = self._all[transport] = Watcher(transport, now)
        watcher.write(b"".join(map(ws_frame, payloads)))

    def remove(self, transport: asyncio.Transport) -> None:
        self._all.pop(transport, None)

    def send(self, payloads: Sequence[tuple[bytes, bool]], now: float) -> None:
        """Send all of them the payloads of one turn; with each whether it is a state, or goes with one."""
        whole = b"".join([ws_frame(payload) for payload, _ in payloads])
        lasting = b"".join([ws_frame(payload) for payload, is_state in payloads if not is_state])
        latest: bytes | None = None
        for watcher in [*self._all.values()]:
            waiting = watcher.look(now)
            if watcher.transport.is_closing():
                self.remove(watcher.transport)
            elif waiting > CAP or now - watcher.taken_at > STUCK:
                self.remove(watcher.transport)
                watcher.transport.abort()
            elif watcher.is_spared and not waiting:
                latest = self._latest() if latest is None else latest
                watcher.is_spared = False
                watcher.write(lasting + latest)
            else:
                since = watcher.waits_since
                watcher.is_spared = watcher.is_spared or (since is not None and now - since > STATE_AGE_MOST)
                if data := lasting if watcher.is_spared else whole:
                    watcher.write(data)

    def _latest(self) -> bytes:
        payload = self._keyframe()
        return ws_frame(payload) if payload else b""

    def close(self) -> None:
        for transport in [*self._all]:
            self.remove(transport)
            transport.close()
