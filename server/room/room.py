"""One room: who is in it, who may come back, what they say, and what each of them is told.

Rule 1: messages and `now` go in, Mail comes out; no socket, no clock, no chance of its own but the seed.
Rule 2: what may happen in which phase is said here; what may be said at all, in shared/protocol/link.py.
Rule 3: who comes and goes is in comers.py, the lobby and the matches are in matches.py; while nobody is connected they
stand still.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from petard.server.room.chat import ChatLog, mute_notice, private_message
from petard.server.room.events import EventLog, Happening
from petard.server.room.lobby import ServerLobby
from petard.server.room.match import Match
from petard.server.room.match_recorder import DemoChunk, MatchRecorder
from petard.server.room.membership import Membership
from petard.server.room.outgoing import Outgoing
from petard.server.room.resume import Resumed
from petard.server.room.seats import Member, Seats
from petard.server.room.status import Person, Status, persons_of, status_of
from petard.shared.protocol.messages import (
    BUILD,
    Bye,
    Chat,
    Command,
    Hello,
    Keyframe,
    Loaded,
    Look,
    Message,
    Phase,
    Ready,
    Say,
    Setup,
)
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import World

ROSTER_EVERY = 2 * TICK_RATE  # pings change


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """What the host may change in the lobby (`setup`), and what only who starts the server may."""

    setup: Setup
    name: str = "Petard"
    snapshots: int = 60  # a second: 20, 30 or 60
    idle_to_bot: int = 60  # seconds without another key until a bot plays on; 0: it never does
    build: str = BUILD  # the version that clients are sent; that of the recording when a capture is played


class Room:
    """The room. A peer is a number that the caller chose for a connection."""

    def __init__(
        self, settings: RoomSettings, maps: Mapping[str, Board], seed: int, tape: MatchRecorder | None = None
    ) -> None:
        """`tape`: what records the matches, if anything shall."""
        self.tape = tape or MatchRecorder()
        self._seats = Seats()
        self._chatter = ChatLog(self.tape)
        chosen = (settings.setup, maps, settings.snapshots, seed)
        self._matches = ServerLobby(*chosen, self._seats, self._chatter, self.tape)
        self.watch_idle(settings.idle_to_bot)
        self._diary = EventLog(self._seats)
        shown = (settings.name, settings.snapshots, settings.build)
        self._comers = Membership(*shown, self._seats, self._chatter, self._matches, self._diary)
        self._ticks = 0

    @property
    def phase(self) -> Phase:
        """Where the room stands."""
        return self._matches.phase

    @property
    def _rounds(self) -> Match | None:
        return self._matches.rounds

    @property
    def people(self) -> int:
        """How many connections are in."""
        return len(self._seats.by_peer)

    @property
    def is_idle(self) -> bool:
        """True while nobody is in or may come back, and so no tick is needed."""
        return not self._seats.members

    @property
    def world(self) -> World | None:
        """The world of the round that is on, only to be looked at; None in the lobby."""
        return self._rounds.world if self._rounds else None

    @property
    def board(self) -> Board:
        """The map that was chosen, as it is before a round."""
        return self._matches.board

    @property
    def left_to_bots(self) -> int:
        """The number of the round in which nobody who is connected lives any more; 0 while there is no such round."""
        rounds = self._rounds
        here = [slot for member in self._seats.by_peer.values() for slot in self._seats.slots_of(member)]
        return rounds.number if rounds and rounds.is_left_by(here) else 0

    def resume(self, resumed: Resumed) -> None:
        """Go on with the match of a server that is no more; all its people are away, and may come back."""
        self._seats.resume(resumed.seats, (known.member() for known in resumed.members))
        self._chatter.resume(resumed.chat, resumed.line)
        self._matches.resume(resumed)

    def pages(self) -> list[DemoChunk]:
        """What is due for the recording of the match, once; mostly nothing."""
        return self._matches.pages()

    def join(self, peer: int, hello: Hello, token: str, now: float, home: str = "") -> list[Outgoing]:
        """Answer a Hello with Welcome and all that is going on, or with Refused. `token`: a fresh secret for them.

        `home`: what counts as the address that they come from.
        """
        return self._comers.join(peer, hello, token, now, home)

    def watch_idle(self, seconds: int) -> None:
        """Let a bot play on for who has pressed nothing for so long, from the next round on; 0: it never does."""
        self._matches.idle_after = seconds * TICK_RATE

    def knows(self, token: str) -> bool:
        """True if a token counts, so that whoever says it was let in before."""
        return self._seats.owner_of(token) is not None

    def lose(self, peer: int) -> list[Outgoing]:
        """Keep the chair of somebody whose line was lost without a word, until they come back or their time is up."""
        return self._comers.lose(peer)

    def leave(self, peer: int, reason: str) -> list[Outgoing]:
        """Forget somebody for good. `reason`: such as "left"."""
        return self._comers.leave(peer, reason)

    def close(self, reason: str) -> list[Outgoing]:
        """Say goodbye to everybody."""
        self.tape.end(reason)
        return [Outgoing(None, Bye(reason), closes=True)]

    def hear(self, peer: int) -> None:
        """Note that a peer gave a sign of life: what it was told has arrived."""
        member = self._seats.by_peer.get(peer)
        if member:
            member.claim.confirm()

    def measured(self, peer: int, ms: int) -> None:
        """Note how long a message to a peer and back takes."""
        self.hear(peer)
        member = self._seats.by_peer.get(peer)
        if member:
            member.ping = min(ms, 9999)

    # What members say

    def receive(self, peer: int, message: Message, now: float) -> list[Outgoing]:
        """Take a message of somebody who is in."""
        member = self._seats.by_peer[peer]
        member.claim.confirm()
        match message:
            case Command(seq, keys):
                member.inbox.put(seq, keys)
                return []
            case Say(text):
                return self._say(peer, member, text, now)
            case Look(player, colour, character):
                return self._look(peer, member, player, colour, character)
            case Ready(ready):
                return self._ready(member, ready)
            case Setup():
                return self._change_setup(peer, member, message)
            case Loaded(number):
                if self._rounds:
                    self._rounds.loaded(member, number)
                return []
            case _:
                raise TypeError(f"{type(message).__name__} is nothing that a member says to a room")

    def _say(self, peer: int, member: Member, text: str, now: float) -> list[Outgoing]:
        line = self._chatter.say(member, self._seats.slots_of(member), text, now)
        return [Outgoing(None, line) if line else Outgoing(peer, mute_notice(member, now))]

    def _look(self, peer: int, member: Member, player: int, colour: int, character: int) -> list[Outgoing]:
        slots = self._seats.slots_of(member)
        if self.phase is not Phase.LOBBY or player >= len(slots):
            return []
        if not self._seats.dress(slots[player], colour, character):
            return [Outgoing(peer, private_message("Somebody wears that colour already."))]
        return [Outgoing(None, self._seats.roster())]

    def _ready(self, member: Member, ready: bool) -> list[Outgoing]:
        if self.phase is not Phase.LOBBY:
            return []
        for slot in self._seats.slots_of(member):
            self._seats.change(slot, ready=ready)
        return [Outgoing(None, self._seats.roster()), *self._comers.spread(self._matches.start_if_ready())]

    def _change_setup(self, peer: int, member: Member, setup: Setup) -> list[Outgoing]:
        if member.id != self._seats.host:
            return [Outgoing(peer, private_message("Only the host changes the game."))]
        if self.phase is not Phase.LOBBY:
            return [Outgoing(peer, private_message("The game can be changed in the lobby only."))]
        if not self._matches.choose(setup):
            return [Outgoing(peer, private_message("This server does not have that map or those rules."))]
        return [*self._comers.tell_all(), *self._comers.spread(self._matches.start_if_ready())]

    def tick(self, now: float) -> list[Outgoing]:
        """Advance by 1/60 s. While nobody is here, all stands still but the time that is left to come back."""
        mail = self._comers.overdue()
        if not self._seats.by_peer:
            return mail
        self._ticks += 1
        if not self._ticks % ROSTER_EVERY:
            mail.append(Outgoing(None, self._seats.roster()))
        return mail + self._comers.spread(self._matches.tick())

    # What everybody is shown

    def keyframe(self) -> Keyframe | None:
        """The round as far as it was told, for somebody who was spared the deltas; None where there is no round."""
        return self._rounds.keyframe() if self._rounds else None

    # For those who run the server

    @property
    def setup(self) -> Setup:
        """What was chosen for this match, or in the lobby for the next."""
        return self._matches.setup

    @property
    def planned(self) -> Setup:
        """What the next match is played by."""
        return self._matches.planned

    def choose(self, setup: Setup) -> list[Outgoing] | None:
        """Choose the next match without being asked by a member; None if there can be no such match."""
        if not self._matches.choose(setup):
            return None
        return [*self._comers.tell_all(), *self._comers.spread(self._matches.start_if_ready())]

    def restart(self) -> list[Outgoing]:
        """End the match that runs, wherever it stands: back to the lobby."""
        self.tape.end("The match was ended from outside.")
        self._matches.back_to_lobby()
        return self._comers.tell_all()

    def begin_anew(self) -> list[Outgoing]:
        """Begin the match that runs once more, with the same setup; nothing happens where none runs or may begin."""
        return self._comers.spread(self._matches.begin_anew())

    def news(self, text: str) -> list[Outgoing]:
        """Say a line to everybody, as the server."""
        return self._comers.news(text)

    def rename(self, name: str) -> None:
        """Give the room another name, for whoever comes from now on."""
        self._comers.name = name

    def drain(self, reason: str) -> None:
        """Let nobody in any more, for this reason, and begin no more rounds."""
        self._comers.closing = reason
        self._matches.is_draining = True

    @property
    def is_draining(self) -> bool:
        """True once it was told to drain."""
        return self._matches.is_draining

    @property
    def is_drained(self) -> bool:
        """True once no round is under way; those who only look at its results are done."""
        return self.phase in (Phase.LOBBY, Phase.RESULTS) or not self._seats.by_peer

    def persons(self) -> list[Person]:
        """Who is in, those away included, with the numbers of their connections."""
        return persons_of(self._seats)

    def dismiss(self, member: int, reason: str) -> list[Outgoing]:
        """Forget a member for good whose line is lost, and who therefore cannot be told."""
        return self._comers.dismiss(member, reason)

    def lines_after(self, number: int) -> list[Chat]:
        """What everybody was told in chat since the line of this number, as far as it is kept."""
        if self._chatter.number <= number:
            return []
        return [line for line in self._chatter.last if line.number > number]

    def status(self) -> Status:
        """What may be told of this room to anybody."""
        return status_of(self._comers.name, self._matches, self._seats)

    def happened(self) -> list[Happening]:
        """What has happened since the last call."""
        return self._diary.take()
