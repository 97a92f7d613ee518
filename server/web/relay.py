"""One line to the room, as a relay, from which all watchers are served; it is open while there are any.

Rule 1: what the room sends to all goes on unchanged. The relay follows the state of the round, so that it can make a
        Keyframe for one who comes later or was behind.
Rule 2: it answers the room's Pings, and confirms states as every client does; watchers need not say anything.
"""

import asyncio
import time
from contextlib import suppress
from functools import partial

from petard.server.policy.proxy_header import Purpose
from petard.server.web.room_line import RoomConnector
from petard.server.web.watchers import Watchers
from petard.shared.framing import LIMIT_SERVER, Decoder, FrameError, frame
from petard.shared.protocol import messages as m
from petard.shared.protocol.codec import RemoteProtocolError, decode, encode, message_type_of
from petard.shared.protocol.state import State, apply_delta, keyframe_of, state_from_keyframe

CONFIRM_EVERY = 0.125  # seconds, as the narrow window of a StatePace needs it
AGAIN_AFTER = 1.0  # seconds until the next try to reach the room
LINGER = 5.0  # seconds that the line stays open without watchers
STATES = (m.Keyframe, m.Delta)
WITH_STATES = (*STATES, m.Events, m.Digest, m.Pings)  # what one who is behind is spared
KEPT = (m.Welcome, m.Lobby, m.Roster, m.Round)  # the last of each leads up to now, in this order, then the Keyframe


class Broadcast:
    """What a watcher needs that comes now: the last messages of the room, and the state of its round."""

    def __init__(self) -> None:
        self.states = 0  # that were received
        self._kept: dict[type[m.Message], bytes] = {}
        self._board = (0, 0)  # width and height
        self._state: State | None = None

    def receive(self, payload: bytes, kind: type[m.Message]) -> None:
        """Note a message of the room; raises RemoteProtocolError."""
        if kind is m.Keyframe or kind is m.Delta:
            self.states += 1
            self._follow(decode(payload))
        elif kind in KEPT or kind is m.Results:
            self._kept[kind] = payload
        if kind is m.Round:
            announced = decode(payload)
            assert isinstance(announced, m.Round)
            self._board, self._state = (announced.width, announced.height), None
            self._kept.pop(m.Results, None)
        elif kind is m.Lobby:
            lobby = decode(payload)
            if isinstance(lobby, m.Lobby) and lobby.phase is m.Phase.LOBBY:
                self._state = None
                for old in (m.Round, m.Results):
                    self._kept.pop(old, None)

    def _follow(self, message: m.Message) -> None:
        if isinstance(message, m.Keyframe):
            self._state = state_from_keyframe(message, *self._board)
        elif isinstance(message, m.Delta) and self._state:
            self._state = apply_delta(self._state, message)

    def keyframe(self) -> bytes | None:
        """Return the payload of a Keyframe of now; None while no round runs."""
        return encode(keyframe_of(self._state)) if self._state else None

    def payloads(self) -> list[bytes]:
        """Return all that leads up to now; nothing before the room has sent anything."""
        found = [self._kept[kind] for kind in KEPT if kind in self._kept]
        if keyframe := self.keyframe():
            found.append(keyframe)
        return found + ([self._kept[m.Results]] if m.Results in self._kept else [])


class RelayLine(asyncio.Protocol):
    """The line to the room. `ended`: a future that is done when it has ended."""

    transport: asyncio.Transport

    def __init__(self, watchers: Watchers, broadcast: Broadcast) -> None:
        self._watchers, self._broadcast, self._decoder = watchers, broadcast, Decoder(LIMIT_SERVER)
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._clock = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            self._pass_on(self._decoder.receive_data(data))
        except (FrameError, RemoteProtocolError):
            self.transport.abort()

    def _pass_on(self, payloads: list[bytes]) -> None:
        passed: list[tuple[bytes, bool]] = []
        for payload in payloads:
            kind = message_type_of(payload)
            if kind is m.Ping:
                ping = decode(payload)
                assert isinstance(ping, m.Ping)
                self.transport.write(frame(encode(m.Pong(ping.id))))
                continue
            self._broadcast.receive(payload, kind)
            if kind is not m.Pong:
                passed.append((payload, kind in WITH_STATES))
        if passed:
            self._watchers.send(passed, time.monotonic())

    def confirm(self) -> None:
        """Tell the room how many states have come."""
        self._clock += 1
        self.transport.write(frame(encode(m.Input(self._clock, (), self._broadcast.states))))

    def connection_lost(self, error: Exception | None) -> None:
        self.ended.set_result(None)


class Relay:
    """Serves watchers while there are any."""

    def __init__(self, connector: RoomConnector) -> None:
        self._connector = connector
        self._broadcast = Broadcast()
        self.watchers = Watchers(lambda: self._broadcast.keyframe())
        self._wanted = asyncio.Event()

    def admit(self, transport: asyncio.Transport) -> None:
        """Serve a new watcher."""
        self.watchers.add(transport, self._broadcast.payloads(), time.monotonic())
        self._wanted.set()

    async def run(self) -> None:
        """Keep the line open while there are watchers; never returns."""
        while True:
            await self._wanted.wait()
            with suppress(OSError):
                line = partial(RelayLine, self.watchers, self._broadcast)
                await self._serve(await self._connector.connect(line, Purpose.RELAY))
            self._broadcast = Broadcast()
            if self.watchers:
                await asyncio.sleep(AGAIN_AFTER)
            else:
                self._wanted.clear()

    async def _serve(self, line: RelayLine) -> None:
        """Return when the line has ended, or was not needed for LINGER seconds."""
        idle = 0.0
        while not line.ended.done() and idle < LINGER:
            line.confirm()
            await asyncio.wait([line.ended], timeout=CONFIRM_EVERY)
            idle = 0.0 if self.watchers else idle + CONFIRM_EVERY
        line.transport.abort()
        await line.ended
