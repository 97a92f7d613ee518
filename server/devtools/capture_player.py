"""Plays a wire capture: a real Room, Net and Crowd, with sockets that give what was captured, on captured time.

Rule 1: turns, ticks and times are those of the capture, and who was heard first is heard first.
Rule 2: a socket takes as much as it took then in the same turn; where it took all, it takes all.
Rule 3: the server must say the same bytes in the same turns, and be in the same state at the end. What differs first
        is `CaptureMismatch`, one sentence with time, line and message.
"""

import errno
from collections.abc import Iterator, Mapping
from itertools import count
from selectors import EVENT_READ, BaseSelector, SelectorKey
from socket import socket
from typing import Any

from petard.server.devtools.fake_scram import FakeScramServer
from petard.server.net.connections import Connections
from petard.server.net.listeners import Listeners
from petard.server.net.server import Server
from petard.server.recording.capture_tap import state_of
from petard.server.room.room import Room, RoomSettings
from petard.server.runtime.log import Log
from petard.shared.demo.blocks import NoDemo
from petard.shared.demo.redact import numbered
from petard.shared.demo.wire import (
    UNIT,
    Came,
    Capture,
    Doing,
    Fault,
    Finish,
    Heard,
    Start,
    Step,
    Stop,
    Took,
    Trouble,
    Turn,
)
from petard.shared.framing import LIMIT_SERVER, Decoder, FrameError
from petard.shared.protocol.codec import EncodeError, RemoteProtocolError, decode
from petard.shared.protocol.messages import Message
from petard.shared.rules.maps import BadMap, parse_map
from petard.shared.rules.ruleset import PRESETS

MESSAGE_MOST = 300  # characters of one in a sentence
DESK = " By then somebody had given an order with a slash: what the desk did with it is in no capture."
_PROBLEMS = {
    Trouble.RESET: (errno.ECONNRESET, "Connection reset by peer"),
    Trouble.PIPE: (errno.EPIPE, "Broken pipe"),
    Trouble.TIMEOUT: (errno.ETIMEDOUT, "Connection timed out"),
    Trouble.OTHER: (errno.EIO, "Input/output error"),
}


class CaptureMismatch(AssertionError):
    """The server did something else than in the capture."""


class CaptureSocket(socket):
    """One line of a capture, for one step at a time."""

    def __init__(self, line: int) -> None:  # not super's: it would ask the system for a descriptor
        self.line = line
        self.script: list[Heard | Took | Fault] = []  # what is left of this step
        self.said = bytearray()  # in this step
        self.told = bytearray()  # in all

    def begin(self, script: list[Heard | Took | Fault]) -> None:
        """Have so much to do in this step."""
        self.script = script
        self.said.clear()

    @property
    def wanted(self) -> bytes:
        """What was taken in this step, in the capture."""
        return b"".join(deed.data for deed in self.script if isinstance(deed, Took))

    def _raise(self, doing: Doing) -> None:
        for deed in self.script:
            if isinstance(deed, Fault) and deed.doing is doing:
                raise OSError(*_PROBLEMS[deed.trouble])  # Python makes it the kind that the number names

    def recv(self, most: int, flags: int = 0) -> bytes:
        """The next piece."""
        for deed in self.script:
            if isinstance(deed, Heard):
                self.script.remove(deed)
                return deed.data
        self._raise(Doing.RECV)
        raise BlockingIOError(errno.EAGAIN, "nothing has arrived")

    def send(self, data: Any, flags: int = 0) -> int:
        """Take all, or what was taken then."""
        is_full = any(isinstance(deed, Took) and not deed.data for deed in self.script)
        is_bad = any(isinstance(deed, Fault) and deed.doing is Doing.SEND for deed in self.script)
        room = max(0, len(self.wanted) - len(self.said)) if is_full or is_bad else len(data)
        if not room:
            self._raise(Doing.SEND)
            raise BlockingIOError(errno.EAGAIN, "the buffer is full")
        self.said += data[:room]
        self.told += data[:room]
        return min(room, len(data))

    def shutdown(self, how: int) -> None:
        """Fail if it failed."""
        self._raise(Doing.SHUTDOWN)

    def close(self) -> None:
        """Nothing is held."""

    def fileno(self) -> int:
        """It has no descriptor."""
        return -1


class CaptureListeners(Listeners):
    """Lets in whom the capture let in."""

    def __init__(self) -> None:  # not super's: it would open a descriptor
        self.sockets = [CaptureSocket(0)]
        self.port = 0
        self.is_crowded = False
        self.coming: list[tuple[CaptureSocket, str]] = []

    def accept(self, listener: socket, most: int) -> Iterator[tuple[socket, str]]:
        """Yield who comes in this step."""
        coming, self.coming = self.coming, []
        yield from coming

    def close(self) -> None:
        """Nothing is held."""


