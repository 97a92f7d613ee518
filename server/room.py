"""One room: who is in it, who may come back, what they say, and what each of them is told.

Rule 1: messages and `now` go in, Mail comes out; no socket, no clock, no chance of its own but the seed.
Rule 2: what may happen in which phase is said here; what may be said at all, in shared/protocol/link.py.
Rule 3: a line that is lost is no goodbye. Its member keeps chair, wins and items for a while (claim.py).
Rule 4: the lobby and the matches are in matches.py; while nobody is connected they stand still.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.chat import Chatter, aside
from server.claim import LOST, LOST_AT_REST
from server.matches import Matches
from server.resume import Resumed
from server.rounds import Rounds
from server.seats import Member, Seats
from server.tape import Page, Tape
from shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Bye,
    Command,
    Hello,
    Keyframe,
    Loaded,
    Look,
    Message,
    Phase,
    Ready,
    RefusalCode,
    Refused,
    Say,
    Setup,
    Welcome,
)
from shared.rules.maps import Board
from shared.rules.ruleset import TICK_RATE
from shared.rules.world import World

ROSTER_EVERY = 2 * TICK_RATE  # pings change
MEMBERS_MOST = 128  # players and watchers, and those whose chairs are kept


@dataclass(frozen=True, slots=True)
class Mail:
    """One message on its way out: to one peer, or to everybody who is in. `closes`: hang up after it."""

    to: int | None
    message: Message
    closes: bool = False


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """What the host may change in the lobby (`setup`), and what only who starts the server may."""

    setup: Setup
    name: str = "Petard"
    snapshots: int = 60  # a second: 20, 30 or 60


class Room:
    """The room. A peer is a number that the caller chose for a connection."""

    def __init__(self, settings: RoomSettings, maps: Mapping[str, Board], seed: int, tape: Tape | None = None) -> None:
        """`tape`: what records the matches, if anything shall."""
        self._settings = settings
        self.tape = tape or Tape()
        self._seats = Seats()
        self._chatter = Chatter(self.tape)
        chosen = (settings.setup, maps, settings.snapshots, seed)
        self._matches = Matches(*chosen, self._seats, self._chatter, self.tape)
        self._ticks = 0

    @property
    def phase(self) -> Phase:
        """Where the room stands."""
        return self._matches.phase

    @property
    def _rounds(self) -> Rounds | None:
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

    def resume(self, resumed: Resumed) -> None:
        """Go on with the match of a server that is no more; all its people are away, and may come back."""
        self._seats.resume(resumed.seats, (known.member() for known in resumed.members))
        self._chatter.resume(resumed.chat, resumed.line)
        self._matches.resume(resumed)

    def pages(self) -> list[Page]:
        """What is due for the recording of the match, once; mostly nothing."""
        return self._matches.pages()

    # Coming and going

    def join(self, peer: int, hello: Hello, token: str, now: float) -> list[Mail]:
        """Answer a Hello with Welcome and all that is going on, or with Refused. `token`: a fresh secret for them."""
        if hello.protocol != PROTOCOL:
            return [Mail(peer, _other_protocol(hello), closes=True)]
        known = self._seats.owner_of(hello.token)
        if known and known.players == hello.players:
            return self._come_back(peer, known, hello.token, token)
        heir = None if known else self._seats.heir(hello.players)
        if heir:
            self._seats.rename(heir, hello.name)  # or the recording would say that somebody else played on
            return self._come_back(peer, heir, "", token)
        if known:  # with more or fewer players: that is somebody new, and no longer who they were
            return [*self._hang_up(known), *self._let_go(known, "left"), *self._let_in(peer, hello, token)]
        if len(self._seats.members) < MEMBERS_MOST:
            return self._let_in(peer, hello, token)
        giver = self._seats.giver()  # or a crowd that comes and breaks off would keep everybody out
        if giver:
            return [*self._let_go(giver, "did not come back in time"), *self._let_in(peer, hello, token)]
        full = f"The room is full: {MEMBERS_MOST} people are in it. Try again later."
        return [Mail(peer, Refused(RefusalCode.FULL, full), closes=True)]

    def _let_in(self, peer: int, hello: Hello, token: str) -> list[Mail]:
        member = self._seats.admit(peer, hello.name, hello.players)
        member.claim.renew("", token)
        if not self._rounds:
            self._matches.fill()
            return [self._welcome(peer, member, token), *self._tell_all()]
        mail = [self._welcome(peer, member, token), *self._tell_all(), *self._show_round(peer)]
        return [*mail, Mail(peer, aside("A round is running: you watch this one and play the next."))]

    def _come_back(self, peer: int, member: Member, shown: str, token: str) -> list[Mail]:
        """Give somebody their chair again, also if the server has not noticed yet that their old line is dead."""
        was_away, host = bool(member.claim.left), self._seats.host
        mail = self._hang_up(member)
        inbox = self._seats.restore(peer, member)
        member.claim.renew(shown, token)
        if self._rounds:
            self._rounds.hand_over(inbox, member.inbox)
        else:
            self._matches.fill()
        mail += [self._welcome(peer, member, token, returned=True), *self._tell_all()]
        mail += [Mail(peer, line) for line in self._chatter.last]
        mail += self._show_round(peer)
        words = "is back" if shown else "plays on from here"
        return mail + (self._news(f"{member.name} {words}.") + self._news_of_host(host) if was_away else [])

    def _hang_up(self, member: Member) -> list[Mail]:
        peer = self._seats.peer_of(member)
        return [] if peer is None else [Mail(peer, Bye("You came back on another line."), closes=True)]

    def _welcome(self, peer: int, member: Member, token: str, returned: bool = False) -> Mail:
        settings = self._settings
        return Mail(peer, Welcome(PROTOCOL, BUILD, member.id, token, settings.snapshots, settings.name, returned))

    def _show_round(self, peer: int) -> list[Mail]:
        return [Mail(peer, part) for part in self._rounds.catch_up()] if self._rounds else []

    def lose(self, peer: int) -> list[Mail]:
        """Keep the chair of somebody whose line was lost without a word, until they come back or their time is up."""
        member = self._seats.by_peer.get(peer)
        if not member:
            return []
        if not member.claim.is_heard:
            return self._let_go(member, "lost the line")
        host = self._seats.host
        self._seats.lose(member)
        in_round = self._rounds and self._seats.slots_of(member)
        words = LOST[self._matches.setup.away] if in_round else LOST_AT_REST
        news = self._news(f"{member.name} {words}") + self._news_of_host(host)
        return [*news, *self._tell_all(), *_to_all(self._matches.start_if_ready())]

    def leave(self, peer: int, reason: str) -> list[Mail]:
        """Forget somebody for good. `reason`: such as "left"."""
        member = self._seats.by_peer.get(peer)
        return self._let_go(member, reason) if member else []

    def _let_go(self, member: Member, reason: str) -> list[Mail]:
        """Bodies leave the board, seats are free, hosting passes on."""
        host = self._seats.host
        self._matches.leave(member)
        if not self._seats.members:
            self._chatter.last.clear()
            return []
        news = self._news(f"{member.name} {reason}.") + self._news_of_host(host)
        return [*news, *self._tell_all(), *_to_all(self._matches.start_if_ready())]

    def close(self, reason: str) -> list[Mail]:
        """Say goodbye to everybody."""
        self.tape.end(reason)
        return [Mail(None, Bye(reason), closes=True)]

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

    def receive(self, peer: int, message: Message, now: float) -> list[Mail]:
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

    def _say(self, peer: int, member: Member, text: str, now: float) -> list[Mail]:
        line = self._chatter.say(member, self._seats.slots_of(member), text, now)
        return [Mail(None, line) if line else Mail(peer, aside("That was a lot in a short time: wait a few seconds."))]

    def _look(self, peer: int, member: Member, player: int, colour: int, character: int) -> list[Mail]:
        slots = self._seats.slots_of(member)
        if self.phase is not Phase.LOBBY or player >= len(slots):
            return []
        if not self._seats.dress(slots[player], colour, character):
            return [Mail(peer, aside("Somebody wears that colour already."))]
        return [Mail(None, self._seats.roster())]

    def _ready(self, member: Member, ready: bool) -> list[Mail]:
        if self.phase is not Phase.LOBBY:
            return []
        for slot in self._seats.slots_of(member):
            self._seats.change(slot, ready=ready)
        return [Mail(None, self._seats.roster()), *_to_all(self._matches.start_if_ready())]

    def _change_setup(self, peer: int, member: Member, setup: Setup) -> list[Mail]:
        if member.id != self._seats.host:
            return [Mail(peer, aside("Only the host changes the game."))]
        if self.phase is not Phase.LOBBY:
            return [Mail(peer, aside("The game can be changed in the lobby only."))]
        if not self._matches.choose(setup):
            return [Mail(peer, aside("This server does not have that map or those rules."))]
        return [*self._tell_all(), *_to_all(self._matches.start_if_ready())]

    def tick(self, now: float) -> list[Mail]:
        """Advance by 1/60 s. While nobody is here, all stands still but the time that is left to come back."""
        mail: list[Mail] = []
        for member in self._seats.overdue():
            mail += self._let_go(member, "did not come back")
        if not self._seats.by_peer:
            return mail
        self._ticks += 1
        if not self._ticks % ROSTER_EVERY:
            mail.append(Mail(None, self._seats.roster()))
        return mail + _to_all(self._matches.tick())

    # What everybody is shown

    def keyframe(self) -> Keyframe | None:
        """The round as far as it was told, for somebody who was spared the deltas; None where there is no round."""
        return self._rounds.keyframe() if self._rounds else None

    def _tell_all(self) -> list[Mail]:
        return _to_all(self._matches.shown())

    def _news(self, text: str) -> list[Mail]:
        return [Mail(None, self._chatter.news(text))]

    def _news_of_host(self, before: int) -> list[Mail]:
        host = self._seats.host
        if not before or not host or host == before:
            return []
        return self._news(f"{self._seats.members[host].name} is host now.")


def _to_all(messages: Iterable[Message]) -> list[Mail]:
    return [Mail(None, message) for message in messages]


def _other_protocol(hello: Hello) -> Refused:
    who = "your game" if hello.protocol < PROTOCOL else "the server"
    what = f"You speak protocol {hello.protocol} (build {hello.build}), the server {PROTOCOL} (build {BUILD})"
    return Refused(RefusalCode.PROTOCOL, f"{what}: {who} must be updated.")
