"""What a server gets while a capture is played, in place of the world: sockets, listeners, selector, password check.

Rule: a capture holds no proofs (shared/demo/redact.py), so none can be checked again; the captured answers count.
"""

import errno
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from selectors import EVENT_READ, SelectorKey, SelectSelector
from socket import socket
from typing import Any

from petard.server.net.connections import Connections
from petard.server.net.listeners import Listeners
from petard.server.policy.scram import ScramExchange, ScramKeys, ScramServer
from petard.server.room.member import MEMBERS_MOST
from petard.server.room.settings import USUAL_MEMBERS
from petard.shared.demo.capture import Capture, Closed, FaultKind, Received, Sent, SocketCall, SocketFault
from petard.shared.framing import HEADER, LIMIT_SERVER, Decoder, FrameError
from petard.shared.protocol.codec import RemoteProtocolError, decode
from petard.shared.protocol.field_types import PLAYERS_MOST
from petard.shared.protocol.messages import Auth, Hello, Message, RefusalCode, Refused, Welcome

_ERRORS = {
    FaultKind.RESET: (errno.ECONNRESET, "Connection reset by peer"),
    FaultKind.PIPE: (errno.EPIPE, "Broken pipe"),
    FaultKind.TIMEOUT: (errno.ETIMEDOUT, "Connection timed out"),
    FaultKind.OTHER: (errno.EIO, "Input/output error"),
}
NO_KEYS = ScramKeys(b"", b"", b"", 0)
_PER_ADDRESS = re.compile(r"from your address: (\d{1,4}) ")
_MEMBERS = re.compile(r"The room is full: (\d{1,4}) ")
_STEPS = 2  # messages of a client until it is admitted
MESSAGE, MESSAGE_BYTE = 20_000, 250  # units of work (shared/demo/budget.py) to decode a message, and for each byte


@dataclass(slots=True)
class SocketStep:
    """What happens at one socket in one step. `wanted`: what was sent in the capture; `sent`: what is sent now."""

    received: deque[bytes] = field(default_factory=deque)  # without what `recv` has returned
    wanted: bytearray = field(default_factory=bytearray)
    is_full: bool = False
    faults: dict[SocketCall, FaultKind] = field(default_factory=dict)  # the first of each call
    sent: bytearray = field(default_factory=bytearray)
    wanted_closed: list[int] = field(default_factory=list)  # each `Closed.is_half` in the capture
    closed: list[int] = field(default_factory=list)  # the same now


class CaptureSocket(socket):
    """One connection of a capture. `step`: what happens in this step.

    A socket that is used in a step puts itself into `used`, under its number.
    """

    def __init__(self, number: int, used: "dict[int, CaptureSocket]") -> None:  # no super(): it would open a descriptor
        self.unfinished = b""  # the beginning of a frame that was sent before this step
        self.step = SocketStep()
        self._number, self._used = number, used
        self._parts: list[bytes] = []  # what was sent; a broadcast is one object for all sockets

    @property
    def sent(self) -> bytes:
        """All that the server has sent."""
        return b"".join(self._parts)

    def add(self, record: Received | Sent | SocketFault | Closed) -> None:
        """Take what happens in this step."""
        self._used[self._number] = self
        match record:
            case Received(_, data):
                self.step.received.append(data)
            case Sent(_, data):
                self.step.wanted += data
                self.step.is_full = self.step.is_full or not data
            case SocketFault(_, call, kind):
                self.step.faults.setdefault(call, kind)
            case Closed(_, is_half):
                self.step.wanted_closed.append(is_half)

    def end_step(self) -> None:
        """Forget this step."""
        stream, at = self.unfinished + self.step.sent, 0
        while len(stream) - at >= HEADER:
            end = at + HEADER + int.from_bytes(stream[at : at + HEADER], "big")
            if end > len(stream):
                break
            at = end
        self.unfinished = stream[at:]
        self.step = SocketStep()

    def _raise_fault(self, call: SocketCall) -> None:
        if call in self.step.faults:
            raise OSError(*_ERRORS[self.step.faults[call]])  # Python picks the subclass by the number

    def recv(self, most: int, flags: int = 0) -> bytes:
        if self.step.received:
            return self.step.received.popleft()
        self._raise_fault(SocketCall.RECV)
        raise BlockingIOError(errno.EAGAIN, "nothing has arrived")

    def send(self, data: Any, flags: int = 0) -> int:
        """Accept everything, or as much as was accepted then."""
        self._used[self._number] = self
        is_limited = self.step.is_full or SocketCall.SEND in self.step.faults
        space = max(0, len(self.step.wanted) - len(self.step.sent)) if is_limited else len(data)
        if not space:
            self._raise_fault(SocketCall.SEND)
            raise BlockingIOError(errno.EAGAIN, "the buffer is full")
        taken = data if space >= len(data) and type(data) is bytes else bytes(data[:space])
        self.step.sent += taken
        self._parts.append(taken)
        return len(taken)

    def shutdown(self, how: int) -> None:
        self._used[self._number] = self
        self._raise_fault(SocketCall.SHUTDOWN)
        self.step.closed.append(1)

    def close(self) -> None:
        """Note it: there is nothing to close."""
        self._used[self._number] = self
        self.step.closed.append(0)

    def fileno(self) -> int:
        """Return a number for CaptureSelector: there is no descriptor."""
        return id(self)


