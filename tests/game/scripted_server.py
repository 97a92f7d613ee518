"""A ServerConnection without sockets, and the server at its other end, which does what the test says."""

from dataclasses import replace
from typing import TypeVar

from petard.game.client.server_control import ServerControl
from petard.game.config.arguments import Address
from petard.game.config.settings import Settings
from petard.game.flow.local_server import LocalServer
from petard.game.flow.server_connection import ServerConnection
from petard.game.net.transport import TransportState
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Chat,
    Hello,
    Keyframe,
    Lobby,
    Message,
    Phase,
    Roster,
    Round,
    Seat,
    Welcome,
)
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.protocol.state import State, keyframe_of
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import PRESETS
from tests.ends import boards

TOKENS = ("a" * 32, "b" * 32, "c" * 32)
LOBBY = Lobby(Phase.LOBBY, 7, "small", "last-one-standing", 3, 1, 1, ("small",), ("last-one-standing",))
SEATS = (Seat(0, 7, "Ada", 3, 2, False, False, 0, 0), Seat(1, 8, "Bo", 1, 0, False, False, 0, 0))
Kind = TypeVar("Kind", bound=Message)
POLL_EVERY = 1 / 60  # seconds between two polls


class FakeTransport:
    """A Transport whose state the test sets."""

    def __init__(self, state: TransportState) -> None:
        self.state = state
        self.was_open = state is TransportState.OPEN
        self.problem = ""
        self.incoming = b""  # to the client
        self.link = Link(Role.SERVER)
        self.received: list[Message] = []  # from the client

    def poll(self, now: float) -> bytes:
        """What the server has sent since the last poll."""
        self.was_open = self.was_open or self.state is TransportState.OPEN
        incoming, self.incoming = self.incoming, b""
        return incoming

    def send(self, data: bytes) -> None:
        """Hand the data to the server."""
        if self.state is TransportState.OPEN:
            self.received += self.link.receive_data(data)

    def close(self) -> None:
        """Close."""
        self.state = TransportState.CLOSED


class ScriptedServer:
    """A server with one client, who is Ada, member 7, on slot 0."""

    def __init__(
        self,
        local_server: LocalServer | None = None,
        eager: bool = False,
        token: str = "",
        addresses: tuple[str, ...] = (),
        standbys: tuple[str, ...] = (),
    ) -> None:
        """`addresses`: of standbys, as the room says them; `standbys`: those that the client knows before."""
        self.now = 100.0
        self.addresses = addresses  # of standbys, in each Lobby
        self.transports: list[FakeTransport] = []
        self.connected_at: list[float] = []  # the times
        self.state = TransportState.OPEN  # of new transports
        self.states: dict[tuple[str, int], TransportState] = {}  # of new ones to single addresses
        self.connected_to: list[tuple[str, int]] = []
        settings = Settings(name="Ada", colour=5, character=1)  # not her looks in this room
        address = None if local_server else Address("10.0.0.5", 7777)
        self.connection = ServerConnection(
            settings, address, local_server, eager, self.connect, token, lambda: 0.0, standbys=standbys
        )

    def connect(self, host: str, port: int, now: float) -> FakeTransport:
        """The client connects."""
        self.connected_at.append(now)
        self.connected_to.append((host, port))
        self.transports.append(FakeTransport(self.states.get((host, port), self.state)))
        if self.transports[-1].state is TransportState.CLOSED:
            self.transports[-1].problem = "Nobody answers."
        return self.transports[-1]

    def sends(self, *messages: Message) -> None:
        """Send messages over the newest transport."""
        self.transports[-1].incoming += b"".join(self.transports[-1].link.send(message) for message in messages)

    def polls(self, seconds: float = POLL_EVERY) -> None:
        """The client polls, sixty times a second, for so long."""
        for _ in range(max(1, round(seconds / POLL_EVERY))):
            self.now += POLL_EVERY
            self.connection.poll(self.now)

    def disconnects(self, problem: str = "The connection to the server broke.") -> None:
        """The newest transport is reset."""
        self.transports[-1].state, self.transports[-1].problem = TransportState.CLOSED, problem

    def received(self, kind: type[Kind]) -> list[Kind]:
        """The messages of a kind that came over the newest transport."""
        return [message for message in self.transports[-1].received if isinstance(message, kind)]

    def admits(self, *more: Message, returned: bool = False, phase: Phase = Phase.LOBBY) -> None:
        """Answer the Hello on the newest transport, send the room, and `more`."""
        self.polls()
        assert self.received(Hello)
        welcome = Welcome(PROTOCOL, BUILD, 7, TOKENS[(len(self.transports) - 1) % len(TOKENS)], 60, "Room", returned)
        lobby = replace(LOBBY, phase=phase, addresses=self.addresses)
        self.sends(welcome, lobby, Roster(SEATS, ()), *more)
        self.polls()
        assert self.connection.session.link.is_admitted


def in_match(local_server: LocalServer | None = None, addresses: tuple[str, ...] = ()) -> ScriptedServer:
    """A client that plays the first round, and has received two chat lines. `addresses`: of standbys."""
    server = ScriptedServer(local_server, addresses=addresses)
    server.admits(*round_one(), Chat(1, "Bo", "hi", 1), Chat(1, "Bo", "ho", 2), phase=Phase.PLAYING)
    return server


def round_one() -> tuple[Round, Keyframe]:
    """A round as it is sent to a new client."""
    world = new_world(PRESETS["last-one-standing"], boards()["small"], (0, 1), 1)
    whole = keyframe_of(State(snapshot_of(world, {0: (0, 0), 1: (0, 0)}), {}, {0: (0,), 1: (0,)}))
    return Round(1, "small", world.rules, world.width, world.height, (0, 1)), whole


class FakeServer:
    """A server of our own that is ready, until the test says that it has ended."""

    def __init__(self) -> None:
        self.control = ServerControl()
        self.problem = ""
        self.ended = False

    def poll(self, now: float) -> int:
        """Its port."""
        return 7777

    def send_orders(self) -> None:
        """There are none."""

    def end(self) -> None:
        """Go."""
        self.ended = True
