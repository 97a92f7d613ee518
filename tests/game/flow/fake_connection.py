"""A person on a server without sockets: the session and the room are in this process."""

from dataclasses import dataclass, field

from petard.game.client.server_control import ServerControl
from petard.game.client.session import Session
from petard.game.config.arguments import Address
from petard.game.config.settings import Settings
from petard.game.flow.room_addresses import RoomAddresses
from petard.game.net.transport import Transport
from petard.game.ui.screens.match import MatchScreen
from petard.shared.protocol.messages import Phase, Ready, Setup
from tests.ends import Ends
from tests.game.ui.person import Person

SETUP = Setup("small", "last-one-standing", 1, 1, 3)


@dataclass
class FakeServer:
    """A server of our own without a process."""

    invitation: str = ""
    control: ServerControl = field(default_factory=ServerControl)


@dataclass
class FakeConnection:
    """A ServerConnection without sockets: the session and the room are in this process."""

    ends: Ends
    address: Address | None = field(default_factory=lambda: Address("10.0.0.5", 7777))
    local_server: "FakeServer | None" = None
    is_admitted: bool = True
    problem: str = ""
    transport: Transport | None = None
    is_disconnected: bool = False
    given_up: bool = False
    polls: int = 0
    closed: int = 0
    goodbyes: int = 0

    @property
    def session(self) -> Session:
        """The session of the first client."""
        return self.ends.sessions[1]

    @property
    def addresses(self) -> RoomAddresses:
        """Of a room without standbys."""
        return RoomAddresses(self.address)

    def poll(self, now: float) -> None:
        """Count it; there are no bytes to move."""
        self.polls += 1

    def get_ready(self) -> None:
        """Nothing to do."""

    def give_up(self) -> None:
        """End the connection with a problem."""
        self.given_up, self.problem = True, "The connection to the server broke."

    def close(self, goodbye: bool = True) -> None:
        """Count it."""
        self.closed += 1
        self.goodbyes += goodbye


class ConnectedPerson(Person):
    """A person on a server, over a FakeConnection."""

    def __init__(self) -> None:
        super().__init__(Settings(name="Ada"))
        self.ends = Ends(SETUP)
        self.ends.join(1)
        self.connection = FakeConnection(self.ends)
        self.navigator.connection = self.connection  # type: ignore[assignment]
        self.context.session = self.ends.sessions[1]

    def goes_on(self) -> type:
        """Poll once; return the class of the screen that is shown."""
        self.navigator.poll(self.now)
        self.waits()
        return type(self.navigator.screen)


def in_match() -> ConnectedPerson:
    person = ConnectedPerson()
    person.ends.sessions[1].link.send(Ready(True))
    person.ends.tick_until(Phase.PLAYING, 60)
    assert person.goes_on() is MatchScreen
    return person
