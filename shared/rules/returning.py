"""How a dead player lives again in the same round: as a new body with the items of a start.

Where a mode lets the dead come back, `World.back` holds the tick of it for each; until then they are no obstacle, take
nothing and cannot be hurt, and they keep their place. Who has left the game does not come back.
"""

from collections.abc import Mapping
from types import MappingProxyType

from petard.shared.rules.events import Event, EventType
from petard.shared.rules.throwing import is_free
from petard.shared.rules.world import Player, World, distance, living, middle_of, tile_at

NOBODY: Mapping[int, int] = MappingProxyType({})


def born_again(world: World, player: Player, tile: int) -> Player:
    """Return the new body of a player in the middle of a tile; nothing hurts it before its spawn shield ends."""
    rules = world.rules
    x, y = middle_of(world, tile)
    born = Player(player.slot, x, y, health=rules.health, bombs=rules.bombs, range=rules.range, keys=player.keys)
    born.safe_until = world.tick + rules.spawn_shield
    return born


def lie_down(world: World, player: Player) -> None:
    """Let a player who has died come back after `RuleSet.back_after` ticks."""
    world.back[player.slot] = world.tick + world.rules.back_after


def return_fallen(world: World, events: list[Event], owners: Mapping[int, int] = NOBODY) -> None:
    """Bring back the players whose time has come. Where there is no free tile, they wait for one.

    `owners`: the slot to which a tile belongs, by tile.
    """
    for player in [one for one in world.players.values() if world.back.get(one.slot, world.tick + 1) <= world.tick]:
        tile = _place_for(world, player, owners)
        if tile >= 0:
            world.players[player.slot] = born_again(world, player, tile)
            del world.back[player.slot]
            events.append(Event(EventType.RETURNED, player.slot, tile))


def _place_for(world: World, player: Player, owners: Mapping[int, int]) -> int:
    """Return the tile for a player who comes back; -1 if there is none.

    Of the free tiles of the player, the one that is farthest from the living players; without such a tile
    the free one that is nearest to where the player died. Of equal ones it is the lowest.
    """
    free = [tile for tile in range(len(world.tiles)) if tile not in world.flames and is_free(world, tile)]
    own = [tile for tile in free if owners.get(tile) == player.slot]
    if own:
        others = [tile_at(world, one.x, one.y) for one in living(world)]
        return max(own, key=lambda tile: (min([distance(world.width, tile, one) for one in others], default=0), -tile))
    start = tile_at(world, player.x, player.y)
    return min(free, key=lambda tile: (distance(world.width, tile, start), tile), default=-1)
