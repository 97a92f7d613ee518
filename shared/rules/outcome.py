"""Who is hit, who dies, who gets the kill, and when a round is over."""

from collections.abc import Mapping

from shared.rules.events import Event, What
from shared.rules.pickups import scatter
from shared.rules.world import Flame, Keys, Player, World, living, tile_at


def retire(world: World, inputs: Mapping[int, int], events: list[Event]) -> None:
    """Take those off the board who have left the game."""
    for player in living(world):
        if inputs.get(player.slot, 0) & Keys.GONE:
            kill_player(world, player, -1, events)


def kill(world: World, events: list[Event]) -> None:
    """Let the flames hurt whoever stands in them with the middle of the body."""
    for player in living(world):
        flame = world.flames.get(tile_at(world, player.x, player.y))
        if flame and world.tick >= player.safe_until:
            _hit(world, player, flame, events)


def _hit(world: World, player: Player, flame: Flame, events: list[Event]) -> None:
    if player.shields:
        player.shields -= 1
    else:
        player.health -= world.rules.damage
    if player.health <= 0:
        kill_player(world, player, flame.owner, events)
        if flame.helper >= 0 and flame.helper != player.slot:
            events.append(Event(What.ASSIST, flame.helper, other=player.slot))
        return
    player.safe_until = world.tick + world.rules.immunity
    events.append(Event(What.HURT, player.slot, tile_at(world, player.x, player.y), flame.owner))


def kill_player(world: World, player: Player, killer: int, events: list[Event]) -> None:
    """Put a player out; a share of their items goes back to the board."""
    player.health = 0
    player.walking = 0
    player.died_at = world.tick
    events.append(Event(What.DIED, player.slot, tile_at(world, player.x, player.y), killer))
    scatter(world, player)


def judge(world: World, ends_at: int, events: list[Event]) -> None:
    """End the round when one is left (none, for who plays alone) or the time is up; all dead or time up is a draw."""
    left = living(world)
    if len(left) > min(1, len(world.players) - 1) and world.tick < ends_at:
        return
    world.over_at = world.tick
    world.winner = left[0].slot if len(left) == 1 else -1
    events.append(Event(What.OVER, world.winner))
