"""Bombs and flames: dropping, rolling, burning down, setting off, breaking bricks.

Rule 1: a bomb that a flame reaches goes off on the next tick, and its blast counts for whoever set off the first.
Rule 2: a flame stops at the first brick, which stands until the flame is out; so what it hid is never burnt by it.
Rule 3: a rolling bomb holds the tile under it and the one it rolls to; it stops only in the middle of a tile.
"""

from petard.shared.rules.events import Event, EventType
from petard.shared.rules.ruleset import HALF, TICK_RATE, TILE
from petard.shared.rules.world import (
    STEP,
    Bomb,
    Direction,
    Flame,
    Player,
    Shape,
    Tile,
    World,
    living,
    middle_of,
    tile_at,
)

_ENDS = {
    Direction.UP: Shape.END_UP,
    Direction.RIGHT: Shape.END_RIGHT,
    Direction.DOWN: Shape.END_DOWN,
    Direction.LEFT: Shape.END_LEFT,
}
_MIDDLES = {
    Direction.UP: Shape.STANDING,
    Direction.DOWN: Shape.STANDING,
    Direction.LEFT: Shape.LYING,
    Direction.RIGHT: Shape.LYING,
}


def bomb_on(world: World, tile: int) -> Bomb | None:
    """The bomb on a tile or rolling into it."""
    for bomb in world.bombs.values():
        if tile_at(world, bomb.x, bomb.y) == tile or (bomb.rolls >= 0 and _target(world, bomb) == tile):
            return bomb
    return None


def drop_bombs(world: World, events: list[Event]) -> None:
    """Put down the bombs of everybody who asked within the remembered time and may."""
    if world.tick <= world.rules.countdown:
        return
    for player in living(world):
        if world.tick <= player.bomb_until and _may_drop(world, player):
            _drop(world, player, events)


def _may_drop(world: World, player: Player) -> bool:
    if world.tick < player.bomb_from or bomb_on(world, tile_at(world, player.x, player.y)):
        return False
    return sum(bomb.owner == player.slot for bomb in world.bombs.values()) < player.bombs


def _drop(world: World, player: Player, events: list[Event]) -> None:
    tile = tile_at(world, player.x, player.y)
    if world.tiles[tile] != Tile.FLOOR:
        return
    x, y = middle_of(world, tile)
    bomb = Bomb(world.next_bomb, player.slot, x, y, world.tick + world.rules.fuse, player.range)
    world.bombs[bomb.id] = bomb
    world.next_bomb += 1
    player.bomb_until = 0
    player.bomb_from = world.tick + world.rules.bomb_pause
    events.append(Event(EventType.DROPPED, player.slot, tile))


def kick(world: World, slot: int, tile: int, way: int, events: list[Event]) -> None:
    """Set the bomb that lies on `tile` rolling, if the way is free."""
    bomb = bomb_on(world, tile)
    if bomb and bomb.rolls < 0 and _may_roll(world, bomb, way):
        bomb.rolls = way
        events.append(Event(EventType.KICKED, slot, tile))


def roll(world: World) -> None:
    """Move the kicked bombs by one tick."""
    speed = world.rules.roll
    distance = speed * (world.tick + 1) // TICK_RATE - speed * world.tick // TICK_RATE
    for bomb in world.bombs.values():
        if bomb.rolls >= 0:
            _roll_on(world, bomb, distance)


def _roll_on(world: World, bomb: Bomb, distance: int) -> None:
    dx, dy = STEP[bomb.rolls]
    along = bomb.x if dx else bomb.y
    to_middle = (HALF - along % TILE) * (dx or dy) % TILE
    if to_middle <= distance and not (to_middle == 0 and _may_roll(world, bomb, bomb.rolls)):
        bomb.x += dx * to_middle
        bomb.y += dy * to_middle
        if not _may_roll(world, bomb, bomb.rolls):
            bomb.rolls = Direction.NONE
            return
        distance -= to_middle
    bomb.x += dx * distance
    bomb.y += dy * distance


