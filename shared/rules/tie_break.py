"""The rules that decide a tie between players, and the names of all rules that decide a round."""

from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum

from petard.shared.rules.ruleset import TILE
from petard.shared.rules.world import Player, World, is_alive, tile_at


class WinReason(IntEnum):
    """The rule that decided a round. Never sent: each end computes it from its own World."""

    NOBODY = 0  # a draw
    LAST_STANDING = 1  # the others died earlier, or left
    NOT_OWN_FLAME = 2  # the last players died together, and only the winner was not in a flame of their own
    HEALTH = 3  # the time was over, and the winner had more health
    NEARER = 4  # still equal: the winner was nearer to the middle of the board
    ALONE = 5  # the only player survived until the time was over
    MORE_LEFT = 6  # the time was over, and more players of the side were alive
    CROWN = 7  # held the crown for longer
    TILES = 8  # painted more tiles
    SURVIVED = 9  # is no zombie at the end
    BITTEN = 10  # nobody alive is left, and the winner has made the most zombies


Decision = tuple[int, WinReason]  # the slot that wins, -1 for a draw; and why


def decided(world: World, rivals: Iterable[Player], first: WinReason = WinReason.LAST_STANDING) -> Decision:
    """Return who wins of these players: the only one, for the reason `first`; else a tie rule decides, or none does."""
    left = list(rivals)
    if len(left) == 1:
        return left[0].slot, first
    for reason, best in narrowed(world, left):
        if len(best) == 1:
            return best[0].slot, reason
    return -1, WinReason.NOBODY


def narrowed(world: World, rivals: list[Player]) -> Iterator[tuple[WinReason, list[Player]]]:
    """Yield each tie rule in turn, with the rivals who are left after it and those before it."""
    for reason, rank in _TIE_BREAKS:
        ranks = [rank(world, player) for player in rivals]
        rivals = [player for player, own in zip(rivals, ranks, strict=True) if own == max(ranks)]
        yield reason, rivals


def _killed_by_others(world: World, player: Player) -> int:
    """Return 0 if the player died in a flame of their own, else 1."""
    flame = world.flames.get(tile_at(world, player.x, player.y))
    return int(is_alive(world, player) or flame is None or flame.owner != player.slot)


def _nearness(world: World, player: Player) -> int:
    """Return minus the square of the distance to the middle of the board, in half sub-units: higher is nearer."""
    across, along = 2 * player.x - world.width * TILE, 2 * player.y - world.height * TILE
    return -(across * across + along * along)


# The tie rules in their order: each one keeps the rivals with the highest rank.
_TIE_BREAKS: tuple[tuple[WinReason, Callable[[World, Player], int]], ...] = (
    (WinReason.NOT_OWN_FLAME, _killed_by_others),
    (WinReason.HEALTH, lambda world, player: player.health),
    (WinReason.NEARER, _nearness),
)
