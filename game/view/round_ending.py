"""How a round ended, computed from the snapshot of its last tick: after that flames burn out and bodies walk on."""

from dataclasses import dataclass

from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import Snapshot, world_of
from petard.shared.rules.modes.table import mode_of
from petard.shared.rules.outcome import why_won, winners_of
from petard.shared.rules.sudden_death import ends_at
from petard.shared.rules.tie_break import WinReason
from petard.shared.rules.world import living


@dataclass(frozen=True, slots=True)
class RoundEnding:
    """Who won a round, -1 for nobody, and how it was decided."""

    winner: int
    reason: WinReason
    time_up: bool = False  # several were still alive
    rivals: int = 1  # other players at the end
    over_at: int = -1  # the tick
    winners: tuple[int, ...] = ()  # all slots that have won
    is_side: bool = False  # they won together


def ending_of(snapshot: Snapshot, announcement: Round) -> RoundEnding | None:
    """How the round of a snapshot ended; None while it runs."""
    _, over_at, winner = snapshot.clock
    if over_at < 0:
        return None
    world = world_of(snapshot, announcement.rules, announcement.width, announcement.height)
    left, deaths = len(living(world)), [player.died_at for player in world.players.values()]
    others = left or deaths.count(max(deaths, default=-1))
    # A recording of other rules may say that nobody won where these rules know a winner.
    reason = why_won(world) if winner >= 0 else WinReason.NOBODY
    winners = winners_of(world)
    is_late, has_sides = over_at >= ends_at(announcement.rules), bool(mode_of(announcement.rules).sides(world))
    return RoundEnding(winner, reason, left > 1 and is_late, max(0, others - 1), over_at, winners, has_sides)
