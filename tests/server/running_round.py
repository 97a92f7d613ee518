"""A running round for tests of disconnects, and the messages to rejoin."""

from dataclasses import replace

from petard.game.client.session import Session
from petard.server.room.outgoing import Outgoing
from petard.server.room.room import Room
from petard.server.room.round import RoundRunner
from petard.shared.protocol.messages import BUILD, PROTOCOL, Away, Hello, Setup, Welcome
from petard.shared.rules.ruleset import PRESETS, TICK_RATE
from tests.ends import Ends

LONG_AND_SAFE = replace(PRESETS["last-one-standing"], round=3600 * TICK_RATE, damage=0)


def begun(away: Away = Away.BOT, rounds: int = 3, peers: int = 2) -> tuple[Ends, Session, Session]:
    """Ada and Grace at the start of a first round, on slots 0 and 1, and perhaps more of them."""
    ends = Ends(Setup("small", "last-one-standing", rounds, 0, 3, away))
    ada, grace = ends.join(1), ends.join(2, "Grace")
    for peer in range(3, peers + 1):
        ends.join(peer, "Edsger")
    ends.start()
    return ends, ada, grace


def round_of(ends: Ends) -> RoundRunner:
    """The round that runs."""
    assert ends.room.matches.match
    return ends.room.matches.match.round


def pass_time(room: Room, ticks: int) -> None:
    """Advance a room; its messages are dropped."""
    for _ in range(ticks):
        room.tick(0.0)


def hello(token: str, players: int = 1) -> Hello:
    """The Hello of a client with this token."""
    return Hello(PROTOCOL, BUILD, "Ada", players, token)


def welcome_in(outgoing: list[Outgoing]) -> Welcome:
    """The only Welcome among these messages."""
    (welcome,) = [item.message for item in outgoing if isinstance(item.message, Welcome)]
    return welcome
