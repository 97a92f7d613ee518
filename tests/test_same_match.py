"""Whatever happens to a connection, a computer or a clock: players get back into the same match, on the same seats."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from petard.game.flow.connection_status import status_of
from petard.server.policy.outbox import OutgoingFrame
from petard.server.room.round import RoundRunner
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Away, Chat, Setup
from tests.lan.client import Client
from tests.lan.invariants import InvariantChecker
from tests.lan.lan import Lan
from tests.lan.observed_room import KEPT, ObservedRoom
from tests.lan.quality import LINES
from tests.lan.random_keys import RandomKeys

SETUP = Setup("classic", "last-one-standing", 1, 0, 0, Away.STATUE)
TALK = 64 * 1024  # bytes
CAUGHT_UP = 10  # ticks behind the server at the most, but for the time of lost packets


class Game:
    """Three players who walk about and drop no bombs, so that a round goes on; one of them gets into trouble."""

    def __init__(self, lan: type[Lan]) -> None:
        self.net = lan("wifi", "bad", "far", seed=11, snapshots=30, setup=SETUP, new_room=ObservedRoom)
        for number, client in enumerate(self.net.clients):
            client.keys = RandomKeys(1, number, bombs=0).keys
        self.net.start()
        self.oracle = InvariantChecker(self.net)
        self.run(4.0)
        self.one = self.net.clients[0]

    def run(self, seconds: float) -> None:
        """Let time pass, and check after each step."""
        for who in self.net.steps(seconds):
            self.oracle.look(who)

    @property
    def match(self) -> RoundRunner:
        """The round that the server runs."""
        assert isinstance(self.net.room, ObservedRoom)
        told = self.net.room.look()
        assert told
        return told.match

    def behind(self) -> list[int]:
        """How many ticks each client is behind the server."""
        rounds = [client.session.client_round for client in self.net.clients]
        ticks = [one.server_snapshot.tick for one in rounds if one and one.server_snapshot]
        return [self.match.world.tick - tick for tick in ticks]

    def signs(self) -> list[tuple[int, tuple[int, ...]]]:
        """The member number and the slots of each client."""
        return [(client.session.room.member, client.session.room.my_slots) for client in self.net.clients]


def sleep(game: Game) -> None:
    """A laptop is closed: the game, the clock and the network stop, and then the clock jumps."""
    game.one.station.pull(game.net.now)
    game.one.frozen_until = game.net.now + 20.0
    game.run(20.0)
    game.one.station.leap += 20.0
    game.one.station.plug(game.net.now)


def stopped(game: Game) -> None:
    """The process is stopped (SIGSTOP), and its computer still receives data."""
    game.one.frozen_until = game.net.now + 12.0
    game.run(12.0)


def client_clock_jumps(game: Game) -> None:
    game.one.station.leap += 3600.0


def server_clock_jumps(game: Game) -> None:
    game.net.host.leap += 3600.0


def server_stopped(game: Game) -> None:
    game.net.host.frozen_until = game.net.now + 20.0
    game.run(20.0)


def cable_out(clients: Callable[[Game], list[Client]]) -> Callable[[Game], None]:
    def pull(game: Game) -> None:
        for client in clients(game):
            client.station.pull(game.net.now)
        game.run(10.0)
        for client in clients(game):
            client.station.plug(game.net.now)

    return pull


def reset(game: Game) -> None:
    for wire in game.one.station.wires():
        wire.reset(up=5, down=50)


def half_open(game: Game) -> None:
    """The connection is lost, and neither end notices."""
    for wire in game.one.station.wires():
        wire.cut(up=5, down=50)
    game.run(4.0)


def slow_reader(game: Game) -> None:
    """A connection so slow that the server leaves out old states."""
    (wire,) = game.one.station.wires()
    wire.down.quality = replace(LINES["bad"], bandwidth=10_000.0, room=4096)
    net = game.net.host.net
    assert net
    peer = next(peer for peer in net.connections.members.values() if peer.identity.name == game.one.name)
    talk = frame(encode(Chat(-1, "", "x" * 200)))
    peer.outbox.put([OutgoingFrame(talk)] * (TALK // len(talk)), game.net.now)  # an evening of chat
    game.run(1.0)
    assert not peer.outbox.pace.streams
    game.run(12.0)
    assert not peer.outbox.unsent


TROUBLES: dict[str, Callable[[Game], None]] = {
    "a laptop sleeps": sleep,
    "a client is stopped": stopped,
    "the clock of a client jumps": client_clock_jumps,
    "the clock of the server jumps": server_clock_jumps,
    "the server is stopped": server_stopped,
    "ten seconds of nothing for one": cable_out(lambda game: [game.one]),
    "ten seconds of nothing for all": cable_out(lambda game: game.net.clients),
    "a reset": reset,
    "a half-open line": half_open,
    "a slow reader": slow_reader,
}


# What others of them have in them: a sleep stops a client and moves its clock.
IN_OTHERS = ("a client is stopped", "the clock of a client jumps", "ten seconds of nothing for all")


@pytest.mark.parametrize(
    "trouble", [pytest.param(name, marks=[pytest.mark.long] * (name in IN_OTHERS)) for name in TROUBLES]
)
def test_trouble_ends_in_the_same_match(lan: type[Lan], trouble: str) -> None:
    game = Game(lan)
    match, before = game.match, game.signs()
    TROUBLES[trouble](game)
    game.run(5.0)
    assert [client.visit.problem for client in game.net.clients] == [""] * 3
    assert game.match is match
    assert game.signs() == before
    least = [KEPT] * 3
    for _ in range(20):
        game.run(0.05)
        least = [min(before, now) for before, now in zip(least, game.behind(), strict=True)]
    assert max(least) <= CAUGHT_UP, f"they are {least} ticks behind, at least"
    assert not any(inbox.is_starved for inbox, _ in match.people.inboxes), "a bot still plays for a player"


def test_chat_that_is_sent_while_the_cable_is_unplugged_arrives_once(lan: type[Lan]) -> None:
    game = Game(lan)
    game.one.session.send_chat("before")
    game.run(0.2)
    game.one.station.pull(game.net.now)
    game.one.session.send_chat("meanwhile")
    game.run(2.0)
    game.one.session.send_chat("and still")
    game.run(8.0)
    game.one.station.plug(game.net.now)
    game.run(8.0)
    for client in game.net.clients:
        assert [line.text for line in client.session.chat.lines if line.name] == ["before", "meanwhile", "and still"]


def test_six_players_behind_one_address_who_disconnect_together_all_rejoin(lan: type[Lan]) -> None:
    net = lan(seed=3, setup=replace(SETUP, map="large"))
    for _ in range(6):
        net.join("far", address="203.0.113.7")
        net.run(0.7)
    net.start()
    before = [(client.session.room.member, client.session.room.my_slots) for client in net.clients]
    for client in net.clients:
        for wire in client.station.wires():
            wire.reset(up=0, down=0)
    net.run(10.0)
    assert [client.visit.problem for client in net.clients] == [""] * 6
    assert [(client.session.room.member, client.session.room.my_slots) for client in net.clients] == before
    assert net.room.people == 6


def looks(game: Game) -> list[tuple[str, int, int]]:
    """The people that the server shows, and what they wear."""
    seats = game.net.clients[0].session.room.seats
    return sorted((seat.name, seat.colour, seat.character) for seat in seats if seat.member)


def test_after_a_server_is_killed_and_restarted_all_players_are_back_with_their_looks(lan: type[Lan]) -> None:
    game = Game(lan)
    before = looks(game)
    # With one seed in seven two begin before the third is in, who then has no looks to get back, and takes a colour.
    assert len(before) == 3, "take another seed"
    game.net.host.kill()
    game.run(3.0)
    assert [client.visit.problem for client in game.net.clients] == [""] * 3
    assert all(status_of(client.visit, game.net.now) for client in game.net.clients), "each of them sees it"
    game.net.host.start()
    game.run(8.0)
    assert game.net.room.people == 3
    server = game.net.host.net
    assert server
    server.broadcaster.enqueue(server.room.end_match())  # those who were back first may have begun it
    game.run(1.0)
    assert looks(game) == before
    assert [client.visit.problem for client in game.net.clients] == [""] * 3


def test_a_server_that_is_stopped_tells_all_players_why(lan: type[Lan]) -> None:
    game = Game(lan)
    game.net.host.stop("The room is closed.")
    game.run(2.0)
    assert [client.visit.problem for client in game.net.clients] == ["The room is closed."] * 3
    assert game.net.host.net is None
