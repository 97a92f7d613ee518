"""One line to the room, as a relay, from which all watchers are served.

Rule 1: what the room sends to all goes on unchanged. The relay follows the state of the round, so that it can make a
        Keyframe for one who comes later or was behind.
Rule 2: it answers the room's Pings, and confirms states as every client does; watchers need not say anything.
Rule 3: the web process has a RoomRelay: its line is private, and open while there are watchers. For other machines
        there is the PublicRelay of petard.server.web.upstream.
"""

import asyncio
import time
from contextlib import suppress
from functools import partial
from typing import TypeVar

from petard.server.policy.proxy_header import Purpose
from petard.server.web.handoff import HandoffSender
from petard.server.web.room_line import RoomConnector
from petard.server.web.watchers import STATES, Payload, Watchers
from petard.shared.framing import LIMIT_SERVER, Decoder, FrameError, frame
from petard.shared.protocol import messages as m
from petard.shared.protocol.codec import RemoteProtocolError, decode, encode, message_type_of
from petard.shared.protocol.later_messages import MapVotes, Sides, Standbys
from petard.shared.protocol.link import TRANSITIONS, LinkState, Role
from petard.shared.protocol.state import State, apply_delta, keyframe_of, state_from_keyframe

CONFIRM_EVERY = 0.125  # seconds, as the narrow window of a StatePace needs it
AGAIN_AFTER = 1.0  # seconds until the next try to reach the room
LINGER = 5.0  # seconds that the line stays open without watchers
# The last of each leads up to now, in this order, then the Keyframe.
KEPT: tuple[type[m.Message], ...] = (m.Welcome, m.Lobby, MapVotes, Sides, Standbys, m.Roster, m.Round)


M = TypeVar("M", bound=m.Message)


class Broadcast:
    """What a watcher needs that comes now: the last messages of the room, and the state of its round."""

    def __init__(self) -> None:
        self.states = 0  # that were received
        self._kept: dict[type[object], bytes] = {}
        self._board = (0, 0)  # width and height
        self._state: State | None = None

    def receive(self, payload: bytes, kind: type[m.Message]) -> None:
        """Note a message of the room; raises RemoteProtocolError."""
        if kind in STATES:
            self.states += 1
            self._follow(decode(payload))
        elif kind is m.Welcome:  # all before it is of another connection
            self.states, self._state = 0, None
            self._kept = {kind: payload}
        elif kind in KEPT or kind is m.Results:
            self._kept[kind] = payload
        if kind is m.Round:
            announced = decode(payload)
            assert isinstance(announced, m.Round)
            self._board, self._state = (announced.width, announced.height), None
            self._kept.pop(m.Results, None)
        elif kind is m.Lobby:
            self._kept.pop(MapVotes, None)
            self._kept.pop(Sides, None)
            lobby = decode(payload)
            if isinstance(lobby, m.Lobby) and lobby.phase is m.Phase.LOBBY:
                self._state = None
                for old in (m.Round, m.Results):
                    self._kept.pop(old, None)

    def _follow(self, message: m.Message) -> None:
        if isinstance(message, m.Keyframe):
            if m.Round not in self._kept:
                raise RemoteProtocolError("Keyframe before any Round")
            self._state = state_from_keyframe(message, *self._board)
        elif isinstance(message, m.Delta) and self._state:
            self._state = apply_delta(self._state, message)

    def keyframe(self) -> bytes | None:
        """Return the payload of a Keyframe of now; None while no round runs."""
        return encode(keyframe_of(self._state)) if self._state else None

    def payloads(self) -> list[Payload]:
        """Return all that leads up to now; nothing before the room has sent anything."""
        found: list[Payload] = [(self._kept[kind], kind) for kind in KEPT if kind in self._kept]
        if keyframe := self.keyframe():
            found.append((keyframe, m.Keyframe))
        return found + ([(self._kept[m.Results], m.Results)] if m.Results in self._kept else [])

    def last(self, kind: type[M]) -> M | None:
        """Return the message of a type of KEPT that counts now; None if there is none."""
        message = decode(self._kept[kind]) if kind in self._kept else None
        return message if isinstance(message, kind) else None

    @property
    def state(self) -> State | None:
        """The state of the round; None while none runs."""
        return self._state


