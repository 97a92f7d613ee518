"""A room and its clients in one process: real Sessions and Links, no socket, and a clock that the test moves.

Messages arrive at once and complete.
"""

from functools import cache

from petard.assets import path
from petard.game.client.session import Session
from petard.server.room.match_recorder import MatchRecorder
from petard.server.room.outgoing import Outgoing
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import Bye, Delta, Hello, Input, Message, Phase, Ping, Pong, Ready, Setup, Skipped
from petard.shared.rules.maps import Board, parse_map
from petard.shared.rules.ruleset import TICK_RATE

SETUP = Setup("classic", "last-one-standing", 1, 0, 2)


@cache
def boards() -> dict[str, Board]:
    """The maps that are shipped, by name."""
    files = sorted(path("maps").glob("*.txt"))
    return {file.stem: parse_map(file.read_text(encoding="utf-8"), file.stem) for file in files}


class Ends:
    """One room, any number of clients by peer number, and the messages between them.

    It sends a state every third tick: most of the time of a test would go into the others.
    """

    def __init__(
        self, setup: Setup = SETUP, snapshots: int = 20, seed: int = 1, tape: MatchRecorder | None = None, idle: int = 0
    ) -> None:
        self.now = 0.0
        self.room = Room(RoomSettings(setup, "Test", snapshots, idle), boards(), seed, tape)
        self.sessions: dict[int, Session] = {}
        self.keys: dict[int, tuple[int, ...]] = {}
        self.sent: list[Message] = []  # everything that the room sent
        self.deaf: set[int] = set()  # peers whose messages are dropped while a round loads, so they never send Loaded
        self.silent: set[int] = set()  # peers whose Inputs are lost
        self.tokens: dict[int, str] = {}  # the rejoin token of each peer, also after its connection is lost
        self._links: dict[int, Link] = {}

    def join(self, peer: int, name: str = "Ada", players: int = 1, token: str = "") -> Session:
        """Let a client join, until it is welcomed or refused; with an earlier token it may rejoin."""
        session = self.sessions[peer] = Session(name, players, token)
        self._links[peer] = Link(Role.SERVER)
        self.keys[peer] = (0,) * players
        session.link.heartbeat.open(self.now)
        self.post()
        self.room.confirm_welcome(peer)  # as its first Ping does, half a second later
        return session

    def to_server(self, data: bytes) -> bytes:
        """The frames of a client as they arrive; a test may change them."""
        return data

    def to_client(self, data: bytes) -> bytes:
        """The frames of the room as they arrive; a test may change them."""
        return data

    def leave(self, peer: int) -> None:
        """Let a client leave."""
        self._unplug(peer)
        self.deliver(self.room.membership.leave(peer, "left"))

    def disconnect(self, *peers: int) -> None:
        """Disconnect clients, all in the same tick."""
        for peer in peers:
            self._unplug(peer)
        for peer in peers:
            self.deliver(self.room.membership.disconnect(peer))

    def back(self, peer: int, was: int, name: str = "Ada") -> Session:
        """Let the client that was peer `was` rejoin as another peer, after a restart of the game."""
        return self.join(peer, name, token=self.tokens[was])

    def _unplug(self, peer: int) -> None:
        del self.sessions[peer], self._links[peer], self.keys[peer]

    def post(self) -> None:
        """Give the messages of the clients to the room, and its answers to the clients."""
        for peer, session in list(self.sessions.items()):
            session.receive_data(b"", self.now)
            if peer in self.deaf and self.room.phase is Phase.LOADING:
                session.link.data_to_send()
            for message in self._links[peer].receive_data(self.to_server(session.link.data_to_send())):
                if peer not in self.silent or not isinstance(message, Input):
                    self._handle(peer, message)

    def _handle(self, peer: int, message: Message) -> None:
        match message:
            case Hello():
                self.tokens[peer] = f"{len(self.tokens) + 1:032x}"
                self.deliver(self.room.membership.join(peer, message, self.tokens[peer], self.now))
            case Ping(number):
                self.deliver([Outgoing(peer, Pong(number))])
            case Bye():
                self.leave(peer)
            case Skipped():
                return
            case _:
                self.deliver(self.room.receive(peer, message, self.now))

    def deliver(self, mail: list[Outgoing]) -> None:
        for letter in mail:
            self.sent.append(letter.message)
            for peer in [letter.to] if letter.to is not None else list(self._links):
                if peer not in self._links:
                    continue  # a last message to a lost connection
                link = self._links[peer]
                if link.may_send(type(letter.message)):
                    self.sessions[peer].receive_data(self.to_client(link.send(letter.message)), self.now)

    def tick(self, ticks: int = 1) -> None:
        """Let time pass on both ends; every client holds its `keys`."""
        for _ in range(ticks):
            self.now += 1 / TICK_RATE
            for peer, session in self.sessions.items():
                session.send_keys(self.keys[peer])
            self.post()
            self.deliver(self.room.tick(self.now))

    def tick_until(self, phase: Phase, most: int = 4 * 60 * TICK_RATE) -> None:
        """Let time pass until the room is in a phase; fails when that takes more than so many ticks."""
        for _ in range(most):
            if self.room.phase is phase:
                return
            self.tick()
        raise AssertionError(f"the room is still in {self.room.phase.name} after {most} ticks")

    def start(self) -> None:
        """Let all players be ready, and wait until the round runs."""
        for session in self.sessions.values():
            session.link.send(Ready(True))
        self.tick_until(Phase.PLAYING, 10)

    def deltas(self) -> list[Delta]:
        """The deltas that were sent so far."""
        return [message for message in self.sent if isinstance(message, Delta)]
