"""Join, rejoin, disconnect and leave: changes the seats and returns the messages to send.

Rule 1: a disconnect is no goodbye. The member keeps seat, wins and items for a while (rejoin.py).
Rule 2: the clients of one address group have so many local players at most, the disconnected ones included, so no group
can fill the room or all its seats. A full room takes kept seats only from groups that have more: they have no limit, or
it was lowered.
Rule 3: a client that may not join gets the reason, in one sentence, and nothing of it is kept.
Rule 4: all messages for everybody go through `publish`, so that no event is missed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from petard.server.room.chat import ChatLog, private_message
from petard.server.room.matches import Matches
from petard.server.room.member import Member, RelayMember
from petard.server.room.outgoing import Outgoing
from petard.server.room.rejoin import DISCONNECTED, DISCONNECTED_AT_REST
from petard.server.room.seats import Seats
from petard.server.room.status import EventLog, MemberChange, MemberEvent
from petard.shared.protocol.capability_words import RELAY_WORD
from petard.shared.protocol.later_messages import MapVote, Players, SideChoice, Standbys
from petard.shared.protocol.messages import PROTOCOL, Bye, Hello, Message, RefusalCode, Refused, Welcome

WATCHES = private_message("A round is running: you watch this one and play the next.")


class Membership:
    """Admits clients to one room, and removes them. `peer`: the number of a connection, as everywhere in the room."""

    def __init__(self, seats: Seats, chat: ChatLog, matches: Matches, events: EventLog) -> None:
        self._seats, self._chat, self._matches, self._events = seats, chat, matches, events
        self.standbys = Standbys(())  # as all members were told last
        self._limited: set[int] = set()  # the members of whose address group only so many players may be here

    def join(
        self, peer: int, hello: Hello, token: str, now: float, address_group: str = "", is_limited: bool = False
    ) -> list[Outgoing]:
        """Answer a Hello with Welcome and the state of the room, or with Refused. `token`: a fresh secret.

        `is_limited`: only so many local players may be of that address group.
        """
        outgoing = self._answer(peer, hello, token, address_group if is_limited else "")
        member = self._seats.by_peer.get(peer)
        if member and address_group:
            (self._limited.add if is_limited else self._limited.discard)(member.id)
            is_new, member.address_group = not member.address_group, address_group  # it may rejoin from elsewhere
            if is_new:
                self._chat.take_over_limit(member, now)
        return outgoing

    def _answer(self, peer: int, hello: Hello, token: str, limited_group: str) -> list[Outgoing]:
        if hello.protocol != PROTOCOL:
            return [Outgoing(peer, other_protocol(hello, self._matches.settings.version.build), closes=True)]
        known = self._seats.owner_of(hello.token)
        if known and known.players == hello.players:
            return self._rejoin(peer, known, hello.token, token)
        if refusal := self._matches.start_rule.refusal:
            return [Outgoing(peer, Refused(RefusalCode.CLOSING, refusal), closes=True)]
        members, per_address = self._matches.settings.members, self._matches.settings.per_address
        if limited_group and self._seats.players_of(limited_group, known) + max(1, hello.players) > per_address:
            many = f"Too many players are here from your address: {per_address} is the limit. Try again later."
            return [Outgoing(peer, Refused(RefusalCode.FULL, many), closes=True)]
        unclaimed = None if known else self._seats.unclaimed(hello.players)
        if unclaimed:
            self._seats.rename(unclaimed, hello.name)  # the recording shows who plays on
            return self._rejoin(peer, unclaimed, "", token)
        if known:  # with another number of players: a new member
            return [*self._close_old(known), *self._forget(known, "left"), *self._admit(peer, hello, token)]
        if len(self._seats.members) < members:
            return self._admit(peer, hello, token)
        dropped = self._seats.first_to_forget(per_address)  # or an address without a limit would keep everybody out
        if dropped:
            return [*self._forget(dropped, "did not come back in time"), *self._admit(peer, hello, token)]
        full = f"The room is full: {members} people are in it. Try again later."
        return [Outgoing(peer, Refused(RefusalCode.FULL, full), closes=True)]

    def _admit(self, peer: int, hello: Hello, token: str) -> list[Outgoing]:
        is_relay = RELAY_WORD in hello.words and not hello.players
        member = self._seats.admit(peer, hello.name, hello.players, RelayMember if is_relay else Member)
        member.token.renew("", token)
        self._events.add(MemberEvent(MemberChange.JOINED, member.id, member.name))
        if not self._matches.match:
            self._matches.fill_seats()
            return [self._welcome(peer, member.id, token), *self.state()]
        return [
            self._welcome(peer, member.id, token),
            *self.state(),
            *self._round_so_far(peer),
            Outgoing(peer, WATCHES),
        ]

    def _rejoin(self, peer: int, member: Member, used: str, token: str) -> list[Outgoing]:
        """Give a member its seat again, also if the server has not noticed yet that the old connection is dead."""
        was_away, host = member.is_disconnected, self._seats.host
        outgoing = self._close_old(member)
        inbox = self._seats.reconnect(peer, member)
        member.token.renew(used, token)
        if self._matches.match:
            self._matches.match.round.people.replace(inbox, member.inbox)  # it controls the same bodies
        else:
            self._matches.fill_seats()
        outgoing += [self._welcome(peer, member.id, token, returned=True), *self.state()]
        outgoing += [Outgoing(peer, line) for line in self._chat.last]
        outgoing += self._round_so_far(peer)
        if was_away:
            self._events.add(MemberEvent(MemberChange.RETURNED, member.id, member.name))
            outgoing += self._chat.announce(f"{member.name} {'is back' if used else 'plays on from here'}.")
            outgoing += self._announce_host(host)
        return outgoing

    def show(self, peer: int) -> list[Outgoing]:
        """What a relay is sent first: it sees what all members see, and is none, so it takes no seat and is no host."""
        state = [Outgoing(peer, item.message) for item in self.state()]
        standbys = [Outgoing(peer, self.standbys)] if self.standbys.standbys else []
        return [self._welcome(peer, 0, ""), *state, *standbys, *self._round_so_far(peer)]

    def _close_old(self, member: Member) -> list[Outgoing]:
        peer = self._seats.peer_of(member)
        return [Outgoing(peer, Bye("You came back over another connection."), closes=True)] if peer else []

    def _welcome(self, peer: int, member: int, token: str, returned: bool = False) -> Outgoing:
        settings = self._matches.settings
        shown = (settings.snapshots, settings.name, returned, settings.version.words)
        welcome = Welcome(PROTOCOL, settings.version.build, member, token, *shown, self._chat.recorder.room.standbys)
        return Outgoing(peer, welcome)

    def _round_so_far(self, peer: int) -> list[Outgoing]:
        match = self._matches.match
        return [Outgoing(peer, part) for part in match.catch_up()] if match else []

    def choose(self, peer: int, member: Member, message: Players | MapVote | SideChoice) -> list[Outgoing]:
        """Take a choice of the lobby that anybody may make."""
        match message:
            case Players(names):
                return self.change_players(peer, member, names)
            case MapVote(name):
                return self.vote(peer, member, name)
            case SideChoice(player, side):
                return self.choose_side(peer, member, player, side)

    def change_players(self, peer: int, member: Member, names: tuple[str, ...]) -> list[Outgoing]:
        """Let other people play at a client from now on; the answer is a line of chat if that is not possible."""
        if refusal := self._change_problem(member, len(names)):
            return [Outgoing(peer, private_message(refusal)), Outgoing(peer, self._seats.roster())]
        before = self._seats.unseat_to_change(member, names)
        numbers = _numbers_before(names, [seat.name for seat in before])
        self._matches.choice.sides.follow(member.id, numbers)
        self._matches.fill_seats()
        for slot, number in zip(self._seats.slots_of(member), numbers, strict=False):
            if number >= 0:
                self._seats.set_look(slot, before[number].colour, before[number].character)
        return self.state()

    def _change_problem(self, member: Member, players: int) -> str:
        """Return why so many people cannot play at a client now, one sentence; "" if they can."""
        if self._matches.match or not member.players:
            return "Players join and leave in the lobby only."
        others = len(self._seats.people()) - len(self._seats.slots_of(member))
        if others + players > self._matches.choice.places:
            return "This map has no place for one more player."
        per_address = self._matches.settings.per_address
        group = member.address_group if member.id in self._limited else ""
        if group and self._seats.players_of(group, member) + players > max(per_address, member.players):
            return f"Too many players are here from your address: {per_address} is the limit. Try again later."
        return ""

    def vote(self, peer: int, member: Member, name: str) -> list[Outgoing]:
        """Take the vote of a member on the map; the one with the most votes is the map of the next match at once."""
        choice, members = self._matches.choice, self._seats.members
        if self._matches.match or not choice.current.map_vote:
            return [Outgoing(peer, private_message("Nobody votes on the map now."))]
        if name and name not in choice.maps:
            return [Outgoing(peer, private_message("This server does not have that map or those rules."))]
        choice.votes.vote(member.id, name)
        wanted = choice.votes.leader(choice.current.map, tuple(choice.maps), members)
        choice.current = choice.planned = replace(choice.current, map=wanted)
        self._matches.fill_seats()
        return [*self.state(), *self.start_if_ready()]

    def choose_side(self, peer: int, member: Member, player: int, side: int) -> list[Outgoing]:
        """Take the side that a local player wants, or NO_SIDE; the answer is a line of chat if that is not possible."""
        choice, setup = self._matches.choice, self._matches.choice.current
        is_possible = player < len(self._seats.slots_of(member)) and side < setup.sides
        has_sides = not self._matches.match and choice.sides.dealt(self._seats.players(setup.away), setup).sides
        if not is_possible or not has_sides:
            return [Outgoing(peer, private_message("Sides are chosen in the lobby, where teams play."))]
        choice.sides.choose(member.id, player, side)
        return self.state()

    def disconnect(self, peer: int) -> list[Outgoing]:
        """Disconnect a member: its seats are kept until it rejoins or its time is over."""
        member = self._seats.by_peer.get(peer)
        if not member:
            return []
        if not member.token.is_confirmed:
            return self._forget(member, "disconnected")
        host = self._seats.host
        self._seats.disconnect(member)
        self._events.add(MemberEvent(MemberChange.LOST, member.id, member.name))
        in_round = self._matches.match and self._seats.slots_of(member)
        text = DISCONNECTED[self._matches.choice.current.away] if in_round else DISCONNECTED_AT_REST
        return [*self._chat.announce(f"{member.name} {text}"), *self._after_change(host)]

    def leave(self, peer: int, reason: str) -> list[Outgoing]:
        """Forget a connected member for good. `reason`: such as "left"."""
        member = self._seats.by_peer.get(peer)
        return self._forget(member, reason) if member else []

    def forget(self, member: int, reason: str) -> list[Outgoing]:
        """Forget a disconnected member for good. `reason`: such as "was kicked"."""
        known = self._seats.members.get(member)
        return self._forget(known, reason) if known and known.is_disconnected else []

    def expire(self) -> list[Outgoing]:
        """Let a tick pass for the disconnected members, and forget those whose time is over."""
        return [item for member in self._seats.expire() for item in self._forget(member, "did not come back")]

    def _forget(self, member: Member, reason: str) -> list[Outgoing]:
        """Take its bodies off the board, free its seats, and give the host's role to the next member."""
        self._chat.keep_limit(member)
        self._limited.discard(member.id)
        host = self._seats.host
        self._matches.leave(member)
        self._events.add(MemberEvent(MemberChange.LEFT, member.id, member.name, reason))
        if not self._seats.members:
            self._chat.last.clear()
            return []
        return [*self._chat.announce(f"{member.name} {reason}."), *self._after_change(host)]

    def _after_change(self, host_before: int) -> list[Outgoing]:
        return [*self._announce_host(host_before), *self.state(), *self.start_if_ready()]

    def state(self) -> list[Outgoing]:
        """The messages that show the room to everybody."""
        return [Outgoing(None, message) for message in self._matches.state()]

    def start_if_ready(self) -> list[Outgoing]:
        return self.publish(self._matches.start_if_ready())

    def publish(self, messages: Iterable[Message]) -> list[Outgoing]:
        """Send messages of the lobby to everybody, and note the events in them."""
        messages = tuple(messages)
        for message in messages:
            self._events.add_events_of(message, self._matches.choice.current)
        return [Outgoing(None, message) for message in messages]

    def _announce_host(self, before: int) -> list[Outgoing]:
        host = self._seats.host
        if not before or not host or host == before:
            return []
        return self._chat.announce(f"{self._seats.members[host].name} is host now.")


def _numbers_before(names: Sequence[str], before: Sequence[str]) -> list[int]:
    """Return the number that each player had, -1 for one who is new. Who has another name stays in their place.

    >>> _numbers_before(["Ada", "Cy"], ["Ada", "Bo", "Cy"]), _numbers_before(["Zoe", "Zoe"], ["Ada"])
    ([0, 2], [0, -1])
    """
    places = list(range(len(before)))
    if len(names) == len(before):
        return places
    found = [
        before.index(name) if name in before and name not in names[:place] else -1 for place, name in enumerate(names)
    ]
    free = set(places) - set(found)
    return [place if number < 0 and place in free else number for place, number in enumerate(found)]


def other_protocol(hello: Hello, build: str) -> Refused:
    """The answer to a Hello of another version of the protocol. `build`: ours."""
    who = "your game" if hello.protocol < PROTOCOL else "the server"
    what = f"You speak protocol {hello.protocol} (build {hello.build}), the server {PROTOCOL} (build {build})"
    return Refused(RefusalCode.PROTOCOL, f"{what}: {who} must be updated.")
