"""One match: its rounds, one after the other, from the loading of the first to the champion."""

from dataclasses import replace

from petard.server.room.match_recorder import MatchRecorder
from petard.server.room.match_state import AFTERGLOW, MatchScore, PhaseTimer, RoundSetup
from petard.server.room.resume import Resumed
from petard.server.room.round import RoundRunner
from petard.shared.protocol.messages import Away, Keyframe, Message, Phase, Results, Round
from petard.shared.protocol.state import State
from petard.shared.rules.events import Event
from petard.shared.rules.maps import Board
from petard.shared.rules.rng import below
from petard.shared.rules.series import Series


class Match:
    """A match that runs; `timer` has its phase. The messages that it returns are for all members."""

    def __init__(self, setup: RoundSetup, seed: int, recorder: MatchRecorder, resumed: Resumed | None = None) -> None:
        """The seats must hold at least two players. `resumed`: the round goes on, as soon as all have rejoined."""
        self.score = MatchScore(resumed.series if resumed else Series(setup.setup.rounds))
        self.timer = PhaseTimer()
        self.round: RoundRunner
        self._announced: tuple[State, tuple[Round, Keyframe]] | None = None  # with the newest state of then
        self._setup, self._seats, self._recorder, self._seed = setup, setup.seats, recorder, seed
        if not resumed:
            self.load_next_round()
            return
        self.score.round = resumed.number
        self._begin_round(resumed.seed, resumed)
        self.timer = PhaseTimer(Phase.LOADING, resumed.wait, resumed.wait - resumed.pause, awaits_disconnected=True)
        if resumed.world.over_at >= 0:
            self.score.count(resumed.world, self._seats.by_slot)
        while resumed.replayed and resumed.replayed.moment < resumed.replayed.length:
            resumed.replayed.step()
            self._show(self.round.repeat(resumed.replayed.inputs))

    @property
    def board(self) -> Board:
        """The map that is played, as it is before a round."""
        return self._setup.board

    # Between the rounds

    def load_next_round(self) -> None:
        """Begin the next round with those who have seats now."""
        self.score.round += 1
        self._seed, seed = below(self._seed, 1 << 32)
        self._begin_round(seed)

    def _begin_round(self, seed: int, resumed: Resumed | None = None) -> None:
        """Make a round, which all members have to load."""
        rules = self.score.series.rules_of_next(self._setup.rules)
        round = self.round = self._setup.new_round(rules, seed, resumed)
        self.score.results = None
        self.timer = PhaseTimer()
        for member in self._seats.members.values():
            member.has_loaded = False
        for slot in self._seats.by_slot:
            self._seats.begin_round(slot, slot in round.world.players, self.score.series.wins.get(slot, 0))
        announced = self._setup.announcement(self.score.round, round)
        about = (seed, self._setup.board, round.world, round.feed.sent)
        self._recorder.begin_round(announced, *about, self._seats.by_slot.values(), round.sides)

    def wait(self) -> bool:
        """Show the results for longer, for want of players; True the first time after a round."""
        is_first, self.timer.left = self.timer.left == 0, -1
        return is_first

    def announcement(self) -> list[Message]:
        """The round that runs, as all members get it when it begins: what to load, and the last snapshot."""
        feed = self.round.feed
        newest = feed.states[-1]
        if not self._announced or self._announced[0] is not newest:  # one for all who join in this tick
            self._announced = (newest, (self._setup.announcement(self.score.round, self.round), feed.keyframe()))
        return [*self._announced[1]]

    def catch_up(self) -> list[Message]:
        """The round that runs and the results that are shown, for a member that joins or rejoins now."""
        results = self.score.results
        shown = [replace(results, next_in=max(0, self.timer.left))] if results else []
        return [*self.announcement(), *shown]

    # Time

    def tick(self) -> list[Message]:
        if self.timer.phase is Phase.PLAYING:
            return self._play()
        self.timer.left -= 1
        if self.timer.phase is Phase.LOADING and self.timer.is_loading_over(self._seats):
            world = self.round.world
            since_end = world.tick - world.over_at if world.over_at >= 0 else 0  # in a resumed round
            self.timer = PhaseTimer(Phase.PLAYING, AFTERGLOW - since_end)
            for member in self._seats.members.values():
                member.inbox.clear()  # what was pressed meanwhile was for no tick
        return []

    def _play(self) -> list[Message]:
        round, seats = self.round, self._seats
        if self._setup.setup.away is Away.NONE:
            for member in seats.members.values():
                if member.is_disconnected:
                    round.people.retire(member.inbox)
        messages = self._show(round.tick())
        if round.world.over_at >= 0:
            self.timer.left -= 1
            if self.timer.left <= 0:
                messages.append(self._end_round())
        return messages

    def _show(self, events: list[Event]) -> list[Message]:
        """Record the tick that was made, count the round if it is decided, and return what everybody gets of it."""
        round, seats = self.round, self._seats
        world = round.world
        messages = round.feed.next(world, round.people, events)
        self._recorder.tick(world, round.inputs, round.feed.sent, messages, seats.by_slot.values())
        if world.over_at == world.tick:
            self.score.count(world, seats.by_slot)
        return messages

    def _end_round(self) -> Results:
        results = self.score.results_of(self._seats.by_slot)
        self.timer = PhaseTimer(Phase.RESULTS, results.next_in)
        for row in results.wins:
            self._seats.change(row.slot, wins=row.wins)
        self._recorder.note_results(results)
        return results
