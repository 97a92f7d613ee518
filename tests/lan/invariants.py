"""What must be so after every step of a simulation, whatever the network did. `look` fails where it is not.

* Each snapshot that a client patched together is the one that the server told of that tick.
* Nobody says what may not be said now: no end of a link finds a fault in the other.
* Who comes back in time is who they were.
* What waits is bounded on both sides; who is gone for good leaves nothing in the server's memory.
"""

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from petard.game.client.room_state import LINES_KEPT
from petard.game.client.session import Session
from petard.game.net.tcp_transport import SEND_LIMIT
from petard.server.net.connections import CLOSING_PEERS_MOST, Connections, Peer
from petard.server.net.handshake import PENDING_MOST
from petard.server.policy.log import Log
from petard.server.policy.outbox import CAP
from petard.server.room.chat import KEPT
from petard.server.room.inbox import CHANGES_MOST, Inbox
from petard.server.room.member import Member
from petard.server.room.round import RoundRunner
from petard.shared.framing import LIMIT_CLIENT
from petard.shared.protocol.link import Link
from petard.shared.protocol.messages import Phase, Welcome
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.rules.world import World
from tests.lan.client import Client
from tests.lan.host import Host
from tests.lan.lan import Lan
from tests.lan.memory import reachable, size_of
from tests.lan.observed_room import ObservedRoom, SentRecord

SEAT_KEPT = 90.0  # seconds for which a seat is kept
OURS = (SentRecord, Log)  # no part of the server's memory: the first is this test's, the second forgets by itself
TRACES = (Peer, Member, Inbox, Link, RoundRunner, World, Snapshot)  # of people and what they did
BOUNDED, SIZED = 1 / 10, 1 / 2500  # chance that after a step buffers are counted, and all of a client is weighed
SESSION_MOST = 4 << 20  # bytes
STATES_MOST = 64 << 10  # bytes of states that wait for 250 ms
SLACK = 16 << 10  # bytes that a room that was used may hold more than a new one: dicts do not shrink
FAULTS = ("broke the protocol", "sent more than")
NONSENSE = ("no sense", "no Petard")


@dataclass
class Stay:
    """One client's stay: what the server called it, and when it was in for the last time."""

    welcome: Welcome
    server: int
    seen: float  # seconds
    slots: tuple[int, ...] = ()  # on the server
    is_heard: bool = False  # by the server, since the welcome
    rested_at: float = 0.0  # when the room was in the lobby last, where who is here goes before who is away


