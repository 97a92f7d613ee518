"""Hits, deaths, kills, and the end of a round with its winner. Who wins is decided by the Mode of the round."""

from collections.abc import Mapping

from petard.shared.rules.events import Event, EventType
from petard.shared.rules.modes.table import mode_of
from petard.shared.rules.pickups import scatter
from petard.shared.rules.tie_break import Decision, WinReason
from petard.shared.rules.world import Keys, Player, World, living, tile_at


def remove_players_who_left(world: World, inputs: Mapping[int, int], events: list[Event]) -> None:
    """Kill the players who have left the game."""
    for player in world.players.values():
        if inputs.get(player.slot, 0) & Keys.GONE and player.died_at < 0:
            if player.slot not in world.back:
                kill_player(world, player, -1, events)
            world.back.pop(player.slot, None)
            player.died_at = world.tick


def kill(world: World, events: list[Event]) -> None:
    """Hurt each player whose middle of the body is in a flame."""
    mode = mode_of(world.rules)
    for player in living(world):
        tile = tile_at(world, player.x, player.y)
        flame = world.flames.get(tile)
        if not flame or world.tick < player.safe_until or not mode.hurts(world, flame.owner, player.slot):
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
    events.append(Event(EventType.DIED, player.slot, tile_at(world, player.x, player.y), killer))
    mode_of(world.rules).fallen(world, player)
    scatter(world, player)


def judge(world: World, ends_at: int, events: list[Event]) -> None:
    """End the round if its mode says so. `ends_at`: the tick at which the time is over."""
    if not mode_of(world.rules).is_over(world, ends_at):
        return
    world.over_at = world.tick
    world.winner, _ = decide(world)
    events.append(Event(EventType.OVER, world.winner))


def decide(world: World) -> Decision:
    """Return the slot that wins a round which is over (-1: a draw), and why; see Mode.verdict for the tick."""
    return mode_of(world.rules).verdict(world)


def winners_of(world: World) -> tuple[int, ...]:
    """Return the slots that have won a round which is over: the winner and the partners; none of a draw."""
    return mode_of(world.rules).partners(world, world.winner) if world.winner >= 0 else ()


def why_won(world: World) -> WinReason:
    """Return the rule that decided a round which is over; see `decide` for the tick in which to call it.

    NOBODY for a draw, and if these rules give another winner: older recordings have such rounds.
    """
    winner, reason = decide(world)
    return reason if winner == world.winner else WinReason.NOBODY
