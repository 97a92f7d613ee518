"""One visit to a server: the server of our own if we started one, the line to it, and the session that speaks over it.

Rule 1: `poll` is called once per picture and never waits.
Rule 2: whatever ends the visit is one sentence in `problem`; the words that the server said itself come first.
Rule 3: a visit that is closed leaves nothing behind: no line and no server.
"""

from game.arguments import Address
from game.child import Child
from game.client.session import Session
from game.net.connection import Connection, State
from game.net.line import Dial, Line
from game.net.own_address import own_address
from game.settings import Settings
from shared.protocol.messages import Lobby, Phase

LOCAL = "127.0.0.1"
GREETING_MOST = 10.0  # seconds from our hello to the welcome
# What a person is told to wait for.
WORDS = {
    State.RESOLVING: "Looking for {}",
    State.CONNECTING: "Knocking at {}",
    State.OPEN: "Waiting for {} to open the door",
    State.CLOSED: "{} has hung up",
}


class Visit:
    """From the wish to be there until the goodbye."""

    def __init__(
        self, settings: Settings, address: Address | None, child: Child | None, eager: bool, dial: Dial = Connection
    ) -> None:
        """With a `child` we go to it, else to `address`. `eager`: get ready for the first match without being asked.

        `dial`: how a line is made.
        """
        self.session = Session(settings.name, settings.players)
        self.address = address
        self.invitation = ""  # for friends, once a server of ours is there
        self._settings = settings
        self._child = child
        self._eager = eager
        self._dial = dial
        self._line: Line | None = None
        self._greeted = False
        self._greeted_at = 0.0
        self._dressed = False
        self._problem = ""

    @property
    def problem(self) -> str:
        """One sentence that says why the visit is over, "" while it goes on."""
        return self.session.problem or self._problem

    @property
    def is_own(self) -> bool:
        """True if the server is ours."""
        return self._child is not None

    @property
    def is_in(self) -> bool:
        """True once the server shows us the room. Who is eager is not in before the first round."""
        lobby = self.session.lobby
        return lobby is not None and not (self._is_about_to_start(lobby))

    def _is_about_to_start(self, lobby: Lobby) -> bool:
        return self._eager and lobby.phase is Phase.LOBBY and self.session.round is None

    @property
    def words(self) -> str:
        """What we wait for."""
        if self.session.lobby is not None:
            return "Here we go"
        if self._line is None:
            return "Starting a server of your own"
        name = "your server" if self._child else str(self.address)
        return WORDS[self._line.state].format(name)

    def poll(self, now: float) -> None:
        """Do all that can be done without waiting."""
        if self.problem:
            return
        self._await_child(now)
        if self._line is None:
            return
        arrived = self._line.poll(now)
        if self._line.state is State.OPEN and not self._greeted:
            self._greeted, self._greeted_at = True, now
            self.session.open(now)
        if self._greeted:
            self.session.receive_data(arrived, now)
            self._enter()
            self._line.send(self.session.data_to_send())
        if self._greeted and not self.session.welcomed and now - self._greeted_at > GREETING_MOST:
            self._problem = "The server does not finish its greeting."
        if self._line.state is State.CLOSED:
            self._problem = self._line.problem or "The server closed the connection."

    def _await_child(self, now: float) -> None:
        if self._child is not None:
            port = self._child.poll(now)
            self._problem = self._child.problem
            if port is not None and self.address is None:
                self.address = Address(LOCAL, port)
                self.invitation = "" if self._eager else str(Address(own_address() or LOCAL, port))
        if self._line is None and self.address is not None:
            self._line = self._dial(self.address.host, self.address.port, now)

    def _enter(self) -> None:
        """Once we have a seat: wear what we wore last time, if nobody else does, and get ready if we are eager."""
        session = self.session
        in_lobby = session.lobby is not None and session.lobby.phase is Phase.LOBBY
        if self._dressed or not in_lobby or not session.my_slots:
            return  # who comes in mid-round is dressed when the lobby opens again: looks change only there
        self._dressed = True
        worn = {seat.colour for seat in session.seats if seat.member and seat.member != session.member}
        if self._settings.colour not in worn:
            session.look(0, self._settings.colour, self._settings.character)
        if self._eager:
            session.ready(True)

    def get_ready(self) -> None:
        """Be ready again, as whoever is eager is after each match."""
        lobby = self.session.lobby
        mine = [seat for seat in self.session.seats if seat.slot in self.session.my_slots]
        if lobby is not None and lobby.phase is Phase.LOBBY and mine and not all(seat.ready for seat in mine):
            self.session.ready(True)

    def close(self) -> None:
        """Say goodbye, hang up, end our own server."""
        if self._line is not None:
            if self._greeted and not self.session.problem:
                self.session.bye()
                self._line.send(self.session.data_to_send())
            self._line.close()
        if self._child is not None:
            self._child.end()