class RelayLine(asyncio.Protocol):
    """The line to the room. `ended`: a future that is done when it has ended."""

    transport: asyncio.Transport

    def __init__(self, watchers: Watchers, broadcast: Broadcast) -> None:
        self._watchers, self._broadcast, self._decoder = watchers, broadcast, Decoder(LIMIT_SERVER)
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.phase = LinkState.HANDSHAKE
        self._clock = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            self._pass_on(self._decoder.receive_data(data))
        except (FrameError, RemoteProtocolError) as fault:
            self.end(f"What it sent makes no sense ({fault}).")

    def _pass_on(self, payloads: list[bytes]) -> None:
        passed: list[Payload] = []
        for payload in payloads:
            kind = message_type_of(payload)
            if kind not in TRANSITIONS[self.phase][Role.SERVER]:
                raise RemoteProtocolError(f"{kind.__name__} in {self.phase.name}")
            if whole := self.take(payload, kind):
                passed.append((whole, kind))
        if passed:
            self._watchers.send(passed, time.monotonic())

    def take(self, payload: bytes, kind: type[m.Message]) -> bytes | None:
        """Handle a message; return what goes on to the watchers, mostly itself."""
        if kind is m.Ping:  # games answer it, too, so that it is known how far away they are
            ping = decode(payload)
            assert isinstance(ping, m.Ping)
            self.write(m.Pong(ping.id))
        elif kind is m.Welcome:
            self.phase = LinkState.OPEN
        self._broadcast.receive(payload, kind)
        return None if kind is m.Pong else payload

    def end(self, problem: str, is_final: bool = False) -> None:
        """End the line. `problem`: one sentence; `is_final`: another try would change nothing."""
        self.transport.abort()

    def write(self, message: m.Message) -> None:
        self.transport.write(frame(encode(message)))

    def confirm(self) -> None:
        """Tell the room how many states have come."""
        self._clock += 1
        self.write(m.Input(self._clock, (), self._broadcast.states))

    def close(self) -> None:
        """It is not needed any more."""
        self.transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():  # else the task that waits for it was cancelled
            self.ended.set_result(None)


class Relay:
    """Serves watchers from one line to a room; how that line comes about is up to the subclass."""

    def __init__(self) -> None:
        self.broadcast = Broadcast()
        self.watchers = Watchers(lambda: self.broadcast.keyframe())
        self.wanted = asyncio.Event()
        self.handoff: HandoffSender | None = None  # to another process that serves those who watch

    def admit(self, transport: asyncio.Transport) -> None:
        """Serve a new browser."""
        self.watchers.add(transport, self.broadcast.payloads(), time.monotonic())
        self.wanted.set()

    async def run(self) -> None:
        """Keep the line open, for ever."""
        raise NotImplementedError

    async def serve(self, line: RelayLine, linger: float) -> None:
        """Return when the line has ended, or was not needed for `linger` seconds."""
        idle = 0.0
        try:
            while not line.ended.done() and idle < linger:
                line.confirm()
                await asyncio.wait([line.ended], timeout=CONFIRM_EVERY)
                idle = 0.0 if self.watchers else idle + CONFIRM_EVERY
        finally:
            line.close()
        await line.ended


class RoomRelay(Relay):
    """The relay of a room's own web process: its line is open while there are watchers."""

    def __init__(self, connector: RoomConnector) -> None:
        super().__init__()
        self._connector = connector

    async def run(self) -> None:
        while True:
            await self.wanted.wait()
            with suppress(OSError):
                line = partial(RelayLine, self.watchers, self.broadcast)
                await self.serve(await self._connector.connect(line, Purpose.RELAY), LINGER)
            self.broadcast = Broadcast()
            if self.watchers:
                await asyncio.sleep(AGAIN_AFTER)
            else:
                self.wanted.clear()