class CaptureListeners(Listeners):
    """Accepts the connections that were accepted in the capture."""

    def __init__(self) -> None:  # no super(): that would open a descriptor
        self.sockets = [CaptureSocket(0, {})]
        self.port = 0
        self.is_out_of_descriptors = False
        self._reserve = None
        self.pending: list[tuple[CaptureSocket, str]] = []

    def accept(self, listener: socket, most: int) -> Iterator[tuple[socket, str]]:
        pending, self.pending = self.pending, []
        yield from pending


class CaptureSelector(SelectSelector):
    """Reports the sockets in `ready`, in that order, each as often as it stands there; never waits.

    `used`: the sockets that were used in this step, by number.
    """

    def __init__(self, listeners: CaptureListeners) -> None:
        super().__init__()
        self.listeners = listeners
        self.used: dict[int, CaptureSocket] = {}
        self.ready: list[socket] = []

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        return [(self.get_key(sock), EVENT_READ) for sock in self.ready if sock in self.get_map()]


class FakeAccessControl:
    """The check against kicks and bans: it refuses those that were refused in the capture, by the same sentence."""

    def __init__(self, answers: Iterable[tuple[int, Message]], connections: Connections) -> None:
        """`answers`: what `handshake_answers` yields; `connections`: those of the server that plays."""
        self._connections = connections
        self._banned = {
            connection: answer.sentence
            for connection, answer in answers
            if isinstance(answer, Refused) and answer.code is RefusalCode.BANNED
        }

    def refusal(self, address: str, name: str, now: float) -> str:
        """Return the captured sentence for a pending connection with this address and name; "" if it may join."""
        pending = self._connections.pending.items()
        alike = [number for number, peer in pending if (peer.identity.address, peer.identity.name) == (address, name)]
        return next((self._banned[number] for number in alike if number in self._banned), "")


class FakeScramServer(ScramServer):
    """The password check of one capture. It has keys if anybody was asked for a password then."""

    def __init__(self, messages: Iterable[Message]) -> None:
        """`messages`: what `handshake_answers` yields."""
        answers = list(_password_answers(messages))
        super().__init__(NO_KEYS if any(isinstance(answer, Auth) for answer in answers) else None, str)
        self._answers = iter(answers)
        self._steps: Counter[int] = Counter()  # messages so far, by the id of an exchange

    def start(self, hello: Hello, group: str, now: float) -> tuple[ScramExchange | None, Auth | Refused]:
        answer = self._next_answer()
        return (ScramExchange(hello, group, NO_KEYS, "") if isinstance(answer, Auth) else None), answer

    def step(self, exchange: ScramExchange, text: str, now: float) -> Auth | Refused:
        answer = self._next_answer()
        self._steps[id(exchange)] += 1
        exchange.is_passed = self._steps[id(exchange)] >= _STEPS and isinstance(answer, Auth)
        return answer

    def _next_answer(self) -> Auth | Refused:
        return next(self._answers, Refused(RefusalCode.PASSWORD, "Nothing like it was captured."))


def _password_answers(messages: Iterable[Message]) -> Iterator[Auth | Refused]:
    for message in messages:
        if isinstance(message, Auth) or (isinstance(message, Refused) and message.code is RefusalCode.PASSWORD):
            yield message


def per_address_of(messages: Iterable[Message]) -> int:
    """Return the limit of players for one address, as a refusal tells it; without one, no limit was reached."""
    return _limit_in_refusals(messages, _PER_ADDRESS, MEMBERS_MOST * PLAYERS_MOST)


def members_of(messages: Sequence[Message]) -> int:
    """Return the limit of members, as a refusal tells it; without one, the usual limit unless more were welcomed."""
    welcomed, usual = sum(isinstance(one, Welcome) for one in messages), USUAL_MEMBERS
    return _limit_in_refusals(messages, _MEMBERS, usual if welcomed <= usual else MEMBERS_MOST)


def _limit_in_refusals(messages: Iterable[Message], sentence: re.Pattern[str], default: int) -> int:
    found = (sentence.search(one.sentence) for one in messages if isinstance(one, Refused))
    return next((int(limit[1]) for limit in found if limit), default)


def handshake_answers(capture: Capture, spend: Callable[[int], object]) -> Iterator[tuple[int, Message]]:
    """Yield what the server sent on each connection up to its first message that is no Auth.

    Calls `spend` with the units of work (shared/demo/budget.py) of bytes and messages, before they are decoded.
    """
    streams: dict[int, Decoder | None] = {}  # None: past the handshake
    for record in capture.socket_records():
        decoder = streams.setdefault(record.connection, Decoder(LIMIT_SERVER))
        if not isinstance(record, Sent) or decoder is None:
            continue
        spend(MESSAGE_BYTE * len(record.data))
        try:
            for payload in decoder.receive_data(record.data):
                spend(MESSAGE)
                message = decode(payload)
                yield record.connection, message
                if not isinstance(message, Auth):
                    streams[record.connection] = None
                    break
        except (FrameError, RemoteProtocolError):
            continue  # the capture is damaged; playing it will say so
