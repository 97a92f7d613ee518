"""The phases of a match after the lobby, and how long each lasts.

Rule: nobody waits for one member. A member that does not load in time, disconnects or leaves never delays the others.
"""

from dataclasses import dataclass

from petard.server.room.seats import Seats
from petard.shared.protocol.messages import Phase
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import World

LOADING_MOST = 3 * TICK_RATE
RETURN_MOST = 6 * TICK_RATE  # in a resumed match: the time to rejoin, from the first who does
AFTERGLOW = 2 * TICK_RATE  # how long the world goes on after the end of a round, so that everybody sees it
RESULTS_SHOWN = 5 * TICK_RATE
CHAMPION_SHOWN = 10 * TICK_RATE


@dataclass(slots=True)
class PhaseTimer:
    """The phase that a match is in, and the ticks `left` of it: at first the loading of a round."""

    phase: Phase = Phase.LOADING
    left: int = LOADING_MOST
    begins_at: int = LOADING_MOST  # from so many ticks left on, the round begins once all have loaded
    awaits_disconnected: bool = False  # these have to load, too

    def is_loading_over(self, seats: Seats) -> bool:
        """True once all who are awaited have loaded the round, or the time for that is over."""
        playing = {seat.member for seat in seats.people()}
        awaited = (seats.members if self.awaits_disconnected else seats.by_peer).values()
        all_here = not any(member.id in playing for member in awaited if not member.has_loaded)
        return self.left <= 0 or (all_here and self.left <= self.begins_at)


def loading_resumed(pause: int) -> PhaseTimer:
    """The loading of a resumed round, which stands still for at least `pause` ticks."""
    return PhaseTimer(Phase.LOADING, RETURN_MOST, RETURN_MOST - pause, awaits_disconnected=True)


def playing(world: World) -> PhaseTimer:
    """The round itself; `left` counts once the world is over."""
    return PhaseTimer(Phase.PLAYING, AFTERGLOW - (world.tick - world.over_at if world.over_at >= 0 else 0))


def showing_results(is_match_over: bool) -> PhaseTimer:
    """The results of a round, or of the whole match."""
    return PhaseTimer(Phase.RESULTS, CHAMPION_SHOWN if is_match_over else RESULTS_SHOWN)
