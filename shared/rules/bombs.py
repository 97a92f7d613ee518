"""Bombs and flames: rolling, exploding, chain reactions, breaking bricks.

Rule 1: a bomb that a flame reaches explodes in the next tick, and its kills count for the owner of that flame.
Rule 2: a flame stops at the first brick, or breaks all bricks on its way if it pierces. A brick stands until the flame
is out, and never burns itself, so the item in it does not burn.
Rule 3: a rolling bomb occupies the tile under it and the tile it rolls to; it stops only in the middle of a tile.
"""

from petard.shared.rules.events import Event, EventType
from petard.shared.rules.floor_effects import (
    BELT_SPEED,
    arrive,
    belt_under,
    cold_switches,
    other_end,
    throw_switches,
)
from petard.shared.rules.floors import stops_bombs
from petard.shared.rules.ruleset import HALF, TILE, distance_in_tick
from petard.shared.rules.world import STEP, Bomb, Direction, Flame, Shape, Tile, World, living, overlaps, tile_at

# For each direction, the shapes of a flame's arm and of the end of the arm.
_ARMS = {
    Direction.UP: (Shape.STANDING, Shape.END_UP),
    Direction.RIGHT: (Shape.LYING, Shape.END_RIGHT),
    Direction.DOWN: (Shape.STANDING, Shape.END_DOWN),
    Direction.LEFT: (Shape.LYING, Shape.END_LEFT),
}


def bomb_on(world: World, tile: int) -> Bomb | None:
    """Return the bomb that lies on a tile or rolls into it; one in the air or in hands is on no tile."""
    row, column = divmod(tile, world.width)
    for bomb in world.bombs.values():
        if bomb.held_by >= 0 or bomb.flies >= 0:
            continue
        if bomb.x // TILE == column and bomb.y // TILE == row:
            return bomb
        if bomb.rolls >= 0 and _target(world, bomb) == tile:
            return bomb
    return None


def kick(world: World, slot: int, tile: int, direction: int, events: list[Event]) -> None:
    """Set the bomb on `tile` rolling, if the next tile is free."""
    bomb = bomb_on(world, tile)
    if bomb and bomb.rolls < 0 and _may_roll(world, bomb, direction):
        bomb.rolls = direction
        events.append(Event(EventType.KICKED, slot, tile))


def roll(world: World, events: list[Event]) -> None:
    """Move the rolling bombs by one tick, and those on belts."""
    distance = distance_in_tick(world.tick, world.rules.roll)
    if world.floors:
        _roll_on_floors(world, distance, events)
        return
    for bomb in world.bombs.values():
        if bomb.rolls >= 0:
            _roll_on(world, bomb, distance, events)


def _roll_on_floors(world: World, distance: int, events: list[Event]) -> None:
    for bomb in list(world.bombs.values()):
        belt = belt_under(world, bomb.x, bomb.y)
        if belt >= 0 and bomb.rolls < 0 and bomb.lies and _may_roll(world, bomb, belt):
            bomb.rolls = belt
        if bomb.rolls >= 0:
            _roll_on(world, bomb, distance_in_tick(world.tick, BELT_SPEED) if belt >= 0 else distance, events)


def _roll_on(world: World, bomb: Bomb, distance: int, events: list[Event]) -> None:
    dx, dy = STEP[bomb.rolls]
    along = bomb.x if dx else bomb.y
    to_middle = (HALF - along % TILE) * (dx or dy) % TILE
    if to_middle <= distance and not (to_middle == 0 and _may_roll(world, bomb, bomb.rolls)):
        bomb.x += dx * to_middle
        bomb.y += dy * to_middle
        if world.floors and to_middle and not arrive(world, bomb, _is_blocked(world, bomb), events):
            return
        if not _may_roll(world, bomb, bomb.rolls):
            bomb.rolls = Direction.NONE
            return
        distance -= to_middle
        dx, dy = STEP[bomb.rolls]
    bomb.x += dx * distance
    bomb.y += dy * distance


