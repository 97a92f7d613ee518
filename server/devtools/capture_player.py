"""Plays a capture: a real Room and Server, with sockets that give what was captured, on captured time.

Rule 1: turns, ticks and times are those of the capture, and sockets are ready in the captured order.
Rule 2: a socket accepts as many bytes as it did then in the same turn; where it accepted everything, it does again.
Rule 3: the server must send the same bytes in the same turns, and its room must be in the same state at the end. The
        first difference raises ReplayMismatch, one sentence with time, connection and message.
Rule 4: sentences for people may have other words than then; the numbers in them, and all else, must be the same.
"""

import errno
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count, zip_longest
from selectors import EVENT_READ, BaseSelector, SelectorKey
from socket import socket
from typing import Any

from petard.server.devtools.fake_scram import FakeScramServer
from petard.server.net.connections import Connections
from petard.server.net.listeners import Listeners
from petard.server.net.server import Server
from petard.server.policy.log import Log
from petard.server.recording.capture_tap import room_checksum
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.capture import (
    UNITS_PER_SECOND,
    Accepted,
    Capture,
    CaptureEnd,
    CaptureStart,
    CaptureStep,
    FaultKind,
    LoopTurn,
    Received,
    Sent,
    ServerStop,
    SocketCall,
    SocketFault,
)
from petard.shared.demo.redact import placeholder
from petard.shared.framing import HEADER, LIMIT_SERVER, Decoder, FrameError
from petard.shared.protocol.codec import EncodeError, RemoteProtocolError, decode
from petard.shared.protocol.messages import Bye, Chat, Message, Refused
from petard.shared.rules.maps import BadMap, parse_map
from petard.shared.rules.ruleset import PRESETS

MESSAGE_MOST = 300  # characters of one in a sentence
AFTER_COMMAND = " Before that, a player gave a command with a slash: what such a command does is in no capture."
_ERRORS = {
    FaultKind.RESET: (errno.ECONNRESET, "Connection reset by peer"),
    FaultKind.PIPE: (errno.EPIPE, "Broken pipe"),
    FaultKind.TIMEOUT: (errno.ETIMEDOUT, "Connection timed out"),
    FaultKind.OTHER: (errno.EIO, "Input/output error"),
}
SocketScript = list[Received | Sent | SocketFault]


class ReplayMismatch(AssertionError):
    """The server did something else than in the capture."""


class CaptureSocket(socket):
    """One connection of a capture. `sent`: all that the server has sent on it; `sent_now`: in this step."""

    def __init__(self) -> None:  # no super(): that would open a descriptor
        self.sent = bytearray()
        self.begin_step([])

    def begin_step(self, script: SocketScript) -> None:
        """Set what the socket does in this step."""
        self.script = script  # without what `recv` has returned
        self.sent_now = bytearray()

    @property
    def wanted(self) -> bytes:
        """What was sent in this step, in the capture."""
        return b"".join(record.data for record in self.script if isinstance(record, Sent))

    def _raise_fault(self, call: SocketCall) -> None:
        for record in self.script:
            if isinstance(record, SocketFault) and record.call is call:
                raise OSError(*_ERRORS[record.kind])  # Python picks the subclass by the number

    def recv(self, most: int, flags: int = 0) -> bytes:
        """Return the next captured chunk."""
        for record in self.script:
            if isinstance(record, Received):
                self.script.remove(record)
                return record.data
        self._raise_fault(SocketCall.RECV)
        raise BlockingIOError(errno.EAGAIN, "nothing has arrived")

    def send(self, data: Any, flags: int = 0) -> int:
        """Accept everything, or as much as was accepted then."""
        is_full = any(isinstance(record, Sent) and not record.data for record in self.script)
        fails = any(isinstance(record, SocketFault) and record.call is SocketCall.SEND for record in self.script)
        space = max(0, len(self.wanted) - len(self.sent_now)) if is_full or fails else len(data)
        if not space:
            self._raise_fault(SocketCall.SEND)
            raise BlockingIOError(errno.EAGAIN, "the buffer is full")
        self.sent_now += data[:space]
        self.sent += data[:space]
        return min(space, len(data))

    def shutdown(self, how: int) -> None:
        """Fail if it failed then."""
        self._raise_fault(SocketCall.SHUTDOWN)

    def close(self) -> None:
        """There is nothing to close."""

    def fileno(self) -> int:
        """Return -1: there is no descriptor."""
        return -1


class CaptureListeners(Listeners):
    """Accepts the connections that were accepted in the capture."""

    def __init__(self) -> None:  # no super(): that would open a descriptor
        self.sockets = [CaptureSocket()]
        self.port = 0
        self.is_out_of_descriptors = False
        self.pending: list[tuple[CaptureSocket, str]] = []

    def accept(self, listener: socket, most: int) -> Iterator[tuple[socket, str]]:
        """Yield the connections of this step with their addresses."""
        pending, self.pending = self.pending, []
        yield from pending

    def close(self) -> None:
        """There is nothing to close."""


