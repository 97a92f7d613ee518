"""Offers copies of the room to members, and knows whose standbys keep one: the tickets, the answers, the connections.

Rule: a ticket is for one member and one offer. When the member is gone or comes back over another connection, its
ticket is not valid any more: its client gets a new offer.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from petard.server.net.connections import Peer
from petard.server.net.server import Server
from petard.server.policy.address_groups import plain
from petard.server.policy.standby_addresses import standby_addresses
from petard.server.policy.standby_choice import MemberPlace, StandbyChoice
from petard.server.room.copy_log import CopyFeed
from petard.server.room.outgoing import Outgoing
from petard.shared.protocol.later_messages import CopyAck, Standby, StandbyAnswer, StandbyOffer, Standbys
from petard.shared.protocol.messages import Bye, Message

LOOK_EVERY = 1.0  # seconds between two looks at the lines of the members, and between two messages about them
NOT_WANTED = "This copy is no longer needed."


@dataclass(slots=True)
class StandbyLine:
    """The standby of one member: its ticket, what its client has answered, and its connection once it has one."""

    ticket: str
    answer: StandbyAnswer | None = None
    addresses: tuple[str, ...] = ()
    peer: int = 0
    feed: CopyFeed = field(default_factory=CopyFeed)

    @property
    def keeps(self) -> bool:
        """True while its client says that the standby runs."""
        return self.answer is not None and self.answer.keeps


class StandbyDesk:
    """The `lines` by member. `mode`: off, ask or on. `shown`: what everybody knows of them."""

    def __init__(self, server: Server, mode: str, new_ticket: Callable[[], str]) -> None:
        self.mode = mode
        self.lines: dict[int, StandbyLine] = {}
        self.choice = StandbyChoice()
        self.shown = Standbys(())
        self._shown_at = -LOOK_EVERY
        self._server, self._new_ticket = server, new_ticket

    def hear(self, now: float) -> None:
        """Take what clients and standbys have said since the last call."""
        door = self._server.handshake.standbys
        while door.messages:
            number, message = door.messages.popleft()
            if isinstance(message, StandbyAnswer):
                self._take_answer(number, message, now)
            else:
                self._take_ack(door.lines.get(number, 0), number, message)
        for number, owner in door.lines.items():
            line = self.lines.get(owner)
            if line and line.peer != number and number in self._server.connections.members:
                line.peer, line.feed = number, CopyFeed()

    def _take_ack(self, member: int, number: int, ack: CopyAck) -> None:
        if (line := self.lines.get(member)) and line.peer == number:
            line.feed.acknowledge(ack.parts)

    def _take_answer(self, number: int, answer: StandbyAnswer, now: float) -> None:
        member, peer = self._server.room.seats.by_peer.get(number), self._server.connections.members.get(number)
        if not member or not peer:
            return
        if not (line := self.lines.get(member.id)):
            if answer.keeps:  # it has refused before, and would keep a copy now
                self.choice.withdraw(member.id)
            return
        line.answer, line.addresses = answer, standby_addresses(answer.addresses, peer.identity.address)
        self.choice.answer(member.id, answer.keeps and bool(line.addresses), now)
        if not answer.keeps:
            self.end(member.id, now)

    def look(self, now: float) -> list[StandbyLine]:
        """Offer and withdraw copies, as the members' lines are now; returns the standbys of members that are gone."""
        gone = [self.end(member, now) for member in self.choice.see(self.places())]
        is_wanted = self.mode != "off"
        for member in self.choice.to_withdraw() if is_wanted else list(self.lines):
            self.tell(member, StandbyOffer("", False))
            self.end(member, now)
            self.choice.withdraw(member)
        for member in self.choice.to_offer(now) if is_wanted else ():
            line = self.lines[member] = StandbyLine(self._new_ticket())
            self._server.handshake.standbys.tickets[line.ticket] = member
            self.tell(member, StandbyOffer(line.ticket, self.mode == "ask"))
        return [line for line in gone if line]

    def places(self) -> list[MemberPlace]:
        """The connected members that could keep a copy; those in browsers cannot."""
        found = []
        for number, member in self._server.room.seats.by_peer.items():
            peer = self._server.connections.members.get(number)
            if peer and not member.is_relay and _is_direct(peer):
                found.append(MemberPlace(member.id, member.ping, peer.identity.address, self._is_own(peer)))
        return found

    def _is_own(self, peer: Peer) -> bool:
        ip = plain(peer.identity.address)
        return ip is not None and (
            ip.is_loopback or any(ip == one.ip for one in self._server.connections.own_addresses)
        )

    def kept(self) -> list[tuple[int, StandbyLine]]:
        """The members whose standbys have a whole copy, in their order."""
        return [(member, self.lines[member]) for member in self.choice.kept() if member in self.lines]

    def show(self, now: float) -> bool:
        """Let everybody know who keeps a copy, at most every LOOK_EVERY; False if there is nothing to say."""
        if now - self._shown_at < LOOK_EVERY:
            return False
        kept = self.kept()
        shown = Standbys(
            tuple([Standby(id, line.addresses, line.answer.web if line.answer else 0) for id, line in kept])
        )
        if shown == self.shown:
            return False
        self.shown, self._shown_at, room = shown, now, self._server.room
        room.membership.standbys = shown
        addresses = tuple(address for one in shown.standbys for address in one.addresses)
        room.recorder.room = room.recorder.room._replace(standbys=addresses)
        self._server.broadcaster.enqueue([Outgoing(None, shown), *room.membership.state()])
        return True

    def lost(self) -> list[StandbyLine]:
        """Forget the connections that have ended, and return their lines."""
        ended = []
        for member, line in self.lines.items():
            if line.peer and line.peer not in self._server.connections.members:
                self._server.handshake.standbys.lines.pop(line.peer, None)
                line.peer = 0
                self.choice.note_copy(member, is_whole=False, now=0.0)
                ended.append(line)
        return ended

    def end(self, member: int, now: float) -> StandbyLine | None:
        """Forget the standby of a member, and end its connection."""
        line = self.lines.pop(member, None)
        if line:
            door = self._server.handshake.standbys
            door.tickets.pop(line.ticket, None)
            door.lines.pop(line.peer, None)
            if peer := self._server.connections.members.get(line.peer):
                self._server.ends.remove(peer, "keeps a copy no longer", Bye(NOT_WANTED), now)
        return line

    def tell(self, member: int, message: Message) -> None:
        """Send a message to a member, if it is connected."""
        seats = self._server.room.seats
        if (known := seats.members.get(member)) and (peer := seats.peer_of(known)):
            self._server.broadcaster.enqueue([Outgoing(peer, message)])


def _is_direct(peer: Peer) -> bool:
    """False for a connection that comes through our own web process, or a proxy."""
    try:
        name = peer.sock.getpeername()
    except OSError:
        return False
    return isinstance(name, tuple) and plain(str(name[0])) == plain(peer.identity.address)
