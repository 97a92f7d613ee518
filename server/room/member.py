"""A client that was admitted to the room."""

from dataclasses import dataclass, field

from petard.server.room.inbox import Inbox
from petard.server.room.rejoin import RejoinToken

MEMBERS_MOST = 4096  # players and spectators, the disconnected ones included; a room may allow fewer


@dataclass(slots=True)
class ChatLimit:
    """When a member wrote its last chat lines, and until when it is muted. Seconds."""

    lines: list[float] = field(default_factory=list)
    muted_until: float = 0.0


@dataclass(slots=True)
class Member:
    """A client that was admitted; over several connections, if it rejoins."""

    id: int
    names: tuple[str, ...]  # of its local players, as they are wanted; the first one is also that of the member
    inbox: Inbox
    token: RejoinToken = field(default_factory=RejoinToken)
    ping: int = 0  # ms
    has_loaded: bool = False  # the round that was announced
    address_group: str = ""
    chat_limit: ChatLimit = field(default_factory=ChatLimit)

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def players(self) -> int:
        """How many people play at this client, 1 to 4; 0 if it only watches."""
        return len(self.inbox.idle_ticks)

    @property
    def is_relay(self) -> bool:
        """True for a client that only passes on what it is sent, to watchers of its own."""
        return False

    @property
    def may_be_host(self) -> bool:
        """True while it is connected, unless it is a relay."""
        return not self.is_disconnected and not self.is_relay

    @property
    def is_disconnected(self) -> bool:
        """True while it has no connection and may rejoin."""
        return bool(self.token.ticks_left)


class RelayMember(Member):
    """A client that only passes on what it is sent, to watchers of its own: it is never host."""

    __slots__ = ()

    @property
    def is_relay(self) -> bool:
        return True
