"""The state machine of one connection: bytes in, messages out, and messages in, bytes out.

Rule 1: TRANSITIONS alone says which message is legal in which state.
Rule 2: a message that is illegal in the current state is never decoded; only its type is read, for the error text.
Rule 3: no sockets and no clock. The owner of the socket closes it when `state` is CLOSED.
"""

from petard.shared.framing import Decoder, FrameError, frame
from petard.shared.protocol import messages as m
from petard.shared.protocol.codec import RemoteProtocolError, decode, encode, message_type_of
from petard.shared.protocol.transitions import LIMITS, TRANSITIONS, LinkState, Role


class LocalProtocolError(RuntimeError):
    """We tried to send a message that is illegal in the current state: a mistake on our side."""


class Link:
    """One end of a connection. `protocol_error`: a sentence about what the other end did wrong, or None."""

    def __init__(self, role: Role) -> None:
        self.role = role
        self.state = LinkState.SILENT
        self.protocol_error: str | None = None
        self._decoder = Decoder(0)
        self._enter(LinkState.SILENT)

    @property
    def partial_bytes(self) -> int:
        """The number of bytes received of a frame that is still incomplete."""
        return self._decoder.buffered

    def receive_data(self, data: bytes) -> list[m.Message]:
        """Return the messages that `data` completes, up to the first illegal one; [] once the state is CLOSED."""
        if self.state is LinkState.CLOSED:
            return []
        try:
            payloads, frame_error = self._decoder.receive_data(data), None
        except FrameError as error:
            payloads, frame_error = list(error.payloads), str(error)
        messages: list[m.Message] = []
        for payload in payloads:
            message = self._receive_payload(payload)
            if message is None:
                return messages
            messages.append(message)
            if not self._may_receive:
                return messages  # the other end has said Bye: bytes after it are ignored, even illegal ones
        if frame_error:
            self._fail(frame_error)
        return messages

    def send(self, message: m.Message) -> bytes:
        """Return the frame of `message`; raises LocalProtocolError in the wrong state, EncodeError for bad fields."""
        kind = type(message)
        if kind not in self._may_send:
            raise LocalProtocolError(f"the {self.role.value} must not send {kind.__name__} in {self.state.name}")
        whole = frame(encode(message))
        self._enter(self._may_send[kind])
        return whole

    def may_send(self, kind: type[m.Message]) -> bool:
        """Return whether this end may send a message of this type in the current state."""
        return kind in self._may_send

    def _receive_payload(self, payload: bytes) -> m.Message | None:
        try:
            kind = message_type_of(payload)
            if kind not in self._may_receive:
                self._fail(f"{kind.__name__} in {self.state.name}")
                return None
            message = decode(payload)
        except RemoteProtocolError as error:
            self._fail(str(error))
            return None
        self._enter(self._may_receive[kind])
        return message

    def _fail(self, sentence: str) -> None:
        self.protocol_error = sentence
        self._enter(LinkState.CLOSED)

    def _enter(self, state: LinkState) -> None:
        self.state = state
        self._may_send = TRANSITIONS[state][self.role]
        self._may_receive = TRANSITIONS[state][self.role.other]
        self._decoder.limit = LIMITS[state][self.role.other]