class CaptureSelector(BaseSelector):
    """Tells of the sockets in `ready`, in that order, each as often as it stands there."""

    def __init__(self) -> None:
        self.ready: list[socket] = []
        self._keys: dict[Any, SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> SelectorKey:
        """Heed a socket."""
        key = self._keys[fileobj] = SelectorKey(fileobj, -1, events, data)
        return key

    def unregister(self, fileobj: Any) -> SelectorKey:
        """Heed it no longer; KeyError for one that was not heeded."""
        return self._keys.pop(fileobj)

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """The sockets that have something to be read in this step; never waits."""
        return [(self._keys[sock], EVENT_READ) for sock in self.ready if sock in self._keys]

    def get_map(self) -> Mapping[Any, SelectorKey]:
        """What is heeded."""
        return self._keys


class CapturePlayer:
    """One capture that is played. `room` is a real one, `lines` the sockets by number, `log` what would be logged."""

    def __init__(self, capture: Capture) -> None:
        """Raises NoDemo for a capture of which no room can be made."""
        self.room = _room_of(capture.start)
        self.lines: dict[int, CaptureSocket] = {}
        self.log: list[str] = []
        self._capture = capture
        self._door, self._selector = CaptureListeners(), CaptureSelector()
        numbers = count(1)
        crowd = Connections(self._selector)
        self._net = Server(self.room, self._door, Log(self.log.append), lambda: numbered(next(numbers)), 0.0, crowd)
        self._net.lock = FakeScramServer(capture)

    def play(self) -> None:
        """Play it to the end; raises Differs as soon as something else happens, NoDemo if the capture has no end."""
        for step in self._capture.steps:
            self.step(step)
        if not self._capture.steps or not isinstance(self._capture.steps[-1].cause, Finish):
            raise NoDemo(self._capture.damage or "The capture stops before its server did.")

    def step(self, step: Step) -> None:
        """Play one step."""
        self._set_up(step)
        wanted = {line: sock.wanted for line, sock in self.lines.items()}
        match step.cause:
            case Turn(_, ticks):
                self._net.turn(ticks, step.at / UNIT)
            case Stop(_, reason):
                self._close(reason, step.at / UNIT)
            case Finish(state):
                if state_of(self.room) != state:
                    raise CaptureMismatch(
                        "All was said as in the capture, but the room is in another state at the end."
                    )
        for line, sock in self.lines.items():
            if sock.said != wanted[line]:
                difference = _difference(step, line, bytes(sock.told), len(sock.said), wanted[line])
                raise CaptureMismatch(f"{difference}{DESK if self._net.slashes else ''}")

    def _close(self, reason: str, now: float) -> None:
        try:
            self._net.close(reason, now)
        except EncodeError:
            raise NoDemo("The server of this capture stops for a reason that cannot be told.") from None

    def _set_up(self, step: Step) -> None:
        """Tell each socket what it has to do."""
        for deed in step.deeds:
            if isinstance(deed, Came):
                self.lines[deed.line] = CaptureSocket(deed.line)
                self._door.coming.append((self.lines[deed.line], _address(deed.home)))
        ready: list[socket] = []
        scripts: dict[int, list[Heard | Took | Fault]] = {}
        for deed in step.deeds:
            if isinstance(deed, Came):
                continue
            if deed.line not in self.lines:
                raise NoDemo(f"In this capture line {deed.line} does something and never came.")
            scripts.setdefault(deed.line, []).append(deed)
            if isinstance(deed, Heard) or (isinstance(deed, Fault) and deed.doing is Doing.RECV):
                ready.append(self.lines[deed.line])
        for line, sock in self.lines.items():
            sock.begin(scripts.get(line, []))
        self._selector.ready = ready + (self._door.sockets if self._door.coming else [])

    def told(self, line: int) -> list[Message]:
        """What a line was told."""
        return messages_in(bytes(self.lines[line].told))


def _room_of(start: Start) -> Room:
    """A room as it was when the capture began."""
    setup = start.setup
    try:
        boards = {plan.name: parse_map("\n".join(plan.rows), plan.name) for plan in start.plans}
    except BadMap as problem:
        raise NoDemo(f"A map in this capture cannot be used: {problem}.") from None
    if setup.map not in boards or setup.rules not in PRESETS or start.snapshots not in (20, 30, 60):
        raise NoDemo("This capture is of a room that this Petard cannot make.")
    return Room(RoomSettings(setup, start.name, start.snapshots, build=start.build), boards, start.seed)


def heard_from(capture: Capture, line: int) -> list[Message]:
    """What a line said, up to the first that is no message."""
    stream = b"".join(
        deed.data for step in capture.steps for deed in step.deeds if isinstance(deed, Heard) and deed.line == line
    )
    return messages_in(stream)


def messages_in(stream: bytes) -> list[Message]:
    """The messages in a stream, up to the first that is none."""
    messages: list[Message] = []
    try:
        payloads = Decoder(LIMIT_SERVER).receive_data(stream)
    except FrameError as problem:
        payloads = list(problem.payloads)
    for payload in payloads:
        try:
            messages.append(decode(payload))
        except RemoteProtocolError:
            break
    return messages


def _address(home: int) -> str:
    return f"10.{home >> 16 & 255}.{home >> 8 & 255}.{home & 255}" if home else "127.0.0.1"


def _difference(step: Step, line: int, told: bytes, said: int, wanted: bytes) -> str:
    """Which message was the first that is not as it was."""
    before = told[: len(told) - said]
    known = len(messages_in(before))
    now, then = messages_in(told)[known:], messages_in(before + wanted)[known:]
    place = next((k for k, (one, other) in enumerate(zip(now, then, strict=False)) if one != other), None)
    if place is None:
        place = min(len(now), len(then))
    shown = [repr(some[place])[:MESSAGE_MOST] if place < len(some) else "nothing more" for some in (now, then)]
    return f"At {step.at / UNIT:.3f} s line {line} is told {shown[0]}; in the capture it is told {shown[1]}."
