"""The matches of a room, one after the other; between two matches is the lobby.

Rule 1: the messages that it returns are for all members.
Rule 2: disconnected members play as the host chose (`away`), and delay neither the start nor a round.
Rule 3: a bot also plays for connected players who press no key for long; chat says so, once each time. The seat of a
connected player is away while a bot plays, for this reason or because no Inputs come.
"""

from petard.server.room.chat import ChatLog
from petard.server.room.match import Match
from petard.server.room.match_state import RoundSetup
from petard.server.room.member import Member
from petard.server.room.resume import Resumed
from petard.server.room.seats import Seats
from petard.server.room.settings import READY_WAIT, RoomSettings, SetupChoice, StartRule
from petard.shared.protocol.capability_words import SIDES_WORD
from petard.shared.protocol.field_types import ModeSetup
from petard.shared.protocol.messages import Lobby, Message, Phase
from petard.shared.rules.rng import below
from petard.shared.rules.ruleset import PRESETS, TICK_RATE


class Matches:
    """The `match` that runs, None in the lobby; the `choice` of the next one, and the `start_rule` for it."""

    def __init__(self, settings: RoomSettings, choice: SetupChoice, seed: int, seats: Seats, chat: ChatLog) -> None:
        self.settings, self.choice = settings, choice
        self.match: Match | None = None
        self.start_rule = StartRule(seats, choice)
        self._seed = seed
        self._seats, self._chat, self._recorder = seats, chat, chat.recorder
        self.fill_seats()

    @property
    def phase(self) -> Phase:
        return self.match.timer.phase if self.match else Phase.LOBBY

    @property
    def may_rematch(self) -> bool:
        """True while the results of the last round are shown: those who are Ready want another match."""
        match = self.match
        return match is not None and match.timer.phase is Phase.RESULTS and match.score.is_over

    def fill_seats(self) -> None:
        """Give seats to members in the order in which they joined, then to bots."""
        bots = self.choice.current.bots
        freed = self._seats.fill(self.choice.places, bots, connected_first=not self.match)
        if self.match:
            self.match.score.forget(freed)

    def end_match(self) -> None:
        if self.match:
            is_over = self.match.score.is_over
            self._recorder.end("The match is over." if is_over else "There was nobody left to play it.")
        self.choice.sides.end_match()
        keeps_ready, self.match = self.may_rematch, None
        self.choice.current = self.choice.planned
        self.fill_seats()
        for slot, seat in self._seats.by_slot.items():
            self._seats.change(slot, ready=not seat.member or (keeps_ready and seat.ready), plays=False, wins=0)
        self._seats.mark_away(frozenset())

    def leave(self, member: Member) -> None:
        """Forget a member that leaves for good, and free its seats."""
        if self.match:
            self.match.round.people.retire(member.inbox)
            self.match.score.forget(self._seats.slots_of(member))
        self._seats.forget(member)
        self.choice.sides.forget(member.id)
        if not self._seats.members:
            self.end_match()
        elif not self.match:
            self.fill_seats()

    def state(self) -> list[Message]:
        setup = self.choice.current
        chosen = (setup.map, setup.rules, setup.rounds, setup.bots, setup.skill, tuple(self.choice.maps))
        mode = ModeSetup(setup.mode, setup.sides, setup.friendly_fire, setup.items, setup.map_vote)
        votes = [self.choice.votes.message(self._seats.members)] if setup.map_vote and not self.match else []
        shows_sides = not self.match and SIDES_WORD in self.settings.version.words
        sides = self.choice.sides.shown(self._seats.players(setup.away), setup, self._chat) if shows_sides else []
        lobby = Lobby(
            self.phase, self._seats.host, *chosen, tuple(PRESETS), setup.away, self._recorder.room.standbys, mode
        )
        return [lobby, *votes, *sides, self._seats.roster()]

    def start_if_ready(self) -> list[Message]:
        """Begin a match once all connected people with a seat are ready, in the lobby or after the last round."""
        seats = [seat for seat in self._seats.people() if not self._seats.is_disconnected(seat)]
        is_ready = bool(seats) and all(seat.ready for seat in seats)
        if (self.match and not self.may_rematch) or self.start_rule.refusal or not is_ready:
            return []
        if self.start_rule.is_alone:
            self._seats.change(seats[0].slot, ready=False)
            return [self._seats.roster(), self._chat.server_line("It takes two: wait for a friend, or add a bot.")]
        if self.match:
            self.end_match()
        return self.begin()

    def begin(self, resumed: Resumed | None = None) -> list[Message]:
        """Begin a match with those who have seats, or go on with one."""
        choice = self.choice
        choice.votes.clear()
        self.start_rule.ticks_left = READY_WAIT
        self._seed, seed = below(self._seed, 1 << 32)
        self._recorder.begin(choice.current, resumed)
        board = resumed.board if resumed else choice.board
        setup = RoundSetup(choice.current, board, self.settings, self._seats, choice.sides)
        self.match = Match(setup, seed, self._recorder, resumed)
        return [*self.state(), *self.match.announcement()]

    def restart_match(self) -> list[Message]:
        if not self.match or self.start_rule.refusal:
            return []
        self._recorder.end("The match was restarted.")
        self.match = None
        self._seats.mark_away(frozenset())
        self.fill_seats()
        if not self._seats.people() or self.start_rule.is_alone:
            self.end_match()
            return self.state()
        return self.begin()

    def tick(self) -> list[Message]:
        match = self.match
        if not match:
            return self._await_ready()
        before = match.timer.phase
        messages = match.tick()
        if match.timer.phase is Phase.RESULTS and match.timer.left <= 0:
            return self._next_round(match)
        if match.round.away != self._seats.away:
            messages += self._mark_away(match)
        if match.timer.phase is before:
            return messages
        if self.may_rematch:
            for seat in self._seats.people():
                self._seats.change(seat.slot, ready=False)
        return [*self.state(), *messages]

    def _mark_away(self, match: Match) -> list[Message]:
        idle = match.round.people.idle
        changed = self._seats.mark_away(match.round.away)
        names = [seat.name for seat in changed if seat.away and seat.slot in idle]
        lines = [self._chat.server_line(f"{name} is away from the keys; a bot plays on.") for name in names]
        return [self._seats.roster(), *lines] if changed else []

    def _await_ready(self) -> list[Message]:
        """In the lobby a host that is ready and not alone does not wait for ever."""
        left = self.start_rule.count_down()
        if left == READY_WAIT - 1:
            return [self._chat.server_line(f"The host is ready: it begins in {READY_WAIT // TICK_RATE} seconds.")]
        return self.begin() if left <= 0 else []

    def _next_round(self, match: Match) -> list[Message]:
        """Between two rounds: back to the lobby after the last, else seat new members and go on."""
        if match.score.is_over or self.start_rule.refusal:
            self.end_match()
            return self.state()
        self.fill_seats()
        if self.start_rule.is_alone and any(map(self._seats.is_disconnected, self._seats.people())):  # they may rejoin
            text = "It goes on as soon as another player is back."
            return [self._chat.server_line(text)] if match.wait() else []
        if not self._seats.people() or self.start_rule.is_alone:
            self.end_match()
            return [*self.state(), self._chat.server_line("There is nobody left to play against.")]
        match.load_next_round()
        return [*self.state(), *match.announcement()]