def _is_blocked(world: World, bomb: Bomb) -> bool:
    """True if another bomb lies on the other end of the teleport under a bomb."""
    return bomb_on(world, other_end(world, bomb)) not in (None, bomb)


def _target(world: World, bomb: Bomb) -> int:
    """Return the tile a rolling bomb moves to: the one under it until it passes the middle, then the next one."""
    dx, dy = STEP[bomb.rolls]
    return tile_at(world, bomb.x + dx * HALF - (dx > 0), bomb.y + dy * HALF - (dy > 0))


def _may_roll(world: World, bomb: Bomb, direction: int) -> bool:
    dx, dy = STEP[direction]
    tile = tile_at(world, bomb.x, bomb.y) + dy * world.width + dx
    if world.tiles[tile] != Tile.FLOOR or tile in world.items:
        return False
    if world.floors and stops_bombs(world.floors[tile], (dx, dy)):
        return False
    other = bomb_on(world, tile)
    if other is not None and other is not bomb:
        return False
    return not any(overlaps(world, player, tile) for player in living(world))


def burn(world: World) -> None:
    """Remove flames and broken bricks whose time is over; the items in these bricks appear."""
    for tile in [tile for tile, flame in world.flames.items() if flame.until <= world.tick]:
        del world.flames[tile]
    for tile in [tile for tile, until in world.breaking.items() if until <= world.tick]:
        del world.breaking[tile]
        world.tiles[tile] = Tile.FLOOR
        item = world.hidden.pop(tile, 0)
        if item:
            world.items[tile] = item


def explode(world: World, events: list[Event]) -> None:
    """Explode the bombs whose fuse is over, but none in the air; bombs that are now in a flame explode a tick later."""
    cold = cold_switches(world) if world.floors else []
    for bomb in [bomb for bomb in world.bombs.values() if bomb.blows_at <= world.tick and bomb.flies < 0]:
        del world.bombs[bomb.id]
        tile = tile_at(world, bomb.x, bomb.y)
        events.append(Event(EventType.BLAST, bomb.owner, tile, bomb.range))
        _set_fire(world, bomb, tile, Shape.CENTRE, events)
        for direction in _ARMS:
            _spread(world, bomb, tile, direction, events)
    throw_switches(world, cold, events)
    for bomb in world.bombs.values():
        flame = world.flames.get(tile_at(world, bomb.x, bomb.y)) if bomb.flies < 0 else None
        if flame and bomb.blows_at > world.tick + 1:
            bomb.blows_at = world.tick + 1
            bomb.lit_by = flame.owner


def _spread(world: World, bomb: Bomb, tile: int, direction: int, events: list[Event]) -> None:
    (dx, dy), (arm, end) = STEP[direction], _ARMS[direction]
    for reach in range(1, bomb.range + 1):
        tile += dy * world.width + dx
        if world.tiles[tile] == Tile.BRICK:
            world.tiles[tile] = Tile.BREAKING
            world.breaking[tile] = world.tick + world.rules.flame
            events.append(Event(EventType.BRICK, bomb.owner, tile))
        if world.tiles[tile] != Tile.FLOOR:
            if bomb.pierce and world.tiles[tile] == Tile.BREAKING:
                continue
            return
        _set_fire(world, bomb, tile, end if reach == bomb.range else arm, events)


def _set_fire(world: World, bomb: Bomb, tile: int, shape: int, events: list[Event]) -> None:
    if world.tiles[tile] == Tile.WALL:
        return  # a wall has closed on the bomb in this tick
    killer, helper = (bomb.owner, -1) if bomb.lit_by in (-1, bomb.owner) else (bomb.lit_by, bomb.owner)
    old = world.flames.get(tile)
    if old and old.shape != shape:
        shape = Shape.CENTRE  # two flames cross here
    world.flames[tile] = Flame(world.tick + world.rules.flame, killer, helper, shape)
    if tile in world.items:
        events.append(Event(EventType.BURNT, bomb.owner, tile, world.items.pop(tile)))
