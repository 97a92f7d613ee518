"""One conversation between a client and a server: bytes in, messages out, and back.

Rule 1: which message is legal when, is in TRANSITIONS and nowhere else; both ends obey the same table.
Rule 2: what is not legal is never decoded, only named.
Rule 3: no sockets, no clock. Who owns the socket closes it when `state` is CLOSED.
"""

from enum import Enum

from petard.shared.framing import LIMIT_CLIENT, LIMIT_SERVER, LIMIT_STRANGER, Decoder, FrameError, frame
from petard.shared.protocol.codec import RemoteProtocolError, decode, encode, kind_of
from petard.shared.protocol.messages import (
    Auth,
    Bye,
    Chat,
    Command,
    Delta,
    Events,
    Hello,
    Keyframe,
    Loaded,
    Lobby,
    Look,
    Message,
    Ping,
    Pong,
    Ready,
    Refused,
    Results,
    Roster,
    Round,
    Say,
    Setup,
    Welcome,
)


class LocalProtocolError(RuntimeError):
    """We tried to send what is not legal now: a mistake on our side."""


class Role(Enum):
    """The two ends of a Link."""

    CLIENT = "client"
    SERVER = "server"

    @property
    def other(self) -> "Role":
        """The one that this end talks to."""
        return Role.SERVER if self is Role.CLIENT else Role.CLIENT


class LinkState(Enum):
    """How far a conversation has come; the same on both ends once all bytes have arrived."""

    SILENT = "silent"  # connected, nothing was said
    KNOCKING = "knocking"  # Hello was said
    OPEN = "open"  # Welcome was said
    CLOSED = "closed"  # nothing more will be said


_CLIENT_OPEN = (Command, Say, Look, Ready, Setup, Loaded, Ping, Pong)
_SERVER_OPEN = (Roster, Lobby, Round, Keyframe, Delta, Events, Chat, Results, Ping, Pong)

# fmt: off
TRANSITIONS: dict[LinkState, dict[Role, dict[type[Message], LinkState]]] = {
    LinkState.SILENT: {
        Role.CLIENT: {Hello: LinkState.KNOCKING, Ping: LinkState.SILENT},
        Role.SERVER: {Pong: LinkState.SILENT, Refused: LinkState.CLOSED, Bye: LinkState.CLOSED},
    },
    LinkState.KNOCKING: {
        Role.CLIENT: {Auth: LinkState.KNOCKING, Bye: LinkState.CLOSED},
        Role.SERVER: {
            **dict.fromkeys((Auth, Pong), LinkState.KNOCKING),  # Pong: of a Ping before the Hello
            **{Welcome: LinkState.OPEN, Refused: LinkState.CLOSED, Bye: LinkState.CLOSED},
        },
    },
    LinkState.OPEN: {
        Role.CLIENT: {**dict.fromkeys(_CLIENT_OPEN, LinkState.OPEN), Bye: LinkState.CLOSED},
        Role.SERVER: {**dict.fromkeys(_SERVER_OPEN, LinkState.OPEN), Bye: LinkState.CLOSED},
    },
    LinkState.CLOSED: {Role.CLIENT: {}, Role.SERVER: {}},
}

# The longest payload that each end may send. A server needs no small limit: the client chose whom to trust.
LIMITS: dict[LinkState, dict[Role, int]] = {
    LinkState.SILENT:   {Role.CLIENT: LIMIT_STRANGER, Role.SERVER: LIMIT_SERVER},
    LinkState.KNOCKING: {Role.CLIENT: LIMIT_STRANGER, Role.SERVER: LIMIT_SERVER},
    LinkState.OPEN:     {Role.CLIENT: LIMIT_CLIENT,   Role.SERVER: LIMIT_SERVER},
    LinkState.CLOSED:   {Role.CLIENT: LIMIT_CLIENT,   Role.SERVER: LIMIT_SERVER},
}
# fmt: on


class Link:
    """One end of a conversation. `broken` is a sentence about what the other end did wrong, or None."""

    def __init__(self, end: Role) -> None:
        self.end = end
        self.state = LinkState.SILENT
        self.broken: str | None = None
        self._decoder = Decoder(0)
        self._enter(LinkState.SILENT)

    @property
    def unfinished(self) -> int:
        """How many bytes of a frame are here that has not arrived whole."""
        return self._decoder.kept

    def receive_data(self, data: bytes) -> list[Message]:
        """Return the messages that `data` completes, up to the first that is not legal; [] once CLOSED."""
        if self.state is LinkState.CLOSED:
            return []
        try:
            payloads, trouble = self._decoder.receive_data(data), None
        except FrameError as problem:
            payloads, trouble = list(problem.payloads), str(problem)
        messages: list[Message] = []
        for payload in payloads:
            message = self._hear(payload)
            if message is None:
                return messages
            messages.append(message)
            if not self._theirs:
                return messages  # after the last word nothing counts, not even a mistake
        if trouble:
            self._break(trouble)
        return messages

    def send(self, message: Message) -> bytes:
        """Return the whole frame that says `message`; OutOfTurn, or Unsendable, when it may not be said."""
        self._demand(type(message))
        whole = frame(encode(message))
        self.sent(type(message))
        return whole

    def may_send(self, kind: type[Message]) -> bool:
        """Say whether this end may say such a message now."""
        return kind in self._ours

    def sent(self, kind: type[Message]) -> None:
        """Note that a frame of this kind went out that was encoded once for many; OutOfTurn when it may not."""
        self._demand(kind)
        state = self._ours[kind]
        if state is not self.state:
            self._enter(state)

    def _hear(self, payload: bytes) -> Message | None:
        try:
            kind = kind_of(payload)
            state = self._theirs.get(kind)
            if state is None:
                self._break(f"{kind.__name__} in {self.state.name}")
                return None
            message = decode(payload)
        except RemoteProtocolError as problem:
            self._break(str(problem))
            return None
        if state is not self.state:
            self._enter(state)
        return message

    def _demand(self, kind: type[Message]) -> None:
        if kind not in self._ours:
            raise LocalProtocolError(f"{kind.__name__} is not for the {self.end.value} to say in {self.state.name}")

    def _break(self, sentence: str) -> None:
        self.broken = sentence
        self._enter(LinkState.CLOSED)

    def _enter(self, state: LinkState) -> None:
        self.state = state
        self._ours = TRANSITIONS[state][self.end]
        self._theirs = TRANSITIONS[state][self.end.other]
        self._decoder.limit = LIMITS[state][self.end.other]
