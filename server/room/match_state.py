"""What a match is made of: the phases after the lobby and how long each lasts, the score, and how its rounds are made.

Rule: nobody waits for one member. A member that does not load in time, disconnects or leaves never delays the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from petard.server.room.resume import Resumed
from petard.server.room.round import RoundRunner, StandInPolicy
from petard.server.room.seats import Seats
from petard.server.room.settings import RoomSettings
from petard.server.room.sides import SideChoices
from petard.shared.protocol.messages import Away, Phase, Results, Round, Score, Setup
from petard.shared.rules.item_choice import read_items, with_items
from petard.shared.rules.maps import Board
from petard.shared.rules.modes.table import MODES, mode_of
from petard.shared.rules.outcome import winners_of
from petard.shared.rules.ruleset import PRESETS, TICK_RATE, RuleSet
from petard.shared.rules.series import Series
from petard.shared.rules.world import World

LOADING_MOST = 3 * TICK_RATE
AFTERGLOW = 2 * TICK_RATE  # how long the world goes on after the end of a round, so that everybody sees it
RESULTS_SHOWN = 5 * TICK_RATE
CHAMPION_SHOWN = 10 * TICK_RATE


@dataclass(slots=True)
class PhaseTimer:
    """The phase that a match is in, and the ticks `left` of it: at first the loading of a round."""

    phase: Phase = Phase.LOADING
    left: int = LOADING_MOST  # while PLAYING it counts once the world is over
    begins_at: int = LOADING_MOST  # from so many ticks left on, the round begins once all have loaded
    awaits_disconnected: bool = False  # these have to load, too

    def is_loading_over(self, seats: Seats) -> bool:
        """True once all who are awaited have loaded the round, or the time for that is over."""
        playing = {seat.member for seat in seats.people()}
        awaited = (seats.members if self.awaits_disconnected else seats.by_peer).values()
        all_here = not any(member.id in playing for member in awaited if not member.has_loaded)
        return self.left <= 0 or (all_here and self.left <= self.begins_at)


class MatchScore:
    """Which round of the match runs (`round`, from 1), and how those before it ended."""

    def __init__(self, series: Series) -> None:
        self.series = series
        self.round = 0
        self.is_over = False  # the match has its result, also if members leave after that
        self.results: Results | None = None  # while they are shown
        self._winner = -1

    def count(self, world: World, slots: Iterable[int]) -> None:
        """Count the round in the tick in which it is decided: members that leave after that change nothing."""
        self._winner = world.winner
        self.series.sides = mode_of(world.rules).sides(world)
        self.series.add(world.winner, winners_of(world))
        self.is_over = self.series.is_over(slots)

    def results_of(self, slots: Iterable[int]) -> Results:
        """The results of the round for these slots."""
        rows = tuple(Score(slot, self.series.wins.get(slot, 0)) for slot in sorted(slots))
        winner = self._winner if any(row.slot == self._winner for row in rows) else -1  # if it left, it has no name
        champion = self.series.champion() if self.is_over else -1
        next_in = CHAMPION_SHOWN if self.is_over else RESULTS_SHOWN
        self.results = Results(self.round, winner, rows, self.is_over, champion, next_in)
        return self.results

    def forget(self, slots: Iterable[int]) -> None:
        """Forget the wins of slots that have another player now."""
        for slot in slots:
            self.series.wins.pop(slot, None)


@dataclass(frozen=True, slots=True)
class RoundSetup:
    """What all rounds of one match have in common. The members and bots in `seats` play."""

    setup: Setup
    board: Board
    settings: RoomSettings
    seats: Seats
    sides: SideChoices

    @property
    def rules(self) -> RuleSet:
        """The chosen rules with the chosen items, in the chosen mode."""
        setup = self.setup
        numbers = with_items(PRESETS[setup.rules], read_items(setup.items))
        numbers = replace(numbers, sides=setup.sides, friendly_fire=int(setup.friendly_fire))
        return MODES[setup.mode].rules(numbers)

    def new_round(self, rules: RuleSet, seed: int, resumed: Resumed | None = None) -> RoundRunner:
        """A round from its start, or a resumed one in the middle, with those who have seats now."""
        setup, seats = self.setup, self.seats
        playing = seats.players(setup.away)
        if resumed:  # all are disconnected for a moment
            playing = [seat for seat in seats.players(Away.BOT) if seat.plays]
        owners = {seat.member for seat in playing}
        people = [(one.inbox, seats.slots_of(one)) for one in seats.members.values() if one.id in owners]
        bots = {seat.slot: setup.skill for seat in playing if not seat.member}
        stand_ins = StandInPolicy(setup.skill, setup.away is Away.BOT, self.settings.idle_to_bot * TICK_RATE)
        world, recorded = (resumed.world, resumed.recorded) if resumed else (None, None)
        sent = (self.settings.snapshots, self.sides.begin_round(playing, setup))
        return RoundRunner(rules, self.board, people, bots, seed, stand_ins, world, recorded, *sent)

    def announcement(self, number: int, round: RoundRunner) -> Round:
        """The message that lets clients load a round."""
        world = round.world
        return Round(number, self.setup.map, world.rules, world.width, world.height, tuple(world.players))