def _target(world: World, bomb: Bomb) -> int:
    """The tile that a rolling bomb is on its way to: the one under it until its middle, then the next."""
    dx, dy = STEP[bomb.rolls]
    return tile_at(world, bomb.x + dx * HALF - (dx > 0), bomb.y + dy * HALF - (dy > 0))


def _may_roll(world: World, bomb: Bomb, way: int) -> bool:
    dx, dy = STEP[way]
    tile = tile_at(world, bomb.x, bomb.y) + dy * world.width + dx
    if world.tiles[tile] != Tile.FLOOR or tile in world.items:
        return False
    other = bomb_on(world, tile)
    if other is not None and other is not bomb:
        return False
    return not any(overlaps(world, player, tile) for player in living(world))


def overlaps(world: World, player: Player, tile: int) -> bool:
    """True if the body stands on the tile, be it with one edge."""
    x, y = middle_of(world, tile)
    reach = HALF + world.rules.body
    return abs(player.x - x) < reach and abs(player.y - y) < reach


def burn(world: World) -> None:
    """Put out the flames whose time is over, and let the bricks that they broke give up what they hid."""
    for tile in [tile for tile, flame in world.flames.items() if flame.until <= world.tick]:
        del world.flames[tile]
    for tile in [tile for tile, until in world.breaking.items() if until <= world.tick]:
        del world.breaking[tile]
        world.tiles[tile] = Tile.FLOOR
        item = world.hidden.pop(tile, 0)
        if item:
            world.items[tile] = item


def explode(world: World, events: list[Event]) -> None:
    """Let every bomb go off whose fuse has burnt down, and light those that lie in a flame for the next tick."""
    for bomb in [bomb for bomb in world.bombs.values() if bomb.blows_at <= world.tick]:
        del world.bombs[bomb.id]
        tile = tile_at(world, bomb.x, bomb.y)
        events.append(Event(EventType.BLAST, bomb.owner, tile, bomb.range))
        _set_fire(world, bomb, tile, Shape.CENTRE, events)
        for way in (Direction.UP, Direction.RIGHT, Direction.DOWN, Direction.LEFT):
            _spread(world, bomb, tile, way, events)
    for bomb in world.bombs.values():
        flame = world.flames.get(tile_at(world, bomb.x, bomb.y))
        if flame and bomb.blows_at > world.tick + 1:
            bomb.blows_at = world.tick + 1
            bomb.lit_by = flame.owner


def _spread(world: World, bomb: Bomb, tile: int, way: int, events: list[Event]) -> None:
    dx, dy = STEP[way]
    for reach in range(1, bomb.range + 1):
        tile += dy * world.width + dx
        if world.tiles[tile] == Tile.BRICK:
            world.tiles[tile] = Tile.BREAKING
            world.breaking[tile] = world.tick + world.rules.flame
            events.append(Event(EventType.BRICK, bomb.owner, tile))
        if world.tiles[tile] != Tile.FLOOR:
            return
        _set_fire(world, bomb, tile, _ENDS[way] if reach == bomb.range else _MIDDLES[way], events)


def _set_fire(world: World, bomb: Bomb, tile: int, shape: int, events: list[Event]) -> None:
    if world.tiles[tile] == Tile.WALL:
        return  # a wall has just closed on the bomb
    killer = bomb.owner if bomb.lit_by < 0 else bomb.lit_by
    old = world.flames.get(tile)
    if old and old.shape != shape:
        shape = Shape.CENTRE  # two flames that cross make a centre
    world.flames[tile] = Flame(
        world.tick + world.rules.flame, killer, bomb.owner if killer != bomb.owner else -1, shape
    )
    if tile in world.items:
        events.append(Event(EventType.BURNT, bomb.owner, tile, world.items.pop(tile)))
