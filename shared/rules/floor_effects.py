"""What special floors do to bodies after they have walked, and to bombs that roll or lie. The kinds are in floors.py.

Rule 1: only the tile under the middle of a body counts, as for flames and items.
Rule 2: a teleport takes a body that was on another tile in the tick before, and a bomb that rolls to its middle. They
        come to the middle of the other one, where nothing takes them back before they have left it.
Rule 3: a bomb on a belt rolls with the belt, at its speed. Off its end it rolls on like a kicked one.
Rule 4: a body that moved on ice in the tick before goes on as it faces, whatever keys are held. Once something stops
        it, its keys count again.
Rule 5: a flame that comes to a switch on which none burns throws all switches of the board: once in a tick, however
        many flames come to however many switches in it.
"""

from petard.shared.rules.events import Event, EventType
from petard.shared.rules.floors import ARROWS, BELTS, ICE, PIT, switch_tiles, switched, teleport_pairs
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.world import Bomb, Direction, Player, Tile, World, middle_of, tile_at

BELT_SPEED = 3 * TILE // 2  # sub-units a second: slower than any body, so that one can walk against it


def belt_under(world: World, x: int, y: int) -> int:
    """Return the Direction of the belt at a position; NONE if there is none."""
    return BELTS.get(world.floors[tile_at(world, x, y)], Direction.NONE) if world.floors else Direction.NONE


def slides(world: World, player: Player) -> bool:
    """True if a body that moved in the tick before cannot choose where it goes, since it is on ice."""
    return player.walking > 0 and world.floors[tile_at(world, player.x, player.y)] == ICE


def cold_switches(world: World) -> list[int]:
    """Return the tiles of the switches on which no flame burns."""
    return [tile for tile in switch_tiles(world.floors) if tile not in world.flames]


def throw_switches(world: World, cold: list[int], events: list[Event]) -> None:
    """Throw all switches if a flame has come to one of those that were cold before the bombs of this tick exploded."""
    hit = next((tile for tile in cold if tile in world.flames), None)
    if hit is not None:
        world.floors = switched(world.floors)
        events.append(Event(EventType.SWITCHED, world.flames[hit].owner, hit))


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
