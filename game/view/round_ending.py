"""How a round ended, computed from what clients know, and the words for it.

Rule: it is computed from the snapshot of the last tick; after that flames burn out and bodies walk on.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import Snapshot, world_of
from petard.shared.rules.outcome import WinReason, why_won
from petard.shared.rules.world import World, living


@dataclass(frozen=True, slots=True)
class RoundEnding:
    """Who won a round, -1 for nobody, and how it was decided."""

    winner: int
    reason: WinReason
    time_up: bool = False  # several were still alive
    rivals: int = 1  # other players at the end


def ending_of(snapshot: Snapshot, announcement: Round) -> RoundEnding | None:
    """How the round of a snapshot ended; None while it runs."""
    _, over_at, winner = snapshot.clock
    if over_at < 0:
        return None
    world = world_of(snapshot, announcement.rules, announcement.width, announcement.height)
    left = len(living(world))
    others = left if left else _fallen_last(world)
    # A recording of other rules may say that nobody won where these rules know a winner.
    reason = why_won(world) if winner >= 0 else WinReason.NOBODY
    return RoundEnding(winner, reason, left > 1, max(0, others - 1))


def title_words(winner: int, names: Mapping[int, str]) -> str:
    """Who won the round.

    >>> title_words(1, {1: "Ada"}), title_words(-1, {})
    ('Ada wins the round!', 'This round is a draw')
    """
    return f"{names.get(winner, 'Somebody')} wins the round!" if winner >= 0 else "This round is a draw"


def reason_words(ending: RoundEnding) -> str:
    """How it was decided; "" for a winner without a known reason, since the last tick was not received.

    >>> reason_words(RoundEnding(0, WinReason.NEARER)), reason_words(RoundEnding(0, WinReason.HEALTH, time_up=True))
    ('Photo finish: nearer to the middle', 'Time is up: more health')
    """
    if ending.winner >= 0 and ending.reason is WinReason.NOBODY:
        return ""
    match ending.reason:
        case WinReason.LAST_STANDING:
            return "Last one standing"
        case WinReason.ALONE:
            return "Outlived the clock"
        case WinReason.NOT_OWN_FLAME:
            words = "the other died by their own bomb" if ending.rivals < 2 else "the others died by their own bombs"
        case WinReason.HEALTH:
            words = "more health"
        case WinReason.NEARER:
            words = "nearer to the middle"
        case WinReason.NOBODY:
            words = "nobody was ahead" if ending.rivals else ""
    if not words:
        return "Nobody is left"
    return f"{'Time is up' if ending.time_up else 'Photo finish'}: {words}"


def _fallen_last(world: World) -> int:
    last = max((player.died_at for player in world.players.values()), default=-1)
    return sum(player.died_at == last for player in world.players.values())
