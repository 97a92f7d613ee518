"""What ice means for plans: where a slide ends, when, and whether it leads into fire.

Rule: a body cannot wait on ice, so a slide is possible only if no tile of it burns while the body is there.
"""

from petard.shared.bots.perception import NEVER, Danger
from petard.shared.rules.floor_effects import slides
from petard.shared.rules.floors import ICE
from petard.shared.rules.world import STEP, Player, Tile, World

WALL = int(Tile.WALL)


def forced_step(world: World, player: Player, danger: Danger, tile: int) -> int | None:
    """Return the step from its tile that a body on ice takes, whatever keys it holds.

    0 if it is free to choose, None if it is not on ice.
    """
    if not danger.board.is_ice(tile):
        return None
    if not slides(world, player):
        return 0
    dx, dy = STEP[player.facing]
    step = dy * world.width + dx
    return 0 if _is_shut(danger, tile + step, step, world.tick) else step


def slide_path(danger: Danger, spot: int, step: int, enter: int, whole: int) -> list[tuple[int, int]]:
    """Return the tiles over which a body slides that comes to the ice on `spot` at the tick `enter`, with the ticks.

    `whole`: ticks for a tile. The last one is behind the ice, or the last one in front of an obstacle.
    """
    board, path = danger.board, [(spot, enter)]
    while board.floors[spot] == ICE and not _is_shut(danger, spot + step, step, enter + whole):
        spot, enter = spot + step, enter + whole
        path.append((spot, enter))
    return path


def _is_shut(danger: Danger, ahead: int, step: int, at: int) -> bool:
    """True if a body that slides to this tile is stopped in front of it."""
    board = danger.board
    kind = board.walls[ahead]
    if kind and (kind == WALL or danger.opens.get(ahead, NEVER) > at):
        return True
    if danger.blows.get(ahead, 0) > at or danger.closes.get(ahead, NEVER) <= at:
        return True
    return board.moves.get((ahead, step), (ahead, 0))[0] == 0
