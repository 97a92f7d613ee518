"""The rounds of one match, from the loading of the first to the champion.

Rule: nobody waits for one. Who does not load in time, loses the line or leaves never holds up the others.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from petard.server.room.feed import Feed
from petard.server.room.inbox import Inbox
from petard.server.room.match_recorder import MatchRecorder
from petard.server.room.recorded_inputs import RecordedInputs
from petard.server.room.resume import Resumed
from petard.server.room.round import IdlePlayer, RoundRunner
from petard.server.room.seats import Member, Seats
from petard.shared.protocol.messages import Away, Keyframe, Message, Phase, Results, Round, Score, Setup
from petard.shared.rules.maps import Board
from petard.shared.rules.rng import below
from petard.shared.rules.ruleset import PRESETS, TICK_RATE
from petard.shared.rules.series import Series
from petard.shared.rules.world import World

LOADING_MOST = 3 * TICK_RATE
RETURN_MOST = 6 * TICK_RATE  # when a killed server goes on, so long after the first the others may come back
AFTERGLOW = 2 * TICK_RATE  # the world goes on for so long when a round is over, so that everybody sees the end
RESULTS_SHOWN = 5 * TICK_RATE
CHAMPION_SHOWN = 10 * TICK_RATE


class Match:
    """A match under way. What it returns is for everybody who is in the room."""

    def __init__(
        self,
        board: Board,
        setup: Setup,
        snapshots: int,
        seats: Seats,
        seed: int,
        tape: MatchRecorder,
        resumed: Resumed | None = None,
        idle_after: int = 0,
    ) -> None:
        """`snapshots`: how many a second are sent. The seats must hold at least two players.

        `idle_after`: the ticks until a bot steers for who presses nothing; 0: it never does.
        """
        self._board, self._setup, self._snapshots, self._seats = board, setup, snapshots, seats
        self._tape = tape
        self.idle_after = idle_after  # another one counts from the next round on
        self._series = resumed.series if resumed else Series(setup.rounds)
        self._seed = seed
        self.number = 0
        self._begins_at = LOADING_MOST  # what the timer says when all who are here may begin
        self._awaits_lost = False  # loading goes on until they are back, or too late
        self._winner = -1
        self._results: Results | None = None  # while they are shown
        self.is_over = False  # once the match has its result, whoever leaves after that
        if resumed:
            self._take_up(resumed)
        else:
            self._load()

    def _load(self) -> None:
        """Set up the next round."""
        self.number += 1
        self._seed, seed = below(self._seed, 1 << 32)
        self._announce(self._new_match(seed), seed)

    def _take_up(self, resumed: Resumed) -> None:
        """Go on with the round of a server that is no more, as soon as everybody is back."""
        self.number = resumed.number
        self._announce(self._new_match(resumed.seed, resumed.world, resumed.echo), resumed.seed)
        self._awaits_lost, self._timer = True, RETURN_MOST
        self._begins_at = RETURN_MOST - resumed.pause
        if resumed.world.over_at >= 0:
            self._count(resumed.world.winner)

    def _announce(self, match: RoundRunner, seed: int) -> None:
        """Let everybody load a round."""
        self._results = None
        self._match = match
        self._feed = Feed(self._match.world, self._snapshots)
        self.phase = Phase.LOADING
        self._timer = LOADING_MOST
        for member in self._seats.members.values():
            member.loaded = False
        for slot in self._seats.by_slot:
            self._seats.change(slot, plays=slot in self._match.world.players, wins=self._series.wins.get(slot, 0))
        about = (seed, self._board, self._match.world, self._feed.sent)
        self._tape.begin_round(self._announced(), *about, self._seats.by_slot.values())

    def _new_match(self, seed: int, world: World | None = None, echo: RecordedInputs | None = None) -> RoundRunner:
        rules = self._series.rules_of_next(PRESETS[self._setup.rules])
        playing = self._seats.players(self._setup.away)
        if world:  # it goes on, and everybody is away for a moment
            playing = [seat for seat in self._seats.players(Away.BOT) if seat.plays]
        owners = {seat.member for seat in playing}
        members = [member for member in self._seats.members.values() if member.id in owners]
        people = [(member.inbox, self._seats.slots_of(member)) for member in members]
        bots = {seat.slot: self._setup.skill for seat in playing if not seat.member}
        stand_in = self._setup.skill if self._setup.away is Away.BOT else None
        idle = IdlePlayer(self.idle_after, self._setup.skill) if self.idle_after else None
        return RoundRunner(rules, self._board, people, bots, seed, stand_in, world, echo, idle)

    @property
    def world(self) -> World:
        """The world of the round; only to be looked at."""
        return self._match.world

    @property
    def idle(self) -> frozenset[int]:
        """The slots for which a bot steers since their players press nothing."""
        return self._match.idle

    def is_left_by(self, slots: Iterable[int]) -> bool:
        """True from the end of the countdown to the end of the round, once none of these slots has a living body."""
        world = self._match.world
        is_on = self.phase is Phase.PLAYING and world.tick >= world.rules.countdown and world.over_at < 0
        return is_on and not any(slot in world.players and world.players[slot].died_at < 0 for slot in slots)

    @property
    def awaits_seats(self) -> bool:
        """True between two rounds, when the room may seat those who came meanwhile and calls `go_on`."""
        return self.phase is Phase.RESULTS and self._timer <= 0

    def go_on(self) -> list[Message]:
        """Begin the next round with whoever is seated now."""
        self._load()
        return self.catch_up()

    def wait(self) -> bool:
        """Show the results for longer, for want of players; True the first time after a round."""
        is_first, self._timer = self._timer == 0, -1
        return is_first

    def free(self, slots: list[int]) -> None:
        """Forget the wins of slots that have changed hands."""
        for slot in slots:
            self._series.wins.pop(slot, None)

    def leave(self, member: Member) -> None:
        """Take the bodies of a member who leaves off the board; call it while the member still has its seats."""
        self._match.retire(member.inbox)
        self.free(list(self._seats.slots_of(member)))

    def hand_over(self, before: Inbox, now: Inbox) -> None:
        """Let who has come back steer the same bodies by another Inbox."""
        self._match.hand_over(before, now)

    def catch_up(self) -> list[Message]:
        """The round so far, for who does not know it yet."""
        shown = [replace(self._results, next_in=max(0, self._timer))] if self._results else []
        return [self._announced(), self.keyframe(), *shown]

    def _announced(self) -> Round:
        world = self._match.world
        return Round(self.number, self._setup.map, world.rules, world.width, world.height, tuple(world.players))

    def keyframe(self) -> Keyframe:
        """The round as far as it was told."""
        return self._feed.keyframe()

    def tick(self) -> list[Message]:
        """Advance by 1/60 s."""
        match self.phase:
            case Phase.LOADING:
                self._await_loaded()
            case Phase.PLAYING:
                return self._play()
            case Phase.RESULTS:
                self._timer -= 1
            case Phase.LOBBY:
                raise AssertionError("a match is never in the lobby")
            case _:
                assert_never(self.phase)
        return []

    def _await_loaded(self) -> None:
        self._timer -= 1
        playing = {seat.member for seat in self._seats.people()}
        awaited = (self._seats.members if self._awaits_lost else self._seats.by_peer).values()
        late = [member for member in awaited if not member.loaded]
        all_here = not any(member.id in playing for member in late)
        if self._timer <= 0 or (all_here and self._timer <= self._begins_at):
            self.phase, self._awaits_lost, self._begins_at = Phase.PLAYING, False, LOADING_MOST
            world = self._match.world
            self._timer = AFTERGLOW - (world.tick - world.over_at if world.over_at >= 0 else 0)
            for member in self._seats.members.values():
                member.inbox.clear()  # what was pressed meanwhile was for no tick

    def loaded(self, member: Member, number: int) -> None:
        """Note that a member has loaded a round; an earlier one no longer matters."""
        member.loaded = member.loaded or number == self.number

    def _play(self) -> list[Message]:
        if self._setup.away is Away.NONE:
            self._retire_the_lost()
        events = self._match.tick()
        world = self._match.world
        messages = self._feed.next(world, self._match.acks(), events)
        self._tape.tick(world, self._match.inputs, self._feed.sent, messages, self._seats.by_slot.values())
        if world.over_at == world.tick:
            self._count(world.winner)
        if world.over_at >= 0:
            self._timer -= 1
            if self._timer <= 0:
                messages.append(self._end_round())
        return messages

    def _retire_the_lost(self) -> None:
        for member in self._seats.members.values():
            if member.claim.left:
                self._match.retire(member.inbox)

    def _count(self, winner: int) -> None:
        """Note how the round ended, in the tick in which it did: who leaves after that changes nothing."""
        self._winner = winner
        self._series.add(winner)
        self.is_over = self._series.is_over(self._seats.by_slot)

    def _end_round(self) -> Results:
        self.phase = Phase.RESULTS
        self._timer = CHAMPION_SHOWN if self.is_over else RESULTS_SHOWN
        wins = {slot: self._series.wins.get(slot, 0) for slot in sorted(self._seats.by_slot)}
        for slot, won in wins.items():
            self._seats.change(slot, wins=won)
        rows = tuple(Score(slot, won) for slot, won in wins.items())
        winner = self._winner if self._winner in wins else -1  # who has left has no name any more
        champion = self._series.champion() if self.is_over else -1
        self._results = Results(self.number, winner, rows, self.is_over, champion, self._timer)
        self._tape.scored(self._results)
        return self._results
