"""What a server gets while a capture is played, in place of the world: sockets, listeners, selector, password check.

Rule: a capture holds no proofs (shared/demo/redact.py), so none can be checked again; the captured answers count.
"""

import errno
import re
from collections import Counter
from collections.abc import Iterator
from selectors import EVENT_READ, SelectorKey, SelectSelector
from socket import socket
from typing import Any

from petard.server.net.listeners import Listeners
from petard.server.policy.scram import ScramExchange, ScramKeys, ScramServer
from petard.server.room.seats import MEMBERS_MOST
from petard.server.room.settings import USUAL_MEMBERS
from petard.shared.demo.capture import Capture, FaultKind, Received, Sent, SocketCall, SocketFault
from petard.shared.framing import LIMIT_SERVER, Decoder, FrameError
from petard.shared.protocol.codec import RemoteProtocolError, decode
from petard.shared.protocol.messages import Auth, Hello, Message, RefusalCode, Refused, Welcome

_ERRORS = {
    FaultKind.RESET: (errno.ECONNRESET, "Connection reset by peer"),
    FaultKind.PIPE: (errno.EPIPE, "Broken pipe"),
    FaultKind.TIMEOUT: (errno.ETIMEDOUT, "Connection timed out"),
    FaultKind.OTHER: (errno.EIO, "Input/output error"),
}
_KEYS = ScramKeys(b"", b"", b"", 0)
_PER_ADDRESS = re.compile(r"from your address: (\d{1,4}) ")
_MEMBERS = re.compile(r"The room is full: (\d{1,4}) ")
_STEPS = 2  # messages of a client until it is admitted


class CaptureSocket(socket):
    """One connection of a capture. `sent`: all that the server has sent on it; `sent_now`: in this step."""

    def __init__(self) -> None:  # no super(): that would open a descriptor
        self.sent = bytearray()
        self.begin_step()

    def begin_step(self) -> None:
        self.script: list[Received | Sent | SocketFault] = []  # of this step, without what `recv` has returned
        self.sent_now = bytearray()

    @property
    def wanted(self) -> bytes:
        """What was sent in this step, in the capture."""
        return b"".join(record.data for record in self.script if isinstance(record, Sent))

    def _faults(self, call: SocketCall) -> list[FaultKind]:
        return [one.kind for one in self.script if isinstance(one, SocketFault) and one.call is call]

    def _raise_fault(self, call: SocketCall) -> None:
        for kind in self._faults(call):
            raise OSError(*_ERRORS[kind])  # Python picks the subclass by the number

    def recv(self, most: int, flags: int = 0) -> bytes:
        for record in self.script:
            if isinstance(record, Received):
                self.script.remove(record)
                return record.data
        self._raise_fault(SocketCall.RECV)
        raise BlockingIOError(errno.EAGAIN, "nothing has arrived")

    def send(self, data: Any, flags: int = 0) -> int:
        """Accept everything, or as much as was accepted then."""
        is_full = any(isinstance(record, Sent) and not record.data for record in self.script)
        is_limited = is_full or self._faults(SocketCall.SEND)
        space = max(0, len(self.wanted) - len(self.sent_now)) if is_limited else len(data)
        if not space:
            self._raise_fault(SocketCall.SEND)
            raise BlockingIOError(errno.EAGAIN, "the buffer is full")
        self.sent_now += data[:space]
        self.sent += data[:space]
        return min(space, len(data))

    def shutdown(self, how: int) -> None:
        self._raise_fault(SocketCall.SHUTDOWN)

    def close(self) -> None:
        """There is nothing to close."""

    def fileno(self) -> int:
        """Return a number for CaptureSelector: there is no descriptor."""
        return id(self)


class CaptureListeners(Listeners):
    """Accepts the connections that were accepted in the capture."""

    def __init__(self) -> None:  # no super(): that would open a descriptor
        self.sockets = [CaptureSocket()]
        self.port = 0
        self.is_out_of_descriptors = False
        self._reserve = None
        self.pending: list[tuple[CaptureSocket, str]] = []

    def accept(self, listener: socket, most: int) -> Iterator[tuple[socket, str]]:
        pending, self.pending = self.pending, []
        yield from pending


class CaptureSelector(SelectSelector):
    """Reports the sockets in `ready`, in that order, each as often as it stands there; never waits."""

    def __init__(self) -> None:
        super().__init__()
        self.ready: list[socket] = []

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        return [(self.get_key(sock), EVENT_READ) for sock in self.ready if sock in self.get_map()]


class FakeScramServer(ScramServer):
    """The password check of one capture. It has keys if anybody was asked for a password then."""

    def __init__(self, capture: Capture) -> None:
        answers = list(password_answers(capture))
        super().__init__(_KEYS if any(isinstance(answer, Auth) for answer in answers) else None, str)
        self._answers = iter(answers)
        self._steps: Counter[int] = Counter()  # messages so far, by the id of an exchange

    def start(self, hello: Hello, group: str, now: float) -> tuple[ScramExchange | None, Auth | Refused]:
        answer = self._next_answer()
        return (ScramExchange(hello, group, _KEYS, "") if isinstance(answer, Auth) else None), answer

    def step(self, exchange: ScramExchange, text: str, now: float) -> Auth | Refused:
        answer = self._next_answer()
        self._steps[id(exchange)] += 1
        exchange.is_passed = self._steps[id(exchange)] >= _STEPS and isinstance(answer, Auth)
        return answer

    def _next_answer(self) -> Auth | Refused:
        return next(self._answers, Refused(RefusalCode.PASSWORD, "Nothing like it was captured."))


def password_answers(capture: Capture) -> Iterator[Auth | Refused]:
    """Yield all answers about passwords that the server sent, in their order."""
    for message in _handshake_answers(capture):
        if isinstance(message, Auth) or (isinstance(message, Refused) and message.code is RefusalCode.PASSWORD):
            yield message


def per_address_of(capture: Capture) -> int:
    """Return the limit of members for one address, as a refusal tells it; without one, no limit was reached."""
    return _limit_in_refusals(capture, _PER_ADDRESS, MEMBERS_MOST)


def members_of(capture: Capture) -> int:
    """Return the limit of members, as a refusal tells it; without one, the usual limit unless more were welcomed."""
    welcomed, usual = sum(isinstance(one, Welcome) for one in _handshake_answers(capture)), USUAL_MEMBERS
    return _limit_in_refusals(capture, _MEMBERS, usual if welcomed <= usual else MEMBERS_MOST)


def _limit_in_refusals(capture: Capture, sentence: re.Pattern[str], default: int) -> int:
    found = (sentence.search(one.sentence) for one in _handshake_answers(capture) if isinstance(one, Refused))
    return next((int(limit[1]) for limit in found if limit), default)


def _handshake_answers(capture: Capture) -> Iterator[Message]:
    """Yield what the server sent on each connection up to its first message that is no Auth."""
    streams: dict[int, Decoder | None] = {}  # None: past the handshake
    for record in capture.socket_records():
        decoder = streams.setdefault(record.connection, Decoder(LIMIT_SERVER))
        if not isinstance(record, Sent) or decoder is None:
            continue
        try:
            messages = [decode(payload) for payload in decoder.receive_data(record.data)]
        except (FrameError, RemoteProtocolError):
            continue  # the capture is damaged; playing it will say so
        for message in messages:
            if streams[record.connection] is not None:
                yield message
            if not isinstance(message, Auth):
                streams[record.connection] = None
