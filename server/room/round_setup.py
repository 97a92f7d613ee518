"""Makes the rounds of a match: the map, the rules, the people who play, and the bots."""

from dataclasses import dataclass

from petard.server.room.resume import Resumed
from petard.server.room.round import RoundRunner, StandInPolicy
from petard.server.room.seats import Seats
from petard.server.room.settings import RoomSettings
from petard.shared.protocol.messages import Away, Round, Setup
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import PRESETS, TICK_RATE, RuleSet


@dataclass(frozen=True, slots=True)
class RoundSetup:
    """What all rounds of one match have in common. The members and bots in `seats` play."""

    setup: Setup
    board: Board
    settings: RoomSettings
    seats: Seats

    @property
    def rules(self) -> RuleSet:
        """The rules that were chosen; the deciding round of a drawn match changes them."""
        return PRESETS[self.setup.rules]

    def new_round(self, rules: RuleSet, seed: int, resumed: Resumed | None = None) -> RoundRunner:
        """A round from its start, or a resumed one in the middle, with those who have seats now."""
        setup, seats = self.setup, self.seats
        playing = seats.players(setup.away)
        if resumed:  # all are disconnected for a moment
            playing = [seat for seat in seats.players(Away.BOT) if seat.plays]
        owners = {seat.member for seat in playing}
        members = [member for member in seats.members.values() if member.id in owners]
        people = [(member.inbox, seats.slots_of(member)) for member in members]
        bots = {seat.slot: setup.skill for seat in playing if not seat.member}
        stand_ins = StandInPolicy(setup.skill, setup.away is Away.BOT, self.settings.idle_to_bot * TICK_RATE)
        world, recorded = (resumed.world, resumed.recorded) if resumed else (None, None)
        snapshots = self.settings.snapshots
        return RoundRunner(rules, self.board, people, bots, seed, stand_ins, world, recorded, snapshots)

    def announcement(self, number: int, round: RoundRunner) -> Round:
        """The message that lets clients load a round."""
        world = round.world
        return Round(number, self.setup.map, world.rules, world.width, world.height, tuple(world.players))