class InvariantChecker:
    """Looks at everybody, right after they were awake."""

    def __init__(self, lan: Lan) -> None:
        self._lan = lan
        self._stays: dict[Client, Stay] = {}
        self._known: dict[Client, Snapshot] = {}
        self._fresh = 0  # bytes that the room of this server held at first
        self._room: ObservedRoom | None = None
        self._truths: deque[SentRecord] = deque(maxlen=3)  # of the last servers, whose words may still be on their way
        self._servers = 0
        self._chance = Random(1)

    def look(self, one: Host | Client) -> None:
        """Look at who was awake."""
        if isinstance(one, Host):
            self._look_at_host(one)
        elif not one.is_gone:
            self._look_at_client(one)

    # The server

    def _look_at_host(self, host: Host) -> None:
        net = host.net
        if net is None:
            return
        room = net.room
        assert isinstance(room, ObservedRoom)
        if room is not self._room:
            self._room = room
            self._truths.append(room.truth)
            self._servers += 1
            self._fresh = size_of(net, OURS)
        room.look()
        assert net.broadcaster.is_empty
        assert not net.ends.unreported  # between updates
        if room.phase is Phase.LOBBY:
            for stay in self._stays.values():
                stay.rested_at = self._lan.now
        if self._chance.random() < BOUNDED:
            self._look_at_bounds(net.connections, room)

    def _look_at_bounds(self, connections: Connections, room: ObservedRoom) -> None:
        assert len(connections.pending) <= PENDING_MOST
        assert len(connections.closing) <= CLOSING_PEERS_MOST
        for peer in connections.members.values():
            assert peer.outbox.unsent <= CAP + STATES_MOST, f"{peer} leaves {peer.outbox.unsent} bytes unsent"
            assert peer.link.partial_bytes <= LIMIT_CLIENT + 4
        room.check_hands()
        for member in room.seats.members.values():
            assert len(member.inbox.waiting) <= CHANGES_MOST

    # The clients

    def _look_at_client(self, client: Client) -> None:
        session = client.session
        played = session.client_round
        if (
            played is not None
            and played.server_snapshot is not None
            and played.server_snapshot is not self._known.get(client)
        ):
            self._known[client] = played.server_snapshot
            known = any(truth.knows(played.announcement.number, played.server_snapshot) for truth in self._truths)
            assert known, f"{client.name} knows a tick {played.server_snapshot.tick} that was never told so"
        assert not any(words in client.visit.problem for words in NONSENSE), client.visit.problem
        if session.room.welcome is not None:
            self._follow(client, session.room.welcome)
        if self._chance.random() < SIZED:
            self._weigh(client, session)

    def _follow(self, client: Client, welcome: Welcome) -> None:
        """Note where a client is, and see that it is itself when it comes back."""
        now = self._lan.now
        stay = self._stays.get(client) or (self._stays.get(client.before) if client.before else None)
        if stay is None:
            stay = Stay(welcome, self._servers, now)
        elif stay.welcome is not welcome:
            if stay.server == self._servers and stay.is_heard and now - stay.seen < SEAT_KEPT:
                assert welcome.returned, f"{client.name} came back after {now - stay.seen:.1f} s and was not known"
            if welcome.returned:
                assert welcome.member == stay.welcome.member
                may_differ = stay.slots == () or stay.rested_at >= stay.seen
                assert may_differ or stay.slots == self._slots_of(welcome), f"{client.name} had {stay.slots}"
            stay.welcome, stay.server = welcome, self._servers
        if client.session.link.is_admitted:
            stay.seen = now
            stay.slots = self._slots_of(welcome)
            member = self._room.seats.members.get(welcome.member) if self._room else None
            stay.is_heard = bool(member and member.token.is_confirmed)
        self._stays[client] = stay

    def _slots_of(self, welcome: Welcome) -> tuple[int, ...]:
        seats = self._room.seats if self._room else None
        return seats.slots_of(seats.members[welcome.member]) if seats and welcome.member in seats.members else ()

    def _weigh(self, client: Client, session: Session) -> None:
        assert len(session.chat.lines) <= LINES_KEPT
        numbers = [0, *(line.number for line in session.chat.lines)]
        # Who comes back is told again what was said, but no longer all the news in between once there were many.
        news = max(numbers) > KEPT
        follows = [(one, other) for one, other in pairwise(numbers) if one and other]
        missed = [(one, other) for one, other in follows if not (other == one + 1 or (news and other > one))]
        assert not missed, f"{client.name} misses lines between {missed}, or has some twice"
        assert all(len(line._unsent) <= SEND_LIMIT for line in client.lines)  # private: a bound on memory
        assert len(client.lines) <= 8, "lines that broke are not closed"
        size = size_of(session)
        assert size < SESSION_MOST, f"the session of {client.name} has grown to {size} bytes"

    # In the end

    def look_at_end(self) -> None:
        """Everybody has been gone for longer than a seat is kept: nothing is left of them."""
        lan = self._lan
        faults = [line for line in lan.host.lines if any(words in line for words in FAULTS)]
        assert not faults, faults
        if lan.host.net is None:
            return
        net = lan.host.net
        assert net.is_quiet, "the server still waits for somebody"
        left = [type(one).__name__ for one in reachable(net, OURS) if isinstance(one, TRACES)]
        assert not left, f"the server still holds {left}"
        size = size_of(net, OURS)
        assert size <= self._fresh + SLACK, f"the server holds {size} bytes, {self._fresh} when it was new"
