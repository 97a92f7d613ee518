"""Bombs in hands and in the air: punched, lifted, thrown, and how they land.

Rule 1: a bomb in the air is on no tile. It flies over everything, `RuleSet.hop` ticks for each tile, and where a line
        of the board ends, it goes on at its other end.
Rule 2: it lands on the first free tile in its way, counted from where it is to come down. A tile is free if it is floor
        without a bomb, an item, or the middle of a body. It looks when it takes off, and again when it comes down.
Rule 3: its fuse burns on, but it does not explode in the air. Where a whole line has no free tile, it explodes where it
        came down, or is gone if that is no floor.
"""

from petard.shared.rules.bombs import bomb_on
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.floors import CLOSED
from petard.shared.rules.world import STEP, Bomb, Direction, Tile, World, is_alive, living, middle_of, tile_at


def launch(world: World, bomb: Bomb, tile: int, direction: int, tiles: int) -> None:
    """Let a bomb fly from a tile in one direction, to the first free tile that is at least so many tiles away."""
    bomb.held_by, bomb.rolls = -1, Direction.NONE
    far, target = _landing(world, tile, direction, tiles)
    if far:
        bomb.flies, bomb.lands_at = direction, world.tick + far * world.rules.hop
        bomb.x, bomb.y = middle_of(world, target)
    else:
        bomb.x, bomb.y = middle_of(world, tile)
        _come_down_nowhere(world, bomb, tile)


def _come_down_nowhere(world: World, bomb: Bomb, tile: int) -> None:
    """No tile of the line is free: the bomb explodes in this tick, or is gone if it is in a wall or a brick."""
    bomb.flies, bomb.blows_at = Direction.NONE, world.tick
    if world.tiles[tile] != Tile.FLOOR:
        del world.bombs[bomb.id]


def _landing(world: World, tile: int, direction: int, least: int) -> tuple[int, int]:
    """Return how far the first free tile is, at least `least`, and the tile; 0 if there is none in the line."""
    dx, dy = STEP[direction]
    row, column = divmod(tile, world.width)
    size = (world.width if dx else world.height) - 2  # tiles of the line within the edge
    for far in range(least, least + size):
        target = ((row - 1 + dy * far) % size + 1 if dy else row) * world.width
        target += (column - 1 + dx * far) % size + 1 if dx else column
        if is_free(world, target):
            return far, target
    return 0, tile


def is_free(world: World, tile: int) -> bool:
    """True if a bomb can land on the tile: floor without a bomb, an item, or the middle of a body."""
    if world.tiles[tile] != Tile.FLOOR or tile in world.items or bomb_on(world, tile):
        return False
    if world.floors and world.floors[tile] in CLOSED:
        return False
    return all(tile_at(world, player.x, player.y) != tile for player in living(world))


def move_thrown(world: World, events: list[Event]) -> None:
    """Land the bombs whose flight is over, and move those in hands with the players who hold them."""
    for bomb in list(world.bombs.values()):
        if bomb.held_by >= 0:
            _carry(world, bomb)
        elif bomb.flies >= 0 and bomb.lands_at <= world.tick:
            _land(world, bomb, events)


def _carry(world: World, bomb: Bomb) -> None:
    """A bomb of a player who has died stays where it is; it explodes if a wall or another bomb is there."""
    holder = world.players.get(bomb.held_by)
    if holder is None or not is_alive(world, holder):
        tile = tile_at(world, bomb.x, bomb.y)
        if world.tiles[tile] != Tile.FLOOR or bomb_on(world, tile):
            bomb.blows_at = world.tick
        bomb.held_by = -1
    else:
        bomb.x, bomb.y = middle_of(world, tile_at(world, holder.x, holder.y))


def _land(world: World, bomb: Bomb, events: list[Event]) -> None:
    tile, direction, bomb.soars = tile_at(world, bomb.x, bomb.y), bomb.flies, 0
    if is_free(world, tile):
        bomb.flies = Direction.NONE
        events.append(Event(EventType.LANDED, bomb.owner, tile))
    else:
        launch(world, bomb, tile, direction, 1)
