"""Who sits where: the people in the order of their coming, and bots on the chairs that they leave free.

Rule 1: a member is one computer; it has a Seat for each of its local players, or none and then it watches.
Rule 2: seats change in the lobby and between rounds only, so a slot is one person for all of a round.
Rule 3: two seats never show the same name, and no two people the same colour while there are colours left.
Rule 4: who lost the line is a member still, and sits where they sat, until their time to come back is up. Only in the
lobby, and only where places are short, they stand up for somebody who is here.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from petard.server.room.inbox import Inbox
from petard.server.room.rejoin import RejoinToken, token_digest
from petard.shared.protocol.messages import Away, Roster, Seat, Spectator
from petard.shared.protocol.names import unique_name

SEATS_MOST = 64
COLOURS = 16
CHARACTERS = 8
BOT_NAMES = ("Fizz", "Boomer", "Wick", "Sparky", "Cinder", "Fuse", "Ember", "Clatter", "Soot", "Pop", "Kindle", "Blaze")


@dataclass(slots=True)
class Member:
    """One who was let in; over one connection after the other, if the line breaks."""

    id: int
    name: str
    players: int
    inbox: Inbox
    claim: RejoinToken = field(default_factory=RejoinToken)
    ping: int = 0  # ms
    loaded: bool = False  # it is ready for the round that was announced
    home: str = ""  # what counts as the address that it came from
    lines: list[float] = field(default_factory=list)  # when its last chat lines came, in seconds
    muted_until: float = 0.0  # in seconds


class Seats:
    """The seats by slot, the members by their numbers, and those whose line is there by the number of their peer."""

    def __init__(self) -> None:
        self.members: dict[int, Member] = {}
        self.by_peer: dict[int, Member] = {}
        self.by_slot: dict[int, Seat] = {}
        self._next_member = 1

    @property
    def host(self) -> int:
        """Who chooses the game: of those who are here who came first; 0 while nobody is."""
        return min((member.id for member in self.by_peer.values()), default=0)

    # Coming and going

    def admit(self, peer: int, name: str, players: int) -> Member:
        """Let somebody new in; they have no seat yet."""
        member = Member(self._next_member, self._free_name(name), players, Inbox(players))
        self._next_member += 1
        self.members[member.id] = self.by_peer[peer] = member
        return member

    def resume(self, seats: Iterable[Seat], members: Iterable[Member]) -> None:
        """Take over the seats and the members of a server that is no more; all of them are away."""
        self.by_slot = {seat.slot: seat for seat in seats}
        for member in members:
            self.members[member.id] = member
            self._next_member = max(self._next_member, member.id + 1)
            self.lose(member)

    def drop(self, member: Member) -> None:
        """Forget a member and free its seats."""
        self._unplug(member)
        self._unseat(member)
        del self.members[member.id]

    def lose(self, member: Member) -> None:
        """Note that the line of a member is lost: its time to come back begins."""
        self._unplug(member)
        member.claim.hold()
        self._mark(member)

    def restore(self, peer: int, member: Member) -> Inbox:
        """Give a member who comes back over a new line what was theirs; returns the Inbox that they had.

        They get a new one, since a client that was started anew counts its Commands from 1 again.
        """
        self._unplug(member)
        self.by_peer[peer] = member
        member.claim.left = 0
        member.loaded = False
        self._mark(member)
        before, member.inbox = member.inbox, Inbox(member.players)
        return before

    def peer_of(self, member: Member) -> int | None:
        """The peer whose connection is this member's; None while the line is lost."""
        return next((peer for peer, here in self.by_peer.items() if here is member), None)

    def owner_of(self, token: str) -> Member | None:
        """Whose token this is; None if nobody's, or no longer."""
        digest = token_digest(token)
        fitting = [member for member in self.members.values() if member.claim.fits(digest)]  # all: no early end
        return fitting[0] if fitting else None

    def heir(self, players: int) -> Member | None:
        """The member whose chair is kept for the first who comes with so many players; None if there is none."""
        fitting = (member for member in self.members.values() if member.claim.is_open and member.players == players)
        return next(fitting, None)

    def overdue(self) -> list[Member]:
        """Let a tick pass for those who are away; returns whose time is up."""
        if len(self.by_peer) == len(self.members):
            return []
        away = [member for member in self.members.values() if member.claim.left]
        for member in away:
            member.claim.left -= 1
        return [member for member in away if not member.claim.left]

    def giver(self) -> Member | None:
        """Who gives way when the room is full: of those who are away, first who has no seat, then who is so longest."""
        away = [member for member in self.members.values() if member.claim.left]
        return min(away, key=lambda member: (bool(self.slots_of(member)), member.claim.left), default=None)

    def _unplug(self, member: Member) -> None:
        peer = self.peer_of(member)
        if peer is not None:
            del self.by_peer[peer]

    def is_lost(self, seat: Seat) -> bool:
        """True for the seat of somebody whose line is lost; who only presses no key is away, but here."""
        return seat.away and bool(self.members[seat.member].claim.left)

    def mark_idle(self, idle: Collection[int]) -> list[Seat]:
        """Show which slots bots steer though their players are here; gives the seats for which that is new."""
        found = []
        for slot, seat in list(self.by_slot.items()):
            is_idle = slot in idle
            if seat.member and seat.away != is_idle and not self.is_lost(seat):
                self.change(slot, away=is_idle)
                found += [seat] if is_idle else []
        return found

    def _mark(self, member: Member) -> None:
        for slot in self.slots_of(member):
            self.change(slot, away=bool(member.claim.left))

    # Who sits where

    def slots_of(self, member: Member) -> tuple[int, ...]:
        """The slots that a member steers, in the order of its local players."""
        return tuple(slot for slot, seat in sorted(self.by_slot.items()) if seat.member == member.id)

    def watchers(self) -> list[Member]:
        """The members without a seat who are here."""
        seated = {seat.member for seat in self.by_slot.values()}
        return [member for member in self.by_peer.values() if member.id not in seated]

    def players(self, away: Away) -> list[Seat]:
        """The seats that take part in a round, when the bodies of those who are away are treated in this way."""
        return [seat for _, seat in sorted(self.by_slot.items()) if not (away is Away.NONE and self.is_lost(seat))]

    def fill(self, places: int, bots: int, here_first: bool = False) -> list[int]:
        """Give seats to everybody who fits into `places`, then to at most so many bots; give the slots that were freed.

        Who came first stays; a bot stays while nobody needs its chair. Bots come when the first member does.
        `here_first`: who is away makes way for who is here.
        """
        before = dict(self.by_slot)
        self._unseat_beyond(places, here_first)
        seated = sum(1 for _ in self.people())
        invited = []
        for member in self.watchers():
            if here_first:
                seated -= self._make_way(seated + member.players - places)
            if seated + member.players <= places:
                seated += member.players
                invited.append(member)
        bots = min(bots, places - seated) if self.members else 0
        for slot in [slot for slot, seat in sorted(self.by_slot.items()) if not seat.member][bots:]:
            del self.by_slot[slot]
        for member in invited:
            for player in range(member.players):
                self._sit(member.id, member.name if not player else self._free_name(member.name))
        for _ in range(seated + bots - len(self.by_slot)):
            self._sit(0, self._bot_name(), ready=True)
        return [slot for slot, seat in before.items() if self.by_slot.get(slot) is not seat]

    def _unseat_beyond(self, places: int, here_first: bool) -> None:
        """A smaller map has come: the last members have to stand up, with all their players."""
        if here_first:
            self._make_way(sum(1 for _ in self.people()) - places)
        for member in reversed(list(self.members.values())):
            if sum(1 for _ in self.people()) > places:
                self._unseat(member)

    def _make_way(self, places: int) -> int:
        """Let who is away longest stand up until so many places are free; none of them if that is not to be had.

        Answers with how many were freed.
        """
        away = [member for member in self.members.values() if member.claim.left and self.slots_of(member)]
        if sum(member.players for member in away) < places:
            return 0
        freed = 0
        for member in sorted(away, key=lambda member: member.claim.left):
            if freed < places:
                freed += self._unseat(member)
        return freed

    def _unseat(self, member: Member) -> int:
        """Let a member stand up; answers with how many chairs that makes free."""
        slots = self.slots_of(member)
        for slot in slots:
            del self.by_slot[slot]
        return len(slots)

    def _sit(self, member: int, name: str, ready: bool = False) -> None:
        slot = next(slot for slot in range(SEATS_MOST) if slot not in self.by_slot)
        looks = [seat.colour for seat in self.by_slot.values()]
        colour = min(range(COLOURS), key=looks.count)
        character = (slot + slot // CHARACTERS) % CHARACTERS
        self.by_slot[slot] = Seat(slot, member, name, colour, character, ready, False, 0, 0)

    def _bot_name(self) -> str:
        names = [seat.name for seat in self.by_slot.values()]
        fewest = min(BOT_NAMES, key=lambda name: sum(taken.startswith(name) for taken in names))
        return self._free_name(fewest)

    def _free_name(self, wanted: str) -> str:
        return unique_name(
            wanted, [seat.name for seat in self.by_slot.values()] + [m.name for m in self.members.values()]
        )

    def rename(self, member: Member, name: str) -> None:
        """Let somebody else have a member's chair."""
        taken = {seat.name for seat in self.by_slot.values() if seat.member != member.id}
        taken.update(other.name for other in self.members.values() if other is not member)
        member.name = unique_name(name, taken)
        for slot in self.slots_of(member)[:1]:
            self.change(slot, name=member.name)

    def change(self, slot: int, **fields: int | bool | str) -> None:
        """Replace fields of one seat."""
        self.by_slot[slot] = replace(self.by_slot[slot], **fields)  # type: ignore[arg-type]

    def dress(self, slot: int, colour: int, character: int) -> bool:
        """Change how a seat looks; False if a person wears that colour already. A bot would give it up."""
        old = self.by_slot[slot].colour
        for other, seat in self.by_slot.items():
            if other != slot and seat.colour == colour and len(self.by_slot) <= COLOURS:
                if seat.member:
                    return False
                self.change(other, colour=old)
        self.change(slot, colour=colour, character=character)
        return True

    def people(self) -> Iterator[Seat]:
        """The seats that people sit on."""
        return (seat for seat in self.by_slot.values() if seat.member)

    def roster(self) -> Roster:
        """The message that shows all this."""
        pings = {member.id: member.ping for member in self.members.values()}
        for slot, seat in self.by_slot.items():
            if seat.ping != pings.get(seat.member, 0):  # most are the same, and a new Seat costs 15 us
                self.change(slot, ping=pings.get(seat.member, 0))
        seats = (seat for _, seat in sorted(self.by_slot.items()))
        watchers = tuple(Spectator(member.id, member.name) for member in self.watchers()[:SEATS_MOST])
        return Roster(tuple(seats), watchers)
