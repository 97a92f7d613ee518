"""One room: who is in it, what they agree on, and the way from the lobby through the rounds and back.

Rule 1: messages and `now` go in, Mail comes out; no socket, no clock, no chance of its own but the seed.
Rule 2: what may happen in which phase is said here; what may be said at all, in shared/protocol/link.py.
Rule 3: the match itself, round by round, is in rounds.py; while there is none, the room is the lobby.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from server.rounds import Rounds
from server.seats import SEATS_MOST, Member, Seats
from shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Bye,
    Chat,
    Command,
    Hello,
    Keyframe,
    Loaded,
    Lobby,
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
from shared.rules.rng import below
from shared.rules.ruleset import PRESETS, TICK_RATE

PATIENCE = 20 * TICK_RATE  # once the host is ready, so long may others take who are away from their keys
ROSTER_EVERY = 2 * TICK_RATE  # pings change
MEMBERS_MOST = 128  # players and watchers
CHAT_LINES, CHAT_SECONDS = 8, 10.0  # who writes more than so many lines in so many seconds has to wait
SERVER = -1  # the slot of a chat line that no player wrote


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

    def __init__(self, settings: RoomSettings, maps: Mapping[str, Board], seed: int) -> None:
        self._settings = settings
        self._setup = settings.setup
        self._maps = dict(maps)
        self._seed = seed
        self._seats = Seats()
        self._host = 0
        self._ticks = 0
        self._patience = PATIENCE
        self._rounds: Rounds | None = None
        self._fill()

    def _back_to_lobby(self) -> None:
        self._rounds = None
        self._fill()
        for slot, seat in self._seats.by_slot.items():
            self._seats.change(slot, ready=not seat.member, plays=False, wins=0)

    def _fill(self) -> None:
        freed = self._seats.fill(min(SEATS_MOST, len(self._board.spawns)), self._setup.bots)
        if self._rounds:
            self._rounds.free(freed)

    @property
    def phase(self) -> Phase:
        """Where the room stands."""
        return self._rounds.phase if self._rounds else Phase.LOBBY

    @property
    def _board(self) -> Board:
        return self._maps[self._setup.map]

    @property
    def people(self) -> int:
        """How many connections are in."""
        return len(self._seats.members)

    @property
    def is_idle(self) -> bool:
        """True while nobody is in, and so no tick is needed."""
        return not self._seats.members

    # Coming and going

    def join(self, peer: int, hello: Hello, token: str, now: float) -> list[Mail]:
        """Answer a Hello with Welcome and all that is going on, or with Refused. `token`: a fresh secret for them."""
        refusal = self._refusal(hello)
        if refusal:
            return [Mail(peer, refusal, closes=True)]
        member = self._seats.admit(peer, hello.name, hello.players)
        self._host = self._host or member.id
        welcome = Welcome(PROTOCOL, BUILD, member.id, token, self._settings.snapshots, self._settings.name)
        if not self._rounds:
            self._fill()
            return [Mail(peer, welcome), *self._tell_all()]
        mail = [Mail(peer, welcome), *self._tell_all(), *(Mail(peer, part) for part in self._rounds.catch_up())]
        return [*mail, Mail(peer, _server_says("A round is running: you watch this one and play the next."))]

    def _refusal(self, hello: Hello) -> Refused | None:
        if hello.protocol != PROTOCOL:
            who = "your game" if hello.protocol < PROTOCOL else "the server"
            what = f"You speak protocol {hello.protocol} (build {hello.build}), the server {PROTOCOL} (build {BUILD})"
            return Refused(RefusalCode.PROTOCOL, f"{what}: {who} must be updated.")
        if self.people >= MEMBERS_MOST:
            return Refused(RefusalCode.FULL, f"The room is full: {MEMBERS_MOST} people are in it. Try again later.")
        return None

    def leave(self, peer: int, reason: str, now: float) -> list[Mail]:
        """Forget a connection: bodies leave the board, seats are free, hosting passes on. `reason`: such as "left"."""
        if peer not in self._seats.members:
            return []
        if self._rounds:
            self._rounds.leave(self._seats.members[peer])
        member = self._seats.drop(peer)
        if not self._seats.members:
            self._host = 0
            self._back_to_lobby()
            return []
        news = [_server_says(f"{member.name} {reason}.")]
        if member.id == self._host:
            heir = next(iter(self._seats.members.values()))
            self._host = heir.id
            news.append(_server_says(f"{heir.name} is host now."))
        if self.phase is Phase.LOBBY:
            self._fill()
        return [*(Mail(None, line) for line in news), *self._tell_all(), *self._start_if_ready()]

    def close(self, reason: str) -> list[Mail]:
        """Say goodbye to everybody."""
        return [Mail(None, Bye(reason), closes=True)]

    def measured(self, peer: int, ms: int) -> None:
        """Note how long a message to a peer and back takes."""
        if peer in self._seats.members:
            self._seats.members[peer].ping = min(ms, 9999)

    # What members say

    def receive(self, peer: int, message: Message, now: float) -> list[Mail]:
        """Take a message of somebody who is in."""
        member = self._seats.members[peer]
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
        member.lines = [then for then in member.lines if now - then < CHAT_SECONDS]
        if len(member.lines) >= CHAT_LINES:
            return [Mail(peer, _server_says("That was a lot in a short time: wait a few seconds."))]
        member.lines.append(now)
        slots = self._seats.slots_of(member)
        return [Mail(None, Chat(slots[0] if slots else SERVER, member.name, text))]

    def _look(self, peer: int, member: Member, player: int, colour: int, character: int) -> list[Mail]:
        slots = self._seats.slots_of(member)
        if self.phase is not Phase.LOBBY or player >= len(slots):
            return []
        if not self._seats.dress(slots[player], colour, character):
            return [Mail(peer, _server_says("Somebody wears that colour already."))]
        return [Mail(None, self._seats.roster())]

    def _ready(self, member: Member, ready: bool) -> list[Mail]:
        if self.phase is not Phase.LOBBY:
            return []
        for slot in self._seats.slots_of(member):
            self._seats.change(slot, ready=ready)
        return [Mail(None, self._seats.roster()), *self._start_if_ready()]

    def _change_setup(self, peer: int, member: Member, setup: Setup) -> list[Mail]:
        if member.id != self._host:
            return [Mail(peer, _server_says("Only the host changes the game."))]
        if self.phase is not Phase.LOBBY:
            return [Mail(peer, _server_says("The game can be changed in the lobby only."))]
        if setup.map not in self._maps or setup.rules not in PRESETS:
            return [Mail(peer, _server_says("This server does not have that map or those rules."))]
        self._setup = setup
        self._fill()
        return [*self._tell_all(), *self._start_if_ready()]

    # From the lobby through the rounds and back

    def _start_if_ready(self) -> list[Mail]:
        people = list(self._seats.people())
        if self.phase is not Phase.LOBBY or not people or not all(seat.ready for seat in people):
            return []
        if len(self._seats.by_slot) < 2:
            self._seats.change(people[0].slot, ready=False)
            alone = _server_says("It takes two: wait for a friend, or add a bot.")
            return [Mail(None, self._seats.roster()), Mail(None, alone)]
        return self._begin()

    def _begin(self) -> list[Mail]:
        """Start a match with whoever sits here."""
        self._patience = PATIENCE
        self._seed, seed = below(self._seed, 1 << 32)
        self._rounds = Rounds(self._board, self._setup, self._settings.snapshots, self._seats, seed)
        return [*self._tell_all(), *(Mail(None, part) for part in self._rounds.catch_up())]

    def tick(self, now: float) -> list[Mail]:
        """Advance by 1/60 s."""
        self._ticks += 1
        mail = [] if self._ticks % ROSTER_EVERY else [Mail(None, self._seats.roster())]
        if not self._rounds:
            return mail + self._await_ready()
        before = self._rounds.phase
        messages = self._rounds.tick()
        if self._rounds.awaits_seats:
            return [*mail, *self._next_round(self._rounds)]
        if self._rounds.phase is not before:
            mail += self._tell_all()
        return mail + [Mail(None, message) for message in messages]

    def _await_ready(self) -> list[Mail]:
        """In the lobby nobody waits for ever either: a ready host who is not alone begins after a while."""
        ready = [seat.ready for seat in self._seats.people() if seat.member == self._host]
        if not any(ready) or len(self._seats.by_slot) < 2:
            self._patience = PATIENCE
            return []
        self._patience -= 1
        if self._patience == PATIENCE - 1:
            return [Mail(None, _server_says(f"The host is ready: it begins in {PATIENCE // TICK_RATE} seconds."))]
        return self._begin() if self._patience <= 0 else []

    def _next_round(self, rounds: Rounds) -> list[Mail]:
        """Between two rounds: back to the lobby after the last, else seat who came meanwhile and go on."""
        if rounds.is_over:
            self._back_to_lobby()
            return self._tell_all()
        self._fill()
        if not any(self._seats.people()) or len(self._seats.by_slot) < 2:
            self._back_to_lobby()
            return [*self._tell_all(), Mail(None, _server_says("There is nobody left to play against."))]
        messages = rounds.go_on()
        return [*self._tell_all(), *(Mail(None, message) for message in messages)]

    # What everybody is shown

    def keyframe(self) -> Keyframe | None:
        """The round as far as it was told, for somebody who was spared the deltas; None where there is no round."""
        return self._rounds.keyframe() if self._rounds else None

    def _tell_all(self) -> list[Mail]:
        return [Mail(None, self._lobby()), Mail(None, self._seats.roster())]

    def _lobby(self) -> Lobby:
        setup = self._setup
        chosen = (setup.map, setup.rules, setup.rounds, setup.bots, setup.skill)
        return Lobby(self.phase, self._host, *chosen, tuple(self._maps), tuple(PRESETS))


def _server_says(text: str) -> Chat:
    return Chat(SERVER, "", text)
