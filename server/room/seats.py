"""The members and the seats of a room: people in the order in which they joined, and bots on the seats left free.

Rule 1: a member is one computer; it has a Seat for each of its local players, or none: then it is a spectator.
Rule 2: seats change in the lobby and between rounds only, so a slot is one person for all of a round.
Rule 3: two seats never show the same name, and no two people the same colour while there are colours left.
Rule 4: a disconnected member keeps its seats until its time to rejoin is over. Only in the lobby, and only where places
are short, it makes way for a connected one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from petard.server.room.inbox import Inbox
from petard.server.room.member import Member
from petard.server.room.rejoin import NO_TOKEN, SEAT_KEPT, token_digest
from petard.shared.protocol.field_types import SlotPing
from petard.shared.protocol.messages import Away, Pings, Roster, Seat, Spectator
from petard.shared.protocol.names import looks, looks_of, name_unlike, unique_name

SEATS_MOST = 64
COLOURS = 16
CHARACTERS = 8
BOT_NAMES = ("Fizz", "Boomer", "Wick", "Sparky", "Cinder", "Fuse", "Ember", "Clatter", "Soot", "Pop", "Kindle", "Blaze")


class Seats:
    """The members by id, the connected ones by the number of their peer, and the seats by slot."""

    def __init__(self) -> None:
        self.members: dict[int, Member] = {}
        self.by_peer: dict[int, Member] = {}
        self.by_slot: dict[int, Seat] = {}
        self.played: set[int] = set()  # members who had a seat in a round since they joined
        self.away: frozenset[int] = frozenset()  # slots that were marked last, for bots control them
        self._next_member = 1
        self._looks: set[str] | None = None  # of all names here; None: to be found again, since some are gone
        self._last_roster = Roster((), ())

    @property
    def host(self) -> int:
        """The member who chooses the game: of those connected the one who joined first; 0 while nobody is."""
        return next((member.id for member in self.members.values() if member.may_be_host), 0)

    @property
    def are_all_connected(self) -> bool:
        return len(self.by_peer) == len(self.members)

    # Members

    def admit(self, peer: int, name: str, players: int, kind: type[Member] = Member) -> Member:
        """Add a new member; it has no seat yet."""
        member = kind(self._next_member, (self._free_name(name),), Inbox(players))
        self._next_member += 1
        self.members[member.id] = self.by_peer[peer] = member
        return member

    def resume(self, seats: Iterable[Seat], members: Iterable[Member]) -> None:
        """Take over the seats and members of a server that was killed; all of them are disconnected."""
        self.by_slot = {seat.slot: seat for seat in seats}
        self._looks = None
        for member in sorted(members, key=lambda member: member.id):
            self.members[member.id] = member
            self._next_member = max(self._next_member, member.id + 1)
            self.disconnect(member)

    def forget(self, member: Member) -> None:
        self.by_peer.pop(self.peer_of(member), None)
        self._unseat(member)
        self.played.discard(member.id)
        del self.members[member.id]
        self._looks = None

    def disconnect(self, member: Member) -> None:
        """The connection of a member is lost: its time to rejoin begins."""
        self._link_peer(member, 0, SEAT_KEPT)

    def reconnect(self, peer: int, member: Member) -> Inbox:
        """A member has rejoined; returns the Inbox that it had. Its client counts ticks from 1 again."""
        self._link_peer(member, peer, 0)
        member.has_loaded = False
        before, member.inbox = member.inbox, Inbox(member.players)
        return before

    def peer_of(self, member: Member) -> int:
        """The peer of a member; 0 while it is disconnected."""
        return next((peer for peer, one in self.by_peer.items() if one is member), 0)

    def owner_of(self, token: str) -> Member | None:
        """The member for whom a rejoin token is valid; "" is valid for nobody."""
        if not token:
            return None
        digest = token_digest(token)
        fitting = [member for member in self.members.values() if member.token.fits(digest)]  # all: no early end
        return fitting[0] if fitting else None

    def unclaimed(self, players: int) -> Member | None:
        """The member whose seats are for the first who joins with so many players."""
        away = () if self.are_all_connected else self.members.values()
        fitting = (one for one in away if one.token.current == NO_TOKEN and one.players == players)
        return next(fitting, None)

    def expire(self) -> list[Member]:
        """Let a tick pass for the disconnected members; returns those whose time is over, to be forgotten."""
        if self.are_all_connected:
            return []
        disconnected = [member for member in self.members.values() if member.is_disconnected]
        over = [member for member in disconnected if member.token.ticks_left == 1]
        for member in disconnected:
            member.token.ticks_left = max(1, member.token.ticks_left - 1)
        return over

    def players_of(self, address_group: str, without: Member | None = None) -> int:
        """How many local players are of an address group, the disconnected ones included; 0 for "", which is unknown.

        A client that only watches counts as one. `without`: a member that is not counted.
        """
        members = self.members.values() if address_group else ()
        return sum(max(1, one.players) for one in members if one.address_group == address_group and one is not without)

    def first_to_forget(self, per_address: int) -> Member | None:
        """Who makes way when the room is full: of the disconnected first one without a seat, then the longest away.

        But only a member of an address group with more than `per_address` local players; None if there is none.
        """
        disconnected = [member for member in self.members.values() if member.is_disconnected]
        sizes: Counter[str] = Counter()
        for member in self.members.values():
            sizes[member.address_group] += max(1, member.players) if member.address_group else 0
        found = [member for member in disconnected if sizes[member.address_group] > per_address]
        return min(found, key=lambda member: (bool(self.slots_of(member)), member.token.ticks_left), default=None)

    def _link_peer(self, member: Member, peer: int, ticks_left: int) -> None:
        """Let a member have another connection, or none (0) and some time to rejoin."""
        self.by_peer.pop(self.peer_of(member), None)
        if peer:
            self.by_peer[peer] = member
        member.token.ticks_left = ticks_left
        for slot in self.slots_of(member):
            self.change(slot, away=not peer)

    def is_disconnected(self, seat: Seat) -> bool:
        """True for the seat of a disconnected member. `seat.away` alone says less: a bot may play for others, too."""
        return seat.away and self.members[seat.member].is_disconnected

    def mark_away(self, away: frozenset[int]) -> list[Seat]:
        """Mark the seats of connected players that bots control as away, and no others; returns the changed seats."""
        self.away, changed = away, []
        for seat in self.people():
            if seat.away != (seat.slot in away) and not self.is_disconnected(seat):
                self.change(seat.slot, away=seat.slot in away)
                changed.append(self.by_slot[seat.slot])
        return changed

    # Seats

    def slots_of(self, member: Member) -> tuple[int, ...]:
        """The slots of a member, in the order of its local players."""
        return tuple(slot for slot, seat in sorted(self.by_slot.items()) if seat.member == member.id)

    def spectators(self) -> Iterator[Member]:
        """The connected members that have no seat now."""
        seated = {seat.member for seat in self.by_slot.values()}
        return (member for member in self.by_peer.values() if member.id not in seated)

    def players(self, away: Away) -> list[Seat]:
        """The seats that take part in a round; `away`: what becomes of those of disconnected members."""
        seats = (seat for _, seat in sorted(self.by_slot.items()))
        return [seat for seat in seats if away is not Away.NONE or not self.is_disconnected(seat)]

    def fill(self, places: int, bots: int, connected_first: bool = False) -> list[int]:
        """Give seats to the members who fit into `places`, then to at most so many bots; returns the freed slots.

        Members who joined first stay; a bot stays while nobody needs its seat. There are no bots without a member.
        `connected_first`: disconnected members make way for connected ones.
        """
        before = dict(self.by_slot)
        self._unseat_beyond(places, connected_first)
        seated = len(self.people())
        invited = []
        for member in self.spectators():
            if seated >= places and not (connected_first and any(map(self.is_disconnected, self.people()))):
                break  # there may be a thousand more
            if connected_first:
                seated -= self._make_way(seated + member.players - places)
            if seated + member.players <= places:
                seated += member.players
                invited.append(member)
        bots = min(bots, places - seated) if self.members else 0
        for slot in [slot for slot, seat in sorted(self.by_slot.items()) if not seat.member][bots:]:
            del self.by_slot[slot]
            self._looks = None
        for member in invited:
            for player in range(member.players):
                wanted = member.names[min(player, len(member.names) - 1)]
                self._sit(member.id, self._free_name(wanted) if player else member.name)
        for _ in range(seated + bots - len(self.by_slot)):
            names = [seat.name for seat in self.by_slot.values()]
            fewest = min(BOT_NAMES, key=lambda name: sum(taken.startswith(name) for taken in names))
            self._sit(0, self._free_name(fewest), ready=True)
        return [slot for slot, seat in before.items() if self.by_slot.get(slot) is not seat]

    def _unseat_beyond(self, places: int, connected_first: bool) -> None:
        """The map is smaller now: the last members lose their seats, with all their players."""
        if len(self.people()) <= places:
            return
        if connected_first:
            self._make_way(len(self.people()) - places)
        for member in reversed(list(self.members.values())):
            if len(self.people()) > places:
                self._unseat(member)

    def _make_way(self, places: int) -> int:
        """Unseat those disconnected longest until so many places are free, or none if too few; returns how many."""
        away = {seat.member for seat in self.people() if self.is_disconnected(seat)}
        disconnected = [self.members[member] for member in sorted(away)]
        if sum(member.players for member in disconnected) < places:
            return 0
        freed = 0
        for member in sorted(disconnected, key=lambda member: member.token.ticks_left):
            if freed < places:
                freed += self._unseat(member)
        return freed

    def _unseat(self, member: Member) -> int:
        """Take the seats of a member; returns how many they were."""
        slots = self.slots_of(member)
        for slot in slots:
            del self.by_slot[slot]
            self._looks = None
        return len(slots)

    def _sit(self, member: int, name: str, ready: bool = False) -> None:
        slot = next(slot for slot in range(SEATS_MOST) if slot not in self.by_slot)
        looks = [seat.colour for seat in self.by_slot.values()]
        colour = min(range(COLOURS), key=looks.count)
        character = (slot + slot // CHARACTERS) % CHARACTERS
        self.by_slot[slot] = Seat(slot, member, name, colour, character, ready, False, 0, 0)

    def _names_beside(self, member: int) -> list[str]:
        """The names of all seats and members but those of this one."""
        seats = [seat.name for seat in self.by_slot.values() if not member or seat.member != member]
        return seats + [one.name for one in self.members.values() if one.id != member]

    def _free_name(self, wanted: str) -> str:
        """A name that nobody has; it counts as taken from now on."""
        if self._looks is None:
            self._looks = looks_of(self._names_beside(0))
        name = name_unlike(wanted, self._looks)
        self._looks |= looks(name)
        return name

    def unseat_to_change(self, member: Member, names: tuple[str, ...]) -> list[Seat]:
        """Let other people play at a client, in the lobby: its seats are free until `fill`. Returns those it had."""
        before = [self.by_slot[slot] for slot in self.slots_of(member)]
        self._unseat(member)
        member.names, self._looks = (unique_name(names[0], self._names_beside(member.id)), *names[1:]), None
        if len(names) != member.players:
            member.inbox.resize(len(names))
        return before

    def rename(self, member: Member, name: str) -> None:
        """Give a member another name: another person has taken over its seat."""
        member.names, self._looks = (unique_name(name, self._names_beside(member.id)), *member.names[1:]), None
        for slot in self.slots_of(member)[:1]:
            self.change(slot, name=member.name)

    def change(self, slot: int, **fields: int | bool | str) -> None:
        self.by_slot[slot] = replace(self.by_slot[slot], **fields)  # type: ignore[arg-type]

    def begin_round(self, slot: int, plays: bool, wins: int) -> None:
        """Note whether a seat takes part in the round that begins, and how many rounds it has won."""
        self.change(slot, plays=plays, wins=wins)
        if plays and self.by_slot[slot].member:
            self.played.add(self.by_slot[slot].member)

    def set_look(self, slot: int, colour: int, character: int) -> bool:
        """Change how a seat looks; False if a person has that colour already. A bot takes another one."""
        old = self.by_slot[slot].colour
        for other, seat in self.by_slot.items():
            if other != slot and seat.colour == colour and len(self.by_slot) <= COLOURS:
                if seat.member:
                    return False
                self.change(other, colour=old)
        self.change(slot, colour=colour, character=character)
        return True

    def people(self) -> list[Seat]:
        return [seat for seat in self.by_slot.values() if seat.member]

    def pings(self) -> Pings:
        """The message that brings the pings of all people up to date."""
        of_members = {member.id: member.ping for member in self.members.values()}
        people = sorted((slot, seat.member) for slot, seat in self.by_slot.items() if seat.member)
        return Pings(tuple([SlotPing(slot, of_members[member]) for slot, member in people]))

    def roster(self) -> Roster:
        """The message that shows all this, with the pings of now; the last one, if nothing has changed since."""
        for slot, seat in self.by_slot.items():
            ping = self.members[seat.member].ping if seat.member else 0
            if seat.ping != ping:  # most are the same, and a new Seat costs 15 us
                self.change(slot, ping=ping)
        seats = tuple(seat for _, seat in sorted(self.by_slot.items()))
        watching = list(self.spectators())
        listed = tuple([Spectator(member.id, member.name) for member in watching[:SEATS_MOST]])
        shown = (seats, listed, len(watching) - len(listed))
        last = self._last_roster
        if shown != (last.seats, last.watchers, last.unlisted):
            self._last_roster = Roster(*shown)
        return self._last_roster
