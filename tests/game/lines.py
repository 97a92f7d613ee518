"""Lines that are made of nothing, and the server at their other end, which does what the test says."""

from dataclasses import replace
from typing import TypeVar

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
from petard.shared.protocol.snapshot import keyframe_of, snapshot_of
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import PRESETS
from tests.ends import boards

TOKENS = ("a" * 32, "b" * 32, "c" * 32)
LOBBY = Lobby(Phase.LOBBY, 7, "small", "last-one-standing", 3, 1, 1, ("small",), ("last-one-standing",))
SEATS = (Seat(0, 7, "Ada", 3, 2, False, False, 0, 0), Seat(1, 8, "Bo", 1, 0, False, False, 0, 0))
Said = TypeVar("Said", bound=Message)
TURN = 1 / 60  # seconds between two polls


class FakeLine:
    """A Line whose state the test sets."""

    def __init__(self, state: TransportState) -> None:
        self.state = state
        self.problem = ""
        self.coming = b""  # to the visitor
        self.link = Link(Role.SERVER)
        self.heard: list[Message] = []  # from the visitor

    def poll(self, now: float) -> bytes:
        """What the server has said since the last look."""
        coming, self.coming = self.coming, b""
        return coming

    def send(self, data: bytes) -> None:
        """To the server."""
        if self.state is TransportState.OPEN:
            self.heard += self.link.receive_data(data)

    def close(self) -> None:
        """Hang up."""
        self.state = TransportState.CLOSED


class Station:
    """A server of one visitor, who is Ada, member 7, on chair 0."""

    def __init__(self, child: LocalServer | None = None, eager: bool = False, token: str = "") -> None:
        self.now = 100.0
        self.lines: list[FakeLine] = []
        self.dialled: list[float] = []  # when
        self.state = TransportState.OPEN  # of fresh lines
        settings = Settings(name="Ada", colour=5, character=1)  # not what she has on: the room is another one
        address = None if child else Address("10.0.0.5", 7777)
        self.visit = ServerConnection(settings, address, child, eager, self.dial, token, random=lambda: 0.0)

    def dial(self, host: str, port: int, now: float) -> FakeLine:
        """The visitor sets out."""
        self.dialled.append(now)
        self.lines.append(FakeLine(self.state))
        if self.state is TransportState.CLOSED:
            self.lines[-1].problem = "Nobody answers."
        return self.lines[-1]

    def says(self, *messages: Message) -> None:
        """Words on the newest line."""
        self.lines[-1].coming += b"".join(self.lines[-1].link.send(message) for message in messages)

    def polls(self, seconds: float = TURN) -> None:
        """The visitor looks, sixty times a second, for so long."""
        for _ in range(max(1, round(seconds / TURN))):
            self.now += TURN
            self.visit.poll(self.now)

    def breaks(self, problem: str = "The connection to the server broke.") -> None:
        """The newest line is reset."""
        self.lines[-1].state, self.lines[-1].problem = TransportState.CLOSED, problem

    def hears(self, kind: type[Said]) -> list[Said]:
        """What of a kind was said on the newest line."""
        return [message for message in self.lines[-1].heard if isinstance(message, kind)]

    def lets_in(self, *more: Message, returned: bool = False, phase: Phase = Phase.LOBBY) -> None:
        """Answer the Hello on the newest line, show the room, and say `more`."""
        self.polls()
        assert self.hears(Hello)
        welcome = Welcome(PROTOCOL, BUILD, 7, TOKENS[len(self.lines) - 1], 60, "Room", returned)
        self.says(welcome, replace(LOBBY, phase=phase), Roster(SEATS, ()), *more)
        self.polls()
        assert self.visit.session.link.is_in


def in_match(child: LocalServer | None = None) -> Station:
    """A visitor who plays the first round, and has read two lines of chat."""
    station = Station(child)
    station.lets_in(*round_one(), Chat(1, "Bo", "hi", 1), Chat(1, "Bo", "ho", 2), phase=Phase.PLAYING)
    return station


def round_one() -> tuple[Round, Keyframe]:
    """A round as it is told to who comes in."""
    world = new_world(PRESETS["last-one-standing"], boards()["small"], (0, 1), 1)
    whole = keyframe_of(snapshot_of(world, {0: (0, 0), 1: (0, 0)}))
    return Round(1, "small", world.rules, world.width, world.height, (0, 1)), whole
