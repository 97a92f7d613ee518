"""One room: handles the messages of its members, and advances the lobby or the match.

Rule 1: messages and `now` go in, Outgoing messages come out; no socket, no clock, no chance but the seed.
Rule 2: what may happen in which phase is decided here; what may be sent at all, in shared/protocol/link.py.
Rule 3: while nobody is connected the lobby and the match stand still.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from petard.server.room.chat import ChatLog, mute_notice, private_message
from petard.server.room.match_recorder import DemoChunk, MatchRecorder
from petard.server.room.matches import Matches
from petard.server.room.member import Member
from petard.server.room.membership import Membership
from petard.server.room.outgoing import Outgoing
from petard.server.room.resume import LINES_LOST, RejoinRecord, Resumed
from petard.server.room.round import Feed
from petard.server.room.seats import Seats
from petard.server.room.settings import RoomSettings, SetupChoice
from petard.server.room.status import EventLog, Person, Status, persons_of, status_of
from petard.shared.protocol.later_messages import MapVote, Players, SideChoice
from petard.shared.protocol.messages import Bye, Chat, Input, Loaded, Look, Message, Phase, Ready, Say, Seat, Setup
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import World

PINGS_EVERY = 2 * TICK_RATE


class Room:
    """The room. It knows a connection only by a number, `peer`: the `number` of its Peer in petard.server.net."""

    def __init__(
        self, settings: RoomSettings, maps: Mapping[str, Board], seed: int, recorder: MatchRecorder | None = None
    ) -> None:
        self.recorder = recorder or MatchRecorder()
        self.seats = Seats()
        self.chat = ChatLog(self.recorder)
        choice = SetupChoice(settings.setup, maps)
        self.matches = Matches(replace(settings), choice, seed, self.seats, self.chat)
        self.events = EventLog(self.seats)
        self.membership = Membership(self.seats, self.chat, self.matches, self.events)
        self._ticks = 0

    @property
    def phase(self) -> Phase:
        return self.matches.phase

    @property
    def people(self) -> int:
        """How many members are connected."""
        return len(self.seats.by_peer)

    @property
    def is_idle(self) -> bool:
        """True while there are no members but relays, not even disconnected ones, and no match: no tick is needed."""
        members = self.seats.members.values()
        return not self.matches.match and all(one.is_relay and not one.is_disconnected for one in members)

    @property
    def world(self) -> World | None:
        """The world of the round that runs, to be looked at only; None in the lobby."""
        return self.matches.match.round.world if self.matches.match else None

    def resume(self, resumed: Resumed) -> None:
        """Go on with the match of a server that was killed; all its members are disconnected and may rejoin."""
        self.seats.resume(resumed.seats, resumed.members)
        self.chat.resume(resumed.chat, resumed.line)
        self.matches.choice.resume(resumed)
        self.matches.begin(resumed)

    def resume_lobby(self, rejoin: RejoinRecord, planned: Setup, seats: Iterable[Seat], chat: Iterable[Chat]) -> None:
        """Go on with a room in the lobby, whose server was lost; all its members are disconnected and may rejoin."""
        self.seats.resume(seats, rejoin.members)
        self.chat.resume(chat, rejoin.line + LINES_LOST)
        self.matches.choice.current, self.matches.choice.planned = rejoin.setup, planned
        self.matches.fill_seats()

    def take_demo_chunks(self) -> list[DemoChunk]:
        """What is due for the recording of the match, once; mostly nothing."""
        return self.recorder.take(self.matches.choice.current, self.chat.number, self.seats.members.values())

    def close(self, reason: str) -> list[Outgoing]:
        self.recorder.end(reason)
        return [Outgoing(None, Bye(reason), closes=True)]

    def confirm_welcome(self, peer: int, ping: int | None = None) -> None:
        """A message came from a peer: its Welcome has arrived. `ping`: ms, if the message tells."""
        if member := self.seats.by_peer.get(peer):
            member.token.confirm()
            member.ping = member.ping if ping is None else min(ping, 9999)

    def receive(self, peer: int, message: Message, now: float) -> list[Outgoing]:
        if not (member := self.seats.by_peer.get(peer)):
            return []  # of a relay
        member.token.confirm()
        match message:
            case Input(clock, keys):
                member.inbox.enqueue(clock, keys)
            case Say(text):
                line = self.chat.say(member, self.seats.slots_of(member), text, now)
                return [Outgoing(None, line) if line else Outgoing(peer, mute_notice(member, now))]
            case Look(player, colour, character):
                return self._look(peer, member, player, colour, character)
            case Players() | MapVote() | SideChoice():
                return self.membership.choose(peer, member, message)
            case Ready(ready):
                return self._ready(peer, member, ready)
            case Setup():
                return self._change_setup(peer, member, message)
            case Loaded(number):
                is_of_now = self.matches.match is not None and number == self.matches.match.score.round
                member.has_loaded = member.has_loaded or is_of_now  # an earlier one no longer matters
            case _:
                raise TypeError(f"{type(message).__name__} is nothing that a member sends to a room")
        return []

    def _look(self, peer: int, member: Member, player: int, colour: int, character: int) -> list[Outgoing]:
        slots = self.seats.slots_of(member)
        if self.phase is not Phase.LOBBY or player >= len(slots):
            return [Outgoing(peer, self.seats.roster())]  # how it looks in truth
        if not self.seats.set_look(slots[player], colour, character):
            return [Outgoing(peer, private_message("Another player wears that colour already."))]
        return [Outgoing(None, self.seats.roster())]

    def _ready(self, peer: int, member: Member, ready: bool) -> list[Outgoing]:
        if self.phase is not Phase.LOBBY and not self.matches.may_rematch:
            return [Outgoing(peer, self.seats.roster())]
        for slot in self.seats.slots_of(member):
            self.seats.change(slot, ready=ready)
        return [Outgoing(None, self.seats.roster()), *self.membership.start_if_ready()]

    def _change_setup(self, peer: int, member: Member, setup: Setup) -> list[Outgoing]:
        if member.id != self.seats.host:
            return [Outgoing(peer, private_message("Only the host changes the game."))]
        if self.phase is not Phase.LOBBY:
            return [Outgoing(peer, private_message("The game can be changed in the lobby only."))]
        refusal = Outgoing(peer, private_message("This server does not have that map or those rules."))
        return [refusal] if (chosen := self.choose(setup)) is None else chosen

    def tick(self, now: float) -> list[Outgoing]:
        """Advance by 1/60 s. While nobody is connected only the time to rejoin passes."""
        outgoing = self.membership.expire()
        if not self.seats.by_peer:
            return outgoing
        self._ticks += 1
        if not self._ticks % PINGS_EVERY:
            outgoing.append(Outgoing(None, self.seats.pings()))
        return outgoing + self.membership.publish(self.matches.tick())

    @property
    def feed(self) -> Feed | None:
        """The states of the round that runs, as they were sent; None in the lobby."""
        return self.matches.match.round.feed if self.matches.match else None

    # For the owner of the server

    def choose(self, setup: Setup) -> list[Outgoing] | None:
        """Choose the next match, also while one runs; None if it is not possible."""
        choice = self.matches.choice
        if not choice.is_possible(setup):
            return None
        choice.planned = setup
        if not self.matches.match:
            choice.current = setup
            self.matches.fill_seats()
        return [*self.membership.state(), *self.membership.start_if_ready()]

    def end_match(self) -> list[Outgoing]:
        """Go back to the lobby, wherever the match stands."""
        self.recorder.end("The match was ended from outside.")
        self.matches.end_match()
        return self.membership.state()

    def restart_match(self) -> list[Outgoing]:
        """Begin the match that runs again, with the same setup; nothing happens where none runs or may begin."""
        return self.membership.publish(self.matches.restart_match())

    def drain(self, reason: str) -> None:
        """Let nobody join any more, for this reason, and begin no more rounds."""
        self.matches.start_rule.refusal = reason

    @property
    def is_draining(self) -> bool:
        return bool(self.matches.start_rule.refusal)

    @property
    def is_drained(self) -> bool:
        """True once no round is under way; spectators of its results are done."""
        return self.phase in (Phase.LOBBY, Phase.RESULTS) or not self.seats.by_peer

    def persons(self) -> list[Person]:
        """The members, the disconnected ones included, with the numbers of their peers."""
        return persons_of(self.seats)

    def status(self) -> Status:
        return status_of(self.matches, self.seats)
