"""The password check while a capture is played: it gives the captured answers again, in their order.

Rule: a capture holds no proofs (shared/demo/redact.py), so none can be checked again; the captured answers count.
"""

from collections import deque
from typing import TypeGuard

from petard.server.policy.scram import ScramExchange, ScramKeys, ScramServer
from petard.shared.demo.capture import Capture, Sent
from petard.shared.framing import LIMIT_SERVER, Decoder, FrameError
from petard.shared.protocol.codec import RemoteProtocolError, decode
from petard.shared.protocol.messages import Auth, Hello, Message, RefusalCode, Refused

_KEYS = ScramKeys(b"", b"", b"", 0)
_STEPS = 2  # messages of a client until it is admitted


class FakeScramServer(ScramServer):
    """The password check of one capture. It has keys if anybody was asked for a password then."""

    def __init__(self, capture: Capture) -> None:
        self._answers = password_answers(capture)
        self._steps: dict[int, int] = {}  # messages so far, by the id of an exchange
        has_password = any(isinstance(message, Auth) for message in self._answers)
        super().__init__(_KEYS if has_password else None, str)

    def start(self, hello: Hello, home: str, now: float) -> tuple[ScramExchange | None, Auth | Refused]:
        """Ask, or refuse, as it was captured."""
        answer = self._next_answer()
        return (ScramExchange(hello, home, _KEYS, "") if isinstance(answer, Auth) else None), answer

    def step(self, trial: ScramExchange, text: str, now: float) -> Auth | Refused:
        """Answer as it was captured."""
        answer = self._next_answer()
        steps = self._steps[id(trial)] = self._steps.get(id(trial), 0) + 1
        trial.is_passed = steps >= _STEPS and isinstance(answer, Auth)
        return answer

    def _next_answer(self) -> Auth | Refused:
        return (
            self._answers.popleft() if self._answers else Refused(RefusalCode.PASSWORD, "Nothing like it was captured.")
        )


def password_answers(capture: Capture) -> deque[Auth | Refused]:
    """Return all answers about passwords that the server sent, in their order."""
    answers: deque[Auth | Refused] = deque()
    streams: dict[int, Decoder | None] = {}  # None: past the handshake
    for record in capture.socket_records():
        decoder = streams.setdefault(record.connection, Decoder(LIMIT_SERVER))
        if not isinstance(record, Sent) or decoder is None:
            continue
        try:
            messages = [decode(payload) for payload in decoder.receive_data(record.data)]
        except (FrameError, RemoteProtocolError):
            messages = []  # the capture is damaged; playing it will say so
        answers += filter(_is_about_passwords, messages)
        if not all(map(_is_about_passwords, messages)):
            streams[record.connection] = None
    return answers


def _is_about_passwords(message: Message) -> TypeGuard[Auth | Refused]:
    return isinstance(message, Auth) or (isinstance(message, Refused) and message.code is RefusalCode.PASSWORD)
