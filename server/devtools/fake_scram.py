"""The lock of a room whose capture is played: it says what the lock of then said, and lets in whom that let in.

Rule: a capture holds no proofs (shared/demo/redact.py), so nothing can be judged once more; what was said then counts.
"""

from collections import deque
from typing import TypeGuard

from petard.server.policy.scram import ScramExchange, ScramKeys, ScramServer
from petard.shared.demo.wire import Capture, Took
from petard.shared.framing import LIMIT_SERVER, Decoder, FrameError
from petard.shared.protocol.codec import RemoteProtocolError, decode
from petard.shared.protocol.messages import Auth, Hello, Message, RefusalCode, Refused

_KEYS = ScramKeys(b"", b"", b"", 0)
_STEPS = 2  # words of a client until it is in


class FakeScramServer(ScramServer):
    """Of one capture. It is shut if anybody was asked for a password then."""

    def __init__(self, capture: Capture) -> None:
        self._told = said_at_the_door(capture)
        self._heard: dict[int, int] = {}  # by trial: how many of its words
        is_shut = any(isinstance(message, Auth) for message in self._told)
        super().__init__(_KEYS if is_shut else None, str)

    def ask(self, hello: Hello, home: str, now: float) -> tuple[ScramExchange | None, Auth | Refused]:
        """Ask, or refuse, as it was."""
        told = self._next()
        return (ScramExchange(hello, home, _KEYS, "") if isinstance(told, Auth) else None), told

    def hear(self, trial: ScramExchange, text: str, now: float) -> Auth | Refused:
        """Answer as it was."""
        told = self._next()
        heard = self._heard[id(trial)] = self._heard.get(id(trial), 0) + 1
        trial.is_passed = heard >= _STEPS and isinstance(told, Auth)
        return told

    def _next(self) -> Auth | Refused:
        return self._told.popleft() if self._told else Refused(RefusalCode.PASSWORD, "Nothing like it was captured.")


def said_at_the_door(capture: Capture) -> deque[Auth | Refused]:
    """All that was said of passwords to anybody, in its order."""
    said: deque[Auth | Refused] = deque()
    doors: dict[int, _Door] = {}
    for step in capture.steps:
        for deed in step.deeds:
            if isinstance(deed, Took):
                said += doors.setdefault(deed.line, _Door()).hear(deed.data)
    return said


class _Door:
    """What one line is told until it is in."""

    def __init__(self) -> None:
        self._stream: Decoder | None = Decoder(LIMIT_SERVER)

    def hear(self, data: bytes) -> list[Auth | Refused]:
        """What is said of passwords in the next piece."""
        if self._stream is None:
            return []
        try:
            messages = [decode(payload) for payload in self._stream.receive_data(data)]
        except (FrameError, RemoteProtocolError):
            messages = []  # the capture was damaged; playing it will say so
        said = [message for message in messages if _is_of_passwords(message)]
        if len(said) < len(messages):
            self._stream = None
        return said


def _is_of_passwords(message: Message) -> TypeGuard[Auth | Refused]:
    return isinstance(message, Auth) or (isinstance(message, Refused) and message.code is RefusalCode.PASSWORD)
