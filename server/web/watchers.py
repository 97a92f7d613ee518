"""Watchers: each turn of the room is sent to all of them, as the same bytes.

Rule 1: bytes are made once for all of one framing. A watcher that is behind is sent no states until it has taken all
        that waits, then a Keyframe of now; messages that are no states it gets all.
Rule 2: states wait STATE_AGE_MOST seconds at most. A watcher that takes nothing for STUCK seconds, or lets more than
        CAP bytes wait, is closed.
Rule 3: a game says what it has received, so the pace of the room counts for it, too; a browser does not.
Rule 4: no await, so one stuck watcher delays nobody; before each write the size of what waits is looked at, since
        `write` itself stores without an end.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from petard.server.net.listeners import SEND_BUFFER
from petard.server.policy.outbox import CAP, STATE_AGE_MOST, STUCK
from petard.server.policy.state_pace import StatePace
from petard.server.web.frames import ws_frame
from petard.shared.protocol import messages as m
from petard.shared.protocol.state import State

STATES = (m.Keyframe, m.Delta)
WITH_STATES = (*STATES, m.Events, m.Digest, m.Pings)  # what one who is behind is spared

Payload = tuple[bytes, type[m.Message]]
Framing = Callable[[bytes], bytes]


class UnconfirmedPace(StatePace):
    """Of a watcher that does not say what it has received: only what waits here tells whether it is behind."""

    __slots__ = ()

    @property
    def is_behind(self) -> bool:
        return False

    @property
    def wants_state(self) -> bool:
        return not self.streams

    def note_single(self, state: State | None, now: float) -> None:
        self.streams = True


@dataclass(slots=True)
class Watcher:
    """One watcher. `waits_since`: since when bytes wait here, in seconds; None while none do."""

    transport: asyncio.Transport
    taken_at: float  # when it took something last
    framing: Framing = ws_frame
    pace: StatePace = field(default_factory=UnconfirmedPace)
    sent: int = 0  # bytes
    taken: int = 0  # bytes of those
    waits_since: float | None = None

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


class _Turn:
    """One turn of the room as bytes, for all watchers of one framing. `lasting`: without states."""

    def __init__(self, payloads: Sequence[Payload], framing: Framing, keyframe: Callable[[], bytes | None]) -> None:
        self._framing, self._keyframe = framing, keyframe
        framed = [(framing(payload), kind) for payload, kind in payloads if kind is not m.Ping or framing != ws_frame]
        self.whole = b"".join([data for data, _ in framed])
        self.lasting = b"".join([data for data, kind in framed if kind not in WITH_STATES])
        self.states = sum(kind in STATES for _, kind in framed)

    @cached_property
    def latest(self) -> bytes:
        """A Keyframe of now; b"" while no round runs."""
        payload = self._keyframe()
        return self._framing(payload) if payload else b""


class Watchers:
    """All watchers of one process. `keyframe`: the payload of a Keyframe of now; None while no round runs."""

    def __init__(self, keyframe: Callable[[], bytes | None]) -> None:
        self._keyframe = keyframe
        self._all: dict[asyncio.Transport, Watcher] = {}

    def __len__(self) -> int:
        return len(self._all)

    def add(
        self,
        transport: asyncio.Transport,
        payloads: Sequence[Payload],
        now: float,
        framing: Framing = ws_frame,
        pace: StatePace | None = None,
    ) -> None:
        """Send a new watcher what leads up to now, and from then on everything."""
        with suppress(OSError):  # the other end has reset it
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        watcher = self._all[transport] = Watcher(transport, now, framing, pace or UnconfirmedPace())
        watcher.pace.sent += sum(kind in STATES for _, kind in payloads)
        watcher.write(b"".join([framing(payload) for payload, _ in payloads]))

    def remove(self, transport: asyncio.Transport) -> None:
        self._all.pop(transport, None)

    def write(self, transport: asyncio.Transport, data: bytes) -> None:
        """Send one connection something that is for it alone."""
        (self._all.get(transport) or transport).write(data)

    def send(self, payloads: Sequence[Payload], now: float) -> None:
        """Send all of them the payloads of one turn; close those that take nothing."""
        turns: dict[Framing, _Turn] = {}
        for watcher in [*self._all.values()]:
            waiting = watcher.look(now)
            if watcher.transport.is_closing():
                self.remove(watcher.transport)
            elif waiting > CAP or now - watcher.taken_at > STUCK:
                self.remove(watcher.transport)
                watcher.transport.abort()
            else:
                turn = turns.get(watcher.framing)
                if turn is None:
                    turn = turns[watcher.framing] = _Turn(payloads, watcher.framing, self._keyframe)
                if data := _part_for(watcher, turn, waiting, now):
                    watcher.write(data)

    def close(self) -> None:
        for transport in [*self._all]:
            self.remove(transport)
            transport.close()


def _part_for(watcher: Watcher, turn: _Turn, waiting: int, now: float) -> bytes:
    """What a watcher gets of a turn. `waiting`: how many bytes wait for it."""
    pace, since = watcher.pace, watcher.waits_since
    if pace.streams and (pace.is_behind or (since is not None and now - since > STATE_AGE_MOST)):
        pace.pause(None, now)
    if pace.streams:
        pace.sent += turn.states
        return turn.whole
    if waiting or not pace.wants_state or not turn.latest:
        return turn.lasting
    pace.note_single(None, now)
    return turn.lasting + turn.latest
