"""What special floors do to bodies after they have walked, and to bombs that roll or lie. The kinds are in floors.py.

Rule 1: only the tile under the middle of a body counts, as for flames and items.
Rule 2: a teleport takes a body that was on another tile in the tick before, and a bomb that rolls to its middle. They
        come to the middle of the other one, where nothing takes them back before they have left it.
Rule 3: a bomb on a belt rolls with the belt, at its speed. Off its end it rolls on like a kicked one.
"""

from petard.shared.rules.events import Event, EventType
from petard.shared.rules.floors import ARROWS, BELTS, PIT, teleport_pairs
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.world import Bomb, Direction, Player, Tile, World, middle_of, tile_at

BELT_SPEED = 3 * TILE // 2  # sub-units a second: slower than any body, so that one can walk against it


def belt_under(world: World, x: int, y: int) -> int:
    """Return the Direction of the belt at a position; NONE if there is none."""
    return BELTS.get(world.floors[tile_at(world, x, y)], Direction.NONE) if world.floors else Direction.NONE


def teleport(world: World, player: Player, before: int, events: list[Event]) -> None:
    """Move a body that has come to a teleport to the other one. `before`: its tile in the tick before."""
    tile = tile_at(world, player.x, player.y)
    out = _way_out(world, tile) if tile != before else tile
    if out != tile:
        player.x, player.y = middle_of(world, out)
        events.append(Event(EventType.TELEPORTED, player.slot, out, -1))


def _way_out(world: World, tile: int) -> int:
    """Return the tile of the other teleport; the same tile if there is none, or if a wall has closed on it."""
    out = teleport_pairs(world.floors).get(tile, tile)
    return out if world.tiles[out] == Tile.FLOOR else tile


def arrive(world: World, bomb: Bomb, is_blocked: bool, events: list[Event]) -> bool:
    """Do what the floor does to a bomb that has rolled to the middle of its tile; False if the bomb is gone.

    `is_blocked`: whether a bomb lies on the other end of the teleport.
    """
    tile = tile_at(world, bomb.x, bomb.y)
    floor = world.floors[tile]
    if floor == PIT:
        del world.bombs[bomb.id]
        events.append(Event(EventType.FELL, bomb.owner, tile))
        return False
    bomb.rolls = ARROWS.get(floor, BELTS.get(floor, bomb.rolls))
    out = _way_out(world, tile)
    if out != tile and not is_blocked:
        bomb.x, bomb.y = middle_of(world, out)
        events.append(Event(EventType.TELEPORTED, -1, out, -1))
    return True


def other_end(world: World, bomb: Bomb) -> int:
    """Return the tile to which a teleport would take a bomb in the middle of its tile: its own if there is none."""
    return _way_out(world, tile_at(world, bomb.x, bomb.y))
