"""Hits, deaths, kills, and the end of a round with its winner."""

from collections.abc import Callable, Mapping
from enum import IntEnum

from petard.shared.rules.events import Event, EventType
from petard.shared.rules.pickups import scatter
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.world import Keys, Player, World, living, tile_at


class WinReason(IntEnum):
    """The rule that decided a round. Never sent: each end computes it from its own World."""

    NOBODY = 0  # a draw
    LAST_STANDING = 1  # the others died earlier, or left
    NOT_OWN_FLAME = 2  # the last players died together, and only the winner was not in a flame of their own
    HEALTH = 3  # the time was over, and the winner had more health
    NEARER = 4  # still equal: the winner was nearer to the middle of the board
    ALONE = 5  # the only player survived until the time was over


def remove_players_who_left(world: World, inputs: Mapping[int, int], events: list[Event]) -> None:
    """Kill the players who have left the game."""
    for player in living(world):
        if inputs.get(player.slot, 0) & Keys.GONE:
            kill_player(world, player, -1, events)


def kill(world: World, events: list[Event]) -> None:
    """Hurt each player whose middle of the body is in a flame."""
    for player in living(world):
        tile = tile_at(world, player.x, player.y)
        flame = world.flames.get(tile)
        if not flame or world.tick < player.safe_until:
            continue
        if player.shields:
            player.shields -= 1
        else:
            player.health -= world.rules.damage
        if player.health > 0:
            player.safe_until = world.tick + world.rules.immunity
            events.append(Event(EventType.HURT, player.slot, tile, flame.owner))
            continue
        kill_player(world, player, flame.owner, events)
        if flame.helper not in (-1, player.slot):
            events.append(Event(EventType.ASSIST, flame.helper, other=player.slot))


def kill_player(world: World, player: Player, killer: int, events: list[Event]) -> None:
    """Kill a player; a share of the player's items goes back to the board."""
    player.health = 0
    player.walking = 0
    player.died_at = world.tick
    events.append(Event(EventType.DIED, player.slot, tile_at(world, player.x, player.y), killer))
    scatter(world, player)


def judge(world: World, ends_at: int, events: list[Event]) -> None:
    """End the round if at most one player is alive (none, if only one plays) or if the time is over."""
    left = living(world)
    if len(left) > min(1, len(world.players) - 1) and world.tick < ends_at:
        return
    world.over_at = world.tick
    world.winner, _ = decide(world)
    events.append(Event(EventType.OVER, world.winner))


def decide(world: World) -> tuple[int, WinReason]:
    """Return the slot that wins a round which is over (-1: a draw), and the rule that decided it.

    It needs only the public part of the World, so clients can call it, too. Call it in the tick in which the round
    ended: later the flames go out and the living players walk on.
    """
    rivals = living(world)
    if len(world.players) == 1:
        return (rivals[0].slot, WinReason.ALONE) if rivals else (-1, WinReason.NOBODY)
    if not rivals:  # nobody survived: compare the players who died last, without those who left
        rivals = [p for p in world.players.values() if p.died_at == world.over_at and not p.keys & Keys.GONE]
    if len(rivals) == 1:
        return rivals[0].slot, WinReason.LAST_STANDING
    for reason, rank in _TIE_BREAKS:
        ranks = [rank(world, player) for player in rivals]
        rivals = [player for player, own in zip(rivals, ranks, strict=True) if own == max(ranks)]
        if len(rivals) == 1:
            return rivals[0].slot, reason
    return -1, WinReason.NOBODY


def why_won(world: World) -> WinReason:
    """Return the rule that decided a round which is over; see `decide` for the tick in which to call it.

    NOBODY for a draw, and if these rules give another winner: older recordings have such rounds.
    """
    winner, reason = decide(world)
    return reason if winner == world.winner else WinReason.NOBODY


def _killed_by_others(world: World, player: Player) -> int:
    """Return 0 if the player died in a flame of their own, else 1."""
    flame = world.flames.get(tile_at(world, player.x, player.y))
    return int(player.died_at < 0 or flame is None or flame.owner != player.slot)


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