class CaptureSelector(BaseSelector):
    """Reports the sockets in `ready`, in that order, each as often as it stands there."""

    def __init__(self) -> None:
        self.ready: list[socket] = []
        self._keys: dict[Any, SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> SelectorKey:
        """Register a socket."""
        key = self._keys[fileobj] = SelectorKey(fileobj, -1, events, data)
        return key

    def unregister(self, fileobj: Any) -> SelectorKey:
        """Unregister a socket; KeyError if it is not registered."""
        return self._keys.pop(fileobj)

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Return the sockets that are readable in this step; never waits."""
        return [(self._keys[sock], EVENT_READ) for sock in self.ready if sock in self._keys]

    def get_map(self) -> Mapping[Any, SelectorKey]:
        """Return what is registered."""
        return self._keys


class CapturePlayer:
    """Plays one capture. `room`: a real one; `connections`: the sockets by number; `log`: the lines for the log."""

    def __init__(self, capture: Capture) -> None:
        """Raises DemoError for a capture whose room cannot be made."""
        self.room = _room_of(capture.start)
        self.connections: dict[int, CaptureSocket] = {}
        self.log: list[str] = []
        self._capture = capture
        self._listeners, self._selector = CaptureListeners(), CaptureSelector()
        tokens = (placeholder(number) for number in count(1))
        connections, log = Connections(self._selector), Log(self.log.append)
        self._server = Server(self.room, self._listeners, log, lambda: next(tokens), 0.0, connections)
        self._server.handshake.scram = FakeScramServer(capture)

    def play(self) -> None:
        """Play it to the end; raises ReplayMismatch at the first difference, DemoError if the capture has no end."""
        for step in self._capture.steps:
            self.step(step)
        if not self._capture.steps or not isinstance(self._capture.steps[-1].cause, CaptureEnd):
            raise DemoError(self._capture.damage or "The capture stops before its server did.")

    def step(self, step: CaptureStep) -> None:
        """Play one step."""
        self._begin_step(step)
        wanted = {number: sock.wanted for number, sock in self.connections.items()}
        match step.cause:
            case LoopTurn(_, ticks):
                self._server.update(ticks, step.at / UNITS_PER_SECOND)
            case ServerStop(_, reason):
                self._close(reason, step.at / UNITS_PER_SECOND)
            case CaptureEnd(state):
                if room_checksum(self.room) != state:
                    raise ReplayMismatch("The server sent the same bytes, but its room is in another state at the end.")
        for number, sock in self.connections.items():
            if sock.sent_now != wanted[number] and (difference := _difference(step, number, sock, wanted[number])):
                raise ReplayMismatch(f"{difference}{AFTER_COMMAND if self._server.slash_commands else ''}")

    def _close(self, reason: str, now: float) -> None:
        try:
            self._server.close(reason, now)
        except EncodeError:
            raise DemoError("The server of this capture stops for a reason that cannot be sent.") from None

    def _begin_step(self, step: CaptureStep) -> None:
        """Give each socket its part of the step."""
        ready: list[socket] = []
        scripts: dict[int, SocketScript] = {}
        for record in step.records:
            if isinstance(record, Accepted):
                sock = self.connections[record.connection] = CaptureSocket()
                self._listeners.pending.append((sock, _address(record.group)))
        for record in step.records:
            if isinstance(record, Accepted):
                continue
            if record.connection not in self.connections:
                raise DemoError(f"In this capture connection {record.connection} is used before it was accepted.")
            scripts.setdefault(record.connection, []).append(record)
            if isinstance(record, Received) or (isinstance(record, SocketFault) and record.call is SocketCall.RECV):
                ready.append(self.connections[record.connection])
        for number, sock in self.connections.items():
            sock.begin_step(scripts.get(number, []))
        self._selector.ready = ready + (self._listeners.sockets if self._listeners.pending else [])


def _room_of(start: CaptureStart) -> Room:
    """Make a room as it was when the capture began."""
    setup = start.setup
    try:
        boards = {one.name: parse_map("\n".join(one.rows), one.name) for one in start.maps}
    except BadMap as problem:
        raise DemoError(f"A map in this capture cannot be used: {problem}.") from None
    if setup.map not in boards or setup.rules not in PRESETS or start.snapshots not in (20, 30, 60):
        raise DemoError("This capture is of a room that this Petard cannot make.")
    return Room(RoomSettings(setup, start.name, start.snapshots, build=start.build), boards, start.seed)


def messages_in(stream: bytes) -> list[Message | bytes]:
    """Return the messages in a stream; a payload that is none stays bytes, and so does the rest that is no frame."""
    try:
        payloads = Decoder(LIMIT_SERVER).receive_data(stream)
    except FrameError as problem:
        payloads = list(problem.payloads)
    parts: list[Message | bytes] = []
    for payload in payloads:
        try:
            parts.append(decode(payload))
        except RemoteProtocolError:
            parts.append(payload)
    rest = stream[sum(HEADER + len(payload) for payload in payloads) :]
    return [*parts, rest] if rest else parts


def without_prose(part: Message | bytes | None) -> Message | bytes | None:
    """Return a message with only the numbers of what the server words for people: its own lines of chat, and the
    sentence of a refusal or goodbye. What players wrote, and every code, number and name, stays.

    So a capture of an older server still plays when a sentence was worded anew.
    """
    match part:
        case Chat(name="", text=text):
            return replace(part, text=_numbers_in(text))
        case Refused(code, sentence):
            return Refused(code, _numbers_in(sentence))
        case Bye(reason):
            return Bye(_numbers_in(reason))
    return part


def _numbers_in(sentence: str) -> str:
    return " ".join(re.findall(r"\d+", sentence))


def _address(group: int) -> str:
    return f"10.{group >> 16 & 255}.{group >> 8 & 255}.{group & 255}" if group else "127.0.0.1"


def _difference(step: CaptureStep, connection: int, sock: CaptureSocket, wanted: bytes) -> str:
    """Say which message is the first that differs; "" if only their prose does."""
    before = bytes(sock.sent[: len(sock.sent) - len(sock.sent_now)])
    for now, then in zip_longest(messages_in(bytes(sock.sent)), messages_in(before + wanted)):
        if without_prose(now) != without_prose(then):
            shown = ["nothing more" if part is None else repr(part)[:MESSAGE_MOST] for part in (now, then)]
            time = f"At {step.at / UNITS_PER_SECOND:.3f} s"
            return f"{time} connection {connection} is sent {shown[0]}; in the capture it is sent {shown[1]}."
    return ""
