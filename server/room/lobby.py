"""What a room does all evening: the lobby, and one match after the other.

Rule 1: what it returns is for everybody who is here.
Rule 2: who is away plays on as the host chose, and holds up neither the start nor a round.
Rule 3: for who is here and presses no key for long a bot plays on, too; everybody is told once, each time.
Rule 4: the match itself, round by round, is in rounds.py; while there is none, this is the lobby.
"""

from collections.abc import Mapping

from petard.server.room.chat import ChatLog
from petard.server.room.match import Match
from petard.server.room.match_recorder import DemoChunk, MatchRecorder
from petard.server.room.resume import Resumed
from petard.server.room.seats import SEATS_MOST, Member, Seats
from petard.shared.protocol.codec import EncodeError, encode
from petard.shared.protocol.messages import Lobby, Message, Phase, Setup
from petard.shared.rules.maps import Board
from petard.shared.rules.rng import below
from petard.shared.rules.ruleset import PRESETS, TICK_RATE

PATIENCE = 20 * TICK_RATE  # once the host is ready, so long may others take who are away from their keys


class ServerLobby:
    """The lobby while `rounds` is None, else the match that it holds. `setup` is what was chosen for the next one."""

    def __init__(
        self,
        setup: Setup,
        maps: Mapping[str, Board],
        snapshots: int,
        seed: int,
        seats: Seats,
        chatter: ChatLog,
        tape: MatchRecorder,
    ) -> None:
        """`snapshots`: how many a second are sent."""
        self.setup = setup
        self.rounds: Match | None = None
        self.is_draining = False  # no round begins any more
        self._next: Setup | None = None  # what was chosen while a match was on
        self._maps, self._snapshots = dict(maps), snapshots
        self._seed = seed
        self._seats, self._chatter, self._tape = seats, chatter, tape
        self._patience = PATIENCE
        self._idle: frozenset[int] = frozenset()  # of whom was told that they press no key
        self.idle_after = 0  # ticks until a bot plays for them; 0: it never does. It counts from the next round on
        self.fill()

    @property
    def phase(self) -> Phase:
        """Where the room stands."""
        return self.rounds.phase if self.rounds else Phase.LOBBY

    @property
    def planned(self) -> Setup:
        """What the next match is played by."""
        return self._next or self.setup

    def choose(self, setup: Setup) -> bool:
        """Take another setup for the next match; False if there is no such map or rules, or it could not be told."""
        if setup.map not in self._maps or setup.rules not in PRESETS or not _can_be_told(setup):
            return False
        if self.rounds:
            self._next = setup
        else:
            self.setup = setup
            self.fill()
        return True

    @property
    def board(self) -> Board:
        """The map that was chosen, as it is before a round."""
        return self._maps[self.setup.map]

    @property
    def places(self) -> int:
        """How many can play on the map that was chosen."""
        return min(SEATS_MOST, len(self.board.spawns))

    def fill(self) -> None:
        """Seat who fits in: everybody in the order of their coming, then bots."""
        freed = self._seats.fill(self.places, self.setup.bots, here_first=not self.rounds)
        if self.rounds:
            self.rounds.free(freed)

    def back_to_lobby(self) -> None:
        """End the match, wherever it stands."""
        if self.rounds:
            self._tape.end("The match is over." if self.rounds.is_over else "There was nobody left to play it.")
        self.rounds = None
        self.setup, self._next = self.planned, None
        self.fill()
        for slot, seat in self._seats.by_slot.items():
            self._seats.change(slot, ready=not seat.member, plays=False, wins=0)
        self._idle = frozenset()
        self._seats.mark_idle(self._idle)

    def leave(self, member: Member) -> None:
        """Free the seats of a member who leaves for good, and forget it."""
        if self.rounds:
            self.rounds.leave(member)
        self._seats.drop(member)
        if not self._seats.members:
            self.back_to_lobby()
        elif not self.rounds:
            self.fill()

    def shown(self) -> list[Message]:
        """What everybody is shown of the room."""
        setup = self.setup
        chosen = (setup.map, setup.rules, setup.rounds, setup.bots, setup.skill)
        offered = (tuple(self._maps), tuple(PRESETS))
        return [Lobby(self.phase, self._seats.host, *chosen, *offered, setup.away), self._seats.roster()]

    def pages(self) -> list[DemoChunk]:
        """What is due for the recording of the match, once; mostly nothing."""
        self._tape.prove(self.setup, self._chatter.number, self._seats.members.values())
        return self._tape.take()

    # From the lobby through the rounds and back

    def start_if_ready(self) -> list[Message]:
        """Begin once everybody who is here and has a seat is ready."""
        here = [seat for seat in self._seats.people() if not self._seats.is_lost(seat)]
        if self.rounds or self.is_draining or not here or not all(seat.ready for seat in here):
            return []
        if self._is_alone:
            self._seats.change(here[0].slot, ready=False)
            return [self._seats.roster(), self._chatter.news("It takes two: wait for a friend, or add a bot.")]
        return self._begin()

    @property
    def _is_alone(self) -> bool:
        return len(self._seats.players(self.setup.away)) < 2

    def _begin(self) -> list[Message]:
        """Start a match with whoever sits here."""
        self._patience = PATIENCE
        self._seed, seed = below(self._seed, 1 << 32)
        self._tape.begin(self.setup)
        about = (self._snapshots, self._seats, seed, self._tape)
        self.rounds = Match(self.board, self.setup, *about, idle_after=self.idle_after)
        return [*self.shown(), *self.rounds.catch_up()]

    def begin_anew(self) -> list[Message]:
        """Break the match off and begin it once more, with the same setup and those who are here now."""
        if not self.rounds or self.is_draining:
            return []
        self._tape.end("The match was begun anew.")
        self.rounds = None
        self._idle = frozenset()
        self._seats.mark_idle(self._idle)
        self.fill()
        if not any(self._seats.people()) or self._is_alone:
            self.back_to_lobby()
            return self.shown()
        return self._begin()

    def resume(self, resumed: Resumed) -> None:
        """Go on with the match of a server that is no more; its people are seated, and may come back."""
        self.setup = resumed.setup
        older = (resumed.series.counted, resumed.series.drawn)
        self._tape.begin(self.setup, resumed.parent, resumed.parent_at, older)
        self._seed, seed = below(self._seed, 1 << 32)
        about = (resumed.board, self.setup, self._snapshots, self._seats, seed, self._tape)
        self.rounds = Match(*about, resumed, self.idle_after)

    def tick(self) -> list[Message]:
        """Advance by 1/60 s."""
        if not self.rounds:
            return self._await_ready()
        before = self.rounds.phase
        messages = self.rounds.tick()
        if self.rounds.awaits_seats:
            return self._next_round(self.rounds)
        if self.rounds.idle != self._idle:
            messages += self._tell_idle(self.rounds.idle)
        return messages if self.rounds.phase is before else [*self.shown(), *messages]

    def _tell_idle(self, idle: frozenset[int]) -> list[Message]:
        """Say of whom a bot has taken over the keys, and show who has them again."""
        self._idle = idle
        found = self._seats.mark_idle(idle)
        news = [self._chatter.news(f"{seat.name} is away from the keys; a bot plays on.") for seat in found]
        return [self._seats.roster(), *news]

    def _await_ready(self) -> list[Message]:
        """In the lobby nobody waits for ever either: a ready host who is not alone begins after a while."""
        host = self._seats.host
        is_ready = any(seat.ready for seat in self._seats.people() if seat.member == host)
        if self._is_alone or self.is_draining or not is_ready:
            self._patience = PATIENCE
            return []
        self._patience -= 1
        if self._patience == PATIENCE - 1:
            return [self._chatter.news(f"The host is ready: it begins in {PATIENCE // TICK_RATE} seconds.")]
        return self._begin() if self._patience <= 0 else []

    def _next_round(self, rounds: Match) -> list[Message]:
        """Between two rounds: back to the lobby after the last, else seat who came meanwhile and go on."""
        if rounds.is_over or self.is_draining:
            self.back_to_lobby()
            return self.shown()
        self.fill()
        if self._is_alone and any(map(self._seats.is_lost, self._seats.people())):  # they may be back
            first = rounds.wait()
            return [self._chatter.news("It goes on as soon as somebody is back to play against.")] if first else []
        if not any(self._seats.people()) or self._is_alone:
            self.back_to_lobby()
            return [*self.shown(), self._chatter.news("There is nobody left to play against.")]
        rounds.idle_after = self.idle_after
        messages = rounds.go_on()
        return [*self.shown(), *messages]


def _can_be_told(setup: Setup) -> bool:
    """False for numbers beyond what the protocol allows, whoever let them through: the lobby could not be sent."""
    try:
        encode(setup)
    except EncodeError:
        return False
    return True
