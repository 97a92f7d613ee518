"""The state machine of one connection: bytes in, messages out, and messages in, bytes out.

Rule 1: TRANSITIONS alone says which message is legal in which state, and LIMITS how long it may be; for both ends.
Rule 2: a message that is illegal in the current state is never decoded; only its type is read, for the error text.
Rule 3: no sockets and no clock. The owner of the socket closes it when `state` is CLOSED.
"""

from collections.abc import Sequence
from enum import Enum

from petard.shared.framing import LIMIT_CLIENT, LIMIT_PENDING, LIMIT_SERVER, Decoder, FrameError, frame
from petard.shared.protocol import messages as m
from petard.shared.protocol.codec import RemoteProtocolError, decode, encode, everyday_input, message_type_of
from petard.shared.protocol.later_messages import CLIENT_MORE, SERVER_MORE


class Role(Enum):
    """The two ends of a connection."""

    CLIENT = "client"
    SERVER = "server"

    @property
    def other(self) -> "Role":
        """The role of the other end."""
        return Role.SERVER if self is Role.CLIENT else Role.CLIENT


class LinkState(Enum):
    """The phases of a connection. Both ends are in the same state once all bytes have arrived."""

    SILENT = "silent"  # connected, no Hello yet
    HANDSHAKE = "handshake"  # the client has sent Hello, the server has not decided yet
    OPEN = "open"  # the server has sent Welcome
    CLOSED = "closed"  # no more messages in either direction


_STATES, _BOTH = (m.Keyframe, m.Delta, m.Events, m.Digest), (m.Ping, m.Pong, m.Skipped)
_CLIENT_OPEN = (m.Input, m.Say, m.Look, m.Ready, m.Setup, m.Loaded, *_BOTH, *CLIENT_MORE)
_SERVER_OPEN = (m.Roster, m.Pings, m.Lobby, m.Round, *_STATES, m.Chat, m.Results, *_BOTH, *SERVER_MORE)

# fmt: off
TRANSITIONS: dict[LinkState, dict[Role, dict[type[m.Message], LinkState]]] = {
    LinkState.SILENT: {
        Role.CLIENT: {m.Hello: LinkState.HANDSHAKE, m.Ping: LinkState.SILENT},
        Role.SERVER: {m.Pong: LinkState.SILENT, m.Refused: LinkState.CLOSED, m.Bye: LinkState.CLOSED},
    },
    LinkState.HANDSHAKE: {
        Role.CLIENT: {m.Auth: LinkState.HANDSHAKE, m.Bye: LinkState.CLOSED},
        Role.SERVER: {
            **dict.fromkeys((m.Auth, m.Pong), LinkState.HANDSHAKE),  # Pong: the answer to a Ping before the Hello
            **{m.Welcome: LinkState.OPEN, m.Refused: LinkState.CLOSED, m.Bye: LinkState.CLOSED},
        },
    },
    LinkState.OPEN: {
        Role.CLIENT: {**dict.fromkeys(_CLIENT_OPEN, LinkState.OPEN), m.Bye: LinkState.CLOSED},
        Role.SERVER: {**dict.fromkeys(_SERVER_OPEN, LinkState.OPEN), m.Bye: LinkState.CLOSED},
    },
    LinkState.CLOSED: {Role.CLIENT: {}, Role.SERVER: {}},
}

# The longest payload (bytes) that each end may send. The server's limit is always large: the client chose this server.
LIMITS: dict[LinkState, dict[Role, int]] = {
    LinkState.SILENT:   {Role.CLIENT: LIMIT_PENDING, Role.SERVER: LIMIT_SERVER},
    LinkState.HANDSHAKE: {Role.CLIENT: LIMIT_PENDING, Role.SERVER: LIMIT_SERVER},
    LinkState.OPEN:     {Role.CLIENT: LIMIT_CLIENT,  Role.SERVER: LIMIT_SERVER},
    LinkState.CLOSED:   {Role.CLIENT: LIMIT_CLIENT,  Role.SERVER: LIMIT_SERVER},
}
# fmt: on


class LocalProtocolError(RuntimeError):
    """We tried to send a message that is illegal in the current state: a mistake on our side."""


class Link:
    """One end of a connection. `protocol_error`: a sentence about what the other end did wrong, or None."""

    def __init__(self, role: Role) -> None:
        self.role = role
        self.protocol_error: str | None = None
        self._decoder = Decoder(0)
        self._enter(LinkState.SILENT)

    @property
    def partial_bytes(self) -> int:
        """The number of bytes received of a frame that is still incomplete."""
        return self._decoder.buffered

    def receive_data(self, data: bytes) -> list[m.Message]:
        """Return the messages that `data` completes, up to the first illegal one; [] once the state is CLOSED."""
        messages: list[m.Message] = []
        if self.state is LinkState.CLOSED:
            return messages
        payloads: Sequence[bytes]
        try:
            payloads, frame_error = self._decoder.receive_data(data), ""
        except FrameError as error:
            payloads, frame_error = error.payloads, str(error)
        try:
            for payload in payloads:
                messages.append(self._receive_payload(payload))
                if not self._may_receive:
                    return messages  # the other end has said Bye: bytes after it are ignored, even illegal ones
            if frame_error:
                raise RemoteProtocolError(frame_error)
        except RemoteProtocolError as error:
            self.protocol_error = str(error)
            self._enter(LinkState.CLOSED)
        return messages

    def send(self, message: m.Message) -> bytes:
        """Return the frame of `message`; raises LocalProtocolError in the wrong state, EncodeError for bad fields."""
        kind = type(message)
        if not self.may_send(kind):
            raise LocalProtocolError(f"the {self.role.value} must not send {kind.__name__} in {self.state.name}")
        whole = frame(encode(message))
        after = self._may_send[kind]
        if after is not self.state:
            self._enter(after)
        return whole

    def may_send(self, kind: type[m.Message]) -> bool:
        """Return whether this end may send a message of this type in the current state."""
        return kind in self._may_send

    def _receive_payload(self, payload: bytes) -> m.Message:
        if self.state is LinkState.OPEN and self.role is Role.SERVER and (known := everyday_input(payload)):
            return known
        kind = message_type_of(payload)
        if kind not in self._may_receive:
            raise RemoteProtocolError(f"{kind.__name__} in {self.state.name}")
        message = decode(payload)
        after = self._may_receive[kind]
        if after is not self.state:
            self._enter(after)
        return message

    def _enter(self, state: LinkState) -> None:
        self.state = state
        self._may_send = TRANSITIONS[state][self.role]
        self._may_receive = TRANSITIONS[state][self.role.other]
        self._decoder.limit = LIMITS[state][self.role.other]
