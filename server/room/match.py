"""The rounds of one match, from the loading of the first to the champion.

Rule: nobody waits for one member. A member that does not load in time, disconnects or leaves never delays the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from petard.server.room.inbox import Inbox
from petard.server.room.match_recorder import MatchRecorder
from petard.server.room.resume import Resumed
from petard.server.room.round import RoundRunner, StandInPolicy
from petard.server.room.round_bots import RecordedInputs
from petard.server.room.seats import Member, Seats
from petard.server.room.settings import RoomSettings
from petard.shared.protocol.messages import Away, Message, Phase, Results, Round, Score, Setup
from petard.shared.rules.maps import Board
from petard.shared.rules.rng import below
from petard.shared.rules.ruleset import PRESETS, TICK_RATE
from petard.shared.rules.series import Series
from petard.shared.rules.world import World

LOADING_MOST = 3 * TICK_RATE
RETURN_MOST = 6 * TICK_RATE  # in a resumed match; so long after the first the others may rejoin
AFTERGLOW = 2 * TICK_RATE  # the world goes on for so long when a round is over, so that everybody sees the end
RESULTS_SHOWN = 5 * TICK_RATE
CHAMPION_SHOWN = 10 * TICK_RATE


@dataclass(frozen=True, slots=True)
class MatchPlan:
    """What a match is played by."""

    setup: Setup
    board: Board


@dataclass(slots=True)
class PhaseTimer:
    """The phase that a match is in, and the ticks `left` of it."""

    phase: Phase = Phase.LOADING
    left: int = LOADING_MOST
    begins_at: int = LOADING_MOST  # from so many ticks left on, the round begins once all have loaded
    awaits_disconnected: bool = False  # these have to load, too


class MatchScore:
    """Which round of the match runs (`round`, from 1), and how those before it ended."""

    def __init__(self, series: Series) -> None:
        self.series = series
        self.round = 0
        self.is_over = False  # the match has its result, also if members leave after that
        self.results: Results | None = None  # while they are shown
        self._winner = -1

    def count(self, winner: int, slots: Iterable[int]) -> None:
        """Count the round in the tick in which it is decided: members that leave after that change nothing."""
        self._winner = winner
        self.series.add(winner)
        self.is_over = self.series.is_over(slots)

    def results_of(self, slots: Iterable[int], next_in: int) -> Results:
        """The results of the round for these slots; what follows comes in `next_in` ticks."""
        rows = tuple(Score(slot, self.series.wins.get(slot, 0)) for slot in sorted(slots))
        winner = self._winner if any(row.slot == self._winner for row in rows) else -1  # if it left, it has no name
        champion = self.series.champion() if self.is_over else -1
        self.results = Results(self.round, winner, rows, self.is_over, champion, next_in)
        return self.results

    def forget(self, slots: Iterable[int]) -> None:
        """Forget the wins of slots that have another player now."""
        for slot in slots:
            self.series.wins.pop(slot, None)


class Match:
    """A match that runs. The messages that it returns are for all members."""

    def __init__(
        self,
        plan: MatchPlan,
        settings: RoomSettings,
        seats: Seats,
        seed: int,
        recorder: MatchRecorder,
        resumed: Resumed | None = None,
    ) -> None:
        """The seats must hold at least two players."""
        self.score = MatchScore(resumed.series if resumed else Series(plan.setup.rounds))
        self.timer = PhaseTimer()
        self.round: RoundRunner
        self._plan, self._settings, self._seats, self._recorder = plan, settings, seats, recorder
        self._seed = seed
        if resumed:
            self._resume(resumed)
        else:
            self._load()

    @property
    def phase(self) -> Phase:
        """LOADING, PLAYING or RESULTS."""
        return self.timer.phase

    def _load(self) -> None:
        """Set up the next round."""
        self.score.round += 1
        self._seed, seed = below(self._seed, 1 << 32)
        self._announce(self._new_round(seed), seed)

    def _resume(self, resumed: Resumed) -> None:
        """Go on with the round of a server that was killed, as soon as all have rejoined."""
        self.score.round = resumed.number
        self._announce(self._new_round(resumed.seed, resumed.world, resumed.recorded), resumed.seed)
        self.timer = PhaseTimer(Phase.LOADING, RETURN_MOST, RETURN_MOST - resumed.pause, awaits_disconnected=True)
        if resumed.world.over_at >= 0:
            self.score.count(resumed.world.winner, self._seats.by_slot)

    def _announce(self, round: RoundRunner, seed: int) -> None:
        """Let everybody load a round."""
        self.score.results = None
        self.round = round
        self.timer = PhaseTimer()
        for member in self._seats.members.values():
            member.has_loaded = False
        for slot in self._seats.by_slot:
            self._seats.change(slot, plays=slot in round.world.players, wins=self.score.series.wins.get(slot, 0))
        about = (seed, self._plan.board, round.world, round.feed.sent)
        self._recorder.begin_round(self._announced(), *about, self._seats.by_slot.values())

    def _new_round(self, seed: int, world: World | None = None, recorded: RecordedInputs | None = None) -> RoundRunner:
        setup = self._plan.setup
        playing = self._seats.players(setup.away)
        if world:  # a resumed round: all are disconnected for a moment
            playing = [seat for seat in self._seats.players(Away.BOT) if seat.plays]
        owners = {seat.member for seat in playing}
        members = [member for member in self._seats.members.values() if member.id in owners]
        people = [(member.inbox, self._seats.slots_of(member)) for member in members]
        bots = {seat.slot: setup.skill for seat in playing if not seat.member}
        stand_ins = StandInPolicy(setup.skill, setup.away is Away.BOT, self._settings.idle_to_bot * TICK_RATE)
        rules = self.score.series.rules_of_next(PRESETS[setup.rules])
        snapshots = self._settings.snapshots
        return RoundRunner(rules, self._plan.board, people, bots, seed, stand_ins, world, recorded, snapshots)

    def is_left_by(self, slots: Iterable[int]) -> bool:
        """True from the end of the countdown to the end of the round, once none of these slots has a living body."""
        world = self.round.world
        is_on = self.phase is Phase.PLAYING and world.tick >= world.rules.countdown and world.over_at < 0
        return is_on and not any(slot in world.players and world.players[slot].died_at < 0 for slot in slots)

    @property
    def awaits_seats(self) -> bool:
        """True between two rounds, when the lobby gives seats to new members and calls `next_round`."""
        return self.phase is Phase.RESULTS and self.timer.left <= 0

    def next_round(self) -> list[Message]:
        """Begin the next round with those who have seats now."""
        self._load()
        return self.catch_up()

    def wait(self) -> bool:
        """Show the results for longer, for want of players; True the first time after a round."""
        is_first, self.timer.left = self.timer.left == 0, -1
        return is_first

    def leave(self, member: Member) -> None:
        """Take the bodies of a member that leaves off the board; call it while the member still has its seats."""
        self.round.people.retire(member.inbox)
        self.score.forget(self._seats.slots_of(member))

    def replace_inbox(self, before: Inbox, now: Inbox) -> None:
        """Let a member that has rejoined steer the same bodies."""
        self.round.people.replace(before, now)

    def catch_up(self) -> list[Message]:
        """The round so far, for members that do not know it yet."""
        results = self.score.results
        shown = [replace(results, next_in=max(0, self.timer.left))] if results else []
        return [self._announced(), self.round.feed.keyframe(), *shown]

    def _announced(self) -> Round:
        world = self.round.world
        size = (world.width, world.height)
        return Round(self.score.round, self._plan.setup.map, world.rules, *size, tuple(world.players))

    def tick(self) -> list[Message]:
        """Advance by 1/60 s."""
        if self.phase is Phase.PLAYING:
            return self._play()
        self.timer.left -= 1
        if self.phase is Phase.LOADING:
            self._await_loaded()
        return []

    def _await_loaded(self) -> None:
        timer = self.timer
        playing = {seat.member for seat in self._seats.people()}
        awaited = (self._seats.members if timer.awaits_disconnected else self._seats.by_peer).values()
        all_here = not any(member.id in playing for member in awaited if not member.has_loaded)
        if timer.left <= 0 or (all_here and timer.left <= timer.begins_at):
            world = self.round.world
            afterglow = AFTERGLOW - (world.tick - world.over_at if world.over_at >= 0 else 0)
            self.timer = PhaseTimer(Phase.PLAYING, afterglow)
            for member in self._seats.members.values():
                member.inbox.clear()  # what was pressed meanwhile was for no tick

    def note_loaded(self, member: Member, number: int) -> None:
        """Note that a member has loaded a round; an earlier one no longer matters."""
        member.has_loaded = member.has_loaded or number == self.score.round

    def _play(self) -> list[Message]:
        round, seats = self.round, self._seats
        if self._plan.setup.away is Away.NONE:
            for member in seats.members.values():
                if member.is_disconnected:
                    round.people.retire(member.inbox)
        events = round.tick()
        world = round.world
        messages = round.feed.next(world, round.people.acks(), events)
        self._recorder.tick(world, round.inputs, round.feed.sent, messages, seats.by_slot.values())
        if world.over_at == world.tick:
            self.score.count(world.winner, seats.by_slot)
        if world.over_at >= 0:
            self.timer.left -= 1
            if self.timer.left <= 0:
                messages.append(self._end_round())
        return messages

    def _end_round(self) -> Results:
        self.timer = PhaseTimer(Phase.RESULTS, CHAMPION_SHOWN if self.score.is_over else RESULTS_SHOWN)
        results = self.score.results_of(self._seats.by_slot, self.timer.left)
        for row in results.wins:
            self._seats.change(row.slot, wins=row.wins)
        self._recorder.note_results(results)
        return results
