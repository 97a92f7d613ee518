"""One visit to a server: the server of our own if we started one, the way to it, and the session that speaks over it.

Rule 1: `poll` is called once per picture and never waits.
Rule 2: whatever ends the visit is one sentence in `problem`; the words that the server said itself come first.
Rule 3: a line that breaks does not end the visit: the lifeline dials again, and the session stays.
Rule 4: a visit that is closed leaves nothing behind: no line and no server.
"""

import random
from collections.abc import Callable

from petard.game.client.appearance import Appearance, Outfit
from petard.game.client.server_control import ServerControl
from petard.game.client.session import Session
from petard.game.config.arguments import Address
from petard.game.config.settings import Settings
from petard.game.flow.local_server import LocalServer
from petard.game.flow.reconnect import Reconnector
from petard.game.net.connection import Connection, State
from petard.game.net.local_address import own_address
from petard.game.net.transport import Dial
from petard.game.view.connection_status import ConnectionStatus, idle_status
from petard.shared.discovery.interfaces import interfaces
from petard.shared.protocol.messages import Lobby, Phase, Round, Seat, Welcome

LOCAL = "127.0.0.1"
# What a person is told to wait for.
WORDS = {
    State.RESOLVING: "Looking for {}",
    State.CONNECTING: "Knocking at {}",
    State.OPEN: "Waiting for {} to open the door",
    State.CLOSED: "{} has hung up",
}


class ServerConnection:
    """From the wish to be there until the goodbye."""

    def __init__(
        self,
        settings: Settings,
        address: Address | None,
        child: LocalServer | None,
        eager: bool,
        dial: Dial = Connection,
        token: str = "",
        chance: Callable[[], float] = random.random,
        password: str = "",
    ) -> None:
        """With a `child` we go to it, else to `address`. `eager`: get ready for the first match without being asked.

        `dial`: how a line is made. `token`: of an earlier visit, whose chair we want back. `chance`: from 0 to 1.
        `password`: of the room, "" as long as nobody has said it.
        """
        self.session = Session(settings.name, settings.players, token, password)
        self.address = address
        self.invitation = ""  # for friends, once a server of ours is there
        self.lifeline = Reconnector(self.session, dial, chance)
        self.control = ServerControl() if child else None  # of a server of our own
        self._child = child
        self._round: Round | None = None  # the one that was announced last
        self._eager = eager
        self._welcome: Welcome | None = None  # the last one that we know of
        chosen = Outfit(settings.colour, settings.character)
        self._looks = [chosen] if settings.character >= 0 else []  # of the people here, the last that we know
        self._wardrobe = Appearance(self._looks)
        self._was_ready = False
        self._problem = ""

    @property
    def problem(self) -> str:
        """One sentence that says why the visit is over, "" while it goes on."""
        return self.session.problem or self._problem or self.lifeline.problem

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
        if self.lifeline.line is None:
            return "Starting a server of your own" if self._child else f"Looking for {self.address}"
        name = "your server" if self._child else str(self.address)
        return WORDS[self.lifeline.line.state].format(name)

    def sign(self, now: float) -> ConnectionStatus | None:
        """What is to be shown over the screen about the line, or about idle players; None while all is well."""
        return self.lifeline.sign(now) or self._sign_of_idleness()

    def _sign_of_idleness(self) -> ConnectionStatus | None:
        lobby, idle, played = self.session.lobby, self.session.idle_slots, self.session.played
        if not idle or played is None or lobby is None or lobby.phase is not Phase.PLAYING:
            return None
        living = [seat for seat in self._mine() if played.lives(seat.slot)]
        names = [seat.name for seat in living if seat.slot in idle]
        return idle_status(names, len(names) == len(living))

    def poll(self, now: float) -> None:
        """Do all that can be done without waiting."""
        if self.problem:
            return
        self._await_child(now)
        if self.lifeline.is_broken and (mine := self._mine()):
            self._looks = [Outfit(seat.colour, seat.character) for seat in mine]
        if self.address is not None and not self.problem:
            self.lifeline.hear(self.address, now)
            self._enter(now)
            self.lifeline.speak(now)
        if self._child is not None and self.control is not None:
            self._steer(self._child, self.control)

    def _await_child(self, now: float) -> None:
        if self._child is None:
            return
        port = self._child.poll(now)
        self._problem = self._child.problem
        if port is not None and self.address is None:
            self.address = Address(LOCAL, port)
            if self._child.options.for_friends:
                ours = [str(one.ip) for link in interfaces() for one in link.addresses]
                self.invitation = str(Address(own_address(ours) or LOCAL, port))

    def _steer(self, child: LocalServer, control: ServerControl) -> None:
        """Carry orders to the server of our own, and what it says of its pace to those who show the round."""
        control.company(self.session.is_alone and not self.lifeline.is_broken)
        if child.pace is not control.pace:
            control.hear(child.pace)
        if self.session.round is not None and self.session.round is not self._round:
            self._round = self.session.round
            control.begin_round(self._round.number)
        self.session.server_pace = control.pace
        for order in control.take():
            child.order(order)

    def _enter(self, now: float) -> None:
        """Once we have a seat: wear what we wore last time, and get ready if we are eager."""
        session = self.session
        if session.welcome is not self._welcome:
            self._begin(session.welcome)
        in_lobby = session.lobby is not None and session.lobby.phase is Phase.LOBBY
        if not in_lobby or not session.my_slots:
            return  # who comes in mid-round is dressed when the lobby opens again: looks change only there
        for look in self._wardrobe.wishes(session.seats, session.my_slots, now):
            session.look(look.player, look.colour, look.character)
        if self._eager and not self._was_ready:
            self._was_ready = True
            session.ready(True)

    def _begin(self, welcome: Welcome | None) -> None:
        """We were let in. Where we come back and nobody knows us, we want to look as we did before."""
        comes_back, self._welcome = self._welcome is not None, welcome
        if comes_back and welcome and not welcome.returned:
            self._wardrobe, self._was_ready = Appearance(self._looks, again=True), False

    def _mine(self) -> list[Seat]:
        return [seat for seat in self.session.seats if seat.slot in self.session.my_slots]

    def get_ready(self) -> None:
        """Be ready again, as whoever is eager is after each match."""
        lobby, mine = self.session.lobby, self._mine()
        if lobby is not None and lobby.phase is Phase.LOBBY and mine and not all(seat.ready for seat in mine):
            self.session.ready(True)

    def give_up(self) -> None:
        """Wait no longer for a line that is broken."""
        self.lifeline.give_up()

    def close(self, goodbye: bool = True) -> None:
        """Say goodbye (or not, and the chair is held for a while), hang up, end our own server."""
        self.lifeline.close(goodbye)
        if self._child is not None:
            self._child.end()
