"""Which message is legal in which state of a connection, and how long it may be. Both ends use the same tables."""

from enum import Enum

from petard.shared.framing import LIMIT_CLIENT, LIMIT_PENDING, LIMIT_SERVER
from petard.shared.protocol import messages as m


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
    KNOCKING = "knocking"  # the client has sent Hello, the server has not decided yet
    OPEN = "open"  # the server has sent Welcome
    CLOSED = "closed"  # no more messages in either direction


_CLIENT_OPEN = (m.Command, m.Say, m.Look, m.Ready, m.Setup, m.Loaded, m.Ping, m.Pong)
_SERVER_OPEN = (m.Roster, m.Lobby, m.Round, m.Keyframe, m.Delta, m.Events, m.Chat, m.Results, m.Ping, m.Pong)

# fmt: off
TRANSITIONS: dict[LinkState, dict[Role, dict[type[m.Message], LinkState]]] = {
    LinkState.SILENT: {
        Role.CLIENT: {m.Hello: LinkState.KNOCKING, m.Ping: LinkState.SILENT},
        Role.SERVER: {m.Pong: LinkState.SILENT, m.Refused: LinkState.CLOSED, m.Bye: LinkState.CLOSED},
    },
    LinkState.KNOCKING: {
        Role.CLIENT: {m.Auth: LinkState.KNOCKING, m.Bye: LinkState.CLOSED},
        Role.SERVER: {
            **dict.fromkeys((m.Auth, m.Pong), LinkState.KNOCKING),  # Pong: the answer to a Ping before the Hello
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
    LinkState.KNOCKING: {Role.CLIENT: LIMIT_PENDING, Role.SERVER: LIMIT_SERVER},
    LinkState.OPEN:     {Role.CLIENT: LIMIT_CLIENT,  Role.SERVER: LIMIT_SERVER},
    LinkState.CLOSED:   {Role.CLIENT: LIMIT_CLIENT,  Role.SERVER: LIMIT_SERVER},
}
# fmt: on
